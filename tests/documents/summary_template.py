"""Makes `auditor/documents/templates/summary.docx`, the Word template of the summary; same bytes every time.

Run it after a change:  python tests/documents/summary_template.py
The look follows the format of official documents (GB/T 9704): margins 37/35/28/26 mm, title in 小标宋 二号, text in
仿宋 三号 on lines of 28 points, headings in 黑体 and 楷体; each font names others to stand in where it is not installed.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

TARGET = Path(__file__).parents[2] / "auditor" / "documents" / "templates" / "summary.docx"
LATIN, BODY, TITLE, HEAD, SUBHEAD = "Times New Roman", "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
STAND_INS = {
    BODY: "仿宋,FangSong,STFangsong,Noto Serif CJK SC",
    TITLE: "方正小标宋_GBK,华文中宋,STZhongsong,宋体,Noto Serif CJK SC",
    SUBHEAD: "楷体,KaiTi,STKaiti,Noto Serif CJK SC",
    HEAD: "SimHei,微软雅黑,Noto Sans CJK SC",
}


def build() -> bytes:
    """The template's bytes."""
    document = Document()
    _page(document)
    _styles(document)
    _font_table(document)
    _body(document)
    _header(document)
    _footer(document)
    moment = dt.datetime(2026, 1, 1)
    core = document.core_properties
    core.title, core.author, core.comments, core.last_modified_by = "", "", "", ""
    core.created = core.modified = moment
    core.revision = 1
    for run in document.element.body.iter(qn("w:r")):
        # Without the hint Word sets “ ” — … in the Latin font.
        run.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    out = io.BytesIO()
    document.save(out)
    return _same_bytes(out.getvalue())


def _same_bytes(raw: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(info, source.read(name))
    return out.getvalue()


# --- look ------------------------------------------------------------------------------------------


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)


def _styles(document: DocumentType) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    _style(document.styles["Normal"], BODY, 16)
    body = document.styles["Normal"].paragraph_format
    body.line_spacing_rule, body.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    body.space_after = body.space_before = Pt(0)
    _style(document.styles["Title"], TITLE, 22, align=WD_ALIGN_PARAGRAPH.CENTER, after=20, line=34)
    _style(document.styles["Heading 1"], HEAD, 16, line=28, indent=True, before=6)
    _style(document.styles["Heading 2"], SUBHEAD, 16, line=28, indent=True)
    cell = document.styles.add_style("表格文字", 1)
    _style(cell, BODY, 10.5, line=16)
    head = document.styles.add_style("表格标题", 1)
    _style(head, HEAD, 10.5, line=16, align=WD_ALIGN_PARAGRAPH.CENTER)
    tiny = document.styles.add_style("小表文字", 1)
    _style(tiny, BODY, 9, line=10.5)
    _style(document.styles.add_style("附件", 1), HEAD, 16, line=28)
    _style(document.styles.add_style("附件标题", 1), TITLE, 18, line=30, after=6)
    small = document.styles.add_style("附注", 1)
    _style(small, BODY, 9, line=12)


def _style(
    style: ParagraphStyle,
    font: str,
    size: float,
    *,
    line: float | None = None,
    indent: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = None,
    before: float = 0,
    after: float = 0,
) -> None:
    style.font.name, style.font.size = LATIN, Pt(size)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", font)):
        fonts.set(qn(f"w:{name}"), value)
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    if align is not None:
        form.alignment = align
    if line is not None:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if indent:
        _indent(style.element.get_or_add_pPr())


def _indent(properties: object) -> None:
    indent = properties.get_or_add_ind()  # type: ignore[attr-defined]
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "640")


def _font_table(document: DocumentType) -> None:
    """Names the fonts and what may stand in for each."""
    part = next(part for part in document.part.package.iter_parts() if str(part.partname).endswith("fontTable.xml"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, others in STAND_INS.items()
    )
    latin = '<w:font w:name="Times New Roman"><w:charset w:val="00"/><w:family w:val="roman"/></w:font>'
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}{latin}</w:fonts>'
    part._blob = xml.encode("utf-8")


def _header(document: DocumentType) -> None:
    """Says on every page that this is a draft."""
    paragraph = document.sections[0].header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run("草稿").font.size = Pt(10.5)


def _footer(document: DocumentType) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
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


# --- words -----------------------------------------------------------------------------------------


def _body(document: DocumentType) -> None:
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ addressees }}")
    _text(document, "{{ opening }}")
    _heading(document, "一、总体情况")
    _each(document, "sentence in overview", lambda: _text(document, "{{ sentence }}"))
    _heading(document, "二、存在的主要问题")
    _text(document, "{{ problems_opening }}")
    _each(document, "sentence in problems", lambda: _text(document, "{{ sentence }}"))
    _heading(document, "三、请核实的疑似问题")
    _text(document, "{{ doubts_opening }}")
    _each(document, "sentence in doubts", lambda: _text(document, "{{ sentence }}"))
    _heading(document, "四、有关要求")
    _each(document, "sentence in demands", lambda: _text(document, "{{ sentence }}"))
    _each(document, "sentence in attachments", lambda: _text(document, "{{ sentence }}"))
    for words in ("（印发机关）", "××××年×月×日"):
        signed = document.add_paragraph(words)
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        signed.paragraph_format.right_indent = Pt(48)
    _attachment(document, "附件1", "得分排名表")
    _table(
        document,
        ("组别", "名次", "单位", "得分", "等次", "确定", "疑似"),
        (34, 18, 46, 15, 23, 10, 10),
        "row in ranking",
        (
            "{{ row.group }}",
            "{{ row.rank }}",
            "{{ row.unit }}",
            "{{ row.points }}",
            "{{ row.grade }}",
            "{{ row.broken }}",
            "{{ row.suspected }}",
        ),
        "cclcccc",
        style="小表文字",
    )
    document.add_paragraph("{{ ranking_note }}", style="附注")
    _control(document, "if unread")
    _attachment(document, "附件2", "未能读取的文件")
    _table(
        document,
        ("序号", "文件", "原因"),
        (14, 78, 64),
        "row in unread",
        ("{{ row.number }}", "{{ row.file }}", "{{ row.reason }}"),
        "cll",
    )
    document.add_paragraph("注：未能读取的文件没有得分，不等于没有问题；请按原因处理后重新检查。", style="附注")
    _control(document, "endif")
    note = document.add_paragraph("起草说明（印发时删去）", style="附注")
    note.paragraph_format.space_before = Pt(6)
    note.runs[0].font.bold = True
    _control(document, "for sentence in notes")
    document.add_paragraph("{{ sentence }}", style="附注")
    _control(document, "endfor")


def _attachment(document: DocumentType, number: str, title: str) -> None:
    """Begins on a new page: 附件1 in 黑体 at the left, its title in the middle."""
    head = document.add_paragraph(number, style="附件")
    head.paragraph_format.page_break_before = True
    caption = document.add_paragraph(title, style="附件标题")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _each(document: DocumentType, clause: str, write: object) -> None:
    _control(document, f"for {clause}")
    write()  # type: ignore[operator]
    _control(document, "endfor")


def _control(document: DocumentType, words: str) -> None:
    document.add_paragraph("{%p " + words + " %}")


def _heading(document: DocumentType, words: str) -> None:
    document.add_paragraph(words, style="Heading 1")


def _text(document: DocumentType, words: str) -> Paragraph:
    paragraph = document.add_paragraph(words)
    _indent(paragraph._p.get_or_add_pPr())
    return paragraph


def _table(
    document: DocumentType,
    heads: Sequence[str],
    widths: Sequence[float],
    clause: str,
    cells: Sequence[str],
    align: str,
    style: str = "表格文字",
) -> None:
    """A table whose head repeats on every page; millimetres; one row an element of the clause."""
    table = document.add_table(rows=4, cols=len(heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    _margins(table, 60 if style == "表格文字" else 16)
    for at, (head, cell) in enumerate(zip(heads, cells, strict=True)):
        _fill(table.cell(0, at), head, "表格标题", "c")
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="EDF1F5"/>')
        table.cell(0, at)._tc.tcPr.find(qn("w:vAlign")).addprevious(shade)
        _fill(table.cell(2, at), cell, style, align[at])
    _fill(table.cell(1, 0), "{%tr for " + clause + " %}", "表格文字", "l")
    _fill(table.cell(3, 0), "{%tr endfor %}", "表格文字", "l")


def _fill(cell: _Cell, words: str, style: str, align: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(words)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if align == "c" else WD_ALIGN_PARAGRAPH.LEFT
    cell.vertical_alignment = 1


def _margins(table: Table, width: int) -> None:
    """Of every cell, in twentieths of a point."""
    margins = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    cells = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>")
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(cells)


if __name__ == "__main__":
    TARGET.write_bytes(build())
