"""An inspector's quarter, from `init` to closed letters, by the commands she types: 54 units, a ZIP of mixed files, last quarter's
ledger and a hand-made one before it, three requirements of her own, five corrected reports."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from commands import auditor

sys.path.insert(0, str(Path(__file__).resolve().parent))

import county54
from county54 import Edit, cells, words

LAST_YEAR: dict[str, tuple[Edit, ...]] = {
    "云溪镇": (cells(t2__penalty__decisions=""),),
    "桂桥镇": (cells(t3__new__total="99"),),
}
FAULTS: dict[str, tuple[Edit, ...]] = {
    "云溪镇": (cells(t3__new__total="12"),),
    "石桥镇": (cells(t2__penalty__decisions=""),),
    "松湖乡": (words("新收政府信息公开申请10件", "新收政府信息公开申请14件"),),
    "柳溪镇": (words("2025年1月1日至2025年12月31日", "2024年1月1日至2024年12月31日"),),
    "县教育局": (words("## 六、其他需要报告的事项\n", ""),),
    "荷湖乡": (words("问题集中在三处", "我镇问题集中在三处"),),
    "白湖乡": (words("问题集中在三处", "我镇问题集中在三处"),),
    "梅桥镇": (words("专区终端已直连网站数据库；", ""),),
    "兰桥镇": (words("公众可按组查询", "公众可查询"),),
}
MISSING = frozenset({"竹湖乡"})

OWN_RULES = """- id: c-zone
  title: 未写明政务公开专区
  check: wording
  applies: {form: C, years: 2024-}
  require: [专区]
  severity: 一般
  dimension: 内容完整
  basis: [{practice: 澄湖县2025年政务公开工作要点}]
  message: 全文没有写明政务公开专区的建设和运行情况
  why: 群众无从知道在哪里可以查阅政府信息
  remedy: 补充政务公开专区的建设和运行情况
  examples:
    kept: [{正文: 政务公开专区设在办事大厅。}]
    broken: [{正文: 公众号运行正常。}]
- id: c-group
  title: 发包台账未按组公开
  check: wording
  applies: {form: C, years: 2025-}
  require: [按组查询]
  severity: 提示
  deduct: 1
  dimension: 内容完整
  basis: [{practice: 澄湖县2025年政务公开工作要点}]
  message: 没有写明发包台账可以按组查询
  why: 群众不能查到本组的账
  certainty: suspected
  remedy: 补充查询办法
  examples:
    kept: [{正文: 台账可按组查询。, 概况: {年度: 2025}}]
    suspected: [{正文: 台账已公开。, 概况: {年度: 2025}}]
"""
OWN_CHECK = """id: c-force
title: 现行有效的规范性文件少于本年制发数
check: equation
applies: {form: C, years: 2024-}
expect: 行政规范性文件.现行有效 ≥ 行政规范性文件.制发
severity: 一般
dimension: 数据准确
basis: [{practice: 澄湖县2025年政务公开工作要点}]
message: 现行有效 {left} 件，本年制发 {right} 件
why: 当年制发的文件年末一般仍然有效，少于制发数的应当说明
certainty: suspected
remedy: 核对规范性文件底数
examples:
  kept: [{行政规范性文件.现行有效: 3, 行政规范性文件.制发: 1}]
  suspected: [{行政规范性文件.现行有效: 0, 行政规范性文件.制发: 1}]
"""


class Office:
    """The inspector at her desk: commands in her work folder, each on the day it is told."""

    def __init__(self, desk: Path) -> None:
        self.desk = desk
        self.day = "2025-11-03"

    def types(self, *arguments: object, code: int = 0) -> str:
        """A command and what it prints; the exit code must be as expected."""
        done = auditor(*arguments, "--at", f"{self.day}T10:00:00+08:00", cwd=self.desk)
        assert done.returncode == code, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def asks(self, *arguments: object) -> Any:
        """The JSON of a command."""
        done = auditor(*arguments, "--json", "--at", f"{self.day}T10:00:00+08:00", cwd=self.desk)
        assert done.returncode == 0, f"{arguments}\n{done.stderr}"
        return json.loads(done.stdout)

    def receives(self, folder: str, name: str, data: bytes) -> Path:
        """A file that somebody sent."""
        path = self.desk / "reports" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def corrected(self, folder: str, short: str, *edits: Edit) -> None:
        """The corrected report of a unit, as a file of another name."""
        body = next(body for body in county54.bodies() if body.short == short)
        content = county54.report(body, 2025, *edits)
        name = county54.file_name(body, content).replace("年度报告", "年度报告（更正）")
        self.receives(folder, name, county54.make.render(content))


def test_an_inspectors_quarter(tmp_path: Path) -> None:
    office = Office(tmp_path / "台")
    _sets_up(tmp_path, office)
    _last_quarter(office)
    _this_quarter(office)
    _verifies_with_the_units(office)
    _decides(office)
    _issues(office)
    _orders_and_hears(office)
    _audits_the_corrections(office)
    _closes(office)
    _proves(office, tmp_path)


def _sets_up(home: Path, office: Office) -> None:
    told = ("--region", "云溪省岚江市澄湖县", "--deadline", "01-31", "--deadline-source", "澄湖县政务公开工作要点")
    assessed = (
        "--assessment",
        "澄湖县政务公开考核办法",
        "--assessment-number",
        "澄政办发〔2024〕3号",
        "--assessment-from",
        2024,
    )
    done = auditor(
        "init", "台", "--yes", "--name", "澄湖县", *told, *assessed, "--issuer", "澄湖县人民政府办公室", cwd=home
    )
    assert done.returncode == 0, done.stderr
    (office.desk / "名册.xlsx").write_bytes(county54.roster())
    (office.desk / "rules" / "本县要求.yaml").write_text(OWN_RULES, encoding="utf-8")
    (office.desk / "rules" / "规范性文件.yaml").write_text(OWN_CHECK, encoding="utf-8")
    checked = auditor("rules", "check", cwd=office.desk)
    assert checked.returncode == 0, checked.stderr
    assert "156" in checked.stdout


def _last_quarter(office: Office) -> None:
    """The quarter before was audited; the one before that was kept in a workbook by hand."""
    rows = [
        ("序号", "责任单位", "报告年度", "问题描述", "整改情况"),
        (1, "云溪镇", 2024, "表二有空格没有填报", "已整改"),
        (2, "石桥镇", 2024, "=正文数字与表格不一致", "未整改"),
        (3, "不存在镇", 2024, "没有公布", ""),
    ]
    with xlsxwriter.Workbook(str(office.desk / "2025年三季度台账.xlsx"), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("台账")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    said = office.types("ledger", "import", "2025年三季度台账.xlsx", "--quarter", "2025Q3", "--yes")
    assert "不存在镇" in said
    for name, data in county54.files(2024, LAST_YEAR):
        office.receives("2024年度", name, data)
    said = office.types("audit", "reports/2024年度", "--quarter", "2025Q4", "--formats", "json")
    assert "已报 54 份，未报 0 份" in said


def _this_quarter(office: Office) -> None:
    office.day = "2026-02-03"
    office.receives("2025年度", "各单位报送.zip", county54.zipped(county54.files(2025, FAULTS, MISSING)))
    said = office.types("audit", "reports/2025年度", "--quarter", "2026Q1")
    assert "已报 53 份，未报 1 份" in said
    todo = office.types("todo", "2026Q1")
    assert "待认定的疑似问题：5 个" in todo


def _verifies_with_the_units(office: Office) -> None:
    """Before a unit is named it is asked; five working days follow."""
    office.day = "2026-02-05"
    said = office.types(
        "letters", "send", "2026Q1", "--kind", "反馈函", "--paper", "澄政办函〔2026〕5号", "--by", "张三"
    )
    assert "已登记反馈函 11 份" in said


def _decides(office: Office) -> None:
    office.day = "2026-02-06"
    office.types("decide", "荷湖乡-01", "属实", "--by", "张三", "--why", "单位来电承认")
    office.types("decide", "竹湖乡-01", "属实", "--by", "张三", "--why", "政府网站上没有，镇里承认没有公布")
    office.types("decide", "白湖乡-01", "不属实", "--by", "张三", "--why", "引用镇党委文件名称，不是自称")
    waiver = (
        "--unit",
        "石桥镇",
        "--rule",
        "t2-blank",
        "--why",
        "执法系统迁移",
        "--paper",
        "澄政办〔2026〕2号",
        "--approver",
        "李主任",
    )
    office.types("waive", "add", *waiver, "--end", "2026-03-31", "--by", "张三")
    seen = (
        "--place",
        "五、存在的主要问题及改进情况",
        "--text",
        "改进措施没有写明完成时间",
        "--practice",
        "澄湖县政务公开考核办法",
    )
    kind = ("--severity", "一般", "--dimension", "真实有效", "--remedy", "补充完成时间后重新发布")
    office.types("finding", "add", "--unit", "松桥镇", "--year", 2025, *seen, *kind, "--by", "张三")
    office.types(
        "letters",
        "send",
        "2026Q1",
        "--kind",
        "反馈函",
        "--unit",
        "松桥镇",
        "--paper",
        "澄政办函〔2026〕6号",
        "--by",
        "张三",
    )
    _fills_in_the_ledger(office)


def _fills_in_the_ledger(office: Office) -> None:
    """The ledger as Excel, written anew with what is decided; what is left she fills in there."""
    office.types("audit", "reports/2025年度", "--quarter", "2026Q1", "--formats", "xlsx")
    (path,) = office.desk.glob("audits/2026Q1/*/问题台账.xlsx")
    said = {"兰桥镇-01": ("属实", "镇里确认漏写"), "桂桥镇-01": ("不属实", "上年数误填，已另行处理")}
    book = openpyxl.load_workbook(path)
    for sheet in (book["问题清单"],):
        heads = {cell.value: cell.column for cell in sheet[2]}
        for row in sheet.iter_rows(min_row=3):
            if "整改时限" in heads:  # the units were asked to verify, nobody was ordered to mend
                assert row[heads["整改时限"] - 1].value is None
            number = str(row[heads["编号"] - 1].value or "").removeprefix("2026Q1-")
            if number == "云溪镇-03":
                row[heads["备注"] - 1].value = "=已电话告知"
            if number in said:
                verdict, why = said[number]
                for head, value in (
                    ("认定", verdict),
                    ("认定理由", why),
                    ("认定人", "李四"),
                    ("认定日期", "2026-02-06"),
                ):
                    row[heads[head] - 1].value = value
    filled = office.desk / "问题台账（已填）.xlsx"
    book.save(filled)
    book.close()
    office.types("decide", "--from", filled.name)
    again = office.types("decide", "--from", filled.name)
    assert "没有" in again
    left = office.asks("todo", "2026Q1")
    assert {group["kind"] for group in left["groups"]} == {"to_confirm", "verifying"}, left


def _issues(office: Office) -> None:
    """The score is issued when the units had their say; then it is frozen."""
    office.day = "2026-02-10"
    early = office.types("issue", "2026Q1", "--by", "张三", "--paper", "澄政办发〔2026〕8号", code=2)
    assert "核实期到 2026-02-12 为止" in early
    office.day = "2026-02-14"
    assert "得分已印发 53 份" in office.types("issue", "2026Q1", "--by", "张三", "--paper", "澄政办发〔2026〕8号")
    office.types("issue", "2026Q1", "--by", "张三", "--paper", "澄政办发〔2026〕9号", code=2)


REPLIES: dict[str, tuple[str, str]] = {
    "云溪镇": ("已整改", "已更正统计表"),
    "松湖乡": ("已整改", "已更正正文"),
    "柳溪镇": ("已整改", "已更正统计期限"),
    "县教育局": ("已整改", "已补充第六部分"),
    "兰桥镇": ("已整改", "+已补充查询办法"),
    "松桥镇": ("已整改", "已补充完成时间"),
    "竹湖乡": ("已整改", "已补充公布"),
    "梅桥镇": ("申请延期", "专区正在装修"),
    "荷湖乡": ("异议", "该句引自镇志，不是自称"),
}


def _orders_and_hears(office: Office) -> None:
    """Orders after the holidays; the units answer in their sheets."""
    office.day = "2026-02-24"
    sent = office.types("letters", "send", "2026Q1", "--kind", "通知", "--paper", "澄政办函〔2026〕9号", "--by", "张三")
    assert "已登记通知 9 份" in sent
    assert "2026-03-02" in sent  # five working days, with the Saturday on which people work
    office.types("replies", "sheet", "2026Q1", "--out", "反馈表")
    for path in sorted((office.desk / "反馈表").glob("*.xlsx")):
        short = next(short for short in REPLIES if short.removeprefix("县") in path.name)
        _answers(path, *REPLIES[short])
    office.day = "2026-03-02"
    assert "12" in office.types("replies", "import", "反馈表")
    office.types(
        "replies", "rule", "2026Q1-梅桥镇-01", "同意", "--why", "工期属实", "--until", "2026-03-31", "--by", "张三"
    )
    withdrawn = ("replies", "rule", "2026Q1-荷湖乡-01", "撤回", "--why", "经查属引文", "--by", "张三")
    office.types(*withdrawn, code=2)  # the score is issued: a correction has a number
    office.types(*withdrawn, "--paper", "澄政办更〔2026〕1号")
    corrected = ("--correct", "荷湖乡", "--why", "异议成立", "--paper", "澄政办更〔2026〕1号", "--by", "张三")
    office.types("issue", "2026Q1", *corrected)
    states = {one["number"]: one["state"] for one in office.asks("mending", "2026Q1")["findings"]}
    assert states["2026Q1-云溪镇-01"] == "已整改"  # as the unit says
    assert office.asks("mending", "2026Q1")["rate"]["closed"] == 0


def _answers(path: Path, word: str, text: str) -> None:
    """A unit fills in its sheet."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (head,) = (row for row in sheet.iter_rows() if any(cell.value == "整改情况" for cell in row))
    at = {cell.value: cell.column - 1 for cell in head}
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        if not str(row[at["编号"]].value or "").startswith("2026Q1-"):
            continue
        row[at["整改情况"]].value = word
        row[at["整改措施说明"]].value = text
        row[at["填报人"]].value = "王五"
        if word == "已整改":
            row[at["完成日期"]].value = "2026-02-27"
        if word == "申请延期":
            row[at["申请延期至"]].value = "2026-03-31"
    book.save(path)
    book.close()


def _audits_the_corrections(office: Office) -> None:
    """Five units sent corrected reports, one of which corrects nothing that matters; one that had none sends its first."""
    office.day = "2026-04-08"
    for short in ("云溪镇", "松湖乡", "柳溪镇", "兰桥镇", "竹湖乡"):
        office.corrected("2025年度更正", short)
    office.corrected("2025年度更正", "县教育局", *FAULTS["县教育局"], words("问题集中在三处", "问题有三处"))
    office.types("audit", "reports/2025年度更正", "--quarter", "2026Q2", "--formats", "json")
    found = office.asks("compare", "2026Q1", "2026Q2")
    moved = {one["unit"]: one for one in found["units"] if one["after"] is not None}
    assert set(moved) == {
        f"澄湖县{short}" + ("人民政府" if short[0] != "教" else "")
        for short in ("云溪镇", "松湖乡", "柳溪镇", "兰桥镇", "教育局", "竹湖乡")
    }
    assert moved["澄湖县云溪镇人民政府"]["split"] == {"report": 5, "rulebook": 0, "verdicts": 0, "other": 0}
    assert moved["澄湖县云溪镇人民政府"]["issued"] == 95
    assert all("新发现" not in one["counts"] for one in moved.values())
    assert moved["澄湖县教育局"]["counts"]["仍存在"] == 1
    states = {one["number"]: one for one in office.asks("mending")["findings"]}
    assert states["2026Q1-云溪镇-01"]["state"] == "已销号"
    still = states["2026Q1-县教育局-01"]
    assert (still["state"], still["note"], still["overdue"]) == ("未整改", "复核仍存在", 37)


def _closes(office: Office) -> None:
    """Reminded, the last ones mend too; what was waived comes back when its day is over, and is mended like the others."""
    assert "豁免已到期或者终止的问题：1 个" in office.types("todo", "2026Q1")
    office.day = "2026-04-20"
    for short in ("县教育局", "梅桥镇", "石桥镇"):
        office.corrected("2025年度再次更正", short)
    office.types("finding", "close", "2026Q1-松桥镇-01", "--by", "张三", "--why", "已看更正后的报告")
    office.types("audit", "reports/2025年度再次更正", "--quarter", "2026Q2", "--formats", "json")
    found = office.asks("mending")
    assert found["rate"] == {"ordered": 11, "closed": 11, "percent": 100}
    states = {one["number"]: one["state"] for one in found["findings"]}
    assert states["2026Q1-石桥镇-01"] == "已销号"
    assert {states[f"2026Q1-{short}-01"] for short in ("县教育局", "梅桥镇", "松桥镇", "竹湖乡")} == {"已销号"}


def _proves(office: Office, home: Path) -> None:
    """Everything is there, the same, and provable elsewhere."""
    assert "全部相符" in office.types("verify")
    told = json.dumps(office.asks("history", "云溪镇"), ensure_ascii=False)
    assert all(words in told for words in ("2025Q4-云溪镇-01", "2026Q1-云溪镇-04", "表二有空格没有填报", "=已电话告知"))
    issued = office.types("issued", "2026Q1")
    assert "荷湖乡" in issued
    rules = {one["rule"]: one for one in office.asks("rules", "stats")["rules"]}
    assert rules["g-foreign-place"]["dismissed"] == 2
    office.types("bundle", "2026Q2", home / "包.zip")
    done = auditor("verify", "包.zip", "--replay", cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("一字不差") == 2
    office.types("ledger", "check")
    office.types("ledger", "backup", home / "备份.sqlite")
    assert "全部相符" in office.types("verify", home / "备份.sqlite")
