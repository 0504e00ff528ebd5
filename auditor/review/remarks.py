"""What a review says: a remark at a line of a rule file, either a mistake or a reminder.

Mistake    the rule can do nothing or does harm: a contradiction, a dead scope, a rule twice, no basis left (exit 3)
Reminder   a person should look: what no rule covers, a rule that another one always accompanies
Design     true and intended (the rules name each other in `covers`): shown on request
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditor.rulebook import Mistake, Ready, Rulebook
from auditor.rulebook.source import Path, Source


class Weight(StrEnum):
    """How grave a remark is."""

    MISTAKE = "错误"
    REMINDER = "提醒"
    DESIGN = "说明"


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark: what kind of analysis found it, how grave it is, where and in which words, the rules it names."""

    kind: str
    weight: Weight
    mistake: Mistake
    rules: tuple[str, ...] = ()


def remark(
    book: Rulebook, ready: Ready, path: Path, kind: str, weight: Weight, words: str, others: Iterable[str] = ()
) -> Remark:
    """A remark at a key of a rule."""
    source, base = place_of(book, ready)
    said = f"规则“{ready.id}”{words}"
    return Remark(kind, weight, located(source, (*base, *path), said, ready.place), (ready.id, *others))


def place_of(book: Rulebook, ready: Ready) -> tuple[Source | None, Path]:
    """The file of a rule and the path of the rule in it."""
    source = book.sources.get(ready.place.rsplit(":", 1)[0])
    if source is None or not isinstance(source.data, list):
        return source, ()
    found = (at for at, item in enumerate(source.data) if isinstance(item, dict) and item.get("id") == ready.id)
    return source, (next(found),)


def located(source: Source | None, path: Path, words: str, place: str) -> Mistake:
    """The words at the innermost key of the path that the file holds."""
    if source is None:
        name, _, number = place.rpartition(":")
        return Mistake(name, int(number), 1, words)
    mark = None
    for at in range(len(path), 0, -1):
        mark = source.values.get(path[:at]) or source.keys.get(path[:at])
        if mark is not None:
            break
    line, column = (mark.line, mark.column) if mark else (0, 0)
    return Mistake(source.name, line + 1, column + 1, words, source.line(line))


def ordered(remarks: Sequence[Remark]) -> list[Remark]:
    """Mistakes first, then by place; each once."""
    order = list(Weight)
    return sorted(dict.fromkeys(remarks), key=lambda r: (order.index(r.weight), r.mistake))
