"""`auditor verify`, `auditor runs`, `auditor ledger backup | restore | check`: the ledger as a file that must outlive the day."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli import options


@click.command("verify", short_help="核对台账（或者批次数据包）有没有被改动。")
@click.argument(
    "path", metavar="[台账或数据包]", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--head", "heads", metavar="校验码", multiple=True, help="文书上印的校验码还在不在台账里，可写多次。")
@click.option("--replay", is_flag=True, help="数据包：按原件重新审核一遍，逐字节比较。")
@options.ledger
@options.as_json
def verify(path: Path | None, heads: tuple[str, ...], replay: bool, as_json: bool) -> None:
    """重新计算台账每一条、每一行的校验码，先指出第一处被改动的地方，再列出其余的；有改动的以 1 退出。

    把台账尾部整个截掉、再照样重新封存的，只有用印发文书上的校验码（--head）才能发现。
    不写路径的，核对 --ledger 或者工作文件夹的台账。写的是 auditor bundle 生成的数据包的，核对数据包。
    """
    from auditor.cli import chains

    sys.exit(chains.verify(path, heads, replay, as_json))


@click.command("runs", short_help="台账里的批次。")
@options.ledger
@options.as_json
def runs(as_json: bool) -> None:
    """列出台账里的批次：季度、批次号、审核时间、报告份数、未能读取的份数、规则库。

    要写批次的地方，写季度、批次号或者批次号的开头几位都可以。
    """
    from auditor.cli import chains

    sys.exit(chains.runs(as_json))


@click.group("ledger", short_help="台账的备份、恢复和检查。")
def ledger() -> None:
    """台账是一个文件（audits/ledger.sqlite）：批次、认定、豁免、发文和整改反馈都在里面，只增不改。"""


@ledger.command("backup", short_help="备份台账。")
@click.argument("path", metavar="[文件]", required=False, type=click.Path(dir_okay=False, path_type=Path))
@options.ledger
def ledger_backup(path: Path | None) -> None:
    """备份台账，别人正在使用也可以；备份完即核对一遍。不写文件名的，写到台账旁边的“备份”文件夹。已有文件不覆盖。"""
    from auditor.cli import chains

    sys.exit(chains.backup(path))


@ledger.command("restore", short_help="用备份恢复台账。")
@click.argument("path", metavar="备份文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options.ledger
def ledger_restore(path: Path) -> None:
    """先核对备份，再用它代替现在的台账；现在的台账（损坏的也一样）改名留在旁边。"""
    from auditor.cli import chains

    sys.exit(chains.restore(path))


@ledger.command("check", short_help="检查台账文件。")
@options.ledger
@options.as_json
def ledger_check(as_json: bool) -> None:
    """检查台账文件是否完好：数据库结构、每一条每一行的校验码；列出内容和大小。有问题的以 1 退出。"""
    from auditor.cli import chains

    sys.exit(chains.check(as_json))


COMMANDS = (verify, runs, ledger)
