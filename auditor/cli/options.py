"""Options that several commands share. Imports click only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., object])


def kept(key: str) -> Callable[[click.Context, click.Parameter, object], None]:
    """An option's value kept with the command (`workplace` and `ledgers` read it)."""

    def keep(context: click.Context, _: click.Parameter, value: object) -> None:
        if value:
            context.meta[key] = value

    return keep


def place(command: _Command) -> _Command:
    """Whose rulebook it is: --work, --no-work, --rulebook."""
    return click.option(
        "--rulebook",
        metavar="规则包.zip",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        expose_value=False,
        callback=kept("auditor.rulebook"),
        help="用这个规则包代替随程序提供的规则库（auditor rules pack 生成）。",
    )(work(command))


def work(command: _Command) -> _Command:
    """Which work folder: --work, --no-work."""
    for option in (
        click.option(
            "--no-work", is_flag=True, expose_value=False, callback=kept("auditor.no_work"), help="不使用工作文件夹。"
        ),
        click.option(
            "--work",
            metavar="文件夹",
            type=click.Path(path_type=Path),
            expose_value=False,
            callback=kept("auditor.work"),
            help="工作文件夹（默认从当前文件夹逐级向上查找）。",
        ),
    ):
        command = option(command)
    return command


def at_ledger(help: str) -> Callable[[_Command], _Command]:
    """--ledger, kept with the command."""
    return click.option(
        "--ledger",
        metavar="台账.sqlite",
        type=click.Path(dir_okay=False, path_type=Path),
        expose_value=False,
        callback=kept("auditor.ledger"),
        help=help,
    )


def ledger(command: _Command) -> _Command:
    """Which ledger, and as of when: --ledger, --at (both kept with the command), and the work folder."""
    for option in (
        click.option(
            "--at",
            metavar="日期时间",
            expose_value=False,
            callback=kept("auditor.at"),
            help="按此刻办理（如 2026-04-08T09:00:00+08:00，默认现在）。",
        ),
        at_ledger("台账文件（默认工作文件夹或当前文件夹的 audits/ledger.sqlite）。"),
    ):
        command = option(command)
    return work(command)


def typed(command: _Command) -> _Command:
    """From which ledger typed cells (人工录入) are taken: --ledger, --no-ledger (both kept with the command)."""
    for option in (
        click.option(
            "--no-ledger",
            is_flag=True,
            expose_value=False,
            callback=kept("auditor.no_ledger"),
            help="不采用台账里人工录入的数据。",
        ),
        at_ledger("采用这个台账里人工录入的数据（默认工作文件夹或当前文件夹的 audits/ledger.sqlite，没有就不用）。"),
    ):
        command = option(command)
    return command


as_json = click.option("--json", "as_json", is_flag=True, help="只向标准输出打印一份 JSON。")
by = click.option("--by", metavar="姓名", default="", help="办理人。")
