"""Rules over the quarters: how often each spoke, and what people decided of what it said.

Complaint what is counted: a finding with one content, once, however many quarters it stood; with another number in it it is another
Decided   属实 and 不属实: only these say whether the rule was right; a waiver (豁免) does not, nor does a finding nobody looked at
Doubtful  不属实 in more than half of at least `LEAST_DECIDED` decided ones
Silent    never spoke in any quarter: `asked` says whether it was ever put to a report at all; what only a person can answer
          (attest) is no silent rule until it was answered
Names     a rule that was renamed is one rule, under the id of the latest rulebook
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from auditor.model import REJECTED, UPHELD, WAIVED, Noun, Outcome, RuleCard
from auditor.quarters.comparing import Fated
from auditor.quarters.fates import STANDING, Fate, Names
from auditor.quarters.handmade import RULE as BY_HAND
from auditor.quarters.history import Counted
from auditor.quarters.nouns import Key
from auditor.quarters.stats import Checks, Words

LEAST_DECIDED = 5
_ASKED = (Outcome.KEPT, Outcome.BROKEN, Outcome.SUSPECTED, Outcome.UNCLEAR)


@dataclass(frozen=True, slots=True)
class RuleStat(Noun):
    """One rule. `asked` counts reports (a quarter each) that it was put to, `fired` complaints, `units` whom they were of.

    upheld + dismissed + waived + undecided = fired; `standing` and `mended` count findings by what became of them last.
    `kind` is the rule's check ("" for a pattern), `listed` whether the latest rulebook still has it.
    """

    rule: str
    title: str
    severity: str
    dimension: str
    status: str
    kind: str
    listed: bool
    asked: int
    quarters: int
    fired: int
    units: int
    upheld: int
    dismissed: int
    waived: int
    undecided: int
    standing: int
    mended: int

    @property
    def decided(self) -> int:
        """How many verdicts say whether it was right."""
        return self.upheld + self.dismissed

    @property
    def dismissed_share(self) -> Decimal | None:
        """Percent 不属实 of the decided ones, one decimal; None where nothing was decided."""
        if not self.decided:
            return None
        return (Decimal(100 * self.dismissed) / self.decided).quantize(Decimal("0.1"))

    @property
    def is_doubtful(self) -> bool:
        """Whether more than half of enough decided ones were found 不属实."""
        return self.decided >= LEAST_DECIDED and 2 * self.dismissed > self.decided

    @property
    def is_silent(self) -> bool:
        """Whether it is in force and never spoke."""
        return self.listed and self.status != "retired" and not self.fired and self.kind not in ("", "attest")


@dataclass(frozen=True, slots=True)
class _Said:
    """A complaint where it was last noted."""

    counted: Counted
    fated: Fated


def rule_stats(checks: Checks, cards: Mapping[str, RuleCard]) -> tuple[RuleStat, ...]:
    """Every rule of `cards` (those of the latest rulebook) and every other one that spoke, by id."""
    names = _Current(checks.names, cards)
    said: dict[str, dict[tuple[Key, str], _Said]] = {}
    ends: dict[str, dict[Key, Fate]] = {}
    quarters: dict[str, set[str]] = {}
    for counted, fated in (*checks.fates, *checks.unreported):
        rule = names.of(fated.noted.rule)
        ends.setdefault(rule, {})[fated.noted.key] = fated.fate
        if fated.fate in STANDING:
            said.setdefault(rule, {})[fated.noted.key, fated.noted.content] = _Said(counted, fated)
            quarters.setdefault(rule, set()).add(counted.quarter)
    missing = {one.place: one for one, _ in checks.unreported if one.record.missing}
    asked = _asked((*checks.records, *missing.values()), names)
    words = Words(checks)
    out = []
    for rule in sorted({*cards, *said} - {BY_HAND}):
        complaints = said.get(rule, {})
        told = _counted(words.of(one.counted, one.fated.noted) for one in complaints.values())
        fates = list(ends.get(rule, {}).values())
        card = cards.get(rule) or _card_of(rule, complaints)
        out.append(
            RuleStat(
                rule,
                card.title,
                card.severity,
                card.dimension,
                card.status,
                card.check,
                rule in cards,
                asked.get(rule, 0),
                len(quarters.get(rule, ())),
                len(complaints),
                len({key.unit for key, _ in complaints}),
                told.get(UPHELD, 0),
                told.get(REJECTED, 0),
                told.get(WAIVED, 0),
                told.get("", 0),
                sum(fate in STANDING for fate in fates),
                sum(fate is Fate.MENDED for fate in fates),
            )
        )
    return tuple(out)


class _Current:
    """The id of a rule in the latest rulebook."""

    def __init__(self, names: Names, cards: Mapping[str, RuleCard]) -> None:
        self._names = names
        self._cards = cards
        self._known: dict[str, str] = {}

    def of(self, rule: str) -> str:
        """It, or one id for all names of a rule that is no more."""
        if rule not in self._known:
            every = sorted(self._names.of(rule))
            self._known[rule] = next((id for id in every if id in self._cards), every[0])
        return self._known[rule]


def _asked(records: Iterable[Counted], names: _Current) -> dict[str, int]:
    out: dict[str, int] = {}
    for one in records:
        for rule, outcome in one.record.outcomes.items():
            if outcome in _ASKED:
                current = names.of(rule)
                out[current] = out.get(current, 0) + 1
    return out


def _counted(words: Iterator[str]) -> dict[str, int]:
    out: dict[str, int] = {}
    for word in words:
        out[word] = out.get(word, 0) + 1
    return out


def _card_of(rule: str, complaints: Mapping[tuple[Key, str], _Said]) -> RuleCard:
    """What is known of a rule that the latest rulebook does not have."""
    last = list(complaints.values())[-1].fated.noted
    return RuleCard(rule, last.title, last.severity, last.dimension, "", "draft" if last.draft else "retired")
