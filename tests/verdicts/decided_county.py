"""A few reports of the fictional county, audited once; the words in which the tests decide of their findings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

from auditor.decided import decided
from auditor.judging import Desk, desk
from auditor.model import CHINA, Audit, Finding, Judged, Verdict
from auditor.pipeline import Options, audit
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Decision, Key, Manual, Remembered
from auditor.roster import Roster
from auditor.roster.sheet import read_roster
from auditor.rulebook import Rulebook, load

REPORTS = Path(__file__).resolve().parent.parent.parent / "reports"
NAMES = (
    "2017年度/青岙乡2017年年报.txt",
    "2017年度/人社局2017年信息公开年报.htm",
    "2017年度/澄湖县云岫镇人民政府2017年政府信息公开工作年度报告.html",
    "2017年度/澄湖县禾塘镇人民政府2017年度政府信息公开工作年度报告.html",
    "2024年度/澄湖县市场监督管理局2024年政府信息公开工作年度报告.html",
    "2025年度/澄湖县市场监督管理局2025年政府信息公开工作年度报告.html",
)
FILES = tuple(REPORTS / name for name in NAMES)
STARTED = dt.datetime(2026, 4, 8, 9, tzinfo=CHINA)
DAY = dt.date(2026, 4, 20)
QINGAO, HETANG = "澄湖县青岙乡人民政府", "澄湖县禾塘镇人民政府"


@cache
def book() -> Rulebook:
    """The packaged rulebook."""
    return load()


@cache
def roster() -> Roster:
    """The county's roster."""
    return read_roster(REPORTS / "名册.xlsx")


@cache
def bare() -> Audit:
    """The audit as the rules made it."""
    options = Options("2026Q2", at=STARTED, inference="chainer", roster=roster(), jobs=1)
    return audit(list(FILES), book(), options)


@cache
def table() -> Desk:
    """The desk it was judged at."""
    return desk(book(), "chainer", roster=roster(), audited=STARTED.date())


def judged(unit: str, audit: Audit | None = None, year: int | None = None) -> Judged:
    """The report of a unit."""
    found = [j for j in (audit or bare()).reports if unit_of(j.report) == unit]
    (one,) = [j for j in found if year is None or j.report.profile.year == year]
    return one


def key(of: Judged, finding: Finding) -> Key:
    """By what a finding is known."""
    return Key(unit_of(of.report), of.report.profile.year, finding.locus)


def said(of: Judged, finding: Finding, word: str, content: str = "", until: dt.date | None = None) -> Decision:
    """A verdict on a finding."""
    verdict = Verdict(word, "查阅档案", "张三", dt.date(2026, 4, 10), "", until)
    return Decision(1, key(of, finding), content or finding.content, verdict, finding.number)


def laid(*decisions: Decision, audit: Audit | None = None, **memory: object) -> Audit:
    """The audit with these verdicts and whatever else is remembered."""
    remembered = replace(Remembered(decisions=decisions), **memory)  # type: ignore[arg-type]
    return decided(audit or bare(), table(), remembered, DAY)


def by_hand(number: str = "2026Q2-禾塘镇-20", **changes: object) -> Manual:
    """What was found by eye in 禾塘镇's report."""
    one = Manual(
        entry=3,
        number=number,
        unit=HETANG,
        year=2017,
        place="二、主动公开情况",
        severity="较重",
        dimension="内容完整",
        title="",
        text="没有写明政策解读的件数",
        remedy="补充后重新公布",
        law="regulation-2007",
        article="第三十二条",
        by="张三",
        on=dt.date(2026, 4, 15),
    )
    return replace(one, **changes)  # type: ignore[arg-type]
