"""Workbook: a run with what people decided -> 问题台账.xlsx, the working paper of an inspector.

Sheets    排名 问题清单 得分明细 统计 规则 未报与未读, behind them 无法判断与待核验 事实 读取情况 停用情况 说明 (`documents.sheets`)
Numbers   those of the tally, so that no sheet and no other paper disagrees
Links     from a finding to its cells in 事实 and to its line in 得分明细, from a report to its page on the web
Safety    text is never a formula (`sheets.laying`); equal matter gives equal bytes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.documents import words
from auditor.documents.matter import Made, Matter
from auditor.documents.sheets import background, checked, figures, listing, missing, standings
from auditor.documents.sheets.anchors import anchors, in_order
from auditor.documents.sheets.laying import Book
from auditor.documents.tally import tally
from auditor.model import Audit

NAME: Final = "问题台账.xlsx"


def render(audit: Audit) -> bytes:
    """The workbook of an audit by itself."""
    return _bytes(Matter(tally(audit)))


def made(matter: Matter) -> Iterator[Made]:
    """The one workbook of the run, of all its units."""
    yield Made(NAME, _bytes(matter))


def _bytes(matter: Matter) -> bytes:
    found = matter.tally
    audit = found.audit
    order = in_order(found)
    marks = anchors(audit.reports, order)
    numbered = listing.numbered(audit)
    quarter = words.quarter_words(audit.run.quarter)
    book = Book(f"政府信息公开工作年度报告问题台账（{quarter}）", audit.run.started)
    book.add(standings.ranking(found, marks.points))
    book.add(listing.sheet(matter, marks, order))
    book.add(standings.points(found, order))
    figures.add(book, found)
    book.add(checked.sheet(found))
    book.add(missing.sheet(audit, numbered=numbered))
    book.add(background.undecided(audit, order))
    book.add(background.facts(audit, order))
    book.add(background.read(audit, order))
    if any(judged.disabled for judged in audit.reports):
        book.add(background.switched_off(audit))
    book.add(background.about(found, numbered=numbered))
    return book.bytes()
