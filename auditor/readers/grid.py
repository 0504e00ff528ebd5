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

from auditor.model import Anchor, Block, Cell, Paragraph, Place, Segment, SourceMap, Span, Table, Text
from auditor.readers import limits
from auditor.readers.flow import Flow, Piece
from auditor.text import is_blank

_PROSE_PARAGRAPHS = 3
_PROSE_CHARACTERS = 300
_ISLAND_CELLS = 6
_WIDE_ROWS = 5


@dataclass(slots=True)
class Line:
    """A paragraph as read. Its anchor is made only if it stays a paragraph: most are lines of a cell.

    `linked`: all that it shows are links, as in a menu.
    """

    text: str
    anchor: Anchor | list[Piece]
    level: int = 0
    linked: bool = False

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

    @property
    def text(self) -> str:
        """What it shows."""
        return cell_text(self.items)


@dataclass(slots=True)
class RawTable:
    """A table as read; `groups` numbers each row's row group, row spans end with it; `heading` is what its caption holds.

    A cell of one run of text, as most cells of a page are, may stand in its row as a finished `Cell` already, whose column
    counts only the cells before it; its line is read again from `source` in the rare case that it is asked for. `placed`:
    no cell reaches into the rows below, so that all columns are final.
    """

    place: Place
    rows: list[list[RawCell | Cell]] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    heading: list[Line | RawTable] = field(default_factory=list)
    inferred: str = ""  # why borders or characters were inferred, in Chinese
    source: str = ""
    placed: bool = False
    linked: int = 0  # cells that show links and nothing else, as in a menu

    def cells(self) -> Iterator[RawCell | Cell]:
        """All cells in reading order."""
        return (cell for row in self.rows for cell in row)

    def items(self, cell: RawCell | Cell) -> Sequence[Line | RawTable]:
        """What a cell of this table holds."""
        if isinstance(cell, RawCell):
            return cell.items
        if not cell.text or not isinstance(cell.place, Span):
            return ()
        flow = Flow(self.source)
        flow.run(cell.place.start, cell.place.end)
        return (Line(*flow.take()),)


Item = Line | RawTable


def settle(items: Iterable[Item], *, keep_blank: bool = False) -> tuple[Block, ...]:
    """Blocks in reading order; paragraphs that show nothing are left out unless `keep_blank`."""
    return in_blocks(dissolved(items), keep_blank=keep_blank)


def in_blocks(items: Iterable[Item], *, keep_blank: bool = False) -> tuple[Block, ...]:
    """The same of lines and data tables."""
    out: list[Block] = []
    cells = 0
    for item in items:
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


def dissolved(items: Iterable[Item]) -> Iterator[Item]:
    """Lines and data tables in reading order: what layout tables hold stands in their place."""
    for item in items:
        if isinstance(item, Line):
            yield item
        elif is_layout(item):
            yield from dissolved(item.heading)
            for cell in item.cells():
                yield from dissolved(item.items(cell))
        else:
            yield from dissolved(inner for inner in item.heading if isinstance(inner, RawTable))
            yield item


def is_layout(table: RawTable) -> bool:
    """Whether the table only arranges a page."""
    cells = [cell for row in table.rows for cell in row]
    if len(cells) <= 1:
        return True
    rich = [cell for cell in cells if isinstance(cell, RawCell)]
    inner = [item for cell in rich for item in cell.items if isinstance(item, RawTable)]
    if inner:
        plain_rows = sum(sum(not _holds_table(cell) for cell in row) >= 2 for row in table.rows)
        return plain_rows < _WIDE_ROWS or any(_size(nested) > _ISLAND_CELLS for nested in inner)
    if not any(cell.text.strip() for cell in cells):
        return True
    prose = sum(
        _length(cell) for cell in rich if len(cell.items) >= _PROSE_PARAGRAPHS and _length(cell) >= _PROSE_CHARACTERS
    )
    return prose > 0 and prose * 2 > sum(map(_length, cells))


def _length(cell: RawCell | Cell) -> int:
    """The characters of a cell's own lines."""
    return len(cell.text) if isinstance(cell, Cell) else sum(len(i.text) for i in cell.items if isinstance(i, Line))


def _holds_table(cell: RawCell | Cell) -> bool:
    return isinstance(cell, RawCell) and any(isinstance(item, RawTable) for item in cell.items)


def _size(table: RawTable) -> int:
    inner = [item for cell in table.cells() if isinstance(cell, RawCell) for item in cell.items]
    return sum(map(len, table.rows)) + sum(_size(item) for item in inner if isinstance(item, RawTable))


def cell_text(items: Sequence[Item]) -> str:
    """What a cell shows: its paragraphs one a line; a small table in it one row a line."""
    if len(items) == 1 and isinstance(items[0], Line):
        return items[0].text
    lines: list[str] = []
    for item in items:
        if isinstance(item, Line):
            lines.append(item.text)
        else:
            lines.extend(" ".join(cell.text for cell in row) for row in item.rows)
    return "\n".join(lines)


def laid_out(table: RawTable) -> Table:
    """The data table with rows, columns and spans."""
    caption = " ".join(item.text for item in table.heading if isinstance(item, Line))
    cells = _as_placed(table) if table.placed else _placed(table)
    return Table(tuple(cells), table.place, caption, table.inferred)


def _as_placed(table: RawTable) -> list[Cell]:
    """The cells at the columns that they know."""
    return [
        cell
        if isinstance(cell, Cell)
        else Cell(number, cell.column, cell.text, cell.place, 1, min(max(cell.column_span, 1), limits.SPAN))
        for number, row in enumerate(table.rows)
        for cell in row
    ]


def _placed(table: RawTable) -> list[Cell]:
    """The cells at the columns that those from above leave free."""
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
    return cells


_Covered = tuple[int, int, int]  # (first column, column after, row after) of a cell that reaches into rows below


def _lay_row(
    number: int, row: list[RawCell | Cell], end: int, covered: list[_Covered], cells: list[Cell]
) -> list[_Covered]:
    """Adds the cells of a row at its free columns; those that reach into the rows below."""
    column = at = 0
    begun: list[_Covered] = []
    for raw in row:
        if raw.column > column:
            column = raw.column
        while at < len(covered) and covered[at][0] <= column:
            column = max(column, covered[at][1])
            at += 1
        if raw.column_span == 1 and raw.row_span == 1:
            known = isinstance(raw, Cell) and raw.column == column
            cells.append(raw if known else Cell(number, column, raw.text, raw.place))  # type: ignore[arg-type]
            column += 1
            continue
        width = min(max(raw.column_span, 1), limits.SPAN)
        height = 1 if raw.row_span == 1 else min(raw.row_span, end - number) if raw.row_span > 0 else end - number
        cells.append(Cell(number, column, raw.text, raw.place, height, width))
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
