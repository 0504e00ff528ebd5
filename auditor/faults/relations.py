"""Relations: what the rules demand of this year's cells of one report, and which findings say that it fails.

In        the rules that spoke of the report (active and certain ones of kind `equation`), the report as a case
Out       demands: a rule at one of its places, with the equations that it spells; a demand that is no equation (≤, 或, 最大)
          must only go on holding
Leaves    what speaks of last year, of the prose, or what no rule asks of this report
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from auditor.checks.check import Case
from auditor.checks.relation import Formula
from auditor.faults.algebra import Domain, Equation
from auditor.form import Form
from auditor.formula.bind import Program
from auditor.formula.evaluate import Env, FactRef, Linear, Truth
from auditor.formula.interval import Exact, exact
from auditor.model import Fact, Number, Outcome, State
from auditor.rulebook.book import Ready

_SAID = (Outcome.KEPT, Outcome.BROKEN, Outcome.SUSPECTED, Outcome.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Demand:
    """What one rule asks at one place. `equations` are all that it asks for where it `is_equation` and nothing besides."""

    rule: str
    program: Program
    equations: tuple[Equation, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The cells it speaks of."""
        return self.program.facts


def demands(rules: Sequence[Ready], outcomes: Mapping[str, Outcome], case: Case) -> list[Demand]:
    """What the rules demand of this report's cells, in the order of the rules. Empty without a form."""
    form, out = case.form, []
    if form is None:
        return []
    env = environment(case, form, case.report.facts)
    decimals = {id for id, fact in case.report.facts.items() if isinstance(fact.value, Decimal)}
    for ready in rules:
        formula = _of_cells(ready, form) if outcomes.get(ready.id) in _SAID else None
        if formula is None:
            continue
        for element in formula.elements(form):
            program = formula.bound(form, None, element)
            if any(id in case.report.facts for id in program.facts):
                out.append(Demand(ready.id, program, tuple(_equations(formula, form, element, env, decimals))))
    return out


def _of_cells(ready: Ready, form: Form) -> Formula | None:
    """The rule's formula where it says for certain how this year's cells hang together."""
    rule = ready.rule
    if rule.check != "equation" or rule.certainty != "certain" or rule.status != "active":
        return None
    formula = ready.expect.get(form.letter) if ready.expect else None
    if formula is None or formula.last_year != "no" or formula.subjects:
        return None
    return formula


def _equations(formula: Formula, form: Form, element: str | None, env: Env, decimals: Set[str]) -> Iterator[Equation]:
    for kind, line in formula.sums(form, element):
        terms = _terms(line) if kind == "=" else None
        if terms and len(terms) > 1:
            printed = 0 if decimals.isdisjoint(terms) else line.rounding(env)
            yield Equation(terms, line.constant, formula.tolerance or printed)


def _terms(line: Linear) -> dict[str, Exact] | None:
    """Cell -> coefficient; None where the sum speaks of anything but this year's cells."""
    terms: dict[str, Exact] = {}
    for ref, coefficient in line.terms:
        if not isinstance(ref, FactRef) or ref.last:
            return None
        terms[ref.id] = coefficient
    return terms


# --- what the cells say, and would say -------------------------------------------------------------


def known(facts: Mapping[str, Fact]) -> dict[str, Exact]:
    """The cells that say a number."""
    return {id: exact(f.value) for id, f in facts.items() if f.state is State.NUMBER and f.value is not None}


def domains(form: Form) -> dict[str, Domain]:
    """What the form lets each cell say; plain counts are left out."""
    return {
        id: Domain(signed=cell.signed, whole=not cell.decimal)
        for id, cell in form.cells.items()
        if cell.signed or cell.decimal
    }


def mended(facts: Mapping[str, Fact], values: Mapping[str, Number | None]) -> dict[str, Fact]:
    """The facts with other numbers in some cells; None: nobody knows what stands there."""
    return {
        **facts,
        **{
            id: replace(facts[id], state=State.UNREADABLE if value is None else State.NUMBER, value=value)
            for id, value in values.items()
        },
    }


def environment(case: Case, form: Form, facts: Mapping[str, Fact]) -> Env:
    """What the formulas of demands see."""
    return Env(form, facts, None, {}, case.numbers, case.words)


class Judge:
    """Whether demands hold when some cells say something else; what they say now is asked once."""

    def __init__(self, case: Case, form: Form, found: Sequence[Demand]) -> None:
        self._case, self._form, self._demands = case, form, found
        self._now: dict[int, Truth] = {}

    def allows(self, values: Mapping[str, Number | None]) -> bool:
        """Whether no demand that speaks of the cells fails then, but for those that fail now and are no equations."""
        env = environment(self._case, self._form, mended(self._case.report.facts, values))
        for at, demand in enumerate(self._demands):
            if values.keys().isdisjoint(demand.facts) or demand.program.evaluate(env).truth is not False:
                continue
            if demand.equations or self._holds(at) is not False:
                return False
        return True

    def _holds(self, at: int) -> Truth:
        if at not in self._now:
            env = environment(self._case, self._form, self._case.report.facts)
            self._now[at] = self._demands[at].program.evaluate(env).truth
        return self._now[at]
