"""Word and Excel documents as one XML file: what their DOCX and XLSX brothers would say."""

from __future__ import annotations

import re
import time

import pytest

from auditor.model import Document, DocxCell, DocxText, Paragraph, SheetCell, Table, Unread
from auditor.readers import read

_W3 = "http://schemas.microsoft.com/office/word/2003/wordml"
_HINT = "http://schemas.microsoft.com/office/word/2003/auxHint"
_AML = "http://schemas.microsoft.com/aml/2001/core"
_SS = "urn:schemas-microsoft-com:office:spreadsheet"


def word(body: str, more: str = "", encoding: str = "utf-8", declared: str = "UTF-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{declared}" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
        f'<w:wordDocument xmlns:w="{_W3}" xmlns:wx="{_HINT}" xmlns:aml="{_AML}" xmlns:o="urn:schemas-microsoft-com:office:office">'
        f"{more}<w:body><wx:sect>{body}<w:sectPr><w:hdr><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr></wx:sect>"
        "</w:body></w:wordDocument>"
    )
    return text.encode(encoding)


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def tr(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell if '<' in cell else p(cell)}</w:tc>" for cell in cells) + "</w:tr>"


def document(data: bytes) -> Document:
    found = read("年报.doc", data)
    assert isinstance(found, Document), found
    return found


def refused(data: bytes) -> str:
    begun = time.process_time()
    found = read("a.doc", data)
    assert time.process_time() - begun < 5
    assert isinstance(found, Unread), found
    assert "出错" not in found.reason
    return found.reason


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", "UTF-8"), ("gb18030", "GB2312"), ("gb18030", "UTF-8"), ("utf-16", "UTF-16")]
)
def test_a_document_of_word_2003(encoding: str, declared: str) -> None:
    styles = (
        '<o:DocumentProperties><o:Title>年报</o:Title><o:Author>某镇</o:Author></o:DocumentProperties><w:styles><w:style w:type="paragraph"'
        ' w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>'
    )
    numbered = '<w:pStyle w:val="1"/><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="一、"/></w:listPr>'
    bullet = '<w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="2"/><wx:t wx:val="·"/></w:listPr>'
    body = (
        p("总体情况", numbered) + p("要点", bullet)
        + "<w:tbl>" + tr("<w:tcPr><w:gridSpan w:val='3'/></w:tcPr>" + p("统计表"))
        + tr("<w:tcPr><w:vmerge w:val='restart'/></w:tcPr>" + p("申请"), "收到", "3")
        + tr("<w:tcPr><w:vmerge/></w:tcPr>" + p(""), "办结", "") + "</w:tbl>"
        + '<w:p><w:r><w:t>公开</w:t></w:r><aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>1</w:delText></w:r>'
        "</aml:content></aml:annotation><w:r><w:footnote><w:p><w:r><w:t>脚注</w:t></w:r></w:p></w:footnote></w:r>"
        '<aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>2</w:t></w:r></aml:content></aml:annotation>'
        '<aml:annotation w:type="Word.Comment"><aml:content><w:p><w:r><w:t>批注</w:t></w:r></w:p></aml:content></aml:annotation>'
        "<w:r><w:t>条</w:t></w:r></w:p>" + p("末")
    )  # fmt: skip
    found = document(word(body, styles, encoding, declared))
    assert (found.kind, found.reader) == ("word-xml", "docx")
    assert found.metadata == {"title": "年报", "author": "某镇"}
    heading, point, block, changed, last = found.blocks
    assert isinstance(heading, Paragraph)
    assert (heading.level, heading.text.text) == (1, "一、总体情况")
    assert isinstance(point, Paragraph)
    assert point.text.text == "要点"
    assert isinstance(block, Table)
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in block.cells] == [
        (0, 0, 1, 3, "统计表"), (1, 0, 2, 1, "申请"), (1, 1, 1, 1, "收到"), (1, 2, 1, 1, "3"),
        (2, 1, 1, 1, "办结"), (2, 2, 1, 1, ""),
    ]  # fmt: skip
    assert block.cells[-1].place == DocxCell("w:wordDocument", 0, 2, 2)
    assert isinstance(changed, Paragraph)
    assert changed.text.text == "公开2条"
    assert isinstance(last, Paragraph)
    paragraphs = re.findall(r"<w:p>.*?</w:p>", body)
    place = last.text.place()
    assert isinstance(place, DocxText)
    at = [m.start() for m in re.finditer("<w:p>", body)]
    assert ">末<" in body[at[place.paragraph] :]
    assert ">末<" in paragraphs[-1]
    assert place.paragraph == len(at) - 1


def test_a_docx_in_one_file() -> None:
    def part(name: str, inner: str) -> str:
        return f'<pkg:part pkg:name="{name}"><pkg:xmlData>{inner}</pkg:xmlData></pkg:part>'

    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    inner = p("年报") + "<w:tbl>" + tr("收到", "3") + tr("办结", "2") + "</w:tbl>"
    data = (
        '<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        + part(
            "/_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r" Type="{office}" Target="word/main.xml"/></Relationships>',
        )
        + part("/word/main.xml", f'<w:document xmlns:w="{main}"><w:body>{inner}</w:body></w:document>')
        + "</pkg:package>"
    ).encode()
    found = document(data)
    assert found.kind == "word-xml"
    assert [b.text.text if isinstance(b, Paragraph) else [c.text for c in b.cells] for b in found.blocks] == [
        "年报", ["收到", "3", "办结", "2"],
    ]  # fmt: skip
    assert isinstance(found.blocks[1], Table)
    assert found.blocks[1].place == DocxCell("word/main.xml", 0, 0, 0)


# --- Excel -----------------------------------------------------------------------------------------


def excel(*sheets: str, styles: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{_SS}" xmlns:ss="{_SS}" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel"><Styles>{styles}</Styles>{"".join(sheets)}</Workbook>'
    ).encode()


def sheet(*rows: str, name: str = "表", more: str = "") -> str:
    return f'<Worksheet ss:Name="{name}"><Table>{"".join(rows)}</Table>{more}</Worksheet>'


def cell(value: str, sort: str = "Number", attributes: str = "") -> str:
    return f'<Cell {attributes}><Data ss:Type="{sort}">{value}</Data></Cell>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<Row {attributes}>{''.join(cells)}</Row>"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (cell("3"), "3"), (cell("3.0"), "3"), (cell("0.30000000000000004"), "0.3"), (cell("1E3"), "1000"),
        (cell("0.339", attributes='ss:StyleID="p"'), "33.9%"), (cell("0.339", attributes='ss:StyleID="q"'), "33.9%"),
        (cell("1", "Boolean"), "TRUE"), (cell("#REF!", "Error"), "#REF!"), (cell("甲<B>乙</B>", "String"), "甲乙"),
        (cell("2018-02-13T00:00:00.000", "DateTime"), "2018-02-13"),
        (cell("2018-02-13T12:30:00.000", "DateTime"), "2018-02-13 12:30:00"), (cell("不是数"), "不是数"),
        ('<Cell ss:Formula="=1+1"/>', "="),
    ],
)  # fmt: skip
def test_values_as_an_inspector_sees_them(given: str, shown: str) -> None:
    styles = '<Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="q"><NumberFormat ss:Format="0.0%"/></Style>'
    found = document(excel(sheet(row(given, cell("7")), row(cell("8"))), styles=styles))
    table = found.blocks[0]
    assert isinstance(table, Table)
    assert (table.cells[0].text, table.cells[0].place) == (shown, SheetCell("表", "A1"))


def test_places_merges_and_hidden_sheets() -> None:
    hidden = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    found = document(
        excel(
            sheet(
                row(cell("标题", "String", 'ss:MergeAcross="2"'), cell("注", "String")),
                row(cell("甲", "String", 'ss:Index="2" ss:MergeDown="1"'), cell("1"), attributes='ss:Index="4"'),
                row(cell("2", attributes='ss:Index="3"')),
            ),
            sheet(row(cell("9"), cell("9")), name="藏", more=hidden),
        )
    )
    (table,) = found.blocks
    assert isinstance(table, Table)
    assert [(c.text, c.row, c.column, c.row_span, c.column_span, c.place) for c in table.cells if c.text] == [
        ("标题", 0, 0, 1, 3, SheetCell("表", "A1")), ("注", 0, 3, 1, 1, SheetCell("表", "D1")),
        ("甲", 1, 1, 2, 1, SheetCell("表", "B4")), ("1", 1, 2, 1, 1, SheetCell("表", "C4")),
        ("2", 2, 2, 1, 1, SheetCell("表", "C5")),
    ]  # fmt: skip
    assert found.notes == ("工作表“藏”已隐藏，未予读取",)


# --- damage and malice -----------------------------------------------------------------------------


def test_files_that_are_cut_or_no_document() -> None:
    whole = word(p("甲"))
    assert "损坏" in refused(whole[: len(whole) // 2 + 200])
    assert "损坏" in refused(excel(sheet(row(cell("1"))))[:-20])
    assert "不是 Word" in refused(b"<x><![CDATA[<w:wordDocument]]></x>")
    assert "不是 Excel" in refused(b"<x><![CDATA[<Workbook >urn:schemas-microsoft-com:office:spreadsheet]]></x>")
    assert "没有内容" in refused(excel(sheet()))
    assert "没有文字" in refused(word(""))


def test_cells_outside_any_sheet() -> None:
    for attributes in ('ss:Index="99999"', 'ss:Index="0"'):
        assert "损坏" in refused(excel(sheet(row(cell("1", attributes=attributes)))))
    assert "损坏" in refused(excel(sheet(row(cell("1"), attributes='ss:Index="2000000"'))))


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    for data in (word(p("&b;")), excel(sheet(row(cell("&b;", "String"))))):
        at = data.index(b"<w:wordDocument") if b"<w:wordDocument" in data else data.index(b"<Workbook")
        assert re.search("DTD|损坏", refused(data[:at] + bomb + data[at:]))


def test_elements_nested_a_hundred_thousand_deep() -> None:
    assert "未予读取" in refused(word("<w:tbl><w:tr><w:tc>" * 60 + p("甲") + "</w:tc></w:tr></w:tbl>" * 60))
    assert refused(word("<wx:sub-section>" * 100_000 + p("甲") + "</wx:sub-section>" * 100_000))


def test_more_cells_than_any_report_has() -> None:
    assert "100,000" in refused(excel(sheet(*[row(*[cell("1")] * 10)] * 11_000)))
