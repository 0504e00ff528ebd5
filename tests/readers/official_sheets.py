"""The official tables of a form as sheets of cells with spans, filled with given values: what a printer of test documents draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.form import Form, FormRow, FormTable

CELL = tuple[int, int, int, int, str]  # row, column, rows, columns, text
_HEADINGS = {
    "二": "二、主动公开政府信息情况",
    "三": "三、收到和处理政府信息公开申请情况",
    "四": "四、政府信息公开行政复议、行政诉讼情况",
}


@dataclass
class Sheet:
    """A table: what stands over it, its cells, the share of the width of each column, and how many rows are its header."""

    heading: str
    cells: list[CELL]
    shares: list[float]
    header: int


def sheets(form: Form, values: Mapping[str, str]) -> Iterator[Sheet]:
    """The tables of a form; `values` are the texts of its cells by id ("" where one is missing)."""
    draw = {"blocks": _blocks, "matrix": _matrix, "strip": _strip}
    for table in form.tables:
        cells = list(form.cells_of(table.name))
        texts = {(cell.row, cell.column): values.get(cell.id, "") for cell in cells}
        if table.kind == "list":
            yield _list(table, texts, {cell.row: cell.unit for cell in cells})
        else:
            yield draw[table.kind](table, texts)


_Texts = Mapping[tuple[str, str], str]


def _list(table: FormTable, texts: _Texts, units: Mapping[str, str]) -> Sheet:
    cells: list[CELL] = [(0, 0, 1, 1, "统计指标"), (0, 1, 1, 1, "单位"), (0, 2, 1, 1, "统计数")]
    for at, row in enumerate(table.rows, 1):
        cells.append((at, 0, 1, 1, _numbered(row)))
        cells.append((at, 1, 1, 1, "" if row.heading else units[row.key]))
        cells.append((at, 2, 1, 1, "" if row.heading else texts[row.key, table.columns[0].key]))
    return Sheet("政府信息公开情况统计表", cells, [0.6, 0.2, 0.2], 1)


def _numbered(row: FormRow) -> str:
    if not row.number:
        return row.label
    if row.number.endswith("其中"):
        return "其中：" + row.label
    last = row.number[row.number.rfind("（") :] if row.number.endswith("）") else row.number[-1]
    return last + ("" if last.endswith("）") else "." if last.isdigit() else "、") + row.label


def _blocks(table: FormTable, texts: _Texts) -> Sheet:
    cells: list[CELL] = []
    at, width = 0, 6
    for block in table.blocks:
        cells.append((at, 0, 1, width + 2, block.heading))
        cells.append((at + 1, 0, 1, 2, "信息内容"))
        step = width // len(block.columns)
        for number, key in enumerate(block.columns):
            cells.append((at + 1, 2 + number * step, 1, step, table.column(key).path[-1]))
        at += 2
        for key in block.rows:
            cells.append((at, 0, 1, 2, table.row(key).label))
            for number, column in enumerate(block.columns):
                cells.append((at, 2 + number * step, 1, step, texts[key, column]))
            at += 1
    return Sheet(_HEADINGS["二"], cells, [0.15] * 2 + [0.7 / width] * width, 0)


def _matrix(table: FormTable, texts: _Texts) -> Sheet:
    cells: list[CELL] = [(0, 0, 3, 3, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）")]
    cells += [(0, 3, 1, 7, "申请人情况"), (1, 3, 2, 1, "自然人"), (1, 4, 1, 5, "法人或其他组织"), (1, 9, 2, 1, "总计")]
    cells += [(2, 3 + at, 1, 1, column.path[-1]) for at, column in enumerate(table.columns) if 0 < at < 6]
    rows = [row for row in table.rows if not row.heading]
    depths = [len(row.path) for row in rows]
    for at, row in enumerate(rows):
        for level, words in enumerate(row.path):
            over = row.path[: level + 1]
            if at and rows[at - 1].path[: level + 1] == over:
                continue
            span = next((n for n in range(at, len(rows)) if rows[n].path[: level + 1] != over), len(rows)) - at
            last = level == depths[at] - 1
            cells.append((3 + at, level, 1 if last else span, 3 - level if last else 1, words))
        cells += [(3 + at, 3 + n, 1, 1, texts[row.key, column.key]) for n, column in enumerate(table.columns)]
    return Sheet(_HEADINGS["三"], cells, [0.06, 0.12, 0.26, *[0.08] * 7], 3)


def _strip(table: FormTable, texts: _Texts) -> Sheet:
    cells: list[CELL] = [(0, 0, 1, 5, "行政复议"), (0, 5, 1, 10, "行政诉讼")]
    cells += [(1, 5, 1, 5, "未经复议直接起诉"), (1, 10, 1, 5, "复议后起诉")]
    for block, row in enumerate(table.rows):
        for at, column in enumerate(table.columns):
            top, height = (1, 2) if block == 0 else (2, 1)
            cells.append((top, block * 5 + at, height, 1, column.path[-1]))
            cells.append((3, block * 5 + at, 1, 1, texts[row.key, column.key]))
    return Sheet(_HEADINGS["四"], cells, [1 / 15] * 15, 3)
