"""Fault localisation: random damage in balanced tables, small systems against brute force, and what is concluded of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product

import pytest
from balanced import balanced, empty_report, plain_a, with_values
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.faults import Fault, locate
from auditor.faults.algebra import Domain, Equation, groups
from auditor.faults.slips import of_cell
from auditor.findings import Beside, case_of, judge_rule
from auditor.form import Form
from auditor.formula.interval import Exact
from auditor.inference import CHAINER
from auditor.judging import Brief, Desk, desk, judge_report
from auditor.model import Finding, Judged, Number, Outcome, Report
from auditor.rulebook import Rulebook
from auditor.score import score

Values = dict[str, Number]


@pytest.fixture(scope="module")
def relations(book: Rulebook) -> Rulebook:
    """The rulebook with its certain relations alone: all that locating needs, and quick."""
    rules = tuple(r for r in book.rules if r.rule.check == "equation" and r.rule.certainty == "certain")
    return replace(book, rules=rules)


@pytest.fixture(scope="module")
def judges(book: Rulebook) -> Desk:
    return desk(book, CHAINER)


def form_of(book: Rulebook, letter: str) -> Form:
    form = book.form(letter)
    assert form is not None
    return form


def located(book: Rulebook, report: Report) -> tuple[Fault, ...]:
    case = case_of(report, book)
    said = [judge_rule(ready, case, book) for ready in book.rules]
    findings = [finding for each in said for finding in each.findings]
    return locate(findings, {id: outcome for each in said for id, outcome in each.outcomes.items()}, case, book)


def summed(form: Form) -> list[str]:
    """The cells that stand in a relation of tables three and four, or in a sum of form A."""
    if form.letter != "A":
        return [cell.id for cell in form.cells.values() if cell.table in "三四"]
    groups_ = ("四种渠道", "办结两项", "答复八项", "不同意六项", "复议三项", "诉讼三项")
    names = {name for group in groups_ for name in form.groups[group]}
    return [form.by_name[name] for name in sorted({*names, "收到申请数", "申请办结数", "申请答复数", "行政复议数量"})]


def damaged(rng: random.Random, right: Number) -> int:
    """A wrong number, as people make them: near, digits swapped, or any other."""
    assert isinstance(right, int)
    digits = str(right)
    swapped = int(digits[:-2] + digits[-1] + digits[-2]) if len(digits) > 1 else right + 1
    while (wrong := rng.choice((right + 1, max(right - 1, 0), swapped, right * 10, rng.randrange(4000)))) == right:
        pass
    return wrong


def names_it(fault: Fault, cell: str, right: Number) -> bool:
    """Whether one of the sets holds the cell with its right number."""
    return any(change.fact == cell and change.should == right for changes in fault.sets for change in changes)


# --- random damage ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("letter", "times"), [("A", 200), ("B", 400), ("C", 400)])
def test_a_thousand_single_faults(relations: Rulebook, letter: str, times: int) -> None:
    """The right cell and number in 99 of 100, or among the equals; never a cell of a table without a fault."""
    rng, form = random.Random(letter), form_of(relations, letter)
    base, hits, alone = empty_report(relations, form), 0, 0
    for _ in range(times):
        values = balanced(form, rng)
        cell = rng.choice(summed(form))
        wrong = values | {cell: damaged(rng, values[cell])}
        faults = located(relations, with_values(base, form, wrong))
        hits += any(names_it(fault, cell, values[cell]) for fault in faults)
        alone += [fault.cells for fault in faults] == [(cell,)]
        table = form.cells[cell].table
        assert {form.cells[id].table for fault in faults for id in fault.cells} <= {table}
        if table == "三":
            assert [fault.kind for fault in faults] == ["单格"], form.cells[cell].name
            assert faults[0].cells == (cell,)
    assert hits >= 0.99 * times
    assert alone >= (0.75 * times if letter != "A" else 0)


@pytest.mark.parametrize("letter", ["B", "C"])
def test_double_faults(relations: Rulebook, letter: str) -> None:
    """In nine of ten a set that holds both, each with its right number."""
    rng, form = random.Random(letter), form_of(relations, letter)
    base, hits, times = empty_report(relations, form), 0, 80
    for _ in range(times):
        values = balanced(form, rng)
        cells = rng.sample(summed(form), 2)
        wrong = values | {cell: damaged(rng, values[cell]) for cell in cells}
        faults = located(relations, with_values(base, form, wrong))
        hits += all(any(names_it(fault, cell, values[cell]) for fault in faults) for cell in cells)
    assert hits >= 0.9 * times


@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_nothing_is_named_in_tables_that_balance(relations: Rulebook, letter: str) -> None:
    rng, form = random.Random(letter), form_of(relations, letter)
    base = empty_report(relations, form)
    for blanks in (0, 0, 1, 5, 40):
        values: Mapping[str, Number | None] = balanced(form, rng)
        gaps = rng.sample(summed(form), min(blanks, 20 if letter == "A" else 40))
        assert located(relations, with_values(base, form, {**values, **dict.fromkeys(gaps)})) == ()


@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_with_blanks_never_wrong(relations: Rulebook, letter: str) -> None:
    """What is named beside blanks holds the right cell and number; a blank itself is never named."""
    rng, form = random.Random(letter), form_of(relations, letter)
    base, named = empty_report(relations, form), 0
    for _ in range(100):
        values = balanced(form, rng)
        cell = rng.choice(summed(form))
        others = [id for id in summed(form) if id != cell]
        gaps = rng.sample(others, rng.choice((1, 2, 5, 12)))
        wrong = {**values, cell: damaged(rng, values[cell]), **dict.fromkeys(gaps)}
        for fault in located(relations, with_values(base, form, wrong)):
            assert names_it(fault, cell, values[cell]), (cell, gaps, fault)
            assert not set(fault.cells) & set(gaps)
            named += 1
    assert named >= 20


def test_three_faults_that_each_break_two_relations_are_three_faults(relations: Rulebook) -> None:
    form = form_of(relations, "C")
    values = balanced(form, random.Random(7))
    wrong = dict(values)
    for name, more in (("予以公开.总计", 11), ("重复申请.自然人", 22), ("行政执法案卷.其他", 33)):
        wrong[form.by_name[name]] += more
    faults = located(relations, with_values(empty_report(relations, form), form, wrong))
    assert [fault.kind for fault in faults] == ["单格"] * 3
    assert all(names_it(fault, fault.cells[0], values[fault.cells[0]]) for fault in faults)


# --- small systems against brute force --------------------------------------------------------------

_CELLS = "abcd"
_MOST = 14


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[Equation], dict[str, int]]:
    values = {cell: draw(st.integers(0, 6)) for cell in _CELLS}
    equations = []
    for _ in range(draw(st.integers(1, 4))):
        cells = draw(st.sets(st.sampled_from(_CELLS), min_size=2, max_size=4))
        signs = {cell: draw(st.sampled_from((1, -1))) for cell in sorted(cells)}
        equations.append(Equation(signs, draw(st.integers(-2, 2))))
    unknown = draw(st.sets(st.sampled_from(_CELLS), max_size=1))
    return equations, {cell: value for cell, value in values.items() if cell not in unknown}


def holds(equation: Equation, values: Mapping[str, Exact]) -> bool:
    return equation.constant + sum(factor * values[cell] for cell, factor in equation.terms.items()) == 0


def fillings(values: Mapping[str, Exact]) -> Iterator[dict[str, Exact]]:
    missing = [cell for cell in _CELLS if cell not in values]
    for numbers in product(range(40), repeat=len(missing)):
        yield {**values, **dict(zip(missing, numbers, strict=True))}


def can_hold(equations: list[Equation], values: Mapping[str, Exact]) -> bool:
    return any(all(holds(equation, filled) for equation in equations) for filled in fillings(values))


@given(systems())
@settings(max_examples=60)
def test_what_is_named_is_what_brute_force_finds(system: tuple[list[Equation], dict[str, int]]) -> None:
    """One group that is mended by one cell: exactly the single changes that satisfy everything; and never a larger set."""
    equations, values = system
    if can_hold(equations, values):
        assert groups(equations, values, {}) == [] or any(g.broken for g in groups(equations, values, {}))
        broken = [at for at, equation in enumerate(equations) if not can_hold([equation], values)]
        assert not broken
        return
    found = groups(equations, values, {})
    singles = {
        (cell, number)
        for cell in values
        for number in range(60)
        if number != values[cell] and can_hold(equations, {**values, cell: number})
    }
    if len(found) == 1 and not found[0].open and len(values) == len(_CELLS):
        named = found[0].mendings
        if singles:
            assert {next(iter(m.items())) for m in named} == singles
        else:
            assert all(len(mending) == 2 for mending in named)
            pairs = {
                ((one, first), (two, second))
                for one, two in combinations(sorted(values), 2)
                for first, second in product(range(_MOST), repeat=2)
                if first != values[one] and second != values[two]
                and can_hold(equations, {**values, one: first, two: second})
            }  # fmt: skip
            assert pairs <= {tuple(mending.items()) for mending in named} or not named
    for group in found:
        for mending in group.mendings:
            assert all(can_hold([equations[at]], {**values, **mending}) for at in group.broken)
            kept = [e for e in equations if can_hold([e], values)]
            assert all(can_hold([e], {**values, **mending}) for e in kept)


def test_money_has_decimals_and_counts_have_none() -> None:
    money = {"a": Domain(whole=False), "b": Domain(whole=False)}
    half = [Equation({"a": 1, "b": -2})]
    assert [dict(m) for m in groups(half, {"a": 3, "b": 1}, {})[0].mendings] == [{"a": 2}]
    told = groups(half, {"a": 3, "b": 1}, money)[0].mendings
    assert [{cell: Decimal(str(float(v))) for cell, v in m.items()} for m in told] == [{"a": 2}, {"b": Decimal("1.5")}]


# --- how a number became another ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "should", "words", "compelling"),
    [
        (1326, 1362, "两位数字颠倒", True),
        (21, 12, "两位数字颠倒", False),
        (136, 1362, "漏写一位数字", True),
        (1, 12, "漏写一位数字", False),
        (13362, 1362, "多写一位重复的数字", True),
        (13962, 1362, "多写一位数字", True),
        (40, 52, "恰好没有计入“丙”，疑合计未随之更新", True),
        (52, 40, "恰好把“丙”计了两次", True),
        (45, 52, None, False),
        (0, 10, "漏写一位数字", False),
        (7, 19, "恰好没有计入“丙”，疑合计未随之更新", True),
    ],
)
def test_slips(book: Rulebook, now: int, should: int, words: str | None, compelling: bool) -> None:
    cell = next(iter(form_of(book, "A").cells.values()))
    slip = of_cell(cell, now, should, {"丙": 12, "丁": 3})
    assert (slip and slip.words, bool(slip and slip.compelling)) == (words, compelling)


# --- what is concluded -------------------------------------------------------------------------------


def judged(judges: Desk, letter: str, changes: Mapping[str, Number | None], **example: object) -> Judged:
    form = form_of(judges.book, letter)
    values = plain_a(form) if letter == "A" else balanced(form, random.Random(3))
    report = empty_report(judges.book, form, example)
    wrong = {**values, **{form.by_name[name]: value for name, value in changes.items()}}
    return judge_report(judges, Brief(with_values(report, form, wrong), Beside()))


def conclusion(told: Judged, rule: str) -> Finding:
    (found,) = [finding for finding in told.findings if finding.rule == rule]
    return found


def members(told: Judged, of: Finding) -> list[Finding]:
    return [finding for finding in told.findings if finding.absorbed_by == of.fingerprint]


def test_one_cell_is_one_conclusion_and_costs_once(judges: Desk) -> None:
    form = form_of(judges.book, "C")
    right = balanced(form, random.Random(3))[form.by_name["办理结果总计.总计"]]
    wrong = int(str(right)[:-2] + str(right)[-1] + str(right)[-2])
    assert wrong != right
    told = judged(judges, "C", {"办理结果总计.总计": wrong})
    found = conclusion(told, "p-fault-cell")
    words = f"表三 办理结果总计·总计 疑应为 {right}，现为 {wrong}：一处更正可使 3 条勾稽关系全部成立（两位数字颠倒）"
    assert found.message == words
    assert (found.outcome, found.left, found.right, found.causes) == (Outcome.BROKEN, wrong, right, 1)
    assert [f.rule for f in members(told, found)] == ["t3-colsum", "t3-equation", "t3-total"]
    assert all(f.deducted == 0 for f in members(told, found))
    assert found.deducted == max(f.cost for f in members(told, found))
    assert form.by_name["办理结果总计.总计"] in found.facts
    assert found.evidence[0].text == str(wrong)
    assert sum(line.points for line in told.score.lines if line.rule in ("p-fault-cell", "t3-total")) == -found.deducted


def test_a_conclusion_found_wrong_gives_its_members_back(judges: Desk) -> None:
    told = judged(judges, "C", {"予以公开.总计": 9999})
    found = conclusion(told, "p-fault-cell")
    listed, after = score(told.findings, told.undecided, judges.book.scoring, {found.fingerprint: "不属实"})
    paying = [f for f in listed if f.rule in ("t3-colsum", "t3-total")]
    assert all(f.deducted == f.cost > 0 and f.absorbed_by is None for f in paying)
    assert told.score.points - after.points == sum(f.cost for f in paying) - found.deducted


def test_both_engines_give_the_same_bytes(book: Rulebook, judges: Desk) -> None:
    other = desk(book)
    for changes in ({"予以公开.总计": 9999}, {"予以公开.总计": 9999, "重复申请.其他": 77}):
        assert judged(judges, "C", changes) == judged(other, "C", changes)


def test_a_shift_is_told_as_one(judges: Desk) -> None:
    form = form_of(judges.book, "C")
    values = balanced(form, random.Random(5))
    at, columns = form.by_name, form.groups["申请人各列"]
    meant = dict(zip(columns, (5, 7, 11, 0, 0, 0), strict=True))
    for column, number in meant.items():
        more = number - values[at[f"部分公开.{column}"]]
        for row in ("部分公开", "办理结果总计", "本年新收"):
            values[at[f"{row}.{column}"]] += more
            values[at[f"{row}.总计"]] += more
    for column, number in zip(columns, (0, 5, 7, 11, 0, 0), strict=True):
        values[at[f"部分公开.{column}"]] = number
    report = with_values(empty_report(judges.book, form), form, values)
    found = conclusion(judge_report(judges, Brief(report, Beside())), "p-fault-shift")
    assert "“部分公开”行自“自然人”至“社会公益组织”的数字如向左移一列" in found.message
    assert found.causes == 1
    assert found.deducted == 5


def test_two_neighbours_that_changed_places(relations: Rulebook) -> None:
    form = form_of(relations, "C")
    values = balanced(form, random.Random(11))
    one, two = form.by_name["部分公开.自然人"], form.by_name["部分公开.商业企业"]
    for row in ("部分公开", "办理结果总计", "本年新收"):
        values[form.by_name[f"{row}.自然人"]] += 40
        values[form.by_name[f"{row}.总计"]] += 40
    values[one], values[two] = values[two], values[one]
    (fault,) = located(relations, with_values(empty_report(relations, form), form, values))
    assert (fault.causes, fault.compelling) == (1, True)
    assert "互换" in fault.words
    assert {change.fact for change in fault.sets[0]} >= {one, two}


def test_equals_are_all_named_and_none_is_accused(judges: Desk) -> None:
    told = judged(judges, "C", {"本年新收.自然人": 1, "本年新收.总计": 1})
    assert not [
        f for f in told.findings if f.rule == "p-fault-cell" and "自然人" in f.message and "总计" not in f.message
    ]
    form = form_of(judges.book, "C")
    values = balanced(form, random.Random(3))
    for name in ("本年新收.自然人", "本年新收.总计"):
        values[form.by_name[name]] += 1
    report = with_values(empty_report(judges.book, form), form, values)
    found = conclusion(judge_report(judges, Brief(report, Beside())), "p-fault-either")
    assert "不能断定是哪一格" in found.message
    assert all(row in found.message for row in ("本年新收", "上年结转"))
    assert found.causes == 1


def test_yuan_in_a_cell_of_ten_thousand_yuan(judges: Desk) -> None:
    told = judged(judges, "A", {"依申请收取费用": 251}, 正文="依申请公开收取费用251元。")
    found = conclusion(told, "p-fault-unit")
    assert "统计表 依申请收取费用 疑应为 0.0251，现为 251" in found.message
    assert {f.rule for f in members(told, found)} == {"a-fee-mag", "n-fee"}


def test_the_prose_tells_which_of_the_equals_is_wrong(judges: Desk) -> None:
    told = judged(judges, "A", {"收到申请数": 62}, 正文="全年收到政府信息公开申请26件。")
    found = conclusion(told, "p-fault-slip")
    assert "其中第 1 种可能性较大：“正文申请数与统计表不符”也随之消除" in found.message
    assert {"a-req-sum", "n-req"} <= {f.rule for f in members(told, found)}


def test_what_the_reader_may_have_misread_is_nobodys_fault(judges: Desk) -> None:
    """Cells that were inferred, and a shift that mends all: the relations are unclear, and nothing is concluded."""
    form = form_of(judges.book, "C")
    values: dict[str, Number | None] = dict(balanced(form, random.Random(9)))
    row = [form.by_name[f"予以公开.{column}"] for column in form.axes["申请人"]]
    moved = [None, *(values[id] for id in row[:-1])]
    values |= dict(zip(row, moved, strict=True))
    report = with_values(empty_report(judges.book, form), form, values)
    inferred = {id: replace(fact, inferred="没有表格线") for id, fact in report.facts.items()}
    told = judge_report(judges, Brief(replace(report, facts=inferred), Beside()))
    assert not [f for f in told.findings if f.rule.startswith("p-fault")]
    assert not [f for f in told.findings if f.rule == "t3-total"]


def test_a_count_of_causes_counts_a_fault_once(judges: Desk) -> None:
    """Two wrong cells break four relations and more: two causes, not four."""
    told = judged(judges, "C", {"予以公开.总计": 9999, "重复申请.其他": 777})
    assert not [f for f in told.findings if f.rule == "p-arithmetic-collapse"]
    assert sum(f.deducted for f in told.findings if f.rule == "p-fault-cell") == 10
