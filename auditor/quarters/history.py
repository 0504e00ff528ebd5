"""History: everything that is known of one unit over the quarters -> its scores, and the course of every finding.

In        the records of the unit, one a quarter and report year; what people entered; the day for which verdicts are asked
Course    a finding's fates from check to check of the same report year, as `comparing` tells them of two quarters
Words     the verdict of a quarter is the one on the content that the finding had there, as of the day of that quarter
Manual    what a person found by eye stands in the records of its quarter and the later ones, until it is closed
Names     a unit is found by any of its names: full, former, short, the name without places, or a part that only one unit has
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.model import Judged, Noun, Outcome
from auditor.quarters.comparing import Comparing, Fated, UnitYear, View
from auditor.quarters.fates import STANDING, Fate, Names, Reports
from auditor.quarters.holding import Holding, Holdings
from auditor.quarters.mending import Mending
from auditor.quarters.nouns import (
    Checked,
    Decision,
    Issued,
    Key,
    Letter,
    LetterItem,
    Manual,
    Noted,
    OldFinding,
    Remembered,
    Reply,
    Ruling,
    RunCard,
    Waiver,
)
from auditor.quarters.ranking import Place as Rank
from auditor.quarters.streaks import Once, Place


@dataclass(frozen=True, slots=True)
class Counted(Noun):
    """The record of a report that counts in a quarter, and the run that made it."""

    quarter: str
    card: RunCard
    record: Checked

    @property
    def place(self) -> Place:
        """Where it stands in the ledger."""
        return self.record.run, self.record.at

    @property
    def report(self) -> UnitYear:
        """Whose report of which year it is."""
        return self.record.unit, self.record.year


def counting(found: Iterable[Counted]) -> tuple[Counted, ...]:
    """Of several records of a report in one quarter the last; by quarter, then unit and year."""
    ordered = sorted(found, key=lambda one: not one.record.missing)  # what was read in the quarter is not missing
    last = {(one.quarter, *one.report): one for one in ordered}
    return tuple(sorted(last.values(), key=lambda one: (one.quarter, one.record.unit, one.record.year or 0)))


# --- whose history ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Called(Noun):
    """How a unit is called: its full name now, and every other name it has or had."""

    unit: str
    names: tuple[str, ...] = ()


def meant(word: str, units: Iterable[Called]) -> tuple[str, ...]:
    """The units that a word may mean, in order: those of exactly that name, else those of whose names it is a part."""
    every = list(units)
    exact = {one.unit for one in every if word == one.unit or word in one.names}
    if exact:
        return tuple(sorted(exact))
    return tuple(sorted({one.unit for one in every for name in (one.unit, *one.names) if word in name}))


# --- its quarters and findings ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quarter(Noun):
    """One report of the unit in one quarter; `unclear` counts rules that could not be decided. `rank` is by the bare points in its group, None where these are a range.

    `decided` is the report with verdicts, None where they change nothing; `unreckoned` where they would, but the score cannot be
    drawn anew (the rulebook of the run was not kept). `issued` is what was sent out.
    """

    counted: Counted
    broken: int
    suspected: int
    unclear: int
    rank: Rank | None = None
    decided: Judged | None = None
    unreckoned: bool = False
    issued: Issued | None = None


@dataclass(frozen=True, slots=True)
class Turn(Noun):
    """What became of a finding in one quarter, and the verdict on what it said there."""

    quarter: str
    fate: Fate
    why: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Sent(Noun):
    """A letter that named a finding, and what it said of it."""

    letter: Letter
    item: LetterItem


@dataclass(frozen=True, slots=True)
class Trail(Noun):
    """One finding over the quarters. `noted` is as it was noted last; `first`, `last` are the quarters of its first and last
    sight, `stood` how many in a row it stood up to `last`; `fate` is what became of it at the last check.

    `decisions` are all words on it, the oldest first; `holding` is what holds of its last content on the day asked; `mending`
    how its mending stands then, None where it was in no letter.
    """

    noted: Noted
    first: str
    last: str
    stood: int
    course: tuple[Turn, ...]
    holding: Holding
    decisions: tuple[Decision, ...] = ()
    letters: tuple[Sent, ...] = ()
    replies: tuple[Reply, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    mending: Mending | None = None
    remark: str = ""

    @property
    def fate(self) -> Fate:
        """What became of it at the last check."""
        return self.course[-1].fate

    @property
    def stands(self) -> bool:
        """Whether it stood at the last check."""
        return self.fate in STANDING


@dataclass(frozen=True, slots=True)
class UnitHistory(Noun):
    """Everything of one unit. `former` are the names it had, the latest first; quarters and findings in order of time."""

    unit: str
    short: str
    former: tuple[str, ...]
    unit_kind: str
    group: str
    region: str
    quarters: tuple[Quarter, ...]
    findings: tuple[Trail, ...]
    manual: tuple[Manual, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    letters: tuple[Letter, ...] = ()
    issued: tuple[Issued, ...] = ()
    old: tuple[OldFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a history is made of beside its records: who judges what is gone, everything that people entered, the day asked for.

    `days` are those for which the verdicts of each quarter are asked; `spoken` are all verdicts ever entered (`memory` has the
    last ones). `ranks` and `decided` are by place; a report that verdicts touch and that cannot be scored anew has None.
    """

    names: Names
    reports: Reports
    memory: Remembered
    day: dt.date
    days: Mapping[str, dt.date]
    spoken: Sequence[Decision] = ()
    ranks: Mapping[Place, Rank] = field(default_factory=dict)
    decided: Mapping[Place, Judged | None] = field(default_factory=dict)
    mendings: Mapping[Key, Mending] = field(default_factory=dict)

    def first_id(self, rule: str) -> str:
        """One id for all names of a rule."""
        return min(self.names.of(rule))

    def holdings(self, day: dt.date) -> Holdings:
        """What holds on a day."""
        return Holdings(self.memory, day, self.first_id)


def history(called: Called, records: Sequence[Counted], told: Told) -> UnitHistory:
    """Everything of the unit; `records` are those that count, one a quarter and report year, of missing reports too."""
    memory, unit = told.memory, called.unit
    ordered = counting(records)
    newest = next((one.record for one in reversed(ordered) if not one.record.missing), None)
    newest = newest or (ordered[-1].record if ordered else None)
    issued = tuple(one for one in memory.issued if one.unit == unit)
    return UnitHistory(
        unit=unit,
        short=newest.short if newest else "",
        former=tuple(name for name in called.names if name in memory.names),
        unit_kind=newest.unit_kind if newest else "",
        group=newest.group if newest else "",
        region=newest.region if newest else "",
        quarters=tuple(_quarter(one, issued, told) for one in ordered if not one.record.missing),
        findings=_trails(ordered, told),
        manual=tuple(one for one in memory.manual if one.unit == unit),
        waivers=tuple(one for one in memory.waivers if one.unit in ("", unit)),
        letters=tuple(one for one in memory.letters if one.unit == unit),
        issued=issued,
        old=tuple(one for one in memory.old if one.unit == unit),
    )


def _quarter(counted: Counted, issued: Sequence[Issued], told: Told) -> Quarter:
    record = counted.record
    plain = [one for one in record.findings if not one.members and not one.draft]
    sent = [one for one in issued if (one.quarter, one.year) == (counted.quarter, record.year)]
    return Quarter(
        counted,
        broken=sum(one.outcome is Outcome.BROKEN for one in plain),
        suspected=sum(one.outcome is Outcome.SUSPECTED for one in plain),
        unclear=len({rule for rule, _ in record.unclear}),
        rank=told.ranks.get(counted.place),
        decided=told.decided.get(counted.place),
        unreckoned=told.decided.get(counted.place, ...) is None,
        issued=sent[-1] if sent else None,
    )


# --- the course of its findings -----------------------------------------------------------------------------


def courses(records: Sequence[Counted], names: Names, reports: Reports) -> tuple[tuple[Counted, Fated], ...]:
    """What became of every finding at every check, each against the check before it; `records` are of one unit or of many."""
    checks = _Checks(records)
    out: list[tuple[Counted, Fated]] = []
    for counted in counting(records):
        before = checks.before(counted)
        earlier, later = _view(before[-1] if before else None), _view(counted)
        comparing = Comparing(earlier, later, names, reports, _Earlier(counted.report, before), checks.judges)
        out += [(counted, fated) for fated in comparing.fates()]
    return tuple(out)


def _view(counted: Counted | None) -> View:
    if counted is None:
        return View("", "", dt.date.min, {})
    return View(counted.quarter, counted.quarter, counted.card.started.date(), {counted.report: counted.record})


class _Checks:
    """The records by report, in order of time."""

    def __init__(self, records: Sequence[Counted]) -> None:
        self._of: dict[UnitYear, list[Counted]] = {}
        self._at: dict[Place, int] = {}
        for one in counting(records):
            listed = self._of.setdefault(one.report, [])
            self._at[one.place] = len(listed)
            listed.append(one)
        self.judges = {one.card.entry: (one.card.rulebook, one.card.engine) for one in records}

    def before(self, counted: Counted) -> Sequence[Counted]:
        """The checks of the same report before that one."""
        return self._of[counted.report][: self._at[counted.place]]


class _Earlier:
    """The checks of one report before the one in question, as `comparing` asks for them."""

    def __init__(self, report: UnitYear, earlier: Sequence[Counted]) -> None:
        self._report = report
        self._latest_first = tuple(reversed(earlier))
        self._records = {one.place: one.record for one in earlier}

    def checks(self, report: UnitYear) -> Sequence[Once]:
        """Those of a report, the latest first."""
        return [Once(one.quarter, one.place) for one in self._latest_first] if report == self._report else ()

    def stood(self, key: Key) -> Collection[Place]:
        """The records that noted a finding."""
        return {place for place, record in self._records.items() if any(one.key == key for one in record.findings)}

    def ever(self, report: UnitYear) -> Mapping[str, Noted]:
        """All findings that were ever noted of it, by locus."""
        if report != self._report:
            return {}
        return {one.key.locus: one for counted in reversed(self._latest_first) for one in counted.record.findings}

    def lean(self, place: Place) -> Checked:
        """A record."""
        return self._records[place]

    record = lean


def _trails(records: Sequence[Counted], told: Told) -> tuple[Trail, ...]:
    """All findings of the records, those that stand first, then the latest seen, then by number."""
    found: dict[Key, list[tuple[Counted, Fated]]] = {}
    for counted, fated in courses(records, told.names, told.reports):
        found.setdefault(fated.noted.key, []).append((counted, fated))
    held = {quarter: told.holdings(day) for quarter, day in told.days.items()}
    now = told.holdings(told.day)
    trails = [_trail(pairs, held, now, told) for pairs in found.values()]
    by_number = sorted(trails, key=lambda one: (one.noted.number, one.noted.rule, one.noted.key.locus))
    return tuple(sorted(by_number, key=lambda one: (one.stands, one.last), reverse=True))


def _trail(pairs: Sequence[tuple[Counted, Fated]], held: Mapping[str, Holdings], now: Holdings, told: Told) -> Trail:
    memory = told.memory
    standing = [(counted, fated) for counted, fated in pairs if fated.fate in STANDING]
    counted, last = standing[-1]
    key = last.noted.key
    return Trail(
        noted=last.noted,
        first=standing[0][0].quarter,
        last=counted.quarter,
        stood=last.quarters,
        course=tuple(_turn(counted, fated, held[counted.quarter]) for counted, fated in pairs),
        holding=_held(last.noted, now),
        decisions=tuple(one for one in told.spoken if one.key == key),
        letters=tuple(Sent(letter, item) for letter in memory.letters for item in letter.items if item.key == key),
        replies=tuple(one for one in memory.replies if one.key == key),
        rulings=tuple(one for one in memory.rulings if one.key == key),
        mending=told.mendings.get(key),
        remark=memory.remarks.get(key, ""),
    )


def _turn(counted: Counted, fated: Fated, holdings: Holdings) -> Turn:
    word = _held(fated.noted, holdings).word if fated.fate in STANDING else ""
    return Turn(counted.quarter, fated.fate, fated.why, word)


def _held(noted: Noted, holdings: Holdings) -> Holding:
    return holdings.of(noted.key, noted.content, noted.rule, noted.facts)
