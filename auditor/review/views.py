"""A compiled rule -> what it asks, as trees, once for every form and element; and the world in which it is asked.

Asks       `when` and `expect` of the rule; a rule without formula asks nothing that can be reasoned about here
Last year  is bound to the first form that has all the cells the formula names, the rule's own form first
Parameter  ranges over the values that may reach the rule; `unset` names those of which no value can
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from auditor.checks.relation import Formula, Formulas
from auditor.form import Form
from auditor.formula import FormulaError
from auditor.formula.bind import MissingLastYear, Scope
from auditor.formula.interval import Interval, exact
from auditor.formula.logic import ALWAYS, Logic, Made, Relation, atoms, logic_of, ref_key
from auditor.model import UNIT_KINDS
from auditor.review.reasoning import World
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.parameters import Parameter
from auditor.rulebook.rule import Applies, Rule

FIRST_YEAR = 2008  # reports are owed from this year on


@dataclass(frozen=True)
class View:
    """A rule in one form, for one element of its axis."""

    ready: Ready
    form: Form
    element: str | None
    world: World
    when: Logic
    expect: Logic | None

    @cached_property
    def names(self) -> frozenset[str]:
        """Everything that its formulas speak of."""
        return names_of(self.when) | (names_of(self.expect) if self.expect is not None else frozenset())

    @cached_property
    def demanded(self) -> frozenset[str]:
        """Everything that `expect` speaks of."""
        return names_of(self.expect) if self.expect is not None else frozenset()


def names_of(logic: Logic) -> frozenset[str]:
    """The references of a tree, those inside non-linear parts too."""
    out: set[str] = set()
    for atom in atoms(logic):
        if not isinstance(atom, Relation):
            out.add(atom.name)
            continue
        waiting = [atom.line]
        while waiting:
            for ref, _ in waiting.pop().terms:
                if isinstance(ref, Made):
                    waiting += ref.parts
                else:
                    out.add(ref_key(ref))
    return frozenset(out)


def views(ready: Ready, book: Rulebook) -> Iterator[View]:
    """The rule once for every form and element that it speaks of."""
    for form in book.forms:
        if form.letter not in ready.forms:
            continue
        when = ready.when.get(form.letter) if ready.when else None
        expect = ready.expect.get(form.letter) if ready.expect else None
        if when is None and expect is None:
            continue
        for element in expect.elements(form) if expect is not None else [None]:
            wanted, last = tree(expect, form, book, element)
            asked, before = tree(when, form, book, None)
            world = world_of(ready.rule, form, book, (*last, *before))
            yield View(ready, form, element, world, ALWAYS if asked is None else asked, wanted)


def tree(
    formula: Formula | None, form: Form, book: Rulebook, element: str | None
) -> tuple[Logic | None, tuple[Form, ...]]:
    """A formula's tree, and the form of last year that it was bound to."""
    if formula is None:
        return None, ()
    if formula.last_year == "no":
        return logic_of(formula.text, formula.node, Scope(form, None, element), formula.tolerance), ()
    for last in (form, *(f for f in book.forms if f is not form)):
        try:
            return logic_of(formula.text, formula.node, Scope(form, last, element), formula.tolerance), (last,)
        except (MissingLastYear, FormulaError):
            continue
    return None, ()


def grade_trees(view: View, book: Rulebook) -> list[Logic | None]:
    """The conditions of the rule's grades, in their order, for the view's form and element."""
    return [_graded(formulas, view, book) for _, formulas in view.ready.grades]


def _graded(formulas: Formulas, view: View, book: Rulebook) -> Logic | None:
    formula = formulas.get(view.form.letter)
    return tree(formula, view.form, book, view.element)[0]


def world_of(rule: Rule, form: Form, book: Rulebook, last_forms: tuple[Form, ...] = ()) -> World:
    """What numbers and words may be where the rule is asked."""
    years = rule.applies.years
    return World(
        form=form,
        last_forms=last_forms,
        kinds=kinds_of(rule.applies),
        parameters=_ranges(book.parameters, rule.applies),
        years=Interval(years.first if years.first is not None else FIRST_YEAR, years.last),
    )


def kinds_of(applies: Applies) -> frozenset[str]:
    """The kinds of unit in scope."""
    return frozenset(applies.unit_kind or UNIT_KINDS)


def _ranges(parameters: Mapping[str, Parameter], applies: Applies) -> dict[str, Interval]:
    out: dict[str, Interval] = {}
    for name, parameter in parameters.items():
        given = [v for v in values_in_scope(parameter, applies) if not isinstance(v, str)]
        if given:
            numbers = [exact(int(v) if isinstance(v, bool) else v) for v in given]
            out[name] = Interval(min(numbers), max(numbers))
    return out


def values_in_scope(parameter: Parameter, applies: Applies) -> list[int | Decimal | bool | str]:
    """The values of a parameter that may reach a report in scope."""
    return [
        value.value
        for value in parameter.entry.values
        if value.years.meets(applies.years)
        and (not value.unit_kind or set(value.unit_kind) & kinds_of(applies))
        and regions_meet(value.region, applies.region)
    ]


def regions_meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a unit's name may answer to both lists of regions, as far as the words tell."""
    return not one or not other or any(a in b or b in a for a in one for b in other)
