"""Variants: the plain data of a form and of a file that `extends` it in, the data of the province's own print out.

remove     keys of rows that the province does not print
add        rows it adds: `[{after: key of the row before, row: {…}}]`; columns it adds beside that of the numbers (lists
           only): `columns`; other spellings of rows it keeps: `spellings: {key: [words]}`
variant    what the print is called; then it is read as the same form (same `letter`), its own rows and columns may be
           missing, and every id it adds begins with `prefix`, so that it meets no other's
letter     without `variant` the file is a form of its own, under a letter of its own
Refuses    keys that the base does not have, ids without the prefix, columns of a table of rows × columns
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence

from auditor.spelling import nearest

Path = tuple[str | int, ...]
Problem = Callable[[Path, str], None]

_OWN = {"extends", "remove", "add", "columns", "spellings", "axes", "groups"}


def extended(base: Mapping[str, object], data: Mapping[str, object], problem: Problem) -> dict[str, object] | None:
    """The base's data with what the variant changes; None where it makes a mistake (each was told to `problem`).

    Every other field of the variant (letter, title, years, law, sections …) replaces the base's; groups are merged by
    name, and members that were removed leave the base's groups.
    """
    return _Extension(base, data, problem).made()


class _Extension:
    """One file that extends another."""

    def __init__(self, base: Mapping[str, object], data: Mapping[str, object], problem: Problem) -> None:
        self.data, self.problem = data, problem
        self.merged: dict[str, object] = copy.deepcopy(dict(base))
        self.places = {key_of(row): (rows, row) for rows in _row_lists(self.merged) for row in rows}
        self.own_prefix = str(data.get("prefix") or "")
        self.is_variant = "variant" in data
        self.clean = True

    def tell(self, path: Path, words: str) -> None:
        self.problem(path, words)
        self.clean = False

    def made(self) -> dict[str, object] | None:
        if self.is_variant and not self.own_prefix and ("add" in self.data or "columns" in self.data):
            self.tell(("variant",), "增设行或列的本地表样须写 prefix（新增指标 id 的开头，如 ah）")
        removed = self._remove()
        self._spell()
        self._add()
        self._columns()
        for field in ("axes", "groups"):
            self.merged[field] = _lists(self.merged.get(field), self.data.get(field), removed)
        self.merged.update({key: value for key, value in self.data.items() if key not in _OWN})
        return self.merged if self.clean else None

    def _unknown(self, key: object) -> str:
        return f"被扩展的格式没有 {key}{nearest(str(key), [p for p in self.places if p])}"

    def _remove(self) -> set[str]:
        removed: set[str] = set()
        for at, key in enumerate(_sequence(self.data.get("remove"))):
            if key not in self.places:
                self.tell(("remove", at), self._unknown(key))
                continue
            rows, row = self.places[str(key)]
            removed.add(str(row.get("name", "")))
            rows.remove(row)
        return removed

    def _spell(self) -> None:
        given = self.data.get("spellings")
        for key, words in given.items() if isinstance(given, Mapping) else ():
            if key not in self.places:
                self.tell(("spellings", key), self._unknown(key))
                continue
            row = self.places[str(key)][1]
            row["variants"] = [*_sequence(row.get("variants")), *_sequence(words)]

    def _add(self) -> None:
        for at, item in enumerate(_sequence(self.data.get("add"))):
            added = item.get("row") if isinstance(item, Mapping) else None
            after = item.get("after") if isinstance(item, Mapping) else None
            place = self.places.get(str(after))
            if not isinstance(added, Mapping) or place is None or place[1] not in place[0]:
                self.tell(("add", at), "应写作 {after: 前一行的 key, row: {…}}，前一行须在被扩展的格式中")
                continue
            rows, before = place
            new = dict(added)
            if self.is_variant:
                self._own(new, ("add", at, "row"))
                new["optional"] = True
            rows.insert(rows.index(before) + 1, new)
            self.places[key_of(new)] = (rows, new)

    def _own(self, row: Mapping[str, object], path: Path) -> None:
        """An added row's id is the province's own: ah.budget in a list, ah_budget in a table of rows × columns."""
        mark = self.own_prefix + ("." if "id" in row else "_")
        if ("id" in row or "key" in row) and self.own_prefix and not key_of(row).startswith(mark):
            self.tell((*path, "id" if "id" in row else "key"), f"新增的行须以 {mark} 开头，以免与其他表样重复")

    def _columns(self) -> None:
        columns = _sequence(self.data.get("columns"))
        tables = self.merged.get("tables")
        lists = (
            [t for t in tables if isinstance(t, dict) and t.get("kind") == "list"] if isinstance(tables, list) else []
        )
        if columns and not (self.is_variant and len(lists) == 1):
            self.tell(("columns",), "只有写了 variant、扩展一行一个指标的统计表的文件才能增设列")
            return
        for at, column in enumerate(columns):
            if not isinstance(column, Mapping):
                self.tell(("columns", at), "应写作 {key: 键, name: 名称, path: 表头}")
                continue
            lists[0]["columns"] = [*_sequence(lists[0].get("columns")), {**column, "optional": True}]


def _lists(base: object, own: object, removed: set[str]) -> dict[str, object]:
    """The base's lists without the names that were removed, and the variant's own over them."""
    lists: dict[str, object] = {}
    for source in (base, own):
        for name, members in source.items() if isinstance(source, Mapping) else ():
            inherited = source is base and isinstance(members, list)
            lists[name] = [member for member in members if member not in removed] if inherited else members
    return lists


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def key_of(row: Mapping[str, object]) -> str:
    """The key by which a row is named: its id, its key, or the number of a heading."""
    return str(row.get("id") or row.get("key") or row.get("number") or "")


def _row_lists(data: Mapping[str, object]) -> Iterator[list[dict[str, object]]]:
    """Every list of rows of the data, at whatever depth of tables, parts and blocks."""
    for field in ("tables", "parts", "blocks"):
        inner = data.get(field)
        for entry in inner if isinstance(inner, list) else []:
            if isinstance(entry, Mapping):
                yield from _row_lists(entry)
    rows = data.get("rows")
    if isinstance(rows, list):
        yield rows
