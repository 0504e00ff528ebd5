"""What people decided, inside the patterns: conclusions that fall, hold, chain, withdraw, and what they cost when members are waived."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from auditor.inference import CHAINER, DURABLE, Durable
from auditor.model import Finding, Outcome, Profile
from auditor.patterns import Concluded, conclude, make_engine
from auditor.rulebook.pattern import Pattern, pattern_from
from auditor.rulebook.scoring import Scoring

RULES = ("a-blank", "n-org", "n-staff", "t3-equation")
POINTS = {"严重": Decimal(5), "较重": Decimal(3), "一般": Decimal(1), "提示": Decimal(0)}
SCORING = Scoring(POINTS, (("优秀", Decimal(90)), ("不合格", Decimal(0))))
PROFILE = Profile(organisation="某镇人民政府", unit_kind="乡镇", year=2017, form="A")


def engines() -> list[str]:
    try:
        Durable([])
    except ImportError:
        return [CHAINER]
    return [CHAINER, DURABLE]


def pattern(id: str, when: object, **then: object) -> Pattern:
    data = {"id": id, "title": id, "when": when, "then": {"conclude": "结论", "severity": "较重"} | then}
    problems: list[object] = []
    made = pattern_from(data, [*RULES, "p-low"], lambda *words: problems.append(words))
    assert made is not None, problems
    return made


def finding(rule: str, outcome: Outcome = Outcome.BROKEN, severity: str = "一般") -> Finding:
    base = Finding(rule, rule, f"f-{rule}", f"c-{rule}", outcome, severity, "数据准确", "m", cost=POINTS[severity])
    return replace(base, locus=f"l-{rule}")


def words(said: Mapping[str, str]) -> Callable[[Finding], str]:
    return lambda finding: said.get(finding.rule, "")


def run(findings: Sequence[Finding], patterns: Sequence[Pattern], said: Mapping[str, str], engine: str) -> Concluded:
    made = make_engine(patterns, engine)
    return conclude(findings, PROFILE, patterns, made, identity="某镇", year=2017, scoring=SCORING, word=words(said))


def rules(found: Sequence[Finding]) -> set[str]:
    return {one.rule for one in found}


ALL = {"all": [{"a": {"rule": "a-blank"}}, {"b": {"rule": "n-org"}}]}


@pytest.mark.parametrize("engine", engines())
def test_what_a_dismissed_conclusion_withdrew_stands_again(engine: str) -> None:
    taking = pattern("p-taking", ALL, withdraws=["n-staff"])
    findings = [finding("a-blank"), finding("n-org"), finding("n-staff")]
    before = run(findings, [taking], {}, engine)
    assert rules(before.withdrawn) == {"n-staff"}
    after = run(findings, [taking], {"p-taking": "不属实"}, engine)
    assert not after.withdrawn
    assert rules(after.findings) == {"a-blank", "n-org", "n-staff"}
    assert rules(after.dismissed) == {"p-taking"}
    assert all(one.absorbed_by is None for one in after.findings)


@pytest.mark.parametrize("engine", engines())
def test_what_chains_on_a_dismissed_conclusion_falls_with_it(engine: str) -> None:
    low = pattern("p-low", ALL)
    high = pattern("p-high", {"all": [{"a": {"rule": "p-low"}}]})
    findings = [finding("a-blank"), finding("n-org")]
    assert rules(run(findings, [low, high], {}, engine).findings) >= {"p-low", "p-high"}
    after = run(findings, [low, high], {"p-low": "不属实"}, engine)
    assert rules(after.findings) == {"a-blank", "n-org"}
    assert rules(after.dismissed) == {"p-low"}


@pytest.mark.parametrize("engine", engines())
def test_an_upheld_suspected_conclusion_is_certain_for_what_chains_on_it(engine: str) -> None:
    low = pattern("p-low", ALL)
    high = pattern("p-high", {"all": [{"a": {"rule": "p-low"}}]})
    findings = [finding("a-blank"), finding("n-org", Outcome.SUSPECTED)]
    before = {one.rule: one.outcome for one in run(findings, [low, high], {}, engine).findings}
    assert before["p-low"] is before["p-high"] is Outcome.SUSPECTED
    done = run(findings, [low, high], {"p-low": "属实"}, engine)
    after = {one.rule: one.outcome for one in done.findings}
    assert after["p-low"] is after["p-high"] is Outcome.BROKEN
    assert {one.rule for one in done.findings if one.fingerprint in done.lifted} == {"p-low"}


def test_an_upheld_conclusion_absorbs_what_is_certain() -> None:
    one = pattern("p-low", ALL, absorbs=["a-blank", "n-org"])
    findings = [finding("a-blank"), finding("n-org", Outcome.SUSPECTED)]
    before = {f.rule: f.absorbed_by for f in run(findings, [one], {}, CHAINER).findings}
    assert before["a-blank"] is None
    after = {f.rule: f.absorbed_by for f in run(findings, [one], {"p-low": "属实"}, CHAINER).findings}
    assert after["a-blank"] == after["n-org"] is not None


def test_a_waived_member_makes_no_conclusion_dear() -> None:
    one = pattern("p-low", ALL, absorbs=["a-blank", "n-org"], severity="一般")
    findings = [finding("a-blank", severity="严重"), finding("n-org")]
    done = run(findings, [one], {"a-blank": "豁免"}, CHAINER)
    (conclusion,) = [f for f in done.findings if f.members]
    assert conclusion.cost == 1
    assert done.full == {conclusion.fingerprint: Decimal(5)}
    assert not done.waived
    assert not run(findings, [one], {}, CHAINER).full


def test_a_conclusion_is_waived_with_all_its_members_over_two_floors() -> None:
    low = pattern("p-low", ALL)
    high = pattern("p-high", {"all": [{"a": {"rule": "p-low"}}]})
    findings = [finding("a-blank"), finding("n-org")]
    done = run(findings, [low, high], {"a-blank": "豁免", "n-org": "豁免"}, CHAINER)
    assert {f.rule for f in done.findings if f.fingerprint in done.waived} == {"p-low", "p-high"}
    assert not run(findings, [low, high], {"a-blank": "豁免"}, CHAINER).waived
