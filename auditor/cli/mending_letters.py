"""`auditor letters send | list`: what was sent to whom, with which findings and deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from auditor.cli import USAGE, fail
from auditor.cli.deciding import unit_named
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened, signed
from auditor.cli.mending import NO_LETTERS, quarter_word, terms
from auditor.cli.terminal import console
from auditor.documents.json_text import Json, write_text
from auditor.ledger.corresponding import send as entered
from auditor.ledger.laying import units_of, view
from auditor.ledger.remembering import remembered
from auditor.quarters.letters import Drafted, Wanted, drafted
from auditor.quarters.nouns import Letter, Remembered

_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: which findings, which kind of letter, on which paper, when, by whom."""

    run: str
    units: tuple[str, ...]
    kind: str
    paper: str
    on: dt.date | None
    by: str
    deadline: dt.date | None
    leave_out: bool
    dry: bool


def send(asked: Asked, as_json: bool) -> int:
    """Records letters; the exit code."""
    by, at = signed(asked.by), moment()
    on = asked.on or at.date()
    if not asked.paper.strip():
        fail(USAGE, "请写明文号，例如：--paper 澄政办函〔2026〕3号")
    if on > at.date():
        fail(USAGE, f"发函日期 {on} 还没有到（今天是 {at.date()}）")
    if asked.deadline is not None and asked.deadline <= on:
        fail(USAGE, f"期限 {asked.deadline} 应晚于发函日期 {on}")
    mine, calendar = terms()
    with opened() as ledger:
        memory = remembered(ledger)
        known = units_of(ledger)
        units = {unit_named(unit, known, memory) for unit in asked.units} or None
        audit = view(ledger, asked.run, at.date())
        quarter = quarter_word(ledger, asked.run)
        wanted = Wanted(quarter, asked.kind, asked.paper.strip(), on, by, asked.deadline, asked.leave_out)

        def plan(seen: Remembered) -> Drafted:
            return drafted(audit, seen, wanted, mine, calendar, units)

        made = plan(memory) if asked.dry else entered(ledger, plan, memory, at)
    if as_json:
        click.echo(write_text(_sent_json(made, dry=asked.dry)), nl=False)
    else:
        _tell(made, asked, units - _found(made) if units else set(), known)
    return USAGE if made.refusals else 0


def _found(made: Drafted) -> set[str]:
    return {*(letter.unit for letter in made.letters), *made.same, *made.nothing}


def _tell(made: Drafted, asked: Asked, missing: set[str], shorts: Mapping[str, str]) -> None:
    if made.refusals:
        for words in made.refusals:
            click.echo(words, err=True)
        hint = "请先认定（auditor decide）；要先就已确定的问题发出通知的，加 --leave-out；要请单位核实的，发反馈函"
        more = f"；{hint}" if any("没有认定" in words for words in made.refusals) else ""
        click.echo(f"没有登记任何函件{more}。", err=True)
        return
    if made.letters:
        console().print(_table(made.letters, shorts))
    if made.same:
        click.echo(f"{len(made.same)} 个单位的同一份函件已经登记过，不再登记。")
    if made.nothing and asked.units:
        click.echo(f"没有可以列入{asked.kind}的问题：{'、'.join(made.nothing)}")
    if missing:
        click.echo(f"{asked.run} 没有审核过：{'、'.join(sorted(missing))}")
    if made.left_out:
        click.echo(f"没有认定、这次没有列入的问题 {len(made.left_out)} 个：{'、'.join(made.left_out[:8])}")
    said = "将登记" if asked.dry else "已登记"
    items = sum(len(letter.items) for letter in made.letters)
    click.echo(f"{said}{asked.kind} {len(made.letters)} 份，列出问题 {items} 个。")


def listed(run: str | None, units: Sequence[str], as_json: bool) -> int:
    """The letters that were recorded; the exit code."""
    with opened() as ledger:
        memory = remembered(ledger)
        quarter = quarter_word(ledger, run) if run is not None else None
        known = units_of(ledger)
        wanted = {unit_named(unit, known, memory) for unit in units}
    letters = [
        letter
        for letter in memory.letters
        if (quarter is None or letter.quarter == quarter) and (not wanted or letter.unit in wanted)
    ]
    if as_json:
        click.echo(write_text({"letters": [_letter_json(letter) for letter in letters]}), nl=False)
    elif not letters:
        click.echo(NO_LETTERS if not memory.letters else "没有符合条件的函件")
    else:
        console().print(_table(letters, known))
        if len(letters) > _MOST_SHOWN:
            click.echo(f"……共 {len(letters)} 份（--json 列出全部）")
    return 0


def _table(letters: Sequence[Letter], shorts: Mapping[str, str]) -> Grid:
    table = Grid(
        *("季度", "单位", "种类", "文号", "发函日期", "问题", "期限"),
        right=("问题",),
        whole=("季度", "种类", "发函日期"),
    )
    for letter in letters[:_MOST_SHOWN]:
        days = sorted({item.deadline for item in letter.items if item.deadline is not None})
        deadline = str(days[0]) if len(days) == 1 else f"{days[0]} 至\n{days[-1]}" if days else ""
        sent, count = str(letter.sent), str(len(letter.items))
        unit = shorts.get(letter.unit, letter.unit)
        table.add_row(letter.quarter, unit, letter.kind, letter.paper, sent, count, deadline)
    return table


def _sent_json(made: Drafted, *, dry: bool) -> dict[str, Json]:
    return {
        "dry_run": dry,
        "letters": [_letter_json(letter) for letter in made.letters],
        "same": list(made.same),
        "nothing": list(made.nothing),
        "left_out": list(made.left_out),
        "refusals": list(made.refusals),
    }


def _letter_json(letter: Letter) -> Json:
    return {
        "entry": letter.entry or None,
        "quarter": letter.quarter,
        "unit": letter.unit,
        "kind": letter.kind,
        "paper": letter.paper,
        "sent": letter.sent.isoformat(),
        "by": letter.by,
        "items": [
            {
                "number": item.number,
                "severity": item.severity,
                "deadline": item.deadline.isoformat() if item.deadline else None,
                "rule": item.rule,
                "message": item.text,
            }
            for item in letter.items
        ],
    }
