"""Cells: a report's tables as its form prints them, the cells with what is printed in them; sums in words.

Rows      as the facts name them (行.列); rows with the same columns stand in one grid, as the blocks of table two do; a table
          of one column has the unit of each figure as the report prints it
Printed   what is printed, letter for letter; blank stays blank, 无法识别 where it could not be read, 缺项 where it is not printed
Sums      “自然人 3 + 商业企业 1 = 4”: names without what all have in common, what is 0 only counted where there are many
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auditor.documents.printing import line
from auditor.model import Fact, Noun, Report, State, Sum
from auditor.text import show

_TABLES: Final = {"t2": "二", "t3": "三", "t4": "四"}
_OF_A: Final = "统计表"
_MOST_TERMS: Final = 4


@dataclass(frozen=True, slots=True)
class Grid(Noun):
    """Rows under the same columns: the labels, and in each row the ids of its cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def table_of(fact: str) -> str:
    """The form's name for the table of a cell: 统计表, 二, 三, 四."""
    return _TABLES.get(fact.split(".", 1)[0], _OF_A)


def grids(report: Report, table: str) -> tuple[Grid, ...]:
    """One table in the order of its form."""
    units = {id: line(unit.text) for one in report.tables for id, unit in one.units.items()}
    rows: dict[str, dict[str, str]] = {}
    for id, fact in report.facts.items():
        if table_of(id) == table:
            row, _, column = line(fact.name).partition(".")
            unit = "" if column else units.get(id, "")
            rows.setdefault(f"{row}（{unit}）" if unit else row, {})[column] = id
    out: list[Grid] = []
    for label, cells in rows.items():
        columns, one = tuple(cells), (label, tuple(cells.values()))
        if out and out[-1].columns == columns:
            out[-1] = Grid(columns, (*out[-1].rows, one))
        else:
            out.append(Grid(columns, (one,)))
    return tuple(out)


def printed(fact: Fact) -> str:
    """What stands in a cell; "" where it is blank."""
    if fact.state is State.UNREADABLE:
        return "无法识别"
    if fact.state is State.ABSENT:
        return "缺项"
    return line(fact.raw) or ("" if fact.value is None else show(fact.value))


def name(report: Report, id: str) -> str:
    """“本年新收·总计”."""
    return f"“{line(report.facts[id].name).replace('.', '·')}”"


# --- sums in words ---------------------------------------------------------------------------------


def followed(report: Report, one: Sum, cell: str) -> str:
    """How a number follows for a cell from the others of a sum: 自然人 3 + 商业企业 1 = 4."""
    factor = dict(one.terms)[cell]
    names = _names(report, one)
    rest = [(-k * (1 if factor > 0 else -1), names[id], _value(report, id)) for id, k in one.terms if id != cell]
    constant = -one.constant * (1 if factor > 0 else -1)
    total = (sum(k * value for k, _, value in rest) + constant) // abs(factor)
    return f"{_added(rest, constant)} = {total}"


def failing(report: Report, one: Sum) -> str:
    """What both sides of a sum say: 总计 5，应等于 结果维持 1 + 结果纠正 3 = 4，相差 1."""
    names = _names(report, one)
    sides = []
    for sign in (1, -1):
        terms = [(k * sign, names[id], _value(report, id)) for id, k in one.terms if k * sign > 0]
        constant = max(one.constant * sign, 0)
        total = sum(k * value for k, _, value in terms) + constant
        words = _added(terms, constant) or "0"
        sides.append((words if len(terms) == 1 and not constant else f"{words} = {total}", total))
    (left, first), (right, second) = sides
    return f"{left}，应等于 {right}，相差 {abs(first - second)}"


def _value(report: Report, id: str) -> int:
    value = report.facts[id].value
    return int(value) if value is not None else 0


def _added(terms: Sequence[tuple[int, str, int]], constant: int) -> str:
    """The terms with their signs; of many those that are not 0, and how many are."""
    shown = [term for term in terms if term[2]] if len(terms) > _MOST_TERMS else list(terms)
    shown = shown or list(terms[:1])
    words = ""
    for factor, label, value in sorted(shown, key=lambda term: term[0] < 0):
        times = f"{abs(factor)} × " if abs(factor) != 1 else ""
        sign = " − " if factor < 0 else " + " if words else ""
        words += f"{sign}{times}{label} {value}"
    if constant:
        words += f" {'−' if constant < 0 else '+'} {abs(constant)}"
    zeros = len(terms) - len(shown)
    return f"{words}（其余 {zeros} 项为 0）" if zeros else words


def _names(report: Report, one: Sum) -> Mapping[str, str]:
    """Names of the cells without what all have in common, a row or a column, which is told before the first."""
    parts = {id: line(report.facts[id].name).partition(".") for id, _ in one.terms}
    rows, columns = {part[0] for part in parts.values()}, {part[2] for part in parts.values()}
    if len(rows) == 1 and len(columns) > 1:
        return {id: part[2] for id, part in parts.items()}
    if len(columns) == 1:
        return {id: part[0] for id, part in parts.items()}
    return {id: line(report.facts[id].name).replace(".", "·") for id, _ in one.terms}


def told(report: Report, one: Sum) -> str:
    """Of which row or column a sum speaks: “本年新收”一行, “总计”一列; 表内 where of neither."""
    parts = [line(report.facts[id].name).partition(".") for id, _ in one.terms]
    rows, columns = {part[0] for part in parts}, {part[2] for part in parts}
    if len(rows) == 1 and len(columns) > 1:
        return f"“{rows.pop()}”一行"
    return f"“{columns.pop()}”一列" if len(columns) == 1 and "" not in columns else "表内"
