"""Points lost, for a thousand scoring schemes at once: findings of one report and a factor for each rule -> points.

Linear    what a report loses in a dimension is a sum over findings, as long as it stays the same who pays for whom
Clusters  only findings that share a blank cell, cover or absorb one another, or are of one rule in one table, look at each
          other's points; every cluster is reckoned by itself, with the same `reckon` as any score
Classes   within a cluster who pays depends on the order of the points; for each order that occurs the reckoning is tried
          out and its coefficients are read off, then checked on some draws; where that fails, every draw is reckoned
Caps      and the floor, bonus and gates come after, as in `reckoning`
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from auditor import levels
from auditor.causes import covers, shares_blank
from auditor.measuring import earned, measured
from auditor.model import Finding, Judged, Outcome
from auditor.reckoning import Reckoning, reckon, strictest_gate
from auditor.rulebook.scoring import FULL, Scoring

Floats = npt.NDArray[np.float64]

# Digits that tell two totals apart; floats are exact far beyond that.
DIGITS = 6
_TRIED = 6  # draws of a class on which its coefficients are checked
_FULL, _NOTHING = float(FULL), Decimal(0)


@dataclass(frozen=True)
class Draws:
    """Schemes: a factor of every rule (in a levels model: of every item) in every draw. Column 0 is the scheme as it is."""

    names: Mapping[str, int]
    factors: Floats

    @property
    def size(self) -> int:
        """How many schemes."""
        return int(self.factors.shape[1])

    def of(self, name: str) -> Floats:
        """The factors of one rule."""
        row: Floats = self.factors[self.names[name]]
        return row


def totals(judged: Judged, scoring: Scoring, draws: Draws) -> Floats:
    """The points of a report under every scheme."""
    return _Losses(judged, scoring, draws).totals()


def varied(judged: Iterable[Judged], scoring: Scoring) -> list[str]:
    """What gets a factor: the rules that anybody broke, or the items of a levels model."""
    if scoring.model == "levels":
        return [item.name for item in scoring.items]
    return sorted({finding.rule for one in judged for finding in one.findings})


class _Losses:
    def __init__(self, judged: Judged, scoring: Scoring, draws: Draws) -> None:
        counted = counting(judged.findings)
        awarded = earned(scoring, judged.outcomes, judged.findings, ())
        seen = measured(counted, scoring, awarded)
        self.findings, self.scoring, self.draws = list(seen.findings), seen.scoring, draws

    def totals(self) -> Floats:
        """100 less what is lost in each account, within the caps; then bonus, bounds and the strictest gate."""
        lost = self._by_item() if self.scoring.model == "levels" else self._by_account()
        total = np.full(self.draws.size, _FULL)
        for account, points in lost.items():
            cap = self.scoring.caps.get(account)
            total -= points if cap is None else np.minimum(points, float(cap))
        total += float(sum((line.points for line in self.scoring.awarded), _NOTHING))
        gate, _ = strictest_gate(self.findings, self.scoring)
        most = _FULL if gate is None else float(gate.at_most)
        held: Floats = np.round(np.clip(total, 0.0, most), DIGITS)
        return held

    def _by_item(self) -> dict[str, Floats]:
        """Levels count findings; it is the points of the items that vary."""
        out: dict[str, Floats] = defaultdict(lambda: np.zeros(self.draws.size))
        for item, points in _lost(levels.reckon(self.findings, self._unbounded)).items():
            if item in self.draws.names:
                out[item] = float(points) * self.draws.of(item)
        return out

    def _by_account(self) -> dict[str, Floats]:
        lost: dict[str, Floats] = defaultdict(lambda: np.zeros(self.draws.size))
        for cluster in clusters(self.findings):
            for account, points in self._of_cluster(cluster).items():
                lost[account] = lost[account] + points
        return lost

    @cached_property
    def _unbounded(self) -> Scoring:
        """The scoring without what looks at the whole report."""
        return replace(self.scoring, caps={}, gates=(), awarded=())

    def _of_cluster(self, cluster: Sequence[Finding]) -> dict[str, Floats]:
        rules = sorted({finding.rule for finding in cluster})
        if len(rules) == 1:
            alone = _lost(self._reckoned(cluster))
            return {account: float(points) * self.draws.of(rules[0]) for account, points in alone.items() if points}
        factors = np.array([self.draws.of(rule) for rule in rules])
        out: dict[str, Floats] = defaultdict(lambda: np.zeros(self.draws.size))
        for members in _classes(cluster, rules, factors):
            for account, points in self._of_class(cluster, rules, factors[:, members]).items():
                out[account][members] = points
        return out

    def _of_class(self, cluster: Sequence[Finding], rules: Sequence[str], factors: Floats) -> dict[str, Floats]:
        """What is lost in draws in which the points of a cluster stand in one order."""
        middle = factors.mean(axis=1)
        base = self._lost_at(cluster, rules, middle)
        slopes: dict[str, list[float]] = {account: [] for account in base}
        for at in range(len(rules)):
            nudged = middle.copy()
            nudged[at] += 1e-7
            moved = self._lost_at(cluster, rules, nudged)
            for account in base:
                slopes[account].append((moved.get(account, 0.0) - base[account]) * 1e7)
        found = {account: np.round(slope, 4) @ factors for account, slope in slopes.items()}
        tried = np.linspace(0, factors.shape[1] - 1, _TRIED).astype(int).tolist()
        if all(self._agrees(found, cluster, rules, factors, at) for at in set(tried)):
            return found
        every = [self._lost_at(cluster, rules, factors[:, at]) for at in range(factors.shape[1])]
        accounts = {account for lost in every for account in lost}
        return {account: np.array([lost.get(account, 0.0) for lost in every]) for account in accounts}

    def _agrees(
        self, found: Mapping[str, Floats], cluster: Sequence[Finding], rules: Sequence[str], factors: Floats, at: int
    ) -> bool:
        told = self._lost_at(cluster, rules, factors[:, at])
        return (
            all(abs(told.get(account, 0.0) - found[account][at]) < 1e-6 for account in found)
            and told.keys() <= found.keys()
        )

    def _lost_at(self, cluster: Sequence[Finding], rules: Sequence[str], factors: Floats) -> dict[str, float]:
        by = {rule: Decimal(repr(float(factor))) for rule, factor in zip(rules, factors, strict=True)}
        priced = [replace(finding, cost=finding.cost * by[finding.rule]) for finding in cluster]
        return {account: float(points) for account, points in _lost(self._reckoned(priced)).items() if points}

    def _reckoned(self, findings: Sequence[Finding]) -> Reckoning:
        return reckon(findings, self._unbounded)


def _lost(reckoned: Reckoning) -> dict[str, Decimal]:
    """By account, what the lines of a cluster take (the floor at 0 has no account)."""
    out: dict[str, Decimal] = {}
    for line in reckoned.lines:
        if line.dimension is not None:
            out[line.dimension] = out.get(line.dimension, _NOTHING) - line.points
    return out


def counting(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that deduct (no verdict is known here), with the marks of conclusions that count themselves.

    A listed finding also says who pays for its blank cell; that is reckoned anew.
    """
    counted = [f for f in findings if f.outcome is Outcome.BROKEN and not f.draft and f.withdrawn_by is None]
    members = {f.fingerprint: set(f.members) for f in counted if f.members}
    return [
        replace(
            f,
            deducted=_NOTHING,
            absorbed_by=f.absorbed_by if f.fingerprint in members.get(f.absorbed_by or "", ()) else None,
        )
        for f in counted
    ]


def clusters(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings that look at each other's points, together."""
    groups: list[list[Finding]] = []
    for finding in findings:
        near = [group for group in groups if any(_look_at_each_other(finding, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([finding, *(other for group in near for other in group)])
    return groups


def _look_at_each_other(first: Finding, second: Finding) -> bool:
    if (first.rule, first.table, first.dimension) == (second.rule, second.table, second.dimension):
        return True
    if first.absorbed_by == second.fingerprint or second.absorbed_by == first.fingerprint:
        return True
    return shares_blank(first, second) or covers(first, second) or covers(second, first)


def _classes(cluster: Sequence[Finding], rules: Sequence[str], factors: Floats) -> list[npt.NDArray[np.intp]]:
    """The draws by the order in which the points of a cluster's rules stand, and by whether each conclusion costs more than
    all that it absorbs."""
    at = {rule: place for place, rule in enumerate(rules)}
    costs = sorted({(at[f.rule], f.cost) for f in cluster})
    order = np.argsort(-np.array([float(cost) * factors[place] for place, cost in costs]), axis=0, kind="stable")
    keys = [order]
    for conclusion in (f for f in cluster if f.members):
        under = [f for f in cluster if f.absorbed_by == conclusion.fingerprint]
        taken = sum((float(f.cost) * factors[at[f.rule]] for f in under), np.zeros(factors.shape[1]))
        own = float(conclusion.cost) * max(conclusion.causes, 1) * factors[at[conclusion.rule]]
        keys.append((own > taken)[None, :].astype(order.dtype))
    _, which = np.unique(np.concatenate(keys), axis=1, return_inverse=True)
    flat = which.reshape(-1)
    return [np.flatnonzero(flat == one) for one in range(int(flat.max()) + 1)]
