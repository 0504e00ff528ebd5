"""`auditor ledger import` at the door: a preview first, then entered, and only once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from auditor.cli import cli
from auditor.ledger import open as open_ledger
from auditor.ledger.remembering import remembered
from auditor.roster import Unit
from auditor.roster.template import render

LINES: Sequence[Sequence[object]] = (
    ("澄湖县2025年第四季度政务公开检查问题台账",),
    ("序号", "单位名称", "年度", "失分原因", "扣分", "整改结果", "备注"),
    (1, "白鹭镇", 2024, "勾稽关系错误", -3, "已整改", "=电话核实"),
    (2, "柳林乡", "去年", "栏目名称不规范", -1, "未整改", None),
    (3, "白露镇", 2024, "公开不及时", -5, "未整改", None),
    (4, "柳林乡", 2024, "无", None, None, None),
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    for line in LINES:
        made.worksheets[0].append(list(line))
    made.save(tmp_path / "旧台账.xlsx")
    units = (Unit("澄湖县白鹭镇人民政府", "乡镇", ("白鹭镇",)), Unit("澄湖县柳林乡人民政府", "乡镇", ("柳林乡",)))
    (tmp_path / "名册.xlsx").write_bytes(render(units, [2024]))
    with open_ledger(tmp_path / "ledger.sqlite", create=True):
        pass
    return tmp_path


def imported(place: Path, *more: str) -> Result:
    paths = [str(place / "旧台账.xlsx"), "--ledger", str(place / "ledger.sqlite"), "--roster", str(place / "名册.xlsx")]
    return CliRunner().invoke(cli, ["ledger", "import", *paths, "--no-work", "--quarter", "2025Q4", *more])


def test_a_preview_then_the_import_then_nothing(place: Path) -> None:
    shown = imported(place)
    assert shown.exit_code == 0, shown.output
    for words in (
        "失分原因",
        "（不导入）",
        "写明没有问题或者不属实的 1 行，不导入",
        "第 4 行：报告年度“去年”看不懂",
        "第 5 行：名册和台账中没有单位“白露镇”，是否为“白鹭镇”？",
        "共 4 行，可导入 2 行",
        "以上只是预览，没有写入台账",
    ):
        assert words in shown.stdout, shown.stdout
    with open_ledger(place / "ledger.sqlite") as ledger:
        assert (ledger.stamp.entries, remembered(ledger).old) == (0, ())
    done = json.loads(imported(place, "--yes", "--json").stdout)
    assert (done["entry"], done["new"], done["importable"], len(done["unmatched"])) == (1, 2, 2, 1)
    again = imported(place, "--yes", "--with-unmatched")
    assert "台账中已有 2 行，不再导入" in again.stdout and "已导入 1 行，记入台账第 2 条" in again.stdout
    with open_ledger(place / "ledger.sqlite") as ledger:
        kept = remembered(ledger).old
    assert [(one.unit, one.year, one.text, one.mending, one.remark) for one in kept] == [
        ("澄湖县白鹭镇人民政府", 2024, "勾稽关系错误", "已整改", "=电话核实"),
        ("澄湖县柳林乡人民政府", None, "栏目名称不规范", "未整改", ""),
        ("白露镇", 2024, "公开不及时", "未整改", ""),
    ]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--map", "没这列=备注"), "--map：没有叫“没这列”的列"),
        (("--map", "备注"), "应写作 列=字段"),
        (("--sheet", "二季度"), "没有工作表“二季度”"),
        (("--quarter", "2025年四季度"), "应写作 2025Q4"),
    ],
)
def test_what_cannot_be_done_is_said(place: Path, more: Sequence[str], says: str) -> None:
    refused = imported(place, *more)
    assert (refused.exit_code, says in refused.stderr) == (2, True), refused.output
