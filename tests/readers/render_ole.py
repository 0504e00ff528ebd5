"""Streams by name -> an OLE compound file of version 3, as small as they come."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_CUTOFF = 4096  # shorter streams would stand in the mini stream, so they are padded


def make_ole(streams: Mapping[str, bytes]) -> bytes:
    """Names may be a path of one storage: `ObjectPool/Workbook`."""
    entries = [_entry("Root Entry", 5, child=1)]
    sectors: list[bytes] = []
    chains: list[tuple[int, int]] = []
    storages = list(dict.fromkeys(name.split("/")[0] for name in streams if "/" in name))
    plain = [name for name in streams if "/" not in name]
    top = [*plain, *storages]
    inner = [name for name in streams if "/" in name]
    order = [*top, *inner]
    number = {name: at + 1 for at, name in enumerate(order)}
    for at, name in enumerate(order):
        right = at + 2 if at + 1 < len(top) else _FREE
        if name in storages:
            children = [other for other in inner if other.startswith(f"{name}/")]
            entries.append(_entry(name, 1, right=right, child=number[children[0]]))
            continue
        data = streams[name].ljust(_CUTOFF, b"\0")
        begin = len(sectors)
        count = -(-len(data) // _SECTOR)
        sectors += [data[n * _SECTOR : (n + 1) * _SECTOR].ljust(_SECTOR, b"\0") for n in range(count)]
        chains.append((begin, count))
        if name in inner:
            folder = name.split("/")[0]
            later = [number[o] for o in inner[inner.index(name) + 1 :] if o.startswith(f"{folder}/")]
            right = later[0] if later else _FREE
        size = max(len(streams[name]), _CUTOFF)
        entries.append(_entry(name.rsplit("/", 1)[-1], 2, right=right, begin=begin, size=size))
    directory = b"".join(entries)
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0")
    directory_begin = len(sectors)
    chains.append((directory_begin, len(directory) // _SECTOR))
    sectors += [directory[n : n + _SECTOR] for n in range(0, len(directory), _SECTOR)]
    fat_count = 1
    while fat_count * 128 < len(sectors) + fat_count:
        fat_count += 1
    assert fat_count <= 109, "a larger file needs more than the header's slots"
    fat = [_FREE] * (fat_count * 128)
    for begin, count in chains:
        for at in range(begin, begin + count):
            fat[at] = at + 1 if at + 1 < begin + count else _END
    fat_begin = len(sectors)
    for at in range(fat_begin, fat_begin + fat_count):
        fat[at] = _FAT
    slots = [*range(fat_begin, fat_begin + fat_count)] + [_FREE] * (109 - fat_count)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fat_count, directory_begin, 0, _CUTOFF, _END, 0, _END, 0)
    header += struct.pack("<109I", *slots)
    return header + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def _entry(name: str, kind: int, *, right: int = _FREE, child: int = _FREE, begin: int = 0, size: int = 0) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, right, child)
    return head + bytes(16) + bytes(20) + struct.pack("<IQ", begin if kind == 2 else _END, size)
