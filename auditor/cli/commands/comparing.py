"""compare, retro: one quarter against another, a quarter under another quarter's rules."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli.options import as_json, kept, ledger

_units = click.option("--unit", "units", metavar="单位", multiple=True, help="只看这个单位，可写多次。")
_jobs = click.option("--jobs", type=click.IntRange(1, 64), metavar="个数", help="重新判断时同时使用的进程数。")


@click.command("compare", short_help="比较两个季度：问题的去向、得分和名次的变化。")
@click.argument("earlier", metavar="较早的季度或批次")
@click.argument("later", metavar="较晚的季度或批次")
@_units
@click.option(
    "--out", metavar="文件.xlsx", type=click.Path(dir_okay=False, path_type=Path), help="另写成 Excel 工作簿。"
)
@click.option("--all", "everything", is_flag=True, help="全部列出，连同只在一个季度检查过的单位和问题。")
@_jobs
@ledger
@as_json
def compare(
    earlier: str,
    later: str,
    units: tuple[str, ...],
    out: Path | None,
    everything: bool,
    jobs: int | None,
    as_json: bool,
) -> None:
    """比较两个季度（或者两个批次，写批次号或其开头）：每个单位的得分、变化的原因、名次，每个问题的去向。

    去向分为：新发现、仍存在（连续几个季度）、再次出现、已改正、改列、不再作为问题、规则停用或不再适用、无法判断、无法读取、
    本季未检查。只有在改过的报告上重新检查合规的，才算已改正。得分的变化分为报告变化、规则变化、认定变化和其他，合计等于总的变化。
    """
    from auditor.cli import quarterly

    sys.exit(quarterly.compare(earlier, later, units, out, jobs, everything=everything, as_json=as_json))


@click.command("retro", short_help="把一个季度的报告按另一个季度的规则重新判断。")
@click.argument("quarter", metavar="季度或批次")
@click.option(
    "--under", metavar="季度、批次或“当前”", required=True, help="用谁的规则：另一季度、批次的，或者当前的规则库。"
)
@_units
@_jobs
@click.option(
    "--rulebook",
    metavar="规则包.zip",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    expose_value=False,
    callback=kept("auditor.rulebook"),
    help="“当前”指这个规则包（默认随程序提供的规则库和工作文件夹）。",
)
@ledger
@as_json
def retro(quarter: str, under: str, units: tuple[str, ...], jobs: int | None, as_json: bool) -> None:
    """把台账里一个季度的报告（按当时读取的内容，不再打开文件）用另一个季度的规则重新判断：哪些问题会多出来，哪些不再是问题，
    得分会是多少。只作比较，不改台账。"""
    from auditor.cli import quarterly

    sys.exit(quarterly.retro(quarter, under, units, jobs, as_json=as_json))


COMMANDS = (compare, retro)
