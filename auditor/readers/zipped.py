"""A ZIP's directory and its members' bytes, read in memory and counted; nothing is ever written to disk.

Guards    members, sizes and ratio from the directory, and the bytes that really come while reading; CRC checked
Names     UTF-8 where the flag, an extra field or the bytes say so, else GB18030 (Windows in China), else code page 437
Refuses   encrypted members, methods other than stored and deflate, more bytes than announced
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from auditor.readers import limits
from auditor.readers.limits import Refusal

_END_RECORD_WITHIN = (1 << 16) + 64
_CHUNK = 1 << 16
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_UNICODE_PATH = 0x7075
_SYMLINK, _KIND = 0o120000, 0o170000
BROKEN = "文件已损坏（压缩结构不完整），请重新下载、另存或重新压缩后运行"


@dataclass(frozen=True, slots=True)
class Entry:
    """One member as the directory describes it; enough to read it without the directory."""

    name: str
    offset: int
    packed: int
    size: int
    method: int
    crc: int
    encrypted: bool = False
    symlink: bool = False
    folder: bool = False


def directory(file: BinaryIO) -> tuple[Entry, ...]:
    """The members of an open ZIP in the order of its directory. Raises Refusal where it is broken or too long."""
    if _directory_size(file) > limits.DIRECTORY_BYTES:
        raise limits.too_many_members()
    try:
        with zipfile.ZipFile(file) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise Refusal(BROKEN) from error
    if len(found) > limits.MEMBERS:
        raise limits.too_many_members()
    return tuple(_entry(info) for info in found)


def _directory_size(file: BinaryIO) -> int:
    """Bytes of the directory as the end record (or its 64-bit brother) says; 0 where there is none."""
    length = file.seek(0, 2)
    file.seek(max(0, length - _END_RECORD_WITHIN))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 16:
        return 0
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if size != 0xFFFFFFFF or tail[at - 20 : at - 16] != b"PK\x06\x07":
        return size
    file.seek(min(int.from_bytes(tail[at - 12 : at - 4], "little"), length))
    record = file.read(56)
    return int.from_bytes(record[40:48], "little") if record.startswith(b"PK\x06\x06") else size


def _entry(info: zipfile.ZipInfo) -> Entry:
    name = _name(info)
    mode = (info.external_attr >> 16) & _KIND
    return Entry(
        name, info.header_offset, info.compress_size, info.file_size, info.compress_type, info.CRC,
        bool(info.flag_bits & _ENCRYPTED_FLAG), mode == _SYMLINK, name.endswith(("/", "\\")),
    )  # fmt: skip


def _name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF8_FLAG:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    return _unicode_path(info.extra, raw) or _decoded(raw) or info.orig_filename


def _decoded(raw: bytes) -> str:
    """UTF-8 or GB18030. Two bytes of GBK may be UTF-8 too, but for a letter that no Chinese name has ("联通" is one such)."""
    utf8, gb = _strictly(raw, "utf-8"), _strictly(raw, "gb18030")
    return utf8 if utf8 and (not gb or utf8.isascii() or max(utf8) >= "\u0800") else gb


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name that WinRAR and 7-Zip put beside one in the code page (Info-ZIP's extra field), "" where it is not of this name."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        body = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and body[:1] == b"\x01" and int.from_bytes(body[1:5], "little") == zlib.crc32(raw):
            return _strictly(body[5:], "utf-8")
        at += 4 + size
    return ""


def objection(entry: Entry) -> str | None:
    """Why a member is not read, judging by the directory alone."""
    if entry.encrypted:
        return "压缩包内文件已加密，请用密码解压后重新运行"
    if entry.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "压缩方式不受支持，请用普通 ZIP 方式重新压缩后运行"
    if entry.size > limits.FILE_BYTES:
        return f"解压后超过 {limits.FILE_BYTES // 2**20} MiB，未予读取；请压缩图片或拆分后重新运行"
    if entry.size > limits.RATIO_FROM_BYTES and entry.size > entry.packed * limits.RATIO:
        return f"压缩比超过 {limits.RATIO}:1，疑为恶意文件，未予读取"
    return None


def content(file: BinaryIO, entry: Entry, *, at_most: int | None = None) -> bytes:
    """The member's bytes (the first `at_most` of them, unchecked). Raises Refusal where they are not what was announced."""
    reason = objection(entry)
    if reason:
        raise Refusal(reason)
    start = _data_offset(file, entry)
    file.seek(start)
    wanted = entry.size if at_most is None else min(at_most, entry.size)
    stored = entry.method == zipfile.ZIP_STORED
    data = file.read(min(wanted + 1, entry.packed)) if stored else _inflated(file, entry, wanted)
    if at_most is not None:
        return data[:wanted]
    if len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise Refusal(BROKEN)
    return data


def _data_offset(file: BinaryIO, entry: Entry) -> int:
    file.seek(entry.offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise Refusal(BROKEN)
    return entry.offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")


def _inflated(file: BinaryIO, entry: Entry, wanted: int) -> bytes:
    inflater = zlib.decompressobj(-15)
    out: list[bytes] = []
    count, left = 0, entry.packed
    try:
        while count <= wanted and not inflater.eof:
            feed = inflater.unconsumed_tail
            if not feed:
                feed = file.read(min(_CHUNK, left))
                left -= len(feed)
            piece = inflater.decompress(feed, wanted + 1 - count)
            if not feed and not piece:
                break
            out.append(piece)
            count += len(piece)
    except zlib.error as error:
        raise Refusal(BROKEN) from error
    return b"".join(out)
