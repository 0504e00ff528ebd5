"""Targets: a decided audit -> the findings that a person can speak of, and those that some words mean.

Words     a finding's number (2026Q2-禹山镇-03), the same without its quarter (禹山镇-03), its fingerprint or how that begins;
          where only numbers are known (letters, waivers), `numbered`
Alike     findings of one rule that say the same but for figures and quoted words, in whatever unit
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from auditor.model import Audit, Finding, Noun, Outcome
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Key
from auditor.spelling import nearest

_FIGURES = re.compile(r"[\d０-９]+(?:[.,，][\d]+)*")
_QUOTED = re.compile(r"“[^“”]*”|（[^（）]*）")
_LISTED = re.compile(r"[^，。；：、“”]*“”(?:、[^，。；：、“”]*“”)*")
_FINGERPRINT = re.compile(r"[0-9a-f]{6,32}")


@dataclass(frozen=True, slots=True)
class Target(Noun):
    """A finding of one report as it stands: whose, and the finding with its number and verdict."""

    key: Key
    finding: Finding
    names: tuple[tuple[str, str], ...] = ()

    @property
    def called(self) -> str:
        """Its number, else its fingerprint."""
        return self.finding.number or self.finding.fingerprint[:12]


def targets_of(audit: Audit, unit: Callable[[str], str]) -> tuple[Target, ...]:
    """Every finding of an audit, in its order, then those on reports that are not there; `unit` gives the current name of a unit."""
    out = []
    for judged in audit.reports:
        owner, year = unit(unit_of(judged.report)), judged.report.profile.year
        facts = judged.report.facts
        for finding in judged.findings:
            names = tuple((id, facts[id].name) for id in finding.facts if id in facts)
            out.append(Target(Key(owner, year, finding.locus), finding, names))
    out += [Target(Key(unit(one.unit), one.year, said.locus), said) for one, said in audit.unreported]
    return tuple(out)


def meant(targets: Sequence[Target], word: str) -> tuple[Target, ...]:
    """The findings that a word means: none, one, or several where it is not certain."""
    word = word.strip()
    exact = tuple(t for t in targets if t.finding.number and t.finding.number == word)
    if exact:
        return exact
    short = tuple(t for t in targets if t.finding.number and t.finding.number.split("-", 1)[-1] == word)
    if short:
        return short
    if _FINGERPRINT.fullmatch(word.lower()):
        return tuple(t for t in targets if t.finding.fingerprint.startswith(word.lower()))
    return ()


def numbered(word: str, numbers: Iterable[str], likely: Iterable[str] = ()) -> tuple[str, ...]:
    """The numbers that a word means: itself, else those that end as it does after their quarter; of several the `likely` ones,
    where there are any. None: nothing has that number."""
    word, known = word.strip(), dict.fromkeys((*likely, *numbers))
    if word in known:
        return (word,)
    like = tuple(number for number in known if number.split("-", 1)[-1] == word)
    wanted = frozenset(likely)
    return tuple(number for number in like if number in wanted) or like


def unknown_words(targets: Sequence[Target], word: str, of: str) -> str:
    """Why a word means no finding."""
    like = nearest(word, [t.finding.number for t in targets if t.finding.number])
    return f"{of} 中没有编号“{word}”的问题{like or '，编号照抄问题台账或者 auditor todo 所列'}"


def alike(targets: Sequence[Target], chosen: Iterable[Target]) -> tuple[Target, ...]:
    """The chosen ones and all that say the same of other units, in the order of the targets."""
    kinds = {kind_of(_nameless(target)) for target in chosen}
    return tuple(target for target in targets if kind_of(_nameless(target)) in kinds)


def _nameless(target: Target) -> Finding:
    """The finding without the name of its unit."""
    return replace(target.finding, message=target.finding.message.replace(target.key.unit, ""))


def kind_of(finding: Finding) -> tuple[str, str, Outcome, str]:
    """What a finding says, but for figures and quoted words, however many stand in a row."""
    said = _LISTED.sub("“”", _FIGURES.sub("#", _QUOTED.sub("“”", finding.message)))
    return finding.rule, finding.severity, finding.outcome, said


def within(
    targets: Iterable[Target],
    rules: Collection[str] = (),
    units: Collection[str] = (),
    severities: Collection[str] = (),
    *,
    suspected: bool = False,
) -> tuple[Target, ...]:
    """The findings of these rules, units and severities (nothing named: all), `suspected`: only suspected ones."""
    return tuple(
        target
        for target in targets
        if (not rules or target.finding.rule in rules)
        and (not units or target.key.unit in units)
        and (not severities or target.finding.severity in severities)
        and (not suspected or target.finding.outcome is Outcome.SUSPECTED)
    )
