"""A store -> what an audit read and found: lean rows of all reports at once, whole reports when asked for.

Harmless  read only, nothing in the file is run: its tables must be word for word those of `schema`, views and triggers
          are refused, what is packed in it can only become nouns of model.py
Refuses   a file that is no store, is damaged, or was written by a newer program: StoreError with Chinese words
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from auditor.model import Audit, Claim, Fact, Judged, Outcome, Report
from auditor.rulebook.texts import RuleFile, Texts
from auditor.store.codec import CodecError, Decoder, unpacked
from auditor.store.schema import APPLICATION, LETTERS, TABLES, VERSION

_OUTCOMES = {letter: Outcome(word) for word, letter in LETTERS.items()}


class StoreError(Exception):
    """A file cannot be used as a store; the words say why and what to do."""


class Row(NamedTuple):
    """One report, as far as it is cheap to read; `unit` is the roster's name. Points are decimals as text; `findings` and `subjects` are JSON."""

    id: int
    beside: int
    source: str
    sha256: str
    kind: str
    organisation: str | None
    unit_kind: str
    year: int | None
    form: str | None
    title: str | None
    published: str | None
    published_certain: int
    filled: str | None
    unit: str | None
    group: str
    points: str | None
    low: str | None
    if_suspected: str | None
    grade: str | None
    low_grade: str | None
    outcomes: str
    findings: str
    subjects: str
    layout: int
    states: bytes
    numbers: bytes


class Stored:
    """An open store. Close it, or use it in `with`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        except (sqlite3.Error, OSError, ValueError):
            raise StoreError(f"“{path}”不能打开") from None
        try:
            self._check()
            meta = dict(self._rows("SELECT name, value FROM meta"))
            self._decoder = Decoder({name: tuple(names) for name, names in unpacked(meta["shapes"]).items()})
            self.audit: Audit = self._decoder.decode(Audit, unpacked(meta["audit"]))
            self.rules: tuple[str, ...] = tuple(unpacked(meta["rules"]))
            self.texts = _texts(unpacked(meta["texts"])) if "texts" in meta else None
        except (sqlite3.Error, CodecError, KeyError, AttributeError, TypeError):
            self._base.close()
            raise StoreError(f"“{path}”已经损坏，请重新审核一次") from None
        except StoreError:
            self._base.close()
            raise

    def __enter__(self) -> Stored:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._base.close()

    def _check(self) -> None:
        for guard in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
            self._base.execute(f"PRAGMA {guard}")
        (application,) = self._rows("PRAGMA application_id")[0]
        (version,) = self._rows("PRAGMA user_version")[0]
        if application != APPLICATION:
            raise StoreError(f"“{self.path}”不是审核数据文件")
        if version > VERSION:
            raise StoreError(f"“{self.path}”由较新的程序生成（数据版本 {version}，本程序为 {VERSION}），请升级 auditor")
        found = {(kind, name, text) for kind, name, text in self._rows("SELECT type, name, sql FROM sqlite_master")}
        wanted = {("table", name, text) for name, text in TABLES.items()}
        if {one for one in found if one[2] is not None} != wanted:
            raise StoreError(f"“{self.path}”的内容不是本程序写的，未作读取")

    def _rows(self, query: str, *values: int) -> list[Any]:
        try:
            return self._base.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            words = "不是审核数据文件" if "not a database" in str(error) else "已经损坏，请重新审核一次"
            raise StoreError(f"“{self.path}”{words}") from None

    # all reports at once

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every report that was judged, in the run's order."""
        return tuple(map(Row._make, self._rows("SELECT * FROM report WHERE beside = 0 ORDER BY id")))

    @cached_property
    def before(self) -> tuple[Row, ...]:
        """Reports of earlier years that were only evidence."""
        return tuple(map(Row._make, self._rows("SELECT * FROM report WHERE beside = 1 ORDER BY id")))

    @cached_property
    def layouts(self) -> Mapping[int, tuple[str, ...]]:
        """The ids of the facts of a report, by `Row.layout`."""
        return {id: tuple(json.loads(ids)) for id, ids in self._rows("SELECT id, facts FROM layout")}

    def outcomes(self, row: Row) -> dict[str, Outcome]:
        """What every rule said of a report."""
        return {r: _OUTCOMES[c] for r, c in zip(self.rules, row.outcomes, strict=True) if c in _OUTCOMES}

    # one report

    def report(self, id: int) -> Report:
        """The whole report."""
        rest: Report = self._decoded(Report, self._whole("report", id))
        return replace(rest, facts=self.facts(id), claims=self.claims(id))

    def facts(self, id: int) -> dict[str, Fact]:
        """The facts of one report, with their words and places."""
        facts = self._decoded(tuple[Fact, ...], self._whole("facts", id))
        return {fact.id: fact for fact in facts}

    def claims(self, id: int) -> tuple[Claim, ...]:
        """What the prose of one report claims."""
        claims: tuple[Claim, ...] = self._decoded(tuple[Claim, ...], self._whole("claims", id))
        return claims

    def judged(self, id: int, report: Report | None = None) -> Judged:
        """Everything that was said of a report; with `report` given, of that one as it is."""
        said: Judged = self._decoded(Judged, self._whole("said", id))
        return replace(said, report=report or self.report(id))

    def whole(self) -> Audit:
        """The audit as it was written."""
        judged = tuple(self.judged(row.id) for row in self.rows)
        return replace(self.audit, reports=judged, before=tuple(self.report(row.id) for row in self.before))

    def _whole(self, column: str, id: int) -> bytes:
        found = self._rows(f"SELECT {column} FROM whole WHERE id = ?", id)
        if not found or not isinstance(found[0][0], bytes):
            raise StoreError(f"“{self.path}”中没有第 {id} 份报告的内容，请重新审核一次")
        return found[0][0]

    def _decoded(self, kind: Any, data: bytes) -> Any:
        try:
            return self._decoder.decode(kind, unpacked(data))
        except CodecError:
            raise StoreError(f"“{self.path}”已经损坏，请重新审核一次") from None


def open(path: Path) -> Stored:
    """The store at that path. Raises StoreError."""
    if not path.is_file():
        raise StoreError(f"找不到审核数据“{path}”")
    return Stored(path)


def listed(row: Row) -> Iterator[tuple[str, str, Outcome, str, str, Decimal, str]]:
    """(rule, fingerprint, outcome, severity, dimension, deducted, title) of every finding of a report."""
    for rule, fingerprint, outcome, severity, dimension, deducted, title in json.loads(row.findings):
        yield rule, fingerprint, Outcome(outcome), severity, dimension, Decimal(deducted), title


def _texts(files: Any) -> Texts:
    """The files of a rulebook; what a later program kept of a file beyond is passed over."""
    known = {f.name for f in fields(RuleFile)}
    return Texts(tuple(RuleFile(**{name: file[name] for name in file if name in known}) for file in files))


__all__ = ["Row", "StoreError", "Stored", "listed", "open"]
