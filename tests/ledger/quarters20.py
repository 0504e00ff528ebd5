"""A ledger of many quarters of a large county, made without reading thousands of files: `python tests/ledger/quarters20.py PATH`.

    twenty(path)                      20 quarters of 300 units, 2021Q2 to 2026Q1, as `record` writes them
    twenty(path, quarters=4, units=30)  a small one of the same kind

Units     the 15 reports of 2025 of the fictional county are read once; their names and years are varied in the nouns, so that
          300 units of 20 counties hand in a report a year, the report of a year being audited in four quarters
Change    every report begins with some faults seeded into its cells; from quarter to quarter a part of them is mended, some come
          back, some are new, and a few units hand in nothing; a report that did not change is the same document
Judged    by the shipped rules, report by report; nothing stands beside a report (no last year, no peers)
Prints    seconds, the size of the file, bytes a report; and how long compare, history, runs and verify take on it
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from auditor import __version__, readers
from auditor.facts import extract
from auditor.findings import Beside
from auditor.ledger import open as open_ledger
from auditor.ledger.recording import Handed, record
from auditor.model import CHINA, Audit, Document, Fact, Judged, Report, Run, State
from auditor.pipeline import Brief, Desk, desk, judge_report
from auditor.readers import Source
from auditor.rulebook import Rulebook, load
from auditor.store.codec import Decoder, encode

REPORTS = Path(__file__).resolve().parents[2] / "reports" / "2025年度"
_COUNTIES = "澄青碧金银玉翠兰梅竹松柏桃杏莲荷云霞星月"
_FIRST = (2021, 2)


def quarters(count: int) -> list[str]:
    """The names of `count` quarters; the first one is 2021Q2."""
    first = _FIRST[0] * 4 + _FIRST[1] - 1
    return [f"{at // 4}Q{at % 4 + 1}" for at in range(first, first + count)]


def year_of(quarter: str) -> int:
    """The report year that is audited in a quarter: last year's, from the second quarter to the next first one."""
    year, number = int(quarter[:4]), int(quarter[5])
    return year - 1 if number > 1 else year - 2


def begun(quarter: str) -> dt.datetime:
    """When the run of a quarter began: the 8th of its second month."""
    return dt.datetime(int(quarter[:4]), int(quarter[5]) * 3 - 1, 8, 9, tzinfo=CHINA)


@dataclass
class _Unit:
    """One unit's report of one year and the faults in it at the moment."""

    at: int
    faults: dict[str, Fact] = field(default_factory=dict)
    mended: dict[str, Fact] = field(default_factory=dict)


class _County:
    """The reports of all units, whatever the year and their faults."""

    def __init__(self, book: Rulebook, seed: int) -> None:
        self.chance = Random(seed)
        self._files = sorted(path for path in REPORTS.iterdir() if path.is_file())
        self.bytes = [path.read_bytes() for path in self._files]
        self._book = book
        self._read: dict[int, str] = {}
        self._decoder = Decoder()
        self._made: dict[tuple[int, int], Report] = {}

    def plain(self, at: int, year: int) -> Report:
        """The report of unit `at` for a year, without seeded faults."""
        if (at, year) not in self._made:
            lot, one = divmod(at, len(self._files))
            text = self._text(one).replace("澄湖", f"{_COUNTIES[lot]}湖")
            text = re.sub(r"20(?:1[5-9]|2[0-9])", lambda found: str(int(found[0]) + year - 2025), text)
            self._made[at, year] = self._decoder.decode(Report, json.loads(text))
        return self._made[at, year]

    def _text(self, one: int) -> str:
        """The report of a model file as JSON; read when it is needed first."""
        if one not in self._read:
            self._read[one] = json.dumps(encode(_report(self._files[one], self._book)), ensure_ascii=False)
        return self._read[one]

    def data(self, report: Report, at: int, faults: dict[str, Fact]) -> bytes:
        """The bytes that stand for this report's file: those of its model, and what makes it another one."""
        what = json.dumps([report.source, at, sorted((id, fact.raw) for id, fact in faults.items())])
        return self.bytes[at % len(self.bytes)] + hashlib.sha256(what.encode()).hexdigest().encode()

    def seeded(self, report: Report, many: int) -> dict[str, Fact]:
        """Some cells as a unit gets them wrong: a number that is one too many, or nothing at all."""
        cells = [fact for fact in report.facts.values() if fact.state is State.NUMBER and isinstance(fact.value, int)]
        return {fact.id: self._wrong(fact) for fact in self.chance.sample(cells, min(many, len(cells)))}

    def _wrong(self, fact: Fact) -> Fact:
        if self.chance.random() < 0.5:
            return replace(fact, state=State.BLANK, value=None, raw="")
        value = int(fact.value or 0) + 1
        return replace(fact, value=value, raw=str(value))

    def next(self, unit: _Unit, report: Report) -> None:
        """What a quarter does to a report's faults."""
        if self.chance.random() < 0.7:
            return
        for id in [id for id in unit.faults if self.chance.random() < 0.5]:
            unit.mended[id] = unit.faults.pop(id)
        for id in [id for id in unit.mended if self.chance.random() < 0.1]:
            unit.faults[id] = unit.mended.pop(id)
        if self.chance.random() < 0.2:
            unit.faults |= self.seeded(report, 1)


def _report(path: Path, book: Rulebook) -> Report:
    document = readers.read(path.name, path.read_bytes())
    assert isinstance(document, Document), document
    return extract(document, book.lexicon)


def audits(
    book: Rulebook, folder: Path, count: int = 20, units: int = 300, seed: int = 5
) -> Iterator[tuple[Audit, Handed]]:
    """The runs of `count` quarters; the files that stand for their reports are written into the folder."""
    county, here, judged = _County(book, seed), desk(book, "chainer"), dict[str, Judged]()
    everybody: list[_Unit] = []
    for at, quarter in enumerate(quarters(count)):
        year = year_of(quarter)
        if not everybody or year != year_of(quarters(count)[at - 1]):
            everybody = [
                _Unit(at, county.seeded(county.plain(at, year), county.chance.randrange(4))) for at in range(units)
            ]
        else:
            for unit in everybody:
                county.next(unit, county.plain(unit.at, year))
        present = [unit for unit in everybody if county.chance.random() < 0.97]
        done = [_judged(county, here, unit, year, folder, judged) for unit in present]
        yield (
            _audit(book, quarter, done),
            Handed([Source(one.report.source, folder / one.report.sha256) for one in done]),
        )


def _judged(county: _County, here: Desk, unit: _Unit, year: int, folder: Path, known: dict[str, Judged]) -> Judged:
    plain = county.plain(unit.at, year)
    data = county.data(plain, unit.at, unit.faults)
    address = hashlib.sha256(data).hexdigest()
    if address not in known:
        (folder / address).write_bytes(data)
        source = f"reports/{unit.at:03d}-{plain.source}"
        report = replace(plain, source=source, sha256=address, facts={**plain.facts, **unit.faults})
        known[address] = judge_report(here, Brief(report, Beside()))
    return known[address]


def _audit(book: Rulebook, quarter: str, done: list[Judged]) -> Audit:
    started = begun(quarter)
    name = hashlib.sha256(repr([quarter, [one.report.sha256 for one in done]]).encode()).hexdigest()[:16]
    run = Run(name, quarter, started, __version__, book.stamp, "chainer")
    grades = tuple((grade, least) for grade, least in book.scoring.grades)
    return Audit(run, tuple(done), (), book.cards, grades, county=book.card, powers=book.powers(started.date()))


def twenty(
    path: Path, quarters: int = 20, units: int = 300, seed: int = 5, book: Rulebook | None = None
) -> dict[str, Any]:
    """Makes the ledger at `path`; what it cost: runs, reports, findings, seconds of making and of recording, bytes, bytes a report."""
    book, begin, recording = book or load(), time.perf_counter(), 0.0
    reports = findings = 0
    with TemporaryDirectory() as folder, open_ledger(path, create=True) as ledger:
        for audit, handed in audits(book, Path(folder), quarters, units, seed):
            mark = time.perf_counter()
            assert record(ledger, audit, handed, book.texts, audit.run.started).new
            recording += time.perf_counter() - mark
            reports += len(audit.reports)
            findings += sum(len(one.findings) for one in audit.reports)
    size = path.stat().st_size
    return {
        "runs": quarters,
        "reports": reports,
        "findings": findings,
        "seconds": round(time.perf_counter() - begin, 1),
        "recording": round(recording, 1),
        "bytes": size,
        "bytes_a_report": size // max(reports, 1),
    }


def measured(path: Path) -> dict[str, float]:
    """Seconds of the questions that an inspector asks of it, each the second time (nothing is imported then)."""
    from click.testing import CliRunner

    from auditor.cli import cli
    from auditor.ledger.checking import verify
    from auditor.ledger.comparing import compare
    from auditor.ledger.reading import checked, latest, runs

    with open_ledger(path) as ledger:
        cards = runs(ledger)
        before, now = (str(card.quarter) for card in cards[-2:])
        unit = next(iter(latest(checked(ledger, cards[-1:]))))[0]
        questions: dict[str, Callable[[], object]] = {
            "compare": lambda: compare(ledger, before, now, cards[-1].started.date()),
            "history": lambda: CliRunner().invoke(
                cli, ["history", unit, "--ledger", str(path)], catch_exceptions=False
            ),
            "runs": lambda: CliRunner().invoke(cli, ["runs", "--ledger", str(path)], catch_exceptions=False),
            "verify": lambda: verify(ledger),
        }
        return {name: _seconds(question) for name, question in questions.items()}


def _seconds(question: Callable[[], object]) -> float:
    question()
    begin = time.perf_counter()
    question()
    return round(time.perf_counter() - begin, 2)


def main(arguments: list[str]) -> int:
    """Makes one at the path given (or takes the one that is there) and says what it cost and how fast it answers."""
    path = Path(arguments[0])
    if not path.exists():
        print(json.dumps(twenty(path, *map(int, arguments[1:3])), ensure_ascii=False), flush=True)
    print(json.dumps(measured(path), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
