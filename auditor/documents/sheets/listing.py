"""Listing (问题清单): every finding of a run in one list, each with what people enter of it.

Nature    确定 are the problems of the run, 疑似 and 待重新认定 those that nobody decided; …·并计 stand under the one with which they
          are counted and cost nothing; then what was found 不属实, is 豁免, 试行 or 归并 (a conclusion whose members are the problems)
Closed    已销号: what a letter of the quarter ordered and a later reading showed to be mended; it is no finding any more
Filled    认定 … 备注 stand as the ledger knows them; each row has its number and, in a hidden column, what it is known by when
          `decide --from` takes the workbook in again (`ledgersheet.columns`)
Mending   整改时限 … 销号时间 stand as the ledger knows them, else empty, for the people who do the mending; none is taken in again
Prints    the columns of a 问题清单; what is only for work stands behind
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auditor.documents import standing, words
from auditor.documents.matter import Matter
from auditor.documents.printing import line
from auditor.documents.sheets.anchors import FACTS, Anchors
from auditor.documents.sheets.laying import (
    CHOICE,
    DAY,
    FILL,
    MIDDLE,
    NUMBER,
    WRITTEN_DAY,
    Colour,
    Column,
    Lined,
    Linked,
    Plain,
    Sheet,
    Value,
    fitting,
    severities,
    web,
)
from auditor.documents.tally import Problem, Tally
from auditor.ledgersheet import columns as filled
from auditor.model import REJECTED, VERDICTS, WAIVED, Audit, Finding, Progress
from auditor.quarters.mending import Mending, State

NAME: Final = "问题清单"
CERTAIN, SUSPECTED, AGAIN, CLOSED = "确定", "疑似", "待重新认定", "已销号"
TRIAL, WITHDRAWN, GATHERED, WITH = "试行", "已撤回", "归并", "·并计"
_MOST_SHOWN: Final = 6  # quotes and cells of one finding; every cell stands in 事实
_NATURE, _OVERDUE, _COST, _NOTE = "性质", "逾期天数", "扣分", "扣分说明"

_COLUMNS: Final = (
    Column("序号", 5, MIDDLE),
    Column(filled.NUMBER, 10),
    Column(_NATURE, 7, MIDDLE),
    Column("责任单位", 11),
    Column("检查对象", 11),
    Column("问题类别", 5.5, MIDDLE),
    Column("问题描述", 24.5),
    Column("原文摘录", 20),
    Column("位置", 12),
    Column("依据", 16.5, folds=True),
    Column(_COST, 6, NUMBER),
    Column("整改要求", 13, folds=True),
    Column("整改时限", 10, WRITTEN_DAY, folds=True),
    Column("整改情况", 8, CHOICE, words.MENDINGS, folds=True),
    Column("整改链接", 8, FILL, folds=True),
    Column("复核结果", 8, CHOICE, words.MENDINGS[:3], folds=True),
    Column("销号时间", 10, WRITTEN_DAY, folds=True),
    Column("证据", 9, MIDDLE, printed=False),
    Column("报告链接", 14, printed=False),
    Column(filled.HINT, 20, printed=False),
    Column(filled.WORD, 8, CHOICE, VERDICTS, printed=False),
    Column(filled.REMARK, 18, FILL, printed=False),
    Column(filled.WHY, 24, FILL, printed=False),
    Column(filled.BY, 9, FILL, printed=False),
    Column(filled.ON, 11, DAY, printed=False),
    Column(filled.PAPER, 16, FILL, printed=False),
    Column(filled.UNTIL, 11, DAY, printed=False),
    Column("严重程度", 7, MIDDLE, printed=False),
    Column(_NOTE, 20, printed=False),
    Column("核实要点", 24, printed=False),
    Column(_OVERDUE, 6, NUMBER, printed=False),
    Column("报告年度", 7, MIDDLE, printed=False),
    Column("单位类别", 9, MIDDLE, printed=False),
    Column("规则", 20, printed=False),
    Column("规则编号", 14, printed=False),
    Column(filled.REFERENCE, 12, hidden=True, printed=False),
)
_COLOURS: Final = (
    Colour(_NATURE, CERTAIN, "#F6D5D3", "#8E1B20"),
    Colour(_NATURE, SUSPECTED, "#FBE9C6", "#7A4B00"),
    Colour(_NATURE, AGAIN, "#FBE9C6", "#7A4B00"),
    Colour(_NATURE, CLOSED, "#DDEFDF", "#1F6B35"),
    Colour(filled.WORD, VERDICTS[0], "#F6D5D3", "#8E1B20"),
    Colour(filled.WORD, REJECTED, "#E3E8ED", "#3E4852"),
    Colour(filled.WORD, WAIVED, "#D9E6F5", "#1D3F66"),
    Colour("整改情况", CLOSED, "#DDEFDF", "#1F6B35"),
    Colour("整改时限", "", "#A3262B", "#FFFFFF", over=_OVERDUE),
    *severities(),
)

Line = Mapping[str, Value]  # a row by the headings of its columns


@dataclass(frozen=True, slots=True)
class Item:
    """One finding in the list. `problem` is whose it is; `into` the finding with which it is counted."""

    nature: str
    problem: Problem
    finding: Finding
    into: Finding | None = None


def sheet(matter: Matter, anchors: Anchors, order: Sequence[int]) -> Sheet:
    """问题清单."""
    tally = matter.tally
    known = {one.item.number: progress(one) for one in matter.mendings if one.counts}
    has_numbers = numbered(tally.audit)
    listing = _Listing(tally.audit, anchors, {**tally.audit.mending, **known}, has_numbers)
    lines = [listing.line(number, item) for number, item in enumerate(items(tally, order), 1)]
    lines += [listing.closed(at, one) for at, one in enumerate(closed(matter), len(lines) + 1)]
    shown = _needed(lines, numbered=has_numbers)
    rows = (
        Lined([said.get(column.heading) for column in shown], under=str(said[_NATURE]).endswith(WITH)) for said in lines
    )
    return Sheet(NAME, title(tally), shown, rows, _COLOURS, kept=4, lines=24)


def title(tally: Tally) -> str:
    """问题清单（2026年第一季度）：问题9个，疑似1项."""
    quarter = words.quarter_words(tally.audit.run.quarter)
    counts = (
        f"问题{len(tally.problems)}个，未认定{tally.undecided}项" if tally.is_draft else f"问题{len(tally.problems)}个"
    )
    return f"{NAME}（{quarter}）：{counts}；标“{WITH}”的与所归并的问题不重复扣分"


def items(tally: Tally, order: Sequence[int]) -> Iterator[Item]:
    """Every finding of the run once: the problems, the undecided ones, the others; each time as in the ranking."""
    place = {at: number for number, at in enumerate(order)}

    def ranked(some: Sequence[Problem]) -> list[Problem]:
        return sorted(some, key=lambda one: len(place) if one.at is None else place[one.at])

    told: set[tuple[int | None, str, str]] = set()
    for every in (ranked(tally.problems), ranked(tally.doubts)):
        for problem in every:
            for item in _with_those_under(problem):
                told.add(_key(problem, item.finding))
                yield item
    for problem in ranked(_others(tally, order)):
        if _key(problem, problem.finding) not in told:
            yield Item(_nature(problem.finding), problem, problem.finding)


def _key(problem: Problem, finding: Finding) -> tuple[int | None, str, str]:
    return problem.at, problem.absent.unit if problem.absent else "", finding.fingerprint


def _with_those_under(problem: Problem) -> Iterator[Item]:
    nature = _nature(problem.finding)
    yield Item(nature, problem, problem.finding)
    for finding in problem.under:
        yield Item(_nature(finding) + WITH, problem, finding, problem.finding)


def _others(tally: Tally, order: Sequence[int]) -> list[Problem]:
    """All findings of all reports, each as one that stands for itself."""
    whose = {at: one for one in tally.addressees for at in one.reports}
    out = []
    for at in order:
        judged, unit = tally.audit.reports[at], whose[at]
        for finding in words.ordered(judged.findings):
            year = judged.report.profile.year
            out.append(Problem(finding.number, unit.unit, unit.short, unit.group, year, at, finding))
    for one, finding in tally.audit.unreported:
        unit_name = one.answers or one.unit
        out.append(Problem(finding.number, unit_name, unit_name, one.group, one.year, None, finding, (), one))
    return out


def _nature(finding: Finding) -> str:
    said = finding.verdict.word if finding.verdict is not None else ""
    if said in (REJECTED, WAIVED):
        return said
    if finding.withdrawn_by:
        return WITHDRAWN
    if finding.draft:
        return TRIAL
    if finding.reopened and finding.verdict is None:
        return AGAIN
    if finding.members and not finding.causes:
        return GATHERED
    return words.outcome_words(words.standing_of(finding) or finding.outcome)


def closed(matter: Matter) -> list[Mending]:
    """What a letter of the quarter ordered, is closed, and is no finding of the run any more."""
    audit = matter.tally.audit
    standing_ = {finding.number for judged in audit.reports for finding in judged.findings}
    standing_ |= {finding.number for _, finding in audit.unreported}
    return [
        one
        for one in matter.mendings
        if one.counts
        and one.state is State.CLOSED
        and one.letter.quarter == audit.run.quarter
        and one.item.number not in standing_
    ]


def progress(one: Mending) -> Progress:
    """How far a finding in a letter is."""
    return Progress(one.state.value, one.note, one.deadline, one.closed, one.overdue, one.link, one.reviewed)


def numbered(audit: Audit) -> bool:
    """Whether findings have the numbers of a ledger."""
    found = (*(f for judged in audit.reports for f in judged.findings), *(f for _, f in audit.unreported))
    return audit.ledger is not None and any(f.number for f in found)


def _needed(lines: Sequence[Line], *, numbered: bool) -> tuple[Column, ...]:
    """The columns without those of a ledger where there is none, and without hints where there is nothing to hint at."""
    left_out = set() if numbered else {filled.NUMBER, filled.REFERENCE}
    if not any(line_[filled.HINT] for line_ in lines):
        left_out.add(filled.HINT)
    return tuple(column for column in _COLUMNS if column.heading not in left_out)


@dataclass(frozen=True, slots=True)
class _Listing:
    audit: Audit
    anchors: Anchors
    mending: Mapping[str, Progress]
    numbered: bool

    def line(self, number: int, item: Item) -> Line:
        """The row of a finding."""
        problem, finding = item.problem, item.finding
        head = self._missing(problem, finding) if problem.at is None else self._head(problem.at, finding)
        cost: Line = {_COST: self._cost(item), _NOTE: self._note(item)}
        said: Line = {"序号": number, _NATURE: item.nature, "责任单位": problem.unit, "单位类别": problem.group}
        return {**said, **head, **_said(finding), **cost, **self._entered(finding)}

    def _head(self, at: int, finding: Finding) -> Line:
        judged = self.audit.reports[at]
        address = judged.report.profile.url
        target = self.anchors.evidence(at, finding)
        return {
            "检查对象": words.subject_words(judged),
            "报告年度": judged.report.profile.year,
            "原文摘录": words.excerpt_words(judged.report, finding, _MOST_SHOWN),
            "位置": words.position_words(judged.report, finding),
            "证据": Linked("看数据" if FACTS in target else "看得分", target),
            "报告链接": web(line(address or ""), address),
        }

    @staticmethod
    def _missing(problem: Problem, finding: Finding) -> Line:
        """A report that is not there: no words, no place."""
        assert problem.absent is not None
        return {
            "责任单位": standing.liable(problem.absent),
            "检查对象": standing.object_words(problem.absent),
            "报告年度": problem.absent.year,
            "位置": line(finding.table or ""),
        }

    def _cost(self, item: Item) -> Value:
        """Points that it takes away; those of the others are in the words beside."""
        if item.into is not None:
            return "不重复扣分"
        if item.nature != CERTAIN or item.problem.at is None:
            return None
        target = self.anchors.cost(item.problem.at, item.finding)
        return Linked(item.finding.deducted, target) if target else item.finding.deducted

    def _note(self, item: Item) -> str:
        if item.problem.at is None:
            return "没有报告，不计分"
        note = words.cost_note(item.finding, self.audit.reports[item.problem.at].findings)
        into = f"（{item.into.number}）" if item.into is not None and item.into.number else ""
        return note + into

    def _entered(self, finding: Finding) -> Line:
        """What the ledger knows of a finding, as its cells show it."""
        written: dict[str, filled.Value] = {
            name: fitting(value) if isinstance(value, str) else value for name, value in filled.known(finding).items()
        }
        mending = self.mending.get(finding.number)
        written |= _mended(mending)
        mark = filled.reference(finding, self.audit.ledger, written) if finding.number and self.audit.ledger else None
        hint = filled.hint(finding) if mark or not self.numbered else "没有编号，不能在表中认定"
        return {**_shown(written, mending), filled.HINT: hint, filled.REFERENCE: mark}

    def closed(self, number: int, one: Mending) -> Line:
        """The row of what is no finding any more."""
        item, mending = one.item, progress(one)
        written = _mended(mending)
        stamp = self.audit.ledger
        return {
            "序号": number,
            filled.NUMBER: item.number,
            _NATURE: CLOSED,
            "责任单位": one.letter.unit,
            "检查对象": f"{item.key.year or ''}年度报告" if item.key.year else "",
            "问题类别": item.dimension,
            "问题描述": words.shortened(line(item.text or item.title)),
            "整改要求": line(item.remedy),
            "严重程度": item.severity,
            "报告年度": item.key.year,
            "单位类别": one.letter.group,
            "规则": line(item.title),
            "规则编号": item.rule,
            _NOTE: "复查已无此问题",
            **_shown(written, mending),
            filled.HINT: "已销号，不再认定",
            filled.REFERENCE: filled.closed_reference(item.content, stamp, written) if stamp else None,
        }


def _said(finding: Finding) -> Line:
    return {
        filled.NUMBER: finding.number,
        "问题类别": finding.dimension,
        "问题描述": words.message_words(finding),
        "依据": words.bases_words(finding),
        "整改要求": line(finding.remedy),
        "核实要点": line(finding.verify),
        "严重程度": finding.severity,
        "规则": line(finding.title),
        "规则编号": finding.rule,
    }


def _mended(one: Progress | None) -> dict[str, filled.Value]:
    """How far the mending is; days as words, as people write them there."""
    if one is None:
        return {}
    deadline, closed_ = (day.isoformat() if day is not None else None for day in (one.deadline, one.closed))
    link = fitting(one.link) or None
    return dict(zip(filled.MENDING, (deadline, one.state, link, one.reviewed or None, closed_), strict=True))


def _shown(written: Mapping[str, Plain], one: Progress | None) -> dict[str, Value]:
    """The same as cells: the link can be followed."""
    if one is None:
        return dict(written)
    return {**written, "整改链接": web(written["整改链接"], one.link), _OVERDUE: one.overdue or None}
