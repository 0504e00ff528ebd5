"""A page's picture in; its tables and its lines of text out, in the nouns of a PDF's page, with how sure each character is.

Tables      where ruled lines draw a grid. Each cell is read by itself: empty only where the picture is empty of ink; ink of which nothing
            can be said for certain is U+FFFD in the cell's text, never a blank and never a nought
Twice       what may be a value is read a second time from another crop; both readings must agree (`certain`)
Lines       text outside the grids, where the detector finds it
Frame       points of the straight page, y down; `ScannedPage.shown` leads to the page as it is shown, and `sure` tells a box's confidence
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isclose
from statistics import median
from typing import TYPE_CHECKING, Any

from auditor.readers import certain
from auditor.readers.glyphs import Glyph, PageContent
from auditor.readers.inked import Cut, Ink, Inked, crop, ink_of, inner, is_faint, look, stroke
from auditor.readers.lattice import Box, Grid, GridCell, Segment, grids
from auditor.readers.page_tables import OPEN_LINES, PageTable, TableCell
from auditor.readers.paged import Page
from auditor.readers.pages import lines_of
from auditor.readers.picture import Picture
from auditor.readers.recogniser import Char, Reading, detect, read_lines
from auditor.readers.ruling import Straight, straighten
from auditor.text import UNKNOWN

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

INFERRED = "扫描件或图片经文字识别读取，表格边框和字符由程序推断"
_POINTS = 72.0
_SNAP = 4.0  # points
_BASE = 0.14  # of a line's height under its baseline
_GROWN = 1.25  # a detected box is so much higher than the characters in it
_USUAL_HEIGHT = 0.155  # inches of a character, where there is no text to measure
_FIRST = Cut()
_SECOND = Cut(above=0.25, beside=0.45, stretch=1.15, soft=0.7, clean=True)
_THIRD = Cut(above=0.08, beside=0.5, stretch=0.9, clean=True)
_LINE = Cut(above=0.0, beside=0.0)
_OVERLAP = 0.5
_SPACE = 0.5  # of a line's height: so wide a gap between characters is kept as a space
_GAP = 0.8  # of a number's height: no two digits of one number are so far apart
_LEGIBLE = 0.9  # the mean of a label's characters under a seal
_LEAST_CONFIDENCE = 0.35  # of a line outside tables, on average: less is a picture, a seal, a signature


@dataclass(slots=True)
class ScannedPage(PageContent):
    """The page in the frame in which it is straight; `back` leads to its picture, `marks` are its characters and how sure they are."""

    dpi: int = 0
    back: Any = None
    turned: int = 0
    slope: float = 0.0
    unclear: int = 0  # cells with ink of which nothing is certain
    marks: list[tuple[Box, float]] = field(default_factory=list)
    _table: Any = None

    def shown(self, box: Box) -> Box:
        """The box around the same place on the page as it is shown, in points."""
        scale = self.dpi / _POINTS
        corners = [self._shown(x * scale, y * scale) for x in (box[0], box[2]) for y in (box[1], box[3])]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        u, v, w = (float(row[0]) * x + float(row[1]) * y + float(row[2]) for row in self.back)
        return u / w * _POINTS / self.dpi, v / w * _POINTS / self.dpi

    def sure(self, box: Box) -> float:
        """The least probability of the characters whose middle stands in a box of the page as shown; 1 where there is none."""
        import numpy as np

        if self._table is None or len(self._table) != len(self.marks):
            rows = [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2, sure) for b, sure in self.marks]
            self._table = np.array(rows, float).reshape(-1, 3)
        x, y, sure = self._table.T
        inside = sure[(box[0] <= x) & (x <= box[2]) & (box[1] <= y) & (y <= box[3])]
        return round(float(inside.min()), 4) if len(inside) else 1.0


@dataclass(slots=True)
class Scan:
    """What a page's picture shows."""

    content: ScannedPage
    page: Page


def scan(picture: Picture) -> Scan:
    """The tables and lines of a page's picture."""
    straight = straighten(picture.pixels, picture.dpi, detect, _legible)
    height, width = straight.grey.shape
    scale = _POINTS / picture.dpi
    page = ScannedPage(
        picture.number,
        width * scale,
        height * scale,
        turn=0 if _is_identity(straight.back) else 4,
        pictures=1.0,
        dpi=picture.dpi,
        back=straight.back,
        turned=straight.turned,
        slope=straight.slope,
    )
    return _Reader(page, straight).read()


def _legible(crops: Sequence[Pixels]) -> float:
    readings = read_lines(crops)
    return sum(reading.mean for reading in readings) / max(len(readings), 1)


def _is_identity(matrix: Any) -> bool:
    return all(isclose(float(matrix[i][j]), float(i == j), abs_tol=1e-9) for i in range(3) for j in range(3))


@dataclass(slots=True)
class _Job:
    """A line to read: its box in pixels, the cell that holds it (None outside tables), what was read."""

    box: Box
    within: tuple[int, int, int, int]
    cell: tuple[int, int] | None
    specks: tuple[Box, ...] = ()
    sealed: bool = False
    origin: float = 0.0
    readings: list[Reading] = field(default_factory=list)
    text: str | None = None  # settled by several readings

    @property
    def reading(self) -> Reading:
        """What was read at first."""
        return self.readings[0]


class _Reader:
    """One page while it is read."""

    def __init__(self, page: ScannedPage, straight: Straight) -> None:
        self.page = page
        self.grey = straight.grey
        self.dpi = page.dpi
        self.scale = _POINTS / page.dpi
        self.height = _character_height(straight.boxes, page.dpi)
        self.ink: Ink = ink_of(self.grey, page.dpi, self.height, straight.boxes)
        points = [[_scaled(s, self.scale) for s in lines] for lines in (straight.lines.across, straight.lines.down)]
        self.grids = grids(points[0], points[1], snap=_SNAP)
        self.boxes = straight.boxes
        self.seals = straight.seals

    def read(self) -> Scan:
        held = [[look(self.ink, self._pixels(cell.box)) for cell in grid.cells] for grid in self.grids]
        over = {key for at, grid in enumerate(self.grids) for key in _running_over(at, grid, held[at])}
        jobs = [*self._cell_jobs(held), *self._free_jobs()]
        self._recognise(jobs)
        of_cell: dict[tuple[int, int], list[_Job]] = {}
        for job in jobs:
            if job.cell is not None:
                of_cell.setdefault(job.cell, []).append(job)
        tables = [self._table(at, grid, held[at], of_cell, over) for at, grid in enumerate(self.grids)]
        glyphs = [g for job in jobs if job.cell is None for g in self._glyphs(job)]
        return Scan(self.page, Page(self.page, tables, lines_of(self.page, glyphs)))

    # --- what is to be read ---

    def _pixels(self, box: Box) -> Box:
        left, top, right, bottom = (side / self.scale for side in box)
        return left, top, right, bottom

    def _cell_jobs(self, held: Sequence[Sequence[Inked]]) -> Iterator[_Job]:
        for at, grid in enumerate(self.grids):
            for number, (cell, inked) in enumerate(zip(grid.cells, held[at], strict=True)):
                box = self._pixels(cell.box)
                within, sealed = inner(self.ink, box), any(_overlap(box, seal) for seal in self.seals)
                for line in inked.lines:
                    yield _Job(line, within, (at, number), inked.specks, sealed)

    def _free_jobs(self) -> Iterator[_Job]:
        """Lines outside the grids."""
        height, width = self.grey.shape
        for left, top, right, bottom in self.boxes:
            box = max(left, 0.0), max(top, 0.0), min(right, float(width)), min(bottom, float(height))
            if box[2] - box[0] < 4 or box[3] - box[1] < 4:
                continue
            middle = (left + right) / 2 * self.scale, (top + bottom) / 2 * self.scale
            if not any(_holds(grid.box, middle) for grid in self.grids):
                yield _Job(box, (0, 0, width, height), None)

    def _recognise(self, jobs: Sequence[_Job]) -> None:
        """Reads every line, and what may be a value once more."""
        crops = []
        for job in jobs:
            picture, job.origin = crop(
                self.grey, job.box, job.within, self.height, _LINE if job.cell is None else _FIRST
            )
            crops.append(picture)
        for job, reading in zip(jobs, read_lines(crops), strict=True):
            job.readings.append(reading)
        values = list(_values(jobs))
        for cut in (_SECOND, _THIRD):
            self._read_again([job for job in values if job.text is None or UNKNOWN in job.text], cut)
        for job in values:
            job.text = self._as_drawn(job)

    def _read_again(self, jobs: Sequence[_Job], cut: Cut) -> None:
        # The dots of 次 are specks too: they are taken away from figures only.
        crops = [
            crop(
                self.grey, job.box, job.within, self.height, cut, () if certain.has_words(job.reading) else job.specks
            )[0]
            for job in jobs
        ]
        for job, reading in zip(jobs, read_lines(crops), strict=True):
            job.readings.append(reading)
            job.text = certain.settled(job.readings)

    def _as_drawn(self, job: _Job) -> str | None:
        """The settled text, held against what a recogniser does not look at: gaps, and how strokes lie.

        None for the words of a label under a seal: they are what was read at first.
        """
        text = job.text or UNKNOWN
        if job.sealed and is_faint(self.ink, job.box):
            return UNKNOWN
        if not certain.is_value(job.reading.text) and job.reading.mean >= _LEGIBLE:
            return None
        if any(map(str.isdigit, text)) and self._has_gap(job):
            return UNKNOWN
        texts = [reading.text for reading in job.readings]
        if all(map(certain.is_level, texts)):
            return certain.dash(text, texts, *self._stroke_sides(job.box))
        return certain.leaning(text, texts, *stroke(self.ink, job.box))

    def _stroke_sides(self, box: Box) -> tuple[float, float]:
        """How long and how thick a stroke is, in heights of a character."""
        return (box[2] - box[0]) / self.height, (box[3] - box[1]) / self.height

    def _has_gap(self, job: _Job) -> bool:
        """Whether white parts what was read as one number: two numbers, between which a border was missed."""
        left, top, right, bottom = map(round, job.box)
        inked = self.ink.dark[top:bottom, left:right] > self.ink.ink
        for x0, y0, x1, y1 in job.specks:
            inked[
                max(round(y0) - top, 0) : max(round(y1) - top, 0), max(round(x0) - left, 0) : max(round(x1) - left, 0)
            ] = 0
        white, most = 0, _GAP * (bottom - top)
        for column in inked.sum(axis=0).tolist():
            white = 0 if column else white + 1
            if white > most:
                return True
        return False

    # --- what comes out ---

    def _table(
        self,
        at: int,
        grid: Grid,
        held: Sequence[Inked],
        of_cell: dict[tuple[int, int], list[_Job]],
        over: set[tuple[int, int]],
    ) -> PageTable:
        cells = []
        for number, (cell, inked) in enumerate(zip(grid.cells, held, strict=True)):
            jobs = of_cell.get((at, number), [])
            if inked.trace or (at, number) in over or any(not job.reading.chars for job in jobs):
                glyphs = [self._unknown(cell.box)]
            else:
                glyphs = [glyph for job in jobs for glyph in self._glyphs(job)]
            self.page.unclear += any(glyph.char == UNKNOWN for glyph in glyphs)
            cells.append(self._cell(cell, glyphs))
        table = PageTable(list(grid.columns), len(grid.rows) - 1, cells, self.page, grid.box, self.page.number)
        table.doubt(INFERRED)
        if not grid.sound:
            table.doubt(OPEN_LINES)
        return table

    def _cell(self, cell: GridCell, glyphs: list[Glyph]) -> TableCell:
        lines = [(line, cell.box) for line in lines_of(self.page, glyphs)] if glyphs else []
        return TableCell(cell.row, cell.column, cell.row_span, cell.column_span, self.page, cell.box, lines)

    def _unknown(self, box: Box) -> Glyph:
        middle, centre = (box[1] + box[3]) / 2, (box[0] + box[2]) / 2
        half = self.height * self.scale / 2
        glyph = Glyph(UNKNOWN, centre - half, middle - half, centre + half, middle + half, middle + half)
        self._mark(glyph, 0.0)
        return glyph

    def _glyphs(self, job: _Job) -> Iterator[Glyph]:
        """The characters of a line where they stand; of a value, as settled."""
        chars: Iterable[Char] = certain.in_prose(job.reading)
        if job.cell is None and job.reading.mean < _LEAST_CONFIDENCE:
            return
        if job.text is not None:
            chars = _spread(job.text, job.reading, job.box, job.origin)
        top, bottom = job.box[1] * self.scale, job.box[3] * self.scale
        base = bottom - _BASE * (bottom - top)
        before: float | None = None
        for char in chars:
            left, right = ((job.origin + side) * self.scale for side in (char.left, char.right))
            glyph = Glyph(char.text, left, top, max(right, left + 0.1), bottom, base)
            if before is not None and left - before > _SPACE * (bottom - top):
                yield Glyph(" ", before, top, left, bottom, base)
            before = right
            if char.text.strip():
                self._mark(glyph, char.sure)
            yield glyph

    def _mark(self, glyph: Glyph, sure: float) -> None:
        self.page.marks.append((self.page.shown((glyph.left, glyph.top, glyph.right, glyph.bottom)), sure))


def _values(jobs: Sequence[_Job]) -> Iterator[_Job]:
    """The lines of cells that may hold a value; under a seal any may."""
    of_cell: dict[tuple[int, int], list[_Job]] = {}
    for job in jobs:
        if job.cell is not None:
            of_cell.setdefault(job.cell, []).append(job)
    for own in of_cell.values():
        if own[0].sealed or certain.is_value("".join(job.reading.text for job in own)):
            yield from own


def _scaled(segment: Segment, scale: float) -> Segment:
    return Segment(segment.at * scale, segment.start * scale, segment.end * scale)


def _character_height(boxes: Sequence[Box], dpi: int) -> float:
    """How high a character of common print is on this page."""
    heights = [min(b[3] - b[1], b[2] - b[0]) for b in boxes]
    usual = _USUAL_HEIGHT * dpi
    return min(max(median(heights) / _GROWN, 0.6 * usual), 2 * usual) if heights else usual


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _running_over(at: int, grid: Grid, held: Sequence[Inked]) -> Iterator[tuple[int, int]]:
    """Cells whose ink meets ink of the next cell on their common border, both of them."""
    for number, (cell, inked) in enumerate(zip(grid.cells, held, strict=True)):
        if not inked.over_right:
            continue
        for other, (beside, ink) in enumerate(zip(grid.cells, held, strict=True)):
            if beside.column == cell.column + cell.column_span and _meet(inked.over_right, ink.over_left):
                yield at, number
                yield at, other


def _meet(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> bool:
    return any(min(a[1], b[1]) - max(a[0], b[0]) > _OVERLAP * min(a[1] - a[0], b[1] - b[0]) for a in one for b in other)


def _spread(text: str, reading: Reading, box: Box, origin: float) -> list[Char]:
    """Settled characters evenly over their line, which begins at `origin` of the crop's frame; each as sure as it was read."""
    own = [char for char in reading.chars if char.text.strip()]
    left, step = box[0] - origin, (box[2] - box[0]) / max(len(text), 1)
    least = 0.0 if UNKNOWN in text else reading.sure
    sure = [char.sure for char in own] if len(own) == len(text) else [least] * len(text)
    return [Char(c, sure[i], left + i * step, left + (i + 1) * step) for i, c in enumerate(text)]
