"""Columns of the reply sheet: how each is called in the sheet we write, and under which other heads it is found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.quarters.replying import BY as BY
from auditor.quarters.replying import LINK as LINK
from auditor.quarters.replying import NUMBER as NUMBER
from auditor.quarters.replying import ON as ON
from auditor.quarters.replying import TEXT as TEXT
from auditor.quarters.replying import UNIT as UNIT
from auditor.quarters.replying import UNTIL as UNTIL
from auditor.quarters.replying import WORD as WORD
from auditor.text import squash

ORDINAL, YEAR, PROBLEM, DEMAND, PAPER, DEADLINE = "序号", "报告年度", "存在问题", "整改要求", "来函", "期限"

HEADS: Mapping[str, tuple[str, ...]] = {
    ORDINAL: (),
    NUMBER: ("问题编号",),
    YEAR: ("年度",),
    PROBLEM: ("问题", "问题描述"),
    DEMAND: (),
    PAPER: (),
    DEADLINE: ("整改期限", "整改时限"),
    WORD: ("整改情况（从列表中选）", "整改结果"),
    TEXT: ("整改措施", "整改措施说明（或者理由）", "情况说明"),
    LINK: ("整改链接", "链接"),
    ON: ("整改完成日期",),
    UNTIL: ("延期至",),
    BY: ("填表人", "经办人"),
}
FILLED = (WORD, TEXT, LINK, ON, UNTIL, BY)
DAYS = (ON, UNTIL)
_KNOWN = {squash(word): name for name, words in HEADS.items() for word in (name, *words)}


def read_head(text: str) -> str | None:
    """The column that a head names; None for one that the sheet does not know (it is passed over)."""
    return _KNOWN.get(squash(text).strip("*＊:："))


def is_head(row: Iterable[str]) -> bool:
    """Whether a row is the head of a reply sheet."""
    found = {read_head(text) for text in row}
    return NUMBER in found and WORD in found
