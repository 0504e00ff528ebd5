"""RTF (often named .doc) -> blocks in reading order, each with its span in the file.

Places      spans of bytes (the file is ASCII: read as Latin-1, a byte is a character). A cell's runs from its first to its last
            character, a blank cell's is its end mark
Characters  \\u by number, its stand-ins skipped; \\'hh in the code page of the font, which a lead byte may share with plain text
Tables      rows end with \\row, cells with \\cell, nested ones with \\nestrow and \\nestcell; columns and merges: `wordgrid`
Headings    outline level of the paragraph or its style, or a style named heading n / 标题 n
Numbers     of automatic lists as Word wrote them beside the paragraph (\\listtext, \\pntext)
Left out    heads and feet, notes, comments, hidden and deleted text, field codes, pictures, whatever is marked as ignorable
Why own     striprtf loses the tables, and no other library that is kept up reads them
Source      Rich Text Format specification 1.9.1
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

from auditor.model import Document, Place, Span
from auditor.readers.flow import Piece
from auditor.readers.grid import Item, Line, settle
from auditor.readers.limits import Refusal
from auditor.readers.wordflow import WordFlow
from auditor.readers.wordgrid import Layout
from auditor.readers.wordstyle import heading, named_level

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)|\\'?", re.S
)
_MOST_TOKENS, _MOST_DEPTH = 3_000_000, 1_000
_SKIPPED = frozenset(
    [
        "colortbl",
        "filetbl",
        "listtable",
        "listoverridetable",
        "revtbl",
        "rsidtbl",
        "generator",
        "pict",
        "objdata",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "footnote",
        "annotation",
        "atnid",
        "atnauthor",
        "fldinst",
        "xe",
        "tc",
        "txe",
        "rxe",
        "sp",
        "shprslt",
        "themedata",
        "datastore",
        "colorschememapping",
        "latentstyles",
        "datafield",
        "bkmkstart",
        "bkmkend",
        "nonesttables",
        "pn",
    ]
)
_IGNORABLE_KEPT = frozenset(("shpinst", "nesttableprops"))
_TEXTS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}"}
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs"}
_CODEPAGES = {932: "cp932", 936: "gb18030", 949: "cp949", 950: "big5hkscs", 65001: "utf-8"}
_NOTE = "RTF 文档：位置为文件中的字节位置"
_BROKEN = "RTF 文件内部结构异常，未予读取；请用 Word 或 WPS 打开，另存为 Word 文档（.docx）后重新运行"
_NOTHING = "文档中没有文字（可能只有图片或扫描件），请提供可编辑的 Word（.docx）后重新运行"


def read_rtf(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of a document. Raises Refusal where it passes a limit or holds no text."""
    reading = _Reading(data.decode("latin-1"))
    blocks = settle(reading.items())
    if not blocks:
        raise Refusal(_NOTHING)
    return Document(name, sha256, "rtf", blocks, "rtf", metadata=reading.metadata, notes=(_NOTE,))


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group inherits and its end takes back. `mode`: text, skip, fonts, styles, info, or title, author."""

    mode: str = "text"
    stand_ins: int = 1
    font: int = -1
    hidden: bool = False
    deleted: bool = False
    depth: int = 0
    style: int = 0
    level: int | None = None
    number: bool = False
    box: bool = False


@dataclass(slots=True)
class _Reading:
    source: str
    metadata: dict[str, str] = field(default_factory=dict)
    _groups: list[_Group] = field(default_factory=list)
    _now: _Group = field(default_factory=_Group)
    _begun: bool = False  # a group has just been opened: a destination may follow
    _ignorable: bool = False
    _stand_ins: int = 0  # characters still to skip after \u
    _texts: list[str] = field(default_factory=list)
    _pieces: list[Piece] = field(default_factory=list)
    _length: int = 0
    _raw: bytearray = field(default_factory=bytearray)
    _raw_span: tuple[int, int] = (0, 0)
    _mark: tuple[int, int] = (0, 0)  # of the last control word
    _fonts: dict[int, str] = field(default_factory=dict)
    _font: int = 0  # whose entry is being read
    _default: int = 0
    _codepage: str = "cp1252"
    _levels: dict[int, int] = field(default_factory=dict)
    _style: int = 0  # whose entry is being read
    _style_name: str = ""
    _edges: list[int] = field(default_factory=lambda: [0])
    _across: list[int] = field(default_factory=list)
    _down: list[int] = field(default_factory=list)
    _flags: tuple[int, int] = (0, 0)
    _flow: WordFlow = field(init=False)

    def __post_init__(self) -> None:
        self._flow = WordFlow(self._cell_place)

    def items(self) -> list[Item]:
        """Paragraphs and tables in order."""
        at = tokens = 0
        while match := _TOKEN.match(self.source, at):
            at = match.end()
            tokens += 1
            if tokens > _MOST_TOKENS:
                raise Refusal(_BROKEN)
            word, value, code, symbol, brace, text = match.groups()
            self._mark = match.span()
            if code:
                self._byte(int(code, 16), match.start(), at)
            elif text:
                self._literal(text, match.start())
            elif brace:
                self._brace(brace)
            elif symbol:
                self._symbol(symbol)
            elif word:
                at += self._word(word, int(value) if value else None)
        self._end_paragraph()
        return self._flow.finish()

    # --- characters --------------------------------------------------------------------------------

    def _byte(self, value: int, start: int, end: int) -> None:
        self._begun = False
        if self._stand_ins:
            self._stand_ins -= 1
            return
        if not self._raw:
            self._raw_span = (start, end)
        self._raw.append(value)
        self._raw_span = (self._raw_span[0], end)

    def _literal(self, text: str, start: int) -> None:
        self._begun = False
        skipped = min(self._stand_ins, len(text))
        self._stand_ins -= skipped
        text, start = text[skipped:], start + skipped
        if text and self._raw and self._is_open_ended():
            self._raw.append(ord(text[0]) & 0xFF)
            self._raw_span = (self._raw_span[0], start + 1)
            text, start = text[1:], start + 1
        self._flush_raw()
        self._put(text, start, start + len(text))

    def _is_open_ended(self) -> bool:
        decoder = codecs.getincrementaldecoder(self._encoding())("replace")
        decoder.decode(bytes(self._raw))
        return bool(decoder.getstate()[0])

    def _encoding(self) -> str:
        font = self._now.font if self._now.font >= 0 else self._default
        return self._fonts.get(font, self._codepage)

    def _flush_raw(self) -> None:
        if self._raw:
            text = bytes(self._raw).decode(self._encoding(), "replace")
            self._raw.clear()
            self._put(text, *self._raw_span)

    def _put(self, text: str, start: int, end: int) -> None:
        now = self._now
        if not text or now.mode == "skip":
            return
        if now.mode == "styles":
            self._style_name += text
            level = named_level(self._style_name.rstrip(";"))
            if level is not None:
                self._levels.setdefault(self._style, level)
        elif now.mode in ("title", "author"):
            self.metadata[now.mode] = self.metadata.get(now.mode, "") + text
        elif now.mode == "text" and not now.hidden and not now.deleted:
            self._texts.append(text)
            self._pieces.append((self._length, len(text), start, end - start))
            self._length += len(text)

    def _unicode(self, value: int) -> None:
        self._flush_raw()
        value &= 0xFFFF
        start, end = self._mark
        last = self._texts[-1] if self._texts else ""
        if 0xDC00 <= value < 0xE000 and len(last) == 1 and "\ud800" <= last < "\udc00":
            self._texts[-1] = chr(0x10000 + ((ord(last) - 0xD800) << 10) + value - 0xDC00)
            at, length, begin, _ = self._pieces[-1]
            self._pieces[-1] = (at, length, begin, end - begin)
        else:
            self._put(chr(value), start, end)
        self._stand_ins = self._now.stand_ins

    # --- groups and words --------------------------------------------------------------------------

    def _brace(self, brace: str) -> None:
        self._flush_raw()
        self._stand_ins = 0
        self._begun, self._ignorable = brace == "{", False
        if brace == "{":
            if len(self._groups) >= _MOST_DEPTH:
                raise Refusal(_BROKEN)
            self._groups.append(self._now)
            self._now = replace(self._now, box=False)
        elif self._groups:
            if self._now.box:
                self._end_paragraph()
            self._now = self._groups.pop()

    def _symbol(self, symbol: str) -> None:
        self._flush_raw()
        if symbol == "*" and self._begun:
            self._ignorable = True
            return
        self._begun = False
        if self._stand_ins:
            self._stand_ins -= 1
        elif symbol in "\r\n":
            self._end_paragraph()
        elif symbol in _SYMBOLS:
            self._put(_SYMBOLS[symbol], *self._mark)

    def _word(self, word: str, value: int | None) -> int:
        """Obeys a control word; the number of bytes of binary data to step over."""
        self._flush_raw()
        if self._stand_ins and word != "u":
            self._stand_ins -= 1
        begun, ignorable = self._begun, self._ignorable
        self._begun = self._ignorable = False
        if word == "bin":
            return max(value or 0, 0)
        if begun and self._destination(word, ignorable):
            return 0
        if self._now.mode == "skip":
            return 0
        if self._now.mode != "text":
            self._entry(word, value)
        elif not (self._row_word(word, value) or self._paragraph_word(word, value)):
            self._character_word(word, value)
        return 0

    def _destination(self, word: str, ignorable: bool) -> bool:
        """Whether the word that a group begins with says where its text goes."""
        modes = {"fonttbl": "fonts", "stylesheet": "styles", "info": "info"}
        if self._now.mode == "skip" or word in _SKIPPED or (ignorable and word not in _IGNORABLE_KEPT):
            if not (self._now.mode == "styles" and word == "cs"):
                self._now = replace(self._now, mode="skip")
        elif word in modes:
            self._now = replace(self._now, mode=modes[word])
        elif self._now.mode == "info":
            self._now = replace(self._now, mode=word if word in ("title", "author") else "skip")
        elif word in ("listtext", "pntext"):
            self._now = replace(self._now, number=True)
        elif word == "shptxt" and self._now.mode == "text":
            self._end_paragraph()
            self._now = replace(self._now, box=True, depth=0)
        else:
            return False
        return True

    def _entry(self, word: str, value: int | None) -> None:
        """A word of the table of fonts or of styles."""
        number = value or 0
        if self._now.mode == "fonts" and word == "f":
            self._font = number
            self._now = replace(self._now, font=number)
        elif self._now.mode == "fonts" and word == "fcharset" and number in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[number]
        elif self._now.mode == "styles" and word == "s":
            self._style, self._style_name = number, ""
        elif self._now.mode == "styles" and word == "outlinelevel":
            self._levels[self._style] = heading(number)
        elif word == "u":
            self._unicode(number)

    def _row_word(self, word: str, value: int | None) -> bool:
        across, down = self._flags
        if word == "trowd":
            self._edges, self._across, self._down, self._flags = [0], [], [], (0, 0)
        elif word == "trleft":
            self._edges[0] = value or 0
        elif word in ("clmgf", "clmrg"):
            self._flags = (1 if word == "clmgf" else 2, down)
        elif word in ("clvmgf", "clvmrg"):
            self._flags = (across, 3 if word == "clvmgf" else 1)
        elif word == "cellx":
            self._edges.append(value or 0)
            self._across.append(across)
            self._down.append(down)
            self._flags = (0, 0)
        elif word in ("cell", "nestcell"):
            self._end_paragraph(deepest=1 if word == "cell" else 2)
            self._flow.end_cell()
        elif word in ("row", "nestrow"):
            self._end_paragraph(deepest=1 if word == "row" else 2, empty=True)
            self._flow.end_row(Layout(self._edges, self._across, self._down))
        else:
            return False
        return True

    def _paragraph_word(self, word: str, value: int | None) -> bool:
        now = self._now
        if word in ("par", "sect"):
            self._end_paragraph()
        elif word == "pard":
            self._now = replace(now, depth=0, style=0, level=None)
        elif word == "intbl":
            self._now = replace(now, depth=max(now.depth, 1))
        elif word == "itap":
            self._now = replace(now, depth=max(value or 0, 0))
        elif word == "s":
            self._now = replace(now, style=value or 0)
        elif word == "outlinelevel":
            self._now = replace(now, level=value or 0)
        else:
            return False
        return True

    def _character_word(self, word: str, value: int | None) -> None:
        now = self._now
        if word == "u":
            self._unicode(value or 0)
        elif word == "tab" and now.number:
            return
        elif word in _TEXTS:
            self._put(_TEXTS[word], *self._mark)
        elif word == "uc":
            self._now = replace(now, stand_ins=min(max(value or 0, 0), 16))
        elif word == "f":
            self._now = replace(now, font=value or 0)
        elif word == "v":
            self._now = replace(now, hidden=value != 0)
        elif word == "deleted":
            self._now = replace(now, deleted=value != 0)
        elif word == "plain":
            self._now = replace(now, hidden=False, deleted=False, font=-1)
        elif word == "ansicpg":
            self._codepage = _CODEPAGES.get(value or 0, "cp1252")
        elif word == "deff":
            self._default = value or 0

    # --- paragraphs --------------------------------------------------------------------------------

    def _end_paragraph(self, deepest: int = 0, *, empty: bool = False) -> None:
        """The end of a paragraph, which stands at least so deep in tables; `empty`: without text it is none."""
        self._flush_raw()
        now = self._now
        text = "".join(self._texts).translate(_LONE) if self._texts else ""
        depth = now.depth if deepest == 0 else 1 if deepest == 1 else max(now.depth, 2)
        if text or not empty or deepest:
            self._flow.at_depth(depth)
        if text:
            level = heading(now.level) if now.level is not None else self._levels.get(now.style, 0)
            self._flow.add(Line(text, self._pieces, level))
        self._texts, self._pieces, self._length = [], [], 0

    def _cell_place(self, table: int, row: int, cell: int, items: list[Item]) -> Place:
        lines = [item for item in items if isinstance(item, Line)]
        if not lines or len(lines) < len(items):
            return Span(*self._mark)
        return Span(lines[0].begin, lines[-1].end)


_LONE = dict.fromkeys(range(55296, 57344), "�")
