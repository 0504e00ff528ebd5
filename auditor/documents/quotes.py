"""Quotes: a piece of evidence -> the words complained of, inside the sentence in which they stand.

Finds     the place of the evidence leads back into the prose, by the anchors that the reader left; the words must be
          the same there, else the evidence is shown alone: a wrong context is worse than none
Cells     what stands in a table, on a page or in a sheet is quoted alone; an empty cell is quoted as （空白）
Reach     the sentence, at most 48 characters on either side
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.documents.places import place_words
from auditor.documents.printing import line, printable
from auditor.model import DocxText, Evidence, Place, Prose, ProsePart, Report, SourceMap, Span


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of evidence as it is shown: the words complained of (`marked`) between their neighbours."""

    label: str
    before: str
    marked: str
    after: str
    place: str


_SENTENCE_ENDS = "。！？；\n"
_REACH = 48


def quote(report: Report, evidence: Evidence, table: str | None = None) -> Quote:
    """The evidence in its sentence where its place leads back to the prose, alone where it does not (a cell)."""
    label, words, where = line(evidence.label), printable(evidence.text), line(place_words(evidence.place, table))
    span = prose_span(report.prose, evidence.place) if evidence.place is not None else None
    if span is None:
        return Quote(label, "", words.strip() or "（空白）", "", where)
    start, end = span
    prose = report.prose.text
    said = prose[start:end]
    if said != evidence.text:
        inside = _inside_evidence(prose, start, end, evidence.text)
        if inside is None or not said:
            return Quote(label, "", words.strip() or "（空白）", "", where)
        before, after = evidence.text[:inside], evidence.text[inside + len(said) :]
        return Quote(label, line(before), line(said), line(after), where)
    before, after = _neighbours(prose, start, end)
    return Quote(label, line(before), line(said) or "（空白）", line(after), where)


def _inside_evidence(prose: str, start: int, end: int, words: str) -> int | None:
    """Where characters start … end of the prose stand in evidence that quotes more than them; None if it does not."""
    at = prose.find(words, max(start - len(words), 0), end + len(words))
    while 0 <= at <= start:
        if at + len(words) >= end:
            return start - at
        at = prose.find(words, at + 1, end + len(words))
    return None


def _neighbours(prose: str, start: int, end: int) -> tuple[str, str]:
    first = max((prose.rfind(mark, 0, start) for mark in _SENTENCE_ENDS), default=-1) + 1
    lasts = [at for at in (prose.find(mark, end) for mark in _SENTENCE_ENDS) if at >= 0]
    last = min(lasts) + 1 if lasts else len(prose)
    if start and prose[end - 1 : end] in _SENTENCE_ENDS:
        last = end
    before, after = prose[first:start], prose[end:last]
    cut_before = "…" + before[-_REACH:] if len(before) > _REACH else before
    cut_after = after[:_REACH] + "…" if len(after) > _REACH else after
    return cut_before.lstrip(), cut_after.rstrip()


def prose_span(prose: Prose, place: Place) -> tuple[int, int] | None:
    """Where a place stands in the prose; None for a cell, a page and whatever is not prose."""
    for part in prose.parts:
        span = _inside(part, place)
        if span is not None:
            return part.start + span[0], part.start + span[1]
    return None


def _inside(part: ProsePart, place: Place) -> tuple[int, int] | None:
    anchor = part.text.anchor
    if isinstance(anchor, SourceMap) and isinstance(place, Span):
        return _from_source(anchor, place)
    if (
        isinstance(place, DocxText)
        and not isinstance(anchor, SourceMap)
        and place == anchor.place(place.start, place.end)
    ):
        return place.start, min(place.end, len(part.text.text))
    return None


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
