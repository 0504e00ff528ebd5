"""A formula of one form -> relations between sums, joined by 且 and 或: what analyses compare and reason about.

Relation   sum ⋈ 0, where ⋈ is one of = ≠ < ≤; a tolerance is part of the sum (|a − b| ≤ 0.5 becomes two relations)
Negation   is pushed down to the relations, so that only 且 and 或 join them
Canonical  equal meaning up to order, factors and sides gives equal trees: 乙 + 丙 = 甲 and 甲 − 乙 = 丙 are one
Refuses    more than `MOST` alternatives: `alternatives` gives None, and nothing is concluded
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

from auditor.formula.bind import Scope, _asks_for_last_year, _Binder
from auditor.formula.evaluate import ClaimRef, Env, FactRef, Linear, Opaque, PeersRef, ValueRef
from auditor.formula.interval import Exact, Interval
from auditor.formula.parse import Node, is_text

MOST = 256


@dataclass(frozen=True, slots=True)
class Relation:
    """`line` ⋈ 0 with `kind` one of = ≠ < ≤."""

    kind: str
    line: Linear


@dataclass(frozen=True, slots=True)
class Asked:
    """空, 已填 or 有 of a cell (its id, 上年. before one of last year), of a claim (正文.…), of peers (同类.…), or its denial."""

    question: str
    name: str
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """单位类型 or 格式 is this word, or is not; two words compared are told by an empty name."""

    name: str
    word: str
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """All of the parts (`every`) or one of them; without parts: always, and never."""

    every: bool
    parts: tuple[Logic, ...]


Atom = Relation | Asked | Said
Logic = Atom | Joined
ALWAYS, NEVER = Joined(True, ()), Joined(False, ())


@dataclass(frozen=True, slots=True)
class Made(Opaque):
    """A part that is not linear, with what it is made of: 最大, 最小, 绝对值, * or /. Equal texts are the same."""

    call: str = field(default="", compare=False)
    parts: tuple[Linear, ...] = field(default=(), compare=False)


def logic_of(text: str, node: Node, scope: Scope, tolerance: Exact = 0) -> Logic:
    """The canonical tree of a formula for a form and an element. Raises FormulaError, MissingLastYear."""
    return canonical(_Symbols(text, scope, tolerance, without_last_year=_asks_for_last_year(node)).logic(node, True))


def denied(logic: Logic) -> Logic:
    """What holds exactly where the other does not."""
    if isinstance(logic, Joined):
        return Joined(not logic.every, tuple(denied(p) for p in logic.parts))
    if isinstance(logic, Relation):
        return _denied(logic)
    if isinstance(logic, Asked):
        return Asked(logic.question, logic.name, not logic.holds)
    return Said(logic.name, logic.word, not logic.holds)


def both(*parts: Logic) -> Logic:
    """All of them."""
    return canonical(Joined(True, parts))


def alternatives(logic: Logic) -> list[tuple[Atom, ...]] | None:
    """The logic as alternatives of atoms that hold together; None where there are too many."""
    if not isinstance(logic, Joined):
        return [(logic,)]
    below = [alternatives(part) for part in logic.parts]
    out: list[tuple[Atom, ...]] = [()] if logic.every else []
    for one in below:
        if one is None:
            return None
        out = [(*a, *b) for a in out for b in one] if logic.every else [*out, *one]
        if len(out) > MOST:
            return None
    return out


def atoms(logic: Logic) -> Iterator[Atom]:
    """Every atom of a tree."""
    if isinstance(logic, Joined):
        for part in logic.parts:
            yield from atoms(part)
    else:
        yield logic


class _Symbols(_Binder):
    """Names and sums as the evaluator binds them; truths as trees instead of closures."""

    def logic(self, node: Node, positive: bool) -> Logic:
        if node.kind == "not":
            return self.logic(node.children[0], not positive)
        if node.kind in ("and", "or"):
            return Joined((node.kind == "and") is positive, tuple(self.logic(c, positive) for c in node.children))
        if node.kind == "call":
            return self._question(node, positive)
        if is_text(node.children[0]):
            return _words(node, positive)
        left, right = (self.linear(c) for c in node.children)
        made = _relation(node.kind, left.plus(right, -1), self.tolerance)
        return made if positive else denied(made)

    def _question(self, node: Node, positive: bool) -> Logic:
        inner = node.children[0]
        if inner.kind == "said":
            # 空(正文.甲) is the denial of 已填(正文.甲): prose has no blanks
            question, holds = ("已填", not positive) if node.value == "空" else (node.value, positive)
            return Asked(question, "正文." + inner.value, holds)
        if inner.kind == "peers":
            return Asked(node.value, ref_key(self.median(inner)), positive)
        if inner.kind == "peers":
            return Asked("有", "同类." + self.median(inner).name, positive)
        ref = self.cells(inner)[0]
        return Asked(node.value, ("上年." if ref.last else "") + ref.id, positive)

    def _opaque(self, node: Node, compute: Callable[[Env], Interval]) -> Linear:
        call = node.value if node.kind == "call" else node.kind
        if node.kind == "call":
            parts = [part for child in node.children for part in self._members(child)]
        else:
            parts = [self.linear(child) for child in node.children]
        spelt = [_spelt(part) for part in parts]
        spelt = spelt if call == "/" else sorted(spelt)
        made = Made(f"{call}({', '.join(spelt)})", compute, call, tuple(parts))
        return Linear(0, ((made, 1),))


def _words(node: Node, positive: bool) -> Logic:
    left, right = node.children
    holds = (node.kind == "=") is positive
    if left.kind == right.kind == "string":
        return ALWAYS if (left.value == right.value) is holds else NEVER
    if left.kind == "string":
        left, right = right, left
    return Said(left.value, right.value, holds)


def _relation(kind: str, line: Linear, tolerance: Exact) -> Logic:
    """A relation of the evaluator: a tolerance helps =, ≤ and <, and hinders ≠."""
    if kind in ("=", "≠"):
        if tolerance == 0:
            return Relation(kind, line)
        near = Joined(True, tuple(Relation("≤", side.plus(Linear(tolerance), -1)) for side in (line, line.scaled(-1))))
        return near if kind == "=" else denied(near)
    if kind in (">", "≥"):
        line, kind = line.scaled(-1), {">": "<", "≥": "≤"}[kind]
    return Relation(kind, line.plus(Linear(tolerance), -1))


def _denied(relation: Relation) -> Relation:
    if relation.kind in ("=", "≠"):
        return Relation("≠" if relation.kind == "=" else "=", relation.line)
    return Relation("<" if relation.kind == "≤" else "≤", relation.line.scaled(-1))


# --- canonical -------------------------------------------------------------------------------------


def canonical(logic: Logic) -> Logic:
    """The same tree with sums scaled, parts flattened, sorted and without repetition."""
    if isinstance(logic, Relation):
        return _canonical(logic)
    if not isinstance(logic, Joined):
        return logic
    parts: list[Logic] = []
    for part in map(canonical, logic.parts):
        parts += part.parts if isinstance(part, Joined) and part.every is logic.every else [part]
    decisive = NEVER if logic.every else ALWAYS
    if decisive in parts:
        return decisive
    kept = sorted(dict.fromkeys(p for p in parts if p not in (ALWAYS, NEVER)), key=spelt)
    return kept[0] if len(kept) == 1 else Joined(logic.every, tuple(kept))


def _canonical(relation: Relation) -> Logic:
    line = relation.line
    if not line.terms:
        value = line.constant
        holds = {"=": value == 0, "≠": value != 0, "<": value < 0, "≤": value <= 0}[relation.kind]
        return ALWAYS if holds else NEVER
    terms = sorted(line.terms, key=lambda term: ref_key(term[0]))
    numbers = [Fraction(line.constant), *(Fraction(c) for _, c in terms)]
    factor = Fraction(_common(n.denominator for n in numbers))
    shared = 0
    for number in numbers:
        shared = gcd(shared, abs(int(number * factor)))
    factor /= shared
    if relation.kind in ("=", "≠") and terms[0][1] < 0:
        factor = -factor
    scaled = tuple((ref, _whole(Fraction(c) * factor)) for ref, c in terms)
    return Relation(relation.kind, Linear(_whole(Fraction(line.constant) * factor), scaled))


def _common(denominators: Iterable[int]) -> int:
    out = 1
    for one in denominators:
        out = out * one // gcd(out, one)
    return out


def _whole(number: Fraction) -> Exact:
    return number.numerator if number.denominator == 1 else number


def ref_key(ref: object) -> str:
    """A reference as text: the same for the same thing, whatever formula it stands in."""
    match ref:
        case Opaque():
            return "~" + ref.text
        case FactRef():
            return ("上年." if ref.last else "") + ref.id
        case PeersRef():
            return "同类." + ref.name
        case ClaimRef():
            return "正文." + ref.subject
        case ValueRef():
            return ("参数." if ref.kind == "parameter" else "") + ref.name
    raise TypeError(f"no reference: {ref!r}")


def _spelt(line: Linear) -> str:
    terms = sorted((ref_key(ref), coefficient) for ref, coefficient in line.terms)
    return " ".join([str(line.constant), *(f"{c}·{key}" for key, c in terms)])


def spelt(logic: Logic) -> str:
    """A tree as text, for sorting and for comparing across rulebooks."""
    if isinstance(logic, Relation):
        return f"[{_spelt(logic.line)} {logic.kind} 0]"
    if isinstance(logic, Asked):
        return f"{'' if logic.holds else '非'}{logic.question}({logic.name})"
    if isinstance(logic, Said):
        return f"{logic.name}{'=' if logic.holds else '≠'}“{logic.word}”"
    return f"{'且' if logic.every else '或'}({'; '.join(map(spelt, logic.parts))})"
