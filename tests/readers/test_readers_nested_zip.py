"""ZIPs in ZIPs as Windows in China packs them: names in GBK inside and outside, and members that are refused at any depth."""

from __future__ import annotations

import binascii
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Unread
from auditor.readers import Source, find, load

_UTF8, _ENCRYPTED = 0x800, 0x1


@dataclass(frozen=True)
class Member:
    """A member as bytes: what zipfile would not write."""

    name: bytes
    data: bytes = b"x"
    flags: int = 0
    mode: int = 0o100644
    system: int = 0
    extra: bytes = b""


def packed(*members: Member) -> bytes:
    out, listed = b"", b""
    for member in members:
        raw = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = raw.compress(member.data) + raw.flush()
        sizes = struct.pack("<III", binascii.crc32(member.data), len(body), len(member.data))
        shared = struct.pack("<HHHHH", 20, member.flags, 8, 0, 0x21) + sizes
        shared += struct.pack("<HH", len(member.name), len(member.extra))
        listed += b"PK\x01\x02" + struct.pack("<BB", 20, member.system) + shared
        listed += struct.pack("<HHHII", 0, 0, 0, member.mode << 16, len(out)) + member.name + member.extra
        out += b"PK\x03\x04" + shared + member.name + member.extra + body
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(listed), len(out), 0)
    return out + listed + b"PK\x05\x06" + end


def gbk(name: str, data: bytes = b"x") -> Member:
    return Member(name.encode("gbk"), data)


def utf8(name: str, data: bytes = b"x") -> Member:
    return Member(name.encode(), data, _UTF8)


def found_in(folder: Path, data: bytes) -> dict[str, bytes | str]:
    """Each document's bytes, each refusal's reason, by the path inside the archive."""
    path = folder / "上报材料.zip"
    path.write_bytes(data)
    out: dict[str, bytes | str] = {}
    for found in find([path]):
        if isinstance(found, Unread):
            out[found.source.partition("!/")[2]] = found.reason
            continue
        loaded = load(found)
        out[found.name.partition("!/")[2]] = loaded.reason if isinstance(loaded, Unread) else loaded
    assert sorted(p.name for p in folder.iterdir()) == ["上报材料.zip"], "nothing is ever written to disk"
    return out


def test_names_in_gbk_at_every_depth_beside_names_in_utf8(tmp_path: Path) -> None:
    deepest = packed(gbk("禹山镇/年报.html", b"3"), utf8("章华镇/年报.html", b"4"))
    middle = packed(
        gbk("乡镇.zip", deepest), gbk("统计表（2017年度）.xls", b"2"), Member("县直/年报.doc".encode(), b"5")
    )
    outer = packed(gbk("第一季度\\全部.zip", middle), utf8("说明〇.txt", b"1"), gbk("第一季度\\说明.txt", b"6"))
    assert found_in(tmp_path, outer) == {
        "第一季度/全部.zip!/乡镇.zip!/章华镇/年报.html": b"4",
        "第一季度/全部.zip!/乡镇.zip!/禹山镇/年报.html": b"3",
        "第一季度/全部.zip!/县直/年报.doc": b"5",
        "第一季度/全部.zip!/统计表（2017年度）.xls": b"2",
        "第一季度/说明.txt": b"6",
        "说明〇.txt": b"1",
    }


def test_a_fourth_depth_is_refused_and_hides_nothing(tmp_path: Path) -> None:
    data = packed(gbk("最深.txt"))
    for name in ("四.zip", "三.zip", "二.zip"):
        data = packed(gbk(name, data), gbk(f"{name}旁.txt", name.encode()))
    assert found_in(tmp_path, data) == {
        "二.zip!/三.zip!/四.zip": "压缩包嵌套超过 3 层，未予读取；请解压后重新运行",
        "二.zip!/三.zip!/四.zip旁.txt": "四.zip".encode(),
        "二.zip!/三.zip旁.txt": "三.zip".encode(),
        "二.zip旁.txt": "二.zip".encode(),
    }


def test_refused_members_at_depth_three(tmp_path: Path) -> None:
    refused: Mapping[str, tuple[Member, str]] = {
        "../../x.txt": (Member(b"..\\..\\x.txt"), "路径不安全"),
        "/etc/x.txt": (Member(b"/etc/x.txt"), "路径不安全"),
        "C:/x.txt": (Member(b"C:\\x.txt"), "路径不安全"),
        "甲/../../乙.txt": (gbk("甲\\..\\..\\乙.txt"), "路径不安全"),
        "链接.txt": (Member("链接.txt".encode("gbk"), b"/etc/hostname", mode=0o120777, system=3), "符号链接"),
        "目录链接.zip": (Member("目录链接.zip".encode(), b"/", _UTF8, 0o120777, 3), "符号链接"),
        "密.txt": (Member("密.txt".encode("gbk"), flags=_ENCRYPTED), "已加密"),
        "密二.docx": (Member("密二.docx".encode(), flags=_ENCRYPTED | _UTF8), "已加密"),
        "密三.zip": (Member("密三.zip".encode("gbk"), packed(gbk("x.txt")), _ENCRYPTED), "已加密"),
    }
    deepest = packed(*[member for member, _ in refused.values()], gbk("好.txt", b"good"))
    found = found_in(tmp_path, packed(gbk("一.zip", packed(gbk("二.zip", deepest)))))
    assert found.pop("一.zip!/二.zip!/好.txt") == b"good"
    assert {name.removeprefix("一.zip!/二.zip!/") for name in found} == set(refused)
    for name, (_, word) in refused.items():
        assert word in str(found[f"一.zip!/二.zip!/{name}"]), name


def test_names_that_mean_the_same_in_two_encodings_are_one_member_doubled(tmp_path: Path) -> None:
    found = found_in(tmp_path, packed(gbk("年报.txt", b"1"), utf8("年报.txt", b"2")))
    path = tmp_path / "上报材料.zip"
    reasons = [f.reason for f in find([path]) if isinstance(f, Unread)]
    assert len(reasons) == 1
    assert "重名" in reasons[0]
    assert set(found) == {"年报.txt"}
    assert [load(f) for f in find([path]) if isinstance(f, Source)] == [b"1"]


def test_a_name_under_the_utf8_flag_that_is_none(tmp_path: Path) -> None:
    """Some packers set the flag over GBK names: the name is read as GBK, or the archive refused; never lost in silence."""
    found = found_in(tmp_path, packed(Member("禹山镇年报.txt".encode("gbk"), b"1", _UTF8), utf8("好.txt", b"2")))
    assert found
    assert all(isinstance(value, str) or value in (b"1", b"2") for value in found.values())
    assert found.get("好.txt") == b"2" or all("损坏" in str(value) for value in found.values())


def test_a_unicode_path_in_the_extra_field_is_the_name(tmp_path: Path) -> None:
    """WinRAR and 7-Zip write the name in UTF-8 into an extra field (0x7075) beside one in the code page."""
    raw = "禹山镇.txt".encode("gbk")
    body = b"\x01" + struct.pack("<I", binascii.crc32(raw)) + "禹山镇（〇）.txt".encode()
    extra = struct.pack("<HH", 0x7075, len(body)) + body
    assert found_in(tmp_path, packed(Member(raw, b"1", extra=extra))) == {"禹山镇（〇）.txt": b"1"}
    wrong = struct.pack("<HH", 0x7075, len(body)) + b"\x01\0\0\0\0" + body[5:]
    assert found_in(tmp_path, packed(Member(raw, b"1", extra=wrong))) == {"禹山镇.txt": b"1"}


_NAMES = st.lists(
    st.text("年报甲乙丙〇一abc（）-_ ", min_size=1, max_size=8).map(str.strip).filter(bool),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(_NAMES, st.data())
def test_any_mixture_of_names_is_found(
    tmp_path_factory: pytest.TempPathFactory, names: Sequence[str], data: st.DataObject
) -> None:
    members = [
        data.draw(st.sampled_from([utf8, lambda name, body: Member(name.encode("gb18030"), body)]))(
            f"{name}.txt", name.encode()
        )
        for name in names
    ]
    inner = packed(*members)
    expected = {f"{name}.txt": name.encode() for name in names}
    for level in range(data.draw(st.integers(0, 2))):
        inner = packed(gbk(f"包{level}.zip", inner))
        expected = {f"包{level}.zip!/{name}": body for name, body in expected.items()}
    assert found_in(tmp_path_factory.mktemp("z"), inner) == expected
