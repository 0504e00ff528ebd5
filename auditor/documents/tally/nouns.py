"""What every paper of a run tells, as nouns: figures that know what they count, problems with what is counted with them.

Figure    a number and the references of what it counts: numbers of findings (2026Q2-禹山镇-03, else fingerprints), sources of reports,
          names of units. No paper prints a count of its own making
Told      a sentence in pieces, so that every number in it can be followed to what it counts
Problem   a finding that stands as certain and is not counted with another, with those that are; a doubt is one that nobody decided
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from auditor.model import Audit, Finding, Noun, UnitYear
from auditor.text import show


@dataclass(frozen=True, slots=True)
class Figure(Noun):
    """A number as it is printed, and what it counts or is reckoned from."""

    value: int | Decimal
    of: tuple[str, ...] = ()

    def __str__(self) -> str:
        """78, 77.5, −3."""
        return show(self.value).replace("-", "−")

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.value)

    def __int__(self) -> int:
        """The number, where it is a count."""
        return int(self.value)


@dataclass(frozen=True, slots=True)
class Told(Noun):
    """A sentence: words and figures in order."""

    pieces: tuple[str | Figure, ...] = ()

    def __str__(self) -> str:
        """The words."""
        return "".join(map(str, self.pieces))

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return any(isinstance(piece, Figure) or piece for piece in self.pieces)

    @property
    def figures(self) -> Iterator[Figure]:
        """The figures, in order."""
        return (piece for piece in self.pieces if isinstance(piece, Figure))


def told(*pieces: str | Figure | Told) -> Told:
    """One sentence of words, figures and sentences."""
    flat: list[str | Figure] = []
    for piece in pieces:
        if isinstance(piece, Told):
            flat += piece.pieces
        elif isinstance(piece, Figure) or piece:
            flat.append(piece)
    return Told(tuple(flat))


@dataclass(frozen=True, slots=True)
class Problem(Noun):
    """One finding as papers tell it: whose (`unit` in full, `short` as people say), of which year, and `under` it those that are
    counted with it (the same cause, the members of a conclusion).

    `at` is the report's index in `audit.reports`; None: the report is not there, and `absent` stands for it.
    """

    ref: str
    unit: str
    short: str
    group: str
    year: int | None
    at: int | None
    finding: Finding
    under: tuple[Finding, ...] = ()
    absent: UnitYear | None = None


@dataclass(frozen=True, slots=True)
class Addressee(Noun):
    """A unit to which papers go, with everything of it in this run.

    `outside`: not in the county government's line (垂直管理): asked by 函, never ordered. `reports` are indices of
    `audit.reports`; `absent` the reports of it that are not there. `problems` stand as certain, `doubts` are undecided (suspected
    and nobody said anything, or reopened), `apart` was found 不属实 or is waived. `pending` counts what no rule could decide or a
    person must look at; `whole`: everything was read.
    """

    unit: str
    short: str
    kind: str
    group: str
    outside: bool
    reports: tuple[int, ...]
    absent: tuple[UnitYear, ...] = ()
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    apart: tuple[Problem, ...] = ()
    pending: int = 0
    whole: bool = True
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Row(Noun):
    """One report in its group. `rank` None: it has no place, and `why` says why not."""

    at: int
    unit: str
    short: str
    year: int | None
    points: Decimal
    low: Decimal
    grade: str
    problems: Figure
    rank: int | None = None
    tied: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Group(Noun):
    """The reports of one group and year: those with a place, the best first, and those without; mean, best and worst of the first."""

    name: str
    title: str
    year: int | None
    ranked: tuple[Row, ...]
    outside: tuple[Row, ...]
    mean: Figure | None = None
    best: Figure | None = None
    worst: Figure | None = None


@dataclass(frozen=True, slots=True)
class Count(Noun):
    """How much falls under one word (a dimension, a severity, a rule): problems, doubts, the units of the problems, points."""

    word: str
    problems: Figure
    doubts: Figure
    units: Figure
    points: Decimal = Decimal(0)
    rule: str = ""
    severity: str = ""
    dimension: str = ""


@dataclass(frozen=True, slots=True)
class Returns(Noun):
    """应报, 已报, 未报, 无法读取 of one report year; None: not known (no roster). `missing_units` are named."""

    year: int | None
    checked: bool
    due: Figure | None
    reported: Figure
    missing: Figure | None
    unread: Figure
    beyond: Figure


@dataclass(frozen=True, slots=True)
class QuarterFigures(Noun):
    """One quarter of the trend, as the ledger knows it: `mean` of the reports that were read whole, findings that stood, how
    many were ordered to be mended and how many of these are closed."""

    quarter: str
    reports: int
    mean: Decimal | None
    problems: int
    suspected: int
    ordered: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Tally(Noun):
    """A run as all its papers tell it. `before` is the same of the quarter before, where the ledger has one.

    `reports` counts what was judged; `mean`, `best`, `worst` are of the reports that have a place (read whole), None where there
    is none. `undecided` are the findings of which a person must still say something: while there are any, what is signed is a
    draft. `praised` are the units without any problem, doubt, open question or unread cell. `secrets` are the personal words that
    rules found, by the report's source: to cover its original with, never to be shown.
    """

    audit: Audit
    addressees: tuple[Addressee, ...]
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    apart: tuple[Problem, ...]
    groups: tuple[Group, ...]
    returns: tuple[Returns, ...]
    reports: Figure
    unread: Figure
    grades: tuple[tuple[str, Figure], ...]
    dimensions: tuple[Count, ...]
    severities: tuple[Count, ...]
    rules: tuple[Count, ...]
    mean: Figure | None
    best: Figure | None
    worst: Figure | None
    undecided: Figure
    waived: Figure
    praised: tuple[Addressee, ...]
    before: Tally | None = None
    trend: tuple[QuarterFigures, ...] = field(default=())
    day: dt.date | None = None
    secrets: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_draft(self) -> bool:
        """Whether something is undecided, so that nothing of it may be signed."""
        return bool(self.undecided)

    def addressee(self, unit: str) -> Addressee | None:
        """The unit of that full name."""
        return next((one for one in self.addressees if one.unit == unit), None)
