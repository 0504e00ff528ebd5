"""Syntax tree of a formula -> the sentence an official would write: 收到申请数应等于四种渠道之和.

Demand     `demanded` says what should hold (应等于, 不应大于); `甲 = 0 或 乙 > 0` becomes 甲不为0的，乙应大于0
Condition  `claimed` says that it holds (等于, 大于)
Exact      the sentences say what the formula says; brackets are kept where 并且 and 或者 meet
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from auditor.formula import Node
from auditor.formula.parse import is_text

_MOST = 9
_CLAIMED: Mapping[str, str] = {"=": "等于", "≠": "不等于", "<": "小于", "≤": "不大于", ">": "大于", "≥": "不小于"}
_DEMANDED: Mapping[str, str] = {
    "=": "应等于",
    "≠": "不应等于",
    "<": "应小于",
    "≤": "不应大于",
    ">": "应大于",
    "≥": "不应小于",
}
_OPPOSITE: Mapping[str, str] = {"=": "≠", "≠": "=", "<": "≥", "≤": ">", ">": "≤", "≥": "<"}
_ASKED: Mapping[tuple[str, bool], str] = {
    ("空", True): "空白",
    ("空", False): "没有空白",
    ("已填", True): "已填数字",
    ("已填", False): "没有填数字",
}


def demanded(node: Node) -> str:
    """What should hold."""
    if node.kind == "or":
        *conditions, last = _flat(node, "or")
        said = "，并且".join(_bracketed(claimed(part, holds=False), part, "or") for part in conditions)
        return f"{said}的，{demanded(last)}"
    if node.kind == "and":
        return "，并且".join(demanded(part) for part in _flat(node, "and"))
    if node.kind == "not":
        return f"不应：{claimed(node.children[0])}"
    if node.kind == "call":
        return "应当" + _question(node, holds=True)
    return _relation(node, _DEMANDED)


def claimed(node: Node, *, holds: bool = True) -> str:
    """That it holds, or that it does not."""
    if node.kind == "not":
        return claimed(node.children[0], holds=not holds)
    if node.kind in ("and", "or"):
        joined = node.kind if holds else {"and": "or", "or": "and"}[node.kind]
        word = "，并且" if joined == "and" else "，或者"
        return word.join(
            _bracketed(claimed(p, holds=holds), p, "or" if joined == "and" else "and") for p in _flat(node, node.kind)
        )
    if node.kind == "call":
        return _question(node, holds=holds)
    return _relation(node, _CLAIMED, holds=holds)


def _bracketed(words: str, part: Node, _: str) -> str:
    return (
        f"（{words}）"
        if part.kind in ("and", "or") or (part.kind == "not" and part.children[0].kind in ("and", "or"))
        else words
    )


def _flat(node: Node, kind: str) -> list[Node]:
    return [n for child in node.children for n in (_flat(child, kind) if child.kind == kind else [child])]


def _relation(node: Node, words: Mapping[str, str], *, holds: bool = True) -> str:
    kind = node.kind if holds else _OPPOSITE[node.kind]
    left, right = node.children
    if is_text(left) or is_text(right):
        return f"{_word(left)}{'为' if kind == '=' else '不为'}{_word(right)}"
    if right.kind == "number" and right.number == 0 and words is _CLAIMED and kind in ("=", "≠", ">"):
        return f"{number(left)}{'为0' if kind == '=' else '不为0' if kind == '≠' else '大于0'}"
    return f"{number(left)}{words[kind]}{number(right)}"


def _word(node: Node) -> str:
    return node.value


def _question(node: Node, *, holds: bool) -> str:
    inner = node.children[0]
    name = number(inner)
    if node.value == "有":
        if inner.kind == "said":
            return f"正文{'有' if holds else '没有'}“{inner.value}”的表述"
        if inner.kind == "last":
            return f"{'有' if holds else '没有'}上年报告的“{_named(inner.value)}”"
        if inner.kind == "peers":
            return f"{'有' if holds else '没有'}足够的同类单位可比"
        return f"{'有' if holds else '没有'}“{name}”这一项"
    if inner.kind == "said":
        written = holds is (node.value == "已填")
        return f"正文{'写有' if written else '没有写'}“{inner.value}”的数字"
    return f"“{name}”{_ASKED[(node.value, holds)]}"


# --- numbers ---------------------------------------------------------------------------------------


def number(node: Node) -> str:
    """A numeric expression."""
    match node.kind:
        case "number":
            return _figure(node.number)
        case "name" | "profile":
            return _named(node.value)
        case "last":
            return f"上年的{_named(node.value)}"
        case "said":
            return f"正文所写的{node.value}"
        case "peers":
            return f"同类单位{_named(node.value)}的中位数"
        case "parameter":
            return f"规定的“{node.value}”"
        case "negative":
            return f"负的{number(node.children[0])}"
        case "+" | "-":
            return _sum(node)
        case "*" | "/":
            return _product(node)
        case _:
            return _call(node)


def _named(name: str) -> str:
    """本年新收（总计） for 本年新收.总计."""
    row, _, column = name.partition(".")
    return f"{row}（{column}）" if column else row


def _figure(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


def _sum(node: Node) -> str:
    signed = _signed(node, plus=True)
    if all(plus for plus, _ in signed) and len(signed) > 1:
        names = [number(part) for _, part in signed]
        shown = names if len(names) <= _MOST else [*names[: _MOST - 2], f"{names[-1]}等 {len(names)} 项"]
        return f"{'、'.join(shown)}之和"
    first, *rest = signed
    return number(first[1]) + "".join(f"{'加' if plus else '减'}{number(part)}" for plus, part in rest)


def _signed(node: Node, *, plus: bool) -> list[tuple[bool, Node]]:
    if node.kind not in ("+", "-"):
        return [(plus, node)]
    left, right = node.children
    return [*_signed(left, plus=plus), *_signed(right, plus=plus if node.kind == "+" else not plus)]


def _product(node: Node) -> str:
    left, right = node.children
    if node.kind == "/":
        return f"{_part(left)}除以{_part(right)}"
    factor, other = (left, right) if left.kind == "number" else (right, left)
    if factor.kind != "number":
        return f"{_part(left)}乘以{_part(right)}"
    if factor.number < 1:
        return f"{_part(other)}的{_figure(factor.number * 100)}%"
    return f"{_part(other)}的{_figure(factor.number)}倍"


def _part(node: Node) -> str:
    words = number(node)
    return f"（{words}）" if node.kind == "-" else words


def _call(node: Node) -> str:
    names = [number(child) for child in node.children]
    if node.value == "合计":
        return f"{'、'.join(names)}之和"
    if node.value == "绝对值":
        return f"{names[0]}的绝对值"
    return f"{'、'.join(names)}中最{'大' if node.value == '最大' else '小'}的"


def together(sentences: Mapping[str, str], names: Sequence[str]) -> str:
    """One sentence for every form, said once where they are the same; `names` are what papers call the forms."""
    distinct = dict.fromkeys(sentences.values())
    if len(distinct) == 1:
        return next(iter(distinct))
    return "；".join(f"{name}，{words}" for name, words in zip(names, sentences.values(), strict=True))
