"""The finder finds what each phrase's own pattern finds, no more and no less."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.finder import Finder, around_number, near_part, needed
from auditor.facts.phrases import NUMBER, OTHER, to_pattern
from auditor.facts.subjects import compiled

from .conftest import make_lexicon

SUBJECTS = compiled(make_lexicon().claims)
MEANINGS = [*SUBJECTS.near_meanings, *SUBJECTS.wide_meanings, *SUBJECTS.against_meanings]
PATTERNS = [re.compile(to_pattern(meaning.phrase)) for meaning in MEANINGS]
WORDS = sorted({word for meaning in MEANINGS for group in needed(meaning.phrase) for word in group})
PIECES = st.one_of(
    st.sampled_from(WORDS), st.sampled_from([",", "、", "的", "了", "共", "(", ")", ":", OTHER, "上年", "其中"])
)


@given(st.lists(PIECES, max_size=7), st.lists(PIECES, max_size=4))
def test_every_phrase_around_a_number_is_found(before: list[str], after: list[str]) -> None:
    window = "".join([*before, NUMBER, *after])
    naive = [meaning for meaning, pattern in zip(MEANINGS, PATTERNS, strict=True) if pattern.search(window)]
    found = SUBJECTS.hits(window)
    announced = any(meaning.use == "says" for meaning in naive)
    assert any(meaning.use == "says" for meaning in found) is announced
    if announced:
        assert {(m.subject, m.use, m.phrase) for m in found} == {(m.subject, m.use, m.phrase) for m in naive}


@given(st.lists(PIECES, max_size=12))
def test_every_plain_statement_is_found(pieces: list[str]) -> None:
    text = "".join(pieces)
    naive = [i for i, one in enumerate(SUBJECTS.statements) if re.search(to_pattern(one.phrase), text)]
    assert list(SUBJECTS.plain.found(text)) == naive


@pytest.mark.parametrize(
    ("phrase", "groups"),
    [
        ("收到…申请#", [{"收到"}, {"申请"}]),
        ("(网站|微信)[公开]#", [{"网站", "微信"}]),
        ("(县直[各]单位|全县)", [{"县直", "全县"}]),
        ("[可]#", []),
        ("(甲|[乙])丙", [{"丙"}]),
        ("网站（甲）", [{"网站(甲)"}]),
    ],
)
def test_the_words_that_a_phrase_needs(phrase: str, groups: list[set[str]]) -> None:
    assert [set(group) for group in needed(phrase)] == groups


@pytest.mark.parametrize(
    ("phrase", "part"),
    [
        ("收到…申请#", "收到…申请#"),
        ("申请……(当面|现场)[提交]#", "(当面|现场)[提交]#"),
        ("对#……政策", "对#"),
        ("网站……,公开#", ""),
        ("未经复议", ""),
        ("#", ""),
    ],
)
def test_the_part_of_a_phrase_near_its_number(phrase: str, part: str) -> None:
    assert near_part(phrase) == part


def test_the_stretch_around_a_number() -> None:
    assert around_number(f"甲,乙{OTHER}丙{NUMBER}丁、戊,己") == f"{OTHER}丙{NUMBER}丁、戊,"
    assert around_number(f"丙{NUMBER}丁") == f"丙{NUMBER}丁"


def test_long_and_short_texts_are_searched_alike() -> None:
    finder = Finder(["收到…申请…公开", "收到……公开", "公开"])
    for filling in ("", "很" * 100, "很" * 400):
        assert finder.found(f"收到{filling}申请{filling}公开") == (0, 1, 2)
        assert finder.found(f"收到{filling},申请{filling}公开") == (1, 2)
