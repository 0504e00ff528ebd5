"""Blocks as a reader gives them -> their rendering: headings, paragraphs, tables with their spans, evidence marked by its place.

For       every format without a rendering of its own: Word, Excel, RTF, OpenDocument, PDF without pictures of its pages
Cells     a cell that is not there (a row that is shorter) is shown empty, so that columns stay under each other
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.documents.original.marking import Marks
from auditor.documents.original.masking import Mask, covered
from auditor.documents.original.tree import Child, Element, cell, in_lines, mark, marked
from auditor.model import Block, Cell, Paragraph, Table

_MOST_GAPS = 64  # a row shorter than that is filled up
_HEADINGS = {1: "h1", 2: "h2"}


def shown(blocks: Sequence[Block], marks: Marks, mask: Mask) -> list[Child]:
    """What the blocks say."""
    return [
        _paragraph(block, marks, mask) if isinstance(block, Paragraph) else _table(block, marks, mask)
        for block in blocks
    ]


def _paragraph(block: Paragraph, marks: Marks, mask: Mask) -> Element:
    tag = _HEADINGS.get(block.level, "h3") if block.level else "p"
    return Element(tag, _lines(marked(covered(block.text.text, mask), marks.ranges(block.text))))


def _lines(children: list[Child]) -> list[Child]:
    """Line breaks of the text as elements."""
    out: list[Child] = []
    for child in children:
        if isinstance(child, Element):
            out.append(Element(child.tag, _lines(child.children), child.attributes))
            continue
        for number, line in enumerate(child.split("\n")):
            out += [Element("br")] if number else []
            out += [line] if line else []
    return out


def _table(block: Table, marks: Marks, mask: Mask) -> Element:
    body = Element("tbody")
    for row in _rows(block.cells):
        body.children.append(Element("tr", [_cell(each, marks, mask) for each in row]))
    table = Element("table", [body])
    if block.caption:
        caption = Element("caption")
        in_lines(caption, [covered(block.caption, mask)])
        table.children.insert(0, caption)
    return table


def _cell(found: Cell | None, marks: Marks, mask: Mask) -> Element:
    if found is None:
        return Element("td")
    inner = _lines([covered(found.text, mask)] if found.text else [])
    numbers = marks.on_cell(found.place)
    return cell("td", [mark(inner, numbers)] if numbers else inner, found.row_span, found.column_span)


def _rows(cells: Sequence[Cell]) -> Iterator[list[Cell | None]]:
    """The cells row by row, with None for each that is not there between two that are."""
    rows: dict[int, list[Cell]] = {}
    for each in cells:
        rows.setdefault(each.row, []).append(each)
    last = max((each.row + max(each.row_span, 1) for each in cells), default=0)
    covered_until: dict[int, int] = {}  # by column: the row after the cell that reaches into it
    for number in range(min(last, max(rows, default=-1) + 1)):
        row: list[Cell | None] = []
        column = 0
        for each in sorted(rows.get(number, ()), key=lambda c: c.column):
            row += [None] * min(sum(covered_until.get(c, 0) <= number for c in range(column, each.column)), _MOST_GAPS)
            row.append(each)
            column = each.column + max(each.column_span, 1)
            if each.row_span > 1:
                covered_until.update(dict.fromkeys(range(each.column, column), number + each.row_span))
        yield row
