"""HTML: structure as a browser sees it, text as it is shown, and the place of every character."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor.model import Document, Paragraph, Segment, SourceMap, Span, Table, Unread
from auditor.readers import read
from auditor.readers.html import read_carefully, read_html


def blocks(source: str) -> list[str | list[str]]:
    """Paragraphs as texts, tables as lists of the cells' texts."""
    return [b.text.text if isinstance(b, Paragraph) else [c.text for c in b.cells] for b in read_html(source).blocks]


def table(source: str) -> Table:
    return next(b for b in read_html(source).blocks if isinstance(b, Table))


SOUP = {
    "<p>甲<p>乙": ["甲", "乙"],
    "甲<br>乙": ["甲", "乙"],
    "<div>甲<div>乙</div>丙</div>": ["甲", "乙", "丙"],
    "<b>甲<p>乙</b>丙</p>丁": ["甲", "乙丙", "丁"],
    "<p>甲 \n <b> 乙</b></p>": ["甲乙"],
    "<p>a \n <b> b</b> </p>": ["a b"],
    "<p>甲 <b>乙</b></p>": ["甲 乙"],
    "<p>政府\r\n信息</p>": ["政府信息"],
    "<p>政府<span></span>\n<span>信息</span></p>": ["政府信息"],
    "<p>12\n34</p>": ["12 34"],
    "<p>甲&nbsp;&nbsp;乙</p>": ["甲\u00a0\u00a0乙"],
    "<p>&nbsp;</p><p>甲</p>": ["甲"],
    "<p>1 &lt; 2 &amp;&amp; 3&#x3e;2</p>": ["1 < 2 && 3>2"],
    "<p>a < b</p>": ["a < b"],
    "<p title='a>b'>甲</p>": ["甲"],
    '<p title=a"b>甲</p>"': ["甲", '"'],
    "<p>甲<!-- 乙 -->丙</p>": ["甲丙"],
    "<p>甲<!-->丙</p>": ["甲丙"],
    "<p>甲<![if !supportLists]><span>1、</span><![endif]>乙</p>": ["甲1、乙"],
    "<!--[if gte mso 9]><p>甲</p><![endif]--><p>乙</p>": ["乙"],
    "<p>甲<o:p>&nbsp;</o:p></p>": ["甲\u00a0"],
    "<script>var a='<p>甲</p>'</script><p>乙</p>": ["乙"],
    "<style>p{}</style><textarea><p>甲</textarea>乙": ["乙"],
    "<p>甲<span style='display:none'>乙<span>丙</span>丁</span>戊</p>": ["甲戊"],
    "<p>甲<span>乙<span style='DISPLAY: none'>丙</span>丁</span> 戊</p>": ["甲乙丁 戊"],
    "<div hidden>甲</div><div style='overflow: hidden'>乙</div>": ["乙"],
    "<select><option>甲</select>乙": ["乙"],
    "<noscript>甲</noscript><template><p>乙</p></template>丙": ["丙"],
    "<svg><text>甲</text></svg>乙": ["乙"],
    "<svg>甲": ["甲"],
    "<pre>甲  乙\n丙</pre>丁": ["甲  乙", "丙", "丁"],
    "<ul><li>甲<li>乙<ul><li>丙</ul></ul>": ["甲", "乙", "丙"],
    "<nav>首页</nav><ul class='top-nav'><li>走进</ul><footer>电话</footer>甲": ["甲"],
    "<div class=nav>您现在的位置：年报</div>": ["您现在的位置：年报"],
    "<p>甲</p><div>版权所有：某县</div><p>电话</p>": ["甲"],
    "</p>甲</br>乙": ["甲", "乙"],
    "甲</>乙<?x?>丙": ["甲乙丙"],
    "<table><td>甲<td>乙</table>": [["甲", "乙"]],
    "<table><tr><td>甲<tr><td>乙</table>": [["甲", "乙"]],
    "<table>乱<tr><td>甲<td>乙</table>": ["乱", ["甲", "乙"]],
    "<table><form><tr><font><td>甲</font><td>乙</form></table>": [["甲", "乙"]],
    "<table><center><tr><td>甲<td>乙</center></table>": [["甲", "乙"]],
    "<table><tr><td>甲<br/>乙</td><td><p>丙</p><p>丁</p></td></table>": [["甲\n乙", "丙\n丁"]],
    "<table><tr><td><p>甲</p></td></tr></table>": ["甲"],
    "<table><tr><td>左</td><td><table><tr><td>甲<td>乙<tr><td>丙<td>丁</table></td></tr></table>": [
        "左",
        ["甲", "乙", "丙", "丁"],
    ],
    "<table><caption>表一</caption><tr><td>甲<td>乙</table>": [["甲", "乙"]],
    "<table><tr style='display:none'><td>甲<td>乙<tr><td>丙<td>丁</table>": [["丙", "丁"]],
    "<table><caption>表<table><tr><td>1<td>2</table>题</caption><tr><td>甲<td>乙</table>": [["1", "2"], ["甲", "乙"]],
    "<table><caption>题</caption></table>甲": ["题", "甲"],
    "<TABLE><TR><TD COLSPAN=2>甲</TD></TR><TR><TD>乙<TD>丙</TABLE>": [["甲", "乙", "丙"]],
}


@pytest.mark.parametrize(("source", "expected"), SOUP.items())
def test_tag_soup_reads_as_a_browser_shows_it(source: str, expected: list[str | list[str]]) -> None:
    assert blocks(source) == expected


def test_headings_have_levels_and_captions_belong_to_tables() -> None:
    found = read_html("<h1>甲</h1><p>乙</p><h3>丙</h3><table><caption>表一</caption><td>1<td>2</table>").blocks
    assert [b.level for b in found if isinstance(b, Paragraph)] == [1, 0, 3]
    assert table("<table><caption>表一</caption><td>1<td>2</table>").caption == "表一"


def test_spans_are_laid_out_clamped_and_end_with_their_row_group() -> None:
    source = (
        "<table><thead><tr><td rowspan=9>甲<td>乙</thead>"
        "<tbody><tr><td rowspan=0>丙<td colspan='5000'>丁<tr><td>戊<tr><td>己<td>庚</table>"
    )
    cells = {c.text: (c.row, c.column, c.row_span, c.column_span) for c in table(source).cells}
    assert cells == {
        "甲": (0, 0, 1, 1), "乙": (0, 1, 1, 1), "丙": (1, 0, 3, 1), "丁": (1, 1, 1, 1000),
        "戊": (2, 1, 1, 1), "己": (3, 1, 1, 1), "庚": (3, 2, 1, 1),
    }  # fmt: skip


def test_a_blank_cell_points_at_its_start_tag() -> None:
    source = "<table><tr><td class=a>甲</td><td class=b> </td></tr></table>"
    blank = table(source).cells[1]
    assert blank.text == ""
    assert isinstance(blank.place, Span)
    assert source[blank.place.start : blank.place.end] == "<td class=b>"


def test_a_cells_place_runs_from_its_first_to_its_last_character() -> None:
    source = "<table><td> <p>一 <b>二</b></p> <p>三</p> </td><td>四</td></table>"
    place = table(source).cells[0].place
    assert isinstance(place, Span)
    assert source[place.start : place.end] == "一 <b>二</b></p> <p>三"


def test_a_small_table_in_a_wide_data_table_stays_in_its_cell() -> None:
    rows = "".join(f"<tr><td>行{n}<td>{n}" for n in range(8))
    source = f"<table>{rows}<tr><td>末行<td><table><tr><td>1<td>2</table></table>"
    found = read_html(source).blocks
    assert len(found) == 1
    assert isinstance(found[0], Table)
    assert found[0].cells[-1].text == "1 2"


def test_hidden_tables_are_noted() -> None:
    assert read_html("<div style='display:none'><table><td>1<td>2</table></div>甲").notes == (
        "网页有 1 个隐藏的表格，未予读取",
    )


def test_much_hidden_text_is_noted_and_a_blank_table_is_none() -> None:
    assert read_html("<div style='display:none'>" + "<p>甲" * 30 + "</div>乙").notes == ("网页有隐藏的文字，未予读取",)
    assert blocks("甲<table><tr><td>&nbsp;<td></table><pre><table><td>1 2<td>3</table></pre>") == ["甲", ["1 2", "3"]]


def test_metadata_as_government_sites_write_it() -> None:
    source = (
        "<head><title>年报 _ 某县</title><meta name='PubDate' content='2024/01/30 10:00'>"
        '<META NAME="ColumnName" CONTENT="年度报告"><meta name=SiteName content=某县政府>'
        "<meta name=ArticleTitle content='某局 2023 年报'><link rel=canonical href='http://a/b.html'></head>甲"
    )
    assert read_html(source).metadata == {
        "title": "某局 2023 年报", "page_title": "年报 _ 某县", "published": "2024-01-30", "column": "年度报告",
        "site": "某县政府", "url": "http://a/b.html",
    }  # fmt: skip


@pytest.mark.parametrize("tail", ["<p title='", "<!-- ", "<script>", "<td", "</p"])
def test_an_end_that_is_missing_makes_the_reading_partial(tail: str) -> None:
    found = read("a.html", f"<html><p>甲</p>{tail}乙".encode())
    assert isinstance(found, Document)
    assert found.status == "partial"
    assert "未闭合" in found.notes[0]
    assert [b.text.text for b in found.blocks if isinstance(b, Paragraph)] == ["甲"]


def test_a_page_that_shows_nothing_is_unread() -> None:
    found = read("a.html", b"<html><script>document.write('x')</script><img src=a.png></html>")
    assert isinstance(found, Unread)
    assert "没有可读的文字" in found.reason


# --- every character knows its place ----------------------------------------------------------------

_ALPHABET = st.sampled_from(
    [*"甲乙丙年报 \t\n\r\u00a0\u3000\ue000\ue001;0123<>&\"'=/ab𠮷", "&nbsp;", "&#19968;", "&lt", "&notit;", "&hearts;"]
)
_TEXT = st.lists(_ALPHABET, max_size=12).map("".join)
_TAG = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<td>", "<tr>", "<table>", "</table>", "</td>", "<br>", "<span class='a>b'>", "</span>", "<!-- x -->",
     "<div>", "</div>", "<h2>", "</h2>", "<li>", "<font color=red>", "<a href=x>", "<![if x]>", "<script>1</script>", "<o:p>", "<pre>", "</pre>"]
)  # fmt: skip


def _check(source: str) -> None:
    for block in read_html(source).blocks:
        if isinstance(block, Table):
            for cell in block.cells:
                assert isinstance(cell.place, Span)
                assert 0 <= cell.place.start < cell.place.end <= len(source)
            continue
        assert isinstance(block.text.anchor, SourceMap)
        _check_text(source, block.text.text, block.text.anchor.segments)


def _check_text(source: str, text: str, segments: tuple[Segment, ...]) -> None:
    covered = [False] * len(text)
    last = 0
    for s in segments:
        cut, shown = source[s.source : s.source + s.source_length], text[s.start : s.start + s.length]
        assert s.source >= last, "segments are in the order of the source"
        last = s.source + s.source_length
        if s.length == s.source_length and "&" not in cut:
            assert cut == shown or (shown == " " and cut in "\t\n\r\f ")
        else:
            assert unescape(cut) == shown or (shown == " " and not unescape(cut).strip("\t\n\r\f "))
        covered[s.start : s.start + s.length] = [True] * s.length
    assert all(ok or text[n] == " " for n, ok in enumerate(covered)), (
        "only white space between tags has no place of its own"
    )


@given(st.lists(st.one_of(_TEXT, _TAG), max_size=40).map("".join))
def test_any_page_maps_back_to_its_source(source: str) -> None:
    _check(source)


@given(
    st.lists(
        st.tuples(
            _TAG.filter(lambda t: t not in ("<pre>", "<script>1</script>")), _TEXT.map(lambda t: escape(t, quote=False))
        ),
        max_size=30,
    )
)
def test_no_word_of_a_page_is_lost_or_doubled(pairs: list[tuple[str, str]]) -> None:
    """Text between whatever tags: every visible character comes out once, in blocks, cells and furniture together."""
    source = "".join(tag + text for tag, text in pairs)
    expected = sorted(c for _, text in pairs for c in unescape(text) if not c.isspace())
    page = read_html(source)
    out = "".join(
        b.text.text if isinstance(b, Paragraph) else b.caption + "".join(c.text for c in b.cells) for b in page.blocks
    )
    if not any(words.endswith("…") for words in page.furniture):
        assert sorted(c for c in out + "".join(page.furniture) if not c.isspace()) == expected


_STRUCTURE = st.sampled_from(
    [f"<{slash}{name}>" for name in ["p", "div", "table", "tr", "td", "th", "tbody", "caption", "b", "span", "a", "font", "li", "ul", "h2", "center", "form", "o:p", "i", "dl", "dt"] for slash in ("", "/")]
)  # fmt: skip


@given(st.lists(st.tuples(_STRUCTURE, st.booleans()), max_size=16))
def test_the_order_is_that_of_a_browsers_tree(parts: list[tuple[str, bool]]) -> None:
    """The skeleton leaves inline tags out; whole and skeleton must grow the same tree of text."""
    source = "".join(tag + (chr(0x4E00 + n) if shown else "") for n, (tag, shown) in enumerate(parts))
    body = LexborHTMLParser(source).body
    expected = body.text(separator="") if body is not None else ""
    out = "".join(
        b.text.text if isinstance(b, Paragraph) else b.caption + "".join(c.text for c in b.cells)
        for b in read_html(source).blocks
    )
    assert "".join(out.split()) == "".join(expected.split()) or (
        "caption" in source and sorted("".join(out.split())) == sorted(expected)
    )


@given(st.text(max_size=60))
def test_any_text_put_into_a_paragraph_is_read_back(text: str) -> None:
    source = f"<p>甲{escape(text)}乙</p>"
    found = "".join(b.text.text for b in read_html(source).blocks if isinstance(b, Paragraph))
    allowed = unescape(escape(text))
    assert re.sub(r"[\t\n\f\r ]", "", found) == re.sub(r"[\t\n\f\r ]", "", f"甲{allowed}乙")
    _check(source)


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    assert isinstance(read("a.html", data), Document | Unread)
    assert isinstance(read("a.html", b"<html><table><td>" + data), Document | Unread)


@pytest.mark.parametrize("first", ["th", "td"])
@pytest.mark.parametrize("then", ["td", "th"])
def test_the_end_tag_of_the_last_cell_of_a_row_ends_it_whatever_the_cell_before_was(first: str, then: str) -> None:
    """Text that stands behind it between the cells goes before the table, as in a browser, and is no part of the cell."""
    source = f"<table><tr><{first}>年<{then}>9</{then}>外</tr><tr><td>月<td>8</tr></table>"
    page = read_html(source)
    assert page.blocks == read_carefully(source).blocks
    outside, table = page.blocks
    assert isinstance(outside, Paragraph)
    assert outside.text.text == "外"
    assert isinstance(table, Table)
    assert [cell.text for cell in table.cells] == ["年", "9", "月", "8"]
