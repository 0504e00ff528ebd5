"""Verdicts over a bare audit: what each does to one report, and what must be so whatever was decided of whichever findings."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import decided_county as county
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import decided as deciding
from auditor.decided import decided
from auditor.model import REJECTED, UPHELD, VERDICTS, WAIVED, Audit, Cause, Finding, Judged, Outcome, Undecided
from auditor.quarters.holding import changed_words
from auditor.quarters.nouns import Decision, Remembered, Waiver

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "decided.yaml").read_text(encoding="utf-8"))


def found(judged: Judged, rule: str) -> list[Finding]:
    """The findings of a rule; rule#2 is the second of them."""
    name, _, number = rule.partition("#")
    every = [f for f in judged.findings if f.rule == name]
    return [every[int(number) - 1]] if number else every


def waiver(entry: int, given: dict[str, Any]) -> Waiver:
    scope = (given.get("unit", ""), given.get("year"), given.get("rule", ""), tuple(given.get("cells", ())))
    start = county.STARTED.date()
    return Waiver(entry, f"豁免2026-{entry:02d}", *scope, "改革", "澄政办〔2026〕4号", "王五", start, given.get("end"))


def stands(case: dict[str, Any]) -> Judged:
    memory: dict[str, Any] = {"waivers": tuple(waiver(at, one) for at, one in enumerate(case.get("waives", ()), 1))}
    if "by_hand" in case:
        memory["manual"] = (county.by_hand(**case["by_hand"]),)
    before = county.judged(case["unit"], county.laid(**memory), case.get("year"))
    decisions = [
        county.said(before, finding, word)
        for rule, word in case.get("says", {}).items()
        for finding in found(before, rule)
    ]
    assert len(decisions) >= len(case.get("says", {}))
    return county.judged(case["unit"], county.laid(*decisions, **memory), case.get("year"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_a_verdict_does(case: dict[str, Any]) -> None:
    now = stands(case)
    assert now.score.points == case["points"]
    assert now.score.without_waivers == case.get("without_waivers", case["points"])
    if "if_suspected" in case:
        assert now.score.if_suspected == case["if_suspected"]
    rules = {finding.rule for finding in now.findings}
    assert set(case.get("there", ())) <= rules
    assert not set(case.get("gone", ())) & rules
    for rule, (outcome, deducted) in case.get("listed", {}).items():
        for finding in found(now, rule):
            assert (finding.outcome.value, finding.deducted) == (outcome, deducted)
    for rule, members in case.get("members", {}).items():
        assert [len(finding.members) for finding in found(now, rule)] == [members]
    for rule in case.get("waived", ()):
        assert [f.verdict and f.verdict.word for f in found(now, rule)] == [WAIVED]
    for rule, words in case.get("reopened", {}).items():
        assert all(words in finding.reopened for finding in found(now, rule))
    for rule, word in case.get("says", {}).items():
        assert all(f.verdict is not None and f.verdict.word == word for f in found(now, rule))


# --- nothing decided, nothing changed -----------------------------------------------------------------


def test_without_decisions_the_audit_is_the_same_object() -> None:
    assert decided(county.bare(), county.table(), Remembered(), county.DAY) is county.bare()


def test_only_the_reports_concerned_are_made_anew() -> None:
    qingao = county.judged(county.QINGAO)
    now = county.laid(county.said(qingao, qingao.findings[0], REJECTED))
    for old, new in zip(county.bare().reports, now.reports, strict=True):
        assert (new is old) is (old is not qingao)


def test_drawing_anew_changes_nothing_by_itself() -> None:
    """A manual finding that is found 不属实 makes every report go through patterns and score once more."""
    for old in county.bare().reports:
        unit, year = county.unit_of(old.report), old.report.profile.year
        manual = county.by_hand(unit=unit, year=year)
        seen = county.judged(unit, county.laid(manual=(manual,)), year)
        (own,) = found(seen, "manual")
        now = county.judged(unit, county.laid(county.said(seen, own, REJECTED), manual=(manual,)), year)
        assert now.score == old.score
        assert [f for f in now.findings if not f.manual] == list(old.findings)
        assert now.undecided == old.undecided


def test_a_verdict_on_what_is_certain_and_so_changes_no_point() -> None:
    hetang = county.judged(county.HETANG)
    deadline = found(hetang, "g-deadline")[0]
    now = county.judged(county.HETANG, county.laid(county.said(hetang, deadline, UPHELD)))
    assert now.score == hetang.score
    assert found(now, "g-deadline")[0].verdict is not None


def test_a_verdict_is_reopened_when_the_content_is_another() -> None:
    hetang = county.judged(county.HETANG)
    deadline = found(hetang, "g-deadline")[0]
    decision = county.said(hetang, deadline, REJECTED, content="another")
    now = found(county.judged(county.HETANG, county.laid(decision)), "g-deadline")[0]
    assert now.verdict is None
    assert now.reopened == changed_words(decision.verdict)
    assert now.deducted == deadline.deducted


def test_remarks_stay_with_the_finding_and_change_no_score() -> None:
    hetang = county.judged(county.HETANG)
    key = county.key(hetang, hetang.findings[0])
    now = county.judged(county.HETANG, county.laid(remarks={key: "已电话告知"}))
    assert now.findings[0].remark == "已电话告知"
    assert now.score is hetang.score


def test_a_unit_that_was_renamed_keeps_its_verdicts() -> None:
    hetang = county.judged(county.HETANG)
    deadline = found(hetang, "g-deadline")[0]
    decision = county.said(hetang, deadline, REJECTED)
    renamed = replace(decision, key=replace(decision.key, unit="澄湖县新禾镇人民政府"))
    now = county.judged(county.HETANG, county.laid(renamed, names={county.HETANG: "澄湖县新禾镇人民政府"}))
    assert found(now, "g-deadline")[0].verdict == decision.verdict


def test_a_card_for_what_was_found_by_eye_only_where_there_is_some() -> None:
    assert "manual" not in county.bare().rules
    assert "manual" in county.laid(manual=(county.by_hand(),)).rules


def test_a_manual_finding_rests_on_the_law_of_the_rulebook() -> None:
    (own,) = found(county.judged(county.HETANG, county.laid(manual=(county.by_hand(),))), "manual")
    assert own.basis[0].law == "regulation-2007"
    assert own.basis[0].text.endswith("第三十二条")
    assert "（往年报告）" in own.remedy, "an old report is mended as the county says"
    assert own.number == "2026Q2-禾塘镇-20"


def test_many_manual_findings_are_not_one_rule() -> None:
    """The limit of points per rule and table is no limit on what people find."""
    several = tuple(county.by_hand(f"2026Q2-禾塘镇-{at}", severity="一般") for at in range(20, 25))
    now = county.judged(county.HETANG, county.laid(manual=several))
    assert now.score.points == county.judged(county.HETANG).score.points - 5


# --- a run that another version of the program wrote -------------------------------------------------


def another_version() -> Audit:
    """The audit as a version wrote it that knew one pattern less."""
    audit = county.bare()
    renshe = county.judged("澄湖县人力资源和社会保障局")
    left = tuple(
        replace(f, absorbed_by=None) for f in renshe.findings if f.rule not in ("p-arithmetic-collapse", "p-fault-slip")
    )
    old = replace(renshe, findings=left)
    reports = tuple(old if judged is renshe else judged for judged in audit.reports)
    return replace(audit, reports=reports, run=replace(audit.run, engine="0.0.9"))


def test_where_this_version_would_conclude_otherwise_only_the_score_follows() -> None:
    audit = another_version()
    renshe = county.judged("澄湖县人力资源和社会保障局", audit)
    decision = county.said(renshe, found(renshe, "a-deny-sum")[0], REJECTED)
    now = county.laid(decision, audit=audit)
    after = county.judged("澄湖县人力资源和社会保障局", now)
    assert {f.rule for f in after.findings} == {f.rule for f in renshe.findings}
    assert found(after, "a-deny-sum")[0].deducted == 0
    assert any("另一版本的程序" in note for note in now.run.notes)


def test_another_version_that_concludes_the_same_is_drawn_anew() -> None:
    audit = replace(county.bare(), run=replace(county.bare().run, engine="0.0.9"))
    renshe = county.judged("澄湖县人力资源和社会保障局", audit)
    now = county.laid(county.said(renshe, found(renshe, "a-done-sum")[0], REJECTED), audit=audit)
    assert not found(county.judged("澄湖县人力资源和社会保障局", now), "p-fault-slip")
    assert now.run.notes == audit.run.notes


# --- whatever was decided ---------------------------------------------------------------------------


@st.composite
def decisions_of(draw: st.DrawFn, judged: Judged) -> tuple[Decision, ...]:
    """Verdicts on some findings of a report."""
    words = draw(
        st.dictionaries(
            st.integers(0, len(judged.findings) - 1), st.sampled_from(VERDICTS), max_size=len(judged.findings)
        )
    )
    return tuple(county.said(judged, judged.findings[at], word) for at, word in words.items())


@st.composite
def decisions(draw: st.DrawFn) -> tuple[Judged, tuple[Decision, ...]]:
    judged = draw(st.sampled_from(county.bare().reports))
    return judged, draw(decisions_of(judged))


def now_of(judged: Judged, given_: Sequence[Decision]) -> Judged:
    audit = replace(
        county.bare(), reports=(judged,), before=tuple(j.report for j in county.bare().reports if j is not judged)
    )
    return county.laid(*given_, audit=audit).reports[0]


@settings(max_examples=40)
@given(decisions())
def test_the_score_stays_a_score(given_: tuple[Judged, tuple[Decision, ...]]) -> None:
    judged, said = given_
    now = now_of(judged, said)
    score = now.score
    assert min(score.low, score.if_suspected, score.without_waivers) >= 0 and score.points <= 100
    assert max(score.low, score.if_suspected, score.without_waivers) <= score.points == score.high
    assert 100 + sum((line.points for line in score.lines), Decimal(0)) == score.points
    paid = {finding.fingerprint: finding.deducted for finding in now.findings}
    assert all(line.finding is None or line.finding in paid for line in score.lines)
    for finding in now.findings:
        word = finding.verdict.word if finding.verdict is not None else ""
        if word in (REJECTED, WAIVED) or (finding.outcome is Outcome.SUSPECTED and word != UPHELD):
            assert finding.deducted == 0
    base = {f.fingerprint for f in judged.findings if not f.members}
    assert base == {f.fingerprint for f in now.findings if not f.members}, "nothing disappears but conclusions"


@settings(max_examples=15)
@given(decisions())
def test_without_waivers_is_the_score_that_knows_of_none(given_: tuple[Judged, tuple[Decision, ...]]) -> None:
    """What is waived and was so counts as if nobody had waived it."""
    judged, said = given_
    certain = {f.locus for f in judged.findings if f.outcome is Outcome.BROKEN}
    kept = [one for one in said if one.verdict.word != WAIVED or one.key.locus in certain]
    now = now_of(judged, kept)
    without = now_of(judged, [one for one in kept if one.verdict.word != WAIVED])
    if not any(f.members and f.outcome is Outcome.SUSPECTED for f in now.findings):
        assert now.score.without_waivers == min(now.score.points, without.score.points)


@settings(max_examples=15)
@given(decisions(), st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(
    given_: tuple[Judged, tuple[Decision, ...]], chance: random.Random
) -> None:
    judged, said = given_
    shuffled = list(said)
    chance.shuffle(shuffled)
    assert now_of(judged, said) == now_of(judged, shuffled)


@settings(max_examples=10)
@given(st.data())
def test_verdicts_on_another_report_never_change_this_one(data: st.DataObject) -> None:
    one, other = data.draw(st.lists(st.sampled_from(county.bare().reports), min_size=2, max_size=2, unique_by=id))
    mine, theirs = data.draw(decisions_of(one)), data.draw(decisions_of(other))
    at = county.bare().reports.index(one)
    assert county.laid(*mine).reports[at] == county.laid(*mine, *theirs).reports[at]


def test_ids_of_rules_that_were_renamed_mean_the_first() -> None:
    ids = deciding.first_ids(county.book())
    assert ids["g-deadline"] == "g-deadline"
    assert {ready.id for ready in county.book().rules} <= set(ids)


def test_a_report_whose_patterns_failed_is_judged_by_all_rules_again() -> None:
    """What its rules said cannot be told from what patterns took back: then everything is asked anew."""
    renshe = county.judged("澄湖县人力资源和社会保障局")
    fault = Undecided("p-engine", "组合规则", Outcome.UNCLEAR, "x", "提示", "真实有效", caused_by=Cause.ENGINE)
    plain = tuple(replace(f, absorbed_by=None) for f in renshe.findings if not f.members)
    broken = replace(renshe, findings=plain, undecided=(*renshe.undecided, fault))
    reports = tuple(broken if judged is renshe else judged for judged in county.bare().reports)
    audit = replace(county.bare(), reports=reports)
    decision = county.said(renshe, found(renshe, "a-done-le-req")[0], REJECTED)
    now = county.judged("澄湖县人力资源和社会保障局", county.laid(decision, audit=audit))
    assert now == county.judged("澄湖县人力资源和社会保障局", county.laid(decision))
