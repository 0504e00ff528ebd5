"""Mutants: each operator makes what it says, equals are not made, and the shipped examples catch what they should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import casefiles, examples
from auditor.checks.check import vocabulary
from auditor.examples import Trial, trials
from auditor.formula import Node, Vocabulary, parse
from auditor.formula.meaning import Quantity, meaning
from auditor.formula.written import written
from auditor.making import as_mapping, inserted, made, prose
from auditor.making.phrases import phrases
from auditor.mutants import mutants, trees
from auditor.pipeline import Options, audit
from auditor.rulebook import Rulebook, load
from auditor.rulebook.book import Ready
from auditor.rulebook.loading import compiled
from auditor.rulebook.source import parse as parse_yaml
from auditor.testing import data_of, missing, results

A = "收到申请数"
B = "申请办结数"
C = "申请答复数"


class Names:
    """Counts, but for 专项经费 (money), 增减 (signed), 比例 (percent) and 规章制定权 (yes or no)."""

    def quantity(self, name: Node) -> Quantity:
        known = {
            "专项经费": Quantity.AMOUNT,
            "增减": Quantity.ANY,
            "比例": Quantity.SHARE,
            "规章制定权": Quantity.FLAG,
        }
        return known.get(name.value, Quantity.COUNT)

    def is_always_a_number(self, subject: str) -> bool:
        return subject == "收到申请数"


@pytest.fixture(scope="module")
def words(book: Rulebook) -> Vocabulary:
    subjects = frozenset(s.name for s in book.lexicon.claims.subjects)
    return vocabulary(book.forms, book.forms, subjects, frozenset(book.parameters))


def changed(text: str, words: Vocabulary, groups: dict[str, tuple[str, ...]] | None = None) -> dict[str, str]:
    return {c.text: c.words for c in trees.changes(parse(text, words), Names(), groups or {})}


# --- writing a tree back --------------------------------------------------------------------------


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> str:
    """Conditions with brackets in every place where they may stand."""
    if depth and draw(st.booleans()):
        left, right = draw(conditions(depth - 1)), draw(conditions(depth - 1))
        return draw(st.sampled_from([f"({left}) 且 ({right})", f"{left} 或 {right}", f"非 ({left})"]))
    left, right = draw(numbers()), draw(numbers())
    return f"{left} {draw(st.sampled_from('=≠<≤>≥'))} {right}"


@st.composite
def numbers(draw: st.DrawFn, depth: int = 2) -> str:
    if depth and draw(st.booleans()):
        left, right = draw(numbers(depth - 1)), draw(numbers(depth - 1))
        return draw(
            st.sampled_from([f"({left} + {right})", f"{left} - ({right})", f"({left}) * 2", f"合计({left}, {right})"])
        )
    return draw(st.sampled_from([A, B, C, "3", "0.5", f"上年.{A}", "正文.收到申请数", "参数.专项经费偏大"]))


def bare(node: Node) -> tuple[Any, ...]:
    return (node.kind, node.value, node.number, *map(bare, node.children))


@given(text=conditions())
def test_a_tree_written_back_is_the_same_tree(words: Vocabulary, text: str) -> None:
    node = parse(text, words)
    assert bare(parse(written(node), words)) == bare(node)


def test_every_formula_of_the_rulebook_is_written_back(book: Rulebook, words: Vocabulary) -> None:
    texts = [f.text for r in book.rules for f in (r.expect or {}).values() if not getattr(r.rule, "each", None)]
    assert len(texts) > 60
    for text in texts:
        node = parse(text, words)
        assert bare(parse(written(node), words)) == bare(node)


# --- what means the same --------------------------------------------------------------------------

SAME = [
    (f"{A} ≤ {A} + {B}", f"0 ≤ {B}"),
    (f"{A} = 0", f"{A} ≤ 0"),
    (f"{A} > 0", f"{A} ≥ 1"),
    (f"{A} > 0", f"{A} ≠ 0"),
    (f"{A} < 5", f"{A} ≤ 4"),
    (f"{A} > {B}", f"{B} < {A}"),
    (f"{A} + {B} = {C}", f"{C} = {B} + {A}"),
    (f"合计({A}, {B}) > 0", f"最大({A}, {B}) > 0"),
    (f"{A} = 最大({A}, {B})", f"{A} ≥ 最大({B}, {A})"),
    (f"{A} = 1 且 {B} = 1 且 {A} = 1", f"{B} = 1 且 {A} = 1"),
    (f"{A} ≥ 0 且 {B} = 1", f"{B} = 1"),
    ("空(正文.收到申请数)", "非 有(正文.收到申请数)"),
    ("专项经费 > 0", "专项经费 ≠ 0"),
    ("比例 = 100", "比例 ≥ 100"),
    ("参数.规章制定权 = 1", "参数.规章制定权 ≠ 0"),
    ("参数.规章制定权 ≤ 1", "年度 ≥ 0"),
]
OTHER = [
    ("专项经费 > 0", "专项经费 ≥ 1"),
    (f"{A} < 5", f"{A} ≤ 5"),
    (f"{A} - {B} = {C}", f"{A} = {B} - {C}"),
    (f"{A} = 1 或 {B} = 1", f"{A} = 1 且 {B} = 1"),
    (f"已填({A})", f"有({A})"),
    ("已填(正文.申请渠道)", "有(正文.申请渠道)"),
    (f"合计({A}, {B}) > 1", f"最大({A}, {B}) > 1"),
    (f"2 / {A} = 1", f"{A} / 2 = 1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_meanings(words: Vocabulary, one: str, other: str) -> None:
    assert meaning(parse(one, words), Names()) == meaning(parse(other, words), Names())


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_different_meanings(words: Vocabulary, one: str, other: str) -> None:
    assert meaning(parse(one, words), Names()) != meaning(parse(other, words), Names())


def test_what_cannot_go_below_zero_is_told_from_what_can() -> None:
    def relation(kind: str, name: str) -> Node:
        zero = Node("number", 0, 0, "0")
        return Node(kind, 0, 0, children=(Node("name", 0, 0, name), zero))

    assert meaning(relation("=", "收到"), Names()) == meaning(relation("≤", "收到"), Names())
    assert meaning(relation("=", "增减"), Names()) != meaning(relation("≤", "增减"), Names())


# --- operators on trees ---------------------------------------------------------------------------


def test_relations_are_weakened_strengthened_turned_and_negated(words: Vocabulary) -> None:
    found = changed(f"{B} ≤ {A}", words)
    assert set(found) == {f"{B} {kind} {A}" for kind in "<≥>="}
    assert found[f"{B} < {A}"] == f"把“{B} ≤ {A}”的“≤”改为“<”"


def test_equal_relations_are_not_made(words: Vocabulary) -> None:
    assert f"{A} ≤ 0" not in changed(f"{A} = 0", words), "a count is never below zero"
    assert f"{A} ≠ 0" not in changed(f"{A} > 0", words)


def test_operands_and_clauses_are_left_out(words: Vocabulary) -> None:
    found = changed(f"{A} = {B} + {C} 且 非 空({B})", words)
    assert {f"{A} = {B} 且 非 空({B})", f"{A} = {C} 且 非 空({B})", f"{A} = {B} + {C}", f"非 空({B})"} <= set(found)
    assert f"{A} = {B} - {C} 且 非 空({B})" in found
    assert f"{A} = {B} + {C} 或 非 空({B})" in found
    assert f"{A} = {B} + {C} 且 空({B})" in found
    assert f"{A} = {B} + {C} 且 非 已填({B})" in found


def test_numbers_move_by_one_step_of_their_own(words: Vocabulary) -> None:
    found = changed(f"{A} = 3 或 {B} ≤ 0.6 * {C}", words)
    for text in (f"{A} = 4 或 {B} ≤ 0.6 * {C}", f"{A} = 2 或 {B} ≤ 0.6 * {C}"):
        assert text in found
    for text in (f"{A} = 3 或 {B} ≤ 0.7 * {C}", f"{A} = 3 或 {B} ≤ 0.5 * {C}"):
        assert text in found
    assert f"{A} ≥ 4" not in changed(f"{A} ≥ 3", words), "made already as > 3"


def test_members_of_a_group_are_left_out_one_by_one(words: Vocabulary) -> None:
    found = changed(f"{A} = 合计(办结两项)", words, {"办结两项": ("按时办结数", "延期办结数")})
    assert {f"{A} = 合计(按时办结数)", f"{A} = 合计(延期办结数)", f"{A} = 最大(办结两项)"} <= set(found)


# --- operators on keys ----------------------------------------------------------------------------


def rule(book: Rulebook, **keys: Any) -> tuple[Ready, dict[str, Any]]:
    data = {
        "id": "my-rule",
        "title": "例",
        "severity": "一般",
        "dimension": "数据准确",
        "basis": [{"practice": "例"}],
        "message": "例",
        "why": "例",
        "remedy": "例",
        **keys,
    }
    ready = compiled(book, data)
    assert isinstance(ready, Ready), ready
    return ready, data


def changes(book: Rulebook, **keys: Any) -> dict[str, Any]:
    ready, data = rule(book, **keys)
    return {m.change: m.data for m in mutants(book, ready, data)}


def test_lists_lose_their_items_but_not_those_that_another_covers(book: Rulebook) -> None:
    found = changes(book, check="wording", require=["评议", "社会评议", "考核"])
    assert "去掉 require 的“评议”" in found
    assert "去掉 require 的“考核”" in found
    assert "去掉 require 的“社会评议”" not in found, "评议 finds it too"


def test_thresholds_switches_and_modes(book: Rulebook) -> None:
    found = changes(book, check="filled", applies={"form": "A"}, cells="全部", want="计数", by="part")
    assert "把 want 由“计数”改为“已填”" in found
    assert "把 by 由“part”改为“cell”" in found
    found = changes(book, check="similarity", of="全文", above=85, least=80)
    assert found["把 above 由 85 改为 86"]["above"] == 86
    assert found["去掉 least"].get("least") is None
    assert "把 of 由“全文”改为“存在问题”" in found
    assert "把 of 由“全文”改为“数据”" not in found, "figures are another check"
    found = changes(book, check="wording", masked=True, forbid=["甲"])
    assert found["把 masked 改为 false"]["masked"] is False


def test_scope_condition_certainty_and_grades(book: Rulebook) -> None:
    grades = [{"when": "数量 = 0", "severity": "提示"}, {"when": "数量 = 2"}, {"when": "数量 ≥ 2", "severity": "严重"}]
    found = changes(
        book, check="wording", applies={"form": ["B", "C"], "years": "2020-"}, when=f"{'年度'} ≥ 2020", forbid=["甲"],
        grades=grades,
    )  # fmt: skip
    assert found["去掉 applies 的 form 中的“C”"]["applies"]["form"] == ["B"]
    assert found["把 applies 的 years 由 2020- 改为 2021-"]["applies"]["years"] == "2021-"
    assert found["在 when 前加上“非”"]["when"] == "非 (年度 ≥ 2020)"
    assert found["把 certainty 由 certain 改为 suspected"]["certainty"] == "suspected"
    assert [g["when"] for g in found["去掉 grades 第1项"]["grades"]] == ["数量 = 2", "数量 ≥ 2"]
    assert "severity" not in found["去掉 grades 第1项的 severity"]["grades"][0]
    assert "把 grades 第2项与第3项对调" in found
    assert "把 grades 第1项与第2项对调" not in found, "they can never both hold"


def test_every_mutant_has_its_own_name_and_differs_from_the_rule(book: Rulebook) -> None:
    for ready in book.rules:
        data = data_of(book, ready)
        every = mutants(book, ready, data)
        assert len({m.change for m in every}) == len(every), ready.id
        assert all(m.data != data for m in every), ready.id


# --- the shipped rules ----------------------------------------------------------------------------


def test_a_few_rules_of_every_kind_catch_their_mutants(book: Rulebook) -> None:
    def size(id: str) -> int:
        ready = book.rule(id)
        return len(repr(data_of(book, ready))) if ready else 0

    by_kind: dict[str, list[str]] = {}
    for ready in book.rules:
        by_kind.setdefault(ready.rule.check, []).append(ready.id)
    chosen = [id for ids in by_kind.values() for id in sorted(ids, key=size)[:2]]
    tested = list(results(book, chosen, mutate=True, jobs=1))
    assert not [f.mistake for t in tested for f in t.failures]
    assert not [m for t in tested for m in t.mistakes]
    assert not {t.rule: t.survivors for t in tested if t.survivors}


def test_every_rule_has_kept_and_faulty_examples(book: Rulebook) -> None:
    lacking = {ready.id: tuple(missing(ready)) for ready in book.rules if any(missing(ready))}
    assert not lacking


# --- what examples may ask beyond the outcome -----------------------------------------------------

KEPT = "{收到申请数: 1, 当面申请数: 1}"
SUM = """\
id: my-sum
title: 收到申请数与当面申请数不符
check: equation
applies: {form: A}
expect: 收到申请数 = 当面申请数
severity: 严重
dimension: 数据准确
basis: [{practice: 例}]
message: 收到 {收到申请数} 件，当面 {当面申请数} 件，相差 {difference} 件
why: 例
remedy: 例
examples:
  kept: [{收到申请数: 1, 当面申请数: 1}]
  broken:
    - {收到申请数: 3, 当面申请数: 1, 期望: EXPECTED}
"""

FROM_EXAMPLES = {
    "{严重程度: 严重, 认定: 可判定, 问题数: 1, 消息含: [收到 3 件, 相差 2 件], 消息不含: 疑似, 数据项: [当面申请数]}": "",
    "{严重程度: 一般}": "严重程度应为一般，实为严重",
    "{认定: 疑似}": "认定应全部为疑似",
    "{问题数: 2}": "问题应为 2 个，实为 1 个",
    "{消息含: 相差 1 件}": "消息中应有“相差 1 件”",
    "{消息不含: 相差}": "消息中不应有“相差”",
    "{数据项: 传真申请数}": "应有传真申请数，实为当面申请数、收到申请数",
    "{消息: 相差}": "未知的字段“消息”",
    "{严重程度: 很重}": "不能是“很重”",
    "{问题数: 两个}": "应为 0 或正整数",
    "{消息含: }": "“消息含”没有写内容",
    "[一般]": "“期望”应为映射",
}


@pytest.mark.parametrize("wanted", FROM_EXAMPLES)
def test_an_example_may_ask_more_than_the_outcome(book: Rulebook, wanted: str) -> None:
    ready = compiled(book, parse_yaml("a.yaml", SUM.replace("EXPECTED", wanted)).data)
    assert isinstance(ready, Ready)
    failures = list(examples.run(book, [ready]))
    said = FROM_EXAMPLES[wanted]
    assert [f.words for f in failures if said in f.words] == [f.words for f in failures]
    assert bool(failures) is bool(said)


# --- survivors, and examples that are made --------------------------------------------------------

LOOSE = SUM.replace(", 期望: EXPECTED", "")
RELATION = "expect：把“收到申请数 = 当面申请数”的“=”改为"
LOCAL = {
    "my-sum": LOOSE,
    "my-bare": LOOSE.partition("examples:")[0],
    "my-column": SUM.replace("EXPECTED", "{消息: 相差}"),
    "my-survivors": LOOSE
    + f"""survivors:
  - change: {RELATION}“≤”
    because: 例
  - change: {RELATION}“≠”
    because: 已有例子
  - change: expect：没有这一改动
    because: 例
""",
}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("rules")
    for id, text in LOCAL.items():
        (folder / f"{id}.yaml").write_text(text.replace("my-sum", id), encoding="utf-8")
    return load([folder])


def own(book: Rulebook, id: str) -> Ready:
    ready = book.rule(id)
    assert ready is not None
    return ready


def test_a_wrong_key_of_an_expectation_is_shown_at_its_column(local: Rulebook) -> None:
    [failure] = examples.run(local, [own(local, "my-column")])
    line = LOCAL["my-column"].splitlines()[failure.mistake.line - 1]
    assert line[failure.mistake.column - 1 :].startswith("消息: 相差")


def test_survivors_must_be_true(local: Rulebook) -> None:
    [tested] = results(local, ["my-survivors"], mutate=True, jobs=1)
    assert tested.accepted == (f"{RELATION}“≤”",)
    told = [(m.line, m.message) for m in tested.mistakes]
    changes = [at for at, text in enumerate(LOCAL["my-survivors"].splitlines(), 1) if "change:" in text]
    assert [line for line, _ in told] == changes[1:]
    assert "已有例子能发现" in told[0][1] and "没有“expect：没有这一改动”" in told[1][1]


def test_examples_are_made_that_catch_every_mutant(local: Rulebook) -> None:
    ready = own(local, "my-sum")
    chosen, left = made(local, ready)
    assert not left
    assert {"unclear", "broken"} <= {m.outcome for m in chosen}, "an outcome without an example, and 收到 < 当面"
    lines: dict[str, list[str]] = {}
    for one in chosen:
        lines.setdefault(one.outcome, []).append(as_mapping(one.example))
    text = inserted(local.sources[ready.place.rsplit(":", 1)[0]], (), lines)
    assert text is not None and all(line in text for line in LOOSE.splitlines() if not line.startswith("  kept"))
    data = parse_yaml("a.yaml", text).data
    more = compiled(local, data)
    assert isinstance(more, Ready)
    cases = [t for t in trials(local, more) if isinstance(t, Trial)]
    assert not any(t.unlike(more, local) for t in cases)
    for mutant in mutants(local, more, data):
        changed_rule = compiled(local, mutant.data)
        assert not isinstance(changed_rule, Ready) or any(t.unlike(changed_rule, local) for t in cases), mutant.change


def test_examples_are_made_for_a_rule_without_any(local: Rulebook) -> None:
    chosen, left = made(local, own(local, "my-bare"))
    assert not left and {m.outcome for m in chosen} >= {"kept", "broken", "unclear"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  kept: [{甲: 1}, {乙: '一, 二'}]\n", "  kept:\n    - {甲: 1}\n    - {乙: '一, 二'}\n    - {丙: 3}\n"),
        ("  kept:\n    # 说明\n    - {甲: 1}\n", "  kept:\n    # 说明\n    - {甲: 1}\n    - {丙: 3}\n"),
        ("  broken: [{甲: 1}]\n", "  broken: [{甲: 1}]\n  kept:\n    - {丙: 3}\n"),
    ],
)
def test_examples_are_put_in_their_place(before: str, after: str) -> None:
    head, tail = "id: a\nexamples:\n", "title: 例 # 说明\n"
    assert inserted(parse_yaml("a.yaml", head + before + tail), (), {"kept": ["{丙: 3}"]}) == head + after + tail


def test_phrases_are_found_by_their_patterns(book: Rulebook) -> None:
    patterns = [p for r in book.rules for p in prose.patterns(data_of(book, r))]
    assert len(patterns) > 150
    lost = [p for p in patterns if not any(book.pattern_set.search(p, text) for text in phrases(p))]
    assert len(lost) < len(patterns) // 10, lost


# --- case files -----------------------------------------------------------------------------------

CASE_MISTAKES = {
    "某镇.html: {must: {t3-equatoin: broken}}": (1, 18, "没有规则“t3-equatoin”，是否为“t3-equation”？"),
    "某镇.html: {must: {t3-equation: 破}}": (1, 31, "未知的结果“破”"),
    "某镇.html: {mus: {}}": (1, 11, "未知字段“mus”"),
    "某镇.html: {must: {t3-equation: {outcome: broken, facts: [收到]}}}": (1, 57, "没有名为“收到”的数据项"),
    "没有.html: {clean: true}": (1, 1, "找不到报告“没有.html”"),
    "某镇.html: {clean: 是}": (1, 18, "clean 应为 true 或 false"),
}


@pytest.mark.parametrize("text", CASE_MISTAKES)
def test_a_case_file_with_a_mistake_is_refused(book: Rulebook, text: str) -> None:
    file = casefiles.read("c.yaml", text, book, lambda path: path if path == "某镇.html" else None)
    line, column, words = CASE_MISTAKES[text]
    assert [(m.line, m.column) for m in file.mistakes] == [(line, column)]
    assert words in file.mistakes[0].message


def test_a_case_file_says_where_the_audit_differs(book: Rulebook, tmp_path: Path) -> None:
    report = tmp_path / "柳汀镇2024年年报.txt"
    report.write_text(
        "澄湖县柳汀镇人民政府2024年政府信息公开工作年度报告\n一、总体情况\n全年工作平稳。\n", encoding="utf-8"
    )
    text = f"""{report.name}:
  year: 2023
  must: {{g-table-missing: broken, g-period: broken}}
  must_not: [g-six-section]
  may: []
"""
    file = casefiles.read("c.yaml", text, book, lambda path: (tmp_path / path).as_posix())
    assert not file.mistakes
    said = list(casefiles.differences(file, audit([report], book, Options())))
    assert [m.line for m in said][:3] == [2, 3, 4]
    assert "year 应为 2023，识别为 2024" in said[0].message
    assert "规则“g-period”应为 broken，实为 suspected" in said[1].message
    assert "规则“g-six-section”不应指出问题" in said[2].message
    assert any("没有列入" in m.message and m.line == 5 for m in said[3:])
