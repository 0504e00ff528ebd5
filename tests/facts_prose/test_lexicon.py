"""The lexicon's files: every mistake is told at its place in Chinese, and nothing is made of a file with mistakes."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts import Lexicon
from auditor.facts.phrases import PhraseError, Phrases, any_of, spelled_out, to_pattern, weight
from auditor.rulebook.lexicon import lexicon_from

from .conftest import ROOT, load


@pytest.fixture(scope="module")
def files() -> dict[str, Any]:
    return {name: load(ROOT / "rules" / f"{name}.yaml") for name in ("claims", "organisations", "profile")}


def tell(files: dict[str, Any], lexicon: Lexicon) -> tuple[Lexicon | None, list[tuple[str, tuple[object, ...], str]]]:
    told: list[tuple[str, tuple[object, ...], str]] = []
    made = lexicon_from(
        files["claims"], files["organisations"], files["profile"], lexicon.forms, lambda *problem: told.append(problem)
    )
    return made, told


def test_the_packaged_files_hold_no_mistake(files: dict[str, Any], lexicon: Lexicon) -> None:
    made, told = tell(files, lexicon)
    assert told == []
    assert made is not None
    assert made.claims == lexicon.claims and hash(made.claims) == hash(lexicon.claims)


def test_a_lexicon_travels(lexicon: Lexicon) -> None:
    assert pickle.loads(pickle.dumps(lexicon)).claims.subjects == lexicon.claims.subjects


MISTAKES = [
    ("claims", ("subjects", 0, "unitt"), "件", "未知字段 unitt，是否为“unit”？"),
    ("claims", ("subjects", 0, "units"), ["条", "桶"], "不认识的计量单位 桶"),
    ("claims", ("subjects", 0, "units"), "条", "应为列表"),
    ("claims", ("subjects", 0, "subject"), "", "不能为空"),
    ("claims", ("subjects", 0, "says"), ["公开(信息"], "缺少"),
    ("claims", ("subjects", 0, "says"), ["公开信息"], "#"),
    ("claims", ("subjects", 0, "says"), ["公开||#"], "| 须写在括号内"),
    ("claims", ("subjects", 0, "says"), ["(公开|)#"], "空的选项"),
    ("claims", ("subjects", 0, "did"), ["公开#"], "不应有 #"),
    ("claims", ("subjects", 0, "fact"), {"A": "收到申请"}, "格式 A 没有指标"),
    ("claims", ("subjects", 0, "fact"), {"Z": "收到申请数"}, "没有格式 Z"),
    ("claims", ("subjects", 0, "children"), ["网站数"], "没有主题"),
    ("claims", ("subjects", 1, "subject"), "主动公开总数", "重复"),
    ("claims", ("subjects",), "无", "subjects 应为列表"),
    ("claims", ("never",), ["每年"], "#"),
    ("claims", ("scopes", "ours"), [], "未知字段 ours"),
    ("organisations", ("kinds", 0, "kind"), "城市", "没有单位类型"),
    ("organisations", ("self_words", "乡"), ["我乡"], "没有单位类型"),
    ("profile", ("headings", "sums"), ["合计"], "未知字段 sums"),
    ("profile", ("labels", "印章"), ["盖章"], "未知字段 印章"),
    ("profile", ("furniture",), ["浏览量(", "浏览量"], "缺少"),
]


@pytest.mark.parametrize(("name", "path", "value", "words"), MISTAKES, ids=lambda v: str(v)[:30])
def test_a_mistake_is_told(
    name: str, path: tuple[str | int, ...], value: object, words: str, files: dict[str, Any], lexicon: Lexicon
) -> None:
    broken = copy.deepcopy(files)
    at = broken[name]
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    made, told = tell(broken, lexicon)
    assert made is None
    assert any(file == f"{name}.yaml" and words in said for file, _, said in told), told
    assert any(where[: len(path)] == path or path[: len(where)] == where for _, where, _ in told)


@pytest.mark.parametrize("name", ["claims", "organisations", "profile"])
@pytest.mark.parametrize("value", [None, [], "文字", {}])
def test_files_of_another_shape_are_refused(name: str, value: object, files: dict[str, Any], lexicon: Lexicon) -> None:
    made, told = tell({**files, name: value}, lexicon)
    assert made is None
    assert {file for file, _, _ in told} == {f"{name}.yaml"}


def test_phrases() -> None:
    assert to_pattern("收到…申请#") == "收到[^,。;!?\n\ue000\ue001]*申请\ue000"
    assert to_pattern("(网站|微信)[公开]（甲）") == "(?:网站|微信)(?:公开)?\\(甲\\)"
    assert any_of(()) == r"[^\s\S]"
    assert weight("[可]主动公开(信息|政府信息)…#") == 6
    for bad in ("", "a)", "[a", "a|b", "(a||b)"):
        with pytest.raises(PhraseError):
            to_pattern(bad)


PARTS = st.recursive(
    st.sampled_from(["县", "各", "单位", "（市）", "12"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        inner.map(lambda part: f"[{part}]"),
        st.tuples(inner, inner).map("".join),
    ),
    max_leaves=6,
)


@given(PARTS)
def test_the_wordings_of_a_phrase_are_what_its_pattern_matches(phrase: str) -> None:
    wordings = spelled_out(phrase)
    assert wordings
    pattern = re.compile(to_pattern(phrase))
    assert all(pattern.fullmatch(wording) for wording in wordings)
    longest = max(wordings, key=len)
    assert not pattern.fullmatch(longest + "县")


def test_a_phrase_with_a_gap_or_a_number_is_not_spelled_out() -> None:
    assert [spelled_out(phrase) for phrase in ("收到…申请", "^收到", "收到#")] == [None, None, None]
    assert spelled_out("我(县|市)[各]单位") == ["我县各单位", "我县单位", "我市各单位", "我市单位"]


def test_phrases_are_found_together() -> None:
    together = Phrases(["收到", "申请[^,]*公开", "公开"])
    assert [sorted(together.found(text)) for text in ("收到申请公开", "公开申请", "", "申请,公开")] == [
        [0, 1, 2], [2], [], [2],
    ]  # fmt: skip
