"""A folder, a file or a sheet of rules laid over the rulebook of a run -> the new rulebook, and what is new in it.

Base      the texts that the run was made with, so that nothing but the new rules can make a difference
Again     a file that the run already had among its own rules is taken as the new wording of that file
Refuses   what changes how documents are read (forms, words of claims, names): that needs the documents again
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from auditor.rulebook import Mistake, Ready, Rulebook, RulebookError, Texts, build
from auditor.rulebook.texts import RuleFile, read_file, read_texts

# What reads documents and not findings: nothing can be said of it from stored facts.
_READING = {
    "forms": "表样",
    "claims.yaml": "正文识别用语",
    "organisations.yaml": "单位类型用语",
    "profile.yaml": "报告概况用语",
}


class Kind(StrEnum):
    """How a rule differs from the run's."""

    NEW = "新增"
    CHANGED = "修改"
    GONE = "停用"


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that differs. `id` is what the run knows it by, `ready` the rule as it would be (None: gone)."""

    id: str
    title: str
    kind: Kind
    ready: Ready | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rulebook that nobody has adopted yet. `everywhere` says why every report is reckoned anew, "" where that is not
    needed."""

    book: Rulebook
    changes: tuple[Change, ...]
    everywhere: str = ""


def proposal(new: Path, base: Texts) -> Proposal:
    """The rules of a folder, a YAML file or an Excel sheet over the rulebook of a run. Raises RulebookError."""
    if new.suffix.lower() in (".xlsx", ".xlsm"):
        from auditor.rulesheet import book_with, read

        return _compared(book_with(read(new), base, tried=False), base)
    texts = _laid_over(new, base)
    fresh = [file for file in texts.files if file not in base.files]
    if wrong := [Mistake(file.shown, 1, 1, _needs_reading(file)) for file in fresh if file.room in _READING]:
        raise RulebookError(wrong)
    return _compared(build(texts), base)


def _needs_reading(file: RuleFile) -> str:
    return f"“{_READING[file.room]}”改变的是怎样读取文件，不能用已存的数据推算；请用 auditor audit --rules 重新审核"


def _laid_over(new: Path, base: Texts) -> Texts:
    """The new files after those of the run; what the run had under the same name gives way."""
    root = 1 + max((file.root for file in base.files), default=0)
    if new.is_dir():
        added = tuple(file for file in read_texts((new,), instead=base).files if file.root == root)
    else:
        found = read_file(new, new.as_posix())
        if isinstance(found, Mistake):
            raise RulebookError([found])
        added = (RuleFile(root, new.name, new.as_posix(), found.text, found.encoding),)
    names = {file.shown for file in added} | {file.inside for file in added if file.room == "rules"}
    folder = f"{new.as_posix().rstrip('/')}/"
    kept = (
        file
        for file in base.files
        if not file.root or not (file.shown.startswith(folder) or file.inside in names or file.shown in names)
    )
    return Texts((*kept, *added))


def _compared(book: Rulebook, base: Texts) -> Proposal:
    """What differs, rule by rule."""
    old = {str(data["id"]): data for data in _written(base.files, book)}
    retired = {id for id, data in old.items() if data.get("status") == "retired"} | _replaced(old)
    known = {id: data for id, data in old.items() if id not in retired}
    changes = [*_of_rules(book, known), *_gone(book, known)]
    rooms = {file.room for file in book.texts.files if file not in base.files}
    rooms |= {file.room for file in base.files if file not in book.texts.files}
    changes += _by_parameters(book, base, {c.id for c in changes}) if "parameters.yaml" in rooms else []
    words = {"scoring.yaml": "计分办法", "patterns": "组合规则"}
    everywhere = "、".join(word for room, word in words.items() if room in rooms)
    return Proposal(book, tuple(sorted(changes, key=lambda c: c.id)), everywhere)


def _written(files: Iterable[RuleFile], book: Rulebook) -> Iterator[Mapping[str, Any]]:
    """The rules as they stand in the files."""
    from auditor.rulebook.source import parse

    for file in files:
        if file.room == "rules":
            source = book.sources.get(file.shown)
            data = source.data if source is not None and file in book.texts.files else parse(file.shown, file.text).data
            yield from (
                one for one in (data if isinstance(data, list) else [data]) if isinstance(one, dict) and "id" in one
            )


def _replaced(rules: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {str(data["replaces"]) for data in rules.values() if data.get("replaces") not in (None, data["id"])}


def _of_rules(book: Rulebook, old: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    now = {str(data["id"]): data for data in _written(book.texts.files, book)}
    for ready in book.rules:
        data = now[ready.id]
        id = ready.id if ready.id in old else ready.rule.replaces if ready.rule.replaces in old else None
        if id is None:
            yield Change(ready.id, ready.rule.title, Kind.NEW, ready)
        elif _bare(data) != _bare(old[id]):
            yield Change(id, ready.rule.title, Kind.CHANGED, ready)


def _bare(data: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without what changes nothing of what it says."""
    return {key: value for key, value in data.items() if key not in ("replaces", "examples", "note", "since")}


def _gone(book: Rulebook, old: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    there = {id for ready in book.rules for id in (ready.id, ready.rule.replaces)}
    for id, data in old.items():
        if id not in there:
            yield Change(id, str(data.get("title", "")), Kind.GONE, None)


def _by_parameters(book: Rulebook, base: Texts, listed: set[str]) -> list[Change]:
    """Rules that speak of a parameter with other values than before."""
    before = build(base).parameters
    other = {name for name, value in book.parameters.items() if before.get(name) != value}
    return [
        Change(ready.id, ready.rule.title, Kind.CHANGED, ready)
        for ready in book.rules
        if ready.id not in listed and any(name in ready.rule.model_dump_json(exclude={"examples"}) for name in other)
    ]
