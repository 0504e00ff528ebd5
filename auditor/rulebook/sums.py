"""Sums: the relations of a rulebook -> what each asks of the counts of a form, as equations that a document can read.

In        the compiled rules of kind `equation` that are certain, in force and speak of this year's cells alone
Out       `Sum`s, in the order of the rules, then of the forms, then of the elements over which a rule runs
Leaves    what has a tolerance or fractions, what speaks of money or of cells that may be negative: there a number does not
          follow from the others to the unit
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.checks.relation import Formula
from auditor.form import Form
from auditor.formula.evaluate import FactRef, Linear
from auditor.model import Sum
from auditor.rulebook.book import Ready


def sums(rules: Iterable[Ready], forms: Iterable[Form]) -> tuple[Sum, ...]:
    """The equations of all rules in all forms."""
    national = [form for form in forms if not form.variant]
    return tuple(one for ready in rules for form in national for one in _of(ready, form))


def _of(ready: Ready, form: Form) -> Iterator[Sum]:
    rule = ready.rule
    if rule.check != "equation" or rule.certainty != "certain" or rule.status != "active":
        return
    formula: Formula | None = (ready.expect or {}).get(form.letter)
    if formula is None or formula.last_year != "no" or formula.subjects or formula.tolerance:
        return
    for element in formula.elements(form):
        for sign, line in formula.sums(form, element):
            terms = _terms(line, form) if sign == "=" else ()
            constant = int(line.constant)
            if len(terms) > 1 and constant == line.constant:
                yield Sum(ready.id, form.letter, terms, constant)


def _terms(line: Linear, form: Form) -> tuple[tuple[str, int], ...]:
    """The cells with their coefficients; () where one is no count of this year or is taken in parts."""
    terms = []
    for ref, coefficient in line.terms:
        cell = form.cells.get(ref.id) if isinstance(ref, FactRef) and not ref.last else None
        if cell is None or cell.decimal or cell.signed or int(coefficient) != coefficient:
            return ()
        terms.append((cell.id, int(coefficient)))
    return tuple(terms)
