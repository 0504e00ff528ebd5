"""Laying: columns and rows -> worksheets of one workbook, all in one manner.

Safety    words are written as words: no formula and no number is made of them, and only what the program itself calls a link is
          one: places in this workbook, and web addresses (http, https)
Limits    Excel's 32,767 characters cut a cell with a word that says so, its limit of rows begins a further sheet, links past
          65,000 of a sheet are left out
Streams   rows are written away one by one, so that a county of 300 units takes little memory; a sheet's rows come in order
Prints    columns that are not `printed` stand behind those that are; all printed ones fit the width of an A4 page
Equal     equal rows give the same bytes: the file's date is given, the parts of the file have none
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import xlsxwriter

from auditor.documents.printing import printable
from auditor.text import show

Plain = str | int | Decimal | dt.date | None

FONT: Final = "微软雅黑"
MOST_ROWS: Final = 1_000_000
FIRST: Final = 3  # the number of the first row under title and heading
TEXT, MIDDLE, NUMBER, _INSIDE = "text", "middle", "number", "inside"
FILL, CHOICE, DAY, WRITTEN_DAY = "fill", "choice", "day", "written day"
_MOST_CHARACTERS: Final = 32_000
_MOST_LINKS: Final = 65_000
_MOST_ADDRESS: Final = 2_000
_ADDRESS: Final = re.compile(r"https?://[!-~\u4e00-\u9fff]+")
_A_LINE: Final = 15.0  # points
_WIDE: Final = 14  # characters of a column in which what belongs to the row above stands further in
_HIGHEST: Final = 400.0
_INK, _LINES, _BAND = "#1D3F66", "#C9D1DA", "#E8EEF5"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and how its cells stand; `choices` are offered in a list.

    What is not `printed` stands behind what is; `folds`: it can be folded away with its neighbours that can.
    """

    heading: str
    width: float
    kind: str = TEXT
    choices: tuple[str, ...] = ()
    hidden: bool = False
    printed: bool = True
    folds: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """A value that leads to `target`: a web address, or a place in this workbook as `place` gives it."""

    value: Plain
    target: str


Value = Plain | Linked


@dataclass(frozen=True, slots=True)
class Lined:
    """A row with its look: `bold` closes a block, `under` belongs to the row above it."""

    values: Sequence[Value]
    bold: bool = False
    under: bool = False


Row = Sequence[Value] | Lined


@dataclass(frozen=True, slots=True)
class Colour:
    """The look of cells of a column that say a word; with `over` of cells beside which the column `over` holds more than 0."""

    heading: str
    word: str
    fill: str
    ink: str = "#000000"
    over: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one sheet is made of. `lines` is the height of the highest row in lines; `kept` columns stay when one scrolls;
    what is not for `paper` prints as its head alone, and has rows of one line without frames."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    colours: Sequence[Colour] = ()
    kept: int = 2
    lines: int = 9
    landscape: bool = True
    paper: bool = True


SEVERE: Final[tuple[tuple[str, str, str], ...]] = (
    ("严重", "#A3262B", "#FFFFFF"),
    ("较重", "#F3C9A4", "#000000"),
    ("一般", "#F5EBBB", "#000000"),
    ("提示", "#E3E8ED", "#000000"),
)


def severities(heading: str = "严重程度") -> tuple[Colour, ...]:
    """The colours of the severities."""
    return tuple(Colour(heading, word, fill, ink) for word, fill, ink in SEVERE)


def web(value: Plain, address: str | None) -> Value:
    """The value as a link, where the address is one of the web."""
    target = printable(address or "").strip()
    return Linked(value, target) if len(target) <= _MOST_ADDRESS and _ADDRESS.fullmatch(target) else value


def part_name(name: str, part: int) -> str:
    """事实, 事实（2）: the sheet that takes up the rows past the limit."""
    return name if part == 1 else f"{name}（{part}）"


def place(name: str, number: int, columns: tuple[str, str] = ("A", "A"), last: int | None = None) -> str:
    """The link to rows of a sheet by their numbers under its heading, counted from 0 and over all its parts."""
    part, row = divmod(number, MOST_ROWS)
    end = min(last % MOST_ROWS, MOST_ROWS - 1) if last is not None and last // MOST_ROWS == part else row
    spot = f"{columns[0]}{FIRST + row}"
    area = spot if (row, columns[0]) == (end, columns[1]) else f"{spot}:{columns[1]}{FIRST + end}"
    return f"internal:'{part_name(name, part + 1)}'!{area}"


@lru_cache(maxsize=4096)
def fitting(value: str) -> str:
    """The words as they stand in a cell."""
    clean = printable(value)
    return clean if len(clean) <= _MOST_CHARACTERS else clean[:_MOST_CHARACTERS] + "……（内容过长，已截断）"


def shown(value: Plain) -> str:
    """A value as a chart keeps it beside the cell in which it stands."""
    return show(value) if isinstance(value, int | Decimal) else fitting(str(value))


# --- looks -----------------------------------------------------------------------------------------

_BASE: Final[Mapping[str, object]] = {
    "font_name": FONT,
    "font_size": 10,
    "valign": "vcenter",
    "text_wrap": True,
    "border": 1,
    "border_color": _LINES,
}
_KINDS: Final[Mapping[str, Mapping[str, object]]] = {
    TEXT: {"align": "left"},
    _INSIDE: {"align": "left", "indent": 1},
    MIDDLE: {"align": "center"},
    NUMBER: {"align": "right"},
    FILL: {"bg_color": "#FBF8EC", "num_format": "@"},
    CHOICE: {"bg_color": "#FBF8EC", "num_format": "@", "align": "center"},
    DAY: {"bg_color": "#FBF8EC", "num_format": "yyyy-mm-dd", "align": "center"},
    WRITTEN_DAY: {"bg_color": "#FBF8EC", "num_format": "@", "align": "center", "font_name": "Times New Roman"},
    "year": {"align": "center", "num_format": "0"},
    "whole": {"align": "right", "indent": 1, "num_format": "#,##0"},
    "broken": {"align": "right", "indent": 1, "num_format": "#,##0.00####"},
}
# Column widths are counted in digits of this font: one that is half an em wide with its substitutes too, so that a page prints
# alike where ours is not installed.
_MEASURE: Final[Mapping[str, object]] = {"font_name": "Times New Roman", "font_size": 10}
_LINK: Final[Mapping[str, object]] = {"font_color": "#1F5FA8", "underline": 1}


@dataclass(slots=True)
class Looks:
    """The formats of a workbook, each made when it is first used."""

    book: Any
    made: dict[tuple[str, bool, bool, bool, bool], Any] = field(default_factory=dict)

    def of(
        self, kind: str, bold: bool = False, under: bool = False, linked: bool = False, *, framed: bool = True
    ) -> Any:
        """The format of a cell."""
        key = (kind, bold, under, linked, framed)
        if key not in self.made:
            look = {**_BASE, **_KINDS[kind]}
            look |= {"bold": True, "bg_color": _BAND} if bold else {}
            look |= {"font_color": "#5B6672"} if under else {}
            look |= _LINK if linked else {}
            look |= {} if framed else {"border": 0, "text_wrap": False}
            self.made[key] = self.book.add_format(look)
        return self.made[key]

    def title(self) -> Any:
        """The format of a sheet's title."""
        return self.book.add_format(
            {"font_name": FONT, "font_size": 15, "bold": True, "font_color": _INK, "valign": "vcenter"}
        )

    def heading(self) -> Any:
        """The format of a heading."""
        look = {"bold": True, "bg_color": _INK, "font_color": "#FFFFFF", "align": "center"}
        return self.book.add_format({**_BASE, **look})


# --- the workbook ----------------------------------------------------------------------------------


class Book:
    """A workbook to which sheets are added, in their order."""

    def __init__(self, title: str, made: dt.datetime) -> None:
        self._out = io.BytesIO()
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
            "default_format_properties": dict(_MEASURE),
        }
        self.book = xlsxwriter.Workbook(self._out, options)
        self.book.set_properties({"title": title, "created": made.replace(tzinfo=None, microsecond=0)})
        self.book.set_size(2400, 1500)
        self.looks = Looks(self.book)
        self._title, self._heading = self.looks.title(), self.looks.heading()

    def bytes(self) -> bytes:
        """The file; nothing can be added any more."""
        self.book.close()
        return self._out.getvalue()

    def empty(self, name: str, title: str, *, landscape: bool = True) -> Any:
        """A worksheet with nothing on it but its title."""
        sheet = self.book.add_worksheet(name)
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, fitting(title), self._title)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.55)
        sheet.set_footer("&C第 &P 页，共 &N 页", {"margin": 0.25})
        return sheet

    def add(self, what: Sheet) -> None:
        """A sheet with title, heading and rows; further ones (name（2）) past Excel's limit of rows."""
        rows = iter(what.rows)
        part = 1
        while self._part(what, part_name(what.name, part), rows):
            part += 1

    def _part(self, what: Sheet, name: str, rows: Iterator[Row]) -> bool:
        columns = what.columns
        sheet = self.empty(name, what.title, landscape=what.landscape)
        self._head(sheet, columns)
        page = _Page(sheet, self.looks, columns, what.lines, what.paper)
        if not what.paper:
            sheet.set_default_row(_A_LINE)
        for row in rows:
            page.add(row if isinstance(row, Lined) else Lined(row))
            if page.count == MOST_ROWS:
                break
        if not page.count:
            sheet.merge_range(2, 0, 2, len(columns) - 1, "没有需要列示的内容", self.looks.of(MIDDLE))
        last = 1 + max(page.count, 1)
        sheet.autofilter(1, 0, last, len(columns) - 1)
        sheet.freeze_panes(2, min(what.kept, len(columns) - 1))
        sheet.repeat_rows(1)
        printed = sum(column.printed for column in columns)
        if not what.paper:
            sheet.print_area(0, 0, 1, printed - 1)
        elif printed < len(columns):
            sheet.print_area(0, 0, last, printed - 1)
        if page.count:
            self._offer(sheet, columns, last)
            self._colour(sheet, what, last)
        return page.count == MOST_ROWS

    def _head(self, sheet: Any, columns: Sequence[Column]) -> None:
        for at, column in enumerate(columns):
            options = {"hidden": True} if column.hidden else {"level": 1} if column.folds else {}
            sheet.set_column(at, at, column.width, None, options)
        sheet.set_row(1, 32)
        for at, column in enumerate(columns):
            sheet.write_string(1, at, column.heading, self._heading)

    @staticmethod
    def _offer(sheet: Any, columns: Sequence[Column], last: int) -> None:
        for at, column in enumerate(columns):
            if column.choices:
                told = "、".join(column.choices)
                offer = {"validate": "list", "source": list(column.choices), "error_title": "请从列表中选择"}
                sheet.data_validation(2, at, last, at, offer | {"error_message": told})

    def _colour(self, sheet: Any, what: Sheet, last: int) -> None:
        heads = [column.heading for column in what.columns]
        for colour in what.colours:
            if colour.heading not in heads or (colour.over and colour.over not in heads):
                continue
            look = self.book.add_format({"bg_color": colour.fill, "font_color": colour.ink})
            at = heads.index(colour.heading)
            rule = {"type": "cell", "criteria": "==", "value": f'"{colour.word}"', "format": look}
            if colour.over:
                letter = xlsxwriter.utility.xl_col_to_name(heads.index(colour.over))
                rule = {"type": "formula", "criteria": f"=N(${letter}{FIRST})>0", "format": look}
            sheet.conditional_format(2, at, last, at, rule)


@dataclass(slots=True)
class _Page:
    """The rows of one worksheet as they come."""

    sheet: Any
    looks: Looks
    columns: Sequence[Column]
    lines: int
    framed: bool
    count: int = 0
    links: int = 0

    def add(self, row: Lined) -> None:
        """The next row, as high as its words need."""
        at = FIRST - 1 + self.count
        most = 1
        for place_, (column, value) in enumerate(zip(self.columns, row.values, strict=True)):
            plain, target = (value.value, value.target) if isinstance(value, Linked) else (value, "")
            linked = bool(target) and self.links < _MOST_LINKS
            if linked:
                self._link(at, place_, target, plain)
            self._cell(at, place_, column, plain, row, linked)
            if self.framed and isinstance(plain, str) and not column.hidden:
                most = max(most, _wrapped(plain, column.width))
        if self.framed:
            self.sheet.set_row(at, min(min(most, self.lines) * _A_LINE + 4, _HIGHEST))
        self.count += 1

    def _link(self, at: int, place_: int, target: str, plain: Plain) -> None:
        """The link of the cell; what stands in it is written over what xlsxwriter puts there."""
        tip = "在浏览器中打开" if target.startswith("http") else "查看所在的行"
        if self.sheet.write_url(at, place_, target, None, fitting(str(plain))[:255], tip) == 0:
            self.links += 1

    def _cell(self, at: int, place_: int, column: Column, value: Plain, row: Lined, linked: bool) -> None:
        bold, under, kind = row.bold, row.under, column.kind
        if value is None or value == "":
            if self.framed:
                self.sheet.write_blank(at, place_, None, self._look(kind, bold, under))
        elif isinstance(value, str):
            if kind == NUMBER:
                kind = MIDDLE
            elif under and kind == TEXT and column.width > _WIDE:
                kind = _INSIDE
            self.sheet.write_string(at, place_, fitting(value), self._look(kind, bold, under, linked))
        elif isinstance(value, dt.date):
            moment = dt.datetime(value.year, value.month, value.day)
            self.sheet.write_datetime(at, place_, moment, self._look(DAY, bold, under))
        else:
            if kind == MIDDLE:
                kind = "year"
            elif kind == NUMBER:
                kind = "whole" if value == int(value) else "broken"
            self.sheet.write_number(at, place_, value, self._look(kind, bold, under, linked))

    def _look(self, kind: str, bold: bool, under: bool, linked: bool = False) -> Any:
        return self.looks.of(kind, bold, under, linked, framed=self.framed)


def _wrapped(value: str, width: float) -> int:
    """How many lines the words take in a column of that width; Excel itself measures only rows that it edits."""
    if 2 * len(value) < width and "\n" not in value:
        return 1
    # Words that do not fit end a line early: each loses a character to it.
    fits = max(int(width) // 2 * 2 - 2, 2)
    return sum(1 if (wide := _wide(part)) <= width else -(-wide // fits) for part in value.split("\n"))


def _wide(value: str) -> int:
    """In half characters: Chinese ones are twice as wide."""
    return len(value) if value.isascii() else len(value.encode("gb18030", "replace"))
