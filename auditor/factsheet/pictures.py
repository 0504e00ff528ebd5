"""Bytes of a document and the places of cells -> what each cell looks like: a crop of its page, or the words of its row.

Pages      of a PDF or a picture: the band around the cell over the whole width of what is printed, so that the label of its row
           is seen, the cell in a red frame; PNG in fifteen greys and red
Else       (web pages, Word, Excel, text) there is no picture: the words of the rows around the cell, the cell in 【】
Apart      pages are drawn, and documents read, in processes that can be killed; what cannot be drawn has words that say so
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from auditor.apart import Apart
from auditor.child import Child, Lost, Worker
from auditor.model import (
    Block,
    Cell,
    Document,
    DocxText,
    Noun,
    PageBox,
    Paragraph,
    Place,
    Span,
    Table,
)
from auditor.readers import picture
from auditor.readers.limits import Refusal
from auditor.readers.sniff import by_magic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

DPI: Final = 150
_POINTS: Final = 72
_ABOVE: Final = 20.0  # points of the page shown above and below a cell: a row or two
_TALLEST: Final = 220.0  # points of a band: more is a whole table, which says little when it is shrunk
_EDGE: Final = 12  # pixels left at the sides of what is printed
_SPECKS: Final = 0.03  # of a column of pixels that may be dirt on a scan
_INK: Final = 200  # a pixel darker than this is printed
_FRAME: Final = 3  # pixels
_RED: Final = 15
_GREYS: Final = 15
_NO_PICTURE: Final = "（不能显示图片，请打开原件核对）"
_NO_PLACE: Final = "（不能确定在文件中的位置，请打开原件核对）"
_NO_FILE: Final = "（没有原件，请找到文件后核对）"
_MOST_CELL, _MOST_ROW, _AROUND = 40, 400, 1


@dataclass(frozen=True, slots=True)
class View(Noun):
    """What a cell looks like: a PNG of so many pixels, or words."""

    words: str = ""
    png: bytes = b""
    width: int = 0
    height: int = 0


class Views:
    """Looks into documents; a context manager, which ends the processes it started."""

    def __init__(self) -> None:
        self._apart = Apart()
        self._child = Child(_crops, Worker(_nothing, (), None, preload="auditor.readers"))

    def __enter__(self) -> Views:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close()
        self._apart.__exit__(kind, error, trace)

    def of(self, name: str, data: bytes | None, places: Sequence[Place | None]) -> list[View]:
        """How the cells at these places of one document look; `data` None where its bytes are not there."""
        if data is None:
            return [View(_NO_FILE) for _ in places]
        boxes = [place for place in places if isinstance(place, PageBox)]
        drawn = iter(self._drawn(data, boxes))
        rest = [place for place in places if place is not None and not isinstance(place, PageBox)]
        found = self._apart.read(name, data) if rest else None
        document = found if isinstance(found, Document) else None
        out = []
        for place in places:
            if isinstance(place, PageBox):
                out.append(next(drawn) or View(_NO_PICTURE))
            elif place is None or document is None:
                out.append(View(_NO_PLACE))
            else:
                out.append(View(row_words(document, replace(place, file="")) or _NO_PLACE))
        return out

    def _drawn(self, data: bytes, boxes: Sequence[PageBox]) -> list[View | None]:
        if not boxes:
            return []
        found: list[View | None] | Lost = self._child.asked((data, boxes))
        return [None] * len(boxes) if isinstance(found, Lost) else found


def _nothing() -> None:
    return None


# --- words -------------------------------------------------------------------------------------------


def row_words(document: Document, place: Place) -> str:
    """The rows around the cell at that place, one a line, the cell in 【】; "" where nothing stands there."""
    for block in document.blocks:
        if isinstance(block, Table):
            at = next((cell for cell in block.cells if cell.place == place), None)
            if at is not None:
                return "\n".join(_rows(block, at))
            if block.place == place:
                return _shortened("｜".join(_one_line(cell.text) for cell in block.cells))
    return "\n".join(_lines(document.blocks, place))


def _rows(table: Table, at: Cell) -> Iterator[str]:
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    order = sorted(rows)
    here = order.index(at.row)
    for row in order[max(here - _AROUND, 0) : here + _AROUND + 1]:
        yield _shortened("｜".join(_marked(cell, at) for cell in rows[row]))


def _marked(cell: Cell, at: Cell) -> str:
    words = _one_line(cell.text)
    return f"【{words}】" if cell is at else words


def _lines(blocks: Sequence[Block], place: Place) -> Iterator[str]:
    """The lines of flat text around the one that holds the place."""
    at = next((at for at, block in enumerate(blocks) if isinstance(block, Paragraph) and _holds(block, place)), None)
    if at is None:
        return
    for number in range(max(at - 2, 0), min(at + 3, len(blocks))):
        block = blocks[number]
        if isinstance(block, Paragraph):
            words = _shortened(_one_line(block.text.text))
            yield f"【{words}】" if number == at else words


def _holds(block: Paragraph, place: Place) -> bool:
    whole = block.text.place()
    if isinstance(whole, Span) and isinstance(place, Span):
        return whole.start <= place.start <= whole.end
    if isinstance(whole, DocxText) and isinstance(place, DocxText):
        return (whole.part, whole.paragraph) == (place.part, place.paragraph)
    return whole == place


def _one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _MOST_CELL else f"{words[: _MOST_CELL - 1]}…"


def _shortened(words: str) -> str:
    return words if len(words) <= _MOST_ROW else f"{words[: _MOST_ROW - 1]}…"


# --- pictures ----------------------------------------------------------------------------------------


def _crops(_: None, given: tuple[bytes, Sequence[PageBox]]) -> list[View | None]:
    """The bands around the boxes; None for one that cannot be drawn."""
    data, boxes = given
    try:
        return _of_pdf(data, boxes) if by_magic(data) == "pdf" else _of_picture(data, boxes)
    except (Refusal, ImportError):
        return [None] * len(boxes)


def _of_pdf(data: bytes, boxes: Sequence[PageBox]) -> list[View | None]:
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Refusal("") from error
    try:
        return [_of_page(pdf, box) for box in boxes]
    except pdfium.PdfiumError as error:
        raise Refusal("") from error
    finally:
        pdf.close()


def _of_page(pdf: Any, box: PageBox) -> View | None:
    if not 1 <= box.page <= len(pdf):
        return None
    page = pdf[box.page - 1]
    try:
        width, height = page.get_size()
        top, bottom = _band(box.box, height)
        scale = min(DPI / _POINTS, 2000 / max(width, 1.0))
        bitmap = page.render(
            scale=scale, crop=(0, height - bottom, 0, top), rev_byteorder=True, fill_color=(255, 255, 255, 255)
        )
        try:
            pixels = bitmap.to_numpy()
            grey = pixels if pixels.ndim == 2 else pixels[:, :, :3].mean(axis=2).astype("uint8")
            return _framed(grey, box.box, top, scale)
        finally:
            bitmap.close()
    finally:
        page.close()


def _of_picture(data: bytes, boxes: Sequence[PageBox]) -> list[View | None]:
    wanted = {box.page for box in boxes}
    made: dict[int, View | None] = {}
    for page in picture.pictures(data):
        if page.number in wanted:
            scale = page.dpi / _POINTS
            for at, box in enumerate(boxes):
                if box.page == page.number:
                    made[at] = _of_pixels(page.pixels, box, scale)
        if page.number >= max(wanted):
            break
    return [made.get(at) for at in range(len(boxes))]


def _of_pixels(pixels: Pixels, box: PageBox, scale: float) -> View | None:
    top, bottom = _band(box.box, pixels.shape[0] / scale)
    band = pixels[round(top * scale) : round(bottom * scale)]
    step = max(round(scale * _POINTS / DPI), 1)
    grey = band[::step, ::step].mean(axis=2).astype("uint8")
    return _framed(grey, box.box, top, scale / step)


def _band(box: tuple[float, float, float, float], height: float) -> tuple[float, float]:
    """Top and bottom of what is shown of a page, in points."""
    _, top, _, bottom = box
    margin = _ABOVE if bottom - top < _TALLEST else 0.0
    top = min(max(top - margin, 0.0), max(height - 2.0, 0.0))
    return top, max(min(bottom + margin, top + _TALLEST + 2 * _ABOVE, height), top + 1.0)


def _framed(grey: Pixels, box: tuple[float, float, float, float], top: float, scale: float) -> View | None:
    """The band without the white at its sides, the cell in a frame."""
    import numpy as np

    if not grey.size:
        return None
    shown = np.minimum(grey.astype(np.uint16) * _GREYS // 256, _GREYS - 1).astype(np.uint8)
    left, upper, right, lower = (
        round(at * scale) for at in (box[0], box[1] - top, box[2], box[3] - top)
    )  # fmt: skip
    height, width = shown.shape
    left, right = max(left - _FRAME, 0), min(right + _FRAME, width)
    upper, lower = max(upper - _FRAME, 0), min(lower + _FRAME, height)
    for rows, columns in (
        (slice(upper, upper + _FRAME), slice(left, right)),
        (slice(max(lower - _FRAME, 0), lower), slice(left, right)),
        (slice(upper, lower), slice(left, left + _FRAME)),
        (slice(upper, lower), slice(max(right - _FRAME, 0), right)),
    ):
        shown[rows, columns] = _RED
    inked = (grey < _INK).sum(axis=0) > _SPECKS * height
    printed = np.flatnonzero(inked | (shown == _RED).any(axis=0))
    first, last = (printed[0], printed[-1]) if printed.size else (0, width - 1)
    shown = shown[:, max(int(first) - _EDGE, 0) : int(last) + _EDGE + 1]
    return View(png=_png(shown), width=shown.shape[1], height=shown.shape[0])


_PALETTE: Final = bytes(v for at in range(_GREYS) for v in [round(at * 255 / (_GREYS - 1))] * 3) + bytes((220, 30, 30))


def _png(pixels: Pixels) -> bytes:
    """Pixels 0 … 15 as a PNG with a palette of fifteen greys and red."""
    import numpy as np

    height, width = pixels.shape
    even = np.zeros((height, width + width % 2), np.uint8)
    even[:, :width] = pixels
    packed = (even[:, ::2] << 4) | even[:, 1::2]
    lines = b"".join(b"\0" + line.tobytes() for line in packed)
    header = struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
