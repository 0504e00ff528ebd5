"""decode(encode(x)) is x for every noun, whatever stands in it; anything else is refused."""

from __future__ import annotations

import datetime as dt
import json
import string
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import model
from auditor.model import Fact, Noun, Span, State
from auditor.store.codec import CodecError, Decoder, encode, packed, shapes, unpacked

NOUNS = [
    kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, Noun) and kind is not Noun
]
# Half a surrogate pair stands in damaged files, and must come back as it was.
TEXT = st.text(alphabet=string.ascii_letters + "件〇０\n\ud800\U0001f600\"'\\", max_size=6)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(10**20), 10**20),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    dt.date: st.dates(),
    dt.datetime: st.datetimes(timezones=st.just(dt.timezone(dt.timedelta(hours=8)))).map(lambda at: at.replace(fold=0)),
    NoneType: st.none(),
}


@cache
def values(kind: Any) -> st.SearchStrategy[Any]:
    """Anything that an annotation of the model allows."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    if isinstance(kind, type) and issubclass(kind, Noun):
        return st.deferred(lambda: nouns(kind))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return st.one_of([values(argument) for argument in arguments])
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*[values(argument) for argument in arguments])
    assert issubclass(origin, Mapping), kind
    return st.dictionaries(TEXT, values(arguments[1]), max_size=2)


@cache
def nouns(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.tuples(*[values(hints[f.name]) for f in fields(kind)]).map(lambda given: kind(*given))


@pytest.mark.parametrize("kind", NOUNS, ids=lambda kind: kind.__name__)
def test_every_noun_comes_back_as_it_was(kind: type[Noun]) -> None:
    @settings(max_examples=4, database=None)
    @given(nouns(kind))
    def comes_back(noun: Noun) -> None:
        again = Decoder().decode(kind, unpacked(packed(encode(noun))))
        assert again == noun
        assert str(again) == str(noun)  # 1.0 and 1, True and 1 are equal, and not the same

    comes_back()


def test_a_field_that_the_file_lacks_takes_its_default_and_one_that_is_gone_is_passed_over() -> None:
    older = {**shapes(), "Fact": ("id", "colour", "name", "state")}
    fact = Decoder(older).decode(Fact, ["t3.new.total", "blue", "本年新收.总计", "blank"])
    assert fact == Fact("t3.new.total", "本年新收.总计", State.BLANK)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {},
        [],
        ["id", "name"],
        ["id", "name", "colour"],
        ["id", 3, "blank"],
        ["id", "name", "number", True],
        ["id", "name", "number", "not a number"],
        ["id", "name", "number", 1, "1", ["Profile"]],
        ["id", "name", "number", 1, "1", ["os.system", "x"]],
        ["id", "name", "blank", None, "", None, "", "", "one too many"],
    ],
)
def test_what_is_no_fact_is_refused(value: Any) -> None:
    with pytest.raises(CodecError):
        Decoder().decode(Fact, value)


@pytest.mark.parametrize("data", [b"", b"not packed", packed([1])[:-3], b"\x00"])
def test_damaged_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CodecError):
        unpacked(data)


def test_deep_nesting_is_refused() -> None:
    import zlib

    with pytest.raises(CodecError):
        unpacked(zlib.compress(b"[" * 200_000))


def test_trailing_defaults_take_no_room() -> None:
    assert encode(Fact("a", "甲", State.NUMBER, 3, "3")) == ["a", "甲", "number", 3, "3"]
    assert encode(Fact("a", "甲", State.NUMBER, 3, "3", Span(1, 2))) == ["a", "甲", "number", 3, "3", ["Span", 1, 2]]
    assert json.dumps(encode(Fact("a", "甲", State.NUMBER, Decimal("1.50"), "1.50"))).endswith('"1.50", "1.50"]')
