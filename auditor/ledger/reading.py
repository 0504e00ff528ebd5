"""The ledger -> runs, reports as they were checked, whole audits: as they were written, before anybody decided anything.

runs(ledger)                 every run, the oldest first
chosen(ledger, "2026Q1")     the runs that a word means: a quarter, a run's id, or how that begins
checked(ledger, runs)        lean records of all their reports
latest(records)              of several runs of a quarter, the last record of each unit and report year
stored(ledger, run)          the whole audit of one run, with the numbers of its findings
numbers(ledger)              the names for people, by key
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select, true

from auditor.ledger import tables
from auditor.ledger.contents import fetched
from auditor.ledger.ledger import Ledger, LedgerError
from auditor.model import Audit, Claim, Completeness, Fact, Finding, Judged, LedgerStamp, Outcome, Report, UnitYear
from auditor.quarters.naming import current_names, unit_of
from auditor.quarters.nouns import Checked, Key, Noted, RunCard
from auditor.rulebook.texts import RuleFile, Texts
from auditor.store.codec import CodecError, Decoder
from auditor.store.schema import LETTERS

_OUTCOMES = {letter: Outcome(word) for word, letter in LETTERS.items()}


def runs(ledger: Ledger) -> tuple[RunCard, ...]:
    """Every run, in the order in which they were written."""
    return tuple(map(_card, ledger.rows(select(tables.run).order_by(tables.run.c.entry))))


def chosen(ledger: Ledger, word: str) -> tuple[RunCard, ...]:
    """The runs that a word means, the oldest first: all of a quarter, or the one whose id begins so (of a run that was judged
    more than once, the last judgement). Raises LedgerError where there is none, or where several ids begin so."""
    every = runs(ledger)
    if not every:
        raise LedgerError(f"台账“{ledger.path}”里还没有批次，先审核一次：auditor audit")
    of_quarter = tuple(card for card in every if card.quarter == word.upper())
    if of_quarter:
        return of_quarter
    begin = [card for card in every if word and card.id.startswith(word.lower())]
    ids = sorted({card.id for card in begin})
    if len(ids) > 1:
        raise LedgerError(f"“{word}”开头的批次有 {len(ids)} 个：{'、'.join(ids)}，请多写几位")
    if not ids:
        quarters = sorted({card.quarter for card in every if card.quarter})
        known = f"已有季度：{'、'.join(quarters)}" if quarters else f"最近的批次：{every[-1].id}"
        raise LedgerError(f"台账里没有批次“{word}”。{known}（全部批次：auditor runs）")
    return (begin[-1],)


def checked(ledger: Ledger, cards: Sequence[RunCard], units: Collection[str] | None = None) -> tuple[Checked, ...]:
    """The reports of these runs as they were judged, in the order of the runs; `units`: only theirs, by any of their names."""
    entries = [card.entry for card in cards]
    rule_ids = {row.entry: row.rule_ids for row in _of(ledger, tables.run, entries)}
    orders = fetched(ledger, rule_ids.values())
    rows = [row for row in _of(ledger, tables.report, entries, tables.report.c.at, units=units) if not row.beside]
    called = numbers(ledger, units, {row.year for row in rows})
    current = names(ledger)
    found: dict[tuple[int, int], list[Noted]] = {}
    for row in _of(ledger, tables.finding, entries, tables.finding.c.place, units=units):
        found.setdefault((row.entry, row.report), []).append(noted_of(row, called, current))
    return tuple(
        checked_of(row, orders[rule_ids[row.entry]], tuple(found.get((row.entry, row.at), ())), current) for row in rows
    )


def missing(ledger: Ledger, cards: Sequence[RunCard], units: Collection[str] | None = None) -> tuple[Checked, ...]:
    """The reports that these runs found missing, each with the finding that says so, in the order of the runs; no report among
    them, no points. `units`: only theirs, by any of their names."""
    columns = tables.report.c
    query = select(tables.report).where(
        columns.entry.in_([card.entry for card in cards]), columns.beside == tables.MISSING
    )
    query = query if units is None else query.where(columns.unit.in_(units))
    rows = ledger.rows(query.order_by(columns.entry, columns.at))
    if not rows:
        return ()
    called = numbers(ledger, units, {row.year for row in rows})
    current = names(ledger)
    of = tables.finding.c
    noted = select(tables.finding).where(
        of.entry.in_({row.entry for row in rows}), of.report.in_({row.at for row in rows})
    )
    found: dict[tuple[int, int], list[Noted]] = {}
    for row in ledger.rows(noted.order_by(of.entry, of.place)):
        found.setdefault((row.entry, row.report), []).append(noted_of(row, called, current))
    return tuple(missing_of(row, tuple(found.get((row.entry, row.at), ())), current) for row in rows)


def is_missing(row: Row[Any]) -> bool:
    """Whether a row of `report` says that there is none."""
    return bool(row.beside == tables.MISSING)


def missing_of(row: Row[Any], found: tuple[Noted, ...], current: Mapping[str, str]) -> Checked:
    """A row of `report` that says that there is none, with its findings."""
    nothing = Decimal(0)
    return Checked(
        row.entry,
        row.at,
        row.source,
        row.document,
        current.get(row.unit, row.unit),
        row.short,
        row.unit_kind,
        row.unit_group,
        row.region,
        row.year,
        None,
        nothing,
        nothing,
        nothing,
        "",
        row.reading,
        {one.rule: one.outcome for one in found},
        found,
        missing=True,
    )


def latest(records: Iterable[Checked]) -> dict[tuple[str, int | None], Checked]:
    """The last record of each unit and report year: a run over part of the units changes only those."""
    return {(record.unit, record.year): record for record in records}


def numbers(
    ledger: Ledger, units: Collection[str] | None = None, years: Set[int | None] | None = None
) -> dict[Key, str]:
    """The names for people of all findings (of these `units`, by any name, and of these report years), by key, under the
    current names of units."""
    current = names(ledger)
    columns = tables.number.c
    query = select(columns.unit, columns.year, columns.locus, columns.number)
    if units is not None:
        query = query.where(columns.unit.in_(units))
    query = query.where(of_years(columns.year, years))
    return {Key(current.get(r.unit, r.unit), r.year, r.locus): r.number for r in ledger.rows(query)}


def of_years(column: ColumnElement[int], years: Collection[int | None] | None) -> ColumnElement[bool]:
    """Whether a row belongs to one of these report years; None: to any."""
    if years is None:
        return true()
    known = column.in_(sorted(year for year in years if year is not None))
    return or_(known, column.is_(None)) if None in years else known


def names(ledger: Ledger) -> dict[str, str]:
    """Former names of units -> current ones, over as many renamings as there were."""
    columns = tables.name.c
    rows = ledger.rows(select(columns.former, columns.unit).order_by(columns.entry, columns.nth))
    return current_names((row.former, row.unit) for row in rows)


def stored(ledger: Ledger, card: RunCard, units: Collection[str] | None = None) -> Audit:
    """The whole audit of a run as it was written, its findings with their numbers; `units`: only their reports, by any of
    their names. Raises LedgerError."""
    (run,) = _of(ledger, tables.run, [card.entry])
    rows = _of(ledger, tables.report, [card.entry], tables.report.c.at, units=units)
    wanted = {run.audit, run.shapes}
    for row in rows:
        wanted |= {row.reading, row.facts, row.claims, *([row.said] if row.said else ())}
    contents = fetched(ledger, wanted)
    called = numbers(ledger, units)
    current = names(ledger)
    try:
        decoder = Decoder({name: tuple(fields) for name, fields in contents[run.shapes].items()})
        whole: Audit = decoder.decode(Audit, contents[run.audit])
        judged = tuple(_judged(row, contents, decoder, called, current) for row in rows if not row.beside)
        before, others = (
            tuple(_report(row, contents, decoder) for row in rows if row.beside == role) for role in (1, 2)
        )
    except (CodecError, KeyError) as error:
        raise LedgerError(f"台账“{ledger.path}”中批次 {card.id} 的内容不完整或已损坏，请运行 auditor verify") from error
    counted = standings_numbered(whole.completeness, called, current)
    stamp = stamp_of(ledger, card)
    return replace(whole, reports=judged, before=before, others=others, completeness=counted, ledger=stamp)


def stamp_of(ledger: Ledger, card: RunCard) -> LedgerStamp:
    """The chain as it stood when the run was written."""
    query = select(tables.entry.c.hash).where(tables.entry.c.seq == card.entry)
    return LedgerStamp(str(ledger.rows(query)[0].hash), card.entry)


def report_of(ledger: Ledger, entry: int, at: int) -> Report:
    """One report as it was read. Raises LedgerError."""
    columns = tables.report.c
    (row,) = ledger.rows(select(tables.report).where(columns.entry == entry, columns.at == at))
    (run,) = _of(ledger, tables.run, [entry])
    contents = fetched(ledger, {run.shapes, row.reading, row.facts, row.claims})
    try:
        decoder = Decoder({name: tuple(fields) for name, fields in contents[run.shapes].items()})
        return _report(row, contents, decoder)
    except (CodecError, KeyError) as error:
        raise LedgerError(f"台账“{ledger.path}”中批次 {run.id} 的内容不完整或已损坏，请运行 auditor verify") from error


def peers_before(
    ledger: Ledger, quarter: str, years: Collection[int], here: Collection[tuple[str, int | None]]
) -> tuple[Report, ...]:
    """The last reading of each unit and report year of runs of earlier quarters, for units of which there is none `here`.

    Only of years asked for; in the order of their sources. Raises LedgerError.
    """
    current = names(ledger)
    earlier = [card.entry for card in runs(ledger) if card.quarter is not None and card.quarter < quarter]
    taken = {(current.get(unit, unit), year) for unit, year in here}
    columns = tables.report.c
    query = select(columns.entry, columns.at, columns.unit, columns.year, columns.source).where(
        columns.entry.in_(earlier), columns.beside == 0, columns.year.in_(sorted(years))
    )
    last = {(current.get(row.unit, row.unit), row.year): row for row in ledger.rows(query.order_by(columns.entry))}
    wanted = sorted((row for key, row in last.items() if key not in taken), key=lambda row: (row.source, row.entry))
    return tuple(report_of(ledger, row.entry, row.at) for row in wanted)


def texts_of(ledger: Ledger, card: RunCard) -> Texts | None:
    """The rulebook that a run used, None where it was not kept."""
    if card.texts is None:
        return None
    (files,) = fetched(ledger, [card.texts]).values()
    return Texts(tuple(RuleFile(**file) for file in files))


def _judged(
    row: Row[Any], contents: Mapping[str, Any], decoder: Decoder, called: Mapping[Key, str], current: Mapping[str, str]
) -> Judged:
    said: Judged = decoder.decode(Judged, contents[row.said])
    judged = replace(said, report=_report(row, contents, decoder))
    return numbered(judged, called, current)


def numbered(judged: Judged, called: Mapping[Key, str], current: Mapping[str, str]) -> Judged:
    """The same report, its findings with their names for people."""
    unit, year = unit_of(judged.report), judged.report.profile.year

    def name(finding: Finding) -> Finding:
        return replace(finding, number=called.get(Key(current.get(unit, unit), year, finding.locus), ""))

    return replace(judged, findings=tuple(map(name, judged.findings)))


def standings_numbered(
    found: Completeness | None, called: Mapping[Key, str], current: Mapping[str, str]
) -> Completeness | None:
    """The same count, the findings on reports that are not there with their names for people."""

    def name(one: UnitYear) -> UnitYear:
        if one.finding is None:
            return one
        number = called.get(Key(current.get(one.unit, one.unit), one.year, one.finding.locus), "")
        return replace(one, finding=replace(one.finding, number=number))

    return None if found is None else replace(found, standings=tuple(map(name, found.standings)))


def _report(row: Row[Any], contents: Mapping[str, Any], decoder: Decoder) -> Report:
    rest: Report = decoder.decode(Report, contents[row.reading])
    facts: tuple[Fact, ...] = decoder.decode(tuple[Fact, ...], contents[row.facts])
    claims: tuple[Claim, ...] = decoder.decode(tuple[Claim, ...], contents[row.claims])
    return replace(rest, facts={fact.id: fact for fact in facts}, claims=claims)


def _of(
    ledger: Ledger, table: Any, entries: Sequence[int], *order: Any, units: Collection[str] | None = None
) -> Sequence[Row[Any]]:
    query = select(table).where(table.c.entry.in_(entries)).order_by(table.c.entry, *order)
    return ledger.rows(query if units is None else query.where(table.c.unit.in_(units)))


def _card(row: Row[Any]) -> RunCard:
    return RunCard(
        row.entry,
        row.id,
        row.quarter,
        dt.datetime.fromisoformat(row.started),
        row.engine,
        row.inference,
        row.rulebook,
        row.version,
        row.rules,
        row.reports,
        row.unread,
        row.texts,
    )


def noted_of(row: Row[Any], called: Mapping[Key, str], current: Mapping[str, str]) -> Noted:
    """A row of `finding` with its name for people, under the current name of its unit."""
    key = Key(current.get(row.unit, row.unit), row.year, row.locus)
    return Noted(
        key,
        called.get(key, ""),
        row.fingerprint,
        row.content,
        row.rule,
        row.title,
        Outcome(row.outcome),
        row.severity,
        row.dimension,
        row.message,
        listed(row.facts),
        Decimal(row.cost),
        Decimal(row.deducted),
        row.absorbed_by,
        listed(row.members) if row.members else (),
        bool(row.draft),
    )


def checked_of(row: Row[Any], order: Sequence[str], found: tuple[Noted, ...], current: Mapping[str, str]) -> Checked:
    """A row of `report` with its findings; `order` are the ids of the rules of its run."""
    return Checked(
        row.entry,
        row.at,
        row.source,
        row.document,
        current.get(row.unit, row.unit),
        row.short,
        row.unit_kind,
        row.unit_group,
        row.region,
        row.year,
        row.form,
        Decimal(row.points),
        Decimal(row.low),
        Decimal(row.if_suspected),
        row.grade,
        row.reading,
        _outcomes(tuple(order), row.outcomes),
        found,
        _pairs(row.unclear),
        _pairs(row.off),
    )


@lru_cache(maxsize=1024)
def _outcomes(order: tuple[str, ...], letters: str) -> Mapping[str, Outcome]:
    """Outcomes by rule; reports that did not change from run to run share theirs."""
    return {rule: _OUTCOMES[letter] for rule, letter in zip(order, letters, strict=True) if letter in _OUTCOMES}


@lru_cache(maxsize=1024)
def _pairs(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((rule, tuple(cells)) for rule, cells in json.loads(text))


@lru_cache(maxsize=4096)
def listed(text: str) -> tuple[str, ...]:
    """Words of a column; findings of a kind, and those that stand from run to run, share theirs."""
    return tuple(json.loads(text))
