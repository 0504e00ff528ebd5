"""A small office: three towns of the fictional county with faults made on purpose, a ledger, the commands as they are typed.

Reports   the sound report of tests/county with edits, judged by the small rulebook of tests/quarters/county.py
Commands  in this process; each gets the ledger, a moment and no work folder (or the one that is given)
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import CliRunner, Result

from auditor.cli import cli
from auditor.ledger import open as open_ledger
from auditor.ledger.recording import Handed, record
from auditor.model import Audit
from auditor.pipeline import Options, audit, handed_in
from auditor.rulebook import Rulebook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "quarters"))

import county

CHINA = dt.timezone(dt.timedelta(hours=8))
PINE, BAMBOO, PLUM = "松溪镇", "竹溪镇", "梅溪镇"
SUM: Mapping[str, Any] = {"t4.review.total": 3}
SUIT: Mapping[str, Any] = {"t4.suit_direct.total": 2}
EDITS: Mapping[str, Mapping[str, Any]] = {
    PINE: {"cells": {**SUM, **SUIT}},
    BAMBOO: {"cells": {"t3.new.total": 9}},
    PLUM: {"text": [["另制发行政规范性文件1件", "另制发行政规范性文件3件"]]},
}


def unit(town: str) -> str:
    """The full name."""
    return f"澄湖县{town}人民政府"


def moment(day: str) -> dt.datetime:
    """9 o'clock of 2026-04-08."""
    return dt.datetime.fromisoformat(f"{day}T09:00:00+08:00")


@cache
def rulebook() -> Rulebook:
    """The small rulebook; what the prose says of a number is only suspected in it."""

    def doubt(rules: dict[str, dict[str, Any]]) -> None:
        rules["n-norm"] |= {"certainty": "suspected", "grades": []}

    return county.rulebook(doubt)


def audited(folder: Path, edits: Mapping[str, Mapping[str, Any]], quarter: str, day: str) -> tuple[Audit, Handed]:
    """The towns' reports with edits, audited on that day."""
    folder.mkdir(parents=True)
    for town, edit in edits.items():
        (folder / f"{town}2025年报.html").write_bytes(county.file(town, edit))
    options = Options(quarter, (), 1, moment(day), "chainer")
    return audit([folder], rulebook(), options), Handed(handed_in([folder], options))


@dataclass
class Office:
    """A folder with a ledger. `work` is the work folder of the commands, None without one."""

    folder: Path
    work: Path | None = None
    runs: list[str] = field(default_factory=list)

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.folder / "ledger.sqlite"

    def audit(self, edits: Mapping[str, Mapping[str, Any]], quarter: str, day: str) -> Audit:
        """One run, recorded."""
        done, handed = audited(self.folder / f"{quarter}-{day}", edits, quarter, day)
        with open_ledger(self.ledger, create=True) as ledger:
            record(ledger, done, handed, rulebook().texts, moment(day))
        self.runs.append(done.run.id)
        return done

    def type(self, day: str, *words: str) -> Result:
        """A command as it is typed on that day."""
        place = ("--work", str(self.work)) if self.work is not None else ("--no-work",)
        at = ("--at", moment(day).isoformat())
        return CliRunner().invoke(cli, [*words, "--ledger", str(self.ledger), *at, *place])

    def done(self, day: str, *words: str) -> str:
        """The same, for what must succeed; what it says."""
        result = self.type(day, *words)
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, day: str, *words: str) -> str:
        """The same, for what must be refused; what it says."""
        result = self.type(day, *words)
        assert result.exit_code == 2, result.output
        return result.output

    def json(self, day: str, *words: str) -> Any:
        """The same with --json."""
        return json.loads(self.done(day, *words, "--json"))

    def entries(self) -> int:
        """How many entries the chain has."""
        with open_ledger(self.ledger) as ledger:
            return ledger.stamp.entries


def filled(data: bytes, answers: Mapping[str, Mapping[str, Any]], unit: str = "") -> bytes:
    """A reply sheet with answers by number, each {head: value}; `unit` overwrites whose it is."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[4]}
    for row in range(5, sheet.max_row + 1):
        for head, value in answers.get(str(sheet.cell(row, heads["编号"]).value), {}).items():
            cell = sheet.cell(row, heads[head])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # as Excel keeps what is typed after an apostrophe
    if unit:
        sheet.cell(2, 3).value = unit
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()
