"""The template of 考核评分表: the lines of the score by category, what follows from them, who signs."""

from __future__ import annotations

from toolkit import WIDE, Paper, paragraph, run, twips

_WIDTHS = (21.0, 31.0, 14.0, 56.0, 19.0, WIDE - 141.0)
_HEADS = ("类别", "指标", "分值", "评分标准（扣分细则）", "得分/扣分", "扣分依据（问题编号、原文、位置）")


def build() -> bytes:
    """The template's bytes."""
    paper = Paper(wide=True)
    paper.title(after_head=False)
    with paper.block("for sheet in sheets"):
        paper.plain("被考核单位：{{ 单位 }}　　检查对象：{{ sheet.title }}　　计分办法：{{ 计分办法 }}", "TableNote")
        with paper.block("if 考核办法"):
            paper.remark("{{ 考核办法 }}")
        paper.raw(_table())
        paper.plain("得分：{{ sheet.points }} 分　　等次：{{ sheet.grade }}", "TableNote")
        with paper.block("for note in sheet.notes"):
            paper.remark("{{ loop.index }}.{{ note }}。")
    paper.remark("{{ 说明 }}")
    paper.table(
        (),
        (75, 75, 75),
        [
            (
                "评分人（签字）：\n　　　　年　　月　　日",
                "复核人（签字）：\n　　　　年　　月　　日",
                "被考核单位（签章）：\n　　　　年　　月　　日",
            )
        ],
        "lll",
    )
    return paper.data()


def _table() -> str:
    widths = [twips(width) for width in _WIDTHS]
    head = "".join(
        _tc(width, words, "CellHead", side="center", fill="EDF1F5") for width, words in zip(widths, _HEADS, strict=True)
    )
    row = (
        _merged("account.title", widths[0], "CellHead")
        + _tc(widths[1], "{{ row.item }}")
        + _merged("account.most", widths[2], "SmallCell")
        + _tc(widths[3], "{{ row.standard }}")
        + _tc(widths[4], "{{ row.points }}", side="center")
        + _tc(widths[5], "{{ row.ground }}")
    )
    total = (
        _tc(sum(widths[:4]), "{{ account.title }}小计", span=4, side="right")
        + _tc(widths[4], "{{ account.total }}", side="center", bold=True)
        + _tc(widths[5], "")
    )
    whole = (
        _tc(sum(widths[:4]), "合计", span=4, side="right", bold=True)
        + _tc(widths[4], "{{ sheet.points }}", side="center", bold=True)
        + _tc(widths[5], "{{ sheet.sum }}")
    )
    rows = (
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
        + _command("for account in sheet.accounts")
        + _command("for row in account.rows")
        + _tr(row)
        + _command("endfor")
        + _command("if account.rows|length > 1")
        + _tr(total)
        + _command("endif")
        + _command("endfor")
        + _tr(whole)
    )
    sides = "".join(f'<w:{side} w:w="50" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    look = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{sides}</w:tblCellMar>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def _tr(cells: str) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _command(words: str) -> str:
    return f"<w:tr>{_tc(twips(24), '{%tr ' + words + ' %}')}</w:tr>"


def _merged(field: str, width: int, style: str) -> str:
    """A cell that runs down all rows of its category."""
    first = _tc(width, "{{ " + field + " }}", style, side="center", merge='<w:vMerge w:val="restart"/>')
    below = _tc(width, "", style, merge="<w:vMerge/>")
    return (
        _tc(width, "{%tc if loop.first %}") + first + _tc(width, "{%tc else %}") + below + _tc(width, "{%tc endif %}")
    )


def _tc(
    width: int,
    words: str,
    style: str = "SmallCell",
    *,
    side: str = "left",
    fill: str = "",
    span: int = 0,
    merge: str = "",
    bold: bool = False,
) -> str:
    spans = f'<w:gridSpan w:val="{span}"/>' if span else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    inside = paragraph(style, run(words, "Strong" if bold else ""), f'<w:jc w:val="{side}"/>')
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{merge}{shade}<w:vAlign w:val="center"/></w:tcPr>{inside}</w:tc>'
