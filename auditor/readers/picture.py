"""Pages as pictures: the bytes of an image file, or a page of a PDF, in; pixels with their dpi out.

In        PNG, JPEG, TIFF (every page), BMP, GIF and WEBP (the first frame); a PDF's page, rendered as large as what is scanned on it
Out       RGB, upright as the file says (EXIF); transparent parts are white; 100 to 300 dpi
Dpi       of an image file: as it says, where that makes a page between a hand and a desk in size; else as if its long side were A4's
Refuses   more than 50 million pixels a page (by what the header announces, before anything is unpacked), more than 60 pages,
          a damaged or cut-off file: half a picture could hide rows
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.readers import limits
from auditor.readers.limits import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

PIXELS = 50_000_000
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")
_FINEST, _COARSEST, _USUAL = 300, 100, 200  # dpi
_A4_LONG = 297 / 25.4
_PLAUSIBLE = (6.0, 25.0)  # inches of a page's long side
_DAMAGED = "图片已损坏或不完整，无法打开，请重新扫描或导出后重新运行"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page, counted from 1: RGB pixels, and how many of them make an inch."""

    number: int
    pixels: Pixels
    dpi: int


def pictures(data: bytes) -> Iterator[Picture]:
    """The pages of an image file, one at a time. Raises Refusal."""
    image = _opened(data)
    with image:
        count = frames(image)
        for number in range(1, count + 1):
            try:
                image.seek(number - 1)
                _check_size(*image.size)
                picture = _picture(image, number)
            except Refusal:
                raise
            except Exception as error:  # every decoder has its own words for a damaged file
                raise Refusal(_DAMAGED) from error
            yield picture


def count_pictures(data: bytes) -> int:
    """How many pages an image file has, without unpacking one. Raises Refusal."""
    with _opened(data) as image:
        return frames(image)


def _opened(data: bytes) -> Any:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:
        raise Refusal(_DAMAGED) from error
    _check_size(*image.size)
    return image


def frames(image: Any) -> int:
    """The pages of an opened image; only a TIFF has several (a GIF moves). Raises Refusal past the limit."""
    if image.format != "TIFF":
        return 1
    count = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            while count <= limits.OCR_PAGES:
                image.seek(count)
                count += 1
    except EOFError:
        pass
    except Exception as error:
        raise Refusal(_DAMAGED) from error
    return check_pages(count)


def check_pages(count: int) -> int:
    """The number of pages to recognise, as it is. Raises Refusal past the limit."""
    if count > limits.OCR_PAGES:
        raise Refusal(f"扫描件超过 {limits.OCR_PAGES} 页，未予读取；请只保留报告部分或拆分文件后重新运行")
    return count


def _check_size(width: int, height: int) -> None:
    if width * height > PIXELS:
        raise _too_large()


def _too_large() -> Refusal:
    return Refusal(f"图片超过 {PIXELS // 10_000:,} 万像素，未予读取；请以 200 至 300 dpi 重新扫描后重新运行")


def _picture(image: Any, number: int) -> Picture:
    """A frame as RGB on white, upright, no finer than is of use."""
    import numpy as np
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image.load()
        frame = ImageOps.exif_transpose(image)
        dpi = _dpi(image.info.get("dpi"), frame.size)
        frame = _on_white(frame)
        if dpi > _FINEST:
            scale = _FINEST / dpi
            size = (max(round(frame.width * scale), 1), max(round(frame.height * scale), 1))
            frame, dpi = frame.resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS), _FINEST
        return Picture(number, np.asarray(frame, dtype=np.uint8), dpi)


def _dpi(said: object, size: tuple[int, int]) -> int:
    """Dots per inch: as said where plausible, else as if the long side were A4's."""
    long = max(size)
    try:
        stated = float(said[0]) if isinstance(said, tuple) else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        stated = 0.0
    if stated >= _COARSEST / 2 and _PLAUSIBLE[0] <= long / stated <= _PLAUSIBLE[1]:
        return round(stated)
    return max(round(long / _A4_LONG), 1)


def _on_white(frame: Any) -> Any:
    from PIL import Image

    if frame.mode.startswith(("I", "F")):  # 16 bits of grey
        frame = frame.point(lambda value: value / 256).convert("L") if frame.mode != "F" else frame.convert("L")
    if frame.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in frame.info:
        frame = frame.convert("RGBA")
        white = Image.new("RGBA", frame.size, "white")
        return Image.alpha_composite(white, frame).convert("RGB")
    return frame.convert("RGB")


# --- pages of a PDF --------------------------------------------------------------------------------


def rendered(page: Any, number: int) -> Picture:
    """A page of a PDF (pypdfium2) as pixels, as it is shown, annotations (seals, signatures) included. Raises Refusal."""
    width, height = page.get_size()
    dpi = _render_dpi(page, width)
    while width * height * dpi * dpi > PIXELS * 72 * 72:
        dpi = dpi * 3 // 4
    if dpi < _COARSEST or min(width, height) < 1:
        raise Refusal("PDF 页面尺寸异常，未予读取；请以 A4 幅面、200 至 300 dpi 重新扫描后重新运行")
    bitmap = page.render(scale=dpi / 72, rev_byteorder=True, draw_annots=True, fill_color=(255, 255, 255, 255))
    try:
        pixels = bitmap.to_numpy()
        pixels = pixels[:, :, :3] if pixels.ndim == 3 and pixels.shape[2] >= 3 else pixels.reshape(*pixels.shape[:2], 1)
        return Picture(number, pixels.repeat(3, axis=2) if pixels.shape[2] == 1 else pixels.copy(), dpi)
    finally:
        bitmap.close()


def _render_dpi(page: Any, width: float) -> int:
    """The dpi at which the page's largest picture was scanned, within what is of use."""
    import pypdfium2.raw as raw

    best, area = _USUAL, 0
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        columns, lines = thing.get_px_size()
        _check_size(columns, lines)
        left, bottom, right, top = thing.get_bounds()
        across, down = abs(right - left), abs(top - bottom)
        if across < width / 4 or columns * lines <= area:
            continue
        area = columns * lines
        best = round(72 * max(columns, lines) / max(across, down, 1.0))
    return min(max(best, _COARSEST + 50), _FINEST)
