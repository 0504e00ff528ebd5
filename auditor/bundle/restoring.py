"""A bundle -> a ledger of its own in a folder, so that everything that reads a ledger reads it too.

Rows keep their entries and seals. Files and contents are compressed anew, so their own seals are not those of this ledger: whether
a bundle is as it was written is told from the bundle (`checking`), never from the ledger that was made of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from auditor.bundle import shape
from auditor.bundle.shape import Bundle, BundleError
from auditor.ledger import LedgerError, tables
from auditor.ledger.ledger import Ledger, open

_FOLDERS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("文件/", "document", {}),
    ("内容/", "content", {"kind": ""}),
)


def restored(bundle: Bundle, folder: Path) -> Ledger:
    """The ledger of a bundle, open; close it. Raises BundleError."""
    ledger = open(folder / "ledger.sqlite", create=True)
    try:
        ledger.transplant(_tables(bundle))
    except (LedgerError, KeyError, TypeError, ValueError, AttributeError) as error:
        ledger.close()
        raise BundleError([f"数据包里的记录不能使用（{error}）"]) from None
    return ledger


def _tables(bundle: Bundle) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {"entry": bundle.json(shape.ENTRIES)}
    for found in (*bundle.json(shape.ROWS).values(), bundle.json(shape.OTHERS)):
        for table, rows in found.items():
            if table in tables.metadata.tables and table not in ("document", "content", "entry"):
                out.setdefault(table, []).extend(map(_row, rows))
    for start, table, more in _FOLDERS:
        out[table] = list(_blobs(bundle, start, more))
    return out


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "seal": bytes.fromhex(row["seal"])}


def _blobs(bundle: Bundle, start: str, more: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for nth, (name, data) in enumerate(sorted(bundle.files.items())):
        if name.startswith(start):
            row = {"sha256": name.removeprefix(start), "size": len(data), "data": zlib.compress(data), **more}
            yield {**row, "entry": 0, "nth": nth, "seal": b""}
