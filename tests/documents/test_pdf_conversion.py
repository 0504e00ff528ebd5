"""PDF: papers and pages by the programs that are installed; the same bytes each time, a note and no crash where there is none."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pypdfium2
import pytest
import xlsxwriter
from docx import Document

from auditor.documents import pdf

needs_office = pytest.mark.skipif(pdf.office() is None, reason="LibreOffice (soffice) is not installed")
needs_browser = pytest.mark.skipif(pdf.browser() is None, reason="Chromium is not installed")


def paper(words: str) -> bytes:
    """A DOCX that says so."""
    out = io.BytesIO()
    document = Document()
    document.add_paragraph(words)
    document.save(out)
    return out.getvalue()


def sheet(words: str) -> bytes:
    """A workbook that says so."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("台账").write_string(0, 0, words)
    return out.getvalue()


def words_of(data: bytes | str) -> str:
    """What stands on the pages."""
    assert isinstance(data, bytes), data
    document = pypdfium2.PdfDocument(data)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


@needs_office
def test_many_files_in_one_start_and_the_same_bytes_each_time() -> None:
    long = "很长的名字" * 30
    files = {
        "通知.docx": paper("限期整改"),
        "-危险; rm -rf.docx": paper("名字不是选项"),
        f"{long}.xlsx": sheet("问题台账"),
        "甲镇/通知.docx": paper("甲镇的"),
        "坏的.docx": b"not a document at all \x00\x01",
        "说明.txt": b"words",
    }
    first = pdf.converted(files)
    assert list(first) == list(files)
    assert "限期整改" in words_of(first["通知.docx"])
    assert "名字不是选项" in words_of(first["-危险; rm -rf.docx"])
    assert "问题台账" in words_of(first[f"{long}.xlsx"])
    assert "甲镇的" in words_of(first["甲镇/通知.docx"])
    assert first["说明.txt"] == pdf.OTHER
    time.sleep(1.1)  # so that a second of making would show
    again = pdf.converted({name: files[name] for name in list(files)[:3]})
    assert all(again[name] == first[name] for name in again)


@needs_browser
def test_a_page_and_nothing_of_it_leaves() -> None:
    page = b"<!doctype html><meta charset=utf-8><p>\xe7\xbd\x91\xe9\xa1\xb5</p><img src='http://127.0.0.1:9/x.png'>"
    first = pdf.converted({"a.html": page})["a.html"]
    assert "网页" in words_of(first)
    assert pdf.converted({"a.html": page})["a.html"] == first


def test_nothing_installed_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_SOFFICE", "no-such-program")
    monkeypatch.setenv("AUDITOR_CHROMIUM", "no-such-program")
    assert pdf.converted({"a.docx": paper("x"), "b.html": b"<p>x"}) == {
        "a.docx": pdf.NO_OFFICE,
        "b.html": pdf.NO_BROWSER,
    }


def program(folder: Path, script: str) -> str:
    """A program of our own in the place of soffice."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for the program")
def test_a_program_that_fails_or_hangs_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_SOFFICE", program(tmp_path, "exit 77"))
    assert pdf.converted({"a.docx": b"x"}) == {"a.docx": pdf.NOT_MADE}
    monkeypatch.setenv("AUDITOR_SOFFICE", program(tmp_path, "sleep 60 & sleep 60"))
    monkeypatch.setattr(pdf, "START", 0.2)
    monkeypatch.setattr(pdf, "EACH", 0.1)
    begin = time.monotonic()
    assert pdf.converted({"a.docx": b"x"}) == {"a.docx": pdf.TOO_LONG}
    assert time.monotonic() - begin < 10
    halved = 'for last; do :; done; printf "%s" "%PDF-1.7 and no end" > "$(dirname "$(dirname "$last")")/out/00000.pdf"'
    monkeypatch.setenv("AUDITOR_SOFFICE", program(tmp_path, halved))
    monkeypatch.setattr(pdf, "START", 20.0)
    assert pdf.converted({"a.docx": b"x"}) == {"a.docx": pdf.NOT_MADE}, "half a PDF is none"


def test_no_macro_may_run() -> None:
    for setting in ("DisableMacrosExecution", "MacroSecurityLevel", "BlockUntrustedRefererLinks"):
        assert setting in pdf._SETTINGS


@pytest.mark.parametrize(
    "found",
    [
        b"/CreationDate(D:20261124191500+08'00')",
        b"/ModDate (D:20261124191500Z)",
        b"/ID [ <0123ABCD> <0123abcd> ]",
        b"/DocChecksum /0123456789ABCDEF",
    ],
)
def test_what_tells_one_making_from_another_is_evened_out(found: bytes) -> None:
    data = b"%PDF-1.7\n" + found + b"\nstartxref\n12\n%%EOF"
    made = pdf.evened(data)
    assert len(made) == len(data)
    assert made != data
    assert made == pdf.evened(data.replace(b"1915", b"2044").replace(b"0123", b"4567"))
    assert pdf.evened(made) == made
