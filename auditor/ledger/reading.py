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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from auditor.ledger import tables
from auditor.ledger.contents import fetched
from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.units import unit_of
from auditor.model import Audit, Claim, Fact, Finding, Judged, LedgerStamp, Outcome, Report
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


def checked(ledger: Ledger, cards: Sequence[RunCard]) -> tuple[Checked, ...]:
    """The reports of these runs as they were judged, in the order of the runs."""
    entries = [card.entry for card in cards]
    rule_ids = {row.entry: row.rule_ids for row in _of(ledger, tables.run, entries)}
    orders = fetched(ledger, rule_ids.values())
    called = numbers(ledger)
    current = names(ledger)
    found: dict[tuple[int, int], list[Noted]] = {}
    for row in _of(ledger, tables.finding, entries, tables.finding.c.place):
        found.setdefault((row.entry, row.report), []).append(_noted(row, called, current))
    rows = [row for row in _of(ledger, tables.report, entries, tables.report.c.at) if not row.beside]
    return tuple(
        _checked(row, orders[rule_ids[row.entry]], tuple(found.get((row.entry, row.at), ())), current) for row in rows
    )


def latest(records: Iterable[Checked]) -> dict[tuple[str, int | None], Checked]:
    """The last record of each unit and report year: a run over part of the units changes only those."""
    return {(record.unit, record.year): record for record in records}


def numbers(ledger: Ledger) -> dict[Key, str]:
    """The names for people of all findings, by key, under the current names of units."""
    current = names(ledger)
    return {Key(current.get(r.unit, r.unit), r.year, r.locus): r.number for r in ledger.rows(select(tables.number))}


def names(ledger: Ledger) -> dict[str, str]:
    """Former names of units -> current ones, over as many renamings as there were."""
    step = {row.former: row.unit for row in ledger.rows(select(tables.name).order_by(tables.name.c.entry))}
    return {former: _last(former, step) for former in step}


def _last(name: str, step: Mapping[str, str]) -> str:
    seen = {name}
    while (after := step.get(name, name)) not in seen:
        seen.add(after)
        name = after
    return name


def stored(ledger: Ledger, card: RunCard) -> Audit:
    """The whole audit of a run as it was written, its findings with their numbers. Raises LedgerError."""
    (run,) = _of(ledger, tables.run, [card.entry])
    rows = _of(ledger, tables.report, [card.entry], tables.report.c.at)
    wanted = {run.audit, run.shapes}
    for row in rows:
        wanted |= {row.reading, row.facts, row.claims, *([row.said] if row.said else ())}
    contents = fetched(ledger, wanted)
    called = numbers(ledger)
    current = names(ledger)
    try:
        decoder = Decoder({name: tuple(fields) for name, fields in contents[run.shapes].items()})
        whole: Audit = decoder.decode(Audit, contents[run.audit])
        judged = tuple(_judged(row, contents, decoder, called, current) for row in rows if not row.beside)
        before = tuple(_report(row, contents, decoder) for row in rows if row.beside)
    except (CodecError, KeyError) as error:
        raise LedgerError(f"台账“{ledger.path}”中批次 {card.id} 的内容不完整或已损坏，请运行 auditor verify") from error
    return replace(whole, reports=judged, before=before, ledger=stamp_of(ledger, card))


def stamp_of(ledger: Ledger, card: RunCard) -> LedgerStamp:
    """The chain as it stood when the run was written."""
    query = select(tables.entry.c.hash).where(tables.entry.c.seq == card.entry)
    return LedgerStamp(str(ledger.rows(query)[0].hash), card.entry)


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


def _report(row: Row[Any], contents: Mapping[str, Any], decoder: Decoder) -> Report:
    rest: Report = decoder.decode(Report, contents[row.reading])
    facts: tuple[Fact, ...] = decoder.decode(tuple[Fact, ...], contents[row.facts])
    claims: tuple[Claim, ...] = decoder.decode(tuple[Claim, ...], contents[row.claims])
    return replace(rest, facts={fact.id: fact for fact in facts}, claims=claims)


def _of(ledger: Ledger, table: Any, entries: Sequence[int], *order: Any) -> Sequence[Row[Any]]:
    query = select(table).where(table.c.entry.in_(entries)).order_by(table.c.entry, *order)
    return ledger.rows(query)


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


def _noted(row: Row[Any], called: Mapping[Key, str], current: Mapping[str, str]) -> Noted:
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
        tuple(json.loads(row.facts)),
        Decimal(row.cost),
        Decimal(row.deducted),
        row.absorbed_by,
        tuple(json.loads(row.members)) if row.members else (),
        bool(row.draft),
    )


def _checked(row: Row[Any], order: Sequence[str], found: tuple[Noted, ...], current: Mapping[str, str]) -> Checked:
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
        {rule: _OUTCOMES[letter] for rule, letter in zip(order, row.outcomes, strict=True) if letter in _OUTCOMES},
        found,
        tuple(_pairs(row.unclear)),
        tuple(_pairs(row.off)),
    )


def _pairs(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for rule, cells in json.loads(text):
        yield rule, tuple(cells)
