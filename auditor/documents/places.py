"""Places: a Place -> the words by which an inspector finds it again.

Counting  the nouns count rows, cells and paragraphs of a DOCX from 0 and characters from 0; people count from 1
Tables    the name of an official table (统计表, 表三) is said where the finding knows it, else its number in the file
"""

from __future__ import annotations

from pathlib import PurePosixPath

from auditor.model import DocxCell, DocxText, PageBox, Place, SheetCell, Span

_PARTS = (
    ("header", "页眉"),
    ("footer", "页脚"),
    ("footnote", "脚注"),
    ("endnote", "尾注"),
    ("comment", "批注"),
    ("textbox", "文本框"),
)


def place_words(place: Place | None, table: str | None = None) -> str:
    """第12—15字; “统计表”第3行第2列; 第5段第1—8字; 工作表“统计表”C7; 第2页. Empty where there is no place.

    A place in another file (one of several of which the report was joined, or another report) begins with its name.
    """
    return file_words(place) + _words(place, table)


def file_words(place: Place | None) -> str:
    """文件“附表.xlsx”, where the place lies in another file than the report's own."""
    return f"文件“{PurePosixPath(place.file.replace('!/', '/')).name}”" if place is not None and place.file else ""


def _words(place: Place | None, table: str | None) -> str:
    match place:
        case Span(start, end):
            return f"原文{_characters(start, end)}"
        case DocxCell(part, number, row, cell):
            name = f"“{table}”" if table else f"第{number + 1}个表格"
            return f"{_part(part)}{name}第{row + 1}行第{cell + 1}列"
        case DocxText(part, paragraph, start, end):
            return f"{_part(part)}第{paragraph + 1}段{_characters(start, end)}"
        case SheetCell(sheet, cell):
            return f"工作表“{sheet}”{cell}"
        case PageBox(page, _, _, confidence):
            return f"第{page}页" + (f"（文字识别置信度{confidence:.0%}）" if confidence is not None else "")
        case _:
            return ""


def _characters(start: int, end: int) -> str:
    return f"第{start + 1}字" if end - start <= 1 else f"第{start + 1}—{end}字"


def _part(part: str) -> str:
    return next((word for mark, word in _PARTS if mark in part.lower()), "")
