"""Reports in, the units of a first roster out: what the inspector need not type, to be checked by her.

Names     the fullest that the reports of one body give; its core as short form
Years     addresses and dates of first publication by report year, only where the page states them for certain
Refuses   a report that names nobody, or whose name only the page's publisher gives
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from auditor.facts.names import core_name
from auditor.model import UNIT_KINDS, Report
from auditor.roster.names import may_be_one, written
from auditor.roster.unit import Unit

_ENDINGS = ("镇", "乡", "街道", "局", "中心", "院", "站", "馆", "公司", "学校", "医院", "委")
_ROLES = {"正文标题", "页面标题", "填报单位", "落款"}


def units_of(reports: Iterable[Report]) -> tuple[Unit, ...]:
    """The units whose reports these are, by kind, then in the order of their first report."""
    bodies: list[list[Report]] = []
    for report in sorted(reports, key=lambda r: r.source):
        name = report.profile.organisation
        if name is None or not any(m.role in _ROLES for m in report.profile.names):
            continue
        home = next((b for b in bodies if all(may_be_one(name, r.profile.organisation or "") for r in b)), None)
        if home is None:
            bodies.append([report])
        else:
            home.append(report)
    units = [_unit(body) for body in bodies]
    known = [name for unit in units for name in {unit.name, *unit.short}]
    units = [replace(u, short=tuple(n for n in u.short if known.count(n) == 1)) for u in units]
    return tuple(sorted(units, key=lambda unit: UNIT_KINDS.index(unit.kind)))


def _unit(body: Sequence[Report]) -> Unit:
    names = sorted({written(r.profile.organisation or "") for r in body}, key=lambda n: (-len(n), n))
    core = core_name(names[0])
    # what is left of a county's government is the county, of a 委员会 half a word: neither is a name of the unit
    known = (core if core.endswith(_ENDINGS) else "", *names[1:])
    short = dict.fromkeys(n for n in known if len(n) >= 2 and n != names[0])
    kinds = [r.profile.unit_kind for r in body]
    return Unit(
        name=names[0],
        kind=max(sorted(set(kinds)), key=kinds.count),
        short=tuple(short),
        links={r.profile.year: r.profile.url for r in body if r.profile.url},
        published={
            r.profile.year: r.profile.published
            for r in body
            if r.profile.year is not None and r.profile.published is not None and r.profile.published_certain
        },
    )
