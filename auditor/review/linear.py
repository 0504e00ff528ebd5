"""Sums against zero over the rationals: can all of them hold at once? If not, which of them, how often, add up to nonsense.

In        constraints Σ coefficient × name + constant ⋈ 0 with ⋈ one of = ≤ <, each with a tag of whoever states it
Out       None where some numbers satisfy all (or the system grew past `MOST`: nothing is claimed then); else a Clash:
          the tags and the factors by which the constraints must be multiplied to add up to 0 ≤ −1 or 0 < 0
Method    equations are solved and put in, then Fourier–Motzkin elimination; every step keeps the factors of its origin,
          so that the answer carries its own proof and is checked before it is given
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

MOST = 1500
_FEW = 24
Sums = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Constraint:
    """`terms` + constant ⋈ 0; `kind` one of = ≤ <."""

    kind: str
    terms: Sums
    constant: Fraction
    tag: Hashable = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Constraints (by their place in the input) and their factors: multiplied and added they say `constant` ≤ 0, or < 0
    (`strict`), which is false."""

    factors: tuple[tuple[int, Fraction], ...]
    constant: Fraction
    strict: bool


@dataclass(slots=True)
class _Row:
    terms: dict[str, Fraction]
    constant: Fraction
    strict: bool
    origin: dict[int, Fraction]

    def plus(self, other: _Row, factor: Fraction) -> _Row:
        return _Row(
            _sum(self.terms, other.terms, factor),
            self.constant + factor * other.constant,
            self.strict or other.strict,
            _sum(self.origin, other.origin, factor),
        )


_NOTHING = _Row({}, Fraction(0), False, {})
_Key = TypeVar("_Key", bound=Hashable)


def _sum(one: Mapping[_Key, Fraction], other: Mapping[_Key, Fraction], factor: Fraction) -> dict[_Key, Fraction]:
    out = dict(one)
    for key, value in other.items():
        total = out.get(key, Fraction(0)) + factor * value
        if total:
            out[key] = total
        else:
            out.pop(key, None)
    return out


def clash(constraints: Sequence[Constraint]) -> Clash | None:
    """Why the constraints cannot hold together; None where they can."""
    equal: list[_Row] = []
    other: list[_Row] = []
    for at, given in enumerate(constraints):
        row = _Row(dict(given.terms), given.constant, given.kind == "<", {at: Fraction(1)})
        (equal if given.kind == "=" else other).append(row)
    found = _solved(equal, other) or _eliminated(other)
    if found is not None:
        assert _holds(constraints, found), "a proof that does not add up"
    return found


def _told(row: _Row) -> Clash:
    return Clash(tuple(sorted(row.origin.items())), row.constant, row.strict)


def _solved(equal: list[_Row], other: list[_Row]) -> Clash | None:
    """Puts every equation into all that is left; a Clash where one says 0 = 1."""
    while equal:
        row = equal.pop()
        if not row.terms:
            if row.constant == 0:
                continue
            sign = Fraction(1 if row.constant > 0 else -1)
            return _told(_NOTHING.plus(row, sign))
        name, coefficient = next(iter(row.terms.items()))
        for rows in (equal, other):
            for at, one in enumerate(rows):
                if name in one.terms:
                    strict = one.strict
                    rows[at] = one.plus(row, -one.terms[name] / coefficient)
                    rows[at].strict = strict
    return None


def _eliminated(rows: list[_Row]) -> Clash | None:
    """Fourier–Motzkin: names go one by one, cheapest first; rows that one name satisfies by itself are dropped at once."""
    while True:
        for row in rows:
            if not row.terms and (row.constant > 0 or (row.constant == 0 and row.strict)):
                return _told(row)
        rows = _bound_both_ways([r for r in rows if r.terms])
        if not rows:
            return None
        rows = _distinct(rows) if len(rows) > _FEW else rows
        name = _cheapest(rows)
        up = [r for r in rows if r.terms.get(name, Fraction(0)) > 0]
        down = [r for r in rows if r.terms.get(name, Fraction(0)) < 0]
        rest = [r for r in rows if name not in r.terms]
        if len(rest) + len(up) * len(down) > MOST:
            return None
        rows = [*rest, *(_NOTHING.plus(a, 1 / a.terms[name]).plus(b, -1 / b.terms[name]) for a in up for b in down)]


def _bound_both_ways(rows: list[_Row]) -> list[_Row]:
    """The rows without those that hold a name which is bound from one side only: it can be chosen to satisfy them."""
    while True:
        ups = {name for row in rows for name, value in row.terms.items() if value > 0}
        downs = {name for row in rows for name, value in row.terms.items() if value < 0}
        loose = ups ^ downs
        if not loose:
            return rows
        rows = [row for row in rows if loose.isdisjoint(row.terms)]


def _cheapest(rows: Sequence[_Row]) -> str:
    ups: dict[str, int] = {}
    downs: dict[str, int] = {}
    for row in rows:
        for name, value in row.terms.items():
            side = ups if value > 0 else downs
            side[name] = side.get(name, 0) + 1
    return min({*ups, *downs}, key=lambda n: (ups.get(n, 0) * downs.get(n, 0) - ups.get(n, 0) - downs.get(n, 0), n))


def _distinct(rows: Sequence[_Row]) -> list[_Row]:
    """Of rows with proportional terms the strongest."""
    best: dict[tuple[tuple[str, Fraction], ...], tuple[Fraction, bool, _Row]] = {}
    for row in rows:
        scale = abs(next(iter(sorted(row.terms.items())))[1])
        key = tuple((name, value / scale) for name, value in sorted(row.terms.items()))
        rank = (row.constant / scale, row.strict)
        if key not in best or rank > best[key][:2]:
            best[key] = (*rank, row)
    return [row for _, _, row in best.values()]


def _holds(constraints: Sequence[Constraint], found: Clash) -> bool:
    """Whether the factors really add the constraints up to a false statement."""
    sums: dict[str, Fraction] = {}
    constant, strict = Fraction(0), False
    for at, factor in found.factors:
        one = constraints[at]
        if one.kind != "=" and factor < 0:
            return False
        strict = strict or (one.kind == "<" and factor > 0)
        constant += factor * one.constant
        for name, value in one.terms.items():
            sums[name] = sums.get(name, Fraction(0)) + factor * value
    return not any(sums.values()) and (constant > 0 or (constant == 0 and strict))
