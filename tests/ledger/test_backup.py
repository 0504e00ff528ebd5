"""A copy of a ledger while others write; the ledger from a copy; ledgers that may only be read."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from ledgers import AT, add, full, row
from sqlalchemy import select

from auditor.ledger import LedgerError, shares, tables
from auditor.ledger import open as open_ledger
from auditor.ledger.backup import backup, restore
from auditor.ledger.checking import verify
from auditor.ledger.weighing import weighed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    full(tmp_path / "ledger.sqlite")
    return tmp_path / "ledger.sqlite"


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_backup_is_the_ledger_of_one_moment_in_one_file(path: Path) -> None:
    target = path.parent / "备份" / "一.sqlite"
    with open_ledger(path) as ledger:
        found = backup(ledger, target)
        assert found.whole
        assert found.stamp == ledger.stamp
        with pytest.raises(LedgerError, match="已经存在，没有覆盖"):
            backup(ledger, target)
    assert names(target.parent) == ["一.sqlite"]
    with contextlib.closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_backup_does_not_wait_and_does_not_take_what_is_half_written(path: Path) -> None:
    with open_ledger(path) as ledger, open_ledger(path) as other, ledger.writing("审核", "半", AT) as entry:
        entry.add("finding", row(tables.finding, 77))
        found = backup(other, path.parent / "copy.sqlite")
    assert found.whole
    assert found.stamp.entries == 4
    with open_ledger(path) as ledger:
        assert ledger.stamp.entries == 5


def test_backups_while_another_writes_are_whole(path: Path) -> None:
    stop, writing = threading.Event(), threading.Event()

    def busy() -> None:
        with open_ledger(path) as ledger:
            at = 100
            while not stop.is_set():
                add(ledger, range(at, at + 1))
                writing.set()
                at += 1

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        assert writing.wait(30)
        with open_ledger(path) as ledger:
            copies = [backup(ledger, path.parent / f"{at}.sqlite") for at in range(2)]
    finally:
        stop.set()
        thread.join()
    assert all(found.whole for found in copies)
    assert copies[-1].stamp.entries > 4


def test_the_copy_of_a_broken_ledger_is_made_and_says_so(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE verdict SET word = '不属实' WHERE entry = 3")
    with open_ledger(path) as ledger:
        found = backup(ledger, path.parent / "copy.sqlite")
    assert (found.breaks[0].entry, found.breaks[0].table) == (3, "verdict")


def test_restoring_puts_the_old_ledger_aside_with_its_log(path: Path) -> None:
    copy, kept = path.parent / "copy.sqlite", path.parent / "kept.sqlite"
    with open_ledger(path) as ledger:
        backup(ledger, copy)
        add(ledger, range(60, 61))
    found = restore(copy, path, kept)
    assert found.whole
    assert found.stamp.entries == 4
    with open_ledger(kept) as ledger:
        assert ledger.stamp.entries == 5
    with open_ledger(path) as ledger:
        add(ledger, range(61, 62))
        assert verify(ledger).whole
    assert names(path.parent) == ["copy.sqlite", "kept.sqlite", "ledger.sqlite"]


def test_a_ledger_that_is_damaged_or_gone_is_restored(path: Path) -> None:
    copy = path.parent / "copy.sqlite"
    with open_ledger(path) as ledger:
        backup(ledger, copy)
    path.write_bytes(b"no database at all" * 500)
    path.with_name("ledger.sqlite-wal").write_bytes(b"a log of another ledger")
    assert restore(copy, path, path.parent / "kept.sqlite").whole
    assert "kept.sqlite-wal" in names(path.parent)
    path.unlink()
    assert restore(copy, path, path.parent / "kept2.sqlite").whole


def test_nothing_is_restored_from_a_copy_that_is_not_whole(path: Path) -> None:
    copy = path.parent / "copy.sqlite"
    shutil.copyfile(path, copy)
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("DELETE FROM verdict WHERE entry = 2")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="本身不完好，没有恢复：第 2 条"):
        restore(copy, path, path.parent / "kept.sqlite")
    assert path.read_bytes() == before


def test_what_it_holds_is_counted(path: Path) -> None:
    with open_ledger(path) as ledger:
        weight = weighed(ledger)
    assert weight.rows["finding"] == weight.rows["report"] == 8
    assert weight.size == path.stat().st_size
    assert weight.a_report == path.stat().st_size // 8
    assert weight.documents > 0
    assert weight.contents > 0


READER = """
import datetime as dt, os, sys, tempfile
from pathlib import Path
from auditor.ledger import LedgerError, open
from auditor.ledger.checking import verify
with tempfile.TemporaryDirectory() as folder, open(Path(folder) / "a", create=True) as ledger:
    assert verify(ledger).whole  # everything is imported now
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for path in map(Path, sys.argv[1:]):
    with open(path) as ledger:
        assert verify(ledger).whole and ledger.stamp.entries == 4
        try:
            with ledger.writing("审核", "一", dt.datetime.now()):
                pass
            raise SystemExit("it could write")
        except LedgerError as error:
            assert "不能写入" in str(error), error
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights are told in another way there")
def test_a_ledger_that_may_only_be_read_is_read() -> None:
    """In a folder that may not be written, and in one that may; by somebody to whom pytest's own folders are closed."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folders = {Path(place) / "closed": 0o555, Path(place) / "open": 0o777}
        for folder, rights in folders.items():
            folder.mkdir()
            full(folder / "ledger.sqlite")
            folder.joinpath("ledger.sqlite").chmod(0o444)
            folder.chmod(rights)
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONWARNINGS": "error"}
        command = [sys.executable, "-c", READER, *(str(folder / "ledger.sqlite") for folder in folders)]
        try:
            done = subprocess.run(command, capture_output=True, env=environment, check=False)
            assert done.returncode == 0, done.stderr.decode()
            assert [names(folder) for folder in folders] == [["ledger.sqlite"]] * 2
        finally:
            for folder in folders:
                folder.chmod(0o755)


@pytest.mark.parametrize(
    ("mounts", "place", "kind"),
    [
        ("/dev/sda1 / ext4 rw 0 0\n//server/年报 /mnt/年报 cifs rw 0 0\n", "/mnt/年报/ledger.sqlite", "cifs"),
        ("/dev/sda1 / ext4 rw 0 0\n//server/a /mnt/a cifs rw 0 0\n", "/mnt/ab/ledger.sqlite", "ext4"),
        ("/dev/sda1 / ext4 rw 0 0\nhost:/x /mnt/my\\040share nfs4 rw 0 0\n", "/mnt/my share/a/b.sqlite", "nfs4"),
        ("/dev/sda1 / ext4 rw 0 0\nhost:/x /a nfs4 rw 0 0\n/dev/sdb /a/b ext4 rw 0 0\n", "/a/b/c", "ext4"),
        ("", "/a", ""),
    ],
)
def test_a_share_is_known_by_the_table_of_mounts(mounts: str, place: str, kind: str) -> None:
    assert shares._kind(Path(place), mounts) == kind


def test_this_folder_is_no_share(tmp_path: Path) -> None:
    assert shares.is_remote(tmp_path / "ledger.sqlite") is False


def test_a_ledger_under_any_name(tmp_path: Path) -> None:
    path = tmp_path / "一 二#三?四%20" / "台账 2026.sqlite"
    with open_ledger(path, create=True) as ledger:
        add(ledger, range(1))
        assert backup(ledger, path.with_name("备#份?.sqlite")).whole
        assert len(ledger.rows(select(tables.entry))) == 1
    assert names(path.parent) == ["台账 2026.sqlite", "备#份?.sqlite"]
