"""Rules as they stand in their files, with place and comments <-> rows of cells <-> files.

Entry      a rule as data, its file and its place in it, the comment above it, and comments above members of its lists
Files      one for each 文件; a file of one rule without 序 holds that rule alone, else a list in the order of 序
Comments   those that stand above a rule, and above a member of a list of the rule (an example, a pattern), are kept
Layout     keys in the order of the columns; equal entries give the same text
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from auditor.rulebook.source import Path, Source, parse
from auditor.rulebook.texts import DATA, Texts
from auditor.rulesheet.cells import BadCell, OddShape, as_yaml, from_yaml, plain, read_cell, words, written
from auditor.rulesheet.columns import COMMENT, FILE, ORDER, ORIGIN, REST, Form, columns_of
from auditor.rulesheet.yamltext import block, entry, scalar

PACKAGED: Final = "随程序安装"
DEFAULT_FILE: Final = "导入的规则.yaml"
_ORDER = re.compile(r"\d{1,6}(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule with its place. `order` None: it stands alone in its file; `inner` are comments by the path of a list's member."""

    data: Mapping[str, Any]
    file: str = DEFAULT_FILE
    order: Decimal | None = None
    origin: str = ""
    comment: str = ""
    inner: Mapping[Path, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of check that the rule names, "" where it names none."""
        return str(self.data.get("check") or "")


# --- from files -------------------------------------------------------------------------------------


def entries_of(texts: Texts) -> tuple[Entry, ...]:
    """Every rule of the files, in their order. The files must be without mistakes."""
    out: list[Entry] = []
    for file in texts.files:
        if file.room != "rules":
            continue
        source = parse(file.shown, file.text)
        origin = PACKAGED if file.root == 0 else _folder(file.shown, file.inside)
        listed = isinstance(source.data, list)
        for at, data in enumerate(source.data if listed else [source.data]):
            base: Path = (at,) if listed else ()
            comment = _above(source, base) if listed else _head(source)
            out.append(
                Entry(
                    data, file.inside, Decimal(at + 1) if listed else None, origin, comment, _inner(source, base, data)
                )
            )
    return tuple(out)


def lost_comments(texts: Texts) -> int:
    """How many lines of comment the entries do not hold."""
    kept = sum(
        sum(line.strip() != "" for line in text.split("\n"))
        for one in entries_of(texts)
        for text in (one.comment, *one.inner.values())
        if text
    )
    every = sum(line.lstrip().startswith("#") for f in texts.files if f.room == "rules" for line in f.text.split("\n"))
    return max(every - kept, 0)


def _folder(shown: str, inside: str) -> str:
    return shown.removesuffix(inside).rstrip("/")


def _head(source: Source) -> str:
    """The comment above the one rule of a file."""
    lines = []
    for line in source.lines:
        if line.strip() and not line.startswith("#"):
            break
        lines.append(line)
    return _uncommented(lines)


def _above(source: Source, base: Path) -> str:
    """The comment above a rule of a list: the unindented lines up to what stands before it."""
    lines: list[str] = []
    at = source.values[base].line - 1
    while at >= 0 and (not source.line(at).strip() or source.line(at).startswith("#")):
        lines.insert(0, source.line(at))
        at -= 1
    return _uncommented(lines)


def _inner(source: Source, base: Path, data: Mapping[str, Any]) -> dict[Path, str]:
    """The comments above the members of the lists that have a column."""
    out: dict[Path, str] = {}
    for path, members in _lists(data):
        for at in range(len(members)):
            mark = source.values[(*base, *path, at)]
            if source.line(mark.line)[: mark.column].strip() != "-":
                continue
            lines: list[str] = []
            above = mark.line - 1
            while above >= 0 and source.line(above).lstrip().startswith("#"):
                lines.insert(0, source.line(above).lstrip())
                above -= 1
            if lines:
                out[(*path, at)] = _uncommented(lines)
    return out


def _lists(data: Mapping[str, Any]) -> Iterator[tuple[Path, list[Any]]]:
    for key, value in data.items():
        if isinstance(value, list):
            yield (key,), value
        elif key == "examples" and isinstance(value, Mapping):
            yield from (((key, name), inner) for name, inner in value.items() if isinstance(inner, list))


def _uncommented(lines: Sequence[str]) -> str:
    """The words of comment lines; a blank line below them stays as a last, empty line."""
    text = "\n".join(_words_of(line.rstrip()) for line in lines).lstrip("\n")
    return text.rstrip("\n") + ("\n" if text.endswith("\n") else "") if text.strip("\n") else ""


def _words_of(line: str) -> str:
    said = line.removeprefix("# ")
    return line if not said.strip() or said.startswith("#") else said


def _commented(text: str) -> list[str]:
    """The comment lines of some words."""
    return (
        [line if not line.strip() or line.startswith("#") else f"# {line}" for line in text.split("\n")] if text else []
    )


# --- to cells ---------------------------------------------------------------------------------------


def cells_of(one: Entry) -> dict[str, str]:
    """The cells of a rule, by heading; of keys that it has not there are none."""
    left = _flat(one.data)
    cells: dict[str, str] = {FILE: words(one.file)}
    if one.order is not None:
        cells[ORDER] = str(one.order)
    for column in columns_of(one.kind):
        if column.path not in left:
            continue
        try:
            text = written(left[column.path], column)
        except OddShape:
            continue
        value = left.pop(column.path)
        told = isinstance(value, list) and any(path[:-1] == column.path for path in one.inner)
        cells[column.heading] = "\n".join(_members(value, column.path, one.inner, 0)) if told else text
    cells |= {ORIGIN: words(one.origin)} if one.origin else {}
    cells |= {COMMENT: words(one.comment)} if one.comment else {}
    cells |= {REST: as_yaml(_nested(left))} if left else {}
    return cells


def _flat(data: Mapping[str, Any]) -> dict[tuple[str, ...], Any]:
    """The values of a rule by the paths that columns have."""
    out: dict[tuple[str, ...], Any] = {}
    for key, value in data.items():
        if key in ("applies", "examples") and isinstance(value, Mapping) and value:
            out |= {(key, name): inner for name, inner in value.items()}
        else:
            out[key,] = value
    return out


def _nested(flat: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for path, value in flat.items():
        here = out
        for step in path[:-1]:
            here = here.setdefault(step, {})
        here[path[-1]] = value
    return out


def _members(value: list[Any], path: Path, inner: Mapping[Path, str], indent: int) -> Iterator[str]:
    for at, member in enumerate(value):
        yield from (" " * indent + line for line in _commented(inner.get((*path, at), "")))
        yield from block([member], indent)


# --- from cells -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be read: its heading, and the words."""

    heading: str
    words: str


def entry_of(cells: Mapping[str, str], kind: str) -> tuple[Entry, list[Wrong]]:
    """The rule of a row, and every mistake in its cells. `kind` is the kind of check that the row names."""
    wrong: list[Wrong] = []
    flat: dict[tuple[str, ...], Any] = {}
    inner: dict[Path, str] = {}
    for column in columns_of(kind):
        text = cells.get(column.heading, "")
        if not column.path or not text.strip():
            continue
        try:
            flat[column.path] = read_cell(text, column)
        except BadCell as bad:
            wrong += [Wrong(column.heading, said) for said in bad.words]
            continue
        # Only a list of one member a line has comments above its members.
        if column.form is Form.YAML and isinstance(flat[column.path], list) and text.lstrip().startswith(("-", "#")):
            inner |= {
                (*column.path, *path[1:]): said
                for path, said in _inner(parse("", f"x:\n{text}"), (), _as(text)).items()
            }
    data = _nested(flat)
    _add_rest(data, cells.get(REST, ""), wrong)
    order = cells.get(ORDER, "").strip()
    if order and not _ORDER.fullmatch(order):
        wrong.append(Wrong(ORDER, f"“{order}”不是序号，应为数字"))
        order = ""
    file = plain(cells.get(FILE, "").strip()) or DEFAULT_FILE
    wrong += [Wrong(FILE, said) for said in _bad_file(file)]
    comment = cells.get(COMMENT, "")
    return (
        Entry(
            data,
            file,
            Decimal(order) if order else None,
            plain(cells.get(ORIGIN, "").strip()),
            plain(comment) if comment.strip() else "",
            inner,
        ),
        wrong,
    )


def _as(text: str) -> dict[str, Any]:
    return {"x": from_yaml(text)}


def _add_rest(data: dict[str, Any], text: str, wrong: list[Wrong]) -> None:
    """Adds what stands under 其他字段."""
    if not text.strip():
        return
    try:
        rest = from_yaml(text)
    except BadCell as bad:
        wrong += [Wrong(REST, said) for said in bad.words]
        return
    if not isinstance(rest, dict):
        wrong.append(Wrong(REST, "应为“字段: 值”，一行一个"))
        return
    for key, value in rest.items():
        if isinstance(value, dict) and isinstance(data.get(key), dict) and not value.keys() & data[key].keys():
            data[key] |= value
        elif key in data:
            wrong.append(Wrong(REST, f"字段“{key}”已有自己的列，请只写一处"))
        else:
            data[key] = value


_RESERVED = ("forms/", "laws/", "patterns/")


def _bad_file(file: str) -> Iterator[str]:
    parts = file.split("/")
    if not file.endswith(".yaml"):
        yield f"文件名“{file}”应以 .yaml 结尾"
    elif any(part in ("", ".", "..") or part.startswith(("~$", ".")) for part in parts) or set(file) & set(
        '\\:*?"<>|\n'
    ):
        yield f"文件名“{file}”不可用：文件夹之间用 /，不能有 .. 和特殊符号"
    elif file.startswith(_RESERVED) or file in DATA:
        yield f"“{file}”不是放规则的地方，请换一个文件名"


# --- to files ---------------------------------------------------------------------------------------


def files_of(entries: Iterable[Entry]) -> dict[str, str]:
    """The text of every file, by name."""
    groups: dict[str, list[Entry]] = {}
    for one in entries:
        groups.setdefault(one.file, []).append(one)
    return {file: _file(group) for file, group in sorted(groups.items())}


def _file(group: Sequence[Entry]) -> str:
    if len(group) == 1 and group[0].order is None:
        return text_of(group[0])
    ordered = sorted(group, key=lambda one: (one.order is None, one.order or 0))
    return "\n".join(_in_list(one) for one in ordered)


def _in_list(one: Entry) -> str:
    first, *rest = _lines(one)
    lines = [*_commented(one.comment), f"- {first}", *(f"  {line}" if line else "" for line in rest)]
    return "\n".join(lines) + "\n"


def text_of(one: Entry) -> str:
    """A rule alone in its file."""
    return "\n".join([*_commented(one.comment), *_lines(one)]) + "\n"


def _lines(one: Entry) -> list[str]:
    """The lines of a rule; a rule without any key is an empty mapping."""
    order = {column.path: at for at, column in enumerate(columns_of(one.kind))}
    flat = _flat(one.data)
    ordered = _nested({path: flat[path] for path in sorted(flat, key=lambda path: order.get(path, len(order)))})
    return [line for key, value in ordered.items() for line in _key(one, key, value)] or ["{}"]


def _key(one: Entry, key: str, value: Any) -> Iterator[str]:
    told = [path for path in one.inner if path[0] == key]
    if not told and key != "examples":
        yield from entry(key, value)
    elif isinstance(value, list):
        yield f"{scalar(key)}:"
        yield from _members(value, (key,), one.inner, 2)
    elif isinstance(value, Mapping) and value:
        yield f"{scalar(key)}:"
        for name, inner in value.items():
            if isinstance(inner, list) and inner:
                yield f"  {scalar(name)}:"
                yield from _members(inner, (key, name), one.inner, 4)
            else:
                yield from entry(name, inner, 2)
    else:
        yield from entry(key, value)
