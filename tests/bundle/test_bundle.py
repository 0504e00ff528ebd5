"""A bundle is checked and audited again elsewhere to the same bytes; whatever of it is altered is named."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import auditor
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.bundle import shape
from auditor.bundle.checking import checked
from auditor.bundle.packing import bundled
from auditor.bundle.replaying import replayed
from auditor.bundle.shape import Bundle, BundleError, read
from auditor.ledger import open as open_ledger
from auditor.ledger.reading import chosen, stored
from auditor.ledger.seal import sha256

ROOT = Path(__file__).resolve().parents[2]
AT = "2026-04-08T09:00:00+08:00"
DAY = dt.date(2026, 4, 20)
FILES = (
    "2024年度/澄湖县柳汀镇人民政府2024年政府信息公开工作年度报告.html",
    "2025年度/澄湖县柳汀镇人民政府2025年政府信息公开工作年度报告.html",
    "2025年度/澄湖县石帆镇人民政府2025年政府信息公开工作年度报告.html",
    "名册.xlsx",
)


@dataclass(frozen=True)
class Made:
    """A ledger with a run and decisions, and its bundle."""

    folder: Path
    data: bytes
    bundle: Bundle


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("bundle")
    for name in FILES:
        target = folder / "年报" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "reports" / name, target)
    (folder / "年报" / "坏的.pdf").write_bytes(b"%PDF-1.7 nothing")
    for quarter, at in (("2025Q4", "2026-03-30"), ("2026Q1", AT)):  # names of findings are given in the first
        done = auditor("audit", "年报", "--quarter", quarter, "--formats", "json", "--at", at, cwd=folder)
        assert done.returncode == 0, done.stderr
    ledger = folder / "audits" / "ledger.sqlite"
    with open_ledger(ledger) as opened:
        number = next(f.number for j in stored(opened, chosen(opened, "2026Q1")[-1]).reports for f in j.findings)
    words = ("decide", number, "不属实", "--by", "张三", "--why", "经核对登记簿，数据无误", "--at", AT)
    done = auditor(*words, cwd=folder)
    assert done.returncode == 0, done.stderr
    with open_ledger(ledger) as opened:
        data = bundled(opened, chosen(opened, "2026Q1"), "2026Q1", DAY)
    return Made(folder, data, read(data))


def test_it_is_whole_and_the_same_each_time(made: Made) -> None:
    with open_ledger(made.folder / "audits" / "ledger.sqlite") as ledger:
        assert bundled(ledger, chosen(ledger, "2026Q1"), "2026Q1", DAY) == made.data
        head = ledger.stamp.head
    found = checked(read(made.data))
    assert found.breaks == ()
    assert (found.head, found.entries) == (head, 3)


def test_it_holds_what_was_decided(made: Made) -> None:
    bundle = read(made.data)
    decided = bundle.json(shape.DECIDED)
    verdicts = [f["verdict"]["word"] for r in decided["reports"] for f in r["findings"] if f.get("verdict")]
    assert verdicts == ["不属实"]
    (bare,) = (name for name in bundle.files if name.startswith("结果/") and name != shape.DECIDED)
    assert "verdict" not in bundle.files[bare].decode()
    for name in FILES[:3]:
        assert shape.document(sha256((made.folder / "年报" / name).read_bytes())) in bundle.files


@pytest.mark.parametrize("engine", ["chainer", ""])
def test_it_is_audited_again_to_the_same_bytes(made: Made, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine:
        monkeypatch.setenv("AUDITOR_INFERENCE", engine)
    (run,) = replayed(read(made.data), lambda *_: None)
    assert run.differences == ()
    assert run.same
    assert run.lines > 500
    assert run.inference == (engine or run.inference)


def test_the_commands(made: Made, tmp_path: Path) -> None:
    written = auditor("bundle", "2026q1", "包.zip", "--at", f"{DAY}T10:00:00+08:00", cwd=made.folder)
    assert written.returncode == 0, written.stderr
    assert (made.folder / "包.zip").read_bytes() == made.data
    again = auditor("bundle", "2026Q1", "包.zip", cwd=made.folder)
    assert again.returncode == 2
    assert "已经存在" in again.stderr
    shutil.move(made.folder / "包.zip", tmp_path / "包.zip")
    done = auditor("verify", "包.zip", "--replay", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "没有被改动" in done.stdout
    assert "一字不差" in done.stdout
    assert auditor("verify", "没有.zip", cwd=tmp_path).returncode == 2
    (tmp_path / "不是.zip").write_bytes(b"PK\x03\x04 nothing")
    assert auditor("verify", "不是.zip", cwd=tmp_path).returncode == 2


def test_another_report_in_its_place_is_told_by_the_replay(made: Made) -> None:
    """Even where the whole bundle is written anew around an altered document."""
    bundle = read(made.data)
    name = shape.document(sha256((made.folder / "年报" / FILES[1]).read_bytes()))
    text = bundle.files[name].decode()
    assert "柳汀镇" in text
    files = {**bundle.files, name: text.replace("柳汀镇", "柳河镇").encode()}
    forged = read(shape.written({k: v for k, v in bundle.told.items() if k not in ("kind", "format", "files")}, files))
    assert forged.altered == ()
    assert any("校验值不符" in words for words in checked(forged).breaks)
    (run,) = replayed(forged, lambda *_: None)
    assert not run.same
    assert run.differences


def altered(bundle: Bundle, name: str, content: bytes | None) -> Bundle:
    """The bundle with one file altered or left out and an honest list of the rest: the work of a forger."""
    files = {key: value for key, value in bundle.files.items() if key != name}
    return Bundle(bundle.told, files if content is None else {**files, name: content})


def is_told(bundle: Bundle) -> bool:
    """Whether something is said against a bundle: breaks, or that it cannot be used at all."""
    try:
        return bool(checked(bundle).breaks)
    except BundleError as error:
        return bool(error.reasons)


KINDS = ("文件/", "内容/", shape.ENTRIES, shape.ROWS, shape.OTHERS, "结果/")


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12)
@given(data=st.data())
def test_an_altered_file_is_named_even_under_a_new_list(made: Made, kind: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(n for n in made.bundle.files if n.startswith(kind))))
    content = made.bundle.files[name]
    at = data.draw(st.integers(0, len(content) - 1))
    mask = data.draw(st.integers(1, 255))
    flipped = content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :]
    if kind.startswith("链") and json_of(flipped) == json_of(content):
        return  # other blanks between the same values
    assert is_told(altered(made.bundle, name, flipped))


def json_of(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError:
        return None


@settings(max_examples=15)
@given(data=st.data())
def test_a_file_that_is_left_out_is_named(made: Made, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(set(made.bundle.files) - {shape.WORDS})))
    assert is_told(altered(made.bundle, name, None))


def test_results_of_another_version_are_not_called_altered(made: Made) -> None:
    (name,) = (n for n in made.bundle.files if n == shape.DECIDED)
    files = {**made.bundle.files, name: made.bundle.files[name].replace(b"\n", b"\n ", 1)}
    other = Bundle({**made.bundle.told, "program": "0.0.9"}, files)
    assert checked(Bundle(made.bundle.told, files)).breaks
    found = checked(other)
    assert found.breaks == ()
    assert "0.0.9" in found.notes[0]


def test_a_newer_bundle_and_a_damaged_one_are_refused(made: Made) -> None:
    with zipfile.ZipFile(io.BytesIO(made.data)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    newer = members[shape.MANIFEST].replace(b'"format": 1', b'"format": 2')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr(shape.MANIFEST, newer)
    with pytest.raises(BundleError, match="较新"):
        read(out.getvalue())
    with pytest.raises(BundleError):
        read(made.data[: len(made.data) // 2])
