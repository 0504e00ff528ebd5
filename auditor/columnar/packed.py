"""Packed facts: the facts of one report -> a layout, a byte a state, eight bytes a number.

Layout    the ids in order; most reports of a form share one
States    the place of the state in STATES; DECIMAL added where the number was printed with decimals, OTHER where it does
          not fit (then the number is 0 and only the fact itself knows it)
Numbers   little-endian int64, below 2**53: counts as they are, decimals in units of 1/SCALE
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping
from decimal import Decimal

from auditor.model import Fact, Number, State

STATES: tuple[State, ...] = (State.NUMBER, State.BLANK, State.NA, State.TEXT, State.UNREADABLE, State.ABSENT)
DECIMAL, OTHER = 8, 16
SCALE = 10_000
MOST = 2**53

_CODES = {state: code for code, state in enumerate(STATES)}


def pack(facts: Mapping[str, Fact]) -> tuple[tuple[str, ...], bytes, bytes]:
    """(layout, states, numbers)."""
    states, numbers = bytearray(), array("q")
    for fact in facts.values():
        flag, number = _number(fact.value) if fact.state is State.NUMBER else (0, 0)
        states.append(_CODES[fact.state] | flag)
        numbers.append(number)
    if sys.byteorder == "big":
        numbers.byteswap()
    return tuple(facts), bytes(states), numbers.tobytes()


def _number(value: Number | None) -> tuple[int, int]:
    """The flag and the number as kept."""
    if isinstance(value, int) and abs(value) < MOST:
        return 0, value
    if not isinstance(value, Decimal) or not value.is_finite() or value == value.to_integral_value() == 0:
        return OTHER, 0
    scaled = value * SCALE
    # A whole number that is kept as a decimal is rare, and some rules ask which of the two it is.
    if int(value.as_tuple().exponent) >= 0 or abs(scaled) >= MOST or scaled != scaled.to_integral_value():
        return OTHER, 0
    return DECIMAL, int(scaled)
