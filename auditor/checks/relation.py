"""Formulas as checks: shared by `equation`, `agreement` and the `when` of every rule.

A formula is bound once for every (form, last year's form, element of its axis) that occurs and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Literal

from auditor.checks.check import (
    Case,
    Compiling,
    KeyMistake,
    Result,
    elsewhere,
    fact_evidence,
    few_peers,
    formula_mistake,
    not_applicable,
    report_words,
)
from auditor.form import Form
from auditor.formula import Env, FormulaError, Node, Program, bind
from auditor.formula.bind import (
    MissingLastYear,
    Scope,
    fact_words,
    needs_last_year,
    number_words,
    optional_subjects,
    parameters,
    speaks_of_last_year,
    subjects,
)
from auditor.formula.evaluate import LastYear, Linear, Verdict
from auditor.formula.interval import Exact, Interval, exact
from auditor.model import Cause, Claim, Evidence, Fact, Number, Outcome, Report, Said, State

# More claims about one subject than this are compared pairwise no more: the prose is a list, not a statement.
_MOST_CLAIMS = 12
# What stands in a cell that was not filled in with a number: it, and not a relation, is the fault where a formula asks for one.
_UNFILLED = (State.BLANK, State.NA, State.TEXT)


@dataclass
class Formula:
    """One formula of a rule in one form, ready to be bound."""

    text: str
    node: Node
    each: str | None = None
    tolerance: Exact = 0
    _programs: dict[tuple[str, str, str | None], Program | MissingLastYear] = field(default_factory=dict)
    _sums: dict[tuple[str, str | None], tuple[tuple[str, Linear], ...]] = field(default_factory=dict)

    def bound(self, form: Form, last: Form | None, element: str | None) -> Program:
        """The program for a form and an element. Raises MissingLastYear, FormulaError."""
        key = (form.letter, last.letter if last else "", element)
        found = self._programs.get(key)
        if found is None:
            try:
                found = bind(self.text, self.node, Scope(form, last, element), self.tolerance)
            except MissingLastYear as missing:
                found = missing
            self._programs[key] = found
        if isinstance(found, MissingLastYear):
            raise found
        return found

    def sums(self, form: Form, element: str | None) -> tuple[tuple[str, Linear], ...]:
        """The relations of numbers that it spells for an element, each sign with left − right (see `Program.sums`)."""
        key = (form.letter, element)
        if key not in self._sums:
            self._sums[key] = self.bound(form, None, element).sums()
        return self._sums[key]

    @cached_property
    def subjects(self) -> tuple[tuple[str, bool], ...]:
        """(subject, whether its number is needed) of every claim it speaks of."""
        return subjects(self.node)

    @cached_property
    def optional_subjects(self) -> frozenset[str]:
        """The subjects whose absence it asks about itself."""
        return frozenset(optional_subjects(self.node))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The parameters it needs."""
        return parameters(self.node)

    @cached_property
    def last_year(self) -> Literal["no", "asks", "needs"]:
        """Whether it speaks of last year's report, and can do without."""
        if not speaks_of_last_year(self.node):
            return "no"
        return "needs" if needs_last_year(self.node) else "asks"

    def elements(self, form: Form) -> Sequence[str | None]:
        """The elements of the axis, [None] without `each`."""
        return form.axes[self.each] if self.each else [None]


Formulas = Mapping[str, Formula]
"""One formula per form letter; "" where the rule has no form."""


def formulas(
    given: Mapping[str, str],
    context: Compiling,
    path: Sequence[str | int],
    each: str | None = None,
    tolerance: Decimal = Decimal(0),
    *,
    measures: bool = False,
) -> Formulas:
    """Parses and binds once for every form in scope, so that every wrong name is found at load time."""
    out: dict[str, Formula] = {}
    letters = {form.letter for form in context.forms}
    for key in given:
        if key and key not in letters:
            raise KeyMistake((*path, key), f"格式“{key}”不在本规则的适用范围内，应为 {'、'.join(sorted(letters))}")
    for form in context.forms:
        text = given.get(form.letter, given.get(""))
        if text is None:
            raise KeyMistake(path, f"缺少格式{form.letter}的公式")
        where = (*path, form.letter) if form.letter in given else path
        if each is not None and each not in form.axes:
            raise KeyMistake(
                (*path[:-1], "each"), f"格式{form.letter}没有“{each}”，可用：{'、'.join(form.axes) or '无'}"
            )
        node = context.formula(text, where, measures=measures)
        formula = Formula(text, node, each, Fraction(tolerance))
        _bind_all(formula, form, context, where)
        out[form.letter] = formula
    return out


def _bind_all(formula: Formula, form: Form, context: Compiling, path: Sequence[str | int]) -> None:
    lasts: list[Form | None] = list(context.all_forms) if formula.last_year != "no" else [None]
    fits = 0
    for last, element in product(lasts, formula.elements(form)):
        try:
            formula.bound(form, last, element)
            fits += 1
        except MissingLastYear as missing:
            wrong = missing.name
        except FormulaError as error:
            raise formula_mistake(path, error) from None
    if not fits:
        raise KeyMistake(path, f"没有一种格式的上年报告有“{wrong}”", formula.text.find(wrong))


def environment(
    case: Case, claims: Mapping[str, Claim] | None = None, measures: Mapping[str, int | Decimal] | None = None
) -> Env:
    """What formulas see of a case. Raises AssertionError without a form."""
    assert case.form is not None
    last = LastYear(case.last_form, case.last.facts) if case.last is not None and case.last_form is not None else None
    words: dict[str, str | int | Decimal | None] = {**case.words, **(measures or {})}
    spreads = case.peers.spreads if case.peers is not None else {}
    return Env(case.form, case.report.facts, last, claims or {}, case.numbers, words, spreads)


def blocked(case: Case, formula: Formula, program: Program | None = None) -> list[Result] | None:
    """Why a formula cannot be asked of this report at all, None where it can."""
    if case.last is None and formula.last_year != "no":
        if case.last_problem:
            return [Result(Outcome.UNCLEAR, reason=case.last_problem)]
        if formula.last_year == "needs":
            return not_applicable("没有上年报告可供比对")
    for name in formula.parameters:
        if name not in case.parameters:
            return not_applicable(case.parameter_reasons.get(name, f"参数“{name}”未设定"))
    if program is not None and program.peers and (few := few_peers(case, program.peers)):
        return not_applicable(few)
    if program is not None and program.facts and all(case.report.fact(id) is None for id in program.facts):
        return not_applicable("报告中没有识别出相应的统计表")
    return None


def choices(case: Case, formula: Formula, stand_in: str | None = None) -> Iterator[dict[str, Claim]]:
    """Every choice of claims that the formula speaks of; nothing where one is missing that it does not ask for.

    Claims of `stand_in` are taken in place of the formula's own subject; then each of them is needed.
    """
    options: list[list[tuple[str, Claim]]] = []
    for subject, needs_number in formula.subjects:
        found = _distinct(case, stand_in or subject, needs_number)
        if not found and needs_number and (stand_in or subject not in formula.optional_subjects):
            return
        if found:
            options.append([(subject, claim) for claim in found[:_MOST_CLAIMS]])
    for chosen in product(*options):
        yield dict(chosen)


def _distinct(case: Case, subject: str, needs_number: bool) -> list[Claim]:
    """One claim for every different value; the more certain one where the prose says it twice. What is said of others
    than the tables speak of is none."""
    out: dict[object, Claim] = {}
    for claim in case.report.claims_of(subject):
        if claim.foreign or (needs_number and claim.said is Said.DID):
            continue
        key = (claim.low, claim.high) if needs_number else ""
        if key not in out or (claim.certain and not out[key].certain):
            out[key] = claim
    return list(out.values())


def run(case: Case, formula: Formula, stand_in: str | None = None) -> list[Result]:
    """One result per choice of claims and element; one finding for each number that does not agree."""
    stop = blocked(case, formula)
    if stop is not None:
        return stop
    out = [result for claims in choices(case, formula, stand_in) for result in asked(case, formula, claims)]
    if out:
        return out
    wanted = "、".join(f"“{s}”" for s, _ in formula.subjects)
    return not_applicable(f"正文没有写明{stand_in or wanted}")


def asked(case: Case, formula: Formula, claims: Mapping[str, Claim]) -> list[Result]:
    """One result per element of which the formula can be asked, for one choice of claims; why it cannot, where of none."""
    assert case.form is not None
    env, out = environment(case, claims), list[Result]()
    silent: list[Result] = []
    for element in formula.elements(case.form):
        try:
            program = formula.bound(case.form, case.last_form, element)
        except MissingLastYear as missing:
            silent += not_applicable(f"上年报告的格式中没有“{missing.name}”")
            continue
        stop = blocked(case, formula, program)
        if stop is not None:
            silent += stop
            continue
        result = judge(case, program, env, claims)
        if result.outcome is Outcome.BROKEN and program.last_facts and case.last is not None:
            result = _of_two_years(case, formula, program, env, result)
        if result.outcome is not Outcome.KEPT:
            subject = next(iter(claims.values())).subject if claims else ""
            words = {**values(case, program), "subject": subject, **result.words}
            result = replace(result, words=words, key=_key(claims) if claims else "")
        out.append(result)
    return out or silent[:1]


def _of_two_years(case: Case, formula: Formula, program: Program, env: Env, result: Result) -> Result:
    """What the two reports together show: a suspicion where the roster shows a merger between them, unless this year's
    figures break the rule by themselves."""
    assert case.form is not None and case.last is not None
    if formula.last_year == "asks":
        alone = formula.bound(case.form, None, program.scope.element)
        if alone.evaluate(replace(env, last=None)).truth is False:
            return result
    words = {**result.words, "本年报告": report_words(case.report), "上年报告": report_words(case.last)}
    return replace(result, certain=result.certain and not case.merged, doubt=case.merged, words=words)


def _key(claims: Mapping[str, Claim]) -> str:
    return "claims:" + "|".join(sorted(claims))


def judge(case: Case, program: Program, env: Env, claims: Mapping[str, Claim]) -> Result:
    """One evaluation as a result with operands, evidence and the cause where it is unclear."""
    verdict = program.evaluate(env)
    outcome = {True: Outcome.KEPT, False: Outcome.BROKEN, None: Outcome.UNCLEAR}[verdict.truth]
    if outcome is Outcome.KEPT:
        return Result(Outcome.KEPT, facts=program.facts, element=program.scope.element)
    left, right, difference = _operands(verdict)
    facts = [case.report.facts[id] for id in program.facts if id in case.report.facts]
    last = [case.last.facts[id] for id in program.last_facts if case.last and id in case.last.facts]
    blanks = tuple(id for id in program.asked if (f := case.report.fact(id)) is not None and f.state in _UNFILLED)
    cells = [case.form.cells[id] for id in program.facts if case.form and id in case.form.cells]
    before = [replace(fact, name="上年报告的" + fact.name) for fact in last]
    reason, cause = _why_unclear([*facts, *before], claims) if outcome is Outcome.UNCLEAR else ("", Cause.UNIT)
    return Result(
        outcome,
        certain=all(claim.certain for claim in claims.values()),
        reason=reason,
        caused_by=cause,
        facts=program.facts,
        left=left,
        right=right,
        difference=difference,
        evidence=_evidence(case, facts, last, claims),
        words=_words(program, verdict, claims),
        blanks=blanks if outcome is Outcome.BROKEN else (),
        element=program.scope.element,
        claims=dict(claims),
        part=_only(c.part for c in cells),
        table=_only(c.table for c in cells),
        row=_only(c.row for c in cells),
        column=_only(c.column for c in cells),
    )


def _operands(verdict: Verdict) -> tuple[Number | None, Number | None, Number | None]:
    operands = verdict.operands
    if operands is None or operands.left.point is None or operands.right.point is None:
        return None, None, None
    left, right = operands.left.point, operands.right.point
    return as_number(left), as_number(right), as_number(left - right)


def as_number(value: Exact) -> Number:
    """An exact number as int, or as a Decimal of at most six places."""
    if isinstance(value, int):
        return value
    if value.denominator == 1:
        return value.numerator
    return round(Decimal(value.numerator) / Decimal(value.denominator), 6).normalize()


def _only(words: Iterable[str]) -> str | None:
    """The word where all are the same, None else."""
    distinct = set(words)
    return distinct.pop() if len(distinct) == 1 else None


def _evidence(case: Case, facts: list[Fact], last: list[Fact], claims: Mapping[str, Claim]) -> tuple[Evidence, ...]:
    said = [Evidence(claim.text, claim.place, "正文") for claim in claims.values()]
    cells = [fact_evidence(fact) for fact in facts]
    before = [of_last(case.last, fact) for fact in last if case.last is not None]
    return (*said, *cells, *before)


def of_last(report: Report, fact: Fact) -> Evidence:
    """A cell of last year's report as evidence, with its place in that file."""
    return elsewhere(fact_evidence(fact), report, f"上年报告（{report.profile.year}年度）{fact.name}")


def _words(program: Program, verdict: Verdict, claims: Mapping[str, Claim]) -> dict[str, str]:
    words: dict[str, str] = {}
    if verdict.operands is not None:
        left, right = verdict.operands.left, verdict.operands.right
        for name, side in (("left", left), ("right", right)):
            words[name] = number_words(side.point) if side.point is not None else _at_least(side.low, side.high)
        if left.point is not None and right.point is not None:
            words["difference"] = number_words(abs(Fraction(left.point) - right.point))
        else:
            words["difference"] = _gap(left, right)
    for subject, claim in claims.items():
        words[f"正文.{subject}"] = claim_words(claim)
    if claims:
        first = next(iter(claims.values()))
        words["原文"], words["说法"] = first.text.strip(), _said(first)
    if program.scope.element:
        words["each"] = program.scope.element
    return words


def claim_words(claim: Claim) -> str:
    """A claim in a message: its number as printed (0 for 未收到), or the words of a plain "did"."""
    return "0" if claim.said is Said.DID_NOT else claim.raw.strip()


def _gap(left: Interval, right: Interval) -> str:
    """How far two ranges are apart at the least."""
    for lower, upper in ((left, right), (right, left)):
        if lower.high is not None and upper.low is not None and lower.high < upper.low:
            return f"不少于{number_words(exact(Fraction(upper.low) - lower.high))}"
    return "不能确定"


def _said(claim: Claim) -> str:
    """The words of a plain statement, or the clause in which a number stands."""
    if claim.said is not Said.NUMBER:
        return claim.raw.strip()
    clauses = re.split(r"[,，。；;：:\n]", claim.text)
    return next((clause.strip() for clause in clauses if claim.raw in clause), claim.raw)


def _at_least(low: Exact | None, high: Exact | None) -> str:
    if low is not None and high is None:
        return f"不少于{number_words(low)}"
    if low is not None and high is not None:
        return f"{number_words(low)}至{number_words(high)}"
    return "不能确定" if high is None else f"不多于{number_words(high)}"


def _why_unclear(facts: Sequence[Fact], claims: Mapping[str, Claim]) -> tuple[str, Cause]:
    unread = [f for f in facts if f.state is State.UNREADABLE]
    if unread:
        note = next((f.note for f in unread if f.note), "")
        return f"{_names(unread)}无法识别" + (f"（{note}）" if note else ""), Cause.READER
    unknown = [f for f in facts if f.state is not State.NUMBER]
    if unknown:
        return "，".join(_state_words(unknown)) + "，无法判断", Cause.UNIT
    if any(c.high is None or c.low != c.high for c in claims.values()):
        return "正文中的数字不是确数，无法判断", Cause.UNIT
    return "现有数据不足以判断", Cause.UNIT


def _state_words(facts: Sequence[Fact]) -> Iterator[str]:
    for state, word in (
        (State.BLANK, "未填报"),
        (State.NA, "填为“/”或“无”"),
        (State.TEXT, "不是数字"),
        (State.ABSENT, "缺行"),
    ):
        found = [f for f in facts if f.state is state]
        if found:
            yield f"{_names(found)}{word}"


def _names(facts: Sequence[Fact]) -> str:
    listed = [f.name for f in facts[:4]]
    return "、".join(f"“{name}”" for name in listed) + (f"等{len(facts)}项" if len(facts) > 4 else "")


def values(case: Case, program: Program) -> dict[str, str]:
    """The words of every cell that a formula speaks of, by name, for messages."""
    out: dict[str, str] = {}
    for id in program.facts:
        fact = case.report.fact(id)
        if fact is not None:
            out[fact.name] = fact_words(fact)
    if case.last is not None:
        for id in program.last_facts:
            fact = case.last.fact(id)
            if fact is not None:
                out["上年." + fact.name] = fact_words(fact)
    return out
