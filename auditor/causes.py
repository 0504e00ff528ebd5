"""Causes: findings that count -> who is excused, and by whom. One cause costs once.

Covers    a finding that covers another rule (a narrower cause) excuses that rule's findings on the same facts (rows that
          were added have no facts: then of the same table), and costs at least what the dearest of them would
Blanks    a blank cell costs once: of the findings whose fault it is the dearest deducts, then the certain one, then the
          narrower (fewer blank cells), then by rule id; the others are excused
Waived    where every blank cell of a finding is waived under other findings, it has nothing left to say
Order     the input's order does not matter
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditor.model import Finding, Outcome


@dataclass(frozen=True, slots=True)
class Causes:
    """`excused` is finding -> the finding that deducts in its place; `prices` what each of the others costs alone."""

    excused: Mapping[str, str]
    prices: Mapping[str, Decimal]


def one_cause(findings: Sequence[Finding], waived: Sequence[Finding] = ()) -> Causes:
    """Who is excused among the findings that count. `waived` do not count, but their blank cells are no fault."""
    ordered = sorted(findings, key=lambda finding: (finding.rule, finding.fingerprint))
    excused = _by_waivers(ordered, waived)
    left = [finding for finding in ordered if finding.fingerprint not in excused]
    covered = _by_covers(left)
    prices = {finding.fingerprint: finding.cost for finding in left}
    for finding in left:
        if finding.fingerprint in covered:
            root = covered[finding.fingerprint]
            prices[root] = max(prices[root], finding.cost)
    left = [finding for finding in left if finding.fingerprint not in covered]
    excused |= covered | _by_blanks(left, prices)
    return Causes(excused, {id: price for id, price in prices.items() if id not in excused})


def covers(narrow: Finding, broad: Finding) -> bool:
    """Whether `narrow` names the narrower cause of what `broad` says of the same facts."""
    return broad.rule in narrow.covers and broad.fingerprint != narrow.fingerprint and _meet(narrow, broad)


def _meet(first: Finding, second: Finding) -> bool:
    if first.facts and second.facts:
        return not set(first.facts).isdisjoint(second.facts)
    if first.topics and second.topics:
        # Contents that are missing: only where the broader finding complains of nothing else.
        return set(second.topics) <= set(first.topics)
    return first.table is not None and first.table == second.table


def shares_blank(first: Finding, second: Finding) -> bool:
    """Whether one blank cell is the fault in both."""
    return not set(first.blanks).isdisjoint(second.blanks)


def _by_waivers(findings: Iterable[Finding], waived: Sequence[Finding]) -> dict[str, str]:
    by_cell: dict[str, str] = {}
    for finding in sorted(waived, key=lambda finding: (finding.rule, finding.fingerprint)):
        for cell in finding.blanks:
            by_cell.setdefault(cell, finding.fingerprint)
    return {
        finding.fingerprint: by_cell[min(finding.blanks)]
        for finding in findings
        if finding.blanks and by_cell.keys() >= set(finding.blanks)
    }


def _by_covers(findings: Sequence[Finding]) -> dict[str, str]:
    """Covered finding -> the narrowest one above it. Where two cover each other, the first in order gives way."""
    narrowest_first = [finding for finding in findings if finding.covers]
    above: dict[str, str] = {}
    for broad in findings:
        for narrow in narrowest_first:
            if covers(narrow, broad) and _root(narrow.fingerprint, above) != broad.fingerprint:
                above[broad.fingerprint] = narrow.fingerprint
                break
    return {id: _root(id, above) for id in above}


def _root(id: str, above: Mapping[str, str]) -> str:
    while id in above:
        id = above[id]
    return id


def _by_blanks(findings: Iterable[Finding], prices: Mapping[str, Decimal]) -> dict[str, str]:
    paying: dict[str, int] = {}  # cell -> rank of the finding that pays for it
    ranked = sorted((finding for finding in findings if finding.blanks), key=lambda f: _rank(f, prices))
    excused: dict[str, str] = {}
    for rank, finding in enumerate(ranked):
        payers = [paying[cell] for cell in finding.blanks if cell in paying]
        if payers:
            excused[finding.fingerprint] = ranked[min(payers)].fingerprint
        else:
            paying.update(dict.fromkeys(finding.blanks, rank))
    return excused


def _rank(finding: Finding, prices: Mapping[str, Decimal]) -> tuple[Decimal, bool, int, str, str]:
    is_suspected = finding.outcome is not Outcome.BROKEN
    return -prices[finding.fingerprint], is_suspected, len(set(finding.blanks)), finding.rule, finding.fingerprint
