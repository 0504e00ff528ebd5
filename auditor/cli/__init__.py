"""The command line: auditor audit | extract | rules … | roster … | explain. It chooses and calls, and decides nothing about a report.

Imports    click only; every other room is imported by the command that needs it (`auditor --help` stays quick)
Exit       0 done; 1 at or above --fail-on, or `rules test` failed; 2 usage; 3 the rulebook is wrong; 4 nothing could be read
Streams    results on stdout, progress and messages on stderr; --json prints one JSON document on stdout and nothing else
Consoles   a GBK console gets its own encoding (what it cannot show becomes ?), a file or pipe gets UTF-8
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from auditor import __version__
from auditor.cli import chinese

USAGE, RULEBOOK, NOTHING = 2, 3, 4

chinese.install()
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def main() -> None:
    """The entry point: streams first, then click."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if stream.isatty():
                reconfigure(errors="replace")
            else:
                reconfigure(encoding="utf-8", errors="backslashreplace")
    cli(prog_name="auditor")


@click.group(
    context_settings=_SETTINGS, help="审核政府信息公开工作年度报告：读取报告，逐条对照规则，给出有证据的问题和得分。"
)
@click.version_option(__version__, "-V", "--version", message="auditor %(version)s", help="显示版本号。")
def cli() -> None:
    """The group of all commands."""


_paths = click.argument("paths", nargs=-1, metavar="路径...", type=click.Path(path_type=Path))
_rules = click.option(
    "--rules",
    "folders",
    multiple=True,
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="另加的规则文件夹，可写多次。",
)
_json = click.option("--json", "as_json", is_flag=True, help="只向标准输出打印一份 JSON。")
_previous = click.option(
    "--previous",
    multiple=True,
    metavar="路径",
    type=click.Path(path_type=Path),
    help="上年报告（只作比对，不审核），可写多次。",
)
_jobs = click.option(
    "--jobs", type=click.IntRange(1, 64), metavar="个数", help="同时使用的进程数（默认按报告数量自动决定）。"
)


@cli.command(short_help="审核报告，生成结果文件。")
@_paths
@click.option("--quarter", metavar="2026Q1", help="所属季度，写入结果并作为文件夹名。")
@click.option(
    "--out", metavar="文件夹", type=click.Path(path_type=Path), help="结果文件夹（默认 audits/季度或日期/批次号）。"
)
@_rules
@click.option("--formats", metavar="docx,xlsx,html,json,csv", help="生成哪几种结果文件（默认全部）。")
@_json
@click.option(
    "--fail-on",
    metavar="等次或严重程度",
    help="有达到此等次（或更差）的报告、有此严重程度（或更重）的问题时，以 1 退出。",
)
@_previous
@_jobs
@click.option(
    "--roster",
    metavar="名册.xlsx",
    type=click.Path(path_type=Path),
    help="应报单位名册（默认用报告文件夹或当前文件夹里的“名册.xlsx”）。",
)
@click.option(
    "--year",
    "years",
    multiple=True,
    metavar="年度",
    type=click.IntRange(2008, 2100),
    help="按名册逐个核对哪一年度的未报单位，可写多次（默认已报过半的年度）。",
)
@click.option("--at", metavar="日期时间", help="把批次时间定为此刻（如 2026-04-08T09:00:00+08:00），使结果可重现。")
def audit(
    paths: tuple[Path, ...],
    quarter: str | None,
    out: Path | None,
    folders: tuple[Path, ...],
    formats: str | None,
    as_json: bool,
    fail_on: str | None,
    previous: tuple[Path, ...],
    jobs: int | None,
    roster: Path | None,
    years: tuple[int, ...],
    at: str | None,
) -> None:
    """审核报告，生成网页、台账、汇总等结果文件。

    路径可以是文件、文件夹（逐层查找）或 ZIP 压缩包；不写时审核当前文件夹下的 reports。
    """
    from auditor.cli import auditing

    given = given_paths(paths)
    known = (existing((roster,))[0] if roster else None, years)
    sys.exit(auditing.run(given, quarter, out, folders, formats, as_json, fail_on, existing(previous), jobs, at, known))


@cli.command(short_help="只读取，打印识别出的概况、数据和正文数字。")
@_paths
@_rules
@_json
@click.option("--all", "everything", is_flag=True, help="连同取值为 0 的数据一起列出。")
@click.option(
    "--report", "reading", is_flag=True, help="只打印读取情况：类型、编码、格式、各类数据项的个数、未作正文的内容。"
)
def extract(paths: tuple[Path, ...], folders: tuple[Path, ...], as_json: bool, everything: bool, reading: bool) -> None:
    """读取报告，打印识别出的概况、章节、统计表数据和正文数字，不作审核。"""
    from auditor.cli import extracting

    sys.exit(extracting.run(given_paths(paths), folders, as_json, everything, reading))


@cli.command(short_help="说明一条规则对一份报告的判断过程。")
@click.argument("path", metavar="路径", type=click.Path(path_type=Path))
@click.argument("rule_id", metavar="规则ID")
@_rules
@_previous
def explain(path: Path, rule_id: str, folders: tuple[Path, ...], previous: tuple[Path, ...]) -> None:
    """说明一条规则对一份报告的判断过程：公式、各项数值和推算范围、结论及理由。"""
    from auditor.cli import explaining

    sys.exit(explaining.run(existing((path,)), rule_id, folders, existing(previous)))


@cli.group(short_help="查看、检查、试运行、新建规则。")
def rules() -> None:
    """查看、检查、试运行、新建规则。"""


@rules.command("list", short_help="列出全部规则。")
@_rules
@_json
def rules_list(folders: tuple[Path, ...], as_json: bool) -> None:
    """列出全部规则的编号、严重程度和名称。"""
    from auditor.cli import listing

    sys.exit(listing.run(folders, as_json))


@rules.command("show", short_help="显示一条规则的全部内容。")
@click.argument("rule_id", metavar="规则ID")
@_rules
def rules_show(rule_id: str, folders: tuple[Path, ...]) -> None:
    """显示一条规则的全部内容：依据、公式、说明和例子。"""
    from auditor.cli import rulework

    sys.exit(rulework.show(rule_id, folders))


@rules.command("check", short_help="检查规则的写法并运行例子。")
@_rules
def rules_check(folders: tuple[Path, ...]) -> None:
    """检查全部规则文件的写法，并运行规则自带的例子；错误指明文件、行、列。"""
    from auditor.cli import rulework

    sys.exit(rulework.check(folders))


@rules.command("test", short_help="运行规则自带的例子。")
@click.argument("rule_ids", nargs=-1, metavar="[规则ID]...")
@_rules
def rules_test(rule_ids: tuple[str, ...], folders: tuple[Path, ...]) -> None:
    """运行规则自带的例子，逐条报告不符的。"""
    from auditor.cli import rulework

    sys.exit(rulework.test(rule_ids, folders))


@rules.command("new", short_help="问几个问题，写出一条新规则。")
@click.argument("rule_id", metavar="[规则ID]", required=False)
@click.option(
    "--folder",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    default=Path("我的规则"),
    help="写到哪个文件夹（默认 我的规则）。",
)
@click.option("--check", "kind", metavar="类型", help="检查类型（equation、filled、section 等）。")
@click.option("--yes", is_flag=True, help="不提问，全部采用范例的内容。")
def rules_new(rule_id: str | None, folder: Path, kind: str | None, yes: bool) -> None:
    """问几个问题，在文件夹里写出一条可以立即使用的新规则。"""
    from auditor.cli import writing

    sys.exit(writing.run(rule_id, folder, kind, yes))


@rules.command("docs", short_help="打印规则手册（Markdown）。")
@_rules
def rules_docs(folders: tuple[Path, ...]) -> None:
    """打印规则手册：每条规则的依据、判断方法和整改要求（Markdown）。"""
    from auditor.cli import rulework

    sys.exit(rulework.docs(folders))


@rules.command("schema", short_help="打印规则文件的 JSON Schema。")
def rules_schema() -> None:
    """打印规则文件的 JSON Schema，供编辑器提示和校验。"""
    from auditor.cli import rulework

    sys.exit(rulework.schema())


@cli.group("roster", short_help="生成、检查应报单位名册。")
def roster_group() -> None:
    """生成、检查应报单位名册（名册.xlsx）。"""


@roster_group.command("new", short_help="生成名册模板。")
@click.argument("path", metavar="[名册.xlsx]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="路径",
    type=click.Path(path_type=Path),
    help="从这些报告中找出单位，先填好名称和类别，可写多次。",
)
def roster_new(path: Path | None, sources: tuple[Path, ...]) -> None:
    """生成名册模板，有填写说明和下拉选项；已有同名文件的不覆盖。"""
    from auditor.cli import rostering

    sys.exit(rostering.new(path or Path("名册.xlsx"), existing(sources)))


@roster_group.command("check", short_help="检查名册填得对不对。")
@click.argument("path", metavar="[名册.xlsx]", required=False, type=click.Path(path_type=Path))
def roster_check(path: Path | None) -> None:
    """检查名册，逐格指出填写有误的地方和改法。"""
    from auditor.cli import rostering

    sys.exit(rostering.check(existing((path or Path("名册.xlsx"),))[0]))


def given_paths(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths given, or reports/ of this folder; ends with 2 where there is nothing to read."""
    if paths:
        return existing(paths)
    if Path("reports").is_dir():
        return (Path("reports"),)
    fail(USAGE, "当前文件夹下没有 reports 文件夹。请写明要审核的文件或文件夹，例如：auditor audit D:\\年报")


def existing(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The same paths; ends with 2 where one does not exist."""
    for path in paths:
        if not path.exists():
            fail(USAGE, f"找不到“{path}”，请检查路径（含空格的路径要加引号）")
    return paths


def fail(code: int, words: str) -> NoReturn:
    """Says why on stderr and ends with the code."""
    click.echo(words, err=True)
    sys.exit(code)


for _command in (cli, *cli.commands.values(), *rules.commands.values(), *roster_group.commands.values()):
    _command.options_metavar = "[选项]"
    if isinstance(_command, click.Group):
        _command.subcommand_metavar = "命令 [参数]..."
