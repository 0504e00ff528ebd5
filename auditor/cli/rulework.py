"""`auditor rules show | check | test | docs | schema`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.rulebooks import loaded, refuse
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.pattern import Pattern
from auditor.spelling import nearest

_CERTAINTY = {"certain": "可判定", "suspected": "疑似（认定属实后才扣分）"}
_SAID = {
    "kept": "合规",
    "broken": "不合规",
    "suspected": "疑似",
    "unclear": "无法判断",
    "not_applicable": "不适用",
    "to_confirm": "待人工核验",
}


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


def check(folders: Sequence[Path]) -> int:
    """Loads everything and runs every example; mistakes end with 3."""
    from auditor import examples

    book = loaded(folders)
    wrong = examples.mistakes(book)
    if wrong:
        refuse(wrong)
    click.echo(
        f"规则库没有错误：规则 {len(book.rules)} 条，组合规则 {len(book.patterns)} 条，例子 {examples.count(book.rules)} 个，哈希 {book.stamp.sha256[:12]}。"
    )
    for ready in book.rules:
        if not ready.rule.examples.all():
            click.echo(f"提醒：{ready.place}: 规则“{ready.id}”没有例子", err=True)
    return 0


def test(ids: Sequence[str], folders: Sequence[Path]) -> int:
    """Runs the examples; 1 where one does not come out."""
    from auditor import examples

    book = loaded(folders)
    chosen = [found(book, id) for id in ids] or list(book.rules)
    failures = list(examples.run(book, chosen))
    for failure in failures:
        click.echo(str(failure.mistake), err=True)
    total = examples.count(chosen)
    click.echo(
        f"规则 {len(chosen)} 条，例子 {total} 个，{'全部通过' if not failures else f'不符 {len(failures)} 处'}。"
    )
    return 1 if failures else 0


def docs(folders: Sequence[Path]) -> int:
    """The rulebook as a handbook in Markdown."""
    book = loaded(folders)
    click.echo(f"# 规则手册\n\n规则 {len(book.rules)} 条，哈希 {book.stamp.sha256[:12]}。")
    for ready in sorted(book.rules, key=lambda r: r.id):
        first, *rest = described(book, ready)
        click.echo(f"\n## {first}\n")
        for line in rest:
            click.echo(f"- {line}")
        said = [
            f"{_SAID[name]} {sum(1 for n, _, _ in ready.rule.examples.all() if n == name)} 个"
            for name in _SAID
            if getattr(ready.rule.examples, name)
        ]
        click.echo(f"- 例子：{'，'.join(said) or '无'}")
    return 0


def schema() -> int:
    """The JSON schema of rule files."""
    from auditor.rulebook.rule import schema as made

    click.echo(json.dumps(made(), ensure_ascii=False, indent=1))
    return 0
