"""Who reported and who did not, what was not judged and why: in every document, escaped, certain and suspected apart."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import openpyxl
import pytest
from docx import Document
from sample_audit import HOSTILE, sample_audit
from selectolax.lexbor import LexborHTMLParser

from auditor.documents import render, standing
from auditor.model import (
    Audit,
    Completeness,
    Difference,
    Doubt,
    Filing,
    Finding,
    Outcome,
    SetAside,
    Standing,
    UnitYear,
    Version,
    YearCount,
)


def finding(outcome: Outcome, message: str) -> Finding:
    return Finding("g-not-published", "未公布年度报告", message, "0" * 32, outcome, "严重", "公开时效", message)


def completed(word: str = "") -> Audit:
    """The sample with a roster of five units, two of them missing in 2025; `word` stands in every name."""
    units = (
        UnitYear("甲县柳汀镇" + word, "乡镇", "北片", 2025, Standing.REPORTED, ("柳汀.html" + word,)),
        UnitYear(
            "甲县水利局" + word, "部门", "", 2025, Standing.MISSING, finding=finding(Outcome.SUSPECTED, "请核实" + word)
        ),
        UnitYear(
            "甲县国土局" + word,
            "部门",
            "",
            2025,
            Standing.MISSING,
            (),
            "甲县自然资源局",
            finding=finding(Outcome.BROKEN, "未公布" + word),
        ),
        UnitYear("甲县林业局" + word, "部门", "", 2025, Standing.UNREAD, ("林业.pdf" + word,)),
        UnitYear("甲县教育局" + word, "部门", "", 2024, Standing.MISSING),
    )
    years = (
        YearCount(2024, 5, 0, 1, 0),
        YearCount(2025, 4, 1, 2, 1, beyond=1, checked=True),
        YearCount(None, None, 0, None, 2),
    )
    found = Completeness(
        "报告/名册.xlsx" + word, "c" * 64, 5, years, units, (Doubt("外.html" + word, "不在名册中"),), (Doubt("疑.html", "两个候选" + word),)
    )  # fmt: skip
    audit = sample_audit()
    first = audit.reports[0]
    cells = (Difference("x", "收到申请数", 1, 2),)
    version = Version("旧.html" + word, "d" * 64, "公布日期较早" + word, None, True, cells)
    filing = Filing("甲县柳汀镇" + word, "北片" + word, attached=("附表.xlsx" + word,), versions=(version,))
    reports = (replace(first, report=replace(first.report, filing=filing)), *audit.reports[1:])
    return replace(
        audit, reports=reports, set_aside=(SetAside("通知.txt" + word, "是通知" + word),), completeness=found
    )


@pytest.fixture(scope="module")
def audit() -> Audit:
    return completed()


def test_sentences(audit: Audit) -> None:
    assert standing.overview(audit.completeness) == [
        "2025年度应报4份，已报1份，未报2份，无法读取1份，名册以外1份。",
        "2024年度应报5份，已报0份，未报1份，无法读取0份。",
        "年度不明无法读取2份。",
    ]
    assert standing.named(audit.completeness, Standing.MISSING) == [(2025, ["甲县水利局", "甲县国土局"])]
    assert standing.unnamed(audit.completeness) == [2024]


def test_without_a_roster_due_is_unknown(audit: Audit) -> None:
    bare = Completeness(None, None, 0, (YearCount(2025, None, 3, None, 1),))
    (said,) = standing.overview(bare)
    assert said == "没有名册，应报和未报单位不能确定；已报2025年度3份，无法读取1份。"
    html = render(replace(audit, completeness=bare), "html").decode()
    assert "不明" in LexborHTMLParser(html).css_first("#standing table").text()
    none = json.loads(render(replace(audit, completeness=bare), "json"))["completeness"]
    assert (none["roster"], none["years"][0]["due"], none["years"][0]["not_reported"]) == (None, None, None)


def test_json(audit: Audit) -> None:
    read = json.loads(render(audit, "json"))
    assert read["set_aside"] == [{"source": "通知.txt", "reason": "是通知"}]
    found = read["completeness"]
    assert found["roster"] == {"source": "报告/名册.xlsx", "sha256": "c" * 64, "units": 5}
    assert found["years"][1] == {
        "year": 2025, "due": 4, "reported": 1, "not_reported": 2, "unread": 1, "beyond": 1, "checked": True,
    }  # fmt: skip
    assert [u["standing"] for u in found["units"]] == ["已报", "未报", "未报", "无法读取", "未报"]
    assert found["units"][2]["answers"] == "甲县自然资源局"
    assert found["units"][2]["finding"]["outcome"] == "broken"
    assert found["units"][4]["finding"] is None
    (report,) = [r for r in read["reports"] if r["attached"]]
    assert report["unit"] == {"name": "甲县柳汀镇", "group": "北片", "authority": None, "matched": ""}
    assert report["versions"][0]["differences"] == [{"fact": "x", "name": "收到申请数", "value": 1, "other": 2}]


def test_page(audit: Audit) -> None:
    tree = LexborHTMLParser(render(audit, "html").decode())
    card = tree.css_first("#standing")
    assert [td.text() for td in card.css("tbody tr:first-child td")][:6] == ["2025年度", "4", "1", "2", "1", "1"]
    rows = [tr.text() for tr in card.css("details tr")][1:]
    assert "甲县自然资源局（原甲县国土局）" in rows[0] and "严重" in rows[0]
    assert "甲县水利局" in rows[1] and "疑似" in rows[1]
    apart = tree.css_first("#apart").text()
    for words in ("通知.txt", "是通知", "旧.html", "有1个数据项不同", "外.html", "不在名册中", "两个候选"):
        assert words in apart
    assert "合并：附表.xlsx" in tree.body.text()


def test_workbook(audit: Audit) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(audit, "xlsx")))
    rows = [[c.value for c in row] for row in book["未报与未读"].iter_rows(min_row=3)]
    assert [(r[1], r[2], r[3], r[6]) for r in rows] == [
        ("未报", 2025, "甲县水利局", None),
        ("未报", 2025, "甲县国土局", None),
        ("无法读取", None, None, "reports/2026年第一季度/加密文件.docx"),
        ("无法读取", None, None, "reports/2026年第一季度/=cmd.pdf"),
        ("无法读取", 2025, "甲县林业局", "林业.pdf"),
        ("非年报", None, None, "通知.txt"),
        ("其他版本", None, "华容县禹山镇人民政府", "旧.html"),
        ("归属待核实", None, None, "疑.html"),
        ("名册以外", None, None, "外.html"),
    ]
    assert "2025年度应报4份，已报1份，未报2份，无法读取1份" in book["未报与未读"]["A1"].value
    listed = [[c.value for c in row] for row in book["问题清单"].iter_rows(min_row=3)]
    assert [row[0] for row in listed] == list(range(1, len(listed) + 1))
    certain, suspected = ([row for row in listed if row[1] == word] for word in ("确定", "疑似"))
    assert certain[-1][2] == "甲县自然资源局（原甲县国土局）"
    assert suspected[-1][2] == "甲县水利局"
    outside = [[c.value for c in row][1:3] for row in book["排名"].iter_rows(min_row=3)]
    assert [unit for rank, unit in outside if rank == "未列入排名"] == [
        "甲县水利局", "甲县自然资源局（原甲县国土局）", "甲县林业局", "甲县柳汀镇",
    ]  # fmt: skip
    book.close()


def test_circular_names_as_unpublished_only_what_the_roster_says(audit: Audit) -> None:
    text = "\n".join(p.text for p in Document(io.BytesIO(render(audit, "docx"))).paragraphs)
    assert "按应报单位名册，2025年度报告应报4份，已报1份，未报2份，无法读取1份" in text
    assert "甲县自然资源局（2025年度）未公布年度报告" in text
    assert "水利局" not in text, "that it did not publish is only suspected"


def test_csv(audit: Audit) -> None:
    rows = list(csv.reader(io.StringIO(render(audit, "csv").decode("utf-8-sig"))))
    told = [row for row in rows if row[17] == "g-not-published"]
    assert [(row[1], row[2]) for row in told] == [("确定", "甲县自然资源局（原甲县国土局）"), ("疑似", "甲县水利局")]
    certain = [row[1] for row in rows[1:]]
    assert certain == sorted(certain, key=["确定", "疑似"].index), "the certain ones first"


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_stay_words(word: str) -> None:
    audit = completed(word)
    html = render(audit, "html").decode()
    assert "<script>alert(1)" not in html
    for sheet in openpyxl.load_workbook(io.BytesIO(render(audit, "xlsx"))):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert render(audit, "docx")
    assert json.loads(render(audit, "json"))["set_aside"][0]["source"].startswith("通知.txt")


def test_equal_audits_give_equal_bytes() -> None:
    for format in ("html", "xlsx", "docx", "json", "csv"):
        assert render(completed(), format) == render(completed(), format)
