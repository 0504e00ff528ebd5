"""The ledger -> a line a quarter for the trend of a paper: reports, mean, what stood, what was ordered to be mended and is closed.

In        the last quarters up to the one asked; of quarters whose papers are at hand anyway their tally, so that a trend never says
          another number than the paper it stands in; of all others lean records, and only what verdicts moved is opened
Day       what was decided is asked for the last day of work of each quarter (`scoring.days`), as `auditor trends` does
Problems  as a tally counts them: a finding that stands as certain and is not counted with another; a conclusion only where it costs
          in the place of its members; what is said of reports that are not there counts too
Mean      of the reports that were read whole, to two places
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from auditor.documents.tally import QuarterFigures, Tally, is_problem, trees
from auditor.ledger import scoring
from auditor.ledger.histories import absent, called, counted, rule_names_of
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import runs
from auditor.ledger.remembering import remembered
from auditor.model import REJECTED, WAIVED, Finding, Judged, Outcome
from auditor.quarters.history import Counted
from auditor.quarters.holding import Holdings
from auditor.quarters.letters import is_undecided
from auditor.quarters.mending import Mending, rate
from auditor.quarters.nouns import Noted

MOST = 8


def trend(
    ledger: Ledger,
    quarter: str,
    day: dt.date,
    known: Mapping[str, Tally],
    mendings: Iterable[Mending] = (),
) -> tuple[QuarterFigures, ...]:
    """The figures of the last quarters up to that one, the oldest first; `known` are the tallies at hand. Raises LedgerError."""
    days = scoring.days(runs(ledger), day)
    wanted = sorted(one for one in days if one <= quarter)[-MOST:]
    lean = _lean(ledger, [one for one in wanted if one not in known], days)
    ordered = list(mendings)
    out = []
    for one in wanted:
        made = of_tally(one, known[one]) if one in known else lean[one]
        mended = rate(item for item in ordered if item.letter.quarter == one)
        out.append(replace(made, ordered=mended.ordered, closed=mended.closed))
    return tuple(out)


def of_tally(quarter: str, tally: Tally) -> QuarterFigures:
    """The same figures of a tally."""
    mean = None if tally.mean is None else Decimal(tally.mean.value)
    return QuarterFigures(quarter, int(tally.reports), mean, len(tally.problems), len(tally.doubts))


def _lean(ledger: Ledger, quarters: Collection[str], days: Mapping[str, dt.date]) -> dict[str, QuarterFigures]:
    """The figures of quarters whose papers are not at hand."""
    if not quarters:
        return {}
    memory = remembered(ledger)
    records = counted(ledger, memory, quarters=quarters)
    gone = _gone(absent(ledger, memory, quarters=quarters), records)
    names = rule_names_of(ledger, (*records, *gone))

    def first_id(rule: str) -> str:
        return min(names.of(rule))

    known = {one.unit: (one.unit, *one.names) for one in called(ledger)}
    touched = scoring.moved(records, memory, days, first_id)
    decided = scoring.redrawn(ledger, touched, memory, days, lambda unit: known[unit])
    out = {}
    for quarter in quarters:
        holdings = Holdings(memory, days[quarter], first_id)
        mine = [one for one in records if one.quarter == quarter]
        scored = [_points(one, decided.get(one.place)) for one in mine]
        counts = [_said(one, decided.get(one.place), holdings) for one in mine]
        counts += [_noted(one.record.findings, holdings) for one in gone if one.quarter == quarter]
        out[quarter] = QuarterFigures(
            quarter,
            len(mine),
            _mean([points for points, low in scored if low == points]),
            sum(problems for problems, _ in counts),
            sum(doubts for _, doubts in counts),
        )
    return out


def _gone(found: Iterable[Counted], records: Iterable[Counted]) -> tuple[Counted, ...]:
    """What was last said in each quarter of reports that are not there, less what another run of the quarter read."""
    here = {(one.quarter, one.record.unit, one.record.year) for one in records}
    last = {(one.quarter, one.record.unit, one.record.year): one for one in found}
    return tuple(one for key, one in last.items() if key not in here)


def _points(one: Counted, anew: Judged | None) -> tuple[Decimal, Decimal]:
    """(points, low) with verdicts."""
    return (one.record.points, one.record.low) if anew is None else (anew.score.points, anew.score.low)


def _mean(points: Sequence[Decimal]) -> Decimal | None:
    return (sum(points, Decimal(0)) / len(points)).quantize(Decimal("0.01")) if points else None


def _said(one: Counted, anew: Judged | None, holdings: Holdings) -> tuple[int, int]:
    """(problems, doubts) of a report."""
    if anew is None:
        return _noted(one.record.findings, holdings)
    return _trees(anew.findings)


def _trees(findings: Sequence[Finding]) -> tuple[int, int]:
    problems, doubts = (sum(1 for _ in trees(findings, wanted)) for wanted in (is_problem, is_undecided))
    return problems, doubts


def _noted(findings: Sequence[Noted], holdings: Holdings) -> tuple[int, int]:
    """The same of findings as they were noted; no verdict moved any of them."""
    causes = {one.absorbed_by for one in findings}
    certain: dict[str, Noted] = {}
    open_: dict[str, Noted] = {}
    for one in findings:
        if one.draft or (one.members and one.fingerprint not in causes):
            continue
        holding = holdings.of(one.key, one.content, one.rule, one.facts)
        if holding.word in (REJECTED, WAIVED):
            continue
        if not holding.word and (one.outcome is Outcome.SUSPECTED or holding.reopened):
            open_[one.fingerprint] = one
        else:
            certain[one.fingerprint] = one
    return sum(1 for _ in _tops(certain)), sum(1 for _ in _tops(open_))


def _tops(kept: Mapping[str, Noted]) -> Iterator[Noted]:
    """Those that are not counted with another of them."""
    for one in kept.values():
        if one.absorbed_by not in kept:
            yield one
