"""Locating: the findings of one report, its cells and the rules in; which cell is wrong, and what it should say, out.

Group     broken relations that hang together; where one of them does not stand as a certain finding (a doubt about the
          reading, a draft, a rule switched off), nothing is said of the group
单格       one cell, and no other, mends all
多格       one pair of cells mends all, and no single cell does
并列       several cells (or pairs) would mend all equally well: all are named, none is accused. A slip that hardly arises by
          chance, or other certain findings that only one of them would clear, is told beside
移位       no such set, but one shift of a row or a column, or one exchange of two, mends all
单位       a cell of 万元 that says ten thousand times what would clear all that is said of it
同格       several findings that no equation ties, and another number in one cell would clear them all (`single.py`)
Also      findings of other rules (the prose, last year) that a change would clear are the same cause, and are handed out with it
Refuses   to be sure: which of the cells of a relation is wrong only the register can tell; whoever prints this says 疑
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from auditor.checks.check import Case
from auditor.checks.misreading import Misreading, Relation, displacements, misreadings
from auditor.checks.relation import as_number
from auditor.faults.algebra import Equation, Group, groups
from auditor.faults.clearing import Clearing
from auditor.faults.fault import Fault, change_of
from auditor.faults.relations import Demand, Judge, demands, domains, environment, known
from auditor.faults.single import amounts, shared
from auditor.faults.slips import Slip, of_cell, of_pair, parts_of
from auditor.form import Form
from auditor.formula.evaluate import Truth
from auditor.formula.interval import Exact
from auditor.model import SEVERITIES, Fact, Finding, Number, Outcome
from auditor.rulebook.book import Rulebook
from auditor.rulebook.pattern import FAULTS


def locate(
    findings: Sequence[Finding], outcomes: Mapping[str, Outcome], case: Case, book: Rulebook
) -> tuple[Fault, ...]:
    """What is wrong in the cells of one report, by the findings that stand; sorted by kind and cells."""
    form = case.form
    if form is None or not findings:
        return ()
    clearing = Clearing(findings, case, book)
    relations = _Relations(findings, outcomes, case, form, book, clearing)
    found = [*relations.faults()]
    for more in (amounts, shared):
        taken = {id for fault in found for id in (*fault.relations, *fault.also)}
        left = [finding for finding in findings if finding.fingerprint not in taken]
        found += more(left, case, form, clearing, relations.allows)
    return tuple(sorted(found, key=lambda fault: (FAULTS.index(fault.kind), fault.cells)))


# --- relations that fail together ------------------------------------------------------------------


class _Relations:
    """Broken relations of one report, group by group."""

    def __init__(
        self,
        findings: Sequence[Finding],
        outcomes: Mapping[str, Outcome],
        case: Case,
        form: Form,
        book: Rulebook,
        clearing: Clearing,
    ) -> None:
        self._case, self._form, self._clearing = case, form, clearing
        self._certain = {
            (finding.rule, frozenset(finding.facts)): finding
            for finding in findings
            if finding.outcome is Outcome.BROKEN and not finding.draft
        }
        self._findings = {finding.fingerprint: finding for finding in findings}
        self._rules = [ready for ready in book.rules if ready.rule.check == "equation"]
        self._outcomes = outcomes
        self._values = known(case.report.facts)
        self._order = {id: at for at, id in enumerate(form.cells)}

    @cached_property
    def _demands(self) -> list[Demand]:
        return demands(self._rules, self._outcomes, self._case)

    @cached_property
    def _owners(self) -> list[tuple[Demand, Equation]]:
        return [(demand, equation) for demand in self._demands for equation in demand.equations]

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._case, self._form, self._demands)

    def allows(self, values: Mapping[str, Number | None]) -> bool:
        """Whether certain relations of the cells that hold go on holding when some cells say something else."""
        return self._judge.allows(values)

    def faults(self) -> Iterator[Fault]:
        """What is wrong, for each group of which something can be said."""
        failed_rules = {rule for rule, _ in self._certain}
        if not any(ready.id in failed_rules for ready in self._rules):
            return
        equations = [equation for _, equation in self._owners]
        for group in groups(equations, self._values, domains(self._form), self._allows):
            failed = [self._owners[at][0] for at in group.broken]
            members = [self._certain.get((demand.rule, frozenset(demand.facts))) for demand in failed]
            if all(members):
                relations = tuple(dict.fromkeys(member.fingerprint for member in members if member))
                fault = self._fault(group, failed, relations)
                if fault is not None:
                    yield fault

    def _allows(self, mending: Mapping[str, Exact]) -> bool:
        return self._judge.allows(_numbers(mending))

    def _fault(self, group: Group, failed: Sequence[Demand], relations: tuple[str, ...]) -> Fault | None:
        sets = sorted(group.mendings, key=lambda mending: [self._order[cell] for cell in mending])
        if group.open:
            return None
        if not sets or len(sets[0]) > 1:
            moved = self._moved(failed)
            if moved is not None:
                also = self._clearing.of(moved.values, relations)
                return self._made(
                    "移位", [moved.values], relations, also, Slip(moved.words, compelling=True, one_cause=True)
                )
        if len(sets) == 1:
            kind = "单格" if len(sets[0]) == 1 else "多格"
            also = self._clearing.of(_numbers(sets[0]), relations)
            return self._made(kind, [_numbers(sets[0])], relations, also, self._slip(sets[0]))
        return self._choice(sets, relations) if sets else None

    def _choice(self, sets: Sequence[Mapping[str, Exact]], relations: tuple[str, ...]) -> Fault:
        """Several sets that would do, the one that something speaks for first."""
        cleared = [self._clearing.of(_numbers(mending), relations) for mending in sets]
        by_all = tuple(id for id in cleared[0] if all(id in others for others in cleared))
        first, slip = self._likeliest(sets, [[id for id in ids if id not in by_all] for ids in cleared])
        order = [first, *(at for at in range(len(sets)) if at != first)]
        also = cleared[first] if slip else by_all
        one_cause = all((told := self._slip(mending)) is not None and told.one_cause for mending in sets)
        fault = self._made("并列", [_numbers(sets[at]) for at in order], relations, also, slip)
        return replace(fault, causes=1) if one_cause else fault

    def _likeliest(
        self, sets: Sequence[Mapping[str, Exact]], cleared: Sequence[Sequence[str]]
    ) -> tuple[int, Slip | None]:
        """The one set for which something speaks: it clears most of what else is found, or it alone is a slip."""
        weights = [(self._weight(ids, certain=True), self._weight(ids)) for ids in cleared]
        most = max(weights)
        if any(most) and weights.count(most) == 1:
            at = weights.index(most)
            titles = "、".join(dict.fromkeys(f"“{self._findings[id].title}”" for id in cleared[at]))
            return at, Slip(f"{titles}也随之消除", compelling=True)
        slips = [self._slip(mending) for mending in sets]
        strong = [at for at, slip in enumerate(slips) if slip is not None and slip.compelling]
        return (strong[0], slips[strong[0]]) if len(strong) == 1 else (0, None)

    def _weight(self, ids: Sequence[str], *, certain: bool = False) -> int:
        """How many of them are more than a reminder."""
        found = (self._findings[id] for id in ids)
        return sum(f.severity != SEVERITIES[-1] and (f.outcome is Outcome.BROKEN or not certain) for f in found)

    def _slip(self, mending: Mapping[str, Exact]) -> Slip | None:
        cells, now = sorted(mending), self._values
        if len(cells) == 2:
            added_up = {id: value for cell in cells for id, value in self._parts(cell).items()}
            return of_pair(self._form, now, mending, added_up)
        names = self._form.cells
        parts = {names[id].name.replace(".", "·"): value for id, value in self._parts(cells[0]).items()}
        return of_cell(names[cells[0]], now[cells[0]], mending[cells[0]], parts)

    def _parts(self, cell: str) -> dict[str, Exact]:
        return parts_of(cell, [equation for _, equation in self._owners if cell in equation.terms], self._values)

    def _moved(self, failed: Sequence[Demand]) -> Misreading | None:
        """The one shift or exchange that mends all of these relations, where there is one."""
        tables = {self._form.cells[id].table for demand in failed for id in demand.facts}
        table = next((t for t in self._form.tables if {t.name} == tables), None)
        if table is None:
            return None
        facts, cells = self._case.report.facts, [frozenset(demand.facts) for demand in failed]
        every = frozenset().union(*cells)
        found: dict[tuple[tuple[str, int | None], ...], Misreading] = {}
        for one in displacements(self._form, table, facts, every):
            if len(one.values) > 2 and self._mends(one, cells):
                found.setdefault(tuple(sorted(one.values.items())), one)
        if not found:
            relations = [Relation(d.facts, self._truth_of(d), bool(d.equations)) for d in self._demands_of(table.name)]
            for one in misreadings(self._form, table, facts, relations):
                if one.moved and self._mends(one, cells):
                    found.setdefault((), one)
        return next(iter(found.values())) if len(found) == 1 else None

    def _mends(self, one: Misreading, cells: Sequence[frozenset[str]]) -> bool:
        return all(not one.values.keys().isdisjoint(each) for each in cells) and self._judge.allows(one.values)

    def _demands_of(self, table: str) -> list[Demand]:
        cells = self._form.cells
        return [d for d in self._demands if len(d.facts) > 1 and {cells[id].table for id in d.facts} == {table}]

    def _truth_of(self, demand: Demand) -> _Holds:
        return _Holds(demand, self._case, self._form)

    def _made(
        self,
        kind: str,
        sets: Sequence[Mapping[str, Number | None]],
        relations: tuple[str, ...],
        also: tuple[str, ...],
        slip: Slip | None,
    ) -> Fault:
        changes = tuple(
            tuple(
                change_of(self._form, self._case, id, values[id]) for id in sorted(values, key=self._order.__getitem__)
            )
            for values in sets
        )
        causes = 1 if slip and slip.one_cause else len(changes[0])
        return Fault(kind, changes, relations, also, slip.words if slip else "", bool(slip and slip.compelling), causes)


@dataclass(frozen=True, slots=True)
class _Holds:
    """Whether a demand holds with other facts."""

    demand: Demand
    case: Case
    form: Form

    def __call__(self, facts: Mapping[str, Fact]) -> Truth:
        return self.demand.program.evaluate(environment(self.case, self.form, facts)).truth


def _numbers(mending: Mapping[str, Exact]) -> dict[str, Number | None]:
    return {cell: as_number(value) for cell, value in mending.items()}
