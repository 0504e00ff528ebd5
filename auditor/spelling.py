"""A misspelt word -> “，是否为“x”？” for the known word most like it; "" where none is close."""

from __future__ import annotations

from collections.abc import Iterable

_CUTOFF = 55
_SHORT = 50  # of two characters one right is as near as it gets


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like a misspelt one."""
    from rapidfuzz import fuzz, process

    cutoff = _CUTOFF if len(word) > 2 else _SHORT
    found = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=cutoff)
    return str(found[0]) if found else None


def nearest(word: str, known: Iterable[str]) -> str:
    """The question to put behind a message about an unknown word."""
    found = closest(word, known)
    return f"，是否为“{found}”？" if found else ""


def closeness(word: str, other: str) -> float:
    """How much two words are alike, 0 … 100."""
    from rapidfuzz import fuzz

    return float(fuzz.ratio(word, other))
