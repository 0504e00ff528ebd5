"""Small rosters, reports and files for the tests of the roster room."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import xlsxwriter

from auditor.model import (
    Document,
    Fact,
    Filing,
    Link,
    Mention,
    Paragraph,
    Profile,
    Prose,
    Report,
    Section,
    Segment,
    SourceMap,
    Span,
    State,
    TableReading,
    Text,
)
from auditor.roster import Roster, Unit
from auditor.roster.unit import FormerName

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "county"))

import make  # noqa: E402
from writers import WRITERS, Piece  # noqa: E402

Row = Sequence[str | dt.date | int | None]


def workbook(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """A workbook of plain rows; dates get a date format, None is an empty cell."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(at, column, dt.datetime(value.year, value.month, value.day), day)
                elif value is not None:
                    sheet.write(at, column, value)
    book.close()
    return out.getvalue()


def county() -> Roster:
    """Seven units of a county: one renamed, one merged, two with names that look alike."""
    units = (
        Unit("澄湖县人民政府", "县级以上政府", ("县政府",)),
        Unit("澄湖县人民政府办公室", "部门", ("县政府办",)),
        Unit("澄湖县柳汀镇人民政府", "乡镇", ("柳汀镇",), group="北片"),
        Unit("澄湖县澄阳街道办事处", "街道", ("澄阳街道",)),
        Unit(
            "澄湖县自然资源局",
            "部门",
            ("自然资源局", "县自然资源局"),
            former=(FormerName("澄湖县规划局", None, dt.date(2019, 3, 19)),),
            published={2025: dt.date(2026, 1, 20)},
            links={2025: "https://example.gov.cn/nb/2025.html"},
        ),
        Unit("澄湖县国土资源局", "部门", ("国土资源局",), ended=dt.date(2019, 3, 20), successor="澄湖县自然资源局"),
        Unit("澄湖县水利局", "部门", ("水利局",), authority="垂直管理", contact="周某 0785-1"),
    )
    return Roster("名册.xlsx", "a" * 64, units)


def report(
    organisation: str | None,
    year: int | None = 2025,
    source: str = "一份.html",
    *,
    sha: str = "",
    text: str = "",
    numbers: Mapping[str, int] | None = None,
    tables: Sequence[str] = (),
    sections: Sequence[str] = (),
    role: str = "正文标题",
    links: Sequence[Link] = (),
    published: dt.date | None = None,
    certain: bool = False,
    url: str | None = None,
    kind: str = "html",
) -> Report:
    """A report as if read."""
    names = (Mention(role, organisation),) if organisation else ()
    facts = {
        id: Fact(id, f"名{id}", State.NUMBER, value, str(value), Span(0, 1)) for id, value in (numbers or {}).items()
    }
    return Report(
        source=source,
        sha256=sha or hashlib.sha256(repr((source, text, sorted((numbers or {}).items()))).encode()).hexdigest(),
        kind=kind,
        profile=Profile(
            organisation=organisation,
            year=year,
            names=names,
            title=f"{organisation or ''}{year}年政府信息公开工作年度报告",
            published=published,
            published_certain=certain,
            url=url,
        ),
        prose=Prose(text, ()),
        sections=tuple(Section(k, k, 1, "", 0, 0, 0) for k in sections),
        facts=facts,
        claims=(),
        tables=tuple(TableReading(t, True, "C") for t in tables),
        links=tuple(links),
        filing=Filing(),
    )


def document(lines: Sequence[str], source: str = "一份.txt", **metadata: str) -> Document:
    """A document of plain lines."""
    blocks, at = [], 0
    for line in lines:
        blocks.append(Paragraph(Text(line, SourceMap((Segment(0, len(line), at, len(line)),)))))
        at += len(line) + 1
    return Document(source, "0" * 64, "txt", tuple(blocks), "txt", metadata=metadata)


def content(name: str) -> make.Content:
    """One report of the fictional county, as written down."""
    return make.load(make.HERE / "content" / f"{name}.yaml")


def rendered(found: make.Content, dress: str, *, prose: bool = True, tables: bool = True) -> bytes:
    """The file of a report in a dress, with or without its prose and its tables."""
    pieces = make.pieces(found)
    first = next(at for at, piece in enumerate(pieces) if piece.kind == "table")
    head = first
    while not prose and head and pieces[head - 1].kind in ("centre", "p"):
        if pieces[head - 1].text.startswith(("本", "第", "无")) or len(pieces[head - 1].text) > 40:
            break
        head -= 1
    if not tables:
        kept: tuple[Piece, ...] = tuple(p for p in pieces[: head if not prose else first] if p.kind != "table")
        kept = tuple(
            p for p in kept if p.text not in ("政府信息公开情况统计表",) and not p.text.startswith(("填报单位", "（20"))
        )
        return WRITERS[dress](found.page, kept)
    if not prose:
        return WRITERS[dress](found.page, pieces[head:])
    return WRITERS[dress](found.page, pieces)


def changed(found: make.Content, **values: object) -> make.Content:
    """The same report with other values."""
    return replace(found, **values)
