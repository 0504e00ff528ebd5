"""What a process of tests works out once: texts of YAML as data, forms, formulas.

Nearly every test builds the packaged rulebook with one file changed, and the other files say the same each time. Only
what is a function of its arguments alone is kept, where it succeeded, and data that a caller might change is copied.
The tests of these functions themselves call them by their own rooms and meet nothing kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from auditor.checks import check, relation
from auditor.form import Form
from auditor.formula.bind import Program, Scope
from auditor.formula.parse import Node
from auditor.formula.vocabulary import Vocabulary
from auditor.rulebook import loading, source
from auditor.rulebook.strict import Tree


def _copied(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _copied(value) for key, value in data.items()}
    return [_copied(value) for value in data] if isinstance(data, list) else data


def _reading(read: Callable[[str], Tree]) -> Callable[[str], Tree]:
    kept: dict[str, Tree] = {}

    def remembered(text: str) -> Tree:
        if text not in kept:
            kept[text] = read(text)
        one = kept[text]
        return Tree(_copied(one.data), dict(one.keys), dict(one.values), list(one.twice))

    return remembered


def _forming(form_from: Callable[..., Form | None]) -> Callable[..., Form | None]:
    kept: dict[str, Form] = {}

    def remembered(data: Any, problem: Callable[..., None], base: Any = None) -> Form | None:
        key = repr((data, base))
        if key in kept:
            return kept[key]
        told: list[object] = []

        def tell(*words: Any) -> None:
            told.append(words)
            problem(*words)

        form = form_from(data, tell, base)
        if form is not None and not told:
            kept[key] = form
        return form

    return remembered


def _parsing(parse: Callable[[str, Vocabulary], Node]) -> Callable[[str, Vocabulary], Node]:
    kept: dict[object, tuple[Node, Vocabulary]] = {}

    def remembered(text: str, words: Vocabulary) -> Node:
        key = (
            text,
            *(id(form) for form in (*words.forms, *words.all_forms)),
            len(words.forms),
            words.subjects,
            words.parameters,
        )
        if key not in kept:
            kept[key] = parse(text, words), words  # the vocabulary keeps its forms alive, so that no other has their id
        return kept[key][0]

    return remembered


def _binding(bind: Callable[..., Program]) -> Callable[..., Program]:
    kept: dict[object, Program] = {}

    def remembered(text: str, node: Node, scope: Scope, tolerance: Any = 0) -> Program:
        key = (text, id(node), id(scope.form), id(scope.last_form), scope.element, tolerance)
        if key not in kept:
            kept[key] = bind(text, node, scope, tolerance)
        return kept[key]

    return remembered


def install() -> None:
    """Puts what is remembered in the place of what works it out."""
    patch = pytest.MonkeyPatch()
    patch.setattr(source, "read", _reading(source.read))
    patch.setattr(loading, "form_from", _forming(loading.form_from))
    patch.setattr(check, "parse", _parsing(check.parse))
    patch.setattr(relation, "bind", _binding(relation.bind))
