"""Sections: headings by mark-up, by ordinal and inside one long line; what is no heading; bodies and tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.facts import Lexicon, extract
from auditor.model import Cell, Document, Paragraph, Report, Section, Segment, SourceMap, Span, Table, Text

SIX = [
    ("一、", "总体情况", "overview"),
    ("二、", "主动公开政府信息情况", "proactive"),
    ("三、", "收到和处理政府信息公开申请情况", "requests"),
    ("四、", "政府信息公开行政复议、行政诉讼情况", "disputes"),
    ("五、", "存在的主要问题及改进情况", "problems"),
    ("六、", "其他需要报告的事项", "other"),
]
KINDS = [kind for _, _, kind in SIX]


def heads(report: Report) -> list[tuple[str, str | None]]:
    return [(s.heading, s.kind) for s in report.sections]


def test_six_lines_are_six_sections(read_text: Callable[..., Report]) -> None:
    report = read_text("\n".join(f"{o}{h}\n本段内容在此。" for o, h, _ in SIX))
    assert [s.kind for s in report.sections] == KINDS
    for section in report.sections:
        assert report.prose.text[section.body_start : section.body_end].strip() == "本段内容在此。"


@pytest.mark.parametrize("gap", ["", " ", "。"])
def test_one_long_line_has_six_sections(gap: str, read_text: Callable[..., Report]) -> None:
    line = "本报告按要求编制。" + "".join(f"{o}{h}{gap}本年度认真开展各项工作，内容在此。" for o, h, _ in SIX)
    report = read_text(line)
    assert [s.kind for s in report.sections] == KINDS
    assert [s.ordinal for s in report.sections] == [o for o, _, _ in SIX]
    for section in report.sections:
        assert report.prose.text[section.body_start : section.body_end] == "本年度认真开展各项工作，内容在此。"
        assert section.start is not None and section.end is not None
        assert line[section.start : section.end].startswith(section.heading)


def test_a_heading_with_a_slip_inside_a_long_line_is_known(read_text: Callable[..., Report]) -> None:
    report = read_text("工作正常开展。四、政府信息公开行政法复议、行政诉讼情况本年度无相关情况，各项工作正常。")
    assert heads(report) == [("四、政府信息公开行政法复议、行政诉讼情况", "disputes")]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("一、概述", "overview"), ("一、基本情况", "overview"), ("二、主动公开政府信息的情况", "proactive"),
        ("三、依申请公开政府信息情况", "requests"), ("四、收费及减免情况", "fees"),
        ("五、行政复议和行政诉讼情况", "disputes"), ("五、存在问题及改进措施", "problems"),
        ("五、存在的问题及改进情况", "problems"), ("六、其他需要说明的事项", "other"), ("一、加强组织领导", None),
        ("（一）加强组织领导", None), ("1.健全工作机制", None), ("第一部分 概述", "overview"), ("㈠主动公开情况", "proactive"),
    ],
)  # fmt: skip
def test_headings_and_their_kinds(line: str, kind: str | None, read_text: Callable[..., Report]) -> None:
    assert heads(read_text(f"{line}\n本段内容在此。")) == [(line, kind)]


@pytest.mark.parametrize(
    "line",
    [
        "一是加强组织领导",
        "1.层层签订承诺书。认真落实各项制度。",
        "（一）全年共召开会议3次，部署信息公开工作。",
        "本报告包括一、总体情况；二、主动公开政府信息情况；三、其他需要报告的事项等内容。",
        "2021年，我镇认真开展工作",
        "3.5万人",
        "青石镇2021年政府信息公开工作年度报告",
        "一、" + "本年度认真开展各项工作并取得成效" * 4,
    ],
)
def test_what_is_no_heading(line: str, read_text: Callable[..., Report]) -> None:
    assert read_text(f"{line}\n其他内容。").sections == ()


def test_parts_of_a_known_section_have_no_kind_of_their_own(read_text: Callable[..., Report]) -> None:
    report = read_text(
        "一、总体情况\n（一）主动公开情况\n内容。\n（二）依申请公开情况\n内容。\n二、其他需要报告的事项\n无。"
    )
    assert heads(report) == [
        ("一、总体情况", "overview"), ("（一）主动公开情况", None), ("（二）依申请公开情况", None), ("二、其他需要报告的事项", "other"),
    ]  # fmt: skip
    assert [s.level for s in report.sections] == [1, 2, 2, 1]
    first = report.sections[0]
    assert report.prose.text[first.body_start : first.body_end].count("内容。") == 2


def _paragraph(text: str, at: int, level: int = 0) -> Paragraph:
    return Paragraph(Text(text, SourceMap((Segment(0, len(text), at, len(text)),))), level)


def test_tables_are_counted_under_their_heading(lexicon: Lexicon) -> None:
    cell = Cell(0, 0, "甲", Span(20, 21))
    blocks = (
        _paragraph("一、总体情况", 0), _paragraph("内容。", 7), _paragraph("二、主动公开政府信息情况", 11),
        Table((cell,), Span(19, 30)), Table((cell,), Span(30, 40)), _paragraph("三、其他需要报告的事项", 41),
    )  # fmt: skip
    report = extract(Document("报告.html", "", "html", blocks, "test"), lexicon)
    assert [(s.tables, s.start, s.end) for s in report.sections] == [(0, 0, 11), (2, 11, 41), (0, 41, 52)]


def test_marked_up_headings_need_no_ordinal(lexicon: Lexicon) -> None:
    blocks = (_paragraph("工作机制建设", 0, 2), _paragraph("内容。", 7), _paragraph("总体情况", 11, 2))
    sections: tuple[Section, ...] = extract(Document("报告.html", "", "html", blocks, "test"), lexicon).sections
    assert [(s.heading, s.level, s.kind) for s in sections] == [("工作机制建设", 2, None), ("总体情况", 1, "overview")]
