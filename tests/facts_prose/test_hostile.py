"""Whatever is handed in: a report comes out, its spans lie inside its prose, and long lines cost no more than their length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts import Hints, Lexicon, extract

from .conftest import make_document, make_lexicon

LEXICON: Lexicon = make_lexicon()
WORDS = ["主动公开政府信息", "收到申请", "3件", "1.2万条", "，其中", "。", "；", "\n", "2021年", "未", "一、总体情况", "占5%", "《", "》",
         "统计期限自", "至", "当前位置", "填报人：", "落实专职人员", "微信", "公开", "\u3000", "\xa0", "共", "（", "）", "①", "第二十条",
         "教育、医疗和就业", "等8个领域", "三项措施：", "一是", "二是", "全县", "各乡镇", "县本级", "上年结转2件", "2020年", "分别占5%、6%",
         "（5%）", "其中我局", "网站1600条、微信450条", "均已按时答复"]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=30))
def test_every_text_gives_a_sound_report(pieces: list[str]) -> None:
    report = extract(make_document("".join(pieces)), LEXICON, Hints(year=2021))
    length = len(report.prose.text)
    for claim in report.claims:
        assert 0 <= claim.start < claim.end <= length
        assert report.prose.text[claim.start : claim.end] == claim.raw
        assert claim.high is None or claim.low <= claim.high
    for listing in report.listings:
        assert report.prose.text[listing.start : listing.end] == listing.raw
        assert listing.count > 1 and 0 < listing.few <= listing.many
    for share in report.shares:
        assert 0 <= share.start < share.end <= length
    for section in report.sections:
        assert 0 <= section.heading_start <= section.body_start <= section.body_end <= length
    for part, after in zip(report.prose.parts, report.prose.parts[1:], strict=False):
        assert part.start + len(part.text.text) + 1 == after.start


@given(st.lists(st.sampled_from(WORDS), max_size=20))
def test_the_same_text_gives_the_same_report(pieces: list[str]) -> None:
    document = make_document("".join(pieces))
    assert extract(document, LEXICON) == extract(document, LEXICON)


@pytest.mark.parametrize(
    "unit",
    [
        "主动公开政府信息320条，其中网站3条，通过微信发布信息，",
        "一、总体情",
        "1,111",
        "下一步落实专职人员",
        "统计期限自",
        "《",
        "5件，占5%；",
        "填报人：",
        "（",
        "教育、医疗等8个领域，",
        "三项措施：一是",
        "各单位，其他单位，",
        "2020年，",
        "全县其中我局3件，",
        "收到申请3件，其中1件、（1件），",
        "3件、3件，分别占5%、6%，",
        "落实专职人员，其他单位，",
    ],
)
def test_the_cost_grows_with_the_text_not_with_its_square(unit: str) -> None:
    def cost(times: int) -> float:
        document = make_document("认真开展工作。" + unit * times)
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            extract(document, LEXICON, Hints(year=2021))
            best = min(best, time.process_time() - began)
        return best

    cost(10)
    # linear is 4 times, quadratic 16; the bound leaves room for a busy machine
    assert cost(4000) < 10 * cost(1000) + 0.1
