"""Rows of a checklist -> the workbook that an inspector fills in (核验清单.xlsx): one report after another, with drop-downs.

Filled     answers that are known stand in their cells, so that a new list never asks twice
Safety     words are written as words; a link is one only where the page's own address begins with http:// or https://
Print      A4 landscape, one page wide, the heading on every page
Equal      equal audits give the same bytes: the file's date is the run's
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import xlsxwriter

from auditor.checklist import heads
from auditor.checklist.rows import Row, rows
from auditor.checks.attest import ANSWERS
from auditor.model import Audit
from auditor.workbooks import FRAMED, HEADING, OPTIONS, explain, height, offered

_WIDTHS: Final = {
    heads.NUMBER: 5,
    heads.UNIT: 16,
    heads.YEAR: 6,
    heads.REPORT: 17,
    heads.ASK: 26,
    heads.HOW: 44,
    heads.PROBLEM: 14,
    heads.ANSWER: 8,
    heads.NOTE: 24,
    heads.BY: 9,
    heads.ON: 11,
    heads.HINT: 22,
    heads.RULE: 13,
    heads.HASH: 10,
}
_COLUMNS: Final = tuple(_WIDTHS)
_FILLED: Final = frozenset({heads.ANSWER, heads.NOTE, heads.BY, heads.ON})
_MIDDLE: Final = frozenset({heads.NUMBER, heads.YEAR, heads.ANSWER, heads.BY, heads.ON})
_LINK = re.compile(r"https?://[^\s]{3,1000}", re.I)
_HIGHEST, _LEAST = 150.0, 32.0
_EXPLAINED: Final = (
    ("怎样填", "一份报告一份报告地核验：打开“报告”一栏的网页或者文件，按“怎样看”逐项查看，只填橙色表头的四栏。"),
    (
        heads.ANSWER,
        "从列表中选：符合（没有问题）、不符合（有“不符合即为”一栏所说的问题）、不适用（这份报告不存在此事项）。没有核验的留空，仍为待人工核验。",
    ),
    (heads.NOTE, "结论为不符合的必填：写明看到的情况（哪个附件、什么提示、哪个数），原样写入问题台账作为证据。其他结论可以不写。"),
    (heads.BY, "有结论的必填，写核验人姓名。"),
    (heads.ON, "核验当天的日期，如 2026-04-08。同一事项核验过几次的，以日期最后的为准。"),
    (heads.HINT, "报告在核验之后有变更的，这里写有上次的结论，请重新核验。"),
    (f"{heads.RULE}等", "“单位”“年度”“规则编号”和隐藏的“文件校验值”用来对应报告，请不要改动；可以排序、筛选、删行，可以加自己的列。"),
    (
        "填好以后",
        "保存，重新审核时写明清单：auditor audit 报告文件夹 --attested 核验清单.xlsx（几个人分头填的可以写几次）。不符合的计为问题，按规则扣分。",
    ),
    ("填错了", "程序一次列出全部错误，指明工作表、单元格和改法；改好之前一项也不采用。"),
    ("再次生成", "再次审核生成的清单带有已填的结论；填过的清单不会被覆盖，新的清单另存为“核验清单（2）.xlsx”。"),
)  # fmt: skip


def render(audit: Audit) -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, dict(OPTIONS))
    dated = audit.run.started.replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": "人工核验清单", "created": dated})
    book.set_size(2400, 1500)
    _Writer(book).list(rows(audit))
    kept = audit.ledger
    stamp = (("记入台账", f"第{kept.entries}条，校验码{kept.head}"),) if kept is not None else ()
    explain(book, "怎样填写核验清单", (*_EXPLAINED, *stamp))
    book.close()
    return out.getvalue()


class _Writer:
    """The sheet of the list."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.sheet = book.add_worksheet("核验清单")
        self.title = book.add_format(
            {"font_name": "微软雅黑", "font_size": 15, "bold": True, "font_color": "#1D3F66", "valign": "vcenter"}
        )
        self.head = book.add_format(dict(HEADING))
        self.fill = book.add_format({**HEADING, "bg_color": "#C46A1B"})
        self.looks: dict[tuple[str, bool, bool], Any] = {}

    def list(self, found: Sequence[Row]) -> None:
        """Title, heading, and every row."""
        with_hints = any(row.hint for row in found)
        self._set_up(with_hints)
        at = 2
        for number, (_, group) in enumerate(groupby(found, key=lambda row: row.source)):
            for step, row in enumerate(group):
                self._row(at, row, first=step == 0, band=number % 2 == 1)
                at += 1
        if not found:
            blank = self._look("", first=False, band=False)
            self.sheet.merge_range(2, 0, 2, len(_COLUMNS) - 2, "没有需要人工核验的事项", blank)
            at = 3
        self.sheet.print_area(0, 0, at - 1, _COLUMNS.index(heads.HINT) - (not with_hints))
        self.sheet.autofilter(1, 0, at - 1, len(_COLUMNS) - 1)
        if found:
            offered(self.sheet, 2, at - 1, _COLUMNS.index(heads.ANSWER), ANSWERS)

    def _set_up(self, with_hints: bool) -> None:
        """Columns, headings and page. Columns for the program come last and are not printed, nor are hints where there are
        none."""
        sheet = self.sheet
        hidden = {heads.HASH, *(() if with_hints else (heads.HINT,))}
        for at, (name, width) in enumerate(_WIDTHS.items()):
            sheet.set_column(at, at, width, None, {"hidden": True} if name in hidden else {})
            sheet.write_string(1, at, name, self.fill if name in _FILLED else self.head)
        sheet.set_row(0, 30)
        sheet.set_row(1, 26)
        sheet.write_string(0, 0, "人工核验清单（填橙色表头的四栏；写法见“填写说明”）", self.title)
        sheet.freeze_panes(2, 3)
        sheet.hide_gridlines(2)
        sheet.repeat_rows(1)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def _look(self, name: str, *, first: bool, band: bool) -> Any:
        """How a cell stands; the first row of a report has a strong line above, every other report a tint."""
        key = (name if name in _FILLED or name in _MIDDLE else "", first, band)
        if key not in self.looks:
            look: dict[str, object] = {**FRAMED, "valign": "vcenter"}
            look |= {"align": "center"} if name in _MIDDLE else {}
            look |= {"bg_color": "#FFF6EA"} if name in _FILLED else {"bg_color": "#F3F6FA"} if band else {}
            look |= {"top": 2, "top_color": "#1D3F66"} if first else {}
            look |= {"num_format": "yyyy-mm-dd"} if name == heads.ON else {}
            self.looks[key] = self.book.add_format(look)
        return self.looks[key]

    def _row(self, at: int, row: Row, *, first: bool, band: bool) -> None:
        values = dict(_values(at - 1, row))
        for column, name in enumerate(_COLUMNS):
            look = self._look(name, first=first, band=band)
            if name == heads.REPORT and _LINK.fullmatch(row.link):
                self.sheet.write_url(at, column, row.link, look, string=str(values[name])[:200], tip="打开网页")
            else:
                self._cell(at, column, values[name], look)
        tall = height(((str(values[name] or ""), _WIDTHS[name]) for name in _COLUMNS[:-1]), _HIGHEST)
        self.sheet.set_row(at, max(tall, _LEAST))

    def _cell(self, at: int, column: int, value: str | int | dt.date | None, look: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(at, column, None, look)
        elif isinstance(value, dt.date):
            self.sheet.write_datetime(at, column, dt.datetime(value.year, value.month, value.day), look)
        elif isinstance(value, int):
            self.sheet.write_number(at, column, value, look)
        else:
            self.sheet.write_string(at, column, value[:32_000], look)


def _values(number: int, row: Row) -> Iterator[tuple[str, str | int | dt.date | None]]:
    answer = row.answer
    yield heads.NUMBER, number
    yield heads.UNIT, row.unit or "（单位不明）"
    yield heads.YEAR, row.year
    yield heads.REPORT, re.split(r"[/\\\\]", row.source)[-1]
    yield heads.ASK, row.ask
    yield heads.HOW, _steps(row.verify)
    yield heads.PROBLEM, row.title
    yield heads.ANSWER, answer.answer if answer else None
    yield heads.NOTE, answer.note if answer else None
    yield heads.BY, answer.by if answer else None
    yield heads.ON, answer.on if answer else None
    yield heads.HINT, row.hint
    yield heads.RULE, row.rule
    yield heads.HASH, row.sha256


def _steps(verify: str) -> str:
    """1.…；2.…；3.… with a line for each step."""
    return re.sub(r"；(?=\d\.)", "\n", verify)
