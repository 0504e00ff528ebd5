"""A table that people filled in -> the rows under its head, by the names of its columns.

Head       the first of its top rows that is one; columns in any order, one that is not known or named twice is passed over
Rows       cells by the name of their column; a row of unknown columns only is empty
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from auditor.model import Cell, Table

_HEAD_ROWS = 10


@dataclass(frozen=True, slots=True)
class Headed:
    """A table under its head: the name of each known column, and the rows below."""

    columns: Mapping[int, str]
    below: tuple[Sequence[Cell], ...]

    def rows(self) -> Iterator[dict[str, Cell]]:
        """The cells of each row by the name of their column."""
        for cells in self.below:
            yield {self.columns[cell.column]: cell for cell in cells if cell.column in self.columns}


def headed(
    table: Table, is_head: Callable[[Iterable[str]], bool], read_head: Callable[[str], str | None]
) -> Headed | None:
    """The table under its head; None where it has none."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    ordered = [rows[row] for row in sorted(rows)]
    for at, row in enumerate(ordered[:_HEAD_ROWS]):
        if is_head(cell.text for cell in row):
            columns: dict[int, str] = {}
            for cell in row:
                head = read_head(cell.text)
                if head is not None and head not in columns.values():
                    columns[cell.column] = head
            return Headed(columns, tuple(ordered[at + 1 :]))
    return None
