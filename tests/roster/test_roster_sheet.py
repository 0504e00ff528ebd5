"""The roster file: what is understood, and every mistake at once with sheet, cell and what to do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_making import Row, workbook

from auditor.roster.sheet import RosterError, read_day, read_roster
from auditor.roster.unit import FormerName, Roster

HEAD: Row = ("单位全称", "简称", "单位类别")


def read(tmp_path: Path, sheets: dict[str, list[Row]]) -> Roster:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(workbook(sheets))
    return read_roster(path)


def mistakes(tmp_path: Path, sheets: dict[str, list[Row]]) -> list[str]:
    with pytest.raises(RosterError) as error:
        read(tmp_path, sheets)
    return list(error.value.mistakes)


def test_columns_in_any_order_with_extra_ones_and_blank_rows(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("2025年应报单位名册",),
        (),
        ("序号", "备注", "单位类型", "单位名称（全称）", "负责人", "规范简称", "成立日期", "网址"),
        (1, "无", "乡", "甲县乙乡人民政府", "张某", "乙乡、乙乡政府", dt.date(2020, 5, 1), "http://a.gov.cn/1"),
        (),
        (2, "", "县直部门", "甲县教育局", "", "教育局", "", ""),
        (3, "", "", "", "", "", "", ""),
    ]
    roster = read(tmp_path, {"Sheet1": rows})
    one, other = roster.units
    assert (one.name, one.kind, one.short) == ("甲县乙乡人民政府", "乡镇", ("乙乡", "乙乡政府"))
    assert (one.founded, one.link(2025), one.contact) == (dt.date(2020, 5, 1), "http://a.gov.cn/1", "张某")
    assert (other.name, other.kind, other.group) == ("甲县教育局", "部门", "")


def test_several_sheets_are_groups_and_explanations_are_passed_over(tmp_path: Path) -> None:
    roster = read(
        tmp_path,
        {
            "乡镇": [HEAD, ("甲县乙镇人民政府", "乙镇", "乡镇")],
            "政府部门": [
                (*HEAD, "分组"),
                ("甲县教育局", "教育局", "部门", ""),
                ("甲县税务局", "税务局", "部门", "垂直管理"),
            ],
            "填写说明": [("单位全称", "必填"), ("简称", "可不填")],
        },
    )
    assert [(u.name, u.group) for u in roster.units] == [
        ("甲县乙镇人民政府", "乡镇"),
        ("甲县教育局", "政府部门"),
        ("甲县税务局", "垂直管理"),
    ]


def test_names_that_changed_and_units_that_merged(tmp_path: Path) -> None:
    rows: list[Row] = [
        (*HEAD, "曾用名", "撤并日期", "并入单位", "应报年度"),
        (
            "甲县自然资源局",
            "",
            "部门",
            "甲县规划局（2019-03-20前）、甲县国土局（2010年5月至2019年3月）",
            None,
            None,
            "2019起",
        ),
        ("甲县林业局", "", "部门", "甲县林业站", dt.date(2019, 3, 20), "甲县自然资源局", "2014-2016、2018"),
    ]
    one, other = read(tmp_path, {"名册": rows}).units
    assert one.former == (
        FormerName("甲县规划局", None, dt.date(2019, 3, 19)),
        FormerName("甲县国土局", dt.date(2010, 5, 1), dt.date(2019, 3, 31)),
    )
    assert [one.is_due(y) for y in (2018, 2019, 2025)] == [False, True, True]
    assert [other.is_due(y) for y in (2014, 2017, 2018, 2019)] == [True, False, True, False]
    assert other.former == (FormerName("甲县林业站"),)


def test_dates_and_links_by_year(tmp_path: Path) -> None:
    rows: list[Row] = [
        (*HEAD, "首次公布日期", "2024年度首次公布日期", "2025年度年报链接", "年报链接"),
        ("甲县教育局", "", "部门", 46042, "未公布", "https://a.cn/25", "https://a.cn/all"),
    ]
    (unit,) = read(tmp_path, {"名册": rows}).units
    assert unit.published == {2025: dt.date(2026, 1, 20), 2024: None}
    assert (unit.link(2025), unit.link(2024)) == ("https://a.cn/25", "https://a.cn/all")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    head: Row = (
        *HEAD,
        "管理关系",
        "设立日期",
        "撤并日期",
        "并入单位",
        "应报年度",
        "年报链接",
        "曾用名",
        "2025年度公布日期",
    )
    rows: list[Row] = [
        head,
        ("甲县乙镇人民政府", "乙镇", "乡阵", "县管", "2026年2月30日", "", "", "", "www.a.cn", "", ""),
        (
            "甲县丙镇人民政府",
            "乙镇",
            "乡镇",
            "归县里",
            "",
            "",
            "甲县教肓局",
            "去年",
            "",
            "丙乡（很久以前）",
            "2025-03-01",
        ),
        ("甲县教育局", "", "部门", "", "", "", "甲县丙镇人民政府", "", "", "", ""),
        ("", "丁镇", "乡镇", "", "", "", "", "", "", "", ""),
        ("甲县教育局", "", "部门", "", "2020-01-01", "2019-01-01", "", "", "", "", ""),
    ]
    told = mistakes(tmp_path, {"单位": [(), *rows]})
    wanted = [
        ("“单位”C3", "乡阵", "是否为“乡镇”"),
        ("“单位”E3", "2026年2月30日", "2026-02-03"),
        ("“单位”I3", "http://"),
        ("“单位”D4", "归县里", "县属、垂直管理"),
        ("“单位”H4", "去年", "2021-2025"),
        ("“单位”J4", "很久以前"),
        ("“单位”K4", "早于次年"),
        ("“单位”A6", "没有填写“单位全称”"),
        ("“单位”A4", "乙镇", "“单位”A3"),
        ("“单位”A7", "重复"),
        ("“单位”G4", "甲县教肓局", "甲县教育局"),
        ("“单位”G5", "没有填撤并日期"),
        ("“单位”A7", "早于设立日期"),
    ]
    for words in wanted:
        assert any(all(word in line for word in words) for line in told), (words, told)
    assert len(told) == len(wanted), told


def test_a_ring_of_mergers_is_refused(tmp_path: Path) -> None:
    rows: list[Row] = [
        (*HEAD, "撤并日期", "并入单位"),
        ("甲局", "", "部门", "2019-01-01", "乙局"),
        ("乙局", "", "部门", "2020-01-01", "甲局"),
    ]
    assert sum("指来指去" in line for line in mistakes(tmp_path, {"名册": rows})) == 2


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ({"名册": [("甲", "乙"), ("丙", "丁")]}, "没有找到表头"),
        ({"名册": [HEAD, ("示例：甲县教育局", "教育局", "部门")]}, "没有单位"),
        ({"名册": [(*HEAD, "类别"), ("甲县教育局", "教育局", "部门", "部门")]}, "重复"),
    ],
)
def test_a_roster_that_holds_nothing_is_refused(tmp_path: Path, sheets: dict[str, list[Row]], words: str) -> None:
    assert any(words in line for line in mistakes(tmp_path, sheets))


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    for name, data in (("名册.xlsx", b"not a workbook"), ("名册.xlsx", b"PK\x03\x04broken"), ("名册.xlsx", b"")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(RosterError) as error:
            read_roster(path)
        assert "名册" in error.value.mistakes[0]
    with pytest.raises(RosterError, match="打不开"):
        read_roster(tmp_path / "没有.xlsx")


@pytest.mark.parametrize(
    ("text", "end", "day"),
    [
        ("2026-02-03", False, dt.date(2026, 2, 3)),
        ("2026年2月3日", False, dt.date(2026, 2, 3)),
        ("2026.2.3", False, dt.date(2026, 2, 3)),
        ("2026/2/3", False, dt.date(2026, 2, 3)),
        ("2026-02-03 00:00:00", False, dt.date(2026, 2, 3)),
        ("46056", False, dt.date(2026, 2, 3)),
        ("2024年2月", True, dt.date(2024, 2, 29)),
        ("2024年2月", False, dt.date(2024, 2, 1)),
        ("2024", True, dt.date(2024, 12, 31)),
        ("2026年2月30日", False, None),
        ("12", False, None),
        ("99999", False, None),
        ("待定", False, None),
    ],
)
def test_days(text: str, end: bool, day: dt.date | None) -> None:
    assert read_day(text, end=end) == day


@given(st.dates(dt.date(1960, 1, 1), dt.date(2060, 1, 1)))
def test_a_serial_is_the_day_that_excel_shows(day: dt.date) -> None:
    assert read_day(str((day - dt.date(1899, 12, 30)).days)) == day
