"""Roll-ups over the quarters: what was checked, what became of it, what people decided -> rows by quarter or year, and by rule.

Rows      one for each quarter (or report year) and each word of what is asked by: kind, group or region of the units, rule, dimension
Means     only of reports that could be read whole: `mean`, `median`, `best`, `worst` are of the `full` ones; where a part was
          not read (`partly`) the points are a range, and `mean_low` … `mean_high` are the ends with all of them in; what was
          not read at all or is missing is counted apart and is in no mean
Points    with the verdicts that hold, exact decimals; means and medians to two places
Findings  absorbed ones too; conclusions of patterns repeat their members and are left out, and so are drafts (not by rule)
Fates     in a quarter: what became of findings at that check; in a year: at the last check of each report
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from auditor.model import REJECTED, UPHELD, WAIVED, Judged, Noun, Outcome
from auditor.quarters.comparing import Fated
from auditor.quarters.fates import STANDING, Fate, Names
from auditor.quarters.history import Counted
from auditor.quarters.holding import Holding, Holdings
from auditor.quarters.nouns import Noted, Remembered
from auditor.quarters.streaks import Place

UNKNOWN = "不明"
_Item = TypeVar("_Item")


class By(StrEnum):
    """What rows are made by."""

    ALL = ""
    KIND = "单位类别"
    GROUP = "分组"
    REGION = "地区"
    RULE = "规则"
    DIMENSION = "方面"


class Over(StrEnum):
    """What a row's time is: the quarter of the check, or the report year."""

    QUARTER = "季度"
    YEAR = "年度"


@dataclass(frozen=True, slots=True)
class Absent(Noun):
    """A report that is not there in a quarter: missing by the roster, or a file that could not be read (`unread`).

    A file of which nobody knows whose it is has no unit, and only its `source`.
    """

    quarter: str
    unit: str
    unit_kind: str
    group: str
    region: str
    year: int | None
    unread: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """Everything that roll-ups are made of: records that count, the fate of every finding at every check, what is absent.

    `day` says for each quarter the day for which its verdicts are asked. `decided` are the reports that verdicts touch, drawn
    anew, by place, None where one cannot be: then the points of the run stand for it, and it counts as `unreckoned`.
    `unreported` are the fates of what was said of reports that were not there: in no roll-up of reports.
    """

    records: Sequence[Counted]
    fates: Sequence[tuple[Counted, Fated]]
    absent: Sequence[Absent]
    memory: Remembered
    day: Mapping[str, dt.date]
    decided: Mapping[Place, Judged | None] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    unreported: Sequence[tuple[Counted, Fated]] = ()

    def first_id(self, rule: str) -> str:
        """One id for all names of a rule."""
        return min(self.names.of(rule))


@dataclass(frozen=True, slots=True)
class Rolled(Noun):
    """One row. `title` is the rule's. Points are None where nothing was read whole, or where the row is of a rule or dimension."""

    over: str
    key: str
    title: str
    reports: int
    full: int
    partly: int
    unreckoned: int
    unread: int
    missing: int
    affected: int
    mean: Decimal | None
    median: Decimal | None
    best: Decimal | None
    worst: Decimal | None
    mean_low: Decimal | None
    mean_high: Decimal | None
    rules_mean: Decimal | None
    findings: int
    broken: int
    suspected: int
    upheld: int
    dismissed: int
    waived: int
    undecided: int
    new: int
    persisting: int
    returned: int
    mended: int


def rolled(checks: Checks, by: By = By.ALL, over: Over = Over.QUARTER) -> tuple[Rolled, ...]:
    """The rows in order of time and word; a combination of which nothing is known has no row."""
    return tuple(_Rolling(checks, by, over).rows())


class _Rolling:
    """One roll-up."""

    def __init__(self, checks: Checks, by: By, over: Over) -> None:
        self.checks, self.by, self.over = checks, by, over
        self.records = list(checks.records) if over is Over.QUARTER else _last_checks(checks.records)
        places = {one.place for one in self.records}
        self.fates = [pair for pair in checks.fates if pair[0].place in places and _counts(pair[1].noted)]
        self.words = Words(checks)

    def rows(self) -> Iterator[Rolled]:
        told = (By.RULE, By.DIMENSION)
        reports = _grouped(self.records, self._time, (lambda _: "") if self.by in told else self._whose)
        absent = _grouped(self._absent(), self._time_absent, (lambda _: "") if self.by in told else self._whose_absent)
        fates = _grouped(self.fates, lambda pair: self._time(pair[0]), self._of_finding)
        if self.by not in told:
            for over, key in sorted({*reports, *absent, *fates}):
                yield self._row(
                    over, key, reports.get((over, key), ()), absent.get((over, key), ()), fates.get((over, key), ())
                )
            return
        for over, key in sorted(fates):
            row = self._row(over, key, reports.get((over, ""), ()), absent.get((over, ""), ()), fates[over, key])
            yield replace(
                row, mean=None, median=None, best=None, worst=None, mean_low=None, mean_high=None, rules_mean=None
            )

    # what a row is of

    def _time(self, one: Counted) -> str:
        return one.quarter if self.over is Over.QUARTER else _year(one.record.year)

    def _time_absent(self, one: Absent) -> str:
        return one.quarter if self.over is Over.QUARTER else _year(one.year)

    def _whose(self, one: Counted) -> str:
        record = one.record
        words = {By.KIND: record.unit_kind, By.GROUP: record.group, By.REGION: record.region}
        return words.get(self.by, "") or (UNKNOWN if self.by in words else "")

    def _whose_absent(self, one: Absent) -> str:
        words = {By.KIND: one.unit_kind, By.GROUP: one.group, By.REGION: one.region}
        return words.get(self.by, "") or (UNKNOWN if self.by in words else "")

    def _of_finding(self, pair: tuple[Counted, Fated]) -> str:
        counted, fated = pair
        if self.by is By.RULE:
            return self.checks.first_id(fated.noted.rule)
        return fated.noted.dimension if self.by is By.DIMENSION else self._whose(counted)

    def _absent(self) -> list[Absent]:
        """What is absent; over years only what no quarter had."""
        if self.over is Over.QUARTER:
            return list(self.checks.absent)
        had = {one.report for one in self.records}
        last = {
            (one.unit, one.year) if one.unit else (one.quarter, at): one for at, one in enumerate(self.checks.absent)
        }
        return [one for one in last.values() if (one.unit, one.year) not in had]

    # the row

    def _row(
        self,
        over: str,
        key: str,
        reports: Sequence[Counted],
        absent: Sequence[Absent],
        fates: Sequence[tuple[Counted, Fated]],
    ) -> Rolled:
        scored = [self._points(one) for one in reports]
        full = sorted(points for points, low in scored if low == points)
        standing = [(counted, fated) for counted, fated in fates if fated.fate in STANDING]
        words = Counter(self.words.of(counted, fated.noted) for counted, fated in standing)
        met = Counter(fated.fate for _, fated in fates)
        outcomes = Counter(fated.noted.outcome for _, fated in standing)
        return Rolled(
            over=over,
            key=key,
            title=fates[-1][1].noted.title if self.by is By.RULE and fates else "",
            reports=len(reports),
            full=len(full),
            partly=len(reports) - len(full),
            unreckoned=sum(self.checks.decided.get(one.place, ...) is None for one in reports),
            unread=sum(one.unread for one in absent),
            missing=sum(not one.unread for one in absent),
            affected=len({counted.place for counted, _ in standing}),
            mean=_mean(full),
            median=_median(full),
            best=full[-1] if full else None,
            worst=full[0] if full else None,
            mean_low=_mean([low for _, low in scored]),
            mean_high=_mean([points for points, _ in scored]),
            rules_mean=_mean([one.record.points for one in reports if one.record.low == one.record.points]),
            findings=len(standing),
            broken=outcomes[Outcome.BROKEN],
            suspected=outcomes[Outcome.SUSPECTED],
            upheld=words[UPHELD],
            dismissed=words[REJECTED],
            waived=words[WAIVED],
            undecided=words[""],
            new=met[Fate.NEW],
            persisting=met[Fate.PERSISTING],
            returned=met[Fate.BACK],
            mended=met[Fate.MENDED],
        )

    def _points(self, one: Counted) -> tuple[Decimal, Decimal]:
        """(points, low) with verdicts."""
        anew = self.checks.decided.get(one.place)
        if anew is None:
            return one.record.points, one.record.low
        return anew.score.points, anew.score.low


class Words:
    """The verdicts that hold, quarter by quarter."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._of: dict[str, Holdings] = {}

    def of(self, counted: Counted, noted: Noted) -> str:
        """属实, 不属实, 豁免, or ""."""
        return self.holding(counted, noted).word

    def holding(self, counted: Counted, noted: Noted) -> Holding:
        """What holds of a finding in its quarter."""
        if counted.quarter not in self._of:
            day = self._checks.day[counted.quarter]
            self._of[counted.quarter] = Holdings(self._checks.memory, day, self._checks.first_id)
        return self._of[counted.quarter].of(noted.key, noted.content, noted.rule, noted.facts)


def _counts(noted: Noted) -> bool:
    return not noted.members and not noted.draft


def _last_checks(records: Iterable[Counted]) -> list[Counted]:
    """The last check of each report."""
    return list({one.report: one for one in records}.values())


def _year(year: int | None) -> str:
    return str(year) if year is not None else UNKNOWN


def _grouped(
    items: Iterable[_Item], time: Callable[[_Item], str], word: Callable[[_Item], str]
) -> dict[tuple[str, str], list[_Item]]:
    out: dict[tuple[str, str], list[_Item]] = {}
    for item in items:
        out.setdefault((time(item), word(item)), []).append(item)
    return out


def _mean(values: Sequence[Decimal]) -> Decimal | None:
    return _rounded(sum(values, Decimal(0)) / len(values)) if values else None


def _median(ordered: Sequence[Decimal]) -> Decimal | None:
    if not ordered:
        return None
    middle = len(ordered) // 2
    return _rounded(ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2)


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"))
