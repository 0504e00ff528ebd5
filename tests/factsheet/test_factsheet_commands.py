"""`auditor facts`: out of a ledger, filled in, in again, and audited with what was typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from commands import auditor
from factsheet_sheets import filled, listed, printed, told
from rendering.dresses import html_site
from roster_making import content, rendered

from auditor.ledger import open as open_ledger
from auditor.ledger.handed import bare, handed_anew
from auditor.ledger.reading import runs, stored
from auditor.ledger.remembering import remembered
from auditor.model import State
from auditor.pipeline import audit
from auditor.rulebook import Rulebook

AT = ("--at", "2026-04-08T09:00:00+08:00")
AUDIT = ("audit", "reports", "--quarter", "2026Q1", "--formats", "json", "--jobs", "1", *AT)
SHEET = "数据录入单.xlsx"


def audited(folder: Path, name: str, data: bytes) -> Path:
    """The folder with a ledger of one run over that report, which then lies elsewhere."""
    (folder / "reports").mkdir(parents=True)
    (folder / "reports" / name).write_bytes(data)
    done = auditor(*AUDIT, cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "reports").rename(folder / "别处")
    return folder


@pytest.fixture(scope="module")
def kept(book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("facts") / "县", "柳林镇2023.html", html_site(told(book)))


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Path:
    """A folder with a ledger of one run over a page with a cell that cannot be read."""
    shutil.copytree(kept, tmp_path / "县")
    return tmp_path / "县"


def said(folder: Path) -> dict[str, Any]:
    """The JSON of another audit, of the report in its old place."""
    if (folder / "别处").exists():
        (folder / "别处").rename(folder / "reports")
    done = auditor(*AUDIT, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def colsum(folder: Path) -> set[str]:
    (report,) = said(folder)["reports"]
    return {f["rule"] for f in report["findings"] if f["rule"] == "t3-colsum"}


def test_the_way_of_a_cell_from_the_ledger_to_a_finding(tmp_path: Path, book: Rulebook) -> None:
    place = audited(tmp_path / "县", "柳林镇2023.pdf", printed(book))
    done = auditor("facts", "sheet", cwd=place)
    assert done.returncode == 0 and "存疑数据 1 项（1 个文件）" in done.stdout, done.stderr
    (row,) = listed((place / SHEET).read_bytes())
    assert (row["单位"], row["年度"], row["指标"]) == ("云台县柳林镇人民政府", 2023, "本年新收.自然人")
    assert len(openpyxl.load_workbook(place / SHEET)["存疑数据"]._images) == 1, "the original is in the ledger"

    filled(place / SHEET, place / "填好.xlsx", {1: {"录入值": "１０", "备注": "原件清楚"}})
    refused = auditor("facts", "import", "填好.xlsx", cwd=place)
    assert refused.returncode == 2 and "--by" in refused.stderr
    taken = auditor("facts", "import", "填好.xlsx", "--by", "张三", *AT, cwd=place)
    assert taken.returncode == 0 and "录入 1 项，与以前相同 0 项" in taken.stdout, taken.stderr
    again = auditor("facts", "import", "填好.xlsx", "--by", "李四", cwd=place)
    assert again.returncode == 0 and "录入 0 项，与以前相同 1 项" in again.stdout
    with open_ledger(place / "audits" / "ledger.sqlite") as ledger:
        assert ledger.stamp.entries == 2, "what says nothing new makes no entry"
        (one,) = remembered(ledger).typed
    assert (one.state, one.value, one.raw, one.by, str(one.on), one.note) == (
        State.NUMBER, 10, "１０", "张三", "2026-04-08", "原件清楚",
    )  # fmt: skip

    (report,) = said(place)["reports"]
    assert "t3-colsum" in {f["rule"] for f in report["findings"]}
    cell = report["facts"]["t3.new.natural"]
    assert (cell["value"], cell["typed"]) == (10, {"by": "张三", "on": "2026-04-08"})
    assert "没有需要人工核对的数据" in auditor("facts", "sheet", cwd=place).stdout, "a cell is asked once"


def test_a_contradiction_is_refused_until_it_is_meant(place: Path) -> None:
    auditor("facts", "sheet", cwd=place)
    filled(place / SHEET, place / "一.xlsx", {1: {"录入值": 10}})
    filled(place / SHEET, place / "二.xlsx", {1: {"录入值": 12}})
    auditor("facts", "import", "一.xlsx", "--by", "张三", *AT, cwd=place)
    refused = auditor("facts", "import", "二.xlsx", "--by", "李四", cwd=place)
    assert refused.returncode == 2
    assert "“12”" in refused.stderr and "“10”（张三，2026-04-08）" in refused.stderr and "--change" in refused.stderr
    changed = auditor("facts", "import", "二.xlsx", "--by", "李四", "--change", "--json", cwd=place)
    assert json.loads(changed.stdout) == {"entered": 1, "changed": 1, "known": 0}
    assert colsum(place) == set(), "12 = 12"


def test_what_nobody_can_read_is_not_asked_again_but_with_all(place: Path) -> None:
    auditor("facts", "sheet", "看.xlsx", cwd=place)
    filled(place / "看.xlsx", place / "填好.xlsx", {1: {"状态": "看不清"}})
    assert auditor("facts", "import", "填好.xlsx", "--by", "张三", cwd=place).returncode == 0
    nothing = auditor("facts", "sheet", "--json", cwd=place)
    assert json.loads(nothing.stdout) == {"file": None, "cells": 0, "documents": 0}
    every = auditor("facts", "sheet", "2026q1", "全部.xlsx", "--all", "--json", cwd=place)
    assert json.loads(every.stdout) == {"file": "全部.xlsx", "cells": 1, "documents": 1}
    (row,) = listed((place / "全部.xlsx").read_bytes())
    assert (row["状态"], row["录入人"]) == ("看不清", "张三")
    (report,) = said(place)["reports"]
    assert report["facts"]["t3.new.natural"]["state"] == "unreadable"


def test_all_or_none(place: Path) -> None:
    auditor("facts", "sheet", cwd=place)
    book = openpyxl.load_workbook(place / SHEET)
    sheet = book["存疑数据"]
    for column in range(1, sheet.max_column + 1):
        sheet.cell(4, column).value = sheet.cell(3, column).value
    book.save(place / SHEET)
    cell = {"指标": "本年新收.总计", "指标编号": "t3.new.total"}
    filled(place / SHEET, place / "填好.xlsx", {1: {"录入值": 10}, 2: {**cell, "录入值": 10}})
    refused = auditor("facts", "import", "填好.xlsx", "--by", "张三", cwd=place)
    assert refused.returncode == 2 and "L4：文件里“本年新收.总计”写得清楚（12）" in refused.stderr
    with open_ledger(place / "audits" / "ledger.sqlite") as ledger:
        assert ledger.stamp.entries == 1 and not remembered(ledger).typed


def test_a_report_is_asked_from_its_path_too(place: Path) -> None:
    one = auditor("facts", "sheet", "别处", "路径.xlsx", cwd=place)
    assert one.returncode == 0, one.stderr
    (row,) = listed((place / "路径.xlsx").read_bytes())
    assert (row["文件"].split("\n")[0], row["指标编号"]) == ("别处/柳林镇2023.html", "t3.new.natural")
    auditor("facts", "sheet", "台账.xlsx", cwd=place)
    (other,) = listed((place / "台账.xlsx").read_bytes())
    assert row["文件校验值"] == other["文件校验值"]


def test_a_sheet_is_never_overwritten(place: Path) -> None:
    (place / SHEET).write_bytes(b"filled in by hand")
    done = auditor("facts", "sheet", cwd=place)
    assert "数据录入单（2）.xlsx" in done.stdout and (place / SHEET).read_bytes() == b"filled in by hand"
    again = auditor("facts", "sheet", cwd=place)
    assert "数据录入单（2）.xlsx" in again.stdout, "the very same bytes are there already"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sheet", "2030Q1"), "没有批次“2030Q1”"),
        (("sheet", "--unit", "别处镇"), "没有单位“别处镇”"),
        (("sheet", "2026Q1", "录入单.docx"), ".xlsx 结尾"),
        (("sheet", "a", "b", "c.xlsx"), "最多写两个"),
        (("sheet", "--ledger", "没有.sqlite"), "找不到台账"),
        (("import",), "请写明填好的录入单"),
        (("import", "没有.xlsx", "--by", "张三"), "打不开"),
    ],
)
def test_what_is_asked_wrongly_is_told(place: Path, arguments: tuple[str, ...], words: str) -> None:
    done = auditor("facts", *arguments, cwd=place)
    assert done.returncode == 2 and words in done.stderr


def test_units_are_chosen_by_a_part_of_their_name(place: Path) -> None:
    assert "存疑数据 1 项" in auditor("facts", "sheet", "--unit", "柳林", cwd=place).stdout


def test_an_empty_sheet_enters_nothing(place: Path) -> None:
    auditor("facts", "sheet", cwd=place)
    done = auditor("facts", "import", SHEET, "--by", "张三", cwd=place)
    assert done.returncode == 2 and "没有填写任何一项" in done.stderr


def test_a_cell_in_an_attached_file(tmp_path: Path, book: Rulebook) -> None:
    """The table stands in a file of its own: it is asked, typed and used under that file's key."""
    (tmp_path / "reports").mkdir()
    unit = content("2018-yunxiu")
    (tmp_path / "reports" / "云岫镇2018年年报.docx").write_bytes(rendered(unit, "docx", tables=False))
    table = tmp_path / "reports" / "云岫镇2018年统计表.xlsx"
    table.write_bytes(rendered(unit, "xlsx", prose=False))
    sheet = openpyxl.load_workbook(table)
    cell = next(c for row in sheet.active.iter_rows() for c in row if c.value in (0, "0"))
    cell.value = "1 2"
    sheet.save(table)
    assert auditor(*AUDIT, cwd=tmp_path).returncode == 0
    assert auditor("facts", "sheet", cwd=tmp_path).returncode == 0
    (row,) = listed((tmp_path / SHEET).read_bytes())
    assert row["文件"].startswith(f"reports/{table.name}") and "【1 2】" in row["图片"]
    filled(tmp_path / SHEET, tmp_path / "填好.xlsx", {1: {"录入值": 12}})
    assert auditor("facts", "import", "填好.xlsx", "--by", "张三", *AT, cwd=tmp_path).returncode == 0
    assert auditor(*AUDIT, cwd=tmp_path).returncode == 0
    with open_ledger(tmp_path / "audits" / "ledger.sqlite") as ledger:
        card = runs(ledger)[-1]
        written = stored(ledger, card)
        (judged,) = written.reports
        assert judged.report.filing and judged.report.filing.attached == (f"reports/{table.name}",)
        assert judged.report.facts[row["指标编号"]].value == 12
        (tmp_path / "again").mkdir()
        sources, options = handed_anew(ledger, card, tmp_path / "again")
    assert audit(sources, book, options) == bare(written)


def test_extract_and_explain_know_what_was_typed(place: Path) -> None:
    auditor("facts", "sheet", cwd=place)
    filled(place / SHEET, place / "填好.xlsx", {1: {"录入值": 10}})
    auditor("facts", "import", "填好.xlsx", "--by", "张三", *AT, cwd=place)
    read = json.loads(auditor("extract", "别处", "--json", cwd=place).stdout)
    assert read["reports"][0]["facts"]["t3.new.natural"]["typed"]["by"] == "张三"
    plain = json.loads(auditor("extract", "别处", "--json", "--no-ledger", cwd=place).stdout)
    assert "typed" not in plain["reports"][0]["facts"]["t3.new.natural"]
    told = auditor("explain", "别处", "t3-colsum", cwd=place).stdout
    assert "不合规" in told and "人工录入（张三，2026-04-08）" in told
