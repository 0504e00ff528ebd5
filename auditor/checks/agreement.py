"""agreement: what the prose says against the tables, and against itself.

    expect      正文.收到申请数 = 收到申请数: the rule speaks of every different number that the prose gives;
                an absent claim makes it not applicable; 有(正文.落实专门机构) asks for a plain "did"
    also        further relations beside expect, each speaking for itself; a form that one leaves out it does not speak of
    surest      true: where the prose says a number with certainty, its less certain other numbers are not asked
    once        true: kept where one choice of numbers holds; else at most one finding, for the choice that comes nearest
    each, tolerance   as in equation
    subjects    with expect: subjects that may stand in for the one of the formula; at most one finding, for the number
                that comes nearest
    words       with expect and subjects: RE2 patterns; where the prose has one of them and no number, the formula is
                asked without a claim (it must ask 已填(正文.…) itself)
    of          instead of expect, one of
                分项合计  a list of parts against the total it is given for (subjects: [...]), where the list is complete,
                          names the rest (其他…) or exceeds the total; of the subjects named in `overlap` one item may count
                          in several parts, so only a sum below the total is a fault
                前后一致  the same indicator said with two numbers (subjects: [...])
                占比      a percentage against count and base (tolerance in points)
                列举项数  a list against the number of members it announces (教育、医疗等8个领域): more or fewer named; of a
                          list that ends in 等 only more, or (measure 数量 0) one fewer of a long one
                单位名称  names in titles, table head and signature that mean different bodies
                负责人    单位负责人 against the principal whom the prose names
                签署人    审核人 and 填报人 are the same person
                自称      the prose calls itself by another kind of unit (我镇 in the report of a 局), or another township
                          is the subject of what the report says of itself (丙镇主动公开… in the report of 乙镇)
Certain only where every claim used is: formal words, the unit itself, the report's year, an exact number.
Words for the message: names of the formula, {正文.…} {原文} {说法} {left} {right} {difference} {each}; {names} {subject} {total} {parts}
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from auditor.checks import figures, identity
from auditor.checks.check import (
    Case,
    Check,
    Compiling,
    FormulaText,
    KeyMistake,
    Keys,
    PatternSet,
    Result,
    Words,
    described,
    not_applicable,
    quote,
)
from auditor.checks.relation import Formula, Formulas, asked, blocked, formulas, run
from auditor.model import Outcome
from auditor.spelling import nearest

NAME = "agreement"
SCOPE = "facts"
WORDS = frozenset({"left", "right", "difference", "each", "原文", "说法", "names", "subject", "total", "parts"})


class AgreementKeys(Keys):
    """Keys of `check: agreement`."""

    expect: FormulaText | None = described(
        "应当成立的公式", "须用到 正文.主题，如 正文.收到申请数 = 收到申请数；各格式不同时分写 {A: …, C: …}", None
    )
    each: str | None = described("逐项检查", "按这一组逐项检查公式", None, names="axes")
    tolerance: Decimal = described("允许相差", "两边相差不超过它的不算问题", Decimal(0))
    of: Literal["分项合计", "前后一致", "占比", "列举项数", "单位名称", "负责人", "签署人", "自称"] | None = described(
        "检查什么",
        "代替 expect",
        None,
        meanings={
            "分项合计": "正文里分项之和等于总数",
            "前后一致": "同一主题在正文几处的数相同",
            "占比": "写明的百分比算得出来",
            "列举项数": "“8个领域”列了几个",
            "单位名称": "标题、正文、落款的单位名称一致",
            "负责人": "负责人与审核人、填报人的关系",
            "签署人": "签署人齐全",
            "自称": "“我镇”“我局”与单位类型相符",
        },
    )
    subjects: Words = described("主题", "只看这些主题；与 expect 连用时都可代替公式里的那个主题", (), names="subjects")
    overlap: Words = described(
        "可以重复计算的主题", "与 of: 分项合计 连用：只有合计小于总数才算错", (), names="subjects"
    )
    words: Words = described("没有数字时也问的词", "正则表达式；与 subjects 连用", ())
    also: tuple[FormulaText, ...] = described("其他关系", "与 expect 并列的公式，各说各的", ())
    surest: bool = described("只问确定的数字", "true：正文有可判定的数字时，不再问不确定的", False)
    once: bool = described("一种说法成立即可", "true：有一种说法成立即为合规，否则只报最接近的一个", False)


def compile(keys: AgreementKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    if (keys.expect is None) is (keys.of is None):
        raise KeyMistake((), "expect 与 of 须写且只能写一个")
    for key in ("subjects", "overlap"):
        for at, subject in enumerate(getattr(keys, key)):
            if subject not in context.subjects:
                raise KeyMistake((key, at), f"claims.yaml 中没有“{subject}”{nearest(subject, context.subjects)}")
    if keys.also and (keys.of is not None or keys.subjects):
        raise KeyMistake(("also",), "also 只能与 expect 连用，不能与 of、subjects 连用")
    if keys.of is not None:
        return _modes(keys)
    assert keys.expect is not None
    bound = formulas(keys.expect, context, ("expect",), keys.each, keys.tolerance)
    if not any(f.subjects for f in bound.values()):
        raise KeyMistake(("expect",), "agreement 的公式须用到 正文.…；只用表内数据的写 check: equation")
    if keys.subjects and any(len(f.subjects) > 1 for f in bound.values()):
        raise KeyMistake(("subjects",), "写了 subjects，公式里只能有一个 正文.…")
    if keys.words and not keys.subjects:
        raise KeyMistake(("words",), "words 须与 subjects 连用")
    for at, pattern in enumerate(keys.words):
        context.pattern(pattern, ("words", at))
    further = [_further(keys, context, at) for at in range(len(keys.also))]

    def check(case: Case) -> list[Result]:
        formula = bound.get(case.form.letter) if case.form else None
        if case.form is None or formula is None:
            return not_applicable("报告中没有识别出相应的统计表")
        if keys.subjects:
            return _nearest(case, formula, keys, context.patterns)
        beside = [also[case.form.letter] for also in further if case.form.letter in also]
        asked = [run(case, relation) for relation in (formula, *beside)]
        if keys.surest:
            asked = [[r for r in rs if r.certain] or rs for rs in asked]
        results = [result for rs in asked for result in (_once(rs) if keys.once else rs)]
        return [r for r in results if r.outcome is not Outcome.NOT_APPLICABLE] or results[:1]

    return check


def _once(results: list[Result]) -> list[Result]:
    return [r for r in results if r.outcome is Outcome.KEPT][:1] or [min(results, key=_distance)]


def _further(keys: AgreementKeys, context: Compiling, at: int) -> Formulas:
    given = keys.also[at]
    forms = tuple(f for f in context.forms if "" in given or f.letter in given)
    return formulas(given, replace(context, forms=forms), ("also", at), keys.each, keys.tolerance)


def _nearest(case: Case, formula: Formula, keys: AgreementKeys, patterns: PatternSet) -> list[Result]:
    """The formula asked of every subject that may stand in; the worst answer, the nearest number first."""
    stop = blocked(case, formula)
    if stop is not None:
        return stop
    results = [r for subject in keys.subjects for r in run(case, formula, subject)]
    said = [r for r in results if r.outcome is not Outcome.NOT_APPLICABLE]
    if said:
        return [min(said, key=_distance)]
    mention = next((m for p in keys.words if p in case.hits for m in patterns.find(p, case.report.prose.text)), None)
    if mention is None:
        return not_applicable(f"正文没有写明{'、'.join(f'“{s}”' for s in keys.subjects)}")
    found = quote(case.report, *mention.span())
    words = {"原文": found.text, "subject": mention.group()}
    silent = asked(case, formula, {})
    return [replace(r, evidence=(found, *r.evidence), words={**r.words, **words}) for r in silent]


def _distance(result: Result) -> tuple[bool, bool, Decimal]:
    far = Decimal("Infinity") if result.difference is None else abs(Decimal(result.difference))
    return result.outcome is not Outcome.BROKEN, result.outcome is not Outcome.UNCLEAR, far


def _modes(keys: AgreementKeys) -> Check:
    wanted = frozenset(keys.subjects)
    if keys.of == "分项合计":
        return lambda case: figures.breakdown(case, wanted, frozenset(keys.overlap))
    if keys.of == "前后一致":
        return lambda case: figures.consistent(case, wanted)
    if keys.of == "占比":
        tolerance = keys.tolerance or Decimal("0.5")
        return lambda case: figures.shares(case, tolerance)
    return {
        "列举项数": figures.listings,
        "单位名称": identity.names,
        "负责人": identity.principal,
        "签署人": identity.signers,
        "自称": identity.self_name,
    }[keys.of or ""]
