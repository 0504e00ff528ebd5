"""Personal data that a rule found is in no output; nothing else is covered, and every text keeps its length."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from commands import auditor
from hypothesis import given
from hypothesis import strategies as st

from auditor.masking import covering, masked, secrets, starred
from auditor.model import Evidence, Finding, Outcome, Prose, Report
from auditor.pipeline import Options, audit
from auditor.rulebook import load

TEXT = """澄湖县柳汀镇人民政府2025年政府信息公开工作年度报告
一、总体情况
全年主动公开信息12条。第三批公示对象为业主代表某某（身份证号码：369901196805120038）等12户。
补助已打入李某6228480402564890018账户。经手人13912345678反映补助未到账，镇里已经回复13912345678。
申请人王秀英要求公开征地批文，已答复。王秀英表示满意。现住址：岚江路三段八号。镇党政办电话0730-4780053。
二、主动公开政府信息情况
无。
"""
PERSONAL = ("369901196805120038", "6228480402564890018", "13912345678", "王秀英", "岚江路三段八号")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("masking")
    (home / "柳汀镇2025.txt").write_text(TEXT, encoding="utf-8")
    return home


def test_every_format_is_masked(folder: Path) -> None:
    done = audit([folder], load(), Options(jobs=1))
    judged = masked(done).reports[0]
    assert {"g-pii", "g-pii-name"} <= {f.rule for f in judged.findings}
    for one in PERSONAL:
        assert one in done.reports[0].report.prose.text
        assert one not in repr(judged)
    assert len(judged.report.prose.text) == len(done.reports[0].report.prose.text)
    assert "0730-4780053" in judged.report.prose.text, "a unit's own telephone is no secret"


def test_the_command_shows_none_of_it(folder: Path, tmp_path: Path) -> None:
    """On the screen, in every result file, in every paper of the stored run; only the data that is judged again has it."""
    ledger, at = ("--ledger", tmp_path / "l.sqlite"), ("--at", "2026-02-03T09:00:00+08:00")
    formats = ("--formats", "docx,xlsx,html,json,csv,checklist,sarif")
    run = auditor("audit", folder, "--quarter", "2026Q1", "--out", tmp_path / "x", *formats, *ledger, *at, cwd=tmp_path)
    told = auditor("audit", folder, "--json", "--no-ledger", *at, cwd=tmp_path)
    explained = auditor("explain", folder, "g-pii", cwd=tmp_path)
    papers = auditor("documents", "2026Q1", "--out", tmp_path / "y", "--zip", *ledger, *at, cwd=tmp_path)
    assert (run.returncode, told.returncode, explained.returncode, papers.returncode) == (0, 0, 0, 0)
    assert "139****5678" in explained.stdout
    said = {"screen": run.stdout + run.stderr + told.stdout + explained.stdout + papers.stdout}
    files = [path for home in ("x", "y") for path in (tmp_path / home).rglob("*") if path.suffix not in (".db", "")]
    for path in files:
        said |= {f"{path.name} {name}": text for name, text in texts(path.read_bytes()).items() if path.is_file()}
    assert {"通报.docx", "问题台账.xlsx", "审计结果.html", "问题清单.sarif", "核验清单.xlsx"} <= {
        path.name for path in files
    }
    assert any("139****5678" in text for name, text in said.items() if ".docx" in name)
    for name, text in said.items():
        for one in PERSONAL:
            assert one not in text, name


def texts(data: bytes) -> dict[str, str]:
    """What stands in a file, in the members of one that is an archive, without marks between the letters."""
    if not data.startswith(b"PK"):
        return {"": data.decode("utf-8")}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    found = {}
    for name, member in inside.items():
        if name.endswith((".docx", ".xlsx")):
            found |= {f"{name} {key}": text for key, text in texts(member).items()}
        else:
            found[name] = re.sub(r"<[^>]+>", "", member.decode("utf-8", "replace"))
    return found


def test_a_masked_audit_is_masked_already(folder: Path) -> None:
    once = masked(audit([folder], load(), Options(jobs=1)))
    assert masked(once) == once


def test_an_audit_without_personal_data_is_the_same_object(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(
        "澄湖县柳汀镇人民政府2025年政府信息公开工作年度报告\n一、总体情况\n无。", encoding="utf-8"
    )
    done = audit([tmp_path / "b.txt"], load(), Options(jobs=1))
    assert masked(done) is done


_SAID = st.text(alphabet="申请人王李电话，。 139", max_size=30)
_SECRET = st.one_of(
    st.from_regex(r"1[3-9]\d{9}", fullmatch=True).filter(str.isascii),
    st.from_regex(r"1[3-9]\d[ -]\d{4}[ -]\d{4}", fullmatch=True).filter(str.isascii),
    st.from_regex(r"[1-9]\d{16}[0-9X]", fullmatch=True).filter(str.isascii),
)


@given(before=_SAID, secret=_SECRET, after=_SAID)
def test_what_a_rule_starred_is_found_again_and_covered(before: str, secret: str, after: str) -> None:
    prose = f"{before}户{secret}户{after}"
    evidence = Evidence(starred(prose))
    finding = Finding("r", "t", "f", "c", Outcome.BROKEN, "严重", "安全合规", "m", evidence=(evidence,))
    report = Report("s", "h", "txt", None, Prose(prose, ()), (), {}, ())  # type: ignore[arg-type]  # no profile is asked for
    covered = covering(secrets(report, [finding]))(prose)
    assert secret not in covered
    assert len(covered) == len(prose)
