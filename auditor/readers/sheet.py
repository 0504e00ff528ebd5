"""The used cells of one sheet of a workbook -> its table, or its paragraphs where it holds prose.

Rows        rows and columns in which nothing stands are closed up; a blank within the used range is a blank cell, merged cells
            are spans over what is left
Prose       nearly every row has one cell, and they are long or all in one column
Places      cells in A1 notation
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from auditor.model import Cell, SheetCell, Whole
from auditor.readers import limits
from auditor.readers.grid import Item, Line, RawCell, RawTable

_PROSE_SHARE, _PROSE_LENGTH = 0.8, 100


@dataclass(slots=True)
class Used:
    """What stands in a sheet: texts by (row, column) from 1, and merged ranges by their first cell.

    `most` cells and `most_characters` may stand in it.
    """

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    characters: int = 0
    most: int = limits.CELLS
    most_characters: int = limits.CHARACTERS

    def put(self, at: tuple[int, int], text: str) -> None:
        """Adds a cell that shows something. Raises Refusal past a limit."""
        if text:
            self.texts[at] = text
            self.characters += len(text)
        if len(self.texts) > self.most:
            raise limits.too_many_cells(self.most)
        if self.characters > self.most_characters:
            raise limits.too_many_characters(self.most_characters)

    def merge(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Adds a merged range."""
        if len(self.merged) < limits.CELLS:
            self.merged[first] = last


def large() -> Used:
    """A sheet of a workbook of our own, which may hold ten times as much as a report's."""
    return Used(most=10 * limits.CELLS, most_characters=10 * limits.CHARACTERS)


def sheet_items(title: str, used: Used) -> list[Item]:
    """The table or the paragraphs of a sheet."""
    if not used.texts:
        return []
    rows = sorted({row for row, _ in used.texts})
    if _is_prose(used, rows):
        return [
            Line(text, Whole(SheetCell(title, a1(*at))))
            for at, text in sorted(used.texts.items())
            if text.strip()
        ]  # fmt: skip
    return [_table(title, used, rows)]


def a1(row: int, column: int) -> str:
    """A cell's name; both count from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _is_prose(used: Used, rows: list[int]) -> bool:
    """Whether the sheet is text typed line by line: nearly every row has one cell, and they are long or all in one column."""
    counts: dict[int, int] = dict.fromkeys(rows, 0)
    for (row, _), text in used.texts.items():
        counts[row] += bool(text.strip())
    alone = sum(count == 1 for count in counts.values())
    if alone < len(rows) * _PROSE_SHARE:
        return False
    columns = {column for _, column in used.texts}
    return len(columns) == 1 or any(len(text) > _PROSE_LENGTH for text in used.texts.values())


def _table(title: str, used: Used, rows: list[int]) -> RawTable:
    row_at = {row: n for n, row in enumerate(rows)}
    columns = sorted({column for _, column in used.texts} | {c for (r, c) in used.merged if r in row_at})
    column_at = {column: n for n, column in enumerate(columns)}
    if len(rows) * len(columns) > limits.CELLS * 2:
        raise limits.too_many_cells()
    spans, covered = _spans(used, rows, columns)
    table = RawTable(SheetCell(title, a1(rows[0], columns[0])))
    table.heading = [Line(title, Whole(table.place))]
    for row in rows:
        cells: list[RawCell | Cell] = []
        for column in columns:
            if (row, column) in covered:
                continue
            place = SheetCell(title, a1(row, column))
            text = used.texts.get((row, column), "")
            lines: list[Item] = [Line(text.replace("\r\n", "\n"), Whole(place))] if text else []
            height, width = spans.get((row, column), (1, 1))
            cells.append(RawCell(lines, place, height, width, column_at[column]))
        table.rows.append(cells)
    table.groups = [0] * len(table.rows)
    return table


def _spans(
    used: Used, rows: list[int], columns: list[int]
) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Spans of merged cells counted in used rows and columns, and the cells that they cover."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in used.merged.items():
        if (top, left) in covered:
            continue
        inner_rows = _between(rows, top, bottom)
        inner_columns = _between(columns, left, right)
        if not inner_rows or not inner_columns or inner_rows[0] != top or inner_columns[0] != left:
            continue
        spans[top, left] = (len(inner_rows), len(inner_columns))
        covered.update((row, column) for row in inner_rows for column in inner_columns)
        covered.discard((top, left))
    return spans, covered


def _between(sorted_numbers: list[int], first: int, last: int) -> list[int]:
    return sorted_numbers[bisect_left(sorted_numbers, first) : bisect_right(sorted_numbers, last)]
