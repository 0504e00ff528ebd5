"""XLSX -> one table a sheet (or paragraphs, where a sheet holds prose), each with its cells in A1 notation.

Numbers     by value, not by display format: 5.0 is "5", 12.50 is "12.5"; 15 significant digits as Excel shows them; a percent
            format gives "33.9%", a date format an ISO date. A formula stands as its stored value; one never computed stands as
            the formula itself, never as a blank
Rows        rows and columns in which nothing stands are closed up; a blank within the used range is a blank cell, merged cells are spans
Left out    hidden sheets (with a note)
Why own     the usual readers allocate the dimension that a file claims (one cell at XFD1048576 ends the process) or take 29 ms;
            here cells are read sparse from the XML, so the claimed dimension is never looked at
Source      ECMA-376 part 1, 18
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from lxml import etree

from auditor.model import Document, SheetCell, Whole
from auditor.readers import limits
from auditor.readers.grid import Item, Line, RawCell, RawTable, settle
from auditor.readers.limits import Refusal
from auditor.readers.package import Package

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENT_FORMATS = frozenset((9, 10))
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_PROSE_SHARE, _PROSE_LENGTH = 0.8, 100
_NOT_COMPUTED = "有公式未保存计算结果，按公式原文读取；请用 Excel 打开并保存后重新运行"


def read_xlsx(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of a workbook. Raises Refusal where it is broken or passes a limit."""
    package = Package(data)
    part = package.main("xl/workbook.xml")
    book = package.needed(part)
    if not book.tag.startswith(_S):
        raise Refusal("文件为“严格 Open XML”格式，请用 Excel 另存为普通工作簿（.xlsx）后重新运行")
    related = package.related(part)
    paths = dict(related.values())
    notes: list[str] = []
    values = _Values(
        _shared(package.xml(paths.get("sharedStrings", "xl/sharedStrings.xml"))),
        _formats(package.xml(paths.get("styles", "xl/styles.xml"))),
        any(_flag(p.get("date1904")) for p in book.iterchildren(f"{_S}workbookPr")),
        notes,
    )
    items: list[Item] = []
    for sheet in book.iterfind(f"{_S}sheets/{_S}sheet"):
        title = sheet.get("name", "")
        kind, path = related.get(sheet.get(_RID, ""), ("", ""))
        if kind != "worksheet":
            continue
        if sheet.get("state", "visible") != "visible":
            notes.append(f"工作表“{title}”已隐藏，未予读取")
            continue
        items.extend(_sheet(title, package.needed(path), values))
    blocks = settle(items)
    if not blocks:
        raise Refusal("工作簿中没有内容（工作表为空或已隐藏），请核对后重新提供")
    return Document(
        name, sha256, "xlsx", blocks, "xlsx", metadata=package.metadata(), notes=tuple(dict.fromkeys(notes))
    )


def _flag(text: str | None) -> bool:
    return text in ("1", "true")


# --- values ----------------------------------------------------------------------------------------


def _shared(root: etree._Element | None) -> list[str]:
    return [_rich(item) for item in root.iterchildren(f"{_S}si")] if root is not None else []


def _rich(item: etree._Element) -> str:
    """Text of a string item without its phonetic guide."""
    return "".join(
        t.text or ""
        for child in item
        if child.tag in (f"{_S}t", f"{_S}r")
        for t in ([child] if child.tag == f"{_S}t" else child.iterchildren(f"{_S}t"))
    )


def _formats(root: etree._Element | None) -> list[str]:
    """For each cell style: date, percent or plain."""
    if root is None:
        return []
    own = {int(f.get("numFmtId", "0")): _kind(f.get("formatCode", "")) for f in root.iter(f"{_S}numFmt")}
    found = root.find(f"{_S}cellXfs")
    ids = [int(x.get("numFmtId", "0")) for x in found] if found is not None else []
    return [own.get(id) or _built_in(id) for id in ids]


def _built_in(id: int) -> str:
    if id in _DATE_FORMATS:
        return "date"
    return "percent" if id in _PERCENT_FORMATS else "plain"


def _kind(code: str) -> str:
    bare = _LITERAL.sub("", code.split(";")[0]).lower()
    if "%" in bare:
        return "percent"
    is_date = (
        bare != "general"
        and re.search(r"[ydhs]|m", bare)
        and not re.search(r"[0#?]", bare.replace("s.0", "").replace("s.00", ""))
    )
    return "date" if is_date else "plain"


@dataclass(frozen=True, slots=True)
class _Values:
    shared: list[str]
    formats: list[str]
    from_1904: bool
    notes: list[str]

    def text(self, cell: etree._Element) -> str:
        """What a cell says, "" for a blank."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(f"{_S}is")
            return _rich(inline) if inline is not None else ""
        stored = cell.find(f"{_S}v")
        raw = (stored.text or "") if stored is not None else ""
        if not raw and (stored is None or kind != "str"):
            return self._uncomputed(cell)
        if kind == "s":
            at = int(raw)
            if not 0 <= at < len(self.shared):
                raise Refusal("工作簿内部结构已损坏，请用 Excel 或 WPS 打开后另存再运行")
            return self.shared[at]
        if kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if kind == "d":
            return raw.replace("T00:00:00", "").rstrip("Z")
        return self._number(raw, cell.get("s", "0")) if kind == "n" else raw

    def _uncomputed(self, cell: etree._Element) -> str:
        formula = cell.find(f"{_S}f")
        if formula is None:
            return ""
        self.notes.append(_NOT_COMPUTED)
        return f"={formula.text or ''}"

    def _number(self, raw: str, style: str) -> str:
        try:
            value = Decimal(raw.strip())
        except InvalidOperation:
            return raw
        if not value.is_finite():
            return raw
        at = int(style)
        kind = self.formats[at] if at < len(self.formats) else "plain"
        if kind == "date":
            return self._date(value) or _plain(value)
        return _plain(value * 100) + "%" if kind == "percent" else _plain(value)

    def _date(self, value: Decimal) -> str:
        """Days since 1899-12-30 (or 1904-01-01); the false 29 February 1900 makes days under 61 one less."""
        if not 0 <= value < 2_958_466:
            return ""
        first = dt.datetime(1904, 1, 1) if self.from_1904 else dt.datetime(1899, 12, 30 if value >= 61 else 31)
        moment = first + dt.timedelta(seconds=round(value * 86_400))
        if value < 1:
            return moment.strftime("%H:%M:%S")
        return moment.date().isoformat() if value == value.to_integral_value() else moment.strftime("%Y-%m-%d %H:%M:%S")


def _plain(value: Decimal) -> str:
    """15 significant digits, no exponent, no trailing zeros."""
    if abs(value.adjusted()) > 300:
        return str(value)
    text = f"{_DIGITS.plus(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


# --- sheets ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Used:
    """What stands in a sheet: texts by (row, column) from 1, and merged ranges by their first cell."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def _sheet(title: str, root: etree._Element, values: _Values) -> list[Item]:
    used = _used(root, values)
    if not used.texts:
        return []
    rows = sorted({row for row, _ in used.texts})
    if _is_prose(used, rows):
        return [
            Line(text, Whole(SheetCell(title, _a1(*at))))
            for at, text in sorted(used.texts.items())
            if text.strip()
        ]  # fmt: skip
    return [_table(title, used, rows)]


def _used(root: etree._Element, values: _Values) -> _Used:
    used = _Used()
    characters, row, data = 0, 0, root.find(f"{_S}sheetData")
    for row_item in data.iterchildren(f"{_S}row") if data is not None else ():
        row = _at_most(row_item.get("r"), row + 1)
        column = 0
        for cell in row_item.iterchildren(f"{_S}c"):
            at = _reference(cell.get("r", "")) or (row, column + 1)
            column = at[1]
            text = values.text(cell)
            if text:
                used.texts[at] = text
                characters += len(text)
            if len(used.texts) > limits.CELLS:
                raise limits.too_many_cells()
            if characters > limits.CHARACTERS:
                raise limits.too_many_characters()
    for item in root.iterfind(f"{_S}mergeCells/{_S}mergeCell"):
        first, _, last = item.get("ref", "").partition(":")
        begin, end = _reference(first), _reference(last)
        if begin and end and len(used.merged) < limits.CELLS:
            used.merged[begin] = end
    return used


def _at_most(text: str | None, default: int) -> int:
    row = int(text) if text and text.isdecimal() and len(text) < 8 else default
    if not 0 < row <= _MOST_ROWS:
        raise Refusal("工作簿内部结构已损坏，请用 Excel 或 WPS 打开后另存再运行")
    return row


def _reference(text: str) -> tuple[int, int] | None:
    match = _REFERENCE.fullmatch(text.replace("$", ""))
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row, column) if row <= _MOST_ROWS and column <= _MOST_COLUMNS else None


def _a1(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _is_prose(used: _Used, rows: list[int]) -> bool:
    """Whether the sheet is text typed line by line: nearly every row has one cell, and they are long or all in one column."""
    counts: dict[int, int] = dict.fromkeys(rows, 0)
    for (row, _), text in used.texts.items():
        counts[row] += bool(text.strip())
    alone = sum(count == 1 for count in counts.values())
    if alone < len(rows) * _PROSE_SHARE:
        return False
    columns = {column for _, column in used.texts}
    return len(columns) == 1 or any(len(text) > _PROSE_LENGTH for text in used.texts.values())


def _table(title: str, used: _Used, rows: list[int]) -> RawTable:
    row_at = {row: n for n, row in enumerate(rows)}
    columns = sorted({column for _, column in used.texts} | {c for (r, c) in used.merged if r in row_at})
    column_at = {column: n for n, column in enumerate(columns)}
    if len(rows) * len(columns) > limits.CELLS * 2:
        raise limits.too_many_cells()
    spans, covered = _spans(used, rows, columns)
    table = RawTable(SheetCell(title, _a1(rows[0], columns[0])))
    table.heading = [Line(title, Whole(table.place))]
    for row in rows:
        cells = []
        for column in columns:
            if (row, column) in covered:
                continue
            place = SheetCell(title, _a1(row, column))
            text = used.texts.get((row, column), "")
            lines: list[Item] = [Line(text.replace("\r\n", "\n"), Whole(place))] if text else []
            height, width = spans.get((row, column), (1, 1))
            cells.append(RawCell(lines, place, height, width, column_at[column]))
        table.rows.append(cells)
    table.groups = [0] * len(table.rows)
    return table


def _spans(
    used: _Used, rows: list[int], columns: list[int]
) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Spans of merged cells counted in used rows and columns, and the cells that they cover."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in used.merged.items():
        if (top, left) in covered:
            continue
        inner_rows = _between(rows, top, bottom)
        inner_columns = _between(columns, left, right)
        if not inner_rows or not inner_columns or inner_rows[0] != top or inner_columns[0] != left:
            continue
        spans[top, left] = (len(inner_rows), len(inner_columns))
        covered.update((row, column) for row in inner_rows for column in inner_columns)
        covered.discard((top, left))
    return spans, covered


def _between(sorted_numbers: list[int], first: int, last: int) -> list[int]:
    return sorted_numbers[bisect_left(sorted_numbers, first) : bisect_right(sorted_numbers, last)]
