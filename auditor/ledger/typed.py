"""What people typed for cells that could not be read -> one entry of the chain; and the cells of a ledger's documents.

Whole     all that was typed in one go is one entry, or none: whoever typed meanwhile is seen before anything is written
Nothing   where nothing new was typed, no entry is made
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from auditor.factsheet.sheet import Entry
from auditor.factsheet.weighing import Weighed, weighed
from auditor.ledger import tables
from auditor.ledger.contents import fetched
from auditor.ledger.handed import items_of, names_of
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import stored
from auditor.ledger.remembering import typed_fact
from auditor.model import Fact, Judged
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import RunCard
from auditor.quarters.typed import typed_of
from auditor.store.codec import Decoder
from auditor.typed import document_of, key_of

KIND = "录入"


def enter(ledger: Ledger, entries: Sequence[Entry], at: dt.datetime, *, change: bool = False) -> Weighed:
    """What became of the entries; they are written where nothing contradicts and nothing is a mistake. Raises LedgerError."""
    facts = cells_of(ledger, {document_of(entry.key) for entry in entries})
    try:
        with ledger.writing(KIND, _words(entries), at) as entry:
            rows = entry.rows(select(tables.typed).order_by(tables.typed.c.entry))
            found = weighed(entries, typed_of(map(typed_fact, rows)), facts, change=change)
            if found.conflicts or found.mistakes or not found.new:
                raise _NothingToWrite(found)
            entry.add("typed", *map(_row, found.new))
            return found
    except _NothingToWrite as nothing:
        return nothing.found


class _NothingToWrite(Exception):
    def __init__(self, found: Weighed) -> None:
        super().__init__()
        self.found = found


def _words(entries: Sequence[Entry]) -> str:
    names = "、".join(dict.fromkeys(entry.typed.by for entry in entries))
    return f"人工录入（{names}）"


def _row(entry: Entry) -> dict[str, Any]:
    said = entry.typed
    return {
        "document": entry.key,
        "fact": entry.fact,
        "state": said.state.value,
        "value": None if said.value is None else str(said.value),
        "raw": said.raw,
        "typed_by": said.by,
        "typed_on": said.on.isoformat() if said.on is not None else "",
        "note": entry.note or None,
    }


def cells_of(ledger: Ledger, documents: Collection[str]) -> dict[tuple[str, str], Fact]:
    """The cells of these documents as they were read last, by key and fact; of a file that was joined to another one nothing
    is known. Raises LedgerError."""
    out: dict[tuple[str, str], Fact] = {}
    for row in _reports(ledger, documents):
        contents = fetched(ledger, [row.facts, row.shapes])
        if len(contents) == len({row.facts, row.shapes}):
            decoder = Decoder({name: tuple(fields) for name, fields in contents[row.shapes].items()})
            facts: tuple[Fact, ...] = decoder.decode(tuple[Fact, ...], contents[row.facts])
            own = (fact for fact in facts if fact.place is None or not fact.place.file)
            out |= {(key_of(row.source, row.document), fact.id): fact for fact in own}
    return out


def _reports(ledger: Ledger, documents: Collection[str]) -> Iterator[Row[Any]]:
    """The last reading of each report of these documents."""
    columns = tables.report.c
    query = (
        select(columns.source, columns.document, columns.facts, tables.run.c.shapes)
        .join(tables.run, tables.run.c.entry == columns.entry)
        .where(columns.document.in_(sorted(documents)))
        .order_by(columns.entry)
    )
    last = {(row.source, row.document): row for row in ledger.rows(query)}
    yield from last.values()


def last_reports(ledger: Ledger, cards: Sequence[RunCard]) -> list[tuple[Judged, Mapping[str, str]]]:
    """The reports of these runs, of each unit and year those of the last run that has any, with the SHA-256 of the files of
    their run by name. Raises LedgerError."""
    last: dict[tuple[str, int | None], list[tuple[Judged, Mapping[str, str]]]] = {}
    for card in cards:
        files = names_of(items_of(ledger, card))
        fresh: dict[tuple[str, int | None], list[tuple[Judged, Mapping[str, str]]]] = {}
        for judged in stored(ledger, card).reports:
            key = (unit_of(judged.report), judged.report.profile.year)
            fresh.setdefault(key, []).append((judged, files))
        last |= fresh
    return [pair for pairs in last.values() for pair in pairs]


def known_documents(ledger: Ledger, wanted: Collection[str]) -> set[str]:
    """Those of the documents that the ledger holds. Raises LedgerError."""
    column = tables.document.c.sha256
    return {row.sha256 for row in ledger.rows(select(column).where(column.in_(sorted(wanted))))}
