"""A filled-in ledger -> its rows, each cell with its place.

Reads     XLSX, XLS and ET of Excel, WPS and LibreOffice (`readers.workbook`); every sheet with a head of a ledger to fill in
Heads     in any order and in any of the first rows; columns that are not ours, blank rows and hidden rows (filters) mean nothing
Rows      those with anything in a column to fill in or with a number
Refuses   what is no such workbook: SheetError. What is wrong in single cells is told by `weighing`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.ledgersheet import columns
from auditor.ledgersheet.nouns import Filled, Spot
from auditor.readers.workbook import Refusal, Sheet, a1, sheets
from auditor.roster.sheet import read_day

_HEAD_ROWS = 10
_WHOLE_DAY = re.compile(r"\d\D+\d+\D+\d|\d{5}|[一二三四五六七八九十]日")  # a year or a month alone is no day


class SheetError(Exception):
    """A file that is no ledger to take in; the words (Chinese) say why and what to do."""


def read(path: Path) -> tuple[bytes, tuple[Filled, ...]]:
    """The bytes of a workbook and its rows. Raises SheetError."""
    try:
        data = path.read_bytes()
    except OSError:
        raise SheetError(f"“{path}”打不开，请核对路径；正在 Excel 中打开的，请先保存并关闭") from None
    return data, rows(path.name, data)


def rows(name: str, data: bytes) -> tuple[Filled, ...]:
    """The rows of a workbook. Raises SheetError."""
    try:
        found = sheets(data, columns.is_wanted)
    except Refusal as refusal:
        raise SheetError(f"“{name}”{refusal.reason}") from None
    tables = [table for sheet in found if (table := _table(sheet)) is not None]
    if not tables:
        raise SheetError(
            f"“{name}”中没有找到表头：应有一行写着“{columns.NUMBER}”“{columns.WORD}”等列名，请用审核生成的“问题台账.xlsx”填写"
            "（隐藏的工作表不读）"
        )
    return tuple(row for table in tables for row in table.rows())


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet under its head: columns of ours by their numbers, rows of cells by theirs."""

    sheet: Sheet
    head: int
    heads: Mapping[int, str]
    lines: Mapping[int, Mapping[int, str]]

    def rows(self) -> Iterator[Filled]:
        merged = self._merged()
        for line in sorted(self.lines):
            if line <= self.head:
                continue
            cells = self.lines[line]
            texts = {name: _text(name, cells.get(column, "")) for column, name in self.heads.items()}
            if not any(texts.get(name) for name in (columns.NUMBER, *columns.FILLED)):
                continue
            spots = {name: self._spot(line, column) for column, name in self.heads.items()}
            said = texts.get(columns.REFERENCE, "")
            mark = columns.read_reference(said)
            number = "".join(texts[columns.NUMBER].split())
            joined = tuple(self._spot(*first) for first in merged.get(line, ()))
            yield Filled(number, texts, spots, mark, bool(said) and mark is None, joined)

    def _spot(self, row: int, column: int) -> Spot:
        return Spot(self.sheet.title, a1(row, column))

    def _merged(self) -> dict[int, list[tuple[int, int]]]:
        """The merged ranges that take up one of our columns, by every row that they cover."""
        out: dict[int, list[tuple[int, int]]] = {}
        last = max(self.lines, default=0)
        for first, (bottom, right) in self.sheet.merged.items():
            ours = any(first[1] <= column <= right for column in self.heads)
            if ours and bottom > self.head and (bottom, right) != first:
                for row in range(max(first[0], self.head + 1), min(bottom, last) + 1):
                    out.setdefault(row, []).append(first)
        return out


def _text(name: str, text: str) -> str:
    kept = columns.plain(text)
    day = read_day(kept) if name in columns.DAYS and _WHOLE_DAY.search(kept) else None
    return day.isoformat() if day is not None else kept


def _table(sheet: Sheet) -> _Table | None:
    lines: dict[int, dict[int, str]] = {}
    for (row, column), text in sheet.texts.items():
        lines.setdefault(row, {})[column] = text
    for row in sorted(lines)[:_HEAD_ROWS]:
        if columns.is_head(lines[row].values()):
            heads: dict[int, str] = {}
            for column, text in sorted(lines[row].items()):
                name = columns.read_head(text)
                if name in heads.values():
                    raise SheetError(
                        f"{Spot(sheet.title, a1(row, column))}：列“{text.strip()}”重复，请只留一列“{name}”"
                    )
                if name is not None:
                    heads[column] = name
            return _Table(sheet, row, heads, lines)
    return None
