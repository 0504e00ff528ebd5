"""Pages of lines and tables -> blocks in reading order: the same for text that a PDF holds and for text that was recognised.

Order       from the top down, page after page; tables without ruling lines are found among the lines
Joined      paragraphs over lines and pages, tables over pages
Left out    page numbers, running heads and feet, (续表) over a table that goes on: listed in `furniture`, what differs by a number only once
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.readers.glyphs import PageContent
from auditor.readers.grid import Item
from auditor.readers.page_tables import UNRULED, PageTable, carries_on, join, raw_table
from auditor.readers.pages import Column, TextLine, furniture, paragraphs, text_column
from auditor.readers.unruled import cut_off, find_tables, may_go_on

_LONGEST_FURNITURE = 60
_MOST_FURNITURE = 60
_FULL_LINE = 10  # characters from which a line says where the text is set
_OWN_COLUMN = 8  # such lines from which a page has a column of its own
_CONTINUED = re.compile(r"[（(]?(?:续表?\d*|接上[表页]|续上[表页]|表续)[）)]?")


@dataclass(slots=True)
class Page:
    """A page: its tables, and the lines outside of them."""

    content: PageContent
    tables: list[PageTable]
    lines: list[TextLine]


@dataclass(slots=True)
class Paged:
    """The pages of a document, one after the other; `items` may be taken once."""

    pages: list[Page] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)

    def leave_out(self, words: str) -> None:
        """Lists words that are no text of the document."""
        words = "".join(words.split())[:_LONGEST_FURNITURE]
        known = {re.sub(r"\d+", "#", other) for other in self.furniture}
        if words and re.sub(r"\d+", "#", words) not in known and len(self.furniture) < _MOST_FURNITURE:
            self.furniture.append(words)

    def items(self) -> Iterator[Item]:
        """Paragraphs and tables of all pages in reading order."""
        self._take_out_furniture()
        self._open_boxes()
        columns = self._columns()
        run: list[tuple[TextLine, Column]] = []
        table: PageTable | None = None
        for page, column in zip(self.pages, columns, strict=True):
            for item in _in_order(page, column):
                if table is not None and isinstance(item, PageTable) and carries_on(table, item):
                    join(table, item)
                    continue
                if table is not None:
                    if UNRULED in table.inferred and item.page is not table.page and may_go_on(table, item):
                        cut_off(table)
                    yield raw_table(table)
                    table = None
                if isinstance(item, TextLine):
                    run.append((item, column))
                    continue
                yield from paragraphs(run)
                run = []
                table = item
        yield from paragraphs(run)
        if table is not None:
            yield raw_table(table)

    def _take_out_furniture(self) -> None:
        gone = furniture([page.lines for page in self.pages])
        for before, page in zip((None, *self.pages), self.pages, strict=False):
            for line in page.lines:
                if id(line) in gone:
                    self.leave_out(line.text)
            page.lines = [line for line in page.lines if id(line) not in gone]
            first = page.lines[0] if page.lines else None
            goes_on = before is not None and before.tables and page.tables and first is not None
            if goes_on and first is not None and _CONTINUED.fullmatch(first.text):
                self.leave_out(first.text)
                del page.lines[0]

    def _open_boxes(self) -> None:
        """A frame around text is no table, unless it is a piece of one of which the rest is on the page before or after."""
        for at, page in enumerate(self.pages):
            around = [t for p in self.pages[max(at - 1, 0) : at + 2] for t in p.tables if len(t.cells) > 1]
            frames = [t for t in page.tables if len(t.cells) == 1 and not any(t.is_as_wide_as(o) for o in around)]
            for frame in frames:
                page.tables.remove(frame)
                page.lines.extend(line for cell in frame.cells for line, _ in cell.lines)
            if frames:
                page.lines.sort(key=lambda line: line.base)

    def _columns(self) -> list[Column]:
        """The column of each page: its own where it has enough text, else that of all pages of its size."""
        sizes: dict[tuple[int, int], list[TextLine]] = {}
        for page in self.pages:
            size = (round(page.content.width), round(page.content.height))
            sizes.setdefault(size, []).extend(page.lines)
        shared = {size: text_column(lines) for size, lines in sizes.items()}
        out: list[Column] = []
        for page in self.pages:
            column = shared[round(page.content.width), round(page.content.height)]
            full = sum(len(line.text) >= _FULL_LINE for line in page.lines)
            own = text_column(page.lines) if full >= _OWN_COLUMN else column
            out.append(Column(own.left, own.right, column.indents))
        return out


def _in_order(page: Page, column: Column) -> list[TextLine | PageTable]:
    """Lines and tables of a page from the top down; tables without ruling lines are found among the lines."""
    items: list[TextLine | PageTable] = []
    lines: list[TextLine] = []
    tables = sorted(page.tables, key=lambda table: table.box[1])
    for line in page.lines:
        while tables and tables[0].box[1] < line.base:
            items.extend(find_tables(lines, column))
            lines = []
            items.append(tables.pop(0))
        lines.append(line)
    items.extend(find_tables(lines, column))
    return [*items, *tables]
