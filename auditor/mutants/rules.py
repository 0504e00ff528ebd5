"""All mutants of one rule: its formulas, the keys of its kind, its scope, certainty and grades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.checks import KINDS
from auditor.checks.check import vocabulary
from auditor.facts.lexicon import Lexicon
from auditor.form import Form
from auditor.formula import FormulaError, Node, Vocabulary, parse
from auditor.formula.meaning import FALSE, Quantity, meaning
from auditor.mutants import keys, scopes, trees
from auditor.mutants.mutant import Data, Mutant, Path, changed, shown
from auditor.rulebook.book import Ready, Rulebook

_MONEY = ("元", "万元", "%")


def mutants(book: Rulebook, ready: Ready, data: Data) -> list[Mutant]:
    """Every mutant of a rule that was loaded from this data, in order; each change is named once."""
    names = _Names.of(book, ready)
    made: list[Mutant] = []
    for path, value, words, omits in _all(data, ready, names):
        made.append(Mutant(words, changed(data, path, value), omits))
    return _named_apart(made)


_Made = Iterator[tuple[Path, object, str, bool]]


def _all(data: Data, ready: Ready, names: _Names) -> _Made:
    for path, text, letter in _formulas(data):
        yield from _of_formula(path, text, letter, names)
    yield from keys.changes(data, KINDS[ready.rule.check].keys)
    if "expect" in data and "tolerance" not in data:
        yield ("tolerance",), 1, "加上 tolerance: 1", False
    for change in scopes.changes(data):
        if not (change[0] == ("grades",) and _never_both(data, change[1], names)):
            yield change


def _named_apart(made: Sequence[Mutant]) -> list[Mutant]:
    """The mutants, equal ones once; of equal words for different changes the later ones are numbered."""
    out: list[Mutant] = []
    for one in made:
        if any(one.data == other.data for other in out):
            continue
        same = sum(1 for other in out if other.change.partition("（第")[0] == one.change)
        out.append(Mutant(f"{one.change}（第{same + 1}处）", one.data, one.omits) if same else one)
    return out


# --- formulas --------------------------------------------------------------------------------------


def _formulas(data: Data) -> Iterator[tuple[Path, str, str]]:
    """(path, text, form letter or "") of every formula of a rule."""
    places: list[tuple[Path, Any]] = [((key,), data[key]) for key in ("expect", "when") if key in data]
    places += [(("also", at), item) for at, item in enumerate(data.get("also") or ())]
    places += [(("grades", at, "when"), g["when"]) for at, g in enumerate(data.get("grades") or ()) if "when" in g]
    for path, value in places:
        if isinstance(value, Mapping):
            yield from (((*path, letter), str(text), str(letter)) for letter, text in value.items())
        else:
            yield path, str(value), ""


def _of_formula(path: Path, text: str, letter: str, names: _Names) -> _Made:
    try:
        node = parse(text, names.vocabulary)
    except FormulaError:
        return
    forms = [f for f in names.forms if letter in ("", f.letter)]
    if not _groups_differ(node, forms):
        for change in trees.changes(node, names, forms[0].groups if forms else {}):
            yield path, change.text, f"{shown(path)}：{change.words}", change.omits
        return
    for form in forms:
        for change in trees.changes(node, names, form.groups):
            each = {f.letter: change.text if f is form else text for f in forms}
            yield path, each, f"{shown(path)}（格式{form.letter}）：{change.words}", change.omits


def _groups_differ(node: Node, forms: Sequence[Form]) -> bool:
    """Whether a group that the formula names has other members in another form: then each form gets its own text."""
    named = {n.value for n in node.walk() if n.kind in ("name", "last")}
    return any(len({tuple(form.groups.get(name, ())) for form in forms}) > 1 for name in named)


def _never_both(data: Data, swapped: object, names: _Names) -> bool:
    """Whether the two grades that were exchanged can never both hold (数量 = 0 and 数量 = 2): then order is no matter."""
    grades = data.get("grades") or []
    pair = [g for g, other in zip(grades, swapped, strict=True) if g is not other] if isinstance(swapped, list) else []
    if len(pair) != 2 or not all(isinstance(g.get("when"), str) for g in pair):
        return False
    try:
        nodes = [parse(g["when"], names.vocabulary) for g in pair]
    except FormulaError:
        return False
    one, other = (_only_value(node) for node in nodes)
    differ = one is not None and other is not None and one[0] == other[0] and one[1] != other[1]
    return differ or _excludes(nodes[0], nodes[1], names)


def _only_value(node: Node) -> tuple[str, object] | None:
    left, right = (*node.children, None, None)[:2]
    if node.kind == "=" and left is not None and right is not None and right.kind == "number":
        return (left.value, right.number)
    return None


def _excludes(one: Node, other: Node, names: _Names) -> bool:
    """Whether a part of one is denied by a part of the other."""
    parts = [list(_clauses(node)) for node in (one, other)]
    denied = {meaning(Node("not", 0, 0, children=(p,)), names) for p in parts[0]}
    return any(meaning(p, names) in denied or meaning(p, names) == FALSE for p in parts[1])


def _clauses(node: Node) -> Iterator[Node]:
    if node.kind != "and":
        yield node
    else:
        for child in node.children:
            yield from _clauses(child)


@dataclass(frozen=True)
class _Names:
    """What the names of a rule's formulas mean."""

    forms: tuple[Form, ...]
    all_forms: tuple[Form, ...]
    vocabulary: Vocabulary
    lexicon: Lexicon
    flags: frozenset[str]

    @classmethod
    def of(cls, book: Rulebook, ready: Ready) -> _Names:
        forms = tuple(f for f in book.forms if f.letter in ready.forms)
        subjects = frozenset(s.name for s in book.lexicon.claims.subjects)
        known = vocabulary(forms, book.forms, subjects, frozenset(book.parameters))
        flags = frozenset(name for name, p in book.parameters.items() if p.entry.kind == "是否")
        return cls(forms, book.forms, known, book.lexicon, flags)

    def is_always_a_number(self, subject: str) -> bool:
        """Whether the prose says nothing of a subject but numbers."""
        return not any(s.did for s in self.lexicon.claims.subjects if s.name == subject)

    def quantity(self, name: Node) -> Quantity:
        """Which numbers a name may have."""
        if name.kind in ("parameter", "peers"):  # a median may lie between two counts
            return Quantity.FLAG if name.value in self.flags else Quantity.AMOUNT
        if name.kind == "profile":
            return Quantity.SHARE if name.value == "比例" else Quantity.COUNT
        if name.kind == "said":
            unit = next((s.unit for s in self.lexicon.claims.subjects if s.name == name.value), "")
            return Quantity.AMOUNT if unit in _MONEY else Quantity.COUNT
        cells = [c for f in (self.all_forms if name.kind == "last" else self.forms) for c in f.cells.values()]
        named = [c for c in cells if name.value == c.name or name.value in c.name.split(".")]
        if not named or any(c.signed for c in named):
            return Quantity.ANY if named else Quantity.COUNT
        return Quantity.AMOUNT if any(c.decimal for c in named) else Quantity.COUNT
