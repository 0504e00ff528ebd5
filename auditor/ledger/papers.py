"""The ledger -> the matter of papers: a run or a quarter as it is decided, the quarter before, the trend, letters and how they stand.

Before    the last quarter of the ledger before this one, decided as of its own last day of work (`scoring.days`)
Letters   those recorded in the quarter up to the day, with how everything in them stands
Originals the bytes of what was handed in, fetched when they are asked for; of an attachment those of its ZIP, where it has one
Trend     as `trend` makes it; the tallies at hand are not made twice
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from auditor.documents.matter import Entered, Matter
from auditor.documents.stationery import Stationery
from auditor.documents.tally import Tally, tally
from auditor.ledger import scoring
from auditor.ledger.contents import documents
from auditor.ledger.laying import view
from auditor.ledger.ledger import Ledger
from auditor.ledger.mendings import course
from auditor.ledger.progress import with_progress
from auditor.ledger.reading import chosen, runs
from auditor.ledger.remembering import remembered
from auditor.ledger.trend import trend
from auditor.ledger.viewing import card_quarter
from auditor.model import MendingTerms

_MOST_ORIGINALS = 4


def matter_of(
    ledger: Ledger,
    word: str,
    day: dt.date,
    terms: MendingTerms,
    stationery: Stationery | None = None,
    entered: Entered | None = None,
    units: Collection[str] | None = None,
    options: Mapping[str, str] | None = None,
) -> Matter:
    """What the papers of the run or quarter of that word are made of, on that day. Raises LedgerError."""
    with ledger.reading():
        quarter = card_quarter(chosen(ledger, word)[-1])
        memory = remembered(ledger)
        mendings = course(ledger, terms, day, with_repeats=False).mendings if memory.letters else ()
        before = _before(ledger, quarter, day)
        audit = with_progress(ledger, view(ledger, word, day), memory, day)
        here = tally(audit, day=day)
        known = {quarter: here, **({before[0]: before[1]} if before is not None else {})}
        figures = trend(ledger, quarter, day, known, mendings)
    return Matter(
        tally=tally(audit, before[1] if before is not None else None, figures, day),
        stationery=stationery or Stationery(),
        entered=entered or Entered(),
        terms=terms,
        letters=tuple(one for one in memory.letters if one.quarter == quarter and one.sent <= day),
        mendings=tuple(one for one in mendings if one.letter.quarter == quarter),
        originals=_originals(ledger),
        units=units,
        options=options or {},
    )


def _before(ledger: Ledger, quarter: str, day: dt.date) -> tuple[str, Tally] | None:
    """The last quarter before this one, and its tally as it stood when its work was done."""
    days = scoring.days(runs(ledger), day)
    earlier = max((one for one in days if one < quarter), default=None)
    named = {card.quarter for card in runs(ledger)}
    if earlier is None or earlier not in named:  # a quarter known by its days alone cannot be asked for by its name
        return None
    return earlier, tally(view(ledger, earlier, days[earlier]), day=days[earlier])


def _originals(ledger: Ledger) -> Callable[[str], bytes | None]:
    """The bytes by SHA-256 (a member of a file by what stands before #), None where they are not kept."""

    @lru_cache(maxsize=_MOST_ORIGINALS)
    def fetched(sha256: str) -> bytes | None:
        return documents(ledger, [sha256]).get(sha256)

    return lambda sha256: fetched(sha256.partition("#")[0])
