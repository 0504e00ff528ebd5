"""rules pack and rules verify: the same bytes for the same rulebook, and nothing changed, cut or foreign passes."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.cli import cli
from auditor.rulebook import Rulebook, build
from auditor.rulebook.pack import MANIFEST, PackError, compared, opened, packed
from auditor.rulebook.texts import RuleFile, Texts

TOLD = {"engine": "0.1.0", "version": "2026.1", "title": "规则库", "date": "2026-01-01", "county": "澄湖县"}


@pytest.fixture(scope="module")
def texts(book: Rulebook) -> Texts:
    """The shipped rulebook with a county's files."""
    own = [
        RuleFile(1, "../profile.yaml", "profile.yaml", "auditor: 1\nname: 澄湖县\n"),
        RuleFile(1, "laws/own.yaml", "./rules/laws/own.yaml", "[]\n"),
    ]
    return Texts((*book.texts.files, *own))


def rezipped(data: bytes, change: dict[str, bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    """The same ZIP with members replaced, left out (None) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = change.get(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
        for name, content in (more or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def test_a_pack_comes_back_as_the_same_rulebook(texts: Texts, book: Rulebook) -> None:
    data = packed(texts, TOLD)
    assert data == packed(
        Texts(tuple(RuleFile(f.root, f.inside, f"anders/{f.inside}", f.text) for f in texts.files)), TOLD
    )
    pack = opened(data, "包.zip")
    assert pack.texts.sha256 == texts.sha256
    assert [(f.root, f.inside, f.text) for f in pack.texts.files] == [(f.root, f.inside, f.text) for f in texts.files]
    assert dict(pack.told) == TOLD
    again = build(opened(packed(book.texts, TOLD), "包.zip").texts)
    assert again.stamp == book.stamp
    assert all(f.shown.startswith("包.zip!/") for f in pack.texts.files)


def test_the_list_names_every_file_with_its_hash(texts: Texts) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(texts, TOLD))) as source:
        listed = json.loads(source.read(MANIFEST))
        assert source.namelist() == [MANIFEST, *(one["path"] for one in listed["files"])]
    assert listed["sha256"] == texts.sha256
    assert {"rules/scoring.yaml", "work/profile.yaml", "work/rules/laws/own.yaml"} <= {
        o["path"] for o in listed["files"]
    }


def manifest(data: bytes) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return json.loads(source.read(MANIFEST))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("changed", "“rules/scoring.yaml”的内容与登记的校验值不符"),
        ("missing", "缺少文件“rules/scoring.yaml”"),
        ("more", "多出没有登记的文件“rules/新.yaml”"),
        ("hash of all", "整体校验值不符"),
        ("left out", "多出没有登记的文件“rules/scoring.yaml”"),
        ("no list", "没有“目录.json”"),
        ("list cut", "不能读取"),
        ("foreign list", "不是本程序生成的"),
        ("newer", "请先升级程序"),
        ("bad list", "不完整"),
        ("text", "不是规则包，或者文件已损坏"),
        ("empty", "不是规则包，或者文件已损坏"),
        ("half", "不是规则包，或者文件已损坏"),
        ("big", "超过 1 MiB"),
    ],
)
def test_what_was_changed_is_refused(texts: Texts, kind: str, words: str) -> None:
    data, name = packed(texts, TOLD), "rules/scoring.yaml"
    listed = manifest(data)

    def with_list(**change: object) -> bytes:
        return rezipped(data, {MANIFEST: json.dumps({**listed, **change}).encode()})

    files = [f for f in listed["files"] if f["path"] != name]  # type: ignore[attr-defined]
    wrong = {
        "changed": lambda: rezipped(data, {name: b"model: deduct\n"}),
        "missing": lambda: rezipped(data, {name: None}),
        "more": lambda: rezipped(data, {}, {"rules/新.yaml": b"[]"}),
        "hash of all": lambda: with_list(sha256="0" * 64),
        "left out": lambda: with_list(files=files),
        "no list": lambda: rezipped(data, {MANIFEST: None}),
        "list cut": lambda: rezipped(data, {MANIFEST: b'{"kind": "audi'}),
        "foreign list": lambda: rezipped(data, {MANIFEST: b"[1]"}),
        "newer": lambda: with_list(format=2),
        "bad list": lambda: with_list(files=[{"path": 3}]),
        "text": lambda: "规则".encode(),
        "empty": lambda: b"",
        "half": lambda: data[: len(data) // 2],
        "big": lambda: rezipped(data, {}, {"rules/big.yaml": b"x" * (1024 * 1024 + 1)}),
    }[kind]()
    with pytest.raises(PackError) as error:
        opened(wrong, "包.zip")
    assert any(words in reason for reason in error.value.reasons), error.value.reasons


def test_every_reason_is_told_at_once(texts: Texts) -> None:
    wrong = rezipped(packed(texts, TOLD), {"rules/scoring.yaml": b"x", "rules/claims.yaml": None}, {"a": b"b"})
    with pytest.raises(PackError) as error:
        opened(wrong, "包.zip")
    assert len(error.value.reasons) == 3


@given(st.data())
@settings(max_examples=60)
def test_no_flipped_byte_passes_unseen(book: Rulebook, data: st.DataObject) -> None:
    """Either it is refused, or what comes back is the same to the letter (a byte of the container that carries nothing)."""
    few = Texts(book.texts.files[:3])
    raw = bytearray(packed(few, TOLD))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        pack = opened(bytes(raw), "包.zip")
    except PackError:
        return
    assert [(f.root, f.inside, f.text) for f in pack.texts.files] == [(f.root, f.inside, f.text) for f in few.files]


def test_two_rulebooks_are_compared_file_by_file(texts: Texts, book: Rulebook) -> None:
    other = Texts(
        tuple(
            RuleFile(f.root, f.inside, f.shown, f.text + "#") if f.inside == "claims.yaml" else f
            for f in book.texts.files
        )
    )
    found = compared(texts, other)
    assert found.changed == ("claims.yaml",)
    assert set(found.only_first) == {"profile.yaml", "本县规则/laws/own.yaml"}
    assert found.only_second == ()
    assert found.same == len(book.texts.files) - 1


# --- commands --------------------------------------------------------------------------------------


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words, prog_name="auditor")


def test_commands_pack_verify_and_audit_with_a_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "profile.yaml").write_text("auditor: 1\nname: 澄湖县\n往年报告: 记录在案\n", encoding="utf-8")
    made = run("rules", "pack", "包.zip")
    assert made.exit_code == 0, made.output
    first = (tmp_path / "包.zip").read_bytes()
    assert "工作文件夹" in made.stderr and "工作档案“澄湖县”" in made.stdout
    same = run("rules", "verify", "包.zip")
    assert (same.exit_code, "完全相同" in same.stdout) == (0, True)
    elsewhere = run("rules", "verify", "包.zip", "--no-work")
    assert "只在规则包里的：profile.yaml" in elsewhere.stdout

    used = run("audit", "--no-work", "--rulebook", "包.zip", "--json", str(REPORT))
    assert used.exit_code == 0, used.stderr
    stamp = json.loads(used.stdout)["run"]["rulebook"]
    assert (stamp["profile"], stamp["version"]) == ("澄湖县", "2026.1")
    assert "规则包 包.zip" in used.stderr

    (tmp_path / "包.zip").write_bytes(rezipped(first, {"work/profile.yaml": b"auditor: 1\nname: x\n"}))
    bad = run("rules", "verify", "包.zip")
    assert (bad.exit_code, "“work/profile.yaml”的内容与登记的校验值不符" in bad.stderr) == (3, True)
    assert run("rules", "list", "--rulebook", "包.zip").exit_code == 3
    assert "没有覆盖" in run("rules", "pack", "包.zip").stderr


REPORT = next((Path(__file__).parent.parent / "reports").rglob("*柳汀镇*2025*.html"))
