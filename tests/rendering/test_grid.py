"""Tables on the screen: lines break as Chinese is set, within the width, and nothing is lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from auditor.cli.grid import Grid, breaks

WORDS = st.text(alphabet="县教育局，。（）“”；2026-Qab 、", max_size=60)


@given(WORDS, st.integers(4, 40))
@example("0（0）", 4)
@settings(max_examples=300)
def test_every_line_fits_and_all_lines_together_are_the_text(text: str, width: int) -> None:
    starts = [0, *breaks(text, width), len(text)]
    lines = [text[a:b] for a, b in pairwise(starts)]
    assert "".join(lines) == text
    assert all(cell_len(line.rstrip(" ")) <= width for line in lines)


def shown(width: int, *rows: tuple[str, str]) -> list[str]:
    table = Grid("编号", "事项", whole=("编号",))
    for row in rows:
        table.add_row(*row)
    screen = Console(width=width, markup=False, highlight=False)
    with screen.capture() as got:
        screen.print(table)
    return [line.rstrip() for line in got.get().splitlines()]


def test_words_follow_figures_on_their_line_and_numbers_stay_whole() -> None:
    lines = shown(40, ("2026Q1-云溪镇-01", "7 项：附件打不开、排序混乱，见 2026-02-12 的函（第3号）"))
    assert lines[2] == "2026Q1-云溪镇-01  7 项：附件打不开、排序"
    assert lines[3:] == [f"{'':18}混乱，见 2026-02-12 的", f"{'':18}函（第3号）"]


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    lines = [line[18:] for line in shown(30, ("2026Q1-云溪镇-01", "一二三四五，六七八九十（一二三四）五六"))[2:]]
    assert lines
    assert not [line for line in lines if line[:1] in "，。）" or line[-1:] == "（"]
