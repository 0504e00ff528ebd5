"""Measuring: findings and a scoring -> the same as the reckoning of its model sees them, and the bonus that is earned.

Deduct    as they are
Weighted  each under the name of the first indicator that measures it, whose weight is the most that can be lost under it;
          so one reckoning serves both. What no indicator measures costs nothing
Levels    as they are: `levels` sorts them into its items
Gates     a gate asks for a finding's own dimension, so what answers it is settled here
Bonus     an item is earned where all its rules are kept, or every finding of theirs was found 不属实; all items together
          give at most `at_most`
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from auditor.model import Finding, Outcome, ScoreLine
from auditor.reckoning import ZERO, plain
from auditor.rulebook.models import Indicator
from auditor.rulebook.scoring import Scoring

UNMEASURED = "没有指标包含此类问题，不扣分"


@dataclass(frozen=True, slots=True)
class Measured:
    """Findings as the reckoning sees them, the scoring to reckon with, and why some cost nothing."""

    findings: tuple[Finding, ...]
    scoring: Scoring
    free: Mapping[str, str] = field(default_factory=dict)


def measured(findings: Sequence[Finding], scoring: Scoring, awarded: tuple[ScoreLine, ...] = ()) -> Measured:
    """All findings that any reckoning of one report may count."""
    if scoring.model != "weighted":
        accounts = tuple(item.name for item in scoring.items) or scoring.accounts
        return Measured(tuple(findings), replace(scoring, awarded=awarded, accounts=accounts))
    seen, free = [], {}
    under = _under(findings, scoring)
    for finding in findings:
        indicator = under.get(finding.fingerprint)
        if indicator is None:
            free[finding.fingerprint] = UNMEASURED
            seen.append(replace(finding, cost=ZERO))
        else:
            seen.append(replace(finding, dimension=indicator.name))
    gates = tuple(
        replace(gate, findings=frozenset(f.fingerprint for f in findings if gate.is_met_by(f)))
        for gate in scoring.gates
    )
    weights = {one.name: one.weight for one in scoring.indicators}
    # What no indicator measures costs nothing, but a conclusion over it may pay for others under its own dimension.
    names = tuple(dict.fromkeys((*weights, *(f.dimension for f in seen))))
    return Measured(tuple(seen), replace(scoring, caps=weights, gates=gates, accounts=names, awarded=awarded), free)


def _under(findings: Sequence[Finding], scoring: Scoring) -> dict[str, Indicator]:
    """Finding -> its indicator; a conclusion that none measures stands where the dearest of its members stands."""
    own = {f.fingerprint: next((one for one in scoring.indicators if one.covers(f)), None) for f in findings}
    by_cost = sorted(findings, key=lambda f: (-f.cost, f.rule, f.fingerprint))
    for finding in findings:
        if finding.members and own[finding.fingerprint] is None:
            members = (own[f.fingerprint] for f in by_cost if f.fingerprint in finding.members)
            own[finding.fingerprint] = next((one for one in members if one is not None), None)
    return {id: indicator for id, indicator in own.items() if indicator is not None}


def earned(
    scoring: Scoring, outcomes: Mapping[str, Outcome], findings: Sequence[Finding], rejected: Collection[str]
) -> tuple[ScoreLine, ...]:
    """The lines of bonus; `rejected` are fingerprints found 不属实."""
    lines, left = [], scoring.most_bonus
    for bonus in scoring.bonus:
        if not all(_kept(rule, outcomes, findings, rejected) for rule in bonus.rules):
            continue
        points = min(left, bonus.points)
        left -= points
        if points > 0:
            cut = "" if points == bonus.points else f"（加分合计最多{plain(scoring.most_bonus)}分）"
            lines.append(ScoreLine(plain(points), f"加分：{bonus.name}{cut}", rule=bonus.rules[0]))
    return tuple(lines)


def _kept(rule: str, outcomes: Mapping[str, Outcome], findings: Sequence[Finding], rejected: Collection[str]) -> bool:
    outcome = outcomes.get(rule)
    if outcome is Outcome.KEPT:
        return True
    mine = [f.fingerprint for f in findings if f.rule == rule]
    return outcome in (Outcome.BROKEN, Outcome.SUSPECTED) and bool(mine) and all(id in rejected for id in mine)
