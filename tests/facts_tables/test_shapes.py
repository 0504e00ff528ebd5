"""Tables as offices make them: merged, split, widened, shifted, doubled; a number is right or it is not given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from auditor.facts.tables import TablesRead, read_tables
from auditor.model import Block, State

from .conftest import FORMS
from .render import (
    Box,
    below,
    block,
    document,
    paragraph,
    table_a,
    table_four,
    table_three,
    table_two,
    tables,
    without_rows,
)


def numbered(letter: str) -> dict[str, str]:
    """A different number for every cell."""
    return {id: str(1001 + n) for n, id in enumerate(FORMS[letter].cells)}


A, B, C = numbered("A"), numbered("B"), numbered("C")
VALUES = {"A": A, "B": B, "C": C}


def grids(letter: str) -> list[list[Box]]:
    return tables(FORMS[letter], VALUES[letter].__getitem__)


def read_blocks(*blocks: Block, year: int | None = None) -> TablesRead:
    return read_tables(document(*blocks), tuple(FORMS.values()), year)


def read_grids(*boxes: Sequence[Box], year: int | None = None) -> TablesRead:
    return read_blocks(*map(block, boxes), year=year)


def wrong(result: TablesRead, letter: str) -> list[str]:
    """Cells with a number that is not theirs."""
    return [
        f"{id}: {result.facts[id].value}"
        for id, value in VALUES[letter].items()
        if id in result.facts and result.facts[id].value is not None and str(result.facts[id].value) != value
    ]


def states(result: TablesRead, ids: Sequence[str]) -> set[State]:
    return {result.facts[id].state for id in ids}


def all_right(result: TablesRead, letter: str, but: Sequence[str] = ()) -> bool:
    rest = [id for id in VALUES[letter] if id not in but]
    return not wrong(result, letter) and states(result, rest) == {State.NUMBER}


@pytest.mark.parametrize("letter", "ABC")
def test_plain(letter: str) -> None:
    result = read_grids(*grids(letter))
    assert result.form is FORMS[letter]
    assert all_right(result, letter)
    assert [r.rows_missing + r.columns_missing for r in result.readings] == [()] * len(result.readings)


@pytest.mark.parametrize("letter", "BC")
def test_all_in_one_table(letter: str) -> None:
    result = read_grids(below(*grids(letter)))
    assert result.form is FORMS[letter]
    assert all_right(result, letter)


# --- form A ----------------------------------------------------------------------------------------


def test_without_units_and_without_header() -> None:
    for units in (True, False):
        for header in (True, False):
            result = read_grids(table_a(FORMS["A"], A.__getitem__, units=units, header=header))
            assert all_right(result, "A"), (units, header)
            assert len(result.readings[0].units) == (58 if units else 0)


def test_other_numbering_and_a_column_of_serial_numbers() -> None:
    boxes = [replace(b, column=b.column + 1) for b in table_a(FORMS["A"], A.__getitem__)]
    boxes = [replace(b, text=b.text.replace("、", "．", 1) if b.column == 1 else b.text) for b in boxes]
    boxes += [Box(0, 0, "序号")] + [Box(n, 0, str(n)) for n in range(1, 66)]
    result = read_grids(boxes)
    assert all_right(result, "A")
    assert result.readings[0].rows_extra == ()


def test_among_in_a_cell_of_its_own() -> None:
    boxes = []
    for b in table_a(FORMS["A"], A.__getitem__):
        column = b.column + (b.column > 0)
        if b.column == 0 and b.text.startswith("其中："):
            boxes += [Box(b.row, 0, "其中："), Box(b.row, 1, b.text.removeprefix("其中："))]
        elif b.column == 0:
            boxes.append(replace(b, column_span=2))
        else:
            boxes.append(replace(b, column=column))
    assert all_right(read_grids(boxes), "A")


def test_headings_over_their_rows_at_the_left() -> None:
    """一、主动公开情况 as a cell over the rows below it, and repeated in each of them by an exporting program."""
    form = FORMS["A"]
    plain = table_a(form, A.__getitem__)
    row_of = {line.key: 1 + n for n, line in enumerate(form.tables[0].rows)}
    headings = [line for line in form.tables[0].rows if line.heading and len(line.number) == 1]
    kept = without_rows([replace(b, column=b.column + 1) for b in plain], {row_of[h.key] for h in headings})
    for repeated in (False, True):
        boxes = list(kept)
        for n, heading in enumerate(headings):
            first = row_of[heading.key] - n
            number = "一二三四五六七八九".index(heading.number)
            later = [r for r in form.tables[0].rows if r.number == "一二三四五六七八九x"[number + 1]]
            last = row_of[later[0].key] - sum(row_of[h.key] < row_of[later[0].key] for h in headings) if later else 62
            text = f"{heading.number}、{heading.label}"
            if repeated:
                boxes += [Box(r, 0, text) for r in range(first, last)]
            else:
                boxes.append(Box(first, 0, text, last - first, 1))
        filled = {b.row for b in boxes if b.column == 0}
        boxes += [Box(r, 0, "") for r in range(62) if r not in filled]
        result = read_grids(boxes)
        assert all_right(result, "A"), repeated
        assert result.readings[0].rows_extra == ()


def test_rows_of_a_province_are_extra_and_never_facts() -> None:
    form = FORMS["A"]
    at = 1 + [r.key for r in form.tables[0].rows].index("channel.gazette")
    boxes = [replace(b, row=b.row + 2 * (b.row >= at)) for b in table_a(form, A.__getitem__)]
    for n, text in enumerate(["财政预决算、“三公”经费和行政经费信息", "应急管理信息"]):
        boxes += [Box(at + n, 0, text), Box(at + n, 1, "条"), Box(at + n, 2, str(77 + n))]
    result = read_grids(boxes)
    assert all_right(result, "A")
    assert [m.text for m in result.readings[0].rows_extra] == ["财政预决算、“三公”经费和行政经费信息", "应急管理信息"]


@pytest.mark.parametrize("key", ["channel.weibo", "review.corrected", "lawsuit.other", "training.attendees"])
def test_a_lost_row_is_absent_and_named(key: str) -> None:
    form = FORMS["A"]
    row = 1 + [r.key for r in form.tables[0].rows].index(key)
    result = read_grids(without_rows(table_a(form, A.__getitem__), {row}))
    assert all_right(result, "A", but=[key])
    assert result.facts[key].state is State.ABSENT
    assert (result.facts[key].place, result.facts[key].note) == (None, "")
    (missing,) = result.readings[0].rows_missing
    assert missing.endswith(form.tables[0].row(key).label)


def test_a_row_that_may_be_two_is_not_given() -> None:
    form = FORMS["A"]
    keys = [r.key for r in form.tables[0].rows]
    lost = ["review.upheld", "review.corrected", "review.other", "lawsuit.total", "lawsuit.upheld", "lawsuit.other"]
    result = read_grids(without_rows(table_a(form, A.__getitem__), {1 + keys.index(k) for k in lost}))
    assert not wrong(result, "A")
    assert states(result, ["review.corrected", "lawsuit.corrected"]) == {State.UNREADABLE}
    assert "不能确定" in result.facts["lawsuit.corrected"].note


def test_several_columns_of_numbers() -> None:
    def with_column(head: str) -> TablesRead:
        boxes = table_a(FORMS["A"], A.__getitem__)
        boxes += [Box(0, 3, head)] + [Box(n, 3, "5") for n in range(1, 66)]
        return read_grids(boxes)

    assert all_right(with_column("备注"), "A")
    assert all_right(with_column("历年累计"), "A")
    boxes = [replace(b, text="区政府") if b.text == "统计数" else b for b in table_a(FORMS["A"], A.__getitem__)]
    boxes += [Box(0, 3, "乡镇街道")] + [Box(n, 3, "5") for n in range(1, 66)]
    result = read_grids(boxes)
    assert states(result, list(A)) == {State.UNREADABLE}
    assert "2 列数据" in result.facts["request.received"].note
    assert result.readings[0].found
    assert not result.readings[0].readable


def test_money_in_another_printed_unit_is_converted_and_said() -> None:
    values = A | {"capacity.budget": "5000", "fee.charged": "0"}
    boxes = table_a(FORMS["A"], values.__getitem__)
    rows = [r.key for r in FORMS["A"].tables[0].rows]
    at = 1 + rows.index("capacity.budget")
    boxes = [replace(b, text="元") if (b.row, b.column) == (at, 1) else b for b in boxes]
    result = read_grids(boxes)
    budget = result.facts["capacity.budget"]
    assert (budget.value, budget.raw, budget.note) == (Decimal("0.5"), "5000", "表中单位为元，已换算为万元")
    assert result.readings[0].units["capacity.budget"].text == "元"
    assert result.facts["fee.charged"].note == ""


def test_other_spellings() -> None:
    spelt = {
        "收到申请数": "受理申请数",
        "网络申请数": "网上填表及电子邮件申请数",
        "政府信息公开工作专门机构数": "专门工作机构数",
        "制发规范性文件总数": "规范性文件制发总数",
        "申请信息不存在数": "信息不存在",
        "主动公开政府信息数（不同渠道和方式公开相同信息计1条）": "主动公开政府信息数",
    }
    boxes = table_a(FORMS["A"], A.__getitem__)
    for official, other in spelt.items():
        boxes = [replace(b, text=b.text.replace(official, other)) if b.column == 0 else b for b in boxes]
    assert all_right(read_grids(boxes), "A")


def test_title_and_signature_rows_inside_the_table() -> None:
    boxes = [replace(b, row=b.row + 2) for b in table_a(FORMS["A"], A.__getitem__)]
    boxes += [Box(0, 0, "政府信息公开情况统计表", 1, 3), Box(1, 0, "填报单位（盖章）：某镇", 1, 3)]
    boxes += [
        Box(68, 0, "单位负责人：甲"),
        Box(68, 1, "审核人：乙"),
        Box(68, 2, "填报人：丙"),
        Box(69, 0, "联系电话："),
    ]
    result = read_grids(boxes)
    assert all_right(result, "A")
    assert result.readings[0].rows_extra == ()
    assert [t.text for t in result.loose] == [
        "政府信息公开情况统计表", "填报单位（盖章）：某镇", "单位负责人：甲", "审核人：乙", "填报人：丙", "联系电话：",
    ]  # fmt: skip


# --- split and doubled -----------------------------------------------------------------------------


@pytest.mark.parametrize("at", [9, 30, 44, 47, 64])
@pytest.mark.parametrize("again", [True, False])
def test_form_a_split_over_pages(at: int, again: bool) -> None:
    boxes = table_a(FORMS["A"], A.__getitem__)
    first = [b for b in boxes if b.row <= at]
    header = [b for b in boxes if b.row == 0] if again else []
    second = header + [replace(b, row=b.row - at - (not again)) for b in boxes if b.row > at]
    result = read_grids(first, second)
    assert all_right(result, "A")
    assert result.used == {0, 1}


@pytest.mark.parametrize("lines", [4, 9, 14, 20])
@pytest.mark.parametrize("again", [True, False])
def test_table_three_split_over_pages(lines: int, again: bool) -> None:
    two, three, four = grids("C")
    cut = 3 + lines
    first = [replace(b, row_span=min(b.row_span, cut - b.row)) for b in three if b.row < cut]
    second = [b for b in three if b.row >= cut]
    # A page break cuts the merged labels: what is left of them is a cell without words.
    second += [replace(b, row=cut, text="", row_span=b.row + b.row_span - cut) for b in three
               if b.row < cut < b.row + b.row_span]  # fmt: skip
    header = [b for b in three if b.row < 3] if again else []
    second = header + [replace(b, row=b.row - cut + (3 if again else 0)) for b in second]
    result = read_grids(two, first, second, four)
    assert all_right(result, "C")
    assert result.used == {0, 1, 2, 3}
    assert result.readings[1].rows_missing == ()


def test_a_label_broken_by_the_page() -> None:
    two, three, four = grids("C")
    row = next(b.row for b in three if b.text == "2.没有现成信息需要另行制作")
    three = [
        replace(b, row=b.row + (b.row > row), row_span=b.row_span + (b.row <= row < b.row + b.row_span - 1))
        for b in three
    ]
    three = [replace(b, text="2.没有现成信息") if b.text.startswith("2.没有现成") else b for b in three]
    three += [Box(row + 1, 2, "需要另行制作"), *(Box(row + 1, 3 + n, "") for n in range(7))]
    result = read_grids(two, three, four)
    assert all_right(result, "C")


def test_a_table_printed_twice() -> None:
    boxes = table_a(FORMS["A"], A.__getitem__)
    same = read_grids(boxes, boxes)
    assert all_right(same, "A")
    other = [replace(b, text="9") if b.column == 2 and b.text in A.values() else b for b in boxes]
    result = read_grids(boxes, other)
    assert states(result, list(A)) == {State.UNREADABLE}
    assert "多次" in result.facts["request.received"].note


def test_a_small_table_of_the_prose_is_no_official_one() -> None:
    boxes = [Box(0, 0, "项目"), Box(0, 1, "数量")]
    for n, (text, value) in enumerate([("收到申请数", "7"), ("申请办结数", "8"), ("行政复议数量", "9")], 1):
        boxes += [Box(n, 0, text), Box(n, 1, value)]
    result = read_grids(boxes, table_a(FORMS["A"], A.__getitem__))
    assert all_right(result, "A")
    assert result.used == {1}
    alone = read_grids(boxes)
    assert (alone.form, alone.used) == (None, frozenset())


# --- forms B and C ---------------------------------------------------------------------------------


def test_rows_of_sums_and_a_column_of_sums_are_extra() -> None:
    two, three, four = grids("C")
    at = next(b.row for b in three if b.text == "1.本机关不掌握相关政府信息")
    three = [
        replace(b, row=b.row + (b.row >= at), row_span=b.row_span + (b.row < at < b.row + b.row_span)) for b in three
    ]
    three += [Box(at, 2, "小计"), *(Box(at, 3 + n, "88") for n in range(7))]
    three = [replace(b, column=b.column + (b.column >= 9), column_span=b.column_span + (b.text in ("法人或其他组织", "申请人情况")))
             for b in three]  # fmt: skip
    three.append(Box(2, 9, "小计"))
    three += [Box(row, 9, "66") for row in {b.row for b in three if b.column == 3 and b.row > 2}]
    result = read_grids(two, three, four)
    assert all_right(result, "C")
    assert [m.text for m in result.readings[1].rows_extra] == ["小计"]
    assert [m.text for m in result.readings[1].columns_extra] == ["小计"]


def test_a_lost_column_is_absent_and_named() -> None:
    two, three, four = grids("C")
    three = [
        replace(
            b,
            column=b.column - (b.column > 6),
            column_span=b.column_span - (b.text in ("法人或其他组织", "申请人情况")),
        )
        for b in three
        if b.column != 6
    ]
    result = read_grids(two, three, four)
    lost = [id for id in C if id.startswith("t3.") and id.endswith(".welfare")]
    assert all_right(result, "C", but=lost)
    assert states(result, lost) == {State.ABSENT}
    assert result.readings[1].columns_missing == ("法人或其他组织/社会公益组织",)


@pytest.mark.parametrize("column", range(7))
def test_a_row_with_a_cell_too_few_is_unreadable(column: int) -> None:
    two, three, four = grids("C")
    row = next(b.row for b in three if b.text == "3.要求提供公开出版物")
    shifted = [
        replace(b, column=b.column - (b.row == row and b.column > 3 + column))
        for b in three
        if (b.row, b.column) != (row, 3 + column)
    ]
    result = read_grids(two, shifted, four)
    hit = [id for id in C if id.startswith("t3.unprocessed_publication.")]
    assert all_right(result, "C", but=hit)
    assert states(result, hit) == {State.UNREADABLE}
    assert "6 个数据单元格" in result.facts[hit[0]].note


def test_numbers_merged_over_two_rows_are_unreadable() -> None:
    two, three, four = grids("C")
    row = next(b.row for b in three if b.text == "2.重复申请")
    merged = [replace(b, row_span=2) if (b.row, b.column) == (row, 3) else b for b in three]
    merged = [b for b in merged if (b.row, b.column) != (row + 1, 3)]
    result = read_grids(two, merged, four)
    hit = [id for id in C if id.startswith(("t3.unprocessed_repeat.", "t3.unprocessed_publication."))]
    assert all_right(result, "C", but=hit)
    assert states(result, hit) == {State.UNREADABLE}


def single_row() -> list[Box]:
    """Table three of form B with numbers that no cell of form C has."""
    return table_three(FORMS["B"], lambda id: C.get(id) or f"9{FORMS['B'].cells[id].name.__len__()}")


def test_one_row_of_other_results_in_form_c() -> None:
    two, _, four = grids("C")
    result = read_grids(two, single_row(), four, year=2024)
    assert result.form is FORMS["C"]
    lost = [id for id in C if id.startswith(("t3.other_not_supplemented", "t3.other_unpaid", "t3.other_rest"))]
    assert all_right(result, "C", but=lost)
    assert states(result, lost) == {State.ABSENT}
    assert {result.facts[f"t3.other.{c}"].state for c in ("natural", "other", "total")} == {State.NUMBER}
    assert len(result.facts) == 207
    assert len(result.readings[1].rows_missing) == 3


def test_the_year_decides_only_between_layouts_that_fit_alike() -> None:
    assert read_grids(single_row(), year=2023).form is FORMS["C"]
    assert read_grids(single_row(), year=2020).form is FORMS["B"]
    assert read_grids(*grids("B"), year=2023).form is FORMS["B"]
    assert read_grids(*grids("C"), year=2019).form is FORMS["C"]
    assert read_grids(*grids("A"), year=2023).form is FORMS["A"]


def test_an_old_table_in_a_new_report_keeps_its_letter() -> None:
    old = table_two(FORMS["B"], B.__getitem__)
    _, three, four = grids("C")
    result = read_grids(old, three, four, year=2022)
    assert result.form is FORMS["C"]
    assert [(r.table, r.found, r.form) for r in result.readings] == [
        ("二", False, "C"), ("三", True, "C"), ("四", True, "C"), ("二", True, "B"),
    ]  # fmt: skip
    assert result.facts["t2.regulation.issued"].state is State.ABSENT
    assert str(result.facts["t2.regulation.made"].value) == B["t2.regulation.made"]
    assert str(result.facts["t2.licensing.decisions"].value) == B["t2.licensing.decisions"]


def test_table_four_with_a_label_and_with_a_row_of_column_numbers() -> None:
    two, three, four = grids("C")
    wide = [replace(b, column=b.column + 1) for b in four]
    wide += [Box(0, 0, "类别", 3, 1), Box(3, 0, "数量")]
    assert all_right(read_grids(two, three, wide), "C")
    numbered = [replace(b, row=b.row + (b.row > 2)) for b in four] + [Box(3, n, str(n + 1)) for n in range(15)]
    assert all_right(read_grids(two, three, numbered), "C")


def test_table_four_with_two_rows_of_numbers_is_unreadable() -> None:
    two, three, four = grids("C")
    four += [Box(4, n, "3") for n in range(15)]
    result = read_grids(two, three, four)
    hit = [id for id in C if id.startswith("t4.")]
    assert all_right(result, "C", but=hit)
    assert states(result, hit) == {State.UNREADABLE}
    assert "2 行数据" in result.facts[hit[0]].note


def test_vertical_words_and_merged_cells_left_blank() -> None:
    two, three, four = grids("C")
    four = [replace(b, text="\n".join(b.text)) if b.row in (1, 2) else b for b in four]
    three = [b for box in three for b in split(box)]
    assert all_right(read_grids(two, three, four), "C")


def split(box: Box) -> list[Box]:
    """A merged cell as a program leaves it that knows none: its words at the top left, the rest without words."""
    return [
        Box(row, column, box.text if (row, column) == (box.row, box.column) else "")
        for row in range(box.row, box.row + box.row_span)
        for column in range(box.column, box.column + box.column_span)
    ]


def test_merged_cells_repeated() -> None:
    two, three, four = grids("C")
    three = [
        Box(row, column, b.text)
        for b in three
        for row in range(b.row, b.row + b.row_span)
        for column in range(b.column, b.column + b.column_span)
    ]
    four = [
        Box(row, column, b.text)
        for b in four
        for row in range(b.row, b.row + b.row_span)
        for column in range(b.column, b.column + b.column_span)
    ]
    assert all_right(read_grids(two, three, four), "C")


def test_without_its_header_a_grid_is_not_guessed() -> None:
    _, three, four = grids("C")
    headless = [replace(b, row=b.row - 3) for b in three if b.row > 2]
    result = read_grids(four, paragraph_break(), headless)
    assert not wrong(result, "C")
    assert states(result, [id for id in C if id.startswith("t3.")]) == {State.UNREADABLE}


def paragraph_break() -> list[Box]:
    return [Box(0, 0, "部门"), Box(0, 1, "电话"), Box(1, 0, "办公室"), Box(1, 1, "0730-4780053")]


def test_charges_in_yuan_by_the_header() -> None:
    values = C | {"t2.charge.amount": "91163600"}
    two = table_two(FORMS["C"], values.__getitem__)
    two = [replace(b, text=b.text.replace("万元", "元")) for b in two]
    result = read_grids(two, *grids("C")[1:])
    assert str(result.facts["t2.charge.amount"].value) == "9116.36"
    assert result.facts["t2.charge.amount"].note == "表中单位为元，已换算为万元"


def test_signed_changes_of_form_b() -> None:
    signed = [id for id, cell in FORMS["B"].cells.items() if cell.signed]
    changes = dict(zip(signed, ["+2", "-1", "增2", "减1", "无"], strict=True))
    result = read_grids(table_two(FORMS["B"], (B | changes).__getitem__), *grids("B")[1:])
    assert [result.facts[id].value for id in changes] == [2, -1, 2, -1, None]
    assert result.facts["t2.charge.items_change"].state is State.NA


def test_what_stands_in_a_cell_keeps_its_state() -> None:
    texts = {
        "request.received": "/",
        "request.fax": "若干",
        "request.online": "1 2",
        "request.letter": "",
        "request.in_person": "○",
    }
    result = read_grids(table_a(FORMS["A"], (A | texts).__getitem__))
    got = {id: result.facts[id].state.value for id in texts}
    assert got == {"request.received": "na", "request.fax": "text", "request.online": "unreadable",
                   "request.letter": "blank", "request.in_person": "number"}  # fmt: skip
    assert result.facts["request.in_person"].value == 0
    assert result.facts["request.letter"].place is not None
    assert result.facts["request.online"].note


@pytest.mark.parametrize("letter", "ABC")
def test_a_hostile_table_is_passed_over(letter: str) -> None:
    many = [Box(n, c, text) for n in range(6000) for c, text in enumerate(["其他情形数", "件", "1"])]
    wide = [Box(0, n, "结果维持") for n in range(3000)] + [Box(1, n, "1") for n in range(3000)]
    result = read_grids(many, wide, *grids(letter))
    assert result.form is FORMS[letter]
    assert all_right(result, letter)


def test_empty_things() -> None:
    assert read_blocks(paragraph("")).form is None
    assert read_grids([Box(0, 0, "")]).form is None
    assert read_grids(table_four(FORMS["C"], dict.fromkeys(C, "").__getitem__)).form is not None


def test_two_halves_side_by_side() -> None:
    boxes = table_a(FORMS["A"], A.__getitem__)
    header = [replace(b, column=b.column + 3) for b in boxes if b.row == 0]
    right = [replace(b, row=b.row - 33, column=b.column + 3) for b in boxes if b.row > 33]
    result = read_grids([b for b in boxes if b.row <= 33] + header + right)
    assert all_right(result, "A")
    assert result.readings[0].rows_extra == ()


def test_table_four_as_three_rows() -> None:
    two, three, _ = grids("C")
    four = [Box(0, 0, "类别", 1, 2)] + [Box(0, 2 + n, c.path[-1]) for n, c in enumerate(FORMS["C"].tables[2].columns)]
    four += [Box(1, 0, "行政复议", 1, 2), Box(2, 0, "行政诉讼", 2, 1)]
    four += [Box(2, 1, "未经复议直接起诉"), Box(3, 1, "复议后起诉")]
    for n, row in enumerate(FORMS["C"].tables[2].rows):
        four += [Box(1 + n, 2 + m, C[f"t4.{row.key}.{c.key}"]) for m, c in enumerate(FORMS["C"].tables[2].columns)]
    assert all_right(read_grids(two, three, four), "C")


def test_a_header_word_that_cannot_be_read() -> None:
    two, three, four = grids("C")
    three = [replace(b, text="□□□") if b.text == "自然人" else b for b in three]
    result = read_grids(two, three, four)
    hit = [id for id in C if id.startswith("t3.") and id.endswith(".natural")]
    assert all_right(result, "C", but=hit)
    assert states(result, hit) == {State.UNREADABLE}
    two = [replace(b, text="□□") if b.text.startswith("本年收费金额") else b for b in two]
    result = read_grids(two, *grids("C")[1:])
    assert result.facts["t2.charge.amount"].state is State.UNREADABLE
    assert all_right(result, "C", but=["t2.charge.amount"])


def test_a_column_for_each_year() -> None:
    boxes = [replace(b, text="2017年度") if b.text == "统计数" else b for b in table_a(FORMS["A"], A.__getitem__)]
    boxes += [Box(0, 3, "2016年度")] + [Box(n, 3, "5") for n in range(1, 66)]
    assert all_right(read_grids(boxes, year=2017), "A")
    assert {f.value for f in read_grids(boxes, year=2016).facts.values()} == {5}
    assert states(read_grids(boxes), list(A)) == {State.UNREADABLE}


@pytest.mark.parametrize("letter", "BC")
def test_each_block_of_table_two_as_a_table_of_its_own(letter: str) -> None:
    two, three, four = grids(letter)
    starts = [*sorted(b.row for b in two if b.text.startswith("第二十条")), 99]
    parts = [[replace(b, row=b.row - start) for b in two if start <= b.row < end] for start, end in pairwise(starts)]
    result = read_grids(*parts, three, four)
    assert result.form is FORMS[letter]
    assert all_right(result, letter)


def test_words_around_the_tables_are_not_consumed() -> None:
    two, three, four = grids("C")
    result = read_blocks(
        paragraph("二、主动公开政府信息情况"), block(two), paragraph("三、收到和处理政府信息公开申请情况"), block(three),
        paragraph("四、政府信息公开行政复议、行政诉讼情况"), block(four), paragraph("五、存在的主要问题及改进情况"),
    )  # fmt: skip
    assert all_right(result, "C")
    assert (result.used, result.used_spans, result.loose) == ({1, 3, 5}, (), ())
    assert [r.place is not None for r in result.readings] == [True] * 3


def test_the_same_facts_whatever_the_order_of_the_forms() -> None:
    doc = document(*map(block, grids("B")))
    one = read_tables(doc, tuple(FORMS.values()), None)
    other = read_tables(doc, tuple(reversed(FORMS.values())), None)
    assert one == other
    assert list(one.facts) == list(other.facts) == list(FORMS["B"].cells)
