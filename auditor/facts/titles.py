"""Titles: a line in, what a report's title says of unit and year out.

Reads     〈unit〉2017年（度）政府信息公开工作年度报告 and its spellings (政务公开, 年报, the year first, 年度 twice)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.facts.flow import fold
from auditor.text import chinese_to_int

_REPORT = (
    r"(?:政府信息主动公开|政府信息公开|政务信息公开|政务公开|政府信息|信息公开)(?:和政务公开|与政务公开)?(?:工作)?(?:情况)?的?"
    r"(?:年度工作报告|年度报告|工作总结报告|工作报告|报告|年报)"
)
_YEAR = r"(?P<year>(?:19|20)\d{2}|二[〇零][〇零一二三四五六七八九十]{2})年?(?:度)?"
_DATED = re.compile(
    rf"(?P<before>[^。;,!?]{{0,40}}?){_YEAR}(?P<between>[^。;,!?\d]{{0,40}}?){_REPORT}(?:\(.{{0,12}}\))?"
)
_UNDATED = re.compile(rf"(?P<before>[^。;,!?\d]{{0,40}}?){_REPORT}(?:\(.{{0,12}}\))?")
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Title:
    """A report's title: the unit it names ("" for none) and its year."""

    text: str
    unit: str
    year: int | None


def read_title(line: str, *, whole: bool = True) -> Title | None:
    """The title that a line is (or, with `whole` False, begins with); None where it is none."""
    if "报" not in line:
        return None
    shown = "".join(fold(line).split())
    if len(shown) > _LONGEST and whole:
        return None
    shown = re.sub(r"^(?:标题:|关于)", "", shown[:_LONGEST])
    for pattern in (_DATED, _UNDATED):
        match = pattern.fullmatch(shown) if whole else pattern.match(shown)
        if match:
            parts = match.groupdict()
            unit = _unit(parts["before"]) or _unit(parts.get("between") or "")
            return Title(match.group(), unit, _year(parts.get("year")))
    return None


def is_title(line: str) -> bool:
    """Whether a whole line is a report's title."""
    return read_title(line) is not None and not re.match(r"[一二三四五六七八九十]+、", line)


def _unit(words: str) -> str:
    words = re.sub(r"^(?:关于|发布|公布|印发)", "", words)
    return words.strip("的:-_|《“") if len(words) >= 2 else ""


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if text.isdigit() else chinese_to_int(text)
