"""Every name that a rule may use, for people to look up: cells, rows and columns, groups, axes, subjects, parameters, laws.

In        a rulebook, and words; "" for everything
Out       names that hold all the words, then those that are spelt like them; each with what it is and where it stands
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.form import Form
from auditor.formula.vocabulary import PARAMETER, PROSE, partial_names
from auditor.rulebook import Rulebook
from auditor.spelling import closest

KINDS = ("单元格", "行或列", "组", "逐项检查", "正文主题", "参数", "法规")


@dataclass(frozen=True, slots=True)
class Name:
    """One name as rules write it, its kind, the forms that have it, what it is."""

    word: str
    kind: str
    forms: str = ""
    words: str = ""


def names(book: Rulebook) -> list[Name]:
    """All names, by kind."""
    return [*_of_forms(book.forms), *_of_prose(book), *_of_parameters(book), *_of_laws(book)]


def matching(book: Rulebook, asked: Sequence[str]) -> list[Name]:
    """The names that hold all the words; where none does, the nearest in spelling."""
    every = names(book)
    found = [n for n in every if all(word in n.word or word in n.words for word in asked)]
    if found or not asked:
        return found
    near = closest("".join(asked), [n.word for n in every])
    return [n for n in every if n.word == near]


def _of_forms(forms: Sequence[Form]) -> Iterator[Name]:
    cells: dict[str, list[Form]] = {}
    halves: dict[str, list[Form]] = {}
    groups: dict[str, list[Form]] = {}
    axes: dict[str, list[Form]] = {}
    for form in forms:
        for name in form.by_name:
            cells.setdefault(name, []).append(form)
        for name in sorted(partial_names(form)):
            halves.setdefault(name, []).append(form)
        for name in form.groups:
            groups.setdefault(name, []).append(form)
        for name in form.axes:
            axes.setdefault(name, []).append(form)
    for name, having in cells.items():
        cell = having[0].cells[having[0].by_name[name]]
        yield Name(name, "单元格", _letters(having), f"{_table(cell.table)} {cell.label}，{cell.unit}")
    for name, having in halves.items():
        yield Name(name, "行或列", _letters(having), "须写成“行.列”，或与 each 连用")
    for name, having in groups.items():
        yield Name(name, "组", _letters(having), f"可放进 合计()：{_few(having[0].groups[name])}")
    for name, having in axes.items():
        yield Name(name, "逐项检查", _letters(having), f"写作 each: {name}，依次是 {_few(having[0].axes[name])}")


def _letters(forms: Sequence[Form]) -> str:
    return "、".join(form.letter for form in forms)


def _table(name: str) -> str:
    return name if name.startswith(("表", "统计")) else f"表{name}"


def _few(words: Sequence[str]) -> str:
    return "、".join(words[:6]) + (f"等 {len(words)} 项" if len(words) > 6 else "")


def _of_prose(book: Rulebook) -> Iterator[Name]:
    for subject in book.lexicon.claims.subjects:
        facts = "、".join(dict.fromkeys(fact for _, fact in subject.facts))
        forms = "、".join(letter for letter, _ in subject.facts)
        said = f"说的是 {facts}" if facts else "正文里的说法"
        yield Name(PROSE + subject.name, "正文主题", forms, said + (f"，单位 {subject.unit}" if subject.unit else ""))


def _of_parameters(book: Rulebook) -> Iterator[Name]:
    for name, parameter in book.parameters.items():
        entry = parameter.entry
        yield Name(PARAMETER + name, "参数", "", entry.title + (f"（{entry.unit}）" if entry.unit else ""))


def _of_laws(book: Rulebook) -> Iterator[Name]:
    for law in book.laws.values():
        yield Name(law.id, "法规", "", law.title)
