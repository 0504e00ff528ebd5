"""Files -> blocks: the only room that opens what the user handed in.

    find(paths)         -> the documents under files, folders and ZIPs, in order; what cannot be one is `Unread` with a reason
    load(source)        -> its bytes
    read(name, bytes)   -> its blocks: a pure function, so that another process can do it

Names     as the user gave them, with forward slashes; members of a ZIP after `!/`
Reads     HTML, flat text and Markdown, DOCX, XLSX, known by their content, never by their ending
Refuses   everything else, and whatever passes a limit, as `Unread` with a Chinese reason that says what to do; nothing raises
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from auditor.model import Document, DocumentStatus, Unread
from auditor.readers.archive import Source, find, load
from auditor.readers.decode import Decoded, decode
from auditor.readers.docx import read_docx
from auditor.readers.html import read_html
from auditor.readers.limits import FILE_BYTES, Refusal
from auditor.readers.sniff import REASONS, by_magic, by_text
from auditor.readers.txt import read_txt
from auditor.readers.xlsx import read_xlsx

__all__ = ["Source", "find", "load", "read"]

# One reader per kind of binary file; their libraries are imported when the first such file comes.
_BINARY: Mapping[str, Callable[[str, bytes, str], Document]] = {
    "docx": read_docx,
    "xlsx": read_xlsx,
}


def read(name: str, data: bytes) -> Document | Unread:
    """The document that these bytes are; `name` serves for messages and to tell Markdown from plain text."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        return _read(name, data, sha256)
    except Refusal as refusal:
        return Unread(name, refusal.reason, sha256)
    except Exception as error:  # a reader's bug must not stop the other files
        return Unread(
            name, f"读取时程序出错（{type(error).__name__}），请将文件另存为 Word（.docx）或网页后重新运行", sha256
        )


def _read(name: str, data: bytes, sha256: str) -> Document | Unread:
    if len(data) > FILE_BYTES:
        raise Refusal(f"文件超过 {FILE_BYTES // 2**20} MiB，未予读取；请压缩图片或拆分后重新运行")
    kind = by_magic(data)
    if kind is not None and kind in _BINARY:
        return _BINARY[kind](name, data, sha256)
    if kind is not None:
        raise Refusal(REASONS[kind])
    decoded = decode(data)
    kind = by_text(name, decoded.text)
    if kind in REASONS:
        raise Refusal(REASONS[kind])
    return _from_text(name, kind, decoded, sha256)


def _from_text(name: str, kind: str, decoded: Decoded, sha256: str) -> Document:
    notes = [f"有 {decoded.damaged} 个字符无法解码，原文可能损坏"] if decoded.damaged else []
    if kind == "html":
        page = read_html(decoded.text)
        blocks, metadata = page.blocks, page.metadata
        notes.extend(page.notes)
        partial = bool(decoded.damaged) or page.cut_short
    else:
        lines = read_txt(decoded.text, markdown=kind == "md")
        blocks, metadata, partial = lines.blocks, lines.metadata, bool(decoded.damaged)
    if not blocks:
        raise Refusal("文件中没有可读的文字（可能只有图片或脚本），请提供可编辑的 Word（.docx）或网页后重新运行")
    status = DocumentStatus.PARTIAL if partial else DocumentStatus.OK
    reader = "html" if kind == "html" else "txt"
    return Document(name, sha256, kind, blocks, reader, decoded.encoding, decoded.found, status, metadata, tuple(notes))
