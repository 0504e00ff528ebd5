"""Formulas read aloud: what an official would write, saying exactly what the formula says."""

from __future__ import annotations

import pytest

from auditor.checks.check import vocabulary
from auditor.formula import parse
from auditor.review.speaking import claimed, demanded
from auditor.rulebook import Rulebook

SENTENCES = [
    ("A", "收到申请数 = 合计(四种渠道)", "收到申请数应等于四种渠道之和"),
    (
        "A",
        "收到申请数 ≥ 当面申请数 + 传真申请数 + 网络申请数",
        "收到申请数不应小于当面申请数、传真申请数、网络申请数之和",
    ),
    ("A", "专职人员数 = 工作人员数 - 兼职人员数", "专职人员数应等于工作人员数减兼职人员数"),
    (
        "A",
        "主动公开规范性文件数 = 0 或 制发规范性文件总数 > 0",
        "主动公开规范性文件数不为0的，制发规范性文件总数应大于0",
    ),
    ("A", "主动公开规范性文件数 ≤ 0.6 * 主动公开政府信息数", "主动公开规范性文件数不应大于主动公开政府信息数的60%"),
    ("A", "接受培训人员数 ≤ 300 * 培训班数", "接受培训人员数不应大于培训班数的300倍"),
    ("A", "最大(公开渠道各项) ≤ 主动公开政府信息数", "公开渠道各项中最大的不应大于主动公开政府信息数"),
    ("A", "已填(查阅点数) 且 查阅点数 > 0", "应当“查阅点数”已填数字，并且查阅点数应大于0"),
    (
        "A",
        "非 (有(正文.落实专项经费) 或 有(正文.专项经费)) 或 专项经费 > 0",
        "（正文有“落实专项经费”的表述，或者正文有“专项经费”的表述）的，专项经费应大于0",
    ),
    ("C", "正文.收到申请数 = 本年新收.总计", "正文所写的收到申请数应等于本年新收（总计）"),
    ("C", "上年结转.总计 = 上年.结转下年度.总计", "上年结转（总计）应等于上年的结转下年度（总计）"),
    ("A", "回应热点舆情数 ≤ 参数.回应数偏大", "回应热点舆情数不应大于规定的“回应数偏大”"),
    ("A", '单位类型 = "乡镇" 或 收到申请数 = 0', "单位类型不为乡镇的，收到申请数应等于0"),
]


@pytest.mark.parametrize(("letter", "text", "words"), SENTENCES)
def test_demand(letter: str, text: str, words: str, shipped: Rulebook) -> None:
    form = next(f for f in shipped.forms if f.letter == letter)
    subjects = frozenset(s.name for s in shipped.lexicon.claims.subjects)
    node = parse(text, vocabulary((form,), shipped.forms, subjects, frozenset(shipped.parameters)))
    assert demanded(node) == words


def test_condition_and_its_denial(shipped: Rulebook) -> None:
    form = shipped.forms[0]
    text = "收到申请数 > 0 且 (空(专职人员数) 或 申请办结数 ≤ 3)"
    node = parse(text, vocabulary((form,), shipped.forms, frozenset(), frozenset()))
    assert claimed(node) == "收到申请数大于0，并且（“专职人员数”空白，或者申请办结数不大于3）"
    assert claimed(node, holds=False) == "收到申请数不大于0，或者（“专职人员数”没有空白，并且申请办结数大于3）"
