"""The template of 核查单: every finding with its verdict, what a person saw and typed, what is open, who signs."""

from __future__ import annotations

from toolkit import Paper

_WIDTHS = (10, 30, 36, 58, 16, 18, 27, 30)


def build() -> bytes:
    """The template's bytes."""
    paper = Paper(wide=True)
    paper.title(after_head=False)
    paper.plain("单位：{{ 单位 }}　　{{ 批次 }}", "TableNote")
    paper.plain("共 {{ 总数 }} 项，其中待认定 {{ 待认定 }} 项；待人工核验或者无法判断 {{ 待核验 }} 项。", "TableNote")
    paper.remark("{{ 说明 }}")
    with paper.block("for part in parts"):
        paper.heading("{{ part.title }}")
        with paper.block("if part.findings"):
            paper.plain("问题认定情况", "TableNote")
            paper.table(
                ("序号", "问题编号", "位置", "问题", "规则判断", "认定", "认定人、日期", "理由、依据文件"),
                _WIDTHS,
                [
                    "for one in part.findings",
                    (
                        "{{ one.ordinal }}",
                        "{{ one.number }}",
                        "{{ one.place }}",
                        "{{ one.problem }}",
                        "{{ one.said }}",
                        "{{ one.verdict }}",
                        "{{ one.by }}",
                        "{{ one.why }}",
                    ),
                    "endfor",
                ],
                "ccllcccl",
                small=True,
            )
        with paper.block("if not part.findings"):
            paper.plain("没有发现问题。", "TableNote")
        _answers(paper, "answers", "人工核验结果", "核验内容")
        _answers(paper, "typed", "人工录入的数据", "数据项")
        with paper.block("if part.open"):
            paper.plain("尚待核验的内容", "TableNote")
            paper.table(
                ("检查内容", "状态", "原因", "核验意见", "核验人、日期"),
                (58, 22, 68, 42, 35),
                [
                    "for one in part.open",
                    ("{{ one.what }}", "{{ one.state }}", "{{ one.why }}", "", "{{ one.by }}"),
                    "endfor",
                ],
                "lclll",
                small=True,
            )
    paper.plain("台账记录：{{ 台账 }}", "Remark")
    paper.table(
        (), (112, 113), [("核查人（签字）：\n　　　　年　　月　　日", "负责人（签字）：\n　　　　年　　月　　日")], "ll"
    )
    return paper.data()


def _answers(paper: Paper, field: str, title: str, what: str) -> None:
    with paper.block(f"if part.{field}"):
        paper.plain(title, "TableNote")
        paper.table(
            (what, "结果", "填写人、日期"),
            (100, 75, 50),
            [f"for one in part.{field}", ("{{ one.what }}", "{{ one.answer }}", "{{ one.by }}"), "endfor"],
            "lll",
            small=True,
        )
