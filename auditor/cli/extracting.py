"""`auditor extract`: what was recognised in each report, for people or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli import NOTHING
from auditor.cli.rulebooks import loaded
from auditor.cli.workplace import typed_before
from auditor.documents.json_text import extract_json, write_text
from auditor.documents.places import place_words
from auditor.documents.reading import reading
from auditor.formula.bind import fact_words
from auditor.model import Claim, Report, Said, State, Unread

_STATES = {
    State.NUMBER: "数值",
    State.BLANK: "空白",
    State.NA: "不适用",
    State.TEXT: "文字",
    State.UNREADABLE: "无法识别",
    State.ABSENT: "缺行",
}


def run(paths: Sequence[Path], folders: Sequence[Path], as_json: bool, everything: bool, trust: bool = False) -> int:
    """Reads and prints; the exit code."""
    from auditor.cli.terminal import Bar
    from auditor.pipeline import read_reports

    book = loaded(folders)
    with Bar() as bar:
        reports, unread = read_reports(paths, book, progress=bar.tell, typed=typed_before())
    if as_json:
        click.echo(write_text(extract_json(reports, unread, reading=trust)), nl=False)
    else:
        for report in reports:
            if trust:
                _print_reading(report)
            else:
                _print(report, everything)
        _print_unread(unread)
    return 0 if reports else NOTHING


def _print_reading(report: Report) -> None:
    click.secho(f"\n{report.source}", bold=True)
    for what, said in reading(report).lines:
        click.echo(f"  {what}：{said}")


def _print(report: Report, everything: bool) -> None:
    profile = report.profile
    click.secho(f"\n{report.source}", bold=True)
    click.echo(
        f"  单位：{profile.organisation or '不明'}（{profile.unit_kind}）  年度：{profile.year or '不明'}  格式：{profile.form or '无全国统一统计表'}"
    )
    click.echo(f"  标题：{profile.title or '不明'}")
    click.echo(f"  公布日期：{profile.published or '不明'}  填报日期：{profile.filled or '不明'}")
    if profile.signatories:
        click.echo("  签署：" + "，".join(f"{m.role} {m.text.strip() or '（空白）'}" for m in profile.signatories))
    for period in profile.periods:
        click.echo(f"  统计期限：{' '.join(period.text.split())}")
    click.echo(f"  读取方式：{report.kind}" + (f"，编码 {report.encoding}" if report.encoding else ""))
    for note in report.notes:
        click.echo(f"  注意：{note}")
    if report.sections:
        click.echo("  章节：" + "；".join(s.heading for s in report.sections if s.level <= 1))
    if report.facts:
        _print_facts(report, everything)
    for claim in report.claims:
        where = place_words(claim.place)
        click.echo(f"  正文：{claim.subject} {_said(claim)}" + (f"（{where}）" if where else ""))


def _said(claim: Claim) -> str:
    """A claim's number with its unit, 0 with the words that deny, or that it is said to have been done."""
    if claim.said is Said.DID:
        return f"有此表述（“{claim.raw}”）"
    if claim.said is Said.DID_NOT:
        return f"0{claim.unit}（“{claim.raw}”）"
    return claim.raw if claim.raw.endswith(claim.unit) else f"{claim.raw}{claim.unit}"


def _print_facts(report: Report, everything: bool) -> None:
    counts = {state: sum(1 for f in report.facts.values() if f.state is state) for state in State}
    click.echo("  数据：" + "，".join(f"{_STATES[s]} {n} 项" for s, n in counts.items() if n))
    for fact in report.facts.values():
        if everything or fact.state is not State.NUMBER or fact.value:
            click.echo(f"    {fact.name}：{fact_words(fact)}" + (f"（{fact.note}）" if fact.note else ""))


def _print_unread(unread: Sequence[Unread]) -> None:
    if unread:
        click.secho(f"\n未能读取 {len(unread)} 个文件：", bold=True)
        for item in unread:
            click.echo(f"  {item.source}：{item.reason}")
