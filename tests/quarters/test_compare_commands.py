"""compare, retro, audit --against: what an inspector types and reads."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import county
import openpyxl
import pytest
from click.testing import CliRunner, Result

from auditor.cli import cli

SUM = {"cells": {"t4.review.total": 3}}
QUARTERS = {
    "2026Q1": {"松溪镇": SUM, "松塘镇": SUM, "松岭镇": {}},
    "2026Q2": {"松溪镇": {}, "松塘镇": SUM, "松岭镇": {"cells": {"t2.penalty.decisions": ""}}},
}
AT = {"2026Q1": "2026-03-10T09:00:00+08:00", "2026Q2": "2026-06-10T09:00:00+08:00"}


def call(*arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done


def audit(folder: Path, quarter: str, *more: str, code: int = 0) -> Result:
    place = folder / quarter
    place.mkdir(exist_ok=True)
    for town, edits in QUARTERS[quarter].items():
        (place / f"{town}.html").write_bytes(county.file(town, edits))
    return call(
        "audit", str(place), "--no-work", "--quarter", quarter, "--at", AT[quarter], "--jobs", "1", "--json",
        "--ledger", str(folder / "l.sqlite"), *more, code=code,
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def small() -> Any:
    """The commands with the small rulebook."""
    book = county.rulebook()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("auditor.cli.rulebooks.loaded", lambda *_, **__: book)
        yield


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    audit(folder, "2026Q1")
    told = json.loads(audit(folder, "2026Q2", "--against", "2026Q1", "--fail-on", "一般", code=1).output)
    (folder / "against.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return folder


def test_only_what_is_new_is_told_and_counted(kept: Path) -> None:
    told = json.loads((kept / "against.json").read_text("utf-8"))
    findings = {f["fingerprint"]: f["rule"] for report in told["reports"] for f in report["findings"]}
    assert sorted(findings.values()) == ["t2-blank", "t4-sum"]
    assert [findings[new] for new in told["against"]["new"]] == ["t2-blank"]


def test_what_persists_does_not_fail_the_run(kept: Path) -> None:
    audit(kept, "2026Q2", "--against", "2026Q1", "--fail-on", "严重")
    audit(kept, "2026Q2", "--fail-on", "严重", code=1)
    audit(kept, "2026Q2", "--against", "2026Q1", "--fail-on", "优秀")


def test_nothing_to_compare_with_is_said_before_anything_is_read(kept: Path) -> None:
    done = audit(kept, "2026Q2", "--against", "2020Q1", code=2)
    assert "台账里没有批次“2020Q1”" in done.output


def test_compare_tells_units_reasons_places_and_fates(kept: Path) -> None:
    told = json.loads(
        call("compare", "2026Q1", "2026Q2", "--no-work", "--ledger", str(kept / "l.sqlite"), "--json").output
    )
    units = {one["unit"]: one for one in told["units"]}
    mended = units["澄湖县松溪镇人民政府"]
    assert (mended["before"], mended["after"], mended["split"]["report"], mended["up"]) == (95, 100, 5, 1)
    assert mended["counts"] == {"已改正": 1}
    fates = {(one["unit"][3:6], one["rule"]): (one["fate"], one["quarters"]) for one in told["findings"]}
    assert fates == {
        ("松溪镇", "t4-sum"): ("已改正", None),
        ("松塘镇", "t4-sum"): ("仍存在", 2),
        ("松岭镇", "t2-blank"): ("新发现", 1),
    }


def test_compare_on_the_screen_and_as_a_workbook(kept: Path) -> None:
    done = call(
        "compare", "2026Q1", "2026Q2", "--no-work", "--ledger", str(kept / "l.sqlite"), "--out", str(kept / "对比.xlsx")
    )
    assert "松溪镇" in done.output
    assert "已改正（1 个）" in done.output
    book = openpyxl.load_workbook(kept / "对比.xlsx")
    assert book.sheetnames == ["单位对比", "问题对比"]
    fates = {row[2].value for row in book["问题对比"].iter_rows(min_row=2)}
    assert fates == {"新发现", "仍存在", "已改正"}
    first = (kept / "对比.xlsx").read_bytes()
    call(
        "compare", "2026Q1", "2026Q2", "--no-work", "--ledger", str(kept / "l.sqlite"), "--out", str(kept / "对比.xlsx")
    )
    assert (kept / "对比.xlsx").read_bytes() == first


def test_a_partial_audit_gives_no_places_and_lists_what_was_looked_at(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(kept / "l.sqlite", tmp_path / "l.sqlite")
    monkeypatch.setitem(QUARTERS, "2026Q3", {"松塘镇": {}})
    monkeypatch.setitem(AT, "2026Q3", "2026-09-10T09:00:00+08:00")
    audit(tmp_path, "2026Q3")
    words = ("compare", "2026Q2", "2026Q3", "--no-work", "--ledger", str(tmp_path / "l.sqlite"))
    told = json.loads(call(*words, "--json").output)
    assert len(told["units"]) == 3
    assert {one["unit"][3:6]: (one["rank_after"], one["up"]) for one in told["units"]}["松塘镇"] == (None, None)
    assert all(one["rank_before"] for one in told["units"]), "all of the group were examined then"
    shown = call(*words).output
    assert "没有列出：2026Q3 没有检查的 2 份" in shown
    assert "本季未检查（1 个；加 --all 列出）" in shown
    assert "松溪镇" not in shown
    assert {"松溪镇", "松岭镇", "松塘镇"} <= set(re.findall("松.镇", call(*words, "--all").output))


def test_one_unit_by_a_part_of_its_name(kept: Path) -> None:
    arguments = ("compare", "2026Q1", "2026Q2", "--no-work", "--ledger", str(kept / "l.sqlite"), "--json", "--unit")
    told = json.loads(call(*arguments, "松塘").output)
    assert [one["unit"] for one in told["units"]] == ["澄湖县松塘镇人民政府"]
    assert "不在台账里" in call(*arguments, "无此镇", code=2).output
    assert "可能是 3 个单位" in call(*arguments, "松", code=2).output


@pytest.mark.parametrize(
    ("earlier", "later", "words"),
    [
        ("2026Q2", "2026Q1", "请把较早的写在前面"),
        ("2026Q1", "2026Q1", "同一批次"),
        ("2026Q1", "2019Q4", "没有批次"),
    ],
)
def test_what_cannot_be_compared(kept: Path, earlier: str, later: str, words: str) -> None:
    done = call("compare", earlier, later, "--no-work", "--ledger", str(kept / "l.sqlite"), code=2)
    assert words in done.output


def test_last_quarter_under_rules_of_today(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def milder(rules: dict[str, dict[str, Any]]) -> None:
        rules["t4-sum"]["severity"] = "一般"
        rules.pop("t2-blank")

    book = county.rulebook(milder)
    monkeypatch.setattr("auditor.cli.rulebooks.loaded", lambda *_, **__: book)
    arguments = ("--under", "当前", "--no-work", "--ledger", str(kept / "l.sqlite"))
    told = json.loads(call("retro", "2026Q2", *arguments, "--json").output)
    by_unit = {one["unit"][3:6]: one for one in told["reports"]}
    assert [one["rule"] for one in by_unit["松塘镇"]["reweighed"]] == ["t4-sum"]
    assert by_unit["松塘镇"]["after"] > by_unit["松塘镇"]["before"]
    assert [(one["rule"], one["why"]) for one in by_unit["松岭镇"]["vanished"]] == [("t2-blank", "没有这条规则")]
    assert not by_unit["松溪镇"]["vanished"]
    assert "不再" in call("retro", "2026Q2", *arguments).output
    same = json.loads(call("retro", "2026Q1", "--under", "2026Q2", *arguments[2:], "--json").output)
    assert all(one["before"] == one["after"] for one in same["reports"])


def test_the_rulebook_has_its_part_in_a_change_of_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit(tmp_path, "2026Q1")

    def milder(rules: dict[str, dict[str, Any]]) -> None:
        rules["t4-sum"]["severity"] = "一般"

    book = county.rulebook(milder)
    monkeypatch.setattr("auditor.cli.rulebooks.loaded", lambda *_, **__: book)
    audit(tmp_path, "2026Q2")
    told = json.loads(
        call("compare", "2026Q1", "2026Q2", "--no-work", "--ledger", str(tmp_path / "l.sqlite"), "--json").output
    )
    split = {one["unit"][3:6]: (one["after"] - one["before"], one["split"]) for one in told["units"]}
    assert split["松塘镇"] == (4, {"report": 0, "rulebook": 4, "verdicts": 0, "other": 0})
    assert split["松溪镇"] == (5, {"report": 1, "rulebook": 4, "verdicts": 0, "other": 0})
    assert split["松岭镇"] == (-1, {"report": -1, "rulebook": 0, "verdicts": 0, "other": 0})
