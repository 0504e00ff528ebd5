"""Anchors: where the facts and the points of every report stand in this workbook. Pure.

Order     reports stand as in the ranking: the latest year first, group by group, by place, those without a place behind
Facts     a finding leads to the rows of its cells where these stand together, else to the first of them
Points    a finding that costs leads to its line; one without cells and without a line to the first line of its report
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from auditor.documents.sheets.laying import place
from auditor.documents.tally import Tally
from auditor.model import Finding, Judged

FACTS, POINTS = "事实", "得分明细"
_FACT_COLUMNS: Final = ("A", "H")
_POINT_COLUMNS: Final = ("A", "H")


def in_order(tally: Tally) -> tuple[int, ...]:
    """The indices of the reports in the order in which every sheet has them."""
    return tuple(row.at for group in tally.groups for row in (*group.ranked, *group.outside))


@dataclass(frozen=True, slots=True)
class Anchors:
    """The row numbers (from 0, under the heading) at which each report begins in 事实 and in 得分明细, by its index."""

    facts: Mapping[int, int]
    points: Mapping[int, int]
    cells: Mapping[int, Mapping[str, int]]
    lines: Mapping[int, Mapping[str, int]]

    def evidence(self, at: int, finding: Finding) -> str:
        """The link to the cells of a finding, else to its points."""
        known = self.cells[at]
        rows = sorted({self.facts[at] + known[id] for id in finding.facts if id in known})
        if not rows:
            return self.cost(at, finding) or place(POINTS, self.points[at], _POINT_COLUMNS)
        together = rows[-1] - rows[0] == len(rows) - 1
        return place(FACTS, rows[0], _FACT_COLUMNS, rows[-1] if together else None)

    def cost(self, at: int, finding: Finding) -> str:
        """The link to the line by which a finding costs points, "" where it costs none."""
        line = self.lines[at].get(finding.fingerprint)
        return "" if line is None else place(POINTS, self.points[at] + line, _POINT_COLUMNS)


def anchors(reports: Sequence[Judged], order: Sequence[int]) -> Anchors:
    """Where everything of these reports will stand, in that order."""
    facts = accumulate((len(reports[at].report.facts) for at in order), initial=0)
    points = accumulate((point_rows(reports[at]) for at in order), initial=0)
    return Anchors(
        facts=dict(zip(order, facts, strict=False)),
        points=dict(zip(order, points, strict=False)),
        cells={at: {id: number for number, id in enumerate(reports[at].report.facts)} for at in order},
        lines={
            at: {step.finding: number for number, step in enumerate(reports[at].score.lines, 1) if step.finding}
            for at in order
        },
    )


def point_rows(judged: Judged) -> int:
    """How many rows a report takes in 得分明细: 起评分, its lines, 得分."""
    return len(judged.score.lines) + 2
