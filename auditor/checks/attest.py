"""attest: what the file alone cannot show and a person must look at; yields 待人工核验, never a finding.

ask         what is to be looked at, in one sentence
unless      column: not asked where the page prints the column path and it names the annual report
"""

from __future__ import annotations

from typing import Literal

from auditor.checks.check import Case, Check, Compiling, Keys, Result
from auditor.model import Outcome

NAME = "attest"
SCOPE = "year"
WORDS: frozenset[str] = frozenset()


class AttestKeys(Keys):
    """Keys of `check: attest`."""

    ask: str
    unless: Literal["栏目路径"] | None = None


def compile(keys: AttestKeys, _: Compiling) -> Check:
    """The check of one rule."""

    def check(case: Case) -> list[Result]:
        path = case.report.profile.column_path
        if keys.unless == "栏目路径" and path is not None and ("年报" in path or "年度报告" in path):
            return [Result(Outcome.KEPT)]
        return [Result(Outcome.TO_CONFIRM, reason=keys.ask)]

    return check
