"""The truth tables: every edit of a report or a rule has the fate that is written down, findings and verdicts alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import books
import county
import pytest
import yaml
from telling import Case, Told, differences, unit_of, verdict_differences

from auditor import ledger
from auditor.model import Finding
from auditor.quarters.comparing import Fated
from auditor.rulebook import Rulebook

HERE = Path(__file__).resolve().parent
REPORTS: list[dict[str, Any]] = yaml.safe_load((HERE / "truth_table.yaml").read_text("utf-8"))
RULES: list[dict[str, Any]] = yaml.safe_load((HERE / "rule_table.yaml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a table's cases, quarter by quarter."""

    towns: Mapping[str, str]
    fates: Sequence[Mapping[str, Sequence[Fated]]]
    findings: Sequence[Mapping[str, Sequence[Finding]]]


def _said(folder: Path, cases: Sequence[Case], rulebooks: Sequence[Rulebook]) -> Iterator[Said]:
    with ledger.open(folder / "ledger.sqlite", create=True) as opened:
        table = Told(folder, opened, cases, rulebooks)
        table.tell()
        fates = [{}, *(table.fates(quarter) for quarter in range(1, table.quarters()))]
        findings = [table.findings(quarter) for quarter in range(table.quarters())]
        yield Said(table.towns, fates, findings)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Said]:
    book = county.rulebook()
    yield from _said(tmp_path_factory.mktemp("reports"), REPORTS, [book] * 4)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Said]:
    yield from _said(tmp_path_factory.mktemp("rules"), RULES, books.books())


def _wrong(case: Case, said: Said) -> list[str]:
    out = []
    for quarter, written in enumerate(case["fates"], 1):
        other = [line.split(": ") for line in written if ": " in line]
        own = [line for line in written if ": " not in line]
        out += differences(said.fates[quarter].get(case["case"], []), own)
        for town, words in other:
            out += differences(said.fates[quarter].get(unit_of(town), []), [words])
    town = said.towns[case["case"]]
    for quarter, written in enumerate(case.get("verdicts", []), 1):
        out += verdict_differences(said.findings[0][town], said.findings[quarter][town], case, written)
    return out


def test_the_tables_are_large_enough_and_no_case_is_told_twice() -> None:
    names = [case["case"] for case in (*REPORTS, *RULES)]
    assert len(names) >= 60
    assert len(set(names)) == len(names)
    assert all(len(case["fates"]) == len(case["then"]) for case in (*REPORTS, *RULES))


@pytest.mark.parametrize("case", REPORTS, ids=[case["case"] for case in REPORTS])
def test_an_edited_report_meets_the_fate_that_was_written(case: Case, reports: Said) -> None:
    assert _wrong(case, reports) == []


@pytest.mark.parametrize("case", RULES, ids=[case["case"] for case in RULES])
def test_an_edited_rule_leaves_the_fate_that_was_written(case: Case, rules: Said) -> None:
    assert _wrong(case, rules) == []


def test_a_table_that_says_something_else_is_noticed(reports: Said) -> None:
    fated = reports.fates[1]["改正一格"]
    assert differences(fated, ["t4-sum 仍存在 2"])
    assert differences(fated, [])
    assert differences(fated, ["t4-sum 已改正", "t4-blank 已改正"])
    assert not differences(fated, ["t4-sum 已改正"])
