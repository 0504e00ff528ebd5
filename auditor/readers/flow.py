"""Runs of a decoded HTML source -> a paragraph's text, as a browser shows it, in which every character knows its place.

White space   ASCII white space collapses to one space and vanishes at the ends; a line break between two wide (Chinese)
              characters vanishes, as CSS Text section 4.1.3 says; NBSP and the ideographic space stay
Entities      resolved one by one, each a segment of its own, as `html.unescape` reads them
"""

from __future__ import annotations

import re
from html import unescape

Piece = tuple[int, int, int, int]
"""(start in the text, length, start in the source, length in the source): what a `Segment` is made of where one is wanted."""

SPACE = "\t\n\f\r "
_PIECE = re.compile(
    r"((?:&nbsp;)++)"
    r"|[^&\t\n\f\r ]++(?: (?=[^&\t\n\f\r ])[^&\t\n\f\r ]++)*+"
    r"|[\t\n\f\r ]++"
    r"|&(?:#[0-9]++;?|#[xX][0-9a-fA-F]++;?|[A-Za-z][A-Za-z0-9]{0,31}+;?)?+"
)
WRITTEN_SPACE = re.compile(
    r"(?:[\t\n\f\r ]|&#(?:0*+(?:9|10|12|13|32)|[xX]0*+(?:9|[aA]|[cC]|[dD]|20))(?!\w);?|&(?:Tab|NewLine);)++"
)
_KEPT = re.compile(r"[^&]++|&(?:#[0-9]++;?|#[xX][0-9a-fA-F]++;?|[A-Za-z][A-Za-z0-9]{0,31}+;?)?+")
_NBSP = len("&nbsp;")


def plain(text: str) -> str | None:
    """What a run of text shows that is a paragraph of its own, None where it takes more care to tell.

    White space at its ends is gone already.
    """
    if text.isalnum():
        return text
    if "\n" in text or "  " in text or "\r" in text or "\t" in text or "\f" in text:
        return None
    if "&" not in text:
        return text
    text = text.replace("&nbsp;", "\u00a0")
    return None if "&" in text else text


class Flow:
    """Collects the runs of one paragraph; `take` gives its text and begins the next."""

    __slots__ = ("_gap", "_length", "_pieces", "_source", "_texts")

    def __init__(self, source: str) -> None:
        self._source = source
        self._texts: list[str] = []
        self._pieces: list[Piece] = []
        self._length = 0
        # White space of which it is not known yet whether it will be shown: start, length, line break.
        self._gap: tuple[int, int, bool] | None = None

    def space(self, *, line_break: bool) -> None:
        """White space that stands between two tags; at the start of a paragraph it is never shown."""
        if self._gap is None:
            self._gap = (-1, 0, line_break)
        elif line_break and not self._gap[2]:
            self._gap = (self._gap[0], self._gap[1], True)

    def take(self) -> tuple[str, list[Piece]]:
        """The text collected and where its pieces stand; white space at its end is not shown."""
        taken = "".join(self._texts), self._pieces
        self._texts, self._pieces, self._length, self._gap = [], [], 0, None
        return taken

    def run(self, start: int, end: int) -> None:
        """Characters start … end of the source, which hold no mark-up but entities."""
        if WRITTEN_SPACE.fullmatch(
            self._source, start, end
        ):  # white space to a browser, so it has no place here either
            self.space(line_break=False)
            return
        for match in _PIECE.finditer(self._source, start, end):
            piece, at = match[0], match.start()
            if match[1]:
                self._nbsps(len(piece) // _NBSP, at)
            elif piece[0] == "&":
                self._entity(piece, at)
            elif piece[0] in SPACE:
                self._blank(at, len(piece), "\n" in piece or "\r" in piece)
            else:
                self._add(piece, at, len(piece))

    def kept(self, start: int, end: int) -> None:
        """The same for a line of preformatted text: its spaces stay."""
        for match in _KEPT.finditer(self._source[start:end]):
            if shown := unescape(match[0]):
                self._add(shown, start + match.start(), len(match[0]))

    def _nbsps(self, count: int, at: int) -> None:
        self._add("\u00a0", at, _NBSP)
        if count > 1:
            begin = self._length - 1
            self._pieces.extend([(begin + i, 1, at + _NBSP * i, _NBSP) for i in range(1, count)])
            self._texts.append("\u00a0" * (count - 1))
            self._length += count - 1

    def _entity(self, piece: str, at: int) -> None:
        resolved = unescape(piece)
        if not resolved:
            return
        if not resolved.strip(SPACE):
            self._blank(at, len(piece), "\n" in resolved)
        else:
            self._add(resolved, at, len(piece))

    def _blank(self, at: int, length: int, line_break: bool) -> None:
        begin, known, broken = self._gap or (-1, 0, False)
        broken = broken or line_break
        if begin < 0:
            self._gap = (at, length, broken)
        else:  # the space shown stands where the first of them does
            self._gap = (begin, known + length if begin + known == at else known, broken)

    def _add(self, text: str, at: int, length: int) -> None:
        if self._gap is not None:
            if self._texts:
                self._show(self._gap, text[0])
            self._gap = None
        self._texts.append(text)
        self._pieces.append((self._length, len(text), at, length))
        self._length += len(text)

    def _show(self, gap: tuple[int, int, bool], following: str) -> None:
        at, length, line_break = gap
        if line_break and _is_wide(self._texts[-1][-1]) and _is_wide(following):
            return
        if at >= 0:
            self._pieces.append((self._length, 1, at, length))
        self._texts.append(" ")
        self._length += 1


def _is_wide(char: str) -> bool:
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\uff01" <= char <= "\uff60"
        or char in "“”‘’…—"
        or char >= "\U00020000"
    )
