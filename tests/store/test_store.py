"""What an audit read and found comes back from its file exactly; a foreign file does no harm."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor import store
from auditor.cli import cli
from auditor.columnar.packed import pack
from auditor.model import CHINA, Audit
from auditor.pipeline import Options, audit
from auditor.rulebook import Rulebook
from auditor.store.reading import listed
from auditor.store.schema import VERSION

REPORTS = Path(__file__).resolve().parent.parent.parent / "reports"


@pytest.fixture(scope="module")
def done(book: Rulebook) -> Audit:
    """An audit of some reports, with last year's as evidence."""
    at = dt.datetime(2026, 4, 8, 9, tzinfo=CHINA)
    options = Options("2026Q1", (REPORTS / "2017年度",), 1, at, inference="chainer")
    return audit([REPORTS / "2018年度"], book, options)


@pytest.fixture(scope="module")
def path(done: Audit, book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("批次 一") / store.NAME
    store.write(done, path, book.texts)
    return path


def test_the_whole_audit_comes_back(done: Audit, book: Rulebook, path: Path) -> None:
    with store.open(path) as stored:
        assert stored.whole() == done
        assert stored.texts == book.texts
        assert done.before
        assert [row.source for row in stored.before] == [report.source for report in done.before]


def test_lean_rows_say_what_the_whole_says(done: Audit, path: Path) -> None:
    with store.open(path) as stored:
        for row, judged in zip(stored.rows, done.reports, strict=True):
            report, profile = judged.report, judged.report.profile
            assert (row.source, row.organisation, row.year, row.form) == (
                report.source,
                profile.organisation,
                profile.year,
                profile.form,
            )
            assert row.points == str(judged.score.points) and row.grade == judged.score.grade
            assert stored.outcomes(row) == dict(judged.outcomes)
            assert [(rule, mark, outcome) for rule, mark, outcome, *_ in listed(row)] == [
                (f.rule, f.fingerprint, f.outcome) for f in judged.findings
            ]
            assert (stored.layouts[row.layout], row.states, row.numbers) == pack(report.facts)


def test_the_same_audit_gives_the_same_bytes(done: Audit, book: Rulebook, path: Path) -> None:
    assert store.dump(done, book.texts) == path.read_bytes()


def test_a_newer_file_is_refused_in_chinese(path: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    newer.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(newer)) as base:
        base.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(store.StoreError, match="较新的程序"):
        store.open(newer)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("CREATE VIEW trap AS SELECT 1", "不是本程序写的"),
        ("CREATE TRIGGER trap AFTER INSERT ON report BEGIN SELECT 1; END", "不是本程序写的"),
        ("CREATE TABLE more (id INTEGER)", "不是本程序写的"),
        ("DELETE FROM meta WHERE name = 'audit'", "损坏"),
        ("UPDATE meta SET value = x'00' WHERE name = 'audit'", "损坏"),
        ("PRAGMA application_id = 1", "不是审核数据"),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(path: Path, tmp_path: Path, made: str, words: str) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(other, isolation_level=None)) as base:
        base.execute(made)
    with pytest.raises(store.StoreError, match=words):
        store.open(other)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"SQLite format 3\x00" + b"\x00" * 84])
def test_what_is_no_store_is_refused(tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(content)
    with pytest.raises(store.StoreError):
        store.open(other)
    with pytest.raises(store.StoreError, match="找不到"):
        store.open(tmp_path / "missing.db")


def test_a_damaged_report_is_told_and_hides_no_other(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(other, isolation_level=None)) as base:
        base.execute("UPDATE whole SET report = x'1234' WHERE id = 0")
    with store.open(other) as stored:
        with pytest.raises(store.StoreError, match="损坏"):
            stored.report(stored.rows[0].id)
        assert stored.report(stored.rows[1].id).source == stored.rows[1].source


def test_every_audit_that_writes_results_leaves_its_data(tmp_path: Path) -> None:
    report = next((REPORTS / "2024年度").glob("*柳汀镇*.html"))
    out = tmp_path / "结果"
    run = CliRunner().invoke(cli, ["audit", str(report), "--out", str(out), "--formats", "json"])
    assert run.exit_code == 0, run.output
    assert store.NAME in run.output
    with store.open(out / store.NAME) as stored:
        assert [row.source for row in stored.rows] == [str(report)]
