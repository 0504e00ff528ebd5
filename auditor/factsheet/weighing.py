"""What was typed against what was typed before, in; what is new, what contradicts, what may not be typed, out. Pure.

Known      the same value for the same cell, whoever says it and when: adds nothing
Conflict   another value than before: both are shown; it is taken only where the change is meant (`change`)
Certain    a cell of which the file itself says what stands there is not overwritten
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.factsheet.sheet import Entry, said_words, same
from auditor.formula.bind import fact_words
from auditor.model import Fact, Typed
from auditor.typed import TypedCells, may_be_typed

_NOTHING: Mapping[tuple[str, str], Fact] = {}


@dataclass(frozen=True, slots=True)
class Weighed:
    """`new` are to be written down, `changed` those of them that change an earlier word; `known` says nothing new."""

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    known: int
    conflicts: tuple[str, ...]
    mistakes: tuple[str, ...]


def weighed(
    entries: Sequence[Entry],
    typed: TypedCells,
    facts: Mapping[tuple[str, str], Fact] = _NOTHING,
    *,
    change: bool = False,
) -> Weighed:
    """What becomes of the entries; `facts` are cells as they were read, by document and fact, where that is known."""
    new: dict[tuple[str, str], Entry] = {}
    changed, conflicts, mistakes, known = [], [], [], 0
    for entry in entries:
        at = (entry.key, entry.fact)
        before = typed.get(entry.key, {}).get(entry.fact)
        fact = facts.get(at)
        if at in new or (before is not None and same(before, entry.typed)):
            known += 1
        elif fact is not None and not may_be_typed(fact):
            mistakes.append(f"{entry.at}：文件里“{entry.name}”写得清楚（{fact_words(fact)}），不能另行录入")
        elif before is not None and not change:
            conflicts.append(_conflict(entry, before))
        else:
            new[at] = entry
            if before is not None:
                changed.append(entry)
    return Weighed(tuple(new.values()), tuple(changed), known, tuple(conflicts), tuple(mistakes))


def _conflict(entry: Entry, before: Typed) -> str:
    who = "，".join(word for word in (before.by, before.on.isoformat() if before.on else "") if word)
    earlier = f"{said_words(before)}（{who}）" if who else said_words(before)
    unit = f"{entry.unit}" + (f" {entry.year}年度" if entry.year else "")
    return f"{entry.at}：{unit}“{entry.name}”录入为{said_words(entry.typed)}，以前录入为{earlier}"
