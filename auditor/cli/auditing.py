"""`auditor audit`: the run, its documents, the table on the screen, the exit code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from auditor import store
from auditor.cli import NOTHING, USAGE, fail, newly
from auditor.cli.attesting import answered, filled, left_to_confirm
from auditor.cli.ledgers import instant
from auditor.cli.originals import originals
from auditor.cli.recording import files_beside, kept, peers, wanted
from auditor.cli.rostering import found
from auditor.cli.rulebooks import tried
from auditor.cli.workplace import current, earlier, typed_before
from auditor.documents import FORMATS, NAMES, Written, write
from auditor.documents.json_text import dumps
from auditor.documents.words import standing_of
from auditor.ledger import LedgerError
from auditor.masking import masked
from auditor.model import SEVERITIES, Audit, Outcome
from auditor.pipeline import Options, audit, handed_before, handed_in
from auditor.rulebook import Rulebook
from auditor.timing import DOCUMENT, Clock
from auditor.timing import timing as measured

_QUARTER = re.compile(r"\d{4}Q[1-4]")


def run(
    paths: Sequence[Path],
    quarter: str | None,
    out: Path | None,
    folders: Sequence[Path],
    formats: str | None,
    as_json: bool,
    fail_on: str | None,
    previous: Sequence[Path],
    jobs: int | None,
    at: str | None,
    due: tuple[Path | None, tuple[int, ...]] = (None, ()),
    attested: Sequence[Path] = (),
    timing: bool = False,
) -> int:
    """One audit; the exit code. `due`: the roster that was named, and the years to check by it; `timing`: what took how
    long, on stderr and in the JSON that is printed."""
    from auditor.cli.screen import results, summary
    from auditor.cli.terminal import Bar, console

    chosen = _formats(formats)
    if quarter is not None and not _QUARTER.fullmatch(quarter):
        fail(USAGE, f"季度“{quarter}”有误，应写作 2026Q1")
    book = tried(folders)
    roster = found(due[0], paths)
    if due[1] and roster is None:
        fail(USAGE, "--year 要有名册才能核对未报单位，请用 --roster 指明名册，或者先运行 auditor roster new")
    clock = Clock() if timing else None
    ledger = wanted(writes=bool(newly.asked()) or (not as_json and out is None))
    newly.looked_up(ledger)
    automatic = work.checklists if (work := current()) is not None else ()
    seen = filled(attested, automatic)
    before = earlier(paths, previous)
    started = instant(at) if at is not None else None
    options = Options(quarter, before, jobs, started, roster=roster, years=due[1], attested=seen, clock=clock)
    limit = _limit(fail_on, [name for name, _ in book.scoring.grades])
    sources, earliest = handed_in(paths, options), handed_before(options)
    options = replace(options, previous=tuple(earliest), typed=typed_before(), others=peers(ledger, quarter))
    with Bar() as bar:
        done = answered(lambda: audit(sources, book, options, bar.tell))
    unkept, beyond = "", None
    if ledger is not None:
        try:
            beside = files_beside(roster, attested, automatic)
            done = kept(done, ledger, (sources, earliest), book, options, beside)
            beyond = newly.newly(ledger, done) if newly.asked() else None
        except (LedgerError, OSError) as error:
            unkept = f"本次审核没有记入台账：{error}"
    whole, done = done, masked(done)
    if as_json and clock is None:
        click.echo(dumps(done, beyond.as_json() if beyond is not None else None), nl=False)
    elif not as_json:
        if done.reports:
            console().print(results(done))
        for line in summary(done):
            click.echo(line)
        if beyond is not None:
            beyond.show()
    if done.reports and (not as_json or out is not None):
        given = originals(whole, [*sources, *earliest])
        _written(whole, out or _folder(done), chosen, book, given, clock, quiet=as_json)
        if "checklist" in chosen:
            for line in left_to_confirm(done):
                click.echo(line, err=as_json)
    if clock is not None:
        _timed(done, clock, as_json=as_json)
    if not done.reports:
        click.echo("没有可以审核的报告。", err=True)
    if unkept:
        fail(USAGE, unkept)
    if not done.reports:
        return NOTHING
    if limit is None:
        return 0
    return 1 if (_reached(done, *limit) if beyond is None else beyond.reached(done, *limit)) else 0


def _formats(given: str | None) -> tuple[str, ...]:
    if given is None:
        return FORMATS
    wanted = tuple(dict.fromkeys(f.strip().lower() for f in given.split(",") if f.strip()))
    for name in wanted:
        if name not in NAMES:
            fail(USAGE, f"没有“{name}”这种结果文件，可用：{'、'.join(NAMES)}")
    return wanted


def _folder(done: Audit) -> Path:
    work = current()
    home = work.audits if work is not None else Path("audits")
    return home / (done.run.quarter or f"{done.run.started:%Y-%m-%d}") / done.run.id


def _timed(done: Audit, clock: Clock, *, as_json: bool) -> None:
    """Where the seconds went: a table on stderr, or with the JSON (never in a result file)."""
    from auditor.cli import seconds

    if as_json:
        click.echo(dumps(done, {"timing": seconds.as_json(clock)}), nl=False)
    else:
        seconds.show(clock)


def _written(
    done: Audit,
    folder: Path,
    formats: Sequence[str],
    book: Rulebook,
    kept: Callable[[str], bytes | None],
    clock: Clock | None,
    *,
    quiet: bool,
) -> None:
    """The result files of a run (`documents` covers what is personal), and its data, from which it is judged again."""
    written: list[Written] = []
    for format in formats:
        with measured(clock, DOCUMENT, NAMES[format]):
            written += write(done, folder, (format,), kept=kept)
    with measured(clock, DOCUMENT, store.NAME):
        written += write(done, folder, (), {store.NAME: store.dump(done, book.texts)})
    names = [w.path for w in written if w.path is not None]
    if names and not quiet:
        click.echo(f"结果文件在 {folder}：")
        for name in names:
            click.echo(f"  {name.name}")
    for note in dict.fromkeys(w.note for w in written if w.note):
        click.echo(note, err=True)


def _limit(fail_on: str | None, grades: Sequence[str]) -> tuple[str, list[str]] | None:
    if fail_on is None:
        return None
    if fail_on in grades:
        return "grade", list(grades[grades.index(fail_on) :])
    if fail_on in SEVERITIES:
        return "severity", list(SEVERITIES[: SEVERITIES.index(fail_on) + 1])
    fail(USAGE, f"--fail-on 应为 {'、'.join([*grades, *SEVERITIES])} 之一")


def _reached(done: Audit, kind: str, words: Sequence[str]) -> bool:
    if kind == "grade":
        return any(judged.score.grade in words for judged in done.reports)
    found = (f for judged in done.reports for f in judged.findings)
    return any(standing_of(f) is Outcome.BROKEN and f.severity in words for f in found)
