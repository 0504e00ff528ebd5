"""Next grade: the findings that count -> the fewest whose mending lifts the report to the next grade.

Mended    a finding, all that it absorbs, and whatever blamed nothing but blank cells that are then filled. What it only
          excused (one cause) stands again and deducts: the promise is that mending exactly these is enough
Order     the fewest; among those the set with the dearest findings first; then by rule id
Exact     up to 20 findings: a search that knows, at every step, the most points the open findings could still give back
Levels    exact up to three findings, tried one set after another; beyond that approximate
Above     the dearest one after another, less those that turn out not to be needed: marked approximate
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from auditor.causes import covers, shares_blank
from auditor.model import Finding, NextGrade
from auditor.reckoning import ZERO, Reckoning, reckon
from auditor.rulebook.scoring import FULL, Scoring

MOST_EXACT = 20
_MOST_TRIED = 3
_MOST_STEPS = 1200  # only contrived reports (many findings tied together by shared cells) come near
_Lost = list[Decimal]  # points lost at least, by how many findings are mended


Reckon = Callable[[Sequence[Finding], Scoring, Sequence[Finding]], Reckoning]


def next_grade(
    findings: Sequence[Finding], scoring: Scoring, waived: Sequence[Finding] = (), how: Reckon = reckon
) -> NextGrade | None:
    """What lifts the report that these findings make to the next grade; None where it has the best."""
    goal = scoring.next_grade(how(findings, scoring, waived).total)
    if goal is None:
        return None
    name, least = goal
    blocking = [f for f in findings if any(gate.at_most < least and gate.is_met_by(f) for gate in scoring.gates)]
    ends = {f.fingerprint: f.absorbed_by for f in findings if f.absorbed_by is not None}
    useful = {_top(f.fingerprint, ends) for f in blocking}
    forced = {_top(f.fingerprint, ends) for f in blocking if not f.blanks}  # a cell may be filled under another finding
    no_fault = {cell for f in waived for cell in f.blanks}
    candidates = sorted(
        (
            f
            for f in findings
            if f.absorbed_by is None
            and (
                f.fingerprint in useful
                or f.fingerprint in ends.values()
                or (f.cost > 0 and not (f.blanks and no_fault >= set(f.blanks)))
                or any(shares_blank(f, other) for other in findings if other is not f)
            )
        ),
        key=lambda f: (-f.cost, f.rule, f.fingerprint),
    )

    def is_enough(mended: Collection[str]) -> bool:
        return how(_left(findings, mended), scoring, waived).total >= least

    fix = None
    if how is not reckon:
        fix = _few(candidates, is_enough)
    elif len(candidates) <= MOST_EXACT:
        fix = _Search(candidates, findings, scoring, least, forced, is_enough).fewest()
    if fix is not None:
        return NextGrade(name, fix)
    return NextGrade(name, _roughly(candidates, forced, is_enough), approximate=True)


def _top(id: str, ends: Mapping[str, str]) -> str:
    seen: set[str] = set()
    while id in ends and id not in seen:
        seen.add(id)
        id = ends[id]
    return id


def _left(findings: Sequence[Finding], mended: Collection[str]) -> list[Finding]:
    """The findings that stand after these are mended."""
    ends = {f.fingerprint: f.absorbed_by for f in findings if f.absorbed_by is not None}
    filled = {cell for f in findings if f.fingerprint in mended for cell in f.blanks}
    return [
        finding
        for finding in findings
        if finding.fingerprint not in mended
        and _top(finding.fingerprint, ends) not in mended
        and not (finding.blanks and filled >= set(finding.blanks))
    ]


def _few(candidates: Sequence[Finding], is_enough: Callable[[Collection[str]], bool]) -> tuple[str, ...] | None:
    """Up to three findings, tried one set after another: what holds for any reckoning."""
    ids = [f.fingerprint for f in candidates] if len(candidates) <= MOST_EXACT else []
    sets = (fix for size in range(1, _MOST_TRIED + 1) for fix in combinations(ids, size))
    return next((fix for fix in sets if is_enough(fix)), None)


def _roughly(
    candidates: Sequence[Finding], forced: Collection[str], is_enough: Callable[[Collection[str]], bool]
) -> tuple[str, ...]:
    order = [f.fingerprint for f in candidates if f.fingerprint in forced]
    must = len(order)
    order += [f.fingerprint for f in candidates if f.fingerprint not in forced]
    low, high = must, len(order)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(order[:middle]) else (middle + 1, high)
    chosen = order[:low]
    for id in reversed(order[must:low]):
        without = [other for other in chosen if other != id]
        if is_enough(without):
            chosen = without
    ranks = {f.fingerprint: rank for rank, f in enumerate(candidates)}
    return tuple(sorted(chosen, key=ranks.__getitem__))


# --- the exact search ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Findings that cannot be reckoned apart: by the limit a table alone, or (`tied`) by cells or covers.

    `loose`: they also hang together with findings that are no candidates, so nothing is said of them in advance.
    """

    members: tuple[Finding, ...]
    tied: bool
    loose: bool


class _Search:
    def __init__(
        self,
        candidates: Sequence[Finding],
        findings: Sequence[Finding],
        scoring: Scoring,
        least: Decimal,
        forced: Collection[str],
        is_enough: Callable[[Collection[str]], bool],
    ) -> None:
        self._candidates = candidates
        self._scoring = scoring
        self._most_lost = FULL - least + sum((line.points for line in scoring.awarded), ZERO)
        self._forced = forced
        self._is_enough = is_enough
        self._clusters = _clusters(candidates, findings)
        self._steps = 0

    def fewest(self) -> tuple[str, ...] | None:
        """The first of the smallest sets in the order of the candidates; None where the search grew too long."""
        for size in range(1, len(self._candidates) + 1):
            if self._may_do((), 0, size):
                found = self._first((), 0, size)
                if found is not None or self._steps > _MOST_STEPS:
                    return found
        return None

    def _first(self, chosen: tuple[str, ...], start: int, size: int) -> tuple[str, ...] | None:
        if size == 0:
            return chosen if self._is_enough(chosen) else None
        for at in range(start, len(self._candidates) - size + 1):
            self._steps += 1
            if self._steps > _MOST_STEPS:
                return None
            more = (*chosen, self._candidates[at].fingerprint)
            if self._may_do(more, at + 1, size - 1):
                found = self._first(more, at + 1, size - 1)
                if found is not None:
                    return found
            if self._candidates[at].fingerprint in self._forced:
                return None  # without this one no set is enough
        return None

    def _may_do(self, chosen: tuple[str, ...], start: int, more: int) -> bool:
        """Whether `more` of the candidates from `start` on could be enough; never says no wrongly."""
        open_ids = {f.fingerprint for f in self._candidates[start:]}
        missing = set(self._forced) - set(chosen)
        if len(missing) > more or not missing <= open_ids:
            return False
        by_dimension: dict[str, _Lost] = {}
        for cluster in self._clusters:
            for dimension, lost in self._least_lost(cluster, chosen, open_ids, more).items():
                known = by_dimension.get(dimension)
                by_dimension[dimension] = lost if known is None else _together(known, lost)
        total = [ZERO] * (more + 1)
        for dimension, lost in by_dimension.items():
            cap = self._scoring.caps.get(dimension)
            total = _together(total, lost if cap is None else [min(cap, points) for points in lost])
        return total[more] <= self._most_lost

    def _least_lost(
        self, cluster: _Cluster, chosen: Collection[str], open_ids: Collection[str], more: int
    ) -> dict[str, _Lost]:
        """What a cluster loses at least, by dimension and by how many of its open findings are mended."""
        left = [f for f in cluster.members if f.fingerprint not in chosen]
        if not left or cluster.loose or (cluster.tied and len(left) < len(cluster.members)):
            return {}
        if not cluster.tied:
            return {left[0].dimension: self._limited(left, open_ids, more)}
        if len({f.dimension for f in left}) > 1:
            return {}
        can_change = any(f.fingerprint in open_ids for f in left)
        dearest = max(f.cost for f in left)
        return {left[0].dimension: [dearest] + [ZERO if can_change else dearest] * more}

    def _limited(self, left: Sequence[Finding], open_ids: Collection[str], more: int) -> _Lost:
        """One rule in one table, each finding by itself: mend the dearest open ones first."""
        remaining = sorted(left, key=lambda f: -f.cost)
        out = []
        for _ in range(more + 1):
            costs = [f.cost for f in remaining]
            lost = sum(costs, ZERO)
            times = self._scoring.times_per_table
            out.append(lost if times is None or not costs else min(lost, times * costs[0]))
            mend = next((f for f in remaining if f.fingerprint in open_ids), None)
            if mend is not None:
                remaining.remove(mend)
        return out


def _together(first: _Lost, second: _Lost) -> _Lost:
    """The least that both lose, by how many are mended in all."""
    return [min(first[j] + second[n - j] for j in range(n + 1)) for n in range(len(first))]


def _clusters(candidates: Sequence[Finding], findings: Sequence[Finding]) -> tuple[_Cluster, ...]:
    groups: list[tuple[list[Finding], bool]] = []
    for finding in candidates:
        members, is_tied = [finding], False
        for other in [group for group in groups if any(_hang_together(finding, f) for f in group[0])]:
            groups.remove(other)
            is_tied = is_tied or other[1] or any(_meet(finding, f) for f in other[0])
            members = other[0] + members
        groups.append((members, is_tied))
    absorbing = {f.absorbed_by for f in findings}
    among = {f.fingerprint for f in candidates}
    others = [f for f in findings if f.fingerprint not in among]

    def is_loose(finding: Finding) -> bool:
        return finding.fingerprint in absorbing or any(_meet(finding, other) for other in others)

    return tuple(_Cluster(tuple(found), is_tied, any(map(is_loose, found))) for found, is_tied in groups)


def _hang_together(first: Finding, second: Finding) -> bool:
    same = (first.rule, first.table, first.dimension) == (second.rule, second.table, second.dimension)
    return same or _meet(first, second)


def _meet(first: Finding, second: Finding) -> bool:
    return shares_blank(first, second) or covers(first, second) or covers(second, first)
