"""LibreOffice: where it is installed it reads what we do not and has a second opinion; where it is not, files say what to do."""

from __future__ import annotations

import os
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from render_doc import Cell, P, make_doc, table
from render_ole import make_ole

from auditor.model import Document, DocumentStatus, Table, Unread
from auditor.readers import read, soffice
from auditor.readers.limits import Refusal
from auditor.readers.ole import Damaged

installed = pytest.mark.skipif(soffice.program() is None, reason="LibreOffice (soffice) is not installed here")


def odf(kind: str, body: str, make_zip: Callable[..., bytes]) -> bytes:
    names = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text", "table", "manifest")
    )
    return make_zip(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f'<office:document-content {names} office:version="1.2"><office:body>{body}</office:body></office:document-content>',
            "META-INF/manifest.xml": (
                f'<manifest:manifest {names} manifest:version="1.2">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.{kind}"/>'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
            ),
        }
    )


def _odf_table(*rows: tuple[str, str]) -> str:
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{t}</text:p></table:table-cell>' for t in row)
        + "</table:table-row>"
        for row in rows
    )
    return f'<table:table table:name="表"><table:table-column table:number-columns-repeated="2"/>{cells}</table:table>'


ROWS = (("统计", "数"), ("收到", "3"))
PLAIN = make_doc([P("前"), *table([[Cell("甲"), Cell("1")], [Cell("乙"), Cell("")]]), P("后")])


def cells(found: Document | Unread) -> list[str]:
    assert isinstance(found, Document), found
    (block,) = [b for b in found.blocks if isinstance(b, Table)]
    return [c.text for c in block.cells]


@installed
@pytest.mark.parametrize("kind", ["odt", "ods"])
def test_kinds_that_it_reads_for_us(kind: str, make_zip: Callable[..., bytes]) -> None:
    data = {
        "odt": odf("text", f"<office:text><text:p>年报</text:p>{_odf_table(*ROWS)}</office:text>", make_zip),
        "ods": odf("spreadsheet", f"<office:spreadsheet>{_odf_table(*ROWS)}</office:spreadsheet>", make_zip),
    }[kind]
    found = read("a.doc", data)
    assert cells(found) == ["统计", "数", "收到", "3"]
    assert isinstance(found, Document)
    assert (found.kind, found.reader) == ("odf", "soffice")
    assert "LibreOffice" in found.notes[0]
    assert all(table.inferred == "" for table in found.blocks if isinstance(table, Table))


@installed
def test_a_word_file_that_another_program_wrote_reads_the_same() -> None:
    """What LibreOffice makes of our builder's file has the same cells: the builder writes what others read too."""
    data = make_doc([P("前"), *table([[Cell("甲"), Cell("1")], [Cell("乙"), Cell("")]]), P("后")])
    made = soffice.convert(data, "doc", "docx")
    assert made is not None
    assert cells(read("a.docx", made)) == cells(read("a.doc", data)) == ["甲", "1", "乙", ""]


@installed
def test_a_file_that_our_reader_cannot_make_out_is_marked_as_inferred() -> None:
    def cannot(*_: object) -> Document:
        raise Damaged("不能读取")

    data = make_doc([P("前"), *table([[Cell("甲"), Cell("1")], [Cell("乙"), Cell("2")]]), P("后")])
    found = soffice.secondly(cannot, "doc")("a.doc", data, "x")
    assert (found.kind, found.reader, found.status, found.sha256) == ("doc", "soffice", DocumentStatus.PARTIAL, "x")
    assert [bool(b.inferred) for b in found.blocks if isinstance(b, Table)] == [True]
    assert any("核对" in note for note in found.notes)


@installed
def test_garbage_is_not_read_as_if_it_were_text() -> None:
    assert soffice.convert(b"garbage" * 1_000, "doc", "docx") is None
    found = read("a.doc", make_ole({"WordDocument": b"garbage" * 1_000}))
    assert isinstance(found, Unread)
    assert "损坏" in found.reason


@installed
def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert soffice.convert(PLAIN, "doc", "docx")
    assert list(tmp_path.iterdir()) == []


# --- without it, or with one that fails ------------------------------------------------------------


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice, "program", lambda: None)


@pytest.mark.usefixtures("absent")
def test_without_it_opendocument_says_what_to_do(make_zip: Callable[..., bytes]) -> None:
    found = read("a.odt", odf("text", "<office:text/>", make_zip))
    assert isinstance(found, Unread)
    assert "OpenDocument" in found.reason


@pytest.mark.usefixtures("absent")
def test_without_it_a_damaged_word_file_keeps_our_reason() -> None:
    data = make_doc([P("甲")])
    at = data.index(b"\xec\xa5\xc1\x00")
    found = read("a.doc", data[: at + 2] + b"\x68\x00" + data[at + 4 :])
    assert isinstance(found, Unread)
    assert "6.0/95" in found.reason


def _program(path: Path, code: str) -> str:
    path.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "raise SystemExit(1)", "raise SystemExit(81)", "pass"])
def test_a_program_that_hangs_or_fails_is_ended(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice, "SECONDS", 1.0)
    monkeypatch.setattr(soffice, "program", lambda: _program(tmp_path / "soffice.bin", code))
    begun = time.monotonic()
    assert soffice.convert(PLAIN, "doc", "docx") is None
    assert time.monotonic() - begun < 10


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_what_comes_back_is_held_to_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys, pathlib\nout = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\nout.mkdir()\n"
    code += "(out / 'in.docx').write_bytes(b'PK' + bytes(64 * 2**20))"
    monkeypatch.setattr(soffice, "program", lambda: _program(tmp_path / "soffice.bin", code))
    assert soffice.convert(PLAIN, "doc", "docx") is None
    monkeypatch.setattr(soffice, "program", lambda: _program(tmp_path / "soffice.bin", code.replace("64 * 2**20", "9")))
    with pytest.raises(Refusal, match="转换后仍不能读取"):
        soffice.through("odf", "odt", "docx", "x")("a.odt", PLAIN, "")


def test_a_bomb_in_an_opendocument_file_is_not_handed_on(
    make_zip: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soffice, "convert", lambda *_: pytest.fail("handed on"))
    found = read(
        "a.odt", make_zip({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": " " * 9_000_000})
    )
    assert isinstance(found, Unread)
    assert "200:1" in found.reason


def test_what_our_reader_makes_out_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice, "convert", lambda *_: pytest.fail("asked"))
    for made in ([P("只有正文")], [P("前"), *table([[Cell("甲"), Cell("1")], [Cell("乙"), Cell("2")]])]):
        assert isinstance(read("a.doc", make_doc(made)), Document)
    data = make_doc([P("甲")])
    at = data.index(b"\xec\xa5\xc1\x00")
    found = read("a.doc", data[: at + 10] + struct.pack("<H", 0x0300) + data[at + 12 :])
    assert isinstance(found, Unread)
    assert "加密" in found.reason
