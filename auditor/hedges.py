"""Hedges: how a suspected finding reads once a person found it 属实: what asked to verify is gone, what was found stays.

    unhedged("统计表填报会议 3 次，正文没有提及，请核实")   统计表填报会议 3 次，正文没有提及（经核实属实）

Dropped    the last clauses that ask (请核实…, 是否…, 请对照…核对), 疑似 before what is now certain
Kept       figures, cells, quotations (nothing inside quotation marks is touched); a value that was only reckoned (疑应为) reads
           按勾稽关系应为: that it is wrong was confirmed, not what is right
Pure
"""

from __future__ import annotations

import re

CONFIRMED = "（经核实属实）"
_BRACKET = re.compile(r"（疑似，请核实）|，两年口径可能不同，请核实(?=）)|(?<=。)请核实[^。“”]*。")
_ASKING = re.compile(r"^(?:请|是否|还是|是漏填|说法是否|查看|看是否)|核实$|核对$")
_QUOTED = re.compile(r"(“[^“”]*”)")
_DOUBTS = (
    (re.compile("疑应为"), "按勾稽关系应为"),
    (re.compile("疑似|疑(?=为|将|出|有|填|未|漏|误|系|属|是)"), ""),
)


def unhedged(message: str) -> str:
    """The message of a finding that was found 属实."""
    kept = message.removesuffix("。")
    if kept.endswith(CONFIRMED):
        return kept
    kept = _BRACKET.sub("", kept)
    while (at := _last_break(kept)) > 0 and _ASKING.search(kept[at + 1 :]):
        kept = kept[:at]
    pieces = _QUOTED.split(kept)
    for doubt, instead in _DOUBTS:
        pieces[::2] = [doubt.sub(instead, piece) for piece in pieces[::2]]
    return "".join(pieces) + CONFIRMED


def untitled(title: str) -> str:
    """The title of a rule, for a finding of it that was found 属实: without 疑."""
    return re.sub(r"疑似|^疑(?=将|为|有|未)|疑(?=误$)", "", title)


def _last_break(words: str) -> int:
    """Where the last clause begins (at its comma, outside quotation marks); −1 where there is only one."""
    inside = 0
    for at in range(len(words) - 1, -1, -1):
        inside += (words[at] == "”") - (words[at] == "“")
        if not inside and words[at] in "，；":
            return at
    return -1
