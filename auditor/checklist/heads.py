"""Columns of the checklist: how each is called in the list we write, and under which other heads it is found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.text import squash

NUMBER, UNIT, YEAR, REPORT = "序号", "单位", "年度", "报告"
ASK, HOW, PROBLEM = "核验事项", "怎样看", "不符合即为"
ANSWER, NOTE, BY, ON = "结论", "情况说明", "核验人", "核验日期"
HINT, RULE, HASH = "提示", "规则编号", "文件校验值"

HEADS: Mapping[str, tuple[str, ...]] = {
    NUMBER: (),
    UNIT: ("单位名称", "单位全称", "责任单位"),
    YEAR: ("报告年度",),
    REPORT: (),
    ASK: (),
    HOW: (),
    PROBLEM: (),
    ANSWER: ("核验结论", "结论（从列表中选）"),
    NOTE: ("说明", "核验情况", "情况"),
    BY: ("核验人员", "检查人", "核实人"),
    ON: ("日期", "核验时间", "检查日期"),
    HINT: (),
    RULE: ("规则ID", "规则"),
    HASH: (),
}
NEEDED = (UNIT, YEAR, ANSWER, RULE)
_KNOWN = {squash(word): name for name, words in HEADS.items() for word in (name, *words)}


def read_head(text: str) -> str | None:
    """The column that a head names; None for one that the list does not know (it is passed over)."""
    return _KNOWN.get(squash(text).strip("*＊:："))


def is_head(row: Iterable[str]) -> bool:
    """Whether a row is the head of a checklist."""
    found = {read_head(text) for text in row}
    return ANSWER in found and RULE in found
