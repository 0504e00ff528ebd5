"""`auditor rules check`: every mistake of the rulebook at once, then what a person should look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from auditor.cli.rulebooks import loaded, refuse
from auditor.review import Remark, Weight, review
from auditor.rulebook import Rulebook


def run(folders: Sequence[Path], everything: bool, fix: bool = False) -> int:
    """Loads everything, runs every example and every analysis; mistakes end with 3. `fix` corrects slips first."""
    from auditor import examples

    if fix:
        from auditor.cli import correcting

        correcting.run(folders)
    book = loaded(folders)
    remarks = review(book, dt.date.today(), everything=everything)
    wrong = [*examples.mistakes(book), *(r.mistake for r in remarks if r.weight is Weight.MISTAKE)]
    if wrong:
        _remind(remarks, everything)
        refuse(sorted(set(wrong)))
    click.echo(
        f"规则库没有错误：规则 {len(book.rules)} 条，组合规则 {len(book.patterns)} 条，例子 {examples.count(book.rules)} 个，哈希 {book.stamp.sha256[:12]}。"
    )
    bare = [*_without_examples(book), *_foreign(book)]
    for words in bare:
        click.echo(words, err=True)
    _remind(remarks, everything)
    reminders = len(bare) + sum(1 for r in remarks if r.weight is Weight.REMINDER)
    designed = sum(1 for r in remarks if r.weight is Weight.DESIGN)
    if reminders or designed:
        hidden = f"；另有 {designed} 处说明（有意并存的规则等），用 --all 列出" if designed and not everything else ""
        click.echo(f"提醒 {reminders} 条，不影响使用{hidden}。")
    return 0


def _without_examples(book: Rulebook) -> Iterable[str]:
    for ready in book.rules:
        if not ready.rule.examples.all():
            yield f"提醒：{ready.place}:1: 规则“{ready.id}”没有例子"


def _foreign(book: Rulebook) -> Iterable[str]:
    """Files that were read, but that other editors would misread."""
    for file in book.texts.files:
        if file.encoding == "gb18030":
            yield f"提醒：{file.shown}:1:1: 文件是 GBK 编码，已照常读取；用记事本“另存为”时编码选 UTF-8，其他编辑器才不会显示乱码"


def _remind(remarks: Sequence[Remark], everything: bool) -> None:
    for remark in remarks:
        if remark.weight is Weight.REMINDER or (everything and remark.weight is Weight.DESIGN):
            place = f"{remark.mistake.path}:{remark.mistake.line}:{remark.mistake.column}"
            click.echo(f"{remark.weight.value}：{place}: ［{remark.kind}］{remark.mistake.message}", err=True)
