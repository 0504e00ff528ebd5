"""Trust: findings and how their cells were read in, what may be said of them out; a misreading is nobody's fault.

Misreading  where one misreading would mend every sum of a table that fails (`checks/misreading.py`) and the reader had to
            infer borders or characters there, what is broken over those cells is `unclear`, caused by the reader; where
            the file itself says what stands in which cell it stays broken, and how to verify it says what to look for
Confidence  a finding over a cell recognised with less than LEAST_CONFIDENCE is `unclear`, whatever it says: the number
            may be another one
Blanks      a cell in which nothing was recognised may hold a faint stroke: a blank of a picture is 疑似, never certain
Typed       what a person typed for a cell (人工录入) is certain: no misreading moves it, no confidence clouds it. Where it shows
            that the reader had taken something else for certain, the cells of that table which are still inferred accuse nobody
Never       makes anything worse: kept stays kept, and what was suspected stays so
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from auditor.checks.check import Case
from auditor.checks.misreading import Misreading, Relation, is_recognised, misreadings
from auditor.checks.relation import Formula
from auditor.form import Form
from auditor.formula.bind import Program
from auditor.formula.evaluate import Env, Truth
from auditor.formula.parse import Node
from auditor.model import Cause, Fact, Finding, Outcome, PageBox, Undecided
from auditor.rulebook.book import Ready

LEAST_CONFIDENCE = 0.9
_HEDGED = "（疑似，请核实）"


@dataclass(frozen=True, slots=True)
class Weighed:
    """The findings that stand, and those that became undecided."""

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]


def weigh(
    findings: Sequence[Finding],
    outcomes: Mapping[str, Outcome],
    case: Case,
    rules: Sequence[Ready],
    *,
    again: bool = False,
) -> Weighed:
    """What may be said of these findings of one report; `outcomes` is what each of the rules said of it.

    `again`: the findings of other rules have been weighed before, so that what was broken may be unclear by now.
    """
    failed = {Outcome.BROKEN, Outcome.UNCLEAR} if again else {Outcome.BROKEN}
    doubts = [_Doubt(found, case) for found in _misread(outcomes, failed, case, rules)] if findings else []
    kept: list[Finding] = []
    undecided: list[Undecided] = []
    for finding in findings:
        reason = _why_undecided(finding, case, doubts) if finding.outcome is Outcome.BROKEN else ""
        if reason:
            undecided.append(_undecided(finding, reason))
        else:
            kept.append(_noted(_softened(finding, case), doubts))
    return Weighed(tuple(kept), tuple(_once(undecided)))


def _why_undecided(finding: Finding, case: Case, doubts: Sequence[_Doubt]) -> str:
    for doubt in doubts:
        if doubt.inferred and doubt.concerns(finding):
            return f"{doubt.found.words}，表内各项关系全部成立；{doubt.inferred}，疑为识别错位，请对照原件核实"
    shown = _shown_wrong(finding, case)
    if shown is not None:
        return f"同表“{shown.name}”经人工核对，与程序识别的不同；此处还有推断读取、未经核对的格，不据此认定，请一并对照原件录入"
    unsure = [fact for fact in _cells(finding, case) if confidence(fact) < LEAST_CONFIDENCE]
    if not unsure:
        return ""
    named = "、".join(f"“{f.name}”（识别为“{f.raw.strip()}”，置信度 {confidence(f):.0%}）" for f in unsure[:4])
    more = f"等 {len(unsure)} 格" if len(unsure) > 4 else ""
    return f"{named}{more}由图像识别得出，把握不足，不据此认定，请对照原件核实"


def _shown_wrong(finding: Finding, case: Case) -> Fact | None:
    """A cell by which a person showed that the reader erred in a table of which the finding uses cells that are inferred still."""
    if case.form is None:
        return None
    cells = case.form.cells
    open_ = {cells[f.id].table for f in _cells(finding, case) if f.inferred and f.typed is None and f.id in cells}
    if not open_:
        return None
    told = (f for f in case.report.facts.values() if f.corrected and f.id in cells and cells[f.id].table in open_)
    return next((f for f in told if _was_sure(f)), None)


def _was_sure(fact: Fact) -> bool:
    """Whether the reader had no doubt about the characters of a cell that a person read otherwise."""
    place = fact.place
    return not isinstance(place, PageBox) or place.confidence is None or place.confidence >= LEAST_CONFIDENCE


def _softened(finding: Finding, case: Case) -> Finding:
    """A blank that was seen on a picture is suspected: what was printed there may be too faint to be recognised."""
    blanks = (fact for id in finding.blanks if (fact := case.report.fact(id)) is not None)
    if finding.outcome is not Outcome.BROKEN or not any(is_recognised(fact) for fact in blanks):
        return finding
    verify = _and(finding.verify, "该表由图像识别得出，空白的格可能印有字迹较淡的数字，请对照原件")
    hedge = "" if "疑" in finding.message or "核实" in finding.message else _HEDGED
    return replace(finding, outcome=Outcome.SUSPECTED, message=finding.message + hedge, verify=verify)


def _noted(finding: Finding, doubts: Sequence[_Doubt]) -> Finding:
    """How to verify a finding that stands, where one misreading or one slip of the pen would explain it."""
    for doubt in doubts:
        if doubt.concerns(finding):
            words = f"另请留意：{doubt.found.words}，表内各项关系全部成立，可能是填报或者转换文件时错位，请对照原件"
            return replace(finding, verify=_and(finding.verify, words))
    return finding


def _and(first: str, second: str) -> str:
    return f"{first}；{second}" if first else second


def _cells(finding: Finding, case: Case) -> Iterator[Fact]:
    return (fact for id in finding.facts if (fact := case.report.fact(id)) is not None)


def confidence(fact: Fact) -> float:
    """How sure the characters of a cell are; 1 where they were not recognised, or nothing was."""
    place = fact.place
    if fact.typed is not None or not isinstance(place, PageBox):
        return 1.0
    return 1.0 if place.confidence is None else place.confidence


def _undecided(finding: Finding, reason: str) -> Undecided:
    return Undecided(
        rule=finding.rule,
        title=finding.title,
        outcome=Outcome.UNCLEAR,
        reason=reason,
        severity=finding.severity,
        dimension=finding.dimension,
        cost=finding.cost,
        table=finding.table,
        facts=finding.facts,
        caused_by=Cause.READER,
        evidence=finding.evidence,
    )


def _once(undecided: Sequence[Undecided]) -> Iterator[Undecided]:
    """One for each rule and reason: a table that is shifted is said once, not row by row."""
    by_reason: dict[tuple[str, str], list[Undecided]] = {}
    for one in undecided:
        by_reason.setdefault((one.rule, one.reason), []).append(one)
    for alike in by_reason.values():
        facts = tuple(dict.fromkeys(id for one in alike for id in one.facts))
        evidence = tuple(dict.fromkeys(e for one in alike for e in one.evidence))
        yield replace(alike[0], facts=facts, evidence=evidence)


# --- misreadings of the report's tables ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A misreading that would mend a table, and the report it is found in."""

    found: Misreading
    case: Case

    def concerns(self, finding: Finding) -> bool:
        """Whether the finding speaks of a cell that may have been misread."""
        return not self.found.values.keys().isdisjoint(finding.facts)

    @property
    def inferred(self) -> str:
        """Why cells concerned were inferred, "" where the file says what stands in each of them."""
        facts = (self.case.report.fact(id) for id in self.found.facts)
        return next((fact.inferred for fact in facts if fact is not None and fact.inferred), "")


def _misread(
    outcomes: Mapping[str, Outcome], failed: Set[Outcome], case: Case, rules: Sequence[Ready]
) -> Iterator[Misreading]:  # fmt: skip
    form = case.form
    if form is None:
        return
    said = {Outcome.KEPT, Outcome.BROKEN, Outcome.UNCLEAR}
    asked = [ready for ready in rules if outcomes.get(ready.id) in said]
    spelt = {ready.id: formula for ready in asked if (formula := _arithmetic(ready, form)) is not None}
    failing = [formula for id, formula in spelt.items() if outcomes[id] in failed]
    tables = {table for formula in failing for _, table in _programs(formula, form)}
    for table in form.tables:
        if table.name in tables:
            relations = [
                Relation(program.facts, _truth_of(program, case, form), _is_equality(formula.node))
                for formula in spelt.values()
                for program, name in _programs(formula, form)
                if name == table.name
            ]
            yield from misreadings(form, table, case.report.facts, relations)


def _arithmetic(ready: Ready, form: Form) -> Formula | None:
    """The rule's formula, where it says for certain how this year's cells hang together."""
    rule = ready.rule
    if rule.check != "equation" or rule.certainty != "certain" or rule.status == "draft" or ready.when is not None:
        return None
    formula = ready.expect.get(form.letter) if ready.expect else None
    if formula is None or formula.last_year != "no" or formula.parameters or formula.subjects:
        return None
    return formula


def _programs(formula: Formula, form: Form) -> Iterator[tuple[Program, str]]:
    """The relations that a formula spells between several cells of one table, and the table."""
    for element in formula.elements(form):
        program = formula.bound(form, None, element)
        tables = {form.cells[id].table for id in program.facts}
        if len(program.facts) > 1 and len(tables) == 1:
            yield program, tables.pop()


def _truth_of(program: Program, case: Case, form: Form) -> Callable[[Mapping[str, Fact]], Truth]:
    def holds(facts: Mapping[str, Fact]) -> Truth:
        return program.evaluate(Env(form, facts, None, {}, case.numbers, case.words)).truth

    return holds


def _is_equality(node: Node) -> bool:
    """Whether the relation is an equation, or an equation and something about blanks."""
    return node.kind == "=" or (node.kind == "and" and node.children[0].kind == "=")
