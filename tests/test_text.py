"""Characters: the quick ways of `auditor.text` say what their plain definitions say."""

from __future__ import annotations

import datetime as dt
import sys
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import State
from auditor.text import chinese_to_int, int_to_chinese, is_blank, read_date, read_value, squash, visible

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


# --- numerals, values, dates -----------------------------------------------------------------------


@given(st.integers(0, 10**12 - 1))
def test_numerals_round_trip(value: int) -> None:
    assert chinese_to_int(int_to_chinese(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10), ("十二", 12), ("一百一十", 110), ("一千零一", 1001), ("二〇一七", 2017), ("两万三千", 23000), ("三亿", 300000000),
        ("十百", None), ("万", None), ("", None), ("一二三", 123), ("百", None), ("三十几", None),
    ],
)  # fmt: skip
def test_numerals(text: str, value: int | None) -> None:
    assert chinese_to_int(text) == value


@pytest.mark.parametrize(
    ("raw", "unit", "state", "value"),
    [
        ("0", "件", State.NUMBER, 0), ("零", "件", State.NUMBER, 0), ("○", "件", State.NUMBER, 0), ("〇", "件", State.NUMBER, 0),
        ("０", "件", State.NUMBER, 0), ("1,234", "件", State.NUMBER, 1234), ("-3", "件", State.NUMBER, -3),
        ("42.5", "件", State.NUMBER, Decimal("42.5")), ("3篇(次)", "篇", State.NUMBER, 3), ("12件", "件", State.NUMBER, 12),
        ("251000元", "万元", State.NUMBER, Decimal("25.1")), ("0.50", "万元", State.NUMBER, Decimal("0.50")), ("2万", "条", State.NUMBER, 20000),
        ("三十二", "条", State.NUMBER, 32), ("", "件", State.BLANK, None), ("\u00a0", "件", State.BLANK, None), ("\u3000\u200b", "件", State.BLANK, None),
        ("/", "件", State.NA, None), ("-\n-", "件", State.NA, None), ("—", "件", State.NA, None), ("无", "件", State.NA, None), ("-", "件", State.NA, None),
        ("12 3", "件", State.UNREADABLE, None), ("一", "件", State.UNREADABLE, None), ("待核实", "件", State.TEXT, None),
        ("5元", "件", State.TEXT, None), ("约30", "件", State.TEXT, None), ("3+2", "件", State.TEXT, None),
    ],
)  # fmt: skip
def test_values_of_cells(raw: str, unit: str, state: State, value: object) -> None:
    assert read_value(raw, unit) == (state, value)


@pytest.mark.parametrize(("raw", "value"), [("+2", 2), ("-1", -1), ("增2", 2), ("减1", -1), ("减少3", -3), ("0", 0)])
def test_signed_cells(raw: str, value: int) -> None:
    assert read_value(raw, "项", signed=True) == (State.NUMBER, value)


@pytest.mark.parametrize(
    ("raw", "value", "readings", "standard"),
    [
        ("2018年2月13日", "2018-02-13", 1, True), ("2018-2-13", "2018-02-13", 1, True), ("二〇一八年二月十三日", "2018-02-13", 1, True),
        ("2018213", "2018-02-13", 1, False), ("2018111", None, 2, False), ("20180213", "2018-02-13", 1, False),
        ("201711日", "2017-01-01", 1, False), ("2018.2.13", "2018-02-13", 1, False), ("2018230", None, 0, False),
        ("2018年2月30日", None, 0, False), ("二月十三日", None, 0, False), ("", None, 0, False),
    ],
)  # fmt: skip
def test_dates(raw: str, value: str | None, readings: int, standard: bool) -> None:
    found, every, good = read_date(raw)
    assert (found and found.isoformat(), len(every), good) == (value, readings, standard)


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_a_damaged_date_always_keeps_its_true_reading(date: dt.date) -> None:
    printed = f"{date.year}{date.month}{date.day}"
    value, readings, standard = read_date(printed)
    assert date in readings
    assert value in (None, date)
    assert not standard
