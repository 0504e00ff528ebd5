"""The ledger, an audit with its numbers -> the audit with how far the mending is, and with the scores that were issued.

Mending   by the finding's number: of everything that a unit was ordered to mend, as it stands on the day; what it was only asked
          to verify (反馈函) has no day by which it had to be mended
Issued    by the report's source: the last score that was issued for its unit and report year, in whatever quarter
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from auditor.ledger.ledger import Ledger
from auditor.ledger.mendings import course
from auditor.model import Audit, IssuedScore, MendingTerms, Progress
from auditor.quarters.mending import Mending
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Issued, Remembered


def with_progress(ledger: Ledger, audit: Audit, memory: Remembered, day: dt.date) -> Audit:
    """The audit with both; as it is where there was no letter and nothing was issued. Raises LedgerError."""
    if memory.letters:
        found = course(ledger, MendingTerms(), day, with_repeats=False)
        audit = replace(audit, mending={one.item.number: _progress(one) for one in found.mendings if one.counts})
    if memory.issued:
        audit = replace(audit, issued=_issued(audit, memory, day))
    return audit


def _progress(one: Mending) -> Progress:
    return Progress(one.state.value, one.note, one.deadline, one.closed, one.overdue, one.link, one.reviewed)


def _issued(audit: Audit, memory: Remembered, day: dt.date) -> dict[str, IssuedScore]:
    last: dict[tuple[str, int | None], Issued] = {(o.unit, o.year): o for o in memory.issued if o.on <= day}
    out = {}
    for judged in audit.reports:
        one = last.get((memory.unit(unit_of(judged.report)), judged.report.profile.year))
        if one is not None:
            out[judged.report.source] = IssuedScore(one.quarter, one.points, one.grade, one.rank, one.on, one.paper)
    return out
