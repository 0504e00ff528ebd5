"""反馈函.docx: 反馈函 in 信函格式, what a unit is asked to verify, with the table in which it answers on the last page."""

from __future__ import annotations

from order import closing, listed, problems
from toolkit import Paper


def build() -> bytes:
    """The template's bytes."""
    paper = Paper(letter=True)
    paper.letter_number()
    paper.title()
    paper.receivers()
    paper.text("{{ 开头 }}")
    listed(paper, "一、检查情况", "检查")
    problems(paper, "二、请核实的事项", "事项")
    paper.heading("三、反馈要求")
    closing(paper, "要求")
    paper.annex_list()
    paper.signature()
    paper.note()
    answers(paper)
    paper.imprint()
    return paper.data()


def answers(paper: Paper) -> None:
    """核实情况反馈表 on a page of its own: a row for each item."""
    paper.attachment(
        "附件", "{{ 附表 }}", note="填报单位（盖章）：　　　　　　　　　　　填报人：　　　　　　　联系电话："
    )
    rows = (
        "for 一行 in 行",
        ("{{ 一行.编号 }}", "{{ 一行.事项 }}", "{{ 一行.核实结果 }}", ""),
        "endfor",
    )
    paper.table(("编号", "事项", "核实结果", "情况说明"), (34, 46, 22, 54), rows, "clcl")
    paper.remark("注：核实结果在“属实”或者“不属实”前的方框内打“√”，并写明情况；佐证材料另附。")
