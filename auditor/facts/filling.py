"""Filling: which cell is which fact, and the cells of one report in, its facts and readings out.

Plan      made once for all reports whose tables have one shape (`facts/shape.py`): for each fact the table and cell it
          stands in, the unit printed for it, or why it cannot be told
Facts     every id of the form in its order (`absent` where the row is not printed), and ids of another form where the
          document prints its rows or its table
Inferred  a cell of a table whose borders or characters the reader inferred says so, as does one out of flat text
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from auditor.facts.candidates import Candidate
from auditor.facts.layout import Found, row_words
from auditor.facts.rows import UNITS, Entry, Value
from auditor.form import Form, FormCell
from auditor.model import Cell, Fact, Mention, Number, Place, Span, State, Table, TableReading, Text, Whole
from auditor.text import EXACT_DIGITS, UNKNOWN, is_blank, read_value, squash, tidy

_TWICE = "该表在文件中出现多次且内容不同，无法确定以哪一张为准"
_GLUED = "表格的单元格粘连在一起，无法逐格辨认"
_LINES = "文字逐行排列，没有表格线，单元格按行序推断"
_NO_CELL = "无法确定数据在哪个单元格"
_NUMBER, _BLANK, _ABSENT, _UNREADABLE = State.NUMBER, State.BLANK, State.ABSENT, State.UNREADABLE


@dataclass(frozen=True, slots=True)
class Planned:
    """One fact to be: `ready` where it does not depend on the report, else the cell (`table`, `cell`) or the `value`.

    `candidate` numbers the table of the form it belongs to.
    """

    id: str
    cell: FormCell
    ready: Fact | None = None
    table: int = -1
    at: int = -1
    value: Value | None = None
    unit: str = ""
    fault: str = ""
    candidate: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How the official tables of every report with these shapes are read.

    `foreign` are, for each chosen table, its rows that only the same table of another form has.
    """

    form: Form | None
    chosen: tuple[Candidate, ...] = ()
    facts: tuple[Planned, ...] = ()
    loose: tuple[tuple[int, int], ...] = ()
    missing: tuple[TableReading, ...] = ()
    fit: int | None = None
    foreign: tuple[tuple[Entry, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """What the tables of one report say."""

    facts: dict[str, Fact] = field(default_factory=dict)
    readings: tuple[TableReading, ...] = ()
    loose: tuple[Text, ...] = ()


# --- the plan --------------------------------------------------------------------------------------


def plan_of(form: Form, candidates: Sequence[Candidate], chosen: Sequence[Candidate]) -> Plan:
    """The plan by which the chosen candidates are filled; `candidates` are all that were tried."""
    facts: dict[str, Planned] = {}
    extra: dict[str, Planned] = {}
    foreign: list[tuple[Entry, ...]] = []
    for number, candidate in enumerate(chosen):
        made = {planned.id: planned for planned in _planned(candidate, number)}
        if candidate.layout.form is form:
            facts.update(made)
        else:
            extra.update({key: p for key, p in made.items() if not _is_absent(p)})
        cells = list(_foreign(candidate, candidates))
        extra.update({cell.id: _of_found(cell, found, candidate, number) for _, cell, found in cells})
        foreign.append(tuple({id(entry): entry for entry, _, _ in cells if entry is not None}.values()))
    own = len(facts)
    printed = sum(not _is_absent(p) for p in facts.values())
    for key, planned in extra.items():
        if key not in facts or _is_absent(facts[key]):
            facts[key] = planned
    fit = round(100 * printed / own) if own else None
    return Plan(form, tuple(chosen), tuple(facts.values()), tuple(_loose(chosen)), (), fit, tuple(foreign))


def _is_absent(planned: Planned) -> bool:
    return planned.ready is not None and planned.ready.state is _ABSENT


def _planned(candidate: Candidate, number: int) -> Iterator[Planned]:
    slot = candidate.slot
    for cell in candidate.layout.cells:
        if candidate.glued is not None:
            fact = Fact(cell.id, cell.name, _UNREADABLE, place=candidate.glued.place, note=_GLUED, inferred=_GLUED)
            yield Planned(cell.id, cell, fact)
        elif slot is None or cell.id not in slot.found:
            if cell.id not in candidate.layout.optional:
                yield Planned(cell.id, cell, Fact(cell.id, cell.name, _ABSENT))
        else:
            yield _of_found(cell, slot.found[cell.id], candidate, number)


def _of_found(cell: FormCell, found: Found, candidate: Candidate, number: int) -> Planned:
    value = found.value
    if value is None and found.entry is not None and found.entry.place is not None:
        value = Value("", found.entry.place)
    fault = found.fault if found.value is not None else found.fault or _NO_CELL
    if value is None:
        return Planned(cell.id, cell, Fact(cell.id, cell.name, _UNREADABLE, note=fault))
    unit = found.unit if power(found.unit, cell.unit) else ""
    if candidate.lines:
        return Planned(cell.id, cell, None, -1, -1, value, unit, fault, number)
    table, at = _spot(value.place)
    # Of a cell that cannot be told only the place of its row is known, not its text.
    kept = None if found.value is not None else value
    return Planned(cell.id, cell, None, table, at, kept, unit, fault, number)


def _spot(place: Place) -> tuple[int, int]:
    """(table, cell) of a place in a ghost."""
    assert isinstance(place, Span)
    return place.start, place.end


def _foreign(
    candidate: Candidate, candidates: Sequence[Candidate]
) -> Iterator[tuple[Entry | None, FormCell, Found]]:  # fmt: skip
    """Cells that the form does not have, but the same table of another form has: of its rows (a single （六）其他处理),
    with the row, and of its columns (本年新制作数量), without.
    """
    slot, layout = candidate.slot, candidate.layout
    if slot is None or layout.table.kind == "strip":
        return
    mine = {id(e) for e in slot.rows.values()}
    for other in candidates:
        same = other.layout.table.kind == layout.table.kind and other.layout.form is not layout.form
        if not same or other.slot is None or other.blocks != candidate.blocks:
            continue
        cells = [c for c in other.layout.cells if c.id in other.slot.found and c.id not in layout.form.cells]
        for cell in cells:
            found, entry = other.slot.found[cell.id], other.slot.rows.get(cell.row)
            if entry is not None and id(entry) not in mine and entry.values and cell.row not in layout.rows:
                yield entry, cell, found
            elif found.value is not None and id(found.value) in slot.foreign:
                yield None, cell, found


def _loose(chosen: Sequence[Candidate]) -> Iterator[tuple[int, int]]:
    """Cells of grid rows in which nothing belongs to an official row or to an extra one."""
    known: dict[int, set[int]] = {}
    sheets = {sheet.block: sheet for candidate in chosen for sheet in candidate.sheets}
    for candidate in chosen:
        if candidate.slot is None or candidate.lines:
            continue
        of_form = [e for at, e in enumerate(candidate.entries) if at in candidate.slot.paired]
        for entry in (*of_form, *candidate.slot.extra_rows):
            known.setdefault(entry.block, set()).add(entry.row)
    for block in sorted(known):
        for row, cells in sheets[block].cells.items():
            if row not in known[block] and row not in sheets[block].header_rows:
                yield from (_spot(cell.place) for cell in cells if not is_blank(cell.text))


# --- one report ------------------------------------------------------------------------------------


def fill(plan: Plan, tables: Sequence[Table]) -> Filled:
    """The facts, readings and loose texts of the report with these tables."""
    cells = [table.cells for table in tables]
    faults = [_twice(candidate, cells) for candidate in plan.chosen]
    facts = _facts(plan, tables, cells, faults)
    readings = tuple(
        _reading(c, tables, fault, rows) for c, fault, rows in zip(plan.chosen, faults, plan.foreign, strict=True)
    )
    loose = tuple(Text(c.text, Whole(c.place)) for c in (cells[table][at] for table, at in plan.loose))
    return Filled(facts, readings or plan.missing, loose)


def _twice(candidate: Candidate, cells: Sequence[Sequence[Cell]]) -> str:
    """What is wrong where the table is printed more than once."""
    if candidate.differs:
        return _TWICE
    for pair in candidate.twice:
        (table, at), (other, there) = (_spot(value.place) for value in pair)
        if cells[table][at].text != cells[other][there].text:
            return _TWICE
    return ""


def _facts(
    plan: Plan, tables: Sequence[Table], cells: Sequence[Sequence[Cell]], faults: Sequence[str]
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    sound = not any(faults)
    for one in plan.facts:
        id = one.id
        if one.ready is not None:
            facts[id] = one.ready
            continue
        if one.table < 0:
            assert one.value is not None
            facts[id] = _fact(one, one.value.text, one.value.place, faults[one.candidate], _LINES)
            continue
        cell = cells[one.table][one.at]
        text = cell.text
        # Nearly every cell is a plain number: no other way of reading it need be thought of.
        if sound and not one.fault and not one.unit and text.isdigit() and text.isascii() and len(text) <= EXACT_DIGITS:
            facts[id] = Fact(id, one.cell.name, _NUMBER, int(text), text, cell.place, "", tables[one.table].inferred)
            continue
        if sound and not text and not one.fault:
            facts[id] = Fact(id, one.cell.name, _BLANK, None, "", cell.place, "", tables[one.table].inferred)
            continue
        shown = text if one.value is None else ""
        facts[id] = _fact(one, shown, cell.place, faults[one.candidate], tables[one.table].inferred)
    return facts


def _fact(one: Planned, raw: str, place: Place, fault: str, inferred: str) -> Fact:
    cell = one.cell
    if fault or one.fault:
        return Fact(cell.id, cell.name, _UNREADABLE, raw=raw, place=place, note=fault or one.fault, inferred=inferred)
    state, value = read_value(raw, cell.unit, signed=cell.signed)
    note = (_UNKNOWN if UNKNOWN in raw else _MIXED) if state is _UNREADABLE else ""
    if state is _NUMBER and value is not None and one.unit:
        value, note = converted(value, raw, one.unit, cell.unit)
    return Fact(cell.id, cell.name, state, value, raw, place, note, inferred)


_MIXED = "数字与空格或横线混在一起，无法确定是几"
_UNKNOWN = "此处有字迹，但无法辨认，请对照原件"
_MONEY = {"元": 0, "百元": 2, "千元": 3, "万元": 4, "亿元": 8}


def power(printed_unit: str, unit: str) -> int:
    """How many places a number in the printed unit is moved to be in the form's; 0 also where they have no relation."""
    if unit.startswith("万元"):
        return _MONEY[printed_unit] - 4 if printed_unit in _MONEY else 0
    return 4 if printed_unit in UNITS and printed_unit.startswith("万") and printed_unit != "万元" else 0


def converted(value: Number, raw: str, printed_unit: str, unit: str) -> tuple[Number, str]:
    """The number in the form's unit, and a note that says so; as it is where the cell names a unit itself."""
    if not squash(raw).lstrip("+-").replace(",", "").replace(".", "").isdigit():
        return value, ""
    shown = f"{Decimal(value).scaleb(power(printed_unit, unit)):f}"
    moved = Decimal(shown.rstrip("0").rstrip(".") if "." in shown else shown)
    return tidy(moved), f"表中单位为{printed_unit}，已换算为{unit.partition('（')[0]}"


def _reading(candidate: Candidate, tables: Sequence[Table], fault: str, foreign: Sequence[Entry]) -> TableReading:
    layout, slot = candidate.layout, candidate.slot
    letter = layout.form.letter
    if candidate.glued is not None:
        return TableReading(layout.table.name, True, letter, readable=False, place=candidate.glued.place, note=_GLUED)
    if slot is None:
        return TableReading(layout.table.name, False, letter)
    missing = tuple(
        row_words(row)
        for row in layout.table.rows
        if not (row.heading or row.optional or row.key in slot.rows or row.key in slot.doubtful_rows)
    )
    if layout.table.kind == "strip":
        missing = ()

    def at(place: Place | None) -> Place | None:
        if place is None or candidate.lines:
            return place
        table, number = _spot(place)
        return tables[table].cells[number].place

    units = {
        cell: Mention("单位", f.unit_cell.text, at(f.unit_cell.place))
        for cell, f in slot.found.items()
        if f.unit_cell is not None
    }
    known = {id(e) for e in slot.extra_rows}
    extra = [*slot.extra_rows, *(e for e in foreign if id(e) not in known and e.label.body)]
    place = candidate.place if candidate.lines else tables[candidate.sheets[0].block].place
    return TableReading(
        layout.table.name,
        True,
        letter,
        readable=not slot.found or any(f.value is not None for f in slot.found.values()),
        rows_missing=missing,
        rows_extra=tuple(Mention("多出的行", e.raw.strip(), at(e.place)) for e in extra),
        columns_missing=tuple("/".join(c.path) for c in slot.missing_columns),
        columns_extra=tuple(Mention("多出的列", h.text.strip(), at(h.place)) for h in slot.extra_columns),
        units=units,
        place=place,
        note=fault or slot.note,
        variant=layout.form.variant,
    )
