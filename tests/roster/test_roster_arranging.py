"""Files that are one report, versions of one report, pages that name an attachment; what is two reports stays two."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_making import county, report

from auditor.model import Link, Report, Unread
from auditor.roster import Matcher, Plan, Unit, arrange
from auditor.roster.matching import Match
from auditor.roster.versions import choose, differences

TEXT = (
    "本报告由澄湖县柳汀镇人民政府编制。一年来，我镇围绕群众关心的事项主动公开信息，完善依申请公开的登记、办理和答复流程，"
    * 8
)
OTHER = (
    "全局系统开展水库除险加固和灌区改造，汛期值守与旱情会商同步推进，河湖长巡河发现的问题均已交办整改，取水许可全程网办。"
    * 8
)
PROSE = ("overview", "proactive", "problems")
UNIT = "澄湖县柳汀镇人民政府"


def plan(reports: list[Report], unread: list[Unread] | None = None, *, roster: bool = False) -> Plan:
    matcher = Matcher(county())
    matches = [matcher.of_report(r) if roster else Match() for r in reports]
    return arrange(reports, matches, unread or [])


def prose(source: str = "a.docx", **more: object) -> Report:
    return report(UNIT, 2025, source, text=TEXT, sections=PROSE, kind="docx", **more)  # type: ignore[arg-type]


def sheet(source: str, tables: tuple[str, ...] = ("三",), name: str | None = UNIT, value: int = 1) -> Report:
    numbers = {f"t.{t}.{at}": value + at for t in tables for at in range(5)}
    return report(name, 2025, source, tables=tables, numbers=numbers, kind="xlsx")


@pytest.mark.parametrize("roster", [True, False])
def test_prose_and_tables_are_one_report(roster: bool) -> None:
    (one,) = plan([prose(), sheet("b.xlsx", ("二",)), sheet("c.xlsx", ("三", "四"))], roster=roster).bundles
    assert (one.main, one.tables, one.versions) == (0, (1, 2), ())


def test_the_main_file_is_the_one_with_the_prose_whatever_the_order() -> None:
    (one,) = plan([sheet("a.xlsx"), prose("b.docx")]).bundles
    assert (one.main, one.tables) == (1, (0,))


def test_tables_that_the_report_has_already_are_a_version() -> None:
    whole = prose(tables=("三",), numbers={"t.三.0": 7})
    (one,) = plan([whole, sheet("b.xlsx")]).bundles
    assert one.tables == ()
    assert [(v.source, len(v.differences)) for v in one.versions] == [("b.xlsx", 1)]


def test_two_texts_are_never_joined() -> None:
    (one,) = plan([prose("a.docx"), prose("b.docx")]).bundles
    assert one.rest == ()
    assert [v.source for v in one.versions] == ["b.docx"]


def test_two_texts_that_share_nothing_are_two_reports_with_a_doubt() -> None:
    other = report(UNIT, 2025, "b.docx", text=OTHER, sections=PROSE, kind="docx")
    found = plan([prose(), other])
    assert [b.versions for b in found.bundles] == [(), ()]
    assert {d.source for d in found.doubts} == {"a.docx", "b.docx"}


def test_another_year_and_another_unit_stay_apart() -> None:
    last = replace(prose("b.docx"), profile=replace(prose().profile, year=2024))
    stranger = report("甲县柳汀镇人民政府", 2025, "c.docx", text=TEXT, sections=PROSE)
    unknown = report(None, 2025, "d.docx", text=TEXT, sections=PROSE)
    timeless = report(UNIT, None, "e.docx", text=TEXT, sections=PROSE)
    found = plan([prose(), last, stranger, unknown, timeless])
    assert [(b.main, b.rest, b.versions) for b in found.bundles] == [(at, (), ()) for at in range(5)]


def test_reports_of_which_only_the_publisher_is_known_are_no_versions() -> None:
    pages = [report("澄湖县人民政府", 2025, f"{c}.html", text=TEXT, sections=PROSE, role="发布机构") for c in "ab"]
    assert all(not b.versions for b in plan(pages).bundles)


def test_a_table_that_names_nobody_belongs_to_the_unit_in_its_file_name() -> None:
    (one,) = plan([prose("柳汀镇2025.docx"), sheet("柳汀镇2025附表.xlsx", name=None)]).bundles
    assert one.tables == (1,)
    apart = plan([prose("柳汀镇2025.docx"), sheet("附表.xlsx", name=None)])
    assert [b.rest for b in apart.bundles] == [(), ()]


# --- pages and attachments --------------------------------------------------------------------------


def page(target: str = "files/W0202601.docx", text: str = "附件", source: str = "p.html") -> Report:
    return report(UNIT, 2025, source, links=[Link(text, target)], published=dt.date(2026, 1, 20), certain=True)


def test_a_page_completes_the_attachment_that_was_handed_in() -> None:
    (one,) = plan([page(), prose("附件/W0202601.docx")]).bundles
    assert (one.main, one.pages) == (1, (0,))
    (named,) = plan([page("/d?id=1", "柳汀镇2025.docx"), prose("柳汀镇2025.docx")]).bundles
    assert (named.main, named.pages) == (1, (0,))
    (coded,) = plan([page("a/%E5%B9%B4%E6%8A%A5.docx"), prose("年报.docx")]).bundles
    assert (coded.main, coded.pages) == (1, (0,))


def test_a_page_without_its_attachment_is_unread_and_says_which() -> None:
    found = plan([page()])
    assert not found.bundles
    ((at, lost),) = found.unread
    assert at == 0
    assert lost.reason == "报告在附件“W0202601.docx”中，未一并提供，请下载后重新运行"
    broken = plan([page()], [Unread("x/W0202601.docx", "损坏")])
    assert "未能读取" in broken.unread[0][1].reason


def test_a_page_with_the_same_unit_and_year_completes_a_renamed_attachment() -> None:
    found = plan([page(), prose("柳汀镇.docx")])
    (one,) = found.bundles
    assert (one.main, one.pages) == (1, (0,))
    assert "W0202601.docx" in found.doubts[0].words


def test_a_report_with_an_attachment_is_a_report() -> None:
    whole = replace(prose("p.html"), links=(Link("附件", "x.docx"),))
    assert [b.main for b in plan([whole]).bundles] == [0]


# --- the choice -------------------------------------------------------------------------------------

ROSTERED = county().units[4]


def version(source: str, **more: object) -> Report:
    return report("澄湖县自然资源局", 2025, source, text=TEXT, sections=PROSE, **more)  # type: ignore[arg-type]


D1, D2, D3 = dt.date(2026, 1, 10), dt.date(2026, 1, 20), dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("better", "worse", "why"),
    [
        (version("b（更正）.html", published=D1), version("a.html", published=D3), "更正"),
        (version("b.html", url="http://example.gov.cn/nb/2025.html?x=1"), version("a.html", published=D3), "年报链接"),
        (version("b.html", published=D2), version("a.html", published=D3), "首次公布日期"),
        (version("b.html", published=D3), version("a.html", published=D1), "较晚"),
        (version("b.html", published=D1), version("a.html"), "载有公布日期"),
        (version("b.html", numbers={"x": 1}), version("a.html"), "较完整"),
        (version("b.html"), version("a.docx", kind="docx"), "已公布的网页"),
        (version("a.html"), version("b.html"), "文件名"),
    ],
)
def test_the_order_of_versions(better: Report, worse: Report, why: str) -> None:
    for pair in ([better, worse], [worse, better]):
        at, (other,) = choose(pair, ROSTERED)
        assert pair[at] is better
        assert other.source == worse.source
        assert why in other.reason


def test_a_copy_of_the_same_file_is_called_a_copy() -> None:
    at, (other,) = choose([version("a.html", sha="1" * 64), version("b.html", sha="1" * 64)], None)
    assert at == 0
    assert "副本" in other.reason


def test_differences_are_cells_that_both_print_as_numbers() -> None:
    one, other = version("a", numbers={"x": 1, "y": 2, "z": 3}), version("b", numbers={"x": 1, "y": 5})
    assert [(d.fact, d.value, d.other) for d in differences(one, other)] == [("y", 2, 5)]


@given(st.permutations(range(4)))
def test_the_choice_does_not_depend_on_the_order(order: list[int]) -> None:
    reports = [version(f"{at}.html", published=D1 if at % 2 else D2) for at in range(4)]
    unit: Unit | None = None
    at, versions = choose([reports[i] for i in order], unit)
    assert order[at] == 0
    assert {v.source for v in versions} == {"1.html", "2.html", "3.html"}


def test_a_short_name_that_fits_two_units_is_neither_s() -> None:
    names = ["城关镇", "甲县城关镇人民政府", "乙县城关镇人民政府"]
    for order in (names, names[::-1]):
        reports = [report(n, 2025, f"{at}.html", text=TEXT, sections=PROSE) for at, n in enumerate(order)]
        assert all(not b.versions for b in plan(reports).bundles)


def test_a_folder_for_each_county_tells_short_names_apart() -> None:
    reports = [report("城关镇", 2025, f"{county}/年报.html", text=TEXT, sections=PROSE) for county in ("甲县", "乙县")]
    assert [b.versions for b in plan(reports).bundles] == [(), ()]
    together = [report("城关镇", 2025, f"甲县/{at}.html", text=TEXT, sections=PROSE) for at in "ab"]
    assert [len(b.versions) for b in plan(together).bundles] == [1]


def test_the_same_file_twice_is_judged_once_even_where_nobody_is_named() -> None:
    pair = [report(None, None, name, sha="1" * 64, text=TEXT) for name in ("a.zip!/x.html", "b/x.html")]
    (one,) = plan(pair).bundles
    assert [(v.source, v.reason) for v in one.versions] == [("b/x.html", "与“a.zip!/x.html”是同一文件的副本")]
    parts = [report(None, None, name, sha="1" * 64, text=TEXT) for name in ("x.html", "x.html#2")]
    assert len(plan(parts).bundles) == 2, "two reports of one collection are no copies"


def test_the_page_of_a_version_is_not_lost() -> None:
    old = replace(prose("W0202601.docx"), profile=replace(prose().profile, published=dt.date(2026, 1, 1)))
    new = replace(prose("新.docx"), profile=replace(prose().profile, published=dt.date(2026, 2, 1)))
    (one,) = plan([page(), old, new]).bundles
    assert (one.main, one.pages) == (2, (0,))
