"""The example of the Python interface runs as it stands, and shows what it is written to show."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    told = runpy.run_path(str(ROOT / "tests" / "api" / "example.py"))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["未报", "2"] in lines and ["blank", "1"] in lines
    assert told["fates"]["fate"].value_counts()["已改正"] == 7
    assert ["澄湖县石帆镇人民政府", "95", "100", "5"] in lines
    assert list(told["trends"]["mended"]) == [0, 6]  # without the conclusion, which repeats its members
    assert not Path(told["folder"].name).exists()
