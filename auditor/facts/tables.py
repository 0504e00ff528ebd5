"""Official tables: blocks and forms in, the facts of the best-fitting form out.

In        tables of every format, flat text with one cell a line, paragraphs with a whole table glued together
Road      shape of each table (`shape`) → its rows (`rows`) → each form's tables in them (`layout`, `candidates`) → a
          plan, which is remembered → the report's own texts and places (`filling`); text is looked at only where a
          table may stand in it (`flat`, `glued`)
Before    the first national form (2014) every table is a local one: nothing is read under the national names
Refuses   to guess: a row or column that may be two, a row with too few or too many cells, a table printed twice, glued
          numbers are `unreadable`, each with a Chinese note
Source    rules/forms/*.yaml; the way of matching is measured in tests/facts_tables
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from auditor.facts.candidates import (
    LEAST_ROWS,
    Candidate,
    best_form,
    candidate,
    chosen,
    due_form,
    enough,
    may_be_glued,
    settled,
    with_glued,
)
from auditor.facts.filling import Plan, fill, plan_of
from auditor.facts.flat import Lines, flat_entries, lines_of, may_print
from auditor.facts.glued import glued_tables
from auditor.facts.layout import Layout, Slot
from auditor.facts.rows import Header, Printed, Words, printed
from auditor.facts.shape import Shape, shape_of
from auditor.form import Form, FormTable
from auditor.model import Block, Document, Fact, Table, TableReading, Text

# How many tables, readings of them by a layout, and whole reports are remembered.
_SHEETS, _READINGS, _PLANS = 96, 512, 64


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


def read_tables(document: Document, forms: Sequence[Form], year: int | None) -> TablesRead:
    """The facts of the official tables; `year` is the report year where it is known."""
    if year is not None and forms and year < min(form.first_year for form in forms):
        return TablesRead(None, {}, ())
    official = _official(_Same(tuple(forms)), year)
    positions = [at for at, block in enumerate(document.blocks) if isinstance(block, Table)]
    tables = [block for block in document.blocks if isinstance(block, Table)]
    sheets = official.sheets(tables)
    outlook = official.outlook(sheets)
    plan = official.with_text(document.blocks, sheets, outlook) or outlook.plan
    filled = fill(plan, tables)
    used = {positions[sheet.block] for c in plan.chosen for sheet in c.sheets}
    used.update(block for c in plan.chosen for block in c.lines)
    spans = tuple(sorted(span for c in plan.chosen if c.glued is not None for span in c.glued.spans))
    return TablesRead(plan.form, filled.facts, filled.readings, frozenset(used), spans, filled.loose, plan.fit)


@dataclass(frozen=True, slots=True)
class _Same:
    """Forms as a key: the very same objects, for a form is too large to compare."""

    forms: tuple[Form, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and list(map(id, self.forms)) == list(map(id, other.forms))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.forms)))


@lru_cache(maxsize=16)
def _official(same: _Same, year: int | None) -> _Official:
    return _Official(_ready(same), year)


@dataclass(frozen=True, slots=True)
class _Ready:
    """The tables of all forms ready for recognition, and the words by which headers are known."""

    forms: tuple[Form, ...]
    layouts: tuple[Layout, ...]
    words: Words


@lru_cache(maxsize=8)
def _ready(same: _Same) -> _Ready:
    tables = [table for form in same.forms for table in form.tables]
    columns = (w for t in tables for c in t.columns for w in (c.path[-1], *c.variants))
    groups = (w for t in tables for w in _outer_words(t))
    layouts = tuple(
        Layout(form, table, [t for t in tables if t.kind == table.kind and t is not table])
        for form in same.forms
        for table in form.tables
    )
    return _Ready(same.forms, layouts, Words(columns, groups))


def _outer_words(table: FormTable) -> Iterator[str]:
    for column in table.columns:
        yield from column.path[:-1]
    if table.kind == "strip":
        for row in table.rows:
            yield from (*row.path, *row.variants)


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What the tables alone say: the plan, and the layouts that may yet stand in the text."""

    plan: Plan
    candidates: tuple[Candidate, ...]
    open: tuple[Layout, ...]
    settled: bool


class _Official:
    """The official tables of some forms for reports of one year, with what was found out about the tables seen last."""

    def __init__(self, ready: _Ready, year: int | None) -> None:
        self.forms, self.words, self.year = ready.forms, ready.words, year
        self.layouts = tuple(layout.of_year(year) for layout in ready.layouts)
        self.due = due_form(self.forms, year)
        self._printed = lru_cache(maxsize=_SHEETS)(self._print)
        self._read = lru_cache(maxsize=_READINGS)(self._read_sheets)
        self._outlook = lru_cache(maxsize=_PLANS)(self._look)

    def sheets(self, tables: Sequence[Table]) -> tuple[Printed, ...]:
        """The tables with their rows; one that is far too long to be official is left out."""
        out: list[Printed] = []
        header: Header | None = None
        for number, table in enumerate(tables):
            shape = shape_of(table, number)
            sheet = self._printed(shape, header) if shape.is_common else self._print(shape, header)
            if sheet is not None:
                out.append(sheet)
                header = sheet.header
        return tuple(out)

    def outlook(self, sheets: tuple[Printed, ...]) -> _Outlook:
        """What these tables are."""
        return self._outlook(sheets)

    def with_text(self, blocks: Sequence[Block], sheets: tuple[Printed, ...], outlook: _Outlook) -> Plan | None:
        """The plan with what stands in the text; None where nothing that is still open does."""
        lines = lines_of(blocks)
        in_lines = any(may_print(layout, lines) for layout in outlook.open)
        if outlook.settled and not in_lines:
            return None
        candidates = list(self._all(sheets)) if outlook.settled else list(outlook.candidates)
        if in_lines:
            candidates = [c if c.found else _from_lines(c.layout, lines) for c in candidates]
        glued = glued_tables(blocks, [(c.layout.form, c.layout.table) for c in may_be_glued(candidates)])
        if not glued and candidates == list(outlook.candidates):
            return None
        return self._plan(with_glued(candidates, glued))

    def _print(self, shape: Shape, before: Header | None) -> Printed | None:
        return printed(shape.ghost(), shape.number, self.words, before)

    def _read_sheets(self, layout: Layout, sheets: tuple[Printed, ...]) -> Slot:
        return layout.read([entry for sheet in sheets for entry in sheet.entries])

    def _known(self, sheets: Sequence[Printed]) -> set[int]:
        return {s.block for s in sheets if any(layout.knows(s.labels) >= LEAST_ROWS for layout in self.layouts)}

    def _look(self, sheets: tuple[Printed, ...]) -> _Outlook:
        known = self._known(sheets)
        own = [candidate(layout, sheets, known, self._read) for layout in self.layouts if layout.form is self.due]
        others = [layout for layout in self.layouts if layout.form is not self.due]
        if self.due is not None and own and settled(own, others, sheets, known, self._read):
            return _Outlook(plan_of(self.due, own, own), tuple(own), tuple(others), True)
        candidates = self._all(sheets)
        return _Outlook(self._plan(candidates), candidates, tuple(c.layout for c in candidates if not c.found), False)

    def _all(self, sheets: tuple[Printed, ...]) -> tuple[Candidate, ...]:
        known = self._known(sheets)
        return tuple(candidate(layout, sheets, known, self._read) for layout in self.layouts)

    def _plan(self, candidates: Sequence[Candidate]) -> Plan:
        form = best_form(candidates, self.forms, self.year)
        if form is None:
            return Plan(None, missing=tuple(self._not_found()))
        return plan_of(form, candidates, chosen(candidates, form))

    def _not_found(self) -> Iterator[TableReading]:
        form = next((f for f in self.forms if self.year is not None and f.covers(self.year)), None)
        for table in form.tables if form is not None else ():
            yield TableReading(table.name, False, form.letter if form is not None else None)


def _from_lines(layout: Layout, lines: Lines) -> Candidate:
    """The table out of text with one cell a line."""
    read = flat_entries(layout, lines)
    if read is None:
        return Candidate(layout)
    entries, blocks = read
    slot = layout.read(entries)
    if not enough(layout, len(slot.rows)):
        return Candidate(layout)
    return Candidate(layout, entries, slot, lines=blocks, place=entries[0].place)
