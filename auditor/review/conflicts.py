"""Two rules that can never both be kept: whatever the unit fills in, one of them complains.

Asked      pairs whose scopes meet, whose formulas share a name, each of which can be kept by itself
Proof      exact: the relations of both, added up, give nonsense (`linear.clash`); no example is looked for
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from auditor.formula.interval import Interval
from auditor.formula.logic import Logic, both
from auditor.review.reasoning import Proof, World, impossible
from auditor.review.remarks import Remark, Weight, remark
from auditor.review.scope import meet
from auditor.review.scopes import plainly_asked
from auditor.review.views import View, views
from auditor.rulebook import Rulebook

CONFLICT = "不能同时符合"
_MOST_ELEMENTS = 8


def conflicts(book: Rulebook) -> Iterator[Remark]:
    """Every pair of rules that cannot both be kept."""
    asked = [(ready, list(views(ready, book))) for ready in book.rules if plainly_asked(ready)]
    for (one, here), (other, there) in combinations(asked, 2):
        if not meet(one, other):
            continue
        proof = _conflict(here, there)
        if proof is None:
            continue
        form, words = proof
        said = f"与“{one.id}”（{one.place}）不能同时符合：在格式{form}中，无论怎样填，总有一条不合规（{words.words}）"
        yield remark(book, other, ("expect",), CONFLICT, Weight.MISTAKE, said, (one.id,))


def _conflict(here: Sequence[View], there: Sequence[View]) -> tuple[str, Proof] | None:
    for letter in dict.fromkeys(v.form.letter for v in here):
        ours, theirs = ([v for v in side if v.form.letter == letter] for side in (here, there))
        for a, b in _pairs(ours, theirs):
            if proof := _never_both(a, b):
                return letter, proof
    return None


def _pairs(ours: Sequence[View], theirs: Sequence[View]) -> Iterator[tuple[Sequence[View], Sequence[View]]]:
    """Elements that share a name; then all of them together where they are few."""
    touching = [([a], [b]) for a, b in product(ours, theirs) if a.demanded & b.demanded]
    yield from touching
    if touching and len(touching) > 1 and len(ours) + len(theirs) <= _MOST_ELEMENTS:
        yield ours, theirs


def _never_both(ours: Sequence[View], theirs: Sequence[View]) -> Proof | None:
    world = _common(ours[0].world, theirs[0].world)
    proof = impossible(both(*_kept(ours), *_kept(theirs)), world)
    if proof is None or not proof.atoms:
        return None
    alone = [(both(*(v.when for v in (*ours, *theirs)))), both(*_kept(ours)), both(*_kept(theirs))]
    return None if any(impossible(part, world) is not None for part in alone) else proof


def _kept(side: Sequence[View]) -> Iterator[Logic]:
    for view in side:
        yield view.when
        if view.expect is not None:
            yield view.expect


def _common(one: World, other: World) -> World:
    """The world in which both rules are asked."""
    parameters = dict(one.parameters)
    for name, span in other.parameters.items():
        parameters[name] = _hull(parameters[name], span) if name in parameters else span
    return World(one.form, (*one.last_forms, *other.last_forms), one.kinds & other.kinds, parameters, one.years)


def _hull(one: Interval, other: Interval) -> Interval:
    lows, highs = [one.low, other.low], [one.high, other.high]
    low = None if None in lows else min(x for x in lows if x is not None)
    high = None if None in highs else max(x for x in highs if x is not None)
    return Interval(low, high)
