"""Decoded HTML -> its contents, read straight from the tags: the quick road for pages on which a browser repairs nothing hard.

The rules by which a browser closes what was left open and ignores what was never open are few as long as no text and no
block stands between the cells of a table; they are applied here. Where they do not suffice the page is odd, and whoever
asks takes the careful road (`skeleton` and a full parser), which gives the same wherever this one gives anything.

Source    the HTML standard, section 13.2.6: tree construction
Odd       text or blocks between cells; hidden inline elements; <pre>; tags, comments or elements that never end; more
          tags or text than any report has, and any depth near a limit
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from auditor.readers import clusters, limits, tags
from auditor.readers.clusters import Cluster
from auditor.readers.contents import Contents
from auditor.readers.flow import SPACE

_RUN = re.compile(r">[\t\n\f\r ]*+(?!<)[^<]++")  # a run of text after the end of a tag
_TITLE = re.compile(r"<title", re.I)
_MOST_TAGS = 60_000
_DEPTH = 120
_BETWEEN_CELLS = frozenset(["table", "tr", *tags.GROUPS])
_TABLE_MARKS = _BETWEEN_CELLS | tags.CELLS | {"caption"}
_LISTS = frozenset(("ul", "ol"))
_SKIPPED_BY_ITEMS = frozenset(("div", "address"))


@dataclass(slots=True)
class Straight:
    """What a page holds and says of itself."""

    contents: Contents
    title: str = ""
    meta: list[dict[str, str]] = field(default_factory=list)


def read_straight(source: str) -> Straight | None:
    """The contents of a page, None where it is odd."""
    if len(source) > limits.CHARACTERS or source.count("<") > _MOST_TAGS:
        return None
    out = Straight(Contents(source))
    return out if _Reading(source, out).whole() else None


class _Reading:
    """The elements that are open, and the rules that open and close them."""

    def __init__(self, source: str, out: Straight) -> None:
        self._source = source
        self._contents = out.contents
        self._out = out
        self._open: list[str] = ["body"]
        self._tables = 0

    def whole(self) -> bool:
        """Reads the page; False where it is odd."""
        at = self._source.find("<")
        if at < 0:
            at = len(self._source)
        if self._source[:at].strip(SPACE):
            self._contents.text(0, at)
        while 0 <= at < len(self._source):
            at = self._read(at)
        self._contents.end_line()
        while len(self._open) > 1:
            self._pop()
        self._contents.link(None)
        return at >= 0

    def _read(self, at: int) -> int:
        """Reads from a tag on, as far as text and tags alternate; where it goes on, -1 where the page is odd."""
        source, contents, open_names = self._source, self._contents, self._open
        remembered, understood, longest = clusters.remembered, clusters.understood, clusters.REMEMBERED_LENGTH
        start = end = 0  # the run before the cluster
        for match in _RUN.finditer(source, at - 1 if at else 0):
            tag_end, run_end = match.span()
            tag_end += 1
            what = remembered(source[at:tag_end]) if tag_end - at <= longest else understood(source[at:tag_end])
            if what.kind == clusters.CELLS and open_names[-1] in tags.CELLS and not contents.hidden:
                contents.next_cells(what.cells, at, start, end)
                open_names[-1] = what.steps[-1].name  # a td may follow a th, and it is </td> that ends it
            else:
                if end:
                    contents.text(start, end)
                if not self._do(what, at):
                    return -1
            if what.links or what.said:
                self._say(what)
            if what.opaque >= 0:
                return self._beyond(at + what.opaque)
            if open_names[-1] in _BETWEEN_CELLS:
                return -1
            start, at = tag_end, run_end
            end = at
        if end:
            contents.text(start, end)
        raw = source[at:]
        what = clusters.remembered(raw) if len(raw) <= clusters.REMEMBERED_LENGTH else clusters.understood(raw)
        if not self._do(what, at):
            return -1
        self._say(what)
        return len(source) if what.opaque < 0 else self._beyond(at + what.opaque)

    def _beyond(self, at: int) -> int:
        """The end of what is opaque, which begins there."""
        end = tags.opaque_end(self._source, at)
        if end > 0 and not self._out.title and _TITLE.match(self._source, at):
            title = self._source[at : self._source.rfind("<", at, end)]
            self._out.title = " ".join(unescape(title[title.index(">") + 1 :]).split())
        return end

    def _do(self, what: Cluster, at: int) -> bool:
        """What a cluster does that begins there; False where it is odd."""
        contents = self._contents
        if what.kind == clusters.ODD:
            return False
        if what.breaks:
            contents.end_line()
        for name, closing, mark, start, end, rows, columns in what.steps:
            if closing:
                self._end(name)
            elif not self._start(name, mark, at + start, at + end, rows, columns):
                return False
        if what.space and contents.in_line():
            if what.steps:  # end tags that mean nothing, with white space about them
                return False
            contents.space(line_break=what.space == clusters.LINE_BREAK)
        return True

    def _say(self, what: Cluster) -> None:
        for link in what.links:
            self._contents.link(link)
        self._out.meta.extend(what.said[: limits.HTML_SAYINGS - len(self._out.meta)])

    def _push(self, name: str, mark: str, start: int, end: int, rows: int = 1, columns: int = 1) -> bool:
        self._open.append(name)
        self._contents.open(name, mark, start, end, rows, columns)
        return len(self._open) < _DEPTH

    def _pop(self) -> None:
        name = self._open.pop()
        self._tables -= name == "table"
        self._contents.close(name)

    def _pop_to(self, at: int) -> None:
        """Closes the open element number `at` and all within it."""
        while len(self._open) > at:
            self._pop()

    # --- start tags ---

    def _start(self, name: str, mark: str, start: int, end: int, rows: int, columns: int) -> bool:
        if name in tags.TABLE_PARTS:
            return self._start_part(name, mark, start, end, rows, columns)
        if self._open[-1] in _BETWEEN_CELLS:
            return False
        if name == "table":
            self._tables += 1
            return self._tables < limits.TABLE_DEPTH and self._push(name, mark, start, end)
        if name in tags.ITEMS:
            self._close_item(name)
        elif name in tags.HEADINGS and self._open[-1] in tags.HEADINGS:
            self._pop()
        return self._push(name, mark, start, end)

    def _close_item(self, name: str) -> None:
        """A list item ends where the next begins."""
        alike = ("li",) if name == "li" else ("dt", "dd")
        for number in range(len(self._open) - 1, 0, -1):
            if self._open[number] in alike:
                self._pop_to(number)
                return
            if self._open[number] not in _SKIPPED_BY_ITEMS:
                return

    def _start_part(self, name: str, mark: str, start: int, end: int, rows: int, columns: int) -> bool:
        """A part of a table ends those that cannot hold it and begins those that must."""
        if not self._tables:
            return False
        is_cell = name in tags.CELLS
        while (top := self._open[-1]) != "table":
            if (is_cell and top == "tr") or ((is_cell or name == "tr") and top in tags.GROUPS):
                break
            self._pop()
        if (is_cell or name == "tr") and self._open[-1] == "table":
            self._push("tbody", "", 0, 0)
        if is_cell and self._open[-1] != "tr":
            self._push("tr", "", 0, 0)
        return self._push(name, mark, start, end, rows, columns)

    # --- end tags ---

    def _end(self, name: str) -> None:
        """Closes the innermost open element of that name, if it is in reach; else the tag means nothing."""
        open_names = self._open
        if open_names[-1] == name:
            self._pop()
            return
        alike = tags.HEADINGS.keys() if name in tags.HEADINGS else (name,)
        for number in range(len(open_names) - 1, 0, -1):
            one = open_names[number]
            if one in alike:
                self._pop_to(number)
                return
            if one == "table" or (name not in _TABLE_MARKS and one in _TABLE_MARKS) or (name == "li" and one in _LISTS):
                return
