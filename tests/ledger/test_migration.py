"""An older ledger is brought up to date with a copy kept beside it, and stays whole; a newer one is refused.

`version1.sql` is the schema as version 1 wrote it; the rows of the test are sealed as version 1 sealed them.
"""

from __future__ import annotations

import contextlib
import sqlite3
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from ledgers import AT, add
from sqlalchemy import select

from auditor.ledger import LedgerError, migrating, tables
from auditor.ledger import open as open_ledger
from auditor.ledger.checking import verify
from auditor.ledger.reading import runs
from auditor.ledger.remembering import remembered
from auditor.ledger.seal import FIRST, canonical, entry_hash, row_seal, rows_digest
from auditor.ledger.weighing import weighed

FIRST_SCHEMA = Path(__file__).with_name("version1.sql").read_text("utf-8")
_DAY = "2026-04-08"
_PLAUSIBLE = {
    "word": "属实",
    "state": "number",
    "value": "3",
    "cells": "[]",
    "facts": "[]",
    "points": "88",
    "outcome": "broken",
}


def old_ledger(path: Path, entries: int = 2) -> str:
    """A ledger of version 1 with a row of every table in each entry; its head."""
    head, number = FIRST, count()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"BEGIN;{FIRST_SCHEMA}")
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for seq in range(1, entries + 1):
            digests = {}
            for name in names:
                if name != "entry" and name not in ("content", "document"):
                    row = old_row(connection, name, seq, next(number))
                    row["seal"] = row_seal(name, row)
                    insert(connection, name, row)
                    digests[name] = rows_digest([row["seal"]])
            parts = {
                "seq": seq,
                "at": AT.isoformat(),
                "kind": "认定",
                "words": "旧",
                "rows": canonical(digests).decode(),
            }
            hashed = entry_hash(**parts, previous=head)  # type: ignore[arg-type]
            insert(connection, "entry", {**parts, "previous": head, "hash": hashed})
            head = hashed
        connection.execute("COMMIT")
    return head


def old_row(connection: sqlite3.Connection, table: str, seq: int, at: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for _, name, kind, needed, *_ in connection.execute(f"PRAGMA table_info({table})"):
        if name == "seal" or (not needed and at % 2):
            continue
        text = _PLAUSIBLE.get(name, _DAY if name.endswith("_on") or name == "start" else f"{table}{name}{at}")
        row[name] = at if kind == "INTEGER" else text
        if name in ("end", "review", "until", "deadline") or name == "started":
            row[name] = _DAY
    return {**row, "entry": seq, "nth": 0}


def insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def rows(path: Path) -> dict[str, list[Any]]:
    """All values of the columns that version 1 had."""
    with contextlib.closing(sqlite3.connect(":memory:")) as first:
        first.executescript(FIRST_SCHEMA)
        names = [name for (name,) in first.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {name: [each[1] for each in first.execute(f"PRAGMA table_info({name})")] for name in names}
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {
            name: connection.execute(f"SELECT {', '.join(f'{each!r}' for each in known)} FROM {name}").fetchall()
            for name, known in columns.items()
        }


def version(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_version_one_is_brought_up_to_date_and_a_copy_is_kept(tmp_path: Path) -> None:
    path, kept = tmp_path / "ledger.sqlite", tmp_path / "ledger.sqlite.第1版备份"
    head = old_ledger(path)
    before = rows(path)
    with open_ledger(path) as ledger:
        found = verify(ledger, [head])
        assert found.whole, found.breaks
        assert (found.stamp.head, found.stamp.entries) == (head, 2)
        assert weighed(ledger).version == tables.VERSION
        assert len(runs(ledger)) == 2
        assert len(remembered(ledger).issued) == 2
    assert (version(kept), version(path)) == (1, tables.VERSION)
    assert rows(path) == rows(kept) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == [path.name, kept.name]


def test_an_entry_can_be_added_to_a_migrated_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    old_ledger(path)
    open_ledger(path).close()
    with open_ledger(path) as ledger:
        add(ledger, range(50, 52))
        assert verify(ledger).whole
        assert [row.seq for row in ledger.rows(select(tables.entry))] == [1, 2, 3]


def test_a_version_that_was_tampered_with_is_named_after_migration(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    old_ledger(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE verdict SET why = '另一个理由' WHERE entry = 2")
    with open_ledger(path) as ledger:
        first = verify(ledger).breaks[0]
    assert (first.entry, first.table) == (2, "verdict")


def test_a_column_that_was_filled_in_old_rows_is_named(tmp_path: Path) -> None:
    """A new column is NULL in rows of the old version; whoever fills it breaks their seal."""
    path = tmp_path / "ledger.sqlite"
    old_ledger(path)
    open_ledger(path).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE issued SET why = '改' WHERE entry = 1")
    with open_ledger(path) as ledger:
        first = verify(ledger).breaks[0]
    assert (first.entry, first.table) == (1, "issued")


def test_what_a_newer_version_adds_may_be_null() -> None:
    """Else no older file could be brought up to date, and no older seal would hold."""
    with contextlib.closing(sqlite3.connect(":memory:")) as first:
        first.executescript(FIRST_SCHEMA)
        for table in tables.metadata.sorted_tables:
            known = {each[1] for each in first.execute(f"PRAGMA table_info({table.name})")}
            added = [each for each in table.columns if known and each.name not in known]
            assert all(each.nullable for each in added), (table.name, [each.name for each in added])
            assert known <= {each.name for each in table.columns}, table.name


def test_a_failed_migration_leaves_the_old_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite"
    old_ledger(path)
    before = rows(path)

    def refuse(*_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(migrating.copying, "copy", refuse)
    with pytest.raises(LedgerError, match="不能在旁边留下备份"):
        open_ledger(path)
    monkeypatch.undo()
    assert (version(path), rows(path)) == (1, before)
    monkeypatch.setattr(migrating, "CreateColumn", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_ledger(path)
    monkeypatch.undo()
    assert (version(path), rows(path)) == (1, before)
    open_ledger(path).close()
    assert version(path) == tables.VERSION


def test_a_newer_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path, create=True).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {tables.VERSION + 1}")
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(LedgerError, match=rf"由较新的程序写成（第 {tables.VERSION + 1} 版.*请升级 auditor"):
            open_ledger(path, create=create)
    assert path.read_bytes() == before
