"""Rows of quarters: what counts, what breaks them, what neither breaks nor counts."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.quarters.fates import Fate, Gone
from auditor.quarters.streaks import Once, Place, left_open, streak

# S stood, M mended, D no longer a fault, U undecided, O rule off; the latest check last.
_FATES: Mapping[str, Fate] = {"M": Fate.MENDED, "D": Fate.DROPPED, "U": Fate.UNCLEAR, "O": Fate.OFF, "L": Fate.LISTED}


def _checks(told: str) -> tuple[list[Once], set[Place], dict[Place, Fate]]:
    checks = [Once(f"2024Q{at}", (at, 0)) for at, _ in enumerate(told, 1)]
    stood = {one.place for one, word in zip(checks, told, strict=True) if word == "S"}
    fates = {one.place: _FATES[word] for one, word in zip(checks, told, strict=True) if word != "S"}
    return checks[::-1], stood, fates


def _streak(told: str) -> tuple[int, str, bool]:
    checks, stood, fates = _checks(told)
    found = streak("now", checks, stood, lambda _, later: Gone(fates[later]))
    return found.quarters, found.since, found.mended is not None


@pytest.mark.parametrize(
    ("told", "quarters", "since", "mended"),
    [
        ("", 1, "now", False),
        ("S", 2, "2024Q1", False),
        ("SSS", 4, "2024Q1", False),
        ("SM", 1, "now", True),
        ("SMS", 2, "2024Q3", True),
        ("SUS", 3, "2024Q1", False),
        ("SOU", 2, "2024Q1", False),
        ("SD", 1, "now", False),
        ("MS", 2, "2024Q2", False),
        ("SMU", 1, "now", True),
        ("SMM", 1, "now", True),
        ("SLS", 3, "2024Q1", False),
    ],
)
def test_a_row(told: str, quarters: int, since: str, mended: bool) -> None:
    assert _streak(told) == (quarters, since, mended)


@given(st.text(alphabet="SUO", max_size=12))
def test_without_mending_every_quarter_in_which_it_stood_counts(told: str) -> None:
    quarters, _, mended = _streak(told)
    assert quarters == told.count("S") + 1
    assert not mended


@given(st.text(alphabet="SMUOD", max_size=12), st.text(alphabet="SUO", max_size=6))
def test_what_was_before_a_mending_does_not_count(before: str, after: str) -> None:
    assert _streak(f"{before}SM{after}")[0] == after.count("S") + 1


@pytest.mark.parametrize(("told", "is_open"), [("S", True), ("SU", True), ("SUO", True), ("SM", False), ("SUM", False), ("SMU", False), ("U", False)])  # fmt: skip
def test_what_was_left_open(told: str, is_open: bool) -> None:
    checks, stood, fates = _checks(told)
    place = left_open(checks, stood, lambda later: fates[later] in (Fate.UNCLEAR, Fate.OFF))
    assert (place is not None) is is_open
