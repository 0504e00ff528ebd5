"""A unit's sheet -> the workbook that it fills in (整改情况反馈表.xlsx): numbers and problems prefilled, drop-downs, days checked.

Safety    words are written as words, whatever sign they begin with
Print     A4 landscape, one page wide, the heading on every page, lines for signature and seal below
Equal     equal letters give the same bytes: the file's date is that of the last letter
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, Final

import xlsxwriter

from auditor.model import LedgerStamp
from auditor.quarters.mending import DONE, LATER, OBJECTION, PARTLY, WORDS
from auditor.replysheet import columns
from auditor.replysheet.rows import Row, Sheet
from auditor.workbooks import BASE, FONT, FRAMED, HEADING, OPTIONS, explain, foot, height, offered

TITLE = "整改情况反馈表"
FIRST = 4  # the first row of findings, from 0
_WIDTHS: Final = {
    columns.ORDINAL: 5,
    columns.NUMBER: 20,
    columns.YEAR: 8,
    columns.PROBLEM: 34,
    columns.DEMAND: 24,
    columns.PAPER: 17,
    columns.DEADLINE: 11,
    columns.WORD: 10,
    columns.TEXT: 28,
    columns.LINK: 20,
    columns.ON: 11,
    columns.UNTIL: 11,
    columns.BY: 9,
}
_COLUMNS: Final = tuple(_WIDTHS)
_MIDDLE: Final = frozenset(
    {
        *(columns.ORDINAL, columns.NUMBER, columns.YEAR, columns.PAPER, columns.DEADLINE, columns.WORD),
        *(columns.ON, columns.UNTIL, columns.BY),
    }
)
_HIGHEST, _LEAST, _AIR = 260.0, 46.0, 6.0
_LAST_DAY = dt.date(2100, 12, 31)
_EXPLAINED: Final = (
    ("怎样填", "一行一个问题，只填橙色表头的六栏；其他各栏请不要改动，也不要增减编号。没有答复的行留空。"),
    (
        columns.WORD,
        f"从列表中选：{DONE}（全部改正，等待复核）、{PARTLY}（改正了一部分）、{LATER}（到期不能改正，写明理由和日期）、"
        f"{OBJECTION}（认为问题不存在或者有出入，写明理由并另附证明材料）。",
    ),
    (
        columns.TEXT,
        f"必填。{DONE}的写怎样整改；{PARTLY}的写已改什么、还差什么；{LATER}的写理由；{OBJECTION}的写理由和依据。",
    ),
    (columns.LINK, "更正后的年度报告重新公布的网址；没有网址的留空，另附文件。"),
    (columns.ON, f"整改情况为“{DONE}”的必填，如 2026-04-08；不能晚于填报之日。"),
    (columns.UNTIL, f"整改情况为“{LATER}”的必填，晚于原定期限。批准以前，原定期限不变。"),
    (columns.BY, "必填，写填报人姓名。"),
    ("填好以后", "打印一份，由负责人签字、加盖公章；连同本电子表一并报送。按“已整改”答复的，须经复核更正后的报告才予销号。"),
    ("填错了", "主办单位收表时，程序逐格检查，指出工作表、单元格和错处；有一处有误，整份表退回改正。"),
)  # fmt: skip


def render(sheet: Sheet, stamp: LedgerStamp | None = None) -> bytes:
    """The workbook's bytes; `stamp` is the head of the ledger from which it was made, for the foot of its pages."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, dict(OPTIONS))
    created = dt.datetime.combine(sheet.dated, dt.time())
    book.set_properties({"title": f"{sheet.unit}{TITLE}", "created": created})
    book.set_size(2400, 1500)
    _Writer(book, sheet, stamp).write()
    explain(book, f"怎样填写{TITLE}", _EXPLAINED)
    book.close()
    return out.getvalue()


class _Writer:
    """The sheet of one unit."""

    def __init__(self, book: Any, sheet: Sheet, stamp: LedgerStamp | None) -> None:
        self.book, self.made, self.stamp = book, sheet, stamp
        self.sheet = book.add_worksheet(TITLE)
        self.looks: dict[str, Any] = {}

    def write(self) -> None:
        """Title, whose it is, heading, every finding, and the lines to sign."""
        self._set_up()
        for at, row in enumerate(self.made.rows):
            self._row(FIRST + at, at + 1, row)
        last = FIRST + len(self.made.rows) - 1
        offered(self.sheet, FIRST, last, _COLUMNS.index(columns.WORD), WORDS)
        for name in columns.DAYS:
            self._days(FIRST, last, _COLUMNS.index(name))
        self._signed(last + 1)

    def _set_up(self) -> None:
        sheet, last = self.sheet, len(_COLUMNS) - 1
        title = self.book.add_format(
            {
                "font_name": FONT,
                "font_size": 16,
                "bold": True,
                "font_color": "#1D3F66",
                "align": "center",
                "valign": "vcenter",
            }
        )
        plain = self.book.add_format({**BASE, "valign": "vcenter", "text_wrap": False})
        bold = self.book.add_format({**BASE, "valign": "vcenter", "bold": True, "text_wrap": False, "font_size": 11})
        head = self.book.add_format(dict(HEADING))
        fill = self.book.add_format({**HEADING, "bg_color": "#C46A1B"})
        sheet.merge_range(
            0, 0, 0, last, f"{self.made.quarter[:4]}年第{_ORDINALS[self.made.quarter[-1]]}季度{TITLE}", title
        )
        sheet.set_row(0, 34)
        sheet.write_string(1, 0, f"{columns.UNIT}：", bold)
        sheet.write_string(1, 2, self.made.unit, bold)
        sheet.set_row(1, 22)
        sheet.write_string(2, 0, "只填橙色表头的六栏；写法见“填写说明”。填好后签字盖章，连同电子表一并报送。", plain)
        sheet.set_row(2, 20)
        for at, (name, width) in enumerate(_WIDTHS.items()):
            sheet.set_column(at, at, width)
            sheet.write_string(FIRST - 1, at, name, fill if name in columns.FILLED else head)
        sheet.set_row(FIRST - 1, 28)
        sheet.freeze_panes(FIRST, 2)
        sheet.hide_gridlines(2)
        sheet.repeat_rows(FIRST - 1)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(foot(self.stamp))

    def _look(self, name: str) -> Any:
        if name not in self.looks:
            look: dict[str, object] = {**FRAMED, "valign": "vcenter"}
            look |= {"align": "center"} if name in _MIDDLE else {}
            look |= {"bg_color": "#FFF6EA"} if name in columns.FILLED else {}
            look |= {"num_format": "yyyy-mm-dd"} if name in (*columns.DAYS, columns.DEADLINE) else {}
            self.looks[name] = self.book.add_format(look)
        return self.looks[name]

    def _row(self, at: int, ordinal: int, row: Row) -> None:
        values: dict[str, str | int | dt.date | None] = {
            columns.ORDINAL: ordinal,
            columns.NUMBER: row.number,
            columns.YEAR: row.year,
            columns.PROBLEM: row.problem,
            columns.DEMAND: row.demand,
            columns.PAPER: row.paper,
            columns.DEADLINE: row.deadline,
        }
        for column, name in enumerate(_COLUMNS):
            self._cell(at, column, values.get(name), self._look(name))
        tall = height(((str(values.get(name) or ""), width) for name, width in _WIDTHS.items()), _HIGHEST)
        self.sheet.set_row(at, max(tall + _AIR, _LEAST))

    def _cell(self, at: int, column: int, value: str | int | dt.date | None, look: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(at, column, None, look)
        elif isinstance(value, dt.date):
            self.sheet.write_datetime(at, column, dt.datetime(value.year, value.month, value.day), look)
        elif isinstance(value, int):
            self.sheet.write_number(at, column, value, look)
        else:
            self.sheet.write_string(at, column, value[:32_000], look)

    def _days(self, first: int, last: int, column: int) -> None:
        """Only days may be typed."""
        rule = {
            "validate": "date",
            "criteria": "between",
            "minimum": self.made.dated.replace(month=1, day=1),
            "maximum": _LAST_DAY,
            "error_title": "请填写日期",
            "error_message": "请写成 2026-04-08",
        }
        self.sheet.data_validation(first, column, last, column, rule)

    def _signed(self, at: int) -> None:
        """The line under the table; it has no number, so that nobody takes it for an answer."""
        plain = self.book.add_format({**BASE, "valign": "vcenter", "text_wrap": False, "font_size": 11})
        gap = "　" * 8
        self.sheet.set_row(at, 40)
        self.sheet.write_string(
            at, 0, f"单位负责人（签字）：{gap}联系电话：{gap}（单位盖章）{gap}　　年　　月　　日", plain
        )
        self.sheet.print_area(0, 0, at, len(_COLUMNS) - 1)


_ORDINALS: Final = {"1": "一", "2": "二", "3": "三", "4": "四"}
