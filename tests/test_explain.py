"""`auditor explain` and `auditor audit` say the same, of every rule and every report of the fictional county."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from auditor.checks.relation import blocked, environment
from auditor.cli.explaining import told
from auditor.cli.rostering import found
from auditor.findings import Beside, case_of, judge, judge_rule
from auditor.formula.bind import MissingLastYear
from auditor.model import OUTCOME_WORDS, Audit, Judged, Outcome, State
from auditor.neighbours import beside_of
from auditor.review.flips import turns
from auditor.review.told import Part
from auditor.rulebook import Rulebook

REPORTS = Path(__file__).parent.parent / "reports"


@dataclass(frozen=True)
class County:
    """The county's reports, audited, with what stood beside each."""

    book: Rulebook
    done: Audit
    besides: tuple[Beside, ...]

    def each(self) -> Iterator[tuple[Judged, Beside]]:
        yield from zip(self.done.reports, self.besides, strict=True)


@pytest.fixture(scope="module")
def county(book: Rulebook, county_by_roster: Audit) -> County:
    done, roster = county_by_roster, found(None, [REPORTS])
    besides = beside_of([j.report for j in done.reports], done.before, book, roster)
    return County(book, done, tuple(besides))


def part(parts: tuple[Part, ...], title: str) -> list[str]:
    return [line.text for one in parts if one.title == title for line in one.lines if line.depth == 0]


def test_what_stands_beside_a_report_is_what_the_audit_saw(county: County) -> None:
    for judged, beside in county.each():
        again = judge(judged.report, county.book, beside, audited=county.done.run.started.date())
        assert again.outcomes == judged.outcomes, judged.report.source


def test_every_rule_is_explained_as_it_was_judged(county: County) -> None:
    day = county.done.run.started.date()
    for at, (judged, beside) in enumerate(county.each()):
        for rule, outcome in list(judged.outcomes.items())[at % 3 :: 3]:  # each rule for a third of the reports
            said, parts = told(judged, beside, rule, county.book, day)
            where = (judged.report.source, rule)
            assert said == OUTCOME_WORDS[outcome], where
            conclusion = part(parts, "结论")
            assert any(words.startswith(said) for words in conclusion), (where, conclusion)
            failed = [words for words in part(parts, "适用范围") if words.endswith(("——不符合", "，不符合"))]
            assert not failed or outcome is Outcome.NOT_APPLICABLE, (where, failed)
            assert part(parts, "适用的依据"), where


def test_patterns_are_explained_as_they_were_drawn(county: County) -> None:
    day = county.done.run.started.date()
    drawn = 0
    for judged, beside in county.each():
        by_rule: dict[str, list[str]] = {}
        for finding in judged.findings:
            if finding.members:
                by_rule.setdefault(finding.rule, []).append(finding.message)
        for pattern in county.book.patterns:
            said, parts = told(judged, beside, pattern.id, county.book, day)
            conclusion = part(parts, "结论")
            if pattern.id in by_rule:
                drawn += 1
                assert said == "成立"
                assert all(any(message in line for line in conclusion) for message in by_rule[pattern.id])
            else:
                assert said == "不成立" and conclusion[0].startswith("不成立——")
    assert drawn


def test_every_change_that_is_named_turns_the_outcome(county: County) -> None:
    """The rule is judged again with the one cell changed: broken becomes kept, kept becomes broken."""
    tried = 0
    for judged, beside in county.each():
        case = case_of(judged.report, county.book, beside, county.done.run.started.date())
        for ready in county.book.rules:
            formula = ready.expect.get(case.form.letter) if ready.expect and case.form else None
            plain = (
                ready.rule.check == "equation" and formula is not None and formula.each is None and ready.when is None
            )
            if not plain or formula is None or case.form is None or blocked(case, formula) is not None:
                continue
            before = judge_rule(ready, case, county.book).outcomes[ready.id]
            if before is Outcome.NOT_APPLICABLE:
                continue
            try:
                program = formula.bound(case.form, case.last_form, None)
            except MissingLastYear:
                continue
            for turn in turns(program, environment(case), formula)[:2]:
                facts = {**case.report.facts, turn.fact.id: replace(turn.fact, state=State.NUMBER, value=turn.value)}
                other = replace(case, report=replace(case.report, facts=facts))
                after = judge_rule(ready, other, county.book).outcomes[ready.id]
                wanted = (Outcome.KEPT,) if turn.becomes else (Outcome.BROKEN, Outcome.SUSPECTED)
                assert after in wanted, (judged.report.source, ready.id, turn)
                tried += 1
    assert tried > 200
