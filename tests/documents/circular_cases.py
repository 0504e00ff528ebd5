"""Matters of which a circular is made: as a run leaves them, and as people have decided them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from sample_audit import digest, sample_audit

from auditor.documents import words
from auditor.documents.matter import Entered, Matter
from auditor.documents.tally import tally
from auditor.model import (
    REJECTED,
    UPHELD,
    WAIVED,
    Audit,
    Basis,
    Completeness,
    CountyCard,
    Filing,
    Finding,
    IssuedScore,
    Judged,
    Outcome,
    Progress,
    Standing,
    UnitYear,
    Verdict,
    YearCount,
)

ASSESSMENT = "《华容县政务公开考核办法》（华政办发〔2025〕12号）"
COUNTY = CountyCard(
    name="华容县",
    issuer="华容县行政审批服务局",
    issuer_is_office=False,
    numbering="华审批〔{年}〕{号}号",
    contact="王某，电话0730-4180001",
    assessment=ASSESSMENT,
    models=("百分制扣分",),
)
POWERS = (
    Basis("《中华人民共和国政府信息公开条例》（国务院令第711号修订）第四十七条", "regulation-2019", "第四十七条"),
)


def own_marks(audit: Audit) -> Audit:
    """Every finding with a fingerprint of its own, as real ones have; the sample repeats its reports."""
    reports = []
    for at, judged in enumerate(audit.reports):
        mine = {f.fingerprint: digest(at, f.fingerprint) for f in judged.findings}
        findings = tuple(
            replace(
                f,
                fingerprint=mine[f.fingerprint],
                locus=digest("locus", at, f.fingerprint),
                absorbed_by=mine.get(f.absorbed_by or "", f.absorbed_by),
                members=tuple(mine.get(one, one) for one in f.members),
            )
            for f in judged.findings
        )
        reports.append(replace(judged, findings=findings))
    return replace(audit, reports=tuple(reports))


def decided(audit: Audit, said: Sequence[str]) -> Audit:
    """The suspected findings with these verdicts in turn, "" for none; all with numbers."""
    at, reports = 0, []
    for place, judged in enumerate(audit.reports):
        findings = []
        for number, f in enumerate(judged.findings, 1):
            changed = replace(f, number=f"2026Q1-{place}号-{number:02d}")
            if f.outcome is Outcome.SUSPECTED:
                word = said[at % len(said)]
                changed = replace(changed, verdict=Verdict(word, "经查") if word else None)
                at += 1
            findings.append(changed)
        reports.append(replace(judged, findings=tuple(findings)))
    return replace(audit, reports=tuple(reports))


def rostered(audit: Audit) -> Audit:
    """With a roster: one unit published nothing (found 属实), one was not received (suspected), one is outside the county's line."""
    gone = Finding(
        rule="g-not-published",
        title="未公布年度报告",
        fingerprint=digest("gone"),
        content="",
        outcome=Outcome.SUSPECTED,
        severity="严重",
        dimension="公开时效",
        message="名册中应报，所给文件中没有华容县梅田镇人民政府2025年度报告，请核实是否未公布",
        remedy="立即编制并公布年度报告",
        basis=(Basis("政府信息公开条例", "x", "第四十九条"),),
        number="2026Q1-梅田镇-01",
        verdict=Verdict(UPHELD, "经查未公布"),
    )
    doubt = replace(gone, fingerprint=digest("doubt"), number="2026Q1-白桥镇-01", verdict=None)
    standings = (
        UnitYear("华容县梅田镇人民政府", "乡镇", "乡镇", 2025, Standing.MISSING, finding=gone),
        UnitYear("华容县白桥镇人民政府", "乡镇", "乡镇", 2025, Standing.MISSING, finding=doubt),
    )
    here = tuple(
        UnitYear(words.unit_name(judged), judged.report.profile.unit_kind, "", 2025, Standing.REPORTED)
        for judged in audit.reports
        if judged.report.profile.year == 2025
    )
    count = YearCount(2025, len(here) + 2, len(here), 2, 0, checked=True)
    found = Completeness("名册.xlsx", digest("roster"), len(here) + 2, (count,), (*standings, *here))
    return replace(audit, completeness=found, reports=tuple(map(_filed, audit.reports)))


def _filed(judged: Judged) -> Judged:
    """统计局 and the like are not in the county's line."""
    outside = "市场监督" in (judged.report.profile.organisation or "")
    filing = Filing(unit=words.unit_name(judged), authority="垂直管理" if outside else "")
    return replace(judged, report=replace(judged.report, filing=filing))


def poorer(audit: Audit, quarter: str) -> Audit:
    """The same county a quarter before: every second report had two points less, one problem fewer, nothing undecided."""
    reports = []
    for at, judged in enumerate(audit.reports):
        lost = Decimal(2 * (at % 2))
        score = replace(judged.score, points=judged.score.points - lost, low=judged.score.low - lost)
        kept = tuple(f for f in judged.findings if f.outcome is Outcome.BROKEN)[at % 2 :]
        reports.append(replace(judged, score=score, findings=kept))
    return replace(audit, run=replace(audit.run, quarter=quarter), reports=tuple(reports), completeness=None)


def sample() -> Matter:
    """As a run leaves it: many undecided, no county, no roster."""
    return Matter(tally(own_marks(sample_audit())))


def ready() -> Matter:
    """Decided, with a roster, a county that is not the government's office, a quarter before, and everything entered."""
    audit = decided(rostered(own_marks(sample_audit())), (UPHELD, REJECTED, WAIVED))
    audit = replace(audit, county=COUNTY, powers=POWERS)
    source = audit.reports[0].report.source
    issued = IssuedScore("2025Q4", audit.reports[0].score.points + 1, "优秀", 1, dt.date(2026, 1, 8))
    number = next(f.number for judged in audit.reports for f in judged.findings if f.outcome is Outcome.BROKEN)
    audit = replace(audit, issued={source: issued}, mending={number: Progress("未整改", deadline=dt.date(2026, 5, 12))})
    entered = Entered(
        number="华审批〔2026〕7号",
        day=dt.date(2026, 4, 21),
        printed=dt.date(2026, 4, 22),
        note="此件公开发布",
        copies=("县委办公室", "县人大常委会办公室"),
    )
    before = tally(replace(poorer(audit, "2025Q4"), issued={}, mending={}))
    return Matter(tally(audit, before), entered=entered)


def one() -> Matter:
    """One unit alone."""
    audit = decided(own_marks(sample_audit()), (UPHELD,))
    judged = max(audit.reports, key=lambda judged: sum(f.outcome is Outcome.BROKEN for f in judged.findings))
    return Matter(tally(replace(audit, county=COUNTY, reports=(judged,), unread=())))


def county(units: int) -> Matter:
    """A larger county: the sample's reports under many names."""
    return Matter(tally(replace(decided(own_marks(sample_audit(units)), (UPHELD, REJECTED)), county=COUNTY)))


def clean() -> Matter:
    """Nothing found, all of one year: twelve units whose reports are in order."""
    judged = next(one for one in sample_audit().reports if not one.findings)
    reports = []
    for at in range(12):
        profile = replace(judged.report.profile, organisation=f"华容县第{at + 1}镇人民政府")
        report = replace(judged.report, profile=profile, source=f"reports/{at:02d}.html")
        reports.append(replace(judged, report=report, undecided=()))
    return Matter(tally(replace(sample_audit(), reports=tuple(reports), unread=(), county=COUNTY)))


CASES: dict[str, Callable[[], Matter]] = {"as-run": sample, "decided": ready, "one-unit": one, "twelve-clean": clean}
