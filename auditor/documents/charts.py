"""Charts: roll-ups -> shapes with coordinates, which the page draws as inline SVG.

Units     pixels of the picture's own coordinate system; a Chinese character is taken as one em wide, a Latin as 0.56
Limits    the heat map shows at most 40 units and 40 rules, the ones with most problems, and says so in `note`
Apart     a cell is solid where a rule is broken for certain, hatched where it is only suspected
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians, sin

from auditor.documents import rollup, words
from auditor.documents.printing import line
from auditor.model import SEVERITIES, Audit, Finding, Outcome

MOST_UNITS = 40
MOST_RULES = 40
_LEVELS = {severity: f"s{at}" for at, severity in enumerate(SEVERITIES)}
_TILT = 55.0
_PAGE = 925.0


def level(severity: str) -> str:
    """The class of a severity in the style sheet: s0 严重 … s3 提示."""
    return _LEVELS.get(severity, "s3")


def width_of(label: str) -> float:
    """Its width in em."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.56 for c in label)


def fitted(label: str, ems: float) -> str:
    """The label cut to that many em, the cut shown by …"""
    if width_of(label) <= ems:
        return label
    kept = ""
    for char in label:
        if width_of(kept + char) > ems - 1:
            break
        kept += char
    return kept + "…"


# --- histogram -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its box, its count and the words of its range; `grade` is the grade of its middle."""

    x: float
    y: float
    width: float
    height: float
    count: int
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Distribution of points in steps of ten; the last bar holds 90 … 100."""

    width: float
    height: float
    left: float
    top: float
    base: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    floors: tuple[Tick, ...]


def histogram(audit: Audit) -> Histogram:
    """Reports per ten points, with the floors of the grades as lines."""
    counts = [0] * 10
    for judged in audit.reports:
        counts[min(max(int(judged.score.points // 10), 0), 9)] += 1
    left, top, base, step = 34.0, 22.0, 172.0, 44.0
    scale = (base - top) / _round_up(max(counts, default=0))
    bars = tuple(
        Bar(
            left + at * step + 5,
            base - n * scale,
            step - 10,
            n * scale,
            n,
            _range(at),
            tone_of(audit, Decimal(at * 10 + 5)),
        )
        for at, n in enumerate(counts)
    )
    ticks = tuple(Tick(base - n * scale, str(n)) for n in _steps(_round_up(max(counts, default=0))))
    floors = tuple(
        Tick(left + float(floor) / 10 * step, f"{grade} ≥{words.points_words(floor)}")
        for grade, floor in audit.grades
        if 0 < floor < 100
    )
    return Histogram(left + 10 * step + 12, 212.0, left, top, base, bars, ticks, floors)


def tone_of(audit: Audit, points: Decimal) -> str:
    """The class of the grade that those points reach: g0 for the best, g3 for the last."""
    ordered = sorted(audit.grades, key=lambda grade: -grade[1])
    at = next((at for at, (_, floor) in enumerate(ordered) if points >= floor), len(ordered) - 1)
    return f"g{min(max(at, 0), 3)}"


def _range(at: int) -> str:
    return "90—100" if at == 9 else f"{at * 10}—{at * 10 + 9}"


def _round_up(most: int) -> int:
    return next(step for step in (4, 8, 12, 20, 40, 60, 100, 200, 400, 1000, 10**4, 10**5, 10**7) if most <= step)


def _steps(most: int) -> Sequence[int]:
    return range(0, most + 1, most // 4)


# --- heat map --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a row or a column, cut to fit; `full` is the whole name."""

    x: float
    y: float
    text: str
    full: str
    target: str


@dataclass(frozen=True, slots=True)
class Heat:
    """One cell: `tone` the severity, `hatched` where only suspected, `words` for the pointer."""

    x: float
    y: float
    tone: str
    hatched: bool
    count: int
    words: str
    target: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rules that spoke (rows) by units (columns)."""

    width: float
    height: float
    cell: float
    left: float
    top: float
    tilt: float
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    cells: tuple[Heat, ...]
    note: str


def heat_map(audit: Audit, anchors: Sequence[str]) -> HeatMap | None:
    """The map, `anchors` naming each report's place on the page; None where no rule spoke."""
    rules = _shown_rules(audit)
    units = _shown_units(audit, {rule.rule for rule in rules})
    if not rules or not units:
        return None
    rules = [rule for rule in rules if any(rule.rule == f.rule for at in units for f in audit.reports[at].findings)]
    left = 215.0
    labels = _unit_labels(audit)
    names = short_names(labels)
    shown = [fitted(names[at], 11) for at in units]
    reach = max(width_of(name) for name in shown) * 12
    # From 16 px a column on, neighbouring labels at this tilt keep clear of each other.
    cell = float(min(22, max(16, (_PAGE - left - reach * cos(radians(_TILT))) // len(units))))
    top = reach * sin(radians(_TILT)) + 18
    columns = tuple(
        Label(left + n * cell + cell / 2, top - 8, shown[n], labels[at], anchors[at]) for n, at in enumerate(units)
    )
    rows = tuple(
        Label(
            left - 8,
            top + n * cell + cell / 2 + 4,
            fitted(line(rule.title), 17),
            line(rule.title),
            rule.rule,
        )
        for n, rule in enumerate(rules)
    )
    cells = tuple(
        heat
        for column, at in enumerate(units)
        for heat in _column(audit.reports[at].findings, left + column * cell, top, cell, rules, labels[at], anchors[at])
    )
    width = left + len(units) * cell + reach * cos(radians(_TILT)) + 12
    return HeatMap(
        width,
        top + len(rules) * cell + 6,
        cell,
        left,
        top,
        -_TILT,
        rows,
        columns,
        cells,
        _cap_note(audit, rules, units),
    )


def _column(
    findings: Sequence[Finding],
    x: float,
    top: float,
    cell: float,
    rules: Sequence[rollup.RuleCount],
    label: str,
    anchor: str,
) -> list[Heat]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    heats = []
    for row, rule in enumerate(rules):
        found = by_rule.get(rule.rule)
        if found:
            certain = [f for f in found if f.outcome is Outcome.BROKEN]
            shown = certain or found
            worst = min(shown, key=lambda f: level(f.severity))
            kind = "确定" if certain else "疑似"
            said = f"{label}：{line(rule.title)}，{kind}{len(shown)}处（{worst.severity}）"
            heats.append(Heat(x, top + row * cell, level(worst.severity), not certain, len(shown), said, anchor))
    return heats


def _shown_rules(audit: Audit) -> list[rollup.RuleCount]:
    """All that spoke, or the most frequent 40, in the order of severity."""
    counts = rollup.by_rule(audit)
    if len(counts) <= MOST_RULES:
        return list(counts)
    most = {c.rule for c in sorted(counts, key=lambda c: (-c.units, c.rule))[:MOST_RULES]}
    return [count for count in counts if count.rule in most]


def _shown_units(audit: Audit, rules: set[str]) -> list[int]:
    """All reports with a shown finding in the order of the ranking, or the 40 with the fewest points."""
    ranked = rollup.ranking(audit)
    speaking = [r for r in ranked if any(f.rule in rules for f in audit.reports[r.at].findings)]
    if len(speaking) <= MOST_UNITS:
        return [r.at for r in speaking]
    worst = {r.at for r in sorted(speaking, key=lambda r: (r.points, r.at))[:MOST_UNITS]}
    return [r.at for r in speaking if r.at in worst]


def _cap_note(audit: Audit, rules: Sequence[rollup.RuleCount], units: Sequence[int]) -> str:
    speaking = sum(bool(judged.findings) for judged in audit.reports)
    fired = len(rollup.by_rule(audit))
    notes = []
    if len(units) < speaking:
        notes.append(f"有问题的报告共{speaking}份，图中只列得分最低的{len(units)}份")
    if len(rules) < fired:
        notes.append(f"发现问题的规则共{fired}条，图中只列涉及单位最多的{len(rules)}条")
    return "；".join(notes) + "。其余见排名表和各单位明细。" if notes else ""


def _unit_labels(audit: Audit) -> list[str]:
    """Each report's unit, with its year where the unit has several reports."""
    names = [words.unit_name(judged) for judged in audit.reports]
    count = Counter(names)
    return [
        f"{name}（{words.year_words(judged)}）" if count[name] > 1 else name
        for name, judged in zip(names, audit.reports, strict=True)
    ]


def short_names(names: Sequence[str]) -> list[str]:
    """禹山镇 for 华容县禹山镇人民政府: without the county that most share, and without 人民政府."""
    counties = [
        name[: at + 1] for name in names for at in (name.find("县"), name.find("市"), name.find("区")) if 0 < at < 8
    ]
    shared = max(set(counties), key=lambda c: (counties.count(c), c)) if counties else ""
    if counties.count(shared) < 2:
        shared = ""
    short = []
    for name in names:
        rest = name.removeprefix(shared) if len(name) > len(shared) + 1 else name
        tail = rest.removesuffix("人民政府")
        short.append(tail if tail and tail != rest and len(tail) > 1 else rest)
    return short if len(set(short)) == len(set(names)) else list(names)
