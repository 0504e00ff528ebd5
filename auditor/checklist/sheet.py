"""Filled checklists -> what they answer, and every mistake in their cells with file, sheet and cell.

Reads     Excel and WPS workbooks through the readers, so that every limit on hostile files holds; every sheet with a head of
          a checklist, others (explanations) are passed over
Heads     in any order, columns that it does not know and blank rows are passed over
Answers   a row without a conclusion answers nothing; its note is kept for the next list
Refuses   a conclusion that is none, one without 核验人, 不符合 without 情况说明, a day that is none: all at once. A file that
          is no checklist at all: ChecklistError
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor import readers
from auditor.checklist import heads
from auditor.checklist.answers import Answer, ChecklistError, Lists
from auditor.checks.attest import ANSWERS, BROKEN
from auditor.headed import Headed, headed
from auditor.model import Attested, Cell, Document, SheetCell, Table, Unread
from auditor.roster.sheet import read_day
from auditor.spelling import nearest
from auditor.text import squash

_YEAR = re.compile(r"((?:19|20)\d{2})(?:\.0+)?年?度?")
_EXAMPLE = re.compile(r"[（(【\[]?(?:示例|样例|填写示例)")


def read_checklists(named: Iterable[Path], automatic: Iterable[Path] = ()) -> Lists:
    """The answers of some files; `automatic` are those that nobody named. Raises ChecklistError for what is no list."""
    answers: list[Answer] = []
    mistakes: list[str] = []
    broken: list[str] = []
    paths: dict[str, None] = {}
    for path, by_itself in [*((p, False) for p in named), *((p, True) for p in automatic)]:
        real = os.path.realpath(path)
        if real in paths:
            continue
        paths[real] = None
        try:
            found, wrong = of_document(_document(path), automatic=by_itself)
        except ChecklistError as error:
            broken += error.mistakes
            continue
        answers += found
        mistakes += wrong
    if broken:
        raise ChecklistError([*broken, *mistakes])
    return Lists(tuple(answers), tuple(mistakes), tuple(paths))


def _document(path: Path) -> Document:
    try:
        data = path.read_bytes()
    except OSError:
        raise ChecklistError([f"核验清单“{path}”打不开，请核对路径；正在 Excel 中打开的，请先关闭"]) from None
    document = readers.read(path.as_posix(), data)
    if isinstance(document, Unread):
        raise ChecklistError([f"核验清单“{path}”：{document.reason}"])
    if document.kind not in ("xlsx", "xls", "et"):
        raise ChecklistError([f"核验清单“{path}”不是 Excel 工作簿，请用审核生成的“核验清单.xlsx”填写"])
    return document


def of_document(document: Document, *, automatic: bool = False) -> tuple[list[Answer], list[str]]:
    """The answers and the mistakes of one workbook. Raises ChecklistError where it holds no list."""
    sheets = [
        s
        for b in document.blocks
        if isinstance(b, Table) and (s := headed(b, heads.is_head, heads.read_head)) is not None
    ]
    if not sheets:
        raise ChecklistError(
            [
                f"核验清单“{document.source}”中没有找到表头：应有一行写着“{heads.ANSWER}”“{heads.RULE}”等列名，"
                "请用审核生成的“核验清单.xlsx”填写"
            ]
        )
    answers: list[Answer] = []
    mistakes: list[str] = []
    for sheet in sheets:
        for row in _rows(document.source, sheet):
            answer = row.answer(mistakes, automatic=automatic)
            if answer is not None:
                answers.append(answer)
    return answers, mistakes


# --- sheets and rows --------------------------------------------------------------------------------


def _rows(source: str, sheet: Headed) -> Iterator[_Row]:
    for known in sheet.rows():
        row = _Row(source, known)
        said = any(row.text(name) for name in (heads.ANSWER, heads.NOTE))
        if said and not _EXAMPLE.match(row.text(heads.UNIT)):
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
        """The place of a cell; of one that is not there the place of the row's conclusion."""
        cell = self.cells.get(name) or self.cells.get(heads.ANSWER) or next(iter(self.cells.values()))
        where = f"工作表“{cell.place.sheet}”{cell.place.cell}" if isinstance(cell.place, SheetCell) else ""
        return f"{self.source} {where}".strip()

    def answer(self, mistakes: list[str], *, automatic: bool) -> Answer | None:
        """What the row answers; None where a mistake in its own cells was told."""
        wrong = list(self._wrong())
        mistakes += wrong
        if wrong:
            return None
        said = squash(self.text(heads.ANSWER))
        year = _YEAR.fullmatch(squash(self.text(heads.YEAR)))
        attested = Attested(
            said,
            self.text(heads.NOTE),
            self.text(heads.BY),
            read_day(self.text(heads.ON)) if self.text(heads.ON) else None,
            self.at(heads.ANSWER),
            self.text(heads.HASH).lower(),
        )
        cells = {name: self.at(name) for name in (heads.UNIT, heads.YEAR, heads.RULE, heads.ANSWER)}
        rule = squash(self.text(heads.RULE))
        return Answer(self.text(heads.UNIT), int(year[1]) if year else None, rule, attested, cells, automatic)

    def _wrong(self) -> Iterator[str]:
        """Every mistake of the row's own cells."""
        said, year, day = (self.text(name) for name in (heads.ANSWER, heads.YEAR, heads.ON))
        known = squash(said)
        if said and known not in ANSWERS:
            listed = "、".join(ANSWERS)
            yield f"{self.at(heads.ANSWER)}：结论“{said}”不对{nearest(known, ANSWERS) or '，'}应为{listed}之一，没有核验的留空"
        if year and not _YEAR.fullmatch(squash(year)):
            yield f"{self.at(heads.YEAR)}：年度“{year}”看不懂，请写成 2025"
        if not self.text(heads.RULE):
            yield f"{self.at(heads.RULE)}：没有规则编号，请照生成的清单保留这一列"
        if day and read_day(day) is None:
            yield f"{self.at(heads.ON)}：核验日期“{day}”不是日期，请写成 2026-04-08"
        if known in ANSWERS and not self.text(heads.BY):
            yield f"{self.at(heads.BY)}：写了结论，没有写核验人，请补填"
        if known == BROKEN and not self.text(heads.NOTE):
            yield f"{self.at(heads.NOTE)}：结论为不符合的，请在“情况说明”中写明看到的情况"
