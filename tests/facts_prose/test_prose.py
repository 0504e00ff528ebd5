"""Prose: what is text of the report and what is not; pieces of a line keep their places."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts import Lexicon
from auditor.facts.prose import Page, cut
from auditor.model import DocxText, Paragraph, ParagraphMap, Report, Segment, SourceMap, Span, Text, Whole

from .conftest import make_document


@pytest.mark.parametrize(
    "line",
    [
        "索引号：006382986K/2018-1", "• 发布机构:青石镇", "公开方式：政府网站", "浏览量:1 | | | |", "字体大小：大 中 小", "打印本页",
        "扫一扫在手机打开当前页", "当前位置：首页 > 政务公开", "上一篇：关于某事的通知", "下一篇：没有了", "附件下载", "分享到：微信 微博",
        "来源：县政府  2018-03-15", "政府信息公开情况统计表", "（2017年度）", "2017年度)", "填报单位（盖章）：青石镇",
        "单位负责人：张一  审核人：李二", "填报日期：2018-02-03", "- 3 -", "第3页 共8页", "湘ICP备05000000号", "====== 正文 ======",
    ],
)  # fmt: skip
def test_lines_that_are_no_text_of_the_report(line: str, read_text: Callable[..., Report]) -> None:
    assert read_text(f"认真开展工作。\n{line}\n其他内容。").prose.text == "认真开展工作。\n其他内容。"


@pytest.mark.parametrize(
    "line",
    [
        "打印机等设备由政府采购，来源合法。"[4:], "时间安排合理，各项工作有序推进。", "来源于群众的诉求及时得到回应。", "公开日期得到保证。",
        "编辑信息简报12期。", "主办单位认真落实各项要求。",
    ],
)  # fmt: skip
def test_lines_that_only_look_like_furniture(line: str, read_text: Callable[..., Report]) -> None:
    assert line in read_text(f"认真开展工作。\n{line}").prose.text


def test_furniture_at_both_ends_of_a_long_line(lexicon: Lexicon) -> None:
    head = "当前位置： 首页政务公开 来源：县政府 时间：2022-02-08 16:34 微信 微博 QQ空间 全真版 文字版 文件下载 相关链接： --> "
    body = "本年度认真开展政府信息公开各项工作，取得明显成效。" * 8
    page = Page(make_document(head + body + " 附件下载").blocks, lexicon.profile).lay_out()
    assert page.prose.text == body
    assert page.prose.place(0, 3) == Span(len(head), len(head) + 3)


def test_glued_tables_are_cut_out(lexicon: Lexicon) -> None:
    text = "前文在此，内容很多。" * 20 + "表格数字1234" + "后文在此。"
    start = text.index("表格")
    page = Page(make_document(text).blocks, lexicon.profile).lay_out(frozenset(), ((0, start, start + 8),))
    assert "表格" not in page.prose.text
    at = page.prose.text.index("后文")
    place = page.prose.place(at, at + 2)
    assert isinstance(place, Span)
    assert text[place.start : place.end] == "后文"


@given(st.text(min_size=1, max_size=40), st.data())
def test_a_piece_of_text_points_where_the_whole_did(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    split = data.draw(st.integers(0, len(text)))
    segments = tuple(
        s
        for s in (Segment(0, split, 100, split), Segment(split, len(text) - split, 500, len(text) - split))
        if s.length
    )
    whole = Text(text, SourceMap(segments))
    piece = cut(whole, start, end)
    assert piece.text == text[start:end]
    for index in range(end - start):
        assert piece.place(index, index + 1) == whole.place(start + index, start + index + 1)


def test_pieces_of_other_anchors() -> None:
    assert cut(Text("甲乙丙", ParagraphMap("p", 3)), 1, 2).place() == DocxText("p", 3, 1, 2)
    assert cut(Text("甲乙丙", Whole(Span(4, 9))), 1, 2).place() == Span(4, 9)


def test_blank_lines_are_left_out(lexicon: Lexicon) -> None:
    page = Page(make_document("甲。\n\xa0\n\u3000\u200b\n乙。").blocks, lexicon.profile).lay_out()
    assert page.prose.text == "甲。\n乙。"
    assert [p.start for p in page.prose.parts] == [0, 3]
    assert all(isinstance(make_document("甲").blocks[i], Paragraph) for i in range(1))
