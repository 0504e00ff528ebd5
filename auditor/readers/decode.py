"""Bytes -> text, with the encoding, how it was found and how many characters were damaged.

Ladder    byte order mark; UTF-16 by its zero bytes (it decodes anything, so damage says nothing); strict UTF-8; the declared
          charset; gb18030; big5-hkscs; else whichever of these leaves the fewest U+FFFD. gb2312 and gbk are read as gb18030,
          which contains both
Promise   `data.decode(encoding, "replace")` is the text, so an offset of ours can be checked by anybody
Refuses   bytes that no encoding reads with less than one damaged character in ten
Ignores   declared latin-1 and the like: it decodes anything, and on a Chinese page it is always wrong
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.readers.limits import Refusal

_GB = "gb2312 gbk gb18030 x-gbk gb_2312-80 gb_2312 cp936 ms936 windows-936 chinese csgb2312"
_KNOWN = (
    dict.fromkeys(_GB.split(), "gb18030")
    | dict.fromkeys(["big5", "big5-hkscs", "big5hkscs", "cp950", "x-x-big5", "csbig5"], "big5hkscs")
    | dict.fromkeys(["utf-8", "utf8", "unicode-1-1-utf-8"], "utf-8")
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_DECLARED_WITHIN = 4096
_PLAUSIBLE = re.compile(r"[\t\r\n -~\u00a0\u2010-\u2040\u2460-\u24ff\u3000-\u303f\u4e00-\u9fa5\uff00-\uffef]")
_PLAUSIBLE_SHARE = 0.95
_COMPARED_BYTES = 1 << 20
_WORST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the name of its encoding, how it was found, and the number of U+FFFD that damage left."""

    text: str
    encoding: str
    found: str
    damaged: int = 0


def decode(data: bytes) -> Decoded:
    """The text of a file of unknown encoding. Raises Refusal where nothing reads it."""
    marked = _marked(data)
    if marked:
        return _loosely(data, marked, "字节顺序标记")
    wide = _wide(data)
    if wide:
        return _loosely(data, wide, "零字节与字符分布")
    declared = _declared(data)
    ladder = [("utf-8", "逐字节校验"), (declared, "文件声明"), ("gb18030", "逐字节校验"), ("big5hkscs", "逐字节校验")]
    for encoding, found in ladder:
        if encoding and (text := _strictly(data, encoding)) is not None:
            return Decoded(text, encoding, found)
    return _least_damaged(data, declared)


def _marked(data: bytes) -> str | None:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: it has zero bytes (mark-up, line ends), and in one of the two orders it reads as Chinese."""
    head = data[:_DECLARED_WITHIN]
    if head.count(0) * 200 < len(head) or not head.count(0):
        return None
    share, name = max((_plausible(head.decode(n, "ignore")), n) for n in ("utf-16-le", "utf-16-be"))
    return name if share >= _PLAUSIBLE_SHARE else None


def _plausible(text: str) -> float:
    return len(_PLAUSIBLE.findall(text)) / max(1, len(text))


def _declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    return named(match[1].decode("ascii")) if match else None


def named(charset: str) -> str | None:
    """The encoding that a declared charset means, None where it says nothing of a Chinese text."""
    return _KNOWN.get(charset.lower())


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _least_damaged(data: bytes, declared: str | None) -> Decoded:
    sample = data[:_COMPARED_BYTES]
    names = list(dict.fromkeys(n for n in (declared, "utf-8", "gb18030", "big5hkscs") if n))
    best = min(names, key=lambda name: sample.decode(name, "replace").count("\ufffd"))
    return _loosely(data, best, "损坏字符最少")


def _loosely(data: bytes, encoding: str, found: str) -> Decoded:
    text = data.decode(encoding, "replace")
    damaged = text.count("\ufffd")
    if damaged > max(1, len(text)) * _WORST_SHARE:
        raise Refusal("文件编码无法识别，文字大多损坏；请用原软件打开后另存为 UTF-8 编码的网页或文本再运行")
    return Decoded(text, encoding, found, damaged)
