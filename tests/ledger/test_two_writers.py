"""Several processes write one ledger: nothing is lost, nobody is refused or starved, the chain is one. `AUDITOR_THOROUGH`: 1,000 each."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ledgers import AT, row
from sqlalchemy import select

from auditor.ledger import Ledger, LedgerError, tables
from auditor.ledger import ledger as room
from auditor.ledger import open as open_ledger
from auditor.ledger.checking import verify

HERE = Path(__file__).resolve().parent
EACH = 1000 if os.environ.get("AUDITOR_THOROUGH") else 40


def started(path: Path, name: str, count: int = EACH) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(HERE.parents[1]), str(HERE))),
        "PYTHONWARNINGS": "error",
    }
    command = [sys.executable, str(HERE / "appending.py"), str(path), name, str(count), "2"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)


def test_two_processes_append_to_a_ledger_that_neither_finds(tmp_path: Path) -> None:
    path = tmp_path / "audits" / "ledger.sqlite"
    writers = [started(path, name) for name in ("甲", "乙")]
    for writer in writers:
        said = writer.communicate(timeout=300)[1]
        assert writer.returncode == 0, said.decode()
    with open_ledger(path) as ledger:
        found = verify(ledger)
        rows = [(row.unit, row.place) for row in ledger.rows(select(tables.finding))]
        order = [row.unit for row in ledger.rows(select(tables.finding).order_by(tables.finding.c.entry))]
    assert found.whole, found.breaks
    assert found.stamp.entries == 2 * EACH
    assert sorted(rows) == sorted((name, at) for name in ("甲", "乙") for at in range(EACH))
    assert sum(a != b for a, b in pairwise(order)) > EACH // 4, "they wrote in turns, not one after the other"
    assert not list(path.parent.glob("*-wal")), "who leaves last clears away the log"


def test_who_waits_for_a_busy_writer_gets_his_turn(tmp_path: Path) -> None:
    """A writer that takes the lock again as soon as it has given it back does not keep another one out."""
    path = tmp_path / "ledger.sqlite"
    open_ledger(path, create=True).close()
    stop = threading.Event()

    def busy() -> None:
        with open_ledger(path) as ledger:
            while not stop.is_set():
                with ledger.writing("审核", "忙", AT) as entry:
                    entry.add("finding", row(tables.finding, 0))
                    time.sleep(0.02)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        waits = []
        with open_ledger(path) as ledger:
            for _ in range(5):
                begin = time.monotonic()
                with ledger.writing("认定", "等", AT):
                    waits.append(time.monotonic() - begin)
    finally:
        stop.set()
        thread.join()
    assert max(waits) < 10


def test_reading_waits_for_nobody_and_sees_one_moment(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path, create=True).close()
    with open_ledger(path) as writer, open_ledger(path) as reader:
        with reader.reading():
            assert reader.stamp.entries == 0
            with writer.writing("审核", "一", AT) as entry:
                entry.add("finding", row(tables.finding, 0))
                begin = time.monotonic()
                with open_ledger(path) as other:
                    assert other.stamp.entries == 0
                assert time.monotonic() - begin < 5
            assert reader.stamp.entries == 0, "the same view until it is left"
            assert not reader.rows(select(tables.finding))
        assert reader.stamp.entries == 1


def test_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path, create=True).close()
    monkeypatch.setattr(room, "_PATIENCE", 0.2)
    with (
        open_ledger(path) as one,
        open_ledger(path) as other,
        one.writing("审核", "一", AT),
        pytest.raises(LedgerError, match="正被其他程序占用"),
        other.writing("审核", "二", AT),
    ):
        raise AssertionError("both had the lock")


def write(ledger: Ledger, finding: dict[str, Any], *, fail: bool = False) -> None:
    with ledger.writing("审核", "一", AT) as entry:
        entry.add("finding", finding)
        assert not fail or 1 / 0


def test_an_exception_leaves_nothing(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite", create=True) as ledger:
        with pytest.raises(ZeroDivisionError):
            write(ledger, row(tables.finding, 0), fail=True)
        assert ledger.stamp.entries == 0
        assert not ledger.rows(select(tables.finding))
        with pytest.raises(TypeError, match="is no str"):
            write(ledger, {**row(tables.finding, 0), "unit": 5})
        write(ledger, {**row(tables.finding, 0), "message": "半个字\ud800"})
        assert [found.message for found in ledger.rows(select(tables.finding))] == ["半个字?"]
        assert verify(ledger).whole


@pytest.mark.skipif(sys.platform == "win32", reason="that way of locking is known on Unix only")
def test_a_place_that_refuses_the_log_is_written_the_older_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without shared memory, and a share: no WAL, the same ledger."""
    path = tmp_path / "ledger.sqlite"
    real = room.copying.uri
    monkeypatch.setattr(room.copying, "uri", lambda path, **more: real(path, **more, vfs="unix-dotfile"))
    with open_ledger(path, create=True) as ledger:
        with ledger.writing("审核", "一", AT) as entry:
            entry.add("finding", row(tables.finding, 0))
        assert ledger.stamp.entries == 1
    monkeypatch.undo()
    assert journal(path) == "delete"
    monkeypatch.setattr(room.shares, "is_remote", lambda _: True)
    with open_ledger(path) as ledger, ledger.writing("审核", "二", AT):
        assert not list(tmp_path.glob("*-wal"))
    monkeypatch.undo()
    with open_ledger(path) as ledger:
        with ledger.writing("审核", "三", AT):
            assert list(tmp_path.glob("*-wal"))
        assert verify(ledger).whole
    assert journal(path) == "wal"


def journal(path: Path) -> str:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
