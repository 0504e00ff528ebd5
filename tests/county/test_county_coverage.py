"""Every rule of the rulebook is broken or suspected in at least one report of the fictional county, and in another it is not.

Seen       what only a person can see is answered here for two reports, as on a filled checklist
Missing    g-not-published speaks of reports that are not there: the roster says which
Patterns   conclusions are drawn from findings; those that the county does not show have tests of their own
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from auditor.checklist import Answer, Lists
from auditor.model import Attested, Audit, Outcome
from auditor.pipeline import Options, audit
from auditor.roster.sheet import read_roster
from auditor.rulebook import load

REPORTS = Path(__file__).resolve().parents[2] / "reports"
BOOK = load()
ATTEST = [ready.id for ready in BOOK.rules if ready.rule.check == "attest"]
FIRED = (Outcome.BROKEN, Outcome.SUSPECTED)


def answers() -> Lists:
    """One unit's page is as it should be, another's is not."""
    said = {"澄湖县柳汀镇人民政府": "符合", "澄湖县财政局": "不符合"}
    return Lists(
        tuple(
            Answer(unit, 2025, rule, Attested(answer, "附件链接失效", "测试员"), {"规则编号": "核验清单!A2"})
            for unit, answer in said.items()
            for rule in ATTEST
        )
    )


@cache
def seen() -> Audit:
    roster = read_roster(REPORTS / "名册.xlsx")
    return audit([REPORTS], BOOK, Options(roster=roster, attested=answers(), years=(2025,), jobs=1))


@cache
def outcomes() -> dict[str, set[Outcome]]:
    out: dict[str, set[Outcome]] = {}
    for judged in seen().reports:
        for rule, outcome in judged.outcomes.items():
            out.setdefault(rule, set()).add(outcome)
    completeness = seen().completeness
    assert completeness is not None
    for standing in completeness.standings:
        if standing.finding is not None:
            out.setdefault(standing.finding.rule, set()).add(standing.finding.outcome)
    return out


@pytest.mark.parametrize("rule", [ready.id for ready in BOOK.rules])
def test_every_rule_fires_somewhere_and_is_silent_somewhere(rule: str) -> None:
    said = outcomes()[rule]
    assert said & set(FIRED), f"no report of the county breaks {rule}"
    assert said - set(FIRED), f"every report of the county breaks {rule}"
