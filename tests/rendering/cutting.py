"""The place of a fact -> what stands there in the original, by other means than the reader's: the raw text must be it.

HTML, text     the characters of the decoded file, without tags
DOCX           the table, row and cell in the XML; DOC by the same count of what was put in
XLSX, XLS      the cell of that address in what was put in
PDF            the characters that pdfium finds in the box on that page
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable

import pypdfium2
from lxml import etree

from auditor.model import Document, DocxCell, PageBox, Place, SheetCell, Span, State
from auditor.model import Report as Read
from auditor.text import squash

from .dresses import Report, dense, sheets, width

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def misplaced(data: bytes, document: Document, read: Read, given: Report) -> list[str]:
    """Facts whose place does not hold their raw text."""
    cut = cutter(data, document, given)
    out = []
    for fact in read.facts.values():
        # what could not be read points at its row, so that a person finds it
        if (
            fact.place is not None
            and fact.state is not State.UNREADABLE
            and (found := cut(fact.place)) != squash(fact.raw)
        ):
            out.append(f"{fact.id}: {fact.raw!r}, but {found!r} stands at {fact.place}")
    return out


def cutter(data: bytes, document: Document, given: Report) -> Callable[[Place], str]:
    """What cuts the original."""
    if document.encoding is not None:
        return _text(data, document)
    if document.kind == "docx":
        return _docx(data)
    if document.kind == "doc":
        return _doc(given)
    if document.kind == "pdf":
        return _pdf(data)
    return _workbook(given)


def _text(data: bytes, document: Document) -> Callable[[Place], str]:
    source = data.decode(document.encoding or "utf-8")

    def cut(place: Place) -> str:
        assert isinstance(place, Span)
        piece = source[place.start : place.end]
        shown = html.unescape(re.sub(r"<[^>]*>", "", piece)) if document.kind == "html" else piece
        return squash(shown).strip("|") if document.kind == "md" else squash(shown)

    return cut


def _docx(data: bytes) -> Callable[[Place], str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    tables = [[list(row.iter(f"{_W}tc")) for row in table.iter(f"{_W}tr")] for table in root.iter(f"{_W}tbl")]

    def cut(place: Place) -> str:
        assert isinstance(place, DocxCell)
        return squash("".join(tables[place.table][place.row][place.cell].itertext()))

    return cut


def _doc(given: Report) -> Callable[[Place], str]:
    tables = []
    for _, grid in given.parts:
        lines = []
        for row, line in enumerate(dense(grid)):
            over = {
                c: b
                for b in grid
                for c in range(b.column, b.column + b.column_span)
                if b.row <= row < b.row + b.row_span
            }
            lines.append([line[c] for c in range(width(grid)) if c not in over or over[c].column == c])
        tables.append(lines)

    def cut(place: Place) -> str:
        assert isinstance(place, DocxCell)
        return squash(tables[place.table][place.row][place.cell])

    return cut


def _pdf(data: bytes) -> Callable[[Place], str]:
    opened = pypdfium2.PdfDocument(data)
    pages = []
    for page in opened:
        words = page.get_textpage()
        boxes = [(words.get_charbox(n), words.get_text_range(n, 1)) for n in range(words.count_chars())]
        pages.append((page.get_height(), [(box, char) for box, char in boxes if char.strip()]))
        words.close()
        page.close()
    opened.close()

    def cut(place: Place) -> str:
        assert isinstance(place, PageBox)
        height, chars = pages[place.page - 1]
        left, top, right, bottom = place.box
        return squash(
            "".join(
                char
                for (x0, y0, x1, y1), char in chars
                if left - 1 <= (x0 + x1) / 2 <= right + 1 and top - 1 <= height - (y0 + y1) / 2 <= bottom + 1
            )
        )

    return cut


def _workbook(given: Report) -> Callable[[Place], str]:
    cells = {name: made for name, made, _ in sheets(given)}

    def cut(place: Place) -> str:
        assert isinstance(place, SheetCell)
        return squash(str(cells[place.sheet].get(_address(place), "")))

    return cut


def _address(place: SheetCell) -> tuple[int, int]:
    match = re.fullmatch(r"([A-Z]+)(\d+)", place.cell)
    assert match
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1
