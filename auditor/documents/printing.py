"""Printing: words of any origin -> words that can be printed; nothing else is changed.

Removes   control characters and half surrogates, which XML refuses, and direction marks, which make a line read
          differently from what it is; escaping is each format's own work
"""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def printable(words: str) -> str:
    """The text without characters that XML refuses or that turn the direction of a line."""
    return _UNPRINTABLE.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def line(words: str) -> str:
    """The same on one line."""
    return " ".join(printable(words).split())


def quoted(words: str) -> str:
    """The words in “”, quotation marks inside them becoming ‘’ as the standard of punctuation asks."""
    return f"“{words.translate({0x201C: 0x2018, 0x201D: 0x2019})}”"
