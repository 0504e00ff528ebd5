"""One cell costs once: whatever is wrong in one cell, and however many rules speak of it, it costs as much as the dearest.

Every cell of every form is given every kind of wrong content in reports of which nothing else is wrong, and the whole
rulebook judges, with last year's report and prose that agree with what the cell said before. Practice counts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

import pytest
from balanced import Value, balanced, empty_report, plain_a, with_values

from auditor.findings import Beside
from auditor.form import Form
from auditor.inference import CHAINER
from auditor.judging import Brief, Desk, desk, judge_report
from auditor.model import Finding, Judged, Number, Outcome, Report
from auditor.rulebook import Rulebook

PROSE = {
    "A": "全年主动公开政府信息120条。政府网站公开政府信息90条，政府微信公开政府信息40条。制发规范性文件4件，主动公开规范性文件3件。"
    "全年收到政府信息公开申请26件。发生政府信息公开行政复议2件，政府信息公开行政诉讼1件。",
    "BC": "全年收到政府信息公开申请{new}件。发生政府信息公开行政复议{review}件。",
    "zero": "全年未收到政府信息公开申请。",
}
# What is said of the report as a whole, not of a cell: the same whatever one cell says.
APART = ("similarity", "attest", "filing", "section", "date")


@dataclass(frozen=True)
class Sound:
    """A report in which the cells agree with one another, with the prose and with last year's report."""

    form: Form
    values: Mapping[str, Number]
    report: Report
    last: Report


@pytest.fixture(scope="module")
def judges(book: Rulebook) -> Desk:
    """A desk of a county whose 考核办法 makes practice count; it leaves out the rules that no cell can touch."""
    county = replace(book.county, assessment="《澄湖县政务公开工作考核办法》")
    rules = tuple(ready for ready in book.rules if ready.rule.check not in APART)
    return desk(replace(book, county=county, rules=rules), CHAINER)


def sound(book: Rulebook, letter: str, *, zero: bool) -> Sound:
    found = book.form(letter)
    assert found is not None
    form, at = found, found.by_name
    values: dict[str, Number] = plain_a(form) if letter == "A" else balanced(form, random.Random(3))
    values |= {cell.id: 2 for cell in form.cells.values() if cell.table == "二"}
    if zero:
        values = dict.fromkeys(values, 0)
    prose = PROSE["zero"] if zero else PROSE["A"]
    if letter != "A" and not zero:
        prose = PROSE["BC"].format(new=values[at["本年新收.总计"]], review=values[at["行政复议.总计"]])
    base = empty_report(book, form, {"正文": prose})
    before = dict(values)
    for column in form.axes.get("申请人", ()):
        before[at[f"结转下年度.{column}"]] = values[at[f"上年结转.{column}"]]
    last = with_values(base, form, before)
    assert base.profile.year is not None
    last = replace(last, profile=replace(last.profile, year=base.profile.year - 1))
    return Sound(form, values, with_values(base, form, values), last)


def judged(judges: Desk, one: Sound, cell: str | None = None, value: Value = None) -> Judged:
    report = one.report
    if cell is not None:
        report = with_values(report, one.form, {**one.values, cell: value})
    return judge_report(judges, Brief(report, Beside(one.last)))


def wrong(right: Number) -> Iterator[Value]:
    """What a cell may wrongly say: nothing, a stroke, words, what no count can be, and other numbers."""
    assert isinstance(right, int | Decimal)
    tens = right * 10000 or 99999
    return (v for v in (None, "/", -1, Decimal("2.5"), 0, right + 1, tens) if v != right)


def new(told: Judged, before: Judged) -> list[Finding]:
    known = {(f.fingerprint, f.content) for f in before.findings}
    return [f for f in told.findings if (f.fingerprint, f.content) not in known]


def dearest(findings: list[Finding]) -> Decimal:
    return max((f.cost for f in findings), default=Decimal(0))


CASES = [("A", False, 1), ("A", True, 2), ("B", False, 19), ("C", False, 19), ("C", True, 19)]


@pytest.mark.parametrize(("letter", "zero", "step"), CASES)
def test_one_cell_costs_once(judges: Desk, letter: str, zero: bool, step: int) -> None:
    """Neither what is certain, nor all that is suspected found right, costs more than the dearest of it alone.

    Of the many cells of tables three and four that are like one another every nineteenth is taken (rows and columns alternate).
    """
    one = sound(judges.book, letter, zero=zero)
    before = judged(judges, one)
    met: set[tuple[str, str]] = set()
    wrongs = []
    cells = [c.id for at, c in enumerate(one.form.cells.values()) if at % (2 if c.table == "二" else step) == 0]
    for cell in cells:
        for value in wrong(one.values[cell]):
            told = judged(judges, one, cell, value)
            found = new(told, before)
            certain = [f for f in found if f.outcome is Outcome.BROKEN]
            lost = before.score.points - told.score.points
            if_all = before.score.if_suspected - told.score.if_suspected
            if lost > dearest(certain) or if_all > dearest(found):
                wrongs.append(
                    (one.form.cells[cell].name, value, [(f.rule, f.cost, f.deducted) for f in found if f.cost])
                )
            plain = sorted({f.rule for f in found if f.cost and not f.members})
            met.update(combinations(plain, 2))
    assert not wrongs, "\n".join(map(str, wrongs))
    assert len(met) >= {"A": 8, "B": 2, "C": 2}[letter], met
