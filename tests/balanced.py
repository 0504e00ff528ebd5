"""Balanced tables of our own making, and small reports that hold them: what tests of arithmetic damage on purpose."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from auditor.examples import report_of
from auditor.form import Form
from auditor.model import Fact, Number, Report, Span, State
from auditor.rulebook import Rulebook

Value = Number | str | None
SUMS_OF_A = {
    "收到申请数": "四种渠道",
    "申请办结数": "办结两项",
    "行政复议数量": "复议三项",
    "行政诉讼数量": "诉讼三项",
}
OF_A: dict[str, int | Decimal] = {
    "主动公开政府信息数": 120,
    "主动公开规范性文件数": 3,
    "制发规范性文件总数": 4,
    "政府网站公开数": 90,
    "政府微信公开数": 40,
    "回应热点舆情数": 2,
    "其他方式回应事件数": 3,
    "新闻发布会次数": 2,
    "主要负责同志参加新闻发布会次数": 1,
    "在线访谈次数": 2,
    "主要负责同志在线访谈次数": 1,
    "收到申请数": 26,
    "当面申请数": 12,
    "网络申请数": 14,
    "申请办结数": 26,
    "按时办结数": 26,
    "申请答复数": 26,
    "同意公开答复数": 20,
    "不同意公开答复数": 6,
    "涉及个人隐私数": 6,
    "行政复议数量": 2,
    "复议维持数": 2,
    "行政诉讼数量": 1,
    "诉讼维持或驳回数": 1,
    "专门机构数": 1,
    "查阅点数": 2,
    "工作人员数": 3,
    "专职人员数": 1,
    "兼职人员数": 2,
    "会议数": 2,
    "培训班数": 2,
    "接受培训人员数": 60,
    "专项经费": Decimal("2.5"),
    "依申请收取费用": Decimal("0.02"),
}


def fact_of(form: Form, id: str, value: Value) -> Fact:
    """A cell that says a number, a word, / or (None) nothing."""
    name = form.cells[id].name
    if value is None:
        return Fact(id, name, State.BLANK, place=Span(0, 0))
    if isinstance(value, str):
        return Fact(id, name, State.NA if value == "/" else State.TEXT, raw=value, place=Span(0, 0))
    return Fact(id, name, State.NUMBER, value, str(value), Span(0, 0))


def with_values(report: Report, form: Form, values: Mapping[str, Value]) -> Report:
    """The report with these numbers in its tables."""
    return replace(report, facts={id: fact_of(form, id, value) for id, value in values.items()})


def empty_report(book: Rulebook, form: Form, example: Mapping[str, object] | None = None) -> Report:
    """A small report of a form, its tables full of zeros."""
    ready = book.rule("a-req-sum" if form.letter == "A" else "t3-total")
    assert ready is not None
    return report_of(book, ready, {"全部": 0, **(example or {})}, form)


def balanced(form: Form, rng: random.Random) -> dict[str, Number]:
    """Tables in which every relation holds; of form A the sums alone."""
    values: dict[str, Number] = dict.fromkeys(form.cells, 0)
    return _sums(form, rng, values) if form.letter == "A" else _tables(form, rng, values)


def plain_a(form: Form) -> dict[str, Number]:
    """A table of form A with which no rule finds anything."""
    return {**dict.fromkeys(form.cells, 0), **{form.by_name[name]: value for name, value in OF_A.items()}}


def _count(rng: random.Random) -> int:
    return rng.choice((0, 0, rng.randrange(9), rng.randrange(60), rng.randrange(3000)))


def _sums(form: Form, rng: random.Random, values: dict[str, Number]) -> dict[str, Number]:
    names = form.by_name

    def total(name: str, parts: str) -> None:
        ids = [names[part] for part in form.groups[parts]]
        for id in ids:
            values[id] = values[id] or _count(rng)
        values[names[name]] = sum(values[id] for id in ids)

    for name, parts in SUMS_OF_A.items():
        total(name, parts)
    total("不同意公开答复数", "不同意六项")
    values[names["同意公开答复数"]] = _count(rng)
    others = [names[part] for part in form.groups["答复八项"]]
    values[names["申请答复数"]] = sum(values[id] for id in others)
    return values


def _tables(form: Form, rng: random.Random, values: dict[str, Number]) -> dict[str, Number]:
    at, applicants = form.by_name, form.groups["申请人各列"]
    for column in applicants:
        results = {at[f"{row}.{column}"]: _count(rng) for row in form.groups["办理结果各项"]}
        done, left = sum(results.values()), rng.randrange(20)
        before = rng.randrange(min(20, done + left + 1))
        values |= results
        values |= {at[f"办理结果总计.{column}"]: done, at[f"结转下年度.{column}"]: left}
        values |= {at[f"上年结转.{column}"]: before, at[f"本年新收.{column}"]: done + left - before}
    for row in form.axes["行"]:
        values[at[f"{row}.总计"]] = sum(values[at[f"{row}.{column}"]] for column in applicants)
    for block in form.axes["块"]:
        parts = {at[f"{block}.{part}"]: rng.randrange(30) for part in form.groups["结果各项"]}
        values |= parts
        values[at[f"{block}.总计"]] = sum(parts.values())
    return values
