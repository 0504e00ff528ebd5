"""All analyses of a rulebook, in one list: mistakes first, then reminders, each once."""

from __future__ import annotations

import datetime as dt

from auditor.review.bases import lapsed
from auditor.review.conflicts import conflicts
from auditor.review.coverage import uncovered
from auditor.review.overlaps import overlaps
from auditor.review.remarks import Remark, ordered
from auditor.review.scopes import dead
from auditor.rulebook import Rulebook


def review(book: Rulebook, today: dt.date, *, everything: bool = False) -> list[Remark]:
    """What is wrong with the rulebook as a whole, and what a person should look at."""
    found = [*dead(book, today.year), *overlaps(book), *conflicts(book), *lapsed(book, today)]
    return ordered([*found, *uncovered(book, everything=everything)])
