"""RTF: characters in any of its spellings, tables whose rows and cells are only marks, and each at its place in the file."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Document, Paragraph, Span, Table, Unread
from auditor.readers import read
from auditor.readers.limits import Refusal
from auditor.readers.rtf import read_rtf

HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fswiss Arial;}{\f2\fcharset136 Ming;}}"
    r"{\colortbl;\red0\green0\blue0;}{\stylesheet{\s1\outlinelevel0 own;}{\s2 heading 2;}{\s3\'b1\'ea\'cc\'e2 3;}{\*\cs4 x;}{\s5 Normal;}}"
    r"{\info{\title \u24180?\u25253?}{\author \'d5\'f2}{\company x}}"
)


def rtf(body: str) -> bytes:
    return (HEAD + body + "}").encode("latin-1")


def document(body: str) -> Document:
    return read_rtf("a.rtf", rtf(body), "")


def lines(body: str) -> list[tuple[int, str]]:
    return [(b.level, b.text.text) for b in document(body).blocks if isinstance(b, Paragraph)]


def texts(body: str) -> list[str]:
    return [text for _, text in lines(body)]


def grid(body: str, number: int = 0) -> list[tuple[int, int, int, int, str]]:
    found = [b for b in document(body).blocks if isinstance(b, Table)][number]
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in found.cells]


def row(*cells: str, edges: Sequence[int] = (), flags: Sequence[str] = ()) -> str:
    edges = edges or [1000 * (n + 1) for n in range(len(cells))]
    laid = "".join(f"{flags[n] if n < len(flags) else ''}\\cellx{edge}" for n, edge in enumerate(edges))
    return rf"\trowd\trgaph108 {laid}" + "".join(rf"\pard\intbl {c}\cell" + "\n" for c in cells) + "\\row\n"


# --- characters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (r"\u24180?\u25253?", "年报"), (r"\u24180\'3f\u25253\'3f", "年报"), (r"\uc0\u24180\u25253", "年报"),
        (r"\uc2\u24180\'c4\'ea\u25253\'b1\'a8", "年报"), (r"\'c4\'ea\'b1\'a8", "年报"), ("\\'c4\\'ea\r\n\\'b1\\'a8", "年报"),
        (r"\u-10240?a", "\ufffda"), (r"\u-10238?\u-8576?", chr(0x10000 + ((0xD802 - 0xD800) << 10) + 0xDE80 - 0xDC00)),
        (r"\f2\'a6\'7e\f0\'c4\'ea", "年年"), (r"\'81A", "\u4e04"), (r"a\~b\_c\-d\\e\{f\}g", "a\u00a0b-cd\\e{f}g"),
        (r"\ldblquote x\rdblquote\emdash y\line z\tab w", "“x”—y\nz\tw"), (r"{\b a{\i b}}c", "abc"),
        (r"a{\v b}\v c\v0 d{\deleted e}\plain f", "adf"), (r"a{\*\unknown b}{\footnote c}{\pict 0a0b}{\header h}d", "ad"),
        (r'{\field{\*\fldinst HYPERLINK "x"}{\fldrslt y}}', "y"), (r"a\bin4 {{{{b", "ab"),
        (r"{\listtext\f0 \u19968?\'a1\'a2\tab}\u24635?", "一、总"), (r"{\pntext 1.\tab}x", "1.x"),
        (r"{\object{\*\objdata 00}{\result r}}", "r"),
    ],
)  # fmt: skip
def test_characters_in_any_spelling(body: str, shown: str) -> None:
    assert texts(body + r"\par")[0] == shown


def test_the_code_page_of_the_file_counts_where_the_font_says_nothing() -> None:
    plain = HEAD.replace("936", "950")
    found = read_rtf("a.rtf", (plain + r"\f1\'a6\'7e\par}").encode("latin-1"), "")
    assert found.blocks[0].text.text == "年"  # type: ignore[union-attr]


def test_metadata_headings_and_boxes() -> None:
    assert document(r"x\par").metadata == {"title": "年报", "author": "镇"}
    body = r"\pard\s1 a\par\pard\s2 b\par\pard\s3 c\par\pard\s5 d\par\pard\outlinelevel1 e\par\pard\s1\outlinelevel9 f\par g\par"
    assert lines(body) == [(1, "a"), (2, "b"), (3, "c"), (0, "d"), (2, "e"), (0, "f"), (0, "g")]
    assert texts(r"a{\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt box\par}}{\shprslt r}}b\par") == ["a", "box", "b"]


_WORDS = st.text(st.sampled_from("ab 1年报〇统计\u00a0（）“𠀀é"), max_size=8)


def _spelled(text: str, data: st.DataObject) -> str:
    out = ""
    for c in text:
        way = data.draw(st.integers(0, 2))
        if c == "\u00a0":
            out += r"\~"
        elif c.isascii():
            out += c
        elif way == 0 and ord(c) < 0x10000:
            out += "".join(rf"\'{b:02x}" for b in c.encode("gb18030"))
        else:
            units = c.encode("utf-16-le")
            out += "".join(
                rf"\u{int.from_bytes(units[n : n + 2], 'little', signed=True)}" + (r"\'3f" if way == 1 else "?")
                for n in range(0, len(units), 2)
            )
    return out


@given(st.data())
def test_paragraphs_and_tables_read_back_and_can_be_cut_from_the_file(data: st.DataObject) -> None:
    columns = data.draw(st.integers(2, 4))
    rows = data.draw(st.lists(st.lists(_WORDS, min_size=columns, max_size=columns), min_size=2, max_size=5))
    rows[0][0] = "统计"
    before = "前" + data.draw(_WORDS)
    spelled = [[_spelled(text, data) for text in line] for line in rows]
    body = _spelled(before, data) + r"\par" + "\n" + "".join(row(*line) for line in spelled) + r"\pard \'ba\'f3\par"
    source = rtf(body).decode("latin-1")
    first, block, last = document(body).blocks
    assert isinstance(first, Paragraph)
    assert isinstance(last, Paragraph)
    assert isinstance(block, Table)
    assert (first.text.text, last.text.text) == (before, "后")
    assert {(c.row, c.column): c.text for c in block.cells} == {
        (r, k): text for r, line in enumerate(rows) for k, text in enumerate(line)
    }
    for cell in block.cells:
        assert isinstance(cell.place, Span)
        cut = source[cell.place.start : cell.place.end]
        expected = re.sub(
            r"(?<=\d)(?:\?|\\'3f)\Z", "", spelled[cell.row][cell.column]
        )  # the last stand-in says nothing
        assert cut.strip() == expected.strip() or (not expected and cut == "\\cell"), (cut, expected)
    place = last.text.place()
    assert isinstance(place, Span)
    assert source[place.start : place.end] == r"\'ba\'f3"


# --- tables ----------------------------------------------------------------------------------------


def test_columns_and_merges() -> None:
    body = (
        row("head", edges=[9000])
        + row("a", "b", "c", "d", edges=[3000, 5000, 7000, 9000], flags=[r"\clvmgf"])
        + row("", "1", "2", "3", edges=[3010, 4990, 7000, 9000], flags=[r"\clvmrg"])
        + row("e", "f", "", edges=[3000, 5000, 9000], flags=["", r"\clmgf", r"\clmrg"])
    )
    assert grid(body) == [
        (0, 0, 1, 4, "head"), (1, 0, 2, 1, "a"), (1, 1, 1, 1, "b"), (1, 2, 1, 1, "c"), (1, 3, 1, 1, "d"),
        (2, 1, 1, 1, "1"), (2, 2, 1, 1, "2"), (2, 3, 1, 1, "3"), (3, 0, 1, 1, "e"), (3, 1, 1, 3, "f"),
    ]  # fmt: skip


def test_a_row_may_keep_the_definition_of_the_last_and_omit_that_it_is_in_a_table() -> None:
    body = r"\trowd\cellx1000\cellx2000 a\cell b\cell\row c\cell d\cell\row\pard e\par"
    assert grid(body) == [(0, 0, 1, 1, "a"), (0, 1, 1, 1, "b"), (1, 0, 1, 1, "c"), (1, 1, 1, 1, "d")]
    assert texts(body) == ["e"]


def test_a_table_in_a_cell() -> None:
    outer = "".join(row(f"{n}", f"{n}") for n in range(6))
    inner = (
        r"\trowd\cellx1000\cellx2000\pard\intbl\itap1 p\par\pard\intbl\itap2 x\nestcell y\nestcell"
        r"{\*\nesttableprops\trowd\cellx500\cellx1000\nestrow}{\nonesttables\par}\pard\intbl q\cell z\cell"
        r"\trowd\cellx1000\cellx2000\row"
    )
    assert grid(outer + inner)[-2:] == [(6, 0, 1, 1, "p\nx y\nq"), (6, 1, 1, 1, "z")]


def test_several_paragraphs_in_a_cell_and_a_row_without_an_end() -> None:
    body = r"\trowd\cellx1\cellx2\pard\intbl a\par b\cell c\cell\row\trowd\cellx1\cellx2\pard\intbl d\cell e\cell"
    assert [c[4] for c in grid(body)] == ["a\nb", "c", "d", "e"]


# --- damage and malice -----------------------------------------------------------------------------


def refused(data: bytes) -> str:
    begun = time.process_time()
    with pytest.raises(Refusal) as refusal:
        read_rtf("a.rtf", data, "")
    assert time.process_time() - begun < 8
    return refusal.value.reason


def test_a_file_without_text() -> None:
    assert "没有文字" in refused(rtf(r"{\pict\pngblip 89504e47}"))
    found = read("a.doc", b"{\\rtf1")
    assert isinstance(found, Unread)


def test_groups_and_tables_nested_past_the_limits() -> None:
    assert "异常" in refused(rtf("{" * 100_000))
    assert "层" in refused(rtf(r"\pard\intbl\itap2000000 a\nestcell"))


def test_more_words_cells_and_characters_than_any_report_has(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "100,000" in refused(rtf(r"\trowd\cellx1\pard\intbl " + r"\cell" * 100_001))
    assert "2,000,000" in refused(rtf(("x" * 100_000 + r"\par ") * 21))
    monkeypatch.setattr("auditor.readers.rtf._MOST_TOKENS", 1_000)
    assert "异常" in refused(rtf("{}" * 1_000))


@pytest.mark.parametrize("seed", range(6))
def test_random_damage_ends_as_a_document_or_a_refusal(seed: int) -> None:
    grains = random.Random(seed)
    whole = rtf(
        r"a\u24180?\par" + row("x", r"\'c4\'ea") + row("1", "2") + r"\pard{\field{\*\fldinst q}{\fldrslt r}}\par"
    )
    for _ in range(80):
        data = bytearray(whole)
        for _ in range(grains.choice((1, 2, 8, 32))):
            data[grains.randrange(len(data))] = grains.choice(b"{}\\\\'0u-*\x00\xff")
        reason = None
        try:
            read_rtf("a.rtf", bytes(data[: grains.choice((len(data), grains.randrange(len(data))))]), "")
        except Refusal as refusal:
            reason = refusal.reason
        assert reason is None or re.search("[\u4e00-\u9fff]{4}", reason)


def test_it_is_known_by_its_content() -> None:
    found = read("年报.doc", rtf(r"x\par"))
    assert isinstance(found, Document)
    assert (found.kind, found.reader) == ("rtf", "rtf")
    assert "字节位置" in found.notes[0]
