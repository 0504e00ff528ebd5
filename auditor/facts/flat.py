"""Flat text: lines with one cell each in, the printed rows of one official table out.

Lists     a label (perhaps over two lines), perhaps a unit, one number; a heading is a label and two lines of NBSP, a
          blank number a label and one. Crawlers lose cells of one character, so that a unit may be missing
Grids     the header's words in the order in which a page's source has them, then each label and exactly as many lines
          of numbers as there are columns; any other count is a fault, for no line says which column it is of
Refuses   lines far from the others: a label that the prose mentions is no row
Source    reference/yushan-2017.txt, as a crawler left it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from auditor.facts.align import Label, label_of
from auditor.facts.layout import Layout
from auditor.facts.rows import UNITS, Entry, Head, Header, Value, Words, is_number_like
from auditor.form import FormColumn
from auditor.model import Block, Paragraph, Text
from auditor.text import is_blank, squash

_LONGEST_LABEL = 90
_LONGEST_VALUE = 20
_FARTHEST = 6
_LEAST_KNOWN = 3
_CELL_SPACES = "\xa0\u3000"

_LIST = Header((Head(("统计数",), 0, 0),), 0, 1)
_LIST_WITH_UNIT = Header((Head(("单位",), 0, 0), Head(("统计数",), 1, 1)), 0, 2)


@dataclass(slots=True)
class Line:
    """A label line and the lines of cells that follow it."""

    block: int
    text: Text
    label: Label
    cells: list[tuple[int, Value]] = field(default_factory=list)


class Lines:
    """The paragraphs of a document, read as one cell a line; made once for all layouts.

    `labels` are those that may be the label of a row; `labelled`, each with the cells that follow it, is made when asked.
    """

    def __init__(self, texts: Mapping[int, Text]) -> None:
        self.texts = texts
        self.labels = [label_of(text.text) for text in texts.values() if _may_be_label(text.text)]
        self._labelled: tuple[Line, ...] | None = None

    @property
    def labelled(self) -> tuple[Line, ...]:
        """The label lines in order."""
        if self._labelled is None:
            self._labelled = tuple(_labelled(self.texts))
        return self._labelled


def lines_of(blocks: Sequence[Block]) -> Lines:
    """The document's paragraphs, read as one cell a line."""
    return Lines({at: block.text for at, block in enumerate(blocks) if isinstance(block, Paragraph)})


def _may_be_label(text: str) -> bool:
    """Whether a line is no longer than a label, as far as can be told without reading it; a sentence is none."""
    if len(text) <= _LONGEST_LABEL:
        return True
    return "。" not in text and len("".join(text.split())) <= 3 * _LONGEST_LABEL


def may_print(layout: Layout, lines: Lines) -> bool:
    """Whether enough lines are exactly labels of the table."""
    return layout.index.known(lines.labels) >= _LEAST_KNOWN


def flat_entries(layout: Layout, lines: Lines) -> tuple[tuple[Entry, ...], tuple[int, ...]] | None:
    """The table's rows and the indexes of the blocks they were read from; None where it is not printed like this."""
    labelled = lines.labelled
    if not may_print(layout, lines):
        return None
    kind = layout.table.kind
    if kind == "strip":
        return _strip(layout, lines)
    entries = [(line, _list_entry(line)) for line in labelled] if kind == "list" else list(_grid(layout, labelled))
    return _window(layout, entries, lines.texts)


def _labelled(texts: Mapping[int, Text]) -> Iterator[Line]:
    current: Line | None = None
    for block, text in texts.items():
        shown = squash(text.text)
        if not shown or shown in UNITS or (len(shown) <= _LONGEST_VALUE and is_number_like(text.text)):
            is_cell = bool(shown) or any(c in _CELL_SPACES for c in text.text)
            if current is not None and is_cell:
                current.cells.append((block, Value(text.text, text.place())))
            continue
        if current is not None:
            yield current
        current = Line(block, text, label_of(text.text) if len(shown) <= _LONGEST_LABEL else Label("", ""))
    if current is not None:
        yield current


# --- a list ----------------------------------------------------------------------------------------


def _list_entry(line: Line) -> Entry:
    cells = [value for _, value in line.cells]
    unit = cells.pop(0) if cells and squash(cells[0].text) in UNITS else None
    numbers = [c for c in cells if not is_blank(c.text)]
    fault = ""
    if any(squash(c.text) in UNITS for c in numbers) or len(numbers) > 1:
        fault = "该行有多个数值，无法确定哪一个是统计数"
    value = numbers[0] if numbers else cells[1 if unit is None and len(cells) == 2 else 0] if cells else None
    header = _LIST if unit is None else _LIST_WITH_UNIT
    values = () if value is None else (value,) if unit is None else (unit, value)
    return Entry(line.label, line.text.text, line.text.place(), values, header, fault=fault, block=line.block)


# --- grids -----------------------------------------------------------------------------------------


def _grid(layout: Layout, labelled: Sequence[Line]) -> Iterator[tuple[Line, Entry]]:
    """Label lines with the header that was printed last before them."""
    words = layout.column_words
    header: Header | None = None
    pending: list[str] = []
    at = 0
    while at < len(labelled):
        line = labelled[at]
        names, taken = _column_words(labelled, at, words)
        if taken and not any(other.cells for other in labelled[at : at + taken]):
            pending.extend(names)
            at += taken
            continue
        if pending:
            header, pending = _heads(layout, pending), []
        yield line, _grid_entry(line, header)
        at += 1


def _column_words(labelled: Sequence[Line], at: int, words: Words) -> tuple[list[str], int]:
    """(column words of this line, or of it and the next as one; how many lines that takes)."""
    text = labelled[at].text.text
    if words.column(text):
        return [text], 1
    if words.any(text):
        return [], 1
    if at + 1 < len(labelled) and not labelled[at].cells:
        joined = text + labelled[at + 1].text.text
        if words.column(joined):
            return [joined], 2
    return [], 0


def _heads(layout: Layout, names: Sequence[str]) -> Header | None:
    """The header of these words, where they are all the words of one in the order of the source; else none.

    Of table three that order is known: a header in levels has the words over one column before those in the middle.
    """
    table = layout.table
    shown = [label_of(name).body for name in names]
    if table.blocks:
        orders = [[table.column(key) for key in block.columns] for block in table.blocks]
    else:
        flat = [c for c in table.columns if len(c.path) == 1]
        orders = [list(table.columns), [*flat, *(c for c in table.columns if len(c.path) > 1)]]
    for order in orders:
        if len(shown) == len(order) and all(s in _column_bodies(c) for s, c in zip(shown, order, strict=True)):
            columns = order if table.blocks else table.columns
            return Header(tuple(Head(c.path, at, at) for at, c in enumerate(columns)), 0, len(columns))
    return None


def _column_bodies(column: FormColumn) -> set[str]:
    return {label_of(words).body for words in (column.path[-1], *column.variants)}


def _grid_entry(line: Line, header: Header | None) -> Entry:
    values = tuple(value for _, value in line.cells)
    fault = "表格缺少表头，无法确定各列是什么" if values and header is None else ""
    if header is not None and values:
        values, fault = _counted(values, len(header.heads))
    return Entry(line.label, line.text.text, line.text.place(), values, header, fault=fault, block=line.block)


def _counted(values: tuple[Value, ...], count: int) -> tuple[tuple[Value, ...], str]:
    """Exactly `count` cells, or a fault; blank lines after a full row of numbers are page spacing."""
    if len(values) > count and all(is_blank(v.text) != (at < count) for at, v in enumerate(values)):
        values = values[:count]
    if len(values) != count:
        return values, f"该行有 {len(values)} 个数值，表头有 {count} 列，无法逐列对应"
    return values, ""


def _strip(layout: Layout, lines: Lines) -> tuple[tuple[Entry, ...], tuple[int, ...]] | None:
    """Table four: all its column words in order, then exactly as many lines of numbers."""
    table, labelled = layout.table, lines.labelled
    official = [_column_bodies(c) for _ in table.rows for c in table.columns]
    outer = {label_of(w).body for row in table.rows for w in (*row.path, *row.variants)}
    heads = tuple(Head((*r.path, *c.path), 0, 0) for r in table.rows for c in table.columns)
    first: int | None = None
    seen = 0
    for line in labelled:
        body = line.label.body
        if seen < len(official) and body in official[seen]:
            first = line.block if first is None else first
            seen += 1
            if seen == len(official) and line.cells:
                values, fault = _counted(tuple(v for _, v in line.cells), len(official))
                entry = Entry(
                    Label("", ""), "", values[0].place, values, Header(heads, 0, len(heads)), fault=fault, block=first
                )
                end = line.cells[len(values) - 1][0]
                start = next((x.block for x in reversed(labelled) if x.block < first and x.label.body in outer), first)
                start = start if first - start <= 2 else first
                return (entry,), tuple(block for block in lines.texts if start <= block <= end)
        elif body not in outer:
            first, seen = None, 0
        if line.cells:
            first, seen = None, 0
    return None


# --- where the table stands ------------------------------------------------------------------------


def _window(
    layout: Layout, entries: Sequence[tuple[Line, Entry]], texts: Mapping[int, Text]
) -> tuple[tuple[Entry, ...], tuple[int, ...]] | None:
    """The densest run of rows, and the blocks from its header to its last number."""
    slot = layout.read([entry for _, entry in entries])
    valued = {id(e) for e in slot.rows.values() if e.values}
    at = [n for n, (_, entry) in enumerate(entries) if id(entry) in valued]
    if not at:
        return None
    runs: list[list[int]] = [[at[0]]]
    for before, n in pairwise(at):
        if n - before > _FARTHEST:
            runs.append([])
        runs[-1].append(n)
    run = max(runs, key=len)
    first, last = run[0], run[-1]
    while first > 0 and run[0] - first < 3 and layout.index.knows(entries[first - 1][1].label):
        first -= 1
    # The last row of the table may itself be the one that could not be read.
    while last + 1 < len(entries) and layout.index.knows(entries[last + 1][1].label) and entries[last + 1][0].cells:
        last += 1
    end_line = entries[last][0]
    filled = [block for block, value in end_line.cells if not is_blank(value.text)]
    end = filled[-1] if filled else (end_line.cells[0][0] if end_line.cells else end_line.block)
    start = _header_start(layout, texts, entries[first][0].block)
    blocks = tuple(block for block in texts if start <= block <= end)
    return tuple(entry for _, entry in entries[first : last + 1]), blocks


def _header_start(layout: Layout, texts: Mapping[int, Text], first: int) -> int:
    """The block where the header's words before the first row begin."""
    words = layout.column_words
    order = list(texts)
    at = order.index(first)
    start = first
    while at > 0:
        at -= 1
        text = texts[order[at]].text
        if "勾稽关系" in text or words.any(text) or layout.index.knows(label_of(text)):
            start = order[at]
        elif not is_blank(text):
            break
    return start
