"""Official tables as a test prints them: grids of cells from a form and texts, as blocks, as HTML, as DOCX, as lines."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from auditor.form import Form, FormTable
from auditor.model import Block, Cell, Document, Paragraph, SheetCell, Table, Text, Whole


@dataclass(frozen=True)
class Box:
    """A cell of a rendered grid."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1


Show = Callable[[str], str]


def table_a(form: Form, show: Show, *, units: bool = True, header: bool = True) -> list[Box]:
    """Form A as a list: label | unit | number."""
    table = form.tables[0]
    boxes: list[Box] = []
    row = 0
    if header:
        names = ["统计指标", *(["单位"] if units else []), "统计数"]
        boxes += [Box(0, n, name) for n, name in enumerate(names)]
        row = 1
    for line in table.rows:
        texts = [printed_label(line.number, line.label)]
        if units:
            texts.append("" if line.heading else form.cells[line.key].unit)
        texts.append("" if line.heading else show(line.key))
        boxes += [Box(row, n, text) for n, text in enumerate(texts)]
        row += 1
    return boxes


def printed_label(number: str, label: str) -> str:
    """三（三）4 and 不同意公开答复数: 4.不同意公开答复数."""
    if not number:
        return label
    if number.endswith("其中"):
        return f"其中：{label}"
    last = number[number.rfind("（") :] if number.endswith("）") else number[-1]
    return f"{last}{'、' if len(number) == 1 else '' if last.endswith('）') else '.'}{label}"


def table_two(form: Form, show: Show) -> list[Box]:
    """Table two: blocks under one another; columns spread over twelve grid columns as Word does."""
    table = form.tables[0]
    boxes: list[Box] = []
    row = 0
    for block in table.blocks:
        boxes.append(Box(row, 0, block.heading, 1, 13))
        width = 12 // len(block.columns)
        boxes.append(Box(row + 1, 0, "信息内容"))
        for n, key in enumerate(block.columns):
            boxes.append(Box(row + 1, 1 + n * width, table.column(key).path[-1], 1, width))
        row += 2
        for key in block.rows:
            boxes.append(Box(row, 0, table.row(key).label))
            for n, column in enumerate(block.columns):
                boxes.append(Box(row, 1 + n * width, show(f"t2.{key}.{column}"), 1, width))
            row += 1
    return boxes


def table_three(form: Form, show: Show) -> list[Box]:
    """Table three in the official layout: three header rows, labels in three columns with spans."""
    table = form.tables[1]
    boxes = [
        Box(0, 0, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3),
        Box(0, 3, "申请人情况", 1, 7),
        Box(1, 3, "自然人", 2, 1),
        Box(1, 4, "法人或其他组织", 1, 5),
        Box(1, 9, "总计", 2, 1),
    ]
    boxes += [Box(2, 4 + n, c.path[-1]) for n, c in enumerate(table.columns[1:6])]
    row = 3
    inside = [r for r in table.rows if r.path[0][0] == "（"]
    previous = ""
    for line in table.rows:
        if line.heading:
            boxes.append(Box(row, 0, line.label, len(inside), 1))
            continue
        if line in inside and len(line.path) > 1:
            if line.path[0] != previous:
                span = sum(r.path[0] == line.path[0] for r in inside)
                boxes.append(Box(row, 1, line.path[0], span, 1))
                previous = line.path[0]
            boxes.append(Box(row, 2, line.label))
        elif line in inside:
            boxes.append(Box(row, 1, line.label, 1, 2))
        else:
            boxes.append(Box(row, 0, line.label, 1, 3))
        for n, column in enumerate(table.columns):
            boxes.append(Box(row, 3 + n, show(f"t3.{line.key}.{column.key}")))
        row += 1
    return boxes


def table_four(form: Form, show: Show) -> list[Box]:
    """Table four: fifteen numbers under three header rows."""
    table = form.tables[2]
    names = [c.path[-1] for c in table.columns]
    boxes = [Box(0, 0, "行政复议", 1, 5), Box(0, 5, "行政诉讼", 1, 10)]
    boxes += [Box(1, n, name, 2, 1) for n, name in enumerate(names)]
    boxes += [Box(1, 5, "未经复议直接起诉", 1, 5), Box(1, 10, "复议后起诉", 1, 5)]
    boxes += [Box(2, 5 + n, name) for n, name in enumerate(names * 2)]
    ids = [f"t4.{r.key}.{c.key}" for r in table.rows for c in table.columns]
    boxes += [Box(3, n, show(id)) for n, id in enumerate(ids)]
    return boxes


def tables(form: Form, show: Show) -> list[list[Box]]:
    """All official tables of a form."""
    if form.tables[0].kind == "list":
        return [table_a(form, show)]
    return [table_two(form, show), table_three(form, show), table_four(form, show)]


def below(*parts: Sequence[Box]) -> list[Box]:
    """Several grids in one table, one under the other."""
    out: list[Box] = []
    row = 0
    for part in parts:
        out += [replace(b, row=b.row + row) for b in part]
        row += 1 + max(b.row + b.row_span - 1 for b in part)
    return out


def without_rows(boxes: Sequence[Box], rows: set[int]) -> list[Box]:
    """The grid without some rows (cells that begin there; spans over them shrink)."""
    out = []
    for b in boxes:
        if b.row in rows:
            continue
        span = b.row_span - sum(b.row < r < b.row + b.row_span for r in rows)
        out.append(replace(b, row=b.row - sum(r < b.row for r in rows), row_span=span))
    return out


# --- as blocks, HTML, DOCX, lines ------------------------------------------------------------------


def block(boxes: Sequence[Box]) -> Table:
    """A table block whose places are cell addresses of their own."""
    ordered = sorted(boxes, key=lambda b: (b.row, b.column))
    cells = tuple(
        Cell(b.row, b.column, b.text, SheetCell("s", f"R{b.row}C{b.column}"), b.row_span, b.column_span)
        for b in ordered
    )
    return Table(cells, SheetCell("s", "A1"))


def paragraph(text: str) -> Paragraph:
    """A paragraph block."""
    return Paragraph(Text(text, Whole(SheetCell("s", "A1"))))


def document(*blocks: Block) -> Document:
    """A document of these blocks."""
    return Document("x.html", "0" * 64, "html", tuple(blocks), "test")


def as_html(*grids: Sequence[Box]) -> bytes:
    """A page with these tables."""
    parts = ["<html><head><meta charset=utf-8></head><body><p>报告</p>"]
    for boxes in grids:
        parts.append("<table border=1>")
        for row in range(1 + max(b.row for b in boxes)):
            parts.append("<tr>")
            for b in sorted((b for b in boxes if b.row == row), key=lambda b: b.column):
                span = f" rowspan={b.row_span}" * (b.row_span > 1) + f" colspan={b.column_span}" * (b.column_span > 1)
                parts.append(f"<td{span}><p>{html.escape(b.text) or '&nbsp;'}</p></td>")
            parts.append("</tr>")
        parts.append("</table><p>以上</p>")
    return "".join([*parts, "</body></html>"]).encode()


def as_docx(*grids: Sequence[Box]) -> bytes:
    """A Word file with these tables, merged cells and all."""
    import docx

    word = docx.Document()
    for boxes in grids:
        rows = max(b.row + b.row_span for b in boxes)
        columns = max(b.column + b.column_span for b in boxes)
        table = word.add_table(rows, columns)
        for b in boxes:
            cell = table.cell(b.row, b.column)
            if b.row_span > 1 or b.column_span > 1:
                cell = cell.merge(table.cell(b.row + b.row_span - 1, b.column + b.column_span - 1))
            cell.text = b.text
        word.add_paragraph("以上")
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def as_lines(boxes: Sequence[Box], blank: str = "\xa0") -> list[Paragraph]:
    """One cell a line in source order, as crawlers leave it."""
    return [paragraph(b.text or blank) for b in sorted(boxes, key=lambda b: (b.row, b.column))]


def value_rows(table: FormTable) -> list[str]:
    """Keys of the rows that hold numbers."""
    return [row.key for row in table.rows if not row.heading]
