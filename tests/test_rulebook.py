"""The rulebook: every mistake at its line and column, in Chinese, all at once; local rules over packaged ones."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import examples
from auditor.rulebook import Rulebook, RulebookError, build, load
from auditor.rulebook.source import parse

GOOD = """\
id: my-sum
title: 收到申请数与渠道之和不符
check: equation
applies: {form: A}
expect: 收到申请数 = 当面申请数 + 传真申请数 + 网络申请数 + 信函申请数
severity: 严重
dimension: 数据准确
basis: [{law: form-a, at: 第三项（一）}]
message: 收到 {收到申请数} 件，合计 {right} 件
why: 分项不等于总数
remedy: 更正
examples:
  kept: [{收到申请数: 1, 当面申请数: 1, 传真申请数: 0, 网络申请数: 0, 信函申请数: 0}]
  broken: [{收到申请数: 2, 当面申请数: 1, 传真申请数: 0, 网络申请数: 0, 信函申请数: 0}]
"""

# name: (what is replaced, by what, words of the message). ‸ stands before the wrong word in the replacement;
# without it the mistake belongs to line 1 (a missing key).
MISTAKES: dict[str, tuple[str, str, str]] = {
    "misspelt key": ("severity: 严重", "‸seveirty: 严重", "未知字段“seveirty”，是否为“severity”？"),
    "missing key": ("remedy: 更正\n", "", "缺少字段“remedy”"),
    "missing check": ("check: equation\n", "", "缺少字段“check”"),
    "unknown kind": ("check: equation", "check: ‸equatoin", "未知的检查类型“equatoin”，是否为“equation”？"),
    "wrong word": ("severity: 严重", "severity: ‸严众", "是否为“严重”？"),
    "unknown fact": (
        "网络申请数 + 信函申请数\n",
        "网络申请数 + ‸信涵申请数\n",
        "未知名称“信涵申请数”，是否为“信函申请数”？",
    ),
    "fact of another form": ("expect: 收到申请数 =", "expect: ‸本年新收.总计 =", "未知名称“本年新收"),
    "unclosed bracket": ("expect: 收到申请数 = 当面申请数", "expect: 收到申请数 = ‸(当面申请数", "没有写完"),
    "chained relation": ("= 当面申请数 + 传真申请数", "≥ 当面申请数 ‸≥ 传真申请数", "关系符号不能连用"),
    "not a condition": ("收到申请数 = 当面申请数 + 传真", "‸收到申请数 + 当面申请数 + 传真", "应是一个条件"),
    "unknown function": ("= 当面申请数 + 传真申请数", "= ‸方差(当面申请数) + 传真申请数", "未知函数“方差”"),
    "function under another name": (
        "= 当面申请数 + 传真申请数",
        "= ‸求和(当面申请数) + 传真申请数",
        "没有函数“求和”，应写作“合计”",
    ),
    "unknown form": ("{form: A}", "{form: ‸D}", "“D”不可用"),
    "unknown key inside": ("{form: A}", "{‸from: A}", "未知字段“from”，是否为“form”？"),
    "years the wrong way round": ("{form: A}", "{form: A, years: ‸2018-2014}", "年度的起止颠倒"),
    "dead scope": ("applies: {form: A}", "applies: ‸{form: A, years: 2021-}", "没有交集"),
    "unknown law": ("law: form-a", "law: ‸form-aa", "未知的法规“form-aa”，是否为“form-a”？"),
    "lapsed law": ("law: form-a", "law: ‸form-c", "不适用于本规则的年度"),
    "law and practice": ("{law: form-a, at: 第三项（一）}", "‸{law: form-a, practice: 惯例}", "只能写一个"),
    "placeholder": ("{收到申请数} 件", "{‸收到申清数} 件", "不是本规则可用的名称"),
    "duplicate key": ("why: 分项不等于总数\n", "why: 分项不等于总数\n‸why: 又写一遍\n", "字段“why”重复"),
    "indentation": ("  kept: [{收到", "   ‸kept: [{收到", "缩进多了 1 格"),
    "colon without a space": ("why: 分项不等于总数", "‸why:分项不等于总数", "冒号后面要空一格"),
    "alias": ("title: 收到申请数与渠道之和不符", "title: ‸&a 收到申请数与渠道之和不符", "锚点"),
    "tag": ("title: 收到申请数与渠道之和不符", "title: ‸!!python/name:os.system 标题", "标签"),
    "id with a capital": ("id: my-sum", "id: ‸My-Sum", "规则 id 只能用小写字母"),
    "id of a pattern": ("id: my-sum", "id: ‸p-sum", "留给组合规则"),
    "id twice": ("id: my-sum", "id: ‸a-req-sum", "规则 id“a-req-sum”重复"),
    "replaces nothing": (
        "id: my-sum",
        "id: my-sum\nreplaces: ‸a-req-summ",
        "没有可替换的规则“a-req-summ”，是否为“a-req-sum”？",
    ),
    "unknown parameter": ("+ 信函申请数\n", "+ 信函申请数 + ‸参数.门槛\n", "未知名称“参数.门槛”"),
    "half a name": ("{form: A}\nexpect: 收到申请数 =", "{form: C}\nexpect: ‸本年新收 =", "须写成“行.列”"),
    "unknown axis": ("severity: 严重", "each: ‸部门\nseverity: 严重", "没有“部门”"),
    "a list where a word is": ("title: 收到申请数与渠道之和不符", "title: ‸[收到]", "应为文字"),
    "points below zero": ("severity: 严重", "severity: 严重\ndeduct: ‸-1", "不能小于 0"),
    "retired without a reason": ("severity: 严重", "severity: 严重\nstatus: ‸retired", "停用原因"),
    "covers an unknown rule": (
        "severity: 严重",
        "severity: 严重\ncovers: [‸a-blnk]",
        "未知的规则“a-blnk”，是否为“a-blank”？",
    ),
}


def written(folder: Path, text: str, name: str = "规则.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(RulebookError) as caught:
        load([folder])
    return [str(m) for m in caught.value.mistakes]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_shown_at_its_place(name: str, tmp_path: Path) -> None:
    old, new, words = MISTAKES[name]
    assert GOOD.count(old) == 1, "the case does not fit the good rule any more"
    text = GOOD.replace(old, new)
    if name in ("unknown fact", "fact of another form", "half a name"):
        text = text[: text.index("examples:")]
    if name == "half a name":
        text = (
            text.replace("law: form-a", "law: form-c")
            .replace("当面申请数 + 传真申请数 + 网络申请数 + 信函申请数", "1")
            .replace("{收到申请数} 件", "若干件")
        )
    at = text.find("‸")
    text = text.replace("‸", "")
    line = text.count("\n", 0, at) + 1 if at >= 0 else 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1 if at >= 0 else 1
    folder = written(tmp_path / "本地 规则", text)
    said = mistakes(folder)
    shown = folder.as_posix() + "/规则.yaml"
    fitting = [s for s in said if words in s]
    assert fitting, said
    assert fitting[0].startswith(f"{shown}:{line}:{column}: "), fitting
    assert text.splitlines()[line - 1] in fitting[0], "the line itself is shown"


def test_all_mistakes_at_once_and_one_file_hides_no_other(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace("severity: 严重", "seveirty: 严重").replace("law: form-a", "law: form-x"), "甲.yaml")
    written(tmp_path, "id: [", "乙.yaml")
    written(tmp_path, GOOD.replace("my-sum", "my-other").replace("{right}", "{rihgt}"), "丙.yaml")
    said = "\n".join(mistakes(tmp_path))
    for name in ("甲.yaml", "乙.yaml", "丙.yaml"):
        assert name in said
    assert "seveirty" in said
    assert "rihgt" in said


@pytest.mark.parametrize("name", ["规则.yml", "规则.txt", "说明.docx"])
def test_nothing_in_a_rules_folder_is_ignored_in_silence(name: str, tmp_path: Path) -> None:
    written(tmp_path, GOOD, name)
    assert mistakes(tmp_path)[0].startswith(f"{tmp_path.as_posix()}/{name}:1:1: 规则文件的扩展名应为 .yaml")


def test_papers_may_lie_beside_rules(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, "# 说明", "README.md")
    written(tmp_path, "{}", "rule.schema.json")
    assert load([tmp_path]).rule("my-sum") is not None


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert "规则文件夹不存在" in mistakes(tmp_path / "没有")[0]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a: " + "{b: " * 5000,
        "- " * 50_000,
        "a: &x [1]\nb: [" + "*x, " * 1000 + "]",
        "x" * (1024 * 1024 + 1),
    ],
)
def test_hostile_yaml_is_refused(text: str, tmp_path: Path) -> None:
    written(tmp_path, text)
    assert mistakes(tmp_path)


def test_a_new_rule_joins_and_an_old_one_is_replaced(book: Rulebook, tmp_path: Path) -> None:
    more = load([written(tmp_path / "新增", GOOD)])
    assert len(more.rules) == len(book.rules) + 1
    assert more.stamp.sha256 != book.stamp.sha256
    other = load([written(tmp_path / "替换", GOOD.replace("id: my-sum", "id: my-sum\nreplaces: a-req-sum"))])
    assert other.rule("a-req-sum") is None
    assert len(other.rules) == len(book.rules)


def test_an_example_that_does_not_come_out_is_a_mistake(tmp_path: Path) -> None:
    text = GOOD.replace("broken: [{收到申请数: 2", "broken: [{收到申请数: 1")
    more = load([written(tmp_path, text)])
    (wrong,) = examples.mistakes(more, [r for r in more.rules if r.root])
    assert str(wrong).startswith(f"{tmp_path.as_posix()}/规则.yaml:14:12: 规则“my-sum”例子结果不符")
    assert "应为 broken，实为 kept" in str(wrong)


def test_an_example_must_name_every_fact_of_the_formula(tmp_path: Path) -> None:
    more = load(
        [
            written(
                tmp_path,
                GOOD.replace(
                    "传真申请数: 0, 网络申请数: 0, 信函申请数: 0}]\n  broken",
                    "传真申请数: 0, 网络申请数: 0}]\n  broken",
                ),
            )
        ]
    )
    (wrong,) = examples.mistakes(more, [r for r in more.rules if r.root])
    assert "例中缺少公式用到的数据：信函申请数" in str(wrong)


def test_local_parameters_come_first(tmp_path: Path) -> None:
    written(
        tmp_path,
        "公布期限:\n  values:\n    - {value: 01-20, years: 2019-, unit_kind: [乡镇, 街道], source: 本县通知}\n",
        "parameters.yaml",
    )
    entry = load([tmp_path]).parameters["公布期限"].entry
    assert entry.values[0].value == "01-20"
    assert len(entry.values) > 1


def test_the_rulebook_travels_as_text(book: Rulebook) -> None:
    again = build(pickle.loads(pickle.dumps(book.texts)))
    assert again.stamp == book.stamp
    assert [r.id for r in again.rules] == [r.id for r in book.rules]


def test_all_examples_come_out(book: Rulebook) -> None:
    assert [str(f.mistake) for f in examples.run(book)] == []


def test_every_rule_says_what_an_inspector_needs(book: Rulebook) -> None:
    for ready in book.rules:
        rule = ready.rule
        named = {name for name, _, _ in rule.examples.all()}
        if rule.check != "attest":
            assert "kept" in named, rule.id
            assert named & {"broken", "suspected"}, rule.id
        for text in (
            rule.title,
            rule.message,
            rule.why,
            rule.verify,
            rule.remedy,
            *(g.message or "" for g in rule.grades),
        ):
            plain = re.sub(r"\{[^{}]*\}", "", text)
            assert not re.search(r"[A-Za-z]{3,}", plain), (rule.id, plain)


def test_the_handbook_shows_one_working_rule_of_every_kind() -> None:
    from auditor.checks import KINDS
    from auditor.cli.writing import models

    assert set(models()) == set(KINDS)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_yaml_is_read_as_it_was_written(data: object) -> None:
    import yaml

    text = yaml.safe_dump(data, allow_unicode=True)
    source = parse("x.yaml", text)
    plain = yaml.safe_load(text)
    if not source.mistakes:
        assert _words(source.data) == _words(plain)


def _words(data: object) -> object:
    """Implicit typing is narrower here: 否, no, 08 and dates stay words."""
    if isinstance(data, dict):
        return {str(k): _words(v) for k, v in data.items()}
    if isinstance(data, list):
        return [_words(v) for v in data]
    return data if isinstance(data, str | bool | int) or data is None else str(data)


SPOKEN_OF = """\
- id: my-word
  title: 没有写明专区
  check: wording
  applies: {scope}
  require: [专区]
  severity: 一般
  dimension: 内容完整
  basis: [{practice: 本县要求}]
  message: 全文没有写明专区
  why: 群众不知道到哪里查
  remedy: 补充
  examples:
    kept: [{正文: 设有专区。}]
    broken: [{正文: 没有写。}]
    not_applicable: [{正文: 没有写。, 概况: {outside}}]
"""


@pytest.mark.parametrize(
    ("scope", "outside"),
    [
        ("{years: 2025-}", "{年度: 2024}"),
        ("{form: C, years: 2026-}", "{年度: 2025}"),
        ("{years: 2014-2016}", "{年度: 2017}"),
        ("{years: -2012}", "{年度: 2013}"),
        ("{unit_kind: [部门, 街道]}", "{单位类型: 乡镇}"),
        ("{region: 澄湖县}", "{单位名称: 某县某镇人民政府}"),
    ],
)
def test_an_example_that_does_not_say_whose_report_it_is_speaks_of_one_in_scope(
    tmp_path: Path, scope: str, outside: str
) -> None:
    text = SPOKEN_OF.replace("{scope}", scope).replace("{outside}", outside)
    more = load([written(tmp_path, text)])
    assert examples.mistakes(more, [r for r in more.rules if r.root]) == ()
