"""Verifying (核实期): letters, replies, a day -> whether a unit may be named for what was found. Pure.

Told      a unit was told of a finding by a 反馈函 or a 通知; the period is counted in working days after the first of them
Named     only after the last day of the period, when no 异议 of the unit's waits for its ruling
Unknown   a period that runs through a year whose holidays were not entered has no end: the unit may not be named yet
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from auditor.model import Calendar, MendingTerms, Noun
from auditor.quarters.mending import OBJECTION, waiting
from auditor.quarters.nouns import Key, Remembered
from auditor.quarters.workdays import NotEntered, after

_NAMED = 4


@dataclass(frozen=True, slots=True)
class Naming(Noun):
    """Whether a unit may be named: `hindrances` say what stands against it, in Chinese; none: it may."""

    unit: str
    hindrances: tuple[str, ...] = ()

    @property
    def may(self) -> bool:
        """Whether nothing stands against it."""
        return not self.hindrances


def told_on(memory: Remembered, day: dt.date) -> dict[Key, dt.date]:
    """The day on which a unit was first told of each finding, up to that day."""
    out: dict[Key, dt.date] = {}
    for letter in memory.letters:
        if letter.sent <= day:
            for item in letter.items:
                out[item.key] = min(letter.sent, out.get(item.key, letter.sent))
    return out


def may_name(
    findings: Iterable[tuple[Key, str]], memory: Remembered, terms: MendingTerms, calendar: Calendar, day: dt.date
) -> tuple[Naming, ...]:
    """For each unit of the findings (key, number) that would be named: whether it may be."""
    told, open_ = told_on(memory, day), {r.key: r for r in waiting(memory, day) if r.word == OBJECTION}
    of_unit: dict[str, list[tuple[Key, str]]] = {}
    for key, number in findings:
        of_unit.setdefault(key.unit, []).append((key, number))
    return tuple(
        Naming(unit, tuple(_hindrances(some, told, open_, terms, calendar, day)))
        for unit, some in sorted(of_unit.items())
    )


def _hindrances(
    findings: Sequence[tuple[Key, str]],
    told: Mapping[Key, dt.date],
    open_: Mapping[Key, object],
    terms: MendingTerms,
    calendar: Calendar,
    day: dt.date,
) -> Iterator[str]:
    untold = [number for key, number in findings if key not in told]
    if untold:
        yield f"有 {len(untold)} 个问题还没有发函告知：{_listed(untold)}"
    for sent in sorted({told[key] for key, _ in findings if key in told}):
        end = after(sent, terms.verify_days, calendar)
        if isinstance(end, NotEntered):
            yield str(end)
        elif day <= end:
            yield f"{sent} 发函，核实期到 {end} 为止"
    disputed = [number for key, number in findings if key in open_]
    if disputed:
        yield f"有 {len(disputed)} 个异议还没有处理：{_listed(disputed)}"


def _listed(numbers: Sequence[str]) -> str:
    return "、".join(numbers[:_NAMED]) + (f"等 {len(numbers)} 个" if len(numbers) > _NAMED else "")
