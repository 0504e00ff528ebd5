"""A compiled rule -> the same as the county's profile weighs it: enabled, of another severity, of other points.

Milder    the graver special cases (`grades`) are held to the county's severity and points
Graver    the milder special cases stay: they are the rule's own exceptions
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from auditor.model import SEVERITIES
from auditor.rulebook.book import Ready
from auditor.rulebook.county import County
from auditor.rulebook.rule import Grade, Rule
from auditor.rulebook.scoring import Scoring


def reweighed(ready: Ready, county: County, scoring: Scoring) -> Ready:
    """The rule as the county has it."""
    rule, names = ready.rule, (ready.id, *ready.rule.aliases)
    update: dict[str, object] = {}
    if rule.status == "draft" and any(name in county.enable for name in names):
        update["status"] = "active"
    grades = [grade for grade, _ in ready.grades]
    for change in county.changes:
        if change.rule not in names:
            continue
        if change.severity is not None:
            grades = [_softened(grade, rule, change.severity) for grade in grades]
            update |= {"severity": change.severity, "deduct": None}
        if change.deduct is not None:
            grades = [_cheapened(grade, rule, change.deduct, scoring) for grade in grades]
            update["deduct"] = change.deduct
    if not update:
        return ready
    formulas = (formula for _, formula in ready.grades)
    update["grades"] = tuple(grades)
    return replace(ready, rule=rule.model_copy(update=update), grades=tuple(zip(grades, formulas, strict=True)))


def _softened(grade: Grade, rule: Rule, severity: str) -> Grade:
    milder = SEVERITIES.index(severity) > SEVERITIES.index(rule.severity)
    if not milder or grade.severity is None or SEVERITIES.index(grade.severity) >= SEVERITIES.index(severity):
        return grade
    return grade.model_copy(update={"severity": severity, "deduct": None})


def _cheapened(grade: Grade, rule: Rule, deduct: Decimal, scoring: Scoring) -> Grade:
    if deduct >= scoring.cost(rule.severity, rule.deduct):
        return grade
    own = grade.deduct if grade.deduct is not None else scoring.severities[grade.severity] if grade.severity else None
    return grade if own is None or own <= deduct else grade.model_copy(update={"deduct": deduct})
