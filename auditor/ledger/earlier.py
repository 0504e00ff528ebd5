"""Rows of a hand-made ledger -> one entry of the chain with those that are not there yet, and the file they came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from auditor.ledger.contents import Stock
from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.remembering import remembered
from auditor.oldledger.matching import new_ones
from auditor.quarters.nouns import OldFinding


def new_to(ledger: Ledger, findings: Sequence[OldFinding]) -> tuple[OldFinding, ...]:
    """Those that the ledger does not have. Raises LedgerError."""
    return tuple(new_ones(findings, remembered(ledger).old))


def bring_in(
    ledger: Ledger, findings: Sequence[OldFinding], data: bytes, source: str, at: dt.datetime
) -> tuple[OldFinding, ...]:
    """Enters those that are new; what was entered. `source` names the file in the chain. Raises LedgerError."""
    new = new_to(ledger, findings)
    if not new:
        return ()
    with Stock() as stock, ledger.writing("以往台账", f"{source}：历史问题 {len(new)} 个", at) as entry:
        if new_to(ledger, findings) != new:
            raise LedgerError("台账刚刚被他人改动，没有导入任何内容，请重新导入")
        stock.put_document(data)
        stock.into(entry)
        entry.add("old_finding", *map(_row, new))
    return new


def _row(one: OldFinding) -> dict[str, Any]:
    return {
        "quarter": one.quarter,
        "unit": one.unit,
        "year": one.year,
        "rule": one.rule,
        "text": one.text,
        "mending": one.mending,
        "remark": one.remark,
        "source": one.source,
        "line": one.line,
        "category": one.category or None,
        "object": one.object or None,
        "basis": one.basis or None,
        "points": one.points or None,
        "demand": one.demand or None,
        "deadline": one.deadline or None,
        "link": one.link or None,
        "review": one.review or None,
        "closed": one.closed or None,
    }
