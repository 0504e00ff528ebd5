"""The schema in a real YAML language server: what an inspector sees in the editor is Chinese, and of the right kind.

Skipped where yaml-language-server (npm) is not installed; YAML_LANGUAGE_SERVER names its script.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from language_server import Editor, found

from auditor import ruleschema
from auditor.rulebook import Rulebook, packaged

RULE = """\
id: my-zone
title: 没有单列政务公开专区建设情况
check: wording
require: [政务公开专区]
severity: 一般
dimension: 内容完整
basis: [{practice: 县里的通知}]
message: 没有写政务公开专区
why: 通知要求单列
remedy: 补写
"""


@pytest.fixture(scope="module")
def editor(book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    command = found()
    if command is None:
        pytest.skip("yaml-language-server is not installed (npm install yaml-language-server, YAML_LANGUAGE_SERVER=…)")
    schema = tmp_path_factory.mktemp("schema") / "rule.schema.json"
    schema.write_text(json.dumps(ruleschema.rules(book), ensure_ascii=False), encoding="utf-8")
    with Editor(command, schema) as opened:
        yield opened


def test_after_a_kind_its_own_keys_are_offered_and_no_others(editor: Editor) -> None:
    offered = editor.completion("id: x\ncheck: wording\n‸")
    assert "不应出现的话" in offered["forbid"]
    assert "问题名称" in offered["title"]
    assert not {"expect", "cells", "parameter"} & offered.keys()
    assert "应当成立的公式" in editor.completion("- id: x\n  check: equation\n  ‸")["expect"]


def test_values_are_offered_with_their_meaning(editor: Editor) -> None:
    assert "扣 5 分" in editor.completion("id: x\ncheck: wording\nseverity: ‸")["严重"]
    assert "表内数据的关系" in editor.completion("id: x\ncheck: ‸")["equation"]
    assert "乡镇人民政府" in editor.completion("id: x\ncheck: wording\napplies:\n  unit_kind: ‸")["乡镇"]
    assert "存在问题" in editor.completion("id: x\ncheck: wording\nwithin: ‸")


def test_laws_and_then_their_articles_are_offered(editor: Editor) -> None:
    assert "政府信息公开条例" in editor.completion("id: x\ncheck: wording\nbasis:\n  - law: ‸")["regulation-2019"]
    articles = editor.completion("id: x\ncheck: wording\nbasis:\n  - law: regulation-2019\n    at: ‸")
    assert "年度报告" in articles["第五十条"]


def test_examples_are_offered_the_words_of_a_report_and_the_cells(editor: Editor) -> None:
    offered = editor.completion("id: x\ncheck: equation\nexamples:\n  kept:\n    - ‸")
    assert "像真报告一样读取" in offered["正文"]
    assert "格式A" in offered["收到申请数"]


def test_a_key_explains_itself(editor: Editor) -> None:
    said = editor.hover("id: x\ncheck: wording\nsev‸erity: 严重\n")
    assert "**严重程度**（必填）" in said
    assert "只提醒，不扣分" in said
    assert "且 或 非" in editor.hover("id: x\ncheck: equation\nexp‸ect: 甲 = 乙\n")


def test_a_right_rule_has_no_red_line(editor: Editor) -> None:
    assert editor.diagnostics(RULE) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("severity: 一般", "severity: 普通", 5, "应为 严重、较重、一般、提示 之一"),
        ("require:", "requires:", 4, "requires"),
        ("id: my-zone", "id: My_Zone", 1, "编号只能用小写字母"),
        ("check: wording", "check: words", 3, "检查类型应为 equation"),
        ("why: 通知要求单列", "applies: {years: 2025年起}\nwhy: 通知要求单列", 9, "年度应写作"),
        ("[政务公开专区]", "[政务公开专区]\nmasked: 是", 5, "应为 true（是）或 false（否）"),
        ("remedy: 补写\n", "", 1, "remedy"),
    ],
)
def test_what_is_wrong_is_underlined_at_its_line(editor: Editor, old: str, new: str, line: int, words: str) -> None:
    assert old in RULE
    told = editor.diagnostics(RULE.replace(old, new))
    assert any(at == line and words in message for at, message in told), told


def test_no_shipped_rule_is_underlined(editor: Editor) -> None:
    for path in sorted(packaged().glob("*/*.yaml")):
        if path.parent.name not in ("forms", "laws", "patterns"):
            assert editor.diagnostics(path.read_text(encoding="utf-8")) == [], path.name
