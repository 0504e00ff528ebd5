"""A run or a quarter of the ledger -> one audit as it stands: the reports laid together, and what people decided of them.

    view(ledger, "2026Q2", day)      a quarter: of each unit and report year the last report that was judged
    view(ledger, "9f2c", day)        one run

Decided   each run by the rulebook that it used, among the reports that stood beside it then; dates by the day that is given
Together  several runs of a quarter: the last run's card, and its rules before the others'; files that could not be read of the
          run over most files (the last of such) and of the later ones, less those that a later run read or found to be no
          report; who reported as that run counted it (a year that it did not check as the last run that did), with the units
          whose reports came later; a note names the runs
Missing   nobody is suspected of not having published what was read in another run, only because it was not handed in again
By hand   what was found by eye of a report that no run has read stands apart, in its quarter and wherever the unit is missing
Stamp     the chain as it is now: what was decided lies behind it
Refuses   a run whose rulebook was not kept, where something was decided: LedgerError
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func, select

from auditor.ledger import tables
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import (
    chosen,
    names,
    numbered,
    numbers,
    report_of,
    standings_numbered,
    stored,
)
from auditor.ledger.remembering import remembered
from auditor.ledger.viewing import nowhere
from auditor.model import Audit, Completeness, Finding, Judged, Report, Standing, UnitYear, YearCount
from auditor.quarters.naming import quarter_of, unit_of
from auditor.quarters.nouns import Key, Manual, Remembered, RunCard


def view(ledger: Ledger, word: str, day: dt.date, inference: str | None = None, *, issued: int | None = None) -> Audit:
    """The audit that a run or a quarter stands for on that day. Raises LedgerError.

    `issued` is the run with which a quarter was issued: then only the documents that counted there are looked at, as they were
    judged last (a mended report is another document).
    """
    cards = chosen(ledger, word)
    memory = remembered(ledger)
    wanted = _last_of_each(ledger, cards, memory, issued)
    kept = [card for card in cards if card.entry in wanted]
    parts = [_decided(ledger, card, memory, day, inference) for card in kept]
    whole = parts[0] if len(parts) == 1 else _together(kept, parts, wanted, memory)
    return replace(whole, ledger=ledger.stamp)


def _last_of_each(
    ledger: Ledger, cards: Sequence[RunCard], memory: Remembered, issued: int | None = None
) -> dict[int, set[str]]:
    """Run -> the sources of which it has the last word."""
    columns = tables.report.c
    query = (
        select(columns.entry, columns.source, columns.unit, columns.year, columns.document)
        .where(columns.entry.in_([card.entry for card in cards]), columns.beside == 0)
        .order_by(columns.entry, columns.at)
    )
    rows = ledger.rows(query)
    if issued is not None:
        then = {(memory.unit(row.unit), row.year): row.document for row in rows if row.entry <= issued}
        rows = [row for row in rows if then.get((memory.unit(row.unit), row.year)) == row.document]
    last = {(memory.unit(row.unit), row.year): row.entry for row in rows}
    wanted: dict[int, set[str]] = {}
    for row in rows:
        if last[memory.unit(row.unit), row.year] == row.entry:
            wanted.setdefault(row.entry, set()).add(row.source)
    return wanted or {cards[-1].entry: set()}


def _decided(ledger: Ledger, card: RunCard, memory: Remembered, day: dt.date, inference: str | None) -> Audit:
    """One run with what people decided."""
    bare = not_suspected(ledger, card.entry, stored(ledger, card), memory)
    if not (memory.decisions or memory.waivers or memory.manual or memory.remarks):
        return bare
    from auditor.decided import decided  # a run of which nobody decided anything needs no rulebook
    from auditor.ledger.desks import desk_of

    now = decided(bare, desk_of(ledger, card, inference), memory, day, alone(bare, memory))
    return with_numbers(
        now, numbers(ledger), memory
    )  # what came up only with what was decided may have been decided upon too


def with_numbers(audit: Audit, called: Mapping[Key, str], memory: Remembered) -> Audit:
    """The audit, every finding with its name for people."""
    reports = tuple(numbered(judged, called, memory.names) for judged in audit.reports)
    return replace(audit, reports=reports, completeness=standings_numbered(audit.completeness, called, memory.names))


def not_suspected(ledger: Ledger, entry: int, audit: Audit, memory: Remembered) -> Audit:
    """The run of that entry without the suspicion that a report was not published which was read before: it was only not handed
    in again."""
    counted = audit.completeness
    if counted is None or not audit.unreported:
        return audit
    columns = tables.report.c
    query = select(columns.unit, columns.year).where(columns.entry == entry, columns.beside == tables.NOT_AGAIN)
    had = {(memory.unit(row.unit), row.year) for row in ledger.rows(query)}
    if not had:
        return audit

    def freed(one: UnitYear) -> UnitYear:
        return replace(one, finding=None) if (memory.unit(one.unit), one.year) in had else one

    return replace(audit, completeness=replace(counted, standings=tuple(map(freed, counted.standings))))


def alone(audit: Audit, memory: Remembered) -> tuple[Manual, ...]:
    """What people found by eye where there was no report: in its own quarter, and where the unit is missing."""
    quarter = quarter_of(audit.run.quarter, audit.run.started.date())
    gone = {(memory.unit(one.unit), one.year) for one, _ in audit.unreported}
    here = {(memory.unit(unit_of(judged.report)), judged.report.profile.year) for judged in audit.reports}
    found = (one for one in nowhere(memory) if (one.unit, one.year) not in here)
    return tuple(one for one in found if one.quarter == quarter or (one.unit, one.year) in gone)


def last_report(ledger: Ledger, unit: str, year: int) -> Report | None:
    """The last report of a unit and year that was judged; None where there is none."""
    columns = tables.report.c
    current = names(ledger)
    query = select(columns.entry, columns.at, columns.unit).where(columns.year == year, columns.beside == 0)
    rows = ledger.rows(query.order_by(columns.entry.desc(), columns.at))
    found = next((row for row in rows if current.get(row.unit, row.unit) == unit), None)
    return None if found is None else report_of(ledger, found.entry, found.at)


def units_of(ledger: Ledger) -> dict[str, str]:
    """Every unit of the ledger by its current full name, with what people call it."""
    columns = tables.report.c
    current = names(ledger)
    last = func.max(columns.entry)
    known = columns.beside.in_((0, tables.MISSING))
    query = select(columns.unit, columns.short, last).where(known).group_by(columns.unit, columns.short)
    return {current.get(row.unit, row.unit): row.short for row in ledger.rows(query.order_by(last))}


# --- several runs of a quarter ----------------------------------------------------------------------


def _together(
    cards: Sequence[RunCard], parts: Sequence[Audit], wanted: Mapping[int, set[str]], memory: Remembered
) -> Audit:
    """The runs of a quarter as one audit."""
    last, full = parts[-1], max(range(len(parts)), key=lambda at: (_size(parts[at]), at))
    reports = [
        judged
        for card, part in zip(cards, parts, strict=True)
        for judged in part.reports
        if judged.report.source in wanted[card.entry]
    ]
    later = parts[full:]
    seen = {judged.report.source for part in later[1:] for judged in part.reports}
    seen |= {aside.source for part in later[1:] for aside in part.set_aside}
    unread = {u.source: u for part in later for u in part.unread if u.source not in seen}
    aside = {a.source: a for part in later for a in part.set_aside}
    counted = _counted_by_year(parts, full)
    named = "、".join(card.id for card in cards)
    notes = dict.fromkeys(note for part in parts for note in part.run.notes)
    return replace(
        last,
        run=replace(last.run, notes=(*notes, f"本季度由 {len(cards)} 个批次合并，每个单位取最近一次审核：{named}")),
        reports=tuple(sorted(reports, key=lambda judged: judged.report.source)),
        unread=tuple(sorted(unread.values(), key=lambda u: (u.source, u.reason))),
        set_aside=tuple(aside[source] for source in sorted(aside)),
        rules={id: card for part in parts for id, card in part.rules.items()},
        before=parts[full].before,
        others=parts[full].others,
        completeness=None if counted is None else _caught_up(counted, reports, memory),
        apart=_apart(parts, reports, memory),
    )


def _apart(parts: Sequence[Audit], reports: Sequence[Judged], memory: Remembered) -> tuple[UnitYear, ...]:
    """What people found by eye where no run of the quarter has a report."""
    here = {(memory.unit(unit_of(judged.report)), judged.report.profile.year) for judged in reports}
    found = {one.finding.fingerprint: one for part in parts for one in part.apart if one.finding is not None}
    return tuple(one for one in found.values() if (memory.unit(one.unit), one.year) not in here)


def _counted_by_year(parts: Sequence[Audit], full: int) -> Completeness | None:
    """Who reported as the run over most files counted it; a year that it did not check as the last run that did. What a later
    run says of a report that is still missing takes the place of what this one said."""
    with_roster = [at for at, part in enumerate(parts) if part.completeness is not None and part.completeness.roster]
    if with_roster and full not in with_roster:
        full = with_roster[-1]
    counted = parts[full].completeness
    if counted is None:
        return None
    checked = {count.year for count in counted.years if count.checked}
    for part in parts:
        other = part.completeness
        more = {c.year for c in other.years if c.checked} - checked if other is not None else set()
        if other is not None and more:
            years = [*(c for c in counted.years if c.year not in more), *(c for c in other.years if c.year in more)]
            rows = [
                *(s for s in counted.standings if s.year not in more),
                *(s for s in other.standings if s.year in more),
            ]
            years.sort(key=lambda c: (c.year is None, c.year or 0))
            counted = replace(counted, years=tuple(years), standings=tuple(rows))
    later = {(s.unit, s.year): s.finding for part in parts[full + 1 :] for s, _ in part.unreported}
    return replace(counted, standings=tuple(_as_last_said(one, later) for one in counted.standings))


def _as_last_said(one: UnitYear, later: Mapping[tuple[str, int], Finding | None]) -> UnitYear:
    said = later.get((one.unit, one.year))
    return replace(one, finding=said) if one.finding is not None and said is not None else one


def _size(audit: Audit) -> int:
    """How many files a run was handed."""
    return len(audit.reports) + len(audit.unread) + len(audit.set_aside)


def _caught_up(counted: Completeness, reports: Sequence[Judged], memory: Remembered) -> Completeness:
    """The count of one run with the reports that others of the quarter have: nobody is missing whose report is there."""
    here: dict[tuple[str, int | None], list[str]] = {}
    for judged in reports:
        unit = memory.unit(unit_of(judged.report))
        here.setdefault((unit, judged.report.profile.year), []).append(judged.report.source)
    standings, came = [], []
    for one in counted.standings:
        sources = here.get((memory.unit(one.unit), one.year))
        if sources and one.standing is not Standing.REPORTED:
            came.append(one)
            one = replace(one, standing=Standing.REPORTED, sources=tuple(sources), finding=None)
        standings.append(one)
    years = tuple(_counted(count, came) for count in counted.years)
    return replace(counted, standings=tuple(standings), years=years)


def _counted(count: YearCount, came: Sequence[UnitYear]) -> YearCount:
    mine = [one for one in came if one.year == count.year]
    missing = sum(one.standing is Standing.MISSING for one in mine)
    return replace(
        count,
        reported=count.reported + len(mine),
        missing=None if count.missing is None else count.missing - missing,
        unread=count.unread - (len(mine) - missing),
    )
