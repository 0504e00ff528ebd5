"""history, trends, rules stats: one unit over the quarters, all units over the quarters, the rules over the quarters."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli.options import as_json, ledger


@click.command("history", short_help="一个单位各季度的得分、问题、认定、整改。")
@click.argument("unit", metavar="单位")
@click.option("--year", metavar="年度", type=click.IntRange(2008, 2100), help="只看这一年度的报告。")
@ledger
@as_json
def history(unit: str, year: int | None, as_json: bool) -> None:
    """一个单位在台账里的全部情况：各季度的得分（规则得分、计入认定的得分、已印发的得分）、等次、名次，每个问题从何时到何时、
    现在怎样，认定、豁免、函件、反馈和整改。

    单位可以写全称、简称、曾用名，或者名称中只有它才有的几个字。
    """
    from auditor.cli import histories

    sys.exit(histories.run(unit, year, as_json=as_json))


@click.command("trends", short_help="各季度或各年度的汇总，可按类别、分组、地区、规则、方面。")
@click.option(
    "--by",
    type=click.Choice(["季度", "年度", "单位类别", "分组", "地区", "规则", "方面"]),
    default="季度",
    show_default=True,
    help="按什么汇总。",
)
@click.option(
    "--over",
    type=click.Choice(["季度", "年度"]),
    help="与单位类别等连用：逐季度（默认），或者逐报告年度（取最近一次审核）。",
)
@click.option(
    "--out", metavar="文件", type=click.Path(dir_okay=False, path_type=Path), help="写成 .csv 或 .parquet 文件。"
)
@click.option("--bare", is_flag=True, help="不计认定和豁免，得分都用规则得分。")
@ledger
@as_json
def trends(by: str, over: str | None, out: Path | None, bare: bool, as_json: bool) -> None:
    """各季度（或各年度）的报告数、平均分、中位数、问题数、认定和改正情况。

    平均分只算读全了的报告；部分未读的得分是一个区间，无法读取的、未报的没有得分，都另外列出，不混入平均。
    """
    from auditor.cli import rollups

    sys.exit(rollups.trends(by, over, out, bare=bare, as_json=as_json))


@click.command("stats", short_help="各条规则历次报出和认定的情况。")
@click.option(
    "--out", metavar="文件", type=click.Path(dir_okay=False, path_type=Path), help="写成 .csv 或 .parquet 文件。"
)
@ledger
@as_json
def stats(out: Path | None, as_json: bool) -> None:
    """各条规则在各季度报出多少问题，其中认定属实、不属实、豁免、未认定、已改正的各多少；指出从未报出过问题的规则，和认定过半不属实的规则。"""
    from auditor.cli import rollups

    sys.exit(rollups.rules(out, as_json=as_json))


COMMANDS = (history, trends)
MORE = {"rules": (stats,)}
