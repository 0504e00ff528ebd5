"""Bytes (and, where they leave it open, the name) -> what kind of file it is. The ending alone is never trusted.

Out       the kind of file; of those that are not read, or only with another program, REASONS says in Chinese what to do
Source    magic numbers; many .xls of government sites are HTML, many .doc too
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from auditor.readers.limits import Refusal
from auditor.readers.ole import Compound
from auditor.readers.zipped import directory

_RESAVE_WORD = "请用 Word 或 WPS 打开，另存为 Word 文档（.docx）后重新运行"
_RESAVE_EXCEL = "请用 Excel 或 WPS 打开，另存为 Excel 工作簿（.xlsx）后重新运行"

REASONS = {
    "empty": "文件为空（没有任何内容），请核对后重新提供",
    "ofd": "暂不支持 OFD 版式文件，请导出为 Word（.docx）或网页后重新运行",
    "ppt": "暂不支持演示文稿，请将报告另存为 Word（.docx）后重新运行",
    "ole": f"文件是旧式 Office 复合文档，其中没有可读的正文，{_RESAVE_WORD}",
    "encrypted": "文件已加密（设有打开密码），请解除密码、另存后重新运行",
    "odf": "未安装 LibreOffice 或转换失败，无法读取 OpenDocument 文档；请另存为 Word（.docx）或 Excel（.xlsx）后重新运行",
    "image": "文件是图片，无法读取，请提供可编辑的 Word（.docx）或网页后重新运行",
    "rar": "暂不支持此种压缩格式（RAR、7z、gz），请解压后重新运行，或改用 ZIP 压缩",
    "zip": "文件是压缩包，请以 .zip 文件直接提供，或解压后重新运行",
    "other": "文件是程序或数据文件，不是年度报告，未予读取；如确为报告，请另存为 Word（.docx）、网页或 .txt 后重新运行",
    "binary": "无法识别文件类型，请另存为 Word（.docx）、Excel（.xlsx）、网页或文本后重新运行",
}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "rar"),
    (b"\x1f\x8b\x08", "rar"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"RIFF", "image"),
)
_MAIL_HEAD = re.compile(rb"\s*[a-z][a-z-]*:")
_PAGE_IN_MAIL = re.compile(rb"^content-type:\s*(?:multipart/(?:related|alternative)|text/html)", re.M)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|div|p|h[1-6]|meta|title|span|tbody|tr|center|article|section)[\s>/]",
    re.I,
)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|meta)[\s>/]", re.I)
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x19\x1b\x1d-\x1f]")
_MANY_TAGS = re.compile(r"</(?:td|tr|p|div|span|body|html)\s*>|<br\s*/?>", re.I)
_PIPE_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.M)
_OTHER_ENDINGS = frozenset(  # plain text that is surely no report: what crawlers and saved pages leave beside one
    [
        "css",
        "js",
        "mjs",
        "map",
        "json",
        "jsonl",
        "xml",
        "svg",
        "csv",
        "tsv",
        "log",
        "ini",
        "cfg",
        "conf",
        "toml",
        "yaml",
        "yml",
        "py",
        "sh",
        "bat",
        "ps1",
        "sql",
        "lnk",
        "url",
        "eml",
    ]
)
_WORKBOOK = re.compile(r"<(?:\w{1,9}:)?Workbook[\s>]")
_LEADING = re.compile(r"(?:\s|\ufeff|<!--.*?-->|<\?xml[^>]*\?>)*", re.S)


def by_magic(data: bytes) -> str | None:
    """The kind of a binary file, None where the bytes may be text."""
    if not data.strip(b" \t\r\n\0"):
        return "empty"
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _package(data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"BM") and int.from_bytes(data[2:6], "little") == len(data):
        return "image"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    head = data[:2048].lower()
    if b"mime-version:" in head and _MAIL_HEAD.match(head) and _PAGE_IN_MAIL.search(head):
        return "mhtml"
    return None


def apart(data: bytes) -> bool:
    """Whether reading these bytes may kill the process that does it, or hold it for ever: PDF, OLE files, pictures."""
    if data.startswith((_OLE, b"BM")) or b"%PDF-" in data[:1024]:
        return True
    return any(kind == "image" and data.startswith(magic) for magic, kind in _MAGIC)


def _ole(data: bytes) -> str:
    """By the streams under the root; of a damaged directory by any name in it (an Excel sheet in a Word file has one too)."""
    try:
        with Compound(data) as file:
            names = set(file.names)
    except Refusal:
        names = {name for name, _ in _OLE_STREAMS if (name + "\0").encode("utf-16-le") in data}
    return next((kind for name, kind in _OLE_STREAMS if name in names), "ole")


def _package(data: bytes) -> str:
    return package_kind(entry.name for entry in directory(io.BytesIO(data)))


def package_kind(names: Iterable[str]) -> str:
    """What a ZIP with these members is: docx, xlsx, ppt, ofd, odf, or an archive (zip)."""
    found = set(names)
    if "[Content_Types].xml" in found:
        for prefix, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "ppt")):
            if any(name.startswith(prefix) for name in found):
                return kind
    if "OFD.xml" in found:
        return "ofd"
    if "mimetype" in found and "content.xml" in found:
        return "odf"
    return "zip"


def by_text(name: str, text: str) -> str:
    """html, md or txt, a flat Office XML, other or binary, of a decoded file."""
    head = text[:8192]
    begin = _LEADING.match(head)
    rest = head[begin.end() if begin else 0 :]
    marked = _MARKUP.match(rest)
    if "\0" in head or (not marked and len(_CONTROLS.findall(head)) * 20 > len(head)):
        return "binary"
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and _WORKBOOK.search(head):
        return "excel-xml"
    if "<w:wordDocument" in head or "<pkg:package" in head:
        return "word-xml"
    ending = name.lower().rsplit(".", 1)[-1] if "." in name else ""
    if ending in ("md", "markdown"):  # tables in HTML are usual in Markdown; a page says at its head that it is one
        return "html" if _PAGE.match(rest) else "md"
    if marked or (ending != "txt" and _MARKUP.search(head)):
        return "html"
    tags = _MANY_TAGS.findall(text[:65536])
    if len(tags) >= 3 and (any(tag.startswith("</") for tag in tags) or not _PIPE_ROW.search(text)):
        return "html"
    if ending in _OTHER_ENDINGS:
        return "other"
    return "txt"
