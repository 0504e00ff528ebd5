"""Decoded HTML -> its skeleton: structural tags with numbers in place of text, and the table that says what the numbers mean.

One linear scan tokenises as the HTML standard does (quotes count only in attribute values, comments, raw text elements).
The skeleton keeps the tags that shape blocks and tables, leaves out every attribute, and puts `<number>;` where a run of text
stood: the parser decides the structure, this table gives text and exact offsets, even in tag soup. As no character of
the source's text reaches the parser, nothing written there can pose as a number.

Out       `runs[n]` (start, end) and `tags[n]` (start, end, attributes) count code points of the decoded text; a run that
          starts at LINK is no text: the link `links[end]` begins there, or one ends
Marks     o="n": the tag in `tags`; h: hidden; c: looks like page furniture (menu, footer)
Left out  scripts, styles, comments, forms' fields, SVG; inline tags, as they shape no block
Refuses   depth, tables in tables, tags, cells and characters past the limits (reading was seen to hang on each of them)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from auditor.readers import limits, tags
from auditor.readers.flow import SPACE, WRITTEN_SPACE
from auditor.readers.limits import Refusal
from auditor.readers.links import Target, target_of

LINK = -1


@dataclass(slots=True)
class Skeleton:
    """What the scan found; `cut_short` says that a tag or a comment never ended and the rest is lost, as in a browser."""

    markup: str = ""
    runs: list[tuple[int, int]] = field(default_factory=list)
    tags: list[tuple[int, int, str]] = field(default_factory=list)
    links: list[Target | None] = field(default_factory=list)
    title: str = ""
    meta: list[dict[str, str]] = field(default_factory=list)
    cut_short: bool = False


def scan(text: str) -> Skeleton:
    """The skeleton of a page. Raises Refusal past a limit."""
    return _Scan(text).whole()


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._out: list[str] = []
        self._found = Skeleton()
        self._open: list[str] = []
        self._tables = 0
        self._cells = 0
        self._rows = 0
        self._characters = 0
        self._shown_inline: set[str] = set()  # inline names of which one was hidden: their ends matter from there on
        self._never_ends: set[str] = set()
        self._linking = False
        self._marks: dict[tuple[str, str], str] = {}
        self._alike: dict[str, str] = {}  # tags whose outcome depends on nothing but themselves: most of a page

    def whole(self) -> Skeleton:
        text, at, search, out, alike = self._text, 0, tags.TOKEN.search, self._out, self._alike
        if text.count("<") > limits.HTML_TAGS:
            raise Refusal(f"网页标签超过 {limits.HTML_TAGS:,} 个，未予读取；请另存为 Word（.docx）后重新运行")
        while match := search(text, at):
            begin, end = match.span()
            if begin > at:
                self._run(at, begin)
            done = alike.get(match[0])
            if done is not None:
                if done:
                    out.append(done)
                at = end
            else:
                at = self._tag(match, match[2].lower()) if match[2] else self._declaration(match)
        if at < len(text):
            self._run(at, len(text))
        self._found.markup = "".join(out)
        return self._found

    def _run(self, start: int, end: int) -> None:
        raw = self._text[start:end]
        length = end - start
        if not raw.strip(SPACE):
            if self._out and (self._out[-1][-1] != ">" or "x-" in self._out[-1]):  # after a block's tag it never shows
                self._out.append("\n" if "\n" in raw or "\r" in raw else " ")
            return
        if "&" in raw:
            length -= raw.count("&nbsp;") * 5
            if WRITTEN_SPACE.fullmatch(raw):
                self._out.append(" ")
                return
        self._characters += length
        if self._characters > limits.CHARACTERS:
            raise limits.too_many_characters()
        self._out.append(f"{len(self._found.runs)};")
        self._found.runs.append((start, end))

    def _declaration(self, match: re.Match[str]) -> int:
        if match[4]:
            end = tags.COMMENT_END.search(self._text, match.end() - 2)
        elif match[5]:
            at = self._text.find(">", match.end() - 1)
            return at + 1 if at >= 0 else self._cut_short()
        else:
            end = None
        return end.end() if end else self._cut_short()

    def _cut_short(self) -> int:
        self._found.cut_short = True
        return len(self._text)

    def _tag(self, match: re.Match[str], name: str) -> int:
        """Takes one tag to the skeleton; the place after it, or after its element where that is left out."""
        if name == "a":
            self._link(match)
        if match[1]:
            self._end(name, match[0])
        elif name in tags.STRUCTURE:
            self._start(name, match)
        elif name in tags.BREAKS:
            self._same(match[0], f"<{name}>")
        elif name in tags.RAW:
            return self._raw(name, match.end())
        elif name in tags.WHOLE:
            return self._element(name, match.end())
        elif name in tags.SAYING:
            if len(self._found.meta) < limits.HTML_SAYINGS and len(match[3]) < 4000:
                self._found.meta.append(tags.attributes(match[3]))
        elif name in tags.INLINE:
            self._inline(name, match)
        else:
            self._same(match[0], "")
        return match.end()

    def _link(self, match: re.Match[str]) -> None:
        """Marks where a link begins, and where one ends."""
        link = None if match[1] else target_of(match[3])
        if link is None and not self._linking:
            return
        self._linking = link is not None
        self._out.append(f"{len(self._found.runs)};")
        self._found.runs.append((LINK, len(self._found.links)))
        self._found.links.append(link)

    def _same(self, tag: str, out: str) -> None:
        if not tag.startswith(("<a", "</a", "<A", "</A")):  # what a link does depends on what is open
            self._alike[tag] = out
        if out:
            self._out.append(out)

    def _end(self, name: str, tag: str) -> None:
        if name in tags.CONTAINERS or name == "table":
            self._out.append(f"</{name}>")
            self._close(name)
        elif name in tags.STRUCTURE:
            self._same(tag, f"</{name}>")
        elif name == "br":
            self._same(tag, "<br>")
        elif name in self._shown_inline:
            self._out.append(f"</x-{name}>")
            self._close(f"x-{name}")
        else:
            self._same(tag, "")

    def _start(self, name: str, match: re.Match[str]) -> None:
        raw = match[3]
        marks = self._marks.get((name, raw))
        if marks is None:
            mark = tags.mark(name, raw)
            marks = self._marks[name, raw] = f" {mark}" if mark else ""
        if name in tags.LEAVES:
            self._same(match[0], f"<{name}{marks}>")
            return
        if name in tags.NUMBERED:
            marks = f" o={len(self._found.tags)}{marks}"
            self._found.tags.append((match.start(), match.end(), raw))
        if name in tags.TABLE_PARTS:
            self._table_part(name)
        else:
            self._open_container(name)
        self._out.append(f"<{name}{marks}>")

    def _inline(self, name: str, match: re.Match[str]) -> None:
        hidden = bool(match[3]) and tags.is_hidden(match[3].lower())
        if hidden and name not in self._shown_inline:
            self._shown_inline.add(name)
            self._alike.clear()
        if name in self._shown_inline:
            self._push(f"x-{name}")
            self._out.append(f"<x-{name}{' h' if hidden else ''}>")
        else:
            self._same(match[0], "")

    def _table_part(self, name: str) -> None:
        if name == "tr":
            self._rows += 1
        elif name in tags.NUMBERED:
            self._cells += 1
        if self._cells > limits.CELLS or self._rows > limits.CELLS:
            raise limits.too_many_cells()
        if self._tables:
            while self._open[-1] != "table":
                self._open.pop()

    def _open_container(self, name: str) -> None:
        if name == "table":
            self._tables += 1
            if self._tables > limits.TABLE_DEPTH:
                raise Refusal(f"表格嵌套超过 {limits.TABLE_DEPTH} 层，未予读取；请另存为 Word（.docx）后重新运行")
        self._push(name)

    def _push(self, name: str) -> None:
        self._open.append(name)
        if len(self._open) > limits.HTML_DEPTH:
            raise Refusal(f"网页标签嵌套超过 {limits.HTML_DEPTH} 层，未予读取；请另存为 Word（.docx）后重新运行")

    def _close(self, name: str) -> None:
        """Leaves the innermost open element of that name, within the innermost table."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] == name:
                self._tables -= name == "table"
                del self._open[at:]
                return
            if self._open[at] == "table":
                return

    def _raw(self, name: str, start: int) -> int:
        end = tags.RAW[name].search(self._text, start)
        if name == "title" and end and not self._found.title:
            self._found.title = " ".join(unescape(self._text[start : end.start()]).split())
        if end is None:
            return self._cut_short()
        return self._past(end)

    def _element(self, name: str, start: int) -> int:
        if name in self._never_ends:
            return start
        end = tags.WHOLE[name].search(self._text, start)
        if end is None:
            self._never_ends.add(name)
            return start
        return self._past(end) if end[0] != "<" else end.start()

    def _past(self, end: re.Match[str]) -> int:
        at = self._text.find(">", end.end())
        return at + 1 if at >= 0 else self._cut_short()
