"""Findings -> the places that they mark, by file; a place -> the characters of a text or the cell at it.

Place      of a character range: `ranges`; of a cell: `on_cell`. A whole that holds the evidence's words once is marked there only
Numbers    a finding is its index in the findings given
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from auditor.documents.original.tree import Range
from auditor.model import (
    Anchor,
    BoxMap,
    DocxText,
    Finding,
    InFile,
    PageBox,
    ParagraphMap,
    Place,
    Segment,
    SourceMap,
    Span,
    Text,
    Whole,
)
from auditor.readers.flow import Piece


@dataclass(frozen=True, slots=True)
class Marked:
    """One piece of evidence: its place, its words and its finding."""

    place: Place
    words: str
    finding: int


@dataclass(slots=True)
class Marks:
    """All evidence in one file; cells and paragraphs are found by their place at once."""

    every: tuple[Marked, ...] = ()
    spans: list[tuple[int, int, int]] = field(init=False)
    _longest: int = field(init=False)
    _at: dict[Place, list[Marked]] = field(init=False)
    _in: dict[tuple[str, int], list[Marked]] = field(init=False)

    def __post_init__(self) -> None:
        self.spans, self._at, self._in = [], {}, {}
        for one in self.every:
            self._at.setdefault(one.place, []).append(one)
            if isinstance(one.place, Span):
                self.spans.append((one.place.start, one.place.end, one.finding))
            elif isinstance(one.place, DocxText):
                self._in.setdefault((one.place.part, one.place.paragraph), []).append(one)
        self.spans.sort()
        self._longest = max((end - start for start, end, _ in self.spans), default=0)

    def on_cell(self, place: Place) -> list[int]:
        """The findings whose evidence is this cell."""
        return sorted({one.finding for one in self._at.get(place, ())})

    def ranges(self, text: Text) -> list[Range]:
        """Which characters of a text are evidence."""
        anchor: Anchor = text.anchor
        if isinstance(anchor, InFile):
            anchor = anchor.anchor
        if isinstance(anchor, SourceMap):
            return self.of_pieces([_piece(segment) for segment in anchor.segments])
        if isinstance(anchor, ParagraphMap):
            here = self._in.get((anchor.part, anchor.paragraph), ())
            return [(p.start, p.end, m.finding) for m in here if isinstance(p := m.place, DocxText)]
        if isinstance(anchor, Whole):
            return [(*_words(text.text, one.words), one.finding) for one in self._at.get(anchor.at, ())]
        return list(self._boxed(anchor))

    def of_pieces(self, pieces: Sequence[Piece]) -> list[Range]:
        """Which characters of a text made of these pieces of the source are evidence."""
        if not pieces:
            return []
        begin, end = min(piece[2] for piece in pieces), max(piece[2] + piece[3] for piece in pieces)
        out: list[Range] = []
        first = bisect_left(self.spans, (begin - self._longest,))
        for start, stop, finding in self.spans[first : bisect_left(self.spans, (end + 1,))]:
            if (start < end and stop > begin) or (start == stop and begin <= start <= end):
                found = _within(pieces, start, stop)
                if found is not None:
                    out.append((*found, finding))
        return out

    def _boxed(self, anchor: BoxMap) -> Iterator[Range]:
        for one in self.every:
            if not isinstance(one.place, PageBox):
                continue
            left, top, right, bottom = one.place.box
            found = [
                line.start + at
                for line in anchor.lines
                if line.page == one.place.page and top <= (line.top + line.bottom) / 2 <= bottom
                for at, (a, b) in enumerate(zip(line.lefts, line.rights, strict=True))
                if left <= (a + b) / 2 <= right
            ]
            if found:
                yield found[0], found[-1] + 1, one.finding


def by_file(findings: Sequence[Finding]) -> Mapping[str, Marks]:
    """The evidence in each file; "" is the report's own."""
    found: dict[str, list[Marked]] = {"": []}
    for number, finding in enumerate(findings):
        for evidence in finding.evidence:
            if (place := evidence.place) is not None:
                here = replace(place, file="") if place.file else place
                found.setdefault(place.file, []).append(Marked(here, evidence.text, number))
    return {file: Marks(tuple(_once(marks))) for file, marks in found.items()}


def _once(marks: Iterable[Marked]) -> Iterator[Marked]:
    yield from dict.fromkeys(marks)


def _piece(segment: Segment) -> Piece:
    return segment.start, segment.length, segment.source, segment.source_length


def _words(text: str, words: str) -> tuple[int, int]:
    """The words where the text holds them once, else the whole."""
    at = text.find(words) if words else -1
    return (at, at + len(words)) if at >= 0 and text.find(words, at + 1) < 0 else (0, len(text))


def _within(pieces: Sequence[Piece], start: int, stop: int) -> tuple[int, int] | None:
    """The characters that stand at start … stop of the source."""
    first, last = -1, -1
    for at, length, source, source_length in pieces:
        if (source + source_length <= start or source >= stop) and start != stop:
            continue
        if length == source_length:
            a, b = max(start - source, 0), min(stop - source, length)
        else:
            a, b = 0, length
        if start == stop and not source <= start <= source + source_length:
            continue
        first, last = (at + a if first < 0 else first), at + b
    return (first, last) if first >= 0 and last >= first else None
