"""A county's ledger with a run in it, its 问题台账.xlsx, and a person who fills it in: nothing is read from disk but the ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "documents"))

from sample_audit import sample_audit

from auditor.documents import render
from auditor.ledger import Ledger
from auditor.ledger.reading import names, numbered, numbers, runs, stored
from auditor.ledger.recording import Handed, record
from auditor.ledger.remembering import remembered
from auditor.ledger.standing import standing
from auditor.ledger.taking import take_in
from auditor.ledgersheet.nouns import Weighed
from auditor.ledgersheet.reading import rows
from auditor.ledgersheet.weighing import weigh
from auditor.model import Audit, Finding, Judged, Verdict
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Key, Remembered

CHINA = dt.timezone(dt.timedelta(hours=8))
FIRST = dt.datetime(2026, 4, 8, 9, 0, tzinfo=CHINA)
LATER = dt.datetime(2026, 4, 20, 9, 0, tzinfo=CHINA)
SHEETS, HEAD = ("问题清单",), 2
Value = object


def county(units: int | None = None) -> Audit:
    """The sample of the documents, its findings with a logical place; a large one without its cells, which nobody fills in."""
    audit = sample_audit(units)
    return replace(audit, reports=tuple(_placed(judged, bare=units is not None) for judged in audit.reports))


def _placed(judged: Judged, *, bare: bool) -> Judged:
    if bare:
        judged = replace(judged, report=replace(judged.report, facts={}), undecided=())

    def locus(finding: Finding) -> str:
        return hashlib.sha256(finding.fingerprint.encode()).hexdigest()[:32]

    return replace(judged, findings=tuple(replace(f, locus=locus(f)) for f in judged.findings))


def changed(audit: Audit, number: str, called: Mapping[Key, str]) -> Audit:
    """The audit in which the finding of that number complains of something else."""

    def other(judged: Judged) -> Judged:
        unit, year = unit_of(judged.report), judged.report.profile.year
        return replace(
            judged,
            findings=tuple(
                replace(f, content="0" * 16) if called.get(Key(unit, year, f.locus)) == number else f
                for f in judged.findings
            ),
        )

    run = replace(audit.run, id="0" * 16)
    return replace(audit, run=run, reports=tuple(map(other, audit.reports)))


def recorded(ledger: Ledger, audit: Audit) -> None:
    """The run in the ledger."""
    record(ledger, audit, Handed(()), None, FIRST)


def decide(ledger: Ledger, number: str, verdict: Verdict, content: str | None = None) -> None:
    """A verdict as somebody entered it by command."""
    now = standing(ledger, LATER.date())
    key = now.keys[number]
    with ledger.writing("认定", number, LATER) as entry:
        entry.add(
            "verdict",
            {
                "unit": key.unit,
                "year": key.year,
                "locus": key.locus,
                "number": number,
                "content": content or now.contents[key][-1],
                "word": verdict.word,
                "why": verdict.why,
                "decided_by": verdict.by,
                "decided_on": (verdict.on or LATER.date()).isoformat(),
                "paper": verdict.paper or None,
                "until": verdict.until.isoformat() if verdict.until else None,
            },
        )


def remark(ledger: Ledger, number: str, text: str) -> None:
    """A remark as somebody entered it elsewhere."""
    key = standing(ledger, LATER.date()).keys[number]
    with ledger.writing("备注", number, LATER) as entry:
        row = {"unit": key.unit, "year": key.year, "locus": key.locus, "number": number, "text": text}
        entry.add("remark", row)


def as_it_stands(ledger: Ledger) -> Audit:
    """The last run with the verdicts and remarks of the ledger and its chain, as documents are made of."""
    memory = remembered(ledger)
    last = {decision.key: decision for decision in memory.decisions}
    called, current = numbers(ledger), names(ledger)
    audit = stored(ledger, runs(ledger)[-1])
    reports = tuple(_said(numbered(judged, called, current), memory, last) for judged in audit.reports)
    return replace(audit, reports=reports, ledger=ledger.stamp)


def _said(judged: Judged, memory: Remembered, last: Mapping[Key, object]) -> Judged:
    unit, year = unit_of(judged.report), judged.report.profile.year

    def known(finding: Finding) -> Finding:
        key = Key(unit, year, finding.locus)
        decision = last.get(key)
        verdict = getattr(decision, "verdict", None)
        holds = getattr(decision, "content", None) == finding.content
        reopened = "" if verdict is None or holds else "认定时的内容已改变，请重新认定"
        return replace(
            finding, verdict=verdict if holds else None, reopened=reopened, remark=memory.remarks.get(key, "")
        )

    return replace(judged, findings=tuple(map(known, judged.findings)))


def workbook(ledger: Ledger) -> bytes:
    """问题台账.xlsx as it is written now."""
    return render(as_it_stands(ledger), "xlsx")


def taken(
    ledger: Ledger, data: bytes, by: str = "张三", at: dt.datetime = LATER, name: str = "问题台账.xlsx"
) -> Weighed:
    """What `decide --from` does."""
    found = rows(name, data)
    return take_in(ledger, lambda now: weigh(found, now, by, at.date()), f"“{name}”", by, at)


# --- a person at the workbook ----------------------------------------------------------------------


class Filling:
    """The workbook open in Excel: cells are set by number and heading."""

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        for name in set(self.book.sheetnames) - {*SHEETS, "说明"}:
            del self.book[name]  # they only take time
        self.at: dict[str, tuple[Worksheet, int]] = {}
        for name in SHEETS:
            sheet = self.book[name]
            column = self.columns(sheet).get("编号")
            for row in range(HEAD + 1, sheet.max_row + 1):
                number = sheet.cell(row, column).value if column else None
                if number:
                    self.at.setdefault(str(number), (sheet, row))

    @staticmethod
    def columns(sheet: Worksheet) -> dict[str, int]:
        """Column numbers by heading."""
        return {str(cell.value): cell.column for cell in sheet[HEAD] if cell.value}

    def set(self, number: str, **values: Value) -> None:
        """Fills in cells of the row of that number."""
        sheet, row = self.at[number]
        columns = self.columns(sheet)
        for heading, value in values.items():
            sheet.cell(row, columns[heading]).value = value

    def get(self, number: str, heading: str) -> Value:
        """What stands in a cell."""
        sheet, row = self.at[number]
        return sheet.cell(row, self.columns(sheet)[heading]).value

    def spot(self, number: str, heading: str) -> str:
        """Where a cell is, as it is told."""
        sheet, row = self.at[number]
        return f"工作表“{sheet.title}”{sheet.cell(row, self.columns(sheet)[heading]).coordinate}"

    def save(self) -> bytes:
        """The bytes of the file."""
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()

    def numbers(self) -> Iterator[str]:
        """All numbers in the order of their rows."""
        return iter(self.at)
