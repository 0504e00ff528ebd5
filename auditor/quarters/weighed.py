"""Weighed: what a person found by eye -> a finding like any other: basis, points, remedy by the rulebook.

Basis     an article of a law of the rulebook, else the practice that the person named (free without a 考核办法, as everywhere)
Known     by what `handmade` says; it is apart, so that whoever only asks which finding it is need not open a rulebook
"""

from __future__ import annotations

import re
from decimal import Decimal

from auditor.findings import remedy_of
from auditor.model import Basis, Evidence, Finding, Outcome, Report
from auditor.quarters.handmade import RULE, TITLE, content_of, fingerprint_of, locus_of
from auditor.quarters.nouns import Manual
from auditor.rulebook import Rulebook
from auditor.rulebook.county import credited, free_words

_HEDGE = re.compile("疑|核实")


def finding_of(manual: Manual, report: Report, book: Rulebook) -> Finding:
    """The manual finding as one of the report's findings."""
    assessed = book.county.assessment_of(report.profile.year)
    basis = credited(basis_of(manual, book), assessed)
    free = free_words(basis, assessed)
    hedged = "" if manual.certain or _HEDGE.search(manual.text) else "（疑似，请核实）"
    return Finding(
        rule=RULE,
        title=manual.title or TITLE,
        fingerprint=fingerprint_of(manual),
        content=content_of(manual),
        outcome=Outcome.BROKEN if manual.certain else Outcome.SUSPECTED,
        severity=manual.severity,
        dimension=manual.dimension,
        message=f"{manual.text}{hedged}",
        remedy=remedy_of(manual.remedy, manual.dimension, report, book),
        table=manual.place or None,
        evidence=(Evidence(manual.place, None, "位置"),) if manual.place else (),
        basis=basis,
        cost=Decimal(0) if free else book.scoring.cost(manual.severity),
        free=free,
        locus=locus_of(manual.number),
        number=manual.number,
        manual=True,
        by=manual.by,
        on=manual.on,
    )


def basis_of(manual: Manual, book: Rulebook) -> tuple[Basis, ...]:
    """What it rests on; a law that this rulebook does not know stands as it was written."""
    if not manual.law:
        return (Basis(manual.practice, practice=True),)
    law = book.laws.get(manual.law)
    title = law.title if law is not None else manual.law
    return (Basis(f"{title}{manual.article}", manual.law, manual.article or None),)
