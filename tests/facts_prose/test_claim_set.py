"""The measured set of sentences: precision and recall of claims by subject, value and span, and what else they state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from auditor.model import Listing, Report

from .claim_set import HANDS, SENTENCES, read_case, tally

ENOUGH = 0.97
SILENT = [case for case in SENTENCES if not case["claims"]]


@pytest.mark.parametrize("cases", [*HANDS.values(), SENTENCES], ids=[*HANDS, "all"])
def test_claims_are_read_with_precision_and_recall(
    cases: list[dict[str, Any]], read_text: Callable[..., Report]
) -> None:
    found = tally(cases, read_text)
    print(found)
    assert found.precision > ENOUGH and found.recall > ENOUGH, str(found)
    assert len(found.differing) <= (1 - ENOUGH) * found.fields, str(found)


def test_the_set_is_large_and_holds_silence() -> None:
    assert len(SENTENCES) >= 200
    assert len({case["text"] for case in SENTENCES}) == len(SENTENCES)
    assert len(SILENT) >= 60
    assert {subject for case in SENTENCES for subject, *_ in case["claims"]} > {
        "收到申请数",
        "主动公开总数",
        "全部办结",
    }


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case["text"][:40])
def test_shares_of_a_sentence(case: dict[str, Any], read_text: Callable[..., Report]) -> None:
    report, _ = read_case(case, read_text)
    assert [[s.count, str(s.percent), s.base] for s in report.shares] == [
        [count, str(percent), base] for count, percent, base in case.get("shares", [])
    ]


def _holds(listing: Listing, announced: int, named: int) -> bool:
    return listing.count == announced and listing.few <= named <= listing.many


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case["text"][:40])
def test_lists_of_a_sentence(case: dict[str, Any], read_text: Callable[..., Report]) -> None:
    report, offset = read_case(case, read_text)
    expected = case.get("lists", [])
    assert len(report.listings) == len(expected), report.listings
    for listing, (announced, named) in zip(report.listings, expected, strict=True):
        assert _holds(listing, announced, named), listing
        assert report.prose.text[listing.start : listing.end] == listing.raw
        assert listing.start >= offset and listing.raw in listing.text
