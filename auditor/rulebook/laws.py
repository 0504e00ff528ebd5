"""laws/*.yaml: what rules may rest on, and by which day each is chosen.

by      report_year  contents and form: the law of the report year
        published    deadlines and the duty to publish: the law in force when the report was published, at the latest when
                     it was due; what was owed under one law is not excused or judged by the next
        audited      privacy and the power to order mending: the law of the day of the audit
Back    a law does not reach reports published before it took effect, whatever it goes by, unless it says so
Says    an article's statement is in our own words, for the handbook; papers print law, number and article alone
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from auditor.checks.check import described
from auditor.model import Profile
from auditor.rulebook.rule import YearRange, Years

By = Literal["report_year", "published", "audited"]
BY = {
    "report_year": "报告年度（内容、格式）",
    "published": "公布之日（期限、公布义务）",
    "audited": "审计之日（个人信息、责令整改的权力）",
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# The last day on which any unit's report of a year was due under either regulation.
_DUE = (3, 31)


def _day(value: Any) -> Any:
    if value is None or isinstance(value, dt.date):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("日期应写作 2019-05-15")
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"没有 {value} 这一天") from None


Day = Annotated[dt.date | None, BeforeValidator(_day, json_schema_input_type=str | None)]
Date = Annotated[dt.date, BeforeValidator(_day, json_schema_input_type=str)]


class Article(BaseModel):
    """An article that rules cite: its number as printed, what it says in our words, and by which day it is chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str = described("第几条", "如 第五十条", min_length=1)
    says: str = described("说什么", "用自己的话写，不抄原文", min_length=1)
    by: By | None = described("按哪一天", "与整部法规不同时才写", None, meanings=BY)
    power: bool = described("责令整改的依据", "true：凭这一条可以责令改正", False)


class Law(BaseModel):
    """A law or notice. `years` are the report years it governs, `power` marks the article that lets an office order mending."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = described("编号", "规则的 basis 用它引用，如 regulation-2019")
    title: str = described("全称", "带书名号和文号")
    number: str | None = described("文号", "", None)
    short: str = described("简称", "如 2019年条例")
    issued: Day = described("公布日期", "如 2019-04-03", None)
    in_force: Day = described("施行日期", "如 2019-05-15", None)
    until: Day = described("失效日期", "失效前的最后一天", None)
    years: YearRange = described("管哪些年度的报告", "2008-2018、2019-", Years())
    by: By = described("按哪一天选用", "", "report_year", meanings=BY)
    reaches_back: bool = described("管施行以前公布的报告", "", False)
    source: str | None = described("出处", "", None)
    note: str | None = described("备注", "", None)
    articles: tuple[Article, ...] = described("条款", "规则引用到的条款", ())

    def article(self, at: str | None) -> Article | None:
        """The article that a citation such as 第五十条第（四）项 belongs to; None where it names none that is listed."""
        found = [a for a in self.articles if at is not None and at.startswith(a.at)]
        return max(found, key=lambda a: len(a.at), default=None)

    def goes_by(self, at: str | None) -> By:
        """By which day the article is chosen."""
        article = self.article(at)
        return (article and article.by) or self.by

    def governs(self, at: str | None, profile: Profile, audited: dt.date | None = None) -> bool:
        """Whether it may be cited of a report; with `audited` None the day of the audit is any day from now on."""
        by = self.goes_by(at)
        if by == "audited":
            return self.until is None if audited is None else self._holds(audited)
        if self._came_later(profile):
            return False
        day = _owed(profile) if by == "published" else None
        if day is not None and self.in_force is not None:
            return self._holds(day)
        return profile.year is None or self.years.covers(profile.year)

    def _holds(self, day: dt.date) -> bool:
        return (self.in_force is None or self.in_force <= day) and (self.until is None or day <= self.until)

    def _came_later(self, profile: Profile) -> bool:
        return (
            not self.reaches_back
            and self.in_force is not None
            and profile.published is not None
            and profile.published_certain
            and profile.published < self.in_force
        )


def _owed(profile: Profile) -> dt.date | None:
    """The day whose law rules the duty to publish: that of publication, at the latest the day it was due."""
    if profile.year is None:
        return profile.published
    due = dt.date(profile.year + 1, *_DUE)
    return min(profile.published, due) if profile.published is not None and profile.published_certain else due
