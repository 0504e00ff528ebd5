"""Layouts: one official table of a form and printed rows in, what stands in each of its cells out.

Rows      aligned in order (`align`); headings and the labels over several rows take part, so that a parent decides
Columns   aligned in the same way with the words of the header; of table four with all three levels of them
Certain   a cell is given only where its row and its column are; else a note says what was not certain
Score     of a layout: shares of the form's cells found, less those of rows and columns it does not know
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache

from auditor.facts.align import Alignment, Index, Label, Target, align, label_of, with_number
from auditor.facts.columns import ColumnIndex, Columns, plain_columns
from auditor.facts.rows import (
    UNITS,
    Entry,
    Head,
    Header,
    ListColumns,
    Value,
    Words,
    is_number_like,
    list_columns,
)
from auditor.form import Form, FormColumn, FormRow, FormTable
from auditor.text import is_blank, squash

_ROW_DOUBT = "行名与表样不能确定地对应"
_COLUMN_DOUBT = "列名与表样不能确定地对应"
_LEAST_STRIP = 5
_HALF = "行名似乎分在两行，数字在后一行，无法确定属于哪一行"
_NO_CELLS = "该行没有可以确定的数据单元格"


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in a cell of the form: its text, or why it cannot be told (`fault`); the unit printed for it."""

    value: Value | None
    fault: str = ""
    unit: str = ""
    unit_cell: Value | None = None
    entry: Entry | None = None


@dataclass(slots=True)
class Slot:
    """How one official table was recognised in printed rows; `spare_columns` of a list belong to no column of the form.

    `foreign` are the values (by identity) that stand under words of another form's column.
    """

    found: dict[str, Found] = field(default_factory=dict)
    rows: dict[str, Entry] = field(default_factory=dict)
    doubtful_rows: set[str] = field(default_factory=set)
    missing_columns: list[FormColumn] = field(default_factory=list)
    extra_columns: list[Head] = field(default_factory=list)
    extra_rows: list[Entry] = field(default_factory=list)
    paired: set[int] = field(default_factory=set)
    spare_columns: int = 0
    foreign: set[int] = field(default_factory=set)
    readable: bool = True
    note: str = ""
    score: float = 0.0


class Layout:
    """One official table made ready for recognition; `year` is the report year where it is known.

    `others` are the same table of other forms: a row that is theirs, word for word, is no damaged row of this one.
    """

    def __init__(self, form: Form, table: FormTable, others: Sequence[FormTable] = ()) -> None:
        self.form, self.table = form, table
        self.year: int | None = None
        self.cells = tuple(form.cells_of(table.name))
        self.keys: list[str | None] = []
        targets: list[Target] = []
        for key, target in _row_targets(table):
            self.keys.append(key)
            targets.append(target)
        self.index = Index(targets, {w for other in others for w in _row_words(other)})
        self.ids = {(c.row, c.column): c.id for c in self.cells}
        self.rows = {row.key: row for row in table.rows}
        spare = {c.key for c in table.columns if c.optional}
        self.optional = frozenset(c.id for c in self.cells if c.column in spare or self.rows[c.row].optional)
        elsewhere = {w for other in others for w in _column_words(other)}
        self.columns = [_column_index(table, columns, elsewhere) for _, columns in _column_sets(table)]
        self._set_of = {key: at for at, (rows, _) in enumerate(_column_sets(table)) for key in rows}
        # Some offices print table four as three rows by five columns.
        self._upright = Layout(form, replace(table, kind="matrix")) if table.kind == "strip" else None
        words = {c.key: frozenset(label_of(w).body for w in (*c.path, *c.variants)) for c in table.columns}
        self.value_words = frozenset().union(*(w for key, w in words.items() if key not in spare))
        self.other_words = {key: w for key, w in words.items() if key in spare}
        self.column_words = Words(
            (w for c in table.columns for w in (c.path[-1], *c.variants)),
            (w for c in table.columns for w in c.path[:-1]),
        )

    def of_year(self, year: int | None) -> Layout:
        """The same layout for reports of that year."""
        dated = copy(self)
        dated.year = year
        return dated

    def knows(self, labels: Sequence[Label]) -> int:
        """How many printed labels are exactly those of the form."""
        return self.index.known(labels)

    def read(self, entries: Sequence[Entry]) -> Slot:
        """The table as it stands in these rows."""
        if self._upright is not None:
            slot = _read_strip(self, entries)
            return slot if slot.score > 0.5 else max(slot, self._upright.read(entries), key=lambda s: s.score)
        alignment = align([e.item() for e in entries], self.index)
        slot = Slot()
        columns: dict[tuple[int, int], Columns] = {}
        for at, target in sorted(alignment.pairs.items()):
            slot.paired.update((at, alignment.merged.get(at, at)))
            key = self.keys[target]
            if key is not None and not self.index.targets[target].heading:
                entry = _joined(entries, at, alignment)
                slot.rows[key] = entry
                if not entry.fault and _may_be_half(entries, at, alignment, self.index.targets[target]):
                    entry = replace(entry, fault=_HALF)
                self._read_row(slot, key, entry, columns)
        slot.doubtful_rows = {k for j in alignment.doubtful if (k := self.keys[j]) is not None}
        slot.doubtful_rows &= {r.key for r in self.table.rows if not r.heading}
        for key in slot.doubtful_rows:
            for column in self._column_keys(key):
                slot.found[self.ids[key, column]] = Found(None, _ROW_DOUBT)
        self._sum_up(slot, entries, columns)
        return slot

    def _column_keys(self, row: str) -> Sequence[str]:
        return self.columns[self._set_of[row]].keys

    def _read_row(self, slot: Slot, key: str, entry: Entry, columns: dict[tuple[int, int], Columns]) -> None:
        keys = self._column_keys(key)
        fault = entry.fault or ("" if entry.values and entry.header is not None else _NO_CELLS)
        if fault or entry.header is None:
            slot.found.update({self.ids[key, c]: Found(None, fault, entry=entry) for c in keys})
            return
        if self.table.kind == "list":
            self._read_list(slot, key, entry, entry.header)
            return
        which = (self._set_of[key], id(entry.header))
        if which not in columns:
            columns[which] = self.columns[which[0]].match(entry.header)
        match = columns[which]
        slot.foreign.update(id(entry.values[at]) for at in match.foreign)
        for column in keys:
            if column in match.places:
                at = match.places[column]
                unit = _unit_in(entry.header.heads[at].path)
                slot.found[self.ids[key, column]] = Found(entry.values[at], unit=unit, entry=entry)
            elif column in match.doubtful:
                slot.found[self.ids[key, column]] = Found(None, _COLUMN_DOUBT, entry=entry)

    def _read_list(self, slot: Slot, key: str, entry: Entry, header: Header) -> None:
        columns = list_columns(header, self.value_words, self.year, self.other_words)
        slot.note = columns.note or slot.note
        slot.spare_columns = max(slot.spare_columns, columns.spare)
        for column in self._column_keys(key):
            id = self.ids[key, column]
            at = columns.value if column not in self.other_words else columns.others.get(column)
            if at is not None:
                slot.found[id] = _list_cell(entry, header, columns, at)
            elif id not in self.optional:
                slot.found[id] = Found(None, columns.note, entry=entry)

    def _sum_up(self, slot: Slot, entries: Sequence[Entry], columns: dict[tuple[int, int], Columns]) -> None:
        first, last = (min(slot.paired), max(slot.paired)) if slot.paired else (0, -1)
        own = {id(e.header) for e in slot.rows.values()}
        slot.extra_rows = [
            e
            for at, e in enumerate(entries)
            if at not in slot.paired and id(e.header) in own and _is_extra(e, first < at < last)
        ]
        seen: set[str] = set()
        for (which, _), match in columns.items():
            by_key = {c.key: c for c in self.table.columns}
            for key in self.columns[which].keys:
                if key not in match.places and key not in match.doubtful and key not in seen:
                    slot.missing_columns.append(by_key[key])
                    seen.add(key)
        heads: dict[int, Header] = {id(e.header): e.header for e in slot.rows.values() if e.header is not None}
        if self.table.kind != "list":
            for (_, header), match in columns.items():
                slot.extra_columns.extend(heads[header].heads[at] for at in match.extra if header in heads)
        certain = sum(f.entry is not None and f.fault != _COLUMN_DOUBT for f in slot.found.values())
        lost = sum(len(e.values) for e in slot.extra_rows) + sum(len(m.extra) for m in columns.values())
        lost += slot.spare_columns
        every = len(self.ids) - len(self.optional - slot.found.keys())
        slot.score = (certain - 0.5 * lost - 0.25 * (every - certain)) / every


def _list_cell(entry: Entry, header: Header, columns: ListColumns, at: int) -> Found:
    unit_cell = entry.values[columns.unit] if columns.unit is not None else None
    unit = squash(unit_cell.text) if unit_cell is not None else _unit_in(header.heads[at].path)
    return Found(entry.values[at], unit=unit, unit_cell=unit_cell, entry=entry)


# --- what a form's table looks like to the alignment -----------------------------------------------


def _row_targets(table: FormTable) -> Iterator[tuple[str | None, Target]]:
    """The rows with every label over them, in the order in which they are printed."""
    if table.kind == "list":
        for row in table.rows:
            labels = (with_number(label_of(row.label), _own_number(row.number)), *map(label_of, row.variants))
            yield row.key, Target(labels, row.heading)
        return
    over: tuple[str, ...] = ()
    blocks = {block.heading: block.variants for block in table.blocks}
    for row in table.rows:
        for depth in range(1, len(row.path)):
            if row.path[:depth] != over[:depth]:
                heading = row.path[depth - 1]
                yield None, Target(tuple(map(label_of, (heading, *blocks.get(heading, ())))), heading=True)
        over = row.path[:-1]
        yield row.key, Target(tuple(map(label_of, (row.label, *row.variants))), row.heading)


def _row_words(table: FormTable) -> Iterator[str]:
    """The words by which the rows of numbers of a table are known exactly."""
    for row in table.rows:
        if not row.heading:
            for label in map(label_of, (row.label, *row.variants)):
                yield from (label.body, label.full)


def _column_words(table: FormTable) -> Iterator[str]:
    """The words by which the columns of a table are known exactly."""
    for column in table.columns:
        for label in map(label_of, (column.path[-1], *column.variants)):
            yield from (label.body, label.full)


def _own_number(number: str) -> tuple[str, int] | None:
    """The last step of 三（三）4: what is printed before the label; none for 其中."""
    step = re.search(r"(（[一二三四五六七八九十]+）|\d+|[一二三四五六七八九十]+)$", number)
    if not step:
        return None
    text = step[1]
    return label_of(text + ("" if text.endswith("）") else "." if text.isdigit() else "、") + "某").number


def _strip_targets(table: FormTable) -> Iterator[tuple[str | None, Target]]:
    over: tuple[str, ...] = ()
    for row in table.rows:
        for depth in range(1, len(row.path) + 1):
            if row.path[:depth] != over[:depth]:
                names = (row.path[depth - 1], *(row.variants if depth == len(row.path) else ()))
                yield None, Target(tuple(map(label_of, names)), heading=True)
        over = row.path
        for column in table.columns:
            yield f"{row.key}/{column.key}", Target(tuple(map(label_of, (column.path[-1], *column.variants))))


def _column_sets(table: FormTable) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(keys of rows, keys of their columns): one for each block, one for every other table."""
    if table.blocks:
        return [(block.rows, block.columns) for block in table.blocks]
    return [(tuple(r.key for r in table.rows), tuple(c.key for c in table.columns))]


def _column_index(table: FormTable, keys: Sequence[str], elsewhere: Set[str]) -> ColumnIndex:
    if table.kind == "strip":
        return ColumnIndex(list(_strip_targets(table)), elsewhere)
    # A column of another block of the table is at home in this table, though not in this block.
    own = set(_column_words(table))
    return plain_columns([table.column(key) for key in keys], elsewhere - own)


def _joined(entries: Sequence[Entry], at: int, alignment: Alignment) -> Entry:
    """The entry, or the filled one of the two that make one label."""
    if at not in alignment.merged:
        return entries[at]
    one, two = entries[at], entries[alignment.merged[at]]
    return two if two.values and (two.item().valued or not one.values) else one


def _may_be_half(entries: Sequence[Entry], at: int, alignment: Alignment, target: Target) -> bool:
    """Whether a blank row stands beside a row of numbers that has no label, or (after it) a part of the blank one's."""
    if at in alignment.merged or not entries[at].values or entries[at].item().valued:
        return False
    seconds = set(alignment.merged.values())
    beside = [n for n in (at - 1, at + 1) if 0 <= n < len(entries) and n not in alignment.pairs and n not in seconds]
    halves = [(n, entries[n].label.full) for n in beside if entries[n].item().valued and not entries[n].span]
    return any(not part or (n > at and part in target.labels[0].full) for n, part in halves)


def _is_extra(entry: Entry, inside: bool) -> bool:
    """Whether an entry that the form does not know is a row of numbers (not a title, a signature or a remark)."""
    if entry.span or not entry.label.body or not entry.values:
        return False
    if re.search(r"[:：]|填报|负责人|审核|电话|日期|年度[)）]", entry.raw) and "其中" not in entry.raw:
        return False
    cells = [v.text for v in entry.values if squash(v.text) not in UNITS]
    shown = [text for text in cells if not is_blank(text)]
    if any(not is_number_like(text) for text in shown):
        return False
    return bool(shown) or inside


_UNIT_WORDS = re.compile(r"(?:单位[:：]?|[(（])((?:万|千|百|亿)?元|万(?:条|件|次|人次))[)）]?$")


@lru_cache(maxsize=1024)
def _unit_in(path: tuple[str, ...]) -> str:
    """The unit that a header names: 本年收费金额（单位：万元）."""
    for words in reversed(path):
        match = _UNIT_WORDS.search(squash(words))
        if match:
            return match[1]
    return ""


# --- table four ------------------------------------------------------------------------------------


def _read_strip(layout: Layout, entries: Sequence[Entry]) -> Slot:
    """One row of numbers under three levels of words: the words are aligned, the row goes with them."""
    slot = Slot()
    headers = {id(e.header): e.header for e in entries if e.header is not None and len(e.header.heads) >= _LEAST_STRIP}
    matched = [(header, layout.columns[0].match(header)) for header in headers.values()]
    header, columns = max(matched, key=lambda pair: len(pair[1].places), default=(None, None))
    if header is None or columns is None or len(columns.places) < _LEAST_STRIP:
        return slot
    rows = [
        (at, e)
        for at, e in enumerate(entries)
        if e.header is header and e.values and not e.span and not _is_numbering(e.values)
    ]
    rows = [(at, e) for at, e in rows if len(e.values) == len(header.heads) or not e.label.body]
    entry = rows[0][1] if len(rows) == 1 else None
    fault = "" if entry else "没有数据行" if not rows else f"有 {len(rows)} 行数据，无法确定哪一行是本单位的"
    fault = entry.fault or fault if entry is not None else fault
    slot.paired = {at for at, _ in rows}
    stands_for = rows[0][1] if rows else _no_row(header)
    for key, at in columns.places.items():
        row, column = key.split("/")
        slot.rows[row] = stands_for
        value = entry.values[at] if entry is not None and not fault else None
        slot.found[layout.ids[row, column]] = Found(value, fault, entry=stands_for)
    for key in columns.doubtful:
        row, column = key.split("/")
        slot.found[layout.ids[row, column]] = Found(None, _COLUMN_DOUBT, entry=stands_for)
    slot.extra_columns = [header.heads[at] for at in columns.extra]
    slot.missing_columns = [
        FormColumn(column, "", (*layout.rows[row].path, *layout.table.column(column).path))
        for (row, column), cell in layout.ids.items()
        if cell not in slot.found
    ]
    slot.note = fault
    certain = len(columns.places)
    slot.score = (certain - 0.5 * len(columns.extra) - 0.25 * (len(layout.ids) - certain)) / len(layout.ids)
    return slot


def _is_numbering(values: Sequence[Value]) -> bool:
    return len(values) >= 5 and [squash(v.text) for v in values] == [str(n + 1) for n in range(len(values))]


def _no_row(header: Header) -> Entry:
    """Stands for the row of numbers where a header is printed and nothing under it."""
    return Entry(Label("", ""), "", next((h.place for h in header.heads if h.place is not None), None), header=header)


def row_words(row: FormRow) -> str:
    """A row in the form's words: with the labels over it where its own would not tell it from others."""
    return "/".join(row.path[-2:]) if len(row.path) > 1 else row.label
