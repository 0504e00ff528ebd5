"""The checklists of a run: reading those that were named, refusing those with mistakes, saying what is left to confirm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from auditor.checklist import ChecklistError, Lists
from auditor.cli import USAGE, fail
from auditor.cli.workplace import current
from auditor.model import Audit, Outcome
from auditor.workfolder import CHECKLISTS

Result = TypeVar("Result")


def filled(named: Sequence[Path], automatic: Sequence[Path] = ()) -> Lists | None:
    """What people answered, None where there are no lists. `automatic`: found, not named. Ends with 2 for what is no list."""
    if not named and not automatic:
        return None
    from auditor.checklist.sheet import read_checklists

    return answered(lambda: read_checklists(named, automatic))


def answered(work: Callable[[], Result]) -> Result:
    """The result of work with checklists; every mistake in them, then exit 2, and nothing of them is taken."""
    try:
        return work()
    except ChecklistError as error:
        _refuse(error)


def _refuse(error: ChecklistError) -> NoReturn:
    for mistake in error.mistakes:
        click.echo(mistake, err=True)
    fail(USAGE, f"核验清单有 {len(error.mistakes)} 处要改，一项也没有采用；改好后重新运行")


def left_to_confirm(audit: Audit) -> list[str]:
    """How many things a person must still look at, and what to do with the list."""
    left = sum(one.outcome is Outcome.TO_CONFIRM for judged in audit.reports for one in judged.undecided)
    said = sum(bool(answer.answer) for judged in audit.reports for answer in judged.attested.values())
    known = f"已采用核验结论 {said} 项；" if said else ""
    if not left:
        return [known.rstrip("；") + "。"] if known else []
    work = current()
    how = f"放进 {work.path / CHECKLISTS} 再次审核" if work is not None else "再次审核时加上 --attested 核验清单.xlsx"
    return [f"{known}还有 {left} 项须人工核验：填写“核验清单.xlsx”，{how}，即计入得分。"]
