"""Score: points, lines, one cause, verdicts, gates, the next grade. Data first, then properties, then an oracle."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.causes import one_cause
from auditor.model import DIMENSIONS, SEVERITIES, Cause, Finding, Outcome, Score, Undecided
from auditor.nextgrade import next_grade
from auditor.reckoning import reckon
from auditor.rulebook.scoring import Gate, Scoring, scoring_from
from auditor.score import score

PACKAGED = Path(__file__).parent.parent / "rules" / "scoring.yaml"
POINTS = {"严重": Decimal(5), "较重": Decimal(3), "一般": Decimal(1), "提示": Decimal(0)}
GRADES = (("优秀", Decimal(90)), ("良好", Decimal(80)), ("合格", Decimal(60)), ("不合格", Decimal(0)))
BARE = Scoring(POINTS, GRADES)


def packaged() -> Scoring:
    problems: list[object] = []
    scoring = scoring_from(yaml.safe_load(PACKAGED.read_text("utf-8")), lambda *p: problems.append(p))
    assert scoring is not None, problems
    return scoring


def finding(id: str, severity: str = "较重", outcome: Outcome = Outcome.BROKEN, **more: object) -> Finding:
    base = Finding(
        rule=str(more.pop("rule", id)),
        title=f"标题{id}",
        fingerprint=id,
        content="c",
        outcome=outcome,
        severity=severity,
        dimension=str(more.pop("dimension", "数据准确")),
        message="",
        cost=POINTS[severity],
    )
    return replace(base, **more)  # type: ignore[arg-type]


def points_of(findings: Sequence[Finding], scoring: Scoring = BARE, **more: object) -> Score:
    return score(findings, (), scoring, **more)[1]  # type: ignore[arg-type]


# --- scoring.yaml ----------------------------------------------------------------------------------


def test_the_packaged_scoring() -> None:
    scoring = packaged()
    assert dict(scoring.severities) == POINTS
    assert scoring.grades == GRADES
    assert scoring.times_per_table == 2
    assert sum(scoring.caps.values()) > 100, "a report with faults everywhere can lose everything"
    assert [scoring.grade(Decimal(p)) for p in ("100", "90", "89.9", "80", "60", "59.99", "0")] == [
        "优秀", "优秀", "良好", "良好", "合格", "不合格", "不合格",
    ]  # fmt: skip
    assert scoring.cost("一般") == 1
    assert scoring.cost("一般", Decimal("2.5")) == Decimal("2.5")


@pytest.mark.parametrize(
    ("change", "path", "word"),
    [
        ({"modle": 1}, ("modle",), "是否为“model”"),
        ({"model": "add"}, ("model",), "deduct"),
        ({"severities": {"严重": 5, "较重": 3, "一般": 1}}, ("severities",), "缺少字段 提示"),
        ({"severities": {"严重": 5, "较重": 6, "一般": 1, "提示": 0}}, ("severities", "较重"), "不能高于"),
        ({"severities": {"严重": "五", "较重": 3, "一般": 1, "提示": 0}}, ("severities", "严重"), "应为数字"),
        ({"severities": {"严重": True, "较重": 0, "一般": 0, "提示": 0}}, ("severities", "严重"), "应为数字"),
        ({"severities": {"严重": "nan", "较重": 0, "一般": 0, "提示": 0}}, ("severities", "严重"), "应为数字"),
        ({"caps": {"数据准": 3}}, ("caps", "数据准"), "是否为“数据准确”"),
        ({"caps": {"数据准确": 300}}, ("caps", "数据准确"), "0 至 100"),
        ({"times_per_table": 0}, ("times_per_table",), "不小于 1"),
        ({"gates": [{"note": "x", "at_most": 1}]}, ("gates", 0), "rules、severities 或 dimensions"),
        ({"gates": [{"note": "x", "at_most": 1, "severities": ["重"]}]}, ("gates", 0, "severities", 0), "未知取值"),
        ({"gates": [{"note": "x", "at_most": 1, "rules": ["g-x"]}]}, ("gates", 0, "rules", 0), "未知规则"),
        ({"grades": {"优秀": 90, "良好": 95, "差": 0}}, ("grades",), "从高到低"),
        ({"grades": {"优秀": 90, "良好": 10}}, ("grades",), "从 0 分开始"),
    ],
)
def test_mistakes_in_scoring_are_reported_where_they_stand(
    change: dict[str, object], path: tuple[object, ...], word: str
) -> None:
    data = yaml.safe_load(PACKAGED.read_text("utf-8")) | {"gates": []} | change
    found: list[tuple[tuple[object, ...], str]] = []
    assert scoring_from(data, lambda p, m: found.append((p, m)), rule_ids={"g-pii"}) is None
    assert [p for p, _ in found] == [path]
    assert word in found[0][1]


# --- points, limits, caps, floor, gates ------------------------------------------------------------


def test_a_clean_report_has_full_points() -> None:
    found = points_of([], packaged())
    assert (found.points, found.low, found.if_suspected, found.grade, found.lines) == (100, 100, 100, "优秀", ())
    assert found.next_grade is None
    assert set(found.dimensions) == set(DIMENSIONS)


def test_each_line_names_its_finding() -> None:
    marked, result = score([finding("a"), finding("b", "严重")], (), BARE)
    assert result.points == 92
    assert {(line.finding, line.points) for line in result.lines} == {("a", -3), ("b", -5)}
    assert [f.deducted for f in marked] == [3, 5]
    assert result.dimensions["数据准确"] == 8


def test_one_rule_costs_at_most_twice_in_one_table() -> None:
    scoring = replace(BARE, times_per_table=2)
    three = [finding(f"f{i}", "严重", rule="t3-colsum", table="三") for i in range(3)]
    result = points_of([*three, finding("other", "严重", rule="t3-colsum", table="四")], scoring)
    assert result.points == 100 - 10 - 5
    (back,) = [line for line in result.lines if line.points > 0]
    assert (back.points, back.finding, back.rule) == (5, None, "t3-colsum")
    assert "最多按2次" in back.note


def test_a_dimension_is_capped_by_a_positive_line() -> None:
    result = points_of([finding(f"f{i}", "严重") for i in range(4)], replace(BARE, caps={"数据准确": Decimal(12)}))
    assert result.points == 88
    assert result.dimensions["数据准确"] == 12
    assert [(line.points, line.dimension) for line in result.lines if line.points > 0] == [(8, "数据准确")]


def test_the_floor_is_a_line() -> None:
    result = points_of([finding(f"f{i:02}", "严重") for i in range(25)])
    assert result.points == 0
    assert [line.points for line in result.lines if line.points > 0] == [25]
    assert "按0分计" in result.lines[-1].note


@pytest.mark.parametrize(("outcome", "verdict", "points"), [
    (Outcome.BROKEN, None, 59), (Outcome.SUSPECTED, None, 100), (Outcome.SUSPECTED, "属实", 59),
    (Outcome.BROKEN, "不属实", 100), (Outcome.BROKEN, "豁免", 100),
])  # fmt: skip
def test_a_gate_holds_the_total_down(outcome: Outcome, verdict: str | None, points: int) -> None:
    pii = finding("x", "严重", outcome, rule="g-pii", dimension="安全合规")
    result = points_of([pii], packaged(), verdicts={"x": verdict} if verdict else None)
    assert result.points == points
    if points == 59:
        assert result.lines[-1].finding == "x"
        assert "一票否决" in result.lines[-1].note
        assert result.next_grade is not None
        assert result.next_grade.fix == ("x",)


def test_the_strictest_gate_counts_and_an_absorbed_finding_still_meets_it() -> None:
    gates = (Gate("甲", Decimal(50), rules=("a",)), Gate("乙", Decimal(40), rules=("b",)))
    over = finding("c", "提示", members=("b",))
    result = points_of([finding("a"), finding("b", absorbed_by="c"), over], replace(BARE, gates=gates))
    assert result.points == 40
    assert result.lines[-1].finding == "b"


def test_drafts_and_withdrawn_findings_cost_nothing() -> None:
    marked, result = score([finding("a", draft=True), finding("b", withdrawn_by="c")], (), BARE)
    assert result.points == result.if_suspected == 100
    assert [f.deducted for f in marked] == [0, 0]


# --- suspected, verdicts, unread -------------------------------------------------------------------


def test_suspected_findings_cost_only_once_upheld() -> None:
    doubt = finding("a", "较重", Outcome.SUSPECTED)
    assert (points_of([doubt]).points, points_of([doubt]).if_suspected) == (100, 97)
    assert points_of([doubt], verdicts={"a": "属实"}).points == 97
    rejected = points_of([doubt], verdicts={"a": "不属实"})
    assert (rejected.points, rejected.if_suspected) == (100, 100)


def test_waived_findings_are_counted_without_waivers() -> None:
    result = points_of([finding("a", "严重"), finding("b")], verdicts={"a": "豁免"})
    assert (result.points, result.without_waivers) == (97, 92)


def test_an_unknown_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown verdicts"):
        points_of([finding("a")], verdicts={"a": "误报"})


def undecided(cost: int, cause: Cause, outcome: Outcome = Outcome.UNCLEAR, **more: object) -> Undecided:
    return replace(
        Undecided("t3-equation", "t", outcome, "r", "严重", "数据准确", Decimal(cost), "三", caused_by=cause), **more
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(("item", "low"), [
    (undecided(5, Cause.READER), 95), (undecided(5, Cause.ENGINE), 95), (undecided(5, Cause.UNIT), 100),
    (undecided(5, Cause.READER, Outcome.TO_CONFIRM), 100), (undecided(5, Cause.READER, withdrawn_by="x"), 100),
])  # fmt: skip
def test_low_counts_what_could_not_be_read(item: Undecided, low: int) -> None:
    _, result = score([], [item], BARE)
    assert (result.points, result.high, result.low) == (100, 100, low)


def test_low_has_its_own_grade_and_obeys_the_limit() -> None:
    _, result = score([finding("a")], [undecided(5, Cause.READER, facts=(f"x{i}",)) for i in range(9)], packaged())
    assert (result.points, result.low, result.grade, result.low_grade) == (97, 87, "优秀", "良好")


# --- one cause -------------------------------------------------------------------------------------


def blank(id: str, severity: str, cells: str, outcome: Outcome = Outcome.BROKEN) -> Finding:
    return finding(id, severity, outcome, blanks=tuple(cells))


def test_a_blank_costs_once_the_dearest_then_the_narrower() -> None:
    found = [blank("a-blank", "一般", "abcd"), blank("a-org-blank", "一般", "a"), blank("a-staff-sum", "较重", "b")]
    marked, result = score(found, (), BARE)
    assert result.points == 96
    by_id = {f.rule: f for f in marked}
    assert by_id["a-blank"].absorbed_by == "a-staff-sum"
    assert by_id["a-blank"].deducted == 0
    assert by_id["a-org-blank"].deducted == 1
    assert sum((line.points for line in result.lines), Decimal(100)) == 96


ALL_BLANKS = [
    blank(f"{severity}{cells}{outcome.value[0]}", severity, cells, outcome)
    for severity in SEVERITIES
    for cells in ("a", "b", "ab", "abc")
    for outcome in (Outcome.BROKEN, Outcome.SUSPECTED)
]


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(ALL_BLANKS, 2)))
def test_pairs_on_one_cell_cost_once(first: Finding, second: Finding) -> None:
    marked, result = score([first, second], (), BARE)
    shared = set(first.blanks) & set(second.blanks)
    both = [first, second]
    counted = [f for f in both if f.outcome is Outcome.BROKEN]
    expected = max if shared else sum
    assert 100 - result.points == (expected([f.cost for f in counted]) if counted else 0)
    assert 100 - result.if_suspected == expected([f.cost for f in both])
    absorbed = [f for f in marked if f.absorbed_by]
    assert len(absorbed) == bool(shared)
    if shared:
        key = lambda f: (f.outcome is not Outcome.BROKEN, -f.cost, len(f.blanks), f.rule)  # noqa: E731
        payer, other = sorted(both, key=key)
        assert (absorbed[0].fingerprint, absorbed[0].absorbed_by, absorbed[0].deducted) == (
            other.fingerprint,
            payer.fingerprint,
            0,
        )


@pytest.mark.parametrize(("narrow", "broad", "lost"), [("较重", "较重", 3), ("严重", "一般", 5), ("一般", "严重", 5)])
def test_the_narrower_cause_costs_and_never_less_than_what_it_covers(narrow: str, broad: str, lost: int) -> None:
    pair = [
        finding("a-norm-zero-issued", narrow, facts=("p", "q"), covers=("a-norm-issued",)),
        finding("a-norm-issued", broad, facts=("p",)),
    ]
    marked, result = score(pair, (), BARE)
    assert result.points == 100 - lost
    assert [f.deducted for f in marked] == [lost, 0]
    assert [f.absorbed_by for f in marked] == [None, "a-norm-zero-issued"]


def test_covering_needs_a_common_fact_and_an_absorber_that_counts() -> None:
    broad = finding("b", facts=("p",))
    assert points_of([finding("a", facts=("q",), covers=("b",)), broad]).points == 94
    doubtful = finding("a", outcome=Outcome.SUSPECTED, facts=("p",), covers=("b",))
    marked, result = score([doubtful, broad], (), BARE)
    assert (result.points, result.if_suspected, marked[1].deducted) == (97, 97, 3)
    assert marked[1].absorbed_by is None


def test_added_rows_have_no_facts_and_meet_in_their_table() -> None:
    extra = finding("g-table-altered", table="三", covers=("t3-rows",))
    assert points_of([extra, finding("t3-rows", table="三")]).points == 97
    assert points_of([extra, finding("t3-rows", table="三", facts=("p",))]).points == 97
    assert points_of([extra, finding("t3-rows", table="四")]).points == 94
    assert points_of([finding("a", covers=("b",)), finding("b")]).points == 94, "nothing says that they meet"


def test_missing_contents_meet_only_where_nothing_else_is_missing() -> None:
    narrow = finding("n", covers=("broad",), topics=("problems",))
    same = finding("b", "严重", rule="broad", topics=("problems",))
    wider = finding("w", "严重", rule="broad", topics=("problems", "fees"))
    assert points_of([narrow, same]).points == 95, "one missing section costs once, the dearer price"
    assert points_of([narrow, wider]).points == 92, "a second missing section is a cause of its own"


def test_two_that_cover_each_other_cost_once() -> None:
    pair = [finding("a", facts=("p",), covers=("b",)), finding("b", facts=("p",), covers=("a",))]
    assert points_of(pair).points == points_of(pair[::-1]).points == 97


def test_a_waived_cell_is_no_fault_of_another_finding() -> None:
    found = [blank("a-org-blank", "一般", "a"), blank("a-blank", "一般", "ab")]
    alone = [blank("a-org-blank", "一般", "a"), blank("x", "较重", "a")]
    assert points_of(found, verdicts={"a-org-blank": "豁免"}).points == 99
    result = points_of(alone, verdicts={"a-org-blank": "豁免"})
    assert (result.points, result.without_waivers) == (100, 97)


# --- conclusions -----------------------------------------------------------------------------------


def test_a_conclusion_pays_what_it_absorbs_or_its_own_severity() -> None:
    under = [finding("m1", "一般", absorbed_by="c"), finding("m2", "一般", absorbed_by="c", dimension="表里一致")]
    marked, result = score([*under, finding("c", "较重", members=("m1", "m2"))], (), BARE)
    assert result.points == 97
    assert [(f.deducted, f.absorbed_by) for f in marked] == [(0, "c"), (0, "c"), (3, None)]
    cheap = finding("c", "提示", members=("m1", "m2"))
    assert points_of([*under, cheap]).points == 98
    assert points_of([*under, cheap]).dimensions["表里一致"] == 1


def test_a_conclusion_that_does_not_count_excuses_nothing() -> None:
    found = [finding("m", "一般", absorbed_by="c"), finding("c", "严重", Outcome.SUSPECTED, members=("m",))]
    marked, result = score(found, (), BARE)
    assert (result.points, result.if_suspected, marked[0].absorbed_by) == (99, 95, None)
    rejected = points_of([found[0], replace(found[1], outcome=Outcome.BROKEN)], verdicts={"c": "不属实"})
    assert rejected.points == 99
    waived = points_of([found[0], replace(found[1], outcome=Outcome.BROKEN)], verdicts={"c": "豁免"})
    assert (waived.points, waived.without_waivers) == (100, 95)


def test_conclusions_over_conclusions() -> None:
    found = [
        finding("m", "严重", absorbed_by="c1"),
        finding("c1", "较重", members=("m",), absorbed_by="c2"),
        finding("c2", "一般", members=("c1",)),
    ]
    marked, result = score(found, (), BARE)
    assert (result.points, [f.deducted for f in marked]) == (95, [0, 0, 5])


def test_a_ring_of_marks_does_not_pay_itself_away() -> None:
    ring = [finding("a", absorbed_by="b", members=("b",)), finding("b", absorbed_by="a", members=("a",))]
    assert points_of(ring).points == 97


# --- properties ------------------------------------------------------------------------------------

severities = st.sampled_from(SEVERITIES)
cells = st.lists(st.sampled_from("abcdef"), max_size=3, unique=True).map(tuple)


@st.composite
def reports(draw: st.DrawFn, most: int = 12, marks: bool = True) -> list[Finding]:
    out: list[Finding] = []
    for at in range(draw(st.integers(0, most))):
        members = ("x",) if draw(st.integers(0, 4)) == 0 else ()
        earlier = [f.fingerprint for f in out if f.members]
        out.append(
            finding(
                f"f{at:02}",
                draw(severities),
                draw(st.sampled_from([Outcome.BROKEN, Outcome.BROKEN, Outcome.SUSPECTED])),
                rule="p-x" if members else draw(st.sampled_from(["r1", "r2", "r3", "r4"])),
                dimension=draw(st.sampled_from(DIMENSIONS[:4])),
                table=draw(st.sampled_from([None, "三", "四"])),
                facts=draw(cells),
                blanks=() if members else draw(cells),
                covers=() if members else draw(st.sampled_from([(), (), ("r1",), ("r2",)])),
                members=members,
                absorbed_by=draw(st.sampled_from([None, *earlier])) if marks else None,
            )
        )
    return out


scorings = st.builds(
    lambda caps, times, gate: replace(
        BARE, caps=caps, times_per_table=times, gates=(Gate("g", Decimal(59), rules=("r4",)),) if gate else ()
    ),
    st.dictionaries(st.sampled_from(DIMENSIONS[:4]), st.integers(0, 30).map(Decimal), max_size=3),
    st.sampled_from([None, 1, 2]),
    st.booleans(),
)


@given(
    reports(),
    scorings,
    st.dictionaries(st.integers(0, 11).map("f{:02}".format), st.sampled_from(["属实", "不属实", "豁免"]), max_size=4),
    st.randoms(),
)
@settings(max_examples=200, deadline=None)
def test_what_holds_for_every_report(
    findings: list[Finding], scoring: Scoring, verdicts: dict[str, str], rng: random.Random
) -> None:
    open_items = [undecided(3, Cause.READER, facts=(str(i),)) for i in range(rng.randrange(3))]
    marked, result = score(findings, open_items, scoring, verdicts)
    for value in (result.low, result.if_suspected, result.without_waivers):
        assert 0 <= value <= result.points
    assert result.points == result.high <= 100
    assert sum((line.points for line in result.lines), Decimal(100)) == result.points
    assert all(result.dimensions[d] <= scoring.caps.get(d, Decimal(1000)) for d in DIMENSIONS)
    by_line: dict[str | None, Decimal] = {}
    for line in result.lines:
        if "一票否决" not in line.note:
            by_line[line.finding] = by_line.get(line.finding, Decimal(0)) - line.points
    assert {f.fingerprint: f.deducted for f in marked if f.deducted} == {k: v for k, v in by_line.items() if k and v}
    assert all(f.deducted == 0 for f in marked if f.absorbed_by)
    shuffled = rng.sample(findings, len(findings))
    again, same = score(shuffled, open_items[::-1], scoring, verdicts)
    assert same == result
    assert sorted(map(repr, again)) == sorted(map(repr, marked))


@given(reports(), scorings, severities, st.sampled_from(DIMENSIONS), st.booleans(), st.sampled_from(list(Outcome)[1:3]))
@settings(max_examples=150, deadline=None)
def test_one_more_finding_never_helps(
    findings: list[Finding], scoring: Scoring, severity: str, dimension: str, is_absorbed: bool, outcome: Outcome
) -> None:
    by = findings[0].fingerprint if is_absorbed and findings else None
    more = finding("zz", severity, outcome, rule="zz", dimension=dimension, absorbed_by=by)
    before, after = points_of(findings, scoring), points_of([*findings, more], scoring)
    assert after.points <= before.points
    assert after.if_suspected <= before.if_suspected


def test_a_problem_in_a_used_up_dimension_does_not_lessen_its_conclusion() -> None:
    """What a cap swallows of an absorbed finding is not taken off what the conclusion itself asks, be it one or the second."""
    scoring = replace(BARE, caps={"数据准确": Decimal(5)})
    first, second = (
        replace(finding(id, "严重", Outcome.BROKEN, rule="p-x", dimension="内容完整"), members=("x",)) for id in "ab"
    )
    absorbed = [
        finding(f"{id}1", "严重", Outcome.BROKEN, rule="z", dimension="数据准确", absorbed_by=id) for id in ("a", "b")
    ]
    assert points_of([first, second], scoring).points == 90
    assert points_of([first, second, *absorbed], scoring).points == 90


@given(reports(marks=False), scorings, st.data())
@settings(max_examples=150, deadline=None)
def test_no_report_gains_by_a_conclusion(findings: list[Finding], scoring: Scoring, data: st.DataObject) -> None:
    findings = [replace(f, outcome=Outcome.BROKEN, members=()) for f in findings]
    under = data.draw(st.sets(st.sampled_from([f.fingerprint for f in findings]))) if findings else set()
    over = finding(
        "c", data.draw(severities), rule="p-x", dimension=data.draw(st.sampled_from(DIMENSIONS)), members=("x",)
    )
    marked = [replace(f, absorbed_by="c") if f.fingerprint in under else f for f in findings]
    assert points_of([*marked, over], scoring).points <= points_of(findings, scoring).points


@given(reports(marks=False))
@settings(max_examples=150, deadline=None)
def test_no_two_findings_pay_for_one_cell_and_the_dearest_always_pays(findings: list[Finding]) -> None:
    causes = one_cause([replace(f, covers=()) for f in findings])
    payers = [f for f in findings if f.fingerprint in causes.prices]
    paid = [cell for f in payers for cell in f.blanks]
    assert len(paid) == len(set(paid))
    for f in findings:
        if f.fingerprint in causes.excused:
            payer = next(p for p in payers if p.fingerprint == causes.excused[f.fingerprint])
            assert payer.cost >= f.cost
            assert set(payer.blanks) & set(f.blanks)
    assert causes.prices.keys() | causes.excused.keys() == {f.fingerprint for f in findings}


# --- the next grade --------------------------------------------------------------------------------


def by_force(findings: Sequence[Finding], scoring: Scoring) -> tuple[str, ...] | None:
    """All subsets, smallest first, dearest first: what the search must find."""
    from auditor.nextgrade import _left

    goal = scoring.next_grade(reckon(findings, scoring).total)
    if goal is None:
        return None
    order = sorted((f for f in findings if f.absorbed_by is None), key=lambda f: (-f.cost, f.rule, f.fingerprint))
    for size in range(1, len(order) + 1):
        for chosen in itertools.combinations([f.fingerprint for f in order], size):
            if reckon(_left(findings, chosen), scoring).total >= goal[1]:
                return chosen
    raise AssertionError("mending everything is always enough")


@given(reports(most=9), scorings)
@settings(max_examples=200, deadline=None)
def test_the_fewest_findings_are_found_exactly(findings: list[Finding], scoring: Scoring) -> None:
    scoring = replace(
        scoring, grades=(("甲", Decimal(98)), ("乙", Decimal(94)), ("丙", Decimal(88)), ("丁", Decimal(0)))
    )
    findings = [replace(f, outcome=Outcome.BROKEN) for f in findings]
    found = next_grade(findings, scoring)
    expected = by_force(findings, scoring)
    assert (found.fix if found else None) == expected
    assert found is None or not found.approximate


def test_twenty_findings_in_capped_dimensions_are_searched_exactly() -> None:
    scoring = packaged()
    findings = [
        finding(f"f{i:02}", SEVERITIES[i % 3], dimension=DIMENSIONS[i % 3], rule=f"r{i}", table="三") for i in range(20)
    ]
    tight = replace(scoring, caps=dict.fromkeys(DIMENSIONS, Decimal(12)))
    found = points_of(findings, tight).next_grade
    assert found is not None
    assert not found.approximate
    mended = [f for f in findings if f.fingerprint not in found.fix]
    assert points_of(mended, tight).points >= 80
    for id in found.fix:
        assert points_of([*mended, next(f for f in findings if f.fingerprint == id)], tight).points < 80


def test_above_twenty_the_answer_is_marked_approximate_and_is_enough() -> None:
    findings = [finding(f"f{i:02}", SEVERITIES[i % 3], dimension=DIMENSIONS[i % 7]) for i in range(40)]
    result = points_of(findings, packaged())
    assert result.next_grade is not None
    assert result.next_grade.approximate
    left = [f for f in findings if f.fingerprint not in result.next_grade.fix]
    better = points_of(left, packaged())
    assert better.points >= dict(GRADES)[result.next_grade.grade]
