"""A checklist as a person fills it in: cells are set by row and heading in the very workbook that a run wrote."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl

SHEET, HEAD, FIRST = "核验清单", 2, 3
Value = object


def filled(content: bytes, answers: Mapping[int, Mapping[str, Value]]) -> bytes:
    """The workbook with values set: by the row's number in the list (from 1), then by heading."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    columns = {cell.value: cell.column for cell in sheet[HEAD]}
    for number, values in answers.items():
        for heading, value in values.items():
            sheet.cell(FIRST + number - 1, columns[heading]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(path: Path) -> list[dict[str, Value]]:
    """The rows of a list by heading."""
    book = openpyxl.load_workbook(path)
    rows = list(book[SHEET].iter_rows(min_row=HEAD, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
