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
                单位名称  names in titles, table head and signature that mean different bodies
                负责人    单位负责人 against the principal whom the prose names
                签署人    审核人 and 填报人 are the same person
                自称      the prose calls itself by another kind of unit (我镇 in the report of a 局), or another township
                          is the subject of what the report says of itself (丙镇主动公开… in the report of 乙镇)
Certain only where every claim used is: formal words, the unit itself, the report's year, an exact number.
Words for the message: names of the formula, {正文.…} {原文} {说法} {left} {right} {difference} {each}; {names} {subject} {total} {parts}
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Literal

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
    joined,
    not_applicable,
    quote,
)
from auditor.checks.relation import Formula, Formulas, blocked, choices, environment, formulas, judge, values
from auditor.facts.names import same_body
from auditor.formula.bind import MissingLastYear, subjects
from auditor.model import Claim, Evidence, Mention, Number, Outcome, Said, Share
from auditor.text import show, squash, tidy

NAME = "agreement"
SCOPE = "facts"
WORDS = frozenset({"left", "right", "difference", "each", "原文", "说法", "names", "subject", "total", "parts"})


class AgreementKeys(Keys):
    """Keys of `check: agreement`."""

    expect: FormulaText | None = None
    each: str | None = None
    tolerance: Decimal = Decimal(0)
    of: Literal["分项合计", "前后一致", "占比", "单位名称", "负责人", "签署人", "自称"] | None = None
    subjects: Words = ()
    overlap: Words = ()
    words: Words = ()
    also: tuple[FormulaText, ...] = ()
    surest: bool = False
    once: bool = False


def compile(keys: AgreementKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    if (keys.expect is None) is (keys.of is None):
        raise KeyMistake((), "expect 与 of 须写且只能写一个")
    for key in ("subjects", "overlap"):
        for at, subject in enumerate(getattr(keys, key)):
            if subject not in context.subjects:
                raise KeyMistake((key, at), f"claims.yaml 中没有“{subject}”")
    if keys.also and (keys.of is not None or keys.subjects):
        raise KeyMistake(("also",), "also 只能与 expect 连用，不能与 of、subjects 连用")
    if keys.of is not None:
        return _modes(keys)
    assert keys.expect is not None
    bound = formulas(keys.expect, context, ("expect",), keys.each, keys.tolerance)
    if not any(subjects(f.node) for f in bound.values()):
        raise KeyMistake(("expect",), "agreement 的公式须用到 正文.…；只用表内数据的写 check: equation")
    if keys.subjects and any(len(subjects(f.node)) > 1 for f in bound.values()):
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
    silent = _asked(case, formula, {})
    return [replace(r, evidence=(found, *r.evidence), words={**r.words, **words}) for r in silent]


def _distance(result: Result) -> tuple[bool, bool, Decimal]:
    far = Decimal("Infinity") if result.difference is None else abs(Decimal(result.difference))
    return result.outcome is not Outcome.BROKEN, result.outcome is not Outcome.UNCLEAR, far


def run(case: Case, formula: Formula, stand_in: str | None = None) -> list[Result]:
    """One result per choice of claims and element; one finding for each number that does not agree."""
    stop = blocked(case, formula)
    if stop is not None:
        return stop
    out = [result for claims in choices(case, formula, stand_in) for result in _asked(case, formula, claims)]
    if out:
        return out
    wanted = "、".join(f"“{s}”" for s, _ in subjects(formula.node))
    return not_applicable(f"正文没有写明{stand_in or wanted}")


def _asked(case: Case, formula: Formula, claims: dict[str, Claim]) -> list[Result]:
    """One result per element for one choice of claims."""
    assert case.form is not None
    env, out = environment(case, claims), []
    for element in formula.elements(case.form):
        try:
            program = formula.bound(case.form, case.last_form, element)
        except MissingLastYear as missing:
            return not_applicable(f"上年报告的格式中没有“{missing.name}”")
        stop = blocked(case, formula, program)
        if stop is not None:
            return stop
        result = judge(case, formula, program, env, claims)
        if result.outcome is not Outcome.KEPT:
            subject = next(iter(claims.values())).subject if claims else ""
            words = {**values(case, program), "subject": subject, **result.words}
            result = replace(result, words=words, key=_key(claims))
        out.append(result)
    return out


def _key(claims: dict[str, Claim]) -> str:
    return "claims:" + "|".join(sorted(claims))


def _modes(keys: AgreementKeys) -> Check:
    wanted = frozenset(keys.subjects)
    if keys.of == "分项合计":
        return lambda case: _breakdown(case, wanted, frozenset(keys.overlap))
    if keys.of == "前后一致":
        return lambda case: _consistent(case, wanted)
    if keys.of == "占比":
        tolerance = keys.tolerance or Decimal("0.5")
        return lambda case: _shares(case, tolerance)
    return {"单位名称": _names, "负责人": _principal, "签署人": _signers, "自称": _self_name}[keys.of or ""]


def _breakdown(case: Case, wanted: frozenset[str], overlap: frozenset[str]) -> list[Result]:
    lists = [c for c in case.report.claims if c.parts and (not wanted or c.subject in wanted)]
    exact = [c for c in lists if c.value is not None and c.low == c.high and _is_closed(case, c)]
    if not exact:
        return not_applicable("正文没有列出分项与合计")
    return [_sum(c, overlap) for c in exact]


_NEAR = 160  # characters from a total to the last member of its list


def _is_closed(case: Case, claim: Claim) -> bool:
    """Whether a list can be held against its total: complete, ending in "the rest", or already as much as the total."""
    if claim.parts_complete or sum(claim.parts, 0) >= (claim.value or 0):
        return True
    near = (c for c in case.report.claims if 0 < c.start - claim.start <= _NEAR and c.subject.startswith("其他"))
    return any(c.value == claim.parts[-1] for c in near)


def _sum(claim: Claim, overlap: frozenset[str]) -> Result:
    total = claim.value
    assert total is not None
    parts: Number = sum(claim.parts, 0)
    if total == parts or (claim.subject in overlap and parts > total):
        return Result(Outcome.KEPT)
    words = {
        "subject": claim.subject,
        "total": show(total),
        "parts": "＋".join(show(p) for p in claim.parts) + f"＝{show(parts)}",
        "difference": show(abs(Decimal(total) - parts)),
        "原文": claim.text.strip(),
    }
    return Result(
        Outcome.BROKEN,
        left=total,
        right=parts,
        difference=tidy(Decimal(total) - parts),
        words=words,
        evidence=(Evidence(claim.text.strip(), claim.place, "正文"),),
        key="breakdown:" + claim.subject,
    )


def _consistent(case: Case, wanted: frozenset[str]) -> list[Result]:
    out: list[Result] = []
    spoken = False
    for subject in sorted({c.subject for c in case.report.claims if not wanted or c.subject in wanted}):
        numbers = [
            c
            for c in case.report.claims_of(subject)
            if c.said is not Said.DID and c.value is not None and c.low == c.high
        ]
        distinct = list({c.value: c for c in numbers}.values())
        spoken = spoken or len(numbers) > 1
        for a, b in combinations(distinct, 2):
            # 我乡 and 全乡 are both the unit itself where the claim is certain.
            if (a.scope == b.scope or (a.certain and b.certain)) and a.unit == b.unit:
                out.append(_pair(subject, a, b))
                break
    return out or ([Result(Outcome.KEPT)] if spoken else not_applicable("正文没有重复表述同一指标"))


def _pair(subject: str, a: Claim, b: Claim) -> Result:
    assert a.value is not None and b.value is not None
    words = {
        "subject": subject,
        "left": show(a.value),
        "right": show(b.value),
        "difference": show(abs(Decimal(a.value) - b.value)),
    }
    return Result(
        Outcome.BROKEN,
        left=a.value,
        right=b.value,
        difference=tidy(Decimal(a.value) - b.value),
        words=words,
        evidence=tuple(Evidence(c.text.strip(), c.place, "正文") for c in (a, b)),
        key="consistent:" + subject,
    )


def _shares(case: Case, tolerance: Decimal) -> list[Result]:
    if not case.report.shares:
        return not_applicable("正文没有写明可核算的占比")
    out = []
    for share in case.report.shares:
        if share.base == 0:
            continue
        right = Decimal(100) * Decimal(share.count) / Decimal(share.base)
        if abs(right - share.percent) <= tolerance or _fits_another_base(case, share, tolerance):
            out.append(Result(Outcome.KEPT))
            continue
        right = round(right, 2)
        words = {
            "left": f"{show(share.percent)}%",
            "right": f"{show(right)}%",
            "difference": show(abs(share.percent - right)),
            "total": show(share.base),
            "parts": show(share.count),
            "原文": share.text.strip(),
        }
        evidence = (quote(case.report, share.start, share.end),)
        out.append(
            Result(
                Outcome.BROKEN,
                left=share.percent,
                right=right,
                difference=share.percent - right,
                words=words,
                evidence=evidence,
                key=f"share:{show(share.percent)}",
            )
        )
    return out


_COUNT = re.compile(r"(?<![\d.])\d[\d,]{0,11}(?![\d.]|[年月日号])")
_BASE_REACH = 400  # characters before a percentage in which its base may have been said


def _fits_another_base(case: Case, share: Share, tolerance: Decimal) -> bool:
    """Whether the percentage is right of another number said before it: then that number was meant."""
    before = case.report.prose.text[max(0, share.start - _BASE_REACH) : share.start]
    near = (int(number.replace(",", "")) for number in _COUNT.findall(before))
    return any(abs(Decimal(100) * Decimal(share.count) / base - share.percent) <= tolerance for base in near if base)


# --- identity --------------------------------------------------------------------------------------


def _names(case: Case) -> list[Result]:
    every = [m for m in case.report.profile.names if m.text.strip()]
    rest = [m for m in every if m.role != "发布机构"]
    # 发布机构 is what the site prints of its publisher: its short form of the same body is nobody's mistake.
    names = [m for m in every if m.role != "发布机构" or not all(same_body(m.text, r.text) for r in rest)]
    if len(names) < 2:
        return not_applicable("只有一处写明单位名称")
    texts = list(dict.fromkeys(squash(m.text) for m in names))
    if len(texts) == 1:
        return [Result(Outcome.KEPT)]
    # A page is often published by the county's office: 发布机构 may differ in spelling, but is no proof of another body.
    own = [m for m in names if m.role != "发布机构"]
    other = [(a, b) for a, b in combinations(own, 2) if not same_body(a.text, b.text)]
    shown = _one_per_text([m for pair in other for m in pair] or names)
    words = {"names": "、".join(f"{m.role}“{m.text.strip()}”" for m in shown)}
    evidence = tuple(Evidence(m.text, m.place, m.role) for m in shown)
    # 数量 0: only short forms of one name; 1: names of different bodies
    return [
        Result(
            Outcome.BROKEN,
            certain=bool(other),
            words=words,
            evidence=evidence,
            measures={"数量": int(bool(other))},
            key="names",
        )
    ]


def _one_per_text(mentions: list[Mention]) -> list[Mention]:
    return list({squash(m.text): m for m in reversed(mentions)}.values())[::-1]


def _signed(case: Case, role: str) -> Mention | None:
    return next((m for m in case.report.profile.signatories if m.role == role and m.text.strip()), None)


_PRINCIPAL = re.compile(
    r"(?:由|以|在)?(?<!副)(?:镇长|乡长|街道办事处主任|办事处主任|局长|县长|区长|主任)([\u4e00-\u9fff]{2,3}?)(?:同志)?(?:任|担任|为)组长"
)


def _principal(case: Case) -> list[Result]:
    signed = _signed(case, "单位负责人")
    prose = case.report.prose.text
    named = list(_PRINCIPAL.finditer(prose))
    if signed is None or not named:
        return not_applicable("正文没有写明主要负责人姓名，或表内没有单位负责人")
    if any(squash(m[1]) == squash(signed.text) for m in named):
        return [Result(Outcome.KEPT)]
    words = {"left": signed.text.strip(), "right": named[0][1], "names": f"{signed.text.strip()}、{named[0][1]}"}
    evidence = (Evidence(signed.text, signed.place, "单位负责人"), quote(case.report, *named[0].span(1)))
    return [Result(Outcome.BROKEN, words=words, evidence=evidence, key="principal")]


def _signers(case: Case) -> list[Result]:
    reviewer, writer = _signed(case, "审核人"), _signed(case, "填报人")
    if reviewer is None or writer is None:
        return not_applicable("没有同时写明审核人和填报人")
    if squash(reviewer.text) != squash(writer.text):
        return [Result(Outcome.KEPT)]
    evidence = tuple(Evidence(m.text, m.place, m.role) for m in (reviewer, writer))
    return [Result(Outcome.BROKEN, words={"names": reviewer.text.strip()}, evidence=evidence, key="signers")]


_SELF = re.compile(r"(?<![\u4e00-\u9fff]的)(?:我|本)(镇|乡(?!镇|村)|街道|局(?![域部面势限])|县|市|区)(?![\u4e00-\u9fff]{0,6}(?:委|长))")
_SUBJECT = re.compile(
    r"(?:^|[，。；,;\n])([\u4e00-\u9fff]{2,8}?(?:镇|乡|街道))(?:人民政府|政府|办事处)?(?:共|累计|全年|本年度)?"
    r"(?:主动公开|制发|(?:收到|受理)[^。；;\n]{0,12}申请)"
)
_OF_ALL = re.compile("^(?:各|全|我|本|该|所辖|其他|有关|部分|年|由|对)|乡镇|镇街|个镇|个乡|等[镇乡]")
_OWN_WORDS = {"乡镇": "镇乡", "街道": "街道", "部门": "局县市区", "县级以上政府": "县市区"}


def _self_name(case: Case) -> list[Result]:
    kind = case.report.profile.unit_kind
    if kind not in _OWN_WORDS:
        return not_applicable("单位类型不明，不作判断")
    found = list(_SELF.finditer(case.report.prose.text))
    named = list(_SUBJECT.finditer(case.report.prose.text)) if kind in ("乡镇", "街道") else []
    named = [m for m in named if not _OF_ALL.search(m[1])]
    own = case.report.profile.organisation or ""
    wrong = [m for m in found if not _may_say(m[1], case)] + [m for m in named if own and not same_body(m[1], own)]
    found += named
    if not found:
        return not_applicable("正文没有自称")
    if not wrong:
        return [Result(Outcome.KEPT)]
    words = {
        "names": joined(dict.fromkeys(f"“{m[0] if m.re is _SELF else m[1]}”" for m in wrong)),
        "subject": case.report.profile.organisation or "",
    }
    evidence = tuple(quote(case.report, *m.span(1)) for m in wrong[:8])
    return [
        Result(
            Outcome.BROKEN,
            words=words,
            evidence=evidence,
            measures={"数量": len(wrong)},
            key="self:" + "|".join(sorted({m[1] for m in wrong})),
        )
    ]


def _may_say(word: str, case: Case) -> bool:
    """A unit may speak of itself and of every place above it (我县 in a township), never of another kind below."""
    kind = case.report.profile.unit_kind
    name = case.report.profile.organisation or ""
    if word in "县市区":
        return True
    if kind == "乡镇":
        return (word == "镇" and "镇" in name) or (word == "乡" and "乡" in name)
    if kind == "街道":
        return word == "街道"
    return word == "局" and kind == "部门" and "局" in name
