"""The command line as programs and inspectors meet it: exit codes, streams, folders, consoles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from commands import ROOT, auditor, process

REPORTS = ROOT / "reports"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Chinese name and space, two reports in it."""
    folder = tmp_path_factory.mktemp("cli") / "年报 2017"
    folder.mkdir()
    for path in sorted((REPORTS / "2017年度").glob("*.html"))[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_audit_writes_every_document_into_its_own_folder(two: Path, tmp_path: Path) -> None:
    done = process("audit", two, "--quarter", "2026Q1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "audits" / "2026Q1").iterdir()
    assert {p.name for p in folder.iterdir() if not p.name.startswith(".")} == {
        "审计结果.html", "问题台账.xlsx", "通报.docx", "审计结果.json", "问题清单.csv", "核验清单.xlsx", "审核数据.db",
    }  # fmt: skip
    assert "共审核 2 份报告" in done.stdout
    assert "单位" in done.stdout
    assert "Traceback" not in done.stderr


def test_json_is_one_document_and_nothing_else(two: Path, tmp_path: Path) -> None:
    done = process("audit", two, "--json", cwd=tmp_path)
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert set(found) == {"run", "reports", "unread", "set_aside", "completeness"}
    assert not list(tmp_path.iterdir()), "no files without --out"
    for report in found["reports"]:
        assert sum(report["outcomes"].values()) == found["run"]["rulebook"]["rules"]
        assert 100 + sum(line["points"] for line in report["score"]["lines"]) == report["score"]["points"]


def test_the_same_bytes_whatever_the_jobs_and_the_hash_seed(two: Path, tmp_path: Path) -> None:
    at = ("--at", "2026-04-08T09:00:00+08:00")
    one = process("audit", two, "--json", *at, "--jobs", 1, cwd=tmp_path, env={"PYTHONHASHSEED": "1"})
    other = process("audit", two, "--json", *at, "--jobs", 2, cwd=tmp_path, env={"PYTHONHASHSEED": "2"})
    assert one.stdout == other.stdout
    assert one.stdout


def test_a_rerun_keeps_what_a_person_changed(two: Path, tmp_path: Path) -> None:
    auditor("audit", two, "--out", "结果", "--formats", "csv", cwd=tmp_path)
    mine = tmp_path / "结果" / "问题清单.csv"
    mine.write_text("我改过的", encoding="utf-8")
    again = auditor("audit", two, "--out", "结果", "--formats", "csv", cwd=tmp_path)
    assert mine.read_text(encoding="utf-8") == "我改过的"
    assert (tmp_path / "结果" / "问题清单（2）.csv").exists()
    assert "问题清单" in again.stderr


def test_without_a_path_reports_of_this_folder(two: Path, tmp_path: Path) -> None:
    done = auditor("audit", cwd=tmp_path)
    assert done.returncode == 2
    assert "auditor audit" in done.stderr
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.html").write_bytes(next(two.iterdir()).read_bytes())
    assert auditor("audit", "--json", cwd=tmp_path).returncode == 0


def test_a_process_ends_with_the_code_of_its_command(two: Path, tmp_path: Path) -> None:
    """Once for every code but 0 and 4 (other tests); the tests below run the commands without a process."""
    (tmp_path / "规则").mkdir()
    (tmp_path / "规则" / "a.yaml").write_text("id: [", encoding="utf-8")
    wrong = process("rules", "check", "--rules", "规则", cwd=tmp_path)
    assert wrong.returncode == 3 and "规则/a.yaml:1:" in wrong.stderr and not wrong.stdout
    assert process("audit", next(two.iterdir()), "--json", "--fail-on", "优秀", cwd=tmp_path).returncode == 1
    usage = process("audt", cwd=tmp_path)
    assert usage.returncode == 2 and "audt" in usage.stderr and not usage.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("audit", "没有这个文件"), 2),
        (("audit", "--quarter", "2026"), 2),
        (("audit", "--formats", "pdf"), 2),
        (("audit", "--fail-on", "很差"), 2),
        (("audit", "--at", "昨天"), 2),
        (("audt",), 2),
        (("audit", "--nope"), 2),
        (("rules", "show", "a-req-summ"), 2),
        (("explain", "没有", "a-req-sum"), 2),
    ],
)
def test_usage_mistakes_end_with_2_in_chinese(arguments: tuple[str, ...], code: int, two: Path, tmp_path: Path) -> None:
    given = (
        [*arguments, two]
        if arguments[:1] == ("audit",) and arguments[1].startswith("--") and arguments[1] != "--nope"
        else arguments
    )
    done = auditor(*given, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert not any(word in done.stderr for word in ("Traceback", "Error", "Usage", "Try ", "No such"))
    assert any("\u4e00" <= c <= "\u9fff" for c in done.stderr)


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "."),
        ("extract", "."),
        ("rules", "check"),
        ("rules", "test"),
        ("rules", "list"),
        ("rules", "show", "a-req-sum"),
        ("explain", ".", "a-req-sum"),
    ],
)
def test_a_wrong_rulebook_ends_with_3_everywhere(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "规则").mkdir()
    (tmp_path / "规则" / "a.yaml").write_text("id: [", encoding="utf-8")
    done = auditor(*command, "--rules", "规则", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "规则/a.yaml:1:" in done.stderr


def test_an_example_of_a_local_rule_that_fails_stops_the_audit(two: Path, tmp_path: Path) -> None:
    (tmp_path / "规则").mkdir()
    auditor("rules", "new", "my-sum", "--yes", "--folder", "规则", cwd=tmp_path)
    path = tmp_path / "规则" / "my-sum.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("broken:\n    - {收到申请数: 3", "broken:\n    - {收到申请数: 2"),
        encoding="utf-8",
    )
    done = auditor("audit", two, "--rules", "规则", "--json", cwd=tmp_path)
    assert done.returncode == 3
    assert "例子结果不符" in done.stderr


def test_nothing_readable_ends_with_4_and_prints_json(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    done = process("audit", "a.pdf", "--json", cwd=tmp_path)
    assert done.returncode == 4
    found = json.loads(done.stdout)
    assert found["reports"] == []
    assert "PDF" in found["unread"][0]["reason"]


def test_one_bad_file_hides_no_other(two: Path, tmp_path: Path) -> None:
    folder = tmp_path / "混合"
    folder.mkdir()
    for path in two.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "扫描件.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    (folder / "空.docx").write_bytes(b"")
    done = auditor("audit", folder, "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert (len(found["reports"]), len(found["unread"])) == (2, 2)


def test_a_zip_with_gbk_names(two: Path, tmp_path: Path) -> None:
    path = tmp_path / "年报.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, report in zip(("aaaa.html", "bbbb.html"), sorted(two.iterdir()), strict=True):
            archive.writestr(name, report.read_bytes())
    # a packer on a Chinese Windows writes GBK bytes and no UTF-8 flag: two characters are four bytes
    path.write_bytes(
        path.read_bytes()
        .replace(b"aaaa.html", "甲镇".encode("gbk") + b".html")
        .replace(b"bbbb.html", "乙镇".encode("gbk") + b".html")
    )
    found = json.loads(auditor("audit", path, "--json", cwd=tmp_path).stdout)
    assert {r["source"] for r in found["reports"]} == {f"{path.as_posix()}!/甲镇.html", f"{path.as_posix()}!/乙镇.html"}


def test_fail_on_a_grade_and_a_severity(tmp_path: Path) -> None:
    report = next(p for p in (REPORTS / "2017年度").iterdir() if "云岫" in p.name)
    assert auditor("audit", report, "--json", "--fail-on", "较重", cwd=tmp_path).returncode == 1
    assert auditor("audit", report, "--json", "--fail-on", "优秀", cwd=tmp_path).returncode == 1
    assert auditor("audit", report, "--json", cwd=tmp_path).returncode == 0
    sound = next(p for p in (REPORTS / "2017年度").iterdir() if "柳汀" in p.name)
    assert auditor("audit", sound, "--json", "--fail-on", "一般", cwd=tmp_path).returncode == 0


def test_a_gbk_console_and_a_redirected_stream(two: Path, tmp_path: Path) -> None:
    done = process("rules", "list", cwd=tmp_path, env={"PYTHONIOENCODING": "gbk"})
    assert "收到申请数" in done.stdout, "redirected output is UTF-8 whatever the console is"
    script = "import io, sys\nclass T(io.TextIOWrapper):\n    def isatty(self): return True\nsys.stdout = T(sys.stdout.buffer, encoding='cp936')\nfrom auditor.cli import main\nsys.argv = ['auditor', 'audit', sys.argv[1]]\nmain()"
    raw = subprocess.run(
        [sys.executable, "-c", script, str(two)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert raw.returncode == 0, raw.stderr.decode("utf-8", "replace")
    assert "共审核 2 份报告" in raw.stdout.decode("cp936")


def test_extract_prints_the_same_reports_without_judgement(two: Path, tmp_path: Path) -> None:
    found = json.loads(auditor("extract", two, "--json", cwd=tmp_path).stdout)
    assert set(found) == {"reports", "unread"}
    for report in found["reports"]:
        assert not {"findings", "undecided", "outcomes", "score"} & set(report)
        assert len(report["facts"]) == 58
    words = auditor("extract", two, cwd=tmp_path).stdout
    assert "数据：数值" in words
    assert "签署：" in words
    assert "单位负责人" in words


def test_extract_report_says_what_was_read_and_how(two: Path, tmp_path: Path) -> None:
    said = auditor("extract", two, "--report", cwd=tmp_path).stdout
    for words in (
        "文件类型：网页（HTML）",
        "编码：utf-8",
        "识别的格式：2014—2018年统计表",
        "数据项：数值",
        "  统计表：已读取",
    ):
        assert words in said
    assert "收到申请数" not in said
    found = json.loads(auditor("extract", two, "--report", "--json", cwd=tmp_path).stdout)
    for report in found["reports"]:
        assert sum(report["reading"]["cells"].values()) == len(report["facts"]) == 58


def test_explain_shows_the_whole_way_whether_the_rule_fired_or_not(tmp_path: Path) -> None:
    report = next(p for p in (REPORTS / "2017年度").iterdir() if "云岫" in p.name)
    done = auditor("explain", report, "a-resp-no-channel", "--roster", REPORTS / "名册.xlsx", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for words in (
        "——不合规",
        "公式：",
        "回应热点舆情数：327",
        "结论\n  不合规（",
        "改为 0（其他不变），即符合",
        "相近的例子",
    ):
        assert words in done.stdout, words
    kept = auditor("explain", report, "a-chan-sum", cwd=tmp_path).stdout
    assert "结论\n  合规——" in kept and "即不符合" in kept
    silent = auditor("explain", report, "t3-equation", cwd=tmp_path).stdout
    assert "格式：要求格式B、C，本报告为格式A（统计表）——不符合" in silent
    assert "结论\n  不适用——" in silent
    pattern = auditor("explain", report, "p-response-hotline", cwd=tmp_path).stdout
    assert "成立的条件" in pattern and "结论\n  " in pattern


def test_rules_diff_tells_what_a_folder_changes(tmp_path: Path) -> None:
    auditor("rules", "new", "my-sum", "--yes", "--folder", "规则", cwd=tmp_path)
    done = auditor("rules", "diff", "内置", "规则", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "含义有变的 1 处" in done.stdout and "新增  my-sum" in done.stdout
    changes = json.loads(auditor("rules", "diff", "规则", "内置", "--json", cwd=tmp_path).stdout)
    assert [(c["kind"], c["id"], c["meaning"]) for c in changes] == [("删除", "my-sum", True)]
    assert auditor("rules", "diff", "内置", "没有", cwd=tmp_path).returncode == 2


def test_rules_docs_writes_a_handbook_and_a_standard(tmp_path: Path) -> None:
    done = auditor("rules", "docs", "--out", "手册", "--year", "2025", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "手册").iterdir()) == ["规则手册.html", "评分细则.docx"]
    assert "2025 年度报告的评分细则" in done.stdout


def test_rules_check_ends_with_three_for_a_rule_that_stands_twice(tmp_path: Path) -> None:
    auditor("rules", "new", "my-double", "--yes", "--folder", "规则", cwd=tmp_path)
    done = auditor("rules", "check", "--rules", "规则", cwd=tmp_path)
    assert done.returncode == 3
    assert "规则“my-double”与“a-req-sum”" in done.stderr and "规则/my-double.yaml:" in done.stderr


def test_rules_new_writes_a_rule_that_works_at_once(two: Path, tmp_path: Path) -> None:
    done = auditor("rules", "new", "my-rule", "--yes", "--check", "wording", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "规则可用" in done.stdout
    found = json.loads(auditor("audit", two, "--rules", "我的规则", "--json", cwd=tmp_path).stdout)
    plain = json.loads(auditor("audit", two, "--json", cwd=tmp_path).stdout)
    assert found["run"]["rulebook"]["rules"] == plain["run"]["rulebook"]["rules"] + 1


def test_rules_new_asks(tmp_path: Path) -> None:
    answers = "1\nmy-sum\n收到申请数不少于当面申请数\nA\n全部\n全部\n收到申请数 ≥ 当面申请数\n较重\n数据准确\n分项不能大于总数\n收到 {收到申请数} 件\n分项不能大于总数\n更正\n"
    done = auditor("rules", "new", cwd=tmp_path, answers=answers)
    text = (tmp_path / "我的规则" / "my-sum.yaml").read_text(encoding="utf-8")
    assert "expect: 收到申请数 ≥ 当面申请数" in text
    assert "title: 收到申请数不少于当面申请数" in text
    assert done.returncode == 0


@pytest.mark.parametrize(
    "command",
    [("--help",), ("audit", "--help"), ("rules", "--help"), ("explain", "--help"), ("rules", "new", "--help")],
)
def test_help_is_chinese_throughout(command: tuple[str, ...], tmp_path: Path) -> None:
    said = auditor(*command, cwd=tmp_path).stdout
    for word in ("Usage", "Options", "Commands", "Show", "OPTIONS", "ARGS", "COMMAND"):
        assert word not in said


@pytest.mark.parametrize("command", ["docs", "schema", "list"])
def test_papers_about_the_rules(command: str, tmp_path: Path) -> None:
    done = auditor("rules", command, cwd=tmp_path)
    assert done.returncode == 0
    assert "a-req-sum" in done.stdout or command == "schema"
    if command == "schema":
        assert "equation" in json.dumps(json.loads(done.stdout))


@pytest.mark.parametrize("id", ["a-req-sum", "p-capacity-hollow"])
def test_rules_show_a_rule_and_a_pattern(id: str, tmp_path: Path) -> None:
    done = auditor("rules", "show", id, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(id)
    assert f"id: {id}" in done.stdout
    assert "整改：" in done.stdout
