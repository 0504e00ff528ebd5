"""Labels: two sequences of printed labels in, the pairs that certainly belong together out.

Label     number, 其中： and a trailing bracket note are split off; what is left is compared without punctuation
Score     100 for equal words, else rapidfuzz `ratio`; a number is never matched fuzzily, it only speaks for or against
Order     dynamic programming over both sequences, so that position and parent decide between equal labels
Abstains  under 70, or where another alignment of the whole is less than 6 points worse: such rows are `doubtful`
Source    measured in tests/facts_tables/test_noise.py: labels with one to three random edits, 8 % of the rows dropped, no wrong pair
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from typing import NamedTuple

from rapidfuzz import fuzz, process

from auditor.text import chinese_to_int, squash

LEAST = 70.0
MARGIN = 6.0
# Equal words, and a number that says nothing against them.
SURE = 94.0
# A pair just at LEAST must still beat "no pair" by MARGIN.
_BASE = LEAST - MARGIN
# Words that half resemble a label may be it, damaged.
LIKELY = 50.0
# Two printed rows that make one label together explain more than one of them alone.
_MERGE_BONUS = 8.0
_MERGE_LEAST = 85.0
# Rows of sums that the forms do not have and units add: never a row of the form under another name.
_SUMS = frozenset({"小计", "共计", "分类小计", "法人小计"})
_LONGEST = 90
_MOST_ROWS = 2000
_WIDEST = 1 << 30
# How many labels and how many alignments of how many rows are remembered for each table of a form.
_REMEMBERED = 4096
_ALIGNED = 128
_FEW_ROWS = 300

Number = tuple[str, int]


class Label(NamedTuple):
    """A printed label: `body` without number, 其中 and note; `full` with the note; `number` (class, value).

    A tuple, because its hash is asked for at every look-up.
    """

    body: str
    full: str
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A row or column of the form to be found: its labels (the first is the official one); `heading` has no cells."""

    labels: tuple[Label, ...]
    heading: bool = False


class Item(NamedTuple):
    """A printed row or column.

    `heading`: a label over several rows, which has no cells of its own; `valued`: some cell is filled; `cells`: there
    are cells, filled or not; `raw`: the label as printed, where it may be a part of one.
    """

    label: Label
    heading: bool = False
    valued: bool = True
    cells: bool = True
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Alignment:
    """`pairs` item → target, `scores` by item, `merged` the second item of a pair of items that make one label.

    `doubtful` targets may be printed, but it is not certain where.
    """

    pairs: Mapping[int, int]
    scores: Mapping[int, float]
    merged: Mapping[int, int]
    doubtful: frozenset[int]


# --- labels ----------------------------------------------------------------------------------------

_ITEM = re.compile(r"第?\[?二\]?十条?第?\(?([一二三四五六七八九十]+)\)?项")
_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("一", re.compile(r"([一二三四五六七八九十]{1,3})[、.,:]")),
    ("(一)", re.compile(r"\(?([一二三四五六七八九十]{1,3})\)")),
    ("(1)", re.compile(r"\((\d{1,2})\)")),
    ("1", re.compile(r"(\d{1,2})(?:[.、,:)](?!\d)|(?=[^\W\d_]))")),
)
_AMONG = re.compile(r"其中[:、,]?")
_NOTE = re.compile(r"(?<=.)\([^()]*\)?$")


@lru_cache(maxsize=8192)
def label_of(raw: str) -> Label:
    """The label as it is compared."""
    text = squash(raw)[: 4 * _LONGEST]
    item = _ITEM.fullmatch(text)
    if item:
        return Label("第二十条项", "第二十条项", ("项", chinese_to_int(item[1]) or 0))
    number: Number | None = None
    text = text.lstrip("[]·•-—*")
    for _ in range(3):
        found = _number_at(text)
        among = _AMONG.match(text)
        if found is not None and number is None:
            number, length = found
            text = text[length:]
        elif among:
            text = text[among.end() :]
        else:
            break
    return Label(_words(_NOTE.sub("", text)), _words(text), number)


def _number_at(text: str) -> tuple[Number, int] | None:
    for kind, pattern in _NUMBERS:
        match = pattern.match(text)
        if match:
            value = int(match[1]) if match[1].isdigit() else chinese_to_int(match[1])
            return None if value is None else ((kind, value), match.end())
    return None


def _words(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def with_number(label: Label, number: Number | None) -> Label:
    """The label with a number that stood in a cell of its own."""
    return label if label.number is not None or number is None else Label(label.body, label.full, number)


def likeness(one: Label, other: Label, least: float = 0.0) -> float:
    """How alike two labels are, 0 … 100, without their numbers; 0 where it is under `least`."""
    if not one.body or not other.body:
        return 0.0
    if one.body == other.body or one.full == other.full:
        return 100.0
    if len(one.body) > _LONGEST or len(other.body) > _LONGEST:
        return 0.0
    return max(
        fuzz.ratio(one.body, other.body, score_cutoff=least), fuzz.ratio(one.full, other.full, score_cutoff=least)
    )


def _number_speaks(one: Number | None, other: Number | None) -> float | None:
    """Points for or against by number; None refuses the pair."""
    if one is None or other is None:
        return 0.0 if one is None else -2.0
    if "项" in (one[0], other[0]):
        return 0.0 if one == other else None
    if one[0] == other[0]:
        return 2.0 if one[1] == other[1] else -12.0
    return 0.0 if one[1] == other[1] else -4.0


# --- alignment -------------------------------------------------------------------------------------


class Index:
    """The targets of one table, looked up by words. `others` are words of other forms' rows: no damaged ones of these."""

    def __init__(self, targets: Sequence[Target], others: Iterable[str] = ()) -> None:
        self.targets = tuple(targets)
        self._exact: dict[str, set[int]] = {}
        for at, target in enumerate(self.targets):
            for label in target.labels:
                for words in {label.body, label.full} - {""}:
                    self._exact.setdefault(words, set()).add(at)
        labels = [(at, label) for at, target in enumerate(self.targets) for label in target.labels if label.body]
        self._others = frozenset(others) - self._exact.keys()
        self._owners = [at for at, _ in labels]
        self._bodies = [label.body for _, label in labels]
        self._fulls = [label.full for _, label in labels]
        # The same labels come back in report after report.
        self.candidates = lru_cache(maxsize=_REMEMBERED)(self._candidates)
        self.alike = lru_cache(maxsize=_REMEMBERED)(self._alike)
        self.resembles = lru_cache(maxsize=_REMEMBERED)(self._resembles)
        # So do whole tables: offices fill in the same file, and rows of numbers differ in what is filled only.
        self.aligned = lru_cache(maxsize=_ALIGNED)(self._aligned)

    def knows(self, label: Label) -> bool:
        """Whether a target has exactly these words."""
        return label.body in self._exact or label.full in self._exact

    def known(self, labels: Iterable[Label]) -> int:
        """Of how many labels a target has exactly the words."""
        exact = self._exact
        return sum([label.body in exact or label.full in exact for label in labels])

    def _candidates(self, label: Label, fuzzy: bool = True) -> Mapping[int, float]:
        """Targets and their scores; where some target has exactly these words, no other is considered."""
        exact = self._exact.get(label.body, set()) | self._exact.get(label.full, set())
        found = self._judged(label, dict.fromkeys(exact, 100.0), LEAST)
        if not fuzzy or not label.body or any(points >= 95.0 for points in found.values()):
            return found
        if not self._others.isdisjoint((label.body, label.full)):
            return found
        return self.alike(label, LEAST)

    def _alike(self, label: Label, least: float) -> Mapping[int, float]:
        """All targets whose score is at least `least`."""
        if len(label.body) > _LONGEST:
            return {}
        best: dict[int, float] = {}
        for words, choices in ((label.body, self._bodies), (label.full, self._fulls)):
            for _, points, at in process.extract(
                words, choices, scorer=fuzz.ratio, processor=None, score_cutoff=least - 2.0, limit=None
            ):
                best[self._owners[at]] = max(points, best.get(self._owners[at], 0.0))
        return self._judged(label, best, least)

    def _resembles(self, label: Label, target: int) -> bool:
        """Whether the words are half those of the target."""
        return any(likeness(label, other, LIKELY) >= LIKELY for other in self.targets[target].labels)

    def _aligned(self, items: tuple[Item, ...]) -> Alignment:
        return _align(items, self)

    def _judged(self, label: Label, likeness: dict[int, float], least: float) -> dict[int, float]:
        """The scores with what the numbers say; a refused pair, or one under `least`, is left out."""
        out: dict[int, float] = {}
        for at, points in likeness.items():
            speaks = _number_speaks(label.number, self.targets[at].labels[0].number)
            if speaks is not None and points + speaks >= least:
                out[at] = points + speaks
        return out


def align(items: Sequence[Item], index: Index) -> Alignment:
    """The pairs of items and targets, in order, that are certain."""
    return index.aligned(tuple(items)) if len(items) <= _FEW_ROWS else _align(items, index)


def _align(items: Sequence[Item], index: Index) -> Alignment:
    fuzzy = len(items) <= _MOST_ROWS
    options = [
        {at: s for at, s in index.candidates(item.label, fuzzy).items() if _fits(item, index.targets[at])}
        for item in items
    ]
    double = _merges(items, index, options) if fuzzy else {}
    kept = [i for i in range(len(items)) if options[i] or i in double or i - 1 in double]
    if len(kept) > _MOST_ROWS:
        return Alignment({}, {}, {}, frozenset())
    pairs = None if double else _straight(options, kept)
    if pairs is not None:
        scores = {i: options[i][j] for i, j in pairs.items()}
        return Alignment(pairs, scores, {}, frozenset(_likely(items, index, pairs, {})))
    return _Lattice(items, index, options, double, kept).alignment()


def _straight(options: Sequence[dict[int, float]], kept: Sequence[int]) -> dict[int, int] | None:
    """The pairs where the order leaves each row one target, the best of those with its words; None where it does not.

    Any other way would drop a pair of at least SURE points and win nothing: no alignment need be weighed against it.
    """
    pairs: dict[int, int] = {}
    for i in kept:
        if len(options[i]) == 1:
            pairs[i] = next(iter(options[i]))
    low, high, bounds = -1, _WIDEST, [_WIDEST] * len(kept)
    for k in range(len(kept) - 1, -1, -1):
        bounds[k] = high
        high = min(high, pairs.get(kept[k], high))
    for k, i in enumerate(kept):
        between = [j for j in options[i] if low < j < bounds[k]]
        if len(between) != 1 or not SURE <= options[i][between[0]] == max(options[i].values()):
            return None
        pairs[i] = low = between[0]
    return {i: pairs[i] for i in kept}


def _fits(item: Item, target: Target) -> bool:
    return target.heading or not item.heading


def _merges(items: Sequence[Item], index: Index, options: Sequence[dict[int, float]]) -> dict[int, dict[int, float]]:
    """Scores of two neighbours read as one label (broken over a line or a page), by the first of them."""
    out: dict[int, dict[int, float]] = {}
    for at in range(len(items) - 1):
        one, two = items[at], items[at + 1]
        if (one.valued and two.valued) or one.heading:
            continue
        whole = [i for i in (at, at + 1) if options[i] and max(options[i].values()) >= 100.0]
        if len(whole) == 2 or not two.label.full or not (one.label.full or one.raw):
            continue
        # What begins with a number is a row of its own, unless both together are a label letter by letter (计 | 1次).
        least = _MERGE_LEAST if two.label.number is None else SURE
        words = one.label.full + two.label.full
        found: dict[int, float] = {}
        for label in {Label(words, words, one.label.number), label_of(one.raw + two.raw)}:
            if label.full in (one.label.full, "") or len(label.full) > _LONGEST:
                continue
            for target_at, points in index.alike(label, least).items():
                alone = max(options[at].get(target_at, 0.0), options[at + 1].get(target_at, 0.0))
                if points >= alone - 4.0 and _fits(two, index.targets[target_at]):
                    found[target_at] = max(points + _MERGE_BONUS, found.get(target_at, 0.0))
        if found:
            out[at] = found
    return out


class _Lattice:
    """Best totals forward and backward; a pair is certain where every other way is MARGIN worse."""

    def __init__(
        self,
        items: Sequence[Item],
        index: Index,
        options: Sequence[dict[int, float]],
        double: dict[int, dict[int, float]],
        kept: Sequence[int],
    ) -> None:
        self.items, self.index, self.kept = items, index, kept
        self.single = [{j: s - _BASE for j, s in options[i].items()} for i in kept]
        self.double: list[dict[int, float]] = [
            {j: s - _BASE for j, s in double[i].items()} if i in double and kept[k + 1 : k + 2] == [i + 1] else {}
            for k, i in enumerate(kept)
        ]
        self.width = len(index.targets)
        self.ahead = self._forward()
        self.behind = self._backward()

    def _forward(self) -> list[list[float]]:
        rows = [[0.0] * (self.width + 1)]
        for k, gains in enumerate(self.single):
            above, row = rows[k], rows[k][:]
            for j, gain in gains.items():
                row[j + 1] = max(row[j + 1], above[j] + gain)
            if k:
                for j, gain in self.double[k - 1].items():
                    row[j + 1] = max(row[j + 1], rows[k - 1][j] + gain)
            for j in range(self.width):
                if row[j] > row[j + 1]:
                    row[j + 1] = row[j]
            rows.append(row)
        return rows

    def _backward(self) -> list[list[float]]:
        count = len(self.single)
        rows = [[0.0] * (self.width + 1) for _ in range(count + 1)]
        for k in range(count - 1, -1, -1):
            row = rows[k + 1][:]
            for j, gain in self.single[k].items():
                row[j] = max(row[j], rows[k + 1][j + 1] + gain)
            for j, gain in self.double[k].items():
                row[j] = max(row[j], rows[k + 2][j + 1] + gain)
            for j in range(self.width - 1, -1, -1):
                if row[j + 1] > row[j]:
                    row[j] = row[j + 1]
            rows[k] = row
        return rows

    def _ways(self, k: int) -> dict[tuple[int, str], float]:
        """Every use of item k with the best total of the whole: (target, how), target -1 for none."""
        ahead, behind = self.ahead, self.behind
        none = max(map(add, ahead[k], behind[k + 1]))
        ways = {(-1, ""): none}
        for j, gain in self.single[k].items():
            ways[j, "single"] = ahead[k][j] + gain + behind[k + 1][j + 1]
        for j, gain in self.double[k].items():
            ways[j, "first"] = ahead[k][j] + gain + behind[k + 2][j + 1]
        if k:
            for j, gain in self.double[k - 1].items():
                ways[j, "second"] = ahead[k - 1][j] + gain + behind[k + 1][j + 1]
        return ways

    def alignment(self) -> Alignment:
        pairs: dict[int, int] = {}
        scores: dict[int, float] = {}
        merged: dict[int, int] = {}
        doubtful: set[int] = set()
        for k, i in enumerate(self.kept):
            ways = self._ways(k)
            (target, how), best = max(ways.items(), key=lambda way: way[1])
            others = max((total for way, total in ways.items() if way != (target, how)), default=0.0)
            if best - others < MARGIN:
                doubtful |= {j for (j, _), total in ways.items() if j >= 0 and best - total < MARGIN}
            elif how == "single":
                pairs[i], scores[i] = target, self.single[k][target] + _BASE
            elif how == "first":
                pairs[i], scores[i] = target, self.double[k][target] + _BASE - _MERGE_BONUS
                merged[i] = i + 1
        doubtful |= _likely(self.items, self.index, pairs, merged)
        return Alignment(pairs, scores, merged, frozenset(doubtful - set(pairs.values())))


def _likely(items: Sequence[Item], index: Index, pairs: Mapping[int, int], merged: Mapping[int, int]) -> set[int]:
    """Unpaired targets that an unpaired row of the same gap may be: it has cells, or words that resemble."""
    out: set[int] = set()
    taken = set(pairs.values())
    seconds = set(merged.values())
    ends = [*sorted(pairs.items()), (len(items), len(index.targets))]
    before, low = -1, -1
    for item_at, target_at in ends:
        missing = [j for j in range(low + 1, target_at) if j not in taken and not index.targets[j].heading]
        for i in range(before + 1, item_at) if missing else ():
            item = items[i]
            shown = bool(item.label.body) or item.valued
            if item.heading or i in seconds or not shown or item.label.body in _SUMS:
                continue
            if item.cells:
                out.update(missing)
                break
            out.update(j for j in missing if index.resembles(item.label, j))
        before, low = item_at, target_at
    return out
