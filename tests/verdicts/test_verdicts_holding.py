"""What holds of a finding on a day: data first, then what must be so whatever was decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import VERDICTS, Verdict
from auditor.quarters.holding import Holding, Holdings, due_for_review, over, waivers_of
from auditor.quarters.nouns import Decision, Key, Remembered, Waiver

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "holding.yaml").read_text(encoding="utf-8"))
KEY = Key("澄湖县禾塘镇人民政府", 2024, "locus")
DAY = dt.date(2026, 4, 20)
NAMES = {"a": "甲", "b": "乙"}


def decision(given: dict[str, Any], entry: int = 1) -> Decision:
    on = given.get("dated", dt.date(2026, 4, 10))
    said = Verdict(given["word"], given.get("why", ""), "张三", on, given.get("paper", ""), given.get("until"))
    return Decision(entry, KEY, given.get("content", "c1"), said)


def waiver(given: dict[str, Any], at: int) -> Waiver:
    scope = (given.get("unit", ""), given.get("year"), given.get("rule", ""), tuple(given.get("cells", ())))
    dates = (given.get("start", dt.date(2026, 1, 1)), given.get("end"), given.get("review"))
    number = f"豁免2026-{at:02d}"
    ended = (given.get("ended"), given.get("ended_why", ""))
    return Waiver(at + 1, number, *scope, "改革", "澄政办〔2026〕4号", "王五", *dates, "张三", None, *ended)


def holding(case: dict[str, Any]) -> Holding:
    memory = Remembered(
        decisions=(decision(case["decision"]),) if "decision" in case else (),
        waivers=tuple(waiver(one, at) for at, one in enumerate(case.get("waivers", ()), 1)),
    )
    holdings = Holdings(memory, case.get("day", DAY), lambda rule: {"n-org": "n-old"}.get(rule, rule))
    return holdings.of(KEY, "c1", "n-org", tuple(case.get("facts", ("a", "b"))), NAMES)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_holds(case: dict[str, Any]) -> None:
    held = holding(case)
    assert held.word == case["word"]
    says = case.get("says", "")
    assert says in held.reopened
    assert bool(says) == bool(held.reopened)
    assert (len(held.lapsed), len(held.partly)) == (case.get("lapsed", 0), case.get("partly", 0))


def test_a_verdict_of_one_finding_and_waivers_are_listed_together() -> None:
    memory = Remembered(
        decisions=(decision({"word": "豁免", "until": DAY}, 7), decision({"word": "属实"}, 8)),
        waivers=(waiver({"rule": "n-org"}, 3),),
    )
    listed = waivers_of(memory)
    assert [(one.entry, bool(one.locus)) for one in listed] == [(4, False), (7, True)]
    assert listed[1].end == DAY
    assert listed[1].holds(dt.date(1999, 1, 1))


days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@given(start=days, end=st.none() | days, ended=st.none() | days, review=st.none() | days, day=days)
def test_a_waiver_holds_is_over_or_has_not_begun(
    start: dt.date, end: dt.date | None, ended: dt.date | None, review: dt.date | None, day: dt.date
) -> None:
    one = Waiver(1, "1", "", None, "r", (), "", "", "", start, end, review, ended=ended)
    if one.holds(day):
        assert over(one, day) is None
    elif over(one, day) is None:
        assert day < start
    assert due_for_review(one, day) == (review is not None and review <= day and one.holds(day))


@given(
    words=st.lists(st.sampled_from(VERDICTS), max_size=1),
    contents=st.sampled_from(["c0", "c1"]),
    waivers=st.lists(
        st.fixed_dictionaries(
            {"rule": st.sampled_from(["", "n-org", "n-x"]), "start": days},
            optional={"end": days, "ended": days, "cells": st.lists(st.sampled_from("abc"), min_size=1)},
        ),
        max_size=3,
    ),
    day=days,
)
def test_nothing_lapses_in_silence(
    words: list[str], contents: str, waivers: list[dict[str, Any]], day: dt.date
) -> None:
    case: dict[str, Any] = {"waivers": waivers, "day": day}
    if words:
        case["decision"] = {"word": words[0], "content": contents}
    held = holding(case)
    if words and held.word == "":
        assert held.reopened, "a verdict that no longer holds says why"
    assert bool(held.lapsed) <= bool(held.reopened)
    if held.word == "不属实":
        assert words == ["不属实"]
