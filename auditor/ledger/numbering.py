"""Numbering: findings -> their names for people (2026Q2-禹山镇-03), given once and for all within an entry.

Name      quarter, short name of the unit, ordinal; a finding keeps its number in every later run
Alike     two units that are called alike: the first keeps the short name, the other is called by its full one
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from auditor.ledger import tables
from auditor.ledger.ledger import Writing
from auditor.quarters.naming import current_names
from auditor.quarters.nouns import Key


class Numbers:
    """What is given within one entry, upon what was given before."""

    def __init__(self, entry: Writing, quarter: str) -> None:
        self._quarter = quarter
        renamed, given = tables.name.c, tables.number.c
        rows = entry.rows(select(renamed.former, renamed.unit).order_by(renamed.entry, renamed.nth))
        names = current_names((row.former, row.unit) for row in rows)
        self._known: set[Key] = set()
        self._last: dict[str, int] = {}
        self._owner: dict[str, str] = {}
        for row in entry.rows(select(tables.number).order_by(given.entry, given.nth)):
            unit = names.get(row.unit, row.unit)
            self._known.add(Key(unit, row.year, row.locus))
            self._owner.setdefault(row.short, unit)
            if row.quarter == quarter:
                self._last[row.short] = max(self._last.get(row.short, 0), row.ordinal)

    def give(self, keys: Iterable[Key], short: str) -> Iterator[Mapping[str, Any]]:
        """The rows for the keys that have none yet."""
        for key in keys:
            if key not in self._known:
                yield self._row(key, *self._next(key.unit, short))

    def coming(self, unit: str, short: str) -> str:
        """The number that the next finding of a unit will get."""
        called = self._called(unit, short)
        return self._written(called, self._last.get(called, 0) + 1)

    def _next(self, unit: str, short: str) -> tuple[str, int]:
        called = self._called(unit, short)
        self._owner.setdefault(short, unit)
        self._owner.setdefault(called, unit)
        ordinal = self._last[called] = self._last.get(called, 0) + 1
        return called, ordinal

    def _called(self, unit: str, short: str) -> str:
        return short if self._owner.get(short, unit) == unit else unit

    def _row(self, key: Key, called: str, ordinal: int) -> Mapping[str, Any]:
        self._known.add(key)
        return {
            "unit": key.unit,
            "year": key.year,
            "locus": key.locus,
            "quarter": self._quarter,
            "short": called,
            "ordinal": ordinal,
            "number": self._written(called, ordinal),
        }

    def _written(self, called: str, ordinal: int) -> str:
        return f"{self._quarter}-{called}-{ordinal:02d}"
