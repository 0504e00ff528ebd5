"""The ledger of a command: the one of --ledger, else audits/ledger.sqlite of the work folder, else of the current folder."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.workplace import ledger_path
from auditor.ledger import Ledger, LedgerError
from auditor.ledger import open as open_ledger
from auditor.model import CHINA


def where() -> Path:
    """The path of the ledger, whether there is one or not."""
    return ledger_path()


@contextlib.contextmanager
def opened(*, create: bool = False) -> Iterator[Ledger]:
    """The ledger of this command; what is wrong with it ends the command with 2."""
    try:
        with open_ledger(where(), create=create) as ledger:
            yield ledger
    except LedgerError as error:
        fail(USAGE, str(error))


def moment() -> dt.datetime:
    """The moment for which a command works: --at, else now, in Beijing time to the second."""
    context = click.get_current_context(silent=True)
    text: str | None = context.meta.get("auditor.at") if context is not None else None
    return dt.datetime.now(CHINA).replace(microsecond=0) if text is None else instant(text)


def instant(text: str) -> dt.datetime:
    """A moment as a user writes it; ends with 2 where it is none."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        fail(USAGE, f"日期时间“{text}”有误，应写作 2026-04-08T09:00:00+08:00")
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def signed(by: str) -> str:
    """Who acts; ends with 2 where nobody is named."""
    if not by.strip():
        fail(USAGE, "请写明办理人，例如：--by 张三")
    return by.strip()
