"""Decoded flat text or Markdown -> one paragraph a line, each with its span in the decoded text.

Lines     end with LF, CR LF or CR; the end is no part of the text but counts in offsets. Lines of blanks only (NBSP) are
          kept: they are the sole evidence of a blank cell; lines of no character are dropped
Header    a crawler's lines `标题: …`, `发布时间: …` ahead of a line `==== 正文 ====` become metadata and are no blocks
Markdown  `#` to `######` make a heading; all else is text
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model import Paragraph, Segment, SourceMap, Text
from auditor.readers import limits
from auditor.readers.metadata import iso_date

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_BODY_MARK = re.compile(r"[=＝]{4,}\s*正文\s*[=＝]{4,}")
_HEADER_LINES = 40
_HEADER_LINE = re.compile(r"\s*([^\s:：][^:：]{0,11}?)\s*[:：]\s*(.*?)\s*")
_HEADING = re.compile(r"(#{1,6})[ \t]+(?=\S)")
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
}

_Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lines:
    """The paragraphs of a flat text and what its header says."""

    blocks: tuple[Paragraph, ...]
    metadata: dict[str, str]


def read_txt(text: str, *, markdown: bool = False) -> Lines:
    """The lines of a flat text. Raises Refusal past a limit."""
    if len(text) > limits.CHARACTERS:
        raise limits.too_many_characters()
    if text.count("\n") + text.count("\r") > limits.BLOCKS * 2:
        raise limits.too_many_blocks()
    lines = [match.span(1) for match in _LINE.finditer(text)]
    body, metadata = _header(text, lines)
    blocks = tuple(_paragraph(text, line, markdown) for line in lines[body:] if line[1] > line[0])
    return Lines(blocks, metadata)


def _paragraph(text: str, line: _Line, markdown: bool) -> Paragraph:
    start, end = line
    level = 0
    if markdown and (heading := _HEADING.match(text, start, end)):
        level, start = len(heading[1]), heading.end()
    return Paragraph(Text(text[start:end], SourceMap((Segment(0, end - start, start, end - start),))), level)


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
        key = _KEYS.get(match[1]) if match else None
        if match and key and match[2]:
            out.setdefault(key, iso_date(match[2]) if key == "published" else match[2])
    return out
