"""The ledger -> reports with what people decided of them, each drawn anew by the rulebook of its run.

Moved     only reports of which something was decided that touches the score are opened; all others keep the points of the run
Alone     a report is opened with the reports of its own unit in that run, not with all the others: what they say of it stands
          in its findings already; the whole run only where a report must be judged anew
Day       verdicts and waivers of a quarter are asked for its last day of work: the day before the first run of the next quarter,
          of the newest quarter the day asked; never a day before its own last run
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.reading import stored
from auditor.ledger.viewing import card_quarter
from auditor.model import REJECTED, UPHELD, WAIVED, Judged, Outcome
from auditor.quarters.history import Counted
from auditor.quarters.holding import Holdings
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Noted, Remembered, RunCard
from auditor.quarters.streaks import Place
from auditor.rulebook import RulebookError

_DAY = dt.timedelta(days=1)


def days(cards: Iterable[RunCard], asked: dt.date) -> dict[str, dt.date]:
    """The day for which the verdicts of each quarter are asked."""
    begun: dict[str, list[dt.date]] = {}
    for card in cards:
        begun.setdefault(card_quarter(card), []).append(card.started.date())
    ordered = sorted(begun)
    out = {}
    for quarter, following in zip(ordered, [*ordered[1:], ""], strict=True):
        end = min(asked, min(begun[following]) - _DAY) if following else asked
        out[quarter] = max(end, max(begun[quarter]))
    return out


def moved(
    records: Iterable[Counted], memory: Remembered, day: Mapping[str, dt.date], first_id: Callable[[str], str]
) -> tuple[Counted, ...]:
    """The records whose score is not the one of the run, by what people decided."""
    by_day = {one: Holdings(memory, one, first_id) for one in set(day.values())}
    return tuple(one for one in records if any(_touches(f, by_day[day[one.quarter]]) for f in one.record.findings))


def _touches(noted: Noted, holdings: Holdings) -> bool:
    word = holdings.of(noted.key, noted.content, noted.rule, noted.facts).word
    return noted.manual or word in (REJECTED, WAIVED) or (word == UPHELD and noted.outcome is Outcome.SUSPECTED)


def redrawn(
    ledger: Ledger,
    records: Sequence[Counted],
    memory: Remembered,
    day: Mapping[str, dt.date],
    named: Callable[[str], Sequence[str]],
    tell: Callable[[int, int], None] = lambda *_: None,
) -> dict[Place, Judged | None]:
    """These records (those that `moved` names) as they stand; None where its rulebook was not kept or is not understood any more.

    `named` gives every name of a unit; `tell` is told (done, of how many). Raises LedgerError.
    """
    runs: dict[int, list[Counted]] = {}
    for one in records:
        runs.setdefault(one.card.entry, []).append(one)
    out: dict[Place, Judged | None] = {}
    for of_run in runs.values():
        out |= _of_run(ledger, of_run, memory, day, named)
        tell(len(out), len(records))
    return out


def _of_run(
    ledger: Ledger,
    records: Sequence[Counted],
    memory: Remembered,
    day: Mapping[str, dt.date],
    named: Callable[[str], Sequence[str]],
) -> dict[Place, Judged | None]:
    from auditor.decided import decided  # whoever has nothing to draw anew must not pay for what judges reports
    from auditor.judging import unscored
    from auditor.ledger.desks import desk_of

    card = records[0].card
    try:
        desk = desk_of(ledger, card, "chainer")
    except (LedgerError, RulebookError):
        return {one.place: None for one in records}
    units = {name for one in records for name in named(one.record.unit)}
    audit = stored(ledger, card, units)
    if any(unscored(judged) is None for judged in audit.reports):  # will be judged anew, among those it stood with
        audit = stored(ledger, card)
    audit = decided(audit, desk, memory, day[records[0].quarter])
    found = {(memory.unit(unit_of(j.report)), j.report.profile.year, j.report.source): j for j in audit.reports}
    return {one.place: found[one.record.unit, one.record.year, one.record.source] for one in records}
