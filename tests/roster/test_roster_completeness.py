"""应报, 已报, 未报, 无法读取: every due unit stands under one of three, and nothing is guessed without a roster."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from roster_making import county, report

from auditor.model import Completeness, Report, Standing, Unread
from auditor.roster import Matcher, completeness

MATCHER = Matcher(county())


def count(reports: list[Report], unread: list[Unread] | None = None, asked: tuple[int, ...] = ()) -> Completeness:
    return completeness(MATCHER, [(r, MATCHER.of_report(r)) for r in reports], unread or [], asked=asked)


def standing(found: Completeness, unit: str, year: int) -> Standing:
    (one,) = [s for s in found.standings if s.unit == unit and s.year == year]
    return one.standing


NAMES = ["澄湖县人民政府", "澄湖县柳汀镇人民政府", "澄湖县澄阳街道办事处", "澄湖县自然资源局"]


def test_a_year_with_a_missing_and_an_unreadable_report() -> None:
    reports = [report(name, 2025, f"{name}.html") for name in NAMES]
    found = count(reports, [Unread("2025/水利局2025.pdf", "损坏")])
    (year,) = found.years
    assert (year.year, year.due, year.reported, year.missing, year.unread) == (2025, 6, 4, 1, 1)
    assert year.checked
    assert standing(found, "澄湖县水利局", 2025) is Standing.UNREAD
    assert standing(found, "澄湖县人民政府办公室", 2025) is Standing.MISSING


def test_few_reports_accuse_nobody_unless_asked() -> None:
    reports = [report(NAMES[0], 2025)]
    assert not count(reports).years[0].checked
    assert count(reports, asked=(2025,)).years[0].checked
    assert [c.year for c in count(reports, asked=(2024,)).years] == [2024, 2025]


def test_a_merged_unit_is_due_before_and_its_successor_answers() -> None:
    found = count([report(NAMES[0], 2018), report(NAMES[0], 2019, "b.html")])
    (one,) = [s for s in found.standings if s.unit == "澄湖县国土资源局"]
    assert (one.year, one.standing, one.answers) == (2018, Standing.MISSING, "澄湖县自然资源局")
    late = count([report("澄湖县国土资源局", 2019)])
    assert standing(late, "澄湖县自然资源局", 2019) is Standing.REPORTED, "the successor answers for the name"
    assert late.doubts


def test_strangers_and_unknown_years_are_listed() -> None:
    found = count(
        [report("甲县教育局", 2025, "甲.html"), report("澄湖县水利局", None, "年.html")], [Unread("图.png", "x")]
    )
    assert {(d.source, d.words) for d in found.beyond} == {
        ("甲.html", "“甲县教育局”不在名册中"),
        ("年.html", "“澄湖县水利局”的报告年度不明"),
    }
    by_year = {c.year: c for c in found.years}
    assert (by_year[2025].beyond, by_year[2025].unread, by_year[None].beyond) == (1, 1, 1)


def test_an_unreadable_file_beside_the_report_is_no_missing_report() -> None:
    found = count([report("澄湖县水利局", 2025, "水利局2025.html")], [Unread("水利局2025.pdf", "x")])
    assert standing(found, "澄湖县水利局", 2025) is Standing.REPORTED
    assert found.years[0].unread == 1


def test_without_a_roster_nothing_is_due() -> None:
    reports = [report("甲", 2025, "a.html"), report("乙", 2024, "b.html"), report("丙", None, "c.html")]
    found = completeness(None, [(r, MATCHER.of_report(r)) for r in reports], [Unread("2024/d.pdf", "x")])
    assert found.roster is None
    assert [(c.year, c.due, c.reported, c.missing, c.unread) for c in found.years] == [
        (2024, None, 1, None, 1),
        (2025, None, 1, None, 0),
        (None, None, 1, None, 0),
    ]


@given(
    st.lists(st.tuples(st.sampled_from([*NAMES, "澄湖县水利局", "甲县教育局"]), st.sampled_from([2018, 2024, 2025]))),
    st.lists(st.tuples(st.sampled_from(["水利局", "柳汀镇", "别处"]), st.sampled_from([2018, 2024, 2025]))),
)
def test_the_numbers_add_up(given_: list[tuple[str, int]], lost: list[tuple[str, int]]) -> None:
    reports = [report(name, year, f"{at}.html") for at, (name, year) in enumerate(given_)]
    unread = [Unread(f"{at}/{name}{year}.pdf", "x") for at, (name, year) in enumerate(lost)]
    found = count(reports, unread)
    for one in found.years:
        of_year = [s for s in found.standings if s.year == one.year]
        assert one.due == len(of_year)
        assert one.reported + (one.missing or 0) + sum(s.standing is Standing.UNREAD for s in of_year) == one.due
    placed = sum(len(s.sources) for s in found.standings if s.standing is Standing.REPORTED)
    assert placed + len(found.beyond) == len(reports), "every report stands somewhere"
    assert sum(c.unread for c in found.years) <= len(unread)


def test_a_unit_is_due_from_its_founding() -> None:
    unit = county().units[0]
    from dataclasses import replace

    young = replace(unit, founded=dt.date(2025, 12, 31))
    assert not young.is_due(2024) and young.is_due(2025)


def test_a_file_name_with_another_year_is_a_doubt() -> None:
    from dataclasses import replace

    from auditor.model import YearMention

    def with_years(*years: tuple[str, int]) -> Report:
        one = report("澄湖县水利局", 2025)
        mentions = tuple(YearMention(role, year, str(year)) for role, year in years)
        return replace(one, profile=replace(one.profile, years=mentions))

    (doubt,) = count([with_years(("正文标题", 2025), ("文件名", 2024))]).doubts
    assert doubt.words == "文件名写的是2024年，报告写的是2025年度，按报告认定，请核实"
    assert not count([with_years(("正文标题", 2025), ("文件名", 2025))]).doubts
    assert not count([with_years(("文件名", 2025))]).doubts
