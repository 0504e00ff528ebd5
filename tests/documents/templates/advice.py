"""The template of 更正建议表: the unit's tables with what is wrong in them marked, notes beneath, then problems outside tables."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit import WIDE, Paper, paragraph, run, twips

_LABEL = 58.0
_MOST = 8
_SHADES = (("建议", "FDE9D9"), ("核实", "FFF8D6"))


def build() -> bytes:
    """The template's bytes."""
    paper = Paper(wide=True)
    paper.title(after_head=False)
    paper.plain("单位：{{ 单位 }}", "TableNote")
    paper.plain("{{ 说明 }}", "Remark")
    with paper.block("for part in parts"):
        paper.heading("{{ part.title }}")
        with paper.block("for page in part.pages"):
            paper.heading("{{ page.title }}", 2)
            with paper.block("for block in page.blocks"):
                for width in range(1, _MOST + 1):
                    with paper.block(f"if block.width == {width}"):
                        paper.raw(_grid(width))
                        paper.plain("", "Rule")
            with paper.block("for note in page.notes"):
                paper.remark("{{ note }}")
        with paper.block("if part.others"):
            paper.heading("其他问题", 2)
            paper.table(
                ("序号", "问题编号", "位置", "现文", "存在的问题", "建议"),
                (11, 33, 38, 48, 52, 43),
                [
                    "for one in part.others",
                    (
                        "{{ one.ordinal }}",
                        "{{ one.ref }}",
                        "{{ one.place }}",
                        "{{ one.now }}",
                        "{{ one.problem }}",
                        "{{ one.advice }}",
                    ),
                    "endfor",
                ],
                "ccllll",
            )
    paper.plain("{{ 落款说明 }}", "Remark")
    return paper.data()


def _grid(width: int) -> str:
    """A grid of that many columns of cells; a cell that is marked is shaded and bold."""
    label = twips(_LABEL if width > 1 else 110)
    cell = (twips(WIDE) - label) // width if width > 1 else twips(60)
    head = _tc(label, "项目", "CellHead", "EDF1F5") + _each(
        "head in block.heads", _tc(cell, "{{ head }}", "CellHead", "EDF1F5"), cell
    )
    marked = [
        _command(f"{'if' if at == 0 else 'elif'} cell.mark == '{mark}'", cell)
        + _tc(cell, "{{ cell.words }}", "SmallCell", shade, bold=True)
        for at, (mark, shade) in enumerate(_SHADES)
    ]
    cells = (
        "".join(marked) + _command("else", cell) + _tc(cell, "{{ cell.words }}", "SmallCell") + _command("endif", cell)
    )
    body = _tc(label, "{{ line.label }}", "SmallCell", left=True) + _each("cell in line.cells", cells, cell)
    rows = (
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
        + _command_row("for line in block.lines", label)
        + f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{body}</w:tr>"
        + _command_row("endfor", label)
    )
    return _table(rows, [label, *[cell] * width])


def _table(rows: str, widths: Sequence[int]) -> str:
    sides = "".join(f'<w:{side} w:w="40" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
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


def _tc(width: int, words: str, style: str, fill: str = "", *, bold: bool = False, left: bool = False) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    side = "left" if left else "center"
    inside = paragraph(style, run(words, "Strong" if bold else ""), f'<w:jc w:val="{side}"/>')
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>{inside}</w:tc>'


def _command(words: str, width: int) -> str:
    return _tc(width, "{%tc " + words + " %}", "SmallCell")


def _each(clause: str, cells: str, width: int) -> str:
    return _command(f"for {clause}", width) + cells + _command("endfor", width)


def _command_row(words: str, width: int) -> str:
    return f"<w:tr>{_tc(width, '{%tr ' + words + ' %}', 'SmallCell')}</w:tr>"
