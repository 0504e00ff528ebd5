"""The fictional county against its answer key: what must fire, what must not, and sound reports stay silent."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.model import Audit, Judged, Outcome
from auditor.pipeline import Options, audit
from auditor.roster.sheet import read_roster
from auditor.rulebook import load

HERE = Path(__file__).resolve().parent
REPORTS = HERE.parent.parent / "reports"
ANSWERS: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "answers.yaml").read_text(encoding="utf-8"))
KEY = {path: key for path, key in ANSWERS.items() if "version_of" not in key}


@cache
def audited() -> Audit:
    return audit([REPORTS], load(), Options(roster=read_roster(REPORTS / "名册.xlsx"), jobs=1))


def judged(path: str) -> Judged:
    found = [j for j in audited().reports if j.report.source.endswith(path)]
    assert len(found) == 1, f"{path}: {len(found)} reports"
    return found[0]


def fired(report: Judged) -> dict[str, Outcome]:
    out: dict[str, Outcome] = {}
    for finding in report.findings:
        if not finding.members and out.get(finding.rule) is not Outcome.BROKEN:
            out[finding.rule] = finding.outcome
    return out


def test_every_report_is_read_and_has_an_answer() -> None:
    assert not audited().unread
    assert {Path(j.report.source).relative_to(REPORTS).as_posix() for j in audited().reports} == set(KEY)


@pytest.mark.parametrize("path", KEY)
def test_the_profile_is_right(path: str) -> None:
    profile, key = judged(path).report.profile, KEY[path]
    published = profile.published.isoformat() if profile.published else None
    filled = profile.filled.isoformat() if profile.filled else None
    found = (profile.organisation, profile.unit_kind, profile.year, profile.form, published, filled)
    wanted = (key["organisation"], key["unit_kind"], key["year"], key["form"])
    assert found == (*wanted, key["published"] and str(key["published"]), key["filled"] and str(key["filled"]))


@pytest.mark.parametrize("path", KEY)
def test_what_must_fire_fires_and_names_the_cells(path: str) -> None:
    report, said = judged(path), fired(judged(path))
    missing = {rule: want for rule, want in KEY[path]["must"].items() if rule not in said}
    assert not missing, f"did not fire: {missing}"
    for rule, want in KEY[path]["must"].items():
        if want["outcome"] != "either":
            assert said[rule].value == want["outcome"], f"{rule}: {said[rule].value}"
        named = {
            report.report.facts[id].name
            for f in report.findings
            if f.rule == rule
            for id in f.facts
            if id in report.report.facts
        }
        assert set(want.get("facts") or ()) <= named, f"{rule} names {sorted(named)}"


@pytest.mark.parametrize("path", KEY)
def test_what_must_not_fire_is_silent(path: str) -> None:
    said = fired(judged(path))
    wrong = sorted(set(KEY[path]["must_not"]) & set(said))
    assert not wrong, {r: [f.message for f in judged(path).findings if f.rule == r] for r in wrong}


@pytest.mark.parametrize("path", KEY)
def test_nothing_fires_that_the_key_does_not_know(path: str) -> None:
    key = KEY[path]
    allowed = set(key["must"]) | set(key.get("may") or ())
    extra = sorted(set(fired(judged(path))) - allowed)
    assert not extra, {r: [f.message for f in judged(path).findings if f.rule == r] for r in extra}


@pytest.mark.parametrize("path", [p for p in KEY if KEY[p].get("clean")])
def test_a_sound_report_keeps_its_points(path: str) -> None:
    report = judged(path)
    assert report.score.points == 100, [f.message for f in report.findings if f.deducted]
    assert report.score.low == 100, [u.reason for u in report.undecided]


def test_at_least_thirty_kinds_of_faults_are_seeded_and_found() -> None:
    seeded = {rule for key in KEY.values() for rule in key["must"]}
    assert len(seeded) >= 30
    assert seeded <= {rule for j in audited().reports for rule in fired(j)}


def test_every_suspected_finding_says_so_and_every_finding_can_be_acted_on() -> None:
    for judged_ in audited().reports:
        for finding in judged_.findings:
            if finding.outcome is Outcome.SUSPECTED:
                assert any(word in finding.message for word in ("疑", "请核实", "请")), (finding.rule, finding.message)
            assert "不详" not in finding.message, (finding.rule, finding.message)
            assert finding.message and finding.remedy and finding.basis, finding.rule


def test_the_roster_says_who_is_missing_and_changes_no_judgement(county: Audit) -> None:
    known, unknown = audited(), county
    assert known.completeness and not known.completeness.doubts and not known.completeness.beyond
    counted = {c.year: (c.due, c.reported, c.missing, c.unread) for c in known.completeness.years}
    assert counted == {
        2016: (2, 2, 0, 0), 2017: (7, 7, 0, 0), 2018: (15, 15, 0, 0), 2019: (6, 6, 0, 0), 2020: (1, 1, 0, 0),
        2024: (9, 9, 0, 0), 2025: (17, 15, 2, 0),
    }  # fmt: skip
    missing = {s.unit: s.finding.outcome for s in known.completeness.standings if s.finding}
    assert missing == {"澄湖县水利局": Outcome.SUSPECTED, "澄湖县农业农村局": Outcome.BROKEN}
    assert not known.set_aside, "the roster is no report"
    told = {j.report.source: (fired(j), j.score.points) for j in unknown.reports}
    assert {j.report.source: (fired(j), j.score.points) for j in known.reports} == told
