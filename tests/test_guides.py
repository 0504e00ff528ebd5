"""The guides do not lie: every `auditor …` that they show can be typed, and the Chinese guide names every command there is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from commands import ROOT

from auditor.cli import cli

GUIDES = ("README.md", "README.zh-CN.md", "rules/README.md")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
_SPAN = re.compile(r"`([^`\n]+)`")
_TYPED = re.compile(r"^(?:.*&& )?(?:\S*[/\\])?auditor( .*)?$")
_NAMES = (click.Choice, click.DateTime, click.types.IntParamType, click.IntRange)


def shown(text: str) -> Iterator[str]:
    """What stands after `auditor` in blocks, line by line, and in spans of code."""
    spoken = _SPAN.findall(_BLOCK.sub("", text))
    printed = [line for kind, block in _BLOCK.findall(text) if kind != "yaml" for line in block.splitlines()]
    for line in (*spoken, *printed):
        if found := _TYPED.match(line.strip()):
            yield (found[1] or "").strip()


def leaf(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the first words name, and what is left of them. KeyError: there is none."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command, words = command.commands[words[0]], words[1:]
    return command, words


def wrong(line: str) -> str:
    """What the command would refuse of a line before it looks at any file: "" if nothing. A bare name is a mention; […] may be typed."""
    try:
        command, words = leaf([word.strip("\"'[]") for word in shlex.split(line, posix=False)])
    except KeyError as unknown:
        return f"no command {unknown}"
    if not words:
        return ""
    try:
        # click keeps the first help option it is asked for with the command: it must be the one that the program offers
        with click.Context(command, help_option_names=["-h", "--help"]) as context:
            given, over, _ = command.make_parser(context).parse_args(words)
            for parameter in command.params:
                _accepts(parameter, given.get(parameter.name or ""), context)
    except click.UsageError as refused:
        return refused.format_message()
    return f"too much: {over}" if over else ""


def _accepts(parameter: click.Parameter, value: object, context: click.Context) -> None:
    if parameter.required and not isinstance(value, (str, list, tuple)):
        raise click.MissingParameter(ctx=context, param=parameter)
    for one in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(one, str) and isinstance(parameter.type, _NAMES):
            parameter.type.convert(one, parameter, context)


@pytest.mark.parametrize("guide", GUIDES)
def test_what_is_shown_can_be_typed(guide: str) -> None:
    lines = list(shown((ROOT / guide).read_text(encoding="utf-8")))
    assert lines
    assert {line: said for line in lines if (said := wrong(line))} == {}


def test_the_chinese_guide_names_every_command() -> None:
    text = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    named = {name for name in _SPAN.findall(text[text.index("全部命令\n") :]) if name.startswith("auditor ")}
    assert named == set(_all(cli, "auditor"))


def _all(command: click.Command, name: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for word, one in command.commands.items():
            yield from _all(one, f"{name} {word}")
    else:
        yield name


@pytest.mark.parametrize(
    "line",
    [
        "audits",
        "ledger save",
        "issue 2026Q1 --paper",
        "issue 2026Q1 --number 3",
        "issue 2026Q1 2026Q2",
        "letters send 2026Q1 --kind 函件",
        "letters send --kind 通知",
        "letters send 2026Q1 --by 张三",
        "finding add --unit 松桥镇 --year 二五",
        "waive add --end 三月",
    ],
)
def test_what_cannot_be_typed_is_seen(line: str) -> None:
    assert wrong(line)
