"""attest: what the file alone cannot show and a person must look at; 待人工核验 until a person has said what she saw.

ask         what is to be looked at, in one sentence
unless      column: not asked where the page prints the column path and it names the annual report
Answered    符合 is kept, 不符合 broken with her words, name and day as evidence, 不适用 not applicable; what a person saw
            outweighs the column path
Changed     an answer about another version of the file is asked again, with the old answer shown
Words       说明 核验人 核验日期: what she wrote, for the messages of the rule
"""

from __future__ import annotations

from typing import Literal

from auditor.checks.check import Case, Check, Compiling, Keys, Result, described, not_applicable
from auditor.model import Attested, Evidence, Outcome

NAME = "attest"
SCOPE = "year"
WORDS = frozenset({"说明", "核验人", "核验日期"})
KEPT, BROKEN, NOT_APPLICABLE = ANSWERS = ("符合", "不符合", "不适用")
LABEL = "人工核验"


class AttestKeys(Keys):
    """Keys of `check: attest`."""

    ask: str = described("请核实什么", "要人去看的事项，一句话；列入核验清单")
    unless: Literal["栏目路径"] | None = described(
        "不必核实的情形", "", None, meanings={"栏目路径": "网页的栏目路径已写明“年报”的，不再核实"}
    )


def compile(keys: AttestKeys, context: Compiling) -> Check:
    """The check of one rule."""

    def check(case: Case) -> list[Result]:
        answer = case.attested.get(context.id)
        if answer is not None and answer.answer and not is_outdated(answer, case.report.sha256):
            return _answered(answer)
        path = case.report.profile.column_path
        if keys.unless == "栏目路径" and path is not None and ("年报" in path or "年度报告" in path):
            return [Result(Outcome.KEPT)]
        return [Result(Outcome.TO_CONFIRM, reason=_asked(keys.ask, answer))]

    return check


def is_outdated(answer: Attested, sha256: str) -> bool:
    """Whether the answer was given of another version of the file than this one."""
    return bool(answer.sha256) and answer.sha256 != sha256


def _answered(answer: Attested) -> list[Result]:
    if answer.answer == NOT_APPLICABLE:
        return not_applicable(f"人工核验为不适用：{answer.said}")
    if answer.answer == KEPT:
        return [Result(Outcome.KEPT)]
    words = {"说明": answer.note, "核验人": answer.by, "核验日期": answer.on.isoformat() if answer.on else "日期不详"}
    return [Result(Outcome.BROKEN, evidence=(Evidence(answer.said, None, LABEL),), words=words)]


def _asked(ask: str, answer: Attested | None) -> str:
    """What is to be looked at, and what is known of it so far."""
    if answer is None:
        return ask
    if not answer.answer:
        return f"{ask}（已记：{answer.said}）"
    return f"报告已变更，请复核：{ask}（上次核验为{answer.answer}：{answer.said}）"
