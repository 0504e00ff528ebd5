"""Official tables: blocks and forms in, the facts of the best-fitting form out.

In        tables of every format, flat text with one cell a line, paragraphs with a whole table glued together
Form      the one whose tables fit best as a whole; the report year only decides between layouts that fit alike
Due       the form of the report year is tried first; where its tables take all that is printed, no other is tried
Facts     every id of that form in its order (`absent` where the row is not printed), and ids of another form where the
          document prints its rows or its table
Refuses   to guess: a row or column that may be two, a row with too few or too many cells, a table printed twice, glued
          numbers are `unreadable`, each with a Chinese note
Source    rules/forms/*.yaml; the way of matching is measured in tests/facts_tables
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from auditor.facts.flat import Lines, flat_entries, lines_of, may_print
from auditor.facts.glued import Glued, glued_tables
from auditor.facts.layout import Found, Layout, Slot, row_words
from auditor.facts.rows import UNITS, Entry, Header, Printed, Words, printed
from auditor.form import Form, FormCell, FormTable
from auditor.model import Document, Fact, Mention, Number, Place, State, Table, TableReading, Text, Whole
from auditor.text import is_blank, read_value, squash, tidy

# In tables (a table that fits is 1): how much the year weighs. A whole report in last year's form stays what it is,
# one old table in a new report does not make the report old. Then in shares of a table's cells.
_MOST_WEIGHT = 3.0
_YEAR_WEIGHT = 0.95
_OTHER_FORM_AHEAD = 0.5
_LEAST_SHARE = 0.25
_LEAST_ROWS = 3
_TWICE = "该表在文件中出现多次且内容不同，无法确定以哪一张为准"
_GLUED = "表格的单元格粘连在一起，无法逐格辨认"


@dataclass(frozen=True, slots=True)
class TablesRead:
    """The official tables of a document.

    `used` are indexes of blocks consumed as table text, `used_spans` (block, start, end) parts of a paragraph that are.
    `loose` are texts inside a table that belong to no official row: title, 填报单位, 单位负责人 and the like.
    `fit` is the share (percent) of the form's cells of numbers that the document prints, None without a form.
    """

    form: Form | None
    facts: dict[str, Fact]
    readings: tuple[TableReading, ...]
    used: frozenset[int] = frozenset()
    used_spans: tuple[tuple[int, int, int], ...] = ()
    loose: tuple[Text, ...] = ()
    fit: int | None = None


@dataclass(slots=True)
class _Candidate:
    """One official table of one form, as far as the document prints it."""

    layout: Layout
    entries: tuple[Entry, ...] = ()
    slot: Slot | None = None
    blocks: tuple[int, ...] = ()
    place: Place | None = None
    glued: Glued | None = None
    fault: str = ""

    @property
    def score(self) -> float:
        if self.glued is not None:
            return self.glued.share
        return self.slot.score if self.slot is not None else 0.0

    @property
    def found(self) -> bool:
        return self.slot is not None or self.glued is not None


def read_tables(document: Document, forms: Sequence[Form], year: int | None) -> TablesRead:
    """The facts of the official tables; `year` is the report year where it is known."""
    official = _official(_Same(tuple(forms)))
    layouts = [layout.of_year(year) for layout in official.layouts]
    sheets = _printed(document, official.words)
    lines = lines_of(document.blocks)
    known = {s.block for s in sheets if any(layout.knows(s.entries) >= _LEAST_ROWS for layout in layouts)}
    due = _due(forms, year)
    own = [_candidate(layout, sheets, known) for layout in layouts if layout.form is due]
    others = [layout for layout in layouts if layout.form is not due]
    if due is not None and own and _settled(own, others, sheets, known) and not _any_lines(others, lines):
        return _result(due, own, own, sheets)
    candidates = [*own, *(_candidate(layout, sheets, known) for layout in others)]
    candidates.sort(key=lambda c: layouts.index(c.layout))
    candidates = [c if c.found else _from_lines(c.layout, lines) for c in candidates]
    _add_glued(document, candidates)
    form = _best_form(candidates, forms, year)
    if form is None:
        return TablesRead(None, {}, tuple(_not_found(forms, year)))
    chosen = _chosen(candidates, form)
    return _result(form, candidates, chosen, sheets)


# --- what is made ready once -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Forms as a key: the very same objects, for a form is too large to compare."""

    forms: tuple[Form, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and list(map(id, self.forms)) == list(map(id, other.forms))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.forms)))


@dataclass(frozen=True, slots=True)
class _Official:
    """The tables of all forms ready for recognition, and the words by which headers are known."""

    layouts: tuple[Layout, ...]
    words: Words


@lru_cache(maxsize=8)
def _official(same: _Same) -> _Official:
    tables = [table for form in same.forms for table in form.tables]
    columns = (w for t in tables for c in t.columns for w in (c.path[-1], *c.variants))
    groups = (w for t in tables for w in _outer_words(t))
    layouts = tuple(Layout(form, table) for form in same.forms for table in form.tables)
    return _Official(layouts, Words(columns, groups))


def _outer_words(table: FormTable) -> Iterator[str]:
    for column in table.columns:
        yield from column.path[:-1]
    if table.kind == "strip":
        for row in table.rows:
            yield from (*row.path, *row.variants)


# --- which rows of the document belong to which table ----------------------------------------------


def _printed(document: Document, words: Words) -> list[Printed]:
    sheets: list[Printed] = []
    header: Header | None = None
    for at, block in enumerate(document.blocks):
        if isinstance(block, Table):
            sheet = printed(block, at, words, header)
            if sheet is not None:
                sheets.append(sheet)
                header = sheet.header
    return sheets


def _candidate(layout: Layout, sheets: Sequence[Printed], known: Set[int]) -> _Candidate:
    """The sheets that print this table: the one that fits best, and those that carry it on without repeating it.

    `known` are the sheets of which enough labels are exactly those of some official table.
    """
    tried = [(s, layout.read(s.entries)) for s in sheets if _worth_trying(layout, s, s.block in known)]
    fitting = sorted(
        ((sheet, slot) for sheet, slot in tried if slot.rows), key=lambda pair: (-len(pair[1].rows), pair[0].block)
    )
    accepted, rows, fault = _accepted(fitting, sheets)
    _add_fragments(layout, sheets, accepted)
    if not _enough(layout, len(rows)):
        return _Candidate(layout)
    used = [accepted[block] for block in sorted(accepted)]
    entries = tuple(entry for sheet in used for entry in sheet.entries)
    alone = next(slot for sheet, slot in fitting if sheet.block in accepted) if len(used) == 1 else None
    slot = alone or layout.read(entries)
    return _Candidate(layout, entries, slot, tuple(s.block for s in used), used[0].place, fault=fault)


def _accepted(
    fitting: Sequence[tuple[Printed, Slot]], sheets: Sequence[Printed]
) -> tuple[dict[int, Printed], dict[str, Entry], str]:
    """The sheets that make up the table, their rows, and what is wrong where one of them stands twice."""
    accepted: dict[int, Printed] = {}
    rows: dict[str, Entry] = {}
    rest = list(fitting)
    grown = True
    while grown:
        grown = False
        for sheet, slot in list(rest):
            carries_on = not accepted or _is_near(sheet, accepted, sheets) or len(slot.rows) >= _LEAST_ROWS
            if carries_on and not rows.keys() & slot.rows.keys():
                accepted[sheet.block] = sheet
                rows.update(slot.rows)
                rest.remove((sheet, slot))
                grown = True
    again = [slot.rows for _, slot in rest if 2 * len(rows.keys() & slot.rows.keys()) >= len(rows)]
    return accepted, rows, "" if all(_same(rows, other) for other in again) else _TWICE


def _worth_trying(layout: Layout, sheet: Printed, known: bool) -> bool:
    """Whether the words speak for the layout; where they are all damaged and the table is short, likeness may."""
    if layout.table.kind == "strip":
        return any(len(e.header.heads) >= 5 for e in sheet.entries if e.header is not None)
    return layout.knows(sheet.entries) > 0 if known else 0 < len(sheet.entries) <= 200


def _is_near(sheet: Printed, accepted: dict[int, Printed], sheets: Sequence[Printed]) -> bool:
    order = [s.block for s in sheets]
    at = order.index(sheet.block)
    return any(block in accepted for block in order[max(at - 1, 0) : at + 2])


def _add_fragments(layout: Layout, sheets: Sequence[Printed], accepted: dict[int, Printed]) -> None:
    """Sheets next to an accepted one whose rows are the form's, though alone they could stand in two places."""
    for sheet in sheets:
        known = layout.knows(sheet.entries)
        labelled = sum(bool(e.label.body) for e in sheet.entries)
        small = 0 < labelled <= 12 and 2 * known >= labelled and layout.table.kind != "strip"
        if sheet.block in accepted or not small or not _is_near(sheet, accepted, sheets):
            continue
        if not layout.read(sheet.entries).rows:
            accepted[sheet.block] = sheet


def _same(one: dict[str, Entry], other: dict[str, Entry]) -> bool:
    keys = one.keys() & other.keys()
    return all([v.text for v in one[k].values] == [v.text for v in other[k].values] for k in keys)


def _enough(layout: Layout, rows: int) -> bool:
    every = sum(not row.heading for row in layout.table.rows)
    return rows >= max(min(_LEAST_ROWS, every - 1 if every > 3 else 1), _LEAST_SHARE * every)


def _from_lines(layout: Layout, lines: Lines) -> _Candidate:
    """The table out of text with one cell a line."""
    read = flat_entries(layout, lines)
    if read is None:
        return _Candidate(layout)
    entries, blocks = read
    slot = layout.read(entries)
    if not _enough(layout, len(slot.rows)):
        return _Candidate(layout)
    return _Candidate(layout, entries, slot, blocks, entries[0].place)


def _add_glued(document: Document, candidates: Sequence[_Candidate]) -> None:
    kinds = {c.layout.table.kind for c in candidates if c.found}
    open_ones = [c for c in candidates if not c.found and c.layout.table.kind not in kinds]
    for glued in glued_tables(document.blocks, [(c.layout.form, c.layout.table) for c in open_ones]):
        for candidate in open_ones:
            if candidate.layout.form is glued.form and candidate.layout.table is glued.table:
                candidate.glued = glued


# --- which form ------------------------------------------------------------------------------------


def _due(forms: Sequence[Form], year: int | None) -> Form | None:
    """The only form that reports of the year must follow."""
    due = [form for form in forms if year is not None and form.covers(year)]
    return due[0] if len(due) == 1 else None


def _settled(own: Sequence[_Candidate], others: Sequence[Layout], sheets: Sequence[Printed], known: Set[int]) -> bool:
    """Whether the tables of the form that is due take all that is printed, so that other forms need not be tried.

    Then no other form can win (its tables count for 3 at most), no other layout can be so much ahead that a table is
    its own, and no row and no table is left that could be another form's.
    """
    if _weight(own) + _YEAR_WEIGHT <= _MOST_WEIGHT or any(c.score + _OTHER_FORM_AHEAD < 1.0 for c in own):
        return False
    if not all(_takes_all_rows(c, others) for c in own):
        return False
    taken = {block for c in own for block in c.blocks}
    left = [(layout, sheet) for sheet in sheets if sheet.block not in taken for layout in others]
    return not any(_worth_trying(la, s, s.block in known) and la.read(s.entries).rows for la, s in left)


def _takes_all_rows(candidate: _Candidate, others: Sequence[Layout]) -> bool:
    """Whether no row of numbers is left that the same table of another form may have."""
    kind = candidate.layout.table.kind
    if kind == "strip" or all(layout.table.kind != kind for layout in others):
        return True
    mine = {id(e) for e in candidate.slot.rows.values()} if candidate.slot is not None else set()
    return all(id(e) in mine for e in candidate.entries if e.values)


def _any_lines(layouts: Sequence[Layout], lines: Lines) -> bool:
    """Whether one of these tables may stand in the text with one cell a line."""
    return any(may_print(layout, lines) for layout in layouts)


def _weight(candidates: Sequence[_Candidate]) -> float:
    """What the tables of a form count for, 0 … 3."""
    return _MOST_WEIGHT * sum(max(c.score, 0.0) for c in candidates if c.found) / len(candidates)


def _best_form(candidates: Sequence[_Candidate], forms: Sequence[Form], year: int | None) -> Form | None:
    """The form that explains most of what is printed; each form's tables count as a whole."""
    best: tuple[float, Form] | None = None
    for form in forms:
        own = [c for c in candidates if c.layout.form is form]
        if not any(c.found for c in own):
            continue
        total = _weight(own)
        total += _YEAR_WEIGHT if year is not None and form.covers(year) else 0.0
        if best is None or total > best[0]:
            best = (total, form)
    return best[1] if best else None


def _chosen(candidates: Sequence[_Candidate], form: Form) -> list[_Candidate]:
    """The form's candidates in order, then tables that follow another form."""
    own = [c for c in candidates if c.layout.form is form]
    others = [c for c in candidates if c.layout.form is not form and c.found]
    out: list[_Candidate] = []
    foreign: list[_Candidate] = []
    for candidate in own:
        rivals = [c for c in others if c.blocks and set(c.blocks) == set(candidate.blocks) and _rival(c, candidate)]
        rivals = [c for c in rivals if c.score > candidate.score + _OTHER_FORM_AHEAD]
        if rivals:
            foreign.append(max(rivals, key=lambda c: c.score))
            candidate = _Candidate(candidate.layout)
        out.append(candidate)
    taken = {block for c in out if c.found for block in c.blocks}
    foreign += [c for c in others if c.blocks and not taken & set(c.blocks) and c not in foreign and c.score > 0.5]
    return out + _distinct(foreign)


def _rival(one: _Candidate, other: _Candidate) -> bool:
    return one.layout.table.kind == other.layout.table.kind


def _distinct(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Of several layouts that claim the same blocks the one that fits best."""
    out: list[_Candidate] = []
    for candidate in sorted(candidates, key=lambda c: -c.score):
        kind = candidate.layout.table.kind
        if not any(set(o.blocks) & set(candidate.blocks) and o.layout.table.kind == kind for o in out):
            out.append(candidate)
    return sorted(out, key=lambda c: c.blocks[:1])


def _not_found(forms: Sequence[Form], year: int | None) -> Iterator[TableReading]:
    for form in forms:
        if year is not None and form.covers(year):
            for table in form.tables:
                yield TableReading(table.name, False, form.letter)
            return


# --- what comes out --------------------------------------------------------------------------------


def _result(
    form: Form,
    candidates: Sequence[_Candidate],
    chosen: Sequence[_Candidate],
    sheets: Sequence[Printed],
) -> TablesRead:
    facts: dict[str, Fact] = {}
    readings: list[TableReading] = []
    extra: dict[str, Fact] = {}
    for candidate in chosen:
        own = candidate.layout.form is form
        made = dict(_facts(candidate))
        if own:
            facts.update(made)
        else:
            extra.update({id: f for id, f in made.items() if f.state is not State.ABSENT})
        extra.update(_foreign_rows(candidate, candidates))
        readings.append(_reading(candidate))
    for id, fact in extra.items():
        if id not in facts or facts[id].state is State.ABSENT:
            facts[id] = fact
    used = frozenset(block for c in chosen if c.glued is None for block in c.blocks)
    spans = tuple(sorted(span for c in chosen if c.glued is not None for span in c.glued.spans))
    return TablesRead(form, facts, tuple(readings), used, spans, tuple(_loose(chosen, sheets)))


def _facts(candidate: _Candidate) -> Iterator[tuple[str, Fact]]:
    slot = candidate.slot
    for cell in candidate.layout.cells:
        if candidate.glued is not None:
            yield cell.id, Fact(cell.id, cell.name, State.UNREADABLE, place=candidate.glued.place, note=_GLUED)
        elif slot is None or cell.id not in slot.found:
            yield cell.id, Fact(cell.id, cell.name, State.ABSENT)
        else:
            yield cell.id, _fact(cell, slot.found[cell.id], candidate.fault)


def _fact(cell: FormCell, found: Found, fault: str) -> Fact:
    entry = found.entry
    if found.value is None or fault:
        place = found.value.place if found.value is not None else entry.place if entry is not None else None
        raw = found.value.text if found.value is not None else ""
        return Fact(cell.id, cell.name, State.UNREADABLE, raw=raw, place=place, note=fault or found.fault)
    raw, place = found.value.text, found.value.place
    state, value = read_value(raw, cell.unit, signed=cell.signed)
    note = "数字与空格或横线混在一起，无法确定是几" if state is State.UNREADABLE else ""
    if state is State.NUMBER and value is not None and found.unit:
        value, note = _converted(value, raw, found.unit, cell.unit)
        if value is None:
            state = State.UNREADABLE
    return Fact(cell.id, cell.name, state, value, raw, place, note)


_MONEY = {"元": 0, "百元": 2, "千元": 3, "万元": 4, "亿元": 8}


def _converted(value: Number, raw: str, printed_unit: str, unit: str) -> tuple[Number | None, str]:
    """The number in the form's unit where the printed unit is another of the same kind, and a note that says so."""
    if unit.startswith("万元") and printed_unit in _MONEY:
        power = _MONEY[printed_unit] - 4
    elif not unit.startswith("万元") and printed_unit in UNITS and printed_unit.startswith("万"):
        power = 4 if printed_unit != "万元" else 0
    else:
        return value, ""
    if power == 0 or not squash(raw).lstrip("+-").replace(",", "").replace(".", "").isdigit():
        return value, ""
    shown = f"{Decimal(value).scaleb(power):f}"
    moved = Decimal(shown.rstrip("0").rstrip(".") if "." in shown else shown)
    return tidy(moved), f"表中单位为{printed_unit}，已换算为{unit.partition('（')[0]}"


def _foreign_rows(candidate: _Candidate, candidates: Sequence[_Candidate]) -> dict[str, Fact]:
    """Rows that the form does not have, but the same table of another form has (a single （六）其他处理)."""
    slot, layout = candidate.slot, candidate.layout
    if slot is None or layout.table.kind == "strip":
        return {}
    mine = {id(e) for e in slot.rows.values()}
    facts: dict[str, Fact] = {}
    for other in candidates:
        same = other.layout.table.kind == layout.table.kind and other.layout.form is not layout.form
        if not same or other.slot is None or other.blocks != candidate.blocks:
            continue
        for key, entry in other.slot.rows.items():
            if id(entry) in mine or not entry.values or key in layout.rows:
                continue
            for cell in other.layout.cells:
                if cell.row == key and cell.id in other.slot.found and cell.id not in layout.form.cells:
                    facts[cell.id] = _fact(cell, other.slot.found[cell.id], candidate.fault)
    return facts


def _reading(candidate: _Candidate) -> TableReading:
    layout, slot = candidate.layout, candidate.slot
    letter = layout.form.letter
    if candidate.glued is not None:
        return TableReading(layout.table.name, True, letter, readable=False, place=candidate.glued.place, note=_GLUED)
    if slot is None:
        return TableReading(layout.table.name, False, letter)
    missing = tuple(
        row_words(row)
        for row in layout.table.rows
        if not row.heading and row.key not in slot.rows and row.key not in slot.doubtful_rows
    )
    if layout.table.kind == "strip":
        missing = ()
    units = {
        id: Mention("单位", f.unit_cell.text, f.unit_cell.place)
        for id, f in slot.found.items()
        if f.unit_cell is not None
    }
    return TableReading(
        layout.table.name,
        True,
        letter,
        readable=not slot.found or any(f.value is not None for f in slot.found.values()),
        rows_missing=missing,
        rows_extra=tuple(Mention("多出的行", e.raw.strip(), e.place) for e in slot.extra_rows),
        columns_missing=tuple("/".join(c.path) for c in slot.missing_columns),
        columns_extra=tuple(Mention("多出的列", h.text.strip(), h.place) for h in slot.extra_columns),
        units=units,
        place=candidate.place,
        note=candidate.fault or slot.note,
    )


def _loose(chosen: Sequence[_Candidate], sheets: Sequence[Printed]) -> Iterator[Text]:
    """Texts of grid rows in which nothing belongs to an official row or to an extra one."""
    known: dict[int, set[int]] = {}
    for candidate in chosen:
        if candidate.slot is None:
            continue
        of_form = [e for at, e in enumerate(candidate.entries) if at in candidate.slot.paired]
        for entry in (*of_form, *candidate.slot.extra_rows):
            known.setdefault(entry.block, set()).add(entry.row)
    for sheet in sheets:
        if sheet.block not in known:
            continue
        for row, cells in sheet.cells.items():
            if row in known[sheet.block] or row in sheet.header_rows:
                continue
            for cell in cells:
                if not is_blank(cell.text):
                    yield Text(cell.text, Whole(cell.place))
