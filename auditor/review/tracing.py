"""The formulas of a rule over one report: every part with its value and interval, element by element."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from auditor.checks.check import Case
from auditor.checks.relation import Formula, blocked, choices, claim_words, environment
from auditor.formula import Trace
from auditor.formula.bind import MissingLastYear
from auditor.model import Claim
from auditor.review.told import Line, Part
from auditor.rulebook import Ready

_MOST_LINES = 120


def reasoning_part(ready: Ready, case: Case) -> Part:
    """`expect` with the value of every part; elements of an axis that hold are counted, not spelt out."""
    formula = ready.expect.get(case.form.letter) if ready.expect and case.form else None
    if formula is None or case.form is None:
        return Part("判断过程")
    head = Line(f"公式：{' '.join(formula.text.split())}" + (f"（逐个{formula.each}）" if formula.each else ""))
    lines = [head, *_asked(formula, ready, case)]
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], Line(f"（以下 {len(lines) - _MOST_LINES} 行从略）")]
    return Part("判断过程", tuple(lines))


def _asked(formula: Formula, ready: Ready, case: Case) -> Iterator[Line]:
    stop = blocked(case, formula)
    if stop is not None:
        yield Line(f"不能计算：{stop[0].reason}", 1)
        return
    subjects = getattr(ready.rule, "subjects", ()) or (None,)
    kept = 0
    for stand_in in subjects if ready.rule.check == "agreement" else (None,):
        for claims in choices(case, formula, stand_in):
            kept += yield from _choice(formula, case, claims, stand_in)
    if kept:
        yield Line(f"另有 {kept} 个{formula.each}成立", 1)


def _choice(formula: Formula, case: Case, claims: dict[str, Claim], stand_in: str | None) -> Generator[Line, None, int]:
    """One choice of claims; gives how many elements hold."""
    assert case.form is not None
    env, kept = environment(case, claims), 0
    if claims:
        said = "、".join(f"{stand_in or subject} {claim_words(c)}" for subject, c in claims.items())
        instead = f"（代入“正文.{next(iter(claims))}”）" if stand_in is not None and stand_in not in claims else ""
        yield Line(f"取正文所说的 {said}{instead}", 1)
    for element in formula.elements(case.form):
        try:
            program = formula.bound(case.form, case.last_form, element)
        except MissingLastYear as missing:
            yield Line(f"上年报告的格式中没有“{missing.name}”", 1)
            return kept
        trace = program.explain(env)
        if element is not None and trace.value == "成立":
            kept += 1
            continue
        if element is not None:
            yield Line(f"［{element}］", 1)
        yield from trace_lines(trace, 2 if element is not None else 1)
    return kept


def trace_lines(trace: Trace, depth: int) -> Iterator[Line]:
    """A trace as indented lines."""
    yield Line(f"{' '.join(trace.text.split())}  →  {trace.value}", depth)
    for child in trace.children:
        yield from trace_lines(child, depth + 1)
