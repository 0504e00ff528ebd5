"""Flow: text as printed in, the same text as it is read out, with an index back.

Folded    full-width ASCII and spaces to half width, one character for one (，→, （→( ３→3)
Dropped   white space and zero-width characters, but a blank between two digits stays one space (they may be two numbers)
Lines     a line break stays; where a page was wrapped (most long lines end in mid-sentence) it is dropped too
Index     `source[i]` is where character i of `text` stands in the original; spans go back through `span`
"""

from __future__ import annotations

import re
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
_GAP = re.compile("[\\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_LONG_LINE = 24
_STUB = 8  # a shorter line is no part of a wrapped paragraph
_SENTENCE_END = "。!?;:”』」)》…"


@dataclass(frozen=True, slots=True)
class Flow:
    """Text without white space, and where each of its characters stands in the original."""

    text: str
    source: tuple[int, ...] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that characters start … end cover."""
        if not self.text:
            return 0, 0
        if start >= len(self.text):
            last = self.source[-1] + 1
            return last, last
        first = self.source[start]
        return first, (self.source[end - 1] + 1 if end > start else first)

    def position(self, offset: int) -> int:
        """The first character of the flow that stands at or after an offset of the original."""
        low, high = 0, len(self.text)
        while low < high:
            middle = (low + high) // 2
            if self.source[middle] < offset:
                low = middle + 1
            else:
                high = middle
        return low


def flow(text: str, keep_lines: frozenset[int] = frozenset()) -> Flow:
    """The flow of a text; line breaks at the offsets in `keep_lines` are never dropped (around headings)."""
    folded = text.translate(FOLD)
    wrapped = _is_wrapped(folded)
    pieces: list[str] = []
    spans: list[range] = []
    at = 0
    for gap in _GAP.finditer(folded):
        start, end = gap.span()
        pieces.append(folded[at:start])
        spans.append(range(at, start))
        mark = _mark(folded, start, end, wrapped, keep_lines)
        if mark:
            where = folded.find("\n", start, end) if mark == "\n" else start
            pieces.append(mark)
            spans.append(range(where, where + 1))
        at = end
    if not spans:
        return Flow(folded, range(len(folded)))
    pieces.append(folded[at:])
    spans.append(range(at, len(folded)))
    return Flow("".join(pieces), tuple(i for span in spans for i in span))


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
