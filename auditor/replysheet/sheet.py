"""A filled 整改情况反馈表 -> its rows that say something, each with the places of its cells.

Reads     Excel and WPS workbooks (`readers.workbook`), every sheet with the head of a reply sheet; others are passed over
Whose     the cell beside (or behind the colon of) 填报单位 above the head
Heads     in any order; columns that it does not know and rows in which nothing is filled in are passed over
Refuses   what is no such workbook: SheetError. What is wrong in cells is for `quarters.replying`
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.quarters.replying import Answered
from auditor.readers.workbook import Refusal, Sheet, a1, sheets
from auditor.replysheet import columns
from auditor.roster.sheet import read_day
from auditor.text import squash

_HEAD_ROWS = 12
_WHOLE_DAY = re.compile(r"\d\D+\d+\D+\d|^\d{5}(?:\.0+)?$|[一二三四五六七八九十]日")  # a year or a month alone is no day
_ENDINGS = (".xlsx", ".xls", ".et", ".xlsm")


class SheetError(Exception):
    """Files that are no reply sheets; each of `mistakes` names one and says what to do."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def read_all(paths: Iterable[Path]) -> tuple[Answered, ...]:
    """The rows of all files, folders searched downwards. Raises SheetError with every file that is none."""
    rows: list[Answered] = []
    broken: list[str] = []
    for path in _files(paths):
        try:
            rows += read(path.name, path.read_bytes())
        except OSError:
            broken.append(f"“{path}”打不开，请核对路径；正在 Excel 中打开的，请先保存并关闭")
        except SheetError as error:
            broken += error.mistakes
    if broken:
        raise SheetError(broken)
    return tuple(rows)


def _files(paths: Iterable[Path]) -> list[Path]:
    out: dict[Path, None] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in _ENDINGS) if path.is_dir() else [path]
        out |= dict.fromkeys(p for p in inside if not p.name.startswith(("~$", ".")))
    return list(out)


def read(name: str, data: bytes) -> tuple[Answered, ...]:
    """The rows of one workbook that say something. Raises SheetError."""
    try:
        found = [table for sheet in sheets(data) if (table := _table(name, sheet)) is not None]
    except Refusal as refusal:
        raise SheetError([f"“{name}”{refusal.reason}"]) from None
    if not found:
        words = f"应有一行写着“{columns.NUMBER}”“{columns.WORD}”等列名，请用 auditor replies sheet 生成的反馈表填写"
        raise SheetError([f"“{name}”中没有找到表头：{words}"])
    return tuple(row for table in found for row in table.rows())


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet under its head: columns of ours by their numbers."""

    name: str
    sheet: Sheet
    head: int
    heads: Mapping[int, str]
    unit: str
    unit_at: str

    def rows(self) -> Iterator[Answered]:
        lines: dict[int, dict[str, str]] = {}
        for (row, column), text in self.sheet.texts.items():
            if row > self.head and column in self.heads:
                lines.setdefault(row, {})[self.heads[column]] = text.strip()
        for row in sorted(lines):
            texts = lines[row]
            if any(texts.get(name) for name in columns.FILLED):
                yield self._answered(row, texts)

    def _answered(self, row: int, texts: Mapping[str, str]) -> Answered:
        days = {name: read_day(texts[name]) for name in columns.DAYS if _is_day(texts.get(name, ""))}
        unreadable = {name: texts[name] for name in columns.DAYS if texts.get(name) and days.get(name) is None}
        return Answered(
            self.unit,
            squash(texts.get(columns.NUMBER, "")),
            squash(texts.get(columns.WORD, "")),
            texts.get(columns.TEXT, ""),
            texts.get(columns.LINK, ""),
            " ".join(texts.get(columns.BY, "").split()),
            days.get(columns.ON),
            days.get(columns.UNTIL),
            {columns.UNIT: self.unit_at, **{name: self._at(row, column) for column, name in self.heads.items()}},
            unreadable,
        )

    def _at(self, row: int, column: int) -> str:
        return f"{self.name} 工作表“{self.sheet.title}”{a1(row, column)}"


def _is_day(text: str) -> bool:
    return bool(_WHOLE_DAY.search(text))


def _table(name: str, sheet: Sheet) -> _Table | None:
    lines: dict[int, dict[int, str]] = {}
    for (row, column), text in sheet.texts.items():
        lines.setdefault(row, {})[column] = text
    for row in sorted(lines)[:_HEAD_ROWS]:
        if not columns.is_head(lines[row].values()):
            continue
        heads: dict[int, str] = {}
        for column, text in sorted(lines[row].items()):
            head = columns.read_head(text)
            if head in heads.values():
                place = f"{name} 工作表“{sheet.title}”{a1(row, column)}"
                raise SheetError([f"{place}：列“{text.strip()}”重复，请只留一列“{head}”"])
            if head is not None:
                heads[column] = head
        unit, at = _unit({line: lines[line] for line in lines if line < row})
        return _Table(name, sheet, row, heads, unit, f"{name} 工作表“{sheet.title}”{at}")
    return None


def _unit(above: Mapping[int, Mapping[int, str]]) -> tuple[str, str]:
    """Whose sheet it is, as the lines above the head say, and where."""
    for row in sorted(above):
        for column, text in sorted(above[row].items()):
            words = squash(text)
            if not words.startswith(columns.UNIT):
                continue
            told = words.removeprefix(columns.UNIT).lstrip(":：")
            beside = [(c, squash(other)) for c, other in sorted(above[row].items()) if c > column and other.strip()]
            if told:
                return told, a1(row, column)
            return (beside[0][1], a1(row, beside[0][0])) if beside else ("", a1(row, column))
    return "", "A1"
