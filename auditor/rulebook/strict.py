"""YAML text -> plain data with the place of every key and value, or the first thing that is refused.

Typing     only whole numbers, decimals, true, false, null are typed; 否 no 08 12:30 2018-02-13 stay words
Refuses    anchors and aliases, tags, more than 32 levels, more than one document. A key that stands twice is told and
           the first one holds
Source     libyaml's events; a tree is built here, so that nothing deep is ever recursed into
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import yaml

Path = tuple[str | int, ...]
_MOST_LEVELS = 32
_MOST_TWICE = 20
_INT = re.compile(r"[-+]?(?:0|[1-9]\d*)")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9]\d*)\.\d+")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PROBLEMS = (
    (("mapping values",), "：冒号后须有空格，含冒号的文字请加引号"),
    (("expected <block end>", "indent", "block"), "：缩进不一致"),
    (("scalar", "end of stream", "quoted"), "：引号或括号没有成对"),
    (("expected ',' or",), "：此处缺少逗号，或括号没有成对"),
    (("could not find expected ':'",), "：这一行缺少冒号"),
    (("cannot start any token",), "：以特殊符号开头的文字请加引号"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a key or value stands: line and column from 0, and its first and last + 1 character in the text."""

    line: int
    column: int
    index: int
    end: int = -1


class Refused(Exception):
    """The text cannot be read on: the character, and the words for the author."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at, self.message = at, message


@dataclass
class Tree:
    """A text as data. `keys` and `values` give the marks by path; `twice` the keys that stand a second time."""

    data: Any = None
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    twice: list[tuple[Mark, str]] = field(default_factory=list)


def read(text: str) -> Tree:
    """The data of a text. Raises Refused."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _refused(text, error) from None
    return builder.tree


def _refused(text: str, error: yaml.YAMLError) -> Refused:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", "") or "")
    words = next((w for signs, w in _PROBLEMS if any(s in problem for s in signs)), "：请检查缩进、冒号、引号和括号")
    return Refused(min(mark.index if mark else 0, len(text)), "YAML 写法有误" + words)


@dataclass
class _Open:
    """A mapping or sequence that is being read; `dropped` where it belongs to a key that stands twice."""

    data: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    dropped: bool = False


class _Builder:
    """Events -> data. No recursion: a stack of open collections."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.stack: list[_Open] = []
        self.documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise Refused(_start(event), "一个文件只能有一份文档（去掉“---”）")
        elif isinstance(event, yaml.AliasEvent):
            raise Refused(_start(event), "不允许使用别名（*）；若是文字，请放在引号里")
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self.stack.pop()
            if closed.path in self.tree.values and not closed.dropped:
                start = self.tree.values[closed.path]
                self.tree.values[closed.path] = replace(start, end=_end(event))

    def _plain(self, event: Any) -> None:
        if event.anchor is not None:
            raise Refused(_start(event), "不允许使用锚点（&）；若是文字，请放在引号里")
        if event.tag is not None and event.tag != "!":
            raise Refused(_start(event), "不允许使用标签（!）；若是文字，请放在引号里")

    def _open(self, event: Any) -> None:
        self._plain(event)
        if len(self.stack) >= _MOST_LEVELS:
            raise Refused(_start(event), f"嵌套超过 {_MOST_LEVELS} 层")
        path = self._path()
        if self.stack and isinstance(self.stack[-1].data, dict) and self.stack[-1].key is None:
            raise Refused(_start(event), "字段名应是文字；以 { 或 [ 开头的文字请放在引号里")
        data: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        dropped = self._put(data, event, path)
        self.stack.append(_Open(data, path, dropped=dropped))

    def _path(self) -> Path:
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.path, len(top.data) if isinstance(top.data, list) else (top.key or ""))

    def _put(self, value: Any, event: Any, path: Path) -> bool:
        """Puts a value where it belongs; whether it was dropped, for its key stands twice."""
        if not self.stack:
            self.tree.values[path] = _mark(event)
            self.tree.data = value
            return False
        top = self.stack[-1]
        if isinstance(top.data, list):
            top.data.append(value)
        else:
            key, top.key = top.key or "", None
            if key in top.data:
                return True
            top.data[key] = value
        if not top.dropped:
            self.tree.values[path] = _mark(event)
        return top.dropped

    def _scalar(self, event: Any) -> None:
        self._plain(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.data, dict) and top.key is None:
            key = str(event.value)
            top.key = key
            if key in top.data:
                self.tree.twice.append((_mark(event), key))
                if len(self.tree.twice) > _MOST_TWICE:
                    raise Refused(_start(event), f"字段“{key}”重复")
            elif not top.dropped:
                self.tree.keys[(*top.path, key)] = _mark(event)
            return
        value = event.value if event.style in ("'", '"', "|", ">") else _typed(event.value)
        self._put(value, event, self._path())


def _start(event: Any) -> int:
    return int(event.start_mark.index)


def _end(event: Any) -> int:
    return int(event.end_mark.index)


def _mark(event: Any) -> Mark:
    mark = event.start_mark
    return Mark(mark.line, mark.column, mark.index, event.end_mark.index)


def _typed(text: str) -> Any:
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INT.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text
