"""Rules -> the workbook in which an inspector looks them over and changes them (规则.xlsx): a sheet for each kind of check.

Sheets     填写说明, then one for each kind that has rules; its columns are those that a rule of the kind may have
Hidden     columns in which no rule of the sheet has anything, but for those that people fill most often
Safety     every cell is text, so that Excel makes no formula, no date and no number of a word that begins with = + - @
Print      A3 landscape, id and title on every page
Colours    needed columns orange, those of the kind green, the place of a rule in its files grey
Equal      equal rules give the same bytes
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import xlsxwriter

from auditor.checks import KINDS
from auditor.rulebook.rule import Rule
from auditor.rulesheet.columns import COMMENT, FILE, KIND_WORDS, ORDER, ORIGIN, REST, Column, Form, columns_of
from auditor.rulesheet.entries import Entry, cells_of
from auditor.workbooks import DATED, FRAMED, HEADING, HIGHEST, OPTIONS, explain, height, offered

MOST_CHARACTERS: Final = 32_000
_SPARE_ROWS: Final = 60
_SCALE: Final = 60  # percent: a rule takes about three sheets of A3 side by side
_ALWAYS: Final = frozenset(
    (
        "状态",
        "适用格式",
        "适用年度",
        "适用单位",
        "认定",
        "扣分",
        "人工核对要点",
        "例：合规",
        "例：不合规",
        "例：无法判断",
        "备注",
    )
)
_COMMON: Final = frozenset(info.alias or name for name, info in Rule.model_fields.items())
_EXPLAINED: Final = (
    ("怎样用", "一行一条规则，一种检查类型一个工作表。改好、加好以后保存，运行 auditor rules import 规则.xlsx，即写成规则文件；审核时用 --rules 指明文件夹。"),
    ("导入之前", "程序检查每一格并运行每条规则的例子，有误的一次全部列出，指明工作表和单元格；改好之前什么也不写。"),
    ("随程序规则", "没有改动的不再写出；改动了的写成本地规则，自动写明替换哪一条（replaces）。要停用一条规则，把“状态”改为停用并写停用原因。"),
    ("新的规则", "在同类规则下面加一行。橙色表头的列必填；“编号”用小写字母、数字和连字符，不能与已有的重复。"),
    ("文字", "名称、问题描述、为什么是问题等，照写即可，不用加引号。头尾要留空格的、要写成空的，放在英文双引号里。"),
    ("下拉列表", "状态、认定、严重程度、方面等从列表中选。"),
    ("公式", "照写即可；各格式不同的分行写：A: 收到申请数 = 当面申请数，下一行 B: ……（冒号、空格用半角）。"),
    ("几项的列", "适用格式、依据、分级、例子、不应说等，写法与规则文件相同（YAML）：一项一行，以“- ”开头；只有一项的可以直接写。"),
    ("依据", "- {law: form-a, at: 第三项（一）}；没有条文的写 - {practice: ……}。"),
    ("例子", "一个例子一行：- {收到申请数: 3, 当面申请数: 1}。数字写数字，什么都不写是空白；要作文字的数字加引号：\"123\"。"),
    ("数字和是否", "扣分、允许相差、至少等写数字；检查序号、遮盖号码等写 是 或 否。"),
    (REST, "没有单独一列的内容，写法与规则文件相同，一般不用填。"),
    (COMMENT, "规则上面的注释。列表中各项上面的注释写在该格里，以 # 开头。"),
    (f"{FILE}、{ORDER}", "写在哪个文件、是其中第几条。同一文件的规则按序排列；一个文件只有一条规则的，“序”可以不写。新的规则写一个以 .yaml 结尾的文件名即可。"),
    ("列", "列的顺序可以改；没有内容的列已经隐藏（选中两边的列，右键“取消隐藏”）；列名请不要改动。"),
)  # fmt: skip


class TooLong(Exception):
    """A rule that no cell can hold: its id and the heading."""


def render(entries: Iterable[Entry]) -> bytes:
    """The workbook's bytes. Raises TooLong."""
    return drawn([(one.kind, cells_of(one)) for one in entries])


def drawn(listed: Sequence[tuple[str, Mapping[str, str]]]) -> bytes:
    """The workbook of rows of cells, each with its kind of check. Raises TooLong."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, dict(OPTIONS))
    book.set_properties({"title": "规则", "created": DATED})
    book.set_size(2400, 1500)
    looks = _looks(book)
    kinds = [*KINDS, *dict.fromkeys(kind for kind, _ in listed if kind not in KINDS)]
    for kind in kinds:
        rows = [cells for of, cells in listed if of == kind]
        if rows:
            _sheet(book, kind, rows, looks)
    explain(book, "怎样看、怎样改、怎样加规则", _EXPLAINED)
    book.close()
    return out.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    text = {**FRAMED, "num_format": "@"}
    return {
        "cell": book.add_format(text),
        "middle": book.add_format({**text, "align": "center"}),
        "yaml": book.add_format({**text, "font_size": 9}),
        "place": book.add_format({**text, "font_color": "#7A828C", "font_size": 9}),
        "head": book.add_format(dict(HEADING)),
        "needed": book.add_format({**HEADING, "bg_color": "#C46A1B"}),
        "own": book.add_format({**HEADING, "bg_color": "#2F6B4F"}),
        "placed": book.add_format({**HEADING, "bg_color": "#7A828C"}),
        "title": book.add_format(
            {
                "font_name": HEADING["font_name"],
                "font_size": 15,
                "bold": True,
                "font_color": "#1D3F66",
                "valign": "vcenter",
            }
        ),
    }


def _sheet(book: Any, kind: str, rows: Sequence[Mapping[str, str]], looks: Mapping[str, Any]) -> None:
    """The rules of one kind."""
    words = KIND_WORDS.get(kind, kind or "未写类型")
    sheet = book.add_worksheet(words)
    columns = ordered(columns_of(kind))
    shown = [column for column in columns if not _is_hidden(column, rows)]
    sheet.write_string(0, 0, f"{words}（{kind}）：{len(rows)} 条规则", looks["title"])
    sheet.set_row(0, 28, looks["title"])
    sheet.set_row(1, 30)
    for at, column in enumerate(columns):
        hidden = {} if column in shown else {"hidden": True}
        sheet.set_column(at, at, column.width, looks[_body(column)], hidden)
        sheet.write_string(1, at, column.heading, looks[_head(column)])
    for number, cells in enumerate(rows, 2):
        for at, column in enumerate(columns):
            if column.heading in cells:
                _write(sheet, number, at, cells, column, looks)
        sheet.set_row(number, height(((cells.get(c.heading, ""), c.width) for c in shown), HIGHEST))
    last = 1 + len(rows)
    for at, column in enumerate(columns):
        choices = _choices(column)
        if choices:
            offered(sheet, 2, last + _SPARE_ROWS, at, choices)
    sheet.autofilter(1, 0, last, len(columns) - 1)
    sheet.freeze_panes(2, 2)
    sheet.hide_gridlines(2)
    sheet.repeat_rows(1)
    sheet.repeat_columns(0, 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.set_print_scale(_SCALE)
    sheet.print_across()
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&C&A　第 &P 页，共 &N 页")


def ordered(columns: Sequence[Column]) -> list[Column]:
    """Id and title first, so that they stay in view; the place of a rule in its files last."""
    places = [c for c in columns if not c.path]
    return [
        *(c for c in columns if c.path),
        *sorted(places, key=lambda c: (REST, COMMENT, FILE, ORDER, ORIGIN).index(c.heading)),
    ]


def _write(sheet: Any, row: int, at: int, cells: Mapping[str, str], column: Column, looks: Mapping[str, Any]) -> None:
    text = cells[column.heading]
    if len(text) > MOST_CHARACTERS:
        raise TooLong(f"规则“{cells.get('编号', '')}”的“{column.heading}”有 {len(text)} 个字符，Excel 的一格写不下")
    sheet.write_string(row, at, text, looks[_body(column)])


def _is_hidden(column: Column, rows: Sequence[Mapping[str, str]]) -> bool:
    used = any(column.heading in cells for cells in rows)
    return not used and not column.needed and column.heading not in _ALWAYS and not _is_own(column)


def _is_own(column: Column) -> bool:
    """Whether a column is of the kind of check, not of every rule."""
    return bool(column.path) and column.path[0] not in _COMMON


def _head(column: Column) -> str:
    if not column.path:
        return "placed"
    return "needed" if column.needed else "own" if _is_own(column) else "head"


def _body(column: Column) -> str:
    if not column.path and column.heading != REST:
        return "place"
    if column.form in (Form.CHOICE, Form.TRUTH):
        return "middle"
    return "yaml" if column.path[:1] in (("examples",), ("basis",), ("grades",), ("required",)) else "cell"


def _choices(column: Column) -> tuple[str, ...]:
    if column.form is Form.TRUTH:
        return ("是", "否")
    return tuple((column.shown or {}).values())
