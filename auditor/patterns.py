"""Patterns: findings and the profile -> conclusions, and what they absorb or withdraw.

In        the findings of one report, its profile, patterns, an engine made for these patterns, the scoring
Out       findings with `absorbed_by`, the conclusions among them (sorted by rule, otherwise as they came), the withdrawn
One       conclusion a pattern and value of its joins; its members are the sorted union of all findings that answer
Certainty a conclusion is broken only where each clause it needs has a broken answer (a count: that many), else suspected;
          a suspected one absorbs suspected findings only, the certain ones stay and go on paying
Cost      the points of its own severity, at least those of the dearest finding it absorbs; the score adds what is still
          missing, so that no report gains by a conclusion
Order     patterns that withdraw are judged first, on all findings; all others on what is left. A conclusion is told to
          the patterns that chain on it once it is complete
Limits    a clause tells at most 64 different values of its joins; what goes beyond joins as member of what has fired
Facts     a clause with `fact` sees a finding once for each of its facts, any other clause sees it once
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from auditor.inference import Answer, Chainer, Durable, Engine, Firing, Session, make_engine
from auditor.model import DIMENSIONS, SEVERITIES, Basis, Evidence, Finding, Outcome, Profile
from auditor.rulebook.pattern import COUNT_PLACEHOLDER, MOST_COUNTED, REPORT, Clause, Pattern
from auditor.rulebook.scoring import Scoring
from auditor.text import show

__all__ = ["Chainer", "Concluded", "Durable", "Engine", "conclude", "make_engine"]

MOST_TOLD = 64
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Concluded:
    """All findings that stand, conclusions among them, and those that a conclusion took back."""

    findings: tuple[Finding, ...]
    withdrawn: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Setting:
    """What every conclusion of one report is made with."""

    profile: Profile
    identity: str
    year: int | None
    scoring: Scoring
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Conclusion:
    pattern: Pattern
    finding: Finding
    absorbs: tuple[Finding, ...]
    withdraws: tuple[Finding, ...]


def conclude(
    findings: Sequence[Finding],
    profile: Profile,
    patterns: Sequence[Pattern],
    engine: Engine,
    *,
    identity: str,
    year: int | None,
    scoring: Scoring,
    names: Mapping[str, str] | None = None,
) -> Concluded:
    """Let the patterns speak. `identity` is the organisation's canonical name (the document's hash where unknown).

    `names` gives the Chinese name of a fact id where a text prints a joined fact. Raises ValueError where the engine
    was made for other patterns.
    """
    if tuple(patterns) != engine.patterns:
        raise ValueError("the engine was made for other patterns")
    setting = _Setting(profile, identity, year, scoring, names or {})
    taking = [pattern for pattern in patterns if pattern.then.withdraws]
    first = _infer(findings, taking, engine, setting)
    withdrawn = _withdrawals(first)
    left = [finding for finding in findings if finding.fingerprint not in withdrawn]
    others = [pattern for pattern in patterns if not pattern.then.withdraws]
    concluded = [*first, *_infer(left, others, engine, setting, first)]
    absorbed = _absorptions(concluded, withdrawn)
    priced = _priced(concluded, absorbed)
    standing = [*left, *sorted(priced, key=lambda finding: finding.fingerprint)]
    marked = (_absorb(finding, absorbed.get(finding.fingerprint)) for finding in standing)
    return Concluded(
        findings=tuple(sorted(marked, key=lambda finding: finding.rule)),
        withdrawn=tuple(
            replace(finding, withdrawn_by=withdrawn[finding.fingerprint], deducted=Decimal(0))
            for finding in sorted(findings, key=lambda finding: finding.rule)
            if finding.fingerprint in withdrawn
        ),
    )


def _absorb(finding: Finding, by: str | None) -> Finding:
    return finding if by is None else replace(finding, absorbed_by=by, deducted=Decimal(0))


# --- what is asked and answered --------------------------------------------------------------------


class _Answers:
    """Which findings answer which clause, by the values of the clause's joins."""

    def __init__(self, patterns: Sequence[Pattern], profile: Profile) -> None:
        self._patterns = patterns
        self._profile = _profile_attributes(profile)
        self._found: dict[tuple[str, int], dict[tuple[str, ...], list[Finding]]] = {}

    def take(self, findings: Iterable[Finding]) -> None:
        """Note which clauses these findings answer."""
        for finding in findings:
            attributes = attributes_of(finding)
            for pattern in self._patterns:
                for at, clause in enumerate((*pattern.needs, *pattern.unless)):
                    if clause.alias == REPORT:
                        continue
                    for values in _values(clause, attributes, finding):
                        self._found.setdefault((pattern.id, at), {}).setdefault(values, []).append(finding)

    def to_tell(self, pattern: Pattern) -> list[Answer]:
        """The answers to one pattern that the engine hears."""
        out = []
        for at, clause in enumerate((*pattern.needs, *pattern.unless)):
            if clause.alias == REPORT:
                out += [Answer(pattern.id, at)] * _passes(clause, self._profile)
                continue
            found = self._found.get((pattern.id, at), {})
            if pattern.at_least is not None:
                out += [Answer(pattern.id, at, (), i) for i in range(min(len(found.get((), ())), MOST_COUNTED))]
                continue
            values = sorted(found)
            # A blocker beyond the limit must block all the same: an accusation too many is worse than a slow report.
            out += [Answer(pattern.id, at, v) for v in (values[:MOST_TOLD] if at < len(pattern.needs) else values)]
        return out

    def members(self, pattern: Pattern, firing: Firing) -> dict[str, tuple[Finding, ...]]:
        """Per alias, the findings that answer its clause with the values of the firing."""
        bound = dict(zip(pattern.variables, firing.values, strict=True))
        return {
            clause.alias: _sorted(self._found[pattern.id, at][tuple(bound[variable] for _, variable in clause.joins)])
            for at, clause in enumerate(pattern.needs)
            if clause.alias != REPORT
        }


def attributes_of(finding: Finding) -> dict[str, str]:
    """What a clause may ask of a finding, as strings; what the finding lacks is not there and never joins.

    `value` is the left operand as printed; `fact` is asked apart, because a finding may hold several.
    """
    given = {
        "rule": finding.rule,
        "outcome": finding.outcome.value,
        "severity": finding.severity,
        "dimension": finding.dimension,
        "part": finding.part,
        "table": finding.table,
        "row": finding.row,
        "column": finding.column,
        "value": None if finding.left is None else show(finding.left),
    }
    return {name: word for name, word in given.items() if word is not None}


def _profile_attributes(profile: Profile) -> dict[str, str]:
    given = {
        "form": profile.form,
        "year": None if profile.year is None else str(profile.year),
        "unit_kind": profile.unit_kind,
    }
    return {name: word for name, word in given.items() if word is not None}


def _passes(clause: Clause, attributes: Mapping[str, str]) -> bool:
    return all(attributes.get(name) in words for name, words in clause.tests if name != "fact")


def _values(clause: Clause, attributes: Mapping[str, str], finding: Finding) -> list[tuple[str, ...]]:
    """The values of the clause's joins for which the finding answers it; empty: it does not."""
    if not _passes(clause, attributes) or (finding.members and not clause.rules):
        return []
    facts = dict(clause.tests).get("fact")
    if facts is not None and not set(facts) & set(finding.facts):
        return []
    joined = dict(clause.joins)
    views = sorted(set(finding.facts)) if "fact" in joined else [""]
    out = []
    for fact in views:
        words = [fact if name == "fact" else attributes.get(name) for name, _ in clause.joins]
        if None not in words:
            out.append(tuple(word for word in words if word is not None))
    return out


# --- inference -------------------------------------------------------------------------------------


def _infer(
    findings: Sequence[Finding],
    patterns: Sequence[Pattern],
    engine: Engine,
    setting: _Setting,
    earlier: Sequence[_Conclusion] = (),
) -> list[_Conclusion]:
    if not patterns:
        return []
    answers = _Answers(patterns, setting.profile)
    answers.take(findings)
    answers.take(conclusion.finding for conclusion in earlier)
    session = engine.session()
    try:
        return _chain(findings, patterns, answers, session, setting)
    finally:
        session.close()


def _chain(
    findings: Sequence[Finding],
    patterns: Sequence[Pattern],
    answers: _Answers,
    session: Session,
    setting: _Setting,
) -> list[_Conclusion]:
    """Tell the findings, then floor by floor the conclusions that other patterns chain on."""
    by_id = {pattern.id: pattern for pattern in patterns}
    out: list[_Conclusion] = []
    for number, floor in enumerate(_floors(patterns)):
        told = patterns if number == 0 else [p for p in patterns if p.chains_on]
        fired = session.tell([answer for pattern in told for answer in answers.to_tell(pattern)])
        mine = sorted((f for f in fired if f.pattern in floor), key=lambda f: (f.pattern, f.values))
        new = [_conclusion(by_id[f.pattern], f, answers.members(by_id[f.pattern], f), findings, setting) for f in mine]
        answers.take(conclusion.finding for conclusion in new)
        out += new
    return out


def _floors(patterns: Sequence[Pattern]) -> list[set[str]]:
    """Patterns by how many conclusions stand below them; those of one floor do not see each other."""
    waiting = {pattern.id: set(pattern.chains_on) for pattern in patterns}
    floors = []
    while ready := {id for id, needs in waiting.items() if not needs & waiting.keys()}:
        floors.append(ready)
        for id in ready:
            del waiting[id]
    return floors


# --- conclusions -----------------------------------------------------------------------------------


def _conclusion(
    pattern: Pattern,
    firing: Firing,
    by_alias: Mapping[str, tuple[Finding, ...]],
    findings: Sequence[Finding],
    setting: _Setting,
) -> _Conclusion:
    needed = _sorted(finding for members in by_alias.values() for finding in members)
    absorbs = _named(pattern.then.absorbs, pattern, by_alias, findings)
    withdraws = _named(pattern.then.withdraws, pattern, by_alias, findings)
    members = _sorted((*needed, *absorbs, *withdraws))
    then = pattern.then
    is_broken = then.certainty == "certain" and _holds(pattern, by_alias, Outcome.BROKEN)
    is_draft = not _holds(pattern, by_alias, None)
    finding = Finding(
        rule=pattern.id,
        title=pattern.title,
        fingerprint=_hash(pattern.id, setting.identity, str(setting.year or ""), *firing.values),
        content=_hash(*(word for member in members for word in (member.fingerprint, member.content))),
        outcome=Outcome.BROKEN if is_broken else Outcome.SUSPECTED,
        severity=then.severity,
        dimension=then.dimension or _gravest(needed).dimension,
        message=_message(pattern, firing, needed, setting.names),
        why=then.why,
        verify=then.verify,
        remedy=then.remedy,
        part=_common(member.part for member in needed),
        table=_common(member.table for member in needed),
        row=_common(member.row for member in needed),
        column=_common(member.column for member in needed),
        facts=tuple(sorted({fact for member in members for fact in member.facts})),
        evidence=_evidence(members),
        basis=then.basis or _basis(members),
        cost=setting.scoring.cost(then.severity),
        members=tuple(member.fingerprint for member in members),
        draft=is_draft,
    )
    within = [member for member in members if member.draft or not is_draft]
    return _Conclusion(
        pattern,
        finding,
        absorbs=tuple(f for f in absorbs if f in within and (is_broken or f.outcome is Outcome.SUSPECTED)),
        withdraws=tuple(f for f in withdraws if f in within),
    )


def _holds(pattern: Pattern, by_alias: Mapping[str, tuple[Finding, ...]], outcome: Outcome | None) -> bool:
    """Whether the pattern would stand on its findings of that outcome (None: on those that are no drafts) alone."""
    enough = pattern.at_least or 1
    return all(
        sum(not member.draft and outcome in (None, member.outcome) for member in members) >= enough
        for members in by_alias.values()
    )


def _named(
    names: Sequence[str], pattern: Pattern, by_alias: Mapping[str, tuple[Finding, ...]], findings: Sequence[Finding]
) -> tuple[Finding, ...]:
    """The findings that `absorbs` or `withdraws` speaks of.

    An alias: all that answered it. A rule that a clause asks for: its findings among the members. Any other rule:
    whatever findings of it the report has.
    """
    asked = {rule for clause in pattern.needs for rule in clause.rules}
    members = [finding for found in by_alias.values() for finding in found]
    out: list[Finding] = []
    for name in names:
        if name in by_alias:
            out += by_alias[name]
        else:
            out += [finding for finding in (members if name in asked else findings) if finding.rule == name]
    return _sorted(out)


def _message(pattern: Pattern, firing: Firing, needed: Sequence[Finding], names: Mapping[str, str]) -> str:
    words = {v: names.get(word, word) for v, word in zip(pattern.variables, firing.values, strict=True)}
    words[COUNT_PLACEHOLDER] = str(len(needed))
    return _PLACEHOLDER.sub(lambda match: words[match[1]], pattern.then.conclude)


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    unique = {finding.fingerprint: finding for finding in findings}
    return tuple(sorted(unique.values(), key=lambda finding: (finding.rule, finding.fingerprint)))


def _gravest(findings: Sequence[Finding]) -> Finding:
    return min(findings, key=lambda f: (SEVERITIES.index(f.severity), DIMENSIONS.index(f.dimension)))


def _common(words: Iterable[str | None]) -> str | None:
    found = set(words)
    return found.pop() if len(found) == 1 else None


def _evidence(findings: Sequence[Finding]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence for finding in findings for evidence in finding.evidence))


def _basis(findings: Sequence[Finding]) -> tuple[Basis, ...]:
    return tuple(dict.fromkeys(basis for finding in findings for basis in finding.basis))


def _hash(*words: str) -> str:
    """32 hex digits of the SHA-256 over the words, each with its length, so that no two lists read alike."""
    parts = (word.encode("utf-8", "surrogatepass") for word in words)
    return hashlib.sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).hexdigest()[:32]


# --- absorbed and withdrawn ------------------------------------------------------------------------


def _withdrawals(concluded: Sequence[_Conclusion]) -> dict[str, str]:
    """Withdrawn finding -> the conclusion that took it back (the first by pattern, then by fingerprint)."""
    out: dict[str, str] = {}
    for conclusion in sorted(concluded, key=lambda c: (c.pattern.id, c.finding.fingerprint)):
        for finding in conclusion.withdraws:
            out.setdefault(finding.fingerprint, conclusion.finding.fingerprint)
    return out


def _absorptions(concluded: Sequence[_Conclusion], withdrawn: Mapping[str, str]) -> dict[str, str]:
    """Absorbed finding -> its conclusion: a broken one before a suspected one, the dearest, then by pattern."""
    order = sorted(
        concluded,
        key=lambda c: (c.finding.outcome is not Outcome.BROKEN, -c.finding.cost, c.pattern.id, c.finding.fingerprint),
    )
    out: dict[str, str] = {}
    for conclusion in order:
        for finding in conclusion.absorbs:
            if finding.fingerprint not in withdrawn:
                out.setdefault(finding.fingerprint, conclusion.finding.fingerprint)
    return out


def _priced(concluded: Sequence[_Conclusion], absorbed: Mapping[str, str]) -> list[Finding]:
    """The conclusions, each at least as dear as the dearest finding it absorbs; floors come in order."""
    costs: dict[str, Decimal] = {}
    out = []
    for conclusion in concluded:
        own = conclusion.finding
        under = [f for f in conclusion.absorbs if absorbed.get(f.fingerprint) == own.fingerprint]
        costs[own.fingerprint] = max([own.cost, *(costs.get(f.fingerprint, f.cost) for f in under)])
        out.append(replace(own, cost=costs[own.fingerprint]))
    return out
