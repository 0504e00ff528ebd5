"""equation: a relation between facts that must hold, of this year and of last (上年.…).

    expect      收到申请数 = 当面申请数 + 传真申请数 + 网络申请数 + 信函申请数, or one per form {B: …, C: …}
    each        申请人 | 行 | 块: runs over the columns, the rows, or the blocks of table four
    tolerance   how far both sides may be apart; printed decimals bring their own rounding
    in_a_row    the rule is broken only where the formula does not hold in so many years in a row, this one included; each
                year's report is asked by itself, in its own form. A year that is missing: the rule does not apply; one year
                in which it is not certain: unclear
Words for the message: every name of the formula, {left} {right} {difference}, {each}; with in_a_row {years} {count} {reports}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import count, takewhile

from auditor.checks.check import (
    Case,
    Check,
    Compiling,
    FormulaText,
    KeyMistake,
    Keys,
    Result,
    described,
    elsewhere,
    not_applicable,
    report_words,
)
from auditor.checks.relation import Formulas, formulas, run
from auditor.form import Form
from auditor.model import Outcome, Report

NAME = "equation"
SCOPE = "facts"
WORDS = frozenset({"left", "right", "difference", "each", "years", "count", "reports"})


class EquationKeys(Keys):
    """Keys of `check: equation`."""

    expect: FormulaText = described("应当成立的公式", "如 收到申请数 = 合计(四种渠道)；各格式不同时分写 {B: …, C: …}")
    each: str | None = described("逐项检查", "按这一组逐项检查公式：公式里只写行名（或列名、本项）", None, names="axes")
    tolerance: Decimal = described(
        "允许相差", "两边相差不超过它的不算问题；小数按印出的位数自动留出四舍五入的余地", Decimal(0)
    )
    in_a_row: int = described("连续几年", "公式连续几年不成立才算问题，默认 1", 1, ge=1, le=20)


def compile(keys: EquationKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    bound = formulas(keys.expect, context, ("expect",), keys.each, keys.tolerance)
    forms = {form.letter: form for form in context.all_forms}
    if keys.in_a_row > 1:
        _of_one_report(keys, bound)

    def check(case: Case) -> list[Result]:
        formula = bound.get(case.form.letter) if case.form else None
        if formula is None:
            return not_applicable("报告中没有识别出相应的统计表")
        results = run(case, formula)
        return results if keys.in_a_row == 1 else [_in_a_row(case, bound, forms, results[0], keys.in_a_row)]

    return check


# --- years in a row --------------------------------------------------------------------------------


def _of_one_report(keys: EquationKeys, bound: Formulas) -> None:
    """Refuses what cannot be asked of each year's tables by themselves."""
    if keys.each is not None:
        raise KeyMistake(("in_a_row",), "in_a_row 不能与 each 连用")
    for formula in bound.values():
        kinds = {node.kind for node in formula.node.walk()}
        if kinds & {"last", "said", "peers", "parameter"}:
            raise KeyMistake(("in_a_row",), "in_a_row 的 expect 只能用本年统计表的数据，其他条件请写在 when 里")


def _in_a_row(case: Case, bound: Formulas, forms: dict[str, Form], result: Result, wanted: int) -> Result:
    """What the reports of the years before make of this year's result."""
    year = case.report.profile.year
    if result.outcome is not Outcome.BROKEN or year is None:
        return result
    if case.last is None and case.last_problem:
        return Result(Outcome.UNCLEAR, reason=case.last_problem)
    told = list(_before(case, bound, forms))
    broken = list(takewhile(lambda one: one[1].outcome is Outcome.BROKEN, told))
    if len(broken) + 1 < wanted:
        if len(broken) == len(told):
            missing = year - 1 - len(broken)
            return Result(Outcome.NOT_APPLICABLE, reason=f"没有{missing}年度的报告，不能判断是否连续{wanted}年")
        report, stop = told[len(broken)]
        reason = f"{report_words(report)}：{stop.reason}" if stop.reason else ""
        return Result(stop.outcome, reason=reason, caused_by=stop.caused_by)
    reports = [case.report, *(report for report, _ in broken)]
    words = {
        "years": "、".join(str(report.profile.year) for report in reversed(reports)),
        "count": str(len(reports)),
        "reports": "、".join(map(report_words, reversed(reports))),
    }
    evidence = [
        elsewhere(e, report, f"{report.profile.year}年度报告{e.label}") for report, r in broken for e in r.evidence
    ]
    return replace(
        result,
        certain=result.certain and not case.merged,
        doubt=case.merged,
        evidence=(*result.evidence, *evidence),
        words={**result.words, **words},
        measures={"数量": len(reports)},
    )


def _before(case: Case, bound: Formulas, forms: dict[str, Form]) -> Iterator[tuple[Report, Result]]:
    """The reports of the years before, newest first and without a gap, each with what the formula says of it."""
    year = case.report.profile.year
    assert year is not None
    others: Sequence[Report] = [r for r in (case.last, *case.earlier) if r is not None]
    by_year = {report.profile.year: report for report in others}
    for before in count(1):
        report = by_year.get(year - before)
        if report is None:
            return
        form, formula = forms.get(report.profile.form or ""), bound.get(report.profile.form or "")
        if form is None or formula is None:
            yield report, Result(Outcome.NOT_APPLICABLE, reason="没有识别出相应的统计表")
            return
        alone = replace(
            case, report=report, form=form, year_form=form, last=None, last_form=None, earlier=(), peers=None
        )
        yield report, run(alone, formula)[0]
