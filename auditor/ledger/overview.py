"""The ledger -> what a history of one unit and the roll-ups of all quarters are made of (`quarters.history`, `quarters.stats`).

told(ledger, unit, day)      the history of one unit
checks(ledger, day)          everything of all quarters, for `rolled` and `rule_stats`
cards_now(ledger)            the rules of the latest rulebook that was used
Scores    with what people decided, drawn anew only where that touches them (`scoring`); without verdicts nothing is drawn anew
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from auditor.ledger import scoring
from auditor.ledger.histories import absent, called, counted, every, ranks, reports_of, rule_names_of, spoken
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import runs
from auditor.ledger.remembering import remembered
from auditor.ledger.viewing import Frame, card_quarter, frames
from auditor.model import RuleCard, Standing, UnitYear
from auditor.quarters.history import Called, Counted, Told, UnitHistory, counting, courses, history
from auditor.quarters.mending import Mending, mendings
from auditor.quarters.nouns import Key, Remembered
from auditor.quarters.rereading import Dated, latest_noted, reread
from auditor.quarters.stats import Absent, Checks


def told(ledger: Ledger, unit: Called, day: dt.date) -> UnitHistory:
    """Everything of one unit as of that day. Raises LedgerError."""
    all_names = (unit.unit, *unit.names)
    with ledger.reading():
        memory = remembered(ledger)
        read, gone = every(ledger, memory, all_names), absent(ledger, memory, all_names)
        checks_of = sorted((*read, *gone), key=lambda one: one.card.entry)
        records, scored = counting(checks_of), counting(read)
        found = Told(
            names=rule_names_of(ledger, records),
            reports=reports_of(ledger, records),
            memory=memory,
            day=day,
            days=scoring.days(runs(ledger), day),
            spoken=spoken(ledger, all_names),
            ranks=ranks(ledger, scored),
        )
        touched = scoring.moved(scored, memory, found.days, found.first_id)
        decided = scoring.redrawn(ledger, touched, memory, found.days, lambda _: all_names)
        mended = _mendings(unit.unit, checks_of, found)
        return history(unit, records, replace(found, decided=decided, mendings=mended))


def _mendings(unit: str, checks_of: Sequence[Counted], found: Told) -> dict[Key, Mending]:
    """How everything that was in a letter to the unit stands."""
    memory = found.memory
    letters = tuple(one for one in memory.letters if one.unit == unit and one.sent <= found.day)
    dated = [
        Dated(one.record, one.card.started.date(), one.quarter, (one.card.rulebook, one.card.engine))
        for one in checks_of
        if one.card.started.date() <= found.day
    ]
    holdings = found.holdings(found.day)
    words = {
        key: holdings.of(key, noted.content, noted.rule, noted.facts).word for key, noted in latest_noted(dated).items()
    }
    seen = reread(letters, dated, found.names, found.reports)
    return {one.item.key: one for one in mendings(replace(memory, letters=letters), seen, words, found.day)}


def checks(
    ledger: Ledger,
    day: dt.date,
    *,
    verdicts: bool = True,
    fates: bool = True,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Checks:
    """All quarters as of that day; without `verdicts` the points are those of the rules alone, without `fates` nobody asks what
    became of findings. `tell` is told how many reports were drawn anew, of how many. Raises LedgerError."""
    with ledger.reading():
        memory = remembered(ledger)
        records = counted(ledger, memory)
        gone = absent(ledger, memory) if fates else ()
        every_one = (*records, *gone)
        names = rule_names_of(ledger, every_one)
        cards = runs(ledger)
        told_of = courses(every_one, names, reports_of(ledger, every_one)) if fates else ()
        noted = {one.key for each in gone for one in each.record.findings if not one.manual}
        apart = [c.record.missing or f.noted.key in noted for c, f in told_of]
        found = Checks(
            records=records,
            fates=tuple(pair for pair, is_apart in zip(told_of, apart, strict=True) if not is_apart),
            unreported=tuple(pair for pair, is_apart in zip(told_of, apart, strict=True) if is_apart),
            absent=tuple(_absent(ledger, records, memory)),
            memory=memory,
            day=scoring.days(cards, day),
            names=names,
        )
        if not verdicts:
            return found
        known = {one.unit: (one.unit, *one.names) for one in called(ledger)}
        touched = scoring.moved(records, memory, found.day, found.first_id)
        anew = scoring.redrawn(ledger, touched, memory, found.day, lambda unit: known[unit], tell)
        return replace(found, decided=anew)


def cards_now(ledger: Ledger) -> dict[str, RuleCard]:
    """The rules of the rulebook that the latest run used, by id. Raises LedgerError."""
    with ledger.reading():
        last = runs(ledger)[-1:]
        return {id: card for frame in frames(ledger, last) for id, card in frame.audit.rules.items()}


# --- what is not there ------------------------------------------------------------------------------------


def _absent(ledger: Ledger, records: Sequence[Counted], memory: Remembered) -> Iterator[Absent]:
    """What was missing or unread in each quarter, less what another run of that quarter had."""
    from auditor.ledger.units import region_of  # the history of one unit needs no names of places

    had = {(one.quarter, *one.report) for one in records}
    sources = {(one.quarter, one.record.source) for one in records}
    regions = {one.record.unit: one.record.region for one in records}
    last: dict[tuple[str, str, int | None, str], Absent] = {}
    for frame in frames(ledger, runs(ledger)):
        quarter = card_quarter(frame.card)
        named: set[str] = set()
        for one in _standings(frame):
            unit = memory.unit(one.unit)
            named |= set(one.sources)
            region = regions.get(unit) or region_of(unit, None)
            unread = one.standing is Standing.UNREAD
            last[quarter, unit, one.year, ""] = Absent(
                quarter, unit, one.kind, one.group or one.kind, region, one.year, unread, (*one.sources, "")[0]
            )
        for lost in frame.audit.unread:
            if lost.source not in named and (quarter, lost.source) not in sources:
                last[quarter, "", None, lost.source] = Absent(quarter, "", "", "", "", None, True, lost.source)
    for (quarter, unit, year, _), one_absent in last.items():
        if (quarter, unit, year) not in had:
            yield one_absent


def _standings(frame: Frame) -> Iterator[UnitYear]:
    """The units whose report could not be read, and those that are missing in a year under check."""
    found = frame.audit.completeness
    if found is None:
        return
    checked = {count.year for count in found.years if count.checked}
    for one in found.standings:
        if one.standing is Standing.UNREAD or (one.standing is Standing.MISSING and one.year in checked):
            yield one
