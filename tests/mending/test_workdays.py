"""Working days: the holidays as ordered, counting against a slow oracle, and every mistake in holidays.yaml at its place."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Calendar
from auditor.quarters.workdays import NotEntered, after, between, is_working, on_or_after
from auditor.rulebook import Rulebook
from auditor.rulebook.holidays import calendar_from
from auditor.rulebook.source import parse
from auditor.rulebook.texts import RuleFile, Texts


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# What the State Council's office ordered: a day, whether offices are open. Written from the notices, not from the file.
KNOWN = {
    "2024-01-01": False, "2024-02-04": True, "2024-02-09": True, "2024-02-12": False, "2024-02-16": False,
    "2024-02-18": True, "2024-04-07": True, "2024-05-11": True, "2024-09-14": True, "2024-09-16": False,
    "2024-10-07": False, "2024-10-12": True, "2024-12-31": True,
    "2025-01-01": False, "2025-01-02": True, "2025-01-26": True, "2025-01-28": False, "2025-02-04": False,
    "2025-02-05": True, "2025-02-08": True, "2025-04-27": True, "2025-05-05": False, "2025-06-02": False,
    "2025-09-28": True, "2025-10-08": False, "2025-10-09": True, "2025-10-11": True,
    "2026-01-02": False, "2026-01-04": True, "2026-02-14": True, "2026-02-16": False, "2026-02-23": False,
    "2026-02-28": True, "2026-04-06": False, "2026-05-09": True, "2026-06-19": False, "2026-09-20": True,
    "2026-09-25": False, "2026-10-07": False, "2026-10-10": True, "2026-10-11": False,
}  # fmt: skip

# 国务院令第795号: eleven days until 2024, thirteen from 2025; weekdays off less weekends worked must come out at that.
DAYS_OFF = {2024: 11, 2025: 13, 2026: 13}


@pytest.mark.parametrize(("text", "working"), KNOWN.items())
def test_days_are_as_ordered(book: Rulebook, text: str, working: bool) -> None:
    assert is_working(day(text), book.calendar) is working


@pytest.mark.parametrize(("year", "days"), DAYS_OFF.items())
def test_a_year_gives_the_days_off_that_the_law_gives(book: Rulebook, year: int, days: int) -> None:
    every = [dt.date(year, 1, 1) + dt.timedelta(at) for at in range(366)]
    weekdays = [one for one in every if one.year == year and one.weekday() < 5]
    worked = sum(is_working(one, book.calendar) is True for one in every if one.year == year)
    assert len(weekdays) - worked == days


# (sent, working days, deadline)
DEADLINES = [
    ("2026-04-07", 5, "2026-04-14"),
    ("2026-04-30", 5, "2026-05-11"),  # 5.1–5.5 off, 5.9 worked
    ("2026-02-13", 5, "2026-02-27"),  # 2.14 worked, 2.15–2.23 off
    ("2026-09-18", 10, "2026-10-09"),  # 9.20 worked, 9.25–9.27 and 10.1–10.7 off
    ("2026-09-30", 1, "2026-10-08"),
    ("2024-02-08", 1, "2024-02-09"),
    ("2025-12-29", 5, "2026-01-06"),  # into the next year, 1.4 worked
    ("2026-04-04", 1, "2026-04-07"),  # sent on a holiday
]


@pytest.mark.parametrize(("sent", "days", "deadline"), DEADLINES)
def test_deadlines(book: Rulebook, sent: str, days: int, deadline: str) -> None:
    assert after(day(sent), days, book.calendar) == day(deadline)
    assert between(day(sent), day(deadline), book.calendar) == days


def test_a_year_that_was_not_entered_gives_no_deadline(book: Rulebook) -> None:
    words = "2027年放假安排尚未录入，期限不能推算；请在 holidays.yaml 补充"
    for found in (
        after(day("2026-12-28"), 5, book.calendar),
        between(day("2026-12-28"), day("2027-01-08"), book.calendar),
        between(day("2027-01-08"), day("2026-12-28"), book.calendar),
        on_or_after(day("2027-01-01"), book.calendar),
    ):
        assert found == NotEntered(2027)
        assert str(found) == words
    assert after(day("2026-12-28"), 3, book.calendar) == day("2026-12-31")


_YEARS = frozenset(range(2023, 2028))
_days = st.dates(dt.date(2023, 1, 1), dt.date(2027, 12, 31))
calendars = st.builds(
    lambda off, working: Calendar(_YEARS, frozenset(off - working), frozenset(one for one in working)),
    st.sets(_days, max_size=60),
    st.sets(_days.filter(lambda one: one.weekday() >= 5), max_size=20),
)


def slow(one: dt.date, calendar: Calendar) -> bool:
    """Written another way: the words of the arrangement first, then the week."""
    if one in calendar.off:
        return False
    return one in calendar.working or one.isoweekday() not in (6, 7)


@given(calendars, st.dates(dt.date(2023, 1, 1), dt.date(2026, 6, 1)), st.integers(1, 40))
def test_counting_agrees_with_looking_at_every_day(calendar: Calendar, start: dt.date, days: int) -> None:
    every = [start + dt.timedelta(at) for at in range(1, 400)]
    worked = [one for one in every if slow(one, calendar)]
    found = after(start, days, calendar)
    assert found == worked[days - 1]
    assert isinstance(found, dt.date)
    assert between(start, found, calendar) == days
    assert between(found, start, calendar) == -days
    assert on_or_after(found, calendar) == found


@given(calendars, st.lists(st.dates(dt.date(2023, 1, 1), dt.date(2027, 12, 31)), min_size=3, max_size=3))
def test_counts_add_up(calendar: Calendar, days: list[dt.date]) -> None:
    first, middle, last = sorted(days)
    parts = between(first, middle, calendar), between(middle, last, calendar)
    assert between(first, last, calendar) == parts[0] + parts[1]  # type: ignore[operator]  # all years are entered


# --- the file ----------------------------------------------------------------------------------------

GOOD = """- year: 2027
  source: 国办发明电〔2026〕9号
  issued: 2026-11-04
  holidays:
    - {name: 元旦, from: 2026-12-31, to: 2027-01-02}
    - {name: 春节, from: 2027-02-05, to: 2027-02-12}
    - {name: 清明节, from: 2027-04-03, to: 2027-04-05}
    - {name: 劳动节, from: 2027-05-01, to: 2027-05-05}
    - {name: 端午节, from: 2027-06-09, to: 2027-06-09}
    - {name: 国庆节、中秋节, from: 2027-10-01, to: 2027-10-07}
  workdays: [2026-12-27, 2027-02-14]
"""

# what is typed instead, where it is told (line, column), what is said
MISTAKES = [
    ("2027-04-03", "2028-04-03", (7, 25), "2028年4月3日不在2027年"),
    ("to: 2027-04-05", "to: 2027-04-31", (7, 41), "没有 2027-04-31 这一天"),
    ("to: 2027-04-05", "to: 2027-04-02", (7, 41), "最后一天早于第一天"),
    ("to: 2027-05-05", "to: 2027-06-05", (8, 41), "放假 36 天，请核对月份"),
    ("from: 2027-10-01", "from: 2027-10-08", (10, 45), "最后一天早于第一天"),
    ("2027-02-14]", "2027-02-15]", (11, 26), "2027年2月15日是星期一，本来就上班，不必写"),
    ("2027-02-14]", "2027-02-06]", (11, 26), "在“春节”放假期间，不能又上班"),
    ("2027-02-14]", "2026-12-27]", (11, 26), "写了两次"),
    ("2027-02-14]", "2026-11-28]", (11, 26), "不在2027年，请核对年份"),
    ("{name: 端午节, from: 2027-06-09, to: 2027-06-09}", "{name: 端午节, from: 2027-05-04, to: 2027-05-06}", (9, 25), "“端午节”与“劳动节”重叠（2027年5月4日）"),
    ("端午节", "休息", (4, 3), "2027年缺少：端午"),
    ("source: 国办发明电〔2026〕9号\n  ", "", (1, 1), "缺少字段“source”"),
    ("issued: 2026-11-04", "issued: 2026年11月4日", (3, 11), "日期应写作"),
    ("workdays:", "workday:", (11, 3), "是否为“workdays”？"),
    ("year: 2027", "year: 二〇二七", (1, 9), "应为整数"),
]  # fmt: skip


def read(text: str) -> tuple[Calendar, list[tuple[tuple[int, int], str]]]:
    source = parse("holidays.yaml", text)
    calendar = calendar_from([(1, source)])
    return calendar, [((m.line, m.column), m.message) for m in source.finished()]


def test_a_good_file_is_read_whole() -> None:
    calendar, told = read(GOOD)
    assert told == []
    assert calendar.years == {2027}
    assert day("2026-12-31") in calendar.off
    assert day("2026-12-27") in calendar.working
    assert len(calendar.off) == 3 + 8 + 3 + 5 + 1 + 7


@pytest.mark.parametrize(("old", "new", "place", "words"), MISTAKES)
def test_every_mistake_is_told_at_its_place(old: str, new: str, place: tuple[int, int], words: str) -> None:
    assert old in GOOD
    calendar, told = read(GOOD.replace(old, new))
    assert calendar.years == frozenset()
    assert (place, True) in [(at, words in said) for at, said in told], told


def test_one_mistake_hides_no_other() -> None:
    _, told = read(GOOD.replace("2027-04-03", "2028-04-03").replace("2027-02-14]", "2027-02-15]"))
    assert [at for at, _ in told] == [(7, 25), (11, 26)]


def test_the_work_folder_extends_and_replaces_years_of_the_shipped_table(book: Rulebook) -> None:
    from auditor.rulebook import build

    own = GOOD + GOOD.replace("2027", "2026").replace("2026-12-31", "2026-01-01").replace("2026-12-27", "2026-02-21")
    own = own.replace("2026-02-05", "2026-02-10").replace("2026-02-12", "2026-02-13")
    texts = Texts((*book.texts.files, RuleFile(1, "../holidays.yaml", "holidays.yaml", own)))
    made = build(texts)
    assert made.calendar.years == {2024, 2025, 2026, 2027}
    assert is_working(day("2026-02-16"), made.calendar) is True  # as the work folder has it, wholly
    assert is_working(day("2026-05-09"), made.calendar) is False
    assert is_working(day("2026-12-31"), made.calendar) is False
    assert made.stamp.sha256 == book.stamp.sha256, "holidays judge no report"


def test_a_year_twice_in_one_folder_is_refused() -> None:
    first, second = parse("holidays.yaml", GOOD), parse("rules/holidays.yaml", GOOD)
    calendar_from([(1, first), (1, second)])
    assert [m.message for m in second.finished()] == ["2027年已在“holidays.yaml”中录入，请删去一处"]


def test_what_init_writes_is_read_and_its_example_is_true(book: Rulebook) -> None:
    from auditor.workfolder.making import TEMPLATES

    text = (TEMPLATES / "holidays.yaml").read_text(encoding="utf-8")
    assert read(text) == (Calendar(), [])
    example = text[text.index("# - year") :]
    lines = "\n".join(line.removeprefix("# ") for line in example.splitlines())
    calendar, told = read(lines)
    assert told == []
    assert calendar.off == {one for one in book.calendar.off if one.year == 2026}
