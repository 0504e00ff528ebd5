"""Units of the roster (名册): who must report which year, under which names, and who answers after a merger. Nouns only.

Names     full name, short names, and former names with the days on which they held
Years     a unit is due for every report year at whose end it existed, or for those of `years` where it lists any
Mergers   `ended` is the day from which a unit is no more, `successor` the full name of the one that took its duties over
By year   a link or a date may be given for one report year; a date without a year is that of the report of the year before
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.model import Noun

NOT_PUBLISHED = "未公布"


@dataclass(frozen=True, slots=True)
class FormerName(Noun):
    """A name that a unit had, from `since` to `until` (both days included; None: not known)."""

    text: str
    since: dt.date | None = None
    until: dt.date | None = None

    def held(self, year: int) -> bool:
        """Whether reports of that year may bear it: it held in the year itself or while its report was due."""
        first, last = dt.date(year, 1, 1), dt.date(year + 1, 6, 30)
        return (self.since is None or self.since <= last) and (self.until is None or self.until >= first)


@dataclass(frozen=True, slots=True)
class Unit(Noun):
    """A row of the roster. `published` and `links` are by report year (None: any year); a date None means 未公布."""

    name: str
    kind: str
    short: tuple[str, ...] = ()
    former: tuple[FormerName, ...] = ()
    group: str = ""
    authority: str = ""
    superior: str = ""
    founded: dt.date | None = None
    ended: dt.date | None = None
    successor: str = ""
    years: tuple[tuple[int, int], ...] = ()
    links: Mapping[int | None, str] = field(default_factory=dict)
    published: Mapping[int, dt.date | None] = field(default_factory=dict)
    contact: str = ""

    def is_due(self, year: int) -> bool:
        """Whether it must report that year."""
        if self.founded is not None and self.founded > dt.date(year, 12, 31):
            return False
        if self.is_over(year):
            return False
        return not self.years or any(first <= year <= last for first, last in self.years)

    def is_over(self, year: int) -> bool:
        """Whether it was no more at the end of that year."""
        return self.ended is not None and self.ended <= dt.date(year, 12, 31)

    def link(self, year: int | None) -> str:
        """Where its report of that year stands."""
        return self.links.get(year) or self.links.get(None, "")


@dataclass(frozen=True, slots=True)
class Roster(Noun):
    """The units of a roster file, in its order. `path` is the file's real path, never audited as a report."""

    source: str
    sha256: str
    units: tuple[Unit, ...]
    path: str = ""

    def unit(self, name: str) -> Unit | None:
        """The unit of that full name."""
        return next((u for u in self.units if u.name == name), None)

    def answering(self, unit: Unit) -> Unit:
        """Who answers for a unit today: itself, or the last successor."""
        seen = {unit.name}
        while unit.successor and unit.successor not in seen:
            following = self.unit(unit.successor)
            if following is None:
                break
            seen.add(following.name)
            unit = following
        return unit
