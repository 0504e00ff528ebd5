"""Whatever is altered in a ledger, `verify` names it, and the entry it belongs to first: every table, every column, every byte.

The attacker has the file and SQLite; the strong one also recomputes seals and digests. `AUDITOR_THOROUGH` tries many more.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import STORED, add, full

from auditor.ledger import LedgerError, tables
from auditor.ledger import open as open_ledger
from auditor.ledger.checking import Verified, verify
from auditor.ledger.ledger import DamagedError
from auditor.ledger.seal import canonical, entry_hash, row_seal, rows_digest

ENTRIES = 4
TRIES = 3000 if os.environ.get("AUDITOR_THOROUGH") else 12
BEFORE = settings(max_examples=TRIES, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELLS = [(table.name, column.name) for table in tables.SEALED for column in table.columns]


@pytest.fixture(scope="module")
def given_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    full(path, ENTRIES)
    return path


class Attacker:
    """Changes a copy of the ledger with plain SQLite, as somebody would who has the file."""

    def __init__(self, original: Path) -> None:
        self.path = original.with_name("changed.sqlite")
        shutil.copyfile(original, self.path)

    @contextlib.contextmanager
    def inside(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection

    def found(self, *heads: str) -> Verified:
        with open_ledger(self.path) as ledger:
            return verify(ledger, heads)


def whole_row(connection: sqlite3.Connection, table: str, id: int) -> dict[str, Any]:
    return dict(connection.execute(f"SELECT * FROM {table} WHERE rowid = ?", (id,)).fetchone())


def sealed_anew(connection: sqlite3.Connection, table: str, id: int) -> None:
    seal = row_seal(table, whole_row(connection, table, id))
    connection.execute(f"UPDATE {table} SET seal = ? WHERE rowid = ?", (seal, id))


def digested_anew(connection: sqlite3.Connection, seq: int) -> None:
    """The entry's digests and its hash made to fit its rows; the links of those after it are not."""
    digests = {}
    for table in tables.SEALED:
        seals = [row[0] for row in connection.execute(f"SELECT seal FROM {table.name} WHERE entry = ?", (seq,))]
        if seals:
            digests[table.name] = rows_digest(seals)
    connection.execute("UPDATE entry SET rows = ? WHERE seq = ?", (canonical(digests).decode(), seq))
    hashed_anew(connection, seq)


def hashed_anew(connection: sqlite3.Connection, seq: int) -> str:
    row = dict(connection.execute("SELECT * FROM entry WHERE seq = ?", (seq,)).fetchone())
    fresh = entry_hash(*(row[name] for name in ("seq", "at", "kind", "words", "rows", "previous")))
    connection.execute("UPDATE entry SET hash = ? WHERE seq = ?", (fresh, seq))
    return fresh


def test_what_was_not_touched_is_whole(given_ledger: Path) -> None:
    found = Attacker(given_ledger).found()
    assert found.whole, found.breaks
    assert found.stamp.entries == ENTRIES
    assert found.rows == ENTRIES * 2 * len(tables.SEALED)


def test_every_column_of_every_table_is_under_seal(tmp_path: Path) -> None:
    """In one ledger the first column is altered in the first row, the second in the second …: each is named."""
    full(tmp_path / "ledger.sqlite", max(len(table.columns) for table in tables.SEALED), rows=1)
    attacker, wanted = Attacker(tmp_path / "ledger.sqlite"), set()
    with attacker.inside() as connection:
        for table in tables.SEALED:
            for at, column in enumerate(table.columns, 1):
                value = whole_row(connection, table.name, at)[column.name]
                other = value + 1 if isinstance(value, int) else bytes(32) if isinstance(value, bytes) else f"{value}。"
                assert put(connection, table.name, column.name, at, other)
                wanted.add((at, table.name))
    named = [(one.entry, one.table) for one in attacker.found().breaks if "行" in one.words and "被改动" in one.words]
    last = {table.name: table.columns.keys().index("entry") + 1 for table in tables.SEALED}
    moved = {(at + 1, table) if at == last[table] else (at, table) for at, table in wanted}
    assert set(named) == moved
    assert len(wanted) == len(CELLS)


def changed(data: st.DataObject, value: Any) -> Any:
    """Another value in the place of one: a byte, a letter, a number, nothing, another kind of value."""
    if isinstance(value, int):
        return data.draw(st.sampled_from([value + 1, value - 1, -value - 1, str(value) + "x", value + 0.5, None]))
    if isinstance(value, bytes):
        at, bit = data.draw(st.integers(0, len(value) - 1)), data.draw(st.integers(0, 7))
        return data.draw(st.sampled_from([flipped(value, at, bit), value[:-1], value + b"\0", None]))
    if isinstance(value, str):
        raw = value.encode()
        at, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
        other = data.draw(st.sampled_from([value + " ", value[1:], value.swapcase() + "。", raw, None]))
        return data.draw(st.sampled_from([Bytes(flipped(raw, at, bit)), other]))
    return data.draw(st.sampled_from(["", "有", 0, b""]))


class Bytes(bytes):
    """Bytes that are stored as text, whether they are UTF-8 or not."""


def flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


def put(connection: sqlite3.Connection, table: str, column: str, id: int, value: Any) -> bool:
    """Whether the file takes the value; an attacker who is refused has changed nothing."""
    shown = "CAST(? AS TEXT)" if isinstance(value, Bytes) else "?"
    before = connection.execute(f"SELECT {column}, typeof({column}) FROM {table} WHERE rowid = ?", (id,))
    with contextlib.suppress(sqlite3.OperationalError):  # what is no UTF-8 cannot be fetched
        old = tuple(before.fetchone())
        try:
            connection.execute(f"UPDATE {table} SET {column} = {shown} WHERE rowid = ?", (value, id))
        except sqlite3.IntegrityError:
            return False
        now = connection.execute(f"SELECT {column}, typeof({column}) FROM {table} WHERE rowid = ?", (id,))
        return tuple(now.fetchone()) != old
    return True


@BEFORE
@given(data=st.data())
def test_an_altered_value_is_named_with_its_entry_first(given_ledger: Path, data: st.DataObject) -> None:
    table, column = data.draw(st.sampled_from(CELLS))
    id = data.draw(st.integers(1, ENTRIES * 2))
    attacker = Attacker(given_ledger)
    with attacker.inside() as connection:
        seq = whole_row(connection, table, id)["entry"]
        if not put(connection, table, column, id, changed(data, whole_row(connection, table, id)[column])):
            return
        readable = True
        try:
            whole_row(connection, table, id)
        except sqlite3.OperationalError:
            readable = False
        strong = readable and data.draw(st.booleans())
        if strong and column != "seal":
            with contextlib.suppress(ValueError, TypeError):
                sealed_anew(connection, table, id)
    found = attacker.found()
    wanted = {seq}
    if column == "entry":  # the row is missed there, and is too much here
        with attacker.inside() as connection:
            wanted.add(whole_row(connection, table, id)["entry"])
    assert found.breaks, (table, column)
    assert found.breaks[0].entry in wanted, (table, column, found.breaks)
    assert found.breaks[0].table == table or column == "entry"
    if not strong and column not in ("entry", "nth"):
        assert "被改动" in found.breaks[0].words
        assert f"第 {seq} 条（测试" in found.breaks[0].words


@BEFORE
@given(data=st.data())
def test_rows_added_removed_doubled_or_exchanged_are_named(given_ledger: Path, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(tables.SEALED))
    id = data.draw(st.integers(1, ENTRIES * 2))
    act = data.draw(
        st.sampled_from(["delete", "double", "insert", "exchange", "exchange and seal", "delete a table's rows"])
    )
    attacker = Attacker(given_ledger)
    with attacker.inside() as connection:
        for index in connection.execute(f"PRAGMA index_list({table.name})").fetchall():
            if index["unique"] and index["origin"] == "c":
                connection.execute(f"DROP INDEX {index['name']}")
        row = whole_row(connection, table.name, id)
        seq = row["entry"]
        if act == "delete":
            connection.execute(f"DELETE FROM {table.name} WHERE rowid = ?", (id,))
        elif act == "delete a table's rows":
            connection.execute(f"DELETE FROM {table.name}")
            seq = 1
        elif act in ("double", "insert"):
            if act == "insert" or table.name in STORED:
                key = "sha256" if table.name in STORED else table.columns.keys()[0]
                row[key] = f"{row[key]}·又" if isinstance(row[key], str) else row[key] + 1
                row["seal"] = row_seal(table.name, row)
            names = ", ".join(f'"{name}"' for name in row)
            connection.execute(
                f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values())
            )
        else:
            other = data.draw(st.integers(1, ENTRIES * 2).filter(lambda at: at != id))
            theirs = whole_row(connection, table.name, other)
            if act == "exchange":
                columns = [name for name in row if name not in ("entry", "nth", "seal", "sha256")]
                columns = [data.draw(st.sampled_from(columns))]
            else:
                columns = [name for name in row if name not in ("entry", "nth", "sha256", "number", "unit")]
            if all(row[name] == theirs[name] for name in columns):
                return
            for name in columns:
                connection.execute(f"UPDATE {table.name} SET {name} = ? WHERE rowid = ?", (theirs[name], id))
                connection.execute(f"UPDATE {table.name} SET {name} = ? WHERE rowid = ?", (row[name], other))
            seq = min(seq, theirs["entry"])
    found = attacker.found()
    assert found.breaks, (table.name, act)
    assert found.breaks[0].entry == seq, (table.name, act, found.breaks)
    assert found.breaks[0].table == table.name


@BEFORE
@given(data=st.data())
def test_who_seals_digests_and_hashes_anew_is_betrayed_by_the_next_entry(
    given_ledger: Path, data: st.DataObject
) -> None:
    table, column = data.draw(st.sampled_from([cell for cell in CELLS if cell[1] not in ("entry", "seal", "sha256")]))
    id = data.draw(st.integers(1, (ENTRIES - 1) * 2))
    attacker = Attacker(given_ledger)
    with attacker.inside() as connection:
        seq = whole_row(connection, table, id)["entry"]
        if not put(connection, table, column, id, changed(data, whole_row(connection, table, id)[column])):
            return
        try:
            sealed_anew(connection, table, id)
        except (sqlite3.OperationalError, ValueError, TypeError):
            return
        digested_anew(connection, seq)
    first = attacker.found().breaks[0]
    assert first.entry in (seq, seq + 1), first
    assert f"第 {seq} 条" in first.words


@pytest.mark.parametrize("column", ["at", "kind", "words", "rows", "previous", "hash"])
@pytest.mark.parametrize("seq", range(1, ENTRIES + 1))
def test_an_altered_entry_is_named(given_ledger: Path, column: str, seq: int) -> None:
    attacker = Attacker(given_ledger)
    with attacker.inside() as connection:
        connection.execute(f"UPDATE entry SET {column} = replace({column}, '1', '2') || ' ' WHERE seq = ?", (seq,))
    found = attacker.found()
    assert found.breaks[0].entry == seq
    assert found.breaks[0].table == "entry"
    with attacker.inside() as connection:
        hashed_anew(connection, seq)
    found = attacker.found()
    if column == "hash":
        assert found.whole  # the hash that belongs there is there again
    elif column == "previous":
        assert "接不上" in found.breaks[0].words
        assert found.breaks[0].entry == seq
    elif seq < ENTRIES:
        assert f"第 {seq} 条" in found.breaks[0].words


def test_a_removed_entry_is_named_whoever_closes_the_gap(given_ledger: Path) -> None:
    attacker = Attacker(given_ledger)
    with attacker.inside() as connection:
        for table in tables.SEALED:
            connection.execute(f"DELETE FROM {table.name} WHERE entry = 2")
        connection.execute("DELETE FROM entry WHERE seq = 2")
    first = attacker.found().breaks[0]
    assert (first.entry, first.words) == (2, "第 2 条不见了，被人删除")
    with attacker.inside() as connection:  # and the later ones get other numbers
        connection.execute("UPDATE entry SET seq = 2 WHERE seq = 3")
    assert attacker.found().breaks[0].entry == 2


def test_rows_whose_entry_is_gone_are_named(given_ledger: Path) -> None:
    attacker = Attacker(given_ledger)
    with attacker.inside() as connection:
        connection.execute("DELETE FROM entry WHERE seq = ?", (ENTRIES,))
    found = attacker.found()
    assert {one.table for one in found.breaks} == {table.name for table in tables.SEALED}
    assert all(one.entry == ENTRIES and "链里没有这一条" in one.words for one in found.breaks)


def test_a_chain_that_was_cut_or_written_anew_is_betrayed_by_a_printed_head(given_ledger: Path, tmp_path: Path) -> None:
    shutil.copyfile(given_ledger, tmp_path / "ledger.sqlite")
    attacker = Attacker(tmp_path / "ledger.sqlite")
    printed = attacker.found().stamp.head
    assert attacker.found(printed, f" {printed[:12].upper()} ").whole
    assert not attacker.found(printed[:11]).whole, "too short to say anything"
    with attacker.inside() as connection:
        for table in tables.SEALED:
            connection.execute(f"DELETE FROM {table.name} WHERE entry = ?", (ENTRIES,))
        connection.execute("DELETE FROM entry WHERE seq = ?", (ENTRIES,))
    assert attacker.found().whole, "whole in itself"
    assert [one.words[:4] for one in attacker.found(printed).breaks] == ["校验码 "]
    with open_ledger(attacker.path) as ledger:
        other = add(ledger, range(90, 92))
    assert attacker.found(other).whole
    assert not attacker.found(printed).whole


@pytest.mark.parametrize("stored", STORED)
def test_bytes_that_are_not_what_their_address_says_are_named(given_ledger: Path, stored: str) -> None:
    for wrong in (zlib.compress("另一份".encode()), b"no zlib", zlib.compress(b"x" * 5_000_000)):
        attacker = Attacker(given_ledger)
        with attacker.inside() as connection:
            connection.execute(f"UPDATE {stored} SET data = ? WHERE rowid = 3", (wrong,))
            sealed_anew(connection, stored, 3)
            digested_anew(connection, 2)
        found = attacker.found()
        assert found.breaks[0].entry == 2
        assert found.breaks[0].table == stored
        assert "第 1 行" in found.breaks[0].words
        assert "SHA-256" in found.breaks[0].words or "解不开" in found.breaks[0].words


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON verdict BEGIN DELETE FROM verdict; END", "触发器 t"),
        ("CREATE VIEW v AS SELECT * FROM finding", "视图 v"),
        ("CREATE TABLE extra (x)", "表 extra"),
        ("ALTER TABLE finding ADD COLUMN hidden TEXT", "表 finding"),
        ("DROP INDEX number_text", "缺少索引 number_text"),
        ("CREATE INDEX extra ON finding (message)", "索引 extra"),
        ("DROP TABLE ruling", "缺少表 ruling"),
    ],
)
def test_what_does_not_belong_into_the_file_is_named(given_ledger: Path, act: str, words: str) -> None:
    attacker = Attacker(given_ledger)
    with attacker.inside() as connection:
        connection.execute(act)
    assert any(words in one.words for one in attacker.found().breaks), attacker.found().breaks


def stored_values(path: Path) -> list[Any]:
    """Everything that the file holds, as SQLite gives it."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        held = [connection.execute(f'SELECT rowid, * FROM "{name.decode()}" NOT INDEXED').fetchall() for name in names]
        return [connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall(), names, held]


@BEFORE
@given(data=st.data())
def test_any_byte_of_the_file_is_named_or_holds_nothing(given_ledger: Path, data: st.DataObject) -> None:
    """A flipped byte is named, or the file is refused, or it holds nothing: all that is stored is the same."""
    whole = given_ledger.read_bytes()
    at, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    attacker = Attacker(given_ledger)
    attacker.path.write_bytes(flipped(whole, at, bit))
    try:
        if not attacker.found().whole:
            return
    except (DamagedError, LedgerError):
        return
    assert stored_values(attacker.path) == stored_values(given_ledger), at


def test_a_file_of_another_kind_is_damaged_or_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"%PDF-1.4" + bytes(5000))
    with pytest.raises(DamagedError, match="不是台账文件"):
        open_ledger(tmp_path / "a")
    with contextlib.closing(sqlite3.connect(tmp_path / "b")) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(LedgerError, match="不是台账文件"):
        open_ledger(tmp_path / "b")
