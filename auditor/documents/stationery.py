"""Stationery: the Word templates and the set phrases of papers, ours beneath those of the county.

Templates  `<name>.docx`; a file of that name in the county's folder takes the place of ours
Phrases    `用语.yaml`, by paper and by name; what the county's file says takes the place of ours one by one, so that a later
           version of the program can bring new ones. {name} in a phrase is filled in
Refuses    a phrases file that is no mapping of texts, an unknown name, an unknown field: StationeryError with file, name, what to do
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

HOME: Final = Path(__file__).parent / "templates"
PHRASES: Final = "用语.yaml"


class StationeryError(Exception):
    """A template or a phrase of the county that cannot be used; the words say where and what to do."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """Ours, and over it the county's `folder`, where there is one."""

    folder: Path | None = None
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def template(self, name: str) -> Path:
        """The Word template of that name (without .docx)."""
        own = self.folder / f"{name}.docx" if self.folder is not None else None
        return own if own is not None and own.is_file() else HOME / f"{name}.docx"

    def phrase(self, paper: str, name: str, **fields: object) -> str:
        """A set phrase with its fields filled in. Raises StationeryError for a field that the program does not know."""
        return "".join(map(str, self.pieces(paper, name, **fields)))

    def pieces(self, paper: str, name: str, **fields: object) -> tuple[object, ...]:
        """The same in pieces: words, and the fields as they were given, so that a figure stays one."""
        said = self.own.get(paper, {}).get(name)
        text = ours()[paper][name] if said is None else said
        return tuple(pieces_of(text, fields, f"{PHRASES} 中“{paper}”的“{name}”"))


def stationery(folder: Path | None) -> Stationery:
    """The county's folder read. Raises StationeryError."""
    path = folder / PHRASES if folder is not None else None
    if path is None or not path.is_file():
        return Stationery(folder)
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise StationeryError(f"“{path}”读不出来：请用 UTF-8 保存，按随程序的{PHRASES}的写法改") from error
    return Stationery(folder, _checked(found or {}, path))


def _checked(found: object, path: Path) -> dict[str, dict[str, str]]:
    if not isinstance(found, dict):
        raise StationeryError(f"“{path}”的写法不对：第一层应是文书名称，第二层是用语名称")
    own: dict[str, dict[str, str]] = {}
    for paper, some in found.items():
        if paper not in ours():
            raise StationeryError(f"“{path}”中没有“{paper}”这种文书，可写：{'、'.join(ours())}")
        if not isinstance(some, dict):
            raise StationeryError(f"“{path}”中“{paper}”下面应逐条写“名称: 用语”")
        for name, text in some.items():
            if name not in ours()[paper]:
                raise StationeryError(f"“{path}”中“{paper}”没有“{name}”这一条，可写：{'、'.join(ours()[paper])}")
            if not isinstance(text, str):
                raise StationeryError(f"“{path}”中“{paper}”的“{name}”应是一段文字")
            known = fields_of(ours()[paper][name])
            if unknown := sorted(fields_of(text) - known):
                listed = "、".join(f"{{{one}}}" for one in sorted(known)) or "没有"
                raise StationeryError(f"“{path}”中“{paper}”的“{name}”用了不认识的{{{unknown[0]}}}，可用的：{listed}")
            own.setdefault(paper, {})[name] = text
    return own


def fields_of(text: str) -> set[str]:
    """The names in braces. A brace without its like names "?", which nobody knows."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {"?"}


def pieces_of(text: str, fields: Mapping[str, object], where: str) -> Iterator[object]:
    """The text with its fields in their places; plain names only, nothing is looked up in them."""
    for words, name, _, _ in string.Formatter().parse(text):
        yield words
        if name is not None:
            if name not in fields:
                raise StationeryError(f"{where}用了不认识的{{{name}}}")
            yield fields[name]


@lru_cache(maxsize=1)
def ours() -> Mapping[str, Mapping[str, str]]:
    """The phrases that come with the program, by paper and name."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load((HOME / PHRASES).read_text(encoding="utf-8"))
    return found
