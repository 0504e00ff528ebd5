"""The whole pipeline as one sentence: find, read, extract, judge, conclude, score.

In        paths as the user gave them, options, a rulebook
Out       an Audit; a file or report that cannot be handled is listed with its reason and hides no other
Last year a report of --previous, or of the run itself, of the same organisation and the year before
Same      inputs, options, rulebook and engine give the same audit to the byte, whatever `jobs` and the time are
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from auditor import __version__, readers
from auditor.bulk import Worker, mapped, one_by_one
from auditor.facts import extract
from auditor.facts.names import core_name
from auditor.findings import LastYear, judge
from auditor.model import Audit, Cause, Judged, Judgement, Outcome, Profile, Report, Run, Undecided, Unread
from auditor.patterns import Engine, conclude, make_engine
from auditor.readers import Source
from auditor.rulebook import Rulebook, Texts, build
from auditor.score import score
from auditor.text import squash

CHINA = dt.timezone(dt.timedelta(hours=8))
Progress = Callable[[str, int, int, int], None]
"""(阶段, done, of how many, problems so far)."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen of a run. `inference` None: durable-rules where it can be had, else the chainer."""

    quarter: str | None = None
    previous: tuple[Path | str, ...] = ()
    jobs: int | None = None
    at: dt.datetime | None = None
    inference: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What judges reports in one process: the rulebook and an engine for its patterns."""

    book: Rulebook
    engine: Engine


def desk(book: Rulebook, inference: str | None = None) -> Desk:
    """A desk for this process.

    AUDITOR_INFERENCE=chainer runs the patterns without durable-rules; the suite runs once with each.
    """
    return Desk(book, make_engine(book.patterns, inference or os.environ.get("AUDITOR_INFERENCE") or None))


def audit(
    paths: Sequence[Path | str], book: Rulebook, options: Options | None = None, progress: Progress | None = None
) -> Audit:
    """The audit of everything under the paths."""
    options = options or Options()
    tell = progress or (lambda *_: None)
    judges = Worker(_make_desk, (book.texts, options.inference), desk(book, options.inference))
    judged, unread, notes = _first(paths, judges, options.jobs, tell)
    before, unread_before = _read_all(options.previous, judges, options.jobs, tell, "读取上年")
    judged = _with_last_years(judged, before, judges, options.jobs, tell)
    reports = [j.report for j in judged]
    run = Run(
        id=_run_id(reports, unread, before, book, options.quarter),
        quarter=options.quarter,
        started=(options.at or dt.datetime.now(CHINA)).replace(microsecond=0),
        engine=__version__,
        rulebook=book.stamp,
        inference=judges.here.engine.name,
        notes=(*notes, *(f"上年文件未能读取：{u.source}（{u.reason}）" for u in unread_before)),
    )
    everything = sorted(unread, key=lambda u: (u.source, u.reason))
    grades = tuple((name, least) for name, least in book.scoring.grades)
    return Audit(run, tuple(judged), tuple(everything), book.cards, grades)


def read_reports(
    paths: Sequence[Path | str], book: Rulebook, jobs: int | None = None, progress: Progress | None = None
) -> tuple[list[Report], list[Unread]]:
    """Every report under the paths, read but not judged (`auditor extract`)."""
    worker = Worker(_make_desk, (book.texts, "chainer"), desk(book, "chainer"))
    return _read_all(paths, worker, jobs, progress or (lambda *_: None), "读取")


# --- reading, and a first judgement ----------------------------------------------------------------

_KILLED = "读取时间过长或占用内存过多，已中止；请检查文件是否损坏，或另存后重试"


def _found(paths: Sequence[Path | str]) -> tuple[list[Source], list[Unread]]:
    every = list(readers.find(paths))
    return [f for f in every if isinstance(f, Source)], [f for f in every if isinstance(f, Unread)]


def _read_all(
    paths: Sequence[Path | str], judges: Worker[Desk], jobs: int | None, tell: Progress, stage: str
) -> tuple[list[Report], list[Unread]]:
    sources, unread = _found(paths)
    reports: list[Report] = []
    for done, (source, result) in enumerate(mapped(read_report, sources, judges, jobs), 1):
        if isinstance(result, Report):
            reports.append(result)
        else:
            unread.append(result or Unread(source.name, _KILLED))
        tell(stage, done, len(sources), 0)
    return sorted(reports, key=lambda r: r.source), unread


def _first(
    paths: Sequence[Path | str], judges: Worker[Desk], jobs: int | None, tell: Progress
) -> tuple[list[Judged], list[Unread], tuple[str, ...]]:
    """Every document read and judged by itself, in one go: a report travels between processes once."""
    sources, unread = _found(paths)
    judged: list[Judged] = []
    killed: list[Source] = []
    problems = 0
    for done, (source, result) in enumerate(mapped(read_and_judge, sources, judges, jobs), 1):
        if isinstance(result, Judged):
            judged.append(result)
            problems += sum(1 for f in result.findings if f.outcome is Outcome.BROKEN)
        elif result is None:
            killed.append(source)
        else:
            unread.append(result)
        tell("审核", done, len(sources), problems)
    saved, lost = _without_durable_rules(killed, judges)
    notes = (f"组合规则推理进程中断，{len(saved)} 份报告改用内置推理重新审核",) if saved else ()
    return [*judged, *saved], [*unread, *lost], notes


def _without_durable_rules(killed: Sequence[Source], judges: Worker[Desk]) -> tuple[list[Judged], list[Unread]]:
    """What killed its process once more: durable-rules is C code that can take the process with it, and the chainer
    gives the same findings; a document that kills its process while it is read stays unread."""
    fallback = desk(judges.here.book, "chainer")
    apart = Worker(_make_desk, (judges.here.book.texts, "chainer"), fallback)
    judged: list[Judged] = []
    unread: list[Unread] = []
    for source, result in one_by_one(read_report, killed, apart):
        if isinstance(result, Report):
            judged.append(judge_report(fallback, Brief(result, LastYear())))
        else:
            unread.append(result or Unread(source.name, _KILLED))
    return judged, unread


def read_and_judge(judges: Desk, source: Source) -> Judged | Unread:
    """One document read and judged without last year's report."""
    report = read_report(judges, source)
    return judge_report(judges, Brief(report, LastYear())) if isinstance(report, Report) else report


def read_report(judges: Desk, source: Source) -> Report | Unread:
    """One document read and its facts extracted: a pure function of bytes and rulebook but for the loading."""
    data = readers.load(source)
    if isinstance(data, Unread):
        return data
    document = readers.read(source.name, data)
    if isinstance(document, Unread):
        return document
    try:
        return extract(document, judges.book.lexicon)
    except Exception as error:  # a bug met in one document must not stop the others
        return Unread(
            source.name, f"解析时程序出错（{type(error).__name__}），请将此文件反馈给维护人员", document.sha256
        )


# --- judging ---------------------------------------------------------------------------------------


_ENGINE = "p-engine"  # stands for the patterns where their engine failed


@dataclass(frozen=True, slots=True)
class Brief:
    """One report to judge, with last year's."""

    report: Report
    last: LastYear
    before: Judged | None = None


def _with_last_years(
    judged: Sequence[Judged], before: Sequence[Report], judges: Worker[Desk], jobs: int | None, tell: Progress
) -> list[Judged]:
    """The same reports; those whose last year's report is at hand (or cannot be told) judged again with it."""
    listed = {j.report.sha256 for j in judged}
    years = LastYears([*(j.report for j in judged), *(r for r in before if r.sha256 not in listed)])
    briefs = [Brief(j.report, years.of(j.report.profile), j) for j in judged]
    again = [b for b in briefs if b.last != LastYear()]
    done = {j.report.source: j for j in judged}
    for at, (brief, result) in enumerate(mapped(judge_report, again, judges, jobs), 1):
        # a crash of durable-rules: the chainer gives the same findings
        result = result or judge_report(desk(judges.here.book, "chainer"), brief)
        done[brief.report.source] = result
        tell("比对上年", at, len(again), sum(1 for f in result.findings if f.outcome is Outcome.BROKEN))
    return sorted(done.values(), key=lambda j: j.report.source)


def judge_report(judges: Desk, brief: Brief) -> Judged:
    """Rules, patterns and score of one report."""
    report, book = brief.report, judges.book
    judgement = judge(report, book, brief.last, _unscored(brief.before))
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


# --- last year -------------------------------------------------------------------------------------


@dataclass
class LastYears:
    """Reports by organisation and year: exact names first, then names without places and 人民政府."""

    reports: Sequence[Report]
    exact: dict[tuple[str, int], list[Report]] = field(default_factory=dict)
    core: dict[tuple[str, int], list[Report]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for report in self.reports:
            name, year = report.profile.organisation, report.profile.year
            if name is None or year is None or report.sha256 in seen:
                continue
            seen.add(report.sha256)
            self.exact.setdefault((squash(name), year), []).append(report)
            self.core.setdefault((core_name(name), year), []).append(report)

    def of(self, profile: Profile) -> LastYear:
        """Last year's report of a profile; several candidates are named and none is taken."""
        if profile.organisation is None or profile.year is None:
            return LastYear()
        year = profile.year - 1
        found = self.exact.get((squash(profile.organisation), year)) or self.core.get(
            (core_name(profile.organisation), year), []
        )
        if len(found) > 1:
            names = "、".join(sorted(f"{r.profile.organisation}（{r.source}）" for r in found))
            return LastYear(problem=f"有几份报告都可能是该单位的上年报告，不能确定：{names}")
        return LastYear(found[0]) if found else LastYear()


# --- the run ---------------------------------------------------------------------------------------


def _run_id(
    reports: Iterable[Report], unread: Iterable[Unread], before: Iterable[Report], book: Rulebook, quarter: str | None
) -> str:
    digest = hashlib.sha256()
    given: list[tuple[str, str]] = [(r.source, r.sha256) for r in reports] + [
        (u.source, u.sha256 or "") for u in unread
    ]
    for part in (*sorted(given), *sorted((r.source, r.sha256) for r in before)):
        digest.update("\0".join(part).encode() + b"\0")
    for word in (book.stamp.sha256, __version__, quarter or ""):
        digest.update(word.encode() + b"\0")
    return digest.hexdigest()[:16]


def _make_desk(texts: Texts, inference: str | None) -> Desk:
    return desk(build(texts), inference)
