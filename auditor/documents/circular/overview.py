"""Overview (总体情况): the tally -> what was checked, who reported, how the scores and problems stand, who is praised.

Groups    mean, best and worst are told group by group: towns and departments are never one field
Reported  应报、已报、未报 as the roster has them; a unit is said not to have published only where that is certain
Before    the quarter before is spoken of only where the two can be compared (`tally.against`)
Praise    names only units of which nothing was found and nothing is open
"""

from __future__ import annotations

from decimal import Decimal

from auditor.documents import words
from auditor.documents.circular.saying import alone, cut, joined, named, say
from auditor.documents.matter import Matter
from auditor.documents.printing import line
from auditor.documents.tally import Figure, Group, Problem, Returns, Tally, Told, against, told, units_in
from auditor.model import Standing

_MOST_PRAISED, _MOST_ABSENT, _MOST_GROUPS = 10, 20, 6


def overview(matter: Matter) -> tuple[Told, ...]:
    """The paragraphs of part one, none empty."""
    return tuple(filter(None, (_scope(matter), _scores(matter), _problems(matter), _before(matter), _praise(matter))))


def years_words(tally: Tally) -> str:
    """2025年度; 各年度 where the run holds more than three."""
    years = words.years_of(tally.audit) or tuple(sorted({r.year for r in tally.returns if r.year is not None}))
    return words.span_words(years) if len(years) <= 3 else f"{years[0]}年度至{years[-1]}年度"


def _scope(matter: Matter) -> Told:
    """How it was checked, and who reported."""
    tally = matter.tally
    assessment = line(tally.audit.county.assessment)
    how = say(matter, "检查方式", 办法=f"以及{assessment}" if assessment else "")
    if alone(tally):
        return how
    count = say(matter, "检查份数", 对象=years_words(tally), 份数=tally.reports)
    returned = _returned(matter)
    unread = say(matter, "未能读取", 个数=tally.unread) if tally.unread else told()
    return told(how, returned, count, unread)


def _returned(matter: Matter) -> Told:
    """Who reported of the years under check, and who certainly published nothing."""
    checked = [one for one in matter.tally.returns if one.checked and one.due is not None]
    if not checked:
        return told()
    said = say(matter, "应报", 各年=joined((_counts(matter, one) for one in checked), "；"))
    absent = [p for one in checked for p in _absent(matter.tally, one.year)]
    return told(said, say(matter, "未公布", 单位=named(matter.tally, absent, _MOST_ABSENT))) if absent else said


def _counts(matter: Matter, one: Returns) -> Told:
    unread = told("，无法读取", one.unread, "份") if one.unread else told()
    return say(
        matter, "应报一年", 年度=f"{one.year}", 应报=one.due, 已报=one.reported, 未报=one.missing, 无法读取=unread
    )


def _absent(tally: Tally, year: int | None) -> list[Problem]:
    """The units that certainly published no report of the year."""
    return [
        p
        for p in tally.problems
        if p.absent is not None and p.year == year and not p.finding.manual and p.absent.standing is Standing.MISSING
    ]


def _scores(matter: Matter) -> Told:
    """Group by group, of a run over many years only the latest ones; grades, and who has no place."""
    tally = matter.tally
    placed = [group for group in tally.groups if group.ranked]
    if not placed:
        return told()
    several = sum(len(group.ranked) for group in placed) > 1
    if not several:
        grade = placed[0].ranked[0].grade
        return say(matter, "一份报告", 得分=placed[0].mean, 等次=grade)
    latest = [group for group in placed if group.year == placed[0].year]
    shown = (placed if len(placed) <= _MOST_GROUPS else latest)[:_MOST_GROUPS]
    rest = say(matter, "其他各组") if len(shown) < len(placed) else told()
    grades = joined(told(grade, count, "份") for grade, count in tally.grades if count)
    out = [row for group in tally.groups for row in group.outside]
    of = tuple(tally.audit.reports[row.at].report.source for row in out)
    outside = say(matter, "未列入", 份数=Figure(len(out), of)) if out else told()
    told_ = joined((_group(matter, group) for group in shown), "；")
    return told(told_, rest, "。", say(matter, "等次", 等次=grades), outside)


def _group(matter: Matter, group: Group) -> Told:
    of = tuple(matter.tally.audit.reports[row.at].report.source for row in group.ranked)
    count = Figure(len(group.ranked), of)
    name = line(group.title)
    if int(count) == 1:
        return say(matter, "一份得分", 组=name, 份数=count, 平均=group.mean)
    if group.best is not None and group.worst is not None and group.best.value == group.worst.value:
        return say(matter, "同分", 组=name, 份数=count, 平均=group.mean)
    return say(matter, "分组得分", 组=name, 份数=count, 平均=group.mean, 最高=group.best, 最低=group.worst)


def _problems(matter: Matter) -> Told:
    tally = matter.tally
    waived = say(matter, "豁免", 个数=tally.waived) if tally.waived else told()
    if not tally.problems:
        return told(say(matter, "没有认定" if tally.is_draft else "没有问题"), waived)
    total = Figure(len(tally.problems), tuple(p.ref for p in tally.problems))
    spread = told() if alone(tally) else told("，涉及", units_in(tally.problems), "个单位")
    weights = [told(one.word, one.problems, "个") for one in tally.severities if one.problems]
    weight = told("均为", _only_severity(tally)) if len(weights) == 1 else told("其中", joined(weights))
    return told(say(matter, "问题总数", 个数=total, 范围=spread, 轻重=weight), waived)


def _only_severity(tally: Tally) -> str:
    """The severity of all problems, where they have one."""
    return f"{tally.problems[0].finding.severity}问题"


def _before(matter: Matter) -> Told:
    found = against(matter.tally)
    if found is None:
        return told()
    up, fewer = found.gained, found.fewer
    mean = _moved(found.mean_before, found.mean, up, "分", "提高" if Decimal(up.value) > 0 else "下降")
    count = _moved(found.problems_before, found.problems, fewer, "个", "减少" if int(fewer) > 0 else "增加")
    quarter = words.quarter_words(found.quarter)
    return say(matter, "环比", 上次=quarter, 份数=found.reports, 得分变化=mean, 问题变化=count)


def _moved(then: Figure, now: Figure, by: Figure, unit: str, verb: str) -> Told:
    """由90分提高到92分，提高2分; 均为90分."""
    if not by:
        return told("均为", now, unit)
    size = Figure(-by.value if by.value < 0 else by.value, by.of)
    return told("由", then, unit, verb, "到", now, unit, "，", verb, size, unit)


def _praise(matter: Matter) -> Told:
    praised = matter.tally.praised
    if not praised or alone(matter.tally):
        return told()
    count = Figure(len(praised), tuple(one.unit for one in praised))
    return say(matter, "表扬", 单位=cut([line(one.short) for one in praised], count, _MOST_PRAISED))
