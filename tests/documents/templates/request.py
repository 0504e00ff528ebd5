"""函.docx: 函 in 信函格式 to a unit outside the county government's line, which is asked to mend, never ordered."""

from __future__ import annotations

from order import closing, listed, problems, receipt
from toolkit import Paper


def build() -> bytes:
    """The template's bytes."""
    paper = Paper(letter=True)
    paper.letter_number()
    paper.title()
    paper.receivers()
    paper.text("{{ 开头 }}")
    listed(paper, "一、检查情况", "检查")
    problems(paper, "二、有关问题", "问题")
    listed(paper, "三、商请事项", "要求")
    closing(paper, "反馈")
    paper.annex_list()
    paper.signature()
    paper.note()
    receipt(paper)
    paper.imprint()
    return paper.data()
