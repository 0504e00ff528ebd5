"""Peers: the reports of one run in, for each of them the other units of its year, kind and group out.

Peers     other units of the same report year and kind and, where the roster gives a group, of that group; one report a unit
          (the first by source); never the report itself nor another version of it; nobody where year or unit are not known
Spreads   median and quartiles of a figure among the peers (itself left out), only where at least LEAST of them state a number;
          quartiles are read off between the two nearest ranks, exactly
Copies    units of any kind whose report of the same year shares most of this one's text (`auditor.copies`)
Asked     only the figures that the rules name are reckoned and travel to other processes
Cost      linear in the reports but for one sort of each figure
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from auditor.checks.relation import as_number
from auditor.copies import Copying, copies
from auditor.formula.interval import exact
from auditor.model import Copied, Number, Peers, Report, Spread, State
from auditor.text import squash

LEAST = 8

Group = tuple[int, str, str]
"""Report year, kind of unit, the roster's group ("" without)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What rules ask of peers: figures by name with the ids under which a report may state them, and copies."""

    figures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    copying: Copying | None = None


def unit_of(report: Report) -> str | None:
    """What a unit is known by: its name in the roster, else its name as stated."""
    if report.filing is not None and report.filing.unit:
        return report.filing.unit
    name = report.profile.organisation
    return squash(name) if name else None


def group_of(report: Report) -> Group | None:
    """The group of units to which a report belongs, None where its year or unit is not known."""
    profile = report.profile
    if profile.year is None or unit_of(report) is None:
        return None
    return profile.year, profile.unit_kind, report.filing.group if report.filing is not None else ""


def peers_of(reports: Sequence[Report], asked: Asked) -> list[Peers | None]:
    """The peers of each report, in the order of the reports; None where it has neither peers nor a copy."""
    known = [report for report in reports if group_of(report) is not None]
    alike = copies(known, unit_of, asked.copying) if asked.copying is not None else {}
    groups: dict[Group, _Group] = {}
    for report in _one_a_unit(known):
        key = group_of(report)
        assert key is not None
        groups.setdefault(key, _Group()).take(report, asked)
    for group in groups.values():
        group.sort()
    return [_peers(report, groups, alike.get(id(report)), asked) for report in reports]


def _one_a_unit(reports: Iterable[Report]) -> list[Report]:
    first: dict[tuple[str | None, int | None], Report] = {}
    for report in sorted(reports, key=lambda r: (r.source, r.sha256)):
        first.setdefault((unit_of(report), report.profile.year), report)
    return list(first.values())


def _peers(
    report: Report, groups: Mapping[Group, _Group], copied: tuple[int, tuple[Copied, ...]] | None, asked: Asked
) -> Peers | None:
    key, unit = group_of(report), unit_of(report)
    group = groups.get(key) if key is not None else None
    if key is None or group is None or unit is None:
        return None
    size = len(group.units) - (unit in group.units)
    compared, found = copied or (0, ())
    if not size and not compared:
        return None
    spreads = {name: spread for name in asked.figures if (spread := group.spread(name, unit)) is not None}
    return Peers(_called(key), size, spreads, found, compared)


def _called(key: Group) -> str:
    _, kind, group = key
    return kind if not group or group == kind else f"{kind}（名册分组“{group}”）"


@dataclass(slots=True)
class _Group:
    """The units of one group: every figure that the rules ask for, sorted, and each unit's own."""

    units: set[str] = field(default_factory=set)
    figures: dict[str, list[Number]] = field(default_factory=dict)
    own: dict[tuple[str, str], Number] = field(default_factory=dict)

    def take(self, report: Report, asked: Asked) -> None:
        """Adds the one report of a unit."""
        unit = unit_of(report)
        assert unit is not None
        self.units.add(unit)
        for name, ids in asked.figures.items():
            value = _stated(report, ids)
            if value is not None:
                self.figures.setdefault(name, []).append(value)
                self.own[unit, name] = value

    def sort(self) -> None:
        """Once, when all are taken."""
        for values in self.figures.values():
            values.sort()

    def spread(self, name: str, unit: str) -> Spread | None:
        """How the figure lies among the others, None under LEAST of them."""
        values, own = self.figures.get(name, ()), self.own.get((unit, name))
        left_out = None if own is None else bisect_left(values, own)
        size = len(values) - (left_out is not None)
        if size < LEAST:
            return None

        def rank(at: int) -> Number:
            return values[at + (left_out is not None and at >= left_out)]

        def quarter(part: int) -> Number:
            whole, rest = divmod(part * (size - 1), 4)
            low = rank(whole)
            if not rest or (high := rank(whole + 1)) == low:
                return low
            one = Fraction(low)
            return as_number(exact(one + (Fraction(high) - one) * Fraction(rest, 4)))

        return Spread(name, size, quarter(2), quarter(1), quarter(3), quarter(0), quarter(4))


def _stated(report: Report, ids: Sequence[str]) -> Number | None:
    for id in ids:
        fact = report.facts.get(id)
        if fact is not None and fact.state is State.NUMBER:
            return fact.value
    return None
