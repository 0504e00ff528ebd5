"""Rows of cells -> a table, or what it holds, where the table only arranges a page.

Every reader builds `RawTable`s; here their cells get rows and columns (spans as a browser lays them out) and it is decided
which are data tables. A layout table is dissolved: what its cells hold stands in reading order in its place.

Layout    a table of one cell, or that shows nothing; a table around other tables, unless they are small islands in a wide data table; a table most
          of whose text is prose of several paragraphs in one cell
Spans     clamped to 1,000 columns and to the rows of the row group; row span 0 reaches to its end
Refuses   more cells than the limit, and spans whose placing costs more than a bounded number of steps
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from auditor.model import Anchor, Block, Cell, Paragraph, Place, Segment, SourceMap, Table, Text
from auditor.readers import limits
from auditor.readers.flow import Piece
from auditor.text import is_blank

_PROSE_PARAGRAPHS = 3
_PROSE_CHARACTERS = 300
_ISLAND_CELLS = 6
_WIDE_ROWS = 5


@dataclass(slots=True)
class Line:
    """A paragraph as read. Its anchor is made only if it stays a paragraph: most are lines of a cell."""

    text: str
    anchor: Anchor | list[Piece]
    level: int = 0

    def paragraph(self) -> Paragraph:
        """The block."""
        anchor = self.anchor
        if isinstance(anchor, list):
            anchor = SourceMap(tuple([Segment(*piece) for piece in anchor]))
        return Paragraph(Text(self.text, anchor), self.level)

    @property
    def begin(self) -> int:
        """Where its first character stands in the source; 0 where the format has no such text."""
        return self.anchor[0][2] if isinstance(self.anchor, list) else 0

    @property
    def end(self) -> int:
        """Where its last character ends in the source; 0 where the format has no such text."""
        return self.anchor[-1][2] + self.anchor[-1][3] if isinstance(self.anchor, list) else 0

    def is_blank(self) -> bool:
        """Whether it shows nothing."""
        return not self.text[:32].strip() and is_blank(self.text)


@dataclass(slots=True)
class RawCell:
    """A cell as it stands in its row; `items` is what it holds, `place` where it is. `column` -1: next free one."""

    items: list[Line | RawTable]
    place: Place
    row_span: int = 1
    column_span: int = 1
    column: int = -1


@dataclass(slots=True)
class RawTable:
    """A table as read; `groups` numbers each row's row group, row spans end with it; `heading` is what its caption holds."""

    place: Place
    rows: list[list[RawCell]] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    heading: list[Line | RawTable] = field(default_factory=list)
    inferred: str = ""  # why borders or characters were inferred, in Chinese

    def cells(self) -> Iterator[RawCell]:
        """All cells in reading order."""
        return (cell for row in self.rows for cell in row)


Item = Line | RawTable


def settle(items: Iterable[Item], *, keep_blank: bool = False) -> tuple[Block, ...]:
    """Blocks in reading order; paragraphs that show nothing are left out unless `keep_blank`."""
    out: list[Block] = []
    cells = 0
    for item in _dissolved(items):
        if len(out) >= limits.BLOCKS:
            raise limits.too_many_blocks()
        if isinstance(item, Line):
            if keep_blank or not item.is_blank():
                out.append(item.paragraph())
            continue
        table = laid_out(item)
        cells += len(table.cells)
        if cells > limits.CELLS:
            raise limits.too_many_cells()
        if table.cells:
            out.append(table)
    return tuple(out)


def _dissolved(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        if isinstance(item, Line):
            yield item
        elif is_layout(item):
            yield from _dissolved(item.heading)
            for cell in item.cells():
                yield from _dissolved(cell.items)
        else:
            yield from _dissolved(inner for inner in item.heading if isinstance(inner, RawTable))
            yield item


def is_layout(table: RawTable) -> bool:
    """Whether the table only arranges a page."""
    cells = list(table.cells())
    if len(cells) <= 1:
        return True
    inner = [item for cell in cells for item in cell.items if isinstance(item, RawTable)]
    if inner:
        plain_rows = sum(sum(not _holds_table(cell) for cell in row) >= 2 for row in table.rows)
        return plain_rows < _WIDE_ROWS or any(_size(nested) > _ISLAND_CELLS for nested in inner)
    if not any(item.text.strip() for cell in cells for item in cell.items if isinstance(item, Line)):
        return True
    total = prose = 0
    for cell in cells:
        lengths = [len(item.text) for item in cell.items if isinstance(item, Line)]
        length = sum(lengths)
        total += length
        if length >= _PROSE_CHARACTERS and len(lengths) >= _PROSE_PARAGRAPHS:
            prose += length
    return prose * 2 > total


def _holds_table(cell: RawCell) -> bool:
    return any(isinstance(item, RawTable) for item in cell.items)


def _size(table: RawTable) -> int:
    own = sum(1 for _ in table.cells())
    return own + sum(_size(i) for cell in table.cells() for i in cell.items if isinstance(i, RawTable))


def cell_text(items: Sequence[Item]) -> str:
    """What a cell shows: its paragraphs one a line; a small table in it one row a line."""
    if len(items) == 1 and isinstance(items[0], Line):
        return items[0].text
    lines: list[str] = []
    for item in items:
        if isinstance(item, Line):
            lines.append(item.text)
        else:
            lines.extend(" ".join(cell_text(cell.items) for cell in row) for row in item.rows)
    return "\n".join(lines)


def laid_out(table: RawTable) -> Table:
    """The data table with rows, columns and spans."""
    cells: list[Cell] = []
    ends = _group_ends(table)
    covered: list[_Covered] = []
    work = 0
    for number, row in enumerate(table.rows):
        if covered:
            covered = [span for span in covered if span[2] > number]
        work += len(covered) + len(row)
        if work > limits.GRID_WORK:
            raise limits.too_many_cells()
        begun = _lay_row(number, row, ends[number], covered, cells)
        if begun:
            covered = sorted(covered + begun)
    caption = " ".join(item.text for item in table.heading if isinstance(item, Line))
    return Table(tuple(cells), table.place, caption, table.inferred)


_Covered = tuple[int, int, int]  # (first column, column after, row after) of a cell that reaches into rows below


def _lay_row(number: int, row: list[RawCell], end: int, covered: list[_Covered], cells: list[Cell]) -> list[_Covered]:
    """Adds the cells of a row at its free columns; those that reach into the rows below."""
    column = at = 0
    begun: list[_Covered] = []
    for raw in row:
        column = max(column, raw.column)
        while at < len(covered) and covered[at][0] <= column:
            column = max(column, covered[at][1])
            at += 1
        width = min(max(raw.column_span, 1), limits.SPAN)
        height = 1 if raw.row_span == 1 else min(raw.row_span, end - number) if raw.row_span > 0 else end - number
        cells.append(Cell(number, column, cell_text(raw.items), raw.place, height, width))
        if height > 1:
            begun.append((column, column + width, number + height))
        column += width
    return begun


def _group_ends(table: RawTable) -> list[int]:
    """For each row the number of the row after its group."""
    count = len(table.rows)
    groups = table.groups or [0] * count
    ends = [count] * count
    for number in range(count - 2, -1, -1):
        ends[number] = ends[number + 1] if groups[number] == groups[number + 1] else number + 1
    return ends
