"""Rules × facts -> outcomes: one report judged by every rule of the rulebook.

Scope      a rule that does not apply (form, year, kind of unit, `when`) is `not_applicable`, with nothing guessed
Outcome    `broken` becomes 疑似 where the rule, its grade, or the place it speaks of is not certain
Crash      a rule that raises is `unclear`, caused by the engine; it never hides the others and never means "kept"
Identity   a fingerprint names rule, organisation, year and logical place; `content` the states and values complained of
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from auditor.checks.check import Case, Result, SwitchedOff, fact_evidence, few_peers, peers_words, report_words
from auditor.checks.relation import Formulas, blocked, claim_words, environment
from auditor.form import Form
from auditor.formula.bind import MissingLastYear, fact_words
from auditor.formula.evaluate import Env, Truth
from auditor.formula.vocabulary import PEERS, THE_ELEMENT
from auditor.model import (
    Attested,
    Basis,
    Cause,
    Disabled,
    Evidence,
    Fact,
    Finding,
    Judgement,
    Outcome,
    Peers,
    Profile,
    Report,
    State,
    Undecided,
)
from auditor.rulebook.book import Ready, Rulebook
from auditor.rulebook.county import credited, disabled, free_words
from auditor.rulebook.parameters import of_report
from auditor.rulebook.rule import Grade, Rule
from auditor.text import show, squash
from auditor.trust import weigh

_WORST = (Outcome.BROKEN, Outcome.SUSPECTED, Outcome.TO_CONFIRM, Outcome.UNCLEAR, Outcome.KEPT, Outcome.NOT_APPLICABLE)
_HEDGE = re.compile("疑|核实")
_UNKNOWN = "不详"
_PLACEHOLDER = re.compile(r"( ?)\{([^{}]*)\}( ?)")


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a report when it is judged.

    `last` is last year's report of the same unit, `problem` why it cannot be told (several candidates), `merged` why a
    comparison with it is no more than a suspicion (the roster shows a merger), `earlier` the reports of the years before
    last, newest first; `peers` the other units of the same year, `attested` what a person saw, by rule id.
    """

    last: Report | None = None
    problem: str = ""
    merged: str = ""
    earlier: tuple[Report, ...] = ()
    peers: Peers | None = None
    attested: Mapping[str, Attested] = field(default_factory=dict)


def case_of(report: Report, book: Rulebook, beside: Beside | None = None, audited: dt.date | None = None) -> Case:
    """What the checks see of a report; `audited` is the day of the audit."""
    beside = beside or Beside()
    place = book.county.place_of(report.profile.organisation)
    known, reasons = of_report(book.parameters, report.profile, place)
    return Case(
        report=report,
        form=book.form(report.profile.form),
        year_form=book.form_of_year(report.profile.year),
        last=beside.last,
        last_form=book.form(beside.last.profile.form) if beside.last else None,
        last_problem=beside.problem,
        merged=beside.merged,
        earlier=beside.earlier,
        peers=beside.peers,
        attested=beside.attested,
        audited=audited,
        parameters=known,
        parameter_reasons=reasons,
        patterns=book.pattern_set,
        off=book.county.switched_off(report),
        place=place,
    )


def judge(
    report: Report,
    book: Rulebook,
    beside: Beside | None = None,
    before: Judgement | None = None,
    audited: dt.date | None = None,
    only: Sequence[Ready] | None = None,
) -> Judgement:
    """Every rule's outcome for one report; findings and undecided sorted by rule and place.

    `before` is what was said of the same report by itself: only rules that speak of other reports, and those that a person
    answered, are asked again; with `only` these rules alone.
    """
    case = case_of(report, book, beside, audited)
    again = [ready for ready in book.rules if before is None or ready.of_others or ready.id in case.attested]
    again = again if only is None else list(only)
    asked = {ready.id for ready in again}
    findings = [f for f in before.findings if f.rule not in asked] if before else []
    undecided = [u for u in before.undecided if u.rule not in asked] if before else []
    outcomes = dict(before.outcomes) if before else {}
    for ready in again:
        said = judge_rule(ready, case, book)
        findings += said.findings
        undecided += said.undecided
        outcomes[ready.id] = said.outcomes[ready.id]
    fresh = [f for f in findings if f.rule in asked]
    weighed = weigh(fresh, outcomes, case, book.rules, again=before is not None)
    findings = [*(f for f in findings if f.rule not in asked), *weighed.findings]
    undecided += weighed.undecided
    for rule in {f.rule for f in fresh}:
        left = [f.outcome for f in findings if f.rule == rule] + [u.outcome for u in undecided if u.rule == rule]
        outcomes[rule] = min(left, key=_WORST.index)
    findings.sort(key=lambda f: (f.rule, f.facts, f.fingerprint))
    undecided.sort(key=lambda u: (u.rule, u.facts, u.reason))
    return Judgement(tuple(findings), tuple(undecided), outcomes, disabled_of(report, book))


def disabled_of(report: Report, book: Rulebook) -> tuple[Disabled, ...]:
    """What the county's profile switched off in this report, by rule; nothing is switched off silently."""
    titles = {ready.id: ready.rule.title for ready in book.rules} | {p.id: p.title for p in book.patterns}
    return tuple(
        disabled(off, id, titles[id])
        for id, off in sorted(((id, off) for off in book.county.off for id in off.rules), key=lambda pair: pair[0])
        if id in titles and off.holds(report)
    )


def judge_rule(ready: Ready, case: Case, book: Rulebook) -> Judgement:
    """One rule's outcome for one report; a crash is `unclear`, caused by the engine."""
    try:
        results = results_of(ready, case)
        return _spoken(ready, case, book, results)
    except Exception as error:  # a bug in one rule must not hide the others
        reason = f"规则运行出错（{type(error).__name__}: {error}）"
        result = Result(Outcome.UNCLEAR, reason=reason, caused_by=Cause.ENGINE)
        return Judgement((), (_undecided(ready, book, result, case),), {ready.id: Outcome.UNCLEAR})


def results_of(ready: Ready, case: Case) -> list[Result]:
    """The check's results, or why the rule does not apply; where the county switched it off it is never asked."""
    off = case.off.get(ready.id, ())
    whole = next((one for one in off if not one.cells), None)
    reason = f"已停用：{whole.reason}" if whole else out_of_scope(ready, case)
    if reason:
        return [Result(Outcome.NOT_APPLICABLE, reason=reason)]
    if off:
        return _beyond(off, ready, case)
    return _results(ready, case)


def _beyond(off: Sequence[SwitchedOff], ready: Ready, case: Case) -> list[Result]:
    """The results without the cells that are switched off: a rule on blanks passes them over, any other result that
    speaks of one of them does not apply."""
    cells = frozenset(cell for one in off for cell in one.cells)
    reason = f"已停用：{'；'.join(dict.fromkeys(one.reason for one in off))}"
    if ready.rule.check == "filled":
        left = {id: fact for id, fact in case.report.facts.items() if id not in cells}
        return _results(ready, replace(case, report=replace(case.report, facts=left)))
    return [
        Result(Outcome.NOT_APPLICABLE, reason=reason, facts=result.facts) if cells & set(result.facts) else result
        for result in _results(ready, case)
    ]


def _results(ready: Ready, case: Case) -> list[Result]:
    if ready.when is not None:
        stop = _guard(ready.when, case)
        if stop is not None:
            return [stop]
    return [_with_condition(r, ready.when, case) for r in ready.check(case)]


def _with_condition(result: Result, when: Formulas | None, case: Case) -> Result:
    """A result on words speaks of the cells of its `when` too: a late reply unexplained is about that cell."""
    formula = when.get(case.form.letter) if when and case.form else None
    if result.outcome is not Outcome.BROKEN or result.facts or formula is None or case.form is None:
        return result
    facts = [
        f for id in formula.bound(case.form, case.last_form, None).facts if (f := case.report.fact(id)) is not None
    ]
    return replace(result, facts=tuple(f.id for f in facts), evidence=(*result.evidence, *map(fact_evidence, facts)))


def out_of_scope(ready: Ready, case: Case) -> str:
    """Why the rule does not speak of this report, "" where it does."""
    applies, profile = ready.rule.applies, case.report.profile
    if applies.form:
        form = _form_in_question(ready.scope, case)
        if form is None:
            return "没有识别出统计表，年度也不明，无法确定格式"
        if form.letter not in applies.form:
            return f"本规则适用于{'、'.join(applies.form)}类格式的报告"
    limited = applies.years.first is not None or applies.years.last is not None
    if limited and (profile.year is None or not applies.years.covers(profile.year)):
        return "不在本规则适用的年度"
    if applies.unit_kind and profile.unit_kind not in applies.unit_kind:
        return f"本规则适用于{'、'.join(applies.unit_kind)}"
    if applies.region and not any(r in (case.place or profile.organisation or "") for r in applies.region):
        return f"本规则适用于{'、'.join(applies.region)}"
    return ""


def _form_in_question(scope: str, case: Case) -> Form | None:
    if scope == "facts":
        return case.form or case.year_form
    return case.year_form or case.form


def _guard(when: Formulas, case: Case) -> Result | None:
    """The result of a `when` that does not hold; None where it does."""
    if case.form is None or case.form.letter not in when:
        return Result(Outcome.NOT_APPLICABLE, reason="报告中没有识别出相应的统计表")
    formula = when[case.form.letter]
    stop = blocked(case, formula)
    if stop is not None:
        return stop[0]
    try:
        program = formula.bound(case.form, case.last_form, None)
    except MissingLastYear as missing:
        return Result(Outcome.NOT_APPLICABLE, reason=f"上年报告的格式中没有“{missing.name}”")
    if program.peers and (few := few_peers(case, program.peers)):
        return Result(Outcome.NOT_APPLICABLE, reason=few)
    claims = {c.subject: c for c in reversed(case.report.claims)}
    truth = program.evaluate(environment(case, claims)).truth
    if truth is True:
        return None
    if truth is False:
        return Result(Outcome.NOT_APPLICABLE, reason=f"不具备条件：{formula.text.strip()}")
    unknown = [f for id in program.facts if (f := case.report.fact(id)) is not None and f.value is None]
    unread = any(f.state.value == "unreadable" for f in unknown)
    named = "、".join(f"“{f.name}”{fact_words(f)}" for f in unknown[:4])
    reason = f"{named}，无法判断是否适用" if named else "无法判断是否适用"
    return Result(Outcome.UNCLEAR, reason=reason, caused_by=Cause.READER if unread else Cause.UNIT, facts=program.facts)


# --- results -> findings ---------------------------------------------------------------------------


def _spoken(ready: Ready, case: Case, book: Rulebook, results: Sequence[Result]) -> Judgement:
    findings: list[Finding] = []
    undecided: dict[tuple[Outcome, Cause], list[Result]] = {}
    outcomes: list[Outcome] = []
    for result in results:
        if result.outcome is Outcome.BROKEN:
            finding = _finding(ready, case, book, result)
            findings.append(finding)
            outcomes.append(finding.outcome)
            continue
        outcomes.append(result.outcome)
        if result.outcome in (Outcome.UNCLEAR, Outcome.TO_CONFIRM):
            undecided.setdefault((result.outcome, result.caused_by), []).append(result)
    worst = min(outcomes, key=_WORST.index, default=Outcome.NOT_APPLICABLE)
    told = tuple(_undecided(ready, book, _together(alike), case) for alike in undecided.values())
    return Judgement(_numbered(findings), told, {ready.id: worst})


def _together(results: Sequence[Result]) -> Result:
    """The undecided places of one rule with one cause as one: a table of blanks is said once, not row by row."""
    first = results[0]
    if len(results) == 1:
        return first
    where = "、".join(r.element for r in results if r.element)
    reason = f"有 {len(results)} 处无法判断" + (f"（{where}）" if where else "") + f"，如：{first.reason}"
    facts = tuple(dict.fromkeys(id for r in results for id in r.facts))
    return replace(first, reason=reason, facts=facts, element=None)


def _grade(ready: Ready, case: Case, result: Result, book: Rulebook) -> Grade | None:
    for grade, formulas in ready.grades:
        # Without a form in scope cells are unknown; what asks only of measures and the profile can still hold.
        known = [f for f in (case.form, case.year_form, *book.forms) if f is not None and f.letter in formulas]
        form = known[0] if known else None
        formula = formulas.get(form.letter) if form else None
        if formula is None or form is None:
            continue
        claims = {**{c.subject: c for c in reversed(case.report.claims)}, **result.claims}
        if form is not case.form:
            env = Env(form, {}, None, claims, case.numbers, {**case.words, **result.measures})
        else:
            env = environment(case, claims, result.measures)
        try:
            truth: Truth = formula.bound(form, case.last_form, result.element).evaluate(env).truth
        except MissingLastYear:
            continue
        if truth is True:
            return grade
    return None


def _finding(ready: Ready, case: Case, book: Rulebook, result: Result) -> Finding:
    rule, grade = ready.rule, _grade(ready, case, result, book)
    severity = (grade and grade.severity) or rule.severity
    certainty = (grade and grade.certainty) or rule.certainty
    certain = certainty == "certain" and result.certain
    profile = case.report.profile
    basis = basis_of(ready, book, profile, case.audited)
    free = free_words(basis, book.county.assessment_of(profile.year))
    is_free = rule.status == "draft" or free
    template = (grade and grade.message) or rule.message
    return Finding(
        rule=rule.id,
        title=rule.title,
        fingerprint=_fingerprint(rule.first_id, case.report, result),
        locus=_hash(rule.first_id, _place(result)),
        content=_content(case.report, result),
        outcome=Outcome.BROKEN if certain else Outcome.SUSPECTED,
        severity=severity,
        dimension=rule.dimension,
        message=_hedged(_worded(template, case, result), certain, result.doubt),
        why=_worded((grade and grade.why) or rule.why, case, result),
        verify=rule.verify,
        remedy=remedy_of(rule.remedy, rule.dimension, case.report, book),
        part=rule.part or result.part,
        table=result.table,
        row=result.row,
        column=result.column,
        facts=result.facts,
        left=result.left,
        right=result.right,
        difference=result.difference,
        evidence=(*result.evidence, *_said_in(template, case, result)),
        basis=basis,
        cost=Decimal(0) if is_free else book.scoring.cost(severity, _deduct(rule, grade)),
        blanks=result.blanks,
        covers=rule.covers,
        topics=result.topics,
        draft=rule.status == "draft",
        free=free,
    )


def _deduct(rule: Rule, grade: Grade | None) -> Decimal | None:
    """The points that the rule itself names; None: those of the severity."""
    if grade is not None and grade.deduct is not None:
        return grade.deduct
    return None if grade is not None and grade.severity else rule.deduct


def remedy_of(remedy: str, dimension: str, report: Report, book: Rulebook) -> str:
    """What the unit must do; of a report whose form is no longer in force, what the county orders for old reports."""
    year, newest = report.profile.year, max(form.first_year for form in book.forms)
    here = report.filing is None or report.filing.reported
    return book.county.remedy(remedy, dimension, here and year is not None and year < newest)


def basis_of(ready: Ready, book: Rulebook, profile: Profile, audited: dt.date | None = None) -> tuple[Basis, ...]:
    """The articles that govern the report and bind that kind of unit, and the practice where none does.

    Practice names the county's 考核办法 that makes it count, where there is one.
    """
    out, year = [], profile.year
    for entry in ready.rule.basis:
        if entry.unit_kind and profile.unit_kind not in entry.unit_kind:
            continue
        if year is not None and not entry.years.covers(year):
            continue
        if entry.practice is not None:
            out.append(Basis(entry.practice, practice=True))
        elif entry.law is not None and book.laws[entry.law].governs(entry.at, profile, audited):
            title = f"{book.laws[entry.law].title}{entry.at or ''}"
            out.append(Basis(title, entry.law, entry.at, inferred=entry.inferred))
    return credited(out, book.county.assessment_of(year))


def _undecided(ready: Ready, book: Rulebook, result: Result, case: Case) -> Undecided:
    rule, profile = ready.rule, case.report.profile
    certain = rule.certainty == "certain" and rule.status != "draft"
    basis = basis_of(ready, book, profile, case.audited)
    is_free = not certain or free_words(basis, book.county.assessment_of(profile.year))
    return Undecided(
        rule=rule.id,
        title=rule.title,
        outcome=result.outcome,
        reason=result.reason,
        severity=rule.severity,
        dimension=rule.dimension,
        cost=Decimal(0) if is_free else book.scoring.cost(rule.severity, rule.deduct),
        table=result.table,
        facts=result.facts,
        caused_by=result.caused_by,
        evidence=result.evidence,
    )


_CLAIM_NAMED = re.compile(r"正文\.([^|{}]+)")


def _said_in(template: str, case: Case, result: Result) -> Iterable[Evidence]:
    """The sentences of claims that a message names and the check did not show."""
    shown = {e.text for e in result.evidence}
    names = dict.fromkeys(n.strip() for p in _PLACEHOLDER.finditer(template) for n in _CLAIM_NAMED.findall(p[0]))
    for claim in (result.claims.get(name) or next(case.report.claims_of(name), None) for name in names):
        if claim is not None and claim.text not in shown:
            shown.add(claim.text)
            yield Evidence(claim.text, claim.place, "正文")


def _hedged(message: str, certain: bool, doubt: str = "") -> str:
    """A suspected finding says so in its own words: what is not certain is never stated as a fact."""
    if doubt:
        return f"{message}（{doubt}，两年口径可能不同，请核实）"
    return message if certain or _HEDGE.search(message) else f"{message}（疑似，请核实）"


def _worded(template: str, case: Case, result: Result) -> str:
    """A message with its words; a cell's name gives its value, a name without a value stays visible as 不详."""
    named = dict(result.words)
    profile = case.report.profile
    named.setdefault("单位", profile.organisation or "该单位")
    named.setdefault("年度", str(profile.year or "不详"))
    named.setdefault("本年报告", report_words(case.report))
    named.setdefault("上年报告", report_words(case.last) if case.last is not None else "上年报告")
    named.setdefault("同类", peers_words(case.peers) if case.peers is not None else "同类单位")
    for key, measure in result.measures.items():
        named.setdefault(key, f"{measure:.0f}" if isinstance(measure, Decimal) else str(measure))

    def word(match: re.Match[str]) -> str:
        name = match[2].strip()
        value = named[name] if name in named else _value_words(name, case, result.element)
        # Figures stand between spaces, words (空白, 缺行) do not.
        return f"{match[1]}{value}{match[3]}" if value[:1].isascii() else value

    return _PLACEHOLDER.sub(word, template)


def _value_words(name: str, case: Case, element: str | None) -> str:
    """The value of a name; of {正文.甲|正文.乙} those that the prose states, each with its subject; of {同类.甲|同类.乙} the
    one that the report's form has."""
    if "|" not in name:
        return _cell_words(name, case, element)
    if name.startswith(PEERS):
        medians = (_median_words(one.strip().removeprefix(PEERS), case, element) for one in name.split("|"))
        return next((words for words in medians if words != _UNKNOWN), _UNKNOWN)
    subjects = (one.strip().removeprefix("正文.") for one in name.split("|"))
    said = (next(case.report.claims_of(subject), None) for subject in subjects)
    return "、".join(f"{claim.subject} {claim_words(claim)}" for claim in said if claim)


def _cell_words(name: str, case: Case, element: str | None) -> str:
    report, form, spelt = case.report, case.form, name
    if name.startswith("上年."):
        if case.last is None or case.last_form is None:
            return "不详"
        report, form, spelt = case.last, case.last_form, name.removeprefix("上年.")
    if name.startswith(PEERS):
        return _median_words(name.removeprefix(PEERS), case, element)
    if name.startswith("正文."):
        claim = next(report.claims_of(name.removeprefix("正文.")), None)
        return claim_words(claim) if claim else "未写明"
    if spelt == THE_ELEMENT and element is not None:
        spelt = element
    for candidate in (spelt, f"{spelt}.{element}", f"{element}.{spelt}"):
        if form is not None and candidate in form.by_name:
            return fact_words(report.fact(form.by_name[candidate]))
    parameter = case.parameters.get(name.removeprefix("参数."))
    return str(parameter) if parameter is not None else "不详"


def _median_words(name: str, case: Case, element: str | None) -> str:
    """The median of a figure among the peers."""
    spelt = element if name == THE_ELEMENT and element is not None else name
    spreads = case.peers.spreads if case.peers is not None else {}
    found = next((s for n in (spelt, f"{spelt}.{element}", f"{element}.{spelt}") if (s := spreads.get(n))), None)
    return show(found.median) if found is not None else _UNKNOWN


# --- identity --------------------------------------------------------------------------------------


def _fingerprint(rule: str, report: Report, result: Result) -> str:
    identity = report.profile.organisation or report.sha256
    return _hash(rule, identity, str(report.profile.year), _place(result))


def _place(result: Result) -> str:
    """The logical place: facts, else the section with the words complained of."""
    return "|".join(sorted(result.facts)) if result.facts else result.key


def _content(report: Report, result: Result) -> str:
    """What is complained of, free of white space and of the width of characters, so that another format says the same."""
    states = [
        f"{f.id}={f.state.value}:{_stated(f)}" for id in sorted(result.facts) if (f := report.fact(id)) is not None
    ]
    said = [
        squash(e.text)
        for e in result.evidence
        if not result.facts or e.label == "正文" or e.label.startswith("上年报告")
    ]
    return _hash(*states, *said)


def _stated(fact: Fact) -> str:
    """What stands in a cell, as it is compared: 3.50 is 3.5, and of words the words."""
    if fact.state is State.TEXT:
        return squash(fact.raw)
    return str(fact.value) if fact.value is None else show(fact.value)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _numbered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """An ordinal among equals, so that every fingerprint is one finding's."""
    seen: dict[str, int] = {}
    out = []
    for finding in findings:
        count = seen.get(finding.fingerprint, 0)
        seen[finding.fingerprint] = count + 1
        out.append(finding if count == 0 else _again(finding, str(count)))
    return tuple(out)


def _again(finding: Finding, ordinal: str) -> Finding:
    fingerprint, locus = (_hash(id, ordinal) for id in (finding.fingerprint, finding.locus))
    return replace(finding, fingerprint=fingerprint, locus=locus)
