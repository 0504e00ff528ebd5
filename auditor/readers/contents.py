"""What stands in a page, told element by element -> lines and tables in reading order.

Whoever parses the page tells of its tree: elements open and close in balance, runs of text and breaks come between.

Cells       lines joined by \\n; the place runs from the first to the last visible character, of a blank cell it is the start tag
Left out    hidden elements, and those that look like page furniture and hold no table, no long text and no path to the page
Furniture   what was left out so, in its own words
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from auditor.model import Cell, Link, Span
from auditor.readers import tags
from auditor.readers.clusters import NextCell
from auditor.readers.flow import SPACE, Flow, Piece, plain
from auditor.readers.furniture import is_furniture
from auditor.readers.grid import Item, Line, RawCell, RawTable
from auditor.readers.links import Target, is_file

_MANY_HIDDEN_RUNS = 20
_MOST_LINKS = 200
_LINE = re.compile(r"([^\r\n]*)(\r\n?|\n|\Z)")
_NO_CELL = NextCell(0, 0, 0, 1, 1)

_ON_THEIR_OWN = tags.TABLE_PARTS | {"table"}


@dataclass(slots=True)
class _Frame:
    """An element whose content is gathered on its own: a table (its open cell), a caption, page furniture.

    `items` is None between the cells of a table. `cell` is the open one, in a cluster of tags that begins `at`; `column`
    counts the columns of the cells before it in its row.
    """

    depth: int
    items: list[Item] | None
    table: RawTable | None = None
    cell: NextCell = _NO_CELL
    at: int = 0
    column: int = 0
    group: int = 0
    caption: bool = False

    def blank(self) -> Span:
        """The place of the open cell if it holds nothing: its start tag."""
        return Span(self.at + self.cell.start, self.at + self.cell.end)


class Contents:
    """Gathers what a page shows; `items`, `furniture` and `links` hold it when the page is told."""

    __slots__ = (
        "_depth", "_end", "_flow", "_frames", "_hidden_runs", "_hidden_tables", "_into", "_level", "_link", "_link_words", "_linked",
        "_pre", "_rich", "_source", "_start", "furniture", "hidden", "items", "links",
    )  # fmt: skip

    def __init__(self, source: str) -> None:
        self._source = source
        self._flow: Flow | None = None  # the runs of this line, if they are several
        self._start = self._end = 0  # the first run of this line, as long as it is the only one
        self.items: list[Item] = []
        self.furniture: list[str] = []
        self.links: list[Link] = []
        self._into: list[Item] = self.items
        self._frames: list[_Frame] = []
        self._depth = self.hidden = self._hidden_tables = self._hidden_runs = self._level = self._pre = 0
        self._rich = False  # whether the open cell holds more than one run of text, or reaches into the rows below
        self._link: Target | None = None  # the link that is open
        self._link_words: list[str] = []
        self._linked = 0  # characters of this line that are links to other pages

    def notes(self) -> list[str]:
        """What the reader of the result should know."""
        if self._hidden_tables:
            return [f"网页有 {self._hidden_tables} 个隐藏的表格，未予读取"]
        return ["网页有隐藏的文字，未予读取"] if self._hidden_runs > _MANY_HIDDEN_RUNS else []

    # --- text ---

    def text(self, start: int, end: int) -> None:
        """A run of text: characters start … end of the source, which hold no mark-up but entities."""
        if self.hidden:
            self._hidden_runs += 1
            return
        if self._link is not None:
            self._link_words.append(self._source[start:end])
            self._linked += 0 if self._link.to_file else end - start
            self._rich = True
        if self._pre:
            self._preformatted(start, end)
        elif self._flow is None and not self._end:
            self._start, self._end = start, end
        else:
            self._several().run(start, end)

    def space(self, *, line_break: bool) -> None:
        """White space between tags; at the start of a line it is not shown."""
        if not self.hidden and self.in_line():
            self._several().space(line_break=line_break)

    def in_line(self) -> bool:
        """Whether text has come since the last end of a line."""
        return self._end > 0 or self._flow is not None

    def _several(self) -> Flow:
        """The runs of this line, one by one."""
        self._rich = True
        if self._flow is None:
            self._flow = Flow(self._source)
        if self._end:
            self._flow.run(self._start, self._end)
            self._end = 0
        return self._flow

    def end_line(self) -> None:
        """The end of a line or a paragraph; one within what is hidden ends nothing."""
        if self.hidden:
            return
        pieces: list[Piece]
        if self._flow is None:
            if not self._end:
                return
            text = self._text_alone()
            if text is not None and len(text) == self._end - self._start:
                pieces = [(0, len(text), self._start, len(text))]
            else:
                text, pieces = self._several().take()
        else:
            text, pieces = self._flow.take()
        linked = self._linked * 5 >= len(text) * 4
        self._linked = self._end = 0
        self._flow = None
        if text:
            self._into.append(Line(text, pieces, self._level, linked))
            self._rich = True

    def link(self, target: Target | None) -> None:
        """A link begins there, or one ends."""
        open_link, self._link = self._link, target
        if open_link is not None and len(self.links) < _MOST_LINKS:
            words = " ".join(unescape("".join(self._link_words)).split()) or open_link.title
            if is_file(words, open_link.address):
                self.links.append(Link(words, open_link.address))
        self._link_words = []

    def _preformatted(self, start: int, end: int) -> None:
        for line in _LINE.finditer(self._source, start, end):
            if line[1]:
                self._several().kept(line.start(1), line.end(1))
            if line[2]:
                self.end_line()

    # --- elements ---

    def open(self, name: str, mark: str = "", start: int = 0, end: int = 0, rows: int = 1, columns: int = 1) -> None:
        """An element of the structure begins; of cells and tables its start tag and spans."""
        self._depth += 1
        if self.hidden:
            self._hidden_tables += name == "table"
            return
        if (self._end or self._flow is not None) and not name.startswith("x-"):
            self.end_line()
        if mark == "h":
            self.hidden = self._depth
            self._hidden_tables += name == "table"
        elif mark == "c" or name in _ON_THEIR_OWN:
            self._open_frame(name, start, end, rows, columns)
        elif name in tags.HEADINGS:
            self._level = tags.HEADINGS[name]
        elif name == "pre":
            self._pre += 1

    def _open_frame(self, name: str, start: int, end: int, rows: int, columns: int) -> None:
        """A table or a part of it begins, or page furniture."""
        frame = self._frames[-1] if self._frames else None
        if name == "table":
            table = RawTable(Span(start, end), source=self._source, placed=True)
            self._into.append(table)
            self._frames.append(_Frame(self._depth, None, table))
        elif name == "caption" or name not in _ON_THEIR_OWN:
            self._into = []
            self._frames.append(_Frame(self._depth, self._into, caption=name == "caption"))
        elif frame is None:
            return
        elif name == "tr":
            self._open_rows(frame, 1)
        elif name in tags.GROUPS:
            frame.group += 1
        else:
            self._open_cell(frame, NextCell(0, start, end, rows, columns), 0)

    def close(self, name: str) -> None:
        """The innermost open element, which is of that name, ends."""
        if self.hidden:
            if self.hidden == self._depth:
                self.hidden = 0
            self._depth -= 1
            return
        frames = self._frames
        if name in tags.CELLS and frames and frames[-1].items is not None and frames[-1].table is not None:
            self._end_cell(frames[-1])
        elif (self._end or self._flow is not None) and not name.startswith("x-"):
            self.end_line()
        if frames and frames[-1].depth == self._depth:
            self._leave(frames.pop())
        elif self._level and name in tags.HEADINGS:
            self._level = 0
        elif name == "pre":
            self._pre -= 1
        self._depth -= 1

    def next_cells(self, cells: tuple[NextCell, ...], at: int, start: int, end: int) -> None:
        """The open cell ends with the run start … end, and these begin, the last of which stays open; their cluster begins `at`.

        This is where a page's time is spent: what `text`, `_end_cell` and `_open_cell` do is done here in one go for a cell
        that holds one plain run, as most do.
        """
        frame = self._frames[-1]
        table = frame.table
        for cell in cells:
            text: str | None = None
            if not (self._rich or self._end or self._link is not None) and table is not None:
                raw = self._source[start:end]
                text = raw.strip(SPACE)
                if len(text) != end - start:
                    start += raw.index(text)
                    end = start + len(text)
                text = plain(text)
            if text is None or table is None:
                if end:
                    self.text(start, end)
                self._end_cell(frame)
            else:
                columns, column = frame.cell[4], frame.column
                rows = table.rows
                place = Span(start, end) if text else frame.blank()
                rows[-1].append(Cell(len(rows) - 1, column, text, place, 1, columns))
                frame.column = column + columns
            if cell[0]:
                self._open_rows(frame, cell[0])
            frame.cell, frame.at = cell, at
            self._rich = cell[3] != 1 or self._level > 0
            if frame.items is None:
                frame.items = self._into = []
            start = end = 0

    def _open_rows(self, frame: _Frame, count: int) -> None:
        if frame.table is not None:
            for _ in range(count):
                frame.table.rows.append([])
                frame.table.groups.append(frame.group)
        frame.column = 0

    def _open_cell(self, frame: _Frame, cell: NextCell, at: int) -> None:
        frame.cell, frame.at = cell, at
        self._rich = cell.row_span != 1 or self._level > 0
        frame.items = self._into = []

    def _end_cell(self, frame: _Frame) -> None:
        """The open cell of a table ends, whatever it holds."""
        table, items = frame.table, frame.items
        if table is None or items is None:
            return
        self.end_line()
        rows, columns = frame.cell.row_span, frame.cell.column_span
        place = _place(items) if items else frame.blank()
        table.placed = table.placed and rows == 1
        table.linked += bool(items) and all(isinstance(item, Line) and item.linked for item in items)
        table.rows[-1].append(RawCell(items, place, rows, columns, frame.column))
        frame.column += columns
        frame.items = None

    def _text_alone(self) -> str | None:
        """What the only run of this line shows; its ends are moved to what shows. None where it takes more care."""
        text = raw = self._source[self._start : self._end]
        if raw[0] in SPACE or raw[-1] in SPACE:
            text = raw.strip(SPACE)
            self._start += raw.index(text)
            self._end = self._start + len(text)
        return plain(text)

    def _leave(self, frame: _Frame) -> None:
        outer = self._frames[-1] if self._frames else None
        self._rich = True
        self._into = self.items if outer is None else outer.items if outer.items is not None else []
        if frame.table is not None:
            frame.table.place = _whole(frame.table)
        elif frame.caption and outer is not None and outer.table is not None:
            outer.table.heading.extend(frame.items or [])
        elif frame.items is not None:
            if not frame.caption and is_furniture(frame.items):
                self.furniture.append(" ".join(item.text for item in frame.items if isinstance(item, Line)))
            else:
                self._into.extend(frame.items)


def _place(items: list[Item]) -> Span:
    return Span(_span(items[0]).start, _span(items[-1]).end)


def _span(item: Item) -> Span:
    if isinstance(item, Line):
        return Span(item.begin, item.end)
    return item.place if isinstance(item.place, Span) else Span(0, 0)


def _whole(table: RawTable) -> Span:
    """From the start tag of the table to the end of its last cell."""
    begin = table.place if isinstance(table.place, Span) else Span(0, 0)
    last = next((row[-1].place for row in reversed(table.rows) if row), begin)
    return Span(begin.start, max(begin.end, last.end)) if isinstance(last, Span) else begin
