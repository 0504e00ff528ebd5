"""A made-up county of 54 units for the story of a quarter: reports of two years in mixed files, a roster, and who made which mistake.

Everything is drawn from two sound reports of the fictional county (柳汀镇 2024 and 2025) under other names and with other figures,
so that what is found is what was put in. Nothing is random: the same call writes the same bytes.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("county", "roster"):
    sys.path.insert(0, str(ROOT / "tests" / folder))

import make  # noqa: E402

from auditor.roster import Unit, template  # noqa: E402

_FIRST = "青云石松柳荷白兰桂梅竹枫"
_LAST = ("溪镇", "桥镇", "湖乡")
_OFFICES = (
    *(
        "发展和改革局",
        "教育局",
        "工业和信息化局",
        "公安局",
        "民政局",
        "司法局",
        "财政局",
        "人力资源和社会保障局",
        "自然资源局",
    ),
    *(
        "住房和城乡建设局",
        "交通运输局",
        "水利局",
        "农业农村局",
        "商务局",
        "文化和旅游局",
        "卫生健康委员会",
        "应急管理局",
        "审计局",
    ),
)
_DRESSES = ("html", "docx", "html-gb", "xlsx", "html-word", "txt")


@dataclass(frozen=True)
class Body:
    """A unit: its full name, what people call it, its kind."""

    name: str
    short: str
    kind: str


def bodies() -> tuple[Body, ...]:
    """36 towns and 18 departments, in the roster's order."""
    towns = [f"{first}{last}" for last in _LAST for first in _FIRST]
    return (
        *(Body(f"澄湖县{town}人民政府", town, "乡镇") for town in towns),
        *(Body(f"澄湖县{office}", f"县{office}", "部门") for office in _OFFICES),
    )


def roster() -> bytes:
    """名册.xlsx of the 54 units."""
    return template.render(
        [Unit(body.name, body.kind, (body.short,), group=body.kind, superior="澄湖县人民政府") for body in bodies()]
    )


Edit = Callable[[make.Content], make.Content]


def cells(**values: str) -> Edit:
    """Single cells of the tables printed otherwise; `__` in a name stands for a dot."""
    given = {name.replace("__", "."): value for name, value in values.items()}
    return lambda content: replace(content, cells={**content.cells, **given})


def words(old: str, new: str) -> Edit:
    """A sentence printed otherwise; it must be there."""

    def edit(content: make.Content) -> make.Content:
        assert old in content.text, old
        return replace(content, text=content.text.replace(old, new))

    return edit


def report(body: Body, year: int, *edits: Edit) -> make.Content:
    """The sound report of a unit, with edits."""
    base = make.load(make.HERE / "content" / f"{year}-liuting.yaml")
    at = bodies().index(body)
    named = {
        "澄湖县柳汀镇人民政府": body.name,
        "柳汀镇党政和人大办公室": f"{body.short}办公室",
        "柳汀镇人民政府": body.name,
    }
    text = base.text
    for old, new in named.items():
        text = text.replace(old, new)
    ours = "我局" if body.kind == "部门" else f"我{body.short[-1]}"
    text = (
        text.replace("我镇", ours)
        .replace("柳汀镇", body.short)
        .replace("0785-6318026", f"0785-63{at:02d}{year % 100:02d}6")
    )
    page = replace(
        base.page,
        organisation=body.name,
        publisher=body.name,
        title=base.page.title.replace("澄湖县柳汀镇人民政府", body.name),
    )
    made = replace(base, organisation=body.name, text=text, page=page, dress=_DRESSES[at % len(_DRESSES)])
    for edit in edits:
        made = edit(made)
    return made


def file_name(body: Body, content: make.Content) -> str:
    """What the unit called its file."""
    ending = {"docx": "docx", "xlsx": "xlsx", "txt": "txt"}.get(content.dress, "html")
    return f"{body.short}{content.year}年政府信息公开工作年度报告.{ending}"


def files(
    year: int, faults: Mapping[str, tuple[Edit, ...]], missing: frozenset[str] = frozenset()
) -> Iterator[tuple[str, bytes]]:
    """The reports of a year by file name: sound ones, those with the faults of their unit (by short name), none of the missing."""
    for body in bodies():
        if body.short not in missing:
            content = report(body, year, *faults.get(body.short, ()))
            yield file_name(body, content), make.render(content)


def zipped(members: Iterator[tuple[str, bytes]]) -> bytes:
    """A ZIP of them, by the kind of file in folders as people send it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members:
            entry = zipfile.ZipInfo(f"各单位报送/{name.rpartition('.')[2]}/{name}", (2026, 2, 1, 9, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return out.getvalue()
