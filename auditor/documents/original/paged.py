"""PDF and pictures -> the pictures of the pages that hold evidence, with boxes; without pictures, the words that were read.

Pages     those with evidence and the first, at most `_MOST_PAGES`
Covered   personal data found in the text layer of the page and in what was read of it; where something personal was read of which
          nobody knows where it stands on a page that was recognised, no picture is shown at all
Words     of a scan are those of the report: recognising it anew would take seconds a page
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from auditor.documents.original.blocks import shown
from auditor.documents.original.marking import Marks
from auditor.documents.original.masking import Mask, covered, personal, unchanged
from auditor.documents.original.studio import Studio
from auditor.documents.original.tree import Child, Element, Json, cell, mark
from auditor.model import PageBox, Paragraph, Place, Report, Text
from auditor.readers.lattice import Box
from auditor.readers.limits import Refusal
from auditor.readers.pageimages import PagePicture

_MOST_PAGES = 40
_HIDDEN = "页面上有不能逐一遮盖的个人信息，不显示页面图像，只列出读取的文字"
_Black = dict[int, list[Box]]


class _Unlocated(Exception):
    """Something personal stands nobody knows where."""


def pages(
    report: Report | None, name: str, data: bytes, marks: Marks, mask: Mask, studio: Studio, images: bool
) -> tuple[list[Child], str]:  # fmt: skip
    """What to show of a paged file, and a note."""
    note = ""
    if images:
        try:
            return _pictures(report, data, marks, mask, studio), ""
        except _Unlocated:
            note = _HIDDEN
        except Refusal as refusal:
            note = f"不能显示页面图像：{refusal.reason}"
    if report is not None and (report.reader == "ocr" or report.kind == "image"):
        return _recognised(report, marks, mask), note or "扫描件，这里列出的是识别的文字"
    return shown(studio.read(name, data).blocks, marks, mask), note


# --- pictures --------------------------------------------------------------------------------------


def _pictures(report: Report | None, data: bytes, marks: Marks, mask: Mask, studio: Studio) -> list[Child]:
    boxes = _boxes(marks)
    wanted = sorted({1, *boxes})[:_MOST_PAGES]
    black = {} if mask is unchanged else _black(report, data, wanted, mask, studio)
    return [_picture(one, boxes.get(one.number, {})) for one in studio.pictures(data, wanted, black)]


def _boxes(marks: Marks) -> dict[int, dict[Box, list[int]]]:
    """By page: the boxes of evidence with their findings."""
    out: dict[int, dict[Box, list[int]]] = {}
    for one in marks.every:
        if isinstance(one.place, PageBox):
            found = out.setdefault(one.place.page, {}).setdefault(one.place.box, [])
            if one.finding not in found:
                found.append(one.finding)
    return out


def _picture(found: PagePicture, boxes: dict[Box, list[int]]) -> Element:
    drawn: list[Json] = []
    for box, findings in boxes.items():
        left, top, right, bottom = (round(edge * found.scale, 1) for edge in box)
        drawn.append([left, top, right, bottom, [*sorted(findings)]])
    src = "data:image/png;base64," + base64.b64encode(found.png).decode("ascii")
    attributes: dict[str, Json] = {"src": src, "w": found.width, "h": found.height, "page": found.number}
    return Element("img", [], {**attributes, "boxes": drawn})


# --- personal data ---------------------------------------------------------------------------------


def _black(report: Report | None, data: bytes, wanted: list[int], mask: Mask, studio: Studio) -> _Black:
    """The boxes to cover, by page."""
    black: _Black = {}
    words = studio.words(data, wanted)
    for page in words:
        for text, boxes in page.lines:
            for at in personal(text, mask):
                black.setdefault(page.number, []).append(boxes[at])
    if report is not None:
        _add_read(report, mask, black)
    elif {page.number for page in words if page.lines} != {*wanted}:  # a picture of which nothing was read here
        raise _Unlocated
    return black


def _add_read(report: Report, mask: Mask, black: _Black) -> None:
    recognised = report.reader == "ocr" or report.kind == "image"
    for text in (*(part.text for part in report.prose.parts), *report.captions):
        for at in personal(text.text, mask):
            _cover(text.place(at, at + 1), recognised, black)
            recognised = recognised or _is_recognised(text.place())
    for words, place in _said(report):
        if personal(words, mask):
            _cover(place, recognised, black)
    loose = (*report.unrecognised, *report.furniture)
    if recognised and any(personal(words, mask) for words in loose):
        raise _Unlocated


def _cover(place: Place | None, recognised: bool, black: _Black) -> None:
    if isinstance(place, PageBox):
        black.setdefault(place.page, []).append(place.box)
    elif recognised:
        raise _Unlocated


def _is_recognised(place: Place) -> bool:
    return isinstance(place, PageBox) and place.dpi is not None


def _said(report: Report) -> Iterator[tuple[str, Place | None]]:
    """What was read outside of the prose, with its place."""
    yield from ((fact.raw, fact.place) for fact in report.facts.values())
    who = report.profile
    yield from ((one.text, one.place) for one in (*who.names, *who.signatories, *who.contacts))
    for table in report.tables:
        yield from ((one.text, one.place) for one in (*table.rows_extra, *table.columns_extra))


# --- words -----------------------------------------------------------------------------------------


def _recognised(report: Report, marks: Marks, mask: Mask) -> list[Child]:
    """What was recognised: the prose, then the cells with their names."""
    texts: list[Text] = [*(part.text for part in report.prose.parts), *report.captions]
    out = shown([Paragraph(text) for text in texts], marks, mask)
    body = Element("tbody")
    for fact in report.facts.values():
        if fact.place is None:
            continue
        words: list[Child] = [covered(fact.raw, mask)] if fact.raw else []
        found = marks.on_cell(fact.place)
        value = cell("td", [mark(words, found)] if found else words)
        body.children.append(Element("tr", [cell("td", [fact.name]), value]))
    return [*out, *([Element("table", [body])] if body.children else [])]
