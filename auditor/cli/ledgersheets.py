"""`auditor decide --from 问题台账.xlsx`: what was filled in goes into the ledger, all of it or nothing, and every conflict is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened
from auditor.cli.terminal import console
from auditor.documents.json_text import Json, write_text
from auditor.ledger.seal import sha256
from auditor.ledger.taking import take_in as taken_in
from auditor.ledger.taking import weighed
from auditor.ledgersheet.nouns import Conflict, Decided, Remarked, Standing, Weighed
from auditor.ledgersheet.reading import SheetError, read
from auditor.ledgersheet.weighing import weigh
from auditor.model import VERDICTS

_MOST_SHOWN = 60
_SHORT = 40


def take_in(path: Path, by: str, *, dry: bool, as_json: bool) -> int:
    """Takes a workbook in; the exit code."""
    try:
        data, rows = read(path)
    except SheetError as error:
        fail(USAGE, str(error))
    with opened() as ledger:
        at = moment()

        def said(standing: Standing) -> Weighed:
            return weigh(rows, standing, by.strip(), at.date())

        source = f"“{path.name}”（{sha256(data)[:12]}）"
        found = weighed(ledger, said, at) if dry else taken_in(ledger, said, source, by.strip(), at)
        new = bool(found.decisions or found.remarks) and not dry
        entry = ledger.stamp.entries if new and not found.conflicts else None
    if as_json:
        click.echo(write_text(_json(path, found, entry, dry=dry)), nl=False)
    else:
        _show(path, found, entry, dry=dry)
    return USAGE if found.conflicts else 0


def _show(path: Path, found: Weighed, entry: int | None, *, dry: bool) -> None:
    if found.conflicts:
        for line in _lines(found.conflicts):
            click.echo(line, err=True)
        click.echo(f"“{path.name}”有 {len(found.conflicts)} 处要改，什么也没有写入台账；改好后重新导入", err=True)
        return
    if found.mending:
        click.echo(
            f"有 {found.mending} 行填了整改情况等栏，没有导入：整改情况以单位的反馈表（auditor replies import）和复查结果为准。",
            err=True,
        )
    counts = Counter(one.verdict.word for one in found.decisions)
    told = [f"{word} {counts[word]} 个" for word in VERDICTS if counts[word]]
    told += [f"备注 {len(found.remarks)} 条"] if found.remarks else []
    if not told:
        click.echo(f"“{path.name}”共 {found.rows} 行，没有新的认定和备注，台账没有变动。")
        return
    if dry:
        console().print(_table(found))
        left = len(found.decisions) + len(found.remarks) - _MOST_SHOWN
        click.echo(f"……另有 {left} 项\n" if left > 0 else "", nl=False)
        click.echo(f"“{path.name}”共 {found.rows} 行，将写入：{'，'.join(told)}（--dry-run，没有写入台账）。")
    else:
        click.echo(f"“{path.name}”共 {found.rows} 行，已写入：{'，'.join(told)}；记入台账第 {entry} 条。")


def _lines(conflicts: Sequence[Conflict]) -> Iterator[str]:
    """Every conflict with its cell; the same words in one column once, with all its cells."""
    alike: dict[tuple[str, str, str], list[Conflict]] = {}
    for one in conflicts:
        alike.setdefault((one.at.sheet, one.at.cell.rstrip("0123456789"), one.words), []).append(one)
    for (sheet, column, words), found in alike.items():
        rows = sorted({int(one.at.cell.removeprefix(column)) for one in found})
        many = f"（{len(rows)} 格）" if len(rows) > 1 else ""
        yield f"工作表“{sheet}”{'、'.join(_spans(column, rows))}{many}：{words}"


def _spans(column: str, rows: Sequence[int]) -> Iterator[str]:
    """Y3至Y8, Y12: rows right below each other as one."""
    for _, group in groupby(enumerate(rows), key=lambda numbered: numbered[1] - numbered[0]):
        span = [row for _, row in group]
        yield f"{column}{span[0]}" + (f"至{column}{span[-1]}" if len(span) > 1 else "")


def _table(found: Weighed) -> Grid:
    table = Grid()
    for name in ("单元格", "编号", "认定或备注", "认定人"):
        table.add_column(name, overflow="fold")
    listed: list[Decided | Remarked] = [*found.decisions, *found.remarks]
    for one in listed[:_MOST_SHOWN]:
        by = one.verdict.by if isinstance(one, Decided) else ""
        table.add_row(f"{one.at.sheet} {one.at.cell}", one.number, _words(one), by)
    return table


def _words(one: Decided | Remarked) -> str:
    if isinstance(one, Remarked):
        return f"备注：{_short(one.text)}" if one.text else "删去备注"
    return f"{one.verdict.word}：{_short(one.verdict.why)}" if one.verdict.why else one.verdict.word


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[:_SHORT] + "……"


def _json(path: Path, found: Weighed, entry: int | None, *, dry: bool) -> dict[str, Json]:
    return {
        "file": path.as_posix(),
        "rows": found.rows,
        "mending_not_taken": found.mending,
        "dry_run": dry,
        "entry": entry,
        "decisions": [
            {
                "number": one.number,
                "word": one.verdict.word,
                "why": one.verdict.why,
                "by": one.verdict.by,
                "on": one.verdict.on.isoformat() if one.verdict.on else None,
                "paper": one.verdict.paper or None,
                "until": one.verdict.until.isoformat() if one.verdict.until else None,
                "sheet": one.at.sheet,
                "cell": one.at.cell,
            }
            for one in found.decisions
        ],
        "remarks": [
            {"number": one.number, "text": one.text, "sheet": one.at.sheet, "cell": one.at.cell}
            for one in found.remarks
        ],
        "conflicts": [
            {"number": one.number or None, "sheet": one.at.sheet, "cell": one.at.cell, "reason": one.words}
            for one in found.conflicts
        ],
    }
