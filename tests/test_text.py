"""Characters: the quick ways of `auditor.text` say what their plain definitions say."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import State
from auditor.text import is_blank, read_value, squash, visible

ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
TEXTS = st.text(
    st.sampled_from(" \t\n\r\x1c\x85\xa0\u2003\u3000" + ZERO_WIDTH + "09aZ政府，（）Ａ①㈠ﬁ가\u0308\u1100\u1161/—")
) | st.text(max_size=12)


def without_zero_width(text: str) -> str:
    return "".join(c for c in text if c not in ZERO_WIDTH)


def plain_squash(text: str) -> str:
    return "".join(without_zero_width(unicodedata.normalize("NFKC", text)).split())


def same(text: str) -> None:
    assert squash(text) == plain_squash(text)
    assert is_blank(text) == (plain_squash(text) == "")
    assert visible(text) == without_zero_width(text).strip()


def test_every_character() -> None:
    for char in map(chr, range(sys.maxunicode + 1)):
        same(char)


@given(TEXTS)
def test_any_text(text: str) -> None:
    same(text)


@pytest.mark.parametrize("unit", ["", "件", "万元"])
@given(
    digits=st.text("0123456789", min_size=1, max_size=40),
    before=st.text(" \t\n\u3000\xa0", max_size=2),
    after=st.text(" \t\n\u3000\xa0", max_size=2),
    signed=st.booleans(),
)
def test_plain_digits(digits: str, before: str, after: str, signed: bool, unit: str) -> None:
    """A plus sign keeps a number from the quick way."""
    read = read_value(before + digits + after, unit, signed=signed)
    assert read == read_value(f"+{digits}", unit, signed=signed)
    assert read[0] is State.NUMBER
    assert type(read[1]) is int
    if len(digits) <= 20:
        assert read[1] == int(digits)
