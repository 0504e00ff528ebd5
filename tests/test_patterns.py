"""Patterns: mistakes in the data, what is concluded, and that both engines say the same to the byte."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.inference import CHAINER, DURABLE, Answer, Chainer, Durable, Firing
from auditor.model import SEVERITIES, Evidence, Finding, Outcome, Profile
from auditor.patterns import Concluded, Engine, attributes_of, conclude, make_engine
from auditor.rulebook.pattern import Pattern, pattern_from, set_problems
from auditor.rulebook.scoring import Scoring
from auditor.score import score

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "rules" / "patterns"
SHARED = ROOT.parent / "shared" / "domain.md"
RULES = ("a-blank", "a-rows", "n-org", "n-staff", "n-fund", "t3-equation", "t3-colsum", "t3-shift", "g-x")
POINTS = {"严重": Decimal(5), "较重": Decimal(3), "一般": Decimal(1), "提示": Decimal(0)}
SCORING = Scoring(POINTS, (("优秀", Decimal(90)), ("不合格", Decimal(0))))
PROFILE = Profile(organisation="某镇人民政府", unit_kind="乡镇", year=2017, form="A")


def has_durable() -> bool:
    try:
        Durable([])
    except ImportError:
        return False
    return True


ENGINES = [
    CHAINER,
    pytest.param(DURABLE, marks=pytest.mark.skipif(not has_durable(), reason="durable-rules does not load here")),
]


def read(
    data: object, rules: Sequence[str] = RULES, **more: object
) -> tuple[Pattern | None, list[tuple[tuple[object, ...], str]]]:
    found: list[tuple[tuple[object, ...], str]] = []
    return pattern_from(data, rules, lambda p, m: found.append((p, m)), **more), found  # type: ignore[arg-type]


def pattern(when: object, then: dict[str, object] | None = None, id: str = "p-x") -> Pattern:
    data = {
        "id": id,
        "title": f"标题{id}",
        "when": when,
        "then": {"conclude": "结论", "severity": "较重"} | (then or {}),
    }
    made, problems = read(data)
    assert made is not None, problems
    return made


def finding(id: str, rule: str, outcome: Outcome = Outcome.BROKEN, severity: str = "一般", **more: object) -> Finding:
    base = Finding(rule, f"标题{rule}", id, f"c{id}", outcome, severity, "数据准确", "m", cost=POINTS[severity])
    return replace(base, **more)  # type: ignore[arg-type]


def run(
    findings: Sequence[Finding], patterns: Sequence[Pattern], engine: str | Engine = CHAINER, **more: object
) -> Concluded:
    made = make_engine(patterns, engine) if isinstance(engine, str) else engine
    settings_ = {"identity": "某镇人民政府", "year": 2017, "scoring": SCORING} | more
    return conclude(findings, PROFILE, patterns, made, **settings_)  # type: ignore[arg-type]


def conclusions(result: Concluded) -> list[Finding]:
    return [f for f in result.findings if f.members]


# --- the data --------------------------------------------------------------------------------------

GOOD: dict[str, object] = {
    "id": "p-x",
    "title": "标题",
    "when": {
        "all": [
            {"blank": {"rule": "a-blank", "column": "$c"}},
            {"claim": {"rule": ["n-org", "n-staff"], "column": "$c"}},
        ],
        "none": [{"reading": {"rule": "a-rows"}}],
    },
    "then": {"conclude": "第 {c} 列", "severity": "较重", "absorbs": ["claim"]},
}


def test_a_good_pattern() -> None:
    made, problems = read(GOOD)
    assert not problems
    assert made is not None
    assert made.variables == ("c",)
    assert made.needs[1].rules == ("n-org", "n-staff")


def with_when(**when: object) -> dict[str, object]:
    return GOOD | {"when": when, "then": {"conclude": "结论", "severity": "较重"}}


def with_then(**then: object) -> dict[str, object]:
    return GOOD | {"then": {"conclude": "结论", "severity": "较重"} | then}


def with_fault(then: dict[str, object], fault: str = "单格") -> dict[str, object]:
    return GOOD | {"when": {"fault": fault}, "then": {"conclude": "疑", "severity": "较重"} | then}


MISTAKES: list[tuple[object, tuple[object, ...], str]] = [
    (with_when(fault="单个"), ("when", "fault"), "可用：单格"),
    (with_when(fault=["单格", "x"]), ("when", "fault", 1), "取值 x"),
    (with_when(fault="单格", all=[{"a": {"rule": "a-blank"}}]), ("when", "all"), "fault 须单独使用"),
    (with_when(fault="单格", at_least=3), ("when", "at_least"), "fault 须单独使用"),
    (with_when(fault="单格", relations=0), ("when", "relations"), "1 至 64 的整数"),
    (with_when(fault="单格", slip="也许"), ("when", "slip"), "true 或 false"),
    (with_when(relations=2), ("when",), "缺少字段 fault"),
    (with_when(fault="单格", part="表三"), ("when", "part"), "未知字段 part"),
    (with_fault({"absorbs": ["a-blank"]}), ("then", "absorbs"), "自动并入"),
    (with_fault({"withdraws": ["a-blank"]}), ("then", "withdraws"), "自动并入"),
    (with_fault({"conclude": "一格填错"}), ("then", "conclude"), "须写明“疑”"),
    (with_fault({"conclude": "{更正}"}, fault="并列"), ("then", "conclude"), "须写明“疑”"),
    (with_fault({"conclude": "疑 {c}"}), ("then", "conclude"), "未知占位 c"),
    ([], (), "应为键值对"),
    (GOOD | {"titel": "x"}, ("titel",), "是否为“title”"),
    ({k: v for k, v in GOOD.items() if k != "title"}, (), "缺少字段 title"),
    (GOOD | {"id": "x-y"}, ("id",), "p- 开头"),
    (with_when(none=[{"a": {"rule": "a-blank"}}]), ("when",), "缺少字段 all"),
    (with_when(all=[]), ("when", "all"), "不能为空"),
    (with_when(all=[{"a": {"rule": "a-blank"}, "b": {}}]), ("when", "all", 0), "代号"),
    (with_when(all=[{"甲": {"rule": "a-blank"}}]), ("when", "all", 0), "小写英文字母"),
    (with_when(all=[{"a": {"rule": "a-blank", "colum": "x"}}]), ("when", "all", 0, "a", "colum"), "是否为“column”"),
    (with_when(all=[{"a": {"rule": "a-blnk"}}]), ("when", "all", 0, "a", "rule"), "是否为“a-blank”"),
    (with_when(all=[{"a": {"rule": ["a-blank", "zz"]}}]), ("when", "all", 0, "a", "rule", 1), "未知规则 zz"),
    (with_when(all=[{"a": {"rule": "a-blank", "severity": "重"}}]), ("when", "all", 0, "a", "severity"), "可用：严重"),
    (with_when(all=[{"a": {"rule": "a-blank", "part": 3}}]), ("when", "all", 0, "a", "part"), "应为文字"),
    (with_when(all=[{"a": {"rule": "a-blank", "column": "$c"}}]), ("when",), "只出现一次"),
    (with_when(all=[{"a": {"rule": "a-blank", "column": ["$c"]}}]), ("when", "all", 0, "a", "column", 0), "列表"),
    (
        with_when(all=[{"a": {"rule": "a-blank", "outcome": "$c"}}, {"b": {"rule": "n-org", "row": "$c"}}]),
        ("when", "all", 0, "a", "outcome"),
        "连接变量",
    ),
    (
        with_when(all=[{"a": {"rule": "a-blank", "column": "$c", "row": "$c"}}]),
        ("when", "all", 0, "a", "row"),
        "只能出现一次",
    ),
    (with_when(all=[{"a": {"rule": "a-blank"}}, {"a": {"rule": "n-org"}}]), ("when",), "代号 a 重复"),
    (with_when(all=[{"report": {"form": "A"}}]), ("when", "all"), "至少要有一个"),
    (
        with_when(all=[{"report": {"forms": "A"}}, {"a": {"rule": "a-blank"}}]),
        ("when", "all", 0, "report", "forms"),
        "是否为“form”",
    ),
    (with_when(all=[{"a": {"rule": "a-blank"}}], none=[{"b": {"rule": "p-y"}}]), ("when", "none", 0), "不能写组合规则"),
    (
        with_when(
            all=[{"a": {"rule": "a-blank"}}],
            none=[{"b": {"rule": "n-org", "row": "$r"}}, {"d": {"rule": "n-fund", "row": "$r"}}],
        ),
        ("when", "none"),
        "须先在 all",
    ),
    (
        with_when(
            all=[{"a": {"rule": "a-blank"}}], none=[{"b": {"severity": "一般"}}, {"c": {"rule": ["a-blank", "n-org"]}}]
        ),
        ("when", "none", 1),
        "永远不成立",
    ),
    (with_when(all=[{"a": {"rule": "a-blank"}}, {"b": {"rule": ["a-blank", "n-org"]}}]), ("when", "all"), "同一个问题"),
    (
        with_when(all=[{"a": {"rule": "a-blank", "fact": "x"}}, {"b": {"rule": "a-blank", "fact": "y"}}]),
        ("when", "all"),
        "同一个问题",
    ),
    (with_when(all=[{"a": {"rule": "a-blank"}}, {"b": {"severity": "严重"}}]), ("when", "all"), "同一个问题"),
    (with_when(all=[{f"a{i}": {"rule": "a-blank", "part": f"{i}"}} for i in range(17)]), ("when",), "最多 16 个"),
    (with_when(at_least=3, of={"rule": "a-blank"}, all=[{"a": {"rule": "n-org"}}]), ("when", "all"), "单独使用"),
    (with_when(at_least=3), ("when",), "缺少字段 of"),
    (with_when(of={"rule": "a-blank"}), ("when",), "缺少字段 at_least"),
    (with_when(at_least=1, of={"rule": "a-blank"}), ("when", "at_least"), "2 至 64"),
    (with_when(at_least=True, of={"rule": "a-blank"}), ("when", "at_least"), "2 至 64"),
    (with_when(at_least=3, of={"rule": "a-blank", "row": "$r"}), ("when", "of"), "不能使用连接变量"),
    (with_then(severity="很重"), ("then", "severity"), "未知取值"),
    (with_then(dimension="准确"), ("then", "dimension"), "未知取值"),
    (with_then(certainty="maybe"), ("then", "certainty"), "未知取值"),
    (with_then(conclude="第 {d} 列"), ("then", "conclude"), "未知占位 d"),
    (with_then(conclude="第 {c 列"), ("then", "conclude"), "不成对"),
    (with_then(absorbs=["clam"]), ("then", "absorbs", 0), "未知规则 clam"),
    (with_then(absorbs=["n-fund"]), ("then", "absorbs", 0), "不在 all 的条件之中"),
    (with_then(withdraw=["claim"]), ("then", "withdraw"), "是否为“withdraws”"),
    (with_then(basis=[{"at": "第三条"}]), ("then", "basis", 0), "依据写 law"),
    (with_then(basis=[{"law": "form-x"}]), ("then", "basis", 0, "law"), "未知法规"),
]


@pytest.mark.parametrize(("data", "path", "word"), MISTAKES)
def test_mistakes_are_reported_where_they_stand(data: object, path: tuple[object, ...], word: str) -> None:
    made, problems = read(data, laws={"form-a": "格式"})
    assert made is None
    assert any(p == path and word in m for p, m in problems), problems


def test_all_mistakes_at_once() -> None:
    _, problems = read(
        {"id": "x", "when": {"all": [{"a": {"rule": "zz"}}]}, "then": {"conclude": "", "severity": "重"}}
    )
    assert {p for p, _ in problems} >= {
        (),
        ("id",),
        ("when", "all", 0, "a", "rule"),
        ("then", "conclude"),
        ("then", "severity"),
    }


def test_unknown_patterns_circles_and_withdrawn_premises() -> None:
    one = pattern({"all": [{"a": {"rule": "p-b"}}]}, id="p-a")
    two = pattern({"all": [{"a": {"rule": "p-a"}}]}, id="p-b")
    assert [id for id, _ in set_problems([one, two])] == ["p-a", "p-b"]
    assert any("未知组合规则 p-b" in m for _, m in set_problems([one]))
    assert any("重复" in m for _, m in set_problems([two, two, one]))
    taking = pattern({"all": [{"a": {"rule": "t3-shift"}}]}, {"withdraws": ["t3-equation"]}, id="p-c")
    resting = pattern({"all": [{"a": {"rule": "t3-equation"}}]}, {"withdraws": ["n-org"]}, id="p-d")
    assert [id for id, _ in set_problems([taking, resting])] == ["p-d"]
    for bad in ([one, two], [taking, resting]):
        with pytest.raises(ValueError, match="p-"):
            make_engine(bad, CHAINER)
    _, problems = read(
        GOOD
        | {"when": {"all": [{"a": {"rule": "p-b"}}]}, "then": {"conclude": "x", "severity": "一般", "withdraws": ["a"]}}
    )
    assert any("不能以结论为条件" in m for _, m in problems)
    _, problems = read(GOOD | {"when": {"all": [{"a": {"rule": "p-bb"}}]}}, pattern_ids=["p-b"])
    assert any("未知组合规则 p-bb，是否为“p-b”" in m for _, m in problems)


# --- the packaged patterns -------------------------------------------------------------------------


def packaged_rules() -> set[str]:
    if not SHARED.exists():
        pytest.skip("the list of rules beside the repository is not here")
    return set(re.findall(r"^\| ([agnt][0-9]?-[a-z0-9-]+) \|", SHARED.read_text("utf-8"), re.MULTILINE))


def packaged() -> list[Pattern]:
    rules = packaged_rules()
    assert len(rules) == 138
    out = []
    for path in sorted(FOLDER.glob("*.yaml")):
        made, problems = read(yaml.safe_load(path.read_text("utf-8")), tuple(rules))
        assert made is not None, (path.name, problems)
        assert made.id == path.stem
        out.append(made)
    return out


def test_the_packaged_patterns_are_sound() -> None:
    patterns = packaged()
    assert len(patterns) >= 6
    assert not set_problems(patterns)
    for made in patterns:
        assert made.then.why
        assert made.then.verify
        assert made.then.remedy
        assert not re.search("误报|错误", made.then.conclude), "a heuristic accuses nobody of an error"


def seed() -> list[Finding]:
    """What the rules say of the reference report (domain notes, section 8), as far as patterns look at it."""
    doubt = Outcome.SUSPECTED
    return [
        finding("1", "a-blank", part="机构建设", blanks=("o", "s")),
        finding("2", "a-blank", part="会议培训", blanks=("m", "t")),
        finding("3", "n-org", doubt),
        finding("4", "n-staff", doubt),
        finding("5", "n-fund", doubt),
        finding("6", "n-train", doubt),
        finding("7", "a-resp-hotline", doubt, "较重", facts=("response.events",)),
        finding("8", "a-resp-no-channel", severity="较重", facts=("response.events", "response.press")),
        finding("9", "a-resp-high", doubt, "提示"),
        finding("10", "g-offtopic", doubt),
        finding("11", "g-no-problem", severity="较重"),
        finding("12", "g-six-content-2008", severity="较重"),
        finding("13", "a-allzero", doubt, "提示"),
        finding("14", "a-staff-sum", severity="较重", blanks=("s",)),
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_reference_report(engine: str) -> None:
    patterns = packaged()
    result = run(seed(), patterns, engine)
    found = {f.rule: f for f in conclusions(result)}
    assert set(found) == {"p-capacity-hollow", "p-training-hollow", "p-response-hotline", "p-offtopic-empty"}
    assert all(f.outcome is Outcome.SUSPECTED for f in found.values())
    by_id = {f.fingerprint: f for f in result.findings}
    hotline = found["p-response-hotline"]
    assert hotline.members == ("9", "7", "8"), "sorted by rule id"
    assert by_id["7"].absorbed_by == by_id["9"].absorbed_by == hotline.fingerprint
    assert by_id["8"].absorbed_by is None, "a suspected conclusion does not absorb what is certain"
    assert by_id["3"].absorbed_by == found["p-capacity-hollow"].fingerprint
    assert not result.withdrawn


def test_the_packaged_patterns_never_raise_the_score() -> None:
    patterns = packaged()
    rules = sorted({rule for p in patterns for clause in p.needs for rule in clause.rules})
    rng = random.Random(7)
    engine = make_engine(patterns, CHAINER)
    for _ in range(60):
        chosen = [
            finding(
                f"{i:03}",
                rng.choice(rules),
                rng.choice([Outcome.BROKEN, Outcome.SUSPECTED]),
                rng.choice(SEVERITIES),
                part=rng.choice(["机构建设", "会议培训"]),
            )
            for i in range(rng.randrange(25))
        ]
        before = score(chosen, (), SCORING)[1]
        after = score(run(chosen, patterns, engine).findings, (), SCORING)[1]
        assert after.points <= before.points
        assert after.if_suspected <= before.if_suspected


# --- what is concluded -----------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_one_conclusion_a_pattern_with_the_union_of_members(engine: str) -> None:
    made = pattern({"all": [{"a": {"rule": "a-blank"}}, {"b": {"rule": ["n-org", "n-staff", "n-fund"]}}]})
    found = [finding(f"b{i}", "a-blank", facts=(f"x{i}",), evidence=(Evidence(f"e{i}"),)) for i in range(80)]
    claims = [finding(f"n{i}", "n-org", facts=("y",), evidence=(Evidence("e0"),)) for i in range(80)]
    (over,) = conclusions(run([*found, *claims], [made], engine))
    assert len(over.members) == 160
    assert len(over.facts) == 81
    assert len(over.evidence) == 80
    assert len(over.fingerprint) == 32


@pytest.mark.parametrize("engine", ENGINES)
def test_joins_make_one_conclusion_for_each_value(engine: str) -> None:
    made = pattern(
        {
            "all": [{"a": {"rule": "t3-equation", "column": "$c"}}, {"b": {"rule": "t3-colsum", "column": "$c"}}],
            "none": [{"x": {"rule": "t3-shift", "column": "$c"}}],
        },
        {"conclude": "{c}列 {处数} 处", "absorbs": ["b"]},
    )
    found = [
        finding(f"{rule}{c}", rule, column=c)
        for rule in ("t3-equation", "t3-colsum")
        for c in ("自然人", "总计", "社会")
    ]
    found += [finding("s", "t3-shift", column="社会"), finding("n", "t3-colsum")]
    result = run(found, [made], engine)
    fingerprints = [f.fingerprint for f in conclusions(result)]
    assert fingerprints == sorted(fingerprints)
    assert {f.message for f in conclusions(result)} == {"自然人列 2 处", "总计列 2 处"}
    assert {f.column for f in conclusions(result)} == {"自然人", "总计"}
    absorbed = {f.fingerprint for f in result.findings if f.absorbed_by}
    assert absorbed == {"t3-colsum自然人", "t3-colsum总计"}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_clause_tells_64_values_but_every_blocker_blocks(engine: str) -> None:
    made = pattern(
        {
            "all": [{"a": {"rule": "t3-equation", "row": "$r"}}, {"b": {"rule": "t3-colsum", "row": "$r"}}],
            "none": [{"x": {"rule": "t3-shift", "row": "$r"}}],
        }
    )
    rows = [f"{i:03}" for i in range(100)]
    found = [finding(f"{rule}{row}", rule, row=row) for rule in ("t3-equation", "t3-colsum") for row in rows]
    assert {f.row for f in conclusions(run(found, [made], engine))} == set(rows[:64])
    blockers = [finding(f"s{row}", "t3-shift", row=row) for row in reversed(rows)]
    assert not conclusions(run([*found, *blockers], [made], engine))


@pytest.mark.parametrize("engine", ENGINES)
def test_facts_join_on_any_and_print_their_chinese_name(engine: str) -> None:
    made = pattern(
        {"all": [{"a": {"rule": "a-blank", "fact": "$f"}}, {"b": {"rule": "n-org", "fact": "$f"}}]}, {"conclude": "{f}"}
    )
    found = [finding("1", "a-blank", facts=("x", "y")), finding("2", "n-org", facts=("y", "z"))]
    (over,) = conclusions(run(found, [made], engine, names={"y": "专门机构数"}))
    assert over.message == "专门机构数"
    assert over.facts == ("x", "y", "z")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("number", "fires"), [(0, False), (2, False), (3, True), (8, True), (90, True)])
def test_at_least(engine: str, number: int, fires: bool) -> None:
    made = pattern(
        {"at_least": 3, "of": {"rule": ["t3-equation", "t3-colsum"], "severity": "严重"}}, {"absorbs": ["of"]}
    )
    found = [finding(f"{i:03}", ["t3-equation", "t3-colsum"][i % 2], severity="严重") for i in range(number)]
    result = run([*found, finding("z", "t3-equation")], [made], engine)
    assert [len(f.members) for f in conclusions(result)] == ([number] if fires else [])
    if fires:
        assert all(f.absorbed_by for f in result.findings if f.severity == "严重" and not f.members)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [("bb", "broken"), ("bs", "suspected"), ("sb", "suspected"), ("bbs", "broken"), ("bsb", "broken")],
)
def test_a_conclusion_is_as_certain_as_what_it_needs(outcomes: str, expected: str) -> None:
    made = pattern({"all": [{"a": {"rule": "a-blank"}}, {"b": {"rule": ["n-org", "n-fund"]}}]}, {"absorbs": ["b"]})
    kinds = {"b": Outcome.BROKEN, "s": Outcome.SUSPECTED}
    found = [
        finding(f"{i}", rule, kinds[o])
        for i, (rule, o) in enumerate(zip(("a-blank", "n-org", "n-fund"), outcomes, strict=False))
    ]
    result = run(found, [made])
    (over,) = conclusions(result)
    assert over.outcome.value == expected
    absorbed = [f for f in result.findings if f.absorbed_by]
    assert all(f.outcome is Outcome.SUSPECTED for f in absorbed) or expected == "broken"
    doubtful = pattern({"all": [{"a": {"rule": "a-blank"}}]}, {"certainty": "suspected"})
    assert conclusions(run(found, [doubtful]))[0].outcome is Outcome.SUSPECTED


def test_what_rests_on_a_draft_is_a_draft_and_has_no_effect() -> None:
    made = pattern({"all": [{"a": {"rule": "a-blank"}}, {"b": {"rule": "n-org"}}]}, {"absorbs": ["b"]})
    result = run([finding("1", "a-blank", draft=True), finding("2", "n-org")], [made])
    (over,) = conclusions(result)
    assert over.draft
    assert all(f.absorbed_by is None for f in result.findings)


def test_the_cost_is_at_least_that_of_the_dearest_absorbed() -> None:
    made = pattern({"all": [{"a": {"rule": "a-blank"}}]}, {"absorbs": ["a", "n-org"], "severity": "一般"})
    result = run([finding("1", "a-blank"), finding("2", "n-org", severity="严重")], [made])
    (over,) = conclusions(result)
    assert over.cost == 5
    assert over.members == ("1", "2"), "an absorbed finding that the pattern does not need is a member too"


def test_fingerprint_and_content() -> None:
    made = pattern({"all": [{"a": {"rule": "a-blank"}}]})
    one, same, changed, added = (
        conclusions(run(found, [made]))[0]
        for found in (
            [finding("1", "a-blank", message="一")],
            [finding("1", "a-blank", message="二", evidence=(Evidence("x"),))],
            [finding("1", "a-blank", content="other")],
            [finding("1", "a-blank"), finding("2", "a-blank")],
        )
    )
    assert one.fingerprint == same.fingerprint == changed.fingerprint == added.fingerprint
    assert one.content == same.content
    assert len({one.content, changed.content, added.content}) == 3
    other = conclusions(run([finding("1", "a-blank")], [made], identity="另一镇"))[0]
    later = conclusions(run([finding("1", "a-blank")], [made], year=2018))[0]
    assert len({one.fingerprint, other.fingerprint, later.fingerprint}) == 3


@pytest.mark.parametrize("engine", ENGINES)
def test_chaining_and_absorbing_conclusions(engine: str) -> None:
    first = pattern({"all": [{"a": {"rule": "a-blank"}}]}, {"absorbs": ["a"], "severity": "一般"}, id="p-z")
    second = pattern(
        {"all": [{"a": {"rule": "p-z", "severity": "一般"}}, {"b": {"rule": "n-org"}}]}, {"absorbs": ["a"]}, id="p-b"
    )
    third = pattern({"all": [{"a": {"rule": "p-b"}}, {"b": {"rule": "n-fund"}}]}, id="p-a")
    found = [finding("1", "a-blank", severity="严重"), finding("2", "n-org", Outcome.SUSPECTED), finding("3", "n-fund")]
    result = run(found, [third, second, first], engine)
    by_rule = {f.rule: f for f in result.findings}
    assert by_rule["p-z"].outcome is Outcome.BROKEN
    assert by_rule["p-b"].outcome is by_rule["p-a"].outcome is Outcome.SUSPECTED
    assert by_rule["a-blank"].absorbed_by == by_rule["p-z"].fingerprint
    assert by_rule["p-z"].absorbed_by is None
    assert by_rule["p-b"].fingerprint in by_rule["p-a"].members


@pytest.mark.parametrize("engine", ENGINES)
def test_withdrawn_findings_leave_and_support_nothing(engine: str) -> None:
    taking = pattern(
        {"all": [{"s": {"rule": "t3-shift", "column": "$c"}}, {"e": {"rule": "t3-equation", "column": "$c"}}]},
        {"withdraws": ["e"], "severity": "提示"},
        id="p-shift",
    )
    counting = pattern({"at_least": 2, "of": {"rule": "t3-equation"}}, id="p-many")
    found = [
        finding("s", "t3-shift", column="总计"),
        finding("1", "t3-equation", column="总计"),
        finding("2", "t3-equation", column="社会"),
    ]
    result = run(found, [counting, taking], engine)
    assert [f.rule for f in conclusions(result)] == ["p-shift"]
    assert [(f.fingerprint, f.withdrawn_by) for f in result.withdrawn] == [("1", conclusions(result)[0].fingerprint)]
    assert [f.fingerprint for f in result.findings if not f.members] == ["2", "s"]
    assert [f.rule for f in conclusions(run(found[1:], [counting, taking], engine))] == ["p-many"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_profile_is_asked_under_report(engine: str) -> None:
    only = pattern(
        {"all": [{"report": {"form": ["A", "B"], "unit_kind": "乡镇", "year": 2017}}, {"a": {"rule": "a-blank"}}]},
        id="p-a",
    )
    other = pattern({"all": [{"report": {"form": "C"}}, {"a": {"rule": "a-blank"}}]}, id="p-b")
    unless = pattern({"all": [{"a": {"rule": "a-blank"}}], "none": [{"report": {"unit_kind": "乡镇"}}]}, id="p-c")
    assert [f.rule for f in conclusions(run([finding("1", "a-blank")], [only, other, unless], engine))] == ["p-a"]


def test_the_order_of_the_findings_does_not_matter() -> None:
    patterns, found = packaged(), seed()
    expected = run(found, patterns)
    for at in range(5):
        shuffled = random.Random(at).sample(found, len(found))
        again = run(shuffled, patterns)
        assert sorted(map(repr, again.findings)) == sorted(map(repr, expected.findings))


def test_what_a_clause_may_ask() -> None:
    plain = attributes_of(finding("1", "a-blank", left=Decimal("1.50"), row="行"))
    assert plain == {
        "rule": "a-blank",
        "outcome": "broken",
        "severity": "一般",
        "dimension": "数据准确",
        "row": "行",
        "value": "1.5",
    }


# --- engines ---------------------------------------------------------------------------------------


def test_the_engine_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_engine([], CHAINER).name == CHAINER
    if has_durable():
        assert make_engine([]).name == make_engine([], DURABLE).name == DURABLE

    def refuse() -> object:
        raise ImportError

    monkeypatch.setattr("auditor.inference._quiet_host", refuse)
    assert make_engine([]).name == make_engine([], DURABLE).name == CHAINER
    with pytest.raises(ValueError, match="unknown inference engine"):
        make_engine([], "drools")
    with pytest.raises(ValueError, match="other patterns"):
        conclude(
            [],
            PROFILE,
            [],
            Chainer([pattern({"all": [{"a": {"rule": "a-blank"}}]})]),
            identity="",
            year=None,
            scoring=SCORING,
        )


needs_durable = pytest.mark.skipif(not has_durable(), reason="durable-rules does not load here")


@needs_durable
def test_more_patterns_than_one_ruleset_and_more_sessions_than_may_live() -> None:
    patterns = [
        pattern({"all": [{"a": {"rule": "a-blank"}}, {"b": {"rule": "n-org"}}]}, id=f"p-{i}") for i in range(130)
    ]
    engine = make_engine(patterns, DURABLE)
    assert len(conclusions(run([finding("1", "a-blank"), finding("2", "n-org")], patterns, engine))) == 130
    small = make_engine(patterns[:2], DURABLE)
    for at in range(1100):
        found = [finding("1", "a-blank"), *([finding("2", "n-org")] if at % 3 == 0 else [])]
        assert len(conclusions(run(found, patterns[:2], small))) == (2 if at % 3 == 0 else 0)


@needs_durable
def test_a_consequent_that_fails_is_not_swallowed() -> None:
    made = pattern({"all": [{"a": {"rule": "a-blank"}}]})
    engine = Durable([made])

    class Broken:
        def add(self, _: object) -> None:
            raise KeyError("x")

        def clear(self) -> None:
            return

    engine._fired = Broken()  # type: ignore[assignment]
    session = engine.session()
    with pytest.raises(RuntimeError, match="durable-rules failed"):
        session.tell([Answer("p-x", 0)])
    session.close()
    engine._fired = set()
    session = engine.session()
    assert session.tell([Answer("p-x", 0)]) == {Firing("p-x")}
    session.close()


ATTRIBUTES = {
    "column": ["甲", "乙"],
    "row": ["一", "二"],
    "part": ["机构建设", "x" * 70000],
    "severity": list(SEVERITIES[:2]),
    "outcome": ["broken", "suspected"],
}


@st.composite
def clauses(draw: st.DrawFn, rules: Sequence[str], variables: Sequence[str]) -> dict[str, object]:
    clause: dict[str, object] = {"rule": draw(st.lists(st.sampled_from(rules), min_size=1, max_size=2, unique=True))}
    for name in draw(st.sampled_from([[], [], [], *([name] for name in ATTRIBUTES)])):
        clause[name] = draw(st.sampled_from(ATTRIBUTES[name]))
    for variable, name in zip(variables, ("column", "row"), strict=False):
        if draw(st.booleans()):
            name = draw(st.sampled_from([name, "fact", "value"]))
            if name not in clause:
                clause[name] = f"${variable}"
    return clause


@st.composite
def pattern_data(draw: st.DrawFn, id: str, earlier: Sequence[str]) -> dict[str, object]:
    then: dict[str, object] = {"conclude": "结论 {处数}", "severity": draw(st.sampled_from(SEVERITIES))}
    if draw(st.integers(0, 4)) == 0:
        when: dict[str, object] = {"at_least": draw(st.integers(2, 4)), "of": draw(clauses(RULES[:3], ()))}
        names = ["of"]
    else:
        variables = draw(st.sampled_from([(), ("c",), ("c", "r")]))
        pools = [RULES[:2], RULES[2:4], RULES[4:6]][: draw(st.integers(1, 3))]
        needs = [
            {f"a{i}": draw(clauses([*earlier[-2:], pool[0]] if i == 0 else pool, variables))}
            for i, pool in enumerate(pools)
        ]
        names = [f"a{i}" for i in range(len(pools))]
        none = [{f"n{i}": draw(clauses(RULES[6:], variables))} for i in range(draw(st.integers(0, 2)))]
        when = {"all": needs} | ({"none": none} if none else {})
    key = draw(st.sampled_from(["absorbs", "absorbs", "absorbs", "withdraws", "title"]))
    if key != "title":
        then[key] = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    return {"id": id, "title": id, "when": when, "then": then}


@st.composite
def rulebooks(draw: st.DrawFn) -> list[Pattern]:
    out: list[Pattern] = []
    for at in range(draw(st.integers(1, 5))):
        made, _ = read(draw(pattern_data(f"p-{at}", [p.id for p in out])))
        if made is not None and not set_problems([*out, made]):
            out.append(made)
    return draw(st.permutations(out))


@st.composite
def many_findings(draw: st.DrawFn) -> list[Finding]:
    one_of: Callable[[Sequence[object]], st.SearchStrategy[object]] = st.sampled_from
    return [
        finding(
            f"f{at:02}",
            draw(st.sampled_from([*RULES[:6] * 3, *RULES[6:]])),
            draw(st.sampled_from([Outcome.BROKEN, Outcome.SUSPECTED])),
            draw(st.sampled_from(SEVERITIES[:2])),
            column=draw(one_of([None, *ATTRIBUTES["column"]])),
            row=draw(one_of([None, *ATTRIBUTES["row"]])),
            part=draw(one_of([None, *ATTRIBUTES["part"]])),
            left=draw(one_of([None, 1, Decimal("1.0"), 0])),
            facts=draw(st.sampled_from([(), ("甲",), ("甲", "乙"), ("z",)])),
            draft=draw(st.integers(0, 9)) == 0,
        )
        for at in range(draw(st.integers(0, 4)) * 6)
    ]


@needs_durable
@given(rulebooks(), st.lists(many_findings(), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_both_engines_say_the_same_to_the_byte(patterns: list[Pattern], batches: list[list[Finding]]) -> None:
    ours, theirs = make_engine(patterns, CHAINER), make_engine(patterns, DURABLE)
    for findings in batches:
        mine = run(findings, patterns, ours)
        assert repr(run(findings, patterns, theirs)) == repr(mine)
        assert {f.fingerprint for f in findings} == {
            f.fingerprint for f in (*mine.findings, *mine.withdrawn) if not f.members
        }
        before, after = score(findings, (), SCORING)[1], score(mine.findings, (), SCORING)[1]
        assert mine.withdrawn or (after.points <= before.points and after.if_suspected <= before.if_suspected)
