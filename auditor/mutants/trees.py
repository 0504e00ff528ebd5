"""A formula -> its mutants as formulas: one small change of the tree each, written back as text.

Relations  = ≠ < ≤ > ≥ weakened, strengthened, turned round and negated
Sums       + and -, * and / exchanged; an operand left out; 合计 made 最大; a member of a group left out
Truths     且 and 或 exchanged, a clause left out, 非 left out, 空() 已填() 有() exchanged
Numbers    a whole number up and down by one, a decimal by one unit of its last place; a parameter as a whole number
Left out   what means the same as the formula or as a mutant made before (`formula.meaning`)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from auditor.formula import Node
from auditor.formula.meaning import Meaning, Names, meaning
from auditor.formula.written import RELATIONS, written

# Which relations stand in for another: the nearest ones first.
_INSTEAD = {
    "=": ("≠", "≤", "≥"),
    "≠": ("=", "<", ">"),
    "<": ("≤", ">", "≥", "="),
    "≤": ("<", "≥", ">", "="),
    ">": ("≥", "<", "≤", "="),
    "≥": (">", "≤", "<", "="),
}
_OTHER = {"+": "-", "-": "+", "*": "/", "/": "*", "and": "or", "or": "and"}
_CALLS = {
    "合计": ("最大",),
    "最大": ("最小", "合计"),
    "最小": ("最大",),
    "空": ("已填", "有"),
    "已填": ("空", "有"),
    "有": ("已填", "空"),
}
_SHOWN = {"and": "且", "or": "或", "not": "非"}


@dataclass(frozen=True, slots=True)
class Change:
    """A changed formula: its text and the words for the change."""

    text: str
    words: str
    omits: bool


def changes(node: Node, names: Names, groups: Mapping[str, Sequence[str]]) -> Iterator[Change]:
    """Every change of a formula that does not mean the same; `groups` are the members of the groups it names."""
    seen: set[Meaning] = {meaning(_spelt_out(node, groups), names)}
    for changed, words, omits in _changes(node, groups):
        new = meaning(_spelt_out(changed, groups), names)
        if new not in seen:
            seen.add(new)
            yield Change(written(changed), words, omits)


_Made = Iterator[tuple[Node, str, bool]]


def _changes(node: Node, groups: Mapping[str, Sequence[str]]) -> _Made:
    """(changed tree, words, whether something is left out) for this node and all below it."""
    yield from _here(node, groups)
    for at, child in enumerate(node.children):
        for changed, words, omits in _shifted(child, node) if child.kind == "number" else _changes(child, groups):
            children = (*node.children[:at], changed, *node.children[at + 1 :])
            yield replace(node, children=children), words, omits


def _here(node: Node, groups: Mapping[str, Sequence[str]]) -> _Made:
    kind, text = node.kind, written(node)
    if kind in RELATIONS:
        for other in _INSTEAD[kind]:
            yield replace(node, kind=other), f"把“{text}”的“{kind}”改为“{other}”", False
    elif kind in ("and", "or"):
        yield replace(node, kind=_OTHER[kind]), f"把“{text}”的“{_SHOWN[kind]}”改为“{_SHOWN[_OTHER[kind]]}”", False
        for kept, gone in (node.children[::-1], node.children):
            yield kept, f"去掉“{text}”中的“{written(gone)}”", True
    elif kind == "not":
        yield node.children[0], f"去掉“{text}”的“非”", False
    elif kind in ("+", "-", "*", "/"):
        yield from _arithmetic(node, text)
    elif kind == "parameter":
        one = Node("number", 0, 0, "1", Fraction(1))
        for operator in "+-":
            yield Node(operator, 0, 0, children=(node, one)), f"把“{text}”改为“{text} {operator} 1”", False
    elif kind == "call":
        yield from _called(node, text, groups)


def _arithmetic(node: Node, text: str) -> _Made:
    kind, (left, right) = node.kind, node.children
    yield replace(node, kind=_OTHER[kind]), f"把“{text}”的“{kind}”改为“{_OTHER[kind]}”", False
    yield left, f"去掉“{text}”中的“{written(right)}”", True
    if kind in ("+", "*"):
        yield right, f"去掉“{text}”中的“{written(left)}”", True


def _shifted(node: Node, inside: Node) -> _Made:
    places = len(node.value.partition(".")[2])
    step = Fraction(1, 10**places)
    for number in (node.number + step, node.number - step):
        value = f"{float(abs(number)):.{places}f}"
        changed = Node("number", 0, 0, value, abs(number))
        words = f"把“{written(inside)}”的“{node.value}”改为“{'-' if number < 0 else ''}{value}”"
        yield changed if number >= 0 else Node("negative", 0, 0, children=(changed,)), words, False


def _called(node: Node, text: str, groups: Mapping[str, Sequence[str]]) -> _Made:
    for other in _CALLS.get(node.value, ()):
        yield replace(node, value=other), f"把“{text}”的“{node.value}”改为“{other}”", False
    if node.value == "绝对值":
        yield node.children[0], f"去掉“{text}”的“绝对值”", False
        return
    if node.value in ("合计", "最大", "最小"):
        members = [m for child in node.children for m in _members(child, groups)]
        for at, member in enumerate(members):
            if len(members) > 1:
                rest = (*members[:at], *members[at + 1 :])
                yield replace(node, children=rest), f"去掉“{text}”中的“{written(member)}”", True


def _spelt_out(node: Node, groups: Mapping[str, Sequence[str]]) -> Node:
    """The same tree with the members of every group in its place."""
    children = [member for child in node.children for member in _members(child, groups)]
    return replace(node, children=tuple(_spelt_out(child, groups) for child in children)) if children else node


def _members(node: Node, groups: Mapping[str, Sequence[str]]) -> list[Node]:
    """The parts of a sum: of a group its members."""
    names = groups.get(node.value, ()) if node.kind in ("name", "last") else ()
    return [Node(node.kind, 0, 0, name) for name in names] or [node]
