"""The ledger and two words (quarters or runs) -> their comparison: fates, places, and why every score changed.

    compare(ledger, "2025Q4", "2026Q1", day)      every unit, or those named
    retro(ledger, "2025Q4", book, day)            the reports of a quarter as another rulebook judges them

Then      what people had entered before the later view began counts for the earlier score, everything entered since for the
          later one; a waiver is asked on the last day of its quarter, or the day of the command where that is earlier
Rules     where rulebook or program differ, the earlier readings are judged by the later rulebook (`judged_again`): what that
          changes is no doing of the unit
Reopens   whole runs are opened only where verdicts or another rulebook ask for it
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.mendings import course
from auditor.ledger.reading import checked, chosen, runs
from auditor.ledger.remembering import remembered
from auditor.ledger.scoring import days
from auditor.ledger.viewing import Past, Stated, card_quarter, frames, rule_names, view
from auditor.model import REJECTED, UPHELD, WAIVED, MendingTerms, Outcome, Score
from auditor.quarters.comparing import (
    Comparing,
    Comparison,
    Known,
    Points,
    Scores,
    UnitYear,
    View,
    compared,
    told,
)
from auditor.quarters.fates import Names, names_of, same_document
from auditor.quarters.hindsight import Hindsight, Rejudged, rejudged
from auditor.quarters.holding import Holding, Holdings
from auditor.quarters.movement import Steps, split
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Checked, Key, Noted, Remembered, RunCard

if TYPE_CHECKING:  # a comparison that opens no run must not pay for what judges reports
    from auditor.ledger.opened import Opened
    from auditor.rulebook import Rulebook

_DAY = dt.timedelta(days=1)


def compare(
    ledger: Ledger, earlier: str, later: str, day: dt.date, units: Collection[str] = (), jobs: int | None = None
) -> Comparison:
    """Two views compared as of a day; of these units (full names) or of all. Raises LedgerError."""
    with ledger.reading():
        views = chosen(ledger, earlier), chosen(ledger, later)
        _in_order(*views)
        return _Compare(ledger, *views, day, jobs).of(frozenset(units))


def against(
    ledger: Ledger, word: str, run: str, day: dt.date, jobs: int | None = None
) -> tuple[Comparison, frozenset[str]]:
    """What a run that was just written says beside an earlier quarter or run, and the fingerprints of its findings that are new
    by that and held against their units. Raises LedgerError."""
    with ledger.reading():
        later = chosen(ledger, run)
        earlier = [card for card in chosen(ledger, word) if card.entry != later[-1].entry]
        if not earlier:
            return Comparison(word, run, day, (), ()), frozenset()
        found = _Compare(ledger, earlier, later, day, jobs).of(frozenset())
    return found, frozenset(one.noted.fingerprint for one in found.findings if one.is_new and one.counts)


def retro(
    ledger: Ledger, word: str, under: str | Rulebook, day: dt.date, units: Collection[str] = (), jobs: int | None = None
) -> Hindsight:
    """The reports of a quarter or a run as they were judged, and as the rulebook of another one (or a loaded one) judges them,
    both with what people have decided by that day. Raises LedgerError."""
    from auditor.ledger.opened import Opened

    with ledger.reading():
        cards = chosen(ledger, word)
        opened = Opened(ledger, jobs)
        if isinstance(under, str):
            source = chosen(ledger, under)[-1]
            book, called = opened.book(source), _word([source])
        else:
            book, called = under, "当前"
        memory = remembered(ledger)
        return Hindsight(_word(cards), called, tuple(_rejudged(opened, cards, book, memory, day, frozenset(units))))


def _rejudged(
    opened: Opened, cards: Sequence[RunCard], book: Rulebook, memory: Remembered, day: dt.date, units: Collection[str]
) -> Iterator[Rejudged]:
    """The last record of each report, by year and unit."""
    out: dict[UnitYear, Rejudged] = {}
    every = runs(opened.ledger)
    for card in cards:
        asked = _asked(every, [card], day)
        before = opened.decided(card, memory, asked)
        after = opened.laid(opened.under(card, book), card, book, memory, asked)
        names_ = names_of([before.rules, after.rules]).known
        for one, other in zip(before.reports, after.reports, strict=True):
            unit = memory.unit(unit_of(one.report))
            if not units or unit in units:
                out[unit, one.report.profile.year] = rejudged(one, other, names_, unit)
    yield from sorted(out.values(), key=lambda one: (-(one.year or 0), one.unit))


class _Compare:
    """One comparison: what it looks at, opened where it is asked for."""

    def __init__(
        self, ledger: Ledger, earlier: Sequence[RunCard], later: Sequence[RunCard], day: dt.date, jobs: int | None
    ) -> None:
        self._ledger, self._jobs = ledger, jobs
        self._cards = (earlier, later)
        self._memories = (remembered(ledger, later[0].entry), remembered(ledger))
        every = runs(ledger)
        self._days = (_asked(every, earlier, later[0].started.date() - _DAY), _asked(every, later, day))
        self._laid: dict[tuple[int, int], Mapping[str, Score]] = {}
        self._frames = tuple(frames(ledger, cards) for cards in self._cards)

    def of(self, only: Collection[str]) -> Comparison:
        """The comparison of these units, of all where none is named."""
        wanted = only or None
        found = told(self._comparing.fates(wanted), self._known)
        return compared(*self._views, found, self._scores, wanted)

    @cached_property
    def _runs(self) -> Opened:
        from auditor.ledger.opened import Opened

        return Opened(self._ledger, self._jobs)

    @cached_property
    def _views(self) -> tuple[View, View]:
        one, other = (
            view(self._ledger, _word(cards), day, seen, self._records, memory)
            for cards, day, seen, memory in zip(self._cards, self._days, self._frames, self._memories, strict=True)
        )
        return one, other

    @cached_property
    def _read(self) -> tuple[Mapping[UnitYear, Checked], Mapping[UnitYear, Checked]]:
        return self._views[0].read, self._views[1].read

    @cached_property
    def _names(self) -> Names:
        return rule_names([*self._frames[0], *self._frames[1]])

    @cached_property
    def _past(self) -> Past:
        quarters = quarters_before(self._ledger, *self._cards)
        years = {year for seen in self._views for _, year in seen.reports}
        return Past(self._ledger, quarters, self._cards[1], self._memories[1], self._records, years)

    @cached_property
    def _records(self) -> tuple[Checked, ...]:
        return checked(self._ledger, [*self._cards[0], *self._cards[1]])

    @cached_property
    def _comparing(self) -> Comparing:
        rows = self._past.rows
        judges = {card.entry: (card.rulebook, card.engine) for card in runs(self._ledger)}
        reports = Stated(self._ledger, rows)
        return Comparing(*self._views, self._names, reports, self._past, judges, self._still)

    # another rulebook

    @cached_property
    def _others(self) -> Mapping[UnitYear, tuple[RunCard, RunCard]]:
        """The reports whose two records were judged by different rulebooks or programs, with their runs."""
        earlier, later = self._read
        cards = {card.entry: card for cards in self._cards for card in cards}
        out = {}
        for report, record in earlier.items():
            if (now := later.get(report)) is None:
                continue
            one, other = cards[record.run], cards[now.run]
            if one.rulebook != other.rulebook and other.texts is not None:
                out[report] = (one, other)
        return out

    @cached_property
    def _still(self) -> Mapping[UnitYear, frozenset[str]]:
        """What the later rulebook finds in the earlier text."""
        out = {}
        for report, (one, other) in self._others.items():
            record = self._views[0].reports[report]
            judged = self._runs.under(one, self._runs.book(other)).reports[record.at]
            out[report] = frozenset(finding.locus for finding in judged.findings)
        return out

    # what people decided

    def _holdings(self, which: int) -> Holdings:
        names_ = self._names
        first = {rule: min(names_.of(rule)) for rule in names_.known}
        return Holdings(self._memories[which], self._days[which], lambda rule: first.get(rule, rule))

    @cached_property
    def _known(self) -> Known:
        now = self._holdings(1)
        words: dict[Key, str] = {}
        notes: dict[Key, str] = {}
        for record in self._views[1].reports.values():
            for noted in record.findings:
                held = _held(now, noted)
                if held.word:
                    words[noted.key] = held.word
                if held.reopened:
                    notes[noted.key] = held.reopened
        return Known(words, notes, self._deadlines())

    def _deadlines(self) -> dict[Key, dt.date]:
        """The deadlines that have passed, by key."""
        if not self._memories[1].letters:
            return {}
        found = course(self._ledger, MendingTerms(), self._days[1], with_repeats=False)
        return {one.item.key: one.deadline for one in found.mendings if one.overdue and one.deadline is not None}

    # scores

    @cached_property
    def _scores(self) -> Scores:
        earlier, later = self._read
        steps = {report: self._steps(report) for report in later}
        before = {report: self._points(0, record, 0) for report, record in earlier.items()}
        after = {report: self._points(1, record, 1) for report, record in later.items()}
        return Scores(before, after, {r: split(one) for r, one in steps.items() if one is not None}, self._issued())

    def _steps(self, report: UnitYear) -> Steps | None:
        """The chain of scores from the earlier to the later one; None without an earlier one."""
        old, new = (read.get(report) for read in self._read)
        if old is None or new is None:
            return None
        first = self._points(0, old, 0).points
        other = self._others.get(report)
        ruled = first if other is None else self._points_again(old, *other)
        middle = self._points(1, new, 0).points
        same = middle != ruled and same_document(old, new, self._comparing.reports)
        return Steps(first, ruled, middle, self._points(1, new, 1).points, same)

    def _points(self, which: int, record: Checked, when: int) -> Points:
        """The points of a record of the earlier (0) or later (1) view with the verdicts of the one time or the other."""
        if not self._moves(when, record):
            return Points(record.points, record.low, record.grade)
        if (record.run, when) not in self._laid:
            card = next(card for card in self._cards[which] if card.entry == record.run)
            audit = self._runs.decided(card, self._memories[when], self._days[when], self._touched(record.run, when))
            self._laid[record.run, when] = {judged.report.source: judged.score for judged in audit.reports}
        score = self._laid[record.run, when][record.source]
        return Points(score.points, score.low, score.grade)

    def _touched(self, run: int, when: int) -> frozenset[str]:
        """The units, by all their names, of a run's reports whose score is touched by what was decided then."""
        units = {
            record.unit
            for view_ in self._views
            for record in view_.read.values()
            if record.run == run and self._moves(when, record)
        }
        former = (name for name, unit in self._memories[1].names.items() if unit in units)
        return frozenset({*units, *former})

    def _points_again(self, record: Checked, card: RunCard, under: RunCard) -> Decimal:
        """The points of an earlier reading by the later rulebook with the verdicts of its time."""
        book = self._runs.book(under)
        bare = self._runs.under(card, book)
        return self._runs.laid(bare, card, book, self._memories[0], self._days[0]).reports[record.at].score.points

    def _moves(self, when: int, record: Checked) -> bool:
        """Whether anything that was decided then touches the score of a record."""
        return (record.run, record.at, when) in self._moved

    @cached_property
    def _moved(self) -> frozenset[tuple[int, int, int]]:
        out = set()
        for when in (0, 1):
            holdings = self._holdings(when)
            for record in (record for view_ in self._views for record in view_.read.values()):
                if any(_touches(noted, _held(holdings, noted)) for noted in record.findings):
                    out.add((record.run, record.at, when))
        return frozenset(out)

    def _issued(self) -> dict[UnitYear, Decimal]:
        quarter = self._views[0].quarter
        return {(one.unit, one.year): one.points for one in self._memories[1].issued if one.quarter == quarter}


def _held(holdings: Holdings, noted: Noted) -> Holding:
    return holdings.of(noted.key, noted.content, noted.rule, noted.facts)


def _touches(noted: Noted, held: Holding) -> bool:
    if noted.manual or held.word in (REJECTED, WAIVED):
        return True
    return held.word == UPHELD and noted.outcome is Outcome.SUSPECTED


def _in_order(earlier: Sequence[RunCard], later: Sequence[RunCard]) -> None:
    one, other = ((card_quarter(cards[-1]), cards[-1].entry) for cards in (earlier, later))
    if one == other:
        raise LedgerError("比较的是同一批次，请写明两个不同的季度或者批次")
    if one > other:
        raise LedgerError(f"请把较早的写在前面：auditor compare {_word(later)} {_word(earlier)}")


def _word(cards: Sequence[RunCard]) -> str:
    """What a view is called: the quarter where it is one, else the run."""
    return cards[0].id if len(cards) == 1 and cards[0].quarter is None else card_quarter(cards[-1])


def _asked(every: Sequence[RunCard], cards: Sequence[RunCard], limit: dt.date) -> dt.date:
    """The day on which a view is asked: the last before the next quarter was begun, at most `limit`, never before its last run."""
    return max(cards[-1].started.date(), min(limit, days(every, limit)[card_quarter(cards[-1])]))


def quarters_before(
    ledger: Ledger, earlier: Sequence[RunCard], later: Sequence[RunCard]
) -> list[tuple[str, list[RunCard]]]:
    """The quarters before the later view, the oldest first, with their runs; of the later one's own quarter only the runs of the
    earlier view."""
    end = card_quarter(later[-1])
    by_quarter: dict[str, list[RunCard]] = {}
    for card in runs(ledger):
        if card_quarter(card) < end:
            by_quarter.setdefault(card_quarter(card), []).append(card)
    if card_quarter(earlier[-1]) == end:
        by_quarter[end] = list(earlier)
    return sorted(by_quarter.items())
