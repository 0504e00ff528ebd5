"""Loading the rulebook for a command: mistakes on stderr, exit 3."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from auditor.cli import RULEBOOK, fail
from auditor.cli.workplace import announce, instead, own_rules
from auditor.rulebook import Mistake, Rulebook, RulebookError, load


def loaded(folders: Sequence[Path] = ()) -> Rulebook:
    """The packaged rulebook (or the pack of --rulebook) with the work folder's profile and the folders of --rules.

    Ends with 3 where it is wrong; names work folder, profile and version at the top of the run.
    """
    pack = instead()
    try:
        book = load(folders, own_rules(pack), pack)
    except RulebookError as error:
        refuse(error.mistakes)
    announce(book)
    return book


def tried(folders: Sequence[Path]) -> Rulebook:
    """The same, and the examples of the county's own rules and of those in the folders come out as they say."""
    book = loaded(folders)
    own = [r for r in book.rules if r.root > 0]
    if own:
        from auditor import examples

        wrong = examples.mistakes(book, own)
        if wrong:
            refuse(wrong)
    return book


def refuse(mistakes: Sequence[Mistake]) -> NoReturn:
    """Every mistake with its place, then exit 3."""
    for mistake in mistakes:
        click.echo(str(mistake), err=True)
    safe = sum(1 for mistake in mistakes if mistake.mend is not None and mistake.mend.safe)
    hint = f"；其中 {safe} 处可以自动改正：auditor rules check --fix" if safe else ""
    fail(RULEBOOK, f"规则库有 {len(mistakes)} 处错误，请改正后重新运行（写法见 rules/README.md）{hint}")
