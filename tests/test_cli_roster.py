"""The roster on the command line: made, checked, found beside the reports, refused with every mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import ROOT, auditor

REPORTS = ROOT / "reports"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports of 2025 in a folder."""
    inner = tmp_path / "年报"
    inner.mkdir()
    for path in sorted((REPORTS / "2025年度").glob("*局*.html"))[:2]:
        (inner / path.name).write_bytes(path.read_bytes())
    return inner


def test_a_template_is_made_once_and_says_what_to_do(tmp_path: Path) -> None:
    made = auditor("roster", "new", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "填写说明" in made.stdout
    again = auditor("roster", "new", cwd=tmp_path)
    assert again.returncode == 2
    assert "已经存在" in again.stderr
    empty = auditor("roster", "check", cwd=tmp_path)
    assert empty.returncode == 2
    assert "没有单位" in empty.stderr


def test_a_roster_from_reports_is_found_beside_them(folder: Path, tmp_path: Path) -> None:
    made = auditor("roster", "new", folder / "名册.xlsx", "--from", folder, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "找到单位 2 个" in made.stdout
    assert "单位 2 个（部门 2 个）" in auditor("roster", "check", folder / "名册.xlsx", cwd=tmp_path).stdout
    done = auditor("audit", folder, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["completeness"]["roster"]["units"] == 2
    assert [(y["due"], y["reported"], y["not_reported"]) for y in found["completeness"]["years"]] == [(2, 2, 0)]
    assert (len(found["reports"]), found["set_aside"], found["unread"]) == (2, [], [])
    assert not json.loads(auditor("extract", folder, "--json", cwd=tmp_path).stdout)["unread"]


def test_the_screen_says_who_is_missing(folder: Path, tmp_path: Path) -> None:
    auditor("roster", "new", tmp_path / "名册.xlsx", "--from", folder, cwd=tmp_path)
    gone = sorted(folder.iterdir())[0]
    gone.unlink()
    done = auditor("audit", folder, "--out", tmp_path / "out", cwd=tmp_path)
    assert "2025年度应报 2 份，已报 1 份，未报 1 份，无法读取 0 份。" in done.stdout, "the roster of the current folder"
    assert "2025年度未报：澄湖县" in done.stdout
    bare = auditor("audit", folder, "--out", tmp_path / "out2", cwd=folder)
    assert "没有名册，应报和未报单位不能确定；已报2025年度 1 份，无法读取 0 份。" in bare.stdout
    asked = auditor("audit", folder, "--year", "2025", cwd=folder)
    assert asked.returncode == 2
    assert "roster new" in asked.stderr


def test_mistakes_in_the_roster_stop_the_audit(folder: Path, tmp_path: Path) -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).parent / "roster"))
    from roster_making import workbook

    rows = [("单位全称", "单位类别", "设立日期"), ("甲局", "部们", "昨天"), ("", "部门", "")]
    (folder / "名册.xlsx").write_bytes(workbook({"名册": rows}))
    done = auditor("audit", folder, cwd=tmp_path)
    assert done.returncode == 2
    for place in ("B2", "C2", "A3"):
        assert f"工作表“名册”{place}" in done.stderr
    assert "有 3 处要改" in done.stderr
    assert not (tmp_path / "audits").exists()


def test_two_rosters_must_be_told_apart(folder: Path, tmp_path: Path) -> None:
    auditor("roster", "new", folder / "名册.xlsx", "--from", folder, cwd=tmp_path)
    other = tmp_path / "另一处"
    other.mkdir()
    (other / "名册.xlsx").write_bytes((folder / "名册.xlsx").read_bytes())
    done = auditor("audit", folder, other, cwd=tmp_path)
    assert done.returncode == 2
    assert "--roster" in done.stderr
    named = auditor("audit", folder, other, "--roster", folder / "名册.xlsx", "--json", cwd=tmp_path)
    assert named.returncode == 0
    found = json.loads(named.stdout)
    assert [Path(a["source"]).parent.name for a in found["set_aside"]] == ["另一处"], "a roster is never a report"


def test_nothing_but_papers_ends_with_4(tmp_path: Path) -> None:
    (tmp_path / "通知.txt").write_text(
        "关于做好2025年政府信息公开工作年度报告编制工作的通知\n各单位：\n", encoding="utf-8"
    )
    done = auditor("audit", tmp_path / "通知.txt", "--json", cwd=tmp_path)
    assert done.returncode == 4
    assert len(json.loads(done.stdout)["set_aside"]) == 1


@pytest.mark.parametrize("command", [("roster", "-h"), ("roster", "new", "-h"), ("roster", "check", "-h")])
def test_help_is_chinese(command: tuple[str, ...], tmp_path: Path) -> None:
    done = auditor(*command, cwd=tmp_path)
    assert done.returncode == 0
    assert "Usage" not in done.stdout and "Options" not in done.stdout
