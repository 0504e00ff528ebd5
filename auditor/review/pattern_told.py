"""A pattern and one report -> which clauses which findings answer, what is missing, and what was concluded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model import OUTCOME_WORDS, Finding, Judged, Outcome
from auditor.patterns import answered_by, answers
from auditor.review.told import Line, Part
from auditor.rulebook import Rulebook
from auditor.rulebook.pattern import REPORT, Clause, Pattern
from auditor.text import show

_WORDS = {
    "rule": "规则",
    "outcome": "结果",
    "severity": "严重程度",
    "dimension": "方面",
    "part": "部分",
    "table": "表",
    "row": "行",
    "column": "列",
    "fact": "数据",
    "value": "数值",
    "form": "格式",
    "year": "年度",
    "unit_kind": "单位类型",
}
_MOST = 8


def pattern_parts(pattern: Pattern, book: Rulebook, judged: Judged) -> tuple[Part, ...]:
    """The parts: conditions with the findings that answer them, exclusions, the conclusion, what is missing."""
    conclusions = [f for f in judged.findings if f.rule == pattern.id]
    if pattern.fault is not None:
        return (
            Part("条件", (Line(pattern.fault.words),)),
            _concluded(pattern.id, conclusions, judged, ""),
        )
    given = [f for f in judged.findings if f.rule != pattern.id]
    needs = [_Answered(c, [f for f in given if answers(c, f)], judged) for c in pattern.needs]
    unless = [_Answered(c, [f for f in given if answers(c, f)], judged) for c in pattern.unless]
    missing = "；".join(_missing(pattern, needs, unless, book))
    parts = [Part("成立的条件", tuple(line for one in needs for line in one.lines("须有", pattern.at_least)))]
    parts.append(Part("排除的条件", tuple(line for one in unless for line in one.lines("不得有", None))))
    return tuple(p for p in (*parts, _concluded(pattern.id, conclusions, judged, missing)) if p.lines)


class _Answered:
    """A clause with the findings that answer it."""

    def __init__(self, clause: Clause, findings: Sequence[Finding], judged: Judged) -> None:
        self.clause, self.findings = clause, findings
        self.of_report = clause.alias == REPORT
        self.holds = answered_by(clause, judged.report.profile) if self.of_report else bool(findings)

    def lines(self, demanded: str, least: int | None) -> Iterator[Line]:
        """The clause and its findings."""
        count = f"至少 {least} 处" if least else ""
        said = "符合" if self.of_report and self.holds else f"有 {len(self.findings)} 处" if self.holds else "没有"
        yield Line(f"{demanded}{count}：{clause_words(self.clause)}——{said}")
        for finding in self.findings[:_MOST]:
            yield Line(f"{finding.rule} {finding.title}（{OUTCOME_WORDS[finding.outcome]}）：{finding.message}", 1)
        if len(self.findings) > _MOST:
            yield Line(f"另有 {len(self.findings) - _MOST} 处", 1)


def clause_words(clause: Clause) -> str:
    """规则为 n-org 或 n-staff，部分为机构建设，列相同."""
    tests = [
        f"{_WORDS.get(name, name)}为 {' 或 '.join(_value(name, w) for w in words)}" for name, words in clause.tests
    ]
    joins = [f"{_WORDS.get(name, name)}相同" for name, _ in clause.joins]
    about = "报告的" if clause.alias == REPORT else ""
    return about + ("，".join([*tests, *joins]) or "任何问题")


def _value(name: str, word: str) -> str:
    return OUTCOME_WORDS[Outcome(word)] if name == "outcome" else word


def _missing(
    pattern: Pattern, needs: Sequence[_Answered], unless: Sequence[_Answered], book: Rulebook
) -> Iterator[str]:
    for one in needs:
        found, least = len(one.findings), pattern.at_least
        if least is not None and found < least:
            yield f"只有 {found} 处，不足 {least} 处"
        elif not one.holds:
            titles = "、".join(
                f"{id} {card.title}" for id in one.clause.rules[:6] if (card := book.cards.get(id)) is not None
            )
            yield f"缺少{titles or clause_words(one.clause)}"
    for one in unless:
        if one.holds:
            yield f"有了排除的情形：{'、'.join(dict.fromkeys(f.rule for f in one.findings))}"
    if pattern.variables and all(one.holds for one in needs) and not any(one.holds for one in unless):
        yield f"几处问题的{'、'.join(dict.fromkeys(_WORDS.get(n, n) for c in pattern.needs for n, _ in c.joins))}须相同"


def _concluded(id: str, conclusions: Sequence[Finding], judged: Judged, missing: str) -> Part:
    if not conclusions:
        off = next((d.reason for d in judged.disabled if d.rule == id), "")
        return Part("结论", (Line("不成立——" + ((f"已停用：{off}" if off else "") or missing or "条件没有全部具备")),))
    lines: list[Line] = []
    titles = {f.fingerprint: f for f in judged.findings}
    for one in conclusions:
        cost = f"扣 {show(one.deducted)} 分" if not one.free else f"不扣分：{one.free}"
        lines.append(Line(f"{OUTCOME_WORDS[one.outcome]}（{one.severity}，{cost}）——{one.message}"))
        for member in one.members:
            finding = titles.get(member)
            if finding is not None:
                lines.append(Line(f"由 {finding.rule} {finding.title} 推出：{finding.message}", 1))
        lines += [Line(f"依据：{'实务口径：' if b.practice else ''}{b.text}", 1) for b in one.basis]
    return Part("结论", tuple(lines))
