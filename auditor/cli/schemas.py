"""`auditor rules schema`: the JSON Schema of a kind of file, printed or written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.rulebooks import loaded

_FILES = {
    "rules": "规则文件",
    "parameters": "parameters.yaml",
    "laws": "laws/ 里的文件",
    "patterns": "patterns/ 里的文件",
    "scoring": "scoring.yaml",
    "holidays": "holidays.yaml",
}


def run(file: str, out: Path | None, folders: Sequence[Path]) -> int:
    """Makes the schema of the rulebook in use."""
    from auditor import ruleschema

    text = json.dumps(ruleschema.of(file, loaded(folders)), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return 0
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        fail(USAGE, f"“{out}”无法写入（{error.strerror or '无权限'}）")
    click.echo(f"已写入 {out}。在{_FILES[file]}的第一行写上：", err=True)
    click.echo(f"# yaml-language-server: $schema={out.name}")
    return 0
