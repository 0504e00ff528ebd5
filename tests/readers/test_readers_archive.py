"""Paths -> documents: folders, ZIPs in ZIPs, names as they come from Windows in China, and members that are refused."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.model import Unread
from auditor.readers import Source, find, load, read

Zip = Callable[..., bytes]


def names(*paths: Path | str) -> list[str]:
    return [f.name if isinstance(f, Source) else f"! {f.source}" for f in find(paths)]


def put(folder: Path, name: str, data: bytes = b"x") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def reasons(path: Path) -> dict[str, str]:
    return {f.source.partition("!/")[2]: f.reason for f in find([path]) if isinstance(f, Unread)}


def test_folders_are_searched_downwards_in_order_without_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("乙镇/年报.html", "乙镇/年报_files/a.css", "乙镇/年报.files/b.png", "甲 局.txt", ".hidden/x.txt", "~$年报.docx",
                 "Thumbs.db", ".DS_Store", "a.txt", "__MACOSX/a.txt"):  # fmt: skip
        put(tmp_path / "reports", name)
    monkeypatch.chdir(tmp_path)
    assert names("reports") == ["reports/a.txt", "reports/乙镇/年报.html", "reports/甲 局.txt"]
    assert names(".")[0] == "reports/a.txt"
    assert names(tmp_path / "reports/a.txt") == [(tmp_path / "reports/a.txt").as_posix()]


def test_a_file_given_twice_is_one_document(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    assert names(path, tmp_path, path) == [path.as_posix()]


def test_a_path_that_is_not_there_has_a_reason_and_stops_nothing(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    found = list(find([tmp_path / "b.txt", path]))
    assert isinstance(found[0], Unread)
    assert "找不到" in found[0].reason
    assert isinstance(found[1], Source)


def test_a_file_that_is_gone_when_it_is_loaded(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    (source,) = find([path])
    path.unlink()
    assert isinstance(source, Source)
    found = load(source)
    assert isinstance(found, Unread)
    assert "找不到" in found.reason


def test_a_broken_link_is_named_and_a_loop_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    put(tmp_path, "b.txt")
    link, document = find([tmp_path])
    assert isinstance(link, Unread) and link.source.endswith("/a.txt") and "失效的链接" in link.reason
    assert isinstance(document, Source) and document.name == (tmp_path / "b.txt").as_posix()


def test_members_by_name_in_order_and_their_bytes(tmp_path: Path, make_zip: Zip) -> None:
    path = put(
        tmp_path,
        "年报.zip",
        make_zip({"b/乙.txt": "乙", "a.txt": "甲", "b/": "", "__MACOSX/._a.txt": "x", "b/~$x.docx": "x"}),
    )
    assert [n.partition("年报.zip")[2] for n in names(path)] == ["!/a.txt", "!/b/乙.txt"]
    found = [load(s) for s in find([path]) if isinstance(s, Source)]
    assert found == ["甲".encode(), "乙".encode()]


def test_an_office_file_is_no_archive_whatever_its_name(
    tmp_path: Path, make_docx: Callable[..., bytes], make_zip: Zip
) -> None:
    document = make_docx("<w:p><w:r><w:t>甲</w:t></w:r></w:p>")
    assert len(names(put(tmp_path, "a.zip", document))) == 1
    outer = put(tmp_path, "b.docx", make_zip({"in.docx": document, "c.txt": "x"}))
    assert [n.partition("!/")[2] for n in names(outer)] == ["c.txt", "in.docx"]


def test_archives_in_archives_to_depth_three(tmp_path: Path, make_zip: Zip) -> None:
    data = make_zip({"深.txt": "深"})
    for depth in (3, 2, 1):
        data = make_zip({f"{depth}.zip": data, f"{depth}.txt": str(depth)})
    path = put(tmp_path, "a.zip", data)
    found = {(f.name if isinstance(f, Source) else f.source).partition("!/")[2]: f for f in find([path])}
    assert list(found) == ["1.txt", "1.zip!/2.txt", "1.zip!/2.zip!/3.txt", "1.zip!/2.zip!/3.zip"]
    assert isinstance(found["1.zip!/2.zip!/3.zip"], Unread)
    deepest = found["1.zip!/2.zip!/3.txt"]
    assert isinstance(deepest, Source)
    assert deepest.members == ("1.zip", "2.zip", "3.txt")
    assert load(deepest) == b"3"


def _raw_names(*raw: bytes) -> bytes:
    """A ZIP whose members have these names as bytes, without the UTF-8 flag, as Windows in China writes it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, _ in enumerate(raw):
            archive.writestr(f"{number:04d}".ljust(len(raw[number]), "_"), f"内容{number}")
    data = file.getvalue()
    for number, name in enumerate(raw):
        data = data.replace(f"{number:04d}".ljust(len(name), "_").encode(), name)
    return data


def test_names_in_gbk_and_utf8_without_the_flag(tmp_path: Path) -> None:
    raw = ["禹山镇2017年报.txt".encode("gbk"), "章华镇/年报.txt".encode(), "乗\\乙.txt".encode("gbk")]
    path = put(tmp_path, "a.zip", _raw_names(*raw))
    found = [f for f in find([path]) if isinstance(f, Source)]
    assert {s.members[0] for s in found} == {"禹山镇2017年报.txt", "章华镇/年报.txt", "乗/乙.txt"}
    assert sorted(load(s) or b"" for s in found) == sorted(f"内容{n}".encode() for n in range(3))


@pytest.mark.parametrize(
    "name", ["../x.txt", "a/../../x.txt", "/etc/x.txt", "..\\..\\x.txt", "C:\\x.txt", "C:/x.txt", "\\\\server\\x.txt"]
)
def test_unsafe_members_are_refused_and_hide_nothing(tmp_path: Path, make_zip: Zip, name: str) -> None:
    path = put(tmp_path, "a.zip", make_zip({name: "x", "好.txt": "好"}))
    found = reasons(path)
    assert len(found) == 1
    assert "路径不安全" in next(iter(found.values()))
    assert [load(f) for f in find([path]) if isinstance(f, Source)] == ["好".encode()]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


def test_links_encrypted_and_doubled_members_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
        archive.writestr("same.txt", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("same.txt", "2")
        archive.writestr("secret.txt", "x")
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    assert {name: next(w for w in ("符号链接", "重名", "加密") if w in reason) for name, reason in reasons(path).items()} == {
        "link.txt": "符号链接", "same.txt": "重名", "secret.txt": "加密",
    }  # fmt: skip
    assert [load(f) for f in find([path]) if isinstance(f, Source)] == [b"1"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_are_refused(tmp_path: Path, make_zip: Zip, method: int) -> None:
    path = put(tmp_path, "a.zip", make_zip({"a.txt": "甲"}, method))
    assert "压缩方式" in reasons(path)["a.txt"]


def test_damaged_archives_and_members_have_reasons(tmp_path: Path, make_zip: Zip) -> None:
    whole = make_zip({"a.txt": "甲乙丙丁" * 100, "b.txt": "乙"}, zipfile.ZIP_STORED)
    (found,) = find([put(tmp_path, "cut.zip", whole[:200])])
    assert isinstance(found, Unread)
    assert "损坏" in found.reason
    path = put(tmp_path, "flip.zip", whole.replace("甲乙丙丁".encode(), "甲乙丙甲".encode(), 1))
    loaded = [load(f) for f in find([path]) if isinstance(f, Source)]
    assert isinstance(loaded[0], Unread)
    assert loaded[1] == "乙".encode()


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    (source,) = find([path])
    assert isinstance(source, Source)
    found = load(source)
    assert isinstance(found, Unread)
    assert "64 MiB" in found.reason


def test_sources_and_documents_pickle_small(tmp_path: Path, make_zip: Zip) -> None:
    path = put(tmp_path, "a.zip", make_zip({"a.html": "<html><p>甲</p><table><td>1<td>2</table>"}))
    (source,) = find([path])
    assert isinstance(source, Source)
    assert pickle.loads(pickle.dumps(source)) == source
    assert len(pickle.dumps(source)) < 1000
    data = load(source)
    assert isinstance(data, bytes)
    document = read(source.name, data)
    assert pickle.loads(pickle.dumps(document)) == document


def test_a_source_finds_its_member_by_name_too(tmp_path: Path, make_zip: Zip) -> None:
    path = put(tmp_path, "a.zip", make_zip({"甲/a.txt": "甲"}))
    assert load(Source("a.zip!/甲/a.txt", path, ("甲/a.txt",))) == "甲".encode()
    assert isinstance(load(Source("x", path, ("b.txt",))), Unread)
