"""What of a bundle is not as it was written: files against the list, the chain, the seals of rows, the results against both.

The list itself bears no secret: whoever changes everything can write a new list. What cannot be made anew is the head of the
chain, which stands in every paper that was issued; `head` says which one the bundle ends with.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from auditor import __version__
from auditor.bundle import shape
from auditor.bundle.packing import without_numbers
from auditor.bundle.restoring import restored
from auditor.bundle.shape import Bundle, BundleError
from auditor.documents.json_text import dumps
from auditor.ledger import LedgerError
from auditor.ledger.laying import view
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import runs, stored
from auditor.ledger.seal import FIRST, canonical, entry_hash, rows_digest, sha256

_OTHER_PROGRAM = (
    "数据包由 {program} 版程序写成，本程序是 {here} 版：“结果”文件夹里的文件只与目录核对，没有按台账重新生成比对"
)
_HASHED = ("文件/", "内容/")
_ADDRESSED = {
    "run": ("audit", "shapes", "rule_ids", "texts", "typed"),
    "report": ("reading", "facts", "claims", "said"),
    "handed": ("sha256",),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: the breaks, the first of the chain first; the head of the chain and how many entries it has; `notes` say
    what could not be looked at."""

    breaks: tuple[str, ...]
    head: str
    entries: int
    notes: tuple[str, ...] = ()


def checked(bundle: Bundle) -> Checked:
    """Everything that does not hold. Raises BundleError where it cannot even be looked at."""
    entries = bundle.json(shape.ENTRIES)
    breaks = [*bundle.altered, *_chain(entries), *_rows(bundle, entries), *_addresses(bundle), *_head(bundle, entries)]
    program = str(bundle.told.get("program"))
    if not breaks and program == __version__:
        breaks += _results(bundle)
    last: dict[str, Any] = entries[-1] if entries else {"hash": FIRST, "seq": 0}
    notes = () if program == __version__ else (_OTHER_PROGRAM.format(program=program, here=__version__),)
    return Checked(tuple(breaks), str(last.get("hash")), int(last.get("seq", 0)), notes)


def _chain(entries: list[dict[str, Any]]) -> Iterator[str]:
    previous = FIRST
    for at, entry in enumerate(entries, 1):
        named = f"台账第 {at} 条（{entry.get('kind')}，{entry.get('at')}）"
        try:
            parts = tuple(entry[name] for name in ("seq", "at", "kind", "words", "rows", "previous"))
            right = entry_hash(*parts)
        except (KeyError, TypeError):
            yield f"{named}不完整"
            return
        if entry["seq"] != at or entry["previous"] != previous:
            yield f"{named}与前一条接不上"
        elif entry.get("hash") != right:
            yield f"{named}被改动"
        previous = str(entry.get("hash"))


def _rows(bundle: Bundle, entries: list[dict[str, Any]]) -> Iterator[str]:
    """Rows of whole entries against their seals and the digests in the chain; single rows against their seals."""
    chain = {str(entry.get("seq")): entry for entry in entries}
    for seq, found in bundle.json(shape.ROWS).items():
        digests = json.loads(chain[seq]["rows"]) if seq in chain else {}
        for table in sorted(digests.keys() | found.keys()):
            rows = found.get(table, [])
            wrong = [row for row in rows if not _sealed(table, row)]
            yield from (f"台账第 {seq} 条的 {table} 表第 {row.get('nth', 0) + 1} 行被改动" for row in wrong)
            if not wrong and rows_digest([bytes.fromhex(row["seal"]) for row in rows]) != digests.get(table):
                yield f"台账第 {seq} 条的 {table} 表有增减"
    if bundle.json(shape.OTHERS).keys() != {"number", "name"}:
        yield f"“{shape.OTHERS}”被改动"
    for table, rows in bundle.json(shape.OTHERS).items():
        yield from (f"台账第 {row.get('entry')} 条的 {table} 表有一行被改动" for row in rows if not _sealed(table, row))


def _sealed(table: str, row: Mapping[str, Any]) -> bool:
    """Whether a row of the bundle is as its seal says; its bytes stand as their hashes already."""
    shown = {name: value for name, value in row.items() if name != "seal" and value is not None}
    try:
        return bool(sha256(canonical([table, shown])) == row["seal"])
    except (KeyError, TypeError):
        return False


def _addresses(bundle: Bundle) -> Iterator[str]:
    """Files and contents against the hashes by which the rows name them."""
    for name, data in bundle.files.items():
        if name.startswith(_HASHED) and sha256(data) != name.partition("/")[2]:
            yield f"“{name}”的内容与其校验值不符"
    for seq, found in bundle.json(shape.ROWS).items():
        for table, columns in _ADDRESSED.items():
            for row in found.get(table, ()):
                for address in (row[column] for column in columns if column in row):
                    name = shape.document(address) if table == "handed" else shape.content(address)
                    if name not in bundle.files:
                        yield f"台账第 {seq} 条用到的“{name}”不在数据包里"


def _head(bundle: Bundle, entries: list[dict[str, Any]]) -> Iterator[str]:
    told = bundle.told.get("head", {})
    if not entries or told.get("sha256") != entries[-1].get("hash"):
        yield "目录记载的台账校验码与校验链不符"


def _results(bundle: Bundle) -> Iterator[str]:
    """The results against what the rows and contents say."""
    with tempfile.TemporaryDirectory() as folder, restored(bundle, Path(folder)) as ledger:
        try:
            wanted = results(ledger, bundle)
        except (LedgerError, ValueError) as error:
            raise BundleError([f"数据包里的记录不能使用（{error}）"]) from None
    for name, data in wanted.items():
        if bundle.files.get(name) != data:
            yield f"“{name}”与台账中的记录不符"


def results(ledger: Ledger, bundle: Bundle) -> dict[str, bytes]:
    """The results as the ledger of a bundle gives them. Raises LedgerError."""
    day, word = dt.date.fromisoformat(bundle.told["day"]), str(bundle.told["word"])
    out = {
        shape.result(card.id, card.entry): dumps(without_numbers(replace(stored(ledger, card), ledger=None))).encode()
        for card in runs(ledger)
    }
    out[shape.DECIDED] = dumps(view(ledger, word, day)).encode()
    return out
