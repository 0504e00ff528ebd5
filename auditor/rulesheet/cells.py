"""A value of a rule <-> the text of its cell.

Words     as they are; what a cell would not keep (nothing at all, blanks at an end, control characters) in double quotes with
          escapes, as in a rule file
Choice    the Chinese word of the list; the value of the rule file is understood too
Formula   as it is; where it differs by form, A: … on a line, B: … on the next
YAML      as in a rule file: 5 is a number, "5" a text, - … a list, {…} a mapping
Back      what is written is read back as the same value; what would not be, is not written here (`OddShape`)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from auditor.rulebook.source import Source, parse
from auditor.rulebook.strict import Refused, read
from auditor.rulesheet.columns import Column, Form
from auditor.rulesheet.yamltext import block, flow, quoted, scalar
from auditor.spelling import nearest

_FORMULA_KEY = re.compile(r"[A-Z]\w{0,9}")
_SHORT = 18
_TRUTHS = {"是": True, "否": False, "TRUE": True, "FALSE": False, "true": True, "false": False}


class OddShape(Exception):
    """A value that its column cannot hold."""


class BadCell(Exception):
    """A cell that cannot be read: the words for the author, each with the line of the cell where that tells anything."""

    def __init__(self, *words: str) -> None:
        super().__init__("；".join(words))
        self.words = words


def written(value: Any, column: Column) -> str:
    """The text of a cell. Raises OddShape."""
    text = _written(value, column)
    try:
        back = read_cell(text, column)
    except BadCell:
        raise OddShape from None
    if not same(back, value):
        raise OddShape
    return text


def _written(value: Any, column: Column) -> str:
    match column.form:
        case Form.WORDS if isinstance(value, str):
            return words(value)
        case Form.CHOICE if isinstance(value, str) and column.shown:
            return words(column.shown.get(value, value))
        case Form.TRUTH if isinstance(value, bool):
            return "是" if value else "否"
        case Form.FORMULA if isinstance(value, str):
            return words(value) if _per_form(value) is None else quoted(value)
        case Form.YAML | Form.FORMULA:
            return as_yaml(value)
    raise OddShape


def words(text: str) -> str:
    """Words as they stand in a cell."""
    return text if _keeps(text) and not _is_quoted(text) else quoted(text)


def as_yaml(value: Any) -> str:
    """A value as in a rule file, a collection a member a line; a few short words in brackets."""
    if isinstance(value, str):
        return value if _reads_as_itself(value) else quoted(value)
    if isinstance(value, list) and value and _are_few(value):
        return flow(value)
    if isinstance(value, Mapping | list) and value:
        return "\n".join(block(value))
    return scalar(value) if not isinstance(value, Mapping | list) else "{}" if isinstance(value, Mapping) else "[]"


def _are_few(members: list[Any]) -> bool:
    return all(isinstance(member, str | int) for member in members) and len(flow(members)) <= _SHORT


def read_cell(text: str, column: Column) -> Any:
    """The value of a cell that is not blank. Raises BadCell."""
    match column.form:
        case Form.WORDS:
            return plain(text)
        case Form.CHOICE:
            return _choice(plain(text), column)
        case Form.TRUTH:
            if text.strip() not in _TRUTHS:
                raise BadCell(f"“{text.strip()}”不对，应为 是 或 否")
            return _TRUTHS[text.strip()]
        case Form.FORMULA:
            given = _per_form(text)
            return plain(text) if given is None else given
    return from_yaml(text)


def plain(text: str) -> str:
    """The words of a cell without blanks at their ends, out of their quotes where they stand in double quotes as a whole."""
    text = text.strip()
    return str(read(text).data) if _is_quoted(text) else text


def from_yaml(text: str) -> Any:
    """The data of a cell. Raises BadCell with every mistake."""
    source = parse("", text)
    if source.mistakes:
        raise BadCell(*(_in_cell(source, m.line, m.message, m.instead) for m in source.mistakes))
    return source.data


def same(one: Any, other: Any) -> bool:
    """Equal in value and in kind: 1, 1.0, true and "1" are four."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and one == other and str(one) == str(other)


def _choice(text: str, column: Column) -> str:
    shown = column.shown or {}
    by_word = {word: value for value, word in shown.items()}
    if text in by_word or text in shown:
        return by_word.get(text, text)
    listed = "、".join(by_word)
    raise BadCell(f"“{text}”不可用{nearest(text, [*by_word, *shown]) or '，'}应为 {listed} 之一")


def _per_form(text: str) -> dict[str, Any] | None:
    """A formula that is given form by form; None for one that is the same in all."""
    if not re.match(r"\s*(?:\{\s*)?[A-Z]\w{0,9}\s*:\s", text + " "):
        return None
    try:
        data = read(text).data
    except Refused as refused:
        if "\n" in text or text.lstrip().startswith("{"):
            raise BadCell(refused.message) from None
        return None
    fits = isinstance(data, dict) and data and all(_FORMULA_KEY.fullmatch(key) for key in data)
    return data if fits else None


def _keeps(text: str) -> bool:
    """Whether a cell keeps a text as it is: something stands in it, no blank at an end, nothing that is not printed."""
    return bool(text) and text == text.strip() and all(c == "\n" or c.isprintable() or c == "\u3000" for c in text)


def _is_quoted(text: str) -> bool:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"' or "\n" in text:
        return False
    try:
        data = read(text).data
    except Refused:
        return False
    return isinstance(data, str)


def _reads_as_itself(text: str) -> bool:
    if not _keeps(text) or "\n" in text:
        return False
    try:
        tree = read(text)
    except Refused:
        return False
    return isinstance(tree.data, str) and tree.data == text


def _in_cell(source: Source, line: int, message: str, instead: str) -> str:
    where = f"第 {line} 行：" if len(source.lines) > 1 else ""
    return f"{where}{message}" + (f"（应为：{instead.strip()}）" if instead.strip() else "")
