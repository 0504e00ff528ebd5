"""Ranking: reports with their points -> places among the units of their group in a report year.

Ties      equal points share a place, the next one is skipped
Outside   a unit whose points are a range (what could not be read might cost more), or that was not read at all, has no place
Groups    those of the roster, else the kinds of units; each report year by itself, for its forms and deadlines are the same
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from auditor.model import Noun


@dataclass(frozen=True, slots=True)
class Standing(Noun):
    """One report as it is ranked. `low` is less than `points` where the points are a range."""

    unit: str
    year: int | None
    group: str
    points: Decimal
    low: Decimal


@dataclass(frozen=True, slots=True)
class Place(Noun):
    """A place in a group of `size` ranked units; `tied` where it is shared."""

    group: str
    rank: int
    size: int
    tied: bool


def ranked(standings: Iterable[Standing]) -> dict[tuple[str, int | None], Place]:
    """The places by unit and report year; who is outside the ranking is not in it."""
    cohorts: dict[tuple[int | None, str], list[Standing]] = {}
    for one in standings:
        if one.low == one.points:
            cohorts.setdefault((one.year, one.group), []).append(one)
    out = {}
    for (year, group), members in cohorts.items():
        points = [one.points for one in members]
        for one in members:
            rank = 1 + sum(1 for other in points if other > one.points)
            out[one.unit, year] = Place(group, rank, len(members), points.count(one.points) > 1)
    return out
