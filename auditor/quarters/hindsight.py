"""Hindsight: the reports of a quarter as they were judged, and as another rulebook judges them -> what it finds more, what no longer.

Same      readings and verdicts on both sides, so that the rulebook alone makes the difference
Findings  are told apart by their logical place; one that both find but weigh or word otherwise is `reweighed`
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from auditor.model import Disabled, Finding, Judged, Noun, Outcome
from auditor.quarters.naming import unit_of


@dataclass(frozen=True, slots=True)
class Vanished(Noun):
    """A finding that the other rulebook does not make, and why: the rule is off, gone, does not apply, or finds it kept."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Rejudged(Noun):
    """One report under both rulebooks."""

    unit: str
    year: int | None
    before: Decimal
    after: Decimal
    grade_before: str
    grade_after: str
    appeared: tuple[Finding, ...]
    vanished: tuple[Vanished, ...]
    reweighed: tuple[tuple[Finding, Finding], ...]

    @property
    def is_changed(self) -> bool:
        """Whether the other rulebook says anything else of it."""
        return bool(self.appeared or self.vanished or self.reweighed) or self.before != self.after


@dataclass(frozen=True, slots=True)
class Hindsight(Noun):
    """The reports of a quarter (or a run) under another rulebook, by unit."""

    word: str
    under: str
    reports: tuple[Rejudged, ...]


def rejudged(before: Judged, after: Judged, names: Mapping[str, frozenset[str]], unit: str = "") -> Rejudged:
    """One report under both rulebooks; `names` are all ids of a rule by each of them."""
    was, now = ({finding.locus: finding for finding in judged.findings} for judged in (before, after))
    vanished = [Vanished(finding, _why(finding, after, names)) for locus, finding in was.items() if locus not in now]
    both = [(was[locus], finding) for locus, finding in now.items() if locus in was]
    return Rejudged(
        unit or unit_of(before.report),
        before.report.profile.year,
        before.score.points,
        after.score.points,
        before.score.grade,
        after.score.grade,
        tuple(finding for locus, finding in now.items() if locus not in was),
        tuple(vanished),
        tuple((one, other) for one, other in both if _weight(one) != _weight(other)),
    )


def _weight(finding: Finding) -> tuple[Outcome, str, Decimal]:
    return finding.outcome, finding.severity, finding.cost


def _why(finding: Finding, after: Judged, names: Mapping[str, frozenset[str]]) -> str:
    named = names.get(finding.rule, frozenset((finding.rule,)))
    if finding.members:
        return "所含问题不再合为一个"
    if (off := _off(finding, after.disabled, named)) is not None:
        return f"停用：{off.reason}"
    outcome = next((after.outcomes[id] for id in sorted(named) if id in after.outcomes), None)
    if outcome is None:
        return "没有这条规则"
    if outcome is Outcome.NOT_APPLICABLE:
        return "规则不适用"
    if outcome in (Outcome.UNCLEAR, Outcome.TO_CONFIRM):
        return "无法判断"
    return "不作为问题"


def _off(finding: Finding, disabled: Iterable[Disabled], named: frozenset[str]) -> Disabled | None:
    facts = set(finding.facts)
    return next((one for one in disabled if one.rule in named and (not one.cells or facts & set(one.facts))), None)
