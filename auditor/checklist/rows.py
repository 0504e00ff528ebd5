"""An audit -> the rows of its checklist: every report × every rule that asks a person, in the order of the reports.

Asked     what is 待人工核验, and what has been answered (with the answer, so that a new list loses nothing)
Left out  what the report itself decides (a printed column path), and rules that do not speak of the report
Outdated  an answer about another version of the file: its conclusion is asked again, the old one is shown as a hint
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.checks.attest import is_outdated
from auditor.model import Attested, Audit, Judged, Outcome, Report, RuleCard


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to look at. `unit` is "" where the report does not say whose it is; `answer` is what is known of it."""

    unit: str
    year: int | None
    source: str
    link: str
    rule: str
    title: str
    ask: str
    verify: str
    sha256: str
    answer: Attested | None = None
    hint: str = ""


def rows(audit: Audit) -> tuple[Row, ...]:
    """The whole list."""
    asking = [card for card in audit.rules.values() if card.ask]
    return tuple(row for judged in audit.reports for row in _of_report(judged, asking))


def unit_of(report: Report) -> str:
    """The unit that answers for a report, by the roster's full name where it is on it."""
    return (report.filing and report.filing.unit) or report.profile.organisation or ""


def _of_report(judged: Judged, asking: list[RuleCard]) -> Iterator[Row]:
    report = judged.report
    for card in asking:
        answer = judged.attested.get(card.id)
        if answer is None and judged.outcomes.get(card.id) is not Outcome.TO_CONFIRM:
            continue
        outdated = answer is not None and is_outdated(answer, report.sha256)
        hint = f"报告已变更，请复核。上次核验为{answer.answer}：{answer.said}" if answer and outdated else ""
        yield Row(
            unit_of(report),
            report.profile.year,
            report.source,
            report.profile.url or "",
            card.id,
            card.title,
            card.ask,
            card.verify,
            report.sha256,
            None if outdated else answer,
            hint,
        )
