"""Characters: full-width forms, blanks, numerals and dates, as Chinese reports print them.

Values    a cell becomes a state and, for a number, a value in the form's unit; never a guess, never a blank as zero
Numbers   exact: int, or Decimal with the decimals that were printed
Dates     a damaged date (2018213) keeps all its readings; it has a value only where one reading is left
Source    variants listed in domain notes: /, —, 无 mean "not applicable"; 零 ○ 〇 are zero; 251000元 is 25.1 万元
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from auditor.model import Number, State

# Zero-width characters are not white space to Python, yet they stand in cells that show nothing.
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# Every character of which NFKC leaves nothing but white space and zero-width characters.
_BLANK = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\xad\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
UNKNOWN = "\ufffd"  # what a reader puts where something stands that it cannot read
# So many digits are read without rounding (a Decimal keeps 28).
EXACT_DIGITS = 18
_NA = {
    "/",
    "\\",
    "—",
    "——",
    "–",
    "-",
    "--",
    "−",
    "无",
    "无。",
    "N/A",
    "n/a",
    "NA",
    "不适用",
    "///",
    "//",
    "／",
    "-/-",
    "―",
}
_ZEROS = {"零", "○", "〇", "◯"}


def squash(text: str) -> str:
    """NFKC without any white space or zero-width character; the form in which labels are compared."""
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    # Zero-width characters and all white space but the plain space are not printable; most labels have none.
    return text.replace(" ", "") if text.isprintable() else "".join(_ZERO_WIDTH.sub("", text).split())


def is_blank(text: str) -> bool:
    """Whether nothing visible stands there (spaces of every width, NBSP, zero-width characters)."""
    return not text.strip(_BLANK)


def visible(text: str) -> str:
    """The text without zero-width characters, and without white space at either end; otherwise as printed."""
    return (text if text.isprintable() else _ZERO_WIDTH.sub("", text)).strip()


# --- numerals --------------------------------------------------------------------------------------

_DIGITS = (
    {c: i for i, c in enumerate("零一二三四五六七八九")}
    | {"〇": 0, "○": 0, "两": 2}
    | {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
)
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
CHINESE_NUMERAL = "零〇○一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
_NUMERAL_WORDS = "零一二三四五六七八九"


def chinese_to_int(text: str) -> int | None:
    """The value of a Chinese numeral (三百二十, 二〇一七, 一万三千), None where it is not one.

    Digits alone are read by place (二〇一七 is 2017); words out of order (十百) are refused.
    """
    if not text:
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = 0
    digit: int | None = None
    last_small = 10**4
    last_large = 10**12
    for char in text:
        if char in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[char]
        elif char in _SMALL:
            unit = _SMALL[char]
            if unit >= last_small or (digit is None and unit != 10):
                return None
            section += (1 if digit is None else digit) * unit
            last_small, digit = unit, None
        elif char in _LARGE:
            unit = _LARGE[char]
            section += digit or 0
            if unit >= last_large or (section == 0 and total == 0):
                return None
            total += section * unit
            section, digit, last_small, last_large = 0, None, 10**4, unit
        else:
            return None
    return total + section + (digit or 0)


def int_to_chinese(value: int) -> str:
    """The usual numeral of 0 ≤ value < 10**12 (10 is 十, 110 is 一百一十). Raises ValueError outside."""
    if not 0 <= value < 10**12:
        raise ValueError(value)
    if value == 0:
        return "零"
    high, rest = divmod(value, 10**8)
    middle, low = divmod(rest, 10**4)
    out = ""
    for part, unit, gap in ((high, "亿", False), (middle, "万", bool(high)), (low, "", bool(high or middle))):
        if not part:
            continue
        if gap and (part < 1000 or (unit == "" and not middle and high)):
            out += "零"
        out += _below_ten_thousand(part) + unit
    return out[1:] if out.startswith("一十") else out


def _below_ten_thousand(value: int) -> str:
    out, zero = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            out += ("零" if zero else "") + _NUMERAL_WORDS[digit] + word
            zero = False
        elif out:
            zero = True
    return out


# --- values of cells -------------------------------------------------------------------------------

_PLAIN = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_SIGN_WORDS = {"增": "+", "增加": "+", "新增": "+", "减": "-", "减少": "-", "↑": "+", "↓": "-"}
_SCALE = {"": Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8)}
_UNIT_TAIL = re.compile(
    r"(万|亿)?(元|件|条|次|个|人次|人|篇|项|宗|份|期|场|例|篇次|件次|批次)?(?:\((?:次|件|条|篇|个|人次|人)\))?"
)


def read_value(raw: str, unit: str = "", *, signed: bool = False) -> tuple[State, Number | None]:
    """The state and value of a cell's text, in the form's unit.

    `signed` cells (增/减) also read 增2, 减1. A number with a unit that the form's unit can be reached from is
    converted (251000元 → 25.1 where the form says 万元); any other word makes the cell `text`.
    Digits parted by white space ("12 3") may be one number or two: `unreadable`; so is what holds an unknown character.
    """
    digits = raw.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= EXACT_DIGITS:
        return State.NUMBER, int(digits)
    if is_blank(raw):
        return State.BLANK, None
    if UNKNOWN in raw:
        return State.UNREADABLE, None
    shown = visible(unicodedata.normalize("NFKC", raw)).replace("，", ",")
    if visible(raw) in _NA or shown in _NA:
        return State.NA, None
    if re.search(r"\d\s+\d", shown):
        return State.UNREADABLE, None
    text = squash(shown)
    if text in _NA:  # a stroke that was broken over two lines
        return State.NA, None
    if text in _ZEROS:
        return State.NUMBER, 0
    if signed:
        for word in sorted(_SIGN_WORDS, key=len, reverse=True):
            if text.startswith(word) and text[len(word) : len(word) + 1].isdigit():
                text = _SIGN_WORDS[word] + text[len(word) :]
                break
    text = text.replace("−", "-").replace("﹣", "-")
    match = _PLAIN.match(text)
    if match:
        return _with_unit(match, text[match.end() :], unit)
    if set(text) == {"一"}:  # one, or a dash typed as 一: both are common
        return State.UNREADABLE, None
    numeral = re.match(rf"[{CHINESE_NUMERAL}]+", text)
    if numeral and (value := chinese_to_int(numeral.group())) is not None:
        tail = text[numeral.end() :]
        if not tail or tail == unit:
            return State.NUMBER, value
    return State.TEXT, None


def _with_unit(match: re.Match[str], tail: str, unit: str) -> tuple[State, Number | None]:
    found = _UNIT_TAIL.fullmatch(tail)
    if not found:
        return State.TEXT, None
    try:
        number = Decimal(match[1] + match[2].replace(",", "") + (match[3] or ""))
    except InvalidOperation:  # pragma: no cover - the pattern admits digits only
        return State.TEXT, None
    scale, word = _SCALE[found[1] or ""], found[2] or ""
    money = unit.startswith("万元")
    if money:
        if word and word != "元":
            return State.TEXT, None
        if word == "元" or found[1]:
            number = number * scale / 10**4
    else:
        if word == "元":
            return State.TEXT, None
        number = number * scale
    return State.NUMBER, tidy(number, keep_decimals=money)


def tidy(number: Decimal, *, keep_decimals: bool = False) -> Number:
    """An int where the number is whole (money keeps its printed decimals), else the Decimal."""
    if number == number.to_integral_value() and not (keep_decimals and "." in f"{number:f}"):
        return int(number)
    return number


def show(number: Number | None) -> str:
    """A number as Chinese readers expect it: no exponent, no trailing zeros; 空白 for None."""
    if number is None:
        return "空白"
    if isinstance(number, int):
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- dates -----------------------------------------------------------------------------------------

_STANDARD_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})-(\d{1,2})-(\d{1,2})")
_OTHER_DATE = re.compile(r"(\d{4})[./年-](\d{1,2})[./月-](\d{1,2})日?号?")


def read_date(raw: str) -> tuple[dt.date | None, tuple[dt.date, ...], bool]:
    """(value, all readings, whether it is printed in a standard way) of a date as printed.

    Standard are 2018年2月13日, 2018-02-13 and 二〇一八年二月十三日. Damaged ones (2018213, 201711日) give every calendar
    date that the digits allow; the value is None unless exactly one is left. Nothing readable: (None, (), False).
    """
    text = squash(raw)
    words = re.fullmatch(
        rf"([{CHINESE_NUMERAL}]{{4}})年([{CHINESE_NUMERAL}]{{1,3}})月([{CHINESE_NUMERAL}]{{1,3}})日", text
    )
    if words:
        parts = [chinese_to_int(w) for w in words.groups()]
        found = _dates([tuple(p or 0 for p in parts)])
        return (found[0] if found else None), found, bool(found)
    for pattern, standard in ((_STANDARD_DATE, True), (_OTHER_DATE, False)):
        match = pattern.fullmatch(text)
        if match:
            found = _dates([tuple(int(g) for g in match.groups() if g is not None)])
            return (found[0] if found else None), found, standard and bool(found)
    digits = re.fullmatch(r"(\d{4})年?(\d{2,4})日?", text) or re.fullmatch(r"(\d{4})年(\d{1,2})月?(\d{1,2})日?", text)
    if not digits:
        return None, (), False
    year, rest = int(digits[1]), "".join(digits.groups()[1:])
    found = _dates([(year, int(rest[:at]), int(rest[at:])) for at in (1, 2) if at < len(rest) <= at + 2])
    return (found[0] if len(found) == 1 else None), found, False


def _dates(candidates: list[tuple[int, ...]]) -> tuple[dt.date, ...]:
    out: list[dt.date] = []
    for candidate in candidates:
        try:
            date = dt.date(candidate[0], candidate[1], candidate[2])
        except (ValueError, IndexError):
            continue
        if date not in out:
            out.append(date)
    return tuple(out)


def hashed(*words: str) -> str:
    """32 hex digits of the SHA-256 over the words, each with its length, so that no two lists read alike."""
    parts = (word.encode("utf-8", "surrogatepass") for word in words)
    return hashlib.sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).hexdigest()[:32]
