"""Syntax tree -> what it means, as a value to compare: two formulas with equal meanings say the same of every sound table.

Sums       are collected as the evaluator collects them (`a ≤ a + b` is `0 ≤ b`); what is not linear is one term
Order      of the parts of 且 and 或 does not count, nor what stands there twice, nor 恒成立 beside 且
Counts     are whole and not below zero: `x = 0` is `x ≤ 0`, `x > 0` is `x ≥ 1`. Tables with counts below zero or with
           decimals have a rule of their own, so formulas that differ on these only are told apart by nobody
Promise    equal meanings are the same; different meanings may be the same too
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from auditor.formula.parse import Node, is_text

Meaning = tuple[object, ...]
Terms = dict[Meaning, Fraction]
Sum = tuple[Terms, Fraction]

TRUE: Meaning = ("true",)
FALSE: Meaning = ("false",)


class Quantity(StrEnum):
    """Which numbers a name may have."""

    COUNT = "count"  # 0, 1, 2 …
    AMOUNT = "amount"  # not below zero
    SHARE = "share"  # 0 to 100
    FLAG = "flag"  # 0 or 1
    ANY = "any"


_WHOLE = (Quantity.COUNT, Quantity.FLAG)
_MOST = {Quantity.SHARE: Fraction(100), Quantity.FLAG: Fraction(1)}


class Names(Protocol):
    """What is known of the names of a formula."""

    def quantity(self, name: Node) -> Quantity:
        """Which numbers a name may have: a node of kind name, last, said, parameter or profile."""

    def is_always_a_number(self, subject: str) -> bool:
        """Whether the prose says nothing of a subject but numbers (0 where it did not happen), never a plain "did"."""


def meaning(node: Node, names: Names) -> Meaning:
    """The meaning of a condition."""
    if node.kind in ("and", "or"):
        return _joined(node, names)
    if node.kind == "not":
        inner = meaning(node.children[0], names)
        if inner in (TRUE, FALSE):
            return FALSE if inner == TRUE else TRUE
        return inner[1] if inner[0] == "not" else ("not", inner)  # type: ignore[return-value]  # what stands in a not
    if node.kind == "call":
        return _asked(node.value, node.children[0], names)
    if is_text(node.children[0]):
        return (node.kind, *sorted((c.kind, c.value) for c in node.children))
    return _relation(node, names)


def _asked(question: str, name: Node, names: Names) -> Meaning:
    """空() 已填() 有(): of the prose 空 is the contrary of 已填, and 已填 is 有 where all that is said are numbers."""
    if name.kind == "said":
        if question == "空":
            return ("not", _asked("已填", name, names))
        if names.is_always_a_number(name.value):
            question = "有"
    return ("asks", question, name.kind, name.value)


def _joined(node: Node, names: Names) -> Meaning:
    neutral, decisive = (TRUE, FALSE) if node.kind == "and" else (FALSE, TRUE)
    parts: set[Meaning] = set()
    for child in node.children:
        inner = meaning(child, names)
        parts |= set(inner[1:]) if inner[0] == node.kind else {inner}  # type: ignore[arg-type]
    parts.discard(neutral)
    if decisive in parts:
        return decisive
    if len(parts) < 2:
        return parts.pop() if parts else neutral
    return (node.kind, *sorted(parts, key=repr))


def _relation(node: Node, names: Names) -> Meaning:
    terms, constant = _less(node, names)
    kind = node.kind
    if kind in (">", "≥"):
        kind, terms, constant = "<" if kind == ">" else "≤", {t: -c for t, c in terms.items()}, -constant
    terms = _without_largest(terms, constant)
    known = {t: _of_term(t) for t in terms}
    if [*known.values()] == [Quantity.FLAG]:
        return _of_flag(kind, next(iter(terms.items())), constant)
    whole = all(q in _WHOLE for q in known.values()) and all(c.denominator == 1 for c in terms.values())
    if kind == "<" and whole and constant.denominator == 1:
        kind, constant = "≤", constant + 1
    if kind == "≤" and whole and constant == 1 and all(c < 0 for c in terms.values()):
        kind, constant = "≠", Fraction(0)  # 1 - x ≤ 0: at least one, that is, not none
    low, high = _least(terms, constant), _least({t: -c for t, c in terms.items()}, -constant)
    high = None if high is None else -high
    if constant == 0 and _is_part_of_largest(terms):
        low, high = (low, Fraction(0)) if _largest(terms)[1] < 0 else (Fraction(0), high)
    return _bounded(kind, terms, constant, low, high)


def _of_flag(kind: str, item: tuple[Meaning, Fraction], constant: Fraction) -> Meaning:
    """A relation about one yes or no: what it says of each."""
    no, yes = ({"=": v == 0, "≠": v != 0, "<": v < 0, "≤": v <= 0}[kind] for v in (constant, constant + item[1]))
    return (TRUE if yes else FALSE) if yes is no else ("flag", item[0], yes)


def _least(terms: Terms, constant: Fraction) -> Fraction | None:
    """The least value of a sum, None where it has none."""
    for term, factor in terms.items():
        quantity = _of_term(term)
        if quantity is Quantity.ANY or (factor < 0 and quantity not in _MOST):
            return None
        constant += factor * _MOST[quantity] if factor < 0 else 0
    return constant


def _without_largest(terms: Terms, constant: Fraction) -> Terms:
    """Against 0 the largest of several counts says what their sum says: all are 0, or one is not."""
    if constant != 0 or len(terms) != 1:
        return terms
    (term, factor), *_ = terms.items()
    if term[:2] != ("call", "最大") or _of_term(term) is Quantity.ANY:
        return terms
    total: Sum = {}, Fraction(0)
    for part in term[2:-1]:
        total = _plus(total, _thawed(part), factor)
    return total[0] if total[1] == 0 else terms


def _is_part_of_largest(terms: Terms) -> bool:
    """Whether a sum is 甲 - 最大(甲, 乙, …) or the reverse: never above 0, or never below."""
    if len(terms) != 2 or sum(terms.values()) != 0:
        return False
    largest = [t for t in terms if t[:2] == ("call", "最大")]
    return len(largest) == 1 and any(
        ((other, Fraction(1)), Fraction(0)) in largest[0][2:-1] for other in terms if other != largest[0]
    )


def _largest(terms: Terms) -> tuple[Meaning, Fraction]:
    return next((t, c) for t, c in terms.items() if t[:2] == ("call", "最大"))


def _bounded(kind: str, terms: Terms, constant: Fraction, low: Fraction | None, high: Fraction | None) -> Meaning:
    """A relation of a sum with 0, where the sum is known not to go below `low` or above `high`."""
    if kind == "≤":
        if high is not None and high <= 0:
            return TRUE
        if low is not None and low > 0:
            return FALSE
        if low == 0:
            return _bounded("=", terms, constant, None, None)
    if kind == "<":
        if high is not None and high < 0:
            return TRUE
        if low is not None and low >= 0:
            return FALSE
        if high == 0:
            return _bounded("≠", {t: -c for t, c in terms.items()}, -constant, None, None)
    if kind in ("=", "≠"):
        never = (low is not None and low > 0) or (high is not None and high < 0)
        if never or (not terms and constant != 0):
            return FALSE if kind == "=" else TRUE
        if not terms:
            return TRUE if kind == "=" else FALSE
        if min(terms.items(), key=repr)[1] < 0:  # 甲 - 乙 = 0 and 乙 - 甲 = 0 are one
            terms, constant = {t: -c for t, c in terms.items()}, -constant
    return (kind, *_sorted(terms), constant)


def _sorted(terms: Terms) -> list[tuple[Meaning, Fraction]]:
    return sorted(terms.items(), key=repr)


def _less(node: Node, names: Names) -> Sum:
    """Left less right, collected."""
    left, right = (_linear(c, names) for c in node.children)
    return _plus(left, right, -1)


def _plus(one: Sum, other: Sum, factor: int | Fraction) -> Sum:
    terms = dict(one[0])
    for term, coefficient in other[0].items():
        terms[term] = terms.get(term, Fraction(0)) + factor * coefficient
    return {t: c for t, c in terms.items() if c}, one[1] + factor * other[1]


def _linear(node: Node, names: Names) -> Sum:
    kind = node.kind
    if kind == "number":
        return {}, node.number
    if kind == "negative":
        return _plus(({}, Fraction(0)), _linear(node.children[0], names), -1)
    if kind in ("+", "-"):
        left, right = (_linear(c, names) for c in node.children)
        return _plus(left, right, 1 if kind == "+" else -1)
    if kind in ("*", "/"):
        return _product(node, names)
    if kind == "call":
        parts = [_linear(c, names) for c in node.children]
        if node.value == "合计":
            total: Sum = {}, Fraction(0)
            for part in parts:
                total = _plus(total, part, 1)
            return total
        if node.value == "绝对值" and _is_positive(parts):
            return parts[0]
        return _one(("call", node.value, *sorted(_frozen(parts), key=repr)), parts)
    return {(kind, node.value, names.quantity(node)): Fraction(1)}, Fraction(0)


def _product(node: Node, names: Names) -> Sum:
    left, right = (_linear(c, names) for c in node.children)
    for one, other in ((left, right), (right, left)):
        if not one[0] and (node.kind == "*" or (one is right and one[1])):
            factor = one[1] if node.kind == "*" else 1 / one[1]
            return _plus(({}, Fraction(0)), other, factor)
    sides = _frozen((left, right))
    return _one((node.kind, *(sorted(sides, key=repr) if node.kind == "*" else sides)), (left, right))


def _frozen(parts: Sequence[Sum]) -> list[Meaning]:
    return [(*_sorted(terms), constant) for terms, constant in parts]


def _thawed(part: Any) -> Sum:
    return dict(part[:-1]), part[-1]


def _one(term: Meaning, parts: Sequence[Sum]) -> Sum:
    """A part that is not linear as one term; it is not below zero where none of its parts is."""
    return {(*term, Quantity.AMOUNT if _is_positive(parts) else Quantity.ANY): Fraction(1)}, Fraction(0)


def _is_positive(parts: Sequence[Sum]) -> bool:
    return all(
        k >= 0 and all(c > 0 and _of_term(t) is not Quantity.ANY for t, c in terms.items()) for terms, k in parts
    )


def _of_term(term: Meaning) -> Quantity:
    last = term[-1]
    return last if isinstance(last, Quantity) else Quantity.ANY
