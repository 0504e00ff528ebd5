"""Background: 无法判断与待核验, 事实, 读取情况, 停用情况, 说明: what stands behind the list of problems.

事实      every cell of every report as it was read, a row each; it is for looking up and prints as its head alone
说明      the run, its numbers (those of the tally) and how the workbook is used
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from auditor.documents import standing, words
from auditor.documents.places import place_words
from auditor.documents.printing import line
from auditor.documents.reading import reading
from auditor.documents.sheets.laying import FILL, MIDDLE, NUMBER, Column, Lined, Plain, Sheet, severities
from auditor.documents.tally import Tally, lost
from auditor.model import OUTCOME_WORDS, Audit, Judged
from auditor.typed import typed_words

Values = tuple[Plain, ...]

_MOST_SHOWN: Final = 12
_UNDECIDED: Final = (
    Column("序号", 6, MIDDLE),
    Column("单位", 22),
    Column("报告年度", 9, MIDDLE),
    Column("事项", 26),
    Column("结果", 11, MIDDLE),
    Column("原因", 38),
    Column("由来", 16),
    Column("原文摘录", 30),
    Column("严重程度", 9, MIDDLE),
    Column("核验结果", 14, FILL),
    Column("规则编号", 18, printed=False),
)
_FACTS: Final = (
    Column("单位", 30),
    Column("年度", 8, MIDDLE),
    Column("数据项编号", 26),
    Column("数据项", 34),
    Column("状态", 9, MIDDLE),
    Column("数值", 12, NUMBER),
    Column("原样", 16),
    Column("位置", 26),
)
_TYPED: Final = (Column("人工录入", 26),)
_READING: Final = (
    Column("单位", 24),
    Column("报告年度", 9, MIDDLE),
    Column("文件", 34),
    Column("项目", 16),
    Column("读取结果", 70),
)
_OFF: Final = (
    Column("序号", 6, MIDDLE),
    Column("规则", 36),
    Column("停用范围", 32),
    Column("原因", 40),
    Column("涉及的报告", 34),
    Column("规则编号", 18, printed=False),
)
_ABOUT: Final = (Column("项目", 20), Column("内容", 90))


def undecided(audit: Audit, order: Sequence[int]) -> Sheet:
    """无法判断与待核验."""
    reports = [audit.reports[at] for at in order]
    title = "无法判断、待人工核验和已人工核验的事项"
    return Sheet("无法判断与待核验", title, _UNDECIDED, _undecided(audit, reports), severities())


def _undecided(audit: Audit, reports: Sequence[Judged]) -> Iterator[Values]:
    found = ((judged, one) for judged in reports for one in judged.undecided)
    number = 0
    for number, (judged, one) in enumerate(found, 1):
        yield (
            number,
            words.unit_name(judged),
            judged.report.profile.year,
            line(one.title),
            "已撤回" if one.withdrawn_by else OUTCOME_WORDS[one.outcome],
            words.shortened(words.reason_words(one)),
            words.cause_words(one),
            words.proof_words(judged.report, one.evidence, one.table, most=_MOST_SHOWN),
            one.severity,
            None,
            one.rule,
        )
    answered = ((judged, *pair) for judged in reports for pair in words.attested(audit, judged))
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


def facts(audit: Audit, order: Sequence[int]) -> Sheet:
    """事实."""
    reports = [audit.reports[at] for at in order]
    typed = any(fact.typed is not None for judged in reports for fact in judged.report.facts.values())
    columns = (*_FACTS, *(_TYPED if typed else ()))
    count = sum(len(judged.report.facts) for judged in reports)
    title = f"统计表数据（逐项读取结果，共{count}项；供查找，不随台账打印，要打印的请清除打印区域）"
    return Sheet("事实", title, columns, _facts(reports, typed=typed), kept=1, paper=False)


def _facts(reports: Sequence[Judged], *, typed: bool) -> Iterator[Values]:
    for judged in reports:
        unit, year = words.unit_name(judged), judged.report.profile.year
        for fact in judged.report.facts.values():
            state, where = words.STATE_WORDS[fact.state], place_words(fact.place)
            said = () if not typed else (None if fact.typed is None else typed_words(fact.typed),)
            yield (unit, year, fact.id, fact.name, state, fact.value, fact.raw.strip(), where, *said)


def read(audit: Audit, order: Sequence[int]) -> Sheet:
    """读取情况."""
    rows = (
        (words.unit_name(judged), judged.report.profile.year, judged.report.source, what, said)
        for judged in (audit.reports[at] for at in order)
        for what, said in reading(judged.report).lines
    )
    title = "读取情况（程序从每个文件中读到了什么）"
    return Sheet("读取情况", title, _READING, rows, kept=1)


def switched_off(audit: Audit) -> Sheet:
    """停用情况."""
    rows = (
        (
            number,
            one.title,
            one.scope,
            one.reason,
            f"{'、'.join(one.units) or '全部'}（{one.reports} 份）",
            one.rule,
        )
        for number, one in enumerate(words.switched_off(audit), 1)
    )
    return Sheet("停用情况", "停用情况（按工作档案停用的规则，列为不适用）", _OFF, rows)


# --- about -----------------------------------------------------------------------------------------

_SHEETS: Final = (
    ("排名", "按组别排名，同分并列；没有名次的列在本组之后，写明原因。点得分可看得分明细。"),
    (
        "问题清单",
        "所有问题都在这一张表，按“性质”筛选：确定（本季度的问题）、疑似和待重新认定（等您认定）、带“·并计”的（与上面一项属同一原因，"
        "不重复扣分）、不属实、豁免、试行、归并、已销号。点“证据”看事实中的数据，点“扣分”看得分明细，点“报告链接”打开网页。"
        "表头上方的“-”可折叠依据和整改各栏，方便认定。打印只打台账各栏（A4 横向），认定各栏不打印。",
    ),
    ("统计", "图和旁边的表是同一组数，改表图就变。"),
    ("规则", "检查了哪些规则，各依据什么，多少份报告符合、不符合、无法判断。"),
    ("未报与未读", "未报的单位、读不出来的文件、没有审核的文件和名册以外的文件。"),
)
_HOW_TO_DECIDE: Final = (
    (
        "怎样认定",
        "在“问题清单”的“认定”一栏选属实、不属实或者豁免：不属实、豁免的写明认定理由，豁免的写明依据文号（有期限的"
        "写到期日），认定日期不写即为导入当天。备注随问题保留，以后各期台账都有。可以排序、筛选、删行、移动列，可以加自己的列。",
    ),
    (
        "认定以后",
        "保存并关闭，运行 auditor decide --from 问题台账.xlsx --by 姓名。有冲突或者填错的，一次全部列出工作表和单元格，改好之前一个也不写入；"
        "没有改动过的行不动台账里的认定。请不要改动“编号”和隐藏的“对照码”。",
    ),
)


def about(tally: Tally, *, numbered: bool) -> Sheet:
    """说明."""
    rows = (Lined(row) for row in _about(tally, numbered=numbered))
    return Sheet("说明", "说明", _ABOUT, rows, landscape=False, kept=1)


def _about(tally: Tally, *, numbered: bool) -> Iterator[Values]:
    audit, run = tally.audit, tally.audit.run
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
    yield from _SHEETS
    yield from _HOW_TO_DECIDE if numbered else ()
    yield from _numbers(tally)
    yield ("计分", "起评 100 分，按规则扣分；同一原因只扣一次；疑似问题查证属实前不扣分。")
    yield ("工作实务", "没有条文依据的规则，工作档案写明本县考核办法的才扣分，否则只提示。")
    yield ("“空白”与“0”", "空白、不适用、文字、无法识别、缺行均不作为 0 计算。")
    for note in run.notes:
        yield ("提示", line(note))


def _numbers(tally: Tally) -> Iterator[Values]:
    audit = tally.audit
    yield ("已检查的报告", int(tally.reports))
    yield ("未读文件", int(tally.unread))
    yield ("非年报的文件", len(audit.set_aside))
    for said in standing.overview(audit.completeness):
        yield ("报送情况", said.rstrip("。"))
    yield ("问题（个）", len(tally.problems))
    yield ("等待认定（项）", int(tally.undecided))
    yield ("豁免（个）", int(tally.waived))
    yield ("无法判断与待核验（项）", sum(len(judged.undecided) for judged in audit.reports))
    yield ("无法读取的数据项", words.all_unreadable(audit))
    for grade, count in tally.grades:
        yield (f"等次“{line(grade)}”", f"{count} 份（列入排名的）")
    for row in lost(audit):
        total, mean = words.points_words(row.total), words.points_words(row.mean)
        yield (f"“{line(row.dimension)}”失分", f"共 {total} 分，每份平均 {mean} 分")
