"""A stored run -> what was handed to it, so that `pipeline.audit` makes the same audit again, here or elsewhere.

    sources, options = handed_anew(ledger, card, an_empty_folder)
    audit(sources, book, options)       # book: the one of `reading.texts_of`

Names     files lie under numbers in the folder and are read under the names that the run knew them by: members of
          a ZIP, parts, attachments and the order come out as they did; what could not be opened is handed in as that
Beside    the roster and the checklists, read from the bytes that the run read; the years under check; what people had typed
          for cells (人工录入) at that time, which the run wrote down
Bare      `bare` is an audit as the rules made it: without the numbers, the verdicts and the head of the chain that a ledger adds
Refuses   a run whose files are not all there: LedgerError; a roster or a checklist that cannot be read any more says so itself
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from auditor import readers
from auditor.checklist.answers import Answer, ChecklistError, Lists
from auditor.ledger import tables
from auditor.ledger.contents import documents, fetched
from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.reading import report_of
from auditor.model import Audit, Document, Finding, Report, Typed, Unread
from auditor.pipeline import Options
from auditor.quarters.nouns import RunCard
from auditor.readers import Source
from auditor.roster import Roster
from auditor.store.codec import Decoder
from auditor.typed import TypedCells

REPORT, PREVIOUS, ROSTER = "report", "previous", "roster"
CHECKLISTS: Mapping[str, bool] = {"checklist": False, "checklist_found": True}
"""Roles of checklists, and whether nobody named them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing that was handed to a run: role and name, and the SHA-256 of its bytes or why it could not be opened."""

    role: str
    name: str
    sha256: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a run was made of, but for its rulebook: `data` are the bytes of the items by their SHA-256."""

    items: tuple[Item, ...]
    data: Mapping[str, bytes]
    quarter: str | None
    started: dt.datetime
    years: tuple[int, ...] = ()
    typed: TypedCells = field(default_factory=dict)
    others: tuple[Report, ...] = ()


def items_of(ledger: Ledger, card: RunCard) -> tuple[Item, ...]:
    """What was handed to a run, in order. Raises LedgerError."""
    query = select(tables.handed).where(tables.handed.c.entry == card.entry).order_by(tables.handed.c.at)
    return tuple(Item(row.role, row.name, row.sha256, row.reason or "") for row in ledger.rows(query))


def handed_to(ledger: Ledger, card: RunCard) -> Inputs:
    """The inputs of a stored run. Raises LedgerError where they are not all there."""
    items = items_of(ledger, card)
    wanted = {item.sha256 for item in items if item.sha256 is not None}
    data = documents(ledger, wanted)
    if wanted - data.keys():
        raise LedgerError(f"台账“{ledger.path}”中批次 {card.id} 的文件不全，请运行 auditor verify")
    columns = tables.run.c
    (row,) = ledger.rows(select(columns.options, columns.typed, columns.shapes).where(columns.entry == card.entry))
    chosen: Mapping[str, Any] = json.loads(row.options) if row.options else {}
    typed = _typed(ledger, row.typed, row.shapes) if row.typed else {}
    return Inputs(items, data, card.quarter, card.started, tuple(chosen.get("years", ())), typed, _others(ledger, card))


def _others(ledger: Ledger, card: RunCard) -> tuple[Report, ...]:
    """The reports that were only peers: they were read in earlier runs and are taken as they were read."""
    columns = tables.report.c
    query = select(columns.at).where(columns.entry == card.entry, columns.beside == 2).order_by(columns.at)
    return tuple(report_of(ledger, card.entry, row.at) for row in ledger.rows(query))


def _typed(ledger: Ledger, address: str, shapes: str) -> TypedCells:
    contents = fetched(ledger, [address, shapes])
    decoder = Decoder({name: tuple(fields) for name, fields in contents[shapes].items()})
    found: dict[str, dict[str, Typed]] = {}
    for key, fact, said in contents[address]:
        found.setdefault(key, {})[fact] = decoder.decode(Typed, said)
    return found


def handed_anew(
    ledger: Ledger, card: RunCard, folder: Path, inference: str | None = None, jobs: int | None = None
) -> tuple[tuple[Source | Unread, ...], Options]:
    """What `pipeline.audit` takes to make a stored run again; the files are written into the folder. Raises LedgerError;
    RosterError or ChecklistError where those files cannot be read any more."""
    return laid_out(handed_to(ledger, card), folder, inference, jobs)


def laid_out(
    inputs: Inputs, folder: Path, inference: str | None = None, jobs: int | None = None
) -> tuple[tuple[Source | Unread, ...], Options]:
    """The same of inputs that were gathered elsewhere."""
    given = [(item.role, _laid(folder, at, item, inputs.data)) for at, item in enumerate(inputs.items)]
    options = Options(
        inputs.quarter,
        tuple(one for role, one in given if role == PREVIOUS),
        jobs,
        inputs.started,
        inference,
        _roster(inputs),
        inputs.years,
        _lists(inputs),
        typed=inputs.typed,
        others=lambda _: inputs.others,
    )
    return tuple(one for role, one in given if role == REPORT), options


def _laid(folder: Path, at: int, item: Item, data: Mapping[str, bytes]) -> Source | Unread:
    if item.sha256 is None:
        return Unread(item.name, item.reason)
    path = folder / f"{at:06d}"
    if item.role in (REPORT, PREVIOUS):
        path.write_bytes(data[item.sha256])
    return Source(item.name, path)


def _roster(inputs: Inputs) -> Roster | None:
    from auditor.roster.sheet import of_document

    for item in inputs.items:
        if item.role == ROSTER and item.sha256 is not None:
            return of_document(_document(item, inputs.data[item.sha256]))
    return None


def _lists(inputs: Inputs) -> Lists | None:
    from auditor.checklist.sheet import of_document

    answers: list[Answer] = []
    mistakes: list[str] = []
    lists = [item for item in inputs.items if item.role in CHECKLISTS and item.sha256 is not None]
    for item in lists:
        assert item.sha256 is not None
        said, wrong = of_document(_document(item, inputs.data[item.sha256]), automatic=CHECKLISTS[item.role])
        answers += said
        mistakes += wrong
    return Lists(tuple(answers), tuple(mistakes)) if lists else None


def _document(item: Item, data: bytes) -> Document:
    found = readers.read(item.name, data)
    if isinstance(found, Unread):
        raise ChecklistError([f"“{item.name}”：{found.reason}"])
    return found


def names_of(items: Sequence[Item]) -> dict[str, str]:
    """The SHA-256 of what was handed in, by name."""
    return {item.name: item.sha256 for item in items if item.sha256 is not None}


def bare(audit: Audit) -> Audit:
    """The audit as the rules made it, whatever a ledger knows beside; two runs of the same inputs are equal then, but for the
    name of the engine of their patterns."""
    plain = (
        replace(judged, findings=tuple(_bare(f) for f in judged.findings if not f.manual)) for judged in audit.reports
    )
    counted = audit.completeness
    if counted is not None:
        standings = (replace(one, finding=_bare(one.finding)) if one.finding else one for one in counted.standings)
        counted = replace(counted, standings=tuple(standings))
    return replace(audit, reports=tuple(plain), completeness=counted, apart=(), ledger=None)


def _bare(finding: Finding) -> Finding:
    return replace(finding, number="", verdict=None, reopened="", remark="")
