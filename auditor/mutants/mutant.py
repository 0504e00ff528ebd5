"""What a mutant is: the changed data and the words for the change; and how data is changed at a path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one fault. `change` names it within its rule; `omits`: something was left out."""

    change: str
    data: Data
    omits: bool = False


class _Nothing:
    """Stands for a key that is taken out."""


NOTHING = _Nothing()


def changed(data: Data, path: Path, value: object) -> dict[str, Any]:
    """The data with another value at a path (NOTHING: without what stands there); the given data is not touched."""
    out: dict[str, Any] = _changed(data, path, value)
    return out


def _changed(data: Any, path: Path, value: object) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    gone = not rest and value is NOTHING
    if isinstance(data, Mapping):
        if gone:
            return {k: v for k, v in data.items() if k != step}
        return {**data, step: _changed(data.get(step), rest, value)}
    assert isinstance(step, int)
    if gone:
        return [v for at, v in enumerate(data) if at != step]
    return [_changed(v, rest, value) if at == step else v for at, v in enumerate(data)]


def shown(path: Path) -> str:
    """A path as an inspector reads it: grades 第2项的 when, required 第1项的 words."""
    words = ""
    for step in path:
        words += f" 第{step + 1}项" if isinstance(step, int) else f"{'的 ' if words else ''}{step}"
    return words
