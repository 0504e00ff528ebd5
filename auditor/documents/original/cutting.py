"""A rendering that is too large -> one that fits: what holds evidence and what stands around it.

Keeps     first what holds evidence, from the top, then its neighbours, the nearest first
Says      where something is left out and how many characters
Units     bytes of JSON, characters of text
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.documents.original.tree import Child, Element, holds_mark, size, text_of

MOST = 400_000
_GAP = 60
_AROUND = 400  # characters kept on either side of a mark in a long text


def cut(children: list[Child], most: int = MOST) -> tuple[list[Child], str]:
    """What fits, and a note in Chinese ("" where nothing is left out)."""
    if size(children) <= most:
        return children, ""
    kept, left = _cut(children, most, _paragraph)
    return kept, f"原文较长，这里只显示证据及其前后的内容，略去约 {left:,} 字"


def _paragraph(left: int) -> Element:
    return Element("p", [Element("i", [f"……（此处略去 {left:,} 字）……"])])


def _row(left: int) -> Element:
    return Element("tr", [Element("td", [Element("i", [f"……（此处略去 {left:,} 字）……"])])])


def _words(left: int) -> Element:
    return Element("i", [f"……（此处略去 {left:,} 字）……"])


def _cut(children: list[Child], most: int, gap: Callable[[int], Element]) -> tuple[list[Child], int]:
    """What of these fits, and how many characters do not."""
    shrunk: list[Child] = []
    lost = 0
    share = max(most // 2, 1)
    for child in children:
        if size([child]) > share:
            child, less = _shrunk(child, share)
            lost += less
        shrunk.append(child)
    sizes = [size([child]) for child in shrunk]
    kept = _chosen(shrunk, sizes, most)
    out: list[Child] = []
    pending = 0
    for number, child in enumerate(shrunk):
        if number not in kept:
            pending += len(text_of(child)) or 1
            continue
        if pending:
            out.append(gap(pending))
        lost, pending = lost + pending, 0
        out.append(child)
    if pending:
        out.append(gap(pending))
    return out, lost + pending


def _chosen(children: Sequence[Child], sizes: Sequence[int], most: int) -> set[int]:
    """The numbers of those that fit, the most telling first."""
    telling = [number for number, child in enumerate(children) if holds_mark(child)] or [0]
    order = sorted(range(len(children)), key=lambda n: (_distance(n, telling), n))
    kept: set[int] = set()
    room = most - _GAP
    for number in order:
        cost = sizes[number] + _GAP
        if cost <= room:
            kept.add(number)
            room -= cost
    return kept


def _distance(number: int, telling: Sequence[int]) -> int:
    from bisect import bisect_left

    at = bisect_left(telling, number)
    return min(abs(number - other) for other in telling[max(at - 1, 0) : at + 1])


def _shrunk(child: Child, most: int) -> tuple[Child, int]:
    """A large child made smaller from within; a picture, or a text that is evidence, stays or goes as a whole."""
    if isinstance(child, str):
        less = len(child) - 2 * _AROUND
        if less <= 0:
            return child, 0
        return child[:_AROUND] + f"……（此处略去 {less:,} 字）……" + child[-_AROUND:], less
    if child.tag == "img" or not child.children:
        return child, 0
    gap = _row if child.tag in ("table", "tbody") else _words if child.tag not in ("div", "tr") else _paragraph
    inner, less = _cut(child.children, most - _GAP, gap)
    return Element(child.tag, inner, child.attributes), less
