"""Scores that move: the reasons add up to the change, whatever it is; places are shared, and what is a range has none."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from auditor.quarters.movement import Steps, places_up, split
from auditor.quarters.ranking import Place, Standing, ranked

points = st.decimals(min_value=0, max_value=100, places=1)


@given(st.tuples(points, points, points, points), st.booleans())
def test_the_reasons_add_up_to_the_change(four: tuple[Decimal, Decimal, Decimal, Decimal], same: bool) -> None:
    found = split(Steps(*four, same))
    assert found.total == four[3] - four[0]
    assert (found.report if same else found.other) == 0


def test_each_step_has_its_own_reason() -> None:
    found = split(Steps(Decimal(80), Decimal(78), Decimal(90), Decimal(95), same=False))
    assert (found.rulebook, found.report, found.verdicts, found.other) == (-2, 12, 5, 0)


def test_the_same_document_brings_no_change_of_the_report() -> None:
    found = split(Steps(Decimal(80), Decimal(80), Decimal(85), Decimal(85), same=True))
    assert (found.report, found.other) == (0, 5)


@given(st.lists(st.tuples(points, st.booleans()), max_size=30))
def test_ranks_are_those_of_a_race(units: list[tuple[Decimal, bool]]) -> None:
    standings = [
        Standing(f"单位{at}", 2025, "乡镇", value, value - 1 if is_range else value)
        for at, (value, is_range) in enumerate(units)
    ]
    places = ranked(standings)
    sure = [one for one in standings if one.low == one.points]
    assert set(places) == {(one.unit, 2025) for one in sure}
    for one in sure:
        better = [other for other in sure if other.points > one.points]
        equal = [other for other in sure if other.points == one.points]
        assert places[one.unit, 2025] == Place("乡镇", len(better) + 1, len(sure), len(equal) > 1)


def test_groups_and_years_are_ranked_apart() -> None:
    places = ranked(
        [
            Standing("甲", 2025, "乡镇", Decimal(80), Decimal(80)),
            Standing("乙", 2025, "部门", Decimal(90), Decimal(90)),
            Standing("甲", 2024, "乡镇", Decimal(70), Decimal(70)),
        ]
    )
    assert [place.rank for place in places.values()] == [1, 1, 1]


def test_a_rise_is_counted_in_places_of_one_group() -> None:
    third, first = Place("乡镇", 3, 9, False), Place("乡镇", 1, 9, False)
    assert places_up(third, first) == 2
    assert places_up(first, third) == -2
    assert places_up(first, None) is None
    assert places_up(first, Place("街道", 1, 4, False)) is None
