"""equation: a relation between facts that must hold, of this year and of last (上年.…).

    expect      收到申请数 = 当面申请数 + 传真申请数 + 网络申请数 + 信函申请数, or one per form {B: …, C: …}
    each        申请人 | 行 | 块: runs over the columns, the rows, or the blocks of table four
    tolerance   how far both sides may be apart; printed decimals bring their own rounding
Words for the message: every name of the formula, {left} {right} {difference}, {each}
"""

from __future__ import annotations

from decimal import Decimal

from auditor.checks.check import Case, Check, Compiling, FormulaText, Keys, Result, not_applicable
from auditor.checks.relation import formulas, run

NAME = "equation"
SCOPE = "facts"
WORDS = frozenset({"left", "right", "difference", "each"})


class EquationKeys(Keys):
    """Keys of `check: equation`."""

    expect: FormulaText
    each: str | None = None
    tolerance: Decimal = Decimal(0)


def compile(keys: EquationKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    bound = formulas(keys.expect, context, ("expect",), keys.each, keys.tolerance)

    def check(case: Case) -> list[Result]:
        formula = bound.get(case.form.letter) if case.form else None
        if formula is None:
            return not_applicable("报告中没有识别出相应的统计表")
        return run(case, formula)

    return check
