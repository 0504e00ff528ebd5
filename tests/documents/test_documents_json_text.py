"""JSON: the contract of design section 7, key by key, and the bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_audit import HOSTILE, hostile_audit, sample_audit

from auditor.documents.json_text import audit_json, dumps, extract_json, report_json, write_text
from auditor.model import DocxText, Evidence, PageBox

REPORT_KEYS = [
    "source",
    "sha256",
    "organisation",
    "unit_kind",
    "year",
    "form",
    "title",
    "published",
    "filled",
    "sections",
    "facts",
    "claims",
    "url",
    "column",
    "years",
    "unit",
    "attached",
    "versions",
]
JUDGED_KEYS = ["findings", "undecided", "outcomes", "score", "score_second", "disabled"]
FINDING_KEYS = [
    "rule",
    "fingerprint",
    "content",
    "outcome",
    "severity",
    "dimension",
    "part",
    "message",
    "facts",
    "left",
    "right",
    "difference",
    "evidence",
    "basis",
    "remedy",
    "deducted",
    "absorbed_by",
    "free",
]
SCORE_KEYS = ["points", "if_suspected", "without_waivers", "low", "high", "grade", "lines", "next_grade"]
UNDECIDED_KEYS = ["rule", "outcome", "reason", "facts", "caused_by", "evidence"]


@pytest.fixture(scope="module")
def read() -> dict:
    return json.loads(dumps(sample_audit()))


def test_top_level_and_run(read: dict) -> None:
    assert list(read) == ["run", "reports", "unread", "set_aside", "completeness"]
    assert list(read["run"]) == ["id", "quarter", "started", "engine", "rulebook", "inference", "powers"]
    assert list(read["run"]["rulebook"]) == ["sha256", "rules", "version", "profile"]
    assert read["run"]["started"] == "2026-04-08T09:00:00+08:00"
    assert [list(one) for one in read["unread"]] == [["source", "reason"]] * 2


def test_every_report_has_exactly_the_keys(read: dict) -> None:
    for report in read["reports"]:
        assert list(report) == REPORT_KEYS + JUDGED_KEYS
        assert all(list(one) == ["heading", "kind", "start", "end"] for one in report["sections"])
        assert all(list(one) == ["name", "state", "value", "raw", "place"] for one in report["facts"].values())
        assert all(list(one) == ["subject", "value", "unit", "text", "place"] for one in report["claims"])
        assert all(list(one) == FINDING_KEYS for one in report["findings"])
        assert list(report["outcomes"]) == ["kept", "broken", "suspected", "unclear", "not_applicable", "to_confirm"]
        assert list(report["score"]) == SCORE_KEYS
        assert all(list(line) == ["finding", "points", "note"] for line in report["score"]["lines"])
        for one in report["undecided"]:
            assert list(one) == UNDECIDED_KEYS + (["withdrawn_by"] if "withdrawn_by" in one else [])


def test_outcomes_add_up_to_the_rules_and_points_to_the_lines(read: dict) -> None:
    for report in read["reports"]:
        assert sum(report["outcomes"].values()) == read["run"]["rulebook"]["rules"]
        assert 100 + sum(line["points"] for line in report["score"]["lines"]) == report["score"]["points"]


def test_unknown_is_null_and_never_zero(read: dict) -> None:
    report = next(r for r in read["reports"] if r["year"] == 2017 and r["form"] == "A")
    facts = report["facts"]
    assert facts["org.staff"] == {
        "name": "工作人员数",
        "state": "blank",
        "value": None,
        "raw": " ",
        "place": {"start": 2280, "end": 2282},
    }
    assert facts["training.count"]["value"] is None
    assert facts["training.count"]["place"] is None
    assert facts["issued.normative"]["value"] == 0
    assert report["claims"][1]["value"] is None
    assert report["sections"][1]["kind"] is None
    deadline = next(f for r in read["reports"] for f in r["findings"] if f["rule"] == "g-deadline")
    assert (deadline["left"], deadline["right"], deadline["difference"]) == (None, None, None)
    unknown = next(r for r in read["reports"] if r["organisation"] is None)
    assert unknown["form"] is None
    assert any(r["score"]["next_grade"] is None for r in read["reports"])


def test_withdrawn_and_absorbed_stay_listed(read: dict) -> None:
    withdrawn = [one for r in read["reports"] for one in r["undecided"] if "withdrawn_by" in one]
    assert [one["withdrawn_by"] for one in withdrawn] == ["p-off-topic"]
    fingerprints = {f["fingerprint"] for r in read["reports"] for f in r["findings"]}
    absorbed = [f for r in read["reports"] for f in r["findings"] if f["absorbed_by"]]
    assert len(absorbed) == 3
    assert all(f["absorbed_by"] in fingerprints and f["deducted"] == 0 for f in absorbed)


def test_places_are_the_objects_of_their_fields(read: dict) -> None:
    shapes = {tuple(f["place"]) for r in read["reports"] for f in r["facts"].values() if f["place"]}
    assert shapes == {("start", "end"), ("part", "table", "row", "cell"), ("sheet", "cell"), ("page", "box")}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (DocxText("word/document.xml", 3, 0, 8), {"part": "word/document.xml", "paragraph": 3, "start": 0, "end": 8}),
        (PageBox(2, (72.0, 1e-05, 0.1, 140.25)), {"page": 2, "box": [72, 0.00001, 0.1, 140.25]}),
    ],
)
def test_a_place_of_evidence(place: DocxText | PageBox, expected: dict) -> None:
    audit = sample_audit()
    first = audit.reports[0]
    finding = replace(first.findings[0], evidence=(Evidence("x", place, "标签"),))
    text = dumps(replace(audit, reports=(replace(first, findings=(finding,)),)))
    assert json.loads(text)["reports"][0]["findings"][0]["evidence"] == [{"text": "x", "place": expected}]
    assert "e-05" not in text


def test_numbers_are_in_shortest_form() -> None:
    text = dumps(sample_audit())
    assert '"state": "number", "value": 0.05, "raw": "0.05"' in text
    assert '"state": "number", "value": 251000, "raw": "251000"' in text
    assert '"difference": 250974.9' in text


def test_chinese_is_not_escaped_and_one_fact_stands_on_a_line() -> None:
    text = dumps(sample_audit())
    assert "\\u" not in text
    assert '    "request.received": {"name": "收到申请数", "state": "number", "value": 3, "raw": "3", ' in text
    assert text.endswith("}\n")


def test_equal_audits_give_equal_bytes() -> None:
    assert dumps(sample_audit()) == dumps(sample_audit())


def test_extract_has_no_judgement() -> None:
    audit = sample_audit()
    assert list(report_json(audit.reports[0].report)) == REPORT_KEYS
    whole = extract_json([judged.report for judged in audit.reports], audit.unread)
    assert list(whole) == ["reports", "unread"]
    assert json.loads(write_text(whole))["reports"][0]["organisation"] == "华容县禹山镇人民政府"


@pytest.mark.parametrize("word", [*HOSTILE, "\ud800", '"}], "x": [', "\u2028"])
def test_hostile_words_come_back_as_they_are(word: str) -> None:
    text = dumps(hostile_audit(word))
    text.encode("utf-8")
    assert json.loads(text)["reports"][0]["organisation"] == f"{word}局"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


@given(JSON_VALUES)
def test_any_value_comes_back(value: object) -> None:
    text = write_text(value)
    text.encode("utf-8")
    assert json.loads(text) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_any_decimal_comes_back_exactly(number: Decimal) -> None:
    text = write_text([[[[[number]]]]])
    assert "e" not in text.lower()
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal) == [[[[[number]]]]]


def test_what_is_no_number_is_null() -> None:
    audit = sample_audit()
    first = audit.reports[0]
    finding = replace(first.findings[0], left=Decimal("NaN"), right=Decimal("Infinity"))
    found = audit_json(replace(audit, reports=(replace(first, findings=(finding,)),)))["reports"][0]["findings"][0]
    assert (found["left"], found["right"]) == (None, None)
