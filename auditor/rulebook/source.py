"""YAML text -> plain data with the line and column of every key and value; strict, and safe on hostile files.

Typing     only whole numbers, decimals, true, false, null are typed; 否 no 08 12:30 2018-02-13 stay words
Refuses    anchors and aliases, tags, duplicate keys, more than 1 MiB, more than 32 levels, more than one document
Source     libyaml's events; a tree is built here, so that nothing deep is ever recursed into
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from auditor.rulebook.mistakes import Mistake

Path = tuple[str | int, ...]
_MOST_BYTES = 1024 * 1024
_MOST_LEVELS = 32
_INT = re.compile(r"[-+]?(?:0|[1-9]\d*)")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9]\d*)\.\d+")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a key or value begins, from 0."""

    line: int
    column: int
    index: int


@dataclass
class Source:
    """One YAML file as data. `keys` and `values` give the marks by path; `name` is the file as shown to people."""

    name: str
    text: str
    data: Any = None
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, number: int) -> str:
        """A line of the text, from 0."""
        lines = self.text.splitlines()
        return lines[number] if 0 <= number < len(lines) else ""

    def mistake(self, path: Path, message: str, *, offset: int = 0, key: bool = False) -> Mistake:
        """A mistake at a key or (default) a value; `offset` counts characters in the value as read."""
        if not path:
            mark = Mark(0, 0, 0)
        else:
            mark = self._mark(path, key)
            if offset and not key:
                mark = self._inside(path, mark, offset)
        found = Mistake(self.name, mark.line + 1, mark.column + 1, message, self.line(mark.line))
        self.mistakes.append(found)
        return found

    def missing(self, message: str) -> None:
        """A mistake of the file as a whole: line 1."""
        self.mistakes.append(Mistake(self.name, 1, 1, message, self.line(0)))

    def _mark(self, path: Path, key: bool) -> Mark:
        tables = (self.keys, self.values) if key else (self.values, self.keys)
        for at in range(len(path), 0, -1):
            for table in tables:
                if path[:at] in table:
                    return table[path[:at]]
        return Mark(0, 0, 0)

    def _inside(self, path: Path, start: Mark, offset: int) -> Mark:
        """The place of character `offset` of a value, found again in the raw text by the word that stands there."""
        value = self._value(path)
        if not isinstance(value, str) or offset >= len(value):
            return start
        word = re.compile(r"\w+|\S").match(value, offset)
        needle = word[0] if word else value[offset]
        before = len(re.findall(re.escape(needle), value[:offset]))
        at = start.index
        for _ in range(before + 1):
            at = self.text.find(needle, at)
            if at < 0:
                return start
            at += len(needle)
        at -= len(needle)
        line = self.text.count("\n", 0, at)
        return Mark(line, at - (self.text.rfind("\n", 0, at) + 1), at)

    def _value(self, path: Path) -> Any:
        here = self.data
        for step in path:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return None
        return here


def parse(name: str, text: str) -> Source:
    """The file as data, or with `mistakes` where it cannot be read."""
    source = Source(name, text)
    if len(text.encode("utf-8", "replace")) > _MOST_BYTES:
        source.missing("文件超过 1 MiB，请拆分")
        return source
    if "\t" in text:
        line = text[: text.index("\t")].count("\n")
        if re.match(r"\s*\t", source.line(line)):
            source.mistakes.append(
                Mistake(
                    name, line + 1, source.line(line).index("\t") + 1, "缩进不能用制表符，请改为空格", source.line(line)
                )
            )
            return source
    try:
        builder = _Builder(source)
        builder.build(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        _broken(source, error)
    except _Stop:
        pass
    return source


def _broken(source: Source, error: yaml.YAMLError) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    problem = str(getattr(error, "problem", "") or "")
    words = "YAML 写法有误"
    if "mapping values" in problem:
        words += "：冒号后须有空格，含冒号的文字请加引号"
    elif "expected <block end>" in problem or "indent" in problem or "block" in problem:
        words += "：缩进不一致"
    elif "scalar" in problem or "end of stream" in problem or "quoted" in problem:
        words += "：引号或括号没有成对"
    elif "expected ',' or" in problem:
        words += "：此处缺少逗号，或括号没有成对"
    elif "cannot start any token" in problem:
        words += "：以特殊符号开头的文字请加引号"
    else:
        words += "：请检查缩进、冒号、引号和括号"
    last = max(len(source.text.splitlines()) - 1, 0)
    line = min(line, last)
    source.mistakes.append(
        Mistake(source.name, line + 1, min(column, len(source.line(line))) + 1, words, source.line(line))
    )


class _Stop(Exception):
    """The file is refused; the mistake is recorded."""


@dataclass
class _Open:
    """A mapping or sequence that is being read."""

    data: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


class _Builder:
    """Events -> data. No recursion: a stack of open collections."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stack: list[_Open] = []
        self.documents = 0

    def build(self, events: Iterator[Any]) -> None:
        for event in events:
            self._event(event)

    def _refuse(self, event: Any, message: str) -> None:
        mark = event.start_mark
        self.source.mistakes.append(
            Mistake(self.source.name, mark.line + 1, mark.column + 1, message, self.source.line(mark.line))
        )
        raise _Stop

    def _event(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "一个文件只能有一份文档（去掉“---”）")
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, "不允许使用别名（*）")
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()

    def _plain(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "不允许使用锚点（&）")
        if event.tag is not None and event.tag != "!":
            self._refuse(event, "不允许使用标签（!）")

    def _open(self, event: Any) -> None:
        self._plain(event)
        if len(self.stack) >= _MOST_LEVELS:
            self._refuse(event, f"嵌套超过 {_MOST_LEVELS} 层")
        path = self._path()
        if self.stack and isinstance(self.stack[-1].data, dict) and self.stack[-1].key is None:
            self._refuse(event, "字段名应是文字")
        data: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._put(data, event, path)
        self.stack.append(_Open(data, path))

    def _path(self) -> Path:
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.path, len(top.data) if isinstance(top.data, list) else (top.key or ""))

    def _put(self, value: Any, event: Any, path: Path) -> None:
        self.source.values[path] = _mark(event)
        if not self.stack:
            self.source.data = value
            return
        top = self.stack[-1]
        if isinstance(top.data, list):
            top.data.append(value)
        else:
            top.data[top.key or ""] = value
            top.key = None

    def _scalar(self, event: Any) -> None:
        self._plain(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.data, dict) and top.key is None:
            key = str(event.value)
            if key in top.data:
                self._refuse(event, f"字段“{key}”重复")
            top.key = key
            self.source.keys[(*top.path, key)] = _mark(event)
            return
        value = event.value if event.style in ("'", '"', "|", ">") else _typed(event.value)
        self._put(value, event, self._path())


def _mark(event: Any) -> Mark:
    mark = event.start_mark
    return Mark(mark.line, mark.column, mark.index)


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
