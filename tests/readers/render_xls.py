"""Cells -> an Excel 97-2003 workbook (or one of Excel 5), record by record.

Source    [MS-XLS], read for writing
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from render_ole import make_ole

At = tuple[int, int]


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def wide(text: str, head: str = "<H") -> bytes:
    """A string of Excel 97: one byte a character where that is enough."""
    raw = text.encode("utf-16-le", "surrogatepass")
    narrow = all(raw[1::2][n] == 0 for n in range(len(raw) // 2))
    return struct.pack(head, len(raw) // 2) + bytes([0 if narrow else 1]) + (raw[::2] if narrow else raw)


@dataclass
class Sheet:
    """Cells by (row, column) from 0: a text, a number, a truth, an error code in bytes, or a record's rest."""

    title: str
    cells: Mapping[At, str | int | float | bool | bytes]
    merged: Sequence[tuple[int, int, int, int]] = ()  # first row, last row, first column, last column
    hidden: int = 0
    sort: int = 0
    styles: Mapping[At, int] = field(default_factory=dict)
    more: bytes = b""  # records ahead of the end


def make_xls(
    *sheets: Sheet, formats: Mapping[int, str] | None = None, styles: Sequence[int] = (0,), from_1904: bool = False,
    cut_at: Callable[[bytes], Iterator[bytes]] | None = None, before: bytes = b"", old: bool = False,
) -> bytes:  # fmt: skip
    """The bytes of a workbook; `cut_at` divides the string table into pieces, `before` are records ahead of the sheets."""
    return make_ole({"Book" if old else "Workbook": make_stream(
        *sheets, formats=formats, styles=styles, from_1904=from_1904, cut_at=cut_at, before=before, old=old
    )})  # fmt: skip


def make_stream(
    *sheets: Sheet, formats: Mapping[int, str] | None = None, styles: Sequence[int] = (0,), from_1904: bool = False,
    cut_at: Callable[[bytes], Iterator[bytes]] | None = None, before: bytes = b"", old: bool = False,
) -> bytes:  # fmt: skip
    bof = struct.pack("<HHHH", 0x500 if old else 0x600, 5, 0, 0)
    head = record(0x809, bof) + before + record(0x22, struct.pack("<H", from_1904))
    for number, code in (formats or {}).items():
        head += record(0x41E, struct.pack("<H", number) + _text(code, old, "B" if old else "H"))
    for style in styles:
        head += record(0xE0, struct.pack("<HH", 0, style) + bytes(16))
    texts: list[str] = []
    bodies = [_sheet(sheet, texts, old) for sheet in sheets]
    names = [_text(sheet.title, old, "B") for sheet in sheets]
    tail = (b"" if old else _strings(texts, cut_at)) + record(0x0A)
    at = len(head) + sum(4 + 6 + len(name) for name in names) + len(tail)
    listed = b""
    for sheet, name, body in zip(sheets, names, bodies, strict=True):
        listed += record(0x85, struct.pack("<IBB", at, sheet.hidden, sheet.sort) + name)
        at += len(body)
    return head + listed + tail + b"".join(bodies)


def _text(text: str, old: bool, head: str = "H") -> bytes:
    if not old:
        return wide(text, f"<{head}")
    raw = text.encode("gb18030")
    return struct.pack(f"<{head}", len(raw)) + raw


def _strings(texts: Sequence[str], cut_at: Callable[[bytes], Iterator[bytes]] | None) -> bytes:
    data = struct.pack("<II", len(texts), len(texts)) + b"".join(wide(text) for text in texts)
    pieces = list(cut_at(data)) if cut_at else [data]
    return record(0xFC, pieces[0]) + b"".join(record(0x3C, piece) for piece in pieces[1:])


def _sheet(sheet: Sheet, texts: list[str], old: bool) -> bytes:
    out = record(0x809, struct.pack("<HHHH", 0x500 if old else 0x600, 0x10, 0, 0))
    for at, value in sheet.cells.items():
        out += _cell(struct.pack("<HHH", *at, sheet.styles.get(at, 0)), value, texts, old)
    for group in range(0, len(sheet.merged), 1000):
        some = sheet.merged[group : group + 1000]
        out += record(0xE5, struct.pack("<H", len(some)) + b"".join(struct.pack("<HHHH", *m) for m in some))
    return out + sheet.more + record(0x0A)


def _cell(head: bytes, value: str | int | float | bool | bytes, texts: list[str], old: bool) -> bytes:
    if isinstance(value, bytes):
        return record(0x205, head + value + b"\x01")
    if isinstance(value, bool):
        return record(0x205, head + bytes([value, 0]))
    if isinstance(value, int) and -(1 << 29) <= value < 1 << 29:
        return record(0x27E, head + struct.pack("<I", (value << 2 | 2) & 0xFFFFFFFF))
    if isinstance(value, int | float):
        return record(0x203, head + struct.pack("<d", value))
    if old:
        return record(0x204, head + _text(value, old))
    texts.append(value)
    return record(0xFD, head + struct.pack("<I", len(texts) - 1))


def formula(at: At, value: bytes, text: bytes | None = None) -> bytes:
    """The records of a formula with its stored value, and those of its text."""
    out = record(0x06, struct.pack("<HHH", *at, 0) + value + bytes(6) + struct.pack("<H", 0))
    return out + (record(0x207, text) if text is not None else b"")
