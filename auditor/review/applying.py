"""Whether a rule speaks of a report, step by step, and which of its bases govern it and why.

Steps      switched off · form · years · kind of unit · region · `when`, in the order in which the judge asks; the first
           that fails decides, the others are shown all the same
Bases      each entry of `basis` with the day by which its law is chosen, and whether it governs the report
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from auditor.checks.check import Case
from auditor.checks.relation import blocked, environment
from auditor.findings import out_of_scope
from auditor.formula.bind import MissingLastYear
from auditor.model import Outcome, Profile
from auditor.review.told import Line, Part, step
from auditor.review.tracing import trace_lines
from auditor.review.wording import basis_words, formula_words, years_words
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.laws import Law
from auditor.rulebook.rule import BasisEntry

_BY = {"report_year": "按报告年度选用", "published": "按公布之日选用", "audited": "按审核之日选用"}


def scope_part(ready: Ready, case: Case) -> Part:
    """The steps of the scope with what this report is."""
    return Part("适用范围", tuple(_steps(ready, case)) or (Line("适用于全部报告，没有另设条件"),))


def _steps(ready: Ready, case: Case) -> Iterator[Line]:
    applies, profile = ready.rule.applies, case.report.profile
    for off in case.off.get(ready.id, ()):
        where = "这几项数据上" if off.cells else ""
        yield Line(
            f"主管部门在本单位本年度{where}停用了这条规则（{off.reason}）——{'部分数据不检查' if off.cells else '不符合'}"
        )
    if applies.form:
        asked = case.form or case.year_form if ready.scope == "facts" else case.year_form or case.form
        source = "统计表" if asked is not None and asked is case.form and ready.scope == "facts" else "年度规定的格式"
        found = f"格式{asked.letter}（{source}）" if asked else "不明（没有识别出统计表，年度也不明）"
        yield step("格式", f"格式{'、'.join(applies.form)}", found, asked is not None and asked.letter in applies.form)
    if applies.years.first is not None or applies.years.last is not None:
        known = profile.year is not None and applies.years.covers(profile.year)
        yield step("年度", years_words(applies.years), f"{profile.year}年度" if profile.year else "年度不明", known)
    if applies.unit_kind:
        holds = profile.unit_kind in applies.unit_kind
        yield step("单位类型", "、".join(applies.unit_kind), profile.unit_kind, holds)
    if applies.region:
        place = case.place or profile.organisation or ""
        yield step("地区", "、".join(applies.region), place or "单位不明", any(r in place for r in applies.region))
    if ready.when is not None:
        yield from _condition(ready, case)


def _condition(ready: Ready, case: Case) -> Iterator[Line]:
    formula = ready.when.get(case.form.letter) if ready.when and case.form else None
    if formula is None or case.form is None:
        yield Line(f"条件：{formula_words(ready.rule.when)}——报告中没有识别出相应的统计表，不符合")
        return
    stop = blocked(case, formula)
    if stop is not None:
        words = "无法判断" if stop[0].outcome is Outcome.UNCLEAR else "不符合"
        yield Line(f"条件：{' '.join(formula.text.split())}——{stop[0].reason}，{words}")
        return
    try:
        program = formula.bound(case.form, case.last_form, None)
    except MissingLastYear as missing:
        yield Line(f"条件：{' '.join(formula.text.split())}——上年报告的格式中没有“{missing.name}”，不符合")
        return
    claims = {c.subject: c for c in reversed(case.report.claims)}
    trace = program.explain(environment(case, claims))
    verdict = {"成立": "符合", "不成立": "不符合"}.get(trace.value, trace.value)
    yield Line(f"条件：{' '.join(trace.text.split())}——{verdict}")
    for child in trace.children:
        yield from trace_lines(child, 1)


# --- the law in force --------------------------------------------------------------------------------


def law_part(ready: Ready, book: Rulebook, case: Case) -> Part:
    """Every basis of the rule, whether it governs this report, and why."""
    lines = [_basis(entry, book, case.report.profile, case.audited) for entry in ready.rule.basis]
    if not out_of_scope(ready, case) and not any(line.text.startswith("适用") for line in lines):
        lines.append(Line("没有一条依据适用于本报告，通报时请另行说明依据"))
    return Part("适用的依据", tuple(lines))


def _basis(entry: BasisEntry, book: Rulebook, profile: Profile, audited: dt.date | None) -> Line:
    words = basis_words(entry, book)
    if entry.unit_kind and profile.unit_kind not in entry.unit_kind:
        return Line(f"不用：{words}——不约束{profile.unit_kind}")
    if profile.year is not None and not entry.years.covers(profile.year):
        return Line(f"不用：{words}——不管 {profile.year} 年度的报告")
    law = book.laws.get(entry.law or "")
    if law is None:
        return Line(f"适用：{words}——没有条文的实务口径")
    governs = law.governs(entry.at, profile, audited)
    return Line(f"{'适用' if governs else '不用'}：{words}——{_chosen(law, entry.at, profile, audited, governs)}")


def _chosen(law: Law, at: str | None, profile: Profile, audited: dt.date | None, governs: bool) -> str:
    """按公布之日选用：2018-03-15 公布，2008-05-01 起施行，仍在施行."""
    by = law.goes_by(at)
    years = years_words(law.years)
    held = "、".join(
        words
        for words in (
            f"{law.in_force.isoformat()} 起施行" if law.in_force else "",
            f"{law.until.isoformat()} 失效" if law.until else "",
            f"管{years}的报告" if years and by != "audited" else "",
        )
        if words
    )
    day = {
        "report_year": f"本报告是 {profile.year or '不明'} 年度的",
        "published": f"本报告{_published(profile)}",
        "audited": f"审核之日是 {audited.isoformat()}" if audited else "按今后任何一天",
    }[by]
    late = "" if governs or not _before(law, profile) else "，报告公布时它还没有施行"
    return f"{_BY[by]}，{day}" + (f"（{held}）" if held else "") + late


def _published(profile: Profile) -> str:
    if profile.published is not None and profile.published_certain:
        return f" {profile.published.isoformat()} 公布（不晚于应当公布之日）"
    return "没有写明公布日期，按应当公布之日算"


def _before(law: Law, profile: Profile) -> bool:
    return law.in_force is not None and profile.published is not None and profile.published < law.in_force
