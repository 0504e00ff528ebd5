"""Versions of one report in, the one that is scored out, and for each of the others why it is not and what differs.

Order     a correction (更正) before all others; the one at the roster's link; the one of the roster's date of first
          publication; the later date of publication; the more complete; the name of the file
Alike     the same unit and year are not enough: two texts that share little may be reports of two bodies, and both are
          scored (with a doubt)
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from auditor.model import Difference, Report, State, Version
from auditor.roster.unit import Unit
from auditor.text import squash

_CORRECTED = re.compile("更正|修正版|修订版|修改版|更新版|订正|重新发布")
_HEAD = 400
# Texts of different units of one county share at most half of their pairs of characters (137 of 138 pairs measured),
# versions of one report nearly all.
_ALIKE = 0.75
_ENOUGH = 5
_SHORT = 60
_WEB = {"html", "mhtml"}


def is_public(report: Report) -> bool:
    """Whether it looks published: a page of a site, or a date of publication."""
    profile = report.profile
    return bool(report.kind in _WEB or profile.url or profile.published_certain)


def is_corrected(report: Report) -> bool:
    """Whether it calls itself a correction, in its file's name, its title or its first lines."""
    base = re.split(r"[/\\]|!/", report.source)[-1]
    return _CORRECTED.search(base) is not None or _CORRECTED.search(report.profile.title or "") is not None


def are_alike(one: Report, other: Report) -> bool:
    """Whether two reports of one unit and year are versions of one report: most words, or most figures, are the same."""
    if one.sha256 == other.sha256:
        return True
    mine, its = _figures(one), _figures(other)
    shared = [id for id in mine if id in its and (mine[id] or its[id])]
    if len(shared) >= _ENOUGH and sum(mine[id] == its[id] for id in shared) * 2 >= len(shared):
        return True
    return _likeness(squash(one.prose.text), squash(other.prose.text)) >= _ALIKE


def _likeness(one: str, other: str) -> float:
    """The share of the shorter text's pairs of characters that the longer one has too; 1 where there is too little."""
    if min(len(one), len(other)) < _SHORT:
        return 1.0
    a, b = (Counter(pairwise(text)) for text in (one, other))
    return (a & b).total() / min(a.total(), b.total())


def choose(reports: Sequence[Report], unit: Unit | None) -> tuple[int, tuple[Version, ...]]:
    """The index of the report that is scored, and the others as its versions, in their order."""
    best = min(range(len(reports)), key=lambda at: _order(reports[at], unit))
    return best, tuple(against(reports[best], other, unit) for at, other in enumerate(reports) if at != best)


_Order = tuple[bool, bool, bool, int, int, int, str]


def _order(report: Report, unit: Unit | None) -> _Order:
    profile = report.profile
    link = unit.link(profile.year) if unit else ""
    stated = unit.published.get(profile.year) if unit and profile.year is not None else None
    published = profile.published or dt.date.min
    return (
        not is_corrected(report),
        not (link and profile.url and _bare(link) == _bare(profile.url)),
        not (stated and profile.published == stated),
        -published.toordinal(),
        -_weight(report),
        0 if is_public(report) else 1,
        report.source,
    )


_LATER = "后者的公布日期较晚"
_WHY = (
    "后者注明是更正后的版本",
    "后者的网址与名册所载的年报链接一致",
    "后者的公布日期与名册所载的首次公布日期一致",
    _LATER,
    "后者的内容较完整",
    "后者是已公布的网页",
    "公布日期和完整程度相同，取文件名在前的",
)


def against(chosen: Report, other: Report, unit: Unit | None) -> Version:
    """Another file of the same unit and year as a version of the report that was chosen."""
    if chosen.sha256 == other.sha256:
        reason = f"与“{chosen.source}”是同一文件的副本"
    else:
        mine, its = _order(chosen, unit), _order(other, unit)
        at = next((i for i, (a, b) in enumerate(zip(mine, its, strict=True)) if a != b), len(mine) - 1)
        why = _WHY[at] if mine <= its else "后者有正文"
        why = "后者载有公布日期" if why == _LATER and other.profile.published is None else why
        reason = f"与“{chosen.source}”是同一单位同一年度的报告，{why}，以后者为准"
    found = differences(chosen, other)
    return Version(other.source, other.sha256, reason, other.profile.published, is_public(other), found)


def differences(chosen: Report, other: Report) -> tuple[Difference, ...]:
    """The cells in which both give a number, and not the same."""
    return tuple(
        Difference(fact.id, fact.name, fact.value, there.value, fact.place)
        for fact in chosen.facts.values()
        if fact.state is State.NUMBER
        and fact.value is not None
        and not fact.inferred
        and (there := other.facts.get(fact.id)) is not None
        and there.state is State.NUMBER
        and there.value is not None
        and not there.inferred
        and there.value != fact.value
    )


def _figures(report: Report) -> dict[str, object]:
    return {f.id: f.value for f in report.facts.values() if f.state is State.NUMBER}


def _weight(report: Report) -> int:
    """How much of a report there is: its figures, its sections, its text in steps too coarse for page furniture."""
    kinds = {s.kind for s in report.sections if s.kind}
    return len(_figures(report)) + 10 * len(kinds) + len(squash(report.prose.text)) // _HEAD


def _bare(url: str) -> str:
    return re.sub(r"^https?://|[?#].*$|/$", "", url.strip().lower())
