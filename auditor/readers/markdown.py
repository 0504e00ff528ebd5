"""Lines of Markdown, or of flat text with tables in pipes -> blocks, each character with its place in the decoded text.

Headings      `#` to `######`, and a line underlined with === or ---
Paragraphs    a line each; a line that a converter broke (long, not at the end of a sentence, the next no new item) is joined again
Tables        pipes and grids (`pipes`), and HTML tables, which are read as those of a page
Left out      rules, fences, quote and list marks, the marks of emphasis (`marks`); what stands ahead as front matter is metadata
Flat text     keeps its lines as they are, but for the tables
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from auditor.model import Block, Link, Paragraph, Segment, SourceMap, Span, Table, Text
from auditor.readers.flow import Piece
from auditor.readers.grid import Item, Line, settle
from auditor.readers.html import read_html
from auditor.readers.links import is_file
from auditor.readers.marks import shown
from auditor.readers.pipes import LineSpan, take_table

_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+(?=\S)")
_CLOSING = re.compile(r"[ \t]+#+[ \t]*$")
_UNDERLINE = re.compile(r"[ \t]{0,3}(=+|-{2,})[ \t]*")
_RULE = re.compile(r"[ \t]{0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
_FENCE = re.compile(r"[ \t]{0,3}(?:`{3,}|~{3,})[^`]*")
_LEADING = re.compile(r"(?:[ \t]*>[ \t]?)*[ \t]*(?:[-*+][ \t]+(?=\S))?")
_NEW_ITEM = re.compile(
    r"\s*(?:\*\*|__)?(?:[#>|+]|[-*][ \t]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+\\?[.．、)）]|第[一二三四五六七八九十]+[条项章]|[①-⑳])"
)
_SENTENCE_END = "。！？；：.!?;:”）)"
_BROKEN_LINE = 25
_HEADING_LENGTH = 80
_TABLE = re.compile(r"<(/?)table(?=[\s/>])[^>]*>", re.I)


@dataclass(slots=True)
class Marked:
    """The blocks of a text and its links to files."""

    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def read_lines(source: str, lines: Sequence[LineSpan], *, markdown: bool) -> Marked:
    """The blocks that these lines of the source make. Raises Refusal past a limit."""
    reading = _Reading(source, lines, markdown)
    at = 0
    while at < len(lines):
        at = reading.take(at)
    reading.settle()
    return reading.out


class _Reading:
    def __init__(self, source: str, lines: Sequence[LineSpan], markdown: bool) -> None:
        self.source, self.lines, self.markdown = source, lines, markdown
        self.out = Marked()
        self._items: list[Item] = []

    def settle(self) -> None:
        """Makes blocks of what was read."""
        self.out.blocks.extend(settle(self._items, keep_blank=True))
        self._items = []

    def take(self, at: int) -> int:
        """Reads what begins with line `at`; the number of the line after it."""
        table = take_table(self.source, self.lines, at)
        if table is not None:
            self._items.append(table.table)
            self._link(table.links)
            return table.after
        if not self.markdown:
            return self._as_it_is(at)
        start, end = self.lines[at]
        if (tag := _TABLE.search(self.source, start, end)) and not tag[1]:
            return self._html(at, tag.start())
        if not self.source[start:end].strip(" \t"):
            return at + 1
        return self._text(at)

    def _as_it_is(self, at: int) -> int:
        start, end = self.lines[at]
        if end > start:
            self._items.append(Line(self.source[start:end], [(0, end - start, start, end - start)]))
        return at + 1

    def _text(self, at: int) -> int:
        start, end = self.lines[at]
        if _RULE.fullmatch(self.source, start, end) or _FENCE.fullmatch(self.source, start, end):
            return at + 1
        if heading := _HEADING.match(self.source, start, end):
            closing = _CLOSING.search(self.source, heading.end(), end)
            self._add(heading.end(), closing.start() if closing else end, len(heading[1]))
            return at + 1
        if end - start <= _HEADING_LENGTH and at + 1 < len(self.lines) and (under := self._underline(at + 1)):
            self._add(start, end, under)
            return at + 2
        return self._paragraph(at)

    def _underline(self, at: int) -> int:
        under = _UNDERLINE.fullmatch(self.source, *self.lines[at])
        return 0 if not under else 1 if under[1][0] == "=" else 2

    def _add(self, start: int, end: int, level: int = 0) -> None:
        found = shown(self.source, start, end, level)
        self._items.extend(found.lines)
        self._link(found.links)

    def _paragraph(self, at: int) -> int:
        """A line of text and those that a converter broke off from it."""
        found: list[Line] = []
        while True:
            start, end = self.lines[at]
            leading = _LEADING.match(self.source, start, end)
            piece = shown(self.source, leading.end() if leading else start, end)
            self._link(piece.links)
            if found and piece.lines:
                found[-1] = _joined(found[-1], piece.lines[0])
                found.extend(piece.lines[1:])
            else:
                found.extend(piece.lines)
            at += 1
            if at >= len(self.lines) or not self._goes_on(at - 1, at):
                self._items.extend(found)
                return at

    def _goes_on(self, one: int, other: int) -> bool:
        """Whether a line was broken by a converter where the next begins."""
        first, second = (self.source[slice(*self.lines[n])] for n in (one, other))
        if first.endswith(("  ", "\\")) or not second.strip():
            return False
        text = first.strip().rstrip("*_")
        if len(text) < _BROKEN_LINE or text[-1:] in _SENTENCE_END or _NEW_ITEM.match(second):
            return False
        return not (
            self._underline(other) or _FENCE.fullmatch(second) or _RULE.fullmatch(second) or "<table" in second.lower()
        )

    def _html(self, at: int, begin: int) -> int:
        """A table in HTML, from its tag to its end, and what stands about it on its lines."""
        end, depth = len(self.source), 0
        for tag in _TABLE.finditer(self.source, begin):
            depth += -1 if tag[1] else 1
            if depth <= 0:
                end = tag.end()
                break
        self._add(self.lines[at][0], begin)
        self.settle()
        page = read_html(self.source[begin:end])
        self.out.blocks.extend(moved(block, begin) for block in page.blocks)
        self.out.links.extend(page.links)
        while at < len(self.lines) and self.lines[at][1] <= end:
            at += 1
        if at < len(self.lines) and self.lines[at][0] < end:
            self._add(end, self.lines[at][1])
            at += 1
        return at

    def _link(self, links: Sequence[tuple[str, str]]) -> None:
        self.out.links.extend(Link(text, target) for text, target in links if is_file(text, target))


def _joined(one: Line, other: Line) -> Line:
    """Two lines as one: no space between Chinese characters."""
    if not isinstance(one.anchor, list) or not isinstance(other.anchor, list):
        return other
    wide = ord(one.text[-1]) > 0x2E7F or ord(other.text[0]) > 0x2E7F
    text = one.text + ("" if wide else " ")
    pieces: list[Piece] = [(len(text) + a, b, c, d) for a, b, c, d in other.anchor]
    return Line(text + other.text, one.anchor + pieces, one.level)


def moved(block: Block, by: int) -> Block:
    """A block read from a part of the source, with its places in the whole."""
    if isinstance(block, Paragraph):
        return Paragraph(_moved_text(block.text, by), block.level)
    cells = tuple(
        type(c)(c.row, c.column, c.text, _moved_place(c.place, by), c.row_span, c.column_span) for c in block.cells
    )
    return Table(cells, _moved_place(block.place, by), block.caption, block.inferred)


def _moved_text(text: Text, by: int) -> Text:
    if not isinstance(text.anchor, SourceMap):
        return text
    segments = tuple(Segment(s.start, s.length, s.source + by, s.source_length) for s in text.anchor.segments)
    return Text(text.text, SourceMap(segments))


def _moved_place(place: object, by: int) -> Span:
    assert isinstance(place, Span)
    return Span(place.start + by, place.end + by)
