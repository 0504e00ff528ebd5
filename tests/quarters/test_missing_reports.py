"""A report that is not there goes through the quarters like any other finding: number, verdict, letter, mending, comparison."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from missing_county import BAMBOO, FAULTY, MENDED, ORCHID, PINE, PLUM, RULE, Office, rulebook
from posting import filled, moment, unit

from auditor.documents import render
from auditor.ledger import open as open_ledger
from auditor.ledger import recording
from auditor.ledger.handed import bare, handed_anew
from auditor.ledger.laying import units_of, view
from auditor.ledger.overview import checks
from auditor.ledger.reading import checked, missing, runs, stored
from auditor.model import Audit, Calendar, Finding, MendingTerms, Outcome, Standing
from auditor.pipeline import audit
from auditor.quarters.letters import Wanted, drafted
from auditor.quarters.nouns import Remembered
from auditor.quarters.rulestats import rule_stats
from auditor.quarters.stats import By, Over, rolled

NUMBER = f"2026Q1-{ORCHID}-01"
Q1, Q2, Q3 = "2026Q1", "2026Q2", "2026Q3"
FIRST, LATER, LAST = "2026-04-08", "2026-07-08", "2026-10-12"
THREE: Mapping[str, Mapping[str, Any]] = {PINE: FAULTY, BAMBOO: MENDED, PLUM: MENDED}
LETTER = ("--kind", "通知", "--paper", "澄政办函〔2026〕3号", "--by", "张三")
INQUIRY = ("--kind", "反馈函", "--paper", "澄政办函〔2026〕2号", "--by", "张三")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The first quarter: three of four towns have a report."""
    made = Office(tmp_path)
    made.run(Q1, FIRST, THREE, made.roster())
    return made


def seen(office: Office, word: str = Q1, day: str = FIRST) -> Audit:
    with open_ledger(office.ledger) as ledger:
        return view(ledger, word, moment(day).date())


def said(office: Office, word: str = Q1, day: str = FIRST) -> dict[str, Finding]:
    """What is said of reports that are not there, by town."""
    return {one.unit.removeprefix("澄湖县")[:3]: finding for one, finding in seen(office, word, day).unreported}


def fates(office: Office, earlier: str, later: str, day: str) -> dict[tuple[str, str], str]:
    """(town, fate) of the rule's findings between two views."""
    found = office.json(day, "compare", earlier, later)
    return {(one["unit"][3:6], one["number"]): one["fate"] for one in found["findings"] if one["rule"] == RULE}


def state(office: Office, day: str) -> dict[str, Any]:
    """How the mending of the missing report stands."""
    (one,) = [one for one in office.json(day, "mending")["findings"] if one["number"] == NUMBER]
    return dict(one)


def todo(office: Office, word: str, day: str) -> dict[str, list[str]]:
    """The numbers left to do by kind."""
    groups = office.json(day, "todo", word)["groups"]
    return {one["kind"]: [item["number"] for item in one["items"]] for one in groups}


# --- one quarter -----------------------------------------------------------------------------------------


def test_a_missing_report_has_a_number_and_no_points(office: Office) -> None:
    found = said(office)
    assert {town: (f.number, f.outcome) for town, f in found.items()} == {ORCHID: (NUMBER, Outcome.SUSPECTED)}
    with open_ledger(office.ledger) as ledger:
        cards = runs(ledger)
        assert [(one.unit, one.year, one.short, one.missing) for one in missing(ledger, cards)] == [
            (unit(ORCHID), 2025, ORCHID, True)
        ]
        assert sorted(one.short for one in checked(ledger, cards)) == sorted(THREE)
        assert cards[0].reports == 3
        assert unit(ORCHID) in units_of(ledger)


def test_a_run_again_adds_nothing(office: Office) -> None:
    before = office.entries()
    with open_ledger(office.ledger) as ledger:
        card = runs(ledger)[0]
        again = stored(ledger, card)
    assert {f.number for _, f in again.unreported} == {NUMBER}
    whole = bare(again)
    assert whole.unreported[0][1].number == ""
    with open_ledger(office.ledger) as ledger:
        recording.record(ledger, whole, recording.Handed(()), None, moment(FIRST))
    assert office.entries() == before


def test_the_stored_run_is_made_again(office: Office, tmp_path: Path) -> None:
    office.done(FIRST, "decide", NUMBER, "属实", "--by", "张三")
    place = tmp_path / "again"
    place.mkdir()
    with open_ledger(office.ledger) as ledger:
        card = runs(ledger)[0]
        given, options = handed_anew(ledger, card, place, "chainer")
        then = bare(stored(ledger, card))
    assert bare(audit(given, rulebook(), options)) == then


def test_a_bundle_is_audited_again(office: Office) -> None:
    """The second quarter alone: what was read in the first is not in it, and is not suspected there either."""
    ordered(office)
    office.done(FIRST, *MANUAL)
    office.run(Q2, LATER, {PINE: MENDED, BAMBOO: MENDED}, office.roster())
    path = office.folder / "2026Q2.zip"
    office.done(LATER, "bundle", Q2, str(path))
    assert "一字不差" in office.done(LATER, "verify", str(path), "--replay")


def test_the_quarter_says_later_what_it_said(office: Office) -> None:
    office.done(FIRST, *MANUAL)
    before = seen(office)
    office.run(Q2, LATER, {ORCHID: MENDED}, office.roster())
    assert replace(seen(office), ledger=None) == replace(before, ledger=None)


def test_it_waits_for_a_verdict(office: Office) -> None:
    assert NUMBER in todo(office, Q1, FIRST)["suspected"]
    assert NUMBER in office.refused(FIRST, "letters", "send", Q1, *LETTER)
    assert NUMBER in office.refused(FIRST, "issue", Q1, "--by", "张三")
    office.done(FIRST, "decide", NUMBER, "属实", "--by", "张三", "--why", "网站上没有")
    assert NUMBER not in todo(office, Q1, FIRST).get("suspected", [])


@pytest.mark.parametrize(
    ("words", "in_inquiry", "in_order"),
    [
        ((), True, False),
        (("属实",), True, True),
        (("不属实", "--why", "另行公布在政府网站"), False, False),
        (("豁免", "--why", "机构刚成立", "--paper", "澄政办〔2026〕1号"), False, False),
    ],
)
def test_letters(office: Office, words: tuple[str, ...], in_inquiry: bool, in_order: bool) -> None:
    if words:
        office.done(FIRST, "decide", NUMBER, *words, "--by", "张三")
    sent = office.json(FIRST, "letters", "send", Q1, *INQUIRY)
    assert (ORCHID in numbers(sent)) is in_inquiry
    sent = office.json(FIRST, "letters", "send", Q1, *LETTER, "--leave-out")
    assert (ORCHID in numbers(sent)) is in_order
    assert (NUMBER in sent["left_out"]) is (not words)


def test_an_order_does_not_ask_to_verify(office: Office) -> None:
    (asked,) = items(office.json(FIRST, "letters", "send", Q1, *INQUIRY))
    assert "请核实" in asked["message"]
    ordered(office)
    (told,) = [one for one in items(office.json(FIRST, "letters", "list")) if one != asked]
    assert told["message"] == "未公布年度报告（2025年度，经核实）"
    assert told["deadline"] is not None


def test_after_a_merger_the_successor_is_written_to(office: Office) -> None:
    now = seen(office)
    assert now.completeness is not None
    merged = [replace(one, answers=unit(PINE)) if one.finding else one for one in now.completeness.standings]
    now = replace(now, completeness=replace(now.completeness, standings=tuple(merged)))
    wanted = Wanted(Q1, "反馈函", "澄政办函〔2026〕2号", moment(FIRST).date(), "张三", moment("2026-04-20").date())
    made = drafted(now, Remembered(), wanted, MendingTerms(), Calendar())
    assert {letter.unit: [i.key.unit for i in letter.items if i.rule == RULE] for letter in made.letters} == {
        unit(PINE): [unit(ORCHID)]
    }


def test_equal_ones_are_decided_together(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.run(Q1, FIRST, {PINE: FAULTY, BAMBOO: MENDED}, office.roster())
    office.done(FIRST, "decide", NUMBER, "属实", "--equal", "--by", "张三")
    assert [f.verdict and f.verdict.word for f in said(office).values()] == ["属实", "属实"]
    office.done(
        FIRST, "decide", "不属实", "--unit", ORCHID, "--rule", RULE, "--why", "另行公布", "--change", "--by", "李四"
    )
    assert [f.verdict and f.verdict.word for f in said(office).values()] == ["属实", "不属实"]


def items(sent: dict[str, Any]) -> list[dict[str, Any]]:
    """What letters say of missing reports."""
    return [item for letter in sent["letters"] for item in letter["items"] if item["rule"] == RULE]


def numbers(sent: dict[str, Any]) -> list[str]:
    """The towns in letters about a missing report."""
    return [item["number"].split("-")[1] for item in items(sent)]


def test_what_the_roster_states_is_certain(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.run(Q1, FIRST, THREE, office.roster(stated=[ORCHID]))
    assert said(office)[ORCHID].outcome is Outcome.BROKEN
    assert "suspected" not in todo(office, Q1, FIRST)
    assert numbers(office.json(FIRST, "letters", "send", Q1, *LETTER)) == [ORCHID]


def test_documents_show_number_and_verdict(office: Office) -> None:
    office.done(FIRST, "decide", NUMBER, "属实", "--by", "张三", "--why", "网站上没有")
    now = seen(office)
    (row,) = [one for one in as_json(now)["completeness"]["units"] if one["finding"]]
    assert (row["finding"]["number"], row["finding"]["verdict"]["word"]) == (NUMBER, "属实")
    html = render(now, "html").decode()
    assert NUMBER in html
    assert "认定：属实（张三，2026年4月8日）：网站上没有" in html
    book = openpyxl.load_workbook(io.BytesIO(render(now, "xlsx")))
    heads = [cell.value for cell in book["未报与未读"][2]]
    (shown,) = [row for row in book["未报与未读"].iter_rows(min_row=3, values_only=True) if unit(ORCHID) in row]
    assert shown[heads.index("编号")] == NUMBER
    assert str(shown[heads.index("认定情况")]).startswith("属实（张三")
    book.close()


def as_json(now: Audit) -> Any:
    return json.loads(render(now, "json"))


def test_it_is_decided_in_the_excel_ledger(office: Office) -> None:
    path = office.folder / "问题台账.xlsx"
    path.write_bytes(marked(render(seen(office), "xlsx"), {"认定": "不属实", "认定理由": "另行公布", "认定人": "李四"}))
    office.done(FIRST, "decide", "--from", str(path), "--by", "李四")
    verdict = said(office)[ORCHID].verdict
    assert verdict is not None
    assert (verdict.word, verdict.why, verdict.by) == ("不属实", "另行公布", "李四")
    assert said(office)[ORCHID].number == NUMBER


def marked(data: bytes, cells: Mapping[str, str]) -> bytes:
    """The workbook with these cells filled in in the row of the missing report."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["问题清单"]
    (head,) = [row for row in sheet.iter_rows(max_row=5) if any(cell.value == "编号" for cell in row)]
    columns = {cell.value: cell.column for cell in head}
    (at,) = [row[0].row for row in sheet.iter_rows() if any(cell.value == NUMBER for cell in row)]
    for name, value in cells.items():
        sheet.cell(at, columns[name]).value = value
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()


def test_a_report_of_the_same_quarter_ends_it(office: Office) -> None:
    office.run(Q1, "2026-04-20", {ORCHID: MENDED}, office.roster())
    assert said(office, Q1, "2026-04-20") == {}
    assert {one.standing for one in standings(seen(office, Q1, "2026-04-20"))} == {Standing.REPORTED}
    assert "suspected" not in todo(office, Q1, "2026-04-20")


def standings(now: Audit) -> tuple[Any, ...]:
    assert now.completeness is not None
    return now.completeness.standings


# --- three quarters ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A later run, and what must be known after it: the fate since the first quarter, the state of the mending."""

    quarter: str
    day: str
    handed: Mapping[str, Mapping[str, Any]]
    fate: str | None
    state: str
    roster: bool = True
    years: tuple[int, ...] = ()
    stated: tuple[str, ...] = ()


STORIES: Mapping[str, tuple[Step, ...]] = {
    "part of the units, too few to check the year": (
        Step(Q2, LATER, {PINE: MENDED}, "本季未检查", "未整改"),
        Step(Q3, LAST, {ORCHID: MENDED}, "已改正", "已销号"),
    ),
    "part of the units, enough to check the year": (
        Step(Q2, LATER, {PINE: MENDED, BAMBOO: MENDED}, "仍存在", "未整改"),
        Step(Q3, LAST, {ORCHID: MENDED, PINE: MENDED}, "已改正", "已销号"),
    ),
    "the year is asked for": (
        Step(Q2, LATER, {PINE: MENDED}, "仍存在", "未整改", years=(2025,)),
        Step(Q3, LAST, {ORCHID: FAULTY}, "已改正", "已销号"),
    ),
    "a report without a roster closes nothing": (
        Step(Q2, LATER, {ORCHID: MENDED}, "无法判断", "未整改", roster=False),
        Step(Q3, LAST, {ORCHID: MENDED}, "已改正", "已销号"),
    ),
    "the report came, and was not handed in again": (
        Step(Q2, LATER, {ORCHID: MENDED}, "已改正", "已销号"),
        Step(Q3, LAST, {PINE: MENDED, BAMBOO: MENDED, PLUM: MENDED}, "本季未检查", "已销号"),
    ),
    "the file cannot be read": (
        Step(Q2, LATER, {ORCHID: {"damaged": True}}, "无法读取", "未整改"),
        Step(Q3, LAST, {ORCHID: MENDED}, "已改正", "已销号"),
    ),
    "the roster says that it was not published": (
        Step(Q2, LATER, {PINE: MENDED, BAMBOO: MENDED}, "仍存在", "未整改", stated=(ORCHID,)),
        Step(Q3, LAST, {ORCHID: MENDED}, "已改正", "已销号"),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_the_quarters_after(office: Office, name: str) -> None:
    office.done(FIRST, "decide", NUMBER, "属实", "--by", "张三")
    office.done(FIRST, "letters", "send", Q1, *LETTER)
    assert state(office, FIRST)["state"] == "未整改"
    for step in STORIES[name]:
        roster = office.roster(step.stated) if step.roster else None
        office.run(step.quarter, step.day, step.handed, roster, step.years)
        found = fates(office, Q1, step.quarter, step.day)
        assert found == ({(ORCHID, NUMBER): step.fate} if step.fate else {}), "nobody else, and nothing new"
        now = state(office, step.day)
        assert (now["state"], now["overdue"] > 0) == (step.state, step.state == "未整改")


def test_a_unit_that_was_read_before_is_not_suspected(office: Office) -> None:
    done = office.run(Q2, LATER, {PINE: MENDED, BAMBOO: MENDED}, office.roster())
    assert {one.unit for one, _ in done.unreported} == {unit(PLUM), unit(ORCHID)}, "the run itself cannot know"
    assert set(said(office, Q2, LATER)) == {ORCHID}
    missing_now = [one.unit for one in standings(seen(office, Q2, LATER)) if one.standing is Standing.MISSING]
    assert missing_now == [unit(PLUM), unit(ORCHID)], "who was not handed in is still counted"
    assert f"2026Q2-{PLUM}-01" not in str(office.json(LATER, "todo", Q2))
    html = render(seen(office, Q2, LATER), "html").decode()
    assert f"没有列为问题的：{unit(PLUM)}" in html


def test_the_verdict_holds_in_later_quarters(office: Office) -> None:
    office.done(FIRST, "decide", NUMBER, "不属实", "--why", "另行公布", "--by", "张三")
    office.run(Q2, LATER, {PINE: MENDED, BAMBOO: MENDED}, office.roster())
    finding = said(office, Q2, LATER)[ORCHID]
    assert finding.number == NUMBER
    assert finding.verdict is not None
    assert finding.verdict.word == "不属实"
    assert "suspected" not in todo(office, Q2, LATER)


def test_an_expired_waiver_comes_back(office: Office) -> None:
    paper = ("--why", "机构刚成立", "--paper", "澄政办〔2026〕1号", "--until", "2026-06-30")
    office.done(FIRST, "decide", NUMBER, "豁免", *paper, "--by", "张三")
    assert "expired" not in todo(office, Q1, FIRST)
    office.run(Q2, LATER, {PINE: MENDED, BAMBOO: MENDED}, office.roster())
    assert todo(office, Q2, LATER)["expired"] == [NUMBER]


def test_new_in_a_later_quarter(office: Office) -> None:
    wider = office.roster(towns=[PINE, BAMBOO, PLUM, ORCHID, "菊溪镇"])
    office.run(Q2, LATER, THREE, wider)
    assert fates(office, Q1, Q2, LATER) == {
        (ORCHID, NUMBER): "仍存在",
        ("菊溪镇", "2026Q2-菊溪镇-01"): "新发现",
    }
    found = office.json(LATER, "compare", Q1, Q2)
    row = next(one for one in found["units"] if one["unit"] == unit("菊溪镇"))
    assert (row["before"], row["after"]) == (None, None)


def test_history_of_a_unit_that_never_reported(office: Office) -> None:
    office.done(FIRST, "decide", NUMBER, "属实", "--by", "张三")
    office.done(FIRST, "letters", "send", Q1, *LETTER)
    office.run(Q2, LATER, {PINE: MENDED, BAMBOO: MENDED}, office.roster())
    told = office.json(LATER, "history", ORCHID)
    assert told["quarters"] == []
    (finding,) = told["findings"]
    assert (finding["number"], finding["rule"]) == (NUMBER, RULE)
    assert [turn["fate"] for turn in finding["course"]] == ["新发现", "仍存在"]
    assert NUMBER in office.done(LATER, "history", ORCHID).replace("\n", "")


def test_roll_ups_stay_and_rule_stats_count(office: Office) -> None:
    office.done(FIRST, "decide", NUMBER, "属实", "--by", "张三")
    office.run(Q2, LATER, {ORCHID: MENDED}, office.roster())
    with open_ledger(office.ledger) as ledger:
        found = checks(ledger, moment(LATER).date())
        cards = stored(ledger, runs(ledger)[-1]).rules
    assert all(fated.noted.rule != RULE for _, fated in found.fates)
    rows = {row.over: row for row in rolled(found, By.ALL, Over.QUARTER)}
    assert [(rows[q].reports, rows[q].mended) for q in (Q1, Q2)] == [(3, 0), (1, 0)]
    assert all(row.key != RULE for row in rolled(found, By.RULE, Over.QUARTER))
    (stat,) = [one for one in rule_stats(found, cards) if one.rule == RULE]
    assert (stat.fired, stat.upheld, stat.mended, stat.is_silent) == (1, 1, 1, False)


# --- replies, by hand, old ledgers -------------------------------------------------------------------------------


def ordered(office: Office) -> None:
    office.done(FIRST, "decide", NUMBER, "属实", "--by", "张三")
    office.done(FIRST, "letters", "send", Q1, *LETTER)


def replied(office: Office, day: str, answer: Mapping[str, str]) -> None:
    folder = office.folder / "反馈"
    office.done(day, "replies", "sheet", Q1, "--unit", ORCHID, "--out", str(folder))
    (path,) = folder.iterdir()
    path.write_bytes(filled(path.read_bytes(), {NUMBER: answer}))
    office.done(day, "replies", "import", str(path))


DONE = {"整改情况": "已整改", "整改措施说明": "已公布", "完成日期": "2026-04-20", "填报人": "王五"}


@pytest.mark.parametrize(
    ("handed", "words"),
    [
        ({PINE: MENDED}, "已整改（单位反馈，待复核）"),
        ({PINE: MENDED, BAMBOO: MENDED}, "已整改（单位反馈，待复核；所给文件中仍没有这份报告）"),
        ({ORCHID: MENDED}, "已销号"),
    ],
)
def test_what_a_unit_says_is_checked(office: Office, handed: Mapping[str, Mapping[str, Any]], words: str) -> None:
    ordered(office)
    replied(office, "2026-04-21", DONE)
    office.run(Q2, LATER, handed, office.roster())
    now = state(office, LATER)
    assert f"{now['state']}（{now['note']}）".replace("（）", "") == words
    assert now["overdue"] == 0


MANUAL = (
    "finding", "add", "--unit", ORCHID, "--year", "2025", "--place", "门户网站", "--severity", "一般",
    "--dimension", "公开时效", "--text", "年报专栏打不开", "--practice", "日常检查", "--by", "张三",
)  # fmt: skip
BY_HAND = f"2026Q1-{ORCHID}-02"


@pytest.mark.parametrize("suspected", [False, True])
def test_by_hand_without_a_report(office: Office, suspected: bool) -> None:
    office.done(FIRST, *MANUAL, *(("--suspected",) if suspected else ()))
    office.done(FIRST, "decide", NUMBER, "属实", "--by", "张三")
    left = todo(office, Q1, FIRST)
    assert (BY_HAND in left.get("suspected", [])) is suspected
    assert (BY_HAND in left.get("by_hand", [])) is not suspected
    if suspected:
        office.done(FIRST, "decide", BY_HAND, "属实", "--by", "张三")
    assert BY_HAND not in str(office.json(FIRST, "letters", "send", Q1, *LETTER)["left_out"])
    states = {one["number"]: one["state"] for one in office.json(FIRST, "mending")["findings"]}
    assert (states[BY_HAND], states[NUMBER]) == ("未整改", "未整改")
    assert BY_HAND in render(seen(office), "html").decode()
    assert [one["finding"]["number"] for one in as_json(seen(office))["apart"]] == [BY_HAND]
    office.done("2026-04-20", "finding", "close", BY_HAND, "--by", "张三", "--why", "已修复")
    states = {one["number"]: one["state"] for one in office.json("2026-04-21", "mending")["findings"]}
    assert (states[BY_HAND], states[NUMBER]) == ("已销号", "未整改")


def test_by_hand_joins_the_report_when_it_comes(office: Office) -> None:
    office.done(FIRST, *MANUAL)
    office.run(Q2, LATER, {ORCHID: MENDED}, office.roster())
    now = seen(office, Q2, LATER)
    assert now.apart == ()
    (report,) = [j for j in now.reports if j.report.profile.organisation == unit(ORCHID)]
    assert BY_HAND in {f.number for f in report.findings}
    found = {one["number"]: one["fate"] for one in office.json(LATER, "compare", Q1, Q2)["findings"]}
    assert (found[NUMBER], found[BY_HAND]) == ("已改正", "仍存在")


def without_rows(*_: object) -> tuple[()]:
    return ()


def test_a_ledger_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(recording, "_missing", without_rows)
        office.run(Q1, FIRST, THREE, office.roster())
    finding = said(office)[ORCHID]
    assert finding.number == ""
    office.done(FIRST, "decide", finding.fingerprint[:12], "属实", "--by", "张三")
    assert said(office)[ORCHID].number == NUMBER, "it gets its number with the verdict"
    office.run(Q2, LATER, {PINE: MENDED, BAMBOO: MENDED}, office.roster())
    assert said(office, Q2, LATER)[ORCHID].number == NUMBER


def test_other_runs_of_a_quarter_check_other_years(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.run(Q1, FIRST, {PINE: FAULTY}, office.roster())
    office.run(Q1, "2026-04-09", {BAMBOO: MENDED}, office.roster(), years=(2025,))
    found = said(office, Q1, "2026-04-09")
    assert set(found) == {PLUM, ORCHID}, "the year was checked by the second run; the first one has a report"
    assert {f.number for f in found.values()} == {f"2026Q1-{PLUM}-01", NUMBER}
