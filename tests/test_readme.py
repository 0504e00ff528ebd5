"""The README: what it prints is printed by the program, and its rule works. Run as a script it writes the output anew."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from commands import ROOT, auditor

README = ROOT / "README.md"
SHOWN_ROWS = 9
_OUTPUT = re.compile(r"(<!-- output -->\n```text\n)(.*?)(```)", re.S)
_RULE = re.compile(r"<!-- rule -->\n```yaml\n(.*?)```", re.S)


def output() -> str:
    """What the audit of reports/ prints: the first rows, the sum, who of the last year is missing, the files' names."""
    with tempfile.TemporaryDirectory() as folder:
        done = auditor("audit", "reports", "--out", folder, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    end = next(i for i, line in enumerate(lines) if line.startswith("共审核"))
    rows = lines[2:end]
    files = [line for line in lines[end + 1 :] if line.startswith(("2025年度", "  "))]
    return (
        "\n".join([*lines[:2], *rows[:SHOWN_ROWS], f"……（其余 {len(rows) - SHOWN_ROWS} 行）", lines[end], *files])
        + "\n"
    )


def test_the_output_is_the_programs_own() -> None:
    found = _OUTPUT.search(README.read_text(encoding="utf-8"))
    assert found
    assert found[2] == output(), "run `python tests/test_readme.py` to write it anew"


def test_the_rule_of_the_readme_works(tmp_path: Path) -> None:
    found = _RULE.search(README.read_text(encoding="utf-8"))
    assert found
    (tmp_path / "my-sum.yaml").write_text(found[1], encoding="utf-8")
    assert "没有错误" in auditor("rules", "check", "--rules", tmp_path, cwd=ROOT).stdout


def test_the_picture_is_there() -> None:
    for path in re.findall(r"!\[.*?\]\((.*?)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / path).stat().st_size < 400_000


def test_the_locks_name_no_host_and_pin_every_hash() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "index" not in text
        entries = [e for e in re.split(r"\n(?=\S)", text.strip()) if not e.startswith("#")]
        assert len(entries) > 20
        assert all("==" in e and "--hash=sha256:" in e for e in entries)


def test_the_lock_holds_every_dependency() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for wanted, lock in (
        (project["dependencies"], "requirements.lock"),
        (project["optional-dependencies"]["test"], "tests/requirements.lock"),
    ):
        names = {
            line.split("==")[0].lower()
            for line in (ROOT / lock).read_text(encoding="utf-8").splitlines()
            if "==" in line
        }
        for entry in wanted:
            assert re.split(r"[<>=;\s]", entry)[0].lower() in names, entry


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(_OUTPUT.sub(lambda m: m[1] + output() + m[3], text), encoding="utf-8")
