"""Earlier years' reports: found by the roster's unit across names, and what the roster shows between two years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from reports_by_hand import report

from auditor.findings import Beside, case_of, judge_rule
from auditor.lastyears import LastYears
from auditor.model import Cause, Finding, Outcome, Report
from auditor.neighbours import beside_of
from auditor.pipeline import read_reports
from auditor.roster import Roster, Unit
from auditor.roster.unit import FormerName
from auditor.rulebook import Rulebook

NATURE, LAND, FOREST = "澄湖县自然资源局", "澄湖县国土资源局", "澄湖县林业局"
CARRY = "t3-carry-yoy"
BROUGHT, LEFT = "t3.carried_in.total", "t3.carried_out.total"


def roster(*units: Unit) -> Roster:
    return Roster("名册.xlsx", "0" * 64, units)


def of(one: Report, others: Sequence[Report], units: Roster | None = None) -> Beside:
    return LastYears([one, *others], units).of(one.profile, (one.filing and one.filing.unit) or "")


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (Unit("某镇", "乡镇"), ""),
        (Unit("某镇", "乡镇", founded=dt.date(2023, 5, 1)), "该单位2023-05-01成立"),
        (Unit("某镇", "乡镇", founded=dt.date(2020, 5, 1)), ""),
        (Unit("某镇", "乡镇", founded=dt.date(2025, 1, 1)), ""),
        (
            Unit("某镇", "乡镇", former=(FormerName("某乡", None, dt.date(2024, 3, 31)),)),
            "该单位原名“某乡”，至2024-03-31止",
        ),
        (Unit("某镇", "乡镇", former=(FormerName("某乡", None, dt.date(2022, 12, 31)),)), ""),
    ],
)
def test_what_the_roster_shows_between_two_years(unit: Unit, words: str) -> None:
    one, last = report("某镇", 2024, roster="某镇"), report("某镇", 2023, roster="某镇")
    beside = of(one, [last], roster(unit))
    assert beside.last is last
    assert beside.merged == (f"名册载明：{words}" if words else "")


@pytest.mark.parametrize(
    ("day", "merged"), [("2024-01-01", True), ("2023-01-01", True), ("2022-12-31", False), ("2025-01-01", False)]
)
def test_a_unit_that_took_another_over_is_compared_with_doubt(day: str, merged: bool) -> None:
    units = roster(Unit(NATURE, "部门"), Unit(LAND, "部门", ended=dt.date.fromisoformat(day), successor=NATURE))
    beside = of(report(NATURE, 2024, roster=NATURE), [report(NATURE, 2023, roster=NATURE)], units)
    assert bool(beside.merged) is merged
    assert not merged or f"“{LAND}”{day}起由“{NATURE}”承接" in beside.merged


def test_what_was_taken_over_through_another_is_told_too() -> None:
    day = dt.date(2024, 4, 1)
    units = roster(
        Unit(NATURE, "部门"),
        Unit(LAND, "部门", ended=day, successor=NATURE),
        Unit(FOREST, "部门", ended=day, successor=LAND),
    )
    beside = of(report(NATURE, 2024, roster=NATURE), [report(NATURE, 2023, roster=NATURE)], units)
    assert LAND in beside.merged and FOREST in beside.merged


def test_the_roster_s_unit_is_found_under_its_former_name() -> None:
    unit = Unit(
        "澄湖县石帆镇人民政府", "乡镇", former=(FormerName("澄湖县帆山乡人民政府", None, dt.date(2023, 6, 30)),)
    )
    last = report("澄湖县帆山乡人民政府", 2023, roster=unit.name)
    one = report(unit.name, 2024, roster=unit.name)
    assert of(one, [last]).last is last
    assert "帆山乡" in of(one, [last], roster(unit)).merged


def test_two_units_of_the_roster_are_never_one_whatever_their_names() -> None:
    one = report("甲县城关镇人民政府", 2024, roster="甲县城关镇人民政府")
    other = report("乙县城关镇人民政府", 2023, roster="乙县城关镇人民政府")
    assert of(one, [other]) == Beside()
    assert of(report("城关镇", 2024), [other]).last is other


def test_the_one_unit_taken_over_stands_for_a_new_one_and_two_do_not() -> None:
    day = dt.date(2024, 3, 20)
    land, forest = (Unit(name, "部门", ended=day, successor=NATURE) for name in (LAND, FOREST))
    one = report(NATURE, 2024, roster=NATURE)
    last = report(LAND, 2023, roster=LAND)
    beside = of(one, [last], roster(Unit(NATURE, "部门", founded=day), land))
    assert beside.last is last and LAND in beside.merged and "成立" in beside.merged
    assert of(one, [last, report(FOREST, 2023, roster=FOREST)], roster(Unit(NATURE, "部门"), land, forest)) == Beside()


def test_earlier_years_come_newest_first_and_several_of_a_year_are_a_gap() -> None:
    years = {year: report("某镇", year) for year in (2018, 2019, 2020, 2022, 2023)}
    double = report("某镇", 2020, source="另一份.html")
    beside = of(report("某镇", 2024), [*years.values(), double])
    assert beside.last is years[2023]
    assert beside.earlier == (years[2022], years[2019], years[2018])
    assert of(report("某镇", 2021), [years[2020], double, years[2019]]).problem


# --- findings over two years -------------------------------------------------------------------------


def carried(book: Rulebook, units: Roster | None) -> Finding:
    cells = {cell.id: 0 for cell in book.forms[2].cells.values()}
    one = report(NATURE, 2024, cells={**cells, BROUGHT: 5}, roster=NATURE)
    last = report(NATURE, 2023, cells={**cells, LEFT: 3}, roster=NATURE)
    ready = book.rule(CARRY)
    assert ready is not None
    (beside, _) = beside_of([one, last], [], book, units)
    (finding,) = judge_rule(ready, case_of(one, book, beside), book).findings
    return finding


def test_a_finding_over_two_years_names_both_reports_and_shows_both_cells(book: Rulebook) -> None:
    finding = carried(book, None)
    assert finding.outcome is Outcome.BROKEN
    assert f"2024年度报告（{NATURE}2024.html）" in finding.message
    assert f"2023年度报告（{NATURE}2023.html）" in finding.message
    assert "至少有一份" in finding.message
    own, theirs = finding.evidence
    assert (own.text, getattr(own.place, "file", None)) == ("5", "")
    assert (theirs.text, getattr(theirs.place, "file", None)) == ("3", f"{NATURE}2023.html")
    assert theirs.label.startswith("上年报告（2023年度）")


def test_the_same_is_suspected_with_the_reason_where_the_roster_shows_a_merger(book: Rulebook) -> None:
    units = roster(Unit(NATURE, "部门"), Unit(LAND, "部门", ended=dt.date(2024, 3, 20), successor=NATURE))
    finding = carried(book, units)
    assert finding.outcome is Outcome.SUSPECTED
    assert f"“{LAND}”2024-03-20起由“{NATURE}”承接" in finding.message and "请核实" in finding.message


def test_every_rule_over_two_years_names_both_reports_in_its_message(book: Rulebook) -> None:
    for ready in book.rules:
        rule = ready.rule
        texts = [rule.message, *(g.message for g in rule.grades if g.message)]
        asks = rule.check == "similarity" and getattr(rule, "of", "") != "同级"
        if asks or any("{上年." in text for text in texts):
            assert any("{上年报告}" in text for text in texts), rule.id


def test_the_two_reports_of_pingtan_are_compared_and_nobody_is_accused(book: Rulebook, shared: Path) -> None:
    """Their tables came out of the page as glued text: what cannot be read is said so, and never held against the unit."""
    reports, _ = read_reports([shared / "corpus" / f"pingtan_{year}_C.txt" for year in (2021, 2022)], book)
    before, one = sorted(reports, key=lambda r: r.profile.year or 0)
    beside = beside_of([before, one], [], book)[1]
    assert beside.last is not None and beside.last.source == before.source and not beside.problem
    case = case_of(one, book, beside)
    said = {ready.id: judge_rule(ready, case, book) for ready in book.rules if ready.of_others}
    assert not [f.message for told in said.values() for f in told.findings]
    assert said["g-dup-yoy"].outcomes["g-dup-yoy"] is Outcome.KEPT
    for id in (CARRY, "t2-stock", "t4-pending-yoy", "a-yoy-jump"):
        assert {u.caused_by for u in said[id].undecided} == {Cause.READER}
