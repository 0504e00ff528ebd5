"""The roster file -> a Roster, or every mistake in it at once, each with sheet, cell and what to do.

Reads     an XLSX through the readers, so that every limit on hostile files holds; every sheet with a head of a roster is
          read, others (explanations) are passed over
Heads     in any order, under the names of `columns`; columns that it does not know and blank rows are passed over
Dates     cells with a date format, 2026-02-03, 2026年2月3日, 2026.2.3, or the bare number that Excel keeps for a day;
          2019年3月 is the first (or as an end the last) day of the month
Example   rows whose name begins with 示例 are passed over
Group     the column 分组, else the name of the sheet where the roster has several
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from auditor import readers
from auditor.model import Cell, Document, SheetCell, Table, Unread
from auditor.roster.columns import (
    AUTHORITY,
    CONTACT,
    ENDED,
    FORMER,
    FOUNDED,
    GROUP,
    KIND,
    LINK,
    NAME,
    PHONE,
    PUBLISHED,
    SHORT,
    SUCCESSOR,
    SUPERIOR,
    YEARS,
    Head,
    is_head,
    read_head,
)
from auditor.roster.names import written
from auditor.roster.unit import NOT_PUBLISHED, FormerName, Roster, Unit
from auditor.spelling import nearest
from auditor.text import read_date, squash

KINDS: Mapping[str, tuple[str, ...]] = {
    "乡镇": ("镇", "乡", "乡镇人民政府", "镇人民政府", "乡人民政府"),
    "街道": ("街道办", "街道办事处"),
    "部门": ("县直部门", "政府部门", "县级部门", "市直部门", "区直部门", "县直单位", "局", "工作部门"),
    "县级以上政府": ("县政府", "市政府", "区政府", "县人民政府", "市人民政府", "区人民政府", "管委会", "本级政府"),
    "其他": ("其他单位", "公共企事业单位", "事业单位", "国有企业", "群团组织"),
}
AUTHORITIES: Mapping[str, tuple[str, ...]] = {
    "县属": ("市属", "区属", "本级", "县管", "地方管理", "县直"),
    "垂直管理": ("垂管", "垂直", "上级垂直管理", "省垂直管理", "中央垂直管理"),
    "双重管理": ("双管", "双重领导"),
}
MOST_UNITS = 5000
_HEAD_ROWS = 10
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000  # 1954 … 2064: a smaller number is a mistake, not a date
_EPOCH = dt.date(1899, 12, 30)
_LINK = re.compile(r"https?://[^\s]+$", re.I)
_YEARS = re.compile(
    r"((?:19|20)\d{2})年?(?:度)?(?:(?:-|—|－|–|~|至|到)+((?:19|20)\d{2})?年?(?:度|起|以后)?|(起|以后))?"
)
_PLAIN_SHEET = re.compile(r"^(?:sheet\d*|工作表\d*|名册|单位名册|应报单位名册|表\d+)$", re.I)
_EXAMPLE = re.compile(r"^[（(【\[]?(?:示例|例|样例|填写示例)[)）】\]:：]?")
_FORMER_PARTS = re.compile(r"[、；;，,\n]+(?![^（(]*[)）])")


class RosterError(Exception):
    """The roster cannot be used: every mistake in it, in Chinese; `empty`: nothing is wrong, but it has no units yet."""

    def __init__(self, mistakes: Sequence[str], *, empty: bool = False) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)
        self.empty = empty


def read_roster(path: Path) -> Roster:
    """The roster of a file. Raises RosterError with all its mistakes."""
    try:
        data = path.read_bytes()
    except OSError:
        raise RosterError([f"名册“{path}”打不开，请核对路径；正在 Excel 中打开的，请先关闭"]) from None
    document = readers.read(path.as_posix(), data)
    if isinstance(document, Unread):
        raise RosterError([f"名册“{path}”：{document.reason}"])
    if document.kind not in ("xlsx", "xls", "et"):
        raise RosterError([f"名册“{path}”不是 Excel 工作簿，请用 auditor roster new 生成模板后填写"])
    roster = of_document(document)
    return replace(roster, path=str(path.resolve()))


def of_document(document: Document) -> Roster:
    """The roster that a workbook holds. Raises RosterError."""
    sheets = [s for b in document.blocks if isinstance(b, Table) and (s := _sheet(b)) is not None]
    if not sheets:
        raise RosterError(
            [
                f"名册“{document.source}”中没有找到表头：应有一行写着“{NAME}”和“{KIND}”等列名，"
                "请用 auditor roster new 生成模板对照"
            ]
        )
    reading = _Reading(document.source)
    for sheet in sheets:
        reading.take(sheet, grouped=len(sheets) > 1)
    reading.look_over()
    if reading.mistakes:
        raise RosterError(reading.mistakes)
    if not reading.units:
        words = f"名册“{document.source}”中没有单位（示例行不算），请从表头下一行起逐行填写"
        raise RosterError([words], empty=True)
    return Roster(document.source, document.sha256, tuple(u for u, _ in reading.units))


# --- sheets and rows --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table under a head: its columns, and its rows below."""

    title: str
    columns: Mapping[int, Head]
    head: Mapping[int, Cell]
    rows: tuple[tuple[Cell, ...], ...]


def _sheet(table: Table) -> _Sheet | None:
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    ordered = [rows[row] for row in sorted(rows)]
    for at, row in enumerate(ordered[:_HEAD_ROWS]):
        if is_head(cell.text for cell in row):
            columns = {cell.column: head for cell in row if (head := read_head(cell.text)) is not None}
            title = table.place.sheet if isinstance(table.place, SheetCell) else table.caption
            return _Sheet(title, columns, {c.column: c for c in row}, tuple(map(tuple, ordered[at + 1 :])))
    return None


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one unit, by column; `place` is where its name stands or should stand."""

    sheet: str
    cells: Mapping[Head, Cell]
    where: str

    def text(self, name: str) -> str:
        """What stands under a head (without a year), trimmed; "" for nothing."""
        cell = self.cells.get(Head(name))
        return " ".join(cell.text.split()) if cell else ""


@dataclass(slots=True)
class _Reading:
    """The units read so far, and the mistakes."""

    source: str
    units: list[tuple[Unit, _Row]] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def take(self, sheet: _Sheet, *, grouped: bool) -> None:
        """Every unit of a sheet."""
        seen: dict[Head, Cell] = {}
        for column, head in sheet.columns.items():
            if head in seen:
                self._wrong(sheet.head[column], f"列“{head.name}”与 {_address(seen[head])} 重复，请只留一列")
            seen.setdefault(head, sheet.head[column])
        for cells in sheet.rows:
            if not any(cell.text.strip() for cell in cells):
                continue
            row = self._row(sheet, cells)
            if row is None or _EXAMPLE.match(row.text(NAME)) or any(_EXAMPLE.match(c.text.strip()) for c in cells[:2]):
                continue
            if len(self.units) >= MOST_UNITS:
                self.mistakes.append(f"名册超过 {MOST_UNITS} 个单位，请分开保存")
                return
            self._unit(sheet, row, grouped)

    def _row(self, sheet: _Sheet, cells: Sequence[Cell]) -> _Row | None:
        known = {head: cell for cell in cells if (head := sheet.columns.get(cell.column)) is not None}
        filled = [cell for head, cell in known.items() if cell.text.strip() and head.name != GROUP]
        if not filled:
            return None  # a row of 序号 and remarks only
        return _Row(sheet.title, known, _address(known.get(Head(NAME), filled[0])))

    def _unit(self, sheet: _Sheet, row: _Row, grouped: bool) -> None:
        name = written(row.text(NAME))
        kind = self._choice(row, KIND, KINDS)
        if not name:
            self.mistakes.append(f"{row.where}：没有填写“{NAME}”，请补填，或者清空这一行")
            return
        group = row.text(GROUP) or (sheet.title if grouped and not _PLAIN_SHEET.match(sheet.title.strip()) else "")
        contact = " ".join(filter(None, (row.text(CONTACT), row.text(PHONE))))
        unit = Unit(
            name=name,
            kind=kind,
            short=tuple(dict.fromkeys(written(w) for w in _listed(row.text(SHORT)))),
            former=tuple(self._former(row)),
            group=group,
            authority=self._choice(row, AUTHORITY, AUTHORITIES) if row.text(AUTHORITY) else "",
            superior=row.text(SUPERIOR),
            founded=self._date(row, Head(FOUNDED)),
            ended=self._date(row, Head(ENDED)),
            successor=written(row.text(SUCCESSOR)),
            years=tuple(self._years(row)),
            links=self._links(row),
            published=self._published(row),
            contact=contact,
        )
        self.units.append((unit, row))

    def _wrong(self, cell: Cell, words: str) -> None:
        self.mistakes.append(f"{_address(cell)}：{words}")

    # --- cells --------------------------------------------------------------------------------------

    def _choice(self, row: _Row, name: str, known: Mapping[str, Sequence[str]]) -> str:
        cell, text = row.cells.get(Head(name)), squash(row.text(name))
        for word, others in known.items():
            if text == word or text in others:
                return word
        listed = "、".join(known)
        if cell is None or not text:
            self.mistakes.append(f"{row.where}：没有填写“{name}”，应为{listed}之一")
        else:
            self._wrong(cell, f"{name}“{text}”不对{nearest(text, known) or '，'}应为{listed}之一")
        return next(iter(known))

    def _date(self, row: _Row, head: Head) -> dt.date | None:
        cell = row.cells.get(head)
        if cell is None or not cell.text.strip():
            return None
        day = read_day(cell.text)
        if day is None:
            self._wrong(cell, f"“{cell.text.strip()}”不是日期，请写成 2026-02-03")
        return day

    def _former(self, row: _Row) -> Iterator[FormerName]:
        cell = row.cells.get(Head(FORMER))
        for part in _FORMER_PARTS.split(cell.text) if cell else ():
            if not part.strip():
                continue
            name = _former(part)
            if name is None and cell is not None:
                self._wrong(
                    cell,
                    f"“{part.strip()}”的起止日期看不懂，请写成 某某局（2019-03-20前）或 某某局（2010-05-01至2019-03-20）",
                )
            elif name is not None:
                yield name

    def _years(self, row: _Row) -> Iterator[tuple[int, int]]:
        cell = row.cells.get(Head(YEARS))
        for part in _listed(cell.text) if cell else ():
            found = _YEARS.fullmatch(squash(part))
            if found is None or (found[2] and int(found[2]) < int(found[1])):
                if cell is not None:
                    self._wrong(
                        cell, f"应报年度“{part}”看不懂，请写成 2025，或者 2021-2025，或者 2021起；每年都报的留空"
                    )
                continue
            first = int(found[1])
            is_range = found[0] != found[1] and re.search("[-—－–~至到起后]", found[0]) is not None
            yield first, int(found[2]) if found[2] else 9999 if is_range else first

    def _links(self, row: _Row) -> dict[int | None, str]:
        out: dict[int | None, str] = {}
        for head, cell in row.cells.items():
            text = cell.text.strip()
            if head.name != LINK or not text:
                continue
            if _LINK.match(text):
                out[head.year] = text
            else:
                self._wrong(cell, f"链接“{text[:40]}”应以 http:// 或 https:// 开头，一格只写一个")
        return out

    def _published(self, row: _Row) -> dict[int, dt.date | None]:
        out: dict[int, dt.date | None] = {}
        for head, cell in sorted(row.cells.items(), key=lambda item: item[0].year or 0):
            text = squash(cell.text)
            if head.name != PUBLISHED or not text:
                continue
            if text in (NOT_PUBLISHED, "未公开", "未发布"):
                self._unpublished(out, head, cell)
                continue
            day = self._date(row, head)
            if day is not None and head.year is not None and day.year <= head.year:
                self._wrong(cell, f"{head.year}年度报告的首次公布日期“{text}”早于次年，请核对日期和列名中的年度")
            elif day is not None:
                out[head.year or day.year - 1] = day
        return out

    def _unpublished(self, out: dict[int, dt.date | None], head: Head, cell: Cell) -> None:
        if head.year is None:
            self._wrong(cell, f"“{NOT_PUBLISHED}”要说明是哪一年度，请把列名写成“2025年度首次公布日期”的样子")
        else:
            out[head.year] = None

    # --- across units -------------------------------------------------------------------------------

    def look_over(self) -> None:
        """Names given twice, mergers into nobody or in a ring, and days out of order."""
        owners: dict[str, tuple[Unit, _Row]] = {}
        for unit, row in self.units:
            for name in dict.fromkeys((unit.name, *unit.short)):
                if name in owners:
                    other, its = owners[name]
                    same = "单位" if name == unit.name == other.name else "名称"
                    self.mistakes.append(f"{row.where}：{same}“{name}”与 {its.where} 的“{other.name}”重复，请核对")
                owners.setdefault(name, (unit, row))
        known = {unit.name: unit for unit, _ in self.units}
        for unit, row in self.units:
            self._merger(unit, row, known)

    def _merger(self, unit: Unit, row: _Row, known: Mapping[str, Unit]) -> None:
        where = _address(row.cells[Head(SUCCESSOR)]) if Head(SUCCESSOR) in row.cells else row.where
        if unit.founded and unit.ended and unit.ended < unit.founded:
            self.mistakes.append(f"{row.where}：撤并日期早于设立日期，请核对")
        if not unit.successor:
            return
        if unit.successor not in known:
            self.mistakes.append(
                f"{where}：并入单位“{unit.successor}”不在名册中{nearest(unit.successor, known) or '，'}请写名册中的单位全称"
            )
        elif unit.ended is None:
            self.mistakes.append(f"{where}：填了并入单位，没有填撤并日期，请补填")
        elif _runs_in_a_ring(unit, known):
            self.mistakes.append(f"{where}：并入单位互相指来指去，没有最后承担职责的单位，请核对")


def _runs_in_a_ring(unit: Unit, known: Mapping[str, Unit]) -> bool:
    seen = {unit.name}
    while unit.successor in known:
        unit = known[unit.successor]
        if unit.name in seen:
            return True
        seen.add(unit.name)
    return False


# --- words ------------------------------------------------------------------------------------------


def _address(cell: Cell) -> str:
    if isinstance(cell.place, SheetCell):
        return f"工作表“{cell.place.sheet}”{cell.place.cell}"
    return f"第{cell.row + 1}行第{cell.column + 1}列"


def _listed(text: str) -> Iterable[str]:
    return [part.strip() for part in re.split(r"[、；;，,\n]+", text) if part.strip()]


def read_day(text: str, *, end: bool = False) -> dt.date | None:
    """The day that a cell or a word gives; of a month its first day, or its last one where `end`."""
    words = squash(text).rstrip("止起前后")
    serial = re.fullmatch(r"(\d{5})(?:\.0+)?", words)
    if serial and _FIRST_SERIAL <= int(serial[1]) <= _LAST_SERIAL:
        return _EPOCH + dt.timedelta(days=int(serial[1]))
    stamp = re.fullmatch(r"(\d{4}-\d{2}-\d{2})T?\d{2}:\d{2}(?::\d{2})?", words)
    day = read_date(stamp[1] if stamp else words.replace("/", "-"))[0]
    if day is not None:
        return day
    month = re.fullmatch(r"(\d{4})[-年./](\d{1,2})月?", words)
    if month and 1 <= int(month[2]) <= 12:
        year, number = int(month[1]), int(month[2])
        return dt.date(year, number, calendar.monthrange(year, number)[1] if end else 1)
    whole = re.fullmatch(r"((?:19|20)\d{2})年?", words)
    return (dt.date(int(whole[1]), 12, 31) if end else dt.date(int(whole[1]), 1, 1)) if whole else None


def _former(part: str) -> FormerName | None:
    """某某局（2010-05-01至2019-03-20）, 某某局（2019年3月前）, 某某局（至2019-03）, 某某局; None where the days make no sense."""
    found = re.fullmatch(r"\s*([^（(]+?)\s*(?:[（(]([^（）()]*)[)）])?\s*", part)
    if found is None:
        return None
    name, days = written(found[1]), squash(found[2] or "")
    if not name or not days:
        return FormerName(name) if name else None
    span = re.fullmatch(r"(?:自|从)?(.*?)(?:起)?(?:至|到|—+|~|～|–|-(?=\d{4}))(.*?)(?:止)?", days)
    if span and (span[1] or span[2]):
        since, until = read_day(span[1]) if span[1] else None, read_day(span[2], end=True) if span[2] else None
        wrong = bool(span[1] and since is None) or bool(span[2] and until is None)
        return None if wrong or (since and until and until < since) else FormerName(name, since, until)
    before = re.fullmatch(r"(.*?)(?:以前|之前|前)", days)
    if before:
        day = read_day(before[1])
        return FormerName(name, None, day - dt.timedelta(days=1)) if day else None
    after = re.fullmatch(r"(.*?)(?:以后|之后|后|起)", days)
    day = read_day(after[1]) if after else None
    return FormerName(name, day, None) if day else None
