"""The circular as nouns: every sentence and cell of it is `Told`, so that each number can be followed to what it counts.

A template prints these and nothing of its own making; `sentences` gives all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.documents.tally import Told
from auditor.model import Noun


@dataclass(frozen=True, slots=True)
class Passage(Noun):
    """A heading and its text; or the words that open a paragraph and the rest of it."""

    lead: Told
    text: Told


@dataclass(frozen=True, slots=True)
class Standing(Noun):
    """A row of the ranking."""

    place: Told
    unit: Told
    points: Told
    grade: Told
    problems: Told
    move: Told


@dataclass(frozen=True, slots=True)
class Ranking(Noun):
    """The ranking of one group; `title` has its mean."""

    title: Told
    rows: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Unranked(Noun):
    """A unit, a report or a file that has no place, and why."""

    name: Told
    points: Told
    why: Told


@dataclass(frozen=True, slots=True)
class Listed(Noun):
    """A row of the list of problems."""

    at: Told
    unit: Told
    subject: Told
    category: Told
    said: Told
    basis: Told
    points: Told
    demand: Told
    deadline: Told


@dataclass(frozen=True, slots=True)
class Circular(Noun):
    """The whole of it. `moves`: a column says how each moved since the quarter before."""

    title: Told
    receivers: Told
    opening: Told
    overview: tuple[Told, ...]
    problems_opening: Told
    problems: tuple[Passage, ...]
    demands: tuple[Passage, ...]
    annexes: tuple[Told, ...]
    groups: tuple[Ranking, ...]
    unranked: tuple[Unranked, ...]
    notes: tuple[Told, ...]
    listed: tuple[Listed, ...]
    moves: bool = False

    def sentences(self) -> Iterator[Told]:
        """All that is printed, in order."""
        yield from (self.title, self.receivers, self.opening, *self.overview, self.problems_opening)
        for one in (*self.problems, *self.demands):
            yield from (one.lead, one.text)
        yield from self.annexes
        for group in self.groups:
            yield group.title
            for row in group.rows:
                yield from (row.place, row.unit, row.points, row.grade, row.problems)
                if self.moves:
                    yield row.move
        for left in self.unranked:
            yield from (left.name, left.points, left.why)
        yield from self.notes
        for line in self.listed:
            yield from (line.at, line.unit, line.subject, line.category, line.said, line.basis)
            yield from (line.points, line.demand, line.deadline)
