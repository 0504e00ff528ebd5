"""A unit's history as JSON: what is not known is null, points are numbers, days are ISO."""

from __future__ import annotations

import datetime as dt

from auditor.documents.json_text import Json
from auditor.model import Verdict
from auditor.quarters.history import Quarter, Trail, UnitHistory
from auditor.quarters.mending import Mending
from auditor.quarters.nouns import Issued, Letter, Manual, OldFinding, Reply, Ruling, Waiver


def history_json(found: UnitHistory) -> dict[str, Json]:
    """Everything of the unit."""
    return {
        "unit": found.unit,
        "short": found.short or None,
        "former": list(found.former),
        "unit_kind": found.unit_kind or None,
        "group": found.group or None,
        "region": found.region or None,
        "quarters": [_quarter(one) for one in found.quarters],
        "findings": [_trail(one) for one in found.findings],
        "manual": [_manual(one) for one in found.manual],
        "waivers": [_waiver(one) for one in found.waivers],
        "letters": [_letter(one) for one in found.letters],
        "issued": [{"quarter": one.quarter, "year": one.year, **_issued(one)} for one in found.issued],
        "old": [_old(one) for one in found.old],
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _quarter(one: Quarter) -> dict[str, Json]:
    record, card = one.counted.record, one.counted.card
    score = one.decided.score if one.decided is not None else None
    return {
        "quarter": one.counted.quarter,
        "year": record.year,
        "run": card.id,
        "started": card.started.isoformat(),
        "rulebook": card.rulebook,
        "source": record.source,
        "sha256": record.document,
        "points": record.points,
        "low": record.low,
        "if_suspected": record.if_suspected,
        "grade": record.grade,
        "decided": None
        if score is None
        else {
            "points": score.points,
            "without_waivers": score.without_waivers,
            "if_suspected": score.if_suspected,
            "low": score.low,
            "grade": score.grade,
        },
        "unreckoned": one.unreckoned,
        "issued": _issued(one.issued) if one.issued is not None else None,
        "group": record.group,
        "rank": one.rank.rank if one.rank is not None else None,
        "ranked": one.rank.size if one.rank is not None else None,
        "tied": one.rank.tied if one.rank is not None else None,
        "broken": one.broken,
        "suspected": one.suspected,
        "unclear": one.unclear,
    }


def _issued(one: Issued) -> dict[str, Json]:
    return {
        "points": one.points,
        "grade": one.grade,
        "rank": one.rank,
        "on": _day(one.on),
        "paper": one.paper or None,
        "correction": one.correction or None,
    }


def _trail(one: Trail) -> dict[str, Json]:
    noted, held = one.noted, one.holding
    return {
        "number": noted.number or None,
        "rule": noted.rule,
        "title": noted.title,
        "year": noted.key.year,
        "locus": noted.key.locus,
        "outcome": noted.outcome.value,
        "severity": noted.severity,
        "dimension": noted.dimension,
        "message": noted.message,
        "facts": list(noted.facts),
        "manual": noted.manual,
        "first": one.first,
        "last": one.last,
        "stood": one.stood,
        "fate": one.fate.value,
        "course": [
            {"quarter": turn.quarter, "fate": turn.fate.value, "why": turn.why or None, "verdict": turn.word or None}
            for turn in one.course
        ],
        "verdict": _verdict(held.verdict) if held.verdict is not None else None,
        "reopened": held.reopened or None,
        "decisions": [_verdict(each.verdict) for each in one.decisions],
        "letters": [
            {
                "paper": sent.letter.paper,
                "kind": sent.letter.kind,
                "sent": _day(sent.letter.sent),
                "deadline": _day(sent.item.deadline),
            }
            for sent in one.letters
        ],
        "replies": [_reply(each) for each in one.replies],
        "rulings": [_ruling(each) for each in one.rulings],
        "mending": _mending(one.mending) if one.mending is not None else None,
        "remark": one.remark or None,
    }


def _verdict(one: Verdict) -> dict[str, Json]:
    return {
        "word": one.word,
        "why": one.why or None,
        "by": one.by or None,
        "on": _day(one.on),
        "paper": one.paper or None,
        "until": _day(one.until),
        "waiver": one.waiver or None,
    }


def _mending(one: Mending) -> dict[str, Json]:
    return {
        "state": one.state.value,
        "note": one.note or None,
        "ordered": one.ordered,
        "deadline": _day(one.deadline),
        "extended": _day(one.extended),
        "overdue": one.overdue,
        "objection": one.objection or None,
        "outside": one.outside or None,
        "closed": _day(one.closed),
    }


def _reply(one: Reply) -> dict[str, Json]:
    return {
        "word": one.word,
        "text": one.text or None,
        "on": _day(one.on),
        "received": _day(one.received),
        "until": _day(one.until),
        "link": one.link or None,
        "by": one.by or None,
    }


def _ruling(one: Ruling) -> dict[str, Json]:
    return {
        "word": one.word,
        "why": one.why or None,
        "by": one.by or None,
        "on": _day(one.on),
        "until": _day(one.until),
        "paper": one.paper or None,
    }


def _manual(one: Manual) -> dict[str, Json]:
    return {
        "number": one.number,
        "year": one.year,
        "place": one.place,
        "severity": one.severity,
        "text": one.text,
        "by": one.by or None,
        "on": _day(one.on),
        "closed": _day(one.closed),
        "closed_by": one.closed_by or None,
        "closed_why": one.closed_why or None,
    }


def _waiver(one: Waiver) -> dict[str, Json]:
    return {
        "number": one.number,
        "unit": one.unit or None,
        "year": one.year,
        "rule": one.rule or None,
        "cells": list(one.cells),
        "reason": one.reason,
        "paper": one.paper or None,
        "approver": one.approver or None,
        "start": _day(one.start),
        "end": _day(one.end),
        "review": _day(one.review),
        "ended": _day(one.ended),
    }


def _letter(one: Letter) -> dict[str, Json]:
    return {
        "quarter": one.quarter,
        "kind": one.kind,
        "paper": one.paper,
        "sent": _day(one.sent),
        "by": one.by or None,
        "findings": [item.number for item in one.items],
    }


def _old(one: OldFinding) -> dict[str, Json]:
    return {
        "quarter": one.quarter,
        "year": one.year,
        "rule": one.rule or None,
        "text": one.text,
        "mending": one.mending or None,
        "remark": one.remark or None,
        "source": one.source or None,
        "line": one.line or None,
    }
