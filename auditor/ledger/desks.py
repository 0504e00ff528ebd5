"""The desk at which a run of the ledger was judged: its rulebook, its roster, its day.

It is apart from `laying`, and asked for late: where nobody decided anything no rulebook and no roster is opened.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import select

from auditor import readers
from auditor.judging import Desk, desk
from auditor.ledger import tables
from auditor.ledger.contents import documents
from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.reading import texts_of
from auditor.model import Unread
from auditor.quarters.nouns import RunCard
from auditor.roster import Roster
from auditor.roster.sheet import RosterError, of_document
from auditor.rulebook import Rulebook, Texts, build


def desk_of(ledger: Ledger, card: RunCard, inference: str | None = None) -> Desk:
    """A desk such as the run was judged at. Raises LedgerError where its rulebook was not kept."""
    texts = texts_of(ledger, card)
    if texts is None:
        raise LedgerError(f"台账“{ledger.path}”中批次 {card.id} 没有存下当时的规则库，不能计入认定")
    roster = roster_of(ledger, card)
    return desk(_built(texts), inference, roster=roster, audited=card.started.date())


@lru_cache(maxsize=4)
def _built(texts: Texts) -> Rulebook:
    return build(texts)


def roster_of(ledger: Ledger, card: RunCard) -> Roster | None:
    """The roster that a run used; None where there was none."""
    columns = tables.handed.c
    query = select(columns.name, columns.sha256).where(columns.entry == card.entry, columns.role == "roster")
    for row in ledger.rows(query):
        for data in documents(ledger, [row.sha256] if row.sha256 else []).values():
            document = readers.read(row.name, data)
            try:
                return None if isinstance(document, Unread) else of_document(document)
            except RosterError:  # it could be read when the run was made
                return None
    return None
