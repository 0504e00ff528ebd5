"""Mendings -> the sheets to send: of each unit what is still to be answered for, the words as they stood in the letter.

Left out  what is closed, was found 不属实, waived or dropped
Order     of the letters, within a letter of its items
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model import Noun
from auditor.quarters.mending import Mending, State


@dataclass(frozen=True, slots=True)
class Row(Noun):
    """One finding that the unit answers for."""

    number: str
    year: int | None
    problem: str
    demand: str
    paper: str
    deadline: dt.date | None


@dataclass(frozen=True, slots=True)
class Sheet(Noun):
    """One unit's sheet. `dated` is the day of the last letter, which dates the file."""

    unit: str
    quarter: str
    dated: dt.date
    rows: tuple[Row, ...]


def sheets(found: Iterable[Mending], quarter: str) -> tuple[Sheet, ...]:
    """The sheets of a quarter, by unit."""
    of_unit: dict[str, list[Mending]] = {}
    for one in found:
        if one.letter.quarter == quarter and one.state is not State.CLOSED and not one.outside:
            of_unit.setdefault(one.letter.unit, []).append(one)
    return tuple(
        Sheet(unit, quarter, max(one.letter.sent for one in some), tuple(map(_row, some)))
        for unit, some in sorted(of_unit.items())
    )


def _row(one: Mending) -> Row:
    item, letter = one.item, one.letter
    paper = f"{letter.kind}\n{letter.paper}" if letter.paper else letter.kind
    problem = f"{item.title}：{item.text}" if item.title and item.title not in item.text else item.text or item.title
    return Row(item.number, item.key.year, problem, item.remedy, paper, one.deadline)
