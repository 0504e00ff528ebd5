"""Working days: a day and a calendar -> the day so many working days later, the next one, how many lie between. Pure.

Count     the day of sending is not counted: one working day after a Friday is the Monday, unless that is a holiday
Calendar  weekends are off and other days worked, but for what the year's arrangement says (`rulebook.holidays`)
Refuses   to count through a year whose arrangement was not entered: `NotEntered`, never a guess
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from auditor.model import Calendar, Noun

_DAY = dt.timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class NotEntered(Noun):
    """A year whose holidays are not in the calendar."""

    year: int

    def __str__(self) -> str:
        return f"{self.year}年放假安排尚未录入，期限不能推算；请在 holidays.yaml 补充"


def is_working(day: dt.date, calendar: Calendar) -> bool | NotEntered:
    """Whether offices are open on that day."""
    if day.year not in calendar.years:
        return NotEntered(day.year)
    if day in calendar.working:
        return True
    return day.weekday() < _SATURDAY and day not in calendar.off


def after(day: dt.date, days: int, calendar: Calendar) -> dt.date | NotEntered:
    """The last of `days` (≥ 1) working days that follow the day."""
    if days < 1:
        raise ValueError(f"not a number of working days: {days}")
    while days:
        day += _DAY
        working = is_working(day, calendar)
        if isinstance(working, NotEntered):
            return working
        days -= working
    return day


def on_or_after(day: dt.date, calendar: Calendar) -> dt.date | NotEntered:
    """The day itself where it is a working day, else the next one."""
    return after(day - _DAY, 1, calendar)


def between(first: dt.date, last: dt.date, calendar: Calendar) -> int | NotEntered:
    """Working days after `first` up to `last`; below zero where `last` comes before."""
    if last < first:
        back = between(last, first, calendar)
        return back if isinstance(back, NotEntered) else -back
    count, day = 0, first
    while day < last:
        day += _DAY
        working = is_working(day, calendar)
        if isinstance(working, NotEntered):
            return working
        count += working
    return count
