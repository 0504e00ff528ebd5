"""letters, replies, mending, issue, issued: from the letter to the closed finding, and the score that is made public."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli.options import as_json, by, ledger

_day = click.DateTime(["%Y-%m-%d"])
_run = click.argument("run_", metavar="[季度或批次]", required=False)
_units = click.option("--unit", "units", multiple=True, metavar="单位", help="只要这个单位，可写多次。")


@click.group("letters", short_help="登记发出的整改通知、反馈函。")
def letters() -> None:
    """登记发出的整改通知（责令整改）和反馈函（请单位核实），期限按严重程度和工作日推算。"""


@letters.command("send", short_help="登记发函。")
@click.argument("run_", metavar="季度或批次")
@click.option("--unit", "units", multiple=True, metavar="单位", help="只登记发给这个单位的，可写多次（默认全部）。")
@click.option("--kind", type=click.Choice(["通知", "反馈函"]), required=True, help="通知责令整改，反馈函请单位核实。")
@click.option("--paper", metavar="文号", default="", help="函件的文号。")
@click.option("--on", metavar="日期", type=_day, help="发函日期（默认当天）。")
@click.option("--deadline", metavar="日期", type=_day, help="自定期限，所列问题都用这一天（默认按工作日推算）。")
@click.option("--leave-out", is_flag=True, help="通知不列入没有认定的问题（默认有没有认定的就不登记）。")
@click.option("--dry-run", is_flag=True, help="只列出将要登记的，不写入台账。")
@by
@ledger
@as_json
def letters_send(
    run_: str,
    units: tuple[str, ...],
    kind: str,
    paper: str,
    on: object,
    deadline: object,
    leave_out: bool,
    dry_run: bool,
    by: str,
    as_json: bool,
) -> None:
    """登记已经发出的函件，一个单位一份，写明所列问题和期限。

    通知只列不合规的和认定属实的问题；疑似而没有认定的只列入反馈函。认定不属实的、豁免的都不列入。
    例如：auditor letters send 2026Q1 --kind 通知 --paper 澄政办函〔2026〕3号 --on 2026-04-08 --by 张三
    """
    from auditor.cli import mending_letters
    from auditor.cli.deciding import day

    asked = mending_letters.Asked(run_, units, kind, paper, day(on), by, day(deadline), leave_out, dry_run)
    sys.exit(mending_letters.send(asked, as_json))


@letters.command("list", short_help="列出登记过的函件。")
@_run
@_units
@ledger
@as_json
def letters_list(run_: str | None, units: tuple[str, ...], as_json: bool) -> None:
    """列出登记过的函件：单位、种类、文号、日期、问题个数、期限。"""
    from auditor.cli import mending_letters

    sys.exit(mending_letters.listed(run_, units, as_json))


@click.group("replies", short_help="整改情况反馈表：生成、登记、处理异议和延期。")
def replies() -> None:
    """整改情况反馈表：生成给单位填的表，登记填好的表，处理异议和延期申请。"""


@replies.command("sheet", short_help="生成整改情况反馈表。")
@click.argument("run_", metavar="季度或批次")
@_units
@click.option(
    "--out", metavar="文件夹", type=click.Path(path_type=Path), help="写到哪个文件夹（默认 audits/季度/反馈表）。"
)
@ledger
def replies_sheet(run_: str, units: tuple[str, ...], out: Path | None) -> None:
    """按登记过的函件生成整改情况反馈表（Excel），一个单位一份，编号、问题、期限已经填好；已销号的不再列出。"""
    from auditor.cli import mending_replies

    sys.exit(mending_replies.sheet(run_, units, out))


@replies.command("import", short_help="登记填好的反馈表。")
@click.argument(
    "paths", nargs=-1, required=True, metavar="文件或文件夹...", type=click.Path(exists=True, path_type=Path)
)
@by
@ledger
@as_json
def replies_import(paths: tuple[Path, ...], by: str, as_json: bool) -> None:
    """登记单位填好的反馈表，可以是几个文件或者文件夹。有一处错误，全部不登记，并逐处指明文件、工作表、单元格；登记过的不重复登记。

    表里没有写填报人的，用 --by。
    """
    from auditor.cli import mending_replies

    sys.exit(mending_replies.take_in(paths, by, as_json))


@replies.command("list", short_help="列出单位的答复。")
@_run
@_units
@click.option("--open", "only_open", is_flag=True, help="只列待处理的异议和延期申请。")
@ledger
@as_json
def replies_list(run_: str | None, units: tuple[str, ...], only_open: bool, as_json: bool) -> None:
    """列出单位的答复及其处理结果。"""
    from auditor.cli import mending_replies

    sys.exit(mending_replies.listed(run_, units, only_open, as_json))


@replies.command("rule", short_help="处理异议、延期申请。")
@click.argument("number", metavar="编号")
@click.argument("word", metavar="维持|撤回|同意|不同意")
@by
@click.option("--why", metavar="理由", default="", help="理由。")
@click.option(
    "--until", metavar="日期", type=_day, help="同意延期到哪一天（默认单位所申请的）；维持的，也可以另定期限。"
)
@click.option("--paper", metavar="文号", default="", help="更正的文号；得分已经印发的，撤回时必填。")
@ledger
@as_json
def replies_rule(number: str, word: str, by: str, why: str, until: object, paper: str, as_json: bool) -> None:
    """处理一个问题的异议（维持、撤回）或者延期申请（同意、不同意）。撤回的同时认定为不属实。"""
    from auditor.cli import mending_replies
    from auditor.cli.deciding import day
    from auditor.cli.ledgers import moment
    from auditor.quarters.replying import Asked

    asked = Asked(number.strip(), word, by.strip(), why.strip(), moment().date(), day(until), paper.strip())
    sys.exit(mending_replies.decide(asked, as_json))


@click.command("mending", short_help="整改情况：逾期、延期、异议、整改率、屡查屡犯。")
@_run
@_units
@ledger
@as_json
def mending(run_: str | None, units: tuple[str, ...], as_json: bool) -> None:
    """列出各单位的整改情况：责令、销号、逾期、延期、异议，可不可以点名；整改率按单位、分组、方面；屡查屡犯的单位和问题。

    不写季度的，列出全部季度发过函的问题。只有复核更正后的报告为合规，问题才销号。
    """
    from auditor.cli import mending as work

    sys.exit(work.run(run_, units, as_json))


@click.command("issue", short_help="印发一个季度的得分（此后不变，只能更正）。")
@click.argument("quarter", metavar="季度")
@by
@click.option("--paper", metavar="文号", default="", help="印发得分的文号；更正时必填，为更正的文号。")
@click.option("--anyway", metavar="理由", default="", help="还有没有办完的事项，仍要印发的理由。")
@click.option("--correct", multiple=True, metavar="编号或单位", help="更正已经印发的得分，可写多次。")
@click.option("--why", metavar="理由", default="", help="更正的理由。")
@ledger
@as_json
def issue(quarter: str, by: str, paper: str, anyway: str, correct: tuple[str, ...], why: str, as_json: bool) -> None:
    """印发一个季度的得分、等次和名次：还有没有认定的问题、核实期没有满、异议没有处理的，不予印发，除非写明理由。

    印发以后得分不再变动，以后的得分另列；印发有错的，用 --correct 更正，名次随之变动。
    """
    from auditor.cli import mending_issue

    sys.exit(mending_issue.run(mending_issue.Asked(quarter, by, paper, anyway, correct, why), as_json))


@click.command("issued", short_help="印发的得分与现在的得分。")
@_run
@ledger
@as_json
def issued(run_: str | None, as_json: bool) -> None:
    """列出一个季度印发的得分，旁边是整改复核以后的得分，以及按工作档案（整改后得分：返还或不返还）哪一个算数。"""
    from auditor.cli import mending_issue

    sys.exit(mending_issue.listed(run_, as_json))


COMMANDS = (letters, replies, mending, issue, issued)
