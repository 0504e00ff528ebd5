"""Clearing: some cells with other numbers in, the findings that would then be gone out.

Asks      the findings' own rules once more, over the report with those numbers: a relation, a comparison with the prose or
          with last year, a number that is none
Gone      the rule finds nothing in those cells any more, or no longer applies because of them; what became unclear is not gone
Blanks    a finding whose fault is blank cells is gone where all of them get a number
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from auditor.checks.check import Case
from auditor.faults.relations import mended
from auditor.findings import judge_rule
from auditor.model import Finding, Number, Outcome
from auditor.rulebook.book import Rulebook

# What a number in a cell cannot clear: what is the same everywhere, what a person saw, which files were handed in.
_APART = ("similarity", "attest", "filing")


class Clearing:
    """The findings of one report, and what would clear them."""

    def __init__(self, findings: Sequence[Finding], case: Case, book: Rulebook) -> None:
        self._case, self._book = case, book
        self._rules = {ready.id: ready for ready in book.rules if ready.rule.check not in _APART}
        self._findings = [finding for finding in findings if finding.rule in self._rules]

    def may(self, finding: Finding) -> bool:
        """Whether another number in a cell could clear it at all."""
        return finding.rule in self._rules and bool(finding.facts) and not finding.blanks

    def of(self, values: Mapping[str, Number | None], without: Iterable[str] = ()) -> tuple[str, ...]:
        """The fingerprints of findings that speak of the cells and would be gone; `without` are known already."""
        apart = set(without)
        concerned = [
            finding
            for finding in self._findings
            if finding.fingerprint not in apart and not values.keys().isdisjoint(finding.facts)
        ]
        if not concerned:
            return ()
        facts = mended(self._case.report.facts, values)
        case = replace(self._case, report=replace(self._case.report, facts=facts))
        return tuple(finding.fingerprint for finding in concerned if self._is_gone(finding, values, case))

    def _is_gone(self, finding: Finding, values: Mapping[str, Number | None], case: Case) -> bool:
        if finding.blanks:
            return set(finding.blanks) <= values.keys()
        said = judge_rule(self._rules[finding.rule], case, self._book)
        if said.outcomes[finding.rule] is Outcome.NOT_APPLICABLE:
            return self._applies(finding.rule)
        still = {id for each in said.findings for id in each.facts} | {
            id for each in said.undecided for id in each.facts
        }
        return still.isdisjoint(finding.facts)

    def _applies(self, rule: str) -> bool:
        """Whether the rule speaks of the report as it is; it does not where what stood beside it is not at hand."""
        said = judge_rule(self._rules[rule], self._case, self._book)
        return said.outcomes[rule] is not Outcome.NOT_APPLICABLE
