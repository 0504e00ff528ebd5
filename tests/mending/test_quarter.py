"""From the letter to the closed finding, as one story of three towns: what is typed, what is said, what the ledger holds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from posting import BAMBOO, EDITS, PINE, PLUM, SUIT, Office, filled, unit

from auditor.ledger import open as open_ledger
from auditor.ledger.checking import verify
from auditor.replysheet.sheet import read

ORDER = ("letters", "send", "2026Q1", "--kind", "通知", "--paper", "澄政办函〔2026〕3号", "--by", "张三")
INQUIRY = ("letters", "send", "2026Q1", "--kind", "反馈函", "--paper", "澄政办函〔2026〕2号", "--by", "张三")
FIRST, SECOND = "2026Q1-松溪镇-01", "2026Q1-松溪镇-02"
OBJECTED, PARTLY, ASKED = "2026Q1-竹溪镇-02", "2026Q1-竹溪镇-03", "2026Q1-梅溪镇-01"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.audit(EDITS, "2026Q1", "2026-03-31")
    return made


def sheets(office: Office, day: str = "2026-04-09") -> dict[str, Path]:
    out = office.folder / f"反馈表{day}"
    office.done(day, "replies", "sheet", "2026Q1", "--out", str(out))
    return {path.stem.split("（")[1].rstrip("）"): path for path in out.iterdir()}


ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    PINE: {
        FIRST: {"整改情况": "已整改", "整改措施说明": "=已按登记簿更正", "完成日期": dt.datetime(2026, 4, 13), "填报人": "李四", "整改后链接": "http://www.example.gov.cn/a.html"},
        SECOND: {"整改情况": "申请延期", "整改措施说明": "案卷在县档案馆", "申请延期至": "2026年4月30日", "填报人": "李四"},
    },
    BAMBOO: {
        OBJECTED: {"整改情况": "异议", "整改措施说明": "@合计另有说明", "填报人": "王五"},
        PARTLY: {"整改情况": "部分整改", "整改措施说明": "已改表三，正文待改", "填报人": "王五"},
    },
    PLUM: {ASKED: {"整改情况": "异议", "整改措施说明": "另两件为联合发文", "填报人": "赵六"}},
}  # fmt: skip


def answer(office: Office, answers: dict[str, dict[str, dict[str, Any]]] = ANSWERS) -> Path:
    """The sheets of all towns, filled in, in a folder."""
    back = office.folder / "收回"
    back.mkdir(exist_ok=True)
    for name, path in sheets(office).items():
        town = next(town for town in answers if town in name)
        (back / path.name).write_bytes(filled(path.read_bytes(), answers[town]))
    return back


def states(office: Office, day: str) -> dict[str, tuple[str, str, int]]:
    found = office.json(day, "mending", "2026Q1")["findings"]
    return {one["number"]: (one["state"], one["note"], one["overdue"]) for one in found}


def test_a_quarter_from_letters_to_closed_findings(office: Office) -> None:
    # --- letters
    said = office.refused("2026-04-08", *ORDER)
    assert f"{unit(PLUM)} 还有 1 个问题没有认定：{ASKED}" in said
    assert office.entries() == 1
    assert "已登记通知 2 份，列出问题 4 个" in office.done("2026-04-08", *ORDER, "--leave-out")
    assert "已登记反馈函 1 份，列出问题 1 个" in office.done("2026-04-08", *INQUIRY, "--unit", PLUM)
    assert office.entries() == 4, "one entry a letter"
    assert "2 个单位的同一份函件已经登记过" in office.done("2026-04-08", *ORDER, "--leave-out")
    assert office.entries() == 4
    letters = office.json("2026-04-08", "letters", "list", "2026Q1")["letters"]
    assert {item["deadline"] for letter in letters for item in letter["items"]} == {"2026-04-15"}
    assert all(item["rule"][:2] != "p-" for letter in letters for item in letter["items"])

    # --- sheets are the same twice, and nobody overwrites one
    first = sheets(office)
    office.done("2026-04-09", "replies", "sheet", "2026Q1", "--out", str(office.folder / "又一份"))
    for path in first.values():
        assert (office.folder / "又一份" / path.name).read_bytes() == path.read_bytes()

    # --- replies: all or none, once
    back = answer(office)
    bad = back / "坏.xlsx"
    bad.write_bytes(filled(first[unit(PINE)].read_bytes(), ANSWERS[PINE], unit=unit(BAMBOO)))
    said = office.refused("2026-04-14", "replies", "import", str(back))
    assert f"坏.xlsx 工作表“整改情况反馈表”B5：编号“{FIRST}”是“{unit(PINE)}”的问题" in said
    assert office.entries() == 4
    bad.unlink()
    said = office.done("2026-04-14", "replies", "import", str(back))
    assert "已登记答复 5 个" in said
    assert "其中 3 个要处理" in said
    assert "5 个答复以前登记过，不再登记" in office.done("2026-04-14", "replies", "import", str(back))
    assert office.entries() == 5
    listed = {one["number"]: one for one in office.json("2026-04-14", "replies", "list")["replies"]}
    assert listed[FIRST]["text"] == "=已按登记簿更正"
    assert listed[OBJECTED]["text"] == "@合计另有说明"
    assert listed[SECOND]["until"] == "2026-04-30"
    assert states(office, "2026-04-14") == {
        FIRST: ("已整改", "单位反馈，待复核", 0),
        SECOND: ("未整改", "", 0),
        OBJECTED: ("未整改", "", 0),
        PARTLY: ("部分整改", "单位反馈", 0),
        ASKED: ("未整改", "", 0),
    }

    # --- what stands against issuing
    said = office.refused("2026-04-14", "issue", "2026Q1", "--by", "张三")
    assert f"还有 1 个问题没有认定：{ASKED}" in said
    assert "2026-04-08 发函，核实期到 2026-04-15 为止" in said
    assert f"有 1 个异议还没有处理：{OBJECTED}" in said

    # --- rulings
    rule = ("replies", "rule")
    assert "请用 --why" in office.refused("2026-04-16", *rule, SECOND, "同意", "--by", "张三")
    assert "没有待处理的异议" in office.refused("2026-04-16", *rule, SECOND, "维持", "--why", "已核", "--by", "张三")
    said = office.done("2026-04-16", *rule, SECOND, "同意", "--until", "2026-04-24", "--why", "已核", "--by", "张三")
    assert "期限延至 2026-04-24" in said
    office.done("2026-04-16", *rule, OBJECTED, "维持", "--why", "合计确有差错", "--by", "张三")
    said = office.done("2026-04-16", *rule, ASKED, "撤回", "--why", "联合发文属实", "--by", "张三")
    assert "同时认定为不属实" in said
    assert "没有待处理的异议和延期申请" in office.done("2026-04-16", "replies", "list", "--open")
    decided = office.json("2026-04-16", "todo", "2026Q1")
    assert not [one for group in decided["groups"] for one in group["items"] if one["number"] == ASKED]

    # --- issued: frozen, once
    assert "已印发 3 份" in office.done(
        "2026-04-17", "issue", "2026Q1", "--paper", "澄政办发〔2026〕5号", "--by", "张三"
    )
    assert "不能再次印发" in office.refused("2026-04-18", "issue", "2026Q1", "--by", "张三")

    # --- the corrected report is read again: one mended, one not
    office.audit({PINE: {"cells": dict(SUIT)}}, "2026Q1", "2026-04-22")
    assert states(office, "2026-04-21")[FIRST] == ("已整改", "单位反馈，待复核", 0)
    now = states(office, "2026-04-25")
    assert now[FIRST] == ("已销号", "", 0)
    assert now[SECOND] == ("未整改", "", 1)
    assert now[OBJECTED] == ("未整改", "", 9), "from the ruling on"
    report = office.json("2026-04-25", "mending", "2026Q1")
    assert report["rate"] == {"ordered": 4, "closed": 1, "percent": 25}
    assert report["by_unit"][unit(PINE)] == {"ordered": 2, "closed": 1, "percent": 50}
    assert report["by_unit"][unit(PLUM)] == {"ordered": 0, "closed": 0, "percent": None}
    assert report["by_group"]["乡镇"]["ordered"] == 4
    assert {one["unit"]: one["may"] for one in report["naming"]} == {unit(PINE): True, unit(BAMBOO): True}
    left = read("", sheets(office, "2026-04-25")[unit(PINE)].read_bytes())
    assert left == (), "a new sheet asks for nothing yet"
    scores = {one["unit"]: one for one in office.json("2026-04-25", "issued", "2026Q1")["scores"]}
    assert (scores[unit(PINE)]["issued"]["points"], scores[unit(PINE)]["now"]["points"]) == (90, 95)
    assert scores[unit(PINE)]["stands"] == 95

    # --- claimed, and found again
    back = office.folder / "再收回"
    back.mkdir()
    again = {SECOND: {**ANSWERS[PINE][FIRST], "完成日期": "2026-04-24"}}
    path = sheets(office, "2026-04-25")[unit(PINE)]
    (back / path.name).write_bytes(filled(path.read_bytes(), again))
    office.done("2026-04-26", "replies", "import", str(back))
    assert states(office, "2026-04-26")[SECOND] == ("已整改", "单位反馈，待复核", 0)
    office.audit({PINE: {"cells": {"t4.suit_direct.total": 4}}}, "2026Q1", "2026-04-28")
    assert states(office, "2026-04-28")[SECOND] == ("未整改", "复核仍存在", 4)

    # --- next quarter everything of the town is right
    office.audit({PINE: {}}, "2026Q2", "2026-06-30")
    assert states(office, "2026-06-30")[SECOND][0] == "已销号"
    scores = {one["unit"]: one for one in office.json("2026-06-30", "issued", "2026Q1")["scores"]}
    assert (scores[unit(PINE)]["issued"]["points"], scores[unit(PINE)]["now"]["points"]) == (90, 100)
    assert scores[unit(BAMBOO)]["now"]["points"] == scores[unit(BAMBOO)]["issued"]["points"], "was not read again"
    office.audit({PINE: {"cells": dict(SUIT)}}, "2026Q3", "2026-09-29")
    assert states(office, "2026-09-29")[SECOND] == ("未整改", "销号后再次出现", 0)
    repeats = office.json("2026-09-29", "mending")["repeats"]
    assert [(one["unit"], one["rule"], one["quarters"]) for one in repeats] == [
        (unit(PINE), "t4-sum", ["2026Q1", "2026Q3"])
    ]
    assert "屡查屡犯 1 项" in office.done("2026-09-29", "mending")
    with open_ledger(office.ledger) as ledger:
        assert verify(ledger).whole


def test_what_is_withdrawn_after_issuing_needs_a_correction(office: Office) -> None:
    office.done("2026-04-08", *ORDER, "--leave-out")
    said = office.refused("2026-04-17", "issue", "2026Q1", "--by", "张三")
    assert "没有办完，没有印发" in said
    said = office.done("2026-04-17", "issue", "2026Q1", "--by", "张三", "--anyway", "县政府要求", "--json")
    assert "按所写理由印发：县政府要求" in said
    back = answer(office, {PINE: {FIRST: ANSWERS[BAMBOO][OBJECTED]}, BAMBOO: {}})
    office.done("2026-04-20", "replies", "import", str(back))
    rule = ("replies", "rule", "松溪镇-01", "撤回", "--why", "另有依据", "--by", "张三")
    assert "须写明更正的文号" in office.refused("2026-04-21", *rule)
    said = office.done("2026-04-21", *rule, "--paper", "澄政办函〔2026〕9号")
    assert f'auditor issue 2026Q1 --correct {unit(PINE)} --why "另有依据" --paper 澄政办函〔2026〕9号 --by 张三' in said
    correct = ("issue", "2026Q1", "--correct", "松溪镇-01", "--by", "张三")
    assert "更正须写明文号和理由" in office.refused("2026-04-21", *correct)
    paper = ("--paper", "澄政办函〔2026〕9号", "--why", "异议成立")
    made = office.json("2026-04-21", *correct, *paper)
    assert made["correction"] == "澄政办函〔2026〕9号"
    assert [(one["unit"], one["points"], one["rank"]) for one in made["issued"]] == [
        (unit(PINE), 95, 2),
    ]
    scores = {one["unit"]: one for one in office.json("2026-04-21", "issued", "2026Q1")["scores"]}
    assert scores[unit(PINE)]["issued"] == {"points": 95, "grade": "优秀", "rank": 2, "on": "2026-04-21"}
    assert "没有要更正的" in office.refused("2026-04-22", *correct, *paper)


def test_without_points_back_the_issued_score_stands(office: Office) -> None:
    office.work = office.folder / "工作"
    office.work.mkdir()
    (office.work / "profile.yaml").write_text(
        "auditor: 1\nname: 澄湖县\n整改: {整改后得分: 不返还}\n", encoding="utf-8"
    )
    office.done("2026-04-17", "issue", "2026Q1", "--by", "张三", "--anyway", "先行印发")
    office.audit({PINE: {"cells": dict(SUIT)}}, "2026Q1", "2026-04-22")
    scores = {one["unit"]: one for one in office.json("2026-04-25", "issued")["scores"]}
    one = scores[unit(PINE)]
    assert (one["issued"]["points"], one["now"]["points"], one["stands"]) == (90, 95, 90)
    assert "不返还，以印发的得分为准" in office.done("2026-04-25", "issued")


def test_a_year_without_holidays_gives_no_deadline(office: Office) -> None:
    said = office.refused("2026-12-30", *ORDER, "--leave-out")
    assert "2027年放假安排尚未录入，期限不能推算；请在 holidays.yaml 补充" in said
    assert office.entries() == 1
    said = office.done("2026-12-30", *ORDER, "--leave-out", "--deadline", "2027-01-20")
    assert "已登记通知 2 份" in said


# what is typed -> what is said
REFUSED = [
    (("letters", "send", "2026Q1", "--kind", "通知", "--by", "张三"), "请写明文号"),
    (("letters", "send", "2026Q1", "--kind", "通知", "--paper", "3号"), "请写明办理人"),
    (("letters", "send", "2026Q1", "--kind", "催办", "--paper", "3号", "--by", "张三"), "催办"),
    ((*ORDER, "--on", "2026-05-01"), "还没有到"),
    ((*ORDER, "--deadline", "2026-04-01"), "应晚于发函日期"),
    ((*ORDER, "--unit", "柏溪镇"), "没有单位"),
    (("replies", "sheet", "2026Q1"), "还没有登记过发函"),
    (("replies", "rule", FIRST, "维持", "--why", "已核", "--by", "张三"), "没有在任何一次发函中列出"),
    (("replies", "rule", FIRST, "驳回", "--why", "已核", "--by", "张三"), "应为维持、撤回、同意、不同意之一"),
    (("issue", "2026Q1"), "请写明办理人"),
    (("issue", "2026Q1", "--correct", PINE, "--by", "张三"), "还没有印发，无从更正"),
    (("issued", "2026Q1"), "还没有印发"),
    (("letters", "list", "2025Q1"), "没有批次“2025Q1”"),
]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office in which nothing is ever entered."""
    made = Office(tmp_path_factory.mktemp("office"))
    made.audit(EDITS, "2026Q1", "2026-03-31")
    return made


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_what_cannot_be_done_is_refused_with_words(quiet: Office, words: tuple[str, ...], said: str) -> None:
    assert said in quiet.refused("2026-04-08", *words)
    assert quiet.entries() == 1


def test_before_any_letter_the_report_says_what_to_type(quiet: Office) -> None:
    assert "auditor letters send" in quiet.done("2026-04-08", "mending")
