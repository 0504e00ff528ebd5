"""Reckoning: the findings that count -> lines that add up to the points, with limits, caps, floor and gates.

Units     points as exact decimals; 100 + the sum of all lines = the total
Limit     one rule costs at most `times_per_table` times its dearest finding in one table (prose counts as one table); what
          people found by eye is no one rule
Conclude  a conclusion pays what the findings it absorbs would have paid, each in its dimension, and what its own severity
          asks beyond; so a report never stands better with a conclusion than without
Fault     a conclusion that is the one cause of what it absorbs (`causes`) pays in its place: its own points, once for each
          cause, and never more than all that it absorbs would have cost
Caps      per dimension, a positive line; then what was earned (加分), at most 100 in all; then the floor (0, a positive line); then the strictest gate (a negative line)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from auditor.causes import Causes, one_cause
from auditor.model import Finding, ScoreLine
from auditor.rulebook.scoring import FULL, Gate, Scoring
from auditor.text import show

ZERO = Decimal(0)
_Group = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`total` of the lines; `deducted` by finding; `absorbed` is finding -> who deducts in its place."""

    total: Decimal
    lines: tuple[ScoreLine, ...]
    deducted: Mapping[str, Decimal]
    absorbed: Mapping[str, str]
    dimensions: Mapping[str, Decimal]


def reckon(findings: Sequence[Finding], scoring: Scoring, waived: Sequence[Finding] = ()) -> Reckoning:
    """The points that are left when exactly these findings count.

    A finding with `absorbed_by` deducts nothing itself; where a conclusion of this reckoning absorbs it, that one pays
    for it. `waived` findings do not count, but excuse (see `causes`).
    """
    counted = sorted(findings, key=lambda finding: (finding.rule, finding.fingerprint))
    taken = _taken_over(counted)
    explained = {id for id, conclusion in taken.items() if conclusion.causes}
    counted = [_at_its_price(f, counted, taken) if f.causes else f for f in counted]
    parents = {id: conclusion for id, conclusion in taken.items() if id not in explained}
    own = [f for f in counted if f.absorbed_by is None or f.fingerprint in parents]
    causes = one_cause(own, waived)
    charges = _Charges(counted, parents, causes, scoring)
    lines = charges.lines()
    deducted = _by_finding(lines)
    lost = _by_dimension(lines, scoring.accounts)
    lines += _cap_lines(lost, scoring)
    lines += scoring.awarded
    lines += bounds(FULL + sum((line.points for line in lines), ZERO), counted, scoring)
    marks = {f.fingerprint: f.absorbed_by for f in counted if f.absorbed_by is not None}
    return Reckoning(
        total=plain(FULL + sum((line.points for line in lines), ZERO)),
        lines=tuple(lines),
        deducted=deducted,
        absorbed={**causes.excused, **marks},
        dimensions={d: plain(min(lost[d], scoring.caps.get(d, lost[d]))) for d in scoring.accounts},
    )


def _at_its_price(conclusion: Finding, counted: Sequence[Finding], taken: Mapping[str, Finding]) -> Finding:
    """A conclusion that is the one cause of what it absorbs, at what it costs in its place."""
    id, price = conclusion.fingerprint, conclusion.cost * conclusion.causes
    absorbed = [f.cost for f in counted if f.fingerprint in taken and taken[f.fingerprint].fingerprint == id]
    return replace(conclusion, cost=min(price, sum(absorbed, ZERO)) if absorbed else price)


def _taken_over(counted: Sequence[Finding]) -> dict[str, Finding]:
    """Finding -> the conclusion of this reckoning that absorbs it."""
    conclusions = {finding.fingerprint: finding for finding in counted if finding.members}
    return {f.fingerprint: conclusions[f.absorbed_by] for f in counted if f.absorbed_by in conclusions}


class _Charges:
    """What each finding pays, after one cause, the limit per table, and what conclusions take over."""

    def __init__(
        self, findings: Sequence[Finding], parents: Mapping[str, Finding], causes: Causes, scoring: Scoring
    ) -> None:
        self._findings = findings
        self._prices = causes.prices
        self._times = times = scoring.times_per_table
        self._children: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.fingerprint in parents:
                self._children[parents[finding.fingerprint].fingerprint].append(finding)
        self._over = self._excess() if times is not None else {}
        self._room = self._left_by_others(scoring.caps)

    def _left_by_others(self, caps: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """What the caps leave of each capped dimension beside the findings that pay for themselves alone; conclusions use it
        up in their order."""
        room = dict(caps)
        for finding in self._findings:
            id, dimension = finding.fingerprint, finding.dimension
            if finding.absorbed_by is None and id not in self._children and dimension in room:
                paid = self._prices.get(id, ZERO) - self._over.get(id, ZERO)
                room[dimension] = max(room[dimension] - paid, ZERO)
        return room

    def _excess(self) -> dict[str, Decimal]:
        """What the limit per table takes off each finding: the dearest pay first, absorbed ones among them.

        A conclusion that takes others over comes last: what it has to pay for them must not crowd out anything.
        """
        groups: dict[_Group, list[Finding]] = defaultdict(list)
        for finding in self._findings:
            if self._prices.get(finding.fingerprint, ZERO) > 0 and not finding.manual:
                groups[finding.rule, finding.table, finding.dimension].append(finding)
        over: dict[str, Decimal] = {}
        for members in groups.values():
            left = max(self._prices[f.fingerprint] for f in members) * (self._times or 1)
            ranked = sorted(
                members, key=lambda f: (f.fingerprint in self._children, -self._prices[f.fingerprint], f.fingerprint)
            )
            for finding in ranked:
                paid = min(left, self._prices[finding.fingerprint])
                left -= paid
                over[finding.fingerprint] = self._prices[finding.fingerprint] - paid
        return over

    def _pays(self, finding: Finding) -> dict[str, Decimal]:
        """By dimension, what the finding pays with all that it absorbs.

        What a cap swallows of what it absorbs does not lessen what its own severity asks: else one more problem in a
        dimension that is used up would help.
        """
        taken: dict[str, Decimal] = defaultdict(Decimal)
        for child in self._children.get(finding.fingerprint, ()):
            for dimension, points in self._pays(child).items():
                taken[dimension] += points
        id = finding.fingerprint
        felt = sum((min(points, self._room.get(d, points)) for d, points in taken.items()), ZERO)
        more = self._prices.get(id, ZERO) - self._over.get(id, ZERO) - felt
        if more > 0:
            taken[finding.dimension] += more
        return {dimension: points for dimension, points in taken.items() if points}

    def lines(self) -> list[ScoreLine]:
        """One line a finding and dimension, then one a limit."""
        lines: list[ScoreLine] = []
        given_back: dict[_Group, Decimal] = defaultdict(Decimal)
        for finding in self._findings:
            id = finding.fingerprint
            if finding.absorbed_by is not None:
                continue
            if children := self._children.get(id):
                pays = sorted(self._pays(finding).items())
                lines += [_line(finding, d, points, len(children)) for d, points in pays]
                self._room.update((d, max(self._room[d] - points, ZERO)) for d, points in pays if d in self._room)
            elif self._prices.get(id, ZERO) > 0:
                absorbed = len(finding.members) if finding.causes else 0
                lines.append(_line(finding, finding.dimension, self._prices[id], absorbed))
                given_back[finding.rule, finding.table, finding.dimension] += self._over.get(id, ZERO)
        note = f"同一规则在同一表中最多按{self._times}次扣分，超出部分不扣"
        for rule, table, dimension in sorted(given_back, key=lambda group: (group[0], group[1] or "", group[2])):
            if points := given_back[rule, table, dimension]:
                lines.append(ScoreLine(plain(points), note, rule=rule, dimension=dimension))
        return lines


def _line(finding: Finding, dimension: str, points: Decimal, absorbed: int = 0) -> ScoreLine:
    more = f"，含并入的{absorbed}个问题" if absorbed else ""
    return ScoreLine(
        plain(-points), f"{finding.title}（{finding.severity}{more}）", finding.fingerprint, finding.rule, dimension
    )


def _by_dimension(lines: Sequence[ScoreLine], accounts: Sequence[str]) -> dict[str, Decimal]:
    lost = dict.fromkeys(accounts, ZERO)
    for line in lines:
        lost[line.dimension or ""] = lost.get(line.dimension or "", ZERO) - line.points
    return lost


def _by_finding(lines: Sequence[ScoreLine]) -> dict[str, Decimal]:
    deducted: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.finding is not None:
            deducted[line.finding] -= line.points
    return {id: plain(points) for id, points in deducted.items()}


def _cap_lines(lost: Mapping[str, Decimal], scoring: Scoring) -> list[ScoreLine]:
    lines = []
    for dimension in scoring.accounts:
        cap = scoring.caps.get(dimension)
        if cap is not None and lost[dimension] > cap:
            what = "指标" if scoring.model == "weighted" else "方面"
            note = f"“{dimension}”{what}最多扣{show(cap)}分，超出部分不扣"
            lines.append(ScoreLine(plain(lost[dimension] - cap), note, dimension=dimension))
    return lines


def bounds(total: Decimal, counted: Sequence[Finding], scoring: Scoring) -> list[ScoreLine]:
    """The lines that hold a total between 0 and 100, then under the strictest gate."""
    lines = []
    if total < 0:
        lines.append(ScoreLine(plain(-total), f"扣分超过{show(FULL)}分，按0分计"))
        total = ZERO
    if total > FULL:
        lines.append(ScoreLine(plain(FULL - total), f"总分不超过{show(FULL)}分"))
        total = FULL
    gate, finding = strictest_gate(counted, scoring)
    if gate is not None and finding is not None and total > gate.at_most:
        note = f"一票否决：{gate.note}，总分最高{show(gate.at_most)}分"
        lines.append(ScoreLine(plain(gate.at_most - total), note, finding.fingerprint, finding.rule))
    return lines


def strictest_gate(counted: Sequence[Finding], scoring: Scoring) -> tuple[Gate | None, Finding | None]:
    """The gate that holds the total lowest, and the first finding that meets it."""
    met = [
        (gate.at_most, at, finding.rule, finding.fingerprint, gate, finding)
        for at, gate in enumerate(scoring.gates)
        for finding in counted
        if gate.is_met_by(finding)
    ]
    if not met:
        return None, None
    *_, gate, finding = min(met, key=lambda found: found[:4])
    return gate, finding


def plain(number: Decimal) -> Decimal:
    """The same number in its shortest form without exponent, so that equal scores are equal to the byte."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
