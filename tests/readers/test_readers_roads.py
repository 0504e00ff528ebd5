"""The quick road through a page and the careful one lead to the same document, or the quick one says that the page is odd."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.readers import read
from auditor.readers.html import read_carefully, read_html
from auditor.readers.straight import read_straight

_STRUCTURE = [
    "p", "div", "table", "tr", "td", "th", "tbody", "thead", "caption", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "center", "section",
    "nav", "b", "span", "font", "form", "o:p", "body", "label",
]  # fmt: skip
_TAGS = [f"<{slash}{name}>" for name in _STRUCTURE for slash in ("", "/")] + [
    "<br>", "<hr/>", "<td colspan=2>", "<td rowspan='2' class=\"a>b\">", "<tr hidden>", "<div style='display:none'>", "<ul class=menu>",
    "<div class='top-nav'>", "<p style='display:none'>", "<span hidden>", "<a href='a.doc'>", "<a href=b title='附件'>", "<a name=x>", "</a>",
    "<!-- x -->", "<!-- <p>甲</p> -->", "<!-->", "<![if x]>", "<?x y?>", "</>", "<script>if(1<2)a='<p>'</script>", "<style>p{}</style>",
    "<textarea><td></textarea>", "<select><option>甲</select>", "<select>", "<title>题<b></title>", "<svg>甲</svg>", "<input>", "<img src=a>",
    "<meta name=author content=甲>", "<TD>", "</TABLE>", "<P>", "<pre>", "</pre>", "<p a=\"", "<p a='x\"y'>", "<script", "</br>", "</p>",
    "<header>", "</header>", "<footer>", "</footer>", "<caption hidden>", "<li hidden>", "<h2 hidden>", "<table hidden>",
]  # fmt: skip
_TEXT = [
    "甲", "乙 丙", "12", " ", "\n", " 丁", "戊\n", "&nbsp;", "&nbsp;&nbsp;己", "&amp;", "&#32;", "&#10;", "a < b", ">", "庚&lt;", "\u00a0", "\u3000",
    "  ", "\r\n", "\t", "版权所有", "打印",
]  # fmt: skip
_PIECE = st.one_of(st.sampled_from(_TAGS), st.sampled_from(_TAGS), st.sampled_from(_TEXT))

# Pages as they are written: balanced, with a forgotten tag here and there.
_INLINE = st.lists(
    st.sampled_from([*_TEXT[:12], "<b>子</b>", "<a href=c.htm>链</a>", "<span>丑</span> ", "<br>", "<!-- c -->"]),
    max_size=3,
).map("".join)
_CELL = st.tuples(
    st.sampled_from(["td", "th", "td colspan=2", "td rowspan=2", "td style='width:3%'"]),
    _INLINE,
    st.booleans(),
    st.booleans(),
).map(
    lambda c: (
        f"<{c[0]}>"
        + (f"<p class=x><span>{c[1]}</span></p>" if c[2] else c[1])
        + ("</" + c[0][:2] + ">" if c[3] else "")
    )
)
_ROW = st.tuples(st.lists(_CELL, max_size=4), st.booleans()).map(
    lambda r: "<tr>" + "\n".join(r[0]) + ("</tr>\n" if r[1] else "")
)
_TABLE = st.tuples(st.lists(_ROW, max_size=4), st.booleans()).map(
    lambda t: "<table border=1>" + (f"<tbody>{''.join(t[0])}</tbody>" if t[1] else "".join(t[0])) + "</table>"
)
_BLOCK = st.recursive(
    st.one_of(_INLINE, _INLINE.map(lambda t: f"<p>{t}</p>"), _INLINE.map(lambda t: f"<p align=center>{t}"), _INLINE.map(lambda t: f"<h2>{t}</h2>"), _TABLE),
    lambda inner: st.tuples(st.sampled_from(["div", "div class=nav", "ul", "li", "center", "td", "section"]), st.lists(inner, max_size=3)).map(
        lambda b: (
            f"<table><tr><td>{''.join(b[1])}</td></tr></table>" if b[0] == "td" else f"<{b[0]}>{''.join(b[1])}</{b[0].split()[0]}>"
        )
    ),
    max_leaves=8,
)  # fmt: skip


def _same(source: str) -> bool:
    """Compares both roads; whether the quick one was open."""
    straight = read_straight(source)
    if straight is None:
        return False
    quick, careful = read_html(source), read_carefully(source)
    assert quick.blocks == careful.blocks
    assert quick.metadata == careful.metadata
    assert quick.links == careful.links
    assert quick.furniture == careful.furniture
    assert quick.notes == careful.notes
    assert not careful.cut_short
    return True


@given(st.lists(_PIECE, max_size=24).map("".join))
def test_whatever_the_tags_both_roads_agree(source: str) -> None:
    _same(source)


@given(st.lists(_BLOCK, max_size=4).map("".join))
def test_pages_as_they_are_written_take_the_quick_road(source: str) -> None:
    assert _same(f"<html><head><title>题</title></head><body>{source}</body></html>")


@pytest.mark.parametrize(
    "source",
    [
        "<table>乱<tr><td>甲</table>", "<table><tr>乱<td>甲</table>", "<table><div><tr><td>甲</table>", "<p>甲<span style='display:none'>乙</span>",
        "<pre>甲\n乙</pre>", "<p>甲<!-- ", "<script>", "<p>甲</p><td", "<p title='>甲", "a < b", "<p style='mso-hide:all'>甲</p>",
    ],
)  # fmt: skip
def test_what_needs_a_parser_is_odd(source: str) -> None:
    assert read_straight(source) is None
    read_html(source)


@pytest.mark.parametrize("name", ["a_utf8.html", "b_gb18030_declared_gb2312.html", "c_mso_word.html"])
def test_the_samples_take_the_quick_road(shared: Path, name: str) -> None:
    source = (shared / "samples/yushan" / name).read_bytes().decode("utf-8" if "utf8" in name else "gb18030")
    assert _same(source)


def test_real_and_fictional_pages_take_the_quick_road(shared: Path) -> None:
    county = sorted((Path(__file__).resolve().parents[2] / "reports").rglob("*.htm*"))
    for path in [*county, shared / "corpus/shanghai_fubangongting_2019_B.html"]:
        data = path.read_bytes()
        try:
            source = data.decode()
        except UnicodeDecodeError:
            source = data.decode("gb18030")
        assert _same(source), path.name


@pytest.mark.parametrize(
    "source",
    [
        "<a href=x>" * 50_000, "<a href=x.doc>甲</a>" * 20_000, "<p>甲</p>" + "<script></script>" * 20_000, "<!-- x -->" * 30_000 + "甲", "<svg>" * 40_000,
        "<select>" * 40_000, "<p>" + ">" * 500_000, "<p>" + "> \n" * 60_000 + "<b>", "<div>" * 118 + "</p></div></li>" * 15_000, "<b> " * 50_000,
        "".join(f"<p id={n}>甲</p>" for n in range(25_000)), "<table><tr>" + "<td>甲<td>" * 25_000, "<td>" * 50_000, "<table>" + "<tr>" * 50_000, "</table>" * 50_000,
        "<p title='" + ">" * 100_000 + "'>甲</p>", "<ul>" + "<li>甲" * 20_000, "<h1>甲" * 20_000, "<title>" * 30_000, "<" * 50_000, "<meta name=a content=b>" * 40_000,
    ],
)  # fmt: skip
def test_hostile_pages_cost_linear_time_on_the_quick_road(source: str) -> None:
    begun = time.process_time()
    read("a.html", ("<html>" + source).encode())
    assert time.process_time() - begun < 5
