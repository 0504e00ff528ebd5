"""XLSX -> one table a sheet (or paragraphs, where a sheet holds prose), each with its cells in A1 notation.

Numbers     by value (`cellnumber`). A formula stands as its stored value; one never computed stands as the formula itself,
            never as a blank
Sheets      `sheet` makes the table of the used cells
Left out    hidden sheets (with a note)
Why own     the usual readers allocate the dimension that a file claims (one cell at XFD1048576 ends the process) or take 29 ms;
            here cells are read sparse from the XML, so the claimed dimension is never looked at
Source      ECMA-376 part 1, 18
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from auditor.model import Document
from auditor.readers.cellnumber import built_in, format_kind, shown
from auditor.readers.grid import Item, settle
from auditor.readers.limits import Refusal
from auditor.readers.package import Package
from auditor.readers.sheet import Used, large, sheet_items

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_NOT_COMPUTED = "有公式未保存计算结果，按公式原文读取；请用 Excel 打开并保存后重新运行"


def read_xlsx(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of a workbook. Raises Refusal where it is broken or passes a limit."""
    package = Package(data)
    notes: list[str] = []
    items: list[Item] = []
    for title, used in _sheets(package, notes):
        items.extend(sheet_items(title, used))
    blocks = settle(items)
    if not blocks:
        raise Refusal("工作簿中没有内容（工作表为空或已隐藏），请核对后重新提供")
    return Document(
        name, sha256, "xlsx", blocks, "xlsx", metadata=package.metadata(), notes=tuple(dict.fromkeys(notes))
    )


def read_used(data: bytes, wanted: Callable[[str], bool]) -> tuple[tuple[str, Used], ...]:
    """The visible sheets whose titles are wanted, to the letter; the others are not even looked at.

    Ten times as much may stand in one as in a report's. Raises Refusal as `read_xlsx` does.
    """
    return tuple(_sheets(Package(data), [], wanted))


def read_cells(data: bytes) -> tuple[tuple[str, dict[tuple[int, int], str]], ...]:
    """What stands in the cells of every visible sheet, by (row, column) from 1, to the letter: for workbooks of our own.

    Raises Refusal as `read_xlsx` does.
    """
    return tuple((title, dict(used.texts)) for title, used in _sheets(Package(data), []))


def _sheets(
    package: Package, notes: list[str], wanted: Callable[[str], bool] | None = None
) -> Iterator[tuple[str, Used]]:
    """The visible sheets of a workbook, as far as they are worksheets (and wanted)."""
    part = package.main("xl/workbook.xml")
    book = package.needed(part)
    if not book.tag.startswith(_S):
        raise Refusal("文件为“严格 Open XML”格式，请用 Excel 另存为普通工作簿（.xlsx）后重新运行")
    related = package.related(part)
    paths = dict(related.values())
    values = _Values(
        _shared(package.xml(paths.get("sharedStrings", "xl/sharedStrings.xml"))),
        _formats(package.xml(paths.get("styles", "xl/styles.xml"))),
        any(_flag(p.get("date1904")) for p in book.iterchildren(f"{_S}workbookPr")),
        notes,
    )
    for sheet in book.iterfind(f"{_S}sheets/{_S}sheet"):
        title = sheet.get("name", "")
        kind, path = related.get(sheet.get(_RID, ""), ("", ""))
        if kind != "worksheet":
            continue
        if sheet.get("state", "visible") != "visible":
            notes.append(f"工作表“{title}”已隐藏，未予读取")
            continue
        if wanted is None:
            yield title, _used(package.needed(path), values, Used())
        elif wanted(title):
            yield title, _used(package.needed(path), values, large())


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
    own = {int(f.get("numFmtId", "0")): format_kind(f.get("formatCode", "")) for f in root.iter(f"{_S}numFmt")}
    found = root.find(f"{_S}cellXfs")
    ids = [int(x.get("numFmtId", "0")) for x in found] if found is not None else []
    return [own.get(id) or built_in(id) for id in ids]


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
        return shown(value, self.formats[at] if at < len(self.formats) else "plain", from_1904=self.from_1904)


# --- sheets ----------------------------------------------------------------------------------------


def _used(root: etree._Element, values: _Values, used: Used) -> Used:
    row, data = 0, root.find(f"{_S}sheetData")
    for row_item in data.iterchildren(f"{_S}row") if data is not None else ():
        row = _at_most(row_item.get("r"), row + 1)
        column = 0
        for cell in row_item.iterchildren(f"{_S}c"):
            at = _reference(cell.get("r", "")) or (row, column + 1)
            column = at[1]
            used.put(at, values.text(cell))
    for item in root.iterfind(f"{_S}mergeCells/{_S}mergeCell"):
        first, _, last = item.get("ref", "").partition(":")
        begin, end = _reference(first), _reference(last)
        if begin and end:
            used.merge(begin, end)
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
