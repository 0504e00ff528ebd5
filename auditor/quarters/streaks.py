"""Streaks: the checks of a report over the quarters, and those in which a finding stood -> since when it stands, and whether it came back.

Counts    quarters in a row in which it stood; one in which the unit was not examined, or nothing could be said of the finding,
          neither breaks the row nor counts
Breaks    a quarter in which it was mended, or no longer held to be a fault
Order     checks are given the latest first; `first` and `mended` are places in that order
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from auditor.model import Noun
from auditor.quarters.fates import OPEN, Fate, Gone

Place = tuple[int, int]
"""A report of the ledger: its run's entry and its number there."""


@dataclass(frozen=True, slots=True)
class Once(Noun):
    """One quarter in which a report was checked, and the record that counts there."""

    quarter: str
    place: Place


@dataclass(frozen=True, slots=True)
class Streak(Noun):
    """How long a finding has stood: in how many quarters in a row, since which (`first` of the checks before, None: only now),
    and at which of them it was mended before that."""

    quarters: int
    since: str
    first: int | None = None
    mended: int | None = None


def streak(
    quarter: str, checks: Sequence[Once], stood: Collection[Place], judge: Callable[[Place, Place], Gone]
) -> Streak:
    """The row of a finding that stands in `quarter`; `checks` are those before it, `stood` the records that noted it.

    `judge` says of two records, the earlier of which noted it and the later did not, what became of it.
    """
    count, since, first = 1, quarter, None
    for at, once in enumerate(checks):
        if once.place in stood:
            count, since, first = count + 1, once.quarter, at
            continue
        noted = next((one for one in checks[at + 1 :] if one.place in stood), None)
        if noted is None:
            break
        end = judge(noted.place, once.place)
        if end.fate is Fate.MENDED:
            return Streak(count, since, first, at)
        if end.fate not in (*OPEN, Fate.OFF, Fate.LISTED):
            break
    return Streak(count, since, first)


def left_open(checks: Sequence[Once], stood: Collection[Place], is_open: Callable[[Place], bool]) -> Place | None:
    """The last record that noted a finding, where nothing was decided of it in any check since; None where it was, or where
    it never stood. `is_open` says of a later record whether it left the finding open."""
    last = next((at for at, once in enumerate(checks) if once.place in stood), None)
    if last is None or not all(is_open(once.place) for once in checks[:last]):
        return None
    return checks[last].place
