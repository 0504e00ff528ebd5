"""The roster, the reports that were judged and the files that could not be read in; who reported and who did not out.

Year      a unit is due for a year (`Unit.is_due`); its report of that year is 已报, an unreadable file that can only be
          its report is 无法读取, else it is 未报
Answers   where a unit was merged, its successor answers for what is missing
Checked   the missing units of a year are taken up one by one where at least half of the due ones reported, or where the
          year was asked for: in a folder with three of forty reports nobody else is accused
No roster 应报 and 未报 are not known, and are never guessed from the files
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.model import Completeness, Doubt, Report, Standing, UnitYear, Unread, YearCount
from auditor.roster.matching import Match, Matcher, year_of_path
from auditor.roster.unit import Roster, Unit

_NOTHING: Mapping[str, tuple[Match, int | None]] = {}


@dataclass(slots=True)
class _Board:
    """What was found of each unit and year."""

    reported: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    unread: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    beyond: dict[int | None, list[Doubt]] = field(default_factory=dict)
    lost: dict[int | None, int] = field(default_factory=dict)


def completeness(
    matcher: Matcher | None,
    reports: Sequence[tuple[Report, Match]],
    unread: Sequence[Unread],
    doubts: Sequence[Doubt] = (),
    asked: Collection[int] = (),
    known: Mapping[str, tuple[Match, int | None]] = _NOTHING,
) -> Completeness:
    """The whole; `asked` are the years that the inspector wants checked whatever was handed in.

    `known`: of files among `unread` that were read so far as to tell whose report of which year they are (by source).
    """
    told = [*doubts, *(Doubt(r.source, words) for r, match in reports for words in match.doubts)]
    told += [Doubt(r.source, words) for r, _ in reports if (words := _of_another_year(r))]
    told.sort(key=lambda d: (d.source, d.words))
    years = {r.profile.year for r, _ in reports if r.profile.year is not None}
    if matcher is None:
        return Completeness(None, None, 0, _counted(reports, unread, known), doubts=tuple(told))
    roster = matcher.roster
    board = _Board()
    _post_reports(board, roster, reports)
    _post_unread(board, matcher, unread, known, years)
    every = sorted({*years, *asked, *(y for _, y in board.unread), *(y for y in board.lost if y is not None)})
    standings = [s for year in every for s in _of_year(board, roster, year)]
    counts = [_count(board, standings, year, year in asked) for year in every]
    if None in board.beyond or None in board.lost:
        counts.append(YearCount(None, None, 0, None, board.lost.get(None, 0), len(board.beyond.get(None, ()))))
    beyond = sorted((d for ds in board.beyond.values() for d in ds), key=lambda d: d.source)
    return Completeness(
        roster.source, roster.sha256, len(roster.units), tuple(counts), tuple(standings), tuple(beyond), tuple(told)
    )


def _of_another_year(report: Report) -> str:
    """The doubt about a file whose name gives one year and whose text another."""
    year = report.profile.year
    named = [m.year for m in report.profile.years if m.role == "文件名"]
    stated = [m.year for m in report.profile.years if m.role != "文件名"]
    if not named or year is None or year not in stated or named[0] == year:
        return ""
    return f"文件名写的是{named[0]}年，报告写的是{year}年度，按报告认定，请核实"


def _counted(
    reports: Sequence[tuple[Report, Match]], unread: Sequence[Unread], known: Mapping[str, tuple[Match, int | None]]
) -> tuple[YearCount, ...]:
    """Without a roster: how many reports and unreadable files there are of each year."""
    had: dict[int | None, int] = {}
    lost: dict[int | None, int] = {}
    for report, _ in reports:
        had[report.profile.year] = had.get(report.profile.year, 0) + 1
    for one in unread:
        year = known[one.source][1] if one.source in known else year_of_path(one.source)
        lost[year] = lost.get(year, 0) + 1
    years = sorted({*had, *lost}, key=lambda y: (y is None, y or 0))
    return tuple(YearCount(y, None, had.get(y, 0), None, lost.get(y, 0)) for y in years)


def _post_reports(board: _Board, roster: Roster, reports: Sequence[tuple[Report, Match]]) -> None:
    for report, match in reports:
        year = report.profile.year
        if match.unit is None or year is None:
            name = report.profile.organisation or "单位不明"
            why = f"“{name}”不在名册中" if match.unit is None else f"“{match.unit.name}”的报告年度不明"
            board.beyond.setdefault(year, []).append(Doubt(report.source, why))
            continue
        unit = roster.answering(match.unit) if match.unit.is_over(year) else match.unit
        if unit.is_due(year):
            board.reported.setdefault((unit.name, year), []).append(report.source)
        else:
            why = f"“{unit.name}”{year}年度不在应报之列"
            board.beyond.setdefault(year, []).append(Doubt(report.source, why))


def _post_unread(
    board: _Board,
    matcher: Matcher,
    unread: Sequence[Unread],
    known: Mapping[str, tuple[Match, int | None]],
    years: Collection[int],
) -> None:
    for one in unread:
        match, year = known.get(one.source, (None, None))
        year = year or year_of_path(one.source) or (next(iter(years)) if len(years) == 1 else None)
        if match is None or match.unit is None:
            match = matcher.of_file(one.source, year)
        if match.unit is not None and year is not None and match.unit.is_due(year):
            board.unread.setdefault((match.unit.name, year), []).append(one.source)
        else:
            board.lost[year] = board.lost.get(year, 0) + 1


def _of_year(board: _Board, roster: Roster, year: int) -> list[UnitYear]:
    out = []
    for unit in roster.units:
        if not unit.is_due(year):
            continue
        key = (unit.name, year)
        standing = (
            Standing.REPORTED if key in board.reported else Standing.UNREAD if key in board.unread else Standing.MISSING
        )
        sources = board.reported.get(key, []) or board.unread.get(key, [])
        heir = roster.answering(unit)
        out.append(
            UnitYear(
                unit.name,
                unit.kind,
                unit.group,
                year,
                standing,
                tuple(sorted(sources)),
                heir.name if heir is not unit else "",
                heir.contact or unit.contact,
                authority=heir.authority,
            )
        )
    return out


def _count(board: _Board, standings: Sequence[UnitYear], year: int, asked: bool) -> YearCount:
    of_year = [s for s in standings if s.year == year]
    number: Mapping[Standing, int] = {k: sum(s.standing is k for s in of_year) for k in Standing}
    due = len(of_year)
    # an unreadable file beside a report that could be read is nobody's missing report, but it is unread all the same
    extra = sum(len(f) for (unit, y), f in board.unread.items() if y == year and (unit, y) in board.reported)
    lost = board.lost.get(year, 0) + extra
    had = number[Standing.REPORTED] + number[Standing.UNREAD]
    return YearCount(
        year,
        due or None,
        number[Standing.REPORTED],
        number[Standing.MISSING] if due else None,
        number[Standing.UNREAD] + lost,
        len(board.beyond.get(year, ())),
        bool(due) and (asked or had * 2 >= due),
    )


def is_stated_unpublished(unit: Unit, year: int) -> bool:
    """Whether the roster itself says that the unit published no report of that year (未公布)."""
    return year in unit.published and unit.published[year] is None
