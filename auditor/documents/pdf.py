"""PDF: files of Word, Excel and pages by name -> the same as PDF, by programs that are installed: soffice, chromium.

In        bytes of .docx, .xlsx, .html by name; of any other kind a note
Out       bytes of the PDF by the same name, or a Chinese note why there is none; nothing is raised for what a program does
Programs  one soffice for all files of Word and Excel, its own profile in a folder of its own, macros off by its settings; a browser
          once for each page, without network and scripts' storage. AUDITOR_SOFFICE, AUDITOR_CHROMIUM name others
Limits    START seconds and EACH for every file; then all that was started is ended, and what is ready by then counts
Equal     the same bytes give the same PDF: the day of making and the identity that the programs write into it are evened out,
          length kept, so that no offset moves
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from auditor.documents.fonts import office_settings

OFFICE: Final = (".docx", ".xlsx")
PAGES: Final = (".html",)
START, EACH = 60.0, 8.0
NO_OFFICE: Final = "没有安装 LibreOffice（soffice），未能转为 PDF。安装后重新运行，或者在 Word、Excel 中另存为 PDF"
NO_BROWSER: Final = "没有安装 Chromium，未能转为 PDF。用浏览器打开后可以打印成 PDF"
NOT_MADE: Final = "转为 PDF 没有成功，请在 Word、Excel 或浏览器中另存为 PDF"
TOO_LONG: Final = "转为 PDF 用时过长，已经停止，请在 Word、Excel 或浏览器中另存为 PDF"
OTHER: Final = "这种文件不能转为 PDF"

_DAY: Final = b"D:20000101000000Z"
_DATES = re.compile(rb"/(?:CreationDate|ModDate)\s*\((D:[^)]*)\)")
_IDS = re.compile(rb"/ID\s*\[\s*<([0-9A-Fa-f]*)>\s*<([0-9A-Fa-f]*)>\s*\]")
_SUMS = re.compile(rb"/DocChecksum\s*/([0-9A-Fa-f]+)")
# No macro runs (level 3: only from trusted places, and there are none), nothing is updated from elsewhere, no recovery dialogue.
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def converted(files: Mapping[str, bytes]) -> dict[str, bytes | str]:
    """Every file as PDF, or why it is not."""
    out: dict[str, bytes | str] = {}
    with tempfile.TemporaryDirectory(prefix="auditor-pdf-", ignore_cleanup_errors=True) as home:
        place = Path(home)
        out |= _by_office({name: data for name, data in files.items() if _ending(name) in OFFICE}, place)
        for at, name in enumerate(name for name in files if _ending(name) in PAGES):
            out[name] = _by_browser(files[name], place, at)
    return {name: out.get(name, OTHER) for name in files}


def office() -> str | None:
    """The program for Word and Excel, None where it is not installed."""
    return _program("AUDITOR_SOFFICE", ("soffice", "libreoffice"), _OFFICE_HOMES)


def browser() -> str | None:
    """The program for pages, None where it is not installed."""
    return _program("AUDITOR_CHROMIUM", ("chromium", "chromium-browser", "google-chrome", "msedge"), _BROWSER_HOMES)


def evened(data: bytes) -> bytes:
    """The PDF without what tells one making from another; its length is kept."""
    out = bytearray(data)
    for found in _DATES.finditer(data):
        start, end = found.span(1)
        out[start:end] = (_DAY + b"00'00'")[: end - start].ljust(end - start, b" ")
    for start, end in _identities(data):
        out[start:end] = b"0" * (end - start)
    return bytes(out)


def _identities(data: bytes) -> Iterable[tuple[int, int]]:
    for found in _IDS.finditer(data):
        yield found.span(1)
        yield found.span(2)
    for found in _SUMS.finditer(data):
        yield found.span(1)


# --- the programs ----------------------------------------------------------------------------------


def _by_office(files: Mapping[str, bytes], home: Path) -> dict[str, bytes | str]:
    """All of them by one start of soffice; names of our own, so that no name is too long or begins with a dash."""
    program = office()
    if not files or program is None:
        return dict.fromkeys(files, NO_OFFICE)
    profile, given, made = home / "profile", home / "in", home / "out"
    for folder in (profile / "user", given, made):
        folder.mkdir(parents=True)
    settings = _SETTINGS.replace("</oor:items>", f"{office_settings()}</oor:items>")
    (profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    paths = {name: given / f"{at:05d}{_ending(name)}" for at, name in enumerate(files)}
    for name, path in paths.items():
        path.write_bytes(files[name])
    options = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--convert-to", "pdf")
    command = [program, f"-env:UserInstallation={profile.as_uri()}", *options, "--outdir", str(made)]
    in_time = _run([*command, *map(str, paths.values())], START + EACH * len(files))
    return {name: _made(made / f"{path.stem}.pdf", in_time) for name, path in paths.items()}


def _by_browser(data: bytes, home: Path, at: int) -> bytes | str:
    program = browser()
    if program is None:
        return NO_BROWSER
    page, made = home / f"page{at}.html", home / f"page{at}.pdf"
    page.write_bytes(data)
    options = [
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--no-pdf-header-footer",
        f"--user-data-dir={home / 'browser'}",
        f"--print-to-pdf={made}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")  # it refuses to start otherwise
    in_time = _run([program, *options, page.as_uri()], START)
    return _made(made, in_time)


def _made(path: Path, in_time: bool) -> bytes | str:
    try:
        data = path.read_bytes()
    except OSError:
        return NOT_MADE if in_time else TOO_LONG
    whole = data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]
    return evened(data) if whole else NOT_MADE if in_time else TOO_LONG


def _run(command: Sequence[str], seconds: float) -> bool:
    """Runs a program to its end, or ends it and all that it started; whether it ended by itself."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "946684800", "TZ": "UTC"}
    nothing, apart = subprocess.DEVNULL, sys.platform != "win32"
    try:
        running = subprocess.Popen(
            command, stdin=nothing, stdout=nothing, stderr=nothing, env=environment, start_new_session=apart
        )
    except OSError:
        return True
    with running:
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            _end(running)
            return False
        return True


def _end(running: subprocess.Popen[bytes]) -> None:
    try:
        if sys.platform == "win32":
            running.kill()
        else:
            os.killpg(running.pid, signal.SIGKILL)
    except OSError:
        running.kill()


_OFFICE_HOMES: Final = (
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_BROWSER_HOMES: Final = (
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)


def _program(variable: str, names: Sequence[str], homes: Sequence[str]) -> str | None:
    named = os.environ.get(variable)
    if named is not None:
        return shutil.which(named)
    found = (shutil.which(name) for name in names)
    return next((path for path in found if path), None) or next((path for path in homes if Path(path).is_file()), None)


def _ending(name: str) -> str:
    return Path(name).suffix.lower()
