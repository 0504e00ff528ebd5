"""A PDF -> its pages as lines of characters and shapes, in millimetres from the upper left corner."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from auditor.documents.fonts import office_settings

MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Character:
    """A character and its box."""

    word: str
    left: float
    right: float
    top: float
    bottom: float
    base: float
    size: float
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """A line or an area that is drawn."""

    left: float
    right: float
    top: float
    bottom: float
    colour: tuple[int, int, int]

    @property
    def width(self) -> float:
        """Across."""
        return self.right - self.left

    @property
    def is_rule(self) -> bool:
        """Whether it is a line across."""
        return self.bottom - self.top < 1.5 and self.width > 20


@dataclass(frozen=True, slots=True)
class Line:
    """Characters on one base line, from the left."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(one.word for one in self.characters)

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.characters[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.characters[-1].right

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(one.top for one in self.characters)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(one.bottom for one in self.characters)

    @property
    def base(self) -> float:
        """Where its characters stand."""
        return self.characters[0].base

    @property
    def size(self) -> float:
        """Of the greatest character, in points."""
        return max(one.size for one in self.characters)


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    width: float
    height: float
    lines: tuple[Line, ...]
    shapes: tuple[Shape, ...]

    @property
    def wide(self) -> bool:
        """Whether it is landscape."""
        return self.width > self.height

    @property
    def text(self) -> str:
        """What it says."""
        return "\n".join(line.text for line in self.lines)

    @property
    def area(self) -> tuple[float, float, float, float]:
        """The area of the text that the standard gives: left, top, right, bottom."""
        return (35.0, 28.0, 260.0, 184.0) if self.wide else (28.0, 37.0, 184.0, 262.0)

    @property
    def body(self) -> list[Line]:
        """The lines that stand in the area of the text."""
        _, top, _, bottom = self.area
        return [line for line in self.lines if top - 1 < (line.top + line.bottom) / 2 < bottom + 1]


def pages(path: Path) -> list[Page]:
    """The pages of a file."""
    document = pdfium.PdfDocument(path)
    try:
        return [_page(document[at]) for at in range(len(document))]
    finally:
        document.close()


def _page(page: pdfium.PdfPage) -> Page:
    height = page.get_height()
    text = page.get_textpage()
    rows: dict[float, list[Character]] = defaultdict(list)
    for one in _characters(text, height):
        rows[round(one.base)].append(one)
    text.close()
    lines = [Line(tuple(sorted(row, key=lambda one: one.left))) for _, row in sorted(rows.items())]
    shapes = tuple(_shapes(page, height))
    width = page.get_width()
    page.close()
    return Page(width * MM, height * MM, tuple(_joined(lines)), shapes)


def _joined(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines whose base differs by rounding alone are one."""
    held: Line | None = None
    for line in lines:
        if held is not None and abs(line.base - held.base) < 0.8:
            held = Line(tuple(sorted((*held.characters, *line.characters), key=lambda one: one.left)))
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _characters(text: pdfium.PdfTextPage, height: float) -> Iterator[Character]:
    box = [ctypes.c_double() for _ in range(4)]
    x, y = ctypes.c_double(), ctypes.c_double()
    colour = [ctypes.c_uint() for _ in range(4)]
    for at in range(raw.FPDFText_CountChars(text)):
        word = chr(raw.FPDFText_GetUnicode(text, at))
        if word.isspace() or word == "\x00":
            continue
        raw.FPDFText_GetCharBox(text, at, *(ctypes.byref(one) for one in box))
        raw.FPDFText_GetCharOrigin(text, at, ctypes.byref(x), ctypes.byref(y))
        raw.FPDFText_GetFillColor(text, at, *(ctypes.byref(one) for one in colour))
        left, right, bottom, top = (one.value for one in box)
        yield Character(
            word,
            left * MM,
            right * MM,
            (height - top) * MM,
            (height - bottom) * MM,
            (height - y.value) * MM,
            raw.FPDFText_GetFontSize(text, at),
            (colour[0].value, colour[1].value, colour[2].value),
        )


def _shapes(page: pdfium.PdfPage, height: float) -> Iterator[Shape]:
    for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = one.get_pos() if hasattr(one, "get_pos") else one.get_bounds()
        red, green, blue, _ = (ctypes.c_uint() for _ in range(4))
        alpha = ctypes.c_uint()
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(one, ctypes.byref(fill), ctypes.byref(stroke))
        ask = raw.FPDFPageObj_GetFillColor if fill.value else raw.FPDFPageObj_GetStrokeColor
        ask(one, *(ctypes.byref(value) for value in (red, green, blue, alpha)))
        colour = (red.value, green.value, blue.value)
        yield Shape(left * MM, right * MM, (height - top) * MM, (height - bottom) * MM, colour)


def office() -> str | None:
    """LibreOffice's command, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(files: Sequence[Path], out: Path, profile: Path) -> None:
    """All files as PDF in one start of LibreOffice, with a profile of its own."""
    program = office()
    assert program is not None
    (profile / "user").mkdir(parents=True)
    items = f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{office_settings()}</oor:items>'
    (profile / "user" / "registrymodifications.xcu").write_text(items, encoding="utf-8")
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(out),
    ]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=300)
