"""Deciding: what a person wants to say of findings, what was said before -> what is to be entered, or every objection.

Same      what holds already is not entered again; a word of one's own with another reason, paper or day is
Contrary  another word than the one that holds needs `change`; 豁免 after 属实 does not, it says that what is so is waived
Wide      a finding under a waiver of wider scope cannot be freed of it by a verdict: that waiver is ended, or stays
Undo      撤销 takes the last verdict back; it stays in the chain, and nothing holds in its place
Needs     不属实 and 豁免 say why
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from auditor.model import REJECTED, UPHELD, WAIVED, Noun, Verdict
from auditor.quarters.holding import Holding, Holdings, signed
from auditor.quarters.nouns import Remembered
from auditor.quarters.targets import Target

TAKEN_BACK = "撤销"
"""What stands in the place of a verdict that was taken back."""


@dataclass(frozen=True, slots=True)
class Ask(Noun):
    """What a person wants to say of a finding."""

    target: Target
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Objection(Noun):
    """Why it cannot be entered. `contrary`: it contradicts what holds, and `change` would let it through."""

    ask: Ask
    words: str
    contrary: bool = False


@dataclass(frozen=True, slots=True)
class Planned(Noun):
    """What is to be entered, each with the verdict that holds now; what holds already; what stands against it."""

    entered: tuple[tuple[Ask, Verdict | None], ...] = ()
    same: tuple[Ask, ...] = ()
    objections: tuple[Objection, ...] = ()


def planned(
    asks: Sequence[Ask],
    memory: Remembered,
    day: dt.date,
    first_id: Callable[[str], str] = str,
    *,
    change: bool = False,
) -> Planned:
    """What follows from the asks. Where there is an objection nothing should be entered."""
    holdings = Holdings(memory, day, first_id)
    entered: list[tuple[Ask, Verdict | None]] = []
    same: list[Ask] = []
    objections: list[Objection] = []
    seen: dict[object, Verdict] = {}
    for ask in asks:
        key = ask.target.key
        before = seen.setdefault(key, ask.verdict)
        if before is not ask.verdict:
            if before != ask.verdict:
                objections.append(Objection(ask, f"{ask.target.called} 写了两次，认定不同，请只写一次"))
            continue
        finding = ask.target.finding
        holding = holdings.of(key, finding.content, finding.rule, finding.facts, dict(ask.target.names))
        earlier = holdings.decision(key)
        objection = _objection(ask, holding, had=earlier is not None, change=change)
        if objection is not None:
            objections.append(objection)
        elif _is_said(ask.verdict, holding):
            same.append(ask)
        else:
            entered.append((ask, holding.verdict or (earlier.verdict if earlier is not None else None)))
    return Planned(tuple(entered), tuple(same), tuple(objections))


def _objection(ask: Ask, holding: Holding, *, had: bool, change: bool) -> Objection | None:
    word, now, called = ask.verdict.word, holding.verdict, ask.target.called
    wide = now.waiver if now is not None else ""
    if word in (REJECTED, WAIVED) and not ask.verdict.why.strip():
        return Objection(ask, f"{called} 认定为{word}，须写明理由")
    if word == TAKEN_BACK:
        if had:
            return None
        ended = f"按豁免事项 {wide} 豁免，要终止的，运行 auditor waive end {wide}" if wide else "还没有认定，无可撤销"
        return Objection(ask, f"{called} {ended}")
    if now is None or now.word == word or (now.word, word) == (UPHELD, WAIVED):
        return None
    if wide and word == UPHELD:
        return Objection(
            ask, f"{called} 按豁免事项 {wide} 豁免，范围更大，不能逐个改为属实；要终止的，运行 auditor waive end {wide}"
        )
    if change:
        return None
    return Objection(ask, f"{called} 已认定 {signed(now)}，现要认定为{word}", contrary=True)


def _is_said(verdict: Verdict, holding: Holding) -> bool:
    """Whether that word holds already, for no other reason."""
    now = holding.verdict
    if now is None or now.word != verdict.word:
        return False
    if now.waiver:
        return True
    return verdict.why in ("", now.why) and verdict.paper in ("", now.paper) and verdict.until in (None, now.until)
