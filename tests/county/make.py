"""The fictional county: content/*.yaml -> reports/<year>年度/*: the reports that come with the program.

    python tests/county/make.py            writes reports/ anew (only files that the content names; deletes nothing)
    python tests/county/make.py --check    says which committed files differ, exit 1

County    澄湖县 (岚江市, 云溪省) is invented, as are its towns, people, telephone area code, the one identity number
          (its region code is given to nobody) and all figures; no sentence is taken from a real report
Years     2016 to 2018 (统计表), 2019 and 2020 (试行格式), 2024 and 2025 (现行格式): one report or more of 20 units, among them
          柳汀镇 with five sound years, 教育局 2017-2019 and 自然资源局 2024-2025, where last year's figures matter
Dresses   html (UTF-8), html-gb (GB18030 declared as gb2312), html-word (saved by Word), docx, xlsx, txt (as crawled)
Content   one YAML file a report: `path`, `as` (the dress), `organisation`, `year`, `page` (what the site prints around
          it: title, publisher, index, made, published, stamp), `text`, and the raw numbers of its tables
Text      `# ` title, `## ` heading, `### ` sub-heading, `> ` right-aligned, `^ ` centred, `[统计表]` `[表二]` `[表三]`
          `[表四]` where the tables stand, every other line a paragraph
Numbers   `a`, `t2` by fact id; `t3` rows and `t4` blocks as lists whose totals are added unless a last item gives
          another; everything not named is 0; `cells` overrides single cells ("" is a blank), `dropped` leaves rows
          out, `t2_form` and `t3_form` print another year's layout, `units` another unit in the statistics table
Faults    are written into the content as a unit would make them; sound and faulty reports are made alike
Key       answers.yaml says by hand what an auditor must find in each report, and what not; test_county_files.py holds
          files, content and key together by an oracle of its own
Roster    roster.yaml -> reports/名册.xlsx: who must report which year (by hand, like the key); two units of 2025 did not
New       a content file, its answer, `python tests/county/make.py`, and a look at the file it wrote
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

sys.path.insert(0, str(HERE.parents[1]))

import layouts  # noqa: E402
from writers import WRITERS, Page, Piece  # noqa: E402

from auditor.roster import Unit, template  # noqa: E402

ROOT = HERE.parents[1] / "reports"
PREFIX = {"统计表": "a", "表二": "t2", "表三": "t3", "表四": "t4"}


@dataclass(frozen=True, slots=True)
class Content:
    """One report as written down: what is printed, nothing computed but the totals."""

    path: str
    dress: str
    organisation: str
    year: int
    form: str
    page: Page
    text: str
    cells: dict[str, str]
    t2_form: str
    t3_form: str
    sign: dict[str, str] = field(default_factory=dict)
    head: list[str] = field(default_factory=list)
    dropped: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)


def _form(year: int) -> str:
    return "A" if year <= 2018 else "B" if year <= 2020 else "C"


def _listed(prefix: str, row: str, keys: list[str], given: list[Any]) -> dict[str, str]:
    """A row of numbers; the total is added where the list leaves it out."""
    values = list(given) + ([sum(given)] if len(given) == len(keys) - 1 else [])
    if len(values) != len(keys):
        raise ValueError(f"{prefix}.{row}: {len(given)} numbers for {len(keys)} columns")
    return {f"{prefix}.{row}.{key}": str(value) for key, value in zip(keys, values, strict=True)}


def _table_three(form: str, rows: dict[str, list[Any]]) -> dict[str, str]:
    keys = [key for key, _ in layouts.APPLICANTS]
    names = ["new", "carried_in", *layouts.result_keys(form), "handled", "carried_out"]
    if unknown := set(rows) - set(names):
        raise ValueError(f"t3: no such row {sorted(unknown)}")
    body = {name: rows.get(name, [0] * 6) for name in names if name != "handled"}
    parts = [body[name][:6] for name in layouts.result_keys(form)]
    handled = [sum(n for n in column if isinstance(n, int)) for column in zip(*parts, strict=True)]
    body["handled"] = rows.get("handled", handled)
    return {fact: text for name in names for fact, text in _listed("t3", name, keys, body[name]).items()}


def _cells(form: str, given: dict[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    if form == "A":
        cells = {fact: "0" for fact, _, _ in layouts.FORM_A if fact}
        cells |= {fact: str(value) for fact, value in given.get("a", {}).items()}
    else:
        for _, columns, rows in layouts.TABLE_TWO[given.get("t2_form", form)]:
            cells |= {f"t2.{row}.{column}": "0" for row, _ in rows for column, _ in columns}
        cells |= {f"t2.{fact}": str(value) for fact, value in given.get("t2", {}).items()}
        cells |= _table_three(given.get("t3_form", form), given.get("t3", {}))
        outcomes = ["upheld", "corrected", "other", "pending", "total"]
        for block in layouts.DISPUTES:
            cells |= _listed("t4", block, outcomes, given.get("t4", {}).get(block, [0, 0, 0, 0]))
    known = set(cells)
    cells |= {fact: str(value) for fact, value in given.get("cells", {}).items()}
    if unknown := set(cells) - known:
        raise ValueError(f"no such cell {sorted(unknown)}")
    return cells


_KEYS = {
    "path", "as", "organisation", "year", "form", "page", "text", "a", "t2", "t3", "t4", "cells", "t2_form", "t3_form",
    "sign", "head", "dropped", "units",
}  # fmt: skip


def load(path: Path) -> Content:
    """One content file; an unknown key or cell is refused."""
    given = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    if unknown := set(given) - _KEYS:
        raise ValueError(f"{path.name}: {sorted(unknown)}")
    year = int(given["year"])
    form = given.get("form", _form(year))
    numbers = yaml.safe_load(path.read_text("utf-8"))
    page = given.get("page", {})
    return Content(
        path=given["path"],
        dress=given["as"],
        organisation=given["organisation"],
        year=year,
        form=form,
        page=Page(
            title=page["title"],
            organisation=given["organisation"],
            publisher=page.get("publisher", given["organisation"]),
            column=page.get("column", "政府信息公开年报"),
            index=page.get("index", ""),
            made=page.get("made", ""),
            published=page.get("published", ""),
            stamp=page.get("stamp", ""),
            year=year,
        ),
        text=given["text"],
        cells=_cells(form, numbers),
        t2_form=given.get("t2_form", form),
        t3_form=given.get("t3_form", form),
        sign=given.get("sign", {}),
        head=given.get("head", []),
        dropped=tuple(given.get("dropped", [])),
        units=given.get("units", {}),
    )


def _statistics(content: Content) -> Iterator[Piece]:
    """The table of 2014-2018 with its head and the line of signatures."""
    sign = content.sign
    for line in content.head or ["政府信息公开情况统计表", f"（{content.year}年度）"]:
        yield Piece("centre", line)
    yield Piece("p", f"填报单位（盖章）：{sign.get('填报单位', content.organisation)}")
    yield Piece("table", grid=layouts.table_a(content.cells, content.dropped, content.units))
    gap = "\u3000" * 3
    yield Piece("p", gap.join(f"{key}：{sign.get(key, '')}" for key in ("单位负责人", "审核人", "填报人")))
    yield Piece("p", gap.join(f"{key}：{sign.get(key, '')}" for key in ("联系电话", "填报日期")))


def _tables(content: Content, name: str) -> Iterator[Piece]:
    if name == "统计表":
        yield from _statistics(content)
    elif name == "表二":
        yield Piece("table", grid=layouts.table_two(content.t2_form, content.cells, content.dropped))
    elif name == "表三":
        yield Piece("table", grid=layouts.table_three(content.t3_form, content.cells))
    else:
        yield Piece("table", grid=layouts.table_four(content.cells, content.dropped))


def pieces(content: Content) -> tuple[Piece, ...]:
    """The report in reading order."""
    out: list[Piece] = []
    kinds = {"# ": "title", "## ": "h1", "### ": "h2", "> ": "right", "^ ": "centre"}
    for line in filter(None, (line.strip() for line in content.text.splitlines())):
        mark = next((m for m in kinds if line.startswith(m)), "")
        if line[1:-1] in PREFIX and line[0] == "[":
            out += _tables(content, line[1:-1])
        else:
            out.append(Piece(kinds.get(mark, "p"), line.removeprefix(mark)))
    return tuple(out)


def contents() -> list[Content]:
    """All reports, sorted by path."""
    return sorted((load(path) for path in HERE.joinpath("content").glob("*.yaml")), key=lambda c: c.path)


def render(content: Content) -> bytes:
    """The bytes of the report's file."""
    return WRITERS[content.dress](content.page, pieces(content))


def roster() -> bytes:
    """The county's roster."""
    listed = yaml.safe_load(HERE.joinpath("roster.yaml").read_text("utf-8"))
    return template.render([_unit(one) for one in listed], [2025])


def _unit(given: dict[str, Any]) -> Unit:
    years = [str(year).split("-") for year in given["years"]]
    return Unit(
        name=given["name"],
        kind=given["kind"],
        short=tuple(given["short"]),
        group=given["group"],
        founded=given.get("founded"),
        ended=given.get("ended"),
        successor=given.get("successor", ""),
        years=tuple((int(span[0]), int(span[-1])) for span in years),
        published=dict.fromkeys(given.get("unpublished", ())),
    )


def main(arguments: list[str]) -> int:
    """Write the files, or compare them with the committed ones."""
    stale = []
    made = [(content.path, render(content)) for content in contents()]
    for path, data in [*made, ("名册.xlsx", roster())]:
        target = ROOT / path
        if not target.exists() or target.read_bytes() != data:
            stale.append(path)
            if "--check" not in arguments:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    print("\n".join(stale) or "all files are as made")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
