"""A stretch of Markdown -> what it shows, line by line, in which every character knows its place.

Removed   emphasis (** __ ~~ in pairs, * and _ where they stand as marks), code ticks, escapes, inline tags, comments, pictures
Links     [text](target) shows its text; the target is handed on
Lines     `<br>` and ends of lines part lines; white space at their ends is not shown, NBSP stays
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape

from auditor.readers.flow import Piece
from auditor.readers.grid import Line

_TARGET = r"\((?:<[^<>\r\n]*>|[^()<>\s]*)(?:[ \t]+(?:\"[^\"\r\n]*\"|'[^'\r\n]*'))?\)"
_MARK = re.compile(
    rf"""
      (?P<escape>\\[!-/:-@\[-`{{-~])
    | (?P<entity>&(?:\#[0-9]{{1,8}}|\#[xX][0-9a-fA-F]{{1,7}}|[A-Za-z][A-Za-z0-9]{{1,31}});)
    | (?P<line>[ \t]*+(?:<[bB][rR][ \t]*+/?>|\\?(?:\r\n|\n|\r))[ \t]*+)
    | (?P<tag></?(?!https?:|mailto:)[A-Za-z][^<>\r\n]*+>|<!--[^<>]{{0,999}}-->)
    | (?P<image>!\[[^\[\]\r\n]*+\]{_TARGET})
    | (?P<open>\[(?=[^\[\]\r\n]*+\]{_TARGET}))
    | (?P<target>\]{_TARGET})
    | (?P<emphasis>\*{{1,3}}(?!\*)|_{{1,3}}(?!_)|~~)
    | (?P<code>`+)
    """,
    re.VERBOSE,
)
_SPACE = " \t"


@dataclass(slots=True)
class Shown:
    """The lines that a stretch shows and its links as (text, target)."""

    lines: list[Line] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


def shown(source: str, start: int, end: int, level: int = 0) -> Shown:
    """What characters start … end of the source show."""
    out = _Out(source, start, level)
    marks = list(_MARK.finditer(source, start, end))
    dropped = _emphasis(source, marks, start, end)
    for mark in marks:
        kind = mark.lastgroup
        if kind == "emphasis" and mark.start() not in dropped:
            continue
        out.plain(mark.start())
        if kind == "escape":
            out.add(mark[0][1], mark.start() + 1, 1)
        elif kind == "entity":
            out.add(unescape(mark[0]), mark.start(), len(mark[0]))
        elif kind == "line":
            out.finish()
        elif kind == "open":
            out.link_from = (len(out.done.lines), out.length)
        elif kind == "target":
            out.link(mark[0])
        out.at = mark.end()
    out.plain(end)
    out.finish()
    return out.done


class _Out:
    def __init__(self, source: str, at: int, level: int) -> None:
        self.source, self.at, self.level = source, at, level
        self.done = Shown()
        self.length = 0
        self.link_from: tuple[int, int] | None = None
        self._texts: list[str] = []
        self._pieces: list[Piece] = []

    def plain(self, end: int) -> None:
        """Takes what stands before a mark as it is."""
        if end > self.at:
            self.add(self.source[self.at : end], self.at, end - self.at)

    def add(self, text: str, at: int, length: int) -> None:
        self._texts.append(text)
        self._pieces.append((self.length, len(text), at, length))
        self.length += len(text)

    def finish(self) -> None:
        text, pieces = trimmed("".join(self._texts), self._pieces)
        if text:
            self.done.lines.append(Line(text, pieces, self.level))
        self._texts, self._pieces, self.length = [], [], 0

    def link(self, mark: str) -> None:
        if self.link_from is None:
            return
        line, begin = self.link_from
        text = "".join(self._texts)[begin:] if line == len(self.done.lines) else ""
        self.done.links.append((text, mark[2:-1].split(" ")[0].strip("<>")))
        self.link_from = None


def trimmed(text: str, pieces: list[Piece]) -> tuple[str, list[Piece]]:
    """The same without spaces and tabs at either end."""
    left = len(text) - len(text.lstrip(_SPACE))
    right = len(text.rstrip(_SPACE))
    if left == 0 and right == len(text):
        return text, pieces
    out: list[Piece] = []
    for start, length, at, width in pieces:
        first, last = max(start, left), min(start + length, right)
        if first < last:
            whole = length != width
            out.append(
                (first - left, last - first, at if whole else at + first - start, width if whole else last - first)
            )
    return text[left:right], out


def _emphasis(source: str, marks: list[re.Match[str]], start: int, end: int) -> set[int]:
    """Where the marks of emphasis stand that are no characters of the text: pairs, and every ** without a partner."""
    dropped: set[int] = set()
    waiting: dict[str, int] = {}
    for mark in marks:
        word = mark[0]
        if mark.lastgroup == "line":
            waiting = {word: at for word, at in waiting.items() if len(word) > 1}
        if mark.lastgroup != "emphasis":
            continue
        if word.startswith("**") or word == "~~":
            dropped.add(mark.start())
            continue
        before = source[mark.start() - 1] if mark.start() > start else " "
        after = source[mark.end()] if mark.end() < end else " "
        if _within_a_word(before, after):
            continue
        if word in waiting and not before.isspace():
            dropped |= {waiting.pop(word), mark.start()}
        elif not after.isspace() and (not _is_punctuation(after) or not before.isalnum()):
            waiting[word] = mark.start()
    return dropped


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _within_a_word(before: str, after: str) -> bool:
    """3*4 and a_b are characters; Chinese text has no spaces between its words, so only ASCII words count."""
    one = before.isascii() and before.isalnum()
    other = after.isascii() and after.isalnum()
    return one and other
