"""Paths as the user gave them -> the documents under them, in order, and their bytes.

Folders   searched downwards in the order of names; hidden files, Office's lock files (~$…), Thumbs.db and the side folders of
          saved pages (x_files, x.files beside x.html) are passed over without a word
ZIP       members in the order of names, ZIPs in ZIPs to depth 3, never extracted; a DOCX is a ZIP but no archive: the content
          decides. A member that is refused is `Unread` by its own name and hides no other
Names     forward slashes, relative paths stay relative, members after `!/`; what a name may hold but nobody can see or print
          (line breaks, terminal codes, marks that turn text around, broken UTF-8) is shown as U+FFFD
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from auditor.model import Unread
from auditor.readers import limits
from auditor.readers.limits import Refusal
from auditor.readers.sniff import package_kind
from auditor.readers.zipped import Entry, content, directory, objection

_PASSED_OVER = {"thumbs.db", ".ds_store", "desktop.ini", "ehthumbs.db"}
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PAGE_ENDINGS = (".html", ".htm", ".mht", ".doc", ".docx")
_NO_FILE = "不是普通文件（管道、设备或失效的链接），未予读取；请提供文件本身后重新运行"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSAFE = "压缩包内路径不安全（含上级目录、绝对路径或盘符），未予读取；请重新压缩后运行"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document's bytes are: a file, or a chain of members within it."""

    name: str
    path: Path
    members: tuple[str, ...] = ()
    entry: Entry | None = None  # the first member, so that loading needs no second look at the directory


def find(paths: Sequence[Path | str]) -> Iterator[Source | Unread]:
    """The documents under the paths, each once however often it was given; what cannot be one, with the reason."""
    return map(_legible, _find(paths))


def _find(paths: Sequence[Path | str]) -> Iterator[Source | Unread]:
    seen: set[str] = set()
    for given in paths:
        for name, path in _files(Path(given)):
            if isinstance(path, Unread):
                yield path
                continue
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                yield from _within(name, path)


def _legible(found: Source | Unread) -> Source | Unread:
    """The same under a name that can be shown in one line."""
    if isinstance(found, Unread):
        return replace(found, source=_UNSEEN.sub("\ufffd", found.source)) if _UNSEEN.search(found.source) else found
    return replace(found, name=_UNSEEN.sub("\ufffd", found.name)) if _UNSEEN.search(found.name) else found


def load(source: Source) -> bytes | Unread:
    """The bytes of a document, or why there are none."""
    try:
        with source.path.open("rb") as file:
            if source.entry is None and not source.members:
                return _whole(file)
            return _member(file, source)
    except Refusal as refusal:
        return Unread(source.name, refusal.reason)
    except OSError as error:
        return Unread(source.name, _cannot_open(error))


def _whole(file: BinaryIO) -> bytes:
    data = file.read(limits.FILE_BYTES + 1)
    if len(data) > limits.FILE_BYTES:
        raise Refusal(f"文件超过 {limits.FILE_BYTES // 2**20} MiB，未予读取；请压缩图片或拆分后重新运行")
    return data


def _member(file: BinaryIO, source: Source) -> bytes:
    entry = source.entry or _named(file, source.members[0])
    data = content(file, entry)
    for member in source.members[1:]:
        inner = io.BytesIO(data)
        data = content(inner, _named(inner, member))
    return data


def _named(file: BinaryIO, name: str) -> Entry:
    for entry in directory(file):
        if _tidy(entry.name) == name and not entry.folder:
            return entry
    raise Refusal("压缩包内找不到该文件，压缩包可能在运行期间被改动")


def _cannot_open(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "找不到文件或文件夹，请核对路径"
    if isinstance(error, PermissionError):
        return "没有读取权限，或文件正被其他程序占用；请关闭后重新运行"
    return "文件无法打开，请核对磁盘或网络位置后重新运行"


# --- folders ---------------------------------------------------------------------------------------


def _files(path: Path) -> Iterator[tuple[str, Path | Unread]]:
    name = path.as_posix()
    if not path.is_dir():
        reason = None if path.is_file() else _NO_FILE if os.path.lexists(path) else "找不到文件或文件夹，请核对路径"
        yield name, (Unread(name, reason) if reason else path)
        return
    try:
        inner = sorted(path.iterdir(), key=lambda p: p.name)
    except OSError as error:
        yield name, Unread(name, _cannot_open(error))
        return
    pages = {p.stem for p in inner if p.suffix.lower() in _PAGE_ENDINGS}
    for child in inner:
        if _is_passed_over(child.name):
            continue
        if child.is_dir():
            if not child.is_symlink() and not _is_side_folder(child.name, pages):
                yield from _files(child)
        else:
            name = child.as_posix()
            yield name, child if child.is_file() else Unread(name, _NO_FILE)


def _is_passed_over(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _PASSED_OVER or name == "__MACOSX"


def _is_side_folder(name: str, pages: set[str]) -> bool:
    return any(name == page + ending for page in pages for ending in ("_files", ".files", "_file"))


# --- archives --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Budget:
    """What one archive may still unpack, its inner archives included."""

    size: int = limits.UNPACKED_BYTES
    members: int = limits.MEMBERS
    seen: set[str] = field(default_factory=set)

    def objection(self, entry: Entry) -> str | None:
        """Why the next member passes the limit; else its bytes are taken from what is left."""
        if self.members <= 0:
            return f"压缩包内文件累计超过 {limits.MEMBERS:,} 个，未予读取；请分成几个压缩包后重新运行"
        if entry.size > self.size:
            return f"压缩包解压后累计超过 {limits.UNPACKED_BYTES // 2**20} MiB，未予读取；请分成几个压缩包后重新运行"
        self.size -= entry.size
        self.members -= 1
        return None


def _within(name: str, path: Path) -> Iterator[Source | Unread]:
    try:
        with path.open("rb") as file:
            entries = _archive(file, file.read(4))
            if entries is None:
                yield Source(name, path)
                return
            yield from _members(file, entries, Source(name, path), _Budget(), 1)
    except Refusal as refusal:
        yield Unread(name, refusal.reason)
    except OSError as error:
        yield Unread(name, _cannot_open(error))


def _archive(file: BinaryIO, magic: bytes) -> tuple[Entry, ...] | None:
    """The members where the file is a ZIP and no document made as one."""
    if magic not in _ZIP_MAGIC:
        return None
    entries = directory(file)
    return entries if package_kind(entry.name for entry in entries) == "zip" else None


def _members(
    file: BinaryIO, entries: Iterable[Entry], outer: Source, budget: _Budget, depth: int
) -> Iterator[Source | Unread]:
    for entry in sorted(entries, key=lambda e: _tidy(e.name)):
        member = _tidy(entry.name)
        if entry.folder or any(_is_passed_over(part) for part in PurePosixPath(member).parts if part != ".."):
            continue
        name = f"{outer.name}!/{member}"
        reason = _objection(entry, member, name, budget)
        if reason:
            yield Unread(name, reason)
            continue
        source = Source(name, outer.path, (*outer.members, member), outer.entry or entry)
        try:
            yield from _document_or_archive(file, entry, source, budget, depth)
        except Refusal as refusal:
            yield Unread(name, refusal.reason)


def _objection(entry: Entry, member: str, name: str, budget: _Budget) -> str | None:
    if not _is_safe(member):
        return _UNSAFE
    if entry.symlink:
        return "压缩包内是符号链接，不是文件，未予读取；请压缩原文件后重新运行"
    if name in budget.seen:
        return "压缩包内有重名文件，只读取第一个；请改名后重新压缩"
    budget.seen.add(name)
    return objection(entry) or budget.objection(entry)


def _document_or_archive(
    file: BinaryIO, entry: Entry, source: Source, budget: _Budget, depth: int
) -> Iterator[Source | Unread]:
    if content(file, entry, at_most=4) not in _ZIP_MAGIC:
        yield source
        return
    inner = io.BytesIO(content(file, entry))
    entries = _archive(inner, inner.getvalue()[:4])
    if entries is None:
        yield source
    elif depth >= limits.ARCHIVE_DEPTH:
        yield Unread(source.name, f"压缩包嵌套超过 {limits.ARCHIVE_DEPTH} 层，未予读取；请解压后重新运行")
    else:
        yield from _members(inner, entries, source, budget, depth + 1)


def _tidy(name: str) -> str:
    return name.replace("\\", "/")


def _is_safe(member: str) -> bool:
    parts = member.split("/")
    drive = len(parts[0]) >= 2 and parts[0][1] == ":"
    return bool(member) and not member.startswith("/") and not drive and ".." not in parts and "\0" not in member
