"""Decoded flat text or Markdown -> one paragraph a line, each with its span in the decoded text.

Lines     end with LF, CR LF or CR; the end is no part of the text but counts in offsets. Lines of blanks only (NBSP) are
          kept: they are the sole evidence of a blank cell; lines of no character are dropped
Header    a crawler's lines `标题: …`, `发布时间: …` ahead of a line `==== 正文 ====`, or the front matter between two lines
          of dashes, become metadata and are no blocks
Tables    and Markdown are the matter of `markdown`; a text without a pipe has none
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model import Block, Link, Paragraph, Segment, SourceMap, Text
from auditor.readers import limits
from auditor.readers.markdown import read_lines
from auditor.readers.metadata import iso_date

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_BODY_MARK = re.compile(r"[=＝]{4,}\s*正文\s*[=＝]{4,}")
_HEADER_LINES = 40
_HEADER_LINE = re.compile(r"\s*([^\s:：][^:：]{0,11}?)\s*[:：]\s*(.*?)\s*")
_FRONT_MARK = re.compile(r"-{3}\s*")
_FRONT_LINE = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w .:-]*[:：](?:\s.*)?|\s+.*|-\s.*|")
_TABLE_MARK = re.compile(r"[|+]")
_KEYS = {
    "标题": "title",
    "发布时间": "published",
    "发布日期": "published",
    "公开日期": "published",
    "文号": "document_number",
    "发布机构": "organisation",
    "栏目": "column",
    "原文链接": "url",
    "链接": "url",
    "来源": "source",
    "作者": "author",
    "title": "title",
    "date": "published",
    "published": "published",
    "pubdate": "published",
    "url": "url",
    "link": "url",
    "source": "source",
    "author": "author",
}

_Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lines:
    """The blocks of a flat text, what its header says and its links to files."""

    blocks: tuple[Block, ...]
    metadata: dict[str, str]
    links: tuple[Link, ...] = ()


def read_txt(text: str, *, markdown: bool = False) -> Lines:
    """The lines of a flat text. Raises Refusal past a limit."""
    if len(text) > limits.CHARACTERS:
        raise limits.too_many_characters()
    if text.count("\n") + text.count("\r") > limits.BLOCKS * 2:
        raise limits.too_many_blocks()
    lines = [match.span(1) for match in _LINE.finditer(text)]
    body, metadata = _header(text, lines)
    if not metadata and markdown:
        body, metadata = _front_matter(text, lines)
    if markdown or _TABLE_MARK.search(text):
        marked = read_lines(text, lines[body:], markdown=markdown)
        return Lines(tuple(marked.blocks), metadata, tuple(marked.links))
    return Lines(tuple(_paragraph(text, *line) for line in lines[body:] if line[1] > line[0]), metadata)


def _paragraph(text: str, start: int, end: int) -> Paragraph:
    return Paragraph(Text(text[start:end], SourceMap((Segment(0, end - start, start, end - start),))))


def _front_matter(text: str, lines: list[_Line]) -> tuple[int, dict[str, str]]:
    """(number of the first line of the body, metadata) of a Markdown file that begins with a block of YAML."""
    if not lines or not _FRONT_MARK.fullmatch(text, *lines[0]):
        return 0, {}
    for number, line in enumerate(lines[1:_HEADER_LINES], 1):
        if _FRONT_MARK.fullmatch(text, *line):
            return number + 1, _metadata(text[a:b] for a, b in lines[1:number])
        if not _FRONT_LINE.fullmatch(text, *line):
            break
    return 0, {}


def _header(text: str, lines: list[_Line]) -> tuple[int, dict[str, str]]:
    """(number of the first line of the body, metadata)."""
    for number, (start, end) in enumerate(lines[:_HEADER_LINES]):
        if _BODY_MARK.fullmatch(text[start:end].strip()):
            return number + 1, _metadata(text[a:b] for a, b in lines[:number])
    return 0, {}


def _metadata(lines: Iterable[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for line in lines:
        match = _HEADER_LINE.fullmatch(line)
        key = _KEYS.get(match[1].lower()) if match else None
        value = match[2].strip("\"'") if match else ""
        if key and value:
            out.setdefault(key, iso_date(value) if key == "published" else value)
    return out
