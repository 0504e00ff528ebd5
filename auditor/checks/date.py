"""date: deadlines, periods, orders, formats and years.

    of          公布期限  published later than the day that `parameter` gives (text MM-DD of the following year);
                          certain (数量 1) only where the page itself calls the date the day of publication (else 数量 0)
                统计期限  from 1 January to 31 December of the report year; 数量 says what is amiss: 0 not stated at all,
                          1 other days, 2 stated, but the days cannot be read (not stated in full, or lost by a crawler).
                          A sentence that names both days without the word 统计期限 states it too
                日期顺序  filled in after the year's end and not after publication; a mere page date proves nothing
                日期格式  dates not printed as 2018年2月13日 or 2018-02-13; roles: [...] names which dates
                标题年度  the year in page title, body title, table head and period are the same; a period that ends in
                          another year than it begins is a fault of the period, not of the titles
                年份      years in sentences: see below
    sentences   with 年份: RE2 patterns with one group, a four-digit year, e.g. 下一步.{0,20}?(20\\d\\d)年
    allow       with 年份: which years are right, as offsets from the report year (0, 1)
    except      with 年份: a sentence in which one of these patterns occurs is not complained of
Words for the message: {date} {deadline} {days} {text} {years} {period} {reading} {role}
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

from auditor.checks.check import (
    Case,
    Check,
    Compiling,
    KeyMistake,
    Keys,
    PatternSet,
    Result,
    Words,
    described,
    joined,
    not_applicable,
    opening,
    quote,
    sentence,
)
from auditor.model import DateMention, Evidence, Outcome, Period, Profile
from auditor.text import squash

NAME = "date"
SCOPE = "year"
WORDS = frozenset({"date", "deadline", "days", "text", "years", "period", "reading", "role"})


class DateKeys(Keys):
    """Keys of `check: date`."""

    of: Literal["公布期限", "统计期限", "日期顺序", "日期格式", "标题年度", "年份"] = described(
        "检查什么",
        meanings={
            "公布期限": "公布日期不晚于参数规定的期限（须写 parameter）",
            "统计期限": "写明的统计期限是不是整个报告年度",
            "日期顺序": "填报日期不晚于公布日期等",
            "日期格式": "日期写法是否规范（roles 说明哪些日期）",
            "标题年度": "标题、正文、栏目的年度是否相同",
            "年份": "正文里的年份是否合理（须写 sentences、allow）",
        },
    )
    parameter: str | None = described("期限参数", "parameters.yaml 里的参数名，如 公布期限", None, names="parameters")
    roles: Words = described("哪些日期", "与 of: 日期格式 连用", ("填报日期",), names="dates")
    sentences: Words = described("哪些句子里的年份", "正则表达式，用一个括号组取出四位年份；与 of: 年份 连用", ())
    allow: tuple[int, ...] = described("可以相差几年", "年份与报告年度的差，如 [0, 1]；与 of: 年份 连用", ())
    excepted: Words = described("例外", "正则表达式：同一句中出现它的不算", (), alias="except")


def compile(keys: DateKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    if keys.of == "公布期限":
        if keys.parameter is None or keys.parameter not in context.parameters:
            raise KeyMistake(("parameter",), "公布期限须写 parameter，且该参数须在 parameters.yaml 中")
        parameter = keys.parameter
        return lambda case: _deadline(case, parameter)
    if keys.of == "年份":
        return _years_check(keys, context)
    if keys.of == "日期格式":
        return lambda case: _formats(case, keys.roles)
    return {"统计期限": _period, "日期顺序": _order, "标题年度": _titles}[keys.of]


def _years_check(keys: DateKeys, context: Compiling) -> Check:
    if not keys.sentences or not keys.allow:
        raise KeyMistake((), "年份须写 sentences 和 allow")
    for at, pattern in enumerate(keys.sentences):
        context.pattern(pattern, ("sentences", at))
        if "(" not in pattern:
            raise KeyMistake(("sentences", at), "正则表达式须有一个括号组，取出四位年份")
    for at, pattern in enumerate(keys.excepted):
        context.pattern(pattern, ("except", at))
    return lambda case: _years(case, keys, context.patterns)


def words_of(date: dt.date) -> str:
    """A date as documents print it."""
    return f"{date.year}年{date.month}月{date.day}日"


def _deadline(case: Case, parameter: str) -> list[Result]:
    profile = case.report.profile
    if profile.year is None:
        return not_applicable("报告年度不明")
    if parameter not in case.parameters:
        return not_applicable(case.parameter_reasons.get(parameter, f"参数“{parameter}”未设定"))
    if profile.published is None:
        return not_applicable("没有公布日期")
    month, day = map(int, str(case.parameters[parameter]).split("-"))
    deadline = dt.date(profile.year + 1, month, day)
    if profile.published <= deadline:
        return [Result(Outcome.KEPT)]
    late = (profile.published - deadline).days
    words = {"date": words_of(profile.published), "deadline": words_of(deadline), "days": str(late)}
    return [
        Result(
            Outcome.BROKEN,
            certain=profile.published_certain,
            words=words,
            measures={"天数": late, "数量": int(profile.published_certain)},
            evidence=_published(profile),
            key="deadline",
        )
    ]


def _published(profile: Profile) -> tuple[Evidence, ...]:
    """Where the day of publication is printed, best where the page calls it so."""
    dates = [d for d in profile.dates if d.value == profile.published]
    return tuple(map(_shown, sorted(dates, key=lambda d: d.role != "公布日期")))[:1]


def _shown(mention: DateMention) -> Evidence:
    return Evidence(mention.raw, mention.place, mention.role)


def _period(case: Case) -> list[Result]:
    year = case.report.profile.year
    if year is None:
        return not_applicable("报告年度不明")
    periods = case.report.profile.periods
    if not periods and _named_in_passing(case.report.prose.text, year):
        return [Result(Outcome.KEPT)]
    if not periods and not case.report.prose.text.strip():
        return not_applicable("报告没有正文")
    if not periods:
        return [
            Result(
                Outcome.BROKEN,
                certain=False,
                words={"period": "未写明", "text": ""},
                evidence=opening(case.report),
                measures={"数量": 0},
                key="period",
            )
        ]
    wanted = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    # Beside the whole year a shorter period may be that of one figure.
    whole = any(_sides(p) == wanted for p in periods)
    wrong = [p for p in periods if _sides(p) != wanted and _surely_wrong(p, wanted)]
    if wrong:
        return [_period_result(wrong[0], 1, certain=not whole)]
    if whole:
        return [Result(Outcome.KEPT)]
    return [_period_result(periods[0], 2, certain=False)]


def _named_in_passing(text: str, year: int) -> bool:
    """Whether one sentence names 1 January and 31 December of the year (列入的数据始于…，止于…)."""
    both = re.compile(rf"{year}年0?1月0?1日[^。;]{{0,30}}?(?:{year}年|同年|当年|本年)?12月31日")
    return any(both.search(squash(line)) for line in text.split("\n"))


def _sides(period: Period) -> tuple[dt.date | None, dt.date | None]:
    return (period.start.value if period.start else None, period.end.value if period.end else None)


def _surely_wrong(period: Period, wanted: tuple[dt.date, dt.date]) -> bool:
    """Whether a side can only be read as another day; a damaged date is no proof."""
    for side, right in ((period.start, wanted[0]), (period.end, wanted[1])):
        if side is not None and side.readings and right not in side.readings and side.standard:
            return True
    return False


def _period_result(period: Period, count: int, *, certain: bool = True) -> Result:
    words = {"period": period.text.strip(), "text": period.text.strip()}
    evidence = (Evidence(period.text.strip(), period.place, "统计期限"),)
    return Result(
        Outcome.BROKEN, certain=certain, words=words, evidence=evidence, measures={"数量": count}, key="period"
    )


def _order(case: Case) -> list[Result]:
    profile = case.report.profile
    filled = next((d for d in profile.dates if d.role == "填报日期" and d.value), None)
    if profile.year is None or (filled is None and profile.published is None):
        return not_applicable("没有填报日期和公布日期")
    faults: list[str] = []
    certain = False
    ends = dt.date(profile.year, 12, 31)
    if filled is not None and filled.value is not None:
        if filled.value <= ends:
            faults.append(f"填报日期{words_of(filled.value)}早于统计期末{words_of(ends)}")
            certain = True
        if profile.published is not None and profile.published_certain and filled.value > profile.published:
            faults.append(f"填报日期{words_of(filled.value)}晚于公布日期{words_of(profile.published)}")
            certain = True
    if profile.published is not None and profile.published < ends:
        faults.append(f"公布日期{words_of(profile.published)}早于统计期末{words_of(ends)}")
        certain = certain or profile.published_certain
    if not faults:
        return [Result(Outcome.KEPT)]
    shown = [d for d in profile.dates if d.role in ("填报日期", "公布日期") and d.value]
    words = {"text": "，".join(faults)}
    return [Result(Outcome.BROKEN, certain=certain, words=words, evidence=tuple(map(_shown, shown)), key="order")]


def _formats(case: Case, roles: tuple[str, ...]) -> list[Result]:
    dates = [d for d in case.report.profile.dates if d.role in roles and d.raw.strip()]
    if not dates:
        return not_applicable(f"没有{'、'.join(roles)}")
    wrong = [d for d in dates if not d.standard]
    if not wrong:
        return [Result(Outcome.KEPT)]
    first = wrong[0]
    reading = words_of(first.value) if first.value else "、".join(map(words_of, first.readings)) or "无法识别"
    words = {"text": first.raw.strip(), "reading": reading, "role": first.role, "date": first.raw.strip()}
    return [
        Result(
            Outcome.BROKEN,
            words=words,
            evidence=tuple(map(_shown, wrong)),
            measures={"数量": len(first.readings)},
            key="format:" + first.role,
        )
    ]


def _titles(case: Case) -> list[Result]:
    years = [y for y in case.report.profile.years if y.role != "文件名"]
    periods = {y.year for y in years if y.role == "统计期限"}
    years = [y for y in years if y.role != "统计期限" or len(periods) == 1]
    if len(years) < 2:
        return not_applicable("只有一处写明年度")
    if len({y.year for y in years}) == 1:
        return [Result(Outcome.KEPT)]
    words = {"years": "、".join(f"{y.role}{y.year}年" for y in years)}
    evidence = tuple(Evidence(y.text.strip(), y.place, y.role) for y in years)
    return [Result(Outcome.BROKEN, words=words, evidence=evidence, key="titles")]


_YEAR = re.compile(r"\d{4}")


def _years(case: Case, keys: DateKeys, patterns: PatternSet) -> list[Result]:
    year = case.report.profile.year
    if year is None:
        return not_applicable("报告年度不明")
    text = case.report.prose.text
    allowed = {year + offset for offset in keys.allow}
    excepted = [p for p in keys.excepted if p in case.hits]
    spoken, wrong = False, {}
    for pattern in keys.sentences:
        if pattern not in case.hits:
            continue
        for match in patterns.find(pattern, text):
            start, end = match.span(1)
            if start < 0 or not _YEAR.fullmatch(text[start:end]):
                continue
            begin, stop = sentence(text, *match.span())
            if any(patterns.search(p, text[begin:stop]) for p in excepted):
                continue
            spoken = True
            if int(text[start:end]) not in allowed:
                wrong[start] = end
    if not wrong:
        return [Result(Outcome.KEPT)] if spoken else not_applicable("正文没有此类表述")
    said = [text[a:b] for a, b in wrong.items()]
    words = {
        "years": joined(dict.fromkeys(f"{y}年" for y in said)),
        "text": text[slice(*sentence(text, *next(iter(wrong.items()))))].rstrip("。；！？ \u3000"),
    }
    evidence = tuple(quote(case.report, a, b) for a, b in list(wrong.items())[:8])
    return [
        Result(
            Outcome.BROKEN,
            words=words,
            evidence=evidence,
            measures={"数量": len(wrong)},
            key="years:" + "|".join(sorted(set(said))),
        )
    ]
