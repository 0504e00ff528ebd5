"""Fault: what is wrong in the cells of one report, as a noun; a change of a cell with its place and its words."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.checks.check import Case, fact_evidence
from auditor.form import Form, FormCell
from auditor.model import Evidence, Number


@dataclass(frozen=True, slots=True)
class Change:
    """A cell of the form, what it says, and what it should say (None: not known)."""

    cell: FormCell
    says: Number | None
    should: Number | None
    evidence: Evidence

    @property
    def fact(self) -> str:
        """The id of its fact."""
        return self.cell.id

    @property
    def label(self) -> str:
        """Where it stands in the form's words: 表三 予以公开·总计."""
        table = self.cell.table
        return f"{f'表{table}' if len(table) == 1 else table} {self.cell.name.replace('.', '·')}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a report's cells. `sets` has one mending, or (并列) all that would do equally well.

    `relations` are the broken relations that each of them mends, `also` other findings that each of them clears (both by
    fingerprint). `causes` are the cells that are wrong for themselves: a shift or an exchange is one cause. `words` say how
    the fault arose, `compelling` whether that hardly arises by chance.
    """

    kind: str
    sets: tuple[tuple[Change, ...], ...]
    relations: tuple[str, ...]
    also: tuple[str, ...] = ()
    words: str = ""
    compelling: bool = False
    causes: int = 1

    @property
    def cells(self) -> tuple[str, ...]:
        """The ids of all cells named, sorted."""
        return tuple(sorted({change.fact for changes in self.sets for change in changes}))


def change_of(form: Form, case: Case, id: str, should: Number | None) -> Change:
    """The cell of that id as it is, and what it should say."""
    fact = case.report.facts[id]
    return Change(form.cells[id], fact.value, should, fact_evidence(fact))
