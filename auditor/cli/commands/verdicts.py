"""decide, finding, waive, todo: what a person decides of findings, and what is left to decide."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli.options import as_json, by, ledger

_run = click.option("--run", "run_", metavar="季度或批次", help="哪个季度或批次（默认台账中最近的）。")
_why = click.option("--why", metavar="理由", default="", help="理由。")
_day = click.DateTime(["%Y-%m-%d"])


@click.command("decide", short_help="认定问题：属实、不属实、豁免。")
@click.argument("words", nargs=-1, metavar="[编号或指纹]... [属实|不属实|豁免]")
@by
@_why
@click.option("--paper", metavar="文号", default="", help="所依据文件的文号。")
@click.option("--until", metavar="日期", type=_day, help="豁免到哪一天为止（含当天），不写为长期。")
@_run
@click.option("--rule", "rules", multiple=True, metavar="规则ID", help="这条规则的全部问题，可写多次。")
@click.option("--unit", "units", multiple=True, metavar="单位", help="这个单位的全部问题，可写多次。")
@click.option("--severity", "severities", multiple=True, metavar="严重程度", help="严重、较重、一般、提示，可写多次。")
@click.option("--suspected", is_flag=True, help="只认定疑似问题。")
@click.option("--equal", is_flag=True, help="连同其他单位说法相同的问题一起认定。")
@click.option("--change", is_flag=True, help="改变已有的认定。")
@click.option("--undo", is_flag=True, help="撤销认定（原来的认定仍留在台账里）。")
@click.option("--dry-run", is_flag=True, help="只列出将要认定的，不写入台账。")
@click.option(
    "--from",
    "sheet",
    metavar="问题台账.xlsx",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="按填好的问题台账认定（全部采纳或者全部不采纳）。",
)
@ledger
@as_json
def decide(
    words: tuple[str, ...],
    by: str,
    why: str,
    paper: str,
    until: object,
    run_: str | None,
    rules: tuple[str, ...],
    units: tuple[str, ...],
    severities: tuple[str, ...],
    suspected: bool,
    equal: bool,
    change: bool,
    undo: bool,
    dry_run: bool,
    sheet: Path | None,
    as_json: bool,
) -> None:
    """认定问题：属实、不属实或者豁免，逐个认定，或者按规则、单位、严重程度成批认定；全部写入，或者一个也不写。

    编号可以不写季度（禹山镇-03）。例如：auditor decide 2026Q2-禹山镇-03 属实 --by 张三；
    auditor decide 不属实 --run 2026Q2 --rule n-org --suspected --why 查阅档案 --by 张三
    """
    from auditor.cli import deciding

    if sheet is not None:
        sys.exit(deciding.from_sheet(sheet, by, dry_run, as_json, given=bool(words or rules or units or severities)))
    said = deciding.Said(words, by, why, paper, deciding.day(until), undo=undo)
    which = deciding.Which(run_, rules, units, severities, suspected, equal)
    sys.exit(deciding.run(said, which, change=change, dry=dry_run, as_json=as_json))


@click.group("finding", short_help="人工发现的问题：登记、查看、销号。")
def finding() -> None:
    """人工发现的问题：登记以后与规则查出的问题一样计分、列入文书和以后各季度，直到销号。"""


@finding.command("add", short_help="登记人工发现的问题。")
@click.option("--unit", metavar="单位", required=True, help="哪个单位。")
@click.option("--year", metavar="年度", type=click.IntRange(2008, 2100), required=True, help="哪一年度的报告。")
@click.option("--place", metavar="位置", required=True, help="在报告的什么位置，如 二、主动公开情况。")
@click.option("--severity", metavar="严重程度", required=True, help="严重、较重、一般、提示。")
@click.option("--dimension", metavar="方面", required=True, help="内容完整、数据准确等。")
@click.option("--text", metavar="文字", required=True, help="问题是什么。")
@click.option("--title", metavar="名称", default="", help="问题名称（不写为“人工发现的问题”）。")
@click.option("--law", metavar="法规", default="", help="依据的法规，写简称、全称或编号，如 2019年条例。")
@click.option("--article", metavar="第几条", default="", help="依据的条款，如 第五十条。")
@click.option("--practice", metavar="依据", default="", help="没有条文的，写明根据什么。")
@click.option("--remedy", metavar="文字", default="", help="怎样改。")
@click.option("--suspected", is_flag=True, help="作为疑似问题登记。")
@_run
@by
@ledger
@as_json
def finding_add(
    unit: str,
    year: int,
    place: str,
    severity: str,
    dimension: str,
    text: str,
    title: str,
    law: str,
    article: str,
    practice: str,
    remedy: str,
    suspected: bool,
    run_: str | None,
    by: str,
    as_json: bool,
) -> None:
    """登记人工发现的问题，给出编号。依据写 --law 和 --article，没有条文的写 --practice。"""
    from auditor.cli import byhand

    found = byhand.Found(unit, year, place, severity, dimension, text, title, remedy, not suspected, run_)
    sys.exit(byhand.add(found, byhand.Rests(law, article, practice), by, as_json))


@finding.command("list", short_help="列出人工发现的问题。")
@click.option("--all", "everything", is_flag=True, help="连同已销号的。")
@ledger
@as_json
def finding_list(everything: bool, as_json: bool) -> None:
    """列出人工发现的问题及其认定。"""
    from auditor.cli import byhand

    sys.exit(byhand.listed(everything, as_json))


@finding.command("close", short_help="销号人工发现的问题。")
@click.argument("number", metavar="编号")
@by
@_why
@ledger
def finding_close(number: str, by: str, why: str) -> None:
    """销号人工发现的问题：核实已经整改以后，不再列入此后的批次。查明不成立的，用 auditor decide 编号 不属实。"""
    from auditor.cli import byhand

    sys.exit(byhand.close(number, by, why))


@click.group("waive", short_help="豁免事项：登记、查看、终止。")
def waive() -> None:
    """豁免事项：按单位、年度、规则、数据项豁免问题；豁免的问题仍然列出，到期以后重新计入。"""


@waive.command("add", short_help="登记豁免事项。")
@click.option("--unit", metavar="单位", default="", help="哪个单位（不写为各单位）。")
@click.option("--year", metavar="年度", type=click.IntRange(2008, 2100), help="哪一年度的报告（不写为各年度）。")
@click.option("--rule", metavar="规则ID", default="", help="哪条规则（不写为各条规则）。")
@click.option("--cell", "cells", multiple=True, metavar="数据项", help="只豁免这些数据项（名称或编号），可写多次。")
@_why
@click.option("--paper", metavar="文号", default="", help="批准豁免的文件文号。")
@click.option("--approver", metavar="批准人", default="", help="由谁批准。")
@click.option("--start", metavar="日期", type=_day, help="从哪一天起（默认当天）。")
@click.option("--end", metavar="日期", type=_day, help="到哪一天为止（含当天），不写为长期。")
@click.option("--review", metavar="日期", type=_day, help="哪一天复核。")
@by
@ledger
@as_json
def waive_add(
    unit: str,
    year: int | None,
    rule: str,
    cells: tuple[str, ...],
    why: str,
    paper: str,
    approver: str,
    start: object,
    end: object,
    review: object,
    by: str,
    as_json: bool,
) -> None:
    """登记豁免事项，给出编号。单位、规则至少写一项；--why 理由、--paper 文号、--approver 批准人都要写明。"""
    from auditor.cli import waiving
    from auditor.cli.deciding import day

    scope = waiving.Scope(unit, year, rule, cells)
    terms = waiving.Terms(why, paper, approver, day(start), day(end), day(review))
    sys.exit(waiving.add(scope, terms, by, as_json))


@waive.command("list", short_help="列出豁免事项。")
@click.option("--all", "everything", is_flag=True, help="连同已到期、已终止的。")
@ledger
@as_json
def waive_list(everything: bool, as_json: bool) -> None:
    """列出豁免事项和逐个豁免的问题：范围、理由、文号、起止、复核日期、状态。"""
    from auditor.cli import waiving

    sys.exit(waiving.listed(everything, as_json))


@waive.command("end", short_help="终止豁免事项。")
@click.argument("number", metavar="编号")
@by
@_why
@ledger
def waive_end(number: str, by: str, why: str) -> None:
    """从当天起终止豁免事项，所豁免的问题重新计入。逐个豁免的问题，写问题编号即撤销其豁免。"""
    from auditor.cli import waiving

    sys.exit(waiving.end(number, by, why))


@click.command("todo", short_help="印发前还有哪些事要办。")
@click.argument("run_", metavar="[季度或批次]", required=False)
@click.option("--all", "everything", is_flag=True, help="不省略，全部列出。")
@ledger
@as_json
def todo(run_: str | None, everything: bool, as_json: bool) -> None:
    """列出文书印发前还没有办的事：待认定的疑似问题、要重新认定的、到期和应复核的豁免、待人工核验的、看不清的数据、
    归属存疑的报告、没有裁定的异议等，各附下一步的命令。
    """
    from auditor.cli import doing

    sys.exit(doing.run(run_, everything, as_json))


COMMANDS = (decide, finding, waive, todo)
