"""Check digits: whether a number can be what it looks like.

    is_identity   the eighteen digits of a citizen's identity number (GB 11643): weights modulo 11, the last may be X
    is_bankcard   the digits of a bank card (ISO/IEC 7812): every second digit doubled, modulo 10
Full-width digits are read like half-width ones; blanks and strokes between digits do not count
"""

from __future__ import annotations

from auditor.text import squash

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def is_identity(number: str) -> bool:
    """Whether the check digit of an identity number is right."""
    digits = _bare(number)
    if len(digits) != 18 or not digits[:17].isdecimal():
        return False
    return digits[17] == _CHECKS[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False)) % 11]


def is_bankcard(number: str) -> bool:
    """Whether the check digit of a bank card's number is right."""
    digits = _bare(number)
    if not digits.isdecimal() or set(digits[1:]) == {"0"}:
        return False
    doubled = (int(d) * (2 if at % 2 else 1) for at, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _bare(number: str) -> str:
    return squash(number).replace("-", "").replace("—", "").upper()
