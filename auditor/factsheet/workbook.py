"""Rows and views -> the workbook that an inspector fills in (数据录入单.xlsx): a cell a line, its picture in the line.

Filled     five columns with orange heads; 状态 has a drop-down, 录入值 takes what is typed as words, so that / and 1-2 stay
           what they are; what was typed before stands there
Safety     words are written as words
Print      A4 landscape, one page wide, the heading on every page
Equal      equal rows and views give the same bytes, whenever they are written
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import xlsxwriter

from auditor.documents.printing import line, printable
from auditor.factsheet import heads
from auditor.factsheet.pictures import View
from auditor.factsheet.rows import Row
from auditor.model import LedgerStamp, State
from auditor.workbooks import BASE, DATED, FRAMED, HEADING, OPTIONS, explain, foot, height, offered

NAME: Final = "数据录入单.xlsx"
_WIDTHS: Final = {
    heads.NUMBER: 5,
    heads.UNIT: 15,
    heads.YEAR: 6,
    heads.FILE: 18,
    heads.TABLE: 7,
    heads.NAME: 18,
    heads.MEASURE: 8,
    heads.FOUND: 13,
    heads.WHY: 26,
    heads.PICTURE: 92,
    heads.STATE: 8,
    heads.VALUE: 11,
    heads.BY: 9,
    heads.ON: 11,
    heads.NOTE: 18,
    heads.FACT: 20,
    heads.KEY: 12,
}
_COLUMNS: Final = tuple(_WIDTHS)
_HIDDEN: Final = frozenset({heads.FACT, heads.KEY})
_MIDDLE: Final = frozenset(
    {heads.NUMBER, heads.YEAR, heads.TABLE, heads.MEASURE, heads.STATE, heads.VALUE, heads.BY, heads.ON}
)
_PIXELS: Final = 92 * 7  # of the column of pictures
_POINTS: Final = 0.75  # a pixel
_TALLEST: Final = 300.0
_LEAST: Final = 32.0
_EXPLAINED: Final = (
    ("怎样填", "对照“图片”一栏红框中的一格（没有图片的，看【】中的文字或者打开原件），只填橙色表头的五栏。不用改的不填。"),
    (
        heads.STATE,
        "从列表中选：数值（格里是数字）、空白（格里什么也没有）、/（格里是斜线、横线或“无”）、文字（格里是别的文字）、"
        "看不清（原件也辨认不出）。直接写了数字的可以不选。",
    ),
    (
        heads.VALUE,
        "照格里的写：1,234、１２３４、零都可以。空白的不要写 0。数字的单位以“计量单位”一栏为准；单位不同的连单位一起写，如 251000元。",
    ),
    (f"{heads.BY}、{heads.ON}", "写姓名和日期，如 2026-04-08。没有写的，按导入时写明的姓名和当天日期登记。"),
    ("看不清", "登记为看不清的不再询问，有关规则仍为无法判断。以后找到清楚的原件，导出时加 --all，改填后加 --change 导入。"),
    (
        f"{heads.UNIT}等",
        f"其他各栏和隐藏的“{heads.FACT}”“{heads.KEY}”用来对应文件和指标，请不要改动，也不要排序（图片不一定跟着移动）；可以删去不填的行。",
    ),
    ("填好以后", "保存并关闭，导入：auditor facts import 数据录入单.xlsx --by 姓名；再次审核时即采用，结果中注明“人工录入”。"),
    ("填错了", "程序一次列出全部错误，指明工作表和单元格；改好之前一项也不采用。与以前录入的不同，也会列出两次的值。"),
)  # fmt: skip


def render(
    rows: Sequence[Row],
    views: Sequence[View],
    title: str = "",
    dated: dt.datetime = DATED,
    stamp: LedgerStamp | None = None,
) -> bytes:
    """The workbook's bytes; `views` belong to the rows one by one, `stamp` is the ledger's head where it was made from one."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, dict(OPTIONS))
    book.set_properties({"title": "数据录入单", "created": dated.replace(tzinfo=None, microsecond=0)})
    book.set_size(2400, 1500)
    _Writer(book, stamp).list(rows, views, title)
    explain(book, "怎样填写数据录入单", _EXPLAINED)
    book.close()
    return out.getvalue()


class _Writer:
    """The sheet of the cells."""

    def __init__(self, book: Any, stamp: LedgerStamp | None) -> None:
        self.book, self.stamp = book, stamp
        self.sheet = book.add_worksheet(heads.SHEET)
        self.looks: dict[tuple[str, bool], Any] = {}

    def list(self, rows: Sequence[Row], views: Sequence[View], title: str) -> None:
        """Title, heading, and every row."""
        self._set_up(title)
        at = 2
        for row, view in zip(rows, views, strict=True):
            self._row(at, row, view, first=at == 2 or rows[at - 3].key != row.key)
            at += 1
        if rows:
            offered(self.sheet, 2, at - 1, _COLUMNS.index(heads.STATE), list(heads.STATES))
            value = _COLUMNS.index(heads.VALUE)
            self.sheet.ignore_errors({"number_stored_as_text": _area(value, 2, at - 1)})
        else:
            self.sheet.merge_range(
                2, 0, 2, _COLUMNS.index(heads.NOTE), "没有需要人工核对的数据", self._look("", first=True)
            )
            at = 3
        self.sheet.print_area(0, 0, at - 1, _COLUMNS.index(heads.NOTE))

    def _set_up(self, title: str) -> None:
        sheet = self.sheet
        head, fill = self.book.add_format(dict(HEADING)), self.book.add_format({**HEADING, "bg_color": "#C46A1B"})
        for at, (name, width) in enumerate(_WIDTHS.items()):
            sheet.set_column(at, at, width, None, {"hidden": True} if name in _HIDDEN else {})
            sheet.write_string(1, at, name, fill if name in heads.FILLED else head)
        big = {**BASE, "font_size": 15, "bold": True, "font_color": "#1D3F66", "valign": "vcenter", "text_wrap": False}
        said = f"数据录入单{title}（填橙色表头的五栏；写法见“填写说明”）"
        sheet.write_string(0, 0, printable(said), self.book.add_format(big))
        sheet.set_row(0, 30)
        sheet.set_row(1, 26)
        sheet.freeze_panes(2, 0)
        sheet.hide_gridlines(2)
        sheet.repeat_rows(1)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(foot(self.stamp))

    def _look(self, name: str, *, first: bool) -> Any:
        key = (name if name in heads.FILLED or name in _MIDDLE else "", first)
        if key not in self.looks:
            look: dict[str, object] = {**FRAMED, "valign": "vcenter"}
            look |= {"align": "center"} if name in _MIDDLE else {}
            look |= {"bg_color": "#FFF6EA"} if name in heads.FILLED else {}
            look |= {"top": 2, "top_color": "#1D3F66"} if first else {}
            look |= {"num_format": {heads.ON: "yyyy-mm-dd", heads.VALUE: "@"}.get(name, "General")}
            self.looks[key] = self.book.add_format(look)
        return self.looks[key]

    def _row(self, at: int, row: Row, view: View, *, first: bool) -> None:
        values = {**dict(_values(at - 1, row)), heads.PICTURE: view.words}
        for column, name in enumerate(_COLUMNS):
            self._cell(at, column, values[name], self._look(name, first=first))
        shown = [(str(values[name] or ""), float(width)) for name, width in _WIDTHS.items() if name not in _HIDDEN]
        tall = max(height(shown, _TALLEST), _LEAST)
        if view.png:
            scale = min(_PIXELS / view.width, 0.75, (_TALLEST / _POINTS - 8) / view.height)
            tall = max(tall, view.height * scale * _POINTS + 6)
            column = _COLUMNS.index(heads.PICTURE)
            place = {"image_data": io.BytesIO(view.png), "x_scale": scale, "y_scale": scale, "object_position": 1}
            place |= {"x_offset": 4, "y_offset": 4, "description": f"{row.name}：{row.where}"}
            self.sheet.set_row(at, tall)
            self.sheet.insert_image(at, column, f"{at}.png", place)
        else:
            self.sheet.set_row(at, tall)

    def _cell(self, at: int, column: int, value: str | int | dt.date | None, look: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(at, column, None, look)
        elif isinstance(value, dt.date):
            self.sheet.write_datetime(at, column, dt.datetime(value.year, value.month, value.day), look)
        elif isinstance(value, int):
            self.sheet.write_number(at, column, value, look)
        else:
            self.sheet.write_string(at, column, printable(value)[:32_000], look)


def _area(column: int, first: int, last: int) -> str:
    from xlsxwriter.utility import xl_range

    return str(xl_range(first, column, last, column))


def _values(number: int, row: Row) -> Iterator[tuple[str, str | int | dt.date | None]]:
    typed = row.typed
    yield heads.NUMBER, number
    yield heads.UNIT, row.unit
    yield heads.YEAR, row.year
    yield heads.FILE, f"{line(row.source)}\n{row.where}".strip()
    yield heads.TABLE, row.table
    yield heads.NAME, row.name
    yield heads.MEASURE, row.measure
    yield heads.FOUND, row.found
    yield heads.WHY, row.why
    yield heads.STATE, heads.STATE_WORDS[typed.state] if typed else None
    yield heads.VALUE, typed.raw if typed and typed.state in (State.NUMBER, State.TEXT) else None
    yield heads.BY, typed.by if typed else None
    yield heads.ON, typed.on if typed else None
    yield heads.NOTE, row.note
    yield heads.FACT, row.fact
    yield heads.KEY, row.key
