"""What is no annual report is set aside with the reason; whatever speaks for a report is audited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from roster_making import ROOT, document, workbook

from auditor import readers
from auditor.facts import extract
from auditor.facts.parts import split
from auditor.model import Document
from auditor.roster import why_aside
from auditor.roster.template import render
from auditor.rulebook import Rulebook

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("aside.yaml").read_text(encoding="utf-8"))


def why(found: Document, book: Rulebook) -> str:
    return why_aside(found, extract(found, book.lexicon))


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_cases(case: dict[str, Any], book: Rulebook) -> None:
    said = why(document(case["lines"], case.get("source", "某文件.txt")), book)
    assert (case["reason"] in said) if case.get("reason") else not said, said


def test_a_page_title_counts_as_a_title(book: Rulebook) -> None:
    lines = ["县政府门户网站", "公开12条。"]
    assert why(document(lines, "a.txt"), book)
    assert not why(document(lines, "a.txt", title="澄湖县水利局2025年政府信息公开工作年度报告_县政府网"), book)


def test_a_roster_is_no_report(book: Rulebook) -> None:
    for data in (render(), workbook({"单位": [("序号", "单位名称", "类别"), (1, "甲县教育局", "部门")]})):
        found = readers.read("别的名字.xlsx", data)
        assert isinstance(found, Document)
        assert "名册" in why(found, book)


def test_no_report_of_the_county_is_set_aside(book: Rulebook) -> None:
    for path in sorted((ROOT / "reports").rglob("*年度/*")):
        found = readers.read(path.name, path.read_bytes())
        assert isinstance(found, Document), path
        assert [why(part, book) for part in split(found)] == [""], path


def test_no_real_report_is_set_aside_or_split(book: Rulebook, shared: Path) -> None:
    read = 0
    for path in sorted([*(shared / "corpus").iterdir(), *(shared / "reference").iterdir()]):
        found = readers.read(path.name, path.read_bytes())
        if isinstance(found, Document):
            read += 1
            assert [why(part, book) for part in split(found)] == [""], path
    assert read >= 5
