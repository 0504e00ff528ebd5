"""The lists of a Word 97-2003 file -> the numbers that its paragraphs show, counted as those of a DOCX (`numbering`).

Names     a list is named by its place among the list uses (from 1, as paragraphs name it), an abstract list by its own number
Damage    lists that cannot be read through number nothing: a number is given only where it is certain
Source    [MS-DOC] 2.9.131 (LFO), 2.9.147 (LSTF), 2.9.150 (LVLF); [MS-OSHARED] 2.2.1.3 (number formats)
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from auditor.readers.numbering import Level, ListUse, Numbering
from auditor.readers.sprm import number

_MOST = 4096
_LEVELS = 9
_FORMATS = (
    "decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "cardinalText", "ordinalText", "hex",
    "chicago", "ideographDigital", "japaneseCounting", "aiueo", "iroha", "decimalFullWidth", "decimalHalfWidth",
    "japaneseLegal", "japaneseDigitalTenThousand", "decimalEnclosedCircle", "decimalFullWidth2", "aiueoFullWidth",
    "irohaFullWidth", "decimalZero", "bullet", "ganada", "chosung", "decimalEnclosedFullstop", "decimalEnclosedParen",
    "decimalEnclosedCircleChinese", "ideographEnclosedCircle", "ideographTraditional", "ideographZodiac",
    "ideographZodiacTraditional", "taiwaneseCounting", "ideographLegalTraditional", "taiwaneseCountingThousand",
    "taiwaneseDigital", "chineseCounting", "chineseLegalSimplified", "chineseCountingThousand",
)  # fmt: skip
_NO_STYLE = 0xFFF


@dataclass(slots=True)
class _Reader:
    """Bytes read one after another. Raises IndexError past the end."""

    data: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        out = self.data[self.at : self.at + count]
        if len(out) < count:
            raise IndexError
        self.at += count
        return out

    def count(self, size: int) -> int:
        found = number(self.take(size))
        if found > _MOST:
            raise IndexError
        return found


def read_lists(lists: bytes, uses: bytes) -> Numbering:
    """The numbering that the two structures of the table stream describe; `lists` goes on behind its own end."""
    try:
        abstract, by_style = _abstract(_Reader(lists)) if lists else ({}, {})
        found = _uses(_Reader(uses)) if uses else {}
    except (IndexError, struct.error):
        return Numbering(None)
    tied = {
        style: (name, level)
        for style, (id, level) in by_style.items()
        for name in [next((n for n, use in found.items() if use.abstract == id), "")]
        if name
    }
    return Numbering.of(abstract, found, tied)


def _abstract(data: _Reader) -> tuple[dict[str, dict[int, Level]], dict[str, tuple[str, int]]]:
    heads = [data.take(28) for _ in range(data.count(2))]
    out: dict[str, dict[int, Level]] = {}
    by_style: dict[str, tuple[str, int]] = {}
    for head in heads:
        id = str(number(head[:4]))
        simple = bool(head[26] & 1)
        out[id] = {at: _level(data) for at in range(1 if simple else _LEVELS)}
        for level, style in enumerate(struct.unpack_from("<9H", head, 8)):
            if style != _NO_STYLE:
                by_style.setdefault(str(style), (id, level))
    return out, by_style


def _level(data: _Reader) -> Level:
    start, form, flags = struct.unpack("<iBB", data.take(6))
    data.take(18)
    characters, paragraph, limit, _ = data.take(4)
    data.take(characters + paragraph)
    text = data.take(2 * data.count(2)).decode("utf-16-le", "replace")
    shown = "".join(f"%{ord(c) + 1}" if ord(c) < _LEVELS else c for c in text.replace("%", "％"))
    restart = -1 if not flags & 8 else limit
    return Level(_FORMATS[form] if form < len(_FORMATS) else "none", shown, start, restart, bool(flags & 4))


def _uses(data: _Reader) -> dict[str, ListUse]:
    heads = [data.take(16) for _ in range(data.count(4))]
    out: dict[str, ListUse] = {}
    for at, head in enumerate(heads, 1):
        use = out[str(at)] = ListUse(str(number(head[:4])))
        data.take(4)
        for _ in range(head[12]):
            start, flags = struct.unpack("<iI", data.take(8))
            if flags & 0x20:
                use.levels[flags & 0xF] = _level(data)
            elif flags & 0x10:
                use.starts[flags & 0xF] = start
    return out
