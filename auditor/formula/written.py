"""Syntax tree -> formula text, with no more brackets than needed: `parse(written(node))` is the same tree.

Columns are not kept: the text is written anew, in the official operators (≤ 且 非), with single spaces around them.
"""

from __future__ import annotations

from auditor.formula.parse import Node
from auditor.formula.vocabulary import LAST_YEAR, PARAMETER, PEERS, PROSE

_PREFIX = {"last": LAST_YEAR, "peers": PEERS, "said": PROSE, "parameter": PARAMETER}
_WORDS = {"and": "且", "or": "或"}
RELATIONS = ("=", "≠", "<", "≤", ">", "≥")
# How tightly an operator binds; a relation cannot stand beside another one.
_LEVEL = {"or": 1, "and": 2, "not": 3, **dict.fromkeys(RELATIONS, 4), "+": 5, "-": 5, "*": 6, "/": 6, "negative": 7}
_ATOM = 9


def written(node: Node) -> str:
    """The formula as text."""
    kind = node.kind
    if kind == "string":
        return f'"{node.value}"'
    if kind == "call":
        return f"{node.value}({', '.join(map(written, node.children))})"
    if not node.children:
        return _PREFIX.get(kind, "") + node.value
    level = _level(node)
    if kind in ("not", "negative"):
        return ("非 " if kind == "not" else "-") + _part(node.children[0], level)
    left, right = node.children
    # The right side of an operator of its own level needs brackets, a - (b + c); so do both of a relation.
    first = level + 1 if kind in RELATIONS else level
    return f"{_part(left, first)} {_WORDS.get(kind, kind)} {_part(right, level + 1)}"


def _part(node: Node, least: int) -> str:
    text = written(node)
    return text if _level(node) >= least else f"({text})"


def _level(node: Node) -> int:
    return _LEVEL.get(node.kind, _ATOM)
