"""A stored run as what-if needs it: the facts of all reports as columns, and single reports as lean as the question allows.

Lean      profile, facts and claims alone: enough for a rule on cells, and several times as fast as the whole report
Order     the reports that were judged come first, then those that were only evidence (--previous)
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, cached_property

from auditor.columnar.table import Packed
from auditor.columnar.verdicts import Before, Panel
from auditor.findings import Beside
from auditor.lastyears import LastYears
from auditor.model import Filing, Judged, Profile, Prose, Report
from auditor.roster import Roster
from auditor.rulebook import Rulebook
from auditor.store import Row, Stored


class Past:
    """A stored run."""

    def __init__(self, stored: Stored, roster: Roster | None = None) -> None:
        self.stored, self.roster = stored, roster
        self.rows: tuple[Row, ...] = (*stored.rows, *stored.before)
        self.profiles = tuple(map(profile_of, self.rows))

    @property
    def judged(self) -> int:
        """How many of the reports were judged; they come first."""
        return len(self.stored.rows)

    def panel(self, book: Rulebook) -> Panel:
        """All reports, ready to be asked."""
        return Panel(self.packed, book, lambda: self.before)

    @cached_property
    def packed(self) -> Sequence[Packed]:
        """All reports as columns take them."""
        layouts, said = self.stored.layouts, cache(lambda text: frozenset(json.loads(text)))
        return [
            Packed(profile, layouts[row.layout], row.states, row.numbers, said(row.subjects))
            for row, profile in zip(self.rows, self.profiles, strict=True)
        ]

    @cached_property
    def before(self) -> Sequence[Before]:
        """Last year's report of each."""
        places = {id(one): at for at, one in enumerate(self._bare)}
        besides = map(self._last_of, range(len(self.rows)))
        return [Before(places[id(b.last)] if b.last else None, bool(b.problem), bool(b.merged)) for b in besides]

    def beside(self, at: int) -> Beside:
        """Last year's report of one, with its facts."""
        found, place = self._last_of(at), self.before[at].at
        return replace(found, last=self.lean(place)) if place is not None else found

    def _last_of(self, at: int) -> Beside:
        return self._years.last_of(self.profiles[at], self.rows[at].unit or "")

    @cached_property
    def _bare(self) -> Sequence[Report]:
        """The reports as last years are found among them."""
        return [_bare(row, profile) for row, profile in zip(self.rows, self.profiles, strict=True)]

    @cached_property
    def _years(self) -> LastYears:
        return LastYears(self._bare, self.roster)

    def lean(self, at: int) -> Report:
        """Profile, facts and claims of a report."""
        row = self.rows[at]
        claims = self.stored.claims(row.id) if row.subjects != "[]" else ()
        return replace(_bare(row, self.profiles[at]), facts=self.stored.facts(row.id), claims=claims)

    def named(self, at: int) -> Report:
        """A report of which only is known whose it is."""
        return self._bare[at]

    def report(self, at: int) -> Report:
        """The whole report."""
        return self.stored.report(self.rows[at].id)

    def said(self, at: int, report: Report) -> Judged:
        """What was said of a report."""
        return self.stored.judged(self.rows[at].id, report)


def profile_of(row: Row) -> Profile:
    """What a row knows of a report's profile."""
    return Profile(
        organisation=row.organisation,
        unit_kind=row.unit_kind,
        year=row.year,
        form=row.form,
        title=row.title,
        published=dt.date.fromisoformat(row.published) if row.published else None,
        published_certain=bool(row.published_certain),
        filled=dt.date.fromisoformat(row.filled) if row.filled else None,
    )


def _bare(row: Row, profile: Profile) -> Report:
    filing = Filing(row.unit, "" if row.group == row.unit_kind else row.group)
    return Report(row.source, row.sha256, row.kind, profile, Prose("", ()), (), {}, (), filing=filing)
