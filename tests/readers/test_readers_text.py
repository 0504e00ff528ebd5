"""Encodings, flat text, Markdown, and what a file is."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Document, DocumentStatus, Paragraph, Span, Unread
from auditor.readers import read, soffice
from auditor.readers.decode import decode
from auditor.readers.txt import read_txt

WORDS = "华容县禹山镇人民政府政府信息公开工作年度报告，主动公开32条。" * 5
TRADITIONAL = "政府資訊公開年度報告書內容" * 8


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (WORDS.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + WORDS.encode(), "utf-8-sig"),
        (WORDS.encode("gb18030"), "gb18030"),
        (f"<meta charset=gb2312>{WORDS}朱镕基𠮷".encode("gb18030"), "gb18030"),
        (f"<meta charset=gb2312>{WORDS}".encode(), "utf-8"),
        (f"<meta charset=iso-8859-1>{WORDS}".encode("gbk"), "gb18030"),
        (f"<meta charset=utf-8>{WORDS}".encode("gbk"), "gb18030"),
        (f"<meta charset=big5>{TRADITIONAL}".encode("big5"), "big5hkscs"),
        (WORDS.encode("utf-16"), "utf-16"),
        (f"<html>{WORDS}".encode("utf-16-le"), "utf-16-le"),
        (f"<html>{WORDS}\n".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_each_encoding_is_found_and_decodes_back(data: bytes, encoding: str) -> None:
    found = decode(data)
    assert found.encoding == encoding
    assert found.damaged == 0
    assert found.text == data.decode(encoding)
    assert WORDS[:10] in found.text or TRADITIONAL[:5] in found.text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("bad", [b"\xff", b"\x80", b"\xfe\xff"])
def test_one_bad_byte_costs_one_character_not_the_page(encoding: str, bad: bytes) -> None:
    half = WORDS.encode(encoding)
    found = read("a.txt", half + b"\n" + bad + b"\n" + half)
    assert isinstance(found, Document)
    assert found.encoding == encoding
    assert found.status is DocumentStatus.PARTIAL
    assert "无法解码" in found.notes[0]
    lines = [b.text.text for b in found.blocks if isinstance(b, Paragraph)]
    assert lines[0] == lines[-1] == WORDS


@given(
    st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_chinese_text_survives_either_encoding(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert found.damaged == 0
    if encoding == "utf-8":
        assert found.text == text


def _paragraphs(source: str) -> list[Paragraph]:
    blocks = read_txt(source).blocks
    found = [b for b in blocks if isinstance(b, Paragraph)]
    assert len(found) == len(blocks)
    return found


def test_lines_and_their_places() -> None:
    source = "甲\r\n\u00a0\r\n\r\n 乙\n丙\r丁"
    blocks = _paragraphs(source)
    assert [b.text.text for b in blocks] == ["甲", "\u00a0", " 乙", "丙", "丁"]
    for block in blocks:
        place = block.text.place()
        assert isinstance(place, Span)
        assert source[place.start : place.end] == block.text.text


@given(st.text(alphabet="甲乙 \u00a0\r\n\u2028\x0b#=正文:："))
def test_every_line_is_where_it_says(source: str) -> None:
    for block in _paragraphs(source):
        place = block.text.place()
        assert isinstance(place, Span)
        assert source[place.start : place.end] == block.text.text != ""


def test_a_header_needs_its_mark() -> None:
    body = "标题: 某年报\n发布时间: 2022-02-08 16:34\n文号: \n发布机构: 某镇\n\n一、总体情况"
    assert read_txt(body).metadata == {}
    assert len(read_txt(body).blocks) == 5
    marked = read_txt(body.replace("\n\n", "\n======== 正文 ========\n"))
    assert marked.metadata == {"title": "某年报", "published": "2022-02-08", "organisation": "某镇"}
    assert [b.text.text for b in marked.blocks if isinstance(b, Paragraph)] == ["一、总体情况"]


def test_markdown_headings() -> None:
    found = read("a.md", "# 年报\n## 一、总体情况\n#不是标题\n正文".encode())
    assert isinstance(found, Document)
    assert found.kind == "md"
    assert [(b.level, b.text.text) for b in found.blocks if isinstance(b, Paragraph)] == [
        (1, "年报"), (2, "一、总体情况"), (0, "#不是标题"), (0, "正文"),
    ]  # fmt: skip
    assert found.blocks[1].text.place() == Span(8, 14)  # type: ignore[union-attr]


def _ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + (stream + "\0").encode("utf-16-le") + b"\0" * 64


def _zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.txt", b"", "空"),
        ("a.txt", b" \r\n ", "空"),
        ("a.html", b"%PDF-1.4\n", "PDF"),
        ("a.docx", _ole("EncryptedPackage"), "加密"),
        ("a.docx", _ole("WordDocument"), ".docx"),
        ("a.wps", _ole("WordDocument"), "WPS"),
        ("a.et", _ole("Workbook"), ".xlsx"),
        ("a.html", _zip("a.txt"), "压缩包"),
        ("a.docx", _zip("OFD.xml"), "OFD"),
        ("a.odt", _zip("mimetype", "content.xml"), "OpenDocument"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 50, "损坏"),
        ("a.doc", b"{\\rtf1\\ansi}", "没有文字"),
        ("a.doc", b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n", "MHTML"),
        ("a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "损坏"),
        ("a.doc", b'<?xml version="1.0"?><w:wordDocument>', "损坏"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40, "图片"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "图片"),
        ("a.rar", b"Rar!\x1a\x07\x00", "RAR"),
        ("links.tsv", "附件\thttp://x".encode(), "不是年度报告"),
        ("a.css", b"p{margin:0}", "不是年度报告"),
        ("a.bin", bytes(range(256)) * 8, "无法识别"),
    ],
)
def test_what_is_not_read_says_why_and_what_to_do(
    name: str, data: bytes, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soffice, "program", lambda: None)
    found = read(name, data)
    assert isinstance(found, Unread)
    assert word in found.reason
    assert found.source == name


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.xls", b"<table><tr><td>1<td>2</table>", "html"),
        ("a.doc", b"\r\n<!-- x --><html xmlns:o='o'><body><p>1", "html"),
        ("a", "<p>甲</p>".encode(), "html"),
        ("a.txt", b"<!DOCTYPE html><p>1", "html"),
        ("a.txt", "甲 <b>乙</b> 丙".encode(), "txt"),
        ("a.html", "没有标签的正文".encode(), "txt"),
        ("a.MD", "# 甲".encode(), "md"),
    ],
)
def test_the_content_decides(name: str, data: bytes, kind: str) -> None:
    found = read(name, data)
    assert isinstance(found, Document), found
    assert found.kind == kind


def test_a_bug_in_a_reader_is_a_reason_not_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    import auditor.readers as room

    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(room, "read_html", broken)
    found = read("a.html", b"<html><p>1")
    assert isinstance(found, Unread)
    assert "KeyError" in found.reason
