"""What an official form is, as data: its sections, its tables with rows, columns, units, parts, axes and groups.

Loaded from `rules/forms/*.yaml` by the rulebook; used by the facts room to recognise tables and by the formula room
to look names up. A new form is a new file, no code.

Names     `Cell.name` is what rules use (收到申请数, 本年新收.自然人); `Cell.id` is the machine's (request.received)
Axes      a set of rows or columns over which a rule may run: 申请人 (columns of table three), 行 (its rows), 块 (table four)
Groups    named lists of cells, rows or columns that 合计() may sum: 答复八项, 办理结果各项, 申请人各列; every part is one
Labels    as printed, with their number (（三）不予公开, 1.属于国家秘密); who matches them splits the number off
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FormRow:
    """A printed row. `path` is the labels from the outermost down; `variants` other spellings of the last label.

    `name` is the row's part of a cell's name (本年新收); form A's rows are cells themselves and carry the whole name.
    `number` is the printed number ("一（一）", "1"); a heading row has no cells (`heading` True).
    `parent` is the key of the row of which this one is a part (a sub-item, never a mere heading).
    An `optional` row is one that a province added: where it is not printed, nothing is missing.
    """

    key: str
    name: str
    path: tuple[str, ...]
    number: str = ""
    variants: tuple[str, ...] = ()
    heading: bool = False
    part: str = ""
    parent: str | None = None
    optional: bool = False

    @property
    def label(self) -> str:
        """The row's own label, without those above it."""
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A printed column of numbers; `path` is the header labels from the outermost down. `optional` as of rows."""

    key: str
    name: str
    path: tuple[str, ...]
    variants: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class FormCell:
    """One cell of the form = one fact. `decimal`: money in 万元, may have decimals; `signed`: may be negative."""

    id: str
    name: str
    label: str
    table: str
    row: str
    column: str
    unit: str
    part: str
    decimal: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class FormTable:
    """One official table. `kind` says how it is laid out:

    list    label | unit | value, one cell a row (form A); a province may add columns of numbers after the first
    blocks  several small grids under one another, each with its own header row (table two of B and C)
    matrix  rows × columns (table three)
    strip   one row of numbers under nested headers (table four); its rows are the outer headers

    `columns` of `blocks` are the distinct columns of all blocks; `variants` are other titles of the table.
    """

    name: str
    title: str
    kind: str
    rows: tuple[FormRow, ...]
    columns: tuple[FormColumn, ...]
    blocks: tuple[FormBlock, ...] = ()
    variants: tuple[str, ...] = ()

    def row(self, key: str) -> FormRow:
        """The row of that key. Raises KeyError."""
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)

    def column(self, key: str) -> FormColumn:
        """The column of that key. Raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class FormBlock:
    """A block of table two: its heading (第二十条第（一）项), the keys of its rows and its own columns."""

    heading: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section that the form prescribes: its kind, printed heading and accepted variants."""

    kind: str
    heading: str
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One official layout. `letter` A, B, C; `years` inclusive (None: still in force).

    `groups` hold names of cells, rows or columns; each part (机构建设, 表三) is a group of its cells' names.
    `variant` names a province's own print of the form: it is read as such, and judged as the form it extends.
    """

    letter: str
    title: str
    first_year: int
    last_year: int | None
    law: str
    sections: tuple[FormSection, ...]
    tables: tuple[FormTable, ...]
    cells: Mapping[str, FormCell]
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_name: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""

    def covers(self, year: int) -> bool:
        """Whether reports of that year must follow this form."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def cells_of(self, table: str) -> Iterator[FormCell]:
        """The cells of one table, in form order."""
        return (cell for cell in self.cells.values() if cell.table == table)
