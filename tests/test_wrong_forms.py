"""Old, new and mixed forms are told for what they are: which form, which rule says so, and every printed number read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from auditor.facts import Hints, extract
from auditor.findings import Beside
from auditor.form import Form
from auditor.model import Block, Judged, Outcome, Paragraph, SheetCell, State, Text, Whole
from auditor.pipeline import Brief, desk, judge_report
from auditor.rulebook import Rulebook, load

sys.path.insert(0, str(Path(__file__).resolve().parent / "facts_tables"))
import render

OLD_HEADINGS = (
    "一、主动公开政府信息的情况",
    "二、依申请公开政府信息和不予公开政府信息的情况",
    "三、政府信息公开的收费及减免情况",
    "四、因政府信息公开申请行政复议、提起行政诉讼的情况",
    "五、政府信息公开工作存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
NEW_HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)


@cache
def book() -> Rulebook:
    return load()


def form(letter: str) -> Form:
    found = book().form(letter)
    assert found is not None
    return found


def grids(letter: str) -> list[list[render.Box]]:
    return render.tables(form(letter), lambda _: "3")


def of_blocks(letter: str, headings: Sequence[str]) -> list[render.Box]:
    """Table two with some of its blocks only."""
    made = form(letter)
    two = replace(made.tables[0], blocks=tuple(b for b in made.tables[0].blocks if b.heading in headings))
    return render.table_two(replace(made, tables=(two, *made.tables[1:])), lambda _: "3")


def heading(text: str) -> Paragraph:
    return Paragraph(Text(text, Whole(SheetCell("s", "A1"))), 1)


def prose(headings: Sequence[str]) -> list[Block]:
    line = "全年主动公开政府信息45条，组织培训一次，没有收到申请，各项工作平稳开展。"
    return [block for text in headings for block in (heading(text), render.paragraph(line))]


def judged(year: int, *parts: Sequence[render.Box] | Block) -> Judged:
    blocks = [part if isinstance(part, Paragraph) else render.block(part) for part in parts]  # type: ignore[arg-type]
    hints = Hints(year=year, organisation="某县甲镇人民政府", unit_kind="乡镇")
    return judge_report(
        desk(book(), "chainer"), Brief(extract(render.document(*blocks), book().lexicon, hints), Beside())
    )


def said(report: Judged, rule: str) -> str:
    return "；".join(f.message for f in report.findings if f.rule == rule)


@pytest.mark.parametrize(
    ("letter", "year"), [("A", 2019), ("A", 2021), ("A", 2024), ("B", 2018), ("B", 2021), ("B", 2023), ("C", 2020), ("C", 2016)]
)  # fmt: skip
def test_a_form_of_another_year(letter: str, year: int) -> None:
    report = judged(year, *grids(letter))
    assert report.report.profile.form == letter
    assert report.report.form_fit == 100
    assert {f.state for f in report.report.facts.values()} == {State.NUMBER}
    assert report.outcomes["g-form-year"] is Outcome.BROKEN
    assert f"报告年度为 {year} 年" in said(report, "g-form-year")


@pytest.mark.parametrize(
    ("letter", "year"), [("A", 2014), ("A", 2018), ("B", 2019), ("B", 2020), ("C", 2021), ("C", 2025)]
)
def test_the_form_of_the_year(letter: str, year: int) -> None:
    report = judged(year, *grids(letter))
    for rule in ("g-form-year", "g-table-altered", "g-table-missing"):
        assert report.outcomes[rule] is Outcome.KEPT


def test_a_table_of_each_form() -> None:
    two, three, four = grids("C")
    report = judged(2023, grids("B")[0], three, four)
    assert [(t.table, t.form) for t in report.report.tables if t.found] == [("三", "C"), ("四", "C"), ("二", "B")]
    assert "2019年（试行）格式" in said(report, "g-form-year")
    assert report.report.facts["t2.procurement.amount"].state is State.NUMBER
    both = judged(2021, *grids("A"), two, three, four)
    assert both.report.profile.form == "C"
    assert "2014—2018年统计表" in said(both, "g-form-year")


def test_columns_of_the_form_before_in_one_block() -> None:
    """（一）项 with 新制作/新公开/对外公开 over blocks of 2021: each number under the words it is printed under."""
    _, three, four = grids("C")
    first = form("C").tables[0].blocks[0].heading
    later = [b.heading for b in form("C").tables[0].blocks][1:]
    report = judged(2023, render.below(of_blocks("B", [first]), of_blocks("C", later)), three, four)
    facts = report.report.facts
    assert {facts[f"t2.regulation.{c}"].state for c in ("issued", "repealed", "in_force")} == {State.ABSENT}
    made = [id for id, cell in form("B").cells.items() if cell.row == "regulation"]
    assert {facts[id].value for id in made} == {3}
    words = said(report, "g-table-altered")
    for column in ("缺少“本年制发件数”", "多出“本年新制作数量”", "多出“对外公开总数量”"):
        assert column in words


def test_blocks_of_the_form_before_after_the_first() -> None:
    _, three, four = grids("C")
    first = form("C").tables[0].blocks[0].heading
    later = [b.heading for b in form("B").tables[0].blocks][1:]
    report = judged(2023, render.below(of_blocks("C", [first]), of_blocks("B", later)), three, four)
    words = said(report, "g-table-altered")
    for label in ("其他对外管理服务事项", "政府集中采购", "上一年项目数量", "本年增/减"):
        assert words.count(f"“{label}”") == 1
    assert report.report.facts["t2.licensing.decisions"].value == 3


def test_a_single_row_of_other_results_is_read_under_its_own_name() -> None:
    two, _, four = grids("C")
    report = judged(2023, two, grids("B")[1], four)
    facts = report.report.facts
    lost = [
        f"t3.other_{row}.{c.key}" for row in ("not_supplemented", "unpaid", "rest") for c in form("C").tables[1].columns
    ]
    assert len(lost) == 21
    assert {facts[id].state for id in lost} == {State.ABSENT}
    assert {facts[f"t3.other.{c.key}"].value for c in form("C").tables[1].columns} == {3}
    for rule in ("g-table-altered", "t3-rows"):
        assert report.outcomes[rule] is Outcome.BROKEN
        assert "“（六）其他处理”" in said(report, rule)
    assert report.outcomes["g-form-year"] is Outcome.KEPT


def test_six_old_items_in_a_new_report() -> None:
    bare = judged(2022, *prose(OLD_HEADINGS))
    with_tables = judged(2022, *prose(OLD_HEADINGS), *grids("C"))
    for report in (bare, with_tables):
        assert report.outcomes["g-form-year"] is Outcome.SUSPECTED
        assert "收费及减免" in said(report, "g-form-year")
        assert "疑" in said(report, "g-form-year")
    under_new = [*prose(NEW_HEADINGS), *prose([f"（{h[0]}）{h[2:]}" for h in OLD_HEADINGS[1:4]])]
    assert judged(2022, *under_new, *grids("C")).outcomes["g-form-year"] is Outcome.SUSPECTED


def test_new_headings_and_processing_fees_are_no_old_items() -> None:
    fees = [heading("（一）收取信息处理费情况"), render.paragraph("本年度没有发出收费通知，没有收取信息处理费。")]
    report = judged(2022, *prose(NEW_HEADINGS), *fees, *grids("C"))
    assert report.outcomes["g-form-year"] is Outcome.KEPT
    old = judged(2016, *prose(OLD_HEADINGS), *grids("A"))
    assert old.outcomes["g-form-year"] is Outcome.KEPT


@pytest.mark.parametrize("year", [2008, 2011, 2013])
def test_before_the_forms_every_table_is_a_local_one(year: int) -> None:
    """A local table may name its rows as later the national one does: no row of it is missing, nothing is altered."""
    boxes = [b for b in grids("A")[0] if b.row < 40]
    report = judged(year, *prose(OLD_HEADINGS), boxes)
    assert report.report.profile.form is None
    assert report.report.facts == {}
    assert [s.kind for s in report.report.sections if s.kind][:3] == ["proactive", "requests", "fees"]
    assert report.report.claims
    for rule in ("g-form-year", "g-table-missing", "g-table-altered", "a-rows", "a-blank"):
        assert report.outcomes[rule] is Outcome.NOT_APPLICABLE
