"""Profile: pages in, whose report it is out; the pages stand in profile.yaml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.facts import Hints, Lexicon, extract, unit_kind
from auditor.model import Cell, Document, Paragraph, Report, Segment, SourceMap, Span, Table, Text

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "profile.yaml").read_text("utf-8"))


def plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_page_has_this_profile(case: dict[str, Any], read_text: Callable[..., Report]) -> None:
    report = read_text(case["text"], None, case.get("source", "报告.txt"), **case.get("metadata", {}))
    profile = report.profile
    assert {name: plain(getattr(profile, name)) for name in case["expect"]} == case["expect"]
    if "signatories" in case:
        assert {m.role: m.text for m in profile.signatories} == case["signatories"]
    if "names" in case:
        assert {m.role: m.text for m in profile.names} == case["names"]
    if "contacts" in case:
        assert {m.role: m.text for m in profile.contacts} == case["contacts"]
    if "periods" in case:
        found = [[side and side.value and plain(side.value) for side in (p.start, p.end)] for p in profile.periods]
        assert found == case["periods"]
    for role, years in case.get("years", {}).items():
        assert [y.year for y in profile.years if y.role == role] == years
    for word in case.get("prose_without", []):
        assert word not in report.prose.text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("华安县城关镇人民政府", "乡镇"), ("城关镇", "乡镇"), ("白马民族乡人民政府", "乡镇"), ("城关镇党政办公室", "乡镇"),
        ("城关镇人民政府办公室", "乡镇"), ("新华街道办事处", "街道"), ("新华街道", "街道"), ("新华街道党政办公室", "街道"),
        ("县教育局", "部门"), ("市交通运输委员会", "部门"), ("省财政厅", "部门"), ("县政务服务中心", "部门"),
        ("县公安局交通警察大队", "部门"), ("县委宣传部", "部门"), ("华安县人民政府", "县级以上政府"), ("华安县", "县级以上政府"),
        ("临港新区管委会", "县级以上政府"), ("经济技术开发区管理委员会", "县级以上政府"), ("市国资委", "部门"),
        ("省国有资产监督管理委员会", "部门"), ("无名单位甲", "其他"),
    ],
)  # fmt: skip
def test_the_kind_of_a_name(name: str, kind: str, lexicon: Lexicon) -> None:
    assert unit_kind(name, "", lexicon.organisations) == kind


def test_hints_override_what_is_found(read_text: Callable[..., Report]) -> None:
    text = "青石镇2021年政府信息公开工作年度报告\n正文在此。"
    profile = read_text(text, Hints(year=2024, unit_kind="部门", organisation="甲局", form="C")).profile
    assert (profile.year, profile.unit_kind, profile.organisation, profile.form) == (2024, "部门", "甲局", "C")


def test_every_mention_points_at_its_words(read_text: Callable[..., Report]) -> None:
    text = CASES[0]["text"]
    profile = read_text(text).profile
    for mention in (*profile.names, *profile.signatories):
        if mention.place is not None and mention.text:
            shown = text[mention.place.start : mention.place.end]  # type: ignore[union-attr]
            assert mention.text in shown


def page_with(rows: list[list[str]]) -> Document:
    """A public page: a table of page data above its text."""
    title = "西河县教育局2024年政府信息公开工作年度报告"
    cells = [Cell(r, c, text, Span(0, 1)) for r, row in enumerate(rows) for c, text in enumerate(row)]
    page_date = "发布时间：2025-02-19 17:48"
    lines = [
        Paragraph(Text(t, SourceMap((Segment(0, len(t), 100 * i, len(t)),))))
        for i, t in enumerate((title, page_date, "正文在此。"))
    ]
    return Document("报告.html", "0" * 64, "html", (Table(tuple(cells), Span(0, 1)), *lines), "test")


@pytest.mark.parametrize(
    ("rows", "published", "certain", "bureau"),
    [
        (
            [["索引号", "XH/2025-1", "发布机构", "西河县教育局"], ["成文日期", "2025-01-17", "发布日期", "2025-01-20"]],
            "2025-01-20", True, ["西河县教育局"],
        ),
        ([["发文机构：", "西河县教育局"], ["公开日期：", "2025年1月20日"]], "2025-01-20", True, ["西河县教育局"]),
        ([["索引号", "发布机构", "发布日期"], ["XH/2025-1", "西河县教育局", "2025-01-20"]], "2025-01-20", True, ["西河县教育局"]),
        ([["索引号", "XH/2025-1"], ["成文日期", "\xa0"], ["发布日期", "\xa0"]], "2025-02-19", False, []),
        ([["成文日期", "发布日期"], ["有效性", "有效"]], "2025-02-19", False, []),
        ([["项目", "发布日期"], ["低保公示", "2025-01-20"], ["救助公示", "2025-01-21"]], "2025-02-19", False, []),
        ([["成文日期", "2025-01-20"], ["索引号", "XH/2025-1"]], "2025-02-19", False, []),
    ],
)  # fmt: skip
def test_labels_and_values_in_neighbouring_cells(
    rows: list[list[str]], published: str, certain: bool, bureau: list[str], lexicon: Lexicon
) -> None:
    profile = extract(page_with(rows), lexicon).profile
    assert (str(profile.published), profile.published_certain) == (published, certain)
    assert [m.text for m in profile.names if m.role == "发布机构"] == bureau
