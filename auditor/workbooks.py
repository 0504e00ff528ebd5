"""What workbooks that people fill in have in common: the font, the looks of cells, the height of a row.

Safety    the options make words of words: no formula, no link and no number is made of a text
Equal     a workbook is dated by its maker, never by the clock
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from auditor.model import LedgerStamp

FONT: Final = "微软雅黑"
HIGHEST: Final = 400.0  # points; Excel itself stops at 409
DATED: Final = dt.datetime(2026, 1, 1)
_LINE, _MARGIN = 14.0, 4.0
_WIDE_MARKS = "“”‘’—…·"

OPTIONS: Final[Mapping[str, object]] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
BASE: Final[Mapping[str, object]] = {"font_name": FONT, "font_size": 10, "valign": "top", "text_wrap": True}
FRAMED: Final[Mapping[str, object]] = {**BASE, "border": 1, "border_color": "#BFC7D1"}
HEADING: Final[Mapping[str, object]] = {
    **FRAMED,
    "bold": True,
    "bg_color": "#1D3F66",
    "font_color": "#FFFFFF",
    "align": "center",
    "valign": "vcenter",
}


def height(cells: Iterable[tuple[str, float]], most: float = HIGHEST) -> float:
    """Points for the most lines that a cell (its text, its column's width in characters) of a row wraps to."""
    lines = max((_lines(text, width) for text, width in cells), default=1)
    return min(lines * _LINE + _MARGIN, most)


def _lines(text: str, width: float) -> int:
    room = max(int(width) - 1, 1)
    return sum(-(-display_width(part) // room) or 1 for part in text.split("\n"))


def display_width(text: str) -> int:
    """How many narrow characters wide a text is."""
    return sum(2 if ord(char) > 0x2E7F or char in _WIDE_MARKS else 1 for char in text)


def explain(book: Any, title: str, lines: Sequence[tuple[str, str]]) -> None:
    """A sheet 填写说明: a word and its explanation a row."""
    bold = book.add_format({**BASE, "bold": True})
    plain = book.add_format(dict(BASE))
    head = book.add_format({**BASE, "bold": True, "font_size": 15, "font_color": "#1D3F66", "text_wrap": False})
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 96)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, title, head)
    sheet.set_row(0, 28)
    for at, (word, words) in enumerate(lines, 1):
        sheet.write_string(at, 0, word, bold)
        sheet.write_string(at, 1, words, plain)
        sheet.set_row(at, height([(word, 18), (words, 90)]))


def offered(sheet: Any, first: int, last: int, column: int, choices: Sequence[str]) -> None:
    """A list of choices on the cells of a column, rows first … last."""
    sheet.data_validation(
        first,
        column,
        last,
        column,
        {
            "validate": "list",
            "source": list(choices),
            "error_title": "请从列表中选择",
            "error_message": "、".join(choices)[:250],
        },
    )


def foot(stamp: LedgerStamp | None) -> str:
    """The foot of a printed page: the page's number, and the head of the ledger from which the workbook was made."""
    kept = f"&L台账{stamp.words()}" if stamp is not None else ""
    return f"{kept}&C第 &P 页，共 &N 页"
