"""`auditor init`: a few questions, then a county's work folder. Nothing that is there is overwritten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from auditor.cli import USAGE, fail
from auditor.workfolder import is_work_folder
from auditor.workfolder.making import Answers, make, regions

_DAY = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_BLANKS = {"可以": True, "不可以": False, "未规定": None}


def told(region: str, given: Mapping[str, Any]) -> Answers:
    """The options of the command as answers."""
    return Answers(
        given["name"],
        regions(region),
        given["issuer"],
        given["issuer_kind"],
        given["numbering"],
        given["contact"],
        None,
        given["deadline"],
        given["deadline_source"],
        given["assessment"],
        given["assessment_number"],
        given["assessment_from"],
        given["old"],
    )


def run(folder: Path, given: Answers, blank: str | None, *, yes: bool) -> int:
    """Asks what was not given, makes the folder, says what to do next; the exit code."""
    if given.deadline and not _DAY.fullmatch(given.deadline):
        fail(USAGE, f"公布期限“{given.deadline}”有误，应写作 月-日，如 01-31")
    answers = replace(given, blank=_BLANKS[blank] if blank else None)
    if not yes:
        answers = _asked(folder, answers, blank)
    answers = replace(answers, name=answers.name or _name(folder, answers))
    try:
        made = make(folder, answers)
    except OSError:
        fail(USAGE, f"不能写入“{folder}”，请检查是否有写入权限、有没有同名的文件")
    if made.written:
        click.echo(f"已在 {folder.resolve()} 建立：{'、'.join(made.written)}")
    if made.kept:
        click.echo(f"原来就有、没有改动：{'、'.join(made.kept)}")
    if not is_work_folder(folder):
        words = "原有的 profile.yaml 不是工作档案（没有“auditor: 1”），请改名后重新运行 auditor init"
        fail(USAGE, words)
    return _checked(folder)


def _asked(folder: Path, given: Answers, blank: str | None) -> Answers:
    """The answers; a question is asked only where no option answered it."""
    region = given.region or regions(_ask("所在省、市、县（如 某某省某某市某某县）", ""))
    known = replace(given, region=region)
    name = given.name or _ask("工作档案名称", _name(folder, known))
    issuer = given.issuer or _ask("发文机关（如 某某县人民政府办公室）", "")
    kind = given.kind if given.issuer else "政府办公室" if not issuer or issuer.endswith("办公室") else "其他"
    deadline = given.deadline or _day("乡镇、街道年报的公布期限（月-日；当地没有规定的直接回车）")
    source = given.deadline_source or (_ask("此期限的依据", "本县规定") if deadline else "")
    policy = blank or str(
        click.prompt("没有发生的，统计表可以留空吗", type=click.Choice(list(_BLANKS)), default="未规定")
    )
    assessment = given.assessment or _ask("本县的考核办法名称（没有的直接回车；工作实务类规则不扣分）", "")
    number = given.assessment_number or (_ask("考核办法的文号", "") if assessment else "")
    contact = given.contact or _ask("联系方式", "")
    return replace(
        known,
        name=name,
        issuer=issuer,
        kind=kind,
        deadline=deadline,
        deadline_source=source,
        blank=_BLANKS[policy],
        assessment=assessment,
        assessment_number=number,
        contact=contact,
    )


def _ask(words: str, default: str) -> str:
    return str(click.prompt(words, default=default, show_default=bool(default))).strip()


def _day(words: str) -> str:
    while True:
        said = _ask(words, "")
        if not said or _DAY.fullmatch(said):
            return said
        click.echo("应写作 月-日，如 01-31")


def _name(folder: Path, answers: Answers) -> str:
    return f"{answers.region[-1]}年报审核" if answers.region else folder.resolve().name or "年报审核"


def _checked(folder: Path) -> int:
    from auditor.rulebook import RulebookError, load

    try:
        load(work=folder)
    except RulebookError as error:
        for mistake in error.mistakes:
            click.echo(str(mistake), err=True)
        fail(USAGE, f"工作文件夹里的文件有 {len(error.mistakes)} 处错误，改好后运行：auditor rules check")
    click.echo(
        "下一步：在 名册.xlsx 中填写应报单位，把年度报告放进 reports（一个年度一个文件夹），然后在此文件夹中运行 auditor audit"
    )
    return 0
