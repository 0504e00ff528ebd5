"""Equations against tables built to satisfy them: they hold for every such table and break for every change of one cell."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from auditor.facts import Hints, extract
from auditor.findings import case_of, judge_rule
from auditor.form import Form
from auditor.model import Document, Fact, Finding, Outcome, Report, State
from auditor.rulebook import Rulebook, load

COUNT = st.integers(0, 9)
C_RULES = ("t3-equation", "t3-colsum", "t3-total", "t4-sum")
A_SUMS = {
    "a-req-sum": ("收到申请数", "四种渠道"),
    "a-done-sum": ("申请办结数", "办结两项"),
    "a-reply-sum": ("申请答复数", "答复八项"),
    "a-deny-sum": ("不同意公开答复数", "不同意六项"),
    "a-review-sum": ("行政复议数量", "复议三项"),
    "a-lit-sum": ("行政诉讼数量", "诉讼三项"),
    "a-staff-sum": ("工作人员数", "人员两项"),
}


@cache
def book() -> Rulebook:
    return load()


@cache
def form(letter: str) -> Form:
    found = book().form(letter)
    assert found is not None
    return found


@cache
def empty(letter: str) -> Report:
    """A report without words; its facts are put in by the tests."""
    year = {"A": 2017, "B": 2019, "C": 2024}[letter]
    document = Document("x", "0" * 64, "txt", (), "test")
    report = extract(document, book().lexicon, Hints(year=year, unit_kind="乡镇", organisation="某县某镇人民政府"))
    return replace(report, profile=replace(report.profile, form=letter))


def report(letter: str, values: dict[str, int]) -> Report:
    facts = {}
    for id, cell in form(letter).cells.items():
        value = values.get(cell.name, 0)
        facts[id] = Fact(id, cell.name, State.NUMBER, value, str(value))
    return replace(empty(letter), facts=facts)


def outcomes(letter: str, values: dict[str, int], rules: tuple[str, ...]) -> tuple[dict[str, Outcome], list[Finding]]:
    case = case_of(report(letter, values), book())
    said: dict[str, Outcome] = {}
    findings: list[Finding] = []
    for id in rules:
        ready = book().rule(id)
        assert ready is not None
        judgement = judge_rule(ready, case, book())
        said |= judgement.outcomes
        findings += judgement.findings
    return said, findings


@st.composite
def tables_three_and_four(draw: st.DrawFn, letter: str) -> dict[str, int]:
    """Every column and row of table three and the blocks of table four add up."""
    the_form, values = form(letter), {}
    people = [c for c in the_form.axes["申请人"] if c != "总计"]
    rows = the_form.groups["办理结果各项"]
    for person in people:
        for row in rows:
            values[f"{row}.{person}"] = draw(COUNT)
        handled = sum(values[f"{row}.{person}"] for row in rows)
        out, carried = draw(COUNT), draw(COUNT)
        carried = min(carried, handled + out)
        values |= {
            f"办理结果总计.{person}": handled,
            f"结转下年度.{person}": out,
            f"上年结转.{person}": carried,
            f"本年新收.{person}": handled + out - carried,
        }
    for row in the_form.axes["行"]:
        values[f"{row}.总计"] = sum(values[f"{row}.{person}"] for person in people)
    for block in the_form.axes["块"]:
        parts = [f"{block}.{name}" for name in ("结果维持", "结果纠正", "其他结果", "尚未审结")]
        values |= {part: draw(COUNT) for part in parts}
        values[f"{block}.总计"] = sum(values[part] for part in parts)
    return values


@st.composite
def table_a(draw: st.DrawFn) -> dict[str, int]:
    """Every total of form A is the sum of its parts."""
    values: dict[str, int] = {}
    names = form("A").groups
    # the refusals first: their total is itself one of the eight replies
    for total, group in sorted(A_SUMS.values(), key=lambda pair: pair[0] == "申请答复数"):
        for name in names[group]:
            values.setdefault(name, draw(COUNT))
        values[total] = sum(values[name] for name in names[group])
    return values


def changed(draw_from: st.DataObject, values: dict[str, int]) -> tuple[str, dict[str, int]]:
    name = draw_from.draw(st.sampled_from(sorted(values)))
    other = draw_from.draw(st.integers(0, 60).filter(lambda n: n != values[name]))
    return name, {**values, name: other}


@given(st.sampled_from("BC"), st.data())
def test_tables_three_and_four(letter: str, data: st.DataObject) -> None:
    values = data.draw(tables_three_and_four(letter))
    said, _ = outcomes(letter, values, C_RULES)
    assert set(said.values()) == {Outcome.KEPT}
    name, other = changed(data, values)
    _, findings = outcomes(letter, other, C_RULES)
    id = form(letter).by_name[name]
    naming = [f for f in findings if f.outcome is Outcome.BROKEN and id in f.facts]
    assert naming
    assert all(f.left is not None and f.right is not None and f.difference == f.left - f.right for f in naming)


@given(st.data())
def test_form_a(data: st.DataObject) -> None:
    values = data.draw(table_a())
    said, _ = outcomes("A", values, tuple(A_SUMS))
    assert set(said.values()) == {Outcome.KEPT}
    name, other = changed(data, values)
    _, findings = outcomes("A", other, tuple(A_SUMS))
    id = form("A").by_name[name]
    assert [f for f in findings if f.outcome is Outcome.BROKEN and id in f.facts]


@given(st.data())
def test_a_blank_makes_no_sound_table_broken(data: st.DataObject) -> None:
    """Whatever cells are blanked, a sum that held is never broken by its equation (the omission itself is another rule)."""
    values = data.draw(tables_three_and_four("C"))
    blank = data.draw(st.sets(st.sampled_from(sorted(values)), min_size=1, max_size=40))
    whole = report("C", values)
    facts = {
        id: replace(f, state=State.BLANK, value=None, raw="") if f.name in blank else f for id, f in whole.facts.items()
    }
    case = case_of(replace(whole, facts=facts), book())
    for id in C_RULES:
        ready = book().rule(id)
        assert ready is not None
        assert judge_rule(ready, case, book()).outcomes[id] in (Outcome.KEPT, Outcome.UNCLEAR)
