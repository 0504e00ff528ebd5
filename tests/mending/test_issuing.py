"""Issued scores: what is frozen, what a 更正 moves, what stands; and which findings go into which letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from posting import BAMBOO, EDITS, PINE, PLUM, SUIT, SUM, Office, audited, unit

from auditor.documents.tally import tally
from auditor.model import Audit, Calendar, Finding, MendingTerms, Verdict
from auditor.quarters.issuing import Act, beside, corrected, in_force, scores
from auditor.quarters.letters import Drafted, Wanted, drafted
from auditor.quarters.nouns import Remembered
from auditor.rulebook.county import ON_RECORD

ON = dt.date(2026, 4, 8)
ACT = Act("2026Q1", "5号", ON, "张三", 1)
CALENDAR = Calendar(frozenset({2026}), frozenset(), frozenset())


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    done, _ = audited(tmp_path_factory.mktemp("issuing") / "in", EDITS, "2026Q1", "2026-03-31")
    return done


def changed(audit: Audit, change: Callable[[Finding], Finding]) -> Audit:
    """The audit with other findings; each has a number."""
    reports = [
        replace(
            judged,
            findings=tuple(
                change(replace(f, number=f"{judged.report.profile.organisation}-{at}"))
                for at, f in enumerate(judged.findings)
            ),
        )
        for judged in audit.reports
    ]
    return replace(audit, reports=tuple(reports))


def pointed(audit: Audit, points: dict[str, int]) -> Audit:
    """The audit with other points by town."""
    reports = [
        replace(j, score=replace(j.score, points=Decimal(points[town]), low=Decimal(points[town])))
        for j in audit.reports
        for town in points
        if town in str(j.report.profile.organisation)
    ]
    return replace(audit, reports=tuple(reports))


# --- what is frozen ----------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [(90, 95, 100), (90, 90, 90), (100, 90, 90), (90, 90, 70)])
def test_places_are_those_that_the_circular_prints(audit: Audit, points: tuple[int, int, int]) -> None:
    made = pointed(audit, dict(zip((PINE, BAMBOO, PLUM), points, strict=True)))
    printed = {(row.unit, row.year): row.rank for group in tally(made).groups for row in group.ranked}
    assert {(one.unit, one.year): one.rank for one in scores(made, Remembered(), ACT)} == printed


# (points when issued, points now, who is corrected: rows of the 更正 as town: points, place)
CORRECTIONS: list[tuple[tuple[int, int, int], tuple[int, int, int], str, dict[str, tuple[int, int]]]] = [
    ((90, 95, 100), (95, 95, 100), PINE, {PINE: (95, 2)}),
    ((90, 95, 100), (96, 95, 100), PINE, {PINE: (96, 2), BAMBOO: (95, 3)}),
    ((90, 95, 100), (90, 95, 100), PINE, {}),
    ((90, 95, 100), (100, 100, 80), PINE, {PINE: (100, 1), BAMBOO: (95, 3)}),  # others as they were issued
    ((90, 95, 100), (70, 95, 100), PINE, {PINE: (70, 3)}),
    ((90, 90, 80), (85, 90, 80), BAMBOO, {}),
]


@pytest.mark.parametrize(("then", "now", "town", "rows"), CORRECTIONS)
def test_a_correction_moves_the_places_and_nothing_else(
    audit: Audit,
    then: tuple[int, int, int],
    now: tuple[int, int, int],
    town: str,
    rows: dict[str, tuple[int, int]],
) -> None:
    towns = (PINE, BAMBOO, PLUM)
    issued = scores(pointed(audit, dict(zip(towns, then, strict=True))), Remembered(), ACT)
    memory = Remembered(issued=issued)
    later = pointed(audit, dict(zip(towns, now, strict=True)))
    act = replace(ACT, correction="9号", why="异议成立")
    made = corrected(later, memory, act, [unit(town)])
    assert {one.unit: (one.points, one.rank) for one in made} == {unit(t): p for t, p in rows.items()}
    assert {one.why for one in made if one.unit != unit(town)} <= {"名次随之变动"}
    whole = in_force(replace(memory, issued=(*issued, *made)), "2026Q1")
    ordered = sorted(whole.values(), key=lambda one: -one.points)
    assert [one.rank for one in ordered] == sorted(one.rank or 0 for one in ordered)


def test_the_later_score_stands_only_where_points_come_back(audit: Audit) -> None:
    issued = scores(pointed(audit, {PINE: 90, BAMBOO: 95, PLUM: 100}), Remembered(), ACT)
    memory = Remembered(issued=issued)
    later = pointed(audit, {PINE: 95, BAMBOO: 95})
    for back, stands in ((True, [95, 100, 95]), (False, [90, 100, 95])):
        rows = beside(later, memory, "2026Q1", MendingTerms(points_back=back))
        assert [one.unit for one in rows] == sorted((unit(PINE), unit(PLUM), unit(BAMBOO)))
        assert [one.stands for one in rows] == stands
        assert [one.now for one in rows] == [95, None, 95], "a report that is gone has no score of today"


def test_a_correction_is_not_for_what_was_mended_since(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.audit(EDITS, "2026Q1", "2026-03-31")
    office.done("2026-04-17", "issue", "2026Q1", "--by", "张三", "--anyway", "先行印发")
    office.audit({PINE: {}}, "2026Q1", "2026-04-22")
    words = ("issue", "2026Q1", "--correct", PINE, "--by", "张三", "--paper", "9号", "--why", "异议成立")
    assert "没有要更正的" in office.refused("2026-04-23", *words)
    one = next(s for s in office.json("2026-04-23", "issued", "2026Q1")["scores"] if s["unit"] == unit(PINE))
    assert (one["issued"]["points"], one["now"]["points"]) == (90, 100)
    office.done(
        "2026-04-23", "decide", "2026Q1-松溪镇-01", "不属实", "--run", office.runs[0], "--why", "已核", "--by", "张三"
    )
    made = office.json("2026-04-23", *words)["issued"]
    assert [(row["unit"], row["points"]) for row in made] == [(unit(PINE), 95)], (
        "one of two is withdrawn, none is mended"
    )


# --- which findings go into which letter -------------------------------------------------------------


def letter(audit: Audit, kind: str = "通知", **wanted: object) -> Drafted:
    asked = replace(Wanted("2026Q1", kind, "3号", ON, "张三"), **wanted)  # type: ignore[arg-type]  # fields by name
    return drafted(audit, Remembered(), asked, MendingTerms(), CALENDAR)


def listed(made: Drafted) -> list[str]:
    return [item.rule for one in made.letters for item in one.items]


def of_pine(change: Callable[[Finding], Finding]) -> Callable[[Finding], Finding]:
    return lambda finding: change(finding) if finding.rule == "t4-sum" else finding


# what happened to the findings t4-sum: (how many of them go into an order, into an inquiry, what the order says against it)
FINDINGS: dict[str, tuple[Callable[[Finding], Finding], int, int, int]] = {
    "nothing": (lambda f: f, 2, 2, 0),
    "upheld": (lambda f: replace(f, verdict=Verdict("属实")), 2, 2, 0),
    "dismissed": (lambda f: replace(f, verdict=Verdict("不属实")), 0, 0, 0),
    "waived": (lambda f: replace(f, verdict=Verdict("豁免")), 0, 0, 0),
    "reopened": (lambda f: replace(f, reopened="内容已改变"), 0, 2, 2),
    "draft": (lambda f: replace(f, draft=True), 0, 0, 0),
    "on record": (lambda f: replace(f, remedy=ON_RECORD), 0, 2, 0),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_findings_go_into_the_letters_they_belong_in(audit: Audit, name: str) -> None:
    change, ordered, asked, undecided = FINDINGS[name]
    made = changed(audit, of_pine(change))
    order, inquiry = letter(made, leave_out=True), letter(made, "反馈函")
    assert listed(order).count("t4-sum") == ordered
    assert listed(inquiry).count("t4-sum") == asked
    strict = letter(made)
    assert len(strict.refusals) == 1 + bool(undecided), "梅溪镇 has one that is suspected"
    assert any(f"还有 {undecided} 个" in words for words in strict.refusals) is bool(undecided)
    assert len(order.left_out) == 1 + undecided


def test_suspected_findings_and_conclusions_are_never_ordered(audit: Audit) -> None:
    made = changed(audit, lambda f: f)
    order, inquiry = letter(made, leave_out=True), letter(made, "反馈函")
    assert sorted(set(listed(order))) == ["t3-colsum", "t3-equation", "t4-sum"]
    assert sorted(set(listed(inquiry))) == ["n-norm", "t3-colsum", "t3-equation", "t4-sum"]
    upheld = changed(audit, lambda f: replace(f, verdict=Verdict("属实")))
    assert "n-norm" in listed(letter(upheld)), "found 属实 it is certain"
    assert not any(rule.startswith("p-") for rule in listed(inquiry))


SEVERITIES = [
    ("严重", 2, "2026-04-10"),
    ("较重", 3, "2026-04-13"),
    ("一般", 7, "2026-04-17"),
    ("提示", 9, "2026-04-21"),
]


def test_deadlines_go_by_severity_and_an_inquiry_by_the_time_to_verify(audit: Audit) -> None:
    terms = MendingTerms({name: days for name, days, _ in SEVERITIES}, verify_days=4)
    for severity, _, deadline in SEVERITIES:
        made = changed(audit, lambda f, severity=severity: replace(f, severity=severity))  # type: ignore[misc]
        for kind, expected in (("通知", deadline), ("反馈函", "2026-04-14")):
            asked = Wanted("2026Q1", kind, "3号", ON, "张三", leave_out=True)
            found = drafted(made, Remembered(), asked, terms, CALENDAR)
            assert _days(found) == {dt.date.fromisoformat(expected)}


def _days(made: Drafted) -> set[dt.date | None]:
    days: Iterable[dt.date | None] = (item.deadline for one in made.letters for item in one.items)
    return set(days)


def test_the_same_paper_with_other_contents_is_refused(audit: Audit) -> None:
    made = changed(audit, lambda f: f)
    sent = Remembered(letters=letter(made, leave_out=True).letters)
    asked = Wanted("2026Q1", "通知", "3号", ON, "张三", leave_out=True)
    assert drafted(made, sent, asked, MendingTerms(), CALENDAR).same == (unit(PINE), unit(BAMBOO))
    fewer = changed(audit, of_pine(lambda f: replace(f, draft="t4.review.total" in f.facts)))
    refused = drafted(fewer, sent, asked, MendingTerms(), CALENDAR).refusals
    assert refused
    assert "已在 2026-04-08 登记，所列问题或日期与这次不同" in refused[0]


def test_only_the_units_that_were_named_are_written_to(audit: Audit) -> None:
    made = changed(audit, lambda f: f)
    asked = Wanted("2026Q1", "通知", "3号", ON, "张三")
    found = drafted(made, Remembered(), asked, MendingTerms(), CALENDAR, [unit(BAMBOO)])
    assert [one.unit for one in found.letters] == [unit(BAMBOO)]
    assert found.refusals == (), "what is undecided elsewhere hinders nobody"
    assert found.letters[0].group == "乡镇"


def test_the_towns_have_the_faults_that_the_tests_speak_of(audit: Audit) -> None:
    found = {j.report.profile.organisation: sorted(f.rule for f in j.findings) for j in audit.reports}
    assert found == {unit(PINE): ["t4-sum"] * 2, unit(BAMBOO): ["p-fault-cell", "t3-colsum", "t3-equation"], unit(PLUM): ["n-norm"]}  # fmt: skip
    assert {*SUM, *SUIT} == {"t4.review.total", "t4.suit_direct.total"}
