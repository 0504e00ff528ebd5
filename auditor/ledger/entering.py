"""Entering: what a person says -> one entry of the chain for each act, with all its rows or none.

    decide(ledger, plan, words, at)          verdicts, and numbers for findings that have none yet
    add_manual, close_manual                 what was found by eye
    add_waiver, end_waiver                   waivers of a wider scope than one finding

Again     what was planned is planned anew when the ledger is locked; where somebody entered something meanwhile nothing is
          written: LedgerError
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from auditor.ledger import tables
from auditor.ledger.ledger import Ledger, LedgerError, Writing
from auditor.ledger.numbering import Numbers
from auditor.ledger.remembering import remembered
from auditor.quarters.deciding import Ask, Planned
from auditor.quarters.handmade import locus_of
from auditor.quarters.nouns import Key, Manual, Remembered, Waiver

_MOST_NAMED = 5


class _Moved(Exception):
    """The ledger says something else than when the plan was made."""


def decide(ledger: Ledger, plan: Callable[[Remembered], Planned], quarter: str, at: dt.datetime) -> Planned:
    """Enters what the plan says; what has objections, or nothing to enter, is handed back as it is. Raises LedgerError."""
    made = plan(remembered(ledger))
    if made.objections or not made.entered:
        return made
    asks = [ask for ask, _ in made.entered]
    try:
        with ledger.writing("认定", _told(asks), at) as entry:
            if plan(remembered(ledger)) != made:
                raise _Moved
            numbers = _numbered(ledger, entry, asks, quarter)
            entry.add("number", *numbers.values())
            given = {key: str(row["number"]) for key, row in numbers.items()}
            entry.add("verdict", *(_verdict(ask, given, at) for ask in asks))
    except _Moved:
        raise LedgerError("台账刚刚被他人改动，没有写入任何认定，请重新运行") from None
    return made


def _told(asks: Sequence[Ask]) -> str:
    words = sorted({ask.verdict.word for ask in asks})
    named = "、".join(ask.target.called for ask in asks[:_MOST_NAMED])
    more = f"等 {len(asks)} 个问题" if len(asks) > _MOST_NAMED else ""
    return f"{named}{more}：{'、'.join(words)}（{asks[0].verdict.by}）"


def _numbered(ledger: Ledger, entry: Writing, asks: Sequence[Ask], quarter: str) -> dict[Key, Mapping[str, Any]]:
    """Rows for findings that came up only after others were decided."""
    out: dict[Key, Mapping[str, Any]] = {}
    without = [ask.target.key for ask in asks if not ask.target.finding.number]
    numbers = Numbers(entry, quarter) if without else None
    for key in without:
        if numbers is not None:
            for row in numbers.give([key], short_of_unit(ledger, key.unit)):
                out[key] = row
    return out


def _verdict(ask: Ask, given: Mapping[Key, str], at: dt.datetime) -> dict[str, Any]:
    key, said = ask.target.key, ask.verdict
    return {
        **_key(key),
        "number": ask.target.finding.number or given.get(key, ""),
        "content": ask.target.finding.content,
        "word": said.word,
        "why": said.why,
        "decided_by": said.by,
        "decided_on": (said.on or at.date()).isoformat(),
        "paper": said.paper or None,
        "until": said.until.isoformat() if said.until else None,
    }


def _key(key: Key) -> dict[str, Any]:
    return {"unit": key.unit, "year": key.year, "locus": key.locus}


# --- found by eye ------------------------------------------------------------------------------------


def add_manual(ledger: Ledger, found: Manual, quarter: str, at: dt.datetime) -> str:
    """Enters what was found by eye (without its number); its number. Raises LedgerError."""
    short = short_of_unit(ledger, found.unit)
    with ledger.writing("人工发现", f"{found.unit} {found.year} 年度：{found.text}（{found.by}）", at) as entry:
        numbers = Numbers(entry, quarter)
        number = numbers.coming(found.unit, short)
        key = Key(found.unit, found.year, locus_of(number))
        entry.add("number", *numbers.give([key], short))
        entry.add(
            "manual",
            {
                "number": number,
                **_key(key),
                "place": found.place,
                "severity": found.severity,
                "dimension": found.dimension,
                "title": found.title,
                "text": found.text,
                "remedy": found.remedy,
                "law": found.law,
                "article": found.article,
                "practice": found.practice,
                "certain": int(found.certain),
                "document": found.document,
                "found_by": found.by,
                "found_on": (found.on or at.date()).isoformat(),
            },
        )
    return number


def close_manual(ledger: Ledger, number: str, by: str, why: str, at: dt.datetime) -> Manual:
    """Says that what was found by eye is mended (已销号). Raises LedgerError where there is no such finding, or it is closed."""
    with ledger.writing("销号", f"{number}：{why}（{by}）", at) as entry:
        found = next((one for one in remembered(ledger).manual if one.number == number), None)
        if found is None:
            raise LedgerError(f"台账中没有编号“{number}”的人工发现（auditor finding list 可以查看）")
        if found.closed is not None:
            raise LedgerError(f"{number} 已于 {found.closed} 由{found.closed_by}销号")
        row = {"number": number, **_key(Key(found.unit, found.year, locus_of(number)))}
        entry.add("closing", {**row, "closed_on": at.date().isoformat(), "closed_by": by, "why": why})
    return found


# --- waivers -----------------------------------------------------------------------------------------


def add_waiver(ledger: Ledger, waiver: Waiver, at: dt.datetime) -> str:
    """Enters a waiver (without its number); its number. Raises LedgerError."""
    with ledger.writing(
        "豁免", f"{scope_words(waiver)}：{waiver.reason}（{waiver.paper or waiver.approver}）", at
    ) as entry:
        known = {row.number for row in entry.rows(select(tables.waiver.c.number))}
        year = at.year
        ordinal = 1 + max((int(n.rsplit("-", 1)[1]) for n in known if n.startswith(f"豁免{year}-")), default=0)
        number = f"豁免{year}-{ordinal:02d}"
        entry.add(
            "waiver",
            {
                "number": number,
                "unit": waiver.unit,
                "year": waiver.year,
                "rule": waiver.rule,
                "cells": json.dumps(list(waiver.cells), ensure_ascii=False, separators=(",", ":")),
                "reason": waiver.reason,
                "paper": waiver.paper,
                "approver": waiver.approver,
                "start": waiver.start.isoformat(),
                "end": waiver.end.isoformat() if waiver.end else None,
                "review": waiver.review.isoformat() if waiver.review else None,
                "entered_by": waiver.by,
                "entered_on": (waiver.on or at.date()).isoformat(),
            },
        )
    return number


def end_waiver(ledger: Ledger, number: str, by: str, why: str, at: dt.datetime) -> Waiver:
    """Takes a waiver back from that day on. Raises LedgerError where there is none, or it was taken back before."""
    with ledger.writing("终止豁免", f"{number}：{why}（{by}）", at) as entry:
        found = next((one for one in remembered(ledger).waivers if one.number == number), None)
        if found is None:
            raise LedgerError(f"台账中没有豁免事项“{number}”（auditor waive list 可以查看）")
        if found.ended is not None:
            raise LedgerError(f"{number} 已于 {found.ended} 终止")
        if found.end is not None and found.end < at.date():
            raise LedgerError(f"{number} 已于 {found.end} 到期，不用终止")
        entry.add("waiver_end", {"number": number, "ended_on": at.date().isoformat(), "why": why, "ended_by": by})
    return found


def scope_words(waiver: Waiver, rule: str = "", cells: Sequence[str] = ()) -> str:
    """What a waiver covers, in words; `rule` is the rule's title, `cells` the names of its cells."""
    parts = [waiver.unit or "各单位", f"{waiver.year} 年度" if waiver.year is not None else "各年度"]
    parts.append(f"{rule}（{waiver.rule}）" if rule else waiver.rule or "各条规则")
    named = "、".join(cells or waiver.cells)
    return "，".join([*parts, *([f"仅限 {named}"] if named else [])])


def short_of_unit(ledger: Ledger, unit: str) -> str:
    """What people call a unit, as its last report was recorded."""
    columns = tables.report.c
    rows = ledger.rows(select(columns.short).where(columns.unit == unit).order_by(columns.entry.desc()).limit(1))
    if rows:
        return str(rows[0].short)
    from auditor.ledger.units import short_of  # names of places are known where reports are read

    return short_of(unit, None)
