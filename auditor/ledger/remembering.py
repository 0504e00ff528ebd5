"""What people entered, as it stands: the ledger's rows -> one `Remembered`. Units stand under their current names."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Table, select

from auditor.ledger import tables
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import names
from auditor.model import Number, State, Verdict
from auditor.quarters.deciding import TAKEN_BACK
from auditor.quarters.nouns import (
    Decision,
    Issued,
    Key,
    Letter,
    LetterItem,
    Manual,
    OldFinding,
    Remembered,
    Reply,
    Ruling,
    TypedFact,
    Waiver,
)


def remembered(ledger: Ledger, before: int | None = None) -> Remembered:
    """Everything that people entered (`before` an entry of the chain, else up to now); of several words on one finding the last
    one. Raises LedgerError."""
    current = names(ledger)
    reader = _Reader(ledger, current, before)
    return Remembered(
        decisions=reader.decisions(),
        remarks={reader.key(row): row.text for row in reader.all(tables.remark)},
        waivers=reader.waivers(),
        manual=reader.manual(),
        typed=tuple(map(typed_fact, reader.all(tables.typed))),
        letters=reader.letters(),
        replies=tuple(map(reader.reply, reader.all(tables.reply))),
        rulings=tuple(map(reader.ruling, reader.all(tables.ruling))),
        issued=tuple(map(reader.issued, reader.all(tables.issued))),
        old=tuple(map(reader.old, reader.all(tables.old_finding))),
        names=current,
    )


def typed_facts(ledger: Ledger) -> tuple[TypedFact, ...]:
    """Only what people typed for cells that could not be read. Raises LedgerError."""
    return tuple(map(typed_fact, ledger.rows(select(tables.typed).order_by(tables.typed.c.entry))))


class _Reader:
    def __init__(self, ledger: Ledger, current: Mapping[str, str], before: int | None = None) -> None:
        self._ledger = ledger
        self._current = current
        self._before = before

    def all(self, table: Table) -> Sequence[Row[Any]]:
        query = select(table).order_by(table.c.entry, table.c.nth)
        return self._ledger.rows(query if self._before is None else query.where(table.c.entry < self._before))

    def unit(self, name: str) -> str:
        return self._current.get(name, name)

    def key(self, row: Row[Any]) -> Key:
        return Key(self.unit(row.unit), row.year, row.locus)

    def decisions(self) -> tuple[Decision, ...]:
        last: dict[Key, Decision] = {}
        for row in self.all(tables.verdict):
            word = Verdict(row.word, row.why, row.decided_by, day(row.decided_on), row.paper or "", day(row.until))
            last[self.key(row)] = Decision(row.entry, self.key(row), row.content, word, row.number)
        return tuple(decision for decision in last.values() if decision.verdict.word != TAKEN_BACK)

    def waivers(self) -> tuple[Waiver, ...]:
        ends = {row.number: row for row in self.all(tables.waiver_end)}
        out = []
        for row in self.all(tables.waiver):
            end = ends.get(row.number)
            out.append(
                Waiver(
                    row.entry,
                    row.number,
                    self.unit(row.unit),
                    row.year,
                    row.rule,
                    tuple(json.loads(row.cells)),
                    row.reason,
                    row.paper,
                    row.approver,
                    dt.date.fromisoformat(row.start),
                    day(row.end),
                    day(row.review),
                    row.entered_by,
                    day(row.entered_on),
                    day(end.ended_on) if end is not None else None,
                    end.why if end is not None else "",
                )
            )
        return tuple(out)

    def manual(self) -> tuple[Manual, ...]:
        closed = {row.number: row for row in self.all(tables.closing)}
        out = []
        for row in self.all(tables.manual):
            end = closed.get(row.number)
            out.append(
                Manual(
                    row.entry,
                    row.number,
                    self.unit(row.unit),
                    row.year,
                    row.place,
                    row.severity,
                    row.dimension,
                    row.title,
                    row.text,
                    row.remedy,
                    row.law,
                    row.article,
                    row.practice,
                    bool(row.certain),
                    row.document,
                    row.found_by,
                    day(row.found_on),
                    day(end.closed_on) if end is not None else None,
                    end.closed_by if end is not None else "",
                    end.why if end is not None else "",
                )
            )
        return tuple(out)

    def letters(self) -> tuple[Letter, ...]:
        items: dict[int, list[LetterItem]] = {}
        for row in self.all(tables.letter_item):
            one = _item(self.key(row), row)
            items.setdefault(row.entry, []).append(one)
        return tuple(
            Letter(
                row.entry,
                row.quarter,
                self.unit(row.unit),
                row.kind,
                row.paper,
                dt.date.fromisoformat(row.sent_on),
                row.sent_by,
                tuple(items.get(row.entry, ())),
                row.unit_group or "",
            )
            for row in self.all(tables.letter)
        )

    def reply(self, row: Row[Any]) -> Reply:
        return Reply(
            row.entry,
            self.key(row),
            row.number,
            row.word,
            row.text,
            day(row.replied_on),
            day(row.until),
            row.link,
            row.replied_by,
            row.source,
            day(row.received_on),
        )

    def ruling(self, row: Row[Any]) -> Ruling:
        on = dt.date.fromisoformat(row.ruled_on)
        return Ruling(
            row.entry, row.reply, self.key(row), row.word, row.why, row.ruled_by, on, day(row.until), row.paper
        )

    def old(self, row: Row[Any]) -> OldFinding:
        return OldFinding(
            row.entry,
            row.quarter,
            self.unit(row.unit),
            row.year,
            row.rule,
            row.text,
            row.mending,
            row.remark,
            row.source,
            row.line,
            row.category or "",
            row.object or "",
            row.basis or "",
            row.points or "",
            row.demand or "",
            row.deadline or "",
            row.link or "",
            row.review or "",
            row.closed or "",
        )

    def issued(self, row: Row[Any]) -> Issued:
        on = dt.date.fromisoformat(row.issued_on)
        points = Decimal(row.points)
        return Issued(
            row.entry,
            row.quarter,
            self.unit(row.unit),
            row.year,
            points,
            row.grade,
            row.rank,
            on,
            row.paper,
            row.run,
            row.issued_by or "",
            row.correction or "",
            row.why or "",
        )


def _item(key: Key, row: Row[Any]) -> LetterItem:
    said = (row.rule, row.title, row.dimension, row.outcome, row.content, row.text, row.remedy)
    return LetterItem(key, row.number, row.severity, day(row.deadline), *(word or "" for word in said))


def typed_fact(row: Row[Any]) -> TypedFact:
    """A row of what people typed."""
    state, value = State(row.state), number(row.value)
    on, note = day(row.typed_on), row.note or ""
    return TypedFact(row.entry, row.document, row.fact, state, value, row.raw, row.typed_by, on, note)


def day(text: str | None) -> dt.date | None:
    """An ISO day of a column."""
    return dt.date.fromisoformat(text) if text else None


def number(text: str | None) -> Number | None:
    """A number of a column: a whole one is an int."""
    if text is None:
        return None
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)
