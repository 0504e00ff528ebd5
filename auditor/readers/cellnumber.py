"""A number of a workbook and its display format -> what an inspector sees: its value, as a percentage or a date where it is one.

Numbers     by value, not by display format: 5.0 is "5", 12.50 is "12.5"; 15 significant digits as Excel shows them, no exponent
Formats     only two kinds tell on the value: a percent format gives "33.9%", a date format an ISO date
Source      ECMA-376 part 1, 18.8.30 (built-in formats)
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENT_FORMATS = frozenset((9, 10))
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')


def built_in(id: int) -> str:
    """date, percent or plain, of a format that every workbook knows by its number."""
    if id in _DATE_FORMATS:
        return "date"
    return "percent" if id in _PERCENT_FORMATS else "plain"


def format_kind(code: str) -> str:
    """date, percent or plain, of a format's code."""
    bare = _LITERAL.sub("", code.split(";")[0]).lower()
    if "%" in bare:
        return "percent"
    is_date = (
        bare != "general"
        and re.search(r"[ydhs]|m", bare)
        and not re.search(r"[0#?]", bare.replace("s.0", "").replace("s.00", ""))
    )
    return "date" if is_date else "plain"


def shown(value: Decimal, kind: str, *, from_1904: bool) -> str:
    """The number as it is seen under a format of that kind."""
    if kind == "date":
        return _date(value, from_1904) or plain(value)
    return plain(value * 100) + "%" if kind == "percent" else plain(value)


def _date(value: Decimal, from_1904: bool) -> str:
    """Days since 1899-12-30 (or 1904-01-01); the false 29 February 1900 makes days under 61 one less."""
    if not 0 <= value < 2_958_466:
        return ""
    first = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30 if value >= 61 else 31)
    moment = first + dt.timedelta(seconds=round(value * 86_400))
    if value < 1:
        return moment.strftime("%H:%M:%S")
    return moment.date().isoformat() if value == value.to_integral_value() else moment.strftime("%Y-%m-%d %H:%M:%S")


def plain(value: Decimal) -> str:
    """15 significant digits, no exponent, no trailing zeros."""
    if abs(value.adjusted()) > 300:
        return str(value)
    text = f"{_DIGITS.plus(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
