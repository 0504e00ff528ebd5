"""Lines with pipes, as converters leave tables -> tables in which every cell has its place.

Pipe      | a | b |, with or without the outer pipes; a row of dashes (:---:) under the head says so, or two rows do that
          begin with a pipe, or one such row of numbers (a table flattened to one line)
Grid      +---+---+ above and below the cells of each row, which may run over several lines and columns
Cells     `\\|` is a pipe, `<br>` a line; a row cut by an end of line goes on until its last pipe; an empty head is no row
Source    what pandoc, markitdown, turndown and crawlers were seen to write
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter

from auditor.model import Cell, Span
from auditor.readers.grid import RawCell, RawTable
from auditor.readers.marks import shown
from auditor.text import is_blank

LineSpan = tuple[int, int]

_PIPE = re.compile(r"\\.|\|", re.S)
_DASHES = re.compile(r"\s*:?-+:?\s*")
_LONG_DASHES = re.compile(r"\s*:?-{3,}:?\s*")
_NUMBER = re.compile(r"\s*(?:[+-]?[\d,，.]+%?|[/\\—–-]+|无|[*_\s]*)\s*")
_GRID_RULE = re.compile(r"\+(?:[-=:]+\+)+")
_FLAT_CELLS = 3
_CUT_LINES = 12
_WIDE = frozenset("WF")


@dataclass(frozen=True, slots=True)
class Taken:
    """A table and the number of the line after it; links in its cells as (text, target)."""

    table: RawTable
    after: int
    links: list[tuple[str, str]] = field(default_factory=list)


def take_table(source: str, lines: Sequence[LineSpan], at: int) -> Taken | None:
    """The table that begins with line `at`, None where none does."""
    start, end = lines[at]
    first = source[start:end].lstrip()
    if first.startswith("+") and _GRID_RULE.fullmatch(first.rstrip()):
        return _grid(source, lines, at)
    if "|" not in first:
        return None
    return _pipe_table(source, lines, at)


# --- pipe tables -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    cells: list[LineSpan]
    after: int
    opened: bool
    closed: bool


def _pipe_table(source: str, lines: Sequence[LineSpan], at: int) -> Taken | None:
    following = lines[at + 1] if at + 1 < len(lines) else None
    headed = following is not None and _is_rule(source, following, _DASHES)
    head = _row(source, *lines[at])
    if not headed and not (head.opened and len(head.cells) > 1):
        return None
    rows, after = _rows(source, lines, at, opened=head.opened)
    rules = [row for row in rows if _is_delimiter(source, row, first=row in rows[:2])]
    bodies = [row for row in rows if row not in rules]
    if not bodies or (not rules and not _is_table(source, bodies)):
        return None
    if rules and rows[0] not in rules and len(bodies) > 1 and _empty(source, rows[0]):
        bodies = bodies[1:]
    taken = Taken(RawTable(Span(lines[at][0], lines[after - 1][1])), after)
    for row in bodies:
        cells = _as_wide(row, rules[0]) if rules else row.cells
        taken.table.rows.append([_cell(source, cell, taken.links) for cell in cells])
    return taken


def _as_wide(row: _Row, rule: _Row) -> list[LineSpan]:
    """The cells of a row under a rule without outer pipes: there a pipe at an end of the line may part off a blank cell."""
    missing = len(rule.cells) - len(row.cells)
    if rule.opened or missing != row.opened + row.closed:
        return row.cells
    first, last = row.cells[0][0] - 1, row.cells[-1][1]
    return [*([(first, first)] if row.opened else []), *row.cells, *([(last, last)] if row.closed else [])]


def _is_table(source: str, rows: list[_Row]) -> bool:
    """Whether rows without a line of dashes are one: two with several cells, or one of numbers."""
    if len(rows) > 1:
        return sum(len(row.cells) > 1 for row in rows) > 1
    cells = rows[0].cells
    numbers = sum(bool(_NUMBER.fullmatch(source[start:end])) for start, end in cells)
    return len(cells) >= _FLAT_CELLS and numbers * 2 >= len(cells) and not _empty(source, rows[0])


def _empty(source: str, row: _Row) -> bool:
    return all(is_blank(source[start:end]) for start, end in row.cells)


def _is_delimiter(source: str, row: _Row, *, first: bool) -> bool:
    """A row of dashes only; below the head a single dash is what stands in a cell."""
    pattern = _DASHES if first else _LONG_DASHES
    return all(pattern.fullmatch(source, start, end) for start, end in row.cells)


def _is_rule(source: str, line: LineSpan, pattern: re.Pattern[str]) -> bool:
    row = _row(source, *line)
    return "|" in source[slice(*line)] and all(pattern.fullmatch(source, *cell) for cell in row.cells)


def _rows(source: str, lines: Sequence[LineSpan], at: int, *, opened: bool) -> tuple[list[_Row], int]:
    rows: list[_Row] = []
    closed = False
    while at < len(lines):
        start, end = lines[at]
        text = source[start:end].strip()
        if not text and rows and _goes_on(source, lines, at + 1, len(rows[-1].cells)):
            at += 1
            continue
        if "|" not in text or (opened and not text.startswith("|")):
            break
        row = _row(source, start, end)
        row.after = at + 1
        closed = closed or (row.opened and row.closed)
        if opened and closed and not row.closed:
            row = _whole_row(source, lines, at, row)
        rows.append(row)
        at = row.after
    return rows, rows[-1].after if rows else at


def _goes_on(source: str, lines: Sequence[LineSpan], at: int, width: int) -> bool:
    """Whether the table goes on after a blank line: with a row as wide that has no rule of its own below it."""
    if at >= len(lines) or not source[slice(*lines[at])].lstrip().startswith("|"):
        return False
    alone = at + 1 >= len(lines) or not _is_rule(source, lines[at + 1], _DASHES)
    return alone and len(_row(source, *lines[at]).cells) == width


def _whole_row(source: str, lines: Sequence[LineSpan], at: int, cut: _Row) -> _Row:
    """The row with the lines over which it runs; the cut one where its end does not come."""
    for last in range(at + 1, min(at + _CUT_LINES, len(lines))):
        text = source[slice(*lines[last])].strip()
        if text.startswith("|") and len(_row(source, *lines[last]).cells) > 1:
            break
        row = _row(source, lines[at][0], lines[last][1])
        if row.closed:
            row.after = last + 1
            return row
    return cut


def _row(source: str, start: int, end: int) -> _Row:
    """The cells of one row, between its pipes; those at its ends are borders."""
    start += len(source[start:end]) - len(source[start:end].lstrip(" \t"))
    end = start + len(source[start:end].rstrip(" \t"))
    pipes = [m.start() for m in _PIPE.finditer(source, start, end) if m[0] == "|"]
    opened, closed = bool(pipes) and pipes[0] == start, len(pipes) > 1 and pipes[-1] == end - 1
    bounds = [*([] if opened else [start - 1]), *pipes, *([] if closed else [end])]
    return _Row([(a + 1, b) for a, b in pairwise(bounds)], 0, opened, closed)


def _cell(source: str, span: LineSpan, links: list[tuple[str, str]]) -> RawCell:
    found = shown(source, *span)
    links.extend(found.links)
    start, end = span
    # Where nothing stands between two pipes, the second is pointed at.
    place = Span(found.lines[0].begin, found.lines[-1].end) if found.lines else Span(start, max(end, start + 1))
    return RawCell(list(found.lines), place)


# --- grid tables -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """A grid cell of which the lower border has not come yet."""

    row: int
    until: int
    parts: list[LineSpan] = field(default_factory=list)


def _grid(source: str, lines: Sequence[LineSpan], at: int) -> Taken | None:
    after = at
    while after < len(lines) and source[slice(*lines[after])].lstrip()[:1] in ("+", "|"):
        after += 1
    drawn = [_trim(source, line) for line in lines[at:after]]
    while drawn and not _GRID_RULE.fullmatch(source[slice(*drawn[-1])]):
        drawn.pop()
        after -= 1
    if len(drawn) < 3:
        return None
    for measure in (_shown_columns, _counted_columns, _numbered_columns):
        links: list[tuple[str, str]] = []
        rows = _grid_rows(source, drawn, measure, links)
        if rows is not None:
            return Taken(RawTable(Span(drawn[0][0], drawn[-1][1]), rows), after, links)
    return None


def _trim(source: str, line: LineSpan) -> LineSpan:
    start, end = line
    text = source[start:end]
    begin = start + len(text) - len(text.lstrip())
    return begin, begin + len(text.strip())


def _shown_columns(text: str) -> list[int]:
    """For each character the column in which it is shown: Chinese characters take two."""
    out, column = [], 0
    for char in text:
        out.append(column)
        column += 2 if unicodedata.east_asian_width(char) in _WIDE else 1
    return out


def _counted_columns(text: str) -> list[int]:
    return list(range(len(text)))


def _numbered_columns(text: str) -> list[int]:
    """For each character the number of borders before it: where they do not stand under one another."""
    out, borders = [], 0
    for char in text:
        out.append(borders)
        borders += char in "|+"
    return out


def _grid_rows(
    source: str, drawn: list[LineSpan], measure: Callable[[str], list[int]], links: list[tuple[str, str]]
) -> list[list[RawCell | Cell]] | None:
    """The rows, None where the borders do not stand under one another."""
    rules = [line for line in drawn if source[line[0]] == "+"]
    borders = sorted(
        {
            c
            for line in rules
            for c, char in zip(measure(source[slice(*line)]), source[slice(*line)], strict=True)
            if char == "+"
        }
    )
    number = {column: n for n, column in enumerate(borders)}
    rows: list[list[RawCell | Cell]] = []
    open_cells: dict[int, _Open] = {}
    for line in drawn:
        parts = _parts(source, line, measure, number)
        if parts is None:
            return None
        ruled = [part for part in parts if part[4]]
        for left, right, *_ in ruled:
            for column in [c for c, cell in open_cells.items() if c < right and cell.until > left]:
                _close(source, column, open_cells.pop(column), rows, links)
        if ruled:
            rows.append([])
        for left, right, start, end, rule in parts:
            if rule:
                continue
            cell = open_cells.setdefault(left, _Open(len(rows) - 1, right))
            if cell.until != right:
                return None
            cell.parts.append((start, end))
    if rows:
        rows.pop()
    return [sorted(row, key=attrgetter("column")) for row in rows] if not open_cells else None


def _parts(
    source: str, line: LineSpan, measure: Callable[[str], list[int]], number: dict[int, int]
) -> list[tuple[int, int, int, int, bool]] | None:
    """(left border, right border, start, end, whether it is a rule) between the vertical lines of one line."""
    start, end = line
    text = source[start:end]
    columns = measure(text)
    marks = [n for n, char in enumerate(text) if char in "|+" and columns[n] in number]
    if not marks or marks[0] != 0 or marks[-1] != len(text) - 1 or number[columns[-1]] != len(number) - 1:
        return None
    out: list[tuple[int, int, int, int, bool]] = []
    for one, other in pairwise(marks):
        inner = text[one + 1 : other]
        rule = bool(re.fullmatch(r"[-=:]+", inner)) and (text[one] == "+" or text[other] == "+")
        if inner.strip("|"):
            out.append((number[columns[one]], number[columns[other]], start + one + 1, start + other, rule))
    return out


def _close(
    source: str, column: int, cell: _Open, rows: list[list[RawCell | Cell]], links: list[tuple[str, str]]
) -> None:
    found = [shown(source, *part) for part in cell.parts]
    lines = [line for one in found for line in one.lines]
    links.extend(link for one in found for link in one.links)
    first, last = cell.parts[0], cell.parts[-1]
    place = Span(lines[0].begin, lines[-1].end) if lines else Span(first[0], last[1])
    rows[cell.row].append(RawCell(list(lines), place, len(rows) - cell.row, cell.until - column, column))
