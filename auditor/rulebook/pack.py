"""A pack: a whole rulebook (shipped rules, a county's profile, scoring and own rules) as one file, and back.

Shape     a ZIP: 目录.json lists every file with its SHA-256 and the hash of all of them, then the files as UTF-8 text;
          equal rulebooks give the same bytes wherever they were packed
Checked   every hash, every file that is missing or not listed, the hash of all; the hash is the one that papers print
Refuses   what is no pack, is cut short, or was changed: `PackError` says every reason at once
Limits    32 MiB packed and unpacked, 5,000 files, 1 MiB each: rules are text
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.rulebook.texts import ABOVE, RuleFile, Texts

MANIFEST = "目录.json"
KIND, FORMAT = "auditor-rulebook", 1
_MOST_BYTES, _MOST_FILES, _MOST_EACH = 32 * 1024 * 1024, 5000, 1024 * 1024
_TOLD = ("engine", "version", "title", "date", "county")


class PackError(Exception):
    """The file cannot be used as a pack; `reasons` are all that was found."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("；".join(reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was checked: its files as texts of a rulebook, and what its list says of it."""

    texts: Texts
    told: Mapping[str, str]


def packed(texts: Texts, told: Mapping[str, str]) -> bytes:
    """The pack's bytes; `told` is what people should know of it (engine, version, title, date, county)."""
    paths = _paths(texts)
    files = [
        {"path": path, "root": file.root, "inside": file.inside, "size": len(data), "sha256": _hash(data)}
        for path, file in zip(paths, texts.files, strict=True)
        for data in (file.text.encode(),)
    ]
    words = {key: told.get(key, "") for key in _TOLD}
    manifest = {"kind": KIND, "format": FORMAT, **words, "sha256": texts.sha256, "files": files}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        _add(target, MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
        for path, file in zip(paths, texts.files, strict=True):
            _add(target, path, file.text.encode())
    return out.getvalue()


def unpacked(path: Path) -> Pack:
    """The pack of a file. Raises PackError."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PackError([f"文件超过 {_MOST_BYTES // 1024 // 1024} MiB，不是规则包"])
        data = path.read_bytes()
    except OSError as error:
        raise PackError([f"文件打不开（{error.strerror or '无权限'}）"]) from None
    return opened(data, path.name)


def opened(data: bytes, name: str) -> Pack:
    """The pack of some bytes; `name` stands before the files in messages. Raises PackError."""
    members = _members(data)
    if MANIFEST not in members:
        raise PackError([f"不是规则包（没有“{MANIFEST}”），请用 auditor rules pack 生成"])
    listed = _listed(members.pop(MANIFEST))
    reasons = [
        f"多出没有登记的文件“{path}”" for path in sorted(set(members) - {one["path"] for one in listed["files"]})
    ]
    files = []
    for one in listed["files"]:
        found = members.get(one["path"])
        if found is None:
            reasons.append(f"缺少文件“{one['path']}”")
        elif _hash(found) != one["sha256"]:
            reasons.append(f"文件“{one['path']}”的内容与登记的校验值不符，已被改动")
        else:
            files.append(_file(one, found, name, reasons))
    if reasons:
        raise PackError(reasons)
    texts = Texts(tuple(file for file in files if file is not None))
    if texts.sha256 != listed["sha256"]:
        raise PackError(["整体校验值不符，目录已被改动"])
    return Pack(texts, {key: str(listed.get(key) or "") for key in _TOLD})


@dataclass(frozen=True, slots=True)
class Compared:
    """Two rulebooks file by file: how many are the same, which differ, which only one of them has."""

    same: int
    changed: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def compared(first: Texts, second: Texts) -> Compared:
    """What differs between two rulebooks, by the names of their files."""
    one, other = _by_name(first), _by_name(second)
    both = one.keys() & other.keys()
    return Compared(
        sum(one[key] == other[key] for key in both),
        tuple(sorted(_named(key) for key in both if one[key] != other[key])),
        tuple(sorted(_named(key) for key in one.keys() - other.keys())),
        tuple(sorted(_named(key) for key in other.keys() - one.keys())),
    )


def _by_name(texts: Texts) -> dict[tuple[bool, str, int], str]:
    """By room and name; of the county's own folders the same name twice is told apart by its turn."""
    out: dict[tuple[bool, str, int], str] = {}
    for file in texts.files:
        turn = 0
        while (file.root > 0, file.inside, turn) in out:
            turn += 1
        out[file.root > 0, file.inside, turn] = file.text
    return out


def _named(key: tuple[bool, str, int]) -> str:
    own, inside, _ = key
    return inside.removeprefix(ABOVE) if inside.startswith(ABOVE) else f"{'本县规则/' if own else ''}{inside}"


# --- the container ---------------------------------------------------------------------------------


def _paths(texts: Texts) -> list[str]:
    """Where each file lies in the pack: rules/…, work/profile.yaml, work/rules/…, rules-2/…."""
    county = {file.root for file in texts.files if file.inside.startswith(ABOVE)}
    out = []
    for file in texts.files:
        if file.inside.startswith(ABOVE):
            out.append(f"work/{file.inside.removeprefix(ABOVE)}")
        elif file.root == 0:
            out.append(f"rules/{file.inside}")
        else:
            out.append(f"{'work/rules' if file.root in county else f'rules-{file.root}'}/{file.inside}")
    return out


def _add(target: zipfile.ZipFile, path: str, data: bytes) -> None:
    info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
    target.writestr(info, data, compresslevel=9)


def _members(data: bytes) -> dict[str, bytes]:
    """Every member of the ZIP. Raises PackError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            infos = [info for info in source.infolist() if not info.is_dir()]
            names = [info.filename for info in infos]
            if len(infos) > _MOST_FILES or sum(info.file_size for info in infos) > _MOST_BYTES:
                raise PackError(["内容过大，不是规则包"])
            if len(set(names)) < len(names):
                raise PackError(["同一个文件名出现两次，已被改动"])
            out: dict[str, bytes] = {}
            for info in infos:
                with source.open(info) as member:
                    out[info.filename] = member.read(_MOST_EACH + 1)
                if len(out[info.filename]) > _MOST_EACH:
                    raise PackError([f"文件“{info.filename}”超过 1 MiB"])
            return out
    except PackError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise PackError(["不是规则包，或者文件已损坏、没有传完整"]) from None


def _listed(data: bytes) -> dict[str, Any]:
    """The list of files. Raises PackError."""
    try:
        listed = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise PackError([f"“{MANIFEST}”不能读取，文件已被改动或损坏"]) from None
    if not isinstance(listed, dict) or listed.get("kind") != KIND:
        raise PackError(["不是规则包（目录不是本程序生成的）"])
    if listed.get("format") != FORMAT:
        raise PackError(["规则包的格式比本程序新，请先升级程序"])
    files = listed.get("files")
    wanted = {"path": str, "root": int, "inside": str, "sha256": str}
    fits = isinstance(files, list) and all(
        isinstance(one, dict) and all(type(one.get(key)) is kind for key, kind in wanted.items()) for one in files
    )
    if not fits:
        raise PackError([f"“{MANIFEST}”不完整，文件已被改动或损坏"])
    return listed


def _file(one: Mapping[str, Any], data: bytes, name: str, reasons: list[str]) -> RuleFile | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        reasons.append(f"文件“{one['path']}”不是文字")
        return None
    return RuleFile(one["root"], one["inside"], f"{name}!/{one['path']}", text)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
