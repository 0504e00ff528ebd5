"""Paragraphs with their modifiers -> a Word 97-2003 file, with the text in any pieces, in any order in the stream.

The modifiers of a paragraph stand at its mark only: where a piece ends within it, the rest has none, as fast saves leave it.
Source    [MS-DOC], read for writing
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from render_ole import make_ole

IN_TABLE = b"\x16\x24\x01"
ROW_END = b"\x17\x24\x01"
INNER_CELL, INNER_ROW = b"\x4b\x24\x01", b"\x4c\x24\x01"
HIDDEN, DELETED = b"\x3c\x08\x01", b"\x00\x08\x01"
_PAGE, _TEXT_AT = 512, 0x800
_FIB_PAIRS = 93


@dataclass(frozen=True)
class P:
    """A paragraph: its characters, the mark that ends it, its modifiers and style."""

    text: str
    end: str = "\r"
    changes: bytes = b""
    style: int = 0


@dataclass(frozen=True)
class Cell:
    """A cell: its paragraphs' texts (a nested table among them), its merge flags."""

    content: str | Sequence[str | Sequence[Sequence[Cell]]] = ""
    across: int = 0
    down: int = 0


@dataclass(frozen=True)
class Style:
    """A paragraph style: its built-in number, what it is based on, its name and modifiers."""

    built_in: int = 0xFFE
    base: int = 0xFFF
    name: str = ""
    changes: bytes = b""


@dataclass(frozen=True)
class Run:
    """Characters with modifiers of their own."""

    begin: int
    end: int
    changes: bytes


@dataclass
class Layout:
    """How the text lies in the file: where it is cut, which pieces take one byte a character, their order in the stream."""

    cuts: Sequence[int] = ()
    narrow: bool = True
    backwards: bool = False
    lengths: Sequence[int] = ()  # of the parts after the main text: notes, heads, macros, comments, end notes, boxes, …
    piece_changes: dict[int, int] = field(default_factory=dict)  # piece -> Prm
    clx_changes: Sequence[bytes] = ()


def depth(level: int) -> bytes:
    return b"\x49\x66" + struct.pack("<i", level)


def outline(level: int) -> bytes:
    return b"\x40\x26" + bytes([level])


def definition(edges: Sequence[int], across: Sequence[int] = (), down: Sequence[int] = ()) -> bytes:
    """sprmTDefTable."""
    count = len(edges) - 1
    body = bytes([count]) + struct.pack(f"<{count + 1}h", *edges)
    for at in range(count):
        flags = (across[at] if at < len(across) else 0) | (down[at] if at < len(down) else 0) << 5
        body += struct.pack("<H", flags) + bytes(18)
    return b"\x08\xd6" + struct.pack("<H", len(body) + 1) + body


def table(rows: Sequence[Sequence[Cell]], edges: Sequence[Sequence[int]] | None = None, level: int = 1) -> list[P]:
    """The paragraphs of a table; `edges` of each row, else evenly spaced; `edges` [] leaves the definition out."""
    out: list[P] = []
    inside = IN_TABLE + depth(level)
    for number, row in enumerate(rows):
        for cell in row:
            parts = [cell.content] if isinstance(cell.content, str) else list(cell.content)
            if not isinstance(parts[-1], str):
                parts.append("")  # a cell ends with a paragraph of its own
            for at, part in enumerate(parts):
                last = at == len(parts) - 1
                if not isinstance(part, str):
                    out += table(part, level=level + 1)
                elif last and level == 1:
                    out.append(P(part, "\x07", inside))
                else:
                    out.append(P(part, "\r", inside + (INNER_CELL if last else b"")))
        own = list(edges[number]) if edges is not None else [1000 * n for n in range(len(row) + 1)]
        laid = definition(own, [c.across for c in row], [c.down for c in row]) if own else b""
        if level == 1:
            out.append(P("", "\x07", inside + ROW_END + laid))
        else:
            out.append(P("", "\r", inside + INNER_CELL + INNER_ROW + laid))
    return out


# --- the file --------------------------------------------------------------------------------------


def make_doc(
    paragraphs: Sequence[P], layout: Layout | None = None, runs: Sequence[Run] = (), styles: Sequence[Style] = (),
    others: dict[str, bytes] | None = None, structures: dict[int, bytes] | None = None,
) -> bytes:  # fmt: skip
    """The bytes of the file; `structures` are further ones of the table stream, by their number in the Fib."""
    layout = layout or Layout()
    text = "".join(p.text + p.end for p in paragraphs)
    units = [text.encode("utf-16-le", "surrogatepass")[n : n + 2] for n in range(0, 2 * _length(text), 2)]
    bounds = sorted({0, len(units), *(c for c in layout.cuts if 0 < c < len(units))})
    pieces = list(itertools.pairwise(bounds))
    narrow = [layout.narrow and all(u[1] == 0 and not 0x80 <= u[0] < 0xA0 for u in units[a:b]) for a, b in pieces]
    offsets, body = [0] * len(pieces), b""
    for at in range(len(pieces))[:: -1 if layout.backwards else 1]:
        offsets[at] = _TEXT_AT + len(body)
        raw = units[pieces[at][0] : pieces[at][1]]
        body += b"".join(u[:1] for u in raw) if narrow[at] else b"".join(raw)
    place = _Place(pieces, offsets, narrow)
    main = (bytes(_TEXT_AT) + body).ljust(-(-(_TEXT_AT + len(body)) // _PAGE) * _PAGE, b"\0")
    data: list[bytes] = []
    papx = _pages(place.spread(_marked(paragraphs)), data, with_style=True)
    chpx = _pages(place.spread([(r.begin, r.end, r.changes) for r in runs]), data, with_style=False)
    papx_at = len(main) // _PAGE
    chpx_at = papx_at + len(papx)
    main += b"".join(page for page, _, _ in [*papx, *chpx])
    clx = b"".join(b"\x01" + struct.pack("<H", len(c)) + c for c in layout.clx_changes)
    plc = struct.pack(f"<{len(bounds)}I", *bounds)
    for at, offset in enumerate(offsets):
        where = offset * 2 | 0x40000000 if narrow[at] else offset
        plc += struct.pack("<HIH", 0, where, layout.piece_changes.get(at, 0))
    found = {1: _sheet(styles), 12: _bins(chpx, chpx_at), 13: _bins(papx, papx_at)}
    found[33] = clx + b"\x02" + struct.pack("<I", len(plc)) + plc
    tables, pairs = b"", {}
    for number, structure in (found | (structures or {})).items():
        if structure:
            pairs[number] = (len(tables), len(structure))
            tables += structure
    lengths = [len(units) - sum(layout.lengths) - bool(any(layout.lengths)), *layout.lengths]
    streams = {"WordDocument": _fib(lengths, pairs).ljust(_TEXT_AT, b"\0") + main[_TEXT_AT:], "1Table": tables}
    if data:
        streams["Data"] = b"".join(data)
    return make_ole(streams | (others or {}))


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _marked(paragraphs: Sequence[P]) -> list[tuple[int, int, bytes]]:
    """(begin, end, style and modifiers) of each paragraph."""
    out, at = [], 0
    for paragraph in paragraphs:
        after = at + _length(paragraph.text) + len(paragraph.end)
        out.append((at, after, struct.pack("<H", paragraph.style) + paragraph.changes))
        at = after
    return out


@dataclass(frozen=True)
class _Place:
    pieces: Sequence[tuple[int, int]]
    offsets: Sequence[int]
    narrow: Sequence[bool]

    def spread(self, ranges: Sequence[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
        """Ranges of characters as ranges of the stream; where a piece ends within one, only its last part keeps the data."""
        out = []
        for begin, end, data in ranges:
            for (first, last), offset, narrow in zip(self.pieces, self.offsets, self.narrow, strict=True):
                a, b = max(begin, first), min(end, last)
                if a < b:
                    width = 1 if narrow else 2
                    kept = data if b == end or len(data) < 2 or data[:2] in (HIDDEN[:2], DELETED[:2]) else b"\0\0"
                    out.append((offset + (a - first) * width, offset + (b - first) * width, kept))
        return sorted(out)


def _pages(
    ranges: Sequence[tuple[int, int, bytes]], data: list[bytes], *, with_style: bool
) -> list[tuple[bytes, int, int]]:
    """Formatted disk pages with the offsets at which they begin and end."""
    out: list[tuple[bytes, int, int]] = []
    waiting: list[tuple[int, int, bytes]] = []
    size = 5
    entry = 13 if with_style else 1
    for begin, end, changes in ranges:
        packed = _packed(changes, data) if with_style else bytes([len(changes)]) + changes
        gap = [(waiting[-1][1], begin, b"")] if waiting and waiting[-1][1] < begin else []
        need = (4 + entry) * (1 + len(gap)) + len(packed) + len(packed) % 2
        if waiting and size + need > _PAGE - 2:
            out.append(_page(waiting, entry))
            waiting, size, gap = [], 5, []
            need = 4 + entry + len(packed) + len(packed) % 2
        waiting += [*gap, (begin, end, packed)]
        size += need
    return [*out, _page(waiting, entry)] if waiting else out


def _packed(changes: bytes, data: list[bytes]) -> bytes:
    if len(changes) > 400:  # the modifiers stand in the data stream
        at = sum(map(len, data))
        data.append(struct.pack("<H", len(changes) - 2) + changes[2:])
        changes = changes[:2] + b"\x46\x66" + struct.pack("<I", at)
    if len(changes) % 2:
        return bytes([(len(changes) + 1) // 2]) + changes
    return bytes([0, len(changes) // 2]) + changes


def _page(runs: Sequence[tuple[int, int, bytes]], entry: int) -> tuple[bytes, int, int]:
    page = bytearray(_PAGE)
    page[-1] = len(runs)
    struct.pack_into(f"<{len(runs) + 1}I", page, 0, *(r[0] for r in runs), runs[-1][1])
    at = _PAGE - 2
    for number, (_, _, packed) in enumerate(runs):
        if packed:
            at = (at - len(packed)) // 2 * 2
            page[at : at + len(packed)] = packed
            page[4 * (len(runs) + 1) + entry * number] = at // 2
    assert at >= 4 * (len(runs) + 1) + entry * len(runs)
    return bytes(page), runs[0][0], runs[-1][1]


def _bins(pages: Sequence[tuple[bytes, int, int]], first: int) -> bytes:
    if not pages:
        return b""
    bounds = [page[1] for page in pages] + [pages[-1][2]]
    return struct.pack(f"<{len(bounds)}I", *bounds) + struct.pack(f"<{len(pages)}I", *range(first, first + len(pages)))


def _sheet(styles: Sequence[Style]) -> bytes:
    if not styles:
        return b""
    out = struct.pack("<HHH", 18, len(styles), 10) + bytes(14)
    for at, style in enumerate(styles):
        upx = struct.pack("<H", at) + style.changes
        body = struct.pack("<HHHHH", style.built_in, 1 | style.base << 4, 1, 0, 0)
        body += struct.pack("<H", len(style.name)) + style.name.encode("utf-16-le") + b"\0\0"
        body += struct.pack("<H", len(upx)) + upx
        out += struct.pack("<H", len(body)) + body + bytes(len(body) % 2)
    return out


def _fib(lengths: Sequence[int], pairs: dict[int, tuple[int, int]]) -> bytes:
    base = struct.pack("<HHHHHHH", 0xA5EC, 0xC1, 0, 0x804, 0, 0x0200, 0xBF).ljust(32, b"\0")
    words = [0] * 22
    words[3 : 3 + len(lengths)] = lengths
    out = base + struct.pack("<H", 14) + bytes(28) + struct.pack("<H22i", 22, *words) + struct.pack("<H", _FIB_PAIRS)
    for number in range(_FIB_PAIRS):
        out += struct.pack("<II", *pairs.get(number, (0, 0)))
    return out + b"\0\0"
