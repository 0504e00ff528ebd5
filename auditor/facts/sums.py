"""Sums: a total among the numbers of a sentence in, the members of the list that is given for it out.

After     共2503条，其中网站1600条、微信450条: numbers of the same unit up to the end of the sentence that are of no other
          subject; behind a semicolon only those that the total's own members (予以公开 …) name; a bracket closes its list
Before    网站1600条、微信450条，共2503条
Complete  分别为 …, 合计 …; a list that merely begins with 其中 may be a choice
Refuses   a list without 其中, 包括 or a bracket whose members neither name the total's members nor add up to it
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.numbers import Counted
from auditor.facts.sentences import Sentences

_MEMBERS = 40  # the most members that a list in prose may have
_OPEN = re.compile(
    r"(?:[。;](?=其中)|[^,。;:()0-9]{0,14}(?=[,(:](?:其中|包括|包含|分别)))?[,:]?\(?(?:其中|包括|包含|分别是|分别为|具体为|具体是|即)?[,:]?"
)
_MARKS = re.compile("[,:(]|其中|包括|包含|分别[是为]|具体[是为]|即")
_CLOSING = re.compile(r"(?:共|共计|合计|总计|总数|总共)[^,。;]{0,12}$")
_OTHER_MATTER = re.compile(
    "办结|(?<!公开)答复|回复|结转|顺延|收到|受理|新收|制发|废止|召开|举办|培训|整改|现行有效|同比|增长|增加|减少"
)
_OTHERS = re.compile("各|其他|其它|其余")  # the rest of those who received, answered …
_JOINED = re.compile("[、,;)]|和|及|以及|与")
Parts = tuple[tuple[Counted, ...], bool]
NO_PARTS: Parts = ((), False)


def parts_of(
    index: int, own: int, children: Collection[int], taken: Mapping[int, Collection[int]], sentences: Sentences
) -> Parts:
    """The members of the list given for the total `index`, and whether it is certainly complete.

    `own` is the total's subject, `children` the subjects that may be members; `taken` holds the subjects of the
    numbers that have any.
    """
    opening = _opening(sentences, sentences.numbers[index])
    after = _forward(index, own, children, taken, sentences, opening) if opening else NO_PARTS
    return after if after[0] else _backward(index, children, taken, sentences)


@dataclass(frozen=True, slots=True)
class _Opening:
    """How a list begins: where, and whether it is said to be one (其中, a bracket), in a bracket, complete (分别)."""

    end: int
    said: bool
    bracket: bool
    complete: bool


def _opening(at: Sentences, total: Counted) -> _Opening | None:
    match = _OPEN.match(at.text, total.tail)
    marks = "".join(_MARKS.findall(match.group())) if match else ""
    if not match or not marks:
        return None
    bracket = "(" in marks
    return _Opening(match.end(), bracket or len(marks.strip(",:")) > 1, bracket, "分别" in marks)


def _forward(
    index: int,
    own: int,
    children: Collection[int],
    taken: Mapping[int, Collection[int]],
    at: Sentences,
    opening: _Opening,
) -> Parts:
    total = at.numbers[index]
    # 全市2764件，其中市本级512件: what counts for less is of the total's own subject.
    allowed = {*children, own} if opening.said else children
    members = list(_members(index, allowed, taken, at, opening))
    named = sum(1 for other in members if taken.get(other))
    listed = [at.numbers[other] for other in members]
    complete = opening.complete
    if listed and _CLOSING.search(at.text, max(0, listed[-1].start - 16), listed[-1].start):
        complete = complete or (len(listed) > 1 and listed[-1].value == total.value)
        named = min(named, len(listed) - 1)
        listed.pop()
    adds_up = len(listed) > 1 and (named == len(listed) or sum(m.value for m in listed) == total.value)
    return (tuple(listed), complete and len(listed) > 1) if opening.said or adds_up else NO_PARTS


def _members(
    index: int, allowed: Collection[int], taken: Mapping[int, Collection[int]], at: Sentences, opening: _Opening
) -> Iterator[int]:
    """The numbers that follow a total as its members, up to the first that is none."""
    text, counted = at.text, at.numbers
    _, end = at.around(opening.end, at.full_stops)
    semicolon = at.around(opening.end, at.stops)[1]
    border, depth = opening.end, 0
    for other in range(index + 1, min(len(counted), index + _MEMBERS)):
        number = counted[other]
        between = text[border : number.start]
        depth += between.count("(") - between.count(")")
        if number.start >= end or (opening.bracket and depth < 0):
            return
        border = number.tail
        if depth > 0:  # a member's own list
            continue
        subjects = taken.get(other, ())
        if number.unit != counted[index].unit or any(subject not in allowed for subject in subjects):
            return
        strange = _OTHER_MATTER.search(between) and not _OTHERS.search(between)
        if not subjects and (number.start > semicolon or strange):
            return
        yield other


def _backward(index: int, children: Collection[int], taken: Mapping[int, Collection[int]], at: Sentences) -> Parts:
    text, counted = at.text, at.numbers
    total = counted[index]
    start, _ = at.around(total.start, at.stops)
    if not _CLOSING.search(text, max(start, total.start - 16), total.start):
        return NO_PARTS
    members: list[Counted] = []
    border = total.start
    for other in range(index - 1, max(-1, index - _MEMBERS), -1):
        number = counted[other]
        between = text[number.tail : border]
        if number.start < start or number.unit != total.unit:
            break
        if any(subject not in children for subject in taken.get(other, ())):
            break
        if not (_JOINED.match(between) if members else between.startswith((",", ",", ")"))):
            break
        members.insert(0, number)
        border = number.start
    return (tuple(members), True) if len(members) > 1 else NO_PARTS
