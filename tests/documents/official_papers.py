"""A try-out paper in the official layout, and issuers with names of every length."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "templates"))

from toolkit import Paper

_NAME = "澄湖县政务公开与数据资源发展管理服务中心暨优化营商环境工作协调推进办公室"
HAN = "澄湖县政府信息公开工作年度报告检查核对表格数据准确完整一致及时规范"
OPENING = (HAN * 20)[: 26 + 28 * 21]


def issuer(length: int) -> str:
    """A name of that many characters."""
    assert 4 <= length <= 34
    return "澄湖县" + (_NAME[3 : length - 1] + "局")[-(length - 3) :]


def sample_template(*, letter: bool = False) -> bytes:
    """样式试页: a template with every part that the toolkit has."""
    paper = Paper(letter=letter)
    if letter:
        paper.letter_number()
    else:
        paper.red_head()
    paper.title()
    paper.receivers()
    paper.text("{{ 正文 }}")
    paper.heading("一、总体情况")
    with paper.block("for 一段 in 段落"):
        paper.text("{{ 一段 }}", lead="（一）")
    paper.heading("二、下一步", 2)
    paper.annex_list()
    paper.signature()
    paper.note()
    paper.attachment("附件1", "得分排名表")
    rows = ["for 行 in 各行", ("{{ 行.名次 }}", "{{ 行.单位 }}", "{{ 行.说明 }}"), "endfor"]
    paper.table(("名次", "单位", "说明"), (20, 50, 86), rows, "cll")
    if not letter:
        with paper.landscape():
            paper.attachment("附件2", "问题清单")
            paper.table(("名次", "单位", "说明"), (20, 60, 145), rows, "cll", small=True)
    paper.imprint()
    return paper.data()


def short_template() -> bytes:
    """A template that ends with its text, so that the 版记 has to find its place below it."""
    paper = Paper()
    paper.red_head()
    paper.title()
    paper.receivers()
    paper.text("{{ 正文 }}")
    paper.signature()
    paper.note()
    paper.imprint()
    return paper.data()


def sample_fields(name: str, *, letter: bool = False, rows: int = 40) -> dict[str, object]:
    """Fields of that template for an issuer."""
    return {
        "机关标志": name if letter else f"{name}文件",
        "文号": "澄政办发〔2026〕12号",
        "标题": "关于2026年第一季度政府信息公开工作年度报告检查情况的通报",
        "主送": "各乡镇人民政府，县政府各部门",
        "正文": OPENING,
        "段落": ["“引号”——《办法》（试行）共检查54份，平均78.5分。" + HAN * 6, HAN * 9],
        "附件": ["2026年第一季度政府信息公开工作年度报告得分排名表（分组排列）", "问题清单"],
        "落款": name,
        "成文日期": "2026年4月10日",
        "附注": "此件公开发布",
        "抄送": "县委办公室，县人大常委会办公室，县政协办公室，县监委，县法院，县检察院，县人武部",
        "印发机关": name,
        "印发日期": "2026年4月12日",
        "草稿": "草稿　尚有3项没有认定，不得印发",
        "各行": [
            {
                "名次": at,
                "单位": f"第{at}镇人民政府",
                "说明": "本年新收与上年结转之和12件，与办理结果总计不符。" * (1 + at % 3),
            }
            for at in range(1, rows + 1)
        ],
    }
