"""What is remembered of a table's shape gives the same as reading it for the first time, whatever the numbers are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from auditor.facts import tables as rooms
from auditor.facts.shape import shape_of
from auditor.facts.tables import TablesRead, read_tables
from auditor.model import Block, State

from .conftest import FORMS
from .render import Box, block, document, table_four, tables
from .test_settled import INDEX, YEARS, mixed
from .test_shapes import VALUES, grids

TEXTS = [
    "0",
    "7",
    "12",
    "1,234",
    "２５",
    "12.50",
    "+3",
    "-1",
    "",
    "\xa0",
    "/",
    "无",
    "3件",
    "1 2",
    "０",
    "12余",
    "251000元",
]


def read(blocks: Sequence[Block], year: int | None = 2024) -> TablesRead:
    return read_tables(document(*blocks), tuple(FORMS.values()), year)


def first_time(blocks: Sequence[Block], year: int | None = 2024) -> TablesRead:
    rooms._official.cache_clear()
    return read(blocks, year)


def test_reports_of_any_shape_read_alike_cold_and_warm() -> None:
    """A hundred reports one after another, each read with what was remembered of all before it, and then afresh."""
    drawn = []
    for seed in range(100):
        rng = random.Random(f"remembered{seed}")
        main = rng.choice("ABC")
        drawn.append((mixed(main, rng), rng.choice([YEARS[main], 2024, None])))
    rooms._official.cache_clear()
    warm = [read(blocks, year) for blocks, year in drawn for _ in range(2)][1::2]
    for (blocks, year), found in zip(drawn, warm, strict=True):
        assert first_time(blocks, year) == found


@pytest.mark.parametrize("letter", "ABC")
def test_other_texts_in_the_same_cells(letter: str) -> None:
    """After one report of a shape every other is read by what was remembered; each cell keeps its own text."""
    read([*map(block, grids(letter))], YEARS[letter])
    rng = random.Random(letter)
    for _ in range(30):
        own = {id: rng.choice(TEXTS) for id in FORMS[letter].cells}
        blocks = [block(grid) for grid in tables(FORMS[letter], own.__getitem__)]
        found = read(blocks, YEARS[letter])
        assert found == first_time(blocks, YEARS[letter])
        for id, fact in found.facts.items():
            assert fact.state is State.UNREADABLE or fact.raw == own[id], id


def test_a_shape_is_that_of_its_numbers() -> None:
    """Any plain number stands for any other; blanks, strokes, words and spans do not."""
    boxes = [Box(0, 0, "规章"), Box(0, 1, "12")]
    plain = shape_of(block(boxes), 0)
    for same in ("0", "1,234", " 7\n", "3.50", "-2"):
        assert shape_of(block([boxes[0], Box(0, 1, same)]), 0) == plain
    for other in ("", "/", "12件", "1 2", "十二", "1,23", "１２"):
        assert shape_of(block([boxes[0], Box(0, 1, other)]), 0) != plain
    assert shape_of(block([boxes[0], Box(0, 1, "12", 1, 2)]), 0) != plain
    assert shape_of(block(boxes), 1) != plain


def test_a_row_that_counts_columns_is_remembered_as_such() -> None:
    """栏次 1 … 15 under the header of table four is no row of figures, though one with other digits is."""
    ids = [id for id in FORMS["C"].cells if id.startswith("t4.")]
    plain = table_four(FORMS["C"], VALUES["C"].__getitem__)
    counted = [
        *(b for b in plain if b.row < 3),
        *(Box(3, n, str(n + 1)) for n in range(15)),
        *(replace(b, row=4) for b in plain if b.row == 3),
    ]
    doubled = [replace(b, text="9" * len(b.text)) if b.row == 3 else b for b in counted]
    for boxes, state in ((doubled, State.UNREADABLE), (counted, State.NUMBER), (doubled, State.UNREADABLE)):
        two, three, _ = grids("C")
        found = read([block(two), block(three), block(boxes)])
        assert {found.facts[id].state for id in ids} == {state}


def test_a_table_printed_twice_is_compared_by_its_own_numbers() -> None:
    two, three, four = grids("C")
    other = [replace(b, text="55555") if b.text == VALUES["C"]["t3.new.total"] else b for b in three]
    for again, same in ((three, True), (other, False), (three, True)):
        found = read(list(map(block, [two, three, four, again])))
        assert found == first_time(list(map(block, [two, three, four, again])))
        assert (found.facts["t3.new.natural"].state is State.NUMBER) is same


def test_index_tables_of_platforms_do_not_disturb_what_is_remembered() -> None:
    """The table with 索引号 and date differs in every report; the official ones after it are still remembered."""
    rooms._official.cache_clear()
    for n in range(5):
        index = [replace(b, text=f"某局{n}") if b.text == "某局" else b for b in INDEX]
        read([block(index), *map(block, grids("C"))])
    sheets = rooms._official(rooms._Same(tuple(FORMS.values())), 2024)._printed.cache_info()
    assert (sheets.misses, sheets.hits) == (5 + 3, 3 * 4)


def test_a_huge_table_is_not_kept() -> None:
    rooms._official.cache_clear()
    boxes = [Box(row, column, f"{row}x{column}") for row in range(200) for column in range(6)]
    read([block(boxes)])
    assert rooms._official(rooms._Same(tuple(FORMS.values())), 2024)._printed.cache_info().currsize == 0


def test_the_share_of_printed_cells() -> None:
    two, three, four = grids("C")
    assert read(list(map(block, [two, three, four]))).fit == 100
    assert read(list(map(block, [two, three]))).fit == 92
    assert read([], 2024).fit is None
