"""Comparing: two views of the ledger -> the fate of every finding, how every unit moved, why its score changed.

View      a quarter (the last check of each unit and report year in it) or one run
Carried   what stood before the earlier view and was left open since (not examined, not decided) is judged with it
New       a finding is new unless it stood before, or names only cells (concludes only from findings) that stood before
Places    a view ranks a group of a report year only where it examined at least half of those that either view knows of it: a
          place among the few that sent corrected reports says nothing
Verdicts  what holds of a finding on the day is handed in; a waived one stands, and is counted, as 已豁免
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Protocol

from auditor.model import REJECTED, WAIVED, Noun
from auditor.quarters.fates import (
    NOT_HANDED_IN,
    STANDING,
    Fate,
    Gone,
    Names,
    Reports,
    changed,
    concluded,
    gone,
    says_more,
    unjudged,
)
from auditor.quarters.movement import Split, places_up
from auditor.quarters.nouns import Checked, Key, Noted
from auditor.quarters.ranking import Place as Rank
from auditor.quarters.ranking import Standing, ranked
from auditor.quarters.streaks import Once, Place, Streak, left_open, streak

UnitYear = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class View(Noun):
    """What is known of one quarter, or by one run. `reports` hold those that are missing too, where a finding says so.

    `unread` are files that could not be read, by their names without folders; `absent` what the roster says of reports that are
    due and not there.
    """

    word: str
    quarter: str
    day: dt.date
    reports: Mapping[UnitYear, Checked]
    unread: Mapping[str, str] = field(default_factory=dict)
    absent: Mapping[UnitYear, Fate] = field(default_factory=dict)

    @property
    def read(self) -> Mapping[UnitYear, Checked]:
        """The reports that were read and have points."""
        return {report: record for report, record in self.reports.items() if not record.missing}


class History(Protocol):
    """The checks before the later view."""

    def checks(self, report: UnitYear) -> Sequence[Once]:
        """Those of a report, the latest first."""

    def stood(self, key: Key) -> Collection[Place]:
        """The records that noted a finding."""

    def ever(self, report: UnitYear) -> Mapping[str, Noted]:
        """All findings that were ever noted of a report, by locus, with their rule and cells."""

    def lean(self, place: Place) -> Checked:
        """A record without its findings."""

    def record(self, place: Place) -> Checked:
        """A record with its findings."""


@dataclass(frozen=True, slots=True)
class Known(Noun):
    """What people decided, as it holds for the later view: the word on each standing finding, and deadlines by key."""

    words: Mapping[Key, str] = field(default_factory=dict)
    notes: Mapping[Key, str] = field(default_factory=dict)
    deadlines: Mapping[Key, dt.date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fated(Noun):
    """A finding and its fate. `quarters` in a row it has stood, since `since`; `word` is the verdict that holds, "" without.

    `overdue` is the deadline that has passed; `grown`: it still stands and complains of more than before; `noted` is the finding
    as it was last noted.
    """

    noted: Noted
    fate: Fate
    why: str = ""
    quarters: int = 0
    since: str = ""
    word: str = ""
    overdue: dt.date | None = None
    grown: bool = False

    @property
    def is_new(self) -> bool:
        """Whether it, or something of it, was not there before: new, come back, or there is more of it."""
        return self.fate in (Fate.NEW, Fate.BACK) or self.grown

    @property
    def waived(self) -> bool:
        """Whether a waiver holds of it."""
        return self.word == WAIVED

    @property
    def counts(self) -> bool:
        """Whether it is held against the unit: not waived, not found 不属实."""
        return self.word not in (WAIVED, REJECTED)


@dataclass(frozen=True, slots=True)
class Moved(Noun):
    """One unit in one report year. `points` are with the verdicts of their time; None: not examined in that view.

    `issued` are the points of the earlier quarter as they were issued.
    """

    unit: str
    short: str
    year: int | None
    group: str
    before: Decimal | None
    after: Decimal | None
    split: Split | None
    rank_before: Rank | None
    rank_after: Rank | None
    counts: Mapping[str, int]
    issued: Decimal | None = None
    grade_before: str = ""
    grade_after: str = ""

    @property
    def is_telling(self) -> bool:
        """Whether it was examined in both views, or something is to be said of its findings."""
        both = self.before is not None and self.after is not None
        return both or any(word != Fate.UNSEEN.value for word in self.counts)

    @property
    def up(self) -> int | None:
        """How many places it rose in its group; None where it has no place in one of the rankings."""
        return places_up(self.rank_before, self.rank_after)


@dataclass(frozen=True, slots=True)
class Comparison(Noun):
    """Two views compared: units in order, findings by unit, fate and rule."""

    earlier: str
    later: str
    day: dt.date
    units: tuple[Moved, ...]
    findings: tuple[Fated, ...]


# --- the fates of findings ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparing:
    """What two views are compared with: `judges` names rulebook and program by the entry of a run, `still` are, by report, the
    loci of what the later rulebook finds in the earlier text."""

    earlier: View
    later: View
    names: Names
    reports: Reports
    history: History
    judges: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    still: Mapping[UnitYear, Collection[str]] = field(default_factory=dict)

    def fates(self, only: Collection[str] | None = None) -> tuple[Fated, ...]:
        """The fate of every finding of the units (all of them without `only`)."""
        listed = {**self.earlier.reports, **self.later.reports}
        out: list[Fated] = []
        for unit, year in sorted(listed, key=lambda pair: (pair[0], pair[1] or 0)):
            if only is None or unit in only:
                out += self._of_report((unit, year))
        return tuple(out)

    def _of_report(self, report: UnitYear) -> Iterator[Fated]:
        before, now = self.earlier.reports.get(report), self.later.reports.get(report)
        if now is None:
            if before is not None:
                absent = self._absent(report, before)
                yield from (Fated(noted, absent.fate, absent.why) for noted in before.findings)
            return
        ends = self._ends(report, before, now)
        yield from self._standing(report, before, now, ends)
        for noted, end in ends.values():
            yield Fated(noted, end.fate, end.why)

    def _absent(self, report: UnitYear, before: Checked) -> Gone:
        """What became of the findings of a report that is not in the later view."""
        reason = self.later.unread.get(file_of(before.source))
        if reason is not None:
            return Gone(Fate.UNREAD, reason)
        known = self.later.absent.get(report)
        if known is Fate.UNREAD:
            return Gone(Fate.UNREAD, "报告无法读取")
        return Gone(Fate.UNSEEN, NOT_HANDED_IN if known is not None and not before.missing else "")

    def _ends(self, report: UnitYear, before: Checked | None, now: Checked) -> dict[str, tuple[Noted, Gone]]:
        """What became of everything that stood (or was left open) and does not stand now, by locus."""
        standing = {noted.key.locus for noted in now.findings}
        former = [(noted, before) for noted in before.findings] if before is not None else []
        seen = {noted.key.locus for noted, _ in former}
        carried = list(self._carried(report, {*seen, *standing}))
        lost = [(noted, record) for noted, record in (*former, *carried) if noted.key.locus not in standing]
        ends: dict[str, tuple[Noted, Gone]] = {}
        for noted, record in lost:
            if not noted.members:
                end = self._gone(report, noted, record, now)
                if end.fate is not Fate.OFF or noted.key.locus in seen:
                    ends[noted.key.locus] = (noted, end)
        fates: dict[str, Gone | None] = {locus: end for locus, (_, end) in ends.items()}
        for noted, record in lost:
            if noted.members:
                ends[noted.key.locus] = (noted, concluded(noted, record, now, fates))
        return ends

    def _carried(self, report: UnitYear, known: Collection[str]) -> Iterator[tuple[Noted, Checked]]:
        """Findings that stood before the earlier view and of which nothing was decided up to it."""
        checks = self._up_to_earlier(report)
        for locus, noted in self.history.ever(report).items():
            if locus in known or noted.members:
                continue
            place = left_open(checks, self.history.stood(Key(*report, locus)), partial(self._is_open, noted))
            if place is not None:
                record = self.history.record(place)
                yield _find(record, locus), record

    def _is_open(self, noted: Noted, later: Place) -> bool:
        return unjudged(noted, self.history.lean(later), self.names) is not None

    def _up_to_earlier(self, report: UnitYear) -> Sequence[Once]:
        checks = self.history.checks(report)
        return checks[self._earlier_at(checks) :]

    def _earlier_at(self, checks: Sequence[Once]) -> int:
        """The place among the checks of the earlier view, or of what was before it."""
        mark = (self.earlier.quarter, self.earlier.word)
        for at, once in enumerate(checks):
            if once.quarter <= mark[0] or once.quarter == mark[1]:
                return at
        return len(checks)

    def _gone(self, report: UnitYear, noted: Noted, before: Checked, now: Checked) -> Gone:
        differ = self.judges.get(before.run) != self.judges.get(now.run)
        here = self.earlier.reports.get(report)
        still = self.still.get(report) if here is not None and here.run == before.run else None
        return gone(noted, before, now, self.names, self.reports, books_differ=differ, still=still)

    def _judged(self, locus: str, before: Place, now: Place) -> Gone:
        """The same between two records of the past, as the records tell it."""
        one, other = self.history.record(before), self.history.record(now)
        noted = _find(one, locus)
        if noted.members:
            fates: dict[str, Gone | None] = {
                member.key.locus: None
                if any(member.key.locus == f.key.locus for f in other.findings)
                else gone(member, one, other, self.names, self.reports, books_differ=False)
                for member in one.findings
                if member.fingerprint in noted.members
            }
            return concluded(noted, one, other, fates)
        return gone(noted, one, other, self.names, self.reports, books_differ=False)

    # what stands

    def _standing(
        self, report: UnitYear, before: Checked | None, now: Checked, ends: Mapping[str, tuple[Noted, Gone]]
    ) -> list[Fated]:
        checks = self.history.checks(report)
        earlier_at = self._earlier_at(checks)
        out: dict[str, Fated] = {}
        for noted in sorted(now.findings, key=lambda f: bool(f.members)):
            row = streak(
                self.later.quarter,
                checks,
                self.history.stood(noted.key),
                partial(self._judged, noted.key.locus),
            )
            out[noted.key.locus] = self._fate(noted, row, checks, earlier_at, ends, before, now, out)
        return [out[noted.key.locus] for noted in now.findings]

    def _fate(
        self,
        noted: Noted,
        row: Streak,
        checks: Sequence[Once],
        earlier_at: int,
        ends: Mapping[str, tuple[Noted, Gone]],
        before: Checked | None,
        now: Checked,
        others: Mapping[str, Fated],
    ) -> Fated:
        was = next((f for f in before.findings if f.key.locus == noted.key.locus), None) if before is not None else None
        mended = row.mended
        if (row.first is not None and row.first >= earlier_at) or (was is not None and mended is None):
            words, grown = "", False
            if was is not None and before is not None:
                words, grown = changed((before, was), (now, noted), self.reports)
            again = f"曾在 {checks[mended].quarter} 改正" if mended is not None else ""
            quarters = max(row.quarters, 2) if was is not None else row.quarters
            why = "；".join(filter(None, (again, words)))
            return Fated(noted, Fate.PERSISTING, why, quarters, row.since, grown=grown)
        if mended is not None:
            return Fated(noted, Fate.BACK, f"{checks[mended].quarter} 已改正，再次出现", row.quarters, row.since)
        if noted.members and not self._concludes_new(noted, now, others):
            return Fated(noted, Fate.PERSISTING, "由已有问题归并", row.quarters, row.since)
        sources = [(old, end) for old, end in ends.values() if any(noted.key == to.key for to in end.into)]
        if sources:
            return self._from(noted, sources, row, others)
        return Fated(noted, Fate.NEW, self._why_new(noted, before, now), row.quarters, row.since)

    def _from(
        self, noted: Noted, sources: Sequence[tuple[Noted, Gone]], row: Streak, others: Mapping[str, Fated]
    ) -> Fated:
        """A finding that names cells of former ones: it is new only where it names further cells."""
        numbers = "、".join(old.number for old, _ in sources if old.number)
        if not says_more(noted, [old for old, _ in sources]):
            return Fated(
                noted, Fate.PERSISTING, f"由 {numbers} 改列" if numbers else "改列", row.quarters + 1, row.since
            )
        return Fated(noted, Fate.NEW, f"其中一部分原在 {numbers} 中" if numbers else "", row.quarters, row.since)

    @staticmethod
    def _concludes_new(noted: Noted, now: Checked, others: Mapping[str, Fated]) -> bool:
        """Whether a conclusion rests on a finding that is new or came back."""
        members = [one.key.locus for one in now.findings if one.fingerprint in noted.members]
        return any(locus not in others or others[locus].fate is not Fate.PERSISTING for locus in members)

    def _why_new(self, noted: Noted, before: Checked | None, now: Checked) -> str:
        if before is None or before.missing:
            checks = self.history.checks((now.unit, now.year))
            return "" if any(not self.history.lean(once.place).missing for once in checks) else "首次检查"
        if now.missing:
            return ""
        if noted.members or noted.manual:
            return ""
        if not any(rule in before.outcomes for rule in self.names.of(noted.rule)):
            return "规则新增"
        return "报告文件没有改动，因规则、比对材料或程序变化而发现" if before.document == now.document else ""


def _find(record: Checked, locus: str) -> Noted:
    return next(noted for noted in record.findings if noted.key.locus == locus)


def file_of(source: str) -> str:
    """A report's file name, without folders and without the number of its part (x.html#2)."""
    name = source.replace("\\", "/").rsplit("/", 1)[-1]
    stem, mark, part = name.rpartition("#")
    return stem if mark and part.isdigit() else name


# --- units ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Points(Noun):
    """The points and the grade of a report with verdicts; `low` is less where the points are a range."""

    points: Decimal
    low: Decimal
    grade: str


@dataclass(frozen=True, slots=True)
class Scores(Noun):
    """The points of every report in the two views with the verdicts of their time, why they changed, and what was issued."""

    before: Mapping[UnitYear, Points]
    after: Mapping[UnitYear, Points]
    splits: Mapping[UnitYear, Split] = field(default_factory=dict)
    issued: Mapping[UnitYear, Decimal] = field(default_factory=dict)


def told(findings: Iterable[Fated], known: Known) -> tuple[Fated, ...]:
    """The fates with what people decided: the word that holds, what became of an earlier one, the deadline that has passed."""
    out = []
    for one in findings:
        key = one.noted.key
        standing = one.fate in STANDING
        word = known.words.get(key, "") if standing else ""
        why = "；".join(filter(None, (one.why, known.notes.get(key, "") if standing else "")))
        late = known.deadlines.get(key) if standing and word not in (WAIVED, REJECTED) else None
        out.append(replace(one, word=word, why=why, overdue=late))
    return tuple(out)


def compared(
    earlier: View, later: View, findings: Sequence[Fated], scores: Scores, only: Collection[str] | None = None
) -> Comparison:
    """The comparison: units by group and name, findings by unit, fate and rule."""
    by_report: dict[UnitYear, list[Fated]] = {}
    for one in findings:
        by_report.setdefault((one.noted.key.unit, one.noted.key.year), []).append(one)
    known = Counter(_cohort(record) for record in {**earlier.read, **later.read}.values())
    places = [_places(view, points, known) for view, points in ((earlier, scores.before), (later, scores.after))]
    units = []
    for report in {**earlier.reports, **later.reports}:
        if only is None or report[0] in only:
            units.append(_moved(report, earlier, later, scores, places, by_report.get(report, ())))
    units.sort(key=lambda one: (-(one.year or 0), one.group, one.unit))
    order = {(one.unit, one.year): at for at, one in enumerate(units)}
    ranked_findings = sorted(
        findings,
        key=lambda f: (
            order.get((f.noted.key.unit, f.noted.key.year), 0),
            list(Fate).index(f.fate),
            f.noted.rule,
            f.noted.facts,
            f.noted.key.locus,
        ),
    )
    return Comparison(earlier.word, later.word, later.day, tuple(units), tuple(ranked_findings))


def _cohort(record: Checked) -> tuple[int | None, str]:
    return record.year, record.group


def _places(
    view: View, points: Mapping[UnitYear, Points], known: Mapping[tuple[int | None, str], int]
) -> dict[UnitYear, Rank]:
    """The places in the groups of which enough was examined; `known` are their sizes."""
    examined = Counter(map(_cohort, view.read.values()))
    return ranked(
        Standing(record.unit, record.year, record.group, points[report].points, points[report].low)
        for report, record in view.read.items()
        if 2 * examined[_cohort(record)] >= known[_cohort(record)]
    )


def _moved(
    report: UnitYear,
    earlier: View,
    later: View,
    scores: Scores,
    places: Sequence[Mapping[UnitYear, Rank]],
    findings: Sequence[Fated],
) -> Moved:
    record = later.reports.get(report) or earlier.reports[report]
    before, after = scores.before.get(report), scores.after.get(report)
    return Moved(
        unit=record.unit,
        short=record.short,
        year=record.year,
        group=record.group,
        before=before.points if before else None,
        after=after.points if after else None,
        split=scores.splits.get(report),
        rank_before=places[0].get(report),
        rank_after=places[1].get(report),
        counts=counts(findings),
        issued=scores.issued.get(report),
        grade_before=before.grade if before else "",
        grade_after=after.grade if after else "",
    )


WAIVED_WORD, OVERDUE, DISMISSED = "已豁免", "逾期", "不属实"


def counts(findings: Iterable[Fated]) -> dict[str, int]:
    """How many findings met each fate. What is waived or found 不属实 is counted apart, drafts and conclusions not at all;
    what is overdue is counted with its fate and once more."""
    found: Counter[str] = Counter()
    for one in findings:
        if one.noted.draft or one.noted.members:
            continue
        if one.word in (WAIVED, REJECTED):
            found[WAIVED_WORD if one.waived else DISMISSED] += 1
            continue
        found[one.fate.value] += 1
        if one.overdue is not None:
            found[OVERDUE] += 1
    return dict(found)
