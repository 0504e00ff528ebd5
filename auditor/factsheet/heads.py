"""Columns of the fact sheet: how each is called in the sheet we write, under which other heads it is found again, and the
words for the states of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from auditor.model import State
from auditor.text import squash

SHEET: Final = "存疑数据"
NUMBER, UNIT, YEAR, FILE, TABLE, NAME, MEASURE = "序号", "单位", "年度", "文件", "表", "指标", "计量单位"
FOUND, WHY, PICTURE = "识别结果", "为什么存疑", "图片"
STATE, VALUE, BY, ON, NOTE = "状态", "录入值", "录入人", "录入日期", "备注"
FACT, KEY = "指标编号", "文件校验值"

FILLED: Final = (STATE, VALUE, BY, ON, NOTE)
NEEDED: Final = (STATE, VALUE, FACT, KEY)
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    NUMBER: (),
    UNIT: ("单位名称",),
    YEAR: ("报告年度",),
    FILE: (),
    TABLE: (),
    NAME: ("指标名称",),
    MEASURE: (),
    FOUND: (),
    WHY: (),
    PICTURE: (),
    STATE: (),
    VALUE: ("录入的值",),
    BY: ("录入人员",),
    ON: ("录入时间", "日期"),
    NOTE: (),
    FACT: (),
    KEY: (),
}
STATE_WORDS: Final[Mapping[State, str]] = {
    State.NUMBER: "数值",
    State.BLANK: "空白",
    State.NA: "/",
    State.TEXT: "文字",
    State.UNREADABLE: "看不清",
}
STATES: Final[Mapping[str, State]] = {word: state for state, word in STATE_WORDS.items()}
_KNOWN = {squash(word): name for name, words in HEADS.items() for word in (name, *words)}


def read_head(text: str) -> str | None:
    """The column that a head names; None for one that the sheet does not know (it is passed over)."""
    return _KNOWN.get(squash(text).strip("*＊:："))


def is_head(row: Iterable[str]) -> bool:
    """Whether a row is the head of a fact sheet."""
    return set(NEEDED) <= {read_head(text) for text in row}
