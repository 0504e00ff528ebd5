"""Roll-ups: an audit -> rankings, counts and means, as the rows that tables and charts are made of.

Groups    units are ranked among those of their group in the roster, else of their kind, and where the run holds reports of several years among the reports
          of their year, whose forms and deadlines are the same; equal points share a rank and the next one is skipped
Counts    broken (and found 属实) and suspected apart, never added up; what was found 不属实 or is waived by itself; absorbed findings count (nothing disappears) but cost nothing
Points    Decimal throughout; points lost per dimension are those of the score lines, so that caps are in them
Import    pandas is imported inside the functions: whoever prints no table does not wait for it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from auditor.documents import words
from auditor.model import DIMENSIONS, REJECTED, SEVERITIES, UNIT_KINDS, WAIVED, Audit, Outcome

if TYPE_CHECKING:
    import pandas as pd

ADJUSTED = "总分调整"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One report in its group. `at` is its index in `audit.reports`; `title` says the group, with the year if need be."""

    at: int
    group: str
    title: str
    size: int
    rank: int
    tied: bool
    unit: str
    year: int | None
    points: Decimal
    if_suspected: Decimal
    low: Decimal
    grade: str
    low_grade: str
    broken: int
    suspected: int
    undecided: int
    without_waivers: Decimal = Decimal(0)
    waived: int = 0
    dismissed: int = 0


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often one rule spoke. `units` counts reports."""

    rule: str
    title: str
    severity: str
    dimension: str
    broken: int
    suspected: int
    units: int
    deducted: Decimal


@dataclass(frozen=True, slots=True)
class Counted:
    """Findings under one word (a severity, a dimension) over all reports."""

    word: str
    broken: int
    suspected: int
    deducted: Decimal


@dataclass(frozen=True, slots=True)
class Lost:
    """Points lost in one dimension: in all, and per report on average (two decimals)."""

    dimension: str
    total: Decimal
    mean: Decimal


@dataclass(frozen=True, slots=True)
class Graded:
    """How many reports got a grade."""

    grade: str
    floor: Decimal | None
    reports: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, median, best and worst of the points; None where nothing was judged."""

    mean: Decimal
    median: Decimal
    best: Decimal
    worst: Decimal


# --- frames ----------------------------------------------------------------------------------------


def report_frame(audit: Audit) -> pd.DataFrame:
    """One row a report."""
    import pandas as pd

    rows = [
        {
            "at": at,
            "group": words.group_of(judged),
            "unit": words.unit_name(judged),
            "year": judged.report.profile.year,
            "points": judged.score.points,
            "order": float(judged.score.points),
            "grade": judged.score.grade,
            "undecided": len(judged.undecided),
        }
        for at, judged in enumerate(audit.reports)
    ]
    columns = ["at", "group", "unit", "year", "points", "order", "grade", "undecided"]
    return pd.DataFrame(rows, columns=columns).astype({"year": object})


def finding_frame(audit: Audit) -> pd.DataFrame:
    """One row a finding that stands (neither found 不属实 nor waived), `at` naming its report."""
    import pandas as pd

    rows = [
        {
            "at": at,
            "rule": finding.rule,
            "title": finding.title,
            "severity": finding.severity,
            "dimension": finding.dimension,
            "broken": int(stands is Outcome.BROKEN),
            "suspected": int(stands is Outcome.SUSPECTED),
            "deducted": finding.deducted,
        }
        for at, judged in enumerate(audit.reports)
        for finding in judged.findings
        if (stands := words.standing_of(finding)) is not None
    ]
    columns = ["at", "rule", "title", "severity", "dimension", "broken", "suspected", "deducted"]
    return pd.DataFrame(rows, columns=columns)


# --- roll-ups --------------------------------------------------------------------------------------


def ranking(audit: Audit) -> tuple[Ranked, ...]:
    """All reports: the latest year first, by group (乡镇 街道 部门 县级以上政府 其他), rank, then in the run's order."""
    frame = report_frame(audit)
    if frame.empty:
        return ()
    frame["cohort"] = frame["year"].map(lambda year: year or 0).astype(int)
    keys = ["cohort", "group"]
    grouped = frame.groupby(keys, sort=False)["order"]
    frame["rank"] = grouped.rank(method="min", ascending=False).astype(int)
    frame["size"] = grouped.transform("size")
    frame["tied"] = frame.duplicated([*keys, "rank"], keep=False)
    frame["place"] = frame["group"].map(_group_order)
    per_report = finding_frame(audit).groupby("at")[["broken", "suspected"]].sum()
    frame = frame.join(per_report, on="at").fillna({"broken": 0, "suspected": 0})
    ascending = [False, True, True, True, True]
    ordered = frame.sort_values(["cohort", "place", "group", "rank", "at"], ascending=ascending, kind="stable")
    several = frame["cohort"].nunique() > 1
    return tuple(_ranked(audit, row, several) for row in ordered.to_dict("records"))


def _ranked(audit: Audit, row: dict[object, object], several: bool) -> Ranked:
    at = int(str(row["at"]))
    judged = audit.reports[at]
    group = str(row["group"])
    return Ranked(
        at=at,
        group=group,
        title=f"{words.year_words(judged)}{group}" if several else group,
        size=int(str(row["size"])),
        rank=int(str(row["rank"])),
        tied=bool(row["tied"]),
        unit=str(row["unit"]),
        year=judged.report.profile.year,
        points=judged.score.points,
        if_suspected=judged.score.if_suspected,
        low=judged.score.low,
        grade=judged.score.grade,
        low_grade=judged.score.low_grade,
        broken=int(float(str(row["broken"]))),
        suspected=int(float(str(row["suspected"]))),
        undecided=len(judged.undecided),
        without_waivers=judged.score.without_waivers,
        waived=sum(f.verdict is not None and f.verdict.word == WAIVED for f in judged.findings),
        dismissed=sum(f.verdict is not None and f.verdict.word == REJECTED for f in judged.findings),
    )


def _group_order(group: str) -> int:
    return UNIT_KINDS.index(group) if group in UNIT_KINDS else len(UNIT_KINDS)


def by_rule(audit: Audit) -> tuple[RuleCount, ...]:
    """Rules that spoke, the most severe first, then the most frequent, then by id."""
    frame = finding_frame(audit)
    if frame.empty:
        return ()
    frame["weight"] = frame["severity"].map(words.severity_order)
    frame = frame.sort_values(["weight", "at"], kind="stable")
    grouped = frame.groupby("rule", sort=True)
    table = grouped.agg(
        title=("title", "first"),
        severity=("severity", "first"),
        dimension=("dimension", "first"),
        weight=("weight", "min"),
        broken=("broken", "sum"),
        suspected=("suspected", "sum"),
        units=("at", "nunique"),
        deducted=("deducted", "sum"),
    ).reset_index()
    table = table.sort_values(["weight", "units", "rule"], ascending=[True, False, True], kind="stable")
    return tuple(
        RuleCount(
            rule=str(row["rule"]),
            title=str(row["title"]),
            severity=str(row["severity"]),
            dimension=str(row["dimension"]),
            broken=int(row["broken"]),
            suspected=int(row["suspected"]),
            units=int(row["units"]),
            deducted=Decimal(row["deducted"]),
        )
        for row in table.to_dict("records")
    )


def by_severity(audit: Audit) -> tuple[Counted, ...]:
    """All four severities, in order, zeros too."""
    return _counted(audit, "severity", SEVERITIES)


def by_dimension(audit: Audit) -> tuple[Counted, ...]:
    """All seven dimensions, in order, zeros too."""
    return _counted(audit, "dimension", DIMENSIONS)


def _counted(audit: Audit, column: str, order: Sequence[str]) -> tuple[Counted, ...]:
    frame = finding_frame(audit)
    sums = frame.groupby(column)[["broken", "suspected", "deducted"]].sum().to_dict("index")
    extra = sorted(str(word) for word in sums if word not in order)
    return tuple(
        Counted(word, int(row["broken"]), int(row["suspected"]), Decimal(row["deducted"]))
        for word in (*order, *extra)
        for row in (sums.get(word, {"broken": 0, "suspected": 0, "deducted": Decimal(0)}),)
    )


def grades(audit: Audit) -> tuple[Graded, ...]:
    """The grades of the scoring model, best first, zeros too; then any that it does not name."""
    counts = report_frame(audit)["grade"].value_counts().to_dict()
    floors = dict(sorted(audit.grades, key=lambda grade: -grade[1]))
    extra = sorted(str(grade) for grade in counts if grade not in floors)
    return tuple(Graded(grade, floors.get(grade), int(counts.get(grade, 0))) for grade in (*floors, *extra))


def lost(audit: Audit) -> tuple[Lost, ...]:
    """Points lost per dimension, caps included; lines of no dimension (gates, floor) stand under 总分调整.

    Where points are lost under names of another kind (a weighted model's indicators, the items of a graded one), per each
    of these instead.
    """
    import pandas as pd

    rows = [
        {"dimension": line.dimension or ADJUSTED, "points": -line.points}
        for judged in audit.reports
        for line in judged.score.lines
    ]
    sums = pd.DataFrame(rows, columns=["dimension", "points"]).groupby("dimension")["points"].sum().to_dict()
    reports = max(len(audit.reports), 1)
    names = audit.county.accounts or DIMENSIONS
    extra = sorted(str(word) for word in sums if word not in names)
    listed = (*names, *extra)
    totals = [(word, Decimal(sums.get(word, 0))) for word in listed]
    return tuple(Lost(word, total, _rounded(total / reports)) for word, total in totals)


def spread(audit: Audit) -> Spread | None:
    """Mean (two decimals), median, best and worst."""
    frame = report_frame(audit)
    if frame.empty:
        return None
    points = frame["points"]
    ordered = sorted(points)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Spread(_rounded(Decimal(points.sum()) / len(frame)), _rounded(median), ordered[-1], ordered[0])


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"))
