"""Two quarters side by side (环比): a tally with the one before -> what can honestly be compared. Pure.

Same      only reports with a place in both quarters, of the same unit and report year: who came late or was unread moves no mean
Fair      only where both were judged by the same rules under the same standard and the quarter before has nothing undecided;
          else there is nothing to say
Places    a move is told only within the same group of the same year
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from auditor.documents.tally.nouns import Figure, Problem, Row, Tally
from auditor.model import Noun

Whose = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Against(Noun):
    """The quarter before, the reports that are compared, their means and problems then and now, and how each moved.

    `moves` counts places up by unit and report year (fell: negative) of those who have a place in both.
    """

    quarter: str
    reports: Figure
    mean: Figure
    mean_before: Figure
    problems: Figure
    problems_before: Figure
    moves: Mapping[Whose, int]

    @property
    def gained(self) -> Figure:
        """By how many points the mean rose (fell: negative)."""
        return Figure(Decimal(self.mean.value) - Decimal(self.mean_before.value), (*self.mean.of, *self.mean_before.of))

    @property
    def fewer(self) -> Figure:
        """By how many the problems became fewer (more: negative)."""
        return Figure(int(self.problems_before) - int(self.problems), (*self.problems_before.of, *self.problems.of))


def against(now: Tally) -> Against | None:
    """The comparison with the quarter before; None where there is none or it would not be fair."""
    before = now.before
    if before is None or before.is_draft or not _same_standard(now, before):
        return None
    here, there = _placed(now), _placed(before)
    both = [whose for whose in here if whose in there]
    if not both:
        return None
    mean, mean_before = (_mean(side, rows, both) for side, rows in ((now, here), (before, there)))
    problems, problems_before = (_problems(side, both) for side in (now, before))
    moves = {
        whose: (there[whose][1].rank or 0) - (here[whose][1].rank or 0)
        for whose in both
        if there[whose][0] == here[whose][0]
    }
    reports = Figure(len(both), tuple(now.audit.reports[here[whose][1].at].report.source for whose in both))
    quarter = before.audit.run.quarter or ""
    return Against(quarter, reports, mean, mean_before, problems, problems_before, moves)


def _same_standard(now: Tally, before: Tally) -> bool:
    return (
        bool(before.audit.run.quarter)
        and set(now.audit.rules) == set(before.audit.rules)
        and now.audit.county.models == before.audit.county.models
        and now.audit.county.assessment == before.audit.county.assessment
        and now.audit.grades == before.audit.grades
    )


def _placed(tally: Tally) -> dict[Whose, tuple[str, Row]]:
    """The rows with a place, with the name of their group."""
    return {(row.unit, row.year): (group.name, row) for group in tally.groups for row in group.ranked}


def _mean(tally: Tally, rows: Mapping[Whose, tuple[str, Row]], both: list[Whose]) -> Figure:
    mine = [rows[whose][1] for whose in both]
    mean = (sum((row.points for row in mine), Decimal(0)) / len(mine)).quantize(Decimal("0.01"))
    return Figure(mean, tuple(tally.audit.reports[row.at].report.source for row in mine))


def _problems(tally: Tally, both: list[Whose]) -> Figure:
    wanted = set(both)
    mine: list[Problem] = [p for p in tally.problems if p.at is not None and (p.unit, p.year) in wanted]
    return Figure(len(mine), tuple(p.ref for p in mine))
