"""The lines of all scores -> where points are lost. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from auditor.model import DIMENSIONS, Audit, Noun

ADJUSTED = "总分调整"


@dataclass(frozen=True, slots=True)
class Lost(Noun):
    """Points lost in one dimension: in all, and per report on average (two decimals)."""

    dimension: str
    total: Decimal
    mean: Decimal


def lost(audit: Audit) -> tuple[Lost, ...]:
    """Points lost per dimension, caps included; lines of no dimension (gates, floor) stand under 总分调整.

    Where points are lost under names of another kind (a weighted model's indicators, the items of a graded one), per each
    of these instead.
    """
    return tuple(_lost(audit))


def _lost(audit: Audit) -> Iterator[Lost]:
    sums: dict[str, Decimal] = {}
    for judged in audit.reports:
        for line in judged.score.lines:
            name = line.dimension or ADJUSTED
            sums[name] = sums.get(name, Decimal(0)) - line.points
    names = audit.county.accounts or DIMENSIONS
    reports = max(len(audit.reports), 1)
    for name in (*names, *sorted(set(sums) - set(names))):
        total = sums.get(name, Decimal(0))
        yield Lost(name, total, (total / reports).quantize(Decimal("0.01")))
