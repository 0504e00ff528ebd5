"""Ledgers kept by hand: which column is which, whose row it is, which rule it names; nothing guessed, nothing twice."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.cli.earlier import rules_of
from auditor.ledger import Ledger
from auditor.ledger import open as open_ledger
from auditor.ledger.checking import verify
from auditor.ledger.earlier import bring_in
from auditor.ledger.remembering import remembered
from auditor.oldledger import fields
from auditor.oldledger.fields import wish_of
from auditor.oldledger.matching import Known, KnownRule, Matched, Sorted, Unmatched, match
from auditor.oldledger.reading import OldLedgerError, read
from auditor.roster import Roster, Unit
from auditor.roster.matching import Matcher
from auditor.roster.unit import FormerName
from auditor.rulebook import Rulebook

NOW = dt.datetime(2026, 4, 8, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
UNITS = (
    Unit("澄湖县白鹭镇人民政府", "乡镇", ("白鹭镇",)),
    Unit("澄湖县柳林乡人民政府", "乡镇", ("柳林乡",)),
    Unit("澄湖县城东街道办事处", "街道"),
    Unit("澄湖县自然资源局", "部门", (), (FormerName("澄湖县国土资源局", None, dt.date(2019, 3, 20)),)),
    Unit("甲县城关镇人民政府", "乡镇"),
    Unit("乙县城关镇人民政府", "乡镇"),
)
RULES = (
    KnownRule(
        "a-sum",
        ("a-sum", "a-old-sum"),
        "收到申请数与四种渠道之和不符",
        ("收到申请数 {收到申请数} 件，四种渠道之和 {right} 件，相差 {difference} 件",),
        frozenset((2016, 2017)),
    ),
    KnownRule(
        "t3-equation", ("t3-equation",), "勾稽关系错误", ("{each}：左 {left}，右 {right}",), frozenset((2024, 2025))
    ),
    KnownRule("t4-equation", ("t4-equation",), "勾稽关系错误。", (), frozenset((2025,))),
    KnownRule("g-deadline", ("g-deadline",), "年度报告公布不及时"),
)
HEADS = (
    "序号",
    "责任单位",
    "报告年度",
    "问题类别",
    "问题描述",
    "依据",
    "扣分",
    "整改时限",
    "整改情况",
    "复核结果",
    "备注",
)


def book(*sheets: tuple[str, Sequence[Sequence[object]]], merge: Sequence[str] = ()) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, lines in sheets:
        sheet = made.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
        for area in merge:
            sheet.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def known(year: int | None = None, rules: Sequence[KnownRule] = RULES) -> Known:
    names = tuple(name for unit in UNITS for name in (unit.name, *unit.short))
    return Known(Matcher(Roster("", "", UNITS)), rules, "2025Q4", "旧台账.xlsx", year, names)


def imported(data: bytes, *maps: str, year: int | None = None) -> Sorted:
    sheets = read("旧台账.xlsx", data, (), [wish_of(text) for text in maps])
    return match((row for sheet in sheets for row in sheet.rows), known(year))


def one(
    unit: object = "白鹭镇", year: object = 2025, text: object = "公开不及时等", **more: object
) -> Matched | Unmatched:
    line = {"责任单位": unit, "报告年度": year, "问题描述": text, **more}
    found = imported(book(("表", [HEADS, [line.get(head) for head in HEADS]])))
    (result,) = [*found.matched, *found.unmatched]
    return result


# --- columns ---------------------------------------------------------------------------------------


def mapping(heads: Sequence[str], *maps: str) -> dict[str, str]:
    (sheet,) = read("旧台账.xlsx", book(("表", [heads, ["甲"] * len(heads)])), (), [wish_of(text) for text in maps])
    return {head: field for _, head, field in sheet.columns}


@pytest.mark.parametrize(
    ("heads", "maps", "expected"),
    [
        (HEADS, (), {head: "" if head == "序号" else head for head in HEADS}),
        (
            ("单位名称", "测评指标", "指标分值", "扣分", "失分原因", "整改情况"),
            (),
            {
                "单位名称": "责任单位",
                "测评指标": "问题类别",
                "指标分值": "",
                "扣分": "扣分",
                "失分原因": "问题描述",
                "整改情况": "整改情况",
            },
        ),
        (
            ("乡镇（街道）", "存在\n问题", "整改期限"),
            (),
            {"乡镇（街道）": "责任单位", "存在\n问题": "问题描述", "整改期限": "整改时限"},
        ),
        (("单位", "问题", "问题描述"), (), {"单位": "责任单位", "问题": "问题名称", "问题描述": "问题描述"}),
        (("单位", "问题"), (), {"单位": "责任单位", "问题": "问题描述"}),
        (
            ("哪个单位", "什么毛病", "说明"),
            ("哪个单位=责任单位", "B=问题描述", "说明="),
            {"哪个单位": "责任单位", "什么毛病": "问题描述", "说明": ""},
        ),
        (("单位", "责任单位", "问题"), (), {"单位": "", "责任单位": "责任单位", "问题": "问题描述"}),
        (
            ("责任单位", "主要问题", "具体问题"),
            ("具体问题=问题描述",),
            {"责任单位": "责任单位", "主要问题": "", "具体问题": "问题描述"},
        ),
    ],
)
def test_which_column_is_which(heads: Sequence[str], maps: Sequence[str], expected: Mapping[str, str]) -> None:
    assert mapping(heads, *maps) == expected


@pytest.mark.parametrize(
    ("heads", "maps", "says"),
    [
        (("责任单位", "主要问题", "具体问题"), (), "工作表“表”有几列都可能是“问题描述”：B（主要问题）、C（具体问题）"),
        (("责任单位", "整改情况"), (), "没有找到“问题描述”一列"),
        (("责任单位", "问题描述", "整改情况"), ("没这列=备注",), "--map：没有叫“没这列”的列"),
        (("责任单位", "问题描述", "甲", "甲"), ("甲=备注",), "有几列都叫“甲”（C、D）"),
        (("甲", "乙"), (), "没有找到表头"),
    ],
)
def test_columns_that_are_not_certain(heads: Sequence[str], maps: Sequence[str], says: str) -> None:
    with pytest.raises(OldLedgerError) as error:
        mapping(heads, *maps)
    assert says in str(error.value)


@pytest.mark.parametrize("text", ["问题描述", "=问题描述", "甲=问题描诉"])
def test_wishes_that_say_nothing(text: str) -> None:
    with pytest.raises(fields.MappingError, match="--map"):
        wish_of(text)


def test_every_sheet_with_a_head_is_read_and_named_ones_alone() -> None:
    lines = [["澄湖县2025年第四季度问题台账"], HEADS, [1, "白鹭镇", 2025, "", "甲"], [2, "柳林乡", 2025, "", "乙"]]
    data = book(
        ("乡镇", lines), ("说明", [["填表说明"], ["按季度填写"]]), ("部门", [HEADS, [1, "自然资源局", 2025, "", "丙"]])
    )
    assert [(sheet.title, len(sheet.rows)) for sheet in read("旧.xlsx", data)] == [("乡镇", 2), ("部门", 1)]
    assert [sheet.title for sheet in read("旧.xlsx", data, ("部门",))] == ["部门"]
    with pytest.raises(OldLedgerError, match="没有工作表“县直”，有：乡镇、说明、部门"):
        read("旧.xlsx", data, ("县直",))
    with pytest.raises(OldLedgerError, match="工作表“说明”没有找到表头"):
        read("旧.xlsx", data, ("说明",))


def test_sheets_that_are_something_else_or_only_suspected_are_passed_over_and_told() -> None:
    """An 审计台账.xlsx of an earlier quarter, of which only the certain problems are history."""
    ledger = (
        "问题台账",
        [
            ["问题台账"],
            ["责任单位", "问题", "问题描述", "认定", "规则编号"],
            ["白鹭镇", "表三空白", "甲", None, "t4-equation"],
            ["柳林乡", "乙", "乙", "不属实", None],
        ],
    )
    points = ("得分明细", [["单位", "报告年度", "事项", "类别", "规则编号"], ["白鹭镇", 2025, "起评分", None, None]])
    doubts = ("疑似问题", [["责任单位", "问题描述"], ["白鹭镇", "丙"]])
    sheets = read("旧.xlsx", book(points, ledger, doubts))
    assert [(sheet.title, sheet.passed[:4], len(sheet.rows)) for sheet in sheets] == [
        ("得分明细", "没有责任", 0),
        ("问题台账", "", 2),
        ("疑似问题", "疑似问题", 0),
    ]
    found = match((row for sheet in sheets for row in sheet.rows), known())
    assert [(one.finding.text, one.finding.rule) for one in found.matched] == [("表三空白：甲", "t4-equation")]
    assert [row.text(fields.UNIT) for row in found.clean] == ["柳林乡"]
    assert [len(sheet.rows) for sheet in read("旧.xlsx", book(points, ledger, doubts), ("疑似问题",))] == [1]
    with pytest.raises(OldLedgerError, match="疑似问题”没有导入：疑似问题未经查证"):
        read("旧.xlsx", book(doubts))


# --- rows ------------------------------------------------------------------------------------------


def test_a_row_is_kept_whole() -> None:
    data = book(
        (
            "表",
            [
                HEADS,
                [
                    1,
                    "白鹭镇",
                    "2024年度",
                    "数据准确",
                    "表三勾稽关系错误：自然人一列差1件",
                    "2021年格式",
                    -3,
                    dt.date(2025, 12, 20),
                    "已整改",
                    "已销号",
                    "=电话核实",
                ],
            ],
        )
    )
    (found,) = imported(data).matched
    kept = found.finding
    assert (kept.quarter, kept.unit, kept.year, kept.text) == (
        "2025Q4",
        "澄湖县白鹭镇人民政府",
        2024,
        "表三勾稽关系错误：自然人一列差1件",
    )
    assert (kept.category, kept.basis, kept.points, kept.deadline) == ("数据准确", "2021年格式", "-3", "2025-12-20")
    assert (kept.mending, kept.review, kept.remark) == ("已整改", "已销号", "=电话核实")
    assert (kept.source, kept.line) == ("旧台账.xlsx", "工作表“表”第 2 行")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("澄湖县白鹭镇人民政府", "澄湖县白鹭镇人民政府"),
        ("白鹭镇", "澄湖县白鹭镇人民政府"),
        (" 白 鹭 镇 ", "澄湖县白鹭镇人民政府"),
        ("白鹭镇人民政府", "澄湖县白鹭镇人民政府"),
        ("县自然资源局", "澄湖县自然资源局"),
        ("澄湖县国土资源局", "澄湖县自然资源局"),
        ("城东街道", "澄湖县城东街道办事处"),
        ("甲县城关镇", "甲县城关镇人民政府"),
    ],
)
def test_units_by_any_of_their_names(name: str, unit: str) -> None:
    found = one(unit=name, year=None)
    assert isinstance(found, Matched)
    assert found.finding.unit == unit


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"unit": None}, "没有写责任单位"),
        ({"unit": "白露镇"}, "没有单位“白露镇”，是否为“白鹭镇”？"),
        ({"unit": "城关镇"}, "可能是“乙县城关镇人民政府”、“甲县城关镇人民政府”，不能确定"),
        ({"unit": "白鹭镇、柳林乡"}, "写了几个单位，请一个单位一行"),
        ({"unit": "各乡镇"}, "没有单位“各乡镇”"),
        ({"text": None}, "没有写问题描述"),
    ],
)
def test_rows_that_belong_to_nobody(line: Mapping[str, object], says: str) -> None:
    found = one(**line)
    assert isinstance(found, Unmatched)
    assert says in found.reason


@pytest.mark.parametrize(
    ("text", "year", "notes"),
    [
        (2024, 2024, ()),
        ("2024年", 2024, ()),
        ("２０２４年度", 2024, ()),
        ("2024.0", 2024, ()),
        ("去年", None, ("报告年度“去年”看不懂",)),
        ("2023-2024", None, ("报告年度“2023-2024”看不懂",)),
        (None, None, ("没有写报告年度",)),
    ],
)
def test_years(text: object, year: int | None, notes: tuple[str, ...]) -> None:
    found = one(year=text)
    assert isinstance(found, Matched)
    assert (found.finding.year, found.notes) == (year, notes)


def test_the_year_of_the_whole_file_stands_in_for_blanks_only() -> None:
    data = book(
        ("表", [HEADS, [1, "白鹭镇", None, "", "甲"], [2, "白鹭镇", 2023, "", "乙"], [3, "白鹭镇", "去年", "", "丙"]])
    )
    assert [m.finding.year for m in imported(data, year=2024).matched] == [2024, 2023, None]


@pytest.mark.parametrize(
    ("text", "year", "rule"),
    [
        ("收到申请数与四种渠道之和不符", 2017, "a-sum"),
        ("收到申请数与四种渠道之和不符！", None, "a-sum"),
        ("收到申请数与4种渠道之和不符", 2017, "a-sum"),
        ("收到申请数与五种渠道之和不符", 2017, ""),
        ("收到申请数与四种渠道之和相符", 2017, ""),
        ("收到申请数与四种渠道的和不符", 2017, "a-sum"),
        ("收到申请数 3 件，四种渠道之和 2 件，相差 1 件", 2017, "a-sum"),
        ("收到申请数与四种渠道之和不符", 2025, ""),  # no rule of that year
        ("勾稽关系错误", 2024, "t3-equation"),
        ("勾稽关系错误", 2025, ""),  # two rules
        ("年度报告公布不及时", 2025, "g-deadline"),
        ("年度报告公布及时", 2025, ""),
        ("年度报告公布较及时", 2025, ""),
        ("年度报告公布不及时，未更新统计表，栏目名称不规范", 2025, ""),
        ("左 3，右 2", 2024, ""),  # says too little
    ],
)
def test_rules_by_what_is_written(text: str, year: int | None, rule: str) -> None:
    found = one(text=text, year=year)
    assert isinstance(found, Matched)
    assert found.finding.rule == rule


def test_a_rule_by_its_id_or_an_earlier_one() -> None:
    heads = ("责任单位", "问题描述", "规则编号")
    data = book(
        ("表", [heads, ["白鹭镇", "甲", "t4-equation"], ["白鹭镇", "乙", "a-old-sum"], ["白鹭镇", "丙", "x-none"]])
    )
    assert [m.finding.rule for m in imported(data).matched] == ["t4-equation", "a-sum", ""]


def test_merged_units_hold_for_every_row_and_blanks_for_none() -> None:
    lines = [
        HEADS,
        [1, "白鹭镇", 2025, "", "甲"],
        [2, None, 2025, "", "乙"],
        [3, None, 2025, "", "丙"],
        [4, None, 2025, "", "丁"],
    ]
    found = imported(book(("表", lines), merge=("B2:B4",)))
    assert [m.finding.text for m in found.matched] == ["甲", "乙", "丙"]
    assert [(u.row.line, u.reason) for u in found.unmatched] == [(5, "没有写责任单位")]


@pytest.mark.parametrize("text", ["无", "无问题", "未发现问题", "未发现明显问题。", "/", "—", "暂无"])
def test_a_row_without_a_problem_accuses_nobody(text: str) -> None:
    found = imported(book(("表", [HEADS, [1, "白鹭镇", 2025, "", text]])))
    assert (found.matched, found.unmatched, len(found.clean)) == ((), (), 1)


def test_totals_and_signatures_are_no_rows() -> None:
    lines = [HEADS, [1, "白鹭镇", 2025, "", "甲"], ["", "合计", "", "", "", "", -3], ["填表人：张三"], []]
    found = imported(book(("表", lines)))
    assert (len(found.matched), found.unmatched) == (1, ())


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(["白鹭镇", "柳林乡", "城关镇", ""]), st.text(max_size=30)), max_size=8))
def test_no_row_is_lost_and_none_is_given_to_another_unit(lines: list[tuple[str, str]]) -> None:
    clean = [(unit, "".join(c for c in text if c.isprintable() and c not in "=_")) for unit, text in lines]
    data = book(("表", [("责任单位", "问题描述"), *clean]))
    sheets = read("旧.xlsx", data)
    rows = [row for sheet in sheets for row in sheet.rows]
    found = match(rows, known())
    named = {"澄湖县白鹭镇人民政府": "白鹭镇", "澄湖县柳林乡人民政府": "柳林乡"}
    assert len(found.matched) + len(found.unmatched) + len(found.clean) == len(rows)
    assert all(named[m.finding.unit] == m.row.text(fields.UNIT) and m.finding.rule == "" for m in found.matched)


def test_the_packaged_rules_are_found_by_their_own_titles(request: pytest.FixtureRequest) -> None:
    """Each rule is found by its title in a year it speaks of, unless another of that year is called alike."""
    rulebook: Rulebook = request.getfixturevalue("book")
    listed = rules_of(rulebook)
    years = [max(rule.years & frozenset(range(2008, 2027)), default=2025) for rule in listed]
    lines = [["白鹭镇", year, rule.title] for rule, year in zip(listed, years, strict=True)]
    (sheet,) = read("旧.xlsx", book(("表", [("责任单位", "报告年度", "问题描述"), *lines])))
    found = [one.finding.rule for one in match(sheet.rows, known(rules=listed)).matched]
    assert all(rule.id == its or its == "" for rule, its in zip(listed, found, strict=True))
    assert sum(map(bool, found)) > len(listed) * 0.9


# --- in the ledger ---------------------------------------------------------------------------------


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite", create=True) as opened:
        yield opened


def test_a_file_imported_twice_adds_nothing_and_equal_rows_are_two(ledger: Ledger) -> None:
    lines = [HEADS, [1, "白鹭镇", 2025, "", "甲"], [2, "白鹭镇", 2025, "", "甲"], [3, "柳林乡", 2025, "", "甲"]]
    data = book(("表", lines))
    kept = [m.finding for m in imported(data).matched]
    assert len(bring_in(ledger, kept, data, "“旧台账.xlsx”", NOW)) == 3
    assert bring_in(ledger, kept, data, "“旧台账.xlsx”", NOW) == ()
    assert ledger.stamp.entries == 1
    grown = book(("表", [*lines, [4, "柳林乡", 2025, "", "乙"]]))
    assert [o.text for o in bring_in(ledger, [m.finding for m in imported(grown).matched], grown, "补", NOW)] == ["乙"]
    assert [(o.unit, o.text) for o in remembered(ledger).old] == [
        *[("澄湖县白鹭镇人民政府", "甲")] * 2,
        ("澄湖县柳林乡人民政府", "甲"),
        ("澄湖县柳林乡人民政府", "乙"),
    ]
    assert verify(ledger).whole
