"""A workbook kept by hand -> its rows, each cell under its field.

Reads     XLSX, XLS and ET (`readers.workbook`); every visible sheet with a head, or those that are named
Merged    a cell merged over several rows says the same for each of them; a cell left blank says nothing
Rows      those with a unit or a problem; lines of totals and signatures have neither
Passed    sheets that nobody named and that lack a unit or a problem (得分明细), or that hold suspected problems only: they are told
Refuses   what is no workbook, has no head, or whose columns are not certain: OldLedgerError with every mistake
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.ledgersheet.columns import plain
from auditor.oldledger.fields import TEXT, TITLE, UNIT, MappingError, Wish, is_head, mapped, unused
from auditor.oldledger.nouns import OldRow, OldSheet
from auditor.readers.workbook import Refusal, Sheet, a1, sheets

_HEAD_ROWS = 15


class OldLedgerError(Exception):
    """A workbook that cannot be taken in: every mistake, in Chinese."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


def read(name: str, data: bytes, wanted: Sequence[str] = (), wishes: Sequence[Wish] = ()) -> tuple[OldSheet, ...]:
    """The sheets of a workbook that hold a ledger. Raises OldLedgerError."""
    try:
        found = sheets(data)
    except Refusal as refusal:
        raise OldLedgerError([f"“{name}”{refusal.reason}"]) from None
    titles = [sheet.title for sheet in found]
    missing = [title for title in wanted if title not in titles]
    if missing:
        raise OldLedgerError(
            [f"“{name}”没有工作表“{title}”，有：{'、'.join(titles)}（隐藏的不读）" for title in missing]
        )
    heads = {sheet.title: _head(sheet, wishes) for sheet in found if not wanted or sheet.title in wanted}
    mistakes = [f"工作表“{title}”没有找到表头" for title in wanted if heads[title] is None]
    named = [head for sheet in found for head in _heads(sheet, heads.get(sheet.title) or 0).values()]
    if not any(heads.values()):
        mistakes.append(
            f"“{name}”没有找到表头：应有一行写着责任单位、问题描述等列名；列名不同的，用 --map 写明，例如：--map 失分原因={TEXT}"
        )
    else:
        mistakes += [f"--map：没有叫“{wish.column}”的列" for wish in unused(named, wishes)]
    out: list[OldSheet] = []
    lacking: list[str] = []
    for sheet in found:
        row = heads.get(sheet.title)
        if row is None:
            continue
        try:
            out.append(_understood(sheet, row, wishes) if wanted or not _is_doubtful(sheet.title) else _doubtful(sheet))
        except MappingError as error:
            if error.lacking and not wanted:
                out.append(OldSheet(sheet.title, passed="没有责任单位或者问题描述一列"))
                lacking += error.mistakes
            else:
                mistakes += error.mistakes
    if not any(not sheet.passed for sheet in out):
        mistakes += lacking or [f"工作表“{sheet.title}”没有导入：{sheet.passed}" for sheet in out]
    if mistakes:
        raise OldLedgerError(mistakes)
    return tuple(out)


def _is_doubtful(title: str) -> bool:
    return "疑似" in title


def _doubtful(sheet: Sheet) -> OldSheet:
    return OldSheet(sheet.title, passed=f"疑似问题未经查证；确要导入的，写 --sheet {sheet.title}")


def _head(sheet: Sheet, wishes: Sequence[Wish]) -> int | None:
    """The row of the heads."""
    rows = sorted({row for row, _ in sheet.texts})[:_HEAD_ROWS]
    return next((row for row in rows if is_head(_heads(sheet, row).values(), wishes)), None)


def _heads(sheet: Sheet, row: int) -> dict[int, str]:
    return {column: text for (r, column), text in sorted(sheet.texts.items()) if r == row and text.strip()}


def _understood(sheet: Sheet, head: int, wishes: Sequence[Wish]) -> OldSheet:
    heads = _heads(sheet, head)
    fields = mapped(sheet.title, heads, wishes)
    last = max(row for row, _ in sheet.texts)
    texts = {at: text for at, text in sheet.texts.items() if at[0] > head and at[1] in fields}
    for (top, left), (bottom, _) in sheet.merged.items():
        said = texts.get((top, left))
        if said is not None:
            texts |= {(row, left): said for row in range(top, min(bottom, last) + 1)}
    lines: dict[int, dict[str, str]] = {}
    for (row, column), text in texts.items():
        if plain(text):
            lines.setdefault(row, {})[fields[column]] = plain(text)
    rows = tuple(
        OldRow(sheet.title, row, lines[row]) for row in sorted(lines) if lines[row].keys() & {UNIT, TEXT, TITLE}
    )
    columns = tuple((a1(0, column)[:-1], heads[column].strip(), fields.get(column, "")) for column in sorted(heads))
    return OldSheet(sheet.title, columns, rows)
