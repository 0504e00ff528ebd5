"""Sheets and rows of a hand-made ledger as they were understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model import Noun


@dataclass(frozen=True, slots=True)
class OldRow(Noun):
    """A row: where it stands (sheet and row number), its texts by field."""

    sheet: str
    line: int
    texts: Mapping[str, str]

    @property
    def where(self) -> str:
        """工作表“一季度”第 5 行."""
        return f"工作表“{self.sheet}”第 {self.line} 行"

    def text(self, field: str) -> str:
        """What stands under a field, "" for nothing."""
        return self.texts.get(field, "")


@dataclass(frozen=True, slots=True)
class OldSheet(Noun):
    """A sheet as it was understood: for each column its letter, its head and its field ("" for one that is left out).

    `passed` says why a sheet that nobody named is passed over; it has no columns and no rows.
    """

    title: str
    columns: tuple[tuple[str, str, str], ...] = ()
    rows: tuple[OldRow, ...] = ()
    passed: str = ""
