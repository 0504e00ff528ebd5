"""LibreOffice, where it is installed -> a file of an old kind as DOCX or XLSX, and what our readers make of that.

Used      for kinds that we do not read ourselves (OpenDocument), and as a second opinion on a Word
          97-2003 file that our reader cannot make out: its tables are then marked as inferred, and a note says so
Guards    a private profile in a temporary folder that is deleted, without macros, active content or links brought up to date;
          a time limit, after which the program is ended; what comes back is read with the limits of any DOCX or XLSX
Units     seconds. Starting takes two to four, so nothing is asked that our own reader can answer: a file without a cell mark
          has no table that another program could find
Places    of a converted file are those of the DOCX or XLSX that was made of it; a note says so
Refuses   with advice to save the file anew, where the program is missing or fails
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from auditor.model import Document, DocumentStatus, Table
from auditor.readers import limits
from auditor.readers.docx import read_docx
from auditor.readers.limits import Refusal
from auditor.readers.ole import Damaged
from auditor.readers.sniff import REASONS
from auditor.readers.xlsx import read_xlsx
from auditor.readers.zipped import content, directory, objection

Reader = Callable[[str, bytes, str], Document]

SECONDS = 25.0
_START_AGAIN, _STARTS = 81, 3
_PROGRAMS = ("soffice", "libreoffice")
_ELSEWHERE = (  # where installers put it without telling the search path
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_READERS: dict[str, Reader] = {"docx": read_docx, "xlsx": read_xlsx}
# For each ending how it is to be read: without that, what is damaged would be read as if it were plain text.
_SOURCES = {
    "doc": "MS Word 97",
    "odt": "writer8",
    "ods": "calc8",
}
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_INFERRED = "原文件结构已损坏，表格由 LibreOffice 转换后读取"
_WORDS = {"docx": "Word 文档（.docx）", "xlsx": "Excel 工作簿（.xlsx）"}

# Settings of the private profile: no macros, nothing fetched, no links brought up to date.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
</oor:items>
"""


def program() -> str | None:
    """The program itself, None where it is not installed."""
    found = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    found = found or next((path for path in _ELSEWHERE if os.path.isfile(path)), None)
    if found is None:
        return None
    own = Path(os.path.realpath(found)).with_name("soffice.bin")  # what the launcher starts: one process, easily ended
    return str(own if own.is_file() else found)


def convert(data: bytes, ending: str, target: str) -> bytes | None:
    """The file of that ending as DOCX or XLSX (`target`); None where the program is missing, fails or takes too long."""
    command = program()
    if command is None:
        return None
    with tempfile.TemporaryDirectory(prefix="auditor-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        (place / "profile" / "user").mkdir(parents=True)
        (place / "profile" / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        source = place / f"in.{ending}"
        source.write_bytes(data)
        _run(
            [
                command, "--headless", "--invisible", "--nologo", "--norestore", "--nolockcheck", "--nodefault",
                f"-env:UserInstallation={(place / 'profile').as_uri()}", f"--infilter={_SOURCES[ending]}",
                "--convert-to", _FILTERS[target], "--outdir", str(place / "out"), str(source),
            ]
        )  # fmt: skip
        made = place / "out" / f"in.{target}"
        if not made.is_file() or made.stat().st_size > limits.FILE_BYTES:
            return None
        return made.read_bytes()


def _run(command: Sequence[str]) -> None:
    """Runs the program, again where it asks for that (a new profile), and ends it after the time limit."""
    silent = subprocess.DEVNULL
    until = time.monotonic() + SECONDS
    for _ in range(_STARTS):
        process = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent)
        try:
            code = process.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            return
        finally:
            process.kill()
            process.wait()
        if code != _START_AGAIN:
            return


# --- readers ---------------------------------------------------------------------------------------


def through(kind: str, ending: str, target: str, advice: str) -> Reader:
    """A reader for a kind that LibreOffice alone reads; `advice` is the refusal where that does not help."""

    def read(name: str, data: bytes, sha256: str) -> Document:
        made = convert(data, ending, target)
        if made is None:
            raise Refusal(advice)
        try:
            document = _READERS[target](name, made, sha256)
        except Refusal as refusal:
            raise Refusal(f"文件由 LibreOffice 转换后仍不能读取（{refusal.reason}）") from refusal
        note = f"文件由 LibreOffice 转换为{_WORDS[target]}后读取，位置为转换后文件中的位置"
        return replace(document, kind=kind, reader="soffice", notes=(note, *document.notes))

    return read


def read_odf(name: str, data: bytes, sha256: str) -> Document:
    """An OpenDocument text or sheet, through LibreOffice."""
    file = io.BytesIO(data)
    entries = {entry.name: entry for entry in directory(file)}
    if sum(entry.size for entry in entries.values()) > limits.UNPACKED_BYTES:
        raise Refusal(f"文件解压后超过 {limits.UNPACKED_BYTES // 2**20} MiB，未予读取；请删去图片后重新运行")
    for entry in entries.values():
        reason = objection(entry)
        if reason:
            raise Refusal(reason)
    is_sheet = b"spreadsheet" in content(file, entries["mimetype"], at_most=100)
    kind, target = ("ods", "xlsx") if is_sheet else ("odt", "docx")
    return through("odf", kind, target, REASONS["odf"])(name, data, sha256)


def secondly(own: Reader, kind: str) -> Reader:
    """Our own reader of Word files, and LibreOffice's opinion of one that it cannot make out."""

    def read(name: str, data: bytes, sha256: str) -> Document:
        try:
            return own(name, data, sha256)
        except Damaged as damaged:
            try:
                document = through(kind, kind, "docx", damaged.reason)(name, data, sha256)
            except Refusal:
                raise damaged from None
            return _doubted(document)

    return read


def _doubted(document: Document) -> Document:
    """What was made of a damaged file: cells may be lost, so no finding may rest on it."""
    blocks = tuple(replace(b, inferred=b.inferred or _INFERRED) if isinstance(b, Table) else b for b in document.blocks)
    notes = (*document.notes, "原文件结构已损坏或过于陈旧，转换可能有遗漏，请对照原文件核对")
    return replace(document, blocks=blocks, status=DocumentStatus.PARTIAL, notes=notes)
