"""The papers of a unit that list and reckon: 整改情况反馈表, 更正建议表, 考核评分表, 核查单."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import random
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest
from balanced import Value, balanced, empty_report, with_values
from commands import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sample_audit import HOSTILE, hostile_audit, sample_audit

from auditor.documents import advice, confirmation, particulars, replies, scorecard
from auditor.documents.kinds import KINDS
from auditor.documents.matter import Entered, Made, Matter
from auditor.documents.proposing import Proposed, proposed
from auditor.documents.tally import is_problem, tally
from auditor.findings import Beside
from auditor.inference import CHAINER
from auditor.judging import Brief, Desk, desk, judge_report
from auditor.model import (
    DIMENSIONS,
    UPHELD,
    WAIVED,
    Attested,
    Audit,
    Calendar,
    CountyCard,
    Judged,
    LedgerStamp,
    MendingTerms,
    Outcome,
    Score,
    ScoreLine,
    ScoringCard,
    State,
    Typed,
    Verdict,
)
from auditor.quarters.letters import Wanted, drafted, is_ordered, is_told, is_undecided
from auditor.quarters.mending import ORDER, mendings
from auditor.quarters.nouns import Remembered
from auditor.replysheet import sheets
from auditor.replysheet.columns import BY, NUMBER, TEXT, WORD
from auditor.replysheet.sheet import read
from auditor.replysheet.workbook import render
from auditor.rulebook import Rulebook, load

OURS = ("反馈表", "建议表", "评分表", "核查单")
ROOMS = (replies, advice, scorecard, confirmation)
DAY = dt.date(2026, 4, 8)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def matter_of(audit: Audit, **more: Any) -> Matter:
    return Matter(tally(audit, day=DAY), **more)


def numbered(audit: Audit) -> Audit:
    """Every finding with a number, as the ledger gives them."""
    at = iter(range(1, 100_000))

    def named(judged: Judged) -> Judged:
        return replace(judged, findings=tuple(replace(f, number=f"2026Q2-某镇-{next(at):02}") for f in judged.findings))

    return replace(audit, reports=tuple(map(named, audit.reports)))


def paragraphs(data: bytes) -> list[str]:
    """The words of a Word file, a paragraph each, commands of the template none."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        root = etree.fromstring(file.read("word/document.xml"))
    said = ["".join(t.text or "" for t in p.iter(f"{_W}t")) for p in root.iter(f"{_W}p")]
    return [words for words in said if words]


def text(data: bytes) -> str:
    return "\n".join(paragraphs(data))


# --- 更正建议表: never a wrong number -----------------------------------------------------------------


@pytest.fixture(scope="module")
def judges(book: Rulebook) -> Desk:
    return desk(book, CHAINER)


def said_of(book: Rulebook, judges: Desk, letter: str, values: Mapping[str, Value]) -> tuple[Judged, Proposed]:
    form = book.form(letter)
    assert form is not None
    judged = judge_report(judges, Brief(with_values(empty_report(book, form), form, values), Beside()))
    return judged, proposed(judged, [f for f in judged.findings if is_problem(f)], book.sums)


def damaged(chance: random.Random, right: int, same: int) -> int | None:
    """Another number, a blank or (often) one that is off by as much as that of the other cell."""
    wrong = (right + same, right + same, max(right - same, 0), None, chance.randrange(3000))
    return chance.choice([one for one in wrong if one != right])


@pytest.mark.parametrize(("letter", "cells", "times", "least"), [
    ("A", 1, 15, 0), ("A", 2, 15, 0), ("B", 1, 25, 15), ("B", 2, 20, 4), ("C", 1, 25, 15), ("C", 2, 30, 6),
])  # fmt: skip
def test_a_proposal_is_the_true_number(
    book: Rulebook, judges: Desk, letter: str, cells: int, times: int, least: int
) -> None:
    """Of sound tables with one or two cells broken; in many of those with one (table three) there is a proposal."""
    chance, form, given_ = random.Random(f"{letter}{cells}"), book.form(letter), 0
    assert form is not None
    summed = sorted({id for one in book.sums if one.form == letter for id, _ in one.terms})
    for _ in range(times):
        sound = balanced(form, chance)
        same = chance.randrange(1, 5)
        wrong: dict[str, Value] = dict(sound)
        for id in chance.sample(summed, cells):
            wrong[id] = damaged(chance, int(sound[id]), same)
        _, said = said_of(book, judges, letter, wrong)
        given_ += bool(said.proposals)
        for one in said.proposals:
            assert one.should == sound[one.fact], (one, {id for id in sound if sound[id] != wrong[id]})
            assert one.now == wrong[one.fact] != one.should
    assert given_ >= least


def test_two_wrong_cells_that_look_like_one_lead_to_no_number(book: Rulebook, judges: Desk) -> None:
    """A part and a total off alike make the arithmetic accuse a third cell: the audit suspects it, nobody proposes a number."""
    form = book.form("A")
    assert form is not None
    names = form.by_name
    sound = dict.fromkeys(form.cells, 0) | {
        names["同意公开答复数"]: 20,
        names["不同意公开答复数"]: 6,
        names["涉及个人隐私数"]: 6,
        names["申请答复数"]: 26,
    }
    wrong: dict[str, Value] = {**sound, names["涉及个人隐私数"]: 8, names["申请答复数"]: 28}
    judged, said = said_of(book, judges, "A", wrong)
    accused = [f for f in judged.findings if f.members and (f.left, f.right) == (6, 8)]
    assert accused, "the audit itself suspects the third cell"
    assert said.proposals == ()
    assert any((names["不同意公开答复数"], 8) in doubt.ways for doubt in said.doubts)


def test_what_was_found_untrue_leads_to_no_number(book: Rulebook, judges: Desk) -> None:
    form = book.form("C")
    assert form is not None
    sound = balanced(form, random.Random(3))
    wrong: dict[str, Value] = {**sound, "t3.new.natural": int(sound["t3.new.natural"]) + 7}
    judged, said = said_of(book, judges, "C", wrong)
    assert [(one.fact, one.should) for one in said.proposals] == [("t3.new.natural", sound["t3.new.natural"])]
    rejected = [f for f in judged.findings if is_problem(f) and f.rule != "t3-colsum"]
    assert proposed(judged, rejected, book.sums).proposals == ()


def test_a_blank_gets_the_number_that_two_sums_ask(book: Rulebook, judges: Desk) -> None:
    form = book.form("C")
    assert form is not None
    sound = balanced(form, random.Random(5))
    _, said = said_of(book, judges, "C", {**sound, "t3.handled.natural": None})
    assert [(one.fact, one.now, one.should) for one in said.proposals] == [
        ("t3.handled.natural", None, sound["t3.handled.natural"])
    ]
    _, two = said_of(book, judges, "C", {**sound, "t3.handled.natural": None, "t3.new.natural": 4999})
    assert not [one for one in two.proposals if one.fact == "t3.handled.natural"]


def test_a_total_of_table_four_is_never_proposed(book: Rulebook, judges: Desk) -> None:
    """One relation alone: any of its cells may be the wrong one, and all are named with the number each would need."""
    form = book.form("C")
    assert form is not None
    values: dict[str, Value] = {**dict.fromkeys(form.cells, 0), "t4.review.upheld": 3, "t4.review.total": 5}
    _, said = said_of(book, judges, "C", values)
    assert said.proposals == ()
    (doubt,) = said.doubts
    assert dict(doubt.ways)["t4.review.total"] == 3
    assert dict(doubt.ways)["t4.review.upheld"] == 5


def advised(book: Rulebook, judges: Desk, values: Mapping[str, Value]) -> str:
    judged, _ = said_of(book, judges, "C", values)
    audit = replace(sample_audit(), reports=(judged,), county=book.card)
    (made,) = advice.made(matter_of(audit))
    return text(made.data)


def test_the_table_is_printed_whole_with_the_number_beside(book: Rulebook, judges: Desk) -> None:
    form = book.form("C")
    assert form is not None
    sound = balanced(form, random.Random(11))
    right, wrong = int(sound["t3.new.total"]), int(sound["t3.new.total"]) + 20
    said = advised(book, judges, {**sound, "t3.new.total": wrong})
    lines = said.split("\n")
    assert f"{wrong} → {right}〔1〕" in lines
    assert f"现为 {wrong}，建议值 {right}" in said
    assert f"= {right}" in said and "以原始台账为准" in said
    rows = {form.cells[id].name.partition(".")[0] for id in form.cells if id.startswith("t3.")}
    assert rows <= set(lines)
    printed = [str(value) for id, value in sound.items() if id.startswith("t3.") and id != "t3.new.total"]
    assert [line for line in lines if re.fullmatch(r"\d+", line)] == printed


def test_an_open_table_is_marked_to_verify(book: Rulebook, judges: Desk) -> None:
    form = book.form("C")
    assert form is not None
    values: dict[str, Value] = {**dict.fromkeys(form.cells, 0), "t4.review.upheld": 3, "t4.review.total": 5}
    said = advised(book, judges, values)
    assert "总计 5，应等于 结果维持 3 + 结果纠正 0 + 其他结果 0 + 尚未审结 0 = 3，相差 2" in said
    assert "请核实" in said and "5〔1〕" in said.split("\n")
    assert "→ " not in said.replace("“→”", "")


def test_the_county_is_never_accused_of_a_doubt(county: Audit) -> None:
    """Neither the advice nor the score sheet tells what nobody has confirmed; both say that something is open."""
    matter, seen = matter_of(county), 0
    for unit in matter.addressees:
        papers = [text(m.data) for room in (advice, scorecard) for m in room.made(replace(matter, units=[unit.unit]))]
        certain = {f.message for p in unit.problems for f in (p.finding, *p.under)}
        certain |= {f.message for at in unit.reports for f in county.reports[at].findings if is_problem(f)}
        for doubt in (p.finding for p in unit.doubts):
            if doubt.message not in certain:
                assert not [paper for paper in papers if doubt.message in paper]
        open_ = [sum(map(confirmation.is_open, county.reports[at].findings)) for at in unit.reports]
        sheets_ = [scorecard.sheet(county, county.reports[at]) for at in unit.reports]
        for count, sheet in zip(open_, sheets_, strict=True):
            assert [note for note in sheet.notes if "疑似" in note] == (
                [f"另有 {count} 项疑似问题待核实，未计入得分"] if count else []
            )
            seen += count
    assert seen > 20


# --- 考核评分表: sums --------------------------------------------------------------------------------

points = st.decimals(-12, 12, places=1).filter(bool)
score_lines = st.lists(
    st.builds(
        ScoreLine, points, st.sampled_from(("某项（一般）", "超出部分不扣")), st.none(), st.none(), st.sampled_from((*DIMENSIONS, "新指标", None))
    ),
    max_size=12,
)  # fmt: skip


def number(words: str) -> Decimal:
    return Decimal(words.replace("−", "-").replace("+", ""))


@cache
def plain() -> Judged:
    return sample_audit().reports[0]


@given(score_lines)
@settings(max_examples=60)
def test_the_lines_of_a_score_sheet_add_up(lines: list[ScoreLine]) -> None:
    """Every line stands in the sheet once; 100 and all of them make the points, printed as they are."""
    total = 100 + sum((one.points for one in lines), Decimal(0))
    score = Score(total, total, total, total, total, "优秀", "优秀", tuple(lines))
    sheet = scorecard.sheet(sample_audit_of_none(), replace(plain(), score=score))
    printed = [number(row.points) for account in sheet.accounts for row in account.rows if row.points != "0"]
    assert sorted(printed) == sorted(one.points for one in lines)
    assert 100 + sum(printed) == number(sheet.points) == total
    assert sum(number(account.total) for account in sheet.accounts) == total - 100
    left, _, right = sheet.sum.partition(" = ")
    assert sum(map(number, re.sub(r"([−+]) ", r"\1", left).split())) == number(right) == total


@cache
def sample_audit_of_none() -> Audit:
    return replace(sample_audit(), reports=())


def test_the_score_sheets_of_the_county_add_up(county: Audit) -> None:
    for judged in county.reports:
        sheet = scorecard.sheet(county, judged)
        rows = [row for account in sheet.accounts for row in account.rows]
        assert 100 + sum(number(row.points) for row in rows) == judged.score.points
        costing = [f for f in judged.findings if f.deducted]
        assert len([row for row in rows if number(row.points) < 0]) >= len(costing)
        for finding in costing:
            row = next(row for row in rows if row.item == finding.title and finding.message[:12] in row.ground)
            assert "每处扣" in row.standard and finding.severity in row.standard and "依据：" in row.standard


def test_caps_and_limits_of_the_standard_are_shown(county: Audit) -> None:
    sheet = scorecard.sheet(county, county.reports[0])
    assert [(one.title, one.most) for one in sheet.accounts][:3] == [
        ("内容完整", "30"),
        ("数据准确", "40"),
        ("格式规范", "15"),
    ]


def test_a_model_of_graded_items_shows_its_items() -> None:
    """Its own accounts and points; what a line says of itself is the standard where points do not come of single faults."""
    judged = plain()
    found = next(f for f in judged.findings if f.cost and is_problem(f))
    note = f"“数据”降为“良”：{found.title}（{found.severity}）"
    fallen = ScoreLine(Decimal(-12), note, found.fingerprint, found.rule, "数据")
    gate = ScoreLine(Decimal(-29), "一票否决：泄露个人信息，总分最高59分", found.fingerprint, found.rule)
    county = CountyCard(
        accounts=("数据", "其他"),
        scoring=ScoringCard({"数据": Decimal(60), "其他": Decimal(40)}),
    )
    score = replace(judged.score, points=Decimal(59), lines=(fallen, gate))
    sheet = scorecard.sheet(replace(sample_audit_of_none(), county=county), replace(judged, score=score))
    assert [(one.title, one.most, one.total) for one in sheet.accounts] == [
        ("数据", "60", "−12"),
        ("其他", "40", "0"),
        ("总分调整", "—", "−29"),
    ]
    assert sheet.accounts[0].rows[0].standard.startswith(note)
    assert sheet.accounts[2].rows[0].item == "一票否决"


def test_what_a_score_leaves_open_is_said(county: Audit) -> None:
    judged = county.reports[0]
    low = replace(judged.score, low=judged.score.points - 3)
    waived = tuple(replace(f, verdict=Verdict(WAIVED, "机构改革")) for f in judged.findings[:1])
    said = "；".join(
        scorecard.sheet(
            county, replace(judged, score=low, findings=(*waived, *judged.findings[1:]), second=judged.score)
        ).notes
    )
    assert "得分为区间" in said and "已豁免 1 项" in said and "并列计分" in said


# --- 核查单: who confirmed what ----------------------------------------------------------------------


def test_the_record_says_who_confirmed_what(county: Audit) -> None:
    at, judged = next((at, j) for at, j in enumerate(county.reports) if any(map(is_undecided, j.findings)))
    mine = list(judged.findings)
    open_ = next(n for n, f in enumerate(mine) if is_undecided(f))
    mine[open_] = replace(
        mine[open_], number="2026Q2-某镇-07", verdict=Verdict(UPHELD, "台账可证", "张三", DAY, "澄政办〔2026〕3号")
    )
    asked = next(id for id, outcome in judged.outcomes.items() if outcome is Outcome.TO_CONFIRM)
    fact_id, fact = next(iter(judged.report.facts.items()))
    typed = replace(fact, state=State.NUMBER, raw="12", value=12, typed=Typed(State.NUMBER, 12, "12", "李四", DAY))
    seen = replace(
        judged,
        findings=tuple(mine),
        report=replace(judged.report, facts={**judged.report.facts, fact_id: typed}),
        attested={asked: Attested("不符合", "附件打不开", "王五", DAY)},
        outcomes={**judged.outcomes, asked: Outcome.BROKEN},
    )
    audit = replace(
        county, reports=(*county.reports[:at], seen, *county.reports[at + 1 :]), ledger=LedgerStamp("ab" * 32, 12)
    )
    matter = matter_of(audit)
    unit = next(one for one in matter.addressees if at in one.reports)
    (made,) = confirmation.made(replace(matter, units=[unit.unit]))
    lines = paragraphs(made.data)
    where = lines.index("2026Q2-某镇-07")
    assert "属实" in lines[where:] and "张三，2026年4月8日" in lines[where:]
    assert "台账可证；依据：澄政办〔2026〕3号" in lines
    assert "不符合：附件打不开" in lines and "王五，2026年4月8日" in lines
    assert "李四，2026年4月8日" in lines
    assert f"台账记录：第12条，校验码{'ab' * 32}" in lines
    assert sum(line == "待认定" for line in lines) == sum(
        confirmation.is_open(f) for n in unit.reports for f in audit.reports[n].findings
    )
    assert sum(line.startswith("签字：") for line in lines) >= len(seen.undecided)


def test_the_papers_of_a_unit_never_give_two_numbers_of_what_is_open(county: Audit) -> None:
    """The draft mark, the score sheets and the record count the same."""
    matter = matter_of(county)
    for unit in matter.addressees:
        open_ = particulars.undecided(unit)
        assert confirmation.fields(matter, unit)["待认定"] == open_
        drafts = {str(room.fields(matter, unit)["草稿"]) for room in (advice, scorecard)}
        assert drafts == ({f"草稿　尚有{open_}项没有认定，不得印发"} if open_ else {""})
        told = [note for at in unit.reports for note in scorecard.sheet(county, county.reports[at]).notes]
        found = sum(int(n[1]) for note in told if (n := re.search(r"另有 (\d+) 项疑似", note)))
        assert found == open_ - sum(1 + len(one.under) for one in unit.doubts if one.at is None)


def test_every_finding_of_the_county_stands_in_a_record(county: Audit) -> None:
    matter = matter_of(county)
    listed = [one for unit in matter.addressees for part in confirmation.parts(county, unit) for one in part.findings]
    assert len(listed) == sum(len(judged.findings) for judged in county.reports)


# --- 整改情况反馈表 ----------------------------------------------------------------------------------


def answered(data: bytes) -> tuple[list[str], bytes]:
    """The numbers that are prefilled, and the sheet with an answer to each."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows())
    head = next(n for n, row in enumerate(rows) if NUMBER in [cell.value for cell in row])
    at = {cell.value: cell.column for cell in rows[head]}
    numbers = []
    for row in rows[head + 1 :]:
        if said := sheet.cell(row[0].row, at[NUMBER]).value:
            numbers.append(said)
            for name, value in ((WORD, "部分整改"), (TEXT, "已改一处"), (BY, "李四")):
                sheet.cell(row[0].row, at[name]).value = value
    out = io.BytesIO()
    book.save(out)
    return numbers, out.getvalue()


def test_a_sheet_without_a_letter_is_prefilled_and_comes_back(county: Audit) -> None:
    """With the numbers that the letter will have: every finding of the unit where something is doubted, else the certain ones."""
    audit = numbered(county)
    matter = matter_of(audit)
    seen = 0
    for made in replies.made(matter):
        unit = matter.tally.addressee(made.unit)
        assert unit is not None
        findings = [f for at in unit.reports for f in audit.reports[at].findings]
        wanted = [f.number for f in findings if (is_told if unit.doubts else is_ordered)(f)]
        numbers, filled = answered(made.data)
        assert numbers == wanted
        back = read(made.name, filled)
        assert [one.number for one in back] == numbers
        assert {one.unit for one in back} == {made.unit}
        seen += len(numbers)
    assert seen > 100


def test_a_sheet_after_a_letter_is_the_one_that_the_ledger_makes(county: Audit) -> None:
    audit = numbered(county)
    matter = matter_of(audit)
    wanted = Wanted("2026Q2", ORDER, "澄政办函〔2026〕3号", DAY, "张三", DAY, leave_out=True)
    letters = drafted(audit, Remembered(), wanted, MendingTerms(), Calendar()).letters
    audit = replace(audit, run=replace(audit.run, quarter="2026Q2"))
    told = mendings(Remembered(letters=letters), {}, {}, DAY)
    made = {one.unit: one.data for one in replies.made(matter_of(audit, letters=letters, mendings=told))}
    ours = {sheet.unit: render(sheet, audit.ledger) for sheet in sheets(told, "2026Q2")}
    assert ours and {unit: data for unit, data in made.items() if unit in ours} == ours
    assert made == {one.unit: one.data for one in replies.made(matter_of(audit, letters=letters))}
    assert {one.unit for one in matter.addressees} >= made.keys()


# --- all of them -----------------------------------------------------------------------------------


def papers(audit: Audit) -> Iterator[Made]:
    matter = matter_of(audit, entered=Entered(day=DAY))
    return (made for room in ROOMS for made in room.made(matter))


def test_the_papers_are_kinds_and_equal_each_time(county: Audit) -> None:
    before = {
        path: hashlib.sha256(path.read_bytes()).digest() for path in (ROOT / "reports").rglob("*") if path.is_file()
    }
    first, again = list(papers(county)), list(papers(county))
    assert first == again
    assert {made.name for made in first} == {"整改情况反馈表.xlsx", "更正建议表.docx", "考核评分表.docx", "核查单.docx"}
    assert {KINDS[name].module for name in OURS} == {room.__name__.rpartition(".")[2] for room in ROOMS}
    assert before == {path: hashlib.sha256(path.read_bytes()).digest() for path in before}


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_stay_words(word: str) -> None:
    """No field, no script, no formula comes of them; the parts stay whole."""
    inert = 0
    audit = hostile_audit(word)
    for made in papers(replace(audit, reports=audit.reports[:3])):
        with zipfile.ZipFile(io.BytesIO(made.data)) as file:
            for name in file.namelist():
                if name.endswith(".xml"):
                    root = etree.fromstring(file.read(name))
                    kinds = {etree.QName(one).localname for one in root.iter(etree.Element)}
                    assert not kinds & {"script", "f", "hyperlink", "object"}, name
                    assert root.find(f".//{_W}instrText") is None or "footer" in name
        if made.name.endswith(".docx"):
            shown = text(made.data)
            inert += "".join(word.replace("\x00", "").replace("\u202e", "").split()) in "".join(shown.split())
    assert inert


def test_a_rulebook_writes_its_sums_only_once() -> None:
    """What a document may reckon with is the same in every run of a rulebook."""
    book = load()
    assert book.card == load().card
    assert {one.form for one in book.sums} == {"A", "B", "C"}
    assert all(len(one.terms) > 1 and all(k for _, k in one.terms) for one in book.sums)
