"""Parts: a document in, the reports it holds out: one for nearly every document, several for a collection.

Begins    at the title of a report that names a unit and a year, where another unit's (or year's) title stood before
Needs     of every part: two headings of a report's sections in order, or a table of some size. A list of titles, a quoted
          title, the page's title above the text's and the title of a table begin nothing
Lead      short lines before the first title (the page's data) belong to every part that has none of its own; the page's own
          title to none
Heads     the path, the site's name and the data (索引号, 发布日期 …) right above a title belong to the report under it: the
          report before it must not get another one's date of publication
Names     the first part keeps the document's source, the others are x.html#2, x.html#3 …
Refuses   to split where it is not certain: the document stays one report
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.facts.flow import FOLD
from auditor.facts.names import same_body
from auditor.facts.profile import ends_like_name
from auditor.facts.titles import Title, read_title
from auditor.model import Block, Document, Paragraph, Table

_LONGEST = 90
_SPACED = 300  # a title may be printed with spaces between its characters
_TABLE_CELLS = 20
_HEADINGS = 2
_HEADING = re.compile(r"^\s*([一二三四五六七八九])\s*[、.．]\s*\S{2,30}\s*$")
_ORDINALS = "一二三四五六七八九"
_LEAD_LINE = 100
_LEAD_BLOCKS = 30
_MOST_PARTS = 500
_HEAD_BLOCKS = 6
_PAGE_DATA = re.compile(
    r"(?:当前|所在|现在的|您的)位置|^首页|索引号|(?:发布|公开|生成|成文|发文|更新)(?:日期|时间|机构|单位)|信息(?:分类|来源)|主题(?:分类|词)|文号"
)


@dataclass(frozen=True, slots=True)
class _Start:
    """A title with a unit and a year, and the block it begins at (the line above it may hold the unit)."""

    block: int
    title: Title


def split(document: Document) -> tuple[Document, ...]:
    """The reports that a document holds, in order; the document itself where it holds one."""
    starts = _starts(document.blocks)
    if len(starts) < 2:
        return (document,)
    titles = [s.block for s in starts]
    starts = _with_heads(document.blocks, starts)
    headed = {
        s.block for s, at in zip(starts, titles, strict=True) if any(map(_is_page_data, document.blocks[s.block : at]))
    }
    ends = [*(s.block for s in starts[1:]), len(document.blocks)]
    kept: list[tuple[int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        if _is_report(document.blocks[start.block : end]):
            kept.append((start.block, end))
        elif kept:  # a quoted title inside a report: what follows belongs to the report before it
            kept[-1] = (kept[-1][0], end)
    if not 1 < len(kept) <= _MOST_PARTS:
        return (document,)
    out: list[Document] = []
    for number, (first, last) in enumerate(kept, 1):
        before = first if number == 1 else 0 if first in headed else titles[0]
        out.append(_part(document, _lead(document.blocks[:before]), first, last, number))
    return tuple(out)


def _starts(blocks: Sequence[Block]) -> list[_Start]:
    """Where the title of another report stands than that of the one before."""
    out: list[_Start] = []
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or "报" not in block.text.text:
            continue
        line = _line(block)
        title = read_title(line) if 8 <= len(line) <= _LONGEST else None
        at = index
        if title is not None and not title.unit and index and ends_like_name(above := _line(blocks[index - 1])):
            title, at = Title(above + title.text, above, title.year), index - 1
        if title is not None and title.unit and title.year and (not out or not _same(out[-1].title, title)):
            out.append(_Start(at, title))
    return out


def _with_heads(blocks: Sequence[Block], starts: Sequence[_Start]) -> list[_Start]:
    """The starts moved up over the page data above them; lines that stand above the first of all are known by their words."""
    above = {line for block in blocks[: starts[0].block] if (line := _line(block))}
    out: list[_Start] = []
    for start in starts:
        at = start.block
        while at > (out[-1].block + 1 if out else 0) and start.block - at < _HEAD_BLOCKS:
            if not (_is_page_data(blocks[at - 1]) or (out and _line(blocks[at - 1]) in above)):
                break
            at -= 1
        out.append(replace(start, block=at))
    return out


def _is_page_data(block: Block) -> bool:
    if isinstance(block, Table):
        return len(block.cells) < _TABLE_CELLS and any(_PAGE_DATA.search(cell.text) for cell in block.cells)
    return len(block.text.text) <= _LEAD_LINE and bool(_PAGE_DATA.search(_line(block)))


def _line(block: Block) -> str:
    """A short paragraph without its spaces; "" for a long one and for a table."""
    text = block.text.text if isinstance(block, Paragraph) else ""
    return "".join(text.translate(FOLD).split()) if len(text) <= _SPACED else ""


def _same(one: Title, other: Title) -> bool:
    return one.year == other.year and same_body(one.unit, other.unit)


def _is_report(blocks: Sequence[Block]) -> bool:
    """Whether what follows a title is a report: sections that begin anew, or an official table's worth of cells."""
    expected = 0
    for block in blocks:
        if isinstance(block, Table):
            if len(block.cells) >= _TABLE_CELLS:
                return True
            continue
        heading = _HEADING.match(block.text.text) if len(block.text.text) <= _LONGEST else None
        if heading and _ORDINALS.index(heading[1]) == expected:
            expected += 1
            if expected >= _HEADINGS:
                return True
    return False


def _lead(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Lines of page data before the first report; titles of reports among them (a list of contents) are left out."""
    lines = [b for b in blocks if isinstance(b, Paragraph) and len(b.text.text) <= _LEAD_LINE]
    kept = [b for b in lines if not b.level and read_title(b.text.text) is None]
    return tuple(kept) if len(kept) <= _LEAD_BLOCKS else ()


def _part(document: Document, lead: tuple[Block, ...], first: int, last: int, number: int) -> Document:
    metadata = {key: value for key, value in document.metadata.items() if key not in ("title", "page_title")}
    note = f"文件中有几份报告，按标题拆分，本份为第 {number} 份"
    return replace(
        document,
        source=document.source if number == 1 else f"{document.source}#{number}",
        blocks=(*lead, *document.blocks[first:last]),
        metadata=metadata,
        notes=(*document.notes, note),
    )
