"""outlier: a figure that lies far from those of the peers (units of the same year, kind and group of the roster).

    of          the figure: 收到申请数, or one per form {A: …, B: …, C: …}
    side        偏高 (default) or 偏低
    beyond      偏高: more than so many interquartile ranges above the upper quartile of the peers (default 3)
    times       偏高: and at least so many times their median; 偏低: so many times below their lower quartile (default 3)
    least       偏高: smaller figures are never complained of; 偏低: nor where the median of the peers is smaller
Peers       itself left out; where fewer than eight state the figure as a number the rule does not apply
Robust      by quartiles, which a few wrong figures among the peers do not move; exact arithmetic
Words for the message: {name} {value} {group} {size} {median} {lower} {upper} {least} {most}; 比例 in grades is the figure in
percent of the median (no value where the median is 0)
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from auditor.checks.check import (
    Case,
    Check,
    Compiling,
    FormulaText,
    KeyMistake,
    Keys,
    Result,
    described,
    fact_evidence,
    few_peers,
    not_applicable,
)
from auditor.model import Cause, Evidence, Fact, Number, Outcome, Spread, State
from auditor.spelling import nearest
from auditor.text import show

NAME = "outlier"
SCOPE = "facts"
WORDS = frozenset({"name", "value", "group", "size", "median", "lower", "upper", "least", "most"})


class OutlierKeys(Keys):
    """Keys of `check: outlier`."""

    of: FormulaText = described("比较哪个指标", "一个指标名；各格式不同时分写 {A: …, C: …}")
    side: Literal["偏高", "偏低"] = described(
        "哪一边", "", "偏高", meanings={"偏高": "比同类单位高出很多", "偏低": "比同类单位低很多"}
    )
    beyond: Decimal = described("超出几个四分位距", "比上四分位数高出这么多个四分位距才算偏高", Decimal(3), ge=0)
    times: Decimal = described("相差几倍", "偏高：至少是中位数的几倍；偏低：不到下四分位数的几分之一", Decimal(3), ge=1)
    least: Decimal = described(
        "太小的不算", "偏高：小于它的数不算；偏低：同类单位的中位数小于它的不算", Decimal(0), ge=0
    )


def compile(keys: OutlierKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    figures = _figures(keys.of, context)

    def check(case: Case) -> list[Result]:
        id = figures.get(case.form.letter) if case.form else None
        fact = case.report.fact(id) if id is not None else None
        if fact is None:
            return not_applicable("报告中没有识别出相应的统计表")
        assert case.form is not None
        name = case.form.cells[fact.id].name
        if few := few_peers(case, [name]):
            return not_applicable(few)
        assert case.peers is not None
        if fact.state is not State.NUMBER or fact.value is None:
            return [_unknown(fact)]
        spread = case.peers.spreads[name]
        if not _lies_far(keys, fact.value, spread):
            return [Result(Outcome.KEPT, facts=(fact.id,))]
        return [_far(case, fact, fact.value, spread, case.peers.group)]

    return check


def _figures(given: Mapping[str, str], context: Compiling) -> dict[str, str]:
    """The id of the figure in each form."""
    out = {}
    letters = {form.letter for form in context.forms}
    for key in given:
        if key and key not in letters:
            raise KeyMistake(("of", key), f"格式“{key}”不在本规则的适用范围内，应为 {'、'.join(sorted(letters))}")
    for form in context.forms:
        key = form.letter if form.letter in given else ""
        name = given.get(key, "").strip()
        if not name:
            raise KeyMistake(("of",), f"缺少格式{form.letter}的指标")
        if name not in form.by_name:
            path = ("of", key) if key else ("of",)
            raise KeyMistake(path, f"格式{form.letter}中没有“{name}”{nearest(name, form.by_name)}")
        out[form.letter] = form.by_name[name]
    return out


def _lies_far(keys: OutlierKeys, value: Number, spread: Spread) -> bool:
    at, median = Fraction(value), Fraction(spread.median)
    lower, upper = Fraction(spread.lower), Fraction(spread.upper)
    times, least = Fraction(keys.times), Fraction(keys.least)
    if keys.side == "偏低":
        return median >= least and at * times < lower
    return at >= least and at > upper + Fraction(keys.beyond) * (upper - lower) and at >= times * median


def _unknown(fact: Fact) -> Result:
    cause = Cause.READER if fact.state is State.UNREADABLE else Cause.UNIT
    reason = f"“{fact.name}”无法识别" if cause is Cause.READER else f"“{fact.name}”没有填报数字"
    return Result(Outcome.UNCLEAR, reason=f"{reason}，无法比较", caused_by=cause, facts=(fact.id,))


def _far(case: Case, fact: Fact, value: Number, spread: Spread, group: str) -> Result:
    assert case.form is not None
    words = {"name": fact.name, "value": show(value), "group": group, "size": str(spread.size)}
    words |= {key: show(getattr(spread, key)) for key in ("median", "lower", "upper", "least", "most")}
    cell = case.form.cells[fact.id]
    share = Decimal(100) * Decimal(value) / Decimal(spread.median) if spread.median else None
    return Result(
        Outcome.BROKEN,
        facts=(fact.id,),
        left=value,
        right=spread.median,
        difference=value - spread.median,
        evidence=(fact_evidence(fact), Evidence(spread_words(spread), None, f"其他{spread.size}个{group}")),
        words=words,
        measures={} if share is None else {"比例": share},
        part=cell.part,
        table=cell.table,
        row=cell.row,
        column=cell.column,
    )


def spread_words(spread: Spread) -> str:
    """How a figure lies among the peers: 中位数 3，四分位 1—5，最小 0，最大 9."""
    return (
        f"中位数 {show(spread.median)}，四分位 {show(spread.lower)}—{show(spread.upper)}，"
        f"最小 {show(spread.least)}，最大 {show(spread.most)}"
    )
