"""What a cell looks like: the crop of its page with the label of its row, or the words around it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from factsheet_sheets import printed, told
from PIL import Image
from rendering.dresses import docx, html_site, text, xlsx
from reportlab.pdfgen.canvas import Canvas

from auditor import readers
from auditor.facts import extract
from auditor.factsheet.pictures import View, Views
from auditor.model import Document, Fact, PageBox, Place
from auditor.rulebook import Rulebook

RED = (220, 30, 30)
BLOT = (300.0, 400.0, 330.0, 412.0)  # points from the top left of a page of 600 by 800


@pytest.fixture(scope="module")
def views() -> Iterator[Views]:
    with Views() as found:
        yield found


def pixels(view: View) -> np.ndarray:
    image = Image.open(io.BytesIO(view.png))
    assert image.size == (view.width, view.height)
    return np.asarray(image.convert("RGB")).astype(int)


def frame(shown: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is red."""
    red = (shown == RED).all(axis=2)
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def blotted(rotate: int = 0, box: tuple[float, float, float, float] = BLOT) -> bytes:
    """A PDF page with a black blot where the box is, as the page is shown, and a grey label at its left."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(800, 600) if rotate in (90, 270) else (600, 800))  # it turns the page that it writes
    left, top, right, bottom = box
    across, down = right - left, bottom - top
    shown = {
        0: (left, 800 - bottom, across, down),
        90: (top, left, down, across),
        180: (600 - right, top, across, down),
        270: (600 - bottom, 800 - right, down, across),
    }[rotate]
    canvas.rect(*shown, stroke=0, fill=1)
    canvas.setPageRotation(rotate)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_frame_is_around_the_cell_as_the_page_is_shown(views: Views, rotate: int) -> None:
    (view,) = views.of("一.pdf", blotted(rotate), [PageBox(1, BLOT)])
    shown = pixels(view)
    left, top, right, bottom = frame(shown)
    dark = (shown < 90).all(axis=2)
    assert dark[top:bottom, left:right].mean() > 0.6
    dark[top:bottom, left:right] = False
    assert not dark.any(), "nothing black outside the frame"


def test_the_label_of_the_row_is_seen(views: Views, book: Rulebook) -> None:
    data = printed(book)
    document = readers.read("一.pdf", data)
    assert isinstance(document, Document)
    fact = extract(document, book.lexicon).facts["t3.new.natural"]
    (view,) = views.of("一.pdf", data, [fact.place])
    shown = pixels(view)
    left, top, right, bottom = frame(shown)
    dark = (shown < 120).all(axis=2)
    assert dark[top:bottom, :left].sum() > 50, "the words at the left of the cell"
    assert 4 < bottom - top < shown.shape[0] and right - left < shown.shape[1] / 3


@pytest.mark.parametrize("format", ["PNG", "TIFF", "JPEG"])
def test_pictures_are_cut_too(views: Views, format: str) -> None:
    image = Image.new("RGB", (1200, 1600), "white")
    image.paste((0, 0, 0), (600, 800, 660, 824))
    out = io.BytesIO()
    image.save(out, format, dpi=(144, 144))
    (view,) = views.of("一.png", out.getvalue(), [PageBox(1, BLOT, 144, 0.6)])
    shown = pixels(view)
    left, top, right, bottom = frame(shown)
    assert (shown[top:bottom, left:right] < 90).all(axis=2).mean() > 0.6


def test_a_box_as_high_as_a_page_is_shown_in_part(views: Views) -> None:
    (view,) = views.of("一.pdf", blotted(), [PageBox(1, (10.0, 10.0, 590.0, 790.0))])
    assert 0 < view.height < 700


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.4\nbroken", b"\x89PNG\r\n\x1a\nbroken", b"BM", b"", None],
    ids=["pdf", "png", "bmp", "empty", "none"],
)
def test_what_cannot_be_drawn_says_so(views: Views, data: bytes | None) -> None:
    (view,) = views.of("一.pdf", data, [PageBox(1, BLOT)])
    assert not view.png and ("原件" in view.words)
    assert not views.of("一.pdf", blotted(), [PageBox(9, BLOT)])[0].png, "a page that is not there"


def test_boxes_beyond_the_page_are_cut_off(views: Views) -> None:
    for box in ((-50.0, -50.0, 900.0, 20.0), (580.0, 790.0, 700.0, 900.0), (0.0, 900.0, 10.0, 950.0)):
        (view,) = views.of("一.pdf", blotted(), [PageBox(1, box)])
        assert view.png or view.words


def test_the_same_bytes_every_time(views: Views) -> None:
    one, other = (views.of("一.pdf", blotted(), [PageBox(1, BLOT)]) for _ in range(2))
    assert one == other


# --- words -------------------------------------------------------------------------------------------


def found(book: Rulebook, name: str, data: bytes) -> Fact:
    document = readers.read(name, data)
    assert isinstance(document, Document)
    return extract(document, book.lexicon).facts["t3.new.natural"]


@pytest.mark.parametrize(
    ("name", "dress"), [("一.html", html_site), ("一.docx", docx), ("一.xlsx", xlsx)], ids=["html", "docx", "xlsx"]
)
def test_without_a_picture_the_words_of_the_rows_are_shown(
    views: Views, book: Rulebook, name: str, dress: object
) -> None:
    data = dress(told(book))  # type: ignore[operator]
    (view,) = views.of(name, data, [found(book, name, data).place])
    lines = view.words.split("\n")
    assert not view.png and len(lines) == 3
    assert "【1 2】" in lines[1] and "本年新收" in lines[1].replace(" ", "")
    assert "【" not in lines[0] + lines[2]


def test_flat_text_is_shown_by_its_lines(views: Views, book: Rulebook) -> None:
    data = text(told(book))
    place = found(book, "一.txt", data).place
    (view,) = views.of("一.txt", data, [place])
    assert "【1 2】" in view.words.split("\n")


def test_a_place_in_another_file_is_looked_up_there(views: Views, book: Rulebook) -> None:
    data = html_site(told(book))
    place: Place | None = found(book, "附表.html", data).place
    assert place is not None
    (view, nowhere) = views.of("附表.html", data, [replace(place, file="附表.html"), None])
    assert "【1 2】" in view.words and "原件" in nowhere.words
