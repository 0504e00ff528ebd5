"""Every number printed in a circular is found again in the audit, and none that is off by one would be."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from circular_cases import CASES
from circular_tracing import NUMBER, Recount, Trace, headers, is_certain, printed

from auditor.documents.circular import circular
from auditor.documents.circular import paper as drawn
from auditor.documents.matter import Matter
from auditor.documents.tally import Figure
from auditor.text import chinese_to_int


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def matter(request: pytest.FixtureRequest) -> Matter:
    made = CASES[request.param]()
    assert isinstance(made, Matter)
    return made


@pytest.fixture(scope="module")
def paper(matter: Matter) -> list[str]:
    return printed(drawn(matter))


def test_every_number_is_explained(matter: Matter, paper: list[str]) -> None:
    assert Trace(matter).untraced(paper) == []


def test_every_sentence_is_printed(matter: Matter, paper: list[str]) -> None:
    whole = "".join(paper)
    said = circular(matter)
    missing = [str(one) for one in said.sentences() if str(one) not in whole]
    assert missing == []


def test_a_number_that_is_off_by_one_is_found(matter: Matter, paper: list[str]) -> None:
    trace, passed, tried = Trace(matter), [], 0
    at = 0
    for said in paper:
        for match in NUMBER.finditer(said):
            changed = said[: match.start()] + _more(match[0]) + said[match.end() :]
            tried += 1
            if not trace.wrong_from(changed, at) and not _is_ordinal(said, match):
                passed.append(changed)
        found = trace._match(said, at)
        at = found[0] if found is not None else at
    assert tried > 20
    assert passed == []


def _more(number: str) -> str:
    """The next number, written the same way."""
    if not re.fullmatch(r"−?\d+(\.\d+)?", number):
        return "九十九" if chinese_to_int(number) != 99 else "九十八"
    value = Decimal(number.replace("−", "-"))
    return str(value + (1 if value == value.to_integral_value() else Decimal("0.01"))).replace("-", "−")


def _is_ordinal(said: str, match: re.Match[str]) -> bool:
    """附件1, 注：1., 1.得分排名表: places in a list, which are their own proof."""
    return re.match(r"(附件|附件：|注：|　　)?$", said[: match.start()]) is not None and (
        said[match.end() : match.end() + 1] == "." or said.startswith("附件")
    )


def test_the_draft_mark_says_how_many_are_undecided(matter: Matter) -> None:
    marks = headers(drawn(matter))
    undecided = len(Recount(matter).open)
    assert bool(marks) is bool(undecided)
    assert all(re.findall(r"\d+", mark) == [str(undecided)] for mark in marks)


# --- the same counts, reckoned from the audit alone ---------------------------------------------------


def test_the_totals_are_those_of_the_audit(matter: Matter, paper: list[str]) -> None:
    here, text = Recount(matter), "\n".join(paper)
    found = re.search(r"检查共发现问题(\d+)个", text)
    assert (int(found[1]) if found else 0) == len(here.stands)
    units = re.search(r"检查共发现问题\d+个，涉及(\d+)个单位", text)
    if units:
        assert int(units[1]) == len({one.unit for one in here.stands})
    for severity in ("严重", "较重", "一般", "提示"):
        mine = sum(one.finding.severity == severity for one in here.stands)
        said = re.search(rf"检查共发现问题.*?{severity}(\d+)个", text)
        assert said is None or int(said[1]) == mine
    checked = re.search(r"工作年度报告(\d+)份。", text)
    assert checked is None or int(checked[1]) == len(matter.tally.audit.reports)


def test_each_dimension_counts_its_own(matter: Matter, paper: list[str]) -> None:
    here = Recount(matter)
    seen: dict[str, int] = {}
    for lead, text in pairwise(paper):
        heading = re.fullmatch(r"（[一二三四五六七八九十]+）(.+)方面的问题", lead)
        if heading:
            said = re.match(r"共(\d+)个", text)
            seen[heading[1]] = int(said[1]) if said else _of_one_kind(text)
    counted: dict[str, int] = {}
    for one in here.stands:
        counted[one.finding.dimension] = counted.get(one.finding.dimension, 0) + 1
    assert seen == counted


def _of_one_kind(text: str) -> int:
    found = re.match(r"[^。]*?（(\d+)个", text)
    return int(found[1]) if found else 1


def test_the_list_has_each_problem_once_and_its_points(matter: Matter) -> None:
    here, said = Recount(matter), circular(matter)
    assert [str(one.at) for one in said.listed] == [str(at) for at in range(1, len(here.stands) + 1)]
    points = sorted(figure.value for one in said.listed for figure in one.points.figures)
    assert points == sorted(one.finding.deducted for one in here.stands if one.finding.deducted)
    absorbed = sum(
        is_certain(f) and bool(f.absorbed_by) for judged in matter.tally.audit.reports for f in judged.findings
    )
    certain = sum(is_certain(f) for judged in matter.tally.audit.reports for f in judged.findings)
    certain += sum(is_certain(f) for _, f in matter.tally.audit.unreported)
    assert len(here.stands) >= certain - absorbed


def test_a_wrong_figure_would_be_found(matter: Matter) -> None:
    """Not only a misprint: a figure that does not count what it names is no figure of this audit."""
    here = Recount(matter)
    figures = [figure for one in circular(matter).sentences() for figure in one.figures]
    assert figures
    for figure in figures:
        assert here.explains(figure), figure
        if len(figure.of) > 1:
            wrong = [replace(figure, value=figure.value + Decimal("1.37"))]
            assert not any(map(here.explains, wrong)), figure
    assert not here.explains(Figure(1, ("不在其中",)))
