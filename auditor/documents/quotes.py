"""Quotes: evidence -> the words complained of, inside the sentence in which they stand, and the cells complained of.

Finds     the place of the evidence leads back into a block of the report by the anchors that the readers left; the words
          must be the same there, else the evidence is shown alone: a wrong context is worse than none
Together  words of one sentence are one quote with several marks, however many pieces of evidence speak of it
Cells     what stands in a table is a cell with its name; past eight, the ones that say something come first (what does
          not, a zero, is only counted), and `more` says what is left out
Sheets    a sheet's cell cannot be pointed into: the operands are marked where the sentence holds each of them once
Reach     the sentence, at most 48 characters on either side of the words; longer words are cut in their middle
Guards    the number of an identity card is never printed whole, wherever it stands
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from auditor.documents.places import file_words, place_words
from auditor.documents.printing import line, printable
from auditor.model import (
    BoxMap,
    DocxText,
    Evidence,
    InFile,
    Number,
    PageBox,
    Place,
    Report,
    SourceMap,
    Span,
    Text,
    Whole,
)
from auditor.text import show

BLANK = "（空白）"
MOST_CELLS = 8
_SENTENCE_ENDS = "。！？；\n"
_REACH = 48
_MOST_MARKED = 120
_HEAD_OF_A_CUT, _TAIL_OF_A_CUT = 84, 24
_ANOTHER_YEARS = re.compile(r"(?:上年报告（\d+年度）|\d+年度报告).")
_MOST_IN_A_CELL = 24
_IDENTITY = re.compile(r"(?<!\d)(\d{3})\d{11}(\d{3}[\dXxＸ])(?!\d)")
_COVERED = re.compile(r"\d+\*{3,}[\dXx]+")
_HEADING_EMS = 22

Marks = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Quote:
    """Evidence as it is shown: its pieces in order, each complained of or not, and where it stands in plain words."""

    label: str
    pieces: tuple[tuple[str, bool], ...]
    place: str = ""

    @property
    def before(self) -> str:
        """What stands before the first words complained of."""
        return "".join(words for words, _ in self.pieces[: self._first()])

    @property
    def marked(self) -> str:
        """The first words complained of."""
        return self.pieces[self._first()][0]

    @property
    def after(self) -> str:
        """What stands after them."""
        return "".join(words for words, _ in self.pieces[self._first() + 1 :])

    def _first(self) -> int:
        return next((at for at, (_, marked) in enumerate(self.pieces) if marked), 0)


@dataclass(frozen=True, slots=True)
class CellQuote:
    """A cell of a table: its name in the form's words, what is printed in it, and where (empty: the name says it)."""

    name: str
    words: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """All evidence of one finding: quotes of the text, cells of the tables, and how many cells are not shown."""

    quotes: tuple[Quote, ...]
    cells: tuple[CellQuote, ...]
    more: str = ""


def proof(
    report: Report,
    evidence: Sequence[Evidence],
    table: str | None = None,
    operands: Iterable[Number | None] = (),
    most_cells: int | None = MOST_CELLS,
) -> Proof:
    """The evidence sorted into quotes and cells; `most_cells` None shows every cell."""
    names = {fact.name for fact in report.facts.values()}
    cells = [one for one in evidence if _is_cell(one, names)]
    spoken = [one for one in evidence if not _is_cell(one, names)]
    shown, more = _shown(cells, most_cells)
    return Proof(
        quotes=_merged(report, spoken, table, [show(number) for number in operands if number is not None]),
        cells=tuple(_cell(one, table) for one in shown),
        more=more,
    )


def quote(report: Report, evidence: Evidence, table: str | None = None) -> Quote:
    """One piece of evidence in its sentence where its place leads back to a block, alone where it does not (a cell)."""
    return _merged(report, [evidence], table, [])[0]


# --- cells -----------------------------------------------------------------------------------------


def _is_cell(evidence: Evidence, names: set[str]) -> bool:
    """Whether it is a cell of this report's tables, or of another year's (上年报告（2023年度）收到申请数)."""
    another_years = _ANOTHER_YEARS.match(evidence.label) is not None
    return (evidence.label in names or another_years) and len(evidence.text) <= _MOST_IN_A_CELL


def _cell(evidence: Evidence, table: str | None) -> CellQuote:
    words = line(evidence.text) or BLANK
    return CellQuote(line(evidence.label), words, line(_place_words(evidence.place, table)))


def _place_words(place: Place | None, table: str | None) -> str:
    """Code points say nothing to a reader: of a place in flowing text only an attached file is named."""
    return file_words(place) if isinstance(place, Span) else place_words(place, table)


def _shown(cells: Sequence[Evidence], most: int | None) -> tuple[Sequence[Evidence], str]:
    """The cells to show in their order, and the words for the rest: the first one and those that are not 0 come first."""
    if most is None or len(cells) <= most:
        return cells, ""
    speaking = [at for at, one in enumerate(cells) if at == 0 or not _is_zero(one)]
    kept = sorted(speaking[:most])
    rest = [one for at, one in enumerate(cells) if at not in kept]
    zeros = sum(map(_is_zero, rest))
    blanks = sum(line(one.text) in ("", BLANK) for one in rest)
    same = "，均为 0" if zeros == len(rest) else "，均为空白" if blanks == len(rest) else ""
    mixed = f"（其中 {zeros} 格为 0）" if zeros and not same else ""
    tail = "" if zeros == len(rest) else "，逐格见问题台账的“事实”表"
    return [cells[at] for at in kept], f"另有 {len(rest)} 格{same}{mixed}{tail}"


def _is_zero(evidence: Evidence) -> bool:
    return line(evidence.text) in ("0", "０")


# --- text ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    """Evidence that leads back: block `at` holds the sentences `first` … `last` and the marks in them."""

    label: str
    at: int
    text: str
    first: int
    last: int
    marks: list[tuple[int, int]]
    whole: Place | None = None


def _merged(
    report: Report, evidence: Sequence[Evidence], table: str | None, operands: Sequence[str]
) -> tuple[Quote, ...]:
    blocks = (*(part.text for part in report.prose.parts), *report.captions)
    found: list[_Found | Quote] = []
    for one in evidence:
        here = _locate(blocks, one, operands)
        if here is None:
            alone = _alone(report, blocks, one, table)
            if alone not in found:
                found.append(alone)
        elif not _joined(found, here):
            found.append(here)
    return tuple(one if isinstance(one, Quote) else _quote(report, one) for one in found)


def _joined(found: Sequence[_Found | Quote], new: _Found) -> bool:
    """Whether the evidence went into a quote of the same sentence."""
    for old in found:
        if isinstance(old, Quote) or (old.at, old.label) != (new.at, new.label):
            continue
        if new.first < old.last and old.first < new.last:
            old.first, old.last = min(old.first, new.first), max(old.last, new.last)
            old.marks = _union([*old.marks, *new.marks])
            return True
    return False


def _union(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted marks that neither touch nor overlap."""
    union: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return union


def _locate(blocks: Sequence[Text], evidence: Evidence, operands: Sequence[str]) -> _Found | None:
    """The block that the place leads to, with the words complained of; None where it does not hold the same words."""
    if evidence.place is None or not evidence.text:
        return None
    for at, block in enumerate(blocks):
        whole = isinstance(block.anchor, Whole)
        span = _in_a_whole(block, evidence) if whole else inside(block, evidence.place)
        if span is None:
            continue
        marks = _marks(block, span, evidence, operands)
        if marks is None:
            return None
        start, end = marks[0][0], marks[-1][1]
        reach = _around(block.text, start, end, evidence.text)
        cell = block.place() if whole else None
        return _Found(line(evidence.label), at, block.text, *reach, marks, cell)
    return None


def _in_a_whole(block: Text, evidence: Evidence) -> tuple[int, int] | None:
    """The words in a block that can only be pointed at as a whole."""
    if block.place() != evidence.place:
        return None
    at = block.text.find(evidence.text, max(block.text.find(evidence.label), 0) if evidence.label else 0)
    at = at if at >= 0 else block.text.find(evidence.text)
    return (at, at + len(evidence.text)) if at >= 0 else None


def _marks(
    block: Text, span: tuple[int, int], evidence: Evidence, operands: Sequence[str]
) -> list[tuple[int, int]] | None:
    """What is marked: the place; the evidence inside it where that is less; the operands where nothing is narrower."""
    start, end = span
    said = block.text[start:end]
    if not said.strip():
        return None
    if said != evidence.text and evidence.text in said:
        start += said.index(evidence.text)
        return [(start, start + len(evidence.text))]
    if said != evidence.text and _around_evidence(block.text, start, end, evidence.text) is None:
        return None
    if isinstance(block.anchor, Whole):
        return _operands(block.text, start, end, operands) or [span]
    return [span]


def _operands(text: str, start: int, end: int, operands: Sequence[str]) -> list[tuple[int, int]]:
    """Where each operand stands, if it stands there once."""
    marks = []
    for words in dict.fromkeys(operands):
        hits = [m.span() for m in re.finditer(rf"(?<![\d.]){re.escape(words)}(?![\d.])", text[start:end])]
        if len(hits) == 1:
            marks.append((start + hits[0][0], start + hits[0][1]))
    return _union(marks)


def _around_evidence(text: str, start: int, end: int, words: str) -> int | None:
    """Where evidence that quotes more than characters start … end begins; None if it does not hold them."""
    at = text.find(words, max(start - len(words), 0), end + len(words))
    while 0 <= at <= start:
        if at + len(words) >= end:
            return at
        at = text.find(words, at + 1, end + len(words))
    return None


def _around(text: str, start: int, end: int, words: str) -> tuple[int, int]:
    """The sentence of characters start … end, or what the evidence quotes of it."""
    quoted = _around_evidence(text, start, end, words) if len(words) > end - start else None
    if quoted is not None:
        return quoted, quoted + len(words)
    first = max((text.rfind(mark, 0, start) for mark in _SENTENCE_ENDS), default=-1) + 1
    lasts = [at for at in (text.find(mark, end) for mark in _SENTENCE_ENDS) if at >= 0]
    last = min(lasts) + 1 if lasts else len(text)
    if start and text[end - 1 : end] in _SENTENCE_ENDS:
        last = end
    return first, last


def _quote(report: Report, found: _Found) -> Quote:
    pieces: list[tuple[str, bool]] = []
    text, at = found.text, found.first
    for number, (start, end) in enumerate(found.marks):
        between = line_inside(text[at:start])
        pieces.append((_cut_left(between) if number == 0 else _cut_middle(between), False))
        pieces.append((_cut_marked(line(text[start:end])), True))
        at = end
    rest = line_inside(text[at : found.last]).rstrip()
    pieces.append((rest[:_REACH] + "…" if len(rest) > _REACH else rest, False))
    first = (pieces[0][0].lstrip(), False)
    place = spot_words(report, found.at, found.marks[0][0])
    if found.whole is not None:
        cell = line(place_words(found.whole))
        place = f"{place}（{cell}）" if place else cell
    return Quote(found.label, tuple((masked(words), marked) for words, marked in (first, *pieces[1:]) if words), place)


def line_inside(words: str) -> str:
    """The words on one line, a blank at either end kept."""
    return re.sub(r"\s+", " ", printable(words))


def _cut_left(words: str) -> str:
    return "…" + words[-_REACH:] if len(words) > _REACH else words


def _cut_middle(words: str) -> str:
    return f"{words[:_REACH]}…{words[-_REACH:]}" if len(words) > 2 * _REACH else words


def _cut_marked(words: str) -> str:
    return f"{words[:_HEAD_OF_A_CUT]}……{words[-_TAIL_OF_A_CUT:]}" if len(words) > _MOST_MARKED else words


def _alone(report: Report, blocks: Sequence[Text], evidence: Evidence, table: str | None) -> Quote:
    """Evidence that stands in no block, or holds more than its block: marked are the words at its place, or what covers."""
    words = masked(printable(evidence.text))
    at, inside = _words_at(blocks, evidence.place)
    place = line(_place_words(evidence.place, table))
    if at is not None:
        place = spot_words(report, at, 0)
    covered = _COVERED.search(words)
    inside = covered[0] if covered else inside
    if inside and len(inside) < len(words) and words.count(inside) == 1:
        before, _, after = words.partition(inside)
        pieces = ((line_inside(before), False), (_cut_marked(line(inside)), True), (line_inside(after), False))
        return Quote(line(evidence.label), tuple(piece for piece in pieces if piece[0]), place)
    return Quote(line(evidence.label), ((_cut_marked(line(words)) or BLANK, True),), place)


def _words_at(blocks: Sequence[Text], place: Place | None) -> tuple[int | None, str]:
    """The block to which the place leads and what stands there."""
    for at, block in enumerate(blocks):
        span = inside(block, place) if place is not None else None
        if span is not None:
            return at, block.text[span[0] : span[1]].strip()
    return None, ""


def masked(words: str) -> str:
    """The words with the numbers of identity cards covered."""
    return _IDENTITY.sub(r"\1***********\2", words)


# --- places ----------------------------------------------------------------------------------------


def spot_words(report: Report, at: int, start: int) -> str:
    """“二、主动公开情况”部分第3段, 正文第1段; empty for a heading and for what is no prose."""
    if at >= len(report.prose.parts):
        return ""
    offset = report.prose.parts[at].start + start
    over = [s for s in report.sections if s.heading_start <= offset and s.level]
    section = over[-1] if over else None
    if section is None:
        return f"正文第{at + 1}段"
    if offset < section.body_start:
        return ""
    number = sum(
        section.body_start <= part.start <= offset and bool(part.text.text.strip()) for part in report.prose.parts
    )
    heading = line(section.heading)
    cut = heading if len(heading) <= _HEADING_EMS else heading[: _HEADING_EMS - 1] + "…"
    return f"“{cut}”部分" + (f"第{number}段" if number else "")


def inside(block: Text, place: Place) -> tuple[int, int] | None:
    """Where a place stands in a block's text; None for a cell, a page and another block."""
    anchor = block.anchor
    if isinstance(anchor, InFile):
        own = place.file == anchor.file
        return inside(Text(block.text, anchor.anchor), replace(place, file="")) if own else None
    if place.file:
        return None
    if isinstance(anchor, SourceMap):
        return _from_source(anchor, place) if isinstance(place, Span) else None
    if isinstance(anchor, BoxMap):
        return _from_boxes(anchor, place) if isinstance(place, PageBox) else None
    if isinstance(place, DocxText) and place == anchor.place(place.start, place.end):
        return place.start, min(place.end, len(block.text))
    return None


_SLACK = 0.01  # points: boxes are cut from the same numbers


def _from_boxes(anchor: BoxMap, place: PageBox) -> tuple[int, int] | None:
    """The characters that lie within the box; None where there is none."""
    left, top, right, bottom = place.box
    found = [
        line.start + at
        for line in anchor.lines
        if line.page == place.page and line.top >= top - _SLACK and line.bottom <= bottom + _SLACK
        for at, (begin, end) in enumerate(zip(line.lefts, line.rights, strict=True))
        if begin >= left - _SLACK and end <= right + _SLACK
    ]
    return (found[0], found[-1] + 1) if found else None


def _from_source(anchor: SourceMap, place: Span) -> tuple[int, int] | None:
    """The characters cut from start … end of the original; None unless the place begins inside this part."""
    segments = anchor.segments
    if not segments or place.start < segments[0].source:
        return None
    last = segments[-1]
    if place.start >= last.source + last.source_length:
        return None
    start: int | None = None
    end = 0
    for segment in segments:
        if segment.source + segment.source_length <= place.start or segment.source >= place.end:
            continue
        exact = segment.length == segment.source_length
        low = max(place.start - segment.source, 0) if exact else 0
        high = min(place.end - segment.source, segment.length) if exact else segment.length
        start = segment.start + low if start is None else start
        end = segment.start + high
    return None if start is None else (start, end)
