"""Words: the nouns of the model -> the official Chinese that stands in every document.

Names     a unit is called by its organisation, else by its file; papers never show the letters A, B, C of a form
Excerpts  words complained of are marked inside their sentence where the place leads back to the prose, else alone
Source    the words of the design: 不合规 疑似 无法判断 待人工核验; 属实 不属实 豁免; 未整改 部分整改 已整改 已销号
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePosixPath

from auditor import text
from auditor.documents.places import place_words
from auditor.documents.printing import line, quoted
from auditor.documents.quotes import quote
from auditor.model import (
    OUTCOME_WORDS,
    Audit,
    Basis,
    Cause,
    Evidence,
    Finding,
    Judged,
    Number,
    Outcome,
    Report,
    Run,
    Score,
    State,
    Undecided,
)

FORM_WORDS: Mapping[str, str] = {"A": "2014—2018年统计表", "B": "2019年（试行）格式", "C": "2021年格式"}
STATE_WORDS: Mapping[State, str] = {
    State.NUMBER: "数值",
    State.BLANK: "空白",
    State.NA: "不适用",
    State.TEXT: "文字",
    State.UNREADABLE: "无法识别",
    State.ABSENT: "缺行",
}
CAUSE_WORDS: Mapping[Cause, str] = {
    Cause.UNIT: "报告本身未填或未写明",
    Cause.READER: "文件未能准确识别",
    Cause.ENGINE: "程序未能完成检查",
}
VERDICTS: tuple[str, ...] = ("属实", "不属实", "豁免")
MENDINGS: tuple[str, ...] = ("未整改", "部分整改", "已整改", "已销号")

_QUARTERS = {"1": "第一季度", "2": "第二季度", "3": "第三季度", "4": "第四季度"}


def points_words(points: Decimal | int | None) -> str:
    """78, 77.5, 0; — where there is none."""
    return "—" if points is None else text.show(points).replace("-", "−")


def number_words(number: Number | None) -> str:
    """A number without exponent; — where there is none (never 0)."""
    return "—" if number is None else text.show(number)


def listed(names: Sequence[str], most: int = 10) -> str:
    """甲、乙、丙; 甲、乙等15个单位 where there are more than `most`."""
    return "、".join(names) if len(names) <= most else f"{'、'.join(names[:most])}等{len(names)}个单位"


# --- the run ---------------------------------------------------------------------------------------


def quarter_words(quarter: str | None) -> str:
    """2026Q1 -> 2026年第一季度; other words are shown as they are, 未指定季度 for none."""
    if not quarter:
        return "未指定季度"
    found = re.fullmatch(r"(\d{4})[Qq]([1-4])", quarter)
    return f"{found[1]}年{_QUARTERS[found[2]]}" if found else line(quarter)


def inference_words(name: str) -> str:
    """What drew the conclusions of the patterns; the exact name stands in the JSON."""
    return "规则推理库" if name == "durable-rules" else "内置推理程序"


def moment_words(moment: dt.datetime) -> str:
    """2026年4月8日 09:00."""
    return f"{date_words(moment.date())} {moment:%H:%M}"


def date_words(date: dt.date | None) -> str:
    """2026年4月8日; — where there is none."""
    return f"{date.year}年{date.month}月{date.day}日" if date else "—"


def rulebook_words(run: Run) -> str:
    """版本2026.1，共138条规则."""
    version = f"版本{line(run.rulebook.version)}，" if run.rulebook.version else ""
    return f"{version}共{run.rulebook.rules}条规则"


# --- the unit and its report -----------------------------------------------------------------------


def unit_name(judged: Judged) -> str:
    """The organisation's name, else the name of its file."""
    return unit_of(judged.report)


def unit_of(report: Report) -> str:
    """The organisation's name, else the name of its file."""
    name = line(report.profile.organisation or "")
    return name or f"（单位不明）{line(file_name(report.source))}"


def file_name(source: str) -> str:
    """The last part of a source path, also inside a ZIP."""
    return PurePosixPath(source.replace("\\", "/").replace("!/", "/")).name or source


def year_words(judged: Judged) -> str:
    """2017年度, 年度不明."""
    year = judged.report.profile.year
    return f"{year}年度" if year else "年度不明"


def form_words(judged: Judged) -> str:
    """The form's name as papers say it."""
    form = judged.report.profile.form
    return "未见国家统一统计表" if form is None else FORM_WORDS.get(form, line(form))


def subject_words(judged: Judged) -> str:
    """The report by its title (检查对象), else by its file."""
    return line(judged.report.profile.title or "") or line(file_name(judged.report.source))


def grade_words(score: Score) -> str:
    """良好; 良好（最低可能为合格） where unread data leave it open."""
    open_ = score.low_grade and score.low_grade != score.grade
    return f"{score.grade}（最低可能为{score.low_grade}）" if open_ else score.grade


def unreadable(judged: Judged) -> int:
    """How many cells of the report's form the reader could not tell."""
    return sum(fact.state is State.UNREADABLE for fact in judged.report.facts.values())


def all_unreadable(audit: Audit) -> int:
    """The same over the whole run."""
    return sum(unreadable(judged) for judged in audit.reports)


# --- findings --------------------------------------------------------------------------------------


def certain(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The broken ones: the only ones that may be called a problem."""
    return tuple(f for f in findings if f.outcome is Outcome.BROKEN)


def suspected(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The suspected ones: never listed among the certain."""
    return tuple(f for f in findings if f.outcome is Outcome.SUSPECTED)


def outcome_words(outcome: Outcome) -> str:
    """确定 or 疑似 for a finding, the word of the design for anything else."""
    return "确定" if outcome is Outcome.BROKEN else OUTCOME_WORDS[outcome]


def where_words(finding: Finding) -> str:
    """The place in the form's words: 统计表 · 机构建设 · 工作人员数 · 自然人."""
    steps = (finding.table, finding.part, finding.row, finding.column)
    kept: list[str] = []
    for step in steps:
        if step and line(step) not in kept:
            kept.append(line(step))
    return " · ".join(kept)


def spots_words(finding: Finding, most: int = 6) -> str:
    """Where in the file: every distinct place of the evidence; 等N处 past `most`."""
    spots = list(dict.fromkeys(place_words(e.place, finding.table) for e in finding.evidence if e.place is not None))
    more = f"等{len(spots)}处" if len(spots) > most else ""
    return "；".join(map(line, spots[:most])) + more


def position_words(finding: Finding) -> str:
    """Both: in the form's words, then in the file."""
    return "；".join(filter(None, (where_words(finding), spots_words(finding))))


def basis_words(basis: Basis) -> str:
    """The article, or 实务口径：… where no article says it."""
    words = line(basis.text)
    if basis.practice:
        return f"实务口径：{words}" if words else "实务口径"
    at = line(basis.at or "")
    return words if not at or at in words else f"{words}{at}"


def bases_words(finding: Finding) -> str:
    """All of them in one line."""
    return "；".join(filter(None, map(basis_words, finding.basis)))


def operands_words(finding: Finding) -> str:
    """左 12，右 11，差 1; empty where there are no two operands."""
    if finding.left is None or finding.right is None:
        return ""
    words = f"左 {text.show(finding.left)}，右 {text.show(finding.right)}"
    return words if finding.difference is None else f"{words}，差 {text.show(finding.difference)}"


def excerpt_words(report: Report, finding: Finding, most: int = 6) -> str:
    """The original words, each with its label and in its sentence, the complained ones in 【】."""
    lines = list(dict.fromkeys(_excerpt(report, evidence) for evidence in finding.evidence))
    more = [f"……共{len(lines)}处"] if len(lines) > most else []
    return "\n".join(lines[:most] + more)


def _excerpt(report: Report, evidence: Evidence) -> str:
    found = quote(report, evidence)
    inside = f"【{found.marked}】" if found.before or found.after else found.marked
    label = f"{found.label}：" if found.label else ""
    return line(f"{label}{found.before}{inside}{found.after}")


def absorber(finding: Finding, findings: Iterable[Finding]) -> Finding | None:
    """The finding that this one is counted with."""
    return next((f for f in findings if finding.absorbed_by and f.fingerprint == finding.absorbed_by), None)


def cost_note(finding: Finding, findings: Iterable[Finding]) -> str:
    """Why a finding costs nothing, empty where it costs what it says."""
    if finding.absorbed_by:
        into = absorber(finding, findings)
        return f"与{quoted(line(into.title))}属同一原因，不重复扣分" if into else "属同一原因，不重复扣分"
    if finding.draft:
        return "试行规则，不扣分"
    if finding.outcome is Outcome.SUSPECTED and not finding.deducted and finding.cost:
        return f"查证属实后扣 {points_words(finding.cost)} 分"
    return ""


def reason_words(undecided: Undecided) -> str:
    """Why it could not be decided."""
    reason = line(undecided.reason)
    return f"已撤回：{reason}" if undecided.withdrawn_by else reason
