"""The ledger -> what it says now of every finding that has a number: what a filled-in workbook is weighed against.

Contents  of all runs, the last noted one last; of what was found by eye, its words
Decisions the last word on each finding with its entry, a verdict taken back too
Wide      findings that a waiver of wider scope covers on that day: a verdict does not free them of it
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, func, select

from auditor.ledger import tables
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import numbers
from auditor.ledger.remembering import day as day_of
from auditor.ledger.remembering import remembered
from auditor.ledgersheet.nouns import Standing
from auditor.model import Verdict
from auditor.quarters.handmade import content_of, fingerprint_of, locus_of
from auditor.quarters.holding import Holdings
from auditor.quarters.nouns import Decision, Key, Remembered


def standing(ledger: Ledger, day: dt.date) -> Standing:
    """All findings as they stand on that day, and the chain. Raises LedgerError."""
    with ledger.reading():
        memory = remembered(ledger)
        contents, fingerprints = _noted(ledger, memory.names)
        for one in memory.manual:
            key = Key(one.unit, one.year, locus_of(one.number))
            contents[key] = (content_of(one),)
            fingerprints[key] = frozenset((fingerprint_of(one),))
        return Standing(
            {number: key for key, number in numbers(ledger).items()},
            contents,
            fingerprints,
            {row.seq: row.hash for row in ledger.rows(select(tables.entry.c.seq, tables.entry.c.hash))},
            _decisions(ledger, memory.names),
            _remarks(ledger, memory.names),
            _wide(ledger, memory, day),
        )


def _noted(ledger: Ledger, current: Mapping[str, str]) -> tuple[dict[Key, tuple[str, ...]], dict[Key, frozenset[str]]]:
    """Contents and fingerprints of every finding."""
    columns = tables.finding.c
    named = (columns.unit, columns.year, columns.locus, columns.content, columns.fingerprint)
    last = func.max(columns.entry).label("last")
    contents: dict[Key, dict[str, None]] = {}
    fingerprints: dict[Key, set[str]] = {}
    for row in ledger.rows(select(*named, last).group_by(*named).order_by(last)):
        key = _key(row, current)
        listed = contents.setdefault(key, {})
        listed.pop(row.content, None)  # noted again later: it is the last one
        listed[row.content] = None
        fingerprints.setdefault(key, set()).add(row.fingerprint)
    return {key: tuple(one) for key, one in contents.items()}, {
        key: frozenset(one) for key, one in fingerprints.items()
    }


def _decisions(ledger: Ledger, current: Mapping[str, str]) -> dict[Key, Decision]:
    query = select(tables.verdict).order_by(tables.verdict.c.entry, tables.verdict.c.nth)
    out = {}
    for row in ledger.rows(query):
        key = _key(row, current)
        said = Verdict(row.word, row.why, row.decided_by, day_of(row.decided_on), row.paper or "", day_of(row.until))
        out[key] = Decision(row.entry, key, row.content, said, row.number)
    return out


def _remarks(ledger: Ledger, current: Mapping[str, str]) -> dict[Key, tuple[int, str]]:
    query = select(tables.remark).order_by(tables.remark.c.entry, tables.remark.c.nth)
    return {_key(row, current): (row.entry, row.text) for row in ledger.rows(query)}


def _wide(ledger: Ledger, memory: Remembered, day: dt.date) -> dict[Key, str]:
    """The number of the waiver by finding, as it was last noted."""
    if not any(not waiver.locus and waiver.holds(day) for waiver in memory.waivers):
        return {}
    columns = tables.finding.c
    query = select(columns.unit, columns.year, columns.locus, columns.content, columns.rule, columns.facts)
    holdings = Holdings(Remembered(waivers=memory.waivers), day)
    out: dict[Key, str] = {}
    for row in ledger.rows(query.order_by(columns.entry)):
        key = _key(row, memory.names)
        said = holdings.of(key, row.content, row.rule, json.loads(row.facts)).verdict
        out[key] = said.waiver if said is not None else ""
    return {key: number for key, number in out.items() if number}


def _key(row: Row[Any], current: Mapping[str, str]) -> Key:
    return Key(current.get(row.unit, row.unit), row.year, row.locus)
