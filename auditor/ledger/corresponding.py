"""Corresponding: letters sent, replies received, rulings, scores issued -> entries of the chain.

    send(ledger, plan, …)        one entry a letter, with its items
    receive(ledger, plan, at)    one entry for all replies that were handed in together
    rule(ledger, plan, at)       a ruling; 撤回 records with it that the finding was 不属实
    issue(ledger, rows, …)       the scores of a quarter, or a 更正 of them

Again     a plan is made from what the ledger remembers; where somebody entered something meanwhile it is made anew when the
          ledger is locked, and where it comes out otherwise nothing is written: LedgerError
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import select

from auditor.ledger import tables
from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.remembering import remembered
from auditor.model import REJECTED
from auditor.quarters.handmade import content_of, locus_of
from auditor.quarters.letters import Drafted
from auditor.quarters.nouns import Issued, Key, Letter, LetterItem, Remembered, Reply, Ruling
from auditor.quarters.replying import Received, Ruled

Plan = TypeVar("Plan")
_MOVED = "台账刚刚被他人改动，没有写入，请重新运行"


class _Moved(Exception):
    """The ledger says something else than when the plan was made."""


def _still(ledger: Ledger, plan: Callable[[Remembered], Plan], made: Plan) -> None:
    """Within an entry: the plan comes out as it was made."""
    if plan(remembered(ledger)) != made:
        raise _Moved


def send(ledger: Ledger, plan: Callable[[Remembered], Drafted], seen: Remembered, at: dt.datetime) -> Drafted:
    """Enters the letters of a plan without refusals, each by itself; the plan as it was carried out. Raises LedgerError.

    `seen` is what was remembered when the findings in the letters were looked at; nothing but letters may have come since.
    """
    made = plan(remembered(ledger))
    if made.refusals:
        return made
    sent: list[Letter] = []
    for letter in made.letters:
        words = f"{letter.unit}：{letter.kind}（{letter.paper}），{len(letter.items)} 个问题（{letter.by}）"
        try:
            with ledger.writing("发函", words, at) as entry:
                now = remembered(ledger)
                if replace(now, letters=()) != replace(seen, letters=()) or letter not in plan(now).letters:
                    raise _Moved
                entry.add("letter", _letter(letter))
                entry.add("letter_item", *map(_item, letter.items))
                sent.append(replace(letter, entry=entry.seq))
        except _Moved:
            raise LedgerError(f"{_MOVED}（已登记 {len(sent)} 份，未登记的从“{letter.unit}”起）") from None
    return replace(made, letters=tuple(sent))


def receive(ledger: Ledger, plan: Callable[[Remembered], Received], at: dt.datetime) -> Received:
    """Enters the replies of a plan without mistakes, all or none. Raises LedgerError."""
    made = plan(remembered(ledger))
    if made.mistakes or not made.replies:
        return made
    units = sorted({reply.key.unit for reply in made.replies})
    named = "、".join(units[:3]) + (f"等 {len(units)} 个单位" if len(units) > 3 else "")
    try:
        with ledger.writing("反馈", f"{named}：答复 {len(made.replies)} 个问题", at) as entry:
            _still(ledger, plan, made)
            entry.add("reply", *map(_reply, made.replies))
    except _Moved:
        raise LedgerError(_MOVED) from None
    return made


def rule(ledger: Ledger, plan: Callable[[Remembered], Ruled], at: dt.datetime) -> Ruled:
    """Enters a ruling. Raises LedgerError."""
    made = plan(remembered(ledger))
    ruling, item = made.ruling, made.item
    if ruling is None or item is None:
        return made
    try:
        with ledger.writing("处理反馈", f"{item.number} {ruling.word}：{ruling.why}（{ruling.by}）", at) as entry:
            _still(ledger, plan, made)
            entry.add("ruling", _ruling(ruling))
            if made.dismisses:
                entry.add("verdict", _dismissed(ledger, ruling, item))
    except _Moved:
        raise LedgerError(_MOVED) from None
    return made


def issue(ledger: Ledger, rows: Sequence[Issued], words: str, seen: Remembered, at: dt.datetime) -> None:
    """Enters scores; `words` say what is done, `seen` is what was remembered when they were reckoned. Raises LedgerError."""
    kind = "更正" if rows and rows[0].correction else "印发"
    try:
        with ledger.writing(kind, words, at) as entry:
            if remembered(ledger) != seen:
                raise _Moved
            entry.add("issued", *map(_issued, rows))
    except _Moved:
        raise LedgerError(_MOVED) from None


# --- rows ----------------------------------------------------------------------------------------------


def _key(key: Key) -> dict[str, Any]:
    return {"unit": key.unit, "year": key.year, "locus": key.locus}


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "quarter": letter.quarter,
        "unit": letter.unit,
        "unit_group": letter.group,
        "kind": letter.kind,
        "paper": letter.paper,
        "sent_on": letter.sent.isoformat(),
        "sent_by": letter.by,
    }


def _item(item: LetterItem) -> dict[str, Any]:
    return {
        **_key(item.key),
        "number": item.number,
        "severity": item.severity,
        "deadline": _day(item.deadline),
        "rule": item.rule,
        "title": item.title,
        "dimension": item.dimension,
        "outcome": item.outcome,
        "content": item.content,
        "text": item.text,
        "remedy": item.remedy,
    }


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        **_key(reply.key),
        "number": reply.number,
        "word": reply.word,
        "text": reply.text,
        "replied_on": _day(reply.on),
        "received_on": _day(reply.received),
        "until": _day(reply.until),
        "link": reply.link,
        "replied_by": reply.by,
        "source": reply.source,
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {
        "reply": ruling.reply,
        **_key(ruling.key),
        "word": ruling.word,
        "why": ruling.why,
        "ruled_by": ruling.by,
        "ruled_on": ruling.on.isoformat(),
        "until": _day(ruling.until),
        "paper": ruling.paper,
    }


def _dismissed(ledger: Ledger, ruling: Ruling, item: LetterItem) -> dict[str, Any]:
    """The verdict 不属实 that goes with a withdrawal: of the finding as it was last noted."""
    return {
        **_key(item.key),
        "number": item.number,
        "content": next(_contents(ledger, item.key), item.content),
        "word": REJECTED,
        "why": f"异议成立：{ruling.why}",
        "decided_by": ruling.by,
        "decided_on": ruling.on.isoformat(),
        "paper": ruling.paper or None,
    }


def _contents(ledger: Ledger, key: Key) -> Iterator[str]:
    """The contents that a finding had, the last one first."""
    memory = remembered(ledger)
    manual: Mapping[str, str] = {locus_of(one.number): content_of(one) for one in memory.manual}
    if key.locus in manual:
        yield manual[key.locus]
        return
    columns = tables.finding.c
    query = (
        select(columns.unit, columns.content)
        .where(columns.locus == key.locus, columns.year.is_not_distinct_from(key.year))
        .order_by(columns.entry.desc())
    )
    yield from (row.content for row in ledger.rows(query) if memory.unit(row.unit) == key.unit)


def _issued(one: Issued) -> dict[str, Any]:
    return {
        "quarter": one.quarter,
        "unit": one.unit,
        "year": one.year,
        "points": str(one.points),
        "grade": one.grade,
        "rank": one.rank,
        "issued_on": one.on.isoformat(),
        "issued_by": one.by,
        "paper": one.paper,
        "correction": one.correction or None,
        "why": one.why or None,
        "run": one.run,
    }
