"""Missing (未报与未读): who has no report, which files could not be read, which were not judged, and what the roster lacks.

Named     units without a report only of the years under check; in which words the rule complains of them stands beside
Joined    a file that could not be read is told with the unit to which the roster gives it
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.documents import standing, words
from auditor.documents.printing import line
from auditor.documents.sheets.laying import FILL, MIDDLE, Colour, Column, Sheet, Value
from auditor.ledgersheet import columns as filled
from auditor.model import Audit, Finding, Standing, UnitYear

MISSING, UNREAD, NO_REPORT, VERSION, DOUBT, BEYOND = "未报", "无法读取", "非年报", "其他版本", "归属待核实", "名册以外"
_COLUMNS: Final = (
    Column("序号", 6, MIDDLE),
    Column("类别", 10, MIDDLE),
    Column("报告年度", 9, MIDDLE),
    Column("单位", 26),
    Column("单位类别", 10, MIDDLE),
    Column("分组", 10, MIDDLE),
    Column("文件", 34),
    Column("说明", 44),
    Column("处理情况", 14, FILL),
)
_ROSTER: Final = (Column("现由何单位负责", 22, printed=False), Column("联系人", 18, printed=False))
_DECIDED: Final = (Column(filled.NUMBER, 18, printed=False), Column("认定情况", 30, printed=False))
_COLOURS: Final = (
    Colour("类别", MISSING, "#F6D5D3", "#8E1B20"),
    Colour("类别", UNREAD, "#FBE9C6", "#7A4B00"),
    Colour("类别", BEYOND, "#D9E6F5", "#1D3F66"),
    Colour("类别", DOUBT, "#D9E6F5", "#1D3F66"),
)
_NOTHING_SAID: Final = "本批文件中没有其报告；其他批次已经读过的，以那一批次为准"


def sheet(audit: Audit, *, numbered: bool) -> Sheet:
    """未报与未读."""
    said = "".join(standing.overview(audit.completeness)).rstrip("。")
    title = "未报与未读（没有得分，不等于没有问题" + (f"；{_roster(audit)}；{said}）" if said else "）")
    columns = (*_COLUMNS, *_ROSTER, *(_DECIDED if numbered else ()))
    rows = ((number, *row[: len(columns) - 1]) for number, row in enumerate(_rows(audit), 1))
    return Sheet("未报与未读", title, columns, rows, _COLOURS, kept=4)


def _roster(audit: Audit) -> str:
    found = audit.completeness
    if found is None or found.roster is None:
        return standing.NO_ROSTER
    return f"按名册“{words.file_name(found.roster)}”，单位{found.units}个"


def _rows(audit: Audit) -> Iterator[tuple[Value, ...]]:
    found = audit.completeness
    checked = {count.year for count in found.years if count.checked} if found else set()
    units = sorted((one for one in found.standings if one.year in checked) if found else (), key=lambda one: -one.year)
    for one in units:
        if one.standing is Standing.MISSING:
            why = words.message_words(one.finding) if one.finding is not None else _NOTHING_SAID
            yield _unit(MISSING, one, "", why)
    yield from _unread(audit, {source: one for one in units for source in one.sources})
    for aside in audit.set_aside:
        yield _file(NO_REPORT, aside.source, line(aside.reason))
    for source, unit, why in standing.versions(audit):
        yield _file(VERSION, source, why, unit)
    for doubt in found.doubts if found else ():
        yield _file(DOUBT, doubt.source, line(doubt.words))
    for doubt in found.beyond if found else ():
        yield _file(BEYOND, doubt.source, line(doubt.words))


def _unread(audit: Audit, units: dict[str, UnitYear]) -> Iterator[tuple[Value, ...]]:
    """Files that could not be read; then units of which the roster says so without a file of that name."""
    told = set()
    for one in audit.unread:
        unit = units.get(one.source)
        kind = NO_REPORT if one.no_report else UNREAD
        told.add(unit)
        yield _unit(kind, unit, one.source, line(one.reason)) if unit else _file(kind, one.source, line(one.reason))
    for unit in units.values():
        if unit.standing is Standing.UNREAD and unit not in told:
            told.add(unit)
            yield _unit(UNREAD, unit, "\n".join(unit.sources), "报告无法读取")


def _unit(kind: str, one: UnitYear, source: str, why: str) -> tuple[Value, ...]:
    head = (kind, one.year, one.unit, one.kind, one.group, source, why, None, one.answers, one.contact)
    return (*head, *_said(one.finding))


def _said(finding: Finding | None) -> tuple[Value, Value]:
    if finding is None:
        return (None, None)
    return (finding.number, words.verdict_words(finding) or line(finding.reopened))


def _file(kind: str, source: str, why: str, unit: str = "") -> tuple[Value, ...]:
    return (kind, None, unit, None, None, source, why, None, None, None, None, None)
