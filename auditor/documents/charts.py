"""Charts: a tally -> shapes with coordinates, which the page draws as inline SVG, and the map of rules and reports as a table.

Units     pixels of the picture's own coordinate system; a Chinese character is taken as one em wide, a Latin as 0.56
Limits    the map shows at most 40 reports (those with the fewest points) and 40 rules (those found for certain and
          most often); the other rules share one last column, so that no problem is missing; `note` says what is left out
Apart     a cell is solid where a rule is broken for certain, hatched where it is only suspected
Places    histograms show the reports that have a place; the others are counted beside them
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditor.documents import words
from auditor.documents.printing import line
from auditor.documents.tally import Group, QuarterFigures, Tally
from auditor.model import SEVERITIES, Audit, Finding, Outcome

MOST_UNITS = 40
MOST_RULES = 40
_LEVELS = {severity: f"s{at}" for at, severity in enumerate(SEVERITIES)}
_TITLE_EMS = 15.0


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


def tone_of(audit: Audit, points: Decimal) -> str:
    """The class of the grade that those points reach: g0 for the best, g3 for the last."""
    ordered = sorted(audit.grades, key=lambda grade: -grade[1])
    at = next((at for at, (_, floor) in enumerate(ordered) if points >= floor), len(ordered) - 1)
    return f"g{min(max(at, 0), 3)}"


# --- histogram -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its box, its count and the words of its range; `tone` is the grade of its middle."""

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
    """Distribution of the points of one group in steps of ten; the last bar holds 90 … 100. `outside` have no place."""

    title: str
    placed: int
    outside: int
    width: float
    height: float
    left: float
    top: float
    base: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    floors: tuple[float, ...]
    said: str


def histograms(told: Tally) -> tuple[Histogram, ...]:
    """One for each group, all to the same scale."""
    counts = [_counts(group) for group in told.groups]
    most = _round_up(max((max(one) for one in counts), default=0))
    return tuple(_histogram(told.audit, *pair, most) for pair in zip(told.groups, counts, strict=True))


def _counts(group: Group) -> list[int]:
    found = Counter(min(max(int(row.points // 10), 0), 9) for row in group.ranked)
    return [found[at] for at in range(10)]


def _histogram(audit: Audit, group: Group, counts: Sequence[int], most: int) -> Histogram:
    left, top, base, step = 26.0, 18.0, 112.0, 24.0
    scale = (base - top) / most
    bars = tuple(
        Bar(left + at * step + 2, base - n * scale, step - 4, n * scale, n, _range(at), tone_of(audit, _middle(at)))
        for at, n in enumerate(counts)
    )
    ticks = tuple(Tick(base - n * scale, str(n)) for n in range(0, most + 1, most // 2))
    floors = tuple(left + float(floor) / 10 * step for _, floor in audit.grades if 0 < floor < 100)
    said = "，".join(f"{bar.label}分{bar.count}份" for bar in bars if bar.count) or "没有参加排名的报告"
    return Histogram(
        group.title, len(group.ranked), len(group.outside), left + 10 * step + 8, 132.0, left, top, base, bars, ticks,
        floors, said,
    )  # fmt: skip


def _middle(at: int) -> Decimal:
    return Decimal(at * 10 + 5)


def _range(at: int) -> str:
    return "90—100" if at == 9 else f"{at * 10}—{at * 10 + 9}"


def _round_up(most: int) -> int:
    return next(step for step in (4, 8, 12, 20, 40, 60, 100, 200, 400, 1000, 10**4, 10**5, 10**7) if most <= step)


# --- trend -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """One quarter: where its mean stands (None: no report has a place), its words, its bars."""

    x: float
    y: float | None
    mean: str
    bar: float
    label: str
    figures: QuarterFigures


@dataclass(frozen=True, slots=True)
class Trend:
    """The mean of the points and the number of problems, quarter by quarter; `path` joins the means."""

    width: float
    height: float
    top: float
    base: float
    points: tuple[Point, ...]
    path: str


def trend(quarters: Sequence[QuarterFigures]) -> Trend | None:
    """None where there are not two quarters to compare."""
    if len(quarters) < 2:
        return None
    step, top, base = 84.0, 24.0, 124.0
    most = max(*(one.problems for one in quarters), 1)
    points = tuple(
        Point(
            x=step * at + step / 2,
            y=None if one.mean is None else base - float(one.mean) * (base - top) / 100,
            mean=words.points_words(one.mean),
            bar=one.problems / most * (base - top),
            label=_quarter(one.quarter),
            figures=one,
        )
        for at, one in enumerate(quarters)
    )
    path = " ".join(f"{p.x:.1f},{p.y:.1f}" for p in points if p.y is not None)
    return Trend(step * len(points), base + 30, top, base, points, path)


def _quarter(quarter: str) -> str:
    year, _, number = quarter.partition("Q")
    return f"{year}年{number}季度" if number else line(quarter)


# --- heat map --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heat:
    """One cell: `tone` the severity, `hatched` where only suspected; `target` is the first of its findings."""

    tone: str
    hatched: bool
    count: int
    words: str
    target: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One report and what each rule of the map says of it."""

    name: str
    label: str
    target: str
    cells: tuple[Heat | None, ...]


@dataclass(frozen=True, slots=True)
class HeatColumn:
    """One rule, or the last column for all that have none of their own; `label` is its title cut to fit."""

    title: str
    label: str
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Reports (rows) by rules that spoke (columns); `whole` where nothing is left out."""

    columns: tuple[HeatColumn, ...]
    rows: tuple[HeatRow, ...]
    note: str
    whole: bool


def heat_map(told: Tally, order: Sequence[tuple[int, str]]) -> HeatMap | None:
    """The map; `order` are the reports (index, anchor) as the page lists them. None where no rule spoke."""
    speaking = [pair for pair in order if any(map(words.standing_of, told.audit.reports[pair[0]].findings))]
    if not speaking:
        return None
    worst = sorted(speaking, key=lambda pair: (told.audit.reports[pair[0]].score.points, pair[0]))[:MOST_UNITS]
    kept = {at for at, _ in worst}
    shown = [pair for pair in speaking if pair[0] in kept]
    columns = _columns(told.audit, [at for at, _ in shown])
    labels = words.labels_of(told.audit)
    rows = tuple(_row(told.audit, at, labels[at], anchor, columns) for at, anchor in shown)
    whole = len(shown) == len(speaking) and len(columns[-1].rules) == 1
    return HeatMap(columns, rows, _note(columns, len(shown), len(speaking)), whole)


def _columns(audit: Audit, shown: Sequence[int]) -> tuple[HeatColumn, ...]:
    """The rules that spoke of these reports, the most severe first, the rarest of them in one last column."""
    found = [f for at in shown for f in audit.reports[at].findings if words.standing_of(f) is not None]
    often = Counter(f.rule for f in found)
    certain = Counter(f.rule for f in found if words.standing_of(f) is Outcome.BROKEN)
    first: dict[str, Finding] = {}
    for f in sorted(found, key=lambda f: words.severity_order(f.severity)):
        first.setdefault(f.rule, f)
    ordered = sorted(first, key=lambda rule: (words.severity_order(first[rule].severity), -often[rule], rule))
    kept = set(ordered)
    if len(ordered) > MOST_RULES:
        kept = set(sorted(ordered, key=lambda rule: (-certain[rule], -often[rule], rule))[: MOST_RULES - 1])
    columns = [_column(line(first[rule].title), rule) for rule in ordered if rule in kept]
    rest = frozenset(first) - kept
    return (*columns, *([HeatColumn(name := f"其他 {len(rest)} 条规则", name, rest)] if rest else []))


def _column(title: str, rule: str) -> HeatColumn:
    return HeatColumn(title, fitted(title, _TITLE_EMS), frozenset({rule}))


def _row(audit: Audit, at: int, label: str, anchor: str, columns: Sequence[HeatColumn]) -> HeatRow:
    judged = audit.reports[at]
    by_rule: dict[str, list[tuple[int, Finding]]] = {}
    for number, finding in enumerate(judged.findings, 1):
        if words.standing_of(finding) is not None:
            by_rule.setdefault(finding.rule, []).append((number, finding))
    cells = []
    for column in columns:
        found = [pair for rule in sorted(column.rules & by_rule.keys()) for pair in by_rule[rule]]
        cells.append(_heat(found, anchor) if found else None)
    return HeatRow(f"{words.unit_name(judged)}{words.year_words(judged)}", label, anchor, tuple(cells))


def _heat(found: Sequence[tuple[int, Finding]], anchor: str) -> Heat:
    certain = [pair for pair in found if words.standing_of(pair[1]) is Outcome.BROKEN]
    shown = certain or found
    number, worst = min(shown, key=lambda pair: words.severity_order(pair[1].severity))
    kind = "确定" if certain else "疑似"
    said = f"{kind}{len(shown)}项，{worst.severity}"
    return Heat(level(worst.severity), not certain, len(shown), said, f"{anchor}-{number}")


def _note(columns: Sequence[HeatColumn], shown: int, speaking: int) -> str:
    notes = []
    if shown < speaking:
        notes.append(f"有问题的报告共{speaking}份，图中只列得分最低的{shown}份，其余见得分排名")
    if len(columns[-1].rules) > 1:
        notes.append(f"较少出现的{len(columns[-1].rules)}条规则合并为最后一列，逐条见各单位明细")
    return "；".join(notes) + "。" if notes else ""
