"""季度汇总统计.docx: 季度汇总统计, tables upright, each on 156 mm."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit import Paper


def build() -> bytes:
    """The template's bytes."""
    paper = Paper()
    paper.title(after_head=False)
    with paper.block("for 段落 in 概况"):
        paper.text("{{ 段落 }}")
    counts = ("问题数", "占比", "涉及单位", "扣分", "待认定")
    block(
        paper,
        "应报、已报情况（份）",
        "应报",
        ("报告年度", "应报", "已报", "未报", "无法读取", "名册以外"),
        (36, *[24] * 5),
    )
    heads = ("组别", "报告", "列入排名", "平均得分", "最高", "最低", "问题数", "待认定")
    block(paper, "分组情况", "分组", heads, (40, 15, 18, 19, 16, 16, 16, 16))
    block(paper, "问题类别分布", "类别", ("类别", *counts), (36, *[24] * 5))
    block(paper, "问题轻重分布", "轻重", ("轻重", *counts), (36, *[24] * 5))
    heads = ("问题", "类别", "轻重", "问题数", "涉及单位", "扣分")
    block(paper, "问题较多的规则", "规则", heads, (66, 22, 16, 17, 19, 16))
    paper.heading("整改情况")
    with paper.block("for 段落 in 整改"):
        paper.text("{{ 段落 }}")
    with paper.block("if 整改率"):
        table(paper, "整改率", ("范围", "已责令整改", "已销号", "整改率"), (66, 30, 30, 30))
        paper.remark("注：{{ 公式 }}")
    heads = ("季度", "报告", "平均得分", "问题数", "待认定", "责令整改", "已销号", "整改率")
    block(paper, "各季度情况", "各季度", heads, (38, 14, 19, 17, 17, 18, 16, 17))
    block(paper, "同一单位多个年度重复出现的问题", "重复", ("单位", "问题", "报告年度"), (56, 60, 40), "lll")
    paper.heading("编制依据")
    with paper.block("for 一条 in 记录"):
        paper.plain("{{ 一条 }}", "TableNote")
    paper.signature()
    return paper.data()


def block(
    paper: Paper, heading: str, field: str, heads: Sequence[str], widths: Sequence[float], align: str = ""
) -> None:
    """A heading and its table, where there is anything to tell."""
    with paper.block(f"if {field}"):
        paper.heading(heading)
        table(paper, field, heads, widths, align)


def table(paper: Paper, field: str, heads: Sequence[str], widths: Sequence[float], align: str = "") -> None:
    """The rows of a field, cell by cell."""
    cells = tuple(f"{{{{ 行[{at}] }}}}" for at in range(len(heads)))
    paper.table(heads, widths, [f"for 行 in {field}", cells, "endfor"], align or "l" + "c" * (len(heads) - 1))
