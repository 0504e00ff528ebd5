"""XLSX: values as an inspector sees them, never a blank where something stands, and cells in A1 notation."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Document, Paragraph, SheetCell, Table, Unread
from auditor.readers import read
from auditor.readers.cellnumber import plain
from auditor.readers.sheet import a1
from auditor.readers.xlsx import _reference

Make = Callable[..., bytes]


def document(data: bytes) -> Document:
    found = read("a.xlsx", data)
    assert isinstance(found, Document), found
    return found


def cells(data: bytes) -> dict[str, str]:
    out: dict[str, str] = {}
    for block in document(data).blocks:
        if isinstance(block, Table):
            for cell in block.cells:
                assert isinstance(cell.place, SheetCell)
                out[cell.place.cell] = cell.text
    return out


def row(*items: str, number: int = 1) -> str:
    return f'<row r="{number}">' + "".join(items) + "</row>"


STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
    '<numFmt numFmtId="165" formatCode="0.00&quot;天&quot;"/><numFmt numFmtId="166" formatCode="[Red]0.0%"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>'
    '<xf numFmtId="2"/><xf numFmtId="22"/></cellXfs>'
)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("<c r='A1'><v>5</v></c>", "5"),
        ("<c r='A1'><v>5.0</v></c>", "5"),
        ("<c r='A1'><v>12.50</v></c>", "12.5"),
        ("<c r='A1' s='6'><v>5</v></c>", "5"),
        ("<c r='A1'><v>0.30000000000000004</v></c>", "0.3"),
        ("<c r='A1'><v>1E3</v></c>", "1000"),
        ("<c r='A1'><v>-0</v></c>", "0"),
        ("<c r='A1'><v>-3</v></c>", "-3"),
        ("<c r='A1' s='1'><v>0.339</v></c>", "33.9%"),
        ("<c r='A1' s='5'><v>0.07</v></c>", "7%"),
        ("<c r='A1' s='2'><v>43144</v></c>", "2018-02-13"),
        ("<c r='A1' s='3'><v>43144</v></c>", "2018-02-13"),
        ("<c r='A1' s='3'><v>1</v></c>", "1900-01-01"),
        ("<c r='A1' s='7'><v>43144.5</v></c>", "2018-02-13 12:00:00"),
        ("<c r='A1' s='2'><v>9999999</v></c>", "9999999"),
        ("<c r='A1' s='4'><v>3</v></c>", "3"),
        ("<c r='A1' t='s'><v>1</v></c>", "收到申请数"),
        ("<c r='A1' t='s'><v>2</v></c>", "甲乙"),
        ("<c r='A1' t='inlineStr'><is><t>条</t></is></c>", "条"),
        ("<c r='A1' t='str'><f>A2</f><v>文</v></c>", "文"),
        ("<c r='A1' t='str'><f>A2</f><v></v></c>", ""),
        ("<c r='A1' t='b'><v>1</v></c>", "TRUE"),
        ("<c r='A1' t='e'><v>#REF!</v></c>", "#REF!"),
        ("<c r='A1' t='d'><v>2018-02-13T00:00:00</v></c>", "2018-02-13"),
        ("<c r='A1'><f>SUM(B1:B3)</f><v>6</v></c>", "6"),
        ("<c r='A1'><f>SUM(B1:B3)</f></c>", "=SUM(B1:B3)"),
        ("<c r='A1'><v>不是数</v></c>", "不是数"),
    ],
)
def test_values_as_an_inspector_sees_them(make_xlsx: Make, cell: str, shown: str) -> None:
    shared = "<si><t>x</t></si><si><t>收到申请数</t></si><si><r><t>甲</t></r><r><t>乙</t></r><rPh><t>ㄐ</t></rPh></si>"
    sheet = (
        "<sheetData>" + row(cell, "<c r='B1'><v>1</v></c>") + row("<c r='A2'><v>8</v></c>", number=2) + "</sheetData>"
    )
    assert cells(make_xlsx(sheet, styles=STYLES, shared=shared))["A1"] == shown


def test_a_formula_never_computed_is_noted(make_xlsx: Make) -> None:
    sheet = "<sheetData>" + row("<c r='A1'><v>1</v></c>", "<c r='B1'><f>A1</f></c>") + "</sheetData>"
    assert "公式" in document(make_xlsx(sheet)).notes[0]


def test_dates_counted_from_1904(make_xlsx: Make) -> None:
    sheet = "<sheetData>" + row("<c r='A1' s='2'><v>41682</v></c>", "<c r='B1'><v>1</v></c>") + "</sheetData>"
    assert cells(make_xlsx(sheet, styles=STYLES, book='<workbookPr date1904="1"/>'))["A1"] == "2018-02-13"


def test_blanks_within_the_used_range_are_blank_cells_and_empty_rows_close_up(make_xlsx: Make) -> None:
    sheet = (
        "<sheetData>" + row("<c r='B3'><v>1</v></c>", "<c r='D3'><v>2</v></c>", number=3)
        + row("<c r='B5' s='0'/>", number=5) + row("<c r='D9'><v>3</v></c>", number=9) + "</sheetData>"
    )  # fmt: skip
    table = document(make_xlsx(sheet)).blocks[0]
    assert isinstance(table, Table)
    assert table.caption == "表1"
    assert [(c.row, c.column, c.text, c.place) for c in table.cells] == [
        (0, 0, "1", SheetCell("表1", "B3")), (0, 1, "2", SheetCell("表1", "D3")),
        (1, 0, "", SheetCell("表1", "B9")), (1, 1, "3", SheetCell("表1", "D9")),
    ]  # fmt: skip


def test_cells_without_references_follow_each_other(make_xlsx: Make) -> None:
    sheet = "<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>"
    assert cells(make_xlsx(sheet)) == {"A1": "1", "B1": "2", "A2": "3", "B2": ""}


def test_merged_cells_are_spans(make_xlsx: Make) -> None:
    sheet = (
        "<sheetData>" + row("<c r='A1'><v>1</v></c>", "<c r='D1'><v>2</v></c>")
        + row("<c r='C2'><v>3</v></c>", "<c r='D2'><v>4</v></c>", number=2) + "</sheetData>"
        "<mergeCells><mergeCell ref='A1:B2'/><mergeCell ref='D1:D9'/><mergeCell ref='zz'/></mergeCells>"
    )  # fmt: skip
    table = document(make_xlsx(sheet)).blocks[0]
    assert isinstance(table, Table)
    assert [(c.text, c.row, c.column, c.row_span, c.column_span) for c in table.cells] == [
        ("1", 0, 0, 2, 1), ("", 0, 1, 1, 1), ("2", 0, 2, 2, 1), ("3", 1, 1, 1, 1),
    ]  # fmt: skip


def test_hidden_sheets_are_noted_and_prose_is_paragraphs(make_xlsx: Make) -> None:
    prose = "<sheetData>" + "".join(
        row(f"<c r='A{n}' t='inlineStr'><is><t>第{n}段，本年度主动公开政府信息。</t></is></c>", number=n) for n in range(1, 6)
    ) + "</sheetData>"  # fmt: skip
    numbers = "<sheetData>" + row("<c r='A1'><v>1</v></c>", "<c r='B1'><v>2</v></c>") + "</sheetData>"
    found = document(make_xlsx(prose, numbers, numbers, states=("visible", "hidden", "veryHidden")))
    assert [b.text.place() for b in found.blocks if isinstance(b, Paragraph)] == [
        SheetCell("表1", f"A{n}") for n in range(1, 6)
    ]
    assert not any(isinstance(b, Table) for b in found.blocks)
    assert found.notes == ("工作表“表2”已隐藏，未予读取", "工作表“表3”已隐藏，未予读取")


def test_a_workbook_without_content_is_unread(make_xlsx: Make) -> None:
    found = read("a.xlsx", make_xlsx("<sheetData/>"))
    assert isinstance(found, Unread)
    assert "没有内容" in found.reason


def test_a_string_that_is_not_there_is_a_broken_file(make_xlsx: Make) -> None:
    found = read("a.xlsx", make_xlsx("<sheetData>" + row("<c r='A1' t='s'><v>7</v></c>") + "</sheetData>"))
    assert isinstance(found, Unread)
    assert "损坏" in found.reason


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 30), st.integers(1, 30)), st.integers(-(10**6), 10**6), min_size=2, max_size=20
    )
)
def test_a_workbook_written_by_another_library_reads_back(values: dict[tuple[int, int], int]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for (r, c), value in values.items():
        sheet.cell(r, c, value)
    file = io.BytesIO()
    book.save(file)
    found = read("a.xlsx", file.getvalue())
    assert isinstance(found, Document)
    read_back: dict[str, str] = {}
    for block in found.blocks:
        if isinstance(block, Table):
            read_back |= {c.place.cell: c.text for c in block.cells if c.text and isinstance(c.place, SheetCell)}
        else:
            place = block.text.place()
            assert isinstance(place, SheetCell)
            read_back[place.cell] = block.text.text
    assert read_back == {a1(*at): str(value) for at, value in values.items()}


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_references_round_trip(row_number: int, column: int) -> None:
    assert _reference(a1(row_number, column)) == (row_number, column)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_plain_numbers_keep_their_value(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)
