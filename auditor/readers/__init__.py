"""Files -> blocks: the only room that opens what the user handed in.

    find(paths)         -> the documents under files, folders and ZIPs, in order; what cannot be one is `Unread` with a reason
    load(source)        -> its bytes
    apart(bytes)        -> whether reading them may kill the process that does it (C code on hostile bytes)
    read(name, bytes)   -> its blocks: a pure function, so that another process can do it

Names     as the user gave them, with forward slashes; members of a ZIP after `!/`
Reads     HTML and MHTML, flat text and Markdown, DOCX, DOC and WPS, RTF, Word XML, XLSX, XLS and ET, Excel XML, PDF; OpenDocument
          through LibreOffice where it is installed. Known by their content, never by their ending
Refuses   everything else, and whatever passes a limit, as `Unread` with a Chinese reason that says what to do; nothing raises
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from auditor.model import Document, DocumentStatus, Paragraph, Unread
from auditor.readers.archive import Source, find, load
from auditor.readers.decode import Decoded, decode
from auditor.readers.doc import read_doc
from auditor.readers.docx import read_docx
from auditor.readers.excelxml import read_excel_xml
from auditor.readers.html import read_html
from auditor.readers.limits import FILE_BYTES, LIGATURES, Fate, Refusal, killed
from auditor.readers.mhtml import read_mhtml
from auditor.readers.ocr import read_image
from auditor.readers.pdf import read_pdf
from auditor.readers.rtf import read_rtf
from auditor.readers.sniff import REASONS, apart, by_magic, by_text
from auditor.readers.soffice import read_odf, secondly
from auditor.readers.txt import read_txt
from auditor.readers.wordxml import read_word_xml
from auditor.readers.xls import read_xls
from auditor.readers.xlsx import read_xlsx

__all__ = ["Source", "apart", "find", "load", "read"]

# One reader per kind of file that is no text or page; their libraries are imported when the first such file comes.
_READERS: Mapping[str, Callable[[str, bytes, str], Document]] = {
    "doc": secondly(read_doc, "doc"),
    "docx": read_docx,
    "excel-xml": read_excel_xml,
    "image": read_image,
    "mhtml": read_mhtml,
    "odf": read_odf,
    "pdf": read_pdf,
    "rtf": read_rtf,
    "word-xml": read_word_xml,
    "xls": read_xls,
    "xlsx": read_xlsx,
}


def read(name: str, data: bytes) -> Document | Unread:
    """The document that these bytes are; `name` serves for messages and to tell Markdown from plain text."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        return _unswollen(_read(name, data, sha256))
    except Refusal as refusal:
        return Unread(name, refusal.reason, sha256, no_report=refusal.reason == REASONS["other"])
    except MemoryError:
        return Unread(name, killed(Fate.MEMORY), sha256)
    except Exception as error:  # a reader's bug must not stop the other files
        return Unread(
            name, f"读取时程序出错（{type(error).__name__}），请将文件另存为 Word（.docx）或网页后重新运行", sha256
        )


def _read(name: str, data: bytes, sha256: str) -> Document:
    if len(data) > FILE_BYTES:
        raise Refusal(f"文件超过 {FILE_BYTES // 2**20} MiB，未予读取；请压缩图片或拆分后重新运行")
    kind = by_magic(data)
    if kind is not None and kind in _READERS:
        return _READERS[kind](name, data, sha256)
    if kind is not None:
        raise Refusal(REASONS[kind])
    decoded = decode(data)
    kind = by_text(name, decoded.text)
    if kind in _READERS:
        return _READERS[kind](name, data, sha256)
    if kind in REASONS:
        raise Refusal(REASONS[kind])
    return _from_text(name, kind, decoded, sha256)


def _unswollen(document: Document) -> Document:
    """The document. Raises Refusal where normalising its text would make many times as many characters of it."""
    most = 0
    for block in document.blocks:
        texts = [block.text.text] if isinstance(block, Paragraph) else [cell.text for cell in block.cells]
        most += sum(text.count("\ufdfa") + text.count("\ufdfb") for text in texts if not text.isascii())
    if most > LIGATURES:
        raise Refusal("正文含大量异常字符，疑为恶意文件，未予读取；请用原软件打开核对，另存后重新运行")
    return document


def _from_text(name: str, kind: str, decoded: Decoded, sha256: str) -> Document:
    notes = [f"有 {decoded.damaged} 个字符无法解码，原文可能损坏"] if decoded.damaged else []
    furniture: tuple[str, ...] = ()
    if kind == "html":
        page = read_html(decoded.text)
        blocks, metadata, links, furniture = page.blocks, page.metadata, page.links, page.furniture
        notes.extend(page.notes)
        partial = bool(decoded.damaged) or page.cut_short
    else:
        lines = read_txt(decoded.text, markdown=kind == "md")
        blocks, metadata, links, partial = lines.blocks, lines.metadata, lines.links, bool(decoded.damaged)
    if not blocks and links:
        named = links[0].text or links[0].target
        raise Refusal(f"网页上没有正文，报告可能在附件“{named[:80]}”中，请下载该附件后与网页一并提供")
    if not blocks:
        raise Refusal("文件中没有可读的文字（可能只有图片或脚本），请提供可编辑的 Word（.docx）或网页后重新运行")
    status = DocumentStatus.PARTIAL if partial else DocumentStatus.OK
    reader = "html" if kind == "html" else "txt"
    return Document(
        name, sha256, kind, blocks, reader, decoded.encoding, decoded.found, status, metadata, tuple(notes), furniture,
        links,
    )  # fmt: skip
