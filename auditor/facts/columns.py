"""Columns: the words of a printed header in, which column of the form each of them is out.

Aligned   in order, like rows; of table four with all three levels of its words
Counted   where as many columns are printed as the form has, place and words must say the same; a word that is damaged
          between two certain neighbours is then known by its place, as long as half of it can be read
Doubtful  every other column of the form that may be one of the printed ones; a word that is another form's, letter by
          letter, is none of them
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from auditor.facts.align import Index, Item, Label, Target, align, label_of, likeness
from auditor.facts.rows import Header
from auditor.form import FormColumn

_HALF = 50.0
_REMEMBERED = 256

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """A header's columns in the form's words: key → place; keys of which it is not certain; places of no column.

    `foreign` are those places of no column that another form's table has, letter by letter.
    """

    places: Mapping[str, int]
    doubtful: frozenset[str]
    extra: tuple[int, ...]
    foreign: frozenset[int] = frozenset()


class ColumnIndex:
    """The columns of a table or block, ready for recognition: what a header's words are aligned with.

    `targets` holds the columns and, with key None, words over several of them, in the order of the form; `others` are
    the words of the same table's columns in other forms.
    """

    def __init__(self, targets: Sequence[tuple[str | None, Target]], others: Iterable[str] = ()) -> None:
        self.index = Index([target for _, target in targets], others)
        own = {words for _, target in targets for label in target.labels for words in (label.body, label.full)}
        self._others = frozenset(others) - own
        self.key_of = [key for key, _ in targets]
        self.keys = tuple(key for key in self.key_of if key is not None)
        self._position = {key: at for at, key in enumerate(self.keys)}
        self._labels = [target.labels for key, target in targets if key is not None]
        self._named = _under_headings(targets)
        # Offices copy the form's header: the words of one are mostly those of the report before.
        self._match_words = lru_cache(maxsize=_REMEMBERED)(self._match)

    def match(self, header: Header) -> Columns:
        """Which printed column is which."""
        return self._match_words(tuple(head.path for head in header.heads))

    def _match(self, paths: Sequence[Path]) -> Columns:
        levels = any(key is None for key in self.key_of)
        if levels and (named := self._by_headings(paths)) is not None:
            return Columns(named, frozenset(), ())
        items, heads = _levels(paths) if levels else _lowest(paths)
        alignment = align(items, self.index)
        pairs = {
            heads[item]: self._position[key]
            for item, target in alignment.pairs.items()
            if (key := self.key_of[target]) is not None
        }
        doubtful = {self._position[key] for j in alignment.doubtful if (key := self.key_of[j]) is not None}
        foreign = frozenset(at for at, path in enumerate(paths) if at not in pairs and self._is_foreign(path))
        if foreign and len(pairs) + len(foreign) == len(paths):
            places = {self.keys[position]: at for at, position in pairs.items()}
            return Columns(places, frozenset(), tuple(sorted(foreign)), foreign)
        if len(paths) == len(self.keys):
            shown = [label_of(_lowest_word(path)) for path in paths]
            pairs, lost = _counted(pairs, len(shown), lambda at: self._resembles(shown[at], at))
            doubtful = (doubtful | lost) - set(pairs.values())
        places = {self.keys[position]: at for at, position in pairs.items()}
        extra = tuple(at for at, path in enumerate(paths) if at not in pairs and _lowest_word(path))
        return Columns(places, frozenset(self.keys[p] for p in doubtful), extra, foreign & frozenset(extra))

    def _by_headings(self, paths: Sequence[Path]) -> dict[str, int] | None:
        """Columns that stand letter by letter under the headings of the form, in its order; None where one does not.

        Every block has the same columns: where a whole block is left out, only its heading tells which one it was.
        """
        places: dict[str, int] = {}
        for at, path in enumerate(paths):
            key = self._named.get((label_of(path[-2]).body, label_of(path[-1]).body)) if len(path) > 1 else None
            if key is None or key in places:
                return None
            places[key] = at
        order = [self._position[key] for key in places]
        return places if order and order == sorted(order) else None

    def _is_foreign(self, path: Path) -> bool:
        label = label_of(_lowest_word(path))
        return not self._others.isdisjoint((label.body, label.full))

    def _resembles(self, label: Label, position: int) -> bool:
        return any(likeness(label, other, _HALF) >= _HALF for other in self._labels[position])


def _under_headings(targets: Sequence[tuple[str | None, Target]]) -> dict[tuple[str, str], str]:
    """(heading, column) → key of every column under a heading, for each of their spellings."""
    out: dict[tuple[str, str], str] = {}
    heading: Target | None = None
    for key, target in targets:
        if key is None:
            heading = target
        elif heading is not None:
            out |= {(over.body, label.body): key for over in heading.labels for label in target.labels}
    return out


def plain_columns(columns: Sequence[FormColumn], others: Iterable[str] = ()) -> ColumnIndex:
    """The columns of a block or of a table whose lowest header words tell them apart."""
    targets = [(c.key, Target(tuple(map(label_of, (c.path[-1], *c.variants))))) for c in columns]
    return ColumnIndex(list(targets), others)


def _counted(
    pairs: Mapping[int, int], count: int, resembles: Callable[[int], bool]
) -> tuple[dict[int, int], set[int]]:  # fmt: skip
    """(pairs, doubtful positions) where exactly as many columns are printed as there should be."""
    sure = {at: position for at, position in pairs.items() if at == position}
    doubtful = {position for at, position in pairs.items() if at != position}
    ends = {-1, count}
    added = {
        at: at
        for at in range(count)
        if at not in sure and {at - 1, at + 1} <= sure.keys() | ends and len(sure) > 1 and resembles(at)
    }
    sure.update(added)
    doubtful |= set(range(count)) - sure.keys()
    return sure, doubtful


def _lowest_word(path: Path) -> str:
    return path[-1] if path else ""


def _lowest(paths: Sequence[Path]) -> tuple[list[Item], list[int]]:
    return [Item(label_of(_lowest_word(path))) for path in paths], list(range(len(paths)))


def _levels(paths: Sequence[Path]) -> tuple[list[Item], list[int]]:
    """The words of the header, outermost first, and for each the column it stands over (the first of them)."""
    items: list[Item] = []
    heads: list[int] = []
    over: tuple[str, ...] = ()
    for at, path in enumerate(paths):
        outer = path[:-1]
        for depth, words in enumerate(outer):
            if outer[: depth + 1] != over[: depth + 1]:
                items.append(Item(label_of(words), heading=True))
                heads.append(at)
        over = outer
        items.append(Item(label_of(_lowest_word(path))))
        heads.append(at)
    return items, heads
