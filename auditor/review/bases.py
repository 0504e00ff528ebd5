"""Rules whose law has lapsed: for every year and kind of unit in scope, is there an article (or a practice) left?

None       nothing that the rule rests on governs any report in scope: a mistake, its findings would have no basis
Gaps       years or kinds of unit that the rule judges without a basis: a reminder
Idle       an entry of `basis` that governs no report in scope, with the reason: repealed, other years, other units
Today      laws chosen by the day of the audit are asked for the day that is given
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from auditor.findings import basis_of
from auditor.model import Profile
from auditor.review.remarks import Remark, Weight, remark
from auditor.review.views import FIRST_YEAR, kinds_of
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.rule import BasisEntry

LAPSED = "依据失效"


def lapsed(book: Rulebook, today: dt.date) -> Iterator[Remark]:
    """Every rule without a basis for what it judges, and every basis that is never used."""
    for ready in book.rules:
        years = scope_years(ready, book, today.year)
        if not years:
            continue
        kinds = sorted(kinds_of(ready.rule.applies))
        reports = [Profile(unit_kind=kind, year=year) for kind in kinds for year in years]
        bare = [p for p in reports if not basis_of(ready, book, p, today)]
        if len(bare) == len(reports):
            words = f"没有依据可用：{_why(book, ready, today)}"
            yield remark(book, ready, ("basis",), LAPSED, Weight.MISTAKE, words)
            continue
        if bare:
            words = f"对 {_gaps(bare, kinds, years)} 没有依据，请补写依据，或者缩小适用范围"
            yield remark(book, ready, ("basis",), LAPSED, Weight.REMINDER, words)
        yield from _unused(book, ready, reports, today)


def scope_years(ready: Ready, book: Rulebook, this_year: int) -> list[int]:
    """The report years that the rule may judge, up to this one."""
    years = [y for y in range(FIRST_YEAR, this_year + 1) if ready.rule.applies.years.covers(y)]
    of_tables = ready.scope == "form" or ready.expect is not None or ready.rule.check in ("filled", "outlier")
    if not ready.rule.applies.form and not of_tables:
        return years
    forms = [f for f in book.forms if f.letter in ready.forms]
    return [y for y in years if any(f.covers(y) for f in forms)]


def _unused(book: Rulebook, ready: Ready, reports: Sequence[Profile], today: dt.date) -> Iterator[Remark]:
    for at, entry in enumerate(ready.rule.basis):
        if not any(_used(book, entry, profile, today) for profile in reports):
            words = f"的第 {at + 1} 条依据永远用不上：{_reason(book, entry, today)}"
            yield remark(book, ready, ("basis", at), LAPSED, Weight.REMINDER, words)


def _used(book: Rulebook, entry: BasisEntry, profile: Profile, today: dt.date) -> bool:
    if entry.unit_kind and profile.unit_kind not in entry.unit_kind:
        return False
    if profile.year is not None and not entry.years.covers(profile.year):
        return False
    return entry.law is None or book.laws[entry.law].governs(entry.at, profile, today)


def _why(book: Rulebook, ready: Ready, today: dt.date) -> str:
    return "；".join(dict.fromkeys(_reason(book, entry, today) for entry in ready.rule.basis))


def _reason(book: Rulebook, entry: BasisEntry, today: dt.date) -> str:
    law = book.laws.get(entry.law or "")
    if law is not None and law.until is not None and law.until < today and law.goes_by(entry.at) == "audited":
        return f"“{law.short}”已于 {law.until.isoformat()} 失效"
    named = f"“{law.short}”" if law is not None else f"“{entry.practice}”"
    limits = [f"限{'、'.join(entry.unit_kind)}"] if entry.unit_kind else []
    limits += [f"限 {_span(entry.years.first, entry.years.last)} 年度"] if entry.years.first or entry.years.last else []
    if law is not None and (law.years.first or law.years.last):
        limits.append(f"管 {_span(law.years.first, law.years.last)} 年度")
    return (
        f"{named}（{'，'.join(limits)}）管不到本规则适用的年度和单位"
        if limits
        else f"{named}管不到本规则适用的年度和单位"
    )


def _span(first: int | None, last: int | None) -> str:
    return f"{first}" if first == last else f"{first or ''}—{last or ''}"


def _gaps(bare: Sequence[Profile], kinds: Sequence[str], years: Sequence[int]) -> str:
    """2008—2013 年度, or 乡镇、街道 of them where only some kinds of unit lack a basis."""
    by_years: dict[tuple[int, ...], list[str]] = {}
    for kind in kinds:
        lacking = tuple(p.year for p in bare if p.unit_kind == kind and p.year is not None)
        if lacking:
            by_years.setdefault(lacking, []).append(kind)
    parts = []
    for lacking, whose in by_years.items():
        when = "" if list(lacking) == list(years) else f"{_runs(lacking)} 年度"
        parts.append(when + ("、".join(whose) if len(whose) < len(kinds) or not when else ""))
    return "，".join(parts)


def _runs(years: Iterable[int]) -> str:
    """2008—2013、2019."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(_span(run[0], run[-1]) for run in runs)
