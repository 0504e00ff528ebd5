"""Names of units: whether two spellings mean the same body, and what is left of a name without the places above it.

华容县禹山镇人民政府, 禹山镇人民政府, 禹山镇 -> 禹山镇: a standard short form in official papers
"""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.text import squash

_PLACE_PREFIX = re.compile(r"^.{1,8}?(?:自治区|自治州|自治县|省|市|州|盟|地区|县|区|旗)(?=.)")
_TAIL = (
    *("人民政府办公室", "人民政府办公厅", "政府办公室", "党政综合办公室", "党政办公室", "党政办"),
    *("街道办事处", "人民政府", "办事处", "政府"),
)
_PARTY = re.compile(r"^(?:中共|中国共产党)|(?:党委|委员会)$")


@lru_cache(maxsize=32768)
def core_name(name: str) -> str:
    """A unit's name without the places above it and without 人民政府, 办事处."""
    text = _PARTY.sub("", re.sub(r"[（(].*$", "", squash(name)))
    for tail in _TAIL:
        if text.endswith(tail) and len(text) > len(tail) + 1:
            text = text.removesuffix(tail) + ("街道" if tail == "街道办事处" else "")
            break
    while (match := _PLACE_PREFIX.match(text)) and len(text) - match.end() >= 2:
        text = text[match.end() :]
    return text


def same_body(a: str, b: str) -> bool:
    """Whether two names can mean the same body: equal cores, or one a short form of the other."""
    one, other = core_name(a), core_name(b)
    if not one or not other:
        return True
    return one == other or one.endswith(other) or other.endswith(one)
