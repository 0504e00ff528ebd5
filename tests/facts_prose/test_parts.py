"""A collection is split at the titles of its reports; a report with titles in it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.parts import split
from auditor.model import Block, Cell, Document, Paragraph, Segment, SourceMap, Span, Table, Text

UNITS = [f"澄湖县{name}人民政府" for name in ("柳汀镇", "石帆镇", "云岫镇", "禾塘镇", "双渡镇", "青岙乡", "枫垭乡")]
SECTIONS = [
    "一、总体情况",
    "全年工作平稳。",
    "二、主动公开政府信息情况",
    "公开12条。",
    "三、其他需要报告的事项",
    "无。",
]


def title(unit: str, year: int = 2025) -> str:
    return f"{unit}{year}年政府信息公开工作年度报告"


def document(lines: list[str | Table], **metadata: str) -> Document:
    blocks: list[Block] = []
    at = 0
    for line in lines:
        if isinstance(line, Table):
            blocks.append(line)
            continue
        blocks.append(Paragraph(Text(line, SourceMap((Segment(0, len(line), at, len(line)),)))))
        at += len(line) + 1
    return Document("x.html", "0" * 64, "html", tuple(blocks), "html", metadata=metadata)


def table(rows: int = 8, columns: int = 4) -> Table:
    cells = tuple(Cell(r, c, str(r), Span(0, 1)) for r in range(rows) for c in range(columns))
    return Table(cells, Span(0, 1))


def first_lines(found: tuple[Document, ...]) -> list[str]:
    return [
        next(b.text.text for b in part.blocks if isinstance(b, Paragraph) and "年度报告" in b.text.text)
        for part in found
    ]


def test_a_collection_is_split_and_its_parts_are_named() -> None:
    lines: list[str | Table] = ["发布日期：2026-01-20"]
    for unit in UNITS[:3]:
        lines += [title(unit), *SECTIONS, table()]
    found = split(document(lines, title="各乡镇年报汇编", url="http://a.cn"))
    assert [part.source for part in found] == ["x.html", "x.html#2", "x.html#3"]
    assert first_lines(found) == [title(unit) for unit in UNITS[:3]]
    assert all(
        part.blocks[0].text.text == "发布日期：2026-01-20" for part in found if isinstance(part.blocks[0], Paragraph)
    )
    assert all("title" not in part.metadata and part.metadata["url"] == "http://a.cn" for part in found)
    assert all(any("拆分" in note for note in part.notes) for part in found)


def test_a_unit_on_the_line_above_the_title_belongs_to_it() -> None:
    lines: list[str | Table] = []
    for unit in UNITS[:2]:
        lines += [unit, "2025年政府信息公开工作年度报告", *SECTIONS]
    found = split(document(lines))
    assert [part.blocks[0].text.text for part in found if isinstance(part.blocks[0], Paragraph)] == UNITS[:2]


def test_two_years_of_one_unit_are_two_reports() -> None:
    lines: list[str | Table] = [title(UNITS[0], 2024), *SECTIONS, title(UNITS[0], 2025), *SECTIONS]
    assert len(split(document(lines))) == 2


@pytest.mark.parametrize(
    "lines",
    [
        # 页面标题、正文标题、表题重复
        [title(UNITS[0]), "索引号：1", title(UNITS[0]), *SECTIONS, "柳汀镇2025年政府信息公开工作年度报告", table()],
        # 全称与简称
        [title(UNITS[0]), title("柳汀镇"), *SECTIONS],
        # 目录、相关链接
        [*map(title, UNITS), title(UNITS[0]), *SECTIONS],
        [title(UNITS[0]), *SECTIONS, "相关文章", *map(title, UNITS[1:])],
        # 引用上年报告，其后没有另起的章节
        [
            title(UNITS[0]),
            *SECTIONS[:4],
            title(UNITS[0], 2024),
            "与上年相比，公开数量增加。",
            "三、其他需要报告的事项",
            "无。",
        ],
        # 附件
        [title(UNITS[0]), *SECTIONS, "附件：统计表", "澄湖县柳汀镇2025年政府信息公开情况统计表", table()],
        # 县政府的报告提到各镇的报告
        [title("澄湖县人民政府"), *SECTIONS[:2], title(UNITS[1]), *SECTIONS[2:]],
        # 只有标题
        [title(UNITS[0]), title(UNITS[1])],
        [],
    ],
)
def test_one_report_stays_one(lines: list[str | Table]) -> None:
    found = document(lines)
    assert split(found) == (found,)


@given(st.lists(st.sampled_from(UNITS), min_size=2, max_size=6, unique=True), st.data())
def test_nothing_is_lost(units: list[str], data: st.DataObject) -> None:
    lines: list[str | Table] = []
    for unit in units:
        body = [*SECTIONS, *(["正文。"] * data.draw(st.integers(0, 5)))]
        lines += [title(unit), *([title(unit)] if data.draw(st.booleans()) else []), *body]
    whole = document(lines)
    found = split(whole)
    assert len(found) == len(units)
    assert [block for part in found for block in part.blocks] == list(whole.blocks)


def test_the_data_above_a_title_belong_to_the_report_under_it() -> None:
    lines: list[str | Table] = []
    for number, unit in enumerate(UNITS[:3], 1):
        cells = (Cell(0, 0, "索引号", Span(0, 1)), Cell(0, 1, f"CH{number}", Span(0, 1)))
        lines += [
            "澄湖县人民政府",
            "您现在的位置：首页 / 年报",
            Table(cells, Span(0, 1)),
            title(unit),
            *SECTIONS,
            table(),
        ]
    found = split(document(lines))
    assert [[c.text for b in part.blocks if isinstance(b, Table) for c in b.cells][1] for part in found] == [
        "CH1", "CH2", "CH3",
    ]  # fmt: skip
    assert [len(part.blocks) for part in found] == [11, 11, 11]


def test_a_last_line_that_is_no_page_data_stays_where_it_is() -> None:
    lines: list[str | Table] = []
    for unit in UNITS[:2]:
        lines += [title(unit), *SECTIONS, table(), "柳汀镇人民政府办公室"]
    assert [len(part.blocks) for part in split(document(lines))] == [9, 9]
