"""holidays.yaml: the days off and the working weekends of a year, as the State Council's office orders them -> Calendar.

Year      one entry a year, whole: a later file's (the work folder's) takes the place of an earlier one's
Days      first and last included; working days are named only where they fall on a weekend. The last third of December may
          stand in the next year's entry, where an arrangement begins before New Year
Refuses   days of another year, overlaps, a working day that is one anyway, a day that is off and working, a year without one
          of the seven holidays (half an entry would count them as working days)
Source    国务院办公厅 orders it each autumn (全国年节及纪念日放假办法); `source` is the paper's number, `issued` its date
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from auditor.checks.check import described
from auditor.model import Calendar
from auditor.rulebook.laws import Date
from auditor.rulebook.source import Path, Source
from auditor.rulebook.words import tell

SEVEN = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
_MOST_DAYS = 15
_FIRST_OF_LAST_YEAR = (12, 21)
_WEEK = "一二三四五六日"


class HolidayEntry(BaseModel):
    """One holiday, from the first day to the last."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    name: str = described("名称", "如 春节；合并放假的写作 国庆节、中秋节", min_length=1)
    first: Date = described("第一天", "如 2026-02-15", alias="from")
    last: Date = described("最后一天", "如 2026-02-23", alias="to")

    def days(self) -> Iterator[dt.date]:
        """Every day of it."""
        return (self.first + dt.timedelta(at) for at in range((self.last - self.first).days + 1))


class YearEntry(BaseModel):
    """One year's arrangement."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int = described("年度", "如 2027", ge=0)
    source: str = described("依据", "文号，如 国办发明电〔2025〕7号", min_length=1)
    issued: Date = described("印发日期", "如 2025-11-04")
    holidays: Annotated[tuple[HolidayEntry, ...], Field(min_length=1)] = described("放假", "头尾两天都算")
    workdays: Annotated[tuple[Date, ...], BeforeValidator(lambda v: v if v is not None else ())] = described(
        "调休上班", "只写星期六、星期日", ()
    )


@dataclass(frozen=True, slots=True)
class Written:
    """An entry and where it stands: the folder of its file (0 the shipped rulebook), the file and its place in it."""

    root: int
    source: Source
    path: Path
    entry: YearEntry


def calendar_from(files: Sequence[tuple[int, Source]]) -> Calendar:
    """The calendar of some files, a later folder's years over an earlier one's; mistakes are told in the sources."""
    chosen: dict[int, Written] = {}
    for root, source in files:
        for written in _entries(root, source):
            known = chosen.get(written.entry.year)
            if known is not None and known.root == root:
                words = f"{written.entry.year}年已在“{known.source.name}”中录入，请删去一处"
                source.mistake((*written.path, "year"), words)
                continue
            chosen[written.entry.year] = written
    return _calendar({year: written.entry for year, written in chosen.items()})


def _calendar(years: Mapping[int, YearEntry]) -> Calendar:
    off: set[dt.date] = set()
    working: set[dt.date] = set()
    for _, entry in sorted(years.items()):
        days = {day for holiday in entry.holidays for day in holiday.days()}
        off = (off | days) - set(entry.workdays)
        working = (working - days) | set(entry.workdays)
    return Calendar(frozenset(years), frozenset(off), frozenset(working))


def _entries(root: int, source: Source) -> Iterator[Written]:
    """The entries of a file that have the right shape; an empty file (all of it remarks) has none."""
    if source.data is None:
        return
    items = source.data if isinstance(source.data, list) else [source.data]
    for at, item in enumerate(items):
        path: Path = (at,) if isinstance(source.data, list) else ()
        try:
            entry = YearEntry.model_validate(item)
        except ValidationError as error:
            tell(source, path, error, YearEntry)
            continue
        before = len(source.mistakes)
        _check(source, path, entry)
        if len(source.mistakes) == before:
            yield Written(root, source, path, entry)


def _check(source: Source, path: Path, entry: YearEntry) -> None:
    """Tells what is wrong with the days of a year."""
    off: dict[dt.date, str] = {}
    for at, holiday in enumerate(entry.holidays):
        where = (*path, "holidays", at)
        if _fits(source, where, entry.year, holiday):
            if (twice := next((day for day in holiday.days() if day in off), None)) is not None:
                source.mistake((*where, "from"), f"“{holiday.name}”与“{off[twice]}”重叠（{_day(twice)}）")
            off |= dict.fromkeys(holiday.days(), holiday.name)
    named = " ".join(holiday.name for holiday in entry.holidays)
    if lacking := [word for word in SEVEN if word not in named]:
        words = f"{entry.year}年缺少：{'、'.join(lacking)}。七个节日都要写，当年合并放假的写在一个名称里"
        source.mistake((*path, "holidays"), words, key=True)
    seen: set[dt.date] = set()
    for at, day in enumerate(entry.workdays):
        if words := _unfit(day, entry.year, off, seen):
            source.mistake((*path, "workdays", at), words)
        seen.add(day)


def _fits(source: Source, where: Path, year: int, holiday: HolidayEntry) -> bool:
    """Whether a holiday's days can be those of the year; tells why not."""
    sides = (("from", holiday.first), ("to", holiday.last))
    outside = [(key, day) for key, day in sides if not _of_year(day, year)]
    for key, day in outside:
        source.mistake((*where, key), f"{_day(day)}不在{year}年，请核对年份")
    if outside:
        return False
    length = (holiday.last - holiday.first).days + 1
    if length < 1:
        source.mistake((*where, "to"), f"“{holiday.name}”的最后一天早于第一天")
    elif length > _MOST_DAYS:
        source.mistake((*where, "to"), f"“{holiday.name}”放假 {length} 天，请核对月份")
    return 1 <= length <= _MOST_DAYS


def _unfit(day: dt.date, year: int, off: Mapping[dt.date, str], seen: set[dt.date]) -> str:
    """What is wrong with a working day, "" where nothing is."""
    if not _of_year(day, year):
        return f"{_day(day)}不在{year}年，请核对年份"
    if day in off:
        return f"{_day(day)}在“{off[day]}”放假期间，不能又上班"
    if day.weekday() < 5:
        return f"{_day(day)}是星期{_WEEK[day.weekday()]}，本来就上班，不必写；请核对日期"
    return f"{_day(day)}写了两次" if day in seen else ""


def _of_year(day: dt.date, year: int) -> bool:
    return day.year == year or (day.year == year - 1 and (day.month, day.day) >= _FIRST_OF_LAST_YEAR)


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
