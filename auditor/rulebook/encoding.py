"""Bytes of a rule file -> its text, whatever editor wrote it; or where and why it cannot be read.

Accepts    UTF-8 with or without BOM; UTF-16 with BOM; GBK where nothing else fits and nearly every character is a common
           one (a reminder is given); CRLF and CR; the Ctrl-Z that old editors leave at the end
Refuses    anything that is not certain: a guessed character is worse than none. Invisible control characters too
Source     GB 2312 level one is rows 16-55 (lead bytes B0-D7): the 3,755 characters that make up ordinary text
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from auditor.rulebook.mistakes import Mistake

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAVE_AS = "请在记事本中选“文件—另存为”，编码选 UTF-8"
# Of two-byte characters; UTF-8 read as GBK has about one common character in three.
_COMMON = 0.9
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with \\n line ends, and what it takes to write it back as it was."""

    text: str
    encoding: str = "utf-8"
    newline: str = "\n"

    def encoded(self, text: str) -> bytes:
        """Another text in the same encoding, with the same line ends and mark."""
        mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(self.encoding, b"")
        return mark + text.replace("\n", self.newline).encode(self.encoding)


def decode(name: str, data: bytes) -> Decoded | Mistake:
    """The text of a file, or the mistake at the first place that cannot be read."""
    found = _decoded(name, data)
    if isinstance(found, Mistake):
        return found
    text, encoding = found
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a")
    hidden = _CONTROL.search(text)
    if hidden:
        words = f"此处有一个看不见的字符（U+{ord(hidden[0]):04X}），请删除后重新输入这一行"
        return _at(name, text, hidden.start(), words)
    return Decoded(text, encoding, newline)


def _decoded(name: str, data: bytes) -> tuple[str, str] | Mistake:
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            if encoding == "utf-32":
                return Mistake(name, 1, 1, f"文件是 UTF-32 编码，{_SAVE_AS}")
            return _marked(name, data if encoding == "utf-8-sig" else data[len(mark) :], encoding)
    if data[:400].count(0) > 1:
        return Mistake(name, 1, 1, f"文件像是没有标记的 UTF-16 编码，或者不是文本文件；{_SAVE_AS}")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _gbk(name, data, error)


def _marked(name: str, data: bytes, encoding: str) -> tuple[str, str] | Mistake:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        return _at(name, before, len(before), f"此处的字符已经损坏，请重新输入这一行，并{_SAVE_AS.removeprefix('请')}")


def _gbk(name: str, data: bytes, error: UnicodeDecodeError) -> tuple[str, str] | Mistake:
    """GBK where it is certain; else the first byte that is no UTF-8 is shown."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    wide = [c for c in text if ord(c) > 0x7F]
    if wide and sum(map(_is_common, wide)) >= _COMMON * len(wide):
        return text, "gb18030"
    before = data[: error.start].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    words = f"文件不是 UTF-8 编码，也不像 GBK，此处起无法确定是什么字；{_SAVE_AS}，再核对这一行"
    return _at(name, before, len(before), words)


def _is_common(char: str) -> bool:
    """Whether a character is of level one of GB 2312, or one of its signs (full-width letters, Chinese punctuation)."""
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return lead <= 0xA3 or 0xB0 <= lead <= 0xD7


def _at(name: str, text: str, at: int, words: str) -> Mistake:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    shown = text[start : end if end >= 0 else len(text)]
    return Mistake(
        name, text.count("\n", 0, at) + 1, at - start + 1, words, _CONTROL.sub("\N{REPLACEMENT CHARACTER}", shown)
    )
