"""Which reports a rule speaks of, how certain it is and how it grades -> changes of these.

applies    a form letter, a kind of unit, a region left out or (forms) added; years shifted by one at either end
when       left out, negated
certainty  certain and suspected exchanged
grades     one left out, two neighbours exchanged (not where they can never both hold), severity or certainty left out
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.mutants.mutant import NOTHING, Path, shown

_LETTERS = ("A", "B", "C")
_OTHER = {"certain": "suspected", "suspected": "certain"}

_Made = Iterator[tuple[Path, object, str, bool]]


def changes(data: Mapping[str, Any]) -> _Made:
    """Every change of scope, condition, certainty and grades."""
    yield from _applies(data.get("applies") or {})
    yield from _when(data)
    said = data.get("certainty", "certain")
    yield ("certainty",), _OTHER.get(said, said), f"把 certainty 由 {said} 改为 {_OTHER.get(said, said)}", False
    yield from _grades(data)


def _applies(applies: Mapping[str, Any]) -> _Made:
    path: Path
    for key in ("form", "unit_kind", "region"):
        items = _listed(applies.get(key))
        if items:
            yield ("applies", key), NOTHING, f"去掉 applies 的 {key}", True
        for item in items if len(items) > 1 else ():
            path = ("applies", key)
            yield path, [i for i in items if i != item], f"去掉 applies 的 {key} 中的“{item}”", True
    letters = _listed(applies.get("form"))
    for letter in _LETTERS if letters else ():
        if letter not in letters and len(letters) + 1 < len(_LETTERS):
            yield ("applies", "form"), [*letters, letter], f"在 applies 的 form 中加上 {letter}", False
    if "years" in applies:
        yield ("applies", "years"), NOTHING, "去掉 applies 的 years", True
        yield from _years(str(applies["years"]))


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def _years(years: str) -> _Made:
    first, dash, last = (part.strip() for part in years.partition("-"))
    if not dash:
        last = first
    for at, end in enumerate((first, last)):
        for step in (-1, 1) if end else ():
            ends = [first, last]
            ends[at] = str(int(end) + step)
            if not all(ends) or ends[0] <= ends[1]:
                other = "-".join(ends)
                yield ("applies", "years"), other, f"把 applies 的 years 由 {years} 改为 {other}", False


def _when(data: Mapping[str, Any]) -> _Made:
    when = data.get("when")
    if when is None:
        return
    yield ("when",), NOTHING, "去掉 when", True
    negated = {k: f"非 ({v})" for k, v in when.items()} if isinstance(when, Mapping) else f"非 ({when})"
    yield ("when",), negated, "在 when 前加上“非”", False


def _grades(data: Mapping[str, Any]) -> _Made:
    grades = data.get("grades") or []
    for at, grade in enumerate(grades):
        path = ("grades", at)
        yield path, NOTHING, f"去掉 {shown(path)}", True
        for key, own in (("severity", data.get("severity")), ("certainty", data.get("certainty", "certain"))):
            if key in grade and grade[key] != own:
                yield (*path, key), NOTHING, f"去掉 {shown((*path, key))}", True
    for at in range(len(grades) - 1):
        swapped = [*grades[:at], grades[at + 1], grades[at], *grades[at + 2 :]]
        yield ("grades",), swapped, f"把 grades 第{at + 1}项与第{at + 2}项对调", False
