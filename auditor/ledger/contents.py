"""Contents: nouns and files <-> what stands in the ledger under the SHA-256 of its bytes, each once.

Address    the SHA-256 of the plain bytes; they stand there compressed, so that another zlib makes no other address
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from auditor.ledger import tables
from auditor.ledger.ledger import Ledger, Writing
from auditor.ledger.seal import sha256

_LEVEL = 6
_MANY = 400  # addresses asked for at once; SQLite takes 999


class Contents:
    """What one entry adds; what the ledger has already is passed over."""

    def __init__(self, entry: Writing) -> None:
        self._entry = entry
        self._known: set[str] = set()

    def put(self, kind: str, value: Any) -> str:
        """JSON values of a noun; their address."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return self._add("content", plain, kind=kind)

    def put_document(self, data: bytes) -> str:
        """The bytes of a file; their address."""
        return self._add("document", data)

    def _add(self, table: str, plain: bytes, **more: str) -> str:
        address = sha256(plain)
        if address not in self._known and not self._has(table, address):
            row = {"sha256": address, "size": len(plain), "data": zlib.compress(plain, _LEVEL), **more}
            self._entry.add(table, row)
        self._known.add(address)
        return address

    def _has(self, table: str, address: str) -> bool:
        column = tables.metadata.tables[table].c.sha256
        return bool(self._entry.rows(select(column).where(column == address)))


def fetched(ledger: Ledger, addresses: Iterable[str]) -> dict[str, Any]:
    """JSON values by their addresses; one that is not there is left out."""
    return {
        address: json.loads(data.decode("utf-8", "surrogatepass"))
        for address, data in _plain(ledger, "content", addresses)
    }


def documents(ledger: Ledger, addresses: Iterable[str]) -> dict[str, bytes]:
    """Files by the SHA-256 of their bytes."""
    return dict(_plain(ledger, "document", addresses))


def _plain(ledger: Ledger, table: str, addresses: Iterable[str]) -> list[tuple[str, bytes]]:
    columns = tables.metadata.tables[table].c
    wanted = sorted(set(addresses))
    out: list[tuple[str, bytes]] = []
    for start in range(0, len(wanted), _MANY):
        some = columns.sha256.in_(wanted[start : start + _MANY])
        out += [
            (row.sha256, zlib.decompress(row.data))
            for row in ledger.rows(select(columns.sha256, columns.data).where(some))
        ]
    return out
