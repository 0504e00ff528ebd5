"""A workbook as one XML file (Excel 2003 XML, often named .xls by the system that wrote it) -> as any workbook.

Numbers     by value (`cellnumber`): a style with a percent format gives "33.9%"; dates stand in the file as ISO. A formula stands
            as its stored value
Sheets      `sheet` makes the table of the used cells; hidden sheets are left out with a note
Guards      those of any XML part; a cell's place is held to the rows and columns of a sheet
Source      the 2003 schema of Excel (urn:schemas-microsoft-com:office:spreadsheet)
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from lxml import etree

from auditor.model import Document
from auditor.readers.cellnumber import format_kind, shown
from auditor.readers.decode import decode
from auditor.readers.grid import Item, settle
from auditor.readers.limits import Refusal
from auditor.readers.package import parse_text
from auditor.readers.sheet import Used, sheet_items

_S = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_BROKEN = "工作簿内部结构已损坏，请用 Excel 或 WPS 打开，另存为 Excel 工作簿（.xlsx）后重新运行"
_PERCENT = "Percent"


def read_excel_xml(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of a workbook. Raises Refusal where it is broken or passes a limit."""
    root = parse_text(decode(data).text)
    if root.tag != f"{_S}Workbook":
        raise Refusal("文件为 XML，但不是 Excel 表格，请用 Excel 打开，另存为 Excel 工作簿（.xlsx）后重新运行")
    kinds = {style.get(f"{_S}ID", ""): _kind(style) for style in root.iterfind(f"{_S}Styles/{_S}Style")}
    notes: list[str] = []
    items: list[Item] = []
    for sheet in root.iterchildren(f"{_S}Worksheet"):
        title = sheet.get(f"{_S}Name", "")
        state = sheet.findtext(f"{_X}WorksheetOptions/{_X}Visible", "")
        if state in ("SheetHidden", "SheetVeryHidden"):
            notes.append(f"工作表“{title}”已隐藏，未予读取")
            continue
        items.extend(sheet_items(title, _used(sheet, kinds)))
    blocks = settle(items)
    if not blocks:
        raise Refusal("工作簿中没有内容（工作表为空或已隐藏），请核对后重新提供")
    return Document(name, sha256, "excel-xml", blocks, "excelxml", notes=tuple(dict.fromkeys(notes)))


def _kind(style: etree._Element) -> str:
    found = style.find(f"{_S}NumberFormat")
    code = found.get(f"{_S}Format", "") if found is not None else ""
    return "percent" if code == _PERCENT or format_kind(code) == "percent" else "plain"


def _used(sheet: etree._Element, kinds: dict[str, str]) -> Used:
    used = Used()
    row = 0
    for row_item in sheet.iterfind(f"{_S}Table/{_S}Row"):
        row = _place(row_item.get(f"{_S}Index"), row + 1, _MOST_ROWS)
        column = 0
        for cell in row_item.iterchildren(f"{_S}Cell"):
            column = _place(cell.get(f"{_S}Index"), column + 1, _MOST_COLUMNS)
            used.put((row, column), _text(cell, kinds.get(cell.get(f"{_S}StyleID", ""), "plain")))
            across, down = (_more(cell.get(f"{_S}Merge{way}")) for way in ("Across", "Down"))
            if across or down:
                used.merge((row, column), (row + down, column + across))
            column += across
        row += _more(row_item.get(f"{_S}Span"))
    return used


def _place(text: str | None, default: int, most: int) -> int:
    found = int(text) if text and text.isdecimal() and len(text) < 8 else default
    if not 0 < found <= most:
        raise Refusal(_BROKEN)
    return found


def _more(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else 0


def _text(cell: etree._Element, kind: str) -> str:
    data = cell.find(f"{_S}Data")
    if data is None:
        return "=" if cell.get(f"{_S}Formula") else ""
    text = "".join(str(part) for part in data.itertext())
    sort = data.get(f"{_S}Type", "String")
    if sort == "Boolean":
        return "TRUE" if text.strip() == "1" else "FALSE"
    if sort == "DateTime":
        return text.strip().removesuffix(".000").removesuffix("T00:00:00").replace("T", " ")
    if sort == "Number":
        return _number(text, kind)
    return text


def _number(text: str, kind: str) -> str:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return text
    return shown(value, kind, from_1904=False) if value.is_finite() else text
