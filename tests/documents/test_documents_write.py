"""Writing: names, the manifest, files that people changed, files that are open elsewhere."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sample_audit import sample_audit

from auditor.documents import FORMATS, MANIFEST, NAMES, Written, write

AUDIT = sample_audit()
LATER = replace(AUDIT, run=replace(AUDIT.run, engine="0.2.0"))
QUICK = ("json", "csv")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_every_format_under_its_chinese_name(tmp_path: Path) -> None:
    folder = tmp_path / "审计 结果" / "2026Q1"
    written = write(AUDIT, folder, FORMATS)
    assert [w.format for w in written] == list(FORMATS)
    assert names(folder) == {*(NAMES[format] for format in FORMATS), MANIFEST}
    assert all(w.path == folder / NAMES[w.format] and w.note == "" for w in written)


def test_our_own_files_are_replaced(tmp_path: Path) -> None:
    write(AUDIT, tmp_path, QUICK)
    before = (tmp_path / NAMES["json"]).read_bytes()
    written = write(LATER, tmp_path, QUICK)
    assert (tmp_path / NAMES["json"]).read_bytes() != before
    assert names(tmp_path) == {NAMES["json"], NAMES["csv"], MANIFEST}
    assert [w.note for w in written] == ["", ""]


def test_a_changed_file_is_kept_and_the_result_gets_a_second_name(tmp_path: Path) -> None:
    write(AUDIT, tmp_path, ["csv"])
    mine = tmp_path / "问题清单.csv"
    mine.write_text("我的批注", encoding="utf-8")
    (second,) = write(LATER, tmp_path, ["csv"])
    assert mine.read_text(encoding="utf-8") == "我的批注"
    assert second.path == tmp_path / "问题清单（2）.csv"
    assert second.note == "“问题清单.csv”已被改动或者不是本程序生成，未作覆盖，本次结果另存为“问题清单（2）.csv”。"
    write(AUDIT, tmp_path, ["csv"])
    assert names(tmp_path) == {"问题清单.csv", "问题清单（2）.csv", MANIFEST}
    second.path.write_text("又一处批注", encoding="utf-8")
    (third,) = write(replace(AUDIT, reports=AUDIT.reports[:3]), tmp_path, ["csv"])
    assert third.path == tmp_path / "问题清单（3）.csv"


def test_a_file_of_somebody_else_is_kept(tmp_path: Path) -> None:
    (tmp_path / "审计结果.json").write_text("{}", encoding="utf-8")
    (written,) = write(AUDIT, tmp_path, ["json"])
    assert (tmp_path / "审计结果.json").read_text(encoding="utf-8") == "{}"
    assert written.path == tmp_path / "审计结果（2）.json"


def test_a_folder_in_the_place_is_kept(tmp_path: Path) -> None:
    (tmp_path / "审计结果.json").mkdir()
    (written,) = write(AUDIT, tmp_path, ["json"])
    assert written.path == tmp_path / "审计结果（2）.json"


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"审计结果.json": 5}', "[" * 100_000])
def test_a_damaged_manifest_overwrites_nothing(tmp_path: Path, damage: str) -> None:
    write(AUDIT, tmp_path, ["json"])
    (tmp_path / MANIFEST).write_text(damage, encoding="utf-8")
    (written,) = write(LATER, tmp_path, ["json"])
    assert written.path == tmp_path / "审计结果（2）.json"
    known = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    assert "审计结果（2）.json" in known


def test_the_same_result_again_touches_nothing(tmp_path: Path) -> None:
    write(AUDIT, tmp_path, ["json"])
    (tmp_path / MANIFEST).unlink()
    path = tmp_path / "审计结果.json"
    os.utime(path, (1, 1))
    (written,) = write(AUDIT, tmp_path, ["json"])
    assert written == Written("json", path)
    assert path.stat().st_mtime == 1


def test_an_open_file_is_named_and_the_result_gets_a_second_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows answers while Excel holds the file: reading is allowed, replacing is not."""
    write(AUDIT, tmp_path, ["json"])
    held = tmp_path / "审计结果.json"
    before = held.read_bytes()
    real = os.replace

    def replace_(source: Path, target: Path) -> None:
        if Path(target) == held:
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        real(source, target)

    monkeypatch.setattr("auditor.documents.keeping.os.replace", replace_)
    (written,) = write(LATER, tmp_path, ["json"])
    assert held.read_bytes() == before
    assert written.path == tmp_path / "审计结果（2）.json"
    assert (
        written.note
        == "“审计结果.json”正被其他程序打开（例如表格或文字处理软件），不能覆盖，本次结果另存为“审计结果（2）.json”。"
    )
    assert not [name for name in names(tmp_path) if name.endswith(".tmp")]


def test_a_file_that_may_not_even_be_read_counts_as_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(AUDIT, tmp_path, ["json"])
    held = tmp_path / "审计结果.json"
    real = Path.read_bytes

    def read_bytes(self: Path) -> bytes:
        if self == held:
            raise PermissionError(errno.EACCES, "sharing violation")
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    (written,) = write(LATER, tmp_path, ["json"])
    assert written.path == tmp_path / "审计结果（2）.json"
    assert "正被其他程序打开" in written.note


def test_a_full_disk_is_said_and_the_others_are_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.write_bytes

    def write_bytes(self: Path, data: bytes) -> int:
        if "json" in self.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    failed, done = write(AUDIT, tmp_path, QUICK)
    assert failed.path is None
    assert "磁盘空间不足" in failed.note
    assert done.path == tmp_path / "问题清单.csv"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "结果").write_text("", encoding="utf-8")
    written = write(AUDIT, tmp_path / "结果", QUICK)
    assert [w.path for w in written] == [None, None]
    assert "不能建立结果文件夹" in written[0].note


def test_an_unknown_format_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="未知的结果格式“pdf”"):
        write(AUDIT, tmp_path / "x", ["json", "pdf"])
    assert not (tmp_path / "x").exists()


def test_a_format_named_twice_is_written_once(tmp_path: Path) -> None:
    assert len(write(AUDIT, tmp_path, ["json", "json"])) == 1


@pytest.mark.parametrize("format", ["json", "csv"])
def test_the_file_holds_the_bytes_of_the_room(tmp_path: Path, format: str) -> None:
    from auditor.documents import render

    (written,) = write(AUDIT, tmp_path, [format])
    assert written.path is not None
    assert written.path.read_bytes() == render(AUDIT, format)


def test_importing_the_room_imports_no_library() -> None:
    import subprocess
    import sys

    code = "import sys, auditor.documents; print([m for m in ('pandas','jinja2','docxtpl','xlsxwriter','lxml') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"
