"""`auditor bundle`, and `auditor verify` of a bundle."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.bundle.checking import checked
from auditor.bundle.packing import bundled
from auditor.bundle.replaying import replayed, same_program
from auditor.bundle.shape import Bundle, BundleError, read
from auditor.cli import USAGE, fail
from auditor.cli.ledgers import moment, opened
from auditor.ledger.reading import chosen

BROKEN = 1
_WIDEST = 160


def write(word: str, path: Path | None) -> int:
    """The bundle of a run or a quarter; the exit code."""
    with opened() as ledger:
        cards = chosen(ledger, word)
        target = path or Path(f"审核数据包 {cards[-1].quarter or cards[-1].id}.zip")
        if target.exists():
            fail(USAGE, f"“{target}”已经存在，未作覆盖。请另写一个文件名")
        data = bundled(ledger, cards, word, moment().date())
        stamp = ledger.stamp
    try:
        target.write_bytes(data)
    except OSError as error:
        fail(USAGE, f"不能写入“{target}”：{error.strerror or error}")
    click.echo(f"已写入“{target}”（{len(data) / 1024 / 1024:.1f} MiB，批次 {len(cards)} 个）。")
    click.echo(f"台账第 {stamp.entries} 条，校验码 {stamp.head}")
    return 0


def verify(path: Path, replay: bool) -> int:
    """What of a bundle does not hold, and with `replay` whether the runs come out the same; the exit code."""
    try:
        bundle = read(path.read_bytes())
        found = checked(bundle)
    except OSError as error:
        fail(USAGE, f"“{path}”打不开：{error.strerror or error}")
    except BundleError as error:
        fail(USAGE, f"“{path}”不能核对：{error}")
    for words in found.breaks:
        click.echo(words)
    if found.breaks:
        click.echo(f"数据包“{path}”有 {len(found.breaks)} 处与当时写入的不符。")
        return BROKEN
    click.echo(f"数据包“{path}”完整，没有被改动。")
    for words in found.notes:
        click.echo(words)
    click.echo(f"台账第 {found.entries} 条，校验码 {found.head}（应与已印发文书上的一致）")
    return _replayed(bundle, path) if replay else 0


def _replayed(bundle: Bundle, path: Path) -> int:
    from auditor.cli.terminal import Bar

    same = True
    try:
        with Bar() as bar:
            runs = list(replayed(bundle, bar.tell))
    except BundleError as error:
        fail(USAGE, f"“{path}”不能重新审核：{error}")
    for run in runs:
        if run.same:
            click.echo(f"批次 {run.run} 重新审核的结果一字不差（{run.lines} 行，推理引擎 {run.inference}）。")
            continue
        same = False
        why = "" if same_program(run.engine) else f"（当时的程序版本是 {run.engine}，与本程序不同）"
        click.echo(f"批次 {run.run} 重新审核的结果与当时不同{why}：")
        for then, now in run.differences:
            click.echo(f"  当时：{then.strip()[:_WIDEST]}\n  现在：{now.strip()[:_WIDEST]}")
    return 0 if same else BROKEN
