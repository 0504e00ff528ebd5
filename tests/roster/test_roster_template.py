"""The template: it can be read back, its example is no unit, a first roster is made from reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from roster_making import county, report

from auditor.roster.draft import units_of
from auditor.roster.sheet import RosterError, read_roster
from auditor.roster.template import render
from auditor.roster.unit import Unit


def test_an_empty_template_holds_no_unit(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(render())
    with pytest.raises(RosterError, match="没有单位"):
        read_roster(path)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    units = tuple(
        replace(
            u, links={2025: "https://example.gov.cn/a"}, published={2024: None, 2025: dt.date(2026, 1, 20)}, years=y
        )
        for u, y in zip(
            county().units, [(), ((2021, 9999),), ((2021, 2024), (2025, 2025)), (), (), (), ()], strict=True
        )
    )
    path.write_bytes(render(units, [2025, 2024]))
    assert read_roster(path).units == units
    assert render(units, [2025, 2024]) == path.read_bytes(), "equal units give the same bytes"


def test_a_first_roster_from_reports() -> None:
    reports = [
        report("澄湖县柳汀镇人民政府", 2024, "一.html"),
        report("柳汀镇", 2025, "二.html", published=dt.date(2026, 1, 9), certain=True, url="https://a.cn/2"),
        report("乙县柳汀镇人民政府", 2025, "三.html"),
        report("澄湖县人民政府", 2025, "四.html"),
        report("澄湖县人民政府办公室", 2025, "五.html"),
        report(None, 2025, "六.html"),
        report("澄湖县人民政府", 2025, "七.html", role="发布机构"),
    ]
    found = {unit.name: unit for unit in units_of(reports)}
    assert set(found) == {"澄湖县柳汀镇人民政府", "乙县柳汀镇人民政府", "澄湖县人民政府", "澄湖县人民政府办公室"}
    one: Unit = found["澄湖县柳汀镇人民政府"]
    assert one.published == {2025: dt.date(2026, 1, 9)}
    assert one.links == {2025: "https://a.cn/2"}
    assert one.short == (), "a short name that two units share is nobody's"
    assert found["澄湖县人民政府"].short == (), "the county is no name of its government"
