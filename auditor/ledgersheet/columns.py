"""Columns of 问题台账.xlsx that a person fills in, for the one who writes them and for the one who reads them back. Pure.

Row       a finding, found again by 编号 and by 对照码 (a hidden column), wherever it was moved, sorted or filtered to
对照码    fingerprint, content, the ledger's chain as it stood (entry and beginning of its hash), and what 认定 … 备注 (and
          整改时限 … 销号时间, where anything stood there) said when they were written: whether a person changed a cell is seen from the workbook alone
Heads     found by their words, in any order; columns that are not ours are passed over
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.model import Finding, LedgerStamp, Verdict
from auditor.text import squash

NUMBER: Final = "编号"
WORD, WHY, BY, ON, PAPER, UNTIL = "认定", "认定理由", "认定人", "认定日期", "豁免依据文号", "豁免到期日"
REMARK, HINT, REFERENCE = "备注", "认定提示", "对照码"

VERDICT: Final = (WORD, WHY, BY, ON, PAPER, UNTIL)
FILLED: Final = (*VERDICT, REMARK)
MENDING: Final = ("整改时限", "整改情况", "整改链接", "复核结果", "销号时间")
"""Kept for the people who do the mending; what is written there is not taken in: units reply, and reports are read again."""
DAYS: Final = (ON, UNTIL)

_OTHER_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    NUMBER: ("问题编号", "台账编号"),
    WORD: ("认定意见", "认定结论", "认定结果"),
    WHY: ("认定说明", "认定依据", "理由"),
    BY: ("认定人员", "认定人姓名"),
    ON: ("认定时间",),
    PAPER: ("豁免文号", "豁免依据", "豁免文件", "豁免依据文件"),
    UNTIL: ("豁免到期", "豁免期限", "豁免截止日期", "豁免至"),
    REMARK: ("备注说明", "备注（可填）"),
    REFERENCE: (),
    **dict.fromkeys(MENDING, ()),
}
_HEADS: Final = {squash(word): name for name, words in _OTHER_HEADS.items() for word in (name, *words)}
# Sheets of the same workbook in which nobody enters anything of a finding; the largest of them are not even read.
_OTHER_SHEETS: Final = re.compile(
    r"(?:说明|填写说明|排名|得分明细|统计|规则|未报与未读|无法判断与待核验|事实|读取情况|停用情况"
    r"|报送情况|未读文件|未审核的文件)(?:（\d+）)?"
)
_REFERENCE = re.compile(
    r"([0-9a-f]{1,64})\.([0-9a-f]{1,64})\.(\d{1,18})\.([0-9a-f]{12})\.([0-9a-f]{8})\.([0-9a-f]{8})(?:\.([0-9a-f]{8}))?"
)
CLOSED: Final = "0"  # instead of a fingerprint
_HASH: Final = 12  # digits of the chain's head that are enough to tell another ledger

Value = str | dt.date | None


def read_head(text: str) -> str | None:
    """The column that a head names; None for one that is not ours."""
    return _HEADS.get(squash(text).strip("*＊:："))


def is_head(row: Iterable[str]) -> bool:
    """Whether a row is the head of a ledger to fill in; 编号 and 备注 alone may be that of a unit's answers."""
    found = {read_head(text) for text in row}
    return NUMBER in found and (WORD in found or {REMARK, REFERENCE} <= found)


def is_wanted(title: str) -> bool:
    """Whether a sheet of that title may hold what a person entered."""
    return _OTHER_SHEETS.fullmatch(title.strip()) is None


def known(finding: Finding) -> dict[str, Value]:
    """What the ledger knows of a finding, by the columns to fill in."""
    return {**shown(finding.verdict or Verdict("")), REMARK: finding.remark or None}


def shown(verdict: Verdict) -> dict[str, Value]:
    """A verdict by its columns."""
    return {
        WORD: verdict.word or None,
        WHY: verdict.why or None,
        BY: verdict.by or None,
        ON: verdict.on,
        PAPER: verdict.paper or None,
        UNTIL: verdict.until,
    }


def hint(finding: Finding) -> str:
    """What she must know before she decides: why an earlier verdict no longer holds, under which waiver it stands."""
    if finding.reopened:
        return finding.reopened
    waiver = finding.verdict.waiver if finding.verdict is not None else ""
    return f"按豁免事项 {waiver} 豁免" if waiver else ""


def plain(text: str) -> str:
    """What a person entered in a cell, as it is kept and compared: blanks at the ends of lines mean nothing."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


@dataclass(frozen=True, slots=True)
class Reference:
    """What a 对照码 says. `entry` and `head` are the ledger's chain when the workbook was written."""

    fingerprint: str
    content: str
    entry: int
    head: str
    verdict: str
    remark: str
    mending: str | None = None


def reference(finding: Finding, stamp: LedgerStamp, written: Mapping[str, Value]) -> str:
    """The 对照码 of a finding; `written` are the very values that stand in its row."""
    return _reference(finding.fingerprint, finding.content, stamp, written)


def closed_reference(content: str, stamp: LedgerStamp, written: Mapping[str, Value]) -> str:
    """The 对照码 of what is closed and no finding of the run any more: it can be known again, not decided."""
    return _reference(CLOSED, content or CLOSED, stamp, written)


def _reference(fingerprint: str, content: str, stamp: LedgerStamp, written: Mapping[str, Value]) -> str:
    marks = [digest(written, VERDICT), digest(written, (REMARK,))]
    marks += [digest(written, MENDING)] if any(written.get(name) for name in MENDING) else []
    return ".".join((fingerprint, content, str(stamp.entries), stamp.head[:_HASH].rjust(_HASH, "0"), *marks))


def read_reference(text: str) -> Reference | None:
    """A 对照码 as it stands in a cell; None where it is none (any more)."""
    found = _REFERENCE.fullmatch(squash(text).lower())
    return None if found is None else Reference(found[1], found[2], int(found[3]), *found.groups()[3:])


def is_head_of(hash_: str, mark: Reference) -> bool:
    """Whether the entry of that hash is the one that a 对照码 names."""
    return hash_.startswith(mark.head)


def digest(values: Mapping[str, Value], names: Iterable[str]) -> str:
    """Eight digits that change with what stands in these columns."""
    shown = (values.get(name) for name in names)
    texts = [one.isoformat() if isinstance(one, dt.date) else plain(one or "") for one in shown]
    return hashlib.sha256("\x1f".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:8]
