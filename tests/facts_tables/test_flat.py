"""Text with one cell a line: right where each line's place is certain, unreadable where it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.facts.tables import read_tables
from auditor.form import Form
from auditor.model import Paragraph, State

from .conftest import FORMS
from .render import Box, as_lines, document, paragraph, table_a, table_three, tables
from .test_shapes import VALUES, A, C, all_right, read_blocks, states, wrong

NBSP = "\xa0"


def lines(letter: str) -> list[Paragraph]:
    return [line for grid in tables(FORMS[letter], VALUES[letter].__getitem__) for line in as_lines(grid)]


@pytest.mark.parametrize("letter", "ABC")
def test_one_cell_a_line(letter: str) -> None:
    result = read_blocks(*lines(letter))
    assert result.form is FORMS[letter]
    assert all_right(result, letter)


def texts(letter: str) -> list[str]:
    return [p.text.text for p in lines(letter)]


def test_blank_cells_are_lines_of_nbsp() -> None:
    values = A | {"review.total": "", "training.attendees": "", "fee.charged": ""}
    for lost in (True, False):
        boxes = table_a(FORMS["A"], values.__getitem__)
        if lost:
            boxes = [b for b in boxes if b.column != 1 or len(b.text) != 1]
        result = read_blocks(paragraph("统计表"), *as_lines(boxes), paragraph("单位负责人：甲"))
        blank = ["review.total", "training.attendees", "fee.charged"]
        assert all_right(result, "A", but=blank), lost
        assert states(result, blank) == {State.BLANK}
        assert all(result.facts[id].place is not None for id in blank)


def test_a_value_that_was_lost_is_not_taken_from_the_next_row() -> None:
    for id in ("channel.weibo", "request.received", "training.attendees"):
        found = [p for p in lines("A") if p.text.text != A[id]]
        result = read_blocks(*found)
        assert all_right(result, "A", but=[id])
        assert result.facts[id].state is State.UNREADABLE


def test_labels_over_two_lines() -> None:
    found: list[Paragraph] = []
    for line in lines("A"):
        text = line.text.text
        cut = text.find("（不同") if "（不同" in text else text.find("（不包") if "（不包" in text else 0
        found += [paragraph(text[:cut]), paragraph(text[cut:])] if cut else [line]
    assert all_right(read_blocks(*found), "A")


def test_prose_that_names_rows_is_no_row() -> None:
    prose = [
        paragraph("收到申请数"), paragraph("3"), paragraph("一、主动公开情况"),
        *(paragraph(f"第{n}段：本年度围绕群众关心的事项开展工作，全年公开信息若干。") for n in range(9)),
        paragraph("行政复议数量"), paragraph("我镇未收到因政府信息公开引起的行政复议。"),
        *(paragraph(f"第{n}段：本年度围绕群众关心的事项开展工作，全年公开信息若干。") for n in range(9)),
    ]  # fmt: skip
    result = read_blocks(*prose, *lines("A"))
    assert not wrong(result, "A")
    assert all_right(result, "A")
    assert min(result.used) >= len(prose)
    alone = read_blocks(*prose)
    assert (alone.form, alone.used) == (None, frozenset())


@pytest.mark.parametrize("gone", range(7))
def test_a_row_of_a_grid_with_a_line_too_few(gone: int) -> None:
    ids = [id for id in C if id.startswith("t3.unable_to_make.")]
    found = [p for p in lines("C") if p.text.text != C[ids[gone]]]
    result = read_blocks(*found)
    assert all_right(result, "C", but=ids)
    assert states(result, ids) == {State.UNREADABLE}


def test_blank_cells_of_a_grid() -> None:
    values = C | {"t3.new.research": "", "t3.carried_out.total": "", "t4.suit_after_review.total": ""}
    found = [line for grid in tables(FORMS["C"], values.__getitem__) for line in as_lines(grid)]
    result = read_blocks(*found)
    blank = [id for id, text in values.items() if not text]
    assert all_right(result, "C", but=blank)
    assert states(result, blank) == {State.BLANK}


def test_a_grid_without_its_header_words() -> None:
    boxes = [b for b in table_three(FORMS["C"], C.__getitem__) if b.row > 2]
    result = read_blocks(*as_lines(boxes))
    assert result.form is not None
    assert states(result, [id for id in result.facts if id.startswith("t3.")]) == {State.UNREADABLE}


def test_a_header_in_an_unknown_order_is_not_guessed() -> None:
    boxes = table_three(FORMS["C"], C.__getitem__)
    swap = {"科研机构": "社会公益组织", "社会公益组织": "科研机构"}
    boxes = [replace(b, text=swap.get(b.text, b.text)) for b in boxes]
    result = read_blocks(*as_lines(boxes))
    assert not wrong(result, "C")
    assert State.NUMBER not in states(result, [id for id in result.facts if id.startswith("t3.")])


def test_words_of_the_header_over_two_lines() -> None:
    found: list[Paragraph] = []
    for line in lines("C"):
        text = line.text.text
        found += [paragraph("商业"), paragraph("企业")] if text == "商业企业" else [line]
    assert all_right(read_blocks(*found), "C")


def test_blank_lines_after_the_table_are_page_spacing() -> None:
    result = read_blocks(*lines("C"), *(paragraph(NBSP) for _ in range(4)), paragraph("五、存在的主要问题"))
    assert all_right(result, "C")


def glue(boxes: list[Box]) -> str:
    return "".join(b.text for b in sorted(boxes, key=lambda b: (b.row, b.column)))


@pytest.mark.parametrize("letter", "ABC")
def test_glued(letter: str) -> None:
    form: Form = FORMS[letter]
    grids = tables(form, dict.fromkeys(form.cells, "0").__getitem__)
    before = "一、总体情况 本年度依照条例第二十条第（一）项公开信息12条，收到申请数为3件。二、情况 "
    result = read_tables(document(paragraph(before + glue(grids[0]) + "三、其他 " + "".join(map(glue, grids[1:])) + "四、完")),
                         tuple(FORMS.values()), form.first_year)  # fmt: skip
    assert result.form is form
    assert states(result, list(form.cells)) == {State.UNREADABLE}
    assert result.used_spans[0][1] == len(before)
    assert result.used == frozenset()


def test_prose_is_never_glued() -> None:
    text = (
        "本年新收政府信息公开申请数量为3件，上年结转政府信息公开申请数量为0件。予以公开2件，部分公开1件，"
        "结转下年度继续办理0件。行政复议结果维持0件、结果纠正0件、其他结果0件、尚未审结0件，总计0件。"
    )
    result = read_blocks(paragraph(text))
    assert (result.form, result.used_spans) == (None, ())
