"""Ledgers for tests: one with rows in every table, and rows of any table."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from auditor.ledger import Ledger, tables
from auditor.ledger import open as open_ledger
from auditor.ledger.contents import Stock

AT = dt.datetime(2026, 4, 8, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
OWN = ("entry", "nth", "seal")
STORED = ("document", "content")


def row(table: Table, at: int) -> dict[str, Any]:
    """A row of that table; no two numbers give equal values, and every second one leaves NULL what may be NULL."""
    out: dict[str, Any] = {}
    for place, column in enumerate(table.columns):
        if column.name in OWN or (column.nullable and at % 2):
            continue
        kind = column.type.python_type
        out[column.name] = at * 100 + place if kind is int else f"{table.name}·{column.name}·第{at}个"
    return out


def full(path: Path, entries: int = 4, rows: int = 2) -> None:
    """A ledger of some entries, each with rows in every table."""
    with open_ledger(path, create=True) as ledger:
        for number in range(entries):
            add(ledger, range(number * rows, number * rows + rows))


def add(ledger: Ledger, numbers: range) -> str:
    """One entry with a row of every table for each number; the head of the chain after it."""
    at = AT + dt.timedelta(days=numbers.start)
    with Stock() as stock, ledger.writing("测试", f"第 {numbers.start} 个起", at) as entry:
        for number in numbers:
            stock.put_document(f"第 {number} 份报告\n".encode() * 40)
            stock.put("facts", [number, "事实" * 50])
        stock.into(entry)
        for table in tables.SEALED:
            if table.name not in STORED:
                entry.add(table.name, *(row(table, number) for number in numbers))
    return ledger.stamp.head
