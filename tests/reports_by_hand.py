"""Reports made by hand for tests on several reports: a unit, a year, a text and some cells."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal

from auditor.model import Fact, Filing, Profile, Prose, ProsePart, Report, Segment, SourceMap, Span, State, Text

_FORMS = {2014: "A", 2019: "B", 2021: "C"}


def report(
    unit: str,
    year: int = 2024,
    text: str = "",
    cells: Mapping[str, int | Decimal | None] | None = None,
    *,
    kind: str = "乡镇",
    group: str | None = None,
    roster: str | None = None,
    source: str = "",
) -> Report:
    """A report; `cells` by id (None: blank), `roster` is its unit's full name there."""
    form = next(letter for first, letter in reversed(_FORMS.items()) if year >= first)
    file = source or f"{unit}{year}.html"
    facts = {id: _fact(id, value) for id, value in (cells or {}).items()}
    part = ProsePart(0, Text(text, SourceMap((Segment(0, len(text), 0, len(text)),))))
    filing = Filing(roster, group or "") if roster is not None or group is not None else None
    profile = Profile(organisation=unit, unit_kind=kind, year=year, form=form)
    return Report(
        file,
        hashlib.sha256(file.encode()).hexdigest(),
        "html",
        profile,
        Prose(text, (part,)),
        (),
        facts,
        (),
        filing=filing,
    )


def _fact(id: str, value: int | Decimal | None) -> Fact:
    if value is None:
        return Fact(id, id, State.BLANK, place=Span(0, 1))
    return Fact(id, id, State.NUMBER, value, str(value), Span(0, 1))
