"""A page of a PDF in, what it shows out: characters with their boxes, ruling lines, pictures. The only module that talks to pdfium.

Out       `PageContent` in the frame in which its text reads upright: points from the top left, y down. `shown` takes a box to the
          page as it is shown, which differs only where text is drawn sideways
Characters  as pdfium decodes them, with spaces of the file but without those that pdfium adds; one that the file gives no meaning is U+FFFD;
          one drawn twice on the same spot (a poor man's bold) comes once
Lines     strokes, sides of stroked rectangles, hairline rectangles filled, hairline pictures; through page and form transforms
Refuses   more characters, objects or path segments than the limits; a broken or locked file
Source    ISO 32000-1; what pdfium gives for rotated text and scaled fonts was measured
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import hypot, pi
from typing import Any

from auditor.readers import limits
from auditor.readers.ideographs import unified
from auditor.readers.lattice import Box, Segment
from auditor.readers.limits import Refusal
from auditor.text import UNKNOWN

_HAIRLINE = 3.2  # points: a filled rectangle thinner than that is a line, a stroke wider than that an area
_LEAST_LENGTH = 1.0
_STRAIGHT = 0.02  # slope up to which a line is horizontal
_SLANT = 0.12  # radians from a quarter turn within which text counts as turned by it
_FORM_DEPTH = 8
_LARGE = 30.0  # points
_MEANT = {
    0x02: "-",
    0xAD: "-",
} | dict(  # hyphens at the end of lines; bullets of Wingdings and Symbol, as Word sets them
    zip((0xF06C, 0xF06E, 0xF075, 0xF0A7, 0xF0B7, 0xF0D8, 0xF0FC), "●■◆▪·➢✓", strict=True)
)
_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_TEXTS = {"Title": "document_title", "Author": "author", "Creator": "program"}
_DATES = {"CreationDate": "created", "ModDate": "modified"}
_LOCKED = 4  # FPDF_ERR_PASSWORD


@dataclass(slots=True, eq=False)
class Glyph:
    """A character: the box of its type body, the height of its baseline, and whether it stands sideways in the frame."""

    char: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    turned: int = 0


@dataclass(slots=True, eq=False)
class PageContent:
    """What a page shows. `turn`: quarter turns clockwise from this frame to the page as shown; `pictures`: share of the page
    that pictures cover; `slanted`: characters at odd angles (watermarks); `unseen`: characters that are drawn invisible."""

    number: int
    width: float
    height: float
    turn: int = 0
    glyphs: list[Glyph] = field(default_factory=list)
    horizontal: list[Segment] = field(default_factory=list)
    vertical: list[Segment] = field(default_factory=list)
    pictures: float = 0.0
    slanted: str = ""
    unseen: int = 0

    def shown(self, box: Box) -> Box:
        """The same box on the page as it is shown."""
        left, top, right, bottom = box
        if self.turn == 1:
            return self.height - bottom, left, self.height - top, right
        if self.turn == 2:
            return self.width - right, self.height - bottom, self.width - left, self.height - top
        if self.turn == 3:
            return top, self.width - right, bottom, self.width - left
        return box


@dataclass(slots=True)
class Opened:
    """An open PDF: how many pages, what it says of itself; `content` reads a page, counting towards the limits."""

    pdf: Any
    pages: int
    characters: int = 0
    objects: int = 0
    segments: int = 0

    def metadata(self) -> dict[str, str]:
        """What the file says of itself, dates as ISO.

        Its title is often that of the template or of last year's file, and no page shows it: it is not given as `title`.
        """
        said = {key: value.strip("\0 ") for key, value in self.pdf.get_metadata_dict().items()}
        out = {key: said[name] for name, key in _TEXTS.items() if said.get(name)}
        for name, key in _DATES.items():
            if match := _DATE.match(said.get(name, "")):
                year, month, day, *time = match.groups()
                out[key] = f"{year}-{month}-{day}" + (f"T{':'.join(time)}" if time[0] else "")
        return out

    def content(self, number: int) -> PageContent:
        """What page `number` (from 1) shows."""
        import pypdfium2 as pdfium

        try:
            page = self.pdf[number - 1]
        except pdfium.PdfiumError:
            return PageContent(number, 0.0, 0.0)
        try:
            return _Page(self, page, number).content()
        finally:
            page.close()

    def close(self) -> None:
        """Gives its memory back."""
        self.pdf.close()


def open_pdf(data: bytes) -> Opened:
    """The PDF that these bytes are. Raises Refusal where it is locked, broken or too long."""
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", 0) == _LOCKED or "password" in str(error).lower():
            raise Refusal("PDF 已加密（设有打开密码），请解除密码、另存后重新运行") from error
        raise Refusal("PDF 已损坏，无法打开，请重新下载或导出后再运行") from error
    pages = len(pdf)
    if not 0 < pages <= limits.PDF_PAGES:
        pdf.close()
        if pages:
            raise Refusal(f"PDF 超过 {limits.PDF_PAGES:,} 页，未予读取；请只保留年度报告所在的各页后重新运行")
        raise Refusal("PDF 中没有页面，请重新下载或导出后再运行")
    return Opened(pdf, pages)


# --- frames ----------------------------------------------------------------------------------------

_Affine = tuple[float, float, float, float, float, float]  # x' = a·x + c·y + e, y' = b·x + d·y + f (as in a PDF matrix)


def _frame(quarters: int, box: Box) -> _Affine:
    """From the page's own space (y up) to a frame turned clockwise by so many quarters (y down); `box` is left, bottom, right, top."""
    left, bottom, right, top = box
    return (
        (1.0, 0.0, 0.0, -1.0, -left, top),
        (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        (0.0, -1.0, -1.0, 0.0, top, right),
    )[quarters]


def _then(first: _Affine, second: _Affine) -> _Affine:
    """One transform after another."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


# --- a page ----------------------------------------------------------------------------------------


class _Page:
    """One page while it is read."""

    def __init__(self, opened: Opened, page: Any, number: int) -> None:
        import pypdfium2.raw as raw

        self._raw = raw
        self._opened = opened
        self._page = page
        bounds = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page.raw, bounds)
        self._box: Box = (bounds.left, bounds.bottom, bounds.right, bounds.top)
        self._number = number
        self._images: list[Box] = []

    def content(self) -> PageContent:
        """Characters, lines and pictures."""
        rotation = self._raw.FPDFPage_GetRotation(self._page.raw) % 4
        text = self._page.get_textpage()
        try:
            characters = list(self._characters(text.raw))
            quarters = _reading(characters, rotation)
            out = self._empty(quarters, (rotation - quarters) % 4)
            self._place(characters, quarters, out)
            self._draw(_frame(quarters, self._box), out)
            if out.pictures > 0.5:
                out.unseen = self._unseen(text.raw)
        finally:
            text.close()
        return out

    def _empty(self, quarters: int, turn: int) -> PageContent:
        left, bottom, right, top = self._box
        width, height = (right - left, top - bottom) if quarters % 2 == 0 else (top - bottom, right - left)
        return PageContent(self._number, width, height, turn)

    # --- characters

    def _characters(self, text: Any) -> Iterator[tuple[str, Box, float, float, float]]:
        """(character, box left bottom right top, origin x and y, angle in radians clockwise) in the order of the file."""
        raw = self._raw
        count = raw.FPDFText_CountChars(text)
        self._opened.characters += max(count, 0)
        if self._opened.characters > limits.CHARACTERS:
            raise limits.too_many_characters()
        get_code, get_box, get_origin = (
            raw.FPDFText_GetUnicode,
            raw.FPDFText_GetLooseCharBox,
            raw.FPDFText_GetCharOrigin,
        )
        get_angle, has_no_meaning = raw.FPDFText_GetCharAngle, raw.FPDFText_HasUnicodeMapError
        rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        high = 0
        for at in range(count):
            code = get_code(text, at)
            if code in (10, 13) or not get_box(text, at, rect):
                continue
            box = (rect.left, rect.bottom, rect.right, rect.top)
            if box[2] - box[0] <= 0 and box[3] - box[1] <= 0:
                continue  # a space that pdfium adds has no extent
            if box[3] - box[1] > _LARGE:
                box = self._checked(text, at, box)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code, high = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00), 0
            get_origin(text, at, x, y)
            char = UNKNOWN if has_no_meaning(text, at) == 1 else _character(code)
            yield char, box, x.value, y.value, get_angle(text, at)

    def _checked(self, text: Any, at: int, box: Box) -> Box:
        """The box of a large character: pdfium does not scale those of vertical writing, so the ink decides."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        self._raw.FPDFText_GetCharBox(text, at, left, right, bottom, top)
        ink = (left.value, bottom.value, right.value, top.value)
        return ink if 0 < 2.5 * max(ink[2] - ink[0], ink[3] - ink[1]) < box[3] - box[1] else box

    def _place(self, characters: list[tuple[str, Box, float, float, float]], quarters: int, out: PageContent) -> None:
        """Puts the characters into the frame, those at odd angles aside, those outside the page nowhere."""
        a, b, c, d, e, f = _frame(quarters, self._box)
        upright = (4 - quarters) % 4
        slanted: list[str] = []
        last: Glyph | None = None
        for char, (left, bottom, right, top), x, y, angle in characters:
            quarter = _quarter(angle)
            if quarter is None:
                slanted.append(char)
                continue
            x0, x1 = a * left + c * bottom + e, a * right + c * top + e
            y0, y1 = b * left + d * bottom + f, b * right + d * top + f
            x0, x1 = (x0, x1) if x0 <= x1 else (x1, x0)
            y0, y1 = (y0, y1) if y0 <= y1 else (y1, y0)
            if not (0 <= (x0 + x1) / 2 <= out.width and 0 <= (y0 + y1) / 2 <= out.height):
                continue
            glyph = Glyph(char, x0, y0, x1, y1, b * x + d * y + f, (quarter - upright) % 4)
            if last is None or not _is_again(glyph, last):
                out.glyphs.append(glyph)
                last = glyph
        out.slanted = "".join(slanted)

    def _unseen(self, text: Any) -> int:
        """How many characters are drawn invisible: what a scanner's program recognised, laid under its picture."""
        raw = self._raw
        count = 0
        for at in range(raw.FPDFText_CountChars(text)):
            found = raw.FPDFText_GetTextObject(text, at)
            count += bool(found) and raw.FPDFTextObj_GetTextRenderMode(found) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
        return count

    # --- lines and pictures

    def _draw(self, frame: _Affine, out: PageContent) -> None:
        raw, page = self._raw, self._page.raw
        self._objects(raw.FPDFPage_CountObjects(page), lambda at: raw.FPDFPage_GetObject(page, at), frame, out, 0)
        area = out.width * out.height
        covered = sum((right - left) * (bottom - top) for left, top, right, bottom in self._images)
        out.pictures = min(covered / area, 1.0) if area > 0 else 0.0

    def _objects(self, count: int, get: Any, frame: _Affine, out: PageContent, depth: int) -> None:
        raw = self._raw
        get_type, text_kind = raw.FPDFPageObj_GetType, raw.FPDF_PAGEOBJ_TEXT
        self._opened.objects += max(count, 0)
        if self._opened.objects > limits.PDF_OBJECTS:
            raise Refusal(
                f"PDF 中的图文对象超过 {limits.PDF_OBJECTS:,} 个，未予读取；请只保留年度报告所在的各页后重新运行"
            )
        for at in range(count):
            found = get(at)
            kind = get_type(found)
            if kind == text_kind:
                continue
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(found, frame, out)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self._image(found, frame, out)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _FORM_DEPTH:
                inner = _then(self._matrix(found), frame)
                children = raw.FPDFFormObj_CountObjects(found)
                self._objects(
                    children, lambda at, form=found: raw.FPDFFormObj_GetObject(form, at), inner, out, depth + 1
                )

    def _matrix(self, found: Any) -> _Affine:
        matrix = self._raw.FS_MATRIX()
        self._raw.FPDFPageObj_GetMatrix(found, matrix)
        return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f

    def _image(self, found: Any, frame: _Affine, out: PageContent) -> None:
        """An image fills the unit square of its matrix; a hairline one is a line."""
        a, b, c, d, e, f = _then(self._matrix(found), frame)
        xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
        left, top = max(min(xs), 0.0), max(min(ys), 0.0)
        right, bottom = min(max(xs), out.width), min(max(ys), out.height)
        if right > left and bottom > top:
            self._images.append((left, top, right, bottom))
            _add_hairline(left, top, right, bottom, out)

    def _path(self, found: Any, frame: _Affine, out: PageContent) -> None:
        raw = self._raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(found, fill, stroke)
        if not fill.value and not stroke.value:
            return
        transform = _then(self._matrix(found), frame)
        stroked = bool(stroke.value) and self._stroke_width(found, transform) <= _HAIRLINE
        for points, straight, closed in self._subpaths(found, transform):
            if stroked:
                _add_sides(points, straight, closed, out)
            elif fill.value and all(straight):
                xs, ys = [x for x, _ in points], [y for _, y in points]
                _add_hairline(min(xs), min(ys), max(xs), max(ys), out)

    def _stroke_width(self, found: Any, transform: _Affine) -> float:
        width = ctypes.c_float()
        self._raw.FPDFPageObj_GetStrokeWidth(found, width)
        return width.value * max(hypot(transform[0], transform[1]), hypot(transform[2], transform[3]))

    def _subpaths(self, found: Any, transform: _Affine) -> Iterator[tuple[list[tuple[float, float]], list[bool], bool]]:
        """(points, for each whether a straight line leads to it, whether the path is closed) of each part of a path."""
        raw = self._raw
        count = raw.FPDFPath_CountSegments(found)
        self._opened.segments += max(count, 0)
        if self._opened.segments > limits.PDF_SEGMENTS:
            raise Refusal(
                f"PDF 中的线条超过 {limits.PDF_SEGMENTS:,} 段，未予读取；请只保留年度报告所在的各页后重新运行"
            )
        a, b, c, d, e, f = transform
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        straight: list[bool] = []
        closed = False
        for at in range(count):
            segment = raw.FPDFPath_GetPathSegment(found, at)
            kind = raw.FPDFPathSegment_GetType(segment)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            if kind == raw.FPDF_SEGMENT_MOVETO and points:
                yield points, straight, closed
                points, straight, closed = [], [], False
            points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
            straight.append(kind != raw.FPDF_SEGMENT_BEZIERTO)
            closed = closed or bool(raw.FPDFPathSegment_GetClose(segment))
        if points:
            yield points, straight, closed


def _character(code: int) -> str:
    """The character of a code; what is none is unknown."""
    if code in _MEANT:
        return _MEANT[code]
    if (
        (code < 32 and code != 9)
        or 0x7F <= code < 0xA0
        or 0xD800 <= code < 0xE000
        or 0xE000 <= code < 0xF900
        or code > 0x10FFFF
    ):
        return UNKNOWN
    return unified(chr(code)) if code > 0x2E7F else chr(code)


def _quarter(angle: float) -> int | None:
    """Quarter turns clockwise, None for another angle."""
    quarter = round(angle / (pi / 2))
    return quarter % 4 if abs(angle - quarter * pi / 2) <= _SLANT else None


def _reading(characters: list[tuple[str, Box, float, float, float]], rotation: int) -> int:
    """By how many quarters the page must be turned clockwise for most of its text to stand upright."""
    votes = Counter(quarter for *_, angle in characters if (quarter := _quarter(angle)) is not None)
    if not votes:
        return rotation
    return (4 - votes.most_common(1)[0][0]) % 4


def _is_again(glyph: Glyph, last: Glyph) -> bool:
    """Whether a character is the one before drawn once more."""
    reach = 0.15 * max(glyph.bottom - glyph.top, 1.0)
    return (
        glyph.char == last.char
        and glyph.char != " "
        and abs(glyph.left - last.left) < reach
        and abs(glyph.base - last.base) < reach
    )


def _add_hairline(left: float, top: float, right: float, bottom: float, out: PageContent) -> None:
    """A thin rectangle is a line."""
    width, height = right - left, bottom - top
    if height <= _HAIRLINE and width > height and width >= _LEAST_LENGTH:
        out.horizontal.append(Segment((top + bottom) / 2, left, right))
    elif width <= _HAIRLINE and height > width and height >= _LEAST_LENGTH:
        out.vertical.append(Segment((left + right) / 2, top, bottom))


def _add_sides(points: list[tuple[float, float]], straight: list[bool], closed: bool, out: PageContent) -> None:
    """The horizontal and vertical sides of a stroked path."""
    ends = list(zip(points, points[1:], straight[1:], strict=False))
    if closed and len(points) > 2:
        ends.append((points[-1], points[0], True))
    for (x0, y0), (x1, y1), is_straight in ends:
        width, height = abs(x1 - x0), abs(y1 - y0)
        if not is_straight or max(width, height) < _LEAST_LENGTH:
            continue
        if height <= _STRAIGHT * width:
            out.horizontal.append(Segment((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif width <= _STRAIGHT * height:
            out.vertical.append(Segment((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
