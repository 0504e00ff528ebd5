"""Earlier years' reports: reports in, for a profile the reports of the same unit of the year before, and of those before that.

Match     the unit of the roster, which knows former names; where there is none the canonical organisation: exact names first,
          then names without places and 人民政府 where one candidate remains. Two units of the roster are never one
Taken over where the roster shows exactly one unit that this one took over and there is no report of its own, that unit's
Several   are named, and none is taken
Merged    why a comparison with last year is no more than a suspicion: the roster shows a merger, a take-over, a new name or
          a new body in the report year or the year before
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from auditor.facts.names import core_name
from auditor.findings import Beside
from auditor.model import Profile, Report
from auditor.roster import Roster, Unit
from auditor.text import squash


@dataclass(frozen=True, slots=True)
class _Names:
    """By what the reports of one unit are found: its name in the roster ("" without), as stated, and its core."""

    unit: str
    exact: str
    core: str

    @classmethod
    def of(cls, organisation: str, unit: str) -> _Names:
        """The names of a unit as its report states it."""
        return cls(unit, squash(organisation), core_name(organisation))


@dataclass
class LastYears:
    """Reports by unit and year: the roster's unit, then exact names, then names without places and 人民政府."""

    reports: Sequence[Report]
    roster: Roster | None = None
    units: dict[tuple[str, int], list[Report]] = field(default_factory=dict)
    exact: dict[tuple[str, int], list[Report]] = field(default_factory=dict)
    core: dict[tuple[str, int], list[Report]] = field(default_factory=dict)
    _years: list[int] = field(default_factory=list)
    _by_name: dict[str, Unit] = field(default_factory=dict)
    _taken_over: dict[str, list[Unit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seen: set[tuple[str, str, int]] = set()
        for report in self.reports:
            name, year = report.profile.organisation, report.profile.year
            # a file may hold the reports of several units
            if name is None or year is None or (report.sha256, name, year) in seen:
                continue
            seen.add((report.sha256, name, year))
            if unit := _unit_of(report):
                self.units.setdefault((unit, year), []).append(report)
            self.exact.setdefault((squash(name), year), []).append(report)
            self.core.setdefault((core_name(name), year), []).append(report)
        self._years = sorted({year for _, _, year in seen}, reverse=True)
        for one in self.roster.units if self.roster is not None else ():
            self._by_name.setdefault(one.name, one)
            if one.successor:
                self._taken_over.setdefault(one.successor, []).append(one)

    def of(self, profile: Profile, unit: str = "") -> Beside:
        """Last year's report and those before of a profile; `unit` is the roster's name where the report is of one.

        Of last year several candidates are named and none is taken; of the years before, a year with several is a gap.
        """
        beside = self.last_of(profile, unit)
        if beside.problem or profile.organisation is None or profile.year is None:
            return beside
        earlier = tuple(self._earlier(_Names.of(profile.organisation, unit), profile.year - 1))
        return replace(beside, earlier=earlier)

    def last_of(self, profile: Profile, unit: str = "") -> Beside:
        """The same without the years before last."""
        if profile.organisation is None or profile.year is None:
            return Beside()
        found = self._of_year(_Names.of(profile.organisation, unit), profile.year - 1)
        if not found:
            found = self._of_the_one_taken_over(unit, profile.year)
        if len(found) > 1:
            names = "、".join(sorted(f"{r.profile.organisation}（{r.source}）" for r in found))
            return Beside(problem=f"有几份报告都可能是该单位的上年报告，不能确定：{names}")
        last = found[0] if found else None
        return Beside(last, merged=self.merged(profile, unit, last) if last is not None else "")

    def _earlier(self, names: _Names, last: int) -> Iterator[Report]:
        """One report of each of the years before last, newest first."""
        for year in self._years:
            found = self._of_year(names, year) if year < last else []
            if len(found) == 1:
                yield found[0]

    def _of_year(self, names: _Names, year: int) -> list[Report]:
        if names.unit and (found := self.units.get((names.unit, year))):
            return found
        named = self.exact.get((names.exact, year)) or self.core.get((names.core, year), [])
        return [report for report in named if not (names.unit and _unit_of(report) not in ("", names.unit))]

    def _of_the_one_taken_over(self, unit: str, year: int) -> list[Report]:
        before = [one for one in self._taken_over.get(unit, ()) if _between(one.ended, year)]
        return self._of_year(_Names.of(before[0].name, before[0].name), year - 1) if len(before) == 1 else []

    def merged(self, profile: Profile, unit: str, last: Report) -> str:
        """What the roster shows between the two years, "" where nothing."""
        known, year = self._by_name.get(unit), profile.year
        if known is None or year is None:
            return ""
        told = [
            f"“{one.name}”{one.ended}起由“{known.name}”承接"
            for one in self._units_gone_into(known)
            if _between(one.ended, year)
        ]
        told += [
            f"该单位原名“{former.text}”，至{former.until}止" for former in known.former if _between(former.until, year)
        ]
        if _between(known.founded, year):
            told.append(f"该单位{known.founded}成立")
        if not told and _named(last, known) != _named_by(profile, known):
            told.append(f"上年报告的单位名称为“{last.profile.organisation}”")
        return f"名册载明：{'；'.join(told)}" if told else ""

    def _units_gone_into(self, unit: Unit) -> Iterator[Unit]:
        """The units that this one took over, those that they took over included."""
        seen, open_ = {unit.name}, [unit.name]
        while open_:
            for one in self._taken_over.get(open_.pop(), ()):
                if one.name not in seen:
                    seen.add(one.name)
                    open_.append(one.name)
                    yield one


def _unit_of(report: Report) -> str:
    return report.filing.unit or "" if report.filing is not None else ""


def _between(day: dt.date | None, year: int) -> bool:
    """Whether something happened in the report year or the year before: the two reports may not speak of the same body."""
    return day is not None and dt.date(year - 1, 1, 1) <= day <= dt.date(year, 12, 31)


def _named(report: Report, unit: Unit) -> str:
    return _named_by(report.profile, unit)


def _named_by(profile: Profile, unit: Unit) -> str:
    """The name that a report bears, its full and short names taken as one."""
    name = squash(profile.organisation or "")
    cores = {core_name(one) for one in (unit.name, *unit.short)}
    return unit.name if core_name(name) in cores else name
