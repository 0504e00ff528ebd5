"""What a paper is made of, and what comes out: the tally of a run, what a person enters, the county's own templates and words.

Entered   文号, 成文日期, 印发日期, 附注, 抄送 are entered by a person or left as blanks to fill; they are never the run's date
Letters   recorded letters (`letters send`) say number, day, deadlines and items of the letter to a unit; without one the letter is
          a draft with blanks, its items those of the tally
Equal     equal matter gives equal bytes
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from auditor.documents.stationery import Stationery
from auditor.documents.tally import Addressee, Tally
from auditor.model import MendingTerms
from auditor.quarters.mending import Mending
from auditor.quarters.nouns import Letter


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person enters for one issue of papers; "" and None are blanks to fill by hand.

    `number` is the whole 文号; `day` the day of signing (成文日期), `printed` that of 印发, `note` the 附注 (此件公开发布),
    `copies` the 抄送 bodies, `receivers` the 主送机关 of the 通报 where they are not those of the run.
    """

    number: str = ""
    day: dt.date | None = None
    printed: dt.date | None = None
    note: str = ""
    copies: tuple[str, ...] = ()
    receivers: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything of which papers are made. `units` None: of all units; `originals` gives the bytes of what was handed in by
    SHA-256, None where it is not kept; `letters` are those recorded in the quarter, `mendings` how their items stand."""

    tally: Tally
    stationery: Stationery = field(default_factory=Stationery)
    entered: Entered = Entered()
    terms: MendingTerms = field(default_factory=MendingTerms)
    letters: tuple[Letter, ...] = ()
    mendings: tuple[Mending, ...] = ()
    originals: Callable[[str], bytes | None] = lambda _: None
    units: Collection[str] | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def addressees(self) -> tuple[Addressee, ...]:
        """The units that are asked for."""
        every = self.tally.addressees
        return every if self.units is None else tuple(one for one in every if one.unit in self.units)

    def letter(self, unit: str, kind: str) -> Letter | None:
        """The last letter of that kind (责令整改通知, 反馈函 …) recorded to the unit."""
        return next((one for one in reversed(self.letters) if one.unit == unit and one.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Made:
    """A paper: its file name, its bytes, and the full name of the unit whose it is ("" of the whole run)."""

    name: str
    data: bytes
    unit: str = ""
