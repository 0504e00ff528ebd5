"""Hostile files in one run with good ones: each is contained within its limits, and those beside it are still audited.

All of `attacks.py` is handed in at once, each file in a folder of its own with a good report before and after it, to
worker processes; the kinds that are read apart are handed in once more in a run without workers.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import attacks
import pytest

import auditor.pipeline
from auditor import readers
from auditor.bulk import Worker
from auditor.model import Audit, Document, Unread
from auditor.pipeline import Options, audit
from auditor.readers import Source
from auditor.readers.limits import Budget
from auditor.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent
FIRST = ROOT / "reports" / "2017年度" / "澄湖县禾塘镇人民政府2017年度政府信息公开工作年度报告.html"
LAST = ROOT / "reports" / "2024年度" / "澄湖县枫垭乡人民政府2024年政府信息公开工作年度报告.html"
KINDS = {
    "package": attacks.PACKAGES,
    "pdf": attacks.PDFS,
    "ole": attacks.OLES,
    "picture": attacks.PICTURES,
    "page": attacks.PAGES,
    "text": attacks.TEXTS,
}
OURS = ("package", "page", "text")  # read by our own code: contained by its own limits, never by being killed
APART = ("pdf", "ole", "picture")
EVERY = [(kind, name) for kind, given in KINDS.items() for name in given]
SECONDS = 15  # half of what is allowed: what needs more would be slow for everybody


def written(folder: Path, kinds: tuple[str, ...], names: tuple[str, ...] | None = None) -> None:
    (folder / "0").mkdir()
    (folder / "0" / "first.html").write_bytes(FIRST.read_bytes())
    for number, (kind, name) in enumerate(EVERY):
        if kind in kinds and (names is None or name in names):
            file_name, make = KINDS[kind][name]
            place = folder / f"{kind} {name}"
            place.mkdir()
            unit = f"{chr(0x5000 + number)}{chr(0x6000 + number)}镇"  # or they would be versions of one report
            (place / file_name).write_bytes(make().replace("某镇".encode(), unit.encode()))
    (folder / "z").mkdir()
    (folder / "z" / "last.html").write_bytes(LAST.read_bytes())


@dataclass
class Done:
    """What became of the run: by folder, the reasons of what is unread and the number of reports."""

    audit: Audit
    folder: Path

    def reasons(self, kind: str, name: str) -> list[str]:
        """Why files of an attack are unread."""
        return [u.reason for u in self.audit.unread if self._within(u.source, kind, name)]

    def others(self, kind: str, name: str) -> int:
        """How many of its files became something: a report, or a file set aside."""
        sources = [j.report.source for j in self.audit.reports] + [a.source for a in self.audit.set_aside]
        for filing in (j.report.filing for j in self.audit.reports if j.report.filing):
            sources += [*filing.attached, *(version.source for version in filing.versions)]
        return sum(self._within(source, kind, name) for source in sources)

    def _within(self, source: str, kind: str, name: str) -> bool:
        return source.startswith((self.folder / f"{kind} {name}").as_posix() + "/")

    def good(self) -> set[str]:
        """The good reports that were audited."""
        return {Path(j.report.source).name for j in self.audit.reports if j.report.profile.organisation} & {
            "first.html",
            "last.html",
        }


@pytest.fixture(scope="module")
def done(book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    folder = tmp_path_factory.mktemp("run")
    written(folder, tuple(KINDS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auditor.pipeline, "Worker", partial(Worker, budget=Budget(SECONDS, 2**30)))
        yield Done(audit([folder], book, Options(jobs=2)), folder)


def test_the_files_beside_them_are_audited(done: Done) -> None:
    assert done.good() == {"first.html", "last.html"}


@pytest.mark.parametrize(("kind", "name"), EVERY, ids=[f"{kind}: {name}" for kind, name in EVERY])
def test_each_is_contained(done: Done, kind: str, name: str) -> None:
    reasons = done.reasons(kind, name)
    assert reasons or done.others(kind, name), "a file that was handed in is listed somewhere"
    for reason in reasons:
        assert "程序出错" not in reason
        assert "未能启动" not in reason
        if kind in OURS:
            assert "中止" not in reason, "our own code must not need to be killed"


@pytest.mark.parametrize("name", [name for name in attacks.PACKAGES if "laughs" in name or "machine" in name])
def test_entities_are_neither_expanded_nor_fetched(name: str) -> None:
    file_name, make = attacks.PACKAGES[name]
    found = readers.read(file_name, make())
    assert isinstance(found, Unread)
    assert "DTD" in found.reason or "损坏" in found.reason


def test_a_run_without_workers_reads_them_apart(book: Rulebook, tmp_path: Path) -> None:
    chosen = (
        "a content of 264 MB of lines",
        "a page tree that holds itself",
        "a chain of sectors that closes",
        "60,000 by 60,000",
    )
    written(tmp_path, APART, chosen)
    run = Done(audit([tmp_path], book), tmp_path)
    assert run.good() == {"first.html", "last.html"}
    for kind, name in EVERY:
        if kind in APART and name in chosen:
            assert run.reasons(kind, name) or run.others(kind, name)
    assert any("内存超过 1 GiB，已中止" in reason for reason in run.reasons("pdf", chosen[0]))


# --- folders ---------------------------------------------------------------------------------------

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="no such files on Windows")


def names(path: Path) -> tuple[list[str], list[str]]:
    every = list(readers.find([path]))
    return (
        [Path(f.name).name for f in every if isinstance(f, Source)],
        [Path(f.source).name for f in every if isinstance(f, Unread)],
    )


@UNIX
def test_what_is_no_file_is_named_and_never_opened(tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text("甲", encoding="utf-8")
    os.mkfifo(tmp_path / "管道.txt")
    (tmp_path / "空.txt").symlink_to("/dev/zero")
    (tmp_path / "无.txt").symlink_to(tmp_path / "没有")
    (tmp_path / "环").symlink_to(tmp_path)
    (tmp_path / "自己.txt").symlink_to(tmp_path / "自己.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.getcwd()
        os.chdir(tmp_path)  # the name of a socket may not be long
        listening.bind("插座")
        os.chdir(here)
        found, refused = names(tmp_path)
    assert found == ["甲.txt"]
    assert refused == ["插座", "无.txt", "空.txt", "管道.txt", "自己.txt"]
    (device,) = readers.find([tmp_path / "空.txt"])
    assert isinstance(device, Unread) and "不是普通文件" in device.reason


@UNIX
def test_names_that_say_too_much_are_said_in_one_line(book: Rulebook, tmp_path: Path) -> None:
    (tmp_path / "甲\n乙\x1b[2J.html").write_bytes(FIRST.read_bytes())
    (tmp_path / os.fsdecode(b"\xff\xfe.html")).write_bytes(LAST.read_bytes())
    (tmp_path / "丙\n.txt").write_bytes(b"\0")
    run = audit([tmp_path], book)
    assert len(run.reports) == 2
    assert len(run.unread) == 1
    for source in [j.report.source for j in run.reports] + [u.source for u in run.unread]:
        source.encode()
        assert not any(ord(char) < 32 for char in source)


def test_a_file_that_changes_while_the_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(attacks.zipped({"甲.txt": "甲" * 5000}))
    (source,) = readers.find([path])
    assert isinstance(source, Source)
    path.write_bytes(attacks.zipped({"乙.txt": "乙"}))
    assert isinstance(readers.load(source), Unread)
    path.write_bytes(b"")
    assert isinstance(readers.load(source), Unread)
    path.unlink()
    assert isinstance(readers.load(source), Unread)


def test_a_file_that_grows_is_read_to_the_limit_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("甲" * 100, encoding="utf-8")
    (source,) = readers.find([path])
    assert isinstance(source, Source)
    monkeypatch.setattr(readers.archive.limits, "FILE_BYTES", 200)
    refused = readers.load(source)
    assert isinstance(refused, Unread) and "MiB" in refused.reason


def test_small_files_are_not_slowed() -> None:
    """What is no attack takes no process: a page is read where it is asked for."""
    begun = time.process_time()
    assert not readers.apart(FIRST.read_bytes())
    assert isinstance(readers.read("a.html", FIRST.read_bytes()), Document)
    assert time.process_time() - begun < 5
