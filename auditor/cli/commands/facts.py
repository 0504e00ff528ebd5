"""`auditor facts`: cells that could not be read for certain, to be looked at and typed by a person (人工录入)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli import options


@click.group("facts", short_help="读不清的数据：导出录入单，导入人工录入的值。")
def facts() -> None:
    """读不清的数据：导出带图片的录入单，人工对照填写，再导入。录入的值注明“人工录入”、姓名和日期，按文件和指标保存，问过的不再问。"""


_rules = click.option(
    "--rules",
    "folders",
    multiple=True,
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="另加的规则文件夹，可写多次。",
)


@facts.command("sheet", short_help="把存疑、读不清的数据连同图片写入录入单。")
@click.argument("given", nargs=-1, metavar="[批次|路径] [文件.xlsx]")
@click.option(
    "--unit", "units", multiple=True, metavar="单位", help="只列出这个单位的（名称的一部分也可以），可写多次。"
)
@click.option("--all", "everything", is_flag=True, help="以前录入过的也列出来，可以改填。")
@_rules
@options.as_json
@options.ledger
def sheet(
    given: tuple[str, ...], units: tuple[str, ...], everything: bool, folders: tuple[Path, ...], as_json: bool
) -> None:
    """把读不清、把握不足的数据项连同所在位置的图片写入 Excel 录入单（默认“数据录入单.xlsx”），最影响判断的排在前面。

    批次可以是批次号、其开头几位或者季度（默认台账中最近的一个季度），不需要原件；写报告的路径时，现读现列。
    已有同名文件的不覆盖，另存为“数据录入单（2）.xlsx”。
    """
    from auditor.cli import facting

    sys.exit(facting.sheet(given, units, folders, everything, as_json))


@facts.command("import", short_help="导入填好的录入单。")
@click.argument("paths", nargs=-1, metavar="文件.xlsx...", type=click.Path(path_type=Path))
@options.by
@click.option("--change", is_flag=True, help="与以前录入的不同的，改为这一次的值。")
@_rules
@options.as_json
@options.ledger
def take(paths: tuple[Path, ...], by: str, change: bool, folders: tuple[Path, ...], as_json: bool) -> None:
    """导入填好的录入单：一次全部采用，有一处错误或者矛盾就一项也不采用，并逐一指明工作表和单元格。

    录入单里没有写录入人的，用 --by 写明；没有写日期的，按当天。重复导入不会重复录入。
    """
    from auditor.cli import facting

    sys.exit(facting.take(paths, by, change, folders, as_json))


COMMANDS = (facts,)
