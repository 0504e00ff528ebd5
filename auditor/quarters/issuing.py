"""Issuing (印发): a decided audit, what people entered, a day -> the scores of a quarter to be frozen, or what stands against it. Pure.

In        for a 更正 the audit of the documents that were issued, with the verdicts of today: what a unit mended since is no 更正
Frozen    points, grade and place of every report, as the circular prints them; a quarter is issued once. What was issued wrongly is put right by a 更正 with
          a number of its own: the places of the others move with it and are part of the 更正
Refuses   while something is undecided, a 核实期 runs (or never began) or an 异议 waits; a person may issue all the same, and
          says why
Stands    with 返还 the later score is the quarter's standing one, once the mended report was read again; with 不返还 the
          frozen one is, and only a 更正 changes it. Both are shown
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from auditor.model import UPHELD, Audit, Calendar, Finding, Judged, MendingTerms, Noun, Outcome
from auditor.quarters.letters import is_told, is_undecided
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Issued, Key, Remembered
from auditor.quarters.ranking import Standing, ranked
from auditor.quarters.verifying import may_name

UnitYear = tuple[str, int | None]
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Act(Noun):
    """Who issues which quarter on which paper on which day; `run` is the last entry of its runs."""

    quarter: str
    paper: str
    on: dt.date
    by: str
    run: int | None = None
    correction: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Beside(Noun):
    """One report's issued score beside the present one. `now` None: the quarter's runs no longer hold it.

    `corrected` is the number of the 更正, "" without; `stands` are the points that count for the quarter.
    """

    unit: str
    year: int | None
    issued: Decimal
    grade: str
    rank: int | None
    on: dt.date
    now: Decimal | None
    grade_now: str
    rank_now: int | None
    stands: Decimal
    corrected: str = ""


def scores(audit: Audit, memory: Remembered, act: Act) -> tuple[Issued, ...]:
    """The score of every report as it is now."""
    reports = [(_report(judged, memory), judged) for judged in audit.reports]
    places = ranked(_standing(report, judged) for report, judged in reports)
    out = []
    for report, judged in sorted(reports, key=lambda pair: (pair[0][0], pair[0][1] or 0)):
        place = places.get(report)
        rank = place.rank if place is not None else None
        points, grade = judged.score.points, judged.score.grade
        out.append(
            Issued(
                0,
                act.quarter,
                *report,
                points,
                grade,
                rank,
                act.on,
                act.paper,
                act.run,
                act.by,
                act.correction,
                act.why,
            )
        )
    return tuple(out)


def _report(judged: Judged, memory: Remembered) -> UnitYear:
    return memory.unit(unit_of(judged.report)), judged.report.profile.year


def _standing(report: UnitYear, judged: Judged) -> Standing:
    filing = judged.report.filing
    group = (filing.group if filing is not None else "") or judged.report.profile.unit_kind
    return Standing(*report, group, judged.score.points, judged.score.points)


def hindrances(
    audit: Audit, memory: Remembered, terms: MendingTerms, calendar: Calendar, day: dt.date
) -> tuple[str, ...]:
    """What stands against issuing on that day, a line each."""
    out = []
    undecided = [(key, f) for key, f in _findings(audit, memory) if is_undecided(f)]
    if undecided:
        out.append(f"还有 {len(undecided)} 个问题没有认定：{_listed([f.number for _, f in undecided])}")
    named = [(key, f.number) for key, f in _findings(audit, memory) if is_told(f) and _counts(f)]
    for naming in may_name(named, memory, terms, calendar, day):
        out += [f"{naming.unit}：{words}" for words in naming.hindrances]
    return tuple(out)


def _counts(finding: Finding) -> bool:
    word = finding.verdict.word if finding.verdict is not None else ""
    return finding.outcome is Outcome.BROKEN or word == UPHELD


def _findings(audit: Audit, memory: Remembered) -> Iterator[tuple[Key, Finding]]:
    for judged in audit.reports:
        unit, year = _report(judged, memory)
        for finding in judged.findings:
            yield Key(unit, year, finding.locus), finding
    for one, said in audit.unreported:
        yield Key(memory.unit(one.unit), one.year, said.locus), said


def _listed(numbers: Sequence[str]) -> str:
    return "、".join(numbers[:_NAMED]) + (f"等 {len(numbers)} 个" if len(numbers) > _NAMED else "")


# --- what was issued -----------------------------------------------------------------------------------


def in_force(memory: Remembered, quarter: str) -> dict[UnitYear, Issued]:
    """What stands as issued for a quarter: the last word on each report, 更正 included."""
    return {(one.unit, one.year): one for one in memory.issued if one.quarter == quarter}


def is_issued(memory: Remembered, quarter: str) -> bool:
    """Whether the quarter was issued."""
    return any(one.quarter == quarter for one in memory.issued)


def corrected(audit: Audit, memory: Remembered, act: Act, units: Collection[str]) -> tuple[Issued, ...]:
    """The rows of a 更正: the units' scores as they are now, and the places of all that move with them.

    Of the other reports the issued points stay, whatever was read since. Empty where nothing would change.
    """
    issued = in_force(memory, act.quarter)
    now = {(one.unit, one.year): one for one in scores(audit, memory, act)}
    groups = {_report(j, memory): _standing(_report(j, memory), j) for j in audit.reports}
    points: dict[UnitYear, Issued] = {
        report: now[report] if report[0] in units and report in now else one for report, one in issued.items()
    }
    points |= {report: one for report, one in now.items() if report[0] in units}
    ranks = _ranks(points, groups)
    out = []
    for report, one in sorted(points.items(), key=lambda pair: (pair[0][0], pair[0][1] or 0)):
        row = Issued(
            0, act.quarter, *report, one.points, one.grade, ranks[report], act.on, act.paper, act.run, act.by,
            act.correction, act.why if report[0] in units else "名次随之变动",
        )  # fmt: skip
        before = issued.get(report)
        if before is None or (before.points, before.grade, before.rank) != (row.points, row.grade, row.rank):
            out.append(row)
    return tuple(out)


def _ranks(points: Mapping[UnitYear, Issued], groups: Mapping[UnitYear, Standing]) -> dict[UnitYear, int | None]:
    """Places upon the corrected points; a report that is no longer in the runs keeps its own."""
    places = ranked(
        replace(groups[report], points=one.points, low=one.points) for report, one in points.items() if report in groups
    )
    return {report: places[report].rank if report in places else one.rank for report, one in points.items()}


def beside(audit: Audit, memory: Remembered, quarter: str, terms: MendingTerms) -> tuple[Beside, ...]:
    """Every report that was issued for the quarter, with its present score and the one that stands."""
    now = {(one.unit, one.year): one for one in scores(audit, memory, Act(quarter, "", dt.date.min, ""))}
    out = []
    for (unit, year), one in sorted(in_force(memory, quarter).items(), key=lambda pair: (pair[0][0], pair[0][1] or 0)):
        later = now.get((unit, year))
        stands = later.points if later is not None and terms.points_back else one.points
        out.append(
            Beside(
                unit,
                year,
                one.points,
                one.grade,
                one.rank,
                one.on,
                later.points if later is not None else None,
                later.grade if later is not None else "",
                later.rank if later is not None else None,
                stands,
                one.correction,
            )
        )
    return tuple(out)
