"""Scans and pictures: cells are read for certain or not at all, places lead back into the picture, hostile files are refused.

The large set (every form, 150 to 300 dpi, worse and worse scanners) runs where AUDITOR_OCR_SET is set, to a number of seeds.
"""

from __future__ import annotations

import io
import os
import random
import socket
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from documents.originals import plain, shown
from facts_tables.conftest import FORMS, rows_of
from facts_tables.render import Box, tables

from auditor.documents.original import Originals
from auditor.facts import extract
from auditor.facts.tables import read_tables
from auditor.findings import Beside
from auditor.model import BoxMap, Document, PageBox, Paragraph, State, Table, Unread
from auditor.pipeline import Brief, desk, judge_report
from auditor.readers import certain, limits, picture, read, recogniser
from auditor.readers.glyphs import open_pdf
from auditor.readers.limits import Refusal
from auditor.readers.recogniser import Char, Reading
from auditor.rulebook import Rulebook
from auditor.text import UNKNOWN, read_value

installed = pytest.mark.skipif(
    not recogniser.is_installed(), reason="the extra [ocr] (rapidocr, onnxruntime, opencv) is not installed"
)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket can be made: whoever tries to reach a network fails."""
    _cut_off(monkeypatch)


def _cut_off(patch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the reader reached for the network")

    patch.setattr(socket, "socket", refuse)
    patch.setattr(socket, "create_connection", refuse)


def reading(text: str, sure: float = 0.99) -> Reading:
    return Reading(tuple(Char(c, sure, float(n), n + 1.0) for n, c in enumerate(text)))


def png(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


# --- what is certain -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("readings", "text"),
    [
        ((("32", 0.99), ("32", 0.95)), "32"),
        ((("32", 0.99), ("82", 0.99)), UNKNOWN),
        ((("32", 0.99), ("32", 0.85)), UNKNOWN * 2),
        ((("欠", 0.99), ("次", 0.99)), "次"),
        ((("件欠", 0.99), ("件欠", 0.99)), "件次"),
        ((("欠", 0.5), ("欠", 0.99)), UNKNOWN),
        ((("32", 0.99), ("32", 0.85), ("32", 0.93)), "32"),
        ((("32", 0.99), ("3", 0.99)), UNKNOWN),
        ((("1,234", 0.99), ("1，234", 0.99)), "1,234"),
        ((("1.234", 0.99), ("1.234", 0.99)), UNKNOWN),
        ((("12,34", 0.99), ("12,34", 0.99)), UNKNOWN),
        ((("12.5", 0.99), ("12.5", 0.99)), "12.5"),
        ((("12.5", 0.99), ("125", 0.99), ("125", 0.99)), UNKNOWN),
        ((("O", 0.99), ("0", 0.99)), "0"),
        ((("10O", 0.99), ("1oo", 0.99)), "100"),
        ((("l", 0.99), ("l", 0.99)), UNKNOWN),
        ((("1l", 0.99), ("1l", 0.99)), UNKNOWN),
        ((("—", 0.99), ("-", 0.99)), "-"),
        ((("5.", 0.99), ("5.", 0.99)), UNKNOWN),
        ((("“639", 0.99), ("“639", 0.99)), UNKNOWN),
        ((("3.其他", 0.99), ("3.其他", 0.99)), "3.其他"),
        ((("件", 0.99), ("件", 0.99)), "件"),
        ((("２５", 0.99), ("25", 0.99)), "25"),
        ((("二", 0.99), ("二", 0.99)), UNKNOWN),
        ((("三", 0.99), ("三", 0.99)), UNKNOWN),
        ((("三、", 0.99), ("三、", 0.99)), "三、"),
        ((("", 0.0), ("3", 0.99)), UNKNOWN),
    ],
)
def test_a_value_is_what_two_sure_readings_agree_on(readings: tuple[tuple[str, float], ...], text: str) -> None:
    assert certain.settled([reading(words, sure) for words, sure in readings]) == text


@pytest.mark.parametrize(
    ("text", "readings", "lean", "stray", "told"),
    [
        ("1", ["1", "1"], -0.05, 0.09, "1"),
        ("1", ["1", "1"], 0.31, 0.04, "/"),
        (UNKNOWN, ["1", "/", "1"], 0.31, 0.04, "/"),
        ("1", ["1", "1"], 0.31, 0.08, UNKNOWN),
        ("/", ["/", "/"], 0.31, 0.04, "/"),
        ("/", ["/", "/"], 0.05, 0.08, UNKNOWN),
        ("7", ["7", "7"], 0.3, 0.14, "7"),
        ("7", ["7", "7"], 0.3, 0.05, UNKNOWN),
        ("12", ["12", "12"], 0.4, 0.3, "12"),
    ],
)
def test_a_stroke_that_leans_is_no_one(text: str, readings: list[str], lean: float, stray: float, told: str) -> None:
    assert certain.leaning(text, readings, lean, stray) == told


def test_a_level_stroke_is_a_dash_only_where_it_cannot_be_a_one() -> None:
    assert certain.dash(UNKNOWN, ["-", "·", "-"], 0.3, 0.1) == "-"
    assert certain.dash("一", ["一", "一"], 0.9, 0.1) == "一"
    assert read_value("一")[0] is State.UNREADABLE
    assert certain.dash(UNKNOWN, ["一一", "—一"], 1.9, 0.12) == "——"
    assert certain.dash("-", ["-", "-"], 0.4, 0.4) == UNKNOWN
    assert certain.dash(UNKNOWN, ["·", "."], 0.3, 0.1) == UNKNOWN


def test_a_number_in_prose_is_unknown_as_a_whole() -> None:
    line = [Char(c, 0.5 if c == "7" else 0.99, 0, 1) for c in "共收到175件，办结3件"]
    assert "".join(char.text for char in certain.in_prose(Reading(tuple(line)))) == f"共收到{UNKNOWN * 3}件，办结3件"


def test_an_unknown_character_makes_a_cell_unreadable() -> None:
    for raw in (UNKNOWN, f"1{UNKNOWN}", f"{UNKNOWN}3", f"12{UNKNOWN}件"):
        assert read_value(raw) == (State.UNREADABLE, None)


# --- ink -------------------------------------------------------------------------------------------


@installed
def test_a_cell_is_blank_only_where_nothing_is_drawn() -> None:
    import cv2
    import numpy as np

    from auditor.readers.inked import ink_of, look

    page = np.full((400, 900), 245, np.uint8)
    cell = {
        name: (20.0 + 150 * n, 100.0, 150.0 + 150 * n, 200.0)
        for n, name in enumerate(("empty", "digit", "faint", "dash", "dirt"))
    }
    cv2.putText(page, "3", (210, 165), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 3)
    cv2.putText(page, "0", (360, 165), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 215, 2)
    cv2.line(page, (520, 150), (528, 150), 40, 3)
    cv2.putText(page, "12345", (300, 350), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 3)
    page[120:122, 650:652] = 0
    noisy = np.clip(page + np.random.default_rng(1).normal(0, 3, page.shape), 0, 255).astype(np.uint8)
    ink = ink_of(noisy, 200, 30.0, [(205, 140, 240, 170), (300, 320, 420, 360)])
    held = {name: look(ink, box) for name, box in cell.items()}
    assert held["empty"].is_blank
    assert held["dirt"].is_blank
    assert held["digit"].lines
    assert held["dash"].lines
    assert not held["faint"].is_blank


# --- the picture -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60_000, 20_000])
@installed
def test_a_picture_that_unpacks_to_too_much_is_refused_unseen(width: int) -> None:
    result = read("bomb.png", png(width, width))
    assert isinstance(result, Unread)
    assert "万像素" in result.reason


@installed
def test_half_a_picture_is_refused() -> None:
    from PIL import Image

    file = io.BytesIO()
    Image.effect_noise((400, 400), 90).save(file, "JPEG")
    for data in (file.getvalue()[:-2000], file.getvalue()[:300]):
        result = read("half.jpg", data)
        assert isinstance(result, Unread)
        assert "损坏" in result.reason


@installed
def test_too_many_pages_are_refused() -> None:
    from PIL import Image

    file, pages = io.BytesIO(), [Image.new("1", (32, 32))] * (limits.OCR_PAGES + 1)
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    result = read("many.tif", file.getvalue())
    assert isinstance(result, Unread)
    assert "60 页" in result.reason


@installed
def test_a_picture_without_text_is_refused() -> None:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(file, "PNG")
    result = read("blank.png", file.getvalue())
    assert isinstance(result, Unread)
    assert "没有识别出文字" in result.reason


@installed
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
def test_pictures_of_every_mode_are_black_on_white(mode: str) -> None:
    import numpy as np
    from PIL import Image

    grey = Image.new("L", (300, 400), 255)
    grey.paste(0, (100, 100, 200, 200))
    if mode in ("RGBA", "LA"):
        image = Image.new(mode, grey.size, (0,) * len(mode))
        image.paste((*(0,) * (len(mode) - 1), 255), (100, 100, 200, 200))
    elif mode == "I;16":
        image = Image.fromarray(np.asarray(grey, np.uint16) * 257)
    else:
        image = grey.convert(mode)
    file = io.BytesIO()
    image.save(file, "TIFF")
    (page,) = picture.pictures(file.getvalue())
    assert page.pixels.shape == (400, 300, 3)
    assert page.pixels[150, 150].max() < 40
    assert page.pixels[20, 20].min() > 215


@installed
def test_the_dpi_is_believed_only_where_the_page_would_be_one() -> None:
    from PIL import Image

    def dpi(size: tuple[int, int], said: int | None) -> int:
        file = io.BytesIO()
        Image.new("L", size, 255).save(file, "PNG", **({"dpi": (said, said)} if said else {}))
        return next(iter(picture.pictures(file.getvalue()))).dpi

    assert dpi((1654, 2339), 200) == 200
    assert dpi((1654, 2339), 72) == 200  # a page of 80 cm: no
    assert dpi((1654, 2339), None) == 200
    assert dpi((4961, 7016), 600) == 300  # finer is of no use


def test_without_the_extra_the_reason_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "_NEEDED", ("no_such_module",))
    result = read("scan.png", png(10, 10))
    assert isinstance(result, Unread)
    assert 'pip install "auditor[ocr]"' in result.reason
    with pytest.raises(Refusal):
        recogniser.check_installed()


@installed
def test_the_models_are_files_of_the_package_and_none_of_its_code_runs() -> None:
    program = (
        "import sys, numpy as np\n"
        "from auditor.readers import recogniser\n"
        "recogniser.read_lines([np.full((48, 100), 255, np.uint8)])\n"
        "recogniser.detect(np.full((200, 200, 3), 255, np.uint8))\n"
        "loaded = [m for m in sys.modules if m.split('.')[0] in ('rapidocr', 'requests', 'urllib3', 'http')]\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=120)


# --- tables and prose ------------------------------------------------------------------------------

SMALL = [
    *(Box(0, n, text) for n, text in enumerate(("统计指标", "单位", "统计数"))),
    *(Box(1, n, text) for n, text in enumerate(("主动公开政府信息数", "条", "137"))),
    *(Box(2, n, text) for n, text in enumerate(("收到申请数", "件", ""))),
    *(Box(3, n, text) for n, text in enumerate(("申请办结总数", "件次", "/"))),
]


@pytest.fixture
def scanner() -> Callable[..., tuple[bytes, dict[str, tuple[float, float, float, float]]]]:
    """The small table as a scan (PNG), and where its cells are drawn."""

    def make(**changes: object) -> tuple[bytes, dict[str, tuple[float, float, float, float]]]:
        import scanning

        han, latin = scanning.fonts()
        look = replace(scanning.Look(150, han=han[0], latin=latin[-1]), **changes)  # type: ignore[arg-type]
        (page,) = scanning.drawn(SMALL, look)
        page = page.crop((0, 0, page.width, page.height // 3))
        file = io.BytesIO()
        scanning.scanned(page, look, random.Random(3)).save(file, "PNG", dpi=(look.dpi, look.dpi))
        return file.getvalue(), scanning.rectangles(SMALL, look)

    return make


def table_of(data: bytes, name: str = "scan.png") -> tuple[Document, Table]:
    document = read(name, data)
    assert isinstance(document, Document), document
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    return document, table


@installed
@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_read_whichever_way_it_lies_and_places_lead_back(turned: int, scanner: Callable[..., object]) -> None:
    data, drawn = scanner(turned=turned)  # type: ignore[misc]
    document, table = table_of(data)
    assert {c.text for c in table.cells} == {b.text for b in SMALL}
    assert table.inferred
    assert any("转正" in note for note in document.notes) == bool(turned)
    height = 11.69 * 72 / 3
    for cell in table.cells:
        if not cell.text:
            continue
        assert isinstance(cell.place, PageBox)
        left, top, right, bottom = drawn[cell.text]
        shown = {
            0: (left, top, right, bottom),
            90: (height - bottom, left, height - top, right),
            180: (8.27 * 72 - right, height - bottom, 8.27 * 72 - left, height - top),
            270: (top, 8.27 * 72 - right, bottom, 8.27 * 72 - left),
        }[turned]
        assert cell.place.box == pytest.approx(shown, abs=2.5), cell.text
        assert cell.place.dpi == 150
        assert cell.place.confidence is not None and cell.place.confidence > 0.5


@installed
@pytest.mark.parametrize("kind", ["JPEG", "BMP", "GIF", "WEBP"])
def test_every_format_of_pictures_is_opened(kind: str, scanner: Callable[..., object]) -> None:
    import numpy as np
    from PIL import Image

    data, _ = scanner()  # type: ignore[misc]
    (expected,) = picture.pictures(data)
    file = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.convert("RGB").save(file, kind)
    (page,) = picture.pictures(file.getvalue())
    assert page.pixels.shape == expected.pixels.shape
    assert np.abs(page.pixels.astype(int) - expected.pixels).mean() < 12


@installed
def test_pages_of_a_tiff_are_pages_of_a_document(scanner: Callable[..., object]) -> None:
    from PIL import Image

    data, _ = scanner()  # type: ignore[misc]
    file = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.save(
            file, "TIFF", save_all=True, append_images=[image.rotate(180)], compression="tiff_lzw", dpi=(150, 150)
        )
    document = read("pages.tif", file.getvalue())
    assert isinstance(document, Document)
    assert document.pages == 2
    places = [c.place for b in document.blocks if isinstance(b, Table) for c in b.cells if c.text == "137"]
    assert [p.page for p in places if isinstance(p, PageBox)] == [1, 2]


@installed
def test_a_page_that_is_a_picture_among_pages_of_text_is_read(scanner: Callable[..., object]) -> None:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    data, _ = scanner()  # type: ignore[misc]
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    canvas.setFont("STSong-Light", 12)
    for line in range(5):
        canvas.drawString(80, 760 - 20 * line, "本页有文字层，下一页是扫描件，两页都应当读出")
    canvas.showPage()
    canvas.setPageSize((595, 280))
    canvas.drawImage(ImageReader(io.BytesIO(data)), 0, 0, 595, 280)
    canvas.save()
    document = read("mixed.pdf", file.getvalue())
    assert isinstance(document, Document)
    assert document.reader == "pdf"
    assert any("1 页为扫描件" in note for note in document.notes)
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert table.inferred
    assert {"137", "/", ""} <= {c.text for c in table.cells}
    (paragraph, *_) = (block for block in document.blocks if isinstance(block, Paragraph))
    place = paragraph.text.place(0, 4)
    assert isinstance(place, PageBox) and place.confidence is None


@installed
def test_a_seal_over_a_table_hides_nothing_and_adds_nothing() -> None:
    import scanning
    from PIL import Image

    han, latin = scanning.fonts()
    look = scanning.Look(200, han=han[0], latin=latin[-1])
    (page,) = scanning.drawn(SMALL, look)
    page = page.crop((0, 0, page.width, page.height // 3))

    class Here(random.Random):
        def randint(self, a: int, b: int) -> int:
            return 950 if b > 1000 else 120

    file = io.BytesIO()
    stamped = scanning.stamped(page, Here(), look.dpi)
    assert isinstance(stamped, Image.Image)
    stamped.save(file, "PNG", dpi=(200, 200))
    _, table = table_of(file.getvalue())
    words = {c.text for c in table.cells if UNKNOWN not in c.text}
    assert words <= {b.text for b in SMALL}
    assert {"主动公开政府信息数", "收到申请数", "137"} <= words


_SPECKS = 0.00125  # of a blank cell of the sample is black, a single 0 is from 0.0017 on


@pytest.fixture(scope="module")
def scanned_sample(shared: Path) -> Document:
    """The scan of the shared sample, read once and offline (a page takes seconds)."""
    data = (shared / "samples/yushan/g_scan200dpi.pdf").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        _cut_off(patch)
        document = read("g_scan200dpi.pdf", data)
    assert isinstance(document, Document), document
    return document


@installed
def test_the_scanned_sample_gives_every_fact(shared: Path, scanned_sample: Document) -> None:
    document = scanned_sample
    assert (document.kind, document.reader, document.pages) == ("pdf", "ocr", 5)
    facts = read_tables(document, tuple(FORMS.values()), 2017).facts
    truth = rows_of(shared / "samples/yushan/truth.tsv")
    wrong = [
        (row["id"], row["value"], facts[row["id"]])
        for row in truth
        if (facts[row["id"]].state.value, str(facts[row["id"]].value or 0)) != (row["state"], row["value"] or "0")
    ]
    assert len(truth) == 58
    assert not wrong
    assert all(fact.inferred for fact in facts.values())
    words = [b.text for b in document.blocks if isinstance(b, Paragraph)]
    assert words[0].text == "禹山镇2017年政府信息公开工作年度报告"
    assert any("4371件" in text.text for text in words)
    first = words[0].anchor
    assert isinstance(first, BoxMap)
    box = first.place(0, 3)
    assert box.page == 1 and box.dpi == 200
    assert box.box[0] == pytest.approx(86, abs=6) and 90 < box.box[1] < 110


# --- generated scans -------------------------------------------------------------------------------


def value(rng: random.Random, id: str, decimal: bool) -> str:
    """What a cell may show."""
    kind = rng.random()
    if kind < 0.3:
        return "0"
    if kind < 0.42:
        return ""
    if kind < 0.5:
        return rng.choice(("/", "—", "无", "-", "——"))
    if decimal:
        return f"{rng.randint(0, 999)}.{rng.randint(1, 99):02d}"
    if id.startswith("t4") or kind < 0.7:
        return str(rng.randint(1, 99))
    if kind < 0.9:
        return str(rng.randint(10, 9999))
    if kind < 0.95:
        return f"{rng.randint(1000, 999999):,}"
    return str(rng.randint(10**5, 10**8))


def misread(seed: int, letter: str, dpi: int) -> tuple[int, int, list[str]]:
    """Cells, unreadable ones, and those read wrong, of one generated scan."""
    import scanning

    rng, form = random.Random(seed), FORMS[letter]
    shown = {cell.id: value(rng, cell.id, cell.decimal) for cell in form.cells.values()}
    look = replace(scanning.random_look(rng, dpi), seal=seed % 2 == 0)
    pages = [
        scanning.scanned(page, look, rng)
        for grid in tables(form, shown.__getitem__)
        for page in scanning.drawn(grid, look)
    ]
    document = read("scan.pdf", scanning.as_pdf(pages, look))
    assert isinstance(document, Document), document
    facts = read_tables(document, tuple(FORMS.values()), {"A": 2016, "B": 2019, "C": 2022}[letter]).facts
    unreadable, wrong = 0, []
    for cell in form.cells.values():
        fact, truth = facts[cell.id], read_value(shown[cell.id], cell.unit, signed=cell.signed)
        if fact.state is State.UNREADABLE:
            unreadable += fact.state is not truth[0]
        elif (fact.state, fact.value) != truth:
            wrong.append(f"{letter} {dpi} {seed} {cell.id}: {shown[cell.id]!r} read as {fact.raw!r}")
    return len(form.cells), unreadable, wrong


@installed
def test_evidence_is_marked_on_the_picture_of_the_scan(shared: Path, scanned_sample: Document, book: Rulebook) -> None:
    """In the box of a cell there is ink where something was read, and none where it is blank; the words are the evidence's."""
    data = (shared / "samples/yushan/g_scan200dpi.pdf").read_bytes()
    judged = judge_report(desk(book), Brief(extract(scanned_sample, book.lexicon), Beside()))
    evidence = [each for finding in judged.findings for each in finding.evidence if each.place is not None]
    apart = [replace(judged.findings[0], evidence=(each,)) for each in evidence]
    with Originals() as originals:
        pages = shown(originals.rendered(judged.report, data, apart, most=10_000_000))
        words = shown(originals.rendered(judged.report, data, apart, images=False))
    facts = {fact.place: fact for fact in judged.report.facts.values()}
    opened = open_pdf(data)
    pictures = {n: picture.rendered(opened.pdf[n - 1], n).pixels.min(axis=2) for n in range(1, opened.pages + 1)}
    blanks = 0
    for number, each in enumerate(evidence):
        (box,) = pages.boxes[number]
        dots = pictures[box.page]
        height, width = dots.shape
        left, top, right, bottom = (round(edge * size) for edge, size in zip(box.box, (width, height) * 2, strict=True))
        down, across = (
            (bottom - top) // 5,
            (right - left) // 20,
        )  # the lines around a cell of a scan are never quite straight
        ink = (dots[top + down : bottom - down, left + across : right - across] < 128).mean()
        is_blank = each.place in facts and facts[each.place].state is State.BLANK
        blanks += is_blank
        assert (ink < _SPECKS) == is_blank, (each, box, ink)
        if each.place in facts:
            assert plain(words.marked(number)) == plain(facts[each.place].raw)
    opened.close()
    assert blanks > 10
    assert len(evidence) > 100


@installed
def test_a_noisy_scan_is_never_read_wrong() -> None:
    cells, unreadable, wrong = misread(2, "A", 150)
    assert not wrong
    assert unreadable <= 0.15 * cells


@installed
@pytest.mark.skipif("AUDITOR_OCR_SET" not in os.environ, reason="takes minutes; AUDITOR_OCR_SET=5 runs five seeds")
def test_many_noisy_scans_are_never_read_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    seeds = int(os.environ.get("AUDITOR_OCR_SET", "0"))
    results = [misread(seed, letter, dpi) for seed in range(1, seeds + 1) for dpi in (150, 200, 300) for letter in "AC"]
    cells, unreadable = sum(r[0] for r in results), sum(r[1] for r in results)
    wrong = [line for r in results for line in r[2]]
    with capsys.disabled():
        print(f"\n{cells} cells scanned, {unreadable} unreadable ({unreadable / cells:.1%}), {len(wrong)} wrong")
    assert not wrong
