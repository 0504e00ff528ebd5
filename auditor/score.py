"""Score: findings, what is undecided, the scoring and the inspector's verdicts -> points, grade, and what each costs.

Units       points, exact decimals, 0 … 100; `deducted` of a finding is what its lines take (limits and caps are lines)
Counts      broken findings and suspected ones found 属实, less those found 不属实 or waived (豁免); drafts never
Suspected   `if_suspected` is the same reckoning with every undecided suspected finding counted; one cause is allotted anew
Waived      `without_waivers` counts the waived ones too
Unread      `low` counts every rule that is unclear because the reader or the engine failed; the unit's own blanks have paid
Order       low, if_suspected and without_waivers never exceed points: where a dear finding would excuse several cheap ones
            and so lift the total, the lower one stands
Models      deduct, weighted and levels all start at 100: 100 + the sum of the lines = points (`measuring`, `levels`)
Absorbed    an absorber that does not count itself excuses nothing; one that is waived excuses what it absorbs
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from auditor import levels
from auditor.causes import one_cause
from auditor.measuring import earned, measured
from auditor.model import REJECTED, UPHELD, VERDICTS, WAIVED, Cause, Finding, Outcome, Score, Undecided
from auditor.nextgrade import Reckon, next_grade
from auditor.reckoning import ZERO, Reckoning, reckon
from auditor.rulebook.scoring import Scoring


def score(
    findings: Sequence[Finding],
    undecided: Sequence[Undecided],
    scoring: Scoring,
    verdicts: Mapping[str, str] | None = None,
    outcomes: Mapping[str, Outcome] | None = None,
) -> tuple[tuple[Finding, ...], Score]:
    """The findings in their order with `deducted`, `absorbed_by` and why they cost nothing (`free`), and the score.

    `verdicts` maps fingerprints to 属实, 不属实 or 豁免; `outcomes` of the rules say which bonus is earned (None: none).
    Raises ValueError for any other word.
    """
    verdicts = verdicts or {}
    if strange := sorted(set(verdicts.values()) - set(VERDICTS)):
        raise ValueError(f"unknown verdicts: {strange}")
    rejected = {id for id, word in verdicts.items() if word == REJECTED}
    awarded = earned(scoring, outcomes or {}, findings, rejected)
    seen = measured([*findings, *_as_broken(undecided)], scoring, awarded)
    scoring, unread = seen.scoring, seen.findings[len(findings) :]
    how = levels.reckon if scoring.model == "levels" else reckon
    sides = _Sides(seen.findings[: len(findings)], verdicts, how)
    now = sides.reckon(sides.counted, scoring)
    suspected = sides.reckon([*sides.counted, *sides.open], scoring)
    unwaived = sides.reckon([*sides.counted, *sides.waived], scoring, waived=())
    low = sides.reckon([*sides.counted, *unread], scoring)
    points = now.total
    lowest = min(points, low.total)
    counted, waived = sides.marked(sides.counted, sides.waived), sides.waived
    result = Score(
        points=points,
        if_suspected=min(points, suspected.total),
        without_waivers=min(points, unwaived.total),
        low=lowest,
        high=points,
        grade=scoring.grade(points),
        low_grade=scoring.grade(lowest),
        lines=now.lines,
        next_grade=next_grade(counted, scoring, waived, how),
        dimensions=now.dimensions,
    )
    free = {**seen.free, **_notes(sides, now, suspected, scoring)}
    return tuple(sides.show(finding, now, suspected, free) for finding in findings), result


def _notes(sides: _Sides, now: Reckoning, suspected: Reckoning, scoring: Scoring) -> dict[str, str]:
    """Under levels: why what counts, or would, has no points of its own."""
    if scoring.model != "levels":
        return {}
    open_ = {}
    for finding in sides.open:
        item = levels.item_of(finding, scoring)
        if finding.cost > 0 and finding.fingerprint not in suspected.absorbed and item is not None:
            open_[finding.fingerprint] = f"查证属实后计入评分项“{item.name}”"
    return {**levels.notes([*sides.counted, *sides.open], now, scoring), **open_}


class _Sides:
    """The findings by how they count: now, open (suspected and undecided), waived, or not at all."""

    def __init__(self, findings: Sequence[Finding], verdicts: Mapping[str, str], how: Reckon) -> None:
        self._how = how
        self._all = {finding.fingerprint for finding in findings}
        self.counted: list[Finding] = []
        self.open: list[Finding] = []
        self.waived: list[Finding] = []
        for finding in findings:
            verdict = verdicts.get(finding.fingerprint)
            if finding.draft or finding.withdrawn_by is not None or verdict == REJECTED:
                continue
            if verdict == WAIVED:
                self.waived.append(finding)
            elif finding.outcome is Outcome.BROKEN or verdict == UPHELD:
                self.counted.append(finding)
            elif finding.outcome is Outcome.SUSPECTED:
                self.open.append(finding)

    def reckon(
        self, counted: Sequence[Finding], scoring: Scoring, waived: Sequence[Finding] | None = None
    ) -> Reckoning:
        """The reckoning of these findings, after marks that no longer hold are taken off."""
        spared = self.waived if waived is None else waived
        return self._how(self.marked(counted, spared), scoring, spared)

    def marked(self, counted: Sequence[Finding], waived: Sequence[Finding]) -> list[Finding]:
        """The findings without marks of absorbers that do not count, nor any ring of marks."""
        standing = {finding.fingerprint for finding in (*counted, *waived)}
        marks = {
            finding.fingerprint: finding.absorbed_by
            for finding in counted
            if finding.absorbed_by is not None
            and (finding.absorbed_by in standing or finding.absorbed_by not in self._all)
        }
        for id in sorted(marks):
            if _leads_back(id, marks):
                del marks[id]
        return [replace(finding, absorbed_by=marks.get(finding.fingerprint)) for finding in counted]

    def show(self, finding: Finding, now: Reckoning, suspected: Reckoning, free: Mapping[str, str]) -> Finding:
        """The finding as it is listed: what it costs now, who deducts in its place, or why nothing does.

        What costs nothing by its basis says so already; a reason of the score stands where points would be due.
        """
        id = finding.fingerprint
        absorber = self._absorber(finding, now, suspected)
        why = finding.free if not finding.cost else free.get(id, "")
        return replace(finding, deducted=now.deducted.get(id, ZERO), absorbed_by=absorber, free=why)

    def _absorber(self, finding: Finding, now: Reckoning, suspected: Reckoning) -> str | None:
        id = finding.fingerprint
        if id in self._counted_ids():
            return now.absorbed.get(id)
        if id not in {undecided.fingerprint for undecided in self.open}:
            return finding.absorbed_by
        given = {f.fingerprint: f.absorbed_by for f in self.marked([*self.counted, *self.open], self.waived)}
        return given[id] or self._beside(finding, now) or suspected.absorbed.get(id)

    def _counted_ids(self) -> set[str]:
        return {counted.fingerprint for counted in self.counted}

    def _beside(self, finding: Finding, now: Reckoning) -> str | None:
        """What already deducts for the cause of an undecided finding: the certain one comes first."""
        payers = [counted for counted in self.counted if counted.fingerprint not in now.absorbed]
        causes = one_cause([*payers, replace(finding, cost=ZERO, absorbed_by=None)], self.waived)
        return causes.excused.get(finding.fingerprint)


def _leads_back(id: str, marks: Mapping[str, str]) -> bool:
    step, seen = marks[id], {id}
    while step in marks and step not in seen:
        seen.add(step)
        step = marks[step]
    return step == id


def _as_broken(undecided: Collection[Undecided]) -> list[Finding]:
    """What the reader or the engine left open, as findings that count."""
    failed = [u for u in undecided if u.outcome is Outcome.UNCLEAR and u.caused_by in (Cause.READER, Cause.ENGINE)]
    return [
        Finding(
            rule=item.rule,
            title=item.title,
            fingerprint=f"unclear:{at}",
            content="",
            outcome=Outcome.BROKEN,
            severity=item.severity,
            dimension=item.dimension,
            message=item.reason,
            table=item.table,
            cost=Decimal(item.cost),
        )
        for at, item in enumerate(sorted(failed, key=lambda u: (u.rule, u.table or "", -u.cost, u.facts)))
        if item.withdrawn_by is None
    ]
