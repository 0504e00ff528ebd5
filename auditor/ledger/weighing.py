"""A ledger -> what it holds and what that weighs: rows by table, bytes of the file, bytes a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from auditor.ledger import migrating, tables
from auditor.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Weight:
    """`rows` by table; `documents` and `contents` are the bytes that they take as stored; `journal` how the file is written."""

    version: int
    journal: str
    size: int
    rows: Mapping[str, int]
    documents: int
    contents: int

    @property
    def a_report(self) -> int | None:
        """Bytes of the file a report that was judged or looked at; None where there is none."""
        reports = self.rows["report"]
        return self.size // reports if reports else None


def weighed(ledger: Ledger) -> Weight:
    """What the ledger holds at this moment. Raises LedgerError."""
    with ledger.reading() as connection:
        rows = {
            each.name: connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables.SEALED
        }
        documents, contents = (
            connection.execute(select(func.coalesce(func.sum(func.length(each.c.data)), 0))).scalar_one()
            for each in (tables.document, tables.content)
        )
        version, journal, size = (
            migrating.version_of(connection),
            migrating.journal_of(connection),
            migrating.size_of(connection),
        )
    return Weight(version, journal, size, rows, documents, contents)
