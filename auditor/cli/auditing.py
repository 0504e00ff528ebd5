"""`auditor audit`: the run, its documents, the table on the screen, the exit code."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import click

from auditor import store
from auditor.cli import NOTHING, USAGE, fail
from auditor.cli.attesting import answered, filled, left_to_confirm
from auditor.cli.rostering import found
from auditor.cli.rulebooks import tried
from auditor.cli.workplace import current, earlier
from auditor.documents import FORMATS, NAMES, Written, write
from auditor.documents.json_text import dumps
from auditor.model import SEVERITIES, Audit, Outcome
from auditor.pipeline import CHINA, Options, audit
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
    from auditor.cli.screen import Bar, console, results, summary

    wanted = _formats(formats)
    if quarter is not None and not _QUARTER.fullmatch(quarter):
        fail(USAGE, f"季度“{quarter}”有误，应写作 2026Q1")
    book = tried(folders)
    roster = found(due[0], paths)
    if due[1] and roster is None:
        fail(USAGE, "--year 要有名册才能核对未报单位，请用 --roster 指明名册，或者先运行 auditor roster new")
    clock = Clock() if timing else None
    seen = filled(attested, work.checklists if (work := current()) is not None else ())
    before = earlier(paths, previous)
    options = Options(quarter, before, jobs, _moment(at), roster=roster, years=due[1], attested=seen, clock=clock)
    limit = _limit(fail_on, [name for name, _ in book.scoring.grades])
    with Bar() as bar:
        done = answered(lambda: audit(paths, book, options, bar.tell))
    if as_json and clock is None:
        click.echo(dumps(done), nl=False)
    elif not as_json:
        if done.reports:
            console().print(results(done))
        for line in summary(done):
            click.echo(line)
    if done.reports and (not as_json or out is not None):
        _written(done, out or _folder(done), wanted, book, clock, quiet=as_json)
        if "checklist" in wanted:
            for line in left_to_confirm(done):
                click.echo(line, err=as_json)
    if clock is not None:
        _timed(done, clock, as_json=as_json)
    if not done.reports:
        click.echo("没有可以审核的报告。", err=True)
        return NOTHING
    return 1 if limit is not None and _reached(done, *limit) else 0


def _formats(given: str | None) -> tuple[str, ...]:
    if given is None:
        return FORMATS
    wanted = tuple(dict.fromkeys(f.strip().lower() for f in given.split(",") if f.strip()))
    for name in wanted:
        if name not in FORMATS:
            fail(USAGE, f"没有“{name}”这种结果文件，可用：{'、'.join(FORMATS)}")
    return wanted


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        fail(USAGE, f"日期时间“{text}”有误，应写作 2026-04-08T09:00:00+08:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


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
    done: Audit, folder: Path, formats: Sequence[str], book: Rulebook, clock: Clock | None, *, quiet: bool
) -> None:
    written: list[Written] = []
    for format in formats:
        with measured(clock, DOCUMENT, NAMES[format]):
            written += write(done, folder, (format,))
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
    return any(f.outcome is Outcome.BROKEN and f.severity in words for judged in done.reports for f in judged.findings)
