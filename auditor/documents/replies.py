"""The reply sheets of a run (整改情况反馈表.xlsx): what each unit was told in letters, numbers prefilled, for it to fill in.

Recorded  a unit with letters gets what is still open of them, as `auditor replies sheet` writes it (the room `replysheet`)
Draft     a unit without a letter yet gets what a letter of today would say of it, so that the sheet can go out with the letter: a
          反馈函 where a person must still decide something, else a 通知 (a 函 to a unit that is not the county's to order). Number
          and deadline come with the letter, so they are blank
Comes in  again by `auditor replies import`, once the letter is recorded
Nothing   for a unit of which nothing is (or is any longer) to be answered for
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from auditor.documents.matter import Made, Matter
from auditor.documents.printing import line
from auditor.documents.tally import Addressee
from auditor.model import Calendar
from auditor.quarters.letters import Wanted, drafted
from auditor.quarters.mending import INQUIRY, ORDER, Mending, mendings
from auditor.quarters.naming import quarter_of
from auditor.quarters.nouns import Letter, Remembered
from auditor.replysheet import Sheet, sheets
from auditor.replysheet.workbook import TITLE, render

NAME: Final = f"{TITLE}.xlsx"
_NO_DAY: Final = dt.date.max


def made(matter: Matter) -> Iterator[Made]:
    """One workbook a unit that has something to answer."""
    quarter, told = _quarter(matter), _recorded(matter)
    recorded = {sheet.unit: sheet for sheet in sheets(told, quarter)}
    written = {one.letter.unit for one in told if one.letter.quarter == quarter}
    drafts: dict[str, Mapping[str, Letter]] = {}
    for unit in matter.addressees:
        told_already = unit.unit in written
        sheet = recorded.get(unit.unit) if told_already else _draft(matter, unit, quarter, drafts)
        if sheet is not None:
            yield Made(NAME, render(sheet, matter.tally.audit.ledger), unit.unit)


def _quarter(matter: Matter) -> str:
    run = matter.tally.audit.run
    known = run.quarter if run.quarter and re.fullmatch(r"\d{4}Q[1-4]", run.quarter) else None
    return quarter_of(known, run.started.date())


def _recorded(matter: Matter) -> tuple[Mending, ...]:
    """How what was in recorded letters stands; where nobody says how, as the letters left it."""
    if matter.mendings or not matter.letters:
        return matter.mendings
    last = max(letter.sent for letter in matter.letters)
    return mendings(Remembered(letters=matter.letters), {}, {}, last)


def _draft(matter: Matter, unit: Addressee, quarter: str, drafts: dict[str, Mapping[str, Letter]]) -> Sheet | None:
    """The sheet of a letter that is not sent yet; `drafts` keeps the letters of the run by their kind."""
    kind = INQUIRY if unit.doubts else ORDER
    if kind not in drafts:
        drafts[kind] = _letters(matter, quarter, kind)
    letter = drafts[kind].get(line(unit.unit))
    if letter is None:
        return None
    (sheet,) = sheets(mendings(Remembered(letters=(letter,)), {}, {}, letter.sent), quarter)
    paper = "函" if kind == ORDER and unit.outside else kind
    return replace(sheet, rows=tuple(replace(row, paper=f"{paper}\n（待发）", deadline=None) for row in sheet.rows))


def _letters(matter: Matter, quarter: str, kind: str) -> dict[str, Letter]:
    """What letters of that kind would say, by unit; without days, which come with the real ones."""
    audit = matter.tally.audit
    day = matter.entered.day or matter.tally.day or audit.run.started.date()
    wanted = Wanted(quarter, kind, "", day, "", deadline=_NO_DAY, leave_out=True)
    found = drafted(audit, Remembered(), wanted, matter.terms, Calendar())
    return {line(letter.unit): letter for letter in found.letters}
