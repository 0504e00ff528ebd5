"""Every analysis fires on a rulebook made to show it, at the right place, and says nothing false of the shipped one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.review import Remark, Weight, review
from auditor.review.coverage import FACTS
from auditor.rulebook import Rulebook

from .conftest import Made, whole

TODAY = dt.date(2026, 4, 8)
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "seeded.yaml").read_text(encoding="utf-8"))


def own(remarks: list[Remark]) -> list[Remark]:
    return [r for r in remarks if r.mistake.path.startswith("规则/")]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_seeded_fault_is_named_at_its_place(case: dict[str, Any], made: Made) -> None:
    files = {"mine.yaml": whole(case["rule"])}
    if "law" in case:
        files["laws/mine.yaml"] = case["law"]
    kind, weight, line, column, words = case["expect"]
    found = [r for r in own(review(made(**files), TODAY)) if r.kind == kind]
    assert [(r.weight.value, r.mistake.line, r.mistake.column) for r in found] == [(weight, line, column)], found
    assert words in found[0].mistake.message


@pytest.fixture(scope="module")
def of_shipped(shipped: Rulebook) -> list[Remark]:
    return review(shipped, TODAY)


def test_shipped_rules_have_no_mistake(of_shipped: list[Remark]) -> None:
    assert [str(r.mistake) for r in of_shipped if r.weight is Weight.MISTAKE] == []


def test_rules_that_cover_each_other_are_intended(of_shipped: list[Remark]) -> None:
    found = {r.rules: r.weight for r in of_shipped if r.kind == "被遮蔽的规则"}
    assert found[("a-norm-zero-issued", "a-norm-issued")] is Weight.DESIGN


def test_articles_without_rules_are_named(made: Made) -> None:
    law = "id: local\ntitle: 某县办法\nshort: 某县办法\narticles:\n  - {at: 第二条, says: 甲}\n  - {at: 第三条, says: 乙}\n"
    rule = whole(
        "id: my-cited\ntitle: 引用\ncheck: wording\nforbid: [某词]\nbasis: [{law: local, at: 第二条第（一）项}]\n"
    )
    found = own(review(made(**{"laws/local.yaml": law, "mine.yaml": rule}), TODAY))
    assert [(r.kind, r.mistake.line) for r in found] == [("没有规则管的条款", 6)]
    assert "第三条" in found[0].mistake.message and "第二条" not in found[0].mistake.message


def test_cells_without_rules_are_listed_by_table(made: Made) -> None:
    rule = whole(
        "id: my-row\ntitle: 行\ncheck: equation\napplies: {form: C}\nexpect: 予以公开.自然人 ≤ 本年新收.自然人\n"
    )
    looked = whole("id: my-fill\ntitle: 填\ncheck: filled\napplies: {form: C}\ncells: 本年新收\n")
    book = made(**{"mine.yaml": rule, "fill.yaml": looked})
    short = [r.mistake.message for r in review(book, TODAY) if r.kind == FACTS]
    table = [words for words in short if words.startswith("2021年格式表三")]
    assert table[0].startswith("2021年格式表三 175 项中有 167 项没有任何规则涉及：上年结转、予以公开（商业企业、")
    assert table[0].endswith("等（--all 列出全部）")
    assert table[1].startswith("2021年格式表三 175 项中有 6 项只检查是否填报，没有规则核对数值：本年新收（商业企业、")
    full = [r.mistake.message for r in review(book, TODAY, everything=True) if r.kind == FACTS]
    assert any("办理结果总计、结转下年度" in words for words in full)


def test_shipped_cells_are_all_looked_at(of_shipped: list[Remark]) -> None:
    assert not [r for r in of_shipped if r.kind == FACTS and "没有任何规则涉及" in r.mistake.message]
