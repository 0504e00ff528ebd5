"""Keeping: names and bytes -> files in a folder that people work in; what a person changed is never overwritten.

Manifest  `.auditor-manifest.json` holds the SHA-256 of every file as it was written last; names may lead into folders within
Keeps     a file that differs from the manifest, or is not in it, is a person's: it is never overwritten, the result
          goes to a second name (问题台账（2）.xlsx); so it does where the file is open in another program
Whole     a file is written beside its place and moved there: a reader sees the old one or the new one
Refuses   nothing: what could not be written comes back with no path and a Chinese note; the others are written
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Final

MANIFEST: Final = ".auditor-manifest.json"
_MOST_NAMES = 99


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one format. `path` is None where it could not be written; `note` is for the user, may be empty."""

    format: str
    path: Path | None
    note: str = ""


class Folder:
    """A folder and its manifest, which is brought up to date after every so many files (`lot`), and when it is closed.

    `lot` 1: a run that breaks off still knows every file that it wrote. Use it in `with`.
    """

    def __init__(self, folder: Path, lot: int = 1) -> None:
        self.path, self._lot, self._new = folder, lot, 0
        self._known = _manifest(folder)

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._new:
            self._remember()

    def stopped(self, within: str = "") -> str | None:
        """The folder (or one within) made where it is missing; why it cannot be, None where it is there."""
        folder = self.path / within
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return f"不能建立结果文件夹“{folder}”：{_reason(error)}"
        return None

    def keep(self, name: str, content: bytes, format: str = "") -> Written:
        """The content under that name (a path within, with /), or under the second one that is free."""
        if (stopped := self.stopped(name.rpartition("/")[0])) is not None:
            return Written(format, None, stopped)
        done, place, digest = self._place(name, content, format)
        if done.path is None:
            return done
        self._known[place] = digest
        self._new += 1
        if self._new < self._lot:
            return done
        note = self._remember()
        return replace(done, note=f"{done.note}{note}") if note else done

    @property
    def names(self) -> Iterator[str]:
        """The files that the program wrote here and that are there still."""
        return (name for name in sorted(self._known) if (self.path / name).is_file())

    def _place(self, name: str, content: bytes, format: str) -> tuple[Written, str, str]:
        """The content under the first name that is free or ours, and why it is not the first."""
        digest, why = _digest(content), ""
        for candidate in _candidates(name):
            path, called = self.path / candidate, candidate.rpartition("/")[2]
            stopped = _put(path, content, digest, self._known.get(candidate))
            if stopped is None:
                note = f"{why}，本次结果另存为“{called}”。" if why else ""
                return Written(format, path, note), candidate, digest
            if not stopped.taken:
                return Written(format, None, f"不能写入“{path}”：{stopped.reason}。"), candidate, digest
            why = why or f"“{called}”{stopped.reason}"
        return Written(format, None, f"{why}，备用文件名也均已占用，请换一个结果文件夹。"), name, digest

    def _remember(self) -> str:
        """The manifest on disk brought up to date; why it could not be, "" where it was."""
        text = json.dumps(self._known, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        partial = self.path / f"{MANIFEST}.{os.getpid()}.tmp"
        try:
            partial.write_text(text, encoding="utf-8", newline="\n")
            os.replace(partial, self.path / MANIFEST)
        except OSError as error:
            _discard(partial)
            return f"未能登记已生成的文件（{_reason(error)}），下次将另存为新文件名。"
        self._new = 0
        return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class _Stopped:
    """Why nothing was written. `taken`: another name may do."""

    reason: str
    taken: bool


_CHANGED = _Stopped("已被改动或者不是本程序生成，未作覆盖", taken=True)
_OPEN = _Stopped("正被其他程序打开（例如表格或文字处理软件），不能覆盖", taken=True)


def _put(path: Path, content: bytes, digest: str, known: str | None) -> _Stopped | None:
    """The content at that path, whole; None where it now stands there."""
    if path.is_dir():
        return _CHANGED
    try:
        found = _digest(path.read_bytes())
    except FileNotFoundError:
        found = None
    except OSError:
        return _OPEN
    if found == digest:
        return None
    if found is not None and found != known:
        return _CHANGED
    return _replace(path, content)


def _replace(path: Path, content: bytes) -> _Stopped | None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        partial.write_bytes(content)
    except OSError as error:
        _discard(partial)
        return _Stopped(_reason(error), taken=False)
    try:
        os.replace(partial, path)
    except OSError as error:
        _discard(partial)
        return _OPEN if isinstance(error, PermissionError) else _Stopped(_reason(error), taken=False)
    return None


def _candidates(name: str) -> Iterator[str]:
    """问题台账.xlsx, 问题台账（2）.xlsx, 问题台账（3）.xlsx …"""
    stem, ending = os.path.splitext(name)
    yield name
    for number in range(2, _MOST_NAMES + 1):
        yield f"{stem}（{number}）{ending}"


def _discard(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        # A left-over temporary file harms nobody; the note on the failed write is what the user needs.
        return


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "没有写入权限"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "同名文件已经存在"
    return "磁盘空间不足" if error.errno == 28 else "系统拒绝写入"


def _manifest(folder: Path) -> dict[str, str]:
    """Name -> SHA-256 as last written. A missing or damaged manifest knows nothing, so nothing is overwritten."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): digest for name, digest in found.items() if isinstance(digest, str)}
