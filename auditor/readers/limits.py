"""Limits for what is handed in, and the refusal that carries a Chinese reason to whoever asked.

Every input is hostile until read. A limit is held twice where a file announces its own size: by the announcement and by
the bytes that really come. Inside this room a refusal is raised; at its door (`read`, `load`, `find`) it is an `Unread`.

Units     bytes, code points, counts
Source    design section 8; depths and widths are ten times what real reports show
"""

from __future__ import annotations

FILE_BYTES = 64 * 1024 * 1024
UNPACKED_BYTES = 512 * 1024 * 1024
MEMBERS = 10_000
DIRECTORY_BYTES = 10 * 1024 * 1024  # of a ZIP: looked at before its entries are made into objects
RATIO = 200
RATIO_FROM_BYTES = 64 * 1024  # a tiny part may shrink more than RATIO without harm
ARCHIVE_DEPTH = 3

CELLS = 100_000
CHARACTERS = 2_000_000
BLOCKS = 100_000
XML_TAGS = 2_000_000  # a tree of that many takes some 200 MB
SPAN = 1_000
GRID_WORK = 2_000_000  # steps allowed for placing cells under row spans

HTML_DEPTH = 150
TABLE_DEPTH = 30
HTML_TAGS = 1_000_000


class Refusal(Exception):
    """A document or archive that is not read, with the reason an inspector reads."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def too_many_cells() -> Refusal:
    """The refusal for a document with more than CELLS cells."""
    return Refusal(f"表格单元格超过 {CELLS:,} 个，未予读取；请拆分文件或删去无关表格后重新运行")


def too_many_characters() -> Refusal:
    """The refusal for a document with more than CHARACTERS characters of text."""
    return Refusal(f"正文超过 {CHARACTERS:,} 字，未予读取；请拆分文件后重新运行")


def too_many_blocks() -> Refusal:
    """The refusal for a document with more than BLOCKS paragraphs, lines or tables."""
    return Refusal(f"段落超过 {BLOCKS:,} 个，未予读取；请拆分文件后重新运行")


def too_many_members() -> Refusal:
    """The refusal for an archive with more than MEMBERS members."""
    return Refusal(f"压缩包内文件超过 {MEMBERS:,} 个，未予读取；请分成几个压缩包后重新运行")
