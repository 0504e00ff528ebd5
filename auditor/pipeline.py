"""The whole pipeline as one sentence: find, read, extract, arrange, judge, conclude, score, count who is missing.

In        paths as the user gave them, options, a rulebook, the roster where there is one
Out       an Audit; a file or report that cannot be handled is listed with its reason and hides no other
Beside    earlier reports of --previous and of the run itself, of the same unit; the other units of the same year (`neighbours`)
Same      inputs, options, rulebook and engine give the same audit to the byte, whatever `jobs` and the time are
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from auditor import __version__, readers
from auditor.apart import Apart
from auditor.bulk import Lost, Worker, mapped, one_by_one
from auditor.checklist.answers import Lists, Taken, matched
from auditor.findings import Beside, case_of, judge_rule
from auditor.handed import Piece, judge_together, read_and_judge, read_reports_of, together
from auditor.judging import Brief, Desk, desk, judge_report, make_desk, unmoved
from auditor.lastyears import LastYears
from auditor.model import (
    CHINA,
    Attested,
    Audit,
    Completeness,
    Filing,
    Finding,
    Judged,
    Outcome,
    Profile,
    Prose,
    Report,
    Run,
    SetAside,
    Standing,
    UnitYear,
    Unread,
)
from auditor.neighbours import beside_of
from auditor.readers import Source
from auditor.readers.limits import Fate
from auditor.roster import Match, Plan, Roster, arrange, completeness, is_stated_unpublished
from auditor.roster.names import written
from auditor.rulebook import Rulebook
from auditor.rulebook.county import unmet
from auditor.timing import Clock, Timed
from auditor.typed import TypedCells, document_of

__all__ = [
    "Brief",
    "Desk",
    "LastYears",
    "Options",
    "audit",
    "desk",
    "handed_before",
    "handed_in",
    "judge_report",
    "judged_again",
    "read_reports",
]

Item = TypeVar("Item")
Result = TypeVar("Result")
Given = Path | str | Source | Unread
"""A path, or what `handed_in` found before."""
Others = Callable[[Sequence[Report]], Sequence[Report]]
"""The reports of a run -> reports of other units of the same years, read before, that may serve as peers."""
Progress = Callable[[str, int, int, int], None]
"""(阶段, done, of how many, problems so far)."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen of a run. `inference` None: durable-rules where it can be had, else the chainer.

    `years` are report years whose missing units are taken up one by one, whatever was handed in; `attested` is what people
    answered on checklists; `typed` what they typed for cells that could not be read, by document and fact (人工录入); a
    `clock` measures where the seconds go. `others` finds peers for a run over part of the units: what is told by comparing
    with other units must not change because these were not read again.
    """

    quarter: str | None = None
    previous: tuple[Given, ...] = ()
    jobs: int | None = None
    at: dt.datetime | None = None
    inference: str | None = None
    roster: Roster | None = None
    years: tuple[int, ...] = ()
    attested: Lists | None = None
    clock: Clock | None = None
    typed: TypedCells = field(default_factory=dict)
    others: Others | None = None


def audit(
    paths: Sequence[Given], book: Rulebook, options: Options | None = None, progress: Progress | None = None
) -> Audit:
    """The audit of everything under the paths (or of sources found before). Raises ChecklistError where a checklist cannot be
    used."""
    options = options or Options()
    tell = progress or (lambda *_: None)
    started = (options.at or dt.datetime.now(CHINA)).replace(microsecond=0)
    with Apart() as apart:
        here = desk(book, options.inference, apart.read, options.roster, started.date(), options.clock, options.typed)
        made = (book.texts, options.inference, options.roster, started.date(), options.clock is not None, options.typed)
        judges = Worker(make_desk, made, here)
        handed = _first(paths, judges, options, tell)
        plan = arrange([p.judged.report for p in handed.pieces], [p.match for p in handed.pieces], handed.unread)
        whole, broken = _bundled(plan, handed.pieces, judges, options.jobs, tell)
        before, unread_before = _read_all(options.previous, judges, options.jobs, tell, "读取上年")
        before = _one_of_each(before, here)
    seen = _attested(options.attested or Lists(), [p.judged.report for p in whole], here)
    others = tuple(options.others([p.judged.report for p in whole])) if options.others is not None else ()
    judged = _with_neighbours([p.judged for p in whole], (before, others), seen.answers, judges, options, tell)
    unread = [*handed.unread, *(lost for _, lost in plan.unread), *broken]
    run = Run(
        id=_run_id(handed, (before, others), seen, book, options),
        quarter=options.quarter,
        started=started,
        engine=__version__,
        rulebook=book.stamp,
        inference=judges.here.engine.name,
        notes=(
            *handed.notes,
            *seen.notes,
            *_unmet(book, judged, options),
            *(f"上年文件未能读取：{u.source}（{u.reason}）" for u in unread_before),
            *_peers_note(others),
        ),
    )
    everything = sorted(unread, key=lambda u: (u.source, u.reason))
    grades = tuple((name, least) for name, least in book.scoring.grades)
    aside = tuple(sorted(handed.aside, key=lambda a: a.source))
    counted = _completeness(handed.pieces, whole, unread, plan, here, options)
    powers = book.powers(started.date())
    return Audit(
        run,
        tuple(judged),
        tuple(everything),
        book.cards,
        grades,
        aside,
        counted,
        tuple(before),
        book.card,
        powers,
        others=others,
    )


def _peers_note(others: Sequence[Report]) -> Iterator[str]:
    """That units which were not audited now were compared with."""
    if others:
        yield f"与其他单位比较时，另用了以前季度读取的 {len(others)} 个单位的同年度报告（没有重新审核）"


def read_reports(
    paths: Sequence[Given],
    book: Rulebook,
    jobs: int | None = None,
    progress: Progress | None = None,
    typed: TypedCells | None = None,
) -> tuple[list[Report], list[Unread]]:
    """Every report under the paths, read but not judged (`auditor extract`), with what was `typed` for its cells."""
    with Apart() as apart:
        here = desk(book, "chainer", apart.read, typed=typed)
        worker = Worker(make_desk, (book.texts, "chainer", None, None, False, typed), here)
        return _read_all(paths, worker, jobs, progress or (lambda *_: None), "读取")


def judged_again(
    audit: Audit, book: Rulebook, options: Options | None = None, progress: Progress | None = None
) -> Audit:
    """The same reports as they were read, judged by another rulebook as of the day of their run; no file is opened.

    What people answered on checklists and the reports of earlier years are those of the run; of the options `jobs`, `inference`
    and the roster count.
    """
    options = options or Options()
    tell = progress or (lambda *_: None)
    day = audit.run.started.date()
    here = desk(book, options.inference, roster=options.roster, audited=day)
    judges = Worker(make_desk, (book.texts, options.inference, options.roster, day), here)
    alone = _each_alone([j.report for j in audit.reports], judges, options.jobs, tell)
    ids = {name: ready.id for ready in book.rules for name in (ready.id, *ready.rule.aliases)}
    seen = {
        j.report.source: {ids[rule]: said for rule, said in j.attested.items() if rule in ids} for j in audit.reports
    }
    judged = _with_neighbours(alone, (audit.before, audit.others), seen, judges, options, tell)
    run = replace(
        audit.run,
        id=hashlib.sha256(f"{audit.run.id}\0{book.stamp.sha256}\0{__version__}".encode()).hexdigest()[:16],
        engine=__version__,
        rulebook=book.stamp,
        inference=here.engine.name,
        notes=_unmet(book, judged, options),
    )
    return replace(
        audit,
        run=run,
        reports=tuple(judged),
        rules=book.cards,
        grades=tuple((name, least) for name, least in book.scoring.grades),
        completeness=_missing_again(audit.completeness, here),
        county=book.card,
        powers=book.powers(day),
        ledger=None,
    )


def _each_alone(reports: Sequence[Report], judges: Worker[Desk], jobs: int | None, tell: Progress) -> list[Judged]:
    """Every report judged by itself; a crash of durable-rules: the chainer gives the same findings."""
    briefs = [Brief(report, Beside()) for report in reports]
    out = []
    for done, (brief, result) in enumerate(_mapped(judge_report, briefs, judges, jobs), 1):
        if isinstance(result, Lost):
            result = judge_report(desk(judges.here.book, "chainer", audited=judges.here.audited), brief)
        out.append(replace(result, report=brief.report))
        tell("审核", done, len(briefs), sum(1 for f in result.findings if f.outcome is Outcome.BROKEN))
    return out


def _missing_again(found: Completeness | None, judges: Desk) -> Completeness | None:
    """Who is missing, with what this rulebook says of it."""
    if found is None or judges.matcher is None:
        return found
    standings = tuple(replace(s, finding=_missing(s, judges)) if s.finding else s for s in found.standings)
    return replace(found, standings=standings)


def _mapped(
    function: Callable[[Desk, Item], Result], items: Sequence[Item], judges: Worker[Desk], jobs: int | None
) -> Iterator[tuple[Item, Result | Lost]]:
    """`mapped`; where the desk has a clock, what the other processes measured is added to it."""
    clock = judges.here.clock
    if clock is None:
        yield from mapped(function, items, judges, jobs)
        return
    for item, found in mapped(Timed(function), items, judges, jobs):
        if isinstance(found, Lost):
            yield item, found
        else:
            result, spent = found
            clock.merge(spent)
            yield item, result


# --- reading, and a first judgement ----------------------------------------------------------------


ROSTER_NAME = "名册.xlsx"


def handed_in(paths: Sequence[Given], options: Options) -> list[Source | Unread]:
    """What an audit of these paths will read, in order: sources, and what cannot be opened. `audit` takes them as they are."""
    sources, unread = _found(paths, options.roster, options.attested)
    return [*sources, *unread]


def handed_before(options: Options) -> list[Source | Unread]:
    """The same of the earlier reports of --previous."""
    sources, unread = _found_before(options.previous, options.roster)
    return [*sources, *unread]


def _found(
    paths: Sequence[Given], roster: Roster | None = None, lists: Lists | None = None
) -> tuple[list[Source], list[Unread]]:
    """The files under the paths; the roster is none of them, nor are the checklists."""
    ready = [given for given in paths if isinstance(given, Source | Unread)]
    every = [*ready, *readers.find([given for given in paths if isinstance(given, Path | str)])]
    sources = [f for f in every if isinstance(f, Source)]
    own = {*([roster.path] if roster else ()), *(lists.paths if lists else ())}
    if own:
        sources = [s for s in sources if s.members or os.path.realpath(s.path) not in own]
    return sources, [f for f in every if isinstance(f, Unread)]


def _found_before(paths: Sequence[Given], roster: Roster | None) -> tuple[list[Source], list[Unread]]:
    sources, unread = _found(paths, roster)
    return [s for s in sources if s.members or s.path.name != ROSTER_NAME], unread


def _read_all(
    paths: Sequence[Given], judges: Worker[Desk], jobs: int | None, tell: Progress, stage: str
) -> tuple[list[Report], list[Unread]]:
    sources, unread = _found_before(paths, judges.here.matcher.roster if judges.here.matcher else None)
    reports: list[Report] = []
    for done, (source, result) in enumerate(_mapped(read_reports_of, sources, judges, jobs), 1):
        if isinstance(result, Lost):
            unread.append(_unread(source, result))
        else:
            reports += [r for r in result if isinstance(r, Report)]
            unread += [r for r in result if isinstance(r, Unread)]
        tell(stage, done, len(sources), 0)
    return sorted(reports, key=lambda r: r.source), unread


@dataclass(slots=True)
class _Handed:
    """Everything that was handed in."""

    pieces: list[Piece] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    def take(self, results: Iterable[Piece | Unread | SetAside]) -> int:
        """Sorts results in; how many problems the new reports have."""
        problems = 0
        for one in results:
            if isinstance(one, Piece):
                self.pieces.append(one)
                problems += sum(1 for f in one.judged.findings if f.outcome is Outcome.BROKEN)
            elif isinstance(one, Unread):
                self.unread.append(one)
            else:
                self.aside.append(one)
        return problems


def _first(paths: Sequence[Given], judges: Worker[Desk], options: Options, tell: Progress) -> _Handed:
    """Every document read and judged by itself, in one go: a report travels between processes once."""
    sources, unread = _found(paths, options.roster, options.attested)
    handed = _Handed(unread=unread)
    crashed: list[Source] = []
    problems = 0
    for done, (source, result) in enumerate(_mapped(read_and_judge, sources, judges, options.jobs), 1):
        if not isinstance(result, Lost):
            problems += handed.take(result)
        elif result.fate is Fate.CRASH:
            crashed.append(source)
        else:
            handed.unread.append(_unread(source, result))
        tell("审核", done, len(sources), problems)
    _without_durable_rules(crashed, judges, options.roster, handed)
    handed.pieces.sort(key=lambda p: p.judged.report.source)
    return handed


def _without_durable_rules(
    crashed: Sequence[Source], judges: Worker[Desk], roster: Roster | None, handed: _Handed
) -> None:
    """What killed its process once more: durable-rules is C code that can take the process with it, and the chainer
    gives the same findings; a document that kills its process while it is read stays unread."""
    day = judges.here.audited
    typed = judges.here.typed
    fallback = desk(judges.here.book, "chainer", roster=roster, audited=day, typed=typed)
    apart = Worker(make_desk, (judges.here.book.texts, "chainer", roster, day, False, typed), fallback)
    saved = 0
    for source, result in one_by_one(read_and_judge, crashed, apart):
        if isinstance(result, Lost):
            handed.unread.append(_unread(source, result))
        else:
            saved += sum(isinstance(one, Piece) for one in result)
            handed.take(result)
    if saved:
        handed.notes = (f"组合规则推理进程中断，{saved} 份报告改用内置推理重新审核",)


def _unread(source: Source, result: Unread | Lost) -> Unread:
    if isinstance(result, Unread):
        return result
    data = readers.load(source)
    return Unread(source.name, result.reason, None if isinstance(data, Unread) else hashlib.sha256(data).hexdigest())


def _one_of_each(before: Sequence[Report], judges: Desk) -> list[Report]:
    """The reports of earlier years without further copies of the same one. Versions that differ in a number both stay, so
    that no rule compares with either as if it were certain."""
    matches = [judges.matcher.of_report(report) if judges.matcher else Match() for report in before]
    others = {
        version.source
        for bundle in arrange(before, matches).bundles
        for version in bundle.versions
        if not version.differences
    }
    return [report for report in before if report.source not in others]


# --- files that are one report, and versions of one report -------------------------------------------


def _bundled(
    plan: Plan, pieces: Sequence[Piece], judges: Worker[Desk], jobs: int | None, tell: Progress
) -> tuple[list[Piece], list[Unread]]:
    """The reports of the run: those that stand alone as they are, the others read together or judged with their versions."""
    plain = [pieces[b.main] for b in plan.bundles if not b.rest and not b.versions]
    tasks = [together(pieces, bundle) for bundle in plan.bundles if bundle.rest or bundle.versions]
    unread: list[Unread] = []
    for done, (task, result) in enumerate(_mapped(judge_together, tasks, judges, jobs), 1):
        if isinstance(result, Lost):
            unread.append(_unread(task.main.source, result))
        elif isinstance(result, Unread):
            unread.append(result)
        else:
            plain.append(result)
        tell("合并", done, len(tasks), 0)
    return sorted(plain, key=lambda p: p.judged.report.source), unread


# --- who is missing --------------------------------------------------------------------------------


_MISSING = "g-not-published"


def _completeness(
    pieces: Sequence[Piece],
    whole: Sequence[Piece],
    unread: Sequence[Unread],
    plan: Plan,
    judges: Desk,
    options: Options,
) -> Completeness:
    """应报, 已报, 未报, 无法读取; what the rule says of every report that is missing in a year under check."""
    known = {lost.source: (pieces[at].match, pieces[at].judged.report.profile.year) for at, lost in plan.unread}
    reports = [(p.judged.report, p.match) for p in whole]
    done = completeness(judges.matcher, reports, unread, plan.doubts, options.years, known)
    checked = {count.year for count in done.years if count.checked}
    standings = tuple(
        replace(s, finding=_missing(s, judges)) if s.standing is Standing.MISSING and s.year in checked else s
        for s in done.standings
    )
    return replace(done, standings=standings)


def _missing(standing: UnitYear, judges: Desk) -> Finding | None:
    """What the rule on unpublished reports says of one that is not there; None where the rulebook has no such rule."""
    ready, unit = judges.book.rule(_MISSING), judges.matcher and judges.matcher.roster.unit(standing.unit)
    if ready is None or not unit:
        return None
    stated = is_stated_unpublished(unit, standing.year)
    where = Filing(unit.name, unit.group, unit.authority, reported=False, stated="未公布" if stated else "")
    profile = Profile(organisation=standing.unit, unit_kind=standing.kind, year=standing.year)
    empty = Report(standing.unit, "", "", profile, Prose("", ()), (), {}, (), filing=where)
    said = judge_rule(ready, case_of(empty, judges.book), judges.book)
    return said.findings[0] if said.findings else None


# --- other reports ---------------------------------------------------------------------------------


def _with_neighbours(
    judged: Sequence[Judged],
    known: tuple[Sequence[Report], Sequence[Report]],
    seen: Mapping[str, Mapping[str, Attested]],
    judges: Worker[Desk],
    options: Options,
    tell: Progress,
) -> list[Judged]:
    """The same reports; those beside which something stands (an earlier report, peers), or of which a person answered
    something, judged again with it. `known` are reports of earlier years and of other units."""
    before, others = known
    besides = beside_of([j.report for j in judged], before, judges.here.book, options.roster, others)
    briefs = [
        Brief(j.report, replace(beside, attested=seen.get(j.report.source, {})), j)
        for j, beside in zip(judged, besides, strict=True)
    ]
    done = {j.report.source: j for j in judged}
    again = []
    for brief in briefs:
        if brief.beside != Beside():
            same = unmoved(judges.here, brief)  # quicker here than to send the report to another process and back
            done[brief.report.source] = same or done[brief.report.source]
            again += [] if same else [brief]
    for at, (brief, result) in enumerate(_mapped(judge_report, again, judges, options.jobs), 1):
        # a crash of durable-rules: the chainer gives the same findings
        if isinstance(result, Lost):
            result = judge_report(desk(judges.here.book, "chainer", audited=judges.here.audited), brief)
        # the report that is here already, not the copy that came back from another process
        done[brief.report.source] = replace(result, report=brief.report)
        tell("比对", at, len(again), sum(1 for f in result.findings if f.outcome is Outcome.BROKEN))
    return sorted(done.values(), key=lambda j: j.report.source)


# --- the run ---------------------------------------------------------------------------------------


def _attested(lists: Lists, reports: Sequence[Report], judges: Desk) -> Taken:
    """What people answered of these reports. Raises ChecklistError."""
    asking = [ready for ready in judges.book.rules if ready.rule.check == "attest"]
    rules = {name: ready.id for ready in asking for name in (ready.id, *ready.rule.aliases)}
    return matched(lists, reports, rules, judges.matcher.full_name if judges.matcher else written)


def _unmet(book: Rulebook, judged: Sequence[Judged], options: Options) -> tuple[str, ...]:
    """Units that the county's profile names and that are nowhere."""
    roster = [unit.name for unit in options.roster.units] if options.roster is not None else None
    return unmet(book.county, [j.report for j in judged], roster)


def _run_id(
    handed: _Handed, known: tuple[Sequence[Report], Sequence[Report]], seen: Taken, book: Rulebook, options: Options
) -> str:
    before, others = known
    digest = hashlib.sha256()
    given: list[tuple[str, str]] = [
        *((p.judged.report.source, p.judged.report.sha256) for p in handed.pieces),
        *((lost.source, lost.sha256 or "") for lost in handed.unread),
        *((other.source, other.sha256 or "") for other in handed.aside),
    ]
    if options.roster is not None:
        given.append((f"名册{options.years or ''}", options.roster.sha256))
    typed = _typed(options.typed, {sha256 for _, sha256 in given} | {r.sha256 for r in before})
    beside = [
        *sorted((r.source, r.sha256) for r in before),
        *sorted((f"同类 {r.source}", r.sha256) for r in others),
    ]
    for part in (*sorted(given), *beside, *seen.fingerprint, *typed):
        digest.update("\0".join(part).encode() + b"\0")
    for word in (book.stamp.sha256, __version__, options.quarter or ""):
        digest.update(word.encode() + b"\0")
    return digest.hexdigest()[:16]


def _typed(typed: TypedCells, documents: Container[str]) -> Iterator[tuple[str, ...]]:
    """What was typed for these documents, as a part of the identity of a run."""
    for key in sorted(typed):
        if document_of(key) in documents:
            for fact, said in sorted(typed[key].items()):
                on = said.on.isoformat() if said.on else ""
                yield key, fact, said.state, str(said.value), said.raw, said.by, on
