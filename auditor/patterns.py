"""Patterns: findings and the profile -> conclusions, and what they absorb or withdraw.

In        the findings of one report, its profile, patterns, an engine made for these patterns, the scoring
Out       findings with `absorbed_by`, the conclusions among them (sorted by rule, otherwise as they came), the withdrawn
One       conclusion a pattern and value of its joins; its members are the sorted union of all findings that answer
Certainty a conclusion is broken only where each clause it needs has a broken answer (a count: that many), else suspected;
          a suspected one absorbs suspected findings only, the certain ones stay and go on paying
Cost      the points of its own severity, at least those of the dearest finding it absorbs; the score adds what is still
          missing, so that no report gains by a conclusion; a blank cell that it rests on costs once with all that is said
          of it. A located fault is one cause and costs in place of what it absorbs
Faults    come before the engine: whichever engine speaks of the rest, the same bytes come out. A count tells a fault once, in
          place of the findings it explains; a conclusion all of whose members one fault explains is not drawn
Order     patterns that withdraw are judged first, on all findings; all others on what is left. A conclusion is told to
          the patterns that chain on it once it is complete
Words     a conclusion that a person found 不属实 has no effect and is handed out apart; one that was found 属实 is certain
Limits    a clause tells at most 64 different values of its joins; what goes beyond joins as member of what has fired
Facts     a clause with `fact` sees a finding once for each of its facts, any other clause sees it once
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from auditor.conclusion import (
    Conclusion,
    Setting,
    Word,
    basis_of,
    common,
    content_of,
    evidence_of,
    gravest,
    in_order,
    undecided,
)
from auditor.faults import Fault, concluded
from auditor.inference import Answer, Chainer, Durable, Engine, Firing, Session, make_engine
from auditor.model import WAIVED, Finding, Outcome, Profile
from auditor.rulebook.pattern import COUNT_PLACEHOLDER, MOST_COUNTED, REPORT, Clause, Pattern
from auditor.rulebook.scoring import Scoring
from auditor.text import hashed, show

__all__ = ["Chainer", "Concluded", "Durable", "Engine", "conclude", "make_engine"]

MOST_TOLD = 64
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Concluded:
    """All findings that stand, conclusions among them, and those that a conclusion took back.

    `dismissed` are conclusions found 不属实; `lifted` (fingerprints) those that are certain only because a person says so;
    `waived` those of which every member is waived; `full` what conclusions cost with the waived members that they absorb.
    """

    findings: tuple[Finding, ...]
    withdrawn: tuple[Finding, ...] = ()
    dismissed: tuple[Finding, ...] = ()
    lifted: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()
    full: Mapping[str, Decimal] = field(default_factory=dict)


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
    off: Collection[str] = (),
    assessed: str = "",
    faults: Sequence[Fault] = (),
    word: Word = undecided,
) -> Concluded:
    """Let the patterns speak. `identity` is the organisation's canonical name (the document's hash where unknown).

    `names` gives the Chinese name of a fact id where a text prints a joined fact; patterns in `off` stay silent; without a
    考核办法 (`assessed`) a conclusion on practice alone asks no points of its own. `faults` are what the arithmetic of the
    cells located, `word` is what a person decided. Raises ValueError where the engine was made for other patterns.
    """
    if tuple(patterns) != engine.patterns:
        raise ValueError("the engine was made for other patterns")
    setting = Setting(profile, identity, year, scoring, names or {}, assessed, word)
    patterns = [pattern for pattern in patterns if pattern.id not in off]
    taking = [pattern for pattern in patterns if pattern.then.withdraws]
    dismissed: list[Finding] = []
    first = _standing(_infer(findings, taking, engine, setting), dismissed)
    withdrawn = _withdrawals(first)
    left = [finding for finding in findings if finding.fingerprint not in withdrawn]
    located = _standing(concluded(faults, left, patterns, setting), dismissed)
    others = [pattern for pattern in patterns if not pattern.then.withdraws and pattern.fault is None]
    inferred = _standing(_infer(left, others, engine, setting, [*first, *located]), dismissed)
    told = [*first, *located, *_beyond(located, inferred)]
    told += _standing(concluded(faults, left, patterns, setting, told), dismissed)
    absorbed = _absorptions(told, withdrawn)
    waived = _waived(told, left, word)
    priced = _priced(told, absorbed, waived)
    full = {f.fingerprint: f.cost for f in _priced(told, absorbed, frozenset())} if waived else {}
    standing = [*left, *sorted(priced, key=lambda finding: finding.fingerprint)]
    marked = (_absorb(finding, absorbed.get(finding.fingerprint)) for finding in standing)
    return Concluded(
        findings=tuple(sorted(marked, key=lambda finding: finding.rule)),
        withdrawn=tuple(
            replace(finding, withdrawn_by=withdrawn[finding.fingerprint], deducted=Decimal(0))
            for finding in sorted(findings, key=lambda finding: finding.rule)
            if finding.fingerprint in withdrawn
        ),
        dismissed=tuple(dismissed),
        lifted=frozenset(conclusion.finding.fingerprint for conclusion in told if conclusion.lifted),
        waived=frozenset(finding.fingerprint for finding in priced if finding.fingerprint in waived),
        full={f.fingerprint: full[f.fingerprint] for f in priced if full.get(f.fingerprint, f.cost) != f.cost},
    )


def _standing(conclusions: Sequence[Conclusion], dismissed: list[Finding]) -> list[Conclusion]:
    """Those that were not found 不属实; the others are added to `dismissed`."""
    dismissed += [conclusion.finding for conclusion in conclusions if not conclusion.stands]
    return [conclusion for conclusion in conclusions if conclusion.stands]


def _waived(told: Sequence[Conclusion], findings: Sequence[Finding], word: Word) -> frozenset[str]:
    """The findings that are waived, and the conclusions that are, or of which every member is."""
    waived = {finding.fingerprint for finding in findings if word(finding) == WAIVED}
    for own in (conclusion.finding for conclusion in told):
        if word(own) == WAIVED or (own.members and waived.issuperset(own.members)):
            waived.add(own.fingerprint)
    return frozenset(waived)


def _beyond(located: Sequence[Conclusion], inferred: Sequence[Conclusion]) -> Iterator[Conclusion]:
    """The conclusions that say more than a located fault: not those of which one fault explains every member."""
    explained = [{finding.fingerprint for finding in fault.absorbs} for fault in located]
    for conclusion in inferred:
        if not any(set(conclusion.finding.members) <= members for members in explained):
            yield conclusion


def _absorb(finding: Finding, by: str | None) -> Finding:
    return finding if by is None else replace(finding, absorbed_by=by, deducted=Decimal(0))


# --- what is asked and answered --------------------------------------------------------------------


class _Answers:
    """Which findings answer which clause, by the values of the clause's joins."""

    def __init__(self, patterns: Sequence[Pattern], profile: Profile, explained: Collection[str]) -> None:
        self._patterns = patterns
        self._explained = explained
        self._profile = _profile_attributes(profile)
        self._found: dict[tuple[str, int], dict[tuple[str, ...], list[Finding]]] = {}

    def take(self, findings: Iterable[Finding]) -> None:
        """Note which clauses these findings answer."""
        for finding in findings:
            attributes = attributes_of(finding)
            for pattern in self._patterns:
                if pattern.at_least is not None and finding.fingerprint in self._explained:
                    continue  # a count is one of causes: the located fault is told in place of what it explains
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
            clause.alias: in_order(self._found[pattern.id, at][tuple(bound[variable] for _, variable in clause.joins)])
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


def answers(clause: Clause, finding: Finding) -> bool:
    """Whether a finding answers a clause by itself (joins with other clauses apart)."""
    return bool(_values(clause, attributes_of(finding), finding))


def answered_by(clause: Clause, profile: Profile) -> bool:
    """Whether a profile answers a clause about the report."""
    return _passes(clause, _profile_attributes(profile))


# --- inference -------------------------------------------------------------------------------------


def _infer(
    findings: Sequence[Finding],
    patterns: Sequence[Pattern],
    engine: Engine,
    setting: Setting,
    earlier: Sequence[Conclusion] = (),
) -> list[Conclusion]:
    if not patterns:
        return []
    explained = {
        finding.fingerprint for conclusion in earlier if conclusion.finding.causes for finding in conclusion.absorbs
    }
    answers = _Answers(patterns, setting.profile, explained)
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
    setting: Setting,
) -> list[Conclusion]:
    """Tell the findings, then floor by floor the conclusions that other patterns chain on."""
    by_id = {pattern.id: pattern for pattern in patterns}
    out: list[Conclusion] = []
    for number, floor in enumerate(_floors(patterns)):
        told = patterns if number == 0 else [p for p in patterns if p.chains_on]
        fired = session.tell([answer for pattern in told for answer in answers.to_tell(pattern)])
        mine = sorted((f for f in fired if f.pattern in floor), key=lambda f: (f.pattern, f.values))
        new = [_conclusion(by_id[f.pattern], f, answers.members(by_id[f.pattern], f), findings, setting) for f in mine]
        answers.take(conclusion.finding for conclusion in new if conclusion.stands)
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
    setting: Setting,
) -> Conclusion:
    needed = in_order(finding for members in by_alias.values() for finding in members)
    absorbs = _named(pattern.then.absorbs, pattern, by_alias, findings)
    withdraws = _named(pattern.then.withdraws, pattern, by_alias, findings)
    members = in_order((*needed, *absorbs, *withdraws))
    then = pattern.then
    is_broken = then.certainty == "certain" and _holds(pattern, by_alias, Outcome.BROKEN)
    is_draft = not _holds(pattern, by_alias, None)
    basis = basis_of(then, members, setting.assessed)
    cost, free = setting.price(then, basis)
    finding = Finding(
        rule=pattern.id,
        title=pattern.title,
        fingerprint=hashed(pattern.id, setting.identity, str(setting.year or ""), *firing.values),
        locus=hashed(pattern.id, *firing.values),
        content=content_of(members),
        outcome=Outcome.BROKEN if is_broken else Outcome.SUSPECTED,
        severity=then.severity,
        dimension=then.dimension or gravest(needed).dimension,
        message=_message(pattern, firing, needed, setting.names),
        why=then.why,
        verify=then.verify,
        remedy=then.remedy,
        part=common(member.part for member in needed),
        table=common(member.table for member in needed),
        row=common(member.row for member in needed),
        column=common(member.column for member in needed),
        facts=tuple(sorted({fact for member in members for fact in member.facts})),
        evidence=evidence_of(members),
        basis=basis,
        cost=cost,
        blanks=tuple(sorted({cell for member in needed for cell in member.blanks})),
        members=tuple(member.fingerprint for member in members),
        draft=is_draft,
        free=free,
    )
    within = [member for member in members if member.draft or not is_draft]
    return Conclusion.heard(
        pattern,
        finding,
        (f for f in absorbs if f in within),
        (f for f in withdraws if f in within),
        setting.word,
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
    return in_order(out)


def _message(pattern: Pattern, firing: Firing, needed: Sequence[Finding], names: Mapping[str, str]) -> str:
    words = {v: names.get(word, word) for v, word in zip(pattern.variables, firing.values, strict=True)}
    words[COUNT_PLACEHOLDER] = str(len(needed))
    return _PLACEHOLDER.sub(lambda match: words[match[1]], pattern.then.conclude)


# --- absorbed and withdrawn ------------------------------------------------------------------------


def _withdrawals(concluded: Sequence[Conclusion]) -> dict[str, str]:
    """Withdrawn finding -> the conclusion that took it back (the first by pattern, then by fingerprint)."""
    out: dict[str, str] = {}
    for conclusion in sorted(concluded, key=lambda c: (c.pattern.id, c.finding.fingerprint)):
        for finding in conclusion.withdraws:
            out.setdefault(finding.fingerprint, conclusion.finding.fingerprint)
    return out


def _absorptions(concluded: Sequence[Conclusion], withdrawn: Mapping[str, str]) -> dict[str, str]:
    """Absorbed finding -> its conclusion: a broken one before a suspected one, a located fault, the dearest, then by pattern."""
    order = sorted(
        concluded,
        key=lambda c: (
            c.finding.outcome is not Outcome.BROKEN,
            not c.finding.causes,
            -c.finding.cost,
            c.pattern.id,
            c.finding.fingerprint,
        ),
    )
    out: dict[str, str] = {}
    for conclusion in order:
        for finding in conclusion.absorbs:
            if finding.fingerprint not in withdrawn:
                out.setdefault(finding.fingerprint, conclusion.finding.fingerprint)
    return out


def _priced(concluded: Sequence[Conclusion], absorbed: Mapping[str, str], waived: Collection[str]) -> list[Finding]:
    """The conclusions, each at least as dear as the dearest finding it absorbs that is not waived; floors come in order."""
    costs: dict[str, Decimal] = {}
    out = []
    for conclusion in concluded:
        own = conclusion.finding
        under = [f for f in conclusion.absorbs if absorbed.get(f.fingerprint) == own.fingerprint]
        paid = (costs.get(f.fingerprint, f.cost) for f in under if f.fingerprint not in waived)
        costs[own.fingerprint] = max([own.cost, *paid])
        free = own.free if not costs[own.fingerprint] else ""  # it pays for what it absorbs
        out.append(replace(own, cost=costs[own.fingerprint], free=free))
    return out
