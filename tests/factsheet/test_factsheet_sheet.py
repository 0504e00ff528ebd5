"""The sheet that is written, and what is read back of it: every value with care, every mistake with its cell."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from factsheet_sheets import filled, listed
from hypothesis import given
from hypothesis import strategies as st

from auditor.factsheet import heads
from auditor.factsheet.pictures import View
from auditor.factsheet.rows import Row
from auditor.factsheet.sheet import Entry, SheetError, Sheets, _read, read_sheet
from auditor.factsheet.weighing import weighed
from auditor.factsheet.workbook import render
from auditor.form import FormCell
from auditor.model import Fact, Number, State, Typed
from auditor.rulebook import Rulebook

DAY = dt.date(2026, 4, 8)
SHA = "a" * 64
ROW = Row(
    "柳林镇", 2023, "甲.pdf", SHA, SHA, "t3.new.natural", "本年新收.自然人", "表三", "件", "空白", "为什么", "第2页"
)
MONEY_ROW = replace(ROW, fact="", name="", measure="元")
WORDS = View("甲｜【1 2】｜丙")


def cell_of(book: Rulebook, id: str) -> FormCell:
    return next(form.cells[id] for form in book.lexicon.forms if id in form.cells)


def money(book: Rulebook) -> FormCell:
    return next(c for form in book.lexicon.forms for c in form.cells.values() if c.decimal)


def entered(
    book: Rulebook, folder: Path, *fills: Mapping[str, Any], rows: tuple[Row, ...] = (), by: str = ""
) -> Sheets:
    """What comes back of a sheet of so many rows, filled in so."""
    given = rows or (ROW,) * len(fills)
    (folder / "录入单.xlsx").write_bytes(render(given, [WORDS] * len(given)))
    path = filled(folder / "录入单.xlsx", folder / "填好.xlsx", dict(enumerate(fills, 1)))
    return read_sheet(path, book.lexicon.forms, by, DAY)


# --- written -----------------------------------------------------------------------------------------


def test_the_sheet_is_made_for_filling_in() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render((ROW, ROW), [WORDS, WORDS])))
    assert book.sheetnames == [heads.SHEET, "填写说明"]
    sheet = book[heads.SHEET]
    (offer,) = sheet.data_validations.dataValidation
    assert offer.formula1 == '"数值,空白,/,文字,看不清"' and str(offer.sqref) == "K3:K4"
    assert sheet.freeze_panes == "A3" and sheet.print_title_rows == "$2:$2"
    hidden = {
        name for name, column in zip(heads.HEADS, sheet.column_dimensions.values(), strict=False) if column.hidden
    }
    assert hidden <= {heads.FACT, heads.KEY}
    assert sheet["L3"].number_format == "@", "what is typed stays as it is typed"


def test_pictures_stand_in_their_rows() -> None:
    from test_factsheet_pictures import blotted

    from auditor.factsheet.pictures import Views
    from auditor.model import PageBox

    with Views() as views:
        view = views.of("一.pdf", blotted(), [PageBox(1, (300.0, 400.0, 330.0, 412.0))])[0]
    sheet = openpyxl.load_workbook(io.BytesIO(render((ROW, ROW, ROW), [WORDS, view, view])))[heads.SHEET]
    images = sheet._images
    assert [image.anchor._from.row for image in images] == [3, 4]
    assert {image.anchor._from.col for image in images} == {list(heads.HEADS).index(heads.PICTURE)}
    assert all(sheet.row_dimensions[row].height >= 30 for row in (4, 5))


def test_equal_rows_give_the_same_bytes() -> None:
    assert render((ROW,), [WORDS]) == render((ROW,), [WORDS])


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "http://a.example/", "\x07控制\u202e符"])
def test_words_stay_words(words: str) -> None:
    row = replace(ROW, unit=words, source=words, found=words, why=words)
    sheet = openpyxl.load_workbook(io.BytesIO(render((row,), [View(words)])))[heads.SHEET]
    cells = [
        sheet.cell(3, list(heads.HEADS).index(name) + 1) for name in (heads.UNIT, heads.FOUND, heads.WHY, heads.PICTURE)
    ]
    assert {cell.data_type for cell in cells} == {"s"} and not any(cell.hyperlink for cell in cells)


def test_what_was_typed_before_stands_there() -> None:
    rows = [
        replace(ROW, typed=Typed(State.NUMBER, 12, "１２", "张三", DAY), note="看得清"),
        replace(ROW, typed=Typed(State.BLANK, None, "", "张三", DAY)),
        replace(ROW, typed=Typed(State.NA, None, "/", "张三", DAY)),
        replace(ROW, typed=Typed(State.UNREADABLE, None, "", "张三", None)),
    ]
    shown = listed(render(rows, [WORDS] * 4))
    assert [row[heads.STATE] for row in shown] == ["数值", "空白", "/", "看不清"]
    assert [row[heads.VALUE] for row in shown] == ["１２", None, None, None]
    assert (shown[0][heads.BY], shown[0][heads.NOTE]) == ("张三", "看得清")


def test_an_empty_sheet_says_so() -> None:
    assert listed(render((), []))[0]["序号"] == "没有需要人工核对的数据"


# --- read back ---------------------------------------------------------------------------------------

SAID = {"录入人": "张三", "录入日期": "2026-04-07"}


@pytest.mark.parametrize(
    ("state", "value", "wanted"),
    [
        (None, 12, (State.NUMBER, 12, "12")),
        (None, "12", (State.NUMBER, 12, "12")),
        ("数值", "１，２３４", (State.NUMBER, 1234, "１，２３４")),
        ("数值", "1,234件", (State.NUMBER, 1234, "1,234件")),
        ("数值", "零", (State.NUMBER, 0, "零")),
        ("数值", 0, (State.NUMBER, 0, "0")),
        (None, "42.5", (State.NUMBER, Decimal("42.5"), "42.5")),
        (None, "-3", (State.NUMBER, -3, "-3")),
        (None, "/", (State.NA, None, "/")),
        (None, "无", (State.NA, None, "无")),
        (None, "空白", (State.BLANK, None, "")),
        (None, "看不清", (State.UNREADABLE, None, "")),
        ("空白", None, (State.BLANK, None, "")),
        ("“/”", None, (State.NA, None, "/")),
        ("/", "—", (State.NA, None, "—")),
        ("看不清", None, (State.UNREADABLE, None, "")),
        ("文字", "见附表", (State.TEXT, None, "见附表")),
    ],
)
def test_values_are_read_as_a_reports_own(
    book: Rulebook, tmp_path: Path, state: str | None, value: object, wanted: tuple[State, Number | None, str]
) -> None:
    (entry,) = entered(book, tmp_path, {**SAID, "状态": state, "录入值": value}).entries
    assert (entry.typed.state, entry.typed.value, entry.typed.raw) == wanted
    assert (entry.key, entry.fact, entry.typed.by, entry.typed.on) == (SHA, ROW.fact, "张三", dt.date(2026, 4, 7))


@pytest.mark.parametrize(
    ("fills", "place", "words"),
    [
        ({"状态": "空白", "录入值": 0}, "L3", "请删去"),
        ({"状态": "看不清", "录入值": "5"}, "L3", "请删去"),
        ({"状态": "/", "录入值": "5"}, "L3", "请删去"),
        ({"状态": "数值"}, "L3", "没有写录入值"),
        ({"状态": "数值", "录入值": "见附表"}, "L3", "不是数字"),
        ({"录入值": "1 2"}, "L3", "不是数字"),
        ({"录入值": "一"}, "L3", "不是数字"),
        ({"录入值": "12元"}, "L3", "不是数字"),
        ({"状态": "文字", "录入值": "12"}, "L3", "不是文字"),
        ({"状态": "文字"}, "L3", "没有写是什么文字"),
        ({"状态": "数植", "录入值": "5"}, "L3", "数值"),
        ({"录入值": "5", "录入日期": "昨天"}, "N3", "不是日期"),
        ({"录入值": "5", "录入人": None}, "M3", "--by"),
        ({"录入值": "5", "文件校验值": "abc"}, "Q3", "校验值"),
        ({"录入值": "5", "指标编号": "t3.new.naturel"}, "P3", "t3.new.natural"),
        ({"录入值": "5", "指标": "本年新收.总计"}, "F3", "只排序了部分列"),
    ],
)
def test_mistakes_are_told_with_their_cell(
    book: Rulebook, tmp_path: Path, fills: dict[str, object], place: str, words: str
) -> None:
    read = entered(book, tmp_path, {**SAID, **fills})
    assert read.entries == () and len(read.mistakes) == 1
    assert f"工作表“{heads.SHEET}”{place}：" in read.mistakes[0] and words in read.mistakes[0]


def test_all_mistakes_at_once_and_untouched_rows_pass(book: Rulebook, tmp_path: Path) -> None:
    read = entered(book, tmp_path, {"录入值": "x"}, {}, {"备注": "以后再看"}, {"状态": "空白"}, by="李四")
    assert len(read.mistakes) == 1 and [entry.typed.by for entry in read.entries] == ["李四"]
    assert [entry.typed.on for entry in read.entries] == [DAY]


def test_two_rows_that_differ_are_a_mistake(book: Rulebook, tmp_path: Path) -> None:
    read = entered(book, tmp_path, {"录入值": 5}, {"录入值": "５"}, {"录入值": 6}, by="李四")
    (mistake,) = read.mistakes
    assert "L5：" in mistake and "L3" in mistake and "“6”" in mistake and "“5”" in mistake


@pytest.mark.parametrize(
    ("measure", "typed", "value", "raw"),
    [
        ("元", "251000", Decimal("25.1"), "251000元"),
        ("元", "251,000元", Decimal("25.1"), "251,000元"),
        ("千元", "30", 3, "30千元"),
        ("万元", "25.10", Decimal("25.1"), "25.10"),
        ("", "25.1", Decimal("25.1"), "25.1"),
    ],
)
def test_money_is_converted_into_the_forms_unit(
    book: Rulebook, tmp_path: Path, measure: str, typed: str, value: Number, raw: str
) -> None:
    cell = money(book)
    row = replace(ROW, fact=cell.id, name=cell.name, measure=measure)
    (entry,) = entered(book, tmp_path, {"录入值": typed}, rows=(row,), by="李四").entries
    assert (entry.typed.value, entry.typed.raw) == (value, raw)


def test_what_is_no_fact_sheet_is_refused(book: Rulebook, tmp_path: Path) -> None:
    for name, data in (("一.xlsx", b"no workbook"), ("二.xlsx", b"<html><body><p>x</p></body></html>")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SheetError, match=name):
            read_sheet(tmp_path / name, book.lexicon.forms, "", DAY)
    with pytest.raises(SheetError, match="打不开"):
        read_sheet(tmp_path / "没有.xlsx", book.lexicon.forms, "", DAY)


@given(st.integers(-(10**9), 10**12), st.sampled_from(["plain", "commas", "wide", "unit"]))
def test_numbers_come_back_in_every_writing(book: Rulebook, number: int, writing: str) -> None:
    shown = {"plain": f"{number}", "commas": f"{number:,}", "unit": f"{number}件"}.get(writing, f"{number:,}")
    if writing == "wide":
        shown = shown.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789,-"})
    assert _read("", shown, "件", cell_of(book, "t3.new.natural")) == (State.NUMBER, number, shown)


@given(st.text(max_size=12), st.sampled_from([*heads.STATES, "", "别的"]))
def test_a_blank_is_never_made_a_number(book: Rulebook, raw: str, state: str) -> None:
    found = _read(state, raw, "件", cell_of(book, "t3.new.natural"))
    if not isinstance(found, str) and found[0] is State.NUMBER:
        assert found[1] is not None and any(c.isnumeric() or c in "零○〇" for c in raw)
    if state in ("空白", "看不清", "/", "文字") and not isinstance(found, str):
        assert found[1] is None


# --- weighed -----------------------------------------------------------------------------------------


def entry(value: Number | None, state: State = State.NUMBER, by: str = "李四") -> Entry:
    typed = Typed(state, value, "" if value is None else str(value), by, DAY)
    return Entry(SHA, ROW.fact, typed, "", "录入单.xlsx 工作表“存疑数据”L3", ROW.name, "柳林镇", "2023", "甲.pdf")


BEFORE = {SHA: {ROW.fact: Typed(State.NUMBER, 10, "10", "张三", dt.date(2026, 4, 1))}}


def test_what_is_known_adds_nothing() -> None:
    found = weighed([entry(10), entry(10)], BEFORE)
    assert (found.new, found.known, found.conflicts) == ((), 2, ())


def test_a_contradiction_is_shown_with_both() -> None:
    found = weighed([entry(12)], BEFORE)
    assert found.new == () and found.conflicts == (
        "录入单.xlsx 工作表“存疑数据”L3：柳林镇 2023年度“本年新收.自然人”录入为“12”，以前录入为“10”（张三，2026-04-01）",
    )
    changed = weighed([entry(12)], BEFORE, change=True)
    assert changed.new == changed.changed == (entry(12),) and not changed.conflicts
    assert weighed([entry(None, State.BLANK)], BEFORE).conflicts, "a blank is another word than 10"


def test_what_a_file_says_for_certain_is_not_overwritten() -> None:
    certain = Fact(ROW.fact, ROW.name, State.NUMBER, 5, "5")
    found = weighed([entry(12)], {}, {(SHA, ROW.fact): certain})
    assert found.new == () and "写得清楚（5）" in found.mistakes[0]
    unsure = replace(certain, state=State.UNREADABLE, value=None)
    assert weighed([entry(12)], {}, {(SHA, ROW.fact): unsure}).new == (entry(12),)
