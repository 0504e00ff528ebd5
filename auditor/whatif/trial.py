"""A stored run and a proposed rulebook -> which findings, points and grades would change.

Columns   say of every report what the changed rules say; only reports of which one of them has something to say, before or
          after, are looked at singly
Singly    the changed rules are asked by `findings.judge` upon what was said of the report before; then patterns and score
Lean      a rule on cells is asked of profile and facts alone; one that needs the prose gets the whole stored report, one that
          needs the peers gets those of all stored reports
Same      as an audit of the same documents with the proposed rulebook (tested), but for a roster that is not given
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from auditor.columnar.table import some
from auditor.columnar.verdicts import KEPT, NOT_APPLICABLE, Panel
from auditor.findings import Beside, judge
from auditor.judging import Desk, desk, settled, unscored
from auditor.model import Finding, Judged, Judgement, Outcome
from auditor.neighbours import beside_of
from auditor.rulebook import Ready, Rulebook
from auditor.store.reading import listed
from auditor.whatif.changes import Change, Kind, Proposal
from auditor.whatif.past import Past

_SAID = {NOT_APPLICABLE: Outcome.NOT_APPLICABLE, KEPT: Outcome.KEPT}
_PROSE = re.compile(r"正文|章节|原文|说法")


@dataclass(frozen=True, slots=True)
class Effect:
    """What one changed rule said of the reports, and would say: reports by outcome, and findings."""

    change: Change
    before: Mapping[Outcome, int]
    after: Mapping[Outcome, int]
    findings_before: int
    findings_after: int


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in a list of what comes or goes."""

    rule: str
    title: str
    outcome: Outcome
    severity: str
    message: str
    deducted: Decimal


@dataclass(frozen=True, slots=True)
class Shift:
    """One report that would stand otherwise. `at` is its place in the run."""

    at: int
    source: str
    unit: str
    group: str
    year: int | None
    points: tuple[Decimal, Decimal]
    grade: tuple[str, str]
    gained: tuple[Told, ...]
    lost: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The whole: `reports` in the run, `looked` at singly, those that would stand otherwise by place in the run."""

    reports: int
    looked: int
    effects: tuple[Effect, ...]
    shifts: tuple[Shift, ...]
    judged: Mapping[int, Judged]


Progress = Callable[[str, int, int, int], None]


def trial(past: Past, proposed: Proposal, progress: Progress | None = None) -> Trial:
    """What would change if the proposed rulebook were adopted."""
    return _Trial(past, proposed).run(progress or (lambda *_: None))


class _Trial:
    def __init__(self, past: Past, proposed: Proposal) -> None:
        self.past, self.proposed, self.book = past, proposed, proposed.book
        self.changes = proposed.changes
        self.gone = {change.id for change in self.changes} | {r.id for r in self._asked}
        run = past.stored.audit.run
        self.desk: Desk = desk(self.book, "chainer", audited=run.started.date())
        self.columns = past.stored.rules
        self.codes: npt.NDArray[np.uint8] = self._codes(past.panel(self.book))

    @property
    def _asked(self) -> list[Ready]:
        return [change.ready for change in self.changes if change.ready is not None]

    def _codes(self, panel: Panel) -> npt.NDArray[np.uint8]:
        """Changed rule × judged report."""
        lines = [panel.ask(ready)[: self.past.judged] for ready in self._asked]
        return np.array(lines, np.uint8).reshape(len(lines), self.past.judged)

    def run(self, tell: Progress) -> Trial:
        """Every report of which something may be said otherwise, judged anew."""
        rows = self.past.stored.rows
        touched = range(len(rows)) if self.proposed.everywhere else self._touched()
        judged: dict[int, Judged] = {}
        shifts: list[Shift] = []
        for done, at in enumerate(touched, 1):
            judged[at] = self._judged(at)
            shift = _shift(at, self.past, judged[at])
            if shift is not None:
                shifts.append(shift)
            tell("试算", done, len(touched), len(shifts))
        return Trial(len(rows), len(touched), tuple(self._effects(judged)), tuple(shifts), judged)

    def _touched(self) -> list[int]:
        """Reports of which a changed rule has something to say, or had."""
        speaks = some(self.codes > KEPT, 0)
        known = [self.columns.index(change.id) for change in self.changes if change.id in self.columns]
        had = [any(row.outcomes[at] in "bsuc" for at in known) for row in self.past.stored.rows]
        return [at for at, (now, before) in enumerate(zip(speaks.tolist(), had, strict=True)) if now or before]

    # one report

    def _judged(self, at: int) -> Judged:
        codes = self.codes[:, at].tolist()
        asked = [ready for ready, code in zip(self._asked, codes, strict=True) if code > KEPT]
        report = self.past.lean(at) if all(map(_is_of_cells, asked)) else self.past.report(at)
        old = self.past.said(at, report)
        before = unscored(old)
        if before is None:  # what a pattern took back has to be said again by all rules
            report = self.past.report(at)
            beside = replace(self._beside(at, self.book.rules), attested=old.attested)
            judgement = judge(report, self.book, beside, audited=self.desk.audited)
            return replace(settled(self.desk, report, judgement, beside), attested=old.attested)
        beside = replace(self._beside(at, asked), attested=old.attested)
        judgement = judge(report, self.book, beside, self._without(before), self.desk.audited, asked)
        plain = {r.id: _SAID[c] for r, c in zip(self._asked, codes, strict=True) if c in _SAID}
        judgement = replace(judgement, outcomes={**judgement.outcomes, **plain})
        return replace(settled(self.desk, report, judgement, beside), attested=old.attested)

    def _without(self, before: Judgement) -> Judgement:
        """What was said before, without the rules that changed."""
        return replace(
            before,
            findings=tuple(f for f in before.findings if f.rule not in self.gone),
            undecided=tuple(u for u in before.undecided if u.rule not in self.gone),
            outcomes={rule: outcome for rule, outcome in before.outcomes.items() if rule not in self.gone},
        )

    def _beside(self, at: int, asked: Sequence[Ready]) -> Beside:
        """What stands beside a report, as far as these rules ask, and last year's cells in any case: faults are located by
        them too."""
        if any(ready.of_others and (not _is_of_cells(ready) or _asks_peers(ready)) for ready in asked):
            return self._besides[at]
        return self.past.beside(at)

    @cached_property
    def _besides(self) -> list[Beside]:
        """What stands beside every report, for rules that need the peers or the prose of other reports."""
        reports = [self.past.report(at) for at in range(len(self.past.rows))]
        judged = self.past.judged
        book: Rulebook = replace(self.book, rules=tuple(r for r in self.book.rules if r.of_others))
        return beside_of(reports[:judged], reports[judged:], book, self.past.roster, self.past.stored.audit.others)

    # what comes of it

    def _effects(self, judged: Mapping[int, Judged]) -> Iterator[Effect]:
        rows = self.past.stored.rows
        outcomes = [self.past.stored.outcomes(row) for row in rows]
        found = [[rule for rule, *_ in listed(row)] for row in rows]
        places = {ready.id: at for at, ready in enumerate(self._asked)}
        for change in self.changes:
            before, after = dict.fromkeys(Outcome, 0), dict.fromkeys(Outcome, 0)
            then = now = 0
            for at in range(len(rows)):
                if change.id in outcomes[at]:
                    before[outcomes[at][change.id]] += 1
                then += found[at].count(change.id)
                if change.ready is None:
                    continue
                if at in judged:
                    after[judged[at].outcomes[change.ready.id]] += 1
                    now += sum(f.rule == change.ready.id for f in judged[at].findings)
                else:
                    after[_SAID[int(self.codes[places[change.ready.id], at])]] += 1
            yield Effect(change, before, after, then, now)


def _is_of_cells(ready: Ready) -> bool:
    """Whether profile and facts are all that the rule asks for."""
    rule = ready.rule
    if rule.check not in ("equation", "filled") or bool(getattr(rule, "signatures", None)):
        return False
    texts = [rule.message, rule.why, *(text for g in rule.grades for text in (g.message, g.why) if text)]
    formulas = [
        f for by_form in (ready.expect, ready.when, *(g for _, g in ready.grades)) if by_form for f in by_form.values()
    ]
    return not any(map(_PROSE.search, texts)) and not any(formula.subjects for formula in formulas)


def _asks_peers(ready: Ready) -> bool:
    return "同类" in ready.rule.model_dump_json(exclude={"examples"}) or getattr(ready.rule, "in_a_row", 1) > 1


def _shift(at: int, past: Past, now: Judged) -> Shift | None:
    """How a report would stand, None where nothing changes."""
    row = past.rows[at]
    old = {
        (rule, mark): (rule, title, outcome, severity, deducted)
        for rule, mark, outcome, severity, _, deducted, title in listed(row)
    }
    new = {(f.rule, f.fingerprint): f for f in now.findings}
    gained = tuple(_told(f) for key, f in new.items() if key not in old or old[key][2:4] != (f.outcome, f.severity))
    lost = tuple(
        Told(rule, title, outcome, severity, "", deducted)
        for key, (rule, title, outcome, severity, deducted) in old.items()
        if key not in new or (new[key].outcome, new[key].severity) != (outcome, severity)
    )
    points, grade = Decimal(row.points or 0), row.grade or ""
    if not gained and not lost and points == now.score.points and grade == now.score.grade:
        return None
    unit = row.organisation or row.source
    return Shift(
        at, row.source, unit, row.group, row.year, (points, now.score.points), (grade, now.score.grade), gained, lost
    )


def _told(finding: Finding) -> Told:
    return Told(finding.rule, finding.title, finding.outcome, finding.severity, finding.message, finding.deducted)


__all__ = ["Effect", "Kind", "Shift", "Told", "Trial", "trial"]
