"""The weighted and the graded model: what they measure, their mistakes, and what holds for every model and report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import DIMENSIONS, SEVERITIES, Cause, Finding, Outcome, Score, Undecided
from auditor.rulebook import Rulebook, RulebookError, build
from auditor.rulebook.models import Bonus, Indicator, Item, Level, Measure
from auditor.rulebook.scoring import Gate, Scoring, scoring_from
from auditor.rulebook.texts import RuleFile, Texts
from auditor.score import VERDICTS, score

POINTS = {"严重": Decimal(5), "较重": Decimal(3), "一般": Decimal(1), "提示": Decimal(0)}
GRADES = (("优秀", Decimal(90)), ("良好", Decimal(80)), ("合格", Decimal(60)), ("不合格", Decimal(0)))
WEIGHTED = Scoring(
    POINTS,
    GRADES,
    model="weighted",
    indicators=(
        Indicator("表三", Decimal(10), (Measure(dimensions=("数据准确",), sections=("表三",)),)),
        Indicator("数据", Decimal(40), (Measure(dimensions=("数据准确", "表里一致")), Measure(rules=("g-own",)))),
        Indicator("其他", Decimal(50), tuple(Measure(dimensions=(d,)) for d in ("内容完整", "格式规范", "安全合规"))),
    ),
    bonus=(Bonus("专栏", Decimal(2), ("att-column",)), Bonus("附件", Decimal(4), ("att-file", "att-open"))),
    most_bonus=Decimal(5),
)
LEVELS = Scoring(
    POINTS,
    GRADES,
    model="levels",
    levels=(
        Level("优", (("一般", 0),)),
        Level("良", (("较重", 0), ("一般", 2))),
        Level("一般", (("严重", 0), ("较重", 2))),
        Level("差", ()),
    ),
    items=(
        Item("数据", tuple(map(Decimal, (60, 48, 36, 0))), (Measure(dimensions=("数据准确", "表里一致")),)),
        Item("其他", tuple(map(Decimal, (40, 32, 24, 0))), (Measure(dimensions=("内容完整", "格式规范", "安全合规")),)),
    ),
)


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


def points_of(findings: Sequence[Finding], scoring: Scoring, **more: object) -> Score:
    return score(findings, (), scoring, **more)[1]  # type: ignore[arg-type]


# --- weighted --------------------------------------------------------------------------------------


def test_a_finding_costs_in_the_first_indicator_that_measures_it() -> None:
    found = [
        finding("a", "严重", table="三"),
        finding("b", table="四"),
        finding("c", rule="g-own", dimension="真实有效"),
    ]
    marked, result = score(found, (), WEIGHTED)
    assert [(line.dimension, line.points) for line in result.lines] == [("表三", -5), ("数据", -3), ("数据", -3)]
    assert [f.deducted for f in marked] == [5, 3, 3]
    assert result.points == 89


def test_an_indicator_loses_at_most_its_weight() -> None:
    result = points_of([finding(f"f{i}", "严重", table="三") for i in range(4)], WEIGHTED)
    assert result.points == 90
    (back,) = [line for line in result.lines if line.points > 0]
    assert back.points == 10 and "“表三”指标最多扣10分" in back.note


def test_what_no_indicator_measures_costs_nothing_and_says_so() -> None:
    (marked,), result = score([finding("a", dimension="公开时效")], (), WEIGHTED)
    assert (result.points, marked.deducted, marked.free) == (100, 0, "没有指标包含此类问题，不扣分")
    again = score([marked], (), replace(WEIGHTED, model="deduct"))[0][0]
    assert (again.free, again.deducted) == ("", 3), "a reason of one model is none of another"


def test_a_conclusion_that_no_indicator_measures_pays_where_its_members_do() -> None:
    child = finding("b", "严重", table="三", absorbed_by="c")
    over = finding("c", "严重", dimension="真实有效", members=("b",))
    result = points_of([child, over], WEIGHTED)
    assert result.points == 95
    assert [(line.finding, line.dimension) for line in result.lines] == [("c", "表三")]


@pytest.mark.parametrize(
    ("kept", "points", "notes"),
    [
        ((), 97, 0),
        (("att-column",), 99, 1),
        (("att-file",), 97, 0),
        (("att-file", "att-open"), 100, 2),
        (("att-column", "att-file", "att-open"), 100, 3),
    ],
)
def test_bonus_is_earned_by_rules_kept_and_limited(kept: tuple[str, ...], points: int, notes: int) -> None:
    outcomes = {
        rule: Outcome.KEPT if rule in kept else Outcome.TO_CONFIRM for rule in ("att-column", "att-file", "att-open")
    }
    result = points_of([finding("a")], WEIGHTED, outcomes=outcomes)
    assert result.points == points
    extra = [line for line in result.lines if line.finding is None]
    assert len(extra) == notes
    assert sum(line.points for line in extra if "加分" in line.note) <= 5


def test_bonus_does_not_lift_over_a_gate_and_a_finding_found_untrue_does_not_cost_it() -> None:
    gate = Gate("泄露", Decimal(59), severities=("严重",), dimensions=("安全合规",))
    scoring = replace(WEIGHTED, gates=(gate,))
    leak = finding("x", "严重", rule="att-column", dimension="安全合规")
    held = points_of([leak, finding("y")], scoring, outcomes={"att-column": Outcome.BROKEN, "att-file": Outcome.KEPT})
    assert held.points == 59
    assert held.next_grade is not None and "x" in held.next_grade.fix
    untrue = points_of([leak], scoring, verdicts={"x": "不属实"}, outcomes={"att-column": Outcome.BROKEN})
    assert untrue.points == 100
    assert any(line.note == "加分：专栏" for line in untrue.lines)


# --- levels ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severities", "points"),
    [
        ((), 100),
        (("提示", "提示"), 100),
        (("一般",), 88),
        (("一般", "一般"), 88),
        (("一般", "一般", "一般"), 76),
        (("较重",), 76),
        (("较重", "较重", "较重"), 40),
        (("严重",), 40),
    ],
)
def test_an_item_falls_by_number_and_severity(severities: tuple[str, ...], points: int) -> None:
    assert points_of([finding(f"f{i}", s) for i, s in enumerate(severities)], LEVELS).points == points


def test_every_line_names_the_finding_with_which_the_item_falls() -> None:
    found = [finding("a", "一般"), finding("b", "一般"), finding("c", "较重"), finding("d", dimension="公开时效")]
    marked, result = score(found, (), LEVELS)
    assert [(line.finding, line.points) for line in result.lines] == [("c", -24)]
    assert result.lines[0].note == "“数据”降为“一般”：标题c（较重）"
    assert [f.free for f in marked] == [
        "计入评分项“数据”，未使其降级，不另扣分",
        "计入评分项“数据”，未使其降级，不另扣分",
        "",
        "没有评分项包含此类问题，不扣分",
    ]


def test_one_cause_counts_once_in_an_item() -> None:
    members = [finding(f"f{i}", "一般", absorbed_by="c") for i in range(5)]
    over = finding("c", "一般", members=tuple(f.fingerprint for f in members))
    assert points_of([*members, over], LEVELS).points == 88, "five relations broken by one cell are one cause"
    blanks = [
        finding("a", "一般", blanks=("x",)),
        finding("b", "一般", blanks=("x",)),
        finding("e", "一般", blanks=("x",)),
    ]
    assert points_of(blanks, LEVELS).points == 88


def test_a_suspected_finding_says_what_it_would_count_for() -> None:
    (marked,), result = score([finding("a", outcome=Outcome.SUSPECTED)], (), LEVELS)
    assert (result.points, result.if_suspected, marked.free) == (100, 76, "查证属实后计入评分项“数据”")


# --- what holds for every model --------------------------------------------------------------------

GATES = st.sampled_from([(), (Gate("泄露", Decimal(59), severities=("严重",), dimensions=("安全合规",)),)])


@st.composite
def scorings(draw: st.DrawFn) -> Scoring:
    """A model of each kind with weights, points and limits of its own."""
    gates = draw(GATES)
    cut = sorted(draw(st.lists(st.integers(1, 99), min_size=2, max_size=2, unique=True)))
    shares = [Decimal(n) for n in (cut[0], cut[1] - cut[0], 100 - cut[1])]
    parts = [(Measure(dimensions=("数据准确",), sections=("表三",)),), (Measure(dimensions=DIMENSIONS[:3]),)]
    parts.append((Measure(dimensions=DIMENSIONS[3:6]),))
    kind = draw(st.sampled_from(["deduct", "weighted", "levels"]))
    bonus, most = (Bonus("专栏", Decimal("2.5"), ("r0",)), Bonus("附件", Decimal(4), ("r1",))), Decimal(5)
    if kind == "deduct":
        caps = {d: Decimal(draw(st.integers(3, 40))) for d in DIMENSIONS[:4]}
        return Scoring(POINTS, GRADES, caps, draw(st.sampled_from([None, 2])), gates)
    if kind == "weighted":
        named = tuple(Indicator(f"指标{i}", w, m) for i, (w, m) in enumerate(zip(shares, parts, strict=True)))
        return Scoring(POINTS, GRADES, {}, None, gates, kind, "", named, bonus=bonus, most_bonus=most)
    items = tuple(
        Item(f"项{i}", (w, w * 8 / 10, w * 6 / 10, Decimal(0)), m)
        for i, (w, m) in enumerate(zip(shares, parts, strict=True))
    )
    return replace(LEVELS, gates=gates, items=items, bonus=bonus, most_bonus=most)


@st.composite
def reports(draw: st.DrawFn, most: int = 12) -> list[Finding]:
    """Findings with shared blanks and conclusions over some of them."""
    out = [
        finding(
            f"f{i:02}",
            draw(st.sampled_from(SEVERITIES)),
            draw(st.sampled_from([Outcome.BROKEN, Outcome.BROKEN, Outcome.SUSPECTED])),
            rule=f"r{draw(st.integers(0, 4))}",
            dimension=draw(st.sampled_from(DIMENSIONS)),
            table=draw(st.sampled_from([None, "三", "四"])),
            blanks=tuple(draw(st.lists(st.sampled_from("xyz"), max_size=2, unique=True))),
        )
        for i in range(draw(st.integers(0, most)))
    ]
    if len(out) > 2 and draw(st.booleans()):
        members = out[: draw(st.integers(1, len(out)))]
        over = finding("over", draw(st.sampled_from(SEVERITIES)), members=tuple(f.fingerprint for f in members))
        over = replace(over, cost=max(over.cost, *(f.cost for f in members)))
        out = [replace(f, absorbed_by="over") if f in members else f for f in out] + [over]
    return out


VERDICT = st.dictionaries(st.sampled_from([f"f{i:02}" for i in range(12)]), st.sampled_from(VERDICTS), max_size=4)
OUTCOMES = st.dictionaries(st.sampled_from(["r0", "r1"]), st.sampled_from(list(Outcome)), max_size=2)
UNREAD = st.lists(
    st.builds(
        lambda s, d, c: Undecided("u", "t", Outcome.UNCLEAR, "r", s, d, POINTS[s], caused_by=c),
        st.sampled_from(SEVERITIES),
        st.sampled_from(DIMENSIONS),
        st.sampled_from(list(Cause)),
    ),
    max_size=3,
)


@given(reports(), UNREAD, scorings(), VERDICT, OUTCOMES, st.randoms(use_true_random=False))
@settings(max_examples=250)
def test_what_holds_for_every_model_and_report(
    findings: list[Finding],
    unread: list[Undecided],
    scoring: Scoring,
    verdicts: dict[str, str],
    outcomes: dict[str, Outcome],
    chance: object,
) -> None:
    marked, result = score(findings, unread, scoring, verdicts, outcomes)
    assert 0 <= result.low <= result.points == result.high <= 100
    assert max(result.if_suspected, result.without_waivers) <= result.points
    assert 100 + sum((line.points for line in result.lines), Decimal(0)) == result.points
    paid = {f.fingerprint: f.deducted for f in marked}
    for id, points in paid.items():
        gate = [line.points for line in result.lines if line.finding == id and "一票否决" in line.note]
        lines = sum((line.points for line in result.lines if line.finding == id), Decimal(0)) - sum(gate, Decimal(0))
        assert points == -lines >= 0
    assert all(not f.deducted for f in marked if f.absorbed_by or (f.free and not f.members))
    shuffled = list(findings)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score(shuffled, unread, scoring, verdicts, outcomes)[1] == result
    assert score(marked, unread, scoring, verdicts, outcomes)[1].points == result.points, "scored twice is scored once"


@given(reports(), scorings(), OUTCOMES, st.sampled_from(SEVERITIES), st.sampled_from(DIMENSIONS))
@settings(max_examples=150)
def test_one_more_finding_never_helps(
    findings: list[Finding], scoring: Scoring, outcomes: dict[str, Outcome], severity: str, dimension: str
) -> None:
    before = score(findings, (), scoring, None, outcomes)[1]
    more = finding("more", severity, rule="r-more", dimension=dimension)
    assert score([*findings, more], (), scoring, None, outcomes)[1].points <= before.points


@given(reports(most=6), scorings())
@settings(max_examples=80)
def test_mending_what_next_grade_names_is_enough_and_fewer_are_not(findings: list[Finding], scoring: Scoring) -> None:
    plain = [replace(f, absorbed_by=None, blanks=()) for f in findings if not f.members]
    result = points_of(plain, scoring)
    if result.next_grade is None:
        return
    least = dict(scoring.grades)[result.next_grade.grade]
    fix = set(result.next_grade.fix)

    def without(mended: set[str]) -> Decimal:
        return points_of([f for f in plain if f.fingerprint not in mended], scoring).points

    assert without(fix) >= least
    if not result.next_grade.approximate:
        ids = [f.fingerprint for f in plain]
        assert all(without(set(few)) < least for size in range(len(fix)) for few in combinations(ids, size))


@given(st.integers(0, 30), st.integers(1, 99))
@settings(max_examples=60)
def test_no_indicator_loses_more_than_its_weight(count: int, weight: int) -> None:
    named = (
        Indicator("甲", Decimal(weight), (Measure(dimensions=("数据准确",)),)),
        Indicator("乙", Decimal(100 - weight), (Measure(dimensions=("内容完整",)),)),
    )
    scoring = Scoring(POINTS, GRADES, model="weighted", indicators=named)
    result = points_of([finding(f"f{i}", "严重") for i in range(count)], scoring)
    assert result.points == 100 - min(5 * count, weight)
    assert result.dimensions["甲"] == min(5 * count, weight)


# --- scoring.yaml ----------------------------------------------------------------------------------

TEMPLATE = Path(__file__).parent.parent / "auditor" / "workfolder" / "templates" / "scoring.yaml"
BASE = {
    "severities": {k: int(v) for k, v in POINTS.items()},
    "grades": {"优秀": 90, "良好": 80, "合格": 60, "不合格": 0},
}
GOOD_W = {
    **BASE,
    "model": "weighted",
    "indicators": [{"name": "甲", "weight": 100, "measures": [{"dimensions": ["数据准确"]}]}],
}
GOOD_L = {
    **BASE,
    "model": "levels",
    "levels": {"优": {"一般": 0}, "差": {}},
    "items": [{"name": "甲", "points": [100, 0], "measures": [{"dimensions": ["数据准确"]}]}],
}


def item(**more: object) -> dict[str, object]:
    return {"name": "甲", "weight": 100, "measures": [{"dimensions": ["数据准确"]}], **more}


@pytest.mark.parametrize(
    ("data", "path", "word"),
    [
        ({**GOOD_W, "model": "weigthed"}, ("model",), "是否为“weighted”"),
        ({**GOOD_W, "caps": {}}, ("caps",), "未知字段 caps"),
        ({**GOOD_W, "indicators": []}, ("indicators",), "不空的列表"),
        ({**GOOD_W, "indicators": [item(weight=90)]}, ("indicators",), "合计应为 100，现为 90"),
        ({**GOOD_W, "indicators": [item(weight=50), item(weight=50)]}, ("indicators", 1, "name"), "重复"),
        ({**GOOD_W, "indicators": [item(measures=[{}])]}, ("indicators", 0, "measures", 0), "须写明"),
        (
            {**GOOD_W, "indicators": [item(measures=[{"sections": ["表五"]}])]},
            ("indicators", 0, "measures", 0, "sections", 0),
            "未知章节 表五，是否为“表",
        ),
        (
            {**GOOD_W, "indicators": [item(measures=[{"rules": ["g-piii"]}])]},
            ("indicators", 0, "measures", 0, "rules", 0),
            "是否为“g-pii”",
        ),
        ({**GOOD_W, "bonus": {"items": []}}, ("bonus",), "缺少字段 at_most"),
        (
            {**GOOD_W, "bonus": {"at_most": 3, "items": [{"name": "甲", "points": 2, "rules": ["p-x"]}]}},
            ("bonus", "items", 0, "rules", 0),
            "不能写组合规则",
        ),
        ({**GOOD_L, "levels": {"优": {}}}, ("levels",), "至少两级"),
        ({**GOOD_L, "levels": {"优": {"一般": 0}, "差": {"一般": 9}}}, ("levels", "差"), "最后一级"),
        (
            {
                **GOOD_L,
                "levels": {"优": {"较重": 1}, "良": {"较重": 0}, "差": {}},
                "items": [{**GOOD_L["items"][0], "points": [100, 50, 0]}],
            },  # type: ignore[index]
            ("levels", "良", "较重"),
            "不能比“优”更严",
        ),
        ({**GOOD_L, "levels": {"优": {"一般": "无"}, "差": {}}}, ("levels", "优", "一般"), "整数"),
        (
            {**GOOD_L, "items": [{**GOOD_L["items"][0], "points": [100, 50, 0]}]},
            ("items", 0, "points"),
            "应写 2 个分值",
        ),  # type: ignore[index]
        ({**GOOD_L, "items": [{**GOOD_L["items"][0], "points": [0, 100]}]}, ("items", 0, "points"), "从高到低"),  # type: ignore[index]
        ({**GOOD_L, "items": [{**GOOD_L["items"][0], "points": [90, 0]}]}, ("items",), "合计应为 100，现为 90"),  # type: ignore[index]
        ({**GOOD_L, "beside": 3}, ("beside",), "文件名"),
        ({**GOOD_L, "beside": {"model": "weighted"}}, ("beside",), "缺少字段 indicators"),
        ({**GOOD_L, "beside": {**GOOD_W, "beside": {}}}, ("beside", "beside"), "未知字段"),
    ],
)
def test_mistakes_are_told_where_they_stand(data: dict[str, object], path: tuple[object, ...], word: str) -> None:
    found: list[tuple[tuple[object, ...], str]] = []
    known = {"g-pii", "p-x"}
    made = scoring_from(data, lambda p, m: found.append((p, m)), rule_ids=known, sections={"表三", "表四"})
    assert made is None
    assert any(p == path and word in m for p, m in found), found


def test_good_ones_are_read_and_the_second_takes_what_it_does_not_say() -> None:
    def problem(*mistake: object) -> None:
        raise AssertionError(mistake)

    made = scoring_from(
        {**GOOD_W, "title": "指标计分", "beside": {k: GOOD_L[k] for k in ("model", "levels", "items")}}, problem
    )
    assert made is not None and made.beside is not None
    assert (made.name, made.beside.name) == ("指标计分", "分级评定")
    assert made.beside.grades == made.grades


def uncommented(text: str, model: str) -> str:
    """The template as a county would change it to another model."""
    section = {"weighted": ("二", "三"), "levels": ("三", "两种")}[model]
    head, rest = text.split(f"# {section[0]}、", 1)
    block = rest.split(f"# {section[1]}", 1)[0].split("\n", 1)[1]
    lines = [line.removeprefix("# ") for line in block.splitlines()]
    lines = [line for line in lines if not line.startswith(("每个问题", "levels 写"))]
    head = head.replace("model: deduct\n", f"model: {model}\n", 1).split("# 每一方面最多", 1)
    after = head[1].split("# 同一规则", 1)[1]
    after = "# 一票否决" + after.split("# 一票否决", 1)[1] if model == "levels" else "# 同一规则" + after
    return head[0] + after + "\n".join(lines) + "\n"


@pytest.mark.parametrize("model", ["deduct", "weighted", "levels"])
def test_the_template_of_the_work_folder_loads_as_each_model(book: Rulebook, model: str) -> None:
    text = TEMPLATE.read_text("utf-8")
    text = text if model == "deduct" else uncommented(text, model)
    found: list[object] = []
    data = yaml.safe_load(text)
    if data.get("bonus"):
        assert {r for i in data["bonus"]["items"] for r in i["rules"]} <= {r.id for r in book.rules}
    scoring = scoring_from(data, lambda *m: found.append(m), rule_ids={r.id for r in book.rules})
    assert found == [] and scoring is not None and scoring.model == model
    if model == "deduct":
        assert scoring == book.scoring, "the template says what the shipped scoring says"


def with_scoring(book: Rulebook, text: str, *beside: tuple[str, str]) -> Rulebook:
    files = [RuleFile(1, "../profile.yaml", "profile.yaml", "auditor: 1\nname: 澄湖县\n")]
    files += [RuleFile(1, "../scoring.yaml", "scoring.yaml", text)]
    files += [RuleFile(1, f"../{name}", name, other) for name, other in beside]
    return build(Texts((*book.texts.files, *files)))


def test_a_countys_caps_gates_and_grades_replace_those_of_the_rulebook(book: Rulebook) -> None:
    text = "model: deduct\nseverities: {一般: 2}\ncaps: {数据准确: 10}\ngates: []\ngrades: {达标: 60, 不达标: 0}\n"
    scoring = with_scoring(book, text).scoring
    assert scoring.caps == {"数据准确": 10}
    assert scoring.gates == ()
    assert [name for name, _ in scoring.grades] == ["达标", "不达标"]
    assert (scoring.severities["一般"], scoring.severities["严重"]) == (2, 5)


def test_a_mistake_in_the_second_model_stands_in_its_own_file(book: Rulebook) -> None:
    line = "  - {name: 甲, points: [100, 0], measures: [{rules: [t3-totl]}]}"
    second = f"model: levels\nlevels: {{优: {{一般: 0}}, 差: {{}}}}\nitems:\n{line}\n"
    with pytest.raises(RulebookError) as error:
        with_scoring(book, "beside: 二.yaml\n", ("二.yaml", second))
    (wrong,) = error.value.mistakes
    assert (wrong.path, wrong.line, wrong.column) == ("二.yaml", 4, line.index("t3-totl") + 1)
    assert "是否为“t3-total”" in wrong.message
    with pytest.raises(RulebookError) as error:
        with_scoring(book, "model: deduct\nbeside: 没有.yaml\n")
    (missing,) = error.value.mistakes
    assert (missing.path, missing.line, missing.column) == ("scoring.yaml", 2, 9)
