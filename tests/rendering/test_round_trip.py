"""Truth -> file -> facts: what is read is what was put in, or `unreadable`; never another number.

Counts    cells wrong (must be 0) and unreadable (under 0.5 % in each dress without recognition), printed at the end
Many      HYPOTHESIS_PROFILE=thorough runs fifty times as many examples; scans (`AUDITOR_SCANS=1`) take 4 s a page
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import readers
from auditor.facts import extract
from auditor.form import Form
from auditor.model import Document, Fact, State
from auditor.model import Report as Read
from auditor.rulebook import Rulebook

from . import cutting
from .dresses import DRESSES, report, scan
from .truths import Truth, truths

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
CASES = [(dress, letter) for dress, given in DRESSES.items() for letter in given.forms]
TALLY: dict[str, Counter[str]] = {}


@pytest.fixture(scope="module", autouse=True)
def figures(request: pytest.FixtureRequest) -> Iterator[None]:
    """Prints cells, wrong and unreadable ones, by dress."""
    yield
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print()
        for dress, count in TALLY.items():
            share = 100 * count["unreadable"] / max(count["cells"], 1)
            print(
                f"{dress:12} cells {count['cells']:7,}  wrong {count['wrong']:3}  unreadable {count['unreadable']:4} ({share:.2f} %)"
            )


def form_of(book: Rulebook, letter: str) -> Form:
    return next(form for form in book.lexicon.forms if form.letter == letter)


def read_back(book: Rulebook, made: bytes, suffix: str) -> tuple[Document, Read]:
    document = readers.read(f"报告{suffix}", made)
    assert isinstance(document, Document), document
    return document, extract(document, book.lexicon)


def compared(dress: str, form: Form, truth: Truth, facts: dict[str, Fact]) -> list[str]:
    """What was read as something else, in words; counts all cells."""
    count = TALLY.setdefault(dress, Counter())
    wrong = []
    for cell in form.cells.values():
        fact, put = facts.get(cell.id), truth[cell.id]
        count["cells"] += 1
        if fact is None or fact.state in (State.UNREADABLE, State.ABSENT):
            count["unreadable"] += 1
        elif (fact.state, fact.value) != (put.state, put.value):
            count["wrong"] += 1
            wrong.append(f"{cell.id}: {put.text!r} read as {fact.state} {fact.value} ({fact.raw!r})")
    return wrong


@pytest.mark.parametrize(("dress", "letter"), CASES, ids=[f"{d} {x}" for d, x in CASES])
def test_what_is_read_is_what_was_put_in(book: Rulebook, dress: str, letter: str) -> None:
    form, made = form_of(book, letter), DRESSES[dress]
    examples = max(8 // made.cost, 2) * (50 if THOROUGH else 1)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(truth=truths(form), units=st.booleans())
    def check(truth: Truth, units: bool) -> None:
        given = report(form, {id: put.text for id, put in truth.items()}, units=units)
        data = made.make(given)
        document, read = read_back(book, data, made.suffix)
        assert read.profile.form == letter
        assert compared(dress, form, truth, dict(read.facts)) == []
        assert cutting.misplaced(data, document, read, given) == []

    check()
    count = TALLY[dress]
    assert count["unreadable"] <= made.unreadable * count["cells"]


@pytest.mark.skipif(not (THOROUGH or os.environ.get("AUDITOR_SCANS")), reason="scans: set AUDITOR_SCANS=1")
@pytest.mark.parametrize("letter", "ABC")
def test_scans(book: Rulebook, letter: str) -> None:
    pytest.importorskip("rapidocr")
    form = form_of(book, letter)

    @settings(max_examples=4 if THOROUGH else 1, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(truth=truths(form))
    def check(truth: Truth) -> None:
        data = scan(report(form, {id: put.text for id, put in truth.items()}))
        _, read = read_back(book, data, ".pdf")
        assert compared("scan", form, truth, dict(read.facts)) == []

    check()
