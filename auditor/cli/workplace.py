"""The work folder of a command: the one named by --work, else the one that the current folder lies in, else none.

`--work`, `--no-work` and `--rulebook` belong to every command that takes `--rules`; they are kept with the command, so that
whoever loads a rulebook or looks for reports asks here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import RULEBOOK, USAGE, fail
from auditor.typed import TypedCells
from auditor.workfolder import AUDITS, LEDGER, WorkFolder, find, is_work_folder, shown

if TYPE_CHECKING:  # `rules list` reads YAML only and must not pay for the compiled rulebook
    from auditor.rulebook import Rulebook, Texts

_NAMED, _NONE, _PACK, _SAID = "auditor.work", "auditor.no_work", "auditor.rulebook", "auditor.said"


def current() -> WorkFolder | None:
    """The work folder in use; ends with 2 where the one named is none."""
    context = click.get_current_context(silent=True)
    if context is None or context.meta.get(_NONE):
        return None
    named: Path | None = context.meta.get(_NAMED)
    if named is None:
        return find(Path())
    if not is_work_folder(named):
        fail(USAGE, f"“{named}”不是工作文件夹（没有带“auditor: 1”的 profile.yaml）。新建一个：auditor init {named}")
    return WorkFolder(shown(named))


def ledger_path() -> Path:
    """The ledger of --ledger, else that of the work folder or of the current folder, whether there is one or not."""
    context = click.get_current_context(silent=True)
    named: Path | None = context.meta.get("auditor.ledger") if context is not None else None
    if named is not None:
        return named
    work = current()
    return (work.audits if work is not None else Path(AUDITS)) / LEDGER


def typed_before() -> TypedCells:
    """What people typed for cells that could not be read (人工录入), where there is a ledger; without one, or with --no-ledger,
    nothing. Ends with 2 for a ledger that cannot be used."""
    context = click.get_current_context(silent=True)
    path = ledger_path()
    if (context is not None and context.meta.get("auditor.no_ledger")) or not path.is_file():
        return {}
    from auditor.ledger import LedgerError
    from auditor.ledger import open as open_ledger
    from auditor.ledger.remembering import typed_facts
    from auditor.quarters.typed import typed_of

    try:
        with open_ledger(path) as ledger:
            return typed_of(typed_facts(ledger))
    except LedgerError as error:
        fail(USAGE, str(error))


def instead() -> Texts | None:
    """The texts of the pack that --rulebook names; ends with 3 where it cannot be used."""
    context = click.get_current_context(silent=True)
    path: Path | None = context.meta.get(_PACK) if context is not None else None
    if path is None:
        return None
    from auditor.rulebook.pack import PackError, unpacked

    try:
        return unpacked(path).texts
    except PackError as error:
        fail(RULEBOOK, f"规则包“{path}”不能使用：{error}")


def own_rules(pack: Texts | None) -> Path | None:
    """The folder whose profile and rules are laid over the rulebook: none where a pack brings its own profile."""
    work = current()
    if work is None or (pack is not None and pack.has_county):
        return None
    return work.path


def earlier(paths: Sequence[Path], previous: Sequence[Path]) -> tuple[Path, ...]:
    """What is read as last year's: what --previous names, and the work folder's reports of other years."""
    work = current()
    return (*previous, *(work.earlier(paths) if work is not None else ()))


def announce(book: Rulebook) -> None:
    """Names work folder, profile and rulebook at the top of a run, once, on stderr."""
    context = click.get_current_context(silent=True)
    work = current()
    if context is None or context.meta.get(_SAID) or (work is None and _PACK not in context.meta):
        return
    context.meta[_SAID] = True
    place = f"工作文件夹 {_whole(work)}；" if work is not None else ""
    county = f"工作档案“{book.stamp.county}”；" if book.stamp.county else ""
    pack = f"规则包 {context.meta[_PACK]}，" if context.meta.get(_PACK) else ""
    click.echo(f"{place}{county}{pack}规则库 {book.stamp.version} 版，规则 {book.stamp.rules} 条。", err=True)


def _whole(work: WorkFolder) -> Path:
    return work.path.resolve()
