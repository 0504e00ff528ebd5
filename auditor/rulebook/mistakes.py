"""Mistakes in the rulebook: where, which line, what was expected. All of them at once, never the first alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process


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


def nearest(word: str, known: Iterable[str]) -> str:
    """“，是否为“x”？” for the known word most like a misspelt one, "" where none is close."""
    cutoff = 55 if len(word) > 2 else 50  # one of two characters right is as near as short words get
    found = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=cutoff)
    return f"，是否为“{found[0]}”？" if found else ""


def one_of(words: Sequence[str]) -> str:
    """The choices, for a message."""
    return "、".join(words)
