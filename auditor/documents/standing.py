"""Standing: who reported and who did not -> the words and rows that the screen and the documents show.

Numbers   应报, 已报, 未报, 无法读取 per report year; without a roster 应报 and 未报 are said to be unknown, never guessed
Named     the missing units of years under check, with what the rule says of each; of other years only the number
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.documents import words
from auditor.documents.printing import line
from auditor.model import Audit, Completeness, Doubt, Finding, Outcome, Standing, UnitYear, YearCount

NO_ROSTER = "没有名册，应报和未报单位不能确定"


def year_words(count: YearCount) -> str:
    """2025年度, 年度不明."""
    return f"{count.year}年度" if count.year is not None else "年度不明"


def counts_words(count: YearCount, gap: str = "") -> str:
    """应报9份，已报7份，未报1份，无法读取1份; without 应报 where nobody is known to be due. `gap` stands around figures."""
    parts = [("应报", count.due)] if count.due is not None else []
    parts += [("已报", count.reported)] if count.due is not None or count.reported else []
    parts += [("未报", count.missing)] if count.missing is not None else []
    parts += [("无法读取", count.unread), *([("名册以外", count.beyond)] if count.beyond else [])]
    return "，".join(f"{what}{gap}{number}{gap}份" for what, number in parts)


def overview(found: Completeness | None, gap: str = "") -> list[str]:
    """One sentence a year, the latest first; one sentence for all of them without a roster."""
    if found is None or not found.years:
        return []
    if found.roster is None:
        had = "、".join(f"{year_words(c)}{gap}{c.reported}{gap}份" for c in found.years if c.reported)
        lost = sum(c.unread for c in found.years)
        return [f"{NO_ROSTER}；已报{had or f'{gap}0{gap}份'}，无法读取{gap}{lost}{gap}份。"]
    return [f"{year_words(c)}{counts_words(c, gap)}。" for c in _latest_first(found.years)]


def _latest_first(counts: Sequence[YearCount]) -> list[YearCount]:
    return sorted(counts, key=lambda c: (c.year is None, -(c.year or 0)))


def named(found: Completeness | None, standing: Standing) -> list[tuple[int, list[str]]]:
    """The units of that standing in the years under check, the latest year first."""
    if found is None:
        return []
    years = sorted((c.year for c in found.years if c.checked and c.year is not None), reverse=True)
    listed = [(year, [s.unit for s in found.standings if s.year == year and s.standing is standing]) for year in years]
    return [(year, units) for year, units in listed if units]


def unnamed(found: Completeness | None) -> list[int]:
    """Years of which so few reports are there that the missing units are not taken up one by one."""
    return [c.year for c in found.years if c.missing and not c.checked and c.year is not None] if found else []


def missing(audit: Audit, outcome: Outcome) -> list[tuple[UnitYear, Finding]]:
    """Reports that are not there, with what the rule (or a person) says of each, by year (the latest first) and in the roster's
    order."""
    return sorted((pair for pair in audit.unreported if pair[1].outcome is outcome), key=lambda pair: -pair[0].year)


def absent(audit: Audit, outcome: Outcome, year: int | None) -> list[tuple[UnitYear, Finding]]:
    """The units without a report of that year of which, after what people decided, it is certain or suspected that they did not
    publish one; what was found 不属实 or is waived is not among them."""
    found = (pair for pair in audit.unreported if pair[0].year == year and not pair[1].manual)
    return [(one, said) for one, said in found if words.standing_of(said) is outcome]


def unlisted(audit: Audit) -> dict[int, list[str]]:
    """The missing units of years under check of which nothing is said, where others are complained of by the rule: their report
    was read in another run of the ledger."""
    if audit.ledger is None or "g-not-published" not in audit.rules:
        return {}
    said = {(one.unit, one.year) for one, _ in audit.unreported}
    found = audit.completeness
    listed = dict(named(found, Standing.MISSING))
    left = {year: [unit for unit in units if (unit, year) not in said] for year, units in listed.items()}
    return {year: units for year, units in left.items() if units}


def object_words(one: UnitYear) -> str:
    """What stands for the report that is not there."""
    return f"{one.year}年度政府信息公开工作年度报告（所给文件中没有）"


def liable(one: UnitYear) -> str:
    """The unit that answers for the missing report."""
    return f"{one.answers}（原{one.unit}）" if one.answers else one.unit


def versions(audit: Audit) -> Iterator[tuple[str, str, str]]:
    """Files that are another version of a report: the file, whose report, and why it is not scored."""
    for judged in audit.reports:
        for version in judged.report.filing.versions if judged.report.filing else ():
            more = f"；有{len(version.differences)}个数据项不同" if version.differences else ""
            yield version.source, words.unit_name(judged), line(version.reason) + more


def doubts(audit: Audit) -> Sequence[Doubt]:
    """Files of which it is not certain whose report they are, and those of units that the roster lacks."""
    found = audit.completeness
    return (*found.doubts, *found.beyond) if found else ()
