"""The original of a report, as safe data: its own words, tables and pages with the evidence marked.

    rendered(report, data, findings, mask=…, images=…, others=…)   one report
    with Originals() as originals: originals.rendered(…)           many, with one process for hostile formats
    among(audit, kept)                                             `others` of a run
    html(original)                                                 the same tree as static HTML

Nodes     the tree of `tree`: a text, or [tag, children, attributes]; marks and boxes name findings by their index in `findings`
Web pages, flat text  drawn from the text as it was decoded when it was read, so that every offset holds
Word, Excel, RTF …    drawn from the blocks that the reader gives, evidence by its place
PDF, pictures         pictures of the pages with evidence; what is personal is black. Opened in a process that may die
Others    files of which a report was joined, or other reports, that hold evidence: shown under their names where `others` gives them
Refuses   bytes that are not those that were audited: a place in another text would mark what nobody complained of
Size      cut to `most` bytes of JSON, the surroundings of the evidence kept; `note` says so
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from types import TracebackType

from auditor.documents.original import blocks, flat, paged, web
from auditor.documents.original.cutting import MOST, cut
from auditor.documents.original.marking import Marks, by_file
from auditor.documents.original.masking import Mask, unchanged
from auditor.documents.original.studio import Studio
from auditor.documents.original.tree import Child, Element, Json, Original, data, html
from auditor.model import Audit, Finding, Report
from auditor.readers.decode import decode
from auditor.readers.limits import Refusal
from auditor.readers.mhtml import decoded_page
from auditor.readers.sniff import by_magic, by_text

__all__ = ["Json", "Original", "Originals", "Others", "among", "html", "rendered", "unchanged"]

Others = Callable[[str], bytes | None]
"""The bytes of another file by the source that a place names; None where it is not kept."""

_PART = re.compile(r"#\d+\Z")
_OTHERS_SHARE = 5  # another file may take so small a part of the whole
_NOT_KEPT = "原件未保存，不能显示原文"
_ANOTHER = "现有文件与检查时的文件内容不同，不能在其中标出证据"
_FAILED = "原文不能显示（程序处理该文件时出错），请打开原件核对"


def among(audit: Audit, kept: Callable[[str], bytes | None]) -> Others:
    """Gives the files of all reports of a run, of other years and units and other versions too; `kept` gives bytes by SHA-256."""
    reports = (*(judged.report for judged in audit.reports), *audit.before, *audit.others)
    known = {report.source: report.sha256 for report in reports}
    for report in reports:
        for version in report.filing.versions if report.filing is not None else ():
            known.setdefault(version.source, version.sha256)

    def found(source: str) -> bytes | None:
        sha256 = known.get(source)
        return kept(sha256) if sha256 is not None else None

    return found


def _nothing(_: str) -> bytes | None:
    return None


def rendered(
    report: Report,
    data: bytes | None,
    findings: Sequence[Finding],
    *,
    mask: Mask = unchanged,
    images: bool = True,
    others: Others = _nothing,
    most: int = MOST,
) -> Original:
    """The original of one report with the evidence of these findings marked."""
    with Originals() as originals:
        return originals.rendered(report, data, findings, mask=mask, images=images, others=others, most=most)


class Originals:
    """Renders many originals; a context manager, which ends the process it may have started."""

    def __init__(self) -> None:
        self._studio = Studio()

    def __enter__(self) -> Originals:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._studio.__exit__(kind, error, trace)

    def rendered(
        self,
        report: Report,
        data: bytes | None,
        findings: Sequence[Finding],
        *,
        mask: Mask = unchanged,
        images: bool = True,
        others: Others = _nothing,
        most: int = MOST,
    ) -> Original:
        """The original of one report with the evidence of these findings marked."""
        by = by_file(findings)
        room = most - most // _OTHERS_SHARE if len(by) > 1 else most
        children, note = self._own(report, data, by[""], mask, images, room)
        notes = [note]
        for file, marks in by.items():
            if file:
                share = (most - room) // (len(by) - 1)
                more, note = self._other(file, others(file), marks, mask, images, share)
                children += more
                notes.append(note)
        return _original(children, "；".join(filter(None, notes)))

    def _own(
        self, report: Report, found: bytes | None, marks: Marks, mask: Mask, images: bool, most: int
    ) -> tuple[list[Child], str]:  # fmt: skip
        if found is None:
            return [], _NOT_KEPT
        if hashlib.sha256(found).hexdigest() != _PART.sub("", report.sha256):
            return [], _ANOTHER
        return self._fitting(report, _PART.sub("", report.source), found, marks, mask, images, most)

    def _other(
        self, file: str, found: bytes | None, marks: Marks, mask: Mask, images: bool, most: int
    ) -> tuple[list[Child], str]:  # fmt: skip
        name = PurePosixPath(_PART.sub("", file).replace("!/", "/")).name
        if found is None:
            return [], f"文件“{name}”未保存，其中的证据不能显示"
        children, note = self._fitting(None, _PART.sub("", file), found, marks, mask, images, most)
        return [Element("h2", [f"文件“{name}”"]), *children], f"文件“{name}”：{note}" if note else ""

    def _fitting(
        self, report: Report | None, name: str, found: bytes, marks: Marks, mask: Mask, images: bool, most: int
    ) -> tuple[list[Child], str]:  # fmt: skip
        try:
            children, note = contents(report, name, found, marks, mask, images, self._studio)
        except Refusal as refusal:
            return [], refusal.reason
        except Exception:  # one odd file must not cost the page of all the others
            return [], _FAILED
        kept, left = cut(children, most)
        return kept, "；".join(filter(None, (note, left)))


def contents(
    report: Report | None, name: str, found: bytes, marks: Marks, mask: Mask, images: bool, studio: Studio
) -> tuple[list[Child], str]:  # fmt: skip
    """What a file shows, and a note; `report` where the file is a report's own. Raises Refusal."""
    kind = by_magic(found)
    if kind == "mhtml":
        return web.drawn(decoded_page(found).text, marks, mask), ""
    if kind in ("pdf", "image"):
        return paged.pages(report, name, found, marks, mask, studio, images)
    if kind is None:
        text = _decoded(report, found)
        kind = by_text(name, text)
        if kind == "html":
            return web.drawn(text, marks, mask), ""
        if kind in ("txt", "md"):
            return flat.lines(text, marks, mask), ""
    return blocks.shown(studio.read(name, found).blocks, marks, mask), ""


def _decoded(report: Report | None, found: bytes) -> str:
    """The text as it was decoded when the report was read."""
    if report is not None and report.encoding and report.kind in ("html", "txt", "md"):
        return found.decode(report.encoding, "replace")
    return decode(found).text


def _original(children: Sequence[Child], note: str) -> Original:
    return Original(data(children), note)
