"""Repeat offenders (屡查屡犯): the records of all quarters, hand-made ledgers -> units that break the same rule again. Pure.

Quarters  in how many quarters a finding of the rule was new or came back after it was mended. One that merely persists counts
          once; one that is found in a file that has not changed (a new rule, another program) is no new offence, nor is one
          that names only cells of a finding that stood before
Years     in the reports of how many years the rule was broken
Certain   broken findings and suspected ones found 属实; nothing 不属实, waived, drafted or concluded
By hand   rows of hand-made ledgers count where they name a rule: once a unit, rule and report year, again after 已整改 or 已销号
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.model import REJECTED, UPHELD, WAIVED, MendingTerms, Noun, Outcome
from auditor.quarters.fates import Fate, Names, Reports, gone
from auditor.quarters.nouns import Key, Noted, OldFinding
from auditor.quarters.rereading import Dated


@dataclass(frozen=True, slots=True)
class Repeat(Noun):
    """A unit that broke one rule again: in which quarters anew, in the reports of which years."""

    unit: str
    rule: str
    title: str
    quarters: tuple[str, ...]
    years: tuple[int, ...]
    why: tuple[str, ...]


@dataclass
class _Offences:
    """What is known of one unit and rule."""

    title: str = ""
    quarters: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)


def repeaters(
    records: Iterable[Dated],
    words: Mapping[Key, str],
    old: Iterable[OldFinding],
    names: Names,
    reports: Reports,
    terms: MendingTerms,
) -> tuple[Repeat, ...]:
    """All of them, by unit and rule; `records` in the order of their runs, of a quarter the last of each report, `words` the
    verdicts that hold."""
    found: dict[tuple[str, str], _Offences] = {}
    for report in _by_report(records):
        for quarter, noted in _offences(report, words, names, reports):
            offences = found.setdefault((noted.key.unit, min(names.of(noted.rule))), _Offences())
            offences.title = noted.title
            offences.quarters |= {quarter} if quarter else set()
            offences.years |= {noted.key.year} if noted.key.year is not None else set()
    for row in _counted(old, names):
        offences = found.setdefault((row.unit, min(names.of(row.rule))), _Offences())
        offences.quarters.add(row.quarter)
        offences.years |= {row.year} if row.year is not None else set()
    made = [_repeat(unit, rule, one, terms) for (unit, rule), one in sorted(found.items())]
    return tuple(one for one in made if one.why)


def _repeat(unit: str, rule: str, one: _Offences, terms: MendingTerms) -> Repeat:
    quarters, years = tuple(sorted(one.quarters)), tuple(sorted(one.years))
    why = []
    if terms.repeat_quarters and len(quarters) >= terms.repeat_quarters:
        why.append(f"{len(quarters)}个季度新出现或再次出现（{'、'.join(quarters)}）")
    if terms.repeat_years and len(years) >= terms.repeat_years:
        why.append(f"{len(years)}个年度的报告都有（{'、'.join(map(str, years))}）")
    return Repeat(unit, rule, one.title, quarters, years, tuple(why))


def _by_report(records: Iterable[Dated]) -> Iterable[list[Dated]]:
    of_report: dict[tuple[str, int | None], dict[str, Dated]] = {}
    for dated in records:
        report = of_report.setdefault((dated.record.unit, dated.record.year), {})
        before = report.get(dated.quarter)
        if dated.record.missing and before is not None and not before.record.missing:
            continue  # it was read in that quarter
        report.pop(dated.quarter, None)
        report[dated.quarter] = dated
    return [list(report.values()) for report in of_report.values()]


def _offences(
    report: Sequence[Dated], words: Mapping[Key, str], names: Names, reports: Reports
) -> Iterable[tuple[str, Noted]]:
    """(quarter, finding) for each time that a finding was new or came back; ("", finding) where it stood for another reason."""
    last: dict[str, tuple[Dated, Noted]] = {}
    before: Dated | None = None
    for dated in report:
        for noted in dated.record.findings:
            if _counts(noted, words):
                anew = _is_anew(noted, dated, before, last, names, reports, report)
                yield dated.quarter if anew else "", noted
        last |= {noted.key.locus: (dated, noted) for noted in dated.record.findings}
        before = dated


def _counts(noted: Noted, words: Mapping[Key, str]) -> bool:
    word = words.get(noted.key, "")
    if noted.draft or noted.members or word in (REJECTED, WAIVED):
        return False
    return noted.outcome is Outcome.BROKEN or word == UPHELD


def _is_anew(
    noted: Noted,
    now: Dated,
    before: Dated | None,
    last: Mapping[str, tuple[Dated, Noted]],
    names: Names,
    reports: Reports,
    report: Sequence[Dated],
) -> bool:
    if noted.key.locus not in last:
        unchanged = before is not None and before.record.document == now.record.document and not noted.manual
        return not unchanged and not _relisted(noted, before, names)
    stood, finding = last[noted.key.locus]
    if before is None or stood is before:
        return False
    between = report[report.index(stood) + 1 : report.index(now)]
    return any(_mended(finding, stood, one, names, reports) for one in between)


def _relisted(noted: Noted, before: Dated | None, names: Names) -> bool:
    """Whether it names only cells of findings of its rule that stood just before."""
    if before is None or not noted.facts:
        return False
    named = names.of(noted.rule)
    cells = {id for one in before.record.findings if one.rule in named for id in one.facts}
    return set(noted.facts) <= cells


def _mended(finding: Noted, stood: Dated, now: Dated, names: Names, reports: Reports) -> bool:
    differ = stood.judge != now.judge
    return gone(finding, stood.record, now.record, names, reports, books_differ=differ).fate is Fate.MENDED


def _counted(old: Iterable[OldFinding], names: Names) -> Iterable[OldFinding]:
    """The rows that are offences of their own, by quarter."""
    closed: dict[tuple[str, str, int | None], bool] = {}
    for row in sorted((row for row in old if row.rule), key=lambda row: row.quarter):
        report = (row.unit, min(names.of(row.rule)), row.year)
        if closed.get(report, True):
            yield row
        closed[report] = "已整改" in row.mending or "已销号" in row.mending or bool(row.closed)
