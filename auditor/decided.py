"""Decided: a bare audit, what people entered, a day -> the audit as it stands: verdicts, waivers, manual findings, remarks.

In        the audit as the rules made it (its findings may have their numbers), the desk it was judged at, what is remembered
Anew      patterns and score are drawn anew for the reports of which something was decided that touches them; every other
          report comes out as it went in
Not so    a finding found 不属实 is taken out before anything is concluded from it, and listed with its verdict for nothing
Is so     a suspected finding found 属实 counts as certain, and stays listed as suspected with its verdict
Waived    a waived finding stands and is listed; `without_waivers` is the score that counts it; a conclusion all of whose
          members are waived is waived
Manual    what a person found by eye joins the findings of its unit and report year in every run from its quarter on that
          began before it was closed; where no run has read that report it stands apart (`alone`), as in the letters
Missing   what is said of a report that is not there bears its verdict; no report, no points
Beside    neighbours of the run, as when it was judged, so that drawing anew changes nothing by itself; where this program
          would draw other conclusions than the one that wrote the run, its conclusions are left as they are, the score
          alone follows the verdicts, and the run says so
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from auditor import __version__
from auditor.conclusion import Word
from auditor.findings import Beside, judge
from auditor.hedges import unhedged, untitled
from auditor.judging import Desk, rescored, settled, unscored
from auditor.model import (
    REJECTED,
    UPHELD,
    WAIVED,
    Audit,
    Completeness,
    Filing,
    Finding,
    Judged,
    Judgement,
    Outcome,
    Profile,
    Prose,
    Report,
    RuleCard,
    Standing,
    UnitYear,
    Verdict,
)
from auditor.neighbours import beside_of
from auditor.quarters.handmade import CARD, RULE, stands
from auditor.quarters.holding import Holding, Holdings
from auditor.quarters.naming import quarter_of, unit_of
from auditor.quarters.nouns import Key, Manual, Remembered
from auditor.quarters.weighed import finding_of
from auditor.rulebook import Rulebook

ALL_WAIVED = Verdict(WAIVED, "其所含的问题均已豁免")


def decided(audit: Audit, desk: Desk, memory: Remembered, day: dt.date, alone: Sequence[Manual] = ()) -> Audit:
    """The audit with everything that people decided, as of that day; `alone` is what they found by eye of reports that no run
    has read."""
    return _Laying(audit, desk, memory, day).audit(alone)


def first_ids(book: Rulebook) -> dict[str, str]:
    """Every name of a rule -> its first, which lasts."""
    return {name: ready.rule.first_id for ready in book.rules for name in (ready.id, *ready.rule.aliases)}


def as_upheld(finding: Finding) -> Finding:
    """A suspected finding that was found 属实 as it reads from then on: nobody is asked to verify it any more."""
    upheld = finding.verdict is not None and finding.verdict.word == UPHELD
    if not upheld or finding.manual or finding.outcome is not Outcome.SUSPECTED:
        return finding
    return replace(finding, message=unhedged(finding.message), title=untitled(finding.title))


class _Laying:
    def __init__(self, audit: Audit, desk: Desk, memory: Remembered, day: dt.date) -> None:
        self._audit = audit
        self._desk = replace(desk, audited=audit.run.started.date())
        self._memory = memory
        ids = first_ids(desk.book)
        self._holdings = Holdings(memory, day, lambda rule: ids.get(rule, rule))
        self._otherwise: list[str] = []

    def audit(self, alone: Sequence[Manual] = ()) -> Audit:
        """All reports, those that are not there, and what a document needs to know of manual findings."""
        reports = tuple(map(self._report, range(len(self._audit.reports))))
        counted, apart = self._completeness(), tuple(self._apart(alone))
        unmoved = all(new is old for new, old in zip(reports, self._audit.reports, strict=True))
        if unmoved and counted is self._audit.completeness and not apart:
            return self._audit
        by_hand = bool(apart) or any(finding.manual for judged in reports for finding in judged.findings)
        rules: dict[str, RuleCard] = {**self._audit.rules, RULE: CARD} if by_hand else dict(self._audit.rules)
        run = replace(self._audit.run, notes=(*self._audit.run.notes, *self._otherwise))
        return replace(self._audit, reports=reports, rules=rules, run=run, completeness=counted, apart=apart)

    # --- reports that are not there

    def _completeness(self) -> Completeness | None:
        """The count with the verdicts on what is said of missing reports; the same one where there are none."""
        found = self._audit.completeness
        if found is None:
            return None
        standings = tuple(map(self._standing, found.standings))
        same = all(new is old for new, old in zip(standings, found.standings, strict=True))
        return found if same else replace(found, standings=standings)

    def _standing(self, one: UnitYear) -> UnitYear:
        if one.finding is None:
            return one
        new = self._shown(one.finding, Key(self._memory.unit(one.unit), one.year, one.finding.locus))
        if new.message != one.finding.message:  # who upheld it knows more than that no file was there
            new = replace(new, message=f"{new.title}（{one.year}年度，经核实）")
        return one if new == one.finding else replace(one, finding=new)

    def _shown(self, finding: Finding, key: Key) -> Finding:
        held = self._holdings.of(key, finding.content, finding.rule, finding.facts)
        remark = self._memory.remarks.get(key, "")
        return as_upheld(replace(finding, verdict=held.verdict, reopened=held.reopened, remark=remark))

    def _apart(self, alone: Sequence[Manual]) -> Iterator[UnitYear]:
        """What people found by eye of reports that are nowhere."""
        run = self._audit.run
        quarter = quarter_of(run.quarter, run.started.date())
        roster = self._desk.matcher.roster if self._desk.matcher is not None else None
        for one in alone:
            if one.year is None or not stands(one, quarter, run.started.date()):
                continue
            unit = roster.unit(one.unit) if roster is not None else None
            kind, group = (unit.kind, unit.group) if unit is not None else ("其他", "")
            authority = unit.authority if unit is not None else ""
            where = Filing(one.unit, group, reported=False)
            profile = Profile(organisation=one.unit, unit_kind=kind, year=one.year)
            nothing = Report(one.unit, "", "", profile, Prose("", ()), (), {}, (), filing=where)
            finding = finding_of(one, nothing, self._desk.book)
            shown = self._shown(replace(finding, cost=Decimal(0)), Key(one.unit, one.year, finding.locus))
            yield UnitYear(one.unit, kind, group, one.year, Standing.MISSING, finding=shown, authority=authority)

    def _report(self, at: int) -> Judged:
        judged = self._audit.reports[at]
        key = self._keys(judged)
        manual = self._manual(judged)
        names = {fact.id: fact.name for fact in judged.report.facts.values()}

        def holding(finding: Finding) -> Holding:
            return self._holdings.of(key(finding), finding.content, finding.rule, finding.facts, names)

        moved = manual or any(_moves(finding, holding(finding).word) for finding in judged.findings)
        anew = self._anew(at, manual, lambda finding: holding(finding).word) if moved else judged
        numbers = {finding.fingerprint: finding.number for finding in judged.findings}
        waived = {f.fingerprint for f in anew.findings if holding(f).word == WAIVED}
        shown = []
        for finding in anew.findings:
            held = holding(finding)
            verdict = held.verdict
            if finding.members and waived.issuperset(finding.members) and held.word not in (REJECTED, WAIVED):
                verdict = ALL_WAIVED
                waived.add(finding.fingerprint)
            number = finding.number or numbers.get(finding.fingerprint, "")
            remark = self._memory.remarks.get(key(finding), "")
            new = as_upheld(replace(finding, number=number, verdict=verdict, reopened=held.reopened, remark=remark))
            shown.append(finding if new == finding else new)
        if anew is judged and all(new is old for new, old in zip(shown, judged.findings, strict=True)):
            return judged
        return replace(anew, findings=tuple(shown))

    def _keys(self, judged: Judged) -> _Keys:
        return _Keys(self._memory.unit(unit_of(judged.report)), judged.report.profile.year)

    def _manual(self, judged: Judged) -> list[Finding]:
        """What people found by eye in this report."""
        keys, run = self._keys(judged), self._audit.run
        quarter = quarter_of(run.quarter, run.started.date())
        return [
            finding_of(one, judged.report, self._desk.book)
            for one in self._memory.manual
            if (one.unit, one.year) == (keys.unit, keys.year) and stands(one, quarter, run.started.date())
        ]

    # drawing anew

    def _anew(self, at: int, manual: Sequence[Finding], word: Word) -> Judged:
        """Patterns and score upon what was decided."""
        judged = self._audit.reports[at]
        plain = replace(judged, findings=tuple(replace(f, number="") for f in judged.findings))
        said = unscored(plain)
        if said and not manual and _only_waived(plain, word):
            return rescored(self._desk, plain, word)
        beside = replace((self._besides if said else self._all_besides)[at], attested=judged.attested)
        said = said or judge(judged.report, self._desk.book, beside, audited=self._desk.audited)
        if self._audit.run.engine != __version__ and not self._same(plain, said, beside):
            self._otherwise.append(
                f"{unit_of(judged.report)}：批次由另一版本的程序审核，组合规则的结论保持原样，认定只计入得分"
            )
            return rescored(self._desk, plain, word, manual)
        more = Judgement((*said.findings, *manual), said.undecided, said.outcomes, said.disabled)
        return replace(settled(self._desk, judged.report, more, beside, word), attested=judged.attested)

    def _same(self, plain: Judged, said: Judgement, beside: Beside) -> bool:
        """Whether this version of the program draws the conclusions that the run has."""
        return replace(settled(self._desk, plain.report, said, beside), attested=plain.attested) == plain

    @cached_property
    def _besides(self) -> Sequence[Beside]:
        """What stands beside each report, without the copies among them: no cell clears what is said of a copied text."""
        book = self._desk.book
        return self._beside(replace(book, rules=tuple(r for r in book.rules if r.rule.check != "similarity")))

    @cached_property
    def _all_besides(self) -> Sequence[Beside]:
        return self._beside(self._desk.book)

    def _beside(self, book: Rulebook) -> Sequence[Beside]:
        roster = self._desk.matcher.roster if self._desk.matcher is not None else None
        return beside_of([j.report for j in self._audit.reports], self._audit.before, book, roster)


class _Keys:
    """The keys of the findings of one report."""

    def __init__(self, unit: str, year: int | None) -> None:
        self.unit, self.year = unit, year

    def __call__(self, finding: Finding) -> Key:
        return Key(self.unit, self.year, finding.locus)


def _only_waived(judged: Judged, word: Word) -> bool:
    """Whether all that was decided touches the score alone: findings are waived on which no conclusion rests, and no other
    finding stands for them or they for it."""
    resting = {id for finding in judged.findings for id in (*finding.members, finding.absorbed_by)}
    moving = [finding for finding in judged.findings if _moves(finding, word(finding))]
    return all(
        word(f) == WAIVED and not f.members and f.absorbed_by is None and f.fingerprint not in resting for f in moving
    )


def _moves(finding: Finding, said: str) -> bool:
    """Whether what was decided of a finding touches conclusions or the score."""
    return said in (REJECTED, WAIVED) or (said == UPHELD and finding.outcome is Outcome.SUSPECTED)
