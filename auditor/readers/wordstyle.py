"""The style sheet of a Word 97-2003 file -> what a paragraph's style says of it: outline level, list, table of contents.

Headings    an outline level of the style or of one that it is based on, a built-in heading, or the name Heading n / 标题 n
Contents    the built-in styles toc 1 … 9, or their names
Source      [MS-DOC] 2.9.271 (STSH), 2.9.260 (STD): built-in styles are told by number (1-9 headings, 19-27 contents)
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.readers import sprm
from auditor.readers.sprm import number, sprms

_NONE = 0xFFF
_PARAGRAPH_STYLE = 1
_MOST_STYLES = 4096
_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])", re.I)
_CONTENTS_NAME = re.compile(r"(?:toc|目录)\s*\d", re.I)
_BODY_LEVEL = 9


@dataclass(frozen=True, slots=True)
class _Style:
    built_in: int
    base: int
    name: str
    changes: bytes


class WordStyles:
    """Styles by their number in the file; one that is damaged says nothing."""

    def __init__(self, sheet: bytes) -> None:
        try:
            self._styles = dict(_styles(sheet))
        except (struct.error, IndexError):
            self._styles = {}
        self._levels: dict[int, int] = {}
        self._lists: dict[int, tuple[int, int] | None] = {}

    def level(self, style: int) -> int:
        """1 … 6 for a heading, 0 for text."""
        if style not in self._levels:
            found = (level for s in self._chain(style) if (level := _level(s)) is not None)
            self._levels[style] = next(found, 0)
        return self._levels[style]

    def list_of(self, style: int) -> tuple[int, int] | None:
        """(list, level) that the style puts its paragraphs in, None where it says nothing of lists."""
        if style not in self._lists:
            self._lists[style] = self._list(style)
        return self._lists[style]

    def _list(self, style: int) -> tuple[int, int] | None:
        list_id = level = None
        for found in self._chain(style):
            for opcode, operand in sprms(found.changes):
                if opcode == sprm.P_LIST and list_id is None:
                    list_id = number(operand)
                elif opcode == sprm.P_LIST_LEVEL and level is None:
                    level = number(operand)
        return None if list_id is None else (list_id, level or 0)

    def is_contents(self, style: int) -> bool:
        """Whether the style is one of a table of contents."""
        found = self._styles.get(style)
        return found is not None and (19 <= found.built_in <= 27 or bool(_CONTENTS_NAME.match(found.name)))

    def _chain(self, style: int) -> Iterator[_Style]:
        seen: set[int] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = self._styles[style].base


def heading(outline: int) -> int:
    """Outline levels count from 0; 9 is body text."""
    return min(outline + 1, 6) if 0 <= outline < _BODY_LEVEL else 0


def named_level(name: str) -> int | None:
    """The level that a style's name says, None where it says none."""
    named = _HEADING_NAME.fullmatch(name.strip())
    return heading(int(named[1]) - 1) if named else None


def _level(style: _Style) -> int | None:
    own = [number(operand) for opcode, operand in sprms(style.changes) if opcode == sprm.P_LEVEL]
    if own:
        return heading(own[-1])
    if 1 <= style.built_in <= 9:
        return heading(style.built_in - 1)
    return named_level(style.name)


def _styles(sheet: bytes) -> Iterator[tuple[int, _Style]]:
    head = number(sheet[:2])
    count, fixed = struct.unpack_from("<HH", sheet, 2)
    at = 2 + head
    for id in range(min(count, _MOST_STYLES)):
        size = number(sheet[at : at + 2])
        if size > fixed:
            style = _style(sheet[at + 2 : at + 2 + size], fixed)
            if style is not None:
                yield id, style
        at += 2 + size + size % 2


def _style(data: bytes, fixed: int) -> _Style | None:
    """A paragraph style; the others say nothing of what a paragraph is."""
    kind, based, parts = struct.unpack_from("<HHH", data)
    if based & 0xF != _PARAGRAPH_STYLE:
        return None
    length = number(data[fixed : fixed + 2])
    at = fixed + 2
    name = data[at : at + 2 * length].decode("utf-16-le", "replace")
    at += 2 * length + 2
    changes = b""
    if parts & 0xF:
        size = number(data[at : at + 2])
        changes = data[at + 4 : at + 2 + size]
    base = based >> 4
    return _Style(kind & 0xFFF, -1 if base == _NONE else base, name.split(",")[0], changes)
