"""Mistakes in the rulebook: where, which line, what was expected. All of them at once, never the first alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mend:
    """What to type instead: characters `start` … `end` of the file's text become `new`.

    `safe`: nothing else can have been meant, so that `rules check --fix` may do it.
    """

    start: int
    end: int
    new: str
    safe: bool = False

    def applied(self, text: str) -> str:
        """The text with the replacement made."""
        return text[: self.start] + self.new + text[self.end :]


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: file as given, line and column from 1 (in characters), the words, and the line itself.

    `instead` is the line as it should be, where one can be named, and `mend` the replacement that makes it so. `cell` is the
    place in a workbook (工作表“用语”H12); line and column are then those of the sheet.
    """

    path: str
    line: int
    column: int
    message: str
    text: str = ""
    instead: str = field(default="", compare=False)
    mend: Mend | None = field(default=None, compare=False)
    cell: str = ""

    def __str__(self) -> str:
        if self.cell:
            return f"{self.path} {self.cell}：{self.message}"
        head = f"{self.path}:{self.line}:{self.column}: {self.message}"
        if not self.text.strip():
            return head
        shown = self.text.replace("\t", " ")  # a tab would push the caret away from its character
        width = sum(2 if ord(c) > 0x2E7F else 1 for c in shown[: self.column - 1])
        out = f"{head}\n    {shown}\n    {' ' * width}^"
        return f"{out}\n    应为：{self.instead.strip()}" if self.instead.strip() else out


class RulebookError(Exception):
    """The rulebook cannot be used; `mistakes` lists every reason, sorted."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(map(str, self.mistakes)))
