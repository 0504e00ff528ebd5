"""Listings: flowing text in, the lists that announce how many members they have out.

Before    教育、医疗、就业等4个领域; 县档案馆、县图书馆共2处: what stands right before the number, back to its comma
After     3个村（甲、乙、丙）; 三项措施：一是…二是…三是…: ordinals in order up to where they begin anew or a heading stands
Bounds    a name that holds 和 may be one or two, and words before the first name may be names of another list: `few` … `many`
Refuses   months, percentages, 以上; a list without 等 whose length is far from the number (网站、微信公开信息12个): it is none;
          ordinals that begin anew inside a member
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from auditor.facts.flow import Flow
from auditor.model import Listing, Prose, Section
from auditor.text import chinese_to_int

_COUNT = re.compile(
    r"(?P<count>[1-9一二两三四五六七八九十][0-9一二三四五六七八九十]?)(?:个|项|大|类|种|家|处|方面)(?P<noun>[\u4e00-\u9fff]{0,8})"
)
_NO_NOUN = ("月", "百分", "小时", "工作日", "以上", "以下", "左右", "季度", "年", "多", "余", "一", "性")
_REACH = 240  # characters that a list may take before its number
_AHEAD = 2500  # and after it, where its members are sentences
_BREAKS = ",。;:!?\n()"
_HIDE = re.compile(r"《[^《》]*》|“[^“”]*”|\([^()]*\)")
_AND = re.compile("以及|和|及|与")
_VERB = re.compile(
    "公开|发布|围绕|涉及|覆盖|涵盖|包括|包含|聚焦|针对|推进|做好|设立|设置|开设|新增|建设|建成|完善|制定|印发|开展|梳理|组织|收到|受理|"
    "召开|举办|整改|制作|更新|编制|通过|利用|依托|推动|加强|强化|落实|形成|新建|办理|完成|整合|分为|由|对"
)
_ORDINAL = re.compile("[一二三四五六七八九十]{1,2}是")
_OPENS_ORDINALS = re.compile(r"^[^,。;:\n]{0,16}[:。,\n]{1,2}(?=一是)")
_AFTER_BRACKET = re.compile(r"^[^,。;:()\n]{0,10}\((?P<names>[^()。;:\n]{3,160})\)")
_AFTER_COLON = re.compile(r"^[^,。;:()\n]{0,10}:(?P<names>[^,。;:()\n]{3,160})[。;\n]")
_DIGIT = re.compile("[0-9]")
_FAR = 2  # a list without 等 that is further from its number is none


def read_listings(prose: Prose, text: Flow, sections: Sequence[Section]) -> tuple[Listing, ...]:
    """All lists with an announced length, in order."""
    heads = [section.heading_start for section in sections]
    out: list[Listing] = []
    for match in _COUNT.finditer(text.text):
        start = match.start()
        before = text.text[start - 1] if start else ""
        count = _value(match["count"])
        if count is None or count < 2 or before in "第.之〔-—“0123456789余近约" or match["noun"].startswith(_NO_NOUN):
            continue
        found = _after(text, match, count, heads) or _before(text.text, match, count)
        if found:
            out.append(_listing(prose, text, match, count, found))
    return tuple(out)


_Found = tuple[int, int, bool, int, int]  # few, many, open, and the span of the whole


def _value(digits: str) -> int | None:
    return int(digits) if digits.isdigit() else chinese_to_int(digits)


def _listing(prose: Prose, text: Flow, match: re.Match[str], count: int, found: _Found) -> Listing:
    few, many, is_open, first, last = found
    start, end = text.span(match.start("count"), match.end("count"))
    place = prose.place(start, end)
    assert place is not None
    words = text.original(first, last).strip()
    return Listing(count, few, many, is_open, words, prose.text[start:end], start, end, place)


def _before(text: str, match: re.Match[str], count: int) -> _Found | None:
    """The list that stands right before its number."""
    head = text[max(0, match.start() - _REACH) : match.start()]
    if "、" not in head:
        return None
    shown = _HIDE.sub(lambda m: "《" * len(m.group()), head)
    edge = max(shown.rfind(mark) for mark in _BREAKS)
    names = shown[edge + 1 :]
    is_open = names.endswith(("等", "等共", "等共计"))
    bare = re.sub(r"(?:等)?(?:这|共|共计|一共|以上)?$", "", names)
    if "、" not in bare or _DIGIT.search(bare):
        return None
    verb = max((m.end() for m in _VERB.finditer(bare, 0, bare.rfind("、"))), default=0)
    few = bare[verb:].count("、") + 1
    many = bare.count("、") + 1 + len(_AND.findall(bare))
    if edge >= 0 and shown[edge] == ",":  # the list may begin before the comma
        earlier = shown[max(shown.rfind(mark, 0, edge) for mark in "。;:\n") + 1 : edge]
        many += earlier.count("、") + 1 if "、" in earlier else 0
    far = _VERB.search(bare, bare.rfind("、")) or not few - _FAR <= count <= many + _FAR or many < 3
    if far and not is_open and not few <= count <= many:
        return None
    return few, many, is_open, match.start() - len(names), match.end()


def _after(text: Flow, match: re.Match[str], count: int, heads: Sequence[int]) -> _Found | None:
    """The list that stands right after its number: ordinals, a bracket, or what follows a colon."""
    at = match.end("noun") - len(match["noun"])
    ahead = text.text[at : at + 200]
    ordinals = _OPENS_ORDINALS.match(ahead)
    if ordinals:
        return _ordinals(text, match, count, at + ordinals.end(), heads)
    for pattern in (_AFTER_BRACKET, _AFTER_COLON):
        listed = pattern.match(ahead)
        if listed:
            names = _HIDE.sub("《", listed["names"])
            if "、" not in names or _DIGIT.search(names) or "," in names or _VERB.search(names):
                return None
            is_open = names.endswith("等") or "等" in names[-4:]
            few = names.count("、") + 1
            many = few + len(_AND.findall(names))
            if not is_open and not few - _FAR <= count <= many + _FAR:
                return None
            return few, many, is_open, match.start(), at + listed.end()
    return None


def _ordinals(text: Flow, match: re.Match[str], count: int, at: int, heads: Sequence[int]) -> _Found | None:
    """一是…二是…三是… from a position on; None where they begin anew before the announced number is reached."""
    index = bisect_right(heads, text.origin(at))
    end = text.position(heads[index]) if index < len(heads) else len(text.text)
    last = 0
    stop = at
    for ordinal in _ORDINAL.finditer(text.text, at, min(end, at + _AHEAD)):
        value = chinese_to_int(ordinal.group()[:-1])
        if value == last + 1:
            last, stop = last + 1, ordinal.end()
        elif value == 1 and last:
            nested = _COUNT.search(text.text, max(at, ordinal.start() - 24), ordinal.start())
            if nested and last < count:
                return None
            break
        else:
            return None
    return (last, last, False, match.start(), stop) if last > 1 else None
