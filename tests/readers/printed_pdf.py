"""Prints small reports as PDF with reportlab, in the ways that programs print them: for the tests of the PDF reader.

A `Press` holds a page and a cursor. Tables are cells with spans; a table may be ruled in several ways or not at all, may run over
pages, repeat its header and break in the middle of a row, as Word and WPS do. Pages may be turned.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SONG = "STSong-Light"
CELL = tuple[int, int, int, int, str]  # row, column, rows, columns, text
_CLOSING = "，。、；：？！）》”"


@cache
def _registered() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))


def wrap(text: str, width: float, font: str, size: float, indent: float = 0.0, overflow: bool = False) -> list[str]:
    """Lines of a text, with closing punctuation kept off their beginning, as Chinese is set. A number that is wider than a
    line is broken, as Word does it, or sticks out."""
    lines, line, room = [], "", width - indent
    tokens = _tokens(text)
    for token in tokens:
        while pdfmetrics.stringWidth(token, font, size) > room and len(token) > 1 and not overflow:
            fits = next(
                n
                for n in range(len(token), 0, -1)
                if n == 1 or pdfmetrics.stringWidth(line + token[:n], font, size) <= room
            )
            if line:
                lines.append(line)
                line, room = "", width
                continue
            lines.append(token[:fits])
            token, room = token[fits:], width
        if line and pdfmetrics.stringWidth(line + token, font, size) > room:
            lines.append(line)
            line, room = "", width
        line += token
    return [*lines, line]


def _tokens(text: str) -> list[str]:
    out: list[str] = []
    for char in text:
        glued = out and (char in _CLOSING or (char.isascii() and char.isalnum() and out[-1][-1].isascii()))
        if glued:
            out[-1] += char
        else:
            out.append(char)
    return out


@dataclass
class Press:
    """Prints onto pages; `y` is where the next thing goes, from the top of the page."""

    width: float = 595.0
    height: float = 842.0
    margin: float = 72.0
    size: float = 12.0
    font: str = SONG
    number_font: str = SONG
    turned: str = ""  # "page": by /Rotate; "drawn": the text itself is turned
    head: str = ""
    foot: Callable[[int], str] | None = None
    y: float = 72.0
    page: int = 1
    _buffer: io.BytesIO = field(default_factory=io.BytesIO)
    canvas: Canvas = field(init=False)

    def __post_init__(self) -> None:
        _registered()
        size = (self.height, self.width) if self.turned == "drawn" else (self.width, self.height)
        self.canvas = Canvas(self._buffer, pagesize=size, pageCompression=0, invariant=1)
        self._begin()

    def _begin(self) -> None:
        self.y = self.margin
        if self.turned:
            if self.turned == "page":
                self.canvas.setPageSize((self.width, self.height))
                self.canvas.setPageRotation(90)
            self.canvas.transform(0, 1, -1, 0, self.height, 0)
        if self.head:
            self.text(self.margin, 36.0, self.head, 9.0)
        if self.foot is not None:
            self.text(self.width / 2 - 12, self.height - 36.0, self.foot(self.page), 9.0)

    def next_page(self) -> None:
        """Begins a new page."""
        self.canvas.showPage()
        self.page += 1
        self._begin()

    def done(self) -> bytes:
        """The file."""
        self.canvas.showPage()
        self.canvas.save()
        return self._buffer.getvalue()

    # --- text

    def text(self, x: float, y: float, text: str, size: float | None = None) -> None:
        """One line with its baseline y points from the top."""
        size = size or self.size
        self.canvas.setFont(self.number_font if text.isascii() else self.font, size)
        self.canvas.drawString(x, self.height - y, text)

    def centred(self, text: str, size: float | None = None) -> None:
        """A line in the middle of the page."""
        size = size or self.size
        width = pdfmetrics.stringWidth(text, self.font, size)
        self._room(size * 2)
        self.text((self.width - width) / 2, self.y + size, text, size)
        self.y += size * 2

    def paragraph(self, text: str, indent: bool = True) -> None:
        """A paragraph over as many lines and pages as it needs."""
        first = 2 * self.size if indent else 0.0
        lines = wrap(text, self.width - 2 * self.margin, self.font, self.size, first)
        for at, line in enumerate(lines):
            self._room(self.size * 1.8)
            self.text(self.margin + (first if at == 0 else 0.0), self.y + self.size, line)
            self.y += self.size * 1.8

    def _room(self, height: float) -> None:
        if self.y + height > self.height - self.margin:
            self.next_page()

    # --- tables

    def table(
        self,
        cells: Sequence[CELL],
        widths: Sequence[float],
        *,
        ruled: str = "strokes",
        header: int = 0,
        repeat: bool = False,
        split_rows: bool = False,
        size: float = 10.5,
        centred: bool = False,
        padding: float = 4.0,
        overflow: bool = False,
    ) -> None:
        """A table, its `header` rows kept with the first row and, where wanted, repeated on every page."""
        sheet = _Sheet(self, list(cells), list(widths), ruled, size, centred, padding, overflow)
        heights = sheet.heights()
        first, start = 0, 0
        if self.y + sum(heights[: header + 1]) > self.height - self.margin:
            self.next_page()  # a header keeps with the first row
        while first < len(heights):
            room = self.height - self.margin - self.y
            last, used = first, -start * sheet.leading if start else 0.0
            while last < len(heights) and used + heights[last] <= room:
                used += heights[last]
                last += 1
            cut = 0
            if split_rows and last < len(heights):
                left = int((room - used - 2 * padding) // sheet.leading)
                lines = int((heights[last] - 2 * padding) // sheet.leading + 0.01)
                cut = left if 0 < left < lines else 0
            if last == first and not cut and self.y > self.margin + header * 100:
                self.next_page()
                continue
            sheet.draw(first, last, start, cut, heights)
            first, start = last, cut
            if first < len(heights):
                self.next_page()
                if repeat and first >= header:
                    sheet.draw(0, header, 0, 0, heights)
        self.y += self.size


@dataclass
class _Sheet:
    press: Press
    cells: list[CELL]
    widths: list[float]
    ruled: str
    size: float
    centred: bool
    padding: float
    overflow: bool
    done: dict[int, int] = field(default_factory=dict)  # by cell: lines that are printed

    @property
    def leading(self) -> float:
        return self.size * 1.35

    def lines(self, cell: CELL) -> list[str]:
        """The lines of a cell."""
        width = sum(self.widths[cell[1] : cell[1] + cell[3]]) - 2 * self.padding
        return [
            line
            for part in cell[4].split("\n")
            for line in wrap(part, width, self.press.font, self.size, overflow=self.overflow)
        ]

    def heights(self) -> list[float]:
        """The height of each row."""
        count = max(cell[0] + cell[2] for cell in self.cells)
        out = [self.leading + 2 * self.padding] * count
        for cell in self.cells:
            if cell[2] == 1:
                out[cell[0]] = max(out[cell[0]], len(self.lines(cell)) * self.leading + 2 * self.padding)
        for cell in self.cells:
            last = cell[0] + cell[2] - 1
            lacking = len(self.lines(cell)) * self.leading + 2 * self.padding - sum(out[cell[0] : last + 1])
            out[last] += max(lacking, 0.0)
        return out

    def draw(self, first: int, last: int, start: int, cut: int, heights: list[float]) -> None:
        """Rows first … last of which the first has `start` lines printed; `cut` lines of the row after them."""
        top = self.press.y
        edges = [top]
        for row in range(first, last):
            edges.append(edges[-1] + heights[row] - (start * self.leading if row == first else 0))
        if cut:
            edges.append(edges[-1] + cut * self.leading + 2 * self.padding)
        end = first + len(edges) - 1
        repeated = last <= first or (start == 0 and first == 0 and self.press.page > 1)
        for number, cell in enumerate(self.cells):
            above, below = max(cell[0], first), min(cell[0] + cell[2], end)
            if above >= below:
                continue
            x = self.press.margin + sum(self.widths[: cell[1]])
            box = (x, edges[above - first], x + sum(self.widths[cell[1] : cell[1] + cell[3]]), edges[below - first])
            lines = self.lines(cell)
            begun = 0 if repeated and cell[0] + cell[2] <= last else self.done.get(number, 0)
            if repeated and begun == len(lines):
                begun = 0
            fits = max(int((box[3] - box[1] - 2 * self.padding + 0.1) // self.leading), 0)
            ends = cell[0] + cell[2] <= end - (1 if cut else 0)
            shown = lines[begun:] if ends else lines[begun : begun + fits]
            self.done[number] = begun + len(shown)
            self._print(shown, box)
            self._rule(box)
        self.press.y = edges[-1]

    def _print(self, lines: list[str], box: tuple[float, float, float, float]) -> None:
        left, top, right, _ = box
        for at, line in enumerate(lines):
            x = left + self.padding
            font = self.press.number_font if line.isascii() else self.press.font
            if self.centred or line.replace(".", "").isdigit():
                x = (left + right - pdfmetrics.stringWidth(line, font, self.size)) / 2
            self.press.text(x, top + self.padding + self.leading * at + self.size, line, self.size)

    def _rule(self, box: tuple[float, float, float, float]) -> None:
        left, top, right, bottom = box[0], self.press.height - box[1], box[2], self.press.height - box[3]
        canvas = self.press.canvas
        canvas.setLineWidth(0.5)
        sides = (
            (left, top, right, top),
            (left, bottom, right, bottom),
            (left, bottom, left, top),
            (right, bottom, right, top),
        )
        if self.ruled == "strokes":
            for side in sides:
                canvas.line(*side)
        elif self.ruled == "boxes":
            canvas.rect(left, bottom, right - left, top - bottom)
        elif self.ruled == "hairlines":
            for x0, y0, x1, y1 in sides:
                canvas.rect(x0 - 0.25, y0 - 0.25, x1 - x0 + 0.5, y1 - y0 + 0.5, stroke=0, fill=1)
        elif self.ruled == "dashes":
            for x0, y0, x1, y1 in sides:
                length, at = max(x1 - x0, y1 - y0), 0.0
                while at < length:
                    end = min(at + 3, length)
                    dx, dy = (x1 - x0) / length, (y1 - y0) / length
                    canvas.line(x0 + at * dx, y0 + at * dy, x0 + end * dx, y0 + end * dy)
                    at += 5
        elif self.ruled == "double":
            for x0, y0, x1, y1 in sides:
                canvas.line(x0, y0, x1, y1)
                dx, dy = (0.0, 1.5) if y0 == y1 else (1.5, 0.0)
                canvas.line(x0 + dx, y0 + dy, x1 + dx, y1 + dy)
        elif self.ruled == "open":
            for x0, y0, x1, y1 in sides[:2]:
                canvas.line(x0, y0, x1, y1)
            page_left = self.press.margin
            page_right = page_left + sum(self.widths)
            for x0, y0, x1, y1 in sides[2:]:
                if abs(x0 - page_left) > 1 and abs(x0 - page_right) > 1:
                    canvas.line(x0, y0, x1, y1)
