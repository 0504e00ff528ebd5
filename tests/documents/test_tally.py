"""The tally: places, counts and means against sums made by hand, on a hand-made audit and on random ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_audit import GRADES, grade_of, sample_audit

from auditor.documents import words
from auditor.documents.tally import Tally, lost, tally, trees
from auditor.model import Audit, Filing, Outcome, Standing, UnitYear

EMPTY = replace(sample_audit(), reports=(), unread=(), completeness=None)


def _with_points(points: list[int]) -> Audit:
    audit = sample_audit()
    one = audit.reports[0]
    reports = tuple(
        replace(
            one,
            report=replace(
                one.report, source=f"{at}.html", profile=replace(one.report.profile, organisation=f"县{at}镇")
            ),
            score=replace(one.score, points=Decimal(p) / 10, low=Decimal(p) / 10, grade=grade_of(Decimal(p) / 10)),
        )
        for at, p in enumerate(points)
    )
    return replace(audit, reports=reports)


def _of_one_year(audit: Audit) -> Audit:
    """The same reports, all of 2025, all read whole."""
    return replace(
        audit,
        reports=tuple(
            replace(
                j,
                report=replace(j.report, profile=replace(j.report.profile, year=2025)),
                score=replace(j.score, low=j.score.points),
            )
            for j in audit.reports
        ),
    )


def test_ties_share_a_place_and_the_next_is_skipped() -> None:
    (towns,) = (group for group in tally(_of_one_year(sample_audit())).groups if group.name == "乡镇")
    assert [row.rank for row in towns.ranked] == [1, 2, 2, 4, 5]
    assert [row.tied for row in towns.ranked] == [False, True, True, False, False]


def test_groups_stand_in_the_order_of_the_design() -> None:
    groups = tally(_of_one_year(sample_audit())).groups
    assert [group.name for group in groups] == ["乡镇", "街道", "部门", "县级以上政府", "其他"]
    assert all(group.title == group.name for group in groups)


def test_reports_of_different_years_are_ranked_apart() -> None:
    groups = tally(sample_audit()).groups
    years = [group.year or 0 for group in groups]
    assert years == sorted(years, reverse=True)
    assert len(set(years)) > 2
    assert all(group.title == f"{group.year}年度{group.name}" for group in groups)
    assert all(row.year == group.year for group in groups for row in (*group.ranked, *group.outside))


def test_a_report_that_was_not_read_whole_has_no_place() -> None:
    audit = sample_audit()
    outside = {row.at for group in tally(audit).groups for row in group.outside}
    assert outside == {at for at, j in enumerate(audit.reports) if j.score.low != j.score.points}
    assert outside


def test_a_unit_without_a_name_is_told_by_its_file() -> None:
    assert any(one.unit == "（单位不明）14-不明单位.html" for one in tally(sample_audit()).addressees)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30))
def test_a_rank_is_one_more_than_the_number_of_better_ones(points: list[int]) -> None:
    told = tally(_with_points(points))
    (group,) = told.groups
    assert len(group.ranked) == len(points)
    for row in group.ranked:
        assert row.rank == sum(Decimal(p) / 10 > row.points for p in points) + 1
        assert row.tied == (points.count(int(row.points * 10)) > 1)
    assert told.mean is not None and told.best is not None and told.worst is not None
    assert (told.best.value, told.worst.value) == (Decimal(max(points)) / 10, Decimal(min(points)) / 10)
    assert abs(told.mean.value - Decimal(sum(points)) / 10 / len(points)) <= Decimal("0.005")


def _sums(told: Tally) -> None:
    for counts in (told.dimensions, told.severities, told.rules):
        assert sum(int(one.problems) for one in counts) == len(told.problems)
        assert sum(int(one.doubts) for one in counts) == len(told.doubts)
    for figure in (one.problems for one in told.dimensions):
        assert figure.value == len(figure.of)


def test_every_finding_that_stands_is_told_once() -> None:
    audit = sample_audit()
    told = tally(audit)
    _sums(told)
    said = Counter(f.fingerprint for p in told.problems for f in (p.finding, *p.under))
    assert set(said.values()) == {1}
    for judged in audit.reports:
        for finding in judged.findings:
            stands = words.standing_of(finding) is Outcome.BROKEN and not finding.draft and not finding.withdrawn_by
            idle = finding.members and not finding.causes
            assert (finding.fingerprint in said) == bool(stands and not idle), finding.title


def test_findings_that_absorb_each_other_do_not_vanish() -> None:
    one, other = sample_audit().reports[0].findings[:2]
    pair = (
        replace(one, absorbed_by=other.fingerprint, members=()),
        replace(other, absorbed_by=one.fingerprint, members=()),
    )
    told = [f.fingerprint for root, under in trees(pair, lambda _: True) for f in (root, *under)]
    assert sorted(told) == sorted(f.fingerprint for f in pair)


@pytest.mark.parametrize(
    ("unit", "stated", "outside"),
    [
        ("国家税务总局澄湖县税务局", "", True),
        ("澄湖县税务局", "", True),
        ("澄湖县气象局", "", True),
        ("澄湖县气象局", "县属", False),
        ("澄湖县教育局", "", False),
        ("澄湖县教育局", "垂直管理", True),
        ("澄湖县自然资源局", "双重管理", False),
        ("澄湖县统计局", "", False),
        ("中国人民银行澄湖县支行", "", True),
        ("澄湖县柳汀镇人民政府", "", False),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_who_is_not_the_countys_to_order(unit: str, stated: str, outside: bool, there: bool) -> None:
    """By the roster, else by the name; also where the report is not there."""
    audit = sample_audit()
    one = audit.reports[0]
    finding = one.findings[0]
    if there:
        filing = Filing(unit, authority=stated)
        audit = replace(audit, reports=(replace(one, report=replace(one.report, filing=filing)),))
    else:
        gone = UnitYear(unit, "部门", "", 2025, Standing.MISSING, finding=finding, authority=stated)
        audit = replace(audit, reports=(), apart=(gone,))
    (addressee,) = tally(audit).addressees
    assert (addressee.unit, addressee.outside) == (unit, outside)


def test_points_lost_are_those_of_the_score() -> None:
    audit = sample_audit()
    rows = lost(audit)
    assert sum(row.total for row in rows) == sum(100 - judged.score.points for judged in audit.reports)
    accuracy = next(row for row in rows if row.dimension == "数据准确")
    assert accuracy.mean == (accuracy.total / 14).quantize(Decimal("0.01"))


def test_grades_are_counted_in_order() -> None:
    audit = _of_one_year(sample_audit())
    expected = Counter(judged.score.grade for judged in audit.reports)
    assert [(grade, int(count)) for grade, count in tally(audit).grades] == [(g, expected[g]) for g, _ in GRADES]


def test_nothing_judged_tells_nothing() -> None:
    told = tally(EMPTY)
    assert (told.groups, told.problems, told.rules, told.mean, told.praised) == ((), (), (), None, ())
    assert all(int(one.problems) == int(one.doubts) == 0 for one in (*told.severities, *told.dimensions))
    assert all(row.total == 0 for row in lost(EMPTY))
