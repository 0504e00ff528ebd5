"""Levels: the findings that count -> lines of a graded model (优、良、一般、差), which add up to the points.

Start     100, every item at its best level; 100 + the sum of all lines = the total
Counts    findings that cost points, each in the first item that measures it; 提示, drafts and what costs nothing do not
Cause     one cause counts once: of findings with one blank cell, or under one conclusion, an item counts the gravest alone;
          a conclusion counts by itself where its own item has none of what it absorbs
Lines     the gravest first: each line names the finding with which the item falls a level, and what that costs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditor.causes import one_cause
from auditor.model import SEVERITIES, Finding, ScoreLine
from auditor.reckoning import ZERO, Reckoning, bounds, plain
from auditor.rulebook.models import FULL, Item
from auditor.rulebook.scoring import Scoring


@dataclass(frozen=True, slots=True)
class _Unit:
    """What counts once in an item: the finding that stands for it, and the gravest severity under it."""

    finding: Finding
    severity: str


def reckon(findings: Sequence[Finding], scoring: Scoring, waived: Sequence[Finding] = ()) -> Reckoning:
    """The points that are left when exactly these findings count (as `reckoning.reckon`)."""
    counted = sorted(findings, key=lambda finding: (finding.rule, finding.fingerprint))
    roots = _roots(counted)
    own = [f for f in counted if f.absorbed_by is None or f.fingerprint in roots]
    causes = one_cause(own, waived)
    standing = [f for f in own if f.fingerprint not in causes.excused and f.cost > 0]
    lines = [line for item in scoring.items for line in _fall(item, _units(item, standing, roots, scoring), scoring)]
    lost = {
        item.name: -sum((line.points for line in lines if line.dimension == item.name), ZERO) for item in scoring.items
    }
    deducted: dict[str, Decimal] = {}
    for line in lines:
        deducted[line.finding or ""] = plain(deducted.get(line.finding or "", ZERO) - line.points)
    lines += scoring.awarded
    lines += bounds(FULL + sum((line.points for line in lines), ZERO), counted, scoring)
    marks = {f.fingerprint: f.absorbed_by for f in counted if f.absorbed_by is not None}
    total = plain(FULL + sum((line.points for line in lines), ZERO))
    return Reckoning(
        total,
        tuple(lines),
        deducted,
        {**causes.excused, **marks},
        {name: plain(points) for name, points in lost.items()},
    )


def item_of(finding: Finding, scoring: Scoring) -> Item | None:
    """The first item that measures a finding."""
    return next((item for item in scoring.items if item.covers(finding)), None)


def notes(findings: Sequence[Finding], now: Reckoning, scoring: Scoring) -> dict[str, str]:
    """Why findings that count, or would once upheld, deduct nothing of their own."""
    out = {}
    for finding in findings:
        id = finding.fingerprint
        if finding.cost <= 0 or now.deducted.get(id) or id in now.absorbed:
            continue
        item = item_of(finding, scoring)
        out[id] = f"计入评分项“{item.name}”，未使其降级，不另扣分" if item else "没有评分项包含此类问题，不扣分"
    return out


def _roots(counted: Sequence[Finding]) -> dict[str, Finding]:
    """Absorbed finding -> the topmost conclusion of this reckoning over it."""
    conclusions = {f.fingerprint: f for f in counted if f.members}
    out = {}
    for finding in counted:
        top, seen = finding, {finding.fingerprint}
        while top.absorbed_by in conclusions and top.absorbed_by not in seen:
            top = conclusions[top.absorbed_by]
            seen.add(top.fingerprint)
        if top is not finding:
            out[finding.fingerprint] = top
    return out


def _units(item: Item, standing: Sequence[Finding], roots: Mapping[str, Finding], scoring: Scoring) -> list[_Unit]:
    """What counts in an item, the gravest first."""
    by_root: dict[str, list[Finding]] = {}
    tops: dict[str, Finding] = {}
    for finding in standing:
        if item_of(finding, scoring) is not item:
            continue
        top = roots.get(finding.fingerprint, finding)
        tops[top.fingerprint] = top
        by_root.setdefault(top.fingerprint, []).append(finding)
    units = [_Unit(tops[id], min((f.severity for f in under), key=SEVERITIES.index)) for id, under in by_root.items()]
    return sorted(units, key=lambda u: (SEVERITIES.index(u.severity), u.finding.rule, u.finding.fingerprint))


def _fall(item: Item, units: Sequence[_Unit], scoring: Scoring) -> list[ScoreLine]:
    """One line for each unit that takes the item down."""
    lines, at, heard = [], 0, []
    for unit in units:
        heard.append(unit.severity)
        level = next(i for i, level in enumerate(scoring.levels) if i >= at and level.holds(heard))
        if item.points[level] < item.points[at]:
            note = f"“{item.name}”降为“{scoring.levels[level].name}”：{unit.finding.title}（{unit.severity}）"
            points = plain(item.points[level] - item.points[at])
            lines.append(ScoreLine(points, note, unit.finding.fingerprint, unit.finding.rule, item.name))
        at = level
    return lines
