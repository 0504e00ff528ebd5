"""Filled fact sheets -> what was typed, and every mistake in their cells with file, sheet and cell.

Reads     Excel and WPS workbooks through the readers, so that every limit on hostile files holds; every sheet with the head of
          a fact sheet, others (explanations) are passed over, as are rows in which nothing was typed
Numbers   with the same care as a report's own cells: full width, thousands separators, 零, a unit; in the unit of the column
          计量单位, converted into the form's. A blank stays blank, never 0
Refuses   a state that is none, a number where the state says there is none, a value that is no number, a day that is none, a
          row nobody signs, a row whose key and name do not belong together (sorted in part, changed): all at once. A file that
          is no fact sheet: SheetError
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor import readers
from auditor.facts.filling import converted, power
from auditor.factsheet import heads
from auditor.form import Form, FormCell
from auditor.headed import Headed, headed
from auditor.model import Cell, Document, Noun, Number, SheetCell, State, Table, Typed, Unread
from auditor.roster.sheet import read_day
from auditor.spelling import nearest
from auditor.text import is_blank, read_value, squash

_KEY = re.compile(r"[0-9a-f]{64}(?:#\d+)?")
_WORDS = {**heads.STATES, "“/”": State.NA, "／": State.NA, "不适用": State.NA, "数字": State.NUMBER}


class SheetError(Exception):
    """A fact sheet cannot be used: every mistake in it, in Chinese, each with sheet and cell."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class Entry(Noun):
    """What was typed for one cell: the key of its document, the fact, and where the row stands in the sheet (`at`)."""

    key: str
    fact: str
    typed: Typed
    note: str
    at: str
    name: str
    unit: str
    year: str
    file: str


@dataclass(frozen=True, slots=True)
class Sheets:
    """What some sheets say, and the mistakes in their cells."""

    entries: tuple[Entry, ...]
    mistakes: tuple[str, ...]


def read_sheet(path: Path, forms: Sequence[Form], by: str, on: dt.date) -> Sheets:
    """What was typed in a file; rows that do not say who and when were typed by `by` (may be "") on that day. Raises
    SheetError for a file that is no fact sheet."""
    try:
        data = path.read_bytes()
    except OSError:
        raise SheetError([f"录入单“{path}”打不开，请核对路径；正在 Excel 中打开的，请先保存并关闭"]) from None
    document = readers.read(path.as_posix(), data)
    if isinstance(document, Unread):
        raise SheetError([f"录入单“{path}”：{document.reason}"])
    return of_document(document, forms, by, on)


def of_document(document: Document, forms: Sequence[Form], by: str, on: dt.date) -> Sheets:
    """The same of a workbook that was read. Raises SheetError."""
    sheets = [
        s
        for b in document.blocks
        if isinstance(b, Table) and (s := headed(b, heads.is_head, heads.read_head)) is not None
    ]
    if not sheets:
        raise SheetError(
            [
                f"“{document.source}”中没有找到表头：应有一行写着“{heads.STATE}”“{heads.VALUE}”“{heads.FACT}”等列名，"
                f"请用 auditor facts sheet 生成的录入单填写，并保留隐藏的列"
            ]
        )
    cells = {id: cell for form in forms for id, cell in form.cells.items()}
    entries: list[Entry] = []
    mistakes: list[str] = []
    for sheet in sheets:
        for row in _rows(document.source, sheet):
            entry = row.entry(cells, by, on, mistakes)
            if entry is not None:
                entries.append(entry)
    return Sheets(tuple(entries), (*mistakes, *_twice(entries)))


def _twice(entries: Sequence[Entry]) -> Iterator[str]:
    """A cell that two rows say differently."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        other = first.setdefault((entry.key, entry.fact), entry)
        if not same(entry.typed, other.typed):
            words = (
                f"“{entry.name}”录入为{said_words(entry.typed)}，{other.at} 录入为{said_words(other.typed)}，请只留一个"
            )
            yield f"{entry.at}：{words}"


def same(one: Typed, other: Typed) -> bool:
    """Whether two people say the same of a cell, in whatever writing."""
    words = one.state is not State.TEXT or squash(one.raw) == squash(other.raw)
    return one.state is other.state and one.value == other.value and words


def said_words(typed: Typed) -> str:
    """“12”, 空白, 看不清."""
    shown = typed.raw if typed.state in (State.NUMBER, State.TEXT) else heads.STATE_WORDS.get(typed.state, "")
    return f"“{shown}”"


# --- sheets and rows ---------------------------------------------------------------------------------


def _rows(source: str, sheet: Headed) -> Iterator[_Row]:
    for known in sheet.rows():
        row = _Row(source, known)
        if any(row.text(name) for name in (heads.STATE, heads.VALUE)):
            yield row


@dataclass(frozen=True, slots=True)
class _Row:
    source: str
    cells: Mapping[str, Cell]

    def text(self, name: str) -> str:
        """What stands under a head, in one line."""
        cell = self.cells.get(name)
        return " ".join(cell.text.split()) if cell else ""

    def at(self, name: str) -> str:
        """The place of a cell; of one that is not there the place of the row's value or state."""
        filled = (self.cells.get(head) for head in (name, heads.VALUE, heads.STATE))
        cell = next((cell for cell in filled if cell), None) or next(iter(self.cells.values()))
        where = f"工作表“{cell.place.sheet}”{cell.place.cell}" if isinstance(cell.place, SheetCell) else ""
        return f"{self.source} {where}".strip()

    def entry(self, forms: Mapping[str, FormCell], by: str, on: dt.date, mistakes: list[str]) -> Entry | None:
        """What was typed; None where a mistake in the row was told."""
        key, fact = squash(self.text(heads.KEY)).lower(), squash(self.text(heads.FACT))
        wrong = list(self._key_mistakes(key, fact, forms))
        who, day = self.text(heads.BY) or by, self._day(on, wrong)
        if not who:
            wrong.append(f"{self.at(heads.BY)}：没有写录入人，请补填，或者导入时写明 --by 姓名")
        cell = forms.get(fact)
        read = _read(self.text(heads.STATE), self.text(heads.VALUE), self.text(heads.MEASURE), cell) if cell else ""
        if isinstance(read, str):
            wrong += [f"{self.at(heads.VALUE)}：{read}"] if read else []
        mistakes += wrong
        if wrong or isinstance(read, str):
            return None
        state, value, raw = read
        return Entry(
            key,
            fact,
            Typed(state, value, raw, who, day),
            self.text(heads.NOTE),
            self.at(heads.VALUE),
            self.text(heads.NAME) or fact,
            self.text(heads.UNIT),
            self.text(heads.YEAR),
            self.text(heads.FILE),
        )

    def _day(self, on: dt.date, wrong: list[str]) -> dt.date:
        said = self.text(heads.ON)
        day = read_day(said) if said else on
        if day is None:
            wrong.append(f"{self.at(heads.ON)}：录入日期“{said}”不是日期，请写成 2026-04-08")
        return day or on

    def _key_mistakes(self, key: str, fact: str, forms: Mapping[str, FormCell]) -> Iterator[str]:
        """Whether the row still belongs to one cell of one document."""
        if not _KEY.fullmatch(key):
            yield f"{self.at(heads.KEY)}：文件校验值不完整，请照生成的录入单保留这一列"
        cell = forms.get(fact)
        name = self.text(heads.NAME)
        if cell is None:
            yield f"{self.at(heads.FACT)}：没有编号为“{fact}”的指标{nearest(fact, forms) or '，'}请照生成的录入单保留这一列"
        elif name and squash(name) != squash(cell.name):
            words = f"指标“{name}”与指标编号不符（编号对应“{cell.name}”），可能只排序了部分列，请重新生成录入单"
            yield f"{self.at(heads.NAME)}：{words}"


# --- what was typed ----------------------------------------------------------------------------------


def _read(said: str, raw: str, measure: str, cell: FormCell) -> tuple[State, Number | None, str] | str:
    """State, number in the form's unit and what was typed; or what is wrong, "" where nothing was typed."""
    wanted = _WORDS.get(squash(said))
    if said and wanted is None:
        return f"状态“{said}”不对{nearest(squash(said), heads.STATES) or '，'}应为{'、'.join(heads.STATES)}之一"
    if wanted is None and squash(raw) in _WORDS:
        wanted, raw = _WORDS[squash(raw)], ""
    state, value = read_value(raw, cell.unit, signed=cell.signed)
    match wanted:
        case State.BLANK | State.UNREADABLE:
            word = heads.STATE_WORDS[wanted]
            return (wanted, None, "") if is_blank(raw) or squash(raw) == word else f"状态为{word}，录入值“{raw}”请删去"
        case State.NA:
            return (
                (State.NA, None, raw or "/") if is_blank(raw) or state is State.NA else f"状态为 /，录入值“{raw}”请删去"
            )
        case State.TEXT:
            if state is State.TEXT:
                return State.TEXT, None, raw
            return "状态为文字，没有写是什么文字" if is_blank(raw) else f"状态为文字，录入值“{raw}”不是文字，请改选状态"
    if state is State.NA and wanted is None:
        return State.NA, None, raw
    if state is not State.NUMBER or value is None:
        if is_blank(raw):
            return "状态为数值，没有写录入值；格里是空白的，请选“空白”" if wanted else ""
        return f"录入值“{raw}”不是数字；格里是文字的，状态请选“文字”，辨认不出的请选“看不清”"
    return _in_unit(value, raw, squash(measure), cell)


def _in_unit(value: Number, raw: str, measure: str, cell: FormCell) -> tuple[State, Number | None, str]:
    """A number in the form's unit; where the document prints another one, with the unit beside what was typed."""
    if not power(measure, cell.unit):
        return State.NUMBER, value, raw
    moved, note = converted(value, raw, measure, cell.unit)
    return State.NUMBER, moved, f"{raw}{measure}" if note else raw
