"""What an explanation is made of: parts with a title, lines with a place in the original."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model import Place


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words, how deep it is indented, and where in the original (table by name) it speaks of."""

    text: str
    depth: int = 0
    place: Place | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Lines under a title; a part without lines is not shown."""

    title: str
    lines: tuple[Line, ...] = ()


KEPT, NOT, OPEN = "符合", "不符合", "无法判断"


def step(what: str, demanded: str, found: str, holds: bool | None) -> Line:
    """A step of the scope: 年度：要求 2014—2018年度，本报告为 2017年度——符合."""
    verdict = OPEN if holds is None else KEPT if holds else NOT
    return Line(f"{what}：要求{demanded}，本报告为{found}——{verdict}")
