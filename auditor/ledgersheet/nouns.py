"""Rows of a filled-in ledger, what the ledger itself says of their findings, what follows, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.ledgersheet.columns import Reference
from auditor.model import Noun, Verdict
from auditor.quarters.nouns import Decision, Key


@dataclass(frozen=True, slots=True)
class Spot(Noun):
    """A cell of the workbook."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"工作表“{self.sheet}”{self.cell}"


@dataclass(frozen=True, slots=True)
class Filled(Noun):
    """A row as it stands in the workbook: texts and places by column (`columns`), days as ISO where they can be read.

    `mark` is what its 对照码 says: None without one, `spoilt` where something else stands there. `merged` are the cells of
    its columns that are merged with those of other rows or columns.
    """

    number: str
    texts: Mapping[str, str]
    spots: Mapping[str, Spot]
    mark: Reference | None = None
    spoilt: bool = False
    merged: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing(Noun):
    """What the ledger says of all findings at this moment.

    `keys` by number; `contents` of each finding in the order in which they were noted; `fingerprints` it ever had; `heads` of
    the chain by entry; `decisions` and `remarks` the last ones, with their entries; `wide` the number of the waiver of wider
    scope that covers a finding.
    """

    keys: Mapping[str, Key]
    contents: Mapping[Key, tuple[str, ...]]
    fingerprints: Mapping[Key, frozenset[str]]
    heads: Mapping[int, str]
    decisions: Mapping[Key, Decision] = field(default_factory=dict)
    remarks: Mapping[Key, tuple[int, str]] = field(default_factory=dict)
    wide: Mapping[Key, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict(Noun):
    """Why the workbook cannot be taken in: the cell, the finding's number, what is wrong and what to do (Chinese)."""

    at: Spot
    number: str
    words: str

    def __str__(self) -> str:
        return f"{self.at}：{self.words}"


@dataclass(frozen=True, slots=True)
class Decided(Noun):
    """A verdict that the workbook gives."""

    key: Key
    number: str
    content: str
    verdict: Verdict
    at: Spot


@dataclass(frozen=True, slots=True)
class Remarked(Noun):
    """A remark that the workbook gives; "" takes the earlier one away."""

    key: Key
    number: str
    text: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Weighed(Noun):
    """What the workbook says that the ledger does not yet, or the conflicts; of rows that say nothing new only the count.

    `mending` counts the rows with something in the columns of the mending, which is not taken in.
    """

    rows: int
    decisions: tuple[Decided, ...] = ()
    remarks: tuple[Remarked, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    mending: int = 0
