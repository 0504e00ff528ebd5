"""Closed intervals of exact rationals; None is an open end (−∞ as `low`, ∞ as `high`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Exact = int | Fraction


def exact(number: int | Decimal | Fraction) -> Exact:
    """The same number without any float: int stays int, Decimal becomes a Fraction (or int where whole)."""
    if isinstance(number, int):
        return number
    fraction = Fraction(number)
    return fraction.numerator if fraction.denominator == 1 else fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from `low` to `high`; both ends included where they are finite."""

    low: Exact | None
    high: Exact | None

    @property
    def point(self) -> Exact | None:
        """The only value, None where there are several."""
        return self.low if self.low is not None and self.low == self.high else None

    def __neg__(self) -> Interval:
        return Interval(None if self.high is None else -self.high, None if self.low is None else -self.low)

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
        )

    def scale(self, factor: Exact) -> Interval:
        """Every value times a constant."""
        if factor == 0:
            return Interval(0, 0)
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return Interval(low, high) if factor > 0 else Interval(high, low)

    def times(self, other: Interval) -> Interval:
        """Every product; an open end times zero counts as zero, since every single filling is finite."""
        products = [_product(a, b) for a in _ends(self) for b in _ends(other)]
        lows = [p for p in products if p != "+"]
        highs = [p for p in products if p != "-"]
        low = None if "-" in products or not lows else min(p for p in lows if not isinstance(p, str))
        high = None if "+" in products or not highs else max(p for p in highs if not isinstance(p, str))
        return Interval(low, high)

    def inverse(self) -> Interval | None:
        """1/x for every x, None where x is or may be 0."""
        if self.low is not None and self.low > 0:
            return Interval(0 if self.high is None else Fraction(1) / self.high, Fraction(1) / self.low)
        if self.high is not None and self.high < 0:
            return Interval(Fraction(1) / self.high, 0 if self.low is None else Fraction(1) / self.low)
        return None

    def absolute(self) -> Interval:
        """|x| for every x."""
        if self.low is not None and self.low >= 0:
            return self
        if self.high is not None and self.high <= 0:
            return -self
        far = None if self.low is None or self.high is None else max(-self.low, self.high)
        return Interval(0, far)


ALL = Interval(None, None)
COUNT = Interval(0, None)


def _ends(interval: Interval) -> list[Exact | str]:
    return ["-" if interval.low is None else interval.low, "+" if interval.high is None else interval.high]


def _product(a: Exact | str, b: Exact | str) -> Exact | str:
    """A product of two ends, "-" and "+" standing for the open ones."""
    if not isinstance(a, str) and not isinstance(b, str):
        return a * b
    signs = [_sign(a), _sign(b)]
    if 0 in signs:
        return 0
    return "+" if signs[0] == signs[1] else "-"


def _sign(end: Exact | str) -> int:
    if isinstance(end, str):
        return 1 if end == "+" else -1
    return (end > 0) - (end < 0)


def largest(intervals: list[Interval]) -> Interval:
    """最大() of one value from each."""
    lows = [i.low for i in intervals if i.low is not None]
    highs = [i.high for i in intervals]
    return Interval(max(lows) if lows else None, None if None in highs else max(h for h in highs if h is not None))


def smallest(intervals: list[Interval]) -> Interval:
    """最小() of one value from each."""
    return -largest([-i for i in intervals])
