"""`auditor decide --from` at the door: what is said, what is printed as JSON, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from filled_ledger import Filling, county, recorded, workbook

from auditor.cli import cli
from auditor.ledger import open as open_ledger
from auditor.ledger.remembering import remembered

AT = "2026-04-20T09:00:00+08:00"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with open_ledger(tmp_path / "ledger.sqlite", create=True) as ledger:
        recorded(ledger, county())
        (tmp_path / "空的.xlsx").write_bytes(workbook(ledger))
    return tmp_path


def decide(place: Path, name: str, *more: str) -> Result:
    arguments = [
        "decide",
        "--from",
        str(place / name),
        "--ledger",
        str(place / "ledger.sqlite"),
        "--no-work",
        "--at",
        AT,
    ]
    return CliRunner().invoke(cli, [*arguments, *more])


def filled(place: Path, by: str | None = None) -> list[str]:
    filling = Filling((place / "空的.xlsx").read_bytes())
    numbers = list(filling.numbers())[:5]
    for number in numbers:
        filling.set(number, 认定="属实", 认定人=by, 整改情况="已整改")
    filling.set(numbers[0], 备注="已电话通知")
    (place / "问题台账.xlsx").write_bytes(filling.save())
    return numbers


def test_taken_in_once_and_said_so(place: Path) -> None:
    numbers = filled(place)
    tried = decide(place, "问题台账.xlsx", "--by", "张三", "--dry-run")
    assert (tried.exit_code, "没有写入台账" in tried.stdout) == (0, True)
    assert numbers[0] in tried.stdout and "备注：已电话通知" in tried.stdout
    done = decide(place, "问题台账.xlsx", "--by", "张三")
    assert done.exit_code == 0
    assert "共 46 行，已写入：属实 5 个，备注 1 条；记入台账第 2 条。" in done.stdout
    assert "有 5 行填了整改情况等栏，没有导入" in done.stderr
    again = decide(place, "问题台账.xlsx", "--by", "李四")
    assert (again.exit_code, "没有新的认定和备注，台账没有变动" in again.stdout) == (0, True)
    with open_ledger(place / "ledger.sqlite") as ledger:
        assert {one.number: one.verdict.by for one in remembered(ledger).decisions} == dict.fromkeys(numbers, "张三")
        assert ledger.stamp.entries == 2


def test_conflicts_end_with_two_and_stand_together(place: Path) -> None:
    numbers = filled(place)
    nobody = decide(place, "问题台账.xlsx")
    assert nobody.exit_code == 2
    lines = nobody.stderr.splitlines()
    told = [line for line in lines if "没有写认定人" in line]
    assert len(told) == 1 and "W3至W7（5 格）" in told[0]
    assert "“问题台账.xlsx”有 5 处要改，什么也没有写入台账" in lines[-1]
    data = decide(place, "问题台账.xlsx", "--json")
    assert data.exit_code == 2
    shown = json.loads(data.stdout)
    assert [one["number"] for one in shown["conflicts"]] == numbers
    assert {one["sheet"] for one in shown["conflicts"]} == {"问题清单"}
    assert (shown["decisions"], shown["entry"], shown["mending_not_taken"]) == ([], None, 5)


def test_json_lists_what_was_entered(place: Path) -> None:
    numbers = filled(place, "李四")
    shown = json.loads(decide(place, "问题台账.xlsx", "--json").stdout)
    assert [(one["number"], one["word"], one["by"], one["on"]) for one in shown["decisions"]] == [
        (number, "属实", "李四", "2026-04-20") for number in numbers
    ]
    assert (shown["entry"], [one["text"] for one in shown["remarks"]]) == (2, ["已电话通知"])


def test_a_file_that_is_no_ledger_is_refused(place: Path) -> None:
    (place / "别的.xlsx").write_bytes(b"PK\x03\x04")
    refused = decide(place, "别的.xlsx", "--by", "张三")
    assert refused.exit_code == 2
    assert "别的.xlsx" in refused.stderr
