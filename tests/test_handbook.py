"""rules/README.md is followed to the letter: its worked example in an empty folder, its files, its links and pictures."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor import examples
from auditor.cli import cli
from auditor.rulebook import load, packaged

TEXT = (packaged() / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<body>.*?)^```$", re.M | re.S)

WITHOUT = """\
# 澄湖县柳汀镇人民政府2025年政府信息公开工作年度报告

## 一、总体情况

2025年，柳汀镇主动公开政府信息86条。

## 二、主动公开政府信息情况

见附表。

## 五、存在的主要问题及改进情况

一是公开栏更新不够及时，已明确专人负责。

柳汀镇人民政府

2026年1月20日
"""
WITH = WITHOUT.replace("柳汀镇", "荷塘镇").replace(
    "## 五、", "## 四、政务公开专区建设情况\n\n便民服务中心设有专区，配电脑2台，全年接待群众320人次。\n\n## 五、"
)
OLDER = WITHOUT.replace("柳汀镇", "云岫镇").replace("2025年", "2024年").replace("2026年", "2025年")
DEPARTMENT = WITHOUT.replace("柳汀镇人民政府", "教育局").replace("柳汀镇", "教育局")


def section(title: str) -> str:
    start = TEXT.index(f"\n## {title}\n")
    end = TEXT.find("\n## ", start + 4)
    return TEXT[start : end if end >= 0 else len(TEXT)]


def files(text: str) -> Iterator[tuple[str, str]]:
    """(path, content) of the blocks that name a file."""
    for block in BLOCK.finditer(text):
        if block["kind"].startswith("yaml "):
            yield block["kind"].removeprefix("yaml "), block["body"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    for name, text in (("柳汀镇", WITHOUT), ("荷塘镇", WITH), ("云岫镇", OLDER), ("教育局", DEPARTMENT)):
        (tmp_path / "reports" / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path


def typed(line: str) -> Result:
    words = shlex.split(line, comments=True)
    assert words[0] == "auditor"
    return CliRunner().invoke(cli, words[1:])


def test_a_newcomer_follows_the_worked_example(folder: Path) -> None:
    """One file, no code: what the section says is done in its order, and every command ends well."""
    said: dict[str, str] = {}
    for block in BLOCK.finditer(section("十分钟写一条规则")):
        if block["kind"].startswith("yaml "):
            path = folder / block["kind"].removeprefix("yaml ")
            assert path.is_file(), "the file that `rules new` has made is the one that is edited"
            path.write_text(block["body"], encoding="utf-8")
            continue
        assert block["kind"] == ""
        for line in block["body"].splitlines():
            done = typed(line)
            assert done.exit_code == 0, (line, done.output, done.exception)
            said[line] = done.output
    assert [p.name for p in (folder / "我的规则").iterdir()] == ["my-zone.yaml"]
    assert "规则库没有错误" in said["auditor rules check --rules 我的规则"]
    assert "例子 5 个，全部通过" in said["auditor rules test my-zone --rules 我的规则"]
    assert "柳汀镇" in said["auditor what-if --rules 我的规则"]
    assert "荷塘镇" not in said["auditor what-if --rules 我的规则"]


def test_the_example_finds_what_it_was_written_for(folder: Path) -> None:
    """A township report of 2025 without the section has the finding; with it, of 2024 or of a department it has none."""
    (folder / "我的规则").mkdir()
    for name, text in files(section("十分钟写一条规则")):
        (folder / name).write_text(text, encoding="utf-8")
    done = CliRunner().invoke(cli, ["audit", "reports", "--rules", "我的规则", "--json"])
    assert done.exit_code == 0, done.output
    found = {
        Path(report["source"]).stem: [f["outcome"] for f in report["findings"] if f["rule"] == "my-zone"]
        for report in json.loads(done.stdout)["reports"]
    }
    assert found == {"柳汀镇": ["broken"], "荷塘镇": [], "云岫镇": [], "教育局": []}


def test_the_data_files_of_the_handbook_load(tmp_path: Path) -> None:
    written = list(files(section("参数、法规、组合规则、计分")))
    assert {Path(name).parts[0] for name, _ in written} == {
        *("parameters.yaml", "laws", "patterns", "scoring.yaml", "claims.yaml", "holidays.yaml")
    }
    for name, text in written:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    book = load([tmp_path])
    assert "专区个数" in book.parameters
    assert book.laws["zone-2025"].article("第三条") is not None
    assert any(p.id == "p-my-empty" for p in book.patterns)
    assert book.scoring.severities["严重"] == 6
    assert "专区个数" in {s.name for s in book.lexicon.claims.subjects}
    assert any(file.inside == "holidays.yaml" and file.root for file in book.texts.files)
    assert 2026 in book.calendar.years


def test_the_rules_of_the_handbook_load_and_come_out(tmp_path: Path) -> None:
    from auditor.checks import KINDS
    from auditor.rulebook.source import parse

    blocks = [b["body"] for b in BLOCK.finditer(TEXT) if b["kind"] == "yaml"]
    rules = [b for b in blocks if isinstance(data := parse("", b).data, dict) and data.get("check") in KINDS]
    for at, text in enumerate(rules):
        identity = f"handbook-{at}"
        (tmp_path / f"{identity}.yaml").write_text(re.sub(r"(?m)^id: .*$", f"id: {identity}", text), encoding="utf-8")
    book = load([tmp_path])
    own = [r for r in book.rules if r.root]
    assert {r.rule.check for r in own} == set(KINDS)
    assert [str(m) for m in examples.mistakes(book, own)] == []


def test_every_other_command_of_the_handbook_exists() -> None:
    lines = [line for b in BLOCK.finditer(TEXT) if b["kind"] == "" for line in b["body"].splitlines()]
    lines += re.findall(r"`(auditor [^`]*)`", TEXT)
    named = {tuple(w for w in line.split()[1:3] if re.fullmatch(r"[a-z-]+", w)) for line in lines}
    for words in named:
        command = cli
        for word in words:
            command = getattr(command, "commands", {}).get(word, command)
        assert command is not cli, words
        if words[0] in ("rules", "roster"):
            assert len(words) < 2 or command.name == words[1], words


def test_the_pictures_are_there_and_small() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert len(shown) >= 3
    for name in shown:
        assert 1000 < (packaged() / name).stat().st_size < 150_000, name
    assert {p.relative_to(packaged()).as_posix() for p in (packaged() / "pictures").iterdir()} == set(shown)


def test_the_table_of_contents_leads_to_every_section() -> None:
    titles = re.findall(r"(?m)^## (.+)$", TEXT)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-"): title for title in titles}
    linked = re.findall(r"\]\(#([^)]+)\)", TEXT)
    assert not set(linked) - anchors.keys()
    assert not {title for anchor, title in anchors.items() if anchor not in linked}
