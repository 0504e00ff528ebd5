"""`audit --timing`: seconds by reader, rule and document, also from other processes; never part of a result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli import cli
from auditor.pipeline import Options, audit
from auditor.rulebook import Rulebook
from auditor.timing import CONCLUDING, EXTRACTING, JUDGING, READING, RULE, SCORING, Clock

REPORTS = Path(__file__).resolve().parent.parent / "reports" / "2024年度"
AT = ("--at", "2026-04-08T09:00:00+08:00")


def two() -> list[Path]:
    """A page and a Word file."""
    return [next(REPORTS.glob("*柳汀镇*.html")), next(REPORTS.glob("*.docx"))]


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_stage_is_measured_in_every_process(book: Rulebook, jobs: int) -> None:
    clock = Clock()
    done = audit(two(), book, Options(jobs=jobs, inference="chainer", clock=clock))
    assert len(done.reports) == 2
    assert {name for name, _, _ in clock.of(READING)} == {"html", "docx"}
    rules = {name: (seconds, count) for name, seconds, count in clock.of(RULE)}
    asked = [ready for ready in book.rules if ready.id in rules]
    assert len(asked) > len(book.rules) / 2
    assert all(seconds >= 0 and count >= 1 for seconds, count in rules.values())
    (_, judging, times), *_ = clock.of(JUDGING)
    assert times >= 2 and sum(seconds for seconds, _ in rules.values()) <= judging
    for stage in (EXTRACTING, CONCLUDING, SCORING):
        assert sum(count for _, _, count in clock.of(stage)) >= 2


def test_the_audit_is_the_same_with_a_clock(book: Rulebook) -> None:
    plain = audit(two(), book, Options(jobs=1, inference="chainer"))
    timed = audit(two(), book, Options(jobs=1, inference="chainer", clock=Clock()))
    assert timed.reports == plain.reports and timed.run.id == plain.run.id


def test_clocks_add_up() -> None:
    one, other = Clock(), Clock()
    one.add(READING, "html", 1.5)
    other.add(READING, "html", 0.5, 2)
    other.add(READING, "pdf", 3.0)
    one.merge(other.taken())
    assert one.of(READING) == [("pdf", 3.0, 1), ("html", 2.0, 3)] and not other.of(READING)


def test_json_has_seconds_only_when_asked() -> None:
    files = [str(path) for path in two()]
    plain = CliRunner().invoke(cli, ["audit", *files, "--json", *AT])
    timed = CliRunner().invoke(cli, ["audit", *files, "--json", "--timing", *AT])
    told, more = json.loads(plain.stdout), json.loads(timed.stdout)
    seconds = more.pop("timing")
    assert told == more and "timing" not in told
    assert set(seconds["readers"]) == {"html", "docx"} and seconds["judge"]["count"] >= 2 and seconds["rules"]


def test_the_table_stands_on_stderr_and_in_no_file(tmp_path: Path) -> None:
    out = tmp_path / "结果"
    arguments = ["audit", *map(str, two()), "--out", str(out), "--formats", "json,csv", *AT]
    plain = CliRunner().invoke(cli, arguments)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    timed = CliRunner().invoke(cli, [*arguments, "--timing"])
    assert plain.exit_code == timed.exit_code == 0
    assert "用时" in timed.stderr and "读取文件" in timed.stderr and "审计结果.json" in timed.stderr
    assert "用时" not in timed.stdout and "用时" not in plain.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
