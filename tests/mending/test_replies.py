"""The reply sheet: written twice the same, read back to the letter, every mistake with its cell; rulings; the 核实期."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from posting import filled

from auditor.model import Calendar, MendingTerms
from auditor.quarters.mending import mendings
from auditor.quarters.nouns import Issued, Key, Letter, LetterItem, Remembered, Reply, Ruling
from auditor.quarters.replying import Asked, Received, received, ruled
from auditor.quarters.verifying import may_name
from auditor.replysheet import sheets
from auditor.replysheet.sheet import SheetError, read
from auditor.replysheet.workbook import render

UNIT, OTHER = "澄湖县柳汀镇人民政府", "澄湖县双渡镇人民政府"
TODAY = dt.date(2026, 4, 14)
SENT, DEADLINE = dt.date(2026, 4, 8), dt.date(2026, 4, 15)
NUMBERS = ("2026Q1-柳汀镇-01", "2026Q1-柳汀镇-02", "2026Q1-柳汀镇-03")


def item(number: str, unit: str = UNIT, text: str = "相差 3 件", remedy: str = "更正统计表") -> LetterItem:
    key = Key(unit, 2025, f"locus-{number}")
    return LetterItem(key, number, "较重", DEADLINE, "t4-sum", "合计不符", "数据准确", "broken", "c", text, remedy)


LETTER = Letter(5, "2026Q1", UNIT, "通知", "澄政办函〔2026〕3号", SENT, "张三", tuple(map(item, NUMBERS)), "乡镇")
SECOND = Letter(
    6, "2026Q1", OTHER, "通知", "澄政办函〔2026〕3号", SENT, "张三", (item("2026Q1-双渡镇-01", OTHER),), "乡镇"
)
MEMORY = Remembered(letters=(LETTER, SECOND), names={"澄湖县柳汀乡人民政府": UNIT})


def workbook(memory: Remembered = MEMORY, unit: str = UNIT) -> bytes:
    made = {one.unit: one for one in sheets(mendings(memory, {}, {}, TODAY), "2026Q1")}
    return render(made[unit])


BLANK = workbook()
DONE = {"整改情况": "已整改", "整改措施说明": "已更正", "完成日期": dt.datetime(2026, 4, 13), "填报人": "李四"}
LATER = {"整改情况": "申请延期", "整改措施说明": "案卷在馆", "申请延期至": dt.datetime(2026, 4, 30), "填报人": "李四"}
OBJECTION = {"整改情况": "异议", "整改措施说明": "合计另有说明", "填报人": "李四"}


def taken(answers: dict[str, dict[str, Any]], by: str = "", unit: str = "", memory: Remembered = MEMORY) -> Received:
    return received(read("回.xlsx", filled(BLANK, answers, unit)), memory, TODAY, by)


def test_a_sheet_that_nobody_filled_in_says_nothing() -> None:
    assert workbook() == BLANK
    assert read("空.xlsx", BLANK) == ()


def test_answers_come_back_as_they_were_typed() -> None:
    made = taken(
        {
            NUMBERS[0]: {**DONE, "整改后链接": "http://www.example.gov.cn/1.html"},
            NUMBERS[1]: LATER,
            NUMBERS[2]: OBJECTION,
        }
    )
    assert made.mistakes == ()
    assert [(r.number, r.word, r.on, r.until, r.by, r.received) for r in made.replies] == [
        (NUMBERS[0], "已整改", dt.date(2026, 4, 13), None, "李四", TODAY),
        (NUMBERS[1], "申请延期", None, dt.date(2026, 4, 30), "李四", TODAY),
        (NUMBERS[2], "异议", None, None, "李四", TODAY),
    ]
    assert made.replies[0].source == "回.xlsx 工作表“整改情况反馈表”H5"
    assert made.replies[0].key == LETTER.items[0].key


SIGNS = ("=1+1", "+86", "-3", "@张三", '=HYPERLINK("http://x")', "'=A1", "\t=1", "正常")


@given(
    st.one_of(st.sampled_from(SIGNS), st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=("Cs", "Co", "Cn")), min_size=1, max_size=60))
)  # fmt: skip
@settings(max_examples=15, deadline=None)
def test_words_in_letters_and_answers_stay_words(text: str) -> None:
    letter = replace(LETTER, items=(item(NUMBERS[0], text=text, remedy=text),))
    data = workbook(Remembered(letters=(letter,)))
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for row in book.worksheets[0].iter_rows(min_row=5, max_row=5) for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    book.close()
    typed = text.strip()
    if not typed:
        return
    rows = read("回.xlsx", filled(data, {NUMBERS[0]: {**DONE, "整改措施说明": typed}}))
    assert [row.text for row in rows] == [typed.replace("\r", "\n")]


# what is filled in -> the cell and the words
MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"整改措施说明": "已更正", "填报人": "李四"}, "H5", "没有选择整改情况"),
    ({**DONE, "整改情况": "已整該"}, "H5", "是否为“已整改”？"),
    ({**DONE, "整改措施说明": ""}, "I5", "须写明怎样整改"),
    ({**DONE, "整改措施说明": "改" * 2001}, "I5", "超过 2000 字"),
    ({**DONE, "完成日期": None}, "K5", "须写明完成日期"),
    ({**DONE, "完成日期": dt.datetime(2026, 4, 15)}, "K5", "完成日期 2026-04-15 还没有到（今天是 2026-04-14）"),
    ({**DONE, "完成日期": "上周"}, "K5", "完成日期“上周”不是日期"),
    ({**DONE, "完成日期": "2026年4月"}, "K5", "不是日期"),
    ({**DONE, "填报人": ""}, "M5", "没有写填报人"),
    ({**DONE, "申请延期至": dt.datetime(2026, 4, 30)}, "L5", "不填申请延期至"),
    ({**DONE, "编号": "2026Q1-柳汀镇-09"}, "B5", "没有在任何一次发函中列出，是否为"),
    ({**DONE, "编号": "2026Q1-双渡镇-01"}, "B5", "是“澄湖县双渡镇人民政府”的问题"),
    ({**DONE, "编号": None}, "B5", "没有填写编号"),
    ({"整改情况": "部分整改", "填报人": "李四"}, "I5", "已改什么、还差什么"),
    ({**LATER, "申请延期至": None}, "L5", "须写明申请延期至哪一天"),
    ({**LATER, "申请延期至": dt.datetime(2026, 4, 15)}, "L5", "没有超过原定期限 2026-04-15"),
    ({**LATER, "申请延期至": dt.datetime(2026, 4, 13)}, "L5", "这一天已经过去"),
    ({**LATER, "申请延期至": "月底"}, "L5", "不是日期"),
    ({**LATER, "整改措施说明": ""}, "I5", "申请延期的理由"),
    ({**OBJECTION, "整改措施说明": " "}, "I5", "异议的理由"),
    ({**OBJECTION, "完成日期": dt.datetime(2026, 4, 13)}, "K5", "不填完成日期"),
]


@pytest.mark.parametrize(("answer", "cell", "words"), MISTAKES)
def test_every_mistake_is_told_with_its_cell_and_nothing_is_taken(
    answer: dict[str, Any], cell: str, words: str
) -> None:
    made = taken({NUMBERS[0]: answer, NUMBERS[1]: LATER})
    assert made.replies == ()
    assert len(made.mistakes) == 1, made.mistakes
    assert made.mistakes[0].startswith(f"回.xlsx 工作表“整改情况反馈表”{cell}："), made.mistakes
    assert words in made.mistakes[0]


def test_all_mistakes_are_told_at_once() -> None:
    made = taken({NUMBERS[0]: {**DONE, "填报人": ""}, NUMBERS[1]: {**LATER, "申请延期至": None}})
    assert [one.split("”")[1].split("：")[0] for one in made.mistakes] == ["M5", "L6"]


def test_a_sheet_belongs_to_the_unit_that_it_names() -> None:
    assert taken({NUMBERS[0]: DONE}, unit="澄湖县柳汀乡人民政府").mistakes == (), "a former name"
    assert "不能在“澄湖县双渡镇人民政府”的反馈表中答复" in taken({NUMBERS[0]: DONE}, unit=OTHER).mistakes[0]
    assert "没有写明填报单位" in taken({NUMBERS[0]: DONE}, unit=" ").mistakes[0]


def test_who_enters_may_stand_in_for_who_filled_in() -> None:
    assert taken({NUMBERS[0]: {**DONE, "填报人": ""}}, by="张三").replies[0].by == "张三"


def test_one_finding_has_one_answer() -> None:
    rows = [
        *read("一.xlsx", filled(BLANK, {NUMBERS[0]: DONE})),
        *read("二.xlsx", filled(BLANK, {NUMBERS[0]: OBJECTION})),
    ]
    made = received(rows, MEMORY, TODAY)
    assert made.mistakes == (
        f"二.xlsx 工作表“整改情况反馈表”H5：{NUMBERS[0]} 有两个不同的答复，另一个在 一.xlsx 工作表“整改情况反馈表”H5，请只留一个",
    )
    twice = received([*rows[:1], *rows[:1]], MEMORY, TODAY)
    assert len(twice.replies) == 1


def test_an_answer_that_was_entered_is_not_entered_again() -> None:
    first = taken({NUMBERS[0]: DONE, NUMBERS[1]: LATER})
    memory = replace(MEMORY, replies=tuple(replace(reply, entry=7) for reply in first.replies))
    again = taken({NUMBERS[0]: DONE, NUMBERS[1]: LATER, NUMBERS[2]: OBJECTION}, memory=memory)
    assert ([reply.number for reply in again.replies], again.same) == ([NUMBERS[2]], 2)
    changed = taken({NUMBERS[0]: {**DONE, "整改措施说明": "已更正并重新公布"}}, memory=memory)
    assert [reply.number for reply in changed.replies] == [NUMBERS[0]]


def test_columns_may_be_moved_and_others_added() -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(BLANK, {NUMBERS[0]: DONE})))
    sheet = book.worksheets[0]
    sheet.insert_cols(3)
    sheet.cell(4, 3).value = "本镇备注"
    sheet.cell(5, 3).value = "已报镇长"
    sheet.cell(2, 3).value, sheet.cell(2, 4).value = UNIT, None
    out = io.BytesIO()
    book.save(out)
    book.close()
    (row,) = read("回.xlsx", out.getvalue())
    assert (row.number, row.word, row.place("整改情况")) == (NUMBERS[0], "已整改", "回.xlsx 工作表“整改情况反馈表”I5")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", "编号,整改情况".encode(), "<html>编号 整改情况</html>".encode()])
def test_what_is_no_reply_sheet_is_refused(data: bytes) -> None:
    with pytest.raises(SheetError) as error:
        read("坏.xlsx", data)
    assert "坏.xlsx" in str(error.value)


# --- rulings -----------------------------------------------------------------------------------------

REPLY = Reply(7, LETTER.items[0].key, NUMBERS[0], "异议", "另有说明", None, received=dt.date(2026, 4, 13))
WAITS = Reply(
    7, LETTER.items[1].key, NUMBERS[1], "申请延期", "在馆", None, dt.date(2026, 4, 30), received=dt.date(2026, 4, 13)
)
DISPUTED = replace(MEMORY, replies=(REPLY, WAITS))
ISSUED = Issued(9, "2026Q1", UNIT, 2025, Decimal(90), "优秀", 1, TODAY)


def asked(number: int, word: str, until: str = "", paper: str = "") -> Asked:
    day = dt.date.fromisoformat(until) if until else None
    return Asked(NUMBERS[number], word, "张三", "已核", TODAY, day, paper)


# (what is asked, issued or not: refusal, or ruling word, until, whether it dismisses)
RULINGS: list[tuple[Asked, bool, str | tuple[str, str | None, bool]]] = [
    (asked(0, "维持"), False, ("维持", None, False)),
    (asked(0, "维持", "2026-04-20"), False, ("维持", "2026-04-20", False)),
    (asked(0, "维持", "2026-04-10"), False, "已经过去"),
    (asked(0, "撤回"), False, ("撤回", None, True)),
    (asked(0, "撤回"), True, "须写明更正的文号"),
    (asked(0, "撤回", paper="更正1号"), True, ("撤回", None, True)),
    (asked(0, "撤回", "2026-04-20"), False, "不写 --until"),
    (asked(0, "同意"), False, "没有待处理的申请延期"),
    (asked(1, "同意"), False, ("同意", "2026-04-30", False)),
    (asked(1, "同意", "2026-04-22"), False, ("同意", "2026-04-22", False)),
    (asked(1, "同意", "2026-04-15"), False, "没有超过原定期限"),
    (asked(1, "不同意"), False, ("不同意", None, False)),
    (asked(1, "维持"), False, "没有待处理的异议"),
    (asked(2, "维持"), False, "没有待处理的异议"),
    (asked(0, "驳回"), False, "应为维持、撤回、同意、不同意之一"),
]


@pytest.mark.parametrize(("what", "issued", "expected"), RULINGS)
def test_a_ruling_ends_what_waits(what: Asked, issued: bool, expected: str | tuple[str, str | None, bool]) -> None:
    made = ruled(what, replace(DISPUTED, issued=(ISSUED,) if issued else ()))
    if isinstance(expected, str):
        assert made.ruling is None
        assert expected in made.refusal
        return
    assert made.ruling is not None
    until = made.ruling.until.isoformat() if made.ruling.until else None
    assert (made.ruling.word, until, made.dismisses) == expected
    assert bool(made.hint) is (issued and expected[2])


def test_what_was_ruled_on_waits_no_more() -> None:
    ruling = Ruling(8, 7, REPLY.key, "维持", "已核", "张三", TODAY)
    memory = replace(DISPUTED, rulings=(ruling,))
    assert "没有待处理的异议" in ruled(asked(0, "维持"), memory).refusal
    again = replace(memory, replies=(*memory.replies, replace(REPLY, entry=9)))
    assert ruled(asked(0, "维持"), again).ruling is not None, "a second 异议"


# --- 核实期 --------------------------------------------------------------------------------------------

CALENDAR = Calendar(frozenset({2026}), frozenset(), frozenset())
FINDINGS = [(one.key, one.number) for one in LETTER.items]

# (what is remembered, day: what stands against naming the unit)
NAMINGS: list[tuple[Remembered, str, list[str]]] = [
    (MEMORY, "2026-04-07", ["有 3 个问题还没有发函告知"]),
    (MEMORY, "2026-04-08", ["2026-04-08 发函，核实期到 2026-04-15 为止"]),
    (MEMORY, "2026-04-15", ["核实期到 2026-04-15 为止"]),
    (MEMORY, "2026-04-16", []),
    (DISPUTED, "2026-04-12", ["核实期到 2026-04-15 为止"]),
    (DISPUTED, "2026-04-16", [f"有 1 个异议还没有处理：{NUMBERS[0]}"]),
    (replace(DISPUTED, rulings=(Ruling(8, 7, REPLY.key, "维持", "已核", "张三", dt.date(2026, 4, 17)),)), "2026-04-16", ["异议还没有处理"]),
    (replace(DISPUTED, rulings=(Ruling(8, 7, REPLY.key, "维持", "已核", "张三", dt.date(2026, 4, 17)),)), "2026-04-17", []),
    (replace(MEMORY, letters=(replace(LETTER, items=LETTER.items[:2]),)), "2026-04-16", [f"有 1 个问题还没有发函告知：{NUMBERS[2]}"]),
    (replace(MEMORY, letters=(replace(LETTER, sent=dt.date(2026, 12, 29)),)), "2026-12-30", ["2027年放假安排尚未录入"]),
]  # fmt: skip


@pytest.mark.parametrize(("memory", "day", "hindrances"), NAMINGS)
def test_a_unit_is_named_only_after_it_could_answer(memory: Remembered, day: str, hindrances: list[str]) -> None:
    (found,) = may_name(FINDINGS, memory, MendingTerms(), CALENDAR, dt.date.fromisoformat(day))
    assert found.may is not bool(hindrances)
    assert len(found.hindrances) == len(hindrances), found.hindrances
    for said, words in zip(found.hindrances, hindrances, strict=True):
        assert words in said
