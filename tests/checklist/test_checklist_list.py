"""The list that a run writes: what it asks, what it keeps, and that it comes back as it was filled in."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import page_data
import pytest
from checklist_filling import filled, table
from commands import ROOT, auditor

from auditor.checklist import rows
from auditor.checklist.sheet import read_checklists
from auditor.checklist.workbook import render
from auditor.documents import page, write
from auditor.documents.workbook import render as ledger
from auditor.model import Attested, Audit, Outcome
from auditor.pipeline import Options, audit
from auditor.rulebook import Rulebook

AT = dt.datetime(2026, 4, 8, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SEEN: Mapping[int, Mapping[str, object]] = {
    1: {"结论": "符合", "核验人": "李某", "核验日期": dt.date(2026, 4, 7)},
    2: {"结论": "不符合", "情况说明": "=1+1 打开是空白页", "核验人": "李某", "核验日期": "2026年4月7日"},
    3: {"结论": "不适用", "核验人": "王某"},
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports of 2017 in a folder."""
    folder = tmp_path_factory.mktemp("list") / "年报"
    folder.mkdir()
    for path in sorted((ROOT / "reports" / "2017年度").glob("*.html"))[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def done(book: Rulebook, reports: Path) -> Audit:
    return audit([reports], book, Options(at=AT))


@pytest.fixture(scope="module")
def answered(book: Rulebook, reports: Path, done: Audit, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """The run again, with the list that it wrote filled in."""
    path = tmp_path_factory.mktemp("filled") / "核验清单.xlsx"
    path.write_bytes(filled(render(done), SEEN))
    return audit([reports], book, Options(at=AT, attested=read_checklists([path])))


def test_every_report_is_asked_everything_that_is_to_be_confirmed(done: Audit) -> None:
    asked = [(row.source, row.rule) for row in rows(done)]
    open_ = [
        (j.report.source, rule)
        for j in done.reports
        for rule in done.rules
        if j.outcomes.get(rule) is Outcome.TO_CONFIRM
    ]
    assert asked == open_ and len(asked) >= 8
    assert all(row.ask and row.verify for row in rows(done)), "every rule that asks a person says how to look"


def test_equal_audits_give_the_same_bytes(done: Audit) -> None:
    assert render(done) == render(done)


def test_the_list_is_made_for_filling_in(done: Audit) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(done)))
    assert book.sheetnames == ["核验清单", "填写说明"]
    sheet = book["核验清单"]
    assert sheet.freeze_panes == "D3"
    assert sheet.auto_filter.ref and sheet.print_title_rows == "$2:$2"
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    (offer,) = sheet.data_validations.dataValidation
    assert offer.formula1 == '"符合,不符合,不适用"'
    heads = [cell.value for cell in sheet[2]]
    hidden = [sheet.column_dimensions[cell.column_letter].hidden for cell in sheet[2]]
    assert dict(zip(heads, hidden, strict=True)) == {h: h in ("提示", "文件校验值") for h in heads}


def test_words_of_a_report_are_never_a_formula_nor_a_link(done: Audit) -> None:
    report = replace(
        done.reports[0].report,
        profile=replace(done.reports[0].report.profile, organisation="=1+1", url="javascript:alert(1)"),
    )
    hostile = replace(done, reports=(replace(done.reports[0], report=report),))
    sheet = openpyxl.load_workbook(io.BytesIO(render(hostile)))["核验清单"]
    assert sheet["B3"].value == "=1+1" and sheet["B3"].data_type == "s"
    assert not sheet["D3"].hyperlink
    page_ = replace(report, profile=replace(report.profile, url="https://www.example.gov.cn/nb/2017.html"))
    linked = replace(done, reports=(replace(done.reports[0], report=page_),))
    sheet = openpyxl.load_workbook(io.BytesIO(render(linked)))["核验清单"]
    assert sheet["D3"].hyperlink.target == "https://www.example.gov.cn/nb/2017.html"


def test_a_filled_list_is_taken_into_the_run(done: Audit, answered: Audit) -> None:
    kept, broken, aside = (row.rule for row in rows(done)[:3])
    first = answered.reports[0]
    assert first.outcomes[kept] is Outcome.KEPT
    assert first.outcomes[broken] is Outcome.BROKEN
    assert first.outcomes[aside] is Outcome.NOT_APPLICABLE
    (finding,) = [f for f in first.findings if f.rule == broken]
    assert finding.evidence[0].text == "=1+1 打开是空白页（李某，2026-04-07）"
    assert answered.reports[1] == done.reports[1]
    assert answered.run.id != done.run.id
    others = {rule for rule in done.rules if rule not in (kept, broken, aside)}
    assert all(first.outcomes.get(r) is done.reports[0].outcomes.get(r) for r in others if not r.startswith("p-"))


def test_a_new_list_keeps_every_answer(answered: Audit, tmp_path: Path) -> None:
    path = tmp_path / "核验清单.xlsx"
    path.write_bytes(render(answered))
    for number, said in SEEN.items():
        row = table(path)[number - 1]
        assert (row["结论"], row["核验人"], row["情况说明"]) == (said["结论"], said["核验人"], said.get("情况说明"))
    lists = read_checklists([path])
    assert not lists.mistakes
    assert [a.attested.answer for a in lists.answers] == [said["结论"] for said in SEEN.values()]


def test_answers_are_the_same_by_however_many_processes(
    book: Rulebook, reports: Path, answered: Audit, done: Audit, tmp_path: Path
) -> None:
    path = tmp_path / "核验清单.xlsx"
    path.write_bytes(filled(render(done), SEEN))
    again = audit([reports], book, Options(at=AT, jobs=2, attested=read_checklists([path])))
    assert again.run.id == answered.run.id
    assert [(j.findings, j.outcomes, j.score) for j in again.reports] == [
        (j.findings, j.outcomes, j.score) for j in answered.reports
    ]


def test_a_report_changed_since_is_asked_again_with_the_old_answer(
    book: Rulebook, reports: Path, answered: Audit, tmp_path: Path
) -> None:
    folder = tmp_path / "改过"
    folder.mkdir()
    for path in reports.iterdir():
        (folder / path.name).write_bytes(path.read_bytes() + b"\n<!-- changed -->\n")
    old = tmp_path / "核验清单.xlsx"
    old.write_bytes(render(answered))
    again = audit([folder], book, Options(at=AT, attested=read_checklists([old])))
    listed = [row for row in rows(again) if row.hint]
    assert [row.answer for row in listed] == [None] * 3
    assert listed[1].hint == "报告已变更，请复核。上次核验为不符合：=1+1 打开是空白页（李某，2026-04-07）"
    assert {again.reports[0].outcomes[row.rule] for row in listed} == {Outcome.TO_CONFIRM}
    new = tmp_path / "新.xlsx"
    new.write_bytes(render(again))
    assert table(new)[1]["结论"] is None and "报告已变更" in str(table(new)[1]["提示"])
    reasons = [u.reason for u in again.reports[0].undecided if u.reason.startswith("报告已变更，请复核")]
    assert len(reasons) == 3


def test_a_filled_list_is_never_overwritten(done: Audit, answered: Audit, tmp_path: Path) -> None:
    write(done, tmp_path, ["checklist"])
    path = tmp_path / "核验清单.xlsx"
    mine = filled(path.read_bytes(), SEEN)
    path.write_bytes(mine)
    for run in (done, answered):
        (written,) = write(run, tmp_path, ["checklist"])
        assert written.path is not None and written.path.name == "核验清单（2）.xlsx"
        assert "已被改动" in written.note
    assert path.read_bytes() == mine


def test_documents_show_what_a_person_decided(answered: Audit) -> None:
    broken = rows(answered)[1].rule
    shown = page_data.words(page.render(answered))
    assert "打开是空白页（李某，2026-04-07）" in shown
    sheet = openpyxl.load_workbook(io.BytesIO(ledger(answered)))["无法判断与待核验"]
    said = {(row[4], row[9]) for row in sheet.iter_rows(min_row=3, values_only=True) if row[9]}
    assert said == {
        ("合规", "符合（李某，2026-04-07）"),
        ("不合规", "不符合：=1+1 打开是空白页（李某，2026-04-07）"),
        ("不适用", "不适用（王某）"),
    }
    assert answered.reports[0].attested[broken] == Attested(
        "不符合",
        "=1+1 打开是空白页",
        "李某",
        dt.date(2026, 4, 7),
        answered.reports[0].attested[broken].source,
        answered.reports[0].report.sha256,
    )


# --- the command -----------------------------------------------------------------------------------


def test_the_command_takes_lists_and_refuses_them_whole(reports: Path, done: Audit, tmp_path: Path) -> None:
    good, bad = tmp_path / "好.xlsx", tmp_path / "错.xlsx"
    good.write_bytes(filled(render(done), SEEN))
    bad.write_bytes(
        filled(render(done), {**SEEN, 4: {"结论": "合格"}, 5: {"结论": "符合", "核验人": "李某", "单位": "某镇"}})
    )
    refused = auditor("audit", reports, "--attested", bad, cwd=tmp_path)
    assert refused.returncode == 2
    assert "错.xlsx 工作表“核验清单”H6：结论“合格”不对" in refused.stderr
    assert "错.xlsx 工作表“核验清单”B7：本次审核的报告中没有“某镇”的" in refused.stderr
    assert "核验清单有 2 处要改，一项也没有采用" in refused.stderr
    assert not (tmp_path / "audits").exists()
    taken = auditor("audit", reports, "--attested", good, "--json", cwd=tmp_path)
    assert taken.returncode == 0, taken.stderr
    first = json.loads(taken.stdout)["reports"][0]
    assert [a["answer"] for a in first["attested"]].count("不符合") == 1


def test_a_work_folder_finds_its_own_lists(reports: Path, done: Audit, tmp_path: Path) -> None:
    (tmp_path / "profile.yaml").write_text("auditor: 1\nname: 澄湖县年报审核\n", encoding="utf-8")
    (tmp_path / "reports").mkdir()
    one = sorted(reports.iterdir())[1]
    (tmp_path / "reports" / one.name).write_bytes(one.read_bytes())
    (tmp_path / "核验" / "一科").mkdir(parents=True)
    of_second = len(rows(done)) // 2 + 1
    answers = {**SEEN, of_second: {"结论": "符合", "核验人": "李某"}}
    (tmp_path / "核验" / "一科" / "核验清单（2）.xlsx").write_bytes(filled(render(done), answers))
    run = auditor("audit", "--formats", "checklist", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "核验清单中有 3 项核验的不是本次审核的报告，未使用" in run.stdout
    assert "已采用核验结论 1 项" in run.stdout
