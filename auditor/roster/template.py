"""Units -> the workbook that an inspector keeps as 名册.xlsx: the roster, with explanations, drop-downs and one example row.

Years     a column of links and one of dates of first publication for each report year given
Example   the row 示例 is passed over when the roster is read; it stands there only where there are no units yet
Equal     equal units give the same bytes
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import xlsxwriter

from auditor.model import UNIT_KINDS
from auditor.roster import columns as heads
from auditor.roster.sheet import AUTHORITIES
from auditor.roster.unit import NOT_PUBLISHED, FormerName, Unit

_FONT: Final = "微软雅黑"
_SPARE_ROWS: Final = 300
_TITLE: Final = "政府信息公开工作年度报告应报单位名册"
_WIDTHS: Mapping[str, float] = {
    heads.NAME: 34,
    heads.SHORT: 20,
    heads.FORMER: 34,
    heads.KIND: 13,
    heads.GROUP: 13,
    heads.AUTHORITY: 11,
    heads.SUPERIOR: 20,
    heads.FOUNDED: 12,
    heads.ENDED: 12,
    heads.SUCCESSOR: 26,
    heads.YEARS: 14,
    heads.LINK: 36,
    heads.PUBLISHED: 15,
    heads.CONTACT: 10,
    heads.PHONE: 16,
}
_EXPLAINED: Mapping[str, str] = {
    heads.NAME: "必填。印章上的全称，如“澄湖县柳汀镇人民政府”。一行一个单位，不能重复。",
    heads.SHORT: "常用的规范简称，几个的用顿号分开，如“柳汀镇”“人社局、县人社局”。两个单位不能用同一个简称。",
    heads.FORMER: "以前的名称和使用的日期，如“澄湖县国土资源局（2019-03-20前）”“某某局（2010-05-01至2019-03-20）”，几个的用顿号分开。",
    heads.KIND: f"必填，从列表中选：{'、'.join(UNIT_KINDS)}。决定适用哪些规则和公布期限，以本表为准。",
    heads.GROUP: "排名时同组比较，如“经济管理部门”。不填的按单位类别分组；分成几个工作表的，可以用工作表名作组名。",
    heads.AUTHORITY: "从列表中选：县属、垂直管理、双重管理。垂直管理的单位不归本级政府领导，行文用函。",
    heads.SUPERIOR: "垂直管理单位的上级机关，如“岚江市税务局”。",
    heads.FOUNDED: "新设立的单位填写。设立当年起应报。",
    heads.ENDED: "撤销、合并的单位填写。撤并当年起不再单独应报。",
    heads.SUCCESSOR: "撤并后承担职责的单位全称，须也在本表中。撤并前的年度没有报告的，由它负责。",
    heads.YEARS: "只在某些年度应报的填写，如“2025”“2021-2025”“2021起”。每年都应报的留空。",
    heads.LINK: "年度报告的网址，以 http:// 或 https:// 开头。同一报告有几个文件时，以网址相符的为准。",
    heads.PUBLISHED: f"首次公布的日期，如 2026-01-20。网页上没有公布日期或者日期不可靠的，以此判断是否按期。经核实没有公布的写“{NOT_PUBLISHED}”。",
    heads.CONTACT: "负责信息公开工作的人。",
    heads.PHONE: "联系电话。",
}


def render(units: Sequence[Unit] = (), years: Sequence[int] = ()) -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": _TITLE, "created": dt.datetime(2026, 1, 1)})
    listed = _columns(years)
    _roster(book, listed, units)
    _explanation(book, listed)
    book.close()
    return out.getvalue()


_Column = tuple[str, int | None]


def _columns(years: Sequence[int]) -> list[_Column]:
    out: list[_Column] = []
    for name in heads.HEADS:
        out += [(name, year) for year in sorted(years)] if name in heads.BY_YEAR and years else [(name, None)]
    return out


def _head(column: _Column) -> str:
    name, year = column
    return f"{year}年度{name}" if year else name


def _roster(book: Any, listed: Sequence[_Column], units: Sequence[Unit]) -> None:
    base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
    title = book.add_format(base | {"font_size": 15, "bold": True})
    head = book.add_format(
        base | {"bold": True, "bg_color": "#DCE6F1", "border": 1, "align": "center", "text_wrap": True}
    )
    must = book.add_format(
        base | {"bold": True, "bg_color": "#F5D9B8", "border": 1, "align": "center", "text_wrap": True}
    )
    cell = book.add_format(base | {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "num_format": "@"})
    day = book.add_format(
        base | {"border": 1, "border_color": "#BFBFBF", "num_format": "yyyy-mm-dd", "align": "center"}
    )
    example = book.add_format(
        base | {"border": 1, "border_color": "#BFBFBF", "italic": True, "font_color": "#7F7F7F", "text_wrap": True}
    )
    sheet = book.add_worksheet("名册")
    sheet.write_string(0, 0, f"{_TITLE}（橙色列必填，各列的写法见“填写说明”）", title)
    sheet.set_row(0, 28, book.add_format(base))
    sheet.set_row(1, 32)
    for at, (name, year) in enumerate(listed):
        is_day = name in (heads.FOUNDED, heads.ENDED, heads.PUBLISHED)
        sheet.set_column(at, at, _WIDTHS[name], day if is_day else cell)
        sheet.write_string(1, at, _head((name, year)), must if name in (heads.NAME, heads.KIND) else head)
    rows = [_row(unit, listed) for unit in units] or [_example(listed)]
    for number, row in enumerate(rows, 2):
        for at, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(number, at, dt.datetime(value.year, value.month, value.day), day)
            elif value:
                sheet.write_string(number, at, value, cell if units else example)
    last = 2 + len(rows) + _SPARE_ROWS
    for name, choices in ((heads.KIND, list(UNIT_KINDS)), (heads.AUTHORITY, list(AUTHORITIES))):
        at = listed.index((name, None))
        offered = {
            "validate": "list",
            "source": choices,
            "error_title": "请从列表中选择",
            "error_message": "、".join(choices),
        }
        sheet.data_validation(2, at, last, at, offered)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, 1 + len(rows), len(listed) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)


def _row(unit: Unit, listed: Sequence[_Column]) -> list[str | dt.date | None]:
    plain: dict[str, str | dt.date | None] = {
        heads.NAME: unit.name,
        heads.SHORT: "、".join(unit.short),
        heads.FORMER: "、".join(map(_former_words, unit.former)),
        heads.KIND: unit.kind,
        heads.GROUP: unit.group,
        heads.AUTHORITY: unit.authority,
        heads.SUPERIOR: unit.superior,
        heads.FOUNDED: unit.founded,
        heads.ENDED: unit.ended,
        heads.SUCCESSOR: unit.successor,
        heads.YEARS: "、".join(str(a) if a == b else f"{a}起" if b == 9999 else f"{a}-{b}" for a, b in unit.years),
        heads.CONTACT: unit.contact,
    }
    return [_by_year(unit, name, year) if name in heads.BY_YEAR else plain.get(name) for name, year in listed]


def _by_year(unit: Unit, name: str, year: int | None) -> str | dt.date | None:
    if name == heads.LINK:
        return unit.links.get(year, "")
    if year is None or year not in unit.published:
        return None
    return unit.published[year] or NOT_PUBLISHED


def _former_words(former: FormerName) -> str:
    if former.since is None and former.until is None:
        return former.text
    return f"{former.text}（{former.since or ''}至{former.until or ''}）"


def _example(listed: Sequence[_Column]) -> list[str | dt.date | None]:
    shown = {
        heads.NAME: "示例：澄湖县自然资源局",
        heads.SHORT: "自然资源局、县自然资源局",
        heads.FORMER: "澄湖县国土资源局（2019-03-20前）",
        heads.KIND: "部门",
        heads.GROUP: "经济管理部门",
        heads.AUTHORITY: "县属",
        heads.FOUNDED: "2019-03-20",
        heads.LINK: "https://www.example.gov.cn/nb/2025.html",
        heads.PUBLISHED: "2026-01-20",
        heads.CONTACT: "（姓名）",
        heads.PHONE: "（区号—号码）",
    }
    return [shown.get(name) for name, _ in listed]


def _explanation(book: Any, listed: Sequence[_Column]) -> None:
    base = {"font_name": _FONT, "font_size": 10, "valign": "top", "text_wrap": True}
    plain, bold = book.add_format(base), book.add_format(base | {"bold": True})
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 92)
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(9)
    sheet.set_landscape()
    general = (
        "把填好的名册存为“名册.xlsx”，放在报告文件夹里或者运行程序的文件夹里，审核时自动使用；也可以用 --roster 指明。",
        "列的顺序可以改，可以加自己的列（如“序号”“备注”），可以留空行，可以分成几个工作表（一组一个）。",
        "日期可以写 2026-02-03、2026年2月3日，也可以是 Excel 日期。名称以“示例”开头的行不算。",
        "填写有误的，程序会逐格指出工作表、单元格和改法，改好后重新运行即可（auditor roster check）。",
    )
    for number, words in enumerate(general):
        sheet.write_string(number, 0, "总的说明" if number == 0 else "", bold)
        sheet.write_string(number, 1, words, plain)
    for number, name in enumerate(dict.fromkeys(name for name, _ in listed), len(general) + 1):
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, _EXPLAINED[name], plain)
    sheet.write_string(
        len(general) + 2 + len(heads.HEADS),
        1,
        "链接和首次公布日期可以按年度各设一列，列名写成“2025年度首次公布日期”的样子；不写年度的，按公布日期的上一年计。",
        plain,
    )
