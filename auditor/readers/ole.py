"""The OLE compound file of old Office documents -> its root streams by name, and what it says of itself.

Streams   those that stand directly under the root: an Excel sheet embedded in a Word file makes no workbook of it
Metadata  title, author, created, modified of the summary property set, as the other Office readers name them
Guards    the header's counts are held against the file's size before any table is built, so that no chain (olefile follows
          each for as many steps as its size has sectors) can be longer than the file; nothing is trusted to end by itself
Source    [MS-CFB] 2.2 and 2.6, [MS-OLEPS] 2.20
"""

from __future__ import annotations

import datetime as dt
import struct
from types import TracebackType

from auditor.readers.limits import Refusal

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN = "文件内部结构已损坏，请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后重新运行"
_HEADER = 512
_SUMMARY = "\x05SummaryInformation"
_SUMMARY_BYTES = 1 << 16
_PROPERTIES = {2: "title", 4: "author", 12: "created", 13: "modified"}
_CODEPAGES = {936: "gb18030", 950: "big5hkscs", 1200: "utf-16-le", 65001: "utf-8"}
_FILETIME_EPOCH = dt.datetime(1601, 1, 1)


class Damaged(Refusal):
    """A file that we cannot make out, and another program perhaps can."""


class Compound:
    """An OLE file held in memory. Raises Refusal where it is broken; to be used in a `with`."""

    def __init__(self, data: bytes) -> None:
        from olefile import OleFileIO

        _weigh(data)
        self._size = len(data)
        try:
            self._file = OleFileIO(data)
            self.names: tuple[str, ...] = tuple(entry.name for entry in self._file.root.kids)
            self.deeper: tuple[str, ...] = tuple(
                "/".join(path) for path in self._file.listdir(streams=True, storages=False) if len(path) > 1
            )
        except Exception as error:  # olefile raises whatever the damage makes it stumble over
            raise Damaged(BROKEN) from error

    def __enter__(self) -> Compound:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def stream(self, name: str) -> bytes | None:
        """The bytes of a root stream, None where there is none."""
        if name not in self.names:
            return None
        try:
            announced = self._file.get_size(name)
            if announced > self._size or self._file.root.size > self._size:
                raise Damaged(BROKEN)
            data: bytes = self._file.openstream(name).read()
        except Refusal:
            raise
        except Exception as error:
            raise Damaged(BROKEN) from error
        if len(data) < announced:
            raise Damaged(BROKEN)
        return data

    def metadata(self) -> dict[str, str]:
        """title, author, created, modified, where they are filled and readable."""
        try:
            data = self.stream(_SUMMARY)
            return _summary(data) if data is not None and len(data) <= _SUMMARY_BYTES else {}
        except (Refusal, struct.error, ValueError, OverflowError, IndexError):
            return {}  # a damaged label is no reason to leave the document unread


def _weigh(data: bytes) -> None:
    """Refuses a header whose counts do not fit the file."""
    if len(data) < _HEADER * 3 or not data.startswith(MAGIC):
        raise Damaged(BROKEN)
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise Damaged(BROKEN)
    sectors = (len(data) >> shift) + 1
    most = 2 * (sectors >> (shift - 2)) + 112  # twice what a file of that size needs, and the slots of the header
    fat, mini, difat = (struct.unpack_from("<I", data, at)[0] for at in (44, 64, 72))
    if fat > most or mini > sectors or difat > most:
        raise Damaged(BROKEN)


def _summary(data: bytes) -> dict[str, str]:
    (begin,) = struct.unpack_from("<I", data, 44)
    (count,) = struct.unpack_from("<I", data, begin + 4)
    offsets = dict(struct.iter_unpack("<II", data[begin + 8 : begin + 8 + 8 * min(count, 64)]))
    encoding = "cp1252"
    if 1 in offsets:
        (number,) = struct.unpack_from("<H", data, begin + offsets[1] + 4)
        encoding = _CODEPAGES.get(number, "cp1252")
    out: dict[str, str] = {}
    for id, key in _PROPERTIES.items():
        value = _property(data, begin + offsets[id], encoding) if id in offsets else ""
        if value:
            out[key] = value
    return out


def _property(data: bytes, at: int, encoding: str) -> str:
    kind, length = struct.unpack_from("<II", data, at)
    if kind == 0x1E:
        return data[at + 8 : at + 8 + length].decode(encoding, "replace").split("\0")[0].strip()
    if kind == 0x1F:
        return data[at + 8 : at + 8 + 2 * length].decode("utf-16-le", "replace").split("\0")[0].strip()
    if kind == 0x40:
        (ticks,) = struct.unpack_from("<Q", data, at + 4)
        moment = _FILETIME_EPOCH + dt.timedelta(microseconds=ticks // 10)
        return moment.isoformat(timespec="seconds") + "Z" if moment.year > 1980 else ""
    return ""
