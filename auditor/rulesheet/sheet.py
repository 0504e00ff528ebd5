"""A workbook of rules (规则.xlsx) -> its rules, each with its row, and every mistake in its cells with sheet and cell.

Reads      XLSX to the letter (`xlsx.read_cells`), so that every limit on hostile files holds; a sheet is one of rules where a
           row names 编号 and 检查类型, others (explanations) are passed over
Heads      in any order; a heading that no kind of check has is a mistake, an empty one is passed over
Rows       blank ones are passed over; the kind of check of a row says what its columns mean
Characters control characters stand in Excel as _x000D_; they are read as what they are
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.checks import KINDS
from auditor.readers.limits import FILE_BYTES, Refusal
from auditor.readers.sheet import a1
from auditor.readers.xlsx import read_cells
from auditor.rulebook.mistakes import Mistake, RulebookError
from auditor.rulesheet.cells import BadCell, read_cell
from auditor.rulesheet.columns import columns_of
from auditor.rulesheet.entries import entry_of
from auditor.rulesheet.rows import Row, RuleSheet
from auditor.spelling import nearest

_HEAD_ROWS = 10
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ID, _CHECK = "编号", "检查类型"


def read(path: Path) -> RuleSheet:
    """The rules of a workbook, with the mistakes in its cells. Raises RulebookError for a file that is no such workbook."""
    name = path.as_posix()
    try:
        data = path.read_bytes()
    except OSError:
        raise _unusable(name, "打不开，请核对路径；正在 Excel 中打开的，请先关闭") from None
    return of_bytes(name, data)


def of_bytes(name: str, data: bytes) -> RuleSheet:
    """The same of a workbook's bytes."""
    if len(data) > FILE_BYTES:
        raise _unusable(name, f"超过 {FILE_BYTES // 2**20} MiB，未予读取")
    if data[:4] != b"PK\x03\x04":
        raise _unusable(name, "不是 .xlsx 工作簿；用 WPS 或旧版 Excel 存的，请另存为“Excel 工作簿（.xlsx）”")
    try:
        sheets = read_cells(data)
    except Refusal as refusal:
        raise _unusable(name, refusal.reason) from None
    found = [sheet for title, cells in sheets if (sheet := _sheet(name, title, cells)) is not None]
    if not found:
        raise _unusable(
            name, f"没有找到规则：应有一行写着“{_ID}”“{_CHECK}”等列名，请用 auditor rules export 导出的表填写"
        )
    mistakes: list[Mistake] = []
    rows = [row for sheet in found for row in sheet.rows(mistakes)]
    if not rows and not mistakes:
        mistakes.append(Mistake(name, 1, 1, "表中没有规则，请从表头下一行起逐行填写"))
    return RuleSheet(name, tuple(rows), tuple(mistakes))


def _unusable(name: str, words: str) -> RulebookError:
    return RulebookError([Mistake(name, 1, 1, words)])


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of rules: its headings by column, its rows of cells by number, from 1."""

    file: str
    title: str
    head: int
    headings: Mapping[int, str]
    lines: Mapping[int, Mapping[int, str]]

    def rows(self, mistakes: list[Mistake]) -> Iterator[Row]:
        """Every rule of the sheet; mistakes in headings and cells are told."""
        self._heads(mistakes)
        for number in sorted(self.lines):
            cells = {
                h: text for column, h in self.headings.items() if (text := self.lines[number].get(column, "")).strip()
            }
            if number <= self.head or not cells:
                continue
            kind = self._kind(number, cells, mistakes)
            if kind is None:
                continue
            entry, wrong = entry_of(cells, kind)
            known = {column.heading for column in columns_of(kind)}
            places = {heading: (number, column) for column, heading in self.headings.items()}
            row = Row(entry, self.title, number, places, dict(cells))
            mistakes += [row.mistake(self.file, one.heading, one.words) for one in wrong]
            mistakes += [
                row.mistake(self.file, heading, f"“{cells[_CHECK]}”的规则没有“{heading}”这一项，请清空或者移到相应的列")
                for heading in cells
                if heading not in known
            ]
            yield row

    def _heads(self, mistakes: list[Mistake]) -> None:
        every = {column.heading for kind in KINDS for column in columns_of(kind)}
        seen: dict[str, int] = {}
        for column, heading in self.headings.items():
            if heading not in every:
                words = f"列名“{heading}”不认识{nearest(heading, every) or '，不需要的列请删去'}"
                mistakes.append(self._at(self.head, column, words))
            elif heading in seen:
                mistakes.append(self._at(self.head, column, f"列“{heading}”重复，请只留一列"))
            seen.setdefault(heading, column)

    def _kind(self, number: int, cells: Mapping[str, str], mistakes: list[Mistake]) -> str | None:
        """The kind of check that a row names; None with a mistake."""
        column = next(c for c in columns_of("") if c.heading == _CHECK)
        at = next(c for c, heading in self.headings.items() if heading == _CHECK)
        if _CHECK not in cells:
            mistakes.append(
                self._at(number, at, f"没有填写“{_CHECK}”，应为 {'、'.join((column.shown or {}).values())} 之一")
            )
            return None
        try:
            return str(read_cell(cells[_CHECK], column))
        except BadCell as bad:
            mistakes += [self._at(number, at, words) for words in bad.words]
            return None

    def _at(self, row: int, column: int, words: str) -> Mistake:
        return Mistake(self.file, row, column, words, cell=f"工作表“{self.title}”{a1(row, column)}")


def _sheet(file: str, title: str, cells: Mapping[tuple[int, int], str]) -> _Sheet | None:
    lines: dict[int, dict[int, str]] = {}
    for (row, column), text in cells.items():
        lines.setdefault(row, {})[column] = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text.replace("\r\n", "\n"))
    for number in sorted(lines)[:_HEAD_ROWS]:
        found = {column: text.strip().rstrip("*＊") for column, text in sorted(lines[number].items()) if text.strip()}
        if {_ID, _CHECK} <= set(found.values()):
            return _Sheet(file, title, number, found, lines)
    return None
