r"""A RE2 pattern -> short texts that it finds: every alternative once, nothing of what may be left out.

    '(?:还|仍)(?:存在|有)[^。]{0,14}问题'   ->  还存在问题, 仍存在问题, 还有问题
Refuses    nothing: what is not understood stands for itself, and whoever uses a text tries it first
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

_CLASSES = {"d": "1", "w": "a", "s": " ", "D": "甲", "W": "，", "S": "甲"}
_EMPTY = frozenset("bBAzZ")
# What stands for "any character but these": the first that is not excluded.
_ANY = "甲乙1a，"
_MOST = 24


def phrases(pattern: str) -> list[str]:
    """Texts that the pattern may find, short ones first."""
    found = list(dict.fromkeys(islice(_Pattern(pattern).alternatives(), _MOST * 4)))
    return sorted(found, key=len)[:_MOST]


class _Pattern:
    """Reads a pattern from left to right; every part becomes the list of its texts."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def alternatives(self) -> Iterator[str]:
        """The texts of this part: each alternative in its simplest form first."""
        sequences = [self._sequence()]
        while self._next() == "|":
            self.at += 1
            sequences.append(self._sequence())
        for parts in sequences:
            yield "".join(part[0] for part in parts)
        for parts in sequences:
            yield from ("".join(chosen) for chosen in islice(product(*parts), _MOST))

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _sequence(self) -> list[list[str]]:
        parts: list[list[str]] = []
        while self.at < len(self.text) and self._next() not in "|)":
            parts.append(self._repeated(self._one()))
        return parts

    def _one(self) -> list[str]:
        char = self._next()
        self.at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return [self._class()]
        if char == "\\":
            char = self._next()
            self.at += 1
            return [""] if char in _EMPTY else [_CLASSES.get(char, char)]
        return [""] if char in "^$" else ["甲"] if char == "." else [char]

    def _group(self) -> list[str]:
        if self._next() == "?":
            end = self.text.find(">" if self.text[self.at + 1 : self.at + 2] == "P" else ":", self.at)
            self.at = end + 1
        found = list(dict.fromkeys(islice(self.alternatives(), _MOST)))
        self.at += 1
        return found

    def _class(self) -> str:
        start = self.at
        excluded = self._next() == "^"
        self.at += excluded
        end = self.text.index("]", self.at + 1)
        inner = self.text[self.at : end]
        self.at = end + 1
        if not excluded:
            first = inner[:2] if inner.startswith("\\") else inner[:1]
            return _CLASSES.get(first[1:], first[1:]) if len(first) == 2 else first
        return next((c for c in _ANY if c not in self.text[start:end]), "丙")

    def _repeated(self, one: list[str]) -> list[str]:
        char = self._next()
        least, optional = 1, False
        if char in ("?", "*"):
            optional = True
            self.at += 1
        elif char == "+":
            self.at += 1
        elif char == "{" and (end := self.text.find("}", self.at)) > 0:
            low = self.text[self.at + 1 : end].split(",")[0]
            least, optional = (int(low) if low.isdecimal() else 0), low == "0"
            self.at = end + 1
        else:
            return one
        if self._next() == "?":
            self.at += 1
        repeated = [text * max(least, 1) for text in one]
        return ["", *repeated] if optional else repeated
