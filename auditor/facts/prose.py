"""Prose: the blocks of a document in, its running text out, and beside it the lines that are no text of the report.

Prose     paragraphs that no table used, joined by \\n, each knowing its place; blank lines are left out
Outside   page furniture (索引号, 浏览量, 扫一扫 …), signature lines (单位负责人：…), titles of official tables, glued table
          text; the profile reads them, rules about wording never do
Source    lines are told by `rules/profile.yaml`; what the tables used is told by `auditor.facts.tables`
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import re2

from auditor.facts.flow import FOLD
from auditor.facts.lexicon import ProfileWords
from auditor.facts.phrases import any_of
from auditor.model import (
    Anchor,
    Block,
    BoxLine,
    BoxMap,
    Paragraph,
    ParagraphMap,
    Prose,
    ProsePart,
    Segment,
    SourceMap,
    Text,
    Whole,
)

FURNITURE, SIGNATURE, TABLE_TITLE, CHROME, TABLE = "页面", "签署", "表题", "页面片段", "表格"
CAPTIONS = (SIGNATURE, TABLE_TITLE)
_SHOWN = FOLD | dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
_LINE = 160  # a longer paragraph is text of the report, whatever it begins with
_CHROME_REACH = 500
_PAGE_NUMBER = re.compile(r"[-—–·]+\d{1,3}[-—–·]+|第\d{1,3}页(?:[,/]?共\d{1,3}页)?")
_GLUED_HEAD = re.compile(r"(?:附(?:件|表)\d*:?\s*)?[^\s。,]{0,40}$")
_GLUED_BODY = re.compile(r"统计表\s*(?:指标名称|统计指标|\(\d{4}年)")


@dataclass(frozen=True, slots=True)
class Outside:
    """A line, or a piece of one, that is not running text: what it is, its block and its text."""

    kind: str
    block: int
    text: Text


@dataclass(frozen=True, slots=True)
class Layout:
    """The prose, the block that each of its parts is from, and the lines outside."""

    prose: Prose
    blocks: tuple[int, ...]
    outside: tuple[Outside, ...]


@dataclass(frozen=True, slots=True)
class _Patterns:
    furniture: Any
    chrome: Any
    table_title: Any
    signature: Any
    lone_phone: Any


@lru_cache(maxsize=8)
def _patterns(words: ProfileWords) -> _Patterns:
    labels = dict(words.labels)
    signing = [label for role in SIGNING_ROLES for label in labels.get(role, ())]
    phones = list(labels.get("联系电话", ()))
    bracket = r"(?:\([^()]{1,6}\))?"
    return _Patterns(
        furniture=re2.compile(rf"^[•·*●>\-]*(?:{any_of(words.furniture)})"),
        chrome=re2.compile(any_of(words.chrome)),
        table_title=re2.compile(rf"^(?:{any_of(words.table_titles)})$"),
        signature=re2.compile(rf"^(?:{any_of(signing)}){bracket}:"),
        lone_phone=re2.compile(rf"^(?:{any_of(phones)}):[^:]*$"),
    )


SIGNING_ROLES = ("填报单位", "单位负责人", "审核人", "填报人", "联系电话", "填报日期")


def lay_out(
    blocks: Sequence[Block],
    words: ProfileWords,
    used: Collection[int] = frozenset(),
    used_spans: Sequence[tuple[int, int, int]] = (),
) -> Layout:
    """Tell prose from what is not; `used` blocks and `used_spans` (block, start, end) belong to tables."""
    patterns = _patterns(words)
    spans: dict[int, list[tuple[int, int]]] = {}
    for block, start, end in used_spans:
        spans.setdefault(block, []).append((start, end))
    parts: list[ProsePart] = []
    origins: list[int] = []
    outside: list[Outside] = []
    pieces: list[str] = []
    at = 0
    for index, kind, text in _lines(blocks, patterns, used, spans):
        if kind:
            outside.append(Outside(kind, index, text))
            continue
        parts.append(ProsePart(at, text))
        origins.append(index)
        pieces.append(text.text)
        at += len(text.text) + 1
    return Layout(Prose("\n".join(pieces), tuple(parts)), tuple(origins), tuple(outside))


def _lines(
    blocks: Sequence[Block], patterns: _Patterns, used: Collection[int], spans: dict[int, list[tuple[int, int]]]
) -> Iterator[tuple[int, str, Text]]:
    """Every visible line or piece with its kind ("" for prose), in order."""
    signed_before = False
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or index in used:
            continue
        whole = block.text
        shown = _shown(whole.text)
        if not shown:
            continue
        if len(shown) <= _LINE and index not in spans:
            kind = _kind(shown, patterns)
            if (
                kind == SIGNATURE
                and patterns.lone_phone.match(shown)
                and not (signed_before or _next_is_signed(blocks, index, patterns))
            ):
                kind = ""
            signed_before = kind == SIGNATURE
            yield index, kind, whole
            continue
        signed_before = False
        for kind, start, end in _pieces(whole.text, patterns, spans.get(index, [])):
            yield index, kind, whole if end - start == len(whole.text) else cut(whole, start, end)


def _shown(text: str) -> str:
    """What is to be seen of a line: folded, without white space and zero-width characters."""
    return "".join(text.translate(_SHOWN).split())


def _kind(shown: str, patterns: _Patterns) -> str:
    if _PAGE_NUMBER.fullmatch(shown):
        return FURNITURE
    if patterns.signature.match(shown):
        return SIGNATURE
    if shown[-1] not in "。;" and patterns.furniture.match(shown):
        return FURNITURE
    if patterns.table_title.match(shown):
        return TABLE_TITLE
    return ""


def _next_is_signed(blocks: Sequence[Block], index: int, patterns: _Patterns) -> bool:
    for block in blocks[index + 1 : index + 4]:
        if isinstance(block, Paragraph):
            shown = _shown(block.text.text)
            if shown:
                return bool(patterns.signature.match(shown) and not patterns.lone_phone.match(shown))
    return False


def _pieces(text: str, patterns: _Patterns, glued: list[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """A long paragraph without its page furniture at both ends and without glued tables."""
    folded = text.translate(FOLD)
    start = _chrome_end(folded, patterns)
    if start:
        yield CHROME, 0, start
    end = _tail_start(folded, start, patterns)
    holes = sorted([*glued, *_glued_table(folded, start, end)])
    at = start
    for first, last in holes:
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        if text[at:first].strip():
            yield "", at, first
        yield TABLE, first, last
        at = last
    if text[at:end].strip():
        yield "", at, end
    if end < len(text):
        yield CHROME, end, len(text)


def _glued_table(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """A table of no known form glued to the end of a paragraph: from its title on."""
    body = _GLUED_BODY.search(folded, start, end)
    if not body:
        return []
    head = _GLUED_HEAD.search(folded[max(start, body.start() - 60) : body.start()])
    return [(body.start() - (len(head.group()) if head else 0), end)]


def _chrome_end(folded: str, patterns: _Patterns) -> int:
    """Where page furniture at the head of a long line ends: after its last word within reach."""
    shown = folded[:_CHROME_REACH]
    lead = shown.lstrip(" \t\n•·*●>-")
    if not patterns.furniture.match("".join(lead[:40].split())):
        return 0
    sentence = shown.find("。")
    last = 0
    for match in patterns.chrome.finditer(shown if sentence < 0 else shown[:sentence]):
        last = match.end()
    while last < len(folded) and (folded[last].isspace() or folded[last] in "->|:"):
        last += 1
    return last


def _tail_start(folded: str, start: int, patterns: _Patterns) -> int:
    """Where page furniture at the foot of a long line begins: after the last sentence, words of furniture only."""
    stop = folded.rfind("。", start) + 1
    tail = folded[stop:]
    if stop and tail.strip() and len(tail) <= _LINE and patterns.chrome.match(tail.strip()):
        return stop
    return len(folded)


# --- pieces of text --------------------------------------------------------------------------------


def cut(text: Text, start: int, end: int) -> Text:
    """Characters start … end of a text, still knowing where they stand."""
    return Text(text.text[start:end], _cut_anchor(text.anchor, start, end))


def _cut_anchor(anchor: Anchor, start: int, end: int) -> Anchor:
    if isinstance(anchor, ParagraphMap):
        return Whole(anchor.place(start, end))
    if isinstance(anchor, Whole):
        return anchor
    if isinstance(anchor, BoxMap):
        kept = tuple(piece for line in anchor.lines if (piece := _cut_line(line, start, end)) is not None)
        return BoxMap(kept) if kept else Whole(anchor.place(start, end))
    out: list[Segment] = []
    for segment in anchor.segments:
        first, last = max(segment.start, start), min(segment.start + segment.length, end)
        if first >= last:
            continue
        if segment.length == segment.source_length:
            out.append(Segment(first - start, last - first, segment.source + first - segment.start, last - first))
        else:
            out.append(Segment(first - start, last - first, segment.source, segment.source_length))
    return SourceMap(tuple(out))


def _cut_line(line: BoxLine, start: int, end: int) -> BoxLine | None:
    first, last = max(start - line.start, 0), min(end - line.start, len(line.lefts))
    if first >= last:
        return None
    return replace(line, start=line.start + first - start, lefts=line.lefts[first:last], rights=line.rights[first:last])
