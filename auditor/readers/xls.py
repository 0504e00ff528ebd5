"""XLS (Excel 5 to 2003, and the ET of WPS) -> one table a sheet, or paragraphs, each with its cells in A1 notation.

Numbers     by value (`cellnumber`): 3.0 is "3", a percent format gives "33.9%", a date format an ISO date. A formula stands as
            its stored value
Sheets      `sheet` makes the table of the used cells
Left out    hidden sheets (with a note), charts and macro sheets
Refuses     encrypted workbooks, and those that are cut or damaged: half a workbook would read as blanks
Why own     python-calamine allocates the rectangle that cells span (one cell in column 65,536 ends the process) and gives a
            workbook with a damaged string table without its texts; here cells stay sparse, and damage is refused
Source      [MS-XLS] 2.4; `biff` reads the records
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from auditor.model import Document
from auditor.readers import limits
from auditor.readers.biff import Cut, Record, Strings, long_number, records, short_number
from auditor.readers.cellnumber import built_in, format_kind, shown
from auditor.readers.grid import Item, settle
from auditor.readers.limits import Refusal
from auditor.readers.ole import Compound
from auditor.readers.sheet import Used, large, sheet_items
from auditor.readers.sniff import REASONS

_BOF, _EOF, _PASSWORD, _CODEPAGE, _DATES, _FORMAT, _XF, _SHEET, _STRINGS = (
    0x809, 0x0A, 0x2F, 0x42, 0x22, 0x41E, 0xE0, 0x85, 0xFC,
)  # fmt: skip
_NUMBER, _SHORT, _SHORTS, _SHARED, _LABEL, _RICH, _TRUTH, _MERGED, _STRING = (
    0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6, 0x205, 0xE5, 0x207,
)  # fmt: skip
_FORMULA = frozenset((0x06, 0x206, 0x406))
_CELLS = frozenset((_NUMBER, _SHORT, _SHARED, _LABEL, _RICH, _TRUTH, *_FORMULA))
_EXCEL_97, _EXCEL_5 = 0x600, 0x500
_WORKSHEET = 0
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256
_CODEPAGES = {936: "gb18030", 950: "big5hkscs", 932: "cp932", 949: "cp949", 1252: "cp1252", 65001: "utf-8"}
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_MOST_STEPS = 1_500_000  # records, long ones counting more: sheets may overlap
_NOT_STORED = "有公式未保存计算结果，按“=”读取；请用 Excel 打开并保存后重新运行"
_BROKEN = "工作簿内部结构已损坏，请用 Excel 或 WPS 打开，另存为 Excel 工作簿（.xlsx）后重新运行"
_OLD = "文件为 Excel 4.0 或更早的格式，请用 Excel 或 WPS 打开，另存为 Excel 工作簿（.xlsx）后重新运行"


def read_used(data: bytes, wanted: Callable[[str], bool]) -> tuple[tuple[str, Used], ...]:
    """The visible sheets whose titles are wanted, to the letter; ten times as much may stand in one as in a report's.

    Raises Refusal as `read_xls` does.
    """
    with Compound(data) as file:
        stream = _stream(file)
    try:
        book = _book(stream)
        listed = [sheet for sheet in book.sheets if not sheet.hidden and wanted(sheet.title)]
        return tuple((sheet.title, _used(stream, book, sheet, large())) for sheet in listed)
    except (Cut, struct.error, IndexError) as damage:
        raise Refusal(_BROKEN) from damage


def _stream(file: Compound) -> bytes:
    return file.stream("Workbook") or file.stream("Book") or b""


def read_xls(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of a workbook. Raises Refusal where it is broken or passes a limit."""
    with Compound(data) as file:
        stream = _stream(file)
        metadata = file.metadata()
    try:
        book = _book(stream)
        book.notes += [f"工作表“{sheet.title}”已隐藏，未予读取" for sheet in book.sheets if sheet.hidden]
        items = [item for sheet in book.sheets if not sheet.hidden for item in _items(stream, book, sheet)]
    except (Cut, struct.error, IndexError) as damage:
        raise Refusal(_BROKEN) from damage
    blocks = settle(items)
    if not blocks:
        raise Refusal("工作簿中没有内容（工作表为空或已隐藏），请核对后重新提供")
    return Document(name, sha256, "xls", blocks, "xls", metadata=metadata, notes=tuple(dict.fromkeys(book.notes)))


# --- the workbook ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    begin: int
    hidden: bool


@dataclass(slots=True)
class _Book:
    encoding: str | None = None  # the code page of a workbook before Excel 97
    from_1904: bool = False
    kinds: list[str] = field(default_factory=list)  # of display format, by cell style
    strings: list[str] = field(default_factory=list)
    sheets: list[_Sheet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    steps: int = 0

    def count(self, record: Record) -> None:
        """Counts a record that was read. Raises Cut past the limit."""
        self.steps += 1 + len(record.data) // 8
        if self.steps > _MOST_STEPS:
            raise Cut


def _book(stream: bytes) -> _Book:
    """What the workbook says of all its sheets."""
    book = _Book()
    formats: dict[int, str] = {}
    numbers: list[int] = []
    for at, record in enumerate(records(stream)):
        kind, data = record.kind, record.data
        book.count(record)
        if at == 0:
            book.encoding = _edition(record)
        elif kind == _EOF:
            break
        elif kind == _PASSWORD:
            raise Refusal(REASONS["encrypted"])
        elif kind == _CODEPAGE and book.encoding is not None:
            book.encoding = _CODEPAGES.get(struct.unpack_from("<H", data)[0], book.encoding)
        elif kind == _DATES:
            book.from_1904 = data[:1] == b"\x01"
        elif kind == _FORMAT:
            head = 1 if book.encoding else 2
            formats[struct.unpack_from("<H", data)[0]] = format_kind(Strings(record, 2, book.encoding).next(head))
        elif kind == _XF:
            numbers.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _SHEET:
            begin, state, sort = struct.unpack_from("<IBB", data)
            if sort == _WORKSHEET:
                book.sheets.append(_Sheet(Strings(record, 6, book.encoding).next(1), begin, bool(state & 3)))
        elif kind == _STRINGS:
            book.strings = _shared(record)
    if len({sheet.begin for sheet in book.sheets}) < len(book.sheets):
        raise Cut
    book.kinds = [formats.get(number) or built_in(number) for number in numbers]
    return book


def _edition(record: Record) -> str | None:
    """The encoding to begin with of a workbook before Excel 97, None of a later one."""
    if record.kind != _BOF:
        raise Refusal(_OLD if record.kind in (0x09, 0x209, 0x409) else _BROKEN)
    (version,) = struct.unpack_from("<H", record.data)
    if version < _EXCEL_5:
        raise Refusal(_OLD)
    return None if version >= _EXCEL_97 else "gb18030"


def _shared(record: Record) -> list[str]:
    (count,) = struct.unpack_from("<I", record.data, 4)
    if count > sum(map(len, record.more), len(record.data)) // 3:
        raise Cut
    strings = Strings(record, 8, None)
    out: list[str] = []
    characters = 0
    for _ in range(count):
        out.append(strings.next())
        characters += len(out[-1])
        if characters > limits.CHARACTERS:
            raise limits.too_many_characters()
    return out


# --- a sheet ---------------------------------------------------------------------------------------


def _items(stream: bytes, book: _Book, sheet: _Sheet) -> list[Item]:
    return sheet_items(sheet.title, _used(stream, book, sheet, Used()))


def _used(stream: bytes, book: _Book, sheet: _Sheet, used: Used) -> Used:
    waiting: tuple[int, int] | None = None  # the cell of a formula whose text comes in a record of its own
    for record in _own(stream, book, sheet.begin):
        if record.kind == _STRING:
            if waiting is not None:
                used.put(waiting, Strings(record, 0, book.encoding).next())
            waiting = None
        elif record.kind in _CELLS:
            _missing(used, waiting, book)
            row, column, style = struct.unpack_from("<HHH", record.data)
            text = _text(record, book, style)
            waiting = _at(row, column) if text is None else None
            used.put(_at(row, column), text or "")
        elif record.kind == _SHORTS:
            for at, text in _shorts(record.data, book):
                used.put(at, text)
        elif record.kind == _MERGED:
            _merge(used, record.data)
    _missing(used, waiting, book)
    return used


def _missing(used: Used, waiting: tuple[int, int] | None, book: _Book) -> None:
    """A formula without its value is no blank."""
    if waiting is not None:
        used.put(waiting, "=")
        book.notes.append(_NOT_STORED)


def _own(stream: bytes, book: _Book, begin: int) -> Iterator[Record]:
    """The records of a sheet, without those of the charts in it."""
    depth = 0
    for record in records(stream, begin):
        book.count(record)
        if record.kind == _BOF:
            depth += 1
        elif depth == 0:
            raise Cut
        elif record.kind == _EOF:
            depth -= 1
            if depth == 0:
                return
        elif depth == 1:
            yield record
    raise Cut


def _at(row: int, column: int) -> tuple[int, int]:
    if row >= _MOST_ROWS or column >= _MOST_COLUMNS:
        raise Cut
    return row + 1, column + 1


def _text(record: Record, book: _Book, style: int) -> str | None:
    """What a cell says; None where its text comes in the next record."""
    kind, data = record.kind, record.data
    if kind == _SHARED:
        (at,) = struct.unpack_from("<I", data, 6)
        return book.strings[int(at)]
    if kind == _NUMBER:
        return _shown(long_number(data, 6), book, style)
    if kind == _SHORT:
        return _shown(short_number(struct.unpack_from("<I", data, 6)[0]), book, style)
    if kind == _TRUTH:
        value, is_error = data[6], data[7]
        return _ERRORS.get(value, "#N/A") if is_error else _truth(value)
    if kind in _FORMULA:
        return _computed(data, book, style)
    return Strings(record, 6, book.encoding).next()


def _computed(data: bytes, book: _Book, style: int) -> str | None:
    """The stored value of a formula."""
    if data[12:14] != b"\xff\xff":
        return _shown(long_number(data, 6), book, style)
    if data[6] == 1:
        return _truth(data[8])
    if data[6] == 2:
        return _ERRORS.get(data[8], "#N/A")
    return None if data[6] == 0 else ""


def _truth(value: int) -> str:
    return "TRUE" if value else "FALSE"


def _shown(value: Decimal, book: _Book, style: int) -> str:
    if not value.is_finite():
        return str(value)
    return shown(value, book.kinds[style] if style < len(book.kinds) else "plain", from_1904=book.from_1904)


def _shorts(data: bytes, book: _Book) -> Iterator[tuple[tuple[int, int], str]]:
    row, first = struct.unpack_from("<HH", data)
    for number, (style, value) in enumerate(struct.iter_unpack("<HI", data[4 : 4 + (len(data) - 6) // 6 * 6])):
        yield _at(row, first + number), _shown(short_number(value), book, style)


def _merge(used: Used, data: bytes) -> None:
    (count,) = struct.unpack_from("<H", data)
    for top, bottom, left, right in struct.iter_unpack("<HHHH", data[2 : 2 + 8 * count]):
        if top <= bottom and left <= right:
            used.merge(_at(top, left), (bottom + 1, right + 1))
