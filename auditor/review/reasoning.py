"""Atoms of formulas -> why they can never hold together, in words; or None where some filling satisfies them.

Numbers    cells are counts (≥ 0) unless their form says otherwise; parameters lie between the values of the rulebook
           that may reach the rule, 年度 in its years; what is not linear is any number (≥ each part, for 最大)
States     a cell is filled, blank or something else; 空, 已填 and 有 of one cell must agree
Words      单位类型 is one of the kinds of unit in scope, 格式 the form in question
Promise    a contradiction is proved by adding up the relations; where the proof is not found, none is claimed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from auditor.form import Form
from auditor.formula.bind import number_words
from auditor.formula.evaluate import ClaimRef, FactRef, Linear, PeersRef, ValueRef
from auditor.formula.interval import ALL, COUNT, Interval
from auditor.formula.logic import Asked, Atom, Logic, Made, Relation, Said, alternatives, ref_key
from auditor.formula.vocabulary import MEASURES
from auditor.review.linear import Clash, Constraint, clash

_MOST_UNEQUAL = 6


@dataclass(frozen=True, slots=True)
class World:
    """What numbers and words may be where a rule is asked: its form, its kinds of unit, ranges of parameters and years."""

    form: Form
    last_forms: tuple[Form, ...] = ()
    kinds: frozenset[str] = frozenset()
    parameters: Mapping[str, Interval] = field(default_factory=dict)
    years: Interval = ALL

    def range(self, ref: object) -> Interval:
        """All values that a reference may have."""
        if isinstance(ref, FactRef):
            forms = self.last_forms if ref.last else (self.form,)
            cells = [cell for form in forms if (cell := form.cells.get(ref.id)) is not None]
            return ALL if any(cell.signed for cell in cells) else COUNT
        if isinstance(ref, PeersRef):
            return ALL if ref.signed else COUNT
        if isinstance(ref, ClaimRef):
            return COUNT
        if isinstance(ref, ValueRef):
            if ref.kind == "parameter":
                return self.parameters.get(ref.name, ALL)
            return COUNT if ref.name in MEASURES else self.years if ref.name == "年度" else ALL
        return ALL

    def words(self, name: str) -> frozenset[str]:
        """All words that a word of the profile may be."""
        return self.kinds if name == "单位类型" else frozenset({self.form.letter})

    def name(self, key: str) -> str:
        """A reference in words: the cell's name for its id."""
        for prefix, forms in (("上年.", self.last_forms), ("", (self.form,))):
            for form in forms:
                if key.startswith(prefix) and (cell := form.cells.get(key.removeprefix(prefix))) is not None:
                    return prefix + cell.name
        return key


@dataclass(frozen=True, slots=True)
class Proof:
    """Why something can never be: in words, and the atoms that the proof rests on."""

    words: str
    atoms: tuple[Atom, ...]


def impossible(logic: Logic, world: World) -> Proof | None:
    """Why a tree can never hold in a world; None where it can, or where nothing is proved."""
    ways = alternatives(logic)
    if ways is None:
        return None
    proofs: list[Proof] = []
    for way in ways:
        proof = contradiction(way, world)
        if proof is None:
            return None
        proofs.append(proof)
    shortest = list(dict.fromkeys(p.words for p in proofs))
    words = "；".join(shortest[:2]) + ("；其余情形也都不可能" if len(shortest) > 2 else "")
    used = tuple(dict.fromkeys(atom for p in proofs for atom in p.atoms))
    return Proof(words or "条件自相矛盾", used)


def contradiction(given: Sequence[Atom], world: World) -> Proof | None:
    """Why atoms can never hold together; None where they can."""
    return (
        _of_states([a for a in given if isinstance(a, Asked)], world)
        or _of_words([a for a in given if isinstance(a, Said)], world)
        or _of_numbers([a for a in given if isinstance(a, Relation)], world)
    )


# --- states and words ------------------------------------------------------------------------------

# what a cell may be, and what is then answered
_STATES: Mapping[str, Mapping[str, bool]] = {
    "number": {"空": False, "已填": True, "有": True},
    "blank": {"空": True, "已填": False, "有": True},
    "other": {"空": False, "已填": False, "有": True},
    "absent": {"空": False, "已填": False, "有": False},
}
_CLAIMS: Mapping[str, Mapping[str, bool]] = {
    "number": {"已填": True, "有": True},
    "did": {"已填": False, "有": True},
    "absent": {"已填": False, "有": False},
}


def _of_states(given: Sequence[Asked], world: World) -> Proof | None:
    for name in dict.fromkeys(a.name for a in given):
        here = [a for a in given if a.name == name]
        states = _CLAIMS if name.startswith(("正文.", "同类.")) else _STATES
        if not any(all(answers[a.question] is a.holds for a in here) for answers in states.values()):
            said = "与".join(dict.fromkeys(atom_words(a, world) for a in here))
            return Proof(f"{said}不能同时成立", tuple(here))
    return None


def _of_words(given: Sequence[Said], world: World) -> Proof | None:
    for name in dict.fromkeys(a.name for a in given):
        here = [a for a in given if a.name == name]
        possible = world.words(name)
        left = {w for w in possible if all((w == a.word) is a.holds for a in here)}
        if possible and not left:
            said = "且".join(atom_words(a, world) for a in here)
            return Proof(f"{name}只可能是{'、'.join(sorted(possible))}，不会有 {said}", tuple(here))
    return None


# --- numbers ---------------------------------------------------------------------------------------


def _of_numbers(given: Sequence[Relation], world: World) -> Proof | None:
    unequal = [r for r in given if r.kind == "≠"]
    plain = [r for r in given if r.kind != "≠"]
    found = _clash(plain, world)
    if found is not None or not unequal or len(unequal) > _MOST_UNEQUAL:
        return found
    # x ≠ 0 is x < 0 or x > 0: every choice must fail
    proofs = []
    for signs in product((1, -1), repeat=len(unequal)):
        sides = [Relation("<", r.line.scaled(s)) for r, s in zip(unequal, signs, strict=True)]
        found = _clash([*plain, *sides], world)
        if found is None:
            return None
        proofs.append(found)
    used = tuple(dict.fromkeys(a for p in proofs for a in p.atoms))
    return Proof("；".join(dict.fromkeys(p.words for p in proofs)), used)


def _clash(relations: Sequence[Relation], world: World) -> Proof | None:
    constraints = [Constraint(r.kind, _terms(r.line), Fraction(r.line.constant), r) for r in relations]
    found = clash([*constraints, *_bounds(relations, world)])
    return None if found is None else _worded(found, [*constraints, *_bounds(relations, world)], world)


def _terms(line: Linear) -> dict[str, Fraction]:
    return {ref_key(ref): Fraction(c) for ref, c in line.terms}


def _bounds(relations: Sequence[Relation], world: World) -> list[Constraint]:
    """What is known of every reference, and of what non-linear parts are made of."""
    out: list[Constraint] = []
    seen: set[str] = set()
    waiting: list[object] = [ref for r in relations for ref, _ in r.line.terms]
    while waiting:
        ref = waiting.pop()
        key = ref_key(ref)
        if key in seen:
            continue
        seen.add(key)
        if isinstance(ref, Made):
            for line, kind in _parts(ref, world):
                out.append(Constraint(kind, _terms(line), Fraction(line.constant), ""))
                waiting += [inner for inner, _ in line.terms]
            continue
        span = world.range(ref)
        if span.low is not None:
            out.append(Constraint("≤", {key: Fraction(-1)}, Fraction(span.low), (key, "不小于", span.low)))
        if span.high is not None:
            out.append(Constraint("≤", {key: Fraction(1)}, -Fraction(span.high), (key, "不大于", span.high)))
    return out


def _parts(made: Made, world: World) -> Iterator[tuple[Linear, str]]:
    """What always holds of a non-linear part: 最大 ≥ each, 最小 ≤ each, 绝对值 ≥ ±, a product of counts ≥ 0."""
    own = Linear(0, ((made, 1),))
    if made.call in ("最大", "最小"):
        sign = 1 if made.call == "最大" else -1
        for part in made.parts:
            yield part.plus(own, -1).scaled(sign), "≤"
    elif made.call == "绝对值":
        for sign in (1, -1):
            yield made.parts[0].scaled(sign).plus(own, -1), "≤"
    elif made.call in ("*", "/") and all(_is_count(part, world) for part in made.parts):
        yield own.scaled(-1), "≤"


def _is_count(line: Linear, world: World) -> bool:
    return line.constant >= 0 and all(c >= 0 and world.range(ref).low == 0 for ref, c in line.terms)


def _worded(found: Clash, constraints: Sequence[Constraint], world: World) -> Proof:
    relations: list[Relation] = []
    bounds: list[str] = []
    for at, _ in found.factors:
        tag = constraints[at].tag
        if isinstance(tag, Relation):
            relations.append(tag)
        elif isinstance(tag, tuple):
            key, words, value = tag
            bounds.append(f"“{world.name(key)}”{words} {number_words(value)}")
    listed = "、".join(f"“{atom_words(r, world)}”" for r in relations)
    known = f"，而{'、'.join(bounds[:3])}{'等' if len(bounds) > 3 else ''}" if bounds else ""
    end = f"{number_words(_shown(found.constant))} {'＜' if found.strict else '≤'} 0"
    if len(relations) == 1:
        return Proof(f"{listed}不可能成立{known}", tuple(relations))
    times = _times(found, constraints)
    return Proof(f"{listed}不能同时成立{known}（各式{times}相加得 {end}）", tuple(relations))


def _times(found: Clash, constraints: Sequence[Constraint]) -> str:
    factors = [abs(f) for at, f in found.factors if isinstance(constraints[at].tag, Relation)]
    if len(set(factors)) <= 1:
        return ""
    return f"分别乘以 {'、'.join(number_words(_shown(f)) for f in factors)} 后"


def _shown(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


# --- atoms in words --------------------------------------------------------------------------------


def atom_words(atom: Atom, world: World) -> str:
    """An atom as an inspector writes it: 甲 + 乙 ≤ 丙."""
    if isinstance(atom, Asked):
        return f"{'' if atom.holds else '非 '}{atom.question}({world.name(atom.name)})"
    if isinstance(atom, Said):
        return f"{atom.name} {'=' if atom.holds else '≠'} “{atom.word}”"
    return relation_words(atom, world)


def relation_words(relation: Relation, world: World) -> str:
    """A relation with what is added on both its sides."""
    left = [(ref, c) for ref, c in relation.line.terms if c > 0]
    right = [(ref, -c) for ref, c in relation.line.terms if c < 0]
    constant = relation.line.constant
    kind = relation.kind
    if not left:
        left, right, kind, constant = right, left, {"<": ">", "≤": "≥"}.get(kind, kind), -constant
    sides = [
        _side(left, constant if constant > 0 and right else 0, world),
        _side(right, -constant if constant < 0 or not right else 0, world),
    ]
    return f"{sides[0]} {kind} {sides[1]}"


def _side(terms: Iterable[tuple[object, int | Fraction]], constant: int | Fraction, world: World) -> str:
    parts = [f"{'' if c == 1 else number_words(c) + ' * '}{_named(ref, world)}" for ref, c in terms]
    if constant or not parts:
        parts.append(number_words(constant))
    shown = parts if len(parts) <= 10 else [*parts[:4], "…", parts[-1]]
    return " + ".join(shown)


def _named(ref: object, world: World) -> str:
    key = ref_key(ref)
    if not isinstance(ref, Made):
        return world.name(key)
    if ref.call in ("最大", "最小", "绝对值"):
        return f"{ref.call}({'、'.join(_side(part.terms, part.constant, world) for part in ref.parts)})"
    return f" {ref.call} ".join(f"({_side(part.terms, part.constant, world)})" for part in ref.parts)
