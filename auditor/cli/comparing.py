"""`auditor rules diff OLD NEW`: what changed in meaning between two rulebooks, then what changed in words only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click

from auditor.cli import RULEBOOK, USAGE, fail
from auditor.cli.rulebooks import refuse
from auditor.review.changes import Change
from auditor.review.difference import difference
from auditor.rulebook import Rulebook, RulebookError, build, load

BUILT_IN = "内置"


def run(old: str, new: str, as_json: bool, everything: bool) -> int:
    """Prints every change; the exit code."""
    changes = difference(_side(old), _side(new))
    if as_json:
        click.echo(json.dumps([asdict(c) for c in changes], ensure_ascii=False, indent=1))
        return 0
    meaning = [c for c in changes if c.meaning]
    words = [c for c in changes if not c.meaning]
    click.echo(f"“{old}”与“{new}”比较：含义有变的 {len(meaning)} 处，只改文字的 {len(words)} 处。")
    _print(meaning)
    if words:
        click.echo("\n只改文字、例子或写法，判断不变：")
        if everything:
            _print(words)
        else:
            click.echo("  " + "、".join(dict.fromkeys(c.id for c in words)) + "（--all 列出内容）")
    return 0


def _print(changes: Sequence[Change]) -> None:
    for area, members in groupby(changes, key=lambda c: c.area):
        click.secho(f"\n{area}", bold=True)
        for change in members:
            name = change.id if change.id == change.title else f"{change.id} {change.title}"
            click.echo(f"  {change.kind}  {name}")
            for words in change.words:
                click.echo(f"        {words}")


def _side(given: str) -> Rulebook:
    """The rulebook of 内置, a whole folder, an added folder, a work folder or a pack; ends with 2 or 3."""
    try:
        if given == BUILT_IN:
            return load()
        path = Path(given)
        if path.is_file():
            return _packed(path)
        if not path.is_dir():
            fail(USAGE, f"找不到“{given}”，应为规则文件夹、规则包文件，或者 {BUILT_IN}")
        if (path / "scoring.yaml").is_file() and (path / "forms").is_dir():
            from auditor.rulebook.texts import read_whole

            return build(read_whole(path))
        if (path / "profile.yaml").is_file():
            return load(work=path)
        return load([path])
    except RulebookError as error:
        refuse(error.mistakes)


def _packed(path: Path) -> Rulebook:
    """The rulebook of a pack (`rules pack`)."""
    from auditor.rulebook.pack import PackError, unpacked

    try:
        return build(unpacked(path).texts)
    except PackError as error:
        fail(RULEBOOK, f"规则包“{path}”不能使用：{error}")
