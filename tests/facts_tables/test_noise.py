"""Damage never yields a wrong number: edits, lost rows, rows of sums, split labels, at random."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.tables import TablesRead, read_tables
from auditor.model import State

from .conftest import FORMS
from .render import Box, as_lines, block, document, paragraph, tables, without_rows
from .test_shapes import VALUES

POOL = "政府信息公开申请数答复其他情形维持国家秘密一二三1234、.（）某OCI "
LETTERS = st.sampled_from("ABC")


def damaged(text: str, rng: random.Random) -> str:
    """One to three characters lost, changed or added."""
    chars = list(text)
    for _ in range(rng.randint(1, 3)):
        kind = rng.randrange(3)
        if kind == 0 and chars:
            chars.pop(rng.randrange(len(chars)))
        elif kind == 1 and chars:
            chars[rng.randrange(len(chars))] = rng.choice(POOL)
        else:
            chars.insert(rng.randrange(len(chars) + 1), rng.choice(POOL))
    return "".join(chars)


def is_label(box: Box) -> bool:
    return len(box.text) > 1 and not box.text.isdigit() and "万元" not in box.text and box.text != "人次"


def noisy(letter: str, rng: random.Random, share: float, lost: float) -> tuple[list[list[Box]], set[str]]:
    """The form's tables with labels damaged and rows dropped, and the numbers that went with them."""
    grids: list[list[Box]] = []
    gone: set[str] = set()
    for grid in tables(FORMS[letter], VALUES[letter].__getitem__):
        rows = {b.row for b in grid if b.text.isdigit()}
        drop = {row for row in rows if rng.random() < lost} if len(rows) > 1 else set()
        gone |= {b.text for b in grid if b.row in drop}
        kept = without_rows(grid, drop)
        grids.append(
            [replace(b, text=damaged(b.text, rng)) if is_label(b) and rng.random() < share else b for b in kept]
        )
    return grids, gone


def wrong_numbers(result: TablesRead, letter: str) -> list[str]:
    own = VALUES[letter]
    return [
        f"{id} {fact.value}" for id, fact in result.facts.items()
        if fact.value is not None and id in own and str(fact.value) != own[id]
    ]  # fmt: skip


@pytest.mark.parametrize("letter", "ABC")
@pytest.mark.parametrize("share", [1.0, 0.3])
def test_damaged_labels_never_give_a_wrong_number(letter: str, share: float) -> None:
    right = 0
    for seed in range(40):
        rng = random.Random(f"{letter}{share}{seed}")
        grids, gone = noisy(letter, rng, share, 0.08)
        result = read_tables(document(*map(block, grids)), tuple(FORMS.values()), None)
        assert wrong_numbers(result, letter) == [], seed
        found = {str(f.value) for f in result.facts.values() if f.value is not None}
        assert not found & gone, seed
        right += sum(id in result.facts and result.facts[id].state is State.NUMBER for id in VALUES[letter])
    # 8 % of the rows are gone; of the rest this share must still be read.
    least = {("A", 1.0): 0.85, ("A", 0.3): 0.93}.get((letter, share), 0.15 if share == 1.0 else 0.8)
    assert right > 40 * len(VALUES[letter]) * 0.92 * least


@pytest.mark.parametrize("letter", "ABC")
def test_damaged_flat_text_never_gives_a_wrong_number(letter: str) -> None:
    for seed in range(25):
        rng = random.Random(f"flat{letter}{seed}")
        grids, _ = noisy(letter, rng, 0.3, 0.08)
        found = [line for grid in grids for line in as_lines(grid)]
        found = [line for line in found if rng.random() > 0.01]
        result = read_tables(document(*found), tuple(FORMS.values()), None)
        assert wrong_numbers(result, letter) == [], seed


@given(letter=LETTERS, data=st.data())
@settings(max_examples=40, deadline=None)
def test_numbers_round_trip(letter: str, data: st.DataObject) -> None:
    """Any numbers and blanks come out as they went in."""
    ids = list(FORMS[letter].cells)
    drawn = data.draw(st.lists(st.one_of(st.none(), st.integers(0, 10**7)), min_size=len(ids), max_size=len(ids)))
    values = dict(zip(ids, drawn, strict=True))
    shown = {id: "" if v is None else f"{v:,}" if v % 2 else str(v) for id, v in values.items()}
    result = read_tables(document(*map(block, tables(FORMS[letter], shown.__getitem__))), tuple(FORMS.values()), None)
    assert {id: f.value for id, f in result.facts.items()} == values
    assert all((f.state is State.BLANK) == (values[id] is None) for id, f in result.facts.items())


@given(letter=LETTERS, seed=st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_rows_of_sums_are_extra(letter: str, seed: int) -> None:
    rng = random.Random(seed)
    grids: list[list[Box]] = []
    added = 0
    for grid in tables(FORMS[letter], VALUES[letter].__getitem__):
        rows = sorted({b.row for b in grid if b.text.isdigit()})
        if len(rows) < 20:
            grids.append(grid)
            continue
        at = rng.choice(rows[2:])
        first = min(b.column for b in grid if b.row == at and (b.text.isdigit() or (letter == "A" and b.column)))
        like = [b for b in grid if b.row == at and b.column >= first]
        label = max((b for b in grid if b.row == at and b.column < first), key=lambda b: b.column)
        moved = [
            replace(b, row=b.row + (b.row >= at), row_span=b.row_span + (b.row < at < b.row + b.row_span)) for b in grid
        ]
        moved += [
            replace(label, row=at, text="小计"),
            *(replace(b, row=at, text="5" if b.text.isdigit() else b.text) for b in like),
        ]
        grids.append(moved)
        added += 1
    result = read_tables(document(*map(block, grids)), tuple(FORMS.values()), None)
    assert wrong_numbers(result, letter) == []
    assert all(result.facts[id].state is State.NUMBER for id in VALUES[letter])
    assert [m.text for r in result.readings for m in r.rows_extra] == ["小计"] * added


@given(letter=LETTERS, seed=st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_a_cell_lost_at_random_never_shifts_a_row(letter: str, seed: int) -> None:
    rng = random.Random(seed)
    grids = [list(grid) for grid in tables(FORMS[letter], VALUES[letter].__getitem__)]
    grid = rng.choice(grids)
    lost = rng.choice([b for b in grid if b.text.isdigit()])
    grid.remove(lost)
    for n, b in enumerate(grid):
        if b.row == lost.row and b.column > lost.column:
            grid[n] = replace(b, column=b.column - lost.column_span)
    result = read_tables(document(*map(block, grids)), tuple(FORMS.values()), None)
    assert wrong_numbers(result, letter) == []
    hit = next(id for id, text in VALUES[letter].items() if text == lost.text)
    assert result.facts[hit].state is State.UNREADABLE
    assert sum(f.state is State.NUMBER for f in result.facts.values()) >= len(VALUES[letter]) - 15


WORDS = [
    "", " ", "\xa0", "0", "12", "/", "无", "件", "万元", "单位", "统计指标", "统计数", "信息内容", "自然人", "其他", "总计",
    "结果维持", "行政复议", "行政诉讼", "第二十条第（五）项", "本年处理决定数量", "行政许可", "3.其他", "（六）其他处理",
    "一、主动公开情况", "收到申请数", "被依法纠错数", "其他情形数", "其中：", "（七）总计", "三、本年度办理结果", "申请人情况", "1 2",
]  # fmt: skip
BOXES = st.builds(
    Box, st.integers(0, 9), st.integers(0, 9), st.sampled_from(WORDS), st.integers(1, 4), st.integers(1, 9)
)


@given(
    grid=st.lists(BOXES, max_size=60),
    lines=st.lists(st.sampled_from(WORDS), max_size=60),
    year=st.none() | st.integers(2014, 2025),
)
@settings(max_examples=150, deadline=None)
def test_any_table_is_read_without_a_fault_of_ours(grid: list[Box], lines: list[str], year: int | None) -> None:
    found = document(block(grid), *map(paragraph, lines))
    result = read_tables(found, tuple(FORMS.values()), year)
    assert result == read_tables(found, tuple(FORMS.values()), year)
    for id, fact in result.facts.items():
        assert fact.id == id
        assert (fact.value is not None) == (fact.state is State.NUMBER)
        assert (fact.state is State.UNREADABLE) <= bool(fact.note)
        assert (fact.state is State.ABSENT) <= (fact.place is None)
    if result.form is not None:
        assert list(result.facts)[: len(result.form.cells)] == list(result.form.cells)
        assert [r.table for r in result.readings][: len(result.form.tables)] == [t.name for t in result.form.tables]
