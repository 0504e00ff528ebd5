"""Numbers in flowing text: numerals put into frames come back; spans cover them; what counts nothing is skipped."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts import Hints, Lexicon, extract
from auditor.facts.flow import flow
from auditor.facts.numbers import in_unit, numbers
from auditor.model import Report, Span
from auditor.text import int_to_chinese

from .conftest import make_document, make_lexicon

LEXICON: Lexicon = make_lexicon()

FRAMES = [
    ("2021年，我镇主动公开政府信息{}条。", "主动公开总数"),
    ("本年度收到政府信息公开申请{}件。", "收到申请数"),
    ("全年共办理12345公众热线{}件。", "12345热线"),
    ("行政诉讼案件{}件，均已结案。", "行政诉讼数"),
    ("制发行政规范性文件{}件；其他工作正常开展。", "规范性文件制发数"),
    ("一是加强领导。全年接受培训人员{}人次，较上年增加3人次。", "培训人数"),
]


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


PRINTED: list[Callable[[int], str]] = [
    str,
    lambda n: f"{n:,}",
    lambda n: full_width(str(n)),
    int_to_chinese,
    lambda n: " ".join(["", str(n), ""]),
]


@given(st.integers(0, 10**8), st.sampled_from(FRAMES), st.sampled_from(PRINTED))
def test_a_numeral_in_a_frame_comes_back(value: int, frame: tuple[str, str], printed: Callable[[int], str]) -> None:
    text = frame[0].format(printed(value))
    report = extract(make_document(text), LEXICON, Hints(year=2021))
    found = list(report.claims_of(frame[1]))
    assert [claim.value for claim in found] == [value]
    place = found[0].place
    assert isinstance(place, Span)
    assert text[place.start : place.end] == printed(value).strip() == found[0].raw


@given(st.integers(1, 9999), st.integers(0, 9), st.sampled_from(["万", "亿"]))
def test_scales_multiply(whole: int, tenth: int, scale: str) -> None:
    found = numbers(f"共{whole}.{tenth}{scale}条。")
    factor = {"万": 10**4, "亿": 10**8}[scale]
    assert [n.value for n in found] == [(whole * 10 + tenth) * factor // 10]


@given(st.integers(1, 10**6))
def test_inexact_numbers_hold_the_number_named(value: int) -> None:
    for text in (
        f"近{value}条",
        f"约{value}条",
        f"{value}余条",
        f"{value}条以上",
        f"不足{value}条",
        f"{value}条左右",
        f"超过{value}条",
    ):
        (found,) = numbers(text)
        assert not found.exact
        assert found.low <= found.value
        assert found.high is None or found.value <= found.high


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("40余件", 40, 50),
        ("32余条", 32, 42),
        ("5500余条", 5500, 5600),
        ("1.3万余条", 13000, 14000),
        ("近100条", 80, 100),
    ],
)
def test_what_remainders_may_hold(text: str, low: int, high: int) -> None:
    (found,) = numbers(text)
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "第二十条", "第3次会议", "2021年3月12日", "〔2021〕39号", "0591-23165370", "12345热线", "3—5件", "3至5件",
        "《三件大事》", "100%", "一是", "统一部署", "“三个一”", "一次性告知", "3个月", "350400", "A4件", "十四五规划",
    ],
)  # fmt: skip
def test_what_counts_nothing(text: str) -> None:
    assert [n for n in numbers(text) if n.unit] == []


def test_digits_parted_by_a_blank_may_be_one_number_or_two() -> None:
    assert flow("共 12 345 件").text == "共12 345件"
    assert numbers(flow("共12 345件").text) == []


def test_money_changes_its_unit_exactly() -> None:
    assert in_unit(120, "元", "万元") == Decimal("0.012")
    assert in_unit(2, "万元", "元") == 20000
    assert in_unit(5, "件", "万元") == 5


@given(st.text(alphabet="收到申请件0123 一二三\n\u3000，。", max_size=60))
def test_the_flow_points_back_at_every_character(text: str) -> None:
    result = flow(text)
    source = [result.origin(at) for at in range(len(result.text))]
    assert source == sorted(set(source))
    for index, char in enumerate(result.text):
        start, end = result.span(index, index + 1)
        if not char.isspace():
            assert flow(text[start:end]).text == char
            assert result.position(start) == index


def test_lines_of_a_wrapped_page_are_one_sentence(read_text: Callable[..., Report]) -> None:
    lines = ["一、总体情况", *["本年度继续做好各项信息公开基础工作并不断完善工作机制和", "流程"] * 3]
    text = "\n".join([*lines, "全年围绕重点领域做好信息公开各项工作共主动公开政府信息 ", "1280 条。"])
    assert [c.value for c in read_text(text, Hints(year=2021)).claims_of("主动公开总数")] == [1280]
