"""`auditor bundle`: a run with everything that it rests on, as one file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli import options


@click.command("bundle", short_help="把一个批次的全部材料写成一个可以核对的文件。")
@click.argument("word", metavar="批次")
@click.argument("path", metavar="[文件.zip]", required=False, type=click.Path(dir_okay=False, path_type=Path))
@options.ledger
def bundle(word: str, path: Path | None) -> None:
    """把一个批次（批次号、其开头几位，或者季度）的报告原件、读取结果、规则库、审核结果、认定、豁免、发文、反馈和台账校验链写成一个文件。

    别人用 auditor verify 核对它有没有被改动，加 --replay 按原件重新审核一遍。已有同名文件的不覆盖。
    """
    from auditor.cli import bundling

    sys.exit(bundling.write(word, path))


COMMANDS = (bundle,)
