"""ledger import: a ledger kept by hand in earlier quarters. (`decide --from` stands with `decide`.)"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli import options


@click.command("import", short_help="导入以往季度手工做的台账。")
@click.argument("path", metavar="旧台账.xlsx", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--quarter", metavar="2025Q4", required=True, help="是哪个季度的台账。")
@click.option("--year", metavar="年度", type=click.IntRange(2000, 2100), help="表中没有写报告年度的，都算这一年度的。")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="列=字段",
    help="哪一列是什么，列写列名或者列号（D），可写多次；等号后面不写即不导入这一列。",
)
@click.option(
    "--sheet", "sheets", multiple=True, metavar="工作表", help="只导入这个工作表，可写多次（默认有表头的都导入）。"
)
@click.option(
    "--roster", metavar="名册.xlsx", type=click.Path(exists=True, path_type=Path), help="按哪份名册核对单位。"
)
@click.option("--with-unmatched", "unmatched", is_flag=True, help="对应不到单位的行，也按所写的名称导入。")
@click.option("--yes", is_flag=True, help="写入台账（默认只预览）。")
@options.ledger
@options.as_json
def ledger_import(
    path: Path,
    quarter: str,
    year: int | None,
    maps: tuple[str, ...],
    sheets: tuple[str, ...],
    roster: Path | None,
    unmatched: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """导入以往季度手工做的 Excel 台账：按列名对应各列，先预览，核对无误后加 --yes 写入。

    导入的是历史问题：在单位历史中列出，计入屡查屡犯，不计分。对应不到单位的行列出原因；同一份台账导入两次，不会重复。

    字段有：责任单位、报告年度、检查对象、问题类别、问题名称、问题描述、依据、扣分、整改要求、整改时限、整改情况、整改链接、
    复核结果、销号时间、备注、规则编号。
    """
    from auditor.cli import earlier

    given = earlier.Given(quarter, year, maps, sheets, roster, yes, unmatched)
    sys.exit(earlier.run(path, given, as_json=as_json))


COMMANDS: tuple[click.Command, ...] = ()
MORE = {"ledger": (ledger_import,)}
