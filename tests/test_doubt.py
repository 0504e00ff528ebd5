"""What could only not be read is never called missing: traces of tables, and headings inside another section."""

from __future__ import annotations

import pytest

from auditor import readers
from auditor.facts import extract
from auditor.findings import Beside
from auditor.model import Cause, Document, Judged, Outcome
from auditor.pipeline import Brief, desk, judge_report
from auditor.rulebook import Rulebook

HEAD = "某县丙镇人民政府2023年政府信息公开工作年度报告\n一、总体情况\n（一）主动公开政府信息情况\n全年主动公开政府信息45条。\n（二）政府信息公开申请情况\n没有收到申请。\n"
PIPES = "第二十条第（一）项\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n规章 | 0 | 0 | 0 |\n行政规范性文件 | 4 | 0 | 32 |\n"
GRID = (
    "<p>某县丙镇人民政府2023年政府信息公开工作年度报告</p><table><tr><td>指标</td><td>数值说明</td></tr>"
    "<tr><td>本年新收政府信息公开申请数量为</td><td>零起</td></tr><tr><td>上年结转政府信息公开申请数量为</td><td>零起</td></tr></table>"
)


def judged(book: Rulebook, name: str, text: str) -> Judged:
    document = readers.read(name, text.encode())
    assert isinstance(document, Document)
    return judge_report(desk(book, "chainer"), Brief(extract(document, book.lexicon), Beside()))


def said(judged: Judged, rule: str) -> str:
    return "；".join(f.message for f in judged.findings if f.rule == rule)


@pytest.mark.parametrize(("name", "text", "table"), [("a.txt", HEAD + PIPES, "表二"), ("a.html", GRID, "表三")])
def test_a_table_that_left_traces_is_unread_not_missing(book: Rulebook, name: str, text: str, table: str) -> None:
    report = judged(book, name, text)
    assert table not in said(report, "g-table-missing")
    (doubt,) = [u for u in report.undecided if u.rule == "g-table-missing"]
    assert table in doubt.reason
    assert doubt.caused_by is Cause.READER
    assert report.score.low < report.score.points


def test_a_table_without_a_trace_is_missing(book: Rulebook) -> None:
    report = judged(book, "a.txt", HEAD)
    assert report.outcomes["g-table-missing"] is Outcome.BROKEN
    assert "表二、表三、表四" in said(report, "g-table-missing")


def test_words_of_prose_are_no_trace(book: Rulebook) -> None:
    prose = HEAD + "全年办理行政许可12件、行政处罚3件、行政强制0件，制发行政规范性文件2件。\n"
    assert "表二" in said(judged(book, "a.txt", prose), "g-table-missing")


def test_a_heading_inside_a_section_is_not_the_section(book: Rulebook) -> None:
    words = said(judged(book, "a.txt", HEAD), "g-six-section")
    assert "二、主动公开政府信息情况" in words
    assert "三、收到和处理政府信息公开申请情况" in words
    assert "一、总体情况" not in words
