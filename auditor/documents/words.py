"""Words: the nouns of the model -> the official Chinese that stands in every document.

Names     a unit is called by its organisation, else by its file; papers never show the letters A, B, C of a form
Labels    rows and columns are called as the form calls them; a key that has no name in the report is never shown
Lists     more than eight quoted names in a row are cut to six and their number; the workbook's cells list them all
Order     findings stand with the dearest first, then the most severe, then by rule
Excerpts  words complained of are marked inside their sentence where the place leads back to the prose, else alone
Source    the words of the design: 不合规 疑似 无法判断 待人工核验; 属实 不属实 豁免; 未整改 部分整改 已整改 已销号
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath

from auditor import text
from auditor.documents.printing import line, quoted
from auditor.documents.quotes import Quote, proof
from auditor.model import (
    OUTCOME_WORDS,
    REJECTED,
    SEVERITIES,
    UPHELD,
    VERDICTS,
    WAIVED,
    Attested,
    Audit,
    Basis,
    Cause,
    Evidence,
    Finding,
    IssuedScore,
    Judged,
    Number,
    Outcome,
    Progress,
    Report,
    RuleCard,
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
MENDINGS: tuple[str, ...] = ("未整改", "部分整改", "已整改", "已销号")

_TABLES: Mapping[str, str] = {"二": "表二", "三": "表三", "四": "表四"}
_TABLE_KEYS: Mapping[str, str] = {"二": "t2", "三": "t3", "四": "t4"}
_MOST_NAMES, _SHOWN_NAMES = 8, 6
_NAMES = re.compile(r"“[^“”]*”(?:、“[^“”]*”)+(?:等\d+项)?")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LOCAL = re.compile(r"(镇|乡|街道|办事处)$")
_COUNTY = re.compile(r"^[\u4e00-\u9fff]{1,7}?[县市区旗]")

_QUARTERS = {"1": "第一季度", "2": "第二季度", "3": "第三季度", "4": "第四季度"}


def points_words(points: Decimal | int | None) -> str:
    """78, 77.5, 0; — where there is none."""
    return "—" if points is None else text.show(points).replace("-", "−")


def number_words(number: Number | None) -> str:
    """A number without exponent; — where there is none (never 0)."""
    return "—" if number is None else text.show(number)


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
    """版本2026.1，共138条规则；工作档案“澄湖县年报审核”."""
    version = f"版本{line(run.rulebook.version)}，" if run.rulebook.version else ""
    county = f"；工作档案{quoted(line(run.rulebook.county))}" if run.rulebook.county else ""
    return f"{version}共{run.rulebook.rules}条规则{county}"


def second_words(score: Score | None) -> str:
    """The score under the model beside the one that counts: 88 分，良好; empty where there is none."""
    return "" if score is None else f"{points_words(score.points)} 分，{score.grade}"


@dataclass(frozen=True, slots=True)
class Off:
    """What the county switched off, once for all reports it touches; `units` are those, empty where it is all of them."""

    rule: str
    title: str
    scope: str
    reason: str
    units: tuple[str, ...]
    reports: int


def switched_off(audit: Audit) -> tuple[Off, ...]:
    """Rules that the work folder's profile switched off in this run, by rule, with the reports they would have judged."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for judged in audit.reports:
        for one in judged.disabled:
            key = (one.rule, line(one.title), line(one.scope), line(one.reason))
            found.setdefault(key, []).append(unit_name(judged))
    every = len(audit.reports)
    return tuple(
        Off(*key, () if len(units) == every else tuple(dict.fromkeys(units)), len(units))
        for key, units in sorted(found.items())
    )


# --- the unit and its report -----------------------------------------------------------------------


def unit_name(judged: Judged) -> str:
    """The organisation's name, else the name of its file."""
    return unit_of(judged.report)


def unit_of(report: Report) -> str:
    """The organisation's name, else the name of its file."""
    name = line(report.profile.organisation or "")
    return name or f"（单位不明）{line(file_name(report.source))}"


def group_of(judged: Judged) -> str:
    """The group in which a report is ranked: the roster's, else the kind of unit."""
    filing = judged.report.filing
    return line(filing.group) if filing is not None and filing.group else judged.report.profile.unit_kind


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


def standing_of(finding: Finding) -> Outcome | None:
    """Whether a finding stands as certain or as suspected after what people decided; None: it was found 不属实, or is waived."""
    said = finding.verdict.word if finding.verdict is not None else ""
    if said in (REJECTED, WAIVED):
        return None
    return Outcome.BROKEN if said == UPHELD else finding.outcome


def apart(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that were found 不属实 or are waived, the waived ones first."""
    left = [f for f in findings if standing_of(f) is None]
    return tuple(sorted(left, key=lambda f: f.verdict is None or f.verdict.word != WAIVED))


def mending_words(one: Progress) -> str:
    """未整改（复核仍存在），期限2026年3月2日，逾期37天; 已销号（2026年4月8日）."""
    if one.closed is not None:
        return f"{one.state}（{date_words(one.closed)}）"
    parts = [f"{one.state}（{line(one.note)}）" if one.note else one.state]
    parts += [f"期限{date_words(one.deadline)}"] if one.deadline is not None else []
    return "，".join([*parts, *([f"逾期{one.overdue}天"] if one.overdue else [])])


def issued_words(one: IssuedScore) -> str:
    """2026年第一季度95分（优秀），澄政办发〔2026〕8号."""
    paper = f"，{line(one.paper)}" if one.paper else ""
    return f"{quarter_words(one.quarter)}{points_words(one.points)}分（{one.grade}）{paper}"


def verdict_words(finding: Finding) -> str:
    """属实（张三，2026年4月10日）：理由；澄政办〔2026〕3号；有效期至2026年6月30日; empty where nobody decided."""
    said = finding.verdict
    if said is None:
        return ""
    signed = "，".join(filter(None, (line(said.by), date_words(said.on) if said.on else "")))
    parts = [
        line(said.why),
        line(said.paper),
        f"有效期至{date_words(said.until)}" if said.until else "",
        f"豁免事项 {line(said.waiver)}" if said.waiver else "",
    ]
    told = "；".join(filter(None, parts))
    return f"{said.word}{f'（{signed}）' if signed else ''}{f'：{told}' if told else ''}"


def decided_words(audit: Audit) -> str:
    """属实3个，不属实1个，豁免2个；要重新认定1个: what people decided of the findings of a run, "" where nothing."""
    every = [finding for judged in audit.reports for finding in judged.findings]
    every += [finding for _, finding in audit.unreported]
    said = Counter(finding.verdict.word for finding in every if finding.verdict is not None)
    again = sum(bool(finding.reopened) and finding.verdict is None for finding in every)
    told = "，".join(f"{word}{said[word]}个" for word in VERDICTS if said[word])
    return "；".join(filter(None, (told, f"要重新认定{again}个" if again else "")))


def ledger_words(audit: Audit, most: int | None = None) -> str:
    """第12条，校验码…: the head of the chain of the ledger that holds the run, its first `most` digits; "" without one."""
    return audit.ledger.words(most) if audit.ledger is not None else ""


def outcome_words(outcome: Outcome) -> str:
    """确定 or 疑似 for a finding, the word of the design for anything else."""
    return "确定" if outcome is Outcome.BROKEN else OUTCOME_WORDS[outcome]


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The dearest first (what it costs, or would), then the most severe, then by rule."""
    return tuple(sorted(findings, key=lambda f: (-f.deducted, -_open_cost(f), severity_order(f.severity), f.rule)))


def _open_cost(finding: Finding) -> Decimal:
    """What a suspected finding would cost; what is absorbed or a draft costs nothing."""
    open_ = standing_of(finding) is Outcome.SUSPECTED and not finding.absorbed_by and not finding.draft
    return finding.cost if open_ else Decimal(0)


def severity_order(severity: str) -> int:
    """0 for 严重 … 3 for 提示, 4 for a word that is none of them."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def message_words(finding: Finding) -> str:
    """What is wrong, with long lists of cells cut: “甲”、“乙”……等150项."""
    return shortened(line(finding.message))


def shortened(said: str, most: int = _MOST_NAMES, shown: int = _SHOWN_NAMES) -> str:
    """The words with every list of more than `most` quoted names cut to `shown` and their number: “甲”、“乙”等150项."""
    return _NAMES.sub(lambda found: _few(found[0], most, shown), said)


def _few(names: str, most: int, shown: int) -> str:
    found = re.findall(r"“[^“”]*”", names)
    total = re.search(r"等(\d+)项$", names)
    if len(found) <= most:
        return names
    return f"{'、'.join(found[:shown])}等{total[1] if total else len(found)}项"


def table_words(table: str | None) -> str:
    """表三 for the form's short name 三; other names as they are."""
    return _TABLES.get(table or "", line(table or ""))


def where_words(report: Report, finding: Finding) -> str:
    """The place in the form's words: 统计表 · 机构建设 · 工作人员数, 表三 · 本年新收 · 自然人."""
    steps = (
        table_words(finding.table),
        line(finding.part or ""),
        _row_words(report, finding),
        _column_words(report, finding),
    )
    kept: list[str] = []
    for step in steps:
        if step and step not in kept and not any(step in earlier for earlier in kept[2:]):
            kept.append(step)
    return " · ".join(kept)


def form_place_words(report: Report, finding: Finding) -> str:
    """The same as a letter says it: 统计表“机构建设”部分“工作人员数”行, 表三“本年新收”行“自然人”列."""
    out, said = table_words(finding.table), [table_words(finding.table)]
    for step, what in (
        (line(finding.part or ""), "部分"),
        (_row_words(report, finding), "行"),
        (_column_words(report, finding), "列"),
    ):
        if step and step not in said:
            said.append(step)
            out += f"{quoted(step)}{what}"
    return out


def _row_words(report: Report, finding: Finding) -> str:
    key = line(finding.row or "")
    if not key or _CHINESE.search(key):
        return key
    for id, fact in report.facts.items():
        steps = id.split(".")
        if id == key:
            return line(fact.name)
        if len(steps) == 3 and steps[1] == key and _is_of_table(steps[0], finding.table):
            return line(fact.name.partition(".")[0])
    return ""


def _column_words(report: Report, finding: Finding) -> str:
    key = line(finding.column or "")
    if not key or _CHINESE.search(key):
        return key
    for id, fact in report.facts.items():
        steps = id.split(".")
        if len(steps) == 3 and steps[2] == key and _is_of_table(steps[0], finding.table):
            return line(fact.name.partition(".")[2])
    return ""


def _is_of_table(key: str, table: str | None) -> bool:
    return _TABLE_KEYS.get(table or "", key) == key


def spots_words(report: Report, finding: Finding, most: int = 4) -> str:
    """Where in the file: every distinct place of the evidence; 等N处 past `most`."""
    shown = proof(report, finding.evidence, table_words(finding.table), most_cells=None)
    places = [*(one.place for one in shown.quotes), *(one.place for one in shown.cells)]
    spots = list(dict.fromkeys(place for place in places if place))
    more = f"等{len(spots)}处" if len(spots) > most else ""
    return "；".join(spots[:most]) + more


def position_words(report: Report, finding: Finding) -> str:
    """Both: in the form's words, then in the file."""
    return "；".join(filter(None, (where_words(report, finding), spots_words(report, finding))))


def basis_words(basis: Basis) -> str:
    """The article, or 实务口径：… where no article says it."""
    words = line(basis.text)
    if basis.practice:
        return f"实务口径：{words}" if words else "实务口径"
    at = line(basis.at or "")
    words = words if not at or at in words else f"{words}{at}"
    return f"{words}（关系由表列指标推算）" if basis.inferred else words


def powers_words(audit: Audit) -> str:
    """By which article the office may order mending on the day of the audit; "" where no law of the rulebook says so."""
    return "；".join(map(basis_words, audit.powers))


def bases_words(finding: Finding) -> str:
    """All of them in one line."""
    return "；".join(filter(None, map(basis_words, finding.basis)))


def operands_words(finding: Finding) -> str:
    """左 12，右 11，差 1; empty where there are no two operands, or where the message already says both."""
    if finding.left is None or finding.right is None:
        return ""
    said = set(re.findall(r"\d+(?:\.\d+)?", finding.message))
    if all(text.show(number).removeprefix("-") in said for number in (finding.left, finding.right)):
        return ""
    words = f"左 {text.show(finding.left)}，右 {text.show(finding.right)}"
    return words if finding.difference is None else f"{words}，差 {text.show(finding.difference)}"


def excerpt_words(report: Report, finding: Finding, most: int | None = 8) -> str:
    """The original words of a finding, see `proof_words`."""
    return proof_words(report, finding.evidence, finding.table, (finding.left, finding.right), most)


def proof_words(
    report: Report,
    evidence: Sequence[Evidence],
    table: str | None,
    operands: Iterable[Number | None] = (),
    most: int | None = 8,
) -> str:
    """The original words, each in its sentence with the complained ones in 【】, then the cells; None shows every one."""
    shown = proof(report, evidence, table_words(table), operands, most)
    lines = [_excerpt(one) for one in (shown.quotes if most is None else shown.quotes[:most])]
    more = [f"另有 {len(shown.quotes) - most} 处"] if most is not None and len(shown.quotes) > most else []
    cells = "；".join(f"{cell.name}：{cell.words}" for cell in shown.cells)
    rest = f"（{shown.more}）" if shown.more else ""
    return "\n".join([*lines, *more, *([cells + rest] if cells else [])])


def _excerpt(quote: Quote) -> str:
    alone = len(quote.pieces) == 1
    said = "".join(f"【{words}】" if marked and not alone else words for words, marked in quote.pieces)
    return line(f"{quote.label}：{said}" if quote.label else said)


def absorber(finding: Finding, findings: Iterable[Finding]) -> Finding | None:
    """The finding that this one is counted with."""
    return next((f for f in findings if finding.absorbed_by and f.fingerprint == finding.absorbed_by), None)


def cost_note(finding: Finding, findings: Iterable[Finding]) -> str:
    """Why a finding costs nothing, empty where it costs what it says."""
    if standing_of(finding) is None and finding.verdict is not None:
        return "已豁免，不扣分" if finding.verdict.word == WAIVED else "认定为不属实，不扣分"
    if finding.absorbed_by:
        into = absorber(finding, findings)
        return f"与{quoted(line(into.title))}属同一原因，不重复扣分" if into else "属同一原因，不重复扣分"
    if finding.draft:
        return "试行规则，不扣分"
    if finding.free:
        return line(finding.free)
    if standing_of(finding) is Outcome.SUSPECTED and not finding.deducted and finding.cost:
        return f"查证属实后扣 {points_words(finding.cost)} 分"
    return ""


def reason_words(undecided: Undecided) -> str:
    """Why it could not be decided."""
    reason = line(undecided.reason)
    return f"已撤回：{reason}" if undecided.withdrawn_by else reason


def attested(audit: Audit, judged: Judged) -> Iterator[tuple[RuleCard, Attested]]:
    """What a person decided of a report, by the rules that asked it, in the order of the rulebook."""
    for card in audit.rules.values():
        answer = judged.attested.get(card.id)
        if answer is not None and answer.answer and judged.outcomes.get(card.id) is not Outcome.TO_CONFIRM:
            yield card, answer


def answer_words(answer: Attested) -> str:
    """不符合：附件打不开（李某，2026-04-08）."""
    said = line(answer.said)
    return f"{answer.answer}：{said}" if answer.note else f"{answer.answer}（{said}）" if said else answer.answer


def cause_words(undecided: Undecided) -> str:
    """Who is the cause: the unit, the reader, the engine; a pattern that withdrew; nobody where a person must look."""
    if undecided.withdrawn_by:
        return "组合规则"
    return "须人工查看" if undecided.outcome is Outcome.TO_CONFIRM else CAUSE_WORDS[undecided.caused_by]


# --- many reports ----------------------------------------------------------------------------------


def years_of(audit: Audit) -> tuple[int, ...]:
    """The report years of the run, the oldest first."""
    return tuple(sorted({j.report.profile.year for j in audit.reports if j.report.profile.year}))


def span_words(years: Sequence[int]) -> str:
    """2017, 2018 and 2019 -> 2017—2019年度; 2017 and 2019 -> 2017、2019年度; empty for none."""
    if not years:
        return ""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    spans = [f"{run[0]}—{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs]
    return "、".join(spans) + "年度"


def labels_of(audit: Audit) -> tuple[str, ...]:
    """A short label for each report: 禹山镇; with several years in the run 禹山镇 2017."""
    names = short_names([unit_name(judged) for judged in audit.reports])
    if len({judged.report.profile.year for judged in audit.reports}) < 2:
        return tuple(names)
    return tuple(
        f"{name} {judged.report.profile.year or '年度不明'}" for name, judged in zip(names, audit.reports, strict=True)
    )


def short_names(names: Sequence[str]) -> list[str]:
    """禹山镇 for 华容县禹山镇人民政府, 县财政局 for 华容县财政局: without the name of the county that most share."""
    distinct = set(names)
    counties = [found[0] for name in distinct if (found := _COUNTY.match(name))]
    shared = max(set(counties), key=lambda county: (counties.count(county), county)) if counties else ""
    if counties.count(shared) < 2:
        shared = ""
    short = {name: _short(name, shared) for name in distinct}
    return [short[name] for name in names] if len(set(short.values())) == len(distinct) else list(names)


def _short(name: str, shared: str) -> str:
    if not shared or not name.startswith(shared):
        return name
    rest = name.removeprefix(shared)
    tail = rest.removesuffix("人民政府")
    if _LOCAL.search(tail) and len(tail) > 1:
        return tail
    rest = rest.replace("人民政府", "政府") if rest.startswith("人民政府") else rest
    return f"{shared[-1]}{rest}"
