"""Contents: nouns and files <-> what stands in the ledger under the SHA-256 of its bytes, each once.

    with Stock() as stock:                 made ready while nobody waits: encoded, hashed, compressed
        address = stock.put("facts", values)
        with ledger.writing(...) as entry:
            stock.into(entry)              what the ledger has already is passed over
    fetched(ledger, addresses)             back again

Address    the SHA-256 of the plain bytes; they stand there compressed, so that another zlib makes no other address
Room       what is in stock lies in memory up to `_MOST_HELD` bytes, then in a file of the system that goes with it
"""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from sqlalchemy import select

from auditor.ledger import tables
from auditor.ledger.ledger import Ledger, Writing
from auditor.ledger.seal import sha256

_LEVEL = 6
_MANY = 400  # addresses asked for at once; SQLite takes 999
_MOST_HELD = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Packed:
    """One of them: how it is called in the ledger, and where its compressed bytes lie."""

    address: str
    size: int
    start: int
    length: int
    kind: str | None = None


class Stock:
    """What an entry is going to need. Close it, or use it in `with`."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_MOST_HELD)  # noqa: SIM115  # closed in `close`
        self._end = 0
        self._packed: dict[str, dict[str, _Packed]] = {"document": {}, "content": {}}

    def __enter__(self) -> Stock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of everything."""
        self._file.close()

    def put(self, kind: str, value: Any) -> str:
        """JSON values of a noun; their address."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return self._add("content", plain, kind)

    def put_document(self, data: bytes) -> str:
        """The bytes of a file; their address."""
        return self._add("document", data, None)

    def _add(self, table: str, plain: bytes, kind: str | None) -> str:
        address, known = sha256(plain), self._packed[table]
        if address not in known:
            packed = zlib.compress(plain, _LEVEL)
            self._file.write(packed)
            known[address] = _Packed(address, len(plain), self._end, len(packed), kind)
            self._end += len(packed)
        return address

    def into(self, entry: Writing) -> None:
        """Adds to the entry what the ledger has not yet."""
        for table, known in self._packed.items():
            for some in _lots(sorted(known)):
                column = tables.metadata.tables[table].c.sha256
                there = {row.sha256 for row in entry.rows(select(column).where(column.in_(some)))}
                entry.add(table, *(self._row(known[address]) for address in some if address not in there))

    def _row(self, packed: _Packed) -> dict[str, Any]:
        self._file.seek(packed.start)
        row = {"sha256": packed.address, "size": packed.size, "data": self._file.read(packed.length)}
        return row if packed.kind is None else {**row, "kind": packed.kind}


def fetched(ledger: Ledger, addresses: Iterable[str]) -> dict[str, Any]:
    """JSON values by their addresses; one that is not there is left out."""
    return {
        address: json.loads(data.decode("utf-8", "surrogatepass"))
        for address, data in _plain(ledger, "content", addresses)
    }


def documents(ledger: Ledger, addresses: Iterable[str]) -> dict[str, bytes]:
    """Files by the SHA-256 of their bytes."""
    return dict(_plain(ledger, "document", addresses))


def _plain(ledger: Ledger, table: str, addresses: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    columns = tables.metadata.tables[table].c
    for some in _lots(sorted(set(addresses))):
        for row in ledger.rows(select(columns.sha256, columns.data).where(columns.sha256.in_(some))):
            yield row.sha256, zlib.decompress(row.data)


def _lots(addresses: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many at once as are asked for in one question."""
    return (addresses[start : start + _MANY] for start in range(0, len(addresses), _MANY))
