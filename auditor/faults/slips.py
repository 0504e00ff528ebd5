"""Slips: what a cell says and what it should say, in; how the one may have become the other, in words, out.

Digits     two neighbouring digits swapped (1326 for 1362), one lost, doubled or added
Unit       元 entered in a cell of 万元: ten thousand times as much, in whole fen
Sum        a total that leaves out exactly one of its parts, or counts one twice: left at an old sum
Pairs      two neighbouring cells of a row or a column that say each other's number; what one cell of a line has too much another
           has too little; a part and its total that are off alike, for a total follows its parts: each is one slip, not two
Compelling a slip that hardly arises by chance: three digits or more, an exchange of neighbours, 元 for 万元, a part of two
           digits or more. Only such a slip ranks a cell above others that would mend the relations equally well
Source     the slips of the pen that statisticians' editing manuals list for transcribed figures
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from auditor.faults.algebra import Equation
from auditor.form import Form, FormCell
from auditor.formula.interval import Exact

TIMES = 10_000
_FEN = 100  # 元 have two decimals at most
_LONG = 3


@dataclass(frozen=True, slots=True)
class Slip:
    """How numbers may have become others, whether that hardly arises by chance, and whether it is one slip for all of them."""

    words: str
    compelling: bool = False
    one_cause: bool = False


def of_cell(cell: FormCell, now: Exact, should: Exact, parts: Mapping[str, Exact]) -> Slip | None:
    """The slip by which a cell may say `now` instead of `should`; `parts` are what a total adds up, by name."""
    if cell.decimal and should > 0 and now == should * TIMES and Fraction(now * _FEN).denominator == 1:
        return Slip("疑将元填作万元，恰为一万倍", compelling=True)
    return _of_digits(now, should) or _of_sum(now, should, parts)


def _of_digits(now: Exact, should: Exact) -> Slip | None:
    if not isinstance(now, int) or not isinstance(should, int) or now < 0 or should < 0:
        return None
    written, meant = str(now), str(should)
    long = max(len(written), len(meant)) >= _LONG
    if len(written) == len(meant):
        return Slip("两位数字颠倒", long) if meant in _swapped(written) else None
    if len(written) == len(meant) + 1:
        if written in _doubled(meant):
            return Slip("多写一位重复的数字", long)
        return Slip("多写一位数字", long) if meant in _shortened(written) else None
    if len(meant) == len(written) + 1 and written in _shortened(meant):
        return Slip("漏写一位数字", long and len(written) > 1)
    return None


def _swapped(digits: str) -> set[str]:
    """Two neighbouring digits changed places; no number begins with 0."""
    made = (f"{digits[:at]}{digits[at + 1]}{digits[at]}{digits[at + 2 :]}" for at in range(len(digits) - 1))
    return {other for other in made if other != digits and other[0] != "0"}


def _doubled(digits: str) -> set[str]:
    return {f"{digits[:at]}{digits[at]}{digits[at:]}" for at in range(len(digits))}


def _shortened(digits: str) -> set[str]:
    """One digit fell out."""
    made = (digits[:at] + digits[at + 1 :] for at in range(len(digits)))
    return {other for other in made if other == "0" or other[:1] != "0"}


def _of_sum(now: Exact, should: Exact, parts: Mapping[str, Exact]) -> Slip | None:
    """A total that leaves out exactly one part, or counts exactly one twice."""
    missing: Exact = should - now
    size = max(missing, -missing)
    alike = [name for name, value in parts.items() if value == size]
    if len(alike) != 1:
        return None
    words = f"恰好没有计入“{alike[0]}”，疑合计未随之更新" if missing > 0 else f"恰好把“{alike[0]}”计了两次"
    return Slip(words, compelling=size >= 10)


def parts_of(cell: str, equations: Iterable[Equation], values: Mapping[str, Exact]) -> dict[str, Exact]:
    """What the cell adds up where it is a total: in an equation the only term of its sign."""
    found: dict[str, Exact] = {}
    for equation in equations:
        factor = equation.terms.get(cell, 0)
        others = {id: coefficient for id, coefficient in equation.terms.items() if id != cell}
        if factor and len(others) > 1 and all(coefficient == -factor for coefficient in others.values()):
            found |= {id: values[id] for id in others if id in values}
    return found


def of_pair(
    form: Form, now: Mapping[str, Exact], should: Mapping[str, Exact], totals: Mapping[str, Exact]
) -> Slip | None:
    """One slip behind two wrong cells; `totals` are what the first of them adds up where it is a total, or the second."""
    first, second = should
    off = {cell: should[cell] - now[cell] for cell in should}
    if now[first] == should[second] and now[second] == should[first] and _are_neighbours(form, first, second):
        return Slip("相邻两格的数字互换", compelling=True, one_cause=True)
    one, two = form.cells[first], form.cells[second]
    if one.table != two.table or (one.row != two.row and one.column != two.column):
        return None
    line = "行" if one.row == two.row else "列"
    if off[first] == -off[second]:
        return Slip(f"同一{line}内一格多计、一格少计，疑计错了{'列' if line == '行' else '行'}", one_cause=True)
    if off[first] == off[second] and not totals.keys().isdisjoint(should):
        return Slip("总计随分项一并有误", one_cause=True)
    return None


def _are_neighbours(form: Form, first: str, second: str) -> bool:
    one, two = form.cells[first], form.cells[second]
    if one.table != two.table:
        return False
    table = next(table for table in form.tables if table.name == one.table)
    rows, columns = [row.key for row in table.rows if not row.heading], [column.key for column in table.columns]
    if one.row == two.row:
        return _follow(columns, one.column, two.column)
    return one.column == two.column and _follow(rows, one.row, two.row)


def _follow(order: Sequence[str], first: str, second: str) -> bool:
    return first in order and second in order and abs(order.index(first) - order.index(second)) == 1
