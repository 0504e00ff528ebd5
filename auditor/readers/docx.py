"""DOCX -> blocks in reading order, each with its paragraph or cell of word/document.xml.

Places      `DocxText.paragraph` counts every w:p element of the part in document order from 0, those in tables, text boxes,
            fallbacks and deletions included; start and end count code points of the paragraph's text as given here, its
            automatic number in front included. `DocxCell.table` counts every w:tbl in document order, `row` the w:tr of that
            table, `cell` the w:tc of that row, all from 0, merged continuations and deleted rows included
Headings    outline level of the paragraph or its style (with its bases), or a style named Heading n / 标题 n
Numbers     of automatic lists stand in front of the text where they are certain (`numbering`)
Tables      gridSpan, vMerge, hMerge and gridBefore become spans; a table in a table is judged as in HTML
Left out    headers, footers, notes, comments, tracked deletions, hidden text, tables of contents, field codes; a text box comes once
Source      ECMA-376 part 1, 17; the package guards are those of `package`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from auditor.model import Document, DocxCell, ParagraphMap
from auditor.readers import limits
from auditor.readers.grid import Item, Line, RawCell, RawTable, settle
from auditor.readers.limits import Refusal
from auditor.readers.numbering import Numbering, W, is_on, value
from auditor.readers.package import Package

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_P, _R, _T, _TBL, _TR, _TC = (f"{W}{name}" for name in ("p", "r", "t", "tbl", "tr", "tc"))
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])", re.I)
_CONTENTS_NAME = re.compile(r"(?:toc|目录)\s*\d", re.I)
_SKIPPED = frozenset(
    f"{W}{name}"
    for name in [
        "del",
        "moveFrom",
        "pPr",
        "rPr",
        "instrText",
        "delText",
        "delInstrText",
        "sectPr",
        "tblPr",
        "tblGrid",
        "tblPrEx",
        "trPr",
        "tcPr",
    ]
)
_CHARACTERS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}


def read_docx(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of a Word document. Raises Refusal where it is broken or passes a limit."""
    return read_parts(name, sha256, "docx", Package(data))


def read_parts(name: str, sha256: str, kind: str, package: Package) -> Document:
    """The blocks of a Word document of that kind, however its parts are wrapped."""
    part = package.main("word/document.xml")
    root = package.needed(part)
    if root.tag == f"{{{_STRICT}}}document":
        raise Refusal("文件为“严格 Open XML”格式，请用 Word 另存为普通 Word 文档（.docx）后重新运行")
    related = dict(package.related(part).values())
    styled = next(root.iter(f"{W}pStyle"), None) is not None  # Word's own styles take longer to parse than a report
    styles = _Styles(package.xml(related.get("styles", "word/styles.xml")) if styled else None)
    numbering = Numbering(package.xml(related.get("numbering", "word/numbering.xml")))
    reading = _Reading(part, root, styles, numbering)
    body = root.find(f"{W}body")
    items = reading.items(body) if body is not None else []
    blocks = settle(items)
    if not blocks:
        raise Refusal("文档中没有文字（可能只有图片或扫描件），请提供可编辑的 Word（.docx）后重新运行")
    return Document(name, sha256, kind, blocks, "docx", metadata=package.metadata(), notes=tuple(reading.notes))


class _Styles:
    """Paragraph styles by id: outline level, list, and whether they make a table of contents."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles = {s.get(f"{W}styleId", ""): s for s in root.iterchildren(f"{W}style")} if root is not None else {}
        self._levels: dict[str, int] = {}
        self._lists: dict[str, tuple[str, int] | None] = {}

    def level(self, id: str) -> int:
        """1 … 6 for a heading, 0 for text."""
        if id not in self._levels:
            self._levels[id] = next((n for s in self._chain(id) if (n := _style_level(s)) is not None), 0)
        return self._levels[id]

    def list_of(self, id: str) -> tuple[str, int] | None:
        """(list, level) that the style puts its paragraphs in."""
        if id not in self._lists:
            num, level = "", ""
            for style in self._chain(id):
                properties = style.find(f"{W}pPr/{W}numPr")
                if properties is not None:
                    num, level = num or value(properties, "numId"), level or value(properties, "ilvl")
            self._lists[id] = (num, int(level or 0)) if num and num != "0" else None
        return self._lists[id]

    def is_contents(self, id: str) -> bool:
        """Whether the style is one of a table of contents."""
        style = self._styles.get(id)
        return style is not None and bool(_CONTENTS_NAME.match(value(style, "name")))

    def _chain(self, id: str) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while id and id not in seen and id in self._styles:
            seen.add(id)
            yield self._styles[id]
            id = value(self._styles[id], "basedOn")


def _style_level(style: etree._Element) -> int | None:
    outline = value(style, "pPr/" + f"{W}outlineLvl") if style.find(f"{W}pPr") is not None else ""
    if outline:
        return _outline(outline)
    named = _HEADING_NAME.fullmatch(value(style, "name").strip())
    return min(int(named[1]), 6) if named else None


def _outline(text: str) -> int:
    """Outline levels count from 0; 9 is body text."""
    level = int(text)
    return min(level + 1, 6) if 0 <= level < 9 else 0


@dataclass(slots=True)
class _Reading:
    part: str
    root: etree._Element
    styles: _Styles
    numbering: Numbering
    notes: list[str] = field(default_factory=list)
    _paragraphs: dict[etree._Element, int] = field(init=False)
    _tables: dict[etree._Element, int] = field(init=False)
    _characters: int = 0
    _cells: int = 0
    _depth: int = 0

    def __post_init__(self) -> None:
        self._paragraphs = {p: n for n, p in enumerate(self.root.iter(_P))}
        self._tables = {t: n for n, t in enumerate(self.root.iter(_TBL))}

    def items(self, parent: etree._Element) -> list[Item]:
        """Paragraphs and tables of a body, cell, box or control, in order."""
        out: list[Item] = []
        for child in parent:
            if child.tag == _P:
                out.extend(self._paragraph(child))
            elif child.tag == _TBL:
                out.append(self._table(child))
            elif child.tag in _SKIPPED:
                continue
            elif child.tag == f"{W}sdt":
                content = child.find(f"{W}sdtContent")
                if content is not None and not _is_contents(child):
                    out.extend(self.items(content))
            elif child.tag == f"{_MC}AlternateContent":
                out.extend(self.items(_chosen(child)))
            elif isinstance(child.tag, str) and len(child):
                out.extend(self.items(child))
        return out

    def _paragraph(self, paragraph: etree._Element) -> list[Item]:
        properties = paragraph.find(f"{W}pPr")
        style = value(properties, "pStyle") if properties is not None else ""
        if style and self.styles.is_contents(style):
            return []
        runs: list[str] = []
        boxes: list[Item] = []
        self._inline(paragraph, runs, boxes)
        text = self._number(properties, style, runs) + "".join(runs)
        self._characters += len(text)
        if self._characters > limits.CHARACTERS:
            raise limits.too_many_characters()
        if not text:
            return boxes
        line = Line(text, ParagraphMap(self.part, self._paragraphs[paragraph]), self._level(properties, style))
        return [line, *boxes]

    def _level(self, properties: etree._Element | None, style: str) -> int:
        own = value(properties, "outlineLvl") if properties is not None else ""
        return _outline(own) if own else self.styles.level(style)

    def _number(self, properties: etree._Element | None, style: str, runs: list[str]) -> str:
        """The automatic number; a paragraph without text shows one but says nothing, yet it counts."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        given = self.styles.list_of(style) or self.numbering.of_style(style) if style else None
        num = value(own, "numId") if own is not None else ""
        level = value(own, "ilvl") if own is not None else ""
        if not num and given is None:
            return ""
        if num == "0":
            return ""
        tied = self.numbering.of_style(style) if style else None
        at = int(level) if level else (tied[1] if tied else (given[1] if given else 0))
        number = self.numbering.number(num or (given[0] if given else ""), at)
        return number if any(run.strip() for run in runs) else ""

    def _inline(self, parent: etree._Element, runs: list[str], boxes: list[Item]) -> None:
        for child in parent:
            tag = child.tag
            if tag == _T:
                runs.append(child.text or "")
            elif tag in _CHARACTERS:
                runs.append(_CHARACTERS[tag] if child.get(f"{W}type") not in ("page", "column") else "")
            elif tag in _SKIPPED or (tag == _R and _is_hidden(child)):
                continue
            elif tag == f"{W}txbxContent":
                boxes.extend(self._nested(child))
            elif tag == f"{_MC}AlternateContent":
                self._inline(_chosen(child), runs, boxes)
            elif len(child):
                self._inline(child, runs, boxes)

    def _nested(self, parent: etree._Element) -> list[Item]:
        self._depth += 1
        if self._depth > limits.TABLE_DEPTH:
            raise Refusal(f"表格或文本框嵌套超过 {limits.TABLE_DEPTH} 层，未予读取；请简化版式后重新运行")
        items = self.items(parent)
        self._depth -= 1
        return items

    def _table(self, table: etree._Element) -> RawTable:
        number = self._tables[table]
        out = RawTable(DocxCell(self.part, number, 0, 0))
        above: dict[int, RawCell] = {}  # by grid column: the cell that a continuation below would extend
        for row_number, row in enumerate(_own(table, _TR)):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            cells, above = self._row(row, number, row_number, above)
            out.rows.append([*cells])
        out.groups = [0] * len(out.rows)
        return out

    def _row(
        self, row: etree._Element, table: int, row_number: int, above: dict[int, RawCell]
    ) -> tuple[list[RawCell], dict[int, RawCell]]:
        properties = row.find(f"{W}trPr")
        column = _whole(value(properties, "gridBefore")) if properties is not None else 0
        cells: list[RawCell] = []
        below: dict[int, RawCell] = {}
        for cell_number, cell in enumerate(_own(row, _TC)):
            self._cells += 1
            if self._cells > limits.CELLS:
                raise limits.too_many_cells()
            width, vertical, horizontal = _merges(cell)
            begun = above.get(column) if vertical == "continue" else None
            if begun is not None and begun.column_span == width:
                begun.row_span += 1
                below[column] = begun
            elif horizontal == "continue" and cells and not self._shows(cell):
                cells[-1].column_span += width
            else:
                items = self._nested(cell)
                found = RawCell(items, DocxCell(self.part, table, row_number, cell_number), 1, width, column)
                cells.append(found)
                if vertical:
                    below[column] = found
            column += width
        return cells, below

    @staticmethod
    def _shows(cell: etree._Element) -> bool:
        return any((text.text or "").strip() for text in cell.iter(_T))


def _own(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also inside content controls and insertions, none of nested tables."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
            yield from _own(child, tag)


def _merges(cell: etree._Element) -> tuple[int, str, str]:
    """(width in grid columns, vertical merge, horizontal merge); a merge is "", restart or continue."""
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        return 1, "", ""
    width = min(max(_whole(value(properties, "gridSpan")), 1), limits.SPAN)
    merges = []
    for name in ("vMerge", "hMerge"):
        found = properties.find(f"{W}{name}")
        merges.append("" if found is None else found.get(f"{W}val", "continue"))
    return width, merges[0], merges[1]


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _chosen(alternatives: etree._Element) -> etree._Element:
    """One of the alternatives only: the modern one where it holds anything."""
    choice = alternatives.find(f"{_MC}Choice")
    fallback = alternatives.find(f"{_MC}Fallback")
    if choice is not None and (fallback is None or next(choice.iter(_T), None) is not None):
        return choice
    return fallback if fallback is not None else alternatives


def _is_hidden(run: etree._Element) -> bool:
    return is_on(run.find(f"{W}rPr/{W}vanish"))


def _is_contents(control: etree._Element) -> bool:
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"
