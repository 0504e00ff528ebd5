"""Copies: the reports of one run in, for each of them the other units of its year that share most of its text out.

Masked    digits, numerals before a measure word, the unit's own name, its places and signatories, 我镇 and its like, names of
          villages, titles in 《》: a copy with digits and names changed is the same text
Left out  what everybody writes: the forms' headings and titles, what the rule's `except` matches, and clauses that stand in
          the reports of more than a tenth of the year's units (of more than FEW units where there are not so many)
Share     percent of the characters left that stand in the other report in passages of at least PASSAGE characters, in
          whatever order; which of the two was first is not said
Cost      an index of masked clauses brings two reports together, only those are compared character by character: linear in
          the reports, never all pairs
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from auditor.checks.check import PatternSet, sentence
from auditor.facts.names import core_name
from auditor.model import Copied, Passage, Place, Report
from auditor.roster.names import are_near, places
from auditor.text import squash

FEW = 5
PASSAGE = 12
_EVERYBODY = 10  # a tenth of the year's units
_GRAM = 8
_CLAUSE = 6  # shorter ones bring no two reports together
_WORTH = 5  # a fifth of the text in common clauses: worth comparing character by character
_MOST_CANDIDATES, _MOST_COPIES, _MOST_PASSAGES = 4, 3, 5
_HIDDEN = "〓"


@dataclass(frozen=True, slots=True)
class Copying:
    """What a rule on copies asks: the least share in percent, the least number of characters, the sentences left out."""

    above: Decimal
    least: int
    left_out: tuple[str, ...] = ()
    patterns: PatternSet = field(default_factory=PatternSet)
    official: tuple[str, ...] = ()


Compared = tuple[int, tuple[Copied, ...]]
"""How many characters of a report were compared, and what shares them."""


def copies(
    reports: Sequence[Report], unit_of: Callable[[Report], str | None], copying: Copying
) -> Mapping[int, Compared]:
    """By `id` of a report: what was compared and the units whose reports of the same year share it, the nearest first."""
    years: dict[int | None, list[Report]] = defaultdict(list)
    for report in sorted(reports, key=lambda r: (r.source, r.sha256)):
        years[report.profile.year].append(report)
    official = frozenset(masked for words in copying.official for masked, _, _ in _clauses(words, _mask_of(())))
    out: dict[int, Compared] = {}
    for of_one_year in years.values():
        board = _Board([_Text(r, unit_of(r) or "", _mask_of(_own_words(r))) for r in of_one_year], copying, official)
        out |= {id(text.report): board.compared(at) for at, text in enumerate(board.texts)}
    return out


# --- one report's text ----------------------------------------------------------------------------


_STOP = re.compile(r"(?:[^。！？；：;!?:，,\n\r]|(?<=\d),(?=\d{3}))+")
_GAP = re.compile(r"\s+")
_NUMERAL = r"[〇零一二三四五六七八九十百千万亿两]+(?=[年月日号条件次个篇份项人名期批场家户处起宗是])"
_ALWAYS = (
    r"《[^《》\n]{2,60}》",
    r"\d+(?:[.,]\d+)*%?",
    _NUMERAL,
    r"[我本全该](?:县|市|区|镇|乡|街道办事处|街道办|街道|局|委|办|中心|单位|机关)(?:人民政府|政府|党委)?",
    r"(?:镇|乡|街道)(?=党委|政府|机关|干部|直)",
    r"(?:(?<=[、，。；：和及与在对向到])|^)[\u4e00-\u9fff]{2,4}?(?:村|社区|居委会)",
)


_OWN = "\x00"
_ALL = re.compile("(?:" + "|".join((f"{_OWN}+", *_ALWAYS)) + ")+")


@dataclass(frozen=True, slots=True)
class _Mask:
    """What is hidden in a text: its own words, and what every text has. One pattern for all, since compiling one for each
    unit costs more than looking through its text."""

    own: tuple[str, ...]

    def hidden(self, text: str) -> Iterator[re.Match[str]]:
        """The places to hide; their spans count in the text itself."""
        for word in self.own:
            text = text.replace(word, _OWN * len(word))
        return _ALL.finditer(text)

    def over(self, text: str) -> str:
        """The text with those places hidden."""
        pieces, here = [], 0
        for match in self.hidden(text):
            pieces += [text[here : match.start()], _HIDDEN]
            here = match.end()
        return "".join((*pieces, text[here:]))


def _mask_of(words: Iterable[str]) -> _Mask:
    return _Mask(tuple(sorted({w for w in words if len(w) > 1}, key=lambda w: (-len(w), w))))


_TOWN = re.compile("(?:镇|乡|街道)$")


def _own_words(report: Report) -> set[str]:
    """The names by which a report speaks of its own unit, its places and its signatories."""
    profile = report.profile
    names = [profile.organisation or "", *(m.text for m in profile.names)]
    if report.filing is not None and report.filing.unit:
        names.append(report.filing.unit)
    out = {m.text.strip() for m in profile.signatories if 1 < len(m.text.strip()) <= 4}
    for name in map(squash, names):
        core = core_name(name)
        above = places(name)
        out |= {name, core, *above, *(p[:-1] for p in above if len(p) > 2)}
        if _TOWN.search(core) and len(bare := _TOWN.sub("", core)) > 1:
            out.add(bare)
    return {re.sub(r"[（(].*", "", w) for w in out if w}


def _clauses(text: str, mask: _Mask) -> Iterator[tuple[str, int, int]]:
    """(masked, start, end) of every clause that says something."""
    for match in _STOP.finditer(text):
        masked = _GAP.sub("", mask.over(match[0]))
        if len(masked) > 3:
            yield masked, match.start(), match.end()


@dataclass(slots=True)
class _Text:
    """A report's prose as clauses; `left` are those that are compared."""

    report: Report
    unit: str
    mask: _Mask
    clauses: list[tuple[str, int, int]] = field(default_factory=list)
    left: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clauses = list(_clauses(self.report.prose.text, self.mask))

    @property
    def length(self) -> int:
        """Characters that are compared."""
        return sum(len(masked) for masked, _, _ in self.left)


@dataclass(frozen=True, slots=True)
class _Laid:
    """The clauses of a report that are compared, end to end, and where each character stands in its prose."""

    words: str
    at: tuple[int, ...]


def _laid(text: _Text) -> _Laid:
    prose, words, at = text.report.prose.text, [], []
    for _, start, end in text.left:
        clause, here = prose[start:end], 0
        for match in (*text.mask.hidden(clause), None):
            stop = match.start() if match else len(clause)
            spots = [i for i in range(here, stop) if not clause[i].isspace()]
            words += [clause[i] for i in spots]
            at += [start + i for i in spots]
            if match:
                words.append(_HIDDEN)
                at.append(start + match.start())
                here = match.end()
    return _Laid("".join(words), tuple(at))


# --- the reports of one year ----------------------------------------------------------------------


@dataclass(slots=True)
class _Board:
    """The texts of one year against each other."""

    texts: list[_Text]
    copying: Copying
    official: frozenset[str]
    _index: dict[str, list[int]] = field(default_factory=dict)
    _spread_out: dict[int, _Laid] = field(default_factory=dict)

    def __post_init__(self) -> None:
        everybody = self._everybody()
        for at, text in enumerate(self.texts):
            spans = self._spans_left_out(text.report)
            text.left = [
                (masked, start, end)
                for masked, start, end in text.clauses
                if masked not in everybody and not any(a < end and start < b for a, b in spans)
            ]
            for masked in {m for m, _, _ in text.left if len(m) >= _CLAUSE}:
                self._index.setdefault(masked, []).append(at)

    def _everybody(self) -> frozenset[str]:
        units: dict[str, set[str]] = defaultdict(set)
        for text in self.texts:
            for masked, _, _ in text.clauses:
                units[masked].add(text.unit)
        most = max(FEW, len({text.unit for text in self.texts}) // _EVERYBODY)
        return self.official | {masked for masked, holders in units.items() if len(holders) > most}

    def _spans_left_out(self, report: Report) -> list[tuple[int, int]]:
        prose, patterns = report.prose.text, self.copying.patterns
        return [match.span() for pattern in self.copying.left_out for match in patterns.find(pattern, prose)]

    def compared(self, at: int) -> Compared:
        """How much of a text was compared, and the copies found."""
        text = self.texts[at]
        if len(self.texts) < 2:
            return 0, ()
        length = text.length
        if length < max(self.copying.least, 1):
            return length, ()
        found = [copied for other in self._candidates(at, length) if (copied := self._copied(at, other)) is not None]
        found.sort(key=lambda c: (-c.share, c.source))
        return length, tuple(found[:_MOST_COPIES])

    def _candidates(self, at: int, length: int) -> list[int]:
        """The texts with the most clauses in common, of other units."""
        text, common = self.texts[at], Counter[int]()
        for masked, _, _ in text.left:
            for other in self._index.get(masked, ()):
                common[other] += len(masked)
        near = [other for other, n in common.items() if n * _WORTH >= length and not _one_body(text, self.texts[other])]
        return sorted(near, key=lambda other: (-common[other], other))[:_MOST_CANDIDATES]

    def _copied(self, at: int, other: int) -> Copied | None:
        one, two = self._laid(at), self._laid(other)
        runs = _runs(one.words, two.words)
        covered = sum(stop - start for start, stop in _joined(runs) if stop - start >= PASSAGE)
        share = Decimal(100 * covered) / Decimal(len(one.words)) if one.words else Decimal(0)
        if share < self.copying.above:
            return None
        report = self.texts[other].report
        pieces = [piece for run in runs for piece in _in_paragraphs(run, one, two, self.texts[at].report, report)]
        longest = sorted(pieces, key=lambda run: (run[0] - run[1], run[0]))[:_MOST_PASSAGES]
        passages = tuple(_passage(one, two, run, report) for run in sorted(longest) if run[1] - run[0] >= PASSAGE)
        name = report.profile.organisation or self.texts[other].unit
        return Copied(name, report.source, share, passages)

    def _laid(self, at: int) -> _Laid:
        if at not in self._spread_out:
            self._spread_out[at] = _laid(self.texts[at])
        return self._spread_out[at]


def _one_body(one: _Text, other: _Text) -> bool:
    """Whether two texts may be of one body: the same unit, or a government and its own office."""
    if one.unit == other.unit:
        return True
    return core_name(one.unit) == core_name(other.unit) and are_near(one.unit, other.unit)


def _runs(one: str, two: str) -> list[tuple[int, int, int]]:
    """(start, stop, start in the other) of every run that both have, in the order of the first."""
    where = {two[at : at + _GRAM]: at for at in range(len(two) - _GRAM, -1, -1)}
    out, at = [], 0
    while at <= len(one) - _GRAM:
        spot = where.get(one[at : at + _GRAM])
        if spot is None:
            at += 1
            continue
        length = _GRAM
        while at + length < len(one) and spot + length < len(two) and one[at + length] == two[spot + length]:
            length += 1
        out.append((at, at + length, spot))
        at += length
    return out


def _joined(runs: Iterable[tuple[int, int, int]]) -> list[list[int]]:
    """Runs that follow upon each other as one."""
    out: list[list[int]] = []
    for start, stop, _ in runs:
        if out and out[-1][1] == start:
            out[-1][1] = stop
        else:
            out.append([start, stop])
    return out


def _in_paragraphs(
    run: tuple[int, int, int], one: _Laid, two: _Laid, report: Report, other: Report
) -> Iterator[tuple[int, int, int]]:
    """A run parted where a paragraph of either report ends."""
    start, stop, spot = run
    begun = start
    for at in range(start + 1, stop):
        there = spot + at - start
        between = report.prose.text[one.at[at - 1] : one.at[at]], other.prose.text[two.at[there - 1] : two.at[there]]
        if any("\n" in text for text in between):
            yield begun, at, spot + begun - start
            begun = at
    yield begun, stop, spot + begun - start


def _passage(one: _Laid, two: _Laid, run: tuple[int, int, int], other: Report) -> Passage:
    """A run as spans of the two texts; the other one's words up to the ends of their sentences."""
    start, stop, spot = run
    begin, end = two.at[spot], two.at[spot + stop - start - 1] + 1
    first, last = sentence(other.prose.text, begin, end)
    words = " ".join(other.prose.text[first:last].split())
    return Passage(one.at[start], one.at[stop - 1] + 1, words, _in_file(other.prose.place(begin, end), other.source))


def _in_file(place: Place | None, source: str) -> Place | None:
    return None if place is None else replace(place, file=place.file or source)
