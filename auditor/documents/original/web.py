"""Decoded HTML -> its rendering: headings, paragraphs, lists and tables as a browser shows them, without anything that acts.

Reads     with the reader's own scanner and parser (`readers.html.tell`), so that structure, text and offsets are those that were audited
Left out  what the reader leaves out: hidden elements, scripts, styles, frames, fields, pictures, elements that are page furniture
Tables    evidence that is a table as a whole (a row that is missing) is marked in its first row
Layout    a table of one cell, or around other tables, is no table but what stands in it
Refused   what passes the reader's limits (depth, tags) is shown as its bare runs of text, one a line
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.documents.original.marking import Marks
from auditor.documents.original.masking import Mask, covered
from auditor.documents.original.tree import Child, Element, cell, in_lines, mark, marked, text_of
from auditor.model import Span
from auditor.readers import tags
from auditor.readers.flow import SPACE, Flow
from auditor.readers.furniture import is_furniture
from auditor.readers.grid import Line
from auditor.readers.html import tell
from auditor.readers.limits import Refusal
from auditor.readers.links import Target

_AS = {
    "h1": "h1",
    "h2": "h2",
    "h3": "h3",
    "h4": "h3",
    "h5": "h3",
    "h6": "h3",
    "ul": "ul",
    "ol": "ol",
    "dl": "ul",
    "dir": "ul",
    "menu": "ul",
    "li": "li",
    "dt": "li",
    "dd": "li",
    "table": "table",
    "tbody": "tbody",
    "thead": "tbody",
    "tfoot": "tbody",
    "tr": "tr",
    "caption": "caption",
    "td": "td",
    "th": "th",
}
_OF_LINES = frozenset(("h1", "h2", "h3", "li", "caption", "td", "th"))
_DEEPEST = 40
_LINE = re.compile(r"([^\r\n]*)(\r\n?|\n|\Z)")
_MOST_RUNS = 20_000


def drawn(source: str, marks: Marks, mask: Mask) -> list[Child]:
    """What a page shows, with its evidence marked."""
    drawing = _Drawing(source, marks, mask)
    try:
        tell(source, drawing)
    except Refusal:
        return _runs(source, marks, mask)
    return drawing.root.children


class _Drawing:
    """Draws what it is told; `root` holds the result."""

    def __init__(self, source: str, marks: Marks, mask: Mask) -> None:
        self._source = source
        self._marks, self._at_tags = _parted(source, marks)
        self._mask = mask
        self._flow = Flow(source)
        self._in_line = False
        self._hidden = self._depth = self._pre = 0
        self.root = Element("div")
        self._open: list[Element] = [self.root]
        self._kept: list[int] = []  # of each open element, how many of `_open` are its own
        self._tables: dict[Element, list[int]] = {}
        self._tabled: set[Element] = set()  # what is gathered on its own and holds a table is no furniture

    def text(self, start: int, end: int) -> None:
        if self._hidden:
            return
        self._in_line = True
        if not self._pre:
            self._flow.run(start, end)
            return
        for line in _LINE.finditer(self._source, start, end):
            if line[1]:
                self._in_line = True
                self._flow.kept(line.start(1), line.end(1))
            if line[2]:
                self.end_line()

    def space(self, *, line_break: bool) -> None:
        if not self._hidden and self._in_line:
            self._flow.space(line_break=line_break)

    def link(self, target: Target | None) -> None:
        pass

    def end_line(self) -> None:
        if self._hidden or not self._in_line:
            return
        self._in_line = False
        text, pieces = self._flow.take()
        if not text:
            return
        line = marked(covered(text, self._mask), self._marks.of_pieces(pieces))
        top = self._open[-1]
        if top.tag in _OF_LINES:
            in_lines(top, line)
        else:
            top.children.append(Element("p", line))

    def open(self, name: str, mark: str = "", start: int = 0, end: int = 0, rows: int = 1, columns: int = 1) -> None:
        self._depth += 1
        if self._hidden:
            return
        if not name.startswith("x-"):
            self.end_line()
        if mark == "h":
            self._hidden = self._depth
            return
        self._pre += name == "pre"
        tag = _AS.get(name)
        before = len(self._open)
        if mark == "c" and name not in tags.TABLE_PARTS and name != "table" and before < _DEEPEST:
            self._open.append(Element("div"))  # what may be page furniture is gathered on its own
        if name == "table":
            self._tabled.update(one for one in self._open if one.tag == "div")
        if tag is not None and len(self._open) < _DEEPEST:
            element = cell(tag, [], rows, columns) if name in tags.CELLS else Element(tag)
            self._open[-1].children.append(element)
            self._open.append(element)
            if self._at_tags and name in tags.NUMBERED:
                self._mark_at(element, start, end)
        self._kept.append(len(self._open) - before)

    def _mark_at(self, element: Element, start: int, end: int) -> None:
        """The evidence that a cell is blank is its start tag; that of a whole table begins with the table's."""
        here = self._at_tags.get(start, ())
        if element.tag == "table":
            found = [number for stop, number in here if stop >= end]
        else:
            found = [number for stop, number in here if stop == end]
        if found:
            self._tables[element] = sorted(set(found))

    def close(self, name: str) -> None:
        self._depth -= 1
        if self._hidden:
            if self._hidden > self._depth:
                self._hidden = 0
            return
        if not name.startswith("x-"):
            self.end_line()
        self._pre -= name == "pre"
        for _ in range(self._kept.pop()):
            self._close(self._open.pop())

    def _close(self, element: Element) -> None:
        holder = self._open[-1]
        if element in self._tables:
            _mark_head(element, self._tables.pop(element))
        if element.tag == "div":
            if element in self._tabled or not is_furniture(list(_items(element))):
                _spread(holder, element.children)
        elif element.tag == "table":
            self._close_table(element)
        elif not element.children and element.tag not in tags.CELLS:
            holder.children.pop()

    def _close_table(self, table: Element) -> None:
        """A table that only arranges the page is what stands in it."""
        cells = _cells(table)
        inner = any(_holds_table(each) for each in cells)
        if len(cells) > 1 and not inner:
            return
        holder = self._open[-1].children
        holder.pop()
        for child in _captions(table):
            holder.append(Element("p", child.children))
        for each in cells:
            holder.extend(_blocks(each))


def _items(element: Element) -> Iterator[Line]:
    """The lines of an element, as the reader judges them."""
    for child in element.children:
        if isinstance(child, Element) and child.tag in ("ul", "ol"):
            yield from _items(child)
        else:
            yield Line(text_of(child), [])


def _spread(holder: Element, children: Sequence[Child]) -> None:
    """Puts into an element what was gathered apart."""
    for child in children:
        if holder.tag in _OF_LINES and isinstance(child, Element) and child.tag == "p":
            in_lines(holder, child.children)
        else:
            holder.children.append(child)


def _parted(source: str, marks: Marks) -> tuple[Marks, dict[int, list[tuple[int, int]]]]:
    """The evidence that is text, and that which begins with the start tag of a cell or a table: (end, finding) by its start."""
    at_tags: dict[int, list[tuple[int, int]]] = {}
    text = []
    for one in marks.every:
        place = one.place
        if isinstance(place, Span) and source.startswith("<", place.start) and tags.TOKEN.match(source, place.start):
            at_tags.setdefault(place.start, []).append((place.end, one.finding))
        else:
            text.append(one)
    return Marks(tuple(text)), at_tags


def _mark_head(element: Element, numbers: list[int]) -> None:
    """Marks a cell, or the first row of a table."""
    if element.tag != "table":
        element.children = [mark(element.children, numbers)]
        return
    row = next((row for row in _inside(element) if row.tag == "tr"), None)
    for each in row.children if row is not None else ():
        if isinstance(each, Element) and each.tag in tags.CELLS:
            each.children = [mark(each.children, numbers)]


def _holds_table(each: Element) -> bool:
    return any(isinstance(child, Element) and child.tag == "table" for child in each.children)


def _cells(table: Element) -> list[Element]:
    rows = [row for row in _inside(table) if row.tag == "tr"]
    return [each for row in rows for each in row.children if isinstance(each, Element)]


def _captions(table: Element) -> list[Element]:
    return [child for child in _inside(table) if child.tag == "caption"]


def _inside(table: Element) -> list[Element]:
    """Rows and captions of a table."""
    out: list[Element] = []
    for child in table.children:
        if isinstance(child, Element):
            out.extend([c for c in child.children if isinstance(c, Element)] if child.tag == "tbody" else [child])
    return out


def _blocks(each: Element) -> list[Child]:
    """What a cell holds, as blocks."""
    out: list[Child] = []
    line: list[Child] = []
    for child in each.children:
        if isinstance(child, str) or (child.is_inline and child.tag != "br"):
            line.append(child)
            continue
        if line:
            out.append(Element("p", line))
            line = []
        if child.tag != "br":
            out.append(child)
    if line:
        out.append(Element("p", line))
    return out


# --- what the reader refuses -----------------------------------------------------------------------


def _runs(source: str, marks: Marks, mask: Mask) -> list[Child]:
    """The bare runs of text between tags, one a line."""
    out: list[Child] = []
    at = 0
    for match in tags.TOKEN.finditer(source):
        begin = match.start()
        if begin < at:
            continue
        if begin > at:
            _add_run(out, source, at, begin, marks, mask)
        at = _after(source, match)
        if len(out) > _MOST_RUNS:
            return out
    _add_run(out, source, at, len(source), marks, mask)
    return out


def _after(source: str, match: re.Match[str]) -> int:
    """Where a tag, or an element that is no part of the page, ends."""
    name = (match[2] or "").lower()
    if match[4] or (name in tags.OPAQUE and not match[1]):
        end = tags.opaque_end(source, match.start())
        return end if end > 0 else len(source) if match[4] or name in tags.RAW else match.end()
    if match[2]:
        return match.end()
    return source.find(">", match.start()) + 1 or len(source)


def _add_run(out: list[Child], source: str, start: int, end: int, marks: Marks, mask: Mask) -> None:
    if not source[start:end].strip(SPACE):
        return
    flow = Flow(source)
    flow.run(start, end)
    text, pieces = flow.take()
    if text:
        out.append(Element("p", marked(covered(text, mask), marks.of_pieces(pieces))))
