"""The reading report: what the reader made of a file, for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.documents.reading import reading
from auditor.model import DocumentStatus, Fact, PageBox, Profile, Prose, Report, Span, State, TableReading


def fact(id: str, state: State, **more: object) -> Fact:
    return replace(Fact(id, id, state, 3 if state is State.NUMBER else None), **more)  # type: ignore[arg-type]


def report(*facts: Fact, **more: object) -> Report:
    profile = Profile(form="C" if facts else None)
    bare = Report("甲镇.html", "0" * 64, "html", profile, Prose("", ()), (), {f.id: f for f in facts}, ())
    return replace(bare, **more)  # type: ignore[arg-type]


def lines(given: Report) -> dict[str, str]:
    return dict(reading(given).lines)


def test_cells_are_counted_by_state_and_a_blank_is_no_zero() -> None:
    states = [State.NUMBER, State.NUMBER, State.BLANK, State.ABSENT, State.UNREADABLE]
    made = reading(report(*(fact(f"t3.{at}", state) for at, state in enumerate(states))))
    assert dict(made.lines)["数据项"] == "数值 2 项，空白 1 项，无法识别 1 项，缺行 1 项"
    assert (made.cells[State.NUMBER], made.cells[State.NA], made.doubtful) == (2, 0, True)


def test_a_report_without_doubt_says_nothing_of_inference() -> None:
    made = reading(report(fact("t3.1", State.NUMBER, place=Span(1, 2)), form_fit=100))
    assert not made.doubtful and made.least_confidence is None
    assert not {"推断读取", "文字识别", "注意", "未作正文的页面内容"} & dict(made.lines).keys()
    assert dict(made.lines)["识别的格式"] == "2021年格式（与该格式的行列相符 100%）"


def test_inferred_cells_name_their_reason_and_the_lowest_confidence() -> None:
    sure = [PageBox(1, (0, 0, 9, 9), 200, confidence) for confidence in (0.99, 0.87)]
    facts = [fact(f"t3.{at}", State.NUMBER, place=p, inferred="由图片识别文字") for at, p in enumerate(sure)]
    said = lines(report(*facts, kind="pdf", reader="ocr", pages=5))
    assert said["推断读取"] == "2 项：由图片识别文字；请对照原件核对"
    assert said["文字识别"] == "置信度最低 87%，低于 90% 的 1 项"
    assert said["文件类型"] == "扫描件 PDF，共 5 页"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (TableReading("三", False), "未见"),
        (TableReading("三", True), "已读取"),
        (TableReading("三", True, readable=False), "有此表，但无法逐格辨认"),
        (TableReading("三", True, readable=False, note="数字粘连"), "有此表，但数字粘连"),
        (TableReading("三", True, variant="某省统计表"), "已读取（按“某省统计表”读取）"),
        (TableReading("三", True, rows_missing=("一", "二"), note="见附注"), "已读取（缺行 2 个；见附注）"),
    ],
)
def test_a_table(table: TableReading, expected: str) -> None:
    assert lines(report(tables=(table,)))["表三"] == expected


def test_what_was_left_out_and_what_to_heed() -> None:
    given = report(
        encoding="gb18030",
        encoding_from="文件声明",
        status=DocumentStatus.PARTIAL,
        furniture=tuple(f"菜单{at}" for at in range(15)),
        unrecognised=("甲|乙",),
        notes=("网页末尾有未闭合的标签",),
    )
    said = lines(given)
    assert said["编码"] == "gb18030（依据：文件声明）"
    assert said["读取情况"] == "部分内容未能读取，见“注意”"
    assert said["未作正文的页面内容"].startswith("菜单0；") and said["未作正文的页面内容"].endswith("；等 15 处")
    assert said["其他表格"].startswith("1 个") and said["注意"] == "网页末尾有未闭合的标签"
    assert said["识别的格式"] == "未见国家统一统计表"
