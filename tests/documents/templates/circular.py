"""通报.docx: 通报, with the ranking upright and the list of problems landscape."""

from __future__ import annotations

from toolkit import Paper


def build() -> bytes:
    """The template's bytes."""
    paper = Paper()
    paper.red_head()
    paper.title()
    paper.receivers()
    paper.text("{{ 导语 }}")
    paper.heading("一、总体情况")
    with paper.block("for 段落 in 总体情况"):
        paper.text("{{ 段落 }}")
    paper.heading("二、存在的主要问题")
    paper.text("{{ 问题引言 }}")
    with paper.block("for 方面 in 主要问题"):
        paper.heading("{{ 方面.标题 }}", 2)
        paper.text("{{ 方面.内容 }}")
    paper.heading("三、{% if 清单 %}整改{% else %}工作{% endif %}要求")
    with paper.block("for 要求 in 整改要求"):
        paper.text("{{ 要求.内容 }}", lead="{{ 要求.要点 }}")
    paper.annex_list()
    paper.signature()
    paper.note()
    ranking(paper)
    with paper.block("if 清单"):
        listing(paper)
    paper.imprint()
    return paper.data()


def ranking(paper: Paper) -> None:
    """附件1: a table a group, those without a place, and by what standard."""
    paper.attachment("{{ 附件号[0] }}", "{{ 附件一 }}")
    heads, cells = ("名次", "单位", "得分", "等次", "问题数"), ("名次", "单位", "得分", "等次", "问题数")
    row = tuple(f"{{{{ 行.{cell} }}}}" for cell in cells)
    with paper.block("for 组 in 排名"):
        paper.plain("{{ 组.组 }}", "TableNote")
        paper.control("if 有升降")
        rows = ["for 行 in 组.行", (*row, "{{ 行.升降 }}"), "endfor"]
        paper.table((*heads, "比上季度"), (24, 60, 20, 16, 18, 18), rows, "clcccc")
        paper.control("else")
        paper.table(heads, (26, 70, 22, 18, 20), ["for 行 in 组.行", row, "endfor"], "clccc")
        paper.control("endif")
    with paper.block("if 未列入"):
        paper.plain("未列入排名", "TableNote")
        rows = ["for 行 in 未列入", ("{{ 行.名称 }}", "{{ 行.得分 }}", "{{ 行.原因 }}"), "endfor"]
        paper.table(("单位或者文件", "得分", "原因"), (66, 24, 66), rows, "lcl")
    with paper.block("for 一条 in 注"):
        paper.remark("{{ '注：' if loop.first else '　　' }}{{ loop.index }}.{{ 一条 }}")


def listing(paper: Paper) -> None:
    """附件2, landscape."""
    heads = (
        "序号",
        "责任单位",
        "检查对象",
        "问题类别",
        "问题描述（原文摘录、位置）",
        "依据",
        "扣分",
        "整改要求",
        "整改时限",
    )
    cells = ("序号", "单位", "对象", "类别", "描述", "依据", "扣分", "要求", "时限")
    row = tuple(f"{{{{ 行.{cell} }}}}" for cell in cells)
    with paper.landscape():
        paper.attachment("{{ 附件号[1] }}", "{{ 附件二 }}")
        rows = ["for 行 in 清单", row, "endfor"]
        paper.table(heads, (10, 24, 24, 17, 57, 42, 11, 23, 17), rows, "cllcllclc", small=True)
