"""Ruling lines in, the grids of cells that they draw out: which lines belong together, where rows and columns begin, what is merged.

In        horizontal and vertical pieces of lines on one page: strokes, sides of rectangles, hairline rectangles, runs of pixels
Out       each grid with its row and column edges and its cells; a merged cell is one cell with spans
Units     whatever the caller measures in (points, pixels); `snap` says how much of it is nothing, x grows to the right, y down
Lines     pieces of a dashed or broken line are joined over gaps of up to 1.5 `snap`; edges nearer than `snap` (double lines, columns drawn by hand)
          are one edge; a table open at a side is closed where several of its lines end
Sound     False where the lines leave doubt: a side had to be closed, or cells run into one another in no rectangle
Refuses   more cells than the limit. Pure
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from auditor.readers import limits

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

SNAP = 4.0
_GAP = 1.5  # in snaps: the gaps of a dashed line
_SHORTEST = 1.5  # in snaps: what is shorter, once joined, is no ruling line
_ALIGNED = 0.4  # in snaps: pieces of one line lie so near each other
_INSIDE = 0.3  # of a cell's side that may be left out at either end
_COVERED = 0.75  # of the rest that must be drawn
_LEAST_OPEN = 2.5  # in snaps: so far lines must reach out of a grid for it to be open there


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a horizontal or vertical line: where it lies (y or x), and from where to where it runs."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell, merged ones as one: the row and column where it begins, how many it covers, and its box."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box


@dataclass(frozen=True, slots=True)
class Grid:
    """A drawn table: `rows` and `columns` are its edges (one more than it has rows and columns), cells in reading order."""

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    cells: tuple[GridCell, ...]
    sound: bool = True

    @property
    def box(self) -> Box:
        """The outer edges."""
        return self.columns[0], self.rows[0], self.columns[-1], self.rows[-1]


def grids(horizontal: Sequence[Segment], vertical: Sequence[Segment], *, snap: float = SNAP) -> tuple[Grid, ...]:
    """Every grid that the lines of a page draw, from the top down. Raises Refusal past the limit of cells."""
    across, down = _lines(horizontal, snap), _lines(vertical, snap)
    found = (_grid(own_across, own_down, snap) for own_across, own_down in _touching(across, down, snap))
    return tuple(sorted((g for g in found if g is not None), key=lambda g: (g.rows[0], g.columns[0])))


# --- pieces to lines -------------------------------------------------------------------------------


def _lines(pieces: Iterable[Segment], snap: float) -> list[Segment]:
    """Pieces joined to lines; what stays short is no ruling line."""
    ordered = sorted((_forward(piece) for piece in pieces), key=lambda piece: piece.at)
    out: list[Segment] = []
    for group in _near(ordered, _ALIGNED * snap):
        out.extend(line for line in _joined(group, _GAP * snap) if line.end - line.start >= _SHORTEST * snap)
    return out


def _forward(piece: Segment) -> Segment:
    return piece if piece.start <= piece.end else Segment(piece.at, piece.end, piece.start)


def _near(ordered: Sequence[Segment], reach: float) -> Iterator[list[Segment]]:
    """Runs of lines none of which lies further than `reach` from the first."""
    group: list[Segment] = []
    for line in ordered:
        if group and line.at - group[0].at > reach:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _joined(group: list[Segment], gap: float) -> list[Segment]:
    """The pieces of one line, joined where they nearly meet; it lies where its longest piece does."""
    out: list[Segment] = []
    longest = 0.0
    for piece in sorted(group, key=lambda piece: piece.start):
        length = piece.end - piece.start
        if out and piece.start - out[-1].end <= gap:
            at = piece.at if length > longest else out[-1].at
            out[-1] = Segment(at, out[-1].start, max(out[-1].end, piece.end))
            longest = max(longest, length)
        else:
            out.append(piece)
            longest = length
    return out


# --- lines to grids --------------------------------------------------------------------------------


def _touching(
    across: Sequence[Segment], down: Sequence[Segment], snap: float
) -> Iterator[tuple[list[Segment], list[Segment]]]:
    """Sets of lines that hang together by touching or crossing."""
    if len(across) * len(down) > limits.GRID_WORK * 2:
        raise limits.too_many_cells()
    root = list(range(len(across) + len(down)))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    order = sorted(range(len(down)), key=lambda i: down[i].at)
    places = [down[i].at for i in order]
    for number, line in enumerate(across):
        first, last = bisect_left(places, line.start - snap), bisect_right(places, line.end + snap)
        for i in order[first:last]:
            if down[i].start - snap <= line.at <= down[i].end + snap:
                root[find(len(across) + i)] = find(number)
    groups: dict[int, tuple[list[Segment], list[Segment]]] = {}
    for number, line in enumerate((*across, *down)):
        side = 0 if number < len(across) else 1
        groups.setdefault(find(number), ([], []))[side].append(line)
    yield from groups.values()


def _grid(across: list[Segment], down: list[Segment], snap: float) -> Grid | None:
    """The grid of lines that hang together, None where they enclose nothing."""
    if not across or not down:
        return None
    closing_down = _closing(across, down, snap)
    closing_across = _closing(down, across, snap)
    across, down = across + closing_across, down + closing_down
    rows, columns = _edges(across, snap), _edges(down, snap)
    if len(rows) < 2 or len(columns) < 2:
        return None
    if len(rows) * len(columns) > limits.CELLS * 2:
        raise limits.too_many_cells()
    sides = _Sides(_drawn(across, rows, columns), _drawn(down, columns, rows))
    found, whole = _rectangles(len(rows) - 1, len(columns) - 1, sides)
    sound = whole and not closing_across and not closing_down
    return _without_idle_edges(rows, columns, found, sound)


def _closing(lines: Sequence[Segment], crossing: Sequence[Segment], snap: float) -> list[Segment]:
    """Lines that close a grid where two or more of its lines reach out of it to one place."""
    first, last = min(line.at for line in crossing), max(line.at for line in crossing)
    before = [(line.start, line.at) for line in lines if line.start < first - _LEAST_OPEN * snap]
    behind = [(line.end, line.at) for line in lines if line.end > last + _LEAST_OPEN * snap]
    return [*_closed(before, snap), *_closed(behind, snap)]


def _closed(reaching: list[tuple[float, float]], snap: float) -> Iterator[Segment]:
    """The line through the ends (where, on which line) that lie together, where there are two or more."""
    if len(reaching) >= 2:
        middle = sorted(reaching)[len(reaching) // 2][0]
        alike = [at for end, at in reaching if abs(end - middle) <= snap]
        if len(alike) >= 2:
            yield Segment(middle, min(alike), max(alike))


def _edges(lines: Iterable[Segment], snap: float) -> list[float]:
    """Where edges lie: lines nearer than `snap` are one, which lies where most of their length does."""
    ordered = sorted(lines, key=lambda line: line.at)
    edges: list[float] = []
    for group in _near(ordered, snap):
        length = sum(line.end - line.start for line in group)
        edges.append(sum(line.at * (line.end - line.start) for line in group) / length)
    return edges


def _drawn(lines: Sequence[Segment], edges: Sequence[float], steps: Sequence[float]) -> list[list[bool]]:
    """For each edge and each step between neighbouring crossing edges whether a line is drawn there."""
    own: list[list[Segment]] = [[] for _ in edges]
    for line in lines:
        after = bisect_left(edges, line.at)
        near = min(range(max(after - 1, 0), min(after + 1, len(edges))), key=lambda i: abs(edges[i] - line.at))
        own[near].append(line)
    out: list[list[bool]] = []
    for pieces in own:
        drawn = [False] * (len(steps) - 1)
        for first, last in _covered(pieces, steps):
            drawn[first:last] = [True] * (last - first)
        if len(pieces) > 1:
            drawn = [known or _is_covered(pieces, steps[i], steps[i + 1]) for i, known in enumerate(drawn)]
        out.append(drawn)
    return out


def _covered(pieces: Iterable[Segment], steps: Sequence[float]) -> Iterator[tuple[int, int]]:
    """For each line the steps (first, last) that it covers by itself."""
    for line in pieces:
        first = bisect_left(steps, line.start)
        if first > 0 and line.start <= steps[first - 1] + _INSIDE * (
            steps[min(first, len(steps) - 1)] - steps[first - 1]
        ):
            first -= 1
        last = bisect_right(steps, line.end) - 1
        if 0 <= last < len(steps) - 1 and line.end >= steps[last + 1] - _INSIDE * (steps[last + 1] - steps[last]):
            last += 1
        if first < last:
            yield first, last


def _is_covered(pieces: Iterable[Segment], start: float, end: float) -> bool:
    """Whether several pieces together draw a step."""
    inset = _INSIDE * (end - start)
    start, end = start + inset, end - inset
    at, drawn = start, 0.0
    for line in sorted(pieces, key=lambda line: line.start):
        first, last = max(line.start, at), min(line.end, end)
        if last > first:
            drawn += last - first
            at = last
    return drawn >= _COVERED * (end - start)


# --- cells -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sides:
    """Whether a line is drawn: `across[row edge][column]`, `down[column edge][row]`."""

    across: list[list[bool]]
    down: list[list[bool]]

    def drawn_of(self, cell: _Rectangle) -> int:
        """On how many of its four sides a rectangle is drawn all along."""
        row, column, height, width = cell
        return (
            all(self.across[row][column : column + width])
            + all(self.across[row + height][column : column + width])
            + all(self.down[column][row : row + height])
            + all(self.down[column + width][row : row + height])
        )


_Rectangle = tuple[int, int, int, int]  # row, column, rows, columns


def _rectangles(rows: int, columns: int, sides: _Sides) -> tuple[list[_Rectangle], bool]:
    """The cells as rectangles, and whether they are all that the lines say (no two run into one another)."""
    taken = [[False] * columns for _ in range(rows)]
    out: list[_Rectangle] = []
    whole = True
    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            cell = _grown(row, column, rows, columns, sides, taken)
            for below in range(row, row + cell[2]):
                taken[below][column : column + cell[3]] = [True] * cell[3]
            drawn = sides.drawn_of(cell)
            if drawn >= 3:
                out.append(cell)
            whole = whole and (drawn == 4 or (drawn < 3 and _is_outside(cell, rows, columns)))
    return out, whole


def _grown(row: int, column: int, rows: int, columns: int, sides: _Sides, taken: list[list[bool]]) -> _Rectangle:
    """The largest rectangle that grows from a corner to the right, then down, over sides that are not drawn."""
    right = column + 1
    while right < columns and not sides.down[right][row] and not taken[row][right]:
        right += 1
    bottom = row + 1
    while bottom < rows and not any(sides.across[bottom][column:right]):
        if any(sides.down[inner][bottom] for inner in range(column + 1, right)) or any(taken[bottom][column:right]):
            break
        bottom += 1
    return row, column, bottom - row, right - column


def _is_outside(cell: _Rectangle, rows: int, columns: int) -> bool:
    """Whether a rectangle lies at the rim: a table need not be a rectangle itself."""
    row, column, height, width = cell
    return row == 0 or column == 0 or row + height == rows or column + width == columns


def _without_idle_edges(
    rows: Sequence[float], columns: Sequence[float], found: Sequence[_Rectangle], sound: bool
) -> Grid | None:
    """The grid without edges at which no cell begins or ends."""
    if not found:
        return None
    row_edges = sorted({edge for row, _, height, _ in found for edge in (row, row + height)})
    column_edges = sorted({edge for _, column, _, width in found for edge in (column, column + width)})
    row_at = {edge: at for at, edge in enumerate(row_edges)}
    column_at = {edge: at for at, edge in enumerate(column_edges)}
    cells = tuple(
        GridCell(
            row_at[row],
            column_at[column],
            row_at[row + height] - row_at[row],
            column_at[column + width] - column_at[column],
            (columns[column], rows[row], columns[column + width], rows[row + height]),
        )
        for row, column, height, width in found
    )
    return Grid(tuple(rows[i] for i in row_edges), tuple(columns[i] for i in column_edges), cells, sound)
