"""Printed rows: a table of a document in, its rows with the header that stands over them out.

Header    rows of known column words (自然人, 本年制发件数, 统计数 …) in one to three levels; the bottom word names the column
Row       its label cells from left to right (a merged cell once, however often a program repeats it), then its values
Values    as many cells as the header has columns, where they stand or in their order; else the row carries a fault
          (Chinese, why) and no value of it may be used
Split     a table that goes on without a header takes the header of the table before
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from auditor.facts.align import LEAST, Item, Label, label_of, with_number
from auditor.model import Cell, Place, State, Table
from auditor.text import is_blank, read_value, squash

_COUNT_UNITS = (
    "条",
    "件",
    "次",
    "个",
    "人",
    "篇",
    "项",
    "份",
    "场",
    "期",
    "宗",
    "例",
    "人次",
    "条次",
    "件次",
    "篇次",
    "条/件",
)
UNITS = frozenset((*_COUNT_UNITS, "元", "百元", "千元", "万元", "亿元", "万条", "万件", "万次", "万人次"))
_LABEL_HEADS = frozenset({"统计指标", "指标", "项目", "指标名称", "信息内容", "统计项目", "内容"})
_UNIT_HEADS = frozenset({"单位", "计量单位", "统计单位"})
_SIDE_HEADS = frozenset({"备注", "说明", "序号", "代码", "编号", "栏次"})
_BOTH_HEADS = frozenset({"统计指标", "单位", "计量单位"})
_SERIAL = re.compile(r"[(（]?\d{1,3}[)）.、．]?")
_MOST_ROWS = 5000
_MOST_LEVELS = 5
_MOST_COLUMNS = 200
_LONGEST_WORD = 14
_LONGEST_LABEL = 90
_WIDE = 5
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Value:
    """A cell of numbers as printed."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a header: the words over it from the outermost down, and the grid columns it covers."""

    path: tuple[str, ...]
    first: int
    last: int
    place: Place | None = None

    @property
    def text(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """The columns of numbers. `width` counts the grid columns of the table; `label_end` is where the first one begins."""

    heads: tuple[Head, ...]
    label_end: int
    width: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A printed label with the cells that belong to it; `span` is a label over several rows, which has none.

    `unit` is not known here: in a list it is one of the values, under 单位.
    """

    label: Label
    raw: str
    place: Place | None
    values: tuple[Value, ...] = ()
    header: Header | None = None
    span: bool = False
    fault: str = ""
    block: int = 0
    row: int = 0

    def item(self) -> Item:
        """The entry as the alignment sees it."""
        valued = any(not is_blank(v.text) for v in self.values)
        return Item(
            self.label, self.span, valued, bool(self.values), self.raw if len(self.raw) < _LONGEST_LABEL else ""
        )


@dataclass(frozen=True, slots=True, eq=False)
class Printed:
    """A table as printed: its entries in order, and the cells of each grid row (for what belongs to no row).

    `block` numbers the tables of a document. `labels` are those with words, `widest` the columns of its widest header.
    """

    block: int
    entries: tuple[Entry, ...]
    cells: dict[int, tuple[Cell, ...]]
    header_rows: frozenset[int]
    header: Header | None
    place: Place
    labels: tuple[Label, ...]
    widest: int


class Words:
    """The words by which headers are known: columns that hold numbers, and words over or beside them."""

    def __init__(self, columns: Iterator[str], groups: Iterator[str]) -> None:
        self.columns = frozenset(w for c in columns for w in _both(c))
        outer = frozenset(w for g in groups for w in _both(g)) | {"申请人情况"}
        self.groups = outer | _LABEL_HEADS | _UNIT_HEADS | _SIDE_HEADS
        self._fuzzy = {
            True: sorted(w for w in self.columns if len(w) > 2),
            False: sorted(w for w in outer if len(w) > 2),
        }
        # Documents repeat a few dozen words; two of three cells are numbers.
        self.column = lru_cache(maxsize=_REMEMBERED)(self._column)
        self.any = lru_cache(maxsize=_REMEMBERED)(self._any)

    def _column(self, text: str) -> bool:
        """Whether the words name a column of numbers."""
        return self._is(text, self.columns, True)

    def _any(self, text: str) -> bool:
        """Whether the words may stand in a header."""
        return self.column(text) or self._is(text, self.groups, False)

    def exactly(self, text: str) -> bool:
        """Whether they are such words, letter by letter."""
        return bool(_both(text) & (self.columns | self.groups))

    def _is(self, text: str, words: frozenset[str], column: bool) -> bool:
        label = label_of(text)
        if label.number is not None or not label.body:
            return False
        if label.body in words or label.full in words:
            return True
        if not 2 < len(label.body) <= _LONGEST_WORD:
            return False
        return process.extractOne(label.body, self._fuzzy[column], scorer=fuzz.ratio, score_cutoff=LEAST) is not None


def _both(text: str) -> set[str]:
    label = label_of(text)
    return {label.body, label.full} - {""}


@lru_cache(maxsize=4096)
def is_number_like(text: str) -> bool:
    """Whether a cell shows a number, a dash or the like: not a label and not blank."""
    return not is_blank(text) and read_value(text)[0] in (State.NUMBER, State.NA, State.UNREADABLE)


# --- a table ---------------------------------------------------------------------------------------


def printed(table: Table, block: int, words: Words, before: Header | None = None) -> Printed | None:
    """The rows of a table, None where it is far too long to be an official one."""
    if table.cells and max(c.row for c in table.cells) - min(c.row for c in table.cells) > _MOST_ROWS:
        return None
    halves = [_printed(half, block, words, before) for half in _halves(table)]
    if len(halves) == 1:
        return halves[0]
    cells: dict[int, tuple[Cell, ...]] = {}
    for half in halves:
        for row, own in half.cells.items():
            cells[row] = (*cells.get(row, ()), *own)
    entries = tuple(entry for half in halves for entry in half.entries)
    header_rows = frozenset[int]().union(*(half.header_rows for half in halves))
    return _sheet(block, entries, cells, header_rows, halves[0].header, table.place)


def _halves(table: Table) -> list[Table]:
    """A table in two halves side by side (统计指标 twice in one row) as the two that it is, left before right."""
    heads: dict[int, list[int]] = {}
    for cell in table.cells:
        if label_of(cell.text).body in _LABEL_HEADS:
            heads.setdefault(cell.row, []).append(cell.column)
    cut = next((sorted(columns)[1] for columns in heads.values() if len(columns) == 2 and min(columns) == 0), None)
    if cut is None:
        return [table]
    left = tuple(c for c in table.cells if c.column < cut)
    right = tuple(replace(c, column=c.column - cut) for c in table.cells if c.column >= cut)
    return [replace(table, cells=left), replace(table, cells=right)]


def _printed(table: Table, block: int, words: Words, before: Header | None) -> Printed:
    cells: dict[int, list[Cell]] = {}
    for cell in table.cells:
        cells.setdefault(cell.row, []).append(cell)
    grid = {row: tuple(sorted(cells[row], key=lambda c: c.column)) for row in sorted(cells)}
    width = max((c.column + c.column_span for c in table.cells), default=0)
    regions = _header_regions(grid, words)
    header = before if not regions or regions[0][0] != min(grid, default=0) else None
    if header is not None and not regions and not _continues(grid, header):
        header = None
    if header is None and not regions:
        header = _plain_list(grid, width)
    starts = {region[0]: region for region in regions}
    header_rows = frozenset(row for region in regions for row in region)
    entries: list[Entry] = []
    active: list[Cell] = []
    above: tuple[Cell, ...] = ()
    for row, own in grid.items():
        active = [c for c in active if c.row + c.row_span > row]
        if row in starts:
            header = _header([grid[r] for r in starts[row]], width, words) or header
        elif _begins_block(own):
            header = None
        if row not in header_rows:
            entries.extend(_entries(own, active, above, header, block, row))
        active.extend(c for c in own if c.row_span > 1)
        above = own
    return _sheet(block, tuple(entries), grid, header_rows, header, table.place)


def _sheet(
    block: int,
    entries: tuple[Entry, ...],
    cells: dict[int, tuple[Cell, ...]],
    header_rows: frozenset[int],
    header: Header | None,
    place: Place,
) -> Printed:
    labels = tuple(e.label for e in entries if e.label.body)
    widest = max((len(e.header.heads) for e in entries if e.header is not None), default=0)
    return Printed(block, entries, cells, header_rows, header, place, labels, widest)


def _begins_block(cells: Sequence[Cell]) -> bool:
    """Whether the row is 第二十条第（五）项: the columns above it are not those below."""
    shown = [c for c in cells if not is_blank(c.text)]
    return len(shown) == 1 and (label_of(shown[0].text).number or ("", 0))[0] == "项"


def _header_regions(grid: dict[int, tuple[Cell, ...]], words: Words) -> list[list[int]]:
    """Runs of neighbouring rows that hold column words and no number."""
    runs: list[list[int]] = []
    last = -2
    for row, cells in grid.items():
        if _is_header_row(cells, words) and not (
            row == last + 1 and _is_beside(cells, [grid[r] for r in runs[-1]], words)
        ):
            if row == last + 1 and len(runs[-1]) < _MOST_LEVELS:
                runs[-1].append(row)
            else:
                runs.append([row])
            last = row
    runs = [run for run in runs if _is_header([c for r in run for c in grid[r]], words)]
    for before, run in zip([None, *runs], runs, strict=False):
        _take_damaged(grid, run, before[-1] if before else -1)
    return runs


def _is_beside(cells: Sequence[Cell], above: Sequence[Sequence[Cell]], words: Words) -> bool:
    """Whether the column words of a row under a header stand left of all its columns: a label broken by the page."""
    beside = _LABEL_HEADS | _SIDE_HEADS
    known = (c for row in above for c in row if words.any(c.text) and label_of(c.text).body not in beside)
    first = min((c.column for c in known), default=0)
    return all(c.column < first for c in cells if not is_blank(c.text))


def _take_damaged(grid: dict[int, tuple[Cell, ...]], run: list[int], after: int) -> None:
    """Adds the row over or under a header in one level, where a cell of several levels shows that there is one."""
    cells = [c for row in run for c in grid[row]]
    below = max(c.row + c.row_span for c in cells) - 1
    for row in range(run[-1] + 1, below + 1):
        if row in grid and not any(is_number_like(c.text) for c in grid[row]):
            run.append(row)
    above = run[0] - 1
    over = [c for c in grid.get(above, ()) if not is_blank(c.text)]
    spanning = any(c.row_span > 1 or c.column_span > 1 for c in over)
    if above > after and len(over) > 1 and spanning and not any(is_number_like(c.text) for c in over):
        run.insert(0, above)


def _is_header_row(cells: Sequence[Cell], words: Words) -> bool:
    shown = [c for c in cells if not is_blank(c.text)]
    numbers = sum([is_number_like(c.text) for c in shown])
    if numbers > (1 if len(shown) >= 5 else 0):
        return False
    known = [words.any(c.text) for c in shown]
    if not any(known) or numbers > (1 if known.count(True) >= 5 else 0):
        return False
    if _bodies(shown[:2]) & _LABEL_HEADS and len(shown) > 1:
        return True
    unknown = known[known.index(True) :].count(False)
    return unknown == 0 or (known.count(True) >= 3 and known.count(True) >= 2 * unknown)


def _is_header(cells: Sequence[Cell], words: Words) -> bool:
    columns = sum(words.column(c.text) for c in cells)
    bodies = _bodies(cells)
    named = bool(bodies & (_LABEL_HEADS | _UNIT_HEADS))
    return columns >= 2 or (columns == 1 and named) or "信息内容" in bodies or len(bodies & _BOTH_HEADS) > 1


def _bodies(cells: Sequence[Cell]) -> set[str]:
    return {label_of(c.text).body for c in cells}


def _header(rows: Sequence[Sequence[Cell]], width: int, words: Words) -> Header | None:
    """The columns of a header region: over each grid column the words from the top down, the lowest naming it."""
    cells = [c for row in rows for c in row if not is_blank(c.text)]
    left = min(cells, key=lambda c: (c.column, c.row))
    beside = _LABEL_HEADS | _SIDE_HEADS
    # A word at the very left stands over the labels, unless it is one of the columns (table four has no labels).
    inner = [
        c
        for c in cells
        if label_of(c.text).body not in beside
        and (left.column > 0 or words.exactly(left.text) or squash(c.text) != squash(left.text))
    ]
    if not inner:
        return None
    label_end = min(c.column for c in inner)
    if width - label_end > _MOST_COLUMNS:
        return None
    heads: list[Head] = []
    over_last: tuple[Cell, ...] = ()
    for column in range(label_end, width):
        over = tuple(c for c in cells if c.column <= column < c.column + c.column_span and c.column >= label_end)
        if heads and (over == over_last if over else _covered(rows, heads[-1].last, column)):
            heads[-1] = replace(heads[-1], last=column)
        else:
            heads.append(Head(tuple(c.text for c in over), column, column, over[-1].place if over else None))
        over_last = over
    while heads and not heads[-1].path:
        heads.pop()
    return Header(tuple(heads), label_end, width)


def _covered(rows: Sequence[Sequence[Cell]], column: int, next_column: int) -> bool:
    """Whether no cell of the header begins at the next column (a span that was cut short by the reader)."""
    return not any(c.column == next_column for row in rows for c in row) and column + 1 == next_column


def _continues(grid: dict[int, tuple[Cell, ...]], header: Header) -> bool:
    """Whether most rows of a table without a header have as many cells of numbers as the header before it."""
    fitting = sum(len(_after_label(cells)) == len(header.heads) for cells in grid.values())
    return 2 * fitting >= len(grid)


def _plain_list(grid: dict[int, tuple[Cell, ...]], width: int) -> Header | None:
    """The header that a list without one has: the last column holds numbers, the one before it perhaps units."""
    rows = [cells for cells in grid.values() if len(cells) >= 2 and cells[-1].column + cells[-1].column_span == width]
    if len(rows) < 3 or width < 2:
        return None
    values = sum(is_blank(c[-1].text) or is_number_like(c[-1].text) for c in rows)
    if 10 * values < 8 * len(rows):
        return None
    inner = [c for cells in rows for c in cells[1:-1]]
    if 3 * sum(is_number_like(c.text) for c in inner) > len(inner) > 0:
        return None
    units = [c[-2].text for c in rows if len(c) >= 3 and not is_blank(c[-2].text)]
    heads = [Head(("统计数",), width - 1, width - 1)]
    if units and 2 * sum(squash(u) in UNITS for u in units) > len(units):
        heads.insert(0, Head(("单位",), width - 2, width - 2))
    return Header(tuple(heads), heads[0].first, width)


# --- a row -----------------------------------------------------------------------------------------


def _entries(
    own: Sequence[Cell], active: Sequence[Cell], above: Sequence[Cell], header: Header | None, block: int, row: int
) -> Iterator[Entry]:
    labels, cells, fault = _divide(own, header)
    over = [c for c in (*active, *own) if c.row_span > 1]
    if header is not None and not fault and cells and any(c.column >= header.label_end for c in over):
        fault = "数据单元格跨行合并，无法确定属于哪一行"
    shown = [c for c in labels if not is_blank(c.text) and squash(c.text) not in UNITS]
    over_it = {c.column: c.text for c in above}
    number: tuple[str, int] | None = None
    last = next((c for c in reversed(shown) if label_of(c.text).body and not is_number_like(c.text)), None)
    if last is not None and any(_is_bare(c, last, header) for c in shown):
        last = None  # it stands over several rows; of this row's own label only the number is left
    if last is not None and any(c.column > last.column and is_number_like(c.text) for c in shown):
        fault = fault or "行名之后、数据列之前有数字，无法逐列对应"
    for cell in shown:
        label = label_of(cell.text)
        if not label.body or (cell is not last and (_SERIAL.fullmatch(squash(cell.text)) or is_number_like(cell.text))):
            number = label.number or number
            continue
        label, number = with_number(label, number), None
        if cell is last:
            break
        if squash(over_it.get(cell.column, "")) != squash(cell.text):
            yield Entry(label, cell.text, cell.place, span=True, block=block, row=row)
    values = tuple(Value(c.text, c.place) for c in cells)
    if last is not None:
        yield Entry(label, last.text, last.place, values, header, False, fault, block, row)
    elif values:
        # A number or 其中 without words is the first half of a label that a page broke.
        alone = next((c for c in reversed(shown) if not label_of(c.text).body), None)
        raw, place = (alone.text, alone.place) if alone is not None else ("", cells[0].place)
        yield Entry(Label("", "", number), raw, place, values, header, False, fault, block, row)


def _is_bare(cell: Cell, before: Cell, header: Header | None) -> bool:
    """Whether a cell after another shows the number of a label, （一） or 3., and no word of it (no serial number)."""
    label = label_of(cell.text)
    if label.body or label.number is None or cell.column <= before.column:
        return False
    return before.row_span > 1 or label.number[0] == "(一)" or (header is not None and len(header.heads) >= _WIDE)


def _divide(own: Sequence[Cell], header: Header | None) -> tuple[Sequence[Cell], Sequence[Cell], str]:
    """(label cells, cells of numbers, fault) of a row."""
    if header is None:
        cells = _after_label(own)
        return own[: len(own) - len(cells)], cells, "表格缺少表头，无法确定各列是什么" if cells else ""
    count = len(header.heads)
    cells = [c for c in own if c.column >= header.label_end]
    if len(cells) == count:
        return own[: len(own) - count], cells, ""
    tail = _after_label(own)
    if len(tail) == count and (all(not is_blank(c.text) for c in tail)):
        return own[: len(own) - count], tail, ""
    if len(own) == 1 and own[0].column_span > 1:
        return own, (), ""
    if not cells and not tail:
        return own, (), ""
    cells = cells if len(cells) >= len(tail) else list(tail)
    return own[: len(own) - len(cells)], cells, f"该行有 {len(cells)} 个数据单元格，表头有 {count} 列，无法逐列对应"


def _after_label(own: Sequence[Cell]) -> Sequence[Cell]:
    """The cells after the last one that shows words: neither blank, nor a number, nor a unit."""
    at = len(own)
    while at > 0 and (
        is_blank(own[at - 1].text) or is_number_like(own[at - 1].text) or squash(own[at - 1].text) in UNITS
    ):
        at -= 1
    return own[at:]


# --- columns of a list -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListColumns:
    """The columns of a list by their place: that of the unit, that of the numbers (None: `note` says why), others by key.

    `spare` counts columns of which nothing is known.
    """

    unit: int | None
    value: int | None
    note: str = ""
    others: Mapping[str, int] = field(default_factory=dict)
    spare: int = 0


def list_columns(
    header: Header, names: frozenset[str], year: int | None, others: Mapping[str, frozenset[str]]
) -> ListColumns:
    """Which column is which in a list.

    `names` are the words for the column of numbers, `others` those of further columns, by key. Of several columns it is
    the only one with such a name, or the only one that names the report year; else there is no number.
    """
    unit = next((at for at, h in enumerate(header.heads) if {label_of(p).body for p in h.path} & _UNIT_HEADS), None)
    rest = [
        at
        for at, head in enumerate(header.heads)
        if at != unit and not {label_of(p).body for p in head.path} & (_SIDE_HEADS | _LABEL_HEADS)
    ]
    words = {at: label_of(header.heads[at].text).body for at in rest}
    known = {key: [at for at in rest if words[at] in of_key] for key, of_key in others.items()}
    further = {key: places[0] for key, places in known.items() if len(places) == 1}
    rest = [at for at in rest if at not in further.values()]
    if len(rest) == 1:
        return ListColumns(unit, rest[0], "", further)
    named = [at for at in rest if words[at] in names]
    dated = [at for at in rest if year is not None and f"{year}年" in squash("".join(header.heads[at].path))]
    for choice in (dated, named):
        if len(choice) == 1:
            return ListColumns(unit, choice[0], "", further, len(rest) - 1)
    if rest:
        note = f"表格有 {len(rest)} 列数据，无法确定哪一列是本单位本年度的数据"
    else:
        listed = "、".join(header.heads[at].text.strip() for at in sorted(further.values()))
        note = f"表格只分列填报（{listed}），没有合计列" if further else "表格没有数据列"
    return ListColumns(unit, None, note, further, len(rest))
