"""Which cells are doubtful, why, and in which order they are asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from factsheet_sheets import told
from rendering.dresses import html_site

from auditor import readers
from auditor.facts import extract
from auditor.factsheet.rows import Row, doubtful, key_in, rows
from auditor.findings import Beside
from auditor.judging import Brief, Desk, desk, judge_report
from auditor.model import (
    Cause,
    Document,
    Fact,
    Judged,
    Mention,
    PageBox,
    Report,
    State,
    TableReading,
    Typed,
)
from auditor.rulebook import Rulebook

DAY = dt.date(2026, 4, 8)
SEEN = PageBox(2, (10.0, 10.0, 40.0, 20.0), 200, 0.97)
UNSURE = replace(SEEN, confidence=0.6)
Change = Callable[[Fact], Fact]


@pytest.fixture(scope="module")
def judges(book: Rulebook) -> Desk:
    return desk(book, "chainer", audited=DAY)


@pytest.fixture(scope="module")
def plain(book: Rulebook) -> Report:
    """A report in which every cell is 0, and nothing is doubtful."""
    document = readers.read("柳林镇.html", html_site(told(book, {})))
    assert isinstance(document, Document)
    return extract(document, book.lexicon)


def judged(judges: Desk, plain: Report, changes: dict[str, Change]) -> Judged:
    facts = {id: changes.get(id, lambda f: f)(fact) for id, fact in plain.facts.items()}
    return judge_report(judges, Brief(replace(plain, facts=facts), Beside()))


def recognised(fact: Fact) -> Fact:
    return replace(fact, place=SEEN, inferred="扫描件")


def unsure(fact: Fact) -> Fact:
    return replace(fact, place=UNSURE, inferred="扫描件")


def unreadable(fact: Fact) -> Fact:
    return replace(fact, state=State.UNREADABLE, value=None, raw="1 2", note="不能确定是几")


def blank(fact: Fact) -> Fact:
    return replace(fact, state=State.BLANK, value=None, raw="")


def test_nothing_is_asked_of_a_report_that_says_everything(judges: Desk, plain: Report) -> None:
    assert doubtful(judged(judges, plain, {})) == ()
    assert doubtful(judged(judges, plain, {"t3.new.natural": blank})) == (), "the file says that it is blank"


def test_what_was_recognised_well_is_asked_only_where_a_rule_waits(judges: Desk, plain: Report) -> None:
    everything = dict.fromkeys(plain.facts, recognised)
    assert doubtful(judged(judges, plain, everything)) == ()


def test_what_was_recognised_badly_is_asked(judges: Desk, plain: Report) -> None:
    (found,) = doubtful(judged(judges, plain, {"t3.new.natural": unsure}))
    assert (found.fact.id, found.why, found.worth) == ("t3.new.natural", "文字识别的把握只有 60%", 0)


def test_a_cell_that_cannot_be_read_is_asked_with_the_rules_that_wait_for_it(judges: Desk, plain: Report) -> None:
    of = judged(judges, plain, {"t3.new.natural": unreadable})
    (found,) = doubtful(of)
    waiting = [u for u in of.undecided if u.caused_by is Cause.READER]
    assert found.why.startswith("不能确定是几；“") and found.why.endswith("因此不能确定")
    assert found.worth == sum(u.cost for u in waiting) > 0
    assert set(found.rules) == {u.title for u in waiting}


def test_a_blank_of_a_picture_is_asked_where_a_finding_is_only_suspected_for_it(judges: Desk, plain: Report) -> None:
    of = judged(judges, plain, {"t3.new.natural": lambda f: blank(recognised(f))})
    (found,) = doubtful(of)
    assert found.fact.id == "t3.new.natural" and found.why.startswith("没有识别出字迹") and "“表三空白”" in found.why


def test_a_row_that_is_not_there_is_not_asked(judges: Desk, plain: Report) -> None:
    def absent(fact: Fact) -> Fact:
        return replace(fact, state=State.ABSENT, value=None, raw="", place=None)

    assert doubtful(judged(judges, plain, {"t3.new.natural": absent})) == ()


def test_the_most_valuable_cell_comes_first(judges: Desk, plain: Report) -> None:
    of = judged(judges, plain, {"t3.new.natural": unsure, "t3.carried_out.total": unreadable})
    found = doubtful(of)
    assert [d.fact.id for d in found] == ["t3.carried_out.total", "t3.new.natural"]
    assert [d.worth for d in found] == sorted((d.worth for d in found), reverse=True)


def test_the_document_with_the_most_to_win_comes_first(judges: Desk, plain: Report, book: Rulebook) -> None:
    little = judged(judges, replace(plain, source="甲.html", sha256="a" * 64), {"t3.new.natural": unsure})
    much = judged(judges, replace(plain, source="乙.html", sha256="b" * 64), {"t3.new.natural": unreadable})
    found = rows([(little, {}), (much, {})], book.lexicon.forms)
    assert [row.source for row in found] == ["乙.html", "甲.html"]
    assert found == rows([(much, {}), (little, {})], book.lexicon.forms)


def test_a_cell_is_asked_once(judges: Desk, plain: Report, book: Rulebook) -> None:
    of = judged(judges, plain, {"t3.new.natural": unreadable, "t3.new.legal": unsure})
    typed = {plain.sha256: {"t3.new.natural": Typed(State.UNREADABLE, None, "", "张三", DAY)}}
    assert [d.fact.id for d in doubtful(of, typed)] == ["t3.new.legal"]
    found = rows([(of, {})], book.lexicon.forms, typed)
    assert [row.fact for row in found] == ["t3.new.legal"]
    every = {row.fact: row for row in rows([(of, {})], book.lexicon.forms, typed, everything=True)}
    assert set(every) == {"t3.new.natural", "t3.new.legal"}
    assert every["t3.new.natural"].typed == typed[plain.sha256]["t3.new.natural"]
    assert every["t3.new.natural"].why == "人工核对仍看不清（张三，2026-04-08）"


def test_a_row_says_whose_cell_it_is_and_what_was_read(judges: Desk, plain: Report, book: Rulebook) -> None:
    (row,) = rows([(judged(judges, plain, {"t3.new.natural": unreadable}), {})], book.lexicon.forms)
    assert isinstance(row, Row)
    assert (row.unit, row.year, row.source) == ("云台县柳林镇人民政府", 2023, "柳林镇.html")
    assert (row.name, row.table, row.measure) == ("本年新收.自然人", "表三", "件")
    assert (row.found, row.key, row.sha256) == ("无法识别（原样“1 2”）", plain.sha256, plain.sha256)


@pytest.mark.parametrize(("printed", "measure"), [("元", "元"), ("千元", "千元"), ("件", "万元"), ("", "万元")])
def test_money_is_asked_in_the_unit_that_the_document_prints(
    judges: Desk, plain: Report, book: Rulebook, printed: str, measure: str
) -> None:
    (cell,) = (c for form in book.lexicon.forms if form.letter == "C" for c in form.cells.values() if c.decimal)
    units = TableReading("二", True, "C", units={cell.id: Mention("单位", printed)})
    of = judged(judges, replace(plain, tables=(units,)), {cell.id: unreadable})
    (row,) = rows([(of, {})], book.lexicon.forms)
    assert row.measure == measure


def test_the_key_is_that_of_the_file_in_which_the_cell_lies(plain: Report) -> None:
    there = replace(plain.facts["t3.new.natural"], place=replace(SEEN, file="全部.zip!/附表.pdf"))
    part = replace(plain.facts["t3.new.natural"], place=replace(SEEN, file="汇编.html#2"))
    files = {"全部.zip!/附表.pdf": "b" * 64, "汇编.html": "c" * 64}
    assert key_in(plain, there, files) == "b" * 64
    assert key_in(plain, part, files) == "c" * 64 + "#2"
    assert key_in(replace(plain, source="汇编.html#3"), plain.facts["t3.new.natural"]) == f"{plain.sha256}#3"
