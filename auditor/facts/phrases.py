"""Phrases: the small language of `rules/claims.yaml` in, a pattern for RE2 over flowing text out.

Language  ordinary characters stand for themselves (full and half width alike); `#` the number with its unit;
          `…` anything within the clause that holds no other number (right after `#` it does not pass 、 either: what
          follows belongs to the next member of a list); `……` anything within the sentence; `^` where a clause begins;
          `(a|b)` one of several; `[a]` may be left out
Refuses   an unclosed bracket, an empty alternative, an empty phrase: `PhraseError`, in Chinese
Source    patterns run on RE2 (linear time) over text as `auditor.facts.flow` gives it
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import re2

from auditor.facts.flow import FOLD

NUMBER = "\ue000"  # stands for the number in question, with its unit
OTHER = "\ue001"  # stands for any other number with its unit

_CLAUSE = f"[^,。;!?\n{NUMBER}{OTHER}]*"
_MEMBER = f"[^,、。;!?\n{NUMBER}{OTHER}]*"
_SENTENCE = "[^。;!?\n]*"
_BEGINNING = "(?:^|[,:])"
_KEPT = 2048
_MOST_WORDINGS = 1000


class PhraseError(ValueError):
    """A phrase that cannot be read, with a Chinese reason."""


def to_pattern(phrase: str) -> str:
    """The RE2 pattern of a phrase. Raises PhraseError."""
    if not phrase.strip():
        raise PhraseError("短语不能为空")
    out: list[str] = []
    closers: list[str] = []
    at = 0
    while at < len(phrase):
        if phrase.startswith("……", at):
            out.append(_SENTENCE)
            at += 2
            continue
        char = phrase[at]
        after_number = at > 0 and phrase[at - 1] == "#"
        out.append(_MEMBER if char == "…" and after_number else _token(char, closers, phrase))
        at += 1
    if closers:
        raise PhraseError(f"短语“{phrase}”缺少 {closers[-1][0]}")
    pattern = "".join(out)
    if re.search(r"\(\?:\||\|\||\|\)", pattern) or "(?:)" in pattern:
        raise PhraseError(f"短语“{phrase}”中有空的选项")
    return pattern


def _token(char: str, closers: list[str], phrase: str) -> str:
    if char in "([":
        closers.append(")" if char == "(" else "])?")
        return "(?:"
    if char in ")]":
        if not closers or closers[-1][0] != char:
            raise PhraseError(f"短语“{phrase}”的括号不成对")
        return ")" if closers.pop() == ")" else ")?"
    if char == "|":
        if not closers:
            raise PhraseError(f"短语“{phrase}”中的 | 须写在括号内")
        return "|"
    if char == "…":
        return _CLAUSE
    if char == "#":
        return NUMBER
    if char == "^":
        return _BEGINNING
    return re.escape(char.translate(FOLD))


def weight(phrase: str) -> int:
    """How many characters a phrase names itself: the narrower of two phrases weighs more."""
    bare = re.sub(r"\[[^\]]*\]", "", phrase)
    bare = re.sub(r"\(([^()|]*)[^()]*\)", r"\1", bare)
    return sum(1 for c in bare if c not in "#…^|()[]")


def spelled_out(phrase: str) -> list[str] | None:
    """Every wording of a phrase in the order in which they are tried; None where it has a gap, a number or too many."""
    if any(sign in phrase for sign in "#…^"):
        return None
    wordings, _ = _wordings(phrase, 0, "")
    return wordings if len(wordings) <= _MOST_WORDINGS else None


def _wordings(phrase: str, at: int, closing: str) -> tuple[list[str], int]:
    """The wordings of a phrase from a position up to its closing bracket, and where that ends."""
    done: list[str] = []
    current = [""]
    while at < len(phrase) and len(current) <= _MOST_WORDINGS:
        char = phrase[at]
        at += 1
        if char in "([":
            inner, at = _wordings(phrase, at, ")" if char == "(" else "]")
            current = [a + b for a in current for b in ([*inner, ""] if char == "[" else inner)]
        elif char == closing:
            break
        elif char == "|":
            done, current = [*done, *current], [""]
        else:
            current = [a + char.translate(FOLD) for a in current]
    return [*done, *current], at


class Phrases:
    """Many patterns as one set: which of them occur in a text, in one pass.

    Reports of one county share most of their sentences (numbers are signs by then), so the last answers are kept.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        options = re2.Options()
        options.max_mem = 64 << 20
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        for pattern in patterns:
            self._set.Add(pattern)
        self._set.Compile()
        self.found = lru_cache(_KEPT)(self._found)

    def _found(self, text: str) -> Sequence[int]:
        """The numbers of the patterns that occur."""
        return tuple(self._set.Match(text) or ())


def any_of(phrases: Sequence[str]) -> str:
    """One pattern for any of several phrases; one that never matches for none."""
    return "|".join(f"(?:{to_pattern(p)})" for p in phrases) if phrases else r"[^\s\S]"
