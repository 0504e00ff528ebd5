"""Columns: packed facts of many reports -> one column a cell of a form, and what those reports have in common.

Columns   for the reports of one form: a number a cell and report (0 where there is none), whether it is unknown, the code
          of its state; contiguous by cell
Units     float64 holding whole numbers below 2**53: counts as they are, a column with decimals (money) in units of 1/SCALE,
          so that sums are exact
Odd       a cell whose number a column cannot hold exactly (a giant, five decimals): those reports are asked singly
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt

from auditor.columnar.packed import DECIMAL, OTHER, SCALE, STATES
from auditor.form import Form
from auditor.model import Profile, State

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]

NUMBER, BLANK, NA, TEXT, UNREADABLE, ABSENT = range(len(STATES))
_MASK = 7  # what is left of a state without its flags


@dataclass(frozen=True, slots=True)
class Packed:
    """One report as the columns take it: what rules ask of its profile, its packed facts, the subjects it speaks of."""

    profile: Profile
    layout: tuple[str, ...]
    states: bytes
    numbers: bytes
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Columns:
    """The facts of some reports in one form. All arrays are cells × reports."""

    form: Form
    index: Mapping[str, int]
    value: Floats
    unknown: Bools
    code: Codes
    odd: Bools
    decimal: Bools
    given: Bools
    units: tuple[int, ...]
    money: tuple[bool, ...]
    signed: tuple[bool, ...]

    @property
    def size(self) -> int:
        """How many reports."""
        return int(self.value.shape[1])

    @cached_property
    def most(self) -> Floats:
        """The largest number of each cell, its sign left out."""
        most: Floats = np.abs(self.value).max(axis=1, initial=0.0)
        return most

    @cached_property
    def any_odd(self) -> Bools:
        """By cell, whether any report has an odd number there."""
        return some(self.odd, 1)

    @cached_property
    def any_decimal(self) -> Bools:
        """By cell, whether any report has a number with decimals there."""
        return some(self.decimal, 1)

    @cached_property
    def any_unknown(self) -> Bools:
        """By cell, whether any report has no number there."""
        return some(self.unknown, 1)

    def taken(self, rows: Rows) -> Columns:
        """The same columns of some reports, in the order of `rows`."""
        return replace(
            self,
            value=self.value[:, rows],
            unknown=self.unknown[:, rows],
            code=self.code[:, rows],
            odd=self.odd[:, rows],
            decimal=self.decimal[:, rows],
            given=self.given[:, rows],
        )


def columns(form: Form, reports: Sequence[Packed]) -> Columns:
    """The columns of reports that follow one form; cells that a report lacks are absent, those of other forms left out."""
    ids = tuple(form.cells)
    size = len(reports)
    code = np.full((len(ids), size), ABSENT, np.uint8)
    number = np.zeros((len(ids), size), np.int64)
    given = np.zeros((len(ids), size), np.bool_)
    order = sorted(range(size), key=lambda at: reports[at].layout)
    for layout, members in groupby(order, key=lambda at: reports[at].layout):
        _fill(ids, layout, reports, list(members), (code, number, given))
    flags = code & ~np.uint8(_MASK)
    code &= _MASK
    money = np.array([cell.decimal for cell in form.cells.values()], np.bool_)
    decimal, odd = (flags & DECIMAL) != 0, (flags & OTHER) != 0
    fine = money | some(decimal, 1)
    value = number.astype(np.float64)
    np.multiply(value, SCALE, out=value, where=fine[:, None] & ~decimal)
    odd |= np.abs(value) >= 2.0**53
    return Columns(
        form=form,
        index={id: at for at, id in enumerate(ids)},
        value=value,
        unknown=(code != NUMBER) | odd,
        code=code,
        odd=odd,
        decimal=decimal,
        given=given,
        units=tuple(SCALE if one else 1 for one in fine.tolist()),
        money=tuple(cell.decimal for cell in form.cells.values()),
        signed=tuple(cell.signed for cell in form.cells.values()),
    )


def _fill(
    ids: Sequence[str],
    layout: Sequence[str],
    reports: Sequence[Packed],
    members: list[int],
    into: tuple[Codes, npt.NDArray[np.int64], Bools],
) -> None:
    """The facts of reports with one layout, put where the form has them."""
    at = {id: place for place, id in enumerate(layout)}
    pairs = [(here, at[id]) for here, id in enumerate(ids) if id in at]
    if not pairs:
        return
    shape = (len(members), len(layout))
    states = np.frombuffer(b"".join(reports[m].states for m in members), np.uint8).reshape(shape)
    numbers = np.frombuffer(b"".join(reports[m].numbers for m in members), "<i8").reshape(shape)
    here, there = (np.array(places, np.intp) for places in zip(*pairs, strict=True))
    code, number, given = into
    where = np.ix_(here, np.array(members, np.intp))
    code[where] = states.T[there]
    number[where] = numbers.T[there]
    given[where] = True


def some(mask: Bools, axis: int) -> Bools:
    """Where any is true along an axis."""
    found: Bools = np.logical_or.reduce(mask, axis=axis)
    return found


def code_of(state: State) -> int:
    """The code of a state in `Columns.code`."""
    return STATES.index(state)
