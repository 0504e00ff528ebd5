"""The ledger -> the records that count in each quarter, of all units or of a few, and what else a history tells of them.

counted(ledger, units)  the record of each report in each quarter: of several runs of a quarter the last one
called(ledger)          all units by their names: full, short, former
ranks(ledger, records)  their places in their groups, by the bare points of all units of the same quarter and report year
spoken(ledger, units)   every verdict ever entered
rule_names_of, reports_of  by which names their rules are known, and what stands in them: what the fate of a finding needs
Facts                   the cells of reports
Lean                    a question about one unit reads the rows of that unit, and of the others only points
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from auditor.ledger import tables
from auditor.ledger.contents import fetched
from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.reading import checked, names, runs
from auditor.ledger.remembering import day
from auditor.ledger.viewing import Stated, card_quarter, frames, rule_names, unreported, with_manual
from auditor.model import Fact, Verdict
from auditor.quarters.comparing import UnitYear
from auditor.quarters.fates import Names
from auditor.quarters.history import Called, Counted, counting
from auditor.quarters.nouns import Decision, Key, Remembered
from auditor.quarters.ranking import Place as Rank
from auditor.quarters.ranking import Standing, ranked
from auditor.quarters.streaks import Place
from auditor.store.codec import CodecError, Decoder


def counted(
    ledger: Ledger,
    memory: Remembered,
    units: Collection[str] | None = None,
    quarters: Collection[str] | None = None,
) -> tuple[Counted, ...]:
    """The records that count, by quarter, unit and report year, with what people found by eye; `units` by any of their names.

    Raises LedgerError.
    """
    return counting(every(ledger, memory, units, quarters))


def every(
    ledger: Ledger,
    memory: Remembered,
    units: Collection[str] | None = None,
    quarters: Collection[str] | None = None,
) -> tuple[Counted, ...]:
    """All records in the order of their runs: those of a quarter that a later run took the place of too. Raises LedgerError."""
    with ledger.reading():
        cards = [card for card in runs(ledger) if quarters is None or card_quarter(card) in quarters]
        by_entry = {card.entry: card for card in cards}
        records = checked(ledger, cards, units)
    cards_of = [(by_entry[one.run], one) for one in records]
    return tuple(Counted(card_quarter(card), card, with_manual(one, card, memory)) for card, one in cards_of)


def absent(
    ledger: Ledger,
    memory: Remembered,
    units: Collection[str] | None = None,
    quarters: Collection[str] | None = None,
) -> tuple[Counted, ...]:
    """What every run said of reports that were not there, in the order of the runs. Raises LedgerError."""
    with ledger.reading():
        cards = [card for card in runs(ledger) if quarters is None or card_quarter(card) in quarters]
        by_entry = {card.entry: card for card in cards}
        records = unreported(ledger, cards, memory, units)
    return tuple(Counted(card_quarter(by_entry[one.run]), by_entry[one.run], one) for one in records)


def called(ledger: Ledger) -> tuple[Called, ...]:
    """All units that were ever audited, in order, each with every name it has or had. Raises LedgerError."""
    columns = tables.report.c
    with ledger.reading():
        current = names(ledger)
        rows = ledger.rows(select(columns.unit, columns.short).distinct())
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        unit = current.get(row.unit, row.unit)
        found.setdefault(unit, {}).update(dict.fromkeys((row.unit, row.short)))
    for former, unit in current.items():
        if unit in found:
            found[unit][former] = None
    return tuple(Called(unit, tuple(name for name in listed if name != unit)) for unit, listed in sorted(found.items()))


def ranks(ledger: Ledger, records: Sequence[Counted]) -> dict[Place, Rank]:
    """The places of these records; one whose points are a range has none. Raises LedgerError."""
    groups = {one.record.group for one in records}
    years = {one.record.year for one in records}
    wanted = {one.place for one in records}
    out: dict[Place, Rank] = {}
    for rows in _by_quarter(ledger):
        of_group = {report: row for report, row in rows.items() if row.unit_group in groups and row.year in years}
        found = ranked(
            Standing(unit, year, row.unit_group, Decimal(row.points), Decimal(row.low))
            for (unit, year), row in of_group.items()
        )
        out |= {
            place: found[report]
            for report, row in of_group.items()
            if (place := (row.entry, row.at)) in wanted and report in found
        }
    return out


def _by_quarter(ledger: Ledger) -> Iterable[dict[UnitYear, Row[Any]]]:
    """The reports with their points as they count in each quarter."""
    columns = tables.report.c
    lean = (columns.entry, columns.at, columns.unit, columns.year, columns.unit_group, columns.points, columns.low)
    with ledger.reading():
        quarter = {card.entry: card_quarter(card) for card in runs(ledger)}
        current = names(ledger)
        rows = ledger.rows(select(*lean).where(columns.beside == 0).order_by(columns.entry, columns.at))
    last: dict[str, dict[UnitYear, Row[Any]]] = {}
    for row in rows:
        last.setdefault(quarter[row.entry], {})[current.get(row.unit, row.unit), row.year] = row
    return last.values()


def spoken(ledger: Ledger, units: Collection[str] | None = None) -> tuple[Decision, ...]:
    """Every verdict that was ever entered (on findings of these units, by any name), the oldest first. Raises LedgerError."""
    table = tables.verdict
    query = select(table).order_by(table.c.entry, table.c.nth)
    if units is not None:
        query = query.where(table.c.unit.in_(units))
    with ledger.reading():
        current = names(ledger)
        return tuple(_decision(row, current) for row in ledger.rows(query))


def _decision(row: Row[Any], current: dict[str, str]) -> Decision:
    word = Verdict(row.word, row.why, row.decided_by, day(row.decided_on), row.paper or "", day(row.until))
    key = Key(current.get(row.unit, row.unit), row.year, row.locus)
    return Decision(row.entry, key, row.content, word, row.number)


def rule_names_of(ledger: Ledger, records: Iterable[Counted]) -> Names:
    """The names of rules in the rulebooks by which these records were judged; each rulebook is opened once."""
    of_book = {one.card.rulebook: one.card for one in records}
    return rule_names(frames(ledger, list(of_book.values())))


def reports_of(ledger: Ledger, records: Iterable[Counted]) -> Stated:
    """What stands in the reports of these records, opened where somebody asks."""
    places = {one.place for one in records}
    columns = tables.report.c
    query = select(columns.entry, columns.at, columns.facts, columns.said).where(
        columns.entry.in_({entry for entry, _ in places})
    )
    return Stated(ledger, {(row.entry, row.at): row for row in ledger.rows(query) if (row.entry, row.at) in places})


class Facts:
    """The cells of reports, opened where somebody asks; a report that did not change is read once."""

    def __init__(self, ledger: Ledger, records: Iterable[Counted], wanted: Collection[str] | None = None) -> None:
        """`wanted`: only the cells of these ids or names."""
        self._ledger, self._wanted = ledger, wanted
        entries = {one.card.entry for one in records}
        report, run = tables.report.c, tables.run.c
        query = select(report.entry, report.at, report.facts).where(report.entry.in_(entries))
        self._addresses = {(row.entry, row.at): row.facts for row in ledger.rows(query)}
        rows = ledger.rows(select(run.entry, run.shapes).where(run.entry.in_(entries)))
        known = fetched(ledger, {row.shapes for row in rows})
        self._shapes: dict[int, Mapping[str, Sequence[str]]] = {row.entry: known[row.shapes] for row in rows}
        self._read: dict[str, tuple[Fact, ...]] = {}

    def of(self, one: Counted) -> tuple[Fact, ...]:
        """The cells of a report, in the order of its form. Raises LedgerError."""
        address = self._addresses[one.place]
        if address not in self._read:
            self._read[address] = self._cells(one, address)
        return self._read[address]

    def _cells(self, one: Counted, address: str) -> tuple[Fact, ...]:
        try:
            shapes = self._shapes[one.card.entry]
            decoder = Decoder({name: tuple(fields) for name, fields in shapes.items()})
            id, name = (shapes["Fact"].index(field) for field in ("id", "name"))
            cells = fetched(self._ledger, [address])[address]
            wanted = self._wanted
            mine = [cell for cell in cells if wanted is None or cell[id] in wanted or cell[name] in wanted]
            return tuple(decoder.decode(Fact, cell) for cell in mine)
        except (CodecError, KeyError, ValueError, IndexError) as error:
            raise LedgerError(
                f"台账“{self._ledger.path}”中批次 {one.card.id} 的内容不完整或已损坏，请运行 auditor verify"
            ) from error
