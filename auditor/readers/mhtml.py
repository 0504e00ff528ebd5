"""MHTML (a page saved as one file, or Word's and Excel's 单个文件网页) -> the blocks of its page.

Page      the part that the head names (start), else the first that is HTML; where that only frames others (Excel's sheets), the
          part with the most cells, with a note that names how many were left unread
Encoding  UTF-8 where the bytes are UTF-8; else what the part's head declares, if that decodes it; else as of any page (`decode`)
Places    are spans in the decoded text of that part, not of the file: a note says so
Guards    parts are cut out by their boundaries without being parsed; those that are not HTML are never decoded. Parts, depth and
          bytes are limited; damage in base64 ends the part where it stands, with a note
Source    RFC 2557 (MHTML), RFC 2045 and 2046 (MIME)
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.model import Document, DocumentStatus, Table
from auditor.readers.decode import Decoded, decode, named
from auditor.readers.html import Page, read_html
from auditor.readers.limits import CHARACTERS, Refusal

if TYPE_CHECKING:
    from email.message import Message

_PARTS, _DEPTH, _HEAD_BYTES = 2_000, 8, 16 * 1024
_PART_BYTES = CHARACTERS * 8
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_FRAMESET = re.compile(r"<frameset[\s>]", re.I)
_NOTE = "单个文件网页（MHTML）：读取的是其中的网页正文，位置为该正文解码后的字符位置"
_RESAVE = "请用浏览器打开，另存为“网页，仅 HTML”，或用 Word 另存为 .docx 后重新运行"


@dataclass(frozen=True, slots=True)
class _Part:
    head: Message
    body: bytes
    kind: str


@dataclass(frozen=True, slots=True)
class _Read:
    page: Page
    decoded: Decoded
    cut: bool

    @property
    def cells(self) -> int:
        return sum(len(block.cells) for block in self.page.blocks if isinstance(block, Table))


def read_mhtml(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of the page in an MHTML file. Raises Refusal where there is none or a limit is passed."""
    found, notes = _found(data)
    return _document(name, sha256, found, notes)


def decoded_page(data: bytes) -> Decoded:
    """The text of the page in an MHTML file, in which its places count. Raises Refusal."""
    return _found(data)[0].decoded


def _found(data: bytes) -> tuple[_Read, list[str]]:
    """The page that is read, and what is to be said of that."""
    head, body = _split(data)
    parts = [part for part in _parts(_Part(head, body, head.get_content_type()), 0, [0]) if part.kind == "text/html"]
    if not parts:
        raise Refusal(f"单个文件网页（MHTML）中没有网页正文，{_RESAVE}")
    start = str(head.get_param("start") or "")
    parts.sort(key=lambda part: not start or _field(part, "Content-ID") != start)
    notes = [_NOTE]
    found = _read(parts[0])
    if len(parts) > 1 and (not found.page.blocks or _FRAMESET.search(found.decoded.text)):
        found = max([found, *(_read(part) for part in parts[1:])], key=lambda read: (read.cells, len(read.page.blocks)))
        notes.append(f"文件中有 {len(parts)} 个网页（工作表或框架），只读取了表格最多的一个")
    if not found.page.blocks:
        raise Refusal(f"单个文件网页（MHTML）中没有可读的文字，{_RESAVE}")
    return found, notes


def _document(name: str, sha256: str, found: _Read, notes: list[str]) -> Document:
    page, decoded = found.page, found.decoded
    if decoded.damaged:
        notes.append(f"有 {decoded.damaged} 个字符无法解码，原文可能损坏")
    if found.cut:
        notes.append("网页正文的编码（base64）有损坏，损坏之后的内容未能读取")
    partial = bool(decoded.damaged) or page.cut_short or found.cut
    return Document(
        name, sha256, "mhtml", page.blocks, "mhtml", decoded.encoding, decoded.found,
        DocumentStatus.PARTIAL if partial else DocumentStatus.OK, page.metadata, (*notes, *page.notes), page.furniture,
        page.links,
    )  # fmt: skip


def _split(data: bytes) -> tuple[Message, bytes]:
    """(head, body) of a message or a part."""
    from email.message import Message
    from email.parser import BytesHeaderParser

    data = data.lstrip(b"\r\n") if data[:1] in (b"\r", b"\n") else data
    end = _HEAD_END.search(data, 0, _HEAD_BYTES)
    if end is None:
        return Message(), data
    return BytesHeaderParser().parsebytes(data[: end.end()]), data[end.end() :]


def _parts(part: _Part, depth: int, count: list[int]) -> Iterator[_Part]:
    """The parts within a part in order, those of inner multiparts in their place."""
    if not part.kind.startswith("multipart/"):
        yield part
        return
    boundary = part.head.get_boundary()
    if depth >= _DEPTH or not boundary:
        raise Refusal(f"单个文件网页（MHTML）结构异常（嵌套过深或没有分界），未予读取；{_RESAVE}")
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    begin = -1
    for match in line.finditer(part.body):
        if begin >= 0:
            yield from _inner(part.body[begin : match.start()], depth, count)
        begin = match.end()
        if match[1]:
            return
    if begin >= 0:
        yield from _inner(part.body[begin:], depth, count)


def _inner(data: bytes, depth: int, count: list[int]) -> Iterator[_Part]:
    count[0] += 1
    if count[0] > _PARTS:
        raise Refusal(f"单个文件网页（MHTML）中的部分超过 {_PARTS:,} 个，未予读取；{_RESAVE}")
    head, body = _split(data)
    yield from _parts(_Part(head, body, head.get_content_type()), depth + 1, count)


def _read(part: _Part) -> _Read:
    raw, cut = _decoded_bytes(part)
    if len(raw) > _PART_BYTES:
        raise Refusal(f"网页正文超过 {_PART_BYTES // 2**20} MiB，未予读取；请删去嵌入的图片后重新运行")
    decoded = _decoded(raw, part.head.get_content_charset())
    return _Read(read_html(decoded.text), decoded, cut)


def _field(part: _Part, name: str) -> str:
    """A line of the head; one with bytes that belong in none is no string to the library."""
    return str(part.head.get(name, "")).strip()


def _decoded_bytes(part: _Part) -> tuple[bytes, bool]:
    """(the bytes of a part, whether its end is lost)."""
    way = _field(part, "Content-Transfer-Encoding").lower()
    if way == "quoted-printable":
        return quopri.decodestring(part.body), False
    if way != "base64":
        return part.body, False
    packed = b"".join(part.body.split()).rstrip(b"=")
    damage = _BASE64.search(packed)
    packed = packed[: damage.start()] if damage else packed
    packed = packed[: len(packed) - (len(packed) % 4 == 1)]
    return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4)), damage is not None


def _decoded(raw: bytes, charset: str | None) -> Decoded:
    """The text; a charset in the head counts where the bytes are not UTF-8 and it decodes them all."""
    name = named(charset or "")
    if name and not _is_decoded_by(raw, "utf-8") and _is_decoded_by(raw, name):
        return Decoded(raw.decode(name), name, "文件声明")
    return decode(raw)


def _is_decoded_by(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return not raw.startswith((b"\xff\xfe", b"\xfe\xff"))
