"""Holding: what people decided, a day -> what holds of a finding on that day, and why what was decided before no longer does.

Verdict   holds while the finding's content is what it was; else the finding says so and waits for another word
Waiver    holds from its first to its last day, both included; with cells only of a finding all of whose cells it names
Order     不属实 before 豁免 before 属实: what is not so needs no waiver, and what is waived was so
One       kind of waiver: a verdict 豁免 is read as a waiver of that finding (`waivers_of`), beside those of a wider scope
Renamed   rules are told apart by their first id, so that an alias in a waiver means the rule of today
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from auditor.model import REJECTED, WAIVED, Noun, Verdict
from auditor.quarters.nouns import Decision, Key, Remembered, Waiver


@dataclass(frozen=True, slots=True)
class Holding(Noun):
    """What holds of a finding: a verdict or none; `reopened` says why an earlier one no longer does, "" where nothing lapsed.

    `lapsed` are the waivers that came to their end, `partly` those that cover some of its cells only.
    """

    verdict: Verdict | None = None
    reopened: str = ""
    lapsed: tuple[Waiver, ...] = ()
    partly: tuple[Waiver, ...] = ()

    @property
    def word(self) -> str:
        """属实, 不属实, 豁免, or ""."""
        return self.verdict.word if self.verdict is not None else ""


NOTHING = Holding()


class Holdings:
    """Everything that was decided, asked finding by finding. `first_id` gives the lasting id of a rule."""

    def __init__(self, memory: Remembered, day: dt.date, first_id: Callable[[str], str] = str) -> None:
        self._day = day
        self._first_id = first_id
        self._decisions: dict[Key, Decision] = {decision.key: decision for decision in memory.decisions}
        self._waivers: dict[str, list[Waiver]] = {}
        for waiver in memory.waivers:
            self._waivers.setdefault(waiver.unit, []).append(waiver)

    def decision(self, key: Key) -> Decision | None:
        """The last verdict on a finding, whether it holds or not."""
        return self._decisions.get(key)

    def of(
        self, key: Key, content: str, rule: str, facts: Sequence[str], names: Mapping[str, str] | None = None
    ) -> Holding:
        """What holds of the finding of that key; `names` gives the Chinese names of its cells."""
        decision = self._decisions.get(key)
        waivers = list(self._concerned(key, rule)) if self._waivers else []
        if decision is None and not waivers:
            return NOTHING
        said, own = self._said(decision, content)
        if said is not None and said.word in (REJECTED, WAIVED):
            return Holding(said)
        lapsed = list(own.lapsed)
        told = [own.reopened] if own.reopened and not lapsed else []
        partly = []
        for waiver in sorted(waivers, key=lambda w: -w.entry):
            if left := _uncovered(waiver, facts):
                if waiver.holds(self._day) and len(left) < len(facts):
                    partly.append(waiver)
                    told.append(_partly_words(waiver, left, names or {}))
            elif waiver.holds(self._day):
                return Holding(verdict_of(waiver))
            elif (end := over(waiver, self._day)) is not None and not (said and said.on and said.on >= end):
                lapsed.append(waiver)
        if lapsed:
            told.append(lapsed_words(max(lapsed, key=lambda w: (over(w, self._day) or self._day, w.entry)), self._day))
        return Holding(said, "；".join(told), tuple(lapsed), tuple(partly))

    def _said(self, decision: Decision | None, content: str) -> tuple[Verdict | None, Holding]:
        """The verdict where it holds; else why it does not."""
        if decision is None:
            return None, NOTHING
        waiver = waiver_of(decision)
        if waiver is not None and over(waiver, self._day) is not None:
            return None, Holding(reopened=lapsed_words(waiver, self._day), lapsed=(waiver,))
        if decision.content != content:
            return None, Holding(reopened=changed_words(decision.verdict))
        return decision.verdict, NOTHING

    def _concerned(self, key: Key, rule: str) -> Iterator[Waiver]:
        """The waivers whose unit, year and rule are the finding's."""
        for unit in dict.fromkeys((key.unit, "")):
            for waiver in self._waivers.get(unit, ()):
                if waiver.year not in (None, key.year):
                    continue
                if not waiver.rule or self._first_id(waiver.rule) == self._first_id(rule):
                    yield waiver


def waiver_of(decision: Decision) -> Waiver | None:
    """A verdict 豁免 as the waiver of its finding, from the beginning to its last day; None of any other word."""
    said, key = decision.verdict, decision.key
    if said.word != WAIVED:
        return None
    number = decision.number or key.locus
    scope = (number, key.unit, key.year, "", ())
    made = Waiver(decision.entry, *scope, said.why, said.paper, said.by, dt.date.min, said.until)
    return replace(made, by=said.by, on=said.on, locus=key.locus, content=decision.content)


def waivers_of(memory: Remembered) -> tuple[Waiver, ...]:
    """All waivers, in the order in which they were entered: of a wider scope, and of single findings."""
    single = (waiver for decision in memory.decisions if (waiver := waiver_of(decision)) is not None)
    return tuple(sorted((*memory.waivers, *single), key=lambda waiver: (waiver.entry, waiver.number)))


def verdict_of(waiver: Waiver) -> Verdict:
    """A waiver as the verdict that it makes."""
    by = waiver.approver or waiver.by
    return Verdict(WAIVED, waiver.reason, by, waiver.on, waiver.paper, waiver.end, waiver.number)


def over(waiver: Waiver, day: dt.date) -> dt.date | None:
    """The day on which a waiver came to its end; None where it holds on that day or has not begun."""
    if waiver.ended is not None and waiver.ended <= day and (waiver.end is None or waiver.ended <= waiver.end):
        return waiver.ended
    return waiver.end if waiver.end is not None and waiver.end < day else None


def due_for_review(waiver: Waiver, day: dt.date) -> bool:
    """Whether a waiver that holds must be looked at again by that day."""
    return waiver.review is not None and waiver.review <= day and waiver.holds(day)


# --- words -----------------------------------------------------------------------------------------


def signed(verdict: Verdict) -> str:
    """属实（张三，2026-04-10）."""
    parts = [part for part in (verdict.by, verdict.on.isoformat() if verdict.on else "") if part]
    return f"{verdict.word}（{'，'.join(parts)}）" if parts else verdict.word


def changed_words(verdict: Verdict) -> str:
    """Why a verdict is reopened."""
    return f"认定时的内容已改变：原认定 {signed(verdict)}，请重新认定"


def lapsed_words(waiver: Waiver, day: dt.date) -> str:
    """Why a waiver no longer holds."""
    end = over(waiver, day)
    named = "，".join(part for part in (waiver.number if not waiver.locus else "", waiver.paper) if part)
    called = f"豁免（{named}）" if named else "豁免"
    if waiver.ended is not None and end == waiver.ended:
        why = f"：{waiver.ended_why}" if waiver.ended_why else ""
        return f"{called}已于 {end} 终止{why}"
    return f"{called}已于 {end} 到期"


def _partly_words(waiver: Waiver, left: Sequence[str], names: Mapping[str, str]) -> str:
    cells = "、".join(f"“{names.get(fact, fact)}”" for fact in left)
    return f"豁免（{waiver.number}）没有覆盖 {cells}，仍然计入"


def _uncovered(waiver: Waiver, facts: Sequence[str]) -> tuple[str, ...]:
    """The cells of a finding that a waiver does not name; a waiver of cells says nothing of a finding without any."""
    if not waiver.cells:
        return ()
    return tuple(fact for fact in facts if fact not in waiver.cells) if facts else ("",)
