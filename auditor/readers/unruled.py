"""Lines of a page without ruling lines -> the tables among them, their columns inferred from where characters stand.

Found       where at least three lines (or one with five numbers) show numbers at their end, apart from the words before them, line after
            line; a sentence ends the table. Words that stand over the numbers are its header
Columns     numbers that stand over one another; of words between label and numbers (units) those that most rows have
Header      words over one column name it, wider ones and those between two columns cover the columns around their middle
Rows        lines that begin no item, have not a piece for every column and stand as close as lines of one row do go on from the line above
Refuses     to guess: where two numbers of a line fall into one column the lines stay lines; a row of words has no cells of numbers; a row whose
            numbers go over more than one line has none that can be told
Doubt       every table says that its columns are inferred
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from auditor.readers.lattice import Box
from auditor.readers.page_tables import TORN, UNRULED, PageTable, TableCell
from auditor.readers.pages import BEGINNING, Column, TextLine, pieces, unknown_after

_GAP = 0.7  # in sizes: what parts two cells of a line
_LEAST_ROWS = 3
_LEAST_NUMBERS = 5  # in the only row of a table
_MOST_BETWEEN = 6  # lines without numbers between two with
_MOST_HEADER = 8
_WRAPPED = 1.9  # in sizes: lines of one label stand no further apart
_HALF_LINE = 0.9  # in sizes: words set in the middle of two lines of a label stand no further from them
_TORN = 2.5  # in sizes: numbers alone so near under numbers are the rest of them
_NARROW = 2  # characters a line of a label written downwards
_LEAST_OUTER = 3  # lines of labels written downwards
_PROSE_WIDTH = 0.8  # of the column: a longer line without numbers is text
_SENTENCE = re.compile("[。；;]")
_UNBOUND = 1000.0
_SECTION = re.compile("[一二三四五六七八九十]{1,3}、")
_NONE = ("无", "零")
_ONE = re.compile(r"[\d０-９,，.]+|[/／—–\-]+")
_SEVERAL = re.compile(r"[\d０-９,，.]+(?: [\d０-９,，.]+| ?[/／—–\-]+)+")
_NUMBER = re.compile(r"[+\-−]?[,，.]?[\d０-９][\d０-９,，.]*[%％]?|[/／—–\-]+")


@dataclass(slots=True)
class _Row:
    """A line as its pieces; `numbers` are those at its end that show numbers."""

    line: TextLine
    pieces: list[TextLine]
    numbers: list[TextLine] = field(default_factory=list)

    @property
    def words(self) -> list[TextLine]:
        """The pieces before the numbers."""
        return self.pieces[: len(self.pieces) - len(self.numbers)]

    @property
    def is_data(self) -> bool:
        """Whether it has words and numbers, or several numbers."""
        return bool(self.numbers) and (len(self.pieces) > len(self.numbers) or len(self.numbers) > 1)

    def is_header(self, data: Sequence[_Row]) -> bool:
        """Whether it has words over the numbers of those rows."""
        if self.numbers or len(self.pieces) < 2:
            return False
        edge = min(piece.left for row in data for piece in row.numbers) - self.line.size
        over = any(piece.left + piece.right >= 2 * edge for piece in self.pieces)
        return over or all(len(row.pieces) == len(self.pieces) for row in data)


def find_tables(lines: Sequence[TextLine], column: Column) -> list[TextLine | PageTable]:
    """The lines in order, those that make up a table replaced by it."""
    if len(lines) < 2:
        return list(lines)
    rows = [_row(line) for line in lines]
    out: list[TextLine | PageTable] = []
    at = 0
    for first, last in _runs(rows, column):
        first = _with_header(rows, at, first, column)
        for start, end in _parts(rows, first, _with_tail(rows, first, last)):
            table = _table(rows[start:end])
            if table is not None:
                out.extend(lines[at:start])
                out.append(table)
                at = end
    return [*out, *lines[at:]]


def _row(line: TextLine) -> _Row:
    row = _Row(line, [part for piece in pieces(line, _GAP) for part in _apart(piece)])
    for piece in reversed(row.pieces):
        if not (_NUMBER.fullmatch(piece.text) or piece.text in _NONE):
            break
        row.numbers.insert(0, piece)
    if not row.words and all(piece.text in _NONE for piece in row.numbers):
        row.numbers = []  # a piece of a label (无 of 无法提供)
    return row


def _apart(piece: TextLine) -> Iterator[TextLine]:
    """Numbers with nothing but a space between them stand in two cells, and so does a dash right behind a number."""
    if not _SEVERAL.fullmatch(piece.text):
        yield piece
        return
    for found in _ONE.finditer(piece.text):
        yield piece.part(found.start(), found.end())


# --- which lines -----------------------------------------------------------------------------------


def _runs(rows: Sequence[_Row], column: Column) -> Iterator[tuple[int, int]]:
    """(first, after last) of stretches of lines with numbers that a table could be."""
    data = [at for at, row in enumerate(rows) if row.is_data]
    start = 0
    for index in range(1, len(data) + 1):
        if index < len(data) and not _is_text_between(rows[data[index - 1] + 1 : data[index]], column):
            continue
        run = data[start:index]
        start = index
        if run and (len(run) >= _LEAST_ROWS or any(len(rows[at].numbers) >= _LEAST_NUMBERS for at in run)):
            yield run[0], run[-1] + 1


def _is_text_between(rows: Sequence[_Row], column: Column) -> bool:
    return len(rows) > _MOST_BETWEEN or any(_is_text(row, column) for row in rows)


def _is_text(row: _Row, column: Column) -> bool:
    """Whether a line is running text."""
    width = row.line.right - row.line.left
    wide = width > _PROSE_WIDTH * (column.right - column.left) and len(row.pieces) == 1
    return wide or bool(_SENTENCE.search(row.line.text))


def _with_header(rows: Sequence[_Row], low: int, first: int, column: Column) -> int:
    """The first line of the table's header: over its numbers stand words in columns."""
    numbers = min(piece.left for row in rows[first : first + _LEAST_ROWS] for piece in row.numbers)
    top = first
    for at in range(first - 1, max(low, first - _MOST_HEADER) - 1, -1):
        row = rows[at]
        if _is_text(row, column) or rows[at + 1].line.base - row.line.base > 4.5 * row.line.size:
            break
        over = [piece for piece in row.pieces if (piece.left + piece.right) / 2 >= numbers - row.line.size]
        if len(row.pieces) > 1 and over:
            top = at
        elif not over or BEGINNING.match(row.line.text):
            break
        elif len(over) == len(row.pieces):
            top = at
    return top


def _parts(rows: Sequence[_Row], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The tables under one another that a stretch of lines is: each begins with a header, what stands over it may head a section."""
    start = first
    for at in range(first + 1, last):
        before = [row for row in rows[start:at] if row.is_data]
        if not before or rows[at - 1].is_header(before) or not rows[at].is_header(before):
            continue
        if not any(row.is_data for row in rows[at:last]):
            break
        end = cut = at
        while end - 1 > start and not rows[end - 1].numbers and len(rows[end - 1].pieces) == 1:
            end -= 1
        while cut > end and not _SECTION.match(rows[cut - 1].line.text):
            cut -= 1
        yield start, end
        start = cut
    yield start, last


def _with_tail(rows: Sequence[_Row], first: int, last: int) -> int:
    """The line after the table: lines that go on from its last label or its last numbers belong to it."""
    edge = _label_end(rows[first:last])
    end = last
    for at in range(last, min(last + _MOST_BETWEEN, len(rows))):
        if _is_rest(rows[end - 1], rows[at]) or (_goes_on(rows[end - 1], rows[at]) and rows[at].line.left < edge):
            end = at + 1
        elif len(rows[at].line.text) > 2:  # a label written downwards may stand between
            break
    return end


def _is_rest(before: _Row, row: _Row) -> bool:
    """Whether a line is nothing but numbers, as close to the line above as lines of one row are."""
    return bool(row.numbers) and not row.words and row.line.base - before.line.base <= _TORN * row.line.size


def _label_end(rows: Iterable[_Row]) -> float:
    return min(piece.left for row in rows for piece in row.numbers)


def _goes_on(before: _Row, row: _Row) -> bool:
    """Whether a line without numbers is the rest of the label above."""
    close = row.line.base - before.line.base <= _WRAPPED * row.line.size
    label = before.words[-1] if before.words else None
    aligned = label is not None and abs(row.line.left - label.left) <= 3 * row.line.size
    return len(row.pieces) == 1 and not row.numbers and close and aligned and not BEGINNING.match(row.line.text)


# --- columns ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Band:
    """A column of cells: from where to where its pieces reach."""

    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def _bands(found: Iterable[TextLine]) -> list[_Band]:
    """Pieces that stand over one another, as columns from left to right."""
    out: list[_Band] = []
    for piece in sorted(found, key=lambda p: p.left):
        if out and piece.left < out[-1].right:
            out[-1].right = max(out[-1].right, piece.right)
        else:
            out.append(_Band(piece.left, piece.right))
    return out


def _columns(rows: Sequence[_Row]) -> list[_Band] | None:
    """The columns after the label, None where they cannot be told for certain."""
    data = [row for row in rows if row.is_data]
    numbers = _bands(piece for row in data for piece in row.numbers)
    edge = numbers[0].left
    between = _bands(piece for row in data for piece in row.words[1:] if len(piece.text) <= 4 and piece.right <= edge)
    units = [band for band in between if 2 * sum(_holds(band, row.words[1:]) for row in data) > len(data)]
    if any(not _ever_together(one, other, data) for one, other in pairwise(numbers)):
        return None
    columns = _with_blank_columns(rows[: rows.index(data[0])], [*units, *numbers])
    if columns is None:
        return None
    for row in data:
        places = [_place(piece, columns) for piece in row.numbers]
        if len(set(places)) < len(places):
            return None
    return columns


def _with_blank_columns(header: Sequence[_Row], columns: list[_Band]) -> list[_Band] | None:
    """The columns and those over which words stand but under which no row has anything."""
    if any(len(row.pieces) == len(columns) + 1 for row in header):
        return columns
    over = [piece for row in header if len(row.pieces) > 1 for piece in row.pieces if piece.left >= columns[0].left]
    named = _bands(piece for piece in over if sum(_holds(band, [piece]) for band in columns) < 2)
    beside = [name for name in named if not any(_lap(name, band) for band in columns)]
    if beside and not all(_holds(band, over) for band in columns):
        return None
    return sorted([*columns, *beside], key=lambda band: band.left)


def _ever_together(one: _Band, other: _Band, data: Sequence[_Row]) -> bool:
    """Whether a row has numbers in both; else they may be one column in which some stand to the left."""
    return any(_holds(one, row.numbers) and _holds(other, row.numbers) for row in data)


def _lap(one: _Band, other: _Band) -> bool:
    return one.left < other.right and other.left < one.right


def _holds(band: _Band, found: Iterable[TextLine]) -> bool:
    return any(piece.left < band.right and band.left < piece.right for piece in found)


def _place(piece: TextLine, columns: Sequence[_Band]) -> int:
    middle = (piece.left + piece.right) / 2
    return min(range(len(columns)), key=lambda at: abs(columns[at].middle - middle))


# --- cells -----------------------------------------------------------------------------------------


def _table(rows: Sequence[_Row]) -> PageTable | None:
    columns = _columns(rows)
    if columns is None:
        return None
    first = next(at for at, row in enumerate(rows) if row.is_data)
    body = list(rows[first:])
    outer = _without_outer_labels(body)
    edges = _edges(rows, columns)
    page = rows[0].line.page
    out = PageTable(edges, 0, [], page, _box_of([row.line for row in rows]), page.number, [UNRULED])
    if first:
        _add_header(out, rows[:first], columns)
    if outer:
        _add_cell(out, 0, 1, _box_of(outer), outer)
        out.rows += 1
    for group in _grouped(body, columns, edges[1]):
        _add_row(out, group, columns)
    return out


def _edges(rows: Sequence[_Row], columns: Sequence[_Band]) -> list[float]:
    """Column edges: halfway between neighbouring columns, and the outermost characters."""
    left, right = min(row.line.left for row in rows), max(row.line.right for row in rows)
    labels = [p.right for row in rows if row.is_data for p in row.words if p.right <= columns[0].left]
    first = (max(labels, default=left) + columns[0].left) / 2
    inner = [(one.right + other.left) / 2 for one, other in pairwise(columns)]
    return [min(left, first), first, *inner, max(right, columns[-1].right)]


def _grouped(rows: Sequence[_Row], columns: Sequence[_Band], label_end: float) -> list[list[_Row]]:
    """Lines that make one row of the table."""
    out: list[list[_Row]] = []
    for row in rows:
        if out and _same_row(out[-1], row, columns, label_end):
            out[-1].append(row)
        else:
            out.append([row])
    return out


def _same_row(group: Sequence[_Row], row: _Row, columns: Sequence[_Band], label_end: float) -> bool:
    """Whether a line goes on with the row above: it stands as close as lines of one row do, and begins no row itself."""
    gap = row.line.base - group[-1].line.base
    if any(r.numbers for r in group) and _is_rest(group[-1], row):
        return True
    if gap > _WRAPPED * row.line.size or (row.words and BEGINNING.match(row.words[0].text)):
        return False
    if row.numbers and not row.words and not any(r.numbers for r in group):
        return gap <= _HALF_LINE * row.line.size
    has_unit = any(piece.left >= label_end for piece in row.words)
    return not has_unit and len(row.pieces) <= len(columns) and (bool(row.numbers) or _goes_on(group[-1], row))


def _without_outer_labels(rows: list[_Row]) -> list[TextLine]:
    """Takes labels written downwards beside the rows (of a character or two a line) out of them."""
    first = [row.pieces[0] for row in rows if row.words and len(row.pieces[0].text) <= _NARROW]
    outer = [p for p in first if sum(abs(p.left - other.left) <= 2.0 for other in first) >= _LEAST_OUTER]
    outer += [row.line for before, row in pairwise(rows) if _is_outer(before, row)]
    found = {id(piece) for piece in outer}
    for row in rows:
        row.pieces = [piece for piece in row.pieces if id(piece) not in found and id(row.line) not in found]
    rows[:] = [row for row in rows if row.pieces]
    return outer


def _is_outer(before: _Row, row: _Row) -> bool:
    """Whether a line is nothing but a bit of a label that stands left of the labels of rows."""
    bit = not row.numbers and len(row.line.text) <= _NARROW + 1 and not BEGINNING.match(row.line.text)
    return bit and bool(before.words) and row.line.left < before.words[-1].left - 3 * row.line.size


def _add_row(table: PageTable, group: Sequence[_Row], columns: Sequence[_Band]) -> None:
    """A row: its label, and where anything stands behind it a cell in every column."""
    filled: dict[int, list[TextLine]] = {}
    for row in group:
        for piece in row.pieces:
            is_label = piece in row.words and piece.left < table.columns[1]
            filled.setdefault(0 if is_label else 1 + _place(piece, columns), []).append(piece)
    torn = sum(bool(row.numbers) for row in group) > 1
    if torn:
        table.doubt(TORN)
    is_row = max(filled) > 0
    top, bottom = min(row.line.top for row in group), max(row.line.bottom for row in group)
    for at in range(len(columns) + 1 if is_row else 1):
        found = filled.get(at, [])
        box = _box_of(found) if found else (table.columns[at], top, table.columns[at + 1], bottom)
        _add_cell(table, at, 1, box, [*found, unknown_after(found[-1])] if found and torn and at else found)
    table.rows += 1


def _add_cell(table: PageTable, column: int, span: int, box: Box, found: Sequence[TextLine]) -> None:
    """Adds a cell. How wide it is no one knows, so no number in it is taken to go on over lines."""
    left, right = table.columns[column] - _UNBOUND, table.columns[column + span] + _UNBOUND
    lines = [(line, (left, box[1], right, box[3])) for line in found]
    table.cells.append(TableCell(table.rows, column, 1, span, table.page, box, lines))


def _box_of(lines: Sequence[TextLine]) -> Box:
    return (
        min(line.left for line in lines),
        min(line.top for line in lines),
        max(line.right for line in lines),
        max(line.bottom for line in lines),
    )


def cut_off(table: PageTable) -> None:
    """Marks the numbers of the last row of a table that the page break seems to cut in two."""
    for cell in table.cells:
        if cell.row == table.rows - 1 and cell.column and cell.lines:
            line, box = cell.lines[-1]
            cell.lines.append((unknown_after(line), box))


def may_go_on(table: PageTable, item: TextLine | PageTable) -> bool:
    """Whether the numbers of a table's last row may go on over the page: there numbers begin without a label, or numbers of
    the table go over lines."""
    if TORN in table.inferred:
        return True
    if isinstance(item, TextLine):
        row = _row(item)
        return bool(row.numbers) and not row.words
    first = min((cell.row for cell in item.cells if cell.column and cell.is_number), default=0)
    labelled = any(cell.lines for cell in item.cells if cell.row == first and cell.column == 0)
    return not labelled or TORN in item.inferred


# --- the header ------------------------------------------------------------------------------------


def _add_header(table: PageTable, rows: Sequence[_Row], columns: Sequence[_Band]) -> None:
    """Header rows: words over several columns, then the words that name each column, put together over their lines."""
    named: dict[int, list[TextLine]] = {}
    for row in rows:
        if len(row.pieces) == 1 and BEGINNING.match(row.line.text):
            _add_cell(table, 0, len(columns) + 1, _box_of(row.pieces), row.pieces)
            table.rows += 1
            continue
        spans = _spans(row.pieces, table.columns, columns)
        wide = [(piece, first, last) for piece, (first, last) in zip(row.pieces, spans, strict=True) if last > first]
        for piece, (first, last) in zip(row.pieces, spans, strict=True):
            if first == last:
                named.setdefault(first, []).append(piece)
        for piece, first, last in wide:
            _add_cell(table, first, last - first + 1, _box_of([piece]), [piece])
        if wide:
            table.rows += 1
    for column, found in sorted(named.items()):
        _add_cell(table, column, 1, _box_of(found), found)
    table.rows += bool(named)


def _spans(found: Sequence[TextLine], edges: Sequence[float], columns: Sequence[_Band]) -> list[tuple[int, int]]:
    """For each piece of a header line the columns (0 is the label) that it stands over: one, or as many around its middle as
    leave room for its neighbours."""
    if len(found) == len(columns) + 1:
        return [(at, at) for at in range(len(found))]
    middles = [(edges[0] + edges[1]) / 2, *(band.middle for band in columns)]
    out: list[tuple[int, int]] = []
    for at, piece in enumerate(found):
        middle = (piece.left + piece.right) / 2
        near = min(range(len(middles)), key=lambda i: abs(middles[i] - middle))
        if middle < edges[1]:
            out.append((0, 0))
            continue
        if edges[near] - 1 <= piece.left and piece.right <= edges[near + 1] + 1:
            out.append((near, near))
            continue
        low = max(out[-1][1] + 1 if out else 1, 1)
        high = len(columns) - (len(found) - 1 - at)
        out.append(_around(middle, middles, low, high, near))
    return out


def _around(middle: float, middles: Sequence[float], low: int, high: int, near: int) -> tuple[int, int]:
    """The widest run of columns between low and high whose middle is this one."""
    step = (middles[-1] - middles[1]) / max(len(middles) - 2, 1)
    best = (near, near)
    for first in range(low, high + 1):
        for last in range(first, high + 1):
            off = abs((middles[first] + middles[last]) / 2 - middle)
            if off <= 0.5 * step and last - first > best[1] - best[0]:
                best = (first, last)
    return best
