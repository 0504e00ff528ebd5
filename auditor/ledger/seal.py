"""Seals: a row, an entry -> its SHA-256 over canonical JSON. Pure; whoever has the rows can check them without this program.

Canonical  UTF-8 JSON, keys sorted, no spaces, no escapes but those that JSON asks for; bytes stand as {"sha256": hex}
Row        sha256([table, {column: value}]) without the seal itself and without columns that are NULL, so that a later
           schema may add columns without breaking what is sealed
Rows       of an entry in one table: their count, ":", and the sha256 over count and seals in order of the seals
Entry      sha256({seq, at, kind, words, rows, previous}); `previous` of the first entry is 64 zeros
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

FIRST = "0" * 64


def canonical(value: Any) -> bytes:
    """The value as canonical JSON. Raises TypeError or ValueError for what is no JSON value."""
    return _dump(value).encode("utf-8", "surrogatepass")


_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def sha256(data: bytes) -> str:
    """Hex digits of the SHA-256."""
    return hashlib.sha256(data).hexdigest()


def row_seal(table: str, row: Mapping[str, Any]) -> bytes:
    """The seal (32 bytes) of a row of that table."""
    shown = {
        name: {"sha256": sha256(value)} if isinstance(value, bytes) else value
        for name, value in row.items()
        if value is not None and name != "seal"
    }
    return hashlib.sha256(canonical([table, shown])).digest()


def rows_digest(seals: Collection[bytes]) -> str:
    """What stands for all rows of one entry in one table: `12:9f2c…`."""
    digest = hashlib.sha256(b"%d:" % len(seals))
    for seal in sorted(seals):
        digest.update(seal)
    return f"{len(seals)}:{digest.hexdigest()}"


def entry_hash(seq: int, at: str, kind: str, words: str, rows: str, previous: str) -> str:
    """The hash of an entry; `rows` is the canonical JSON of {table: digest}."""
    parts = {"seq": seq, "at": at, "kind": kind, "words": words, "rows": rows, "previous": previous}
    return sha256(canonical(parts))
