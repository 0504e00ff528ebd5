"""Checked (规则): every rule of the run, what it rests on, and how many reports kept it, broke it or could not be decided.

Counts    reports (份), as the rules judged them; the problems (个) beside are those of the tally, after what people decided
Order     by dimension, the gravest first
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from auditor.documents import words
from auditor.documents.printing import line
from auditor.documents.sheets.laying import MIDDLE, NUMBER, Column, Sheet, Value, severities
from auditor.documents.tally import Tally
from auditor.model import CHECK_WORDS, DIMENSIONS, OUTCOME_WORDS, Basis, Outcome, RuleCard

_OUTCOMES: Final = (
    Outcome.KEPT,
    Outcome.BROKEN,
    Outcome.SUSPECTED,
    Outcome.UNCLEAR,
    Outcome.NOT_APPLICABLE,
    Outcome.TO_CONFIRM,
)
_STATUS: Final = {"draft": "试行", "active": "正式", "retired": "停用"}
_COLUMNS: Final = (
    Column("序号", 6, MIDDLE),
    Column("规则", 34),
    Column("严重程度", 9, MIDDLE),
    Column("类别", 10, MIDDLE),
    Column("检查什么", 18),
    Column("依据", 46),
    *(Column(OUTCOME_WORDS[one], 8, NUMBER) for one in _OUTCOMES),
    Column("问题（个）", 8, NUMBER),
    Column("状态", 7, MIDDLE),
    Column("规则编号", 18, printed=False),
)
_GATHERS: Final = "把同一原因的几项问题归并为一个结论"


def sheet(tally: Tally) -> Sheet:
    """规则."""
    title = f"规则（检查了什么、依据什么；共{len(tally.audit.rules)}条，各栏为报告份数，规则的初步结论）"
    return Sheet("规则", title, _COLUMNS, _rows(tally), severities(), kept=2, lines=8)


def _rows(tally: Tally) -> Iterator[tuple[Value, ...]]:
    said = {one: Counter[str]() for one in _OUTCOMES}
    for judged in tally.audit.reports:
        for rule, outcome in judged.outcomes.items():
            said[outcome][rule] += 1
    asked = {rule for counts in said.values() for rule in counts}
    problems = {count.rule: int(count.problems) for count in tally.rules}
    found = _bases(tally)
    for number, card in enumerate(sorted(tally.audit.rules.values(), key=_order), 1):
        counts = tuple(said[one][card.id] if card.id in asked else None for one in _OUTCOMES)
        yield (
            number,
            line(card.title),
            card.severity,
            card.dimension,
            CHECK_WORDS.get(card.check, _GATHERS if card.id.startswith("p-") else "—"),
            _bases_words(card.bases or found.get(card.id, ()), card),
            *counts,
            problems.get(card.id, 0),
            _STATUS.get(card.status, line(card.status)),
            card.id,
        )


def _order(card: RuleCard) -> tuple[int, int, str]:
    known = card.dimension in DIMENSIONS
    return (
        DIMENSIONS.index(card.dimension) if known else len(DIMENSIONS),
        words.severity_order(card.severity),
        card.id,
    )


def _bases(tally: Tally) -> dict[str, tuple[Basis, ...]]:
    """What the findings of a rule rest on, for runs whose cards do not say it."""
    out: dict[str, tuple[Basis, ...]] = {}
    for judged in tally.audit.reports:
        for finding in judged.findings:
            known = out.get(finding.rule, ())
            out[finding.rule] = (*known, *(one for one in finding.basis if one not in known))
    return out


def _bases_words(bases: tuple[Basis, ...], card: RuleCard) -> str:
    if bases:
        return "；".join(dict.fromkeys(map(words.basis_words, bases)))
    return "所归并的各项问题的依据" if card.id.startswith("p-") else "见规则库"
