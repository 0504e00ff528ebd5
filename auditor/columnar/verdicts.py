"""Rules × reports -> outcomes, a code each; ASK where only `findings.judge_rule` can say.

In        packed reports and a rulebook, as a Panel that is made once; then any number of rules
Scope     decided once a cohort (reports of one form, year, kind and region) by the same code that judges one report
Formula   equation, the `when` of any rule, the grades that change certainty: by columns
Cells     filled (已填, 计数) by columns; what asks for claims is decided for reports whose prose makes none
Rest      ASK within the rule's scope: the report has to be looked at
Promise   a code other than ASK is what `judge_rule` says of the report (tested for every shipped rule on random facts)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from auditor.checks.check import Case
from auditor.checks.filled import NOTHING, STATES, FilledKeys, cells_of
from auditor.checks.relation import Formula, Formulas
from auditor.columnar.program import Truths, Unable, View, program
from auditor.columnar.table import (
    ABSENT,
    NUMBER,
    UNREADABLE,
    Bools,
    Codes,
    Columns,
    Packed,
    Rows,
    code_of,
    columns,
    some,
)
from auditor.findings import case_of, out_of_scope
from auditor.form import Form
from auditor.formula.bind import MissingLastYear, Scope
from auditor.model import Profile, Prose, Report
from auditor.rulebook.book import Ready, Rulebook
from auditor.rulebook.rule import kind_keys

# From the mildest to the one that hides the others; a rule's code is that of its worst element.
NOT_APPLICABLE, KEPT, UNCLEAR, SUSPECTED, BROKEN, ASK = range(6)


@dataclass(frozen=True, slots=True)
class Before:
    """Last year's report of a report: its place among those that were given, None without. `untold`: there are several that
    may be it; `merged`: what it shows is no more than a suspicion."""

    at: int | None = None
    untold: bool = False
    merged: bool = False


@dataclass(frozen=True)
class _Group:
    """Reports of one form (None: without any), by their place among all."""

    form: Form | None
    rows: Rows
    columns: Columns | None


class Panel:
    """Packed reports, ready for any rule of a rulebook. `before` tells last year's report of each; it is asked only where a
    rule speaks of one."""

    def __init__(self, reports: Sequence[Packed], book: Rulebook, before: Callable[[], Sequence[Before]]) -> None:
        self.reports, self.book, self._tell_before = reports, book, before
        self._cases, self._cohort = _cohorts(reports, book)
        self._off = {id for off in book.county.off for id in off.rules}

    @property
    def size(self) -> int:
        """How many reports."""
        return len(self.reports)

    def ask(self, ready: Ready) -> Codes:
        """What the rule says of every report."""
        speaks = np.array([not out_of_scope(ready, case) for case in self._cases], np.bool_)
        out = np.zeros(self.size, np.uint8)
        if not speaks.any() or not self.size:
            return out
        if ready.id in self._off:
            return np.full(self.size, ASK, np.uint8)  # switched off somewhere: the county's words decide
        for group in self._groups:
            inside = speaks[self._cohort[group.rows]]
            if inside.any():
                said = _Question(self, ready, group).answered()
                out[group.rows] = np.where(inside, said, NOT_APPLICABLE)
        return out

    @cached_property
    def before(self) -> Sequence[Before]:
        """Last year's report of each."""
        return self._tell_before()

    @cached_property
    def _groups(self) -> tuple[_Group, ...]:
        letters = np.array([report.profile.form or "" for report in self.reports])
        out = []
        for letter in sorted(set(letters.tolist())):
            rows, form = np.flatnonzero(letters == letter), self.book.form(letter or None)
            held = columns(form, [self.reports[at] for at in rows.tolist()]) if form is not None else None
            out.append(_Group(form, rows, held))
        return tuple(out)

    def view(self, group: _Group) -> View:
        """All reports of a form, without last year's."""
        assert group.columns is not None
        return View(group.columns, None, self._cohort[group.rows], self._cases)

    @cached_property
    def _places(self) -> Mapping[int, tuple[_Group, int]]:
        """Report -> its group, and its place there."""
        return {row: (group, at) for group in self._groups for at, row in enumerate(group.rows.tolist())}

    def last_years(self, group: _Group) -> Sequence[tuple[Form | None, Rows, View]]:
        """The reports of a form by the form of last year's: their places in the group, and the view of both."""
        found = self._lasts.get(id(group))
        if found is None:
            found = self._lasts[id(group)] = tuple(self._with_last_years(group))
        return [(form, rows, View(view.this, view.last, view.cohort, view.cases)) for form, rows, view in found]

    @cached_property
    def _lasts(self) -> dict[int, tuple[tuple[Form | None, Rows, View], ...]]:
        return {}

    def _with_last_years(self, group: _Group) -> Iterator[tuple[Form | None, Rows, View]]:
        assert group.columns is not None
        by_form: dict[str, list[tuple[int, int]]] = {}
        lasts = self.before
        for at, row in enumerate(group.rows.tolist()):
            if lasts[row].untold:
                continue
            last = lasts[row].at
            other, place = self._places[last] if last is not None else (None, 0)
            letter = other.form.letter if other is not None and other.form is not None else ""
            by_form.setdefault(letter, []).append((at, place))
        for letter, pairs in sorted(by_form.items()):
            here, there = (np.array(places, np.intp) for places in zip(*pairs, strict=True))
            before = next(g for g in self._groups if g.form is not None and g.form.letter == letter) if letter else None
            last_columns = before.columns.taken(there) if before is not None and before.columns is not None else None
            view = View(group.columns.taken(here), last_columns, self._cohort[group.rows][here], self._cases)
            yield (before.form if before is not None else None), here, view


def _cohorts(reports: Sequence[Packed], book: Rulebook) -> tuple[list[Case], Rows]:
    """Reports told apart by form, year, kind, and the regions of rules and parameters; a case of each cohort."""
    regions = sorted(
        {region for ready in book.rules for region in ready.rule.applies.region}
        | {region for known in book.parameters.values() for value in known.entry.values for region in value.region}
    )
    held: dict[str, tuple[str, ...]] = {}
    known: dict[object, int] = {}
    cases: list[Case] = []
    cohort = np.zeros(len(reports), np.intp)
    for at, report in enumerate(reports):
        profile, name = report.profile, report.profile.organisation or ""
        if name not in held:
            place = book.county.place_of(name)
            held[name] = tuple(region for region in regions if region in place)
        key = (profile.form, profile.year, profile.unit_kind, held[name])
        if key not in known:
            known[key] = len(cases)
            cases.append(case_of(bare(profile), book))
        cohort[at] = known[key]
    return cases, cohort


def bare(profile: Profile) -> Report:
    """A report of which only the profile is known."""
    return Report("", "", "", profile, Prose("", ()), (), {}, ())


# --- one rule, the reports of one form ---------------------------------------------------------------


class _Question:
    """One rule asked of the reports of one form."""

    def __init__(self, panel: Panel, ready: Ready, group: _Group) -> None:
        self.panel, self.ready, self.group = panel, ready, group
        self.size = len(group.rows)

    def answered(self) -> Codes:
        """The rule's codes, as if all were in its scope."""
        if self.ready.when is None:
            return self._checked()
        guard = self._guarded(self.ready.when)
        holds = guard == KEPT
        if holds.any():
            guard[holds] = self._checked()[holds]
        return guard

    def _all(self, code: int) -> Codes:
        return np.full(self.size, code, np.uint8)

    def _guarded(self, when: Formulas) -> Codes:
        """KEPT where the condition holds, NOT_APPLICABLE where it does not, else UNCLEAR or ASK."""
        formula = when.get(self.group.form.letter) if self.group.form is not None else None
        if formula is None:
            return self._all(NOT_APPLICABLE)
        said = self._asked(formula, [None], is_condition=True)
        said[said == BROKEN] = NOT_APPLICABLE
        return said

    def _checked(self) -> Codes:
        """What the check says."""
        rule, form = self.ready.rule, self.group.form
        if rule.check == "equation":
            formula = self.ready.expect.get(form.letter) if self.ready.expect and form is not None else None
            if formula is None or form is None:
                return self._all(NOT_APPLICABLE)
            return self._asked(formula, formula.elements(form))
        if rule.check == "filled":
            return self._filled(kind_keys(rule))
        if rule.check == "agreement":
            return self._agreed()
        return self._all(ASK)

    # formulas

    def _asked(self, formula: Formula, elements: Sequence[str | None], *, is_condition: bool = False) -> Codes:
        """A formula of the rule; of a condition BROKEN only says that it does not hold."""
        assert self.group.form is not None
        out = self._without_claims(formula, needs_claims=not is_condition)
        if formula.last_year == "no":
            view = self.panel.view(self.group)
            said = self._decided(formula, elements, view, None, graded=not is_condition)
            out[:] = np.where(out == KEPT, said, out)
            return out
        todo = out == KEPT
        out[todo] = UNCLEAR  # what is left of them has a last year that cannot be told
        for last, rows, view in self.panel.last_years(self.group):
            if formula.last_year == "needs" and view.last is None:
                said = np.full(len(rows), NOT_APPLICABLE, np.uint8)
            else:
                said = self._decided(formula, elements, view, last, graded=not is_condition)
            out[rows] = np.where(todo[rows], said, out[rows])
        merged = np.array([self.panel.before[row].merged for row in self.group.rows.tolist()], np.bool_)
        out[merged & (out >= SUSPECTED)] = ASK
        return out

    def _without_claims(self, formula: Formula, *, needs_claims: bool) -> Codes:
        """KEPT: the formula can be asked without claims. Reports that make one it speaks of are ASK; where it needs one
        that is not there it does not apply."""
        out = self._all(KEPT)
        if not formula.subjects:
            return out
        if needs_claims and any(needs and s not in formula.optional_subjects for s, needs in formula.subjects):
            out[:] = NOT_APPLICABLE
        out[self._says({subject for subject, _ in formula.subjects})] = ASK
        return out

    def _says(self, subjects: set[str]) -> Bools:
        """Reports whose prose speaks of one of the subjects."""
        reports = self.panel.reports
        return np.array([not subjects.isdisjoint(reports[row].subjects) for row in self.group.rows.tolist()], np.bool_)

    def _decided(
        self, formula: Formula, elements: Sequence[str | None], view: View, last: Form | None, *, graded: bool
    ) -> Codes:
        """KEPT, BROKEN, SUSPECTED, UNCLEAR, NOT_APPLICABLE or ASK of every report of the view."""
        form = view.this.form
        out = np.full(view.size, NOT_APPLICABLE, np.uint8)
        try:
            for element in elements:
                code = self._of_element(formula, Scope(form, last, element), view, graded=graded)
                if code is not None:
                    np.maximum(out, code, out=out)
        except Unable:
            out[:] = ASK
        out[view.off] = ASK
        out[self._unset(formula, view)] = NOT_APPLICABLE
        return out

    def _of_element(self, formula: Formula, scope: Scope, view: View, *, graded: bool) -> Codes | None:
        """The codes of one element; None where last year's form has no such cell."""
        try:
            said = _program(formula, scope, view)(view)
            facts = formula.bound(scope.form, scope.last_form, scope.element).facts
        except MissingLastYear:
            return None
        code = np.where(said.true, KEPT, np.where(said.false, BROKEN, UNCLEAR)).astype(np.uint8)
        if graded:
            broken = code == BROKEN
            if broken.any():
                code[broken] = self._graded(view, scope)[broken]
            code[_nowhere(facts, view)] = NOT_APPLICABLE
        return code

    def _unset(self, formula: Formula, view: View) -> Bools:
        """Reports for which a parameter has no value."""
        if not formula.parameters:
            return view.never
        unset = [any(name not in case.parameters for name in formula.parameters) for case in view.cases]
        return view.by_cohort(unset) > 0

    def _graded(self, view: View, scope: Scope) -> Codes:
        """BROKEN or SUSPECTED, by the first grade whose condition holds; ASK where a grade needs what is not here."""
        plain = BROKEN if self.ready.rule.certainty == "certain" else SUSPECTED
        if getattr(self.ready.rule, "in_a_row", 1) > 1:
            plain = ASK  # the years before have a say
        out = np.full(view.size, plain, np.uint8)
        if all(grade.certainty in (None, self.ready.rule.certainty) for grade, _ in self.ready.grades):
            return out
        open_still = np.ones(view.size, np.bool_)
        for grade, formulas in self.ready.grades:
            formula = formulas.get(scope.form.letter)
            if formula is None:
                continue
            if (
                formula.subjects
                or formula.last_year != "no"
                or any(node.kind == "profile" and node.value in _MEASURES for node in formula.node.walk())
            ):
                out[open_still] = ASK
                break
            try:
                holds = _program(formula, scope, view)(view).true & open_still
            except MissingLastYear:
                continue
            certainty = grade.certainty or self.ready.rule.certainty
            out[holds] = BROKEN if certainty == "certain" else SUSPECTED
            open_still &= ~holds
        return out

    # claims

    def _agreed(self) -> Codes:
        """Reports whose prose says nothing of what the rule speaks of; the others have to be asked."""
        out = self._all(ASK)
        keys: Any = kind_keys(self.ready.rule)
        form = self.group.form
        if form is None:
            return out if keys.of is not None else self._all(NOT_APPLICABLE)
        formula = self.ready.expect.get(form.letter) if self.ready.expect else None
        if keys.expect is None or keys.also or keys.words:
            return out
        if formula is None:
            return self._all(NOT_APPLICABLE)
        if formula.last_year != "no":
            return out
        subjects = set(keys.subjects) or {s for s, _ in formula.subjects}
        needs = bool(keys.subjects) or any(n and s not in formula.optional_subjects for s, n in formula.subjects)
        if needs:
            out[~self._says(subjects)] = NOT_APPLICABLE
        return out

    # cells

    def _filled(self, keys: FilledKeys) -> Codes:
        form, held = self.group.form, self.group.columns
        if form is None or held is None:
            return self._all(NOT_APPLICABLE if not keys.signatures else ASK)
        if not keys.cells or self.ready.grades or form.letter not in self.ready.forms:
            return self._all(ASK)
        at = [held.index[cell.id] for cell in cells_of(keys.cells, form, ("cells",))]
        if not at:
            return self._all(ASK)
        view = self.panel.view(self.group)
        allowed = self._allowed(keys, view)
        faulty, off = _faulty(keys, held, at, allowed)
        unread = some(held.code[at] == UNREADABLE, 0)
        worst = BROKEN if self.ready.rule.certainty == "certain" else SUSPECTED
        out = np.where(faulty, worst, np.where(unread, UNCLEAR, KEPT)).astype(np.uint8)
        out[off] = ASK
        out[(held.code[at] == ABSENT).all(axis=0)] = NOT_APPLICABLE
        if keys.want == "已填" and {STATES[word] for word in keys.states} <= NOTHING:
            out[allowed] = NOT_APPLICABLE
        return out

    def _allowed(self, keys: FilledKeys, view: View) -> Bools:
        if keys.allowed_by is None:
            return view.never
        return view.by_cohort([bool(case.parameters.get(keys.allowed_by)) for case in view.cases]) > 0


_MEASURES = frozenset({"数量", "比例", "天数"})


def _faulty(keys: FilledKeys, held: Columns, at: Sequence[int], allowed: Bools) -> tuple[Bools, Bools]:
    """Reports with a cell that is complained of, and those in which that cannot be told here."""
    off = some(held.odd[at], 0)
    signed = np.array([held.signed[place] for place in at], np.bool_)[:, None]
    if keys.want == "计数":
        money = np.array([held.money[place] for place in at], np.bool_)[:, None]
        number = held.code[at] == NUMBER
        wrong = number & (((held.value[at] < 0) & ~signed) | (held.decimal[at] & ~money))
        off &= ~some(wrong, 0)
        return some(wrong, 0), off
    wanted = {code_of(STATES[word]) for word in keys.states}
    always = wanted - {code_of(state) for state in NOTHING}
    code = held.code[at]
    bad = np.where(allowed[None, :], np.isin(code, sorted(always)), np.isin(code, sorted(wanted)))
    # 无 and 持平 in a column of increases say 0; the words themselves are not here.
    return some(bad & ~signed, 0), some(bad & signed, 0)


def _nowhere(facts: Sequence[str], view: View) -> Bools:
    """Reports that have none of the cells at all."""
    at = [view.this.index[id] for id in facts if id in view.this.index]
    if not facts or not at:
        return view.always if facts else view.never
    return ~some(view.this.given[at], 0) if not view.this.given[at[0]].all() else view.never


def _program(formula: Formula, scope: Scope, view: View) -> Truths:
    return program(formula.text, formula.node, scope, view, formula.tolerance, asks=formula.last_year == "asks")


__all__ = ["ASK", "BROKEN", "KEPT", "NOT_APPLICABLE", "SUSPECTED", "UNCLEAR", "Before", "Panel", "bare"]
