"""The ledger in `auditor audit`: which one, the run written into it, and what people decided laid over the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.ledgers import moment, where
from auditor.cli.workplace import current
from auditor.decided import decided
from auditor.judging import desk
from auditor.ledger import LedgerError
from auditor.ledger import open as open_ledger
from auditor.ledger.laying import alone, not_suspected, with_numbers
from auditor.ledger.progress import with_progress
from auditor.ledger.reading import numbers, peers_before
from auditor.ledger.recording import Handed, record
from auditor.ledger.remembering import remembered
from auditor.model import Audit, Report, Unread
from auditor.pipeline import Options, Others
from auditor.quarters.naming import unit_of
from auditor.readers import Source
from auditor.roster import Roster
from auditor.rulebook import Rulebook


def wanted(*, writes: bool) -> Path | None:
    """Where this run is written down: the ledger of --ledger, of the work folder, or beside results that go to audits/ (`writes`).

    None: nowhere. What cannot be opened ends the command with 2 before anything is read.
    """
    context = click.get_current_context(silent=True)
    meta = context.meta if context is not None else {}
    if meta.get("auditor.no_ledger"):
        if meta.get("auditor.ledger"):
            fail(USAGE, "--ledger 和 --no-ledger 只能写一个")
        return None
    if not (meta.get("auditor.ledger") or current() is not None or writes):
        return None
    try:
        if where().exists():
            open_ledger(where()).close()
    except LedgerError as error:
        fail(USAGE, f"{error}。不记台账的，加 --no-ledger")
    return where()


def peers(path: Path | None, quarter: str | None) -> Others | None:
    """What finds reports of other units that were read in earlier quarters; None where there is nothing to find."""
    if path is None or quarter is None or not path.is_file():
        return None

    def found(reports: Sequence[Report]) -> Sequence[Report]:
        years = {year for report in reports if (year := report.profile.year) is not None}
        here = {(unit_of(report), report.profile.year) for report in reports}
        with open_ledger(path) as ledger:
            return peers_before(ledger, quarter, years, here)

    return found


def kept(
    done: Audit,
    path: Path,
    handed: tuple[Sequence[Source | Unread], Sequence[Source | Unread]],
    book: Rulebook,
    options: Options,
    beside: Sequence[tuple[str, str, Path]],
) -> Audit:
    """The run in the ledger, and the audit with its numbers and with what people decided. Raises LedgerError.

    `handed` are the sources and the earlier ones, `beside` the roster and the checklists: role, name, file.
    """
    files = [(role, name, file.read_bytes()) for role, name, file in beside]
    with open_ledger(path, create=True) as ledger:
        recorded = record(
            ledger,
            done,
            Handed(*handed, files, options.years, options.typed),
            book.texts,
            options.at or moment(),
            options.roster,
        )
        called, memory, stamp = numbers(ledger), remembered(ledger), ledger.stamp
        bare = not_suspected(ledger, recorded.entry, done, memory)
        by_hand = alone(bare, memory)
        day = done.run.started.date()
        known = with_progress(ledger, done, memory, day)
    now = decided(bare, desk(book, options.inference, roster=options.roster, audited=day), memory, day, by_hand)
    return replace(with_numbers(now, called, memory), ledger=stamp, mending=known.mending, issued=known.issued)


def files_beside(
    roster: Roster | None, attested: Sequence[Path], automatic: Sequence[Path]
) -> list[tuple[str, str, Path]]:
    """The files that a run used beside reports: role, the name under which it was read, the file."""
    lists = [*(("checklist", path) for path in attested), *(("checklist_found", path) for path in automatic)]
    named = [] if roster is None or not roster.path else [("roster", roster.source, Path(roster.path))]
    return [*named, *((role, path.as_posix(), path) for role, path in lists)]
