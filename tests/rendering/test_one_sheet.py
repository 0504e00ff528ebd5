"""A whole report on one sheet, its tables under their headings without an empty row between them."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import readers
from auditor.facts import extract
from auditor.facts.stacked import unstacked
from auditor.model import Cell, Document, SheetCell, State, Table
from auditor.rulebook import Rulebook

from .dresses import Report, report
from .test_round_trip import form_of


def one_sheet(given: Report) -> bytes:
    """Everything one row after the other."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("年报")
    at = 0
    for line in (given.title, *given.above):
        sheet.write(at, 0, line)
        at += 1
    for heading, grid in given.parts:
        sheet.write(at, 0, heading)
        at += 1
        for b in grid:
            row, below, right = at + b.row, at + b.row + b.row_span - 1, b.column + b.column_span - 1
            if (row, b.column) != (below, right):
                sheet.merge_range(row, b.column, below, right, b.text)
            elif b.text:
                sheet.write(row, b.column, b.text)
        at += max(b.row + b.row_span for b in grid)
    for line in given.below:
        sheet.write(at, 0, line)
        at += 1
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("letter", ["A", "B", "C"])
@settings(max_examples=5)
@given(data=st.data())
def test_every_cell_is_read(book: Rulebook, letter: str, data: st.DataObject) -> None:
    form = form_of(book, letter)
    texts = {id: data.draw(st.sampled_from(["0", "3", "127", ""])) for id in form.cells}
    document = readers.read("年报.xlsx", one_sheet(report(form, texts)))
    assert isinstance(document, Document)
    read = extract(document, book.lexicon)
    assert read.profile.organisation == "云台县柳林镇人民政府"
    wrong = [
        (id, text, read.facts[id])
        for id, text in texts.items()
        if (read.facts[id].state, str(read.facts[id].value or 0))
        != ((State.NUMBER, text) if text else (State.BLANK, "0"))
    ]
    assert not wrong
    assert not any(table.rows_extra or table.rows_missing for table in read.tables)
    assert [s.heading[:2] for s in read.sections][-2:] == ["五、", "六、"]


def test_a_row_that_a_cell_reaches_over_is_no_border() -> None:
    place = SheetCell("年报", "A1")
    cells = (
        Cell(0, 0, "甲", place, 3),
        Cell(0, 1, "1", place),
        Cell(1, 1, "二、主动公开政府信息情况", place),
        Cell(2, 1, "2", place),
    )
    (table,) = unstacked([Table(cells, place)])
    assert table == Table(cells, place)


@pytest.mark.parametrize(
    "words", ["一、主动公开情况", "三、依申请公开情况", "二、回应解读情况", "（二）本年度办理结果"]
)
def test_a_heading_row_of_a_form_is_no_border(words: str) -> None:
    place = SheetCell("年报", "A1")
    cells = (
        Cell(0, 0, "指标", place),
        Cell(0, 1, "数", place),
        Cell(1, 0, words, place),
        Cell(2, 0, "甲", place),
        Cell(2, 1, "2", place),
    )
    assert list(unstacked([Table(cells, place)])) == [Table(cells, place)]
