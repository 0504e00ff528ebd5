"""Runs of a ledger -> the bytes of a bundle: what was handed in, what was read, the rules, findings, verdicts, letters, the chain.

Whole entries of the runs, and of everything that people entered about their units, go in with all their rows, so that the seals
of an entry can be reckoned again elsewhere; names of findings and units that other entries gave go in one by one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Table, select

from auditor import __version__
from auditor.bundle import shape
from auditor.documents.json_text import dumps
from auditor.ledger import tables
from auditor.ledger.contents import documents, fetched
from auditor.ledger.laying import view
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import standings_numbered, stored
from auditor.ledger.seal import sha256
from auditor.model import Audit
from auditor.quarters.nouns import RunCard
from auditor.typed import document_of

# What a run writes of itself; the rest is what people entered.
OF_RUNS = frozenset({"run", "handed", "report", "finding", "number", "name", "document", "content"})
_BLOBS = ("document", "content")
_WORDS = """政府信息公开工作年度报告审核数据包

本文件保存了 {runs} 的全部材料：当时的报告原件、读取结果、规则库、审核结果、认定、豁免、发文和反馈，以及台账校验链。
核对有没有被改动：auditor verify 本文件
在别的电脑上按原件重新审核一遍，看结果是否一字不差：auditor verify 本文件 --replay
台账校验码（第 {entries} 条）：{head}
"""


def bundled(ledger: Ledger, cards: Sequence[RunCard], word: str, day: dt.date) -> bytes:
    """The bundle of these runs; `word` is what the user called them, `day` that for which decisions are laid over.

    Raises LedgerError where something of a run is missing.
    """
    word = cards[-1].quarter if word.upper() == cards[-1].quarter else cards[-1].id
    with ledger.reading():
        stamp = ledger.stamp
        rows = _rows(ledger, cards)
        files = dict(_blobs(ledger, rows))
        files[shape.ENTRIES] = _json(
            [dict(row._mapping) for row in ledger.rows(select(tables.entry).order_by(tables.entry.c.seq))]
        )
        files[shape.ROWS] = _json({str(entry): found for entry, found in rows.items()})
        files[shape.OTHERS] = _json(_others(ledger, rows))
        for card in cards:
            bare = replace(stored(ledger, card), ledger=None)
            files[shape.result(card.id, card.entry)] = dumps(without_numbers(bare)).encode()
        files[shape.DECIDED] = dumps(view(ledger, word, day)).encode()
        runs = "、".join(f"批次 {card.id}" for card in cards)
        files[shape.WORDS] = _WORDS.format(runs=runs, head=stamp.head, entries=stamp.entries).encode()
        told = {
            "program": __version__,
            "word": word,
            "day": day.isoformat(),
            "head": {"sha256": stamp.head, "entries": stamp.entries},
            "runs": [_card(card) for card in cards],
        }
    return shape.written(told, files)


def without_numbers(audit: Audit) -> Audit:
    """The audit as the rules left it: the names of its findings come from the ledger, not from the rules."""
    reports = tuple(
        replace(judged, findings=tuple(replace(finding, number="") for finding in judged.findings))
        for judged in audit.reports
    )
    return replace(audit, reports=reports, completeness=standings_numbered(audit.completeness, {}, {}))


def _card(card: RunCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "entry": card.entry,
        "quarter": card.quarter,
        "started": card.started.isoformat(),
        "engine": card.engine,
        "inference": card.inference,
        "rulebook": card.rulebook,
        "version": card.version,
    }


def _rows(ledger: Ledger, cards: Sequence[RunCard]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """All rows of the entries that go in, by entry and table."""
    runs = [card.entry for card in cards]
    reports = ledger.rows(select(tables.report.c.unit).where(tables.report.c.entry.in_(runs)))
    files = ledger.rows(select(tables.handed.c.sha256).where(tables.handed.c.entry.in_(runs)))
    units, found = {row.unit for row in reports}, {row.sha256 for row in files if row.sha256}
    wanted = {*runs, *_entered(ledger, units, found)}
    out: dict[int, dict[str, list[dict[str, Any]]]] = {entry: {} for entry in sorted(wanted)}
    for table in tables.SEALED:
        for row in _of(ledger, table, wanted):
            out[row["entry"]].setdefault(table.name, []).append(row)
    return out


def _entered(ledger: Ledger, units: set[str], handed: set[str]) -> Iterator[int]:
    """The entries in which people entered something about these units or files, or about all units."""
    for table in tables.SEALED:
        if table.name in OF_RUNS:
            continue
        for row in ledger.rows(select(table)):
            named = getattr(row, "unit", None)
            read = document_of(row.document) if table.name == "typed" else None
            if named in units or named == "" or read in handed or (named is None and read is None):
                yield row.entry


def _of(ledger: Ledger, table: Table, entries: Iterable[int]) -> list[dict[str, Any]]:
    query = select(table).where(table.c.entry.in_(sorted(entries))).order_by(table.c.entry, table.c.nth)
    return [as_json(dict(row._mapping)) for row in ledger.rows(query)]


def as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it goes into a bundle: no NULLs, bytes as their hash, the seal in hex."""
    shown = {}
    for name, value in row.items():
        if name == "seal":
            shown[name] = value.hex()
        elif isinstance(value, bytes):
            shown[name] = {"sha256": sha256(value)}
        elif value is not None:
            shown[name] = value
    return shown


def _blobs(ledger: Ledger, rows: Mapping[int, Mapping[str, list[dict[str, Any]]]]) -> Iterator[tuple[str, bytes]]:
    """The files and contents that the runs name, wherever they were written first."""
    handed = {row["sha256"] for found in rows.values() for row in found.get("handed", ()) if "sha256" in row}
    named: set[str] = set()
    for found in rows.values():
        for row in found.get("run", ()):
            named |= {row[name] for name in ("audit", "shapes", "rule_ids", "texts", "typed") if name in row}
        for row in found.get("report", ()):
            named |= {row[name] for name in ("reading", "facts", "claims", "said") if name in row}
    for address, data in documents(ledger, handed).items():
        yield shape.document(address), data
    for address, value in fetched(ledger, named).items():
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        yield shape.content(address), plain.encode("utf-8", "surrogatepass")


def _others(ledger: Ledger, rows: Mapping[int, Any]) -> dict[str, list[dict[str, Any]]]:
    """Names that other entries gave: of the findings of these runs, and of units."""
    keys = {
        (row["unit"], row.get("year"), row["locus"])
        for found in rows.values()
        for row in (*found.get("finding", ()), *found.get("manual", ()))
    }
    every = ledger.rows(select(tables.number).order_by(tables.number.c.entry, tables.number.c.nth))
    called = [
        as_json(dict(row._mapping))
        for row in every
        if row.entry not in rows and (row.unit, row.year, row.locus) in keys
    ]
    renamed = ledger.rows(select(tables.name).order_by(tables.name.c.entry, tables.name.c.nth))
    return {"number": called, "name": [as_json(dict(row._mapping)) for row in renamed if row.entry not in rows]}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode()
