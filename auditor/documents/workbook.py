"""Workbook: an audit -> the ledger as an Excel file: ranking, certain problems, suspected problems, points, facts.

Sheets    说明 排名 问题台账 疑似问题 报送情况 得分明细 无法判断与待核验 事实 读取情况 未读文件 未审核的文件 停用情况; suspected problems are never in the ledger
Filled    认定 … 备注 are for the inspector to fill in and stand as the ledger knows them; each finding has its number and, in a
          hidden column, what it is known by when `decide --from` takes the workbook in again (`ledgersheet.columns`)
Mending   整改时限, 整改情况, 销号时间 stand as the ledger knows them, else empty, like 整改链接 and 复核结果, for the people who do
          the mending; none of them is taken in again
Order     reports as in the ranking, in each the dearest problem first; a problem shows at most twelve cells, a row is at
          most nine lines high
Safety    words are written as words: no formula, no link, no number is made of them; Excel's limit of 32,767
          characters cuts a cell with a word that says so, its limit of rows begins a further sheet
Equal     equal audits give the same bytes: the file's date is the run's
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from auditor.documents import rollup, standing, words
from auditor.documents.places import place_words
from auditor.documents.printing import line, printable
from auditor.documents.reading import reading
from auditor.ledgersheet import columns as filled
from auditor.model import OUTCOME_WORDS, VERDICTS, Audit, Finding, Judged, Number, Outcome, Progress, UnitYear
from auditor.typed import typed_words

Value = str | int | Decimal | dt.date | None

_FONT: Final = "微软雅黑"
_MOST_CHARACTERS: Final = 32_000
_MOST_ROWS: Final = 1_000_000
_MOST_SHOWN: Final = 12  # quotes and cells of one problem; every cell stands in 事实
_HIGHEST: Final = 132.0  # points of a row: nine lines; what is longer is read in the formula bar
_WIDE: Final = 230  # characters past which A4 would print too small: A3
_TEXT, _MIDDLE, _NUMBER, _FILL, _CHOICE, _DAY = "text", "middle", "number", "fill", "choice", "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and how its cells stand; `choices` are offered in a list.

    What is not `printed` stands behind what is.
    """

    heading: str
    width: float
    kind: str = _TEXT
    choices: tuple[str, ...] = ()
    hidden: bool = False
    printed: bool = True


Row = Sequence[Value]

_OUTCOME: Final = "初步结论"
_LEDGER_HEAD = (
    Column("序号", 6, _MIDDLE),
    Column(filled.NUMBER, 17),
    Column("责任单位", 18),
    Column("检查对象", 20),
    Column("报告年度", 7, _MIDDLE),
    Column("问题类别", 10, _MIDDLE),
    Column("问题", 16),
    Column("问题描述", 32),
    Column("原文摘录", 32),
    Column("位置", 22),
    Column("依据", 28),
    Column(_OUTCOME, 6, _MIDDLE),
    Column("严重程度", 7, _MIDDLE),
)
_VERDICT = (
    Column(filled.HINT, 20),
    Column(filled.WORD, 8, _CHOICE, VERDICTS),
    Column(filled.REMARK, 18, _FILL),
    Column(filled.WHY, 24, _FILL, printed=False),
    Column(filled.BY, 9, _FILL, printed=False),
    Column(filled.ON, 11, _DAY, printed=False),
    Column(filled.PAPER, 16, _FILL, printed=False),
    Column(filled.UNTIL, 11, _DAY, printed=False),
    Column("规则编号", 14, printed=False),
    Column(filled.REFERENCE, 12, hidden=True, printed=False),
)
_LEDGER = (
    *_LEDGER_HEAD,
    Column("扣分", 7, _NUMBER),
    Column("扣分说明", 14),
    Column("整改要求", 22),
    Column("整改时限", 10, _FILL),
    Column("整改情况", 10, _CHOICE, words.MENDINGS),
    Column("整改链接", 12, _FILL),
    Column("复核结果", 10, _FILL),
    Column("销号时间", 10, _FILL),
    *_VERDICT,
)
_SUSPECTED = (
    *_LEDGER_HEAD,
    Column("查证属实后扣分", 9, _NUMBER),
    Column("说明", 14),
    Column("核实要点", 20),
    Column("整改要求", 22),
    *_VERDICT,
)
_RANKING = (
    Column("单位类别", 14, _MIDDLE),
    Column("名次", 12, _MIDDLE),
    Column("单位", 46),
    Column("报告年度", 11, _MIDDLE),
    Column("得分", 9, _NUMBER),
    Column("等次", 26, _MIDDLE),
    Column("确定的问题", 12, _NUMBER),
    Column("疑似问题", 10, _NUMBER),
    Column("待核验", 9, _NUMBER),
    Column("疑似均属实时得分", 19, _NUMBER),
    Column("最低可能得分", 14, _NUMBER),
)
_SECOND = (Column("并列得分", 10, _NUMBER), Column("并列等次", 12, _MIDDLE))
_POINTS = (
    Column("单位", 34),
    Column("报告年度", 11, _MIDDLE),
    Column("事项", 44),
    Column("位置", 46),
    Column("类别", 12, _MIDDLE),
    Column("分值", 9, _NUMBER),
    Column("规则编号", 18),
)
_UNDECIDED = (
    Column("序号", 6, _MIDDLE),
    Column("单位", 30),
    Column("报告年度", 11, _MIDDLE),
    Column("事项", 30),
    Column("结果", 13, _MIDDLE),
    Column("原因", 44),
    Column("由来", 22),
    Column("原文摘录", 34),
    Column("严重程度", 10, _MIDDLE),
    Column("核验结果", 16, _FILL),
    Column("规则编号", 18),
)
_FACTS = (
    Column("单位", 34),
    Column("年度", 8, _MIDDLE),
    Column("数据项编号", 30),
    Column("数据项", 34),
    Column("状态", 10, _MIDDLE),
    Column("数值", 14, _NUMBER),
    Column("原样", 18),
    Column("位置", 26),
)
_TYPED = (Column("人工录入", 26),)
_READING = (
    Column("单位", 34),
    Column("报告年度", 11, _MIDDLE),
    Column("文件", 50),
    Column("项目", 22),
    Column("读取结果", 90),
)
_UNREAD = (Column("序号", 8, _MIDDLE), Column("文件", 70), Column("原因", 60), Column("处理情况", 20, _FILL))
_STANDING = (
    Column("报告年度", 10, _MIDDLE),
    Column("单位", 36),
    Column("单位类别", 14, _MIDDLE),
    Column("分组", 16, _MIDDLE),
    Column("报送情况", 12, _MIDDLE),
    Column("文件", 50),
    Column("现由何单位负责", 26),
    Column("联系人", 20),
    Column("说明", 50),
    Column("处理情况", 16, _FILL),
)
_DECIDED = (Column(filled.NUMBER, 18), Column("认定情况", 30))
_APART = (
    Column("序号", 8, _MIDDLE),
    Column("类别", 14, _MIDDLE),
    Column("文件", 60),
    Column("说明", 70),
    Column("处理情况", 20, _FILL),
)
_OFF = (
    Column("序号", 8, _MIDDLE),
    Column("规则编号", 20),
    Column("规则", 44),
    Column("停用范围", 40),
    Column("原因", 50),
    Column("涉及的报告", 44),
)
_ABOUT = (Column("项目", 22), Column("内容", 90))


def render(audit: Audit) -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(out, options)
    title = f"政府信息公开工作年度报告审计台账（{words.quarter_words(audit.run.quarter)}）"
    book.set_properties({"title": title, "created": audit.run.started.replace(tzinfo=None, microsecond=0)})
    book.set_size(2400, 1500)
    writer = _Writer(book)
    ranked = rollup.ranking(audit)
    order = [audit.reports[row.at] for row in ranked]
    second = any(judged.second is not None for judged in audit.reports)
    writer.sheet(
        "排名",
        _ranking_title(audit),
        (*_RANKING, *(_SECOND if second else ())),
        ((*_ranked(audit, row), *(_second(audit, row) if second else ())) for row in ranked),
    )
    for name, title, columns, found in (
        ("问题台账", "问题台账（确定的问题）", _LEDGER, _ledger(audit, order)),
        ("疑似问题", "疑似问题（须核实；查证属实前不扣分、不通报）", _SUSPECTED, _suspected(audit, order)),
    ):
        lines = list(found)
        shown = _needed(columns, lines, numbered=_numbered(audit))
        rows = (tuple(line.get(column.heading) for column in shown) for line in lines)
        writer.sheet(name, title, shown, rows)
    columns = (*_STANDING, *(_DECIDED if _numbered(audit) else ()))
    writer.sheet("报送情况", f"报送情况（{_roster_words(audit)}）", columns, _standings(audit))
    writer.sheet("得分明细", "得分明细（起评 100 分）", _POINTS, _points(order), bold_on="得分")
    writer.sheet("无法判断与待核验", "无法判断、待人工核验和已人工核验的事项", _UNDECIDED, _undecided(audit, order))
    typed = any(fact.typed is not None for judged in order for fact in judged.report.facts.values())
    columns = (*_FACTS, *(_TYPED if typed else ()))
    writer.sheet("事实", "统计表数据（逐项读取结果）", columns, _facts(order, typed=typed))
    writer.sheet("读取情况", "读取情况（程序从每个文件中读到了什么）", _READING, _read(order))
    writer.sheet("未读文件", "未读文件（没有得分，不等于没有问题）", _UNREAD, _unread(audit))
    writer.sheet("未审核的文件", "非年报、其他版本和归属待核实的文件", _APART, _apart(audit))
    if any(judged.disabled for judged in audit.reports):
        title = "停用情况（按工作档案停用的规则，列为不适用）"
        writer.sheet("停用情况", title, _OFF, _off(audit))
    writer.sheet("说明", "说明", _ABOUT, _about(audit), landscape=False)
    book.close()
    return out.getvalue()


# --- rows ------------------------------------------------------------------------------------------


def _ranked(audit: Audit, row: rollup.Ranked) -> Row:
    rank = f"{row.rank}（并列）" if row.tied else row.rank
    return (
        row.group,
        rank,
        row.unit,
        row.year,
        row.points,
        words.grade_words(audit.reports[row.at].score),
        row.broken,
        row.suspected,
        row.undecided,
        row.if_suspected,
        row.low,
    )


def _ranking_title(audit: Audit) -> str:
    """得分排名（2026年第一季度）, with the names of the models where there are two."""
    models = [line(name) for name in audit.county.models]
    beside = f"；得分按{models[0]}，并列得分按{models[1]}" if len(models) > 1 else ""
    return f"得分排名（{words.quarter_words(audit.run.quarter)}{beside}）"


def _second(audit: Audit, row: rollup.Ranked) -> Row:
    score = audit.reports[row.at].second
    return (None, None) if score is None else (score.points, score.grade)


Line = Mapping[str, Value]  # a row by the headings of its columns


def _needed(columns: Sequence[Column], lines: Sequence[Line], *, numbered: bool) -> tuple[Column, ...]:
    """The columns without those of a ledger where there is none, and without hints where there is nothing to hint at."""
    left_out = set() if numbered else {filled.NUMBER, filled.REFERENCE}
    if not any(line[filled.HINT] for line in lines):
        left_out.add(filled.HINT)
    return tuple(column for column in columns if column.heading not in left_out)


def _numbered(audit: Audit) -> bool:
    """Whether findings have the numbers of a ledger."""
    found = (*(f for judged in audit.reports for f in judged.findings), *(f for _, f in audit.unreported))
    return audit.ledger is not None and any(f.number for f in found)


def _ledger(audit: Audit, order: Iterable[Judged]) -> Iterator[Line]:
    found = ((judged, finding) for judged in order for finding in words.certain(words.ordered(judged.findings)))
    number = 0
    for number, (judged, finding) in enumerate(found, 1):
        cost: Line = {"扣分": finding.deducted, "扣分说明": words.cost_note(finding, judged.findings)}
        yield {**_head(number, judged, finding), **cost, **_known(audit, finding)}
    for at, (one, said) in enumerate(standing.missing(audit, Outcome.BROKEN), number + 1):
        yield {**_missing_head(at, one, said), "扣分说明": "没有报告，不计分", **_known(audit, said)}


def _suspected(audit: Audit, order: Iterable[Judged]) -> Iterator[Line]:
    found = ((judged, finding) for judged in order for finding in words.suspected(words.ordered(judged.findings)))
    number = 0
    for number, (judged, finding) in enumerate(found, 1):
        cost = None if finding.absorbed_by or finding.draft or finding.free else finding.cost
        note = words.cost_note(finding, judged.findings) if cost is None else "封顶前"
        priced: Line = {"查证属实后扣分": cost, "说明": note, "核实要点": finding.verify}
        yield {**_head(number, judged, finding), **priced, **_known(audit, finding)}
    for at, (one, said) in enumerate(standing.missing(audit, Outcome.SUSPECTED), number + 1):
        priced = {"说明": "没有报告，不计分", "核实要点": said.verify}
        yield {**_missing_head(at, one, said), **priced, **_known(audit, said)}


def _mending(one: Progress | None) -> dict[str, filled.Value]:
    """How far the mending is; days as words, as people write them there."""
    if one is None:
        return {}
    deadline, closed = (day.isoformat() if day is not None else None for day in (one.deadline, one.closed))
    return {"整改时限": deadline, "整改情况": one.state, "销号时间": closed}


def _known(audit: Audit, finding: Finding) -> Line:
    """What the ledger knows of a finding, as its cells show it."""
    written: dict[str, filled.Value] = {
        name: _fitting(value) if isinstance(value, str) else value for name, value in filled.known(finding).items()
    }
    written |= _mending(audit.mending.get(finding.number))
    mark = filled.reference(finding, audit.ledger, written) if finding.number and audit.ledger else None
    hint = filled.hint(finding) if mark or not _numbered(audit) else "没有编号，不能在表中认定"
    return {**written, filled.HINT: hint, filled.REFERENCE: mark}


def _missing_head(number: int, one: UnitYear, finding: Finding) -> Line:
    """A report that is not there: no words, no place."""
    return {
        "序号": number,
        "责任单位": standing.liable(one),
        "检查对象": standing.object_words(one),
        "报告年度": one.year,
        "位置": line(finding.table or ""),
        **_said(finding),
    }


def _head(number: int, judged: Judged, finding: Finding) -> Line:
    return {
        "序号": number,
        "责任单位": words.unit_name(judged),
        "检查对象": words.subject_words(judged),
        "报告年度": judged.report.profile.year,
        "原文摘录": words.excerpt_words(judged.report, finding, _MOST_SHOWN),
        "位置": words.position_words(judged.report, finding),
        **_said(finding),
    }


def _said(finding: Finding) -> Line:
    return {
        filled.NUMBER: finding.number,
        "问题类别": finding.dimension,
        "问题": line(finding.title),
        "问题描述": words.message_words(finding),
        "依据": words.bases_words(finding),
        _OUTCOME: words.outcome_words(finding.outcome),
        "严重程度": finding.severity,
        "整改要求": finding.remedy,
        "规则编号": finding.rule,
    }


def _points(order: Iterable[Judged]) -> Iterator[Row]:
    for judged in order:
        unit, year = words.unit_name(judged), judged.report.profile.year
        named = {finding.fingerprint: finding for finding in judged.findings}
        yield (unit, year, "起评分", None, None, 100, None)
        for step in judged.score.lines:
            finding = named.get(step.finding or "")
            where = words.where_words(judged.report, finding) if finding else None
            yield (unit, year, line(step.note), where, step.dimension, step.points, step.rule)
        yield (unit, year, "得分", words.grade_words(judged.score), None, judged.score.points, None)


def _undecided(audit: Audit, order: Sequence[Judged]) -> Iterator[Row]:
    found = ((judged, one) for judged in order for one in judged.undecided)
    number = 0
    for number, (judged, one) in enumerate(found, 1):
        said = words.proof_words(judged.report, one.evidence, one.table, most=_MOST_SHOWN)
        yield (
            number,
            words.unit_name(judged),
            judged.report.profile.year,
            line(one.title),
            "已撤回" if one.withdrawn_by else OUTCOME_WORDS[one.outcome],
            words.shortened(words.reason_words(one)),
            words.cause_words(one),
            said,
            one.severity,
            None,
            one.rule,
        )
    answered = ((judged, *pair) for judged in order for pair in words.attested(audit, judged))
    for at, (judged, card, answer) in enumerate(answered, number + 1):
        yield (
            at,
            words.unit_name(judged),
            judged.report.profile.year,
            line(card.title),
            OUTCOME_WORDS[judged.outcomes[card.id]],
            line(card.ask),
            "已人工核验",
            None,
            card.severity,
            words.answer_words(answer),
            card.id,
        )


def _facts(order: Iterable[Judged], *, typed: bool) -> Iterator[Row]:
    for judged in order:
        unit, year = words.unit_name(judged), judged.report.profile.year
        for fact in judged.report.facts.values():
            state, place = words.STATE_WORDS[fact.state], place_words(fact.place)
            said = () if not typed else (None if fact.typed is None else typed_words(fact.typed),)
            yield (unit, year, fact.id, fact.name, state, fact.value, fact.raw.strip(), place, *said)


def _read(order: Iterable[Judged]) -> Iterator[Row]:
    for judged in order:
        for what, said in reading(judged.report).lines:
            yield (words.unit_name(judged), judged.report.profile.year, judged.report.source, what, said)


def _unread(audit: Audit) -> Iterator[Row]:
    for number, one in enumerate(audit.unread, 1):
        yield (number, one.source, line(one.reason), None)


def _roster_words(audit: Audit) -> str:
    found = audit.completeness
    if found is None or found.roster is None:
        return standing.NO_ROSTER
    return f"按名册“{words.file_name(found.roster)}”，单位 {found.units} 个"


def _standings(audit: Audit) -> Iterator[Row]:
    found, decided = audit.completeness, _numbered(audit)
    for one in sorted(found.standings if found else (), key=lambda s: -s.year):
        said = words.message_words(one.finding) if one.finding is not None else None
        yield (
            one.year,
            one.unit,
            one.kind,
            one.group,
            one.standing.value,
            "\n".join(one.sources),
            one.answers,
            one.contact,
            said,
            None,
            *(_standing_decided(one.finding) if decided else ()),
        )


def _standing_decided(finding: Finding | None) -> Row:
    if finding is None:
        return (None, None)
    return (finding.number, words.verdict_words(finding) or line(finding.reopened))


def _apart(audit: Audit) -> Iterator[Row]:
    rows: list[tuple[str, str, str]] = [("非年报", one.source, line(one.reason)) for one in audit.set_aside]
    rows += [("其他版本", source, f"{unit}：{why}") for source, unit, why in standing.versions(audit)]
    rows += [("归属待核实", one.source, line(one.words)) for one in standing.doubts(audit)]
    for number, (kind, source, why) in enumerate(rows, 1):
        yield (number, kind, source, why, None)


def _off(audit: Audit) -> Iterator[Row]:
    for number, one in enumerate(words.switched_off(audit), 1):
        whose = "、".join(one.units) or "全部"
        yield (number, one.rule, one.title, one.scope, one.reason, f"{whose}（{one.reports} 份）")


_HOW_TO_DECIDE: Final = (
    (
        "怎样认定",
        "在“问题台账”“疑似问题”两个工作表的“认定”一栏选属实、不属实或者豁免：不属实、豁免的写明认定理由，豁免的写明依据文号（有期限的"
        "写到期日），认定日期不写即为导入当天。备注随问题保留，以后各期台账都有。可以排序、筛选、删行、移动列，可以加自己的列。",
    ),
    (
        "认定以后",
        "保存并关闭，运行 auditor decide --from 审计台账.xlsx --by 姓名。有冲突或者填错的，一次全部列出工作表和单元格，改好之前一个也不写入；"
        "没有改动过的行不动台账里的认定。请不要改动“编号”和隐藏的“对照码”。",
    ),
)


def _about(audit: Audit) -> Iterator[Row]:
    run = audit.run
    yield ("批次号", run.id)
    yield ("季度", words.quarter_words(run.quarter))
    yield ("检查时间", words.moment_words(run.started))
    yield ("规则库", words.rulebook_words(run))
    yield ("规则库校验值", run.rulebook.sha256)
    if audit.ledger is not None:
        yield ("记入台账", words.ledger_words(audit))
    if audit.powers:
        yield ("督促整改的依据", words.powers_words(audit))
    for change in audit.county.changes:
        yield ("本县的调整", line(change))
    if audit.county.models:
        yield ("计分办法", "；并列：".join(map(line, audit.county.models)))
    yield ("引擎版本", run.engine)
    yield ("推理引擎", words.inference_words(run.inference))
    yield ("读取成功的报告", len(audit.reports))
    yield ("未读文件", len(audit.unread))
    yield ("非年报的文件", len(audit.set_aside))
    for said in standing.overview(audit.completeness):
        yield ("报送情况", said.rstrip("。"))
    yield ("确定的问题", sum(len(words.certain(judged.findings)) for judged in audit.reports))
    yield ("疑似问题", sum(len(words.suspected(judged.findings)) for judged in audit.reports))
    yield ("无法判断与待核验", sum(len(judged.undecided) for judged in audit.reports))
    yield ("无法读取的数据项", words.all_unreadable(audit))
    for grade in rollup.grades(audit):
        yield (f"等次“{line(grade.grade)}”", f"{grade.reports} 份")
    for row in rollup.lost(audit):
        yield (
            f"“{line(row.dimension)}”失分",
            f"共 {words.points_words(row.total)} 分，每份平均 {words.points_words(row.mean)} 分",
        )
    yield ("计分", "起评 100 分，按规则扣分；同一原因只扣一次；疑似问题查证属实前不扣分。")
    yield ("工作实务", "没有条文依据的规则，工作档案写明本县考核办法的才扣分，否则只提示。")
    if _numbered(audit):
        yield from _HOW_TO_DECIDE
    yield ("“空白”与“0”", "空白、不适用、文字、无法识别、缺行均不作为 0 计算。")
    for note in run.notes:
        yield ("提示", note)


# --- writing ---------------------------------------------------------------------------------------


class _Writer:
    """Lays rows out on sheets, all in one manner."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        base = {
            "font_name": _FONT,
            "font_size": 10,
            "valign": "vcenter",
            "text_wrap": True,
            "border": 1,
            "border_color": "#C9D1DA",
        }
        self._title = book.add_format(
            {"font_name": _FONT, "font_size": 15, "bold": True, "font_color": "#1D3F66", "valign": "vcenter"}
        )
        self._heading = book.add_format(
            base
            | {"bold": True, "bg_color": "#1D3F66", "font_color": "#FFFFFF", "align": "center", "valign": "vcenter"}
        )
        kinds = {
            _TEXT: {"align": "left"},
            _MIDDLE: {"align": "center"},
            _NUMBER: {"align": "right"},
            _FILL: {"bg_color": "#FBF8EC", "num_format": "@"},
            _CHOICE: {"bg_color": "#FBF8EC", "num_format": "@", "align": "center"},
            _DAY: {"bg_color": "#FBF8EC", "num_format": "yyyy-mm-dd", "align": "center"},
        }
        self._formats = {
            (kind, bold): book.add_format(base | look | ({"bold": True, "bg_color": "#E8EEF5"} if bold else {}))
            for kind, look in kinds.items()
            for bold in (False, True)
        }
        self._numbers = {
            (whole, bold): book.add_format(
                base
                | {"align": "right", "indent": 1, "num_format": "#,##0" if whole else "#,##0.00####"}
                | ({"bold": True, "bg_color": "#E8EEF5"} if bold else {})
            )
            for whole in (True, False)
            for bold in (False, True)
        }
        self._years = book.add_format(base | {"align": "center", "num_format": "0"})
        self._severities = {
            "严重": book.add_format(base | {"align": "center", "bg_color": "#A3262B", "font_color": "#FFFFFF"}),
            "较重": book.add_format(base | {"align": "center", "bg_color": "#F3C9A4"}),
            "一般": book.add_format(base | {"align": "center", "bg_color": "#F5EBBB"}),
            "提示": book.add_format(base | {"align": "center", "bg_color": "#E3E8ED"}),
        }

    def sheet(
        self,
        name: str,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Row],
        *,
        landscape: bool = True,
        bold_on: str | None = None,
    ) -> None:
        """One sheet with title, heading and rows; a further one (name（2）) past Excel's limit of rows."""
        source = iter(rows)
        part = 1
        while self._part(name if part == 1 else f"{name}（{part}）", title, columns, source, landscape, bold_on):
            part += 1

    def _part(
        self,
        name: str,
        title: str,
        columns: Sequence[Column],
        rows: Iterator[Row],
        landscape: bool,
        bold_on: str | None,
    ) -> bool:
        sheet = self._book.add_worksheet(name)
        self._set_up(sheet, title, columns, landscape)
        count = 0
        for row in rows:
            self._row(sheet, 2 + count, columns, row, bold=bold_on is not None and bold_on in row)
            count += 1
            if count == _MOST_ROWS:
                break
        if not count:
            sheet.merge_range(2, 0, 2, len(columns) - 1, "没有需要列示的内容", self._formats[_MIDDLE, False])
        sheet.autofilter(1, 0, 1 + max(count, 1), len(columns) - 1)
        printed = sum(column.printed for column in columns)
        if printed < len(columns):
            sheet.print_area(0, 0, 1 + max(count, 1), printed - 1)
        self._offer(sheet, columns, count)
        return count == _MOST_ROWS

    def _set_up(self, sheet: Any, title: str, columns: Sequence[Column], landscape: bool) -> None:
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width, None, {"hidden": True} if column.hidden else {})
        sheet.set_row(0, 30)
        sheet.set_row(1, 32)
        sheet.write_string(0, 0, title, self._title)
        for at, column in enumerate(columns):
            sheet.write_string(1, at, column.heading, self._heading)
        sheet.freeze_panes(2, min(2, len(columns) - 1))
        sheet.hide_gridlines(2)
        sheet.repeat_rows(1)
        printed = [column for column in columns if column.printed]
        sheet.set_paper(8 if sum(column.width for column in printed) > _WIDE else 9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def _row(self, sheet: Any, at: int, columns: Sequence[Column], row: Row, *, bold: bool) -> None:
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            self._cell(sheet, at, place, column, value, bold)
        sheet.set_row(at, _height(columns, row))

    def _cell(self, sheet: Any, at: int, place: int, column: Column, value: Value, bold: bool) -> None:
        if value is None or value == "":
            sheet.write_blank(at, place, None, self._formats[column.kind, bold])
        elif isinstance(value, str):
            look = self._severities.get(value) if column.heading == "严重程度" else None
            sheet.write_string(at, place, _fitting(value), look or self._formats[column.kind, bold])
        elif isinstance(value, dt.date):
            sheet.write_datetime(at, place, dt.datetime(value.year, value.month, value.day), self._formats[_DAY, bold])
        else:
            sheet.write_number(at, place, value, self._number_format(column, value, bold))

    def _number_format(self, column: Column, value: Number, bold: bool) -> Any:
        whole = value == int(value)
        if column.kind == _MIDDLE:
            return self._years if not bold else self._formats[_MIDDLE, True]
        return self._numbers[whole, bold] if column.kind == _NUMBER else self._formats[column.kind, bold]

    @staticmethod
    def _offer(sheet: Any, columns: Sequence[Column], count: int) -> None:
        for at, column in enumerate(columns):
            if column.choices and count:
                sheet.data_validation(
                    2,
                    at,
                    1 + count,
                    at,
                    {
                        "validate": "list",
                        "source": list(column.choices),
                        "error_title": "请从列表中选择",
                        "error_message": "、".join(column.choices),
                    },
                )


def _fitting(value: str) -> str:
    clean = printable(value)
    return clean if len(clean) <= _MOST_CHARACTERS else clean[:_MOST_CHARACTERS] + "……（内容过长，已截断）"


def _height(columns: Sequence[Column], row: Row) -> float:
    """Points for the most lines that a cell of the row wraps to; Excel itself measures only rows it edits."""
    most = 1
    for column, value in zip(columns, row, strict=True):
        if isinstance(value, str) and not column.hidden:
            lines = sum(-(-_wide(part) // max(int(column.width) - 1, 1)) or 1 for part in value.split("\n"))
            most = max(most, lines)
    return min(most * 14.0 + 4, _HIGHEST)


def _wide(value: str) -> int:
    return sum(2 if ord(char) > 0x2E7F or char in "“”‘’—…·" else 1 for char in value)
