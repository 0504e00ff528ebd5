"""Rules that say the same twice: duplicates, and rules whose problems another rule always finds too.

Same       equal trees of `when` and `expect` (order, sides and factors do not matter), or equal keys of another kind
Duplicate  the same in scopes that meet: a mistake, the problem would be listed and charged twice
Shadowed   wherever the one is broken, the other is broken as well: the same in a narrower scope, or a relation that
           follows from the other's. Intended where one names the other in `covers`, or a pattern absorbs one of them
Asked      only rules whose outcome is their formula's; a rule that needs last year's report or the prose shadows none
           that does not
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from auditor.formula.logic import ALWAYS, both, denied, spelt
from auditor.model import SEVERITIES
from auditor.review.reasoning import World, impossible
from auditor.review.remarks import Remark, Weight, remark
from auditor.review.scope import inside, meet
from auditor.review.scopes import plainly_asked
from auditor.review.views import View, views
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.pattern import REPORT
from auditor.rulebook.rule import kind_keys

DOUBLE, SHADOWED = "重复规则", "被遮蔽的规则"


def overlaps(book: Rulebook) -> Iterator[Remark]:
    """Every duplicate and every shadowed rule."""
    seen = {ready.id: list(views(ready, book)) for ready in book.rules}
    same = {ready.id: sameness(ready, seen[ready.id]) for ready in book.rules}
    absorbed = _absorbed(book)
    doubles: set[tuple[str, str]] = set()
    for at, ready in enumerate(book.rules):
        for other in book.rules[:at]:
            if same[ready.id].items() & same[other.id].items() and meet(ready, other):
                doubles.add((ready.id, other.id))
                yield _double(book, ready, other, absorbed)
    for ready in book.rules:
        for other in book.rules:
            if ready is other or {(ready.id, other.id), (other.id, ready.id)} & doubles:
                continue
            if (why := _shadow(ready, other, seen)) is not None:
                yield _shadowed(book, ready, other, why, absorbed)


def sameness(ready: Ready, here: Sequence[View]) -> dict[str, str]:
    """What a rule asks in each form ("" without one), as texts that are equal for equal demands."""
    keys = kind_keys(ready.rule).model_dump(mode="json", by_alias=True)
    for key in ("expect", "each"):
        keys.pop(key, None)
    out: dict[str, str] = {}
    for letter in sorted(ready.forms) or [""]:
        asked = sorted(f"{spelt(v.when)}→{spelt(v.expect or ALWAYS)}" for v in here if v.form.letter == letter)
        said = asked or [json.dumps(ready.rule.when, ensure_ascii=False)]
        out[letter] = json.dumps([ready.rule.check, _sorted(keys), said], ensure_ascii=False, sort_keys=True)
    return out


def _sorted(value: object) -> object:
    if isinstance(value, Mapping):
        return {k: _sorted(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(v) for v in value), key=lambda v: json.dumps(v, ensure_ascii=False, sort_keys=True))
    return value


def _double(book: Rulebook, ready: Ready, other: Ready, absorbed: frozenset[frozenset[str]]) -> Remark:
    intended = _intended(ready, other, absorbed) or "draft" in (ready.rule.status, other.rule.status)
    words = f"与“{other.id}”（{other.place}）要求相同、适用范围重叠，同一问题会报两次；请删去一条，或者改写适用范围"
    weight = Weight.REMINDER if intended else Weight.MISTAKE
    return remark(book, ready, ("expect",) if ready.expect else ("check",), DOUBLE, weight, words, (other.id,))


# --- shadows ---------------------------------------------------------------------------------------


def _shadow(ready: Ready, other: Ready, seen: Mapping[str, Sequence[View]]) -> str | None:
    """Why the other rule is always broken where this one is; None where it need not be."""
    if not (plainly_asked(ready) and plainly_asked(other) and inside(ready, other)):
        return None
    if not _as_knowing(ready, other):
        return None
    used: list[str] = []
    for view in seen[ready.id]:
        above = next((v for v in seen[other.id] if v.form is view.form and _follows(view, v)), None)
        if above is None or view.expect is None:
            return None
        used.append("公式相同" if above.expect == view.expect else "由对方的公式可以推出本条的公式")
    return used[0] if used else None


def _as_knowing(ready: Ready, other: Ready) -> bool:
    """Whether the other rule needs nothing beside the tables that this one does not need as well."""
    for letter, formula in (other.expect or {}).items():
        own = (ready.expect or {}).get(letter)
        if own is None:
            continue
        if formula.last_year == "needs" and own.last_year != "needs":
            return False
        if not {s for s, _ in formula.subjects} <= {s for s, _ in own.subjects} or set(formula.parameters) - set(
            own.parameters
        ):
            return False
    return True


def _follows(view: View, above: View) -> bool:
    """Whether the upper view is broken wherever the lower one is."""
    if view.expect is None or above.expect is None or not view.demanded & above.demanded:
        return False
    broken = both(view.when, denied(view.expect))
    if impossible(broken, view.world) is not None:
        return False  # a rule that can find nothing is told elsewhere
    if above.when != ALWAYS and impossible(both(broken, denied(above.when)), view.world) is None:
        return False
    return impossible(both(broken, above.expect), _joined(view.world, above.world)) is not None


def _joined(one: World, other: World) -> World:
    return World(one.form, (*one.last_forms, *other.last_forms), one.kinds, one.parameters, one.years)


def _shadowed(book: Rulebook, ready: Ready, other: Ready, why: str, absorbed: frozenset[frozenset[str]]) -> Remark:
    intended = _intended(ready, other, absorbed)
    words = f"报出的问题，“{other.id}”（{other.place}）总会同时报出（{why}）"
    if intended or not _weaker(ready, other):
        weight = Weight.DESIGN
        words += "；二者已由 covers 或组合规则并为一个原因" if intended else "；本条更重或更确定"
        if not intended and _costs(ready) and _costs(other):
            weight, words = Weight.REMINDER, words + "，但同一原因会扣两次，请在本条写 covers: [" + other.id + "]"
    else:
        weight = Weight.REMINDER if _costs(ready) and _costs(other) else Weight.DESIGN
        words += "；本条可以删去，或者写 covers 使同一原因只扣一次"
    return remark(book, ready, ("expect",), SHADOWED, weight, words, (other.id,))


def _costs(ready: Ready) -> bool:
    rule = ready.rule
    charged = rule.severity != "提示" if rule.deduct is None else rule.deduct > 0
    return charged and rule.status != "draft"


def _weaker(ready: Ready, other: Ready) -> bool:
    """Whether the rule adds nothing: the other is at least as severe and as certain."""
    grave = SEVERITIES.index(ready.rule.severity) >= SEVERITIES.index(other.rule.severity)
    return grave and not (ready.rule.certainty == "certain" and other.rule.certainty == "suspected")


def _intended(ready: Ready, other: Ready, absorbed: frozenset[frozenset[str]]) -> bool:
    return other.id in ready.rule.covers or ready.id in other.rule.covers or frozenset((ready.id, other.id)) in absorbed


def _absorbed(book: Rulebook) -> frozenset[frozenset[str]]:
    """Pairs of rules that a pattern makes into one problem."""
    out: set[frozenset[str]] = set()
    for pattern in book.patterns:
        by_alias = {clause.alias: clause.rules for clause in pattern.needs if clause.alias != REPORT}
        members = {rule for name in pattern.then.absorbs for rule in by_alias.get(name, (name,))}
        out |= {frozenset((a, b)) for a in members for b in members if a != b}
    return frozenset(out)
