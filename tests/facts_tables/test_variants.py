"""Provinces' prints of the national form: known rows and columns are read, nothing else changes, and data is enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.facts import Hints, extract
from auditor.facts.tables import TablesRead, read_tables
from auditor.findings import Beside
from auditor.form import Form
from auditor.model import Block, Judged, Outcome, State
from auditor.pipeline import Brief, desk, judge_report
from auditor.rulebook import Rulebook, RulebookError, load

from .render import Box, block, document, printed_label, table_a, tables

ADDED = ("ah.personnel", "ah.documents", "ah.enforcement", "ah.planning", "ah.budget", "ah.procurement", "ah.emergency")
OWN = """
extends: A
variant: 某省统计表
prefix: ms
add:
  - {after: issued.normative, row: {id: ms.documents, name: 政府文件数, label: 主动公开政府文件数, unit: 条}}
  - {after: ms.documents, row: {id: ms.opinions, name: 征集意见数, label: 公开征集意见数, unit: 条}}
columns: [{key: district, name: 所辖区, path: 所辖区}]
spellings: {request.received: [群众申请总数]}
"""


@pytest.fixture(scope="module")
def forms(book: Rulebook) -> tuple[Form, ...]:
    return book.lexicon.forms


def variant_of(forms: Sequence[Form], name: str) -> Form:
    return next(f for f in forms if f.variant == name)


def numbers(form: Form) -> dict[str, str]:
    return {id: str(1001 + n) for n, id in enumerate(form.cells)}


def printed(form: Form, rows: Callable[[str], bool] = lambda _: True, columns: Sequence[str] = ("value",)) -> list[Box]:
    """The variant's list: serial number | label | unit | the columns asked for."""
    table, shown = form.tables[0], numbers(form)
    by_place = {(c.row, c.column): c.id for c in form.cells.values()}
    heads = [table.column(key).path[-1] for key in columns]
    boxes = [Box(0, n, text) for n, text in enumerate(["序号", "统计指标", "单位", *heads])]
    kept = [row for row in table.rows if rows(row.key)]
    for n, row in enumerate(kept, 1):
        unit = "" if row.heading else form.cells[row.key].unit
        texts = [str(n), printed_label(row.number, row.label), unit]
        texts += ["" if row.heading else shown[by_place[row.key, key]] for key in columns]
        boxes += [Box(n, at, text) for at, text in enumerate(texts)]
    return boxes


def read(forms: Sequence[Form], *grids: Sequence[Box], year: int | None = 2016) -> TablesRead:
    blocks: list[Block] = [block(grid) for grid in grids]
    return read_tables(document(*blocks), forms, year)


def test_added_rows_are_read_under_ids_of_their_own(forms: tuple[Form, ...]) -> None:
    form = variant_of(forms, "安徽部分市县统计表")
    found = read(forms, printed(form))
    assert found.form is form
    shown = numbers(form)
    base = [*forms[0].cells, *ADDED]
    assert {id: str(f.value) for id, f in found.facts.items()} == {id: shown[id] for id in base}
    (reading,) = found.readings
    assert (reading.form, reading.variant) == ("A", "安徽部分市县统计表")
    assert (reading.rows_extra, reading.rows_missing, reading.columns_extra, reading.note) == ((), (), (), "")
    assert found.fit == 100


@pytest.mark.parametrize("kept", [("ah.budget",), ADDED[2:], ADDED[:1]])
def test_added_rows_need_not_all_be_printed(forms: tuple[Form, ...], kept: Sequence[str]) -> None:
    form = variant_of(forms, "安徽部分市县统计表")
    found = read(forms, printed(form, lambda key: not key.startswith("ah.") or key in kept))
    assert found.form is form
    assert {id for id in found.facts if id.startswith("ah.")} == set(kept)
    assert found.readings[0].rows_missing == ()


def test_the_national_form_stays_what_it_is(forms: tuple[Form, ...]) -> None:
    for year in (2016, None):
        found = read(forms, table_a(forms[0], numbers(forms[0]).__getitem__), year=year)
        assert found.form is forms[0]
        assert list(found.facts) == list(forms[0].cells)
        assert found.readings[0].variant == ""


def test_a_row_that_no_print_knows_is_still_extra(forms: tuple[Form, ...]) -> None:
    form = variant_of(forms, "安徽部分市县统计表")
    boxes = printed(form)
    last = max(b.row for b in boxes)
    boxes += [Box(last + 1, n, text) for n, text in enumerate([str(last + 1), "主动公开宅基地审批数", "条", "77"])]
    found = read(forms, boxes)
    assert [m.text for m in found.readings[0].rows_extra] == ["主动公开宅基地审批数"]


def test_columns_of_periods_leave_the_year_alone(forms: tuple[Form, ...]) -> None:
    form = variant_of(forms, "分期统计表")
    boxes = [
        replace(b, text="全年") if b.text == "统计数" else b
        for b in printed(form, columns=("first_half", "second_half", "value"))
    ]
    found = read(forms, boxes)
    assert found.form is form
    shown = numbers(form)
    for id in forms[0].cells:
        assert str(found.facts[id].value) == shown[id]
        assert str(found.facts[f"bq.{id}.first_half"].value) == shown[f"bq.{id}.first_half"]
    assert not [id for id in found.facts if id.endswith((".own", ".below", ".period"))]


def test_columns_of_parts_without_a_whole_say_nothing_of_it(forms: tuple[Form, ...]) -> None:
    form = variant_of(forms, "安徽部分市县统计表")
    found = read(forms, printed(form, columns=("government", "departments", "townships")))
    assert found.form is form
    assert {found.facts[id].state for id in forms[0].cells} == {State.UNREADABLE}
    assert "没有合计列" in found.facts["request.received"].note
    assert found.facts["ah.request.received.townships"].state is State.NUMBER


def test_a_merged_row_is_not_divided(forms: tuple[Form, ...]) -> None:
    form = variant_of(forms, "分期统计表")
    found = read(forms, printed(form, lambda key: key not in ("request.fax", "request.letter")))
    assert found.form is form
    assert found.facts["bq.letter_fax"].state is State.NUMBER
    assert {found.facts[f"request.{k}"].state for k in ("fax", "letter")} == {State.ABSENT}


def judged(book: Rulebook, boxes: Sequence[Box]) -> Judged:
    hints = Hints(year=2016, organisation="某县甲镇人民政府", unit_kind="乡镇")
    report = extract(document(block(boxes)), book.lexicon, hints)
    return judge_report(desk(book, "chainer"), Brief(report, Beside()))


def test_a_known_print_is_judged_as_the_form_and_not_as_altered(book: Rulebook, forms: tuple[Form, ...]) -> None:
    form = variant_of(forms, "安徽部分市县统计表")
    of_print = judged(book, printed(form))
    assert of_print.report.profile.form == "A"
    assert of_print.outcomes["g-table-altered"] is Outcome.KEPT
    assert of_print.outcomes["a-rows"] is Outcome.KEPT
    assert of_print.outcomes["a-req-sum"] is Outcome.BROKEN  # 1001, 1002 … add up to nothing


def test_rules_name_cells_of_the_national_forms_only(book: Rulebook) -> None:
    assert [f.letter for f in book.forms] == ["A", "B", "C"]
    assert {f.letter for f in book.lexicon.forms if f.variant} == {"A"}
    ids = [set(f.cells) for f in book.lexicon.forms]
    national = set().union(*(set(f.cells) for f in book.forms))
    added = [own - national for own in ids]
    assert sum(map(len, added)) == len(set().union(*added))


# --- files of the inspector's own ------------------------------------------------------------------


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "forms").mkdir(exist_ok=True)
    (tmp_path / "forms" / "某省.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_file_dropped_in_is_enough(tmp_path: Path) -> None:
    book = load([folder(tmp_path, OWN)])
    form = variant_of(book.lexicon.forms, "某省统计表")
    boxes = [
        replace(b, text="群众申请总数") if "收到申请数" in b.text else b
        for b in printed(form, columns=("value", "district"))
    ]
    found = read(book.lexicon.forms, boxes)
    assert found.form is form
    shown = numbers(form)
    for id in ("ms.documents", "ms.opinions", "request.received", "ms.request.received.district"):
        assert str(found.facts[id].value) == shown[id]
    assert judged(book, boxes).outcomes["g-table-altered"] is Outcome.KEPT
    assert judged(load(), boxes).outcomes["g-table-altered"] is not Outcome.KEPT


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("prefix: ms\n", "", "须写 prefix"),
        ("id: ms.documents", "id: documents.issued", "须以 ms. 开头"),
        ("after: issued.normative", "after: issued.normativ", "应写作 {after"),
        ("spellings: {request.received", "spellings: {request.receive", "是否为“request.received”"),
        ("extends: A", "extends: Z", "未找到被扩展的格式 Z"),
        ("extends: A", "extends: C", "只有写了 variant"),
        ("key: district", "kye: district", "key"),
        ("prefix: ms", "prefix: ah", "前缀 ah 已用于“安徽部分市县统计表”"),
        ("name: 征集意见数", "name: 收到申请数", "指标名 收到申请数 重复"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in OWN
    text = OWN.replace(before, after).replace("ms.", "ah.") if after == "prefix: ah" else OWN.replace(before, after)
    with pytest.raises(RulebookError) as wrong:
        load([folder(tmp_path, text)])
    assert "某省.yaml:" in str(wrong.value)
    assert said in str(wrong.value)


def test_a_form_is_defined_once(tmp_path: Path) -> None:
    national = (Path(__file__).resolve().parents[2] / "rules" / "forms" / "form-c.yaml").read_text(encoding="utf-8")
    with pytest.raises(RulebookError, match="格式 C 已在其他文件中定义"):
        load([folder(tmp_path, national)])


def test_a_row_added_to_table_three(tmp_path: Path) -> None:
    text = "extends: C\nvariant: 某市表三\nprefix: cs\nadd:\n  - {after: unprocessed_confirm, row: {key: cs_archive, name: 转办, path: [（五）不予处理, 6.转交其他机关办理]}}\n"
    book = load([folder(tmp_path, text)])
    form = variant_of(book.lexicon.forms, "某市表三")
    grids = tables(form, numbers(form).__getitem__)
    found = read(book.lexicon.forms, *grids, year=2024)
    assert found.form is form
    assert found.facts["t3.cs_archive.total"].state is State.NUMBER
    assert read(book.lexicon.forms, *tables(book.forms[2], lambda _: "1"), year=2024).form is book.forms[2]
