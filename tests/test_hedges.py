"""What was found 属实 is told without doubt, and says nothing more than the finding said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.hedges import CONFIRMED, unhedged, untitled
from auditor.rulebook import load

SAID = (
    ("统计表填报会议 3 次，正文没有提及，请核实", "统计表填报会议 3 次，正文没有提及"),
    ("数额偏大，疑将元填作万元，请核实", "数额偏大，将元填作万元"),
    ("表三有 2 行疑似整行错位一格：“甲”、“乙”，请对照原表核对", "表三有 2 行整行错位一格：“甲”、“乙”"),
    ("共 2 个部分全部为零，请核实是确无此项工作，还是没有统计", "共 2 个部分全部为零"),
    ("合计与分项不符（疑似，请核实）", "合计与分项不符"),
    ("“请核实，是否属实”写在正文，是否为往年文字，请核实", "“请核实，是否属实”写在正文"),
    ("收到申请数 疑应为 12，现为 11", "收到申请数 按勾稽关系应为 12，现为 11"),
    ("连续 3 年均为 0。请核实受理渠道是否畅通、登记有无漏计。所据报告：甲", "连续 3 年均为 0。所据报告：甲"),
    ("请核实", "请核实"),
)


@pytest.mark.parametrize(("message", "told"), SAID)
def test_how_an_upheld_finding_reads(message: str, told: str) -> None:
    assert unhedged(message) == told + CONFIRMED
    assert unhedged(unhedged(message)) == unhedged(message)


def test_no_rule_asks_to_verify_what_was_found_to_be_so() -> None:
    """Every message that may be suspected; names in braces are cells and words of the report."""
    book = load()
    said = [*((r.id, r.rule.message) for r in book.rules), *((p.id, p.then.conclude) for p in book.patterns)]
    for name, message in said:
        told = re.sub(r"\{[^{}]*\}|“[^“”]*”", "", unhedged(message).removesuffix(CONFIRMED))
        assert not re.search("疑|核实|是否", told), f"{name}：{told}"
        assert len(unhedged(message)) > len(CONFIRMED) + 3, f"{name}：{told}"
    for ready in book.rules:
        assert not untitled(ready.rule.title).startswith("疑")


@given(st.text(alphabet="疑似请核实，；。“”是否12件", max_size=40))
def test_nothing_is_added_and_figures_stay(message: str) -> None:
    told = unhedged(message).removesuffix(CONFIRMED)
    assert len(told) <= len(message) + 10 * message.count("疑应为")
    assert re.findall(r"“[^“”]*”", told) == re.findall(r"“[^“”]*”", message)[: len(re.findall(r"“[^“”]*”", told))]
