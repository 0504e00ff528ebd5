"""`auditor todo`: what is left to do before documents may be issued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click
from rich.padding import Padding

from auditor.cli.deciding import aliases, latest_word
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened
from auditor.cli.terminal import console
from auditor.documents.json_text import Json, write_text
from auditor.ledger.laying import units_of, view
from auditor.ledger.remembering import remembered
from auditor.quarters.todo import Group, Item, by_matter, todo

_MOST_ITEMS = 12
_WIDEST = 40


def run(word: str | None, everything: bool, as_json: bool) -> int:
    """Prints the groups; always 0."""
    day = moment().date()
    with opened() as ledger:
        which = word or latest_word(ledger)
        audit = view(ledger, which, day)
        ids = aliases(audit)
        groups = todo(audit, remembered(ledger), day, which, lambda rule: ids.get(rule, rule))
        shorts = units_of(ledger)
    if as_json:
        click.echo(write_text(_json(which, groups)), nl=False)
        return 0
    if not groups:
        click.echo(f"{which} 没有待办事项，可以印发。")
        return 0
    for number, group in enumerate(groups, 1):
        click.echo(f"{number}. {group.title}：{len(group.items)} 个。{group.advice}。")
        console().print(Padding(_table(group, shorts, everything=everything), (0, 0, 0, 3)))
        if group.command:
            click.echo(f"   下一步：{group.command}")
        click.echo("")
    seen = sum(len(group.items) for group in groups if group.kind == "to_confirm")
    rest = sum(len(group.items) for group in groups) - seen
    visits = f"另有 {seen} 份报告有待人工核验的事项。" if seen else ""
    click.echo(f"{which} 印发前共有 {rest} 件事待办。{visits}")
    return 0


def _table(group: Group, shorts: Mapping[str, str], *, everything: bool) -> Grid:
    """Two columns: which or whose, and what; what is the same for many is gathered, unless everything is asked for."""
    rows = [(_named(item, shorts), item.words) for item in group.items]
    if not everything:
        gathered = all(item.matters for item in group.items)
        rows = list(_gathered(group.items, shorts)) if gathered else _cut(rows)
    table = Grid(head=False)
    table.add_column(max_width=_WIDEST, overflow="fold", no_wrap=all(len(first) < _WIDEST // 2 for first, _ in rows))
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _named(item: Item, shorts: Mapping[str, str]) -> str:
    """The number, which names the unit, else the unit; with the report year where that is known."""
    year = f"，{item.year}年度" if item.year is not None else ""
    return item.number or f"{shorts.get(item.unit, item.unit)}{year}"


def _cut(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(rows) <= _MOST_ITEMS:
        return list(rows)
    return [*rows[:_MOST_ITEMS], ("", f"……其余 {len(rows) - _MOST_ITEMS} 个（--all 全部列出）")]


def _gathered(items: Sequence[Item], shorts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """How many, and what; the units by name where they are few."""
    for matter, of in by_matter(items).items():
        named = f"：{'、'.join(shorts.get(one.unit, one.unit) for one in of)}" if len(of) <= _MOST_ITEMS else ""
        yield f"{len(of)} 份", f"{matter}{named}"


def _json(word: str, groups: Sequence[Group]) -> Json:
    return {
        "run": word,
        "left": sum(len(group.items) for group in groups),
        "groups": [
            {
                "kind": group.kind,
                "title": group.title,
                "count": len(group.items),
                "command": group.command or None,
                "items": [
                    {"unit": i.unit, "year": i.year, "number": i.number or None, "words": i.words} for i in group.items
                ],
            }
            for group in groups
        ],
    }
