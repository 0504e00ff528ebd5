"""Data of a rule -> YAML that reads back as the same data, in the manner in which people write rules.

Words      plain where nothing can be misread, else in quotes; what no line can hold (line breaks, control characters) in
           double quotes with escapes
Numbers    as they are; a text that looks like one is quoted, so that '123' stays a text
Nothing    an empty value in a mapping, null in a list
Wide       a collection stays on its line up to WIDE characters, else each member has its own
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

WIDE: Final = 118
_WORDS = frozenset(("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_NUMBERLIKE = re.compile(r"[-+.]?[\d_][\d_.,:eExXoO+-]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}-\d{4}|\d{4}-|-\d{4}")
_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`~<=. \t")
_PLAIN = re.compile(r"[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_PATTERN = re.compile(r"\\|\(\?|\[|\{\d*,\d*\}|\S\|\S")  # people put regular expressions in quotes, and so does this
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def scalar(value: object, *, flow: bool = False, double: bool = False) -> str:
    """One value on one line; `flow` within braces or brackets, `double` with double quotes where any are needed."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    text = str(value)
    if _is_plain(text, flow):
        return text
    if double or not _PLAIN.fullmatch(text):
        return quoted(text)
    return "'" + text.replace("'", "''") + "'"


def quoted(text: str) -> str:
    """A text in double quotes, on one line whatever it holds."""
    return '"' + "".join(_ESCAPES.get(c) or (c if _PLAIN.fullmatch(c) else _escaped(c)) for c in text) + '"'


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_plain(text: str, flow: bool) -> bool:
    if text.lower() in _WORDS or text[0] in _FIRST or text[0].isspace() or text[-1].isspace() or text[-1] == ":":
        return bool(_DATE.fullmatch(text)) and text[0] != "-"
    if _NUMBERLIKE.fullmatch(text) and not _DATE.fullmatch(text):
        return False
    if not _PLAIN.fullmatch(text) or ": " in text or " #" in text or _PATTERN.search(text):
        return False
    return not flow or not any(c in ",[]{}:" for c in text)


def flow(value: Any) -> str:
    """A value on one line, collections in braces and brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k, flow=True)}: {_member(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    return scalar(value, flow=True)


def _member(value: Any) -> str:
    return "" if value is None else flow(value)


def block(value: Any, indent: int = 0) -> Iterator[str]:
    """The lines of a collection, each member on its own; a value that is none, or an empty one, on one line."""
    space = " " * indent
    if isinstance(value, Mapping) and value:
        for key, member in value.items():
            yield from entry(str(key), member, indent)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for member in value:
            yield from _item(member, indent)
    else:
        yield space + (flow(value) if not isinstance(value, str) else scalar(value))


def entry(key: str, value: Any, indent: int = 0, *, spread: bool = False) -> Iterator[str]:
    """The lines of one key of a mapping; `spread`: a collection is laid out even where a line would hold it."""
    space, name = " " * indent, scalar(key)
    if value is None:
        yield f"{space}{name}:"
        return
    if _is_long(value):
        line = f"{space}{name}: {flow(value)}"
        if spread or len(line) > WIDE:
            yield f"{space}{name}:"
            yield from block(value, indent + 2)
            return
        yield line
        return
    yield f"{space}{name}: {flow(value) if not isinstance(value, str) else scalar(value)}"


def _item(value: Any, indent: int) -> Iterator[str]:
    space = " " * indent
    if _is_long(value) and len(flow(value)) + indent + 2 > WIDE and isinstance(value, Mapping) and len(value) > 1:
        first, *rest = block(value, indent + 2)
        yield f"{space}- {first[indent + 2 :]}"
        yield from rest
        return
    yield f"{space}- {flow(value) if not isinstance(value, str) else scalar(value)}"


def _is_long(value: Any) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and bool(value)
