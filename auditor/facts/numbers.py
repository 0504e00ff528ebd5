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

UNITS = (
    *(
        "人次",
        "件次",
        "条次",
        "篇次",
        "期次",
        "场次",
        "批次",
        "万元",
        "亿元",
        "件",
        "条",
        "次",
        "篇",
        "个",
        "人",
        "名",
        "位",
    ),
    *(
        "元",
        "宗",
        "份",
        "期",
        "场",
        "例",
        "起",
        "项",
        "部",
        "台",
        "家",
        "块",
        "处",
        "张",
        "套",
        "轮",
        "类",
        "幅",
        "则",
        "款",
        "页",
        "批",
        "笔",
        "封",
    ),
)
_CN = f"[{CHINESE_NUMERAL}]"
_UNIT = "|".join(UNITS)
# One pass; nothing in it backtracks over more than one number.
_NUMBER = re.compile(
    rf"(?P<digits>(?:\d{{1,3}}(?:,\d{{3}}){{1,4}}(?![\d,]\d)|\d+)(?:\.\d+)?)(?P<scale>[万亿]?)(?P<more>余|多|来|几|\+)?(?P<unit>{_UNIT})?"
    rf"|(?P<words>{_CN}{{1,24}})(?P<more2>余|多|来|几)?(?P<unit2>{_UNIT})"
)
_BARE_BEFORE = "数为是:共计约近"
_BARE_AFTER = ",。;、)!?\n"
_BOOK = re.compile(r"《[^《》\n]{0,80}》|〔\d{4}〕\d*号?|\[\d{4}\]\d*号")
_ABOUT = ("大约", "约", "将近", "大概", "左右", "上下")
_LESS = ("不足", "不到", "不超过", "少于", "低于")
_OVER = ("超过", "超", "逾", "不少于", "不低于", "至少", "突破", "多达")
_AFTER_OVER = ("以上", "之多")
_AFTER_UNDER = ("以下", "以内", "之内")
_AFTER_ABOUT = ("左右", "上下")
_MONEY = {"元": Decimal(1), "万元": Decimal(10**4), "亿元": Decimal(10**8)}


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with its unit ("" where it ends a clause without one); offsets in the flow.

    `start`/`end` cover the numeral with its scale (1.3万), `tail` is where the unit and 以上/左右 end.
    """

    value: Number
    low: Number
    high: Number | None
    unit: str
    start: int
    end: int
    tail: int

    @property
    def exact(self) -> bool:
        """Whether it is stated exactly."""
        return self.low == self.value == self.high


def numbers(text: str) -> list[Counted]:
    """All numbers of a flow that count something, in order."""
    closed = [match.span() for match in _BOOK.finditer(text)]
    out: list[Counted] = []
    book = 0
    for match in _NUMBER.finditer(text):
        start = match.start()
        while book < len(closed) and closed[book][1] <= start:
            book += 1
        if book < len(closed) and closed[book][0] <= start:
            continue
        counted = _counted(text, match)
        if counted:
            out.append(counted)
    return out


def _counted(text: str, match: re.Match[str]) -> Counted | None:
    start = match.start()
    before = text[start - 1] if start else ""
    if before and (before in "第-—–~～至./〔[+ " or (before.isascii() and before.isalnum())):
        return None
    words = match["words"]
    unit = match["unit"] or match["unit2"] or ""
    tail = match.end()
    if not unit and not _is_bare(text, start, tail):
        return None
    if text[tail : tail + 1] and (text[tail] in "-—–~～" or text.startswith("%", tail)):
        return None
    value = _word_value(words, before) if words else _digit_value(match["digits"], match["scale"])
    if value is None or value > 10**12:
        return None
    if _is_idiom(words, unit, before, text[tail : tail + 1]):
        return None
    end = match.end("words") if words else match.end("scale")
    more = match["more"] or match["more2"] or ""
    low, high, tail = _bounds(text, start, tail, value, more)
    return Counted(value, low, high, unit, start, end, tail)


def _is_idiom(words: str | None, unit: str, before: str, after: str) -> bool:
    """三个月, “三个一”, 一次性, 统一部署: words, not counts."""
    if unit == "个" and after in ("月", "百", "一", "性"):
        return True
    if words is None:
        return False
    return (
        (unit == "次" and after == "性")
        or (unit == "部" and after in "分署门")
        or before in ("“", "统", "唯", "逐", "进", "同")
    )


def _is_bare(text: str, start: int, end: int) -> bool:
    return bool(start) and text[start - 1] in _BARE_BEFORE and (end >= len(text) or text[end] in _BARE_AFTER)


def _digit_value(digits: str, scale: str) -> Number | None:
    number = Decimal(digits.replace(",", ""))
    if len(digits) > 12 or (len(digits) > 1 and digits[0] == "0" and digits[1] != "."):
        return None
    return tidy(number * {"": 1, "万": 10**4, "亿": 10**8}[scale], keep_decimals=not scale)


def _word_value(words: str, before: str) -> Number | None:
    if before in ("第", "之") or (len(words) > 1 and words[0] in "万亿"):
        return None
    return chinese_to_int(words)


def _bounds(text: str, start: int, tail: int, value: Number, more: str) -> tuple[Number, Number | None, int]:
    head, rest = text[max(0, start - 4) : start], text[tail : tail + 2]
    if rest in _AFTER_OVER:
        return value, None, tail + 2
    if rest in _AFTER_UNDER:
        return 0, value, tail + 2
    if rest in _AFTER_ABOUT:
        return _share(value, 8), _share(value, 12), tail + 2
    if more:
        return value, value + _step(value), tail
    if head.endswith(_LESS):
        return 0, value, tail
    if head.endswith(_OVER):
        return value, None, tail
    if head.endswith(_ABOUT):
        return _share(value, 8), _share(value, 12), tail
    if head.endswith("近") and not head.endswith(("附近", "最近", "接近")):
        return _share(value, 8), value, tail
    return value, value, tail


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
