"""Workbooks that people filled in, read to the letter: what is looked at, what is refused."""

from __future__ import annotations

import io

import openpyxl
import pytest
import xlsxwriter

from auditor.readers import limits
from auditor.readers.limits import Refusal
from auditor.readers.workbook import sheets


def book(**cells: dict[str, str]) -> bytes:
    """A workbook with these sheets of cells."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for title, known in cells.items():
        sheet = made.add_worksheet(title)
        for cell, text in known.items():
            sheet.write_string(cell, text)
    made.close()
    return out.getvalue()


def test_cells_to_the_letter() -> None:
    texts = {"A1": " 前后空格 ", "B2": "=1+1", "A3": "a\r\nb\rc", "C9": "_x000D_", "D9": "\x0b", "E9": "　全角　"}
    (sheet,) = sheets(book(表=texts))
    assert sheet.title == "表"
    assert sheet.texts == {
        (1, 1): " 前后空格 ",
        (2, 2): "=1+1",
        (3, 1): "a\nb\nc",
        (9, 3): "_x000D_",
        (9, 4): "\x0b",
        (9, 5): "　全角　",
    }


def test_merged_cells_hidden_sheets_and_unwanted_ones() -> None:
    made = openpyxl.Workbook()
    made.worksheets[0].title = "一"
    made.worksheets[0]["B2"] = "并"
    made.worksheets[0].merge_cells("B2:C5")
    for title in ("二", "三"):
        made.create_sheet(title)["A1"] = title
    made["二"].sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    assert [(sheet.title, sheet.merged) for sheet in sheets(out.getvalue())] == [("一", {(2, 2): (5, 3)}), ("三", {})]
    assert [sheet.title for sheet in sheets(out.getvalue(), lambda title: title == "三")] == ["三"]


def test_limits_hold_for_the_sheets_that_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELLS", 3)
    large = {f"A{row}": "字" for row in range(1, 32)}
    data = book(台账={f"A{row}": "字" for row in range(1, 31)}, 事实=large)
    assert [len(sheet.texts) for sheet in sheets(data, lambda title: title == "台账")] == [30]
    with pytest.raises(Refusal, match="单元格超过"):
        sheets(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "不是 Excel 工作簿"),
        ("单位,问题".encode(), "不是 Excel 工作簿"),
        (b"%PDF-1.7\n", "不是 Excel 工作簿"),
        (b"PK\x03\x04", "损坏"),
    ],
)
def test_what_is_no_workbook(data: bytes, says: str) -> None:
    with pytest.raises(Refusal) as refusal:
        sheets(data)
    assert says in refusal.value.reason, refusal.value.reason


def test_a_file_past_the_limit_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.readers.workbook.FILE_BYTES", 10)
    with pytest.raises(Refusal, match="MiB"):
        sheets(book(表={"A1": "甲"}))
