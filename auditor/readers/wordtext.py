"""The streams of a Word 97-2003 file -> its characters in order, and the properties of each paragraph.

Characters  of all parts (main text, notes, heads, text boxes) as the piece table strings them together, one a code unit; what
            the file marks as deleted or hidden, and the instructions of fields, are NUL, so that positions stay the file's
Paragraphs  end with \\r, with \\x07 (the end of a cell or a row) or with \\x0c (the end of a page or section)
Properties  of the paragraph's mark: the formatted disk pages (PAPX), then those of its piece; those of styles: `wordstyle`
Refuses     files before Word 97, encrypted ones, and those whose pieces or pages point outside: a hole in the text would read
            as a blank, and a blank is an accusation
Source      [MS-DOC] 2.4.1 (text), 2.4.2 (paragraphs), 2.4.6.1 (their properties), 2.5.1 (Fib), 2.9.38 (Clx)
"""

from __future__ import annotations

import itertools
import re
import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.readers import limits, sprm
from auditor.readers.limits import Refusal
from auditor.readers.ole import BROKEN, Compound, Damaged
from auditor.readers.sniff import REASONS
from auditor.readers.sprm import Sprm, number, sprms

STYLES, _CHARACTER_PAGES, _PARAGRAPH_PAGES, _PIECES, _SHAPES, _BOXES, LISTS, LIST_USES = 1, 12, 13, 33, 40, 56, 73, 74
_PAGE = 512
_IDENT, _WORD_97 = 0xA5EC, 106
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_MOST_PIECES, _MOST_PAGES, _MOST_STEPS = 200_000, 20_000, 5_000_000
_PARAGRAPH = re.compile(r"[^\r\x07\x0c]*+[\r\x07\x0c]|[^\r\x07\x0c]++")
_NO_MARK = re.compile(r"[^\r\x07\x0c]")
_FIELD_MARK = re.compile("[\x13\x14\x15]")
_LEFT_OUT = re.compile(rb"[\x00\x3c]\x08")  # the opcodes of deleted and hidden characters

# One-byte characters are Unicode but for these, which are those of Windows ([MS-DOC] 2.9.73).
_EIGHT_BIT = {n: bytes([n]).decode("cp1252") for n in (*range(0x82, 0x8D), *range(0x91, 0x9D), 0x9F)}

Range = tuple[int, int]


@dataclass(slots=True)
class Mark:
    """What a paragraph's mark says of it; `depth` 0 stands in no table. None where the style decides."""

    style: int = 0
    depth: int = 0
    row_end: bool = False
    inner_cell_end: bool = False
    inner_row_end: bool = False
    level: int | None = None
    list_id: int | None = None
    list_level: int | None = None
    table: list[Sprm] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RawParagraph:
    """A paragraph of the file: its number among all, where it begins, its characters, its end and its properties."""

    number: int
    begin: int
    text: str
    end: str
    mark: Mark
    deleted: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    begin: int
    end: int
    offset: int  # of its first byte in the stream
    width: int  # bytes a character
    changes: bytes


class WordText:
    """The text of a Word file held in memory. Raises Refusal where it cannot be trusted."""

    def __init__(self, file: Compound) -> None:
        main = file.stream("WordDocument") or b""
        flags = _flags(main)
        self._main = main
        self._steps = 0
        self._table = file.stream("1Table" if flags & _TABLE_1 else "0Table") or b""
        self._data = file.stream("Data") or b""
        try:
            self._pairs, self._lengths = _directory(main)
            self._pieces = self._read_pieces()
            self._starts, self._ends, self._papx = self._paragraph_pages()
            whole = self._characters()
            self._deleted = self._marked(whole)
        except (struct.error, IndexError) as error:
            raise Damaged(BROKEN) from error
        self.text = _blanked(whole, [*self._deleted, *self._instructions(whole)])
        self._marks: dict[tuple[bytes, bytes], Mark] = {}

    @property
    def main_end(self) -> int:
        """Where the main text ends."""
        return self._lengths[0]

    def structure(self, number: int) -> bytes:
        """A structure of the table stream by its number in the Fib, from its begin to the end of the stream."""
        begin, length = self._pair(number)
        return self._table[begin:] if length else b""

    def _pair(self, number: int) -> Range:
        return self._pairs[number] if number < len(self._pairs) else (0, 0)

    def _plain(self, number: int) -> bytes:
        begin, length = self._pair(number)
        if begin + length > len(self._table):
            raise Damaged(BROKEN)
        return self._table[begin : begin + length]

    # --- characters --------------------------------------------------------------------------------

    def _read_pieces(self) -> list[_Piece]:
        changes, table = _clx(self._plain(_PIECES))
        count = (len(table) - 4) // 12
        total = sum(self._lengths)
        if not 0 < count <= _MOST_PIECES or total <= 0:
            raise Damaged(BROKEN)
        if total > limits.CHARACTERS:
            raise limits.too_many_characters()
        bounds = struct.unpack_from(f"<{count + 1}I", table)
        if bounds[0] != 0 or bounds[-1] < total or any(a >= b for a, b in itertools.pairwise(bounds)):
            raise Damaged(BROKEN)
        out = []
        for at in range(count):
            if bounds[at] >= total:
                break
            _, place, change = struct.unpack_from("<HIH", table, 4 * (count + 1) + 8 * at)
            narrow = bool(place & 0x40000000)
            offset = (place & 0x3FFFFFFF) // (2 if narrow else 1)
            piece = _Piece(bounds[at], min(bounds[at + 1], total), offset, 1 if narrow else 2, _change(change, changes))
            if offset + (piece.end - piece.begin) * piece.width > len(self._main):
                raise Damaged(BROKEN)
            out.append(piece)
        return out

    def _characters(self) -> str:
        parts = []
        for piece in self._pieces:
            count = piece.end - piece.begin
            raw = self._main[piece.offset : piece.offset + count * piece.width]
            if piece.width == 1:
                parts.append(raw.decode("latin-1").translate(_EIGHT_BIT))
                continue
            text = raw.decode("utf-16-le", "surrogatepass")
            parts.append(text if len(text) == count else "".join(map(chr, struct.unpack(f"<{count}H", raw))))
        return "".join(parts)

    def _offset(self, position: int) -> tuple[int, _Piece]:
        """Where a character stands in the stream, and its piece."""
        piece = self._pieces[bisect_right(self._pieces, position, key=lambda p: p.begin) - 1]
        return piece.offset + (position - piece.begin) * piece.width, piece

    def _positions(self, begin: int, end: int) -> Iterator[Range]:
        """The characters that stand between two offsets of the stream."""
        self._steps += len(self._pieces)
        if self._steps > _MOST_STEPS:
            raise Damaged(BROKEN)
        for piece in self._pieces:
            first = max(begin, piece.offset) - piece.offset
            last = min(end, piece.offset + (piece.end - piece.begin) * piece.width) - piece.offset
            if first < last:
                yield piece.begin + first // piece.width, piece.begin + -(-last // piece.width)

    def _marked(self, text: str) -> list[Range]:
        """What is deleted with changes tracked, or hidden."""
        out = [(p.begin, p.end) for p in self._pieces if p.changes and _is_left_out(p.changes)]
        for page in self._pages(_CHARACTER_PAGES):
            if not _LEFT_OUT.search(page):
                continue
            count = page[-1]
            bounds = struct.unpack_from(f"<{count + 1}I", page)
            for at in range(count):
                where = page[4 * (count + 1) + at] * 2
                run = page[where + 1 : where + 1 + page[where]] if where else b""
                if _is_left_out(run):
                    out.extend(self._positions(bounds[at], bounds[at + 1]))
        return _joined(out)

    def _instructions(self, text: str) -> Iterator[Range]:
        """From the begin of each field to the begin of its result, or of the field without one, to its end."""
        begin = 0
        for length in self._lengths:
            yield from _instructions(text, begin, begin + length)
            begin += length

    # --- paragraphs --------------------------------------------------------------------------------

    def paragraphs(self) -> Iterator[RawParagraph]:
        """All paragraphs of all parts in order."""
        deleted = [begin for begin, _ in self._deleted]
        for at, match in enumerate(_PARAGRAPH.finditer(self.text)):
            text, last = match[0], match.end() - 1
            ended = text[-1] in "\r\x07\x0c"
            span = bisect_right(deleted, last) - 1
            gone = span >= 0 and self._deleted[span][1] > last
            yield RawParagraph(
                at, match.start(), text[:-1] if ended else text, text[-1] if ended else "", self._mark(last), gone
            )

    def _mark(self, position: int) -> Mark:
        offset, piece = self._offset(position)
        at = bisect_right(self._starts, offset) - 1
        papx = self._papx[at] if at >= 0 and offset < self._ends[at] else b""
        key = (papx, piece.changes)
        if key not in self._marks:
            self._marks[key] = self._read_mark(papx, piece.changes)
        return self._marks[key]

    def _read_mark(self, papx: bytes, changes: bytes) -> Mark:
        mark = Mark(style=number(papx[:2]))
        in_table, depth = False, 0
        for opcode, operand in [*self._unfolded(papx[2:]), *sprms(changes)]:
            if opcode == sprm.P_IN_TABLE:
                in_table = operand != b"\0"
            elif opcode == sprm.P_DEPTH:
                depth = int.from_bytes(operand, "little", signed=True)
            elif opcode == sprm.P_DEPTH_MORE:
                depth += int.from_bytes(operand, "little", signed=True)
            else:
                _set(mark, opcode, operand)
        mark.depth = max(depth, int(in_table))
        return mark

    def _unfolded(self, run: bytes) -> Iterator[Sprm]:
        """The modifiers of a paragraph; a long run stands in the data stream."""
        for opcode, operand in sprms(run):
            if opcode in (sprm.P_HUGE, sprm.P_HUGE_OLD):
                at = number(operand)
                yield from sprms(self._data[at + 2 : at + 2 + number(self._data[at : at + 2])])
            else:
                yield opcode, operand

    def _paragraph_pages(self) -> tuple[array[int], array[int], list[bytes]]:
        found: list[tuple[int, int, bytes]] = []
        for page in self._pages(_PARAGRAPH_PAGES):
            count = page[-1]
            bounds = struct.unpack_from(f"<{count + 1}I", page)
            for at in range(count):
                where = page[4 * (count + 1) + 13 * at] * 2
                found.append((bounds[at], bounds[at + 1], _papx(page, where) if where else b""))
        found.sort(key=lambda run: run[0])
        return array("I", [f[0] for f in found]), array("I", [f[1] for f in found]), [f[2] for f in found]

    def _pages(self, number: int) -> Iterator[bytes]:
        """The formatted disk pages of a kind; their last byte counts their runs."""
        table = self._plain(number)
        count = max(len(table) - 4, 0) // 8
        if count > _MOST_PAGES:
            raise Damaged(BROKEN)
        for page in struct.unpack_from(f"<{count}I", table, 4 * (count + 1)) if count else ():
            at = (page & 0x3FFFFF) * _PAGE
            if at + _PAGE > len(self._main):
                raise Damaged(BROKEN)
            yield self._main[at : at + _PAGE]

    # --- text boxes --------------------------------------------------------------------------------

    def boxes(self) -> dict[int, Range]:
        """The characters of each text box by the position of its anchor in the main text; () where there are none."""
        begin = sum(self._lengths[:6])
        if not self._lengths[6]:
            return {}
        anchors = {number(shape[:4]): at for at, _, shape in _plc(self._plain(_SHAPES), 26)}
        out: dict[int, Range] = {}
        last = 0
        for first, after, box in _plc(self._plain(_BOXES), 22):
            id = number(box[14:18])
            if id not in anchors:
                continue
            if not last <= first <= after <= self._lengths[6]:
                raise Damaged(BROKEN)
            last = after
            out[anchors[id]] = (begin + first, begin + after)
        return out


def _flags(main: bytes) -> int:
    """The flags of the Fib, of a file that can be read."""
    if len(main) < 64 or number(main[:2]) != _IDENT:
        raise Damaged(BROKEN)
    flags = number(main[10:12])
    if flags & _ENCRYPTED:
        raise Refusal(REASONS["encrypted"])
    if number(main[2:4]) < _WORD_97:
        raise Damaged("文件为 Word 6.0/95 格式，请用 Word 或 WPS 打开，另存为 Word 文档（.docx）后重新运行")
    return flags


def _directory(main: bytes) -> tuple[list[Range], list[int]]:
    """(begin, length) of each structure of the table stream; the lengths of the eight parts of the text."""
    at = 32
    at += 2 + 2 * number(main[at : at + 2])
    words = number(main[at : at + 2])
    if words < 11:
        raise Damaged(BROKEN)
    values = struct.unpack_from(f"<{words}i", main, at + 2)
    at += 2 + 4 * words
    count = number(main[at : at + 2])
    pairs = struct.unpack_from(f"<{2 * count}I", main, at + 2)
    lengths = list(values[3:11])
    if any(length < 0 for length in lengths):
        raise Damaged(BROKEN)
    return list(zip(pairs[::2], pairs[1::2], strict=True)), lengths


def _clx(data: bytes) -> tuple[list[bytes], bytes]:
    """(modifiers that pieces refer to, the piece table)."""
    changes: list[bytes] = []
    at = 0
    while at < len(data) and data[at] == 1:
        size = number(data[at + 1 : at + 3])
        changes.append(data[at + 3 : at + 3 + size])
        at += 3 + size
    if at >= len(data) or data[at] != 2:
        raise Damaged(BROKEN)
    return changes, data[at + 5 : at + 5 + number(data[at + 1 : at + 5])]


def _change(value: int, changes: list[bytes]) -> bytes:
    """The modifiers of a piece."""
    if value & 1:
        at = value >> 1
        return changes[at] if at < len(changes) else b""
    opcode = sprm.SHORT.get(value >> 1 & 0x7F)
    return opcode.to_bytes(2, "little") + bytes([value >> 8]) if opcode else b""


def _papx(page: bytes, at: int) -> bytes:
    """Style and modifiers of a paragraph."""
    size = page[at]
    return page[at + 1 : at + 2 * size] if size else page[at + 2 : at + 2 + 2 * page[at + 1]]


def _set(mark: Mark, opcode: int, operand: bytes) -> None:
    if opcode == sprm.P_STYLE:
        mark.style = number(operand)
    elif opcode == sprm.P_ROW_END:
        mark.row_end = operand != b"\0"
    elif opcode == sprm.P_INNER_CELL_END:
        mark.inner_cell_end = operand != b"\0"
    elif opcode == sprm.P_INNER_ROW_END:
        mark.inner_row_end = operand != b"\0"
    elif opcode == sprm.P_LEVEL:
        mark.level = number(operand)
    elif opcode == sprm.P_LIST:
        mark.list_id = number(operand)
    elif opcode == sprm.P_LIST_LEVEL:
        mark.list_level = number(operand)
    elif opcode >> 10 & 7 == 5:  # of a table row
        mark.table.append((opcode, operand))


def _is_left_out(run: bytes) -> bool:
    """Whether characters with these modifiers are deleted or hidden."""
    if not _LEFT_OUT.search(run):
        return False
    last = dict(sprms(run))
    return any(last.get(opcode, b"\0") not in (b"\0", b"\x80") for opcode in (sprm.C_DELETED, sprm.C_HIDDEN))


def _instructions(text: str, begin: int, end: int) -> Iterator[Range]:
    opened: list[list[int]] = []
    for match in _FIELD_MARK.finditer(text, begin, end):
        at = match.start()
        if match[0] == "\x13":
            opened.append([at, -1])
        elif not opened:
            continue
        elif match[0] == "\x14":
            opened[-1][1] = at if opened[-1][1] < 0 else opened[-1][1]
        else:
            first, result = opened.pop()
            last = (result if result >= 0 else at) + 1
            if "\x07" not in text[first:last]:  # no instruction runs over cells: the marks are damaged
                yield first, last


def _joined(ranges: Iterable[Range]) -> list[Range]:
    out: list[Range] = []
    for begin, end in sorted(ranges):
        if out and begin <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((begin, end))
    return out


def _blanked(text: str, ranges: Iterable[Range]) -> str:
    """The text with NUL for every character within the ranges but the marks that end paragraphs."""
    parts: list[str] = []
    at = 0
    for begin, end in _joined(ranges):
        parts += [text[at:begin], _NO_MARK.sub("\0", text[begin:end])]
        at = end
    return "".join([*parts, text[at:]])


def _plc(data: bytes, size: int) -> Iterator[tuple[int, int, bytes]]:
    """(begin, end, data) of each entry of a PLC with entries of that size."""
    count = max(len(data) - 4, 0) // (4 + size)
    bounds = struct.unpack_from(f"<{count + 1}I", data) if count else ()
    for at in range(count):
        where = 4 * (count + 1) + size * at
        yield bounds[at], bounds[at + 1], data[where : where + size]
