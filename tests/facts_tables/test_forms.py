"""The forms as data: every cell as the reference says, and every mistake told in Chinese at its place."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from auditor.rulebook.forms import form_from

from .conftest import FORMS, ROOT, rows_of, shared


def data(letter: str) -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / f"rules/forms/form-{letter}.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize(("letter", "count"), [("A", 58), ("B", 198), ("C", 200)])
def test_every_cell_is_the_reference(letter: str, count: int) -> None:
    form = FORMS[letter]
    expected = [r for r in rows_of(shared(f"forms/form-{letter.lower()}.tsv")) if r["id"]]
    assert list(form.cells) == [r["id"] for r in expected]
    assert len(form.cells) == count
    for line in expected:
        cell = form.cells[line["id"]]
        table = next(t for t in form.tables if t.name == cell.table)
        row, column = table.row(cell.row), table.column(cell.column)
        if letter == "A":
            got = (cell.name, row.number, cell.label, cell.unit, row.parent or "")
            want = (line["name"], line["number"], line["label"], line["unit"], line["parent"])
        else:
            got = (cell.name, cell.table, "/".join(row.path), "/".join(column.path), cell.unit)
            want = (line["name"], line["table"], line["row_label"], line["column_label"], line["unit"])
        assert got == want
        assert form.by_name[cell.name] == cell.id


def test_headings_of_form_a_stand_where_the_reference_has_them() -> None:
    lines = rows_of(shared("forms/form-a.tsv"))
    rows = FORMS["A"].tables[0].rows
    assert [(r.heading, r.number, r.label) for r in rows] == [(not x["id"], x["number"], x["label"]) for x in lines]


def test_paths_tell_equal_labels_apart() -> None:
    paths = [row.path for row in FORMS["A"].tables[0].rows]
    assert len(set(paths)) == 65
    assert ("行政复议数量", "被依法纠错数") in paths
    assert ("行政诉讼数量", "被依法纠错数") in paths


@pytest.mark.parametrize(("part", "count"), [("机构建设", 6), ("会议培训", 3), ("公开渠道", 5), ("回应解读", 8)])
def test_parts_of_form_a_are_groups(part: str, count: int) -> None:
    form = FORMS["A"]
    assert len(form.groups[part]) == count
    assert {form.cells[form.by_name[name]].part for name in form.groups[part]} == {part}


def test_groups_and_axes() -> None:
    a, b, c = FORMS["A"], FORMS["B"], FORMS["C"]
    assert len(a.groups["答复八项"]) == 8
    assert len(a.groups["不同意六项"]) == 6
    assert "主要负责同志参加新闻发布会次数" not in a.groups["回应渠道各项"]
    assert (len(b.groups["办理结果各项"]), len(c.groups["办理结果各项"])) == (19, 21)
    assert "办理结果总计" not in c.groups["办理结果各项"]
    assert (len(b.axes["行"]), len(c.axes["行"])) == (23, 25)
    assert c.axes["申请人"] == ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    assert c.groups["表三"] == c.groups["表三各项"]
    assert len(c.groups["表三"]) == 175
    for form in (a, b, c):
        for group in form.groups.values():
            assert len(set(group)) == len(group)


def test_signed_and_decimal_cells() -> None:
    signed = {c.name for c in FORMS["B"].cells.values() if c.signed}
    assert len(signed) == 5
    assert all(name.endswith(".增减") for name in signed)
    decimal = {c.name for form in FORMS.values() for c in form.cells.values() if c.decimal}
    assert decimal == {"依申请收取费用", "专项经费", "政府集中采购.金额", "行政事业性收费.收费金额"}


@pytest.mark.parametrize(
    ("letter", "year", "covers"), [("A", 2014, 1), ("A", 2019, 0), ("B", 2020, 1), ("B", 2021, 0), ("C", 2031, 1)]
)
def test_years(letter: str, year: int, covers: int) -> None:
    assert FORMS[letter].covers(year) is bool(covers)


def problems_of(entry: dict[str, Any], base: dict[str, Any] | None = None) -> list[tuple[tuple[str | int, ...], str]]:
    out: list[tuple[tuple[str | int, ...], str]] = []
    form = form_from(entry, lambda path, words: out.append((path, words)), base)
    assert (form is None) == bool(out)
    return out


MISTAKES = [
    ("a", ("tilte",), "多余", ("tilte",), "未知字段 tilte，是否为“title”？"),
    ("a", ("years",), "去年", ("years",), "years 应写作"),
    ("a", ("years",), "2018-2014", ("years",), "起始年份晚于"),
    ("a", ("tables", 0, "kind"), "grid", ("tables", 0, "kind"), "kind 应为 list"),
    ("a", ("tables", 0, "parts", 0, "rows", 1, "unti"), "件", ("tables", 0, "parts", 0, "rows", 1, "unti"), "unit”？"),
    ("a", ("tables", 0, "parts", 0, "rows", 2, "parent"), "proactive.totl",
     ("tables", 0, "parts", 0, "rows", 2, "parent"), "是否为“proactive.total”？"),
    ("a", ("tables", 0, "parts", 0, "rows", 2, "id"), "proactive.total", ("tables", 0, "parts", 0, "rows", 2), "重复"),
    ("a", ("groups", "四种渠道", 0), "当面申请", ("groups", "四种渠道", 0), "是否为“当面申请数”？"),
    ("c", ("axes", "块", 1), "直接起拆", ("axes", "块", 1), "是否为“直接起诉”？"),
    ("c", ("groups", "表九"), {"table": "九"}, ("groups", "表九", "table"), "没有名为 九 的表"),
    ("c", ("groups", "总计"), ["自然人"], ("groups", "总计"), "已用作"),
    ("c", ("tables", 1, "rows", 1, "key"), "new", ("tables", 1, "rows", 1, "key"), "行 key new 重复"),
    ("c", ("tables", 1, "columns"), "自然人", ("tables", 1, "columns"), "columns 应为列表"),
    ("c", ("tables", 0, "columns"), [{"key": "a", "name": "甲", "path": "甲"}], ("tables", 0, "columns"), "不适用于"),
    ("c", ("tables", 0, "blocks", 3, "columns", 0, "decimal"), "maybe",
     ("tables", 0, "blocks", 3, "columns", 0, "decimal"), "true 或 false"),
]  # fmt: skip


@pytest.mark.parametrize(("letter", "at", "value", "path", "words"), MISTAKES)
def test_a_mistake_is_told_at_its_place(
    letter: str, at: tuple[Any, ...], value: object, path: tuple[str | int, ...], words: str
) -> None:
    entry = copy.deepcopy(data(letter))
    here: Any = entry
    for step in at[:-1]:
        here = here[step]
    here[at[-1]] = value
    told = problems_of(entry)
    assert any(p == path and words in w for p, w in told), told


def test_a_missing_field_is_told_at_its_holder() -> None:
    entry = data("c")
    del entry["tables"][1]["rows"][0]["path"]
    del entry["law"]
    told = problems_of(entry)
    assert ((), "缺少字段 law") in told
    assert (("tables", 1, "rows", 0), "缺少字段 path") in told


def test_a_variant_extends_a_form() -> None:
    variant = {
        "extends": "A",
        "letter": "A1",
        "title": "某省统计表",
        "years": "2015-2018",
        "remove": ["channel.wechat"],
        "add": [
            {
                "after": "issued.normative",
                "row": {
                    "id": "issued.documents",
                    "name": "主动公开政府文件数",
                    "label": "主动公开政府文件数",
                    "unit": "件",
                },
            }
        ],
    }
    form = form_from(variant, lambda path, words: pytest.fail(f"{path} {words}"), data("a"))
    assert form is not None
    ids = list(form.cells)
    assert len(ids) == 58
    assert "channel.wechat" not in ids
    assert ids[ids.index("issued.normative") + 1] == "issued.documents"
    assert form.cells["issued.documents"].part == "主动公开"
    assert "政府微信公开数" not in form.groups["公开渠道各项"]
    assert (form.letter, form.first_year, form.law) == ("A1", 2015, "form-a")


def test_a_variant_with_mistakes() -> None:
    told = problems_of({"extends": "A", "remove": ["channel.wechta"], "add": [{"after": "nowhere"}]}, data("a"))
    assert (("remove", 0), "被扩展的格式没有 channel.wechta，是否为“channel.wechat”？") in told
    assert any(path == ("add", 0) for path, _ in told)
    assert problems_of({"extends": "Z"}) == [(("extends",), "未找到被扩展的格式 Z")]
