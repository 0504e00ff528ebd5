"""A composed report -> the bytes of one file, in the dress it is met in on an inspector's disk.

In        `Piece`s in reading order (title, headings, paragraphs, grids) and what the page around them says
Out       bytes: a county site's page (UTF-8, or GB18030 declared as gb2312), a page saved by Word, DOCX, XLSX, or
          the flat text that a crawler leaves
Same      bytes for the same content: no clock, no random number; zip members carry a fixed date
"""

from __future__ import annotations

import datetime as dt
import html
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import docx
import xlsxwriter
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from layouts import Cell, Grid, placed, width

EPOCH = dt.datetime(2018, 1, 1, 8, 0, 0)
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind` is title, h1, h2, p, right, centre or table; `grid` is set for table."""

    kind: str
    text: str = ""
    grid: Grid = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What stands around the report on the site. Dates as printed; `stamp` is the time beside 来源."""

    title: str
    organisation: str
    publisher: str
    column: str
    index: str
    made: str
    published: str
    stamp: str
    year: int


def _tag(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{text}</{name}>"


def _lines(text: str) -> str:
    return "<br/>".join(html.escape(line, quote=False).replace("  ", "&nbsp;&nbsp;") for line in text.split("\n"))


def _table(grid: Grid, cell_of: Callable[[Cell], str], attributes: str) -> str:
    rows = "\n".join("<tr>" + "".join(cell_of(cell) for cell in row) + "</tr>" for row in grid)
    return f"<table{attributes}><tbody>\n{rows}\n</tbody></table>"


def _spans(cell: Cell) -> str:
    rows = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return rows + (f' colspan="{cell.columns}"' if cell.columns > 1 else "")


# --- pages of the county's site --------------------------------------------------------------------


def _site_cell(cell: Cell) -> str:
    align = "left" if not cell.head and not cell.fact and len(cell.text) > 3 else "center"
    return f'<td{_spans(cell)}><p style="text-align: {align};">{_lines(cell.text) or "&nbsp;"}</p></td>'


def _site_piece(piece: Piece) -> str:
    text = html.escape(piece.text, quote=False)
    if piece.kind == "table":
        return _table(piece.grid, _site_cell, ' border="1" cellspacing="0" cellpadding="2" align="center" width="98%"')
    if piece.kind == "title":
        return f'<p style="text-align: center;"><strong><span style="font-size: 22px;">{text}</span></strong></p>'
    if piece.kind in ("h1", "h2"):
        font = "黑体" if piece.kind == "h1" else "楷体"
        return f'<p style="text-indent: 2em;"><span style="font-family: {font}; font-size: 16px;">{text}</span></p>'
    align = {"centre": "text-align: center;", "right": "text-align: right;"}.get(piece.kind, "text-indent: 2em;")
    return f'<p style="{align}"><span style="font-family: 仿宋; font-size: 16px;">{text}</span></p>'


_NAVIGATION = ("网站首页", "走进澄湖", "政务公开", "政务服务", "互动交流", "数据发布")


def _head(page: Page, charset: str) -> str:
    title = html.escape(page.title)
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<meta name="SiteName" content="澄湖县人民政府" />
<meta name="ColumnName" content="{html.escape(page.column)}" />
<meta name="ColumnType" content="政府信息公开" />
<meta name="ArticleTitle" content="{title}" />
<meta name="PubDate" content="{page.stamp}" />
<meta name="ContentSource" content="{page.publisher}" />
<title>{title}_澄湖县人民政府</title>
<style type="text/css">.nav li{{float:left}} .content td p{{margin:0}}</style>
<script type="text/javascript">var _site={{name:"chenghu"}};if(1<2&&3>2){{document.title=document.title;}}</script>
</head>"""


def _old_page(page: Page, body: str, charset: str) -> str:
    """The site as it was up to 2020: layout tables, the index block as a list."""
    nav = "".join(f'<li><a href="/c{i}/index.html">{word}</a></li>' for i, word in enumerate(_NAVIGATION))
    crumbs = " &gt; ".join(f'<a href="#">{word}</a>' for word in ("首页", "政府信息公开", page.column))
    index = "".join(
        f"<li>{label}：{value}</li>"
        for label, value in (
            ("索引号", page.index),
            ("发布机构", page.publisher),
            ("公开范围", "全部公开"),
            ("生成日期", page.made),
            ("公开日期", page.published),
            ("公开方式", "政府网站"),
        )
        if value
    )
    return f"""{_head(page, charset)}
<body>
<table width="1000" align="center" cellpadding="0"><tr><td><ul class="nav">{nav}</ul></td></tr>
<tr><td>当前位置：{crumbs}</td></tr>
<tr><td><ul class="xxgk-index">{index}</ul></td></tr>
<tr><td><h1>{html.escape(page.title)}</h1>
<div class="source">来源：{page.publisher}&nbsp;&nbsp;&nbsp;{page.stamp}&nbsp;&nbsp;&nbsp;字体：【<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>】</div>
<div id="zoom" class="content">
{body}
</div>
<div class="bdsharebuttonbox"><a href="#">分享到微信</a> <a href="#">分享到微博</a> <a href="#">打印本页</a> <a href="#">关闭窗口</a></div>
</td></tr>
<tr><td align="center">主办：澄湖县人民政府&nbsp;&nbsp;承办：澄湖县人民政府办公室&nbsp;&nbsp;网站标识码：3600000000<br/>扫一扫在手机打开当前页</td></tr></table>
</body></html>
"""


def _new_page(page: Page, body: str, charset: str) -> str:
    """The site since 2021: divs, the index block as a table, share buttons and a footer."""
    crumbs = " / ".join(f'<a href="#">{word}</a>' for word in ("首页", "政务公开", "法定主动公开内容", page.column))
    cells = [
        ("索引号", page.index),
        ("发布机构", page.publisher),
        ("成文日期", page.made),
        ("发布日期", page.published),
        ("主题分类", "综合政务/政务公开"),
        ("有效性", "有效"),
    ]
    pairs = [cells[at : at + 2] for at in range(0, len(cells), 2)]
    index = "".join(
        "<tr>" + "".join(f"<th>{label}</th><td>{value or '&nbsp;'}</td>" for label, value in pair) + "</tr>"
        for pair in pairs
    )
    return f"""{_head(page, charset)}
<body>
<header><div class="logo">澄湖县人民政府</div><nav>{"".join(f'<a href="#">{word}</a>' for word in _NAVIGATION)}</nav></header>
<div class="position">您现在的位置：{crumbs}</div>
<table class="index-info">{index}</table>
<div class="article">
<h1 class="title">{html.escape(page.title)}</h1>
<div class="info"><span>{f"发布时间：{page.stamp}" if page.published else f"时间：{page.stamp}"}</span> <span>来源：{page.publisher}</span> <span>浏览量：<i id="hits"></i></span></div>
<div class="view TRS_UEDITOR trs_paper_default">
{body}
</div>
<div class="share"><span>分享：</span><a class="weixin" href="#">微信</a><a class="weibo" href="#">微博</a><a href="#">打印</a><a href="#">收藏</a></div>
</div>
<footer><p>主办单位：澄湖县人民政府办公室　运行维护：澄湖县融媒体中心</p><p>网站标识码：3600000000　网站地图　联系我们</p></footer>
</body>
</html>
"""


def site(page: Page, pieces: tuple[Piece, ...], encoding: str) -> bytes:
    """A page of the county's site; GB18030 pages declare gb2312, as such sites do."""
    body = "\n".join(_site_piece(piece) for piece in pieces)
    charset = "gb2312" if encoding == "gb18030" else "utf-8"
    shell = _new_page if page.year > 2019 else _old_page
    return shell(page, body, charset).encode(encoding)


# --- a page saved by Word --------------------------------------------------------------------------


def _mso_run(text: str, font: str = "仿宋_GB2312") -> str:
    return f"<span style='font-size:16.0pt;font-family:{font};mso-hansi-font-family:\"Times New Roman\"'>{text}</span>"


def _mso_cell(cell: Cell) -> str:
    run = f"<span style='font-size:10.5pt;font-family:宋体'>{_lines(cell.text) or '&nbsp;'}<o:p></o:p></span>"
    return (
        f"<td{_spans(cell)} valign=top style='border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;"
        f"padding:0cm 5.4pt 0cm 5.4pt'><p class=MsoNormal align=center style='text-align:center'>{run}</p></td>"
    )


def _mso_piece(piece: Piece) -> str:
    text = html.escape(piece.text, quote=False)
    if piece.kind == "table":
        return _table(
            piece.grid,
            _mso_cell,
            " class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;border:none'",
        )
    if piece.kind == "title":
        run = _mso_run(f"{text}<o:p></o:p>", "方正小标宋简体")
        return f"<p class=MsoNormal align=center style='text-align:center'><b>{run}</b></p>"
    font = {"h1": "黑体", "h2": "楷体_GB2312"}.get(piece.kind, "仿宋_GB2312")
    align = {"centre": " align=center", "right": " align=right"}.get(piece.kind, "")
    return (
        f"<p class=MsoNormal{align} style='text-indent:32.0pt;line-height:28.0pt;mso-line-height-rule:exactly'>"
        f"{_mso_run(text + '<o:p></o:p>', font)}</p>"
    )


def word_page(page: Page, pieces: tuple[Piece, ...]) -> bytes:
    """A page saved by Word for Windows: mso markup, <o:p>, a Windows charset, no site around it."""
    body = "\n".join(_mso_piece(piece) for piece in pieces)
    text = f"""<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=windows-936">
<meta name=ProgId content=Word.Document><meta name=Generator content="Microsoft Word 15">
<title>{html.escape(page.title)}</title>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]-->
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml><![endif]-->
<style><!-- @font-face{{font-family:仿宋_GB2312;panose-1:2 1 6 9 3 1 1 1 1 1;mso-font-charset:134;}}
p.MsoNormal{{mso-style-parent:"";margin:0cm;margin-bottom:.0001pt;}} --></style></head>
<body lang=ZH-CN style='tab-interval:21.0pt;text-justify-trim:punctuation'><div class=Section1 style='layout-grid:15.6pt'>
{body}
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
</div></body></html>
"""
    return text.encode("gb18030")


# --- DOCX ------------------------------------------------------------------------------------------


# Centimetres of each column on an upright A4 page, by the number of columns.
_WIDTHS = {3: [10.5, 2.0, 2.8], 10: [1.3, 2.0, 5.3, *[0.95] * 7], 12: [1.27] * 12, 15: [1.02] * 15}


def _docx_table(document: docx.document.Document, grid: Grid) -> None:
    table = document.add_table(rows=len(grid), cols=width(grid))
    table.style = "Table Grid"
    table.autofit = False
    for column, centimetres in zip(table.columns, _WIDTHS[width(grid)], strict=True):
        for cell in column.cells:
            cell.width = Cm(centimetres)
    matrix = [list(row.cells) for row in table.rows]
    for row, column, cell in placed(grid):
        target = matrix[row][column]
        if cell.rows > 1 or cell.columns > 1:
            target = target.merge(matrix[row + cell.rows - 1][column + cell.columns - 1])
        first, *rest = cell.text.split("\n")
        target.paragraphs[0].add_run(first.replace("  ", "\u3000")).font.size = Pt(9)
        for line in rest:
            target.add_paragraph().add_run(line).font.size = Pt(9)


def _docx_font(document: docx.document.Document) -> None:
    style = document.styles["Normal"]
    style.font.name = "仿宋"
    style.font.size = Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")


def word(page: Page, pieces: tuple[Piece, ...]) -> bytes:
    """A DOCX with headings and merged table cells."""
    document = docx.Document()
    _docx_font(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = page.title, page.publisher, ""
    properties.created = properties.modified = properties.last_printed = EPOCH
    properties.revision = 1
    align = {"centre": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
    for piece in pieces:
        if piece.kind == "table":
            _docx_table(document, piece.grid)
        elif piece.kind in ("h1", "h2"):
            document.add_heading(piece.text, level=1 if piece.kind == "h1" else 2)
        elif piece.kind == "title":
            document.add_heading(piece.text, level=0)
        else:
            document.add_paragraph(piece.text).alignment = align.get(piece.kind)
    buffer = io.BytesIO()
    document.save(buffer)
    return _dated(buffer.getvalue())


def _dated(data: bytes) -> bytes:
    """The same zip with every member dated alike."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


# --- XLSX ------------------------------------------------------------------------------------------


def _sheets(pieces: tuple[Piece, ...]) -> list[tuple[str, list[Piece]]]:
    """Prose on a sheet of its own; a lone table with the lines around it is one sheet."""
    tables = [piece for piece in pieces if piece.kind == "table"]
    if len(tables) == 3:
        names = ["主动公开", "申请办理", "复议诉讼"]
        at = iter(names)
        prose = [p if p.kind != "table" else Piece("p", f"数据见本工作簿“{next(at)}”工作表。") for p in pieces]
        return [("年度报告", prose), *((name, [table]) for name, table in zip(names, tables, strict=True))]
    return [("统计表", list(pieces))]


def _write_grid(sheet: xlsxwriter.worksheet.Worksheet, at: int, grid: Grid, formats: Mapping[str, object]) -> int:
    for row, column, cell in placed(grid):
        top, left = at + row, column
        look = formats["cell"]
        value: str | int | float = cell.text
        if cell.fact and cell.text.isascii() and cell.text.replace(".", "", 1).isdigit():
            value = float(cell.text) if "." in cell.text else int(cell.text)
        if cell.rows > 1 or cell.columns > 1:
            sheet.merge_range(top, left, top + cell.rows - 1, left + cell.columns - 1, value, look)
        elif value == "":
            sheet.write_blank(top, left, None, look)
        elif isinstance(value, str):
            sheet.write_string(top, left, value, look)
        else:
            sheet.write_number(top, left, value, look)
    return at + len(grid)


def workbook(page: Page, pieces: tuple[Piece, ...]) -> bytes:
    """An XLSX: the statistics table, or prose on one sheet and each table on its own."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": page.title, "author": page.publisher, "created": EPOCH})
    formats = {"cell": book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})}
    prose = book.add_format({"text_wrap": True, "valign": "top"})
    for name, content in _sheets(pieces):
        sheet = book.add_worksheet(name)
        sheet.set_column(0, 0, 90 if name == "年度报告" else 70 if name == "统计表" else 16)
        at = 0
        for piece in content:
            if piece.kind == "table":
                at = _write_grid(sheet, at, piece.grid, formats)
            else:
                sheet.set_row(at, 15 * (1 + len(piece.text) // 42))
                sheet.write_string(at, 0, piece.text, prose)
                at += 1
    book.close()
    return _dated(buffer.getvalue())


# --- flat text -------------------------------------------------------------------------------------


def _flat_table(grid: Grid) -> list[str]:
    """One cell a line, an empty line between; units of one character are lost, a blank is a line of NBSP."""
    out: list[str] = []
    for row in grid:
        for cell in row:
            if not cell.fact and len(cell.text) == 1:
                continue
            lines = cell.text.split("\n") if cell.text else [NBSP]
            for line in lines:
                out += [line.replace("  ", " " + NBSP), ""]
    return out


def flat(page: Page, pieces: tuple[Piece, ...]) -> bytes:
    """The text of a page as a crawler left it: half-width commas and colons, the page's own lines around it."""
    head = [
        f"  • 索引号:{page.index}",
        f"  • 发布机构:{page.publisher}",
        "  • 公开范围:全部公开",
        f"  • 生成日期:{page.made}",
        f"  • 公开日期:{page.published}",
        "  • 公开方式:政府网站",
        page.title,
        f"来源:澄湖县政府   {page.stamp}",
        "浏览量:1 | | | |",
        "",
    ]
    body: list[str] = []
    for piece in pieces:
        body += _flat_table(piece.grid) if piece.kind == "table" else [piece.text, ""]
    half = str.maketrans({"，": ",", "：": ":", "；": ";"})
    lines = [*head, *(line.translate(half) for line in body), "", "扫一扫在手机打开当前页"]
    return ("\n".join(lines) + "\n").encode("utf-8")


WRITERS: Mapping[str, Callable[[Page, tuple[Piece, ...]], bytes]] = {
    "html": lambda page, pieces: site(page, pieces, "utf-8"),
    "html-gb": lambda page, pieces: site(page, pieces, "gb18030"),
    "html-word": word_page,
    "docx": word,
    "xlsx": workbook,
    "txt": flat,
}
