"""Sections: the prose and its blocks in, the headings with what stands under each out.

Heading   as marked up, or a short line with an ordinal (一、 （一） 1. ① 第一部分) and no sentence in it; inside a longer
          paragraph only a heading that a form knows, with its ordinal (a page crawled as one line still has six sections)
Level     the class of the ordinal: 一、 is 1, （一） 2, 1. 3, (1) 4, ① 5; without an ordinal the level as marked up
Kind      the nearest heading of any form (rapidfuzz ratio ≥ 0.8 on normalised words), outermost headings only
Refuses   一是 二是, numbered sentences, enumerations of headings (“包括一、总体情况；二、…”), titles
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz, process

from auditor.facts.flow import fold
from auditor.facts.lexicon import Lexicon
from auditor.facts.prose import Layout
from auditor.facts.titles import is_title
from auditor.form import FormSection
from auditor.model import Block, Paragraph, Place, Section, Span, Table

_Spot = tuple[int, int]  # block and offset in its text
_CUTOFF = 80.0
_LONGEST = 40
_MOST_ORDINALS = 300  # in one paragraph; a whole report crawled as one line has some forty
_TABLE_GAP = 12  # lines that belong to no row may stand between two lines of one flat table
_CN = "[一二三四五六七八九十]{1,3}"
# The number of the group is the level.
_ORDINAL = re.compile(
    rf"(第{_CN}(?:部分|章|节)[、.:]?|{_CN}[、.,:](?!是))"
    rf"|(\({_CN}\)[、.]?|[㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩][、.]?)"
    r"|(\d{1,2}[.、](?!\d))"
    r"|(\(\d{1,2}\)[、.]?|\d{1,2}\))"
    r"|([①-⑳])"
)
_SENTENCE = re.compile("[。;!?]")
_NOTHING = re.compile("无|没有|未|本年度|暂无")  # （二）没有其他需要报告的事项。
_INSIDE = re.compile(rf"{_CN}[、.]")
_NOISE = frozenset(' \t\r\n\xa0、,.:;()“”"的')  # says nothing in a heading
_BLANKS = " \t\r\n\xa0"
_BAD_END = "。;,、!?"


@dataclass(frozen=True, slots=True)
class _Head:
    """A heading found: its span in the prose, its words, level and ordinal, its kind and the prose part it is in."""

    start: int
    end: int
    heading: str
    level: int
    ordinal: str
    kind: str | None
    part: int


def sections(
    layout: Layout,
    blocks: Sequence[Block],
    lexicon: Lexicon,
    used: Collection[int] = frozenset(),
    used_spans: Sequence[tuple[int, int, int]] = (),
) -> tuple[Section, ...]:
    """All sections in order; `used` and `used_spans` say where tables stand that are no table blocks."""
    headings = _headings(tuple(form.sections for form in lexicon.forms), lexicon.profile.headings)
    found: list[_Head] = []
    for index, part in enumerate(layout.prose.parts):
        block = blocks[layout.blocks[index]]
        level = block.level if isinstance(block, Paragraph) else 0
        folded = layout.folded[index]
        head = _line_head(part.text.text, folded, level, part.start, index, headings)
        found += [head] if head else _inner_heads(part.text.text, folded, part.start, index, headings)
    return _assemble(found, layout, blocks, used, [(block, start) for block, start, _ in used_spans])


# --- known headings --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Headings:
    """Normalised known headings, longest first, and the kind of each."""

    words: tuple[str, ...]
    kinds: dict[str, str]
    lengths: tuple[int, ...]


@lru_cache(maxsize=8)
def _headings(forms: tuple[tuple[FormSection, ...], ...], others: tuple[tuple[str, str], ...]) -> _Headings:
    kinds: dict[str, str] = {}
    stated = [(s.kind, word) for sections in forms for s in sections for word in (s.heading, *s.variants)]
    for kind, word in (*stated, *others):
        kinds.setdefault(_bare(word), kind)
    words = tuple(sorted(kinds, key=lambda w: (-len(w), w)))
    return _Headings(words, kinds, tuple(sorted({len(w) for w in words}, reverse=True)))


def _bare(words: str) -> str:
    return "".join(c for c in fold(words) if c not in _NOISE and not c.isspace())


@lru_cache(maxsize=4096)
def _kind_of(heading: str, known: _Headings) -> str | None:
    bare = _bare(heading)
    if bare in known.kinds:
        return known.kinds[bare]
    best = process.extractOne(bare, known.words, scorer=fuzz.ratio, score_cutoff=_CUTOFF) if bare else None
    return known.kinds[best[0]] if best else None


# --- finding ---------------------------------------------------------------------------------------


def _line_head(text: str, folded: str, marked: int, at: int, part: int, known: _Headings) -> _Head | None:
    """The heading that a whole line is, None where it is none."""
    shown = folded.strip(_BLANKS)
    if not shown or len(shown) > _LONGEST + 10:
        return None
    found = _ORDINAL.match(shown)
    level, ordinal = (found.lastindex or 0, found.group()) if found else (0, "")
    words = shown[len(ordinal) :].strip()
    if not words or (not ordinal and not marked and not _is_known(words, known)):
        return None
    if is_title(shown) or _SENTENCE.search(words.rstrip("。;:")) or (_NOTHING.match(words) and words[-1] in _BAD_END):
        return None
    kind = _kind_of(words, known)
    if not (kind or marked) and (len(words) > _LONGEST or words[-1] in _BAD_END):
        return None
    if not ordinal:
        level = 1 if kind else max(marked, 1)
    start = folded.index(shown)
    end = start + len(shown)
    return _Head(at + start, at + end, text[start:end], level, ordinal, kind, part)


def _is_known(words: str, known: _Headings) -> bool:
    """Whether a line without ordinal and mark-up is a heading: one that is known, word for word."""
    return len(words) >= 4 and words[-1] not in _BAD_END and _bare(words) in known.kinds


def _inner_heads(text: str, folded: str, at: int, part: int, known: _Headings) -> list[_Head]:
    """Headings of the forms inside a longer paragraph, each with its ordinal."""
    out: list[_Head] = []
    for match in islice(_INSIDE.finditer(folded), _MOST_ORDINALS):
        if folded[max(0, match.start() - 1)] == "第" or (out and at + match.start() < out[-1].end):
            continue
        found = _prefix(folded, match.end(), known)
        if not found:
            continue
        end, kind = found
        after = folded[end : end + 1]
        first = match.start() == len(folded) - len(folded.lstrip())
        if not first and (after in tuple("、;,和及等”》)") or folded[max(0, match.start() - 1)] in "“《、"):
            continue
        ordinal = match.group()
        out.append(_Head(at + match.start(), at + end, text[match.start() : end], 1, ordinal, kind, part))
    return out


def _prefix(text: str, start: int, known: _Headings) -> tuple[int, str] | None:
    """Where the best known heading that begins here ends, and its kind."""
    window = text[start : start + known.lengths[0] + 12] if known.lengths else ""
    places = [i for i, c in enumerate(window) if c not in _NOISE and not c.isspace()]
    bare = "".join(window[i] for i in places)
    if len(bare) < 2:
        return None
    best: tuple[float, int, str] | None = None
    for word in known.words:
        if bare.startswith(word):
            return start + places[len(word) - 1] + 1, known.kinds[word]
        score, length = _fit(bare, word)
        if score >= _CUTOFF and (best is None or score > best[0]):
            best = (score, length, known.kinds[word])
    return (start + places[best[1] - 1] + 1, best[2]) if best else None


def _fit(bare: str, word: str) -> tuple[float, int]:
    """The best ratio of a beginning of `bare` with a known heading, and its length; short headings only exactly."""
    if len(word) < 6 or fuzz.ratio(bare[: len(word)], word) < 60:
        return 0.0, 0
    best = (0.0, 0)
    for length in range(max(len(word) - 2, 2), min(len(word) + 3, len(bare)) + 1):
        score = fuzz.ratio(bare[:length], word)
        if score > best[0] and bare[length - 1] == word[-1]:
            best = (score, length)
    return best


# --- putting together ------------------------------------------------------------------------------


def _assemble(
    found: list[_Head], layout: Layout, blocks: Sequence[Block], used: Collection[int], spans: Sequence[_Spot]
) -> tuple[Section, ...]:
    out: list[Section] = []
    spots = [_spot(head, layout, blocks) for head in found]
    tables = _table_spots(blocks, used, spans, spots)
    kinds = _outermost_kinds(found)
    text = layout.prose.text
    places = [layout.prose.place(head.start, head.end) for head in found]
    for index, head in enumerate(found):
        follower = next((i for i in range(index + 1, len(found)) if found[i].level <= head.level), None)
        after = found[follower] if follower is not None else None
        end = after.start if after else len(text)
        last = spots[follower] if follower is not None else (len(blocks), 0)
        start = _start_of(places[index])
        stop = _start_of(places[follower]) if follower is not None else None
        out.append(
            Section(
                heading=head.heading.strip(),
                kind=kinds[index],
                level=head.level,
                ordinal=head.ordinal,
                body_start=min(head.end + _skip(text, head.end, end), end),
                body_end=end,
                heading_start=head.start,
                start=start,
                end=None if start is None else _last_offset(blocks) if stop is None else stop,
                tables=bisect_left(tables, last) - bisect_right(tables, spots[index]),
                place=places[index],
            )
        )
    return tuple(out)


def _spot(head: _Head, layout: Layout, blocks: Sequence[Block]) -> _Spot:
    """Block and offset in it of a heading."""
    part = layout.prose.parts[head.part]
    block = blocks[layout.blocks[head.part]]
    cut_at = block.text.text.find(part.text.text) if isinstance(block, Paragraph) else 0
    return layout.blocks[head.part], max(cut_at, 0) + head.start - part.start


def _outermost_kinds(found: Sequence[_Head]) -> list[str | None]:
    """A heading under one that has a kind is a part of it, not a section of the form."""
    out: list[str | None] = []
    open_levels: list[tuple[int, bool]] = []
    for head in found:
        while open_levels and open_levels[-1][0] >= head.level:
            open_levels.pop()
        inside = any(known for _, known in open_levels)
        out.append(None if inside else head.kind)
        open_levels.append((head.level, head.kind is not None))
    return out


def _skip(text: str, start: int, end: int) -> int:
    at = start
    while at < end and text[at] in " \t\r\n:：。\xa0　":
        at += 1
    return at - start


def _table_spots(
    blocks: Sequence[Block], used: Collection[int], spans: Sequence[_Spot], heads: Sequence[_Spot]
) -> list[_Spot]:
    """Where each table begins: every table block, every run of lines that a flat table used, every glued table."""
    texts = sorted([*((index, 0) for index in used if isinstance(blocks[index], Paragraph)), *spans])
    out = [(index, 0) for index, block in enumerate(blocks) if isinstance(block, Table)]
    before: _Spot | None = None
    for spot in texts:
        if before is None or spot[0] - before[0] > _TABLE_GAP or bisect_left(heads, before) < bisect_left(heads, spot):
            out.append(spot)
        before = spot
    return sorted(out)


def _start_of(place: Place | None) -> int | None:
    """Where it begins in the report's own file; None in an attached one."""
    return place.start if isinstance(place, Span) and not place.file else None


def _last_offset(blocks: Sequence[Block]) -> int | None:
    for block in reversed(blocks):
        place: Place = block.text.place() if isinstance(block, Paragraph) else block.place
        if isinstance(place, Span) and not place.file:
            return place.end
    return None
