"""The command line: auditor audit | extract | rules … | roster … | explain. It chooses and calls, and decides nothing about a report.

Imports    click only; every other room is imported by the command that needs it (`auditor --help` stays quick)
Exit       0 done; 1 at or above --fail-on, or `rules test` failed; 2 usage; 3 the rulebook is wrong; 4 nothing could be read
Streams    results on stdout, progress and messages on stderr; --json prints one JSON document on stdout and nothing else
Consoles   a GBK console gets its own encoding (what it cannot show becomes ?), a file or pipe gets UTF-8
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from auditor import __version__
from auditor.cli import chinese, commands
from auditor.cli.options import as_json, at_ledger, kept, place, typed

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
_Command = TypeVar("_Command", bound=Callable[..., object])


def _rules(command: _Command) -> _Command:
    """Where the rules come from: --rules, and what `place` offers."""
    folders = click.option(
        "--rules",
        "folders",
        multiple=True,
        metavar="文件夹",
        type=click.Path(path_type=Path),
        help="另加的规则文件夹，可写多次。",
    )
    return folders(place(command))


_json = as_json
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


@cli.command(short_help="新建本县的工作文件夹。")
@click.argument("folder", metavar="[文件夹]", required=False, type=click.Path(path_type=Path))
@click.option("--name", metavar="名称", default="", help="工作档案的名称，印在结果文件上。")
@click.option("--region", metavar="省市县", default="", help="所在的省、市、县，如 某某省某某市某某县。")
@click.option("--blank", type=click.Choice(["可以", "不可以", "未规定"]), help="没有发生的，统计表可不可以留空。")
@click.option("--deadline", metavar="月-日", default="", help="乡镇、街道年报的公布期限，如 01-31。")
@click.option("--deadline-source", metavar="依据", default="", help="公布期限的依据。")
@click.option("--assessment", metavar="名称", default="", help="本县的考核办法；写明以后，工作实务类规则才扣分。")
@click.option("--assessment-number", metavar="文号", default="", help="考核办法的文号。")
@click.option("--assessment-from", metavar="年度", type=click.IntRange(2008, 2100), help="从哪一年度的报告起按此考核。")
@click.option("--issuer", metavar="机关", default="", help="发文机关。")
@click.option(
    "--issuer-kind", type=click.Choice(["政府办公室", "其他"]), default="政府办公室", help="发文机关是不是政府办公室。"
)
@click.option("--number", "numbering", metavar="文号", default="", help="发文字号，如 澄政办函〔{年}〕{号}号。")
@click.option("--contact", metavar="联系方式", default="", help="联系人和电话。")
@click.option(
    "--old", type=click.Choice(["更正并附说明", "记录在案"]), default="更正并附说明", help="往年报告怎样整改。"
)
@click.option("--yes", is_flag=True, help="不提问，没有写明的都用默认值。")
def init(folder: Path | None, region: str, blank: str | None, yes: bool, **given: Any) -> None:
    """问几个问题，建立本县的工作文件夹：工作档案、计分办法、名册、规则、报告、结果各有其位；已有的文件不覆盖。"""
    from auditor.cli import initing

    sys.exit(initing.run(folder or Path(), initing.told(region, given), blank, yes=yes))


@cli.command(short_help="审核报告，生成结果文件。")
@_paths
@click.option("--quarter", metavar="2026Q1", help="所属季度，写入结果并作为文件夹名。")
@click.option(
    "--out", metavar="文件夹", type=click.Path(path_type=Path), help="结果文件夹（默认 audits/季度或日期/批次号）。"
)
@_rules
@click.option(
    "--formats",
    metavar="docx,xlsx,html,json,csv,checklist,sarif",
    help="生成哪几种结果文件（默认除 sarif 以外的全部；checklist 是核验清单，sarif 供其他程序读取）。",
)
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
@click.option(
    "--attested",
    multiple=True,
    metavar="核验清单.xlsx",
    type=click.Path(path_type=Path),
    help="填好的核验清单，结论计入得分，可写多次。",
)
@click.option("--timing", is_flag=True, help="另在标准错误输出各类文件、各条规则、各种文书所用的秒数。")
@click.option("--at", metavar="日期时间", help="把批次时间定为此刻（如 2026-04-08T09:00:00+08:00），使结果可重现。")
@at_ledger("记入哪一个台账文件（默认工作文件夹或当前文件夹的 audits/ledger.sqlite）。")
@click.option(
    "--no-ledger",
    is_flag=True,
    expose_value=False,
    callback=kept("auditor.no_ledger"),
    help="不记入台账，也不采用已有的认定。",
)
@click.option(
    "--against",
    metavar="季度或批次",
    expose_value=False,
    callback=kept("auditor.against"),
    help="与台账里的这个季度比较：屏幕上列出、--fail-on 计入的只是新的问题（审核结果仍全部写入）。",
)
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
    attested: tuple[Path, ...],
    timing: bool,
    at: str | None,
) -> None:
    """审核报告，生成网页、台账、汇总等结果文件。

    路径可以是文件、文件夹（逐层查找）或 ZIP 压缩包；不写时审核当前文件夹下的 reports。
    """
    from auditor.cli import auditing

    given = given_paths(paths)
    known = (existing((roster,))[0] if roster else None, years)
    seen = existing(attested)
    before = existing(previous)
    limits = (quarter, out, folders, formats, as_json, fail_on)
    sys.exit(auditing.run(given, *limits, before, jobs, at, known, seen, timing))


@cli.command(short_help="只读取，打印识别出的概况、数据和正文数字。")
@_paths
@_rules
@_json
@click.option("--all", "everything", is_flag=True, help="连同取值为 0 的数据一起列出。")
@click.option(
    "--report", "reading", is_flag=True, help="只打印读取情况：类型、编码、格式、各类数据项的个数、未作正文的内容。"
)
@typed
def extract(paths: tuple[Path, ...], folders: tuple[Path, ...], as_json: bool, everything: bool, reading: bool) -> None:
    """读取报告，打印识别出的概况、章节、统计表数据和正文数字，不作审核。"""
    from auditor.cli import extracting

    sys.exit(extracting.run(given_paths(paths), folders, as_json, everything, reading))


@cli.command(short_help="说明一条规则对一份报告的判断过程。")
@click.argument("path", metavar="路径", type=click.Path(path_type=Path))
@click.argument("rule_id", metavar="规则ID")
@_rules
@_previous
@click.option("--roster", metavar="名册.xlsx", type=click.Path(path_type=Path), help="应报单位名册（与 audit 相同）。")
@typed
def explain(
    path: Path, rule_id: str, folders: tuple[Path, ...], previous: tuple[Path, ...], roster: Path | None
) -> None:
    """说明一条规则（或组合规则）对一份报告的判断过程，没有报出问题的也可以：适用范围、现行依据、各项数据及其位置、
    正文数字的取舍、参数、比对的报告、公式的推算、结论、怎样会改变结论、相近的例子。

    与 audit 用同样的办法读取和审核；路径写文件夹时，其中的其他报告用作上年报告和同类单位。
    """
    from auditor.cli import explaining

    known = existing((roster,))[0] if roster else None
    sys.exit(explaining.run(existing((path,)), rule_id, folders, existing(previous), known))


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


@rules.command("check", short_help="检查规则的写法、例子和相互关系。")
@_rules
@click.option("--all", "everything", is_flag=True, help="连同有意并存的规则一起说明，并列全没有规则管的数据。")
@click.option("--fix", is_flag=True, help="先改正自己的规则文件里能够确定的笔误（全角冒号、缺空格等），保留原文件。")
def rules_check(folders: tuple[Path, ...], everything: bool, fix: bool) -> None:
    """检查全部规则文件的写法，运行规则自带的例子，并查找永远不会生效的、重复的、互相矛盾的规则，依据已经失效的规则，没有规则管的数据和条款。

    错误指明文件、行、列，以 3 退出；提醒不影响使用。
    """
    from auditor.cli import checking

    sys.exit(checking.run(folders, everything, fix))


@rules.command("test", short_help="运行规则的例子和案例文件，列出没有例子用到的部分。")
@click.argument("rule_ids", nargs=-1, metavar="[规则ID]...")
@_rules
@click.option(
    "--cases",
    multiple=True,
    metavar="路径",
    type=click.Path(path_type=Path),
    help="案例文件（YAML，写明整份报告应查出什么）或其文件夹，可写多次。",
)
@click.option(
    "--mutate", is_flag=True, help="逐处改动规则（换符号、移门槛、去条件），检查例子能否发现，列出不能发现的。"
)
@click.option("--strict", is_flag=True, help="与 --mutate 连用：不能发现又没有说明理由的改动，一处也算不通过。")
@_jobs
def rules_test(
    rule_ids: tuple[str, ...],
    folders: tuple[Path, ...],
    cases: tuple[Path, ...],
    mutate: bool,
    strict: bool,
    jobs: int | None,
) -> None:
    """运行规则自带的例子，逐条报告不符的，最后列出没有例子用到的部分。

    有不符的，或者 --mutate 时例子能发现的改动不到 97% 的，以 1 退出。
    """
    from auditor.cli import testing

    sys.exit(testing.test(testing.Wanted(rule_ids, folders, cases, mutate, strict, jobs)))


@rules.command("examples", short_help="为一条规则生成例子。")
@click.argument("rule_id", metavar="规则ID")
@_rules
@click.option("--write", is_flag=True, help="写进规则文件（默认只打印）。")
def rules_examples(rule_id: str, folders: tuple[Path, ...], write: bool) -> None:
    """为一条规则生成所缺的例子：合规、不合规、无法判断和门槛上下的，每个都已试运行。"""
    from auditor.cli import testing

    sys.exit(testing.examples(rule_id, folders, write=write))


@rules.command("new", short_help="问几个问题，写出一条新规则。")
@click.argument("rule_id", metavar="[规则ID]", required=False)
@click.option("--check", "check", metavar="类型", help="检查类型（equation、filled、section 等）。")
@click.option("--title", metavar="文字", help="问题名称。")
@click.option("--expect", "main", metavar="公式", help="应当成立的公式；不用公式的类型写所查的词语、数据或内容。")
@click.option("--form", "forms", multiple=True, metavar="A|B|C", help="适用哪种格式，可写多次。")
@click.option("--years", metavar="2025-", help="适用哪些年度。")
@click.option("--unit-kind", "unit_kinds", multiple=True, metavar="乡镇", help="适用哪类单位，可写多次。")
@click.option("--severity", metavar="严重程度", help="严重、较重、一般、提示。")
@click.option("--dimension", metavar="方面", help="内容完整、数据准确等。")
@click.option("--basis", metavar="依据", help="如 2019年条例第五十条；没有条文的写根据什么。")
@click.option("--message", metavar="文字", help="问题描述，花括号里写指标名即填入其值。")
@click.option("--why", metavar="文字", help="为什么是问题。")
@click.option("--remedy", metavar="文字", help="怎样改。")
@click.option("--file", metavar="文件.yaml", type=click.Path(path_type=Path), help="写成哪个文件。")
@click.option(
    "--folder",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="写到哪个文件夹（默认工作文件夹的 rules，没有工作文件夹的为 我的规则）。",
)
@click.option("--yes", is_flag=True, help="不提问，没有写明的采用范例的内容。")
def rules_new(
    rule_id: str | None,
    check: str | None,
    title: str | None,
    main: str | None,
    forms: tuple[str, ...],
    years: str | None,
    unit_kinds: tuple[str, ...],
    severity: str | None,
    dimension: str | None,
    basis: str | None,
    message: str | None,
    why: str | None,
    remedy: str | None,
    file: Path | None,
    folder: Path | None,
    yes: bool,
) -> None:
    """问几个问题，写出一条可以立即使用的新规则，每个字段都有说明，并带例子。

    写错的名称当场指出并重新提问；可用的名称用 auditor rules names 查找。
    """
    from auditor.cli import writing

    given = writing.Given(
        id=rule_id,
        check=check,
        title=title,
        main=main,
        severity=severity,
        dimension=dimension,
        basis=basis,
        message=message,
        why=why,
        remedy=remedy,
        forms=forms,
        years=years,
        unit_kinds=unit_kinds,
        file=file,
        folder=folder,
        ask=not yes,
    )
    sys.exit(writing.run(given))


@rules.command("names", short_help="查找规则里可以用的名称。")
@click.argument("words", nargs=-1, metavar="[词语]...")
@_rules
@click.option("--all", "everything", is_flag=True, help="不省略，全部列出。")
def rules_names(words: tuple[str, ...], folders: tuple[Path, ...], everything: bool) -> None:
    """查找规则里可以用的名称：指标、行列、组、正文主题、参数、法规；写几个词语时，列出都含有的。"""
    from auditor.cli import naming

    sys.exit(naming.run(words, folders, everything))


@rules.command("export", short_help="把规则导出为 Excel 表格。")
@click.argument("names", nargs=-1, metavar="[文件.xlsx] [规则ID]...")
@_rules
def rules_export(names: tuple[str, ...], folders: tuple[Path, ...]) -> None:
    """把规则导出为 Excel 表格（默认 规则.xlsx，全部规则），一行一条，可以在表格里修改、增加；已有同名文件的不覆盖。"""
    from auditor.cli import sheets

    sys.exit(sheets.write_out(names, folders))


@rules.command("import", short_help="把改好的 Excel 表格写成规则文件。")
@click.argument("path", metavar="规则.xlsx", type=click.Path(path_type=Path))
@click.option(
    "--folder",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    default=Path("我的规则"),
    help="写到哪个文件夹（默认 我的规则）。",
)
@click.option("--overwrite", is_flag=True, help="覆盖内容不同的同名文件（其中的规则须都在表格里）。")
def rules_import(path: Path, folder: Path, overwrite: bool) -> None:
    """把改好的 Excel 表格写成规则文件。有错误的全部列出，指明工作表和单元格，以 3 退出，什么也不写。

    没有改动的随程序规则不再写出；改动了的写成本地规则，并写明替换哪一条。
    """
    from auditor.cli import sheets

    sys.exit(sheets.take_in(existing((path,))[0], folder, overwrite))


@rules.command("docs", short_help="规则手册和评分细则。")
@_rules
@click.option(
    "--out",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="写成 规则手册.html 和 评分细则.docx，放在这个文件夹（不写则打印 Markdown）。",
)
@click.option(
    "--year", metavar="年度", type=click.IntRange(2008, 2100), help="评分细则用于哪一年度的报告（默认今年）。"
)
def rules_docs(folders: tuple[Path, ...], out: Path | None, year: int | None) -> None:
    """规则手册：每条规则的依据、判断方法、扣分、整改要求和例子，可按方面、条款、表样查找；另有可事先印发的评分细则。"""
    from auditor.cli import handbooks

    sys.exit(handbooks.run(folders, out, year))


@rules.command("diff", short_help="比较两套规则，说明含义有哪些变化。")
@click.argument("old", metavar="旧")
@click.argument("new", metavar="新")
@_json
@click.option("--all", "everything", is_flag=True, help="连同只改文字、例子的逐条列出。")
def rules_diff(old: str, new: str, as_json: bool, everything: bool) -> None:
    """比较两套规则，用一句句话说明含义有哪些变化；排版、次序、写法的变化不算。

    旧、新可以是规则文件夹、规则包文件，或者“内置”（随程序安装的规则）。例如：auditor rules diff 内置 我的规则
    """
    from auditor.cli import comparing

    sys.exit(comparing.run(old, new, as_json, everything))


@rules.command("pack", short_help="把规则库写成一个文件。")
@click.argument("path", metavar="[规则包.zip]", required=False, type=click.Path(path_type=Path))
@_rules
def rules_pack(path: Path | None, folders: tuple[Path, ...]) -> None:
    """把正在使用的全部规则（含工作档案、计分办法和本县规则）写成一个文件，附每个文件的校验值。"""
    from auditor.cli import packing

    sys.exit(packing.pack(path, folders))


@rules.command("verify", short_help="核对规则包。")
@click.argument("path", metavar="规则包.zip", type=click.Path(path_type=Path))
@_rules
def rules_verify(path: Path, folders: tuple[Path, ...]) -> None:
    """核对规则包有没有被改动、能不能使用，并指出与本机正在使用的规则库有哪些不同。"""
    from auditor.cli import packing

    sys.exit(packing.verify(existing((path,))[0], folders))


@rules.command("schema", short_help="生成规则文件的 JSON Schema，供编辑器提示。")
@click.option(
    "--for",
    "file",
    type=click.Choice(["rules", "parameters", "laws", "patterns", "scoring", "holidays"]),
    default="rules",
    help="哪种文件：rules 规则（默认），parameters 参数，laws 法规，patterns 组合规则，scoring 计分，holidays 放假安排。",
)
@click.option("--out", metavar="文件", type=click.Path(path_type=Path), help="写入文件（默认打印）。")
@_rules
def rules_schema(file: str, out: Path | None, folders: tuple[Path, ...]) -> None:
    """生成 JSON Schema：在编辑器里写规则时，提示字段和取值，标出写错的地方，都是中文。

    法规、参数、指标名等取自当前的规则库（含 --rules 文件夹）。
    """
    from auditor.cli import schemas

    sys.exit(schemas.run(file, out, folders))


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

    sys.exit(rostering.new(path or rostering.usual(), existing(sources)))


@roster_group.command("check", short_help="检查名册填得对不对。")
@click.argument("path", metavar="[名册.xlsx]", required=False, type=click.Path(path_type=Path))
def roster_check(path: Path | None) -> None:
    """检查名册，逐格指出填写有误的地方和改法。"""
    from auditor.cli import rostering

    sys.exit(rostering.check(existing((path or rostering.usual(),))[0]))


@cli.command("what-if", short_help="试算：新规则或者分值变动对已审核批次的影响。")
@click.option(
    "--rules",
    "new",
    metavar="新规则",
    type=click.Path(path_type=Path),
    help="尚未采用的规则：文件夹、YAML 文件，或者 rules export 导出后改过的 Excel 表。",
)
@click.option(
    "--weights",
    metavar="[20]",
    is_flag=False,
    flag_value="20",
    help="看各项分值上下浮动百分之几时排名稳不稳（不写即 20）。",
)
@click.option(
    "--over",
    metavar="批次或路径",
    help="哪个批次：批次号（或者开头几位）、季度、结果文件夹；也可以是报告的路径，先审核再推算（默认最近一次）。",
)
@place
@_json
def what_if(new: Path | None, weights: str | None, over: str | None, as_json: bool) -> None:
    """按已存的审核数据推算，不重新读取文件：新规则采用后，哪些单位的问题、得分、等次会变；分值浮动时，排名稳不稳。

    例如：auditor what-if --rules 我的规则；auditor what-if --weights 20 --over 2026Q1
    """
    from auditor.cli import whatif

    if (new is None) is (weights is None):
        fail(USAGE, "请写 --rules 新规则 或者 --weights，二者只能写一个")
    if new is not None:
        sys.exit(whatif.rules(existing((new,))[0], over, as_json))
    sys.exit(whatif.weights(weights or "20", over, as_json))


def given_paths(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths given, or reports/ of the work folder or of this one; ends with 2 where there is nothing to read."""
    if paths:
        return existing(paths)
    from auditor.cli import workplace

    work = workplace.current()
    if work is not None and work.reports.is_dir():
        if not any(work.reports.iterdir()):
            fail(USAGE, f"“{work.reports}”里还没有报告。请把要审核的年度报告放进去，再运行 auditor audit")
        return (work.reports,)
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


def _in_chinese(command: click.Command) -> None:
    """The words of the usage line, for a command and all commands under it."""
    command.options_metavar = "[选项]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]..."
        for inner in command.commands.values():
            _in_chinese(inner)


commands.register(cli)
_in_chinese(cli)
