"""The ink of a straight grey page: which cells of a table are empty for certain, and where the lines of text stand in the others.

Ink       what is darker than the paper around it by more than the noise of the page and a fifth of what its print is
Blank     a cell in which nothing larger than a speck is darker than the paper even by half of that. What lies between is a trace: ink of
          which nothing can be said
Lines     rows of ink that white rows part; a crop holds one, with a little paper around it
Over      ink that runs over the border into the next cell belongs to neither for certain
Units     pixels; boxes are left, top, right, bottom
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

Box = tuple[float, float, float, float]

# inches
_SPECK = 0.037
_LEAST_HYPHEN = 0.026  # in small print; it lies, as a speck seldom does
_LEAST_TRACE = 0.05
_INSET = 0.012
_RULE = 0.022
_SOFT = 0.0025
_LEAST_PRINT = 60  # grey levels between print and paper, where a page shows hardly any print
_INK, _TRACE = 0.22, 0.11  # of the darkness of print
_FAINT = 0.75  # of the darkness of print
_NOISE = 6.0  # standard deviations
_UPPER = 0.84  # of one, in which the 80th percentile lies
_FULL_PERCENTILE = 97
_SPLIT = 1.7  # a row of ink so many times as high as a character may be two lines


@dataclass(frozen=True, slots=True)
class Ink:
    """How much darker each pixel is than the paper around it, and from where on that is ink, or a trace of it."""

    dark: Pixels
    ink: int
    trace: int
    full: float  # how dark print is
    dpi: int
    height: float  # of a Chinese character


@dataclass(frozen=True, slots=True)
class Inked:
    """What a cell holds: the boxes of its lines from the top down; specks that belong to no number; whether there is but a
    trace; where ink runs over its left or right border (from, to, in y)."""

    lines: tuple[Box, ...] = ()
    specks: tuple[Box, ...] = ()
    trace: bool = False
    over_left: tuple[tuple[float, float], ...] = ()
    over_right: tuple[tuple[float, float], ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether the cell is empty for certain."""
        return not self.lines and not self.trace


def ink_of(grey: Pixels, dpi: int, height: float, boxes: Sequence[Box] = ()) -> Ink:
    """The ink of a page on which a character is so many pixels high; `boxes` are where print stands."""
    import cv2
    import numpy as np

    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    reach = max(int(dpi * 0.35 / 8), 3)
    paper = cv2.blur(cv2.dilate(cv2.medianBlur(small, 3), np.ones((reach, reach), np.uint8)), (reach, reach))
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    dark = cv2.GaussianBlur(cv2.subtract(paper, grey), (0, 0), max(_SOFT * dpi, 0.4))
    sample = dark[::3, ::3]
    # Half of the noise is lighter than the paper and cut off; a page is ink to a tenth at most.
    middle, upper = (float(value) for value in np.percentile(sample, (50, 80)))
    noise = middle + _NOISE * max((upper - middle) / _UPPER, 1.0)
    full = max(_print(dark, boxes), _LEAST_PRINT)
    return Ink(dark, int(max(noise, _INK * full)), int(max(noise, _TRACE * full)), full, dpi, height)


def _print(dark: Pixels, boxes: Sequence[Box]) -> float:
    """How dark print is: of most boxes the darkest tenth is ink."""
    import numpy as np

    parts = (dark[max(int(t), 0) : int(b) + 1, max(int(le), 0) : int(r) + 1] for le, t, r, b in boxes)
    levels = [float(np.percentile(part, _FULL_PERCENTILE)) for part in parts if part.size]
    return float(np.median(levels)) if levels else 0.0


def look(ink: Ink, cell: Box) -> Inked:
    """What a cell holds."""
    left, top, right, bottom = inner(ink, cell)
    if right - left < 3 or bottom - top < 3:
        return Inked(trace=True)
    part = ink.dark[top:bottom, left:right]
    spots = _spots(part, ink.ink, ink.dpi)
    text = [spot for spot in spots if not spot.speck]
    if not text:
        traces = [spot for spot in _spots(part, ink.trace, ink.dpi) if not spot.edge]
        least = _LEAST_TRACE * ink.dpi
        return Inked(trace=any(max(s.right - s.left, s.bottom - s.top) >= least for s in traces))
    rows = _rows(text, ink, part.shape[0])
    points = [spot for spot in spots if spot.speck and _is_point(spot, text, ink.height)]
    lines = [_around(row, [*text, *points]) for row in rows]
    moved = tuple((x0 + left, y0 + top, x1 + left, y1 + top) for x0, y0, x1, y1 in lines if x1 > x0)
    specks = (spot for spot in spots if spot.speck and spot not in points)
    tall = [spot for spot in text if spot.bottom - spot.top >= 0.4 * ink.height]
    return Inked(
        moved,
        tuple((s.left + left - 1, s.top + top - 1, s.right + left + 1, s.bottom + top + 1) for s in specks),
        over_left=tuple((s.top + top, s.bottom + top) for s in tall if s.left <= 0),
        over_right=tuple((s.top + top, s.bottom + top) for s in tall if s.right >= right - left),
    )


def inner(ink: Ink, cell: Box) -> tuple[int, int, int, int]:
    """The cell without its ruled borders."""
    inset = _INSET * ink.dpi + 1
    height, width = ink.dark.shape
    left, top, right, bottom = cell
    return (
        max(round(left + inset), 0),
        max(round(top + inset), 0),
        min(round(right - inset), width),
        min(round(bottom - inset), height),
    )


# --- what is there ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spot:
    """Ink that hangs together; `edge`: it touches the cell's border."""

    left: int
    top: int
    right: int
    bottom: int
    speck: bool
    edge: bool


def _spots(part: Pixels, threshold: int, dpi: int) -> list[_Spot]:
    """The spots of ink in a cell, without what is left of its borders."""
    import cv2
    import numpy as np

    count, _, stats, _ = cv2.connectedComponentsWithStats((part > threshold).astype(np.uint8), connectivity=8)
    height, width = part.shape
    out = []
    for left, top, across, down, area in stats[1:count].tolist():
        right, bottom = left + across, top + down
        beside = left <= 0 or right >= width
        above = top <= 0 or bottom >= height
        thin = _RULE * dpi + 1
        if (beside and across <= thin and down > 2 * across) or (above and down <= thin and across > 2 * down):
            continue
        if beside and above and area < 0.02 * dpi * (across + down):  # a corner of the borders
            continue
        hyphen = across >= _LEAST_HYPHEN * dpi and across >= 1.5 * down
        out.append(_Spot(left, top, right, bottom, max(across, down) < _SPECK * dpi and not hyphen, beside or above))
    return out


def _is_point(speck: _Spot, text: Sequence[_Spot], height: float) -> bool:
    """Whether a speck may be a point or a comma: at the foot of the text, with text on both sides."""
    reach = 0.45 * height
    foot = [s for s in text if abs(speck.bottom - s.bottom) <= 0.3 * height]
    return any(-2 <= speck.left - s.right <= reach for s in foot) and any(
        -2 <= s.left - speck.right <= reach for s in foot
    )


def _rows(text: Sequence[_Spot], ink: Ink, height: int) -> list[tuple[int, int]]:
    """The rows of ink, from the top down: strokes of one character that lie apart (二, 三) are one row."""
    marks = [0] * (height + 1)
    for spot in text:
        marks[spot.top] += 1
        marks[spot.bottom] -= 1
    rows: list[tuple[int, int]] = []
    depth, begin = 0, 0
    for at, step in enumerate(marks):
        if depth == 0 and step > 0:
            begin = at
        depth += step
        if depth == 0 and step < 0:
            rows.append((begin, at))
    joined: list[tuple[int, int]] = []
    for row in rows:
        if joined and row[1] - joined[-1][0] <= 1.15 * ink.height:
            joined[-1] = (joined[-1][0], row[1])
        else:
            joined.append(row)
    return [part for row in joined for part in _parted(row, text, ink.height)]


def _parted(row: tuple[int, int], text: Sequence[_Spot], height: float) -> list[tuple[int, int]]:
    """A row that is too high for one line, cut where the fewest spots are cut."""
    if row[1] - row[0] <= _SPLIT * height:
        return [row]
    own = [s for s in text if s.top < row[1] and s.bottom > row[0] and s.bottom - s.top <= 1.4 * height]
    if not own:
        return [row]
    lowest, highest = int(row[0] + 0.6 * height), int(row[1] - 0.6 * height)
    at = min(
        range(lowest, max(highest, lowest + 1)),
        key=lambda y: (sum(s.top < y < s.bottom for s in own), abs(y - row[0] - 1.2 * height)),
    )
    return [*_parted((row[0], at), text, height), *_parted((at, row[1]), text, height)]


def _around(row: tuple[int, int], spots: Sequence[_Spot]) -> Box:
    """The box around the spots whose middle lies in a row."""
    own = [s for s in spots if row[0] <= (s.top + s.bottom) / 2 <= row[1]]
    if not own:
        return 0, 0, 0, 0
    return min(s.left for s in own), min(s.top for s in own), max(s.right for s in own), max(s.bottom for s in own)


def is_faint(ink: Ink, line: Box) -> bool:
    """Whether a line is lighter than print: what may be left of a seal."""
    import numpy as np

    left, top, right, bottom = map(round, line)
    part = ink.dark[top:bottom, left:right]
    inked = part[part > ink.ink]
    return not inked.size or float(np.percentile(inked, 90)) < _FAINT * ink.full


def stroke(ink: Ink, line: Box) -> tuple[float, float]:
    """How the ink of a line leans (to the right for each pixel up), and how far it strays from a straight stroke, by its height."""
    import numpy as np

    left, top, right, bottom = map(round, line)
    part = ink.dark[top:bottom, left:right].astype(np.float64)
    part[part <= ink.ink] = 0
    total = float(part.sum())
    if total <= 0 or bottom - top < 4:
        return 0.0, 1.0
    ys, xs = np.mgrid[0 : part.shape[0], 0 : part.shape[1]]
    ys, xs = ys - (ys * part).sum() / total, xs - (xs * part).sum() / total
    lean = -float((xs * ys * part).sum() / max(float((ys * ys * part).sum()), 1e-9))
    stray = float(np.sqrt((((xs + lean * ys) ** 2) * part).sum() / total)) / part.shape[0]
    return lean, stray


# --- crops -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cut:
    """How a line is cut out: paper around it in heights of its ink, and how much wider it is drawn."""

    above: float = 0.15
    beside: float = 0.3
    stretch: float = 1.0
    soft: float = 0.0
    clean: bool = False  # without specks


def crop(
    grey: Pixels, line: Box, cell: tuple[int, int, int, int], height: float, cut: Cut, specks: Sequence[Box] = ()
) -> tuple[Pixels, float]:
    """A line cut out of its cell, with paper beyond the cell's border, and where the crop begins (x)."""
    import cv2
    import numpy as np

    left, top, right, bottom = (round(side) for side in line)
    missing = max(round(0.7 * height) - (bottom - top), 0)  # a dash is read as high as a digit
    tall = bottom - top + missing
    above, beside = round(tall * cut.above) + 1 + missing // 2, round(tall * cut.beside) + 1
    x0, y0, x1, y1 = left - beside, top - above, right + beside, bottom + above
    inside = max(x0, cell[0]), max(y0, cell[1]), min(x1, cell[2]), min(y1, cell[3])
    part = grey[inside[1] : inside[3], inside[0] : inside[2]]
    paper = int(np.percentile(part, 80))
    if cut.clean and specks:
        part = part.copy()
        for speck in specks:
            x, y = max(round(speck[0]) - inside[0], 0), max(round(speck[1]) - inside[1], 0)
            part[y : max(round(speck[3]) - inside[1], 0), x : max(round(speck[2]) - inside[0], 0)] = paper
    out: Any = cv2.copyMakeBorder(
        part,
        *(inside[1] - y0, y1 - inside[3], inside[0] - x0, x1 - inside[2]),
        cv2.BORDER_CONSTANT,
        value=(paper,),
    )
    if cut.soft:
        out = cv2.GaussianBlur(out, (0, 0), cut.soft)
    if cut.stretch != 1.0:
        out = cv2.resize(out, None, fx=cut.stretch, fy=1.0, interpolation=cv2.INTER_LINEAR)
    return out, float(x0)
