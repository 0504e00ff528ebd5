"""Whose report it is: by text, file name, folder; what is doubtful is said and never taken for certain."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_making import county, report

from auditor.model import Mention, Profile
from auditor.roster import Matcher, Unit, hints
from auditor.roster.matching import Match, year_of_path
from auditor.roster.names import may_be_one

MATCHER = Matcher(county())


def match(name: str | None, source: str = "一份.html", year: int | None = 2025) -> Match:
    return MATCHER.of_report(report(name, year, source))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("澄湖县柳汀镇人民政府", "澄湖县柳汀镇人民政府"),
        ("柳汀镇", "澄湖县柳汀镇人民政府"),
        ("柳汀镇人民政府", "澄湖县柳汀镇人民政府"),
        ("岚江市澄湖县柳汀镇", "澄湖县柳汀镇人民政府"),
        ("澄湖县人民政府", "澄湖县人民政府"),
        ("澄湖县人民政府办公室", "澄湖县人民政府办公室"),
        ("县水利局", "澄湖县水利局"),
        ("澄湖县水利局（盖章）", "澄湖县水利局"),
        ("澄阳街道", "澄湖县澄阳街道办事处"),
        ("甲县柳汀镇人民政府", None),
        ("甲县水利局", None),
        ("澄湖县教育局", None),
        ("澄湖县柳汀镇中心小学", None),
    ],
)
def test_names_in_the_text(name: str, unit: str | None) -> None:
    found = match(name)
    assert (found.unit.name if found.unit else None) == unit
    assert found.certain is (unit is not None)
    assert not found.doubts


def test_a_former_name_within_its_dates_and_outside() -> None:
    then, now = match("澄湖县规划局", year=2017), match("澄湖县规划局", year=2025)
    assert then.unit and then.unit.name == "澄湖县自然资源局" and then.certain and not then.doubts
    assert now.unit and now.unit.name == "澄湖县自然资源局" and not now.certain
    assert "曾用名" in now.doubts[0]
    assert hints(then, Profile(year=2017)).organisation == "澄湖县规划局", "the report keeps the name of its time"


def test_a_unit_that_was_no_more() -> None:
    found = match("澄湖县国土资源局", year=2020)
    assert found.unit and found.unit.name == "澄湖县国土资源局"
    assert "澄湖县自然资源局" in found.doubts[0]


@pytest.mark.parametrize(
    ("source", "unit", "by"),
    [
        ("报告/柳汀镇2025年年报.docx", "澄湖县柳汀镇人民政府", "文件名"),
        ("报告/柳汀镇/年报.docx", "澄湖县柳汀镇人民政府", "文件夹名"),
        ("包.zip!/水利局/统计表.xlsx", "澄湖县水利局", "文件夹名"),
        ("澄湖县禾塘镇人民政府2025年报告.html", None, ""),
        ("2025年度政府信息公开工作年度报告.html", None, ""),
    ],
)
def test_a_file_name_where_the_text_names_nobody(source: str, unit: str | None, by: str) -> None:
    found = match(None, source)
    assert (found.unit.name if found.unit else None) == unit
    assert found.by == by
    assert found.certain is (unit is not None)


def test_text_and_file_name_that_differ() -> None:
    found = match("澄湖县柳汀镇人民政府", "县水利局2025年年报.docx")
    assert found.unit and found.unit.name == "澄湖县柳汀镇人民政府"
    assert not found.certain
    assert "文件名写的是“澄湖县水利局”" in found.doubts[0]
    stranger = match("甲县水利局", "县水利局2025年年报.docx")
    assert stranger.unit and stranger.unit.name == "澄湖县水利局" and not stranger.certain
    assert "“甲县水利局”，名册中没有" in stranger.doubts[0]


def test_several_candidates_are_a_doubt_and_the_file_name_may_decide() -> None:
    roster = county()
    more = type(roster)(roster.source, roster.sha256, (*roster.units, Unit("乙县柳汀镇人民政府", "乡镇")))
    matcher = Matcher(more)
    doubtful = matcher.of_report(report("柳汀镇人民政府", 2025, "年报.html"))
    assert doubtful.unit is None
    assert "“乙县柳汀镇人民政府”、“澄湖县柳汀镇人民政府”" in doubtful.doubts[0]
    decided = matcher.of_report(report("柳汀镇人民政府", 2025, "乙县柳汀镇人民政府年报.html"))
    assert decided.unit and decided.unit.name == "乙县柳汀镇人民政府" and decided.certain


def test_two_units_in_one_file_name() -> None:
    found = match(None, "柳汀镇、水利局年报.docx")
    assert found.unit is None
    assert "不能确定" in found.doubts[0]


def test_the_pages_publisher_is_not_asked() -> None:
    page = report("澄湖县人民政府", 2025, "柳汀镇2025年.html", role="发布机构")
    found = MATCHER.of_report(page)
    assert found.unit and found.unit.name == "澄湖县柳汀镇人民政府"


def test_what_the_roster_knows_better() -> None:
    found = match("自然资源局")
    better = hints(found, Profile(year=2025))
    assert (better.organisation, better.unit_kind) == ("澄湖县自然资源局", "部门")
    assert (better.published, better.published_certain) == (dt.date(2026, 1, 20), True)
    assert hints(found, Profile(year=2024)).published is None, "the date of another year's report"
    stated = Profile(year=2025, published=dt.date(2026, 2, 1), published_certain=True)
    assert hints(found, stated).published is None, "the page's own date stands"
    doubtful = match("澄湖县柳汀镇人民政府", "县水利局2025年年报.docx")
    assert hints(doubtful, Profile(year=2025)).organisation is None, "nothing is overridden where there is a doubt"


@pytest.mark.parametrize(
    ("source", "year"),
    [
        ("2025年度/甲.html", 2025),
        ("2024/甲2025年.html", 2025),
        ("2024-2025/甲.html", None),
        ("甲.html", None),
        ("报告/2018年度/甲.html#2", 2018),
        ("20250103甲.html", None),
    ],
)
def test_the_year_of_a_path(source: str, year: int | None) -> None:
    assert year_of_path(source) == year


def test_bodies_that_are_not_one() -> None:
    assert not may_be_one("甲县城关镇人民政府", "乙县城关镇人民政府")
    assert not may_be_one("澄湖县人民政府", "澄湖县人民政府办公室")
    assert may_be_one("城关镇", "乙县城关镇人民政府")
    assert may_be_one("县教育局", "乙县教育局")


@given(st.sampled_from([n for u in county().units for n in (u.name, *u.short)]), st.sampled_from([2020, 2025]))
def test_every_name_of_the_roster_finds_its_unit(name: str, year: int) -> None:
    found = match(name, year=year)
    assert found.unit is not None
    assert name in (found.unit.name, *found.unit.short)


@given(st.text("县镇局人民政府柳汀水利自然资源办公室澄湖甲乙", min_size=1, max_size=14))
def test_any_words_match_one_unit_or_none(words: str) -> None:
    found = match(words, f"{words}.html")
    assert found.unit is None or found.unit in MATCHER.roster.units
    if found.certain:
        assert found.unit is not None and not found.doubts


def test_names_of_the_table_head_are_asked_after_the_title() -> None:
    one = report("政务公开", 2025)
    profile = one.profile
    named = (*profile.names, Mention("填报单位", "澄湖县水利局"))
    from dataclasses import replace

    found = MATCHER.of_report(replace(one, profile=replace(profile, names=named)))
    assert found.unit and found.unit.name == "澄湖县水利局"
