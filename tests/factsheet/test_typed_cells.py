"""Typed cells: where they count, under which key, and that nothing which a file says for certain is overwritten."""

from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from factsheet_sheets import printed, told
from rendering.dresses import html_site

from auditor import readers
from auditor.documents.json_text import report_json
from auditor.documents.reading import reading
from auditor.handed import Piece, read_and_judge
from auditor.judging import make_desk
from auditor.model import CHINA, Audit, DocxCell, Fact, Outcome, PageBox, Place, Profile, Prose, Report, State, Typed
from auditor.pipeline import Options, audit
from auditor.quarters.nouns import TypedFact
from auditor.quarters.typed import typed_of
from auditor.rulebook import Rulebook
from auditor.trust import confidence
from auditor.typed import document_of, entered, key_of, may_be_typed, typed_words, with_typed

AT = dt.datetime(2026, 4, 8, 9, tzinfo=CHINA)
DAY = dt.date(2026, 4, 8)
SHA = "a" * 64
BOX = (0.0, 0.0, 9.0, 9.0)
SAID = Typed(State.NUMBER, 10, "１０", "张三", DAY)


def fact(state: State = State.NUMBER, place: Place | None = None, inferred: str = "", id: str = "x") -> Fact:
    return Fact(id, "收到申请数", state, 5 if state is State.NUMBER else None, "5", place, "", inferred)


def report(*facts: Fact, source: str = "甲.pdf") -> Report:
    return Report(source, SHA, "pdf", Profile(), Prose("", ()), (), {f.id: f for f in facts}, ())


@pytest.mark.parametrize(
    ("given", "may"),
    [
        (fact(State.UNREADABLE), True),
        (fact(State.UNREADABLE, DocxCell("", 0, 0, 0)), True),
        (fact(State.ABSENT), False),
        (fact(State.NUMBER), False),
        (fact(State.BLANK), False),
        (fact(State.NUMBER, PageBox(1, BOX)), False),
        (fact(State.NUMBER, PageBox(1, BOX), "没有表格线"), True),
        (fact(State.NUMBER, PageBox(1, BOX, 200, 0.99)), True),
        (fact(State.BLANK, PageBox(1, BOX, 200)), True),
        (fact(State.ABSENT, None, "没有表格线"), False),
        (replace(fact(State.NUMBER), typed=SAID), True),
    ],
)
def test_only_what_the_file_does_not_say_for_certain_may_be_typed(given: Fact, may: bool) -> None:
    assert may_be_typed(given) is may
    (found,) = with_typed(report(given), {SHA: {"x": SAID}}).facts.values()
    assert (found.typed is SAID) is may
    if may:
        assert (found.state, found.value, found.raw, found.inferred) == (State.NUMBER, 10, "１０", "")
        assert (found.place, found.note, confidence(found)) == (given.place, "人工录入（张三，2026-04-08）", 1.0)
    else:
        assert found is given


def test_a_report_nobody_typed_anything_for_stays_the_very_same() -> None:
    given = report(fact(State.UNREADABLE))
    assert with_typed(given, {}) is given and with_typed(given, {"b" * 64: {"x": SAID}}) is given
    assert with_typed(given, {SHA: {"y": SAID}}).facts == given.facts


def test_in_a_joined_report_the_file_of_the_cell_is_the_key() -> None:
    here = fact(State.UNREADABLE, PageBox(1, BOX), id="here")
    there = fact(State.UNREADABLE, PageBox(1, BOX, file="附表.pdf"), id="there")
    typed = {SHA: {"here": SAID, "there": SAID}, "b" * 64: {"here": SAID}}
    found = with_typed(report(here, there), typed, {"附表.pdf": "b" * 64}).facts
    assert (found["here"].typed, found["there"].typed) == (SAID, None)
    typed = {"b" * 64: {"there": SAID}}
    found = with_typed(report(here, there), typed, {"附表.pdf": "b" * 64}).facts
    assert (found["here"].typed, found["there"].typed) == (None, SAID)


def test_the_reports_of_one_file_are_told_apart() -> None:
    assert key_of("汇编.html", SHA) == SHA and key_of("汇编.html#2", SHA) == f"{SHA}#2"
    assert document_of(f"{SHA}#2") == document_of(SHA) == SHA
    second = with_typed(report(fact(State.UNREADABLE), source="汇编.html#2"), {SHA: {"x": SAID}})
    assert second.facts["x"].typed is None


@pytest.mark.parametrize(
    ("read", "said", "corrected"),
    [
        (fact(State.UNREADABLE), SAID, False),
        (fact(State.NUMBER), SAID, True),
        (fact(State.NUMBER), replace(SAID, value=5), False),
        (fact(State.BLANK), SAID, True),
        (fact(State.BLANK), replace(SAID, state=State.BLANK, value=None), False),
        (fact(State.NUMBER), replace(SAID, state=State.UNREADABLE, value=None), False),
    ],
)
def test_that_the_reader_had_read_something_else_is_kept(read: Fact, said: Typed, corrected: bool) -> None:
    assert entered(read, said).corrected is corrected


def test_the_last_word_counts() -> None:
    first = TypedFact(1, SHA, "x", State.NUMBER, 1, "1", "张三", DAY)
    last = replace(first, entry=4, state=State.BLANK, value=None, raw="", by="李四")
    assert typed_of([first, last]) == {SHA: {"x": Typed(State.BLANK, None, "", "李四", DAY)}}
    assert typed_words(replace(SAID, state=State.UNREADABLE, by="", on=None)) == "人工核对仍看不清"


# --- in a run ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("typed") / "柳林镇2023.pdf"
    path.write_bytes(printed(book))
    return path


@pytest.fixture(scope="module")
def bare(book: Rulebook, place: Path) -> Audit:
    return audit([place], book, Options(at=AT, jobs=1))


def again(book: Rulebook, place: Path, bare: Audit, said: Typed, jobs: int = 1) -> Audit:
    typed = {bare.reports[0].report.sha256: {"t3.new.natural": said}}
    return audit([place], book, Options(at=AT, jobs=jobs, typed=typed))


def outcome(done: Audit, rule: str = "t3-colsum") -> Outcome:
    return done.reports[0].outcomes[rule]


def test_a_rule_that_waits_for_a_cell_is_decided_by_what_was_typed(book: Rulebook, place: Path, bare: Audit) -> None:
    assert outcome(bare) is Outcome.UNCLEAR
    kept = again(book, place, bare, replace(SAID, value=12, raw="12"))
    broken = again(book, place, bare, SAID)
    unseen = again(book, place, bare, Typed(State.UNREADABLE, None, "", "张三", DAY))
    assert [outcome(done) for done in (kept, broken, unseen)] == [Outcome.KEPT, Outcome.BROKEN, Outcome.UNCLEAR]
    (finding,) = (f for f in broken.reports[0].findings if f.rule == "t3-colsum")
    shown = {e.label: e for e in finding.evidence}["本年新收.自然人"]
    assert shown.text == "１０（人工录入）"
    assert isinstance(shown.place, PageBox), "evidence still leads to the cell"
    assert len({done.run.id for done in (bare, kept, broken, unseen)}) == 4


def test_what_was_typed_of_other_documents_is_no_part_of_the_run(book: Rulebook, place: Path, bare: Audit) -> None:
    other = audit([place], book, Options(at=AT, jobs=1, typed={"b" * 64: {"t3.new.natural": SAID}}))
    assert other == bare


def test_every_process_knows_it(book: Rulebook, tmp_path: Path) -> None:
    """What another process is made of goes there as bytes; what it reads has the typed cells."""
    (tmp_path / "一.html").write_bytes(html_site(told(book)))
    (bare,) = audit([tmp_path], book, Options(at=AT, jobs=1)).reports
    typed = {bare.report.sha256: {"t3.new.natural": SAID}}
    made = (book.texts, "chainer", None, AT.date(), False, typed)
    (source,) = readers.find([tmp_path])
    assert isinstance(source, readers.Source)
    (piece,) = read_and_judge(make_desk(*pickle.loads(pickle.dumps(made))), source)
    assert isinstance(piece, Piece)
    assert piece.judged.report.facts["t3.new.natural"].typed == SAID


def test_documents_say_so(book: Rulebook, place: Path, bare: Audit) -> None:
    done = again(book, place, bare, SAID).reports[0]
    facts = report_json(done.report)["facts"]
    assert isinstance(facts, dict)
    typed = {id: said["typed"] for id, said in facts.items() if isinstance(said, dict) and "typed" in said}
    assert typed == {"t3.new.natural": {"by": "张三", "on": "2026-04-08"}}
    assert dict(reading(done.report).lines)["人工录入"] == "1 项由人工对照原件录入（张三）"
    assert "人工录入" not in dict(reading(bare.reports[0].report).lines)
    assert "typed" not in str(report_json(bare.reports[0].report)["facts"])


def test_the_workbook_has_a_column_for_it_only_where_it_is_needed(book: Rulebook, place: Path, bare: Audit) -> None:
    import io

    import openpyxl

    from auditor.documents.workbook import render

    def facts(done: Audit) -> tuple[list[object], list[object]]:
        rows = list(openpyxl.load_workbook(io.BytesIO(render(done)))["事实"].iter_rows(values_only=True))
        (row,) = (row for row in rows if "t3.new.natural" in row)
        return list(next(row for row in rows if "数据项编号" in row)), list(row)

    head, row = facts(again(book, place, bare, SAID))
    assert (head[-1], row[-1], row[5]) == ("人工录入", "人工录入（张三，2026-04-08）", 10)
    assert "人工录入" not in facts(bare)[0]
