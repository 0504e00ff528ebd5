"""`auditor replies sheet | import | list | rule`: the 整改情况反馈表 out, filled in, and what becomes of what units ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.deciding import number_meant, unit_named
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened, signed
from auditor.cli.mending import NO_LETTERS, quarter_word, terms
from auditor.cli.terminal import console
from auditor.cli.workplace import current
from auditor.documents.json_text import Json, write_text
from auditor.ledger.corresponding import receive, rule
from auditor.ledger.laying import units_of
from auditor.ledger.mendings import course
from auditor.ledger.remembering import remembered
from auditor.quarters.mending import ANSWERS
from auditor.quarters.nouns import Key, Remembered, Reply, Ruling
from auditor.quarters.replying import Asked, Received, Ruled, received, ruled
from auditor.replysheet import sheets
from auditor.replysheet.sheet import SheetError, read_all
from auditor.replysheet.workbook import TITLE, render
from auditor.workfolder import AUDITS

_MOST_SHOWN = 60
_UNSAFE = str.maketrans(dict.fromkeys('\\/:*?"<>|\n', "_"))


def sheet(run: str, units: Sequence[str], out: Path | None) -> int:
    """Writes a sheet for each unit that has something to answer; the exit code."""
    mine, _ = terms()
    with opened() as ledger:
        quarter = quarter_word(ledger, run)
        known = units_of(ledger)
        found = course(ledger, mine, moment().date(), with_repeats=False)
        wanted = {unit_named(unit, known, found.memory) for unit in units}
        stamp = ledger.stamp
    if not found.memory.letters:
        fail(USAGE, NO_LETTERS)
    made = [one for one in sheets(found.mendings, quarter) if not wanted or one.unit in wanted]
    if not made:
        fail(USAGE, f"{quarter} 没有要单位答复的问题：没有发过函，或者都已销号（auditor letters list 可以查看）")
    work = current()
    folder = out or (work.audits if work is not None else Path(AUDITS)) / quarter / "反馈表"
    kept = []
    for one in made:
        path = folder / f"{TITLE}（{one.unit.translate(_UNSAFE)}）.xlsx"
        if not _written(path, render(one, stamp)):
            kept.append(path.name)
    if kept:
        fail(
            USAGE,
            f"“{folder}”里已有内容不同的同名文件，没有覆盖：{'、'.join(kept)}。移走后重新运行，或者用 --out 换一个文件夹",
        )
    rows = sum(len(one.rows) for one in made)
    click.echo(
        f"已在 {folder} 写好反馈表 {len(made)} 份，列出问题 {rows} 个。单位填好后：auditor replies import {folder}"
    )
    return 0


def _written(path: Path, data: bytes) -> bool:
    """Writes a file; False where one of that name says something else."""
    try:
        if path.exists():
            return path.read_bytes() == data
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        fail(USAGE, f"“{path}”无法写入（{error.strerror or '无权限'}）")
    return True


def take_in(paths: Sequence[Path], by: str, as_json: bool) -> int:
    """Enters the answers of filled sheets, all or none; the exit code."""
    at = moment()
    try:
        rows = read_all(paths)
    except SheetError as error:
        return _refused(error.mistakes, as_json)
    with opened() as ledger:

        def plan(memory: Remembered) -> Received:
            return received(rows, memory, at.date(), by.strip())

        made = receive(ledger, plan, at)
    if made.mistakes:
        return _refused(made.mistakes, as_json)
    if as_json:
        click.echo(write_text(_received_json(made)), nl=False)
        return 0
    counts = {
        word: sum(reply.word == word for reply in made.replies) for word in dict.fromkeys(r.word for r in made.replies)
    }
    told = "，".join(f"{word} {count} 个" for word, count in counts.items())
    click.echo(f"已登记答复 {len(made.replies)} 个" + (f"（{told}）。" if told else "。"))
    if made.same:
        click.echo(f"{made.same} 个答复以前登记过，不再登记。")
    if waits := sum(reply.word in ANSWERS for reply in made.replies):
        click.echo(f"其中 {waits} 个要处理：auditor replies list --open")
    return 0


def _refused(mistakes: Sequence[str], as_json: bool) -> int:
    if as_json:
        click.echo(write_text({"replies": [], "same": 0, "mistakes": list(mistakes)}), nl=False)
    else:
        for words in mistakes:
            click.echo(words, err=True)
        click.echo(f"反馈表有 {len(mistakes)} 处要改，一个答复也没有登记；改好后重新运行。", err=True)
    return USAGE


def _received_json(made: Received) -> dict[str, Json]:
    return {"replies": [_reply_json(reply, None) for reply in made.replies], "same": made.same, "mistakes": []}


def listed(run: str | None, units: Sequence[str], only_open: bool, as_json: bool) -> int:
    """The replies that were entered; the exit code."""
    with opened() as ledger:
        memory = remembered(ledger)
        quarter = quarter_word(ledger, run) if run is not None else None
        known = units_of(ledger)
        wanted = {unit_named(unit, known, memory) for unit in units}
    told = {item.key: letter.quarter for letter in memory.letters for item in letter.items}
    rulings = {(ruling.reply, ruling.key): ruling for ruling in memory.rulings}
    found = [
        (reply, rulings.get((reply.entry, reply.key)))
        for reply in memory.replies
        if (quarter is None or told.get(reply.key) == quarter) and (not wanted or reply.key.unit in wanted)
    ]
    if only_open:
        found = _waiting(found)
    if as_json:
        click.echo(write_text({"replies": [_reply_json(*pair) for pair in found]}), nl=False)
    elif not found:
        click.echo("没有待处理的异议和延期申请" if only_open else "还没有登记过答复（auditor replies import 反馈表）")
    else:
        console().print(_table(found[:_MOST_SHOWN]))
        if len(found) > _MOST_SHOWN:
            click.echo(f"……共 {len(found)} 个（--json 列出全部）")
    return 0


def _waiting(found: Sequence[tuple[Reply, Ruling | None]]) -> list[tuple[Reply, Ruling | None]]:
    """Of each finding the last 异议 and 申请延期, where nobody has ruled on it."""
    last: dict[tuple[Key, str], tuple[Reply, Ruling | None]] = {}
    for reply, ruling in found:
        if reply.word in ANSWERS:
            last[reply.key, reply.word] = (reply, ruling)
    return [pair for pair in last.values() if pair[1] is None]


def _table(found: Sequence[tuple[Reply, Ruling | None]]) -> Grid:
    table = Grid("编号", "答复", "说明", "日期", "处理", whole=("编号", "日期"))
    for reply, ruling in found:
        word = f"{reply.word}至 {reply.until}" if reply.until else reply.word
        table.add_row(
            reply.number,
            word,
            reply.text,
            str(reply.on or reply.received or ""),
            _ruling_words(ruling) if ruling is not None else "待处理" if reply.word in ANSWERS else "",
        )
    return table


def _ruling_words(ruling: Ruling) -> str:
    until = f"至 {ruling.until}" if ruling.until else ""
    paper = f"，{ruling.paper}" if ruling.paper else ""
    return f"{ruling.word}{until}（{ruling.by}，{ruling.on}{paper}）"


def _reply_json(reply: Reply, ruling: Ruling | None) -> Json:
    return {
        "number": reply.number,
        "unit": reply.key.unit,
        "year": reply.key.year,
        "word": reply.word,
        "text": reply.text,
        "on": reply.on.isoformat() if reply.on else None,
        "received": reply.received.isoformat() if reply.received else None,
        "until": reply.until.isoformat() if reply.until else None,
        "link": reply.link,
        "by": reply.by,
        "source": reply.source,
        "ruling": None
        if ruling is None
        else {
            "word": ruling.word,
            "why": ruling.why,
            "by": ruling.by,
            "on": ruling.on.isoformat(),
            "until": ruling.until.isoformat() if ruling.until else None,
            "paper": ruling.paper,
        },
    }


def _number(word: str, memory: Remembered) -> str:
    """The number of a finding that a unit was told of; where several end alike, the one that waits for an answer."""
    rulings = {(ruling.reply, ruling.key): ruling for ruling in memory.rulings}
    waiting = _waiting([(reply, rulings.get((reply.entry, reply.key))) for reply in memory.replies])
    told = [item.number for letter in memory.letters for item in letter.items]
    return number_meant(word, told, [reply.number for reply, _ in waiting])


def decide(asked: Asked, as_json: bool) -> int:
    """Rules on what a unit asks; the exit code. `asked.on` is the moment's day."""
    signed(asked.by)
    if not asked.why.strip():
        fail(USAGE, "请用 --why 写明理由")
    at = moment()
    with opened() as ledger:
        asked = replace(asked, number=_number(asked.number, remembered(ledger)))

        def plan(memory: Remembered) -> Ruled:
            return ruled(asked, memory)

        made = rule(ledger, plan, at)
        entry = ledger.stamp.entries
    if made.ruling is None:
        fail(USAGE, made.refusal)
    if as_json:
        click.echo(
            write_text({"number": asked.number, "word": asked.word, "entry": entry, "hint": made.hint or None}),
            nl=False,
        )
        return 0
    until = f"，期限延至 {made.ruling.until}" if made.ruling.until else ""
    also = "，同时认定为不属实" if made.dismisses else ""
    click.echo(f"{asked.number}：{asked.word}{until}{also}，已记入台账第 {entry} 条。")
    if made.hint:
        click.echo(made.hint)
    return 0
