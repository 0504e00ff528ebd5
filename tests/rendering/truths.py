"""What may stand in the cells of a form, with what must be read back: filled by hypothesis, judged without the engine's code.

`Printed` is the text of one cell and what it states; the oracle is made together with the text, so that no reader of numbers
is tested against itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from auditor.form import Form, FormCell
from auditor.model import State

_WIDE = str.maketrans("0123456789,.-+", "０１２３４５６７８９，．－＋")


@dataclass(frozen=True)
class Printed:
    """A cell's text, and the state and value that it states."""

    text: str
    state: State
    value: int | Decimal | None = None


Truth = Mapping[str, Printed]

_BLANK = st.just(Printed("", State.BLANK))
_NA = st.sampled_from([Printed(mark, State.NA) for mark in ("/", "—", "无", "-", "——", "不适用")])
_ZERO = st.sampled_from([Printed(mark, State.NUMBER, 0) for mark in ("0", "0", "0", "０", "零", "○")])


def _shown(value: int) -> st.SearchStrategy[Printed]:
    plain = f"{value}"
    grouped = f"{value:,}"
    # Not both full width and grouped: in a narrow column of a PDF such a number is broken before a comma, where one digit
    # more would have fitted, and the reader rightly does not say whether it is one number or two.
    forms = (plain, plain, plain, grouped, plain.translate(_WIDE), f" {plain} ")
    return st.sampled_from([Printed(text, State.NUMBER, value) for text in forms])


_COUNT = st.integers(1, 12).flatmap(lambda digits: st.integers(10 ** (digits - 1), 10**digits - 1)).flatmap(_shown)
_SMALL = st.integers(1, 999).flatmap(_shown)
_MONEY = st.tuples(st.integers(0, 10**7), st.sampled_from(["0.1", "0.01", "0.0001"])).map(
    lambda given: _money(Decimal(given[0]) * Decimal(given[1]))
)
_SIGNED = st.tuples(st.integers(1, 9999), st.sampled_from(["-{}", "+{}", "减{}", "增加{}", "－{}"])).map(
    lambda given: Printed(
        given[1].format(given[0]), State.NUMBER, given[0] if given[1][0] in "+增" else -given[0]
    )
)  # fmt: skip


def _money(value: Decimal) -> Printed:
    return Printed(f"{value:,}" if value > 10_000 else f"{value}", State.NUMBER, value)


def printed(cell: FormCell) -> st.SearchStrategy[Printed]:
    """What may stand in a cell."""
    kinds = [_ZERO, _ZERO, _SMALL, _SMALL, _COUNT, _BLANK, _NA]
    if cell.decimal:
        kinds.append(_MONEY)
    if cell.signed:
        kinds.append(_SIGNED)
    return st.one_of(kinds)


def truths(form: Form) -> st.SearchStrategy[Truth]:
    """Truth tables of a form: the cells' own mixture, or a table that is nearly empty, as most are."""
    mixed = st.fixed_dictionaries({cell.id: printed(cell) for cell in form.cells.values()})
    zeros = st.fixed_dictionaries(
        {cell.id: st.sampled_from([Printed("0", State.NUMBER, 0)] * 9 + [Printed("3", State.NUMBER, 3)]) for cell in form.cells.values()}
    )  # fmt: skip
    return st.one_of(mixed, mixed, zeros)
