"""Ruling lines -> grids: every way of drawing the cells of a table gives these cells back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.readers.lattice import Grid, Segment, grids
from auditor.readers.limits import Refusal

Box = tuple[float, float, float, float]
Lines = tuple[list[Segment], list[Segment]]
Rectangle = tuple[int, int, int, int]  # row, column, rows, columns


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[float], list[float], list[Rectangle]]:
    """Row edges, column edges and cells (some merged) that fill the table."""
    heights = draw(st.lists(st.integers(12, 60), min_size=1, max_size=8))
    widths = draw(st.lists(st.integers(14, 90), min_size=1, max_size=8))
    left, top = draw(st.integers(0, 200)), draw(st.integers(0, 300))
    rows = list(accumulate(map(float, heights), initial=float(top)))
    columns = list(accumulate(map(float, widths), initial=float(left)))
    taken: set[tuple[int, int]] = set()
    cells: list[Rectangle] = []
    for row in range(len(heights)):
        for column in range(len(widths)):
            if (row, column) in taken:
                continue
            height = draw(st.integers(1, min(3, len(heights) - row)))
            width = draw(st.integers(1, min(4, len(widths) - column)))
            while any((row, c) in taken for c in range(column, column + width)):
                width -= 1
            taken.update((r, c) for r in range(row, row + height) for c in range(column, column + width))
            cells.append((row, column, height, width))
    return rows, columns, cells


def boxes(drawing: tuple[list[float], list[float], list[Rectangle]]) -> list[Box]:
    rows, columns, cells = drawing
    return sorted((columns[c], rows[r], columns[c + w], rows[r + h]) for r, c, h, w in cells)


def sides(found: Sequence[Box]) -> Lines:
    """Each side of each cell as a piece of its own."""
    across = [Segment(y, box[0], box[2]) for box in found for y in (box[1], box[3])]
    down = [Segment(x, box[1], box[3]) for box in found for x in (box[0], box[2])]
    return across, down


def _each(lines: Lines, change: Callable[[Segment], Iterator[Segment]]) -> Lines:
    return [new for line in lines[0] for new in change(line)], [new for line in lines[1] for new in change(line)]


def dashed(line: Segment) -> Iterator[Segment]:
    at = line.start
    while at < line.end:
        yield Segment(line.at, at, min(at + 3.0, line.end))
        at += 6.0


def doubled(line: Segment) -> Iterator[Segment]:
    yield Segment(line.at - 1.0, line.start, line.end)
    yield Segment(line.at + 1.0, line.start, line.end)


def short(line: Segment) -> Iterator[Segment]:
    yield Segment(line.at, line.start + 1.0, line.end - 1.0)


def long(line: Segment) -> Iterator[Segment]:
    yield Segment(line.at, line.start - 1.0, line.end + 1.0)


def backwards(line: Segment) -> Iterator[Segment]:
    yield Segment(line.at, line.end, line.start)


def as_drawn(line: Segment) -> Iterator[Segment]:
    yield line


def same(found: Grid, wanted: Sequence[Box]) -> bool:
    got = sorted(cell.box for cell in found.cells)
    near = (abs(a - b) <= 1.5 for one, other in zip(got, wanted, strict=True) for a, b in zip(one, other, strict=True))
    return len(got) == len(wanted) and all(near)


@pytest.mark.parametrize("way", [as_drawn, dashed, doubled, short, long, backwards])
@given(drawing=drawings())
def test_every_way_of_drawing_gives_the_cells_back(
    way: Callable[[Segment], Iterator[Segment]], drawing: tuple[list[float], list[float], list[Rectangle]]
) -> None:
    wanted = boxes(drawing)
    (found,) = grids(*_each(sides(wanted), way))
    assert same(found, wanted)
    assert found.sound


@given(drawing=drawings(), seed=st.randoms(use_true_random=False))
def test_order_and_noise_do_not_matter(drawing: tuple[list[float], list[float], list[Rectangle]], seed) -> None:  # type: ignore[no-untyped-def]
    wanted = boxes(drawing)
    across, down = sides(wanted)
    noise = [Segment(line.at + seed.uniform(-0.6, 0.6), line.start, line.end) for line in across]
    seed.shuffle(noise)
    seed.shuffle(down)
    (found,) = grids(noise, down)
    assert same(found, wanted)


@given(drawing=drawings())
def test_the_numbers_of_rows_and_columns_agree_with_the_boxes(
    drawing: tuple[list[float], list[float], list[Rectangle]],
) -> None:
    (found,) = grids(*sides(boxes(drawing)))
    covered = {
        (row, column)
        for cell in found.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }
    assert len(covered) == (len(found.rows) - 1) * (len(found.columns) - 1)
    for cell in found.cells:
        edges = (
            found.columns[cell.column],
            found.rows[cell.row],
            found.columns[cell.column + cell.column_span],
            found.rows[cell.row + cell.row_span],
        )
        assert cell.box == edges
    assert list(found.cells) == sorted(found.cells, key=lambda c: (c.row, c.column))


# --- tables that are not whole ---------------------------------------------------------------------


def table(left: float = 0, top: float = 0, rows: int = 3, columns: int = 3) -> Lines:
    across = [Segment(top + 20 * i, left, left + 50 * columns) for i in range(rows + 1)]
    down = [Segment(left + 50 * i, top, top + 20 * rows) for i in range(columns + 1)]
    return across, down


def test_a_table_open_at_both_sides_is_closed_and_says_so() -> None:
    across, down = table()
    (found,) = grids(across, down[1:-1])
    assert len(found.cells) == 9
    assert found.columns == (0, 50, 100, 150)
    assert not found.sound


def test_a_table_open_at_the_bottom_is_closed_and_says_so() -> None:
    across, down = table()
    (found,) = grids(across[:-1], down)
    assert len(found.cells) == 9
    assert not found.sound


@pytest.mark.parametrize(("end", "cells"), [(60.0, 3), (75.0, 3), (90.0, 4), (97.0, 4)])
def test_a_side_is_drawn_where_most_of_it_is(end: float, cells: int) -> None:
    across, down = table(rows=2, columns=2)
    across[1] = Segment(20, 0, end)  # the second column reaches from 50 to 100
    (found,) = grids(across, down)
    assert len(found.cells) == cells
    assert found.sound


def test_cells_that_run_into_one_another_in_no_rectangle_leave_doubt() -> None:
    across, down = table(rows=2, columns=2)
    across[1] = Segment(20, 50, 100)
    down[1] = Segment(50, 20, 40)  # the left and the upper right cell are one crooked room
    (found,) = grids(across, down)
    assert not found.sound


def test_a_table_need_not_be_a_rectangle() -> None:
    across, down = table(rows=2, columns=2)
    across[0] = Segment(0, 0, 50)
    down[2] = Segment(100, 20, 40)
    (found,) = grids(across, down)
    assert len(found.cells) == 3
    assert found.sound


def test_tables_apart_are_two_and_come_from_the_top_down() -> None:
    low, high = table(top=300), table(top=0, columns=2)
    found = grids(low[0] + high[0], low[1] + high[1])
    assert [(len(g.cells), g.rows[0]) for g in found] == [(6, 0), (9, 300)]


def test_a_table_in_a_frame_is_found_beside_the_frame() -> None:
    across, down = table(left=100, top=100)
    frame, inner = grids(
        [*across, Segment(20, 20, 500), Segment(700, 20, 500)], [*down, Segment(20, 20, 700), Segment(500, 20, 700)]
    )
    assert (len(frame.cells), len(inner.cells)) == (1, 9)


@pytest.mark.parametrize(
    "lines",
    [
        ([], []),
        ([Segment(10, 0, 200)], []),
        ([Segment(10, 0, 200), Segment(30, 0, 200)], []),
        ([Segment(10, 0, 200)], [Segment(10, 0, 200)]),
        ([Segment(10, 0, 3)], [Segment(0, 0, 3)]),
    ],
    ids=["nothing", "an underline", "two rules", "a cross", "specks"],
)
def test_what_encloses_nothing_is_no_table(lines: Lines) -> None:
    assert grids(*lines) == ()


def test_columns_drawn_by_hand_are_one_where_they_nearly_meet() -> None:
    across, down = table(rows=2, columns=2)
    down[1:2] = [Segment(50, 0, 20), Segment(52.5, 20, 40)]
    (found,) = grids(across, down)
    assert len(found.columns) == 3
    assert len(found.cells) == 4


def test_pixels_want_a_larger_snap() -> None:
    across, down = table(rows=2, columns=2)
    scale = 4.0
    wide = [
        Segment(line.at * scale + 6 * (i % 2), line.start * scale, line.end * scale) for i, line in enumerate(across)
    ]
    tall = [Segment(line.at * scale, line.start * scale - 9, line.end * scale - 9) for line in down]
    (found,) = grids(wide, tall, snap=4.0 * scale)
    assert len(found.cells) == 4


def test_a_page_full_of_lines_is_refused_in_time() -> None:
    many = 3000
    lines = [Segment(i * 5.0, 0, many * 5.0) for i in range(many)]
    with pytest.raises(Refusal, match="单元格超过"):
        grids(lines, lines)
