"""Every format: opens again, holds what it must, keeps certain and suspected apart, lets no hostile word act."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import page_data
import pytest
from docx import Document
from docx.document import Document as DocumentType
from sample_audit import HOSTILE, LONG, hostile_audit, sample_audit
from selectolax.lexbor import LexborHTMLParser

from auditor.documents import FORMATS, page, render, sheet_csv
from auditor.documents.particulars import tight
from auditor.model import Audit, Evidence, Outcome

SENTINEL = "疑似专用词句"


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


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
    here = str(Path(__file__).parents[2])
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


def test_xlsx_never_mixes_certain_and_suspected(audit: Audit) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(_with_sentinel(audit), "xlsx")))
    listed = rows(book, "问题清单")
    certain = [row for row in listed if str(row["性质"]).startswith("确定")]
    suspected = [row for row in listed if str(row["性质"]).startswith("疑似")]
    gathered = [row for row in listed if row["性质"] == "归并"]
    assert (len(certain), len(suspected), len(gathered)) == (35, 9, 2)
    assert all(SENTINEL not in str(row) for row in certain)
    assert any(SENTINEL in str(row) for row in suspected)
    assert not any(row["扣分"] for row in suspected)
    book.close()


def test_docx_holds_no_suspected_finding(audit: Audit) -> None:
    text = "".join(doc_lines(Document(io.BytesIO(render(_with_sentinel(audit), "docx")))))
    assert "勾稽关系错误" in text
    assert SENTINEL not in text


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
def test_xlsx_holds_words_only(word: str) -> None:
    raw = render(hostile_audit(word), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None or cell.hyperlink.target is None for cell in cells), "no link leads out"
    clean = " ".join(word.replace("\x00", "").replace("\u202e", "").split())
    assert rows(book, "问题清单")[0]["问题描述"] == clean
    book.close()
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name)


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


def test_xlsx_a_finding_with_many_cells_keeps_its_row_low(audit: Audit) -> None:
    judged = next(j for j in audit.reports if j.report.profile.form == "C" and j.findings)
    names = [fact.name for fact in judged.report.facts.values()]
    evidence = tuple(Evidence("3" if at % 10 == 0 else "0", None, names[at % len(names)]) for at in range(36))
    finding = replace(judged.findings[0], evidence=evidence)
    changed = replace(audit, reports=(replace(judged, findings=(finding,)),))
    book = openpyxl.load_workbook(io.BytesIO(render(changed, "xlsx")))
    assert max(dimension.height or 0 for dimension in book["问题清单"].row_dimensions.values()) <= 400
    book.close()


def test_template_compiles_in_the_sandbox_and_keeps_out_of_python() -> None:
    from jinja2.exceptions import SecurityError

    env = page.environment()
    with pytest.raises(SecurityError):
        env.from_string("{{ ''.__class__.__mro__ }}").render()
    assert env.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    assert page.environment().get_template("page.html.j2")


# --- xlsx ------------------------------------------------------------------------------------------


def test_xlsx_facts_are_long_and_blank_is_not_zero(book: openpyxl.Workbook, audit: Audit) -> None:
    facts = rows(book, "事实")
    assert len(facts) == sum(len(j.report.facts) for j in audit.reports)
    blank = next(row for row in facts if row["数据项编号"] == "org.staff")
    assert (blank["状态"], blank["数值"]) == ("空白", None)
    assert {row["状态"] for row in facts} == {"数值", "空白", "不适用", "文字", "无法识别", "缺行"}
    text = next(row for row in facts if row["数据项编号"] == "org.fund")
    assert text["原样"] == "=SUM(A1:A3)"


def test_xlsx_a_sheet_that_is_full_goes_on_in_another(monkeypatch: pytest.MonkeyPatch, audit: Audit) -> None:
    monkeypatch.setattr("auditor.documents.sheets.laying.MOST_ROWS", 50)
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
    cell = str(rows(book, "问题清单")[0]["问题描述"])
    assert len(cell) < 32_767
    assert cell.endswith("（内容过长，已截断）")
    book.close()


# --- docx ------------------------------------------------------------------------------------------


def test_docx_parts_in_order(document: DocumentType) -> None:
    titles = [p.text for p in document.paragraphs if p.style.name == "heading 1" or p.style.name == "Heading 1"]
    assert titles == ["一、总体情况", "二、存在的主要问题", "三、整改要求"]
    assert [p.text for p in document.paragraphs if p.style.name == "附件标题"] == ["得分排名表", "问题清单"]


def test_docx_tables_repeat_their_heads_and_fit_the_page(document: DocumentType) -> None:
    upright, turned = (
        section.page_width - section.left_margin - section.right_margin for section in document.sections[:2]
    )
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find("{*}tblHeader") is not None
        room = turned if len(table.columns) == 9 else upright
        assert sum(cell.width for cell in table.rows[0].cells) <= room + 1000
    names = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert LONG in names


def test_docx_praises_no_report_that_could_not_be_read_whole(audit: Audit) -> None:
    clean = next(j for j in audit.reports if not j.findings)
    unread = replace(clean, score=replace(clean.score, low=clean.score.points - 60))
    for judged, praised in ((clean, True), (unread, False)):
        judged = replace(judged, undecided=())
        changed = replace(audit, reports=(judged, *(j for j in audit.reports if j.findings)))
        text = "".join(doc_lines(Document(io.BytesIO(render(changed, "docx")))))
        assert ("予以通报表扬" in text) is praised


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("正文称收到申请 3 件，统计表为 0 件", "正文称收到申请3件，统计表为0件"),
        ("报告年度为 2019 年 “甲” 行", "报告年度为2019年“甲”行"),
        ("a b", "a b"),
    ],
)
def test_official_text_has_no_blanks_around_figures(said: str, expected: str) -> None:
    assert tight(said) == expected


ORDER = {
    "tblPr": ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook"],
    "tcPr": ["tcW", "gridSpan", "shd", "vAlign"],
    "pPr": [
        "pStyle",
        "keepNext",
        "pageBreakBefore",
        "framePr",
        "pBdr",
        "shd",
        "tabs",
        "spacing",
        "ind",
        "jc",
        "rPr",
        "sectPr",
    ],
}


def test_docx_properties_stand_in_the_order_that_word_asks_for(document: DocumentType) -> None:
    for parent, order in ORDER.items():
        for node in document.element.body.iter(f"{{*}}{parent}"):
            tags = [child.tag.rpartition("}")[2] for child in node]
            assert tags == sorted(tags, key=order.index)


# --- language --------------------------------------------------------------------------------------


# What inspectors call kinds of files, encodings and browsers themselves.
NAMES_OF_FILES = {
    "HTML",
    "MHTML",
    "Markdown",
    "Word",
    "WPS",
    "Excel",
    "DOCX",
    "XLSX",
    "RTF",
    "PDF",
    "utf",
    "gb",
    "Edge",
    "Chrome",
    "Firefox",
}


def _chinese_only(audit: Audit) -> Audit:
    """Without the units and files whose own names hold Latin letters."""
    kept = tuple(j for j in audit.reports if not re.search(r"[<{]", j.report.profile.organisation or "<"))
    assert len(kept) == 11
    return replace(audit, reports=kept, unread=())


def _html_words(raw: bytes) -> str:
    """Text and the attributes that a pointer or a screen reader shows, and the words of the reports; ids and file paths stand
    in small print."""
    tree = LexborHTMLParser(raw.decode())
    for node in tree.css("code, script, style"):
        node.decompose()
    shown = [
        value or ""
        for node in tree.css("*")
        for name, value in node.attributes.items()
        if name in {"title", "placeholder", "aria-label"}
    ]
    reports = page_data.reports(raw)
    for report in reports:
        report["meta"] = [pair for pair in report["meta"] if pair[0] != "文件"]
    hidden = {"rule", "tone", "at"}
    said = [word for report in reports for word in _said(report, hidden)]
    return "\n".join([tree.root.text(separator="\n"), *shown, *said])


def _said(tree: object, hidden: set[str]) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if key not in hidden:
                yield from _said(value, hidden)
    elif isinstance(tree, list):
        for value in tree:
            yield from _said(value, hidden)


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
