"""`auditor verify | runs | ledger backup | ledger restore | ledger check`: what the ledger is, told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from auditor.cli import USAGE, fail
from auditor.cli.ledgers import moment, opened, where
from auditor.ledger import LedgerError
from auditor.ledger import backup as backing
from auditor.ledger import open as open_ledger
from auditor.ledger.checking import LEAST_HEAD, Verified
from auditor.ledger.checking import verify as verified
from auditor.ledger.ledger import DamagedError
from auditor.ledger.reading import runs as runs_of
from auditor.ledger.weighing import Weight, weighed
from auditor.quarters.nouns import RunCard

BROKEN = 1
_MOST = 50
_JOURNALS = {"wal": "WAL（可以一边写一边读）", "delete": "回滚日志（共享盘或者不支持 WAL 的磁盘）"}


def verify(path: Path | None, heads: Sequence[str], replay: bool, as_json: bool) -> int:
    """The ledger, or a bundle, checked; the exit code."""
    if path is not None and path.read_bytes()[:2] == b"PK":
        from auditor.cli import bundling

        if heads:
            fail(USAGE, "--head 用于核对台账，不能用于数据包")
        return bundling.verify(path, replay)
    if replay:
        fail(USAGE, "--replay 用于 auditor bundle 生成的数据包，请写明数据包的路径")
    for head in heads:
        if len(head.strip()) < LEAST_HEAD or set(head.strip().lower()) - set("0123456789abcdef"):
            fail(USAGE, f"校验码“{head}”有误，应是印在文书上的 {LEAST_HEAD} 至 64 位十六进制数")
    try:
        with open_ledger(path or where()) as ledger:
            found = verified(ledger, heads)
    except DamagedError as error:
        return _damaged(str(error), as_json)
    except LedgerError as error:
        fail(USAGE, str(error))
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        _tell(found)
    return 0 if found.whole else BROKEN


def _damaged(words: str, as_json: bool) -> int:
    if as_json:
        click.echo(
            json.dumps({"whole": False, "breaks": [{"entry": None, "table": None, "words": words}]}, ensure_ascii=False)
        )
    else:
        click.echo(words, err=True)
    return BROKEN


def _as_json(found: Verified) -> dict[str, Any]:
    return {
        "ledger": found.path.as_posix(),
        "whole": found.whole,
        "entries": found.stamp.entries,
        "rows": found.rows,
        "head": found.stamp.head,
        "heads": dict(found.heads),
        "breaks": [{"entry": b.entry, "table": b.table or None, "words": b.words} for b in found.breaks],
    }


def _tell(found: Verified) -> None:
    if found.whole:
        click.echo(f"台账“{found.path}”完好：共 {found.stamp.entries} 条、{found.rows} 行，全部相符。")
    else:
        first, *others = found.breaks
        click.echo(f"台账“{found.path}”与写入时不符，共 {len(found.breaks)} 处。第一处：{first.words}。")
        for one in others[:_MOST]:
            click.echo(f"  {one.words}")
        if len(others) > _MOST:
            click.echo(f"  ……另有 {len(others) - _MOST} 处（--json 列出全部）")
    click.echo(f"台账第 {found.stamp.entries} 条，校验码 {found.stamp.head}")
    for head, name in found.heads.items():
        click.echo(f"文书上的校验码 {head} 是{name}，仍在台账里。")


def runs(as_json: bool) -> int:
    """The runs by quarter; the exit code."""
    with opened() as ledger:
        cards = sorted(runs_of(ledger), key=lambda card: (card.quarter or "", card.entry))
    if as_json:
        click.echo(json.dumps([_card(card) for card in cards], ensure_ascii=False, indent=1))
    elif cards:
        _show(cards)
    else:
        click.echo("台账里还没有批次，先审核一次：auditor audit")
    return 0


def _card(card: RunCard) -> dict[str, Any]:
    return {
        "entry": card.entry,
        "id": card.id,
        "quarter": card.quarter,
        "started": card.started.isoformat(),
        "engine": card.engine,
        "inference": card.inference,
        "rulebook": {"sha256": card.rulebook, "version": card.version, "rules": card.rules},
        "reports": card.reports,
        "unread": card.unread,
    }


def _show(cards: Sequence[RunCard]) -> None:
    from auditor.cli.grid import Grid
    from auditor.cli.terminal import console

    table = Grid()
    for name in ("季度", "批次", "审核时间", "规则库"):
        table.add_column(name, no_wrap=True)
    for name in ("报告", "未读", "台账第几条"):
        table.add_column(name, justify="right", no_wrap=True)
    before: str | None = ""
    for card in cards:
        quarter = (card.quarter or "未注明") if card.quarter != before else ""
        before = card.quarter
        started = card.started.isoformat(sep=" ", timespec="minutes")[:16]
        table.add_row(quarter, card.id, started, card.version, str(card.reports), str(card.unread), str(card.entry))
    console().print(table)


def backup(path: Path | None) -> int:
    """A copy of the ledger, checked; the exit code."""
    source = where()
    target = path or source.parent / "备份" / f"{source.stem}-{moment():%Y%m%d-%H%M%S}{source.suffix}"
    with opened() as ledger:
        found = backing.backup(ledger, target)
    click.echo(f"已备份到 {target}：{found.stamp.entries} 条、{found.rows} 行，{_size(target.stat().st_size)}。")
    _tell(found)
    return 0 if found.whole else BROKEN


def restore(copy: Path) -> int:
    """The ledger from a copy; the exit code."""
    path = where()
    kept = path.with_name(f"{path.name}.恢复前-{moment():%Y%m%d-%H%M%S}")
    before = path.exists()
    try:
        found = backing.restore(copy, path, kept)
    except LedgerError as error:
        fail(USAGE, str(error))
    click.echo(f"已用“{copy}”恢复台账“{path}”。" + (f"原来的台账改名为“{kept.name}”，留在旁边。" if before else ""))
    _tell(found)
    return 0 if found.whole else BROKEN


def check(as_json: bool) -> int:
    """The file and what it holds; the exit code."""
    try:
        with open_ledger(where()) as ledger:
            found = verified(ledger)
            weight = weighed(ledger)
    except DamagedError as error:
        return _damaged(str(error), as_json)
    except LedgerError as error:
        fail(USAGE, str(error))
    if as_json:
        held = {
            "version": weight.version,
            "journal": weight.journal,
            "bytes": weight.size,
            "bytes_a_report": weight.a_report,
        }
        click.echo(json.dumps({**_as_json(found), **held, "tables": dict(weight.rows)}, ensure_ascii=False, indent=1))
    else:
        _tell(found)
        _tell_weight(weight)
    return 0 if found.whole else BROKEN


def _tell_weight(weight: Weight) -> None:
    a_report = f"，平均每份报告 {_size(weight.a_report)}" if weight.a_report is not None else ""
    click.echo(
        f"第 {weight.version} 版结构，{_JOURNALS.get(weight.journal, weight.journal)}；文件 {_size(weight.size)}{a_report}。"
    )
    rows = weight.rows
    click.echo(
        f"批次 {rows['run']} 个，审核过的报告 {rows['report']} 份次，问题 {rows['finding']} 条次，认定 {rows['verdict']} 条；"
        f"原件 {rows['document']} 个（{_size(weight.documents)}），读取和审核结果 {_size(weight.contents)}。"
    )


def _size(count: int) -> str:
    for unit, least in (("MB", 1024 * 1024), ("KB", 1024)):
        if count >= least:
            return f"{count / least:.1f} {unit}"
    return f"{count} 字节"
