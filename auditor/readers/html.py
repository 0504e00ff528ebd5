"""Decoded HTML -> blocks in reading order, each with its span in the decoded text.

`skeleton` gives the structural tags and the runs of text by number, lexbor makes of them the tree that a browser would build, and
the tree, written out again, is read as a stream of balanced tags: no recursion, and a text is read once however deep it stands.

Paragraphs    headings (level 1-6), block elements, lines parted by <br>; what only blanks show is left out
Cells         lines joined by \\n; the place runs from the first to the last visible character, of a blank cell it is the start tag
Left out      hidden elements, menus and footers (by element or class, if they hold no table), the tail from 版权所有/ICP on
Metadata      title, published, column, site, url, source, author, keywords of <title> and <meta> as Chinese government sites write them
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from auditor.model import Block, Paragraph, Span
from auditor.readers.flow import Flow
from auditor.readers.grid import Item, Line, RawCell, RawTable, settle
from auditor.readers.metadata import of_page
from auditor.readers.skeleton import Skeleton, attributes, scan
from auditor.text import squash

_CELL = r'<t[dh] o="(\d+)">(?:<p>)?(\d+);(?:</p>)?</t[dh]>'  # most cells hold one run: one event instead of five
_EVENT = re.compile(rf"{_CELL}|<(/?)([^ >]+)([^>]*)>|([^<]+)")
_RUN = re.compile(r"(\d+);|[ \n]+")
_SPACES = (" ", "\n")
_PLAIN = frozenset(["p", "div", "li", "ul", "ol", "dl", "dt", "dd", "center", "section"])
_VOID = frozenset(("br", "hr"))
_LEVELS = {f"h{n}": n for n in range(1, 7)}
_GROUPS = frozenset(("thead", "tbody", "tfoot"))
_PATH_WORDS = ("当前位置", "您的位置", "您现在的位置", "当前的位置", "所在位置")
_FURNITURE_CHARACTERS = 1500
_TAIL = re.compile(r"版权所有|ICP备|ICP证|公网安备|网站标识码|Copyright|©")
_MANY_HIDDEN_RUNS = 20
_TAIL_BLOCKS, _FOOT_CHARACTERS = 20, 120


@dataclass(frozen=True, slots=True)
class Page:
    """Blocks, metadata and Chinese notes of one page; `cut_short`: its end is lost."""

    blocks: tuple[Block, ...]
    metadata: dict[str, str]
    notes: tuple[str, ...]
    cut_short: bool


def read_html(text: str) -> Page:
    """The blocks of a page. Raises Refusal past a limit."""
    skeleton = scan(text)
    reading = _Reading(text, skeleton)
    body = LexborHTMLParser(skeleton.markup).body
    reading.events(body.html or "" if body is not None else "")
    blocks = _without_tail(settle(reading.items))
    notes = list(reading.notes())
    if skeleton.cut_short:
        notes.append("网页末尾有未闭合的标签，其后的内容未能读取")
    return Page(blocks, of_page(skeleton.title, skeleton.meta), tuple(notes), skeleton.cut_short)


@dataclass(slots=True)
class _Frame:
    """An element whose content is gathered on its own: a cell, a caption, page furniture."""

    kind: str
    depth: int
    items: list[Item]
    table: RawTable | None = None
    cell: tuple[int, int, int] | None = None  # tag number, row span, column span
    group: int = 0


@dataclass(slots=True)
class _Reading:
    source: str
    skeleton: Skeleton
    items: list[Item] = field(default_factory=list)
    _frames: list[_Frame] = field(default_factory=list)
    _depth: int = 0
    _hidden: int = 0
    _hidden_tables: int = 0
    _hidden_runs: int = 0
    _level: int = 0
    _pre: int = 0
    _flow: Flow = field(init=False)

    def __post_init__(self) -> None:
        self._flow = Flow(self.source)

    def notes(self) -> list[str]:
        """What the reader of the result should know."""
        if self._hidden_tables:
            return [f"网页有 {self._hidden_tables} 个隐藏的表格，未予读取"]
        return ["网页有隐藏的文字，未予读取"] if self._hidden_runs > _MANY_HIDDEN_RUNS else []

    def events(self, markup: str) -> None:
        """Reads the balanced mark-up that the parser made of the skeleton."""
        flow, runs = self._flow, self.skeleton.runs
        for tag, run, closing, name, marks, text in _EVENT.findall(markup):
            if run:
                if not self._hidden:
                    self._simple_cell(int(tag), int(run))
            elif text:
                if self._hidden:
                    self._hidden_runs += text.count(";")
                elif text in _SPACES:
                    flow.space(line_break=text == "\n")
                elif not self._pre and text.find(";") == len(text) - 1:
                    flow.run(*runs[int(text[:-1])])
                else:
                    self._text(text)
            elif name in _PLAIN and not marks and not (closing and self._is_marked_end()):
                if not self._hidden:
                    self._flush()
                self._depth += -1 if closing else 1
            elif closing:
                self._end(name)
            elif name in _VOID:
                if not self._hidden:
                    self._flush()
            else:
                self._start(name, marks)
        self._flush()

    def _is_marked_end(self) -> bool:
        return self._hidden == self._depth or bool(self._frames and self._frames[-1].depth == self._depth)

    def _text(self, numbers: str) -> None:
        for match in _RUN.finditer(numbers):
            number = match[1]
            if not number:
                self._flow.space(line_break="\n" in match[0])
            elif self._pre:
                self._preformatted(*self.skeleton.runs[int(number)])
            else:
                self._flow.run(*self.skeleton.runs[int(number)])

    def _preformatted(self, start: int, end: int) -> None:
        for line in re.finditer(r"([^\r\n]*)(\r\n?|\n|\Z)", self.source[start:end]):
            if line[1]:
                self._flow.kept(start + line.start(1), start + line.end(1))
            if line[2]:
                self._flush()

    def _flush(self) -> None:
        if not self._flow.texts:
            self._flow.gap = None
            return
        items = self._frames[-1].items if self._frames else self.items
        items.append(Line(*self._flow.take(), self._level))

    def _start(self, name: str, marks: str) -> None:
        self._depth += 1
        if self._hidden:
            self._hidden_tables += name == "table"
            return
        if not name.startswith("x-"):
            self._flush()
        if marks and ' h="' in marks:
            self._hidden = self._depth
            self._hidden_tables += name == "table"
        elif name in ("td", "th"):
            self._start_cell(marks)
        elif name == "tr" or name in _GROUPS:
            self._start_row(name)
        elif name == "table":
            self._start_table(marks)
        elif name == "caption" or (marks and ' c="' in marks):
            self._frames.append(_Frame("caption" if name == "caption" else "furniture", self._depth, []))
        elif name in _LEVELS:
            self._level = _LEVELS[name]
        elif name == "pre":
            self._pre += 1

    def _start_table(self, marks: str) -> None:
        start, end, _ = self.skeleton.tags[_number(marks)]
        table = RawTable(Span(start, end))
        items = self._frames[-1].items if self._frames else self.items
        items.append(table)
        self._frames.append(_Frame("table", self._depth, items, table))

    def _start_row(self, name: str) -> None:
        frame = self._frames[-1] if self._frames else None
        if frame is None or frame.table is None:
            return
        if name == "tr":
            frame.table.rows.append([])
            frame.table.groups.append(frame.group)
        else:
            frame.group += 1

    def _start_cell(self, marks: str) -> None:
        number = _number(marks)
        self._frames.append(_Frame("cell", self._depth, [], None, (number, *_spans(self.skeleton.tags[number][2]))))

    def _simple_cell(self, tag: int, run: int) -> None:
        self._flush()
        table = self._frames[-1].table if self._frames else None
        if table is None:
            return
        spans = _spans(self.skeleton.tags[tag][2])
        text, pieces = self._flow.alone(*self.skeleton.runs[run]) if not self._pre else ("", [])
        if pieces:
            (_, _, start, _), (_, _, last, length) = pieces[0], pieces[-1]
            table.rows[-1].append(RawCell([Line(text, pieces, self._level)], Span(start, last + length), *spans))
        else:
            items = self._preformatted_cell(run) if self._pre else []
            table.rows[-1].append(RawCell(items, self._cell_place(items, tag), *spans))

    def _preformatted_cell(self, run: int) -> list[Item]:
        frame = _Frame("cell", self._depth, [])
        self._frames.append(frame)
        self._preformatted(*self.skeleton.runs[run])
        self._flush()
        self._frames.pop()
        return frame.items

    def _end(self, name: str) -> None:
        if self._hidden:
            if self._hidden == self._depth:
                self._hidden = 0
            self._depth -= 1
            return
        if not name.startswith("x-"):
            self._flush()
        if self._frames and self._frames[-1].depth == self._depth:
            self._leave(self._frames.pop())
        if name in _LEVELS:
            self._level = 0
        elif name == "pre":
            self._pre -= 1
        self._depth -= 1

    def _leave(self, frame: _Frame) -> None:
        outer = self._frames[-1] if self._frames else None
        if frame.cell is not None and outer is not None and outer.table is not None:
            number, rows, columns = frame.cell
            outer.table.rows[-1].append(RawCell(frame.items, self._cell_place(frame.items, number), rows, columns))
        elif frame.kind == "caption" and outer is not None and outer.table is not None:
            outer.table.heading.extend(frame.items)
        elif frame.kind == "furniture" and not _is_furniture(frame.items):
            (outer.items if outer else self.items).extend(frame.items)
        elif frame.kind == "table" and frame.table is not None:
            frame.table.place = _whole(frame.table)

    def _cell_place(self, items: list[Item], number: int) -> Span:
        if not items:
            start, end, _ = self.skeleton.tags[number]
            return Span(start, end)
        first, last = items[0], items[-1]
        if isinstance(first, Line) and isinstance(last, Line):
            return Span(first.begin, last.end)
        return Span(_span(first).start, _span(last).end)


def _number(marks: str) -> int:
    """The number in ` o="17"`, which always stands first."""
    return int(marks[4 : marks.index('"', 4)])


def _spans(raw: str) -> tuple[int, int]:
    """(row span, column span) of a cell's attributes."""
    if "span" not in raw.lower():
        return 1, 1
    found = attributes(raw)
    return _span_value(found.get("rowspan", "")), _span_value(found.get("colspan", "")) or 1


def _span_value(text: str) -> int:
    digits = re.match(r"\s*\+?(\d{1,9})", text)
    return int(digits[1]) if digits else 1


def _span(item: Item) -> Span:
    if isinstance(item, Line):
        return Span(item.begin, item.end)
    return item.place if isinstance(item.place, Span) else Span(0, 0)


def _whole(table: RawTable) -> Span:
    """From the start tag of the table to the end of its last cell."""
    ends = [cell.place.end for cell in table.cells() if isinstance(cell.place, Span)]
    begin = table.place if isinstance(table.place, Span) else Span(0, 0)
    return Span(begin.start, max([begin.end, *ends]))


def _is_furniture(items: list[Item]) -> bool:
    """Menus and footers are short and hold no table; the path to the page (当前位置) is kept, it names the column."""
    if any(isinstance(item, RawTable) for item in items):
        return False
    text = squash("".join(item.text for item in items if isinstance(item, Line)))
    return len(text) <= _FURNITURE_CHARACTERS and not any(word in text for word in _PATH_WORDS)


def _without_tail(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Without the page's foot: from the first short line on that speaks of copyright or registration, if no table follows."""
    for at in range(max(1, len(blocks) - _TAIL_BLOCKS), len(blocks)):
        if _is_foot(blocks[at]) and all(isinstance(block, Paragraph) for block in blocks[at:]):
            return blocks[:at]
    return blocks


def _is_foot(block: Block) -> bool:
    if not isinstance(block, Paragraph) or len(block.text.text) > _FOOT_CHARACTERS:
        return False
    return bool(_TAIL.search(squash(block.text.text)))
