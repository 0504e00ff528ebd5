"""What `rules diff` says: changes of meaning in sentences, layout never, words apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.review.changes import Change
from auditor.review.difference import difference
from auditor.rulebook import Rulebook, Texts, build
from auditor.rulebook.texts import RuleFile

Edit = tuple[str, str, str]


@pytest.fixture(scope="module")
def changed(packaged_texts: Texts, shipped: Rulebook) -> Callable[..., list[Change]]:
    """The changes between the packaged rules and the same with texts replaced: (file, old, new)."""

    def changes(*edits: Edit, add: str = "") -> list[Change]:
        files = []
        for file in packaged_texts.files:
            text = file.text
            for inside, old, new in edits:
                if inside == file.inside:
                    assert old in text, (inside, old)
                    text = text.replace(old, new, 1)
            files.append(replace(file, text=text))
        if add:
            files.append(RuleFile(0, "added.yaml", "rules/added.yaml", add))
        return difference(shipped, build(replace(packaged_texts, files=tuple(files))))

    return changes


REQUESTS = "form-a/requests.yaml"
SUM = "expect: 收到申请数 = 合计(四种渠道)"
ADDED = """id: my-new
title: 新规则
check: wording
applies: {form: C, unit_kind: 乡镇}
forbid: [某词]
severity: 一般
dimension: 真实有效
basis: [{practice: 检查中发现的现象}]
message: 有某词
why: 某词不当
remedy: 改正
"""

MEANING: list[tuple[str, list[Edit], str, str, str, str]] = [
    ("公式", [(REQUESTS, SUM, "expect: 收到申请数 ≥ 合计(四种渠道)")], "规则", "a-req-sum", "修改",
     "公式由“收到申请数 = 合计(四种渠道)”改为“收到申请数 ≥ 合计(四种渠道)”"),
    ("年度", [(REQUESTS, "applies: {form: A}", "applies: {form: A, years: 2016-2018}")], "规则", "a-req-sum", "修改",
     "适用范围由“格式A”改为“格式A，2016—2018年度”"),
    ("严重程度", [(REQUESTS, "severity: 严重", "severity: 一般")], "规则", "a-req-sum", "修改", "严重程度由“严重”改为“一般”"),
    ("试行", [(REQUESTS, "- id: a-req-sum\n", "- id: a-req-sum\n  status: draft\n")], "规则", "a-req-sum", "修改",
     "状态由“正式”改为“试行”"),
    ("停用", [(REQUESTS, "- id: a-req-sum\n", "- id: a-req-sum\n  status: retired\n  reason: 不再适用\n")], "规则", "a-req-sum",
     "停用", "停用，原因：不再适用"),
    ("疑似", [(REQUESTS, "- id: a-req-sum\n", "- id: a-req-sum\n  certainty: suspected\n")], "规则", "a-req-sum", "修改",
     "认定由“可判定”改为“疑似”"),
    ("分值", [("scoring.yaml", "严重: 5", "严重: 6")], "计分", "scoring", "修改", "扣分 严重由“5”改为“6”"),
    ("参数", [("parameters.yaml", "value: 30, unit_kind: [乡镇, 街道]", "value: 40, unit_kind: [乡镇, 街道]")], "参数", "回应数偏大",
     "修改", "数值由“30（乡镇、街道）”改为“40（乡镇、街道）”"),
    ("组合规则", [("patterns/p-capacity-hollow.yaml", "rule: a-rows", "rule: a-org-blank")], "组合规则", "p-capacity-hollow", "修改",
     "排除的条件有改动"),
    ("法规", [("laws/regulation-2019.yaml", "years: 2019-\n", "years: 2020-\n")], "法规", "regulation-2019", "修改", "所管年度由“2019—”改为“2020—”"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edits", "area", "id", "kind", "words"), MEANING, ids=[m[0] for m in MEANING])
def test_meaning(
    name: str, edits: list[Edit], area: str, id: str, kind: str, words: str, changed: Callable[..., list[Change]]
) -> None:
    found = [c for c in changed(*edits) if c.meaning]
    assert [(c.area, c.id, c.kind) for c in found] == [(area, id, kind)], name
    assert any(words in said for said in found[0].words), found[0].words


@pytest.mark.parametrize(
    "edit",
    [
        (REQUESTS, SUM, "expect: 合计(四种渠道) = 收到申请数"),
        (REQUESTS, SUM, "expect: 当面申请数 + 网络申请数 + 传真申请数 + 信函申请数 - 收到申请数 ＝ ０"),
        (REQUESTS, SUM, "# 注释\n  " + SUM),
    ],
)
def test_layout_and_order_are_no_change(edit: Edit, changed: Callable[..., list[Change]]) -> None:
    assert [c for c in changed(edit) if c.meaning] == []


def test_words_alone_stand_apart(changed: Callable[..., list[Change]]) -> None:
    found = changed((REQUESTS, "title: 收到申请数与分项不符", "title: 申请数与渠道不符"))
    assert [(c.id, c.meaning, c.words) for c in found] == [
        ("a-req-sum", False, ("名称由“收到申请数与分项不符”改为“申请数与渠道不符”",))
    ]


def test_added_removed_and_renamed(changed: Callable[..., list[Change]]) -> None:
    rename = (REQUESTS, "- id: a-req-sum\n", "- id: a-received-sum\n  aliases: [a-req-sum]\n")
    found = {(c.kind, c.id): c.words for c in changed(rename, add=ADDED) if c.meaning}
    assert found[("改名", "a-received-sum")] == ("id 由“a-req-sum”改为“a-received-sum”",)
    assert found[("新增", "my-new")] == ("一般，真实有效，应说或不应说的话，适用格式C，乡镇",)
    assert len(found) == 2


def test_nothing_changed(changed: Callable[..., list[Change]]) -> None:
    assert changed() == []


def test_the_other_way_round_is_a_removal(packaged_texts: Texts, shipped: Rulebook) -> None:
    more = build(
        replace(packaged_texts, files=(*packaged_texts.files, RuleFile(0, "added.yaml", "rules/added.yaml", ADDED)))
    )
    assert [(c.kind, c.id) for c in difference(more, shipped)] == [("删除", "my-new")]
