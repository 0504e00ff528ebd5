"""What a bound formula sees and says: the environment, linear sums of references, verdicts and traces.

Sums       every numeric expression becomes constant + Σ coefficient × reference, so that a name counts once and
           `a ≤ a + b` is decided as `0 ≤ b`; what is not linear (a product, 最大) is one opaque reference
Unknowns   blank, na, text, unreadable and absent counts range over [0, ∞), signed cells over (−∞, ∞)
Rounding   a sum of printed decimals may be off by half a unit of the last place of each
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from auditor.form import Form
from auditor.formula.interval import ALL, COUNT, Exact, Interval, exact
from auditor.model import Claim, Fact, Spread, State

_EXACT = Fraction(0)
Truth = bool | None
"""True, False, or None: unclear."""


@dataclass(frozen=True, slots=True)
class LastYear:
    """Last year's report as formulas see it."""

    form: Form
    facts: Mapping[str, Fact]


@dataclass(slots=True)
class Env:
    """One report, and one choice of claims, as formulas see it."""

    form: Form
    facts: Mapping[str, Fact]
    last: LastYear | None = None
    claims: Mapping[str, Claim] = field(default_factory=dict)
    parameters: Mapping[str, int | Decimal] = field(default_factory=dict)
    profile: Mapping[str, str | int | Decimal | None] = field(default_factory=dict)
    peers: Mapping[str, Spread] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FactRef:
    """A cell of this year's report or (`last`) of last year's."""

    id: str
    last: bool = False

    def fact(self, env: Env) -> Fact | None:
        """The fact itself, None where the report has no such cell."""
        if self.last:
            return env.last.facts.get(self.id) if env.last else None
        return env.facts.get(self.id)

    def range(self, env: Env) -> Interval:
        """All values the cell may have."""
        fact = self.fact(env)
        if fact is not None and fact.state is State.NUMBER and fact.value is not None:
            value = exact(fact.value)
            return Interval(value, value)
        form = env.last.form if self.last and env.last else env.form
        cell = form.cells.get(self.id)
        return ALL if cell is not None and cell.signed else COUNT

    def rounding(self, env: Env) -> Fraction:
        """Half a unit of the last printed decimal, 0 for whole numbers."""
        fact = self.fact(env)
        if fact is None or not isinstance(fact.value, Decimal):
            return _EXACT
        places = -int(fact.value.as_tuple().exponent)
        return Fraction(1, 2 * 10**places) if places > 0 else _EXACT


@dataclass(frozen=True, slots=True)
class ClaimRef:
    """A number that the prose states."""

    subject: str

    def range(self, env: Env) -> Interval:
        """The interval of the chosen claim (余, 近, 约 make it wide)."""
        claim = env.claims.get(self.subject)
        if claim is None:
            return COUNT
        return Interval(exact(claim.low), None if claim.high is None else exact(claim.high))

    def rounding(self, env: Env) -> Fraction:
        """Claims are taken as printed."""
        return _EXACT


@dataclass(frozen=True, slots=True)
class ValueRef:
    """A parameter of the rulebook or 年度: known, or a plain unknown."""

    kind: str
    name: str

    def range(self, env: Env) -> Interval:
        """The value as a point."""
        value = env.parameters.get(self.name) if self.kind == "parameter" else env.profile.get(self.name)
        if value is None or isinstance(value, str):
            return ALL
        return Interval(exact(value), exact(value))

    def rounding(self, env: Env) -> Fraction:
        """Exact."""
        return _EXACT


@dataclass(frozen=True, slots=True)
class Opaque:
    """A part that is not linear; equal texts are the same reference."""

    text: str
    compute: Callable[[Env], Interval] = field(compare=False)

    def range(self, env: Env) -> Interval:
        """Computed by interval arithmetic."""
        return self.compute(env)

    def rounding(self, env: Env) -> Fraction:
        """Not traced through products."""
        return _EXACT


@dataclass(frozen=True, slots=True)
class PeersRef:
    """The median of a figure among the peers, by the name of its cell; unknown where too few of them state it."""

    name: str
    signed: bool = False

    def range(self, env: Env) -> Interval:
        """The median as a point."""
        spread = env.peers.get(self.name)
        if spread is None:
            return ALL if self.signed else COUNT
        return Interval(exact(spread.median), exact(spread.median))

    def rounding(self, env: Env) -> Fraction:
        """Exact."""
        return _EXACT


Ref = FactRef | PeersRef | ClaimRef | ValueRef | Opaque


@dataclass(frozen=True, slots=True)
class Linear:
    """constant + Σ coefficient × reference."""

    constant: Exact = 0
    terms: tuple[tuple[Ref, Exact], ...] = ()

    def plus(self, other: Linear, factor: Exact = 1) -> Linear:
        """This plus factor × other, with equal references collected."""
        sums: dict[Ref, Exact] = dict(self.terms)
        for ref, coefficient in other.terms:
            sums[ref] = sums.get(ref, 0) + factor * coefficient
        return Linear(self.constant + factor * other.constant, tuple((r, c) for r, c in sums.items() if c != 0))

    def scaled(self, factor: Exact) -> Linear:
        """factor × this."""
        return Linear().plus(self, factor)

    def range(self, env: Env) -> Interval:
        """All values, each reference counted once."""
        low: Exact | None = self.constant
        high: Exact | None = self.constant
        for ref, coefficient in self.terms:
            # Whole numbers of cells are nearly all there is: they move both ends alike, without an interval for each.
            fact = ref.fact(env) if type(ref) is FactRef else None
            if fact is not None and type(fact.value) is int and fact.state is State.NUMBER:
                move = fact.value * coefficient
                low = None if low is None else low + move
                high = None if high is None else high + move
                continue
            part = ref.range(env).scale(coefficient)
            low = None if low is None or part.low is None else low + part.low
            high = None if high is None or part.high is None else high + part.high
        return Interval(low, high)

    def rounding(self, env: Env) -> Fraction:
        """How far printed decimals may put a sum off; 0 unless two or more decimals meet."""
        parts = [abs(Fraction(coefficient)) * half for ref, coefficient in self.terms if (half := ref.rounding(env))]
        return sum(parts, _EXACT) if len(parts) > 1 else _EXACT


@dataclass(frozen=True, slots=True)
class Operands:
    """The two sides of the relation that decided; points where both are known."""

    text: str
    left: Interval
    right: Interval


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a formula says: its truth and, where a single relation decided, its operands."""

    truth: Truth
    operands: Operands | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A formula with its values, for `auditor explain`: each part's text, value in words, and parts."""

    text: str
    value: str
    children: tuple[Trace, ...] = ()


def decide(kind: str, difference: Interval, tolerance: Exact) -> Truth:
    """left − right against 0 with a tolerance; None where the fillings disagree."""
    low, high = difference.low, difference.high
    if kind in ("=", "≠"):
        equal: Truth = None
        if (low is not None and low > tolerance) or (high is not None and high < -tolerance):
            equal = False
        elif low is not None and high is not None and low >= -tolerance and high <= tolerance:
            equal = True
        return equal if kind == "=" or equal is None else not equal
    if kind in (">", "≥"):
        return decide({">": "<", "≥": "≤"}[kind], -difference, tolerance)
    if kind == "≤":  # a strict relation takes the tolerance in the same way
        return (
            True if high is not None and high <= tolerance else False if low is not None and low > tolerance else None
        )
    return True if high is not None and high < tolerance else False if low is not None and low >= tolerance else None


def negate(truth: Truth) -> Truth:
    """Kleene 非."""
    return None if truth is None else not truth
