"""Official tables as a scanner sees them: drawn on pages, printed poorly, laid askew, stamped, saved as JPEG."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from facts_tables.render import Box
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_HAN = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "C:/Windows/Fonts/simsun.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)
_LATIN = (
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "C:/Windows/Fonts/times.ttf",
)
_SIZE = (8.27, 11.69)  # inches
_MARGIN = (0.9, 0.8)


def fonts() -> tuple[list[str], list[str]]:
    """Fonts of this machine for Chinese and for digits; skips the test where there is none for Chinese."""
    han = [path for path in _HAN if Path(path).exists()]
    if not han:
        pytest.skip("no Chinese font is installed to draw a scan with")
    return han, [*han, *(path for path in _LATIN if Path(path).exists())]


@dataclass(frozen=True)
class Look:
    """How a page is printed and scanned. `skew` in degrees, `keystone` the share by which one side is shorter."""

    dpi: int = 200
    points: float = 10.5
    han: str = ""
    latin: str = ""
    skew: float = 0.0
    keystone: float = 0.0
    blur: float = 0.4
    noise: float = 4.0
    specks: float = 0.0
    quality: int = 80
    paper: int = 250
    ink: int = 20
    rule: int = 2
    seal: bool = False
    turned: int = 0


def random_look(rng: random.Random, dpi: int, *, skew: float = 2.0) -> Look:
    """Some printer, some scanner."""
    han, latin = fonts()
    return Look(
        dpi,
        points=rng.choice((9.0, 10.5, 12.0)),
        han=rng.choice(han),
        latin=rng.choice(latin),
        skew=rng.uniform(-skew, skew),
        keystone=rng.choice((0.0, 0.0, 0.01)) * rng.choice((-1, 1)),
        blur=rng.choice((0.3, 0.5, 0.8)),
        noise=rng.choice((2.0, 6.0, 12.0)),
        specks=rng.choice((0.0, 0.0005, 0.001)),
        quality=rng.choice((40, 60, 80)),
        paper=rng.choice((255, 245, 225)),
        ink=rng.choice((0, 30, 70)),
        rule=rng.choice((1, 2)) if dpi < 300 else rng.choice((2, 4)),
    )


@lru_cache(maxsize=64)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


class _Sheet:
    """A table while it is drawn: column and row edges in pixels, and how text is set."""

    def __init__(self, boxes: Sequence[Box], look: Look) -> None:
        self.boxes, self.look = boxes, look
        narrow = max(b.column + b.column_span for b in boxes) > 12 and all(len(b.text) < 30 for b in boxes)
        self.size = round((min(look.points, 8.0) if narrow else look.points) * look.dpi / 72)
        self.han, self.latin = _font(look.han, self.size), _font(look.latin, self.size)
        self.pad = round((0.03 if narrow else 0.06) * look.dpi)
        self.columns = self._columns()
        self.rows = self._rows()

    def _columns(self) -> list[int]:
        count = max(b.column + b.column_span for b in self.boxes)
        labels = {b.column for b in self.boxes if b.row_span == b.column_span == 1 and len(b.text) > 6}
        weights = [4.0 if count == 3 and n == 0 else 3.0 if n in labels and count > 5 else 1.0 for n in range(count)]
        room = (_SIZE[0] - 2 * _MARGIN[0]) * self.look.dpi
        edges = [0.0]
        for weight in weights:
            edges.append(edges[-1] + room * weight / sum(weights))
        return [round(edge) for edge in edges]

    def _rows(self) -> list[int]:
        count = max(b.row + b.row_span for b in self.boxes)
        heights = [self._height(1)] * count
        for box in sorted(self.boxes, key=lambda b: b.row_span):
            rows = range(box.row, box.row + box.row_span)
            missing = self._height(len(self.wrapped(box))) - sum(heights[r] for r in rows)
            if missing > 0:
                heights[rows[-1]] += missing
        edges = [0]
        for height in heights:
            edges.append(edges[-1] + height)
        return edges

    def _height(self, lines: int) -> int:
        return round(lines * self.size * 1.3) + 2 * self.pad

    def width(self, char: str) -> float:
        return self.font(char).getlength(char)

    def font(self, char: str) -> ImageFont.FreeTypeFont:
        return self.latin if char.isascii() else self.han

    def wrapped(self, box: Box) -> list[str]:
        room = self.columns[box.column + box.column_span] - self.columns[box.column] - 2 * self.pad
        lines, width = [""], 0.0
        for char in box.text:
            if width + self.width(char) > room and lines[-1]:
                lines, width = [*lines, ""], 0.0
            lines[-1] += char
            width += self.width(char)
        return lines

    def pages(self) -> list[range]:
        """Rows by pages."""
        room = (_SIZE[1] - 2 * _MARGIN[1]) * self.look.dpi
        out, first = [], 0
        for row in range(len(self.rows) - 1):
            if self.rows[row + 1] - self.rows[first] > room:
                out.append(range(first, row))
                first = row
        return [*out, range(first, len(self.rows) - 1)]

    def draw(self, rows: range) -> Image.Image:
        look = self.look
        page = Image.new("RGB", (round(_SIZE[0] * look.dpi), round(_SIZE[1] * look.dpi)), "white")
        pen = ImageDraw.Draw(page)
        x0, y0 = (round(side * look.dpi) for side in _MARGIN)
        for box in self.boxes:
            first, last = max(box.row, rows.start), min(box.row + box.row_span, rows.stop)
            if first >= last:
                continue
            left, right = x0 + self.columns[box.column], x0 + self.columns[box.column + box.column_span]
            top, bottom = (y0 + self.rows[r] - self.rows[rows.start] for r in (first, last))
            pen.rectangle((left, top, right, bottom), outline=(0, 0, 0), width=1)
            for more in range(1, look.rule):
                pen.rectangle((left - more, top - more, right - more, bottom - more), outline=(0, 0, 0), width=1)
            if first == box.row:
                self._write(pen, box, left, top, right, bottom)
        return page

    def _write(self, pen: ImageDraw.ImageDraw, box: Box, left: int, top: int, right: int, bottom: int) -> None:
        lines = self.wrapped(box)
        step = round(self.size * 1.3)
        y = top + max((bottom - top - len(lines) * step) // 2, self.pad // 2)
        for line in lines:
            width = sum(map(self.width, line))
            x = left + self.pad if len(box.text) > 6 else left + (right - left - width) / 2
            for char in line:
                pen.text((x, y + self.size), char, font=self.font(char), fill=(self.look.ink,) * 3, anchor="ls")
                x += self.width(char)
            y += step


def drawn(boxes: Sequence[Box], look: Look) -> list[Image.Image]:
    """A table on as many pages as it takes, as printed."""
    sheet = _Sheet(boxes, look)
    return [sheet.draw(rows) for rows in sheet.pages()]


def stamped(page: Image.Image, rng: random.Random, dpi: int) -> Image.Image:
    """A red seal somewhere over the page."""
    side = round(1.6 * dpi)
    seal = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    pen = ImageDraw.Draw(seal)
    red = (215, 30, 40, 190)
    pen.ellipse((4, 4, side - 5, side - 5), outline=red, width=max(dpi // 25, 3))
    han, _ = fonts()
    font = _font(han[0], round(0.22 * dpi))
    for n, char in enumerate("某某镇人民政府"):
        angle = np.pi * (1.15 + 0.7 * n / 6)
        at = (side / 2 + 0.36 * side * np.cos(angle), side / 2 + 0.36 * side * np.sin(angle))
        pen.text(at, char, font=font, fill=red, anchor="mm")
    star = [
        (
            side / 2 + side * (0.17 if n % 2 == 0 else 0.07) * np.sin(np.pi * n / 5),
            side / 2 - side * (0.17 if n % 2 == 0 else 0.07) * np.cos(np.pi * n / 5),
        )
        for n in range(10)
    ]
    pen.polygon(star, fill=red)
    out = page.convert("RGBA")
    at = rng.randint(0, page.width - side), rng.randint(round(0.1 * page.height), round(0.5 * page.height))
    layer = Image.new("RGBA", page.size, (255, 255, 255, 0))
    layer.paste(seal, at)
    # Ink on ink: the seal darkens what is under it.
    over = np.asarray(Image.alpha_composite(Image.new("RGBA", page.size, "white"), layer).convert("RGB"), float)
    return Image.fromarray((np.asarray(out.convert("RGB"), float) * over / 255).astype(np.uint8))


def scanned(page: Image.Image, look: Look, rng: random.Random) -> Image.Image:
    """The page as it comes from the scanner."""
    if look.seal:
        page = stamped(page, rng, look.dpi)
    page = page.rotate(look.skew, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    if look.keystone:
        w, h = page.size
        d = look.keystone * w
        quad = (-d, 0, 0, h, w, h, w + d, 0)
        page = page.transform(page.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor="white")
    page = page.filter(ImageFilter.GaussianBlur(look.blur * look.dpi / 200))
    noise = np.random.default_rng(rng.randrange(2**32))
    pixels = np.asarray(page, np.float32) * (look.paper / 255)
    pixels = pixels + noise.normal(0, look.noise, pixels.shape[:2])[:, :, None]
    count = int(look.specks * pixels.shape[0] * pixels.shape[1])
    rows, columns = noise.integers(0, pixels.shape[0], count), noise.integers(0, pixels.shape[1], count)
    pixels[rows, columns] = noise.integers(0, 140, count)[:, None]
    page = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return page.rotate(-look.turned, expand=True) if look.turned else page


def as_jpeg(page: Image.Image, look: Look) -> bytes:
    """The page as a JPEG that says its dpi."""
    out = io.BytesIO()
    page.save(out, "JPEG", quality=look.quality, dpi=(look.dpi, look.dpi))
    return out.getvalue()


def as_pdf(pages: Sequence[Image.Image], look: Look) -> bytes:
    """The pages as a PDF of JPEG pictures, as scanners make them."""
    out = io.BytesIO()
    images = [Image.open(io.BytesIO(as_jpeg(page, look))) for page in pages]
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=look.dpi, quality=look.quality)
    return out.getvalue()


def as_tiff(pages: Sequence[Image.Image], look: Look) -> bytes:
    """The pages as one TIFF."""
    out = io.BytesIO()
    pages[0].save(
        out, "TIFF", save_all=True, append_images=list(pages[1:]), compression="tiff_lzw", dpi=(look.dpi, look.dpi)
    )
    return out.getvalue()


def rectangles(boxes: Sequence[Box], look: Look) -> dict[str, tuple[float, float, float, float]]:
    """Where the cells of a table of one page are drawn, by their text, in points."""
    sheet = _Sheet(boxes, look)
    x0, y0 = (round(side * look.dpi) for side in _MARGIN)
    scale = 72 / look.dpi
    return {
        b.text: (
            (x0 + sheet.columns[b.column]) * scale,
            (y0 + sheet.rows[b.row]) * scale,
            (x0 + sheet.columns[b.column + b.column_span]) * scale,
            (y0 + sheet.rows[b.row + b.row_span]) * scale,
        )
        for b in boxes
    }
