"""Columns say of many reports at once what `judge_rule` says of each; packed facts are exactly the facts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from functools import cache

import pytest
from random_reports import report

from auditor.columnar.packed import pack
from auditor.columnar.table import Packed
from auditor.columnar.verdicts import ASK, BROKEN, KEPT, NOT_APPLICABLE, SUSPECTED, UNCLEAR, Before, Panel
from auditor.findings import case_of, judge_rule
from auditor.lastyears import LastYears
from auditor.model import Outcome, Report
from auditor.rulebook import Rulebook, load

CODES = {
    Outcome.NOT_APPLICABLE: NOT_APPLICABLE,
    Outcome.KEPT: KEPT,
    Outcome.UNCLEAR: UNCLEAR,
    Outcome.SUSPECTED: SUSPECTED,
    Outcome.BROKEN: BROKEN,
}


def packed(reports: Sequence[Report]) -> list[Packed]:
    """The reports as the columns take them."""
    subjects = [frozenset(claim.subject for claim in one.claims) for one in reports]
    return [Packed(one.profile, *pack(one.facts), said) for one, said in zip(reports, subjects, strict=True)]


def before(reports: Sequence[Report]) -> list[Before]:
    """Last year's report of each."""
    years, at = LastYears(reports), {id(r): i for i, r in enumerate(reports)}
    besides = [years.of(one.profile) for one in reports]
    return [Before(at[id(b.last)] if b.last is not None else None, bool(b.problem), bool(b.merged)) for b in besides]


@cache
def sample(size: int = 260, seed: int = 4) -> tuple[Report, ...]:
    """Random reports; many units have two years in a row, and a few years have two candidates."""
    book, chance = load(), random.Random(seed)
    singles = [report(book, chance, at) for at in range(size)]
    pairs = [report(book, chance, size + at, 2017 + at % 8, 1000 + at // 8) for at in range(size // 2)]
    twice = [report(book, chance, 2 * size + at, 2020, 1000 + at) for at in range(2)]
    return (*singles, *pairs, *twice)


@pytest.fixture(scope="module")
def panel(book: Rulebook) -> Panel:
    return Panel(packed(sample()), book, lambda: before(sample()))


def test_every_code_is_what_the_rule_says(panel: Panel, book: Rulebook) -> None:
    reports = sample()
    years = LastYears(reports)
    cases = [case_of(one, book, years.of(one.profile)) for one in reports]
    wrong, seen = [], Counter[int]()
    for ready in book.rules:
        codes = panel.ask(ready).tolist()
        seen.update(codes)
        for one, case, code in zip(reports, cases, codes, strict=True):
            if code == ASK:
                continue
            said = judge_rule(ready, case, book).outcomes[ready.id]
            if CODES.get(said) != code:
                wrong.append(f"{ready.id} {one.source} {one.profile.form}: {said} != {code}")
    assert not wrong, f"{len(wrong)}: " + "\n".join(wrong[:20])
    assert all(seen[code] for code in (NOT_APPLICABLE, KEPT, UNCLEAR, SUSPECTED, BROKEN, ASK)), seen


def test_rules_on_facts_are_decided_by_columns(panel: Panel, book: Rulebook) -> None:
    """What is left to one report at a time is the rare cell, never a whole rule."""
    left = {r.id: int((panel.ask(r) == ASK).sum()) for r in book.rules if r.rule.check in ("equation", "filled")}
    mostly = {id for id, count in left.items() if count > panel.size * 0.2}
    by_words = {r.id for r in book.rules if r.rule.check == "filled" and (not r.rule.cells or r.rule.grades)}  # type: ignore[attr-defined]
    others = {r.id for r in book.rules if r.expect and any("同类." in f.text for f in r.expect.values())}
    others |= {r.id for r in book.rules if getattr(r.rule, "in_a_row", 1) > 1}
    assert mostly <= by_words | others, mostly
