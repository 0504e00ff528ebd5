"""Mistakes in the rulebook: where, which line, what was expected. All of them at once, never the first alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: file as given, line and column from 1 (in characters), the words, and the line itself."""

    path: str
    line: int
    column: int
    message: str
    text: str = ""

    def __str__(self) -> str:
        head = f"{self.path}:{self.line}:{self.column}: {self.message}"
        if not self.text.strip():
            return head
        width = sum(2 if ord(c) > 0x2E7F else 1 for c in self.text[: self.column - 1])
        return f"{head}\n    {self.text}\n    {' ' * width}^"


class RulebookError(Exception):
    """The rulebook cannot be used; `mistakes` lists every reason, sorted."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(map(str, self.mistakes)))
