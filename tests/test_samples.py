"""Whole reports with one snapshot per floor (blocks, facts, findings): the lowest red floor is the broken one.

Made by `pytest tests/test_samples.py --snapshot-update`, reviewed as a diff; they hold silence as well as alarms.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.types import PropertyFilter, PropertyMatcher, SerializableData

from auditor import readers
from auditor.documents.json_text import report_json, write_text
from auditor.facts import extract
from auditor.findings import Beside
from auditor.model import Block, Document, Judged, Paragraph, Report
from auditor.pipeline import Brief, desk, judge_report
from auditor.rulebook import load

REPORTS = Path(__file__).resolve().parent.parent / "reports"
SAMPLES = {
    "form-a-html": "2017年度/澄湖县云岫镇人民政府2017年政府信息公开工作年度报告.html",
    "form-a-flat": "2017年度/青岙乡2017年年报.txt",
    "form-b-html": "2019年度/澄湖县教育局2019年政府信息公开工作年度报告.html",
    "form-c-docx": "2025年度/县卫健委2025年年报.docx",
    "form-c-xlsx": "2025年度/县财政局2025年年报及附表.xlsx",
}


class Text(SingleFileSnapshotExtension):
    """One readable text file per snapshot."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"

    def serialize(
        self,
        data: SerializableData,
        *,
        exclude: PropertyFilter | None = None,
        include: PropertyFilter | None = None,
        matcher: PropertyMatcher | None = None,
    ) -> str:
        return str(data)


@pytest.fixture
def shot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The snapshot as a text file."""
    return snapshot.use_extension(Text)


@cache
def document(name: str) -> Document:
    path = REPORTS / SAMPLES[name]
    found = readers.read(path.name, path.read_bytes())
    assert isinstance(found, Document)
    return found


@cache
def report(name: str) -> Report:
    return extract(document(name), load().lexicon)


@cache
def judged(name: str) -> Judged:
    return judge_report(desk(load(), "chainer"), Brief(report(name), Beside()))


def block_line(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"{'#' * block.level or '-'} {block.text.text!r} @ {block.text.place()}"
    cells = [f"  {c.row},{c.column} {c.row_span}x{c.column_span} {c.text!r} @ {c.place}" for c in block.cells]
    return "\n".join([f"table {block.caption!r} @ {block.place}", *cells])


@pytest.mark.parametrize("name", SAMPLES)
def test_blocks(name: str, shot: SnapshotAssertion) -> None:
    assert "\n".join(map(block_line, document(name).blocks)) == shot


@pytest.mark.parametrize("name", SAMPLES)
def test_facts(name: str, shot: SnapshotAssertion) -> None:
    assert write_text(report_json(report(name))) == shot


@pytest.mark.parametrize("name", SAMPLES)
def test_findings(name: str, shot: SnapshotAssertion) -> None:
    found = judged(name)
    lines: list[Any] = [
        f"{found.score.points} {found.score.grade}, low {found.score.low}, if suspected {found.score.if_suspected}"
    ]
    for f in found.findings:
        lines.append(f"{f.rule} {f.outcome.value} {f.severity} -{f.deducted} {f.fingerprint}")
        lines.append(f"  {f.message}")
        lines += [f"  {e.label}: {e.text!r} @ {e.place}" for e in f.evidence]
    lines += [f"{u.rule} {u.outcome.value} {u.caused_by.value}: {u.reason}" for u in found.undecided]
    lines += [f"{line.points:+} {line.note}" for line in found.score.lines]
    lines.append(json.dumps({rule: outcome.value for rule, outcome in sorted(found.outcomes.items())}, indent=1))
    assert "\n".join(lines) == shot
