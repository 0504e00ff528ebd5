"""Decoded HTML -> blocks in reading order, each with its span in the decoded text.

Two roads lead to the same contents. Most pages are read `straight` from their tags. Where a browser would have to repair
more than a forgotten end tag, `skeleton` gives the structural tags and the runs of text by number, lexbor makes of them the
tree that a browser would build, and the tree, written out again, is read as a stream of balanced tags. Neither recurses, and
a text is read once however deep it stands.

Paragraphs    headings (level 1-6), block elements, lines parted by <br>; what only blanks show is left out
Left out      hidden elements and page furniture (`furniture`), whose words are kept for the reading report
Metadata      title, published, column, site, url, source, author, keywords of <title> and <meta> as Chinese government sites write
              them; base; the address that a browser wrote into a saved page
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from selectolax.lexbor import LexborHTMLParser

from auditor.model import Block, Link, Table
from auditor.readers import furniture, tags
from auditor.readers.contents import Contents
from auditor.readers.grid import dissolved, in_blocks
from auditor.readers.links import Target, embedded
from auditor.readers.metadata import of_page, saved_from
from auditor.readers.skeleton import LINK, Skeleton, scan
from auditor.readers.straight import read_straight

_EVENT = re.compile(r"<(/?)([^ >]+)([^>]*)>|([^<]+)")
_RUN = re.compile(r"(\d+);|[ \n]+")
_LONG_FIELD = re.compile(r"<textarea\b[^<>]*>[^<]{300}", re.I)
_CUT_SHORT = "网页末尾有未闭合的标签，其后的内容未能读取"


@dataclass(frozen=True, slots=True)
class Page:
    """Blocks, metadata and Chinese notes of one page, words left out as furniture, links to files.

    `cut_short`: its end is lost.
    """

    blocks: tuple[Block, ...]
    metadata: dict[str, str]
    notes: tuple[str, ...]
    cut_short: bool
    furniture: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


class Listener(Protocol):
    """Who is told of a page: elements open and close in balance, runs of text and breaks come between."""

    def open(self, name: str, mark: str = "", start: int = 0, end: int = 0, rows: int = 1, columns: int = 1) -> None:
        """An element of the structure begins; of cells and tables its start tag and spans."""

    def close(self, name: str) -> None:
        """The innermost open element, which is of that name, ends."""

    def text(self, start: int, end: int) -> None:
        """Characters start … end of the source, which hold no mark-up but entities."""

    def space(self, *, line_break: bool) -> None:
        """White space between tags."""

    def end_line(self) -> None:
        """The end of a line."""

    def link(self, target: Target | None) -> None:
        """A link begins there, or one ends."""


def read_html(text: str) -> Page:
    """The blocks of a page. Raises Refusal past a limit."""
    straight = read_straight(text)
    if straight is not None:
        return _page(text, straight.contents, of_page(straight.title, straight.meta), cut_short=False)
    return read_carefully(text)


def read_carefully(text: str) -> Page:
    """The same by the tree that a full parser builds, whatever the page's mark-up is like."""
    contents = Contents(text)
    skeleton = tell(text, contents)
    return _page(text, contents, of_page(skeleton.title, skeleton.meta), cut_short=skeleton.cut_short)


def tell(text: str, listener: Listener) -> Skeleton:
    """Tells of a page by the tree that a browser would build of it. Raises Refusal past a limit."""
    skeleton = scan(text)
    body = LexborHTMLParser(skeleton.markup).body
    _tell(listener, skeleton, body.html or "" if body is not None else "")
    return skeleton


def _page(text: str, contents: Contents, metadata: dict[str, str], *, cut_short: bool) -> Page:
    dropped = contents.furniture
    blocks = in_blocks(furniture.without_tools(dissolved(contents.items), dropped))
    blocks = furniture.without_tail(blocks, dropped)
    if (url := saved_from(text)) and "url" not in metadata:
        metadata["url"] = url
    if "column" not in metadata and (path := next(filter(None, map(furniture.path, dropped)), "")):
        metadata["column"] = path
    notes = [*contents.notes(), *([_CUT_SHORT] if cut_short else [])]
    links = contents.links
    if not any(isinstance(block, Table) for block in blocks):  # the report itself may stand in a frame or a field
        links = [*links, *(Link("", address) for address in embedded(text))]
        if _LONG_FIELD.search(text):
            notes.append("网页的文本框中有较长的文字，未予读取，请核对是否为报告正文")
    return Page(blocks, metadata, tuple(notes), cut_short, furniture.shortened(dropped), tuple(links))


def _tell(contents: Listener, skeleton: Skeleton, markup: str) -> None:
    """Tells of the balanced mark-up that the parser made of the skeleton."""
    for closing, name, marks, text in _EVENT.findall(markup):
        if text:
            _tell_text(contents, skeleton, text)
        elif closing:
            contents.close(name)
        elif name in tags.BREAKS:
            contents.end_line()
        elif marks:
            number, mark = _marks(marks)
            start, end, raw = skeleton.tags[number] if number >= 0 else (0, 0, "")
            contents.open(name, mark, start, end, *(tags.spans(raw) if raw else (1, 1)))
        else:
            contents.open(name)
    contents.end_line()
    contents.link(None)


def _marks(marks: str) -> tuple[int, str]:
    """The number in ` o="17"`, which stands first where it stands, and the mark in ` h=""` or ` c=""`."""
    number = int(marks[4 : marks.index('"', 4)]) if marks.startswith(' o="') else -1
    return number, "h" if ' h="' in marks else "c" if ' c="' in marks else ""


def _tell_text(contents: Listener, skeleton: Skeleton, numbers: str) -> None:
    for match in _RUN.finditer(numbers):
        number = match[1]
        if not number:
            contents.space(line_break="\n" in match[0])
            continue
        start, end = skeleton.runs[int(number)]
        if start == LINK:
            contents.link(skeleton.links[end])
        else:
            contents.text(start, end)
