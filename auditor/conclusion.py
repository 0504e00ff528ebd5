"""Conclusion: what every conclusion of a report is made of, whether a pattern came to it or the arithmetic of the cells.

In        the pattern, its members, what the county says of scoring
Out       a Finding whose members are named by their fingerprints; small parts to make one
Word      a person may have decided of the conclusion itself: one found 不属实 has no effect, one found 属实 is certain
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from auditor.model import DIMENSIONS, REJECTED, SEVERITIES, UPHELD, Basis, Evidence, Finding, Outcome, Profile
from auditor.rulebook.county import credited, free_words
from auditor.rulebook.pattern import Pattern, Then
from auditor.rulebook.scoring import Scoring
from auditor.text import hashed

Word = Callable[[Finding], str]
"""What a person decided of a finding: 属实, 不属实, 豁免, or "" where nothing holds of it."""


def undecided(_: Finding) -> str:
    """Nobody decided anything."""
    return ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What every conclusion of one report is made with.

    `identity` is the organisation's canonical name (the document's hash where unknown), `names` gives the Chinese name of
    a fact id, `assessed` the county's 考核办法, "" without one, `word` what a person decided.
    """

    profile: Profile
    identity: str
    year: int | None
    scoring: Scoring
    names: Mapping[str, str]
    assessed: str = ""
    word: Word = undecided

    def price(self, then: Then, basis: Sequence[Basis]) -> tuple[Decimal, str]:
        """The points of a conclusion's own severity, and why it asks for none."""
        free = free_words(basis, self.assessed)
        return (Decimal(0) if free else self.scoring.cost(then.severity)), free


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A conclusion as a finding, and the findings that it absorbs or withdraws.

    `stands` unless it was found 不属实; `lifted`: it is certain only because it was found 属实.
    """

    pattern: Pattern
    finding: Finding
    absorbs: tuple[Finding, ...]
    withdraws: tuple[Finding, ...] = ()
    stands: bool = True
    lifted: bool = False

    @classmethod
    def heard(
        cls,
        pattern: Pattern,
        finding: Finding,
        absorbs: Iterable[Finding],
        withdraws: Iterable[Finding],
        word: Word,
    ) -> Conclusion:
        """The conclusion with what was decided of it; a suspected one absorbs suspected findings only."""
        said = word(finding)
        lifted = said == UPHELD and finding.outcome is Outcome.SUSPECTED
        if lifted:
            finding = replace(finding, outcome=Outcome.BROKEN)
        certain = finding.outcome is Outcome.BROKEN
        taken = tuple(one for one in absorbs if certain or one.outcome is Outcome.SUSPECTED)
        return cls(pattern, finding, taken, tuple(withdraws), said != REJECTED, lifted)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, by rule and fingerprint."""
    unique = {finding.fingerprint: finding for finding in findings}
    return tuple(sorted(unique.values(), key=lambda finding: (finding.rule, finding.fingerprint)))


def gravest(findings: Sequence[Finding]) -> Finding:
    """The finding of the worst severity, then of the first dimension."""
    return min(findings, key=lambda f: (SEVERITIES.index(f.severity), DIMENSIONS.index(f.dimension)))


def common(words: Iterable[str | None]) -> str | None:
    """The word where all are the same, None else."""
    found = set(words)
    return found.pop() if len(found) == 1 else None


def evidence_of(findings: Sequence[Finding]) -> tuple[Evidence, ...]:
    """All evidence, each piece once."""
    return tuple(dict.fromkeys(evidence for finding in findings for evidence in finding.evidence))


def basis_of(then: Then, members: Sequence[Finding], assessed: str = "") -> tuple[Basis, ...]:
    """What the pattern rests on (its practice with the 考核办法 that makes it count), else what its members rest on."""
    return credited(then.basis, assessed) or tuple(
        dict.fromkeys(basis for finding in members for basis in finding.basis)
    )


def content_of(members: Sequence[Finding]) -> str:
    """What the conclusion complains of, as a hash: where its members stand, and what they complain of."""
    return hashed(*(word for member in members for word in (member.locus, member.content)))
