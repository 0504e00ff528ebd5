"""Loading the rulebook for a command: mistakes on stderr, exit 3."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from auditor.cli import RULEBOOK, fail
from auditor.rulebook import Mistake, Rulebook, RulebookError, load


def loaded(folders: Sequence[Path] = ()) -> Rulebook:
    """The packaged rulebook with the folders of --rules; ends with 3 where it is wrong."""
    try:
        return load(folders)
    except RulebookError as error:
        refuse(error.mistakes)


def tried(folders: Sequence[Path]) -> Rulebook:
    """The same, and the examples of the rules in the folders come out as they say."""
    book = loaded(folders)
    if folders:
        from auditor import examples

        own = [r for r in book.rules if r.root > 0]
        wrong = examples.mistakes(book, own)
        if wrong:
            refuse(wrong)
    return book


def refuse(mistakes: Sequence[Mistake]) -> NoReturn:
    """Every mistake with its place, then exit 3."""
    for mistake in mistakes:
        click.echo(str(mistake), err=True)
    fail(RULEBOOK, f"规则库有 {len(mistakes)} 处错误，请改正后重新运行（写法见 rules/README.md）")
