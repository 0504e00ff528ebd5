"""Whole runs: a folder as an inspector has it, with a roster, and what stands in the audit and its JSON."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from roster_making import changed, content, rendered, workbook

from auditor.documents import render
from auditor.documents.json_text import dumps
from auditor.model import Audit, Judged, Outcome, SheetCell, Standing
from auditor.pipeline import Options, audit
from auditor.roster import Roster
from auditor.roster.sheet import read_roster
from auditor.rulebook import Rulebook

AT = dt.datetime(2026, 4, 8, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
HEAD = ("单位全称", "简称", "单位类别", "分组", "2018年度首次公布日期", "年报链接")
ROWS = [
    ("澄湖县云岫镇人民政府", "云岫镇", "乡镇", "山区片", dt.date(2019, 4, 2), None),
    ("澄湖县教育局", "教育局、县教育局", "部门", None, None, None),
    ("澄湖县水利局", "水利局", "部门", None, None, None),
    ("澄湖县禾塘镇人民政府", "禾塘镇", "乡镇", "山区片", "未公布", None),
]


def roster(folder: Path) -> Roster:
    path = folder / "名册.xlsx"
    path.write_bytes(workbook({"名册": [HEAD, *ROWS]}))
    return read_roster(path)


def run(book: Rulebook, folder: Path, **options: object) -> Audit:
    return audit([folder], book, Options(at=AT, **options))  # type: ignore[arg-type]


def of(done: Audit, name: str) -> Judged:
    (found,) = [j for j in done.reports if name in (j.report.profile.organisation or "")]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports of four units, one of them in two files; a notice, a quarterly table, a broken file."""
    yunxiu, jiaoyu = content("2018-yunxiu"), content("2018-jiaoyu")
    (tmp_path / "云岫镇2018年年报.docx").write_bytes(rendered(yunxiu, "docx", tables=False))
    (tmp_path / "云岫镇2018年统计表.xlsx").write_bytes(rendered(yunxiu, "xlsx", prose=False))
    (tmp_path / "教育局2018年.html").write_bytes(rendered(jiaoyu, "html"))
    (tmp_path / "通知.txt").write_text(
        "关于做好2018年政府信息公开工作年度报告编制工作的通知\n各单位：\n请抓紧。\n", encoding="utf-8"
    )
    (tmp_path / "水利局2018年台账.csv").write_text("序号,标题\n1,通知\n", encoding="utf-8")
    (tmp_path / "水利局2018年年报.zip").write_bytes(b"PK\x03\x04 broken")
    return tmp_path


def test_a_folder_with_a_roster(book: Rulebook, folder: Path) -> None:
    done = run(book, folder, roster=roster(folder))
    assert len(done.reports) == 2, "the roster, the notice and the table are no reports of their own"
    assert [a.source.rsplit("/", 1)[-1] for a in done.set_aside] == ["水利局2018年台账.csv", "通知.txt"]
    assert done.completeness
    (year,) = done.completeness.years
    assert (year.year, year.due, year.reported, year.missing, year.unread, year.checked) == (2018, 4, 2, 1, 1, True)
    standings = {s.unit: s for s in done.completeness.standings}
    assert standings["澄湖县水利局"].standing is Standing.UNREAD
    missing = standings["澄湖县禾塘镇人民政府"].finding
    assert missing and missing.outcome is Outcome.BROKEN, "the roster says 未公布"
    assert missing.rule == "g-not-published"
    assert any(b.law == "regulation-2007" for b in missing.basis)


def test_a_report_in_two_files(book: Rulebook, folder: Path) -> None:
    done = run(book, folder, roster=roster(folder))
    one = of(done, "云岫").report
    assert one.source.endswith("云岫镇2018年年报.docx")
    assert one.filing and [Path(p).name for p in one.filing.attached] == ["云岫镇2018年统计表.xlsx"]
    fact = one.facts["proactive.total"]
    assert fact.value == 108
    assert isinstance(fact.place, SheetCell) and fact.place.file.endswith("云岫镇2018年统计表.xlsx")
    assert {s.kind for s in one.sections} >= {"proactive", "requests", "problems"}
    read = json.loads(dumps(done))
    (said,) = [r for r in read["reports"] if r["source"] == one.source]
    assert said["facts"]["proactive.total"]["place"]["file"] == one.filing.attached[0]
    assert said["attached"] == list(one.filing.attached)
    assert all("file" not in c["place"] for c in said["claims"])
    shown = [f for f in of(done, "云岫").findings if f.facts]
    assert shown
    assert "文件“云岫镇2018年统计表.xlsx”" in render(done, "html").decode()


def test_joined_and_whole_say_the_same(book: Rulebook, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = tmp_path_factory.mktemp("whole")
    (whole / "云岫镇2018年.docx").write_bytes(rendered(content("2018-yunxiu"), "docx"))
    one, other = of(run(book, whole), "云岫"), of(run(book, folder), "云岫")
    assert {i: (f.state, f.value) for i, f in one.report.facts.items()} == {
        i: (f.state, f.value) for i, f in other.report.facts.items()
    }
    assert {f.fingerprint for f in one.findings} == {f.fingerprint for f in other.findings}


def test_the_roster_knows_better(book: Rulebook, folder: Path) -> None:
    plain, known = of(run(book, folder), "云岫"), of(run(book, folder, roster=roster(folder)), "云岫")
    assert plain.report.profile.published is None
    assert known.report.profile.published == dt.date(2019, 4, 2)
    late = [f for f in known.findings if f.rule == "g-deadline"]
    assert [f.outcome for f in late] == [Outcome.BROKEN]
    assert late[0].evidence[0].label == "名册所载首次公布日期"
    assert known.report.filing and known.report.filing.group == "山区片"


def test_the_run_covers_the_roster_and_jobs_do_not_matter(book: Rulebook, folder: Path) -> None:
    known = roster(folder)
    here, there = (run(book, folder, roster=known, jobs=n) for n in (1, 2))
    assert here == there
    assert here.run.id != run(book, folder).run.id
    assert here.run.id != run(book, folder, roster=replace(known, sha256="b" * 64)).run.id


def test_without_a_roster_nothing_is_missing(book: Rulebook, folder: Path) -> None:
    done = run(book, folder)
    assert done.completeness and done.completeness.roster is None
    assert all(c.due is None and c.missing is None for c in done.completeness.years)
    assert not done.completeness.standings
    assert of(done, "教育").outcomes["g-not-published"] is Outcome.NOT_APPLICABLE


def test_two_published_versions_that_differ(book: Rulebook, tmp_path: Path) -> None:
    one = content("2018-jiaoyu")
    other = changed(one, cells={**one.cells, "proactive.total": "9999"})
    (tmp_path / "教育局.html").write_bytes(rendered(one, "html"))
    (tmp_path / "教育局（副本）.html").write_bytes(rendered(other, "html"))
    (tmp_path / "教育局（送审稿）.docx").write_bytes(rendered(other, "docx"))
    done = run(book, tmp_path)
    (report,) = done.reports
    assert report.report.source.endswith("教育局.html")
    assert report.report.filing and len(report.report.filing.versions) == 2
    (finding,) = [f for f in report.findings if f.rule == "g-multi-version"]
    assert finding.outcome is Outcome.SUSPECTED
    assert finding.right == 9999
    assert "副本" in finding.message, "the draft is no published version"


def test_a_page_and_its_attachment(book: Rulebook, tmp_path: Path) -> None:
    page = (
        "<html><head><title>澄湖县云岫镇人民政府2018年政府信息公开工作年度报告</title></head><body>"
        "<h1>澄湖县云岫镇人民政府2018年政府信息公开工作年度报告</h1><p>公开日期：2019-03-11</p>"
        '<p>附件：<a href="files/W020190311.docx">年度报告.docx</a></p></body></html>'
    )
    (tmp_path / "云岫镇.html").write_text(page, encoding="utf-8")
    alone = run(book, tmp_path)
    assert not alone.reports
    (lost,) = alone.unread
    assert "未一并提供" in lost.reason
    (tmp_path / "W020190311.docx").write_bytes(rendered(content("2018-yunxiu"), "docx"))
    (report,) = run(book, tmp_path).reports
    assert report.report.source.endswith("W020190311.docx")
    assert report.report.profile.published == dt.date(2019, 3, 11)
    assert report.report.filing and report.report.filing.public


@pytest.mark.parametrize("ending", ["html", "docx"])
def test_a_collection_is_judged_report_by_report(book: Rulebook, tmp_path: Path, ending: str) -> None:
    from roster_making import make
    from writers import WRITERS

    names = ["2018-yunxiu", "2018-jiaoyu", "2018-hetang"]
    found = [content(name) for name in names]
    pieces = tuple(piece for one in found for piece in make.pieces(one))
    (tmp_path / f"汇编.{ending}").write_bytes(WRITERS[ending](found[0].page, pieces))
    done = run(book, tmp_path)
    assert [j.report.source.rsplit("/", 1)[-1] for j in done.reports] == [
        f"汇编.{ending}",
        f"汇编.{ending}#2",
        f"汇编.{ending}#3",
    ]
    assert [j.report.profile.organisation for j in done.reports] == [one.organisation for one in found]
    for judged, one in zip(done.reports, found, strict=True):
        assert str(judged.report.facts["proactive.total"].value) == one.cells["proactive.total"]
        assert {s.kind for s in judged.report.sections} >= {"proactive", "requests", "problems"}
