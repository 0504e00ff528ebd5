"""Where the form that is due takes all, other forms are not tried; what comes out is the same as if they were."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from auditor.facts import tables as rooms
from auditor.facts.tables import TablesRead, read_tables
from auditor.form import Form
from auditor.model import Block

from .conftest import FORMS
from .render import Box, as_lines, block, document, paragraph, table_four, table_three, table_two
from .test_noise import noisy
from .test_shapes import VALUES, grids

YEARS = {"A": 2017, "B": 2020, "C": 2024}
INDEX = [Box(0, 0, "索引号"), Box(0, 1, "CH-1"), Box(1, 0, "发布机构"), Box(1, 1, "某局")]


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each reading (the plain one, then the one that tries all) whether the other forms were left out."""
    taken: list[bool] = []
    look = rooms._Official.with_text

    def watched(self: rooms._Official, blocks: object, sheets: object, outlook: rooms._Outlook) -> object:
        plan = look(self, blocks, sheets, outlook)  # type: ignore[arg-type]
        taken.append(outlook.settled and plan is None)
        return plan

    monkeypatch.setattr(rooms._Official, "with_text", watched)
    return taken


def read(blocks: Sequence[Block], year: int | None) -> TablesRead:
    return read_tables(document(*blocks), tuple(FORMS.values()), year)


def tried_all(blocks: Sequence[Block], year: int | None) -> TablesRead:
    rooms._official.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rooms, "settled", lambda *_: False)
        out = read(blocks, year)
    rooms._official.cache_clear()
    return out


@pytest.mark.parametrize("letter", "ABC")
def test_a_plain_report_is_settled(letter: str, ways: list[bool]) -> None:
    blocks = [block(INDEX), *map(block, grids(letter))]
    assert read(blocks, YEARS[letter]) == tried_all(blocks, YEARS[letter])
    assert ways == [True, False]


@pytest.mark.parametrize("letter", "BC")
def test_rows_and_tables_of_another_form_are_tried(letter: str, ways: list[bool]) -> None:
    other = "C" if letter == "B" else "B"
    two, three, four = grids(letter)
    foreign = grids(other)
    for shown in ([two, foreign[1], four], [foreign[0], three, four], [two, three, four, grids("A")[0]]):
        blocks = list(map(block, shown))
        assert read(blocks, YEARS[letter]) == tried_all(blocks, YEARS[letter])
    lines: list[Block] = [*map(block, grids(letter)), *as_lines(grids("A")[0])]
    assert read(lines, YEARS[letter]) == tried_all(lines, YEARS[letter])
    assert len(read(lines, YEARS[letter]).readings) == 4
    assert ways[:6] == [False] * 6


def mixed(main: str, rng: random.Random) -> list[Block]:
    """Tables of several forms, some damaged, doubled, left out or as lines, in any order."""
    shown = noisy(main, rng, rng.choice([0.0, 0.0, 0.05, 0.5]), rng.choice([0.0, 0.0, 0.05]))[0]
    if rng.random() < 0.3:
        shown.pop(rng.randrange(len(shown)))
    if rng.random() < 0.5:
        other = rng.choice("BC")
        make = rng.choice([table_two, table_three, table_four])
        shown.append(make(FORMS[other], VALUES[other].__getitem__))
    if rng.random() < 0.3:
        shown.insert(0, INDEX)
    if rng.random() < 0.3:
        rng.shuffle(shown)
    blocks: list[Block] = [block(boxes) for boxes in shown]
    if rng.random() < 0.3:
        blocks += as_lines(rng.choice(grids(rng.choice("ABC"))))
    return [*blocks, paragraph("二、主动公开政府信息情况")]


def test_mixed_reports(ways: list[bool]) -> None:
    for seed in range(120):
        rng = random.Random(seed)
        main = rng.choice("ABC")
        blocks, year = mixed(main, rng), rng.choice([YEARS[main], YEARS[main], 2017, 2024, None])
        assert read(blocks, year) == tried_all(blocks, year), seed
    assert 10 < ways[::2].count(True) < len(ways) // 2
    assert not any(ways[1::2])


def test_forms_are_told_apart_by_identity() -> None:
    """What is made ready for one set of forms never serves another that is equal to it."""
    copies: tuple[Form, ...] = tuple(replace(form) for form in FORMS.values())
    blocks = list(map(block, grids("C")))
    one, two = read(blocks, 2024), read_tables(document(*blocks), copies, 2024)
    assert one.form is FORMS["C"]
    assert two.form is copies[2]
    assert one == two
