"""Movement: a unit's score in two views -> how it moved, and why, to the last tenth of a point.

Chain     earlier score (old report, old rules, old verdicts) -> the old report under the new rules -> the new report with the old
          verdicts -> the later score (new verdicts): each step is one reason, so the reasons add up to the change exactly
Same      where the document itself is the same, what the second step brings is no change of the report: it comes from the program,
          from what it was compared with, or from what a person attested or typed, and is named so
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from auditor.model import Noun
from auditor.quarters.ranking import Place

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Steps(Noun):
    """The four scores of the chain; `same` where the two documents are one."""

    earlier: Decimal
    new_rules: Decimal
    new_report: Decimal
    later: Decimal
    same: bool


@dataclass(frozen=True, slots=True)
class Split(Noun):
    """A change of points by its reasons; they add up to it."""

    report: Decimal = ZERO
    rulebook: Decimal = ZERO
    verdicts: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """The whole change."""
        return self.report + self.rulebook + self.verdicts + self.other


WORDS = (
    ("报告变化", "report"),
    ("规则变化", "rulebook"),
    ("认定变化", "verdicts"),
    ("其他（读取程序、比对材料、核验结论）", "other"),
)


def split(steps: Steps) -> Split:
    """The change of a score by its reasons."""
    step = steps.new_report - steps.new_rules
    return Split(
        report=ZERO if steps.same else step,
        rulebook=steps.new_rules - steps.earlier,
        verdicts=steps.later - steps.new_report,
        other=step if steps.same else ZERO,
    )


def places_up(before: Place | None, after: Place | None) -> int | None:
    """How many places a unit rose (fell: negative); None where it was outside one of the rankings or in another group."""
    if before is None or after is None or before.group != after.group:
        return None
    return before.rank - after.rank
