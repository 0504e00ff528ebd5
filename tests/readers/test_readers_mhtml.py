"""MHTML: the page in it, in its own encoding, with spans in its decoded text; and whatever a mail parser may be fed."""

from __future__ import annotations

import base64
import quopri
import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.model import Document, DocumentStatus, Paragraph, Span, Table, Unread
from auditor.readers import read

Part = tuple[str, bytes]  # head, body as it stands

PAGE = (
    "<html><head><title>年报</title></head><body><p>本年度主动公开政府信息12条。</p>"
    "<table><tr><td>统计指标</td><td>数</td></tr><tr><td>收到</td><td>3</td></tr></table></body></html>"
)


def packed(text: str, encoding: str = "utf-8", way: str = "quoted-printable") -> bytes:
    raw = text.encode(encoding)
    return (
        quopri.encodestring(raw) if way == "quoted-printable" else base64.encodebytes(raw) if way == "base64" else raw
    )


def page(
    text: str = PAGE, encoding: str = "utf-8", way: str = "quoted-printable", charset: str | None = None, more: str = ""
) -> Part:
    head = f'Content-Type: text/html; charset="{charset or encoding}"\r\nContent-Transfer-Encoding: {way}\r\n{more}'
    return head, packed(text, encoding, way)


PICTURE: Part = (
    "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n",
    base64.encodebytes(bytes(range(256)) * 4),
)


def mhtml(parts: Sequence[Part], boundary: str = "----=_Next", more: str = "", closed: bool = True) -> bytes:
    out = (
        f'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";{more}\r\n'
        f'\tboundary="{boundary}"\r\n\r\n前言\r\n'
    ).encode()
    inner = [f"\r\n--{boundary}\r\n{head}\r\n".encode() + body for head, body in parts]
    return b"".join([out, *inner, f"\r\n--{boundary}--\r\n".encode() if closed else b""])


def document(data: bytes) -> Document:
    found = read("a.mht", data)
    assert isinstance(found, Document), found
    return found


def shown(data: bytes) -> list[str | list[str]]:
    return [b.text.text if isinstance(b, Paragraph) else [c.text for c in b.cells] for b in document(data).blocks]


CONTENT = ["本年度主动公开政府信息12条。", ["统计指标", "数", "收到", "3"]]


@pytest.mark.parametrize("way", ["quoted-printable", "base64", "8bit", "BINARY"])
@pytest.mark.parametrize(
    ("encoding", "charset"),
    [("utf-8", "utf-8"), ("gb18030", "gb2312"), ("gbk", "GBK"), ("big5hkscs", "big5"), ("utf-8", "gb2312"), ("gbk", "utf-8"),
     ("gbk", "latin-1"), ("gbk", "no-such-thing"), ("utf-8", "zip"), ("utf-16", "utf-16")],
)  # fmt: skip
def test_the_page_in_any_wrapping_and_encoding(way: str, encoding: str, charset: str) -> None:
    text = PAGE if encoding != "big5hkscs" else PAGE.translate(str.maketrans("动开报统计标数", "動開報統計標數"))
    found = document(mhtml([page(text, encoding, way, charset), PICTURE]))
    assert found.kind == "mhtml"
    assert len(found.blocks) == 2
    assert "12" in found.blocks[0].text.text  # type: ignore[union-attr]
    if encoding != "big5hkscs":
        assert shown(mhtml([page(text, encoding, way, charset), PICTURE])) == CONTENT


def test_places_are_spans_of_the_decoded_page_and_a_note_says_so() -> None:
    found = document(mhtml([page(encoding="gb18030", way="base64")]))
    assert "解码后" in found.notes[0]
    for block in found.blocks:
        if isinstance(block, Paragraph):
            place = block.text.place(3, 7)
            assert isinstance(place, Span)
            assert PAGE[place.start : place.end] == block.text.text[3:7]
        else:
            for cell in block.cells:
                assert isinstance(cell.place, Span)
                assert PAGE[cell.place.start : cell.place.end] == cell.text
    assert found.metadata["title"] == "年报"


def test_the_real_page_wrapped_reads_as_the_page(shared: Path) -> None:
    raw = (shared / "samples/yushan/b_gb18030_declared_gb2312.html").read_bytes()
    head = "Content-Type: text/html;\r\n\tcharset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    plain, wrapped = read("b.html", raw), document(mhtml([(head, quopri.encodestring(raw)), PICTURE]))
    assert isinstance(plain, Document)
    assert wrapped.blocks == plain.blocks
    assert wrapped.encoding == plain.encoding == "gb18030"


def test_the_part_that_the_head_names_comes_first() -> None:
    parts = [page("<html><p>框架外</p>"), page(more="Content-ID: <main>\r\n")]
    assert shown(mhtml(parts, more=' start="<main>";')) == CONTENT
    assert shown(mhtml(parts)) == ["框架外"]


def test_of_a_workbook_saved_as_frames_the_fullest_sheet() -> None:
    frames = page(
        '<html><frameset rows="*,39"><frame src="sheet001.htm"><noframes><p>此页使用框架</p></noframes></frameset></html>'
    )
    found = document(mhtml([frames, page("<html><table><tr><td>1<td>2</table>"), page(), PICTURE]))
    assert next(b for b in found.blocks if isinstance(b, Table)).cells[0].text == "统计指标"
    assert any("3 个网页" in note for note in found.notes)


def test_multiparts_in_multiparts() -> None:
    inner = (
        b"\r\n--in\r\nContent-Type: text/plain\r\n\r\nx\r\n--in\r\n"
        + page()[0].encode()
        + b"\r\n"
        + page()[1]
        + b"\r\n--in--\r\n"
    )
    assert shown(mhtml([('Content-Type: multipart/alternative; boundary="in"\r\n', inner), PICTURE])) == CONTENT


def test_a_single_page_with_a_mails_head_and_one_that_is_not_closed() -> None:
    head, body = page()
    assert shown(b"MIME-Version: 1.0\r\n" + head.encode() + b"\r\n" + body) == CONTENT
    assert shown(mhtml([page()], closed=False)) == CONTENT
    assert shown(mhtml([page()]).replace(b"\r\n", b"\n")) == CONTENT


def test_what_only_speaks_of_mime_is_a_page_or_a_text() -> None:
    found = read("a.html", "<html><p>MIME-Version: 1.0 与 Content-Type: multipart/related 说明</p>".encode())
    assert isinstance(found, Document)
    assert found.kind == "html"


# --- damage and malice -----------------------------------------------------------------------------


def refused(data: bytes) -> str:
    begun = time.process_time()
    found = read("a.mht", data)
    assert time.process_time() - begun < 5
    assert isinstance(found, Unread), found
    assert "出错" not in found.reason
    return found.reason


def test_ten_thousand_parts() -> None:
    assert "2,000" in refused(mhtml([PICTURE] * 10_000))
    assert "2,000" in refused(mhtml([page("<html><p>x")] * 10_000))


def test_parts_nested_a_thousand_deep() -> None:
    data = page()[0].encode() + b"\r\n" + page()[1]
    for level in range(1_000):
        mark = b"b%d" % level
        data = (
            b"Content-Type: multipart/mixed; boundary="
            + mark
            + b"\r\n\r\n--"
            + mark
            + b"\r\n"
            + data
            + b"\r\n--"
            + mark
            + b"--\r\n"
        )
    assert "嵌套" in refused(b"MIME-Version: 1.0\r\n" + data.replace(b"mixed", b"related"))


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: multipart/related\r\n",
        'Content-Type: multipart/related; boundary=""\r\n',
        "Content-Type: multipart/related; boundary\r\n",
    ],
)
def test_no_boundary(head: str) -> None:
    assert "分界" in refused(f"MIME-Version: 1.0\r\n{head}\r\n--x\r\n".encode())


def test_no_page_in_it() -> None:
    assert "没有网页正文" in refused(mhtml([PICTURE]))
    assert "没有网页正文" in refused(mhtml([]))
    assert "没有可读的文字" in refused(mhtml([page("<html><body></body></html>")]))


@pytest.mark.parametrize("junk", [b"!!!!", b"\xff\xfe\x00", b"=A=B", b"(*)"])
def test_base64_that_breaks_off_is_read_up_to_there_and_says_so(junk: bytes) -> None:
    whole = PAGE.replace("</p>", "</p>" + "<p>填充</p>" * 200)
    head, body = page(whole, way="base64")
    at = len(body) // 2
    found = document(mhtml([(head, body[:at] + junk + body[at:])]))
    assert found.status is DocumentStatus.PARTIAL
    assert any("base64" in note for note in found.notes)
    assert found.blocks[0].text.text == CONTENT[0]  # type: ignore[union-attr]


@pytest.mark.parametrize("kept", range(4))
def test_base64_that_breaks_off_within_a_group(kept: int) -> None:
    head, body = page(PAGE + "x" * 400, way="base64")
    found = document(mhtml([(head, body[: 400 + kept] + b"!" + body[400:])]))
    assert found.blocks[0].text.text == CONTENT[0]  # type: ignore[union-attr]


def test_base64_of_nothing_but_garbage() -> None:
    head, _ = page(way="base64")
    assert "没有可读的文字" in refused(mhtml([(head, b"\x00\xff" * 5_000)]))


def test_heads_that_are_costly_to_parse() -> None:
    for value in ("multipart/related; " + '"' + ";" * 60_000, "multipart/related; boundary=" + "x" * 60_000, "; a*0*=" * 9_000,
                  "multipart/related; boundary*0*=utf-8''%ff; boundary*1=" + "y;" * 9_000):  # fmt: skip
        data = f"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n {value}\r\n\r\n--x\r\n".encode()
        begun = time.process_time()
        assert isinstance(read("a.mht", data), Unread)
        assert time.process_time() - begun < 5


def test_a_page_past_the_limits_of_any_page() -> None:
    assert "未予读取" in refused(mhtml([page("<html><p>" + "甲" * 2_100_000, way="8bit")]))
    assert "MiB" in refused(mhtml([page("<html><p>" + " " * 17_000_000, way="8bit")]))


@given(st.binary(max_size=300), st.integers(0, 2_000), st.integers(0, 2_000))
@example(b"\x80", 215, 0)  # a byte that belongs in no head, in the middle of one
def test_any_damage_ends_as_a_document_or_a_reason(junk: bytes, at: int, size: int) -> None:
    data = mhtml([page(), PICTURE])
    found = read("a.mht", data[:at] + junk + data[at + size :])
    if isinstance(found, Unread):
        assert re.search("[\u4e00-\u9fff]{4}", found.reason)
        assert "出错" not in found.reason, found.reason
