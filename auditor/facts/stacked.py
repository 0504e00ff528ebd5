"""Stacked tables: one grid that holds several official tables and the lines between them in, its parts out.

On one sheet the whole report may stand without an empty row: title, text, 二、主动公开政府信息情况, its table, 三、…, its table.
A reader sees one table there. It is parted at the rows that hold nothing but a section's official heading; sentences in rows
of their own before and after the rows of several cells are text, not table.

Refuses   to part a grid across a cell that spans rows, or one without such a heading: form A's 一、主动公开情况 is a row
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from auditor.model import Block, Cell, Paragraph, Table, Text, Whole
from auditor.text import is_blank, squash

_HEADING = re.compile(
    r"[一二三四五六七]、(?:总体情况|(?:主动公开|收到和处理|因)?政府信息(?:公开)?(?:申请)?(?:情况|行政复议)"
    r"|主动公开政府信息|收到和处理政府信息公开|因?政府信息公开(?:工作被申请)?行政复议|(?:政府信息公开工作)?存在的?(?:主要)?问题|其他需要报告)"
)
_LONGEST = 40

Row = Sequence[Cell]


def unstacked(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same blocks, with every stack of tables in its parts."""
    for block in blocks:
        if isinstance(block, Table) and any(map(_speaks, block.cells)):
            yield from _parts(block)
        else:
            yield block


def _speaks(cell: Cell) -> bool:
    return len(cell.text) <= _LONGEST and bool(_HEADING.match(squash(cell.text)))


def _parts(table: Table) -> Iterator[Block]:
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    headings = [row for row, cells in rows.items() if _is_heading(cells) and not _crossed(table, row)]
    if not headings:
        yield table
        return
    order = sorted(rows)
    starts = [order[0], *(row for row in headings if row != order[0])]
    for start, stop in zip(starts, [*starts[1:], order[-1] + 1], strict=True):
        yield from _text_and_table(table, [rows[row] for row in order if start <= row < stop])


def _is_heading(cells: Row) -> bool:
    shown = [cell for cell in cells if not is_blank(cell.text)]
    return len(shown) == 1 and shown[0].row_span == 1 and _speaks(shown[0])


def _is_text(cells: Row) -> bool:
    words = squash("".join(cell.text for cell in cells))
    return _is_heading(cells) or len(words) > _LONGEST or words.endswith(("。", "报告"))


def _crossed(table: Table, row: int) -> bool:
    return any(cell.row < row < cell.row + cell.row_span for cell in table.cells)


def _text_and_table(table: Table, rows: Sequence[Row]) -> Iterator[Block]:
    shown = [sum(not is_blank(cell.text) for cell in cells) for cells in rows]
    wide = [at for at, count in enumerate(shown) if count > 1]
    first, last = (wide[0], wide[-1] + 1) if wide else (len(rows), len(rows))
    while 0 < first < len(rows) and not _is_text(rows[first - 1]):
        first -= 1  # 第二十条第（一）项 over all columns is a row of its table
    while last < len(rows) and not _is_text(rows[last]):
        last += 1  # so is a row of which all values are blank
    yield from _lines(rows[:first])
    if wide:
        cells = [cell for row in rows[first:last] for cell in row]
        end = max(cell.column + cell.column_span for cell in cells if not is_blank(cell.text))
        kept = tuple(cell for cell in cells if cell.column < end)  # a wider table of the stack left blank columns here
        yield Table(kept, kept[0].place, inferred=table.inferred)
    yield from _lines(rows[last:])


def _lines(rows: Sequence[Row]) -> Iterator[Block]:
    for cell in (cell for row in rows for cell in row if not is_blank(cell.text)):
        yield Paragraph(Text(cell.text, Whole(cell.place)))
