"""A stored run and a spread of points (±20 %) -> how firm its ranking is.

Draws     in each, the points of every rule vary by themselves, evenly between −spread and +spread; seeded, so that the same run
          gives the same answer
Groups    units are ranked as in the documents (`tally`): townships and departments apart, each year by itself; a report whose
          points are a range has no place and is left out
Ranks     equal points share a rank; the range holds the middle nine of ten draws, best and worst all of them
Pairs     two neighbours in the ranking that change places in a share of the draws
Tau       Kendall's tau-b between the ranking as it is and that of a draw, on average: 1 is the same order
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

import numpy as np
import numpy.typing as npt

from auditor.documents.tally import Group, Row, tally
from auditor.rulebook.scoring import Scoring
from auditor.whatif.lost import DIGITS, Draws, totals, varied
from auditor.whatif.past import Past

Floats = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.intp]

SEED = 20
_MIDDLE = (0.05, 0.95)
_NEIGHBOURS = 3  # how far apart in the ranking a pair may stand
_MOST_FOR_TAU = 200  # draws of a large group by which its tau is reckoned
_LARGE = 200


@dataclass(frozen=True, slots=True)
class Firm:
    """One report: its rank as it is, its usual ranks (90 % of draws), its best and worst, and how often its grade differs."""

    ranked: Row
    usual: tuple[int, int]
    extreme: tuple[int, int]
    points: tuple[Decimal, Decimal]
    regraded: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports of a group, the one that stands higher first, and the share of draws in which the other does."""

    higher: Row
    lower: Row
    share: float


@dataclass(frozen=True, slots=True)
class Standing:
    """One group: its reports in order, its tau, the pairs that change places most often."""

    title: str
    tau: float | None
    reports: tuple[Firm, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Firmness:
    """The whole ranking. `spread` in percent. `differing` reports were reckoned otherwise by the run than by this program."""

    spread: Decimal
    draws: int
    groups: tuple[Standing, ...]
    differing: int


Progress = Callable[[str, int, int, int], None]


def firmness(
    past: Past, scoring: Scoring, spread: Decimal, draws: int = 1000, progress: Progress | None = None
) -> Firmness:
    """How the ranking of a run stands when the points of rules vary."""
    tell = progress or (lambda *_: None)
    judged = [past.said(at, past.named(at)) for at in range(past.judged)]
    schemes = drawn(varied(judged, scoring), spread, draws)
    points = np.zeros((len(judged), draws + 1))
    for at, one in enumerate(judged):
        points[at] = totals(one, scoring, schemes)
        tell("推算", at + 1, len(judged), 0)
    differing = sum(1 for at, one in enumerate(judged) if abs(points[at, 0] - float(one.score.points)) > 10.0**-DIGITS)
    light = replace(past.stored.audit, reports=tuple(replace(one, undecided=()) for one in judged))
    groups = tuple(_standing(group, points, scoring) for group in tally(light).groups if group.ranked)
    return Firmness(spread, draws, groups, differing)


def drawn(names: Sequence[str], spread: Decimal, draws: int) -> Draws:
    """The schemes: column 0 as it is, the others drawn."""
    chance = np.random.default_rng(SEED)
    wide = float(spread) / 100
    factors = np.ones((len(names), draws + 1))
    factors[:, 1:] = chance.uniform(1 - wide, 1 + wide, (len(names), draws))
    return Draws({name: at for at, name in enumerate(names)}, factors)


def _standing(group: Group, points: Floats, scoring: Scoring) -> Standing:
    rows = group.ranked
    own = points[[row.at for row in rows]]
    drawn_points, now = own[:, 1:], own[:, 0]
    ranks = _ranks(drawn_points)
    usual = np.quantile(ranks, _MIDDLE, axis=1, method="inverted_cdf").astype(int)
    grades = _grade_numbers(own, scoring)
    regraded = (grades[:, 1:] != grades[:, :1]).mean(axis=1)
    reports = tuple(
        Firm(
            row,
            (int(usual[0, at]), int(usual[1, at])),
            (int(ranks[at].min()), int(ranks[at].max())),
            (_points(drawn_points[at].min()), _points(drawn_points[at].max())),
            float(regraded[at]),
        )
        for at, row in enumerate(rows)
    )
    return Standing(group.title, _tau(now, drawn_points), reports, tuple(_pairs(rows, now, drawn_points)))


def _ranks(points: Floats) -> Ranks:
    """The rank of every report (row) in every draw (column); the most points come first, equal ones share the rank."""
    ordered = np.sort(-points, axis=0)
    out = np.empty(points.shape, np.intp)
    for draw in range(points.shape[1]):
        out[:, draw] = np.searchsorted(ordered[:, draw], -points[:, draw], "left") + 1
    return out


def _grade_numbers(points: Floats, scoring: Scoring) -> Ranks:
    """Grades as numbers, the lowest 0."""
    least = sorted(float(limit) for _, limit in scoring.grades)
    return np.searchsorted(np.array(least), points, "right")


def _points(value: float) -> Decimal:
    return Decimal(str(round(float(value), 2))).normalize() + 0


def _pairs(group: Sequence[Row], now: Floats, points: Floats) -> Iterator[Pair]:
    """Neighbours of different points that change places in at least one draw of twenty, the most frequent first."""
    found = []
    for first, second in combinations(range(len(group)), 2):
        if second - first > _NEIGHBOURS or now[first] == now[second]:
            continue
        share = float((points[second] > points[first]).mean())
        if share >= 0.05:
            found.append(Pair(group[first], group[second], share))
    yield from sorted(found, key=lambda pair: (-pair.share, pair.higher.rank or 0, pair.higher.at, pair.lower.at))


def _tau(now: Floats, points: Floats) -> float | None:
    """Kendall's tau-b between the points as they are and those of the draws, on average; None where all are equal."""
    some = points[:, :_MOST_FOR_TAU] if len(now) > _LARGE else points
    upper = np.triu_indices(len(now), 1)
    before = np.sign(now[upper[0]] - now[upper[1]])
    decided = float(np.abs(before).sum())
    if not decided:
        return None
    taus = []
    for draw in range(some.shape[1]):
        after = np.sign(some[upper[0], draw] - some[upper[1], draw])
        other = float(np.abs(after).sum())
        taus.append(float(before @ after) / (decided * other) ** 0.5 if other else 0.0)
    return float(np.mean(taus))
