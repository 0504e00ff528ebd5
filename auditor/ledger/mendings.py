"""The ledger -> how everything that was ever in a letter stands on a day, and who offends again and again.

In        the runs up to that day, the records of the units that were written to (for repeat offenders: of all units), what
          people entered; the pure rooms (`quarters.rereading`, `mending`, `repeating`) say what it means
Cards     rule names are those of every run, so that a renamed rule is the same one
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import checked, runs
from auditor.ledger.remembering import remembered
from auditor.ledger.viewing import Past, Stated, card_quarter, frames, rule_names, unreported, with_manual
from auditor.model import MendingTerms
from auditor.quarters.fates import Names
from auditor.quarters.holding import Holdings
from auditor.quarters.mending import Mending, mendings
from auditor.quarters.nouns import Key, Letter, Noted, Remembered, RunCard
from auditor.quarters.repeating import Repeat, repeaters
from auditor.quarters.rereading import Dated, latest_noted, reread


@dataclass(frozen=True, slots=True)
class Course:
    """What is known up to a day: what people entered, how everything in letters stands, who offends again."""

    memory: Remembered
    mendings: tuple[Mending, ...]
    repeats: tuple[Repeat, ...]


def course(ledger: Ledger, terms: MendingTerms, day: dt.date, *, with_repeats: bool = True) -> Course:
    """Everything of that day. Raises LedgerError."""
    memory = remembered(ledger)
    cards = [card for card in runs(ledger) if card.started.date() <= day]
    letters = [letter for letter in memory.letters if letter.sent <= day]
    if not cards:
        return Course(memory, mendings(memory, {}, {}, day), ())
    names = rule_names(frames(ledger, cards))
    past = Past(ledger, (), cards, memory)
    stated = Stated(ledger, past.rows)
    units = None if with_repeats else _names_of(_written_to(letters), memory)
    records = _dated(ledger, cards, units, memory)
    words = _words(memory, records, letters, names, day)
    seen = reread(letters, records, names, stated)
    made = mendings(memory, seen, words, day)
    again = repeaters(records, words, memory.old, names, stated, terms) if with_repeats else ()
    return Course(memory, made, again)


def _written_to(letters: Iterable[Letter]) -> set[str]:
    """The units that letters speak of; after a merger another one than that which got the letter."""
    return {unit for letter in letters for unit in (letter.unit, *(item.key.unit for item in letter.items))}


def _names_of(units: Collection[str], memory: Remembered) -> set[str]:
    """The units by all the names under which they may stand in the rows."""
    return {*units, *(former for former in memory.names if memory.unit(former) in units)}


def _dated(ledger: Ledger, cards: Sequence[RunCard], units: Collection[str] | None, memory: Remembered) -> list[Dated]:
    """All records in the order of their runs, those of missing reports too."""
    by_entry = {card.entry: card for card in cards}
    read = [with_manual(one, by_entry[one.run], memory) for one in checked(ledger, cards, units)]
    records = sorted((*read, *unreported(ledger, cards, memory, units)), key=lambda one: one.run)
    return [
        Dated(record, card.started.date(), card_quarter(card), (card.rulebook, card.engine))
        for record in records
        for card in (by_entry[record.run],)
    ]


def _words(
    memory: Remembered, records: Iterable[Dated], letters: Iterable[Letter], names: Names, day: dt.date
) -> Mapping[Key, str]:
    """The verdicts that hold on the day: of each finding as it was last noted, else as the letter had it."""
    holdings = Holdings(memory, day, lambda rule: min(names.of(rule)))
    noted: Mapping[Key, Noted] = latest_noted(records)
    out: dict[Key, str] = {}
    for key, one in noted.items():
        if word := holdings.of(key, one.content, one.rule, one.facts).word:
            out[key] = word
    for letter in letters:
        for item in letter.items:
            if item.key not in noted and (word := holdings.of(item.key, item.content, item.rule, ()).word):
                out[item.key] = word
    return out
