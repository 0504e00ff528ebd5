"""Characters in pictures, by two neural networks: where text stands, and what a line of text says.

Models    PP-OCRv6 (small) as the wheel of rapidocr carries them, opened by their paths in the installed package. None of rapidocr's
          code runs: that code fetches what it misses from the network, this room never touches one
Detect    boxes of text anywhere in a page; nothing is said about what is missed
Read      a line's characters, each with its probability and its place; crops hold one line each and little else
Padding   short crops are filled up with middle grey to the width on which the model was trained: white makes an O of a lone 0
          (12 errors in 300 strings of digits against none)
Memory    one thread, no arena: about 0.2 GB and what a page of 1,024 pixels takes (0.2 GB)
Refuses   to work where the extra `[ocr]` is not installed, with the words that say how to install it
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.readers.limits import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Floats = NDArray[np.float32]

MISSING = (
    '文件是扫描件或图片，读取它需要安装文字识别组件（离线可用）：请在命令行运行 pip install "auditor[ocr]" 后重新运行，'
    "或提供可编辑的 Word（.docx）或网页"
)
_NEEDED = ("cv2", "onnxruntime", "PIL", "numpy", "rapidocr")
_DETECTOR, _READER = "*_det_*.onnx", "*_rec_*.onnx"

_PAGE_SIDE = 1024  # pixels of a page's long side when text is looked for
_TEXT, _BOX = 0.3, 0.5  # probability of a pixel, mean probability of a box
_GROW = 1.6  # the model marks the middle of a line
_LINE = 48  # pixels of a line's height when it is read
_LEAST_WIDTH = 160
_WIDTH_STEP = 32
_BATCH_WIDTH = 2560
_MOST_WIDTH = 4000
_STRIDE = 8  # pixels of a line's width for one step of the model


@dataclass(frozen=True, slots=True)
class Spot:
    """A box of text in a page, as it lies: centre, sides (long side first) and slope in degrees, clockwise."""

    x: float
    y: float
    long: float
    short: float
    slope: float


@dataclass(frozen=True, slots=True)
class Char:
    """A character with its probability and its left and right edge in the crop."""

    text: str
    sure: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a crop says, from left to right."""

    chars: tuple[Char, ...]

    @property
    def text(self) -> str:
        """The characters."""
        return "".join(char.text for char in self.chars)

    @property
    def sure(self) -> float:
        """The probability of the least sure character, 0 where there is none."""
        return min((char.sure for char in self.chars), default=0.0)

    @property
    def mean(self) -> float:
        """The mean probability of its characters, 0 where there is none."""
        return sum(char.sure for char in self.chars) / len(self.chars) if self.chars else 0.0


def is_installed() -> bool:
    """Whether the extra is there, models included; nothing is loaded."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED) and None not in (
        _model(_DETECTOR),
        _model(_READER),
    )


def check_installed() -> None:
    """Raises Refusal where the extra is not there."""
    if not is_installed():
        raise Refusal(MISSING)


def _model(pattern: str) -> Path | None:
    """The model of that kind in the installed package; the newest by name where there are several."""
    spec = importlib.util.find_spec("rapidocr")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        found = sorted((Path(folder) / "models").glob(pattern))
        if found:
            return found[-1]
    return None


@cache
def _session(pattern: str) -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # reports to the maker on Windows
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(_model(pattern)), options, providers=["CPUExecutionProvider"])


@cache
def _alphabet() -> tuple[str, ...]:
    """What the classes of the reader mean; the first is "nothing", the last a space."""
    listed = _session(_READER).get_modelmeta().custom_metadata_map["character"].splitlines()
    return "", *listed, " "


# --- where text stands -----------------------------------------------------------------------------


def detect(page: Pixels) -> list[Spot]:
    """Boxes of text in a page (RGB or grey)."""
    import cv2
    import numpy as np

    scale = min(_PAGE_SIDE / max(page.shape[:2]), 1.0)
    height, width = (max(round(side * scale / 32), 1) * 32 for side in page.shape[:2])
    small = cv2.resize(page, (width, height), interpolation=cv2.INTER_AREA)
    small = small if small.ndim == 3 else cv2.cvtColor(small, cv2.COLOR_GRAY2RGB)
    values = (small.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
    session = _session(_DETECTOR)
    likely = session.run(None, {session.get_inputs()[0].name: values})[0][0, 0]
    mask = cv2.dilate((likely > _TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    to_page = page.shape[1] / width, page.shape[0] / height
    spots = (_spot(contour, likely, to_page) for contour in contours)
    return [spot for spot in spots if spot is not None]


def _spot(contour: Any, likely: Floats, to_page: tuple[float, float]) -> Spot | None:
    import cv2
    import numpy as np

    (x, y), (width, height), angle = cv2.minAreaRect(contour)
    if min(width, height) < 3:
        return None
    left, top, across, down = cv2.boundingRect(contour)
    mask = np.zeros((down, across), np.uint8)
    cv2.fillPoly(mask, [contour - (left, top)], 1)
    if cv2.mean(likely[top : top + down, left : left + across], mask)[0] < _BOX:
        return None
    if width < height:
        width, height, angle = height, width, angle - 90
    angle = (angle + 90) % 180 - 90
    grow = _GROW * width * height / (width + height)  # area by perimeter, on both sides
    scale = (to_page[0] + to_page[1]) / 2
    return Spot(x * to_page[0], y * to_page[1], (width + grow) * scale, (height + grow) * scale, angle)


# --- what it says ----------------------------------------------------------------------------------


def read_lines(crops: Sequence[Pixels]) -> list[Reading]:
    """What each crop (grey, one line of text) says, in their order."""
    order = sorted(range(len(crops)), key=lambda i: _width(crops[i]))
    out: list[Reading] = [Reading(())] * len(crops)
    at = 0
    while at < len(order):
        size = at + 1
        while size < len(order) and (size + 1 - at) * _padded(crops[order[size]]) <= _BATCH_WIDTH:
            size += 1
        batch = order[at:size]
        for i, reading in zip(batch, _read([crops[i] for i in batch]), strict=True):
            out[i] = reading
        at = size
    return out


def _width(crop: Pixels) -> int:
    """The width of a crop once it is as high as the model wants."""
    height, width = crop.shape[:2]
    return min(max(round(float(width) * _LINE / float(height)), _STRIDE), _MOST_WIDTH)


def _padded(crop: Pixels) -> int:
    return max(-(-_width(crop) // _WIDTH_STEP) * _WIDTH_STEP, _LEAST_WIDTH)


def _read(crops: Sequence[Pixels]) -> list[Reading]:
    """What crops of like width say; middle grey fills what is too narrow."""
    import cv2
    import numpy as np

    values = np.zeros((len(crops), 3, _LINE, max(map(_padded, crops))), np.float32)
    for row, crop in enumerate(crops):
        way = cv2.INTER_AREA if crop.shape[0] > _LINE else cv2.INTER_CUBIC
        line = cv2.resize(crop, (_width(crop), _LINE), interpolation=way)
        values[row, :, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1
    session = _session(_READER)
    steps = session.run(None, {session.get_inputs()[0].name: values})[0]
    return [_reading(steps[row], crop.shape[0] / _LINE * _STRIDE, crop.shape[1]) for row, crop in enumerate(crops)]


@cache
def _noughts() -> tuple[int, ...]:
    """The classes that look alike when they stand alone."""
    return tuple(at for at, char in enumerate(_alphabet()) if char and char in "0OoОоΟο〇○◯")


def _reading(steps: Floats, step: float, width: int) -> Reading:
    """The best path: runs of one class are one character, 0 is none; edges lie midway between neighbours' peaks.

    A nought is as sure as all that look like it are together: which of them it is does not matter to who asks.
    """
    best, likely = steps.argmax(axis=1), steps.max(axis=1)
    alike = [at for at, kind in enumerate(best.tolist()) if kind in _noughts()]
    likely[alike] = steps[alike][:, _noughts()].sum(axis=1)
    found: list[tuple[str, float, float]] = []
    before = 0
    for at, (kind, probability) in enumerate(zip(best.tolist(), likely.tolist(), strict=True)):
        if kind and kind != before:
            found.append((_alphabet()[kind], probability, at))
        elif kind and probability > found[-1][1]:
            found[-1] = (found[-1][0], probability, at)
        before = kind
    peaks = [(at + 0.5) * step for _, _, at in found]
    half = _half(peaks, step)
    lefts = [
        max(peak - half, 0.0, *((before + peak) / 2 for before in peaks[at - 1 : at] if at))
        for at, peak in enumerate(peaks)
    ]
    rights = [
        min(peak + half, float(width), *((peak + after) / 2 for after in peaks[at + 1 : at + 2]))
        for at, peak in enumerate(peaks)
    ]
    return Reading(
        tuple(Char(text, sure, left, right) for (text, sure, _), left, right in zip(found, lefts, rights, strict=True))
    )


def _half(peaks: Sequence[float], step: float) -> float:
    """Half of a character's width and a little, by the distance of neighbours."""
    gaps = sorted(other - one for one, other in pairwise(peaks))
    return 0.58 * gaps[len(gaps) // 2] if gaps else 3 * step
