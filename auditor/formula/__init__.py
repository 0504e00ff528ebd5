"""The formula language of rules: text -> a bound program -> kept, broken or unclear, soundly.

    收到申请数 = 当面申请数 + 传真申请数 且 (已填(工作人员数) 或 专职人员数 = 0)

Grammar    + - * /, = ≠ < ≤ > ≥, 且 或 非, 合计() 最大() 最小() 绝对值() 空() 已填() 有(), names, numbers, strings
Names      longest first, from the vocabulary of the forms in scope, so that 非条例所指信息数 is one name
Values     intervals: a number is [n, n], a blank count [0, ∞); relations are decided for every filling at once
Promise    `kept` and `broken` are never wrong; `unclear` may be too wide
"""

from auditor.formula.bind import Program, bind
from auditor.formula.evaluate import Env, Trace, Truth, Verdict
from auditor.formula.interval import Interval
from auditor.formula.parse import FormulaError, Node, parse
from auditor.formula.vocabulary import Vocabulary

__all__ = [
    "Env",
    "FormulaError",
    "Interval",
    "Node",
    "Program",
    "Trace",
    "Truth",
    "Verdict",
    "Vocabulary",
    "bind",
    "parse",
]
