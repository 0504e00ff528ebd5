"""`verify`, `runs`, `ledger backup | restore | check` as an inspector types them."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledgers import full
from quarters20 import twenty

from auditor.cli import cli
from auditor.ledger import open as open_ledger
from auditor.ledger import tables
from auditor.rulebook import Rulebook

AT = "2026-04-08T09:00:00+08:00"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    full(tmp_path / "ledger.sqlite")
    return tmp_path / "ledger.sqlite"


def tampered(path: Path, *acts: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for act in acts:
            connection.execute(act)


def test_a_whole_ledger_is_said_to_be_whole(path: Path) -> None:
    done = run("verify", path)
    assert done.exit_code == 0
    assert f"台账“{path}”完好：共 4 条" in done.output
    with open_ledger(path) as ledger:
        head = ledger.stamp.head
    assert f"台账第 4 条，校验码 {head}" in done.output
    assert "是第 4 条（测试，" in run("verify", "--ledger", path, "--no-work", "--head", head[:16]).output
    said = json.loads(run("verify", path, "--json", "--head", head).output)
    assert (said["whole"], said["entries"], said["head"], said["breaks"]) == (True, 4, head, [])
    assert list(said["heads"]) == [head]


def test_the_first_break_is_named_first_then_the_others(path: Path) -> None:
    tampered(
        path,
        "UPDATE finding SET message = '没有问题' WHERE entry = 3 AND nth = 1",
        "UPDATE verdict SET word = '不属实' WHERE entry = 2 AND nth = 0",
        "CREATE TRIGGER t AFTER INSERT ON verdict BEGIN SELECT 1; END",
    )
    done = run("verify", path)
    assert done.exit_code == 1
    first, second, third = done.output.splitlines()[:3]
    assert "共 3 处。第一处：第 2 条（测试，2026-04-10 09:00）的认定（verdict 表）第 1 行" in first
    assert "被改动" in first
    assert "第 3 条（测试，2026-04-12 09:00）的问题（finding 表）第 2 行" in second
    assert "触发器 t" in third
    said = json.loads(run("verify", path, "--json").output)
    assert [(each["entry"], each["table"]) for each in said["breaks"]] == [(2, "verdict"), (3, "finding"), (None, None)]
    assert not said["whole"]


def test_a_printed_head_that_is_gone_is_named(path: Path) -> None:
    done = run("verify", path, "--head", "ab" * 32)
    assert done.exit_code == 1
    assert f"校验码 {'ab' * 32} 不在台账里" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--head", "ab"], "校验码“ab”有误"),
        (["--head", "文书上的校验码一二三四五"], "有误"),
        (["--replay"], "--replay 用于"),
    ],
)
def test_what_cannot_be_asked_is_refused(path: Path, words: list[str], said: str) -> None:
    done = run("verify", path, *words)
    assert done.exit_code == 2
    assert said in done.output


def test_damaged_files_end_with_one_missing_ones_with_two(path: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.sqlite").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    for command in (["verify", tmp_path / "bad.sqlite"], ["ledger", "check", "--ledger", tmp_path / "bad.sqlite"]):
        done = run(*command)
        assert done.exit_code == 1, done.output
        assert "bad.sqlite" in done.output
    assert json.loads(run("verify", tmp_path / "bad.sqlite", "--json").output)["whole"] is False
    for command in (["verify"], ["runs"], ["ledger", "check"], ["ledger", "backup"]):
        done = run(*command, "--ledger", tmp_path / "none.sqlite")
        assert done.exit_code == 2
        assert "找不到台账" in done.output
    tampered(path, f"PRAGMA user_version = {tables.VERSION + 1}")
    for command in (["verify"], ["runs"], ["ledger", "check"], ["ledger", "backup"]):
        done = run(*command, "--ledger", path)
        assert done.exit_code == 2
        assert "请升级 auditor" in done.output


def test_a_backup_has_its_time_in_its_name_and_is_never_written_over(path: Path) -> None:
    done = run("ledger", "backup", "--ledger", path, "--at", AT)
    made = path.parent / "备份" / "ledger-20260408-090000.sqlite"
    assert done.exit_code == 0
    assert f"已备份到 {made}：4 条" in done.output
    assert "完好" in done.output
    done = run("ledger", "backup", "--ledger", path, "--at", AT)
    assert done.exit_code == 2
    assert "已经存在，没有覆盖" in done.output
    assert run("ledger", "backup", path.parent / "别处.sqlite", "--ledger", path).exit_code == 0


def test_a_ledger_is_restored_from_its_backup(path: Path) -> None:
    copy = path.parent / "copy.sqlite"
    run("ledger", "backup", copy, "--ledger", path)
    tampered(path, "UPDATE verdict SET word = '不属实' WHERE entry = 2")
    assert run("verify", path).exit_code == 1
    done = run("ledger", "restore", copy, "--ledger", path, "--at", AT)
    assert done.exit_code == 0
    assert "原来的台账改名为“ledger.sqlite.恢复前-20260408-090000”" in done.output
    assert run("verify", path).exit_code == 0
    tampered(copy, "UPDATE verdict SET word = '不属实' WHERE entry = 2")
    done = run("ledger", "restore", copy, "--ledger", path)
    assert done.exit_code == 2
    assert "没有恢复" in done.output


def test_runs_and_what_they_weigh(tmp_path: Path, book: Rulebook) -> None:
    path = tmp_path / "ledger.sqlite"
    cost = twenty(path, quarters=3, units=4, book=book)
    done = run("runs", "--ledger", path)
    lines = [line.split() for line in done.output.splitlines()[2:]]
    assert [line[0] for line in lines] == ["2021Q2", "2021Q3", "2021Q4"]
    assert [line[2] for line in lines] == ["2021-05-08", "2021-08-08", "2021-11-08"]
    listed = json.loads(run("runs", "--json", "--ledger", path).output)
    assert [each["id"] for each in listed] == [line[1] for line in lines]
    assert sum(each["reports"] for each in listed) == cost["reports"]
    assert {each["rulebook"]["sha256"] for each in listed} == {book.stamp.sha256}
    done = run("ledger", "check", "--ledger", path)
    assert done.exit_code == 0
    assert f"批次 3 个，审核过的报告 {cost['reports']} 份次，问题 {cost['findings']} 条次" in done.output
    said = json.loads(run("ledger", "check", "--json", "--ledger", path).output)
    assert said["bytes"] == cost["bytes"] == path.stat().st_size
    assert said["bytes_a_report"] == cost["bytes_a_report"]
    assert (said["version"], said["journal"], said["whole"]) == (tables.VERSION, "wal", True)
    assert said["tables"]["run"] == 3


def test_an_empty_ledger_has_no_runs(tmp_path: Path) -> None:
    open_ledger(tmp_path / "a.sqlite", create=True).close()
    assert "还没有批次" in run("runs", "--ledger", tmp_path / "a.sqlite").output
    assert json.loads(run("runs", "--json", "--ledger", tmp_path / "a.sqlite").output) == []
    assert run("verify", tmp_path / "a.sqlite").exit_code == 0
