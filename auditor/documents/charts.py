"""Charts: roll-ups -> shapes with coordinates, which the page draws as inline SVG.

Units     pixels of the picture's own coordinate system; a Chinese character is taken as one em wide, a Latin as 0.56
Limits    the heat map shows at most 40 reports (those with the fewest points) and 40 rules (those found for certain and
          most often); the other rules share one last row, so that no problem is missing; `note` says what is left out
Apart     a cell is solid where a rule is broken for certain, hatched where it is only suspected
"""

from __future__ import annotations

import unicodedata
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
_PAGE = 815.0
_ROW = 22.0
_LABEL_EMS = 18.0
_TITLE_EMS = 18.0


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
    row: float
    left: float
    top: float
    tilt: float
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    cells: tuple[Heat, ...]
    note: str


def heat_map(audit: Audit, anchors: Sequence[str]) -> HeatMap | None:
    """The map, `anchors` naming each report's place on the page; None where no rule spoke."""
    units = _shown_units(audit)
    if not units:
        return None
    rows = _rows(audit, units)
    labels = words.labels_of(audit)
    shown = [fitted(labels[at], _LABEL_EMS) for at in units]
    reach = max(width_of(name) for name in shown) * 12
    left = 12 + 12 * min(_TITLE_EMS, max(width_of(row.title) for row in rows))
    # From 16 px a column on, neighbouring labels at this tilt keep clear of each other.
    cell = float(min(26, max(16, (_PAGE - left - reach * cos(radians(_TILT))) // len(units))))
    top = reach * sin(radians(_TILT)) + 18
    columns = tuple(
        Label(left + n * cell + cell / 2, top - 8, shown[n], _full(audit, at), anchors[at])
        for n, at in enumerate(units)
    )
    heads = tuple(
        Label(left - 8, top + n * _ROW + _ROW / 2 + 4, fitted(row.title, _TITLE_EMS), row.title, "")
        for n, row in enumerate(rows)
    )
    cells = tuple(
        heat
        for column, at in enumerate(units)
        for heat in _column(audit, at, left + column * cell, top, rows, anchors[at])
    )
    width = left + len(units) * cell + reach * cos(radians(_TILT)) + 12
    height = top + len(rows) * _ROW + 6
    return HeatMap(width, height, cell, _ROW, left, top, -_TILT, heads, columns, cells, _note(audit, rows, units))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the map: one rule, or the last one for all that have no row of their own."""

    title: str
    rules: frozenset[str]


def _rows(audit: Audit, units: Sequence[int]) -> list[_Row]:
    """The rules that spoke of these reports, the most severe first, the rarest of them in one last row."""
    spoke = {finding.rule for at in units for finding in audit.reports[at].findings}
    counts = [count for count in rollup.by_rule(audit) if count.rule in spoke]
    if len(counts) > MOST_RULES:
        often = sorted(counts, key=lambda c: (-c.broken, -c.units, c.rule))[: MOST_RULES - 1]
        kept = {count.rule for count in often}
    else:
        kept = {count.rule for count in counts}
    rows = [_Row(line(count.title), frozenset({count.rule})) for count in counts if count.rule in kept]
    rest = spoke - kept
    return [*rows, _Row(f"其他 {len(rest)} 条规则", frozenset(rest))] if rest else rows


def _column(audit: Audit, at: int, x: float, top: float, rows: Sequence[_Row], anchor: str) -> list[Heat]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in filter(words.standing_of, audit.reports[at].findings):
        by_rule.setdefault(finding.rule, []).append(finding)
    heats = []
    for number, row in enumerate(rows):
        found = [finding for rule in sorted(row.rules & by_rule.keys()) for finding in by_rule[rule]]
        if found:
            certain = [f for f in found if words.standing_of(f) is Outcome.BROKEN]
            shown = certain or found
            worst = min(shown, key=lambda f: level(f.severity))
            kind = "确定" if certain else "疑似"
            said = f"{_full(audit, at)}：{row.title}，{kind} {len(shown)} 处（{worst.severity}）"
            heats.append(Heat(x, top + number * _ROW, level(worst.severity), not certain, len(shown), said, anchor))
    return heats


def _shown_units(audit: Audit) -> list[int]:
    """All reports with a finding in the order of the ranking, or the 40 with the fewest points."""
    speaking = [r for r in rollup.ranking(audit) if any(map(words.standing_of, audit.reports[r.at].findings))]
    worst = {r.at for r in sorted(speaking, key=lambda r: (r.points, r.at))[:MOST_UNITS]}
    return [r.at for r in speaking if r.at in worst]


def _note(audit: Audit, rows: Sequence[_Row], units: Sequence[int]) -> str:
    speaking = sum(any(map(words.standing_of, judged.findings)) for judged in audit.reports)
    notes = []
    if len(units) < speaking:
        notes.append(f"有问题的报告共{speaking}份，图中只列得分最低的{len(units)}份，其余见得分排名")
    if len(rows[-1].rules) > 1:
        notes.append(f"较少出现的{len(rows[-1].rules)}条规则合并为最后一行，逐条见各单位明细")
    return "；".join(notes) + "。" if notes else ""


def _full(audit: Audit, at: int) -> str:
    """The whole name of the report's unit, with the year."""
    judged = audit.reports[at]
    return f"{words.unit_name(judged)}{words.year_words(judged)}"
