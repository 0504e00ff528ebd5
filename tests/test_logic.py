"""Formulas as trees: equal meaning gives equal trees, whatever the order and the sides."""

from __future__ import annotations

import pytest

from auditor.formula import parse
from auditor.formula.bind import Scope
from auditor.formula.logic import alternatives, denied, logic_of, spelt
from auditor.formula.vocabulary import Vocabulary
from auditor.rulebook import load

BOOK = load([])
FORM = next(f for f in BOOK.forms if f.letter == "A")
WORDS = Vocabulary(
    (FORM,), BOOK.forms, frozenset(s.name for s in BOOK.lexicon.claims.subjects), frozenset(BOOK.parameters)
)


def tree(text: str, tolerance: int = 0) -> str:
    return spelt(logic_of(text, parse(text, WORDS), Scope(FORM), tolerance))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("收到申请数 = 当面申请数 + 传真申请数", "传真申请数 - 收到申请数 + 当面申请数 = 0"),
        ("2 * 收到申请数 ≤ 4 * 申请办结数", "申请办结数 * 2 ≥ 收到申请数"),
        ("收到申请数 ≤ 0.5 * 申请办结数", "2 * 收到申请数 ≤ 申请办结数"),
        ("非 (收到申请数 > 3 且 空(专职人员数))", "非 空(专职人员数) 或 收到申请数 ≤ 3"),
        ("收到申请数 = 合计(四种渠道)", "当面申请数 + 信函申请数 + 网络申请数 + 传真申请数 = 收到申请数"),
        ("最大(当面申请数, 传真申请数) ≤ 收到申请数", "收到申请数 ≥ 最大(传真申请数, 当面申请数)"),
        ("收到申请数 > 0 且 (申请办结数 > 0 且 收到申请数 > 0)", "申请办结数 > 0 且 收到申请数 > 0"),
        ('单位类型 = "乡镇"', '"乡镇" = 单位类型'),
        ("空(正文.收到申请数)", "非 已填(正文.收到申请数)"),
    ],
)
def test_equal_meaning(one: str, other: str) -> None:
    assert tree(one) == tree(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("收到申请数 < 3", "收到申请数 ≤ 3"),
        ("收到申请数 = 申请办结数", "收到申请数 ≠ 申请办结数"),
        ("收到申请数 = 上年.收到申请数", "收到申请数 = 收到申请数"),
        ("收到申请数 / 申请办结数 > 1", "申请办结数 / 收到申请数 > 1"),
        ("空(专职人员数)", "非 已填(专职人员数)"),
    ],
)
def test_other_meaning(one: str, other: str) -> None:
    assert spelt(logic_of(one, parse(one, WORDS), Scope(FORM, FORM))) != spelt(
        logic_of(other, parse(other, WORDS), Scope(FORM, FORM))
    )


def test_a_tolerance_is_part_of_the_meaning() -> None:
    assert tree("收到申请数 = 申请办结数", 1) != tree("收到申请数 = 申请办结数")
    assert tree("收到申请数 = 申请办结数", 1) == tree("申请办结数 ≤ 收到申请数 + 1 且 收到申请数 ≤ 申请办结数 + 1")


def test_denied_twice_is_the_same() -> None:
    text = "收到申请数 = 0 或 非 (已填(专职人员数) 且 申请办结数 < 3)"
    found = logic_of(text, parse(text, WORDS), Scope(FORM))
    assert denied(denied(found)) == found
    assert len(alternatives(denied(found)) or []) == 1
    assert len(alternatives(found) or []) == 3
