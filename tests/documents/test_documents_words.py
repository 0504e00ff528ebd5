"""Words and places: what a person reads of a noun."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_audit import SENTENCES, prose_of, sample_audit

from auditor.documents import words
from auditor.documents.places import place_words
from auditor.documents.printing import printable
from auditor.documents.quotes import inside, proof, quote
from auditor.model import (
    Basis,
    DocxCell,
    DocxText,
    Evidence,
    Outcome,
    PageBox,
    Place,
    Prose,
    ProsePart,
    Segment,
    SheetCell,
    SourceMap,
    Span,
    Text,
    Whole,
)


@pytest.mark.parametrize(
    ("place", "table", "expected"),
    [
        (Span(11, 15), None, "原文第12—15字"),
        (Span(11, 12), None, "原文第12字"),
        (Span(11, 11), None, "原文第12字"),
        (DocxCell("word/document.xml", 0, 2, 1), "统计表", "“统计表”第3行第2列"),
        (DocxCell("word/document.xml", 1, 2, 1), None, "第2个表格第3行第2列"),
        (DocxText("word/document.xml", 4, 0, 8), None, "第5段第1—8字"),
        (DocxText("word/header1.xml", 0, 0, 8), None, "页眉第1段第1—8字"),
        (SheetCell("统计表", "C7"), "统计表", "工作表“统计表”C7"),
        (PageBox(2, (0, 0, 1, 1)), None, "第2页"),
        (None, "统计表", ""),
    ],
)
def test_place_words(place: Place | None, table: str | None, expected: str) -> None:
    assert place_words(place, table) == expected


@pytest.mark.parametrize(
    ("quarter", "expected"),
    [("2026Q1", "2026年第一季度"), ("2026q4", "2026年第四季度"), (None, "未指定季度"), ("2026Q5", "2026Q5")],
)
def test_quarter_words(quarter: str | None, expected: str) -> None:
    assert words.quarter_words(quarter) == expected


def test_basis_is_an_article_or_said_to_be_practice() -> None:
    assert words.basis_words(Basis("政府信息公开条例", "regulation-2019", "第四十九条")) == "政府信息公开条例第四十九条"
    assert (
        words.basis_words(Basis("政府信息公开条例第四十九条", "regulation-2019", "第四十九条"))
        == "政府信息公开条例第四十九条"
    )
    assert words.basis_words(Basis("正文与表应当一致", practice=True)) == "实务口径：正文与表应当一致"


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_a_quote_stands_in_its_sentence_with_the_words_marked(kind: str) -> None:
    report = replace(sample_audit().reports[0].report, prose=prose_of(kind))
    start = report.prose.text.index("141")
    found = quote(report, Evidence("141", report.prose.place(start, start + 3), "正文"))
    assert (found.before, found.marked, found.after) == ("受理12345热线", "141", "条，全部按期办理。")


def test_a_number_is_marked_inside_the_sentence_that_is_given_as_evidence() -> None:
    report = sample_audit().reports[0].report
    start = report.prose.text.index("141")
    found = quote(report, Evidence("受理12345热线141条", report.prose.place(start, start + 3)))
    assert (found.before, found.marked, found.after) == ("受理12345热线", "141", "条")


def test_the_right_one_of_equal_words_is_marked() -> None:
    text = "1个、1件、1次"
    prose = Prose(text, (ProsePart(0, Text(text, SourceMap((Segment(0, len(text), 0, len(text)),)))),))
    report = replace(sample_audit().reports[0].report, prose=prose)
    found = quote(report, Evidence(text, Span(6, 7)))
    assert (found.before, found.marked, found.after) == ("1个、1件、", "1", "次")


def test_a_cell_is_quoted_alone_and_a_blank_is_said() -> None:
    report = sample_audit().reports[0].report
    assert quote(report, Evidence("", DocxCell("word/document.xml", 0, 1, 2), "工作人员数")).marked == "（空白）"
    found = quote(report, Evidence("32", SheetCell("统计表", "C7")))
    assert (found.before, found.marked, found.after) == ("", "32", "")


def test_words_that_do_not_stand_at_their_place_are_not_put_into_a_sentence() -> None:
    report = sample_audit().reports[0].report
    found = quote(report, Evidence("别处的话", Span(810, 814)))
    assert (found.before, found.marked, found.after) == ("", "别处的话", "")


def test_a_long_sentence_is_cut_on_both_sides() -> None:
    text = "长" * 200 + "问题" + "文" * 200
    prose = Prose(text, (ProsePart(0, Text(text, SourceMap((Segment(0, len(text), 0, len(text)),)))),))
    report = replace(sample_audit().reports[0].report, prose=prose)
    found = quote(report, Evidence("问题", Span(200, 202)))
    assert found.before == "…" + "长" * 48
    assert found.after == "文" * 48 + "…"


def prose_span(prose: Prose, place: Place) -> tuple[int, int] | None:
    found = ((part.start, inside(part.text, place)) for part in prose.parts)
    return next(((start + span[0], start + span[1]) for start, span in found if span is not None), None)


@given(st.data())
def test_every_span_of_the_prose_leads_back(data: st.DataObject) -> None:
    prose = prose_of("html")
    at = data.draw(st.integers(0, len(SENTENCES) - 1))
    part = prose.parts[at]
    start = data.draw(st.integers(0, len(SENTENCES[at]) - 1))
    end = data.draw(st.integers(start + 1, len(SENTENCES[at])))
    place = prose.place(part.start + start, part.start + end)
    assert place is not None
    assert prose_span(prose, place) == (part.start + start, part.start + end)


def test_an_entity_is_one_whole() -> None:
    text = Text("甲<乙", SourceMap((Segment(0, 1, 10, 1), Segment(1, 1, 11, 4), Segment(2, 1, 15, 1))))
    prose = Prose("甲<乙", (ProsePart(0, text),))
    assert prose_span(prose, Span(12, 13)) == (1, 2)
    assert prose_span(prose, Span(10, 16)) == (0, 3)
    assert prose_span(prose, Span(16, 20)) is None
    assert prose_span(prose, Span(0, 5)) is None


@given(st.text(st.characters(exclude_categories=[])))
def test_printable_words_are_xml_and_keep_their_letters(raw: str) -> None:
    import lxml.etree as et

    clean = printable(raw)
    node = et.Element("a")
    node.text = clean
    assert et.fromstring(et.tostring(node)).text in (clean, clean or None)
    assert [c for c in raw if c.isalnum()] == [c for c in clean if c.isalnum()]


def test_a_finding_that_costs_nothing_says_why() -> None:
    judged = sample_audit().reports[0]
    notes = {f.rule: words.cost_note(f, judged.findings) for f in judged.findings}
    assert notes["g-no-problem"] == "与“法定内容缺失并填表不全”属同一原因，不重复扣分"
    assert notes["n-org"] == "与“机构经费‘表里不一’”属同一原因，不重复扣分"
    assert notes["a-resp-hotline"] == "查证属实后扣 3 分"
    assert notes["a-blank"] == ""
    draft = replace(judged.findings[0], outcome=Outcome.BROKEN, draft=True)
    assert words.cost_note(draft, judged.findings) == "试行规则，不扣分"


def test_words_of_one_sentence_are_one_quote_with_several_marks() -> None:
    report = sample_audit().reports[0].report
    places = [(w, report.prose.text.index(w)) for w in ("落实专职人员", "落实专门机构", "落实专职人员")]
    evidence = [Evidence(w, report.prose.place(at, at + len(w)), "正文") for w, at in places]
    (found,) = proof(report, evidence).quotes
    assert [words for words, marked in found.pieces if marked] == ["落实专门机构", "落实专职人员"]
    assert "".join(words for words, _ in found.pieces) == SENTENCES[1].partition("；")[0] + "；"
    assert found.place == "“一、总体情况”部分第1段"


def test_a_sheet_s_cell_is_marked_by_the_operand_and_by_the_label() -> None:
    whole = SheetCell("年度报告", "A9")
    said = "审核人：甲某 填报人：甲某 收到申请3件，其中网络13件"
    prose = Prose(said, (ProsePart(0, Text(said, Whole(whole))),))
    report = replace(sample_audit().reports[0].report, prose=prose, sections=())
    (found,) = proof(report, [Evidence(said, whole, "正文")], operands=(3, 0)).quotes
    assert (found.marked, found.after) == ("3", "件，其中网络13件")
    (name,) = proof(report, [Evidence("甲某", whole, "填报人")]).quotes
    assert name.before.endswith("填报人：")
    assert name.place == "正文第1段（工作表“年度报告”A9）"


def test_the_number_of_an_identity_card_is_never_shown() -> None:
    said = "公示对象甲某（身份证号430623198001011234）"
    prose = Prose(said, (ProsePart(0, Text(said, SourceMap((Segment(0, len(said), 0, len(said)),)))),))
    report = replace(sample_audit().reports[0].report, prose=prose)
    for evidence in (Evidence("甲某", Span(4, 6)), Evidence(said, None), Evidence("430623198001011234", Span(11, 29))):
        found = quote(report, evidence)
        assert "198001011" not in "".join(words for words, _ in found.pieces)


def test_rows_and_columns_are_called_as_the_form_calls_them() -> None:
    judged = next(j for j in sample_audit().reports if any(f.rule == "t3-equation" for f in j.findings))
    finding = next(f for f in judged.findings if f.rule == "t3-equation")
    keyed = replace(finding, table="三", part="表三", row="new", column="natural")
    assert words.where_words(judged.report, keyed) == "表三 · 本年新收 · 自然人"
    assert words.where_words(judged.report, replace(keyed, row="nowhere", column="value")) == "表三"


@given(st.integers(1, 60))
def test_a_long_list_of_names_is_cut_and_counted(count: int) -> None:
    names = [f"“第{at}格”" for at in range(count)]
    said = f"表三有空白：{'、'.join(names)}，请补填"
    short = words.shortened(said)
    if count <= 8:
        assert short == said
    else:
        assert short == f"表三有空白：{'、'.join(names[:6])}等{count}项，请补填"
    total = words.shortened(f"{'、'.join(names)}等150项") if count > 8 else "等150项"
    assert total.endswith("等150项")


def test_short_names_drop_the_county_and_stay_distinct() -> None:
    names = ["甲县东镇人民政府", "甲县财政局", "甲县人民政府", "甲县人民政府办公室", "乙县财政局", "甲县东镇人民政府"]
    assert words.short_names(names) == ["东镇", "县财政局", "县政府", "县政府办公室", "乙县财政局", "东镇"]
    assert words.short_names(["甲县财政局"]) == ["甲县财政局"]
    assert words.short_names(["甲县东镇", "甲县东镇人民政府"]) == ["甲县东镇", "甲县东镇人民政府"]


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ((), ""),
        ((2017,), "2017年度"),
        ((2017, 2018), "2017、2018年度"),
        ((2017, 2018, 2019, 2024), "2017—2019、2024年度"),
    ],
)
def test_years_of_a_run(years: tuple[int, ...], expected: str) -> None:
    assert words.span_words(years) == expected


def test_operands_are_not_said_twice() -> None:
    finding = replace(
        sample_audit().reports[0].findings[0], left=12, right=-3, difference=15, message="收到 12 件，右 -3 件"
    )
    assert words.operands_words(finding) == ""
    assert words.operands_words(replace(finding, message="两数不符")) == "左 12，右 -3，差 15"
