"""PDF with a text layer -> blocks in reading order: paragraphs joined over lines and pages, tables joined over pages.

Places      `PageBox` in points from the top left of the page as shown: of a cell its box, of words in a paragraph the box around them
Tables      drawn ones by their ruling lines (`lattice`, `page_tables`); where none are drawn, columns by where characters stand
            (`unruled`), which the table says of itself
Left out    page numbers, running heads and feet, watermarks: listed as furniture
Scans       where the OCR reader is there, a PDF whose pages are pictures, or whose characters have no meaning, goes to it, and single pages that are pictures are read by it;
            else they are named in the notes
Refuses     locked and broken files, more pages, characters, objects than the limits, scans without the OCR reader
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from auditor.model import Document, DocumentStatus
from auditor.readers import ocr, recogniser
from auditor.readers.glyphs import Opened, PageContent, open_pdf
from auditor.readers.grid import settle
from auditor.readers.lattice import Grid, grids
from auditor.readers.limits import Refusal
from auditor.readers.page_tables import ruled
from auditor.readers.paged import Page, Paged
from auditor.readers.pages import lines_of
from auditor.readers.scanned import Scan
from auditor.text import UNKNOWN

SCAN = "PDF 是扫描件（没有文字层），请安装文字识别组件（auditor[ocr]）后重新运行，或提供可编辑的 Word（.docx）或网页"
_GARBLED = "PDF 的文字没有编码信息，无法还原为汉字，请提供可编辑的 Word（.docx）或网页后重新运行"
_EMPTY = "PDF 中没有文字，请提供可编辑的 Word（.docx）或网页后重新运行"
RECOGNISED = "文字是扫描时由其他程序识别的，可能有误"
_FEW = 25  # characters up to which a page under a picture has no text of its own (a page number, a stamp)
_MOSTLY = 0.5  # of a page that a picture must cover
_MOST_GARBLED = 0.3


def read_pdf(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of a PDF. Raises Refusal where it cannot be read or passes a limit."""
    reading = _Reading()
    opened = open_pdf(data)
    try:
        metadata = opened.metadata()
        for number in range(1, opened.pages + 1):
            reading.add(opened.content(number))
        if recogniser.is_installed() and not reading.is_scan:
            reading.recognise(opened)
    finally:
        opened.close()
    if (reading.is_scan or reading.is_garbled) and recogniser.is_installed():
        return ocr.read_scan(name, data, sha256)
    reading.check()
    blocks = ocr.told(settle(reading.paged.items()), reading.scans)
    if not blocks:
        raise Refusal(_EMPTY)
    notes = tuple(reading.notes())
    return Document(
        name,
        sha256,
        "pdf",
        blocks,
        "pdf",
        status=DocumentStatus.PARTIAL if notes else DocumentStatus.OK,
        metadata=metadata,
        notes=notes,
        furniture=tuple(reading.paged.furniture),
        pages=opened.pages,
    )


def is_scan(data: bytes) -> bool:
    """Whether the pages of a PDF are pictures without text of their own. Raises Refusal where it cannot be opened."""
    reading = _Reading()
    opened = open_pdf(data)
    try:
        for number in range(1, opened.pages + 1):
            reading.add(opened.content(number))
    finally:
        opened.close()
    return reading.is_scan


# --- a document while it is read -------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """The pages of a PDF, one after the other, and what is known of their text."""

    paged: Paged = field(default_factory=Paged)
    pictures: list[int] = field(default_factory=list)
    recognised: list[int] = field(default_factory=list)
    tangled: list[int] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    characters: int = 0
    unknown: int = 0

    def add(self, page: PageContent) -> None:
        """Takes up a page; its characters become lines and cells and are given up."""
        self.characters += len(page.glyphs)
        self.unknown += sum(glyph.char == UNKNOWN for glyph in page.glyphs)
        if page.pictures >= _MOSTLY and len(page.glyphs) <= _FEW:
            self.pictures.append(page.number)
        elif page.pictures >= _MOSTLY and 2 * page.unseen > len(page.glyphs):
            self.recognised.append(page.number)
        tables, rest = ruled(page, self._grids(page))
        if page.number in self.recognised:
            for table in tables:
                table.doubt(RECOGNISED)
        lines = lines_of(page, (glyph for glyph in rest if not glyph.turned))
        self.paged.leave_out(page.slanted)
        self.paged.leave_out("".join(glyph.char for glyph in rest if glyph.turned))
        page.glyphs, page.horizontal, page.vertical = [], [], []
        self.paged.pages.append(Page(page, tables, lines))

    def _grids(self, page: PageContent) -> tuple[Grid, ...]:
        try:
            return grids(page.horizontal, page.vertical)
        except Refusal:  # a drawing, not a table: one page must not cost the document
            self.tangled.append(page.number)
            return ()

    def recognise(self, opened: Opened) -> None:
        """Reads the pages that are pictures among others with text; where they pass a limit they stay pictures."""
        try:
            self.scans = ocr.scan_pages(opened, self.pictures) if self.pictures else []
        except Refusal:
            return
        pages = {scan.content.number: scan.page for scan in self.scans}
        self.paged.pages = [pages.get(page.content.number, page) for page in self.paged.pages]
        self.pictures = []

    @property
    def is_scan(self) -> bool:
        """Whether all pages that show anything are pictures without text of their own."""
        own = [p.content.number for p in self.paged.pages if p.lines or p.tables]
        return bool(self.pictures or self.recognised) and not {*own} - {*self.pictures, *self.recognised}

    @property
    def is_garbled(self) -> bool:
        """Whether the file gives too many of its characters no meaning (fonts without an encoding)."""
        return self.unknown > _MOST_GARBLED * self.characters

    def check(self) -> None:
        """Raises Refusal where what was read is no text."""
        if self.is_scan and not self.recognised:
            raise Refusal(SCAN)
        if self.is_garbled:
            raise Refusal(_GARBLED)

    def notes(self) -> Iterator[str]:
        """What could not be read, in Chinese."""
        if self.pictures:
            yield f"第 {_numbers(self.pictures)} 页是图片，其中的文字未能读取，请核对原件"
        if self.scans:
            yield from ocr.notes(self.scans)
        if self.recognised:
            yield f"第 {_numbers(self.recognised)} 页的{RECOGNISED}，请核对原件"
        if self.tangled:
            yield f"第 {_numbers(self.tangled)} 页的线条过多，其中的表格未按边框读取"
        if self.unknown:
            yield f"有 {self.unknown} 个字符没有编码信息，无法还原，原文可能读不全"


def _numbers(pages: Sequence[int]) -> str:
    """1、2、5 of page numbers, cut short."""
    shown = "、".join(map(str, pages[:12]))
    return shown if len(pages) <= 12 else f"{shown} 等"
