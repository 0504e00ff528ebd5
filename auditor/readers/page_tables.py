"""Grids and characters of pages -> tables; a table that runs over pages is one, its broken rows and labels mended.

In        the grids that the ruling lines of a page draw, and its characters; tables page by page in reading order
Out       `PageTable`: columns, rows and cells, each cell with its lines, its page and its box
Over pages  a table that ends a page and one that begins the next are one where they are as wide; the columns are those of both. A header
          that is printed again is left out. A label or a row that the page break cuts in two is put together again: a cell goes on in the
          cell below where it takes up no ordinal of its own and the row has numbers on one side of the break only
Doubt     `inferred` says where lines were missing, and where numbers were taken over a page break to a label that stands alone; cells over
          whose border a number reaches end in U+FFFD, for no one can tell whose it is
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from auditor.model import Cell, PageBox
from auditor.readers.glyphs import Glyph, PageContent
from auditor.readers.grid import RawCell, RawTable
from auditor.readers.lattice import Box, Grid
from auditor.readers.pages import BEGINNING, Column, TextLine, lines_of, paragraphs, unknown_after
from auditor.text import UNKNOWN, squash

UNRULED = "表格没有表格线，各列由程序按文字位置推断"
TORN = "有数字分写几行，相关单元格无法辨认"
OPEN_LINES = "部分表格线缺失，单元格边界由程序推断"
OVERFLOW = "有数字越出单元格边线，相关单元格无法辨认"
LONE_LABEL = "表格跨页断行，断开处的行名与数字由程序接续"
_SAME_WIDTH = 8.0  # points by which a table may be wider on the next page
_SAME_EDGE = 5.0
_MOST_SHIFT = 60.0  # a binding margin that changes sides
_MOST_PADDING = 6.0
_NUMBER_GAP = 0.12  # in heights: within a number no gap is wider
_NUMBER_LAP = 0.5  # in heights: nor do its digits overlap by more
_NUMBER = re.compile(r"[\d０-９.,，%％+\-−/／—–]+")
_SEPARATORS = ",，."
_UNIT = re.compile("[万千百亿]?[条件次个人篇项份场期宗例元/]{1,3}")
_DIGITS = frozenset("0123456789０１２３４５６７８９.,")


@dataclass(slots=True)
class TableCell:
    """A cell with its lines, each with the box that it is set in; `page` and `box` are where it begins."""

    row: int
    column: int
    row_span: int
    column_span: int
    page: PageContent
    box: Box
    lines: list[tuple[TextLine, Box]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its characters without white space."""
        return squash("".join(line.text for line, _ in self.lines))

    @property
    def is_number(self) -> bool:
        """Whether it shows a number or a dash."""
        return bool(_NUMBER.fullmatch(self.text))


@dataclass(slots=True)
class PageTable:
    """A table: column edges in points, how many rows, cells; `page` and `box` where it begins, `last_page` where it ends."""

    columns: list[float]
    rows: int
    cells: list[TableCell]
    page: PageContent
    box: Box
    last_page: int
    inferred: list[str] = field(default_factory=list)

    def is_as_wide_as(self, other: PageTable) -> bool:
        """Whether two tables are as wide and stand about as far to the right."""
        width, others = (t.columns[-1] - t.columns[0] for t in (self, other))
        return abs(width - others) <= _SAME_WIDTH and abs(self.columns[0] - other.columns[0]) <= _MOST_SHIFT

    def doubt(self, reason: str) -> None:
        """Notes why something was inferred, once."""
        if reason not in self.inferred:
            self.inferred.append(reason)


# --- characters into cells -------------------------------------------------------------------------


def ruled(page: PageContent, grids: Sequence[Grid]) -> tuple[list[PageTable], list[Glyph]]:
    """The tables that stand in the grids, and the characters outside of them."""
    lattices = [_Lattice(grid) for grid in sorted(grids, key=lambda g: _area(g.box))]
    rest: list[Glyph] = []
    before: tuple[Glyph, _Lattice, int] | None = None
    for glyph in page.glyphs:
        x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        lattice = next((found for found in lattices if found.holds(x, y)), None)
        cell = lattice.cell_at(x, y) if lattice is not None else None
        if lattice is None or cell is None:
            rest.append(glyph)
            before = None
            continue
        if before is not None and before[1] is lattice and before[2] != cell and _one_number(before[0], glyph):
            lattice.torn.append((before[2], cell))
        lattice.glyphs[cell].append(glyph)
        before = glyph, lattice, cell
    tables = [_table(page, lattice) for lattice in lattices]
    return sorted(tables, key=lambda table: (table.box[1], table.box[0])), rest


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _one_number(before: Glyph, glyph: Glyph) -> bool:
    """Whether two characters in a row belong to one number."""
    height = glyph.bottom - glyph.top
    return (
        before.char in _DIGITS
        and glyph.char in _DIGITS
        and abs(before.base - glyph.base) < 0.1 * height
        and -_NUMBER_LAP * height < glyph.left - before.right < _NUMBER_GAP * height
    )


class _Lattice:
    """A grid while its cells are filled; `torn` are pairs of cells over whose border a number reaches."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.glyphs: list[list[Glyph]] = [[] for _ in grid.cells]
        self.torn: list[tuple[int, int]] = []
        self._owner = {
            (row, column): at
            for at, cell in enumerate(grid.cells)
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }

    def holds(self, x: float, y: float) -> bool:
        left, top, right, bottom = self.grid.box
        return left <= x <= right and top <= y <= bottom

    def cell_at(self, x: float, y: float) -> int | None:
        row, column = bisect_right(self.grid.rows, y) - 1, bisect_right(self.grid.columns, x) - 1
        row, column = min(row, len(self.grid.rows) - 2), min(column, len(self.grid.columns) - 2)
        return self._owner.get((row, column))


def _table(page: PageContent, lattice: _Lattice) -> PageTable:
    grid = lattice.grid
    for cell in {cell for pair in lattice.torn for cell in pair}:
        lattice.glyphs[cell].append(replace(lattice.glyphs[cell][-1], char=UNKNOWN))
    cells = [
        TableCell(
            cell.row,
            cell.column,
            cell.row_span,
            cell.column_span,
            page,
            cell.box,
            [(line, cell.box) for line in lines_of(page, glyphs)] if glyphs else [],
        )
        for cell, glyphs in zip(grid.cells, lattice.glyphs, strict=True)
    ]
    out = PageTable(list(grid.columns), len(grid.rows) - 1, cells, page, grid.box, page.number)
    if not grid.sound:
        out.doubt(OPEN_LINES)
    if lattice.torn:
        out.doubt(OVERFLOW)
    return out


# --- over pages ------------------------------------------------------------------------------------


def carries_on(table: PageTable, following: PageTable) -> bool:
    """Whether a table at the head of a page is as wide as the one at the foot of the page before."""
    drawn = UNRULED not in table.inferred and UNRULED not in following.inferred
    return drawn and following.page.number == table.last_page + 1 and table.is_as_wide_as(following)


def join(table: PageTable, following: PageTable) -> None:
    """Puts the rows of the second table under those of the first."""
    _share_columns(table, following)
    _drop_repeated_header(table, following)
    last = [c for c in table.cells if c.row + c.row_span == table.rows]
    first = [c for c in following.cells if c.row == 0]
    pairs = _pairs(last, first)
    broken = len(pairs) == len(last) == len(first) and _is_broken(table, pairs)
    if not broken and not any(c.lines and not c.is_number for c in first):
        _mark_torn(pairs)
    kept = table.rows - (1 if broken else 0)
    gone: set[int] = set()
    for upper, lower in pairs:
        if broken or _label_goes_on(upper, lower, last, first):
            gone.add(id(lower))
            upper.row_span += lower.row_span - (1 if broken else 0)
            if not upper.lines and lower.lines:
                upper.page, upper.box = lower.page, lower.box
            upper.lines += lower.lines
    for cell in following.cells:
        if id(cell) not in gone:
            cell.row += kept
            table.cells.append(cell)
    table.rows = kept + following.rows
    table.last_page = following.last_page
    for reason in following.inferred:
        table.doubt(reason)


def _share_columns(table: PageTable, following: PageTable) -> None:
    """Gives both tables the columns of both."""
    shift = table.columns[0] - following.columns[0]
    stretch = (table.columns[-1] - table.columns[0]) / (following.columns[-1] - following.columns[0])
    moved = [table.columns[0] + (edge + shift - table.columns[0]) * stretch for edge in following.columns]
    new = [edge for edge in moved if all(abs(edge - known) > _SAME_EDGE for known in table.columns)]
    shared = sorted((*table.columns, *new))
    _renumber(table.cells, [shared.index(edge) for edge in table.columns])
    _renumber(following.cells, [min(range(len(shared)), key=lambda i: abs(shared[i] - edge)) for edge in moved])
    table.columns = shared


def _renumber(cells: Iterable[TableCell], at: Sequence[int]) -> None:
    for cell in cells:
        first, last = at[cell.column], at[cell.column + cell.column_span]
        cell.column, cell.column_span = first, max(last - first, 1)


def _drop_repeated_header(table: PageTable, following: PageTable) -> None:
    """Leaves out the rows with which the second table begins just as the first did."""
    repeated = 0
    for count in range(1, following.rows):
        own = [c for c in following.cells if c.row == count - 1]
        if _signature(own) != _signature([c for c in table.cells if c.row == count - 1]):
            break
        if any(c.is_number for c in own):
            return
        if all(c.row + c.row_span <= count for c in following.cells if c.row < count):
            repeated = count
    if repeated and any(c.text for c in following.cells if c.row < repeated):
        following.cells = [c for c in following.cells if c.row >= repeated]
        following.rows -= repeated
        for cell in following.cells:
            cell.row -= repeated


def _signature(cells: Iterable[TableCell]) -> list[tuple[int, int, int, str]]:
    return sorted((c.column, c.column_span, c.row_span, c.text) for c in cells)


def _pairs(last: Sequence[TableCell], first: Sequence[TableCell]) -> list[tuple[TableCell, TableCell]]:
    """Cells over and under the break that stand in the same columns, from left to right."""
    below = {(c.column, c.column_span): c for c in first}
    upper = sorted(last, key=lambda c: c.column)
    return [(c, below[c.column, c.column_span]) for c in upper if (c.column, c.column_span) in below]


def _is_broken(table: PageTable, pairs: Sequence[tuple[TableCell, TableCell]]) -> bool:
    """Whether the rows over and under the break are one row."""
    own = [(a, b) for a, b in pairs if a.row_span == 1 and b.row_span == 1]
    if not own:
        return False
    both = [(a, b) for a, b in own if a.lines and b.lines]
    if not all(_text_goes_on(a, b) for a, b in both):
        return False
    begun = any(b.is_number and not a.lines for a, b in own)
    if begun and any(a.is_number for a, _ in own):
        return False
    if both or not any(b.lines for _, b in own) or not any(a.lines for a, _ in own):
        return True
    label = next(((a, b) for a, b in own if a.lines or b.lines), None)
    if label is None or label[1].lines or label[0].is_number:
        return False
    if any(a.lines for a, _ in own if a is not label[0]) or not begun:
        return False
    table.doubt(LONE_LABEL)
    return True


def _mark_torn(pairs: Sequence[tuple[TableCell, TableCell]]) -> None:
    """Numbers over numbers of a row without a label may go on there: no one can tell."""
    for upper, lower in pairs:
        if upper.is_number and lower.is_number:
            line, box = upper.lines[-1]
            upper.lines.append((unknown_after(line), box))


def _text_goes_on(upper: TableCell, lower: TableCell) -> bool:
    """Whether the text or number of a cell goes on under the break: its last line is full, and no new item begins."""
    line, box = upper.lines[-1]
    word = lower.lines[0][0]
    if upper.is_number != lower.is_number or BEGINNING.match(word.text):
        return False
    if upper.is_number and (line.text[-1] in _SEPARATORS or word.text[0] in _SEPARATORS):
        return True
    padding = min(max(min(own.left - box[0] for own, _ in upper.lines), 0.0), _MOST_PADDING)
    room = box[2] - padding - line.right
    if upper.is_number:
        room = box[2] - box[0] - 2 * padding - (line.right - line.left)
    return room < word.rights[0] - word.left + (0.0 if upper.is_number else 0.25 * line.size)


def _label_goes_on(upper: TableCell, lower: TableCell, last: Sequence[TableCell], first: Sequence[TableCell]) -> bool:
    """Whether a label over several rows goes on under the break: on both sides the label of a row stands right beside it."""
    if upper.is_number or lower.is_number or not (upper.lines or lower.lines):
        return False
    beside = (_beside(upper, last), _beside(lower, first))
    if not all(beside) or (lower.lines and BEGINNING.match(lower.text)):
        return False
    spans = upper.row_span > 1 or lower.row_span > 1
    if upper.lines and lower.lines:
        numbered = all(BEGINNING.match(text) for text in beside)
        return (spans or numbered) and bool(upper.row_span > 1 or BEGINNING.match(upper.text + lower.text))
    return bool(upper.lines) or spans


def _beside(cell: TableCell, row: Iterable[TableCell]) -> str:
    """The label right beside a cell: neither a number nor a unit."""
    right = cell.column + cell.column_span
    found = next((c for c in row if c.column == right), None)
    return "" if found is None or found.is_number or _UNIT.fullmatch(found.text) else found.text


# --- to the table that every reader gives ----------------------------------------------------------


def raw_table(table: PageTable) -> RawTable:
    """The table with its lines joined to paragraphs."""
    padding = _padding(table)
    rows: list[list[RawCell | Cell]] = [[] for _ in range(table.rows)]
    for cell in sorted(table.cells, key=lambda c: (c.row, c.column)):
        lines = paragraphs((line, Column(box[0] + padding, box[2] - padding, cell=True)) for line, box in cell.lines)
        place = PageBox(cell.page.number, cell.page.shown(cell.box))
        rows[cell.row].append(RawCell([*lines], place, cell.row_span, cell.column_span, cell.column))
    place = PageBox(table.page.number, table.page.shown(table.box))
    return RawTable(place, rows, inferred="；".join(table.inferred))


def _padding(table: PageTable) -> float:
    """How far text keeps from the borders of its cells."""
    sides = [min(line.left - box[0], box[2] - line.right) for cell in table.cells for line, box in cell.lines]
    return min(max(min(sides, default=0.0), 0.0), _MOST_PADDING)
