"""One real report in nine formats, and a real page of form B: every row and every cell, in order and at its place."""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path

import pytest

from auditor.model import Document, DocxCell, Paragraph, SheetCell, Span, Table
from auditor.readers import read
from auditor.text import squash

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TABLED = [
    "a_utf8.html", "b_gb18030_declared_gb2312.html", "c_mso_word.html", "d_merged.docx", "e_stats.xlsx", "e_stats.xls",
    "f_text.pdf", "h_legacy.doc",
]  # fmt: skip


def _document(path: Path) -> Document:
    document = read(path.name, path.read_bytes())
    assert isinstance(document, Document), document
    return document


def _statistics(document: Document) -> Table:
    return max((b for b in document.blocks if isinstance(b, Table)), key=lambda table: len(table.cells))


def _rows(table: Table) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return [rows[row] for row in sorted(rows)]


def _form_rows(shared: Path) -> list[tuple[str, str, str]]:
    """(id, label, unit) of the rows of form A as printed, headings included, without notes in brackets."""
    with (shared / "forms/form-a.tsv").open(encoding="utf-8") as file:
        return [
            (r["id"], re.sub(r"[（(].*?[）)]", "", r["label"]), r["unit"]) for r in csv.DictReader(file, delimiter="\t")
        ]


def _truth(shared: Path) -> dict[str, str]:
    with (shared / "samples/yushan/truth.tsv").open(encoding="utf-8") as file:
        return {r["id"]: r["value"] if r["state"] == "number" else "" for r in csv.DictReader(file, delimiter="\t")}


@pytest.mark.parametrize("name", _TABLED)
def test_every_row_has_its_label_unit_and_value_in_order(shared: Path, name: str) -> None:
    rows = [row for row in _rows(_statistics(_document(shared / "samples/yushan" / name))) if len(row) == 3][1:]
    form, truth = _form_rows(shared), _truth(shared)
    rows = rows[-len(form) :]
    assert len(rows) == len(form) == 65
    for (id, label, unit), (read_label, read_unit, read_value) in zip(form, rows, strict=True):
        assert squash(label)[:6] in squash(read_label) or squash(label)[:4] in squash(read_label), (label, read_label)
        assert squash(read_unit) == unit
        assert squash(read_value) == truth.get(id, "")


@pytest.mark.parametrize("name", _TABLED[:3])
def test_html_cells_cut_from_the_source_are_the_cells(shared: Path, name: str) -> None:
    path = shared / "samples/yushan" / name
    document = _document(path)
    source = path.read_bytes().decode(document.encoding or "", "replace")
    cells = _statistics(document).cells
    assert len(cells) == 201
    for cell in cells:
        assert isinstance(cell.place, Span)
        cut = source[cell.place.start : cell.place.end]
        assert squash(unescape(re.sub(r"<[^>]*>", "", cut))) == squash(cell.text)


@pytest.mark.parametrize("name", [*_TABLED[:3], "i_flat.txt"])
def test_every_paragraph_cut_from_the_source_is_the_paragraph(shared: Path, name: str) -> None:
    path = shared / "samples/yushan" / name
    document = _document(path)
    source = path.read_bytes().decode(document.encoding or "", "replace")
    paragraphs = [b for b in document.blocks if isinstance(b, Paragraph)]
    assert len(paragraphs) > 20
    for paragraph in paragraphs:
        place = paragraph.text.place()
        assert isinstance(place, Span)
        cut = unescape(re.sub(r"<[^>]*>", "", source[place.start : place.end]))
        assert squash(cut) == squash(paragraph.text.text)


def test_docx_cells_stand_where_their_places_say(shared: Path) -> None:
    from auditor.readers.package import Package

    path = shared / "samples/yushan/d_merged.docx"
    root = Package(path.read_bytes()).needed("word/document.xml")
    tables = list(root.iter(f"{_W}tbl"))
    for cell in _statistics(_document(path)).cells:
        place = cell.place
        assert isinstance(place, DocxCell)
        found = tables[place.table].findall(f"{_W}tr")[place.row].findall(f"{_W}tc")[place.cell]
        assert squash("".join(t.text or "" for t in found.iter(f"{_W}t"))) == squash(cell.text)


def test_xlsx_cells_stand_where_their_places_say(shared: Path) -> None:
    import openpyxl

    path = shared / "samples/yushan/e_stats.xlsx"
    book = openpyxl.load_workbook(path)
    for cell in _statistics(_document(path)).cells:
        place = cell.place
        assert isinstance(place, SheetCell)
        value = book[place.sheet][place.cell].value
        assert squash("" if value is None else str(value)) == squash(cell.text)


def test_the_encoding_is_recorded(shared: Path) -> None:
    found = {n: _document(shared / "samples/yushan" / n).encoding for n in _TABLED}
    assert found == dict(zip(_TABLED, ["utf-8", "gb18030", "gb18030", *[None] * 5], strict=True))


def test_layout_tables_are_dissolved_and_scripts_left_out(shared: Path) -> None:
    document = _document(shared / "samples/yushan/a_utf8.html")
    words = "".join(b.text.text for b in document.blocks if isinstance(b, Paragraph))
    cells = "".join(c.text for b in document.blocks if isinstance(b, Table) for c in b.cells)
    assert "公开日期:2018-03-15" in words
    assert "首页" not in words
    assert "版权所有" not in words
    assert "假表" not in words + cells
    headings = [b for b in document.blocks if isinstance(b, Paragraph) and b.level]
    assert [(h.level, h.text.text[:10]) for h in headings] == [(1, "华容县禹山镇人民政府")]


def test_flat_text_keeps_its_blank_lines(shared: Path) -> None:
    document = _document(shared / "samples/yushan/i_flat.txt")
    lines = [b.text.text for b in document.blocks if isinstance(b, Paragraph)]
    assert lines.count("\u00a0") > 30
    assert "" not in lines
    assert lines.index("一、主动公开情况") + 1 == lines.index("\u00a0", lines.index("一、主动公开情况"))


def test_the_tables_of_form_b_have_their_spans(shared: Path) -> None:
    document = _document(shared / "corpus/shanghai_fubangongting_2019_B.html")
    second, third, fourth = [b for b in document.blocks if isinstance(b, Table)]
    assert second.cells[0].column_span == 5
    corner = third.cells[0]
    assert (corner.row_span, corner.column_span) == (3, 3)
    assert {(c.text, c.column, c.column_span) for c in third.cells if c.row == 0} >= {("申请人情况", 3, 7)}
    assert max(c.column + c.column_span for c in third.cells) == 10
    assert max(c.column for c in fourth.cells) == 14
    for table in (second, third, fourth):
        taken = [
            (c.row + r, c.column + k) for c in table.cells for r in range(c.row_span) for k in range(c.column_span)
        ]
        assert len(taken) == len(set(taken))


@pytest.mark.parametrize("name", ["pingtan_2021_C.txt", "pingtan_2022_C.txt", "pingtan_xian_2013_pre2014.txt"])
def test_a_crawlers_header_is_metadata(shared: Path, name: str) -> None:
    document = _document(shared / "corpus" / name)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", document.metadata["published"])
    assert "年度报告" in document.metadata["title"]
    assert document.metadata["url"].startswith("https://")
    first = document.blocks[0]
    assert isinstance(first, Paragraph)
    assert "标题:" not in first.text.text
