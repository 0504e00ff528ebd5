"""documents: the papers of a stored run: circular, letters, sheets, ledger of problems, page."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli.options import as_json, ledger

KINDS = ("通报", "通知", "反馈函", "反馈表", "建议表", "评分表", "核查单", "台账", "统计", "网页")
_day = click.DateTime(["%Y-%m-%d"])


@click.command("documents", short_help="由台账生成通报、通知、反馈函等文书。")
@click.argument("run_", metavar="[季度或批次]", required=False)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="只要这种文书，可写多次（默认全部）。")
@click.option("--unit", "units", multiple=True, metavar="单位", help="只要这个单位的，可写多次（默认全部单位）。")
@click.option(
    "--templates",
    metavar="文件夹",
    type=click.Path(file_okay=False, path_type=Path),
    help="本县的模板和用语（默认工作文件夹里的“模板”，没有的用随程序的）。",
)
@click.option(
    "--out",
    metavar="文件夹",
    type=click.Path(file_okay=False, path_type=Path),
    help="写到哪里（默认 audits/季度/文书）。",
)
@click.option(
    "--new-templates",
    metavar="文件夹",
    type=click.Path(file_okay=False, path_type=Path),
    help="不生成文书，只把随程序的模板和用语写到这个文件夹，供修改；已有的不覆盖。",
)
@click.option("--zip", "zip_", is_flag=True, help="另外打包“送达材料.zip”：一个单位一个文件夹，只有发给该单位的文书。")
@click.option("--pdf", is_flag=True, help="另外转为 PDF（要装有 LibreOffice；网页要装有 Chromium）。")
@click.option("--number", metavar="文号", default="", help="文号；不写的按本县的发文字号留空待填。只用于一种文书。")
@click.option("--date", "date", metavar="日期", type=_day, help="成文日期；不写的留空待填。")
@click.option("--printed", metavar="日期", type=_day, help="印发日期；不写的留空待填。")
@click.option("--note", metavar="附注", default="", help="附注，如 此件公开发布、此件不公开。")
@click.option("--copy", "copies", multiple=True, metavar="机关", help="抄送机关，可写多次。")
@click.option("--to", "receivers", metavar="机关", default="", help="通报的主送机关（默认按批次中的单位）。")
@click.option("--notice-form", is_flag=True, help="发给单位的通知用整改通知书。")
@ledger
@as_json
def documents(
    run_: str | None,
    kinds: tuple[str, ...],
    units: tuple[str, ...],
    templates: Path | None,
    new_templates: Path | None,
    out: Path | None,
    zip_: bool,
    pdf: bool,
    number: str,
    date: object,
    printed: object,
    note: str,
    copies: tuple[str, ...],
    receivers: str,
    notice_form: bool,
    as_json: bool,
) -> None:
    """由台账中的季度或批次（默认最近一次）生成文书：全县的通报、台账、统计、网页，各单位的通知、反馈函、反馈表、建议表、评分表、核查单。

    通报和通知只列不合规的和认定属实的问题；还有问题没有认定的，标明草稿。文号、成文日期等只用写明的，不写的留空待填。
    改动过的文书不会被覆盖，新的另存为带（2）的名称。台账和日期相同，生成的文书逐字节相同。

    例如：auditor documents 2026Q1 --zip
    """
    from auditor.cli import documenting
    from auditor.cli.deciding import day
    from auditor.documents.matter import Entered

    if new_templates is not None:
        sys.exit(documenting.templates(new_templates))
    entered = Entered(number.strip(), day(date), day(printed), note.strip(), copies, receivers.strip())
    asked = documenting.Asked(run_, kinds, units, templates, out, zip_, pdf, notice_form, entered)
    sys.exit(documenting.run(asked, as_json))


COMMANDS = (documents,)
