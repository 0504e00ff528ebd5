"""The Python interface: paths in, an `Audit` out; rulebooks and ledgers by their paths. What `import auditor` offers.

    import auditor

    book = auditor.load_rulebook(["我的规则"])
    with auditor.open_ledger("audits/ledger.sqlite", create=True) as ledger:
        done = auditor.audit("reports", book, roster="名册.xlsx", quarter="2026Q1", ledger=ledger)
    auditor.scores_frame(done)

In        what is named and nothing else: no work folder, roster, profile or ledger is looked for
Out       the nouns of `auditor.model`, all frozen; tables of them are made by `auditor.frames`
Same      the same inputs, options, rulebook and engine give the same audit to the byte (`run.started` apart, unless `at` is given)
Processes 60 files and more are read in worker processes: a script that audits so many does it under `if __name__ == "__main__":`
Refuses   what it cannot use, by an error whose Chinese words say what to do; a file that cannot be read is no error, it stands
          under `Audit.unread`
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.model import Audit

if TYPE_CHECKING:  # `import auditor` is cheap; each function pays for what it needs
    from auditor.checklist import Lists
    from auditor.ledger import Ledger
    from auditor.pipeline import Options
    from auditor.quarters.comparing import Comparison
    from auditor.quarters.history import UnitHistory
    from auditor.roster import Roster
    from auditor.rulebook import Rulebook

PathLike = Path | str
Progress = Callable[[str, int, int, int], None]
"""Told after every file: the stage in Chinese, files done, of how many, problems found so far."""


def audit(
    paths: PathLike | Iterable[PathLike],
    rulebook: Rulebook | None = None,
    previous: PathLike | Iterable[PathLike] = (),
    *,
    roster: Roster | PathLike | None = None,
    quarter: str | None = None,
    at: dt.datetime | None = None,
    years: Iterable[int] = (),
    attested: PathLike | Iterable[PathLike] = (),
    ledger: Ledger | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Everything that the rules say of the reports under the paths (files, folders searched downwards, ZIPs).

    `rulebook` None is the packaged one. `previous` are earlier reports: evidence, neither judged nor listed. With a `roster`
    (or its 名册.xlsx) the missing reports are counted, those of `years` by name. `quarter` is written 2026Q1. `at` is the
    moment of the run (now, in Beijing time): deadlines and lapsed laws are judged by its day; one without an offset is
    Beijing time. `attested` are filled checklists. `jobs` worker processes (1: none; None: one a core where it pays).

    With a `ledger` the run is stored in it, whole or not at all, and the audit comes back with the numbers of its findings and
    with the verdicts and waivers that hold on that day in its scores; without one its scores are what the rules say.

    Raises ValueError for a quarter that is none, FileNotFoundError for a path that is not there, RosterError and
    ChecklistError with every mistake in a roster or checklist, LedgerError where the ledger cannot be written.
    """
    from auditor import pipeline

    given, before, lists = _there(paths), _there(previous), _there(attested)
    options = pipeline.Options(
        quarter=_quarter(quarter),
        previous=before,
        jobs=jobs,
        at=_moment(at),
        roster=_roster(roster),
        years=tuple(years),
        attested=_attested(lists),
    )
    book = rulebook or _packaged()
    if ledger is None:
        return pipeline.audit(given, book, options, progress)
    return _kept(given, lists, book, options, ledger, progress)


def load_rulebook(
    folders: PathLike | Iterable[PathLike] = (), *, work: PathLike | None = None, pack: PathLike | None = None
) -> Rulebook:
    """The packaged rulebook (or that of a `pack` made by `auditor rules pack`) with the rules of the folders laid over it.

    `work` is a work folder made by `auditor init`: its profile, scoring and own rules. Raises RulebookError with every
    mistake at once (`error.mistakes`, each with file, line and column), PackError for a pack that cannot be used.
    """
    from auditor.rulebook import load
    from auditor.rulebook.pack import unpacked

    instead = unpacked(Path(pack)).texts if pack is not None else None
    return load(_paths(folders), Path(work) if work is not None else None, instead)


def read_roster(path: PathLike) -> Roster:
    """The units of a 名册.xlsx. Raises RosterError with every mistake at once (`error.mistakes`, each with sheet and cell)."""
    from auditor.roster import sheet

    return sheet.read_roster(Path(path))


def open_ledger(path: PathLike, *, create: bool = False) -> Ledger:
    """The ledger at that path, to be used in `with`; a missing one is made where `create`.

    Raises LedgerError where there is none, or where the file is no ledger, is damaged or was written by a newer program.
    """
    from auditor import ledger

    return ledger.open(Path(path), create=create)


def compare(ledger: Ledger, earlier: str, later: str, *, at: dt.date | None = None) -> Comparison:
    """Two quarters (or runs, by the beginning of their ids) compared: the fate of every finding, why every score changed.

    `fates_frame` and `moves_frame` make tables of it. `at` is the day for which verdicts and deadlines are asked (today, in
    Beijing). Raises LedgerError where there is no such quarter, or the later one is written first.
    """
    from auditor.ledger.comparing import compare as compared

    return compared(ledger, earlier, later, at or _today())


def history(ledger: Ledger, unit: str, *, at: dt.date | None = None) -> UnitHistory:
    """Everything of one unit over the quarters: scores, the course of every finding, verdicts, letters, mending.

    `unit` is any of its names (full, short, former), or a part that only one unit has. `at` as in `compare`.
    Raises ValueError where no unit is meant, or several may be; LedgerError.
    """
    from auditor.ledger.histories import called
    from auditor.ledger.overview import told
    from auditor.quarters.history import meant

    units = {one.unit: one for one in called(ledger)}
    found = meant(unit, units.values())
    if len(found) != 1:
        names = f"可能是 {len(found)} 个单位：{'、'.join(found)}" if found else "不是台账里的单位"
        raise ValueError(f"“{unit}”{names}")
    return told(ledger, units[found[0]], at or _today())


# --- what was given --------------------------------------------------------------------------------


@cache
def _packaged() -> Rulebook:
    return load_rulebook()


def _paths(given: PathLike | Iterable[PathLike]) -> tuple[Path, ...]:
    return (Path(given),) if isinstance(given, Path | str) else tuple(map(Path, given))


def _there(given: PathLike | Iterable[PathLike]) -> tuple[Path, ...]:
    paths = _paths(given)
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"找不到“{path}”")
    return paths


def _quarter(word: str | None) -> str | None:
    if word is None or re.fullmatch(r"[0-9]{4}Q[1-4]", word):
        return word
    raise ValueError(f"季度“{word}”有误，应写作 2026Q1")


def _moment(at: dt.datetime | None) -> dt.datetime:
    from auditor.model import CHINA

    if at is None:
        return dt.datetime.now(CHINA).replace(microsecond=0)
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def _today() -> dt.date:
    return _moment(None).date()


def _roster(given: Roster | PathLike | None) -> Roster | None:
    return read_roster(given) if isinstance(given, Path | str) else given


def _attested(paths: Sequence[Path]) -> Lists | None:
    if not paths:
        return None
    from auditor.checklist.sheet import read_checklists

    return read_checklists(paths)


# --- a run that is kept ----------------------------------------------------------------------------


def _kept(
    paths: Sequence[Path],
    lists: Sequence[Path],
    book: Rulebook,
    options: Options,
    ledger: Ledger,
    progress: Progress | None,
) -> Audit:
    """The audit as it stands in the ledger: files are found once, so that what is stored is what was read."""
    from auditor import pipeline
    from auditor.ledger.recording import Handed, record
    from auditor.ledger.remembering import typed_facts
    from auditor.quarters.typed import typed_of

    sources, before = pipeline.handed_in(paths, options), pipeline.handed_before(options)
    options = replace(options, previous=tuple(before), typed=typed_of(typed_facts(ledger)))
    done = pipeline.audit(sources, book, options, progress)
    handed = Handed(sources, before, _beside(options.roster, lists), options.years, options.typed)
    kept = record(ledger, done, handed, book.texts, done.run.started, options.roster)
    return _standing(done, kept.entry, book, options, ledger)


def _beside(roster: Roster | None, lists: Sequence[Path]) -> list[tuple[str, str, bytes]]:
    """The files that the run used beside reports: role, name, bytes."""
    files = [("roster", roster.source, Path(roster.path))] if roster is not None and roster.path else []
    files += [("checklist", path.as_posix(), path) for path in lists]
    return [(role, name, path.read_bytes()) for role, name, path in files]


def _standing(done: Audit, entry: int, book: Rulebook, options: Options, ledger: Ledger) -> Audit:
    """The same with the numbers of its findings and with what people decided of them."""
    from auditor.decided import decided
    from auditor.judging import desk
    from auditor.ledger.laying import alone, not_suspected, with_numbers
    from auditor.ledger.reading import numbers
    from auditor.ledger.remembering import remembered

    with ledger.reading():
        called, memory, stamp = numbers(ledger), remembered(ledger), ledger.stamp
        bare = not_suspected(ledger, entry, done, memory)
        by_hand = alone(bare, memory)
    day = done.run.started.date()
    here = desk(book, options.inference, roster=options.roster, audited=day)
    return replace(with_numbers(decided(bare, here, memory, day, by_hand), called, memory), ledger=stamp)
