"""The ledger, a quarter, a day -> the quarter's audit with the corrected reports that later quarters read in the place of theirs.

Corrected  another document of the same unit and report year; the same document under later rules stays as the quarter judged it
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from auditor.ledger.laying import view
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import runs
from auditor.ledger.remembering import remembered
from auditor.model import Audit, Judged
from auditor.quarters.naming import unit_of


def with_corrections(ledger: Ledger, quarter: str, day: dt.date) -> Audit:
    """The audit of the quarter, with what was corrected up to the day. Raises LedgerError."""
    whole, memory = view(ledger, quarter, day), remembered(ledger)

    def report(judged: Judged) -> tuple[str, int | None]:
        return memory.unit(unit_of(judged.report)), judged.report.profile.year

    known = {report(judged): judged for judged in whole.reports}
    days = {card.quarter: card.started.date() for card in reversed(runs(ledger)) if card.quarter}
    for later in sorted(word for word, first in days.items() if word > quarter and first <= day):
        for judged in view(ledger, later, day).reports:
            before = known.get(report(judged))
            if before is not None and before.report.sha256 != judged.report.sha256:
                known[report(judged)] = judged
    return replace(whole, reports=tuple(known.values()))
