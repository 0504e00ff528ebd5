"""Nouns that are made quickly are frozen records like all others."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from auditor.model import Cell, Noun, Paragraph, Segment, SourceMap, Span, Text

QUICK = [
    Span(1, 2),
    Span(start=1, end=2, file="a.zip!/b.html"),
    Segment(0, 3, 7, 3),
    SourceMap((Segment(0, 3, 7, 3),)),
    Text("甲", SourceMap(())),
    Paragraph(Text("甲", SourceMap(())), level=2),
    Cell(0, 1, "3", Span(4, 5), column_span=2),
]


@pytest.mark.parametrize("noun", QUICK, ids=lambda noun: type(noun).__name__)
def test_a_noun_made_quickly_is_a_frozen_record(noun: Noun) -> None:
    names = [f.name for f in fields(noun)]  # type: ignore[arg-type]  # every noun is a dataclass
    values = [getattr(noun, name) for name in names]
    kind: Callable[..., Noun] = type(noun)
    again = kind(*values)
    assert type(again) is type(noun)
    assert again == noun
    assert hash(again) == hash(noun)
    assert pickle.loads(pickle.dumps(noun)) == copy.copy(noun) == noun
    assert repr(noun).startswith(f"{type(noun).__name__}({names[0]}=")
    changed = replace(noun, **{names[0]: "x"})  # type: ignore[type-var]
    assert getattr(changed, names[0]) == "x"
    assert changed != noun
    with pytest.raises(FrozenInstanceError):
        setattr(noun, names[0], 1)
    with pytest.raises(TypeError):
        kind(*values, 0)
    assert not hasattr(noun, "__dict__")


def test_defaults_and_names_of_quick_nouns() -> None:
    assert Cell(0, 1, "3", Span(4, 5)) == Cell(
        row=0, column=1, text="3", place=Span(4, 5, ""), row_span=1, column_span=1
    )
    with pytest.raises(TypeError):
        Span(1)  # type: ignore[call-arg]
