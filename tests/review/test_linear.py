"""Systems of relations: a proof is given only of what is impossible, and of every impossible system of this size."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from auditor.review.linear import Constraint, clash

NAMES = ("甲", "乙", "丙", "丁")
small = st.integers(-3, 3)
sums = st.lists(small, min_size=4, max_size=4)


def constraint(kind: str, factors: list[int], constant: int | Fraction) -> Constraint:
    terms = {name: Fraction(f) for name, f in zip(NAMES, factors, strict=True) if f}
    return Constraint(kind, terms, Fraction(constant))


def value(factors: list[int], point: list[int]) -> int:
    return sum(f * x for f, x in zip(factors, point, strict=True))


@given(
    st.lists(small, min_size=4, max_size=4),
    st.lists(st.tuples(st.sampled_from("=≤<"), sums, st.integers(0, 3)), max_size=7),
)
def test_what_a_point_satisfies_is_possible(point: list[int], given_: list[tuple[str, list[int], int]]) -> None:
    made = []
    for kind, factors, slack in given_:
        room = 0 if kind == "=" else slack if kind == "≤" else slack + 1
        made.append(constraint(kind, factors, -value(factors, point) - room))
    assert clash(made) is None


@given(
    st.lists(st.tuples(st.sampled_from("≤<="), sums, small, st.integers(1, 3)), min_size=1, max_size=5),
    st.integers(0, 2),
)
def test_relations_that_add_up_to_nonsense_are_impossible(
    given_: list[tuple[str, list[int], int, int]], gap: int
) -> None:
    made = [constraint(kind, factors, constant) for kind, factors, constant, _ in given_]
    # the last relation says that the sum of the others, each times its factor, is more than 0
    total = [sum(times * factors[at] for _, factors, _, times in given_) for at in range(4)]
    constant = sum(times * c for _, _, c, times in given_)
    strict = any(kind == "<" for kind, *_ in given_)
    made.append(constraint("≤" if gap or strict else "<", [-f for f in total], gap - constant))
    found = clash(made)
    assert found is not None
    assert found.constant > 0 or found.strict


def test_equations_are_solved_in_any_direction() -> None:
    made = [constraint("=", [1, -1, 0, 0], 0), constraint("=", [0, 1, -1, 0], 0), constraint("<", [1, 0, -1, 0], 0)]
    found = clash(made)
    assert found is not None and found.strict and found.constant == 0
    assert clash(made[:2]) is None
