"""Whose report it is, for ever: short name for numbers, group, region; and which names the roster renamed to which."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names import core_name
from auditor.model import Report
from auditor.roster import Roster
from auditor.roster.names import places, written


def short_of(unit: str, roster: Roster | None) -> str:
    """What people call it: the roster's short name, else the name without places and 人民政府."""
    known = roster.unit(unit) if roster is not None else None
    return known.short[0] if known is not None and known.short else core_name(written(unit)) or unit


def group_of(report: Report) -> str:
    """The roster's group, else the kind of the unit."""
    return (report.filing.group if report.filing is not None else "") or report.profile.unit_kind


def region_of(unit: str, roster: Roster | None) -> str:
    """What it belongs to: the roster's 上级, else the places before its name."""
    known = roster.unit(unit) if roster is not None else None
    return known.superior if known is not None and known.superior else "".join(places(unit))


def renamed(roster: Roster | None) -> Iterator[tuple[str, str]]:
    """(former name, name) as the roster has them."""
    for unit in roster.units if roster is not None else ():
        for former in unit.former:
            yield former.text, unit.name
