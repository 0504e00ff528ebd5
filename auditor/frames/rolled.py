"""The rows of roll-ups: trends by quarter or year, and the rules over all quarters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from auditor.frames.columns import Row
from auditor.quarters.rulestats import RuleStat
from auditor.quarters.stats import Rolled


def trends(rows: Iterable[Rolled]) -> Iterator[Row]:
    """One row each; the word of what it is by is None where it is of everything."""
    names = [field.name for field in fields(Rolled)]
    for one in rows:
        row = {name: getattr(one, name) for name in names}
        yield {**row, "key": one.key or None, "title": one.title or None}


def rules(stats: Iterable[RuleStat]) -> Iterator[Row]:
    """One row a rule."""
    for one in stats:
        row = {field.name: getattr(one, field.name) for field in fields(RuleStat) if field.name != "kind"}
        yield {
            **row,
            "check": one.kind or None,
            "status": one.status or None,
            "dismissed_share": one.dismissed_share,
            "doubtful": one.is_doubtful,
            "silent": one.is_silent,
        }
