"""The ledger: one SQLite file that every audit and every decision is written to, whole or not at all, and never changed.

    with open(path, create=True) as ledger:
        with ledger.writing("认定", "2026Q1-禹山镇-03 属实", at=moment) as entry:
            entry.add("verdict", row, ...)
        ledger.rows(select(tables.verdict))

Whole      an entry and its rows are one transaction (`BEGIN IMMEDIATE`, WAL, synchronous FULL); a process that is killed
           leaves the ledger as it was before
Waits      another writer is waited for, as long as `_PATIENCE` seconds; who waits asks again every few milliseconds, and who has
           just written lets that long pass before he writes again, so that a busy writer cannot keep others out (SQLite's
           own waiting grows to 0.1 s between two questions and loses against one)
Reads      without a lock that a writer would wait for; `reading` is one view for all questions within
Chain      every entry bears the hash of the one before (`seal`); rows bear seals; `checking.verify` looks at all of them
Shares     WAL needs memory shared by all who have the file open, which computers do not share: a ledger on a network drive
           (`shares`) keeps SQLite's older journal, slower and as safe; so does one on a file system that refuses WAL
Refuses    a file that is no ledger, is damaged, was written by a newer program or lies where it cannot be written: LedgerError
Server     only this module, `migrating`, `copying` and `shares` know that it is SQLite; all else speaks SQLAlchemy Core
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, create_engine, event, exc, func, select
from sqlalchemy.pool import QueuePool

from auditor.ledger import copying, migrating, shares, tables
from auditor.ledger.seal import FIRST, canonical, entry_hash, row_seal, rows_digest
from auditor.model import LedgerStamp
from auditor.workfolder import LEDGER

NAME = LEDGER
_PATIENCE = 120.0  # seconds
_ASK_AGAIN = 0.008  # seconds, at most, until who waits asks again
_COURTESY = 0.012  # seconds from giving the lock back to taking it again: who waits asks meanwhile
_STILL = {"mode": "ro", "immutable": "1"}  # where no log can be made beside the file, or would bar its owner
_MOST_LOG = 64 * 1024 * 1024  # bytes that a log may keep once it is written back


class LedgerError(Exception):
    """A ledger cannot be used; the words (Chinese) say why and what to do."""


class DamagedError(LedgerError):
    """The file is no database, or its pages are damaged."""


class Writing:
    """An entry that is being written: rows are added to it, it is sealed when all are there."""

    def __init__(self, connection: Connection, seq: int) -> None:
        self.seq = seq
        self._connection = connection
        self._seals: dict[str, list[bytes]] = {}

    def add(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Rows of a table of `tables`, without `entry`, `nth` and `seal`; a column left out is NULL."""
        if not rows:
            return
        seals, columns = self._seals.setdefault(table, []), tables.metadata.tables[table].columns
        made = []
        for row in rows:
            plain = {name: _storable(value, columns[name].type.python_type) for name, value in row.items()}
            full = {**plain, "entry": self.seq, "nth": len(seals)}
            seals.append(row_seal(table, full))
            made.append({**full, "seal": seals[-1]})
        names = sorted({name for row in made for name in row})
        whole = [{name: row.get(name) for name in names} for row in made]
        self._connection.execute(tables.metadata.tables[table].insert(), whole)

    def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """What stands in the ledger at this moment, within the transaction."""
        return self._connection.execute(query).all()

    def digests(self) -> str:
        """The canonical JSON of the digests of its rows by table."""
        digests = {table: rows_digest(seals) for table, seals in self._seals.items()}
        return canonical(digests).decode()


def _storable(value: Any, kind: type[Any]) -> Any:
    """The value as the database will give it back, else its seal would not hold. Raises TypeError for another kind of value.

    A text with half a character (a lone surrogate), which no database takes, shows it as "?".
    """
    if value is None:
        return None
    if kind is int and isinstance(value, bool):
        return int(value)
    if type(value) is not kind:
        if not isinstance(value, kind):
            raise TypeError(f"{value!r} is no {kind.__name__}")
        value = kind(value)
    return value.encode("utf-8", "replace").decode() if kind is str else value


class Ledger:
    """An open ledger. Close it, or use it in `with`."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._view = threading.local()
        self._left = float("-inf")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    @contextlib.contextmanager
    def writing(self, kind: str, words: str, at: dt.datetime) -> Iterator[Writing]:
        """One entry of the chain: everything that is added within, or nothing. Raises LedgerError.

        An exception within leaves the ledger as it was. `kind` is one Chinese word, `words` say what was done.
        """
        time.sleep(max(0.0, self._left + _COURTESY - time.monotonic()))
        with self._locked() as connection:
            seq, previous = _head(connection)
            entry = Writing(connection, seq + 1)
            yield entry
            rows, moment, said = entry.digests(), at.isoformat(), str(_storable(words, str))
            connection.execute(
                tables.entry.insert(),
                {
                    "seq": entry.seq,
                    "at": moment,
                    "kind": kind,
                    "words": said,
                    "rows": rows,
                    "previous": previous,
                    "hash": entry_hash(entry.seq, moment, kind, said, rows, previous),
                },
            )

    def transplant(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Rows of another ledger as they are, entries and seals included, in one transaction. Raises LedgerError."""
        with (
            plainly(self.path),
            self._engine.connect().execution_options(auditor_write=True) as connection,
            connection.begin(),
        ):
            for name, made in rows.items():
                table = tables.metadata.tables[name]
                whole = [{column.name: row.get(column.name) for column in table.columns} for row in made]
                if whole:
                    connection.execute(table.insert(), whole)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[Connection]:
        """The lock of the one writer; what is done within is written when it is left without an exception."""
        try:
            with (
                plainly(self.path),
                self._engine.connect().execution_options(auditor_write=True) as connection,
                connection.begin(),
            ):
                yield connection
        finally:
            self._left = time.monotonic()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One view of the ledger, the same for all that is asked within (`rows` too). Raises LedgerError."""
        known: Connection | None = getattr(self._view, "connection", None)
        if known is not None:
            yield known
            return
        with plainly(self.path), self._engine.connect() as connection, connection.begin():
            self._view.connection = connection
            try:
                yield connection
            finally:
                self._view.connection = None

    @contextlib.contextmanager
    def looking(self) -> Iterator[Connection]:
        """A view for whoever mistrusts the file: texts whose bytes are no UTF-8 come as they are (surrogateescape)."""
        with plainly(self.path), self._engine.connect() as connection, connection.begin():
            driver: Any = connection.connection.dbapi_connection
            driver.text_factory = _as_it_is
            try:
                yield connection
            finally:
                driver.text_factory = str

    def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """The rows of one question. Raises LedgerError."""
        with self.reading() as connection:
            return connection.execute(query).all()

    @property
    def stamp(self) -> LedgerStamp:
        """The head of the chain as it is now."""
        with self.reading() as connection:
            seq, head = _head(connection)
        return LedgerStamp(head, seq)


def _as_it_is(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def open(path: Path, *, create: bool = False) -> Ledger:
    """The ledger at that path; a missing one is made where `create`. Raises LedgerError.

    One that may only be read (a copy on a disc, a folder without the right to write) can be read.
    """
    if not create and not path.is_file():
        raise LedgerError(f"找不到台账“{path}”。先审核一次：auditor audit；台账在别处的，用 --ledger 指明")
    if create:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise LedgerError(f"不能建立台账所在的文件夹“{path.parent}”") from None
    there = path.is_file() and not _log(path).exists()
    with plainly(path):
        if there and not os.access(path, os.W_OK):
            return _opened(path, **_STILL)
        try:
            return _opened(path, mode="rwc" if create else "rw")
        except exc.OperationalError as error:
            if not there or not any(words in str(error.orig).lower() for words in ("unable to open", "readonly")):
                raise
            return _opened(path, **_STILL)


def _opened(path: Path, **access: str) -> Ledger:
    """The ledger, the file behind it being as this program writes it."""
    engine = _engine(path, **access)
    try:
        if not _is_current(engine, path):
            with engine.connect().execution_options(auditor_write=True) as connection, connection.begin():
                migrating.prepare(connection, path)
    except BaseException:
        engine.dispose()
        raise
    return Ledger(path, engine)


def _is_current(engine: Engine, path: Path) -> bool:
    with engine.connect() as connection, connection.begin():
        return migrating.is_current(connection, path)


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _engine(path: Path, **access: str) -> Engine:
    """SQLite as a ledger needs it: transactions begin when they are begun, writers at once with the lock."""
    there, remote = copying.uri(path, **access), shares.is_remote(path)

    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(there, timeout=_PATIENCE, uri=True, check_same_thread=False, isolation_level=None)
        for guard in ("trusted_schema = OFF", "cell_size_check = ON", "synchronous = FULL"):
            made.execute(f"PRAGMA {guard}").close()
        return made

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if not connection.get_execution_options().get("auditor_write"):
            connection.exec_driver_sql("BEGIN")
            return
        driver: Any = connection.connection.dbapi_connection
        _keep_log(driver, remote)
        _wait_for_lock(driver)
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # says what is wrong

    return engine


def _keep_log(driver: sqlite3.Connection, remote: bool) -> None:
    """The journal that the place allows; what cannot be changed now (others have the file open) stays as it is."""
    wanted = "delete" if remote else "wal"
    if _asked(driver, "PRAGMA journal_mode") != wanted:
        with contextlib.suppress(sqlite3.OperationalError):
            _asked(driver, f"PRAGMA journal_mode = {wanted}")
    _asked(driver, f"PRAGMA journal_size_limit = {_MOST_LOG}")


def _wait_for_lock(driver: sqlite3.Connection) -> None:
    """The lock of the one writer, as soon as it is free; returns without it when patience is over or another thing is wrong."""
    until = time.monotonic() + _PATIENCE
    _asked(driver, "PRAGMA busy_timeout = 0")
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE").close()
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    return
            time.sleep(random.uniform(0.001, _ASK_AGAIN))
    finally:
        _asked(driver, f"PRAGMA busy_timeout = {int(_PATIENCE * 1000)}")


def _asked(driver: sqlite3.Connection, question: str) -> Any:
    with contextlib.closing(driver.execute(question)) as cursor:
        row = cursor.fetchone()
    return row[0] if row else None


def _head(connection: Connection) -> tuple[int, str]:
    """(number of the last entry, its hash)."""
    last = connection.execute(select(func.max(tables.entry.c.seq))).scalar()
    if last is None:
        return 0, FIRST
    found = connection.execute(select(tables.entry.c.hash).where(tables.entry.c.seq == last)).scalar_one()
    return int(last), str(found)


@contextlib.contextmanager
def plainly(path: Path) -> Iterator[None]:
    """What the database says, in words. Raises LedgerError."""
    try:
        yield
    except migrating.SchemaError as error:
        raise LedgerError(str(error)) from None
    except (exc.DatabaseError, sqlite3.DatabaseError) as error:
        words = _reason(error)
        raise (DamagedError if words in _DAMAGED else LedgerError)(f"台账“{path}”{words}") from error


def _reason(error: exc.DatabaseError | sqlite3.DatabaseError) -> str:
    said = str(error.orig if isinstance(error, exc.DatabaseError) else error)
    for part, words in _REASONS:
        if part in said.lower():
            return words
    return f"不能使用（{said}）"


_REASONS = (
    ("not a database", "不是台账文件"),
    (
        "malformed",
        "已经损坏。请用备份恢复（auditor ledger restore 备份文件），或者运行 auditor ledger check 查看损坏之处",
    ),
    ("locked", "正被其他程序占用，请稍后再试"),
    ("readonly", "不能写入，请检查文件和文件夹的权限"),
    ("unable to open", "不能打开，请检查路径和权限"),
    ("disk is full", "所在的磁盘空间不足"),
    ("disk i/o", "所在的磁盘读写出错"),
)


_DAMAGED = tuple(words for part, words in _REASONS if part in ("not a database", "malformed"))
