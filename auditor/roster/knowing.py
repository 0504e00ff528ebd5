"""What the roster knows of a report better than its text: kind, group, name, date of first publication.

Refuses   to know anything better where the match is not certain
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from auditor.facts import Hints
from auditor.model import DateMention, Filing, Profile, Report
from auditor.roster.matching import Match
from auditor.roster.versions import is_public


def hints(match: Match, profile: Profile) -> Hints:
    """What overrides the text. The date of first publication only where the page states none for certain."""
    unit = match.unit
    if unit is None or not match.certain:
        return Hints()
    published = _published(match, profile)
    former = any(f.text == match.name for f in unit.former)
    return Hints(
        unit_kind=unit.kind,
        organisation=match.name if former else unit.name,
        published=published,
        published_certain=True if published is not None else None,
    )


def _published(match: Match, profile: Profile) -> dt.date | None:
    if match.unit is None or profile.year is None or profile.published_certain:
        return None
    return match.unit.published.get(profile.year)


def with_dates(report: Report, known: Hints) -> Report:
    """The roster's date of first publication among the dates of the report, so that a finding can show where it is from."""
    day = known.published
    if day is None:
        return report
    said = DateMention("名册所载首次公布日期", day.isoformat(), day, (day,))
    return replace(report, profile=replace(report.profile, dates=(*report.profile.dates, said)))


def filing(match: Match, report: Report) -> Filing:
    """How the report stands among the files, as far as it is known from itself and the roster."""
    unit = match.unit
    if unit is None:
        return Filing(public=is_public(report))
    return Filing(unit.name, unit.group, unit.authority, match.by, is_public(report))
