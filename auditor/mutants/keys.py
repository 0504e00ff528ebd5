"""The keys that a kind of check reads -> changes of them, whatever the kind.

Lists      an item left out; not where another item covers it: 评议 finds whatever 社会评议 finds
Switches   turned; modes (want, by, of) put to their neighbours; optional keys left out
Numbers    up and down by one, a decimal by one unit of its last place
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from auditor.mutants.mutant import NOTHING, Path, shown

# Keys that hold formulas (changed as trees), and words that no check reads.
FORMULAS = frozenset({"expect", "also", "when"})
_WORDS = frozenset({"ask", "name", "note"})
# Lists of patterns in which one word may cover another.
_PATTERNS = frozenset({"forbid", "always", "require", "except", "headings", "words", "related", "denied", "without"})
# `of` names a whole check; only these are near enough to be taken for one another by mistake.
_KIN = (
    frozenset({"缺行列", "行列混用", "增行列", "增删行列"}),
    frozenset({"全文", "存在问题"}),
)
_LONGEST = 40

_Made = Iterator[tuple[Path, object, str, bool]]
"""(path, new value, words, whether something is left out)."""


def changes(data: Mapping[str, Any], model: type[BaseModel]) -> _Made:
    """Every change of the keys of a kind that stand in a rule's data."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key not in data or key in FORMULAS or key in _WORDS:
            continue
        if _is_optional(field, data[key]):
            yield (key,), NOTHING, f"去掉 {key}", True
        yield from _changed((key,), data[key], _options(field.annotation), _model(field.annotation))


def _is_optional(field: FieldInfo, value: object) -> bool:
    """Whether a key can be left out, and leaving it out is not one of its other changes."""
    switch = isinstance(value, bool) or (bool(_options(field.annotation)) and field.default is not None)
    return not field.is_required() and not switch and not _is_default(value, field.default)


def _is_default(value: object, default: object) -> bool:
    listed = tuple(value) if isinstance(value, list) else (value,)
    return default in (value, listed)


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model of a key that holds keys of its own."""
    found = [part for part in (annotation, *get_args(annotation)) if isinstance(part, type)]
    return next((part for part in found if issubclass(part, BaseModel)), None)


def _options(annotation: Any) -> tuple[object, ...]:
    """The words that a mode may have."""
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(option for part in get_args(annotation) for option in _options(part))
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _changed(path: Path, value: Any, options: tuple[object, ...] = (), model: type[BaseModel] | None = None) -> _Made:
    if isinstance(value, bool):
        yield path, not value, f"把 {shown(path)} 改为 {str(not value).lower()}", False
    elif isinstance(value, int | Decimal):
        yield from _shifted(path, value)
    elif isinstance(value, str):
        for option in options:
            if option != value and _near(path, value, option):
                yield path, option, f"把 {shown(path)} 由“{value}”改为“{option}”", False
    elif isinstance(value, Mapping):
        yield from _of_mapping(path, value, model)
    elif isinstance(value, Sequence):
        yield from _of_list(path, value)


def _near(path: Path, value: str, option: object) -> bool:
    return path[-1] != "of" or any({value, option} <= kin for kin in _KIN)


def _shifted(path: Path, value: int | Decimal) -> _Made:
    step = Decimal(1).scaleb(int(Decimal(value).as_tuple().exponent)) if isinstance(value, Decimal) else 1
    for other in (value + step, value - step):
        yield path, other, f"把 {shown(path)} 由 {value} 改为 {other}", False


def _of_mapping(path: Path, value: Mapping[str, Any], model: type[BaseModel] | None = None) -> _Made:
    for key, inner in value.items():
        if key in _WORDS or key in FORMULAS:
            continue
        if model is None or key not in model.model_fields or _is_optional(model.model_fields[key], inner):
            yield (*path, key), NOTHING, f"去掉 {shown((*path, key))}", True
        yield from _changed((*path, key), inner)


def _of_list(path: Path, items: Sequence[Any]) -> _Made:
    for at, item in enumerate(items):
        here = (*path, at)
        if isinstance(item, Mapping):
            if len(items) > 1:
                yield here, NOTHING, f"去掉 {shown(here)}{_named(item)}", True
            yield from _of_mapping(here, item)
        elif len(items) > 1 and not _is_covered(path, item, [*items[:at], *items[at + 1 :]]):
            yield here, NOTHING, f"去掉 {shown(path)} 的“{_short(str(item))}”", True


def _named(item: Mapping[str, Any]) -> str:
    return f"“{item['name']}”" if "name" in item else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_covered(path: Path, item: object, others: Sequence[object]) -> bool:
    """Whether other plain words of a list of patterns find all that this plain word finds."""
    if path[-1] not in _PATTERNS:
        return False
    words = _plain(item)
    found = [word for other in others for word in _plain(other) or ()]
    return bool(words) and all(any(other in word for other in found) for word in words)


def _plain(pattern: object) -> list[str]:
    """The words of a pattern that is nothing but words and bars, else none."""
    text = str(pattern)
    return text.split("|") if not any(c in r".^$*+?{}[]\()" for c in text) else []
