"""Peers: spreads against a plain reckoning, who is a peer and who is not, and that nobody speaks under eight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports_by_hand import report

from auditor import examples
from auditor.findings import Beside, case_of, judge_rule
from auditor.judging import unmoved
from auditor.model import Outcome, Peers, Report
from auditor.neighbours import asked_of, beside_of
from auditor.peers import Asked, peers_of
from auditor.pipeline import Brief, desk, judge_report, read_reports
from auditor.rulebook import Rulebook, load
from auditor.rulebook.mistakes import RulebookError

ROOT = Path(__file__).resolve().parent.parent
RECEIVED = "request.received"
ASKED = Asked({"收到申请数": (RECEIVED,)})

numbers = st.one_of(st.integers(0, 10_000), st.decimals(0, 10_000, places=2))


@pytest.fixture(scope="module")
def reports(book: Rulebook) -> list[Report]:
    """The fictional county as read."""
    return read_reports([ROOT / "reports"], book)[0]


def towns(values: Sequence[int | Decimal | None], year: int = 2017) -> list[Report]:
    return [report(f"澄湖县第{at}镇人民政府", year, cells={RECEIVED: value}) for at, value in enumerate(values)]


def quartile(values: Sequence[int | Decimal], part: int) -> Fraction:
    """Between the two nearest ranks, by the book."""
    ordered = sorted(map(Fraction, values))
    at = Fraction(part * (len(ordered) - 1), 4)
    low = ordered[int(at)]
    return low if at.denominator == 1 else low + (ordered[int(at) + 1] - low) * (at - int(at))


@given(st.lists(numbers, min_size=9, max_size=40))
def test_a_spread_is_that_of_the_others_reckoned_exactly(values: list[int | Decimal]) -> None:
    for at, peers in enumerate(peers_of(towns(values), ASKED)):
        others = values[:at] + values[at + 1 :]
        assert peers is not None and peers.size == len(others)
        spread = peers.spreads["收到申请数"]
        told = [spread.least, spread.lower, spread.median, spread.upper, spread.most]
        assert [Fraction(number) for number in told] == [quartile(others, part) for part in range(5)]


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=1, max_size=14), st.randoms(use_true_random=False))
def test_the_order_of_the_reports_does_not_matter(values: list[int | None], chance: object) -> None:
    given_ = towns(values)
    mixed = list(given_)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    told = dict(zip((r.source for r in mixed), peers_of(mixed, ASKED), strict=True))
    assert told == dict(zip((r.source for r in given_), peers_of(given_, ASKED), strict=True))


@pytest.mark.parametrize(("values", "known"), [([1] * 9, True), ([1] * 8, False), ([1] * 8 + [None], False)])
def test_under_eight_that_state_a_number_there_is_no_spread(values: list[int | None], known: bool) -> None:
    peers = peers_of(towns(values), ASKED)[0]
    assert peers is not None and ("收到申请数" in peers.spreads) is known


def test_peers_are_of_the_same_year_kind_and_group_and_one_a_unit() -> None:
    own = report("甲镇", 2017, cells={RECEIVED: 0}, group="城区", roster="甲镇")
    others = [
        report("乙镇", 2017, cells={RECEIVED: 1}, group="城区", roster="乙镇"),
        report("乙镇", 2017, cells={RECEIVED: 9}, group="城区", roster="乙镇", source="乙镇另一份.html"),
        report("丙镇", 2017, group="山区", roster="丙镇"),
        report("丁镇", 2016, group="城区", roster="丁镇"),
        report("财政局", 2017, kind="部门", group="城区", roster="财政局"),
        report("甲镇", 2017, group="城区", roster="甲镇", source="甲镇另一份.html"),
    ]
    peers = peers_of([own, *others], ASKED)[0]
    assert peers is not None
    assert (peers.size, peers.group) == (1, "乡镇（名册分组“城区”）")
    nobody = replace(own, filing=None, profile=replace(own.profile, organisation=None))
    assert peers_of([own, nobody], ASKED) == [None, None]


# --- what rules make of them -------------------------------------------------------------------------


def of_county(book: Rulebook, own: int | None, others: Sequence[int | None]) -> Peers | None:
    return peers_of(towns([own, *others]), asked_of(book.rules, book))[0]


def told(book: Rulebook, id: str, own: int | None, others: Sequence[int | None]) -> tuple[Outcome, str]:
    ready = book.rule(id)
    assert ready is not None
    cells = {cell.id: 0 for cell in book.forms[0].cells.values()} | {RECEIVED: own}
    one = report("澄湖县第0镇人民政府", 2017, cells=cells)
    said = judge_rule(ready, case_of(one, book, Beside(peers=of_county(book, own, others))), book)
    return said.outcomes[id], " ".join([*(f.message for f in said.findings), *(u.reason for u in said.undecided)])


def test_an_outlier_rule_names_group_size_median_and_spread_and_is_silent_under_eight(book: Rulebook) -> None:
    outcome, words = told(book, "g-req-peer", 60, [0, 0, 1, 1, 2, 2, 3, 4])
    assert outcome is Outcome.SUSPECTED
    assert all(word in words for word in ("60 件", "其他8个乡镇", "中位数为 1.5 件", "四分位 0.75 至 2.25", "最大 4"))
    assert told(book, "g-req-peer", 60, [0, 0, 1, 1, 2, 2, 3])[0] is Outcome.NOT_APPLICABLE
    assert told(book, "g-req-peer", None, [0, 0, 1, 1, 2, 2, 3, 4])[0] is Outcome.UNCLEAR


def test_who_lies_in_the_middle_is_no_outlier_and_who_lies_far_is_one(book: Rulebook) -> None:
    for values in ([0] * 8, list(range(12)), [1, 1, 2, 3, 5, 8, 13, 21, 34, 55], [7] * 9):
        assert told(book, "g-req-peer", sorted(values)[len(values) // 2], values)[0] is Outcome.KEPT
        assert told(book, "g-req-peer", max(values), values)[0] is Outcome.KEPT
        assert told(book, "g-req-peer", 20 * max(values) + 100, values)[0] is Outcome.SUSPECTED


@pytest.mark.parametrize(
    ("others", "severity"), [([1] * 8, "一般"), ([0] * 8, "提示"), ([1] * 7, "提示"), ([None] * 3 + [1] * 7, "提示")]
)
def test_no_request_weighs_more_where_eight_peers_had_some(
    book: Rulebook, others: list[int | None], severity: str
) -> None:
    ready = book.rule("a-zero-req")
    assert ready is not None
    cells = {cell.id: 0 for cell in book.forms[0].cells.values()}
    case = case_of(report("澄湖县第0镇人民政府", 2017, cells=cells), book, Beside(peers=of_county(book, 0, others)))
    (finding,) = judge_rule(ready, case, book).findings
    assert finding.outcome is Outcome.SUSPECTED and finding.severity == severity
    assert ("中位数" in finding.message) is (severity == "一般")


def test_the_median_may_stand_in_formulas_and_messages(tmp_path: Path) -> None:
    rule = """
id: x-median
title: 申请数低于同类一半
check: equation
applies: {form: A}
when: 有(同类.收到申请数)
expect: 收到申请数 ≥ 同类.收到申请数 / 2
certainty: suspected
severity: 提示
dimension: 真实有效
basis: [{practice: 测试}]
message: 本单位 {收到申请数} 件，{同类}中位数 {同类.收到申请数} 件
why: 测试
remedy: 核实
examples:
  kept: [{收到申请数: 2, 同类: {收到申请数: [4, 4, 4, 4, 4, 4, 4, 4]}}]
  suspected: [{收到申请数: 1, 同类: {收到申请数: [4, 4, 4, 4, 4, 4, 4, 4]}, 期望: {消息含: 其他8个乡镇中位数 4 件}}]
  not_applicable: [{收到申请数: 1, 同类: {收到申请数: [4, 4]}}]
"""
    (tmp_path / "x.yaml").write_text(rule, encoding="utf-8")
    made = load([tmp_path])
    mine = [r for r in made.rules if r.id == "x-median"]
    assert mine[0].of_others
    assert not list(examples.run(made, mine))


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("收到申请数 ≥ 同类.收到申请", "同类.收到申请数"),
        ("空(同类.收到申请数)", "有()"),
        ("收到申请数 ≥ 同类.四种渠道", "同类.四种渠道"),
    ],
)
def test_a_wrong_name_among_the_peers_is_shown_where_it_stands(tmp_path: Path, formula: str, words: str) -> None:
    rule = f"""id: x-median
title: 测试
check: equation
applies: {{form: A}}
expect: {formula}
severity: 提示
dimension: 真实有效
basis: [{{practice: 测试}}]
message: 测试
why: 测试
remedy: 核实
"""
    (tmp_path / "x.yaml").write_text(rule, encoding="utf-8")
    with pytest.raises(RulebookError) as told_:
        load([tmp_path])
    (mistake,) = told_.value.mistakes
    assert words in mistake.message
    assert (mistake.line, mistake.column) == (5, 9 + formula.index("同类"))


# --- whole runs --------------------------------------------------------------------------------------


def test_a_report_whose_peers_change_nothing_is_what_it_would_be_judged_again(
    book: Rulebook, reports: list[Report]
) -> None:
    here = desk(book, "chainer")
    spared = 0
    for one, beside in zip(reports, beside_of(reports, [], book), strict=True):
        brief = Brief(one, beside, judge_report(here, Brief(one, Beside())))
        same = unmoved(here, brief)
        spared += same is not None
        assert same is None or same == judge_report(here, brief)
    assert spared >= 5


def test_neighbours_do_not_depend_on_the_order_of_the_reports(book: Rulebook, reports: list[Report]) -> None:
    there = beside_of(reports, [], book)
    back = beside_of(reports[::-1], [], book)
    assert there == back[::-1]
    assert any(beside.earlier for beside in there) and any(b.peers and b.peers.copies for b in there)
