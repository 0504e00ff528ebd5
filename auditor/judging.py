"""Judging: one report in, everything that the rules, the patterns and the score say of it out.

Desk      what a process needs for it: the rulebook, an engine for its patterns, what reads bytes, the roster
Crash     an engine that fails costs its patterns, never the findings they would only have added to
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from auditor.conclusion import Word, undecided
from auditor.faults import locate
from auditor.findings import Beside, case_of, judge, remedy_of
from auditor.model import (
    REJECTED,
    UPHELD,
    WAIVED,
    Cause,
    Document,
    Finding,
    Judged,
    Judgement,
    Outcome,
    Report,
    Score,
    Undecided,
    Unread,
)
from auditor.patterns import Concluded, Engine, conclude, make_engine
from auditor.roster import Matcher, Roster
from auditor.rulebook import Rulebook, Texts, build
from auditor.rulebook.scoring import Scoring
from auditor.score import score
from auditor.timing import CONCLUDING, JUDGING, SCORING, Clock, timed, timing
from auditor.typed import TypedCells

_ENGINE = "p-engine"  # stands for the patterns where their engine failed


def read_here(source: str, data: bytes) -> Document | Unread:
    """Bytes read in this process; the readers are imported with the first of them."""
    from auditor import readers

    return readers.read(source, data)


@dataclass(frozen=True, slots=True)
class Desk:
    """What judges reports in one process: the rulebook, an engine for its patterns, what reads bytes, the roster, the day,
    a clock where the seconds are asked for, and what people typed for cells that could not be read."""

    book: Rulebook
    engine: Engine
    read: Callable[[str, bytes], Document | Unread] = read_here
    matcher: Matcher | None = None
    audited: dt.date | None = None
    clock: Clock | None = None
    typed: TypedCells = field(default_factory=dict)


def desk(
    book: Rulebook,
    inference: str | None = None,
    read: Callable[[str, bytes], Document | Unread] = read_here,
    roster: Roster | None = None,
    audited: dt.date | None = None,
    clock: Clock | None = None,
    typed: TypedCells | None = None,
) -> Desk:
    """A desk for this process.

    AUDITOR_INFERENCE=chainer runs the patterns without durable-rules; the suite runs once with each.
    """
    engine = make_engine(book.patterns, inference or os.environ.get("AUDITOR_INFERENCE") or None)
    matcher = Matcher(roster) if roster is not None else None
    return Desk(book if clock is None else timed(book, clock), engine, read, matcher, audited, clock, typed or {})


def make_desk(
    texts: Texts,
    inference: str | None,
    roster: Roster | None,
    audited: dt.date | None,
    measures: bool = False,
    typed: TypedCells | None = None,
) -> Desk:
    """The same in another process: the rulebook from its texts, a clock of its own where it `measures`."""
    clock = Clock() if measures else None
    return desk(build(texts), inference, roster=roster, audited=audited, clock=clock, typed=typed)


@dataclass(frozen=True, slots=True)
class Brief:
    """One report to judge, with what stands beside it."""

    report: Report
    beside: Beside
    before: Judged | None = None


def judge_report(judges: Desk, brief: Brief) -> Judged:
    """Rules, patterns and score of one report."""
    with timing(judges.clock, JUDGING):
        judgement = judge(brief.report, judges.book, brief.beside, unscored(brief.before), judges.audited)
    return replace(settled(judges, brief.report, judgement, brief.beside), attested=brief.beside.attested)


def unmoved(judges: Desk, brief: Brief) -> Judged | None:
    """The report as it was judged by itself, where its peers change no finding; None where it must be judged again.

    What `judge_report` would say, without drawing patterns and score anew: for most reports the peers only make a rule
    `kept`. An earlier report also has a say in where faults lie, and a bonus may hang on what is kept.
    """
    before, beside = unscored(brief.before), brief.beside
    if brief.before is None or before is None or beside != Beside(peers=beside.peers):
        return None
    with timing(judges.clock, JUDGING):
        said = judge(brief.report, judges.book, beside, before, judges.audited)
    moved = {id for id, outcome in said.outcomes.items() if before.outcomes.get(id) is not outcome}
    if (said.findings, said.undecided) != (before.findings, before.undecided) or moved & _bonus(judges.book):
        return None
    return replace(brief.before, outcomes=said.outcomes, disabled=said.disabled)


def _bonus(book: Rulebook) -> set[str]:
    """The rules on which a bonus hangs, under either model."""
    models = (book.scoring, book.scoring.beside)
    return {rule for model in models if model is not None for bonus in model.bonus for rule in bonus.rules}


def settled(
    judges: Desk, report: Report, judgement: Judgement, beside: Beside | None = None, word: Word = undecided
) -> Judged:
    """Located faults, patterns and score upon what the rules said of one report; `beside` is what they saw beside it.

    `word` is what a person decided of a finding. What is not so is taken out before anything is concluded from it, and
    listed for nothing; what is so counts as certain; what is waived stands, and only the score passes it over.
    """
    heard = _Heard(judgement.findings, word)
    left = list(judgement.undecided)
    try:
        with timing(judges.clock, CONCLUDING):
            concluded = _concluded(judges, report, judgement, beside, heard)
    except Exception as error:  # patterns only add; without them the findings stand as they are
        concluded = Concluded(tuple(heard.standing))
        left.append(_engine_fault(error))
    left += map(_taken_back, concluded.withdrawn)
    listed = (*concluded.findings, *concluded.dismissed, *heard.dismissed)
    verdicts = {f.fingerprint: said for f in listed if (said := word(f))} | dict.fromkeys(concluded.waived, WAIVED)
    book = judges.book
    with timing(judges.clock, SCORING):
        scored, points = _scored(listed, left, judgement.outcomes, book.scoring, verdicts, concluded.full)
        second = _second(listed, left, judgement.outcomes, book, verdicts, concluded.full)
    lifted = heard.lifted | concluded.lifted
    shown = (replace(f, outcome=Outcome.SUSPECTED) if f.fingerprint in lifted else f for f in scored)
    ordered = tuple(sorted(shown, key=lambda f: (f.rule, f.facts, f.fingerprint)))
    open_ = tuple(sorted(left, key=lambda u: (u.rule, u.facts, u.reason)))
    return Judged(report, ordered, open_, judgement.outcomes, points, second, disabled=judgement.disabled)


def rescored(judges: Desk, judged: Judged, word: Word, more: Sequence[Finding] = ()) -> Judged:
    """The same report with `more` findings and its score by what a person decided, its conclusions as they were drawn.

    A conclusion of which every member is 不属实 (豁免) is so itself.
    """
    listed = (*judged.findings, *more)
    verdicts = {f.fingerprint: said for f in listed if (said := word(f))}
    for said in (REJECTED, WAIVED):
        for finding in listed:
            if finding.members and all(verdicts.get(member) == said for member in finding.members):
                verdicts[finding.fingerprint] = said
    book = judges.book
    scored, points = score(listed, judged.undecided, book.scoring, verdicts, judged.outcomes)
    second = _second(listed, judged.undecided, judged.outcomes, book, verdicts, {})
    ordered = tuple(sorted(scored, key=lambda f: (f.rule, f.facts, f.fingerprint)))
    return replace(judged, findings=ordered, score=points, second=second)


class _Heard:
    """The findings of the rules by what a person decided of them: those found 不属实 apart, those found 属实 as certain."""

    def __init__(self, findings: Sequence[Finding], word: Word) -> None:
        said = [(finding, word(finding)) for finding in findings]
        self.dismissed = [finding for finding, its in said if its == REJECTED]
        self.lifted = frozenset(f.fingerprint for f, its in said if its == UPHELD and f.outcome is Outcome.SUSPECTED)
        self.standing = [
            replace(f, outcome=Outcome.BROKEN) if f.fingerprint in self.lifted else f
            for f, its in said
            if its != REJECTED
        ]
        self.word = word


def _concluded(judges: Desk, report: Report, judgement: Judgement, beside: Beside | None, heard: _Heard) -> Concluded:
    """What the arithmetic of the cells and the patterns make of the findings."""
    book = judges.book
    case = case_of(report, book, beside, judges.audited)
    done = conclude(
        heard.standing,
        report.profile,
        book.patterns,
        judges.engine,
        identity=report.profile.organisation or report.sha256,
        year=report.profile.year,
        scoring=book.scoring,
        names={f.id: f.name for f in report.facts.values()},
        off=book.county.patterns_off(report),
        assessed=book.county.assessment_of(report.profile.year),
        faults=locate(heard.standing, judgement.outcomes, case, book),
        word=heard.word,
    )
    return replace(
        done, findings=_remedied(done.findings, report, book), dismissed=_remedied(done.dismissed, report, book)
    )


def _taken_back(finding: Finding) -> Undecided:
    """A finding that a conclusion withdrew, as what is left open."""
    return Undecided(
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


def _scored(
    findings: Sequence[Finding],
    left: Sequence[Undecided],
    outcomes: Mapping[str, Outcome],
    scoring: Scoring,
    verdicts: Mapping[str, str],
    full: Mapping[str, Decimal],
) -> tuple[tuple[Finding, ...], Score]:
    """The score; what conclusions cost with what is waived under them (`full`) counts in `without_waivers` alone."""
    scored, points = score(findings, left, scoring, verdicts, outcomes)
    if not full:
        return scored, points
    dear = [replace(f, cost=full.get(f.fingerprint, f.cost)) for f in findings]
    without = score(dear, left, scoring, verdicts, outcomes)[1].without_waivers
    return scored, replace(points, without_waivers=min(points.points, without))


def unscored(judged: Judged | None) -> Judgement | None:
    """What the rules said of a report before patterns and score; None where it has to be asked anew."""
    if judged is None or any(u.withdrawn_by or u.rule == _ENGINE for u in judged.undecided):
        return None
    plain = [f for f in judged.findings if not f.members]
    findings = tuple(replace(f, absorbed_by=None, deducted=Decimal(0)) for f in plain)
    return Judgement(findings, judged.undecided, judged.outcomes, judged.disabled)


def _remedied(findings: tuple[Finding, ...], report: Report, book: Rulebook) -> tuple[Finding, ...]:
    """The findings with what the county orders for old reports in the conclusions too."""
    return tuple(
        replace(f, remedy=remedy_of(f.remedy, f.dimension, report, book)) if f.members else f for f in findings
    )


def _second(
    standing: Sequence[Finding],
    left: Sequence[Undecided],
    outcomes: Mapping[str, Outcome],
    book: Rulebook,
    verdicts: Mapping[str, str],
    full: Mapping[str, Decimal],
) -> Score | None:
    """The score under the model beside the one that counts; None where the county asks for none."""
    beside = book.scoring.beside
    if beside is None:
        return None
    first, own = book.scoring, {r.id for r in book.rules if r.rule.deduct is not None}
    fits = [f.rule not in own and not f.free and not f.draft and f.cost == first.cost(f.severity) for f in standing]
    recost = [replace(f, cost=beside.cost(f.severity)) if fit else f for f, fit in zip(standing, fits, strict=True)]
    open_ = [replace(u, cost=beside.cost(u.severity)) if u.cost and u.rule not in own else u for u in left]
    return _scored(recost, open_, outcomes, beside, verdicts, full)[1]


def _engine_fault(error: Exception) -> Undecided:
    reason = f"组合规则推理出错（{type(error).__name__}: {error}）"
    return Undecided(_ENGINE, "组合规则", Outcome.UNCLEAR, reason, "提示", "真实有效", caused_by=Cause.ENGINE)
