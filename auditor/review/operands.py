"""What a rule looks at in a report: cells with their places, claims taken and left out, parameters, what stands beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.checks.check import Case, peers_words, report_words
from auditor.checks.filled import cells_of
from auditor.checks.relation import Formula
from auditor.form import Form
from auditor.formula.bind import MissingLastYear, fact_words, spread_words
from auditor.model import Claim, Fact, Report, Said, State
from auditor.review.told import Line, Part
from auditor.review.wording import value_words
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.rule import Rule

_MOST_CELLS, _MOST_CLAIMS = 40, 12


def formulas_of(ready: Ready, form: Form | None) -> list[Formula]:
    """The formulas of a rule in a form: `when` and `expect`."""
    every = (ready.when, ready.expect)
    return [f for given in every if given and form is not None and (f := given.get(form.letter)) is not None]


def cells_part(ready: Ready, case: Case) -> Part:
    """The cells that the rule names, as printed, with their places; blanks first where there are many."""
    facts = list(_facts(ready, case))
    last = list(_last_facts(ready, case))
    facts.sort(key=lambda f: f.state is State.NUMBER)
    shown = facts if len(facts) <= _MOST_CELLS else [f for f in facts if f.value != 0][:_MOST_CELLS]
    tables = {c.id: c.table for c in case.form.cells.values()} if case.form else {}
    lines = [_cell(f, tables.get(f.id)) for f in shown]
    if len(shown) < len(facts):
        lines.append(Line(f"另有 {len(facts) - len(shown)} 项从略"))
    lines += [
        Line(f"上年的{f.name}：{fact_words(f)}（{report_words(case.last)}）") for f in last if case.last is not None
    ]
    return Part("涉及的数据", tuple(lines))


def _cell(fact: Fact, table: str | None) -> Line:
    raw = fact.raw.strip()
    printed = f"（原文“{raw}”）" if raw and raw != fact_words(fact) else ""
    doubt = "".join(f"；{words}" for words in (fact.note, fact.inferred) if words)
    named = table if table is None or table.startswith(("表", "统计")) else f"表{table}"
    return Line(f"{fact.name}：{fact_words(fact)}{printed}{doubt}", 0, fact.place, named)


def _facts(ready: Ready, case: Case) -> Iterator[Fact]:
    ids: dict[str, None] = {}
    for formula in formulas_of(ready, case.form):
        for program in _programs(formula, case):
            ids |= dict.fromkeys(program[0])
    names = getattr(ready.rule, "cells", ()) or ()
    if case.form is not None and names:
        ids |= dict.fromkeys(c.id for c in cells_of(names, case.form, ()))
    yield from (f for id in ids if (f := case.report.fact(id)) is not None)


def _last_facts(ready: Ready, case: Case) -> Iterator[Fact]:
    if case.last is None:
        return
    ids = dict.fromkeys(id for f in formulas_of(ready, case.form) for p in _programs(f, case) for id in p[1])
    yield from (f for id in ids if (f := case.last.fact(id)) is not None)


def _programs(formula: Formula, case: Case) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    assert case.form is not None
    elements = formula.elements(case.form) if formula.each else [None]
    for element in elements:
        try:
            program = formula.bound(case.form, case.last_form, element)
        except MissingLastYear:
            continue
        yield program.facts, program.last_facts


# --- claims ------------------------------------------------------------------------------------------


def claims_part(ready: Ready, case: Case) -> Part:
    """The numbers of the prose that the rule considered, and those that it left out, each with the reason."""
    lines: list[Line] = []
    for subject, needed in subjects_of(ready, case):
        found = list(case.report.claims_of(subject))
        if not found:
            lines.append(Line(f"正文没有写明“{subject}”"))
        lines += _claims(subject, found, needed)
    return Part("正文中的数字和说法", tuple(lines))


def subjects_of(ready: Ready, case: Case) -> list[tuple[str, bool]]:
    """(subject, whether its number is needed) of everything that the rule asks of the prose."""
    out: dict[str, bool] = {}
    for formula in formulas_of(ready, case.form):
        for subject, needed in formula.subjects:
            out[subject] = out.get(subject, False) or needed
    for subject in (*getattr(ready.rule, "subjects", ()), *getattr(ready.rule, "overlap", ())):
        out.setdefault(subject, True)
    return list(out.items())


def _claims(subject: str, found: Sequence[Claim], needed: bool) -> Iterator[Line]:
    taken: list[Claim] = []
    for claim in found[: 4 * _MOST_CLAIMS]:
        reason = _left_out(claim, taken, needed)
        if not reason:
            taken.append(claim)
        said = f"“{claim.text.strip()}”"
        if reason:
            yield Line(f"未用：{subject} {_value(claim)}，{said}——{reason}", 0, claim.place)
        else:
            doubt = "" if claim.certain else f"——{_unsure(claim)}，至多认定为疑似"
            yield Line(f"采用：{subject} {_value(claim)}，{said}{doubt}", 0, claim.place)


def _left_out(claim: Claim, taken: Sequence[Claim], needed: bool) -> str:
    if claim.foreign:
        return f"说的是{claim.scope or '其他单位'}，不是本单位自己的数据"
    if needed and claim.said is Said.DID:
        return "只说做了，没有数字"
    same = [t for t in taken if not needed or (t.low, t.high) == (claim.low, claim.high)]
    if same and not (claim.certain and not any(t.certain for t in same)):
        return "与前面采用的相同，不再重复"
    return "提到的次数过多，不再逐个比对" if len(taken) >= _MOST_CLAIMS else ""


def _value(claim: Claim) -> str:
    if claim.said is Said.DID:
        return "有此表述"
    return "0（称没有）" if claim.said is Said.DID_NOT else claim.raw.strip()


def _unsure(claim: Claim) -> str:
    if claim.high is None or claim.low != claim.high:
        return "不是确数"
    return f"范围写为“{claim.scope}”" if claim.scope else "用语与统计表的指标名不完全一致"


# --- parameters, and what stands beside --------------------------------------------------------------


def parameters_part(ready: Ready, book: Rulebook, case: Case) -> Part:
    """The parameters that the rule uses: the value for this report, and where it is from."""
    names = dict.fromkeys(p for f in formulas_of(ready, case.form) for p in f.parameters)
    for key in ("parameter", "allowed_by"):
        if name := getattr(ready.rule, key, None):
            names[str(name)] = None
    lines = []
    for name in names:
        parameter = book.parameters[name]
        if name not in case.parameters:
            lines.append(Line(f"{name}：没有设定（{parameter.entry.otherwise}）"))
            continue
        value = case.parameters[name]
        chosen = next(
            (v for v in parameter.entry.values if (int(v.value) if isinstance(v.value, bool) else v.value) == value),
            None,
        )
        unit = parameter.entry.unit or ""
        source = f"，来源：{chosen.source}" if chosen is not None and chosen.source else ""
        said = value_words(chosen) if chosen is not None else str(value)
        lines.append(Line(f"{name}：{said}{unit}{source}"))
    return Part("参数", tuple(lines))


def beside_part(ready: Ready, case: Case) -> Part:
    """Last year's report, the years before, the peers: whatever the rule compares with."""
    lines: list[Line] = []
    if speaks_of_last_year(ready):
        lines += _last(case)
    if speaks_of_peers(ready.rule):
        lines += list(_peers(ready, case))
    return Part("比对的报告", tuple(lines))


def speaks_of_last_year(ready: Ready) -> bool:
    """Whether last year's report has a say."""
    every = [f for given in (ready.when, ready.expect) if given for f in given.values()]
    return any(f.last_year != "no" for f in every) or (ready.rule.check == "similarity" and not _of_peers(ready.rule))


def speaks_of_peers(rule: Rule) -> bool:
    """Whether other units' reports have a say."""
    return rule.check == "outlier" or _of_peers(rule) or "同类." in rule.model_dump_json(exclude={"examples"})


def _of_peers(rule: Rule) -> bool:
    return rule.check == "similarity" and str(getattr(rule, "of", "")) not in ("全文", "存在问题", "数据")


def _last(case: Case) -> list[Line]:
    if case.last_problem:
        return [Line(f"上年报告：{case.last_problem}")]
    if case.last is None:
        return [Line("上年报告：没有（用 --previous 指明，或与本报告一起给出）")]
    lines = [Line(f"上年报告：{_report(case.last)}")]
    lines += [Line(f"再早的报告：{_report(report)}") for report in case.earlier]
    if case.merged:
        lines.append(Line(f"机构变动：{case.merged}，与上年比较的结果至多为疑似"))
    return lines


def _report(report: Report) -> str:
    return f"{report.profile.year}年度，{report.source}"


def _peers(ready: Ready, case: Case) -> Iterator[Line]:
    if case.peers is None or not case.peers.size:
        yield Line("同类单位：没有其他同类单位同一年度的报告可供比较")
        return
    yield Line(f"同类单位：{peers_words(case.peers)}")
    written = ready.rule.model_dump_json(exclude={"examples"})
    for name, spread in case.peers.spreads.items():
        if name in written:
            yield Line(f"{name}：{spread_words(spread)}", 1)
    for copy in case.peers.copies if ready.rule.check == "similarity" else ():
        yield Line(f"与{copy.organisation}相同的文字占 {copy.share:.0f}%（{copy.source}）", 1)
