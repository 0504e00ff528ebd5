"""Misreadings: a table whose arithmetic fails, and its relations, in; the one misreading that would mend it all, out.

Relations  what the form's arithmetic asks of the cells, as functions of the facts; equalities are evidence, what else is
           asked (≤, 或) must only not be made false
Mended     no equality that failed among cells that hang together fails now, and no other is made false; cells that the
           misreading lost count as unknown, and at least one equality holds, with a number that is not 0, that did not
Shifts     values one column to the left or right (in one row, in all rows whose sum fails, in the whole table), or one
           row up or down, into or out of a blank cell
Swaps      two neighbouring cells, rows or columns that changed places
Borders    two cells read as one, one cell read as two; where the characters were recognised from a picture also a digit
           lost or added at a border
Refuses    to tell who erred: the same picture arises when the unit fills in the wrong column; the caller knows whether
           cells were inferred
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise

from auditor.form import Form, FormTable
from auditor.formula.evaluate import Truth
from auditor.model import Fact, PageBox, State

_UNKNOWN = None
_LONGEST = 18

Row = tuple[str, ...]
Values = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between cells of one table. `equality` are those that a number can hardly satisfy by chance."""

    facts: tuple[str, ...]
    holds: Callable[[Mapping[str, Fact]], Truth]
    equality: bool


@dataclass(frozen=True, slots=True)
class Misreading:
    """What may have been misread: in words, the cells that would say something else, and what they would say.

    `moved`: numbers stand in other cells than they should (shifts and swaps); else numbers were joined, split or misread.
    """

    words: str
    values: Values
    moved: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """The ids of the cells concerned."""
        return tuple(self.values)


def misreadings(
    form: Form, table: FormTable, facts: Mapping[str, Fact], relations: Sequence[Relation]
) -> list[Misreading]:
    """The misreading that mends all failing equalities; else one for each group of them that hangs together, if any."""
    failing = [r for r in relations if r.equality and r.holds(facts) is False]
    if not failing:
        return []
    grid = _Grid(form, table, facts)
    whole = _mending(grid, failing, relations)
    if whole is not None:
        return [whole]
    groups = _hanging_together(failing)
    found = [_mending(grid, group, relations) for group in groups] if len(groups) > 1 else []
    return [one for one in found if one is not None]


def displacements(
    form: Form, table: FormTable, facts: Mapping[str, Fact], within: Collection[str]
) -> Iterator[Misreading]:
    """Numbers that whoever filled in the table may have put one place too far: zeros beside them, so no reader did it.

    Only those of which every cell is `within`.
    """
    return _Grid(form, table, facts).displaced(frozenset(within))


def _hanging_together(relations: Sequence[Relation]) -> list[list[Relation]]:
    groups: list[tuple[set[str], list[Relation]]] = []
    for relation in relations:
        cells, members = set(relation.facts), [relation]
        apart = []
        for group in groups:
            if group[0] & cells:
                cells |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (cells, members)]
    return [members for _, members in groups]


def _mending(grid: _Grid, failing: Sequence[Relation], relations: Sequence[Relation]) -> Misreading | None:
    failing = sorted(failing, key=lambda r: len(r.facts))  # the shortest fails a wrong guess soonest
    touched = [frozenset(r.facts) for r in failing]
    for found in grid.asked(failing):
        values = found.values
        if all(not cells.isdisjoint(values) for cells in touched) and _mends(grid.facts, found, failing, relations):
            return found
    return None


def _mends(
    facts: Mapping[str, Fact], found: Misreading, failing: Sequence[Relation], relations: Sequence[Relation]
) -> bool:
    values = found.values
    read = {**facts, **{id: _read(facts[id], value) for id, value in values.items()}}
    lost = {id for id, value in values.items() if value is _UNKNOWN}
    if any((truth := r.holds(read)) is False or (truth is None and lost.isdisjoint(r.facts)) for r in failing):
        return False
    concerned = [r for r in relations if not values.keys().isdisjoint(r.facts)]
    if any(r.holds(read) is False for r in concerned):
        return False
    won = (r for r in concerned if r.equality and r.holds(facts) is not True and r.holds(read) is True)
    return _empties_a_line(facts, found) or any(read[id].value for r in won for id in r.facts if id in read)


def _empties_a_line(facts: Mapping[str, Fact], found: Misreading) -> bool:
    """Whether a whole column of many rows stands blank and its neighbour has its numbers: evidence without any sum."""
    return found.words.startswith("整表") and any(facts[id].value is not None for id in found.values)


def _read(fact: Fact, value: int | None) -> Fact:
    state = State.UNREADABLE if value is _UNKNOWN else State.NUMBER
    return replace(fact, state=state, value=value)


# --- what may have been misread --------------------------------------------------------------------


class _Grid:
    """The cells of a table as they stand beside and under one another."""

    def __init__(self, form: Form, table: FormTable, facts: Mapping[str, Fact]) -> None:
        self.form, self.table, self.facts = form, table, facts
        by_row: dict[str, list[str]] = {}
        for cell in form.cells_of(table.name):
            if cell.id in facts and facts[cell.id].state is not State.ABSENT:
                by_row.setdefault(cell.row, []).append(cell.id)
        rows = [tuple(row) for row in by_row.values()]
        # Table four is one row of numbers, its three blocks beside one another.
        self.rows: list[Row] = [tuple(id for row in rows for id in row)] if table.kind == "strip" else rows
        self._wide = [row for row in self.rows if len(row) > 1]
        self.is_even = len({len(row) for row in self.rows}) == 1
        self.is_matrix = table.kind == "matrix" and self.is_even

    def value(self, id: str) -> int | None:
        """The whole number of a cell; None where there is none."""
        fact = self.facts[id]
        return fact.value if isinstance(fact.value, int) else None

    @cached_property
    def possible(self) -> tuple[Misreading, ...]:
        """Every misreading of rows and cells that is thought of, the likeliest first."""
        groups = [[row] for row in self._wide]
        if self.is_matrix:
            groups.append([row for row in self._wide if any(self.value(id) is not None for id in row)])
        return (*self._sideways(groups), *self._upright(), *self._beside(), *self._borders())

    def asked(self, failing: Sequence[Relation]) -> Iterator[Misreading]:
        """Everything that may have been misread; a cell of which a person said what stands there is none of it."""
        known = {id for id, fact in self.facts.items() if fact.typed is not None}
        for found in (*self.possible, *self.jointly(failing), *self.digits(failing)):
            values = found.values
            if known.isdisjoint(values):
                yield found
            elif left := {id: value for id, value in values.items() if id not in known}:
                yield replace(found, values=left)

    def jointly(self, failing: Sequence[Relation]) -> Iterator[Misreading]:
        """The rows whose own sums fail, all shifted in the same way."""
        broken = [row for row in self._wide if any(set(r.facts) <= set(row) for r in failing)]
        return self._sideways([broken] if len(broken) > 1 and self.is_matrix else [])

    def digits(self, failing: Sequence[Relation]) -> Iterator[Misreading]:
        """A digit more or less in a cell that all failing relations share, where characters were recognised."""
        shared = set(failing[0].facts).intersection(*(r.facts for r in failing[1:]))
        for id in sorted(shared & self.facts.keys()):
            if is_recognised(self.facts[id]):
                yield from self._digits(id)

    # shifts

    def _sideways(self, groups: Sequence[Sequence[Row]]) -> Iterator[Misreading]:
        for group in groups:
            for at in range(len(group[0]) if group else 0):
                for way, moved in (("左", self._from_left), ("右", self._from_right)):
                    made = [moved(row, at) for row in group]
                    if all(m is not None for m in made):
                        values = {id: v for m in made if m for id, v in m.items()}
                        yield Misreading(self._shift_words(group, len(self._wide), at, way), values, moved=True)

    def _from_left(self, row: Row, at: int) -> dict[str, int | None] | None:
        """The row with the cells from `at` on back in their places, where they stand one too far to the left."""
        return self._moved(row[at:]) if self.value(row[-1]) is None and self.facts[row[-1]].value is None else None

    def _from_right(self, row: Row, at: int) -> dict[str, int | None] | None:
        """The same where they stand one too far to the right, after a blank cell."""
        return self._moved(row[at:][::-1]) if self.facts[row[at]].value is None else None

    def _moved(self, cells: Sequence[str]) -> dict[str, int | None] | None:
        """Each cell with what the one before it says; the first is unknown, the last was blank."""
        if len(cells) < 2 or any(self.facts[id].value is not None and self.value(id) is None for id in cells):
            return None
        made = dict(zip(cells, [_UNKNOWN, *(self.value(id) for id in cells[:-1])], strict=True))
        return made if any(made[id] != self.value(id) for id in cells[1:]) else None

    def _shift_words(self, group: Sequence[Row], every: int, at: int, way: str) -> str:
        back = "右" if way == "左" else "左"
        start = self.column_words(group[0][at])
        where = "整表" if len(group) == every > 1 else "、".join(f"“{self.row_words(row)}”行" for row in group[:3])
        where += f"等 {len(group)} 行" if 3 < len(group) < every else ""
        return f"{where}自“{start}”起的数字如向{back}移一列"

    def _upright(self) -> Iterator[Misreading]:
        """Values one row too low after a blank row, or one too high before one."""
        rows = self.rows
        if len(rows) < 2 or not self.is_even:
            return
        blank = [n for n, row in enumerate(rows) if all(self.facts[id].value is None for id in row)]
        for n in blank:
            for end in range(n + 1, len(rows)):
                yield from self._up([*rows[n : end + 1]], "下")
            for begin in range(n):
                yield from self._up([*rows[begin : n + 1]][::-1], "上")

    def _up(self, rows: Sequence[Row], way: str) -> Iterator[Misreading]:
        """Each row with what the next one says; the last is unknown, the first was blank."""
        values: dict[str, int | None] = {}
        for row, after in pairwise(rows):
            for id, other in zip(row, after, strict=True):
                if self.facts[other].value is not None and self.value(other) is None:
                    return
                values[id] = self.value(other)
        values |= dict.fromkeys(rows[-1], _UNKNOWN)
        first, last = (rows[1], rows[-1]) if way == "下" else (rows[-1], rows[1])
        back = "上" if way == "下" else "下"
        span = f"“{self.row_words(first)}”" + (f"至“{self.row_words(last)}”" if first != last else "")
        if any(value is not None for value in values.values()):
            yield Misreading(f"{span}行的数字如向{back}移一行", values, moved=True)

    # swaps

    def _beside(self) -> Iterator[Misreading]:
        rows = self.rows
        for row in rows:
            for one, two in pairwise(row):
                yield from self._swap([(one, two)], f"“{self.name(one)}”与“{self.name(two)}”两格的数字如互换")
        if not self.is_even:
            return
        for above, below in pairwise(rows):
            pairs = list(zip(above, below, strict=True))
            words = f"“{self.row_words(above)}”与“{self.row_words(below)}”两行的数字如互换"
            yield from self._swap(pairs, words)
            if len(pairs) > 1:
                for one, two in pairs:
                    yield from self._swap([(one, two)], f"“{self.name(one)}”与“{self.name(two)}”两格的数字如互换")
        for left, right in pairwise(range(len(rows[0]) if rows else 0)):
            words = f"“{self.column_words(rows[0][left])}”与“{self.column_words(rows[0][right])}”两列的数字如互换"
            if len(rows) > 1:
                yield from self._swap([(row[left], row[right]) for row in rows], words)

    def _swap(self, pairs: Sequence[tuple[str, str]], words: str) -> Iterator[Misreading]:
        if any(self.facts[id].value is not None and self.value(id) is None for pair in pairs for id in pair):
            return
        values: dict[str, int | None] = {}
        for one, two in pairs:
            values[one], values[two] = self.value(two), self.value(one)
        if any(self.value(id) != value for id, value in values.items()):
            yield Misreading(words, values, moved=True)

    # slips of the pen

    def displaced(self, within: frozenset[str]) -> Iterator[Misreading]:
        """Numbers of a row or a column one place further than they belong, a zero before or after them."""
        for row in self._wide:
            yield from self._slid(row, within, ("左", "右"), "列", f"“{self.row_words(row)}”行", self.column_words)
        if not self.is_matrix:
            return
        for column in zip(*self.rows, strict=True):
            yield from self._slid(
                column,
                within,
                ("上", "下"),
                "行",
                f"“{self.column_words(column[0])}”列",
                lambda id: self.row_words((id,)),
            )

    def _slid(
        self,
        line: Row,
        within: frozenset[str],
        ways: tuple[str, str],
        unit: str,
        where: str,
        words: Callable[[str], str],
    ) -> Iterator[Misreading]:
        """Every run of the line with a zero at one end, moved over it; the place left at the other end is zero."""
        if within.isdisjoint(line):
            return
        every = [self.value(id) for id in line]
        for begin, end in combinations(range(len(line)), 2):
            if every[begin] != 0 != every[end]:
                continue
            run, said = line[begin : end + 1], every[begin : end + 1]
            if None in said:
                continue
            for way, zero, meant in ((ways[0], said[0], [*said[1:], 0]), (ways[1], said[-1], [0, *said[:-1]])):
                values = {id: v for id, v, old in zip(run, meant, said, strict=True) if v != old}
                if zero == 0 and values and values.keys() <= within:
                    span = f"自“{words(run[0])}”至“{words(run[-1])}”"
                    yield Misreading(f"{where}{span}的数字如向{way}移一{unit}", values, moved=True)

    # borders

    def _borders(self) -> Iterator[Misreading]:
        for row in self.rows:
            for one, two in pairwise(row):
                yield from self._joined(one, two)

    def _joined(self, one: str, two: str) -> Iterator[Misreading]:
        left, right = self.value(one), self.value(two)
        names = f"“{self.name(one)}”“{self.name(two)}”"
        if left is not None and right is not None and left > 0 <= right and len(f"{left}{right}") <= _LONGEST:
            for values in ({one: int(f"{left}{right}"), two: _UNKNOWN}, {one: _UNKNOWN, two: int(f"{left}{right}")}):
                yield Misreading(f"{names}两格的数字如原是一个数 {left}{right}", values)
        blank = [id for id in (one, two) if self.facts[id].value is None]
        digits = str(right if left is None else left)
        if len(blank) == 1 and digits.isdigit():
            for cut in range(1, len(digits)):
                first, second = digits[:cut], digits[cut:]
                if str(int(second)) == second:
                    yield Misreading(
                        f"{names}两格的数字如原是 {first} 和 {second}", {one: int(first), two: int(second)}
                    )

    def _digits(self, id: str) -> Iterator[Misreading]:
        value = self.value(id)
        if value is None or value < 0 or len(str(value)) >= _LONGEST:
            return
        text = str(value)
        more = [f"{digit}{text}" for digit in range(1, 10)] + [f"{text}{digit}" for digit in range(10) if value]
        less = [text[1:], text[:-1]] if len(text) > 1 else []
        for other in (*more, *(t for t in less if str(int(t)) == t)):
            yield Misreading(f"“{self.name(id)}”如不是 {text} 而是 {other}", {id: int(other)})

    # words

    def name(self, id: str) -> str:
        """A cell by its name."""
        return self.form.cells[id].name

    def row_words(self, row: Row) -> str:
        """A row by its name."""
        if self.table.kind == "strip":
            return f"表{self.table.name}"
        return self.table.row(self.form.cells[row[0]].row).name

    def column_words(self, id: str) -> str:
        """The column of a cell by its name; of table four the whole cell's."""
        if self.table.kind == "strip":
            return self.name(id)
        return self.table.column(self.form.cells[id].column).name


def is_recognised(fact: Fact) -> bool:
    """Whether the characters of the cell were recognised from a picture, and no person said since what they are."""
    place = fact.place
    return fact.typed is None and isinstance(place, PageBox) and (place.dpi is not None or place.confidence is not None)
