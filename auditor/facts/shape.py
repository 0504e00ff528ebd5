"""Shapes: a table of a document in, what its recognition may depend on out: grid, spans, words, which cells show numbers.

Numbers   all that are printed plainly (12, 1,234, 25.10, -3) are alike: what a cell is never depends on how many it says
Numbered  a row that counts its columns (1 2 3 4 5 …) is no row of figures; a table with one keeps its digits
Ghost     the table with its shape's words, in which each cell's place is its number in the table: `Span(table, cell)`
Why       offices copy the official form and platforms print it alike, so that what was found out for one shape (which
          cell is which fact) holds for every report of that shape; only texts and places are taken from the report
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from auditor.model import Cell, Span, Table
from auditor.text import is_blank

_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_COUNTED = "\n1\n2\n3\n4\n5\n"
_A_NUMBER = "0"
_REMEMBERED = 8192
_MOST_CELLS = 1000

_grid = attrgetter("row", "column", "row_span", "column_span")


@dataclass(frozen=True, slots=True)
class Shape:
    """The `number`-th table of a document without its figures; equal shapes are read alike."""

    number: int
    grid: tuple[tuple[int, int, int, int], ...]
    words: tuple[str, ...]

    @property
    def is_common(self) -> bool:
        """Whether the table is small enough to be worth remembering."""
        return len(self.words) <= _MOST_CELLS

    def ghost(self) -> Table:
        """The table that stands for all of this shape."""
        number = self.number
        cells = [
            Cell(row, column, text, Span(number, at), height, width)
            for at, ((row, column, height, width), text) in enumerate(zip(self.grid, self.words, strict=True))
        ]
        return Table(tuple(cells), Span(number, 0))


def shape_of(table: Table, number: int) -> Shape:
    """The shape of a document's table, counted from 0 among its tables."""
    words = [cell.text.strip() for cell in table.cells]
    if _COUNTED not in "\n".join(("", *words, "")):
        words = [_A_NUMBER if text.isdigit() and text.isascii() else _word(text) for text in words]
    return Shape(number, tuple(map(_grid, table.cells)), tuple(words))


@lru_cache(maxsize=_REMEMBERED)
def _word(text: str) -> str:
    if is_blank(text):
        return ""
    return _A_NUMBER if _PLAIN.fullmatch(text) else text
