"""Grids of cells with a prose shell around them -> the bytes of one file, in every dress met in the wild.

In        `Report`: a form, its title lines and sections, and the grids of its tables (`facts_tables.render.Box`)
Out       bytes by the name of the dress (`DRESSES`); `suffix` names the file
HTML      a CMS table, mark-up saved by Word, layout tables with navigation, a range pasted from Excel, tag soup of 2003
Reuses    the printers of the readers' tests (PDF, XLS, DOC, scans)
"""

from __future__ import annotations

import html
import io
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import printed_pdf
import render_doc
import render_xls
import scanning
from facts_tables.render import Box, as_lines, table_a, tables
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from auditor.form import Form

YEARS = {"A": 2017, "B": 2020, "C": 2023}
_HEADINGS = {
    "A": ("政府信息公开情况统计表",),
    "B": ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"),
}
_HEADINGS["C"] = _HEADINGS["B"]
_LATIN = (
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "C:/Windows/Fonts/times.ttf",
    "/System/Library/Fonts/Supplemental/Times New Roman.ttf",
)


@dataclass(frozen=True)
class Report:
    """What is dressed: the lines above, (heading, grid) of each table, the lines below."""

    letter: str
    title: str
    above: Sequence[str]
    parts: Sequence[tuple[str, Sequence[Box]]]
    below: Sequence[str]


def report(form: Form, texts: Mapping[str, str], *, units: bool = True) -> Report:
    """A township's report around the tables of a form, filled with these texts by fact id."""
    year = YEARS[form.letter]
    grids = [table_a(form, texts.__getitem__, units=units)] if form.letter == "A" else tables(form, texts.__getitem__)
    above = [
        "一、总体情况",
        "本年度我镇坚持以公开为常态、不公开为例外，健全工作机制，加强平台建设，主动接受社会监督。",
        f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    ]
    below = [
        "五、存在的主要问题及改进情况",
        "公开内容还不够丰富，下一步将加强培训、完善制度。",
        "六、其他需要报告的事项",
        "没有其他需要报告的事项。",
    ]
    title = f"云台县柳林镇人民政府{year}年政府信息公开工作年度报告"
    return Report(form.letter, title, above, list(zip(_HEADINGS[form.letter], grids, strict=True)), below)


def rows(boxes: Sequence[Box]) -> Iterator[list[Box]]:
    """The cells of each row, in order; rows that a span covers wholly are empty."""
    for row in range(max(b.row + b.row_span for b in boxes)):
        yield sorted((b for b in boxes if b.row == row), key=lambda b: b.column)


def width(boxes: Sequence[Box]) -> int:
    """Columns of a grid."""
    return max(b.column + b.column_span for b in boxes)


def dense(boxes: Sequence[Box]) -> list[list[str]]:
    """Every row with all its columns; what a span covers is empty."""
    out = [[""] * width(boxes) for _ in rows(boxes)]
    for b in boxes:
        out[b.row][b.column] = b.text
    return out


# --- HTML ------------------------------------------------------------------------------------------


def _spans(b: Box) -> str:
    return f' rowspan="{b.row_span}"' * (b.row_span > 1) + f' colspan="{b.column_span}"' * (b.column_span > 1)


def _table(boxes: Sequence[Box], cell: Callable[[Box], str], opening: str, close: bool = True) -> str:
    end = "</tr>\n" if close else "\n"
    body = "".join("<tr>" + "".join(map(cell, row)) + end for row in rows(boxes))
    return opening + body + "</table>"


def html_site(given: Report) -> bytes:
    """A content management system's table, every cell a centred paragraph."""

    def cell(b: Box) -> str:
        return f'<td{_spans(b)} width="90"><p style="text-align:center;">{html.escape(b.text) or "&nbsp;"}</p></td>'

    body = [f"<h1>{given.title}</h1>", *(f"<p>　　{line}</p>" for line in given.above)]
    for heading, grid in given.parts:
        body += [f"<p><strong>{heading}</strong></p>", _table(grid, cell, '<table border="1"><tbody>')]
    body += [f"<p>　　{line}</p>" for line in given.below]
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{given.title}_云台县人民政府</title></head><body>"
    return f"{page}{''.join(body)}</body></html>".encode()


def html_word(given: Report) -> bytes:
    """Saved by Word: mso styles, <o:p>, runs cut anywhere, a Windows charset."""

    def run(text: str) -> str:
        cut = len(text) // 2
        return "".join(
            f"<span style='font-size:9.0pt;font-family:宋体;mso-bidi-font-family:宋体'>{html.escape(part)}</span>"
            for part in (text[:cut], text[cut:]) if part
        )  # fmt: skip

    def cell(b: Box) -> str:
        words = run(b.text) or "<span lang=EN-US><o:p>&nbsp;</o:p></span>"
        return (
            f"<td{_spans(b)} style='border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt'>"
            f"<p class=MsoNormal align=center>{words}<span lang=EN-US><o:p></o:p></span></p></td>"
        )

    body = [f"<p class=MsoNormal align=center><b>{run(given.title)}</b></p>"]
    body += [f"<p class=MsoNormal>{run(line)}</p>" for line in given.above]
    for heading, grid in given.parts:
        opening = (
            "<table class=MsoNormalTable border=1 cellspacing=0 style='border-collapse:collapse;mso-yfti-tbllook:1184'>"
        )
        body += [f"<p class=MsoNormal>{run(heading)}</p>", _table(grid, cell, opening)]
    body += [f"<p class=MsoNormal>{run(line)}</p>" for line in given.below]
    head = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head>'
        '<meta http-equiv=Content-Type content="text/html; charset=gb2312"><meta name=Generator content="Microsoft Word 15">'
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Print</w:View></w:WordDocument></xml><![endif]--></head><body lang=ZH-CN>"
    )
    return f"{head}<div class=WordSection1>{''.join(body)}</div></body></html>".encode("gb18030")


def html_layout(given: Report) -> bytes:
    """A site of layout tables in layout tables, with a menu, a path, share buttons and a foot."""

    def cell(b: Box) -> str:
        return f"<td{_spans(b)} align=center>{html.escape(b.text) or '&nbsp;'}</td>"

    inner = [f"<h2>{given.title}</h2>", *(f"<p>{line}</p>" for line in given.above)]
    for heading, grid in given.parts:
        inner += [f"<p>{heading}</p>", f"<div>{_table(grid, cell, '<table border=1>')}</div>"]
    inner += [f"<p>{line}</p>" for line in given.below]
    menu = "".join(
        f"<td><a href='/{n}/'>{word}</a></td>" for n, word in enumerate(("首页", "要闻动态", "政务公开", "办事服务"))
    )
    return (
        f"<html><head><meta charset=utf-8></head><body><table width=1000><tr><td><table><tr>{menu}</tr></table></td></tr>"
        "<tr><td>当前位置：<a href=/>首页</a> &gt; <a href=/x/>政府信息公开年报</a></td></tr>"
        "<tr><td>发布日期：2024-01-20 浏览次数：118 字体：【大 中 小】</td></tr>"
        f"<tr><td><table width=100%><tr><td>{''.join(inner)}</td></tr></table></td></tr>"
        "<tr><td>分享到：微信 微博 【打印】【关闭】</td></tr><tr><td>主办：云台县人民政府 网站标识码：4300000001</td></tr></table></body></html>"
    ).encode()


def html_excel(given: Report) -> bytes:
    """A range pasted from Excel: x:num, class=xl65, <col>, empty cells without anything."""

    def cell(b: Box) -> str:
        number = f' x:num="{b.text}"' * b.text.isdigit()
        return f"<td{_spans(b)} class=xl65 style='border-top:none'{number}>{html.escape(b.text)}</td>"

    body = [f"<p>{given.title}</p>", *(f"<p>{line}</p>" for line in given.above)]
    for heading, grid in given.parts:
        columns = "".join(
            f"<col width=72 style='mso-width-source:userset;mso-width-alt:{n}'>" for n in range(width(grid))
        )
        opening = f"<table border=0 cellpadding=0 cellspacing=0 style='border-collapse:collapse'>{columns}"
        body += [f"<p>{heading}</p>", _table(grid, cell, opening)]
    body += [f"<p>{line}</p>" for line in given.below]
    head = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=utf-8><meta name=ProgId content=Excel.Sheet>'
    return f"{head}</head><body>{''.join(body)}</body></html>".encode()


def html_soup(given: Report) -> bytes:
    """Written by hand in 2003: upper case, fonts, nothing closed."""

    def cell(b: Box) -> str:
        return f"<TD{_spans(b)} BGCOLOR=#ffffff><FONT SIZE=2>{html.escape(b.text) or '&nbsp'}\n"

    body = [f"<CENTER><FONT SIZE=5><B>{given.title}</B></FONT></CENTER>", *(f"<P>{line}" for line in given.above)]
    for heading, grid in given.parts:
        body += [f"<P>{heading}", _table(grid, cell, "<TABLE BORDER=1 CELLSPACING=1>\n", close=False)]
    body += [f"<P>{line}" for line in given.below]
    return f"<HTML><BODY BGCOLOR=white>{''.join(body)}".encode("gb18030")


# --- Word, Excel -----------------------------------------------------------------------------------


def docx(given: Report) -> bytes:
    """A Word file with merged cells."""
    import docx as word

    made = word.Document()
    made.add_heading(given.title, 0)
    for line in given.above:
        made.add_paragraph(line)
    for heading, grid in given.parts:
        made.add_paragraph(heading)
        table = made.add_table(sum(1 for _ in rows(grid)), width(grid))
        matrix = [list(row.cells) for row in table.rows]
        for b in grid:
            cell = matrix[b.row][b.column]
            if b.row_span > 1 or b.column_span > 1:
                cell = cell.merge(matrix[b.row + b.row_span - 1][b.column + b.column_span - 1])
            cell.paragraphs[0].add_run(b.text)
    for line in given.below:
        made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def doc(given: Report) -> bytes:
    """A Word 97-2003 file: cells with merge flags, rows with the edges of their cells."""
    paragraphs = [render_doc.P(line) for line in (given.title, *given.above)]
    for heading, grid in given.parts:
        paragraphs.append(render_doc.P(heading))
        cells, edges = [], []
        for row, line in enumerate(dense(grid)):
            covering = {
                c: b
                for b in grid
                for c in range(b.column, b.column + b.column_span)
                if b.row <= row < b.row + b.row_span
            }
            begins = [c for c in range(len(line)) if c not in covering or covering[c].column == c]
            cells.append([_doc_cell(covering.get(c), row, line[c]) for c in begins])
            edges.append([600 * c for c in (*begins, len(line))])
        paragraphs += [*render_doc.table(cells, edges), render_doc.P("")]
    paragraphs += [render_doc.P(line) for line in given.below]
    return render_doc.make_doc(paragraphs)


def _doc_cell(b: Box | None, row: int, text: str) -> render_doc.Cell:
    if b is None or b.row_span == 1:
        return render_doc.Cell(text)
    return render_doc.Cell(text, down=3 if b.row == row else 1)


Cells = dict[tuple[int, int], str | int]
Merged = list[tuple[int, int, int, int]]


def sheets(given: Report) -> Iterator[tuple[str, Cells, Merged]]:
    """The prose on a sheet of its own, each table on the next ones: name, cells, merged ranges."""
    lines = [given.title, *given.above, *given.below]
    yield "年度报告", {(at, 0): line for at, line in enumerate(lines)}, []
    for number, (heading, grid) in enumerate(given.parts, 1):
        cells: Cells = {(0, 0): heading}
        merged: Merged = []
        for b in grid:
            plain = b.text.isascii() and b.text.isdigit() and str(int(b.text)) == b.text
            if b.text:
                cells[1 + b.row, b.column] = int(b.text) if plain else b.text
            if b.row_span > 1 or b.column_span > 1:
                merged.append((1 + b.row, b.row + b.row_span, b.column, b.column + b.column_span - 1))
        yield f"表{number}", cells, merged


def xlsx(given: Report) -> bytes:
    """A workbook: numbers as numbers, words as words, merged ranges."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    for name, cells, merged in sheets(given):
        sheet = book.add_worksheet(name)
        for first, last, left, right in merged:
            sheet.merge_range(first, left, last, right, "")
        for (row, column), value in cells.items():
            sheet.write(row, column, value)
    book.close()
    return out.getvalue()


def xls(given: Report) -> bytes:
    """The same as BIFF8."""
    return render_xls.make_xls(*(render_xls.Sheet(*sheet) for sheet in sheets(given)))


# --- PDF, scans ------------------------------------------------------------------------------------

_SHARES = {
    2: [0.75, 0.25],
    3: [0.6, 0.2, 0.2],
    10: [0.06, 0.12, 0.26, *[0.08] * 7],
    13: [0.28, *[0.06] * 12],
    15: [1 / 15] * 15,
}


def _press(given: Report, press: printed_pdf.Press, **ways: object) -> bytes:
    press.centred(given.title, 16)
    for line in given.above:
        press.paragraph(line)
    for heading, grid in given.parts:
        press.paragraph(heading)
        cells = [(b.row, b.column, b.row_span, b.column_span, b.text) for b in grid]
        header = {2: 1, 3: 1, 10: 3, 15: 3}.get(width(grid), 0)
        widths = [share * (press.width - 2 * press.margin) for share in _SHARES[width(grid)]]
        press.table(cells, widths, header=header, **{"size": 9.0, **ways})  # type: ignore[arg-type]
    for line in given.below:
        press.paragraph(line)
    return press.done()


def _latin() -> str:
    found = next((path for path in _LATIN if Path(path).exists()), None)
    if found is None:
        return printed_pdf.SONG
    if "Embedded" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Embedded", found))
    return "Embedded"


def pdf_ruled(given: Report) -> bytes:
    """Printed with ruled lines over pages, the header once, a running foot."""
    return _press(given, printed_pdf.Press(foot=lambda n: f"- {n} -"))


def pdf_header(given: Report) -> bytes:
    """Ruled; the header repeated on every page, digits in an embedded font, rows broken in the middle of a label."""
    return _press(given, printed_pdf.Press(number_font=_latin()), repeat=True, split_rows=True, ruled="boxes")


def pdf_unruled(given: Report) -> bytes:
    """Printed without a line: the columns are where the characters stand."""
    return _press(given, printed_pdf.Press(), ruled="none")


def scan(given: Report) -> bytes:
    """Printed, scanned askew, saved as JPEG in a PDF. Tables only: the prose of a scan is no part of the promise."""
    look = scanning.random_look(random.Random(given.title + given.letter), 200, skew=1.0)
    rng = random.Random(1)
    pages = [scanning.scanned(page, look, rng) for _, grid in given.parts for page in scanning.drawn(grid, look)]
    return scanning.as_pdf(pages, look)


# --- text ------------------------------------------------------------------------------------------


def text(given: Report) -> bytes:
    """One cell a line with an empty line between, as a crawler leaves it; a blank cell is a line of NBSP."""
    lines = [given.title, *given.above]
    for heading, grid in given.parts:
        lines.append(heading)
        lines += [block.text.text for block in as_lines(grid)]
    return "\n\n".join([*lines, *given.below]).encode()


def markdown(given: Report) -> bytes:
    """As converters leave it: pipes, a cell over rows once and empty below; a table without such cells as its cells stand."""
    lines = [f"# {given.title}", "", *(part for line in given.above for part in (line, ""))]
    for heading, grid in given.parts:
        lines += [f"## {heading}", ""]
        tall = any(b.row_span > 1 for b in grid)
        for at, row in enumerate(dense(grid) if tall else [[b.text for b in row] for row in rows(grid)]):
            lines.append("| " + " | ".join(row) + " |")
            if at == 0:
                lines.append("|" + " --- |" * len(row))
        lines.append("")
    return "\n".join([*lines, *(part for line in given.below for part in (line, ""))]).encode()


@dataclass(frozen=True)
class Dress:
    """How it is made, the ending of its name, its forms, what an example costs, and the share that may be unreadable."""

    make: Callable[[Report], bytes]
    suffix: str
    forms: str = "ABC"
    cost: int = 1
    unreadable: float = 0.005


DRESSES: Mapping[str, Dress] = {
    "html site": Dress(html_site, ".html"),
    "html word": Dress(html_word, ".htm"),
    "html layout": Dress(html_layout, ".html"),
    "html excel": Dress(html_excel, ".html"),
    "html soup": Dress(html_soup, ".htm"),
    "docx": Dress(docx, ".docx", cost=8),
    "doc": Dress(doc, ".doc"),
    "xlsx": Dress(xlsx, ".xlsx"),
    "xls": Dress(xls, ".xls"),
    "pdf ruled": Dress(pdf_ruled, ".pdf", cost=8),
    "pdf header": Dress(pdf_header, ".pdf", cost=8),
    "pdf unruled": Dress(pdf_unruled, ".pdf", cost=8, unreadable=0.02),
    "text": Dress(text, ".txt"),
    "markdown": Dress(markdown, ".md"),
}
