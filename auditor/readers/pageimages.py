"""Pages of a PDF or an image file -> small grey pictures (PNG) with what they say where: for showing, not for reading.

Size      100 dpi and 16 shades of grey; a page whose picture takes more than `MOST_BYTES` gets fewer shades and fewer dots
Black     boxes (points from the top left of the page as shown) that are covered before the picture is made
Words     the lines of a page's text layer with the box of each character, as the reader reads them; none of a scan
Hostile   as whatever opens PDF and pictures: to be called in a process that may die (`sniff.apart`)
Source    PNG: ISO/IEC 15948, colour type 0
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.model import Noun
from auditor.readers.glyphs import open_pdf
from auditor.readers.lattice import Box
from auditor.readers.limits import Refusal
from auditor.readers.pages import lines_of
from auditor.readers.sniff import by_magic

MOST_BYTES = 60_000
_TRIES = ((100, 4), (100, 2), (84, 2), (72, 2), (60, 1))  # (dots per inch, bits a dot)
_LONGEST = 1600  # dots
_MARGIN = 1.0  # points around what is covered


@dataclass(frozen=True, slots=True)
class PagePicture(Noun):
    """A page's picture: its number from 1, PNG bytes, width and height in dots, dots a point."""

    number: int
    png: bytes
    width: int
    height: int
    scale: float


@dataclass(frozen=True, slots=True)
class PageWords(Noun):
    """The lines of a page: text and the box of each character, in points of the page as shown."""

    number: int
    lines: tuple[tuple[str, tuple[Box, ...]], ...]


def page_words(data: bytes, pages: Sequence[int]) -> tuple[PageWords, ...]:
    """What the text layer of these pages says. Raises Refusal."""
    if by_magic(data) != "pdf":
        return ()
    opened = open_pdf(data)
    try:
        return tuple(_words(opened.content(number), number) for number in pages if 0 < number <= opened.pages)
    finally:
        opened.close()


def _words(content: Any, number: int) -> PageWords:
    lines = []
    for line in lines_of(content, content.glyphs):
        boxes = zip(line.lefts, line.rights, strict=True)
        lines.append((line.text, tuple(line.page.shown((a, line.top, b, line.bottom)) for a, b in boxes)))
    return PageWords(number, tuple(lines))


def page_pictures(
    data: bytes, pages: Sequence[int], black: Mapping[int, Sequence[Box]]
) -> tuple[PagePicture, ...]:  # fmt: skip
    """The pictures of these pages, in order. Raises Refusal."""
    drawn = _of_pdf if by_magic(data) == "pdf" else _of_image
    return tuple(drawn(data, pages, black))


def _of_pdf(data: bytes, pages: Sequence[int], black: Mapping[int, Sequence[Box]]) -> Iterator[PagePicture]:
    opened = open_pdf(data)
    try:
        for number in pages:
            if 0 < number <= opened.pages:
                page = opened.pdf[number - 1]
                try:
                    yield _smallest(number, _grey_page(page), black.get(number, ()))
                finally:
                    page.close()
    finally:
        opened.close()


@dataclass(slots=True)
class _Grey:
    """Grey dots, row after row."""

    dots: bytearray
    width: int
    height: int
    scale: float


def _grey_page(page: Any) -> Any:
    """Draws a page at so many dots an inch."""
    width, height = page.get_size()
    if min(width, height) < 1 or max(width, height) > 20_000:
        raise Refusal("PDF 页面尺寸异常，不能显示页面图像")

    def at(dpi: int) -> _Grey:
        scale = min(dpi / 72, _LONGEST / max(width, height))
        bitmap = page.render(scale=scale, grayscale=True, draw_annots=True, fill_color=(255, 255, 255, 255))
        try:
            row, stride = bitmap.width, bitmap.stride
            raw = bytes(bitmap.buffer)
            dots = bytearray().join(raw[y * stride : y * stride + row] for y in range(bitmap.height))
            return _Grey(dots, bitmap.width, bitmap.height, scale)
        finally:
            bitmap.close()

    return at


def _of_image(data: bytes, pages: Sequence[int], black: Mapping[int, Sequence[Box]]) -> Iterator[PagePicture]:
    from auditor.readers.picture import pictures

    wanted = set(pages)
    for picture in pictures(data):
        if picture.number in wanted:
            yield _smallest(picture.number, _grey_picture(picture), black.get(picture.number, ()))
        if picture.number >= max(wanted, default=0):
            return


def _grey_picture(picture: Any) -> Any:
    from PIL import Image

    whole = Image.fromarray(picture.pixels).convert("L")

    def at(dpi: int) -> _Grey:
        scale = min(dpi / picture.dpi, _LONGEST / max(whole.size), 1.0)
        size = (max(round(whole.width * scale), 1), max(round(whole.height * scale), 1))
        small = whole.resize(size, Image.Resampling.BOX)
        return _Grey(bytearray(small.tobytes()), *size, scale * picture.dpi / 72)

    return at


def _smallest(number: int, at: Any, black: Sequence[Box]) -> PagePicture:
    """The best picture that is small enough, else the smallest."""
    for dpi, bits in _TRIES:
        grey = at(dpi)
        _cover(grey, black)
        png = _png(grey, bits)
        if len(png) <= MOST_BYTES:
            break
    return PagePicture(number, png, grey.width, grey.height, grey.scale)


def _cover(grey: _Grey, black: Sequence[Box]) -> None:
    for left, top, right, bottom in black:
        first = min(max(int((left - _MARGIN) * grey.scale), 0), grey.width)
        last = min(max(int((right + _MARGIN) * grey.scale) + 1, first), grey.width)
        for y in range(
            max(int((top - _MARGIN) * grey.scale), 0), min(int((bottom + _MARGIN) * grey.scale) + 1, grey.height)
        ):
            grey.dots[y * grey.width + first : y * grey.width + last] = bytes(last - first)


# --- PNG -------------------------------------------------------------------------------------------


def _png(grey: _Grey, bits: int) -> bytes:
    """Grey dots of so many bits each (1, 2, 4)."""
    packed, stride = _packed(grey, bits)
    rows = b"".join(b"\0" + packed[y * stride : (y + 1) * stride] for y in range(grey.height))
    out = io.BytesIO()
    out.write(b"\x89PNG\r\n\x1a\n")
    for kind, body in (
        (b"IHDR", struct.pack(">IIBBBBB", grey.width, grey.height, bits, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    ):
        out.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
    return out.getvalue()


def _packed(grey: _Grey, bits: int) -> tuple[bytes, int]:
    """(dots packed into bytes, bytes a row)."""
    each = 8 // bits
    stride = -(-grey.width // each)
    fill = bytes([255]) * (stride * each - grey.width)
    top = (1 << bits) - 1
    shades = bytes((value * top + 127) // 255 for value in range(256))
    dots = bytes(grey.dots)
    if fill:
        width = grey.width
        dots = b"".join(dots[y * width : (y + 1) * width] + fill for y in range(grey.height))
    dots = dots.translate(shades)
    together = 0
    for number in range(each):
        together |= int.from_bytes(dots[number::each], "big") << (bits * (each - 1 - number))
    return together.to_bytes(stride * grey.height, "big"), stride
