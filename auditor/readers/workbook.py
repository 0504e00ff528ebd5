"""A workbook that a person filled in -> its visible sheets, cell by cell to the letter, with what is merged.

Reads     XLSX, XLS and ET by their content, never by their ending; sheets whose titles are not wanted are not even looked at
Letter    nothing is trimmed or closed up; a character that XML cannot hold stands in XLSX as _x000D_ and is read as what it is
Numbers   by value, dates as ISO days (`cellnumber`)
Limits    of every workbook; ten times the cells and characters a sheet, for a ledger of a province is a large one
Refuses   what is no Excel workbook, is encrypted, damaged, or past a limit: Refusal with the reason
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from auditor.readers import xls, xlsx
from auditor.readers.limits import FILE_BYTES, Refusal
from auditor.readers.sheet import Used, a1
from auditor.readers.sniff import REASONS, by_magic

__all__ = ["Refusal", "Sheet", "a1", "sheets"]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NO_WORKBOOK = "不是 Excel 工作簿；请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: texts by (row, column) from 1; `merged` is the last cell of a merged range by its first one."""

    title: str
    texts: Mapping[tuple[int, int], str]
    merged: Mapping[tuple[int, int], tuple[int, int]]


def sheets(data: bytes, wanted: Callable[[str], bool] = lambda _: True) -> tuple[Sheet, ...]:
    """The visible sheets whose titles are wanted. Raises Refusal."""
    if len(data) > FILE_BYTES:
        raise Refusal(f"文件超过 {FILE_BYTES // 2**20} MiB，未予读取")
    kind = by_magic(data)
    if kind == "xlsx":
        return tuple(_sheet(title, used, _unescaped) for title, used in xlsx.read_used(data, wanted))
    if kind == "xls":
        return tuple(_sheet(title, used, str) for title, used in xls.read_used(data, wanted))
    raise Refusal(REASONS["encrypted"] if kind == "encrypted" else _NO_WORKBOOK)


def _sheet(title: str, used: Used, plain: Callable[[str], str]) -> Sheet:
    texts = {at: plain(text).replace("\r\n", "\n").replace("\r", "\n") for at, text in used.texts.items()}
    return Sheet(title, texts, dict(used.merged))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
