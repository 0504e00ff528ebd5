"""Attachments: the tally -> the ranking group by group, who has no place and why, and the list of problems.

Ranking   towns and departments never in one table; equal points share a place (并列); a unit alone in its group has none
Unranked  reports whose points are a range, files that could not be read, units that certainly published nothing
List      one row a problem of the tally, by unit; what is counted with it stands in no row of its own
Standard  points never stand without it: the 考核办法, else the name of the scoring standard, and the grades
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.documents import words
from auditor.documents.circular.demands import days
from auditor.documents.circular.nouns import Listed, Ranking, Unranked
from auditor.documents.circular.nouns import Standing as Placed
from auditor.documents.circular.saying import is_mended, joined, said_of, say, title_words
from auditor.documents.matter import Matter
from auditor.documents.printing import line
from auditor.documents.tally import Addressee, Figure, Group, Problem, Row, Told, against, told
from auditor.model import Audit
from auditor.quarters.mending import ORDER

Whose = tuple[str, int | None]
_MOST_OFF = 6


def rankings(matter: Matter) -> tuple[Ranking, ...]:
    """A table for each group that has anybody with a place."""
    found = against(matter.tally)
    moves = found.moves if found is not None else {}
    return tuple(_ranking(matter, group, moves) for group in matter.tally.groups if group.ranked)


def has_moves(matter: Matter) -> bool:
    """Whether the ranking has a column of movement."""
    found = against(matter.tally)
    return found is not None and bool(found.moves)


def _ranking(matter: Matter, group: Group, moves: Mapping[Whose, int]) -> Ranking:
    of = tuple(matter.tally.audit.reports[row.at].report.source for row in group.ranked)
    count = Figure(len(group.ranked), of)
    title = told(line(group.title), "（", count, "份，平均", group.mean or "", "分）")
    single = len(group.ranked) == 1
    return Ranking(
        told(line(group.title)) if single else title,
        tuple(_placed(matter, row, moves.get((row.unit, row.year)), single=single) for row in group.ranked),
    )


def _placed(matter: Matter, row: Row, moved: int | None, *, single: bool) -> Placed:
    source = matter.tally.audit.reports[row.at].report.source
    place = told("—") if single else told(Figure(row.rank or 0, (source,)), "（并列）" if row.tied else "")
    return Placed(
        place,
        told(line(row.unit)),
        told(Figure(row.points, (source,)), _issued(matter, row)),
        told(line(row.grade)),
        told(row.problems),
        _move(source, moved),
    )


def _issued(matter: Matter, row: Row) -> Told:
    """（印发95分） where another score was issued before."""
    source = matter.tally.audit.reports[row.at].report.source
    issued = matter.tally.audit.issued.get(source)
    if issued is None or issued.points == row.points:
        return told()
    return told("（印发", Figure(issued.points, (source,)), "）")


def _move(source: str, moved: int | None) -> Told:
    """升2位, 降1位, 持平, —."""
    if moved is None:
        return told("—")
    if not moved:
        return told("持平")
    return told("升" if moved > 0 else "降", Figure(abs(moved), (source,)), "位")


def unranked(matter: Matter) -> tuple[Unranked, ...]:
    """Whoever has no place: reports, files, units."""
    return (*_ranges(matter), *_unread(matter), *_absent(matter))


def _ranges(matter: Matter) -> Iterator[Unranked]:
    for group in matter.tally.groups:
        for row in group.outside:
            source = matter.tally.audit.reports[row.at].report.source
            points = told(Figure(row.low, (source,)), "—", Figure(row.points, (source,)))
            points = points if row.low != row.points else told("—")
            yield Unranked(told(_whose(matter, row.unit, row.year)), points, told(line(row.why)))


def _whose(matter: Matter, unit: str, year: int | None) -> str:
    """The unit, with the year where the run holds several."""
    several = len(words.years_of(matter.tally.audit)) > 1
    return f"{line(unit)}（{year}年度）" if several and year else line(unit)


def _unread(matter: Matter) -> Iterator[Unranked]:
    for one in matter.tally.audit.unread:
        name = f"文件“{line(words.file_name(one.source))}”"
        yield Unranked(told(name), told("—"), told("文件无法读取：", line(one.reason).rstrip("。")))


def _absent(matter: Matter) -> Iterator[Unranked]:
    for problem in matter.tally.problems:
        if problem.absent is not None and not problem.finding.manual:
            yield Unranked(told(_whose(matter, problem.unit, problem.year)), told("—"), told(title_words(problem)))


def notes(matter: Matter) -> tuple[Told, ...]:
    """What stands under the ranking."""
    audit = matter.tally.audit
    grades = [
        told(Figure(floor, (f"等次：{grade}",)), "分以上为", grade)
        for grade, floor in sorted(audit.grades, key=lambda one: -one[1])
        if floor > 0
    ]
    floors = [grade for grade, floor in audit.grades if floor <= 0]
    graded = told(joined(grades, "，"), f"，其余为{floors[0]}" if floors else "")
    out = [say(matter, "得分依据", 标准=_standard(audit), 等次=graded)]
    if any(len(group.ranked) > 1 for group in matter.tally.groups):
        out.append(say(matter, "排名说明"))
    apart = [f"{line(one.title)}（{line(one.scope)}）" for one in words.switched_off(audit) if one.units]
    if apart:
        out.append(
            say(matter, "部分不查", 项目="、".join(apart[:_MOST_OFF]) + ("等" if len(apart) > _MOST_OFF else ""))
        )
    return tuple(out)


def _standard(audit: Audit) -> str:
    """By what the points are given."""
    if audit.county.assessment:
        return line(audit.county.assessment)
    version = line(audit.run.rulebook.version)
    model = next((f"“{line(name)}”" for name in audit.county.models), "")
    return f"{f'规则库{version}版' if version else '规则库'}{model}评分标准"


# --- the list of problems --------------------------------------------------------------------------


def listed(matter: Matter) -> tuple[Listed, ...]:
    """One row a problem."""
    dates = _dates(matter)
    by_unit = {one.unit: one for one in matter.tally.addressees}
    return tuple(
        _listed(matter, at, problem, by_unit[problem.unit], dates)
        for at, problem in enumerate(matter.tally.problems, 1)
    )


def _dates(matter: Matter) -> dict[str, str]:
    """The last days that recorded orders set, by number of the finding."""
    known = {
        number: words.date_words(one.deadline)
        for number, one in matter.tally.audit.mending.items()
        if one.deadline is not None
    }
    sent = {
        item.number: words.date_words(item.deadline)
        for letter in matter.letters
        if letter.kind == ORDER
        for item in letter.items
        if item.number and item.deadline is not None
    }
    return {**sent, **known}


def _listed(matter: Matter, at: int, problem: Problem, unit: Addressee, dates: Mapping[str, str]) -> Listed:
    finding = problem.finding
    said = said_of(matter, problem)
    deadline = told(dates[finding.number]) if finding.number in dates else _days(matter, problem)
    return Listed(
        told(str(at)),
        told(line(problem.unit)),
        told(_subject(matter, problem)),
        told(line(finding.dimension)),
        told(said.text, said.where, "。"),
        told(said.basis),
        told(Figure(finding.deducted, (problem.ref,))) if finding.deducted else told("不扣分"),
        told(said.demand, "。" if said.demand else ""),
        say(matter, "清单要求函告") if unit.outside else deadline,
    )


def _days(matter: Matter, problem: Problem) -> Told:
    severity = problem.finding.severity
    if severity not in matter.terms.deadlines or not is_mended(problem):
        return told("—")
    return say(matter, "清单时限", 天数=days(matter, severity))


def _subject(matter: Matter, problem: Problem) -> str:
    """The report by its title, without the unit's name, which stands beside it."""
    if problem.at is None:
        return f"{problem.year}年度政府信息公开工作年度报告" if problem.year else "政府信息公开工作年度报告"
    subject = words.subject_words(matter.tally.audit.reports[problem.at])
    return subject.removeprefix(line(problem.unit)) or subject
