"""Candidates: printed sheets and the layouts of all forms in, which sheets print which table, and which form it is, out.

Form      the one whose tables fit best as a whole; the report year only decides between layouts that fit alike
Due       the form of the report year is tried first; where its tables take all that is printed, no other is tried
Refuses   a table printed twice with different numbers: all its cells carry a fault
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from auditor.facts.align import LIKELY
from auditor.facts.glued import Glued
from auditor.facts.layout import Layout, Slot
from auditor.facts.rows import Entry, Printed, Value
from auditor.form import Form
from auditor.model import Place

# In tables (a table that fits is 1): how much the year weighs. A whole report in last year's form stays what it is,
# one old table in a new report does not make the report old. Then in shares of a table's cells.
_MOST_WEIGHT = 3.0
_YEAR_WEIGHT = 0.95
_OTHER_FORM_AHEAD = 0.5
_LEAST_SHARE = 0.25
LEAST_ROWS = 3

Read = Callable[[Layout, tuple[Printed, ...]], Slot]
Known = Callable[[Layout, Printed], int]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One official table of one form, as far as the document prints it.

    `sheets` print it, or the text with one cell a line does (`lines`: its blocks), or a paragraph in which it is glued.
    `twice` are cells that must say the same, for the table is printed again; `differs` where that is certainly not so.
    """

    layout: Layout
    entries: tuple[Entry, ...] = ()
    slot: Slot | None = None
    sheets: tuple[Printed, ...] = ()
    lines: tuple[int, ...] = ()
    place: Place | None = None
    glued: Glued | None = None
    twice: tuple[tuple[Value, Value], ...] = ()
    differs: bool = False

    @property
    def score(self) -> float:
        """How well it fits: 1 where every cell of the form is printed and nothing else."""
        if self.glued is not None:
            return self.glued.share
        return self.slot.score if self.slot is not None else 0.0

    @property
    def found(self) -> bool:
        """Whether the document prints the table."""
        return self.slot is not None or self.glued is not None

    @property
    def blocks(self) -> tuple[tuple[bool, int], ...]:
        """What it is read from (whether lines, which), to tell whether two candidates are read from the same."""
        return (*((False, s.block) for s in self.sheets), *((True, b) for b in self.lines))


# --- which rows of the document belong to which table ----------------------------------------------


def candidate(layout: Layout, sheets: Sequence[Printed], known: Set[int], read: Read) -> Candidate:
    """The sheets that print this table: the one that fits best, and those that carry it on without repeating it.

    `known` are the sheets of which enough labels are exactly those of some official table.
    """
    tried = [(s, read(layout, (s,))) for s in sheets if worth_trying(layout, s, s.block in known)]
    fitting = sorted(
        ((sheet, slot) for sheet, slot in tried if slot.rows), key=lambda pair: (-len(pair[1].rows), pair[0].block)
    )
    accepted, rows, again = _accepted(fitting, sheets)
    _add_fragments(layout, sheets, accepted, read)
    used = tuple(accepted[block] for block in sorted(accepted))
    slot = read(layout, used) if used else Slot()
    run = max((r for r in _runs(sheets) if _may_be_one(layout, r)), key=lambda r: read(layout, r).score, default=())
    if run and run != used and read(layout, run).score >= slot.score:
        used, slot, rows, again = run, read(layout, run), read(layout, run).rows, []
    if not enough(layout, len(rows)):
        return Candidate(layout)
    entries = tuple(entry for sheet in used for entry in sheet.entries)
    pairs = [_pairs(rows, other) for other in again]
    return Candidate(
        layout,
        entries,
        slot,
        used,
        place=used[0].place,
        twice=tuple(pair for alike in pairs for pair in alike or ()),
        differs=any(alike is None for alike in pairs),
    )


def _runs(sheets: Sequence[Printed]) -> list[tuple[Printed, ...]]:
    """Sheets one after another of which each goes on under the header of the one before, printed again or not.

    A row may be broken between two of them, so that neither can be read alone.
    """
    runs: list[list[Printed]] = []
    for before, sheet in pairwise(sheets):
        if not _goes_on(before, sheet):
            continue
        if runs and runs[-1][-1] is before:
            runs[-1].append(sheet)
        else:
            runs.append([before, sheet])
    return [tuple(run) for run in runs]


def _goes_on(before: Printed, sheet: Printed) -> bool:
    first = next((e.header for e in sheet.entries if e.header is not None), None)
    if first is None or before.header is None:
        return False
    return first is before.header or [h.path for h in first.heads] == [h.path for h in before.header.heads]


def _may_be_one(layout: Layout, run: tuple[Printed, ...]) -> bool:
    if layout.table.kind == "strip":
        return all(sheet.widest >= 5 for sheet in run)
    return any(layout.knows(sheet.labels) > 0 for sheet in run)


def _accepted(
    fitting: Sequence[tuple[Printed, Slot]], sheets: Sequence[Printed]
) -> tuple[dict[int, Printed], dict[str, Entry], list[dict[str, Entry]]]:
    """The sheets that make up the table, their rows, and the rows of sheets that print most of it once more."""
    accepted: dict[int, Printed] = {}
    rows: dict[str, Entry] = {}
    rest = list(fitting)
    grown = True
    while grown:
        grown = False
        for sheet, slot in list(rest):
            carries_on = not accepted or _is_near(sheet, accepted, sheets) or len(slot.rows) >= LEAST_ROWS
            if carries_on and not rows.keys() & slot.rows.keys():
                accepted[sheet.block] = sheet
                rows.update(slot.rows)
                rest.remove((sheet, slot))
                grown = True
    again = [slot.rows for _, slot in rest if 2 * len(rows.keys() & slot.rows.keys()) >= len(rows)]
    return accepted, rows, again


def worth_trying(layout: Layout, sheet: Printed, known: bool) -> bool:
    """Whether the words speak for the layout; where they are all damaged and the table is short, likeness may."""
    if layout.table.kind == "strip":
        return sheet.widest >= 5
    return layout.knows(sheet.labels) > 0 if known else 0 < len(sheet.entries) <= 200


def _is_near(sheet: Printed, accepted: dict[int, Printed], sheets: Sequence[Printed]) -> bool:
    order = [s.block for s in sheets]
    at = order.index(sheet.block)
    return any(block in accepted for block in order[max(at - 1, 0) : at + 2])


def _add_fragments(layout: Layout, sheets: Sequence[Printed], accepted: dict[int, Printed], read: Read) -> None:
    """Sheets next to an accepted one whose rows are the form's, though alone they could stand in two places."""
    if layout.table.kind == "strip":
        return
    for sheet in sheets:
        labelled = len(sheet.labels)
        if sheet.block in accepted or not 0 < labelled <= 12 or not _is_near(sheet, accepted, sheets):
            continue
        if 2 * layout.knows(sheet.labels) >= labelled and not read(layout, (sheet,)).rows:
            accepted[sheet.block] = sheet


def _pairs(one: dict[str, Entry], other: dict[str, Entry]) -> list[tuple[Value, Value]] | None:
    """The cells of two printings that must say the same; None where their words or their number differ already."""
    out: list[tuple[Value, Value]] = []
    for key in one.keys() & other.keys():
        first, second = one[key].values, other[key].values
        if [v.text for v in first] != [v.text for v in second]:
            return None
        out += zip(first, second, strict=True)
    return out


def enough(layout: Layout, rows: int) -> bool:
    """Whether so many rows of a table are more than chance."""
    every = sum(not row.heading for row in layout.table.rows)
    return rows >= max(min(LEAST_ROWS, every - 1 if every > 3 else 1), _LEAST_SHARE * every)


# --- which form ------------------------------------------------------------------------------------


def due_form(forms: Sequence[Form], year: int | None) -> Form | None:
    """The only form that reports of the year must follow; provinces' prints of it are tried after it."""
    due = [form for form in forms if year is not None and form.covers(year) and not form.variant]
    return due[0] if len(due) == 1 else None


def settled(
    own: Sequence[Candidate], others: Sequence[Layout], sheets: Sequence[Printed], known: Set[int], read: Read
) -> bool:
    """Whether the tables of the form that is due take all that is printed, so that other forms need not be tried.

    Then no other form can win (its tables count for 3 at most), no other layout can be so much ahead that a table is
    its own, and no row and no table is left that could be another form's.
    """
    if _weight(own) + _YEAR_WEIGHT <= _MOST_WEIGHT or any(c.score + _OTHER_FORM_AHEAD < 1.0 for c in own):
        return False
    if not all(_takes_all(c, others) for c in own):
        return False
    taken = {sheet.block for c in own for sheet in c.sheets}
    left = [(layout, sheet) for sheet in sheets if sheet.block not in taken for layout in others]
    return not any(worth_trying(la, s, s.block in known) and read(la, (s,)).rows for la, s in left)


def _takes_all(one: Candidate, others: Sequence[Layout]) -> bool:
    """Whether no row or column of numbers is left that the same table of another form may have."""
    kind, slot = one.layout.table.kind, one.slot
    rivals = [layout for layout in others if layout.table.kind == kind]
    if kind == "strip" or not rivals or slot is None:
        return True
    mine = {id(e) for e in slot.rows.values()}
    rest = [(at, e) for at, e in enumerate(one.entries) if e.values and e.label.body and id(e) not in mine]
    # A heading of the form has no numbers of its own; where some are printed, it may be a row of another form.
    left = [e.label for at, e in rest if at not in slot.paired or e.item().valued]
    return (
        not slot.spare_columns
        and not slot.foreign
        and not any(layout.index.alike(label, LIKELY) for label in left for layout in rivals)
    )


def _weight(candidates: Sequence[Candidate]) -> float:
    """What the tables of a form count for, 0 … 3."""
    return _MOST_WEIGHT * sum(max(c.score, 0.0) for c in candidates if c.found) / len(candidates)


def best_form(candidates: Sequence[Candidate], forms: Sequence[Form], year: int | None) -> Form | None:
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


def chosen(candidates: Sequence[Candidate], form: Form) -> list[Candidate]:
    """The form's candidates in order, then tables that follow another form."""
    own = [c for c in candidates if c.layout.form is form]
    others = [c for c in candidates if c.layout.form is not form and c.found]
    out: list[Candidate] = []
    foreign: list[Candidate] = []
    for one in own:
        rivals = [c for c in others if c.blocks and set(c.blocks) == set(one.blocks) and _rival(c, one)]
        rivals = [c for c in rivals if c.score > one.score + _OTHER_FORM_AHEAD]
        if rivals:
            foreign.append(max(rivals, key=lambda c: c.score))
            one = Candidate(one.layout)
        out.append(one)
    taken = {block for c in out if c.found for block in c.blocks}
    foreign += [c for c in others if c.blocks and not taken & set(c.blocks) and c not in foreign and c.score > 0.5]
    return out + _distinct(foreign)


def _rival(one: Candidate, other: Candidate) -> bool:
    return one.layout.table.kind == other.layout.table.kind


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of several layouts that claim the same blocks the one that fits best."""
    out: list[Candidate] = []
    for one in sorted(candidates, key=lambda c: -c.score):
        kind = one.layout.table.kind
        if not any(set(o.blocks) & set(one.blocks) and o.layout.table.kind == kind for o in out):
            out.append(one)
    return sorted(out, key=lambda c: c.blocks[:1])


def with_glued(candidates: Sequence[Candidate], found: Sequence[Glued]) -> list[Candidate]:
    """The candidates with what stands glued together in running text."""
    of = {(id(g.form), id(g.table)): g for g in found}
    return [
        replace(c, glued=glued) if (glued := of.get((id(c.layout.form), id(c.layout.table)))) is not None else c
        for c in candidates
    ]


def may_be_glued(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The tables of which no form's is found."""
    kinds = {c.layout.table.kind for c in candidates if c.found}
    return [c for c in candidates if not c.found and c.layout.table.kind not in kinds]
