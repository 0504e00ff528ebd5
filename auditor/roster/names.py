"""Names of units against each other: what is left without places and 人民政府, and whether two names mean one body.

Core      华容县禹山镇人民政府, 禹山镇人民政府, 禹山镇 -> 禹山镇; 县教育局, 华容县教育局 -> 教育局
Places    two names with the same core mean one body only where the places before it do not differ: 甲县城关镇 is not 乙县城关镇
Office    the office of a government (县人民政府办公室) is not that government, unless nothing else is known of it
"""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.facts.names import core_name
from auditor.text import squash

_PLACE = re.compile(r".{1,8}?(?:自治区|自治州|自治县|省|市|州|盟|地区|县|区|旗)")
_LEVEL = re.compile(r"^[县市区旗州](?!委|政府|人民政府|直)")
_REMARK = re.compile(r"[（(](?:盖章|公章|印章)[)）]")
_LEAST = 2


def file_of(source: str) -> str:
    """A report's file: without the number of its part (x.html#2)."""
    return re.sub(r"#\d{1,3}$", "", source)


@lru_cache(maxsize=32768)
def written(name: str) -> str:
    """A name as it is compared to the letter."""
    return _REMARK.sub("", squash(name)).strip("：:。,，、《》“”\"'")


@lru_cache(maxsize=32768)
def cores(name: str) -> frozenset[str]:
    """What is left of a name; two where its first character may be a level (县教育局)."""
    core = core_name(written(name))
    bare = _LEVEL.sub("", core)
    return frozenset(c for c in (core, bare) if len(c) >= _LEAST)


@lru_cache(maxsize=32768)
def places(name: str) -> tuple[str, ...]:
    """The places before a name's core, the highest first."""
    text, core = written(name), core_name(written(name))
    before = text[: text.find(core)] if core and core in text else ""
    return tuple(_PLACE.findall(before))


def may_be_one(a: str, b: str) -> bool:
    """Whether two names mean the same body: equal cores, and places that do not contradict each other."""
    if written(a) == written(b):
        return True
    if not cores(a) & cores(b) or _is_office(a) is not _is_office(b):
        return False
    return are_near(a, b)


def are_near(a: str, b: str) -> bool:
    """Whether the places before two names do not contradict each other."""
    one, other = places(a), places(b)
    return not one or not other or one[-1] == other[-1]


def _is_office(name: str) -> bool:
    return re.search(r"政府办公[室厅]$|政府办$", written(name)) is not None
