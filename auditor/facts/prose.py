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

from auditor.facts.flow import fold
from auditor.facts.lexicon import ProfileWords
from auditor.facts.phrases import Phrases, any_of
from auditor.model import (
    Anchor,
    Block,
    BoxLine,
    BoxMap,
    InFile,
    Paragraph,
    ParagraphMap,
    Prose,
    ProsePart,
    Segment,
    SourceMap,
    Text,
    Whole,
)
from auditor.text import is_blank

FURNITURE, SIGNATURE, TABLE_TITLE, CHROME, TABLE = "页面", "签署", "表题", "页面片段", "表格"
CAPTIONS = (SIGNATURE, TABLE_TITLE)
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_LINE = 160  # a longer paragraph is text of the report, whatever it begins with
_PADDED = 4000  # characters that a line may take with its padding
_CHROME_REACH = 500
_PAGE_NUMBER_CHARS = 20
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
    """The prose, the block that each of its parts is from, its parts' text folded, and the lines outside."""

    prose: Prose
    blocks: tuple[int, ...]
    folded: tuple[str, ...]
    outside: tuple[Outside, ...]


@dataclass(frozen=True, slots=True)
class _Patterns:
    furniture: Phrases
    chrome: Any
    line: Phrases  # furniture, signature, table title, lone phone: what a short line is


@lru_cache(maxsize=8)
def _patterns(words: ProfileWords) -> _Patterns:
    labels = dict(words.labels)
    signing = [label for role in SIGNING_ROLES for label in labels.get(role, ())]
    phones = list(labels.get("联系电话", ()))
    bracket = r"(?:\([^()]{1,6}\))?"
    furniture = rf"^[•·*●>\-]*(?:{any_of(words.furniture)})"
    return _Patterns(
        furniture=Phrases([furniture]),
        chrome=re2.compile(any_of(words.chrome)),
        line=Phrases(
            [
                furniture,
                rf"^(?:{any_of(signing)}){bracket}:",
                rf"^(?:{any_of(words.table_titles)})$",
                rf"^(?:{any_of(phones)}):[^:]*$",
            ]
        ),
    )


SIGNING_ROLES = ("填报单位", "单位负责人", "审核人", "填报人", "联系电话", "填报日期")


class Page:
    """A document's blocks, laid out as often as asked; what each line is, is found once."""

    def __init__(self, blocks: Sequence[Block], words: ProfileWords) -> None:
        self._blocks = blocks
        self._patterns = _patterns(words)
        self._kinds: dict[int, tuple[bool, str, bool]] = {}
        self._folded: dict[int, str] = {}

    def lay_out(
        self,
        used: Collection[int] = frozenset(),
        used_spans: Sequence[tuple[int, int, int]] = (),
        *,
        most: int | None = None,
    ) -> Layout:
        """Tell prose from what is not; `used` blocks and `used_spans` (block, start, end) belong to tables."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for block, start, end in used_spans:
            spans.setdefault(block, []).append((start, end))
        parts: list[ProsePart] = []
        origins: list[int] = []
        outside: list[Outside] = []
        pieces: list[str] = []
        folded: list[str] = []
        at = 0
        for index, kind, text, shown in self._lines(used, spans, len(self._blocks) if most is None else most):
            if kind:
                outside.append(Outside(kind, index, text))
                continue
            parts.append(ProsePart(at, text))
            origins.append(index)
            pieces.append(text.text)
            folded.append(shown)
            at += len(text.text) + 1
        return Layout(Prose("\n".join(pieces), tuple(parts)), tuple(origins), tuple(folded), tuple(outside))

    def _lines(
        self, used: Collection[int], spans: dict[int, list[tuple[int, int]]], most: int
    ) -> Iterator[tuple[int, str, Text, str]]:
        """Every visible line or piece with its kind ("" for prose) and its folded text, in order."""
        signed_before = False
        for index, block in enumerate(self._blocks[:most]):
            if not isinstance(block, Paragraph) or index in used:
                continue
            whole = block.text
            if _is_short(whole.text) and index not in spans:
                visible, kind, is_phone = self._line(index, whole.text)
                if not visible:
                    continue
                if is_phone and not (signed_before or self._next_is_signed(index)):
                    kind = ""
                signed_before = kind == SIGNATURE
                yield index, kind, whole, self._fold(index, whole.text)
            elif not is_blank(whole.text):
                signed_before = False
                folded = self._fold(index, whole.text)
                for kind, start, end in _pieces(folded, self._patterns, spans.get(index, [])):
                    piece = whole if end - start == len(whole.text) else cut(whole, start, end)
                    yield index, kind, piece, folded[start:end]

    def _line(self, index: int, text: str) -> tuple[bool, str, bool]:
        """Whether a short line shows anything, what kind it is, and whether it is a telephone number alone."""
        found = self._kinds.get(index)
        if found is None:
            shown = _shown(self._fold(index, text))
            kind, is_phone = _kind(shown, self._patterns) if shown else ("", False)
            found = self._kinds[index] = bool(shown), kind, is_phone
        return found

    def _fold(self, index: int, text: str) -> str:
        found = self._folded.get(index)
        if found is None:
            found = self._folded[index] = fold(text)
        return found

    def _next_is_signed(self, index: int) -> bool:
        for at, block in enumerate(self._blocks[index + 1 : index + 4], index + 1):
            if isinstance(block, Paragraph):
                visible, kind, is_phone = self._line(at, block.text.text)
                if visible:
                    return kind == SIGNATURE and not is_phone
        return False


def _is_short(text: str) -> bool:
    """Whether a paragraph shows no more than a line."""
    return len(text) <= _LINE or (len(text) <= _PADDED and len("".join(text.split())) <= _LINE)


def _shown(folded: str) -> str:
    """What is to be seen of a folded line: no white space and no zero-width characters."""
    shown = "".join(folded.split())
    return shown if shown.isprintable() else _ZERO_WIDTH.sub("", shown)


def _kind(shown: str, patterns: _Patterns) -> tuple[str, bool]:
    """What a short line is, and whether it is a telephone number alone."""
    ends = shown[-1] in "。;"
    if ends and ":" not in shown:
        return "", False
    if len(shown) < _PAGE_NUMBER_CHARS and _PAGE_NUMBER.fullmatch(shown):
        return FURNITURE, False
    furniture, signature, title, phone = (
        hit in found for found in [set(patterns.line.found(shown))] for hit in range(4)
    )
    if signature:
        return SIGNATURE, phone
    if furniture and not ends:
        return FURNITURE, False
    return (TABLE_TITLE if title else ""), False


def _pieces(folded: str, patterns: _Patterns, glued: list[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """A long paragraph without its page furniture at both ends and without glued tables."""
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
        if folded[at:first].strip():
            yield "", at, first
        yield TABLE, first, last
        at = last
    if folded[at:end].strip():
        yield "", at, end
    if end < len(folded):
        yield CHROME, end, len(folded)


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
    if not patterns.furniture.found("".join(lead[:40].split())):
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
    if stop and len(tail) <= _LINE and tail.strip() and patterns.chrome.match(tail.strip()):
        return stop
    return len(folded)


# --- pieces of text --------------------------------------------------------------------------------


def cut(text: Text, start: int, end: int) -> Text:
    """Characters start … end of a text, still knowing where they stand."""
    return Text(text.text[start:end], _cut_anchor(text.anchor, start, end))


def _cut_anchor(anchor: Anchor, start: int, end: int) -> Anchor:
    if isinstance(anchor, InFile):
        return InFile(_cut_plain(anchor.anchor, start, end), anchor.file)
    return _cut_plain(anchor, start, end)


def _cut_plain(
    anchor: SourceMap | ParagraphMap | BoxMap | Whole, start: int, end: int
) -> SourceMap | ParagraphMap | BoxMap | Whole:
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
