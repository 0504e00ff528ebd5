"""An audit with what people decided -> the tally that all its papers share.

Problems  findings that stand as certain (broken, or suspected and found 属实), not counted with another that stands, no drafts; a
          conclusion that costs in the place of its members is one problem with these under it, a conclusion that does not is no
          problem of its own (its members are)
Doubts    suspected or reopened findings of which nobody said anything; counted with another doubt they stand under it
Masked    personal data that rules found is covered (`masking`) before anything is told
Places    as `quarters.ranking` gives them; grades, mean, best and worst are of the reports with a place
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from auditor.documents import words
from auditor.documents.tally.nouns import Addressee, Count, Figure, Group, Problem, QuarterFigures, Returns, Row, Tally
from auditor.masking import masked, secrets
from auditor.model import (
    DIMENSIONS,
    SEVERITIES,
    UNIT_KINDS,
    WAIVED,
    Audit,
    Finding,
    Judged,
    Outcome,
    Standing,
    State,
    UnitYear,
    YearCount,
)
from auditor.quarters.letters import is_undecided
from auditor.quarters.ranking import Standing as Score
from auditor.quarters.ranking import ranked

OUTSIDE: tuple[str, ...] = ("垂直管理",)
# Bodies that are under their own superiors everywhere. Of the others only the roster knows; a 函 to one that might be ordered
# does no harm, an order to one that may not is void.
_BY_NAME = re.compile(
    r"^国家税务总局|(?:税务局|气象局|海关|烟草专卖局|海事[局处]|邮政管理局|调查队|消防救援[大支]队|金融监督管理(?:总)?局.*[局队])$|^中国人民银行"
)
RANGE = "部分数据未能读取，得分为区间，不排名"


def tally(
    audit: Audit,
    before: Tally | None = None,
    trend: Sequence[QuarterFigures] = (),
    day: dt.date | None = None,
) -> Tally:
    """Everything that the papers of this run tell; `before` is the tally of the quarter before."""
    covered = {j.report.source: found for j in audit.reports if (found := secrets(j.report, j.findings))}
    audit = masked(audit)
    addressees = _addressees(audit)
    problems = tuple(one for unit in addressees for one in unit.problems)
    doubts = tuple(one for unit in addressees for one in unit.doubts)
    apart = tuple(one for unit in addressees for one in unit.apart)
    groups = _groups(audit, addressees)
    placed = [row for group in groups for row in group.ranked]
    mean, best, worst = _spread(audit, placed)
    return Tally(
        audit=audit,
        addressees=addressees,
        problems=problems,
        doubts=doubts,
        apart=apart,
        groups=groups,
        returns=tuple(_returns(audit, count) for count in _latest_first(audit)),
        reports=Figure(len(audit.reports), tuple(judged.report.source for judged in audit.reports)),
        unread=Figure(len(audit.unread), tuple(one.source for one in audit.unread)),
        grades=_grades(audit, placed),
        dimensions=_counts(problems, doubts, lambda f: f.dimension, DIMENSIONS),
        severities=_counts(problems, doubts, lambda f: f.severity, SEVERITIES),
        rules=_rules(problems, doubts),
        mean=mean,
        best=best,
        worst=worst,
        undecided=Figure(len(open_ := _open(audit)), open_),
        waived=counted(one for one in apart if one.finding.verdict is not None and one.finding.verdict.word == WAIVED),
        praised=tuple(one for one in addressees if _is_praised(audit, one)),
        before=before,
        trend=tuple(trend),
        day=day,
        secrets=covered,
    )


def ref(finding: Finding) -> str:
    """By what a finding is referred to: its number, else its fingerprint."""
    return finding.number or finding.fingerprint


# --- units -----------------------------------------------------------------------------------------


def _addressees(audit: Audit) -> tuple[Addressee, ...]:
    """The units in the order of their groups and names; of a unit all its reports."""
    reports: dict[str, list[int]] = {}
    for at, judged in enumerate(audit.reports):
        reports.setdefault(unit_of(judged), []).append(at)
    absent: dict[str, list[tuple[UnitYear, Finding]]] = {}
    for one, finding in audit.unreported:
        absent.setdefault(one.answers or one.unit, []).append((one, finding))
    names = [*reports, *(unit for unit in absent if unit not in reports)]
    shorts = dict(zip(names, words.short_names(names), strict=True))
    known = {s.unit: s for s in audit.completeness.standings} if audit.completeness else {}
    made = [
        _addressee(audit, unit, shorts[unit], reports.get(unit, []), absent.get(unit, []), known.get(unit))
        for unit in names
    ]
    return tuple(sorted(made, key=lambda one: (*_order(one.group), one.unit)))


def unit_of(judged: Judged) -> str:
    """The unit that answers for a report: the roster's name, else its own, else its file's."""
    filing = judged.report.filing
    return filing.unit if filing is not None and filing.unit else words.unit_name(judged)


def _addressee(
    audit: Audit,
    unit: str,
    short: str,
    reports: Sequence[int],
    absent: Sequence[tuple[UnitYear, Finding]],
    known: UnitYear | None,
) -> Addressee:
    judged = [audit.reports[at] for at in reports]
    filing = judged[-1].report.filing if judged else None
    kind = judged[-1].report.profile.unit_kind if judged else absent[0][0].kind
    group = words.group_of(judged[-1]) if judged else (absent[0][0].group or absent[0][0].kind)

    def told(wanted: Callable[[Finding], bool]) -> tuple[Problem, ...]:
        """What is wanted of the reports that are not there, then of each report."""
        gone = (
            Problem(ref(finding), unit, short, group, one.year, None, finding, absent=one)
            for one, finding in absent
            if wanted(finding)
        )
        there = (
            Problem(ref(finding), unit, short, group, audit.reports[at].report.profile.year, at, finding, under)
            for at in reports
            for finding, under in trees(audit.reports[at].findings, wanted)
        )
        return (*gone, *there)

    return Addressee(
        unit=unit,
        short=short,
        kind=kind,
        group=group,
        outside=_is_outside(
            unit, [filing.authority if filing is not None else "", *(one.authority for one, _ in absent)]
        ),
        reports=tuple(reports),
        absent=tuple(one for one, _ in absent),
        problems=told(is_problem),
        doubts=told(is_undecided),
        apart=told(lambda f: words.standing_of(f) is None),
        pending=sum(len(one.undecided) for one in judged),
        whole=all(is_whole(one) for one in judged),
        contact=known.contact if known is not None else "",
    )


def _is_outside(unit: str, stated: Iterable[str]) -> bool:
    """Whether a unit is not the county government's to order: as the roster says, else as its name says."""
    known = next(filter(None, stated), "")
    return known in OUTSIDE if known else _BY_NAME.search(unit) is not None


def is_problem(finding: Finding) -> bool:
    """Whether it stands as certain: broken or found 属实, not reopened since, no draft of a rule, not withdrawn."""
    return words.standing_of(finding) is Outcome.BROKEN and not (
        finding.draft or finding.withdrawn_by or is_undecided(finding)
    )


def trees(
    findings: Sequence[Finding], wanted: Callable[[Finding], bool]
) -> Iterator[tuple[Finding, tuple[Finding, ...]]]:
    """The findings that are wanted, the dearest first, each with those counted with it; a conclusion that costs nothing in the
    place of its members is left out."""
    kept = {f.fingerprint: f for f in words.ordered(findings) if wanted(f) and not (f.members and not f.causes)}
    under: dict[str, list[Finding]] = {}
    for finding in kept.values():
        into = finding.absorbed_by
        seen = {finding.fingerprint}
        while into in kept and into not in seen and kept[into].absorbed_by in kept:
            seen.add(into)
            into = kept[into].absorbed_by
        if into is not None and into in kept and into not in seen:
            under.setdefault(into, []).append(finding)
    below = {f.fingerprint for some in under.values() for f in some}
    for mark, finding in kept.items():
        if mark not in below:
            yield finding, tuple(under.get(mark, ()))


def is_whole(judged: Judged) -> bool:
    """Whether everything of a report could be read: its points are no range and no cell is unreadable."""
    unreadable = any(fact.state is State.UNREADABLE for fact in judged.report.facts.values())
    return judged.score.low == judged.score.points and not unreadable


def _is_praised(audit: Audit, one: Addressee) -> bool:
    """Whether a unit may be named as an example: nothing found, nothing waived, nothing open, nothing unread."""
    clean = not (one.problems or one.doubts or one.pending or one.absent)
    waived = any(p.finding.verdict is not None and p.finding.verdict.word == WAIVED for p in one.apart)
    loose = any(words.standing_of(f) is not None for at in one.reports for f in audit.reports[at].findings)
    return bool(one.reports) and clean and one.whole and not waived and not loose


def _open(audit: Audit) -> tuple[str, ...]:
    """The findings of which somebody must say something before anything is signed."""
    found = [f for judged in audit.reports for f in judged.findings] + [f for _, f in audit.unreported]
    return tuple(ref(f) for f in found if is_undecided(f) and not (f.members and not f.causes))


# --- places ----------------------------------------------------------------------------------------


def _groups(audit: Audit, addressees: Sequence[Addressee]) -> tuple[Group, ...]:
    shorts = {one.unit: one.short for one in addressees}
    mine = {(p.at): [] for one in addressees for p in one.problems}  # type: dict[int | None, list[str]]
    for one in addressees:
        for p in one.problems:
            mine[p.at].append(p.ref)
    scores = [
        Score(unit_of(j), j.report.profile.year, words.group_of(j), j.score.points, j.score.low) for j in audit.reports
    ]
    places = ranked(scores)
    cohorts: dict[tuple[int | None, str], list[Row]] = {}
    for at, (judged, score) in enumerate(zip(audit.reports, scores, strict=True)):
        place = places.get((score.unit, score.year)) if score.low == score.points else None
        row = Row(
            at=at,
            unit=score.unit,
            short=shorts[score.unit],
            year=score.year,
            points=score.points,
            low=score.low,
            grade=judged.score.grade,
            problems=Figure(len(mine.get(at, [])), tuple(mine.get(at, []))),
            rank=None if place is None else place.rank,
            tied=place is not None and place.tied,
            why="" if place is not None else RANGE,
        )
        cohorts.setdefault((score.year, score.group), []).append(row)
    several = len({year for year, _ in cohorts}) > 1
    ordered = sorted(cohorts.items(), key=lambda item: (-(item[0][0] or 0), *_order(item[0][1])))
    return tuple(_group(audit, name, year, rows, several=several) for (year, name), rows in ordered)


def _group(audit: Audit, name: str, year: int | None, rows: Sequence[Row], *, several: bool) -> Group:
    placed = tuple(sorted((r for r in rows if r.rank is not None), key=lambda r: (r.rank or 0, r.unit)))
    mean, best, worst = _spread(audit, placed)
    return Group(
        name=name,
        title=f"{f'{year}年度' if year else '年度不明'}{name}" if several else name,
        year=year,
        ranked=placed,
        outside=tuple(sorted((r for r in rows if r.rank is None), key=lambda r: r.unit)),
        mean=mean,
        best=best,
        worst=worst,
    )


def _spread(audit: Audit, placed: Sequence[Row]) -> tuple[Figure | None, Figure | None, Figure | None]:
    """Mean, best and worst of reports with a place."""
    points = [row.points for row in placed]
    if not points:
        return None, None, None
    mean = (sum(points, Decimal(0)) / len(points)).quantize(Decimal("0.01"))
    of = tuple(audit.reports[row.at].report.source for row in placed)
    best, worst = (Figure(point, _with(audit, placed, point)) for point in (max(points), min(points)))
    return Figure(mean, of), best, worst


def _order(group: str) -> tuple[int, str]:
    return (UNIT_KINDS.index(group) if group in UNIT_KINDS else len(UNIT_KINDS), group)


def _with(audit: Audit, rows: Iterable[Row], points: Decimal) -> tuple[str, ...]:
    return tuple(audit.reports[row.at].report.source for row in rows if row.points == points)


def _grades(audit: Audit, placed: Sequence[Row]) -> tuple[tuple[str, Figure], ...]:
    """How many reports with a place have each grade, the best first, zeros too."""
    floors = [grade for grade, _ in sorted(audit.grades, key=lambda grade: -grade[1])]
    listed = [*floors, *sorted({row.grade for row in placed} - set(floors))]
    out = []
    for grade in listed:
        of = tuple(audit.reports[row.at].report.source for row in placed if row.grade == grade)
        out.append((grade, Figure(len(of), of)))
    return tuple(out)


# --- counts ----------------------------------------------------------------------------------------


def counted(found: Iterable[Problem]) -> Figure:
    """How many there are."""
    of = tuple(one.ref for one in found)
    return Figure(len(of), of)


def units_in(found: Iterable[Problem]) -> Figure:
    """Over how many units they are spread."""
    of = tuple(dict.fromkeys(one.unit for one in found))
    return Figure(len(of), of)


def _counts(
    problems: Sequence[Problem], doubts: Sequence[Problem], word_of: Callable[[Finding], str], order: Sequence[str]
) -> tuple[Count, ...]:
    """Every word of the order, zeros too, then any other."""
    extra = sorted({word_of(p.finding) for p in (*problems, *doubts)} - set(order))
    return tuple(_count(word, problems, doubts, word_of) for word in (*order, *extra))


def _count(
    word: str, problems: Sequence[Problem], doubts: Sequence[Problem], word_of: Callable[[Finding], str]
) -> Count:
    here = [p for p in problems if word_of(p.finding) == word]
    points = sum((p.finding.deducted for p in here), Decimal(0))
    return Count(word, counted(here), counted(p for p in doubts if word_of(p.finding) == word), units_in(here), points)


def _rules(problems: Sequence[Problem], doubts: Sequence[Problem]) -> tuple[Count, ...]:
    """The rules that spoke: the gravest first, then over the most units, then by id."""
    by_rule: Mapping[str, list[Problem]] = {}
    for p in (*problems, *doubts):
        by_rule.setdefault(p.finding.rule, []).append(p)  # type: ignore[attr-defined]
    out = []
    for rule, here in by_rule.items():
        certain = [p for p in here if is_problem(p.finding)]
        first = here[0].finding
        out.append(
            Count(
                word=first.title,
                problems=counted(certain),
                doubts=counted(p for p in here if not is_problem(p.finding)),
                units=units_in(certain),
                points=sum((p.finding.deducted for p in certain), Decimal(0)),
                rule=rule,
                severity=first.severity,
                dimension=first.dimension,
            )
        )
    return tuple(sorted(out, key=lambda c: (words.severity_order(c.severity), -int(c.units), c.rule)))


def _latest_first(audit: Audit) -> list[YearCount]:
    years = audit.completeness.years if audit.completeness else ()
    return sorted(years, key=lambda c: (c.year is None, -(c.year or 0)))


def _returns(audit: Audit, count: YearCount) -> Returns:
    standings = audit.completeness.standings if audit.completeness else ()
    mine = [one for one in standings if one.year == count.year]

    def figure(number: int, *kinds: Standing) -> Figure:
        return Figure(number, tuple(one.unit for one in mine if one.standing in kinds))

    return Returns(
        year=count.year,
        checked=count.checked,
        due=None if count.due is None else figure(count.due, *Standing),
        reported=figure(count.reported, Standing.REPORTED),
        missing=None if count.missing is None else figure(count.missing, Standing.MISSING),
        unread=figure(count.unread, Standing.UNREAD),
        beyond=Figure(count.beyond),
    )
