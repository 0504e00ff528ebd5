"""Sending: papers by unit -> names that every system can keep, and a ZIP with one folder a unit.

Names     no character that Windows forbids, no device name, no dot or blank at the ends, at most MOST characters without the ending;
          of two that a system without upper and lower case cannot tell apart the second gets a number
ZIP       members in the order given, stored (papers are packed already), names in UTF-8 and flagged so, one fixed day: the same papers
          give the same bytes
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterable
from typing import Final

from auditor.documents.printing import line

MOST: Final = 60
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_DAY: Final = (1980, 1, 1, 0, 0, 0)
_FILE: Final = 0o100644 << 16


def safe(name: str) -> str:
    """The name as every system can keep it; 未命名 where nothing is left."""
    stem, ending = os.path.splitext(_FORBIDDEN.sub("_", line(name)))
    kept = stem[:MOST].strip(" .") or "未命名"
    return f"{kept}_{ending}" if _DEVICE.fullmatch(kept.partition(".")[0]) else f"{kept}{ending.rstrip(' .')}"


def distinct(names: Iterable[str]) -> list[str]:
    """The names made safe, each told apart from those before it."""
    taken: set[str] = set()
    out = []
    for name in map(safe, names):
        made, number = name, 1
        while made.casefold() in taken:
            number += 1
            stem, ending = os.path.splitext(name)
            made = f"{stem}（{number}）{ending}"
        taken.add(made.casefold())
        out.append(made)
    return out


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name, data in members:
            one = zipfile.ZipInfo(name, _DAY)
            one.create_system, one.external_attr = 3, _FILE
            target.writestr(one, data)
    return out.getvalue()
