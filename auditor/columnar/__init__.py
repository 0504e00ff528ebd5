"""Columnar: the facts of many reports as columns, and what formulas say of all of them at once.

    packed    the facts of one report <-> bytes, as the store keeps them
    table     the packed facts of many reports -> columns of one form
    program   a formula of a rule -> a program over columns
    verdicts  rules x reports -> outcomes, and which reports a rule has to be asked of one by one

Everything that a column cannot decide exactly is left to `findings.judge_rule` for those reports only.
numpy is imported by `table`, `program` and `verdicts`; nothing is imported from here.
"""
