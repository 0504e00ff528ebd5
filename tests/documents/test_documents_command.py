"""`auditor documents`: every kind from a stored run, nothing overwritten, nobody's paper in another's folder, byte-identical each time."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import ROOT, auditor, process
from hypothesis import given
from hypothesis import strategies as st

from auditor import ledger as ledgers
from auditor.documents import pdf, sending
from auditor.documents.keeping import MANIFEST, Folder
from auditor.documents.kinds import KINDS
from auditor.documents.tally import QuarterFigures, tally
from auditor.ledger import scoring
from auditor.ledger.laying import view
from auditor.ledger.mendings import course
from auditor.ledger.papers import matter_of
from auditor.ledger.reading import runs
from auditor.ledger.trend import of_tally, trend
from auditor.model import MendingTerms
from auditor.quarters.mending import rate
from auditor.rulebook import load

AT = "2026-02-20T09:00:00+08:00"
DAY = dt.date(2026, 2, 20)
QUARTERS = {"2025Q4": ("2024年度", "2025-11-03T10:00:00+08:00"), "2026Q1": ("2025年度", "2026-02-03T10:00:00+08:00")}
COUNTY = ("通报", "台账", "统计", "网页")


def run(*words: object, cwd: Path = ROOT) -> str:
    """A command that must go well; what it printed."""
    done = auditor(*words, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two quarters of the fictional county, some findings decided, an order sent to one unit."""
    home = tmp_path_factory.mktemp("papers")
    path = home / "ledger.sqlite"
    roster = ("--roster", "reports/名册.xlsx", "--no-work", "--ledger", path, "--formats", "json")
    for quarter, (folder, at) in QUARTERS.items():
        run("audit", f"reports/{folder}", "--quarter", quarter, "--at", at, "--out", home / quarter, *roster)
    decide = ("--no-work", "--ledger", path, "--at", "2026-02-10T09:00:00+08:00", "--by", "张三")
    run("decide", "2026Q1-财政局-02", "不属实", "--why", "查阅票据", *decide)
    run("decide", "2026Q1-青岙乡-01", "属实", *decide)
    run("decide", "2026Q1-云岫镇-01", "豁免", "--why", "经批准", "--paper", "澄政办〔2026〕1号", *decide)
    send = ("--kind", "通知", "--paper", "澄政办函〔2026〕7号", "--on", "2026-02-12", "--unit", "农业农村局")
    run("letters", "send", "2026Q1", *send, *decide, "--at", "2026-02-12T09:00:00+08:00")
    return path


@pytest.fixture(scope="module")
def made(ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """All papers once, and what the command told of them as JSON."""
    out = tmp_path_factory.mktemp("made") / "文书"
    return out, json.loads(papers(ledger, "--zip", "--json", "--out", out))


def papers(ledger: Path, *words: object) -> str:
    """`auditor documents 2026Q1` with words of its own."""
    return run("documents", "2026Q1", "--no-work", "--ledger", ledger, "--at", AT, *words)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file by its path within."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def said(path: Path | bytes) -> str:
    """The words of a DOCX: body, heads and feet."""
    source = io.BytesIO(path) if isinstance(path, bytes) else path
    with zipfile.ZipFile(source) as file:
        names = [name for name in file.namelist() if re.fullmatch(r"word/(document|header.*|footer.*)\.xml", name)]
        return "\n".join(re.sub(r"<[^>]+>", "", file.read(name).decode()) for name in names)


# --- what is made -----------------------------------------------------------------------------------


def test_every_kind_in_its_place(made: tuple[Path, Any]) -> None:
    out, _ = made
    top = {path.name for path in out.iterdir() if path.is_file()}
    assert {"通报.docx", "问题台账.xlsx", "季度汇总统计.docx", "送达材料.zip", MANIFEST} < top
    assert {path.name for path in out.iterdir() if path.is_dir()} > {"县财政局", "柳汀镇"}


def test_the_screen_says_what_was_made_and_what_was_not(ledger: Path, tmp_path: Path) -> None:
    screen = papers(ledger, "--kind", "通知", "--kind", "评分表", "--zip", "--out", tmp_path / "x")
    assert re.search(r"通知 +9 +9 +6 ", screen)
    for words in (
        "不得印发",
        "没有查实的问题",
        "先发反馈函核实",
        "没有报告，没有得分",
        "份草稿没有放进送达材料",
        "送达材料.zip",
    ):
        assert words in re.sub(r"\s+", "", screen)


def test_no_id_stands_where_a_person_reads(made: tuple[Path, Any]) -> None:
    """Rules, forms and cells are called by their names in every Word file; the workbook and the page have columns for ids."""
    book = load()
    ids = {*(ready.id for ready in book.rules), *(p.id for p in book.patterns), *book.laws}
    ids |= {cell for form in book.forms for cell in form.cells}
    ids = {one for one in ids if re.search(r"[.-]", one)}
    assert len(ids) > 400
    papers_made = list(made[0].rglob("*.docx"))
    assert len(papers_made) > 20
    for path in papers_made:
        found = ids & set(re.findall(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)+", said(path)))
        assert not found, f"{path.name}：{found}"


def test_a_unit_has_only_what_there_is_to_tell(made: tuple[Path, Any]) -> None:
    """A report without any problem: its score and nothing that accuses."""
    sound = {path.name for path in (made[0] / "柳汀镇").iterdir()}
    assert "考核评分表.docx" in sound
    assert not sound & {"通知.docx", "反馈函.docx", "整改情况反馈表.xlsx", "更正建议表.docx"}
    missing = {path.name for path in (made[0] / "县农业农村局").iterdir()}
    assert "通知.docx" in missing, "a report that is not there is ordered for like any other"
    assert "考核评分表.docx" not in missing


def test_json_tells_what_lies_on_the_disk(made: tuple[Path, Any]) -> None:
    out, told = made
    assert told["quarter"] == "2026Q1"
    assert told["day"] == "2026-02-20"
    there = {str(path) for path in out.rglob("*") if path.is_file()} - {str(out / MANIFEST), told["zip"]}
    assert {paper["path"] for paper in told["papers"]} == there
    here = {(paper["kind"], paper["unit"]) for paper in told["papers"]}
    units = {unit for _, unit in here if unit}
    each = {kind.name for kind in KINDS.values() if kind.each}
    assert {(one["kind"], one["unit"]) for one in told["not_made"]} == {
        (kind, unit) for kind in each for unit in units if (kind, unit) not in here
    }
    assert all(one["reason"] for one in told["not_made"])
    assert told["undecided"] > 0


def test_what_is_called_a_draft_bears_the_mark_and_nothing_else_does(made: tuple[Path, Any]) -> None:
    told = made[1]
    documents = [paper for paper in told["papers"] if paper["path"].endswith(".docx")]
    for paper in documents:
        assert ("不得印发" in said(Path(paper["path"]))) == paper["draft"], paper["path"]
    assert {paper["draft"] for paper in documents} == {True, False}
    assert "松涧镇" not in {paper["unit"] for paper in documents if paper["draft"]}


def test_one_kind_of_one_unit(ledger: Path, tmp_path: Path) -> None:
    papers(ledger, "--kind", "通知", "--kind", "评分表", "--unit", "自然资源局", "--out", tmp_path / "x")
    assert set(tree(tmp_path / "x")) == {"县自然资源局/通知.docx", "县自然资源局/考核评分表.docx", MANIFEST}


def test_a_run_is_named_by_how_its_id_begins(ledger: Path, tmp_path: Path) -> None:
    with ledgers.open(ledger) as there:
        first = runs(there)[0].id
    words = ("--no-work", "--ledger", ledger, "--at", AT, "--kind", "统计", "--out", tmp_path / "x")
    assert "统计" in run("documents", first[:6], *words)


# --- what a person enters ----------------------------------------------------------------------------


def test_days_and_numbers_are_entered_or_blank(ledger: Path, tmp_path: Path) -> None:
    one = ("--kind", "通知", "--unit", "自然资源局")
    papers(ledger, *one, "--out", tmp_path / "blank")
    blank = said(tmp_path / "blank" / "县自然资源局" / "通知.docx")
    assert re.search(r"　+年　*月　*日", blank)
    assert "2026年2月20日" not in blank, "never the day of making"
    entered = (
        "--number",
        "澄政办函〔2026〕9号",
        "--date",
        "2026-03-02",
        "--note",
        "此件公开发布",
        "--copy",
        "县纪委监委",
    )
    papers(ledger, *one, *entered, "--printed", "2026-03-03", "--out", tmp_path / "full")
    full = said(tmp_path / "full" / "县自然资源局" / "通知.docx")
    for words in ("澄政办函〔2026〕9号", "2026年3月2日", "此件公开发布", "县纪委监委"):
        assert words in full
    assert not re.search(r"　+年　*月　*日印发", full)


def test_a_recorded_letter_gives_its_number_and_day(made: tuple[Path, Any]) -> None:
    words = said(made[0] / "县农业农村局" / "通知.docx")
    assert "澄政办函〔2026〕7号" in words
    assert "2026年2月12日" in words


def test_the_notice_form(ledger: Path, tmp_path: Path) -> None:
    papers(ledger, "--kind", "通知", "--unit", "自然资源局", "--notice-form", "--out", tmp_path / "x")
    assert "县自然资源局/整改通知书.docx" in tree(tmp_path / "x")


def test_the_county_s_own_phrases(ledger: Path, tmp_path: Path) -> None:
    own = tmp_path / "模板"
    own.mkdir()
    (own / "用语.yaml").write_text("通报:\n  落实责任: 各单位要值得学习。\n", encoding="utf-8")
    papers(ledger, "--kind", "通报", "--templates", own, "--out", tmp_path / "x")
    assert "值得学习" in said(tmp_path / "x" / "通报.docx")
    (own / "用语.yaml").write_text("通报:\n  表扬: '{县长}很好'\n", encoding="utf-8")
    done = auditor("documents", "2026Q1", "--no-work", "--ledger", ledger, "--templates", own, cwd=tmp_path)
    assert done.returncode == 2
    assert "{县长}" in done.stderr
    assert "{单位}" in done.stderr


def test_our_templates_are_given_out_to_be_changed(ledger: Path, made: tuple[Path, Any], tmp_path: Path) -> None:
    own = tmp_path / "模板"
    assert "通报.docx" in run("documents", "--new-templates", own, cwd=tmp_path)
    papers(ledger, "--kind", "通报", "--kind", "通知", "--templates", own, "--out", tmp_path / "x")
    assert tree(tmp_path / "x")["通报.docx"] == tree(made[0])["通报.docx"], "unchanged, they make the same papers"
    (own / "通报.docx").write_bytes(b"mine")
    (own / "函.docx").unlink()
    again = run("documents", "--new-templates", own, cwd=tmp_path)
    assert "已写到" in again and "函.docx" in again.partition("。")[0]
    assert (own / "通报.docx").read_bytes() == b"mine"


def test_the_work_folder_s_phrases_are_found(ledger: Path, tmp_path: Path) -> None:
    work = tmp_path / "本县"
    assert auditor("init", work, "--name", "澄湖县", "--yes", cwd=tmp_path).returncode == 0
    shutil.copy(ledger, work / "audits" / "ledger.sqlite")
    (work / "模板").mkdir(exist_ok=True)
    (work / "模板" / "用语.yaml").write_text("通报:\n  落实责任: 各单位要值得学习。\n", encoding="utf-8")
    run("documents", "2026Q1", "--kind", "通报", "--at", AT, cwd=work)
    assert "值得学习" in said(work / "audits" / "2026Q1" / "文书" / "通报.docx")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--number", "澄政办〔2026〕1号"), "一种文书的文号"),
        (("--number", "澄政办〔2026〕1号", "--kind", "台账"), "都没有文号"),
        (("--unit", "没有这个局"), "没有这个局"),
        (("--templates", "没有这个文件夹"), "没有这个文件夹"),
        (("--kind", "奖状"), "奖状"),
        (("--date", "明天"), "明天"),
    ],
)
def test_a_mistake_of_the_caller_writes_nothing(
    ledger: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = auditor("documents", "2026Q1", "--no-work", "--ledger", ledger, "--out", "x", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert not (tmp_path / "x").exists()


# --- equal, and never lost -----------------------------------------------------------------------------


def test_equal_ledger_and_day_give_equal_bytes(ledger: Path, made: tuple[Path, Any], tmp_path: Path) -> None:
    """Here with another folder, and in a process of its own with another hash seed."""
    words = ("documents", "2026Q1", "--no-work", "--ledger", ledger, "--at", AT, "--zip", "--out")
    done = process(*words, tmp_path / "again", cwd=tmp_path, env={"PYTHONHASHSEED": "7", "TZ": "America/Lima"})
    assert done.returncode == 0, done.stderr
    first, again = tree(made[0]), tree(tmp_path / "again")
    assert set(first) == set(again)
    assert [name for name in first if first[name] != again[name]] == []


def test_what_a_person_changed_stays(ledger: Path, tmp_path: Path) -> None:
    words = ("--kind", "通知", "--unit", "农业农村局", "--zip", "--out", tmp_path / "x")
    papers(ledger, *words)
    mine = tmp_path / "x" / "县农业农村局" / "通知.docx"
    ours = mine.read_bytes()
    papers(ledger, *words)
    assert set(tree(tmp_path / "x")) == {"县农业农村局/通知.docx", "送达材料.zip", MANIFEST}, "unchanged: the same file"
    mine.write_bytes(b"edited")
    done = auditor("documents", "2026Q1", "--no-work", "--ledger", ledger, "--at", AT, *words, cwd=tmp_path)
    assert mine.read_bytes() == b"edited"
    assert (mine.parent / "通知（2）.docx").read_bytes() == ours
    assert "通知（2）.docx" in done.stderr
    assert "不是改动后的" in done.stderr


def test_papers_from_before_are_named(ledger: Path, tmp_path: Path) -> None:
    with Folder(tmp_path / "x") as place:
        place.keep("柳汀镇/通知.docx", b"from before")
    done = auditor("documents", "2026Q1", "--no-work", "--ledger", ledger, "--at", AT, "--out", "x", cwd=tmp_path)
    assert "柳汀镇/通知.docx" in done.stderr
    assert (tmp_path / "x" / "柳汀镇" / "通知.docx").read_bytes() == b"from before"


# --- the ZIP --------------------------------------------------------------------------------------------


def test_the_zip_holds_what_is_sent_and_no_draft(made: tuple[Path, Any]) -> None:
    out, told = made
    on_disk = tree(out)
    may = {
        str(Path(one["path"]).relative_to(out))
        for one in told["papers"]
        if KINDS[one["kind"]].sent and not one["draft"]
    }
    with zipfile.ZipFile(told["zip"]) as file:
        members = {info.filename: file.read(info) for info in file.infolist()}
        for info in file.infolist():
            assert info.flag_bits & 0x800, "names are UTF-8 and say so"
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            info.filename.encode("gbk")
    assert set(members) == may
    assert all(on_disk[name] == data for name, data in members.items())
    assert set(told["held_back"]) == {
        str(Path(one["path"]).relative_to(out)) for one in told["papers"] if KINDS[one["kind"]].sent and one["draft"]
    }


def test_nobody_reads_of_another_unit(made: tuple[Path, Any]) -> None:
    """The folder of a unit names no other one."""
    homes = [path for path in made[0].iterdir() if path.is_dir()]
    towns = [path.name for path in homes if path.name.endswith(("镇", "乡"))]
    for home in homes:
        for path in home.glob("*.docx"):
            others = {town for town in towns if town != home.name and town in said(path)}
            assert not others, f"{path.relative_to(made[0])} names {others}"


@given(st.text(max_size=90))
def test_names_are_safe_everywhere(name: str) -> None:
    kept = sending.safe(name)
    assert kept
    assert not set(kept) & set('\\/:*?"<>|\n\t\r\0')
    assert kept[0] not in " " and kept[-1] not in " ."
    assert len(Path(kept).stem) <= sending.MOST + 1
    assert kept.partition(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(st.lists(st.sampled_from(["甲镇", "甲镇", "A局", "a局", "a/局", "CON", ""]), max_size=12))
def test_names_are_told_apart(names: list[str]) -> None:
    made = sending.distinct(names)
    assert len({one.casefold() for one in made}) == len(names)


# --- the trend ------------------------------------------------------------------------------------------


def lean(path: Path) -> Iterator[tuple[QuarterFigures, QuarterFigures]]:
    """Of each quarter its figures from lean records, and those of its tally."""
    with ledgers.open(path) as there:
        days = scoring.days(runs(there), DAY)
        mendings = course(there, MendingTerms(), DAY, with_repeats=False).mendings
        for one in trend(there, "2026Q1", DAY, {}, mendings):
            ordered = rate(item for item in mendings if item.letter.quarter == one.quarter)
            whole = of_tally(one.quarter, tally(view(there, one.quarter, days[one.quarter])))
            assert (one.ordered, one.closed) == (ordered.ordered, ordered.closed)
            yield one, whole


def test_the_trend_counts_as_the_tally_does(ledger: Path) -> None:
    found = list(lean(ledger))
    assert [one.quarter for one, _ in found] == list(QUARTERS)
    for one, whole in found:
        assert (one.reports, one.mean, one.problems, one.suspected) == (
            whole.reports,
            whole.mean,
            whole.problems,
            whole.suspected,
        )
    assert found[-1][0].ordered > 0


def test_the_trend_agrees_with_the_command(ledger: Path) -> None:
    rows = json.loads(run("trends", "--json", "--no-work", "--ledger", ledger, "--at", AT))["rows"]
    figures = {one.quarter: one for one, _ in lean(ledger)}
    for row in rows:
        one = figures[row["over"]]
        assert (one.reports, float(one.mean or 0)) == (row["reports"], row["mean"])


def test_a_matter_holds_the_quarter_before_and_what_was_handed_in(ledger: Path) -> None:
    with ledgers.open(ledger) as there:
        matter = matter_of(there, "2026Q1", DAY, MendingTerms())
        assert matter.tally.before is not None
        assert matter.tally.before.audit.run.quarter == "2025Q4"
        assert [one.quarter for one in matter.tally.trend] == list(QUARTERS)
        assert [letter.paper for letter in matter.letters] == ["澄政办函〔2026〕7号"]
        report = matter.tally.audit.reports[0].report
        assert matter.originals(report.sha256) == (ROOT / report.source).read_bytes()
        assert matter.originals("0" * 64) is None
        first = matter_of(there, "2025Q4", DAY, MendingTerms())
        assert first.tally.before is None


@pytest.mark.skipif(pdf.office() is None, reason="LibreOffice (soffice) is not installed")
def test_papers_as_pdf_beside_them_and_in_the_zip(ledger: Path, tmp_path: Path) -> None:
    words = ("--kind", "通知", "--kind", "反馈表", "--unit", "农业农村局", "--pdf", "--zip", "--out", tmp_path / "x")
    papers(ledger, *words)
    made = tree(tmp_path / "x")
    for name in ("通知.pdf", "整改情况反馈表.pdf"):
        assert made[f"县农业农村局/{name}"].startswith(b"%PDF-")
    with zipfile.ZipFile(io.BytesIO(made["送达材料.zip"])) as file:
        assert {"县农业农村局/通知.docx", "县农业农村局/通知.pdf"} < set(file.namelist())


def test_without_a_converter_the_papers_are_there_and_a_note(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_SOFFICE", "no-such-program")
    words = ("--kind", "通知", "--unit", "农业农村局", "--pdf", "--out", "x")
    done = auditor("documents", "2026Q1", "--no-work", "--ledger", ledger, "--at", AT, *words, cwd=tmp_path)
    assert done.returncode == 0
    assert "没有安装 LibreOffice" in done.stderr
    assert set(tree(tmp_path / "x")) == {"县农业农村局/通知.docx", MANIFEST}
