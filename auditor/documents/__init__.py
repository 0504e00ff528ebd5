"""Documents: an audit -> files that people keep: docx, xlsx, html, json, csv, sarif, and the checklist that they fill in.

Names     通报.docx, 问题台账.xlsx, 审计结果.html, 审计结果.json, 问题清单.csv, 问题清单.sarif, 核验清单.xlsx
Kept      as `keeping` has it: a file that a person changed is never overwritten
Refuses   nothing: what could not be written comes back with no path and a Chinese note; the others are written
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from auditor.documents.keeping import MANIFEST, Folder, Written
from auditor.masking import masked
from auditor.model import Audit

__all__ = ["FORMATS", "MANIFEST", "NAMES", "Written", "render", "write"]

FORMATS: Final[tuple[str, ...]] = ("docx", "xlsx", "html", "json", "csv", "checklist")
"""What a run writes where nothing else is asked for."""
NAMES: Final[Mapping[str, str]] = {
    "docx": "通报.docx",
    "xlsx": "问题台账.xlsx",
    "html": "审计结果.html",
    "json": "审计结果.json",
    "csv": "问题清单.csv",
    "checklist": "核验清单.xlsx",
    "sarif": "问题清单.sarif",
}


def render(audit: Audit, format: str) -> bytes:
    """The bytes of one format, with what is personal covered; each room's libraries are imported only when it is asked for."""
    return _renderer(format)(_shown(audit, format))


def write(
    audit: Audit,
    folder: Path,
    formats: Sequence[str] = FORMATS,
    beside: Mapping[str, bytes] | None = None,
    kept: Callable[[str], bytes | None] | None = None,
) -> tuple[Written, ...]:
    """Writes the formats into the folder (made where it is missing) and says under which names.

    `beside` are files of other rooms, by name, that keep to the same rules; their format is "". An unknown format is a
    mistake of the caller: ValueError before anything is written. `kept` gives the bytes of what was handed in by SHA-256, for
    the page to show with the evidence marked.
    """
    renderers = [(format, _renderer(format, kept)) for format in dict.fromkeys(formats)]
    made = [(format, NAMES[format], partial(render, _shown(audit, format))) for format, render in renderers]
    made += [("", name, partial(bytes, content)) for name, content in (beside or {}).items()]
    with Folder(folder) as place:
        if (stopped := place.stopped()) is not None:
            return tuple(Written(format, None, stopped) for format, _, _ in made)
        return tuple(place.keep(name, content(), format) for format, name, content in made)


def _shown(audit: Audit, format: str) -> Audit:
    """What a format may show; the page covers what is personal itself, in the originals too."""
    return audit if format == "html" else masked(audit)


def _renderer(format: str, kept: Callable[[str], bytes | None] | None = None) -> Callable[[Audit], bytes]:
    match format:
        case "docx":
            from auditor.documents.circular import render
        case "xlsx":
            from auditor.documents.workbook import render
        case "html":
            from auditor.documents import page

            return partial(page.render, originals=kept)
        case "json":
            from auditor.documents.json_text import render
        case "csv":
            from auditor.documents.sheet_csv import render
        case "checklist":
            from auditor.checklist.workbook import render
        case "sarif":
            from auditor.documents.sarif import render
        case _:
            raise ValueError(f"未知的结果格式“{format}”，可用：{'、'.join(NAMES)}")
    return render
