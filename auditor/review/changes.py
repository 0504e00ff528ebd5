"""A change of a rulebook, and how two values, lists or named things are told apart in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.review.wording import shown


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: in which part of the rulebook, what happened to it, and the sentences about it.

    `kind` is 新增, 删除, 停用, 启用, 改名 or 修改; `meaning` False: only the words changed.
    """

    area: str
    id: str
    title: str
    kind: str
    meaning: bool
    words: tuple[str, ...] = ()


def from_to(what: str, before: object, after: object) -> str:
    """甲由“…”改为“…”."""
    return f"{what}由“{shown(before)}”改为“{shown(after)}”"


def listed(what: str, before: Any, after: Any) -> Iterator[str]:
    """What came into a list and what went; a plain value as 由…改为…."""
    if not (isinstance(before, list | tuple) and isinstance(after, list | tuple)):
        yield from_to(what, before, after)
        return
    gone = [x for x in before if as_set(x) not in [as_set(y) for y in after]]
    come = [x for x in after if as_set(x) not in [as_set(y) for y in before]]
    if come:
        yield f"{what}增加：{'、'.join(map(shown, come))}"
    if gone:
        yield f"{what}删去：{'、'.join(map(shown, gone))}"


def as_set(value: Any) -> Any:
    """A value whose lists are compared without order."""
    if isinstance(value, Mapping):
        return tuple(sorted((str(k), repr(as_set(v))) for k, v in value.items()))
    if isinstance(value, list | tuple):
        return tuple(sorted(repr(as_set(v)) for v in value))
    return " ".join(value.split()) if isinstance(value, str) else value


def flat(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Nested data as path -> plain value; lists of named things by their names."""
    if isinstance(value, Mapping):
        return {p: v for k, x in value.items() for p, v in flat(x, (*path, str(k))).items()}
    if isinstance(value, list | tuple) and value and not all(isinstance(x, str | int) for x in value):
        out: dict[tuple[str, ...], Any] = {}
        for at, item in enumerate(value, 1):
            if isinstance(item, list | tuple) and len(item) == 2 and isinstance(item[0], str):
                out |= flat(item[1], (*path, item[0]))
            else:
                name = next(
                    (
                        str(item[k])
                        for k in ("id", "name", "note", "title", "heading")
                        if isinstance(item, Mapping) and item.get(k)
                    ),
                    str(at),
                )
                out |= flat(item, (*path, name))
        return out
    if isinstance(value, list | tuple):
        return {path: tuple(sorted(map(str, value)))}
    return {path: value}


def came_and_went(
    area: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    title: Callable[[Any], str],
    words: Callable[[Any], str],
) -> Iterator[Change]:
    """Named things that only one of the rulebooks has."""
    for id in after.keys() - before.keys():
        yield Change(area, id, title(after[id]), "新增", True, (words(after[id]),))
    for id in before.keys() - after.keys():
        yield Change(area, id, title(before[id]), "删除", True, (words(before[id]),))
