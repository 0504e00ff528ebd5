"""Tables on the screen: columns and rows of Chinese words -> a table that breaks its lines as Chinese is set.

Breaks    between any two characters but inside a word of Latin letters or figures; no line begins with 、or ends with （
Width     that of the terminal; a column that must stay whole (a number, a date) is added with no_wrap
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.containers import Lines
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, JustifyMethod, OverflowMethod

_CLOSING = frozenset("，。、；：！？）》”’】〕％%")
_OPENING = frozenset("（《“‘【〔")


def breaks(text: str, width: int) -> Iterator[int]:
    """Where lines of at most so many columns begin, but for the first."""
    start = used = 0
    last = None  # the last place at which the line may end
    for at, char in enumerate(text):
        if at > start and _may_break(text, at):
            last = at
        size = cell_len(char)
        while used + size > width and at > start and char != " ":  # what is carried over may be too long once more
            start = at if last is None else last
            last = None
            yield start
            used = cell_len(text[start:at])
        used += size


def _may_break(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if after in _CLOSING or before in _OPENING or after == " ":
        return False
    return before == " " or not (before.isascii() and after.isascii())


class _Words(Text):
    """A text that breaks between Chinese characters, where rich breaks at spaces alone."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """The lines of the text within the width."""
        lines = Lines()
        for line in self.split(allow_blank=True):
            parts = Lines([line]) if no_wrap else line.divide(breaks(line.plain, width))
            for part in parts:
                part.rstrip_end(width)
            if justify:
                parts.justify(console, width, justify=justify, overflow=overflow or "fold")
            for part in parts:
                part.truncate(width, overflow=overflow or "fold")
            lines.extend(parts)
        return lines

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Between its longest word and its longest line."""
        lines = self.plain.split("\n")
        longest = max((cell_len(part) for line in lines for part in _parts(line)), default=0)
        return Measurement(longest, max(map(cell_len, lines)))


def _parts(line: str) -> Iterator[str]:
    """The pieces of a line that stay whole."""
    start = 0
    for at in range(1, len(line)):
        if _may_break(line, at):
            yield line[start:at].rstrip()
            start = at
    yield line[start:].rstrip()


class Grid(Table):
    """A table without a frame; cells are plain words."""

    def __init__(self, *names: str, right: Iterable[str] = (), whole: Iterable[str] = (), head: bool = True) -> None:
        """Columns by their names: `right` are set to the right, `whole` are never broken."""
        super().__init__(
            box=box.SIMPLE_HEAD if head else box.SIMPLE,
            show_header=head,
            show_edge=False,
            pad_edge=False,
            padding=(0, 1, 0, 0),
            header_style="bold",
        )
        right, whole = frozenset(right), frozenset(whole)
        for name in names:
            self.add_column(name, justify="right" if name in right else "left", no_wrap=name in whole, overflow="fold")

    def add_column(self, header: Any = "", *more: Any, **how: Any) -> None:
        """A column; its head breaks as its words do."""
        super().add_column(_Words(header) if isinstance(header, str) else header, *more, **how)

    def add_row(self, *cells: Any, **more: Any) -> None:
        """A row; words break as Chinese is set."""
        super().add_row(*(_Words(cell) if isinstance(cell, str) else cell for cell in cells), **more)
