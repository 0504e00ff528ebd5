"""A city's real, sound figures of 2024 in the official layout: every cell is read, nothing is broken, every change is."""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from auditor import readers
from auditor.facts import Hints, extract
from auditor.findings import Beside, judge
from auditor.model import Document, Fact, Outcome, Report, State
from auditor.pipeline import Brief, desk, judge_report
from auditor.rulebook import Rulebook, load

HERE = Path(__file__).resolve().parent
TRUTH = HERE.parent.parent / "shared" / "corpus" / "huaian_shi_2024_C.truth.tsv"
sys.path.insert(0, str(HERE / "facts_tables"))
import render  # noqa: E402  (the renderer of the facts room's tests)

HINTS = Hints(year=2024, unit_kind="县级以上政府", organisation="某市人民政府")
# （六）其他处理, the totals and the rest: every number of tables three and four.
ROWS = list(csv.DictReader(TRUTH.read_text(encoding="utf-8").splitlines(), delimiter="\t")) if TRUTH.exists() else []
CELLS = [row["id"] for row in ROWS if row["id"][:2] in ("t3", "t4")]


@cache
def book() -> Rulebook:
    return load()


@cache
def truth() -> dict[str, str]:
    if not TRUTH.exists():
        pytest.skip("the shared material (../shared) is not here")
    return {row["id"]: row["value"] for row in ROWS}


@cache
def rendered(kind: str) -> Report:
    form = book().form("C")
    assert form is not None
    grids = render.tables(form, truth().__getitem__)
    data = render.as_html(*grids) if kind == "html" else render.as_docx(*grids)
    document = readers.read(f"huaian.{kind}", data)
    assert isinstance(document, Document), document
    return extract(document, book().lexicon, HINTS)


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_200_of_200_cells(kind: str) -> None:
    facts = rendered(kind).facts
    assert len(facts) == len(truth()) == 200
    wrong = {
        id: facts[id]
        for id, value in truth().items()
        if facts[id].state is not State.NUMBER or Decimal(facts[id].value or 0) != Decimal(value)
    }
    assert not wrong


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_not_one_broken_finding_in_the_tables(kind: str) -> None:
    judged = judge_report(desk(book()), Brief(rendered(kind), Beside()))
    wrong = {
        f.rule: f.message
        for f in judged.findings
        if f.outcome is Outcome.BROKEN and f.rule[:3] in ("t2-", "t3-", "t4-")
    }
    assert not wrong
    # the rendering has tables only: what is broken can only be the missing prose
    assert all(f.rule.startswith("g-") for f in judged.findings if f.outcome is Outcome.BROKEN)


def test_there_are_190_numbers_in_tables_three_and_four() -> None:
    truth()
    assert len(CELLS) == 190


@pytest.mark.parametrize("id", CELLS)
def test_any_single_number_changed_by_one_is_broken_and_named(id: str) -> None:
    report = rendered("html")
    fact = report.facts[id]
    assert isinstance(fact.value, int)
    changed: Fact = replace(fact, value=fact.value + 1, raw=str(fact.value + 1))
    judgement = judge(replace(report, facts={**report.facts, id: changed}), book())
    naming = [f for f in judgement.findings if f.outcome is Outcome.BROKEN and id in f.facts]
    assert naming
    assert any("相差" in f.message or "差" in f.message for f in naming)


def test_glued_cells_are_unreadable_and_the_prose_still_speaks(shared: Path) -> None:
    data = (shared / "corpus" / "pingtan_2021_C.txt").read_bytes()
    document = readers.read("pingtan_2021_C.txt", data)
    assert isinstance(document, Document)
    report = extract(document, book().lexicon)
    assert {f.state for f in report.facts.values()} == {State.UNREADABLE}
    assert all(f.value is None and f.note for f in report.facts.values())
    claims = {c.subject: c.value for c in report.claims}
    assert (claims["主动公开总数"], claims["收到申请数"], claims["结转下年申请数"]) == (2645, 70, 1)
    judgement = judge(report, book())
    assert all(judgement.outcomes[r] is Outcome.UNCLEAR for r in ("t3-equation", "t3-colsum", "t3-total", "t4-sum"))
    assert not [f for f in judgement.findings if f.rule[:3] in ("t2-", "t3-", "t4-")]
