"""The shape of a bundle: a ZIP with a list of its files and their hashes; the same content gives the same bytes.

目录.json        kind, format, the runs, the head of the chain, every file with size and SHA-256
文件/SHA-256     what was handed in, byte for byte
内容/SHA-256     readings, facts, judgements, rulebook: JSON as the ledger keeps it
链/条目.json     every entry of the chain, without its rows
链/记录.json     the rows of the runs' entries and of all that people entered about their units (bytes as their hashes)
链/其他.json     single rows of other entries that these runs use: the names of findings and of units
结果/ID.json     each run as the rules judged it; 结果/认定后.json all of them with what people decided
Limits           2 GiB unpacked, 200,000 files; nothing is written outside what was asked for
Refuses          what is no bundle or is cut short: BundleError with every reason
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditor.ledger.seal import sha256

MANIFEST: Final = "目录.json"
WORDS: Final = "说明.txt"
ENTRIES: Final = "链/条目.json"
ROWS: Final = "链/记录.json"
OTHERS: Final = "链/其他.json"
DECIDED: Final = "结果/认定后.json"
KIND, FORMAT = "auditor-bundle", 1
_MOST_BYTES, _MOST_FILES = 2 * 1024**3, 200_000
_BORN = (1980, 1, 1, 0, 0, 0)


class BundleError(Exception):
    """The file cannot be used as a bundle; `reasons` (Chinese) are all that was found."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("；".join(reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as read: its list, its files by name, and which of them are not as the list says."""

    told: Mapping[str, Any]
    files: Mapping[str, bytes]
    altered: tuple[str, ...] = ()

    def json(self, name: str) -> Any:
        """One of its JSON files. Raises BundleError."""
        try:
            return json.loads(self.files[name])
        except (KeyError, ValueError, RecursionError):
            raise BundleError([f"缺少“{name}”，或者其内容已损坏"]) from None


def document(address: str) -> str:
    """Where the file of that SHA-256 stands."""
    return f"文件/{address}"


def content(address: str) -> str:
    """Where the JSON of that SHA-256 stands."""
    return f"内容/{address}"


def result(run: str, entry: int) -> str:
    """Where the result of a run stands; a run that was judged twice has two entries."""
    return f"结果/{run}-{entry}.json"


def written(told: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The bundle's bytes."""
    listed = [{"path": name, "size": len(data), "sha256": sha256(data)} for name, data in sorted(files.items())]
    manifest = {"kind": KIND, "format": FORMAT, **told, "files": listed}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        _add(target, MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
        for name, data in sorted(files.items()):
            _add(target, name, data)
    return out.getvalue()


def _add(target: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _BORN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    target.writestr(entry, data)


def read(data: bytes) -> Bundle:
    """The bundle of some bytes; files that are not as the list says are named, not refused. Raises BundleError."""
    members = _members(data)
    if MANIFEST not in members:
        raise BundleError([f"不是审核数据包（没有“{MANIFEST}”），数据包由 auditor bundle 生成"])
    told = _told(members.pop(MANIFEST))
    listed = {str(file.get("path")): str(file.get("sha256")) for file in told["files"]}
    altered = [f"“{name}”不在" for name in sorted(listed.keys() - members.keys())]
    altered += [f"“{name}”是后来放进去的" for name in sorted(members.keys() - listed.keys())]
    altered += [
        f"“{name}”被改动" for name in sorted(listed.keys() & members.keys()) if sha256(members[name]) != listed[name]
    ]
    return Bundle(told, members, tuple(altered))


def _told(data: bytes) -> dict[str, Any]:
    try:
        told = json.loads(data)
        if told["kind"] != KIND:
            raise BundleError(["不是审核数据包"])
        if told["format"] > FORMAT:
            raise BundleError([f"数据包由较新的程序生成（第 {told['format']} 版），请升级 auditor"])
        if not isinstance(told["files"], list) or not all(isinstance(file, dict) for file in told["files"]):
            raise TypeError
    except (KeyError, TypeError, ValueError, RecursionError):
        raise BundleError([f"“{MANIFEST}”已损坏"]) from None
    return dict(told)


def _members(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            entries = source.infolist()
            if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
                raise BundleError(["文件个数或总大小超过限度，不是本程序生成的数据包"])
            out = {}
            for entry in entries:
                with source.open(entry) as file:
                    content = file.read(entry.file_size + 1)
                if len(content) != entry.file_size or entry.filename in out:
                    raise BundleError([f"“{entry.filename}”重复或与记载的大小不符"])
                out[entry.filename] = content
            return out
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise BundleError(["不是 ZIP 文件，或者已经损坏、不完整"]) from None
