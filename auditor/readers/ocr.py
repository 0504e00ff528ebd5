"""Scans and pictures -> blocks, by recognising characters: a PDF whose pages are pictures, and image files.

Out         what a PDF with text gives, with the same code: paragraphs, tables joined over pages, furniture left out
Places      `PageBox` in points of the page as shown (before it was turned and straightened), with dpi and confidence; pixels are
            points × dpi / 72
Certain     a cell is blank only where its picture is empty; what cannot be read for certain is U+FFFD, which makes a fact `unreadable`.
            Every table is `inferred`. Nothing is checked against the sums of the form: that is the audit's business
Offline     the models lie in the installed package (`recogniser`); no network, no temporary file
Cost        pages: 2 to 5 s of one core each, 0.5 GB once; the budget is asked for before the work (`limits.need`)
Refuses     more pages or pixels than the limits, damaged pictures, pictures without text, and everything where the extra `[ocr]` is missing
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.model import (
    Block,
    BoxLine,
    BoxMap,
    Cell,
    Document,
    DocumentStatus,
    PageBox,
    Paragraph,
    Place,
    Table,
    Text,
    Whole,
)
from auditor.readers import limits
from auditor.readers.certain import is_value
from auditor.readers.glyphs import Opened, open_pdf
from auditor.readers.grid import settle
from auditor.readers.limits import Refusal
from auditor.readers.paged import Paged
from auditor.readers.picture import check_pages, count_pictures, pictures, rendered
from auditor.readers.recogniser import check_installed
from auditor.readers.scanned import INFERRED, Scan, ScannedPage, scan
from auditor.text import UNKNOWN, is_blank

_NO_TEXT = "图片中没有识别出文字，请核对是否为报告，或以 200 至 300 dpi 重新扫描后重新运行"
_SURE_ONCE = 0.97  # a value that was read but once


def read_scan(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of a PDF whose pages are pictures. Raises Refusal."""
    opened = open_pdf(data)
    try:
        scans = scan_pages(opened, range(1, opened.pages + 1))
        return _document(name, sha256, "pdf", scans, opened.metadata())
    finally:
        opened.close()


def read_image(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of an image file. Raises Refusal."""
    check_installed()
    limits.need(limits.recognition(count_pictures(data)))
    return _document(name, sha256, "image", [scan(picture) for picture in pictures(data)], {})


def scan_pages(opened: Opened, numbers: Sequence[int]) -> list[Scan]:
    """What these pages of a PDF (from 1) show, recognised from their pictures. Raises Refusal."""
    check_installed()
    limits.need(limits.recognition(check_pages(len(numbers))))
    return [_scan_page(opened, number) for number in numbers]


def _scan_page(opened: Opened, number: int) -> Scan:
    page = opened.pdf[number - 1]
    try:
        return scan(rendered(page, number))
    finally:
        page.close()


def _document(name: str, sha256: str, kind: str, scans: Sequence[Scan], metadata: dict[str, str]) -> Document:
    paged = Paged([one.page for one in scans])
    blocks = told(settle(paged.items()), scans)
    if not blocks:
        raise Refusal(_NO_TEXT)
    return Document(
        name,
        sha256,
        kind,
        blocks,
        "ocr",
        status=DocumentStatus.PARTIAL if any(one.content.unclear for one in scans) else DocumentStatus.OK,
        metadata=metadata,
        notes=tuple(notes(scans)),
        furniture=tuple(paged.furniture),
        pages=len(scans),
    )


def notes(scans: Sequence[Scan]) -> Iterator[str]:
    """What is to be known of pages that were recognised, in Chinese."""
    pages = [one.content for one in scans]
    sure = [mark for page in pages for _, mark in page.marks]
    mean = sum(sure) / len(sure) if sure else 0.0
    yield f"共 {len(pages)} 页为扫描件或图片，由文字识别读取，平均把握 {100 * mean:.1f}%，请对照原件核对"
    turned = "、".join(str(page.number) for page in pages if page.turned)
    if turned:
        yield f"第 {turned} 页方向不正，已转正后读取"
    unclear = sum(page.unclear for page in pages)
    if unclear:
        yield f"有 {unclear} 个单元格有字迹但无法辨认，未取其值"


# --- how sure --------------------------------------------------------------------------------------


def told(blocks: Sequence[Block], scans: Sequence[Scan]) -> tuple[Block, ...]:
    """The blocks with dpi and confidence in every place on a page that was recognised; blocks of other pages as they are."""
    pages = {one.content.number: one.content for one in scans}
    return tuple(_told(block, pages) for block in blocks)


def _told(block: Block, pages: dict[int, ScannedPage]) -> Block:
    """A block whose places say their dpi and confidence."""
    if isinstance(block, Paragraph):
        return replace(block, text=_told_text(block.text, pages))
    own = {place.page for cell in block.cells if isinstance(place := cell.place, PageBox)}
    if not own & pages.keys():
        return block
    ruled = INFERRED in block.inferred
    cells = tuple(
        replace(
            cell,
            place=_told_place(cell.place, pages),
            text=cell.text if ruled else _loose(cell, pages),
        )
        for cell in block.cells
    )
    inferred = block.inferred if ruled else "；".join(filter(None, (INFERRED, block.inferred)))
    return Table(cells, _told_place(block.place, pages), block.caption, inferred)


def _loose(cell: Cell, pages: dict[int, ScannedPage]) -> str:
    """The text of a cell that no lines part from the next: nobody has looked whether an empty one is empty, nor read it twice."""
    place = _told_place(cell.place, pages)
    if not isinstance(place, PageBox) or place.page not in pages:
        return cell.text
    doubtful = is_value(cell.text) and (place.confidence or 0.0) < _SURE_ONCE
    return UNKNOWN if doubtful or is_blank(cell.text) else cell.text


def _told_text(text: Text, pages: dict[int, ScannedPage]) -> Text:
    anchor = text.anchor
    if isinstance(anchor, BoxMap):
        return Text(text.text, BoxMap(tuple(_told_line(line, pages) for line in anchor.lines)))
    return Text(text.text, Whole(_told_place(anchor.at, pages))) if isinstance(anchor, Whole) else text


def _told_line(line: BoxLine, pages: dict[int, ScannedPage]) -> BoxLine:
    page = pages.get(line.page)
    if page is None:
        return line
    box = min(line.lefts), line.top, max(line.rights), line.bottom
    return replace(line, dpi=page.dpi, confidence=page.sure(box))


def _told_place(place: Place, pages: dict[int, ScannedPage]) -> Place:
    page = pages.get(place.page) if isinstance(place, PageBox) else None
    if page is None or not isinstance(place, PageBox):
        return place
    return replace(place, dpi=page.dpi, confidence=page.sure(place.box))
