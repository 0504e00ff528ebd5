"""`auditor rules show | docs | schema`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.rulebooks import loaded
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.pattern import Pattern
from auditor.spelling import nearest

_CERTAINTY = {"certain": "可判定", "suspected": "疑似（认定属实后才扣分）"}


def found(book: Rulebook, id: str) -> Ready:
    """The rule of that id; ends with 2 where there is none."""
    ready = book.rule(id)
    if ready is None:
        fail(USAGE, f"没有规则“{id}”{nearest(id, [r.id for r in book.rules])}（auditor rules list 列出全部）")
    return ready


def show(id: str, folders: Sequence[Path]) -> int:
    """One rule in words, then its YAML."""
    book = loaded(folders)
    pattern = next((p for p in book.patterns if p.id == id), None)
    if pattern is not None:
        _show_pattern(book, pattern)
        return 0
    ready = found(book, id)
    for line in described(book, ready):
        click.echo(line)
    click.echo(f"\n文件：{ready.place}\n")
    click.echo(_yaml(book, ready))
    return 0


def _show_pattern(book: Rulebook, pattern: Pattern) -> None:
    """A pattern (组合规则): what it concludes of which findings, then its YAML."""
    then = pattern.then
    click.echo(f"{pattern.id}  {pattern.title}（组合规则）")
    click.echo(f"严重程度：{then.severity}  结论：{then.conclude}")
    named = dict.fromkeys(rule for clause in pattern.needs for rule in clause.rules)
    if pattern.fault is not None:
        click.echo(f"由统计表数据推出：{pattern.fault.words}")
    else:
        click.echo("由以下规则的结果推出：" + "、".join(named))
    for words, text in (("为什么", then.why), ("人工核对", then.verify), ("整改", then.remedy)):
        if text:
            click.echo(f"{words}：{text}")
    for name, source in book.sources.items():
        items = source.data if isinstance(source.data, list) else [source.data]
        if any(isinstance(item, dict) and item.get("id") == pattern.id for item in items):
            click.echo(f"\n文件：{name}\n\n{source.text.rstrip()}")


def described(book: Rulebook, ready: Ready) -> Iterator[str]:
    """A rule in plain words."""
    rule = ready.rule
    yield f"{rule.id}  {rule.title}"
    cost = "不扣分" if rule.status == "draft" else f"扣 {book.scoring.cost(rule.severity, rule.deduct)} 分"
    yield f"严重程度：{rule.severity}（{cost}）  认定：{_CERTAINTY[rule.certainty]}  方面：{rule.dimension}"
    yield f"适用：{_scope(ready)}"
    for basis in rule.basis:
        text = (
            f"实务口径：{basis.practice}" if basis.practice else f"{book.laws[basis.law or ''].title}{basis.at or ''}"
        )
        yield f"依据：{text}" + (f"（限{'、'.join(basis.unit_kind)}）" if basis.unit_kind else "")
    yield f"为什么：{rule.why}"
    if rule.verify:
        yield f"人工核对：{rule.verify}"
    yield f"整改：{rule.remedy}"


def _scope(ready: Ready) -> str:
    applies = ready.rule.applies
    parts = [f"格式{'、'.join(applies.form)}"] if applies.form else []
    if applies.years.first or applies.years.last:
        parts.append(f"{applies.years.first or ''}—{applies.years.last or ''}年度")
    parts += ["、".join(applies.unit_kind)] if applies.unit_kind else []
    parts += ["、".join(applies.region)] if applies.region else []
    return "，".join(parts) or "全部报告"


def _yaml(book: Rulebook, ready: Ready) -> str:
    """The rule's own lines of its file."""
    name, line = ready.place.rsplit(":", 1)
    lines = book.sources[name].text.splitlines()
    start = int(line) - 1
    if not isinstance(book.sources[name].data, list):
        return "\n".join(lines)
    end = next((i for i in range(start + 1, len(lines)) if lines[i].startswith("- ")), len(lines))
    return "\n".join(lines[start:end]).rstrip()
