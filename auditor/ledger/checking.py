"""The ledger as a file that somebody may have changed -> everything that is not as it was written, the first break first.

    verify(ledger, heads=("9f2c…",))    every seal, digest, hash and link recomputed; `Verified.breaks` is empty where all hold

Row        its seal is recomputed; one whose values were changed is named by entry, table and row
Entry      the digests of its rows in each table (one that was added, removed or sealed anew), its own hash, the link to the
           one before, numbers without a gap
Content    what stands under a SHA-256 is unpacked and hashed again
File       tables as this program makes them and nothing else in the file; SQLite's own check of its pages
Heads      a chain that was cut short or written anew from some entry on is whole in itself: only the head that a document
           printed tells. Each head given must be the hash of an entry
Reads      every table as a whole, never through an index that may be damaged; writes nothing
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, column, exc, select, table

from auditor.ledger import migrating, tables
from auditor.ledger.ledger import Ledger
from auditor.ledger.seal import FIRST, entry_hash, row_seal, rows_digest, sha256
from auditor.model import LedgerStamp

LEAST_HEAD = 12  # hex digits by which a head is known

_TITLES = {
    "document": "文件",
    "content": "内容",
    "run": "批次",
    "handed": "收到的文件",
    "report": "报告",
    "finding": "问题",
    "number": "编号",
    "name": "更名",
    "verdict": "认定",
    "remark": "备注",
    "waiver": "豁免",
    "waiver_end": "豁免终止",
    "manual": "人工发现的问题",
    "closing": "人工问题的了结",
    "typed": "人工录入",
    "letter": "通知书",
    "letter_item": "通知书所列问题",
    "reply": "整改反馈",
    "ruling": "对反馈的处理",
    "issued": "印发的得分",
    "old_finding": "以往台账",
}
_CALLED = ("number", "source", "name", "unit", "sha256")  # what a row is called by, the best first


@dataclass(frozen=True, slots=True)
class Break:
    """Something that is not as it was written: `entry` None where it belongs to no entry, `table` "" where to no table."""

    entry: int | None
    table: str
    words: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: the head of the chain, how many rows were looked at, entries by the heads asked for, and the breaks in
    the order of the chain."""

    path: Path
    stamp: LedgerStamp
    rows: int
    breaks: tuple[Break, ...]
    heads: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether everything is as it was written."""
        return not self.breaks


def verify(ledger: Ledger, heads: Sequence[str] = ()) -> Verified:
    """Everything of the ledger checked. Raises LedgerError where its chain cannot be read at all."""
    with ledger.looking() as connection:
        chain = _Chain(connection)
        rows, found = 0, list(chain.breaks)
        for each in tables.SEALED:
            try:
                looked = _Looked(each, connection)
                rows += looked.count
                found += looked.breaks(chain)
            except exc.DatabaseError as error:
                found.append(Break(None, each.name, f"{_shown(each.name)}读不出来，文件已损坏（{error.orig}）"))
        found += [Break(None, "", words) for words in migrating.strange(connection)]
        found += [Break(None, "", words) for words in migrating.damage(connection)]
    known = {head: chain.whose(head) for head in heads}
    found += [Break(None, "", _lost(head, chain)) for head, name in known.items() if not name]
    found.sort(key=lambda one: (one.entry is None, one.entry or 0))
    stamp = LedgerStamp(chain.hashes[chain.last] if chain.hashes else FIRST, len(chain.hashes))
    return Verified(ledger.path, stamp, rows, tuple(found), {head: name for head, name in known.items() if name})


def _lost(head: str, chain: _Chain) -> str:
    end = f"现有的链到{chain.name(chain.last)}为止" if chain.hashes else "现有的链里一条也没有"
    return f"校验码 {head} 不在台账里：台账在印出它以后被截短或者被改写，{end}"


class _Chain:
    """The entries, recomputed and linked."""

    def __init__(self, connection: Connection) -> None:
        self.hashes: dict[int, str] = {}
        self.digests: dict[int, Mapping[str, Any]] = {}
        self.breaks: list[Break] = []
        self._names: dict[int, str] = {}
        self.last = 0
        before: tuple[Any, ...] = (FIRST,)
        rows = [dict(row) for row in connection.execute(_plain(tables.entry)).mappings()]
        for row in sorted(rows, key=lambda row: int(row["seq"])):
            before = self._take(row, before)

    def _take(self, row: Mapping[str, Any], before: tuple[Any, ...]) -> tuple[str, ...]:
        seq = int(row["seq"])
        if seq > self.last + 1:
            gap = f"第 {self.last + 1} 条" + (f"至第 {seq - 1} 条" if seq > self.last + 2 else "")
            self._add(self.last + 1, f"{gap}不见了，被人删除")
        elif seq < 1:
            self._add(seq, f"多出编号为 {seq} 的一条，链从第 1 条开始")
        self._names[seq] = _entry_name(seq, row)
        computed = _hash_of(row)
        if computed != row["hash"]:
            self._add(seq, f"{self._names[seq]}本身被改动：时间、类别、说明、摘要或者散列与封存时不符")
        elif seq == self.last + 1 and row["previous"] not in before:
            name = self.name(self.last) if self.last else "链的起点"
            self._add(seq, f"{self._names[seq]}与{name}接不上：{name}被改写，或者这一条被替换")
        self.digests[seq] = _digests(row["rows"])
        self.hashes[seq], self.last = str(row["hash"]), max(seq, self.last)
        return (str(row["hash"]), computed)

    def _add(self, seq: int, words: str) -> None:
        self.breaks.append(Break(seq, "entry", words))

    def name(self, seq: int) -> str:
        """What an entry is called: 第 3 条（审核，2026-04-08 09:00）."""
        return self._names.get(seq, f"第 {seq} 条")

    def whose(self, head: str) -> str:
        """The name of the entry whose hash begins so, "" where there is none."""
        begin = head.strip().lower()
        if len(begin) < LEAST_HEAD:
            return ""
        return next((self.name(seq) for seq, known in self.hashes.items() if known.startswith(begin)), "")


def _entry_name(seq: int, row: Mapping[str, Any]) -> str:
    return f"第 {seq} 条（{row['kind']}，{str(row['at'])[:16].replace('T', ' ')}）"


def _hash_of(row: Mapping[str, Any]) -> str:
    """Its hash as it should be, "" where its values are none that an entry may have."""
    texts = [row[name] for name in ("at", "kind", "words", "rows", "previous")]
    if not all(isinstance(text, str) for text in texts):
        return ""
    return entry_hash(int(row["seq"]), *texts)


def _digests(text: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


class _Looked:
    """The rows of one table: their seals by entry, and what is wrong with single rows."""

    def __init__(self, looked: Table, connection: Connection) -> None:
        self._table = looked.name
        self._sealed: dict[Any, list[bytes]] = {}  # as the rows should be sealed
        self._borne: dict[Any, list[bytes]] = {}  # as they are
        self._wrong: dict[Any, list[str]] = {}
        self.count = 0
        for row in connection.execution_options(yield_per=500).execute(_plain(looked)).mappings():
            self._look(dict(row))

    def _look(self, row: dict[str, Any]) -> None:
        self.count += 1
        borne, seq = row["seal"], row["entry"]
        seal = _seal(self._table, row)
        self._sealed.setdefault(seq, []).append(seal)
        self._borne.setdefault(seq, []).append(borne if isinstance(borne, bytes) else b"")
        if seal != borne:
            self._wrong.setdefault(seq, []).append(f"{_row_name(row)}被改动")
        elif self._table in ("document", "content") and (reason := _unlike(row)):
            self._wrong.setdefault(seq, []).append(f"{_row_name(row)}{reason}")

    def breaks(self, chain: _Chain) -> Iterator[Break]:
        """What is wrong, by entry."""
        wanted = {seq for seq, digests in chain.digests.items() if self._table in digests}
        for seq in sorted(self._sealed.keys() | wanted, key=str):
            whose = seq if isinstance(seq, int) else None
            name = chain.name(seq) if whose is not None else f"“{seq}”"
            for words in self._wrong.get(seq, ()):
                yield Break(whose, self._table, f"{name}的{_shown(self._table)}{words}")
            if seq not in chain.digests:
                count = len(self._sealed[seq])
                yield Break(whose, self._table, f"{_shown(self._table)}有 {count} 行属于{name}，链里没有这一条")
            elif words := self._sum(seq, chain.digests[seq].get(self._table)):
                yield Break(whose, self._table, f"{name}的{_shown(self._table)}{words}")

    def _sum(self, seq: int, digest: Any) -> str:
        """What the digest of an entry says of its rows in this table; "" where it holds, or a row says it already."""
        seals = self._sealed.get(seq, [])
        if digest == rows_digest(seals) or (seq in self._wrong and digest == rows_digest(self._borne[seq])):
            return ""
        count = str(digest).partition(":")[0] if digest is not None else "0"
        if count != str(len(seals)):
            return f"封存时有 {count} 行，现有 {len(seals)} 行，有行被增加或者删除"
        return "与封存时的摘要不符，行连同封条被改动"


def _plain(looked: Table) -> Any:
    """All columns of a table, whatever stands in them."""
    return select(table(looked.name, *(column(each.name) for each in looked.columns)))


def _seal(name: str, row: Mapping[str, Any]) -> bytes:
    """The seal of a row as it stands, b"" where it holds what no row may hold."""
    try:
        return row_seal(name, row)
    except (TypeError, ValueError, RecursionError):
        return b""


def _unlike(row: Mapping[str, Any]) -> str:
    """Why the bytes are not what their address says, "" where they are."""
    try:
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(row["data"], row["size"] + 1)
    except (zlib.error, TypeError, ValueError):
        return "的内容解不开"
    if not unpacking.eof or unpacking.unused_data or len(plain) != row["size"] or sha256(plain) != row["sha256"]:
        return "的内容与它的 SHA-256 不符"
    return ""


def _row_name(row: Mapping[str, Any]) -> str:
    called = next((str(row[name]) for name in _CALLED if row.get(name)), "")
    nth = row["nth"] + 1 if isinstance(row["nth"], int) else "？"
    return f"第 {nth} 行{f'（{called}）' if called else ''}"


def _shown(name: str) -> str:
    return f"{_TITLES[name]}（{name} 表）" if name in _TITLES else f"{name} 表"
