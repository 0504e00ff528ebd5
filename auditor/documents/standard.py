"""Standard: the scoring standard (评分细则) of a rulebook -> a Word file for issue beforehand.

Look      that of official papers (GB/T 9704): title in 小标宋, text in 仿宋 三号; the table in 小五 on an A4 page turned, its
          head repeated on every page, rows never broken
Blank     issuer and date are left open (×) where no work folder names the issuer
Equal     equal standards give the same bytes
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from auditor.documents.container import fixed_zip
from auditor.review.standard import Group, Standard

LATIN, BODY, TITLE, HEAD = "Times New Roman", "仿宋_GB2312", "方正小标宋简体", "黑体"
_STAND_INS = {
    BODY: "仿宋,FangSong,STFangsong,Noto Serif CJK SC",
    TITLE: "方正小标宋_GBK,华文中宋,STZhongsong,宋体,Noto Serif CJK SC",
    HEAD: "SimHei,微软雅黑,Noto Sans CJK SC",
}
_HEADS = ("类别", "检查项目", "评分标准（扣分细则）", "分值", "依据")
_WIDTHS = (22, 38, 112, 20, 55)  # millimetres; a turned A4 page less its margins


def render(standard: Standard, day: dt.date) -> bytes:
    """The document's bytes."""
    from docx import Document

    document: Any = Document()
    _page(document)
    _styles(document)
    _fonts(document)
    _body(document, standard)
    moment = dt.datetime(day.year, day.month, day.day)
    core = document.core_properties
    core.title, core.author, core.comments, core.last_modified_by = standard.title, "", "", ""
    core.created = core.modified = moment
    core.revision, core.language = 1, "zh-CN"
    _east_asian(document)
    out = io.BytesIO()
    document.save(out)
    return fixed_zip(out.getvalue())


# --- look ------------------------------------------------------------------------------------------


def _page(document: Any) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    section.left_margin, section.right_margin = Mm(25), Mm(25)
    section.footer_distance = Mm(15)
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, words in (("text", "— "), ("begin", ""), ("code", " PAGE "), ("end", ""), ("text", " —")):
        run = paragraph.add_run(words if kind == "text" else "")
        run.font.size = Pt(14)
        if kind in {"begin", "end"}:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == "code":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = words
            run._r.append(code)


def _styles(document: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    center = WD_ALIGN_PARAGRAPH.CENTER
    _style(document.styles["Normal"], BODY, 16, 28)
    _style(document.styles["Title"], TITLE, 22, 34, align=center, after=6)
    _style(document.styles.add_style("副题", 1), BODY, 14, 24, align=center, after=10)
    _style(document.styles["Heading 1"], HEAD, 16, 28, before=10)
    _style(document.styles.add_style("表格文字", 1), BODY, 10.5, 15)
    _style(document.styles.add_style("表格标题", 1), HEAD, 10.5, 16, align=center)
    _style(document.styles.add_style("说明", 1), BODY, 14, 24)


def _style(
    style: Any, font: str, size: float, line: float, *, align: Any = None, before: float = 0, after: float = 0
) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = LATIN, Pt(size)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", font)):
        fonts.set(qn(f"w:{name}"), value)
    for border in list(style.element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if align is not None:
        form.alignment = align


def _fonts(document: Any) -> None:
    """Names the fonts and what may stand in for each."""
    from docx.oxml.ns import nsdecls

    part = next(p for p in document.part.package.iter_parts() if str(p.partname).endswith("fontTable.xml"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, others in _STAND_INS.items()
    )
    latin = '<w:font w:name="Times New Roman"><w:charset w:val="00"/><w:family w:val="roman"/></w:font>'
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}{latin}</w:fonts>'
    part._blob = xml.encode("utf-8")


def _east_asian(document: Any) -> None:
    from docx.oxml.ns import qn

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for run in document.element.body.iter(qn("w:r")):
        # Without the hint Word sets “ ” — … in the Latin font.
        run.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


# --- words -----------------------------------------------------------------------------------------


def _body(document: Any, standard: Standard) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    document.add_paragraph(standard.title, style="Title")
    document.add_paragraph(f"（{standard.year}年度报告，{standard.model}）", style="副题")
    document.add_paragraph("一、评分标准", style="Heading 1")
    _table(document, standard.groups)
    document.add_paragraph("二、计分办法", style="Heading 1")
    for at, note in enumerate(standard.notes, 1):
        _indented(document.add_paragraph(f"{at}.{note}", style="说明"))
    if standard.hints:
        words = f"下列检查只作提示，不扣分：{'、'.join(standard.hints)}。"
        _indented(document.add_paragraph(f"{len(standard.notes) + 1}.{words}", style="说明"))
    for words in (standard.issuer or "（印发机关）", "××××年×月×日"):
        signed = document.add_paragraph(words)
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        signed.paragraph_format.right_indent = Pt(48)
        signed.paragraph_format.keep_with_next = words != "××××年×月×日"


def _indented(paragraph: Any) -> None:
    from docx.oxml.ns import qn

    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "560")


def _table(document: Any, groups: Sequence[Group]) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=len(_HEADS))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Mm(width)
    for at, head in enumerate(_HEADS):
        cell = table.cell(0, at)
        _fill(cell, head, "表格标题", centred=True)
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="EDF1F5"/>'))
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    for group in groups:
        _group(table, group)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        for cell, width in zip(row.cells, _WIDTHS, strict=True):
            cell.width = Mm(width)
    margins = "".join(f'<w:{side} w:w="90" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    cells = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>")
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(cells)


def _group(table: Any, group: Group) -> None:
    """The rows of a category, its name once at their left."""
    first = len(table.rows)
    for row in group.rows:
        cells = table.add_row().cells
        for at, words in ((1, row.item), (2, row.standard), (3, row.points), (4, row.basis)):
            _fill(cells[at], words, "表格文字", centred=at == 3)
    name = table.cell(first, 0)
    if len(group.rows) > 1:
        name = name.merge(table.cell(len(table.rows) - 1, 0))
    _fill(name, group.title, "表格标题", centred=True)
    if group.most:
        name.add_paragraph(f"（{group.most}）", style="表格文字").alignment = 1


def _fill(cell: Any, words: str, style: str, *, centred: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(words)
    paragraph.alignment = 1 if centred else 0
    cell.vertical_alignment = 1
