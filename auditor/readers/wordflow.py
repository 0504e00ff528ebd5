"""Paragraphs, cell ends and row ends in the order of a file -> paragraphs and tables, for formats whose tables are only marks.

In Word 97-2003 and in RTF a table is no element: each paragraph says how deep in tables it stands, and marks say where a cell
and where a row ends. Here the tables are put together; `wordgrid` finds their columns.

Refuses   tables nested past the limit, more cells or characters than the limits
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.model import Place
from auditor.readers import limits
from auditor.readers.grid import Item, Line
from auditor.readers.limits import Refusal
from auditor.readers.wordgrid import Layout, WordRow, arrange

Locate = Callable[[int, int, int, list[Item]], Place]
"""Where a cell stands: by the number of its table, its row and its own, and by what it holds."""


@dataclass(slots=True)
class _Open:
    """A table whose end is not reached: its number, its rows, and what its current row and cell hold."""

    number: int
    into: list[Item]
    rows: list[WordRow] = field(default_factory=list)
    cells: list[list[Item]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    count: int = 0  # of rows, deleted ones included


@dataclass(slots=True)
class WordFlow:
    """Takes what a file holds in order; `finish` gives it as paragraphs and tables."""

    locate: Locate
    tables: int = 0  # begun so far: tables are numbered by where they begin
    _out: list[Item] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _cells: int = 0
    _characters: int = 0

    def at_depth(self, depth: int) -> None:
        """What comes next stands so deep in tables; deeper ones end."""
        if depth > limits.TABLE_DEPTH:
            raise Refusal(f"表格嵌套超过 {limits.TABLE_DEPTH} 层，未予读取；请简化版式后重新运行")
        self._close(depth)
        while len(self._open) < depth:
            self._open.append(_Open(self.tables, self._here()))
            self.tables += 1

    def add(self, line: Line) -> None:
        """A paragraph."""
        self._characters += len(line.text)
        if self._characters > limits.CHARACTERS:
            raise limits.too_many_characters()
        self._here().append(line)

    def add_all(self, items: list[Item]) -> None:
        """What a text box holds."""
        self._here().extend(items)

    def end_cell(self) -> None:
        """The end of a cell of the innermost table."""
        self._cells += 1
        if self._cells > limits.CELLS:
            raise limits.too_many_cells()
        table = self._open[-1]
        table.places.append(self.locate(table.number, table.count, len(table.cells), table.items))
        table.cells.append(table.items)
        table.items = []

    def end_row(self, layout: Layout, *, deleted: bool = False) -> None:
        """The end of a row of the innermost table."""
        table = self._open[-1]
        if table.items:  # a cell without an end of its own
            self.end_cell()
        if table.cells and not deleted:
            table.rows.append(WordRow(table.cells, table.places, layout))
        table.cells, table.places = [], []
        table.count += 1

    def finish(self) -> list[Item]:
        """Everything in order."""
        self._close(0)
        return self._out

    def _here(self) -> list[Item]:
        return self._open[-1].items if self._open else self._out

    def _close(self, depth: int) -> None:
        """Ends the tables deeper than that."""
        while len(self._open) > depth:
            self.end_row(Layout())  # a row without an end of its own
            table = self._open.pop()
            if table.rows:
                table.into.append(arrange(table.rows))
