"""DOC: what Word 97-2003 and WPS files hold, in whatever pieces, with cells and paragraphs where their places say."""

from __future__ import annotations

import itertools
import random
import re
import struct
import time
from collections.abc import Sequence
from pathlib import Path

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from render_doc import (
    DELETED,
    HIDDEN,
    IN_TABLE,
    ROW_END,
    Cell,
    Layout,
    P,
    Run,
    Style,
    definition,
    make_doc,
    outline,
    table,
)
from render_ole import make_ole

from auditor.model import Document, DocxCell, DocxText, Paragraph, Table, Unread
from auditor.readers import read, wordtext
from auditor.readers.doc import read_doc
from auditor.readers.limits import Refusal
from auditor.readers.ole import Damaged

Shape = tuple[int, int, int, int, str]


def document(data: bytes) -> Document:
    return read_doc("a.doc", data, "")


def lines(data: bytes) -> list[tuple[int, str]]:
    return [(b.level, b.text.text) for b in document(data).blocks if isinstance(b, Paragraph)]


def texts(*paragraphs: P, **others: object) -> list[str]:
    return [text for _, text in lines(make_doc(paragraphs, **others))]  # type: ignore[arg-type]


def grid(data: bytes, number: int = 0) -> list[Shape]:
    found = [b for b in document(data).blocks if isinstance(b, Table)][number]
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in found.cells]


def cells(*rows: str) -> list[list[Cell]]:
    return [[Cell(text) for text in row.split("|")] for row in rows]


# --- text ------------------------------------------------------------------------------------------

_WORDS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.sampled_from("年报公开条件元，。○〇零一二（）—“”…é\u00a0\u3000\U00020000\U0001f600"),
    ),
    max_size=12,
)


@st.composite
def _laid(draw: st.DrawFn, length: int) -> Layout:
    cuts = draw(st.lists(st.integers(1, max(length, 1)), max_size=8))
    return Layout(cuts, draw(st.booleans()), draw(st.booleans()))


def _units(paragraphs: Sequence[P]) -> int:
    return sum(len((p.text + p.end).encode("utf-16-le")) // 2 for p in paragraphs)


@given(st.data())
def test_paragraphs_in_any_pieces_read_back_at_their_places(data: st.DataObject) -> None:
    made = [P(text) for text in data.draw(st.lists(_WORDS, min_size=1, max_size=12))] + [P("末")]
    found = document(make_doc(made, data.draw(_laid(_units(made)))))
    read_back = {}
    for block in found.blocks:
        assert isinstance(block, Paragraph)
        place = block.text.place()
        assert isinstance(place, DocxText)
        assert (place.part, place.start, place.end) == ("WordDocument", 0, len(block.text.text))
        read_back[place.paragraph] = block.text.text
    assert read_back == {n: p.text for n, p in enumerate(made) if p.text.strip("\u00a0\u3000 ")}


@given(st.data())
def test_tables_in_any_pieces_read_back_cell_by_cell(data: st.DataObject) -> None:
    columns = data.draw(st.integers(2, 4))
    rows = data.draw(st.lists(st.lists(_WORDS, min_size=columns, max_size=columns), min_size=1, max_size=8))
    rows[0][0] = "统计指标"
    made = [P("前"), *table([[Cell(text) for text in row] for row in rows]), P("后")]
    found = document(make_doc(made, data.draw(_laid(_units(made)))))
    (_, block, _) = found.blocks
    assert isinstance(block, Table)
    assert block.inferred == ""
    assert {(c.row, c.column): c.text for c in block.cells} == {
        (r, k): text for r, row in enumerate(rows) for k, text in enumerate(row)
    }
    for cell in block.cells:
        assert cell.place == DocxCell("WordDocument", 0, cell.row, cell.column)


def test_one_byte_pieces_use_windows_characters_where_unicode_has_controls() -> None:
    data = make_doc([P("a\u00a5\u00e9"), P("~b")])
    at = data.index(b"a\xa5\xe9")
    assert lines(data[:at] + b"\x93\x96\x85" + data[at + 3 :])[0] == (0, "\u201c\u2013\u2026")


def test_breaks_hyphens_and_marks_without_width() -> None:
    assert texts(P("甲\x0b乙\t丙\x1e丁\x1f戊\x01\x08\x02\x05己"), P("庚", "\x0c"), P("辛")) == [
        "甲\n乙\t丙-丁戊己", "庚", "辛",
    ]  # fmt: skip


def test_fields_show_their_results() -> None:
    assert texts(P("甲\x13 PAGEREF x \x14第\x13 SEQ \x143\x15页\x15乙"), P("丙\x13 REF y \x15丁")) == [
        "甲第3页乙",
        "丙丁",
    ]


def test_a_field_may_run_over_paragraphs() -> None:
    assert texts(P("\x13 TOC \x14一"), P("二\x15"), P("三")) == ["一", "二", "三"]


@pytest.mark.parametrize("text", ["甲\x13 从未结束", "甲\x15乙\x14", "\x14\x14甲\x13"])
def test_marks_of_fields_that_do_not_match_hide_nothing(text: str) -> None:
    assert texts(P(text), P("后")) == [re.sub("[\x13-\x15]", "", text), "后"]


def test_an_instruction_that_would_swallow_cells_hides_nothing() -> None:
    data = make_doc([*table(cells("收到\x13|3|4", "办结|5\x14|6\x15")), P("后")])
    assert [c[4] for c in grid(data)] == ["收到", "3", "4", "办结", "5", "6"]


@pytest.mark.parametrize("changes", [HIDDEN, DELETED])
def test_hidden_and_deleted_words_are_left_out(changes: bytes) -> None:
    made = [P("公开12条"), P("全删")]
    for layout in (Layout(), Layout(cuts=(3, 6), backwards=True)):
        data = make_doc(made, layout, runs=[Run(2, 3, changes), Run(6, 8, changes)])
        assert lines(data) == [(0, "公开2条")]


def test_a_switch_turned_off_hides_nothing() -> None:
    assert lines(make_doc([P("公开12条")], runs=[Run(2, 3, HIDDEN[:2] + b"\0")])) == [(0, "公开12条")]


def test_a_deleted_row_is_left_out_and_counted() -> None:
    made = table(cells("甲|1", "乙|2", "丙|3"))
    at = sum(len(p.text + p.end) for p in made[:3])
    gone = sum(len(p.text + p.end) for p in made[3:6])
    found = document(make_doc(made, runs=[Run(at, at + gone, DELETED)])).blocks[0]
    assert isinstance(found, Table)
    assert [(c.text, c.place) for c in found.cells] == [
        ("甲", DocxCell("WordDocument", 0, 0, 0)), ("1", DocxCell("WordDocument", 0, 0, 1)),
        ("丙", DocxCell("WordDocument", 0, 2, 0)), ("3", DocxCell("WordDocument", 0, 2, 1)),
    ]  # fmt: skip


def test_pieces_with_modifiers_of_their_own() -> None:
    """A fast save hides or deletes a whole piece by one byte, or by a list in the piece table."""
    made = [P("公开12条")]
    short = 1 | 0x41 << 1
    assert lines(make_doc(made, Layout((2, 3), piece_changes={1: (0x41 << 1) | 1 << 8}))) == [(0, "公开2条")]
    assert lines(make_doc(made, Layout((2, 3), piece_changes={1: 1}, clx_changes=[HIDDEN]))) == [(0, "公开2条")]
    assert lines(make_doc(made, Layout((2, 3), piece_changes={1: short}))) == [(0, "公开12条")]


def test_notes_and_page_heads_are_no_text() -> None:
    made = [P("正文"), P("脚注"), P("页眉"), P("")]
    assert lines(make_doc(made, Layout(lengths=(3, 3)))) == [(0, "正文")]


def test_a_text_box_stands_before_the_paragraph_it_hangs_on() -> None:
    made = [P("前"), P("有框\x08"), P("后"), P("框内"), *table(cells("框|1")), P(""), P("")]
    boxed = _units(made[3:-1])
    shapes = struct.pack("<II", 4, 9) + struct.pack("<I", 77).ljust(26, b"\0")
    box = struct.pack("<II", 0, boxed) + (bytes(14) + struct.pack("<I", 77)).ljust(22, b"\0")
    data = make_doc(made, Layout(lengths=(0, 0, 0, 0, 0, boxed, 0)), structures={40: shapes, 56: box})
    found = document(data).blocks
    assert [b.text.text if isinstance(b, Paragraph) else [c.text for c in b.cells] for b in found] == [
        "前", "框内", ["框", "1"], "有框", "后",
    ]  # fmt: skip


# --- headings and lists ----------------------------------------------------------------------------


def test_headings_by_style_base_name_and_paragraph() -> None:
    styles = [
        Style(0, name="Normal"), Style(1, 0, "heading 1"), Style(2, 1, "heading 2"), Style(base=2, name="own"),
        Style(base=0, name="标题 3"), Style(base=0, name="levelled", changes=outline(3)), Style(19, 0, "toc 1"),
        Style(base=9, name="loop"), Style(base=1, name="plain", changes=outline(9)), Style(base=7, name="loop back"),
    ]  # fmt: skip
    made = [P(f"{n}", style=n) for n in range(len(styles))]
    made += [P("段", changes=outline(1)), P("文", changes=outline(9), style=1)]
    assert lines(make_doc(made, styles=styles)) == [
        (0, "0"), (1, "1"), (2, "2"), (2, "3"), (3, "4"), (4, "5"), (0, "7"), (0, "8"), (0, "9"), (2, "段"), (0, "文"),
    ]  # fmt: skip


def _level(form: int, text: str, start: int = 1) -> bytes:
    shown = "".join(chr(int(c)) if c.isdigit() else c for c in text)
    head = struct.pack("<iBB", start, form, 0) + bytes(18) + bytes(4)
    return head + struct.pack("<H", len(shown)) + shown.encode("utf-16-le")


def _lists(*levels: bytes) -> bytes:
    head = struct.pack("<ii", 5, 0) + struct.pack("<9H", *[0xFFF] * 9) + bytes(2)
    return struct.pack("<H", 1) + head + b"".join([*levels, *[_level(0, "")] * (9 - len(levels))])


def test_automatic_numbers_stand_in_front() -> None:
    lists = _lists(_level(39, "0、"), _level(39, "（1）"), _level(0, "2.", 3))
    uses = struct.pack("<I", 2) + struct.pack("<iIIBBBB", 5, 0, 0, 0, 0, 0, 0) * 2
    uses = uses[:-4] + b"\x01\0\0\0" + b"\xff" * 4 + b"\xff" * 4 + struct.pack("<iI", 7, 0x10)

    def numbered(text: str, level: int, use: int = 1) -> P:
        return P(text, changes=b"\x0b\x46" + struct.pack("<H", use) + b"\x0a\x26" + bytes([level]))

    made = [numbered("总体", 0), numbered("机构", 1), numbered("细", 2), numbered("", 2), numbered("三", 2),
            numbered("其他", 0), numbered("人员", 1), P("正文"), numbered("另起", 0, 2), numbered("无", 0, 0),
            numbered("界外", 0, 9)]  # fmt: skip
    assert texts(*made, structures={73: lists, 74: uses}) == [
        "一、总体", "（一）机构", "3.细", "5.三", "二、其他", "（一）人员", "正文", "七、另起", "无", "界外",
    ]  # fmt: skip


def test_a_use_of_a_list_may_print_a_level_its_own_way() -> None:
    head = struct.pack("<I", 1) + struct.pack("<iIIBBBB", 5, 0, 0, 1, 0, 0, 0)
    uses = head + b"\xff" * 4 + struct.pack("<iI", 0, 0x20) + _level(0, "第0项 ", 4)
    made = P("甲", changes=b"\x0b\x46\x01\0")
    assert texts(made, made, structures={73: _lists(_level(39, "0、")), 74: uses}) == ["第4项 甲", "第5项 甲"]


def test_lists_that_are_cut_short_number_nothing() -> None:
    uses = struct.pack("<I", 1) + struct.pack("<iIIBBBB", 5, 0, 0, 0, 0, 0, 0) + b"\xff" * 4
    made = P("甲", changes=b"\x0b\x46\x01\0")
    assert texts(made, structures={73: _lists(_level(0, "0."))[:40], 74: uses}) == ["甲"]


# --- tables ----------------------------------------------------------------------------------------


def test_columns_are_those_that_are_seen() -> None:
    rows = [
        [Cell("第二十条")],
        [Cell("内容"), Cell("制发"), Cell("废止"), Cell("现行")],
        [Cell("许可"), Cell("决定")],
        [Cell("规章"), Cell("1"), Cell("2"), Cell("3")],
    ]
    edges = [[-8, 9000], [0, 3000, 5000, 7000, 9000], [0, 3010, 9000], [4, 2980, 5040, 7000, 8992]]
    assert grid(make_doc(table(rows, edges))) == [
        (0, 0, 1, 4, "第二十条"),
        (1, 0, 1, 1, "内容"), (1, 1, 1, 1, "制发"), (1, 2, 1, 1, "废止"), (1, 3, 1, 1, "现行"),
        (2, 0, 1, 1, "许可"), (2, 1, 1, 3, "决定"),
        (3, 0, 1, 1, "规章"), (3, 1, 1, 1, "1"), (3, 2, 1, 1, "2"), (3, 3, 1, 1, "3"),
    ]  # fmt: skip


def test_two_edges_of_one_row_are_never_one_however_near() -> None:
    rows = [[Cell("甲"), Cell(""), Cell("乙")], [Cell("丙"), Cell("1")]]
    assert [c[:4] for c in grid(make_doc(table(rows, [[0, 1000, 1030, 2000], [0, 1000, 2000]])))] == [
        (0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 0, 1, 1), (1, 1, 1, 2),
    ]  # fmt: skip


def test_rows_of_as_many_cells_need_no_edges() -> None:
    edges = [[0, 3000, 5000], [0, 2000, 6000], []]
    assert [c[:2] for c in grid(make_doc(table(cells("甲|1", "乙|2", "丙|3"), edges)))] == [
        (0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1),
    ]  # fmt: skip


def test_rows_without_edges_among_others_are_inferred() -> None:
    found = document(make_doc(table(cells("标题", "甲|1|2"), [[], [0, 1, 2000, 3000]]))).blocks[0]
    assert isinstance(found, Table)
    assert "推定" in found.inferred


@pytest.mark.parametrize(("first", "rest"), [(1, 2), (2, 1), (3, 1)])
def test_cells_merged_across_by_flags(first: int, rest: int) -> None:
    rows = [
        [Cell("甲", first), Cell("", rest), Cell("", rest), Cell("乙", first), Cell("", rest)],
        [Cell(text) for text in "12345"],
    ]
    assert grid(make_doc(table(rows)))[:2] == [(0, 0, 1, 3, "甲"), (0, 3, 1, 2, "乙")]


def test_a_covered_cell_that_shows_something_stays() -> None:
    rows = [[Cell("甲", 1), Cell("藏", 2), Cell("", 2)], [Cell("1", 0, 3), Cell("2"), Cell("3")],
            [Cell("4", 0, 1), Cell("5"), Cell("6")]]  # fmt: skip
    assert [c[4] for c in grid(make_doc(table(rows)))] == ["甲", "藏", "1", "2", "3", "4", "5", "6"]


def test_cells_merged_down() -> None:
    rows = [
        [Cell("收到", 0, 3), Cell("1")],
        [Cell("", 0, 1), Cell("2")],
        [Cell("", 0, 3), Cell("3")],
        [Cell("", 0, 1), Cell("4")],
        [Cell("", 0, 1)],
    ]
    edges = [*[[0, 1000, 2000]] * 4, [0, 2000]]
    assert grid(make_doc(table(rows, edges))) == [
        (0, 0, 2, 1, "收到"), (0, 1, 1, 1, "1"), (1, 1, 1, 1, "2"),
        (2, 0, 2, 1, ""), (2, 1, 1, 1, "3"), (3, 1, 1, 1, "4"), (4, 0, 1, 2, ""),
    ]  # fmt: skip


def test_merges_and_widths_changed_after_the_definition() -> None:
    def row(text: str, *changes: bytes) -> list[P]:
        made = table(cells(text))
        return [*made[:-1], P("", "\x07", made[-1].changes + b"".join(changes))]

    merge = b"\x24\x56\x00\x02"  # of cells 0 and 1
    split = b"\x25\x56\x00\x02"
    down, on = b"\x2b\xd6\x02\x02\x03", b"\x2b\xd6\x02\x02\x01"  # of cell 2
    made = [*row("甲||乙", merge, down), *row("丙|丁|", on), *row("戊|己|庚", merge, split)]
    assert grid(make_doc(made)) == [
        (0, 0, 1, 2, "甲"), (0, 2, 2, 1, "乙"), (1, 0, 1, 1, "丙"), (1, 1, 1, 1, "丁"),
        (2, 0, 1, 1, "戊"), (2, 1, 1, 1, "己"), (2, 2, 1, 1, "庚"),
    ]  # fmt: skip
    widen = b"\x23\x76\x00\x01" + struct.pack("<h", 2000)  # cell 0
    insert = b"\x21\x76\x01\x01" + struct.pack("<h", 1000)  # one cell before cell 1
    delete = b"\x22\x56\x00\x01"  # of cell 0
    made = [*row("一|二", widen), *row("三|四|五"), *row("六|七|八"), P("隔")]
    short = table(cells("九|十"))[-1].changes
    made += [*table(cells("一|二|三"))[:-1], P("", "\x07", short + insert), *table(cells("四|五"))]
    data = make_doc(made)
    assert grid(data)[:2] == [(0, 0, 1, 2, "一"), (0, 2, 1, 1, "二")]
    assert grid(data, 1) == [
        (0, 0, 1, 1, "一"), (0, 1, 1, 1, "二"), (0, 2, 1, 1, "三"), (1, 0, 1, 1, "四"), (1, 1, 1, 1, "五"),
    ]  # fmt: skip
    longer = table(cells("九|十|百"))[-1].changes
    made = [*table(cells("一|二"))[:-1], P("", "\x07", longer + delete), *table(cells("四|五|六"))]
    assert grid(make_doc(made))[:2] == [(0, 0, 1, 1, "一"), (0, 1, 1, 1, "二")]


@given(st.data())
def test_any_partition_of_the_grid_reads_back(data: st.DataObject) -> None:
    """Rows cut a grid of six columns each in its own way, with edges up to half a millimetre off."""
    width = [900, 1500, 700, 1100, 1300, 800]
    edge = [0, *itertools.accumulate(width)]
    rows, edges, expected = [], [], []
    for number in range(data.draw(st.integers(2, 7))):
        inner = sorted(data.draw(st.sets(st.integers(1, 5)))) if number else list(range(1, 6))
        bounds = [0, *inner, 6]
        off = [data.draw(st.integers(-14, 14)) for _ in bounds]
        rows.append([Cell(f"{number}.{at}") for at in range(len(bounds) - 1)])
        edges.append([edge[b] + o for b, o in zip(bounds, off, strict=True)])
        expected += [(number, a, 1, b - a, f"{number}.{at}") for at, (a, b) in enumerate(itertools.pairwise(bounds))]
    assert grid(make_doc(table(rows, edges))) == expected


def test_a_table_in_a_cell_is_judged_as_in_html() -> None:
    inner = [[Cell("子一"), Cell("子二")]]
    wide = [[Cell(f"{n}"), Cell(f"{n}")] for n in range(6)]
    rows = [*wide, [Cell(["前", inner, "后"]), Cell("外")]]
    data = make_doc([*table(rows), P("末")])
    assert grid(data)[-2:] == [(6, 0, 1, 1, "前\n子一 子二\n后"), (6, 1, 1, 1, "外")]
    layout = make_doc([*table([[Cell(["前", [[Cell("1"), Cell("2")], [Cell("3"), Cell("4")]], ""]), Cell("外")]])])
    assert [b.text.text if isinstance(b, Paragraph) else b.place for b in document(layout).blocks] == [
        "前", DocxCell("WordDocument", 1, 0, 0), "外",
    ]  # fmt: skip


def test_a_definition_too_long_for_its_page_stands_in_the_data_stream() -> None:
    rows = cells("|".join(f"{n}" for n in range(30)), "标题")
    data = make_doc(table(rows, [[n * 300 for n in range(31)], [0, 9000]]))
    assert grid(data)[-1] == (1, 0, 1, 30, "标题")
    assert len(grid(data)) == 31


def test_a_table_at_the_very_end_and_rows_without_an_end() -> None:
    made = table(cells("甲|1", "乙|2"))[:-1]
    assert [c[4] for c in grid(make_doc(made))] == ["甲", "1", "乙", "2"]


# --- the real file ---------------------------------------------------------------------------------


def walk(data: bytes) -> list[tuple[str, str]]:
    """(characters, mark) of each paragraph of a file, by a reading of the piece table of its own."""
    with olefile.OleFileIO(data) as file:
        main = file.openstream("WordDocument").read()
        tables = file.openstream("1Table" if main[11] & 2 else "0Table").read()
    begin, length = struct.unpack_from("<II", main, 0x1A2)
    clx = tables[begin : begin + length]
    assert clx[0] == 2
    plc = clx[5:]
    count = (len(plc) - 4) // 12
    cps = struct.unpack_from(f"<{count + 1}I", plc)
    text = ""
    for at in range(count):
        (where,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * at + 2)
        size = cps[at + 1] - cps[at]
        if where & 0x40000000:
            at_byte = (where & 0x3FFFFFFF) // 2
            text += main[at_byte : at_byte + size].decode("cp1252")
        else:
            text += main[where : where + 2 * size].decode("utf-16-le")
    return re.findall("([^\r\x07\x0c]*)([\r\x07\x0c])", text)


def test_every_cell_and_paragraph_of_a_real_file_stands_where_its_place_says(shared: Path) -> None:
    data = (shared / "samples/yushan/h_legacy.doc").read_bytes()
    raw = walk(data)
    found = document(data)
    (statistics,) = [b for b in found.blocks if isinstance(b, Table)]
    for block in found.blocks:
        if isinstance(block, Paragraph):
            place = block.text.place(1, 5)
            assert isinstance(place, DocxText)
            assert raw[place.paragraph][0].replace("\x0b", "\n")[place.start : place.end] == block.text.text[1:5]
    rows: list[list[str]] = [[]]
    inside = ""
    marks = [n for n, (_, mark) in enumerate(raw) if mark == "\x07"]
    for text, mark in raw[marks[0] : marks[-1] + 1]:  # one title cell, then rows of three cells, each with an end mark
        wanted = 1 if len(rows) == 1 else 3
        if len(rows[-1]) == wanted:
            assert (text, mark) == ("", "\x07")
            rows.append([])
            continue
        inside += text.replace("\x0b", "\n")
        if mark == "\x07":
            rows[-1].append(inside)
            inside = ""
        else:
            inside += "\n"
    assert len(statistics.cells) == 201
    for cell in statistics.cells:
        place = cell.place
        assert isinstance(place, DocxCell)
        assert (place.part, place.table) == ("WordDocument", 0)
        assert rows[place.row][place.cell] == cell.text


def test_it_says_what_the_container_says_of_itself(shared: Path) -> None:
    found = read("h.doc", (shared / "samples/yushan/h_legacy.doc").read_bytes())
    assert isinstance(found, Document)
    assert (found.kind, found.reader, found.metadata["author"]) == ("doc", "doc", "python-docx")


def test_an_embedded_sheet_is_named_and_makes_no_workbook() -> None:
    found = read("a.doc", make_doc([P("正文")], others={"ObjectPool/Workbook": b"x"}))
    assert isinstance(found, Document)
    assert found.kind == "doc"
    assert "Excel" in found.notes[0]


# --- damage and malice -----------------------------------------------------------------------------

_PLAIN = make_doc([P("前"), *table(cells("统计指标|数", "收到|3")), P("后")], Layout((2, 5), backwards=True))


def _refused(data: bytes) -> str:
    begun = time.process_time()
    with pytest.raises(Refusal) as refusal:
        read_doc("a.doc", data, "")
    assert time.process_time() - begun < 3
    return refusal.value.reason


def _fib(data: bytes) -> int:
    return data.index(b"\xec\xa5\xc1\x00")


def _patched(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def test_an_encrypted_file_says_so() -> None:
    assert "加密" in _refused(_patched(_PLAIN, _fib(_PLAIN) + 11, b"\x03"))


def test_a_file_of_word_95_says_so() -> None:
    assert "6.0/95" in _refused(_patched(_PLAIN, _fib(_PLAIN) + 2, b"\x68\x00"))


def test_a_file_without_text_says_so() -> None:
    assert "没有文字" in _refused(make_doc([P("")]))


def _clx(data: bytes) -> int:
    return data.index(struct.pack("<BI", 2, 4 + 12 * 3))


@pytest.mark.parametrize("value", [0x3FFFFFFF, 0x7FFFFFFF, 0x00FFFFFF, 0x40FFFFFF])
def test_pieces_that_point_outside(value: int) -> None:
    assert "损坏" in _refused(_patched(_PLAIN, _clx(_PLAIN) + 5 + 16 + 2, struct.pack("<I", value)))


@pytest.mark.parametrize("bound", [0, 1, 0xFFFFFFFF])
def test_pieces_out_of_order(bound: int) -> None:
    assert "损坏" in _refused(_patched(_PLAIN, _clx(_PLAIN) + 5 + 8, struct.pack("<I", bound)))


@pytest.mark.parametrize("length", [2_000_001, 0x7FFFFFFF])
def test_more_text_than_any_report_has(length: int) -> None:
    assert "2,000,000" in _refused(_patched(_PLAIN, _fib(_PLAIN) + 76, struct.pack("<I", length)))


def test_structures_that_point_outside() -> None:
    for number in (12, 13, 33):
        at = _fib(_PLAIN) + 154 + 8 * number
        if _PLAIN[at + 4 : at + 8] == bytes(4):
            continue
        assert "损坏" in _refused(_patched(_PLAIN, at, struct.pack("<I", 0xFFFFFF00)))
        assert "损坏" in _refused(_patched(_PLAIN, at + 4, struct.pack("<I", 0x7FFFFFFF)))


def test_cells_whose_rows_are_lost_are_not_guessed() -> None:
    at = _fib(_PLAIN) + 154 + 8 * 13
    assert "行列" in _refused(_patched(_PLAIN, at + 4, bytes(4)))


def test_tables_nested_past_the_limit() -> None:
    deep = IN_TABLE + b"\x49\x66" + struct.pack("<i", 2_000_000_000)
    assert "层" in _refused(make_doc([P("甲", "\x07", deep), P("", "\x07", deep + ROW_END)]))


def test_a_row_of_more_cells_than_word_allows() -> None:
    row = [P(f"{n}", "\x07", IN_TABLE) for n in range(300)]
    insert = b"\x21\x76\x00\xff\x00\x01" * 200
    data = make_doc([*row, P("", "\x07", IN_TABLE + ROW_END + definition([0, 5]) + insert), *table(cells("甲|乙"))])
    assert [c[1] for c in grid(data)][:300] == list(range(300))


def test_streams_longer_than_the_file_and_chains_that_run_in_a_ring() -> None:
    at = _PLAIN.index("WordDocument".encode("utf-16-le"))
    assert "损坏" in _refused(_patched(_PLAIN, at + 120, struct.pack("<I", 0x7FFFFFFF)))
    fat = (len(_PLAIN) // 512 - 1) * 512
    (begin,) = struct.unpack_from("<I", _PLAIN, at + 116)
    for target in (begin, 0xFFFFFFFE, 0xFFFFFF00):
        _read_anything(_patched(_PLAIN, fat + 4 * (begin + 1), struct.pack("<I", target)))
    (directory,) = struct.unpack_from("<I", _PLAIN, 48)
    _read_anything(_patched(_PLAIN, fat + 4 * directory, struct.pack("<I", directory)))


@pytest.mark.parametrize(("at", "size"), [(44, 4), (64, 4), (72, 4), (30, 2), (32, 2), (48, 4), (68, 4)])
@pytest.mark.parametrize("value", [0xFFFFFFFF, 0x7FFFFFFF, 60_000, 0])
def test_headers_that_announce_absurd_tables(at: int, size: int, value: int) -> None:
    _read_anything(_patched(_PLAIN, at, struct.pack("<I", value)[:size]))


def test_a_directory_that_is_a_ring() -> None:
    at = _PLAIN.index("WordDocument".encode("utf-16-le"))
    for sibling in (68, 72, 76):
        _read_anything(_patched(_PLAIN, at + sibling, struct.pack("<I", 1)))


def _read_anything(data: bytes) -> None:
    """Reads what was damaged: it is a document or a refusal, soon."""
    begun, reason = time.process_time(), None
    try:
        read_doc("a.doc", data, "")
    except Refusal as refusal:
        reason = refusal.reason
    assert reason is None or re.search("[\u4e00-\u9fff]{4}", reason)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("seed", range(8))
def test_random_damage_ends_as_a_document_or_a_refusal(seed: int) -> None:
    grains = random.Random(seed)
    for _ in range(60):
        data = bytearray(_PLAIN)
        for _ in range(grains.choice((1, 2, 8, 64))):
            data[grains.randrange(len(data))] = grains.choice((0, 1, 0x7F, 0x80, 0xFF, grains.randrange(256)))
        _read_anything(bytes(data[: grains.choice((len(data), grains.randrange(len(data))))]))


def test_many_marked_runs_over_many_pieces_cost_a_bounded_number_of_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_doc(
        [P("甲乙" * 100)], Layout(tuple(range(1, 100)), narrow=False), [Run(n, n + 1, HIDDEN) for n in range(0, 50, 2)]
    )
    assert len(lines(data)[0][1]) == 175
    monkeypatch.setattr(wordtext, "_MOST_STEPS", 2_000)
    assert "损坏" in _refused(data)


def test_what_is_no_word_file_at_all() -> None:
    assert "损坏" in _refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))
    assert "损坏" in _refused(make_ole({"WordDocument": b"x" * 5000}))
    found = read("a.doc", make_ole({"Contents": b"x"}))
    assert isinstance(found, Unread)
    assert "没有可读的正文" in found.reason


def test_a_damaged_file_is_for_a_second_opinion_and_an_encrypted_one_is_not() -> None:
    with pytest.raises(Damaged):
        document(_patched(_PLAIN, _clx(_PLAIN) + 5 + 16 + 2, b"\xff\xff\xff\x3f"))
    with pytest.raises(Refusal) as refusal:
        document(_patched(_PLAIN, _fib(_PLAIN) + 11, b"\x03"))
    assert not isinstance(refusal.value, Damaged)
