"""SARIF: what is written keeps to the schema of the standard, accuses nobody of what is merely suspected, and says where."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_audit import sample_audit

from auditor.documents import sarif
from auditor.model import (
    REJECTED,
    SEVERITIES,
    UPHELD,
    WAIVED,
    Audit,
    Evidence,
    Finding,
    Outcome,
    PageBox,
    SheetCell,
    Span,
    Unread,
    Verdict,
)

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def told(audit: Audit) -> dict[str, Any]:
    """The run of the log, which keeps to the schema."""
    log = json.loads(sarif.render(audit))
    wrong = [f"{'/'.join(map(str, one.path))}: {one.message[:200]}" for one in VALID.iter_errors(log)]
    assert wrong == []
    (run,) = log["runs"]
    return dict(run)


@pytest.fixture(scope="module")
def hostile() -> dict[str, Any]:
    """The hand-made audit with every kind of place and hostile words."""
    return told(sample_audit())


def test_the_schema_refuses_what_is_wrong() -> None:
    """That the check is one: a log with a level of our own, an absolute index, a place before the text."""
    log = json.loads(sarif.render(sample_audit()))
    log["runs"][0]["results"][0]["level"] = "严重"
    assert list(VALID.iter_errors(log))
    del log["runs"][0]["results"][0]["level"]
    log["runs"][0]["results"][0]["ours"] = 1
    assert list(VALID.iter_errors(log))


def test_the_fictional_county_keeps_to_the_schema(county: Audit) -> None:
    run = told(county)
    assert len(run["results"]) == sum(len(one.findings) for one in county.reports)
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == set(county.rules)


def test_references_lead_where_they_say(county: Audit) -> None:
    run = told(county)
    rules, artifacts = run["tool"]["driver"]["rules"], run["artifacts"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            at = place["physicalLocation"]["artifactLocation"]
            assert artifacts[at["index"]]["location"]["uri"] == at["uri"]


def test_a_region_is_where_the_evidence_stands(county: Audit) -> None:
    """Code points of the text as it was decoded, on the bytes themselves."""
    sources = {one.report.source: one.report for one in county.reports}
    seen = 0
    for result in told(county)["results"]:
        for place in result["locations"]:
            physical = place["physicalLocation"]
            source = unquote(physical["artifactLocation"]["uri"].removeprefix("file://"))
            report = sources.get(source)
            if "region" not in physical or report is None or report.kind != "html" or report.encoding is None:
                continue
            region = physical["region"]
            text = Path(source).read_bytes().decode(report.encoding)
            words = text[region["charOffset"] : region["charOffset"] + region["charLength"]]
            assert words, f"nothing stands at {region} of {source}"
            seen += 1
    assert seen > 20


def test_who_is_merely_suspected_is_never_an_error(county: Audit, hostile: dict[str, Any]) -> None:
    for run in (told(county), hostile):
        for result in run["results"]:
            if result["properties"]["outcome"] == "suspected" and result["properties"]["verdict"] != UPHELD:
                assert result["level"] in ("warning", "note")


@pytest.mark.parametrize("severity", SEVERITIES)
def test_levels(severity: str) -> None:
    finding = Finding("r", "t", "f", "c", Outcome.BROKEN, severity, "数据准确", "m")
    levels = {"严重": "error", "较重": "error", "一般": "warning", "提示": "note"}
    assert sarif.level(finding) == levels[severity]
    suspected = replace(finding, outcome=Outcome.SUSPECTED)
    assert sarif.level(suspected) != "error"
    assert sarif.level(replace(suspected, verdict=Verdict(UPHELD))) == levels[severity]
    assert sarif.level(replace(suspected, verdict=Verdict(REJECTED))) != "error"


def test_verdicts_suppress_with_their_reason(county: Audit) -> None:
    at = next(at for at, one in enumerate(county.reports) if len(one.findings) > 1)
    judged = county.reports[at]
    first, second, *rest = judged.findings
    decided = (
        replace(first, verdict=Verdict(WAIVED, "经批准", "张三", paper="澄政办〔2026〕1号")),
        replace(second, verdict=Verdict(UPHELD)),
        *rest,
    )
    reports = (*county.reports[:at], replace(judged, findings=decided), *county.reports[at + 1 :])
    results = {
        one["partialFingerprints"]["auditorFinding/v1"]: one
        for one in told(replace(county, reports=reports))["results"]
    }
    (suppression,) = results[first.fingerprint]["suppressions"]
    assert suppression["status"] == "accepted"
    assert suppression["justification"] == "认定为豁免；经批准；澄政办〔2026〕1号"
    assert "suppressions" not in results[second.fingerprint]


def test_a_report_that_is_not_there_has_no_file(county_by_roster: Audit) -> None:
    missing = [one for one in told(county_by_roster)["results"] if "physicalLocation" not in one["locations"][0]]
    assert len(missing) == len(county_by_roster.unreported) > 0
    assert all(one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for one in missing)


def test_what_could_not_be_read_is_told(county: Audit) -> None:
    run = told(replace(county, unread=(Unread("reports/坏 文件%.pdf", "打不开"),)))
    (one,) = [n for n in run["invocations"][0]["toolExecutionNotifications"] if n["level"] == "warning"]
    assert one["message"]["text"] == "打不开"
    assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("%E6%96%87%E4%BB%B6%25.pdf")


def test_every_place_has_its_words() -> None:
    audit = sample_audit()
    judged = audit.reports[0]
    places = (
        Evidence("12", SheetCell("统计表", "C7"), "收到申请数"),
        Evidence("12", PageBox(2, (1.5, 2.0, 3.0, 4.25)), "收到申请数"),
        Evidence("全文", Span(3, 9), "正文"),
    )
    finding = replace(judged.findings[0], evidence=places)
    run = told(replace(audit, reports=(replace(judged, findings=(finding,)),)))
    result = run["results"][0]
    first, box, span = result["locations"][0], *result["relatedLocations"]
    assert first["logicalLocations"][0]["fullyQualifiedName"].endswith("收到申请数/统计表!C7")
    assert first["physicalLocation"]["properties"] == {"sheet": "统计表", "cell": "C7"}
    assert box["physicalLocation"]["properties"] == {"page": 2, "box": [1.5, 2, 3, 4.25]}
    assert span["physicalLocation"]["region"] == {"charOffset": 3, "charLength": 6}
    assert [one["id"] for one in result["relatedLocations"]] == [1, 2]


@given(st.text(alphabet="[](){}0123点我javascript:a\x00\x1b\u202e", max_size=40))
def test_words_of_a_report_are_no_link_and_no_placeholder(words: str) -> None:
    said = sarif.text(words)
    assert "](" not in said.replace("\\](", "")
    assert "{" not in said.replace("{{", "")
    assert "\u202e" not in said


@given(st.text(max_size=40).filter(lambda s: not any(0xD800 <= ord(c) < 0xE000 for c in s)))
def test_any_source_is_a_reference(source: str) -> None:
    made = sarif.uri(source)
    assert made.isascii()
    assert unquote(made.removeprefix("file://")) == source.replace("\\", "/")
    assert not any(char in made for char in ' "<>\\^`{|}#?')


def test_equal_audits_give_the_same_bytes(county: Audit) -> None:
    assert sarif.render(county) == sarif.render(replace(county))
    assert Decimal(str(told(county)["artifacts"][0]["properties"]["points"])) == county.reports[0].score.points
