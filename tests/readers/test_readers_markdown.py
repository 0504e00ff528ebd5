"""Markdown as converters leave it: what a line shows, which tables stand in it, and where every character is."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Document, Link, Paragraph, SourceMap, Span, Table
from auditor.readers import read
from auditor.readers.txt import read_txt


def blocks(source: str, *, markdown: bool = True) -> list[str | list[list[str]]]:
    """Paragraphs as texts, tables as rows of texts."""
    return [b.text.text if isinstance(b, Paragraph) else rows(b) for b in read_txt(source, markdown=markdown).blocks]


def rows(table: Table) -> list[list[str]]:
    out: dict[int, list[str]] = {}
    for cell in table.cells:
        out.setdefault(cell.row, []).append(cell.text)
    return [out[row] for row in sorted(out)]


TEXTS = {
    "**一、总体情况**\n\n__甲__乙": ["一、总体情况", "甲乙"],
    "**（一）**主动公开*32*条，~~删~~": ["（一）主动公开32条，删"],
    "**一、总体\n情况": ["一、总体", "情况"],
    "3*4=12*，注*": ["3*4=12*，注*"],
    "a_b_c _斜体_文字": ["a_b_c 斜体文字"],
    "1\\. 甲\\*乙\\|丙": ["1. 甲*乙|丙"],
    "`代码`&nbsp;&lt;2": ["代码\u00a0<2"],
    "[附件](a.docx)见![图](b.png)右": ["附件见右"],
    "甲<br>乙<br/>丙": ["甲", "乙", "丙"],
    "<p align=center>甲</p><!-- 注 -->": ["甲"],
    "- 甲\n* 乙\n+ 丙": ["甲", "乙", "丙"],
    "1. 甲\n2. 乙": ["1. 甲", "2. 乙"],
    "> 引文": ["引文"],
    "甲\n\n---\n\n* * *\n\n乙": ["甲", "乙"],
    "```\n甲\n```": ["甲"],
    "&nbsp;\n": ["\u00a0"],
    "<http://a.cn/x>": ["<http://a.cn/x>"],
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), TEXTS.items())
def test_marks_are_no_characters_of_the_text(source: str, expected: list[str]) -> None:
    assert blocks(source) == expected


def test_headings_marked_or_underlined() -> None:
    source = "# 年报\n\n一、总体情况\n=====\n\n二、主动公开\n---\n### （一）概述 ###\n#不是"
    found = [(b.level, b.text.text) for b in read_txt(source, markdown=True).blocks if isinstance(b, Paragraph)]
    assert found == [(1, "年报"), (1, "一、总体情况"), (2, "二、主动公开"), (3, "（一）概述"), (0, "#不是")]


def test_a_line_that_a_converter_broke_is_joined_again() -> None:
    long = "2023年本机关认真贯彻落实条例各项规定要求持续推进政务公开工作共公开信息"
    assert blocks(f"{long}\n32条。\n（一）主动公开\n{long}\n（二）甲") == [
        f"{long}32条。", "（一）主动公开", long, "（二）甲",
    ]  # fmt: skip
    assert blocks(f"{long} by\nweb 3 条") == [f"{long} by web 3 条"]
    assert blocks(f"{long}。\n又") == [f"{long}。", "又"]
    assert blocks(f"{long}  \n又") == [long, "又"]


def test_front_matter_is_metadata() -> None:
    found = read("a.md", "---\ntitle: '某局年报'\ndate: 2024-01-30 10:00\nurl: http://a/b\n---\n\n正文".encode())
    assert isinstance(found, Document)
    assert found.metadata == {"title": "某局年报", "published": "2024-01-30", "url": "http://a/b"}
    assert blocks("---\n甲\n乙") == ["甲", "乙"]


TABLES = {
    "| 项目 | 数 |\n| :--- | ---: |\n| **甲** | 1 |\n| 乙 |  |\n": [["项目", "数"], ["甲", "1"], ["乙", ""]],
    "|  |  |\n|---|---|\n| 甲 | 1 |": [["甲", "1"]],
    "项目 | 数\n:---:|---\n甲 | 1\n乙 | \n | 2": [["项目", "数"], ["甲", "1"], ["乙", ""], ["", "2"]],
    "| 甲<br>乙 | 1\\|2 | \\* |\n|-|-|-|\n|||-|": [["甲\n乙", "1|2", "*"], ["", "", "-"]],
    "| 甲 | 1 |\n| 乙 | 2 |": [["甲", "1"], ["乙", "2"]],
    "| 甲 | 1 |\n\n| 乙 | 2 |\n\n后": [["甲", "1"], ["乙", "2"]],
    "| 项目 | 数 |\n|---|---|\n| 通过不同渠道\n方式公开 | 3 |\n| 乙 | 4 |": [["项目", "数"], ["通过不同渠道\n方式公开", "3"], ["乙", "4"]],
    "| 119 | 25 | 91 | / | 259 | |": [["119", "25", "91", "/", "259", ""]],
    "| 甲 | - |\n|---|---|\n| 乙 | - |\n| - | - |": [["甲", "-"], ["乙", "-"], ["-", "-"]],
    "+----+----+\n| a  | 数 |\n+====+====+\n| 甲 | 1  |\n| 乙 |    |\n+----+----+": [["a", "数"], ["甲\n乙", "1"]],
    "+---+---+\n| a | 数 |\n+===+===+\n| 甲 | 1 |\n| 乙 |   |\n+---+---+": [["a", "数"], ["甲\n乙", "1"]],
    "+-+-+\n| a | 数 |\n+-+-+\n|| 1  |\n| 乙 ||\n+-+-+": [["a", "数"], ["乙", "1"]],
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), TABLES.items())
@pytest.mark.parametrize("markdown", [True, False])
def test_tables_in_pipes(source: str, expected: list[list[str]], markdown: bool) -> None:
    found = [b for b in blocks(source, markdown=markdown) if isinstance(b, list)]
    assert found == [expected]


@pytest.mark.parametrize("source", ["首页 | 走进 | 公开", "| 网站地图 | 联系我们 | 帮助 |", "|甲", "a|b\n---", "+-+"])
def test_lines_with_pipes_that_are_no_table(source: str) -> None:
    assert not [b for b in read_txt(source).blocks if isinstance(b, Table)]


def test_grid_cells_span_rows_and_columns() -> None:
    source = "+------+------+\n| 申请人情况  |\n+------+------+\n| 一、 | 1    |\n|      +------+\n|      | 2    |\n+------+------+\n"
    table = read_txt(source, markdown=True).blocks[0]
    assert isinstance(table, Table)
    assert [(c.text, c.row, c.column, c.row_span, c.column_span) for c in table.cells] == [
        ("申请人情况", 0, 0, 1, 2), ("一、", 1, 0, 2, 1), ("1", 1, 1, 1, 1), ("2", 2, 1, 1, 1),
    ]  # fmt: skip


def test_an_html_table_in_markdown_has_its_places_in_the_whole() -> None:
    source = "# 年报\n\n前<table><tr><td rowspan=2>甲</td><td>1</td></tr>\n<tr><td>2</td></tr></table>后\n\n**末**"
    found = read("a.md", source.encode())
    assert isinstance(found, Document)
    assert found.kind == "md"
    assert blocks(source) == ["年报", "前", [["甲", "1"], ["2"]], "后", "末"]
    table = next(b for b in found.blocks if isinstance(b, Table))
    for cell in table.cells:
        assert isinstance(cell.place, Span)
        assert source[cell.place.start : cell.place.end] == cell.text


def test_links_to_files_are_kept() -> None:
    found = read("a.md", "[年报](files/a.docx)、[首页](/)、[附件1](down?id=3)\n\n| [表](b.xls) | 1 |\n|--|--|".encode())
    assert isinstance(found, Document)
    assert found.links == (Link("年报", "files/a.docx"), Link("附件1", "down?id=3"), Link("表", "b.xls"))


@pytest.mark.parametrize(
    ("name", "source", "kind"),
    [
        ("a.md", "<div align=center>\n\n# 甲\n</div>\n</p></p></p>", "md"),
        ("a.md", "<!DOCTYPE html><p>甲</p>", "html"),
        ("a.txt", "| 甲<br>乙 | 1<br>2 |\n| 丙<br>丁 | 3 |", "txt"),
        ("a.txt", "甲<br>乙<br>丙<br>丁", "html"),
    ],
)
def test_which_text_is_markdown(name: str, source: str, kind: str) -> None:
    found = read(name, source.encode())
    assert isinstance(found, Document)
    assert found.kind == kind


# --- every character knows its place ----------------------------------------------------------------

_WORD = st.sampled_from([*"甲乙年报12,。 \t\u00a0", "**", "*", "_", "~~", "`", "\\|", "\\*", "&nbsp;", "&lt;", "&x;", "<br>", "<b>", "</b>",
                         "[", "](a.doc)", "![", "|", "|", "|", "---", ":-:", "# ", "- ", "> ", "===", "+--+--+", "<table><td>", "</table>", "```", "\n", "\n", "\r\n", "\n\n"])  # fmt: skip


@given(st.lists(_WORD, max_size=40).map("".join), st.booleans())
def test_any_text_maps_back_to_its_source(source: str, markdown: bool) -> None:
    for block in read_txt(source, markdown=markdown).blocks:
        if isinstance(block, Table):
            for cell in block.cells:
                assert isinstance(cell.place, Span)
                assert 0 <= cell.place.start < cell.place.end <= len(source)
            continue
        assert isinstance(block.text.anchor, SourceMap)
        for s in block.text.anchor.segments:
            cut = source[s.source : s.source + s.source_length]
            shown = block.text.text[s.start : s.start + s.length]
            assert unescape(cut) == shown or cut == shown or shown == " "


_CELL = st.text(alphabet="甲乙0123,./—（） \u00a0", max_size=6)


@given(st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(_CELL, min_size=n, max_size=n), min_size=2, max_size=6)))
def test_a_table_written_in_pipes_is_read_back(cells: list[list[str]]) -> None:
    """With its rule, every cell comes back, and cutting the source at its place finds it."""
    source = "\n".join(["|" + "|".join(row) + "|" for row in [["首"] * len(cells[0]), *cells]])
    first, rest = source.split("\n", 1)
    source = f"{first}\n|{'---|' * len(cells[0])}\n{rest}"
    for markdown in (True, False):
        found = [b for b in read_txt(source, markdown=markdown).blocks if isinstance(b, Table)]
        assert len(found) == 1
        assert rows(found[0])[1:] == [[c.strip(" \t") for c in row] for row in cells]
        for cell in found[0].cells:
            assert isinstance(cell.place, Span)
            cut = source[cell.place.start : cell.place.end]
            assert cut == cell.text or not cell.text


@pytest.mark.parametrize(
    "source",
    ["|甲\n" * 60_000, "| 甲 | 乙\n" * 30_000, "**" * 200_000, "![" * 100_000, "](" * 100_000, "<!--" * 100_000, "[a](" * 50_000,
     "<table>\n" * 30_000, "> " * 100_000, "&" * 200_000, "+-+\n" * 40_000, "| a |\n\n" * 30_000, "`" * 200_000, "甲" * 30 + "\n甲" * 50_000],
)  # fmt: skip
def test_hostile_marks_cost_linear_time(source: str) -> None:
    import time

    begun = time.process_time()
    read("a.md", source.encode())
    assert time.process_time() - begun < 5
