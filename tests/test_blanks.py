"""Where a province orders blanks for what did not occur, a blank is no omission; it is never a zero all the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from auditor.facts import Hints, extract
from auditor.findings import judge
from auditor.model import Judgement, Outcome, Report, State
from auditor.rulebook import Rulebook, load

sys.path.insert(0, str(Path(__file__).resolve().parent / "facts_tables"))
import render

ALLOWED = """
允许留空:
  title: 当地统计制度规定无发生可以留空
  kind: 是否
  values: [{value: true, region: 某县, source: 某县统计制度}]
  otherwise: 未设定是否允许留空
"""
FILLED = {"A": ("a-blank", "a-org-blank"), "C": ("t2-blank", "t3-blank", "t4-blank")}
YEARS = {"A": 2017, "C": 2024}


@pytest.fixture(scope="module")
def allowing(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("本地")
    (folder / "parameters.yaml").write_text(ALLOWED, encoding="utf-8")
    return load([folder])


def report(book: Rulebook, letter: str, texts: dict[str, str], organisation: str = "某县甲镇人民政府") -> Report:
    form = book.form(letter)
    assert form is not None
    grids = render.tables(form, lambda id: texts.get(id, texts.get("*", "0")))
    hints = Hints(year=YEARS[letter], unit_kind="乡镇", organisation=organisation)
    return extract(render.document(*map(render.block, grids)), book.lexicon, hints)


def outcomes(judgement: Judgement, letter: str) -> set[Outcome]:
    return {judgement.outcomes[rule] for rule in FILLED[letter]}


@pytest.mark.parametrize("letter", "AC")
@pytest.mark.parametrize("shown", ["", "\xa0", "/", "无"])
def test_blanks_are_no_omission_where_they_are_ordered(
    book: Rulebook, allowing: Rulebook, letter: str, shown: str
) -> None:
    blank = {"*": shown}
    assert Outcome.BROKEN in outcomes(judge(report(book, letter, blank), book), letter)
    assert Outcome.BROKEN not in outcomes(judge(report(allowing, letter, blank), allowing), letter)
    elsewhere = judge(report(allowing, letter, blank, "外县乙镇人民政府"), allowing)
    assert Outcome.BROKEN in outcomes(elsewhere, letter)


def test_words_in_a_cell_of_numbers_are_still_complained_of(allowing: Rulebook) -> None:
    found = judge(report(allowing, "C", {"t3.granted.total": "若干", "t3.granted.natural": ""}), allowing)
    (finding,) = [f for f in found.findings if f.rule == "t3-blank"]
    assert finding.facts == ("t3.granted.total",)


def test_a_blank_is_never_a_zero(book: Rulebook, allowing: Rulebook) -> None:
    """9 = 2 + 7 + two blanks is not known to hold, 9 = 2 + 4 + two blanks not to fail, 9 < 2 + 8 fails for certain."""
    ids = ["request.received", "request.in_person", "request.fax", "request.online", "request.letter"]
    for parts, outcome in (("2", "7"), Outcome.UNCLEAR), (("2", "4"), Outcome.UNCLEAR), (("2", "8"), Outcome.BROKEN):
        texts = dict(zip(ids, ("9", parts[0], "", parts[1], ""), strict=True))
        for rules in (book, allowing):
            made = report(rules, "A", texts)
            assert made.facts["request.fax"].state is State.BLANK
            assert judge(made, rules).outcomes["a-req-sum"] is outcome


def test_a_blank_that_hides_a_number_is_a_fault_everywhere(allowing: Rulebook) -> None:
    """一名兼职人员而总数空白：a blank may be ordered for nothing, never for something."""
    made = report(allowing, "A", {"capacity.staff": "", "capacity.part_time": "1", "*": ""})
    staff = next(id for id, fact in made.facts.items() if fact.name == "工作人员数")
    assert made.facts[staff].state is State.BLANK
    assert judge(made, allowing).outcomes["a-staff-sum"] is Outcome.BROKEN


def test_places_whose_own_system_orders_blanks(book: Rulebook) -> None:
    for organisation, allowed in (
        ("儋州市某镇人民政府", True),
        ("淮南市潘集区某镇人民政府", True),
        ("某县某镇人民政府", False),
    ):
        made = report(book, "A", {"*": ""}, organisation)
        assert (judge(made, book).outcomes["a-blank"] is Outcome.BROKEN) is not allowed
