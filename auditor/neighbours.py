"""Neighbours: the reports of a run and those of --previous in, what stands beside each report out.

    beside_of(reports, previous, book, roster, others)   last year's report, the years before it, the other units of the year

Previous  gives evidence only: such a report is a neighbour in time, never one of the peers
Travels   only what rules ask: last year's report without what is said of it nowhere, of earlier years the cells that a rule on
          years in a row names, of the peers their figures and copies (never their reports)
Order     of the reports does not matter
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from auditor.checks import similarity
from auditor.checks.check import PatternSet
from auditor.copies import Copying
from auditor.findings import Beside
from auditor.form import Form
from auditor.formula.vocabulary import PEERS
from auditor.lastyears import LastYears
from auditor.model import Prose, Report
from auditor.peers import Asked, peers_of
from auditor.roster import Roster
from auditor.rulebook import Ready, Rulebook


def beside_of(
    reports: Sequence[Report],
    previous: Iterable[Report],
    book: Rulebook,
    roster: Roster | None = None,
    others: Sequence[Report] = (),
) -> list[Beside]:
    """What stands beside each report, in the order of `reports`; `Beside()` where nothing does.

    `others` are reports of units of which there is none among `reports`: they are peers, and nothing else.

    What is given both ways is judged once: a report of `previous` that is one of `reports` is left out.
    """
    listed = {(r.sha256, r.profile.organisation, r.profile.year) for r in reports}
    earlier = [r for r in previous if (r.sha256, r.profile.organisation, r.profile.year) not in listed]
    years = LastYears([*reports, *earlier], roster)
    asked_earlier = _of_years_in_a_row(book)
    out = []
    for report, peers in zip(reports, peers_of([*reports, *others], asked_of(book.rules, book)), strict=False):
        found = years.of(report.profile, (report.filing.unit if report.filing else None) or "")
        last = _spare(found.last) if found.last is not None else None
        cells = tuple(_cells_of(one, asked_earlier) for one in found.earlier) if asked_earlier else ()
        out.append(replace(found, last=last, earlier=cells, peers=peers))
    return out


# --- what rules ask ---------------------------------------------------------------------------------


def asked_of(rules: Sequence[Ready], book: Rulebook) -> Asked:
    """What these rules of a rulebook ask of peers."""
    names: dict[str, set[str]] = {}
    for ready in rules:
        forms = [form for form in book.forms if form.letter in ready.forms]
        for form in forms:
            for name in _figures(ready, form):
                names.setdefault(name, set()).add(form.by_name[name])
    figures = {name: tuple(sorted(ids)) for name, ids in sorted(names.items())}
    return Asked(figures, _copying(rules, book))


def _figures(ready: Ready, form: Form) -> list[str]:
    """The figures of a form of whose median the rule speaks: in a formula, a message, or as `of` of an outlier rule."""
    rule = ready.rule
    if rule.check == "outlier":
        of = rule.of  # type: ignore[attr-defined]  # a key of its kind
        return [name] if (name := of.get(form.letter, of.get("", ""))) in form.by_name else []
    written = rule.model_dump_json(exclude={"examples"})
    if PEERS not in written:
        return []
    each = getattr(rule, "each", None)
    return [
        name
        for name in form.by_name
        if any(PEERS + spelt in written for spelt in (name, *name.split(".", 1)))
        or (f"{PEERS}本项" in written and each and name in form.axes.get(each, ()))
    ]


def _copying(asking: Sequence[Ready], book: Rulebook) -> Copying | None:
    """What the rules on copies among the units of a year ask together; None where there is no such rule."""
    rules = [r.rule for r in asking if r.rule.check == similarity.NAME and r.rule.of == similarity.PEERS]  # type: ignore[attr-defined]
    if not rules:
        return None
    left_out = tuple(dict.fromkeys(p for rule in rules for p in rule.excepted))  # type: ignore[attr-defined]
    above = min(rule.above for rule in rules)  # type: ignore[attr-defined]
    least = min(rule.least for rule in rules)  # type: ignore[attr-defined]
    patterns = PatternSet()
    for pattern in left_out:
        patterns.add(pattern)
    return Copying(above, least, left_out, patterns, tuple(dict.fromkeys(_official(book.forms))))


def _official(forms: Iterable[Form]) -> Iterable[str]:
    """What the forms themselves print into the running text."""
    for form in forms:
        for section in form.sections:
            yield from (section.heading, *section.variants)
        for table in form.tables:
            yield from (table.title, *table.variants)


def _of_years_in_a_row(book: Rulebook) -> frozenset[str]:
    """The cells that rules on several years in a row name, in any form."""
    ids: set[str] = set()
    for ready in book.rules:
        if getattr(ready.rule, "in_a_row", 1) > 1 and ready.expect:
            for letter, formula in ready.expect.items():
                form = book.form(letter)
                if form is not None:
                    ids.update(formula.bound(form, None, None).facts)
    return frozenset(ids)


# --- what travels -----------------------------------------------------------------------------------


def _spare(report: Report) -> Report:
    """Last year's report as rules ask of it: its profile, prose, sections and cells."""
    return replace(
        report,
        claims=(),
        shares=(),
        listings=(),
        tables=(),
        captions=(),
        unrecognised=(),
        notes=(),
        furniture=(),
        links=(),
    )


def _cells_of(report: Report, ids: frozenset[str]) -> Report:
    """An earlier report with these cells alone."""
    facts = {id: fact for id, fact in report.facts.items() if id in ids}
    return replace(_spare(report), prose=Prose("", ()), sections=(), facts=facts)
