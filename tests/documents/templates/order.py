"""通知.docx: 通知 and 整改通知书, an order to one unit to mend what was found, with a 送达回执 on its last page."""

from __future__ import annotations

from toolkit import KEEP, Paper, paragraph, run


def build() -> bytes:
    """The template's bytes."""
    paper = Paper()
    paper.red_head()
    paper.title()
    paper.receivers()
    paper.text("{{ 开头 }}")
    listed(paper, "一、检查情况", "检查")
    problems(paper, "二、存在的问题", "问题")
    listed(paper, "三、整改要求", "要求")
    paper.heading("四、反馈方式")
    closing(paper, "反馈")
    paper.annex_list()
    paper.signature()
    paper.note()
    receipt(paper)
    paper.imprint()
    return paper.data()


def listed(paper: Paper, heading: str, field: str) -> None:
    """A heading and a paragraph for each text of a field."""
    paper.heading(heading)
    with paper.block(f"for 段落 in {field}"):
        paper.text("{{ 段落 }}")


def closing(paper: Paper, field: str) -> None:
    """The last paragraphs; the very last goes with the signature to its page, which must not stand without any text."""
    with paper.block(f"for 段落 in {field}"):
        paper.control("if loop.last")
        paper.raw(paragraph("Text", run("{{ 段落 }}"), KEEP))
        paper.control("else")
        paper.text("{{ 段落 }}")
        paper.control("endif")


def problems(paper: Paper, heading: str, field: str) -> None:
    """A heading and, problem by problem, its paragraphs and what is counted with it, indented."""
    paper.heading(heading)
    with paper.block(f"for 一项 in {field}"):
        paper.heading("{{ 一项.标题 }}", 2)
        with paper.block("for 段落 in 一项.段"):
            paper.text("{{ 段落.文 }}", lead="{{ 段落.引 }}")
        with paper.block("if 一项.同因"):
            paper.text("{{ 一项.同因 }}")
        with paper.block("for 段落 in 一项.下"):
            paper.plain("{{ 段落 }}", "Indented")


def receipt(paper: Paper) -> None:
    """送达回执 on a page of its own, filled in by hand."""
    paper.attachment("附件2", "{{ 回执 }}")
    rows = (
        ("受送达单位", "{{ 主送 }}"),
        ("文书名称及文号", "《{{ 标题 }}》\n{{ 文号 }}"),
        ("送达人", "\n"),
        ("送达方式", "\n"),
        ("送达时间", "\n　　　　　　年　　月　　日"),
        ("收件人签名\n（单位盖章）", "\n\n\n"),
        ("收件时间", "\n　　　　　　年　　月　　日"),
        ("备注", "\n\n\n"),
    )
    paper.table((), (40, 116), rows, "cl")
