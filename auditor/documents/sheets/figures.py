"""Figures (统计): tables of the run's figures, each with a native chart made of the same cells.

Tables    等次, 类别, the fifteen rules with the most problems, the groups' points, the quarters; all of them from the tally
Charts    read the cells beside them, so that who changes a cell changes the chart; their values stand in the chart's part as well,
          for programs that only show what is stored
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from auditor.documents import words
from auditor.documents.printing import line
from auditor.documents.sheets.laying import FONT, MIDDLE, NUMBER, TEXT, Book, Plain, fitting, shown
from auditor.documents.sheets.standings import draft_mark
from auditor.documents.tally import Count, Tally

NAME: Final = "统计"
_MOST_RULES: Final = 15
_WIDTHS: Final = (28, 10, 10, 10, 10, 2)
_CHART_AT: Final = len(_WIDTHS)
_LEAST: Final = 16  # rows that a chart is high, so that the next table does not run under it
_BAR, _LINE = "#2F5F96", "#C2612C"


@dataclass(frozen=True, slots=True)
class _Table:
    """A table and its chart: `bars` is the column that is drawn, `curve` one more that is drawn as a line on its own axis."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]
    bars: int
    lying: bool = False
    curve: int | None = None


def add(book: Book, tally: Tally) -> None:
    """The sheet with its tables and charts."""
    title = f"统计（{words.quarter_words(tally.audit.run.quarter)}）{draft_mark(tally)}"
    sheet = book.empty(NAME, title, landscape=False)
    sheet.fit_to_pages(1, 1)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    row = 2
    for table in tables(tally):
        row = _write(book, sheet, table, row)


def tables(tally: Tally) -> tuple[_Table, ...]:
    """Everything that is counted here; a table without rows says that there is nothing."""
    grades = tuple((line(grade), int(count)) for grade, count in tally.grades)
    found = [
        _Table("等次分布（列入排名的报告）", ("等次", "报告（份）"), grades, 1),
        _Table("各类问题", ("类别", *_COUNTED), tuple(map(_counted, tally.dimensions)), 1),
        _Table("问题最多的规则（前15）", ("规则", *_COUNTED), tuple(map(_counted, _top(tally.rules))), 1, lying=True),
        _Table("各组得分", ("组别", "列入排名（份）", "平均分", "最高分", "最低分"), _groups(tally), 2),
    ]
    if tally.trend:
        quarters = tuple(
            (words.quarter_words(one.quarter), one.reports, one.problems, one.closed, one.mean) for one in tally.trend
        )
        heads = ("季度", "报告（份）", "问题（个）", "已销号（个）", "平均分")
        found.append(_Table("各季度走势", heads, quarters, 2, curve=4))
    return tuple(found)


_COUNTED: Final = ("问题（个）", "未认定（个）", "涉及单位（个）", "扣分")


def _counted(count: Count) -> tuple[Plain, ...]:
    return line(count.word), int(count.problems), int(count.doubts), int(count.units), count.points


def _top(rules: Sequence[Count]) -> list[Count]:
    """The rules with the most problems; equal ones stand as the tally has them."""
    return sorted((one for one in rules if one.problems), key=lambda one: -int(one.problems))[:_MOST_RULES]


def _groups(tally: Tally) -> tuple[tuple[Plain, ...], ...]:
    return tuple(
        (line(group.title), len(group.ranked), group.mean.value, group.best.value, group.worst.value)
        for group in tally.groups
        if group.mean is not None and group.best is not None and group.worst is not None
    )


# --- writing ---------------------------------------------------------------------------------------


def _write(book: Book, sheet: Any, table: _Table, top: int) -> int:
    """The table with its title at row `top` (from 0), the chart beside it; the row at which the next one begins."""
    sheet.set_row(top, 22)
    sheet.write_string(top, 0, table.title, book.looks.of(TEXT, bold=True))
    sheet.set_row(top + 1, 32)
    for at, head in enumerate(table.heads):
        sheet.write_string(top + 1, at, head, book.looks.heading())
    if not table.rows:
        sheet.write_string(top + 2, 0, "没有", book.looks.of(MIDDLE))
        return top + 4
    for number, row in enumerate(table.rows, top + 2):
        for at, value in enumerate(row):
            _cell(book, sheet, number, at, value)
    last = top + 1 + len(table.rows)
    sheet.insert_chart(top, _CHART_AT, _chart(book, table, top + 2, last), {"object_position": 1})
    return max(last + 2, top + _LEAST)


def _cell(book: Book, sheet: Any, row: int, at: int, value: Plain) -> None:
    if isinstance(value, int | Decimal):
        kind = "whole" if value == int(value) else "broken"
        sheet.write_number(row, at, value, book.looks.of(kind))
    elif value is None:
        sheet.write_blank(row, at, None, book.looks.of(NUMBER))
    else:
        sheet.write_string(row, at, fitting(str(value)), book.looks.of(TEXT))


def _chart(book: Book, table: _Table, first: int, last: int) -> Any:
    chart = book.book.add_chart({"type": "bar" if table.lying else "column"})
    chart.add_series(_series(table, table.bars, first, last, {"fill": {"color": _BAR}, "gap": 60}))
    if table.curve is not None:
        curve = book.book.add_chart({"type": "line"})
        look = {"line": {"color": _LINE, "width": 2.25}, "marker": {"type": "circle", "size": 6}, "y2_axis": True}
        curve.add_series(_series(table, table.curve, first, last, look))
        chart.combine(curve)
        curve.set_y2_axis({"name": table.heads[table.curve], "name_font": _face(9), "num_font": _face(9), "min": 0})
        chart.set_legend({"position": "bottom", "font": _face(9)})
    else:
        chart.set_legend({"none": True})
    chart.set_title({"name": table.title, "name_font": _face(12), "overlay": False})
    words_axis = {"num_font": _face(9)} | ({"reverse": True, "crossing": "max"} if table.lying else {})
    numbers = {"num_font": _face(9), "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E3E8ED"}}}
    numbers |= {"name": table.heads[table.bars], "name_font": _face(9)}
    numbers |= {} if table.heads[table.bars] == "平均分" else {"num_format": "0"}
    # A lying chart has its words on the axis that stands.
    chart.set_x_axis(numbers if table.lying else words_axis)
    chart.set_y_axis(words_axis if table.lying else numbers)
    chart.set_size({"width": 480, "height": max(300, 24 * len(table.rows) + 90) if table.lying else 300})
    return chart


def _series(table: _Table, column: int, first: int, last: int, look: dict[str, object]) -> dict[str, object]:
    return {
        "name": table.heads[column],
        "categories": [NAME, first, 0, last, 0],
        "values": [NAME, first, column, last, column],
        "categories_data": [shown(row[0]) for row in table.rows],
        "values_data": [None if row[column] is None else shown(row[column]) for row in table.rows],
        "data_labels": {"value": True, "font": _face(9)},
        **look,
    }


def _face(size: int) -> dict[str, object]:
    return {"name": FONT, "size": size, "bold": False}
