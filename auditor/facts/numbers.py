"""Numbers: flowing text in, the numbers that count something out, with unit, bounds and span.

Counts    only numbers with a unit (件 条 次 …), or bare ones that end a clause after 数 为 是 ：; the rest is skipped:
          ordinals, years, dates, article and document numbers, telephone numbers, numbers inside 《》, ranges (3—5件)
Bounds    余 多 近 约 以上 不足 … give low and high; exact numbers have low = high = value
Money     元 and 万元 both, as printed; who asks converts with `in_unit`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from auditor.model import Number
from auditor.text import CHINESE_NUMERAL, chinese_to_int, tidy

_LONG_UNITS = ("人次", "件次", "条次", "篇次", "期次", "场次", "批次", "万元", "亿元")
UNITS: tuple[str, ...] = (*_LONG_UNITS, *"件条次篇个人名位元宗份期场例起项部台家块处张套轮类幅则款页批笔封")
_CN = f"[{CHINESE_NUMERAL}]"
_UNIT = "|".join(UNITS)
# One pass each; both begin with a set of characters, so that the text between is passed over quickly, and nothing in
# them backtracks over more than one number.
_DIGITS = re.compile(
    rf"(?P<numeral>[0-9](?:[0-9]{{0,2}}(?:,[0-9]{{3}}){{1,4}}(?![0-9,][0-9])|[0-9]*)(?:\.[0-9]+)?)(?P<scale>[万亿]?)"
    rf"(?P<more>余|多|来|几|\+)?(?P<unit>{_UNIT})?"
)
_WORDS = re.compile(rf"(?P<numeral>{_CN}{{1,24}})(?P<scale>)(?P<more>余|多|来|几)?(?P<unit>{_UNIT})")
_BARE_BEFORE = "数为是:共计约近"
_BARE_AFTER = ",。;、)!?\n"
_BOOK = re.compile(r"《[^《》\n]{0,80}》|〔\d{4}〕\d*号?|\[\d{4}\]\d*号")
_LEAD = re.compile(
    "(?P<less>不足|不到|不超过|少于|低于)$|(?P<over>超过|超|逾|不少于|不低于|至少|突破|多达)$|(?P<about>大约|约|将近|大概|左右|上下)$"
    "|(?<![附最接])(?P<near>近)$"
)
_AFTER_OVER = ("以上", "之多")
_AFTER_UNDER = ("以下", "以内", "之内")
_AFTER_ABOUT = ("左右", "上下")
_MONEY = {"元": Decimal(1), "万元": Decimal(10**4), "亿元": Decimal(10**8)}
_SCALE = {"": 1, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with its unit ("" where it ends a clause without one); offsets in the flow.

    `start`/`end` cover the numeral with its scale (1.3万), `lead` is where a word that bounds it begins (近 超过),
    `tail` where the unit and 以上/左右 end.
    """

    value: Number
    low: Number
    high: Number | None
    unit: str
    start: int
    end: int
    tail: int
    lead: int

    @property
    def exact(self) -> bool:
        """Whether it is stated exactly."""
        return self.low == self.value == self.high


def numbers(text: str) -> list[Counted]:
    """All numbers of a flow that count something, in order."""
    closed = [match.span() for match in _BOOK.finditer(text)]
    out: list[Counted] = []
    book = end = 0
    for match in sorted((*_DIGITS.finditer(text), *_WORDS.finditer(text)), key=re.Match.start):
        start = match.start()
        if start < end:  # the 万 of 3万条
            continue
        while book < len(closed) and closed[book][1] <= start:
            book += 1
        if book < len(closed) and closed[book][0] <= start:
            continue
        end = match.end()
        counted = _counted(text, match)
        if counted:
            out.append(counted)
    return out


def _counted(text: str, match: re.Match[str]) -> Counted | None:
    start, tail = match.span()
    numeral, scale, more, unit = match.groups()
    if unit is None and not _is_bare(text, start, tail):  # years and dates, most of all
        return None
    before = text[start - 1] if start else ""
    if before and (before in "第-—–~～至./〔[+ " or (before.isascii() and before.isalnum())):
        return None
    unit = unit or ""
    words = numeral if numeral[0] in CHINESE_NUMERAL else None
    after = text[tail : tail + 1]
    if after and after in "-—–~～%":
        return None
    value = _word_value(words, before) if words else _digit_value(numeral, scale)
    if value is None or value > 10**12 or _is_idiom(words, unit, before, after):
        return None
    return _bounded(text, (start, match.end("scale"), tail), value, unit, more or "")


def _is_idiom(words: str | None, unit: str, before: str, after: str) -> bool:
    """三个月, “三个一”, 一次性, 统一部署: words, not counts."""
    if unit == "个" and after in ("月", "百", "一", "性"):
        return True
    if words is None:
        return False
    return (
        (unit == "次" and after == "性")
        or (unit == "部" and after in "分署门")
        or before in ("“", "统", "唯", "逐", "进", "同", "任")
    )


def _is_bare(text: str, start: int, end: int) -> bool:
    return bool(start) and text[start - 1] in _BARE_BEFORE and (end >= len(text) or text[end] in _BARE_AFTER)


def _digit_value(digits: str, scale: str) -> Number | None:
    if len(digits) > 12 or (len(digits) > 1 and digits[0] == "0" and digits[1] != "."):
        return None
    if digits.isdigit():
        return int(digits) * _SCALE[scale]
    return tidy(Decimal(digits.replace(",", "")) * _SCALE[scale], keep_decimals=not scale)


def _word_value(words: str, before: str) -> Number | None:
    if before in ("第", "之") or (len(words) > 1 and words[0] in "万亿"):
        return None
    return chinese_to_int(words)


def _bounded(text: str, span: tuple[int, int, int], value: Number, unit: str, more: str) -> Counted:
    """The number with its bounds, by the words right before and after it."""
    start, end, tail = span
    rest = text[tail : tail + 2]
    first = max(0, start - 4)
    lead = _LEAD.search(text, first, start) if start else None
    at = lead.start() if lead else start
    if rest in _AFTER_OVER:
        return Counted(value, value, None, unit, start, end, tail + 2, at)
    if rest in _AFTER_UNDER:
        return Counted(value, 0, value, unit, start, end, tail + 2, at)
    if rest in _AFTER_ABOUT:
        return Counted(value, _share(value, 8), _share(value, 12), unit, start, end, tail + 2, at)
    low, high = _bounds(value, more, lead.lastgroup if lead else None)
    return Counted(value, low, high, unit, start, end, tail, at)


def _bounds(value: Number, more: str, kind: str | None) -> tuple[Number, Number | None]:
    if more:
        return value, value + _step(value)
    if kind == "less":
        return 0, value
    if kind == "over":
        return value, None
    if kind == "about":
        return _share(value, 8), _share(value, 12)
    return (_share(value, 8), value) if kind == "near" else (value, value)


def _share(value: Number, tenths: int) -> Number:
    return tidy(Decimal(value) * tenths / 10)


def _step(value: Number) -> int:
    """What 余 may add: one unit of the last digit that is not 0, at least ten (40余 < 50, 5500余 < 5600)."""
    whole = int(value)
    step = 10
    while whole and whole % (step * 10) == 0:
        step *= 10
    return step


def in_unit(number: Number | None, unit: str, wanted: str) -> Number | None:
    """The number in the wanted unit: money between 元, 万元 and 亿元; anything else as it is."""
    if number is None or unit == wanted or unit not in _MONEY or wanted not in _MONEY:
        return number
    return tidy(Decimal(number) * _MONEY[unit] / _MONEY[wanted])
