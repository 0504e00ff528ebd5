"""Answers against reports: who is meant, what is said of each, and every mistake at once."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from auditor import examples, readers
from auditor.checklist import ChecklistError, Lists, matched
from auditor.checklist.answers import Answer
from auditor.checklist.sheet import of_document, read_checklists
from auditor.findings import Beside, judge
from auditor.model import Attested, Document, Outcome, Report
from auditor.pipeline import Brief, desk, judge_report
from auditor.roster import Matcher, Roster, Unit
from auditor.roster.unit import FormerName
from auditor.rulebook import Rulebook, load

DAY = dt.date(2026, 4, 8)
RULES = {"g-filing": "g-filing", "g-old-filing": "g-filing", "g-page-lost": "g-page-lost"}


@pytest.fixture(scope="module")
def report(book: Rulebook) -> Report:
    ready = book.rule("g-filing")
    assert ready is not None
    example = {"正文": "全年公开信息120条。", "概况": {"年度": 2024, "单位名称": "澄湖县柳汀镇人民政府"}}
    return examples.report_of(book, ready, example, book.form("C"))


def an(unit: str, year: int | None, rule: str, *, automatic: bool = False, **seen: object) -> Answer:
    attested = Attested(**{"answer": "符合", "by": "李某", **seen})  # type: ignore[arg-type]
    cells = {name: f"清单 {name}" for name in ("单位", "年度", "规则编号", "结论")}
    return Answer(unit, year, rule, attested, cells, automatic)


def like(report: Report, name: str, year: int, sha256: str = "") -> Report:
    profile = replace(report.profile, organisation=name or None, year=year)
    return replace(report, profile=profile, source=f"{name}{year}{sha256}.html", sha256=sha256 or report.sha256)


# --- what an answer does ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (Attested("符合", by="李某"), Outcome.KEPT, None),
        (Attested("不适用", "没有附件", "李某", DAY), Outcome.NOT_APPLICABLE, None),
        (Attested("", "电话未通", "李某"), Outcome.TO_CONFIRM, "（已记：电话未通（李某））"),
        (Attested("不符合", "没有登记", "李某", DAY, sha256="f" * 64), Outcome.TO_CONFIRM, "报告已变更，请复核"),
        (None, Outcome.TO_CONFIRM, "请核实"),
    ],
)
def test_what_an_answer_makes_of_a_rule(
    book: Rulebook, report: Report, answer: Attested | None, outcome: Outcome, reason: str | None
) -> None:
    said = judge(report, book, Beside(attested={"g-filing": answer} if answer else {}))
    assert said.outcomes["g-filing"] is outcome
    assert not [f for f in said.findings if f.rule == "g-filing"]
    reasons = [u.reason for u in said.undecided if u.rule == "g-filing"]
    assert [reason in r for r in reasons] == [True] if reason else not reasons


def test_an_outdated_answer_is_shown_where_it_is_asked_again(book: Rulebook, report: Report) -> None:
    answer = Attested("不符合", "没有登记", "李某", DAY, sha256="f" * 64)
    (again,) = [u for u in judge(report, book, Beside(attested={"g-filing": answer})).undecided if u.rule == "g-filing"]
    assert again.reason.endswith("（上次核验为不符合：没有登记（李某，2026-04-08））")


def test_a_fault_seen_is_a_finding_with_her_words_name_and_day(book: Rulebook, report: Report) -> None:
    seen = {"g-filing": Attested("不符合", "没有登记", "李某", DAY, sha256=report.sha256)}
    (finding,) = [f for f in judge(report, book, Beside(attested=seen)).findings if f.rule == "g-filing"]
    assert finding.outcome is Outcome.BROKEN
    assert finding.message == "未按当地规定先备案后公布"
    assert [(e.label, e.text) for e in finding.evidence] == [("人工核验", "没有登记（李某，2026-04-08）")]
    assert finding.basis and finding.remedy


def test_an_answer_given_later_changes_only_what_it_answers(book: Rulebook, report: Report) -> None:
    alone = judge(report, book)
    seen = Beside(attested={"g-filing": Attested("不符合", "没有登记", "李某", DAY)})
    assert judge(report, book, seen, before=alone) == judge(report, book, seen)


def test_a_fault_seen_costs_what_its_rule_says(report: Report, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "{id: own-seal, title: 没有盖章, check: attest, ask: 请看印章, severity: 较重, dimension: 格式规范,\n"
        " basis: [{law: regulation-2019, at: 第五十条}], message: '没有盖章：{说明}（{核验人}，{核验日期}）', why: 无从核实, remedy: 补盖}\n",
        encoding="utf-8",
    )
    judges = desk(load([tmp_path]), "chainer")
    before = judge_report(judges, Brief(report, Beside()))
    seen = {"own-seal": Attested("不符合", "末页空白", "李某", DAY)}
    after = judge_report(judges, Brief(report, Beside(attested=seen), before))
    (finding,) = [f for f in after.findings if f.rule == "own-seal"]
    assert finding.message == "没有盖章：末页空白（李某，2026-04-08）"
    assert (before.score.points - after.score.points, finding.deducted) == (3, 3)
    assert after.attested == seen


# --- whose report ----------------------------------------------------------------------------------


def test_unit_year_and_rule_find_the_report(report: Report) -> None:
    reports = [like(report, n, y) for n in ("甲镇人民政府", "乙镇人民政府") for y in (2023, 2024)]
    taken = matched(Lists((an("乙镇人民政府", 2024, "g-old-filing"),)), reports, RULES)
    assert taken.answers == {"乙镇人民政府2024.html": {"g-filing": Attested("符合", by="李某")}}


def test_the_roster_knows_a_unit_by_every_name(report: Report) -> None:
    unit = Unit("澄湖县自然资源局", "部门", ("自然资源局",), (FormerName("澄湖县国土资源局"),))
    matcher = Matcher(Roster("名册.xlsx", "", (unit,)))
    reports = [like(report, "澄湖县自然资源局", 2024)]
    for name in ("自然资源局", "澄湖县国土资源局", "澄湖县自然资源局 "):
        taken = matched(Lists((an(name, 2024, "g-filing"),)), reports, RULES, matcher.full_name)
        assert list(taken.answers) == [reports[0].source]


def test_the_hash_decides_between_two_reports_of_one_unit_and_year(report: Report) -> None:
    reports = [like(report, "甲镇人民政府", 2024, hash) for hash in ("a" * 64, "b" * 64)]
    taken = matched(Lists((an("甲镇人民政府", 2024, "g-filing", sha256="b" * 64),)), reports, RULES)
    assert list(taken.answers) == [reports[1].source]
    with pytest.raises(ChecklistError, match="有几份报告"):
        matched(Lists((an("甲镇人民政府", 2024, "g-filing"),)), reports, RULES)


def test_a_report_of_nobody_is_found_by_its_hash(report: Report) -> None:
    nobody = like(report, "", 2024, "c" * 64)
    taken = matched(Lists((an("（单位不明）", 2024, "g-filing", sha256="c" * 64),)), [nobody], RULES)
    assert list(taken.answers) == [nobody.source]


def test_every_mistake_is_told_and_nothing_is_taken(report: Report) -> None:
    reports = [like(report, "甲镇人民政府", 2023)]
    answers = (
        an("甲镇人民政府", 2023, "g-filing"),
        an("丙镇人民政府", 2023, "g-filing"),
        an("甲镇人民政府", 2024, "g-filing"),
        an("甲镇人民政府", None, "g-filing"),
        an("", 2023, "g-filing"),
        an("甲镇人民政府", 2023, "g-filling"),
    )
    with pytest.raises(ChecklistError) as wrong:
        matched(Lists(answers, ("清单 J4：没有写核验人",)), reports, RULES)
    assert wrong.value.mistakes == (
        "清单 J4：没有写核验人",
        "清单 单位：本次审核的报告中没有“丙镇人民政府”的，是否为“甲镇人民政府”？",
        "清单 年度：本次审核的报告中没有“甲镇人民政府”2024年度的（有2023年度的）",
        "清单 年度：没有填写年度",
        "清单 单位：没有填写单位",
        "清单 规则编号：没有需要人工核验的规则“g-filling”，是否为“g-filing”？请照原样保留规则编号",
    )


def test_lists_found_by_themselves_may_speak_of_other_reports(report: Report) -> None:
    reports = [like(report, "甲镇人民政府", 2023)]
    answers = tuple(an(n, 2023, "g-filing", automatic=True) for n in ("甲镇人民政府", "丙镇人民政府"))
    taken = matched(Lists(answers), reports, RULES)
    assert list(taken.answers) == [reports[0].source]
    assert taken.notes == ("核验清单中有 1 项核验的不是本次审核的报告，未使用",)


def test_of_several_answers_the_latest_counts(report: Report) -> None:
    reports = [like(report, "甲镇人民政府", 2023)]
    unit = "甲镇人民政府"
    first = an(unit, 2023, "g-filing", answer="不符合", note="无", on=DAY)
    second = an(unit, 2023, "g-filing", answer="符合", on=DAY + dt.timedelta(1))
    for answers in ((first, second), (second, first)):
        taken = matched(Lists(answers), reports, RULES)
        assert taken.answers[reports[0].source]["g-filing"].answer == "符合"
    for other in (replace(second, attested=replace(second.attested, on=DAY)), an(unit, 2023, "g-filing")):
        with pytest.raises(ChecklistError, match="不同，请只留一个"):
            matched(Lists((first, other)), reports, RULES)


def test_what_was_answered_tells_runs_apart_and_where_it_stood_does_not(report: Report) -> None:
    reports = [like(report, "甲镇人民政府", 2023)]

    def of(**seen: object) -> object:
        return matched(Lists((an("甲镇人民政府", 2023, "g-filing", **seen),)), reports, RULES).fingerprint

    assert of(source="甲.xlsx H3") == of(source="乙.xlsx H9")
    assert len({str(of()), str(of(note="补充")), str(of(by="王某")), str(of(on=DAY)), str(of(answer="不适用"))}) == 5


# --- the cells -------------------------------------------------------------------------------------

HEADS = ("单位", "年度", "规则编号", "结论", "情况说明", "核验人", "核验日期", "文件校验值")
GOOD = ("甲镇人民政府", "2024", "g-filing", "符合", "", "李某", "2026-04-08", "")


def sheet(*rows: Mapping[str, object] | tuple[object, ...], heads: tuple[str, ...] = HEADS) -> Document:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("我的清单")
    page.write_row(0, 0, ["人工核验清单"])
    page.write_row(1, 0, heads)
    for at, row in enumerate(rows, 2):
        values = (
            row if isinstance(row, tuple) else tuple({**dict(zip(HEADS, GOOD, strict=True)), **row}[h] for h in heads)
        )
        for column, value in enumerate(values):
            if isinstance(value, str):
                page.write_string(at, column, value)
            elif value is not None:
                page.write(at, column, value)
    book.close()
    document = readers.read("清单.xlsx", out.getvalue())
    assert isinstance(document, Document)
    return document


@pytest.mark.parametrize(
    ("cells", "mistake"),
    [
        ({"结论": "合格"}, "清单.xlsx 工作表“我的清单”D3：结论“合格”不对"),
        ({"核验人": ""}, "清单.xlsx 工作表“我的清单”F3：写了结论，没有写核验人，请补填"),
        ({"结论": "不符合"}, "清单.xlsx 工作表“我的清单”E3：结论为不符合的，请在“情况说明”中写明看到的情况"),
        ({"核验日期": "2026年13月8日"}, "清单.xlsx 工作表“我的清单”G3：核验日期“2026年13月8日”不是日期"),
        ({"核验日期": "上周"}, "清单.xlsx 工作表“我的清单”G3：核验日期“上周”不是日期"),
        ({"年度": "去年"}, "清单.xlsx 工作表“我的清单”B3：年度“去年”看不懂"),
        ({"规则编号": ""}, "清单.xlsx 工作表“我的清单”C3：没有规则编号"),
    ],
)
def test_a_mistake_names_its_cell(cells: Mapping[str, object], mistake: str) -> None:
    answers, mistakes = of_document(sheet(cells, GOOD))
    assert len(answers) == 1, "the row without a mistake is read all the same"
    assert len(mistakes) == 1 and mistakes[0].startswith(mistake)


def test_all_mistakes_of_a_row_are_told_at_once() -> None:
    _, mistakes = of_document(sheet({"结论": "不符合", "核验人": "", "核验日期": "明天", "年度": "x", "规则编号": ""}))
    assert [m.split("：")[0].split("”")[-1] for m in mistakes] == ["B3", "C3", "G3", "F3", "E3"]


def test_dates_and_years_are_read_as_people_write_them() -> None:
    rows = [{"核验日期": day} for day in ("2026年4月8日", "2026.4.8", "2026/4/8", 46120, "")]
    answers, mistakes = of_document(sheet(*rows, {"年度": "2024年度"}, {"年度": 2024}))
    assert not mistakes
    assert [a.attested.on for a in answers[:5]] == [DAY, DAY, DAY, DAY, None]
    assert {a.year for a in answers} == {2024}


def test_rows_without_an_answer_say_nothing_and_notes_are_kept() -> None:
    answers, mistakes = of_document(sheet({"结论": ""}, {"结论": "", "情况说明": "电话未通", "核验人": ""}, {}))
    assert not mistakes
    assert [(a.attested.answer, a.attested.note) for a in answers] == [("", "电话未通"), ("符合", "")]


def test_columns_may_stand_in_any_order_and_others_are_passed_over() -> None:
    heads = ("自己的列", *reversed(HEADS))
    values = tuple({"自己的列": "备忘", **dict(zip(HEADS, GOOD, strict=True))}[h] for h in heads)
    answers, mistakes = of_document(sheet(values, heads=heads))
    assert not mistakes and answers[0].attested.by == "李某" and answers[0].unit == "甲镇人民政府"


def test_what_is_no_checklist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "清单.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "清单.txt").write_text("结论 规则编号", encoding="utf-8")
    with pytest.raises(ChecklistError) as wrong:
        read_checklists([tmp_path / "清单.xlsx", tmp_path / "清单.txt", tmp_path / "没有.xlsx"])
    assert len(wrong.value.mistakes) == 3
    with pytest.raises(ChecklistError, match="没有找到表头"):
        of_document(sheet(GOOD, heads=("一", "二", "三", "四", "五", "六", "七", "八")))


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40))
def test_her_words_come_back_as_she_wrote_them(words: str) -> None:
    said = " ".join(words.split())
    answers, mistakes = of_document(sheet({"结论": "不符合", "情况说明": f"看到{words}"}))
    assert not mistakes
    assert answers[0].attested.note.replace(" ", "") == f"看到{said}".replace(" ", "")
