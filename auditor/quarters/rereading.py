"""Rereading: the records of a report -> what each reading says of the findings that were in a letter. Pure.

Before    the last record that noted the finding, up to the reading in question
Same      the same locus standing again; else what `fates.gone` says of the two records
Text      the hash of the document goes with it: the same file read again closes and reopens nothing
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from auditor.model import Noun
from auditor.quarters.fates import Fate, Names, Reports, gone
from auditor.quarters.mending import Seen
from auditor.quarters.nouns import Checked, Key, Letter, Noted


@dataclass(frozen=True, slots=True)
class Dated(Noun):
    """A record with the day and the quarter of its run; `judge` names rulebook and program."""

    record: Checked
    on: dt.date
    quarter: str = ""
    judge: tuple[str, str] = ("", "")


def reread(
    letters: Iterable[Letter], records: Iterable[Dated], names: Names, reports: Reports
) -> dict[Key, tuple[Seen, ...]]:
    """What the readings say of every finding that was in a letter; `records` in the order of their runs."""
    of_report: dict[tuple[str, int | None], list[Dated]] = {}
    for dated in records:
        of_report.setdefault((dated.record.unit, dated.record.year), []).append(dated)
    keys = {item.key: None for letter in letters for item in letter.items}
    return {key: tuple(_seen(key, of_report.get((key.unit, key.year), ()), names, reports)) for key in keys}


def _seen(key: Key, records: Sequence[Dated], names: Names, reports: Reports) -> Iterator[Seen]:
    """The readings from the first that noted the finding on."""
    before: tuple[Dated, Noted] | None = None
    for dated in records:
        noted = next((one for one in dated.record.findings if one.key.locus == key.locus), None)
        if noted is not None:
            fate = Fate.NEW if before is None else Fate.PERSISTING
            yield Seen(dated.record.run, dated.on, fate, "", dated.record.document)
            before = (dated, noted)
        elif before is not None:
            yield _absent(dated, *before, names, reports)


def _absent(dated: Dated, before: Dated, noted: Noted, names: Names, reports: Reports) -> Seen:
    differ = dated.judge != before.judge
    end = gone(noted, before.record, dated.record, names, reports, books_differ=differ)
    return Seen(dated.record.run, dated.on, end.fate, end.why, dated.record.document)


def latest_noted(records: Iterable[Dated]) -> Mapping[Key, Noted]:
    """Every finding as it was last noted."""
    return {noted.key: noted for dated in records for noted in dated.record.findings}
