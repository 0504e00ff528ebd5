"""Runs that are opened whole, each once: their rulebooks, what another rulebook says of them, what was decided of them.

It is apart from `comparing`, and asked for late: two quarters under one rulebook of which nobody decided anything are compared
without opening a run, and must not pay for rules, forms and readers.
"""

from __future__ import annotations

import datetime as dt

from auditor.decided import decided
from auditor.judging import Desk, desk, unscored
from auditor.ledger.desks import roster_of
from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.reading import stored, texts_of
from auditor.model import Audit
from auditor.pipeline import Options, judged_again
from auditor.quarters.nouns import Remembered, RunCard
from auditor.roster import Roster
from auditor.rulebook import Rulebook, build


class Opened:
    """Whole runs, their rulebooks, and what was decided of them; each made once."""

    def __init__(self, ledger: Ledger, jobs: int | None) -> None:
        self.ledger = ledger
        self._jobs = jobs
        self._audits: dict[int, Audit] = {}
        self._parts: dict[tuple[int, frozenset[str]], Audit] = {}
        self._books: dict[str, Rulebook] = {}
        self._rosters: dict[int, Roster | None] = {}
        self._again: dict[tuple[int, str], Audit] = {}
        self._decided: dict[tuple[int, str, int, dt.date], Audit] = {}

    def bare(self, card: RunCard) -> Audit:
        """The run as it was written."""
        if card.entry not in self._audits:
            self._audits[card.entry] = stored(self.ledger, card)
        return self._audits[card.entry]

    def book(self, card: RunCard) -> Rulebook:
        """The rulebook of a run. Raises LedgerError where it was not kept."""
        if card.rulebook not in self._books:
            self._books[card.rulebook] = _book_of(self.ledger, card)
        return self._books[card.rulebook]

    def roster(self, card: RunCard) -> Roster | None:
        """The roster of a run."""
        if card.entry not in self._rosters:
            self._rosters[card.entry] = roster_of(self.ledger, card)
        return self._rosters[card.entry]

    def under(self, card: RunCard, book: Rulebook) -> Audit:
        """The run judged by another rulebook."""
        key = (card.entry, book.stamp.sha256)
        if key not in self._again:
            options = Options(jobs=self._jobs, roster=self.roster(card))
            self._again[key] = judged_again(self.bare(card), book, options)
        return self._again[key]

    def decided(self, card: RunCard, memory: Remembered, day: dt.date, units: frozenset[str] | None = None) -> Audit:
        """The run with what people had decided; `units`: only their reports, by all of their names.

        A unit's reports are opened without the others': what was said of them beside those stands in their findings. The whole
        run is opened where one must be judged anew.
        """
        book = self.book(card)
        if units is None or card.entry in self._audits:
            return self.laid(self.bare(card), card, book, memory, day)
        key = (card.entry, units)
        if key not in self._parts:
            self._parts[key] = stored(self.ledger, card, units)
        part = self._parts[key]
        if any(unscored(judged) is None for judged in part.reports):
            return self.laid(self.bare(card), card, book, memory, day)
        return decided(part, self._desk(card, book), memory, day)

    def laid(self, bare: Audit, card: RunCard, book: Rulebook, memory: Remembered, day: dt.date) -> Audit:
        """A run, judged by a rulebook, with what people had decided."""
        key = (card.entry, book.stamp.sha256, id(memory), day)
        if key not in self._decided:
            self._decided[key] = decided(bare, self._desk(card, book), memory, day)
        return self._decided[key]

    def _desk(self, card: RunCard, book: Rulebook) -> Desk:
        return desk(book, roster=self.roster(card), audited=card.started.date())


def _book_of(ledger: Ledger, card: RunCard) -> Rulebook:
    """The rulebook of a run. Raises LedgerError where it was not kept."""
    texts = texts_of(ledger, card)
    if texts is None:
        raise LedgerError(f"批次 {card.id} 没有保存当时的规则库")
    return build(texts)
