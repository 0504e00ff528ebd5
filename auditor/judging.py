"""Judging: one report in, everything that the rules, the patterns and the score say of it out.

Desk      what a process needs for it: the rulebook, an engine for its patterns, what reads bytes, the roster
Crash     an engine that fails costs its patterns, never the findings they would only have added to
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from auditor import readers
from auditor.findings import Beside, judge
from auditor.model import Cause, Document, Judged, Judgement, Outcome, Report, Undecided, Unread
from auditor.patterns import Engine, conclude, make_engine
from auditor.roster import Matcher, Roster
from auditor.rulebook import Rulebook, Texts, build
from auditor.score import score

_ENGINE = "p-engine"  # stands for the patterns where their engine failed


@dataclass(frozen=True, slots=True)
class Desk:
    """What judges reports in one process: the rulebook, an engine for its patterns, what reads bytes, the roster, the day."""

    book: Rulebook
    engine: Engine
    read: Callable[[str, bytes], Document | Unread] = readers.read
    matcher: Matcher | None = None
    audited: dt.date | None = None


def desk(
    book: Rulebook,
    inference: str | None = None,
    read: Callable[[str, bytes], Document | Unread] = readers.read,
    roster: Roster | None = None,
    audited: dt.date | None = None,
) -> Desk:
    """A desk for this process.

    AUDITOR_INFERENCE=chainer runs the patterns without durable-rules; the suite runs once with each.
    """
    engine = make_engine(book.patterns, inference or os.environ.get("AUDITOR_INFERENCE") or None)
    return Desk(book, engine, read, Matcher(roster) if roster is not None else None, audited)


def make_desk(texts: Texts, inference: str | None, roster: Roster | None, audited: dt.date | None) -> Desk:
    """The same in another process: the rulebook from its texts."""
    return desk(build(texts), inference, roster=roster, audited=audited)


@dataclass(frozen=True, slots=True)
class Brief:
    """One report to judge, with what stands beside it."""

    report: Report
    beside: Beside
    before: Judged | None = None


def judge_report(judges: Desk, brief: Brief) -> Judged:
    """Rules, patterns and score of one report."""
    judgement = judge(brief.report, judges.book, brief.beside, _unscored(brief.before), judges.audited)
    return settled(judges, brief.report, judgement)


def settled(judges: Desk, report: Report, judgement: Judgement) -> Judged:
    """Patterns and score upon what the rules said of one report."""
    book = judges.book
    names = {f.id: f.name for f in report.facts.values()}
    undecided = list(judgement.undecided)
    try:
        concluded = conclude(
            judgement.findings,
            report.profile,
            book.patterns,
            judges.engine,
            identity=report.profile.organisation or report.sha256,
            year=report.profile.year,
            scoring=book.scoring,
            names=names,
        )
        standing, withdrawn = concluded.findings, concluded.withdrawn
    except Exception as error:  # patterns only add; without them the findings stand as they are
        standing, withdrawn = judgement.findings, ()
        undecided.append(_engine_fault(error))
    for finding in withdrawn:
        undecided.append(
            Undecided(
                finding.rule,
                finding.title,
                Outcome.UNCLEAR,
                finding.message,
                finding.severity,
                finding.dimension,
                table=finding.table,
                facts=finding.facts,
                caused_by=Cause.READER,
                evidence=finding.evidence,
                withdrawn_by=finding.withdrawn_by,
            )
        )
    scored, points = score(standing, undecided, book.scoring)
    ordered = tuple(sorted(scored, key=lambda f: (f.rule, f.facts, f.fingerprint)))
    left = tuple(sorted(undecided, key=lambda u: (u.rule, u.facts, u.reason)))
    return Judged(report, ordered, left, judgement.outcomes, points)


def _unscored(judged: Judged | None) -> Judgement | None:
    """What the rules said of a report before patterns and score; None where it has to be asked anew."""
    if judged is None or any(u.withdrawn_by or u.rule == _ENGINE for u in judged.undecided):
        return None
    plain = [f for f in judged.findings if not f.members]
    findings = tuple(replace(f, absorbed_by=None, deducted=Decimal(0)) for f in plain)
    return Judgement(findings, judged.undecided, judged.outcomes)


def _engine_fault(error: Exception) -> Undecided:
    reason = f"组合规则推理出错（{type(error).__name__}: {error}）"
    return Undecided(_ENGINE, "组合规则", Outcome.UNCLEAR, reason, "提示", "真实有效", caused_by=Cause.ENGINE)
