"""Inputs that were seen to hang, crash or flood readers: each ends soon, with a reason in Chinese."""

from __future__ import annotations

import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from auditor.model import Document, Table, Unread
from auditor.readers import find, load, read

SECONDS = 5.0  # generous: the attacks took over 20 s or never ended
MEBIBYTES = 300


@contextmanager
def bounded() -> Iterator[None]:
    tracemalloc.start()
    begun = time.process_time()
    try:
        yield
        assert time.process_time() - begun < SECONDS * 3, "tracing itself costs about three times"
        assert tracemalloc.get_traced_memory()[1] < MEBIBYTES * 2**20
    finally:
        tracemalloc.stop()


HTML = {
    "nested div": "<div>" * 100_000 + "甲",
    "nested tables": "<table><tr><td>" * 20_000 + "甲",
    "nested hidden spans": "<span style='display:none'>" * 100_000 + "甲",
    "many cells": "<table>" + "<tr><td>1<td>2" * 60_000,
    "many rows": "<table>" + "<tr>" * 150_000 + "<td>1",
    "much text": "<p>" + "甲" * 2_100_000,
    "many tags": "<i></i>" * 600_000 + "甲",
}
HARMLESS = {
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">甲</p>",
    "a long tag": "<img src='data:image/png;base64," + "A" * 3_000_000 + "'><p>甲",
    "open formatting": "".join(f"<b id={n}>" for n in range(20_000)) + "<p>甲" * 20_000,
    "open comments": "<p>甲</p>" + "<!-" * 100_000,
    "open elements": "<p>甲</p>" + "<svg>" * 50_000,
    "open tags": "<p>甲</p>" + "<p a='" * 100_000,
    "end tags": "</div></table></p>" * 50_000 + "甲",
    "spans": "<table><tr><td colspan=1000000 rowspan=1000000>甲<td>乙<tr><td>丙</table>",
    "entities": "<p>" + "&" * 500_000 + "甲",
    "spaces": "<p>" + " \n" * 500_000 + "甲",
}


@pytest.mark.parametrize("name", HTML)
def test_pages_past_a_limit_are_refused(name: str) -> None:
    with bounded():
        found = read("a.html", ("<html>" + HTML[name]).encode())
    assert isinstance(found, Unread)
    assert "未予读取" in found.reason


@pytest.mark.parametrize("name", HARMLESS)
def test_pages_that_only_look_large_are_read(name: str) -> None:
    with bounded():
        found = read("a.html", ("<html>" + HARMLESS[name]).encode())
    assert isinstance(found, Document), found


def test_tall_cells_over_many_empty_rows_cost_a_bounded_number_of_steps() -> None:
    source = "<html><table><tr>" + "<td rowspan=60000>1" * 900 + "<tr>" * 50_000 + "<td>2</table>"
    with bounded():
        found = read("a.html", source.encode())
    assert isinstance(found, Unread)


def test_a_cell_at_the_far_corner_of_a_workbook(make_xlsx: Callable[..., bytes]) -> None:
    sheet = (
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:XFC1048575"/></mergeCells>'
    )
    with bounded():
        found = read("a.xlsx", make_xlsx(sheet))
    assert isinstance(found, Document)
    table = found.blocks[0]
    assert isinstance(table, Table)
    assert {c.text for c in table.cells} == {"1", "2", ""}
    assert max(c.row for c in table.cells) == 1


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_office_files_that_unpack_to_hundreds_of_mebibytes(
    kind: str, make_docx: Callable[..., bytes], make_xlsx: Callable[..., bytes]
) -> None:
    data = (
        make_docx("<w:p/>" * 12_000_000)
        if kind == "docx"
        else make_xlsx("<sheetData>" + "<row/>" * 12_000_000 + "</sheetData>")
    )
    with bounded():
        found = read(f"a.{kind}", data)
    assert isinstance(found, Unread)
    assert "64 MiB" in found.reason or "200:1" in found.reason


def test_a_small_part_with_a_monstrous_ratio(make_docx: Callable[..., bytes]) -> None:
    found = read("a.docx", make_docx("<w:p>" + " " * 5_000_000 + "</w:p>"))
    assert isinstance(found, Unread)
    assert "200:1" in found.reason


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE d [<!ENTITY c SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_entities_in_office_files_are_refused(prologue: str, make_zip: Callable[..., bytes]) -> None:
    document = (
        f'{prologue}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:body></w:document>"
    )
    found = read("a.docx", make_zip({"[Content_Types].xml": "<Types/>", "word/document.xml": document}))
    assert isinstance(found, Unread)
    assert "DTD" in found.reason or "损坏" in found.reason


def test_tables_nested_past_the_limit_in_word(make_docx: Callable[..., bytes]) -> None:
    nested = "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 60
    found = read("a.docx", make_docx(nested))
    assert isinstance(found, Unread)
    assert "层" in found.reason


def test_xml_of_millions_of_tags_within_size_and_ratio(make_docx: Callable[..., bytes]) -> None:
    grains = random.Random(2)
    body = "".join(f"<w:p w:a='{grains.getrandbits(40)}'/>" + "<w:p/>" * 200 for _ in range(12_000))
    with bounded():
        found = read("a.docx", make_docx(body))
    assert isinstance(found, Unread)
    assert "2,000,000" in found.reason


@pytest.mark.parametrize("source", ["甲\n" * 250_000, "<html>" + "<p>甲" * 150_000])
def test_more_blocks_than_any_report_has(source: str) -> None:
    with bounded():
        found = read("a.txt", source.encode())
    assert isinstance(found, Unread)
    assert "段落超过" in found.reason


def test_a_directory_of_millions_is_refused_before_it_is_read(tmp_path: Path, make_zip: Callable[..., bytes]) -> None:
    data = bytearray(make_zip({"a.txt": "甲"}))
    at = data.rfind(b"PK\x05\x06")
    data[at + 12 : at + 16] = (11 * 2**20).to_bytes(4, "little")
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    (found,) = find([path])
    assert isinstance(found, Unread)
    assert "10,000" in found.reason


def test_a_bomb_in_an_archive_hides_nothing(tmp_path: Path, make_zip: Callable[..., bytes]) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip({"1.txt": "甲", "2.txt": b"\0" * 100_000_000, "3.txt": "乙"}))
    with bounded():
        found = list(find([path]))
    assert [type(f).__name__ for f in found] == ["Source", "Unread", "Source"]
    assert [load(f) for f in found if not isinstance(f, Unread)] == ["甲".encode(), "乙".encode()]


def test_members_that_lie_about_their_size(tmp_path: Path, make_zip: Callable[..., bytes]) -> None:
    data = bytearray(make_zip({"a.txt": "甲" * 20_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    (source,) = find([path])
    assert not isinstance(source, Unread)
    found = load(source)
    assert isinstance(found, Unread)
    assert "损坏" in found.reason


def test_too_many_members(tmp_path: Path, make_zip: Callable[..., bytes]) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip({f"{n}.txt": "" for n in range(10_001)}, zipfile.ZIP_STORED))
    (found,) = find([path])
    assert isinstance(found, Unread)
    assert "10,000" in found.reason


def test_members_that_overlap_share_one_budget(tmp_path: Path) -> None:
    """Each of twenty members unpacks to 29 MiB from the same bytes: the limit is on their sum."""
    path = tmp_path / "a.zip"
    grains = random.Random(1).randbytes(1024)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("00.txt", (grains + b"x" * 100_000) * 300)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    end = data.rfind(b"PK\x05\x06")
    one = bytes(data[at:end])
    many = b"".join(one.replace(b"00.txt", f"{n:02d}.txt".encode()) for n in range(20))
    tail = data[end : end + 8] + (20).to_bytes(2, "little") * 2 + len(many).to_bytes(4, "little") + data[end + 16 :]
    path.write_bytes(data[:at] + many + tail)
    found = list(find([path]))
    refused = [f for f in found if isinstance(f, Unread)]
    assert len(found) == 20
    assert len(refused) == 3
    assert all("512 MiB" in f.reason for f in refused)
