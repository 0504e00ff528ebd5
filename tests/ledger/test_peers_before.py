"""A run over part of the units is compared with the others as they were read before, and comes out as if all had been audited."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import auditor

from auditor.ledger import open as open_ledger
from auditor.ledger.reading import chosen, stored

ROOT = Path(__file__).resolve().parents[2]
YEAR = ROOT / "reports" / "2025年度"
PART = "澄湖县柳汀镇人民政府2025年政府信息公开工作年度报告.html"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter with all units of a year, and one with a single one of them again."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(YEAR, folder / "全部")
    (folder / "一份").mkdir()
    shutil.copy(YEAR / PART, folder / "一份" / PART)
    for name, quarter, day in (("全部", "2026Q1", "2026-02-03"), ("一份", "2026Q2", "2026-04-08")):
        done = auditor("audit", name, "--quarter", quarter, "--at", day, "--formats", "json", cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


def one_of(folder: Path, quarter: str) -> dict[str, Any]:
    (path,) = folder.glob(f"audits/{quarter}/*/审计结果.json")
    found = json.loads(path.read_text("utf-8"))
    (report,) = (r for r in found["reports"] if r["source"].endswith(PART))
    return {key: report[key] for key in ("outcomes", "findings", "undecided")}


def test_it_comes_out_as_in_the_whole_run(desk: Path) -> None:
    whole, part = one_of(desk, "2026Q1"), one_of(desk, "2026Q2")
    assert part["outcomes"] == whole["outcomes"]
    assert part["findings"] == whole["findings"]


def test_without_the_ledger_it_knows_less(desk: Path) -> None:
    done = auditor("audit", "一份", "--no-ledger", "--json", "--at", "2026-04-08", cwd=desk)
    (alone,) = json.loads(done.stdout)["reports"]
    assert alone["outcomes"] != one_of(desk, "2026Q1")["outcomes"]


def test_the_run_names_its_peers_and_keeps_them(desk: Path) -> None:
    with open_ledger(desk / "audits" / "ledger.sqlite") as ledger:
        (card,) = chosen(ledger, "2026Q2")
        audit = stored(ledger, card)
        (first,) = chosen(ledger, "2026Q1")
        assert stored(ledger, first).others == ()
    units = {report.profile.organisation for report in audit.others}
    assert len(units) == len(audit.others) == 14
    assert audit.reports[0].report.profile.organisation not in units
    assert any("14 个单位" in note for note in audit.run.notes)


def test_again_it_is_the_same_run(desk: Path) -> None:
    with open_ledger(desk / "audits" / "ledger.sqlite") as ledger:
        before = ledger.stamp
    for name, quarter in (("全部", "2026Q1"), ("一份", "2026Q2")):
        auditor("audit", name, "--quarter", quarter, "--at", "2026-05-08", "--formats", "json", cwd=desk)
    with open_ledger(desk / "audits" / "ledger.sqlite") as ledger:
        assert ledger.stamp == before


def test_it_is_replayed_elsewhere(desk: Path, tmp_path: Path) -> None:
    assert auditor("bundle", "2026Q2", "包.zip", cwd=desk).returncode == 0
    shutil.move(desk / "包.zip", tmp_path)
    done = auditor("verify", "包.zip", "--replay", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "一字不差" in done.stdout


def test_a_file_that_changed_while_it_was_audited_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the ledger is what was audited, or nothing does."""
    from auditor.cli import recording

    shutil.copy(YEAR / PART, tmp_path / PART)
    kept = recording.kept

    def altered(*arguments: Any, **named: Any) -> Any:
        (tmp_path / PART).write_bytes((tmp_path / PART).read_bytes() + b"\n")
        return kept(*arguments, **named)

    monkeypatch.setattr("auditor.cli.auditing.kept", altered)
    done = auditor("audit", PART, "--formats", "json", "--ledger", "台账.sqlite", cwd=tmp_path)
    assert done.returncode == 2
    assert "被改动" in done.stderr
    with open_ledger(tmp_path / "台账.sqlite") as ledger:
        assert ledger.stamp.entries == 0
