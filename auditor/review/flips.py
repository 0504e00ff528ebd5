"""What would have to be otherwise for a rule to say something else: the nearest number of each cell, alone.

Tried      of every relation the value at which both sides meet, that value one unit up and down, and what the other cells
           hold; each is put into the formula, and only what really turns it is told: nothing here is guessed
Nearest    of those the one that changes the cell least; a cell without a number is told what it must be
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from auditor.checks.check import Case
from auditor.checks.relation import Formula, as_number, blocked, choices, environment
from auditor.form import FormCell
from auditor.formula import Env, Program
from auditor.formula.bind import MissingLastYear
from auditor.formula.evaluate import FactRef, Linear
from auditor.formula.logic import Made, Relation, atoms, logic_of
from auditor.model import Fact, Number, State
from auditor.review.told import Line, Part
from auditor.rulebook import Ready
from auditor.text import show

_MOST = 8


@dataclass(frozen=True, slots=True)
class Turn:
    """One cell, what it holds, and the nearest value that makes the formula `becomes` true or false."""

    fact: Fact
    value: Number
    becomes: bool


def flips_part(ready: Ready, case: Case) -> Part:
    """The nearest changes of single cells that turn the rule's formula, for what is not kept; else for the whole."""
    formula = ready.expect.get(case.form.letter) if ready.expect and case.form else None
    if formula is None or case.form is None or blocked(case, formula) is not None:
        return Part("怎样会改变结论")
    lines: list[Line] = []
    for element, program, env in _asked(formula, case):
        where = f"［{element}］" if element else ""
        for turn in turns(program, env, formula)[: 3 if element else _MOST]:
            lines.append(Line(where + _worded(turn)))
    return Part("怎样会改变结论", tuple(dict.fromkeys(lines))[: 2 * _MOST])


def _asked(formula: Formula, case: Case) -> Iterator[tuple[str | None, Program, Env]]:
    """What is broken or unclear; where everything holds, the formula without an axis."""
    assert case.form is not None
    held: list[tuple[str | None, Program, Env]] = []
    found = False
    for claims in choices(case, formula):
        env = environment(case, claims)
        for element in formula.elements(case.form):
            try:
                program = formula.bound(case.form, case.last_form, element)
            except MissingLastYear:
                return
            if program.evaluate(env).truth is True:
                held.append((element, program, env))
            else:
                found = True
                yield element, program, env
    if not found and len(held) == 1:
        yield from held


def turns(program: Program, env: Env, formula: Formula) -> list[Turn]:
    """For every cell alone the nearest value that turns the formula, the smallest changes first."""
    now = program.evaluate(env).truth
    relations = _relations(program, formula)
    out: list[tuple[Fraction, int, Turn]] = []
    for at, id in enumerate(program.facts):
        fact, cell = env.facts.get(id), env.form.cells.get(id)
        if fact is None or cell is None or fact.state is State.UNREADABLE:
            continue
        found = _nearest(program, env, fact, cell, relations, now)
        if found is not None:
            out.append((found[0], at, found[1]))
    return [turn for _, _, turn in sorted(out, key=lambda one: one[:2])]


def _relations(program: Program, formula: Formula) -> list[Linear]:
    logic = logic_of(program.text, program.node, program.scope, formula.tolerance)
    lines = [atom.line for atom in atoms(logic) if isinstance(atom, Relation)]
    for line in list(lines):  # 最大(甲、乙) = 丙 turns where a part meets what stands beside it
        for ref, coefficient in line.terms:
            if isinstance(ref, Made):
                alone = line.plus(Linear(0, ((ref, coefficient),)), -1)
                lines += [alone.plus(part, coefficient) for part in ref.parts]
    return lines


def _nearest(
    program: Program, env: Env, fact: Fact, cell: FormCell, relations: list[Linear], now: bool | None
) -> tuple[Fraction, Turn] | None:
    current = Fraction(fact.value) if fact.value is not None else None
    best: tuple[Fraction, Turn] | None = None
    for value in _candidates(env, fact, cell, relations):
        if value == current or (value < 0 and not cell.signed):
            continue
        truth = program.evaluate(_with(env, fact, value)).truth
        if truth is None or truth is now:
            continue
        distance = abs(value - current) if current is not None else abs(value)
        if best is None or distance < best[0]:
            best = (distance, Turn(fact, as_number(_exact(value)), truth))
    return best


def _exact(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


def _with(env: Env, fact: Fact, value: Fraction) -> Env:
    number = as_number(_exact(value))
    facts: Mapping[str, Fact] = {**env.facts, fact.id: replace(fact, state=State.NUMBER, value=number)}
    return replace(env, facts=facts)


def _candidates(env: Env, fact: Fact, cell: FormCell, relations: list[Linear]) -> set[Fraction]:
    unit = Fraction(1, 100) if cell.decimal else Fraction(1)
    out = {Fraction(0), Fraction(1)}
    for line in relations:
        coefficient = next((Fraction(c) for ref, c in line.terms if ref == FactRef(fact.id)), None)
        if coefficient is None:
            continue
        rest = line.plus(Linear(0, ((FactRef(fact.id), coefficient),)), -1).range(env)
        for end in (rest.low, rest.high):
            if end is None:
                continue
            root = -Fraction(end) / coefficient
            whole = Fraction(int(root // unit)) * unit
            out |= {whole - unit, whole, whole + unit, whole + 2 * unit}
    return {value for value in out if abs(value) < 10**12}


def _worded(turn: Turn) -> str:
    becomes = "符合" if turn.becomes else "不符合"
    if turn.fact.state is State.NUMBER:
        return f"“{turn.fact.name}”由 {show(turn.fact.value)} 改为 {show(turn.value)}（其他不变），即{becomes}"
    return f"“{turn.fact.name}”填为 {show(turn.value)}（其他不变），即{becomes}"
