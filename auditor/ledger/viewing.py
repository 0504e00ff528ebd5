"""The ledger -> what a comparison looks at: a view of a quarter or a run, the checks of all quarters, what reports state.

View      of a quarter the last record of each unit and report year in it; of a run its own
History   which record noted which finding, in one question; records themselves are opened one by one, where somebody asks
Reports   facts, prose and the rest of a report as they were read, without places and formats, so that two formats say the same
Manual    what a person found by eye stands in a record as `decided` lays it over the run
Missing   a report of which a finding says that it is not there is looked at like any other, where no run of the quarter read it
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Row, and_, func, select

from auditor.ledger import tables
from auditor.ledger.contents import fetched
from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.reading import (
    checked_of,
    is_missing,
    listed,
    missing,
    missing_of,
    names,
    noted_of,
    numbers,
    of_years,
)
from auditor.model import Audit, Outcome, Profile, Report, Standing, State
from auditor.quarters.comparing import UnitYear, View, file_of
from auditor.quarters.fates import Fate, Names, names_of
from auditor.quarters.handmade import RULE, TITLE, content_of, fingerprint_of, locus_of, stands
from auditor.quarters.naming import quarter_of
from auditor.quarters.nouns import Checked, Key, Manual, Noted, Remembered, RunCard
from auditor.quarters.streaks import Once, Place
from auditor.store.codec import CodecError, Decoder
from auditor.text import show, squash

Rows = Mapping[Place, Row[Any]]


def card_quarter(card: RunCard) -> str:
    """The quarter of a run, else that of its day."""
    return quarter_of(card.quarter, card.started.date())


# --- views ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frame:
    """A run without its reports: who was not read, who was missing, which rules were asked."""

    audit: Audit
    card: RunCard


def frames(ledger: Ledger, cards: Sequence[RunCard]) -> tuple[Frame, ...]:
    """The runs without their reports. Raises LedgerError."""
    entries = [card.entry for card in cards]
    query = select(tables.run.c.entry, tables.run.c.audit, tables.run.c.shapes).where(tables.run.c.entry.in_(entries))
    rows = {row.entry: row for row in ledger.rows(query)}
    contents = fetched(ledger, {address for row in rows.values() for address in (row.audit, row.shapes)})
    out = []
    for card in cards:
        row = rows[card.entry]
        try:
            decoder = Decoder({name: tuple(fields) for name, fields in contents[row.shapes].items()})
            out.append(Frame(decoder.decode(Audit, contents[row.audit]), card))
        except (CodecError, KeyError) as error:
            raise LedgerError(
                f"台账“{ledger.path}”中批次 {card.id} 的内容不完整或已损坏，请运行 auditor verify"
            ) from error
    return tuple(out)


def rule_names(seen: Iterable[Frame]) -> Names:
    """The names that rules had in these runs."""
    return names_of([frame.audit.rules for frame in seen])


def view(
    ledger: Ledger, word: str, day: dt.date, seen: Sequence[Frame], records: Iterable[Checked], memory: Remembered
) -> View:
    """What these runs (with their `records`) say of their quarter, or the one run of itself, with what people found by eye."""
    cards = {frame.card.entry: frame.card for frame in seen}
    current = names(ledger)
    reports: dict[UnitYear, Checked] = {}
    for record in records:
        if record.run in cards:
            reports[record.unit, record.year] = with_manual(record, cards[record.run], memory)
    for record in unreported(ledger, list(cards.values()), memory):
        if (record.unit, record.year) not in reports or reports[record.unit, record.year].missing:
            reports[record.unit, record.year] = record
    unread: dict[str, str] = {}
    absent: dict[UnitYear, Fate] = {}
    for frame in seen:
        unread |= {file_of(lost.source): lost.reason for lost in frame.audit.unread}
        for one in frame.audit.completeness.standings if frame.audit.completeness else ():
            if one.standing is not Standing.REPORTED:
                unit = current.get(one.unit, one.unit)
                absent[unit, one.year] = Fate.UNREAD if one.standing is Standing.UNREAD else Fate.UNSEEN
    return View(word, card_quarter(seen[-1].card), day, reports, unread, absent)


def unreported(
    ledger: Ledger, cards: Sequence[RunCard], memory: Remembered, units: Collection[str] | None = None
) -> tuple[Checked, ...]:
    """The reports that these runs found missing, and those of which people found something by eye though they are nowhere, in the
    order of the runs. Raises LedgerError."""
    by_entry = {card.entry: card for card in cards}
    found = [with_manual(one, by_entry[one.run], memory) for one in missing(ledger, cards, units)]
    last = {card_quarter(card): card for card in cards}
    alone = [one for one in nowhere(memory) if one.quarter in last and (units is None or one.unit in units)]
    here = {(card_quarter(by_entry[one.run]), one.unit, one.year) for one in found}
    by_hand = {(one.quarter, one.unit, one.year) for one in alone} - here
    called = _shorts(ledger) if by_hand else {}
    for at, (quarter, unit, year) in enumerate(sorted(by_hand, key=str), 1):
        card, nothing = last[quarter], Decimal(0)
        record = Checked(
            card.entry, -at, "", "", unit, called.get(unit, unit), "", "", "", year, None, nothing, nothing, nothing, "",
            "", {}, (), missing=True,
        )  # fmt: skip
        found.append(with_manual(record, card, memory))
    return tuple(sorted((one for one in found if one.findings), key=lambda one: one.run))


def _shorts(ledger: Ledger) -> dict[str, str]:
    columns = tables.report.c
    return {row.unit: row.short for row in ledger.rows(select(columns.unit, columns.short).order_by(columns.entry))}


def nowhere(memory: Remembered) -> tuple[Manual, ...]:
    """What people found by eye when no report of that unit and year had been read."""
    return tuple(one for one in memory.manual if not one.document)


def with_manual(record: Checked, card: RunCard, memory: Remembered) -> Checked:
    """A record with what people found by eye in the report."""
    by_hand = tuple(
        _by_hand(one, record)
        for one in memory.manual
        if (one.unit, one.year) == (record.unit, record.year) and stands(one, card_quarter(card), card.started.date())
    )
    return replace(record, findings=(*record.findings, *by_hand)) if by_hand else record


def _by_hand(manual: Manual, record: Checked) -> Noted:
    locus = locus_of(manual.number)
    return Noted(
        Key(record.unit, record.year, locus),
        manual.number,
        fingerprint_of(manual),
        content_of(manual),
        RULE,
        manual.title or TITLE,
        Outcome.BROKEN if manual.certain else Outcome.SUSPECTED,
        manual.severity,
        manual.dimension,
        manual.text,
        (),
        Decimal(0),
        Decimal(0),
        manual=True,
    )


# --- all quarters ----------------------------------------------------------------------------------------


class Past:
    """The checks of all quarters before the later view, and which of them noted which finding."""

    def __init__(
        self,
        ledger: Ledger,
        quarters: Sequence[tuple[str, Sequence[RunCard]]],
        later: Sequence[RunCard],
        memory: Remembered,
        records: Iterable[Checked] = (),
        years: Collection[int | None] | None = None,
    ) -> None:
        """`quarters` are those before, the oldest first, each with its runs in order; `later` the runs of the later view,
        `records` those that are known already (as `checked` gives them), `years` the report years that will be asked for."""
        self._ledger = ledger
        self._memory = memory
        self._current = names(ledger)
        self._cards = {card.entry: card for _, cards in quarters for card in cards} | {c.entry: c for c in later}
        self._years = years
        self.rows: Rows = {(row.entry, row.at): row for row in _reports(ledger, self._cards, years)}
        self._checks: dict[UnitYear, list[Once]] = {}
        self._lean: dict[Place, Checked] = {(one.run, one.at): one for one in records}
        self._whole: dict[Place, Checked] = {
            place: with_manual(one, self._cards[place[0]], memory)
            for place, one in self._lean.items()
            if place[0] in self._cards
        }
        by_run: dict[int, list[Row[Any]]] = {}
        for row in self.rows.values():
            by_run.setdefault(row.entry, []).append(row)
        for quarter, cards in quarters:
            every = [row for card in cards for row in by_run.get(card.entry, ())]
            every.sort(key=is_missing, reverse=True)  # a report that a run of the quarter has read is not missing
            last = {self._report(row): (row.entry, row.at) for row in every}
            for report, place in last.items():
                self._checks.setdefault(report, []).append(Once(quarter, place))
        for checks in self._checks.values():
            checks.reverse()

    def checks(self, report: UnitYear) -> Sequence[Once]:
        """Those of a report, the latest first."""
        return self._checks.get(report, ())

    def stood(self, key: Key) -> Collection[Place]:
        """The records that noted a finding."""
        manual = self._manual.get(key)
        if manual is not None:
            return {one.place for one in self.checks((key.unit, key.year)) if self._stood_by_hand(manual, one.place)}
        report = self._index.get((key.unit, key.year), {})
        found = report.get(key.locus)
        return _places(found.places) if found is not None else frozenset()

    def ever(self, report: UnitYear) -> Mapping[str, Noted]:
        """All findings that were ever noted of a report, by locus, with their rule and cells."""
        return {locus: _sketch(Key(*report, locus), one) for locus, one in self._index.get(report, {}).items()}

    def lean(self, place: Place) -> Checked:
        """A record, as a rule without its findings."""
        if place not in self._lean:
            row = self.rows[place]
            if is_missing(row):
                return self.record(place)
            self._lean[place] = checked_of(row, self._orders[row.entry], (), self._current)
        return self._lean[place]

    def record(self, place: Place) -> Checked:
        """A record with its findings."""
        if place not in self._whole:
            row, table = self.rows[place], tables.finding.c
            year = table.year.is_not_distinct_from(row.year)
            query = select(tables.finding).where(
                table.unit == row.unit, year, table.entry == row.entry, table.report == row.at
            )
            found = self._ledger.rows(query.order_by(table.place))
            noted = tuple(noted_of(one, self._called, self._current) for one in found)
            whole = is_missing(row)
            record = missing_of(row, noted, self._current) if whole else replace(self.lean(place), findings=noted)
            self._whole[place] = with_manual(record, self._cards[place[0]], self._memory)
        return self._whole[place]

    @cached_property
    def _called(self) -> Mapping[Key, str]:
        return numbers(self._ledger, years={row.year for row in self.rows.values()})

    @cached_property
    def _orders(self) -> Mapping[int, Sequence[str]]:
        query = select(tables.run.c.entry, tables.run.c.rule_ids).where(tables.run.c.entry.in_(self._cards))
        addresses = {row.entry: row.rule_ids for row in self._ledger.rows(query)}
        contents = fetched(self._ledger, addresses.values())
        return {entry: contents[address] for entry, address in addresses.items()}

    @cached_property
    def _manual(self) -> Mapping[Key, Manual]:
        return {Key(one.unit, one.year, locus_of(one.number)): one for one in self._memory.manual}

    def _stood_by_hand(self, manual: Manual, place: Place) -> bool:
        card = self._cards[place[0]]
        return stands(manual, card_quarter(card), card.started.date())

    @cached_property
    def _index(self) -> Mapping[UnitYear, Mapping[str, _Ever]]:
        """Of every report, where its findings were noted, and how they looked when they were noted last."""
        index: dict[UnitYear, dict[str, _Ever]] = {}
        for row in self._ledger.rows(_every_finding(self._years)):
            report = index.setdefault(self._report(row), {})
            before = report.get(row.locus)
            places = row.places if before is None else f"{before.places},{row.places}"
            report[row.locus] = _Ever(row.rule, row.facts, row.members is not None, places)
        return index

    def _report(self, row: Row[Any]) -> UnitYear:
        return self._current.get(row.unit, row.unit), row.year


@dataclass(frozen=True, slots=True)
class _Ever:
    """A finding over all runs: its rule and cells (JSON), whether it is a conclusion, and the records that noted it, as text."""

    rule: str
    facts: str
    concludes: bool
    places: str


def _sketch(key: Key, one: _Ever) -> Noted:
    facts, members = listed(one.facts), ("",) if one.concludes else ()
    nothing = Decimal(0)
    return Noted(key, "", "", "", one.rule, "", Outcome.BROKEN, "", "", "", facts, nothing, nothing, members=members)


def _places(text: str) -> frozenset[Place]:
    pairs = (one.split(".") for one in text.split(","))
    return frozenset((int(entry), int(report)) for entry, report in pairs)


def _reports(ledger: Ledger, entries: Collection[int], years: Collection[int | None] | None) -> Iterator[Row[Any]]:
    table = tables.report.c
    yield from ledger.rows(
        select(tables.report)
        .where(table.entry.in_(entries), table.beside.in_((0, tables.MISSING)), of_years(table.year, years))
        .order_by(table.entry, table.at)
    )


def _every_finding(years: Collection[int | None] | None) -> Any:
    """Each finding as it was noted last, with the records that noted it as `entry.report,entry.report`."""
    table = tables.finding.c
    place = table.entry.concat(".").concat(table.report)
    grouped = (
        select(
            table.unit,
            table.year,
            table.locus,
            func.max(table.entry).label("last"),
            func.aggregate_strings(place, ",").label("places"),
        )
        .where(of_years(table.year, years))
        .group_by(table.unit, table.year, table.locus)
        .subquery()
    )
    same = and_(
        table.unit == grouped.c.unit,
        table.year.is_not_distinct_from(grouped.c.year),
        table.locus == grouped.c.locus,
        table.entry == grouped.c.last,
    )
    columns = (table.unit, table.year, table.locus, table.rule, table.facts, table.members, grouped.c.places)
    return select(*columns).select_from(grouped.join(tables.finding, same))


# --- what reports state ------------------------------------------------------------------------------------


class Stated:
    """What stands in the reports of the ledger, opened where somebody asks."""

    def __init__(self, ledger: Ledger, rows: Rows) -> None:
        self._ledger = ledger
        self._rows = rows
        self._facts: dict[str, Mapping[str, tuple[State, str]]] = {}
        self._rest: dict[str, str] = {}
        self._prose: dict[str, str] = {}

    def facts(self, record: Checked) -> Mapping[str, tuple[State, str]]:
        """State and value (of a text its squashed words) by fact."""
        address = self._rows[record.run, record.at].facts
        if address not in self._facts:
            listed = fetched(self._ledger, [address])[address]
            self._facts[address] = _facts(listed, self._shapes[record.run]["Fact"])
        return self._facts[address]

    def prose(self, record: Checked) -> str:
        """The squashed running text."""
        address = record.reading
        if address not in self._prose:
            shape = self._shapes[record.run]
            reading = fetched(self._ledger, [address])[address]
            text = reading[shape["Report"].index("prose")][shape["Prose"].index("text")]
            self._prose[address] = squash(text)
        return self._prose[address]

    def rest(self, record: Checked) -> str:
        """A digest of everything else that a rule may ask: title, dates, names, signatures, headings, tables."""
        address = record.reading
        if address not in self._rest:
            report = self._decoder(record.run).decode(Report, fetched(self._ledger, [address])[address])
            words = json.dumps(list(_rest(report)), ensure_ascii=False, default=str)
            self._rest[address] = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
        return self._rest[address]

    def companions(self, record: Checked) -> tuple[str, ...]:
        """What else was handed in of the same report: its other versions, and what was read of files attached to it."""
        shape = self._shapes[record.run]
        reading, at = fetched(self._ledger, [record.reading])[record.reading], shape["Report"].index("filing")
        filing = reading[at] if len(reading) > at else None
        if filing is None:
            return ()
        versions, attached = (self._field(shape["Filing"], filing, name) for name in ("versions", "attached"))
        sha256 = shape["Version"].index("sha256")
        read = (record.reading, self._rows[record.run, record.at].facts) if attached else ()
        return (*sorted(version[sha256] for version in versions), *read)

    @staticmethod
    def _field(shape: Sequence[str], noun: Sequence[Any], name: str) -> Sequence[Any]:
        at = shape.index(name)
        return noun[at] if len(noun) > at else ()

    def quoted(self, record: Checked, finding: Noted) -> tuple[str, ...]:
        """The squashed words of the running text that a finding rests on beside its cells."""
        return tuple(words for label, words in self._evidence(record, finding) if label == "正文")

    def shown(self, record: Checked, finding: Noted) -> tuple[str, ...]:
        """All that a finding shows as evidence, squashed, piece by piece."""
        return tuple(words for _, words in self._evidence(record, finding))

    def _evidence(self, record: Checked, finding: Noted) -> Iterator[tuple[str, str]]:
        """(label, squashed words) of the evidence of a finding."""
        said = self._rows[record.run, record.at].said
        shape = self._shapes[record.run]
        findings = fetched(self._ledger, [said])[said][shape["Judged"].index("findings")]
        for one in findings:
            if "".join(self._field(shape["Finding"], one, "locus")) == finding.key.locus:
                for piece in self._field(shape["Finding"], one, "evidence"):
                    label = "".join(self._field(shape["Evidence"], piece, "label"))
                    yield label, squash("".join(self._field(shape["Evidence"], piece, "text")))

    def _decoder(self, run: int) -> Decoder:
        return Decoder({name: tuple(fields) for name, fields in self._shapes[run].items()})

    @cached_property
    def _shapes(self) -> Mapping[int, Mapping[str, Sequence[str]]]:
        entries = {entry for entry, _ in self._rows}
        query = select(tables.run.c.entry, tables.run.c.shapes).where(tables.run.c.entry.in_(entries))
        addresses = {row.entry: row.shapes for row in self._ledger.rows(query)}
        contents = fetched(self._ledger, addresses.values())
        return {entry: contents[address] for entry, address in addresses.items()}


_STATES = {state.value: state for state in State}


def _facts(listed: Iterable[Sequence[Any]], shape: Sequence[str]) -> dict[str, tuple[State, str]]:
    """State and value by fact, of facts as they were written."""
    id_at, state_at, value_at, raw_at = (shape.index(name) for name in ("id", "state", "value", "raw"))
    out: dict[str, tuple[State, str]] = {}
    for fact in listed:
        state, words = _STATES[fact[state_at]], ""
        if state is State.NUMBER:
            words = _number(fact[value_at])
        elif state is State.TEXT and len(fact) > raw_at:
            words = squash(fact[raw_at])
        out[fact[id_at]] = (state, words)
    return out


@lru_cache(maxsize=4096)
def _number(value: int | str) -> str:
    return show(Decimal(value))


def _rest(report: Report) -> Iterator[Any]:
    """What a rule may ask of a report beside cells and prose, without places."""
    profile: Profile = report.profile
    yield [profile.organisation, profile.unit_kind, profile.year, profile.form, squash(profile.title or "")]
    yield [profile.published, profile.published_certain, profile.filled, profile.url]
    for mentions in (profile.names, profile.signatories, profile.contacts):
        yield [[one.role, squash(one.text)] for one in mentions]
    yield [[one.role, one.year] for one in profile.years]
    yield [[one.role, one.value, squash(one.raw)] for one in profile.dates]
    yield [squash(one.text) for one in profile.periods]
    yield [[one.kind, squash(one.heading), one.tables] for one in report.sections]
    for table in report.tables:
        yield [table.table, table.found, table.form, table.readable, table.rows_missing, table.columns_missing]
        yield [squash(one.text) for one in (*table.rows_extra, *table.columns_extra)]
    yield [squash(caption.text) for caption in report.captions]
    yield list(report.unrecognised)
    filing = report.filing
    yield [version.sha256 for version in filing.versions] if filing is not None else []
