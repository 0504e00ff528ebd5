"""The rows of a comparison: what became of every finding, how every unit moved."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.frames.columns import Row
from auditor.quarters.comparing import Comparison
from auditor.quarters.fates import STANDING


def fates(comparison: Comparison) -> Iterator[Row]:
    """One row a finding; how long it has stood only where it stands."""
    for one in comparison.findings:
        noted, stands = one.noted, one.fate in STANDING
        yield {
            "unit": noted.key.unit,
            "year": noted.key.year,
            "number": noted.number or None,
            "rule": noted.rule,
            "title": noted.title,
            "outcome": noted.outcome.value,
            "severity": noted.severity,
            "dimension": noted.dimension,
            "message": noted.message,
            "fate": one.fate.value,
            "why": one.why or None,
            "stood": one.quarters if stands else None,
            "since": (one.since or None) if stands else None,
            "verdict": one.word or None,
            "overdue": one.overdue.isoformat() if one.overdue is not None else None,
        }


def moves(comparison: Comparison) -> Iterator[Row]:
    """One row a unit and report year; the reasons of a change add up to it."""
    for one in comparison.units:
        split = one.split
        yield {
            "unit": one.unit,
            "year": one.year,
            "group": one.group,
            "before": one.before,
            "after": one.after,
            "issued": one.issued,
            "by_report": split.report if split is not None else None,
            "by_rulebook": split.rulebook if split is not None else None,
            "by_verdicts": split.verdicts if split is not None else None,
            "by_other": split.other if split is not None else None,
            "rank_before": one.rank_before.rank if one.rank_before is not None else None,
            "rank_after": one.rank_after.rank if one.rank_after is not None else None,
            "up": one.up,
        }
