"""Flow: text as printed in, the same text as it is read out, with an index back.

Folded    full-width ASCII and spaces to half width, one character for one (，→, （→( ３→3)
Dropped   white space and zero-width characters, but a blank between two digits stays one space (they may be two numbers)
Lines     a line break stays; where a page was wrapped (most long lines end in mid-sentence) it is dropped too
Index     runs of characters know where they stand in the original; spans go back through `span`
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("　"): " ",
    ord("﹣"): "-",
    ord("−"): "-",
    ord("○"): "〇",
    ord("◯"): "〇",
    ord("︰"): ":",
    ord("〈"): "《",
    ord("〉"): "》",
    ord("﹤"): "<",
    ord("｡"): "。",
    ord("､"): "、",
}
_FOLDED = {chr(code): chr(to) if isinstance(to, int) else to for code, to in FOLD.items()}
_FOLDABLE = re.compile(f"[{re.escape(''.join(_FOLDED))}]")


def fold(text: str) -> str:
    """The text with full-width ASCII and spaces as half-width characters, one for one.

    Four times as quick as str.translate, which asks the table about every Chinese character in vain.
    """
    return text if text.isascii() else _FOLDABLE.sub(_half_width, text)


def _half_width(match: re.Match[str]) -> str:
    return _FOLDED[match.group()]


_GAP = re.compile("[\\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_LONG_LINE = 24
_STUB = 8  # a shorter line is no part of a wrapped paragraph
_SENTENCE_END = "。!?;:”』」)》…"


@dataclass(frozen=True, slots=True)
class Flow:
    """Text without white space, and where each of its characters stands in what was `printed`.

    The text is made of runs: the run at `starts[k]` of the text stands at `sources[k]` of the original.
    """

    text: str
    printed: str
    starts: tuple[int, ...]
    sources: tuple[int, ...]

    def origin(self, at: int) -> int:
        """Where character `at` stands in the original."""
        run = bisect_right(self.starts, at) - 1
        return self.sources[run] + at - self.starts[run]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that characters start … end cover."""
        if not self.text:
            return 0, 0
        if start >= len(self.text):
            last = self.origin(len(self.text) - 1) + 1
            return last, last
        first = self.origin(start)
        return first, (self.origin(end - 1) + 1 if end > start else first)

    def original(self, start: int, end: int) -> str:
        """The words as printed that characters start … end cover."""
        first, last = self.span(start, end)
        return self.printed[first:last]

    def position(self, offset: int) -> int:
        """The first character of the flow that stands at or after an offset of the original."""
        run = bisect_right(self.sources, offset) - 1
        if run < 0:
            return 0
        end = self.starts[run + 1] if run + 1 < len(self.starts) else len(self.text)
        return min(self.starts[run] + offset - self.sources[run], end)


def flow(text: str, keep_lines: frozenset[int] = frozenset(), folded: str | None = None) -> Flow:
    """The flow of a text; line breaks at the offsets in `keep_lines` are never dropped (around headings).

    `folded` is the text folded, where that is at hand.
    """
    folded = fold(text) if folded is None else folded
    gaps = [match.span() for match in _GAP.finditer(folded)]
    if not gaps:
        return Flow(folded, text, (0,), (0,))
    wrapped = _is_wrapped(folded)
    pieces: list[str] = []
    starts: list[int] = []
    sources: list[int] = []
    length = at = 0

    def add(piece: str, source: int) -> None:
        nonlocal length
        if piece:
            pieces.append(piece)
            starts.append(length)
            sources.append(source)
            length += len(piece)

    for start, end in gaps:
        add(folded[at:start], at)
        mark = _mark(folded, start, end, wrapped, keep_lines)
        add(mark, folded.find("\n", start, end) if mark == "\n" else start)
        at = end
    add(folded[at:], at)
    return Flow("".join(pieces), text, tuple(starts or (0,)), tuple(sources or (0,)))


def _mark(text: str, start: int, end: int, wrapped: bool, keep: frozenset[int]) -> str:
    """What stays of a gap: a line break, a space between digits, or nothing."""
    if start == 0 or end >= len(text):
        return ""
    breaks = text.find("\n", start, end)
    between_digits = text[start - 1].isdigit() and text[end].isdigit()
    if breaks < 0:
        return " " if between_digits else ""
    if not wrapped or any(i in keep for i in range(start, end)):
        return "\n"
    line = text.rfind("\n", 0, start) + 1
    if text[start - 1] in ",、":
        return ""
    return "\n" if start - line < _STUB or text[start - 1] in _SENTENCE_END else ""


def _is_wrapped(text: str) -> bool:
    lines = [stripped for line in text.split("\n") if len(stripped := line.strip()) >= _LONG_LINE]
    if len(lines) < 4:
        return False
    open_ended = sum(1 for line in lines if line[-1] not in _SENTENCE_END)
    return open_ended * 10 >= len(lines) * 6
