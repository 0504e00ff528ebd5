"""Periods and contacts: flowing text in, the statistical periods and the contact data that it states out.

Period    自2021年1月1日起至2021年12月31日止 and its spellings after 统计期限 and the like; a side that cannot be read is
          None, and a period of which nothing is left (统计期限自至) is still a period
Plain     without such words a range is a period where it runs from 1 January to 31 December (a day more or less, two
          different years at most) at the report's opening or in a sentence about data; 有效期, 活动 and the like never
Contacts  电话 传真 地址 邮编 邮箱 where a value follows
"""

from __future__ import annotations

import datetime as dt
import re

from auditor.facts.flow import Flow
from auditor.model import DateMention, Mention, Period, Prose
from auditor.text import read_date

_KEYWORD = r"(?:统计(?:数据)?的?(?:期限|时限|时段|时间|周期|区间)|数据的?(?:期限|时限|时间|起止)|报告期(?:限|间)?|统计范围|时间范围|起止(?:时间|日期))"
_TOKEN = r"(?:\d{4}-\d{1,2}-\d{1,2}|[\d年月日号./]{3,12}|[二〇零一三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日?)"
_PERIOD = re.compile(
    rf"{_KEYWORD}(?:均|都|也)?[^。;,\n\d]{{0,8}}?(?:自|从|为|是|:)+(?P<start>{_TOKEN})?(?:起|开始)?(?:至|到|—+|-+|~|～|–)+(?P<end>{_TOKEN})?"
)
_BARE_PERIOD = re.compile(
    rf"{_KEYWORD}[^。;,\n\d自从]{{0,8}}?(?P<start>{_TOKEN})(?:起|开始)?(?:至|到|—+|-+|~|～|–)+(?P<end>{_TOKEN})?"
)
_DAY = r"[12]\d{3}(?:年\d{1,2}月\d{1,2}日|[-./]\d{1,2}[-./]\d{1,2})"
_RANGE = re.compile(
    rf"(?P<start>{_DAY})(?:零时|0时)?(?:起|开始)?,?(?:至|到|止于|—+|-+|~|～|–)+(?P<end>{_DAY}|\d{{1,2}}月\d{{1,2}}日)"
)
_SINCE = ("取自", "始于", "起于", "自", "从")  # belongs to the words of a range, where it stands before one
_OPENING = 600  # characters of the report in which a plain range states its period
_LONGEST = 400  # characters on either side in which the words of the same sentence are looked for
_ABOUT_DATA = re.compile("统计|数据|情况|期限|时间|期间|报告|周期")
_OTHER_RANGE = re.compile(
    "有效|执行|施行|实施|优惠|减免|合同|任期|任职|聘期|试点|试行|活动|展览|工期|建设期|规划期|过渡期"
)

_CONTACT = re.compile(
    r"(?P<phone>(?:联系|咨询|办公)?电话(?:号码)?(?:[/及和]传真)?)[:为是]?(?P<number>[\d(][\d()—\-转 ]{5,20}\d)"
    r"|(?P<fax>传真)(?:号码)?[:为是]?(?P<faxed>[\d(][\d()—\-转 ]{5,20}\d)"
    r"|(?P<mail>(?:电子)?(?:邮箱|邮件|信箱)(?:地址)?)[:为是]?(?P<address>[\w.+\-]{1,40}@[\w.\-]{3,40})"
    r"|(?P<code>邮(?:政)?编(?:码)?)[:为是]?(?P<postcode>\d{6})"
    r"|(?P<place>(?:联系|办公|通讯|通信)?地址)[:为是]?(?P<street>[^,。;、:()\s\d]{2,}[^,。;:\n]{1,40}?)(?=[,。;)\n]|邮编|电话|$)"
)
_LABEL = re.compile(
    "电话|传真|邮箱|邮件|信箱|邮编|邮政编|地址"
)  # where a contact begins, but for words before the label
_ROLES = (
    ("phone", "number", "电话"),
    ("fax", "faxed", "传真"),
    ("mail", "address", "邮箱"),
    ("code", "postcode", "邮编"),
    ("place", "street", "地址"),
)


def read_periods(text: Flow, prose: Prose) -> tuple[Period, ...]:
    """Every statistical period stated, in order."""
    out: list[Period] = []
    seen: set[int] = set()
    taken: list[tuple[int, int]] = []
    for pattern in (_PERIOD, _BARE_PERIOD):
        for match in pattern.finditer(text.text):
            if match.start() in seen:
                continue
            seen.add(match.start())
            first, last = text.span(match.start(), match.end())
            start = _side(text, prose, match, "start", None)
            year = start.value.year if start and start.value else None
            end = _side(text, prose, match, "end", year)
            out.append(Period(start, end, prose.text[first:last], prose.place(first, last)))
            taken.append(match.span())
    for match in _RANGE.finditer(text.text):
        if not any(first < match.end() and match.start() < last for first, last in taken):
            out += _plain_range(text, prose, match)
    return tuple(out)


def _plain_range(text: Flow, prose: Prose, match: re.Match[str]) -> list[Period]:
    """The period that a range of dates without words for it is, an empty list where it is of something else."""
    start = _side(text, prose, match, "start", None)
    begin = start.value if start else None
    end = _side(text, prose, match, "end", begin.year if begin else None)
    if not begin or not end or not end.value or abs(end.value.year - begin.year) > 1:
        return []
    if not (_near_new_year(begin) and _near_new_year(end.value)):
        return []
    before, behind = max(0, match.start() - _LONGEST), match.end() + _LONGEST
    head = max(before, *(text.text.rfind(mark, before, match.start()) + 1 for mark in "。;\n"))
    stops = [i for mark in "。;\n" if (i := text.text.find(mark, match.end(), behind)) >= 0]
    sentence = text.text[head : min(stops, default=behind)]
    if _OTHER_RANGE.search(sentence) or not (match.start() < _OPENING or _ABOUT_DATA.search(sentence)):
        return []
    since = next((len(word) for word in _SINCE if text.text.endswith(word, 0, match.start())), 0)
    first, last = text.span(match.start() - since, match.end())
    return [Period(start, end, prose.text[first:last], prose.place(first, last))]


def _near_new_year(day: dt.date) -> bool:
    """Within a day of 31 December or 1 January."""
    return (day.month, day.day) in {(12, 30), (12, 31), (1, 1), (1, 2)}


def _side(text: Flow, prose: Prose, match: re.Match[str], name: str, year: int | None) -> DateMention | None:
    raw = match[name]
    if raw is None:
        return None
    value, readings, standard = read_date(raw)
    if not readings and year is not None:
        value, readings, standard = read_date(f"{year}年{raw}" if "月" in raw else f"{year}{raw}")
        standard = standard and "月" in raw
    if not readings:
        return None
    first, last = text.span(match.start(name), match.end(name))
    return DateMention("统计期限", prose.text[first:last], value, readings, standard, prose.place(first, last))


def read_contacts(text: Flow, prose: Prose) -> tuple[Mention, ...]:
    """Telephone, fax, address, post code and mail that the prose gives."""
    out: list[Mention] = []
    end = 0
    for label in _LABEL.finditer(text.text):
        match = _CONTACT.match(text.text, label.start()) if label.start() >= end else None
        if not match:
            continue
        end = match.end()
        for key, value, role in _ROLES:
            if match[key]:
                first, last = text.span(match.start(value), match.end(value))
                out.append(Mention(role, prose.text[first:last], prose.place(first, last)))
    return tuple(out)
