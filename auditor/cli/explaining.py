"""`auditor explain`: one rule (or pattern), one report: the whole way to the outcome, whether it fired or not.

Same as `auditor audit`: the paths are audited as a run, so that files of one report are joined and neighbours are known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from auditor.cli import NOTHING, USAGE, fail
from auditor.cli.rostering import found as roster_found
from auditor.cli.rulebooks import tried
from auditor.cli.rulework import described
from auditor.cli.workplace import earlier, typed_before
from auditor.documents.places import place_words
from auditor.findings import Beside, case_of
from auditor.masking import mask_of
from auditor.model import OUTCOME_WORDS, Judged
from auditor.neighbours import beside_of
from auditor.pipeline import Options, audit
from auditor.review.explanation import explained
from auditor.review.pattern_told import pattern_parts
from auditor.review.told import Line, Part
from auditor.rulebook import Rulebook
from auditor.spelling import nearest


def run(
    paths: Sequence[Path], rule_id: str, folders: Sequence[Path], previous: Sequence[Path], named: Path | None = None
) -> int:
    """Prints the explanation for every report under the path; the exit code."""
    book = tried(folders)
    known = [*(r.id for r in book.rules), *(p.id for p in book.patterns)]
    if book.rule(rule_id) is None and all(p.id != rule_id for p in book.patterns):
        fail(USAGE, f"没有规则“{rule_id}”{nearest(rule_id, known)}（auditor rules list 列出全部）")
    roster = roster_found(named, paths)
    done = audit(paths, book, Options(previous=earlier(paths, previous), jobs=1, roster=roster, typed=typed_before()))
    for item in done.unread:
        click.echo(f"{item.source}：{item.reason}", err=True)
    for words in heading(book, rule_id):
        click.echo(words)
    besides = beside_of([j.report for j in done.reports], done.before, book, roster)
    for judged, beside in zip(done.reports, besides, strict=True):
        _print(judged, *told(judged, beside, rule_id, book, done.run.started.date()))
    return 0 if done.reports else NOTHING


def told(judged: Judged, beside: Beside, rule_id: str, book: Rulebook, day: dt.date) -> tuple[str, tuple[Part, ...]]:
    """The outcome in words and the way to it, of a rule or a pattern for one report of a run."""
    ready = book.rule(rule_id)
    if ready is not None:
        found = explained(ready, book, case_of(judged.report, book, beside, day), judged)
        return OUTCOME_WORDS[found.outcome], found.parts
    pattern = next(p for p in book.patterns if p.id == rule_id)
    drawn = any(f.rule == pattern.id for f in judged.findings)
    return "成立" if drawn else "不成立", pattern_parts(pattern, book, judged)


def heading(book: Rulebook, rule_id: str) -> Iterable[str]:
    """The rule or pattern in plain words."""
    ready = book.rule(rule_id)
    if ready is not None:
        yield from described(book, ready)
        return
    pattern = next(p for p in book.patterns if p.id == rule_id)
    yield f"{pattern.id}  {pattern.title}（组合规则）"
    yield f"严重程度：{pattern.then.severity}  结论：{pattern.then.conclude}"


def _print(judged: Judged, outcome: str, parts: Sequence[Part]) -> None:
    report, profile = judged.report, judged.report.profile
    whose = f"{profile.organisation or '单位不明'}，{profile.year or '年度不明'}，格式{profile.form or '无'}"
    cover = mask_of(judged)
    click.secho(f"\n{report.source}：{whose}——{outcome}", bold=True)
    for part in parts:
        click.secho(part.title, bold=True)
        for line in part.lines:
            click.echo(f"{'  ' * (line.depth + 1)}{cover(_words(line))}")


def _words(line: Line) -> str:
    where = place_words(line.place, line.table)
    return line.text + (f"（{where}）" if where else "")
