"""Reports with cells that cannot be read, and fact sheets as a person fills them in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from rendering.dresses import Report, pdf_ruled, report

from auditor.factsheet import heads
from auditor.rulebook import Rulebook

HEAD, FIRST = 2, 3
UNCLEAR = {"t3.new.natural": "1 2", "t3.new.total": "12"}


def told(book: Rulebook, texts: Mapping[str, str] = UNCLEAR, letter: str = "C") -> Report:
    """A township's report with 0 in every cell but for these texts."""
    form = next(form for form in book.lexicon.forms if form.letter == letter)
    return report(form, {id: texts.get(id, "0") for id in form.cells})


def printed(book: Rulebook, texts: Mapping[str, str] = UNCLEAR, letter: str = "C") -> bytes:
    """The same as a PDF with ruled tables."""
    return pdf_ruled(told(book, texts, letter))


def filled(path: Path, out: Path, rows: Mapping[int, Mapping[str, Any]]) -> Path:
    """The sheet with values set: by the row's number in the list (from 1), then by heading."""
    book = openpyxl.load_workbook(path)
    sheet = book[heads.SHEET]
    columns = {cell.value: cell.column for cell in sheet[HEAD]}
    for number, values in rows.items():
        for heading, value in values.items():
            sheet.cell(FIRST + number - 1, columns[heading]).value = value
    book.save(out)
    return out


def listed(content: bytes) -> list[dict[str, Any]]:
    """The rows of a sheet by heading."""
    rows = list(openpyxl.load_workbook(io.BytesIO(content))[heads.SHEET].iter_rows(min_row=HEAD, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
