"""Reports of random facts for tests and the benchmark: seeded, of every form, kind and year, with seeded faults.

Sound     the cells of a report are made so that the printed sums hold (totals are the sums of their parts)
Faults    then some cells are changed, blanked, made unreadable, words or decimals
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from auditor.form import Form
from auditor.formula.evaluate import FactRef
from auditor.model import UNIT_KINDS, Fact, Profile, Prose, Report, State
from auditor.rulebook import Rulebook

_SMALL = (0, 0, 0, 1, 2, 3, 5, 8, 12, 40)
_ODD = (10**17, Decimal("0.5"), Decimal("12.34"), Decimal("7.00005"), Decimal("3"))
_RAW = {State.BLANK: "", State.NA: "/", State.TEXT: "若干", State.UNREADABLE: "8?", State.ABSENT: ""}
_NAMES = {
    "乡镇": "镇人民政府",
    "街道": "街道办事处",
    "部门": "县财政局",
    "县级以上政府": "县人民政府",
    "其他": "开发公司",
}


def report(
    book: Rulebook,
    chance: random.Random,
    at: int,
    year: int | None = None,
    unit: int | None = None,
    odd: float = 0.25,
) -> Report:
    """One random report; `unit` gives the same unit in several years, `odd` is the share of faults that print what no count
    should be."""
    year = chance.choice((2014, 2016, 2017, 2018, 2019, 2020, 2021, 2023, 2024, 2025)) if year is None else year
    form = book.form_of_year(year)
    assert form is not None
    kinds = UNIT_KINDS
    kind = kinds[(at if unit is None else unit) % len(kinds)]
    region = ("澄湖县", "儋州市", "某市")[(at if unit is None else unit) % 3]
    name = f"{region}第{at if unit is None else unit}{_NAMES[kind]}"
    profile = Profile(organisation=name, unit_kind=kind, year=year, form=form.letter)
    facts = with_faults(sound_facts(book, form, chance), form, chance, odd)
    return Report(f"{at:05d}.html", f"{at:064x}", "html", profile, Prose("", ()), (), facts, ())


def sound_facts(book: Rulebook, form: Form, chance: random.Random) -> dict[str, Fact]:
    """Numbers of which every sum that an equation of the rulebook spells holds, as far as that can be done in a few rounds."""
    quiet = chance.random() < 0.4
    values: dict[str, int] = {id: 0 if quiet and chance.random() < 0.8 else chance.choice(_SMALL) for id in form.cells}
    for _ in range(3):
        for total, parts in _totals(book, form):
            values[total] = sum(values[part] for part in parts)
    return {
        cell.id: Fact(cell.id, cell.name, State.NUMBER, values[cell.id], str(values[cell.id]))
        for cell in form.cells.values()
    }


_TOTALS: dict[tuple[int, str], list[tuple[str, tuple[str, ...]]]] = {}


def _totals(book: Rulebook, form: Form) -> list[tuple[str, tuple[str, ...]]]:
    """(total, parts) of every equation `total = part + part …` of a form."""
    key = (id(book), form.letter)
    if key not in _TOTALS:
        _TOTALS[key] = list(_found(book, form))
    return _TOTALS[key]


def _found(book: Rulebook, form: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    for ready in book.rules:
        formula = ready.expect.get(form.letter) if ready.expect and ready.rule.check == "equation" else None
        if formula is None or formula.last_year != "no" or formula.subjects:
            continue
        for element in formula.elements(form):
            for sign, line in formula.bound(form, None, element).sums():
                refs = {ref.id: c for ref, c in line.terms if isinstance(ref, FactRef)}
                total = [id for id, c in refs.items() if c == 1]
                parts = tuple(id for id, c in refs.items() if c == -1)
                if sign == "=" and line.constant == 0 and len(total) == 1 and len(parts) == len(refs) - 1 > 1:
                    yield total[0], parts


def with_faults(facts: dict[str, Fact], form: Form, chance: random.Random, odd: float) -> dict[str, Fact]:
    """The same with some cells changed: a third of the reports have none."""
    out = dict(facts)
    for _ in range(chance.choice((0, 0, 1, 2, 3, 8, 30))):
        id = chance.choice(list(form.cells))
        out[id] = _changed(out[id], chance, odd)
    if chance.random() < 0.02:
        for id in chance.sample(list(out), k=len(out) // 2):
            del out[id]
    return out


def _changed(fact: Fact, chance: random.Random, odd: float) -> Fact:
    if chance.random() < 0.5:
        state = chance.choice([s for s in State if s is not State.NUMBER])
        return replace(fact, state=state, value=None, raw=_RAW[state])
    values: tuple[int | Decimal, ...] = _ODD if chance.random() < odd else (*_SMALL, -3, 7, 1000)
    value = chance.choice(values)
    return replace(fact, value=value, raw=str(value))
