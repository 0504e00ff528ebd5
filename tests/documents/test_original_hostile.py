"""The rendering of an original against hostile and broken files: nothing acts, no text is lost, nothing raises."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from documents.originals import TAGS, cells, plain, shown
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor import readers
from auditor.documents.original import Original, contents, html, rendered, unchanged
from auditor.documents.original.marking import Marked, Marks
from auditor.documents.original.studio import Studio
from auditor.documents.original.tree import Element, data, text_of
from auditor.facts import extract
from auditor.model import Audit, Document, Evidence, Finding, Outcome, Paragraph, Place, Report, SourceMap, Span, Table
from auditor.readers.decode import decode
from auditor.readers.html import read_carefully
from auditor.readers.limits import Refusal
from auditor.rulebook import Rulebook

HOSTILE = """<html><head><title>t</title><style>p{background:url(javascript:alert(1))}</style><base href="http://evil.example/"></head>
<body onload="alert(1)"><script>alert("脚本")</script><p onclick="alert(1)" style="position:fixed;top:0">正文甲<img src=x onerror=alert(1)></p>
<a href="javascript:alert(1)">链接乙</a><svg onload=alert(1)><circle r=9 /><text>图</text></svg><iframe src="http://evil.example">框</iframe>
<object data="x"><p>对象丙</p></object><form action="http://evil.example"><input value="秘"><button>按钮</button></form>
<math><mi>x</mi></math><p>&lt;script&gt;alert(2)&lt;/script&gt;丁</p><p>“&quot;&#39;&amp;&#0;&#x110000;&nbsp;戊</p>
<table><tr><td rowspan=999999999 colspan=-3>己</td><td rowspan="0" style="x:expression(1)">庚</td></tr></table>
<noscript><p>辛</p></noscript><details ontoggle=alert(1) open>壬</details><marquee onstart=alert(1)>癸</marquee></body></html>"""


def drawn(source: str | bytes, marks: Marks | None = None, name: str = "a.html") -> Original:
    """The rendering of a file, without a report. Raises what the inside raises."""
    found = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    with Studio() as studio:
        children, note = contents(None, name, found, marks or Marks(), unchanged, True, studio)
    return Original(data(children), note)


def is_harmless(page: str) -> bool:
    """Whether a browser would find in it nothing but elements of the allow-list, without anything that acts."""
    tree = LexborHTMLParser(f"<body>{page}</body>")
    assert tree.body is not None
    for node in tree.body.traverse():
        if node.tag == "body":
            continue
        assert node.tag in TAGS, node.tag
        assert set(node.attributes) <= {"rowspan", "colspan", "data-f", "src", "alt", "width", "height", "style"}
        assert all(
            re.fullmatch(r"data:image/png;base64,[\w+/=]+", node.attributes.get("src") or "data:image/png;base64,A")
            for _ in [0]
        )
        if "style" in node.attributes:
            assert node.tag in ("div", "mark")
    return True


def test_nothing_acts_and_the_text_stays() -> None:
    found = drawn(HOSTILE)
    text = shown(found).text
    for word in ("正文甲", "链接乙", "对象丙", "<script>alert(2)</script>丁", "“\"'&", "戊", "己", "庚", "壬", "癸"):
        assert word in text, word
    for word in ("脚本", "evil", "expression", "onclick", "秘"):
        assert word not in json.dumps(found.nodes, ensure_ascii=False), word
    assert is_harmless(html(found))


@pytest.mark.parametrize(
    "source",
    [
        "<html><body>" + "<div>" * 10_000 + "<p>深处</p>",
        "<html><body>" + "<table><tr><td>" * 10_000 + "深处",
        "<html><body>" + "<ul><li>" * 10_000 + "深处",
        "<html><body>" + "<b>" * 10_000 + "深处",
        "<html><body>" + "<blockquote><ol><li>" * 45 + "深处",
        "<html><body><table>" + "<tr><td rowspan=65534 colspan=1000>格</td></tr>" * 300 + "</table>深处",
        "<html><body><p>深处</p><!-- " + "<" * 5000,
        "<html><body><p>深处</p>" + "<a" * 5000,
        "<html><body><p>深处</p>" + "&" * 50_000,
        "<html><body>深处<script>" + "x" * 100_000,
        "<html><body><textarea>" + "深" * 5 + "</textarea>深处",
    ],
    ids=lambda source: source[12:32],
)  # fmt: skip
def test_depth_width_and_what_never_ends(source: str) -> None:
    found = drawn(source)
    assert "深处" in shown(found).text
    assert is_harmless(html(found))
    assert _depth(found.nodes) < 120


def _depth(nodes: Sequence[object]) -> int:
    return 1 + max((_depth(node[1]) for node in nodes if isinstance(node, list)), default=0)


def test_characters_that_nobody_prints_stay_characters() -> None:
    source = "<html><body><p>" + "甲" * 9_000 + "</p><p>一\0二\x1b[31m三\u202e四</p></body></html>"
    found = drawn(source)
    assert shown(found).blocks[-1].text == "一\0二\x1b[31m三\u202e四"
    assert json.loads(json.dumps(found.nodes)) == found.nodes


def test_only_tags_of_the_list_can_be_made() -> None:
    with pytest.raises(ValueError, match="script"):
        Element("script")


# --- fuzz ------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<div>", "</div>", "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td colspan=2>", "<th>", "<b>", "</b>"),
        *("<td rowspan=3>", "<ul>", "<li>", "</ul>", "<br>", "<pre>", "</pre>", "<h2>", "</h2>", "<caption>", "</caption>", "<tbody>"),
        *("<script>", "</script>", "<style>", "</style>", "<!--", "-->", "<svg>", "</svg>", "<select>", "<p hidden>", "<span style=display:none>"),
        *("</span>", "<span>", "<a href=javascript:x>", "</a>", "<", ">", "&", "&nbsp;", "&lt;b&gt;", "&#20013;", "&bogus", "<p onclick='", "'>"),
        *("甲", "乙丙", " ", "\n", "\r\n", "x y", "12", "\0", "\u3000", "\u00a0", "<td", "</", "<![CDATA[", "<?php", "<x-y>", "\U00020000"),
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_markup_is_shown_as_it_was_read(source: str) -> None:
    _as_read(("<html><body>" + source).encode())


@settings(max_examples=100, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # a damaged report does not shrink
@given(st.data())
def test_damaged_reports_are_shown_as_they_were_read(data: st.DataObject) -> None:
    folder = Path(__file__).resolve().parents[2] / "reports"
    paths = sorted([*folder.rglob("*.html"), *folder.rglob("*.txt"), *folder.rglob("*.docx"), *folder.rglob("*.xlsx")])
    path = data.draw(st.sampled_from(paths))
    chance = data.draw(st.randoms(use_true_random=False))
    _as_read(_damaged(path.read_bytes(), chance), path.name)


def _damaged(found: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(found)), chance.randrange(1, 400)
        put = chance.choice(
            [b"", b"<", b">", b"</table>", b"<table>", b"<div", b"\0", b"\xff", found[at : at + length] * 2]
        )
        found = found[:at] + put + found[at + length :]
    return found


def _as_read(found: bytes, name: str = "a.html") -> None:
    """What was read (of a page: by the tree of a browser) is all there, and a place of every block leads to its words."""
    document = readers.read(name, found)
    if not isinstance(document, Document):
        try:
            shown(drawn(found, name=name))
        except Refusal:
            assert not readers.apart(found)
        return
    if document.kind == "html":
        document = replace(document, blocks=read_carefully(decode(found).text).blocks)
    places = list(_places(document))
    marks = Marks(tuple(Marked(place, words, number) for number, (place, words) in enumerate(places)))
    original = drawn(found, marks, name)
    page = shown(original)
    assert is_harmless(html(original))
    whole = plain(page.text)
    lost = [line for _, words in places for line in words.split("\n") if plain(line) not in whole]
    assert not lost
    for number, (place, words) in enumerate(places) if _is_in_order(document) else ():
        marked = plain(
            page.marked(number)
        )  # a space that only the reader puts in stands where the character before it does
        assert plain(words) in marked, (place, words, marked)
        assert len(marked) <= len(plain(words)) + 1, (place, words, marked)
        assert number in page.findings, (place, words)


def _is_in_order(document: Document) -> bool:
    """Whether what is read stands in the order of the source: a browser moves text from between cells before their table."""
    at = 0
    for block in document.blocks:
        if isinstance(block, Table):
            spans = [(c.place.start, c.place.end) for c in block.cells if isinstance(c.place, Span)]
        elif isinstance(block.text.anchor, SourceMap):
            spans = [(one.source, one.source + one.source_length) for one in block.text.anchor.segments]
        else:
            return True
        for start, end in spans:
            if start < at or end < start:
                return False
            at = end
    return True


def _places(document: Document) -> Iterator[tuple[Place, str]]:
    """A part of every paragraph, and every cell whose text is its own."""
    if document.kind == "md":
        return
    for block in document.blocks:
        if isinstance(block, Paragraph):
            text = block.text
            first, last = len(text.text) // 3, max(len(text.text) * 2 // 3, len(text.text) // 3 + 1)
            yield text.place(first, last), text.text[first:last]
        elif isinstance(block, Table):
            for cell in block.cells:
                yield cell.place, cell.text


# --- other formats ---------------------------------------------------------------------------------


def report_of(book: Rulebook, name: str, found: bytes) -> Report:
    document = readers.read(name, found)
    assert isinstance(document, Document), document
    return extract(document, book.lexicon)


def test_a_file_that_cannot_be_opened_costs_a_note(county: Audit) -> None:
    one = county.reports[0].report
    for found in (
        b"%PDF-1.7 broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"PK\x03\x04 broken",
        b"\x89PNG\r\n\x1a\n broken",
    ):
        broken = replace(one, sha256=hashlib.sha256(found).hexdigest(), kind="pdf")
        original = rendered(broken, found, [])
        assert original.nodes == []
        assert original.note


def test_a_large_report_is_cut_around_its_evidence(book: Rulebook) -> None:
    lines = [f"第{number}段，全年主动公开政府信息{number}条，都在网站公布。" for number in range(6_000)]
    found = "\n".join(lines).encode()
    report = report_of(book, "澄湖县2024年政府信息公开工作年度报告.txt", found)
    at = decode(found).text.index("信息4345条")
    finding = _finding(Evidence("4345", replace(report.prose.parts[0].text.place(), start=at + 2, end=at + 6)))  # type: ignore[call-arg]
    original = rendered(report, found, [finding], most=50_000)
    page = shown(original)
    assert page.marked(0) == "4345"
    assert "信息4344条" in page.text
    assert "信息4346条" in page.text
    assert "信息3条" not in page.text
    assert len(json.dumps(original.nodes, ensure_ascii=False, separators=(",", ":")).encode()) <= 50_000
    told = sum(int(number.replace(",", "")) for number in re.findall(r"此处略去 ([\d,]+) 字", page.text))
    kept = sum(len(block.text) for block in page.blocks if "此处略去" not in block.text)
    assert told + kept == sum(map(len, lines))
    assert f"略去约 {told:,} 字" in original.note


def test_a_large_table_is_cut_by_its_rows() -> None:
    rows = "".join(f"<tr><td>第{number}行</td><td>{number}</td></tr>" for number in range(9_000))
    source = f"<html><body><p>首</p><table>{rows}</table><p>尾</p></body></html>"
    at = source.index(">4321<") + 1
    with Studio() as studio:
        from auditor.documents.original.cutting import cut

        marks = Marks((Marked(Span(at, at + 4), "4321", 0),))
        children, _ = contents(None, "a.html", source.encode(), marks, unchanged, True, studio)
    kept, note = cut(children, 20_000)
    page = shown(Original(data(kept), note))
    assert page.marked(0) == "4321"
    assert "第4320行" in page.text
    assert "第4322行" in page.text
    assert "第9行" not in page.text.splitlines()
    assert sum(len(text_of(child)) for child in kept) < 20_000


def _finding(*evidence: Evidence) -> Finding:
    return Finding("a-blank", "空白", "f" * 32, "c", Outcome.BROKEN, "一般", "数据准确", "空白", evidence=evidence)


def test_a_report_of_several_files_shows_each_that_holds_evidence(county: Audit) -> None:
    joined = [one for one in county.reports if any(e.place and e.place.file for f in one.findings for e in f.evidence)]
    assert joined
    for one in joined:
        found = Path(one.report.source).read_bytes()
        without = rendered(one.report, found, one.findings)
        assert "未保存，其中的证据不能显示" in without.note
        full = rendered(one.report, found, one.findings, others=lambda source: Path(source).read_bytes())
        assert not full.note
        assert len(shown(full).findings) >= len(shown(without).findings)
        assert "文件“" in shown(full).text


def test_cells_of_a_workbook_are_shown_where_they_stand(county: Audit) -> None:
    one = next(each.report for each in county.reports if each.report.kind == "xlsx")
    texts = list(cells(rendered(one, Path(one.source).read_bytes(), [])))
    for fact in one.facts.values():
        assert fact.raw in texts
