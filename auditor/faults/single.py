"""Single cells: findings that no equation ties together in; the one cell behind several of them out.

单位       a cell of 万元 that says ten thousand times a number that would clear all that relations say of it
同格       two findings or more that cost points, and another number in one cell would clear them all while no certain relation
          that holds is broken. The number itself is not named: many would do. What a narrower rule covers costs nothing anyway
Numbers   tried are what the differences of the findings lead to, its neighbours (for < and >), whole numbers beside it, 0 and 1
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

from auditor.causes import covers
from auditor.checks.check import Case
from auditor.checks.relation import as_number
from auditor.faults.algebra import COUNT, Domain
from auditor.faults.clearing import Clearing
from auditor.faults.fault import Fault, change_of
from auditor.faults.relations import domains
from auditor.faults.slips import TIMES, of_cell
from auditor.form import Form
from auditor.formula.interval import exact
from auditor.model import Finding, Number, Outcome

Allows = Callable[[Mapping[str, Number | None]], bool]


def amounts(findings: Sequence[Finding], case: Case, form: Form, clearing: Clearing, allows: Allows) -> Iterator[Fault]:
    """Cells of money of which everything that is said would be gone at a ten thousandth."""
    for cell in form.cells.values():
        fact = case.report.fact(cell.id)
        if not cell.decimal or fact is None or fact.value is None or fact.value < 1:
            continue
        said = [finding for finding in findings if cell.id in finding.facts and clearing.may(finding)]
        should = as_number(Fraction(fact.value) / TIMES)
        slip = of_cell(cell, exact(fact.value), exact(should), {})
        if not said or slip is None or not slip.compelling or not allows({cell.id: should}):
            continue
        if set(clearing.of({cell.id: should})) >= {finding.fingerprint for finding in said}:
            certain, open_ = _by_certainty(said)
            yield Fault("单位", ((change_of(form, case, cell.id, should),),), certain, open_, slip.words, True)


def shared(findings: Sequence[Finding], case: Case, form: Form, clearing: Clearing, allows: Allows) -> Iterator[Fault]:
    """Findings with one cell in common that would clear them all; those that one cell ties the most first."""
    said = [finding for finding in findings if finding.cost > 0 and not finding.draft and clearing.may(finding)]
    left = [finding for finding in said if not any(covers(narrow, finding) for narrow in said)]
    while len(left) > 1:
        by_cell = _cleared(left, case, form, clearing, allows)
        most = max(
            by_cell.values(),
            key=lambda ids: (len(ids), sum(f.cost for f in left if f.fingerprint in ids), ids),
            default=(),
        )
        if len(most) < 2:
            return
        changes = tuple((change_of(form, case, cell, None),) for cell in sorted(by_cell) if by_cell[cell] == most)
        yield Fault("同格", changes, *_by_certainty([finding for finding in left if finding.fingerprint in most]))
        left = [finding for finding in left if finding.fingerprint not in most]


def _by_certainty(findings: Sequence[Finding]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a conclusion rests on, and what else it explains: the certain findings and the others, or all where none is."""
    certain = tuple(f.fingerprint for f in findings if f.outcome is Outcome.BROKEN)
    others = tuple(f.fingerprint for f in findings if f.outcome is not Outcome.BROKEN)
    return (certain, others) if certain else (others, ())


def _cleared(
    findings: Sequence[Finding], case: Case, form: Form, clearing: Clearing, allows: Allows
) -> dict[str, tuple[str, ...]]:
    """Cell -> the most of the findings that another number in it alone would clear."""
    legal, out = domains(form), {}
    ids = {finding.fingerprint for finding in findings}
    for cell in sorted({id for finding in findings for id in finding.facts}):
        fact = case.report.fact(cell)
        concerned = [finding for finding in findings if cell in finding.facts]
        if len(concerned) < 2 or fact is None or fact.value is None:
            continue
        best: tuple[str, ...] = ()
        for value in _numbers(fact.value, concerned, legal.get(cell, COUNT)):
            if allows({cell: value}):
                cleared = tuple(sorted(ids.intersection(clearing.of({cell: value}))))
                best = max(best, cleared, key=len)
            if len(best) == len(concerned):
                break
        out[cell] = best
    return out


def _numbers(now: Number, findings: Sequence[Finding], domain: Domain) -> Iterator[Number]:
    """What the cell might say instead, the plainest first."""
    said = Fraction(now)
    bases = [Fraction(floor(said)), Fraction(ceil(said))]
    bases += [said + way * Fraction(f.difference) for f in findings if f.difference is not None for way in (-1, 1)]
    tried = dict.fromkeys(as_number(base + step) for base in bases for step in (0, -1, 1))
    tried |= dict.fromkeys((0, 1))
    return (value for value in tried if value != now and domain.has(exact(value)))
