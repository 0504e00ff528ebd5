"""Personal data in the rendering of an original: covered in every format, never moved, and no picture where it cannot be covered."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from documents.originals import shown
from readers.printed_pdf import Press

from auditor import readers
from auditor.documents.original import Original, Originals, rendered
from auditor.facts import extract
from auditor.model import (
    Audit,
    BoxLine,
    BoxMap,
    Document,
    DocumentStatus,
    Evidence,
    Finding,
    Outcome,
    PageBox,
    Prose,
    ProsePart,
    Report,
    Text,
)
from auditor.rulebook import Rulebook

PERSON = "周国富"
NUMBER = "369901196805120038"


def mask(text: str) -> str:
    return re.sub(f"{PERSON}|{NUMBER}", lambda found: "*" * len(found[0]), text)


def _finding(*evidence: Evidence) -> Finding:
    return Finding(
        "g-pii", "个人信息", "f" * 32, "c", Outcome.BROKEN, "严重", "安全合规", "个人信息", evidence=evidence
    )


def report_of(book: Rulebook, name: str, found: bytes) -> Report:
    document = readers.read(name, found)
    assert isinstance(document, Document), document
    return extract(document, book.lexicon)


@pytest.fixture(scope="module")
def originals() -> Iterator[Originals]:
    with Originals() as found:
        yield found


def test_what_the_county_masks_is_in_no_original(county: Audit, originals: Originals) -> None:
    held = 0
    for one in county.reports:
        found = Path(one.report.source).read_bytes()
        text = shown(originals.rendered(one.report, found, one.findings, mask=mask)).text
        bare = shown(originals.rendered(one.report, found, one.findings)).text
        assert not re.search(f"{PERSON}|{NUMBER}", text)
        held += bare != text
        assert len(bare) == len(text)
    assert held >= 2


def test_marks_lie_where_they_lay(county: Audit, originals: Originals) -> None:
    one = next(j for j in county.reports if any(f.rule == "g-pii" for f in j.findings))
    found = Path(one.report.source).read_bytes()
    number = next(n for n, f in enumerate(one.findings) if f.rule == "g-pii")
    assert NUMBER in shown(originals.rendered(one.report, found, one.findings)).marked(number)
    covered = shown(originals.rendered(one.report, found, one.findings, mask=mask)).marked(number)
    assert NUMBER not in covered
    assert "*" * len(NUMBER) in covered


def test_tags_entities_and_line_breaks_hide_nothing(book: Rulebook) -> None:
    name = "周<b>国</b>&#23500;"
    page = f"<html><body><p>申请人{name}一件。</p><table><tr><td>姓名</td><td>周\n国富</td></tr><tr><td>号</td><td>{NUMBER}</td></tr></table></body></html>"
    found = page.encode()
    original = rendered(report_of(book, "a.html", found), found, [], mask=mask)
    text = shown(original).text
    assert "申请人***一件。" in text
    assert text.count("*") == 3 + 3 + 18
    assert not re.search("周|富|3699", json.dumps(original.nodes, ensure_ascii=False))


def test_a_mask_of_another_length_covers_all(book: Rulebook) -> None:
    found = "澄湖县报告\n申请人周国富".encode()
    original = rendered(report_of(book, "a.txt", found), found, [], mask=lambda text: text.replace(PERSON, "周某"))
    assert shown(original).text == "澄湖县报告\n" + "*" * 6


# --- pictures of pages -----------------------------------------------------------------------------


def printed() -> bytes:
    press = Press()
    press.centred("澄湖县青岙乡2024年政府信息公开工作年度报告")
    for number in range(3):
        press.paragraph(
            f"第{number}段，一件申请人{PERSON}要求公开移民直补花名册，身份证号码为{NUMBER}，已经答复，全年没有其他情形。"
        )
    return press.done()


def dots(original: Original, page: int) -> tuple[list[bytes], int]:
    """The rows of a page's picture, a byte a dot (0 is black), and its width."""
    node = next(n for n in original.nodes if isinstance(n, list) and n[0] == "img" and n[2]["page"] == page)  # type: ignore[index,call-overload]
    png = base64.b64decode(node[2]["src"].partition(",")[2])  # type: ignore[index,call-overload,union-attr]
    at, packed = 8, b""
    width = height = bits = 0
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, bits = *struct.unpack(">II", body[:8]), body[8]
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    rows = zlib.decompress(packed)
    stride = -(-width * bits // 8) + 1
    each = {byte: bytes(byte >> (8 - bits - at) & ((1 << bits) - 1) for at in range(0, 8, bits)) for byte in range(256)}
    out = [b"".join(each[byte] for byte in rows[y * stride + 1 : (y + 1) * stride])[:width] for y in range(height)]
    return out, width


def is_black(picture: tuple[list[bytes], int], place: PageBox, points: tuple[float, float]) -> bool:
    rows, width = picture
    across, down = width / points[0], len(rows) / points[1]
    left, top, right, bottom = place.box
    inside = [
        rows[y][int(left * across) + 1 : int(right * across) - 1]
        for y in range(int(top * down) + 1, int(bottom * down) - 1)
    ]
    assert inside
    return not any(map(any, inside))


def size_of(found: bytes, page: int) -> tuple[float, float]:
    from auditor.readers.glyphs import open_pdf

    opened = open_pdf(found)
    size: tuple[float, float] = opened.pdf[page - 1].get_size()
    opened.close()
    return size


def test_boxes_are_black_over_what_is_personal(book: Rulebook, originals: Originals) -> None:
    found = printed()
    report = report_of(book, "a.pdf", found)
    size = size_of(found, 1)
    places = list(_places_of(report, PERSON)) + list(_places_of(report, NUMBER))
    other = next(iter(_places_of(report, "已经答复")))
    assert len(places) >= 6
    finding = _finding(*(Evidence("x", place) for place in places))
    covered = originals.rendered(report, found, [finding], mask=mask)
    bare = originals.rendered(report, found, [finding])
    black, white = dots(covered, 1), dots(bare, 1)
    for place in places:
        assert is_black(black, place, size), place
        assert not is_black(white, place, size)
    assert not is_black(black, other, size)
    assert shown(covered).boxes == shown(bare).boxes


def _places_of(report: Report, words: str) -> Iterator[PageBox]:
    """Each character of the words, wherever they stand."""
    for match in re.finditer(words, report.prose.text):
        for at in range(match.start(), match.end()):
            place = report.prose.place(at, at + 1)
            assert isinstance(place, PageBox)
            yield place


def test_the_picture_is_that_of_another_viewer(originals: Originals, book: Rulebook) -> None:
    """Our small PNG is one that a common library reads, and small."""
    image = pytest.importorskip("PIL.Image")
    found = printed()
    original = originals.rendered(report_of(book, "a.pdf", found), found, [])
    source = original.nodes[0][2]["src"]  # type: ignore[index,call-overload]
    png = base64.b64decode(source.partition(",")[2])  # type: ignore[union-attr]
    assert len(png) <= 60_000
    picture = image.open(io.BytesIO(png))
    picture.load()
    assert picture.size == (original.nodes[0][2]["w"], original.nodes[0][2]["h"])  # type: ignore[index,call-overload]
    shades = picture.convert("L").histogram()
    assert shades[255] > sum(shades) * 0.8
    assert sum(shades[:80]) > 500


@pytest.fixture
def scanned(county: Audit) -> Callable[..., tuple[Report, bytes]]:
    """A picture (PNG) of which a report says what was recognised on it."""
    image = pytest.importorskip("PIL.Image")

    def make(**changes: object) -> tuple[Report, bytes]:
        file = io.BytesIO()
        image.new("RGB", (800, 400), "white").save(file, "PNG", dpi=(100, 100))
        found = file.getvalue()
        lefts = tuple(20.0 + 12 * n for n in range(8))
        line = BoxLine(0, 1, 50.0, 64.0, lefts, tuple(at + 12 for at in lefts), 100, 0.98)
        prose = Prose(f"申请人{PERSON}一件", (ProsePart(0, Text(f"申请人{PERSON}一件", BoxMap((line,)))),))
        report = replace(
            county.reports[0].report, kind="image", reader="ocr", sha256=hashlib.sha256(found).hexdigest(), prose=prose, facts={},
            captions=(), unrecognised=(), furniture=(), tables=(), status=DocumentStatus.OK,
            profile=replace(county.reports[0].report.profile, names=(), signatories=(), contacts=()),
        )  # fmt: skip
        return replace(report, **changes), found  # type: ignore[arg-type]

    return make


def test_a_scan_is_black_where_something_personal_was_recognised(
    scanned: Callable[..., tuple[Report, bytes]], originals: Originals
) -> None:  # fmt: skip
    report, found = scanned()
    (place, *_) = _places_of(report, PERSON)
    finding = _finding(Evidence(PERSON, place))
    covered = originals.rendered(report, found, [finding], mask=mask)
    points = (800 * 72 / 100, 400 * 72 / 100)
    assert is_black(dots(covered, 1), place, points)
    assert not is_black(dots(originals.rendered(report, found, [finding]), 1), place, points)


def test_no_picture_is_shown_where_nobody_knows_what_to_cover(
    scanned: Callable[..., tuple[Report, bytes]], originals: Originals
) -> None:  # fmt: skip
    for change in ({"unrecognised": (f"花名册{PERSON}",)}, {"furniture": (f"制表{PERSON}",)}):
        report, found = scanned(**change)
        (place, *_) = _places_of(report, PERSON)
        original = originals.rendered(report, found, [_finding(Evidence(PERSON, place))], mask=mask)
        assert "img" not in [node[0] for node in original.nodes if isinstance(node, list)]
        assert "不显示页面图像" in original.note
        page = shown(original)
        assert page.text.startswith("申请人***一件")
        assert page.findings == {0}
        assert PERSON not in json.dumps(original.nodes, ensure_ascii=False)


def test_without_pictures_the_words_are_shown(book: Rulebook, originals: Originals) -> None:
    found = printed()
    report = report_of(book, "a.pdf", found)
    at = report.prose.text.index("已经答复")
    finding = _finding(Evidence("已经答复", report.prose.place(at, at + 4)))
    page = shown(originals.rendered(report, found, [finding], mask=mask, images=False))
    assert page.marked(0) == "已经答复"
    assert not re.search(f"{PERSON}|{NUMBER}", page.text)
    assert page.text.count("*") == 3 * (len(PERSON) + len(NUMBER))
