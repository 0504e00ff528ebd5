"""Rows of a table of Word 97-2003 or RTF, each with the edges of its cells -> a table whose columns are those that are seen.

A row of such a file says where its cells' edges are (twips), not which columns they take: edges of all rows that stand less
than a millimetre apart are one edge of the grid. Where every row has as many cells as the others and none is merged across,
the first cell is the first column, whatever edges were dragged to where.

Merges    horizontal by flags: of a set the first cell's flag differs from the others' ([MS-DOC] and older descriptions name
          them the other way round); vertical by flags, to the cell above of the same columns. A covered cell that shows
          something stays a cell: nothing is thrown away
Inferred  a row that says no edges, among rows of different lengths, has its cells counted from the left
Source    [MS-DOC] 2.9.317 (TCGRF), 2.6.3 (modifiers of rows)
"""

from __future__ import annotations

import itertools
import struct
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from auditor.model import Cell, Place
from auditor.readers import limits, sprm
from auditor.readers.grid import Item, Line, RawCell, RawTable
from auditor.readers.sprm import Sprm

_NEAR = 60  # twips: about a millimetre
_CONTINUED = 1
_MOST_CELLS = 64  # Word's own limit
_INFERRED = "部分表格行未写明列宽，其单元格按先后顺序推定所在列"


@dataclass(slots=True)
class Layout:
    """What a row says of its cells: their edges from left to right, and their merge flags."""

    edges: list[int] = field(default_factory=list)
    across: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)


@dataclass(slots=True)
class WordRow:
    """A row as read: what each cell holds, where each stands, and how they are laid out."""

    cells: list[list[Item]]
    places: list[Place]
    layout: Layout


def read_layout(changes: Iterable[Sprm]) -> Layout:
    """The layout that a row's modifiers, in order, come to."""
    layout = Layout()
    for opcode, operand in changes:
        if opcode == sprm.T_DEFINITION:
            layout = _definition(operand)
        elif opcode == sprm.T_VERTICAL and len(operand) >= 2 and operand[0] < len(layout.down):
            layout.down[operand[0]] = operand[1] & 3
        elif opcode in _CHANGES and len(operand) >= 2:
            first, last = operand[0], min(operand[1], len(layout.across))
            _CHANGES[opcode](layout, first, last, operand)
    return layout


def _definition(operand: bytes) -> Layout:
    count = operand[0] if operand else 0
    if len(operand) < 1 + 2 * (count + 1):
        return Layout()
    edges = list(struct.unpack_from(f"<{count + 1}h", operand, 1))
    flags = [0] * count
    at = 1 + 2 * (count + 1)
    for number, where in enumerate(range(at, min(len(operand) - 1, at + 20 * count), 20)):
        flags[number] = operand[where] | operand[where + 1] << 8
    return Layout(edges, [f & 3 for f in flags], [f >> 5 & 3 for f in flags])


def _merge(layout: Layout, first: int, last: int, _: bytes) -> None:
    for at in range(first, last):
        layout.across[at] = 1 if at == first else 2


def _split(layout: Layout, first: int, last: int, _: bytes) -> None:
    for at in range(first, last):
        layout.across[at] = 0


def _delete(layout: Layout, first: int, last: int, _: bytes) -> None:
    if first < last:
        gone = layout.edges[last] - layout.edges[first]
        layout.edges[first:] = [layout.edges[first], *(edge - gone for edge in layout.edges[last + 1 :])]
        del layout.across[first:last], layout.down[first:last]


def _insert(layout: Layout, first: int, _: int, operand: bytes) -> None:
    count, width = (
        min(operand[1], _MOST_CELLS - len(layout.across)),
        int.from_bytes(operand[2:4], "little", signed=True),
    )
    if not layout.edges:
        layout.edges = [0]
    first = min(first, len(layout.across))
    begin = layout.edges[first]
    new = [begin + width * n for n in range(1, count + 1)]
    layout.edges[first + 1 :] = [*new, *(edge + width * count for edge in layout.edges[first + 1 :])]
    layout.across[first:first] = [0] * count
    layout.down[first:first] = [0] * count


def _widen(layout: Layout, first: int, last: int, operand: bytes) -> None:
    width = int.from_bytes(operand[2:4], "little", signed=True)
    for at in range(first, last):
        wider = width - (layout.edges[at + 1] - layout.edges[at])
        layout.edges[at + 1 :] = [edge + wider for edge in layout.edges[at + 1 :]]


_CHANGES = {
    sprm.T_MERGE: _merge,
    sprm.T_SPLIT: _split,
    sprm.T_DELETE: _delete,
    sprm.T_INSERT: _insert,
    sprm.T_WIDTH: _widen,
}


# --- a table ---------------------------------------------------------------------------------------


def arrange(rows: Sequence[WordRow]) -> RawTable:
    """The table of these rows, each cell in its column."""
    out = RawTable(rows[0].places[0])
    columns, out.inferred = _columns(rows)
    above: dict[int, RawCell] = {}
    for row, edges in zip(rows, columns, strict=True):
        cells, above = _row(row, edges, above)
        out.rows.append(cells)
    out.groups = [0] * len(out.rows)
    return out


def _columns(rows: Sequence[WordRow]) -> tuple[list[list[int]], str]:
    """For each row the columns at which its cells begin, and the one after the last; why they were inferred, if they were."""
    counts = {len(row.cells) for row in rows}
    if len(counts) == 1 and not any(any(row.layout.across) for row in rows):
        return [list(range(len(row.cells) + 1)) for row in rows], ""
    said = [row.layout.edges if _is_whole(row) else [] for row in rows]
    grid = _grid(said)
    out = [[bisect_right(grid, edge) - 1 for edge in edges] for edges in said]
    for at, row in enumerate(rows):
        if not out[at] or any(a >= b for a, b in zip(out[at], out[at][1:], strict=False)):
            out[at] = list(range(len(row.cells) + 1))
            said[at] = []
    return out, "" if all(said) else _INFERRED


def _is_whole(row: WordRow) -> bool:
    edges = row.layout.edges
    return len(edges) == len(row.cells) + 1 and all(a < b for a, b in itertools.pairwise(edges))


def _grid(rows: Iterable[Sequence[int]]) -> list[int]:
    """The first edge of each group of edges that stand near each other; two edges of one row are never one."""
    users: dict[int, list[int]] = {}
    for number, edges in enumerate(rows):
        for edge in edges:
            users.setdefault(edge, []).append(number)
    grid: list[int] = []
    taken: set[int] = set()
    for edge in sorted(users):
        if grid and edge - grid[-1] <= _NEAR and taken.isdisjoint(users[edge]):
            taken.update(users[edge])
        else:
            grid.append(edge)
            taken = set(users[edge])
    return grid


def _row(row: WordRow, edges: list[int], above: dict[int, RawCell]) -> tuple[list[RawCell | Cell], dict[int, RawCell]]:
    """The cells of a row, and those that a continuation below would extend, by column."""
    cells: list[RawCell | Cell] = []
    below: dict[int, RawCell] = {}
    for at, column, width in _slots(row, edges):
        items = row.cells[at]
        flag = row.layout.down[at] if at < len(row.layout.down) else 0
        begun = above.get(column) if flag == _CONTINUED else None
        if begun is not None and begun.column_span == width and not _shows(items):
            begun.row_span += 1
            below[column] = begun
            continue
        found = RawCell(items, row.places[at], 1, width, column)
        cells.append(found)
        if flag:
            below[column] = found
    return cells, below


def _slots(row: WordRow, edges: list[int]) -> list[tuple[int, int, int]]:
    """(cell, column, width) of a row's cells, those covered by their left neighbour taken together with it."""
    out: list[tuple[int, int, int]] = []
    first = last = 0
    for at, items in enumerate(row.cells):
        width = min(edges[at + 1] - edges[at], limits.SPAN)
        flag = row.layout.across[at] if at < len(row.layout.across) else 0
        covered = bool(flag and last and flag != first)
        first = first if covered else flag
        last = flag
        if covered and not _shows(items):
            cell, column, so_far = out[-1]
            out[-1] = (cell, column, so_far + width)
        else:
            out.append((at, edges[at], width))
    return out


def _shows(items: Iterable[Item]) -> bool:
    return any(not isinstance(item, Line) or item.text.strip() for item in items)
