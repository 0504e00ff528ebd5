"""The truth table told: cases of a YAML file -> files on a disk, runs of the pipeline, a ledger, and what `compare` and `decided` say.

Quarter   one folder, one audit a batch of cases with one roster (so that a quarter is several runs), recorded as the command does
Entered   verdicts, waivers, letters and what was found by eye, through the same functions as the commands use
Said      "rule[@cell] fate [quarters] [word]" of every finding that the comparison of two quarters lists
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import county

from auditor.decided import decided
from auditor.judging import desk
from auditor.ledger import Ledger
from auditor.ledger.comparing import compare
from auditor.ledger.entering import add_manual, add_waiver, close_manual, end_waiver
from auditor.ledger.reading import chosen, names, stored
from auditor.ledger.recording import Handed, record
from auditor.ledger.remembering import remembered
from auditor.model import UPHELD, WAIVED, Finding
from auditor.pipeline import Options, audit, handed_before, handed_in
from auditor.quarters.comparing import Fated
from auditor.quarters.nouns import Manual, Waiver
from auditor.roster import Roster, Unit
from auditor.roster.sheet import read_roster
from auditor.roster.template import render
from auditor.roster.unit import FormerName
from auditor.rulebook import Rulebook

CHINA = dt.timezone(dt.timedelta(hours=8))
QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
BATCH = 50
Case = Mapping[str, Any]


def moment(quarter: int, day: int = 10) -> dt.datetime:
    """A moment near the end of a quarter, of which a run bears the date."""
    return dt.datetime(2026, 3 * quarter + 3, day, 9, tzinfo=CHINA)


def unit_of(town: str) -> str:
    """The full name of the unit of a town."""
    return f"澄湖县{town}人民政府"


@dataclass(frozen=True, slots=True)
class Told:
    """Cases in a ledger: `towns` by case, `books` one rulebook a quarter."""

    folder: Path
    ledger: Ledger
    cases: Sequence[Case]
    books: Sequence[Rulebook]
    first: int = 0

    @property
    def towns(self) -> dict[str, str]:
        """The town of every case."""
        return {case["case"]: county.town(self.first + at) for at, case in enumerate(self.cases)}

    def quarters(self) -> int:
        """How many quarters the cases take."""
        return 1 + max(len(case["then"]) for case in self.cases)

    def tell(self) -> None:
        """Every quarter, and what is entered after the first."""
        for quarter in range(self.quarters()):
            told = [(case, _state(case, quarter)) for case in self.cases if _state(case, quarter) is not None]
            for start in range(0, len(told), BATCH):
                self._run(quarter, told[start : start + BATCH], f"第{start // BATCH + 1}批")
            again = [(case, state["again"]) for case, state in told if state and "again" in state]
            if again:
                self._run(quarter, again, "再审", 20)
            if quarter == 0:
                self._enter()

    # runs

    def _run(self, quarter: int, told: Sequence[tuple[Case, Mapping[str, Any]]], batch: str, day: int = 10) -> None:
        place = self.folder / QUARTERS[quarter] / batch
        before = place / "上年"
        roster = self._roster(quarter, place)
        for case, edits in told:
            self._write(place / "年报", edits.get("named", self.towns[case["case"]]), edits)
            if "previous" in edits:
                town = self.towns[case["case"]]
                _put(before / f"{town}2024年报.html", county.file(town, edits["previous"], "2024-liuting"))
        given = (before,) if before.exists() else ()
        options = Options(QUARTERS[quarter], given, 1, moment(quarter, day), "chainer", roster=roster)
        done = audit([place / "年报"], self.books[quarter], options)
        beside = [("roster", "名册.xlsx", (place / "名册.xlsx").read_bytes())]
        handed = Handed(handed_in([place / "年报"], options), handed_before(options), beside)
        record(self.ledger, done, handed, self.books[quarter].texts, moment(quarter, day), roster)

    def _write(self, folder: Path, town: str, edits: Mapping[str, Any]) -> None:
        name = edits.get("file", f"{town}2025年报{county.suffix(edits)}")
        data = county.file(town, edits)
        if edits.get("zip"):
            folder.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(folder / f"{town}.zip", "w") as target:
                target.writestr(f"报送/{name}", data)
        else:
            _put(folder / edits.get("folder", "") / town / name, data)
        for other in edits.get("copies", ()):
            _put(folder / town / other["file"], county.file(town, other))

    def _roster(self, quarter: int, place: Path) -> Roster:
        units = []
        for case in self.cases:
            town = self.towns[case["case"]]
            state = _state(case, quarter) or {}
            if state.get("former"):
                former = (FormerName(unit_of(town)),)
                units.append(Unit(unit_of(state["named"]), "乡镇", (state["named"],), former, "乡镇"))
            else:
                units.append(Unit(unit_of(town), "乡镇", (town,), group="乡镇"))
        _put(place / "名册.xlsx", render(units, [2025]))
        return read_roster(place / "名册.xlsx")

    # what people enter

    def _enter(self) -> None:
        findings = self.findings(0)
        at = moment(0, 20)
        with self.ledger.writing("认定", "真值表", at) as entry:
            for case in self.cases:
                for said in case.get("decide", ()):
                    name, word = said.split()
                    found = one_of(findings[self.towns[case["case"]]], name)
                    entry.add("verdict", self._verdict(case, found, word, at))
        for case in self.cases:
            unit = unit_of(self.towns[case["case"]])
            if "waive" in case:
                self._waive(unit, case["waive"])
            if "manual" in case:
                self._manual(unit, case["manual"])
            if "letter" in case:
                self._letter(unit, findings[self.towns[case["case"]]], case["letter"])

    def _verdict(self, case: Case, found: Finding, word: str, at: dt.datetime) -> dict[str, Any]:
        return {
            "unit": unit_of(self.towns[case["case"]]),
            "year": 2025,
            "locus": found.locus,
            "number": found.number,
            "content": found.content,
            "word": word,
            "why": "查阅登记台账" if word != UPHELD else "",
            "decided_by": "张三",
            "decided_on": at.date().isoformat(),
        }

    def _waive(self, unit: str, given: Mapping[str, Any]) -> None:
        end = given.get("end")
        waiver = Waiver(
            0, "", unit, 2025, given["rule"], tuple(given.get("cells", ())), "系统改版", "澄政办函〔2026〕5号", "李四",
            given["start"], end, by="张三",
        )  # fmt: skip
        number = add_waiver(self.ledger, waiver, moment(0, 20))
        if "ended" in given:
            day = dt.datetime.combine(given["ended"], dt.time(9), CHINA)
            end_waiver(self.ledger, number, "张三", "改版完成", day)

    def _manual(self, unit: str, given: Mapping[str, Any]) -> None:
        found = Manual(
            0,
            "",
            unit,
            2025,
            "附件2",
            "一般",
            "公开时效",
            "附件打不开",
            "附件2不能打开",
            practice="检查要点",
            by="张三",
        )
        number = add_manual(self.ledger, found, QUARTERS[0], moment(0, 20))
        if "closed" in given:
            close_manual(
                self.ledger, number, "张三", "已能打开", dt.datetime.combine(given["closed"], dt.time(9), CHINA)
            )

    def _letter(self, unit: str, findings: Sequence[Finding], deadline: dt.date) -> None:
        with self.ledger.writing("整改通知", unit, moment(0, 25)) as entry:
            entry.add(
                "letter",
                {
                    "quarter": QUARTERS[0], "unit": unit, "kind": "通知", "paper": "澄政办〔2026〕8号",
                    "sent_on": moment(0, 25).date().isoformat(), "sent_by": "张三",
                },
            )  # fmt: skip
            for found in findings:
                row = {"unit": unit, "year": 2025, "locus": found.locus, "number": found.number}
                entry.add("letter_item", {**row, "severity": found.severity, "deadline": deadline.isoformat()})

    # what is said

    def findings(self, quarter: int) -> dict[str, tuple[Finding, ...]]:
        """The findings by town, of the last run in which each unit was, with what people decided."""
        memory, current = remembered(self.ledger), names(self.ledger)
        towns = {unit_of(town): town for town in self.towns.values()}
        out: dict[str, tuple[Finding, ...]] = dict.fromkeys(towns.values(), ())
        for card in chosen(self.ledger, QUARTERS[quarter]):
            here = desk(self.books[quarter], "chainer", audited=card.started.date())
            for judged in decided(stored(self.ledger, card), here, memory, card.started.date()).reports:
                unit = judged.report.profile.organisation or ""
                town = towns.get(unit) or next((t for u, t in towns.items() if current.get(u) == unit), None)
                if town is not None:
                    out[town] = judged.findings
        return out

    def fates(self, quarter: int) -> dict[str, list[Fated]]:
        """What `compare` lists of each case's unit in a quarter after the first; of a unit that nobody knows under its name."""
        found = compare(self.ledger, QUARTERS[quarter - 1], QUARTERS[quarter], moment(quarter, 28).date())
        current = names(self.ledger)
        cases = {current.get(unit_of(town), unit_of(town)): case for case, town in self.towns.items()}
        out: dict[str, list[Fated]] = {}
        for one in found.findings:
            out.setdefault(cases.get(one.noted.key.unit, one.noted.key.unit), []).append(one)
        return out


def _state(case: Case, quarter: int) -> Mapping[str, Any] | None:
    states = [case["start"], *case["then"]]
    state: Mapping[str, Any] | None = states[quarter] if quarter < len(states) else None
    return state


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def one_of(findings: Sequence[Finding], name: str) -> Finding:
    """The finding that a name of the table means. Raises AssertionError where there is not just one."""
    rule, _, cell = name.partition("@")
    found = [f for f in findings if f.rule == rule and _has(f.facts, cell)]
    assert len(found) == 1, (name, [(f.rule, f.facts) for f in findings])
    return found[0]


def _has(facts: Sequence[str], cell: str) -> bool:
    if cell.startswith("-"):
        return cell[1:] not in facts
    return not cell or cell in facts


def is_as_written(said: Fated, written: str) -> bool:
    """Whether a finding of a comparison is what one line of the table says."""
    name, fate, *more = written.split()
    rule, _, cell = name.partition("@")
    noted = said.noted
    if noted.rule != rule or not _has(noted.facts, cell) or said.fate.value != fate:
        return False
    for word in more:
        if word.isdigit():
            if said.quarters != int(word):
                return False
        elif word == "逾期":
            if said.overdue is None:
                return False
        elif word in (WAIVED, "不属实"):
            if said.word != word:
                return False
        elif word not in said.why or (said.word and said.word != UPHELD):
            return False
    plain = "逾期" in more or said.overdue is None
    return plain and (said.word in (*more, UPHELD, ""))


def differences(said: Sequence[Fated], written: Sequence[str]) -> list[str]:
    """What is said and not written, and the other way round; each line of the table answers for one finding."""
    left = list(said)
    out = []
    for line in sorted(written, key=lambda words: -len(words)):
        found = next((one for one in left if is_as_written(one, line)), None)
        if found is None:
            out.append(f"应有：{line}")
        else:
            left.remove(found)
    return out + [f"多出：{told(one)}" for one in left]


def verdict_differences(
    first: Sequence[Finding], now: Sequence[Finding], case: Case, written: Sequence[str]
) -> list[str]:
    """What became of the verdicts that was not written; `first` are the findings that were decided, `now` those of the quarter."""
    words = {one_of(first, name).locus: word for name, word in (said.split() for said in case["decide"])}
    out = []
    for line in written:
        name, expected = line.split()
        locus = one_of(first, name).locus
        found = next((finding for finding in now if finding.locus == locus), None)
        fate = _verdict_now(found, words[locus])
        if fate != expected:
            out.append(f"{name}：应{expected}，而{fate}")
    return out


def _verdict_now(found: Finding | None, word: str) -> str:
    if found is None:
        return "不在"
    if found.verdict is not None:
        return "成立" if found.verdict.word == word else f"成了{found.verdict.word}"
    return "重新认定" if found.reopened else "没有下文"


def told(one: Fated) -> str:
    """A finding of a comparison as the table would write it."""
    words = [one.noted.rule, one.fate.value, str(one.quarters), one.word, one.why]
    return " ".join([*filter(None, words), *(["逾期"] if one.overdue else []), *one.noted.facts])
