"""Every format: opens again, holds what it must, keeps certain and suspected apart, lets no hostile word act."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import itertools
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

import openpyxl
import pytest
from docx import Document
from docx.document import Document as DocumentType
from sample_audit import HOSTILE, LONG, hostile_audit, sample_audit
from selectolax.lexbor import LexborHTMLParser
from summary_template import TARGET, build

from auditor.documents import FORMATS, page, render, sheet_csv, summary
from auditor.model import Audit, Evidence, Outcome

SENTINEL = "疑似专用词句"


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


@pytest.fixture(scope="module")
def html(audit: Audit) -> LexborHTMLParser:
    return LexborHTMLParser(render(audit, "html").decode())


@pytest.fixture(scope="module")
def book(audit: Audit) -> Iterator[openpyxl.Workbook]:
    opened = openpyxl.load_workbook(io.BytesIO(render(audit, "xlsx")))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def document(audit: Audit) -> DocumentType:
    return Document(io.BytesIO(render(audit, "docx")))


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet under its headings (line two)."""
    lines = list(book[sheet].iter_rows(min_row=2, values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def doc_lines(document: DocumentType) -> list[str]:
    """Paragraphs and cells in order."""
    return ["".join(t.text or "" for t in p.iter("{*}t")) for p in document.element.body.iter("{*}p")]


def csv_rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


# --- all formats -----------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_equal_audits_give_equal_bytes(format: str) -> None:
    assert render(sample_audit(), format) == render(sample_audit(), format)


@cache
def digests(seed: str, zone: str) -> dict[str, str]:
    """Of every format, as another process makes it, with another seed, at another moment."""
    code = (
        "import sys,hashlib;sys.path[:0]=[sys.argv[1],sys.argv[2]];"
        "from sample_audit import sample_audit;from auditor.documents import render;"
        "[print(hashlib.sha256(render(sample_audit(),name)).hexdigest()) for name in sys.argv[3:]]"
    )
    here = str(TARGET.parents[3])
    done = subprocess.run(
        [sys.executable, "-c", code, here, f"{here}/tests/documents", *FORMATS],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
        cwd=tempfile.gettempdir(),
    )
    return dict(zip(FORMATS, done.stdout.split(), strict=True))


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_do_not_depend_on_the_clock_or_on_hash_seeds(format: str) -> None:
    """Another process, another seed, another moment."""
    here = hashlib.sha256(render(sample_audit(), format)).hexdigest()
    assert digests("1", "Asia/Shanghai")[format] == digests("2", "UTC")[format] == here


@pytest.mark.parametrize("format", FORMATS)
def test_an_audit_of_nothing_still_makes_every_document(format: str, audit: Audit) -> None:
    assert len(render(replace(audit, reports=(), unread=(), grades=()), format)) > 40


@pytest.mark.parametrize("format", FORMATS)
def test_a_report_without_findings_still_makes_every_document(format: str, audit: Audit) -> None:
    clean = tuple(j for j in audit.reports if not j.findings)
    assert len(clean) == 1
    assert len(render(replace(audit, reports=clean), format)) > 100


def _with_sentinel(audit: Audit) -> Audit:
    """Every word of a suspected finding says that it is one."""
    reports = []
    for judged in audit.reports:
        findings = tuple(
            replace(f, message=SENTINEL, title="疑" + SENTINEL, remedy=SENTINEL)
            if f.outcome is Outcome.SUSPECTED
            else f
            for f in judged.findings
        )
        reports.append(replace(judged, findings=findings))
    return replace(audit, reports=tuple(reports))


def test_html_never_mixes_certain_and_suspected(audit: Audit) -> None:
    tree = LexborHTMLParser(render(_with_sentinel(audit), "html").decode())
    for node in tree.css("section.unit .doubts"):
        node.decompose()
    certain = " ".join(node.text() for node in tree.css("section.unit article"))
    assert SENTINEL not in certain
    assert "勾稽关系错误" in certain


def test_html_shows_every_suspected_one_in_its_own_part(html: LexborHTMLParser) -> None:
    cards = html.css("article.finding")
    doubts = html.css(".doubts article.finding")
    assert (len(cards), len(doubts)) == (46, 10)
    assert all("疑似" in card.css_first("h4").text() for card in doubts)
    assert all(card.css_first("h4 .doubt") is not None for card in doubts)


def test_xlsx_never_mixes_certain_and_suspected(audit: Audit) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(_with_sentinel(audit), "xlsx")))
    assert {row["初步结论"] for row in rows(book, "问题台账")} == {"确定"}
    assert {row["初步结论"] for row in rows(book, "疑似问题")} == {"疑似"}
    assert len(rows(book, "问题台账")) == 36
    assert len(rows(book, "疑似问题")) == 10
    assert all(SENTINEL not in str(row) for row in rows(book, "问题台账"))
    book.close()


def test_docx_never_mixes_certain_and_suspected(audit: Audit) -> None:
    lines = doc_lines(Document(io.BytesIO(render(_with_sentinel(audit), "docx"))))
    start, end = lines.index("二、存在的主要问题"), lines.index("三、请核实的疑似问题")
    after = lines.index("四、有关要求")
    assert not any(SENTINEL in line for line in lines[:end])
    assert any("勾稽关系错误" in line for line in lines[start:end])
    doubts = "".join(lines[end:after])
    assert SENTINEL in doubts
    assert "勾稽关系错误" not in doubts


def test_every_line_of_the_csv_says_which_run_and_rulebook(audit: Audit) -> None:
    for row in csv_rows(render(audit, "csv")):
        assert (row["批次号"], row["规则库校验值"], row["引擎版本"]) == (
            audit.run.id,
            audit.run.rulebook.sha256,
            audit.run.engine,
        )
        assert int(row["未读文件数"]) == len(audit.unread)


def test_csv_lists_the_certain_first(audit: Audit) -> None:
    kinds = [row["认定"] for row in csv_rows(render(audit, "csv"))]
    assert kinds == ["确定"] * 36 + ["疑似"] * 10


# --- hostile words ---------------------------------------------------------------------------------


@pytest.mark.parametrize("word", HOSTILE)
def test_html_is_escaped(word: str) -> None:
    text = render(hostile_audit(word), "html").decode()
    tree = LexborHTMLParser(text)
    assert len(tree.css("script")) == 1
    assert tree.css("b:not(main b, nav b), iframe, img, link, object, form") == []
    assert not [name for node in tree.css("*") for name in node.attributes if name.startswith("on")]
    said = tree.css_first("article .said")
    assert said is not None
    assert said.text().split() == word.replace("\x00", "").replace("\u202e", "").split()


def test_html_asks_nobody_and_runs_only_its_own_script(html: LexborHTMLParser, audit: Audit) -> None:
    text = render(audit, "html").decode()
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text.replace("url(#h", "")
    policy = html.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert script
    assert style
    assert page._hash(script[1]) in policy
    assert page._hash(style[1]) in policy
    assert 'style="' not in text


@pytest.mark.parametrize("word", HOSTILE)
def test_xlsx_holds_words_only(word: str) -> None:
    raw = render(hostile_audit(word), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)
    clean = " ".join(word.replace("\x00", "").replace("\u202e", "").split())
    assert rows(book, "问题台账")[0]["问题描述"] == clean
    book.close()
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "sheet" in name)


@pytest.mark.parametrize("word", [*HOSTILE, "{% raw %}", "{{ title }}", "</w:t></w:r>", "&amp;", "\f新页", "\a新段"])
def test_docx_shows_words_and_runs_nothing(word: str) -> None:
    plain, hostile = (
        doc_lines(Document(io.BytesIO(render(a, "docx")))) for a in (hostile_audit("字"), hostile_audit(word))
    )
    clean = " ".join(word.replace("\x00", "").replace("\u202e", "").replace("\f", "").replace("\a", "").split())
    assert len(hostile) == len(plain)
    assert any(f"{clean}局" in line for line in hostile)
    assert not any("49" in line for line in hostile if "{{7*7}}" in word and "局" in line)


@pytest.mark.parametrize("word", HOSTILE)
def test_csv_has_no_cell_that_a_spreadsheet_would_compute(word: str) -> None:
    for row in csv_rows(render(hostile_audit(word), "csv")):
        assert not [
            cell for cell in row.values() if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
        ]


@pytest.mark.parametrize(
    ("word", "expected"), [("=1", "'=1"), (" =1", "' =1"), ("\t=1", "'\t=1"), ("＝1", "'＝1"), ("a=1", "a=1"), ("", "")]
)
def test_harmless(word: str, expected: str) -> None:
    assert sheet_csv.harmless(word) == expected


# --- html ------------------------------------------------------------------------------------------


def test_html_shows_the_facts_of_the_run(html: LexborHTMLParser, audit: Audit) -> None:
    facts = {node.css_first("dt").text(): node.css_first("dd").text().strip() for node in html.css("header .facts div")}
    assert facts == {
        "检查时间": "2026年4月8日 09:00",
        "文件": "16 个，其中读取成功 14 个",
        "规则库": "版本2026.1，共15条规则",
        "无法读取的数据项": "1 项",
    }
    about = {node.css_first("dt").text(): node.css_first("dd").text().strip() for node in html.css("footer .about div")}
    assert about == {
        "批次号": audit.run.id,
        "规则库校验值": audit.run.rulebook.sha256,
        "引擎版本": "0.1.0",
        "推理引擎": "规则推理库",
    }


def test_html_score_lines_add_up(html: LexborHTMLParser) -> None:
    for section in html.css("section.unit"):
        table = section.css_first("details table")
        values = [Decimal(cell.text().replace("−", "-").replace("+", "")) for cell in table.css("tbody td.num")]
        assert sum(values[:-1]) == values[-1]
    assert any("+18" in node.text() for node in html.css("section.unit td.num"))


def test_html_absorbed_findings_stand_under_their_absorber(html: LexborHTMLParser) -> None:
    absorbed = [node.css_first("code").text() for node in html.css(".absorbed > article")]
    assert sorted(absorbed) == ["g-no-problem", "n-org", "n-staff"]
    parents = {node.parent.css(".foot code")[-1].text() for node in html.css(".absorbed")}
    assert parents == {"p-capacity-hollow", "p-content"}


def test_html_findings_that_absorb_each_other_do_not_vanish(audit: Audit) -> None:
    judged = next(j for j in audit.reports if len(j.findings) == 2)
    one, two = (replace(f, outcome=Outcome.BROKEN) for f in judged.findings)
    ring = (replace(one, absorbed_by=two.fingerprint), replace(two, absorbed_by=one.fingerprint))
    tree = LexborHTMLParser(render(replace(audit, reports=(replace(judged, findings=ring),)), "html").decode())
    assert len(tree.css("article.finding")) == 2


def test_html_certain_finding_absorbed_by_a_suspected_one_stays_certain(audit: Audit) -> None:
    judged = next(j for j in audit.reports if len(j.findings) == 2)
    one, two = judged.findings
    mixed = (
        replace(one, outcome=Outcome.BROKEN, absorbed_by=two.fingerprint, deducted=Decimal(0)),
        replace(two, outcome=Outcome.SUSPECTED),
    )
    tree = LexborHTMLParser(render(replace(audit, reports=(replace(judged, findings=mixed),)), "html").decode())
    assert len(tree.css(".doubts article")) == 1
    assert len(tree.css("article")) == 2


def test_html_links_lead_somewhere(html: LexborHTMLParser) -> None:
    ids = [node.attributes["id"] for node in html.css("[id]")]
    assert len(ids) == len(set(ids))
    targets = {node.attributes["href"][1:] for node in html.css("a[href]")}
    assert targets <= set(ids)
    assert len([t for t in targets if re.fullmatch(r"u\d+", t)]) == 14


def test_html_marks_the_words_complained_of(html: LexborHTMLParser) -> None:
    marks = {node.text() for node in html.css("mark")}
    assert {"141", "落实专职人员", "（空白）", "13800001234"} <= marks


def test_html_the_dearest_problem_comes_first(html: LexborHTMLParser) -> None:
    for section in html.css("section.unit"):
        cards = [
            card
            for card in section.css("article.finding")
            if "absorbed" not in (card.parent.attributes.get("class") or "")
        ]
        points = [
            Decimal(found[1])
            for card in cards
            if (found := re.fullmatch(r"扣 ([\d.]+) 分", card.css_first(".pts").text().strip()))
        ]
        assert points == sorted(points, reverse=True)


def test_html_shows_eight_cells_and_says_how_many_more(audit: Audit) -> None:
    judged = next(j for j in audit.reports if j.report.profile.form == "C" and j.findings)
    names = [fact.name for fact in judged.report.facts.values()]
    evidence = tuple(Evidence("3" if at % 10 == 0 else "0", None, names[at % len(names)]) for at in range(36))
    finding = replace(judged.findings[0], evidence=evidence)
    changed = replace(audit, reports=(replace(judged, findings=(finding,)),))
    card = LexborHTMLParser(render(changed, "html").decode()).css_first("article.finding")
    shown = [node.text() for node in card.css("ul.grid mark")]
    assert shown == ["3"] * 4
    assert card.css_first("ul.grid .more").text() == "另有 32 格，均为 0"
    book = openpyxl.load_workbook(io.BytesIO(render(changed, "xlsx")))
    sheet = book["问题台账" if finding.outcome is Outcome.BROKEN else "疑似问题"]
    assert max(dimension.height or 0 for dimension in sheet.row_dimensions.values()) <= 132
    book.close()


def test_html_what_a_person_must_look_at_is_nobody_s_fault(html: LexborHTMLParser) -> None:
    found = {
        tuple(cell.text().strip() for cell in (row.css("td")[1], row.css("td")[3]))
        for row in html.css(".pending tbody tr")
    }
    assert ("待人工核验", "须人工查看") in found
    assert ("无法判断", "文件未能准确识别") in found
    assert ("已撤回", "组合规则") in found
    assert not any(result == "待人工核验" and cause != "须人工查看" for result, cause in found)


def test_heat_map_gathers_rare_rules_in_a_last_row(monkeypatch: pytest.MonkeyPatch, audit: Audit) -> None:
    monkeypatch.setattr("auditor.documents.charts.MOST_RULES", 5)
    heat = LexborHTMLParser(render(audit, "html").decode()).css_first("#heat")
    rules = {f.rule for j in audit.reports for f in j.findings}
    titles = [node.text() for node in heat.css("svg > text")]
    assert len(titles) == 5
    assert f"其他 {len(rules) - 4} 条规则" in titles[-1]
    assert f"较少出现的{len(rules) - 4}条规则合并为最后一行" in heat.text()
    columns = {node.attributes["href"] for node in heat.css("svg > a:has(text[transform])")}
    assert {node.attributes["href"] for node in heat.css("svg > a:has(rect)")} == columns


def test_heat_map_labels_do_not_overlap_with_sixty_units() -> None:
    tree = LexborHTMLParser(render(sample_audit(60), "html").decode())
    labels = tree.css("#heat svg a text[transform]")
    places = sorted(float(re.search(r"translate\(([\d.]+)", node.attributes["transform"])[1]) for node in labels)
    assert len(places) == 40
    assert min(b - a for a, b in itertools.pairwise(places)) >= 15.9
    assert "有问题的报告共56份，图中只列得分最低的40份" in tree.css_first("#heat").text()


def test_template_compiles_in_the_sandbox_and_keeps_out_of_python() -> None:
    from jinja2.exceptions import SecurityError

    for env in (page.environment(), summary.environment()):
        with pytest.raises(SecurityError):
            env.from_string("{{ ''.__class__.__mro__ }}").render()
        assert env.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    assert page.environment().get_template("page.html.j2")


# --- xlsx ------------------------------------------------------------------------------------------


def test_xlsx_sheets_and_set_up(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [
        "排名",
        "问题台账",
        "疑似问题",
        "报送情况",
        "得分明细",
        "无法判断与待核验",
        "事实",
        "读取情况",
        "未读文件",
        "未审核的文件",
        "说明",
    ]
    for sheet in book:
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref is not None
        assert sheet.print_title_rows == "$2:$2"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book["问题台账"].page_setup.orientation == "landscape"
    assert book.properties.created == dt.datetime(2026, 4, 8, 9, 0)


def test_xlsx_ledger_has_the_columns_of_practice(book: openpyxl.Workbook) -> None:
    first = rows(book, "问题台账")[0]
    assert {
        "序号",
        "责任单位",
        "检查对象",
        "问题类别",
        "问题描述",
        "原文摘录",
        "位置",
        "依据",
        "认定",
        "严重程度",
        "扣分",
        "整改要求",
        "整改时限",
        "整改情况",
        "复核结果",
        "销号时间",
    } <= set(first)
    assert first["序号"] == 1
    assert first["整改情况"] is None


def test_xlsx_ties_share_a_rank(book: openpyxl.Workbook) -> None:
    towns = [(row["报告年度"], row["名次"]) for row in rows(book, "排名") if row["单位类别"] == "乡镇"]
    assert towns == [(2025, 1), (2025, "2（并列）"), (2025, "2（并列）"), (2025, 4), (2017, 1)]


def test_xlsx_points_add_up(book: openpyxl.Workbook) -> None:
    total = Decimal(0)
    sums = 0
    for row in rows(book, "得分明细"):
        if row["事项"] == "得分":
            assert Decimal(str(row["分值"])) == total
            total, sums = Decimal(0), sums + 1
        else:
            total += Decimal(str(row["分值"]))
    assert sums == 14


def test_xlsx_facts_are_long_and_blank_is_not_zero(book: openpyxl.Workbook, audit: Audit) -> None:
    facts = rows(book, "事实")
    assert len(facts) == sum(len(j.report.facts) for j in audit.reports)
    blank = next(row for row in facts if row["数据项编号"] == "org.staff")
    assert (blank["状态"], blank["数值"]) == ("空白", None)
    assert {row["状态"] for row in facts} == {"数值", "空白", "不适用", "文字", "无法识别", "缺行"}
    text = next(row for row in facts if row["数据项编号"] == "org.fund")
    assert text["原样"] == "=SUM(A1:A3)"


def test_xlsx_a_sheet_that_is_full_goes_on_in_another(monkeypatch: pytest.MonkeyPatch, audit: Audit) -> None:
    monkeypatch.setattr("auditor.documents.workbook._MOST_ROWS", 50)
    book = openpyxl.load_workbook(io.BytesIO(render(audit, "xlsx")))
    count = sum(len(rows(book, name)) for name in book.sheetnames if name.startswith("事实"))
    assert "事实（2）" in book.sheetnames
    assert count == sum(len(j.report.facts) for j in audit.reports)
    book.close()


def test_xlsx_a_very_long_cell_is_cut_and_says_so(audit: Audit) -> None:
    judged = next(j for j in audit.reports if j.findings and j.findings[0].outcome is Outcome.BROKEN)
    finding = replace(judged.findings[0], message="长" * 40_000)
    book = openpyxl.load_workbook(
        io.BytesIO(render(replace(audit, reports=(replace(judged, findings=(finding,)),)), "xlsx"))
    )
    cell = str(rows(book, "问题台账")[0]["问题描述"])
    assert len(cell) < 32_767
    assert cell.endswith("（内容过长，已截断）")
    book.close()


# --- docx ------------------------------------------------------------------------------------------


def test_docx_parts_in_order(document: DocumentType) -> None:
    titles = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert titles == [
        "一、总体情况",
        "二、存在的主要问题",
        "三、请核实的疑似问题",
        "四、有关要求",
    ]
    assert document.paragraphs[0].text == "关于2026年第一季度政府信息公开工作年度报告检查情况的通报"
    assert [p.text for p in document.paragraphs if p.style.name == "附件标题"] == ["得分排名表", "未能读取的文件"]
    assert "无法识别" in "".join(doc_lines(document))


def test_docx_tables_repeat_their_heads_and_fit_the_page(document: DocumentType) -> None:
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    assert len(document.tables) == 2
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find("{*}tblHeader") is not None
        assert sum(cell.width for cell in table.rows[0].cells) <= room
    names = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert LONG in names


def test_docx_names_units_with_figures_and_asks_to_verify(document: DocumentType) -> None:
    lines = [p.text for p in document.paragraphs]
    start, middle, end = (lines.index(h) for h in ("二、存在的主要问题", "三、请核实的疑似问题", "四、有关要求"))
    problems, doubts = lines[start + 2 : middle], lines[middle + 1 : end]
    assert all(re.match(r"（[一二三四五六七]）\S+方面。", line) for line in problems)
    assert any("相差" in line and "年度）" in line for line in problems)
    assert "核实" in doubts[0]
    assert all("疑" in line for line in doubts[1:])
    assert not any("请核实" in line for line in doubts[1:])


def test_docx_of_one_report_speaks_to_the_unit(audit: Audit) -> None:
    judged = audit.reports[0]
    lines = [p.text for p in Document(io.BytesIO(render(replace(audit, reports=(judged,)), "docx"))).paragraphs]
    name = judged.report.profile.organisation
    assert lines[1] == f"{name}："
    assert "对你单位2017年度" in lines[2]
    assert not any(name in line for line in lines[3:])
    assert not any("涉及" in line for line in lines)


def test_docx_praises_no_report_that_could_not_be_read_whole(audit: Audit) -> None:
    clean = next(j for j in audit.reports if not j.findings)
    unread = replace(clean, score=replace(clean.score, low=clean.score.points - 60))
    for judged, praised in ((clean, True), (unread, False)):
        changed = replace(audit, reports=(judged, *(j for j in audit.reports if j.findings)))
        text = "".join(doc_lines(Document(io.BytesIO(render(changed, "docx")))))
        assert ("份报告未发现问题" in text) is praised


def test_docx_stays_short_however_many_reports_there_are() -> None:
    lengths = [
        sum(len(p.text) for p in Document(io.BytesIO(render(sample_audit(units), "docx"))).paragraphs)
        for units in (28, 280)
    ]
    assert lengths[1] < lengths[0] * 4 / 3


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("正文称收到申请 3 件，统计表为 0 件", "正文称收到申请3件，统计表为0件"),
        ("报告年度为 2019 年 “甲” 行", "报告年度为2019年“甲”行"),
        ("a b", "a b"),
    ],
)
def test_official_text_has_no_blanks_around_figures(said: str, expected: str) -> None:
    assert summary.tight(said) == expected


def test_docx_says_the_rulebook_and_what_could_not_be_read(document: DocumentType, audit: Audit) -> None:
    text = "".join(doc_lines(document))
    assert audit.run.rulebook.sha256[:16] in text
    assert "统计表中有1个数据项无法识别" in text
    assert "加密文件.docx" in text
    assert document.core_properties.created.replace(tzinfo=None) == dt.datetime(2026, 4, 8, 1, 0)


ORDER = {
    "tblPr": ["tblStyle", "tblW", "jc", "tblLayout", "tblCellMar", "tblLook"],
    "tcPr": ["tcW", "gridSpan", "shd", "vAlign"],
    "pPr": ["pStyle", "keepNext", "pageBreakBefore", "spacing", "ind", "jc"],
}


def test_docx_properties_stand_in_the_order_that_word_asks_for(document: DocumentType) -> None:
    for parent, order in ORDER.items():
        for node in document.element.body.iter(f"{{*}}{parent}"):
            tags = [child.tag.rpartition("}")[2] for child in node]
            assert tags == sorted(tags, key=order.index)


def test_docx_template_is_what_its_script_makes() -> None:
    assert TARGET.read_bytes() == build()


# --- language --------------------------------------------------------------------------------------


# What inspectors call kinds of files and encodings themselves.
NAMES_OF_FILES = {"HTML", "MHTML", "Markdown", "Word", "WPS", "Excel", "DOCX", "XLSX", "RTF", "PDF", "utf", "gb"}


def _chinese_only(audit: Audit) -> Audit:
    """Without the units and files whose own names hold Latin letters."""
    kept = tuple(j for j in audit.reports if not re.search(r"[<{]", j.report.profile.organisation or "<"))
    assert len(kept) == 11
    return replace(audit, reports=kept, unread=())


def _html_words(raw: bytes) -> str:
    """Text and the attributes that a pointer or a screen reader shows; ids and file paths stand in small print."""
    tree = LexborHTMLParser(raw.decode())
    for node in tree.css("code, script, style, .meta .wide dd"):
        node.decompose()
    shown = [
        value or ""
        for node in tree.css("*")
        for name, value in node.attributes.items()
        if name in {"title", "placeholder", "aria-label"}
    ]
    return "\n".join([tree.root.text(separator="\n"), *shown])


def _xlsx_words(raw: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    ids = {"规则编号", "数据项编号", "原样", "位置", "文件"}
    found = [
        str(value)
        for sheet in book.sheetnames
        for row in rows(book, sheet)
        for heading, value in row.items()
        if value is not None and heading not in ids and row.get("项目") not in {"批次号", "规则库校验值"}
    ]
    titles = [str(sheet["A1"].value) for sheet in book]
    book.close()
    return "\n".join([*found, *titles])


def _docx_words(raw: bytes) -> str:
    return re.sub(r"[0-9a-f]{16}", "", "\n".join(doc_lines(Document(io.BytesIO(raw)))))


@pytest.mark.parametrize(("format", "words"), [("html", _html_words), ("xlsx", _xlsx_words), ("docx", _docx_words)])
def test_a_person_reads_no_english(format: str, words: Callable[[bytes], str], audit: Audit) -> None:
    text = words(render(_chinese_only(audit), format))
    assert len(text) > 1000
    assert set(re.findall(r"[A-Za-z]{2,}", text.replace("<script>alert(1)</script>", ""))) <= NAMES_OF_FILES
