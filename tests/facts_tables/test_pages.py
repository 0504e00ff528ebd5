"""Tables that run over pages, by a printer or by hand: rows and labels broken in the middle, headers repeated or not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.tables import TablesRead, read_tables
from auditor.model import State

from .conftest import FORMS
from .render import Box, below, block, document
from .test_settled import YEARS
from .test_shapes import VALUES, grids

FIRST_ROW = {"list": 1, "matrix": 3}


def wrong(result: TablesRead, letter: str) -> list[str]:
    own = VALUES[letter]
    return [
        f"{id} {result.facts[id].value}"
        for id in own
        if result.facts[id].value is not None and str(result.facts[id].value) != own[id]
    ]


def missing(result: TablesRead, letter: str) -> list[str]:
    return [id for id in VALUES[letter] if result.facts[id].value is None]


def read(letter: str, parts: Sequence[Sequence[Box]], place: int) -> TablesRead:
    """The report in which one table is given in parts."""
    shown = list(grids(letter))
    blocks = [*map(block, shown[:place]), *map(block, parts), *map(block, shown[place + 1 :])]
    return read_tables(document(*blocks), tuple(FORMS.values()), YEARS[letter])


def label_at(boxes: Sequence[Box], row: int) -> Box:
    """The cell that holds the row's own label."""
    return max((b for b in boxes if b.row == row and not b.text.isdigit() and len(b.text) > 2), key=lambda b: b.column)


def broken_row(boxes: Sequence[Box], row: int, cut: int, numbers: str) -> tuple[list[Box], list[Box]]:
    """(rows up to this one, rows after it): its label is broken after `cut` characters, its numbers stand in the `first`
    or the `second` half, the other half has blank cells. Cells over several rows are cut at the page.
    """
    label = label_at(boxes, row)
    cells = [b for b in boxes if b.row == row and b.column > label.column]
    blank = [replace(b, text="") for b in cells]
    first = [replace(b, row_span=min(b.row_span, row - b.row + 1)) for b in boxes if b.row < row]
    first += [replace(b, row_span=1) for b in boxes if b.row == row and b.column < label.column]
    first += [replace(label, text=label.text[:cut]), *(cells if numbers == "first" else blank)]
    over = [b for b in boxes if b.row <= row < b.row + b.row_span - 1 and b.column < label.column]
    second = [replace(b, row=0, text="", row_span=b.row + b.row_span - row) for b in over]
    gaps = [b for b in boxes if b.row == row and b.column < label.column and b not in over]
    second += [replace(b, row=0, text="", row_span=1) for b in gaps]
    second += [replace(label, row=0, text=label.text[cut:])]
    second += [replace(b, row=0) for b in (blank if numbers == "first" else cells)]
    second += [replace(b, row=b.row - row) for b in boxes if b.row > row]
    return first, second


def with_header(boxes: Sequence[Box], rest: Sequence[Box], rows: int) -> list[Box]:
    return below([b for b in boxes if b.row < rows], rest)


@pytest.mark.parametrize("numbers", ["first", "second"])
@pytest.mark.parametrize("layout", ["one table", "two tables", "header again"])
@given(seed=st.integers(0, 10**9), letter=st.sampled_from("AABCC"))
@settings(max_examples=10, deadline=None)
def test_a_row_broken_in_the_middle_of_its_label(numbers: str, layout: str, seed: int, letter: str) -> None:
    """No number is ever given to another row; where the halves of the label are told together, none is lost."""
    rng = random.Random(seed)
    place = 0 if letter == "A" else 1
    boxes = grids(letter)[place]
    header = FIRST_ROW[FORMS[letter].tables[place].kind]
    filled = sorted({b.row for b in boxes if b.text.isdigit() and b.row >= header})
    row = rng.choice(filled[:-1])
    text = label_at(boxes, row).text
    cut = rng.randint(max(2, len(text) // 3), max(2, len(text) - 2))
    first, second = broken_row(boxes, row, cut, numbers)
    if layout == "one table":
        parts = [below(first, second)]
    else:
        parts = [first, with_header(boxes, second, header) if layout == "header again" else second]
    result = read(letter, parts, place)
    assert wrong(result, letter) == []
    width = len(FORMS[letter].tables[place].columns)
    assert len(missing(result, letter)) <= 2 * width
    assert all(result.facts[id].state is State.UNREADABLE for id in missing(result, letter)), (row, text, cut)


def test_most_broken_rows_are_read() -> None:
    """Every second row of every form, broken in the middle, in one table and in two, its numbers in either half: how many come out whole."""
    whole = every = 0
    for letter in "ABC":
        place = 0 if letter == "A" else 1
        boxes = grids(letter)[place]
        header = FIRST_ROW[FORMS[letter].tables[place].kind]
        for row in sorted({b.row for b in boxes if b.text.isdigit() and b.row >= header})[:-1:2]:
            text = label_at(boxes, row).text
            for numbers in ("first", "second"):
                first, second = broken_row(boxes, row, max(2, len(text) // 2), numbers)
                for parts in ([below(first, second)], [first, with_header(boxes, second, header)]):
                    result = read(letter, parts, place)
                    assert wrong(result, letter) == []
                    every += 1
                    whole += not missing(result, letter)
    print(f"broken rows read whole: {whole} of {every}")
    assert whole >= 0.98 * every


@pytest.mark.parametrize("letter", "BC")
@pytest.mark.parametrize("parent", ["（三）不予公开", "（四）无法提供", "（五）不予处理"])
@pytest.mark.parametrize("again", [True, False])
def test_a_label_over_several_rows_broken_by_the_page(letter: str, parent: str, again: bool) -> None:
    """（四）无 on one page, 法提供 on the next, and beside them rows that are whole."""
    boxes = grids(letter)[1]
    over = next(b for b in boxes if b.text == parent)
    cut = over.row + 1
    first = [replace(b, row_span=min(b.row_span, cut - b.row)) for b in boxes if b.row < cut]
    first = [replace(b, text=parent[:4]) if b.text == parent else b for b in first]
    second = [b for b in boxes if b.row >= cut]
    second += [
        replace(b, row=cut, text=parent[4:] if b is over else "", row_span=b.row + b.row_span - cut)
        for b in boxes if b.row < cut < b.row + b.row_span
    ]  # fmt: skip
    second = [replace(b, row=b.row - cut) for b in second]
    second = with_header(boxes, second, 3) if again else second
    result = read(letter, [first, second], 1)
    assert wrong(result, letter) == []
    assert missing(result, letter) == []
    assert result.readings[1].rows_extra == ()


@pytest.mark.parametrize("letter", "ABC")
@pytest.mark.parametrize("pieces", [3, 5])
def test_many_pages(letter: str, pieces: int) -> None:
    """Every page with or without the header, as it comes."""
    place = 0 if letter == "A" else 1
    boxes = grids(letter)[place]
    header = FIRST_ROW[FORMS[letter].tables[place].kind]
    last = max(b.row for b in boxes)
    for seed in range(6):
        rng = random.Random(f"{letter}{pieces}{seed}")
        cuts = sorted(rng.sample(range(header + 2, last), pieces - 1))
        parts = []
        for begin, end in zip([0, *cuts], [*cuts, last + 1], strict=True):
            own = [replace(b, row_span=min(b.row_span, end - b.row)) for b in boxes if begin <= b.row < end]
            own += [replace(b, row=begin, text="", row_span=min(b.row + b.row_span, end) - begin)
                    for b in boxes if b.row < begin < b.row + b.row_span]  # fmt: skip
            own = [replace(b, row=b.row - begin) for b in own]
            parts.append(with_header(boxes, own, header) if begin and rng.random() < 0.5 else own)
        result = read(letter, parts, place)
        assert wrong(result, letter) == []
        assert missing(result, letter) == [], (cuts, missing(result, letter))
        assert result.fit == 100


@pytest.mark.parametrize("letter", "BC")
def test_table_two_broken_between_a_header_and_its_row(letter: str) -> None:
    boxes = grids(letter)[0]
    for cut in (2, 4, 5, 6, 8):
        first = [b for b in boxes if b.row < cut]
        second = [replace(b, row=b.row - cut) for b in boxes if b.row >= cut]
        result = read(letter, [first, second], 0)
        assert wrong(result, letter) == []
        assert missing(result, letter) == [], cut


@pytest.mark.parametrize("letter", "BC")
def test_table_four_broken_between_its_header_and_its_numbers(letter: str) -> None:
    boxes = grids(letter)[2]
    first, second = [b for b in boxes if b.row < 3], [replace(b, row=0) for b in boxes if b.row == 3]
    result = read(letter, [first, second], 2)
    assert wrong(result, letter) == []
    assert missing(result, letter) == []
