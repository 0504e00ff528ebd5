"""Codec: a noun of the model <-> plain JSON values, exact, and harmless to read from anywhere.

Shape     a noun is the list of its fields in order, trailing defaults left out; where several kinds may stand (a place)
          the name of the kind comes first. Decimals and dates are strings, enums their values, tuples lists
Types     what may stand where is taken from the annotations of model.py, so nothing but nouns can ever be made
Older     `shapes` says which fields a file wrote for each noun: fields it lacks take their defaults, fields that are
          gone are passed over
Refuses   anything else: CodecError
Bytes     zlib over UTF-8 (lone surrogates kept); at most MOST_BYTES unpacked
"""

from __future__ import annotations

import datetime as dt
import json
import types
import typing
import zlib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any

from auditor import model
from auditor.model import Noun

MOST_BYTES = 256 * 1024 * 1024
_LEVEL = 6

Shapes = Mapping[str, tuple[str, ...]]
"""Field names by the name of a noun, as a file wrote them."""

_Pass = Callable[[Any], Any]


class CodecError(Exception):
    """What was read is no noun as this program knows it."""


def shapes() -> dict[str, tuple[str, ...]]:
    """The fields of every noun as this program writes them."""
    return {name: tuple(f.name for f in _fields(kind)) for name, kind in _nouns().items()}


def encode(noun: Noun) -> Any:
    """The noun as JSON values."""
    kind: Any = type(noun)
    return _encoder(kind)(noun)


class Decoder:
    """Reads nouns of a file that wrote these shapes."""

    def __init__(self, written: Shapes | None = None) -> None:
        self._written = written or shapes()
        self._known: dict[Any, _Pass] = {}

    def decode(self, kind: type[Any], value: Any) -> Any:
        """The noun of JSON values. Raises CodecError."""
        try:
            return self._of(kind)(value)
        except (TypeError, ValueError, InvalidOperation, AttributeError, KeyError, RecursionError) as error:
            raise CodecError(str(error)) from None

    def _of(self, kind: Any) -> _Pass:
        found = self._known.get(kind)
        if found is None:
            # Nouns may hold nouns of their own kind one day: what is being made is found by its name.
            self._known[kind] = lambda value: self._known[kind](value)
            found = self._known[kind] = self._made(kind)
        return found

    def _made(self, kind: Any) -> _Pass:
        if isinstance(kind, type) and issubclass(kind, Noun):
            return self._noun(kind)
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            return self._union(arguments)
        if origin is tuple:
            if arguments[-1] is Ellipsis:
                each = self._of(arguments[0])
                return lambda value: tuple([each(item) for item in _listed(value)])
            every = [self._of(argument) for argument in arguments]
            return lambda value: tuple([f(item) for f, item in zip(every, _listed(value), strict=True)])
        if origin is not None and issubclass(origin, Mapping):
            held = self._of(arguments[1])
            return lambda value: {key: held(item) for key, item in _mapped(value).items()}
        return _plain_decoder(kind)

    def _noun(self, kind: Any) -> _Pass:
        hints, known = _hints(kind), {f.name: f for f in _fields(kind)}
        written = self._written.get(kind.__name__)
        if written is None:
            raise CodecError(kind.__name__)
        if tuple(known) == tuple(written):
            every = [self._of(hints[name]) for name in written]
            most = len(every)

            def read(value: Any) -> Any:
                if len(_listed(value)) > most:
                    raise CodecError(kind.__name__)
                return kind(*[f(item) for f, item in zip(every, value, strict=False)])

            return read
        some = [(name, self._of(hints[name]) if name in known else None) for name in written]

        def read_older(value: Any) -> Any:
            pairs = zip(some, _listed(value), strict=False)
            return kind(**{name: f(item) for (name, f), item in pairs if f is not None})

        return read_older

    def _union(self, arms: tuple[Any, ...]) -> _Pass:
        """The arm is told by the JSON type, among nouns by the name that stands first."""
        may_be_none = types.NoneType in arms
        nouns = {a.__name__: a for a in arms if isinstance(a, type) and issubclass(a, Noun)}
        plain = {_json_type(a): self._of(a) for a in arms if a is not types.NoneType and a not in nouns.values()}
        made = {name: self._of(noun) for name, noun in nouns.items()}
        only = next(iter(made.values())) if len(made) == 1 else None

        def read(value: Any) -> Any:
            if value is None and may_be_none:
                return None
            if only is not None and type(value) is list:
                return only(value)
            if made and type(value) is list:
                return made[value[0]](value[1:])
            return plain[type(value)](value)

        return read


@cache
def _nouns() -> dict[str, type[Noun]]:
    found = (kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, Noun))
    return {kind.__name__: kind for kind in found if kind is not Noun}


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _fields(kind: type[Noun]) -> tuple[Field[Any], ...]:
    return fields(kind)  # type: ignore[arg-type]  # every noun is a dataclass


# --- encoding ----------------------------------------------------------------------------------------


@cache
def _encoder(kind: Any) -> _Pass:
    if isinstance(kind, type) and issubclass(kind, Noun):
        return _noun_encoder(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union_encoder(arguments)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            if _is_same(arguments[0]):
                return list
            each = _encoder(arguments[0])
            return lambda value: [each(item) for item in value]
        every = [_encoder(argument) for argument in arguments]
        return lambda value: [f(item) for f, item in zip(every, value, strict=True)]
    if origin is not None and issubclass(origin, Mapping):
        held = _encoder(arguments[1])
        return lambda value: {key: held(item) for key, item in value.items()}
    return _plain_encoder(kind)


def _noun_encoder(kind: Any) -> _Pass:
    hints = _hints(kind)
    steps = [(f.name, None if _is_same(hints[f.name]) else _encoder(hints[f.name])) for f in _fields(kind)]
    defaults = [_default(f) for f in _fields(kind)]

    def write(noun: Noun) -> list[Any]:
        values = [getattr(noun, name) for name, _ in steps]
        while values and defaults[len(values) - 1] is not MISSING and values[-1] == defaults[len(values) - 1]:
            values.pop()
        return [value if f is None else f(value) for value, (_, f) in zip(values, steps, strict=False)]

    return write


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _union_encoder(arms: tuple[Any, ...]) -> _Pass:
    nouns = {a for a in arms if isinstance(a, type) and issubclass(a, Noun)}
    told = len(nouns) > 1
    plain = [a for a in arms if a is not types.NoneType and a not in nouns]
    single = _encoder(plain[0]) if len(plain) == 1 else None

    def write(value: Any) -> Any:
        if value is None:
            return None
        kind: Any = type(value)
        if kind in nouns:
            return [kind.__name__, *_encoder(kind)(value)] if told else _encoder(kind)(value)
        return single(value) if single is not None else _encoder(kind)(value)

    return write


# --- plain values ------------------------------------------------------------------------------------

_JSON_TYPES: Mapping[Any, type] = {
    str: str,
    int: int,
    bool: bool,
    float: float,
    Decimal: str,
    dt.date: str,
    dt.datetime: str,
}


def _json_type(kind: Any) -> type:
    return str if isinstance(kind, type) and issubclass(kind, StrEnum) else _JSON_TYPES[kind]


def _is_same(kind: Any) -> bool:
    """Whether JSON holds the value as it is."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return all(arm is types.NoneType or _is_same(arm) for arm in typing.get_args(kind))
    return kind in (str, int, bool, float)


def _plain_encoder(kind: Any) -> _Pass:
    if _is_same(kind):
        return lambda value: value
    if kind is Decimal:
        return str
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return lambda value: value.value
    return lambda value: value.isoformat()


def _plain_decoder(kind: Any) -> _Pass:
    if kind is Decimal:
        return lambda value: Decimal(_checked(value, str))
    if kind is float:
        return lambda value: value if type(value) is int else _checked(value, float)
    if kind in (str, int, bool):
        return lambda value: value if type(value) is kind else _checked(value, kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        members = {member.value: member for member in kind}
        return members.__getitem__
    return kind.fromisoformat  # type: ignore[no-any-return]  # date, datetime


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise CodecError(f"{kind.__name__}: {value!r}")
    return value


def _listed(value: Any) -> Any:
    return _checked(value, list)


def _mapped(value: Any) -> Any:
    return _checked(value, dict)


# --- bytes -------------------------------------------------------------------------------------------


def packed(value: Any) -> bytes:
    """JSON values as bytes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _LEVEL)


def unpacked(data: bytes) -> Any:
    """JSON values of bytes. Raises CodecError."""
    try:
        opened = zlib.decompressobj()
        text = opened.decompress(data, MOST_BYTES)
        if opened.unconsumed_tail or not opened.eof:
            raise CodecError("too long, or cut off")
        return json.loads(text.decode("utf-8", "surrogatepass"))
    except (zlib.error, TypeError, ValueError, RecursionError) as error:
        raise CodecError(str(error)) from None
