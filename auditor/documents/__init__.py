"""Documents: an audit -> files that people keep: docx, xlsx, html, json, csv, and the checklist that they fill in.

Names     审计汇总.docx, 审计台账.xlsx, 审计结果.html, 审计结果.json, 问题清单.csv, 核验清单.xlsx
Manifest  `.auditor-manifest.json` holds the SHA-256 of every file as it was written last
Keeps     a file that differs from the manifest, or is not in it, is a person's: it is never overwritten, the result
          goes to a second name (审计台账（2）.xlsx); so it does where the file is open in another program
Whole     a file is written beside its place and moved there: a reader sees the old one or the new one
Refuses   nothing: what could not be written comes back with no path and a Chinese note; the others are written
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from auditor.model import Audit

FORMATS: Final[tuple[str, ...]] = ("docx", "xlsx", "html", "json", "csv", "checklist")
NAMES: Final[Mapping[str, str]] = {
    "docx": "审计汇总.docx",
    "xlsx": "审计台账.xlsx",
    "html": "审计结果.html",
    "json": "审计结果.json",
    "csv": "问题清单.csv",
    "checklist": "核验清单.xlsx",
}
MANIFEST: Final = ".auditor-manifest.json"
_MOST_NAMES = 99


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one format. `path` is None where it could not be written; `note` is for the user, may be empty."""

    format: str
    path: Path | None
    note: str = ""


def render(audit: Audit, format: str) -> bytes:
    """The bytes of one format; each room's libraries are imported only when it is asked for."""
    return _renderer(format)(audit)


def write(
    audit: Audit, folder: Path, formats: Sequence[str] = FORMATS, beside: Mapping[str, bytes] | None = None
) -> tuple[Written, ...]:
    """Writes the formats into the folder (made where it is missing) and says under which names.

    `beside` are files of other rooms, by name, that keep to the same rules; their format is "". An unknown format is a
    mistake of the caller: ValueError before anything is written.
    """
    renderers = [(format, _renderer(format)) for format in dict.fromkeys(formats)]
    others = beside or {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        note = f"不能建立结果文件夹“{folder}”：{_reason(error)}"
        return tuple(Written(format, None, note) for format in (*(f for f, _ in renderers), *("" for _ in others)))
    known = _manifest(folder)
    made = [*((f, NAMES[f], partial(render, audit)) for f, render in renderers)]
    made += [("", name, partial(bytes, content)) for name, content in others.items()]
    written = []
    for format, name, content in made:
        done, digest = _place(folder, name, content(), known, format)
        if done.path is not None:
            known[done.path.name] = digest
            done = _remember(folder, known, done)
        written.append(done)
    return tuple(written)


def _renderer(format: str) -> Callable[[Audit], bytes]:
    match format:
        case "docx":
            from auditor.documents.summary import render
        case "xlsx":
            from auditor.documents.workbook import render
        case "html":
            from auditor.documents.page import render
        case "json":
            from auditor.documents.json_text import render
        case "csv":
            from auditor.documents.sheet_csv import render
        case "checklist":
            from auditor.checklist.workbook import render
        case _:
            raise ValueError(f"未知的结果格式“{format}”，可用：{'、'.join(FORMATS)}")
    return render


# --- where it goes ---------------------------------------------------------------------------------


def _place(folder: Path, name: str, content: bytes, known: Mapping[str, str], format: str) -> tuple[Written, str]:
    """The content under the first name that is free or ours, and why it is not the first."""
    digest = hashlib.sha256(content).hexdigest()
    why = ""
    for candidate in _candidates(name):
        path = folder / candidate
        stopped = _put(path, content, digest, known.get(candidate))
        if stopped is None:
            note = f"{why}，本次结果另存为“{candidate}”。" if why else ""
            return Written(format, path, note), digest
        if not stopped.taken:
            return Written(format, None, f"不能写入“{path}”：{stopped.reason}。"), digest
        why = why or f"“{candidate}”{stopped.reason}"
    return Written(format, None, f"{why}，备用文件名也均已占用，请换一个结果文件夹。"), digest


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
        found = hashlib.sha256(path.read_bytes()).hexdigest()
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
    """审计台账.xlsx, 审计台账（2）.xlsx, 审计台账（3）.xlsx …"""
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


# --- the manifest ----------------------------------------------------------------------------------


def _manifest(folder: Path) -> dict[str, str]:
    """Name -> SHA-256 as last written. A missing or damaged manifest knows nothing, so nothing is overwritten."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): digest for name, digest in found.items() if isinstance(digest, str)}


def _remember(folder: Path, known: Mapping[str, str], done: Written) -> Written:
    """The manifest on disk brought up to date after every file, so that a broken run still knows its own files."""
    text = json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    partial = folder / f"{MANIFEST}.{os.getpid()}.tmp"
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        os.replace(partial, folder / MANIFEST)
    except OSError as error:
        _discard(partial)
        note = f"{done.note}未能登记已生成的文件（{_reason(error)}），下次将另存为新文件名。"
        return Written(done.format, done.path, note)
    return done
