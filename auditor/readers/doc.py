"""DOC (Word 97-2003, and the WPS of the same kind) -> blocks in reading order, each with its paragraph or cell.

Places      part `WordDocument`. `DocxText.paragraph` counts, from 0, the paragraphs of the file's whole text as the piece table
            strings it together: each ends with \\r, \\x07 (a cell or row end) or \\x0c; start and end count code points of the
            paragraph's text as given here, its automatic number in front included. `DocxCell` counts tables by where they begin
            (nested ones after the one around them), the rows of each and the cells of a row, from 0, covered and deleted included
Headings    outline level of the paragraph or its style (`wordstyle`)
Numbers     of automatic lists stand in front of the text where they are certain (`wordlist`, `numbering`)
Tables      rows end where the properties of a mark say so, never by counting marks; columns and merges: `wordgrid`
Left out    notes, heads and feet, comments, tracked deletions, hidden text, tables of contents, field codes; a text box stands
            before the paragraph that it is anchored to
Second      opinion (`soffice`), where it is installed: a file that we refuse or in whose cells we find no table
Source      [MS-DOC]; `wordtext`, `sprm` name the parts
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor.model import Document, DocxCell, ParagraphMap
from auditor.readers.grid import Item, Line, settle
from auditor.readers.limits import Refusal
from auditor.readers.numbering import Numbering
from auditor.readers.ole import Compound, Damaged
from auditor.readers.wordflow import WordFlow
from auditor.readers.wordgrid import Layout, read_layout
from auditor.readers.wordlist import read_lists
from auditor.readers.wordstyle import WordStyles, heading
from auditor.readers.wordtext import LIST_USES, LISTS, STYLES, Mark, RawParagraph, WordText

_PART = "WordDocument"
_NO_LIST = 0x7FF
_SHOWN = dict.fromkeys(range(32)) | {0x09: "\t", 0x0B: "\n", 0x1E: "-"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_EMBEDDED = "文档内嵌有 Excel 表格对象，未予读取；表格如在其中，请双击打开后另存为 .xlsx 一并提供"
_NOTHING = "文档中没有文字（可能只有图片或扫描件），请提供可编辑的 Word（.docx）后重新运行"


def read_doc(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of a Word 97-2003 document. Raises Refusal where it is broken or passes a limit."""
    with Compound(data) as file:
        text = WordText(file)
        metadata = file.metadata()
        notes = [_EMBEDDED] if any(path.endswith(("/Workbook", "/Book", "/Package")) for path in file.deeper) else []
    numbering = read_lists(text.structure(LISTS), text.structure(LIST_USES))
    reading = _Reading(WordStyles(text.structure(STYLES)), numbering)
    blocks = settle(reading.items(text))
    if not blocks:
        raise Refusal(_NOTHING)
    return Document(name, sha256, "doc", blocks, "doc", metadata=metadata, notes=tuple(notes))


@dataclass(slots=True)
class _Reading:
    styles: WordStyles
    numbering: Numbering
    flow: WordFlow = field(default_factory=lambda: WordFlow(_cell))
    _layouts: dict[int, Layout] = field(default_factory=dict)  # by the mark they were read from: most rows share one

    def items(self, text: WordText) -> list[Item]:
        """Paragraphs and tables of the main text in order, text boxes among them."""
        paragraphs = list(text.paragraphs())
        boxes = _boxes(text, paragraphs)
        for paragraph in paragraphs:
            if paragraph.begin >= text.main_end:
                break
            for inner in boxes.get(paragraph.number, ()):
                self._box(inner)
            self._paragraph(paragraph)
        return self.flow.finish()

    def _box(self, paragraphs: Iterable[RawParagraph]) -> None:
        """A text box is a text of its own: its tables do not mix with the one that it is anchored in."""
        inner = _Reading(self.styles, self.numbering, WordFlow(_cell, self.flow.tables))
        for paragraph in paragraphs:
            inner._paragraph(paragraph)
        self.flow.add_all(inner.flow.finish())
        self.flow.tables = inner.flow.tables

    def _paragraph(self, paragraph: RawParagraph) -> None:
        mark = paragraph.mark
        self.flow.at_depth(mark.depth)
        outermost = mark.depth == 1
        if mark.depth and (mark.row_end if outermost else mark.inner_row_end):
            self.flow.end_row(self._layout(mark), deleted=paragraph.deleted)
            return
        if paragraph.end == "\x07" and not mark.depth:
            raise Damaged("表格的行列标记已损坏，请用 Word 或 WPS 打开，另存为 Word 文档（.docx）后重新运行")
        self._line(paragraph)
        if mark.depth and (paragraph.end == "\x07" if outermost else mark.inner_cell_end):
            self.flow.end_cell()

    def _layout(self, mark: Mark) -> Layout:
        layout = self._layouts.get(id(mark))
        if layout is None:
            layout = self._layouts[id(mark)] = read_layout(mark.table)
        return layout

    def _line(self, paragraph: RawParagraph) -> None:
        mark = paragraph.mark
        if self.styles.is_contents(mark.style):
            return
        text = _shown(paragraph.text)
        number = self._number(mark)
        if not text:
            return
        if number and text.strip():
            text = number + text
        level = heading(mark.level) if mark.level is not None else self.styles.level(mark.style)
        self.flow.add(Line(text, ParagraphMap(_PART, paragraph.number), level))

    def _number(self, mark: Mark) -> str:
        """The automatic number; a paragraph without text shows none, yet it counts."""
        given = self.styles.list_of(mark.style)
        list_id = mark.list_id if mark.list_id is not None else given[0] if given else 0
        if not 0 < list_id < _NO_LIST:
            return ""
        tied = self.numbering.of_style(str(mark.style))
        level = mark.list_level if mark.list_level is not None else tied[1] if tied else given[1] if given else 0
        return self.numbering.number(str(list_id), level)


def _boxes(text: WordText, paragraphs: list[RawParagraph]) -> dict[int, list[list[RawParagraph]]]:
    """The paragraphs of each text box by the number of the paragraph that it hangs on."""
    out: dict[int, list[list[RawParagraph]]] = {}
    begins = [paragraph.begin for paragraph in paragraphs]
    for anchor, (first, after) in text.boxes().items():
        owner = paragraphs[bisect_right(begins, anchor) - 1].number
        out.setdefault(owner, []).append(paragraphs[bisect_left(begins, first) : bisect_left(begins, after)])
    return out


def _cell(table: int, row: int, cell: int, _: list[Item]) -> DocxCell:
    return DocxCell(_PART, table, row, cell)


def _shown(raw: str) -> str:
    """What a paragraph shows of its characters."""
    text = raw.translate(_SHOWN)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
