"""`auditor rules names`: looks up the names that a rule may use."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click

from auditor.cli.rulebooks import loaded
from auditor.review.names import matching

_MOST = 40


def run(words: Sequence[str], folders: Sequence[Path], everything: bool) -> int:
    """Prints the names that match; the exit code."""
    found = matching(loaded(folders), words)
    if not found:
        click.echo(f"没有含“{'、'.join(words)}”的名称。不写词语列出全部：auditor rules names --all")
        return 0
    for kind, members in groupby(found, key=lambda n: n.kind):
        listed = list(members)
        click.secho(f"{kind}（{len(listed)} 个）", bold=True)
        shown = listed if everything else listed[:_MOST]
        width = max(len(n.word) for n in shown)
        for name in shown:
            forms = f"格式{name.forms}　" if name.forms else ""
            click.echo(f"  {name.word}{'　' * (width - len(name.word))}　{forms}{name.words}")
        if len(shown) < len(listed):
            click.echo(f"  另有 {len(listed) - len(shown)} 个，用 --all 列出")
    return 0
