"""Comparison: two quarters compared, or a quarter under other rules -> JSON, and a workbook of two sheets.

JSON      points are numbers, null where the unit was not examined; `split` adds up to after − before; fates by their Chinese words
Workbook  单位对比 a line a unit, 问题对比 a line a finding; words stay words (`workbooks`); equal comparisons give equal bytes
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from auditor.documents.json_text import Json
from auditor.documents.printing import printable
from auditor.model import OUTCOME_WORDS, Finding, LedgerStamp
from auditor.quarters.comparing import DISMISSED, OVERDUE, WAIVED_WORD, Comparison, Fated, Moved
from auditor.quarters.fates import Fate
from auditor.quarters.hindsight import Hindsight, Rejudged
from auditor.quarters.movement import WORDS
from auditor.quarters.ranking import Place
from auditor.text import show
from auditor.workbooks import BASE, DATED, FRAMED, HEADING, OPTIONS, foot, height

COUNTED = (*(fate.value for fate in Fate), WAIVED_WORD, DISMISSED, OVERDUE)


def comparison_json(found: Comparison) -> dict[str, Json]:
    """The comparison as other programs read it."""
    return {
        "earlier": found.earlier,
        "later": found.later,
        "day": found.day.isoformat(),
        "units": [_unit(one) for one in found.units],
        "findings": [_finding(one) for one in found.findings],
    }


def _unit(one: Moved) -> Json:
    return {
        "unit": one.unit,
        "year": one.year,
        "group": one.group,
        "before": one.before,
        "after": one.after,
        "grade_before": one.grade_before or None,
        "grade_after": one.grade_after or None,
        "issued": one.issued,
        "split": {name: getattr(one.split, name) for _, name in WORDS} if one.split is not None else None,
        "rank_before": _rank(one.rank_before),
        "rank_after": _rank(one.rank_after),
        "up": one.up,
        "counts": {word: one.counts[word] for word in COUNTED if word in one.counts},
    }


def _rank(place: Place | None) -> Json:
    return {"rank": place.rank, "size": place.size, "tied": place.tied} if place is not None else None


def _finding(one: Fated) -> Json:
    noted = one.noted
    return {
        "unit": noted.key.unit,
        "year": noted.key.year,
        "number": noted.number or None,
        "fingerprint": noted.fingerprint,
        "fate": one.fate.value,
        "why": one.why or None,
        "quarters": one.quarters or None,
        "since": one.since or None,
        "verdict": one.word or None,
        "overdue": one.overdue.isoformat() if one.overdue else None,
        "grown": one.grown,
        "rule": noted.rule,
        "title": noted.title,
        "outcome": noted.outcome.value,
        "severity": noted.severity,
        "message": noted.message,
    }


def hindsight_json(found: Hindsight) -> dict[str, Json]:
    """A quarter under other rules as other programs read it; reports that come out alike too."""
    return {"run": found.word, "under": found.under, "reports": [_rejudged(one) for one in found.reports]}


def _rejudged(one: Rejudged) -> Json:
    return {
        "unit": one.unit,
        "year": one.year,
        "before": one.before,
        "after": one.after,
        "grade_before": one.grade_before,
        "grade_after": one.grade_after,
        "appeared": [_brief(finding) for finding in one.appeared],
        "vanished": [{**_brief(gone.finding), "why": gone.why} for gone in one.vanished],
        "reweighed": [
            {**_brief(was), "severity_after": now.severity, "outcome_after": now.outcome.value, "cost_after": now.cost}
            for was, now in one.reweighed
        ],
    }


def _brief(finding: Finding) -> dict[str, Json]:
    return {
        "number": finding.number or None,
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "title": finding.title,
        "outcome": finding.outcome.value,
        "severity": finding.severity,
        "cost": finding.cost,
        "message": finding.message,
    }


# --- the workbook ------------------------------------------------------------------------------------------

_UNIT_WIDTHS = (30, 8, 12, 9, 9, 9, *(9,) * 4, 9, 9, 9, *(9,) * len(COUNTED))
_FINDING_HEADS = (
    "单位", "年度", "去向", "编号", "问题", "严重程度", "结果", "连续季数", "起于", "认定", "逾期", "说明", "问题描述",
)  # fmt: skip
_FINDING_WIDTHS = (26, 8, 14, 20, 22, 9, 9, 9, 10, 9, 12, 34, 60)


def workbook(found: Comparison, stamp: LedgerStamp | None = None) -> bytes:
    """The workbook of a comparison; `stamp` is the head of the ledger, for the foot of its pages."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, dict(OPTIONS))
    book.set_properties({"title": f"{found.earlier} 与 {found.later} 对比", "created": DATED})
    shown = [word for word in COUNTED if any(one.counts.get(word) for one in found.units)]
    heads = (
        "单位", "年度", "分组", f"{found.earlier}得分", "其中已印发", f"{found.later}得分", "变化",
        *(words.split("（")[0] for words, _ in WORDS), "原名次", "现名次", "名次变化", *shown,
    )  # fmt: skip
    _sheet(book, "单位对比", heads, _UNIT_WIDTHS, [_unit_row(one, shown) for one in found.units], stamp)
    _sheet(book, "问题对比", _FINDING_HEADS, _FINDING_WIDTHS, [_finding_row(one) for one in found.findings], stamp)
    book.close()
    return buffer.getvalue()


_Row = list[str | int | Decimal | None]


def _unit_row(one: Moved, shown: Sequence[str]) -> _Row:
    change = one.after - one.before if one.after is not None and one.before is not None else None
    split = [getattr(one.split, name) if one.split is not None else None for _, name in WORDS]
    ranks = [rank_words(one.rank_before), rank_words(one.rank_after), up_words(one.up)]
    counts = [one.counts.get(word, 0) for word in shown]
    return [one.unit, one.year, one.group, one.before, one.issued, one.after, change, *split, *ranks, *counts]


def _finding_row(one: Fated) -> _Row:
    noted = one.noted
    return [
        noted.key.unit, noted.key.year, one.fate.value, noted.number, noted.title, noted.severity,
        OUTCOME_WORDS[noted.outcome], one.quarters or None, one.since, one.word,
        one.overdue.isoformat() if one.overdue else None, one.why, noted.message,
    ]  # fmt: skip


def _sheet(
    book: Any, name: str, heads: Sequence[str], widths: Sequence[int], rows: Sequence[_Row], stamp: LedgerStamp | None
) -> None:
    sheet = book.add_worksheet(name)
    head, cell = book.add_format(dict(HEADING)), book.add_format(dict(FRAMED))
    for at, words in enumerate(heads):
        sheet.set_column(at, at, widths[at])
        sheet.write_string(0, at, words, head)
    for line, row in enumerate(rows, 1):
        for at, value in enumerate(row):
            if value is None or value == "":
                sheet.write_blank(line, at, None, cell)
            elif isinstance(value, str):
                sheet.write_string(line, at, printable(value), cell)
            else:
                sheet.write_number(line, at, value, cell)
        sheet.set_row(line, height([(str(value), widths[at]) for at, value in enumerate(row) if value is not None]))
    sheet.set_footer(foot(stamp))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if not rows:
        sheet.write_string(1, 0, "没有可列的内容。", book.add_format(dict(BASE)))


def rank_words(place: Place | None) -> str:
    """第3名（并列）, — where a unit is outside the ranking."""
    if place is None:
        return "—"
    return f"第{place.rank}名{'（并列）' if place.tied else ''}"


def up_words(up: int | None) -> str:
    """升2位, 降1位, 持平, — where there is nothing to compare."""
    if up is None:
        return "—"
    return "持平" if up == 0 else f"升{up}位" if up > 0 else f"降{-up}位"


def signed_points(points: Decimal | None) -> str:
    """+3.5, -2, 0, — where it is not known."""
    if points is None:
        return "—"
    return f"{'+' if points > 0 else ''}{show(points)}"
