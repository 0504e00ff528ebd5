"""The ledger: one SQLite file that every audit and every decision is written to, whole or not at all, and never changed.

    with open(path, create=True) as ledger:
        with ledger.writing("认定", "2026Q1-禹山镇-03 属实", at=moment) as entry:
            entry.add("verdict", row, ...)
        ledger.rows(select(tables.verdict))

Whole      an entry and its rows are one transaction (`BEGIN IMMEDIATE`, WAL, synchronous FULL); a process that is killed
           leaves the ledger as it was before
Waits      another writer is waited for, as long as `_PATIENCE` seconds
Chain      every entry bears the hash of the one before (`seal`); rows bear seals; `checking.verify` looks at all of them
Refuses    a file that is no ledger, is damaged, was written by a newer program or lies where it cannot be written: LedgerError
Server     only this module knows that it is SQLite; everything else speaks SQLAlchemy Core
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, create_engine, event, exc, func, select

from auditor.ledger import migrating, tables
from auditor.ledger.seal import FIRST, canonical, entry_hash, row_seal, rows_digest
from auditor.model import LedgerStamp

NAME = "ledger.sqlite"
_PATIENCE = 120


class LedgerError(Exception):
    """A ledger cannot be used; the words (Chinese) say why and what to do."""


class Writing:
    """An entry that is being written: rows are added to it, it is sealed when all are there."""

    def __init__(self, connection: Connection, seq: int) -> None:
        self.seq = seq
        self._connection = connection
        self._seals: dict[str, list[bytes]] = {}

    def add(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Rows of a table of `tables`, without `entry` and `seal`; a column left out is NULL."""
        if not rows:
            return
        made = []
        for row in rows:
            full = {**row, "entry": self.seq}
            seal = row_seal(table, full)
            self._seals.setdefault(table, []).append(seal)
            made.append({**full, "seal": seal})
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


class Ledger:
    """An open ledger. Close it, or use it in `with`."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

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
        with (
            self._plain(),
            self._engine.connect().execution_options(auditor_write=True) as connection,
            connection.begin(),
        ):
            seq, previous = _head(connection)
            entry = Writing(connection, seq + 1)
            yield entry
            rows, moment = entry.digests(), at.isoformat()
            connection.execute(
                tables.entry.insert(),
                {
                    "seq": entry.seq,
                    "at": moment,
                    "kind": kind,
                    "words": words,
                    "rows": rows,
                    "previous": previous,
                    "hash": entry_hash(entry.seq, moment, kind, words, rows, previous),
                },
            )

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One view of the ledger, the same for all that is asked within. Raises LedgerError."""
        with self._plain(), self._engine.connect() as connection, connection.begin():
            yield connection

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

    @contextlib.contextmanager
    def _plain(self) -> Iterator[None]:
        """What the library says, in words."""
        try:
            yield
        except exc.DatabaseError as error:
            raise LedgerError(f"台账“{self.path}”{_reason(error)}") from error


def open(path: Path, *, create: bool = False) -> Ledger:
    """The ledger at that path; a missing one is made where `create`. Raises LedgerError."""
    if not create and not path.is_file():
        raise LedgerError(f"找不到台账“{path}”。先审核一次：auditor audit；台账在别处的，用 --ledger 指明")
    if create:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise LedgerError(f"不能建立台账所在的文件夹“{path.parent}”") from None
    engine = _engine(path)
    try:
        with engine.connect().execution_options(auditor_write=True) as connection, connection.begin():
            migrating.prepare(connection, path)
    except migrating.SchemaError as error:
        engine.dispose()
        raise LedgerError(str(error)) from None
    except exc.DatabaseError as error:
        engine.dispose()
        raise LedgerError(f"台账“{path}”{_reason(error)}") from error
    return Ledger(path, engine)


def _engine(path: Path) -> Engine:
    """SQLite as a ledger needs it: transactions begin when they are begun, writers at once with the lock."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver shall not begin transactions of its own
        for guard in ("trusted_schema = OFF", "cell_size_check = ON", "journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {guard}").close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("auditor_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _head(connection: Connection) -> tuple[int, str]:
    """(number of the last entry, its hash)."""
    last = connection.execute(select(func.max(tables.entry.c.seq))).scalar()
    if last is None:
        return 0, FIRST
    found = connection.execute(select(tables.entry.c.hash).where(tables.entry.c.seq == last)).scalar_one()
    return int(last), str(found)


def _reason(error: exc.DatabaseError) -> str:
    said = str(error.orig).lower()
    for part, words in _REASONS:
        if part in said:
            return words
    return f"不能使用（{error.orig}）"


_REASONS = (
    ("not a database", "不是台账文件"),
    (
        "malformed",
        "已经损坏。请用备份恢复（auditor ledger backup 生成的文件），或者运行 auditor ledger check 查看损坏之处",
    ),
    ("locked", "正被其他程序占用，请稍后再试"),
    ("readonly", "不能写入，请检查文件和文件夹的权限"),
    ("unable to open", "不能打开，请检查路径和权限"),
    ("disk is full", "所在的磁盘空间不足"),
    ("disk i/o", "所在的磁盘读写出错"),
)


def decoded(text: str | None) -> Any:
    """A JSON column; None where it is NULL."""
    return None if text is None else json.loads(text)
