"""The Workbook stream of an Excel 5 to 2003 file -> its records, and the strings and numbers in them.

Records     (kind, data, where the next begins); a record that its CONTINUE records go on with keeps them as pieces, since a
            string that runs over the seam says anew at the seam whether its characters take one byte or two
Strings     BIFF8: UTF-16 or its lower bytes, with formatting runs and phonetic data that are skipped; BIFF5: the code page
Damage      a record or a string that ends outside what is there raises `Cut`: a text or a number must never be half read
Source      [MS-XLS] 2.1.4 (records), 2.5.293-296 (strings), 2.5.217 (RkNumber)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

CONTINUE = 0x3C
_WIDE, _EXTENDED, _RICH = 1, 4, 8


class Cut(Exception):
    """A record or a string ends outside what is there."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record and the pieces that go on with it."""

    kind: int
    data: bytes
    after: int
    more: tuple[bytes, ...] = ()


def records(stream: bytes, at: int = 0) -> Iterator[Record]:
    """The records from a place on; the stream's end, or zeros, end them."""
    end = len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        if not kind and not size:
            return
        data, at = _data(stream, at, size)
        more: list[bytes] = []
        while at + 4 <= end and stream[at] == CONTINUE and stream[at + 1] == 0:
            piece, at = _data(stream, at, stream[at + 2] | stream[at + 3] << 8)
            more.append(piece)
        yield Record(kind, data, at, tuple(more))


def _data(stream: bytes, at: int, size: int) -> tuple[bytes, int]:
    after = at + 4 + size
    if after > len(stream):
        raise Cut
    return stream[at + 4 : after], after


class Strings:
    """Reads strings one after another from a record and the pieces that go on with it."""

    def __init__(self, record: Record, at: int, encoding: str | None) -> None:
        """`encoding` is the code page of a file before Excel 97, None after it."""
        self._pieces = (record.data, *record.more)
        self._piece = 0
        self._at = at
        self._encoding = encoding

    def next(self, head: int = 2) -> str:
        """The next string; its length takes `head` bytes."""
        count = int.from_bytes(self._bytes(head), "little")
        if self._encoding is not None:
            return self._bytes(count).decode(self._encoding, "replace")
        flags = self._bytes(1)[0]
        runs = int.from_bytes(self._bytes(2), "little") if flags & _RICH else 0
        extended = int.from_bytes(self._bytes(4), "little") if flags & _EXTENDED else 0
        text = self._characters(count, bool(flags & _WIDE))
        self._skip(4 * runs + extended)
        return text

    def _characters(self, count: int, wide: bool) -> str:
        parts: list[str] = []
        while count:
            piece = self._pieces[self._piece]
            if self._at >= len(piece):
                self._turn()
                wide = bool(self._bytes(1)[0] & _WIDE)
                continue
            size = 2 if wide else 1
            taken = min(count, (len(piece) - self._at) // size)
            if not taken:
                raise Cut
            raw = piece[self._at : self._at + taken * size]
            parts.append(raw.decode("utf-16-le", "surrogatepass") if wide else raw.decode("latin-1"))
            self._at += taken * size
            count -= taken
        text = parts[0] if len(parts) == 1 else "".join(parts)
        return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _turn(self) -> None:
        if self._piece + 1 >= len(self._pieces):
            raise Cut
        self._piece += 1
        self._at = 0

    def _bytes(self, count: int) -> bytes:
        """Bytes that no seam divides in what Excel writes; where one does, they go on in the next piece."""
        piece = self._pieces[self._piece]
        out = piece[self._at : self._at + count]
        self._at += len(out)
        while len(out) < count:
            self._turn()
            rest = self._pieces[self._piece][: count - len(out)]
            self._at = len(rest)
            out += rest
        return out

    def _skip(self, count: int) -> None:
        while count:
            left = len(self._pieces[self._piece]) - self._at
            step = min(left, count)
            self._at += step
            count -= step
            if count:
                self._turn()


def short_number(value: int) -> Decimal:
    """An RkNumber: a whole number or the upper bits of a float, perhaps a hundredfold."""
    if value & 2:
        whole = value >> 2
        found = Decimal(whole - (1 << 30) if whole >= 1 << 29 else whole)
        return found / 100 if value & 1 else found
    (real,) = struct.unpack("<d", bytes(4) + (value & 0xFFFFFFFC).to_bytes(4, "little"))
    return Decimal(repr(real / 100 if value & 1 else real))


def long_number(data: bytes, at: int) -> Decimal:
    """A float as its shortest decimal."""
    (real,) = struct.unpack_from("<d", data, at)
    return Decimal(repr(real))
