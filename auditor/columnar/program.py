"""A formula of a rule -> a program that decides it for all reports of a view at once, exactly as `formula.bind` does.

Sums       whole numbers in float64, exact below 2**53: every coefficient is brought to one denominator; where a sum could
           grow past that, all reports are put off
Unknowns   a count ranges over [0, ∞): a sum is a number, and whether it may be lower or higher without end
Put off    (`View.off`) reports that a column cannot decide: odd numbers, two printed decimals in one relation (rounding)
Refuses    products and quotients of cells, and whatever it does not know: Unable, and the rule is asked report by report
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, reduce
from math import ceil, floor, lcm
from typing import NamedTuple

import numpy as np

from auditor.checks.check import Case
from auditor.columnar.packed import SCALE
from auditor.columnar.table import ABSENT, BLANK, NUMBER, UNREADABLE, Bools, Columns, Floats, Rows
from auditor.formula.bind import Scope, cells_of
from auditor.formula.evaluate import ClaimRef, FactRef, ValueRef
from auditor.formula.interval import Exact, exact
from auditor.formula.parse import Node, is_text

_MOST = float(2**53)


class Unable(Exception):
    """A part of a formula that columns cannot decide."""


class Answer(NamedTuple):
    """Where a condition holds and where it does not; neither: unclear."""

    true: Bools
    false: Bools


@dataclass
class View:
    """Reports of one form, with last year's beside them (in the same order) where there are any.

    `cohort` is the index in `cases` of each report. `off` gathers the reports that have to be asked one by one.
    """

    this: Columns
    last: Columns | None
    cohort: Rows
    cases: Sequence[Case]
    off: Bools = field(init=False)

    def __post_init__(self) -> None:
        self.off = np.zeros(self.this.size, np.bool_)

    @property
    def size(self) -> int:
        """How many reports."""
        return self.this.size

    @cached_property
    def never(self) -> Bools:
        """No report."""
        return np.zeros(self.size, np.bool_)

    @cached_property
    def always(self) -> Bools:
        """Every report."""
        return np.ones(self.size, np.bool_)

    def by_cohort(self, values: Sequence[float | bool]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """A value of each cohort, spread over the reports."""
        return np.array(values, np.float64)[self.cohort]


class Range(NamedTuple):
    """Ends of what a sum may be, in units of 1/unit; where `down` (`up`) holds it has no lower (upper) end."""

    low: Floats
    high: Floats
    down: Bools
    up: Bools
    unit: int
    most: float


Truths = Callable[[View], Answer]
_Ranges = Callable[[View], Range]


@dataclass(frozen=True, slots=True)
class _Call:
    """A part that is not linear (最大 …); equal texts are the same part."""

    text: str
    compute: _Ranges = field(compare=False)


_Ref = FactRef | ClaimRef | ValueRef | _Call
_Terms = dict[_Ref | None, Exact]


def program(text: str, node: Node, scope: Scope, view: View, tolerance: Exact = 0, *, asks: bool = False) -> Truths:
    """The program of a condition for a view. `asks`: the formula asks 有(上年.…) and can do without last year's report.

    Raises Unable, MissingLastYear.
    """
    return _Compiler(text, scope, view, tolerance, asks).truth(node)


class _Compiler:
    def __init__(self, text: str, scope: Scope, view: View, tolerance: Exact, asks: bool) -> None:
        self.text, self.scope, self.view, self.tolerance, self.asks = text, scope, view, tolerance, asks

    # truths

    def truth(self, node: Node) -> Truths:
        if node.kind in ("and", "or"):
            return _joined(node.kind == "and", *(self.truth(child) for child in node.children))
        if node.kind == "not":
            inner = self.truth(node.children[0])
            return lambda view: Answer(*reversed(inner(view)))
        if node.kind == "call":
            return self._asked(node)
        if node.kind not in _DECIDE:
            raise Unable(node.kind)
        return self._texts(node) if is_text(node.children[0]) else self._relation(node)

    def _asked(self, node: Node) -> Truths:
        inner, question = node.children[0], node.value
        if inner.kind == "said":  # of reports that say nothing of it; the others are put off as a whole
            holds = question == "空"
            return lambda view: Answer(view.always, view.never) if holds else Answer(view.never, view.always)
        if inner.kind not in ("name", "last") or question not in ("有", "空", "已填"):
            raise Unable(inner.kind)
        (ref,) = self._cells(inner)

        def answer(view: View) -> Answer:
            columns = view.last if ref.last else view.this
            at = columns.index.get(ref.id) if columns is not None else None
            if columns is None or at is None:
                return Answer(view.never, view.always)
            code = columns.code[at]
            if question == "有":
                there = code != ABSENT
                return Answer(there, ~there)
            wanted = code == (BLANK if question == "空" else NUMBER)
            return Answer(wanted, ~wanted & (code != UNREADABLE))

        return answer

    def _texts(self, node: Node) -> Truths:
        left, right = node.children
        same = node.kind == "="
        if node.kind not in ("=", "≠"):
            raise Unable(node.kind)

        def value(part: Node, case: Case) -> object:
            return part.value if part.kind == "string" else case.words.get(part.value)

        def answer(view: View) -> Answer:
            pairs = [(value(left, case), value(right, case)) for case in view.cases]
            known = [a is not None and b is not None for a, b in pairs]
            true = [k and (a == b) is same for k, (a, b) in zip(known, pairs, strict=True)]
            false = [k and (a == b) is not same for k, (a, b) in zip(known, pairs, strict=True)]
            return Answer(view.by_cohort(true) > 0, view.by_cohort(false) > 0)

        return answer

    def _relation(self, node: Node) -> Truths:
        terms: _Terms = {}
        self._collect(node.children[0], 1, terms)
        self._collect(node.children[1], -1, terms)
        total = self._sum(terms, rounds=self.tolerance == 0)
        decided, tolerance = _DECIDE[node.kind], self.tolerance

        def answer(view: View) -> Answer:
            span = total(view)
            if span.most >= _MOST:
                view.off[:] = True
                return Answer(view.never, view.never)
            return decided(span, tolerance * span.unit)

        return answer

    # numbers

    def _cells(self, node: Node) -> list[FactRef]:
        return cells_of(self.text, node, self.scope, asks=self.asks)

    def _collect(self, node: Node, factor: Exact, into: _Terms) -> None:
        """Adds factor × node to the sum; a reference is collected under itself, what is constant under None."""
        kind = node.kind
        if kind == "number":
            into[None] = into.get(None, 0) + factor * exact(node.number)
        elif kind in ("name", "last"):
            (ref,) = self._cells(node)
            _add(into, ref, factor)
        elif kind == "said":
            _add(into, ClaimRef(node.value), factor)
        elif kind in ("parameter", "profile"):
            _add(into, ValueRef(kind, node.value), factor)
        elif kind == "negative":
            self._collect(node.children[0], -factor, into)
        elif kind in ("+", "-"):
            self._collect(node.children[0], factor, into)
            self._collect(node.children[1], factor if kind == "+" else -factor, into)
        elif kind in ("*", "/"):
            self._product(node, factor, into)
        elif kind == "call":
            self._call(node, factor, into)
        else:
            raise Unable(kind)

    def _product(self, node: Node, factor: Exact, into: _Terms) -> None:
        left, right = node.children
        sides: list[_Terms] = [{}, {}]
        for side, child in zip(sides, node.children, strict=True):
            self._collect(child, 1, side)
        constants = [
            side.get(None, 0) if all(ref is None or not c for ref, c in side.items()) else None for side in sides
        ]
        if constants[1] is not None:
            by = exact(Fraction(1) / constants[1]) if node.kind == "/" else constants[1]
            self._collect(left, factor * by, into)
        elif constants[0] is not None and node.kind == "*":
            self._collect(right, factor * constants[0], into)
        else:
            raise Unable(node.kind)

    def _call(self, node: Node, factor: Exact, into: _Terms) -> None:
        if node.value == "合计":
            for child in node.children:
                for part in self._parts(child):
                    for ref, coefficient in part.items():
                        _add(into, ref, factor * coefficient)
            return
        parts = [self._sum(part, rounds=False) for child in node.children for part in self._parts(child)]
        combine = {"最大": _largest, "最小": _smallest, "绝对值": _absolute}.get(node.value)
        if combine is None:
            raise Unable(node.value)
        name = "".join(self.text[node.start : node.end].split())
        _add(into, _Call(name, lambda view: combine([part(view) for part in parts])), factor)

    def _parts(self, node: Node) -> list[_Terms]:
        """A group gives its members, anything else itself."""
        if node.kind in ("name", "last"):
            return [{ref: 1} for ref in self._cells(node)]
        part: _Terms = {}
        self._collect(node, 1, part)
        return [part]

    def _sum(self, terms: _Terms, *, rounds: bool) -> _Ranges:
        """constant + Σ coefficient × reference, in the smallest unit in which every coefficient is whole."""
        constant = Fraction(terms.get(None, 0))
        refs = [(ref, Fraction(c) / self._unit(ref)) for ref, c in terms.items() if ref is not None and c]
        unit = lcm(constant.denominator, *(c.denominator for _, c in refs))
        whole = [(ref, int(c * unit)) for ref, c in refs]
        start = int(constant * unit)
        cells = [(ref, k) for ref, k in whole if isinstance(ref, FactRef)]
        others = [(ref, k) for ref, k in whole if not isinstance(ref, FactRef)]

        def ranges(view: View) -> Range:
            summed = _Summed(view, start)
            for ref, k in cells:
                summed.add_cell(ref, k)
            for other, k in others:
                summed.add(_range_of(other, view), k)
            if rounds:
                summed.put_off_rounding([ref for ref, _ in cells])
            return summed.range(unit)

        return ranges

    def _unit(self, ref: _Ref) -> int:
        """In parts of what the values of a reference are kept."""
        if isinstance(ref, FactRef):
            columns = self.view.last if ref.last else self.view.this
            at = columns.index.get(ref.id) if columns is not None else None
            return columns.units[at] if columns is not None and at is not None else 1
        return 1 if isinstance(ref, ClaimRef) else SCALE


def _add(into: _Terms, ref: _Ref | None, coefficient: Exact) -> None:
    into[ref] = into.get(ref, 0) + coefficient


def _joined(both: bool, left: Truths, right: Truths) -> Truths:
    def answer(view: View) -> Answer:
        a, b = left(view), right(view)
        if both:
            return Answer(a.true & b.true, a.false | b.false)
        return Answer(a.true | b.true, a.false & b.false)

    return answer


# --- sums over columns -----------------------------------------------------------------------------


class _Summed:
    """A sum that grows by its terms."""

    def __init__(self, view: View, start: int) -> None:
        self.view = view
        self.low = self.high = np.full(view.size, float(start))
        self.down: Bools = view.never
        self.up: Bools = view.never
        self.most = float(abs(start))

    def add_cell(self, ref: FactRef, k: int) -> None:
        columns = self.view.last if ref.last else self.view.this
        at = columns.index.get(ref.id) if columns is not None else None
        if columns is None or at is None:
            form = columns.form if columns is not None else self.view.this.form
            cell = form.cells.get(ref.id)
            self._unknown(self.view.always, k, signed=cell is not None and cell.signed)
            return
        value = columns.value[at]
        step = value if k == 1 else value * k
        if self.low is self.high:
            self.low += step
        else:
            self.low, self.high = self.low + step, self.high + step
        if columns.any_unknown[at]:
            self._unknown(columns.unknown[at], k, signed=columns.signed[at])
        if columns.any_odd[at]:
            self.view.off |= columns.odd[at]
        self.most += abs(k) * float(columns.most[at])

    def _unknown(self, where: Bools, k: int, *, signed: bool) -> None:
        if k > 0 or signed:
            self.up = self.up | where
        if k < 0 or signed:
            self.down = self.down | where

    def add(self, part: Range, k: int) -> None:
        low, high, down, up = (
            (part.low, part.high, part.down, part.up) if k > 0 else (part.high, part.low, part.up, part.down)
        )
        self.low, self.high = self.low + low * k, self.high + high * k
        self.down, self.up = self.down | down, self.up | up
        self.most += abs(k) * part.most

    def put_off_rounding(self, refs: Sequence[FactRef]) -> None:
        """Two printed decimals or more in one relation bring their own rounding."""
        masks = [
            columns.decimal[at]
            for ref in refs
            if (columns := self.view.last if ref.last else self.view.this) is not None
            and (at := columns.index.get(ref.id)) is not None
            and columns.any_decimal[at]
        ]
        if len(masks) > 1:
            self.view.off |= reduce(np.add, (mask.astype(np.uint8) for mask in masks)) > 1

    def range(self, unit: int) -> Range:
        return Range(self.low, self.high, self.down, self.up, unit, self.most)


def _range_of(ref: _Ref, view: View) -> Range:
    """What is no cell: a claim that nobody makes (a plain unknown count), a parameter or 年度, a part of its own.

    Everything but a claim comes in units of 1/SCALE.
    """
    zero = np.zeros(view.size)
    if isinstance(ref, ClaimRef):
        return Range(zero, zero, view.never, view.always, 1, 0.0)
    if isinstance(ref, _Call):
        return _rescaled(ref.compute(view), view)
    assert isinstance(ref, ValueRef)
    values = [(case.numbers if ref.kind == "parameter" else case.words).get(ref.name) for case in view.cases]
    numbers = [_scaled(value) for value in values]
    unknown = view.by_cohort([number is None for number in numbers]) > 0
    known = view.by_cohort([number or 0.0 for number in numbers])
    return Range(known, known, unknown, unknown, SCALE, max((abs(n) for n in numbers if n is not None), default=0.0))


def _scaled(value: int | Decimal | str | None) -> float | None:
    """A parameter in units of 1/SCALE, None where it is no number. Raises Unable where it does not fit."""
    if value is None or isinstance(value, str):
        return None
    scaled = Fraction(value) * SCALE
    if scaled.denominator != 1:
        raise Unable(str(value))
    return float(scaled) if abs(scaled) < _MOST else _MOST


def _rescaled(span: Range, view: View) -> Range:
    """The same range in units of 1/SCALE; reports where that cannot be said exactly are put off."""
    if SCALE % span.unit:
        raise Unable(f"1/{span.unit}")
    by = SCALE // span.unit
    if span.most * by >= _MOST:
        view.off[:] = True
    return Range(span.low * by, span.high * by, span.down, span.up, SCALE, span.most * by)


def _ends(span: Range, unit: int) -> tuple[Floats, Floats]:
    """The ends as numbers, open ones as infinities."""
    by = unit // span.unit
    return np.where(span.down, -np.inf, span.low * by), np.where(span.up, np.inf, span.high * by)


def _of_ends(low: Floats, high: Floats, unit: int, most: float) -> Range:
    down, up = np.isinf(low), np.isinf(high)
    return Range(np.where(down, 0.0, low), np.where(up, 0.0, high), down, up, unit, most)


def _together(spans: Sequence[Range]) -> tuple[list[tuple[Floats, Floats]], int, float]:
    unit = lcm(*(span.unit for span in spans))
    return [_ends(span, unit) for span in spans], unit, max(span.most * (unit // span.unit) for span in spans)


def _largest(spans: Sequence[Range]) -> Range:
    ends, unit, most = _together(spans)
    return _of_ends(np.maximum.reduce([low for low, _ in ends]), np.maximum.reduce([h for _, h in ends]), unit, most)


def _smallest(spans: Sequence[Range]) -> Range:
    ends, unit, most = _together(spans)
    return _of_ends(np.minimum.reduce([low for low, _ in ends]), np.minimum.reduce([h for _, h in ends]), unit, most)


def _absolute(spans: Sequence[Range]) -> Range:
    ((low, high),), unit, most = _together(spans)
    least = np.where(low >= 0, low, np.where(high <= 0, -high, 0.0))
    return _of_ends(least, np.maximum(np.abs(low), np.abs(high)), unit, most)


# --- relations -------------------------------------------------------------------------------------
# left − right against 0 with a tolerance `by`. Every sum is whole, so the tolerance is rounded down or up first.


def _equal(span: Range, by: Exact) -> Answer:
    most = float(floor(by))
    far = ((span.low > most) & ~span.down) | ((span.high < -most) & ~span.up)
    near = (span.low >= -most) & (span.high <= most) & ~span.down & ~span.up
    return Answer(near, far)


def _unequal(span: Range, by: Exact) -> Answer:
    return Answer(*reversed(_equal(span, by)))


def _at_most(span: Range, by: Exact) -> Answer:
    most = float(floor(by))
    return Answer((span.high <= most) & ~span.up, (span.low > most) & ~span.down)


def _less(span: Range, by: Exact) -> Answer:
    most = float(ceil(by))
    return Answer((span.high < most) & ~span.up, (span.low >= most) & ~span.down)


def _at_least(span: Range, by: Exact) -> Answer:
    most = float(floor(by))
    return Answer((span.low >= -most) & ~span.down, (span.high < -most) & ~span.up)


def _more(span: Range, by: Exact) -> Answer:
    most = float(ceil(by))
    return Answer((span.low > -most) & ~span.down, (span.high <= -most) & ~span.up)


_DECIDE: dict[str, Callable[[Range, Exact], Answer]] = {
    "=": _equal,
    "≠": _unequal,
    "≤": _at_most,
    "<": _less,
    "≥": _at_least,
    ">": _more,
}
