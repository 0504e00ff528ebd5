"""Roll-ups: ranks, counts and means, against sums made by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st
from sample_audit import GRADES, grade_of, outcome_count, sample_audit

from auditor.documents import rollup
from auditor.model import Audit, Outcome

EMPTY = replace(sample_audit(), reports=())


def _with_points(points: list[int]) -> Audit:
    audit = sample_audit()
    one = audit.reports[0]
    reports = tuple(
        replace(one, score=replace(one.score, points=Decimal(p) / 10, grade=grade_of(Decimal(p) / 10))) for p in points
    )
    return replace(audit, reports=reports)


def _of_one_year(audit: Audit) -> Audit:
    """The same reports, all of 2025."""
    reports = (
        replace(j, report=replace(j.report, profile=replace(j.report.profile, year=2025))) for j in audit.reports
    )
    return replace(audit, reports=tuple(reports))


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    towns = [(r.rank, r.tied, r.points) for r in rollup.ranking(_of_one_year(sample_audit())) if r.group == "乡镇"]
    assert [rank for rank, _, _ in towns] == [1, 2, 2, 4, 5]
    assert [tied for _, tied, _ in towns] == [False, True, True, False, False]
    assert towns[1][2] == towns[2][2]


def test_groups_stand_in_the_order_of_the_design() -> None:
    ranked = rollup.ranking(_of_one_year(sample_audit()))
    assert list(dict.fromkeys(r.group for r in ranked)) == ["乡镇", "街道", "部门", "县级以上政府", "其他"]
    assert all(r.title == r.group for r in ranked)
    assert {r.group: r.size for r in ranked} == Counter(r.group for r in ranked)


def test_reports_of_different_years_are_ranked_apart() -> None:
    ranked = rollup.ranking(sample_audit())
    years = [r.year or 0 for r in ranked]
    assert years == sorted(years, reverse=True)
    assert len(set(years)) > 2
    for title, rows in groupby(ranked, key=lambda r: r.title):
        group = list(rows)
        assert title == f"{group[0].year}年度{group[0].group}"
        assert len(group) == group[0].size
        assert group[0].rank == 1


def test_a_unit_without_a_name_is_ranked_under_its_file() -> None:
    assert [r.unit for r in rollup.ranking(sample_audit()) if r.group == "其他"] == ["（单位不明）14-不明单位.html"]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30))
def test_a_rank_is_one_more_than_the_number_of_better_ones(points: list[int]) -> None:
    ranked = rollup.ranking(_with_points(points))
    assert len(ranked) == len(points)
    for row in ranked:
        better = sum(Decimal(p) / 10 > row.points for p in points)
        assert row.rank == better + 1
        assert row.tied == (points.count(int(row.points * 10)) > 1)


def test_counts_keep_certain_and_suspected_apart() -> None:
    audit = sample_audit()
    count = outcome_count(audit)
    for rows in (rollup.by_severity(audit), rollup.by_dimension(audit), rollup.by_rule(audit)):
        assert sum(row.broken for row in rows) == count[Outcome.BROKEN] == 36
        assert sum(row.suspected for row in rows) == count[Outcome.SUSPECTED] == 10
        assert sum(row.deducted for row in rows) == sum(f.deducted for j in audit.reports for f in j.findings)


def test_rules_are_counted_once_a_report() -> None:
    counts = {row.rule: row for row in rollup.by_rule(sample_audit())}
    assert (counts["t3-equation"].broken, counts["t3-equation"].units) == (8, 5)
    assert counts["p-capacity-hollow"].suspected == 1


def test_points_lost_are_those_of_the_score() -> None:
    audit = sample_audit()
    lost = rollup.lost(audit)
    assert sum(row.total for row in lost) == sum(100 - judged.score.points for judged in audit.reports)
    accuracy = next(row for row in lost if row.dimension == "数据准确")
    assert accuracy.mean == (accuracy.total / 14).quantize(Decimal("0.01"))


def test_grades_are_counted_in_order() -> None:
    audit = sample_audit()
    expected = Counter(judged.score.grade for judged in audit.reports)
    assert [(g.grade, g.floor, g.reports) for g in rollup.grades(audit)] == [(g, f, expected[g]) for g, f in GRADES]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12))
def test_spread(points: list[int]) -> None:
    spread = rollup.spread(_with_points(points))
    assert spread is not None
    assert (spread.best, spread.worst) == (Decimal(max(points)) / 10, Decimal(min(points)) / 10)
    assert abs(spread.mean - Decimal(sum(points)) / 10 / len(points)) <= Decimal("0.005")
    assert spread.worst <= spread.median <= spread.best


def test_nothing_judged_gives_empty_tables() -> None:
    assert rollup.ranking(EMPTY) == ()
    assert rollup.by_rule(EMPTY) == ()
    assert rollup.spread(EMPTY) is None
    assert all(row.broken == row.suspected == 0 for row in rollup.by_severity(EMPTY))
    assert all(row.total == 0 for row in rollup.lost(EMPTY))
    assert [row.reports for row in rollup.grades(EMPTY)] == [0, 0, 0, 0]
