"""XLS: values as an inspector sees them, sparse whatever the file spans, and whole or not at all."""

from __future__ import annotations

import io
import random
import re
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from render_ole import make_ole
from render_xls import At, Sheet, formula, make_stream, make_xls, record, wide

from auditor.model import Document, Paragraph, SheetCell, Table, Unread
from auditor.readers import read, xls
from auditor.readers.limits import Refusal
from auditor.readers.sheet import a1
from auditor.readers.xls import read_xls

Value = str | int | float | bool | bytes


def document(data: bytes) -> Document:
    return read_xls("a.xls", data, "")


def shown(data: bytes) -> dict[str, str]:
    """What each cell that shows something shows, by name."""
    out: dict[str, str] = {}
    for block in document(data).blocks:
        if isinstance(block, Table):
            for cell in block.cells:
                assert isinstance(cell.place, SheetCell)
                if cell.text:
                    out[cell.place.cell] = cell.text
        else:
            place = block.text.place()
            assert isinstance(place, SheetCell)
            out[place.cell] = block.text.text
    return out


def one(value: Value, **others: object) -> str:
    """What cell A1 shows."""
    sheet = Sheet("表", {(0, 0): value, (0, 1): 7, (1, 0): 8}, styles={(0, 0): 1})
    return shown(make_xls(sheet, **others))["A1"]  # type: ignore[arg-type]


FORMATS = {164: 'yyyy"年"m"月"d"日"', 165: '0.00"天"', 166: "[Red]0.0%"}


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (3, 0, "3"), (3.0, 0, "3"), (-3, 0, "-3"), (0, 0, "0"), (-0.0, 0, "0"), (42.5, 0, "42.5"),
        (0.1 + 0.2, 0, "0.3"), (1e20, 0, "100000000000000000000"), (1 << 29, 0, "536870912"), (5.0, 2, "5"),
        (0.339, 10, "33.9%"), (0.07, 166, "7%"), (43144, 14, "2018-02-13"), (43144.5, 22, "2018-02-13 12:00:00"),
        (43144, 164, "2018-02-13"), (3, 165, "3"), (True, 0, "TRUE"), (False, 0, "FALSE"),
        (b"\x07", 0, "#DIV/0!"), (b"\x2a", 0, "#N/A"), (b"\x99", 0, "#N/A"),
        ("收到申请数", 0, "收到申请数"), ("abc", 0, "abc"), ("é", 0, "é"), ("𠀀〇", 0, "𠀀〇"), ("甲\n乙", 0, "甲\n乙"),
    ],
)  # fmt: skip
def test_values_as_an_inspector_sees_them(value: Value, style: int, text: str) -> None:
    assert one(value, formats=FORMATS, styles=(0, style)) == text


def test_dates_counted_from_1904() -> None:
    assert one(41682, styles=(0, 14), from_1904=True) == "2018-02-13"


def _short(value: int) -> str:
    more = record(0x27E, struct.pack("<HHHI", 4, 4, 0, value & 0xFFFFFFFF))
    return shown(make_xls(Sheet("表", {(0, 0): 1, (1, 1): 1}, more=more)))["E5"]


def test_short_numbers_of_all_four_kinds() -> None:
    upper = struct.unpack("<I", struct.pack("<d", 2.5)[4:])[0]
    assert _short(123 << 2 | 2) == "123"
    assert _short(-123 << 2 | 2) == "-123"
    assert _short(12345 << 2 | 3) == "123.45"
    assert _short(upper) == "2.5"
    assert _short(upper | 1) == "0.025"


def test_rows_of_short_numbers() -> None:
    pairs = b"".join(struct.pack("<HI", 0, value << 2 | 2) for value in (5, 0, 6))
    more = record(0xBD, struct.pack("<HH", 2, 1) + pairs + struct.pack("<H", 3))
    assert shown(make_xls(Sheet("表", {(0, 0): "甲", (0, 1): 1}, more=more))) == {
        "A1": "甲", "B1": "1", "B3": "5", "C3": "0", "D3": "6",
    }  # fmt: skip


def test_formulas_stand_as_their_stored_values() -> None:
    def special(kind: int, value: int = 0) -> bytes:
        return bytes([kind, 0, value, 0, 0, 0, 0xFF, 0xFF])

    more = (
        formula((0, 0), struct.pack("<d", 6)) + formula((1, 0), special(0), wide("合计")) + formula((2, 0), special(1, 1))
        + formula((3, 0), special(2, 0x17)) + formula((4, 0), special(3)) + formula((5, 0), special(0))
        + record(0x203, struct.pack("<HHHd", 5, 1, 0, 9)) + formula((6, 0), special(0))
    )  # fmt: skip
    data = make_xls(Sheet("表", {}, more=more))
    assert shown(data) == {"A1": "6", "A2": "合计", "A3": "TRUE", "A4": "#REF!", "A6": "=", "B6": "9", "A7": "="}
    assert "公式" in document(data).notes[0]


def test_blanks_merged_cells_and_empty_rows() -> None:
    cells: dict[At, Value] = {(2, 1): "甲", (2, 3): 2, (4, 3): 3, (4, 4): 4}
    table = document(make_xls(Sheet("表", cells, merged=[(2, 3, 1, 2), (4, 900, 4, 4)]))).blocks[0]
    assert isinstance(table, Table)
    assert table.caption == "表"
    assert [(c.text, c.row, c.column, c.row_span, c.column_span, c.place) for c in table.cells] == [
        ("甲", 0, 0, 1, 1, SheetCell("表", "B3")), ("2", 0, 1, 1, 1, SheetCell("表", "D3")),
        ("", 0, 2, 1, 1, SheetCell("表", "E3")), ("", 1, 0, 1, 1, SheetCell("表", "B5")),
        ("3", 1, 1, 1, 1, SheetCell("表", "D5")), ("4", 1, 2, 1, 1, SheetCell("表", "E5")),
    ]  # fmt: skip
    wide_title: dict[At, Value] = {(0, 0): "标题", (1, 0): 1, (1, 1): 2, (2, 1): 3}
    table = document(make_xls(Sheet("表", wide_title, merged=[(0, 0, 0, 1), (1, 2, 0, 0)]))).blocks[0]
    assert isinstance(table, Table)
    assert [(c.text, c.row_span, c.column_span) for c in table.cells] == [
        ("标题", 1, 2), ("1", 2, 1), ("2", 1, 1), ("3", 1, 1),
    ]  # fmt: skip


def test_hidden_sheets_are_noted_charts_and_macros_passed_over_and_prose_is_paragraphs() -> None:
    prose: dict[At, Value] = {(n, 0): f"第{n}段，本年度主动公开政府信息。" for n in range(5)}
    numbers: dict[At, Value] = {(0, 0): 1, (0, 1): 2}
    found = document(
        make_xls(
            Sheet("文", prose), Sheet("藏", numbers, hidden=1), Sheet("深藏", numbers, hidden=2),
            Sheet("图", numbers, sort=2), Sheet("宏", numbers, sort=1),
        )
    )  # fmt: skip
    assert [b.text.place() for b in found.blocks if isinstance(b, Paragraph)] == [
        SheetCell("文", f"A{n}") for n in range(1, 6)
    ]
    assert not any(isinstance(b, Table) for b in found.blocks)
    assert found.notes == ("工作表“藏”已隐藏，未予读取", "工作表“深藏”已隐藏，未予读取")


def test_a_chart_within_a_sheet_is_no_part_of_it() -> None:
    inner = record(0x809, struct.pack("<HHHH", 0x600, 0x20, 0, 0)) + record(0x203, struct.pack("<HHHd", 9, 9, 0, 9))
    cells: dict[At, Value] = {(0, 0): 1, (0, 1): 2}
    assert shown(make_xls(Sheet("表", cells, more=inner + record(0x0A)))) == {"A1": "1", "B1": "2"}


def test_a_workbook_of_excel_5() -> None:
    cells: dict[At, Value] = {(0, 0): "收到申请数", (0, 1): 3, (1, 0): "费用", (1, 1): 0.5}
    more = record(0xD6, struct.pack("<HHH", 2, 0, 0) + struct.pack("<H", 4) + "合计".encode("gbk") + b"\x01\0\0")
    data = make_xls(
        Sheet("统计表", cells, more=more, styles={(1, 1): 1}), old=True, styles=(0, 164), formats={164: "0%"}
    )
    assert shown(data) == {"A1": "收到申请数", "B1": "3", "A2": "费用", "B2": "50%", "A3": "合计"}
    big5 = record(0x42, struct.pack("<H", 950))
    text = "申請".encode("big5")
    more = record(0x204, struct.pack("<HHHH", 0, 0, 0, len(text)) + text)
    data = make_xls(Sheet("t", {(0, 1): 1, (1, 1): 1}, more=more), old=True, before=big5)
    assert shown(data)["A1"] == "申請"


# --- strings over seams ----------------------------------------------------------------------------

_TEXTS = st.text(st.sampled_from("abcé统计表一〇𠀀 \u00a0"), max_size=20)


@given(st.lists(_TEXTS, min_size=1, max_size=12), st.data())
def test_texts_over_the_seams_of_continued_records(texts: list[str], data: st.DataObject) -> None:
    """At a seam within characters the width is said anew, and may change where the rest is narrow."""
    table = struct.pack("<II", len(texts), len(texts))
    pieces, current = [], table
    for text in texts:
        raw = text.encode("utf-16-le", "surrogatepass")
        units = [raw[n : n + 2] for n in range(0, len(raw), 2)]
        rich, extended = data.draw(st.booleans()), data.draw(st.booleans())
        narrow = all(u[1] == 0 for u in units)
        flags = (0 if narrow else 1) | (8 if rich else 0) | (4 if extended else 0)
        current += struct.pack("<HB", len(units), flags)
        current += (struct.pack("<H", 2) if rich else b"") + (struct.pack("<I", 5) if extended else b"")
        cut = data.draw(st.integers(0, len(units)))
        if 0 < cut < len(units):
            current += b"".join(u[: 1 if narrow else 2] for u in units[:cut])
            pieces.append(current)
            units = units[cut:]
            narrow = all(u[1] == 0 for u in units) and data.draw(st.booleans())
            current = bytes([0 if narrow else 1])
        current += b"".join(u[: 1 if narrow else 2] for u in units)
        rest = bytes(8 if rich else 0) + bytes(5 if extended else 0)
        split = data.draw(st.integers(0, len(rest)))
        current += rest[:split]
        if data.draw(st.booleans()):
            pieces.append(current)
            current = b""
        current += rest[split:]
    pieces.append(current)

    def cut_at(_: bytes) -> Iterator[bytes]:
        return iter(pieces)

    cells: dict[At, Value] = {(n, 0): text for n, text in enumerate(texts)}
    cells |= {(n, 1): n for n in range(len(texts))}
    read_back = shown(make_xls(Sheet("表", cells), cut_at=cut_at))
    assert {n: read_back.get(f"A{n + 1}", "") for n in range(len(texts))} == dict(enumerate(texts))


# --- another reader --------------------------------------------------------------------------------

_CELLS = st.dictionaries(
    st.tuples(st.integers(0, 40), st.integers(0, 20)),
    st.one_of(st.integers(-(10**12), 10**12), st.booleans(), st.text("统计表abc", min_size=1, max_size=5)),
    min_size=2,
    max_size=25,
)


@given(_CELLS)
def test_cells_are_those_that_another_library_reads(cells: dict[At, Value]) -> None:
    stream = make_xls(Sheet("表", cells))
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(stream)).get_sheet_by_index(0)
    expected = {}
    for row, line in enumerate(theirs.to_python(skip_empty_area=False)):
        for column, value in enumerate(line):
            if value != "":
                text = (
                    str(value).upper()
                    if isinstance(value, bool)
                    else f"{value:.0f}"
                    if isinstance(value, float)
                    else value
                )
                expected[a1(row + 1, column + 1)] = str(text)
    assert shown(stream) == expected


def test_every_cell_of_a_real_file_is_that_of_another_library(shared: Path) -> None:
    path = shared / "samples/yushan/e_stats.xls"
    book = CalamineWorkbook.from_path(str(path))
    found = document(path.read_bytes())
    tables = [b for b in found.blocks if isinstance(b, Table)]
    assert [t.caption for t in tables] == ["统计表", "说明"]
    for table in tables:
        rows = book.get_sheet_by_name(table.caption).to_python(skip_empty_area=False)
        seen = 0
        for cell in table.cells:
            assert isinstance(cell.place, SheetCell)
            letters, digits = re.fullmatch(r"([A-Z])(\d+)", cell.place.cell).groups()  # type: ignore[union-attr]
            value = rows[int(digits) - 1][ord(letters) - 65]
            assert cell.text == (f"{value:g}" if isinstance(value, float) else str(value)), cell.place
            seen += bool(cell.text)
        assert seen == sum(value != "" for row in rows for value in row)


# --- damage and malice -----------------------------------------------------------------------------

_PLAIN_CELLS: dict[At, Value] = {
    (0, 0): "统计指标",
    (0, 1): "数",
    (1, 0): "收到",
    (1, 1): 3,
    (2, 0): "费用",
    (2, 1): 0.25,
}
_PLAIN = make_xls(Sheet("表", _PLAIN_CELLS, merged=[(0, 0, 0, 0)]))


def _refused(data: bytes) -> str:
    begun = time.process_time()
    with pytest.raises(Refusal) as refusal:
        read_xls("a.xls", data, "")
    assert time.process_time() - begun < 5
    return refusal.value.reason


@pytest.mark.parametrize("at", [(0, 256), (0, 65_535), (65_535, 65_535)])
def test_a_cell_outside_any_sheet(at: At) -> None:
    assert "损坏" in _refused(make_xls(Sheet("表", {(0, 0): 1, at: 2})))


def test_a_cell_at_the_far_corner() -> None:
    found = shown(make_xls(Sheet("表", {(0, 0): 1, (65_535, 255): 2}, merged=[(0, 65_534, 0, 254)])))
    assert found == {"A1": "1", "IV65536": "2"}


def test_an_encrypted_workbook_says_so() -> None:
    assert "加密" in _refused(make_xls(Sheet("表", _PLAIN_CELLS), before=record(0x2F, bytes(6))))


@pytest.mark.parametrize("first", [record(0x09, bytes(4)), record(0x809, struct.pack("<HH", 0x200, 5)), b""])
def test_what_is_older_or_no_workbook(first: bytes) -> None:
    assert re.search("更早|没有内容", _refused(make_ole({"Workbook": first + bytes(100)})))


def test_a_workbook_without_content_is_unread() -> None:
    assert "没有内容" in _refused(make_xls(Sheet("表", {})))


def test_tables_of_strings_that_announce_too_much() -> None:
    for count in (7, 0x7FFFFFFF, 0xFFFFFFFF):
        stream = make_stream(Sheet("表", _PLAIN_CELLS))
        at = stream.index(struct.pack("<HH", 0xFC, len(stream))[:2]) + 4 + 4
        assert "损坏" in _refused(make_ole({"Workbook": stream[:at] + struct.pack("<I", count) + stream[at + 4 :]}))


def test_a_text_that_is_not_in_the_table() -> None:
    more = record(0xFD, struct.pack("<HHHI", 3, 0, 0, 99))
    assert "损坏" in _refused(make_xls(Sheet("表", _PLAIN_CELLS, more=more)))


def test_sheets_that_begin_outside_or_within_others() -> None:
    stream = make_stream(Sheet("表", _PLAIN_CELLS))
    at = stream.index(struct.pack("<H", 0x85)) + 4
    for begin in (0xFFFFFFFF, len(stream), 3):
        assert "损坏" in _refused(make_ole({"Workbook": stream[:at] + struct.pack("<I", begin) + stream[at + 4 :]}))


def test_a_stream_cut_within_a_sheet_is_not_half_read() -> None:
    stream = make_stream(Sheet("表", {(n, k): n for n in range(400) for k in range(2)}))
    assert len(stream) > 8192
    for end in (5000, len(stream) - 10, len(stream) - 4):
        data = make_ole({"Workbook": stream})
        size = data.index("Workbook".encode("utf-16-le")) + 120
        assert "损坏" in _refused(data[:size] + struct.pack("<I", end) + data[size + 4 :])


def _many(count: int, *, apart: int) -> bytes:
    """A workbook of so many sheets, each beginning some records' bytes after the last within the same bytes."""
    bof = record(0x809, struct.pack("<HHHH", 0x600, 0x10, 0, 0))
    inner = (bof + record(0x0A)) * count + record(0x203, struct.pack("<HHHd", 1, 1, 0, 9)) * 60_000
    stream = make_stream(Sheet("表", {}, more=inner))
    at = stream.index(struct.pack("<H", 0x85))
    one = stream[at : at + 4 + int.from_bytes(stream[at + 2 : at + 4], "little")]
    begin = struct.unpack_from("<I", one, 4)[0] + (count - 1) * len(one)
    many = b"".join(one[:4] + struct.pack("<I", begin + n * apart) + one[8:] for n in range(count))
    return make_ole({"Workbook": stream[:at] + many + stream[at + len(one) :]})


def test_many_sheets_that_share_their_bytes() -> None:
    assert "损坏" in _refused(_many(500, apart=0))
    _refused(_many(500, apart=16))


def test_sheets_that_overlap_cost_a_bounded_number_of_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls, "_MOST_STEPS", 5_000)
    assert shown(_PLAIN)
    assert "损坏" in _refused(make_xls(Sheet("表", {(n, 0): 1 for n in range(3_000)})))


@pytest.mark.parametrize("seed", range(8))
def test_random_damage_ends_as_a_workbook_or_a_refusal(seed: int) -> None:
    grains = random.Random(seed)
    for _ in range(60):
        data = bytearray(_PLAIN)
        for _ in range(grains.choice((1, 2, 8, 64))):
            data[grains.randrange(len(data))] = grains.choice((0, 1, 0x7F, 0x80, 0xFF, grains.randrange(256)))
        reason = None
        try:
            read_xls("a.xls", bytes(data[: grains.choice((len(data), grains.randrange(len(data))))]), "")
        except Refusal as refusal:
            reason = refusal.reason
        assert reason is None or re.search("[\u4e00-\u9fff]{4}", reason)


def test_an_et_file_of_wps_is_the_same() -> None:
    found = read("a.et", _PLAIN)
    assert isinstance(found, Document)
    assert (found.kind, found.reader) == ("xls", "xls")
    assert isinstance(read("a.xls", _PLAIN[:3000]), Unread)
