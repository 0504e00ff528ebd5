"""`auditor rules new`: a few questions, then a rule file that loads and whose examples run.

The model of each kind is the complete rule that `rules/README.md` shows for it, so that the handbook and the dialogue
cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from auditor.checks import KINDS
from auditor.cli import USAGE, fail
from auditor.model import DIMENSIONS, SEVERITIES
from auditor.rulebook import RulebookError, load, packaged
from auditor.rulebook.source import parse

_BLOCK = re.compile(r"```yaml\n(.*?)```", re.S)
_WORDS: Mapping[str, str] = {
    "equation": "表内数据的关系",
    "filled": "不能空白",
    "section": "应有的章节和内容",
    "wording": "应说或不应说的话",
    "agreement": "正文与统计表一致",
    "date": "期限、日期、年份",
    "form": "格式与行列",
    "similarity": "与上年雷同",
    "attest": "需要人看的",
    "filing": "报没报、有没有不同的版本",
}


def models() -> dict[str, str]:
    """The complete rule of each kind, from the handbook."""
    text = (packaged() / "README.md").read_text(encoding="utf-8")
    out: dict[str, str] = {}
    for block in _BLOCK.findall(text):
        data = parse("README.md", block).data
        if isinstance(data, dict) and data.get("check") in KINDS:
            out.setdefault(str(data["check"]), block)
    return out


def run(rule_id: str | None, folder: Path, kind: str | None, yes: bool) -> int:
    """Asks, writes, checks; the exit code."""
    kinds = models()
    kind = kind or ("equation" if yes else _kind(list(kinds)))
    if kind not in kinds:
        fail(USAGE, f"没有“{kind}”这种检查，可用：{'、'.join(kinds)}")
    model = parse("README.md", kinds[kind]).data
    chosen = _id(rule_id, yes)
    answers = {"id": chosen} if yes else {"id": chosen, **_answers(model)}
    text = kinds[kind]
    for key, value in answers.items():
        text = _with(text, key, value)
    path = folder / f"{chosen}.yaml"
    if path.exists():
        fail(USAGE, f"“{path}”已经存在，请换一个规则 id")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"已写入 {path}。请按本意修改公式、说明和例子。")
    return _checked(folder)


def _kind(kinds: list[str]) -> str:
    click.echo("要检查什么？")
    for at, name in enumerate(kinds, 1):
        click.echo(f"  {at}  {_WORDS.get(name, name)}（{name}）")
    at = click.prompt("请输入序号", type=click.IntRange(1, len(kinds)), default=1)
    return kinds[int(at) - 1]


def _id(given: str | None, yes: bool) -> str:
    id = given or ("my-rule" if yes else str(click.prompt("规则 id（小写字母、数字、连字符）", default="my-rule")))
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", id) or id.startswith("p-"):
        fail(USAGE, f"规则 id“{id}”有误：只能用小写字母、数字和连字符，且不能以 p- 开头")
    return id


def _answers(model: Mapping[str, Any]) -> dict[str, str]:
    out: dict[str, str] = {}
    for key, words, choices in (
        ("title", "问题名称", None),
        ("expect", "应当成立的公式", None),
        ("severity", "严重程度", SEVERITIES),
        ("dimension", "方面", DIMENSIONS),
        ("message", "问题描述", None),
        ("why", "为什么是问题", None),
        ("remedy", "怎样改", None),
    ):
        current = model.get(key)
        if not isinstance(current, str):
            continue
        kind = click.Choice(list(choices)) if choices else None
        out[key] = str(
            click.prompt(words, default=current, type=kind, show_default=True, show_choices=choices is not None)
        )
    return out


def _with(text: str, key: str, value: str) -> str:
    """The same YAML with one top-level value replaced; quoted where plain text would be read otherwise."""
    quoted = value if _is_plain(value) else "'" + value.replace("'", "''") + "'"
    return re.sub(rf"(?m)^{key}:.*$", lambda _: f"{key}: {quoted}", text, count=1)


def _is_plain(value: str) -> bool:
    source = parse("", f"key: {value}")
    return not source.mistakes and isinstance(source.data, dict) and source.data.get("key") == value


def _checked(folder: Path) -> int:
    from auditor import examples

    try:
        book = load([folder])
    except RulebookError as error:
        for mistake in error.mistakes:
            click.echo(str(mistake), err=True)
        click.echo("规则还有错误，改好后运行：auditor rules check --rules " + str(folder), err=True)
        return 0
    wrong = examples.mistakes(book, [r for r in book.rules if r.root > 0])
    for mistake in wrong:
        click.echo(str(mistake), err=True)
    if not wrong:
        click.echo(f"规则可用。试运行：auditor audit 报告 --rules {folder}")
    return 0
