"""The work folder: made by `auditor init`, found from below, used by the commands; and one run from end to end."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from auditor.cli import cli
from auditor.rulebook import load
from auditor.rulebook.source import parse
from auditor.workfolder import WorkFolder, find, is_work_folder
from auditor.workfolder.making import Answers, make, profile, regions

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "reports"


def run(*words: str, answers: str | None = None) -> Result:
    return CliRunner().invoke(cli, words, input=answers, prog_name="auditor")


# --- init ------------------------------------------------------------------------------------------


def test_init_without_questions_makes_the_whole_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("init", "澄湖", "--yes")
    assert done.exit_code == 0, done.output
    home = tmp_path / "澄湖"
    names = {p.relative_to(home).as_posix() for p in home.rglob("*")}
    assert names == {
        "profile.yaml",
        "scoring.yaml",
        "holidays.yaml",
        "名册.xlsx",
        "rules",
        "rules/README.md",
        "rules/laws",
        "rules/laws/README.md",
        "reports",
        "audits",
        "核验",
        "核验/README.md",
    }
    book = load(work=home)
    assert (book.county.name, book.county.assessment, book.county.region) == ("澄湖", "", ())
    assert book.parameters["公布期限"] == load().parameters["公布期限"], "no deadline is ever assumed"


def test_init_asks_what_no_option_said(tmp_path: Path) -> None:
    said = [
        "甲省岚江市澄湖县",
        "",
        "澄湖县人民政府办公室",
        "三月",
        "03-31",
        "县规定",
        "可以",
        "澄湖县考核办法",
        "1号",
        "0730-1",
    ]
    done = run("init", str(tmp_path), answers="\n".join(said) + "\n")
    assert done.exit_code == 0, done.output
    assert "应写作 月-日" in done.output
    county = load(work=tmp_path).county
    assert (county.name, county.region) == ("澄湖县年报审核", ("甲省", "岚江市", "澄湖县"))
    assert (county.issuer, county.issuer_is_office, county.contact) == ("澄湖县人民政府办公室", True, "0730-1")
    assert county.assessment == "《澄湖县考核办法》（1号）"
    text = (tmp_path / "profile.yaml").read_text(encoding="utf-8")
    assert "- {value: true, source: 本县规定}" in text and "value: 03-31" in text


def test_init_by_options_alone(tmp_path: Path) -> None:
    done = run(
        *("init", str(tmp_path), "--yes", "--name", "试: '一'", "--region", "澄湖县", "--blank", "不可以"),
        *(
            "--deadline",
            "02-28",
            "--deadline-source",
            "县规定",
            "--assessment",
            "《办法》",
            "--assessment-number",
            "1号",
        ),
        *(
            "--assessment-from",
            "2025",
            "--issuer",
            "政务公开办",
            "--issuer-kind",
            "其他",
            "--number",
            "澄〔{年}〕{号}号",
        ),
        *("--contact", "张三", "--old", "记录在案"),
    )
    assert done.exit_code == 0, done.output
    county = load(work=tmp_path).county
    assert (county.name, county.numbering, county.old_reports) == ("试: '一'", "澄〔{年}〕{号}号", "记录在案")
    assert (county.issuer, county.issuer_is_office) == ("政务公开办", False)
    assert (county.assessment_of(2024), county.assessment_of(2025)) == ("", "《办法》（1号）")
    assert run("init", str(tmp_path / "x"), "--yes", "--deadline", "2-28").exit_code == 2


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "profile.yaml").write_text("auditor: 1\nname: 我的\n", encoding="utf-8")
    (tmp_path / "名册.xlsx").write_bytes(b"mine")
    done = run("init", str(tmp_path), "--yes", "--name", "别的")
    assert done.exit_code == 0
    assert "没有改动：profile.yaml、名册.xlsx" in done.output
    assert (tmp_path / "名册.xlsx").read_bytes() == b"mine"
    assert load(work=tmp_path).county.name == "我的"
    (tmp_path / "profile.yaml").write_text("periods: []\n", encoding="utf-8")
    assert run("init", str(tmp_path), "--yes").exit_code == 2, "somebody else's profile.yaml is no work folder"


def test_every_example_of_the_skeleton_is_right_when_it_is_uncommented() -> None:
    """What the inspector uncomments in Notepad must load: the comments are YAML of the profile."""
    text = profile(Answers("试"))
    lines = [
        line
        for line in text.splitlines()
        if not line.startswith("# ") or line.startswith(("#   ", "# 发文机关:", "# 考核办法:"))
    ]
    plain = "\n".join(line.removeprefix("# ") for line in lines)
    source = parse("profile.yaml", plain)
    assert source.mistakes == []
    assert set(source.data) >= {"发文机关", "考核办法", "disable", "severity", "deduct", "parameters", "往年报告"}
    assert len(source.data["disable"]) == 3 and set(source.data["parameters"]) == {"公布期限", "允许留空"}
    from auditor.rulebook.county import CountyEntry, cells_of, county_from

    book = load()
    entry = CountyEntry.model_validate(source.data)
    ids = {r.id for r in book.rules}
    assert {r for off in entry.disable for r in off.rule} | {s.rule for s in entry.severity} <= ids
    assert all(any(cells_of(c, f) for f in book.forms) for off in entry.disable for c in off.cells)
    assert county_from(entry, book.forms).assessment == "《澄湖县政府信息公开工作考核办法》（澄政办发〔2026〕3号）"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1).filter(str.strip))
def test_whatever_a_county_is_called_it_is_read_back(name: str) -> None:
    data = parse("profile.yaml", profile(Answers(name, issuer=name, contact=name))).data
    assert data["name"] == data["联系方式"] == data["发文机关"]["name"] == " ".join(name.split())


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("湖南省岳阳市华容县", ("湖南省", "岳阳市", "华容县")),
        ("内蒙古自治区 锡林郭勒盟、多伦县", ("内蒙古自治区", "锡林郭勒盟", "多伦县")),
        ("澄湖县", ("澄湖县",)),
        ("", ()),
    ],
)
def test_regions_are_told_apart(words: str, places: tuple[str, ...]) -> None:
    assert regions(words) == places


# --- found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_a_work_folder_is_found_from_below_whatever_editor_saved_it(tmp_path: Path, encoding: str) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find(deep) is None or find(deep).path.resolve() not in (deep, *deep.parents[:2])  # type: ignore[union-attr]
    (tmp_path / "profile.yaml").write_bytes("# 说明\nauditor: 1\nname: 澄湖县\n".encode(encoding))
    found = find(deep)
    assert found is not None and found.path.resolve() == tmp_path.resolve()


def test_the_shipped_profile_is_no_marker() -> None:
    assert not is_work_folder(ROOT / "rules")


def test_what_else_lies_in_the_folder_is_evidence(tmp_path: Path) -> None:
    make(tmp_path, Answers("试"))
    work = WorkFolder(tmp_path)
    for name in ("2023年度/a.html", "2024年度/b.html", "2024年度/c.html", "2025年度/d.html", "其他/e.html", "f.html"):
        (work.reports / name).parent.mkdir(parents=True, exist_ok=True)
        (work.reports / name).write_text("x", encoding="utf-8")

    def others(*given: str) -> list[str]:
        return [p.relative_to(work.reports).as_posix() for p in work.earlier([work.reports / g for g in given])]

    assert others("2024年度") == ["2023年度", "f.html", "其他"]
    assert others("2024年度/b.html") == ["2023年度", "f.html", "其他"]
    assert others("f.html") == ["2023年度", "2024年度", "2025年度", "其他"]
    assert work.earlier([work.reports]) == ()
    assert work.earlier([tmp_path / "别处.html"]) == (work.reports,)


def test_a_named_folder_must_be_one(tmp_path: Path) -> None:
    done = run("rules", "list", "--work", str(tmp_path))
    assert (done.exit_code, "不是工作文件夹" in done.stderr) == (2, True)


# --- used ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with reports of two years."""
    folder = tmp_path_factory.mktemp("work")
    make(folder, Answers("澄湖县年报审核", ("岚江市", "澄湖县"), deadline="01-31", deadline_source="县规定"))
    for year, units in (("2024", ("柳汀镇", "自然资源局")), ("2025", ("柳汀镇", "自然资源局", "教育局"))):
        target = folder / "reports" / f"{year}年度"
        target.mkdir(parents=True)
        for unit in units:
            source = next(p for p in sorted((REPORTS / f"{year}年度").iterdir()) if unit in p.name)
            shutil.copy(source, target / source.name)
    return folder


def audited(*words: str) -> dict:  # type: ignore[type-arg]
    done = run("audit", "--json", *words)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_audit_without_a_path_takes_the_folders_reports_and_names_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home / "rules")
    done = run("audit", "--formats", "json", "--at", "2026-04-08T09:00:00+08:00", "--quarter", "2026Q1")
    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines()[0].startswith("工作文件夹 ")
    assert "工作档案“澄湖县年报审核”" in done.stderr and "规则库 2026.1 版" in done.stderr
    assert "还没有填写单位" in done.stderr, "an empty roster is said to be empty, not a mistake"
    (result,) = (home / "audits" / "2026Q1").rglob("审计结果.json")
    read = json.loads(result.read_text(encoding="utf-8"))
    assert len(read["reports"]) == 5
    assert read["reports"][0]["source"].startswith("../reports/")


def test_other_years_serve_as_last_year_without_being_judged(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    within = audited("reports/2025年度")
    alone = audited("reports/2025年度", "--no-work")
    assert [r["year"] for r in within["reports"]] == [2025, 2025, 2025]

    def unheard(read: dict) -> int:  # type: ignore[type-arg]
        return sum(r["outcomes"]["not_applicable"] for r in read["reports"])

    assert unheard(within) < unheard(alone), "rules on last year speak"
    whole = {r["source"]: r["outcomes"] for r in audited()["reports"]}
    assert {r["source"]: r["outcomes"] for r in within["reports"]} == {
        s: o for s, o in whole.items() if "2025年度" in s
    }


def test_no_work_ignores_it_and_work_names_it(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    report = "reports/2025年度"
    ignored = audited(report, "--no-work")["run"]["rulebook"]
    assert (ignored["profile"], ignored["sha256"]) == (None, load().stamp.sha256)
    monkeypatch.chdir(tmp_path)
    named = audited(str(home / report), "--work", str(home))["run"]["rulebook"]
    assert named["profile"] == "澄湖县年报审核"


# --- from end to end -------------------------------------------------------------------------------


def test_a_rule_switched_off_for_one_unit_is_seen_in_every_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """init, three reports, audit, disable a rule for one unit, audit again: gone there, standing elsewhere, never silent."""
    monkeypatch.chdir(tmp_path)
    assert run("init", ".", "--yes", "--region", "岚江市澄湖县", "--assessment", "澄湖县考核办法").exit_code == 0
    for name in ("石帆镇", "教育局", "柳汀镇"):
        source = next(p for p in sorted((REPORTS / "2025年度").iterdir()) if name in p.name)
        shutil.copy(source, tmp_path / "reports")
    before = audited()
    wrong = [
        (r["organisation"], f["rule"])
        for r in before["reports"]
        for f in r["findings"]
        if f["outcome"] == "broken" and not f["rule"].startswith("p-")
    ]
    unit, rule = wrong[0]
    text = (tmp_path / "profile.yaml").read_text(encoding="utf-8")
    entry = f"disable:\n  - {{rule: {rule}, unit: {unit}, reason: 县政府办公室已备案}}\n"
    (tmp_path / "profile.yaml").write_text(text.replace("disable:\n", entry, 1), encoding="utf-8")

    done = run("audit", "--at", "2026-04-08T09:00:00+08:00")
    assert done.exit_code == 0, done.output
    (folder,) = (tmp_path / "audits" / "2026-04-08").iterdir()
    read = json.loads((folder / "审计结果.json").read_text(encoding="utf-8"))
    for report in read["reports"]:
        here = report["organisation"] == unit
        off = [{"rule": rule, "scope": unit, "cells": [], "reason": "县政府办公室已备案"}]
        assert report["disabled"] == (off if here else [])
        assert not here or all(f["rule"] != rule for f in report["findings"])
        assert sum(report["outcomes"].values()) == read["run"]["rulebook"]["rules"]
    others = [r for r in before["reports"] if r["organisation"] != unit]
    again = [r for r in read["reports"] if r["organisation"] != unit]
    assert [[f["fingerprint"] for f in r["findings"]] for r in others] == [
        [f["fingerprint"] for f in r["findings"]] for r in again
    ]

    page = (folder / "审计结果.html").read_text(encoding="utf-8")
    shown = {
        "terminal": done.stdout,
        "page": page,
        "xlsx": "".join(_text(folder / "问题台账.xlsx", f"xl/worksheets/sheet{at}.xml") for at in range(1, 12)),
    }
    for name, words in shown.items():
        assert "县政府办公室已备案" in words, name
        assert "澄湖县年报审核" in words, name
        assert "2026.1" in words, name
    of = _text(folder / "通报.docx", "docProps/core.xml")
    assert "澄湖县年报审核" in of and "2026.1" in of
    rows = list(csv.DictReader(io.StringIO((folder / "问题清单.csv").read_text(encoding="utf-8-sig"))))
    assert {(row["规则库版本"], row["工作档案"]) for row in rows} == {("2026.1", "澄湖县年报审核")}


def _text(path: Path, member: str) -> str:
    with ZipFile(path) as source:
        return source.read(member).decode("utf-8")
