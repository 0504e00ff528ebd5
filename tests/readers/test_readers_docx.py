"""DOCX: headings, automatic numbers, merged cells, tracked changes, text boxes; all with their places."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.model import Document, DocxCell, DocxText, Paragraph, Table, Unread
from auditor.readers import read
from auditor.readers.numbering import _FORMATS

Make = Callable[..., bytes]
PART = "word/document.xml"


def p(text: str = "", properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def tbl(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def numbered(text: str, num: int = 1, level: int = 0) -> str:
    return p(text, f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{num}'/></w:numPr>")


def document(data: bytes) -> Document:
    found = read("a.docx", data)
    assert isinstance(found, Document), found
    return found


def texts(data: bytes) -> list[str]:
    return [b.text.text for b in document(data).blocks if isinstance(b, Paragraph)]


def table(data: bytes) -> Table:
    return next(b for b in document(data).blocks if isinstance(b, Table))


STYLES = (
    "<w:style w:type='paragraph' w:styleId='1'><w:name w:val='heading 1'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='a'><w:name w:val='二级'/><w:pPr><w:outlineLvl w:val='1'/></w:pPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='b'><w:name w:val='子'/><w:basedOn w:val='a'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='c'><w:name w:val='标题 3'/><w:basedOn w:val='c'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='t'><w:name w:val='toc 1'/></w:style>"
)


def test_headings_by_style_name_outline_and_base(make_docx: Make) -> None:
    body = "".join(p(s, f"<w:pStyle w:val='{s}'/>") for s in ("1", "a", "b", "c", "t", "x"))
    body += p("own", "<w:pStyle w:val='a'/><w:outlineLvl w:val='9'/>") + p("own 4", "<w:outlineLvl w:val='3'/>")
    found = document(make_docx(body, styles=STYLES)).blocks
    assert [(b.text.text, b.level) for b in found if isinstance(b, Paragraph)] == [
        ("1", 1), ("a", 2), ("b", 2), ("c", 3), ("x", 0), ("own", 0), ("own 4", 4),
    ]  # fmt: skip


def levels(*formats: tuple[str, str], start: int = 1) -> str:
    inner = "".join(
        f"<w:lvl w:ilvl='{n}'><w:start w:val='{start}'/><w:numFmt w:val='{f}'/><w:lvlText w:val='{t}'/></w:lvl>"
        for n, (f, t) in enumerate(formats)
    )
    return f"<w:abstractNum w:abstractNumId='0'>{inner}</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"


def test_automatic_numbers_stand_before_the_text(make_docx: Make) -> None:
    numbering = levels(("chineseCountingThousand", "%1、"), ("japaneseCounting", "（%2）"), ("decimal", "%1.%2.%3"))
    body = (
        numbered("甲") + numbered("乙", level=1) + numbered("丙", level=1) + numbered("丁", level=2)
        + p("文") + numbered("") + numbered("戊") + numbered("己", level=1)
    )  # fmt: skip
    found = document(make_docx(body, numbering=numbering))
    assert [b.text.text for b in found.blocks if isinstance(b, Paragraph)] == [
        "一、甲", "（一）乙", "（二）丙", "一.二.1丁", "文", "三、戊", "（一）己",
    ]  # fmt: skip
    first = found.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.text.place(2, 3) == DocxText(PART, 0, 2, 3)


def test_lists_that_begin_anew_share_or_override_their_counters(make_docx: Make) -> None:
    numbering = levels(("decimal", "%1."), start=3) + (
        "<w:num w:numId='2'><w:abstractNumId w:val='0'/></w:num>"
        "<w:num w:numId='3'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride></w:num>"
    )
    body = (
        numbered("甲")
        + numbered("乙", 2)
        + numbered("丙", 3)
        + numbered("丁", 3)
        + numbered("戊", 0)
        + numbered("己", 9)
    )
    assert texts(make_docx(body, numbering=numbering)) == ["3.甲", "4.乙", "1.丙", "2.丁", "戊", "己"]


def test_numbers_that_are_not_certain_are_left_out(make_docx: Make) -> None:
    numbering = levels(("bullet", "●"), ("hebrew1", "%2."), ("decimal", "%2-%3"))
    body = numbered("甲") + numbered("乙", level=1) + numbered("丙", level=2)
    assert texts(make_docx(body, numbering=numbering)) == ["甲", "乙", "丙"]


def test_a_style_may_bring_its_number(make_docx: Make) -> None:
    styles = "<w:style w:type='paragraph' w:styleId='n'><w:name w:val='编号'/><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
    body = p("甲", "<w:pStyle w:val='n'/>") + p("乙", "<w:pStyle w:val='n'/><w:numPr><w:numId w:val='0'/></w:numPr>")
    assert texts(make_docx(body, styles=styles, numbering=levels(("ideographTraditional", "%1、")))) == ["甲、甲", "乙"]


@pytest.mark.parametrize(
    ("form", "number", "shown"),
    [
        ("chineseCounting", 10, "十"), ("chineseCounting", 11, "十一"), ("chineseCountingThousand", 21, "二十一"),
        ("japaneseCounting", 110, "一百一十"), ("ideographTraditional", 10, "癸"), ("ideographTraditional", 11, ""),
        ("ideographZodiac", 12, "亥"), ("chineseLegalSimplified", 12, "壹拾贰"), ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalZero", 3, "03"), ("decimalFullWidth", 12, "１２"), ("upperRoman", 49, "XLIX"), ("lowerRoman", 4, "iv"),
        ("lowerLetter", 27, "aa"), ("upperLetter", 2, "B"), ("ideographDigital", 20, "二〇"),
    ],
)  # fmt: skip
def test_number_formats(form: str, number: int, shown: str) -> None:
    assert _FORMATS[form](number) == shown


def test_merged_cells_become_spans(make_docx: Make) -> None:
    data = make_docx(
        tbl(
            tc(p("甲"), "<w:gridSpan w:val='2'/><w:vMerge w:val='restart'/>") + tc(p("乙")),
            tc(p(), "<w:gridSpan w:val='2'/><w:vMerge/>") + tc(p("丙")),
            "<w:trPr><w:gridBefore w:val='1'/></w:trPr>" + tc(p("丁"), "<w:vMerge w:val='continue'/>") + tc(p("戊")),
            tc(p("己"), "<w:hMerge w:val='restart'/>") + tc(p(), "<w:hMerge/>") + tc("<w:p/>"),
        )
    )
    found = [(c.text, c.row, c.column, c.row_span, c.column_span, c.place) for c in table(data).cells]
    assert found == [
        ("甲", 0, 0, 2, 2, DocxCell(PART, 0, 0, 0)), ("乙", 0, 2, 1, 1, DocxCell(PART, 0, 0, 1)),
        ("丙", 1, 2, 1, 1, DocxCell(PART, 0, 1, 1)), ("丁", 2, 1, 1, 1, DocxCell(PART, 0, 2, 0)),
        ("戊", 2, 2, 1, 1, DocxCell(PART, 0, 2, 1)), ("己", 3, 0, 1, 2, DocxCell(PART, 0, 3, 0)),
        ("", 3, 2, 1, 1, DocxCell(PART, 0, 3, 2)),
    ]  # fmt: skip


def test_a_cells_paragraphs_are_its_lines(make_docx: Make) -> None:
    cell = tc("<w:p><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:noBreakHyphen/></w:r></w:p>" + p("三"))
    assert table(make_docx(tbl(cell + tc(p("四"))))).cells[0].text == "一\n二\t-\n三"


def test_layout_tables_are_dissolved_and_inner_ones_keep_their_place(make_docx: Make) -> None:
    inner = tbl(tc(p("1")) + tc(p("2")))
    found = document(make_docx(tbl(tc(p("序") + inner + p("尾"))))).blocks
    assert [type(b).__name__ for b in found] == ["Paragraph", "Table", "Paragraph"]
    assert isinstance(found[1], Table)
    assert found[1].cells[1].place == DocxCell(PART, 1, 0, 1)
    assert isinstance(found[2], Paragraph)
    assert found[2].text.place() == DocxText(PART, 3, 0, 1)


def test_changes_hidden_text_fields_and_contents(make_docx: Make) -> None:
    body = (
        "<w:p><w:ins><w:r><w:t>增</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>原</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>移</w:t></w:r></w:moveTo>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>显</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t>链</w:t></w:r></w:hyperlink></w:p>"
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent>{p('目录')}</w:sdtContent></w:sdt><w:sdt><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt>"
    )
    deleted = tbl(tc(p("甲")) + tc(p("乙")), "<w:trPr><w:del/></w:trPr>" + tc(p("丙")) + tc(p("丁")))
    assert texts(make_docx(body + deleted)) == ["增移显链", "控件"]
    assert [c.text for c in table(make_docx(body + deleted)).cells] == ["甲", "乙"]


def test_a_text_box_comes_once(make_docx: Make) -> None:
    box = f"<w:txbxContent>{p('框')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>文</w:t><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>"
        + box
        + "</wps:txbx></mc:Choice>"
        "<mc:Fallback><w:pict><v:textbox>"
        + box
        + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        + p("后")
    )
    found = document(make_docx(body)).blocks
    assert [(b.text.text, b.text.place()) for b in found if isinstance(b, Paragraph)] == [
        ("文", DocxText(PART, 0, 0, 1)), ("框", DocxText(PART, 1, 0, 1)), ("后", DocxText(PART, 3, 0, 1)),
    ]  # fmt: skip


def test_metadata_of_the_package(make_docx: Make) -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        "<dc:title>年报</dc:title><dc:creator>某局</dc:creator><dcterms:modified>2024-01-30T00:00:00Z</dcterms:modified></cp:coreProperties>"
    )
    assert document(make_docx(p("甲"), core=core)).metadata == {
        "title": "年报",
        "author": "某局",
        "modified": "2024-01-30T00:00:00Z",
    }


@pytest.mark.parametrize("body", ["", p(), "<w:p><w:r><w:drawing/></w:r></w:p>"])
def test_a_document_without_text_is_unread(make_docx: Make, body: str) -> None:
    found = read("a.docx", make_docx(body))
    assert isinstance(found, Unread)
    assert "没有文字" in found.reason


def test_broken_parts_are_unread(make_zip: Make, make_docx: Make) -> None:
    broken = make_zip({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document"})
    for data in (broken, make_zip({"[Content_Types].xml": "<Types/>", "word/x.xml": ""})):
        found = read("a.docx", data)
        assert isinstance(found, Unread)
        assert "损坏" in found.reason
    assert texts(make_docx(p("甲"))) == ["甲"]
